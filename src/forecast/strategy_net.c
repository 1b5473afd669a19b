/*
 * strategy_net.c -- the order once all cars have made their next stop
 *
 *  (1) The horizon of a class is three laps after the last of its running cars has made
 *      its next stop, at the end of its stint. A car that has just stopped makes one
 *      stop by then, a car at the end of its stint makes that one and often a second.
 *  (2) The order is that of now, each car later by the loss of its stops up to the
 *      horizon, under green, and by a part of what its pace brings: drivers change and
 *      neutralisations close the gaps. On 32 races the whole of it made places worse.
 *  (3) The uncertainty is of the difference between two cars: the time that they will
 *      still gain on each other, and what each stop will cost. Places are sums of the
 *      chances of pairs.
 */
#include <math.h>

#include "strategy_parts.h"

enum { NET_LAPS = 3 };

/* Standard deviations: seconds, now; seconds per lap up to the horizon; share of the
 * loss of the stops. The band holds two of three places early in a race, four of five
 * near its end. */
#define NET_SPREAD 8.0
#define NET_SPREAD_LAP 2.0
#define NET_SPREAD_LOSS 0.3
/* Share of the difference to the pace of its class that stays, and the most of it, as a
 * share of a lap: traffic and trouble are in the laps of now. */
#define NET_PACE 0.3
#define NET_PACE_MOST 0.01
/* Scale of a logistic distribution in standard deviations: sqrt(3) / pi. */
#define LOGISTIC 0.5513

/* A car of the order to come. */
struct net_car {
	double behind; /* s: later than now at the end of a common lap, stops included */
	double spread; /* s */
	double chance; /* that cars of its class pass it, less that it passes them */
	double doubt;  /* variance of the same sum */
	uint16_t car;
	uint8_t class_index;
};

struct net_field {
	struct net_car cars[RACE_CARS_MAX];
	uint32_t count;
	uint32_t lap; /* the common lap */
};

static uint8_t class_of(const struct plan *plan, uint16_t car)
{
	uint8_t c = plan->race->entries[car].class_index;
	return c < RACE_CLASSES_MAX ? c : RACE_CLASSES_MAX;
}

static bool net_listed(const struct plan *plan, uint16_t car)
{
	return strategy_runs(&plan->out->rows[car]) && !plan->race->entries[car].merged;
}

/* Laps left of the stint; of a car in the pits the next stint. */
static uint32_t net_left(const struct plan *plan, uint16_t car)
{
	const struct strategy_row *row = &plan->out->rows[car];
	if (row->in_stop)
		return plan->out->stops.cars[car].stint.laps;
	return (uint32_t)(row->stint_left / row->lap);
}

/* (1) */
static void net_horizons(struct plan *plan, struct net_field *field)
{
	for (uint16_t i = 0; i < plan->race->car_count; i++) {
		const struct strategy_row *row = &plan->out->rows[i];
		uint32_t *horizon = &plan->net_laps[class_of(plan, i)];
		if (!net_listed(plan, i))
			continue;
		if (row->next > field->lap)
			field->lap = row->next;
		if (row->stint_left == DURATION_NONE || row->stops_left == 0)
			continue;
		if (net_left(plan, i) + NET_LAPS > *horizon)
			*horizon = net_left(plan, i) + NET_LAPS;
	}
}

/* The stops of a car up to the horizon of its class. */
static uint32_t net_stops(const struct plan *plan, uint16_t car, uint32_t horizon)
{
	const struct strategy_row *row = &plan->out->rows[car];
	uint32_t stint = plan->out->stops.cars[car].stint.laps;
	if (row->stint_left == DURATION_NONE || stint == 0)
		return 0;
	uint32_t stops = (horizon + stint - net_left(plan, car)) / stint;
	return stops < row->stops_left ? stops : row->stops_left;
}

