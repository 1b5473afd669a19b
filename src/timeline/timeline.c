/*
 * timeline.c -- the race at any instant
 *
 * All events are folded once at load; on the way a copy of the race is kept now
 * and then. To go to an instant is to take the copy before it and fold the few
 * events between.
 *
 *  (1) order[] holds every event in the order of event_compare(); race is the
 *      fold of order[0..next).
 *  (2) A keyframe begins with a header that says of which order[0..next) it is
 *      the fold; then struct race up to its cars, then the cars and the entries
 *      in use. Keyframes stand one behind the other, in order, at multiples of
 *      keyframe_every; when the room is used up every other one goes and
 *      keyframe_every doubles.
 *  (3) Going back makes the unused cars anew with race_init(), so that the whole
 *      of struct race is what playing from the start gives, byte by byte.
 *  (4) Rows of the tables behind those a race owns stay as the first fold wrote
 *      them; folding again writes the same (race.h (3)).
 */
#include "timeline.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* ---- storage -------------------------------------------------------------- */

/* Rows and bytes a list of events needs. */
struct needs {
	size_t events, laps, stints, flags, marks, keyframe_bytes;
};

enum { LAPS_MISSING_MAX = 64 * 1024 };

/* Any line can complete a lap where SF was missed, and a lap number that jumps
 * makes rows for those between: room for twice the longest race told of. What is
 * not used is never touched. */
static struct needs needs_of(const struct event_list *events, bool marks,
			     bool keyframes)
{
	struct needs needs = {.events = events->count, .stints = RACE_CARS_MAX};
	uint32_t laps = 0;
	for (uint32_t i = 0; i < events->count; i++) {
		const struct event *event = &events->at[i];
		bool passing = event->kind == EVENT_PASSING;
		needs.laps += passing || event->kind == EVENT_LAP;
		if ((passing || event->kind == EVENT_LAP) && event->number > laps)
			laps = event->number;
		needs.stints += event->kind == EVENT_PIT_IN ||
				event->kind == EVENT_PIT_OUT ||
				(passing && event->line >= LINE_PIT_IN);
		needs.flags += event->kind == EVENT_FLAG ||
			       (passing && event->flag != FLAG_UNKNOWN);
	}
	needs.laps += 2 * (size_t)(laps < LAPS_MISSING_MAX ? laps : LAPS_MISSING_MAX);
	/* A row more than needed, so that no table is without storage. */
	needs.laps++;
	needs.stints++;
	needs.flags += 2;
	if (marks)
		needs.marks = marks_bound(events);
	if (keyframes)
		needs.keyframe_bytes = TIMELINE_KEYFRAME_BYTES;
	return needs;
}

/* Cuts a block into arrays; with no block it only adds up. */
struct carver {
	unsigned char *block;
	size_t used;
};

static void *carve(struct carver *carver, size_t count, size_t size)
{
	enum { ALIGN = 16 };
	void *at = carver->block ? carver->block + carver->used : NULL;
	carver->used += (count * size + ALIGN - 1) / ALIGN * ALIGN;
	return at;
}

/* Where everything lies in the storage. */
struct layout {
	uint32_t *order;
	uint16_t *car_of;
	struct race_tables tables;
	uint32_t *scratch; /* of the ordering */
	struct mark *marks;
	unsigned char *keyframes;
	size_t size;
};

/* What is touched comes first and side by side, so that it takes few pages. */
static struct layout lay_out(void *block, const struct needs *needs)
{
	struct carver carver = {.block = block};
	struct layout to;
	/* Events are in order before there are laps: ordering borrows their room. */
	size_t laps = needs->laps * sizeof(*to.tables.laps);
	size_t scratch = needs->events * 2 * sizeof(*to.scratch);
	to.order = carve(&carver, needs->events + 1, sizeof(*to.order));
	to.car_of = carve(&carver, needs->events + 1, sizeof(*to.car_of));
	to.tables.stints = carve(&carver, needs->stints, sizeof(*to.tables.stints));
	to.tables.flags = carve(&carver, needs->flags, sizeof(*to.tables.flags));
	void *shared = carve(&carver, 1, laps > scratch ? laps : scratch);
	to.tables.laps = shared;
	to.scratch = shared;
	to.tables.laps_max = (uint32_t)needs->laps;
	to.tables.stints_max = (uint32_t)needs->stints;
	to.tables.flags_max = (uint32_t)needs->flags;
	void *marks = carve(&carver, needs->marks, sizeof(*to.marks));
	void *keyframes = carve(&carver, needs->keyframe_bytes, 1);
	to.marks = needs->marks ? marks : NULL;
	to.keyframes = needs->keyframe_bytes ? keyframes : NULL;
	to.size = carver.used;
	return to;
}

