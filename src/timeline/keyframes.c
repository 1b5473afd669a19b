/*
 * keyframes.c -- copies of the race at positions in the order
 *
 *  (1) A keyframe begins with a header that says of which order[0..next) it is
 *      the fold; then struct race up to its tables, then their rows in use.
 *      Keyframes stand one behind the other, in order, at multiples of
 *      keyframe_every; when the room is used up keyframe_every grows so that those
 *      of all events fit, and the others go.
 *  (2) The rows a race does not use are zero, so that the whole of struct race is
 *      what playing from the start gives, byte by byte.
 */
#include "timeline_parts.h"

#include <string.h>

/* The tables at the end of a race, of which only the rows in use are kept. */
static const struct {
	size_t at, row, count;
} tables[] = {
	{offsetof(struct race, decisions), sizeof(struct race_decision),
	 offsetof(struct race, decision_count)},
	{offsetof(struct race, ids), sizeof(struct race_id),
	 offsetof(struct race, id_count)},
	{offsetof(struct race, cars), sizeof(struct car),
	 offsetof(struct race, car_count)},
	{offsetof(struct race, entries), sizeof(struct entry),
	 offsetof(struct race, car_count)},
};

enum { TABLES = ARRAY_LEN(tables), HEAD_BYTES = offsetof(struct race, decisions) };

/* Bytes in use of a table. */
static size_t table_bytes(const struct race *race, size_t table)
{
	uint16_t count;
	memcpy(&count, (const char *)race + tables[table].count, sizeof(count));
	return count * tables[table].row;
}

static size_t keyframe_bytes(const struct race *race)
{
	size_t bytes = sizeof(struct keyframe) + HEAD_BYTES;
	for (size_t i = 0; i < TABLES; i++)
		bytes += table_bytes(race, i);
	return (bytes + 15) / 16 * 16;
}

struct keyframe keyframe_head(const unsigned char *at)
{
	struct keyframe head;
	memcpy(&head, at, sizeof(head));
	return head;
}

void keyframe_write(const struct head *head, unsigned char *to)
{
	const struct race *race = head->race;
	const struct keyframe header = {
		.bytes = keyframe_bytes(race),
		.next = head->next,
		.received = head->received,
	};
	memcpy(to, &header, sizeof(header));
	to += sizeof(header);
	memcpy(to, race, HEAD_BYTES);
	to += HEAD_BYTES;
	for (size_t i = 0; i < TABLES; i++) {
		size_t used = table_bytes(race, i);
		memcpy(to, (const char *)race + tables[i].at, used);
		to += used;
	}
}

/* @from: a race, or the rows in use of its tables one behind the other (@packed). */
static void race_read(struct race *race, const unsigned char *from, bool packed)
{
	const unsigned char *rows = from + HEAD_BYTES;
	size_t had[TABLES];
	for (size_t i = 0; i < TABLES; i++)
		had[i] = table_bytes(race, i);
	memcpy(race, from, HEAD_BYTES);
	for (size_t i = 0; i < TABLES; i++) {
		unsigned char *to = (unsigned char *)race + tables[i].at;
		size_t used = table_bytes(race, i);
		memcpy(to, packed ? rows : from + tables[i].at, used);
		rows += used;
		if (had[i] > used)
			memset(to + used, 0, had[i] - used);
	}
}

void keyframe_read(const unsigned char *from, struct race *race)
{
	race_read(race, from + sizeof(struct keyframe), true);
}

void race_copy(struct race *to, const struct race *from)
{
	race_read(to, (const unsigned char *)from, false);
}

/* Each car has its share of the room, so that races of any size keep about as many. */
static size_t room_for(const struct timeline *timeline, uint32_t cars)
{
	return timeline->keyframe_bytes / RACE_CARS_MAX * cars;
}

