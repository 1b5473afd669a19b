/*
 * timeline.c -- the race at any instant
 *
 * All events are folded once; on the way a copy of the race is kept now and then
 * (keyframes.c). To go to an instant is to take the copy before it and fold the few
 * events between.
 *
 *  (1) order[] holds every event in the order of event_compare(); race is the
 *      fold of those of order[0..next) that nothing masks.
 *  (2) masked_by[] and car_of[] are written by the fold of the whole and read by
 *      every other.
 *  (3) Rows of the tables behind those a race owns stay as the fold of the whole
 *      wrote them; folding again writes the same (race.h (3)).
 */
#include "timeline_parts.h"

#include <errno.h>

/* ---- first and last ---------------------------------------------------------- */

bool is_moment(const struct event *event)
{
	static const bool not_a_moment[EVENT_KIND_COUNT] = {
		[EVENT_ENTRY] = true, [EVENT_WEATHER] = true, [EVENT_HEARTBEAT] = true,
		[EVENT_ASK] = true,   [EVENT_ANOMALY] = true, [EVENT_CIRCUIT] = true,
		[EVENT_VALUE] = true, [EVENT_MEETING] = true,
	};
	return event->at != INSTANT_NONE && event->kind < EVENT_KIND_COUNT &&
	       !not_a_moment[event->kind];
}

static void find_ends(struct timeline *timeline)
{
	timeline->first_at = INSTANT_NONE;
	timeline->last_at = INSTANT_NONE;
	for (uint32_t i = 0; i < timeline->order_count; i++) {
		const struct event *event = &timeline->events->at[timeline->order[i]];
		if (!is_moment(event))
			continue;
		timeline->first_at = event->at;
		break;
	}
	for (uint32_t i = timeline->order_count; i > 0; i--) {
		const struct event *event =
			&timeline->events->at[timeline->order[i - 1]];
		if (!is_moment(event))
			continue;
		timeline->last_at = event->at;
		break;
	}
}

/* ---- the fold of the whole ------------------------------------------------- */

enum { PREFETCH_AHEAD = 12 }; /* events, of 64 bytes: a line of cache each */

void head_init(const struct timeline *timeline, struct head *head)
{
	head->next = 0;
	head->received = INSTANT_NONE;
	if (timeline->live && timeline->live->floor.next > 0) {
		head->received = timeline->live->floor.received;
		race_begin(timeline, head->race);
	} else {
		race_init(head->race, &timeline->setup);
	}
}

/* The order jumps from car to car: without this a fold waits for memory four fifths of its
 * time. */
static void prefetch(const struct timeline *timeline, uint32_t position)
{
	if (position + PREFETCH_AHEAD < timeline->order_count)
		__builtin_prefetch(
			&timeline->events
				 ->at[timeline->order[position + PREFETCH_AHEAD]]);
}

static void head_apply(struct timeline *timeline, struct head *head,
		       const struct event *event)
{
	uint16_t *car = &timeline->car_of[head->next];
	race_apply(head->race, &timeline->parts->shared, event, timeline->events->text,
		   car);
}

static instant_us timeline_later(instant_us a, instant_us b)
{
	return a > b ? a : b;
}

void head_fold(struct timeline *timeline, struct head *head)
{
	const struct event *events = timeline->events->at;
	const uint32_t *order = timeline->order;
	const bool masks = masks_any(&timeline->parts->masks);
	struct mask_query query = {.at = INT64_MAX, .received = INSTANT_NONE};
	uint32_t due = keyframe_due(timeline, head->next);
	while (head->next < timeline->order_count) {
		uint32_t i = head->next;
		prefetch(timeline, i);
		const struct event *event = &events[order[i]];
		uint32_t by = masks ? masks_find(timeline, head->race, i, &query) : 0;
		timeline->masked_by[i] = by;
		uint32_t numbered =
			masks && by == 0 ? masks_number(timeline, head->race, i, &query)
					 : 0;
		struct event as_numbered;
		if (masks || timeline->live)
			timeline->parts->numbered_by[i] = numbered;
		if (numbered != 0) {
			as_numbered = masks_numbered(timeline, i, numbered);
			event = &as_numbered;
		}
		if (by == 0)
			head_apply(timeline, head, event);
		else /* for those who step from one to the next */
			timeline->car_of[i] = car_named(head->race, event);
		head->next++;
		head->received = timeline_later(
			head->received,
			timeline_later(event->received_at, query.received));
		if (head->next == due) {
			keyframes_take(timeline, head);
			due = keyframe_due(timeline, due);
		}
		if (timeline->live)
			live_snapshot(timeline);
	}
}

void whole_note(struct timeline *timeline, const struct race *race)
{
	timeline->lap_first = race->lap_first;
	timeline->lap_total = race->lap_count;
	timeline->history_first = race->history_first;
	timeline->history_total = race->history_count;
	timeline->start_at = race->start_at;
	timeline->clock_at = race->clock_at;
	timeline->finish_at = race->finish_at;
	timeline->end_at = race->end_at;
}

/* ---- load ------------------------------------------------------------------- */

void timeline_clear(struct timeline *timeline, const struct event_list *events,
		    const struct race_setup *setup)
{
	timeline->events = events;
	timeline->setup = *setup;
	timeline->order_count = 0;
	timeline->next = 0;
	timeline->at = INSTANT_NONE;
	timeline->keyframe_count = 0;
	timeline->keyframe_size = 0;
	timeline->keyframe_every =
		timeline->live ? KEYFRAME_EVERY_LIVE : KEYFRAME_EVERY;
	timeline->first_at = timeline->last_at = INSTANT_NONE;
	timeline->floor_at = INSTANT_NONE;
	timeline->as = AS_CORRECTED;
	masks_begin(&timeline->parts->masks, setup);
}

