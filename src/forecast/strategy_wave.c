/*
 * strategy_wave.c -- who is waved by behind a safety car
 *
 * The safety car picks up the leader of the race. A car between it and the first car of
 * its own class, a lap or more behind that one, drives past and gains a lap. Which
 * rulesets do so: rules.wave_by.
 */
#include "strategy_parts.h"

/* Time from the leader of the race to @row on the track: less than a lap. */
static duration_us wave_behind(const struct plan *plan, const struct strategy_row *row)
{
	const struct strategy_row *leader = &plan->out->rows[plan->race->order[0]];
	duration_us lap = leader->lap;
	duration_us behind = (row->next_at - leader->next_at) % lap;
	return behind < 0 ? behind + lap : behind;
}

static uint16_t wave_first(const struct plan *plan, uint8_t class_index)
{
	for (uint16_t i = 0; i < plan->race->car_count; i++) {
		uint16_t car = plan->race->order[i];
		if (plan->race->entries[car].class_index == class_index &&
		    strategy_runs(&plan->out->rows[car]))
			return car;
	}
	return CAR_NONE;
}

/* The class position that @car would have with one lap more. */
static uint16_t wave_then(const struct plan *plan, uint16_t car)
{
	const struct race *race = plan->race;
	const struct strategy_row *own = &plan->out->rows[car];
	uint16_t position = 1;
	for (uint16_t i = 0; i < race->car_count; i++) {
		const struct strategy_row *row = &plan->out->rows[i];
		if (i == car || race->entries[i].merged ||
		    race->entries[i].class_index != race->entries[car].class_index)
			continue;
		bool ahead = race->cars[i].laps > own->next;
		if (strategy_runs(row))
			ahead = row->next > own->next + 1 ||
				(row->next == own->next + 1 &&
				 row->next_at < own->next_at);
		position = (uint16_t)(position + ahead);
	}
	return position;
}

static void wave_add(struct strategy *s, const struct strategy_wave *wave,
		     const duration_us *behind)
{
	uint32_t at = s->wave_count++;
	for (; at > 0 && behind[s->waves[at - 1].car] > behind[wave->car]; at--)
		s->waves[at] = s->waves[at - 1];
	s->waves[at] = *wave;
}

/* Under the ruleset's safety car: where FCY means one, under FCY too. */
static bool safety_car_out(const struct plan *plan)
{
	const struct rules *rules = plan->request->rules;
	return plan->race->flag == FLAG_SC ||
	       (plan->race->flag == FLAG_FCY &&
		slice_eq(slice_of(rules->fcy), SLICE("safety car")));
}

void strategy_waves(struct plan *plan)
{
	const struct race *race = plan->race;
	duration_us behind[RACE_CARS_MAX];
	if (!plan->request->rules->wave_by || race->car_count == 0 ||
	    !safety_car_out(plan) || !strategy_runs(&plan->out->rows[race->order[0]]))
		return;
	plan->out->wave_rule = 1;
	for (uint16_t car = 0; car < race->car_count; car++) {
		const struct strategy_row *row = &plan->out->rows[car];
		uint8_t class_index = race->entries[car].class_index;
		if (class_index >= RACE_CLASSES_MAX || row->in_stop ||
		    race->entries[car].merged || !strategy_runs(row))
			continue;
		uint16_t first = wave_first(plan, class_index);
		const struct strategy_row *ahead = &plan->out->rows[first];
		behind[car] = wave_behind(plan, row);
		if (first == car || behind[car] >= wave_behind(plan, ahead) ||
		    ahead->next < row->next + 1)
			continue;
		const struct strategy_wave wave = {
			.car = car,
			.first = first,
			.class_position = (uint16_t)(race->cars[car].class_place + 1),
			.class_then = wave_then(plan, car)};
		wave_add(plan->out, &wave, behind);
	}
}
