/*
 * session.h -- from a SOURCE to a race: files, recordings and live sources
 *
 * A session is a source made whole: bytes -> events -> timeline, with the ruleset and
 * the circuit that go with it. The console and every command start from one.
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
 * What a stream cannot say of itself travels in SETUP records, before the first
 * RAW record. All may be absent. Names and their texts (UTF-8, LF):
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
 *                start_at = 12:00:10.000 the start signal, the same way; absent: the
 *                                        stream's START event says
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
 *              The events stand before everything (INSTANT_NONE).
 *
 * A session file (--session FILE) is the "session" text as a person writes it: there
 * `circuit` and `rules` name an asset, or a file beside it (a name that holds a '/' or
 * ends in .ini), and `entries = FILE.csv` names the entries; their texts go into a
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
	bool type_said;       /* race or timed */
	duration_us merge_us; /* 0: not said */
	struct feed_loop loops[FEED_LOOPS_MAX];
	uint32_t loop_count;
};
/** @strict: a key or section that nobody knows, or a text that is too long, is an error: in
 * a file that a person can correct. */
int session_text_parse(struct slice text, const char *where, bool strict,
		       struct session_text *out, struct err *err);
/** The "entries" CSV into ENTRY events at @at. */
int entries_parse(struct slice text, const char *where, instant_us at,
		  struct event_list *out, struct err *err);

/* ---- a session (session.c) --------------------------------------------------- */

enum { SESSION_RUNS_MAX = 64 };

/* Where fates turned, as far as the race was asked (status_flips.c). */
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
	struct event_list events; /* of the run shown */
	struct timeline timeline;
	struct feed_info info;
	struct standings standings; /* of session_at() */
	struct classification classification;
	struct forecast forecast; /* of session_foretell() */
	struct turns turns;       /* of session_turns() */
	struct strategy strategy; /* of session_strategy() */
	struct forecast_parameters parameters;
	uint8_t parameters_read; /* 0 not yet, 1 they were, 2 they cannot be */
	char source[128];        /* shown name */
	uint32_t anomalies;      /* of sources, not of decisions */
	bool complete;           /* sealed: nothing follows */
	bool bundled;            /* the race that comes with the program */
	char warning[256];       /* what was not used and why; "" nothing */
	char first_anomaly[160]; /* "line 17: lap time cannot be read" */
	/* The sessions the source holds, when it tells of any; the one shown. */
	const struct view_session *runs;
	unsigned run_count, run;
	struct session_parts *parts; /* of src/session alone */
};

enum { LOAD_HISTORY = 1, LOAD_KEYFRAMES = 2 };
/** Load the options' source (the bundled race when there is none): feed all of its rows
 * and seal. @options stay until session_free(). */
int session_load(const struct options *options, unsigned flags, struct session **out,
		 struct err *err);
void session_free(struct session *session); /* NULL is fine */

/* What a session is opened with. */
struct session_source {
	const char *shown;  /* name for people */
	const char *named;  /* what a name and a date may be read of; "" nothing */
	const char *wanted; /* ?session=NAME; "" none */
	bool recording;     /* received live, now or when it was recorded */
	bool live;          /* its end moves: more rows follow */
	uint64_t size;      /* bytes of its rows, about; not of a live one */
};

/** A session at its beginning: without texts, sources, rows. */
int session_open(const struct options *options, const struct session_source *source,
		 struct session **out, struct err *err);
/** The texts of the set-up, to be filled before the first row. */
struct setup_texts *session_texts(struct session *session);
/** Name a source of the rows; its index. SOURCES_MAX: there is no room for it. */
unsigned session_source_add(struct session *session, const struct record_source *row);
/** Plan the set-up of a race that begins at @heard_at, without a row. */
int session_plan(struct session *session, instant_us heard_at, struct err *err);
/** Take one row: the one way into a race. The events are in the race after
 * session_settle() or session_seal(). -ENXIO: of a source that was not named. */
int session_feed(struct session *session, const struct record_row *row,
		 struct err *err);
/** True when a text came after the first bytes and holds for them too:
 * session_restart(), and feed all rows again. */
bool session_again(const struct session *session);
/** Complete a recording that was created, and keep with it what decoding makes of its
 * rows; record_close() it then. A recording that cannot be decoded is kept without. */
int session_keep_decoded(struct record *record, struct err *err);
void session_restart(struct session *session);
/** Nothing follows: read what is only whole as a file, infer what only a complete source
 * tells, add --decisions, fold the race. @flags: LOAD_... */
int session_seal(struct session *session, unsigned flags, struct err *err);

/* Who receives what decoders ask. */
struct session_sink {
	void *context;
	/** Bytes a decoder wants sent to @peer of source @source; @after_commit: when
	 * the row in hand is durable. */
	void (*ask)(void *context, unsigned source, uint16_t peer, bool after_commit,
		    struct slice bytes);
};
/** @sink is copied; NULL: nobody is asked. */
void session_set_sink(struct session *session, const struct session_sink *sink);

/** Take what was fed into the race of a session whose end moves. */
int session_settle(struct session *session, struct err *err);
/** Show another of the runs: row of session->runs. */
int session_choose(struct session *session, unsigned row, struct err *err);

/** Call @each with a sentence for every decision that the race cannot apply (no such
 * car, no such lap), as it stands at its end. Returns how many of them the race counts
 * as ANOMALY_UNKNOWN. */
uint32_t session_decision_faults(struct session *session,
				 void (*each)(void *context, const char *words),
				 void *context);

/* ---- a session at an instant (session_view.c) ------------------------------------- */

/** Bring race, standings and classification to @t. */
const struct race *session_at(struct session *session, instant_us t);
/** The same, as corrected since or as it was known then. */
const struct race *session_at_as(struct session *session, instant_us t,
				 enum timeline_as as);
/** Foretell the flag from where the race stands, for the view: where that cannot be, it
 * shows nothing. What was foretold up to @keep before is kept. */
void session_foretell(struct session *session, struct view *view, duration_us keep);
/** What was foretold is of another race than the one that stands there now. */
void session_forget(struct session *session);
/** Find the turns of fate up to the playhead, asking the race at most @budget times; the
 * race stands at the playhead again after it. True: there is more to ask. */
bool session_turns(struct session *session, struct view *view, unsigned budget);
/** What is foretold of stops, once the flag is: of the selected car, or of the one in
 * front, what a stop now would do. What the view has is kept where it is of that car;
 * when the race moves the caller takes it away. */
void session_strategy(struct session *session, struct view *view);
/** Fill what a view takes from a session at its current instant; leaves what the
 * person does (selection, screen, prompt) alone. */
void session_view(struct session *session, struct view *view);

#endif
