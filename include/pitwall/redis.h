/*
 * redis.h -- a race through Redis: its rows in a stream, for many consoles
 *
 * The recording is the truth. A stream is the rows of a recording, in order, under the same
 * numbers; pitwall-redis(7) describes its keys. Nothing here knows racing.
 *
 *  (1) A connection is made by itself, and again when it is lost, as net.h (1) has it.
 *  (2) User and password come from the environment or from a file. They are never part of
 *      an address, a message, the arguments of a process or a recording.
 *  (3) Built without hiredis, what connects returns -ENOTSUP with a sentence.
 */
#ifndef PITWALL_REDIS_H
#define PITWALL_REDIS_H

#include "pitwall/net.h"
#include "pitwall/record.h"

struct ev_loop;

/* ---- addresses (redis_address.c) ---------------------------------------------------- */

enum { REDIS_NAME_MAX = 60 };

struct redis_address {
	char host[128]; /* "[::1]" without its brackets */
	uint16_t port;
	char name[REDIS_NAME_MAX + 1];    /* circuit or championship; "": all of them */
	char session[REDIS_NAME_MAX + 1]; /* "": not named */
	char user[128], password[512];    /* "": none (2) */
};

/** True for "redis://...". */
bool redis_is(const char *text);
/** Parse redis://HOST[:6379][/NAME[/SESSION]]; NAME and SESSION are 1 to 60 of
 * A-Z a-z 0-9 . _ - and begin with a letter or a digit. User and password are "". -EINVAL:
 * the sentence names the error; a password in @text is refused and not repeated. */
int redis_address_parse(const char *text, struct redis_address *out, struct err *err);
/** HOST[:PORT][/NAME[/SESSION]], the port when it is not 6379. Returns the length. */
size_t redis_address_text(const struct redis_address *address, char *out, size_t cap);
/** Replace by '-' what a NAME or a SESSION must not have; "race" for nothing. */
void redis_name_safe(char out[REDIS_NAME_MAX + 1], struct slice text);
/** Read user and password from @file: two lines, user and password; or one, the password of
 * the default user. NULL: from the file in $PITWALL_REDIS_AUTH, or from
 * $PITWALL_REDIS_USER and $PITWALL_REDIS_PASSWORD. -EACCES: others can read the file;
 * -EINVAL: it has no password; or -errno of reading it. */
int redis_auth_read(struct redis_address *address, const char *file, struct err *err);
/** The same of the Redis that is relayed to: $PITWALL_REDIS_TO_AUTH, $PITWALL_REDIS_TO_USER
 * and $PITWALL_REDIS_TO_PASSWORD. */
int redis_auth_read_to(struct redis_address *address, const char *file,
		       struct err *err);

/* ---- publishing (publisher.c) -----------------------------------------------------------
 *
 *  (4) Rows go to the stream when they are durable, in order, each once: a group is carried
 *      out as a whole or not at all, and only by the one publisher that has the lock of the
 *      session. While that is not possible the recording keeps them.
 *  (5) A stream is continued only behind a row that is equal to that of the recording. Else
 *      it is of another recording: the publisher takes SESSION-2, or the next that is free,
 *      unless the session was named.
 */

enum { REDIS_KEEP = 1000000 }; /* rows in a stream, by default */

struct redis_publish {
	struct redis_address
		address; /* with its name; session "": `session` is tried */
	char session[REDIS_NAME_MAX + 1];
	int64_t keep;                 /* rows in the stream, at least; 0: all */
	char title[128], circuit[64]; /* for the list; "": not known */
	void *context;
	/** The status has changed, other than by rows. NULL is fine. */
	void (*changed)(void *context);
	/** Record a decision that a console asks for: a row of this @name. 0: it is queued;
	 * -EAGAIN: not now; another -errno with a sentence: refused. NULL: none is taken. */
	int (*take)(void *context, struct slice name, struct slice line,
		    struct err *err);
	bool relays; /* the rows come from another Redis, with the asks that were taken
			there */
};

struct redis_published {
	char place[256];  /* HOST/NAME/SESSION */
	char reason[160]; /* why rows wait; "": they do not */
	instant_us since; /* of the reason; INSTANT_NONE */
	uint64_t waiting; /* rows on disk that are not in the stream */
	uint32_t consoles;
	uint8_t full; /* of the length of the stream: 90 to 100 %, of which its first
			 rows are removed; 0: less */
};

/** -ENOTSUP with a sentence: built without hiredis. */
int redis_built(struct err *err);

struct redis_publisher;

/** Publish what @record, of record_live_open(), writes. -ENOTSUP: built without hiredis;
 * -ENOMEM. */
int redis_publisher_open(struct ev_loop *loop, struct record *record,
			 const struct redis_publish *publish,
			 struct redis_publisher **out, struct err *err);
