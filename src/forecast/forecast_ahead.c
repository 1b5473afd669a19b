/*
 * forecast_ahead.c -- laps lost until the flag, and the laps of the winner
 *
 *  (1) How long the race will be neutralised is not known: FORECAST_NEUTRALS lengths of
 *      equal probability, the same for all cars. There is none with the probability of
 *      a Poisson process whose rate is uncertain; else the length has a gamma
 *      distribution of the same mean and variance.
 *  (2) The gap at the flag is the gap now and a sum of terms, one for each mechanism,
 *      with the trained coefficients. Only the terms of the pace depend on (1).
 *  (3) Early in a race the pace under green says what a class will lose; later, more
 *      and more, what it lost in an hour so far, neutralisations and wave-bys included.
 *  (4) A silent car stands for about as long as it has been silent, at most 40 minutes.
 *      A car that is silent for hours takes the flag at most.
 *  (5) Constant laps go on: no term, no neutralisation.
 */
#include <math.h>
#include <string.h>

#include "forecast_parts.h"

/* A neutralised lap, in usual laps. */
#define SLOW_LAP 1.8
/* Share of a stint by which the last one can be stretched. */
#define LAST_STINT 0.35
/* Seconds that a stop costs before one was seen. */
#define STOP_LOSS 60.0
/* Seconds of silence after which a car is not at the front. */
#define FRONT_SILENT 450.0
#define HOUR 3600.0

static const size_t coefficient_places[FORECAST_TERM_COUNT] = {
#define X(name_, value_, low_, high_, about_) \
	offsetof(struct forecast_parameters, name_),
	FORECAST_TERMS(X)
#undef X
};

double *forecast_coefficient(struct forecast_parameters *parameters, unsigned term)
{
	return (double *)(void *)((char *)parameters + coefficient_places[term]);
}

static double coefficient(const struct forecast_parameters *parameters, unsigned term)
{
	double value;
	memcpy(&value, (const char *)parameters + coefficient_places[term],
	       sizeof(value));
	return value;
}

/* ---- neutralisations ahead (1) ------------------------------------------------------- */

