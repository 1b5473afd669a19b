/*
 * timeline_parts.h -- what the files of this folder share
 *
 *   storage.c    where everything lies in the one block of the caller
 *   superseded.c events that the race does not apply, and why
 *   keyframes.c  copies of the race at positions in the order
 *   timeline.c   the fold of the whole, and going to an instant as corrected
 *   known.c      going to an instant as it was known then
 *   timeline_live.c  an end that moves
 *   floor.c      the oldest events leave memory
 *   steps.c      the next of something; when.c: the names of instants
 *
 * A position is an index into timeline->order.
 */
#ifndef PITWALL_TIMELINE_TIMELINE_PARTS_H
#define PITWALL_TIMELINE_TIMELINE_PARTS_H

#include "pitwall/timeline.h"

/* timeline->next: the race at the playhead has to be made anew. */
#define NEXT_NONE UINT32_MAX
/* An event that is no longer in memory. */
#define EVENT_LEFT UINT32_MAX

/* The race with all events applied: of a live timeline beside the view's, of a
 * loaded one the same. */
struct head {
	struct race *race;
	uint32_t next;       /* race is the fold of order[0..next) */
	instant_us received; /* by then everything that made it so was received */
};

/* ---- superseded.c ---------------------------------------------------------------- */

/* What the undos say of the events of one record. */
struct undo_group {
	uint32_t record; /* sorted by (source, record) */
	uint16_t source;
	uint16_t spare;
	uint32_t by, by_before, by_known; /* 1 + index in events->at; 0 none */
	uint32_t spare2;
	instant_us received, received_before; /* of the last undo that has a say */
};

/* What is asked while one position is folded. */
struct mask_query {
	instant_us at; /* what was received later does not count; INT64_MAX: all */
	bool known;
	instant_us received; /* out: the last of what decided was received then */
	instant_us until;    /* out: the first of what did not count is received then */
};

struct masks {
	uint32_t *undos; /* indices in events->at, by (source, record, newest first) */
	struct undo_group *groups;
	uint32_t undo_count, group_count, undos_max;
	duration_us window;
	uint8_t rank_best, rank_worst;      /* of all passings */
	uint16_t source_first, source_last; /* the range of their sources */
	bool names_move;                    /* a name changes its car during the race */
	bool numbers, no_numbers;    /* some passings say their lap, some do not */
	uint32_t run_first, run_end; /* positions: events of one source there */
};

/** Nothing is masked yet. */
void masks_begin(struct masks *masks, const struct race_setup *setup);
/** How good the time of a passing is. */
static inline uint8_t masks_rank(const struct event *event)
{
	if (event->bits & (EVENT_ESTIMATED | EVENT_BY_HAND))
		return 0;
	return (uint8_t)(1 + event->clock);
}
static inline bool is_undo(const struct event *event)
{
	return event->kind == EVENT_DECISION && event->field == DECISION_UNDO;
}
/** Take notice of events->at[index]. True when it is an undo. */
bool masks_note(struct timeline *timeline, uint32_t index);
/** The order has changed from position @from on. */
void masks_moved(struct masks *masks, uint32_t from);
/** Events moved as @map says, or have left. */
void masks_forget(struct timeline *timeline, const uint32_t *map);
/** After undos were noted: who takes back what. */
void masks_resolve(struct timeline *timeline);
/** The same of the undos received by @t, beside it. Returns when the first of the
 * others is received. */
instant_us masks_resolve_known(struct timeline *timeline, instant_us t);
/** The first position whose masking the last masks_resolve() may have changed. */
uint32_t masks_changed_from(const struct timeline *timeline);
/** True when passings have more than one source: only another source's masks one. */
static inline bool masks_sources(const struct masks *masks)
{
	return masks->source_first < masks->source_last;
}
/** True when some passing may get its lap from another. */
static inline bool masks_numbers(const struct masks *masks)
{
	return masks_sources(masks) && masks->numbers && masks->no_numbers;
}
/** True when some event may be masked at all, or get its lap from another. */
static inline bool masks_any(const struct masks *masks)
{
	return masks->group_count > 0 || masks_numbers(masks) ||
	       (masks_sources(masks) && masks->rank_worst < masks->rank_best);
}
/** The car an event names, as the race resolves it; CAR_NONE. */
uint16_t car_named(const struct race *race, const struct event *event);
/** What masks the event at @position, in a race that is the fold of those before
 * it: 1 + index in events->at, or 0. */
uint32_t masks_find(const struct timeline *timeline, const struct race *race,
		    uint32_t position, struct mask_query *query);
/** What gives the passing at @position, which is not masked, its lap: 1 + index in
 * events->at, or 0. */
uint32_t masks_number(const struct timeline *timeline, const struct race *race,
		      uint32_t position, struct mask_query *query);
/** The event at @position, with the lap that @by (of masks_number()) gives. */
struct event masks_numbered(const struct timeline *timeline, uint32_t position,
			    uint32_t by);
/** The first of the positions before @behind that @event, put in there, may mask or
 * number; @behind when there is none. @race: any later one of the same
 * timeline. */
uint32_t masks_reach(const struct timeline *timeline, const struct race *race,
		     const struct event *event, uint32_t behind);

