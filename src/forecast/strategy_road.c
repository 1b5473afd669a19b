/*
 * strategy_road.c -- pit now: where the car rejoins, and whom it then catches
 *
 *  (1) Every car drives its usual lap, and the others stop when their stints end, up to
 *      a lap later; under this assumption the result is exact.
 *  (2) The order is taken at the end of the out lap. The place on the track is taken
 *      one of its own laps earlier, as if it had crossed start/finish at speed.
 *  (3) Under a neutralisation all laps take the same time: the field's usual lap times
 *      the observed ratio. All cars stop that have driven STOPS_SLOW_PM of a stint and
 *      have not stopped in it. The bunching of the field is not modelled.
 *  (4) A stopped car is ahead as long as it has the laps, and is not on the track.
 */
#include "strategy_parts.h"

/* The field for one rejoin. */
struct road {
	const struct plan *plan;
	duration_us slow_lap; /* 0: green */
	uint16_t car;
	bool alone;    /* no other car stops */
	int64_t lap;   /* the order is taken at the end of this lap */
	instant_us at; /* when the car completes it, stop included */
};

enum { STOPS_SLOW_PM = 200 };

static duration_us road_lap(const struct road *road, const struct strategy_row *row)
{
	return road->slow_lap > 0 ? road->slow_lap : row->lap;
}

static instant_us when(const struct road *road, const struct strategy_row *row,
		       int64_t lap)
{
	instant_us now = road->plan->request->at;
	if (road->slow_lap <= 0)
		return strategy_when(row, lap);
	int64_t slower_pm = road->slow_lap * 1000 / row->lap;
	return instant_add(now + mul_div(row->next_at - now, slower_pm, 1000),
			   duration_mul(road->slow_lap, lap - (int64_t)row->next));
}

/* (3) */
bool strategy_stops_slow(const struct plan *plan, uint16_t other)
{
	const struct strategy_row *row = &plan->out->rows[other];
	const struct stint_usual *stint = &plan->out->stops.cars[other].stint;
	const struct car *c = &plan->race->cars[other];
	if (row->in_stop || row->stint_left == DURATION_NONE ||
	    (plan->slow_since != INSTANT_NONE && c->pit_in_at != INSTANT_NONE &&
	     c->pit_in_at >= plan->slow_since))
		return false;
	duration_us whole = duration_mul(row->lap, stint->laps);
	return (whole - row->stint_left) / 1000 >= whole / 1000 * STOPS_SLOW_PM / 1000;
}

/* Time that the stops of @other take up to the end of the lap: (1), (3). */
static duration_us stops_of_other(const struct road *road, uint16_t other)
{
	const struct strategy *s = road->plan->out;
	const struct strategy_row *row = &s->rows[other];
	duration_us lost = 0, slow = s->stops.cars[other].slow.loss;
	if (road->alone || row->stops_left == STRATEGY_UNKNOWN)
		return 0;
	if (road->slow_lap > 0)
		return slow != DURATION_NONE && strategy_stops_slow(road->plan, other)
			       ? slow
			       : 0;
	if (row->loss == DURATION_NONE)
		return 0;
	instant_us at = when(road, row, road->lap + 1);
	for (uint16_t i = 0;
	     i < row->stops_left && row->in_at[i] <= instant_add(at, lost); i++)
		lost += row->loss;
	return lost;
}

/* Time by which @other is ahead at the end of the lap; negative: behind. */
static duration_us lead_of(const struct road *road, uint16_t other)
{
	const struct strategy_row *row = &road->plan->out->rows[other];
	if (strategy_runs(row))
		return instant_sub(instant_sub(road->at, when(road, row, road->lap)),
				   stops_of_other(road, other));
	return (int64_t)road->plan->race->cars[other].laps >= road->lap ? INT64_MAX
									: INT64_MIN + 1;
}

