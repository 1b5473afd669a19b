/*
 * session_parts.h -- what the files of src/session share of a session
 *
 *   rows --session_feed()--> streams, texts, decisions --> events of `all`
 *        --> runs, survey --> set-up --> timeline
 *
 *  (1) session_feed() is the only way for a row into a race. The result depends on the
 *      rows before it; not on how they were cut, nor on when the race was looked at.
 *  (2) The texts of the set-up apply to all rows. If a text arrives after the first
 *      bytes, `again` is set and all rows must be fed again.
 *  (3) A file that can only be read whole is complete, and read, before the first row of
 *      a stream behind it, or else at the end. If more of it follows, all rows must be
 *      fed again, and it is read at the end.
 *  (4) Sealing: no more rows follow. What only a complete source shows is inferred.
 */
#ifndef PITWALL_SESSION_SESSION_PARTS_H
#define PITWALL_SESSION_SESSION_PARTS_H

#include "pitwall/decoded.h"
#include "pitwall/record.h"
#include "pitwall/session.h"
#include "pitwall/stream.h"

enum {
	SESSION_LOG_MAX = 256,      /* anomalies kept with their words */
	SESSION_NO_EFFECT_MAX = 32, /* decisions without effect, of those shown */
	SESSION_MINUTE = 60,
	SESSION_AHEAD =
		9, /* newest passings, to compare the sources' clock with ours */
	SESSION_IDS_MAX = 4 * RACE_IDS_MAX,
	SESSION_ENTRIES_MAX = 64 * 1024, /* kept for later sessions */
	FEED_PIECE_BYTES = 64 * 1024,
	FEED_PIECE_EVENTS = FEED_PIECE_BYTES / 4, /* a stream's event has four bytes */
	/* of those of the race: after them */
	SESSION_LIMIT_EVENTS = RACE_LIMIT_COUNT,
	SESSION_LIMIT_TEXT,
	SESSION_LIMIT_RUNS,
	SESSION_LIMIT_COUNT,
};

/* ---- sidecars (sidecar.c) ------------------------------------------------------ */

struct sidecar {
	char event[64], circuit[64];
	instant_us day;     /* INSTANT_NONE */
	duration_us start;  /* time of day; DURATION_NONE: unknown */
	duration_us limit;  /* 0: unknown */
	uint8_t line_count; /* 0: unknown */
	uint32_t line_ppm[LINES_MAX];
	uint32_t grid_count;
	bool grid_inferred; /* from the order on the first lap */
	char grid[RACE_CARS_MAX][EVENT_ID_MAX + 1]; /* numbers, in grid order */
};
/** An empty sidecar. */
extern const struct sidecar sidecar_nothing;
int sidecar_parse(struct slice text, const char *where, struct sidecar *out,
		  struct err *err);

/* ---- the shared key of beacons (beacon_key.c) ----------------------------------- */

struct session_parts;
/** Read --beacon-key. Its fingerprint becomes a text of the recording. */
int beacon_key_read(const struct options *options, struct session_parts *parts,
		    struct err *err);
/** True when the recording was made with another key, or with one that is not given. */
bool beacon_key_differs(const struct session_parts *parts);

/* ---- a clock that is never set (steady.c) -------------------------------------- */

struct steady {
	int64_t stamp;     /* of the newest row; 0: none */
	instant_us ours;   /* received_at of that row */
	duration_us ahead; /* how far our clock was set forward since the first row */
};
/** When @row was received, without the steps of our clock; INSTANT_NONE: unknown. @step:
 * how far ours was set since the row before, or 0. */
instant_us steady_received(struct steady *steady, const struct record_row *row,
			   duration_us *step);
/** Our clock now, without its steps; @stamp is what a row would have. */
instant_us steady_now(const struct steady *steady, instant_us ours, int64_t stamp);

/* ---- parts ------------------------------------------------------------------------- */

struct feed_source {
	struct session *session;
	int id;                           /* in the rows */
	const struct feed_driver *driver; /* NULL: by the first bytes */
	struct stream *stream;            /* NULL: nothing received yet, or a file's */
	struct stream_sink sink;
	struct slice whole; /* of a file driver: all bytes so far */
	bool read;          /* of a file driver */
	char *grown;        /* whole.at where it was put together */
	size_t grown_max;
	struct view_feed shown;
	uint16_t minute[SESSION_MINUTE]; /* passings received in each second */
	int64_t minute_at;               /* second of the newest */
};

