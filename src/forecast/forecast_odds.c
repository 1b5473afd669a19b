/*
 * forecast_odds.c -- the uncertainty of a forecast
 *
 *  (1) Laps behind at the flag are a median, a logistic scatter and, with some
 *      probability, one long stop of exponential length, cut into parts of equal
 *      probability: a sum over FORECAST_SCENARIOS.
 *  (2) Laps are whole: a car one and a half laps behind is one lap behind, so quantiles
 *      of the gap are rounded down.
 *  (3) A car takes the flag when it does not retire, and returns when it is silent. The
 *      risk to retire depends on the hours ahead, the place and the laps lost so far.
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

/* Laps behind the first of its class, and the place there from 0 (first) to 1 (last). */
static double class_standing(const struct model *model, const struct outlook *car,
			     double *lost)
{
	const struct race *race = model->race;
	const struct car *c = &race->cars[car->car];
	uint16_t first = race->order[0], place = race->place[car->car];
	uint16_t cars = race->car_count;
	if (car->class_index < RACE_CLASSES_MAX) {
		first = race->classes[car->class_index].leader;
		place = c->class_place;
		cars = race->classes[car->class_index].cars;
	}
	*lost = first == CAR_NONE || race->cars[first].laps < c->laps
			? 0.0
			: (double)(race->cars[first].laps - c->laps);
	return cars > 1 ? fmin((double)place / (double)(cars - 1), 1.0) : 0.0;
}

double forecast_alive(const struct model *model, const struct outlook *car)
{
	const struct forecast_parameters *p = model->p;
	double left = fmax(model->base_in, 0.0), lost;
	double gone = forecast_seconds(model->at - model->race->start_at);
	double total = fmax(gone, 0.0) + left;
	double place = class_standing(model, car, &lost);
	if (total <= 0.0)
		return 1.0;
	double risk = p->retire_rate * pow(total / 3600.0, p->retire_length) *
		      pow(left / total, p->retire_power) *
		      exp(p->retire_place * (place - 0.5)) *
		      pow(1.0 + lost, p->retire_lost);
	return exp(-risk) /
	       (1.0 + pow(car->silent / p->silence_half, p->silence_power));
}