static struct gap road_gap(const struct road *road, uint16_t other, duration_us lead)
{
	const struct strategy_row *row = &road->plan->out->rows[other];
	struct gap gap = {.kind = GAP_NONE};
	if (!strategy_runs(row))
		return gap;
	/* A car behind has to make up laps of its own. */
	duration_us lap =
		road_lap(road, lead > 0 ? row : &road->plan->out->rows[road->car]);
	lead = lead < 0 ? -lead : lead;
	gap.kind = lead >= lap ? GAP_LAPS : GAP_TIME;
	gap.value = lead >= lap ? lead / lap : lead;
	return gap;
}

/* The nearest car ahead, or behind. */
struct nearest {
	uint16_t car;
	duration_us lead;
};

static void look_nearer(struct nearest *ahead, struct nearest *behind, uint16_t car,
			duration_us lead)
{
	struct nearest *n = lead > 0 ? ahead : behind;
	if (n->car == CAR_NONE || (lead > 0 ? lead < n->lead : lead > n->lead))
		*n = (struct nearest){car, lead};
}

static bool road_listed(const struct plan *plan, uint16_t car)
{
	return !plan->race->entries[car].merged &&
	       !plan->race->entries[car].not_started;
}

static void rejoin_order(const struct road *road, struct strategy_rejoin *out)
{
	const struct race *race = road->plan->race;
	struct nearest ahead = {CAR_NONE, 0}, behind = {CAR_NONE, 0};
	struct nearest class_ahead = {CAR_NONE, 0}, class_behind = {CAR_NONE, 0};
	out->position = out->class_position = 1;
	for (uint16_t i = 0; i < race->car_count; i++) {
		bool same = race->entries[i].class_index ==
			    race->entries[road->car].class_index;
		if (i == road->car || !road_listed(road->plan, i))
			continue;
		duration_us lead = lead_of(road, i);
		/* In a dead heat the car that is ahead now stays ahead. */
		if (lead == 0)
			lead = race->place[i] < race->place[road->car] ? 1 : -1;
		out->position = (uint16_t)(out->position + (lead > 0));
		look_nearer(&ahead, &behind, i, lead);
		if (!same)
			continue;
		out->class_position = (uint16_t)(out->class_position + (lead > 0));
		out->others = (uint16_t)(out->others + (stops_of_other(road, i) > 0));
		look_nearer(&class_ahead, &class_behind, i, lead);
	}
	out->ahead = ahead.car;
	out->behind = behind.car;
	out->class_ahead = class_ahead.car;
	out->class_behind = class_behind.car;
	if (ahead.car != CAR_NONE)
		out->ahead_gap = road_gap(road, ahead.car, ahead.lead);
	if (behind.car != CAR_NONE)
		out->behind_gap = road_gap(road, behind.car, behind.lead);
	if (class_ahead.car != CAR_NONE)
		out->class_ahead_gap =
			road_gap(road, class_ahead.car, class_ahead.lead);
	if (class_behind.car != CAR_NONE)
		out->class_behind_gap =
			road_gap(road, class_behind.car, class_behind.lead);
}

/* (2): the cars that pass the place where it rejoins. */
static void rejoin_track(const struct road *road, struct strategy_rejoin *out)
{
	const struct plan *plan = road->plan;
	instant_us at = road->at - road_lap(road, &plan->out->rows[road->car]);
	for (uint16_t i = 0; i < plan->race->car_count; i++) {
		const struct strategy_row *row = &plan->out->rows[i];
		uint8_t c = plan->race->entries[i].class_index;
		if (i == road->car || !strategy_runs(row) || row->in_stop ||
		    !road_listed(plan, i))
			continue;
		duration_us lap = road_lap(road, row);
		duration_us since = (at - when(road, row, row->next)) % lap;
		since = since < 0 ? since + lap : since;
		if (out->road_ahead == CAR_NONE || since < out->road_ahead_us) {
			out->road_ahead = i;
			out->road_ahead_us = since;
		}
		if (out->road_behind == CAR_NONE || lap - since < out->road_behind_us) {
			out->road_behind = i;
			out->road_behind_us = lap - since;
		}
		if (c < RACE_CLASSES_MAX && out->traffic[c] < UINT8_MAX &&
		    (since <= STRATEGY_TRAFFIC || lap - since <= STRATEGY_TRAFFIC))
			out->traffic[c]++;
	}
}

