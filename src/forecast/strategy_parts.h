/*
 * strategy_parts.h -- shared by the files of the strategy
 */
#ifndef PITWALL_FORECAST_STRATEGY_PARTS_H
#define PITWALL_FORECAST_STRATEGY_PARTS_H

#include "pitwall/strategy.h"

struct plan {
	const struct strategy_request *request;
	const struct race *race;
	struct strategy *out;
	instant_us slow_since; /* the neutralisation began; NONE */
	const struct forecast_row *forecasts[RACE_CARS_MAX]; /* by car; NULL */
};

/** Instant at which @row completes @lap at its usual lap, which must be known. */
instant_us strategy_when(const struct strategy_row *row, int64_t lap);
/** True when the car is running and its laps are known. */
bool strategy_runs(const struct strategy_row *row);
/** The order once all have made their next stop (strategy_net.c). */
void strategy_net(struct plan *plan);
/** The cars that are waved by (strategy_wave.c). */
void strategy_waves(struct plan *plan);
/** Rejoin, undercut and catch of the requested car (strategy_road.c). */
void strategy_road(struct plan *plan);
/** The last laps: who crosses before time is up (strategy_call.c). */
void strategy_calls(struct plan *plan);
/** The drivers of the requested car (strategy_drivers.c). */
void strategy_clock(struct plan *plan);

#endif
