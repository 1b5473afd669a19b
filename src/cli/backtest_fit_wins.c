/*
 * backtest_fit_wins.c -- the exponents of the chance to win that serve a set of races best
 *
 *  (1) Each race is asked at every 5 % of its time from a tenth on. What is made large
 *      is the sum of the logarithms of the chances given to the winners of the classes,
 *      by Newton's method: the sum has one maximum.
 *  (2) A small weight is on the exponents that are built in, as in backtest_fit.c.
 */
#include "backtest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINS_STEP = 5, WINS_FIRST = 10, WINS_LAST = 95, WINS_ROUNDS = 12 };
enum { WINS = FORECAST_WIN_COUNT };
/* (2): of the squares of the exponents, relative to those built in. */
#define WINS_RIDGE 1.0
/* An exponent moves by at most this much a round. */
#define WINS_MOVE 1.0

/* A car of a class at an instant. */
struct win_sample {
	double terms[WINS];
	bool won;
	bool first; /* of the next class or instant */
};

/* ---- samples ----------------------------------------------------------------------- */

static int wins_at(struct trial *trial, const struct forecast_parameters *parameters,
		   unsigned percent)
{
	static struct forecast_win_terms terms[RACE_CARS_MAX];
	struct timeline *timeline = &trial->session->timeline;
	struct when when = {.kind = WHEN_PERCENT, .value = (int64_t)percent * 10000};
	instant_us at;
	struct err err;
	unsigned last = RACE_CLASSES_MAX;
	if (when_resolve(timeline, &when, &at, &err) != 0)
		return 0;
	const struct race *race = timeline_at(timeline, at);
	uint32_t count =
		forecast_wins_query(race, &timeline->tables, parameters, at, terms);
	struct win_sample *grown =
		realloc(trial->win_samples,
			(trial->win_count + count + 1) * sizeof(*trial->win_samples));
	if (grown == NULL)
		return -ENOMEM;
	trial->win_samples = grown;
	for (uint32_t i = 0; i < count; i++) {
		const struct outcome *outcome = &trial->outcomes[terms[i].car];
		if (!outcome->started || terms[i].class_index == RACE_CLASSES_MAX)
			continue;
		struct win_sample *sample = &grown[trial->win_count++];
		memcpy(sample->terms, terms[i].terms, sizeof(sample->terms));
		sample->won = outcome->won;
		sample->first = terms[i].class_index != last;
		last = terms[i].class_index;
	}
	return 0;
}

int trial_sample_wins(struct trial *trial, const struct forecast_parameters *parameters)
{
	int rc = 0;
	for (unsigned percent = WINS_FIRST; rc == 0 && percent <= WINS_LAST;
	     percent += WINS_STEP)
		rc = wins_at(trial, parameters, percent);
	return rc;
}

/* ---- the fit ----------------------------------------------------------------------- */

/* The slope of the sum of (1), and its curvature with the sign changed. */
struct ascent {
	double curvature[WINS][WINS], slope[WINS];
};

/* The cars of one class at one instant. */
static void ascent_add(struct ascent *ascent, const struct win_sample *samples,
		       uint32_t count, const double exponents[WINS])
{
	double weights[RACE_CARS_MAX], sum = 0.0, mean[WINS] = {0.0};
	for (uint32_t i = 0; i < count; i++) {
		double log_weight = 0.0;
		for (unsigned k = 0; k < WINS; k++)
			log_weight += exponents[k] * samples[i].terms[k];
		weights[i] = exp(log_weight);
		sum += weights[i];
	}
	for (uint32_t i = 0; i < count; i++)
		for (unsigned k = 0; k < WINS; k++)
			mean[k] += weights[i] / sum * samples[i].terms[k];
	for (uint32_t i = 0; i < count; i++)
		for (unsigned k = 0; k < WINS; k++) {
			double d = samples[i].terms[k] - mean[k];
			ascent->slope[k] += samples[i].won ? d : 0.0;
			for (unsigned j = 0; j < WINS; j++)
				ascent->curvature[k][j] +=
					weights[i] / sum * d *
					(samples[i].terms[j] - mean[j]);
		}
}

static void ascent_trial(struct ascent *ascent, const struct trial *trial,
			 const double exponents[WINS])
{
	for (uint32_t from = 0, to; from < trial->win_count; from = to) {
		bool won = trial->win_samples[from].won;
		for (to = from + 1;
		     to < trial->win_count && !trial->win_samples[to].first; to++)
			won = won || trial->win_samples[to].won;
		if (won && to - from <= RACE_CARS_MAX)
			ascent_add(ascent, &trial->win_samples[from], to - from,
				   exponents);
	}
}

/* Elimination without a change of rows: the matrix is positive definite by (2). The
 * slope becomes the step. */
static void ascent_solve(struct ascent *a)
{
	for (unsigned i = 0; i < WINS; i++)
		for (unsigned k = 0; k < WINS; k++) {
			double share = a->curvature[k][i] / a->curvature[i][i];
			if (k == i)
				continue;
			for (unsigned j = i; j < WINS; j++)
				a->curvature[k][j] -= share * a->curvature[i][j];
			a->slope[k] -= share * a->slope[i];
		}
	for (unsigned i = 0; i < WINS; i++)
		a->slope[i] /= a->curvature[i][i];
}

void backtest_fit_wins(const struct fit *fit, struct forecast_parameters *parameters)
{
	struct forecast_parameters plain = forecast_parameters_plain;
	double exponents[WINS];
	for (unsigned k = 0; k < WINS; k++)
		exponents[k] = *forecast_exponent(&plain, k);
	for (int round = 0; round < WINS_ROUNDS; round++) {
		struct ascent ascent = {0};
		for (unsigned t = 0; t < fit->count; t++)
			if (t != fit->skip)
				ascent_trial(&ascent, &fit->trials[t], exponents);
		for (unsigned k = 0; k < WINS; k++) {
			double prior = *forecast_exponent(&plain, k);
			double tie = WINS_RIDGE / (prior * prior);
			ascent.curvature[k][k] += tie;
			ascent.slope[k] -= tie * (exponents[k] - prior);
		}
		ascent_solve(&ascent);
		for (unsigned k = 0; k < WINS; k++)
			exponents[k] = fmax(
				exponents[k] + fmin(fmax(ascent.slope[k], -WINS_MOVE),
						    WINS_MOVE),
				0.0);
	}
	for (unsigned k = 0; k < WINS; k++)
		*forecast_exponent(parameters, k) = exponents[k];
}
