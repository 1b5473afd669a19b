/*
 * timeline.h -- the race at any instant
 *
 * Owns the order over the events of all sources and keyframes of the race, in
 * storage of the caller; seeking folds forward from the keyframe before.
 *
 *  (1) seek(t) equals the fold of all events with at <= t, by memcmp.
 *  (2) Keyframes are a cache, cars in use only, of at most TIMELINE_KEYFRAME_BYTES for
 *      RACE_CARS_MAX cars and of a share of it for fewer (of a timeline whose end
 *      moves, half of it); dropping them changes no answer.
 *  (3) What happened in the whole race (history.h) is for jumping; nothing draws the
 *      rows beyond the playhead.
 *  (4) Order of arrival does not matter: a timeline that took its events in any
 *      order, at once or bit by bit, equals the one loaded with all of them.
 *  (5) Masked events are not folded: a passing that a better clock reports within
 *      the window (race_setup.merge_us), and undone events. Who masks whom
 *      follows from the set of events alone. A guess (estimated, by hand) has the
 *      worst clock. An undo cancels events of its own source whose record is its
 *      value and smaller than its own.
 *  (6) AS_CORRECTED at t folds all events with at <= t. AS_KNOWN folds those of
 *      them that were received by then too, masked only by events received by then.
 *  (7) Of a timeline whose end moves the oldest events may leave memory
 *      (timeline_forget()). (1) and (6) hold from floor_at on; before it there is the race
 *      at floor_at.
 */
#ifndef PITWALL_TIMELINE_H
#define PITWALL_TIMELINE_H

#include "pitwall/history.h"

enum { TIMELINE_KEYFRAME_BYTES = 20 * 1024 * 1024 };
/* Rows that are read by people, not computed with: further ones are only counted. */
enum {
	TIMELINE_FAULTS_MAX = 16 * 1024,
	TIMELINE_MESSAGES_MAX = 8 * 1024,
	TIMELINE_WEATHER_MAX = 8 * 1024, /* five days */
	TIMELINE_HISTORY_MAX = 1024 * 1024,
};

enum timeline_as { AS_CORRECTED, AS_KNOWN };

struct timeline_live;
struct timeline_parts;

/* All storage is the caller's: timeline_needs(), timeline_live_size(). All bytes are zero before
 * the first call. */
struct timeline {
	const struct event_list *events;
	uint32_t *order; /* events in fold order */
	uint32_t order_count;
	uint32_t next;    /* order[next] is the first not applied in race */
	struct race race; /* the race at `at` */
	instant_us at;
	struct race_tables tables;
	struct race_setup setup;
	unsigned char *keyframes; /* NULL: none are kept */
	size_t keyframe_bytes;
	uint32_t keyframe_count;
	uint32_t keyframe_every;      /* events between two */
	size_t keyframe_size;         /* bytes in use */
	instant_us first_at, last_at; /* of the events that are not set-up */
	instant_us floor_at; /* no earlier instant can be shown; INSTANT_NONE */
	instant_us start_at, finish_at, end_at; /* of the whole; INSTANT_NONE */
	uint16_t *car_of;              /* order[i] is about this car; CAR_NONE */
	uint32_t lap_first, lap_total; /* lap rows of the whole: those of the race
				      are in [lap_first, lap_total) of
				      timeline_head_tables() */
	/* Rows of what happened, of the whole: race.history_first and history_count
	 * of its end, in timeline_head_tables(). */
	uint32_t history_first, history_total;
	instant_us clock_at;          /* of the whole: the limit counts from here */
	uint32_t *masked_by;          /* order[i]: 1 + index in events->at of the
					  event that masks it; 0 none */
	uint8_t as;                   /* enum timeline_as, of `race` */
	struct timeline_live *live;   /* NULL: loaded, its end is fixed */
	struct timeline_parts *parts; /* of src/timeline alone */
};

/* What a list of events needs room for. */
struct timeline_needs {
	size_t bytes;  /* of storage, one block */
	size_t dense;  /* so many of the first bytes are used often */
	void *storage; /* the caller's, of @bytes */
	/* Rows and bytes in it, and what was seen on the way: src/timeline's alone. */
	size_t events, laps, stints, flags, faults, messages, weather;
	size_t history, undos;
	size_t keyframe_bytes, live;
	instant_us received;
	uint8_t rank_best, rank_worst;
	uint16_t source_first, source_last;
	bool numbers, no_numbers;
};
/** @history, @keyframes: with room for these. */
struct timeline_needs timeline_needs(const struct event_list *events, bool history,
				     bool keyframes);
/** Order and fold all @events once; keeps @events and the storage until the end. The
 * timeline is then at its end. 0, or -ENOMEM with a sentence: no storage. */
int timeline_load(struct timeline *timeline, const struct event_list *events,
		  const struct race_setup *setup, const struct timeline_needs *needs,
		  struct err *err);
/** The race with every event up to and including @t applied. The pointer is
 * valid until the next call. */
const struct race *timeline_at(struct timeline *timeline, instant_us t);
/** The same, corrected or as it was known at @t (6). @timeline->tables are those of
 * the race it returns. */
const struct race *timeline_at_as(struct timeline *timeline, instant_us t,
				  enum timeline_as as);

/* ---- a timeline whose end moves ------------------------------------------- */

/** Storage for any @events_max events with history and keyframes. Most of it stays
 * untouched: use memory that costs nothing until then. */
