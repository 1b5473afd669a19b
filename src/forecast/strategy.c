/*
 * strategy.c -- the stops that a car still has to make, and when
 *
 *  (1) A car drives the laps of its forecast: the time to the flag, less the stops, is
 *      shared evenly between them.
 *  (2) The rest of the current stint is a usual stint less its laps; laps behind a
 *      safety car count less, as far as the race has shown.
 *  (3) The window opens with the first lap after which a stop does not add another one,
 *      and closes with the stint.
 *  (4) Stints are full ones but for those that neutralisations and trouble cut short:
 *      when more than one full stint is to come, they are what the mean stint of the
 *      class is of a full one. Close to the flag cars stretch a stint.
 *  (5) A stop is due at the end of a stint, once the car has driven a full one; under a
 *      neutralisation, for a car that has not stopped in it, from DUE_SLOW_PM of a
 *      stint on. On 32 races three of four such cars stopped within five laps.
 */
#include "strategy_parts.h"

bool strategy_runs(const struct strategy_row *row)
{
	return row->lap != DURATION_NONE && row->next_at != INSTANT_NONE &&
	       !row->standing;
}

instant_us strategy_when(const struct strategy_row *row, int64_t lap)
{
	return instant_add(row->next_at,
			   duration_mul(row->lap, lap - (int64_t)row->next));
}

/* ---- where a car is -------------------------------------------------------------- */

/* Time from the start of a lap to @line (the number of lines: its end): as on the lap
 * before if that was a usual lap, else by the share of the lap. */
static duration_us to_line(const struct race *race, const struct car *c, unsigned line,
			   duration_us lap)
{
	const struct line_times *before = &c->before;
	if (line == 0 || line >= race->setup.line_count || line >= LINES_MAX)
		return line == 0 ? 0 : lap;
	duration_us share = mul_div(lap, race->setup.line_ppm[line], 1000000);
	if (before->at[line] == INSTANT_NONE || before->at[0] == INSTANT_NONE)
		return share;
	duration_us took = before->at[line] - before->at[0];
	return took > share - lap / 8 && took < share + lap / 8 ? took : share;
}

/* The stop takes too long to estimate its end. */
static bool long_stop(const struct plan *plan, const struct car *c,
		      const struct strategy_row *row)
{
	return c->in_pit && c->pit_in_at != INSTANT_NONE &&
	       row->lane != DURATION_NONE &&
	       plan->request->at - c->pit_in_at > 3 * row->lane;
}

static bool strategy_standing(const struct plan *plan, uint16_t car,
			      const struct strategy_row *row)
{
	const struct car *c = &plan->race->cars[car];
	const struct forecast_row *forecast = plan->forecasts[car];
	if (c->flagged || !c->seen || plan->race->entries[car].not_started)
		return true;
	if (long_stop(plan, c, row))
		return true;
	/* Silence during a stop, or after it before the next line, is not trouble. */
	return forecast && forecast->silent > 0 && !c->in_pit &&
	       (c->pit_out_at == INSTANT_NONE || c->line_at == INSTANT_NONE ||
		c->pit_out_at < c->line_at);
}

/* What the current stop, or the stop that began this lap, still adds to the current
 * lap: the loss less the part on the in lap, plus the difference to a usual stop. */
static duration_us stop_adds(const struct car *c, const struct strategy_row *row)
{
	duration_us adds = row->loss;
	if (row->loss == DURATION_NONE || c->line != 0 || (!c->in_pit && !c->pit_row))
		return 0;
	if (c->pit_row && c->lap_last != DURATION_NONE && c->lap_last > row->lap &&
	    c->lap_last - row->lap < row->loss)
		adds -= c->lap_last - row->lap;
	if (!c->in_pit && c->stop_last != DURATION_NONE && row->lane != DURATION_NONE)
		adds += c->stop_last - row->lane;
	return adds;
}

/* From its last line at its usual lap. A car that is overdue at the next line counts as
 * arriving there now, with the rest of the lap ahead of it. */
static void strategy_place(const struct plan *plan, uint16_t car,
			   struct strategy_row *row)
{
	const struct race *race = plan->race;
	const struct car *c = &race->cars[car];
	row->next = c->laps + 1;
	row->next_at = INSTANT_NONE;
	if (row->lap == DURATION_NONE || c->line_at == INSTANT_NONE)
		return;
	row->next_at = c->line_at + row->lap - to_line(race, c, c->line, row->lap) +
		       stop_adds(c, row);
	instant_us least =
		plan->request->at + row->lap - to_line(race, c, c->line + 1u, row->lap);
	if (row->next_at < least)
		row->next_at = least;
}

