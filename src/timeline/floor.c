/*
 * floor.c -- the oldest events of a timeline whose end moves leave memory
 *
 *  (1) The floor is the race as corrected before the first event that is left: every fold
 *      begins there. Rows of the tables stay, so laps, gaps, history and forecasts are
 *      those of the whole race. Instants before the floor cannot be shown.
 *  (2) As many events leave as lie between some keyframes: the others stay at multiples of
 *      keyframe_every (keyframes.c (1)). Where they are too far apart for that, they are
 *      dropped and begin anew.
 *  (3) An event that is left and depended on one that has left is as it was then: a
 *      passing that was masked stays so, a lap number that was borrowed is its own.
 */
#include "timeline_parts.h"

#include <string.h>

void race_begin(const struct timeline *timeline, struct race *race)
{
	if (timeline->live && timeline->live->floor.next > 0)
		race_copy(race, &timeline->live->floor_race);
	else
		race_init_again(race, &timeline->setup);
}

/* (3) */
static void floor_settle(struct timeline *timeline, struct event *events,
			 uint32_t position, const uint32_t *map)
{
	struct event *event = &events[timeline->order[position]];
	uint32_t *masked = &timeline->masked_by[position];
	uint32_t *numbered = &timeline->parts->numbered_by[position];
	if (*masked != 0 && map[*masked - 1] == EVENT_LEFT) {
		event->kind = EVENT_HEARTBEAT;
		*masked = 0;
	}
	if (*numbered != 0 && map[*numbered - 1] == EVENT_LEFT) {
		*event = masks_numbered(timeline, position, *numbered);
		*numbered = 0;
	}
}

/* Where each event of the list goes; EVENT_LEFT: it is before order[@from]. */
static void floor_map(const struct timeline *timeline, uint32_t from, uint32_t *map)
{
	uint32_t kept = 0;
	memset(map, 0, timeline->order_count * sizeof(*map));
	for (uint32_t i = 0; i < from; i++)
		map[timeline->order[i]] = EVENT_LEFT;
	for (uint32_t i = 0; i < timeline->order_count; i++)
		map[i] = map[i] == EVENT_LEFT ? EVENT_LEFT : kept++;
}

static void floor_order(struct timeline *timeline, uint32_t from, const uint32_t *map)
{
	uint32_t *masked = timeline->masked_by,
		 *numbered = timeline->parts->numbered_by;
	for (uint32_t i = from; i < timeline->order_count; i++) {
		uint32_t to = i - from;
		timeline->order[to] = map[timeline->order[i]];
		timeline->car_of[to] = timeline->car_of[i];
		masked[to] = masked[i] ? 1 + map[masked[i] - 1] : 0;
		numbered[to] = numbered[i] ? 1 + map[numbered[i] - 1] : 0;
	}
	timeline->order_count -= from;
	masks_moved(&timeline->parts->masks, 0);
}

/* The race before order[@from] becomes the floor. */
static void floor_put(struct timeline *timeline, uint32_t from)
{
	struct timeline_live *live = timeline->live;
	struct head *floor = &live->floor;
	corrected_to(timeline, from);
	live->floor_race = timeline->race;
	floor->next += from;
	for (uint32_t i = 0; i < from; i++) {
		const struct event *event = &timeline->events->at[timeline->order[i]];
		if (event->received_at > floor->received)
			floor->received = event->received_at;
		if (event->at > timeline->floor_at)
			timeline->floor_at = event->at;
	}
	if (timeline->first_at < timeline->floor_at)
		timeline->first_at = timeline->floor_at;
}

/* (2) */
static uint32_t floor_place(struct timeline *timeline, uint32_t count)
{
	uint32_t every = timeline->keyframe_every;
	if (count >= every)
		return count - count % every;
	if (every <= timeline->order_count / 4 * 3)
		return every;
	keyframes_cut(timeline, 0);
	timeline->keyframe_every = KEYFRAME_EVERY_LIVE;
	return count;
}

uint32_t timeline_forget(struct timeline *timeline, struct event *events,
			 uint32_t count)
{
	struct timeline_live *live = timeline->live;
	uint32_t *map = live->batch, from;
	if (count == 0 || count >= timeline->order_count ||
	    timeline->order_count != timeline->events->count)
		return 0;
	from = floor_place(timeline, count);
	floor_put(timeline, from);
	floor_map(timeline, from, map);
	for (uint32_t i = from; i < timeline->order_count; i++)
		floor_settle(timeline, events, i, map);
	for (uint32_t i = 0; i < timeline->order_count; i++)
		if (map[i] != EVENT_LEFT)
			events[map[i]] = events[i];
	floor_order(timeline, from, map);
	keyframes_forget(timeline, from);
	live->head.next -= from;
	timeline->next = NEXT_NONE;
	return from;
}

void floor_set_up(struct timeline *timeline)
{
	struct race *race = &timeline->live->floor_race;
	if (timeline->live->floor.next == 0)
		return;
	const struct race_setup before = race->setup;
	race->setup = timeline->setup;
	/* What was counted by the lines stays counted. */
	race->setup.line_count = before.line_count;
	memcpy(race->setup.line_ppm, before.line_ppm, sizeof(before.line_ppm));
	if (timeline->setup.clock_at != INSTANT_NONE)
		race->clock_at = timeline->setup.clock_at;
}
