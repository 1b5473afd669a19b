/*
 * live_setup.c -- the set-up of a session that is not over, and its runs
 *
 *  (1) What the command line, the session file and the recording say is known before
 *      the first byte; what only the sources say (classes, lines, the length) makes
 *      another set-up, under which all is folded again.
 *  (2) The runs of a source (practice, qualifying, the race) are parts of one list of
 *      events, one behind the other; a session shows one of them. Each begins with the
 *      entries that the session file names.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "live_parts.h"

enum { EVENTS_MAX = 2 * 1024 * 1024, EVENTS_MIN = 64 * 1024, TEXT_PER_EVENT = 32 };

/* ---- memory -------------------------------------------------------------------- */

/** Address room for a whole race, of which only what is used costs anything. A
 * machine that counts addresses gets less. */
static int make_room(struct live *live, struct err *err)
{
	struct session *session = live->session;
	for (uint32_t max = EVENTS_MAX; max >= EVENTS_MIN; max /= 2) {
		void *events = NULL, *text = NULL, *storage = NULL;
		session->map_count = 0;
		int rc = session_map(session, (size_t)max * sizeof(struct event),
				     MEMORY_SPARSE, &events, err);
		if (rc == 0)
			rc = session_map(session, (size_t)max * TEXT_PER_EVENT,
					 MEMORY_SPARSE, &text, err);
		if (rc == 0)
			rc = session_map(session, timeline_live_size(max),
					 MEMORY_SPARSE, &storage, err);
		if (rc == 0) {
			live->events_max = max - 1;
			live->storage = storage;
			live->all = (struct event_list){
				.at = events,
				.max = max,
				.text = text,
				.text_max = max * TEXT_PER_EVENT,
			};
			return 0;
		}
		while (session->map_count > 0) {
			session->map_count--;
			memory_free(session->maps[session->map_count].at,
				    session->maps[session->map_count].size);
		}
	}
	return -ENOMEM;
}

int live_begin(struct live *live, struct err *err)
{
	live->session = memory_map(sizeof(*live->session), MEMORY_WHOLE);
	if (live->session == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	live->loader.session = live->session;
	live->loader.options = live->options;
	live->session->info = (struct feed_info){
		.start_at = INSTANT_NONE,
		.end_at = INSTANT_NONE,
	};
	text_clean(live->session->source, sizeof(live->session->source),
		   slice_of(live->source_count > 0 ? live->sources[0].url.text
						   : source_base(live->path)));
	return make_room(live, err);
}

/* ---- runs ---------------------------------------------------------------------------- */

/** The list of the session is the run's part of all. */
static void window(struct live *live)
{
	struct session *session = live->session;
	const struct live_run *run = &live->runs[live->run];
	bool newest = live->run + 1 == live->run_count;
	session->events = live->all;
	session->events.at = live->all.at + run->from;
	session->events.count = (newest ? live->all.count : run->to) - run->from;
	session->events.max = live->all.max - run->from;
}

int live_show_run(struct live *live, unsigned run, struct err *err)
{
	struct session *session = live->session;
	live->run = run;
	window(live);
	session->setup.type = live->runs[run].shown.type;
	if (live->runs[run].shown.name[0] != '\0')
		text_copy(session->setup.session, sizeof(session->setup.session),
			  slice_of(live->runs[run].shown.name));
	live->changed = true;
	return timeline_begin(&session->timeline, &session->events,
			      live->events_max - live->runs[run].from, &session->setup,
			      live->storage, err);
}

int live_choose(struct live *live, unsigned row, struct err *err)
{
	if (row >= live->run_count)
		return err_set(err, -EINVAL, "there is no session %u", row + 1);
	live->runs[live->run].shown.cars =
		timeline_head(&live->session->timeline)->car_count;
	live->run_chosen = row + 1 != live->run_count;
	return live_show_run(live, row, err);
}

/** What is known of the cars, for the run that begins: a source says it once. */
static void copy_entries(struct live *live, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		const struct event entry = live->all.at[i];
		if (entry.kind != EVENT_ENTRY)
			continue;
		struct event *event = event_add(&live->all, EVENT_ENTRY, INSTANT_NONE);
		*event = entry;
	}
}

static uint8_t type_of(const struct live *live, const struct event *event)
{
	if (event->field == SESSION_FIELD_TIMED)
		return SESSION_TIMED;
	if (event->field == SESSION_FIELD_RACE)
		return SESSION_RACE;
	return live->loader.session->setup.type;
}

static void name_run(struct live *live, struct live_run *run, const struct event *event)
{
	run->number = event->number;
	run->shown.type =
		live->type_given ? live->session->setup.type : type_of(live, event);
	if (event->text_len > 0)
		text_copy(run->shown.name, sizeof(run->shown.name),
			  event_text(&live->all, event));
}

/** True when @event begins another run at list index @at. */
static bool survey_session(struct live *live, uint32_t at)
{
	const struct event event = live->all.at[at];
	struct live_run *run = &live->runs[live->run_count - 1];
	if (event.value > 0 && event.value < 100 * US_DAY)
		live->length_heard = event.value;
	if (!run->raced || event.number == run->number) {
		name_run(live, run, &event);
		return !run->raced;
	}
	if (live->run_count == LIVE_SESSIONS_MAX)
		return false;
	uint32_t from = run->from;
	run->to = at;
	run->shown.cars = timeline_head(&live->session->timeline)->car_count;
	run = &live->runs[live->run_count++];
	*run = (struct live_run){.from = at};
	name_run(live, run, &event);
	copy_entries(live, from, at);
	return true;
}

