/*
 * live_parts.h -- what the files of a live session share
 */
#ifndef PITWALL_SESSION_LIVE_PARTS_H
#define PITWALL_SESSION_LIVE_PARTS_H

#include <ev.h>

#include "pitwall/live.h"
#include "pitwall/redis.h"
#include "session_parts.h"

enum {
	LIVE_SOURCES_MAX = 16,
	LIVE_ACKS_MAX = 4096, /* acknowledgements that wait for a commit */
	LIVE_ACK_BYTES = 256,
	LIVE_SKEWS = 64,
};

/* An acknowledgement, sent when its record is durable. */
struct live_ack {
	uint64_t ticket;
	uint16_t source, peer;
	uint16_t len;
	bool drops; /* its sender has to repeat: the connection is ended */
	char bytes[LIVE_ACK_BYTES];
};

/* A source that is connected to. */
struct live_source {
	struct live *live;
	struct net_url url;
	struct net_source *net;           /* NULL: not connected yet */
	const struct feed_driver *driver; /* NULL: by the first bytes */
	int record_id;
	unsigned index;      /* among the session's */
	uint64_t ticket;     /* of the record in hand; 0: it was not taken */
	uint64_t taken;      /* the last record of any of its senders that was taken */
	uint32_t unrecorded; /* bits: senders some of whose bytes were not taken */
	uint64_t unrecorded_after[FEED_PEERS_MAX]; /* `taken` then */
	uint32_t up;     /* bits: senders that are connected */
	char fault[160]; /* why it cannot be connected to; "" */
};

/* What sources call the race; "": nothing. */
struct live_names {
	char session[128], meeting[128], circuit[128];
};

struct live {
	struct ev_loop *loop;
	struct live_hooks hooks;
	const struct options *options;
	struct session *session;
	struct live_source sources[LIVE_SOURCES_MAX];
	struct net_program programs[LIVE_SOURCES_MAX]; /* of sources that are some */
	unsigned source_count;

	/* Of a copy (live_copy.c): redis://HOST/NAME/SESSION; "": it is none. */
	char copied_from[RECORD_ORIGIN_MAX];
	struct redis_address address;
	struct live_copy *copy; /* what reads it, NULL: another process does */
	struct live_asks *asks; /* live_asks.c; NULL: nothing was asked */
	uint32_t decided;       /* number of the last one that was asked for */

	struct record *record;             /* written, or followed */
	bool closes;                       /* no row is recorded any more */
	struct redis_publish publish;      /* what --publish says */
	struct redis_publisher *publisher; /* of what is written; NULL */
	struct live_names names;           /* for the list of races in Redis */
	uint64_t texts_at; /* rows, when it was given the texts of the set-up again */
	bool follows;
	bool has_bytes;                     /* of sources, among the rows */
	bool blind;                         /* decodes nothing, answers no source */
	struct responder *responder;        /* decodes; NULL: the session does */
	struct recorder_consoles *consoles; /* that are served; NULL */
	bool started;                       /* a recorder, by this console */
	bool owns;                          /* the recorder ends with this console */
	struct recorder_link *link;         /* to the recorder that is followed; NULL */
	uint64_t rows;                      /* that were read or received */
	char fault[160];                    /* of the following; "" */
	bool ended; /* the recording that is followed has no writer */
	unsigned polls;
	uint32_t crashes_reported;  /* of decoding */
	uint32_t restarts_reported; /* of the recorder */
	bool attached; /* to a recorder that ran already; not reported yet */
	char path[SOURCE_PATH_MAX];
	char file[256]; /* followed instead, in the folder of path; "": path itself */
	struct record_state state;
	/* Of a copy: how far the clock that received the newest bytes is ahead of ours, less
	 * the time they took to come here. */
	int64_t skews[LIVE_SKEWS];
	uint32_t skew_count;
	instant_us newest_at; /* of bytes since the last turn; NONE */
	bool opened;
	instant_us first_at;  /* the first bytes; NONE */
	struct steady steady; /* of what the responder gets */

	struct view_feed feeds_shown[SOURCES_MAX];

	struct live_ack *acks; /* a ring */
	uint32_t ack_head, ack_count;

	bool received; /* rows were fed and are not in the race yet */
	bool changed;  /* something to show */
	ev_prepare turn;
	ev_timer connect; /* of a source that could not be */
	ev_io wake;
	ev_timer poll;
};

/** Our clock without its steps, as the rows that were fed have it. */
instant_us live_steady_now(const struct live *live);
/** Feed a row: (2) of live.h. */
int live_row(struct live *live, const struct record_row *row, struct err *err);
/** Take what was fed into the race. */
void live_take(struct live *live);