static void rejoin(const struct plan *plan, bool slow,
		   const struct strategy_what_if *what, struct strategy_rejoin *out)
{
	const struct stops *stops = &plan->out->stops;
	uint16_t car = plan->request->car;
	const struct strategy_row *row = &plan->out->rows[car];
	struct road road = {.plan = plan,
			    .car = car,
			    .alone = what->alone,
			    .lap = (int64_t)row->next + 1};
	const struct stop_usual *usual =
		slow ? &stops->cars[car].slow : &stops->cars[car].green;
	duration_us loss = usual->loss;
	if (!strategy_runs(row) || loss == DURATION_NONE)
		return;
	if (what->lap > row->next)
		road.lap = (int64_t)what->lap + 1;
	if (what->lane > 0 && usual->lane != DURATION_NONE)
		loss += what->lane - usual->lane;
	out->lap = (uint32_t)road.lap - 1;
	if (slow && stops->all.lap != DURATION_NONE)
		road.slow_lap = stops->all.lap * stops->slow_ratio_pm / 1000;
	/* The current stop is already in its next lap. */
	if (row->in_stop && what->lap <= row->next) {
		if (plan->race->cars[car].pit_row)
			road.lap--;
		loss = 0;
	}
	road.at = instant_add(when(&road, row, road.lap), loss);
	out->loss = loss;
	out->at = road.at;
	out->net_class =
		strategy_net_place(plan, car, out->lap, loss, slow && !what->alone);
	rejoin_order(&road, out);
	rejoin_track(&road, out);
}

/* Also for the fastest race of the forecast. */
static bool after_the_flag(const struct plan *plan, uint32_t lap)
{
	const struct forecast_row *forecast = plan->forecasts[plan->request->car];
	return forecast && plan->out->flag_at != INSTANT_NONE &&
	       (int64_t)lap * FORECAST_LAP > forecast->laps_p90;
}

/* ---- against the cars of its class ----------------------------------------------- */

/* The next running car of its class in the order: @step -1 ahead, 1 behind. */
static uint16_t road_beside(const struct plan *plan, int step)
{
	const struct race *race = plan->race;
	uint16_t car = plan->request->car;
	int at = race->place[car];
	for (at += step; at >= 0 && at < race->car_count; at += step) {
		uint16_t other = race->order[at];
		if (race->entries[other].class_index ==
			    race->entries[car].class_index &&
		    road_listed(plan, other) && strategy_runs(&plan->out->rows[other]))
			return other;
	}
	return CAR_NONE;
}

/* Of the cars @ahead and @behind in one class one stops a lap before the other: @early
 * the car behind. On that lap the car that has stopped has the fresh tyres. */
static void undercut(const struct plan *plan, uint16_t ahead, uint16_t behind,
		     bool early, struct strategy_undercut *out)
{
	const struct strategy *s = plan->out;
	if (ahead == CAR_NONE || behind == CAR_NONE)
		return;
	const struct strategy_row *a = &s->rows[ahead], *b = &s->rows[behind];
	const struct stops_of *fresh = &s->stops.cars[early ? behind : ahead];
	if (!strategy_runs(a) || !strategy_runs(b) || fresh->fresh == DURATION_NONE ||
	    a->in_stop || b->in_stop || a->loss == DURATION_NONE ||
	    b->loss == DURATION_NONE)
		return;
	out->gap = strategy_when(b, b->next) - strategy_when(a, b->next);
	if (out->gap < 0 || out->gap >= b->lap)
		return; /* not on its lap */
	out->car = behind == plan->request->car ? ahead : behind;
	out->known = (uint8_t)(fresh->fresh_seen < UINT8_MAX ? fresh->fresh_seen
							     : UINT8_MAX);
	out->gain = a->lap - b->lap + (early ? fresh->fresh : -fresh->fresh);
	out->after = out->gap - out->gain + b->loss - a->loss;
}

