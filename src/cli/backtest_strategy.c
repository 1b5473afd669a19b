/*
 * backtest_strategy.c -- pit stops: what was forecast against what was driven
 *
 *  (1) Stops left are those of the cars that took the flag, against the stops they made.
 *  (2) A stop is said to be due; it comes within STRATEGY_DUE_LAPS laps, later, or
 *      never. Missed: stops that came so soon and were not said to be due.
 *  (3) A rejoin is asked for at the start of the lap that ends in the pits, and
 *      compared with the place in class at the end of the lap after the stop. The stops
 *      are up to REJOINS of those that followed each instant, evenly chosen; only those
 *      with both laps under green, or both neutralised.
 *  (4) The net position is compared with the place in class three laps after the next
 *      stop of every car of the class that still makes one.
 *  (5) The last laps that were called for the leaders of the race and of the classes that
 *      took the flag: the chance that was said, and how many were right.
 */
#include "backtest.h"

#include <math.h>

enum { REJOINS = 12, NET_LAPS = 3 };

struct strategy_sums {
	double cars, stops_error, stops_exact;
	double due, due_true, due_never, soon, missed;
	double green, green_error, green_held, green_near;
	double slow, slow_error, slow_held, slow_near;
	double net, net_error, net_held, net_covered;
	double calls, call_said, call_true;
};

/* ---- the truth --------------------------------------------------------------------- */

/* The first stop of a car after @at; NULL: none. */
static const struct stint_row *next_stop(const struct moment *moment, uint16_t car)
{
	const struct race *end = moment->trial->end;
	const struct stint_row *found = NULL;
	uint32_t row = end->cars[car].stint_row;
	while (row > end->stint_first) {
		const struct stint_row *stint = &moment->tables->stints[row - 1];
		if (stint->in_at == INSTANT_NONE || stint->in_at <= moment->at)
			break;
		found = stint;
		row = stint->prev;
	}
	return found;
}

/* The lap of a car that is @lap, or the last one that ended by @by; NULL: none. */
static const struct lap_row *lap_of(const struct moment *moment, uint16_t car,
				    uint32_t lap, instant_us by)
{
	const struct race *end = moment->trial->end;
	uint32_t row = end->cars[car].lap_row;
	while (row > end->lap_first) {
		const struct lap_row *found = &moment->tables->laps[row - 1];
		if (found->lap == lap || (lap == 0 && found->at <= by))
			return found;
		row = found->prev;
	}
	return NULL;
}

/* ---- stops ------------------------------------------------------------------------- */

static void score_stops(const struct moment *moment, uint16_t car,
			struct strategy_sums *sum)
{
	const struct strategy_row *row = &moment->strategy->rows[car];
	const struct race *end = moment->trial->end;
	if (!end->cars[car].flagged || row->stops_left == STRATEGY_UNKNOWN)
		return;
	double made = (double)end->cars[car].stops - moment->race->cars[car].stops;
	double error = fabs((double)row->stops_left - made);
	sum->cars += 1.0;
	sum->stops_error += error;
	sum->stops_exact += error < 0.5 ? 1.0 : 0.0;
}

/* (2) */
static void score_due(const struct moment *moment, uint16_t car,
		      struct strategy_sums *sum)
{
	const struct strategy_row *row = &moment->strategy->rows[car];
	const struct stint_row *stop = next_stop(moment, car);
	bool soon = stop && stop->to_lap < row->next + STRATEGY_DUE_LAPS;
	if (row->standing || row->in_stop || !moment->race->cars[car].seen)
		return;
	sum->due += row->due;
	sum->due_true += row->due && soon;
	sum->due_never += row->due && !stop;
	sum->soon += soon;
	sum->missed += soon && !row->due;
}

/* ---- rejoin ------------------------------------------------------------------------ */

