/*
 * runs.c -- the consecutive sessions of a source, and the one that is shown
 *
 *  (1) A session begins at a SESSION event, if cars have run since the last one;
 *      otherwise the event only names the current session.
 *  (2) The newest session is shown, unless another is wanted or chosen; of a complete
 *      source, the last one in which a lap was timed, else the last one with cars.
 *  (3) Sources send an entry once. When a car runs in a later session, its entry is
 *      copied there. The entries of the set-up are part of every session.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session_parts.h"

/* ---- cars ------------------------------------------------------------------------- */

static bool runs_in_it(const struct event *event)
{
	return event->kind == EVENT_PASSING || event->kind == EVENT_LAP ||
	       event->kind == EVENT_CLAIM;
}

/** A lap that the source timed, not one made up from a standing. */
static bool is_timed(const struct event *event)
{
	return event->kind == EVENT_PASSING && !(event->bits & EVENT_REPAIRED) &&
	       event->value != 0;
}

static struct car_id *slot_of(struct session_parts *parts, const struct event *event)
{
	size_t i = (size_t)(hash_bytes(event->id, sizeof(event->id), event->id_kind) %
			    SESSION_IDS_MAX);
	for (size_t tries = 0; tries < SESSION_IDS_MAX; tries++) {
		struct car_id *id = &parts->ids[i];
		if (id->text[0] == '\0' ||
		    (id->kind == event->id_kind &&
		     memcmp(id->text, event->id, sizeof(event->id)) == 0))
			return id;
		i = (i + 1) % SESSION_IDS_MAX;
	}
	return NULL;
}

/** True for the first event of a car in the newest run. */
static bool is_new(struct session_parts *parts, const struct event *event)
{
	if (event->id[0] == '\0' || parts->id_count >= SESSION_IDS_MAX / 2)
		return false;
	struct car_id *slot = slot_of(parts, event);
	if (slot == NULL || slot->text[0] != '\0')
		return false;
	slot->kind = event->id_kind;
	memcpy(slot->text, event->id, sizeof(slot->text));
	parts->id_count++;
	return true;
}

/** The number of cars in the events [@from, @to). */
static uint32_t count_cars(struct session_parts *parts, uint32_t from, uint32_t to)
{
	memset(parts->ids, 0, sizeof(parts->ids));
	parts->id_count = 0;
	for (uint32_t i = from; i < to; i++)
		if (runs_in_it(&parts->all.at[i]))
			(void)is_new(parts, &parts->all.at[i]);
	return parts->id_count;
}

/* ---- entries ----------------------------------------------------------------------- */

/** Move the events from @from on, just appended, to right behind event @index. Otherwise
 * their place would depend on how the bytes were cut. */
static void move_behind(struct session_parts *parts, uint32_t index, uint32_t from)
{
	struct event_list *all = &parts->all;
	for (uint32_t i = from; i < all->count; i++) {
		uint32_t to = index + 1 + (i - from);
		struct event event = all->at[i];
		memmove(&all->at[to + 1], &all->at[to], (i - to) * sizeof(all->at[0]));
		all->at[to] = event;
	}
}

/** (3) */
static void copy_entries(struct session_parts *parts, uint32_t index)
{
	const struct event car = parts->all.at[index];
	uint32_t from = parts->all.count;
	for (uint32_t i = 0; i < parts->entry_count; i++) {
		const struct event entry = parts->entries[i].event;
		if (parts->entries[i].run + 1 == parts->run_count)
			break;
		if (entry.id_kind == car.id_kind &&
		    memcmp(entry.id, car.id, sizeof(entry.id)) == 0)
			*event_add(&parts->all, EVENT_ENTRY, INSTANT_NONE) = entry;
	}
	move_behind(parts, index, from);
	parts->copied_to = index + 1 + (parts->all.count - from);
}

