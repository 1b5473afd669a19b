/*
 * happened.h -- what happened, the newest first: from the rows a race owns
 *
 * Stops, leads, bests, flags, words, penalties: a race tells of all of it by its rows.
 * A walk goes back from an instant and works out one thing after the other, as far as
 * whoever asks wants to see; nothing is remembered from one walk to the next, so jumping
 * in time needs no care.
 *
 *  (1) Pure: the same race, tables and instant give the same list.
 *  (2) Each is told at the instant it was so, never behind the instant asked for; from
 *      one to the next the instant never grows, but behind a lap that was made up.
 *  (3) What later turned out of an old thing may change its words (a stop that ended),
 *      never its instant: but when a car counts as standing follows its best sectors,
 *      as everywhere.
 */
#ifndef PITWALL_HAPPENED_H
#define PITWALL_HAPPENED_H

#include "pitwall/forecast.h"
#include "pitwall/race.h"

/* At one instant the later in this list is the newer. */
#define HAPPENED(X)                                                                  \
	X(START, "start", "the race begins")                                         \
	X(FLAG, "flag", "another flag")                                              \
	X(DRIVER, "driver", "another driver is on board")                            \
	X(PIT_OUT, "pit out", "a car leaves the pits")                               \
	X(OFF_PACE, "off pace", "a lap a tenth slower than the clean one before it") \
	X(GAINED, "place", "places gained in its class over a lap")                  \
	X(LOST, "place", "places lost in its class over a lap, and why")             \
	X(SECTOR_BEST, "sector", "a best sector of a class")                         \
	X(OWN_BEST, "own best", "a best lap of a car")                               \
	X(CLASS_BEST, "best", "a best lap of a class")                               \
	X(BEST_LAP, "best", "a best lap of the race")                                \
	X(CLASS_LEAD, "lead", "another leads a class")                               \
	X(LEAD, "lead", "another leads the race")                                    \
	X(PIT_IN, "pit in", "a car enters the pits")                                 \
	X(STOPPED, "stopped", "a car stands")                                        \
	X(RESUMED, "resumed", "a car that stood drives on")                          \
	X(BELOW, "threshold", "from here on a car is likelier not to be classified") \
	X(ABOVE, "threshold", "and from here on it is likelier to be")               \
	X(DECISION, "stewards", "a decision of the stewards")                        \
	X(MESSAGE, "message", "words of race control")                               \
	X(FINISH, "finish", "the race is won")

enum happened_kind {
#define X(id_, name_, about_) HAPPENED_##id_,
	HAPPENED(X)
#undef X
		HAPPENED_COUNT
};
/** "pit in"; several kinds may share a name. */
const char *happened_name(enum happened_kind kind);

#define HAPPENED_BIT(id_) ((uint32_t)1 << HAPPENED_##id_)
enum { HAPPENED_ALL = (1 << HAPPENED_COUNT) - 1 };

/* Kinds that are looked at together; the first is all that a race is told by. */
struct happened_group {
	const char *name;
	uint32_t kinds;
};
extern const struct happened_group happened_groups[];
extern const size_t happened_groups_count;

struct happened {
	instant_us at;
	duration_us time; /* of a lap, a sector, a stop, standing; of a flag while it is
			      over; NONE */
	duration_us more; /* OFF_PACE, LOST on the road: than the lap before; NONE */
	uint32_t lap;     /* laps completed, or the lap it was */
	uint32_t row;     /* FLAG, MESSAGE: of the table; DECISION: of the race */
	uint16_t car;     /* CAR_NONE */
	uint16_t position; /* LEAD, CLASS_LEAD, GAINED, LOST: in the class */
	uint16_t gained;   /* GAINED; LOST: how many were lost */
	uint8_t kind;      /* enum happened_kind */
	uint8_t flag;      /* FLAG */
	uint8_t driver;    /* PIT_OUT, DRIVER: before; RACE_DRIVERS_MAX unknown */
	uint8_t driver_after;
	uint8_t sector;    /* SECTOR_BEST */
	uint8_t estimated; /* its instant or its time is */
	uint8_t pitted;    /* LOST: on a lap into or out of the pits; @time: of the stop
			      that ended on it, else NONE. Otherwise @time is its lap's */
};

/* What is asked for. */
struct happened_of {
	const struct race *race;
	const struct race_tables *tables;
	const struct forecast_turn *turns; /* by time; may reach behind `at`; NULL */
	uint32_t turn_count;
	uint32_t kinds;   /* HAPPENED_BIT()s */
	instant_us at;    /* up to and with; >= race->now */
	uint16_t car;     /* CAR_NONE: of all; else its own alone */
	uint8_t as_known; /* 1: another driver at the end of his first lap, where it is
			     known at last, not at the stop: for who is told as it comes */
};

/* In the caller's storage; private. What was worked out and is not yet told waits in a
 * heap, the newest on top: where that is full, something is lost. */
enum { HAPPENED_WAITING = 1024 };
struct happened_walk {
	struct happened_of of;
	uint32_t lap, stint, flag, message, turn; /* 1 + the next row; 0: no more */
	uint32_t lost;
	uint32_t count;
	uint8_t driver_after[RACE_CARS_MAX];
	struct happened heap[HAPPENED_WAITING];
};

void happened_begin(struct happened_walk *walk, const struct happened_of *of);
/** The next one back in time; false: there is no more. */
bool happened_next(struct happened_walk *walk, struct happened *out);
/** False for a best lap that was beaten since. */
bool happened_holds(const struct race *race, const struct happened *what);

/** A lap that tells of pace: not the first, not into or out of the pits, not made up, and
 * under no flag but green. */
bool race_lap_is_clean(const struct lap_row *row);
/** Time the sector behind @line is expected to take a car; never 0. */
duration_us race_sector_expected(const struct race *race, uint16_t car, unsigned line);
/** A car that was heard at @line and says nothing for longer than this stands. Behind a
 * safety car a lap takes twice as long. */
duration_us race_silence_limit(const struct race *race, uint16_t car, unsigned line);

#endif