/* One session of the sources: a part of all events, in the order of the rows. */
struct run {
	uint32_t number; /* the source's own */
	uint32_t from, to;
	uint32_t cars;        /* once another has begun */
	duration_us length;   /* 0: the source does not say */
	uint32_t length_laps; /* the same */
	char name[sizeof(((struct view_session *)0)->name)];
	char whole[96]; /* the name as it was sent: the series may be behind a comma */
	uint8_t field;  /* enum session_field */
	bool raced;     /* a passing of it was received */
	bool timed;     /* a lap of it was timed */
	bool closed;    /* the source closed its session, and this is not shown */
	bool by_hand;   /* a start of it was decided */
	bool left;      /* events of it have left memory */
	instant_us start_at; /* the last start signal; INSTANT_NONE */
	instant_us last_at;  /* newest passing; INSTANT_NONE */
};

/* Facts of the whole race, from the events of the run shown. */
/* How far apart the crossings of one car are, where the source does not count laps: the
 * shortest possible lap of an unknown circuit follows from it (lap_survey.c). */
enum { SURVEY_CARS = 512, SURVEY_STEPS = 128, SURVEY_FASTEST = 4 };
struct lap_survey {
	struct {
		uint32_t name; /* hash; 0 free */
		instant_us at; /* its last crossing */
	} cars[SURVEY_CARS];
	duration_us begins[SURVEY_STEPS]; /* of the steps; 0 before the first time */
	uint32_t steps[SURVEY_STEPS];     /* number of times, by their length */
	uint32_t count;
	uint32_t quartile,
		below;       /* step of the lower quartile, times in the steps before */
	duration_us lap_min; /* 0: not known yet */
};

struct survey {
	char classes[RACE_CLASSES_MAX][16];
	unsigned class_count;
	uint32_t most_laps;
	instant_us most_laps_at, flag_at; /* INSTANT_NONE */
	instant_us oldest_at; /* oldest event of a known instant; INSTANT_NONE */
	instant_us first_at;  /* oldest passing; INSTANT_NONE */
	uint32_t anomalies;
	uint32_t first_anomaly; /* 1 + index in `all`; 0 none */
	struct lap_survey laps;
	duration_us
		fastest[SURVEY_FASTEST]; /* laps as their source times them; 0: none */
	duration_us fastest_known; /* the last of them, changed by steps; 0: none yet */
	uint8_t lines;             /* highest intermediate seen, plus one */
	uint8_t flag;              /* the last that was shown */
	bool entered;              /* a car is entered */
	bool ended;                /* the source sent its end */
};

/* The line of a decision; where its instant is not known yet, kept. */
struct waiting {
	uint32_t number;
	unsigned run;
	instant_us received_at; /* INSTANT_NONE: not received live */
	struct slice line;
};

struct car_id {
	uint8_t kind;
	char text[EVENT_ID_MAX + 1];
};

struct session_parts {
	struct options options;
	const char *wanted; /* the session wanted, "race", "timed"; or NULL */
	char wanted_text[64];
	char shown[128];             /* the source's name for people */
	char named[SOURCE_PATH_MAX]; /* what a name and a date may be read of; "" */
	bool recording;              /* rows that were received here, or are */
	bool live, sealed;

	/* the set-up (plan.c, infer_setup.c) */
	struct setup_texts texts;
	struct session_text text;
	struct sidecar sidecar;
	struct feed_setup feed;
	struct race_setup setup;                    /* before the events */
	struct stint_named stints[STINT_RULES_MAX]; /* --stints, and the keyboard */
	uint32_t stint_count;
	bool circuit_known;     /* by a text, not made up from the lines */
	char meeting[64];       /* as the sources name it; "" */
	struct circuit_own {    /* the same */
		char name[64];  /* "" */
		int64_t length; /* thousandths of kilometres or miles; 0 */
	} own;
	struct bytes circuits; /* index.csv; read on first use */
	bool circuits_read;
	char rules_name[64];   /* of the ruleset loaded by its name; "" */
	int year;              /* 0: not known */
	instant_us unreported; /* instead of the time of reception, if unknown */
	bool planned, begun, again;
	bool placed;     /* place_laps() is done */
	bool files_last; /* read files at the end only (3) */
	bool ended;      /* feed_end() is done */
	bool infer;      /* the survey changed what the set-up depends on */

	struct feed_source sources[SOURCES_MAX];
	unsigned source_count;
	struct view_feed
		recorded[SOURCES_MAX];   /* the sources of a recording that is read */
	unsigned recorded_count;         /* 0: a file is shown as one */
	bool bytes_stay;                 /* of a row, until sealing */
	struct decoded_writer *decoding; /* what is decoded is kept; NULL */
	struct session_sink sink;

