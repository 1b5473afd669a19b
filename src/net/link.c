/*
 * link.c -- one connection of a source: bytes in, bytes out, its end
 */
#include "net_parts.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The connection ended: read() returned @n. */
static void link_ends(struct link *link, ptrdiff_t n, int error)
{
	struct net_source *source = link->source;
	bool file = source->url.kind == NET_FILE;
	if (n == 0 && program_drained(source))
		return;
	if (n == 0 && (source->url.kind == NET_STDIN || (file && !link->tty))) {
		source_ended(source, "the source ended");
		return;
	}
	link_down(link, link->tty ? "the serial port disappeared"
			: n == 0  ? "the other end closed the connection"
				  : reason_of(error));
}

static void link_on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct link *link = watcher->data;
	struct net_source *source = link->source;
	struct pollfd ready = {.fd = link->fd, .events = POLLIN};
	(void)loop;
	(void)events;
	/* A borrowed descriptor may block: other programs share its flags. */
	if (link->borrowed && poll(&ready, 1, 0) <= 0)
		return;
	source_enter(source);
	errno = 0;
	ptrdiff_t n = net_calls.read(link->fd, source->buffer, sizeof(source->buffer));
	if (n > 0)
		link_received(link, (struct slice){source->buffer, (size_t)n});
	else if (n == 0 || !error_passes(errno))
		link_ends(link, n, n == 0 ? 0 : errno);
	source_leave(source);
}

static void link_on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct link *link = watcher->data;
	(void)events;
	source_enter(link->source);
	ptrdiff_t n = net_calls.write(link->fd, link->queue + link->sent,
				      link->len - link->sent);
	if (n > 0) {
		link->sent += (size_t)n;
		if (link->sent == link->len) {
			link->sent = link->len = 0;
			ev_io_stop(loop, watcher);
		}
	} else if (n < 0 && !error_passes(errno)) {
		link_ends(link, -1, errno);
	}
	source_leave(link->source);
}

/* net.h (2) */
static void on_dead(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct link *link = watcher->data;
	struct net_source *source = link->source;
	(void)events;
	ev_timer_stop(loop, watcher);
	source_enter(source);
	char reason[64];
	text_format(reason, sizeof(reason), "nothing received for %lld s",
		    (long long)(source->options.silence * 3 / US_S));
	link_down(link, reason);
	source_leave(source);
}

/* Not for pipes: closing a silent pipe would end its writer. */
static void watch_dead(struct link *link)
{
	struct net_source *source = link->source;
	bool pipe = source->url.kind == NET_STDIN ||
		    (source->url.kind == NET_FILE && !link->tty);
	if (source->options.silence > 0 && !pipe)
		ev_timer_again(source->loop, &link->dead);
}

struct link *link_free(struct net_source *source)
{
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++)
		if (!source->links[i].up)
			return &source->links[i];
	return NULL;
}

void link_up(struct link *link, int fd, bool borrowed)
{
	struct net_source *source = link->source;
	link->fd = fd;
	link->borrowed = borrowed;
	link->up = true;
	link->received = link->known = false;
	link->sent = link->len = 0;
	link->last = ev_now(source->loop);
	ev_io_init(&link->in, link_on_readable, fd, EV_READ);
	ev_io_init(&link->out, link_on_writable, fd, EV_WRITE);
	ev_timer_init(&link->dead, on_dead, 0., (double)source->options.silence * 3e-6);
	link->in.data = link->out.data = link->dead.data = link;
	watch_dead(link);
	if (source->url.kind != NET_UDP)
		ev_io_start(source->loop, &link->in);
	source->status.peers++;
	source->status.connects++;
	/* A program that asks a service runs; the service has not answered. */
	source_state(source, net_url_is_web(&source->url) ? NET_CONNECTING : NET_LIVE,
		     "");
	if (!source->closed && source->handler.link)
		source->handler.link(source->handler.context, source, link->peer, true,
				     "");
}

/* Calls no handler. */
static void link_close(struct link *link)
{
	struct ev_loop *loop = link->source->loop;
	ev_io_stop(loop, &link->in);
	ev_io_stop(loop, &link->out);
	ev_timer_stop(loop, &link->dead);
	if (link->tty)
		serial_release(link->fd);
	if (!link->borrowed)
		(void)close(link->fd);
	free(link->queue);
	link->queue = NULL;
	link->fd = -1;
	link->up = link->tty = false;
	link->source->status.peers--;
}

void link_down(struct link *link, const char *reason)
{
	struct net_source *source = link->source;
	if (!link->up)
		return;
	bool was_closed = source->closed;
	link_close(link);
	if (was_closed)
		return;
	if (source->handler.link)
		source->handler.link(source->handler.context, source, link->peer, false,
				     reason);
	if (source->closed || source->status.state == NET_ENDED)
		return;
	if (!source->transport->many)
		source_failed(source, reason);
	else if (source->status.peers == 0)
		source_ready(source, reason);
}

void link_received(struct link *link, struct slice bytes)
{
	struct net_source *source = link->source;
	instant_us now = source_now(source);
	link->last = ev_now(source->loop);
	link->received = true;
	if (source->url.kind != NET_PROGRAM)
		source->failures = 0;
	source->status.bytes += bytes.len;
	source->status.chunks++;
	source->status.received_at = now;
	watch_dead(link);
	if (source->options.silence > 0)
		ev_timer_again(source->loop, &source->silence);
	if (source->status.state == NET_SILENT)
		source_state(source, NET_LIVE, "");
	/* What its program said meanwhile stays. */
	if (source->status.state == NET_CONNECTING)
		source_state(source, NET_LIVE, source->status.reason);
	program_received(source, bytes.len);
	if (!source->closed && source->handler.bytes)
		source->handler.bytes(source->handler.context, source, link->peer,
				      bytes, now);
}

bool link_send(struct link *link, struct slice bytes)
{
	struct net_source *source = link->source;
	if (!link->up || source->url.kind == NET_STDIN ||
	    source->url.kind == NET_PROGRAM)
		return false;
	if (source->url.kind == NET_UDP)
		return sendto(link->fd, bytes.at, bytes.len, 0,
			      (const void *)&link->from.at,
			      link->from.len) == (ssize_t)bytes.len;
	if (source->url.kind == NET_FILE && !link->tty)
		return false; /* a FIFO is read only */
	if (!link->queue)
		link->queue = malloc(SEND_ROOM);
	if (!link->queue || bytes.len > SEND_ROOM - (link->len - link->sent))
		return false;
	if (bytes.len == 0)
		return true;
	if (bytes.len > SEND_ROOM - link->len) {
		memmove(link->queue, link->queue + link->sent, link->len - link->sent);
		link->len -= link->sent;
		link->sent = 0;
	}
	memcpy(link->queue + link->len, bytes.at, bytes.len);
	link->len += bytes.len;
	ev_io_start(source->loop, &link->out);
	return true;
}
