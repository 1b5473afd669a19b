/*
 * multiloop.h -- what the files of the Multiloop reader share
 *
 * multiloop.c finds records and their run, multiloop_clock.c reads the heartbeat and finds the
 * unit of time, multiloop_entries.c has runs and cars, multiloop_laps.c counts laps,
 * multiloop_lines.c has the other lines, multiloop_words.c has messages and statistics.
 */
#ifndef PITWALL_FEED_MULTILOOP_H
#define PITWALL_FEED_MULTILOOP_H

#include "sequence.h"
#include "scoreboard.h"

enum {
	ML_SLOTS = 512, /* a power of two, over BOARD_CARS_MAX */
	ML_HELD_MAX = 512,
	ML_KEY_MAX = 15,
	ML_RUNS_MAX = 32,
	ML_PART =
		1000, /* added to the number of a session when a run restarts under its key */
	ML_TOTALS = 4,
	ML_NAMES_MAX = 32, /* of timelines and sections */
	ML_WORDS_MAX = 16, /* messages kept to find repeated ones */
};
/* Two times closer than this are the same crossing. */
#define ML_SAME_CROSSING US_S

/* Commands whose sequence numbers are checked. */
enum ml_count { ML_H, ML_C, ML_L, ML_S, ML_A, ML_N, ML_I, ML_COUNTS, ML_NOT_COUNTED };

/* Bits of a car. */
enum {
	ML_STOOD = 1 << 0,    /* a $C was not used yet */
	ML_NUMBERED = 1 << 1, /* a $C gave its number of laps */
	ML_ENTERED = 1 << 4,
	ML_PHOTO = 1 << 5,     /* the waiting crossing was timed by a photocell */
	ML_BY_HAND = 1 << 6,   /* ... by a person */
	ML_LANE = 1 << 7,      /* ... was in the pit lane */
	ML_SAID_LANE = 1 << 8, /* the last $C ended its lap in the pit lane */
};

struct ml_car {
	struct board_car b;            /* b.id: "mlp-" and the id */
	duration_us totals[ML_TOTALS]; /* of lap n, at n % ML_TOTALS; NONE */
	uint32_t records[ML_TOTALS];   /* of its crossing */
	duration_us hole;              /* laps behind this total were missed */
	duration_us wait; /* a crossing of $L that waits for its $C; NONE */
	duration_us said_last;
	duration_us mid;             /* of the last event at another line than SF */
	duration_us invalid;         /* of the last $I; NONE */
	uint64_t status;             /* the first letters of its status */
	uint32_t uid, entry, driver; /* hashes of what was emitted */
	uint32_t said_laps;
	int32_t taken; /* said_laps minus laps */
	uint16_t rank, grid, bits;
	uint8_t mid_line, flag, wait_flag;
	char number[EVENT_ID_MAX + 1];
};

struct ml_name {
	uint64_t name; /* eight bytes */
	uint64_t end;  /* of a section: the timeline at its end */
	uint8_t line;  /* of a timeline, or at the end of a section */
	uint8_t spare[7];
};

struct ml_state {
	struct board board;
	duration_us elapsed;   /* of the last $H */
	duration_us low, high; /* elapsed time of crossings before the first $H */
	int64_t unit_unix, unit_ticks; /* of the $H from which the unit is measured */
	duration_us tick;              /* a unit of time */
	uint32_t run_count;
	uint32_t runs[ML_RUNS_MAX];   /* hashes of keys */
	uint32_t words[ML_WORDS_MAX]; /* hashes of messages */
	uint32_t lead_change;
	uint32_t last_number, statistics, title_sum, track, version;
	uint32_t held_record;
	uint16_t car_count, word_next, held;
	uint16_t name_count, section_count;
	char status; /* of the last $H */
	uint8_t key_len;
	bool alone;
	bool waits; /* a $C or a crossing of SF was not used yet */
	bool unit_measured, early_reported, sections_reported;
	char key[ML_KEY_MAX + 1];
	uint16_t slots[ML_SLOTS];
	struct ml_name names[ML_NAMES_MAX], sections[ML_NAMES_MAX];
	char held_line[ML_HELD_MAX]; /* the first record of what may be another run */
	struct sequence sequences[ML_COUNTS];
	struct ml_car cars[BOARD_CARS_MAX];
};
_Static_assert(sizeof(struct ml_state) <= FEED_STATE_MAX, "the state fits");

