/*
 * session_events.c -- all sources of a session into one list of events
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "load_parts.h"

/* A stream says an event in no fewer bytes than these. */
enum { STREAM_BYTES_PER_EVENT = 4 };
/* What a driver says unasked, of a connection for one. */
enum { STREAM_EVENTS = 1024, STREAM_TEXT = 64 * 1024, LINK_TEXT = 64 };
/* What the shell adds: entries, the grid, decisions, the end. */
enum { SHELL_EVENTS = 32 * RACE_CARS_MAX, SHELL_TEXT = 256 * 1024 };

struct room {
	uint64_t events, text;
	size_t scratch;
};

static void room_for_source(const struct load_source *source, struct room *room)
{
	const struct feed_driver *driver = source->driver;
	uint32_t events = 0, text = 0;
	if (load_source_streams(source)) {
		room->events += source->bytes.len / STREAM_BYTES_PER_EVENT +
				source->chunk_count + STREAM_EVENTS;
		room->text += source->bytes.len * 2 + STREAM_TEXT +
			      (uint64_t)source->chunk_count * LINK_TEXT;
		return;
	}
	driver->room(source->bytes, &events, &text);
	size_t scratch = driver->scratch_size(source->bytes);
	room->events += events;
	room->text += text;
	if (room->scratch < scratch)
		room->scratch = scratch;
}

/** Room for events and their text; what is not used of it costs nothing. */
static int make_room(struct loader *loader, size_t *scratch, struct err *err)
{
	struct gathered *gathered = &loader->gathered;
	struct session *session = loader->session;
	struct room room = {SHELL_EVENTS, SHELL_TEXT, 0};
	for (unsigned i = 0; i < gathered->source_count; i++)
		room_for_source(&gathered->sources[i], &room);
	/* A weather row of 20 bytes is 8 events. */
	room.events += gathered->texts[LOAD_WEATHER].data.len / 2;
	room.text += gathered->texts[LOAD_WEATHER].data.len;
	room.text += gathered->texts[LOAD_ENTRIES].data.len * 2;
	room.events += gathered->decision_count;
	room.text += gathered->texts[LOAD_DECISIONS].data.len * 2;
	if (room.events > UINT32_MAX || room.text > UINT32_MAX)
		return err_set(err, -EFBIG, "%s: too large for one race",
			       gathered->shown);
	void *events = NULL, *text = NULL;
	int rc = session_map(session, room.events * sizeof(struct event), MEMORY_DENSE,
			     &events, err);
	if (rc == 0)
		rc = session_map(session, room.text, MEMORY_SPARSE, &text, err);
	if (rc != 0)
		return rc;
	*scratch = room.scratch;
	session->events = (struct event_list){
		.at = events,
		.max = (uint32_t)room.events,
		.text = text,
		.text_max = (uint32_t)room.text,
	};
	return 0;
}

/* ---- the start ------------------------------------------------------------------ */

static void shift(struct loader *loader, uint32_t from, uint32_t to, int64_t by)
{
	struct event *events = loader->session->events.at;
	for (uint32_t i = from; i < to; i++) {
		events[i].at += by;
		events[i].heard_at += by;
		if (events[i].kind == EVENT_START && events[i].value != INSTANT_NONE)
			events[i].value += by;
	}
}

/** Rows without a time of day begin at midnight: the sidecar knows better. Where
 * they have one, it holds, and a sidecar that says otherwise is another race's. */
static void place_by_sidecar(struct loader *loader)
{
	struct feed_info *info = &loader->session->info;
	duration_us said = loader->sidecar.start;
	char theirs[TIME_TEXT_MAX], ours[TIME_TEXT_MAX];
	if (said == DURATION_NONE || info->start_at == INSTANT_NONE)
		return;
	instant_us local = info->start_at + loader->feed.utc_offset_us;
	int64_t into = (local % US_DAY + US_DAY) % US_DAY;
	if (into == 0) {
		shift(loader, 0, loader->session->events.count, said);
		info->start_at += said;
		info->end_at += said;
		return;
	}
	if (said - into <= US_S && into - said <= US_S)
		return;
	format_clock(theirs, said, true);
	format_clock(ours, local, true);
	load_warn(loader, "%s says the start was at %s; the rows say %s, and hold",
		  loader->gathered.beside[LOAD_SIDECAR][0] == '\0'
			  ? "the sidecar"
			  : loader->gathered.beside[LOAD_SIDECAR],
		  theirs, ours);
}

/* ---- weather -------------------------------------------------------------------- */

enum { ZONE_STEP_MIN = 30, ZONE_SLACK_MIN = 10 };