static void net_add(struct plan *plan, uint16_t car, struct net_field *field)
{
	const struct strategy_row *row = &plan->out->rows[car];
	struct net_car *net = &field->cars[field->count++];
	net->car = car;
	net->class_index = class_of(plan, car);
	uint32_t horizon = plan->net_laps[net->class_index];
	duration_us lap = net->class_index < RACE_CLASSES_MAX
				  ? plan->out->stops.classes[net->class_index].lap
				  : row->lap;
	if (lap == DURATION_NONE)
		lap = row->lap;
	double cost = row->loss == DURATION_NONE ? 0.0 : (double)row->loss / 1e6;
	cost *= net_stops(plan, car, horizon);
	net->behind = (double)(row->next_at - plan->request->at) / 1e6 +
		      (double)(field->lap - row->next) * (double)lap / 1e6 + cost;
	double slower = (double)(row->lap - lap) / 1e6;
	double most = NET_PACE_MOST * (double)lap / 1e6;
	net->behind += NET_PACE * fmin(fmax(slower, -most), most) * (double)horizon;
	double laps = NET_SPREAD_LAP * (double)horizon, doubt = NET_SPREAD_LOSS * cost;
	net->spread = sqrt(NET_SPREAD * NET_SPREAD + laps * laps + doubt * doubt);
	net->chance = net->doubt = 0.0;
	/* A hundred days, more than any race is apart. */
	net->behind = fmin(net->behind, 8.64e6);
	plan->net_at[car] =
		instant_add(plan->request->at, (duration_us)llround(net->behind * 1e6));
}

static void net_sort(struct net_field *field)
{
	for (uint32_t i = 1; i < field->count; i++) {
		struct net_car car = field->cars[i];
		uint32_t at = i;
		for (; at > 0 && field->cars[at - 1].behind > car.behind; at--)
			field->cars[at] = field->cars[at - 1];
		field->cars[at] = car;
	}
}

/* (3): cars too far apart to change places are not looked at. */
static void net_doubts(struct net_field *field)
{
	for (uint32_t i = 0; i < field->count; i++) {
		struct net_car *a = &field->cars[i];
		for (uint32_t j = i + 1; j < field->count; j++) {
			struct net_car *b = &field->cars[j];
			double spread =
				sqrt(a->spread * a->spread + b->spread * b->spread);
			double x = (b->behind - a->behind) / spread;
			if (x > 3.0)
				break;
			if (a->class_index != b->class_index)
				continue;
			double p = 1.0 / (1.0 + exp(x / LOGISTIC)); /* b is ahead */
			a->chance += p;
			b->chance -= p;
			a->doubt += p * (1.0 - p);
			b->doubt += p * (1.0 - p);
		}
	}
}

/* Stopped cars of the class that keep more laps than @car will have at the horizon. */
static uint16_t net_stopped_ahead(const struct plan *plan, uint16_t car,
				  uint32_t horizon)
{
	const struct race *race = plan->race;
	uint32_t laps = race->cars[car].laps + horizon;
	uint16_t ahead = 0;
	for (uint16_t i = 0; i < race->car_count; i++)
		ahead = (uint16_t)(ahead + (class_of(plan, i) == class_of(plan, car) &&
					    !net_listed(plan, i) &&
					    !race->entries[i].merged &&
					    race->cars[i].laps > laps));
	return ahead;
}

static uint16_t net_place(double place, double least, double most)
{
	return (uint16_t)fmin(fmax(round(place), least), most);
}

