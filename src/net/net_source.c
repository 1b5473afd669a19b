/*
 * net_source.c -- a live source: its states, its retries, its silence
 *
 * Cited rules are those of net.h.
 */
#include "net_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RETRY_FIRST_S = 1, RETRY_MOST_S = 30, LIVED_S = 10 };

instant_us source_now(struct net_source *source)
{
	int64_t now = net_calls.clock();
	return now >= 0 ? now : (int64_t)(ev_now(source->loop) * 1e6);
}

void source_enter(struct net_source *source)
{
	source->depth++;
}

static void source_free(struct net_source *source)
{
	free(source);
}

void source_leave(struct net_source *source)
{
	if (--source->depth == 0 && source->closed)
		source_free(source);
}

void source_state(struct net_source *source, enum net_state state, const char *reason)
{
	struct net_status *status = &source->status;
	char text[sizeof(status->reason)];
	bool timed = source->options.silence > 0;
	text_clean(text, sizeof(text), slice_of(reason));
	if (status->state == state && strcmp(status->reason, text) == 0)
		return;
	if (status->state != state)
		status->since = source_now(source);
	status->state = (uint8_t)state;
	text_copy(status->reason, sizeof(status->reason), slice_of(text));
	if (state != NET_WAITING && state != NET_REFUSED)
		status->retry_at = INSTANT_NONE;
	if (state != NET_LIVE || !timed)
		ev_timer_stop(source->loop, &source->silence);
	else if (!ev_is_active(&source->silence))
		ev_timer_again(source->loop, &source->silence);
	if (!source->closed && source->handler.changed)
		source->handler.changed(source->handler.context, source);
}

/* (1) */
static duration_us next_delay(struct net_source *source)
{
	duration_us first = source->options.retry_first, most;
	first = first > 0 ? first : RETRY_FIRST_S * US_S;
	most = source->options.retry_most > 0 ? source->options.retry_most
					      : RETRY_MOST_S * US_S;
	duration_us delay = first < most ? first : most;
	for (unsigned i = 0; i < source->failures && delay < most; i++)
		delay = delay > most / 2 ? most : 2 * delay;
	if (source->failures < 64)
		source->failures++;
	uint64_t fifth = (uint64_t)delay / 5;
	return delay - (duration_us)fifth +
	       (duration_us)random_below(&source->jitter, 2 * fifth + 1);
}

void source_failed(struct net_source *source, const char *reason)
{
	bool lost =
		source->status.state == NET_LIVE || source->status.state == NET_SILENT;
	if (source->closed)
		return;
	source->transport->stop(source);
	ev_timer_stop(source->loop, &source->lived);
	duration_us delay = next_delay(source);
	ev_now_update(source->loop);
	ev_timer_stop(source->loop, &source->retry);
	ev_timer_set(&source->retry, (double)delay * 1e-6, 0.);
	ev_timer_start(source->loop, &source->retry);
	source->status.retry_at = source_now(source) + delay;
	source_state(source, lost ? NET_WAITING : NET_REFUSED, reason);
}

void source_ready(struct net_source *source, const char *reason)
{
	source->failures = 0;
	source_state(source, NET_CONNECTING, reason);
}

void source_ended(struct net_source *source, const char *reason)
{
	source->status.state = NET_ENDED; /* before links close: no retry */
	source->transport->stop(source);
	ev_timer_stop(source->loop, &source->silence);
	ev_timer_stop(source->loop, &source->lived);
	source->status.since = source_now(source);
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++)
		link_down(&source->links[i], reason);
	source_state(source, NET_ENDED, reason);
}

static void source_start(struct net_source *source)
{
	source_state(source, NET_CONNECTING, source->status.reason);
	if (!source->closed)
		source->transport->start(source);
}

static void on_retry(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_source *source = watcher->data;
	(void)loop;
	(void)events;
	source_enter(source);
	source_start(source);
	source_leave(source);
}

/* (2) */
static void on_silence(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_source *source = watcher->data;
	(void)events;
	ev_timer_stop(loop, watcher);
	source_enter(source);
	char reason[64];
	text_format(reason, sizeof(reason), "nothing received for %lld s",
		    (long long)(source->options.silence / US_S));
	source_state(source, NET_SILENT, reason);
	source_leave(source);
}

