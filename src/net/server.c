/*
 * server.c -- listening, accepting, and sending to all clients
 *
 * Cited rules are those of net.h. A port without an address is loopback only, in both
 * families where the machine has them.
 */
#include "net_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CLIENTS_MAX = 32,
	ROOM = 1024 * 1024,
	INPUT_MAX = 4096,
	PATIENCE_S = 30,
	SYSTEM_ROOM = 256 * 1024, /* more would only delay what a client sees */
	ACCEPT_AGAIN_S = 1,
};

static void server_free(struct net_server *server)
{
	for (unsigned i = 0; i < server->client_count; i++)
		client_free(server->clients[i]);
	free(server->clients);
	free(server);
}

void server_enter(struct net_server *server)
{
	server->depth++;
}

void server_leave(struct net_server *server)
{
	if (--server->depth == 0 && server->closed)
		server_free(server);
}

static void server_call_left(struct net_client *client)
{
	const struct net_service *service = &client->server->service;
	if (client->joined && service->left)
		service->left(service->context, client);
	client->joined = false;
}

static void on_reap(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_server *server = watcher->data;
	unsigned kept = 0;
	(void)loop;
	(void)events;
	server_enter(server);
	for (unsigned i = 0; i < server->client_count; i++)
		if (server->clients[i]->dead)
			server_call_left(server->clients[i]);
	for (unsigned i = 0; i < server->client_count; i++) {
		struct net_client *client = server->clients[i];
		/* A client that died during left() of another is freed next time. */
		if (client->dead && !client->joined)
			client_free(client);
		else
			server->clients[kept++] = client;
	}
	server->client_count = kept;
	server_leave(server);
}

unsigned net_server_clients(const struct net_server *server)
{
	unsigned count = 0;
	for (unsigned i = 0; i < server->client_count; i++)
		if (!server->clients[i]->dead)
			count++;
	return count;
}

/** Close the client that reads nothing, and has for longest. */
static bool server_drop_stuck(struct net_server *server)
{
	for (unsigned i = 0; i < server->client_count; i++) {
		struct net_client *client = server->clients[i];
		if (client->dead || !client->waits)
			continue;
		client_die(client);
		return true;
	}
	return false;
}

/** (4) Why one more client is refused; NULL: it is not. */
static const char *server_refuses(struct net_server *server, const struct address *from)
{
	const struct net_limits *limits = &server->service.limits;
	const char *reason = limits_allow(limits, from);
	unsigned there = 0, same = 0;
	if (reason)
		return reason;
	for (unsigned i = 0; i < server->client_count; i++) {
		const struct net_client *client = server->clients[i];
		if (client->dead)
			continue;
		there++;
		same += address_same_host(&client->from, from);
	}
	if (there >= limits->most && server_drop_stuck(server))
		there--;
	if (server->client_count == 2 * limits->most) /* the dead are not freed yet */
		there = limits->most;
	return limits_full(limits, from, there, same);
}

static void server_refuse(struct net_server *server, int fd, const struct address *from,
			  const char *reason)
{
	const struct net_service *service = &server->service;
	char words[256];
	refusal_count(&server->refused, from, reason);
	size_t len = service->refuse ? service->refuse(service->context, reason, words,
						       sizeof(words))
				     : 0;
	if (len > 0)
		(void)net_calls.write(fd, words, len);
	(void)shutdown(fd, SHUT_WR);
	(void)close(fd);
}

static void server_accepted(struct net_server *server, int fd)
{
	size_t room = server->service.room;
	int size = room < SYSTEM_ROOM ? (int)room : SYSTEM_ROOM;
	fd = fd_prepare(fd);
	if (fd < 0)
		return;
	struct address from;
	address_of_peer(fd, &from);
	const char *reason = server_refuses(server, &from);
	if (reason) {
		server_refuse(server, fd, &from, reason);
		return;
	}
	socket_tune(fd);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	struct net_client *client = client_new(server, fd);
	if (!client)
		return;
	client->from = from;
	server->clients[server->client_count++] = client;
	client_join(client);
}