size_t timeline_live_size(uint32_t events_max);
/** Begin with the events in @events (perhaps none). @events may grow, up to
 * @events_max, by appending only; the timeline sees that by timeline_take(). */
int timeline_begin(struct timeline *timeline, const struct event_list *events,
		   uint32_t events_max, const struct race_setup *setup, void *storage,
		   struct err *err);
/** Take what was appended since. Late events get their place, and what they change
 * is folded again; the view stays at its instant. Returns how many came late: were
 * put before what had been taken, entries of before everything not counted. */
uint32_t timeline_take(struct timeline *timeline);
/** Let the oldest events leave memory, about @count of the order, once all that was
 * appended was taken: the race goes on. @events: the list's, which become fewer; the caller
 * sets the list's count, and appends no event before timeline->floor_at any more. The view
 * is void until the next timeline_at(). Returns how many left. */
uint32_t timeline_forget(struct timeline *timeline, struct event *events,
			 uint32_t count);
/** After timeline_forget(), once the list has its new count. */
void timeline_forgotten(struct timeline *timeline);
/** Another set-up: all is folded again under it. */
void timeline_set_up(struct timeline *timeline, const struct race_setup *setup);
/** The race with all events applied, whatever the playhead shows. Its tables are
 * timeline_head_tables(). Of a loaded timeline too (it goes to its end then). */
const struct race *timeline_head(struct timeline *timeline);
const struct race_tables *timeline_head_tables(struct timeline *timeline);

/* ---- where a number comes from (explain.c) --------------------------------- */

#define EXPLAINS(X)                              \
	X(POSITION, "position")                  \
	X(LAPS, "laps")                          \
	X(LAST, "last lap")                      \
	X(BEST, "best lap")                      \
	X(GAP, "gap to the leader")              \
	X(INTERVAL, "interval to the car ahead") \
	X(CLASS_GAP, "gap to the class leader")  \
	X(SECTOR, "sector")                      \
	X(STOPS, "pit stops")                    \
	X(STINT, "stint")                        \
	X(DRIVER, "driver")                      \
	X(TOTAL, "total time")                   \
	X(MARGIN, "margin to the threshold")     \
	X(STATUS, "status")                      \
	X(ENTRY, "entry")                        \
	X(VALUE, "measured value")               \
	X(POINTS, "points of the season")
enum explain_what {
#define X(id_, name_) EXPLAIN_##id_,
	EXPLAINS(X)
#undef X
		EXPLAIN_COUNT
};
const char *explain_name(enum explain_what what);

struct explain_line {
	char text[120];    /* cleaned; "" a blank line */
	uint8_t estimated; /* the line reports an estimate */
	uint8_t decision;  /* of a decision */
	uint8_t spare[6];
};
struct explain_ask {
	const struct standings *standings;
	const struct classification *classification;
	const char *const *sources; /* names by event.source; may be NULL */
	uint32_t source_count;
	uint16_t car;
	uint8_t what;  /* enum explain_what */
	uint8_t index; /* of a SECTOR: 0-based; of a VALUE: enum car_value */
};
/** Where the value comes from: the passings it was made of with their times, sources
 * and record numbers, what was estimated or merged, and the decisions applied. Of the
 * race timeline_at_as() returned last. Returns the lines written. */
unsigned timeline_explain(const struct timeline *timeline,
			  const struct explain_ask *ask, struct explain_line *lines,
			  unsigned max);
/** The crossing, lap, flag or start after or before @t: for stepping by passing.
 * @by counts instants (-3: three back; as far as there are). INSTANT_NONE at
 * either end. @car: only this car's, or CAR_NONE. */
instant_us timeline_step(const struct timeline *timeline, instant_us t, int by,
			 uint16_t car);
/** What happened next after (@by > 0) or before (@by < 0) @t, of @kinds
 * (HISTORY_BIT()s) and of @car, CAR_NONE for any; NULL: nothing. Of the whole race, as
 * corrected. @by counts instants, as far as there are (10: ten on, or the last). */
const struct history_row *timeline_event(const struct timeline *timeline,
					 uint32_t kinds, uint16_t car, instant_us t,
					 int by);

/* ---- WHEN --------------------------------------------------------------- */

enum when_kind {
	WHEN_RACE_TIME,
	WHEN_TIME_OF_DAY,
	WHEN_LAP,
	WHEN_PERCENT,
	WHEN_START,
	WHEN_END
};
struct when {
	int64_t value; /* microseconds; lap; 10^-6 of the race for percent */
	uint8_t kind;
	uint8_t days; /* @15:20+1d */
};

/** "3:20:00", "@15:20:00", "@15:20+1d", "lap:112", "50%", "start", "end". A time
 * with one colon is hours and minutes, of race time as of the day: "3:20" is
 * three hours and twenty minutes. Seconds may have a fraction. -EINVAL with a
 * sentence that names the forms. */
int when_parse(struct slice text, struct when *out, struct err *err);
/** The instant a WHEN names in this timeline, clamped to it. % is of the time to
 * the winner's finish, without one of the scheduled length. "@T" is the first
 * such time at or after the start of the clock. -ERANGE with a sentence when
 * there is no such instant (a lap that no car led). */
int when_resolve(const struct timeline *timeline, const struct when *when,
		 instant_us *out, struct err *err);

#endif
