/*
 * strategy_call.c -- who crosses the line when time is up, and who drives one lap more
 *
 *  (1) The laps are the forecast's; what is added is how near the line is to it: a car
 *      that begins its last lap a second before time is up would else have been home.
 *  (2) How sure that is: laps scatter, stops are not all the same, and the longer it is
 *      the more may happen to everyone. Odds are logistic, as the forecast's are.
 */
#include <math.h>

#include "strategy_parts.h"

/* Standard deviations, as shares of a lap: of one lap and of a stop; and as a
 * share of the laps ahead: on real races the winner's came out 6 to 10 % otherwise than
 * foretold, whatever was left. */
#define SCATTER_LAP 0.006
#define SCATTER_STOP 0.06
#define SCATTER_AHEAD 0.08
/* Of a logistic distribution, its scale in standard deviations. */
#define LOGISTIC 0.5513

static double scale_of(const struct plan *plan, const struct strategy_row *row,
		       const struct strategy_call *call)
{
	double lap = (double)row->lap;
	double laps = (double)(call->flag_at - plan->ask->at) / lap;
	double stops = row->stops_left == STRATEGY_UNKNOWN ? 0.0 : row->stops_left;
	double variance = SCATTER_LAP * SCATTER_LAP * laps +
			  SCATTER_STOP * SCATTER_STOP * stops +
			  SCATTER_AHEAD * SCATTER_AHEAD * laps * laps;
	return LOGISTIC * lap * sqrt(fmax(variance, 1e-9));
}

static uint16_t odds(double time, double scale)
{
	return (uint16_t)lround(FORECAST_ONE / (1.0 + exp(time / scale)));
}

/* Time is up at @end; the car completes its last lap at call->flag_at. */
static void tell_odds(const struct plan *plan, const struct strategy_row *row,
		      instant_us end, struct strategy_call *call)
{
	double scale = scale_of(plan, row, call);
	call->before = end - call->last_at;
	call->p_more = odds((double)(call->flag_at - end), scale);
	call->p_less = odds((double)(end - call->last_at), scale);
}

/* Stops and slow laps to come are in the forecast's lap. */
static duration_us lap_to_come(const struct plan *plan, uint16_t car)
{
	const struct forecast_row *foretold = plan->foretold[car];
	duration_us lap = plan->out->rows[car].lap;
	return foretold && foretold->pace > lap ? foretold->pace : lap;
}

/* The end of a car's race: its first crossing at or after @end, at its pace. */
static bool last_lap(const struct plan *plan, uint16_t car, instant_us end,
		     struct strategy_call *call)
{
	const struct strategy_row *row = &plan->out->rows[car];
	int64_t laps = 0;
	if (!strategy_runs(row) || !plan->foretold[car])
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

/* The race's own end: when its time is up; NONE: its distance ends it, or it has none. */
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

/* The winner: by time, or by a distance that leaves nothing to doubt. */
static void call_winner(struct plan *plan, instant_us end)
{
	const struct forecast *forecast = plan->ask->forecast;
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
		tell_odds(plan, &s->rows[car], end, call);
}

/* Who of all is the last over the line before time is up. */
static void tell_last_before(struct plan *plan, instant_us end)
{
	struct strategy *s = plan->out;
	for (uint16_t i = 0; i < plan->race->car_count; i++) {
		struct strategy_call call;
		if (plan->race->entries[i].merged || !last_lap(plan, i, end, &call) ||
		    end <= call.last_at)
			continue;
		if (s->last_before == CAR_NONE ||
		    end - call.last_at < s->last_before_us) {
			s->last_before = i;
			s->last_before_us = end - call.last_at;
		}
	}
}

/* The first of a class that runs; CAR_NONE. */
static uint16_t first_of(const struct plan *plan, uint8_t class_index)
{
	for (uint16_t i = 0; i < plan->race->car_count; i++) {
		uint16_t car = plan->race->order[i];
		if (plan->race->entries[car].class_index == class_index &&
		    !plan->race->entries[car].merged &&
		    strategy_runs(&plan->out->rows[car]))
			return car;
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
	if (end != INSTANT_NONE)
		tell_last_before(plan, end);
	for (uint8_t c = 0; c < race->class_count && c < RACE_CLASSES_MAX; c++) {
		uint16_t car = first_of(plan, c);
		struct strategy_call call = {.class_index = c};
		if (car == CAR_NONE || car == plan->ask->forecast->winner ||
		    !last_lap(plan, car, s->flag_at, &call))
			continue;
		*add_call(s, c) = call;
		tell_odds(plan, &s->rows[car], s->flag_at,
			  &s->calls[s->call_count - 1]);
	}
}