/* The head of a loaded timeline is the race at its end. */
static void fold_loaded(struct timeline *timeline)
{
	struct head head = {.race = &timeline->race, .received = INSTANT_NONE};
	race_init_again(head.race, &timeline->setup);
	head_fold(timeline, &head);
	timeline->next = head.next;
	whole_note(timeline, &timeline->race);
}

int timeline_load(struct timeline *timeline, const struct event_list *events,
		  const struct race_setup *setup, const struct timeline_needs *needs,
		  struct err *err)
{
	if (!needs->storage)
		return err_set(err, -ENOMEM,
			       "no memory for the timeline of %u events: close other "
			       "programs and try again",
			       (unsigned)events->count);
	struct event_slot *scratch = storage_cut(timeline, needs, events);
	timeline_clear(timeline, events, setup);
	timeline->order_count = events->count;
	event_order(events, timeline->order, scratch);
	find_ends(timeline);
	/* One clock and nothing taken back: the events need no check one by one. */
	if (needs->undos || masks_any(&timeline->parts->masks)) {
		for (uint32_t i = 0; i < events->count; i++)
			(void)masks_note(timeline, i);
		masks_resolve(timeline);
	}
	fold_loaded(timeline);
	timeline->at = timeline->last_at;
	if (events->count)
		timeline->at = events->at[timeline->order[events->count - 1]].at;
	return 0;
}

void timeline_set_up(struct timeline *timeline, const struct race_setup *setup)
{
	instant_us at = timeline->at;
	timeline->setup = *setup;
	masks_begin(&timeline->parts->masks, setup);
	if (timeline->live) {
		floor_set_up(timeline);
		live_again(timeline);
		return;
	}
	keyframes_cut(timeline, 0);
	timeline->tables = timeline->parts->shared;
	timeline->parts->is_own = false;
	timeline->parts->same = (struct row_counts){0};
	fold_loaded(timeline);
	(void)timeline_at_as(timeline, at, (enum timeline_as)timeline->as);
}

/* ---- seek ------------------------------------------------------------------- */

uint32_t order_after(const struct timeline *timeline, instant_us t)
{
	uint32_t low = 0, high = timeline->order_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (timeline->events->at[timeline->order[middle]].at <= t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The race at order[0..@target) from the copy before it, or from nothing. */
static void restore(struct timeline *timeline, uint32_t target)
{
	const struct timeline_live *live = timeline->live;
	if (live && live->head.next == target) {
		race_copy(&timeline->race, &live->race);
		timeline->next = target;
		return;
	}
	const unsigned char *keyframe = keyframe_before(timeline, target, INT64_MAX);
	if (keyframe) {
		keyframe_read(keyframe, &timeline->race);
		timeline->next = keyframe_head(keyframe).next;
	} else {
		race_begin(timeline, &timeline->race);
		timeline->next = 0;
	}
}

/* Restoring costs about as much as folding so many events. */
enum { FOLD_SHORT = 256 };

static bool is_short(const struct timeline *timeline, uint32_t target)
{
	if (timeline->next == NEXT_NONE || target < timeline->next)
		return false;
	if (target - timeline->next <= FOLD_SHORT)
		return true;
	const unsigned char *keyframe = keyframe_before(timeline, target, INT64_MAX);
	return !keyframe || keyframe_head(keyframe).next <= timeline->next + FOLD_SHORT;
}

void corrected_to(struct timeline *timeline, uint32_t target)
{
	const struct event_list *events = timeline->events;
	if (timeline->parts->is_own) {
		timeline->parts->is_own = false;
		timeline->tables = timeline->parts->shared;
		timeline->next = NEXT_NONE;
	}
	if (!is_short(timeline, target))
		restore(timeline, target);
	const uint32_t *numbered = masks_numbers(&timeline->parts->masks)
					   ? timeline->parts->numbered_by
					   : NULL;
	while (timeline->next < target) {
		uint32_t i = timeline->next++;
		prefetch(timeline, i);
		if (timeline->masked_by[i])
			continue;
		if (numbered == NULL || numbered[i] == 0) {
			race_apply(&timeline->race, &timeline->tables,
				   &events->at[timeline->order[i]], events->text, NULL);
			continue;
		}
		struct event event = masks_numbered(timeline, i, numbered[i]);
		race_apply(&timeline->race, &timeline->tables, &event, events->text,
			   NULL);
	}
}

const struct race *timeline_at_as(struct timeline *timeline, instant_us t,
				  enum timeline_as as)
{
	if (t < timeline->floor_at)
		t = timeline->floor_at;
	/* What all was reported is known as it is. */
	if (as == AS_KNOWN && timeline->parts->received > t)
		known_go(timeline, t);
	else
		corrected_to(timeline, order_after(timeline, t));
	timeline->as = (uint8_t)as;
	timeline->at = t;
	return &timeline->race;
}

const struct race *timeline_at(struct timeline *timeline, instant_us t)
{
	return timeline_at_as(timeline, t, AS_CORRECTED);
}

const struct race *timeline_head(struct timeline *timeline)
{
	if (timeline->live)
		return &timeline->live->race;
	if (timeline->order_count == 0)
		return &timeline->race;
	return timeline_at(
		timeline,
		timeline->events->at[timeline->order[timeline->order_count - 1]].at);
}

const struct race_tables *timeline_head_tables(struct timeline *timeline)
{
	return &timeline->parts->shared;
}