/* ---- the current stint ----------------------------------------------------------- */

/* (2): laps of the current stint, in laps of a usual stint. */
static uint32_t laps_used(const struct plan *plan, const struct car *c)
{
	const struct race_tables *tables = plan->request->tables;
	uint32_t at = c->lap_row, slow = 0, laps = c->laps - c->stint_lap;
	for (uint32_t n = 0; n < laps && at > plan->race->lap_first; n++) {
		const struct lap_row *row = &tables->laps[at - 1];
		slow += flag_is_slow((enum flag)row->flag);
		at = row->prev;
	}
	if (slow > laps)
		slow = laps;
	return laps - slow + (slow * plan->out->stops.slow_lap_pm + 500) / 1000;
}

/* ---- stops to the flag ----------------------------------------------------------- */

/* Thousandths of a stint by which cars stretch their stints to save a stop. */
enum { STRETCH = 350, DUE_SLOW_PM = 400 };

/* Laps, counted from now. */
struct outlook_of {
	uint32_t left;    /* to the flag */
	uint32_t stint;   /* of a usual stint */
	uint32_t first;   /* left of the current stint */
	uint32_t mean_pm; /* the mean stint, per mille of a usual one */
	duration_us lap;  /* (1) */
};

/* (4), in thousandths of a stop, rounded up. */
static uint32_t stops_to_flag(const struct outlook_of *o)
{
	if (o->left <= o->first)
		return 0;
	int64_t stints = (int64_t)(o->left - o->first) * 1000 / o->stint;
	int64_t far = stints <= 1000 ? 0 : stints >= 2000 ? 1000 : stints - 1000;
	int64_t more = stints * (1000 - o->mean_pm) / o->mean_pm * far / 1000;
	int64_t stops = stints - STRETCH + more;
	return stops <= 0 ? 0 : (uint32_t)((stops + 999) / 1000);
}

/* (5) */
static bool stop_due(const struct plan *plan, uint16_t car, const struct outlook_of *o)
{
	const struct car *c = &plan->race->cars[car];
	if (o->first <= STRATEGY_DUE_LAPS && plan->out->stops.cars[car].stint.seen > 0)
		return true;
	return plan->slow_since != INSTANT_NONE && !c->in_pit &&
	       (c->pit_in_at == INSTANT_NONE || c->pit_in_at < plan->slow_since) &&
	       (o->stint - o->first) * 1000 >= DUE_SLOW_PM * o->stint;
}

static void strategy_window(struct strategy_row *row, const struct outlook_of *o)
{
	uint32_t done = row->next - 1;
	int64_t from = (int64_t)o->left - (int64_t)row->stops_left * o->stint;
	if (row->stops_left == 0)
		return;
	if (from < 1)
		from = 1; /* the current lap is the first that can end in the pits */
	if (from > o->first)
		from = o->first;
	row->window_from = done + (uint32_t)from;
	row->window_to = done + o->first;
	row->window_from_at = strategy_when(row, row->window_from);
	row->window_to_at = strategy_when(row, row->window_to);
}

static void strategy_in_at(struct strategy_row *row, const struct outlook_of *o)
{
	duration_us stint = duration_mul(o->lap, o->stint);
	if (row->loss != DURATION_NONE)
		stint = instant_add(stint, row->loss);
	for (uint32_t i = 0; i < row->stops_left; i++)
		row->in_at[i] = instant_add(row->window_to_at, duration_mul(stint, i));
}