size_t timeline_storage_size(const struct event_list *events, bool marks,
			     bool keyframes)
{
	struct needs needs = needs_of(events, marks, keyframes);
	return lay_out(NULL, &needs).size;
}

/* ---- keyframes ------------------------------------------------------------ */

struct keyframe {
	size_t bytes;  /* of all, rounded up so that the next is aligned */
	uint32_t next; /* fold of order[0..next) */
	uint32_t cars;
};

enum { KEYFRAME_EVERY = 256 }; /* to begin with */
enum { PREFETCH_AHEAD = 12 };  /* events, of 64 bytes: a line of cache each */

static size_t keyframe_bytes(uint32_t cars)
{
	size_t bytes = sizeof(struct keyframe) + offsetof(struct race, cars) +
		       cars * (sizeof(struct car) + sizeof(struct entry));
	return (bytes + 15) / 16 * 16;
}

/* Headers are copied out and in, so the block needs no type. */
static struct keyframe keyframe_head(const unsigned char *at)
{
	struct keyframe head;
	memcpy(&head, at, sizeof(head));
	return head;
}

/* Drop every other keyframe. */
static void keyframes_thin(struct timeline *timeline)
{
	unsigned char *from = timeline->keyframes, *to = from;
	uint32_t kept = 0;
	timeline->keyframe_every *= 2;
	for (uint32_t i = 0; i < timeline->keyframe_count; i++) {
		struct keyframe head = keyframe_head(from);
		if (head.next % timeline->keyframe_every == 0) {
			memmove(to, from, head.bytes);
			to += head.bytes;
			kept++;
		}
		from += head.bytes;
	}
	timeline->keyframe_count = kept;
	timeline->keyframe_size = (size_t)(to - timeline->keyframes);
}

static void keyframe_take(struct timeline *timeline)
{
	const struct race *race = &timeline->race;
	struct keyframe head = {.bytes = keyframe_bytes(race->car_count),
				.next = timeline->next,
				.cars = race->car_count};
	while (timeline->keyframe_size + head.bytes > timeline->keyframe_bytes &&
	       timeline->keyframe_count)
		keyframes_thin(timeline);
	if (timeline->keyframe_size + head.bytes > timeline->keyframe_bytes ||
	    head.next % timeline->keyframe_every)
		return;
	unsigned char *to = timeline->keyframes + timeline->keyframe_size;
	memcpy(to, &head, sizeof(head));
	to += sizeof(head);
	memcpy(to, race, offsetof(struct race, cars));
	to += offsetof(struct race, cars);
	memcpy(to, race->cars, head.cars * sizeof(struct car));
	to += head.cars * sizeof(struct car);
	memcpy(to, race->entries, head.cars * sizeof(struct entry));
	timeline->keyframe_size += head.bytes;
	timeline->keyframe_count++;
}

static void keyframe_restore(struct timeline *timeline, const unsigned char *from)
{
	struct race *race = &timeline->race;
	struct keyframe head = keyframe_head(from);
	race_init(race, &timeline->setup);
	from += sizeof(head);
	memcpy(race, from, offsetof(struct race, cars));
	from += offsetof(struct race, cars);
	memcpy(race->cars, from, head.cars * sizeof(struct car));
	from += head.cars * sizeof(struct car);
	memcpy(race->entries, from, head.cars * sizeof(struct entry));
	timeline->next = head.next;
}

/* The last keyframe that is no later than order[0..@target), or NULL. */
static const unsigned char *keyframe_before(const struct timeline *timeline,
					    uint32_t target)
{
	const unsigned char *at = timeline->keyframes, *best = NULL;
	for (uint32_t i = 0; i < timeline->keyframe_count; i++) {
		struct keyframe head = keyframe_head(at);
		if (head.next > target)
			break;
		best = at;
		at += head.bytes;
	}
	return best;
}

