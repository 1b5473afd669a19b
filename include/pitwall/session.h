/*
 * session.h -- from a SOURCE to a race: files, recordings and live sources
 *
 * A session turns a source into a race: bytes -> events -> timeline, with its ruleset and
 * circuit. The console and every command start from a session.
 */
#ifndef PITWALL_SESSION_H
#define PITWALL_SESSION_H

#include "pitwall/assets.h"
#include "pitwall/feed.h"
#include "pitwall/options.h"
#include "pitwall/source.h"
#include "pitwall/timeline.h"
#include "pitwall/view.h"

/* ---- SETUP records of a recording ------------------------------------------
 *
 * SETUP records contain what the stream itself does not. They come before the first RAW
 * record. All may be absent. Names and their texts (UTF-8, LF):
 *
 * "session"    INI, one section [session]; keys, all optional:
 *                event = 1000 km du Mans 2003
 *                name = Race             setup.session
 *                type = race             race | timed
 *                circuit = Bugatti       shown name
 *                date = 2003-11-09       local date of the first day; absent: the
 *                                        day is floating (1970-01-01)
 *                zone = Europe/Paris     IANA name
 *                utc_offset = 3600       seconds; local = UTC + offset
 *                clock_at = 12:00:00     the limit's clock starts: a duration since
 *                                        local midnight of `date` (>= 24 h is fine)
 *                start_at = 12:00:10.000 the start signal, the same way; absent: from
 *                                        the stream's START event
 *                length = 6h,1000km      as --length takes it
 *                reconstruction = yes    yes | no
 *                rules = le-mans-1000km-2003  name of the ruleset, for shows
 *                merge = 1.5             seconds: two decoders' passings of one car
 *                                        over one line this close are one
 *              and a section [loops]: which line a decoder's loop is
 *                00020f93 = SF           SF, I1 ..., PIN, POUT, SFP
 * "circuit"    text of assets/circuits/NAME.ini (lines, lap length, turns)
 * "centreline" text of its centreline CSV
 * "rules"      text of a ruleset file; --rules overrides it
 * "entries"    CSV (RFC 4180, comma), a row per car, columns found by name:
 *                transponder,number,class,tag,team,vehicle,grid,pit_start,
 *                not_started,driver1,...,driver8
 *              blank: not known. pit_start and not_started: 1 or blank. A car with
 *              a transponder becomes ENTRY events with ID_TRANSPONDER (CAR, then
 *              NUMBER when there is one, then the rest); one without, ID_NUMBER.
 *              A blank number stays blank: the car is shown and addressed as ~NN.
 *              The events come before all others (INSTANT_NONE).
 *
 * A session file (--session FILE) is the "session" text as a person writes it: there
 * `circuit` and `rules` name an asset, or a file beside it (a name that contains a '/'
 * or ends in .ini), and `entries = FILE.csv` names the entries; their texts go into a
 * recording under the names above. `pitwall session new` writes one.
 */

/* ---- set-up texts (session_text.c) ---------------------------------------- */

/* What a session text names: an asset, or in a session file a file beside it. */
struct session_name {
	char text[256]; /* "" nothing */
	unsigned line;
};

struct session_text {
	char event[64], name[32], zone[32], length[64];
	struct session_name circuit, rules, entries;
	instant_us day;                 /* INSTANT_NONE */
	duration_us clock_at, start_at; /* since local midnight; DURATION_NONE */
	int64_t utc_offset_us;          /* DURATION_NONE */
	bool timed, reconstruction;
	bool type_given;      /* race or timed */
	int64_t result_lap;   /* 0: not given */
	duration_us merge_us; /* 0: not given */
	struct feed_loop loops[FEED_LOOPS_MAX];
	uint32_t loop_count;
	struct stint_named stints[STINT_RULES_MAX];
	uint32_t stint_count;
	bool stints_alone; /* there is nothing else in it */
};
/** @strict: an unknown key or section, or a text that is too long, is an error: for files
 * that a user can correct. */
int session_text_parse(struct slice text, const char *where, bool strict,
		       struct session_text *out, struct err *err);