	/* events */
	struct event_list all; /* of all runs; the session's list is a part of it */
	uint32_t noted;        /* looked at */
	uint32_t fed;          /* of rows: what sealing added is behind them */
	struct run runs[SESSION_RUNS_MAX];
	unsigned run_count, run; /* run: the one shown */
	uint32_t runs_lost;      /* sessions that found no room */
	bool has_sessions;       /* a source sent SESSION events */
	bool chosen;             /* by the person: a new one does not replace it */
	bool show;               /* the timeline is to begin on the run shown */
	/* ENTRY events of sources, and the run each was received in; the newest. */
	struct kept_entry {
		struct event event;
		unsigned run;
	} * entries;
	uint32_t entry_count, entries_max;
	bool releasing;       /* of memory_release() */
	uint32_t copied_to;   /* events before here are copies, or looked at */
	uint32_t sealed_from; /* the run shown of a source that is complete */
	struct car_id ids[SESSION_IDS_MAX]; /* named in the newest run, hashed */
	uint32_t id_count;
	struct survey survey;
	uint32_t sequence; /* of the events the set-up adds */

	/* decisions */
	uint32_t decisions; /* rows */
	struct deciders deciders;
	unsigned *file_lines; /* of --decisions: decisions + 1, ... */
	uint32_t file_count, files_max;
	struct waiting *waiting;
	uint32_t waiting_count, waiting_max;
	/* The newest without effect, in their order, and what they were found of. */
	struct no_effect {
		uint32_t number;
		struct view_anomaly shown;
	} no_effect[SESSION_NO_EFFECT_MAX];
	uint32_t no_effect_count;
	struct decisions_seen {
		uint32_t run, decisions, taken, applied, unknown;
	} decisions_seen;

	/* for the screens */
	struct view_anomaly log[SESSION_LOG_MAX]; /* a ring */
	char key_print[17]; /* fingerprint of --beacon-key; "" none */
	struct steady steady;
	uint32_t steady_steps;
	uint32_t log_count, log_fed;              /* fed: of rows */
	uint8_t limits_told[SESSION_LIMIT_COUNT]; /* levels that were reported */
	struct view_anomaly log_shown[SESSION_LOG_MAX + SESSION_NO_EFFECT_MAX];
	struct view_loop loops_shown[VIEW_LOOPS_MAX];
	unsigned loop_count;
	struct view_session runs_shown[SESSION_RUNS_MAX];
	int64_t ahead
		[SESSION_AHEAD]; /* instant less reception of the newest passings */
	uint32_t ahead_count;

	/* memory */
	struct session_memory {
		void *at;
		size_t size;
	} events_map, text_map, storage;
	unsigned flags;      /* LOAD_... */
	uint32_t events_max; /* of a timeline whose end moves */
};

/* ---- session_feed.c: rows into events ---------------------------------------------- */

/** Room for so many events and bytes of their text behind those that are there. */
int feed_room(struct session *session, uint64_t events, uint64_t text, struct err *err);
/** Keep an anomaly for the screens. */
void feed_log(struct session_parts *parts, const struct event *event);
/** Keep those of the session that is shown alone, as its race counts them. */
void feed_log_run(struct session_parts *parts);
/** A new row of the log. */
struct view_anomaly *feed_log_row(struct session_parts *parts);
/** Note the events behind parts->noted: runs, survey, counters. */
void feed_note(struct session *session);
/** At the first row that is not a text, received at @received_at: from here on the set-up is
 * fixed (2). */
int feed_begin(struct session *session, instant_us received_at, struct err *err);
/** For sealing: end the streams, read the files. */
int feed_end(struct session *session, struct err *err);
void feed_free(struct session *session);
/** Reset the counters of a source. */
void feed_source_reset(struct feed_source *source);
/** Count the events of each source of a recording that was read, for the view. */
void feed_show_recorded(struct session *session);
/** How many anomalies there are, and the first, for people. */
void session_first_anomaly(struct session *session);
/** The parameters of the forecast are there: read on first use. */
bool session_forecasts(struct session *session);
/** What the sources got wrong, oldest first. */
void session_log_view(struct session *session, struct view *view);

/* ---- stints_by_hand.c ---------------------------------------------------------------- */

/** Take those of --stints: "GT 32,88 45min". */
int session_stints_option(struct session *session, const char *option, struct err *err);

/* ---- session_decoded.c ------------------------------------------------------------- */

/** Keep an item with its number, where the decoded events are kept. */
void decoded_note(struct session *session, enum decoded_item item, int64_t number);
/** Keep the events from @from on, whose text is that from @text_from on. */
void decoded_note_events(struct session *session, uint32_t from, uint32_t text_from);
void decoded_note_info(struct session *session, const struct feed_info *info);
/** Feed all rows by what is kept with them. False: it is void, or of another set-up; feed
 * the rows, from the first. */
