/*
 * net.h -- sources that live and servers: sockets, serial ports, pipes
 *
 * Bytes come in with the time they were heard at; nothing here knows what they
 * mean. Everything runs in the caller's event loop and never blocks it: names are
 * resolved in a thread.
 *
 *  (1) A source connects by itself, and again after it was lost: after 1 s, then
 *      twice as long up to 30 s, each with jitter; a connection that lived resets it.
 *  (2) A source that says nothing for longer than it may is a dead link: it is shown
 *      as silent, and after three times as long it is connected anew.
 *  (3) Bytes of two connections are never mixed: link() stands between them, and
 *      several senders of one source have a number each.
 *  (4) A server waits for no client: one whose room is full is dropped to a fresh
 *      start; their number, what they may say and how long a greeting may take have
 *      limits.
 */
#ifndef PITWALL_NET_H
#define PITWALL_NET_H

#include "pitwall/feed.h"

struct ev_loop;

/* ---- URLs -------------------------------------------------------------------- */

enum net_kind {
	NET_TCP,    /* connects */
	NET_LISTEN, /* accepts: beacon+tcp://[::]:7575?listen=yes */
	NET_UDP,    /* binds */
	NET_FILE,   /* file:/dev/ttyUSB0?feed=p98&baud=9600, a FIFO */
	NET_STDIN,  /* - */
};

struct net_url {
	char text[160];   /* as people read it */
	char scheme[16];  /* "p3" */
	char host[128];   /* "[::1]" without its brackets */
	char path[256];   /* of a file */
	char feed[24];    /* name of the driver, of the scheme or ?feed=; "": sniff */
	char session[64]; /* ?session= */
	uint32_t baud;    /* 0: as it is */
	uint16_t port;
	uint8_t kind;
	uint8_t spare;
};

/** True when @text is written as a live source: "p3://...", "file:...". Files and "-"
 * are for the caller to decide. */
bool net_url_is(const char *text);
/** Parse; names what is wrong and the forms there are. A host without a name is
 * refused; a port left out is the driver's. beacon+tcp connects when its URL names a
 * host, and listens when the host is "*", "[::]" or "0.0.0.0", or with ?listen=yes. */
int net_url_parse(const char *text, struct net_url *out, struct err *err);

/* ---- sources -------------------------------------------------------------------- */

#define NET_STATES(X)                          \
	X(CONNECTING, "connecting")            \
	X(LIVE, "live")                        \
	X(SILENT, "silent")                    \
	X(WAITING, "waiting to connect again") \
	X(REFUSED, "refused")                  \
	X(ENDED, "ended")
enum net_state {
#define X(id_, name_) NET_##id_,
	NET_STATES(X)
#undef X
		NET_STATE_COUNT
};
const char *net_state_name(enum net_state state);

struct net_status {
	instant_us since;    /* in this state */
	instant_us heard_at; /* last byte; INSTANT_NONE */
	instant_us retry_at; /* of WAITING and REFUSED */
	uint64_t bytes;
	uint32_t connects, chunks;
	uint32_t peers;   /* connected now */
	uint8_t state;    /* enum net_state */
	char reason[128]; /* why it is not live; "" */
};

struct net_source;

struct net_handler {
	void *context;
	/** Bytes as they came, at most 64 KiB. @peer: which of several senders. */
	void (*bytes)(void *context, struct net_source *source, uint16_t peer,
		      struct slice bytes, instant_us heard_at);
	/** A connection was made (@up) or lost (@reason). */
	void (*link)(void *context, struct net_source *source, uint16_t peer, bool up,
		     const char *reason);
	/** The state has changed: for a screen. */
	void (*changed)(void *context, struct net_source *source);
};

struct net_options {
	duration_us silence;                 /* (2); 0: it may be silent */
	duration_us retry_first, retry_most; /* (1); 0: 1 s and 30 s */
	uint64_t seed;                       /* of the jitter */
};

int net_source_open(struct ev_loop *loop, const struct net_url *url,
		    const struct net_options *options,
		    const struct net_handler *handler, struct net_source **out,
		    struct err *err);
void net_source_close(struct net_source *source); /* NULL is fine */
/** Queue bytes for a sender (an ASK); false when it is not connected or its room (64
 * KiB) is full. */
bool net_source_send(struct net_source *source, uint16_t peer, struct slice bytes);
const struct net_status *net_source_status(const struct net_source *source);
/** The port a source that listens or binds has; 0: none yet. */
uint16_t net_source_port(const struct net_source *source);
/** Do not read for now, or go on: the reader cannot keep up. */
void net_source_pause(struct net_source *source, bool pause);

/* ---- servers ---------------------------------------------------------------------- */

struct net_server;
struct net_client;

struct net_service {
	void *context;
	/** A client came: put its fresh start with net_client_send(). */
	void (*joined)(void *context, struct net_client *client);
	/** It was behind and was dropped to nothing: as if it had just joined. */
	void (*behind)(void *context, struct net_client *client);
	/** It said something; the bytes used. May be NULL: input is read and dropped. */
	size_t (*heard)(void *context, struct net_client *client, struct slice bytes);
	void (*left)(void *context, struct net_client *client);
	unsigned clients_max; /* 0: 32 */
	size_t room;          /* bytes that may wait for a client; 0: 1 MiB */
	size_t input_max;     /* bytes unanswered; 0: 4 KiB */
	duration_us greeting; /* a client that must speak has so long; 0: need not */
	duration_us patience; /* behind three times and nothing read for so long: it
				 is closed; 0: 30 s */
};

/** Listen on "ADDR:PORT", "PORT" (loopback), "[::1]:PORT". Port 0 finds one. */
int net_server_open(struct ev_loop *loop, const char *address,
		    const struct net_service *service, struct net_server **out,
		    struct err *err);
void net_server_close(struct net_server *server); /* NULL is fine */
uint16_t net_server_port(const struct net_server *server);
/** True when it listens to more than this machine. */
bool net_server_is_open_to_others(const struct net_server *server);
/** To all. The bytes of one call are one message: a client gets all of it or, when
 * it was behind, none of it before its fresh start and all of it after. */
void net_server_send(struct net_server *server, struct slice bytes);
void net_client_send(struct net_client *client, struct slice bytes);
/** Close it; left() comes later in this turn of the loop, or from net_server_close(). */
void net_client_drop(struct net_client *client);
void *net_client_data(const struct net_client *client);
void net_client_set_data(struct net_client *client, void *data);
unsigned net_server_clients(const struct net_server *server);

/* ---- the calls that can fail, for tests that let them ----------------------------- */

struct net_calls {
	int64_t (*clock)(void); /* UTC microseconds */
	int (*socket)(int domain, int type, int protocol);
	int (*connect)(int fd, const void *address, unsigned len);
	ptrdiff_t (*read)(int fd, void *to, size_t size);
	ptrdiff_t (*write)(int fd, const void *from, size_t size);
	int (*accept)(int fd);
	/* Of datagrams: the sender's address, its room and then its length in @len. */
	ptrdiff_t (*read_from)(int fd, void *to, size_t size, void *address,
			       unsigned *len);
};
extern struct net_calls net_calls;

#endif