static void net_rows(const struct plan *plan, const struct net_field *field)
{
	uint16_t places[RACE_CLASSES_MAX + 1] = {0};
	double first[RACE_CLASSES_MAX + 1] = {0};
	for (uint32_t i = 0; i < field->count; i++) {
		const struct net_car *net = &field->cars[i];
		struct strategy_row *row = &plan->out->rows[net->car];
		uint8_t c = net->class_index;
		if (places[c]++ == 0)
			first[c] = net->behind;
		row->net_position = (uint16_t)(i + 1);
		row->net_class = places[c];
		double gap = (net->behind - first[c]) * 1e6;
		if (gap < (double)row->lap)
			row->net_gap = (duration_us)llround(gap);
	}
	for (uint32_t i = 0; i < field->count; i++) {
		const struct net_car *net = &field->cars[i];
		struct strategy_row *row = &plan->out->rows[net->car];
		uint8_t c = net->class_index;
		uint16_t stopped = net_stopped_ahead(plan, net->car, plan->net_laps[c]);
		double mean = row->net_class + net->chance;
		double half = 1.2816 * sqrt(net->doubt);
		row->net_best = (uint16_t)(stopped +
					   net_place(mean - half, 1.0, row->net_class));
		row->net_worst =
			(uint16_t)(stopped +
				   net_place(mean + half, row->net_class, places[c]));
		row->net_class = (uint16_t)(row->net_class + stopped);
	}
}

void strategy_net(struct plan *plan)
{
	const struct race *race = plan->race;
	struct net_field field = {.count = 0};
	for (uint16_t i = 0; i < race->car_count; i++)
		plan->out->rows[i].net_gap = plan->net_at[i] = DURATION_NONE;
	if (plan->out->flag_at == INSTANT_NONE || race->finish_at != INSTANT_NONE)
		return;
	net_horizons(plan, &field);
	for (uint16_t i = 0; i < race->car_count; i++)
		if (net_listed(plan, i))
			net_add(plan, i, &field);
	net_sort(&field);
	net_doubts(&field);
	net_rows(plan, &field);
}

/* When @car ends the common lap if its next stop is at the end of @lap and loses @loss,
 * and it stops again whenever a stint ends before the horizon; NONE: unknown. */
static instant_us net_at_if(const struct plan *plan, uint16_t car, uint32_t lap,
			    duration_us loss)
{
	const struct strategy_row *row = &plan->out->rows[car];
	uint32_t stint = plan->out->stops.cars[car].stint.laps;
	uint32_t laps = plan->net_laps[class_of(plan, car)], left = lap - row->next;
	if (plan->net_at[car] == INSTANT_NONE || stint == 0 ||
	    row->loss == DURATION_NONE || row->stops_left == STRATEGY_UNKNOWN)
		return INSTANT_NONE;
	uint32_t after = laps > left ? (laps - left) / stint : 0;
	uint32_t most = row->stops_left > 0 ? row->stops_left - 1u : 0;
	if (lap < row->window_from)
		most++; /* too early: one stop more */
	if (after > most)
		after = most;
	int64_t more = (int64_t)after - net_stops(plan, car, laps);
	return instant_add(instant_add(plan->net_at[car], loss),
			   duration_mul(row->loss, more));
}

uint16_t strategy_net_place(const struct plan *plan, uint16_t car, uint32_t lap,
			    duration_us loss, bool slow)
{
	const struct race *race = plan->race;
	instant_us at = net_at_if(plan, car, lap, loss);
	if (at == INSTANT_NONE)
		return 0;
	uint16_t place =
		(uint16_t)(1 + net_stopped_ahead(plan, car,
						 plan->net_laps[class_of(plan, car)]));
	for (uint16_t i = 0; i < race->car_count; i++) {
		const struct strategy_row *row = &plan->out->rows[i];
		duration_us its = plan->out->stops.cars[i].slow.loss;
		instant_us other = plan->net_at[i];
		if (i == car || class_of(plan, i) != class_of(plan, car) ||
		    other == INSTANT_NONE)
			continue;
		if (slow && its != DURATION_NONE && strategy_stops_slow(plan, i)) {
			instant_us now = net_at_if(plan, i, row->next, its);
			other = now == INSTANT_NONE ? other : now;
		}
		place = (uint16_t)(place + (other < at));
	}
	return place;
}
