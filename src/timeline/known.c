/*
 * known.c -- the race as it was known at an instant
 *
 *  (1) Folded is what lies up to that instant and was received by then, masked only by
 *      what was received by then: what a timeline loaded with nothing else gives.
 *  (2) It has its own tables. Their first rows (parts->same) are those of the head,
 *      so that beginning from a keyframe copies only the rows that are not there.
 *  (3) A keyframe serves when all that made it what it is was received by then:
 *      keyframe.received says when, of its events and of what masks or unmasks them.
 *  (4) Going on from own_at is folding further, until the first instant at which
 *      something is received that lies behind: own_until. From a keyframe that lies
 *      between it is shorter.
 */
#include "timeline_parts.h"

#include <string.h>

static uint32_t known_fewer(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void known_cut(struct timeline *timeline, const struct race *race)
{
	struct row_counts *same = &timeline->parts->same;
	same->laps = known_fewer(same->laps, race->lap_count);
	same->stints = known_fewer(same->stints, race->stint_count);
	same->flags = known_fewer(same->flags, race->flag_count);
	same->faults = known_fewer(same->faults, race->fault_count);
	same->messages = known_fewer(same->messages, race->message_count);
	same->weather = known_fewer(same->weather, race->weather_count);
	same->history = known_fewer(same->history, race->history_count);
}

/* The rows of the race that was just restored; those behind will be our own. */
static void rows_copy(struct timeline *timeline)
{
	const struct race *race = &timeline->race;
	const struct race_tables *from = &timeline->parts->shared;
	const struct race_tables *to = &timeline->parts->own;
	struct row_counts *same = &timeline->parts->same;
	for (; same->laps < race->lap_count; same->laps++)
		to->laps[same->laps] = from->laps[same->laps];
	for (; same->stints < race->stint_count; same->stints++)
		to->stints[same->stints] = from->stints[same->stints];
	for (; same->flags < race->flag_count; same->flags++)
		to->flags[same->flags] = from->flags[same->flags];
	for (; same->faults < race->fault_count; same->faults++)
		to->faults[same->faults] = from->faults[same->faults];
	for (; same->messages < race->message_count; same->messages++)
		to->messages[same->messages] = from->messages[same->messages];
	for (; same->weather < race->weather_count; same->weather++)
		to->weather[same->weather] = from->weather[same->weather];
	for (; same->history < race->history_count; same->history++) {
		uint32_t i = same->history, block = i / HISTORY_EVERY;
		to->history[i] = from->history[i];
		if (i % HISTORY_EVERY == 0)
			to->histories[block] = from->histories[block];
	}
	known_cut(timeline, race);
}

static void known_begin(struct timeline *timeline, const unsigned char *keyframe,
			instant_us t)
{
	struct timeline_parts *parts = timeline->parts;
	if (keyframe) {
		keyframe_read(keyframe, &timeline->race);
		timeline->next = keyframe_head(keyframe).next;
	} else {
		race_begin(timeline, &timeline->race);
		timeline->next = 0;
	}
	rows_copy(timeline);
	parts->is_own = true;
	timeline->tables = parts->own;
	parts->own_until = masks_resolve_known(timeline, t);
}

void known_go(struct timeline *timeline, instant_us t)
{
	struct timeline_parts *parts = timeline->parts;
	const struct event_list *events = timeline->events;
	const bool masks = masks_any(&parts->masks);
	uint32_t target = order_after(timeline, t);
	const unsigned char *keyframe = keyframe_before(timeline, target, t);
	if (!parts->is_own || timeline->next == NEXT_NONE || t < parts->own_at ||
	    t >= parts->own_until || target < timeline->next ||
	    (keyframe && keyframe_head(keyframe).next > timeline->next))
		known_begin(timeline, keyframe, t);
	struct mask_query query = {.at = t, .known = true, .until = parts->own_until};
	for (; timeline->next < target; timeline->next++) {
		uint32_t i = timeline->next;
		const struct event *event = &events->at[timeline->order[i]];
		if (event->received_at > t) {
			if (event->received_at < query.until)
				query.until = event->received_at;
			continue;
		}
		if (masks && masks_find(timeline, &timeline->race, i, &query))
			continue;
		uint32_t numbered =
			masks ? masks_number(timeline, &timeline->race, i, &query) : 0;
		const struct event as_numbered = masks_numbered(timeline, i, numbered);
		race_apply(&timeline->race, &timeline->tables, &as_numbered,
			   events->text, NULL);
	}
	parts->own_at = t;
	parts->own_until = query.until;
}
