/*
 * fold.h -- what the files of the race share while one event is applied
 *
 * One struct fold lives for one call of race_apply(); its functions note in
 * `changed` what they did. Nothing outside src/race/ includes this.
 */
#ifndef PITWALL_RACE_FOLD_H
#define PITWALL_RACE_FOLD_H

#include "pitwall/race.h"

struct fold {
	struct race *race;
	const struct race_tables *tables;
	const struct event *event;
	const char *text; /* pool of the list the event lives in */
	uint32_t changed; /* CHANGED_ bits */
	uint16_t car;     /* the car concerned, or CAR_NONE */
};

/* How the stop a car is in came to be counted: car.stop_open. */
enum { STOP_NOT_COUNTED, STOP_BY_PIT_IN, STOP_BY_CROSSING };

/* Instants and durations from outside beyond these are a clock gone mad, and
 * within them no difference and no sum overflows. */
#define SANE_INSTANT ((int64_t)1 << 58)
#define SANE_DURATION (100 * US_DAY)

/* More laps than this nobody drives. */
enum { LAPS_BELIEVED = 100000 };

static inline bool instant_sane(instant_us t)
{
	return t > -SANE_INSTANT && t < SANE_INSTANT;
}

static inline bool duration_sane(duration_us t)
{
	return t >= 0 && t < SANE_DURATION;
}

/** Text of the event, in the pool. */
struct slice fold_text(const struct fold *fold);
void fold_anomaly(struct fold *fold, enum anomaly anomaly);
/** a * @part / @whole without overflow: 0 <= @part <= @whole <= 2^31. */
int64_t share_of(int64_t a, uint32_t part, uint32_t whole);

/* ---- faults.c: heard twice, impossible, claimed ------------------------------ */

/** Count the fault's anomaly, and keep its row where there is room. */
void fold_fault(struct fold *fold, enum fault fault, uint16_t car, uint8_t line);
/** Passings of two sources this close are one. */
duration_us merge_window(const struct race *race);
/** True when another source told of the passing: of its line, counted at @counted by
 * @source. */
bool told_already(const struct fold *fold, instant_us counted, uint16_t source);

/** The line an event of the road tells of. */
uint8_t line_told(const struct event *event);

/* The passing that was counted in place of the one in hand. */
struct heard {
	instant_us at;   /* NONE: long ago */
	uint16_t source; /* CAR_NONE: an estimate */
	bool numbered;   /* the one in hand says a lap that was counted */
};
/** The passing in hand is not counted: it is merged, repeated or a phantom. */
void fold_twice(struct fold *fold, uint16_t car, const struct heard *heard);
void fold_claim(struct fold *fold);

/* ---- ids.c ---------------------------------------------------------------- */

/** The car of the event, made when it is new; CAR_NONE when there is no room or
 * the event names none. */
uint16_t fold_car(struct fold *fold);
/** The same, but none is made. */
uint16_t fold_known_car(const struct fold *fold);
/** The car an ENTRY event is about. */
uint16_t fold_entry_car(struct fold *fold);
/** The number of an ENTRY event about @car: the car that is meant from now on. */
uint16_t fold_number(struct fold *fold, uint16_t car, struct slice number);

/* ---- order.c: positions ---------------------------------------------------- */

/** Let the car move up past those it is ahead of by race.h (2). */
void order_up(struct fold *fold, uint16_t car);
/** Put a car that has not reached a line where grid and number say. */
void order_grid(struct race *race, uint16_t car);
/** Count class places and leaders anew: after a class or the grid changed. */
void order_classes(struct race *race);
/** A car is born: last of all, then by its number. */
void order_add(struct race *race, uint16_t car);
/** All cars anew, those that are equal staying as they stand. */
void order_sort(struct race *race);
/** True when the place of @car is by grid and number: it reached no line yet. */
bool order_idle(const struct race *race, uint16_t car);
/** True when @a stands before @b: both without a line reached. */
bool order_before_start(const struct race *race, uint16_t a, uint16_t b);

/* ---- laps.c ----------------------------------------------------------------- */

void fold_passing(struct fold *fold);
void fold_lap(struct fold *fold);
/** Facts of a car as they are at the start signal, or before any event. */
void car_reset(const struct race *race, struct car *car);
/** All best laps anew from the rows: after a lap was deleted or a class changed. */
void laps_best_again(struct fold *fold);

/* ---- stints.c ---------------------------------------------------------------- */

void fold_pit_in(struct fold *fold, uint16_t car);
void fold_pit_out(struct fold *fold, uint16_t car);
void fold_driver(struct fold *fold, uint16_t car);
/** Time on the track of the spell at the wheel in hand, up to @t. */
duration_us fold_driven(const struct car *c, instant_us t);
/** SF is about to be crossed; @lane: inside the pit lane. Returns 1 when the
 * crossing happens between pit in and pit out. */
uint8_t stint_crossing(struct fold *fold, uint16_t car, bool lane);

/* ---- flags.c: flags, start and finish ------------------------------------------ */

/** @crossing: shown by a passing, else said by race control. */
void fold_flag(struct fold *fold, enum flag flag, bool crossing);
void fold_start(struct fold *fold);
void fold_end(struct fold *fold);
/** After the car completed a lap: is this the finish, is the car flagged? */
void fold_finish(struct fold *fold, uint16_t car);
/** True when an event at @t is before the start signal. */
bool before_start(const struct race *race, instant_us t);

/* ---- said.c ----------------------------------------------------------------------- */

void fold_message(struct fold *fold);
void fold_weather(struct fold *fold);

/* ---- entries.c ------------------------------------------------------------------- */

void fold_entry(struct fold *fold);
/** Place (from 1) of the driver the event names, entered when new; 0: none. */
unsigned entry_driver(struct fold *fold, struct entry *entry);
void fold_decision(struct fold *fold);
void fold_status(struct fold *fold);

#endif
