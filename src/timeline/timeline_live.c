/*
 * timeline_live.c -- a timeline whose end moves
 *
 * What is appended to the list is put into the order where it belongs. Behind the
 * first place that changed everything is folded again, from the copy of the head
 * before it: a few dozen events for what came a moment late, up to a keyframe's
 * distance more for what came an hour late.
 *
 *  (1) The head is the fold of the whole order, the view's race that of a part of
 *      it; they share their tables (race.h (3)).
 *  (2) What was folded before the first place that changed stays: rows, masks,
 *      keyframes and snapshots.
 *  (3) A passing may mask one up to the window before it (superseded.c (1)), so its place
 *      begins there.
 *  (4) Snapshots are the fold of order[0..next), at multiples of 32, 128 and 512
 *      events, the last two of each: a late event finds one near its place.
 */
#include "timeline_parts.h"

#include <errno.h>
#include <string.h>

/* ---- snapshots -------------------------------------------------------------- */

enum { SNAPSHOT_EVERY = 32, SNAPSHOT_FACTOR_BITS = 2 };

void live_snapshot(struct timeline *timeline)
{
	struct timeline_live *live = timeline->live;
	uint32_t next = live->head.next, every = SNAPSHOT_EVERY;
	size_t level = 0;
	if (next % every)
		return;
	while (level + 1 < SNAPSHOT_LEVELS &&
	       next % (every << SNAPSHOT_FACTOR_BITS) == 0) {
		every <<= SNAPSHOT_FACTOR_BITS;
		level++;
	}
	/* More of this level would follow and take its place. */
	if (timeline->order_count - next >= 2 * (every << SNAPSHOT_FACTOR_BITS))
		return;
	size_t slot = 2 * level + next / every % 2;
	keyframe_write(&live->head, live->snapshots[slot]);
	live->snapshot_next[slot] = next;
}

/* ---- the order -------------------------------------------------------------- */

/* The new events [from, from + count) in order, as indices in the list. */
static uint32_t *batch_order(struct timeline *timeline, uint32_t from, uint32_t count)
{
	const struct event_list batch = {.at = timeline->events->at + from,
					 .count = count,
					 .text = timeline->events->text};
	uint32_t *order = timeline->live->batch;
	event_order(&batch, order, timeline->live->scratch);
	for (uint32_t i = 0; i < count; i++)
		order[i] += from;
	return order;
}

/* Put @count new events, in order, among the others. Returns how many came late;
 * @from becomes the first position that may change. */
static uint32_t merge(struct timeline *timeline, const uint32_t *batch, uint32_t count,
		      uint32_t *from)
{
	const struct event_list *events = timeline->events;
	const struct race *race = timeline->live->head.race;
	uint32_t old = timeline->order_count, all = old, to = old + count, late = 0;
	*from = old;
	while (count > 0) {
		const struct event *event = &events->at[batch[count - 1]];
		uint32_t other = old > 0 ? timeline->order[old - 1] : 0;
		if (old > 0 && event_compare(events, &events->at[other], event) > 0) {
			timeline->order[--to] = other;
			old--;
			continue;
		}
		uint32_t first = masks_reach(timeline, race, event, old);
		*from = first < *from ? first : *from;
		late += old < all && event->at != INSTANT_NONE;
		timeline->order[--to] = batch[--count];
	}
	masks_moved(&timeline->parts->masks, old);
	return late;
}

/* ---- folding again ---------------------------------------------------------- */

/* The head goes back to where order[0..@from) is all it knows, or before. */
static void live_cut(struct timeline *timeline, uint32_t from)
{
	struct timeline_live *live = timeline->live;
	if (timeline->next != NEXT_NONE && timeline->next > from)
		timeline->next = NEXT_NONE;
	keyframes_cut(timeline, from);
	for (size_t i = 0; i < SNAPSHOTS; i++)
		if (live->snapshot_next[i] > from)
			live->snapshot_next[i] = NEXT_NONE;
	if (live->head.next <= from)
		return;
	const unsigned char *keyframe = keyframe_before(timeline, from, INT64_MAX);
	if (keyframe) {
		struct keyframe header = keyframe_head(keyframe);
		keyframe_read(keyframe, live->head.race);
		live->head.next = header.next;
		live->head.received = header.received;
	} else {
		head_init(timeline, &live->head);
	}
	known_cut(timeline, live->head.race);
}

