/*
 * strategy_drivers.c -- how long each driver has driven, and the latest driver change
 *
 *  (1) Driving time runs from pit out to pit in: time in the pit lane does not count.
 *  (2) The latest change assumes that the driver on board drives on without a stop:
 *      stops only move it later.
 */
#include "strategy_parts.h"

enum { SPELLS_MAX = 64 };

/* Completed stints of one driver, newest first. */
struct spells {
	instant_us from[SPELLS_MAX], to[SPELLS_MAX];
	uint32_t count;
};

/* Stints that ended before @since are in no window. */
static void read_spells(const struct plan *plan, uint8_t driver, instant_us since,
			struct spells *spells)
{
	const struct car *c = &plan->race->cars[plan->request->car];
	uint32_t at = c->stint_row;
	spells->count = 0;
	while (at > plan->race->stint_first && spells->count < SPELLS_MAX) {
		const struct stint_row *row = &plan->request->tables->stints[at - 1];
		at = row->prev;
		if (row->in_at == INSTANT_NONE || row->from_at == INSTANT_NONE)
			continue;
		if (row->in_at < since)
			break;
		if (row->driver != driver)
			continue;
		spells->from[spells->count] = row->from_at;
		spells->to[spells->count++] = row->in_at;
	}
}

/* Driving time of the current stint. */
static duration_us in_hand(const struct plan *plan)
{
	const struct car *c = &plan->race->cars[plan->request->car];
	instant_us to = plan->request->at;
	if (c->stint_at == INSTANT_NONE || !c->seen)
		return 0;
	if (c->in_pit && c->pit_in_at != INSTANT_NONE && c->pit_in_at < to)
		to = c->pit_in_at;
	if (c->flag_at != INSTANT_NONE && c->flag_at < to)
		to = c->flag_at;
	return to > c->stint_at ? to - c->stint_at : 0;
}

static duration_us overlap(instant_us from, instant_us to, instant_us since)
{
	if (from < since)
		from = since;
	return to > from ? to - from : 0;
}

static duration_us driven_within(const struct plan *plan, uint8_t driver,
				 duration_us window)
{
	const struct car *c = &plan->race->cars[plan->request->car];
	instant_us since = plan->request->at - window;
	duration_us sum = 0;
	struct spells spells;
	read_spells(plan, driver, since, &spells);
	for (uint32_t i = 0; i < spells.count; i++)
		sum += overlap(spells.from[i], spells.to[i], since);
	/* In the pit lane the next driver may be on board already. */
	if (driver == (c->in_pit ? c->stop_driver : c->driver))
		sum += overlap(c->stint_at, c->stint_at + in_hand(plan), since);
	return sum;
}

/* The next instant after @at at which an end of a stint driver_time_leaves the
 * window. */
static instant_us next_edge(const struct spells *spells, duration_us window,
			    instant_us at)
{
	instant_us next = INT64_MAX;
	for (uint32_t i = 0; i < spells->count; i++) {
		instant_us from = spells->from[i] + window;
		instant_us to = spells->to[i] + window;
		if (from > at && from < next)
			next = from;
		if (to > at && to < next)
			next = to;
	}
	return next;
}

static bool driver_time_leaves(const struct spells *spells, instant_us since)
{
	for (uint32_t i = 0; i < spells->count; i++)
		if (since >= spells->from[i] && since < spells->to[i])
			return true;
	return false;
}

/* When the driver on board, driving on, reaches @within in the window: new driving time
 * comes in at one end, old time driver_time_leaves at the other. */
static instant_us window_full(const struct plan *plan, duration_us within,
			      duration_us window)
{
	const struct car *c = &plan->race->cars[plan->request->car];
	duration_us room = within - driven_within(plan, c->driver, window);
	instant_us at = plan->request->at;
	struct spells spells;
	read_spells(plan, c->driver, at - window, &spells);
	while (room > 0) {
		instant_us edge = next_edge(&spells, window, at);
		if (!driver_time_leaves(&spells, at - window)) {
			if (edge == INT64_MAX || edge - at >= room)
				return at + room;
			room -= edge - at;
		}
		at = edge;
	}
	return at;
}

static void drivers_earliest(struct strategy_drivers *out, instant_us at,
			     enum strategy_reason reason)
{
	if (out->change_by != INSTANT_NONE && out->change_by <= at)
		return;
	out->change_by = at;
	out->reason = (uint8_t)reason;
}

/* The latest change for the driver on board; NONE when it is after the flag. */
static void driver_change(const struct plan *plan, struct strategy_drivers *out)
{
	const struct strategy_row *row = &plan->out->rows[plan->request->car];
	const struct rules_driving *limits = &out->limits;
	duration_us missing = 0;
	if (out->current >= out->count)
		return;
	if (limits->maximum > 0)
		drivers_earliest(out, plan->request->at + out->rows[out->current].left,
				 STRATEGY_MAXIMUM);
	if (limits->within > 0)
		drivers_earliest(out, window_full(plan, limits->within, limits->window),
				 STRATEGY_WINDOW);
	for (uint8_t i = 0; i < out->count; i++)
		if (i != out->current)
			missing += out->rows[i].missing;
	if (missing > 0 && plan->out->flag_at != INSTANT_NONE)
		drivers_earliest(out, plan->out->flag_at - missing, STRATEGY_OTHERS);
	if (plan->out->flag_at != INSTANT_NONE && out->change_by >= plan->out->flag_at)
		out->change_by = INSTANT_NONE;
	if (out->change_by == INSTANT_NONE) {
		out->reason = STRATEGY_NO_REASON;
		return;
	}
	if (strategy_runs(row) && out->change_by >= row->next_at)
		out->change_lap =
			row->next +
			(uint32_t)((out->change_by - row->next_at) / row->lap);
}

void strategy_clock(struct plan *plan)
{
	const struct race *race = plan->race;
	struct strategy_drivers *out = &plan->out->drivers;
	out->at_wheel = DURATION_NONE;
	out->change_by = INSTANT_NONE;
	out->current = RACE_DRIVERS_MAX;
	if (plan->request->car >= race->car_count)
		return;
	const struct entry *entry = &race->entries[plan->request->car];
	const struct car *c = &race->cars[plan->request->car];
	const struct rules_driving *limits = rules_driving_of(
		plan->request->rules, race->setup.length_us,
		entry->class_index < race->class_count
			? slice_of(race->classes[entry->class_index].name)
			: SLICE(""));
	if (limits)
		out->limits = *limits;
	out->count = entry->driver_count;
	out->current = c->driver;
	for (uint8_t i = 0; i < out->count; i++) {
		struct strategy_driver *row = &out->rows[i];
		row->rating = entry->ratings[i];
		row->driven = race_driver_time(race, plan->request->car, i,
					       plan->request->at);
		row->left = out->limits.maximum > 0 ? out->limits.maximum - row->driven
						    : DURATION_NONE;
		if (out->limits.minimum > row->driven)
			row->missing = out->limits.minimum - row->driven;
		if (out->limits.within > 0)
			row->in_window = driven_within(plan, i, out->limits.window);
	}
	if (c->driver < out->count && c->driver_at != INSTANT_NONE)
		out->at_wheel = race_driver_time(race, plan->request->car, c->driver,
						 plan->request->at) -
				c->driver_us[c->driver];
	if (race->setup.type == SESSION_RACE)
		driver_change(plan, out);
}
