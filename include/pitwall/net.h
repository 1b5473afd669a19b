/*
 * net.h -- live sources and servers: sockets, serial ports, pipes
 *
 * Bytes come in with the time they were received; this room does not interpret them.
 * Everything runs in the caller's event loop and never blocks it: names are resolved
 * in a thread.
 *
 *  (1) A source connects by itself and reconnects when the connection is lost: after
 *      1 s, then after twice as long up to 30 s, each delay with jitter. A connection
 *      that lasted, or received bytes, resets the delay.
 *  (2) A source that is silent for longer than options.silence is shown as silent;
 *      after three times as long it is reconnected.
 *  (3) Bytes of two connections are never mixed: link() is called between them, and
 *      each sender of a source has its own peer number.
 *  (4) A server never waits for a client. When a client's queue is full, the queue is
 *      discarded and the client gets a fresh start. The number of clients, their
 *      unanswered input and the time for a greeting are limited.
 *  (5) A request is read only when the answers to earlier ones are nearly sent: a
 *      client that asks for much and reads little makes itself wait, and no other client. A
 *      long answer is made in pieces, one a turn of the loop.
 *  (6) A sender that was answered is known, and its address with it. When all places
 *      are taken, a sender that is not known and silent gives its place to another; to
 *      one whose address is known at once.
 */
#ifndef PITWALL_NET_H
#define PITWALL_NET_H

#include "pitwall/feed.h"
#include "pitwall/record.h"

struct ev_loop;

/* ---- who may connect ------------------------------------------------------------ */

struct net_allowed {
	unsigned char bytes[16]; /* IPv6, or IPv4 as ::ffff:a.b.c.d */
	uint8_t bits;            /* of the prefix */
};
struct net_allow {
	struct net_allowed nets[16];
	uint8_t count;
	bool any;
};
/** "192.168.1.0/24,10.0.0.7,fd00::/8" or "any". -EINVAL with a sentence. */
int net_allow_parse(const char *text, struct net_allow *out, struct err *err);

/* Whom a server or a source accepts. */
struct net_limits {
	struct net_allow allow; /* empty: everybody */
	unsigned most;          /* connections; 0: the default */
	unsigned per_address;   /* 0: half of them, from loopback all */
};

/* Connections that were refused. */
struct net_refused {
	uint64_t count;
	char address[64];   /* of the last one; "" */
	const char *reason; /* of the last one: a fixed text; NULL */
};

/* ---- URLs -------------------------------------------------------------------- */

enum net_kind {
	NET_TCP,     /* connects */
	NET_LISTEN,  /* accepts: beacon+tcp://[::]:7575?listen=yes */
	NET_UDP,     /* binds */
	NET_FILE,    /* file:/dev/ttyUSB0?feed=p98&baud=9600, a FIFO */
	NET_STDIN,   /* - */
	NET_PROGRAM, /* exec:COMMAND */
};

struct net_url {
	char text[RECORD_URL_MAX]; /* as the user wrote it, cleaned */
	char scheme[16];           /* "p3" */
	char host[128];            /* "[::1]" without its brackets */
	char path[RECORD_URL_MAX]; /* of a file; the command of a program */
	char feed[24];             /* driver: of the scheme or ?feed=; "": detect it */
	char session[64];          /* ?session= */
	struct net_limits limits;  /* of senders: ?senders= &per-address= &allow= */
	uint32_t idle;             /* ?idle= seconds without bytes; 0: the default */
	uint32_t baud;             /* 0: leave as it is */
	uint16_t port;
	uint8_t kind; /* enum net_kind */
	uint8_t spare;
};

/** True for "SCHEME://...", "file:..." and "exec:...". Plain paths and "-" are for the caller to
 * decide. */
bool net_url_is(const char *text);
/** Decode %XX of a part of a URL; false: too long for @cap, or a NUL. */
bool net_url_unescape(char *dst, size_t cap, struct slice part);
/** Parse. A missing port becomes the driver's default port. beacon+tcp connects to a
 * host, and listens when the host is "*", "[::]" or "0.0.0.0" or with ?listen=yes.
 * -EINVAL: the sentence names the error and the valid forms; @out is untouched. */
int net_url_parse(const char *text, struct net_url *out, struct err *err);
/** True for what pitwall-web reads: https://, wss:// and the services; not for a command. */
bool net_url_is_web(const struct net_url *url);

/** @url as others may see it, without what may be a secret: a user and a password, values
 * of parameters that are not those of pitwall, and options of a command are "***". The
 * same for a text that is shown already. Returns the length. */
size_t net_url_shown(char *out, size_t cap, const char *url);

