/*
 * net_parts.h -- private to this room
 *
 * A source is a state machine (net_source.c) over links (link.c): a file descriptor
 * that bytes come from, with a queue of bytes to write. How a link is made is a row of
 * transports: connect.c, listen.c (TCP and datagrams), device.c.
 *
 *  (1) A callback may close its source or drop its client: after each callback the
 *      caller checks that it still exists.
 *  (2) Timers run on the loop's clock, which never steps; net_calls.clock() only
 *      stamps the bytes received.
 */
#ifndef PITWALL_NET_NET_PARTS_H
#define PITWALL_NET_NET_PARTS_H

#include "pitwall/net.h"

#include <ev.h>
#include <sys/socket.h>

enum {
	READ_MAX = 64 * 1024,
	SEND_ROOM = 64 * 1024,
	ADDRESSES_MAX = 8,
	KNOWN_MAX = 64, /* addresses of senders */
	ACCEPTS_A_TURN = 16,
	DATAGRAMS_A_TURN = 64,
	SHORT_QUEUE = 32 * 1024, /* bytes; net.h (5) */
};

/* ---- addresses (address.c) ---------------------------------------------------- */

struct address {
	struct sockaddr_storage at;
	socklen_t len;
};

/** Parse a numeric address; "*" is any address of both families. */
bool address_parse(const char *host, uint16_t port, struct address *out);
bool address_is_loopback(const struct address *address);
bool address_eq(const struct address *a, const struct address *b);
uint16_t address_port(const struct address *address);
void address_set_port(struct address *address, uint16_t port);
/** The same but for the port. */
bool address_same_host(const struct address *a, const struct address *b);
/** The other end of a socket; @out is zeroed where there is none. */
void address_of_peer(int fd, struct address *out);
/** Make @fd non-blocking and close-on-exec. Returns @fd, or closes it and returns
 * -errno. */
int fd_prepare(int fd);
/** A socket of @type bound to @address, whose port is filled in; a stream socket
 * listens. Returns the descriptor, or -errno. */
int socket_bind(struct address *address, int type);
/** Send small writes at once; let the system detect a dead peer. */
void socket_tune(int fd);
/** True for EAGAIN and EINTR: try again later. */
bool error_passes(int error);
/** The error in a few words. */
const char *reason_of(int error);

/* ---- limits (allow.c) ----------------------------------------------------------- */

/** Why a connection from @address is refused; NULL: it is not. */
const char *limits_allow(const struct net_limits *limits,
			 const struct address *address);
/** The same, with @there connections, of them @same from that address. */
const char *limits_full(const struct net_limits *limits, const struct address *address,
			unsigned there, unsigned same);
void refusal_count(struct net_refused *refused, const struct address *address,
		   const char *reason);

/* ---- names (resolve.c) -------------------------------------------------------- */

struct resolver;
/** Resolve in a thread; @done is called once in the loop, unless the resolver is given
 * up. NULL: no memory or no thread. */
struct resolver *resolver_start(struct ev_loop *loop, const char *host, uint16_t port,
				void (*done)(void *context, const char *reason,
					     const struct address *list,
					     unsigned count),
				void *context);
void resolver_give_up(struct resolver *resolver); /* NULL is fine */

/* ---- sources ------------------------------------------------------------------- */

struct link {
	struct net_source *source;
	ev_io in, out;
	ev_timer dead;       /* silent for three times options.silence */
	struct address from; /* of senders */
	ev_tstamp last;      /* last received, on the loop's clock */
	char *queue;         /* SEND_ROOM bytes; NULL until something is sent */
	size_t sent, len;
	int fd;
	uint16_t peer;
	bool received;     /* has sent something */
	bool known;        /* net.h (6) */
	bool up, borrowed; /* borrowed: do not close the descriptor */
	bool tty;          /* a serial port: isatty() is false once it hung up */
};

struct transport {
	/** Begin to make links; calls source_failed() on failure. */
	void (*start)(struct net_source *source);
	/** Stop making links; existing links stay. */
	void (*stop)(struct net_source *source);
	bool many; /* several senders */
};
extern const struct transport transport_connect, transport_listen, transport_datagram,
	transport_device, transport_program;

/* A program that is a source (program.c). */
struct program_source {
	ev_io answers; /* of the starter */
	ev_io listen;  /* to standard error */
	ev_timer drain, refill;
	int64_t room;   /* bytes that it may write before it has to wait */
	int complaints; /* its standard error; -1: closed */
	uint32_t run;   /* the number of the program */
	int status;     /* of waitpid(), once it ended */
	bool wanted, ended, drained, held;
	size_t line_len;
	char line[256], said[128]; /* of standard error: in hand, and the last one */
};

