/*
 * forecast_wins.c -- who wins each class, and the race
 *
 *  (1) The weight of a car is a product of powers: of its place in its class, the more
 *      the nearer the flag is; of the place and of the gap that it has once all have
 *      made the stops they owe; of its silence; of its pace. Time penalties are in the
 *      gaps, and in the places where a class has one. The chance of a car is its
 *      share of the weights of its class.
 *  (2) A full stint of a class is the length that one stint in ten exceeds, in laps; a
 *      neutralised lap counts half. In a race of less than four hours few stops are for
 *      fuel, and hardly any late.
 *  (3) Behind the flag nothing is a guess: 1 or 0.
 *  (4) The winner of the race is the winner of its class, and of a class that is
 *      forecast to be ahead of the others.
 *  (5) Thousandths are rounded by the largest remainder: they sum to FORECAST_ONE.
 */
#include <math.h>
#include <string.h>

#include "forecast_parts.h"

enum { STINT_BINS = 512, RECENT_LAPS = 100 };

/* In stints beyond a full one: how far one is stretched, and how uncertain that is. The
 * uncertainty grows with each further stop. */
#define STINT_STRETCH 0.05
#define STINT_BLUR 0.06
#define STINT_BLUR_MORE 0.05
/* Seconds that a full stint takes at least, in a race of four hours or more, and in a
 * shorter one. */
#define STINT_LEAST 2200.0
#define STINT_LEAST_SPRINT 4800.0
#define SPRINT_S (4.0 * 3600.0)
/* Per cent of pace that count at most. */
#define SLOWER_MAX 2.5
/* The weight of a car that is out of the race. */
#define OUT_WEIGHT 1e-6

/* A car and its class. */
struct contender {
	double used;   /* laps of the current stint */
	double gap;    /* s behind the first of the class, with time penalties */
	double net;    /* s behind the first, once all have made their stops */
	double pace;   /* s: recent clean laps; 0 unknown */
	double weight; /* (1) */
	double terms[FORECAST_WIN_COUNT];
	uint32_t index; /* in model->cars */
};

struct contest {
	const struct model *model;
	const struct forecast *out;
	double left;    /* s to the flag, at least 1 */
	double lap;     /* s: usual lap of the class; 0 unknown */
	double pace;    /* s: middle of the recent paces; 0 unknown */
	double stint;   /* laps of a full stint */
	bool penalties; /* a car of the class has a time penalty */
	uint32_t count;
	struct contender cars[RACE_CARS_MAX]; /* of the class, in order */
	uint16_t stints[STINT_BINS];          /* of the class, by half laps */
};

static uint32_t stint_bin(double laps)
{
	return laps * 2.0 < STINT_BINS ? (uint32_t)(laps * 2.0) : STINT_BINS - 1;
}

/* Count the recent stints of a car, the current one too. */
static double stints_of(struct contest *contest, uint16_t car)
{
	const struct race *race = contest->model->race;
	const struct race_tables *tables = contest->model->tables;
	double used = 0.0, current = -1.0;
	uint32_t at = race->cars[car].lap_row, laps = 0;
	while (at > race->lap_first && at <= race->lap_count &&
	       at <= tables->laps_max) {
		const struct lap_row *row = &tables->laps[at - 1];
		used += flag_is_slow((enum flag)row->flag) ? 0.5 : 1.0;
		laps++;
		if (row->bits & LAP_OUT || row->prev == 0) {
			contest->stints[stint_bin(used)]++;
			if (current < 0.0)
				current = used;
			used = 0.0;
			if (laps >= RECENT_LAPS)
				break;
		}
		at = row->prev;
	}
	return current < 0.0 ? used : current;
}

/* (2) */
static double full_stint(const struct contest *contest)
{
	const struct model *model = contest->model;
	double total =
		forecast_seconds(model->at - model->race->start_at) + contest->left;
	double least = total < SPRINT_S ? STINT_LEAST_SPRINT : STINT_LEAST;
	uint32_t all = 0, seen = 0, bin = 0;
	for (uint32_t i = 0; i < STINT_BINS; i++)
		all += contest->stints[i];
	for (; bin < STINT_BINS - 1 && seen <= all * 9 / 10; bin++)
		seen += contest->stints[bin];
	least = contest->lap > 0.0 ? least / contest->lap : 1.0;
	return fmax(all > 0 ? (double)bin / 2.0 : 0.0, fmax(least, 1.0));
}