void strategy_catch(const struct strategy *strategy, uint16_t car, uint16_t other,
		    struct strategy_catch *out)
{
	*out = (struct strategy_catch){.car = CAR_NONE,
				       .other = CAR_NONE,
				       .gap = DURATION_NONE,
				       .a_lap = DURATION_NONE,
				       .at = INSTANT_NONE};
	if (car >= RACE_CARS_MAX || other >= RACE_CARS_MAX)
		return;
	const struct strategy_row *a = &strategy->rows[car];
	const struct strategy_row *b = &strategy->rows[other];
	if (!strategy_runs(a) || !strategy_runs(b))
		return;
	out->car = car;
	out->other = other;
	out->gap = strategy_when(a, a->next) - strategy_when(b, a->next);
	out->a_lap = b->lap - a->lap;
	if (out->a_lap <= 0 || out->gap <= 0)
		return;
	/* The first lap at whose end it is not behind. */
	int64_t laps = (out->gap + out->a_lap - 1) / out->a_lap;
	if (laps > 100000)
		return;
	out->lap = a->next + (uint32_t)laps;
	out->laps = (uint32_t)laps + 1;
	out->at = strategy_when(a, out->lap);
	out->before_flag =
		strategy->flag_at != INSTANT_NONE && out->at <= strategy->flag_at;
}

static void rejoin_clear(struct strategy_rejoin *out)
{
	out->loss = out->road_ahead_us = out->road_behind_us = DURATION_NONE;
	out->ahead = out->behind = out->class_ahead = out->class_behind = CAR_NONE;
	out->road_ahead = out->road_behind = CAR_NONE;
	out->at = INSTANT_NONE;
}

static void undercut_clear(struct strategy_undercut *out)
{
	*out = (struct strategy_undercut){.car = CAR_NONE,
					  .gap = DURATION_NONE,
					  .gain = DURATION_NONE,
					  .after = DURATION_NONE};
}

static bool what_if_slow(const struct plan *plan)
{
	switch ((enum strategy_running)plan->request->what_if.running) {
	case RUNNING_GREEN:
		return false;
	case RUNNING_NEUTRALISED:
		return true;
	case RUNNING_AS_NOW:
		break;
	}
	return plan->out->slow_now;
}

void strategy_road(struct plan *plan)
{
	struct strategy *s = plan->out;
	uint16_t car = plan->request->car;
	const struct strategy_what_if now = {.lap = 0};
	rejoin_clear(&s->green);
	rejoin_clear(&s->slow);
	rejoin_clear(&s->what_if);
	undercut_clear(&s->undercut);
	undercut_clear(&s->overcut);
	undercut_clear(&s->threat);
	strategy_catch(s, CAR_NONE, CAR_NONE, &s->ahead);
	strategy_catch(s, CAR_NONE, CAR_NONE, &s->behind);
	if (car >= plan->race->car_count || plan->race->setup.type == SESSION_TIMED)
		return;
	uint16_t ahead = road_beside(plan, -1), behind = road_beside(plan, 1);
	rejoin(plan, false, &now, &s->green);
	rejoin(plan, true, &now, &s->slow);
	uint32_t lap = plan->request->what_if.lap;
	s->what_if.after_flag = lap > s->rows[car].next && after_the_flag(plan, lap);
	if (lap > 0 && !s->what_if.after_flag)
		rejoin(plan, what_if_slow(plan), &plan->request->what_if, &s->what_if);
	undercut(plan, ahead, car, true, &s->undercut);
	undercut(plan, ahead, car, false, &s->overcut);
	undercut(plan, car, behind, true, &s->threat);
	strategy_catch(s, car, ahead, &s->ahead);
	strategy_catch(s, behind, car, &s->behind);
}