struct net_source {
	struct ev_loop *loop;
	const struct transport *transport;
	struct net_url url;
	struct net_options options;
	struct net_handler handler;
	struct net_status status;
	struct link links[FEED_PEERS_MAX];
	ev_timer retry, silence, lived, attempt;
	struct program_source program;
	ev_io wait; /* for the connection, for senders or for datagrams */
	int wait_fd;
	struct resolver *resolver;
	struct address addresses[ADDRESSES_MAX];
	unsigned address_count, address_next;
	int error; /* of the last address that failed */
	unsigned failures;
	uint64_t jitter;
	struct address known[KNOWN_MAX]; /* a ring; len 0: free */
	unsigned known_next;
	ev_tstamp refused_at;
	unsigned depth; /* nested callbacks (1) */
	uint16_t port;
	bool closed;
	char buffer[READ_MAX];
};

/** Wall clock; falls back to the loop's clock. */
instant_us source_now(struct net_source *source);
/** Set the state and its reason; calls changed() when either differs. */
void source_state(struct net_source *source, enum net_state state, const char *reason);
/** The connection failed or was lost: REFUSED or WAITING, then retry (net.h (1)). */
void source_failed(struct net_source *source, const char *reason);
/** A source of several senders is ready for them. */
void source_ready(struct net_source *source, const char *reason);
/** The source is complete: no more bytes, no retry. */
void source_ended(struct net_source *source, const char *reason);
/** Bracket every watcher: source_leave() frees a source that a callback closed (1). */
void source_enter(struct net_source *source);
void source_leave(struct net_source *source);

/* ---- links (link.c) -------------------------------------------------------------- */

/** (6) */
void source_know(struct net_source *source, const struct address *address);
/** The lowest free link; NULL: all are in use. */
struct link *link_free(struct net_source *source);
/** @fd is connected; the link closes it unless @borrowed. Set link->tty before. */
void link_up(struct link *link, int fd, bool borrowed);
void link_down(struct link *link, const char *reason);
/** Bytes were received. */
void link_received(struct link *link, struct slice bytes);
bool link_send(struct link *link, struct slice bytes);

/* ---- programs (program.c) ---------------------------------------------------------- */

/** The output of a program ended. False: the source is none. */
bool program_drained(struct net_source *source);
/** @len bytes of its output were read. A no-op for other sources. */
void program_received(struct net_source *source, size_t len);

/* ---- devices (serial.c) ---------------------------------------------------------- */

/** Set raw mode, 8 bits, no parity, one stop bit; @baud 0 keeps the speed. 0, -EINVAL
 * for an unknown speed, or -errno. */
int serial_setup(int fd, uint32_t baud);
/** Allow other programs to open it again. */
void serial_release(int fd);

/* ---- the queue of a client (client_queue.c) -------------------------------------- */

struct client_queue {
	char *bytes;
	uint32_t *lengths;                /* of the queued messages */
	size_t head, len, max;            /* bytes */
	size_t first, count, lengths_max; /* lengths; [first]: what is left of it */
	bool cut;                         /* the first message is partly written */
};
/** False: no memory. An empty message is a no-op. */
bool queue_add(struct client_queue *queue, struct slice message);
struct slice queue_waiting(const struct client_queue *queue);
void queue_written(struct client_queue *queue, size_t n);
/** Discard all but the rest of a partly written message. */
void queue_clear(struct client_queue *queue);
void queue_free(struct client_queue *queue);

/* ---- servers (server.c, client.c) ------------------------------------------------ */

struct net_client {
	struct net_server *server;
	struct address from;
	ev_io in, out;
	ev_timer greeting, stuck;
	struct client_queue queue;
	char *input; /* service.input_max bytes */
	void *state; /* service.state_size bytes */
	size_t input_len, bound;
	unsigned behind;
	int fd;
	bool fresh;   /* joined() or behind() is running */
	bool waits;   /* read nothing for service.patience */
	bool answers; /* service.more() has more */
	bool dead, joined;
};

struct net_server {
	struct ev_loop *loop;
	struct net_service service;
	struct net_client **clients; /* twice service.limits.most */
	unsigned client_count;       /* dead ones too */
	struct net_refused refused;
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
/** Call joined(). */
void client_join(struct net_client *client);
/** Close it; on_reap() frees it later. */
void client_die(struct net_client *client);
void client_free(struct net_client *client);

#endif
