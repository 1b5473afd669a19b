/*
 * steps.c -- the next passing, and what happens next
 */
#include "timeline_parts.h"

const struct history_row *timeline_event(const struct timeline *timeline,
					 uint32_t kinds, uint16_t car, instant_us t,
					 int by)
{
	const struct history_span span = {.tables = &timeline->parts->shared,
					  .first = timeline->history_first,
					  .count = timeline->history_total,
					  .kinds = kinds,
					  .car = car};
	const struct history_row *rows = span.tables->history, *found = NULL;
	int step = by > 0 ? 1 : -1;
	uint32_t at = 0;
	if (!rows || by == 0)
		return NULL;
	if (by > 0)
		at = history_after(span.tables, span.count, t);
	else
		at = t == INSTANT_NONE
			     ? UINT32_MAX
			     : history_after(span.tables, span.count, t - 1) - 1;
	while (by != 0 && (at = history_find(&span, at, step)) != UINT32_MAX) {
		/* Several at one instant are one step. */
		by -= !found || found->at != rows[at].at ? step : 0;
		found = &rows[at];
		at += (uint32_t)step;
	}
	return found;
}

/* What a step stops at: crossings, and what is as much of a moment. */
static bool is_step(const struct timeline *timeline, uint32_t i, uint16_t car)
{
	static const bool steps[EVENT_KIND_COUNT] = {
		[EVENT_START] = true,  [EVENT_FLAG] = true, [EVENT_PIT_OUT] = true,
		[EVENT_PIT_IN] = true, [EVENT_LAP] = true,  [EVENT_PASSING] = true,
	};
	const struct event *event = &timeline->events->at[timeline->order[i]];
	return event->at != INSTANT_NONE && event->kind < EVENT_KIND_COUNT &&
	       steps[event->kind] && (car == CAR_NONE || timeline->car_of[i] == car);
}

instant_us timeline_step(const struct timeline *timeline, instant_us t, int by,
			 uint16_t car)
{
	instant_us found = INSTANT_NONE;
	uint32_t i = order_after(timeline, t);
	for (; by > 0 && i < timeline->order_count; i++) {
		instant_us at = timeline->events->at[timeline->order[i]].at;
		if (at == found || !is_step(timeline, i, car))
			continue;
		found = at;
		by--;
	}
	for (; by < 0 && i > 0; i--) {
		instant_us at = timeline->events->at[timeline->order[i - 1]].at;
		if (at >= t || at == found || !is_step(timeline, i - 1, car))
			continue;
		found = at;
		by++;
	}
	return found;
}