/* ---- sources -------------------------------------------------------------------- */

enum net_state {
	NET_CONNECTING,
	NET_LIVE,
	NET_SILENT,
	NET_WAITING, /* to reconnect */
	NET_REFUSED,
	NET_ENDED,
	NET_STATE_COUNT
};

struct net_status {
	instant_us since;       /* in this state */
	instant_us received_at; /* last byte received; INSTANT_NONE: none yet */
	instant_us retry_at;    /* next attempt; INSTANT_NONE: none planned */
	uint64_t bytes;
	uint32_t connects, chunks;
	uint32_t peers;             /* connected now */
	uint8_t state;              /* enum net_state */
	char reason[128];           /* why it is not live; "" */
	struct net_refused refused; /* senders */
};

struct net_source;

struct net_handler {
	void *context;
	/** Bytes as received, at most 64 KiB. @peer: number of the sender. */
	void (*bytes)(void *context, struct net_source *source, uint16_t peer,
		      struct slice bytes, instant_us received_at);
	/** A connection was made (@up) or lost (@reason). NULL is fine, as for all. */
	void (*link)(void *context, struct net_source *source, uint16_t peer, bool up,
		     const char *reason);
	/** The state or its reason changed. */
	void (*changed)(void *context, struct net_source *source);
};

struct net_options {
	duration_us silence;                 /* (2); 0: no limit */
	duration_us retry_first, retry_most; /* (1); 0: 1 s and 30 s */
	uint64_t seed;                       /* of the jitter */
	int program;                         /* net_program.fd, of NET_PROGRAM */
};

/** Create a source; callbacks begin in the loop, never before this returns. -EINVAL or
 * -EISDIR: a regular file or a folder. Call net_source_close() to free it. */
int net_source_open(struct ev_loop *loop, const struct net_url *url,
		    const struct net_options *options,
		    const struct net_handler *handler, struct net_source **out,
		    struct err *err);
/** Close and free, also from a callback; calls no handler. NULL is fine. */
void net_source_close(struct net_source *source);
/** Queue bytes for a sender (an ASK). False: not connected, the sender cannot be
 * written to, or its queue (64 KiB) is full. */
bool net_source_send(struct net_source *source, uint16_t peer, struct slice bytes);
/** Do not read a connection until it is not held any more: its sender waits, others do
 * not. Nothing for datagrams, which have one socket. A new connection is not held. */
void net_source_hold(struct net_source *source, uint16_t peer, bool hold);
/** End a connection, so that its sender connects again; of datagrams the next one is a new
 * connection. Calls the handler. Nothing for standard input. */
void net_source_drop(struct net_source *source, uint16_t peer, const char *reason);
/** Valid until net_source_close(). */
const struct net_status *net_source_status(const struct net_source *source);
/** Port that the source listens on or is bound to; 0: none yet. */
uint16_t net_source_port(const struct net_source *source);

/* ---- programs as sources (program.c) ---------------------------------------------- */

/* The process that starts the program of a source, and ends it. */
struct net_program {
	int fd;
	int pid; /* 0: none */
};

/** Start the process for @url, of NET_PROGRAM: before a sandbox, which the program is not
 * in. The program itself starts with net_source_open(). */
int net_program_open(const struct net_url *url, struct net_program *out,
		     struct err *err);
/** End the programs of these, and wait until they are gone: two seconds at most. Close
 * their sources before. */
void net_programs_end(struct net_program *programs, unsigned count);
/** Start pitwall-web for its list of what is on. A descriptor to read it from, and @pid to wait for; or
 * -errno with a sentence. */
int net_web_list(int *pid, struct err *err);
/** Close all descriptors from @first on but @keep. */
void net_descriptors_close(int first, int keep);

/* ---- servers --------------------------------------------------------------------- */

struct net_server;
struct net_client;

struct net_service {
	void *context;
	/** A client connected: send its fresh start with net_client_send(). */
	void (*joined)(void *context, struct net_client *client);
	/** Its queue was discarded (4): send a fresh start, as in joined(). */
	void (*behind)(void *context, struct net_client *client);
	/** Input of a client; returns the bytes used, 0: incomplete. NULL: input is
	 * read and discarded. */
	size_t (*received)(void *context, struct net_client *client,
			   struct slice bytes);
	/** A piece of a long answer, with net_client_send(); false: that was all. It is
	 * called while net_client_answers() was, and each time the queue is short. */
	bool (*more)(void *context, struct net_client *client);
	/** What a client is sent that is refused for @reason; the length. NULL: nothing.
	 */
	size_t (*refuse)(void *context, const char *reason, char *buf, size_t cap);
	/** A client that joined is gone; the last call with @client. */
	void (*left)(void *context, struct net_client *client);
	size_t state_size;        /* of net_client_state() */
	struct net_limits limits; /* limits.most 0: 32 clients */
	size_t room;              /* bytes in the queue of a client; 0: 1 MiB */
	size_t input_max;         /* bytes of unanswered input; 0: 4 KiB */
	duration_us greeting;     /* time in which a client must send; 0: no limit */
	duration_us patience; /* a client that fell behind three times and read nothing
				 for so long is closed; 0: 30 s */
};

