/*
 * storage.c -- where everything lies in the one block of the caller
 *
 *  (1) What every event and lap of a race touches comes first, each from its beginning:
 *      worth large pages. What few events touch, or none (the tables of the race as it
 *      was known), comes behind it.
 *  (2) No table is smaller than what its events can fill it with, and one a bit too
 *      large costs nothing: so a race does not depend on whether it was loaded or
 *      came bit by bit.
 */
#include "timeline_parts.h"

#include <assert.h>
#include <string.h>

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
struct storage_layout {
	struct timeline_parts *parts;
	struct timeline_live *live;
	unsigned char *snapshots;
	uint32_t *order;
	uint16_t *car_of;
	uint32_t *masked_by, *numbered_by;
	uint32_t *undos;
	struct undo_group *groups;
	uint32_t *batch;
	struct event_slot *scratch;
	struct race_tables shared, own;
	unsigned char *keyframes;
	size_t size, dense;
};

/* The tables every lap adds to; @laps_bytes: at least those of the rows. */
static void carve_laps(struct carver *carver, const struct timeline_needs *needs,
		       size_t laps_bytes, struct race_tables *to)
{
	*to = (struct race_tables){
		.laps = carve(carver, 1, laps_bytes),
		.laps_max = (uint32_t)needs->laps,
		.history_max = (uint32_t)needs->history,
	};
	if (needs->history == 0)
		return;
	to->history = carve(carver, needs->history, sizeof(*to->history));
	to->histories =
		carve(carver, HISTORY_BLOCKS(needs->history), sizeof(*to->histories));
}

static void carve_others(struct carver *carver, const struct timeline_needs *needs,
			 struct race_tables *to)
{
	to->stints_max = (uint32_t)needs->stints;
	to->flags_max = (uint32_t)needs->flags;
	to->faults_max = (uint32_t)needs->faults;
	to->messages_max = (uint32_t)needs->messages;
	to->weather_max = (uint32_t)needs->weather;
	to->stints = carve(carver, needs->stints, sizeof(*to->stints));
	to->faults = carve(carver, needs->faults, sizeof(*to->faults));
	to->messages = carve(carver, needs->messages, sizeof(*to->messages));
	to->weather = carve(carver, needs->weather, sizeof(*to->weather));
	to->flags = carve(carver, needs->flags, sizeof(*to->flags));
}

static struct storage_layout lay_out(void *block, const struct timeline_needs *needs)
{
	struct carver carver = {.block = block};
	size_t scratch = 2 * needs->events * sizeof(struct event_slot);
	size_t laps = needs->laps * sizeof(struct lap_row);
	struct storage_layout to;
	to.parts = carve(&carver, 1, sizeof(*to.parts));
	to.live = carve(&carver, needs->live, sizeof(*to.live));
	to.order = carve(&carver, needs->events + 1, sizeof(*to.order));
	to.car_of = carve(&carver, needs->events + 1, sizeof(*to.car_of));
	to.masked_by = carve(&carver, needs->events + 1, sizeof(*to.masked_by));
	/* What is loaded is in order before there are laps: ordering borrows their
	 * room. */
	to.scratch = carve(&carver, needs->live, scratch);
	carve_laps(&carver, needs, needs->live || laps > scratch ? laps : scratch,
		   &to.shared);
	if (!needs->live)
		to.scratch = (void *)to.shared.laps;
	to.keyframes = carve(&carver, needs->keyframe_bytes, 1);
	to.dense = carver.used;
	to.numbered_by = carve(&carver, needs->events + 1, sizeof(*to.numbered_by));
	to.undos = carve(&carver, needs->undos + 1, sizeof(*to.undos));
	to.groups = carve(&carver, needs->undos + 1, sizeof(*to.groups));
	to.batch = carve(&carver, needs->live * needs->events, sizeof(*to.batch));
	carve_others(&carver, needs, &to.shared);
	to.snapshots = carve(&carver, needs->live * SNAPSHOTS, KEYFRAME_BYTES_MAX);
	carve_laps(&carver, needs, laps, &to.own);
	carve_others(&carver, needs, &to.own);
	to.size = carver.used;
	return to;
}

