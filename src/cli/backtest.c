/*
 * backtest.c -- the forecast tested on a finished race
 *
 *  (1) The forecast reads the race as of the instant; the real result is only compared
 *      with it.
 *  (2) Errors are of the laps behind the race winner at the flag, over the cars that
 *      crossed a line within ten minutes of it, without those that had fewer than six
 *      laps at the instant. The two simple rules are of the same cars: what a car is
 *      behind now, held, and the same scaled to the whole time of the race.
 *  (3) To be classified is to reach 70 % of the winner's laps and take the flag,
 *      whatever the ruleset of the race, over all cars that started.
 */
#include "backtest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NOMINAL_PM = 700, LAPS_MIN = 6, ERROR_CAP = 10 };
static const duration_us still_running = INT64_C(600) * 1000 * 1000;

const unsigned backtest_percent[BACKTEST_INSTANTS] = {10, 25, 50, 75, 90};

static void nominal_rules(const struct rules *of, struct rules *out)
{
	*out = *of;
	out->fraction_pm = NOMINAL_PM;
	out->of = OF_RACE_WINNER;
	out->round = ROUND_FLOOR;
	out->list = LIST_CLASSIFIED_FIRST;
	out->must_take_flag = 1;
	out->flag_within = 0;
}

/* What became of every car, by the race at its end. */
static void take_outcomes(struct trial *trial)
{
	static struct classification end;
	const struct race *race = timeline_at(&trial->session->timeline,
					      trial->session->timeline.last_at);
	bool won[RACE_CLASSES_MAX] = {false};
	classify(race, &trial->session->timeline.tables, &trial->rules, &end);
	for (uint32_t i = 0; i < end.count; i++) {
		const struct result *row = &end.rows[i];
		const struct car *car = &race->cars[row->car];
		struct outcome *out = &trial->outcomes[row->car];
		unsigned class_index = race->entries[row->car].class_index;
		out->behind = (double)end.winner_laps - (double)car->laps;
		out->started = car->seen;
		out->ran = car->seen && car->line_at >= race->finish_at - still_running;
		out->classified = car->flagged && row->laps >= end.threshold;
		if (class_index < RACE_CLASSES_MAX && !won[class_index]) {
			out->won = true;
			won[class_index] = true;
		}
	}
}

static int play(struct trial *trial, struct err *err)
{
	struct timeline *timeline = &trial->session->timeline;
	for (unsigned k = 0; k < BACKTEST_INSTANTS; k++) {
		struct when when = {.kind = WHEN_PERCENT,
				    .value = (int64_t)backtest_percent[k] * 10000};
		int rc = when_resolve(timeline, &when, &trial->when[k], err);
		if (rc != 0)
			return rc;
		trial->at[k] = malloc(sizeof(*trial->at[k]));
		if (trial->at[k] == NULL)
			return err_set(err, -ENOMEM, "%s: out of memory", trial->name);
		*trial->at[k] = *timeline_at(timeline, trial->when[k]);
	}
	take_outcomes(trial);
	return 0;
}

static const char *backtest_name_of(const char *source)
{
	const char *slash = strrchr(source, '/');
	return slash == NULL ? source : slash + 1;
}

int trial_load(struct trial *trial, const struct options *options, const char *source,
	       struct err *err)
{
	struct options one = *options;
	one.sources[0] = source;
	one.source_count = 1;
	memset(trial, 0, sizeof(*trial));
	trial->name = backtest_name_of(source);
	int rc = session_load(&one, 0, &trial->session, err);
	if (rc != 0)
		return rc;
	trial->outcomes = calloc(RACE_CARS_MAX, sizeof(*trial->outcomes));
	if (trial->outcomes == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory", source);
	if (trial->session->timeline.finish_at == INSTANT_NONE ||
	    trial->session->timeline.start_at == INSTANT_NONE)
		return err_set(
			err, -EINVAL,
			"%s: this race was not finished: only a finished race can "
			"test a forecast",
			source);
	nominal_rules(&trial->session->rules, &trial->rules);
	return play(trial, err);
}

void trial_free(struct trial *trial)
{
	for (unsigned k = 0; k < BACKTEST_INSTANTS; k++)
		free(trial->at[k]);
	free(trial->outcomes);
	session_free(trial->session);
	memset(trial, 0, sizeof(*trial));
}

static double capped(double error)
{
	return error < ERROR_CAP ? error : ERROR_CAP;
}

static double pinball(double actual, double quantile, double share)
{
	double d = actual - quantile;
	return capped(d >= 0.0 ? share * d : (share - 1.0) * d);
}

/* (2) */
static void score_laps(const struct trial *trial, unsigned k,
		       const struct forecast_row *row, struct score *sum)
{
	const struct race *race = trial->at[k];
	double actual = trial->outcomes[row->car].behind;
	double now = (double)race->cars[race->order[0]].laps -
		     (double)race->cars[row->car].laps;
	double median = row->behind_p50 / (double)FORECAST_LAP;
	double low = row->behind_p10 / (double)FORECAST_LAP;
	double high = row->behind_p90 / (double)FORECAST_LAP;
	double error = fabs(median - actual), held = fabs(now - actual);
	double scaled = fabs(now * 100.0 / backtest_percent[k] - actual);
	sum->cars += 1.0;
	sum->error += error;
	sum->scaled += scaled;
	sum->held += held;
	sum->capped += capped(error);
	sum->scaled_capped += capped(scaled);
	sum->held_capped += capped(held);
	sum->covered += actual >= low && actual <= high ? 1.0 : 0.0;
	sum->pinball += pinball(actual, low, 0.1) + pinball(actual, high, 0.9);
}

/* (3) */
static void score_chance(const struct trial *trial, unsigned k,
			 const struct forecast_row *row, struct score *sum)
{
	const struct race *race = trial->at[k];
	double actual = trial->outcomes[row->car].classified ? 1.0 : 0.0;
	double p = row->p_classified / (double)FORECAST_ONE;
	uint32_t now = rules_threshold(&trial->rules, race->cars[race->order[0]].laps);
	double simple = race->cars[row->car].laps >= now ? 1.0 : 0.0;
	sum->starters += 1.0;
	sum->brier += (p - actual) * (p - actual);
	sum->brier_simple += (simple - actual) * (simple - actual);
}

static void score_classes(const struct trial *trial, const struct forecast *forecast,
			  struct score *sum)
{
	const struct race *race = &trial->session->timeline.race;
	for (unsigned c = 0; c < race->class_count; c++) {
		const struct forecast_row *best = NULL;
		for (uint32_t i = 0; i < forecast->count; i++) {
			const struct forecast_row *row = &forecast->rows[i];
			if (race->entries[row->car].class_index == c &&
			    (best == NULL || row->p_class_win > best->p_class_win))
				best = row;
		}
		if (best == NULL)
			continue;
		sum->classes += 1.0;
		sum->hits += trial->outcomes[best->car].won ? 1.0 : 0.0;
	}
}

void trial_score(const struct trial *trial, unsigned k,
		 const struct forecast_parameters *parameters, struct score *sum)
{
	static struct forecast forecast;
	forecast_query(trial->at[k], &trial->session->timeline.tables, &trial->rules,
		       parameters, trial->when[k], &forecast);
	for (uint32_t i = 0; i < forecast.count; i++) {
		const struct forecast_row *row = &forecast.rows[i];
		const struct outcome *outcome = &trial->outcomes[row->car];
		if (outcome->ran && row->laps_now >= LAPS_MIN)
			score_laps(trial, k, row, sum);
		if (outcome->started)
			score_chance(trial, k, row, sum);
	}
	score_classes(trial, &forecast, sum);
}