/** "lap:112"; false: it is no lap. */
bool session_lap_parse(struct slice text, int64_t *lap);
/** The "entries" CSV into ENTRY events at @at. */
int entries_parse(struct slice text, const char *where, instant_us at,
		  struct event_list *out, struct err *err);

/* ---- stints by hand (stints_by_hand.c) ------------------------------------------ */

/** The stint of @name: @length is "32", "45min" or "auto". -EINVAL with a sentence. */
int stint_set(struct slice name, struct slice length, struct stint_named *out,
	      struct err *err);
/** "GT 32", "88 45min". -EINVAL with a sentence. */
int stint_parse(struct slice line, struct stint_named *out, struct err *err);
/** The car of a stint: *@car, else the class *@class_index, else all cars. False: none. */
bool stint_find(const struct race *race, const struct stint_named *stint, uint16_t *car,
		uint8_t *class_index);

/* ---- a session (session.c) --------------------------------------------------- */

enum { SESSION_RUNS_MAX = 64 };

/* When chances to be classified flipped, as far as searched (status_flips.c). */
struct turns {
	instant_us asked;
	duration_us step; /* 0: not asked yet */
	uint32_t count;
	uint8_t fate[RACE_CARS_MAX];
	struct history_row rows[HISTORY_GUESSES_MAX]; /* BELOW, ABOVE */
	struct forecast forecast;
};

struct session_parts;

struct session {
	struct race_setup setup;
	struct rules rules;
	struct circuit circuit;
	struct circuit_found found; /* how `circuit` was found */
	struct event_list events;   /* of the run shown */
	struct timeline timeline;
	struct feed_info info;
	struct standings standings; /* of session_at() */
	struct classification classification;
	struct forecast forecast;                   /* of session_forecast() */
	struct turns turns;                         /* of session_turns() */
	struct strategy strategy;                   /* of session_strategy() */
	struct stint_named stints[STINT_RULES_MAX]; /* of session_stints() */
	uint32_t stint_count;
	struct stint_model stint_model;
	struct forecast_parameters parameters;
	uint8_t parameters_read; /* 0 not yet, 1 they were, 2 they cannot be */
	char source[128];        /* shown name */
	uint32_t anomalies;      /* of sources, not of decisions */
	bool complete;           /* sealed: no more rows follow */
	bool bundled;            /* the race that comes with the program */
	char warning[256];       /* what is not used and why, or "" */
	char limit[160];         /* the worst limit that is near or met, or "" */
	uint64_t left;           /* events of the run shown that have left memory */
	bool limit_harms;        /* laps, gaps or positions are incomplete by it */
	char news[160];          /* a limit that is near or met since, or ""; the reader
				    clears it */
	char first_anomaly[160]; /* "line 17: lap time cannot be read" */
	/* The sessions of a source that has several, and the one shown. */
	const struct view_session *runs;
	unsigned run_count, run;
	struct session_parts *parts; /* of src/session alone */
};

enum { LOAD_HISTORY = 1, LOAD_KEYFRAMES = 2 };
/** Load the options' source (without one the bundled race): feed all of its rows and seal.
 * The strings of @options must last until session_free(). */
int session_load(const struct options *options, unsigned flags, struct session **out,
		 struct err *err);
void session_free(struct session *session); /* NULL is fine */

/* What a session is opened with. */
struct session_source {
	const char *shown;  /* name for people */
	const char *named;  /* a file name to read an event and a date from, or "" */
	const char *wanted; /* ?session=NAME, or "" */
	bool recording;     /* received live, now or when it was recorded */
	bool live;          /* more rows follow: session_settle() */
	uint64_t size;      /* bytes of its rows, about; 0 for a live one */
};

/** Open a session without texts, sources and rows. */
int session_open(const struct options *options, const struct session_source *source,
		 struct session **out, struct err *err);
/** The texts of the set-up; fill them before the first row. */
struct setup_texts *session_texts(struct session *session);
/** Name a source of the rows. Returns its index; SOURCES_MAX: no room. */
unsigned session_source_add(struct session *session, const struct record_source *row);
/** Plan the set-up of a race that begins at @received_at, without a row. */
int session_plan(struct session *session, instant_us received_at, struct err *err);
/** Feed a row: the only way into a race. Its events are in the race after
 * session_settle() or session_seal(). -ENXIO: its source was not named. */