static void needs_bytes(struct timeline_needs *needs)
{
	struct storage_layout to = lay_out(NULL, needs);
	needs->bytes = to.size;
	needs->dense = to.dense;
}

/* Laps a source jumps over get a row each. */
enum { LAPS_MISSING_MAX = 64 * 1024, SKIPPED_MAX = 1024 * 1024 };

/* Rows of the history of one event beside the laps it completes, and of one lap. */
enum { ROWS_BY_EVENT = 8, ROWS_BY_LAP = 4 };

static size_t history_rows(size_t events, size_t laps)
{
	size_t rows = ROWS_BY_EVENT * events + ROWS_BY_LAP * laps + RACE_CARS_MAX + 1;

	return rows < TIMELINE_HISTORY_MAX ? rows : TIMELINE_HISTORY_MAX;
}

/* The last lap number of a car, by a hash of its name; 0: free. */
enum { NAMES_SEEN = 1024 };
struct name_seen {
	uint32_t name, lap;
};

/* What the list is seen to hold on the way. */
struct seen {
	struct name_seen names[NAMES_SEEN];
	size_t passings, skipped; /* laps that sources skipped */
	uint32_t laps;            /* the highest number */
};

/* The race makes rows for the laps between two numbers of a car. */
static void laps_skipped(struct seen *seen, const struct event *event)
{
	uint32_t name =
		(uint32_t)hash_bytes(event->id, sizeof(event->id), event->id_kind) | 1u;
	if (event->number == 0)
		return;
	for (uint32_t i = 0; i < NAMES_SEEN; i++) {
		struct name_seen *of = &seen->names[(name / 2 + i) % NAMES_SEEN];
		if (of->name != 0 && of->name != name)
			continue;
		uint32_t more = event->number > of->lap ? event->number - of->lap : 0;
		of->name = name;
		of->lap += more;
		seen->skipped += more < LAPS_MISSING_MAX ? more : LAPS_MISSING_MAX;
		break;
	}
	if (seen->skipped > SKIPPED_MAX)
		seen->skipped = SKIPPED_MAX;
}

static void passing_seen(struct timeline_needs *needs, struct seen *seen,
			 const struct event *event)
{
	uint8_t rank = masks_rank(event);
	seen->passings++;
	needs->stints += event->line >= LINE_PIT_IN;
	needs->flags += event->flag != FLAG_UNKNOWN;
	laps_skipped(seen, event);
	if (event->number > seen->laps)
		seen->laps = event->number;
	if (rank > needs->rank_best)
		needs->rank_best = rank;
	if (rank < needs->rank_worst)
		needs->rank_worst = rank;
	if (event->source < needs->source_first)
		needs->source_first = event->source;
	if (event->source > needs->source_last)
		needs->source_last = event->source;
	needs->numbers |= event->number != 0;
	needs->no_numbers |= event->number == 0;
}

static void other_seen(struct timeline_needs *needs, struct seen *seen,
		       const struct event *event)
{
	needs->undos += is_undo(event);
	needs->flags += event->kind == EVENT_FLAG;
	needs->stints += event->kind == EVENT_PIT_IN || event->kind == EVENT_PIT_OUT;
	if (event->kind != EVENT_LAP)
		return;
	seen->passings++;
	if (event->number > seen->laps)
		seen->laps = event->number;
}

/* Any line can complete a lap where SF was missed, and a lap number that jumps makes rows
 * for those between: room for twice the longest race known. What is not used is never
 * touched. */