/* The record being decoded. */
struct ml {
	struct board_in in;
	struct ml_state *state;
	char type; /* N, R or U */
	struct wire_ml_fields fields;
};

/* ---- multiloop.c --------------------------------------------------------------- */

/** Field @i without blanks around it; empty beyond the last. */
static inline struct slice ml_field(const struct ml *ml, unsigned i)
{
	return wire_ml_field(&ml->fields, i);
}
/** A hexadecimal number; false with an anomaly. @what: for its text. */
bool ml_number(const struct ml *ml, unsigned i, const char *what, uint64_t *out);
/** A time in the units of the run; false with an anomaly. */
bool ml_time(const struct ml *ml, unsigned i, const char *what, duration_us *out);
/** @c is a letter of @set. */
bool ml_is_one_of(char c, const char *set);
/** A name as eight bytes; 0 if it is longer. */
uint64_t ml_word(struct slice name);
/** A hash, never 0. */
uint32_t ml_sum(struct slice words);

/* ---- multiloop_clock.c ----------------------------------------------------------- */

/** The unit of time of a run, by its key. */
duration_us ml_tick_of_key(struct slice key);
/** True if crossings can be emitted; otherwise they wait for a $H. */
bool ml_start_ready(const struct ml *ml);
/** Note a crossing at @elapsed. Returns ml_start_ready(). */
bool ml_crossing_received(const struct ml *ml, duration_us elapsed);
/** The instant of a time since the start; without a start one is made up. */
instant_us ml_at(const struct ml *ml, duration_us elapsed);
/** UTC of seconds since 1970 by the source's clock. */
instant_us ml_utc(const struct ml *ml, uint64_t seconds);
/** FLAG_UNKNOWN if it is not a flag. */
enum flag ml_flag(struct slice status);
void ml_heartbeat(struct ml *ml);

/* ---- multiloop_entries.c ------------------------------------------------------------ */

/** The car with its number in field @number and its id in the next, added if new; NULL
 * with an anomaly. */
struct ml_car *ml_car(const struct ml *ml, unsigned number);
/** The car of an id; NULL: unknown. */
struct ml_car *ml_car_known(const struct ml_state *st, uint64_t uid);
/** Emit the SESSION event, if that is still due. */
void ml_session(const struct board_in *in);
void ml_enter(const struct ml *ml, struct ml_car *car);
void ml_grid(const struct ml *ml, struct ml_car *car, unsigned i);
/** A new run, with the key of the current record. */
void ml_run_begin(const struct ml *ml, struct slice key);
/** The run restarts under its key. */
void ml_again(const struct ml *ml);
void ml_entry(struct ml *ml);
void ml_run(struct ml *ml);
void ml_driver_id(struct ml *ml);

/* ---- multiloop_laps.c ---------------------------------------------------------------- */

void ml_standing(struct ml *ml);
/** A $L at SF. */
void ml_crossing(const struct ml *ml, struct ml_car *car, duration_us elapsed,
		 bool lane);
void ml_invalid(struct ml *ml);
/** Use everything that waits. */
void ml_settle_all(const struct ml *ml);

/* ---- multiloop_lines.c ---------------------------------------------------------------- */

void ml_line(struct ml *ml);
void ml_section(struct ml *ml);
void ml_track(struct ml *ml);

/* ---- multiloop_words.c ---------------------------------------------------------------- */

void ml_announcement(struct ml *ml);
void ml_statistics(struct ml *ml);
void ml_new_leader(struct ml *ml);
void ml_version(struct ml *ml);

#endif
