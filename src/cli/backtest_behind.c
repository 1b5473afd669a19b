/*
 * backtest_behind.c -- laps behind at the flag: the forecast against simple rules
 *
 * Errors are of the laps behind the race winner at the flag, over the cars that crossed
 * a line within ten minutes of it, without those that had fewer than six laps at the
 * instant. The two simple rules are of the same cars: what a car is behind now, held,
 * and the same scaled to the whole time of the race. `cover` to `laps` are the shares of
 * cars whose laps behind, gap and laps ended within the 10 to 90 % band.
 */
#include "backtest.h"

#include <math.h>

enum { LAPS_MIN = 6, ERROR_CAP = 10 };

static double capped(double error)
{
	return error < ERROR_CAP ? error : ERROR_CAP;
}

/* 1 when @actual is within bounds in FORECAST_LAP. */
static double within(double actual, int32_t low, int32_t high)
{
	actual *= (double)FORECAST_LAP;
	return actual >= low - 1e-6 && actual <= high + 1e-6 ? 1.0 : 0.0;
}

static void score_car(const struct moment *moment, const struct forecast_row *row,
		      struct behind_sums *sum)
{
	const struct race *race = moment->race;
	const struct outcome *outcome = &moment->trial->outcomes[row->car];
	double actual = outcome->behind;
	double now = (double)race->cars[race->order[0]].laps -
		     (double)race->cars[row->car].laps;
	double median = row->behind_p50 / (double)FORECAST_LAP;
	double error = fabs(median - actual), held = fabs(now - actual);
	double scaled = fabs(now * 100.0 / backtest_percent[moment->k] - actual);
	sum->cars += 1.0;
	sum->error += error;
	sum->scaled += scaled;
	sum->held += held;
	sum->capped += capped(error);
	sum->scaled_capped += capped(scaled);
	sum->held_capped += capped(held);
	sum->behind_covered += within(actual, row->behind_p10, row->behind_p90);
	sum->gap_covered += within(outcome->gap, row->gap_p10, row->gap_p90);
	sum->laps_covered += within((double)moment->trial->end->cars[row->car].laps,
				    row->laps_p10, row->laps_p90);
}

static void behind_add(const struct moment *moment, double *sums)
{
	struct behind_sums *sum = (struct behind_sums *)(void *)sums;
	const struct forecast *forecast = moment->forecast;
	double winner =
		(double)forecast->winner_laps - (double)moment->trial->winner_laps;
	for (uint32_t i = 0; i < forecast->count; i++) {
		const struct forecast_row *row = &forecast->rows[i];
		if (moment->trial->outcomes[row->car].ran && row->laps_now >= LAPS_MIN)
			score_car(moment, row, sum);
	}
	sum->winners += 1.0;
	sum->winner_exact += fabs(winner) < 0.5 ? 1.0 : 0.0;
	sum->winner_error += fabs(winner);
	sum->winner_covered +=
		moment->trial->winner_laps >= forecast->winner_laps_p10 &&
				moment->trial->winner_laps <= forecast->winner_laps_p90
			? 1.0
			: 0.0;
}

/* ---- the fields -------------------------------------------------------------------- */

static void behind_per_car(const void *record, struct listing_value *value)
{
	score_mean(record, value->place, SUM_OF(struct behind_sums, cars), value);
}

static void behind_per_race(const void *record, struct listing_value *value)
{
	score_mean(record, value->place, SUM_OF(struct behind_sums, winners), value);
}

static void ratio(const void *record, struct listing_value *value)
{
	const struct score_line *line = record;
	const struct behind_sums *sum = (const void *)line->sums;
	bool cap = value->place != 0;
	double error = cap ? sum->capped : sum->error;
	double rule = cap ? fmin(sum->scaled_capped, sum->held_capped)
			  : fmin(sum->scaled, sum->held);
	if (rule > 0.0)
		listing_digits(value, "%.3f", error / rule);
}

#define SCORE(member_) \
	.right = true, .width = 7, .place = SUM_OF(struct behind_sums, member_)
static const struct listing_field fields[] = {
	SCORE_LABELS,
	{"cars", "cars", score_count, .right = true, .width = 5,
	 .place = SUM_OF(struct behind_sums, cars)},
	{"mae", "mae", behind_per_car, SCORE(error)},
	{"mae_scaled", "scaled", behind_per_car, SCORE(scaled)},
	{"mae_held", "held", behind_per_car, SCORE(held)},
	{"ratio", "ratio", ratio, .right = true, .width = 7, .place = 0},
	{"coverage", "cover", behind_per_car, SCORE(behind_covered)},
	{"coverage_gap", "gap", behind_per_car, SCORE(gap_covered)},
	{"coverage_laps", "laps", behind_per_car, SCORE(laps_covered)},
	{NULL, "mae<10", behind_per_car, SCORE(capped)},
	{NULL, "scaled", behind_per_car, SCORE(scaled_capped)},
	{NULL, "held", behind_per_car, SCORE(held_capped)},
	{"ratio_capped", "ratio", ratio, .right = true, .width = 7, .place = 1},
	{"winner_laps_exact", "w exact", behind_per_race, SCORE(winner_exact)},
	{"winner_laps_error", "w laps", behind_per_race, SCORE(winner_error)},
	{"winner_coverage", "w cover", behind_per_race, SCORE(winner_covered)},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 1,
					 .json_blanks = true};
const struct measure backtest_behind = {
	.name = "behind",
	.about = "laps behind the winner at the flag, and the winner's laps",
	.sums = sizeof(struct behind_sums) / sizeof(double),
	.add = behind_add,
	.form = &form};
