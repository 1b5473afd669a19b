/*
 * standings.c -- positions, gaps and intervals
 *
 * A gap compares two cars at one line of one lap: the last line that the car behind
 * has reached. So it is constant between lines, and a car in its garage falls back a
 * lap whenever the other completes one more.
 *
 *  (1) A car is a lap down when the other has passed it: when, at the line where it is a
 *      lap ahead, it was there first, or has reached the next line, or the car stands.
 *      A car on the lead lap is not a lap down while the leader crosses the line. All
 *      else is a gap in time.
 *  (2) There is no gap before the first line, to oneself, or where the time of the
 *      car ahead at that line is unknown.
 *  (3) A car that was passed since its last line was ahead there. Its gap is then the
 *      time since the other car reached a line that it has not: a lower bound, marked
 *      as an estimate, never negative.
 *  (4) On the track, time penalties are no part of a gap. Between two cars that have
 *      finished they are, and those cars are in the order of the result (classify.c).
 */
#include "standings.h"

#include <string.h>

static bool line_estimated(const struct race *race, uint16_t car, uint64_t progress)
{
	const struct car *c = &race->cars[car];
	uint64_t lap = progress / race->setup.line_count;
	unsigned line = (unsigned)(progress % race->setup.line_count);
	if (lap == c->laps)
		return c->estimated >> line & 1;
	return c->estimated_before >> line & 1;
}

/* (1): the laps @ahead has on @car. */
static uint64_t laps_down(const struct race *race, uint16_t ahead, uint16_t car)
{
	uint64_t lines = race_progress(race, ahead) - race_progress(race, car);
	uint64_t laps = lines / race->setup.line_count;
	bool same_line = lines % race->setup.line_count == 0;
	const struct car *c = &race->cars[car];
	bool stands = c->in_pit || c->overdue || race->end_at != INSTANT_NONE;
	if (laps > 0 && same_line && !stands && race->cars[ahead].line_at > c->line_at)
		laps--;
	return laps;
}

duration_us race_penalty(const struct race *race, uint16_t car)
{
	duration_us sum = 0;
	for (uint16_t i = 0; i < race->decision_count; i++) {
		const struct race_decision *d = &race->decisions[i];
		if (d->car == car && d->kind == DECISION_TIME && !d->waits)
			sum += d->value;
	}
	return sum;
}

/* True when the car drives no more laps that count. The winner may have crossed before
 * the source showed the flag. */
static bool has_finished(const struct race *race, uint16_t car)
{
	return race->finish_at != INSTANT_NONE &&
	       (race->cars[car].flagged || car == race->winner ||
		race->end_at != INSTANT_NONE);
}

/* (4) */
static duration_us penalties_between(const struct race *race, uint16_t ahead,
				     uint16_t car)
{
	if (race->decision_count == 0 || !has_finished(race, ahead) ||
	    !has_finished(race, car))
		return 0;
	return race_penalty(race, car) - race_penalty(race, ahead);
}

struct gap gap_between(const struct race *race, const struct race_tables *tables,
		       uint16_t ahead, uint16_t car)
{
	struct gap gap = {0};
	uint64_t here = race_progress(race, car), there = race_progress(race, ahead);
	if (here == 0 || there < here || car == ahead)
		return gap;
	gap.value = (int64_t)laps_down(race, ahead, car);
	if (gap.value > 0) {
		gap.kind = GAP_LAPS;
		return gap;
	}
	instant_us t = race_time_at(race, tables, ahead, here);
	if (t == INSTANT_NONE || race->cars[car].line_at == INSTANT_NONE)
		return gap;
	gap.value = race->cars[car].line_at - t + penalties_between(race, ahead, car);
	gap.kind = GAP_TIME;
	gap.estimated =
		line_estimated(race, car, here) || line_estimated(race, ahead, here);
	if (gap.value < 0 && there == here)
		return (struct gap){0};
	if (gap.value < 0) {
		gap.value = race->now - race->cars[ahead].line_at;
		gap.estimated = 1;
	}
	return gap;
}

struct gap gap_of_best(const struct race *race, uint16_t ahead, uint16_t car)
{
	struct gap gap = {0};
	duration_us a = race->cars[ahead].lap_best, b = race->cars[car].lap_best;
	if (car == ahead || a == DURATION_NONE || b == DURATION_NONE)
		return gap;
	gap.value = b - a;
	gap.kind = GAP_TIME;
	return gap;
}

static struct gap standings_gap(const struct race *race,
				const struct race_tables *tables, uint16_t ahead,
				uint16_t car)
{
	struct gap none = {0};
	if (ahead == CAR_NONE)
		return none;
	if (race->setup.type == SESSION_TIMED)
		return gap_of_best(race, ahead, car);
	return gap_between(race, tables, ahead, car);
}

