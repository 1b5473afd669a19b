/*
 * redis_link.h -- one connection to Redis
 *
 *  (1) It connects by itself, gives user and password, and waits while Redis loads its
 *      data; up() is called when commands are answered. When it is lost, down() is called
 *      after all waiting replies, and it connects again: after 1 s, then after twice as
 *      long up to 30 s, each delay with jitter.
 *  (2) Replies come in the order of the commands. A reply NULL: the connection was lost,
 *      and it is unknown whether the command was carried out.
 *  (3) Any callback may close the link; no callback is called after that.
 */
#ifndef PITWALL_REDIS_REDIS_LINK_H
#define PITWALL_REDIS_REDIS_LINK_H

#include <hiredis/hiredis.h>

#include "redis_keys.h"

struct redis_link;

struct redis_link_handler {
	void *context;
	/** Commands can be sent. NULL is fine, as for all. */
	void (*up)(void *context);
	/** The connection that was up is lost. */
	void (*down)(void *context, const char *reason);
	/** The status has changed. */
	void (*changed)(void *context);
};

struct redis_status {
	uint8_t state;       /* enum net_state: CONNECTING, LIVE, WAITING, REFUSED */
	instant_us since;    /* in this state */
	instant_us retry_at; /* next attempt; INSTANT_NONE: none planned */
	char reason[128];    /* why it is not live; "" */
};

typedef void redis_replied(void *context, const struct redisReply *reply);

/** Callbacks begin in the loop, never before this returns. -ENOMEM. */
int redis_link_open(struct ev_loop *loop, const struct redis_address *address,
		    const struct redis_link_handler *handler, struct redis_link **out,
		    struct err *err);
/** Close and free; waiting replies are not called. NULL is fine. */
void redis_link_close(struct redis_link *link);
/** Send a command; its bytes are copied. @done may be NULL. False: the link is not up,
 * and @done is not called. */
bool redis_link_send(struct redis_link *link, redis_replied *done, void *context,
		     int argc, const char *const *argv, const size_t *len);
/** The same for @words up to NULL. */
bool redis_link_words(struct redis_link *link, redis_replied *done, void *context,
		      const char *const *words);
/** The connection is of no use: lose it, and connect again later. */
void redis_link_drop(struct redis_link *link, const char *reason);
/** Valid until redis_link_close(). */
const struct redis_status *redis_link_status(const struct redis_link *link);

/** @tuned, or @usual when it is 0, in seconds. */
double redis_seconds(duration_us tuned, duration_us usual);
enum { REDIS_BLOCK_ROOM = 24 };
/** How long a command may block, ms: @most, or half of the time after which a connection
 * without an answer is lost. */
void redis_block(char out[REDIS_BLOCK_ROOM], duration_us most);

/* The reason of a connection that was lost because an answer was longer than this. */
enum { REDIS_ANSWER_MOST = 64 * 1024 * 1024 };
extern const char redis_answer_too_long[];

/* ---- replies.c ---------------------------------------------------------------------- */

/** The text of a string; {NULL, 0} for any other reply, and for NULL. */
struct slice redis_text(const struct redisReply *reply);
/** An element of an array; NULL: @reply is NULL, no array, or has fewer. */
const struct redisReply *redis_element(const struct redisReply *reply, size_t index);
/* An entry of the stream of a session: "ROW-PART" and its one field (redis_keys.h). */
struct redis_entry {
	int64_t row;
	unsigned part;
	struct slice field, value;
};
/** False: it is not such an entry. Row and part may be set all the same. */
bool redis_entry_read(const struct redisReply *reply, struct redis_entry *out);

enum redis_trouble {
	REDIS_TROUBLE_NONE,
	REDIS_TROUBLE_LOADING,  /* its data, after a start */
	REDIS_TROUBLE_DISK,     /* MISCONF: full, or it cannot be written */
	REDIS_TROUBLE_MEMORY,   /* OOM */
	REDIS_TROUBLE_LOGIN,    /* NOAUTH, WRONGPASS */
	REDIS_TROUBLE_DENIED,   /* NOPERM */
	REDIS_TROUBLE_READONLY, /* it is a replica */
	REDIS_TROUBLE_TYPE,     /* the key is of another type */
	REDIS_TROUBLE_OTHER,
};
enum { REDIS_WORDS = 128 };
/** What an error reply says, in words for the user; "" and NONE: it is not an error.
 * @reply is not NULL. */
enum redis_trouble redis_trouble(const struct redisReply *reply,
				 char words[REDIS_WORDS]);

#endif