/* (3) */
static void score_rejoin(const struct moment *moment, const struct stint_row *stop,
			 struct strategy_sums *sum)
{
	static struct forecast forecast;
	static struct strategy strategy;
	struct session *session = moment->trial->session;
	const struct lap_row *before = lap_of(moment, stop->car, stop->to_lap - 1, 0);
	const struct lap_row *in = lap_of(moment, stop->car, stop->to_lap, 0);
	const struct lap_row *out = lap_of(moment, stop->car, stop->to_lap + 1, 0);
	if (!before || !in || !out ||
	    flag_is_slow((enum flag)in->flag) != flag_is_slow((enum flag)out->flag))
		return;
	struct strategy_request request = {
		.race = timeline_at(&session->timeline, before->at + US_S),
		.tables = moment->tables,
		.rules = &session->rules,
		.forecast = &forecast,
		.at = before->at + US_S,
		.car = stop->car,
		.parameters = moment->parameters};
	bool slow = flag_is_slow((enum flag)request.race->flag);
	if (slow != flag_is_slow((enum flag)in->flag))
		return;
	forecast_query(request.race, moment->tables, &session->rules,
		       moment->parameters, request.at, &forecast);
	strategy_query(&request, &strategy);
	const struct strategy_rejoin *said = slow ? &strategy.slow : &strategy.green;
	if (said->loss == DURATION_NONE)
		return;
	double error = fabs((double)said->class_position - out->class_position);
	double held = fabs((double)before->class_position - out->class_position);
	*(slow ? &sum->slow : &sum->green) += 1.0;
	*(slow ? &sum->slow_error : &sum->green_error) += error;
	*(slow ? &sum->slow_held : &sum->green_held) += held;
	*(slow ? &sum->slow_near : &sum->green_near) += error < 1.5 ? 1.0 : 0.0;
}

static void score_rejoins(const struct moment *moment, struct strategy_sums *sum)
{
	const struct race *end = moment->trial->end;
	uint32_t from = moment->race->stint_count, count = end->stint_count;
	if (moment->k + 1 < BACKTEST_INSTANTS)
		count = moment->trial->at[moment->k + 1]->stint_count;
	uint32_t step = (count - from) / REJOINS + 1;
	for (; from < count; from += step) {
		const struct stint_row *stop = &moment->tables->stints[from];
		if (stop->in_at != INSTANT_NONE && stop->to_lap > stop->from_lap)
			score_rejoin(moment, stop, sum);
	}
}

/* ---- net position ------------------------------------------------------------------ */

/* (4): when three laps after the last of the next stops of a class end; NONE. */
static instant_us all_stopped(const struct moment *moment, uint8_t class_index)
{
	instant_us at = INSTANT_NONE;
	for (uint16_t i = 0; i < moment->race->car_count; i++) {
		if (moment->race->entries[i].class_index != class_index)
			continue;
		const struct stint_row *stop = next_stop(moment, i);
		const struct lap_row *lap =
			stop ? lap_of(moment, i, stop->to_lap + NET_LAPS, 0) : NULL;
		if (lap && (at == INSTANT_NONE || lap->at > at))
			at = lap->at;
	}
	return at;
}

/* The place in its class of a car by the laps that ended by @at. */
static unsigned place_at(const struct moment *moment, uint16_t car, instant_us at)
{
	const struct lap_row *own = lap_of(moment, car, 0, at);
	unsigned place = 1;
	for (uint16_t i = 0; own && i < moment->race->car_count; i++) {
		const struct lap_row *other = lap_of(moment, i, 0, at);
		if (i == car || !other ||
		    moment->race->entries[i].class_index !=
			    moment->race->entries[car].class_index)
			continue;
		place += other->lap > own->lap ||
			 (other->lap == own->lap && other->at < own->at);
	}
	return place;
}

static void score_net(const struct moment *moment, uint8_t class_index,
		      struct strategy_sums *sum)
{
	instant_us at = all_stopped(moment, class_index);
	const struct race *end = moment->trial->end;
	for (uint16_t i = 0; at != INSTANT_NONE && i < moment->race->car_count; i++) {
		const struct strategy_row *row = &moment->strategy->rows[i];
		if (moment->race->entries[i].class_index != class_index ||
		    row->net_class == 0 || end->cars[i].line_at < at)
			continue;
		double truth = place_at(moment, i, at);
		sum->net += 1.0;
		sum->net_error += fabs(row->net_class - truth);
		sum->net_held += fabs(moment->race->cars[i].class_place + 1.0 - truth);
		sum->net_covered +=
			truth >= row->net_best && truth <= row->net_worst ? 1.0 : 0.0;
	}
}