/* ---- storage.c -------------------------------------------------------------- */

struct row_counts {
	uint32_t laps, stints, flags, faults, messages, weather, history;
};

/* Beside what the header shows. */
struct timeline_parts {
	struct masks masks;
	uint32_t *numbered_by;        /* order[i]: what masks_number() said. Written and
					 read where there are masks at all */
	struct race_tables shared;    /* of the head, and of the view as corrected */
	struct race_tables own;       /* of the view as known */
	struct row_counts same;       /* of own that are equal to those of shared */
	instant_us received;          /* the last of all events was received then */
	bool is_own;                  /* the view's race is the one of own[] ... */
	instant_us own_at, own_until; /* ... known at own_at, and so until then */
};

struct timeline_needs needs_live(uint32_t events_max);
/** Cut needs->storage into the arrays of @timeline; returns the scratch of the ordering. */
struct event_slot *storage_cut(struct timeline *timeline,
			       const struct timeline_needs *needs,
			       const struct event_list *events);

/* ---- keyframes.c ------------------------------------------------------------ */

/* Events between two, to begin with. A late event folds again from the one before. */
enum { KEYFRAME_EVERY = 1536, KEYFRAME_EVERY_LIVE = 256 };

/* The head of a keyframe; then struct race up to its tables, and their rows in use. */
struct keyframe {
	size_t bytes;  /* of all, rounded up so that the next is aligned */
	uint32_t next; /* fold of order[0..next) */
	uint32_t spare;
	instant_us received;
};

enum {
	KEYFRAME_BYTES_MAX =
		(sizeof(struct keyframe) + sizeof(struct race) + 15) / 16 * 16
};

/** Headers are copied out and in, so the block needs no type. */
struct keyframe keyframe_head(const unsigned char *at);
void keyframe_write(const struct head *head, unsigned char *to);
/** @race was a race before: only the rows it has too many are cleared. */
void keyframe_read(const unsigned char *from, struct race *race);
/** As keyframe_read(keyframe_write()). */
void race_copy(struct race *to, const struct race *from);
/** The place of the first keyframe behind @next. */
static inline uint32_t keyframe_due(const struct timeline *timeline, uint32_t next)
{
	return next - next % timeline->keyframe_every + timeline->keyframe_every;
}
/** Keep @head, which is at a keyframe's place, if there is room. */
void keyframes_take(struct timeline *timeline, const struct head *head);
/** Drop those that are the fold of more than order[0..@from). */
void keyframes_cut(struct timeline *timeline, uint32_t from);
/** order[0..@from) have left. */
void keyframes_forget(struct timeline *timeline, uint32_t from);
/** The last that is no later than order[0..@target) and of which everything was
 * received by @received; NULL when there is none. */
const unsigned char *keyframe_before(const struct timeline *timeline, uint32_t target,
				     instant_us received);

/* ---- timeline.c ------------------------------------------------------------- */

/** Nothing is folded yet: the fields that are alike for a loaded and a live one. */
void timeline_clear(struct timeline *timeline, const struct event_list *events,
		    const struct race_setup *setup);
/** Fold all that is left of the order. */
void head_fold(struct timeline *timeline, struct head *head);
/** From the first event on. */
void head_init(const struct timeline *timeline, struct head *head);
/** The race at the playhead becomes order[0..@target), as corrected. */
void corrected_to(struct timeline *timeline, uint32_t target);
/** Kinds that are no moments of the race make neither its first nor its last
 * instant: set-up, weather between its rows, and what is about the source. */
bool is_moment(const struct event *event);
/** What the fold of the whole says of the race as a whole. */
void whole_note(struct timeline *timeline, const struct race *race);
/** Index in order of the first event later than @t. */
uint32_t order_after(const struct timeline *timeline, instant_us t);

/* ---- floor.c ---------------------------------------------------------------- */

/** @race, which was one before, becomes that before order[0]. */
void race_begin(const struct timeline *timeline, struct race *race);
/** The set-up is another one. */
void floor_set_up(struct timeline *timeline);

/* ---- known.c ---------------------------------------------------------------- */

/** To the events that were received by @t. */
void known_go(struct timeline *timeline, instant_us t);
/** Rows behind those of @race were written anew. */
void known_cut(struct timeline *timeline, const struct race *race);

/* ---- live.c ----------------------------------------------------------------- */

/* Copies of the head near the end, for what comes a moment late. */
enum { SNAPSHOT_LEVELS = 3, SNAPSHOTS = 2 * SNAPSHOT_LEVELS };

struct timeline_live {
	struct race race;
	struct head head;
	struct race floor_race;
	struct head floor; /* next: how many events have left; 0: there is no floor */
	uint32_t events_max;
	uint32_t *batch;                   /* as long as the order */
	struct event_slot *scratch;        /* of the ordering */
	uint32_t snapshot_next[SNAPSHOTS]; /* NEXT_NONE: empty */
	unsigned char *snapshots[SNAPSHOTS];
};

/** The head has come one event further. */
void live_snapshot(struct timeline *timeline);
/** Fold all from the first event on. */
void live_again(struct timeline *timeline);

#endif