static double logistic_step(double x)
{
	return x < -30.0 ? 0.0 : x > 30.0 ? 1.0 : 1.0 / (1.0 + exp(-x));
}

/* Stops that a car owes: a part of one where that is uncertain. */
static double stops_owed(const struct contest *contest, double used)
{
	double ahead = contest->lap > 0.0 ? contest->left / contest->lap : 0.0;
	double over = (used + ahead) / contest->stint - 1.0 - STINT_STRETCH;
	double owed = 0.0;
	for (int k = 0; (double)k < over + 1.5; k++)
		owed += logistic_step((over - k) /
				      (STINT_BLUR + STINT_BLUR_MORE * (double)k));
	return owed;
}

static double line_position(const struct race *race, const struct car *car)
{
	double share = car->line < race->setup.line_count
			       ? (double)race->setup.line_ppm[car->line] / 1e6
			       : 0.0;
	return (double)car->laps + share;
}

/* Seconds behind the first of the class. */
static double seconds_behind(const struct contest *contest, const struct outlook *first,
			     const struct outlook *car)
{
	const struct race *race = contest->model->race;
	if (first == car)
		return 0.0;
	struct gap gap =
		gap_between(race, contest->model->tables, first->car, car->car);
	if (gap.kind == GAP_TIME)
		return fmax(forecast_seconds(gap.value), 0.0);
	double laps = line_position(race, &race->cars[first->car]) -
		      line_position(race, &race->cars[car->car]);
	return fmax(laps * contest->lap, 0.0);
}

/* The middle of positive values, in seconds; 0: there are none. */
static double middle_of(int64_t *values, uint32_t n)
{
	return n > 0 ? forecast_seconds(median(values, n)) : 0.0;
}

static void gather(struct contest *contest, unsigned class_index)
{
	const struct model *model = contest->model;
	int64_t laps[RACE_CARS_MAX], paces[RACE_CARS_MAX];
	uint32_t lap_count = 0, pace_count = 0;
	contest->count = 0;
	memset(contest->stints, 0, sizeof(contest->stints));
	for (uint32_t i = 0; i < model->count; i++) {
		const struct outlook *car = &model->cars[i];
		if (car->class_index != class_index)
			continue;
		struct contender *one = &contest->cars[contest->count++];
		duration_us pace = race_pace(model->race, model->tables, car->car);
		*one = (struct contender){.index = i};
		one->used = stints_of(contest, car->car);
		if (car->clean > 0.0)
			laps[lap_count++] = forecast_duration(car->clean);
		if (pace == DURATION_NONE)
			continue;
		one->pace = forecast_seconds(pace);
		paces[pace_count++] = pace;
	}
	contest->lap = middle_of(laps, lap_count);
	contest->pace = middle_of(paces, pace_count);
	contest->stint = full_stint(contest);
}

/* What the gaps are once all have made their stops. */
static void net_gaps(struct contest *contest)
{
	const struct model *model = contest->model;
	const struct outlook *first = &model->cars[contest->cars[0].index];
	double first_owes = stops_owed(contest, contest->cars[0].used), least = 0.0;
	duration_us first_penalty = race_penalty(model->race, first->car);
	contest->penalties = first_penalty != 0;
	for (uint32_t i = 0; i < contest->count; i++) {
		struct contender *car = &contest->cars[i];
		const struct outlook *outlook = &model->cars[car->index];
		duration_us penalty = race_penalty(model->race, outlook->car);
		double owed = stops_owed(contest, car->used) - first_owes;
		car->gap = seconds_behind(contest, first, outlook) +
			   forecast_seconds(penalty) - forecast_seconds(first_penalty);
		contest->penalties = contest->penalties || penalty != 0;
		car->net = car->gap + model->p->win_stop * owed;
		least = fmin(least, car->net);
	}
	for (uint32_t i = 0; i < contest->count; i++)
		contest->cars[i].net -= least;
}

/* Place in the class by the double at @member; of equal cars the first in the order. */
static uint32_t rank_by(const struct contest *contest, uint32_t of, size_t member)
{
	double own, other;
	uint32_t place = 0;
	memcpy(&own, (const char *)&contest->cars[of] + member, sizeof(own));
	for (uint32_t i = 0; i < contest->count; i++) {
		memcpy(&other, (const char *)&contest->cars[i] + member, sizeof(other));
		if (other < own || (i < of && other <= own))
			place++;
	}
	return place;
}