/* The view stays at its instant: what it shows of it may be more, or other. */
static void view_again(struct timeline *timeline)
{
	if (timeline->next == NEXT_NONE ||
	    order_after(timeline, timeline->at) != timeline->next)
		(void)timeline_at_as(timeline, timeline->at,
				     (enum timeline_as)timeline->as);
}

static void head_go(struct timeline *timeline)
{
	struct head *head = &timeline->live->head;
	head_fold(timeline, head);
	whole_note(timeline, head->race);
}

/* ---- what the shell calls --------------------------------------------------- */

size_t timeline_live_size(uint32_t events_max)
{
	return needs_live(events_max).bytes;
}

int timeline_begin(struct timeline *timeline, const struct event_list *events,
		   uint32_t events_max, const struct race_setup *setup, void *storage,
		   struct err *err)
{
	if (!storage)
		return err_set(err, -ENOMEM,
			       "no memory for a timeline of %u events: close other "
			       "programs and try again",
			       (unsigned)events_max);
	struct timeline_needs needs = needs_live(events_max);
	needs.storage = storage;
	struct event_slot *scratch = storage_cut(timeline, &needs, events);
	timeline_clear(timeline, events, setup);
	timeline->live->scratch = scratch;
	head_init(timeline, &timeline->live->head);
	race_init_again(&timeline->race, setup);
	(void)timeline_take(timeline);
	whole_note(timeline, &timeline->live->race);
	if (timeline->order_count == 0)
		return 0;
	uint32_t last = timeline->order[timeline->order_count - 1];
	(void)timeline_at(timeline, events->at[last].at);
	return 0;
}

static void moment_note(struct timeline *timeline, const struct event *event)
{
	if (!is_moment(event))
		return;
	if (timeline->first_at == INSTANT_NONE || event->at < timeline->first_at)
		timeline->first_at = event->at;
	if (timeline->first_at < timeline->floor_at)
		timeline->first_at = timeline->floor_at;
	if (event->at > timeline->last_at)
		timeline->last_at = event->at;
}

uint32_t timeline_take(struct timeline *timeline)
{
	struct timeline_live *live = timeline->live;
	const struct event_list *events = timeline->events;
	uint32_t had = timeline->order_count, from, late;
	bool undos = false;
	if (!live)
		return 0;
	uint32_t count =
		events->count < live->events_max ? events->count : live->events_max;
	if (count <= had)
		return 0;
	for (uint32_t i = had; i < count; i++) {
		const struct event *event = &events->at[i];
		undos = masks_note(timeline, i) || undos;
		moment_note(timeline, event);
		if (event->received_at > timeline->parts->received)
			timeline->parts->received = event->received_at;
	}
	late = merge(timeline, batch_order(timeline, had, count - had), count - had,
		     &from);
	timeline->order_count = count;
	if (undos) {
		uint32_t changed;
		masks_resolve(timeline);
		changed = masks_changed_from(timeline);
		from = changed < from ? changed : from;
		/* What was known without them may be other. */
		if (timeline->parts->is_own)
			timeline->next = NEXT_NONE;
	}
	live_cut(timeline, from);
	head_go(timeline);
	view_again(timeline);
	return late;
}

void timeline_forgotten(struct timeline *timeline)
{
	masks_forget(timeline, timeline->live->batch);
	view_again(timeline);
}

void live_again(struct timeline *timeline)
{
	live_cut(timeline, 0);
	head_init(timeline, &timeline->live->head);
	known_cut(timeline, timeline->live->head.race);
	timeline->next = NEXT_NONE;
	head_go(timeline);
	view_again(timeline);
}