/* ---- load ----------------------------------------------------------------- */

/* Kinds that are no moments of the race: set-up, weather between its rows, and
 * what is about the source. They make neither its first nor its last instant. */
static bool is_moment(const struct event *event)
{
	static const bool not_a_moment[EVENT_KIND_COUNT] = {
		[EVENT_ENTRY] = true, [EVENT_WEATHER] = true, [EVENT_HEARTBEAT] = true,
		[EVENT_ASK] = true,   [EVENT_ANOMALY] = true,
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

static void fold_all(struct timeline *timeline)
{
	const struct event_list *events = timeline->events;
	const uint32_t *order = timeline->order;
	uint32_t lead_lap = 0;
	while (timeline->next < timeline->order_count) {
		/* The order jumps from car to car: without this the fold waits for
		 * memory four fifths of its time. */
		if (timeline->next + PREFETCH_AHEAD < timeline->order_count)
			__builtin_prefetch(
				&events->at[order[timeline->next + PREFETCH_AHEAD]]);
		const struct event *event = &events->at[order[timeline->next]];
		uint16_t *car = &timeline->car_of[timeline->next];
		uint32_t changed = race_apply(&timeline->race, &timeline->tables, event,
					      events->text, car);
		timeline->next++;
		/* Laps driven before the signal are no laps of the race. */
		if (event->kind == EVENT_START)
			lead_lap = 0;
		if (changed && timeline->marks)
			marks_note(timeline, changed, *car, &lead_lap);
		if (timeline->keyframes &&
		    timeline->next % timeline->keyframe_every == 0)
			keyframe_take(timeline);
	}
}

int timeline_load(struct timeline *timeline, const struct event_list *events,
		  const struct race_setup *setup, void *storage, bool marks,
		  bool keyframes, struct err *err)
{
	if (!storage)
		return err_set(err, -ENOMEM,
			       "no memory for the timeline of %u events: close other "
			       "programs and try again",
			       (unsigned)events->count);
	struct needs needs = needs_of(events, marks, keyframes);
	timeline->events = events;
	timeline->setup = *setup;
	timeline->order_count = events->count;
	timeline->next = 0;
	timeline->mark_count = 0;
	timeline->keyframe_count = 0;
	timeline->keyframe_size = 0;
	timeline->keyframe_every = KEYFRAME_EVERY;
	struct layout to = lay_out(storage, &needs);
	timeline->order = to.order;
	timeline->car_of = to.car_of;
	timeline->tables = to.tables;
	timeline->marks = to.marks;
	timeline->marks_max = (uint32_t)needs.marks;
	timeline->keyframes = to.keyframes;
	timeline->keyframe_bytes = needs.keyframe_bytes;
	event_order(events, timeline->order, to.scratch);
	find_ends(timeline);
	race_init(&timeline->race, setup);
	fold_all(timeline);
	timeline->lap_first = timeline->race.lap_first;
	timeline->lap_total = timeline->race.lap_count;
	timeline->start_at = timeline->race.start_at;
	timeline->clock_at = timeline->race.clock_at;
	timeline->finish_at = timeline->race.finish_at;
	timeline->end_at = timeline->race.end_at;
	timeline->at = timeline->last_at;
	if (events->count)
		timeline->at = events->at[timeline->order[events->count - 1]].at;
	return 0;
}

/* ---- seek ----------------------------------------------------------------- */

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

const struct race *timeline_at(struct timeline *timeline, instant_us t)
{
	uint32_t target = order_after(timeline, t);
	const unsigned char *keyframe = keyframe_before(timeline, target);
	uint32_t from = keyframe ? keyframe_head(keyframe).next : 0;
	/* Restoring costs about as much as folding a keyframe's distance does at
	 * the least; a short way forward is folded. */
	if (target < timeline->next || from > timeline->next + KEYFRAME_EVERY) {
		if (keyframe) {
			keyframe_restore(timeline, keyframe);
		} else {
			race_init(&timeline->race, &timeline->setup);
			timeline->next = 0;
		}
	}
	while (timeline->next < target) {
		uint32_t index = timeline->order[timeline->next++];
		race_apply(&timeline->race, &timeline->tables,
			   &timeline->events->at[index], timeline->events->text, NULL);
	}
	timeline->at = t;
	return &timeline->race;
}
