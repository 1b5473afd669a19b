/*
 * strategy.c -- the stops a car has still to make, and when
 *
 *  (1) A car drives to the laps the forecast has it do: from now to the flag the time
 *      of a lap is what is left, less the stops, shared evenly.
 *  (2) What is left of the stint in hand is a usual stint less its laps; laps behind a
 *      safety car count for less, as far as the race has shown.
 *  (3) The window opens with the first lap after which no stop more is needed than by
 *      driving the stint out, and closes with the stint.
 */
#include "strategy_parts.h"

bool strategy_runs(const struct strategy_row *row)
{
	return row->lap != DURATION_NONE && row->next_at != INSTANT_NONE &&
	       !row->standing;
}

instant_us strategy_when(const struct strategy_row *row, int64_t lap)
{
	return row->next_at + (lap - (int64_t)row->next) * row->lap;
}

/* ---- where a car is ---------------------------------------------------------------- */

/* From the beginning of a lap to @line (the number of lines: its end): as the lap before
 * took it there where that was a lap like others, else by the share of the lap. */
static duration_us to_line(const struct race *race, const struct car *c, unsigned line,
			   duration_us lap)
{
	const struct line_times *before = &c->before;
	if (line == 0 || line >= race->setup.line_count || line >= LINES_MAX)
		return line == 0 ? 0 : lap;
	duration_us share = race->setup.line_ppm[line] * lap / 1000000;
	if (before->at[line] == INSTANT_NONE || before->at[0] == INSTANT_NONE)
		return share;
	duration_us took = before->at[line] - before->at[0];
	return took > share - lap / 8 && took < share + lap / 8 ? took : share;
}

/* A stop takes so long already that nobody can say when it ends. */
static bool long_stop(const struct plan *plan, const struct car *c,
		      const struct strategy_row *row)
{
	return c->in_pit && c->pit_in_at != INSTANT_NONE &&
	       row->lane != DURATION_NONE &&
	       plan->ask->at - c->pit_in_at > 3 * row->lane;
}

static bool stands(const struct plan *plan, uint16_t car,
		   const struct strategy_row *row)
{
	const struct car *c = &plan->race->cars[car];
	const struct forecast_row *foretold = plan->foretold[car];
	if (c->flagged || !c->seen || plan->race->entries[car].not_started)
		return true;
	if (long_stop(plan, c, row))
		return true;
	/* Silence in a stop, or of a car that left one since, is no trouble. */
	return foretold && foretold->silent > 0 && !c->in_pit &&
	       (c->pit_out_at == INSTANT_NONE || c->line_at == INSTANT_NONE ||
		c->pit_out_at < c->line_at);
}

/* What the stop it is in, or that began this lap, still adds to the lap in hand: the
 * loss less what the lap in has had of it, and by how much the stop was not usual. */
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

/* From the line it reached last on at its usual lap; overdue at the next one, it is
 * there any moment and has the rest of the lap before it. */
static void place(const struct plan *plan, uint16_t car, struct strategy_row *row)
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
		plan->ask->at + row->lap - to_line(race, c, c->line + 1u, row->lap);
	if (row->next_at < least)
		row->next_at = least;
}

/* ---- the stint in hand ---------------------------------------------------------------- */

static bool lap_slow(const struct lap_row *row)
{
	return row->flag == FLAG_FCY || row->flag == FLAG_VSC ||
	       row->flag == FLAG_CODE60 || row->flag == FLAG_SC ||
	       row->flag == FLAG_RED;
}

/* (2): laps of the stint in hand, as so many of a usual stint. */
static uint32_t laps_used(const struct plan *plan, const struct car *c)
{
	const struct race_tables *tables = plan->ask->tables;
	uint32_t at = c->lap_row, slow = 0, laps = c->laps - c->stint_lap;
	for (uint32_t n = 0; n < laps && at > plan->race->lap_first; n++) {
		const struct lap_row *row = &tables->laps[at - 1];
		slow += lap_slow(row);
		at = row->prev;
	}
	if (slow > laps)
		slow = laps;
	return laps - slow + (slow * plan->out->stops.slow_lap_pm + 500) / 1000;
}

/* ---- stops to the flag ------------------------------------------------------------------ */

/* Laps from now on. */
struct outlook_of {
	uint32_t left;   /* to the flag */
	uint32_t stint;  /* a usual one */
	uint32_t first;  /* left of the stint in hand */
	duration_us lap; /* (1) */
};

