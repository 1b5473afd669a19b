/*
 * internal.h -- what the files of this room share
 *
 * A source is a state machine (source.c) over links (link.c): one file descriptor
 * that bytes come from, with what waits to be written to it. How a link is made is
 * a row of transports: connect.c, listen.c, datagram.c, device.c.
 *
 *  (1) A callback may close its source or drop its client: after each one the
 *      caller looks whether it is still there.
 *  (2) Timers run on the loop's clock, which never steps; net_calls.clock() only
 *      says when something was heard.
 */
#ifndef PITWALL_NET_INTERNAL_H
#define PITWALL_NET_INTERNAL_H

#include "pitwall/net.h"

#include <ev.h>
#include <sys/socket.h>

enum {
	READ_MAX = 64 * 1024,
	SEND_ROOM = 64 * 1024,
	ADDRESSES_MAX = 8,
	ACCEPTS_A_TURN = 16,
	DATAGRAMS_A_TURN = 64,
};

/* ---- addresses (address.c) ---------------------------------------------------- */

struct address {
	struct sockaddr_storage at;
	socklen_t len;
};

/** An address written as numbers; "*" is any of both families. */
bool address_parse(const char *host, uint16_t port, struct address *out);
bool address_is_loopback(const struct address *address);
bool address_eq(const struct address *a, const struct address *b);
uint16_t address_port(const struct address *address);
void address_set_port(struct address *address, uint16_t port);
/** Non-blocking and not inherited; closes @fd and gives -errno when it cannot. */
int fd_prepare(int fd);
/** A socket of @type bound to @address (its port filled in), listening when it is a
 * stream. The descriptor, or -errno. */
int socket_bind(struct address *address, int type);
/** Small writes at once, and a dead peer found out by the system too. */
void socket_tune(int fd);
/** True when the call may be made again later: nothing is wrong. */
bool error_passes(int error);
/** What went wrong, in few words. */
const char *reason_of(int error);

/* ---- names (resolve.c) -------------------------------------------------------- */

struct resolver;
/** Ask in a thread; @done is called in the loop, once, unless it was given up. */
struct resolver *resolver_start(struct ev_loop *loop, const struct net_url *url,
				void (*done)(void *context, const char *reason,
					     const struct address *list,
					     unsigned count),
				void *context);
void resolver_give_up(struct resolver *resolver); /* NULL is fine */

/* ---- sources ------------------------------------------------------------------- */

struct link {
	struct net_source *source;
	ev_io in, out;
	ev_timer dead;       /* says nothing for three times as long as it may */
	struct address from; /* of datagrams */
	ev_tstamp heard;     /* on the loop's clock */
	char *queue;         /* SEND_ROOM bytes, when something was sent */
	size_t sent, len;
	int fd;
	uint16_t peer;
	bool up, borrowed; /* borrowed: the descriptor is not its own */
	bool tty;          /* a serial port: once it hung up, isatty() denies it */
};

struct transport {
	/** Begin to make links; calls source_failed() when it cannot. */
	void (*start)(struct net_source *source);
	/** Give up what is not a link yet. */
	void (*stop)(struct net_source *source);
	bool many; /* several senders */
};
extern const struct transport transport_connect, transport_listen, transport_datagram,
	transport_device;

struct net_source {
	struct ev_loop *loop;
	const struct transport *transport;
	struct net_url url;
	struct net_options options;
	struct net_handler handler;
	struct net_status status;
	struct link links[FEED_PEERS_MAX];
	ev_timer retry, quiet, lived, attempt;
	ev_io wait; /* until connected; or accepting, or datagrams */
	int wait_fd;
	struct resolver *resolver;
	struct address addresses[ADDRESSES_MAX];
	unsigned address_count, address_next;
	int error; /* of the last address that failed */
	unsigned failures;
	uint64_t jitter;
	instant_us clock; /* the last it said */
	unsigned depth;   /* callbacks we are in */
	uint16_t port;
	bool paused, closed;
	char buffer[READ_MAX];
};

instant_us source_now(struct net_source *source);
/** Say the state and why. */
void source_state(struct net_source *source, enum net_state state, const char *reason);
/** It could not be connected: REFUSED or WAITING, and again later. */
void source_failed(struct net_source *source, const char *reason);
/** A source of many senders is ready for them. */
void source_ready(struct net_source *source, const char *reason);
/** It will say no more. */
void source_ended(struct net_source *source, const char *reason);
/** After the last callback of a watcher: may free the source (1). */
void source_enter(struct net_source *source);
void source_leave(struct net_source *source);

/* ---- links (link.c) -------------------------------------------------------------- */

/** The lowest free number; NULL: all are taken. */
struct link *link_free(struct net_source *source);
/** @fd is connected: the link owns it unless @borrowed. Set link->tty before. */
void link_up(struct link *link, int fd, bool borrowed);
void link_down(struct link *link, const char *reason);
/** Bytes were heard. */
void link_heard(struct link *link, struct slice bytes);
void link_pause(struct link *link, bool pause);
bool link_send(struct link *link, struct slice bytes);

/* ---- devices (serial.c) ------------------------------------------------------------ */

/** Raw, 8 bits, no parity, one stop bit; 0 @baud leaves the speed. 0 or -errno. */
int serial_setup(int fd, uint32_t baud);
/** Let others open it again. */
void serial_release(int fd);

/* ---- what waits for a client (queue.c) ---------------------------------------------- */

struct queue {
	char *bytes;
	uint32_t *lengths;                /* of the messages that wait */
	size_t head, len, max;            /* bytes */
	size_t first, count, lengths_max; /* lengths; [first] counts what is left */
	bool cut;                         /* the first message is partly written */
};
/** False: no memory. Empty messages are none. */
bool queue_add(struct queue *queue, struct slice message);
struct slice queue_waiting(const struct queue *queue);
void queue_written(struct queue *queue, size_t n);
/** Throw away all but the rest of a message that is partly written. */
void queue_clear(struct queue *queue);
void queue_free(struct queue *queue);

/* ---- servers (server.c, client.c) --------------------------------------------------- */

struct net_client {
	struct net_server *server;
	ev_io in, out;
	ev_timer greeting, stuck;
	struct queue queue;
	void *data;
	char *input; /* service.input_max bytes */
	size_t input_len, bound;
	unsigned behind;
	int fd;
	bool fresh;   /* its fresh start is being put */
	bool greeted; /* it spoke */
	bool waits;   /* read nothing for as long as we have patience */
	bool dead, joined;
};

struct net_server {
	struct ev_loop *loop;
	struct net_service service;
	struct net_client **clients;
	unsigned client_count; /* dead ones too */
	ev_io accept[2];
	ev_timer accept_again, reap;
	int fds[2];
	unsigned fd_count;
	unsigned depth;
	uint16_t port;
	bool open, closed;
};

void server_enter(struct net_server *server);
void server_leave(struct net_server *server);
/** NULL: no memory; @fd is closed then. */
struct net_client *client_new(struct net_server *server, int fd);
/** Put its fresh start. */
void client_join(struct net_client *client);
/** It is of no more use; freed later. */
void client_die(struct net_client *client);
void client_free(struct net_client *client);

#endif