static void server_on_accept(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct net_server *server = watcher->data;
	(void)events;
	server_enter(server);
	for (int i = 0; i < ACCEPTS_A_TURN && !server->closed; i++) {
		int fd = net_calls.accept(watcher->fd);
		if (fd >= 0) {
			server_accepted(server, fd);
			continue;
		}
		/* Out of descriptors the socket stays readable: try again later. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS) {
			ev_io_stop(loop, watcher);
			ev_timer_start(loop, &server->accept_again);
		}
		break;
	}
	server_leave(server);
}

static void server_on_accept_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_server *server = watcher->data;
	(void)events;
	for (unsigned i = 0; i < server->fd_count; i++)
		ev_io_start(loop, &server->accept[i]);
}

/** Listen on one more address; sets the port. */
static int server_listen(struct net_server *server, struct address *address)
{
	int fd = socket_bind(address, SOCK_STREAM);
	if (fd < 0)
		return fd;
	ev_io *watcher = &server->accept[server->fd_count];
	ev_io_init(watcher, server_on_accept, fd, EV_READ);
	watcher->data = server;
	ev_io_start(server->loop, watcher);
	server->fds[server->fd_count++] = fd;
	server->port = address_port(address);
	server->open = server->open || !address_is_loopback(address);
	return 0;
}

/** "ADDR:PORT", "[ADDR]:PORT", "PORT"; @host is "" for a port alone. */
static int server_split_address(const char *text, char *host, size_t cap,
				uint16_t *port)
{
	struct slice rest = slice_of(text), name = {"", 0};
	const char *colon = strrchr(text, ':');
	if (colon) {
		name = (struct slice){text, (size_t)(colon - text)};
		rest = slice_of(colon + 1);
		if (name.len >= 2 && name.at[0] == '[' && name.at[name.len - 1] == ']')
			name = (struct slice){name.at + 1, name.len - 2};
		else if (memchr(name.at, ':', name.len))
			return -EINVAL;
		if (name.len == 0)
			return -EINVAL;
	}
	uint64_t number;
	if (name.len >= cap || !parse_u64(rest, &number) || number > 65535)
		return -EINVAL;
	text_copy(host, cap, name);
	*port = (uint16_t)number;
	return 0;
}

static int listen_on(struct net_server *server, const char *text, struct err *err)
{
	char host[64];
	uint16_t port;
	if (server_split_address(text, host, sizeof(host), &port) != 0)
		return err_set(err, -EINVAL,
			       "%s is not an address to serve on: write PORT (this "
			       "machine only), ADDRESS:PORT, [::1]:PORT or *:PORT",
			       text);
	bool local =
		host[0] == '\0' || slice_eq_nocase(slice_of(host), SLICE("localhost"));
	struct address address;
	if (!address_parse(local ? "127.0.0.1" : host, port, &address))
		return err_set(err, -EINVAL, "%s: give a numeric address to serve on",
			       text);
	const struct net_allow *allow = &server->service.limits.allow;
	if (!address_is_loopback(&address) && !allow->any && allow->count == 0)
		return err_set(err, -EACCES,
			       "%s is open to other machines: name those that may "
			       "connect, with --allow 192.168.1.0/24 for example, or "
			       "--allow any",
			       text);
	int rc = server_listen(server, &address);
	if (rc != 0)
		return err_set(err, rc, "cannot serve on %s: %s", text, reason_of(-rc));
	if (local && address_parse("::1", server->port, &address))
		(void)server_listen(server, &address); /* where IPv6 exists */
	return 0;
}

static void defaults(struct net_service *service)
{
	if (service->limits.most == 0)
		service->limits.most = CLIENTS_MAX;
	if (service->room == 0)
		service->room = ROOM;
	if (service->input_max == 0)
		service->input_max = INPUT_MAX;
	if (service->patience <= 0)
		service->patience = PATIENCE_S * US_S;
}

int net_server_open(struct ev_loop *loop, const char *address,
		    const struct net_service *service, struct net_server **out,
		    struct err *err)
{
	struct net_server *server = calloc(1, sizeof(*server));
	if (!server)
		return err_set(err, -ENOMEM, "%s: no memory for a server", address);
	server->loop = loop;
	server->service = *service;
	defaults(&server->service);
	ev_timer_init(&server->accept_again, server_on_accept_again, ACCEPT_AGAIN_S,
		      0.);
	ev_timer_init(&server->reap, on_reap, 0., 0.);
	server->accept_again.data = server->reap.data = server;
	server->clients =
		calloc(2 * server->service.limits.most, sizeof(struct net_client *));
	int rc = !server->clients
			 ? err_set(err, -ENOMEM, "%s: no memory for clients", address)
			 : listen_on(server, address, err);
	if (rc != 0) {
		free(server->clients);
		free(server);
		return rc;
	}
	*out = server;
	return 0;
}

void net_server_close(struct net_server *server)
{
	if (!server || server->closed)
		return;
	server_enter(server);
	server->closed = true;
	ev_timer_stop(server->loop, &server->accept_again);
	ev_timer_stop(server->loop, &server->reap);
	for (unsigned i = 0; i < server->fd_count; i++) {
		ev_io_stop(server->loop, &server->accept[i]);
		(void)close(server->fds[i]);
	}
	for (unsigned i = 0; i < server->client_count; i++) {
		client_die(server->clients[i]);
		server_call_left(server->clients[i]);
	}
	server_leave(server);
}

uint16_t net_server_port(const struct net_server *server)
{
	return server->port;
}

bool net_server_is_open_to_others(const struct net_server *server)
{
	return server->open;
}

const struct net_refused *net_server_refused(const struct net_server *server)
{
	return &server->refused;
}

void net_server_send(struct net_server *server, struct slice bytes)
{
	server_enter(server);
	for (unsigned i = 0; i < server->client_count && !server->closed; i++)
		net_client_send(server->clients[i], bytes);
	server_leave(server);
}
