/*
 * forecast_odds.c -- the uncertainty of a forecast
 *
 *  (1) Laps behind at the flag are a median, a logistic scatter and, with some
 *      probability, one long stop of exponential length, cut into parts of equal
 *      probability: a sum over FORECAST_SCENARIOS.
 *  (2) Laps are whole: a car one and a half laps behind is one lap behind, so quantiles
 *      of the gap are rounded down.
 */
#include <math.h>

#include "forecast_parts.h"

enum { BISECTIONS = 26 };

static double logistic(double x)
{
	return x > 40.0 ? 1.0 : x < -40.0 ? 0.0 : 1.0 / (1.0 + exp(-x));
}

/* -log(1 - (i + 1/2) / 8): the medians of eight equal parts of an exponential. */
static const double parts[FORECAST_SCENARIOS - 1] = {
	0.064539, 0.207639, 0.374693, 0.575364, 0.826679, 1.163151, 1.673976, 2.772589,
};

double forecast_below(const struct model *model, const struct outlook *car, double laps)
{
	double x = laps - car->gap;
	if (car->home || car->scale <= 0.0)
		return x >= 0.0 ? 1.0 : 0.0;
	double below = (1.0 - car->trouble) * logistic(x / car->scale);
	for (int i = 0; i < FORECAST_SCENARIOS - 1; i++)
		below += car->trouble / (FORECAST_SCENARIOS - 1) *
			 logistic((x - parts[i] * model->p->trouble_size) / car->scale);
	return below;
}

double forecast_quantile(const struct model *model, const struct outlook *car,
			 double share)
{
	double low = car->gap - 12.0 * car->scale;
	double high = car->gap + 12.0 * car->scale + 3.0 * model->p->trouble_size;
	if (car->home || car->scale <= 0.0)
		return car->gap;
	for (int i = 0; i < BISECTIONS; i++) {
		double middle = (low + high) / 2.0;
		if (forecast_below(model, car, middle) < share)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2.0;
}
