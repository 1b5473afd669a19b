/*
 * session.c -- the life of a session: opened, fed row by row, looked at while it runs,
 * sealed when nothing follows
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/net.h"
#include "session_parts.h"

enum { ROOM_BYTES = 256 * 1024 * 1024 };
/* Address room for --memory, of which only what is used costs anything. An event needs
 * about EVENT_BYTES with its text, its place in the order and its share of the laps. */
enum { EVENT_BYTES = 256, TEXT_PER_EVENT = 32 };
enum { EVENTS_LEAST = 64 * 1024, EVENTS_MOST = 64 * 1024 * 1024 };
static const int64_t memory_default = INT64_C(2) * 1024 * 1024 * 1024;

/* ---- memory ----------------------------------------------------------------------------- */

static void give_back(void **at, size_t *size)
{
	memory_free(*at, *size);
	*at = NULL;
	*size = 0;
}

static void forget_memory(struct session_parts *parts)
{
	give_back(&parts->events_map.at, &parts->events_map.size);
	give_back(&parts->text_map.at, &parts->text_map.size);
	give_back(&parts->storage.at, &parts->storage.size);
}

/** Events that --memory has room for. */
static uint32_t events_wanted(const struct options *options)
{
	int64_t bytes = 0;
	if (options->memory == NULL || !parse_bytes(slice_of(options->memory), &bytes))
		bytes = memory_default;
	int64_t events = bytes / EVENT_BYTES;
	if (bytes == 0 || events > EVENTS_MOST) /* "none" */
		return EVENTS_MOST;
	return events > EVENTS_LEAST ? (uint32_t)events : EVENTS_LEAST;
}

/** A timeline whose end moves, its list and its text stay where they are. A machine that
 * counts addresses gives less room. */
static int make_live_room(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	uint32_t max = events_wanted(&parts->options);
	for (; max >= EVENTS_LEAST / 2; max /= 2) {
		parts->events_map.size = (size_t)max * sizeof(struct event);
		parts->text_map.size = (size_t)max * TEXT_PER_EVENT;
		parts->storage.size = timeline_live_size(max);
		parts->events_map.at = memory_map(parts->events_map.size, 0);
		parts->text_map.at = memory_map(parts->text_map.size, 0);
		parts->storage.at = memory_map(parts->storage.size, 0);
		if (parts->events_map.at != NULL && parts->text_map.at != NULL &&
		    parts->storage.at != NULL) {
			parts->events_max = max - 1;
			parts->all = (struct event_list){
				.at = parts->events_map.at,
				.max = max,
				.text = parts->text_map.at,
				.text_max = max * TEXT_PER_EVENT,
			};
			return 0;
		}
		forget_memory(parts);
	}
	return err_set(err, -ENOMEM, "%s: out of memory for a race", session->source);
}

/* ---- opening and closing -------------------------------------------------------------------- */

int session_open(const struct options *options, const struct session_source *source,
		 struct session **out, struct err *err)
{
	struct session *session = memory_map(sizeof(*session), 0);
	struct session_parts *parts = calloc(1, sizeof(*parts));
	if (session == NULL || parts == NULL) {
		memory_free(session, sizeof(*session));
		free(parts);
		return err_set(err, -ENOMEM, "out of memory");
	}
	session->parts = parts;
	parts->options = *options;
	parts->live = source->live;
	parts->recording = source->recording;
	text_copy(parts->named, sizeof(parts->named), slice_of(source->named));
	text_clean(parts->shown, sizeof(parts->shown), slice_of(source->shown));
	text_clean(session->source, sizeof(session->source),
		   slice_of(source_base(source->shown)));
	text_copy(parts->wanted_text, sizeof(parts->wanted_text),
		  slice_of(source->wanted));
	if (options->session != NULL && !session_is_file(options->session))
		parts->wanted = options->session;
	else if (parts->wanted_text[0] != '\0')
		parts->wanted = parts->wanted_text;
	int key = beacon_key_read(options, parts, err);
	if (key != 0) {
		session_free(session);
		return key;
	}
	if (options->stints != NULL) {
		int stints = session_stints_option(session, options->stints, err);
		if (stints != 0) {
			session_free(session);
			return stints;
		}
	}
	session_restart(session);
	/* A long one may be of lines without events: the room grows when it is used. */
	uint64_t size = source->size < ROOM_BYTES ? source->size : ROOM_BYTES;
	int rc = parts->live ? make_live_room(session, err)
			     : feed_room(session, size / 3 + 8192,
					 size * 2 + 1024 * 1024, err);
	if (rc != 0) {
		session_free(session);
		return rc;
	}
	*out = session;
	return 0;
}