bool session_feed_decoded(struct session *session, struct rows *rows);

/* ---- session.c ------------------------------------------------------------------------ */

/** Open a session for the sources of @rows, whose texts it takes; then feed the rows. */
int session_open_rows(const struct options *options, struct rows *rows,
		      struct session **out, struct err *err);
int session_feed_rows(struct session *session, struct rows *rows, struct err *err);

/* ---- session_limits.c ---------------------------------------------------------------- */

/** Keep @words in the log of anomalies, and as news. */
void limits_log(struct session *session, const char *words, instant_us at);
/** "1,130,084" */
const char *format_count(uint64_t n, char text[32]);
/** Report the limits that are near or met, and the losses, each once. */
void limits_review(struct session *session);

/* ---- session_memory.c ----------------------------------------------------------------- */

/** Events that a running race keeps before the oldest leave. */
uint32_t memory_events_max(const struct session_parts *parts);
/** True when so many events and bytes of text may find no room. */
bool memory_is_used_up(const struct session_parts *parts, uint64_t events,
		       uint64_t text);
/** Let the oldest events leave. All events were noted. */
int memory_release(struct session *session, struct err *err);
/** An event of before the floor becomes an anomaly. */
void memory_refuse(struct session *session, struct event *event);

/* ---- session_decisions.c ----------------------------------------------------------- */

/** Take a decision record. */
int decisions_row(struct session *session, const struct record_row *row,
		  instant_us received_at, struct err *err);
/** Apply those that waited for the start. */
void decisions_retry(struct session *session);
/** Forget all of them: the rows are fed again, or the session ends. */
void decisions_forget(struct session *session);
/** For sealing: apply the waiting decisions and the lines of --decisions. */
int decisions_end(struct session *session, struct err *err);
/** Find those without effect again, if the race changed in what they depend on. */
void decisions_review(struct session *session);

/* ---- runs.c ---------------------------------------------------------------------------- */

/** Begin a run with event @from of `all`, and the entries of the set-up. */
int runs_begin(struct session *session, uint32_t from, struct err *err);
/** Note event @index of `all`: it may begin a run, or be the first of a car in it. */
void runs_note(struct session *session, uint32_t index);
/** Make the session's list the part of `all` that belongs to the run shown. */
void runs_window(struct session *session);
/** Show another run. */
/** The run that a source which still runs shows. */
unsigned runs_newest(const struct session_parts *parts);
void runs_switch(struct session *session, unsigned row);
/** For sealing: choose the wanted run. -EINVAL: there is no such run. */
int runs_choose(struct session *session, struct err *err);
/** Fill the list of runs for the screens. */
void runs_show(struct session *session);

/* ---- plan.c, infer_setup.c ------------------------------------------------------------- */

/** Plan the set-up from texts and names; the first row was received at @received_at
 * (INSTANT_NONE: unknown). */
int setup_plan(struct session *session, instant_us received_at, struct err *err);
/** What to add to UTC in an IANA zone at noon of a local day; 0 where one is not known. */
int64_t zone_offset(const char *zone, instant_us day);
/** Report something beside the race that is not used. */
void session_warn(struct session *session, const char *fmt, ...) PRINTF_LIKE(2, 3);
void survey_begin(struct survey *survey);
/** True if no source ended the session, and another flag than the chequered one was shown
 * last, or none by a service that shows flags. */
bool survey_cut(const struct session_parts *parts);
/** Event @index of `all` is of the run shown. */
void survey_note(struct session *session, uint32_t index);
/** Complete the set-up from the events: lines, ruleset, length, clock. */
int setup_infer(struct session *session, struct err *err);

/* ---- find_circuit.c ---------------------------------------------------------------------- */

/** Find the circuit that is drawn, where no text has it, and its lines. */
void circuit_seek(struct session *session, const struct race_setup *setup);
/** Note the time of a lap. True: the fastest laps changed. */
bool survey_fastest(struct survey *survey, duration_us lap);

/* ---- lap_survey.c ------------------------------------------------------------------------ */

/** A crossing of SF without a lap number. True: the shortest possible lap changed. */
bool lap_survey_note(struct lap_survey *survey, const struct event *event);

/* ---- place_laps.c ------------------------------------------------------------------------ */

/** A file of laps was read to [@from, the end): put it on its day by what lies beside it,
 * and add the weather. */
void place_laps(struct session *session, uint32_t from);

#endif