/** Listen on "ADDR:PORT", "PORT" (loopback only), "[::1]:PORT" or "*:PORT"; port 0
 * picks a free one. -EINVAL: invalid address; -EACCES: it is not loopback and no address is
 * allowed; or a negative errno of the system. */
int net_server_open(struct ev_loop *loop, const char *address,
		    const struct net_service *service, struct net_server **out,
		    struct err *err);
/** Close all clients, each with left(), and stop listening; NULL is fine. */
void net_server_close(struct net_server *server);
/** Port that it listens on. */
uint16_t net_server_port(const struct net_server *server);
/** True when other machines can connect. */
bool net_server_is_open_to_others(const struct net_server *server);
/** Clients that were refused so far. Valid until net_server_close(). */
const struct net_refused *net_server_refused(const struct net_server *server);
/** Send to all clients. The bytes of one call are one message: a client gets all of it
 * or, when it was behind, its fresh start first and then all of it. */
void net_server_send(struct net_server *server, struct slice bytes);
/** To one client, as net_server_send(). */
void net_client_send(struct net_client *client, struct slice bytes);
/** A long answer begins (5): service.more() makes it. */
void net_client_answers(struct net_client *client);
/** service.state_size bytes of this client, zeroed when it connected. */
void *net_client_state(struct net_client *client);
/** Close the client; left() is called later in this turn of the loop, or by
 * net_server_close(). */
void net_client_drop(struct net_client *client);
/** Number of connected clients. */
unsigned net_server_clients(const struct net_server *server);

/* ---- local sockets (local.c) ---------------------------------------------------
 *
 * Messages between processes of one user on this machine. Descriptors do not block and
 * are closed on exec; the caller closes them.
 */

/** Two connected ends. 0 or -errno. */
int net_local_pair(int fds[2]);
/** Listen at @path, private to its user; what had this name is replaced. The descriptor
 * or -errno. */
int net_local_listen(const char *path);
/** The descriptor of a connection, or -errno; -EPERM: it belongs to another user. */
int net_local_accept(int listening);
/** Close it, and end the connection although another process may have this end too. */
void net_local_end(int fd);
/** The descriptor, or -errno; -EAGAIN: too many wait already for what listens there. */
int net_local_connect(const char *path);
/** Send a message at once or not at all. */
bool net_local_send(int fd, struct slice message);
/** Receive a message: its size, 0 at the end of the connection, or -errno (-EAGAIN:
 * there is none). */
ptrdiff_t net_local_receive(int fd, void *to, size_t size);

/* ---- system calls, replaceable by tests ------------------------------------------ */

struct net_calls {
	int64_t (*clock)(void); /* UTC microseconds */
	/* A clock that is never set, as in record_row.steady; 0: there is none. */
	int64_t (*steady)(void);
	int (*socket)(int domain, int type, int protocol);
	int (*connect)(int fd, const void *address, unsigned len);
	ptrdiff_t (*read)(int fd, void *to, size_t size);
	ptrdiff_t (*write)(int fd, const void *from, size_t size);
	int (*accept)(int fd);
	/* recvfrom(): @len is the room for the address, then its length. */
	ptrdiff_t (*read_from)(int fd, void *to, size_t size, void *address,
			       unsigned *len);
};
extern struct net_calls net_calls;

/* ---- host names (resolve.c) --------------------------------------------------------- */

struct net_lookup;
/** Look up the numeric addresses of @host in a thread. @done is called once in the loop,
 * with @reason when there are none; the addresses are valid until it returns. NULL: no
 * memory or no thread. */
struct net_lookup *net_lookup_start(struct ev_loop *loop, const char *host,
				    void (*done)(void *context, const char *reason,
						 const char *const *addresses,
						 unsigned count),
				    void *context);
/** @done is not called any more. NULL is fine; not after @done. */
void net_lookup_give_up(struct net_lookup *lookup);

/** Load what looks up host names by @config (/etc/nsswitch.conf), before a sandbox forbids
 * to load code. */
void net_names_prepare(const char *config);

#endif
