/*
 * live_parts.h -- what the files of a live session share
 */
#ifndef PITWALL_APP_LIVE_PRIVATE_H
#define PITWALL_APP_LIVE_PRIVATE_H

#include <ev.h>

#include "pitwall/live.h"
#include "load_parts.h"
#include "pitwall/net.h"
#include "pitwall/record.h"
#include "pitwall/stream.h"

enum {
	LIVE_SOURCES_MAX = 16,
	LIVE_SESSIONS_MAX = 64,
	LIVE_LOG_MAX = 256,   /* anomalies with their words */
	LIVE_ACKS_MAX = 4096, /* acknowledgements that wait for a commit */
	LIVE_ACK_BYTES = 128,
	LIVE_MINUTE = 60,
	LIVE_AHEAD = 9, /* passings of which the sources' clock is told */
};

/* An acknowledgement, sent when its record is durable. */
struct live_ack {
	uint64_t ticket;
	uint16_t source, peer;
	uint16_t len;
	char bytes[LIVE_ACK_BYTES];
};

struct live_source {
	struct live *live;
	struct net_url url;
	struct net_source *net; /* NULL: followed, or the program reads only */
	const struct feed_driver *driver; /* NULL: by the first bytes */
	struct stream *stream;            /* NULL: nothing heard yet */
	struct stream_sink sink;
	int record_id;
	uint64_t ticket;     /* of the record in hand; 0: it was not taken */
	uint32_t unrecorded; /* bits: senders some of whose bytes were not taken */
	struct view_feed shown;
	uint16_t minute[LIVE_MINUTE]; /* passings heard in each second */
	int64_t minute_at;            /* second of the newest */
};

/* One session of the sources: a run of events in the order they were heard. */
struct live_run {
	uint32_t number; /* the source's own */
	uint32_t from, to;
	struct view_session shown;
	bool raced; /* a passing of it was heard */
};

struct live {
	struct ev_loop *loop;
	struct live_hooks hooks;
	const struct options *options;
	struct loader loader; /* texts and the plan */
	struct session *session;
	struct event_list all; /* of all runs; the session's list is a part of it */
	uint32_t events_max;
	void *storage; /* of the timeline */

	struct live_source sources[LIVE_SOURCES_MAX];
	unsigned source_count;
	const char *names[LIVE_SOURCES_MAX];

	struct record *record; /* written, or followed */
	bool follows, loading; /* loading: rows of the file, nothing is sent */
	char path[SOURCE_PATH_MAX];
	struct record_state state;
	uint32_t decisions; /* records so far */
	bool texts_given;   /* by the command line: the file's do not hold */
	uint64_t text_hash[LOAD_TEXT_COUNT]; /* of those in the file */
	bool planned;                        /* the texts are made into the set-up */

	struct live_run runs[LIVE_SESSIONS_MAX];
	unsigned run_count, run; /* run: the one shown */
	bool run_chosen;         /* by the person: a new one does not replace it */

	uint32_t surveyed; /* events looked at for the set-up */
	char classes[RACE_CLASSES_MAX][16];
	unsigned class_count;
	uint8_t lines;                 /* highest intermediate heard, plus one */
	duration_us length_heard;      /* a source says how long it lasts; 0 */
	bool type_given, length_given; /* by the person or the session file */
	instant_us first_at;           /* the first record; NONE */

	struct view_anomaly log[LIVE_LOG_MAX]; /* in a ring */
	uint32_t log_count;
	struct view_anomaly log_shown[LIVE_LOG_MAX];
	struct view_feed feeds_shown[LIVE_SOURCES_MAX];
	struct view_session runs_shown[LIVE_SESSIONS_MAX];

	struct live_ack *acks; /* a ring */
	uint32_t ack_head, ack_count;

	int64_t ahead[LIVE_AHEAD]; /* instant less hearing of the newest passings */
	uint32_t ahead_count;

	bool heard;   /* events wait to be taken */
	bool changed; /* something to show */
	ev_prepare turn;
	ev_io wake;
	ev_timer poll;
};

/** Its name for people: where it is, without a machine's folders. */
void live_source_name(struct live_source *source, const char *url);

/* ---- live_rows.c: from a record to events -------------------------------------- */

/** Bytes of a source, just heard or from the file. */
void live_bytes(struct live_source *source, uint16_t peer, struct slice bytes,
		instant_us heard_at);
void live_link(struct live_source *source, uint16_t peer, bool up, instant_us heard_at);
/** A record of a file: (2) of live.h. */
int live_row(struct live *live, const struct record_row *row, struct err *err);
/** The decision record @number. */
int live_decision(struct live *live, struct slice line, uint32_t number,
		  instant_us heard_at, struct err *err);
/** Take what was heard into the race. */
void live_take(struct live *live);

/* ---- live_net.c: sources, asks and acknowledgements ------------------------------ */

int live_connect(struct live *live, struct err *err);
void live_ask(struct live_source *source, uint16_t peer, bool after_commit,
	      struct slice bytes);
/** Send what is durable by now. */
void live_acknowledge(struct live *live);

/* ---- live_setup.c: set-up and sessions ------------------------------------------- */

/** The texts of --session, the set-up of what has not begun. */
int live_plan(struct live *live, struct err *err);
/** What the new events say of classes, lines, length and sessions. */
void live_survey(struct live *live);
/** Memory for events and timeline, and the timeline itself. */
int live_begin(struct live *live, struct err *err);
/** (Re)start the timeline on the run shown. */
int live_show_run(struct live *live, unsigned run, struct err *err);

#endif
