/*
 * backtest_fit.c -- the coefficients of the forecast that serve a set of races best
 *
 *  (1) Each race is asked at every 5 % of its time. What is made small is the sum of
 *      the absolute errors of the gap at the flag, in laps with their parts, by least
 *      squares that are weighted anew until they settle. The cars of an instant weigh
 *      as much as one, and less the more of the race is ahead: errors are larger there.
 *  (2) A small weight is on the coefficients that are built in, so that a term which
 *      hardly any race has stays where it is.
 *  (3) The other parameters are not fitted: each is a figure that was measured, or a
 *      bound with a reason.
 */
#include "backtest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIT_STEP = 5, FIT_LAST = 95, FIT_ROUNDS = 25, FIT_LAPS_MIN = 6 };
enum { TERMS = FORECAST_TERM_COUNT };
/* Laps: smaller errors weigh no more. */
#define SMALL_ERROR 0.05
/* (2) */
#define RIDGE 0.6

/* ---- samples ----------------------------------------------------------------------- */

/* The samples of @trial at one instant. */
static int fit_at(struct trial *trial, const struct forecast_parameters *parameters,
		  unsigned percent)
{
	static struct forecast_terms terms[RACE_CARS_MAX];
	struct timeline *timeline = &trial->session->timeline;
	struct when when = {.kind = WHEN_PERCENT, .value = (int64_t)percent * 10000};
	instant_us at;
	struct err err;
	uint32_t used = 0, first = trial->sample_count;
	if (when_resolve(timeline, &when, &at, &err) != 0)
		return 0;
	const struct race *race = timeline_at(timeline, at);
	uint32_t count =
		forecast_terms_query(race, &timeline->tables, parameters, at, terms);
	struct fit_sample *grown =
		realloc(trial->samples, (first + count) * sizeof(*trial->samples));
	if (grown == NULL)
		return -ENOMEM;
	trial->samples = grown;
	for (uint32_t i = 0; i < count; i++) {
		uint16_t car = terms[i].car;
		struct fit_sample *sample = &grown[first + used];
		if (!terms[i].known || !trial->outcomes[car].ran ||
		    race->cars[car].laps < FIT_LAPS_MIN)
			continue;
		memcpy(sample->terms, terms[i].terms, sizeof(sample->terms));
		sample->target = trial->outcomes[car].gap - terms[i].now;
		used++;
	}
	for (uint32_t i = 0; i < used; i++)
		grown[first + i].weight =
			1.0 / (double)used / (0.5 + 6.0 * (1.0 - percent / 100.0));
	trial->sample_count += used;
	return 0;
}

int trial_sample(struct trial *trial, const struct forecast_parameters *parameters)
{
	int rc = 0;
	for (unsigned percent = FIT_STEP; rc == 0 && percent <= FIT_LAST;
	     percent += FIT_STEP)
		rc = fit_at(trial, parameters, percent);
	return rc;
}

/* ---- the fit ----------------------------------------------------------------------- */

/* Normal equations of the terms in use. */
struct normal {
	double a[TERMS][TERMS], b[TERMS];
};

static double fit_error(const struct fit_sample *sample, const double *coefficients)
{
	double error = sample->target;
	for (unsigned k = 0; k < TERMS; k++)
		error -= coefficients[k] * sample->terms[k];
	return fabs(error);
}

static void normal_add(struct normal *normal, const struct fit_sample *sample,
		       double weight)
{
	for (unsigned i = 0; i < TERMS; i++) {
		for (unsigned k = 0; k <= i; k++)
			normal->a[i][k] += weight * sample->terms[i] * sample->terms[k];
		normal->b[i] += weight * sample->terms[i] * sample->target;
	}
}

/* Cholesky, in place; the matrix is positive definite by (2). */
static void normal_solve(struct normal *n, double out[TERMS])
{
	for (unsigned i = 0; i < TERMS; i++)
		for (unsigned k = 0; k <= i; k++) {
			double sum = n->a[i][k];
			for (unsigned j = 0; j < k; j++)
				sum -= n->a[i][j] * n->a[k][j];
			n->a[i][k] = i == k ? sqrt(fmax(sum, 1e-12)) : sum / n->a[k][k];
		}
	for (unsigned i = 0; i < TERMS; i++) {
		out[i] = n->b[i];
		for (unsigned k = 0; k < i; k++)
			out[i] -= n->a[i][k] * out[k];
		out[i] /= n->a[i][i];
	}
	for (unsigned i = TERMS; i-- > 0;) {
		for (unsigned k = i + 1; k < TERMS; k++)
			out[i] -= n->a[k][i] * out[k];
		out[i] /= n->a[i][i];
	}
}

/* Sums of the weights, and of the weighted squares of each term. */
static double fit_scales(const struct fit *fit, double scales[TERMS])
{
	double weights = 0.0;
	memset(scales, 0, TERMS * sizeof(*scales));
	for (unsigned t = 0; t < fit->count; t++) {
		const struct trial *trial = &fit->trials[t];
		for (uint32_t i = 0; t != fit->skip && i < trial->sample_count; i++) {
			const struct fit_sample *sample = &trial->samples[i];
			weights += sample->weight;
			for (unsigned k = 0; k < TERMS; k++)
				scales[k] += sample->weight * sample->terms[k] *
					     sample->terms[k];
		}
	}
	return weights;
}

static void fit_round(const struct fit *fit, const double scales[TERMS],
		      const double prior[TERMS], double coefficients[TERMS])
{
	struct normal normal = {0};
	for (unsigned t = 0; t < fit->count; t++) {
		const struct trial *trial = &fit->trials[t];
		for (uint32_t i = 0; t != fit->skip && i < trial->sample_count; i++) {
			const struct fit_sample *sample = &trial->samples[i];
			double error = fit_error(sample, coefficients);
			normal_add(&normal, sample,
				   sample->weight / fmax(error, SMALL_ERROR));
		}
	}
	for (unsigned k = 0; k < TERMS; k++) {
		double tie = RIDGE * fmax(scales[k], 1e-6);
		/* Without the term: its coefficient is 0. */
		bool out = k == fit->without;
		normal.a[k][k] += out ? 1e12 : tie;
		normal.b[k] += out ? 0.0 : tie * prior[k];
	}
	normal_solve(&normal, coefficients);
}

void backtest_fit(const struct fit *fit, struct forecast_parameters *parameters)
{
	struct forecast_parameters plain = forecast_parameters_plain;
	double scales[TERMS], prior[TERMS], coefficients[TERMS];
	for (unsigned k = 0; k < TERMS; k++)
		prior[k] = coefficients[k] = *forecast_coefficient(&plain, k);
	if (fit_scales(fit, scales) > 0.0)
		for (int round = 0; round < FIT_ROUNDS; round++)
			fit_round(fit, scales, prior, coefficients);
	for (unsigned k = 0; k < TERMS; k++)
		*forecast_coefficient(parameters, k) = coefficients[k];
}