void session_free(struct session *session)
{
	if (session == NULL)
		return;
	struct session_parts *parts = session->parts;
	feed_free(session);
	decisions_forget(session);
	setup_texts_free(&parts->texts);
	bytes_free(&parts->circuits);
	forget_memory(parts);
	free(parts->entries);
	free(parts->waiting);
	free(parts->deciders.names);
	free(parts->file_lines);
	free(parts);
	memory_free(session, sizeof(*session));
}

/** Back to before the first row. */
static void forget_rows(struct session *session)
{
	struct session_parts *parts = session->parts;
	feed_free(session);
	decisions_forget(session);
	for (unsigned i = 0; i < parts->source_count; i++)
		feed_source_reset(&parts->sources[i]);
	parts->all.count = parts->all.text_len = 0;
	parts->all.dropped = 0;
	parts->own = (struct circuit_own){.length = 0};
	parts->noted = parts->fed = parts->copied_to = 0;
	parts->placed = false;
	parts->run_count = parts->run = 0;
	parts->runs_lost = 0;
	memset(parts->limits_told, 0, sizeof(parts->limits_told));
	parts->has_sessions = parts->chosen = false;
	parts->entry_count = 0;
	parts->log_count = parts->ahead_count = 0;
	parts->steady = (struct steady){0};
	parts->steady_steps = 0;
	parts->no_effect_count = 0;
	parts->decisions_seen = (struct decisions_seen){0};
	parts->sequence = 0;
	session->warning[0] = '\0';
	session->left = 0;
	session->info = (struct feed_info){
		.start_at = INSTANT_NONE,
		.end_at = INSTANT_NONE,
	};
}

void session_restart(struct session *session)
{
	struct session_parts *parts = session->parts;
	forget_rows(session);
	parts->planned = parts->begun = parts->again = false;
	parts->sealed = parts->ended = false;
}

bool session_again(const struct session *session)
{
	return session->parts->again;
}

void session_set_sink(struct session *session, const struct session_sink *sink)
{
	session->parts->sink =
		sink != NULL ? *sink : (struct session_sink){.ask = NULL};
}

struct setup_texts *session_texts(struct session *session)
{
	return &session->parts->texts;
}

/* ---- while it runs ----------------------------------------------------------------------------- */

int session_plan(struct session *session, instant_us received_at, struct err *err)
{
	struct session_parts *parts = session->parts;
	if (parts->planned)
		return 0;
	forget_rows(session);
	int rc = setup_plan(session, received_at, err);
	if (rc == 0)
		rc = runs_begin(session, 0, err);
	parts->planned = rc == 0;
	if (rc == 0)
		feed_note(session);
	return rc;
}

int session_settle(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	const struct race_setup setup = session->setup;
	int rc = parts->infer ? setup_infer(session, err) : 0;
	runs_window(session);
	runs_show(session);
	session_first_anomaly(session);
	if (rc == 0 && parts->show) {
		parts->show = false;
		rc = timeline_begin(&session->timeline, &session->events,
				    parts->events_max, &session->setup,
				    parts->storage.at, err);
	} else {
		if (memcmp(&setup, &session->setup, sizeof(setup)) != 0)
			timeline_set_up(&session->timeline, &session->setup);
		(void)timeline_take(&session->timeline);
	}
	if (rc == 0)
		decisions_review(session);
	if (rc == 0)
		limits_review(session);
	return rc;
}

