/*
 * strategy.h -- stops: what they were, and what is still to come of them
 *
 * Two queries on a const struct race. stops_learn() is what the race has shown so far:
 * how long stints are and what a stop costs. strategy_query() is what follows from it
 * for one car: a guess, like the forecast it stands on.
 *
 *  (1) Only the race at the instant is read, and the rows it owns.
 *  (2) Integers alone, and nothing random: the same race gives the same bytes.
 *  (3) What cannot be learned is not made up: it is 0, NONE or CAR_NONE, and says so
 *      by how many it was learned from.
 */
#ifndef PITWALL_STRATEGY_H
#define PITWALL_STRATEGY_H

#include "pitwall/forecast.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* ---- what stops were ------------------------------------------------------------- */

/* How long its stints are. A stint counts that was driven out: neither cut short (the
 * first, before a repair, under a safety car) nor stretched by slow laps. */
struct stint_usual {
	duration_us time;      /* NONE unknown; from pit out to pit in */
	duration_us time_most; /* the longest */
	uint32_t laps;         /* 0 unknown; the lap into the pits is one of them */
	uint32_t laps_most;
	uint32_t seen; /* full stints of its own; 0: as its class, or as all */
	uint32_t spare;
};

/* What a usual stop is. Repairs and drives through the lane do not count. */
struct stop_usual {
	duration_us lane; /* from pit in to pit out; NONE unknown */
	/* Lost over the lap in and the lap out against two laps on the track as they
	 * were just then: usual ones, or those behind a safety car. NONE unknown. */
	duration_us loss;
	uint32_t seen; /* stops of its own; 0: as its class, as all, or derived */
	uint32_t spare;
};

struct stops_of {
	struct stint_usual stint;
	struct stop_usual green;
	/* Under a neutralisation. Where none was stopped under (seen 0 of all): what
	 * the lane costs there, when the lap beside it takes as much longer as slow
	 * laps were seen to, or 1.8 times. */
	struct stop_usual slow;
	duration_us lap; /* usual lap on the track lately; NONE unknown */
	/* The first laps behind a stop against the last before it, a lap, by tyres,
	 * driver and fuel together: positive is quicker. NONE unknown. */
	duration_us fresh;
	uint32_t fresh_seen; /* of its own; 0: as its class */
	uint32_t spare;
};

struct stops {
	struct stops_of cars[RACE_CARS_MAX];
	struct stops_of classes[RACE_CLASSES_MAX]; /* by class index */
	struct stops_of all;
	/* A slow lap takes of a stint what so many thousandths of a usual one do. */
	uint32_t slow_lap_pm;
	uint32_t slow_ratio_pm; /* a slow lap takes so much of a usual one's time */
};

/** What the rows that @race owns tell of stops. */
void stops_learn(const struct race *race, const struct race_tables *tables,
		 struct stops *out);

#pragma GCC diagnostic pop

#endif
