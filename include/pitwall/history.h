/*
 * history.h -- what happened in a race: one index, written while the race is folded
 *
 * race_apply() appends a row for each stop, lead, best lap, flag, message and so on. The
 * rows are a table of the race, like its laps. All lists, jumps in time and written
 * formats read these rows, so they count the same things.
 *
 *  (1) A row is at the instant of the event that caused it: when a screen first showed
 *      it. Rows are in order of time and never change.
 *  (2) A race owns rows [0, history_count), none of them of the future. The order of
 *      arrival does not change the rows.
 *  (3) The start, and a car that stops, happen by the clock alone. Their rows are written
 *      when the next event is folded, at the instant they were due; until then a list
 *      adds them.
 *  (4) What became known later (how a stop ended, that a best lap was beaten) is not in
 *      the row: see history_stint() and history_holds().
 */
#ifndef PITWALL_HISTORY_H
#define PITWALL_HISTORY_H

#include "pitwall/race.h"

/*
 * The definitions. Each is what a person at the playhead sees.
 *
 * LEADER_LAP, LAP  A completed lap: LEADER_LAP when the leader is the first to complete so
 *            many, else LAP. For jumps; lists leave them out (`pitwall laps` has them).
 * START      The start signal.
 * FLAG       Another flag is shown. Not the green flag under which a race starts.
 * DRIVER     Another driver takes over from a known one; the new one may be unknown. Not
 *            the first driver of a car, and not a name that becomes known.
 * PIT_OUT    The car leaves the pit lane: the end of a counted stop.
 * OFF_PACE   A clean lap (lap_is_clean()) slower than the clean lap before it by a tenth
 *            and by 5 seconds. More than two minutes are a stop, not pace.
 * GAINED, LOST  Places in the class, from one completed lap to the next. Between the lines
 *            places come and go in traffic.
 * SECTOR_BEST, OWN_BEST, CLASS_BEST, BEST_LAP  The best so far of the class (a sector), the
 *            car, the class, the race. A lap has one row, of the widest best that it was.
 *            The first lap of a car is not its own best.
 * LEAD       Another car than before completes a lap in the lead: a change of the lead at
 *            the line, as the sport counts them. The leader of the first lap is one. Not
 *            the first leader of a source that is joined late: it may have led before;
 *            nor any car by the lap with which it was joined.
 * CLASS_LEAD The same within a class. A LEAD is also a lead of its class and has no
 *            CLASS_LEAD row, so the leads of a class are the rows of both kinds.
 *            In a TIMED session the lead changes with a lap that makes its car the
 *            fastest.
 * PIT_IN     The car enters the pit lane for a stop: when the screen shows it there. A
 *            start from the pit lane is not a stop.
 * STOPPED    The car has stopped on the track (race_car_stands()), or was never timed
 *            since the start (`time`): it may not have left the grid.
 * RESUMED    A stopped car is timed again, on the track or at the pit lane.
 * RETIRED    A source reports that the car is out of the race.
 * BELOW, ABOVE  Guesses of the forecast, no rows of a race: the caller of a list adds them
 *            (struct history.guesses).
 * DECISION   Of the stewards.
 * MESSAGE    Of race control.
 * FINISH     The winner takes the flag.
 */
#define HISTORY(X)                                                                 \
	X(LEADER_LAP, "leader-lap", "lap", "the leader completes a lap")           \
	X(LAP, "lap", "lap", "another car completes a lap")                        \
	X(START, "start", "start", "the race begins")                              \
	X(FLAG, "flag", "flag", "another flag")                                    \
	X(DRIVER, "driver", "driver", "another driver is on board")                \
	X(PIT_OUT, "pit-out", "pit out", "a car leaves the pits")                  \
	X(OFF_PACE, "off-pace", "off pace",                                        \
	  "a lap a tenth slower than the clean lap before it")                     \
	X(GAINED, "gained", "place", "places gained in the class over a lap")      \
	X(LOST, "lost", "place", "places lost in the class over a lap")            \
	X(SECTOR_BEST, "best-sector", "sector", "a best sector of a class")        \
	X(OWN_BEST, "own-best", "own best", "a best lap of a car")                 \
	X(CLASS_BEST, "class-best", "best", "a best lap of a class")               \
	X(BEST_LAP, "best-lap", "best", "a best lap of the race")                  \
	X(CLASS_LEAD, "class-lead", "lead", "another car leads a class")           \
	X(LEAD, "lead", "lead", "another car leads the race")                      \
	X(PIT_IN, "pit-in", "pit in", "a car enters the pits")                     \
	X(STOPPED, "stopped", "stopped", "a car has stopped on track")             \
	X(RESUMED, "resumed", "resumed", "a stopped car drives on")                \
	X(RETIRED, "retired", "retired", "a source reports a car out of the race") \
	X(BELOW, "below", "threshold", "a car is now likely not to be classified") \
	X(ABOVE, "above", "threshold", "a car is now likely to be classified")     \
	X(DECISION, "decision", "stewards", "a decision of the stewards")          \
	X(MESSAGE, "message", "message", "words of race control")                  \
	X(FINISH, "finish", "finish", "the race is won")

enum history_kind {
#define X(id_, key_, name_, about_) HISTORY_##id_,
	HISTORY(X)
#undef X
		HISTORY_COUNT
};
/** "pit in": a word for a column; several kinds may share one. */
const char *history_name(enum history_kind kind);
/** "pit-in": the kind's own, as files write it. */
const char *history_key(enum history_kind kind);

#define HISTORY_BIT(id_) ((uint32_t)1 << HISTORY_##id_)
#define HISTORY_ANY (((uint32_t)1 << HISTORY_COUNT) - 1)
#define HISTORY_LISTED (HISTORY_ANY & ~(HISTORY_BIT(LEADER_LAP) | HISTORY_BIT(LAP)))