static int64_t nearest_step(int64_t value, int64_t step)
{
	int64_t half = value < 0 ? -step / 2 : step / 2;
	return (value + half) / step * step;
}

/** Weather is in UTC and begins when the session does; the laps are in local
 * time, perhaps of an unknown day. So the weather tells the zone's offset, and
 * the day where nothing else did: the laps up to @laps are put there. */
static bool place_by_weather(struct loader *loader, uint32_t laps, instant_us weather)
{
	struct race_setup *setup = &loader->session->setup;
	struct feed_info *info = &loader->session->info;
	if (info->start_at == INSTANT_NONE || setup->zone[0] != '\0')
		return info->start_at != INSTANT_NONE;
	int64_t ahead = (info->start_at - weather) % US_DAY;
	if (ahead > US_DAY / 2)
		ahead -= US_DAY;
	else if (ahead < -US_DAY / 2)
		ahead += US_DAY;
	int64_t offset = nearest_step(ahead, ZONE_STEP_MIN * US_MIN);
	int64_t rest = ahead - offset;
	if (rest > ZONE_SLACK_MIN * US_MIN || rest < -ZONE_SLACK_MIN * US_MIN)
		return false;
	instant_us start = weather + rest;
	/* A date that was told must be the weather's. */
	if (loader->feed.day != INSTANT_NONE && info->start_at - offset != start)
		return false;
	int64_t by = start - info->start_at;
	shift(loader, 0, laps, by);
	info->start_at += by;
	info->end_at += by;
	setup->utc_offset_us = offset;
	setup->floating = false;
	char date[TIME_TEXT_MAX];
	format_date(date, start + offset);
	loader->year = (int)strtol(date, NULL, 10);
	return true;
}

/** A sidecar that is bad leaves the race as it is, and the reader is told. */
static void read_weather(struct loader *loader)
{
	struct session *session = loader->session;
	struct event_list *list = &session->events;
	struct slice text = loader->gathered.texts[LOAD_WEATHER].data;
	struct err weather_err;
	uint32_t laps = list->count, text_len = list->text_len;
	instant_us first = INSTANT_NONE;
	if (text.at == NULL)
		return;
	if (feed_weather_read(text, SOURCE_SETUP, list, &weather_err) != 0) {
		list->count = laps;
		list->text_len = text_len;
		load_warn(loader, "the weather was not used: %s: %s",
			  loader->gathered.beside[LOAD_WEATHER], weather_err.text);
		return;
	}
	for (uint32_t i = laps; i < list->count; i++)
		if (list->at[i].kind == EVENT_WEATHER &&
		    (first == INSTANT_NONE || list->at[i].at < first))
			first = list->at[i].at;
	if (first == INSTANT_NONE || place_by_weather(loader, laps, first))
		return;
	list->count = laps;
	list->text_len = text_len;
	load_warn(loader, "the weather was not used: its times do not fit the race's");
}

/* ---- all ------------------------------------------------------------- */

static int read_source(struct loader *loader, unsigned index, void *scratch,
		       struct err *err)
{
	const struct load_source *source = &loader->gathered.sources[index];
	struct session *session = loader->session;
	struct feed_info info = {.start_at = INSTANT_NONE, .end_at = INSTANT_NONE};
	loader->feed.source = (uint16_t)index;
	if (load_source_streams(source))
		return 0;
	int rc = source->driver->read_file(source->bytes, &loader->feed, scratch,
					   &session->events, &info, err);
	if (rc != 0) {
		err_prefix(err, "%s", loader->gathered.shown);
		return rc;
	}
	if (session->info.rows == 0)
		session->info = info;
	return 0;
}

int load_events(struct loader *loader, struct err *err)
{
	struct session *session = loader->session;
	void *scratch = NULL;
	size_t size = 0;
	session->info = (struct feed_info){
		.start_at = INSTANT_NONE,
		.end_at = INSTANT_NONE,
	};
	int rc = make_room(loader, &size, err);
	if (rc == 0 && size > 0) {
		scratch = memory_map(size, MEMORY_DENSE);
		if (scratch == NULL)
			rc = err_set(err, -ENOMEM, "%s: out of memory (%zu MiB wanted)",
				     loader->gathered.shown, size / (1024 * 1024));
	}
	for (unsigned i = 0; rc == 0 && i < loader->gathered.source_count; i++)
		rc = read_source(loader, i, scratch, err);
	memory_free(scratch, size);
	if (rc == 0)
		rc = load_heard(loader, err);
	if (rc == 0)
		rc = load_runs(loader, err);
	if (rc == 0)
		place_by_sidecar(loader);
	if (rc == 0)
		read_weather(loader);
	return rc;
}
