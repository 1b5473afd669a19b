/*
 * strategy_parts.h -- what the files of the strategy share
 */
#ifndef PITWALL_RACE_STRATEGY_PARTS_H
#define PITWALL_RACE_STRATEGY_PARTS_H

#include "pitwall/strategy.h"

struct plan {
	const struct strategy_ask *ask;
	const struct race *race;
	struct strategy *out;
	const struct forecast_row *foretold[RACE_CARS_MAX]; /* by car; NULL */
};

/** When @row completes @lap at its usual laps: row->lap is known. */
instant_us strategy_when(const struct strategy_row *row, int64_t lap);
/** A car that can be reckoned with: it runs, and its laps are known. */
bool strategy_runs(const struct strategy_row *row);
/** Rejoin, undercut and catch of the car asked for (strategy_road.c). */
void strategy_road(struct plan *plan);
/** Who crosses when time is up (strategy_call.c). */
void strategy_calls(struct plan *plan);
/** The drivers of the car asked for (strategy_drivers.c). */
void strategy_clock(struct plan *plan);

#endif