int session_choose(struct session *session, unsigned row, struct err *err)
{
	struct session_parts *parts = session->parts;
	if (row >= parts->run_count)
		return err_set(err, -EINVAL, "there is no session %u", row + 1);
	if (parts->runs[row].left && row != parts->run)
		return err_set(err, -ENODATA,
			       "events of that session have left memory: open the "
			       "recording to see it");
	parts->chosen = parts->sealed || row != runs_newest(parts);
	runs_switch(session, row);
	if (parts->sealed)
		return session_seal(session, parts->flags, err);
	return session_settle(session, err);
}

/* ---- the end ------------------------------------------------------------------------------------ */

static struct event *add_event(struct session_parts *parts, enum event_kind kind,
			       instant_us at)
{
	struct event *event = event_add(&parts->all, kind, at);
	event->source = SOURCE_SETUP;
	event->sequence = parts->sequence++;
	return event;
}

/** The grid of the sidecar. */
static void add_grid(struct session *session)
{
	struct session_parts *parts = session->parts;
	const struct run *run = &parts->runs[parts->run];
	instant_us at = parts->survey.first_at;
	if (run->start_at != INSTANT_NONE && (at == INSTANT_NONE || run->start_at < at))
		at = run->start_at;
	if (parts->sidecar.grid_count == 0)
		return;
	if (at > parts->survey.oldest_at && parts->survey.oldest_at != INSTANT_NONE)
		at = parts->survey.oldest_at;
	for (uint32_t i = 0; i < parts->sidecar.grid_count; i++) {
		struct slice number = slice_of(parts->sidecar.grid[i]);
		if (number.len == 0 || at == INSTANT_NONE)
			continue;
		struct event *event = add_event(parts, EVENT_ENTRY, at);
		event_set_id(event, ID_NUMBER, number);
		event->field = ENTRY_GRID;
		event->number = i + 1;
		if (parts->sidecar.grid_inferred)
			event->bits |= EVENT_ESTIMATED;
	}
}

/** Put the run shown at the end of `all`: sealing appends to it. */
static int bring_to_end(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	const struct run *run = &parts->runs[parts->run];
	parts->all.count = parts->fed;
	parts->sequence = 0;
	parts->sealed_from = run->from;
	if (parts->run + 1 == parts->run_count)
		return feed_room(session, RACE_CARS_MAX + 64, 4096, err);
	uint32_t count = run->to - run->from;
	int rc = feed_room(session, (uint64_t)count + RACE_CARS_MAX + 64, 4096, err);
	if (rc != 0)
		return rc;
	memcpy(&parts->all.at[parts->fed], &parts->all.at[run->from],
	       count * sizeof(struct event));
	parts->all.count += count;
	parts->sealed_from = parts->fed;
	return 0;
}

static int fold(struct session *session, unsigned flags, struct err *err)
{
	struct session_parts *parts = session->parts;
	bool history = (flags & LOAD_HISTORY) != 0;
	bool keyframes = (flags & LOAD_KEYFRAMES) != 0;
	struct timeline_needs needs =
		timeline_needs(&session->events, history, keyframes);
	give_back(&parts->storage.at, &parts->storage.size);
	needs.storage = memory_map(needs.bytes, needs.dense);
	if (needs.storage == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory (%zu MiB wanted)",
			       session->source, needs.bytes / (1024 * 1024));
	parts->storage.at = needs.storage;
	parts->storage.size = needs.bytes;
	return timeline_load(&session->timeline, &session->events, &session->setup,
			     &needs, err);
}

/** The newest passing; without one, the first event. */
static instant_us last_at(const struct session_parts *parts)
{
	instant_us at = parts->runs[parts->run].last_at;
	if (at == INSTANT_NONE && parts->fed > parts->sealed_from)
		at = parts->all.at[parts->sealed_from].received_at;
	return at == INSTANT_NONE ? 0 : at;
}