static void note_entry(struct session_parts *parts, uint32_t index)
{
	if (parts->entry_count == SESSION_ENTRIES_MAX) {
		parts->entry_count /= 2;
		memmove(parts->entries, parts->entries + parts->entry_count,
			parts->entry_count * sizeof(*parts->entries));
	}
	if (parts->entry_count == parts->entries_max) {
		uint32_t max = parts->entries_max * 2 + 256;
		struct kept_entry *more = realloc(parts->entries, max * sizeof(*more));
		if (more == NULL)
			return;
		parts->entries = more;
		parts->entries_max = max;
	}
	parts->entries[parts->entry_count++] =
		(struct kept_entry){parts->all.at[index], parts->run_count - 1};
}

/* ---- sessions ---------------------------------------------------------------------- */

/* "#2" is the second session; names and numbers may be used twice. */
static bool is_wanted(const struct session_parts *parts, unsigned row)
{
	const struct run *run = &parts->runs[row];
	const char *wanted = parts->wanted;
	uint64_t number;
	if (wanted == NULL || !parts->has_sessions)
		return false;
	if (wanted[0] == '#')
		return parse_u64(slice_of(wanted + 1), &number) && number == row + 1u;
	return slice_eq_nocase(slice_of(run->name), slice_of(wanted)) ||
	       (parse_u64(slice_of(wanted), &number) && number == run->number);
}

static int add_entries(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	struct slice text = parts->texts.at[TEXT_ENTRIES].data;
	char where[256];
	if (text.at == NULL)
		return 0;
	int rc = feed_room(session, 32 * RACE_CARS_MAX, text.len * 2 + 4096, err);
	if (rc != 0)
		return rc;
	text_format(where, sizeof(where), "%s (entries)", parts->shown);
	/* Before everything, so that the operator's entries override them. */
	return entries_parse(text, where, INSTANT_NONE, &parts->all, err);
}

unsigned runs_newest(const struct session_parts *parts)
{
	unsigned row = parts->run_count - 1;
	return row > 0 && parts->runs[row].closed ? row - 1 : row;
}

void runs_switch(struct session *session, unsigned row)
{
	struct session_parts *parts = session->parts;
	const struct run *run = &parts->runs[row];
	parts->run = row;
	parts->show = parts->infer = true;
	survey_begin(&parts->survey);
	uint32_t to = row + 1 == parts->run_count ? parts->noted : run->to;
	for (uint32_t i = run->from; i < to; i++)
		survey_note(session, i);
}

int runs_begin(struct session *session, uint32_t from, struct err *err)
{
	struct session_parts *parts = session->parts;
	parts->runs[parts->run_count++] = (struct run){
		.from = from,
		.start_at = INSTANT_NONE,
		.last_at = INSTANT_NONE,
	};
	if (!parts->chosen)
		runs_switch(session, parts->run_count - 1);
	return add_entries(session, err);
}

/* Of a name that is too long to be shown, what is behind a comma is left out. */
static void run_name(struct run *run, struct slice text)
{
	enum { SHOWN = sizeof(((struct race_setup *)0)->session) };
	text_copy(run->whole, sizeof(run->whole), text);
	for (size_t i = text.len; i > 0 && text.len >= SHOWN; i--)
		if (text.at[i - 1] == ',')
			text.len = i - 1;
	text_copy(run->name, sizeof(run->name), text);
}

static void name_run(struct session *session, const struct event *event)
{
	struct session_parts *parts = session->parts;
	struct run *run = &parts->runs[parts->run_count - 1];
	run->number = event->number;
	run->field = event->field;
	run->closed = (event->bits & EVENT_ESTIMATED) != 0;
	if (event->value > 0 && event->value < 100 * US_DAY)
		run->length = event->value;
	if (event->value < 0 && event->value >= -10000)
		run->length_laps = (uint32_t)-event->value;
	if (event->text_len > 0)
		run_name(run, event_text(&parts->all, event));
	parts->has_sessions = parts->infer = true;
	bool wanted = is_wanted(parts, parts->run_count - 1);
	/* (2) A closed one does not take the screen from the session before it. */
	if (!wanted && (parts->chosen || run->closed))
		return;
	parts->chosen |= wanted;
	if (parts->run + 1 != parts->run_count)
		runs_switch(session, parts->run_count - 1);
}