/* Kinds that are listed together; the first group is the story of a race. */
struct history_group {
	const char *name;
	uint32_t kinds;
};
extern const struct history_group history_groups[];
extern const size_t history_groups_count;

/* What e and E step through, in the order of `a`. */
#define HISTORY_STEPS(X)                                                         \
	X(FLAG, "flag", HISTORY_BIT(FLAG))                                       \
	X(STOP, "stop", HISTORY_BIT(PIT_IN))                                     \
	X(LEAD, "lead", HISTORY_BIT(LEAD))                                       \
	X(CLASS_LEAD, "class lead", HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD)) \
	X(BEST_LAP, "best lap", HISTORY_BIT(BEST_LAP))                           \
	X(DRIVER, "driver", HISTORY_BIT(DRIVER))                                 \
	X(LAP, "lap", HISTORY_BIT(LEADER_LAP) | HISTORY_BIT(LAP))
enum history_step {
#define X(id_, name_, kinds_) STEP_##id_,
	HISTORY_STEPS(X)
#undef X
		STEP_COUNT
};
extern const struct history_group history_steps[STEP_COUNT];

/* memcmp is equality, as in race.h. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
struct history_row {
	instant_us at;
	duration_us
		time; /* of a lap, sector, stop; RESUMED: since last timed; STOPPED of a
			     car that was never timed: since the start; NONE */
	duration_us more; /* OFF_PACE, LOST on the track: than the lap before; NONE */
	uint32_t lap;     /* laps completed, or the lap it was */
	uint32_t row;     /* FLAG, MESSAGE: of its table; DECISION: of the race; PIT_IN,
			     PIT_OUT: number of the stint that ends */
	uint32_t prev;    /* 1 + index of the car's row before; 0 none */
	uint16_t car;     /* CAR_NONE */
	uint16_t position;    /* LEADER_LAP, LAP: in the race; else in the class */
	uint16_t places;      /* GAINED, LOST */
	uint8_t kind;         /* enum history_kind */
	uint8_t driver;       /* DRIVER: before; PIT_IN, PIT_OUT: drove into the pits;
			      RACE_DRIVERS_MAX unknown */
	uint8_t driver_after; /* DRIVER */
	uint8_t sector;       /* SECTOR_BEST: 0-based */
	uint8_t estimated;    /* the instant or the time is an estimate */
	uint8_t pitted;       /* LOST: on an in or out lap; `time` is the stop's then */
};
#pragma GCC diagnostic pop

/* Rows of each kind before row HISTORY_EVERY * n: a list of some kinds is then as fast as
 * a list of all. */
enum { HISTORY_EVERY = 64 };
struct history_block {
	uint32_t before[HISTORY_COUNT];
};
#define HISTORY_BLOCKS(rows_) ((rows_) / HISTORY_EVERY + 1)

/* ---- a list ------------------------------------------------------------------------ */

enum { HISTORY_GUESSES_MAX = 1024, HISTORY_EXTRAS_MAX = 1024 + RACE_CARS_MAX + 1 };

/* Set what is asked for, then history_open(). The newest row is the first. */
struct history {
	const struct race *race;
	const struct race_tables *tables;
	const struct history_row *guesses; /* by time, perhaps beyond `at`; at most
					      HISTORY_GUESSES_MAX; NULL */
	uint32_t guess_count;
	uint32_t kinds; /* HISTORY_BIT()s */
	instant_us at;  /* up to and including; >= race->now */
	uint16_t car;   /* CAR_NONE: of all, else its own alone */

	/* private: */
	uint16_t extra_count;
	uint32_t rows;                      /* of the table that are in the list */
	uint32_t seen, seen_row;            /* of one car: the row that was read last */
	uint32_t place[HISTORY_EXTRAS_MAX]; /* in the list, of what is in no table */
	uint16_t extra[HISTORY_EXTRAS_MAX]; /* by time */
};

void history_open(struct history *history);
uint32_t history_count(const struct history *history);
/** The @nth newest; false: there are fewer. */
bool history_nth(struct history *history, uint32_t nth, struct history_row *out);
/** How many rows are later than @t; the newest of the others is the nth. */
uint32_t history_later(struct history *history, instant_us t);

/* Rows of a table to look through: for a search in the whole race. */
struct history_span {
	const struct race_tables *tables;
	uint32_t first, count; /* race.history_first, race.history_count */
	uint32_t kinds;
	uint16_t car; /* CAR_NONE: any */
};
/** Index of the next row from @from on by @step (1 or -1); UINT32_MAX: there is none. */
uint32_t history_find(const struct history_span *span, uint32_t from, int step);
/** Index of the first of @count rows that is later than @t. */
uint32_t history_after(const struct race_tables *tables, uint32_t count, instant_us t);

/** False for a best lap that was beaten, or deleted, since. */
bool history_holds(const struct race *race, const struct history_row *row);
/** PIT_IN, PIT_OUT: the stint that the stop ended; NULL: it has not ended, or its row was
 * not kept. */
const struct stint_row *history_stint(const struct race *race,
				      const struct race_tables *tables,
				      const struct history_row *row);
/** FLAG: which one; @shown: for how long, NONE: it is still shown. */
enum flag history_flag(const struct race *race, const struct race_tables *tables,
		       const struct history_row *row, duration_us *shown);
/** PIT_OUT: who drove the stint after it; RACE_DRIVERS_MAX: unknown. */
uint8_t history_driver_after(const struct race *race, const struct race_tables *tables,
			     const struct history_row *row);

#endif
