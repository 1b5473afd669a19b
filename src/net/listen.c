/*
 * listen.c -- sources that wait for senders: TCP connections and datagrams
 */
#include "net_parts.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ACCEPT_AGAIN_S = 1 };

/* Without options.silence and ?idle=: a sender that is silent for so long may lose its
 * link to another. */
enum { SILENT_S = 10, REFUSAL_EVERY_S = 1 };

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

/* ---- places --------------------------------------------------------------------- */

void source_know(struct net_source *source, const struct address *address)
{
	for (unsigned i = 0; i < KNOWN_MAX; i++)
		if (source->known[i].len > 0 &&
		    address_same_host(&source->known[i], address))
			return;
	source->known[source->known_next] = *address;
	source->known_next = (source->known_next + 1) % KNOWN_MAX;
}

static bool is_known(const struct net_source *source, const struct address *address)
{
	for (unsigned i = 0; i < KNOWN_MAX; i++)
		if (source->known[i].len > 0 &&
		    address_same_host(&source->known[i], address))
			return true;
	return false;
}

static double idle_seconds(const struct net_source *source)
{
	if (source->url.idle > 0)
		return source->url.idle;
	return source->options.silence > 0 ? (double)source->options.silence * 1e-6
					   : SILENT_S;
}

/** (6) Whether @link may give its place to a sender at @from. */
static bool may_lose(const struct link *link, const struct address *from, bool known)
{
	const struct net_source *source = link->source;
	bool idle = ev_now(source->loop) - link->last >= idle_seconds(source);
	if (!link->up)
		return false;
	/* A datagram of a stranger costs another stranger nothing but its number. */
	if (!link->known)
		return idle || known || source->url.kind == NET_UDP;
	return idle &&
	       (source->url.kind == NET_UDP || address_same_host(&link->from, from));
}

/** Strangers first, then who is silent for longest. */
static struct link *place_of_another(struct net_source *source,
				     const struct address *from, bool same_host)
{
	bool known = is_known(source, from);
	struct link *worst = NULL;
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++) {
		struct link *link = &source->links[i];
		if (!may_lose(link, from, known) ||
		    (same_host && !address_same_host(&link->from, from)))
			continue;
		if (!worst || link->known < worst->known ||
		    (link->known == worst->known && link->last < worst->last))
			worst = link;
	}
	return worst;
}

static size_t refusal_line(const struct net_source *source, const char *reason,
			   char *buf, size_t cap)
{
	if (strcmp(source->url.feed, "beacon") != 0)
		return 0;
	return text_format(buf, cap, "{\"refused\":\"%s\"}\n", reason);
}

/** A link for a sender at @from; NULL: refused, *@reason says why. */
static struct link *place_for(struct net_source *source, const struct address *from,
			      const char **reason)
{
	const struct net_limits *limits = &source->url.limits;
	unsigned same = 0;
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++)
		same += source->links[i].up &&
			address_same_host(&source->links[i].from, from);
	*reason = limits_allow(limits, from);
	if (*reason)
		return NULL;
	*reason = limits_full(limits, from, source->status.peers, same);
	if (!*reason)
		return link_free(source);
	struct link *link =
		place_of_another(source, from, source->status.peers < limits->most);
	if (link)
		link_down(link, "silent, replaced by another sender");
	return source->closed ? NULL : link;
}

static void sender_refused(struct net_source *source, const struct address *from,
			   const char *reason)
{
	refusal_count(&source->status.refused, from, reason);
	if (source->handler.changed)
		source->handler.changed(source->handler.context, source);
}

/* ---- TCP ------------------------------------------------------------------------ */

static void listen_accepted(struct net_source *source, int fd)
{
	struct address from;
	const char *reason;
	fd = fd_prepare(fd);
	if (fd < 0)
		return;
	address_of_peer(fd, &from);
	struct link *link = place_for(source, &from, &reason);
	if (!link) {
		char line[128];
		size_t len = source->closed
				     ? 0
				     : refusal_line(source, reason, line, sizeof(line));
		if (len > 0)
			(void)net_calls.write(fd, line, len);
		(void)shutdown(fd, SHUT_WR);
		(void)close(fd);
		if (!source->closed)
			sender_refused(source, &from, reason);
		return;
	}
	socket_tune(fd);
	link->from = from;
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

/** An answer is no longer than what it answers, and one a second. */
static void datagram_refused(struct net_source *source, const struct address *from,
			     const char *reason, size_t received)
{
	char line[128];
	size_t len = refusal_line(source, reason, line, sizeof(line));
	double now = ev_now(source->loop);
	if (len > 0 && len <= received && now - source->refused_at >= REFUSAL_EVERY_S) {
		source->refused_at = now;
		(void)sendto(source->wait_fd, line, len, 0, (const void *)&from->at,
			     from->len);
	}
	sender_refused(source, from, reason);
}

/** The link of a sender: its own, or a place for it; NULL: refused. */
static struct link *link_of(struct net_source *source, const struct address *from,
			    size_t received)
{
	const char *reason;
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++) {
		struct link *link = &source->links[i];
		if (link->up && address_eq(&link->from, from))
			return link;
	}
	struct link *link = place_for(source, from, &reason);
	if (source->closed)
		return NULL;
	if (!link) {
		datagram_refused(source, from, reason, received);
		return NULL;
	}
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
		struct link *link = n == 0 ? NULL : link_of(source, &from, (size_t)n);
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
