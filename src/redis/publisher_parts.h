/*
 * publisher_parts.h -- what the files of the publisher share
 *
 *   DOWN ── up ── LOCKS ── FINDS ── READY ⇄ SENDS
 *                   ^────── RESTS ──────┘ (trouble: again after a while)
 *
 *  (1) In LOCKS, FINDS and SENDS one pipeline is on its way, and its last reply decides how
 *      it goes on. A lost connection leads to DOWN from everywhere.
 *  (2) The lock is watched from the end of a pipeline to the EXEC of the next one. So a
 *      group is carried out only while the lock is ours.
 *  (3) A group must be there before the lock expires. So it is smaller on a thin line; and
 *      when the lock has expired all the same, the next one lasts longer.
 */
#ifndef PITWALL_REDIS_PUBLISHER_PARTS_H
#define PITWALL_REDIS_PUBLISHER_PARTS_H

#include <ev.h>

#include "redis_keys.h"
#include "redis_link.h"

enum publisher_state {
	PUBLISHER_DOWN,
	PUBLISHER_LOCKS,
	PUBLISHER_FINDS,
	PUBLISHER_READY,
	PUBLISHER_SENDS,
	PUBLISHER_RESTS,
	PUBLISHER_ENDED,
};

enum {
	GROUP_ROWS = 512,
	GROUP_FIRST = 16 * 1024, /* bytes; then by the line (3) */
	GROUP_LEAST = 4 * 1024,
	GROUP_BYTES = 256 * 1024,
	BEATS_A_LOCK = 5,
	SESSIONS_MOST = 99, /* SESSION-2 to SESSION-99 */
	LOCK_ROOM = 160,
};

/* What the replies say of the stream, until the last one decides. */
struct publisher_finding {
	bool entry;  /* there is a row, */
	bool equal;  /* which is equal to that of the recording */
	bool closed; /* behind it the recording was closed */
	int64_t row; /* the last one; 0: none */
	char recording[REDIS_RECORDING_ROOM]; /* of the info; "" */
	char asked[REDIS_ASK_ROOM];           /* of the info, or the last ask; "" */
};

/* Where the rows come from, when it is not a recording: from another stream (relay.c). */
struct publisher_origin {
	void *context;
	/** As record_behind_read() and record_behind_source(). */
	int (*read)(void *context, int64_t after, int64_t last,
		    int (*each)(void *context, const struct record_row *row),
		    void *each_context);
	bool (*source)(void *context, unsigned index, struct record_source *out);
	/** The last row of the stream; its slices are valid until it returns. */
	void (*last)(void *context, const struct record_row *row);
	/** The stream ends with row @row, 0: it is empty; those behind it are wanted.
	 * Returns the number of the last one that can be read. */
	int64_t (*found)(void *context, int64_t row);
};

struct redis_publisher {
	struct ev_loop *loop;
	struct record_behind *behind;   /* NULL: the rows come from */
	struct publisher_origin origin; /* there */
	struct redis_link *link;
	struct redis_publish publish;
	struct redis_address at; /* with the session */
	bool named;              /* the session, by the user */
	unsigned session_number; /* 1: the first one that is tried */
	enum publisher_state state;
	ev_timer beat, again;
	char stream[REDIS_KEY_ROOM], info[REDIS_KEY_ROOM], lock[REDIS_KEY_ROOM];
	char consoles[REDIS_KEY_ROOM], asks[REDIS_KEY_ROOM], answers[REDIS_KEY_ROOM];
	char host[64];
	char info_host[64]; /* of the recorder */
	char lock_value[LOCK_ROOM], lock_other[LOCK_ROOM], lock_ms[24];
	unsigned lock_times; /* it lasts so many times its usual time (3) */

