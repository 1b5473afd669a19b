/*
 * session_memory.c -- the oldest events of a running race leave memory, not the race
 *
 *  (1) When --memory is used up, the events of earlier sessions leave, and a quarter of
 *      those of the newest, which is shown then. The timeline keeps the race at that
 *      instant (timeline.h): laps, gaps, history and forecasts go on.
 *  (2) Entries are kept: a car may run in a later session (runs.c (3)).
 *  (3) A later event of before the floor is an anomaly: the race there is not computed
 *      again.
 *  (4) The recording has all of it.
 */
#include <stdlib.h>
#include <string.h>

#include "session_parts.h"

enum { LEAVING = 4 }; /* a quarter */

uint32_t memory_events_max(const struct session_parts *parts)
{
	uint32_t spare = parts->all.max / 16 + FEED_PIECE_EVENTS;
	return parts->all.max > 2 * spare ? parts->all.max - spare : parts->all.max;
}

bool memory_is_used_up(const struct session_parts *parts, uint64_t events,
		       uint64_t text)
{
	const struct event_list *all = &parts->all;
	return all->count + events + all->max / 16 >= all->max ||
	       all->text_len + text + all->text_max / 16 >= all->text_max;
}

/* ---- texts ------------------------------------------------------------------------------- */

struct text_mover {
	const char *from;
	struct event_list *to;
	uint32_t old, fresh, len; /* the text before */
};

static void text_move(struct text_mover *mover, struct event *event)
{
	if (event->text_len == 0)
		return;
	if (event->text != mover->old || event->text_len != mover->len) {
		mover->old = event->text;
		mover->len = event->text_len;
		mover->fresh = mover->to->text_len;
		if (mover->to->text_max - mover->fresh <= mover->len) {
			event->text_len = 0;
			mover->old = UINT32_MAX;
			return;
		}
		memcpy(mover->to->text + mover->fresh, mover->from + mover->old,
		       mover->len + 1u);
		mover->to->text_len += mover->len + 1;
	}
	event->text = mover->fresh;
}

/** The texts of what is left, one behind the other. Without memory for them they stay. */
static void move_texts(struct session_parts *parts)
{
	struct event_list *all = &parts->all;
	const struct session_memory before = parts->text_map;
	void *fresh = memory_map(before.size, 0);
	if (fresh == NULL)
		return;
	struct text_mover mover = {.from = before.at, .to = all, .old = UINT32_MAX};
	parts->text_map.at = all->text = fresh;
	all->text_len = 0;
	for (uint32_t i = 0; i < parts->entry_count; i++)
		text_move(&mover, &parts->entries[i].event);
	for (uint32_t i = 0; i < all->count; i++)
		text_move(&mover, &all->at[i]);
	memory_free(before.at, before.size);
}

/* ---- events ------------------------------------------------------------------------------- */

/** (1) Events of earlier sessions leave. */
static void earlier_leave(struct session_parts *parts)
{
	struct run *newest = &parts->runs[parts->run_count - 1];
	uint32_t from = newest->from;
	memmove(parts->all.at, parts->all.at + from,
		(parts->all.count - from) * sizeof(parts->all.at[0]));
	parts->all.count -= from;
	for (struct run *run = parts->runs; run < newest; run++) {
		run->from = run->to = 0;
		run->left = true;
	}
	newest->from = 0;
}

/** What counts the events of the list. */
static void count_again(struct session_parts *parts)
{
	parts->noted = parts->fed = parts->copied_to = parts->all.count;
	parts->survey.first_anomaly = 0;
}

static void report_left(struct session *session, uint32_t count)
{
	const struct session_parts *parts = session->parts;
	const struct timeline *timeline = &session->timeline;
	char clock[TIME_TEXT_MAX], left[32], words[160];
	instant_us at = timeline->floor_at;
	session->left += count;
	format_clock(clock, at == INSTANT_NONE ? 0 : at + session->setup.utc_offset_us,
		     false);
	text_format(words, sizeof(words),
		    "events before %s have left memory, %s so far; the recording has "
		    "them",
		    clock, format_count(session->left, left));
	limits_log(session, words, parts->all.at[parts->all.count - 1].received_at);
}

int memory_release(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	parts->releasing = true;
	if (parts->run + 1 != parts->run_count) {
		parts->chosen = false;
		runs_switch(session, parts->run_count - 1);
	}
	int rc = session_settle(session, err);
	parts->releasing = false;
	if (rc != 0)
		return rc;
	earlier_leave(parts);
	struct run *run = &parts->runs[parts->run];
	uint32_t cars = timeline_head(&session->timeline)->car_count;
	runs_window(session);
	uint32_t left = timeline_forget(&session->timeline, parts->all.at,
					parts->all.count / LEAVING);
	if (left > 0) {
		run->left = true;
		run->cars = cars;
	}
	parts->all.count -= left;
	count_again(parts);
	move_texts(parts);
	runs_window(session);
	if (left > 0) {
		timeline_forgotten(&session->timeline);
		report_left(session, left);
	}
	return 0;
}

/* ---- late events (3) ---------------------------------------------------------------------- */

void memory_refuse(struct session *session, struct event *event)
{
	struct session_parts *parts = session->parts;
	instant_us floor = session->timeline.floor_at;
	char clock[TIME_TEXT_MAX], words[96];
	if (parts->run + 1 != parts->run_count || parts->show ||
	    event->at == INSTANT_NONE || event->at >= floor)
		return;
	format_clock(clock, event->at + session->setup.utc_offset_us, false);
	text_format(words, sizeof(words),
		    "%s of %s: arrived after that time had left memory", event->id,
		    clock);
	*event = (struct event){
		.at = event->received_at > floor ? event->received_at : floor,
		.received_at = event->received_at,
		.record = event->record,
		.sequence = event->sequence,
		.source = event->source,
		.kind = EVENT_ANOMALY,
		.field = ANOMALY_CLOCK,
	};
	event_set_text(&parts->all, event, slice_of(words));
}
