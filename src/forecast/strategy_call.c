/*
 * strategy_call.c -- the last lap: who crosses before time is up and drives one more
 *
 *  (1) The laps are the forecast's; added is how close the call is: a car that begins
 *      its last lap one second before time is up would otherwise have finished.
 *  (2) The uncertainty: laps scatter, stops differ, and the longer it is, the more may
 *      happen to everyone. Odds are logistic, as the forecast's.
 */
#include <math.h>

#include "strategy_parts.h"

/* Standard deviations, as shares of a lap: of one lap, of a stop, and per lap ahead: on
 * real races the winner's time differed from the forecast by 6 to 10 %, at any distance
 * from the flag. */
#define SCATTER_LAP 0.006
#define SCATTER_STOP 0.06
#define SCATTER_AHEAD 0.06
/* Scale of a logistic distribution in standard deviations: sqrt(3) / pi. */
#define LOGISTIC 0.5513

static double scale_of(const struct plan *plan, const struct strategy_row *row,
		       const struct strategy_call *call)
{
	double lap = (double)row->lap;
	double laps = (double)(call->flag_at - plan->request->at) / lap;
	double stops = row->stops_left == STRATEGY_UNKNOWN ? 0.0 : row->stops_left;
	double variance = SCATTER_LAP * SCATTER_LAP * laps +
			  SCATTER_STOP * SCATTER_STOP * stops +
			  SCATTER_AHEAD * SCATTER_AHEAD * laps * laps;
	return LOGISTIC * lap * sqrt(fmax(variance, 1e-9));
}

static uint16_t odds(double time, double scale)
{
	return (uint16_t)lround((double)FORECAST_ONE / (1.0 + exp(time / scale)));
}

/* Time is up at @end; the car completes its last lap at call->flag_at. */
static void call_odds(const struct plan *plan, const struct strategy_row *row,
		      instant_us end, struct strategy_call *call)
{
	double scale = scale_of(plan, row, call);
	call->before = end - call->last_at;
	call->p_more = odds((double)(call->flag_at - end), scale);
	call->p_less = odds((double)(end - call->last_at), scale);
	call->p_laps = (uint16_t)(FORECAST_ONE - call->p_more - call->p_less);
}

/* The forecast's mean lap, which includes future stops and slow laps. */
static duration_us lap_to_come(const struct plan *plan, uint16_t car)
{
	const struct forecast_row *forecast = plan->forecasts[car];
	duration_us lap = plan->out->rows[car].lap;
	return forecast && forecast->pace > lap ? forecast->pace : lap;
}

/* The end of a car's race: its first crossing at or after @end. False: unknown. */
static bool call_last_lap(const struct plan *plan, uint16_t car, instant_us end,
			  struct strategy_call *call)
{
	const struct strategy_row *row = &plan->out->rows[car];
	int64_t laps = 0;
	if (!strategy_runs(row) || !plan->forecasts[car])
		return false;
	duration_us lap = lap_to_come(plan, car);
	duration_us over = end - row->next_at;
	if (over > 0)
		laps = (over + lap - 1) / lap;
	call->car = car;
	call->laps = row->next + (uint32_t)laps;
	call->flag_at = row->next_at + laps * lap;
	call->last_at = call->flag_at - lap;
	return true;
}

/* The instant at which time is up; NONE: the distance ends the race, or no limit. */
static instant_us time_up(const struct plan *plan)
{
	const struct race *race = plan->race;
	if (race->setup.length_us <= 0 || race->clock_at == INSTANT_NONE)
		return INSTANT_NONE;
	instant_us end = race->clock_at + race->setup.length_us;
	return plan->out->flag_at < end ? INSTANT_NONE : end;
}

static struct strategy_call *add_call(struct strategy *s, uint8_t class_index)
{
	struct strategy_call *call = &s->calls[s->call_count++];
	*call = (struct strategy_call){.car = CAR_NONE,
				       .class_index = class_index,
				       .last_at = INSTANT_NONE,
				       .before = DURATION_NONE,
				       .flag_at = INSTANT_NONE};
	return call;
}

