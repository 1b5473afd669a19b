/*
 * forecast_pace.c -- the pace and the position of each car, learned from its laps
 *
 *  (1) The usual lap is the median of the recent clean laps: no in or out lap, no lap
 *      under a flag other than green.
 *  (2) The mean lap counts, for each lap, the time lost to the usual lap up to a cap;
 *      the rest is trouble, of which a share is expected again. Slow laps behind a
 *      safety car are in the mean of all cars alike.
 *  (3) A car's mean is drawn towards its class's by its uncertainty; constant laps
 *      have none.
 *  (4) A source without flags still shows neutralisations: half of the field is slow
 *      at once.
 *  (5) A wet track is no loss for the future: the recent pace of the field is compared
 *      with its pace over the whole race.
 */
#include <math.h>
#include <string.h>

#include "forecast_parts.h"

enum { RECENT_MAX = 64, CLEAN_MIN = 3, DRIFT_LEAST = 6, DRIFT_LATE = 8 };

/* A slow lap takes more than this multiple of the usual lap. */
#define SLOW_FACTOR 1.3

/* A double as an integer of the same order, and back: for the median. */
static int64_t order_key(double value)
{
	int64_t key;
	memcpy(&key, &value, sizeof(key));
	return key < 0 ? key ^ INT64_MAX : key;
}

/* 0.0 when @n is 0. */
static double median_of_keys(int64_t *keys, uint32_t n)
{
	double value;
	int64_t key = n ? median(keys, n) : 0;
	key = key < 0 ? key ^ INT64_MAX : key;
	memcpy(&value, &key, sizeof(value));
	return value;
}

/* The bin that holds the middle of the lap. */
static uint32_t slow_bin(const struct model *model, const struct lap_row *row)
{
	duration_us since = row->at - row->time / 2 - model->race->start_at;
	if (since < 0 || model->slow_bin <= 0)
		return 0;
	since /= model->slow_bin;
	return since < SLOW_BINS ? (uint32_t)since : SLOW_BINS - 1;
}

static bool row_neutral(const struct model *model, const struct lap_row *row)
{
	if (!model->flags_known)
		return model->slow_bin > 0 && model->slow[slow_bin(model, row)] != 0;
	return flag_is_slow((enum flag)row->flag);
}

static bool row_clean(const struct model *model, const struct lap_row *row)
{
	if (model->flags_known)
		return lap_is_clean(row);
	return lap_is_driven(row) && !row_neutral(model, row);
}

/* The car's row at @at (1 + index), or NULL. */
static const struct lap_row *pace_lap_row(const struct model *model, uint32_t at)
{
	if (at == 0 || at > model->race->lap_count || at > model->tables->laps_max ||
	    at <= model->race->lap_first)
		return NULL;
	return &model->tables->laps[at - 1];
}

static double clean_lap(const struct model *model, uint16_t car)
{
	int64_t recent[RECENT_MAX], any[RECENT_MAX];
	uint32_t n = 0, all = 0;
	const struct lap_row *row = pace_lap_row(model, model->race->cars[car].lap_row);
	for (; row && n < RECENT_MAX; row = pace_lap_row(model, row->prev)) {
		if (row->time == DURATION_NONE || row->time <= 0)
			continue;
		if (all < RECENT_MAX)
			any[all++] = row->time;
		if (row_clean(model, row))
			recent[n++] = row->time;
	}
	duration_us usual = n >= CLEAN_MIN ? median(recent, n) : median(any, all);
	return usual == DURATION_NONE ? 0.0 : forecast_seconds(usual);
}

/* (4): every lap votes in the bin of its middle. */
static void vote_slow(const struct model *model, uint16_t car, int32_t votes[SLOW_BINS])
{
	const struct lap_row *row = pace_lap_row(model, model->race->cars[car].lap_row);
	double limit = clean_lap(model, car) * SLOW_FACTOR;
	for (; row; row = pace_lap_row(model, row->prev)) {
		if (!lap_is_driven(row))
			continue;
		votes[slow_bin(model, row)] +=
			forecast_seconds(row->time) > limit ? 1 : -1;
	}
}

void forecast_see_slow(struct model *model)
{
	const struct race *race = model->race;
	int32_t votes[SLOW_BINS] = {0};
	model->flags_known = race->flag != FLAG_UNKNOWN && race->flag != FLAG_FINISH;
	for (uint32_t i = 0; i < race->flag_count && !model->flags_known; i++)
		if (model->tables->flags[i].flag != FLAG_UNKNOWN &&
		    model->tables->flags[i].flag != FLAG_FINISH)
			model->flags_known = true;
	model->slow_bin = 0;
	if (model->flags_known || race->start_at == INSTANT_NONE)
		return;
	model->slow_bin = (model->at - race->start_at) / SLOW_BINS;
	if (model->slow_bin < US_MIN)
		model->slow_bin = US_MIN;
	memset(model->slow, 0, sizeof(model->slow));
	for (uint16_t i = 0; i < race->car_count; i++)
		if (!race->entries[i].merged)
			vote_slow(model, i, votes);
	for (int i = 0; i < SLOW_BINS; i++) {
		model->slow[i] = votes[i] > 0;
		model->undecided[i] = votes[i] == 0;
	}
}