/* True when the position comes from the track, the clock or the grid. */
static bool place_known(const struct race *race, uint16_t car)
{
	const struct car *c = &race->cars[car];
	if (race->setup.type == SESSION_TIMED)
		return c->lap_best != DURATION_NONE;
	return c->laps > 0 || c->line > 0 || race->entries[car].grid > 0;
}

/* True when (4) puts @a before @b, which is ahead on the track. */
static bool before_by_penalty(const struct race *race, uint16_t a, uint16_t b)
{
	const struct car *x = &race->cars[a], *y = &race->cars[b];
	return has_finished(race, a) && has_finished(race, b) && x->laps > 0 &&
	       x->laps == y->laps &&
	       x->sf_at + race_penalty(race, a) < y->sf_at + race_penalty(race, b);
}

/* The cars in the order of their rows. */
static void standings_order(const struct race *race, uint16_t order[RACE_CARS_MAX])
{
	memcpy(order, race->order, sizeof(race->order));
	if (race->decision_count == 0 || race->setup.type != SESSION_RACE)
		return;
	for (uint16_t i = 1; i < race->car_count; i++) {
		uint16_t car = order[i], at = i;
		for (; at > 0 && before_by_penalty(race, car, order[at - 1]); at--)
			order[at] = order[at - 1];
		order[at] = car;
	}
}

static void set_gained(const struct race *race, struct standing *row)
{
	uint16_t from = race->cars[row->car].gained_from;
	row->gained = row->position && from ? (int16_t)(from - row->position) : 0;
}

void standings_query(const struct race *race, const struct race_tables *tables,
		     struct standings *out)
{
	uint16_t order[RACE_CARS_MAX], in_class[RACE_CLASSES_MAX] = {0};
	uint16_t first[RACE_CLASSES_MAX], last[RACE_CLASSES_MAX];
	uint16_t leader = CAR_NONE, ahead = CAR_NONE;
	memset(first, 0xff, sizeof(first));
	memset(last, 0xff, sizeof(last));
	memset(out->row_of, 0xff, sizeof(out->row_of));
	out->count = 0;
	standings_order(race, order);
	for (uint16_t i = 0; i < race->car_count; i++) {
		uint16_t car = order[i];
		uint8_t class_index = race->entries[car].class_index;
		struct standing *row = &out->rows[out->count];
		if (race->entries[car].merged)
			continue;
		memset(row, 0, sizeof(*row));
		row->car = car;
		row->gap = standings_gap(race, tables, leader, car);
		row->interval = standings_gap(race, tables, ahead, car);
		if (class_index < RACE_CLASSES_MAX) {
			row->class_gap =
				standings_gap(race, tables, first[class_index], car);
			row->class_interval =
				standings_gap(race, tables, last[class_index], car);
			last[class_index] = car;
			in_class[class_index]++;
			if (first[class_index] == CAR_NONE)
				first[class_index] = car;
		}
		if (place_known(race, car)) {
			row->position = (uint16_t)(out->count + 1);
			if (class_index < RACE_CLASSES_MAX)
				row->class_position = in_class[class_index];
		}
		set_gained(race, row);
		if (leader == CAR_NONE)
			leader = car;
		ahead = car;
		out->row_of[car] = (uint16_t)out->count++;
	}
}

void standings_settle(const struct race *race, const struct classification *c,
		      struct standings *standings)
{
	if (!c->finished || race->setup.type != SESSION_RACE)
		return;
	for (uint32_t i = 0; i < c->count; i++) {
		const struct result *r = &c->rows[i];
		struct standing *row = &standings->rows[i];
		bool placed = r->status != STATUS_RUNNING || place_known(race, r->car);
		*row = (struct standing){
			.gap = r->gap,
			.interval = r->interval,
			.class_gap = r->class_gap,
			.class_interval = r->class_interval,
			.car = r->car,
			.position = placed ? r->position : 0,
			.class_position = placed ? r->class_position : 0,
		};
		set_gained(race, row);
		standings->row_of[r->car] = (uint16_t)i;
	}
	standings->count = c->count;
}

size_t format_gap(char *buf, struct gap gap, enum time_style style)
{
	buf[0] = '\0';
	switch ((enum gap_kind)gap.kind) {
	case GAP_NONE:
		return 0;
	case GAP_TIME:
		return format_duration(buf, gap.value, style);
	case GAP_LAPS:
		return text_format(buf, TIME_TEXT_MAX, "+%lld %s", (long long)gap.value,
				   gap.value == 1 ? "lap" : "laps");
	}
	return 0;
}