static void tell_window(struct strategy_row *row, const struct outlook_of *o)
{
	uint32_t done = row->next - 1;
	int64_t from = (int64_t)o->left - (int64_t)row->stops_left * o->stint;
	if (row->stops_left == 0)
		return;
	if (from < 1)
		from = 1; /* the lap in hand is the first that can end in the lane */
	if (from > o->first)
		from = o->first;
	row->window_from = done + (uint32_t)from;
	row->window_to = done + o->first;
	row->window_from_at = strategy_when(row, row->window_from);
	row->window_to_at = strategy_when(row, row->window_to);
}

static void tell_stops(struct strategy_row *row, const struct outlook_of *o)
{
	duration_us stint = o->stint * o->lap;
	if (row->loss != DURATION_NONE)
		stint += row->loss;
	for (uint32_t i = 0; i < row->stops_left; i++)
		row->in_at[i] = row->window_to_at + i * stint;
}

static void foretell(const struct plan *plan, uint16_t car, struct strategy_row *row)
{
	const struct forecast_row *foretold = plan->foretold[car];
	const struct car *c = &plan->race->cars[car];
	const struct stint_usual *usual = &plan->out->stops.cars[car].stint;
	struct outlook_of o = {.stint = usual->laps, .lap = row->lap};
	if (!foretold || usual->laps == 0 || plan->out->flag_at <= plan->ask->at ||
	    !strategy_runs(row) || foretold->p_flag * 2 < FORECAST_ONE)
		return;
	duration_us left = plan->out->flag_at - plan->ask->at;
	o.left = (uint32_t)((foretold->laps_p50 + FORECAST_LAP - 1) / FORECAST_LAP);
	o.left = o.left > c->laps ? o.left - c->laps : 0;
	uint32_t used = row->in_stop ? 0 : laps_used(plan, c);
	/* One that has outlived its stint is due now. */
	o.first = used < o.stint ? o.stint - used : 1;
	if (row->in_stop && !c->pit_row)
		o.first++; /* the lap in hand ends in the lane */
	uint32_t stops =
		o.left <= o.first ? 0 : (o.left - o.first + o.stint - 1) / o.stint;
	if (stops > STRATEGY_STOPS_MAX)
		return;
	row->stops_left = (uint16_t)stops;
	if (o.left > 0 && row->loss != DURATION_NONE)
		left -= (int64_t)stops * row->loss;
	if (o.left > 0 && left / o.left > row->lap)
		o.lap = left / o.left;
	tell_window(row, &o);
	tell_stops(row, &o);
}

static void tell_car(const struct plan *plan, uint16_t car)
{
	const struct car *c = &plan->race->cars[car];
	const struct stops_of *of = &plan->out->stops.cars[car];
	struct strategy_row *row = &plan->out->rows[car];
	row->lap = of->lap;
	if (row->lap == DURATION_NONE && plan->foretold[car])
		row->lap = plan->foretold[car]->pace;
	if (row->lap <= 0)
		row->lap = DURATION_NONE;
	row->loss = of->green.loss;
	row->lane = of->green.lane;
	row->window_from_at = row->window_to_at = INSTANT_NONE;
	row->stops_left = STRATEGY_UNKNOWN;
	row->in_stop = c->in_pit;
	row->stint_laps = c->laps - c->stint_lap;
	row->stint_time = DURATION_NONE;
	row->standing = stands(plan, car, row);
	if (c->seen && c->stint_at != INSTANT_NONE && !c->in_pit)
		row->stint_time = plan->ask->at - c->stint_at;
	place(plan, car, row);
	foretell(plan, car, row);
}

void strategy_query(const struct strategy_ask *ask, struct strategy *out)
{
	struct plan plan = {.ask = ask, .race = ask->race, .out = out};
	const struct forecast *forecast = ask->forecast;
	memset(out, 0, sizeof(*out));
	out->at = ask->at;
	out->car = ask->car;
	out->flag_at = forecast->flag_at;
	out->last_before = CAR_NONE;
	out->last_before_us = DURATION_NONE;
	for (uint32_t i = 0; i < forecast->count; i++)
		plan.foretold[forecast->rows[i].car] = &forecast->rows[i];
	stops_learn(ask->race, ask->tables, &out->stops);
	for (uint16_t car = 0; car < ask->race->car_count; car++)
		tell_car(&plan, car);
	strategy_road(&plan);
	strategy_calls(&plan);
	strategy_clock(&plan);
}
