/*
 * superseded.c -- who is not folded, and because of whom
 *
 * Two decoders hear one crossing, and one of them has the better clock; an operator
 * takes back what was decided. What is masked is not folded.
 *
 *  (1) A passing is masked by one of the same car over the same line, of another
 *      source, that lies behind it in the order and within the window, and whose
 *      clock is better; of several by the best, then by the first. Where the better
 *      or equal clock comes first, the race itself drops the second (race.h).
 *      Passings that name different laps are two crossings.
 *  (2) Which car a passing is of is asked of the race before it.
 *  (3) An undo takes back what its own source said before it: all events of the
 *      record it names, of a smaller number than its own; one that names a car, only the
 *      passings of that car. One that is taken back
 *      itself takes nothing back; so the newest is looked at first.
 *  (4) What was taken back masks nothing.
 *  (5) SF and SF in the pit lane are two antennas for one line.
 *  (6) A guess (estimated, or a key pressed by hand) has the worst of clocks.
 *  (7) A crossing of SF that does not say its lap gets it from one of another source
 *      within the window, before or behind it, that does; of several by the one with
 *      the most laps. So laps that the better clock missed are found by who counts.
 *  (8) Events of a passing's own source neither mask nor number it. A source that floods
 *      has thousands of them within the window: those that lie together are passed over
 *      at once.
 */
#include "timeline_parts.h"

#include <string.h>

/* What the race takes for a duration at all. */
#define WINDOW_MAX (100 * US_DAY)

void masks_begin(struct masks *masks, const struct race_setup *setup)
{
	bool usable = setup->merge_us > 0 && setup->merge_us < WINDOW_MAX;
	masks->window = usable ? setup->merge_us : RACE_MERGE_US;
	masks_moved(masks, 0);
}

/* ---- undo ----------------------------------------------------------------- */

static int compare_records(uint16_t source_a, uint32_t record_a, uint16_t source_b,
			   uint32_t record_b)
{
	if (source_a != source_b)
		return source_a < source_b ? -1 : 1;
	return (record_a > record_b) - (record_a < record_b);
}