/** In the order of opening: a session without sources, the path of its recording, and
 * following what is there. */
struct live *live_new(const struct options *options, struct ev_loop *loop,
		      const struct live_hooks *hooks, struct err *err);
int live_choose_path(struct live *live, struct err *err);
int live_follow(struct live *live, struct err *err);
/** True when the options name a recording, not sources. */
bool live_names_recording(const struct options *options);
/** Give @live out if @rc is 0, else close it. Returns @rc. */
int live_opened(struct live *live, int rc, struct live **out);
/** Parts of opening one that is written: the recording at live->path, the session, the rows
 * that are there. */
int live_open_record(struct live *live, struct err *err);
int live_open_session(struct live *live, struct err *err);
int live_load_record(struct live *live, struct err *err);
/** Record the texts of the set-up that the file does not have; @again: those that it has,
 * too. */
int live_put_texts(struct live *live, bool again, struct err *err);
/** The folder of recordings into @path, its length into @len. */
int live_state_folder(char *path, size_t cap, size_t *len, struct err *err);
/** Read what a followed recording has got. */
void live_poll(struct live *live);
/** Record a line of a decision; @name says who decided (redis.h). @ticket: its record's.
 * -ENOMEM: there is no room; -ESHUTDOWN: the recording is being closed. */
int live_record_decision(struct live *live, struct slice name, struct slice line,
			 uint64_t *ticket);
/** The connection of a source. */
void live_feed_state(const struct net_source *net, struct view_feed *out);

/* ---- live_publish.c ----------------------------------------------------------------- */

/** Read what the options say, user and password too, before anything is opened. */
int live_publish_begin(struct live *live, struct err *err);
/** -EINVAL: a copy is to be published where it comes from. */
int live_publish_apart(const struct live *live, struct err *err);
/** Publish what is written, if the options say so. */
int live_publish_open(struct live *live, struct err *err);
/** A recorder that runs already publishes as the options say. -EBUSY: it does not. */
int live_publish_check(const struct live *live, struct err *err);
/** There may be rows that are durable. */
void live_publish_wake(struct live *live);
/** Publish the rest and the end, before the recording is closed. @err says what was not. */
void live_publish_close(struct live *live, struct err *err);
/** What a source calls the race: the text of an event SESSION, MEETING or CIRCUIT. What the
 * set-up says is published rather. */
void live_publish_name(struct live *live, enum event_kind kind, struct slice text);
/** False: nothing is published. */
bool live_published(const struct live *live, struct redis_published *out);

/* ---- live_copy.c: rows of a stream in Redis ---------------------------------------- */

/** Which session it is, and where its copy is. */
int live_copy_path(struct live *live, struct err *err);
/** Open the copy and read what is there. */
int live_copy_open(struct live *live, struct err *err);
void live_copy_close(struct live *live);
/** False: it reads, and nothing is to be said. */
bool live_copy_feed(const struct live *live, struct view_feed *out);
/** Add the gaps of a copy to the notices of its recording. */
void live_copy_notice(const struct live *live, struct record_state *state);
/** True when the recording of its origin was closed. */
bool live_copy_is_over(const struct live *live);

/* ---- live_asks.c: decisions through Redis -------------------------------------------- */

/** The name by which this console decides; "": none. */
void live_who(const struct live *live, char who[DECIDER_MAX]);
/** Take what a console asks for: redis_publish.take. */
int live_take_ask(void *context, struct slice name, struct slice line, struct err *err);
/** Ask for the decision @line. The answer, with @ask, goes to recorder_consoles_answer(), or
 * without consoles to live_answered(). -errno with a sentence: it is not asked for. */
int live_ask(struct live *live, uint64_t ask, const char *who, struct slice line,
	     struct err *err);
/** This console asked for decision @number, in words; and was answered. */
void live_asked(struct live *live, uint32_t number, const char *words);
void live_answered(struct live *live, uint32_t number, int code, const char *words);
void live_asks_close(struct live *live);

/* ---- live_net.c: sources, asks and acknowledgements ------------------------------ */

/** Its rows name the sender. */
bool live_source_has_many(const struct live_source *source);
/** Connect all sources. -errno: of the first that cannot be; the others are, and it is
 * tried again every few seconds. */
int live_connect(struct live *live, struct err *err);
void live_drop_sources(struct live *live);
/** Send an answer to @peer once @ticket is durable; LIVE_ANSWER_NOW: at once. 0: the record
 * was not taken, there is no answer. */
#define LIVE_ANSWER_NOW UINT64_MAX
void live_answer(struct live_source *source, uint16_t peer, uint64_t ticket,
		 struct slice bytes);
/** Send what is durable by now. */
void live_acknowledge(struct live *live);

#endif
