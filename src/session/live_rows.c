/*
 * live_rows.c -- from a record to events: the one step of what is heard now, what a
 * file holds, and what another process writes
 *
 * Cited rules are those of live.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "live_parts.h"
#include "pitwall/decision.h"

/* ---- what the events of one record tell the feeds screen -------------------------- */

static void count_minute(struct live_source *source, instant_us heard_at)
{
	int64_t second = heard_at / US_S;
	if (second > source->minute_at) {
		int64_t gone = second - source->minute_at;
		for (int64_t i = 1; i <= gone && i <= LIVE_MINUTE; i++)
			source->minute[(source->minute_at + i) % LIVE_MINUTE] = 0;
		source->minute_at = second;
	}
	source->minute[source->minute_at % LIVE_MINUTE]++;
}

static void log_anomaly(struct live *live, const struct event *event, uint16_t source)
{
	struct view_anomaly *row = &live->log[live->log_count++ % LIVE_LOG_MAX];
	*row = (struct view_anomaly){
		.at = event->heard_at,
		.source = source,
		.kind = event->field,
	};
	text_copy(row->words, sizeof(row->words), event_text(&live->all, event));
}

static void count_events(struct live_source *source, uint32_t from)
{
	struct live *live = source->live;
	uint16_t index = (uint16_t)(source - live->sources);
	for (uint32_t i = from; i < live->all.count; i++) {
		const struct event *event = &live->all.at[i];
		source->shown.events++;
		if (event->kind == EVENT_PASSING) {
			source->shown.passings++;
			count_minute(source, event->heard_at);
			live->ahead[live->ahead_count++ % LIVE_AHEAD] =
				event->at - event->heard_at;
			if (event->clock > source->shown.clock)
				source->shown.clock = event->clock;
		} else if (event->kind == EVENT_ANOMALY &&
			   event->field < ANOMALY_COUNT) {
			source->shown.anomalies[event->field]++;
			log_anomaly(live, event, index);
		}
	}
	live->heard |= live->all.count > from;
}

/* ---- bytes --------------------------------------------------------------------------- */

static void on_ask(void *context, const struct stream *stream, uint16_t peer,
		   const struct event *event, struct slice bytes)
{
	struct live_source *source = context;
	(void)stream;
	if (!source->live->loading && source->net != NULL)
		live_ask(source, peer, (event->bits & EVENT_AFTER_COMMIT) != 0, bytes);
}

static bool open_stream(struct live_source *source)
{
	struct live *live = source->live;
	struct feed_setup setup = live->loader.feed;
	if (source->stream != NULL)
		return true;
	void *storage = calloc(1, stream_size());
	if (storage == NULL)
		return false;
	setup.source = (uint16_t)(source - live->sources);
	source->stream = stream_open(storage, source->driver, &setup);
	source->sink = (struct stream_sink){.context = source, .ask = on_ask};
	stream_set_sink(source->stream, &source->sink);
	return true;
}

static void note_driver(struct live_source *source)
{
	const struct feed_driver *driver = stream_driver(source->stream);
	if (driver == NULL || source->shown.driver[0] != '\0')
		return;
	text_copy(source->shown.driver, sizeof(source->shown.driver),
		  slice_of(driver->name));
}

void live_bytes(struct live_source *source, uint16_t peer, struct slice bytes,
		instant_us heard_at)
{
	struct live *live = source->live;
	uint32_t from = live->all.count;
	source->shown.bytes += bytes.len;
	source->shown.heard_at = heard_at;
	live->changed = true;
	if (live->first_at == INSTANT_NONE)
		live->first_at = heard_at;
	if (!open_stream(source))
		return;
	stream_chunk(source->stream, peer, bytes, heard_at, &live->all);
	note_driver(source);
	count_events(source, from);
}

void live_link(struct live_source *source, uint16_t peer, bool up, instant_us heard_at)
{
	struct live *live = source->live;
	uint32_t from = live->all.count;
	source->shown.connects += up;
	if (!open_stream(source))
		return;
	stream_link(source->stream, peer, up, heard_at, &live->all);
	note_driver(source);
	count_events(source, from);
}

