/*
 * fold.h -- shared by the files of this room while one event is applied
 *
 * A struct fold lives for one call of race_apply(). Nothing outside src/race/ includes
 * this file.
 */
#ifndef PITWALL_RACE_FOLD_H
#define PITWALL_RACE_FOLD_H

#include "pitwall/history.h"

struct fold {
	struct race *race;
	const struct race_tables *tables;
	const struct event *event;
	const char *text;         /* pool of the event's list */
	bool timed;               /* the car reached a line of the lap */
	uint16_t car;             /* the car concerned, or CAR_NONE */
	struct history_row spill; /* instead of a row that is not kept */
};

/* How the current stop was counted: car.stop_open. */
enum { STOP_NOT_COUNTED, STOP_BY_PIT_IN, STOP_BY_CROSSING };

/* Durations from outside must be shorter; then no sum or difference overflows (base.h
 * (1)). */
#define SANE_DURATION (100 * US_DAY)

/* A larger lap number is invalid. */
enum { LAPS_BELIEVED = 100000 };

static inline bool duration_sane(duration_us t)
{
	return t >= 0 && t < SANE_DURATION;
}

/** Text of the event, in the pool. */
struct slice fold_text(const struct fold *fold);
void fold_anomaly(struct fold *fold, enum anomaly anomaly);
/** Something found no room. */
void fold_full(struct fold *fold, enum race_limit limit);

/* ---- faults.c: repeated, impossible, claimed ------------------------------------ */

/** Count the fault's anomaly, and append its row where there is room. */
void fold_fault(struct fold *fold, enum fault fault, uint16_t car, uint8_t line);
/** True when the event is another source's report of the passing counted at @counted by
 * @source. */
bool reported_before(const struct fold *fold, instant_us counted, uint16_t source);

/** The line of a PASSING, PIT_IN or PIT_OUT. */
uint8_t event_line(const struct event *event);

/* The passing that was counted instead of the event's. */
struct counted {
	instant_us at;   /* NONE: long ago */
	uint16_t source; /* CAR_NONE: an estimate */
	bool numbered;   /* the event's lap number was already counted */
};
/** The event's passing is not counted: it is merged, repeated or a phantom. */
void fold_repeat(struct fold *fold, uint16_t car, const struct counted *counted);
void fold_claim(struct fold *fold);

/* ---- ids.c ---------------------------------------------------------------- */

/** The car of the event, created when new; CAR_NONE: no room, or no car named. */
uint16_t fold_car(struct fold *fold);
/** The car of the event; CAR_NONE: unknown. */
uint16_t fold_known_car(const struct fold *fold);
/** The car that an ENTRY event is about. */
uint16_t fold_entry_car(struct fold *fold);
/** Apply the number of an ENTRY event about @car; returns the car it names now. */
uint16_t fold_number(struct fold *fold, uint16_t car, struct slice number);

/* ---- order.c: positions ---------------------------------------------------- */

/** Move the car up past the cars that race.h (2) puts behind it. */
void order_up(struct race *race, uint16_t car);
/** Place a car that has not reached a line by grid and number. */
void order_grid(struct race *race, uint16_t car);
/** Recount class places and leaders: after a class or the grid changed. */
void order_classes(struct race *race);
/** Add a new car: last, then placed by its number. */
void order_add(struct race *race, uint16_t car);
/** Sort all cars; equal cars keep their order. */
void order_sort(struct race *race);
/** True when @car is placed by grid and number, not by what it did on the track. */
bool order_idle(const struct race *race, uint16_t car);
/** True when @a is before @b by grid and number. */
bool order_before_start(const struct race *race, uint16_t a, uint16_t b);

/* ---- silence.c: cars that are not reported ------------------------------------ */

/** The car was received just now, and before at @last. */
void silence_end(struct fold *fold, uint16_t car, instant_us last);
/** All silences begin anew: the field was stopped, or goes on. */
void silence_again(const struct fold *fold);
/** The race starts at race.start_at. */
void silence_start(const struct fold *fold);
/** What is due by the instant of the event in hand. */
void silence_due(struct fold *fold);
/** True when @car has stopped at @t and has no row of it yet. */
bool silence_stands(const struct race *race, uint16_t car, instant_us t);
/** From the start to @t, for a car that was never timed; DURATION_NONE for the others. */
duration_us silence_since_start(const struct race *race, uint16_t car, instant_us t);

