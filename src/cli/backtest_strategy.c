/*
 * backtest_strategy.c -- pit stops: what was forecast against what was driven
 *
 * Stops left are those of the cars that took the flag, against the stops they made.
 */
#include "backtest.h"

#include <math.h>

struct strategy_sums {
	double cars, stops_error, stops_exact;
};

static void strategy_add(const struct moment *moment, double *sums)
{
	struct strategy_sums *sum = (struct strategy_sums *)(void *)sums;
	const struct race *end = moment->trial->end;
	for (uint16_t i = 0; i < moment->race->car_count; i++) {
		const struct strategy_row *row = &moment->strategy->rows[i];
		if (!end->cars[i].flagged || row->stops_left == STRATEGY_UNKNOWN)
			continue;
		double made = (double)end->cars[i].stops -
			      (double)moment->race->cars[i].stops;
		double error = fabs((double)row->stops_left - made);
		sum->cars += 1.0;
		sum->stops_error += error;
		sum->stops_exact += error < 0.5 ? 1.0 : 0.0;
	}
}

static void stops_per_car(const void *record, struct listing_value *value)
{
	score_mean(record, value->place, SUM_OF(struct strategy_sums, cars), value);
}

#define SCORE(member_) \
	.right = true, .width = 7, .place = SUM_OF(struct strategy_sums, member_)
static const struct listing_field fields[] = {
	SCORE_LABELS,
	{"cars", "cars", score_count, .right = true, .width = 5,
	 .place = SUM_OF(struct strategy_sums, cars)},
	{"stops_left_error", "stops", stops_per_car, SCORE(stops_error)},
	{"stops_left_exact", "exact", stops_per_car, SCORE(stops_exact)},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 1,
					 .json_blanks = true};
const struct measure backtest_strategy = {.name = "strategy",
					  .about = "pit stops that are left",
					  .sums = sizeof(struct strategy_sums) /
						  sizeof(double),
					  .wants_strategy = true,
					  .add = strategy_add,
					  .form = &form};
