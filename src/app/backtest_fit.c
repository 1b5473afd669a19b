/*
 * backtest_fit.c -- the parameters of the forecast that serve a set of races best
 *
 *  (1) What is made small: the error of the median (capped) against the better of the
 *      simple rules at 25, 50, 75 and 90 %, the pinball loss of the band against the
 *      same, and the Brier score against its rule.
 *  (2) One parameter is moved at a time, up and down by a step that shrinks: the
 *      same races give the same values.
 */
#include "backtest.h"

#include <math.h>

enum { ROUNDS = 5 };

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
	for (unsigned k = 1; k < BACKTEST_INSTANTS; k++) {
		struct score score = {0};
		for (unsigned i = 0; i < count; i++)
			if (i != skip)
				trial_score(&trials[i], k, parameters, &score);
		double rule = fmin(score.scaled_capped, score.held_capped);
		double raw = fmin(score.scaled, score.held);
		sum += score.capped / fmax(rule, 1e-9) +
		       0.25 * score.error / fmax(raw, 1e-9) +
		       score.pinball / fmax(rule, 1e-9) +
		       0.5 * score.brier / fmax(score.brier_simple, 1e-9);
	}
	return sum;
}

struct forecast_parameters backtest_fit(const struct trial *trials, unsigned count,
					unsigned skip)
{
	struct forecast_parameters best = forecast_parameters_plain;
	double least = loss(trials, count, skip, &best), factor = 2.0;
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
			for (int up = 0; up < 2; up++) {
				struct forecast_parameters next = best;
				double *value = (double *)(void *)((char *)&next +
								   bounds[i].place);
				*value = up ? fmax(*value, bounds[i].high * 0.02) *
							 factor
					    : *value / factor;
				*value = fmin(fmax(*value, bounds[i].low),
					      bounds[i].high);
				double now = loss(trials, count, skip, &next);
				if (now >= least)
					continue;
				least = now;
				best = next;
				break;
			}
		}
		if (round > 0)
			factor = sqrt(factor);
	}
	return best;
}
