/*
 * order.c -- positions: race.h (2) kept after every event by moving one car
 *
 *  (1) A crossing is the newest event, so its car can only move up, past cars with
 *      less progress. Of two cars with equal progress it is the later one, unless its
 *      time is an estimate. TIMED sessions move cars by best lap in the same way.
 *  (2) Cars that have reached no line are behind those that have: by grid, then by
 *      number, then in the order they were created.
 *  (3) class_place and the leader of a class are updated at each swap of two cars of
 *      one class.
 */
#include "fold.h"

#include <string.h>

/* True when @a is ahead of @b by progress, or by best lap in TIMED sessions. */
static bool order_ahead(const struct race *race, uint16_t a, uint16_t b)
{
	if (race->setup.type == SESSION_TIMED) {
		duration_us x = race->cars[a].lap_best, y = race->cars[b].lap_best;
		return x != DURATION_NONE && (y == DURATION_NONE || x < y);
	}
	if (race->progress[a] != race->progress[b])
		return race->progress[a] > race->progress[b];
	/* Equal progress: the later, unless its crossing was missed and estimated. */
	return race->progress[a] > 0 && race->cars[a].line_at < race->cars[b].line_at;
}

static void order_swap(struct race *race, uint16_t place)
{
	uint16_t up = race->order[place], down = race->order[place - 1];
	uint8_t class_index = race->entries[up].class_index;
	race->order[place - 1] = up;
	race->order[place] = down;
	race->place[up] = (uint16_t)(place - 1);
	race->place[down] = place;
	if (class_index < RACE_CLASSES_MAX &&
	    race->entries[down].class_index == class_index) {
		race->cars[down].class_place++;
		if (--race->cars[up].class_place == 0)
			race->classes[class_index].leader = up;
	}
}

void order_up(struct race *race, uint16_t car)
{
	const struct car *c = &race->cars[car];
	uint16_t place = race->place[car];
	race->progress[car] = c->laps * race->setup.line_count + c->line;
	if (place == 0 || !order_ahead(race, car, race->order[place - 1]))
		return;
	do {
		order_swap(race, place--);
	} while (place > 0 && order_ahead(race, car, race->order[place - 1]));
}

/* "7" before "10" before "007"; no number last. */
static int number_compare(const char *a, const char *b)
{
	const char *x = a, *y = b;
	if (!*a || !*b)
		return (*a == 0) - (*b == 0);
	while (*x == '0')
		x++;
	while (*y == '0')
		y++;
	size_t m = strlen(x);
	size_t n = strlen(y);
	if (m != n)
		return m < n ? -1 : 1;
	int c = strcmp(x, y);
	if (c != 0)
		return c;
	m = strlen(a);
	n = strlen(b);
	return m < n ? -1 : m > n;
}

bool order_before_start(const struct race *race, uint16_t a, uint16_t b)
{
	const struct entry *x = &race->entries[a], *y = &race->entries[b];
	if (x->grid != y->grid) {
		if (x->grid == 0 || y->grid == 0)
			return x->grid != 0;
		return x->grid < y->grid;
	}
	int c = number_compare(x->number, y->number);
	return c != 0 ? c < 0 : a < b;
}

bool order_idle(const struct race *race, uint16_t car)
{
	if (race->setup.type == SESSION_TIMED)
		return race->cars[car].lap_best == DURATION_NONE;
	return race->progress[car] == 0;
}

void order_classes(struct race *race)
{
	for (uint16_t i = 0; i < race->class_count; i++) {
		race->classes[i].cars = 0;
		race->classes[i].leader = CAR_NONE;
	}
	for (uint16_t i = 0; i < race->car_count; i++) {
		uint16_t car = race->order[i];
		uint8_t class_index = race->entries[car].class_index;
		race->cars[car].class_place = CAR_NONE;
		if (class_index >= RACE_CLASSES_MAX)
			continue;
		struct race_class *class = &race->classes[class_index];
		race->cars[car].class_place = class->cars++;
		if (class->leader == CAR_NONE)
			class->leader = car;
	}
}

void order_grid(struct race *race, uint16_t car)
{
	uint16_t place = race->place[car];
	bool moved = false;
	if (!order_idle(race, car))
		return;
	while (place > 0 && order_idle(race, race->order[place - 1]) &&
	       order_before_start(race, car, race->order[place - 1])) {
		order_swap(race, place--);
		moved = true;
	}
	while (!moved && place + 1 < race->car_count &&
	       order_before_start(race, race->order[place + 1], car)) {
		place++;
		order_swap(race, place);
	}
}

static bool race_order_before(const struct race *race, uint16_t a, uint16_t b)
{
	if (order_ahead(race, a, b))
		return true;
	return !order_ahead(race, b, a) && order_idle(race, a) && order_idle(race, b) &&
	       order_before_start(race, a, b);
}

void order_sort(struct race *race)
{
	for (uint16_t i = 1; i < race->car_count; i++) {
		uint16_t car = race->order[i], at = i;
		for (; at > 0 && race_order_before(race, car, race->order[at - 1]);
		     at--)
			race->order[at] = race->order[at - 1];
		race->order[at] = car;
	}
	for (uint16_t i = 0; i < race->car_count; i++)
		race->place[race->order[i]] = i;
	order_classes(race);
}

void order_add(struct race *race, uint16_t car)
{
	uint16_t last = (uint16_t)(race->car_count - 1);
	race->order[last] = car;
	race->place[car] = last;
	race->cars[car].class_place = CAR_NONE;
	order_grid(race, car);
}
