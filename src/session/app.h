/*
 * app.h -- what the shell's own files share: options, assets, a loaded session
 *
 * Only this folder prints or exits. A session is a source made whole: bytes ->
 * events -> timeline, with the ruleset and the circuit that go with it. The
 * console and every command start from one.
 */
#ifndef PITWALL_APP_H
#define PITWALL_APP_H

#include "pitwall/encode.h"
#include "pitwall/feed.h"
#include "pitwall/race.h"
#include "pitwall/view.h"
#include "pitwall/timeline.h"

enum { EXIT_DONE = 0, EXIT_SOURCE = 1, EXIT_USAGE = 2 };
enum { SESSION_SOURCES_MAX = 16, OPTION_ROWS_MOST = 64 };
struct config;

/* Options all commands understand where they make sense. NULL: not given. */
struct options {
	const char *sources[64]; /* of a session SESSION_SOURCES_MAX */
	unsigned source_count;
	const char *rules, *length, *decisions, *class_name, *session;
	const char *at, *format, *car, *with, *screen, *chart, *size, *theme, *output;
	const char *columns, *sort, *filter, *gaps, *colours, *favourites;
	const char *alert, *alert_command; /* of the console */
	bool mouse, low_bandwidth;         /* --mouse, --low-bandwidth */
	bool no_welcome;                   /* --no-welcome */
	bool no_bell;                      /* --no-bell */
	bool mono, ascii;                  /* --mono, --ascii */
	const char *entries, *circuit;     /* of session new */
	const char *speed;                 /* --speed 8: of the console */
	const char *delay; /* --delay 30: seconds the live edge is held back */
	const char *sync;  /* --sync full | normal: of a recording */
	const char *rmonitor, *jsonl, *p3; /* addresses to serve on */
	bool lines, wait;                  /* --lines, --wait: of serve */
	bool fit, leave_one_out;           /* --fit, --leave-one-out: of backtest */
	bool anomalies;     /* --anomalies: list every row that was not used */
	const char *config; /* --config FILE, or none */
	const struct config *settings; /* what that file says; NULL: nothing */
	bool help, version;
	/* Where each value comes from (config.h), in the order of option_rows. */
	uint8_t origins[OPTION_ROWS_MOST];
};

/* A command: a row of the table in commands.c. */
struct command {
	const char *name, *usage, *about;
	const char *accepts; /* names of long options, blank-separated */
	int (*run)(const struct options *options);
};
extern const struct command commands[];
extern const size_t command_count;

/* ---- assets (assets.c): data the program ships -------------------------- */

/** Full path of an asset ("rules/imsa.ini") in $PITWALL_ASSETS, beside the
 * executable's build, or where it was installed. -ENOENT with a sentence. */
int asset_path(const char *name, char *path, size_t cap, struct err *err);
/** Read a ruleset by name or alias ("le-mans-24h"), or from a path that holds a
 * '/' or ends in .ini. */
int rules_load(const char *name, struct rules *out, struct err *err);
/** Parse the text of a ruleset file; @where names it in errors. */
int rules_parse(struct slice text, const char *where, struct rules *out,
		struct err *err);
/** Name of the default ruleset for these class names, this length and this year (0:
 * not known), as assets/rules/index.csv has them; "plain" when nothing matches.
 * Valid until the next call. */
const char *rules_default(const char *const *classes, unsigned count,
			  duration_us length, int year);
/** By name ("bugatti") or path, with the centreline beside it (.csv). */
int circuit_load(const char *name, struct circuit *out, struct err *err);
/** Parse an INI and the centreline's CSV (may be empty). */
int circuit_parse(struct slice ini, struct slice centreline, const char *where,
		  struct circuit *out, struct err *err);
/** The parameters of the forecast: assets/forecast/parameters.ini, and what kinds.ini
 * says of races under @rules (a name; NULL: of no kind). */
int forecast_parameters_load(const char *rules, struct forecast_parameters *out,
			     struct err *err);
/** A file of kinds; @out keeps what the section of @rules does not say. */
int forecast_kind_parse(struct slice text, const char *where, const char *rules,
			struct forecast_parameters *out, struct err *err);
int forecast_parameters_parse(struct slice text, const char *where,
			      struct forecast_parameters *out, struct err *err);
/** Write them as such a file. */
void forecast_parameters_write(struct out *out,
			       const struct forecast_parameters *parameters,
			       const char *source);