/* ---- what the sources say of the race as a whole -------------------------------------- */

static bool survey_class(struct live *live, struct slice name)
{
	for (unsigned i = 0; i < live->class_count; i++)
		if (slice_eq(name, slice_of(live->classes[i])))
			return false;
	if (name.len == 0 || live->class_count == RACE_CLASSES_MAX)
		return false;
	text_copy(live->classes[live->class_count++], sizeof(live->classes[0]), name);
	return true;
}

static bool rules_are_given(const struct live *live)
{
	return live->options->rules != NULL || live->loader.text.rules[0] != '\0' ||
	       live->loader.gathered.texts[LOAD_RULES].data.at != NULL;
}

static void judge(struct live *live)
{
	struct session *session = live->session;
	struct race_setup setup = session->setup;
	const char *names[RACE_CLASSES_MAX];
	struct rules rules;
	struct err err;
	if (live->lines > setup.line_count) {
		setup.line_count = live->lines;
		for (unsigned i = 0; i < setup.line_count; i++)
			setup.line_ppm[i] = i * 1000000 / setup.line_count;
		circuit_from_lines(&session->circuit, &setup);
	}
	if (live->length_heard > 0 && !live->length_given)
		setup.length_us = live->length_heard;
	for (unsigned i = 0; i < live->class_count; i++)
		names[i] = live->classes[i];
	if (!rules_are_given(live) && live->class_count > 0 &&
	    rules_load(rules_default(names, live->class_count, setup.length_us,
				     live->loader.year),
		       &rules, &err) == 0)
		session->rules = rules;
	if (memcmp(&setup, &session->setup, sizeof(setup)) == 0)
		return;
	session->setup = setup;
	timeline_set_up(&session->timeline, &session->setup);
}

void live_survey(struct live *live)
{
	bool changed = false, run = false;
	duration_us length = live->length_heard;
	struct err err;
	for (; live->surveyed < live->all.count; live->surveyed++) {
		const struct event *event = &live->all.at[live->surveyed];
		if (event->kind == EVENT_SESSION) {
			run |= survey_session(live, live->surveyed);
		} else if (event->kind == EVENT_ENTRY && event->field == ENTRY_CLASS) {
			changed |= survey_class(live, event_text(&live->all, event));
		} else if (event->kind == EVENT_PASSING) {
			live->runs[live->run_count - 1].raced = true;
			if (event->line < LINES_MAX && event->line >= live->lines) {
				changed |=
					event->line >= live->session->setup.line_count;
				live->lines = (uint8_t)(event->line + 1);
			}
		}
	}
	if (run && !live->run_chosen)
		(void)live_show_run(live, live->run_count - 1, &err);
	window(live);
	if (changed || length != live->length_heard)
		judge(live);
}

/* ---- the plan ----------------------------------------------------------------------------- */

/** A live race is today's, and without a zone it is at the place we are. */
static void plan_today(struct live *live)
{
	struct race_setup *setup = &live->session->setup;
	struct feed_setup *feed = &live->loader.feed;
	instant_us now = live->first_at != INSTANT_NONE ? live->first_at : live_now();
	if (setup->zone[0] == '\0') {
		time_t seconds = (time_t)(now / US_S);
		struct tm tm;
		if (localtime_r(&seconds, &tm) != NULL)
			setup->utc_offset_us =
				civil_to_instant(tm.tm_year + 1900, tm.tm_mon + 1,
						 tm.tm_mday) +
				((tm.tm_hour * 60 + tm.tm_min) * 60 + tm.tm_sec) *
					US_S -
				(instant_us)seconds * US_S;
	}
	if (setup->floating) {
		setup->floating = false;
		instant_us local = now + setup->utc_offset_us;
		feed->day = local - local % US_DAY;
	}
	feed->utc_offset_us = setup->utc_offset_us;
}

static int plan_entries(struct live *live, struct err *err)
{
	struct slice text = live->loader.gathered.texts[LOAD_ENTRIES].data;
	if (text.at == NULL)
		return 0;
	int rc = entries_parse(text, "entries", INSTANT_NONE, &live->all, err);
	live->heard = true;
	return rc;
}

int live_plan(struct live *live, struct err *err)
{
	struct session *session = live->session;
	bool again = live->run_count > 0;
	int rc = load_setup_live(&live->loader, err);
	if (rc != 0)
		return rc;
	live->planned = true;
	live->type_given = live->options->session != NULL &&
			   !session_is_file(live->options->session);
	live->length_given = session->setup.length_us > 0 ||
			     session->setup.length > 0 ||
			     session->setup.length_laps > 0;
	plan_today(live);
	if (!again)
		live->runs[live->run_count++] =
			(struct live_run){.shown.type = session->setup.type};
	rc = plan_entries(live, err);
	if (rc != 0)
		return rc;
	if (!again)
		return live_show_run(live, 0, err);
	timeline_set_up(&session->timeline, &session->setup);
	return 0;
}
