/*
 * forecast_pace.c -- the pace and the position of each car, learned from its laps
 *
 *  (1) The clean lap is the median of the recent clean laps: no in or out lap, no lap
 *      under a flag other than green. The usual lap is that of the whole race: rain
 *      passes.
 *  (2) A mean lap counts, for each lap, the time lost to the clean lap up to a cap: the
 *      rest is trouble. Stops are in it.
 *  (3) A source without flags still shows neutralisations: half of the field is slow
 *      at once.
 *  (4) When many cars fall silent in one neutralisation, the race stands, not they.
 */
#include <math.h>
#include <string.h>

#include "forecast_parts.h"

enum {
	RECENT_MAX = 64,
	CLEAN_MIN = 3,
	SILENT_TOGETHER = 5,
	STOPS_MAX = 16,   /* the newest stops of a car */
	USUAL_BINS = 120, /* of a four-hundredth of the clean lap, from USUAL_FROM on */
};
#define USUAL_FROM 0.85
#define USUAL_BIN 0.0025
/* Seconds that a stop may cost; the rest is a repair or a drive-through. */
#define STOP_LEAST 15.0
#define STOP_MOST 200.0

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

/* The rows that the race owns, from the newest on: in the order of memory, which is
 * faster than from car to car. */
static const struct lap_row *newest_row(const struct model *model)
{
	uint32_t count = model->race->lap_count;
	if (count > model->tables->laps_max)
		count = model->tables->laps_max;
	return count > model->race->lap_first ? &model->tables->laps[count - 1] : NULL;
}

static const struct lap_row *older_row(const struct model *model,
				       const struct lap_row *row)
{
	return row > &model->tables->laps[model->race->lap_first] ? row - 1 : NULL;
}

