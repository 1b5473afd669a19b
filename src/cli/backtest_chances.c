/*
 * backtest_chances.c -- chances: of being classified, of winning the class and the race
 *
 *  (1) To be classified is scored over all cars that started. The simple rule is "above
 *      the threshold now": certain for the Brier score, 19 of 20 for the log-loss.
 *  (2) The class win is scored by the chance that was given to the winner, once for
 *      each class; the simple rule gives each car one over its place. The Brier score
 *      is the sum over the cars of the class.
 *  (3) A chance of nothing counts as half of the least that is printed.
 */
#include "backtest.h"

#include <math.h>

static const double rule_sure = 0.95;

/* (3) */
static double surprise(double p)
{
	return -log(fmax(p, 0.5 / (double)FORECAST_ONE));
}

static double chance(uint16_t share)
{
	return share / (double)FORECAST_ONE;
}

/* (1) */
static void score_classified(const struct moment *moment,
			     const struct forecast_row *row, struct chance_sums *sum)
{
	const struct race *race = moment->race;
	bool classified = moment->trial->outcomes[row->car].classified;
	double actual = classified ? 1.0 : 0.0, p = chance(row->p_classified);
	uint32_t now =
		rules_threshold(&moment->trial->rules, race->cars[race->order[0]].laps);
	bool above = race->cars[row->car].laps >= now;
	sum->starters += 1.0;
	sum->brier += (p - actual) * (p - actual);
	sum->brier_simple += above == classified ? 0.0 : 1.0;
	sum->log_loss += surprise(classified ? p : 1.0 - p);
	sum->log_loss_simple +=
		surprise(above == classified ? rule_sure : 1.0 - rule_sure);
}

/* One over the place of @winner, as a share of those of all in its class, or
 * (RACE_CLASSES_MAX + 1) in the race. */
static double by_place(const struct moment *moment, unsigned class_index,
		       uint16_t winner)
{
	const struct race *race = moment->race;
	double all = 0.0, its = 0.0, place = 0.0;
	for (uint16_t i = 0; i < race->car_count; i++) {
		uint16_t car = race->order[i];
		if (!moment->trial->outcomes[car].started ||
		    (class_index <= RACE_CLASSES_MAX &&
		     race->entries[car].class_index != class_index))
			continue;
		place += 1.0;
		all += 1.0 / place;
		if (car == winner)
			its = 1.0 / place;
	}
	return all > 0.0 ? its / all : 0.0;
}

/* (2) */
static void score_class(const struct moment *moment, unsigned class_index,
			struct chance_sums *sum)
{
	const struct forecast_row *best = NULL, *won = NULL;
	double brier = 0.0;
	for (uint32_t i = 0; i < moment->forecast->count; i++) {
		const struct forecast_row *row = &moment->forecast->rows[i];
		const struct outcome *outcome = &moment->trial->outcomes[row->car];
		double d = chance(row->p_class_win) - (outcome->won ? 1.0 : 0.0);
		if (moment->race->entries[row->car].class_index != class_index)
			continue;
		brier += d * d;
		if (best == NULL || row->p_class_win > best->p_class_win)
			best = row;
		if (outcome->won)
			won = row;
	}
	if (won == NULL)
		return;
	sum->classes += 1.0;
	sum->class_hits += best == won ? 1.0 : 0.0;
	sum->class_brier += brier;
	sum->class_log_loss += surprise(chance(won->p_class_win));
	sum->class_simple += surprise(by_place(moment, class_index, won->car));
}

static void score_race(const struct moment *moment, struct chance_sums *sum)
{
	uint16_t winner = moment->trial->end->winner;
	for (uint32_t i = 0; i < moment->forecast->count; i++) {
		const struct forecast_row *row = &moment->forecast->rows[i];
		if (row->car != winner)
			continue;
		sum->races += 1.0;
		sum->race_log_loss += surprise(chance(row->p_race_win));
		sum->race_simple +=
			surprise(by_place(moment, RACE_CLASSES_MAX + 1, winner));
	}
}

static void chances_add(const struct moment *moment, double *sums)
{
	struct chance_sums *sum = (struct chance_sums *)(void *)sums;
	for (uint32_t i = 0; i < moment->forecast->count; i++) {
		const struct forecast_row *row = &moment->forecast->rows[i];
		if (moment->trial->outcomes[row->car].started)
			score_classified(moment, row, sum);
	}
	for (unsigned c = 0; c < moment->race->class_count; c++)
		score_class(moment, c, sum);
	score_race(moment, sum);
}

/* ---- the fields -------------------------------------------------------------------- */

static void per_starter(const void *record, struct listing_value *value)
{
	score_mean(record, value->place, SUM_OF(struct chance_sums, starters), value);
}

static void per_class(const void *record, struct listing_value *value)
{
	score_mean(record, value->place, SUM_OF(struct chance_sums, classes), value);
}

static void per_race(const void *record, struct listing_value *value)
{
	score_mean(record, value->place, SUM_OF(struct chance_sums, races), value);
}

#define SCORE(member_) \
	.right = true, .width = 7, .place = SUM_OF(struct chance_sums, member_)
static const struct listing_field fields[] = {
	SCORE_LABELS,
	{"cars", "cars", score_count, .right = true, .width = 5,
	 .place = SUM_OF(struct chance_sums, starters)},
	{"brier", "brier", per_starter, SCORE(brier)},
	{"brier_simple", "simple", per_starter, SCORE(brier_simple)},
	{"log_loss", "logloss", per_starter, SCORE(log_loss)},
	{"log_loss_simple", "simple", per_starter, SCORE(log_loss_simple)},
	{"class_winners", "winners", per_class, SCORE(class_hits)},
	{"class_brier", "brier", per_class, SCORE(class_brier)},
	{"class_log_loss", "logloss", per_class, SCORE(class_log_loss)},
	{"class_log_loss_simple", "simple", per_class, SCORE(class_simple)},
	{"race_log_loss", "race ll", per_race, SCORE(race_log_loss)},
	{"race_log_loss_simple", "simple", per_race, SCORE(race_simple)},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 1,
					 .json_blanks = true};
const struct measure backtest_chances = {
	.name = "chances",
	.about = "chances of being classified, of winning the class and the race",
	.sums = sizeof(struct chance_sums) / sizeof(double),
	.add = chances_add,
	.form = &form};