/** (1) */
static void note_session(struct session *session, uint32_t index)
{
	struct session_parts *parts = session->parts;
	const struct event event = parts->all.at[index];
	struct run *run = &parts->runs[parts->run_count - 1];
	bool begins = run->raced && !(event.bits & EVENT_REPAIRED) &&
		      (!parts->has_sessions || event.number != run->number);
	if (begins && parts->run_count == SESSION_RUNS_MAX) {
		parts->runs_lost++;
	} else if (begins) {
		uint32_t from = parts->all.count;
		struct err err;
		uint32_t cars = count_cars(parts, run->from, index);
		run->cars = cars > run->cars ? cars : run->cars;
		run->to = index;
		(void)count_cars(parts, 0, 0);
		bool chosen = parts->chosen;
		parts->chosen |= (event.bits & EVENT_ESTIMATED) != 0;
		if (runs_begin(session, index, &err) != 0)
			session_warn(session, "%s", err.text);
		parts->chosen = chosen;
		move_behind(parts, index, from);
	}
	name_run(session, &event);
}

/** True if a later decision cancels decision @record and is not cancelled itself. */
/* NOLINTNEXTLINE(misc-no-recursion): one level for each undo of an undo */
static bool cancelled(const struct session_parts *parts, uint32_t record)
{
	for (uint32_t i = parts->noted + 1; i-- > 0;) {
		const struct event *undo = &parts->all.at[i];
		if (undo->kind == EVENT_DECISION && undo->field == DECISION_UNDO &&
		    undo->value == (int64_t)record && undo->record > record &&
		    !cancelled(parts, undo->record))
			return true;
	}
	return false;
}

static instant_us moved_start(const struct event *event)
{
	bool moved = (event->bits & EVENT_REPAIRED) && instant_is_sane(event->value);
	return moved ? event->value : event->at;
}

/** Find the last start of the run that is not cancelled. */
static void start_again(struct session_parts *parts)
{
	struct run *run = &parts->runs[parts->run_count - 1];
	instant_us before = run->left ? run->start_at : INSTANT_NONE;
	run->start_at = before;
	for (uint32_t i = parts->noted + 1; i-- > run->from;) {
		const struct event *event = &parts->all.at[i];
		if (event->kind != EVENT_START || (event->source == SOURCE_OPERATOR &&
						   cancelled(parts, event->record)))
			continue;
		run->start_at = moved_start(event);
		return;
	}
}

/** Decisions with a race time may be waiting for the start. */
static void note_start(struct session *session, uint32_t index)
{
	struct session_parts *parts = session->parts;
	const struct event *event = &parts->all.at[index];
	struct run *run = &parts->runs[parts->run_count - 1];
	uint32_t from = parts->all.count;
	run->start_at = moved_start(event);
	run->by_hand |= event->source == SOURCE_OPERATOR;
	if (parts->waiting_count == 0)
		return;
	decisions_retry(session);
	move_behind(parts, index, from);
}

void runs_note(struct session *session, uint32_t index)
{
	struct session_parts *parts = session->parts;
	const struct event *event = &parts->all.at[index];
	struct run *run = &parts->runs[parts->run_count - 1];
	if (parts->run_count > 1 && runs_in_it(event) && is_new(parts, event))
		copy_entries(parts, index);
	if (event->kind == EVENT_PASSING) {
		run->raced = true;
		run->timed |= is_timed(event);
		if (event->at > run->last_at)
			run->last_at = event->at;
	} else if (event->kind == EVENT_SESSION) {
		note_session(session, index);
	} else if (event->kind == EVENT_START) {
		note_start(session, index);
	} else if (event->kind == EVENT_DECISION && event->field == DECISION_UNDO) {
		if (run->by_hand)
			start_again(parts);
	} else if (event->kind == EVENT_ENTRY && event->source != SOURCE_SETUP &&
		   index >= parts->copied_to) {
		note_entry(parts, index);
	}
}