static int no_cars(const struct session *session, struct err *err)
{
	return err_set(err, -EINVAL, "%s: no car crosses a line in it%s%s",
		       session->parts->shown,
		       session->first_anomaly[0] == '\0' ? "" : "; ",
		       session->first_anomaly);
}

/** Say how many laps of a file the race does not count: their cars had finished. */
static void warn_not_counted(struct session *session)
{
	struct timeline *timeline = &session->timeline;
	uint32_t laps = 0, counted = timeline->lap_total - timeline->lap_first;
	if (session->info.rows == 0 || session->parts->source_count != 1 ||
	    timeline_head(timeline)->result_lap > 0)
		return;
	for (uint32_t i = 0; i < session->events.count; i++) {
		const struct event *event = &session->events.at[i];
		laps += event->kind == EVENT_PASSING &&
			(event->line == LINE_SF || event->line == LINE_SF_PIT);
	}
	if (laps > counted)
		session_warn(session, "%u %s behind the finish %s not counted",
			     laps - counted, laps - counted == 1 ? "lap" : "laps",
			     laps - counted == 1 ? "is" : "are");
}

/** A source that ends before half of the length and shows no chequered flag is of a part of the race. */
static bool is_part(const struct session *session)
{
	const struct race_setup *setup = &session->setup;
	const struct survey *survey = &session->parts->survey;
	const struct run *run = &session->parts->runs[session->parts->run];
	instant_us start =
		setup->start_at != INSTANT_NONE ? setup->start_at : run->start_at;
	uint64_t twice = 2 * (uint64_t)survey->most_laps;
	if (survey->flag == FLAG_FINISH || survey->flag_at != INSTANT_NONE)
		return false;
	if (setup->length_us > 0)
		return start != INSTANT_NONE &&
		       last_at(session->parts) <
			       instant_add(start, setup->length_us / 2);
	if (twice == 0)
		return false;
	return twice < setup->length_laps ||
	       (setup->lap_length > 0 &&
		twice * (uint64_t)setup->lap_length < (uint64_t)setup->length);
}

/** Add the end of the race, or say what the end of a lap file means: it ends wherever it was cut off. */
static void end_events(struct session *session)
{
	struct session_parts *parts = session->parts;
	bool part = is_part(session);
	if (!parts->survey.ended)
		add_event(parts, EVENT_END, last_at(parts))->field =
			survey_cut(parts) || part ? END_CUT : END_COMPLETE;
	if (session->info.rows == 0 || parts->source_count != 1)
		return;
	for (uint32_t i = parts->runs[parts->run].from; i < parts->all.count; i++) {
		struct event *event = &parts->all.at[i];
		if (event->kind == EVENT_END && event->source != SOURCE_OPERATOR)
			event->field = part ? END_CUT : END_COMPLETE;
	}
}

int session_seal(struct session *session, unsigned flags, struct err *err)
{
	struct session_parts *parts = session->parts;
	int rc = session_plan(session, INSTANT_NONE, err);
	if (rc == 0 && !parts->sealed)
		rc = feed_end(session, err);
	if (rc == 0)
		rc = runs_choose(session, err);
	if (rc != 0)
		return rc;
	/* A live source counts those of all its sessions. */
	if (!parts->live && parts->run_count > 1)
		feed_log_run(parts);
	parts->sealed = true;
	parts->flags = flags;
	rc = bring_to_end(session, err);
	session_first_anomaly(session);
	if (rc == 0 && parts->runs[parts->run].last_at == INSTANT_NONE &&
	    !parts->survey.entered)
		return no_cars(session, err);
	if (rc == 0)
		rc = setup_infer(session, err);
	if (rc == 0) {
		add_grid(session);
		rc = decisions_end(session, err);
	}
	if (rc != 0)
		return rc;
	feed_show_recorded(session);
	end_events(session);
	runs_window(session);
	runs_show(session);
	session->complete = true;
	rc = fold(session, flags, err);
	if (rc == 0)
		decisions_review(session);
	if (rc == 0)
		limits_review(session);
	if (rc == 0)
		warn_not_counted(session);
	return rc;
}