/* ---- history_write.c: rows of what happened, at race.now ------------------------ */

/** A lap was completed: it, its places, its bests. */
void history_add_lap(struct fold *fold, const struct lap_row *row);
void history_add_sector_best(struct fold *fold, uint16_t car, unsigned sector,
			     duration_us time);
void history_add_pit_in(struct fold *fold, uint16_t car);
void history_add_pit_out(struct fold *fold, const struct stint_row *row);
/** Another driver is on board than @before. */
void history_add_driver(struct fold *fold, uint16_t car, uint8_t before);
void history_add_start(struct fold *fold);
void history_add_finish(struct fold *fold);
/** Row @index of the table of flags. */
void history_add_flag(struct fold *fold, uint32_t index);
/** A DECISION of race.decisions, a MESSAGE of its table. */
void history_add_words(struct fold *fold, enum history_kind kind, uint32_t index);
void history_add_retired(struct fold *fold, uint16_t car);
void history_add_stopped(struct fold *fold, uint16_t car);
void history_add_resumed(struct fold *fold, uint16_t car, duration_us unreported);

/* ---- laps.c ----------------------------------------------------------------- */

void fold_passing(struct fold *fold);
void fold_lap(struct fold *fold);
/** A VALUE of @car. */
void fold_value(struct fold *fold, uint16_t car);
/** When the car was last timed; before that the start. */
instant_us last_received(const struct race *race, uint16_t car);
/** Reset a car to its state at the start signal, or before any event. */
void car_reset(const struct race *race, struct car *car);
/* The best lap of a car as a source reports it. */
struct best_claim {
	duration_us time; /* NONE: it counts none */
	instant_us at;
	uint32_t lap, laps; /* its number; laps of the car, which the claim is about */
};
void laps_best_claim(struct fold *fold, uint16_t car, const struct best_claim *claim);
/** Find the best sectors of @car again: other laps of it count. */
void sectors_again(struct fold *fold, uint16_t car);
/** Recompute all best laps from the rows, after a deleted lap or a new class. */
void laps_best_recompute(struct fold *fold);

/* ---- stints.c ---------------------------------------------------------------- */

void fold_pit_in(struct fold *fold, uint16_t car);
void fold_pit_out(struct fold *fold, uint16_t car);
void fold_driver(struct fold *fold, uint16_t car);
/** Driving time of the driver on board since driver_at, up to @t, stops excluded. */
duration_us fold_driven(const struct car *c, instant_us t);
/** SF is about to be crossed; @lane: inside the pit lane. Returns 1 when the car is
 * between pit in and pit out. */
uint8_t stint_crossing(struct fold *fold, uint16_t car, bool lane);

/* ---- flags.c: flags, start and finish ------------------------------------------ */

/** @crossing: shown by a passing, else reported by race control. */
void fold_flag(struct fold *fold, enum flag flag, bool crossing);
void fold_start(struct fold *fold);
void fold_end(struct fold *fold);
/** After the car completed a lap: check for the finish and flag the car. */
void fold_finish(struct fold *fold, uint16_t car);
/** True when @t is not after the start signal of a race. */
bool before_start(const struct race *race, instant_us t);

/* ---- messages.c ----------------------------------------------------------------- */

void fold_message(struct fold *fold);
void fold_weather(struct fold *fold);

/* ---- entries.c ------------------------------------------------------------------- */

void fold_entry(struct fold *fold);
/** 1-based place of the event's driver, added when new; 0: none, or no room;
 * RACE_DRIVERS_MAX + 1: a change to an unnamed driver. */
unsigned entry_driver(struct fold *fold, struct entry *entry);
void fold_decision(struct fold *fold);
/** After a lap of @car: decisions that waited for it take effect. */
void decisions_lap(struct fold *fold, uint16_t car);
void fold_status(struct fold *fold);

#endif