/* ---- the one shown -------------------------------------------------------------------- */

void runs_window(struct session *session)
{
	struct session_parts *parts = session->parts;
	const struct run *run = &parts->runs[parts->run];
	bool newest = parts->run + 1 == parts->run_count;
	uint32_t from = parts->sealed ? parts->sealed_from : run->from;
	uint32_t to = newest || parts->sealed ? parts->all.count : run->to;
	session->events = parts->all;
	session->events.deciders = &parts->deciders;
	session->events.at = parts->all.at + from;
	session->events.count = to - from;
	session->events.max = parts->all.max - from;
}

void runs_show(struct session *session)
{
	struct session_parts *parts = session->parts;
	session->runs = parts->runs_shown;
	session->run_count = parts->has_sessions ? parts->run_count : 0;
	session->run = parts->run;
	for (unsigned i = 0; i < session->run_count; i++) {
		struct view_session *shown = &parts->runs_shown[i];
		struct run *run = &parts->runs[i];
		*shown = (struct view_session){
			.cars = run->cars,
			.type = run->field == SESSION_FIELD_TIMED ? SESSION_TIMED
								  : SESSION_RACE,
			.current = i == parts->run,
		};
		if (run->name[0] != '\0')
			text_copy(shown->name, sizeof(shown->name),
				  slice_of(run->name));
		else
			text_format(shown->name, sizeof(shown->name), "Session %u",
				    run->number);
	}
}

static int no_such_run(const struct session *session, struct err *err)
{
	const struct session_parts *parts = session->parts;
	char names[120] = "";
	size_t len = 0;
	if (!parts->has_sessions)
		return err_set(err, -EINVAL,
			       "%s has one session, %s; --session race or timed sets "
			       "its type",
			       parts->shown, parts->setup.session);
	for (unsigned i = 0; i < parts->run_count; i++)
		len += text_format(names + len, sizeof(names) - len, "%s%u%s%s",
				   i == 0 ? "" : ", ", parts->runs[i].number,
				   parts->runs[i].name[0] == '\0' ? "" : " ",
				   parts->runs[i].name);
	return err_set(err, -EINVAL,
		       "%s has no session \"%.40s\"; it has %s (--session takes the "
		       "number or the name)",
		       parts->shown, parts->wanted, names);
}

/** (2) */
static unsigned last_run(const struct session_parts *parts)
{
	unsigned cars = 0;
	for (unsigned row = parts->run_count; row-- > 0;) {
		if (parts->runs[row].timed)
			return row;
		if (parts->runs[row].cars > 0 && cars == 0)
			cars = row + 1;
	}
	return cars > 0 ? cars - 1 : parts->run_count - 1;
}

int runs_choose(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	const char *wanted = parts->wanted;
	struct run *newest = &parts->runs[parts->run_count - 1];
	bool type = wanted == NULL || strcmp(wanted, "race") == 0 ||
		    strcmp(wanted, "timed") == 0;
	if (parts->has_sessions)
		newest->cars = count_cars(parts, newest->from, parts->fed);
	if (parts->chosen)
		return 0;
	if (!type && !slice_eq_nocase(slice_of(wanted), slice_of(parts->setup.session)))
		return no_such_run(session, err);
	unsigned row = last_run(parts);
	if (row != parts->run)
		runs_switch(session, row);
	const struct run *run = &parts->runs[row];
	if (parts->run_count > 1 && wanted == NULL)
		session_warn(session,
			     "%u sessions in it; this is %u%s%s (--session takes "
			     "the number or the name of another)",
			     parts->run_count, run->number,
			     run->name[0] == '\0' ? "" : ", ", run->name);
	return 0;
}
