/*
 * notices.c -- the queue of notices; cited rules are those of notices.h
 */
#include "notices.h"

#include <string.h>

#define SHOWN_US (5 * US_S)
/* What was shown so long has been read; the next may follow. */
#define READ_US (2 * US_S)

static int find_state(const struct notices *notices, enum notice_state state)
{
	for (unsigned i = 0; i < notices->count; i++)
		if (notices->states[i] == state)
			return (int)i;
	return -1;
}

static void drop_oldest(struct notices *notices)
{
	unsigned left = --notices->count;
	memmove(notices->rows, notices->rows + 1, left * sizeof(notices->rows[0]));
	memmove(notices->states, notices->states + 1, left);
	memmove(notices->groups, notices->groups + 1,
		left * sizeof(notices->groups[0]));
	memmove(notices->replies, notices->replies + 1,
		left * sizeof(notices->replies[0]));
}

static int find_group(const struct notices *notices, uint32_t group)
{
	for (unsigned i = notices->count; group != 0 && i-- > 0;)
		if (notices->groups[i] == group && notices->states[i] != NOTICE_READ)
			return (int)i;
	return -1;
}

/* Returns the row. */
static unsigned notice_append(struct notices *notices, uint32_t group)
{
	if (notices->count == NOTICES_MAX)
		drop_oldest(notices);
	notices->groups[notices->count] = group;
	return notices->count++;
}

void notices_put(struct notices *notices, const struct view_notice *notice, bool reply,
		 uint32_t group, int64_t wall)
{
	int of_group = find_group(notices, group); /* (3) */
	unsigned row =
		of_group < 0 ? notice_append(notices, group) : (unsigned)of_group;
	struct view_notice *to = &notices->rows[row];
	*to = *notice;
	text_clean(to->text, sizeof(to->text), slice_of(notice->text));
	notices->replies[row] = reply;
	if (of_group >= 0)
		return;
	notices->states[row] = NOTICE_WAITS;
	int shown = find_state(notices, NOTICE_SHOWN);
	if (!reply)
		return;
	/* (1) */
	if (shown >= 0)
		notices->states[shown] =
			notices->replies[shown] ? NOTICE_READ : NOTICE_WAITS;
	notices->states[row] = NOTICE_SHOWN;
	notices->shown_wall = wall;
}

void notices_key(struct notices *notices, int64_t wall)
{
	int shown = find_state(notices, NOTICE_SHOWN);
	if (shown < 0)
		return;
	if (notices->replies[shown] || wall - notices->shown_wall >= READ_US)
		notices->states[shown] = NOTICE_READ;
}

/* Less where others wait, so that a long queue is still news when it is shown. */
static int64_t shown_for(const struct notices *notices, int row)
{
	return notices->replies[row] || notices_waiting(notices) == 0 ? SHOWN_US
								      : READ_US;
}

const struct view_notice *notices_turn(struct notices *notices, int64_t wall,
				       int64_t *wait)
{
	int shown = find_state(notices, NOTICE_SHOWN);
	*wait = -1;
	if (shown >= 0 && wall - notices->shown_wall >= shown_for(notices, shown)) {
		notices->states[shown] = NOTICE_READ;
		shown = -1;
	}
	if (shown < 0) {
		shown = find_state(notices, NOTICE_WAITS);
		if (shown < 0)
			return NULL;
		notices->states[shown] = NOTICE_SHOWN;
		notices->shown_wall = wall;
	}
	*wait = notices->shown_wall + shown_for(notices, shown) - wall;
	return &notices->rows[shown];
}

unsigned notices_waiting(const struct notices *notices)
{
	unsigned n = 0;
	for (unsigned i = 0; i < notices->count; i++)
		n += notices->states[i] == NOTICE_WAITS;
	return n;
}

void notices_drop(struct notices *notices, uint32_t group)
{
	int row;
	while ((row = find_group(notices, group)) >= 0)
		notices->states[row] = NOTICE_READ;
}
