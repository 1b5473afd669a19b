/*
 * backtest_fit.c -- the parameters of the forecast that serve a set of races best
 *
 *  (1) What is made small: the error of the median (capped) against the better of the
 *      simple rules at 25, 50, 75 and 90 %, the pinball loss of the band against the
 *      same, and the Brier score against its rule.
 *  (2) One parameter is moved at a time, up and down by a step that shrinks: the
 *      same races give the same values.
 *  (3) A value that is far from the one that is built in has to be worth it: a dozen
 *      races are few, and the forecast is for another one.
 */
#include "backtest.h"

#include <math.h>
#include <string.h>

/* The step of each round, as a factor. */
static const double factors[] = {2.0, 2.0, 1.5, 1.5, 1.25, 1.25, 1.1, 1.1};

/* (3) What it costs to be e times the value that is built in. */
#define FAR 0.02

static const struct bound {
	size_t place;
	double low, high;
} bounds[] = {
#define X(name_, value_, low_, high_, about_) \
	{offsetof(struct forecast_parameters, name_), (low_), (high_)},
	FORECAST_PARAMETERS(X)
#undef X
};

/* (1) */
static double loss(const struct trial *trials, unsigned count, unsigned skip,
		   const struct forecast_parameters *parameters)
{
	double sum = 0.0;
	for (unsigned k = 1; k < 5; k++) {
		static struct forecast forecast;
		struct behind_sums score = {0};
		struct chance_sums chance = {0};
		for (unsigned i = 0; i < count; i++) {
			if (i == skip)
				continue;
			struct moment moment = trial_moment(&trials[i], k, parameters,
							    &forecast, NULL);
			backtest_behind.add(&moment, (double *)(void *)&score);
			backtest_chances.add(&moment, (double *)(void *)&chance);
		}
		double rule = fmin(score.scaled_capped, score.held_capped);
		double raw = fmin(score.scaled, score.held);
		sum += score.capped / fmax(rule, 1e-9) +
		       0.25 * score.error / fmax(raw, 1e-9) +
		       score.pinball / fmax(rule, 1e-9) +
		       0.5 * chance.brier / fmax(chance.brier_simple, 1e-9);
	}
	return sum;
}

/* (3) */
static double fit_distance(const struct forecast_parameters *parameters)
{
	double sum = 0.0;
	for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
		double value, plain;
		memcpy(&value, (const char *)parameters + bounds[i].place,
		       sizeof(value));
		memcpy(&plain,
		       (const char *)&forecast_parameters_plain + bounds[i].place,
		       sizeof(plain));
		double far = log(fmax(value, bounds[i].high * 1e-3) /
				 fmax(plain, bounds[i].high * 1e-3));
		sum += far * far;
	}
	return FAR * sum;
}

static bool fit_step(const struct trial *trials, unsigned count, unsigned skip,
		     struct forecast_parameters *best, double *least)
{
	double now = loss(trials, count, skip, best) + fit_distance(best);
	bool better = now < *least;
	if (better)
		*least = now;
	return better;
}

/* One parameter by @factor up, or down, as often as it serves, at most four times. */
static void move(const struct trial *trials, unsigned count, unsigned skip,
		 struct forecast_parameters *best, const struct bound *bound,
		 double factor, double *least)
{
	for (int up = 0; up < 2; up++) {
		int moved = 0;
		for (; moved < 4; moved++) {
			struct forecast_parameters next = *best;
			double *value =
				(double *)(void *)((char *)&next + bound->place);
			*value = up ? fmax(*value, bound->high * 0.02) * factor
				    : *value / factor;
			*value = fmin(fmax(*value, bound->low), bound->high);
			if (!fit_step(trials, count, skip, &next, least))
				break;
			*best = next;
		}
		if (moved > 0)
			break;
	}
}

struct forecast_parameters backtest_fit(const struct trial *trials, unsigned count,
					unsigned skip)
{
	struct forecast_parameters best = forecast_parameters_plain;
	double least = (double)INFINITY;
	fit_step(trials, count, skip, &best, &least);
	for (size_t round = 0; round < ARRAY_LEN(factors); round++)
		for (size_t i = 0; i < ARRAY_LEN(bounds); i++)
			move(trials, count, skip, &best, &bounds[i], factors[round],
			     &least);
	return best;
}
