/*
 * backtest_chances.c -- chances: of being classified, of winning the class
 *
 * To be classified is scored over all cars that started, against the simple rule "above
 * the threshold now".
 */
#include "backtest.h"

#include <math.h>

static void score_classified(const struct moment *moment,
			     const struct forecast_row *row, struct chance_sums *sum)
{
	const struct race *race = moment->race;
	double actual = moment->trial->outcomes[row->car].classified ? 1.0 : 0.0;
	double p = row->p_classified / (double)FORECAST_ONE;
	uint32_t now =
		rules_threshold(&moment->trial->rules, race->cars[race->order[0]].laps);
	double simple = race->cars[row->car].laps >= now ? 1.0 : 0.0;
	sum->starters += 1.0;
	sum->brier += (p - actual) * (p - actual);
	sum->brier_simple += (simple - actual) * (simple - actual);
}

/* The chance that was given to the winner of each class. */
static void score_classes(const struct moment *moment, struct chance_sums *sum)
{
	const struct race *race = moment->race;
	for (unsigned c = 0; c < race->class_count; c++) {
		const struct forecast_row *best = NULL, *won = NULL;
		for (uint32_t i = 0; i < moment->forecast->count; i++) {
			const struct forecast_row *row = &moment->forecast->rows[i];
			if (race->entries[row->car].class_index != c)
				continue;
			if (best == NULL || row->p_class_win > best->p_class_win)
				best = row;
			if (moment->trial->outcomes[row->car].won)
				won = row;
		}
		if (best == NULL || won == NULL)
			continue;
		sum->classes += 1.0;
		sum->hits += best == won ? 1.0 : 0.0;
		sum->log_loss -= log(fmax(won->p_class_win / (double)FORECAST_ONE,
					  0.5 / (double)FORECAST_ONE));
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
	score_classes(moment, sum);
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

#define SCORE(member_) \
	.right = true, .width = 7, .place = SUM_OF(struct chance_sums, member_)
static const struct listing_field fields[] = {
	SCORE_LABELS,
	{"cars", "cars", score_count, .right = true, .width = 5,
	 .place = SUM_OF(struct chance_sums, starters)},
	{"brier", "brier", per_starter, SCORE(brier)},
	{"brier_simple", "simple", per_starter, SCORE(brier_simple)},
	{"class_winners", "winners", per_class, SCORE(hits)},
	{"class_log_loss", "logloss", per_class, SCORE(log_loss)},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 1,
					 .json_blanks = true};
const struct measure backtest_chances = {
	.name = "chances",
	.about = "chances of being classified and of winning the class",
	.sums = sizeof(struct chance_sums) / sizeof(double),
	.add = chances_add,
	.form = &form};