/* (3): every lap votes in the bin of its middle. */
static void vote_slow(const struct model *model, int32_t votes[SLOW_BINS])
{
	double limits[RACE_CARS_MAX];
	const struct lap_row *row;
	for (uint16_t i = 0; i < model->race->car_count; i++)
		limits[i] = clean_lap(model, i) * SLOW_FACTOR;
	for (row = newest_row(model); row; row = older_row(model, row)) {
		if (!lap_is_driven(row) || model->race->entries[row->car].merged)
			continue;
		votes[slow_bin(model, row)] +=
			forecast_seconds(row->time) > limits[row->car] ? 1 : -1;
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
	vote_slow(model, votes);
	for (int i = 0; i < SLOW_BINS; i++) {
		model->slow[i] = votes[i] > 0;
		model->undecided[i] = votes[i] == 0;
	}
}

/* Sums over the laps of one car. */
struct tally {
	double sum, squares, laps;
};

static void tally_lap(struct tally *tally, double lost, double cap)
{
	lost = fmin(lost, cap);
	tally->sum += lost;
	tally->squares += lost * lost;
	tally->laps += 1.0;
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

double forecast_neutral_share(const struct model *model)
{
	const struct race *race = model->race;
	duration_us slow = 0, gone = model->at - race->start_at;
	if (race->start_at == INSTANT_NONE || gone <= 0)
		return 0.0;
	for (int i = 0; i < SLOW_BINS && !model->flags_known; i++)
		slow += model->slow_bin > 0 && model->slow[i] ? model->slow_bin : 0;
	for (uint32_t i = 0; i < race->flag_count && model->flags_known; i++) {
		const struct flag_row *row = &model->tables->flags[i];
		instant_us to = i + 1 < race->flag_count
					? model->tables->flags[i + 1].from_at
					: model->at;
		instant_us from =
			row->from_at < race->start_at ? race->start_at : row->from_at;
		if (flag_is_slow((enum flag)row->flag) && to > from)
			slow += to - from;
	}
	return fmin((double)slow / (double)gone, 0.95);
}

/* What is learned from the laps of one car. */
struct lesson {
	int64_t losses[STOPS_MAX];
	uint16_t usual[USUAL_BINS]; /* clean laps by their share of the clean lap */
	uint32_t usual_count, loss_count;
	struct tally green, all;
	duration_us out; /* the lap after; NONE */
};

/* What an in lap of @time and the out lap after it cost. */
static void learn_stop_loss(struct lesson *lesson, duration_us time, double clean)
{
	double loss =
		forecast_seconds(time) + forecast_seconds(lesson->out) - 2.0 * clean;
	if (loss > STOP_LEAST && loss < STOP_MOST && lesson->loss_count < STOPS_MAX)
		lesson->losses[lesson->loss_count++] = order_key(loss);
}

static void learn_lap(const struct model *model, struct outlook *car,
		      struct lesson *lesson, const struct lap_row *row)
{
	double time = forecast_seconds(row->time), cap = model->p->loss_cap;
	bool neutral = row_neutral(model, row);
	double bin = (time / fmax(car->clean, 1e-6) - USUAL_FROM) / USUAL_BIN;
	car->time += time;
	if (bin >= 0.0 && bin < USUAL_BINS && row_clean(model, row)) {
		lesson->usual[(int)bin]++;
		lesson->usual_count++;
	}
	tally_lap(&lesson->all, time - car->clean, cap);
	if (!neutral)
		tally_lap(&lesson->green, time - car->clean, cap);
	else
		car->neutral_time += time;
	if (row->in_pit && !neutral && lesson->out != DURATION_NONE)
		learn_stop_loss(lesson, row->time, car->clean);
}

static double tally_mean(const struct tally *tally, double clean)
{
	return tally->laps < 1.0 ? 0.0 : clean + tally->sum / tally->laps;
}

/* The middle of the bins, as a share of the clean lap. */
static double usual_share(const struct lesson *lesson)
{
	double half = lesson->usual_count / 2.0, seen = 0.0;
	for (int i = 0; i < USUAL_BINS; i++) {
		double here = lesson->usual[i];
		if (seen + here >= half && here > 0.0)
			return USUAL_FROM + USUAL_BIN * (i + (half - seen) / here);
		seen += here;
	}
	return 1.0;
}

static void learn_conclude(const struct model *model, struct outlook *car,
			   struct lesson *lesson)
{
	const struct car *c = &model->race->cars[car->car];
	instant_us since =
		c->pit_out_at != INSTANT_NONE ? c->pit_out_at : model->race->start_at;
	car->laps_counted = (uint32_t)lesson->all.laps;
	if (lesson->usual_count >= CLEAN_MIN)
		car->usual = car->clean * usual_share(lesson);
	car->stop_loss = median_of_keys(lesson->losses, lesson->loss_count);
	if (since != INSTANT_NONE && !c->in_pit)
		car->since_stop = fmax(forecast_seconds(model->at - since), 0.0);
	if (car->laps_counted == 0 || car->clean <= 0.0)
		return;
	car->all = tally_mean(&lesson->all, car->clean);
	car->green = tally_mean(&lesson->green, car->clean);
	/* Rounding errors of equal laps are not scatter. */
	double mean = lesson->all.sum / lesson->all.laps;
	car->constant = lesson->all.squares / lesson->all.laps - mean * mean < 1e-9;
}

void forecast_learn(struct model *model)
{
	struct lesson lessons[RACE_CARS_MAX];
	uint16_t slots[RACE_CARS_MAX];
	const struct lap_row *row;
	memset(slots, 0xff, sizeof(slots));
	memset(lessons, 0, model->count * sizeof(*lessons));
	for (uint32_t i = 0; i < model->count; i++) {
		struct outlook *car = &model->cars[i];
		slots[car->car] = (uint16_t)i;
		lessons[i].out = DURATION_NONE;
		car->clean = clean_lap(model, car->car);
	}
	for (row = newest_row(model); row; row = older_row(model, row)) {
		uint16_t i = row->car < RACE_CARS_MAX ? slots[row->car] : CAR_NONE;
		if (i == CAR_NONE)
			continue;
		if (row->time != DURATION_NONE && row->time > 0)
			learn_lap(model, &model->cars[i], &lessons[i], row);
		lessons[i].out = row->time > 0 ? row->time : DURATION_NONE;
	}
	for (uint32_t i = 0; i < model->count; i++)
		learn_conclude(model, &model->cars[i], &lessons[i]);
}

double forecast_middle(const struct model *model, unsigned class_index, size_t place)
{
	int64_t keys[RACE_CARS_MAX];
	uint32_t n = 0;
	for (uint32_t i = 0; i < model->count; i++) {
		const struct outlook *car = &model->cars[i];
		double value;
		memcpy(&value, (const char *)car + place, sizeof(value));
		if ((class_index == RACE_CLASSES_MAX ||
		     car->class_index == class_index) &&
		    value > 0.0 && car->laps_counted >= CLEAN_MIN)
			keys[n++] = order_key(value);
	}
	return median_of_keys(keys, n);
}

void forecast_fill(struct model *model)
{
	double clean[RACE_CLASSES_MAX + 1];
	for (unsigned c = 0; c <= RACE_CLASSES_MAX; c++)
		clean[c] = forecast_middle(model, c, offsetof(struct outlook, clean));
	for (uint32_t i = 0; i < model->count; i++) {
		struct outlook *car = &model->cars[i];
		if (car->clean <= 0.0)
			car->clean = clean[car->class_index] > 0.0
					     ? clean[car->class_index]
					     : clean[RACE_CLASSES_MAX];
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

/* (4) */
static void place_together(struct model *model)
{
	double since = forecast_neutral_since(model);
	instant_us began = model->at - forecast_duration(since);
	uint32_t silent = 0;
	for (int pass = 0; pass < 2 && since > 0.0; pass++)
		for (uint32_t i = 0; i < model->count; i++) {
			struct outlook *car = &model->cars[i];
			if (car->silent <= 0.0 || car->home ||
			    model->race->cars[car->car].line_at < began)
				continue;
			silent += pass == 0;
			if (pass == 1 && silent >= SILENT_TOGETHER)
				car->silent = 0.0;
		}
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
	place_together(model);
}