/* ---- a file ---------------------------------------------------------------------------------------- */

/** The name to read an event and a date from: not a URL, whose numbers are ports. */
static const char *rows_name(const struct rows *rows)
{
	const char *url = rows->sources[0].url;
	if (!rows->recording)
		return rows->by_folder ? url : rows->path;
	return net_url_is(url) ? "" : url;
}

struct feeding {
	struct session *session;
	struct err *err;
};

static int rows_on_row(void *context, const struct record_row *row)
{
	const struct feeding *feeding = context;
	return session_feed(feeding->session, row, feeding->err);
}

int session_feed_rows(struct session *session, struct rows *rows, struct err *err)
{
	struct feeding feeding = {session, err};
	int rc = rows_each(rows, rows_on_row, &feeding, err);
	if (rc == 0 && session_again(session)) {
		session->parts->decoding = NULL;
		session_restart(session);
		rc = rows_each(rows, rows_on_row, &feeding, err);
	}
	return rc;
}

/** The session takes the texts of @rows. */
static int add_sources(struct session *session, struct rows *rows, struct err *err)
{
	session->parts->bytes_stay = !rows->recording;
	session->parts->texts = rows->texts;
	rows->texts = (struct setup_texts){.unread = ""};
	for (unsigned i = 0; i < rows->count; i++) {
		const struct record_source *source = &rows->sources[i];
		/* A blank name: detected from the first bytes. */
		if (source->driver[0] != '\0' &&
		    feed_by_name(slice_of(source->driver)) == NULL)
			return err_set(err, -ENOTSUP,
				       "%s: its source %s needs the feed \"%s\", which "
				       "this version does not have",
				       rows->shown, source->url, source->driver);
		(void)session_source_add(session, source);
	}
	return 0;
}

int session_open_rows(const struct options *options, struct rows *rows,
		      struct session **out, struct err *err)
{
	const struct session_source source = {
		.shown = rows->shown,
		.named = rows_name(rows),
		.wanted = rows->wanted,
		.recording = rows->recording,
		.size = rows->size,
	};
	int rc = session_open(options, &source, out, err);
	if (rc != 0)
		return rc;
	assert(*out != NULL);
	rc = add_sources(*out, rows, err);
	if (rc == 0)
		return 0;
	session_free(*out);
	*out = NULL;
	return rc;
}

/** A word that is neither a file nor a command was probably meant as one. */
static void explain_missing(const struct options *options, int rc, struct err *err)
{
	const char *text = options->source_count == 0 ? "" : options->sources[0];
	if (rc != -ENOENT || text[0] == '\0' || strpbrk(text, "./?:") != NULL)
		return;
	char shown[64];
	text_clean(shown, sizeof(shown), slice_of(text));
	err_set(err, rc,
		"%s: neither a file nor a command; `pitwall --help` lists the commands",
		shown);
}

int session_load(const struct options *options, unsigned flags, struct session **out,
		 struct err *err)
{
	struct rows *rows = NULL;
	struct session *session = NULL;
	if (options->publish != NULL)
		return err_set(err, -EINVAL,
			       "--publish is for a race that is recorded now: name a "
			       "live source, for example p3://10.0.0.5");
	int rc = rows_open(options, &rows, err);
	if (rc != 0) {
		explain_missing(options, rc, err);
		return rc;
	}
	rc = session_open_rows(options, rows, &session, err);
	if (rc == 0 && !session_feed_decoded(session, rows)) {
		session_restart(session);
		rc = session_feed_rows(session, rows, err);
	}
	if (rc == 0)
		rc = session_seal(session, flags, err);
	if (rc != 0) {
		session_free(session);
	} else {
		session->bundled = options->source_count == 0;
		feed_free(session);
		*out = session;
	}
	rows_close(rows);
	return rc;
}
