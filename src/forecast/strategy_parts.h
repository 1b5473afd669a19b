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
	/* By car: when it ends the common lap of strategy_net.c, its stops included; NONE. */
	instant_us net_at[RACE_CARS_MAX];
	uint32_t net_laps[RACE_CLASSES_MAX + 1]; /* laps to the horizon, by class */
	instant_us slow_since;                   /* the neutralisation began; NONE */
	const struct forecast_row *forecasts[RACE_CARS_MAX]; /* by car; NULL */
};

/** Instant at which @row completes @lap at its usual lap, which must be known. */
instant_us strategy_when(const struct strategy_row *row, int64_t lap);
/** True when the car is running and its laps are known. */
bool strategy_runs(const struct strategy_row *row);
/** The order once all have made their next stop (strategy_net.c). */
void strategy_net(struct plan *plan);
/** The net place in class of @car if its next stop is at the end of @lap and loses
 * @loss; @slow: under a neutralisation, in which others stop too. 0: unknown. */
uint16_t strategy_net_place(const struct plan *plan, uint16_t car, uint32_t lap,
			    duration_us loss, bool slow);
/** True when @other stops under a neutralisation that is on or begins now
 * (strategy_road.c). */
bool strategy_stops_slow(const struct plan *plan, uint16_t other);
/** The cars that are waved by (strategy_wave.c). */
void strategy_waves(struct plan *plan);
/** Rejoin, undercut and catch of the requested car (strategy_road.c). */
void strategy_road(struct plan *plan);
/** The last laps: who crosses before time is up (strategy_call.c). */
void strategy_calls(struct plan *plan);
/** The drivers of the requested car (strategy_drivers.c). */
void strategy_clock(struct plan *plan);

#endif