/** "6h", "1000km", "240laps", "2h45m", joined by commas (the first reached). */
int length_parse(struct slice text, struct rules_length *out, struct err *err);
/** Call @each with the name of every ruleset or circuit, sorted. */
int assets_list(const char *folder, const char *suffix,
		void (*each)(void *context, const char *name), void *context,
		struct err *err);

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

/* ---- decisions (decisions.c) --------------------------------------------- */

/* A recording holds the operator's decisions, a line a record, numbered 1, 2, ... in
 * their order. Beside the kinds of a decisions file (event.h) a line may be:
 *
 *   ,start,,                  the start signal
 *   ,stop,,                   the session is over: nothing is counted behind it
 *   ,flag,SC,words
 *   7,pass,SF,                a passing by hand
 *   7,driver,2,  7,driver,A. Name,
 *   7,entry,team=...,         one field: number class team vehicle tag driver1 ...
 *   ?2906141,entry,number=7,  a transponder is given to an entry
 *   ,note,,words              7,note,,words
 *   ,undo,3,                  takes decision 3 back (an undo too)
 *
 * A car is its number; "?2906141" is a transponder, "@15" a registration (of a car
 * without a number). A number given to an entry holds for the whole race.
 *
 * Its fifth column is the instant it is of, UTC: 2026-11-22T15:20:00.123456Z. */
enum { SOURCE_SETUP = 0xffff, SOURCE_OPERATOR = 0xfffe };

/** Events of decision record @number, heard at @heard_at: source SOURCE_OPERATOR,
 * record @number, BY_HAND in bits. -EINVAL with a sentence. */
int decision_events(struct slice line, uint32_t number, instant_us heard_at,
		    struct event_list *out, struct err *err);
/** What the operator typed ("time 7 10 speeding", "flag sc", "undo") into the line of
 * a decision of the instant @at. @race says which cars there are; @last is the number
 * of the newest decision that is not taken back (what a bare undo means; 0 none).
 * -EINVAL with a sentence that names the form. */
int operate_line(struct slice text, const struct race *race, instant_us at,
		 uint32_t last, struct out *line, struct err *err);

/** Parse "number,kind,value,reason[,at]" lines into DECISION events. @at of a
 * row without one is INSTANT_NONE in value order: the caller places it after
 * the flag. Bad lines fail with file and line. */
int decisions_parse(struct slice text, const char *where,
		    const struct race_setup *setup, struct event_list *out,
		    struct err *err);

/* ---- a loaded session (session.c; the steps: load.h) ---------------------- */

enum { SESSION_RUNS_MAX = 64 };

/* Where fates turned, as far as the race was asked (turns.c). */
enum { TURNS_MAX = 1024 };
struct turns {
	instant_us asked;
	duration_us step; /* 0: not asked yet */
	uint32_t count;
	uint8_t fate[RACE_CARS_MAX];
	struct forecast_turn rows[TURNS_MAX];
	struct forecast forecast;
};

struct session {
	struct race_setup setup;
	struct rules rules;
	struct circuit circuit;
	struct event_list events;
	struct timeline timeline; /* loaded; stands at its end */
	struct feed_info info;
	struct standings standings; /* of session_at() */
	struct classification classification;
	struct forecast forecast; /* of session_foretell() */
	struct turns turns;       /* of session_turns() */
	struct strategy strategy; /* of session_strategy() */
	struct forecast_parameters parameters;
	uint8_t parameters_read; /* 0 not yet, 1 they were, 2 they cannot be */
	char source[128];        /* shown name */
	uint32_t anomalies;
	bool complete; /* the source has an end (not live) */
	struct {
		void *at;
		size_t size;
	} maps[4]; /* to be unmapped */
	unsigned map_count;
	char warning[256];       /* what was not used and why; "" nothing */
	char first_anomaly[160]; /* "line 17: lap time cannot be read" */
	bool bundled;            /* the race that comes with the program */
	/* The sessions the source holds, when it tells of any; the one loaded. */
	struct view_session runs[SESSION_RUNS_MAX];
	unsigned run_count, run;
};

enum { LOAD_MARKS = 1, LOAD_KEYFRAMES = 2 };
/** Load the options' source (the bundled race when there is none). */
int session_load(const struct options *options, unsigned flags, struct session **out,
		 struct err *err);
void session_free(struct session *session); /* NULL is fine */
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

/* ---- the console (console.c) ---------------------------------------------- */

int console_run(const struct options *options);

/* ---- printing (print.c) ---------------------------------------------------- */

/** A sink on a file descriptor, 64 KiB buffered. */
void out_to_fd(struct out *out, int fd);
/** "pitwall: sentence" on standard error. */
void complain(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