static void strategy_stops(const struct plan *plan, uint16_t car,
			   struct strategy_row *row)
{
	const struct forecast_row *forecast = plan->forecasts[car];
	const struct car *c = &plan->race->cars[car];
	const struct stint_usual *usual = &plan->out->stops.cars[car].stint;
	struct outlook_of o = {
		.stint = usual->laps, .mean_pm = usual->mean_pm, .lap = row->lap};
	if (!forecast || usual->laps == 0 || plan->out->flag_at <= plan->request->at ||
	    !strategy_runs(row) || forecast->p_flag * 2 < FORECAST_ONE)
		return;
	duration_us left = plan->out->flag_at - plan->request->at;
	o.left = (uint32_t)((forecast->laps_p50 + FORECAST_LAP - 1) / FORECAST_LAP);
	o.left = o.left > c->laps ? o.left - c->laps : 0;
	uint32_t used = row->in_stop ? 0 : laps_used(plan, c);
	/* A stint longer than usual ends now. */
	o.first = used < o.stint ? o.stint - used : 1;
	if (row->in_stop && !c->pit_row)
		o.first++; /* the current lap ends in the pit lane */
	uint32_t stops = stops_to_flag(&o);
	if (stops > STRATEGY_STOPS_MAX)
		return;
	row->stops_left = (uint16_t)stops;
	row->due = stops > 0 && stop_due(plan, car, &o);
	row->stint_left = used < o.stint ? duration_mul(row->lap, o.stint - used) : 0;
	if (o.left > 0 && row->loss != DURATION_NONE)
		left = instant_sub(left, duration_mul(row->loss, stops));
	if (o.left > 0 && left / o.left > row->lap)
		o.lap = left / o.left;
	strategy_window(row, &o);
	strategy_in_at(row, &o);
}

static void strategy_car(const struct plan *plan, uint16_t car)
{
	const struct car *c = &plan->race->cars[car];
	const struct stops_of *of = &plan->out->stops.cars[car];
	struct strategy_row *row = &plan->out->rows[car];
	row->lap = of->lap;
	if (row->lap == DURATION_NONE && plan->forecasts[car])
		row->lap = plan->forecasts[car]->pace;
	if (row->lap <= 0 || row->lap > 100 * US_DAY)
		row->lap = DURATION_NONE;
	row->loss = of->green.loss;
	row->lane = of->green.lane;
	row->window_from_at = row->window_to_at = INSTANT_NONE;
	row->stops_left = STRATEGY_UNKNOWN;
	row->stint_left = row->stop_wait = DURATION_NONE;
	row->in_stop = c->in_pit;
	row->stint_laps = c->laps - c->stint_lap;
	row->stint_time = DURATION_NONE;
	row->standing = strategy_standing(plan, car, row);
	if (c->seen && c->stint_at != INSTANT_NONE && !c->in_pit)
		row->stint_time = plan->request->at - c->stint_at;
	if (c->in_pit && c->pit_in_at != INSTANT_NONE && plan->out->stop_least > 0)
		row->stop_wait =
			c->pit_in_at + plan->out->stop_least - plan->request->at;
	strategy_place(plan, car, row);
	strategy_stops(plan, car, row);
}

/* When the neutralisation began; NONE: none is on. */
static instant_us slow_since(const struct plan *plan)
{
	const struct race *race = plan->race;
	instant_us since = INSTANT_NONE;
	for (uint32_t i = race->flag_count; plan->out->slow_now && i > 0; i--) {
		const struct flag_row *row = &plan->request->tables->flags[i - 1];
		if (!flag_is_slow((enum flag)row->flag))
			break;
		since = row->from_at;
	}
	return since;
}

void strategy_query(const struct strategy_request *request, struct strategy *out)
{
	struct plan plan = {.request = request, .race = request->race, .out = out};
	const struct forecast *forecast = request->forecast;
	memset(out, 0, sizeof(*out));
	out->at = request->at;
	out->car = request->car;
	out->flag_at = forecast->flag_at;
	out->last_before = CAR_NONE;
	out->last_before_us = DURATION_NONE;
	out->slow_now = flag_is_slow((enum flag)request->race->flag);
	out->stop_least = request->rules->stop_least;
	for (uint32_t i = 0; i < forecast->count; i++)
		plan.forecasts[forecast->rows[i].car] = &forecast->rows[i];
	const struct stops_prior prior = {
		.stint = request->parameters
				 ? (duration_us)(request->parameters->stint_minutes *
						 (double)US_MIN)
				 : 0,
		.model = request->stints};
	stops_learn(request->race, request->tables, &prior, &out->stops);
	plan.slow_since = slow_since(&plan);
	for (uint16_t car = 0; car < request->race->car_count; car++)
		strategy_car(&plan, car);
	strategy_net(&plan);
	strategy_waves(&plan);
	strategy_road(&plan);
	strategy_calls(&plan);
	strategy_clock(&plan);
}
