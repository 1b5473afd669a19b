/*
 * forecast_odds.c -- the uncertainty of a forecast
 *
 *  (1) The gap at the flag is that of one of the lengths of neutralisation
 *      (forecast_ahead.c), a logistic scatter and, with some probability, one long stop
 *      of exponential length, cut into parts of equal probability: one of them with
 *      each length of neutralisation.
 *  (2) The laps of the winner are those of the same lengths with a scatter; the laps of
 *      a car are these less its gap.
 *  (3) A car takes the flag when it does not retire, and returns when it is silent. The
 *      risk to retire depends on the hours ahead, the place and the laps lost so far.
 */
#include <math.h>

#include "forecast_parts.h"

enum { STEPS = 16 };

static double logistic(double x)
{
	return x > 40.0 ? 1.0 : x < -40.0 ? 0.0 : 1.0 / (1.0 + exp(-x));
}

/* -log(1 - (i + 1/2) / 7): the medians of equal parts of an exponential, mixed. */
static const double parts[FORECAST_NEUTRALS] = {
	0.441833, 1.540445, 0.074108, 0.693147, 2.639057, 0.241162, 1.029619,
};

/* A sum of logistic distributions (1). */
struct spread {
	const double *middles; /* FORECAST_NEUTRALS */
	double scale;
	double trouble, size; /* of a long stop, in the units of `middles` */
};

static double spread_below(const struct spread *spread, double x)
{
	double below = 0.0;
	for (int i = 0; i < FORECAST_NEUTRALS; i++) {
		double d = x - spread->middles[i];
		below += (1.0 - spread->trouble) * logistic(d / spread->scale);
		if (spread->trouble > 0.0)
			below +=
				spread->trouble *
				logistic((d - parts[i] * spread->size) / spread->scale);
	}
	return below / FORECAST_NEUTRALS;
}

static double logit(double share)
{
	share = fmin(fmax(share, 1e-6), 1.0 - 1e-6);
	return log(share / (1.0 - share));
}

/* Between bounds that the trouble alone moves, by false position (Illinois). */
static double spread_quantile(const struct spread *spread, double share)
{
	double low = spread->middles[0], high = low, at = low, last = 0.0;
	double calm = 1.0 - spread->trouble;
	for (int i = 1; i < FORECAST_NEUTRALS; i++) {
		low = fmin(low, spread->middles[i]);
		high = fmax(high, spread->middles[i]);
	}
	low += spread->scale *
	       logit(spread->size < 0.0 ? 1.0 - (1.0 - share) / calm : share);
	high += spread->scale * logit(spread->size > 0.0 ? share / calm : share);
	double under = spread_below(spread, low) - share;
	double over = spread_below(spread, high) - share;
	for (int i = 0; i < STEPS && high - low > 0.003 && over > under; i++) {
		at = (low * over - high * under) / (over - under);
		double off = spread_below(spread, at) - share;
		if (fabs(off) < 1e-4)
			return at;
		if (off < 0.0) {
			low = at;
			under = off;
			over = last < 0.0 ? over / 2.0 : over;
		} else {
			high = at;
			over = off;
			under = last > 0.0 ? under / 2.0 : under;
		}
		last = off;
	}
	return (low + high) / 2.0;
}

static struct spread gap_spread(const struct model *model, const struct outlook *car)
{
	return (struct spread){car->gaps, fmax(car->scale, 1e-6), car->trouble,
			       model->p->trouble_size};
}

double forecast_below(const struct model *model, const struct outlook *car, double laps)
{
	struct spread spread = gap_spread(model, car);
	if (car->home || car->scale <= 0.0)
		return laps >= car->gap ? 1.0 : 0.0;
	return spread_below(&spread, laps);
}

double forecast_quantile(const struct model *model, const struct outlook *car,
			 double share)
{
	struct spread spread = gap_spread(model, car);
	if (car->home || car->scale <= 0.0)
		return car->gap;
	return spread_quantile(&spread, share);
}

/* Of the laps of the winner ahead: more where the pace of now is not that of the race, as
 * when a track dries. */
static double winner_scale(const struct model *model)
{
	const struct outlook *front = &model->cars[model->front];
	double ahead = model->laps_at[FORECAST_NEUTRALS / 2] - model->front_progress;
	double unsettled = model->front_usual > 0.0
				   ? model->front_recent / model->front_usual - 1.0
				   : 0.0;
	double share = hypot(model->p->noise_winner, unsettled);
	double scale = 0.55 * hypot(share * ahead, model->p->noise_start);
	return front->constant ? 1e-6 : scale;
}

double forecast_winner_quantile(const struct model *model, double share)
{
	struct spread spread = {model->laps_at, winner_scale(model), 0.0, 0.0};
	return spread_quantile(&spread, share);
}

double forecast_laps_quantile(const struct model *model, const struct outlook *car,
			      double share)
{
	double middles[FORECAST_NEUTRALS];
	struct spread spread = {middles, hypot(car->scale, winner_scale(model)),
				car->trouble, -model->p->trouble_size};
	for (int i = 0; i < FORECAST_NEUTRALS; i++)
		middles[i] = model->laps_at[i] - car->gaps[i];
	return spread_quantile(&spread, share);
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
	double left = fmax(model->left, 0.0), lost;
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

static bool drives_above(const struct forecast_row *row)
{
	return row->status == STATUS_RUNNING && !row->standing &&
	       row->threshold_p50 > 0 && row->margin_now >= 0;
}

bool forecast_is_alike(const struct forecast_row *row,
		       const struct forecast_alike *alike)
{
	int d = (int)row->p_classified - (int)alike->p_classified;
	return drives_above(row) && d <= FORECAST_ALIKE && -d <= FORECAST_ALIKE;
}

size_t format_chance(char *buf, unsigned p)
{
	unsigned percent = (p * 100 + FORECAST_ONE / 2) / FORECAST_ONE;
	if (p * 100 < FORECAST_ONE)
		return text_copy(buf, CHANCE_TEXT_MAX, SLICE("<1 %"));
	if (p * 100 > FORECAST_ONE * 99)
		return text_copy(buf, CHANCE_TEXT_MAX, SLICE(">99 %"));
	return text_format(buf, CHANCE_TEXT_MAX, "~%u %%", percent);
}

bool forecast_alike(const struct forecast *forecast, struct forecast_alike *out)
{
	int64_t chances[RACE_CARS_MAX];
	*out = (struct forecast_alike){0};
	for (uint32_t i = 0; i < forecast->count; i++)
		if (drives_above(&forecast->rows[i]))
			chances[out->of++] = forecast->rows[i].p_classified;
	if (out->of < 3)
		return false;
	out->p_classified = (uint16_t)median(chances, out->of);
	for (uint32_t i = 0; i < forecast->count; i++)
		out->cars += forecast_is_alike(&forecast->rows[i], out) ? 1 : 0;
	return out->cars * 5 >= out->of * 4;
}