/* The bin of the race so far in which the lap was driven. */
static uint32_t drift_bin(const struct model *model, const struct lap_row *row)
{
	duration_us span = model->at - model->race->start_at;
	duration_us since = row->at - row->time / 2 - model->race->start_at;
	if (model->race->start_at == INSTANT_NONE || span < DRIFT_BINS || since < 0)
		return 0;
	since /= span / DRIFT_BINS;
	return since < DRIFT_BINS ? (uint32_t)since : DRIFT_BINS - 1;
}

double forecast_drift(const struct model *model)
{
	double sums[DRIFT_BINS] = {0.0}, mean = 0.0, late = 0.0;
	uint32_t counts[DRIFT_BINS] = {0}, bins = 0, late_bins = 0;
	for (uint32_t i = 0; i < model->count; i++) {
		const struct outlook *car = &model->cars[i];
		const struct lap_row *row =
			pace_lap_row(model, model->race->cars[car->car].lap_row);
		for (; row; row = pace_lap_row(model, row->prev)) {
			double ratio =
				forecast_seconds(row->time) / fmax(car->clean, 1.0);
			if (row->time == DURATION_NONE || !row_clean(model, row) ||
			    ratio < 0.7 || ratio > 1.6)
				continue;
			uint32_t bin = drift_bin(model, row);
			sums[bin] += ratio;
			counts[bin]++;
		}
	}
	for (int i = 0; i < DRIFT_BINS; i++) {
		if (counts[i] < DRIFT_LEAST)
			continue;
		mean += sums[i] / counts[i];
		bins++;
		if (i < DRIFT_BINS - DRIFT_LATE)
			continue;
		late += sums[i] / counts[i];
		late_bins++;
	}
	if (bins < DRIFT_LATE || late_bins == 0)
		return 1.0;
	return (late / late_bins) / (mean / bins);
}

/* Sums over the laps of one car. */
struct tally {
	double lost, squares, trouble, laps;
};

static void tally_lap(struct tally *tally, double lost, double cap)
{
	if (lost > cap) {
		tally->trouble += lost - cap;
		lost = cap;
	}
	tally->lost += lost;
	tally->squares += lost * lost;
	tally->laps += 1.0;
}

static void pace_conclude(const struct model *model, struct outlook *car, int kind,
			  const struct tally *tally)
{
	struct lap_pace *pace = &car->paces[kind];
	double mean = tally->lost / tally->laps;
	double scatter = fmax(tally->squares / tally->laps - mean * mean, 0.0);
	pace->lost = mean + model->p->trouble_carry * tally->trouble / tally->laps;
	pace->own = car->clean + pace->lost;
	/* Rounding errors of equal laps are not scatter. */
	if (scatter < 1e-9)
		scatter = 0.0;
	pace->uncertain = sqrt(scatter / tally->laps) / pace->own;
}

double forecast_neutral_since(const struct model *model)
{
	const struct race *race = model->race;
	if (model->flags_known) {
		const struct lap_row as = {.flag = race->flag};
		return row_neutral(model, &as) && race->flag_since != INSTANT_NONE
			       ? forecast_seconds(model->at - race->flag_since)
			       : 0.0;
	}
	if (model->slow_bin <= 0)
		return 0.0;
	/* The current bin may have few votes yet. */
	uint32_t now = (uint32_t)((model->at - race->start_at) / model->slow_bin);
	now = now >= SLOW_BINS ? SLOW_BINS - 1 : now;
	while (now > 0 && model->slow[now] == 0 && model->undecided[now] != 0)
		now--;
	uint32_t first;
	for (first = now; first > 0 && model->slow[first] != 0; first--)
		;
	return (double)(now - first) * forecast_seconds(model->slow_bin);
}

void forecast_learn(const struct model *model, struct outlook *car)
{
	const struct forecast_parameters *p = model->p;
	const struct lap_row *row =
		pace_lap_row(model, model->race->cars[car->car].lap_row);
	struct tally green = {0}, all = {0};
	car->clean = clean_lap(model, car->car);
	for (; row; row = pace_lap_row(model, row->prev)) {
		double time = forecast_seconds(row->time);
		if (row->time == DURATION_NONE || row->time <= 0)
			continue;
		car->time += time;
		tally_lap(&all, time - car->clean, p->loss_cap);
		if (!row_neutral(model, row)) {
			tally_lap(&green, time - car->clean, p->loss_cap);
			continue;
		}
		car->neutral_time += time;
		car->neutral_laps += 1.0;
	}
	car->laps_counted = (uint32_t)all.laps;
	if (all.laps < 1.0 || car->clean <= 0.0)
		return;
	pace_conclude(model, car, ALL_LAPS, &all);
	pace_conclude(model, car, GREEN_LAPS,
		      green.laps < (double)CLEAN_MIN ? &all : &green);
	car->constant = car->paces[ALL_LAPS].uncertain <= 0.0;
}

