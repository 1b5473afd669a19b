/*
 * marks.c -- an index of what happened, for jumping
 *
 * Made in the fold of the whole from what race_apply() says it changed; where that
 * is folded again, they are made again. Nothing draws the marks behind the playhead:
 * they know the result.
 *
 *  (1) marks[] is in the order of the events, so in time.
 *  (2) There is one LEADER_LAP mark a lap number: the first time a leader has
 *      completed so many.
 */
#include "timeline_parts.h"

#include <assert.h>

const char *mark_name(enum mark_kind kind)
{
	static const char *const names[] = {
#define X(id_, name_) [MARK_##id_] = (name_),
		MARKS(X)
#undef X
	};
	return (unsigned)kind < ARRAY_LEN(names) ? names[kind] : "?";
}

static void mark_add(struct timeline *timeline, const struct race *race,
		     enum mark_kind kind, uint16_t car)
{
	if (timeline->mark_count == timeline->marks_max)
		return;
	timeline->marks[timeline->mark_count++] = (struct mark){
		.at = race->now,
		.lap = car < race->car_count ? race->cars[car].laps : 0,
		.car = car,
		.kind = (uint8_t)kind,
		.flag = race->flag,
	};
}

static uint16_t class_leader(const struct race *race, uint16_t car)
{
	if (car >= race->car_count)
		return CAR_NONE;
	unsigned class = race->entries[car].class_index;
	return class < race->class_count ? race->classes[class].leader : car;
}

void marks_note(struct timeline *timeline, struct head *head, uint32_t changed,
		uint16_t car)
{
	static const struct {
		uint32_t bit;
		enum mark_kind kind;
	} plain[] = {
		{CHANGED_LAP, MARK_LAP},       {CHANGED_FLAG, MARK_FLAG},
		{CHANGED_PIT_IN, MARK_STOP},   {CHANGED_BEST_LAP, MARK_BEST_LAP},
		{CHANGED_DRIVER, MARK_DRIVER},
	};
	const struct race *race = head->race;
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (changed & plain[i].bit)
			mark_add(timeline, race, plain[i].kind,
				 plain[i].kind == MARK_FLAG ? CAR_NONE : car);
	if (changed & CHANGED_LEAD && race->car_count)
		mark_add(timeline, race, MARK_LEAD, race->order[0]);
	if (changed & CHANGED_CLASS_LEAD)
		mark_add(timeline, race, MARK_CLASS_LEAD, class_leader(race, car));
	if (changed & CHANGED_LAP && car < race->car_count && race->order[0] == car &&
	    race->cars[car].laps > head->lead_lap) {
		head->lead_lap = race->cars[car].laps;
		mark_add(timeline, race, MARK_LEADER_LAP, car);
	}
}

/* Index of the first mark later than @t. */
static uint32_t marks_after(const struct timeline *timeline, instant_us t)
{
	uint32_t low = 0, high = timeline->mark_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (timeline->marks[middle].at <= t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool mark_fits(const struct mark *mark, enum mark_kind kind, uint16_t car)
{
	return mark->kind == kind && (car == CAR_NONE || mark->car == car);
}

const struct mark *timeline_mark(const struct timeline *timeline, enum mark_kind kind,
				 uint16_t car, instant_us t, int by)
{
	const struct mark *found = NULL;
	uint32_t i = marks_after(timeline, t);
	for (; by > 0 && i < timeline->mark_count; i++) {
		const struct mark *mark = &timeline->marks[i];
		if (!mark_fits(mark, kind, car))
			continue;
		/* Several at one instant are one step. */
		by -= !found || found->at != mark->at;
		found = mark;
	}
	for (; by < 0 && i > 0; i--) {
		const struct mark *mark = &timeline->marks[i - 1];
		if (mark->at >= t || !mark_fits(mark, kind, car))
			continue;
		by += !found || found->at != mark->at;
		found = mark;
	}
	return found;
}

/* ---- stepping ------------------------------------------------------------- */

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