int session_feed(struct session *session, const struct record_row *row,
		 struct err *err);
/** True if a text arrived after the first bytes, to which it applies too: call
 * session_restart(), then feed all rows again. */
bool session_again(const struct session *session);
/** Complete a recording that was created, and keep with it what decoding makes of its
 * rows; record_close() it then. A recording that cannot be decoded is kept without. */
int session_keep_decoded(struct record *record, struct err *err);
/** Derive the events of the finished recording at @path again and compare them with those
 * that are kept with it. 1: they are equal; 0: none are kept; -errno. */
int session_check_decoded(const char *path, struct err *err);
void session_restart(struct session *session);
/** No more rows follow: read files that can only be read whole, infer what only a complete
 * source shows, add --decisions, fold the race. @flags: LOAD_... */
int session_seal(struct session *session, unsigned flags, struct err *err);

/* Receives the requests of decoders. */
struct session_sink {
	void *context;
	/** Send these bytes to @peer of source @source; @after_commit: when the current
	 * row is durable. */
	void (*ask)(void *context, unsigned source, uint16_t peer, bool after_commit,
		    struct slice bytes);
};
/** @sink is copied; NULL: requests are dropped. */
void session_set_sink(struct session *session, const struct session_sink *sink);

/** Take the events that were fed into the race of a live session. */
int session_settle(struct session *session, struct err *err);
/** Show another of the runs: row of session->runs. */
int session_choose(struct session *session, unsigned row, struct err *err);

/** Call @each, in the order of the decisions, with a sentence for every one that has no
 * effect on the race at its end: invalid, no such car, no such lap, nothing to cancel.
 * Returns how many of them the race counted as ANOMALY_UNKNOWN. */
uint32_t session_decision_faults(struct session *session,
				 void (*each)(void *context, const struct event *event,
					      const char *words),
				 void *context);

/* A limit of a race or a source, and what happens beyond it. */
struct session_limit {
	const char *name, *then;
	uint32_t max; /* 0: as many as the events bring, or as --memory has it */
	bool harms;   /* laps, gaps or positions are incomplete then */
};
extern const struct session_limit session_limits[];
extern const size_t session_limits_count;
/** Call @each with a sentence for every limit at which something found no room. */
void session_limits_lost(struct session *session,
			 void (*each)(void *context, const char *words), void *context);

/* ---- a session at an instant (session_view.c) ------------------------------------- */

/** Bring race, standings and classification to @t. */
const struct race *session_at(struct session *session, instant_us t);
/** The same, as corrected since or as it was known then. */
const struct race *session_at_as(struct session *session, instant_us t,
				 enum timeline_as as);
/** Forecast the flag from the current instant into the view; NULL where that is not
 * possible. A forecast of up to @keep earlier is kept. */
void session_forecast(struct session *session, struct view *view, duration_us keep);
/** Discard the forecast: the race has changed. */
void session_forget(struct session *session);
/** Find the instants up to the playhead at which a car became likely to be classified, or
 * not, with at most @budget forecasts; the race is at the playhead afterwards. True:
 * there is more to find. */
bool session_turns(struct session *session, struct view *view, unsigned budget);
/** Take a stint by hand; it is lost with the session. -ENOSPC with a sentence. */
int session_stint(struct session *session, const struct stint_named *stint,
		  struct err *err);
/** The stints by hand of the race at its current instant, for a request; NULL: none. Those
 * without a car or a class are marked in session->stints. */
const struct stint_model *session_stints(struct session *session);
/** Forecast the stops of the selected car, or of the leader, from view->forecast: what a
 * stop now would do. What the view has of that car is kept; the caller clears it when
 * the race moves. */
void session_strategy(struct session *session, struct view *view);
/** Fill the view from the session at its current instant; selection, screen and prompt
 * stay. */
void session_view(struct session *session, struct view *view);

#endif
