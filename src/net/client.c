/*
 * client.c -- one client of a server: its queue, its input, its end
 *
 * Cited rules are those of net.h.
 */
#include "net_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BEHIND_MOST = 3 };

void client_die(struct net_client *client)
{
	struct net_server *server = client->server;
	if (client->dead)
		return;
	client->dead = true;
	ev_io_stop(server->loop, &client->in);
	ev_io_stop(server->loop, &client->out);
	ev_timer_stop(server->loop, &client->greeting);
	ev_timer_stop(server->loop, &client->stuck);
	(void)close(client->fd);
	client->fd = -1;
	if (!server->closed)
		ev_timer_start(server->loop, &server->reap);
}

void client_free(struct net_client *client)
{
	queue_free(&client->queue);
	free(client->input);
	free(client->state);
	free(client);
}

static bool queue_is_short(const struct client_queue *queue)
{
	return queue_waiting(queue).len < SHORT_QUEUE;
}

/** Write as much as the client takes; true when it may take more at once. */
static bool client_flush(struct net_client *client)
{
	struct ev_loop *loop = client->server->loop;
	struct slice waiting = queue_waiting(&client->queue);
	if (waiting.len == 0)
		return false;
	ptrdiff_t n = net_calls.write(client->fd, waiting.at, waiting.len);
	if (n < 0 && !error_passes(errno)) {
		client_die(client);
		return false;
	}
	if (n <= 0)
		return false;
	queue_written(&client->queue, (size_t)n);
	client->behind = 0;
	client->waits = false;
	ev_timer_again(loop, &client->stuck);
	if (queue_waiting(&client->queue).len == 0) {
		if (!client->answers)
			ev_io_stop(loop, &client->out);
		ev_timer_stop(loop, &client->stuck);
		return false;
	}
	return (size_t)n == waiting.len;
}

static void on_stuck(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_client *client = watcher->data;
	(void)events;
	ev_timer_stop(loop, watcher);
	client->waits = true;
	if (client->behind >= BEHIND_MOST)
		client_die(client);
}

static void on_greeting_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
	(void)loop;
	(void)events;
	client_die(watcher->data);
}

/** Offer the input to the service until it uses no more, or has to wait (5). */
static void client_answer(struct net_client *client)
{
	struct net_server *server = client->server;
	const struct net_service *service = &server->service;
	size_t used = client->input_len;
	while (client->input_len > 0 && !client->dead && !client->answers &&
	       queue_is_short(&client->queue)) {
		if (service->received)
			used = service->received(
				service->context, client,
				(struct slice){client->input, client->input_len});
		if (used == 0 || client->dead)
			break;
		if (used > client->input_len)
			used = client->input_len;
		client->input_len -= used;
		memmove(client->input, client->input + used, client->input_len);
		ev_timer_stop(server->loop, &client->greeting);
	}
	if (client->dead)
		return;
	if (client->answers || !queue_is_short(&client->queue))
		ev_io_stop(server->loop, &client->in); /* (5) */
	else if (client->input_len == service->input_max)
		client_die(client); /* (4) */
	else
		ev_io_start(server->loop, &client->in);
}

/* (5) */
static void client_on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct net_client *client = watcher->data;
	struct net_server *server = client->server;
	(void)events;
	server_enter(server);
	(void)client_flush(client);
	if (!client->dead && client->answers && queue_is_short(&client->queue))
		client->answers = server->service.more(server->service.context, client);
	if (!client->dead && !client->answers && !ev_is_active(&client->in))
		client_answer(client);
	/* It would be writable for ever. */
	if (!client->dead && !client->answers && queue_waiting(&client->queue).len == 0)
		ev_io_stop(loop, &client->out);
	server_leave(server);
}

static void client_on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct net_client *client = watcher->data;
	struct net_server *server = client->server;
	(void)loop;
	(void)events;
	server_enter(server);
	ptrdiff_t n = net_calls.read(client->fd, client->input + client->input_len,
				     server->service.input_max - client->input_len);
	if (n > 0) {
		client->input_len += (size_t)n;
		client_answer(client);
	} else if (n == 0 || !error_passes(errno)) {
		client_die(client);
	}
	server_leave(server);
}

struct net_client *client_new(struct net_server *server, int fd)
{
	const struct net_service *service = &server->service;
	struct net_client *client = calloc(1, sizeof(*client));
	char *input = malloc(service->input_max);
	void *state = calloc(1, service->state_size + 1);
	if (!client || !input || !state) {
		free(client);
		free(input);
		free(state);
		(void)close(fd);
		return NULL;
	}
	client->server = server;
	client->fd = fd;
	client->input = input;
	client->state = state;
	client->bound = service->room;
	ev_io_init(&client->in, client_on_readable, fd, EV_READ);
	ev_io_init(&client->out, client_on_writable, fd, EV_WRITE);
	ev_timer_init(&client->greeting, on_greeting_over,
		      (double)service->greeting * 1e-6, 0.);
	ev_timer_init(&client->stuck, on_stuck, 0., (double)service->patience * 1e-6);
	client->in.data = client->out.data = client;
	client->greeting.data = client->stuck.data = client;
	ev_io_start(server->loop, &client->in);
	if (service->greeting > 0)
		ev_timer_start(server->loop, &client->greeting);
	return client;
}

/** The room is at least twice the fresh start: a fresh start longer than the room is
 * not discarded by the next message. */
static void client_start(struct net_client *client,
			 void (*put)(void *context, struct net_client *client))
{
	struct net_server *server = client->server;
	if (!put)
		return;
	server_enter(server);
	client->fresh = true;
	put(server->service.context, client);
	client->fresh = false;
	size_t start = queue_waiting(&client->queue).len;
	client->bound = server->service.room;
	if (client->bound < 2 * start)
		client->bound = 2 * start;
	server_leave(server);
}

void client_join(struct net_client *client)
{
	client->joined = true;
	client_start(client, client->server->service.joined);
}

/** (4): start afresh, or close a client that has read nothing for long. */
static void client_behind(struct net_client *client)
{
	client->behind++;
	if (client->behind >= BEHIND_MOST && client->waits) {
		client_die(client);
		return;
	}
	queue_clear(&client->queue);
	client_start(client, client->server->service.behind);
}

void net_client_send(struct net_client *client, struct slice bytes)
{
	struct net_server *server = client->server;
	if (client->dead || bytes.len == 0)
		return;
	server_enter(server);
	/* The loop had no turn yet: a client that reads may have room now. */
	while (!client->dead && !client->fresh &&
	       queue_waiting(&client->queue).len + bytes.len > client->bound)
		if (!client_flush(client))
			break;
	size_t waiting = queue_waiting(&client->queue).len;
	if (!client->dead && !client->fresh && waiting > 0 &&
	    waiting + bytes.len > client->bound)
		client_behind(client);
	if (!client->dead && !queue_add(&client->queue, bytes))
		client_die(client);
	if (!client->dead) {
		ev_io_start(server->loop, &client->out);
		if (!client->waits && !ev_is_active(&client->stuck))
			ev_timer_again(server->loop, &client->stuck);
	}
	server_leave(server);
}

void net_client_answers(struct net_client *client)
{
	if (client->dead)
		return;
	client->answers = true;
	ev_io_start(client->server->loop, &client->out);
}

void *net_client_state(struct net_client *client)
{
	return client->state;
}

void net_client_drop(struct net_client *client)
{
	client_die(client);
}
