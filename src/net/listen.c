/*
 * listen.c -- sources that wait for senders: TCP connections and datagrams
 */
#include "net_parts.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { ACCEPT_AGAIN_S = 1 };

/* Without options.silence: a sender of datagrams silent for so long may lose its link
 * to a new one. */
enum { SILENT_S = 10 };

/** Bind to a numeric address; returns the descriptor, or -1 after source_failed(). */
static int bind_source(struct net_source *source, int type)
{
	const char *host = source->url.host;
	/* The one name that needs no resolver. */
	if (slice_eq_nocase(slice_of(host), SLICE("localhost")))
		host = "127.0.0.1";
	struct address address;
	if (!address_parse(host, source->url.port, &address)) {
		source_failed(source, "to listen, give a numeric address or *");
		return -1;
	}
	int fd = socket_bind(&address, type);
	if (fd < 0) {
		source_failed(source, reason_of(-fd));
		return -1;
	}
	source->wait_fd = fd;
	source->port = address_port(&address);
	char reason[64];
	text_format(reason, sizeof(reason), "listening on port %u, no sender yet",
		    source->port);
	source_ready(source, reason);
	return fd;
}

static void wait_stop(struct net_source *source)
{
	ev_io_stop(source->loop, &source->wait);
	ev_timer_stop(source->loop, &source->attempt);
	if (source->wait_fd >= 0)
		(void)close(source->wait_fd);
	source->wait_fd = -1;
	source->port = 0;
}

/* ---- TCP ------------------------------------------------------------------------ */

static void listen_accepted(struct net_source *source, int fd)
{
	struct link *link = link_free(source);
	fd = fd_prepare(fd);
	if (fd < 0)
		return;
	char reason[80];
	if (!link) {
		(void)close(fd);
		text_format(reason, sizeof(reason),
			    "a sender was refused: %d are already connected",
			    FEED_PEERS_MAX);
		source_state(source, (enum net_state)source->status.state, reason);
		return;
	}
	socket_tune(fd);
	link_up(link, fd, false);
}

static void listen_on_accept(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct net_source *source = watcher->data;
	(void)events;
	source_enter(source);
	for (int i = 0; i < ACCEPTS_A_TURN && !source->closed; i++) {
		int fd = net_calls.accept(source->wait_fd);
		if (fd >= 0) {
			listen_accepted(source, fd);
			continue;
		}
		/* Out of descriptors the socket stays readable: try again later. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS) {
			ev_io_stop(loop, watcher);
			ev_timer_start(loop, &source->attempt);
		}
		break;
	}
	source_leave(source);
}

static void listen_on_accept_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_source *source = watcher->data;
	(void)events;
	ev_io_start(loop, &source->wait);
}

static void listen_start(struct net_source *source)
{
	int fd = bind_source(source, SOCK_STREAM);
	if (fd < 0 || source->closed)
		return;
	ev_io_init(&source->wait, listen_on_accept, fd, EV_READ);
	ev_timer_init(&source->attempt, listen_on_accept_again, ACCEPT_AGAIN_S, 0.);
	source->wait.data = source->attempt.data = source;
	ev_io_start(source->loop, &source->wait);
}

const struct transport transport_listen = {
	.start = listen_start,
	.stop = wait_stop,
	.many = true,
};

/* ---- datagrams ------------------------------------------------------------------- */

/** The link of a sender: its own, a free one, or the link of the sender that is silent
 * for longest; NULL: all are in use. */
static struct link *link_of(struct net_source *source, const struct address *from)
{
	struct link *oldest = &source->links[0];
	double silent = source->options.silence > 0
				? (double)source->options.silence * 1e-6
				: SILENT_S;
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++) {
		struct link *link = &source->links[i];
		if (link->up && address_eq(&link->from, from))
			return link;
		if (link->last < oldest->last)
			oldest = link;
	}
	struct link *link = link_free(source);
	if (!link && ev_now(source->loop) - oldest->last >= silent) {
		link_down(oldest, "silent, replaced by another sender");
		link = oldest;
	}
	if (!link || source->closed)
		return NULL;
	link->from = *from;
	link_up(link, source->wait_fd, true);
	return link;
}

static void on_datagram(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct net_source *source = watcher->data;
	(void)loop;
	(void)events;
	source_enter(source);
	for (int i = 0; i < DATAGRAMS_A_TURN && !source->closed; i++) {
		struct address from = {.len = sizeof(from.at)};
		unsigned len = sizeof(from.at);
		ptrdiff_t n =
			net_calls.read_from(source->wait_fd, source->buffer,
					    sizeof(source->buffer), &from.at, &len);
		if (n < 0)
			break; /* no more, or the error of an earlier answer */
		from.len = (socklen_t)len;
		struct link *link = n == 0 ? NULL : link_of(source, &from);
		if (link && link->up && !source->closed)
			link_received(link, (struct slice){source->buffer, (size_t)n});
	}
	source_leave(source);
}

static void datagram_start(struct net_source *source)
{
	int fd = bind_source(source, SOCK_DGRAM);
	if (fd < 0 || source->closed)
		return;
	ev_io_init(&source->wait, on_datagram, fd, EV_READ);
	source->wait.data = source;
	ev_io_start(source->loop, &source->wait);
}

static void datagram_stop(struct net_source *source)
{
	ev_io_stop(source->loop, &source->wait);
	if (source->wait_fd >= 0)
		(void)close(source->wait_fd);
	source->wait_fd = -1;
	source->port = 0;
}

const struct transport transport_datagram = {
	.start = datagram_start,
	.stop = datagram_stop,
	.many = true,
};