static bool contender_out(const struct contest *contest, const struct contender *car)
{
	const struct forecast_row *row = &contest->out->rows[car->index];
	return row->status == STATUS_DNF || row->status == STATUS_DNS ||
	       row->status == STATUS_DSQ || !contest->model->race->cars[row->car].seen;
}

/* What a car leaves to the others when it does not take the flag: its share of the sum,
 * as a share of theirs. */
static double left_by(const struct contest *contest, const struct contender *car,
		      double sum)
{
	double alive = contest->model->cars[car->index].alive;
	return (1.0 - alive) * car->weight / fmax(sum - car->weight, sum * 1e-12);
}

/* A winner that does not take the flag leaves its share to the others, in proportion. */
static void let_retire(struct contest *contest)
{
	double sum = 0.0, left = 0.0;
	for (uint32_t i = 0; i < contest->count; i++)
		sum += contest->cars[i].weight;
	for (uint32_t i = 0; i < contest->count; i++)
		left += left_by(contest, &contest->cars[i], sum);
	for (uint32_t i = 0; i < contest->count && contest->count > 1; i++) {
		struct contender *car = &contest->cars[i];
		double own = left_by(contest, car, sum);
		double alive = contest->model->cars[car->index].alive;
		car->weight *= fmax(alive, OUT_WEIGHT) * (1.0 + left - own);
	}
}

/* (1): the logarithms that the exponents multiply. */
static void win_terms(struct contest *contest)
{
	const struct model *model = contest->model;
	const struct forecast_parameters *p = model->p;
	double late = 1.0 / (1.0 + contest->left / p->win_place_s);
	double scale = p->win_gap_share * contest->left + 1.0;
	bool neutral = forecast_neutral_since(model) > 0.0;
	net_gaps(contest);
	for (uint32_t i = 0; i < contest->count; i++) {
		struct contender *car = &contest->cars[i];
		size_t gap = offsetof(struct contender, gap);
		uint32_t now = contest->penalties ? rank_by(contest, i, gap) : i;
		double place = log(now + 1.0), slower = 0.0;
		if (car->pace > 0.0)
			slower = (car->pace / contest->pace - 1.0) * 100.0;
		car->terms[WIN_win_place] = -late * place;
		car->terms[WIN_win_slow] = neutral ? place : 0.0;
		car->terms[WIN_win_net] = -log(
			rank_by(contest, i, offsetof(struct contender, net)) + 1.0);
		car->terms[WIN_win_gap] = -log(1.0 + car->net / scale);
		car->terms[WIN_win_silent] =
			-log(1.0 + model->cars[car->index].silent / 60.0);
		car->terms[WIN_win_pace] =
			-late * fmin(fmax(slower, -SLOWER_MAX), SLOWER_MAX);
	}
}

static void weigh(struct contest *contest)
{
	struct forecast_parameters p = *contest->model->p;
	double most = -1e9;
	for (uint32_t i = 0; i < contest->count; i++) {
		struct contender *car = &contest->cars[i];
		car->weight = contender_out(contest, car) ? log(OUT_WEIGHT) : 0.0;
		for (unsigned k = 0; k < FORECAST_WIN_COUNT; k++)
			car->weight += *forecast_exponent(&p, k) * car->terms[k];
		most = fmax(most, car->weight);
	}
	for (uint32_t i = 0; i < contest->count; i++)
		contest->cars[i].weight = exp(contest->cars[i].weight - most);
	let_retire(contest);
}

/* (5) */
static void round_shares(const struct contest *contest, struct forecast *out,
			 size_t place)
{
	double sum = 0.0, n = contest->count, rest[RACE_CARS_MAX];
	uint16_t shares[RACE_CARS_MAX];
	unsigned left = FORECAST_ONE;
	for (uint32_t i = 0; i < contest->count; i++)
		sum += contest->cars[i].weight;
	for (uint32_t i = 0; i < contest->count; i++) {
		double share = sum > 0.0 ? contest->cars[i].weight / sum : 1.0 / n;
		share *= (double)FORECAST_ONE;
		shares[i] = (uint16_t)share;
		rest[i] = share - floor(share);
		left -= shares[i];
	}
	for (; left > 0; left--) {
		uint32_t best = 0;
		for (uint32_t i = 1; i < contest->count; i++)
			if (rest[i] > rest[best])
				best = i;
		shares[best]++;
		rest[best] = -1.0;
	}
	for (uint32_t i = 0; i < contest->count; i++)
		memcpy((char *)&out->rows[contest->cars[i].index] + place, &shares[i],
		       sizeof(shares[i]));
}