struct timeline_needs timeline_needs(const struct event_list *events, bool history,
				     bool keyframes)
{
	struct timeline_needs needs = {
		.events = events->count,
		.stints = RACE_CARS_MAX + 1,
		.flags = 2,
		.faults = TIMELINE_FAULTS_MAX,
		.messages = TIMELINE_MESSAGES_MAX,
		.weather = TIMELINE_WEATHER_MAX,
		.keyframe_bytes = keyframes ? TIMELINE_KEYFRAME_BYTES : 0,
		.received = INSTANT_NONE,
		.rank_worst = UINT8_MAX,
		.source_first = UINT16_MAX,
	};
	struct seen seen = {0};
	for (uint32_t i = 0; i < events->count; i++) {
		const struct event *event = &events->at[i];
		if (event->received_at > needs.received)
			needs.received = event->received_at;
		if (event->kind == EVENT_PASSING)
			passing_seen(&needs, &seen, event);
		else
			other_seen(&needs, &seen, event);
	}
	if (seen.laps > LAPS_MISSING_MAX)
		seen.laps = LAPS_MISSING_MAX;
	/* A row more than needed, so that no table is without storage. */
	needs.laps = seen.passings + 1 + seen.skipped + 2 * (size_t)seen.laps;
	if (history)
		needs.history = history_rows(needs.events, needs.laps);
	needs_bytes(&needs);
	return needs;
}

struct timeline_needs needs_live(uint32_t events_max)
{
	size_t events = events_max;
	size_t laps = events + 1 + 2 * (size_t)LAPS_MISSING_MAX;
	struct timeline_needs needs = {
		.events = events,
		.laps = laps,
		.stints = events + RACE_CARS_MAX + 1,
		.flags = events + 2,
		.faults = TIMELINE_FAULTS_MAX,
		.messages = TIMELINE_MESSAGES_MAX,
		.weather = TIMELINE_WEATHER_MAX,
		.history = history_rows(events, laps),
		.undos = events,
		/* What is looked at is mostly the edge, which has its own copies. */
		.keyframe_bytes = TIMELINE_KEYFRAME_BYTES / 2,
		.live = 1,
		.received = INSTANT_NONE,
		.rank_worst = UINT8_MAX,
		.source_first = UINT16_MAX,
	};
	needs_bytes(&needs);
	return needs;
}

static void live_begin(struct timeline_live *live, const struct storage_layout *to,
		       const struct timeline_needs *needs)
{
	live->events_max = (uint32_t)needs->events;
	live->batch = to->batch;
	live->head = (struct head){.race = &live->race};
	live->floor =
		(struct head){.race = &live->floor_race, .received = INSTANT_NONE};
	for (size_t i = 0; i < SNAPSHOTS; i++) {
		live->snapshot_next[i] = NEXT_NONE;
		live->snapshots[i] = to->snapshots + i * KEYFRAME_BYTES_MAX;
	}
}

struct event_slot *storage_cut(struct timeline *timeline,
			       const struct timeline_needs *needs,
			       const struct event_list *events)
{
	struct storage_layout to = lay_out(needs->storage, needs);
	to.shared.deciders = to.own.deciders = events->deciders;
	timeline->order = to.order;
	timeline->car_of = to.car_of;
	timeline->masked_by = to.masked_by;
	timeline->tables = to.shared;
	timeline->keyframes = needs->keyframe_bytes ? to.keyframes : NULL;
	timeline->keyframe_bytes = needs->keyframe_bytes;
	timeline->live = needs->live ? to.live : NULL;
	timeline->parts = to.parts;
	assert(to.parts != NULL);
	*to.parts = (struct timeline_parts){
		.numbered_by = to.numbered_by,
		.shared = to.shared,
		.own = to.own,
		.received = needs->received,
		.masks = {.undos = to.undos,
			  .groups = to.groups,
			  .undos_max = (uint32_t)needs->undos,
			  .rank_best = needs->rank_best,
			  .rank_worst = needs->rank_worst,
			  .source_first = needs->source_first,
			  .source_last = needs->source_last,
			  .numbers = needs->numbers,
			  .no_numbers = needs->no_numbers},
	};
	if (timeline->live)
		live_begin(timeline->live, &to, needs);
	return to.scratch;
}
