/*
 * backtest.c -- a finished race, played to the instants at which its forecast is judged
 *
 *  (1) The forecast reads the race as of the instant; the real result is only compared
 *      with it.
 *  (2) To be classified is to reach 70 % of the winner's laps and take the flag,
 *      whatever the ruleset of the race, over all cars that started.
 */
#include "backtest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NOMINAL_PM = 700 };
static const duration_us still_running = INT64_C(600) * 1000 * 1000;

const unsigned backtest_percent[BACKTEST_INSTANTS] = {10, 25, 50, 75, 90, 95};

/* (2) */
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

/* The part of its last lap that a car still had to drive when the winner finished. */
static double part_to_drive(const struct race *race, uint16_t index)
{
	const struct car *car = &race->cars[index];
	if (!car->flagged || car->flag_at == INSTANT_NONE || car->lap_last <= 0)
		return 0.5;
	double part = (double)(car->flag_at - race->finish_at) / (double)car->lap_last;
	return fmin(fmax(part, 0.0), 0.999);
}

/* What became of every car, by the race at its end. */
static void take_outcomes(struct trial *trial)
{
	static struct classification end;
	const struct race *race = trial->end;
	bool won[RACE_CLASSES_MAX] = {false};
	classify(race, &trial->session->timeline.tables, &trial->rules, &end);
	trial->winner_laps = end.winner_laps;
	for (uint32_t i = 0; i < end.count; i++) {
		const struct result *row = &end.rows[i];
		const struct car *car = &race->cars[row->car];
		struct outcome *out = &trial->outcomes[row->car];
		unsigned class_index = race->entries[row->car].class_index;
		out->behind = (double)end.winner_laps - (double)car->laps;
		out->gap = row->car == race->winner
				   ? 0.0
				   : out->behind + part_to_drive(race, row->car);
		out->started = car->seen;
		out->ran = car->seen && car->line_at >= race->finish_at - still_running;
		out->classified = car->flagged && row->laps >= end.threshold;
		if (class_index < RACE_CLASSES_MAX && !won[class_index]) {
			out->won = true;
			won[class_index] = true;
		}
	}
}

static enum backtest_length length_of(const struct race *race)
{
	duration_us length = race->setup.length_us > 0
				     ? race->setup.length_us
				     : race->finish_at - race->start_at;
	return length < 4 * US_HOUR    ? LENGTH_SPRINT
	       : length < 7 * US_HOUR  ? LENGTH_6H
	       : length < 18 * US_HOUR ? LENGTH_12H
				       : LENGTH_24H;
}

/* The race at an instant; NULL: no memory. */
static struct race *race_copy(struct timeline *timeline, instant_us at)
{
	struct race *copy = malloc(sizeof(*copy));
	if (copy != NULL)
		*copy = *timeline_at(timeline, at);
	return copy;
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
		trial->at[k] = race_copy(timeline, trial->when[k]);
		if (trial->at[k] == NULL)
			return err_set(err, -ENOMEM, "%s: out of memory", trial->name);
	}
	trial->end = race_copy(timeline, timeline->last_at);
	if (trial->end == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory", trial->name);
	trial->length = (uint8_t)length_of(trial->end);
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
	if (trial->session->timeline.setup.type == SESSION_TIMED)
		return err_set(err, -EINVAL,
			       "%s: this is a timed session: only a race can test a "
			       "forecast",
			       source);
	nominal_rules(&trial->session->rules, &trial->rules);
	return play(trial, err);
}

void trial_free(struct trial *trial)
{
	for (unsigned k = 0; k < BACKTEST_INSTANTS; k++)
		free(trial->at[k]);
	free(trial->end);
	free(trial->outcomes);
	free(trial->samples);
	free(trial->win_samples);
	session_free(trial->session);
	memset(trial, 0, sizeof(*trial));
}

struct moment trial_moment(const struct trial *trial, unsigned k,
			   const struct forecast_parameters *parameters,
			   struct forecast *forecast, struct strategy *strategy)
{
	const struct race_tables *tables = &trial->session->timeline.tables;
	forecast_query(trial->at[k], tables, &trial->rules, parameters, trial->when[k],
		       forecast);
	if (strategy != NULL) {
		struct strategy_request request = {.race = trial->at[k],
						   .tables = tables,
						   .rules = &trial->session->rules,
						   .forecast = forecast,
						   .at = trial->when[k],
						   .car = CAR_NONE,
						   .parameters = parameters};
		strategy_query(&request, strategy);
	}
	return (struct moment){.trial = trial,
			       .race = trial->at[k],
			       .tables = tables,
			       .forecast = forecast,
			       .strategy = strategy,
			       .parameters = parameters,
			       .at = trial->when[k],
			       .k = k};
}