/* The winner: by time, or by a distance, which leaves no odds. */
static void call_winner(struct plan *plan, instant_us end)
{
	const struct forecast *forecast = plan->request->forecast;
	struct strategy *s = plan->out;
	uint16_t car = forecast->winner;
	if (car >= plan->race->car_count || !strategy_runs(&s->rows[car]))
		return;
	struct strategy_call *call = add_call(s, RACE_CLASSES_MAX);
	call->car = car;
	call->laps = forecast->winner_laps;
	call->flag_at = forecast->flag_at;
	call->last_at = call->flag_at - lap_to_come(plan, car); /* (1) */
	if (end != INSTANT_NONE)
		call_odds(plan, &s->rows[car], end, call);
}

/* The last car over the line before time is up. */
static void call_last_before(struct plan *plan, instant_us end)
{
	struct strategy *s = plan->out;
	for (uint16_t i = 0; i < plan->race->car_count; i++) {
		struct strategy_call call;
		if (plan->race->entries[i].merged ||
		    !call_last_lap(plan, i, end, &call) || end <= call.last_at)
			continue;
		if (s->last_before == CAR_NONE ||
		    end - call.last_at < s->last_before_us) {
			s->last_before = i;
			s->last_before_us = end - call.last_at;
		}
	}
}

/* (1): as many laps as its forecast has; a crossing that does not fit them is moved to the
 * nearest instant that does. */
static void call_as_forecast(const struct plan *plan, instant_us end,
			     struct strategy_call *call)
{
	const struct forecast_row *forecast = plan->forecasts[call->car];
	duration_us lap = call->flag_at - call->last_at;
	uint32_t laps = (uint32_t)forecast->laps_p50 / FORECAST_LAP;
	if (call->laps == laps)
		return;
	call->flag_at = call->laps < laps ? end + lap - 1 : end;
	call->last_at = call->flag_at - lap;
	call->laps = laps;
}

/* The first car of a class, without those that are not expected at the flag; CAR_NONE:
 * there is none, or the end of its stop is unknown. */
static uint16_t first_of(const struct plan *plan, uint8_t class_index)
{
	for (uint16_t i = 0; i < plan->race->car_count; i++) {
		uint16_t car = plan->race->order[i];
		const struct forecast_row *forecast = plan->forecasts[car];
		if (plan->race->entries[car].class_index != class_index ||
		    plan->race->entries[car].merged || !forecast ||
		    forecast->p_flag * 2 < FORECAST_ONE)
			continue;
		return strategy_runs(&plan->out->rows[car]) ? car : CAR_NONE;
	}
	return CAR_NONE;
}

void strategy_calls(struct plan *plan)
{
	const struct race *race = plan->race;
	struct strategy *s = plan->out;
	if (s->flag_at == INSTANT_NONE || race->finish_at != INSTANT_NONE)
		return;
	instant_us end = time_up(plan);
	call_winner(plan, end);
	/* The winner also wins its class, even if another car leads the class now. */
	uint8_t won = s->call_count ? race->entries[s->calls[0].car].class_index
				    : RACE_CLASSES_MAX;
	if (end != INSTANT_NONE)
		call_last_before(plan, end);
	for (uint8_t c = 0; c < race->class_count && c < RACE_CLASSES_MAX; c++) {
		uint16_t car = first_of(plan, c);
		struct strategy_call call = {.class_index = c};
		if (c == won || car == CAR_NONE ||
		    car == plan->request->forecast->winner ||
		    !call_last_lap(plan, car, s->flag_at, &call))
			continue;
		call_as_forecast(plan, s->flag_at, &call);
		*add_call(s, c) = call;
		call_odds(plan, &s->rows[car], s->flag_at,
			  &s->calls[s->call_count - 1]);
	}
}
