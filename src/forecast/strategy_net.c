/*
 * strategy_net.c -- the order once all cars have made the stops that they owe
 *
 *  (1) A car owes the part of a stint that it has used, in stops: a car that has just
 *      stopped owes nothing, a car at the end of its stint owes one whole stop. A car
 *      that owes more than another will lose that much more to it.
 *  (2) The order is that of now, each car later by the loss of what it owes. Pace is
 *      not in it: the strategy screen shows who catches whom.
 *  (3) The uncertainty is of the difference between two cars: what both owe is known as
 *      far as their stints are. Places are sums of the chances of pairs.
 */
#include <math.h>

#include "strategy_parts.h"

/* Standard deviations: of a car whatever it owes, in seconds, and of what it owes, as a
 * share of the loss. */
#define NET_SPREAD 6.0
#define NET_OWED_SPREAD 0.3
/* Scale of a logistic distribution in standard deviations: sqrt(3) / pi. */
#define LOGISTIC 0.5513

/* A car of the order to come. */
struct net_car {
	double behind; /* s: later than the first car over the line, stops included */
	double spread; /* s */
	double chance; /* sum of the chances of the cars of its class to be ahead */
	double doubt;  /* variance of the same sum */
	uint16_t car;
	uint8_t class_index;
};

struct net_field {
	struct net_car cars[RACE_CARS_MAX];
	uint32_t count;
};

/* (1): stops owed, 0 to 1. */
static double owes(const struct plan *plan, uint16_t car)
{
	const struct strategy_row *row = &plan->out->rows[car];
	const struct stint_usual *stint = &plan->out->stops.cars[car].stint;
	if (row->stint_left == DURATION_NONE || stint->laps == 0 || row->in_stop ||
	    row->stops_left == 0)
		return 0.0;
	double whole = (double)stint->laps * (double)row->lap;
	return fmin(fmax(1.0 - (double)row->stint_left / whole, 0.0), 1.0);
}

/* How far a car is behind the first one: laps at its own pace, then time. */
static void net_add(const struct plan *plan, uint16_t car, uint32_t lap,
		    struct net_field *field)
{
	const struct strategy_row *row = &plan->out->rows[car];
	struct net_car *net = &field->cars[field->count++];
	double loss = row->loss == DURATION_NONE ? 0.0 : (double)row->loss / 1e6;
	double owed = owes(plan, car);
	net->car = car;
	net->class_index = plan->race->entries[car].class_index;
	net->behind = (double)(strategy_when(row, lap) - plan->request->at) / 1e6 +
		      owed * loss;
	net->spread = hypot(NET_SPREAD, NET_OWED_SPREAD * loss);
	net->chance = net->doubt = 0.0;
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
			double spread = hypot(a->spread, b->spread);
			double x = (b->behind - a->behind) / spread;
			if (x > 4.0)
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

static uint16_t net_place(double place, uint16_t most)
{
	return (uint16_t)fmin(fmax(round(place), 1.0), (double)most);
}

static void net_rows(const struct plan *plan, const struct net_field *field)
{
	uint16_t places[RACE_CLASSES_MAX + 1] = {0};
	double first[RACE_CLASSES_MAX + 1];
	for (uint32_t i = 0; i < field->count; i++) {
		const struct net_car *net = &field->cars[i];
		struct strategy_row *row = &plan->out->rows[net->car];
		unsigned c = net->class_index < RACE_CLASSES_MAX ? net->class_index
								 : RACE_CLASSES_MAX;
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
		unsigned c = net->class_index < RACE_CLASSES_MAX ? net->class_index
								 : RACE_CLASSES_MAX;
		double mean = row->net_class + net->chance;
		double half = 1.2816 * sqrt(net->doubt);
		row->net_best = net_place(mean - half, places[c]);
		row->net_worst = net_place(mean + half, places[c]);
		if (row->net_best > row->net_class)
			row->net_best = row->net_class;
		if (row->net_worst < row->net_class)
			row->net_worst = row->net_class;
	}
}

void strategy_net(struct plan *plan)
{
	const struct race *race = plan->race;
	struct net_field field = {.count = 0};
	uint32_t lap = 0;
	for (uint16_t i = 0; i < race->car_count; i++)
		plan->out->rows[i].net_gap = DURATION_NONE;
	if (plan->out->flag_at == INSTANT_NONE || race->finish_at != INSTANT_NONE)
		return;
	for (uint16_t i = 0; i < race->car_count; i++)
		if (strategy_runs(&plan->out->rows[i]) && plan->out->rows[i].next > lap)
			lap = plan->out->rows[i].next;
	for (uint16_t i = 0; i < race->car_count; i++)
		if (strategy_runs(&plan->out->rows[i]) && !race->entries[i].merged)
			net_add(plan, i, lap, &field);
	net_sort(&field);
	net_doubts(&field);
	net_rows(plan, &field);
}