/* Drop keyframes of @bytes each until those of all events fit into @room. */
static void thin(struct timeline *timeline, size_t bytes, size_t room)
{
	unsigned char *from = timeline->keyframes, *to = from;
	uint32_t kept = 0;
	size_t all = timeline->order_count / timeline->keyframe_every * bytes;
	uint32_t factor = (uint32_t)(all / room) + 1;
	timeline->keyframe_every *= factor > 2 ? factor : 2;
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

void keyframes_take(struct timeline *timeline, const struct head *head)
{
	size_t bytes = keyframe_bytes(head->race);
	size_t room = room_for(timeline, head->race->car_count);
	if (!timeline->keyframes)
		return;
	while (timeline->keyframe_size + bytes > room && timeline->keyframe_count)
		thin(timeline, bytes, room);
	if (timeline->keyframe_size + bytes > room ||
	    head->next % timeline->keyframe_every)
		return;
	keyframe_write(head, timeline->keyframes + timeline->keyframe_size);
	timeline->keyframe_size += bytes;
	timeline->keyframe_count++;
}

void keyframes_cut(struct timeline *timeline, uint32_t from)
{
	const unsigned char *at = timeline->keyframes;
	for (uint32_t i = 0; i < timeline->keyframe_count; i++) {
		struct keyframe head = keyframe_head(at);
		if (head.next > from) {
			timeline->keyframe_count = i;
			timeline->keyframe_size = (size_t)(at - timeline->keyframes);
			return;
		}
		at += head.bytes;
	}
}

/* A copy that is the fold of @from events fewer, at @to. Returns its bytes. */
static size_t keyframe_moved(const unsigned char *at, uint32_t from, unsigned char *to)
{
	struct keyframe head = keyframe_head(at);
	memmove(to, at, head.bytes);
	head.next -= from;
	memcpy(to, &head, sizeof(head));
	return head.bytes;
}

void keyframes_forget(struct timeline *timeline, uint32_t from)
{
	struct timeline_live *live = timeline->live;
	const unsigned char *at = timeline->keyframes;
	unsigned char *to = timeline->keyframes;
	uint32_t kept = 0;
	for (uint32_t i = 0; i < timeline->keyframe_count; i++) {
		struct keyframe head = keyframe_head(at);
		if (head.next > from) {
			to += keyframe_moved(at, from, to);
			kept++;
		}
		at += head.bytes;
	}
	timeline->keyframe_count = kept;
	timeline->keyframe_size = (size_t)(to - timeline->keyframes);
	for (size_t i = 0; i < SNAPSHOTS; i++) {
		if (live->snapshot_next[i] == NEXT_NONE)
			continue;
		if (live->snapshot_next[i] <= from) {
			live->snapshot_next[i] = NEXT_NONE;
			continue;
		}
		(void)keyframe_moved(live->snapshots[i], from, live->snapshots[i]);
		live->snapshot_next[i] -= from;
	}
}

/* The later of @best and @other, if that is early enough. */
static const unsigned char *keyframes_later(const unsigned char *best,
					    const unsigned char *other, uint32_t target,
					    instant_us received)
{
	struct keyframe head = keyframe_head(other);
	if (head.next > target || head.received > received)
		return best;
	return best && keyframe_head(best).next >= head.next ? best : other;
}

const unsigned char *keyframe_before(const struct timeline *timeline, uint32_t target,
				     instant_us received)
{
	const struct timeline_live *live = timeline->live;
	const unsigned char *at = timeline->keyframes, *best = NULL;
	for (uint32_t i = 0; i < timeline->keyframe_count; i++) {
		struct keyframe head = keyframe_head(at);
		/* Both grow from one to the next. */
		if (head.next > target || head.received > received)
			break;
		best = at;
		at += head.bytes;
	}
	for (size_t i = 0; live && i < SNAPSHOTS; i++)
		if (live->snapshot_next[i] != NEXT_NONE)
			best = keyframes_later(best, live->snapshots[i], target,
					       received);
	return best;
}