/** @rows rows are on disk: record_state.rows. */
void redis_publisher_wake(struct redis_publisher *publisher, uint64_t rows);
/** Other words for the list: redis_publish.title and circuit. */
void redis_publisher_describe(struct redis_publisher *publisher, const char *title,
			      const char *circuit);
void redis_publisher_status(const struct redis_publisher *publisher,
			    struct redis_published *out);
/** Publish the rest and that the recording was closed. Runs the loop while rows are taken,
 * 30 s at most. False: rows are left, and the status says how many. */
bool redis_publisher_finish(struct redis_publisher *publisher, uint64_t rows);
/** Stop, and free the lock. Before the recording is closed. NULL is fine. */
void redis_publisher_close(struct redis_publisher *publisher);

/* ---- reading a session (reader.c) ------------------------------------------------------- */

struct redis_reader;

struct redis_info {
	char recording[64];                     /* identifies it */
	char circuit[64], title[128], host[64]; /* "": not given */
	instant_us since;                       /* of the first row */
	int64_t keep;                           /* rows; 0: all */
};

struct redis_reader_handler {
	void *context;
	/* What identifies the recording that rows were read of before; NULL or "": it is not
	 * known. The session must be of it. */
	const char *recording;
	/** A source of the rows that follow: 1, 2, ... An error ends the reading. */
	int (*source)(void *context, const struct record_source *source,
		      struct err *err);
	/** The next row, row->id is its number; its slices are valid until it returns.
	 * False: there is no room now; it is given again a little later. */
	bool (*row)(void *context, const struct record_row *row);
	/** Rows @from to @to are missing from the stream. @next: the row behind them, or
	 * NULL. Returns the number that is wanted next: @to + 1, or less when there is no
	 * room for all of them now. */
	int64_t (*gap)(void *context, int64_t from, int64_t to,
		       const struct record_row *next);
	/** The row @number that was read before, valid until the next call; false: it is not
	 * there. */
	bool (*own)(void *context, int64_t number, struct record_row *row);
	/** What the session is, each time it was looked at. NULL is fine. */
	void (*info)(void *context, const struct redis_info *info);
	/** The status has changed. NULL is fine. */
	void (*changed)(void *context);
};

struct redis_reading {
	uint8_t state; /* enum net_state; LIVE: it reads; ENDED: it has stopped, see code */
	instant_us since, retry_at; /* as in struct net_status */
	char reason[320];           /* why it does not read; "" */
	int code; /* 0, or why it has stopped for good: -ENOENT there is no such session,
		     -ESTALE it has another recording, -EPROTO it is no session of ours */
	bool compared; /* the session is there, and of the recording that was read before */
	bool caught_up;      /* all that was there was read */
	bool ended;          /* the recording was closed behind the last row */
	bool there;          /* the session is described in Redis */
	bool live;           /* by its description a publisher works on it */
	bool away;           /* no publisher is connected now */
	int64_t next;        /* number of the row that is wanted */
	int64_t first, last; /* of the stream when it was looked at; 0: it is empty */
};

/** Look at the session of @address (name and session are given), and read its rows from
 * number @next on after redis_reader_begin(). Callbacks begin in the loop; none of them
 * may close the reader. -ENOMEM, -ENOTSUP (3). */
int redis_reader_open(struct ev_loop *loop, const struct redis_address *address,
		      int64_t next, const struct redis_reader_handler *handler,
		      struct redis_reader **out, struct err *err);
/** Give out rows from now on. */
void redis_reader_begin(struct redis_reader *reader);
/** True: ask for no more rows; those that are on their way are given out. */
void redis_reader_hold(struct redis_reader *reader, bool hold);
void redis_reader_close(struct redis_reader *reader); /* NULL is fine */
/** Valid until redis_reader_close(). */
const struct redis_reading *redis_reader_status(const struct redis_reader *reader);

/* ---- decisions of several consoles (asker.c, publisher_asks.c) ---------------------------
 *
 *  (6) A console asks: an entry of the stream `asks`. The publisher takes asks in the order
 *      of that stream, each once, and answers in the stream `answers`. A decision that was
 *      taken comes back as a row.
 *  (7) A row of a decision has the name "WHO", or "ASK WHO" with the id of the ask. WHO is
 *      what the asking program says: it is shown, and nothing is decided by it.
 */
enum { REDIS_LINE_MAX = 512 }; /* bytes of a decision */

/** Who decided, by the name of a row (7), safe to show; returns the length. @ask, which may
 * be NULL, receives the id of the ask, or nothing. */
size_t redis_decider(char who[DECIDER_MAX], struct slice name, struct slice *ask);
/** Make a name of WHO safe to show; it is never empty, and none of the words that pitwall
 * has for itself. */
void redis_who(char who[DECIDER_MAX], struct slice text);

struct redis_asker;
/** What became of @ask. @code 0: it was taken, and its row is in the stream; -EINPROGRESS: it
 * was sent, and there is no answer for a while, it may still come; else it was refused, or
 * not sent. @words are a sentence, "" with 0. */