/* ---- decisions --------------------------------------------------------------------- */

int live_decision(struct live *live, struct slice line, uint32_t number,
		  instant_us heard_at, struct err *err)
{
	int rc = decision_events(line, number, heard_at, &live->all, err);
	live->heard = true;
	return rc;
}

/* ---- rows ---------------------------------------------------------------------------- */

static struct live_source *source_of(struct live *live, int id)
{
	for (unsigned i = 0; i < live->source_count; i++)
		if (live->sources[i].record_id == id)
			return &live->sources[i];
	return NULL;
}

/** A source that the file names and the command line does not. */
static struct live_source *source_new(struct live *live, int id)
{
	struct record_source rows[LIVE_SOURCES_MAX];
	int count = 0;
	if (live->source_count == LIVE_SOURCES_MAX ||
	    record_sources(live->record, rows, LIVE_SOURCES_MAX, &count, NULL) != 0)
		return NULL;
	for (int i = 0; i < count; i++) {
		if (rows[i].id != id)
			continue;
		struct live_source *source = &live->sources[live->source_count++];
		source->live = live;
		source->record_id = id;
		source->driver = feed_by_name(slice_of(rows[i].driver));
		live_source_name(source, rows[i].url);
		return source;
	}
	return NULL;
}

static int take_text(struct live *live, const struct record_row *row, struct err *err)
{
	for (size_t i = 0; i < LOAD_TEXT_COUNT; i++) {
		struct bytes *text = &live->loader.gathered.texts[i];
		if (!slice_eq(row->name, slice_of(load_text_names[i])))
			continue;
		live->text_hash[i] = hash_bytes(row->bytes.at, row->bytes.len, 1);
		if (live->texts_given)
			continue;
		char *copy = malloc(row->bytes.len + 1);
		if (copy == NULL)
			return err_set(err, -ENOMEM, "out of memory");
		memcpy(copy, row->bytes.at, row->bytes.len);
		copy[row->bytes.len] = '\0';
		bytes_free(text);
		*text = (struct bytes){.data = {copy, row->bytes.len}, .owned = true};
		live->planned = false;
	}
	return 0;
}

static uint16_t peer_of(const struct record_row *row)
{
	uint64_t peer = 0;
	if (!parse_u64(row->name, &peer) || peer >= FEED_PEERS_MAX)
		return 0;
	return (uint16_t)peer;
}

int live_row(struct live *live, const struct record_row *row, struct err *err)
{
	if (row->type == RECORD_SETUP)
		return take_text(live, row, err);
	if (!live->planned) {
		int rc = live_plan(live, err);
		if (rc != 0)
			return rc;
	}
	if (row->type == RECORD_DECISION) {
		/* A line that this version does not know is told of, not fatal. */
		struct err words;
		if (live_decision(live, row->bytes, ++live->decisions, row->received_at,
				  &words) != 0)
			load_warn(&live->loader, "decision %u: %s", live->decisions,
				  words.text);
		return 0;
	}
	struct live_source *source = source_of(live, row->source);
	if (source == NULL)
		source = source_new(live, row->source);
	if (source == NULL)
		return err_set(err, -EIO,
			       "%s: the recording is damaged (record %lld is of a "
			       "source that it does not name)",
			       live->path, (long long)row->id);
	if (row->type == RECORD_RAW)
		live_bytes(source, peer_of(row), row->bytes, row->received_at);
	else if (row->type == RECORD_LINK)
		live_link(source, peer_of(row), slice_starts(row->bytes, SLICE("up")),
			  row->received_at);
	return 0;
}

/* ---- into the race --------------------------------------------------------------------- */

void live_take(struct live *live)
{
	struct session *session = live->session;
	uint32_t shown = session->events.count;
	if (!live->heard)
		return;
	live->heard = false;
	live_survey(live);
	if (session->events.count > shown && live->hooks.events != NULL)
		live->hooks.events(live->hooks.context, shown, session->events.count);
	(void)timeline_take(&session->timeline);
	live->changed = true;
}
