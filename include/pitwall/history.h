/*
 * history.h -- what happened: one index, written while the race is folded
 *
 * race_apply() appends a row for whatever a person would tell of: a stop, a lead, a best
 * lap, a flag, a message. The rows are a table of the race like its laps. Every list, the
 * jumps in time and every format that is written read these rows, so all of them count
 * the same things.
 *
 *  (1) A row stands at the instant of the event that made it so: when a screen first
 *      showed it. Rows never go back in time and never change.
 *  (2) A race owns rows [0, history_count): there is nothing of the future to read. The
 *      same events give the same rows, whatever their order of arrival.
 *  (3) Two things happen by the clock alone: the start, and a car that stands. Their
 *      rows are written when the next event is folded, at the instant they were due;
 *      until then a list adds them itself.
 *  (4) What became known of an old row later (how a stop ended, that a best was beaten)
 *      is not in the row: ask history_stint() and history_holds().
 */
#ifndef PITWALL_HISTORY_H
#define PITWALL_HISTORY_H

#include "pitwall/race.h"

/*
 * The definitions. Each is what a person at the playhead sees.
 *
 * LEADER_LAP, LAP  A lap completed, by the first time anyone did so many as the first car,
 *            or by any other. For jumping; lists leave them out (`pitwall laps` has them).
 * START      The start signal.
 * FLAG       Another flag is shown. Not the green one that a race begins under.
 * DRIVER     Another driver takes over from one who was known. Who comes may be unknown.
 *            The first driver of a car is no change, nor is it when a name becomes known.
 * PIT_OUT    A counted stop ends: the car leaves the pit lane.
 * OFF_PACE   A clean lap (lap_is_clean()) slower than the clean lap before it by a tenth
 *            and by 5 seconds. More than two minutes are not pace: the car stood.
 * GAINED, LOST  Places in the class, from one completed lap to the next. Between the
 *            lines places come and go in traffic.
 * SECTOR_BEST, OWN_BEST, CLASS_BEST, BEST_LAP  The best so far when it was driven, of the
 *            class (a sector), the car, the class, the race: told once, as the most that it
 *            was. The first lap of a car is not its own best.
 * LEAD       Another car than before completes a lap as the first of all: a change of the
 *            lead at the line, as the sport counts them. The first lap has a leader too. A
 *            source that is joined late does not say since when its first leader leads.
 * CLASS_LEAD The same within a class. A LEAD takes the lead of its class as well and is
 *            told as LEAD alone: whoever wants all leads of classes asks for both.
 *            In a TIMED session both are told of a lap that makes its car the fastest.
 * PIT_IN     The car enters the pit lane for a stop: when the screen shows it there. A
 *            start from the lane is no stop.
 * STOPPED    The car stands on the track: it was not heard at its next line, and is
 *            overdue by far (car.due_at). Not in the pits, under red or after its flag.
 * RESUMED    A car that stood is heard again, on the track or at the pits.
 * RETIRED    A source says that the car is out of the race.
 * BELOW, ABOVE  Guesses of the forecast, not rows of a race: whoever has them gives them to
 *            a list (struct history.guesses).
 * DECISION, MESSAGE  Of the stewards; words of race control.
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
	X(STOPPED, "stopped", "stopped", "a car stands on the track")              \
	X(RESUMED, "resumed", "resumed", "a car that stood drives on")             \
	X(RETIRED, "retired", "retired",                                           \
	  "a source says that a car is out of the race")                           \
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

/* Kinds that are looked at together; the first is all that a race is told by. */
struct history_group {
	const char *name;
	uint32_t kinds;
};
extern const struct history_group history_groups[];
extern const size_t history_groups_count;

/* What e and E go through, in the order of `a`; its names are for people. */
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
		time; /* of a lap, a sector, a stop; RESUMED: unheard of for so long;
			      NONE */
	duration_us more; /* OFF_PACE, LOST on the road: than the lap before; NONE */
	uint32_t lap;     /* laps completed, or the lap it was */
	uint32_t row;     /* FLAG, MESSAGE: of its table; DECISION: of the race; PIT_IN,
			      PIT_OUT: number of the stint that ends */
	uint32_t prev;    /* 1 + index of the car's row before; 0 none */
	uint16_t car;     /* CAR_NONE */
	uint16_t
		position; /* after a lap: LEADER_LAP, LAP in the race, else in the class */
	uint16_t places;      /* GAINED, LOST */
	uint8_t kind;         /* enum history_kind */
	uint8_t driver;       /* DRIVER: before; PIT_IN, PIT_OUT: who brought it in;
			      RACE_DRIVERS_MAX unknown */
	uint8_t driver_after; /* DRIVER */
	uint8_t sector;       /* SECTOR_BEST: 0-based */
	uint8_t estimated;    /* its instant or its time is */
	uint8_t pitted;       /* LOST: on a lap into or out of the pits; `time` is the
				 stop's then, else the lap's */
};
#pragma GCC diagnostic pop

/* Rows of each kind before row HISTORY_EVERY * n: what makes a list of some kinds as
 * quick as one of all. */
enum { HISTORY_EVERY = 64 };
struct history_block {
	uint32_t before[HISTORY_COUNT];
};
#define HISTORY_BLOCKS(rows_) ((rows_) / HISTORY_EVERY + 1)

/* ---- a list ------------------------------------------------------------------------ */

enum { HISTORY_GUESSES_MAX = 1024, HISTORY_EXTRAS_MAX = 1024 + RACE_CARS_MAX + 1 };

/* What is asked for, then history_open(). The newest is the first. */
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
	uint32_t rows; /* of the table that are in the list */
	uint32_t seen; /* of a car's rows the nth was read last, and is this one */
	uint32_t seen_row;
	uint32_t place[HISTORY_EXTRAS_MAX]; /* in the list, of what is in no table */
	uint16_t extra[HISTORY_EXTRAS_MAX]; /* by time */
};

void history_open(struct history *history);
uint32_t history_count(const struct history *history);
/** The @nth newest; false: there are fewer. */
bool history_nth(struct history *history, uint32_t nth, struct history_row *out);
/** How many are later than @t: the newest that is not is the nth. */
uint32_t history_later(struct history *history, instant_us t);

/* Rows of a table that are looked through, for those who look at the whole race. */
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
/** PIT_IN, PIT_OUT: the stint that the stop ended; NULL: the stop lasts, or is not kept. */
const struct stint_row *history_stint(const struct race *race,
				      const struct race_tables *tables,
				      const struct history_row *row);
/** FLAG: which one; @shown: for how long, NONE: it still is. */
enum flag history_flag(const struct race *race, const struct race_tables *tables,
		       const struct history_row *row, duration_us *shown);
/** PIT_OUT: who drove the stint behind it; RACE_DRIVERS_MAX: unknown. */
uint8_t history_driver_after(const struct race *race, const struct race_tables *tables,
			     const struct history_row *row);

#endif