	uint64_t rows;                        /* durable */
	int64_t published;                    /* the last row in the stream */
	int64_t sent;                         /* the last row of the group */
	int64_t since;                        /* received_at of the first row */
	char recording[REDIS_RECORDING_ROOM]; /* "": no row yet */
	unsigned sources;                     /* that the info has */
	bool informed, informs; /* the info is written; the group writes it */
	bool closed;            /* the end is in the stream */
	struct publisher_finding found;

	char *value; /* of an entry */
	size_t value_room;
	unsigned group_rows;
	size_t group_bytes, group_most; /* (3) */
	ev_tstamp group_at;
	bool unsent;             /* a command could not be sent */
	bool unread;             /* the recording cannot be read */
	bool done, lost;         /* the group was carried out; the lock was not ours */
	char words[REDIS_WORDS]; /* the first error of a pipeline; "" */
	unsigned rests;          /* in a row */
	unsigned beats;
	int64_t server_ahead; /* clock of Redis, s */
	bool server_clock;    /* it is known */
	bool ending;
	bool leaving;               /* the recording goes on */
	char asked[REDIS_ASK_ROOM]; /* the last ask that was taken; "": not known */
	char group_asked[REDIS_ASK_ROOM]; /* by the group; "" */
	struct publisher_taker *taker;    /* NULL: nothing is taken */
	struct redis_published status;
};

/** Send a command of words; replies NULL are for redis_link_handler.down. */
#define PUBLISHER_SEND(publisher, done, ...) \
	publisher_send((publisher), (done), (const char *const[]){__VA_ARGS__, NULL})
void publisher_send(struct redis_publisher *publisher, redis_replied *done,
		    const char *const *words);
/** Keep the first error of a pipeline. False: @reply is one. */
bool publisher_fine(struct redis_publisher *publisher, const struct redisReply *reply);
/** A pipeline was sent. */
void publisher_sent(struct redis_publisher *publisher, enum publisher_state state);
/** Trouble: try again after a while. */
void publisher_rest(struct redis_publisher *publisher, const char *reason);
/** Why rows wait; "": they do not. */
void publisher_reason(struct redis_publisher *publisher, const char *reason);
/** Name the keys of the session publisher->session_number. */
void publisher_keys(struct redis_publisher *publisher);
/** The value of the entry of @row, in publisher->value; its length, 0: no memory, or the
 * row has no such form. */
size_t publisher_value(struct redis_publisher *publisher, const struct record_row *row);

/** Read the rows behind @after up to @last, as record_behind_read(). */
int publisher_read(struct redis_publisher *publisher, int64_t after, int64_t last,
		   int (*each)(void *context, const struct record_row *row),
		   void *context, struct err *err);
/** Open it, of a recording or, @record NULL, of @origin. */
int publisher_open(struct ev_loop *loop, struct record *record,
		   const struct publisher_origin *origin,
		   const struct redis_publish *publish, struct redis_publisher **out,
		   struct err *err);
/** The lock is to last as long as lock_times says. */
void publisher_lock_time(struct redis_publisher *publisher);
/** Read what identifies the recording, once it has a row. */
void publisher_first(struct redis_publisher *publisher);

/* ---- publisher_place.c ------------------------------------------------------------ */

/** Take the lock, then find where the stream ends. */
void publisher_lock(struct redis_publisher *publisher);
/** True when the reply to GET is our lock. */
bool publisher_owns(const struct redis_publisher *publisher,
		    const struct redisReply *reply);

/* ---- publisher_group.c ------------------------------------------------------------ */

/** Send a group of rows, or none: that keeps the lock. */
void publisher_group(struct redis_publisher *publisher);
/** READY: send a group if rows wait, or the end. */
void publisher_go_on(struct redis_publisher *publisher);

/* ---- publisher_asks.c ------------------------------------------------------------- */

/** Take asks, if the caller takes any. */
int publisher_take_begin(struct redis_publisher *publisher, struct err *err);
/** Something has changed: read the next ask, if that may be. */
void publisher_take(struct redis_publisher *publisher);
void publisher_take_end(struct redis_publisher *publisher);

#endif