/* Index of the first group that is not before (source, record). */
static uint32_t group_place(const struct masks *masks, uint16_t source, uint32_t record)
{
	uint32_t low = 0, high = masks->group_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct undo_group *group = &masks->groups[middle];
		if (compare_records(group->source, group->record, source, record) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct undo_group *group_of(const struct masks *masks, const struct event *event)
{
	if (masks->group_count == 0)
		return NULL;
	uint32_t i = group_place(masks, event->source, event->record);
	if (i == masks->group_count || masks->groups[i].source != event->source ||
	    masks->groups[i].record != event->record)
		return NULL;
	return &masks->groups[i];
}

static void group_add(struct masks *masks, const struct event *undo)
{
	uint32_t record = (uint32_t)undo->value;
	uint32_t i = group_place(masks, undo->source, record);
	struct undo_group *group = &masks->groups[i];
	if (i < masks->group_count && group->source == undo->source &&
	    group->record == record)
		return;
	memmove(group + 1, group, (masks->group_count - i) * sizeof(*group));
	*group = (struct undo_group){
		.record = record,
		.source = undo->source,
		.received = INSTANT_NONE,
		.received_before = INSTANT_NONE,
	};
	masks->group_count++;
}

/* Undos stand by source, the newest first; of one record in the order of events. */
static bool undo_before(const struct event_list *events, uint32_t a, uint32_t b)
{
	const struct event *x = &events->at[a], *y = &events->at[b];
	int by = compare_records(x->source, y->record, y->source, x->record);
	return by ? by < 0 : event_compare(events, x, y) < 0;
}

static void undo_add(struct timeline *timeline, uint32_t index)
{
	struct masks *masks = &timeline->parts->masks;
	const struct event *undo = &timeline->events->at[index];
	if (undo->value < 0 || undo->value >= (int64_t)undo->record ||
	    masks->undo_count == masks->undos_max)
		return;
	uint32_t low = 0, high = masks->undo_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (undo_before(timeline->events, masks->undos[middle], index))
			low = middle + 1;
		else
			high = middle;
	}
	memmove(&masks->undos[low + 1], &masks->undos[low],
		(masks->undo_count - low) * sizeof(*masks->undos));
	masks->undos[low] = index;
	masks->undo_count++;
	group_add(masks, undo);
}

bool masks_note(struct timeline *timeline, uint32_t index)
{
	struct masks *masks = &timeline->parts->masks;
	const struct event *event = &timeline->events->at[index];
	if (event->kind == EVENT_PASSING) {
		uint8_t rank = masks_rank(event);
		if (rank > masks->rank_best)
			masks->rank_best = rank;
		if (rank < masks->rank_worst)
			masks->rank_worst = rank;
		if (event->source < masks->source_first)
			masks->source_first = event->source;
		if (event->source > masks->source_last)
			masks->source_last = event->source;
		masks->numbers |= event->number != 0;
		masks->no_numbers |= event->number == 0;
	}
	if (event->kind == EVENT_ENTRY && event->at != INSTANT_NONE)
		masks->names_move = true;
	if (!is_undo(event))
		return false;
	undo_add(timeline, index);
	return true;
}

void masks_forget(struct timeline *timeline, const uint32_t *map)
{
	struct masks *masks = &timeline->parts->masks;
	uint32_t kept = 0;
	for (uint32_t i = 0; i < masks->undo_count; i++)
		if (map[masks->undos[i]] != EVENT_LEFT)
			masks->undos[kept++] = map[masks->undos[i]];
	masks->undo_count = kept;
	masks->group_count = 0;
	for (uint32_t i = 0; i < kept; i++)
		group_add(masks, &timeline->events->at[masks->undos[i]]);
	masks_resolve(timeline);
}

void masks_resolve(struct timeline *timeline)
{
	struct masks *masks = &timeline->parts->masks;
	for (uint32_t i = 0; i < masks->group_count; i++) {
		struct undo_group *group = &masks->groups[i];
		group->by_before = group->by;
		group->received_before = group->received;
		group->by = 0;
		group->received = INSTANT_NONE;
	}
	for (uint32_t i = 0; i < masks->undo_count; i++) {
		const struct event *undo = &timeline->events->at[masks->undos[i]];
		const struct undo_group *own = group_of(masks, undo);
		uint32_t place =
			group_place(masks, undo->source, (uint32_t)undo->value);
		struct undo_group *group = &masks->groups[place];
		instant_us received = undo->received_at;
		if (own && own->received > received)
			received = own->received;
		if (received > group->received)
			group->received = received;
		if (!group->by && !(own && own->by))
			group->by = 1 + masks->undos[i];
	}
}

instant_us masks_resolve_known(struct timeline *timeline, instant_us t)
{
	struct masks *masks = &timeline->parts->masks;
	instant_us until = INT64_MAX;
	for (uint32_t i = 0; i < masks->group_count; i++)
		masks->groups[i].by_known = 0;
	for (uint32_t i = 0; i < masks->undo_count; i++) {
		const struct event *undo = &timeline->events->at[masks->undos[i]];
		const struct undo_group *own = group_of(masks, undo);
		uint32_t place =
			group_place(masks, undo->source, (uint32_t)undo->value);
		struct undo_group *group = &masks->groups[place];
		if (undo->received_at > t)
			until = undo->received_at < until ? undo->received_at : until;
		else if (!group->by_known && !(own && own->by_known))
			group->by_known = 1 + masks->undos[i];
	}
	return until;
}

uint32_t masks_changed_from(const struct timeline *timeline)
{
	const struct masks *masks = &timeline->parts->masks;
	uint32_t i = 0;
	for (; i < timeline->order_count; i++) {
		const struct event *event = &timeline->events->at[timeline->order[i]];
		const struct undo_group *group = group_of(masks, event);
		if (!group || (group->by == group->by_before &&
			       group->received == group->received_before))
			continue;
		/* It may have masked a passing before it, or may now. */
		while (i > 0 && event->at != INSTANT_NONE) {
			instant_us at = timeline->events->at[timeline->order[i - 1]].at;
			if ((uint64_t)event->at - (uint64_t)at >
			    (uint64_t)masks->window)
				break;
			i--;
		}
		break;
	}
	return i;
}

/* ---- two of one crossing -------------------------------------------------- */

static uint8_t superseded_line_of(const struct event *event)
{
	return event->line == LINE_SF_PIT ? LINE_SF : event->line;
}

/* As far as the two events alone can say. */
static bool may_be_one(const struct event *a, const struct event *b)
{
	return a->kind == EVENT_PASSING && b->kind == EVENT_PASSING &&
	       a->source != b->source &&
	       superseded_line_of(a) == superseded_line_of(b) &&
	       (a->number == b->number || a->number == 0 || b->number == 0);
}

uint16_t car_named(const struct race *race, const struct event *event)
{
	const struct slice id = {event->id, strnlen(event->id, EVENT_ID_MAX)};
	uint16_t car = race_find(race, (enum id_kind)event->id_kind, id);
	/* A person addresses a car without a number by "~03" or "?2906141". */
	if (car == CAR_NONE && event->bits & EVENT_BY_HAND &&
	    (event->id[0] == '~' || event->id[0] == '?'))
		car = race_find_text(race, id);
	return car;
}

static bool same_name(const struct event *a, const struct event *b)
{
	return a->id_kind == b->id_kind && memcmp(a->id, b->id, sizeof(a->id)) == 0;
}

static bool same_car(const struct race *race, const struct event *a,
		     const struct event *b)
{
	if (same_name(a, b))
		return true;
	uint16_t car = car_named(race, a);
	return car != CAR_NONE && car == car_named(race, b);
}

/* True when @event is taken back. */
static bool undone(const struct timeline *timeline, const struct event *event,
		   struct mask_query *query, uint32_t *by)
{
	const struct undo_group *group = group_of(&timeline->parts->masks, event);
	if (!group)
		return false;
	if (group->received > query->received)
		query->received = group->received;
	uint32_t undo = query->known ? group->by_known : group->by;
	if (undo == 0)
		return false;
	const struct event *of = &timeline->events->at[undo - 1];
	if (of->id_kind != ID_NONE &&
	    (event->kind != EVENT_PASSING || !same_name(of, event)))
		return false;
	*by = undo;
	return true;
}

void masks_moved(struct masks *masks, uint32_t from)
{
	if (masks->run_end > from)
		masks->run_end = from;
}

/** (8) Grow the run to all events around position @i that are of its source. */
static const struct masks *run_around(const struct timeline *timeline, uint32_t i)
{
	struct masks *masks = &timeline->parts->masks;
	const struct event *events = timeline->events->at;
	const uint32_t *order = timeline->order;
	const uint16_t source = events[order[i]].source;
	if (i < masks->run_first || i >= masks->run_end) {
		masks->run_first = i;
		masks->run_end = i + 1;
	}
	while (masks->run_end < timeline->order_count &&
	       events[order[masks->run_end]].source == source)
		masks->run_end++;
	while (masks->run_first > 0 &&
	       events[order[masks->run_first - 1]].source == source)
		masks->run_first--;
	return masks;
}

/* The passing that masks the one at @position by (1). */
static uint32_t find_better(const struct timeline *timeline, const struct race *race,
			    uint32_t position, struct mask_query *query)
{
	const struct masks *masks = &timeline->parts->masks;
	const struct event *events = timeline->events->at;
	const struct event *event = &events[timeline->order[position]];
	uint8_t rank = masks_rank(event);
	uint32_t best = 0, by = 0;
	for (uint32_t i = position + 1;
	     i < timeline->order_count && rank < masks->rank_best; i++) {
		uint32_t index = timeline->order[i];
		const struct event *other = &events[index];
		if ((uint64_t)other->at - (uint64_t)event->at > (uint64_t)masks->window)
			break;
		if (other->source == event->source) {
			i = run_around(timeline, i)->run_end - 1;
			continue;
		}
		if (!may_be_one(event, other) || masks_rank(other) <= rank ||
		    !same_car(race, event, other) ||
		    undone(timeline, other, query, &by))
			continue;
		if (other->received_at > query->at) {
			if (other->received_at < query->until)
				query->until = other->received_at;
			continue;
		}
		rank = masks_rank(other);
		best = 1 + index;
	}
	if (best && events[best - 1].received_at > query->received)
		query->received = events[best - 1].received_at;
	return best;
}

/* ---- who counts (7) -------------------------------------------------------- */

static bool may_tell(const struct event *event, const struct event *other)
{
	return event->number == 0 && other->number != 0 && masks_rank(other) > 0 &&
	       may_be_one(event, other) && superseded_line_of(event) == LINE_SF;
}

/* How far apart two positions lie in time, whichever comes first. */
static bool superseded_within(const struct timeline *timeline, const struct event *a,
			      const struct event *b)
{
	uint64_t d = a->at < b->at ? (uint64_t)b->at - (uint64_t)a->at
				   : (uint64_t)a->at - (uint64_t)b->at;
	return d <= (uint64_t)timeline->parts->masks.window;
}

/* What @other adds to what was found so far. */
static void consider(const struct timeline *timeline, const struct race *race,
		     const struct event *event, uint32_t index, uint32_t *best,
		     struct mask_query *query)
{
	const struct event *events = timeline->events->at;
	const struct event *other = &events[index];
	uint32_t by = 0;
	if (!may_tell(event, other) || !same_car(race, event, other) ||
	    undone(timeline, other, query, &by))
		return;
	if (other->received_at > query->at) {
		if (other->received_at < query->until)
			query->until = other->received_at;
		return;
	}
	if (*best == 0 || other->number > events[*best - 1].number)
		*best = 1 + index;
}

uint32_t masks_number(const struct timeline *timeline, const struct race *race,
		      uint32_t position, struct mask_query *query)
{
	const struct event *events = timeline->events->at;
	const uint32_t *order = timeline->order;
	const struct event *event = &events[order[position]];
	uint32_t best = 0;
	if (!masks_numbers(&timeline->parts->masks) || event->kind != EVENT_PASSING ||
	    event->number != 0 || event->at == INSTANT_NONE ||
	    superseded_line_of(event) != LINE_SF)
		return 0;
	for (uint32_t i = position;
	     i > 0 && superseded_within(timeline, &events[order[i - 1]], event); i--)
		if (events[order[i - 1]].source == event->source)
			i = run_around(timeline, i - 1)->run_first + 1;
		else
			consider(timeline, race, event, order[i - 1], &best, query);
	for (uint32_t i = position + 1;
	     i < timeline->order_count &&
	     superseded_within(timeline, event, &events[order[i]]);
	     i++)
		if (events[order[i]].source == event->source)
			i = run_around(timeline, i)->run_end - 1;
		else
			consider(timeline, race, event, order[i], &best, query);
	if (best && events[best - 1].received_at > query->received)
		query->received = events[best - 1].received_at;
	return best;
}

struct event masks_numbered(const struct timeline *timeline, uint32_t position,
			    uint32_t by)
{
	struct event event = timeline->events->at[timeline->order[position]];
	if (by != 0) {
		event.number = timeline->events->at[by - 1].number;
		event.bits |= EVENT_NUMBER_BORROWED;
	}
	return event;
}

/* ---- what the fold asks ------------------------------------------------------ */

uint32_t masks_find(const struct timeline *timeline, const struct race *race,
		    uint32_t position, struct mask_query *query)
{
	const struct event *event = &timeline->events->at[timeline->order[position]];
	uint32_t by = 0;
	if (undone(timeline, event, query, &by))
		return by;
	if (event->kind != EVENT_PASSING || event->at == INSTANT_NONE)
		return 0;
	return find_better(timeline, race, position, query);
}

uint32_t masks_reach(const struct timeline *timeline, const struct race *race,
		     const struct event *event, uint32_t behind)
{
	const struct masks *masks = &timeline->parts->masks;
	uint32_t first = behind;
	bool masks_some = masks_rank(event) > masks->rank_worst;
	bool tells_some = event->number != 0 && masks->no_numbers;
	if (event->kind != EVENT_PASSING || (!masks_some && !tells_some))
		return behind;
	for (uint32_t i = behind; i > 0; i--) {
		const struct event *other =
			&timeline->events->at[timeline->order[i - 1]];
		if ((uint64_t)event->at - (uint64_t)other->at > (uint64_t)masks->window)
			break;
		if (other->source == event->source) {
			i = run_around(timeline, i - 1)->run_first + 1;
			continue;
		}
		if (((may_be_one(other, event) &&
		      masks_rank(other) < masks_rank(event)) ||
		     may_tell(other, event)) &&
		    (masks->names_move || same_car(race, other, event)))
			first = i - 1;
	}
	return first;
}