/* Quantile of the normal distribution (Abramowitz and Stegun 26.2.23). */
static double normal_quantile(double p)
{
	double q = fmin(fmax(p < 0.5 ? p : 1.0 - p, 1e-12), 0.5);
	double t = sqrt(-2.0 * log(q));
	double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
			       (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
	return p < 0.5 ? -z : z;
}

/* Hours neutralised of which the share @u is less, for the mean @mean. */
static double neutral_quantile(const struct forecast_parameters *p, double mean,
			       double u)
{
	double shape = p->neutral_shape, one = p->neutral_length;
	if (mean <= 1e-6)
		return 0.0;
	double none = pow(1.0 + mean / (shape * one), -shape);
	if (u <= none)
		return 0.0;
	double some = mean / (1.0 - none);
	double squares =
		(2.0 * one * mean + mean * mean / shape + mean * mean) / (1.0 - none);
	double variance = fmax(squares - some * some, 1e-9);
	double k = some * some / variance;
	/* Wilson and Hilferty. */
	double z = normal_quantile((u - none) / (1.0 - none));
	double cube = fmax(1.0 - 1.0 / (9.0 * k) + z / (3.0 * sqrt(k)), 0.0);
	return some * cube * cube * cube;
}

static void look_neutral(struct model *model)
{
	const struct forecast_parameters *p = model->p;
	double left = model->left / HOUR, gone = model->gone / HOUR;
	double prior = p->neutral_weight * (left + gone);
	double share = (model->neutral_so_far * gone + p->neutral_share * prior) /
		       fmax(gone + prior, 1e-6);
	double now = model->neutral_now ? fmin(p->neutral_rest, left) : 0.0;
	for (int i = 0; i < FORECAST_NEUTRALS; i++) {
		double u = (i + 0.5) / (double)FORECAST_NEUTRALS;
		double hours = now + neutral_quantile(p, (left - now) * share, u);
		model->neutrals[i] = model->cars[model->front].constant
					     ? 0.0
					     : fmin(hours, 0.98 * left) * HOUR;
	}
}

/* ---- the front, and each class ------------------------------------------------------- */

/* The 35 % quantile among the cars of the leading class within a lap of the lead, or of
 * the whole class; 0: unknown. */
static double front_pace(const struct model *model, size_t place)
{
	int64_t keys[RACE_CARS_MAX];
	const struct outlook *front = &model->cars[model->front];
	for (double within = 1.0; within < 1e9; within = 1e9) {
		uint32_t n = 0;
		for (uint32_t i = 0; i < model->count; i++) {
			const struct outlook *car = &model->cars[i];
			double value;
			memcpy(&value, (const char *)car + place, sizeof(value));
			if (car->class_index == front->class_index && value > 0.0 &&
			    front->progress - car->progress < within)
				keys[n++] = llround(value * 1e6);
		}
		if (n > 0)
			return (double)value_of_rank(keys, n, (n - 1) * 35 / 100) / 1e6;
	}
	return 0.0;
}

static void look_classes(struct model *model)
{
	model->front_usual = front_pace(model, offsetof(struct outlook, usual));
	model->front_mean = front_pace(model, offsetof(struct outlook, all));
	for (unsigned c = 0; c <= RACE_CLASSES_MAX; c++) {
		struct class_pace *of = &model->classes[c];
		of->usual = forecast_middle(model, c, offsetof(struct outlook, usual));
		of->green = forecast_middle(model, c, offsetof(struct outlook, green));
		of->all = forecast_middle(model, c, offsetof(struct outlook, all));
		of->stop =
			forecast_middle(model, c, offsetof(struct outlook, stop_loss));
		if (of->stop <= 0.0)
			of->stop = STOP_LOSS;
		of->bronze = 0;
		if (c < model->race->class_count && model->p->bronze_first > 0.5) {
			struct slice name = slice_of(model->race->classes[c].name);
			of->bronze = slice_eq(name, SLICE("LMP2"))   ? 2
				     : slice_eq(name, SLICE("LMP3")) ? 3
								     : 0;
		}
		of->first = -1.0;
	}
	for (uint32_t i = 0; i < model->count; i++) {
		const struct outlook *car = &model->cars[i];
		if (model->classes[car->class_index].first < 0.0)
			model->classes[car->class_index].first = car->progress;
	}
}

/* Laps an hour that @lap loses to @front; 0 where one is unknown. */
static double hourly(double front, double lap)
{
	return front > 0.0 && lap > 0.0 ? HOUR / front - HOUR / lap : 0.0;
}

/* ---- the laps of the front --------------------------------------------------------- */

static double distance_laps(const struct model *model)
{
	const struct race_setup *setup = &model->race->setup;
	double laps = setup->length_laps;
	if (setup->length_laps == 0 && setup->length > 0 && setup->lap_length > 0)
		laps = ceil((double)setup->length / (double)setup->lap_length);
	/* Without a flag there is another lap. */
	return laps > 0.0 ? fmax(laps, floor(model->front_progress) + 1.0) : 0.0;
}

/* Laps of the front when the time is up, with @neutral seconds neutralised. */
static double laps_at_limit(const struct model *model, double neutral)
{
	const struct outlook *front = &model->cars[model->front];
	/* A stint that is longer already was stretched by neutralisations. */
	double stint = fmax(model->p->stint_minutes * 60.0, front->since_stop);
	double lap = front->constant || model->front_usual <= 0.0 ? front->clean
								  : model->front_recent;
	double stops =
		ceil((front->since_stop + model->left) / stint - 1.0 - LAST_STINT);
	double stopped =
		front->constant
			? 0.0
			: fmax(stops, 0.0) * model->classes[front->class_index].stop;
	double green = fmax(model->left - neutral - stopped, 0.0);
	return model->front_progress + green / lap + neutral / (SLOW_LAP * lap);
}

/* A lap that ends exactly on the limit ends the race. */
double forecast_whole_laps(const struct model *model, double laps)
{
	double distance = distance_laps(model);
	laps = fmax(ceil(laps - 1e-9), floor(model->front_progress) + 1.0);
	return distance > 0.0 && (laps > distance || model->by_distance) ? distance
									 : laps;
}

/* ---- the terms (2) ------------------------------------------------------------------- */

/* Laps that a silent car will stand (4). */
static double standing_laps(const struct model *model, const struct outlook *car)
{
	const struct forecast_parameters *p = model->p;
	double lap = model->classes[car->class_index].usual, stands = 0.0;
	if (car->silent > p->silence_out * HOUR)
		stands = model->left;
	else if (car->silent > 0.0)
		stands = fmin(p->silence_share * (car->silent + 30.0), p->silence_most);
	if (car->silent > HOUR && model->front_mean > 0.0)
		lap = model->front_mean;
	return lap > 0.0 ? fmin(stands, model->left) / lap : 0.0;
}

/* Share of the race that is ahead, and the weight of what was lost so far (3). */
static double share_ahead(const struct model *model)
{
	return model->left / fmax(model->left + model->gone, 1.0);
}
static double past_share(const struct model *model)
{
	double gone = 1.0 - share_ahead(model);
	return gone * gone;
}

void forecast_terms_of(const struct model *model, const struct outlook *car,
		       double neutral, double terms[FORECAST_TERM_COUNT])
{
	const struct class_pace *of = &model->classes[car->class_index];
	double left = model->left / HOUR, green = (model->left - neutral) / HOUR;
	double ahead = share_ahead(model), past = past_share(model);
	double class_loss = hourly(model->front_usual, of->usual);
	double driven = (car->time - car->neutral_time) / HOUR;
	double own = hourly(of->green, car->green);
	double behind = fmax(model->front_progress - car->progress, 0.0);
	double more_green =
		green / fmax(left, 1e-6) / fmax(1.0 - model->neutral_so_far, 0.3);
	bool now = model->neutral_now;
	terms[TERM_class_green] = green * class_loss * (1.0 - past);
	terms[TERM_lmp2_green] = of->bronze == 2 ? green * class_loss * ahead : 0.0;
	terms[TERM_lmp3_green] = of->bronze == 3 ? green * class_loss * ahead : 0.0;
	terms[TERM_class_so_far] = left * hourly(model->front_mean, of->all) * past *
				   sqrt(fmin(fmax(more_green, 0.3), 1.3));
	terms[TERM_own_green] = green * own * driven / (driven + 1.5);
	terms[TERM_own_so_far] = left * hourly(of->all, car->all) * past;
	terms[TERM_closing_up] = now ? behind - floor(behind) : 0.0;
	terms[TERM_wave_by] = now && model->p->wave_bys > 0.5 && behind > 0.8 &&
					      of->first - car->progress > 0.3
				      ? 1.0
				      : 0.0;
	terms[TERM_pit_phase] =
		of->usual > 0.0
			? (car->since_stop - model->cars[model->front].since_stop) /
				  HOUR * of->stop / of->usual
			: 0.0;
}

/* Laps that a front with constant laps still drives. */
static double laps_to_flag(const struct model *model)
{
	double laps = laps_at_limit(model, 0.0);
	if (model->left <= 0.0)
		return 0.0;
	return forecast_whole_laps(model, laps) - model->front_progress;
}

/* Gap at the flag by scenario, against the envelope of the front. */
void forecast_look_ahead(const struct model *model, struct outlook *car)
{
	const struct outlook *front = &model->cars[model->front];
	double stands = standing_laps(model, car), terms[FORECAST_TERM_COUNT];
	double now = fmax(model->front_progress - car->progress, 0.0);
	for (int i = 0; i < FORECAST_NEUTRALS; i++) {
		double gap = now + stands;
		forecast_terms_of(model, car, model->neutrals[i], terms);
		for (unsigned k = 0; k < FORECAST_TERM_COUNT; k++)
			gap += terms[k] * coefficient(model->p, k);
		/* (5) */
		if (front->constant && (car->constant || car->laps_counted == 0) &&
		    car->clean > 0.0)
			gap = now + stands +
			      laps_to_flag(model) * (1.0 - front->clean / car->clean);
		car->gaps[i] = fmax(gap, 0.0);
	}
	car->gap = car->gaps[FORECAST_NEUTRALS / 2];
	car->standing = stands;
}

/* ---- the winner ---------------------------------------------------------------------- */

/* A car that was joined late: where it is is known before its laps are. */
static bool joined_late(const struct model *model, const struct outlook *car)
{
	return car->laps_counted == 0 && car->silent <= 0.0 &&
	       model->race->cars[car->car].lap_first > 0;
}

/* The first car in the order that is not silent and has a pace, and the progress of the
 * foremost. */
static bool find_front(struct model *model)
{
	bool found = false;
	for (uint32_t i = 0; i < model->count; i++) {
		const struct outlook *car = &model->cars[i];
		if (car->laps_counted == 0 || car->clean <= 0.0 ||
		    car->silent > FRONT_SILENT)
			continue;
		if (!found || (car->silent <= 0.0 &&
			       car->progress > model->front_progress + 1e-9)) {
			model->front = i;
			model->front_progress = car->progress;
		}
		found = true;
	}
	for (uint32_t i = 0; found && i < model->count; i++)
		if (joined_late(model, &model->cars[i]))
			model->front_progress =
				fmax(model->front_progress, model->cars[i].progress);
	return found;
}

/* Seconds left: of time and distance what ends first. False: no limit. */
static bool look_left(struct model *model)
{
	const struct race *race = model->race;
	const struct outlook *front = &model->cars[model->front];
	double distance = distance_laps(model), left = (double)INFINITY;
	if (race->setup.length_us > 0 && race->clock_at != INSTANT_NONE)
		left = forecast_seconds(race->clock_at + race->setup.length_us -
					model->at);
	left = fmax(left, 0.0);
	if (distance > 0.0) {
		double lap =
			front->constant ? front->clean : fmax(front->all, front->clean);
		double by = fmax(distance - model->front_progress, 0.0) * lap;
		model->by_distance = by < left;
		left = fmin(left, by);
	}
	model->left = isfinite(left) ? left : 0.0;
	return isfinite(left);
}

/* Of the cars that will be foremost at the flag the first in the order. */
static void choose_winner(struct model *model)
{
	double best = (double)INFINITY;
	for (uint32_t i = 0; i < model->count; i++) {
		const struct outlook *car = &model->cars[i];
		if ((car->laps_counted == 0 && !joined_late(model, car)) ||
		    car->silent > FRONT_SILENT || car->gap >= best - 1e-9)
			continue;
		best = car->gap;
		model->winner = i;
	}
}

/* The winner is not behind itself; late in a race all are measured from it. */
static void measure_from_winner(struct model *model)
{
	double first = model->cars[model->winner].gap, past = past_share(model);
	for (uint32_t k = 0; k < model->count; k++) {
		struct outlook *car = &model->cars[k];
		double less = k == model->winner ? first : past * first;
		for (int i = 0; i < FORECAST_NEUTRALS; i++)
			car->gaps[i] = fmax(car->gaps[i] - less, 0.0);
		car->gap = car->gaps[FORECAST_NEUTRALS / 2];
	}
}

bool forecast_look_at_front(struct model *model)
{
	const struct race *race = model->race;
	if (!find_front(model) || !look_left(model))
		return false;
	model->gone = race->start_at == INSTANT_NONE
			      ? 0.0
			      : fmax(forecast_seconds(model->at - race->start_at), 0.0);
	model->neutral_now = forecast_neutral_since(model) > 0.0;
	model->neutral_so_far = forecast_neutral_share(model);
	look_classes(model);
	model->front_recent = front_pace(model, offsetof(struct outlook, clean));
	look_neutral(model);
	return true;
}

void forecast_look_at_flag(struct model *model)
{
	const struct outlook *front = &model->cars[model->front];
	double middle;
	choose_winner(model);
	measure_from_winner(model);
	for (int i = 0; i < FORECAST_NEUTRALS; i++)
		model->laps_at[i] = laps_at_limit(model, model->neutrals[i]);
	middle = model->laps_at[FORECAST_NEUTRALS / 2];
	model->winner_laps = forecast_whole_laps(model, middle);
	model->flag_in = model->left;
	if (model->by_distance)
		return;
	double driven = middle - model->front_progress;
	double lap = front->constant ? front->clean
				     : fmax(model->front_recent, front->clean);
	if (model->winner_laps >= middle)
		model->flag_in += (model->winner_laps - middle) * lap;
	else if (driven > 0.0)
		model->flag_in *=
			fmax(model->winner_laps - model->front_progress, 0.0) / driven;
}