/* (3): the car whose win is a fact, of a class or (RACE_CLASSES_MAX + 1) of the race;
 * CAR_NONE. */
static uint16_t won_by(const struct model *model, const struct classification *judged,
		       unsigned class_index)
{
	const struct race *race = model->race;
	if (race->finish_at == INSTANT_NONE)
		return CAR_NONE;
	for (uint32_t i = 0; i < judged->count; i++) {
		uint16_t car = judged->rows[i].car;
		unsigned of = race->entries[car].class_index;
		if (class_index <= RACE_CLASSES_MAX && of != class_index)
			continue;
		return class_index > RACE_CLASSES_MAX || race->cars[car].flagged ||
				       race->end_at != INSTANT_NONE
			       ? car
			       : CAR_NONE;
	}
	return CAR_NONE;
}

static void wins_settle(struct contest *contest, uint16_t winner)
{
	const struct model *model = contest->model;
	for (uint32_t i = 0; i < contest->count && winner != CAR_NONE; i++)
		contest->cars[i].weight =
			model->cars[contest->cars[i].index].car == winner ? 1.0 : 0.0;
}

/* (4): by the laps that the class is forecast to be behind, against their scatter. */
static double class_weight(const struct contest *contest)
{
	double hours = contest->left / 3600.0, least = (double)INFINITY;
	for (uint32_t i = 0; i < contest->count; i++) {
		const struct outlook *car =
			&contest->model->cars[contest->cars[i].index];
		if (car->alive > 0.5 || !isfinite(least))
			least = fmin(least, car->gap);
	}
	return exp(-4.0 * least / (0.25 + 0.5 * sqrt(hours)));
}

void forecast_wins(const struct model *model, struct forecast *out)
{
	struct contest contest = {.model = model, .out = out};
	struct classification judged = {0};
	double weights[RACE_CARS_MAX] = {0.0};
	contest.left = fmax(model->flag_in, 1.0);
	if (model->race->finish_at != INSTANT_NONE)
		classify(model->race, model->tables, model->rules, &judged);
	for (unsigned c = 0; c <= RACE_CLASSES_MAX; c++) {
		double sum = 0.0;
		gather(&contest, c);
		if (contest.count == 0)
			continue;
		win_terms(&contest);
		weigh(&contest);
		wins_settle(&contest, won_by(model, &judged, c));
		round_shares(&contest, out, offsetof(struct forecast_row, p_class_win));
		for (uint32_t i = 0; i < contest.count; i++)
			sum += contest.cars[i].weight;
		for (uint32_t i = 0; i < contest.count; i++)
			weights[contest.cars[i].index] =
				contest.cars[i].weight / sum * class_weight(&contest);
	}
	contest.count = model->count;
	for (uint32_t i = 0; i < contest.count; i++)
		contest.cars[i] = (struct contender){.weight = weights[i], .index = i};
	wins_settle(&contest, won_by(model, &judged, RACE_CLASSES_MAX + 1));
	round_shares(&contest, out, offsetof(struct forecast_row, p_race_win));
}

double *forecast_exponent(struct forecast_parameters *parameters, unsigned term)
{
	static const size_t places[] = {
#define X(name_, value_, low_, high_, about_) \
	offsetof(struct forecast_parameters, name_),
		FORECAST_WINS(X)
#undef X
	};
	return (double *)(void *)((char *)parameters + places[term]);
}

uint32_t forecast_win_terms(const struct model *model,
			    struct forecast_win_terms out[RACE_CARS_MAX])
{
	struct contest contest = {.model = model};
	uint32_t count = 0;
	contest.left = fmax(model->flag_in, 1.0);
	for (unsigned c = 0; c <= RACE_CLASSES_MAX; c++) {
		gather(&contest, c);
		if (contest.count > 0)
			win_terms(&contest);
		for (uint32_t i = 0; i < contest.count; i++) {
			const struct contender *car = &contest.cars[i];
			struct forecast_win_terms *to = &out[count++];
			memcpy(to->terms, car->terms, sizeof(to->terms));
			to->car = model->cars[car->index].car;
			to->class_index = (uint8_t)c;
		}
	}
	return count;
}