/* Median of a class (RACE_CLASSES_MAX: all cars) of the double at offset @place. */
static double class_middle(const struct model *model, unsigned class_index,
			   size_t place)
{
	int64_t keys[RACE_CARS_MAX];
	uint32_t n = 0;
	for (uint32_t i = 0; i < model->count; i++) {
		const struct outlook *car = &model->cars[i];
		double value;
		if ((class_index != RACE_CLASSES_MAX &&
		     car->class_index != class_index) ||
		    car->laps_counted < CLEAN_MIN)
			continue;
		memcpy(&value, (const char *)car + place, sizeof(value));
		keys[n++] = order_key(value);
	}
	return median_of_keys(keys, n);
}

/* (3): the usual lap by a fixed share, the lost time by its uncertainty. */
static void pace_shrink(const struct model *model, struct outlook *car, int kind,
			double clean, double lost)
{
	const struct forecast_parameters *p = model->p;
	struct lap_pace *pace = &car->paces[kind];
	double spread = p->loss_spread * p->loss_spread;
	double noise = pace->uncertain * pace->uncertain;
	if (car->laps_counted == 0) {
		pace->gross = clean + lost;
		return;
	}
	if (clean <= 0.0 || car->constant) {
		pace->gross = pace->own;
		return;
	}
	double own = (pace->lost / car->clean * spread + lost / clean * noise) /
		     (spread + noise);
	pace->gross = (p->pace_keep * car->clean + (1.0 - p->pace_keep) * clean) *
		      (1.0 + own);
}

void forecast_shrink(struct model *model)
{
	double clean[RACE_CLASSES_MAX + 1], lost[PACE_KINDS][RACE_CLASSES_MAX + 1];
	for (unsigned c = 0; c <= RACE_CLASSES_MAX; c++) {
		clean[c] = class_middle(model, c, offsetof(struct outlook, clean));
		for (size_t kind = 0; kind < PACE_KINDS; kind++)
			lost[kind][c] =
				class_middle(model, c,
					     offsetof(struct outlook, paces) +
						     kind * sizeof(struct lap_pace) +
						     offsetof(struct lap_pace, lost));
	}
	for (uint32_t i = 0; i < model->count; i++) {
		struct outlook *car = &model->cars[i];
		uint8_t c = clean[car->class_index] > 0.0 ? car->class_index
							  : RACE_CLASSES_MAX;
		for (int kind = 0; kind < PACE_KINDS; kind++)
			pace_shrink(model, car, kind, clean[c], lost[kind][c]);
		if (car->clean <= 0.0)
			car->clean = clean[c];
	}
}

/* Position of @line, as a share of the lap; 1.0 past the last line. */
static double line_share(const struct race *race, unsigned line)
{
	if (line >= race->setup.line_count || line >= LINES_MAX)
		return 1.0;
	return (double)race->setup.line_ppm[line] / 1e6;
}

static void place_car(const struct model *model, struct outlook *car)
{
	const struct car *c = &model->race->cars[car->car];
	double from = line_share(model->race, c->line);
	double room = line_share(model->race, c->line + 1u) - from;
	car->progress = (double)c->laps;
	/* Not at a line yet: since the start; 0 if that is unknown too. */
	instant_us last =
		c->line_at != INSTANT_NONE ? c->line_at : model->race->start_at;
	double since = last == INSTANT_NONE ? 0.0 : forecast_seconds(model->at - last);
	if (car->clean <= 0.0 || car->home)
		return;
	double ahead = since / car->clean;
	/* Constant laps: the start of the lap gives the position exactly. */
	if (car->constant && c->sf_at != INSTANT_NONE)
		ahead = fmax(forecast_seconds(model->at - c->sf_at) / car->clean - from,
			     0.0);
	car->progress += from + fmin(ahead, room * 0.999);
	car->silent = fmax(since - room * car->clean, 0.0);
}

void forecast_place(struct model *model)
{
	int64_t keys[RACE_CARS_MAX];
	uint32_t n = 0;
	for (uint32_t i = 0; i < model->count; i++) {
		place_car(model, &model->cars[i]);
		if (!model->cars[i].home && model->cars[i].laps_counted > 0)
			keys[n++] = order_key(model->cars[i].silent);
	}
	/* When the whole field is slow or stopped, silence is usual. */
	double usual = median_of_keys(keys, n) + model->p->stop_usual;
	for (uint32_t i = 0; i < model->count; i++)
		model->cars[i].silent = fmax(model->cars[i].silent - usual, 0.0);
}
