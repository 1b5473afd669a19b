/*
 * connect.c -- TCP to a host: its addresses in turn, a few seconds each
 */
#include "net_parts.h"

#include <errno.h>
#include <unistd.h>

enum { ATTEMPT_S = 3 };

static void try_next(struct net_source *source);

static void connected(struct net_source *source)
{
	int fd = source->wait_fd;
	ev_io_stop(source->loop, &source->wait);
	ev_timer_stop(source->loop, &source->attempt);
	source->wait_fd = -1;
	socket_tune(fd);
	ev_timer_stop(source->loop, &source->lived);
	ev_timer_start(source->loop, &source->lived);
	link_up(&source->links[0], fd, false);
}

static void attempt_failed(struct net_source *source, int error)
{
	ev_io_stop(source->loop, &source->wait);
	ev_timer_stop(source->loop, &source->attempt);
	if (source->wait_fd >= 0)
		(void)close(source->wait_fd);
	source->wait_fd = -1;
	source->error = error;
	try_next(source);
}

static void on_connected(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct net_source *source = watcher->data;
	int error = 0;
	socklen_t len = sizeof(error);
	(void)loop;
	(void)events;
	source_enter(source);
	if (getsockopt(source->wait_fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error == 0)
		connected(source);
	else
		attempt_failed(source, error);
	source_leave(source);
}

static void on_attempt_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_source *source = watcher->data;
	(void)loop;
	(void)events;
	source_enter(source);
	attempt_failed(source, ETIMEDOUT);
	source_leave(source);
}

/** 0: connected; EINPROGRESS; or another errno. */
static int connect_begin(struct net_source *source, const struct address *to)
{
	int fd = net_calls.socket(to->at.ss_family, SOCK_STREAM, 0);
	if (fd < 0)
		return errno;
	fd = fd_prepare(fd);
	if (fd < 0)
		return -fd;
	source->wait_fd = fd;
	if (net_calls.connect(fd, &to->at, to->len) == 0)
		return 0;
	return errno == EINTR ? EINPROGRESS : errno;
}

static void try_next(struct net_source *source)
{
	while (source->address_next < source->address_count) {
		int error = connect_begin(source,
					  &source->addresses[source->address_next++]);
		if (error == 0) {
			connected(source);
			return;
		}
		if (error == EINPROGRESS) {
			ev_io_set(&source->wait, source->wait_fd, EV_WRITE);
			ev_io_start(source->loop, &source->wait);
			ev_now_update(source->loop);
			ev_timer_set(&source->attempt, ATTEMPT_S, 0.);
			ev_timer_start(source->loop, &source->attempt);
			return;
		}
		if (source->wait_fd >= 0)
			(void)close(source->wait_fd);
		source->wait_fd = -1;
		source->error = error;
	}
	source_failed(source, reason_of(source->error));
}

static void on_resolved(void *context, const char *reason, const struct address *list,
			unsigned count)
{
	struct net_source *source = context;
	source_enter(source);
	source->resolver = NULL;
	for (unsigned i = 0; i < count; i++)
		source->addresses[i] = list[i];
	source->address_count = count;
	if (count == 0)
		source_failed(source, reason);
	else
		try_next(source);
	source_leave(source);
}

static void connect_start(struct net_source *source)
{
	ev_io_init(&source->wait, on_connected, -1, EV_WRITE);
	ev_timer_init(&source->attempt, on_attempt_over, ATTEMPT_S, 0.);
	source->wait.data = source->attempt.data = source;
	source->address_next = source->address_count = 0;
	source->error = EADDRNOTAVAIL;
	if (address_parse(source->url.host, source->url.port, &source->addresses[0])) {
		source->address_count = 1;
		try_next(source);
		return;
	}
	source->resolver = resolver_start(source->loop, source->url.host,
					  source->url.port, on_resolved, source);
	if (!source->resolver)
		source_failed(source, "cannot start a thread to resolve the host name");
}

static void connect_stop(struct net_source *source)
{
	ev_io_stop(source->loop, &source->wait);
	ev_timer_stop(source->loop, &source->attempt);
	resolver_give_up(source->resolver);
	source->resolver = NULL;
	if (source->wait_fd >= 0)
		(void)close(source->wait_fd);
	source->wait_fd = -1;
}

const struct transport transport_connect = {
	.start = connect_start,
	.stop = connect_stop,
};
