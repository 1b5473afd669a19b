/*
 * timeline.h -- the race at any instant
 *
 * Owns the order over the events of all sources and keyframes of the race, in
 * storage of the caller; seeking folds forward from the keyframe before.
 *
 *  (1) seek(t) equals the fold of all events with at <= t, by memcmp.
 *  (2) Keyframes are a cache of at most TIMELINE_KEYFRAME_BYTES, cars in use
 *      only; dropping them changes no answer.
 *  (3) Marks are an index made at load for jumping; nothing draws those behind
 *      the playhead.
 */
#ifndef PITWALL_TIMELINE_H
#define PITWALL_TIMELINE_H

#include "pitwall/race.h"

enum { TIMELINE_KEYFRAME_BYTES = 4 * 1024 * 1024 };

#define MARKS(X)                    \
	X(LEADER_LAP, "leader lap") \
	X(LAP, "lap")               \
	X(FLAG, "flag")             \
	X(STOP, "stop")             \
	X(LEAD, "lead")             \
	X(CLASS_LEAD, "class lead") \
	X(BEST_LAP, "best lap")     \
	X(DRIVER, "driver")
enum mark_kind {
#define X(id_, name_) MARK_##id_,
	MARKS(X)
#undef X
		MARK_KIND_COUNT
};
const char *mark_name(enum mark_kind kind);

struct mark {
	instant_us at;
	uint32_t lap; /* laps completed by the car at that instant */
	uint16_t car; /* CAR_NONE */
	uint8_t kind;
	uint8_t flag;
};

/* All storage is the caller's. sizes from timeline_storage_size(). */
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
	uint32_t keyframe_every; /* events between two */
	size_t keyframe_size;    /* bytes in use */
	struct mark *marks;      /* in time; NULL: none are kept */
	uint32_t mark_count, marks_max;
	instant_us first_at, last_at;           /* of the events that are not set-up */
	instant_us start_at, finish_at, end_at; /* of the whole; INSTANT_NONE */
	uint16_t *car_of;              /* order[i] is about this car; CAR_NONE */
	uint32_t lap_first, lap_total; /* lap rows of the whole: those of the race
				      stand in [lap_first, lap_total) */
	instant_us clock_at;           /* of the whole: the limit counts from here */
};

/** Bytes of storage for so many events, one block; @marks and @keyframes say
 * whether those are wanted. */
size_t timeline_storage_size(const struct event_list *events, bool marks,
			     bool keyframes);
/** Order and fold all @events once; keeps @events, @storage until the end. The
 * timeline then stands at its end. 0 or -errno with a sentence. */
int timeline_load(struct timeline *timeline, const struct event_list *events,
		  const struct race_setup *setup, void *storage, bool marks,
		  bool keyframes, struct err *err);
/** The race with every event up to and including @t applied. The pointer is
 * valid until the next call. */
const struct race *timeline_at(struct timeline *timeline, instant_us t);
/** The crossing, lap, flag or start after or before @t: for stepping by passing.
 * @by counts instants (-3: three back; as far as there are). INSTANT_NONE at
 * either end. @car: only this car's, or CAR_NONE. */
instant_us timeline_step(const struct timeline *timeline, instant_us t, int by,
			 uint16_t car);
/** The mark of @kind next after (@by > 0) or before (@by < 0) @t; @car CAR_NONE
 * for any; NULL when there is none. @by counts instants, as far as there are
 * (10: ten on, or the last). */
const struct mark *timeline_mark(const struct timeline *timeline, enum mark_kind kind,
				 uint16_t car, instant_us t, int by);

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
 * there is no such instant (a lap nobody led). */
int when_resolve(const struct timeline *timeline, const struct when *when,
		 instant_us *out, struct err *err);

#endif