/* (1): the connection lasted, even if it sent nothing yet. */
static void on_lived(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_source *source = watcher->data;
	(void)loop;
	(void)events;
	source->failures = 0;
}

static const struct transport *transport_of(const struct net_url *url)
{
	switch ((enum net_kind)url->kind) {
	case NET_TCP:
		return &transport_connect;
	case NET_LISTEN:
		return &transport_listen;
	case NET_UDP:
		return &transport_datagram;
	case NET_FILE:
	case NET_STDIN:
		return &transport_device;
	case NET_PROGRAM:
		return &transport_program;
	}
	return NULL;
}

static int refuse_file(const struct net_url *url, struct err *err)
{
	struct stat st;
	if (url->kind != NET_FILE || stat(url->path, &st) != 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return err_set(err, -EISDIR, "%s is a folder, not a source", url->text);
	if (S_ISREG(st.st_mode))
		return err_set(
			err, -EINVAL,
			"%s is a regular file: name it without file:", url->text);
	return 0;
}

static void source_init(struct net_source *source)
{
	ev_timer_init(&source->retry, on_retry, 0., 0.);
	ev_timer_init(&source->silence, on_silence, 0.,
		      (double)source->options.silence * 1e-6);
	ev_timer_init(&source->lived, on_lived, LIVED_S, 0.);
	source->retry.data = source->silence.data = source->lived.data = source;
	source->status.received_at = source->status.retry_at = INSTANT_NONE;
	source->status.since = source_now(source);
	source->status.state = NET_CONNECTING;
	source->wait_fd = -1;
	if (source->url.limits.most == 0)
		source->url.limits.most = FEED_PEERS_MAX;
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++) {
		source->links[i].source = source;
		source->links[i].peer = (uint16_t)i;
		source->links[i].fd = -1;
	}
}

int net_source_open(struct ev_loop *loop, const struct net_url *url,
		    const struct net_options *options,
		    const struct net_handler *handler, struct net_source **out,
		    struct err *err)
{
	const struct transport *transport = transport_of(url);
	int rc = refuse_file(url, err);
	if (rc != 0)
		return rc;
	struct net_source *source = transport ? calloc(1, sizeof(*source)) : NULL;
	if (!source)
		return err_set(err, -ENOMEM, "%s: no memory for a source", url->text);
	source->loop = loop;
	source->transport = transport;
	source->url = *url;
	source->options = *options;
	source->handler = *handler;
	source->jitter = options->seed;
	source_init(source);
	/* Start from the loop: callbacks come when the caller has its pointer. */
	ev_timer_start(loop, &source->retry);
	*out = source;
	return 0;
}

void net_source_close(struct net_source *source)
{
	if (!source || source->closed)
		return;
	source->closed = true;
	ev_timer_stop(source->loop, &source->retry);
	ev_timer_stop(source->loop, &source->silence);
	ev_timer_stop(source->loop, &source->lived);
	source->transport->stop(source);
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++)
		link_down(&source->links[i], "");
	if (source->depth == 0)
		source_free(source);
}

bool net_source_send(struct net_source *source, uint16_t peer, struct slice bytes)
{
	if (source->closed || peer >= FEED_PEERS_MAX ||
	    !link_send(&source->links[peer], bytes))
		return false;
	/* Decoders answer those that speak their protocol. */
	struct link *link = &source->links[peer];
	if (link->received && !link->known && source->transport->many) {
		link->known = true;
		source_know(source, &link->from);
	}
	return true;
}

void net_source_hold(struct net_source *source, uint16_t peer, bool hold)
{
	struct link *link = peer < FEED_PEERS_MAX ? &source->links[peer] : NULL;
	if (source->closed || !link || !link->up || source->url.kind == NET_UDP)
		return;
	if (hold)
		ev_io_stop(source->loop, &link->in);
	else
		ev_io_start(source->loop, &link->in);
}

void net_source_drop(struct net_source *source, uint16_t peer, const char *reason)
{
	if (source->closed || peer >= FEED_PEERS_MAX || source->url.kind == NET_STDIN)
		return;
	source_enter(source);
	link_down(&source->links[peer], reason);
	source_leave(source);
}

const struct net_status *net_source_status(const struct net_source *source)
{
	return &source->status;
}

uint16_t net_source_port(const struct net_source *source)
{
	return source->port;
}