typedef void redis_answered(void *context, uint64_t ask, int code, const char *words);
/** Ask the publisher of the session at @address; it is connected to with the first ask.
 * -ENOMEM, -ENOTSUP (3). */
int redis_asker_open(struct ev_loop *loop, const struct redis_address *address,
		     redis_answered *answered, void *context, struct redis_asker **out,
		     struct err *err);
/** Ask for the decision @line. @answered is called in the loop, or at once. */
void redis_asker_ask(struct redis_asker *asker, uint64_t ask, const char *who,
		     struct slice line);
void redis_asker_close(struct redis_asker *asker); /* NULL is fine */

/* ---- what is there (sessions.c) --------------------------------------------------------- */

enum redis_session_state {
	REDIS_SESSION_LIVE,
	REDIS_SESSION_AWAY,
	REDIS_SESSION_ENDED
};

struct redis_session {
	char name[REDIS_NAME_MAX + 1], session[REDIS_NAME_MAX + 1];
	char title[128], circuit[64], host[64]; /* "": not given */
	instant_us since;                       /* INSTANT_NONE: not known */
	int64_t rows;                           /* number of the last one */
	int64_t kept, keep; /* rows in the stream, and how many it keeps; 0: all */
	uint32_t consoles;  /* that read it in the last 30 seconds */
	uint8_t state;      /* enum redis_session_state; AWAY: its publisher is */
};

/** The sessions of @address, all or those of its name, the newest first; waits for the
 * answers. How many, at most @max, or -errno with a sentence. */
int redis_sessions(const struct redis_address *address, struct redis_session *out,
		   unsigned max, struct err *err);
/** Choose the session of a name: the live one that began last, else the last; @state gets
 * its state. -ENOENT: there is none. */
int redis_session_choose(struct redis_address *address, uint8_t *state,
			 struct err *err);

/* ---- from one Redis into another (relay.c) ------------------------------------------------
 *
 *  (6) The rows of a session go into another Redis under the same numbers, with its sources
 *      and its end. The other one is locked and continued as by a publisher (4) (5); its
 *      last row must be equal to that of the first.
 *  (7) Memory is bounded: while the other one is away, no more rows are read.
 */

struct redis_relay;

struct redis_relaying {
	char from[256], to[256]; /* HOST/NAME/SESSION; `to` "": not known yet */
	char from_reason[320];   /* why nothing is read; "" */
	char to_reason[160];     /* why nothing is written; "" */
	bool resumed;            /* rows are written, behind what was there */
	bool away;               /* the publisher of the first is */
	bool ended;              /* the recording was closed, and all of it is there */
	int code;          /* 0, or -errno: it has stopped, from_reason says why */
	int64_t row, last; /* the last one that was written, and of the first */
	int64_t gap_from, gap_to; /* rows that the first lacks, the latest; 0: none */
	uint64_t missing;         /* rows of all gaps */
	size_t bytes;             /* in memory */
};

/** Relay @from, with its name and session, to to->address; what that does not name is as
 * in @from. to->session, title and circuit are not used; to->keep negative: as in @from.
 * -ENOMEM, -ENOTSUP (3). */
int redis_relay_open(struct ev_loop *loop, const struct redis_address *from,
		     const struct redis_publish *to, struct redis_relay **out,
		     struct err *err);
void redis_relay_status(const struct redis_relay *relay, struct redis_relaying *out);
/** Stop: wait for the rows that are on their way, and free the lock. Runs the loop for that, a
 * few seconds at most; then the status says how far it came. */
void redis_relay_finish(struct redis_relay *relay);
/** Finish it, and free it. NULL is fine. */
void redis_relay_close(struct redis_relay *relay);

/* ---- comparing with a stream (archive.c) ------------------------------------------------- */

struct redis_archived {
	int64_t rows; /* of the recording */
	int64_t first,
		last;    /* those that the stream has too, which are equal; 0: none */
	bool equal;      /* all were compared */
	int64_t trimmed; /* entries that were removed from the stream */
};

/** Compare every row of the session @address with @record, a copy of it, number by number;
 * waits for the answers. With @trim all of them but the last one are removed from the
 * stream then. -EILSEQ: a row differs; -ENODATA: rows are missing; or -errno: nothing was
 * removed, and the sentence says why. */
int redis_archive_check(const struct redis_address *address, struct record *record,
			bool trim, struct redis_archived *out, struct err *err);

/* ---- for tests ------------------------------------------------------------------------ */

/* Times of connections; 0: the default. For tests, which cannot wait. */
struct redis_tuning {
	duration_us retry_first, retry_most; /* 1 s and 30 s */
	duration_us attempt; /* to connect to one address of the host: 3 s */
	duration_us answer;  /* until a connection without an answer is lost: 10 s */
	duration_us lock;    /* a publisher that is gone keeps its lock so long: 10 s */
};
extern struct redis_tuning redis_tuning;

#endif