/* (5) */
static void score_calls(const struct moment *moment, struct strategy_sums *sum)
{
	const struct race *end = moment->trial->end;
	for (uint32_t i = 0; i < moment->strategy->call_count; i++) {
		const struct strategy_call *call = &moment->strategy->calls[i];
		if (call->before == DURATION_NONE || !end->cars[call->car].flagged)
			continue;
		sum->calls += 1.0;
		sum->call_said += call->p_laps / (double)FORECAST_ONE;
		sum->call_true += end->cars[call->car].laps == call->laps ? 1.0 : 0.0;
	}
}

static void strategy_add(const struct moment *moment, double *sums)
{
	struct strategy_sums *sum = (struct strategy_sums *)(void *)sums;
	for (uint16_t i = 0; i < moment->race->car_count; i++) {
		score_stops(moment, i, sum);
		score_due(moment, i, sum);
	}
	for (uint8_t c = 0; c < moment->race->class_count; c++)
		score_net(moment, c, sum);
	score_rejoins(moment, sum);
	score_calls(moment, sum);
}

/* ---- the fields -------------------------------------------------------------------- */

#define MEAN(name_, of_)                                                            \
	static void name_(const void *record, struct listing_value *value)          \
	{                                                                           \
		score_mean(record, value->place, SUM_OF(struct strategy_sums, of_), \
			   value);                                                  \
	}
MEAN(stops_per_car, cars)
MEAN(per_due, due)
MEAN(per_soon, soon)
MEAN(per_green, green)
MEAN(per_slow, slow)
MEAN(per_net, net)
MEAN(per_call, calls)

#define SCORE(width_, member_) \
	.right = true, .width = (width_), .place = SUM_OF(struct strategy_sums, member_)
static const struct listing_field fields[] = {
	SCORE_LABELS,
	{"cars", "cars", score_count, SCORE(5, cars)},
	{"stops_left_error", "stops", stops_per_car, SCORE(6, stops_error)},
	{"stops_left_exact", "exact", stops_per_car, SCORE(6, stops_exact)},
	{"due", "due", score_count, SCORE(4, due)},
	{"due_true", "true", per_due, SCORE(5, due_true)},
	{"due_never", "never", per_due, SCORE(5, due_never)},
	{"due_missed", "missed", per_soon, SCORE(6, missed)},
	{"rejoins_green", "green", score_count, SCORE(5, green)},
	{"rejoin_green_within_one", "near", per_green, SCORE(5, green_near)},
	{"rejoin_green_error", "error", per_green, SCORE(5, green_error)},
	{"rejoin_green_held", "held", per_green, SCORE(5, green_held)},
	{"rejoins_neutral", "slow", score_count, SCORE(5, slow)},
	{"rejoin_neutral_within_one", "near", per_slow, SCORE(5, slow_near)},
	{"rejoin_neutral_error", "error", per_slow, SCORE(5, slow_error)},
	{"rejoin_neutral_held", "held", per_slow, SCORE(5, slow_held)},
	{"net", "net", score_count, SCORE(5, net)},
	{"net_error", "error", per_net, SCORE(5, net_error)},
	{"net_held", "held", per_net, SCORE(5, net_held)},
	{"net_coverage", "cover", per_net, SCORE(5, net_covered)},
	{"last_lap_said", "last", per_call, SCORE(5, call_said)},
	{"last_lap_true", "true", per_call, SCORE(5, call_true)},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 1,
					 .json_blanks = true};
const struct measure backtest_strategy = {
	.name = "strategy",
	.about = "pit stops left and due, places after a stop and net positions",
	.sums = sizeof(struct strategy_sums) / sizeof(double),
	.wants_strategy = true,
	.add = strategy_add,
	.form = &form};
