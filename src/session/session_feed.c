/*
 * session_feed.c -- one row of a source into events: the one road of files, recordings,
 * resumed, followed and live races
 *
 * Cited rules are those of session_parts.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/net.h"
#include "session_parts.h"

enum {
	ROW_EVENTS = 64, /* of a row, whatever its bytes: a greeting, a cut */
	ROW_TEXT = 4096,
	/* As much as most races are: what is not used of it is not touched. */
	WHOLE_FIRST = 4 * 1024 * 1024,
};

/* ---- room ----------------------------------------------------------------------------- */

/** Move the @used bytes of @memory to @grown. */
static int session_grow(struct session *session, struct session_memory *memory,
			size_t used, struct session_memory grown, struct err *err)
{
	if (grown.at == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory (%zu MiB wanted)",
			       session->source, grown.size / (1024 * 1024));
	if (used > 0)
		memcpy(grown.at, memory->at, used);
	memory_free(memory->at, memory->size);
	*memory = grown;
	return 0;
}

/** Room for @wanted; twice as much for a list that grows, so that it moves rarely. */
static uint64_t room_size(uint64_t wanted, uint64_t has)
{
	uint64_t size = has == 0 ? wanted : wanted * 2;
	return size > UINT32_MAX ? UINT32_MAX : size;
}

int feed_room(struct session *session, uint64_t events, uint64_t text, struct err *err)
{
	struct session_parts *parts = session->parts;
	struct event_list *all = &parts->all;
	int rc = 0;
	/* A timeline whose end moves keeps the list where it is. */
	if (parts->live &&
	    (parts->releasing || !parts->planned || parts->noted != all->count ||
	     !memory_is_used_up(parts, events, text)))
		return 0;
	if (parts->live)
		return memory_release(session, err);
	events += all->count + 1u;
	text += all->text_len;
	if (events > all->max && all->max < UINT32_MAX) {
		uint64_t size = room_size(events, all->max);
		size_t bytes = (size_t)size * sizeof(struct event);
		rc = session_grow(
			session, &parts->events_map, all->count * sizeof(struct event),
			(struct session_memory){memory_map(bytes, bytes), bytes}, err);
		all->at = parts->events_map.at;
		all->max = rc == 0 ? (uint32_t)size : 0;
	}
	if (rc == 0 && text > all->text_max && all->text_max < UINT32_MAX) {
		uint64_t size = room_size(text, all->text_max);
		rc = session_grow(session, &parts->text_map, all->text_len,
				  (struct session_memory){memory_map((size_t)size, 0),
							  (size_t)size},
				  err);
		all->text = parts->text_map.at;
		all->text_max = rc == 0 ? (uint32_t)size : 0;
	}
	return rc;
}

/* ---- sources ----------------------------------------------------------------------------- */

unsigned session_source_add(struct session *session, const struct record_source *row)
{
	struct session_parts *parts = session->parts;
	for (unsigned i = 0; i < parts->source_count; i++)
		if (parts->sources[i].id == row->id)
			return i;
	if (parts->source_count == SOURCES_MAX)
		return SOURCES_MAX;
	unsigned index = parts->source_count++;
	struct feed_source *source = &parts->sources[index];
	*source = (struct feed_source){.session = session, .id = row->id};
	source->driver = feed_by_name(slice_of(row->driver));
	char shown[RECORD_URL_MAX];
	(void)net_url_shown(shown, sizeof(shown), row->url);
	text_clean(source->shown.name, sizeof(source->shown.name), slice_of(shown));
	feed_source_reset(source);
	return index;
}

void feed_source_reset(struct feed_source *source)
{
	struct view_feed shown = {.received_at = INSTANT_NONE,
				  .since = INSTANT_NONE,
				  .retry_at = INSTANT_NONE,
				  .state = VIEW_FEED_FILE};
	memcpy(shown.name, source->shown.name, sizeof(shown.name));
	if (source->driver != NULL)
		text_copy(shown.driver, sizeof(shown.driver),
			  slice_of(source->driver->name));
	source->shown = shown;
	source->minute_at = 0;
	memset(source->minute, 0, sizeof(source->minute));
}

static struct feed_source *source_of(struct session_parts *parts, int id)
{
	for (unsigned i = 0; i < parts->source_count; i++)
		if (parts->sources[i].id == id)
			return &parts->sources[i];
	return NULL;
}

static bool reads_files(const struct feed_source *source)
{
	return source->driver != NULL && source->driver->read_file != NULL;
}

static void feed_on_ask(void *context, const struct stream *stream, uint16_t peer,
			const struct event *event, struct slice bytes)
{
	const struct feed_source *source = context;
	const struct session_parts *parts = source->session->parts;
	(void)stream;
	if (parts->sink.ask != NULL)
		parts->sink.ask(parts->sink.context,
				(unsigned)(source - parts->sources), peer,
				(event->bits & EVENT_AFTER_COMMIT) != 0, bytes);
}

/** @row: the first of the source. */
static int open_stream(struct feed_source *source, const struct record_row *row,
		       struct err *err)
{
	if (source->stream != NULL)
		return 0;
	/* A large copy: not for every row. */
	const struct session_parts *parts = source->session->parts;
	struct feed_setup setup = parts->feed;
	void *storage = calloc(1, stream_size());
	if (storage == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	setup.source = (uint16_t)(source - parts->sources);
	setup.alone = row->name.len == 0;
	source->stream = stream_open(storage, source->driver, &setup);
	source->sink = (struct stream_sink){.context = source, .ask = feed_on_ask};
	stream_set_sink(source->stream, &source->sink);
	return 0;
}

/* ---- counting the events of a row --------------------------------------------------- */

static void count_minute(struct feed_source *source, instant_us received_at)
{
	if (received_at >= (source->minute_at + 1) * US_S) {
		int64_t second = received_at / US_S;
		int64_t gone = second - source->minute_at;
		for (int64_t i = 1; i <= gone && i <= SESSION_MINUTE; i++)
			source->minute[(source->minute_at + i) % SESSION_MINUTE] = 0;
		source->minute_at = second;
	}
	source->minute[source->minute_at % SESSION_MINUTE]++;
}

struct view_anomaly *feed_log_row(struct session_parts *parts)
{
	struct view_anomaly *row = &parts->log[parts->log_count++ % SESSION_LOG_MAX];
	*row = (struct view_anomaly){0};
	return row;
}

void feed_log(struct session_parts *parts, const struct event *event)
{
	struct view_anomaly *row = feed_log_row(parts);
	*row = (struct view_anomaly){
		.at = event->received_at,
		.source = event->source,
		.kind = event->field,
	};
	text_copy(row->words, sizeof(row->words), event_text(&parts->all, event));
}

void feed_log_run(struct session_parts *parts)
{
	const struct run *run = &parts->runs[parts->run];
	bool last = parts->run + 1 == parts->run_count;
	uint32_t to = last ? parts->noted : run->to;
	parts->log_count = 0;
	for (uint32_t i = run->from; i < to; i++)
		if (parts->all.at[i].kind == EVENT_ANOMALY)
			feed_log(parts, &parts->all.at[i]);
	parts->log_fed = parts->log_count;
}

static void count_event(struct session_parts *parts, const struct event *event)
{
	if (event->source >= parts->source_count)
		return;
	struct feed_source *source = &parts->sources[event->source];
	source->shown.events++;
	if (event->kind == EVENT_ANOMALY && event->field < ANOMALY_COUNT)
		source->shown.anomalies[event->field] += event_rows(event);
	if (event->kind != EVENT_PASSING)
		return;
	source->shown.passings++;
	if (event->clock > source->shown.clock)
		source->shown.clock = event->clock;
	if (!parts->live)
		return;
	if (event->received_at >= 0)
		count_minute(source, event->received_at);
	parts->ahead[parts->ahead_count++ % SESSION_AHEAD] =
		event->at - event->received_at;
}

void feed_show_recorded(struct session *session)
{
	struct session_parts *parts = session->parts;
	parts->recorded_count = 0;
	if (parts->live || !parts->recording || parts->source_count == 0 ||
	    (parts->source_count == 1 && !net_url_is(parts->sources[0].shown.name)))
		return;
	for (unsigned i = 0; i < parts->source_count; i++) {
		struct view_feed *shown = &parts->sources[i].shown;
		shown->events = shown->passings = 0;
		memset(shown->anomalies, 0, sizeof(shown->anomalies));
	}
	for (uint32_t i = 0; i < parts->all.count; i++)
		count_event(parts, &parts->all.at[i]);
	for (unsigned i = 0; i < parts->source_count; i++)
		parts->recorded[parts->recorded_count++] = parts->sources[i].shown;
}

/** The last one wins, in all sessions of the sources. */
static void note_circuit(struct session_parts *parts, const struct event *event)
{
	struct slice name = event_text(&parts->all, event);
	if (name.len > 0)
		text_copy(parts->own.name, sizeof(parts->own.name), name);
	if (event->value > 0)
		parts->own.length = event->value;
	parts->infer = true;
}

static void note_meeting(struct session_parts *parts, const struct event *event)
{
	text_copy(parts->meeting, sizeof(parts->meeting),
		  event_text(&parts->all, event));
	parts->infer = true;
}

void feed_note(struct session *session)
{
	struct session_parts *parts = session->parts;
	/* The list may grow here: entries are copied to another run. */
	for (; parts->noted < parts->all.count; parts->noted++) {
		struct event *event = &parts->all.at[parts->noted];
		if (parts->live) {
			memory_refuse(session, event);
			count_event(parts, event);
		}
		if (event->kind == EVENT_ANOMALY)
			feed_log(parts, event);
		else if (event->kind == EVENT_CIRCUIT)
			note_circuit(parts, event);
		else if (event->kind == EVENT_MEETING)
			note_meeting(parts, event);
		runs_note(session, parts->noted);
		survey_note(session, parts->noted);
	}
	parts->fed = parts->all.count;
	parts->log_fed = parts->log_count;
}

/* ---- bytes -------------------------------------------------------------------------------- */

/** Bytes of a file that can only be read whole. */
static int take_whole(struct feed_source *source, struct slice bytes, struct err *err)
{
	struct session_parts *parts = source->session->parts;
	size_t len = source->whole.len + bytes.len;
	if (parts->bytes_stay && source->whole.len == 0) {
		source->whole = bytes;
		return 0;
	}
	if (len > UINT32_MAX)
		return err_set(err, -EFBIG, "%s: more than 4 GiB of one source",
			       parts->shown);
	if (len > source->grown_max) {
		size_t size = len < WHOLE_FIRST ? WHOLE_FIRST : len * 2;
		char *grown = realloc(source->grown, size);
		if (grown == NULL)
			return err_set(err, -ENOMEM, "%s: out of memory", parts->shown);
		if (source->grown == NULL && source->whole.len > 0)
			memcpy(grown, source->whole.at, source->whole.len);
		source->grown = grown;
		source->grown_max = size;
	}
	if (bytes.len > 0)
		memcpy(source->grown + source->whole.len, bytes.at, bytes.len);
	source->whole = (struct slice){source->grown, len};
	return 0;
}

static void note_driver(struct feed_source *source)
{
	const struct feed_driver *driver = stream_driver(source->stream);
	if (driver != NULL && source->shown.driver[0] == '\0')
		text_copy(source->shown.driver, sizeof(source->shown.driver),
			  slice_of(driver->name));
}

static uint16_t peer_of(const struct record_row *row)
{
	uint64_t peer = 0;
	if (!parse_u64(row->name, &peer) || peer >= FEED_PEERS_MAX)
		return 0;
	return (uint16_t)peer;
}

/** A piece of a row into events. */
static int take_piece(struct feed_source *source, const struct record_row *row,
		      struct slice bytes, instant_us received_at, struct err *err)
{
	struct session_parts *parts = source->session->parts;
	int rc =
		feed_room(source->session,
			  bytes.len * FEED_PIECE_EVENTS / FEED_PIECE_BYTES + ROW_EVENTS,
			  bytes.len * 2 + ROW_TEXT, err);
	if (rc != 0)
		return rc;
	uint32_t from = parts->all.count, text_from = parts->all.text_len;
	if (row->type == RECORD_LINK) {
		bool up = slice_starts(bytes, SLICE("up"));
		source->shown.connects += up;
		stream_link(source->stream, peer_of(row), up, received_at, &parts->all);
	} else {
		stream_chunk(source->stream, peer_of(row), bytes, received_at,
			     &parts->all);
	}
	note_driver(source);
	decoded_note_events(source->session, from, text_from);
	feed_note(source->session);
	return 0;
}

static int read_file(struct session *session, struct feed_source *source,
		     struct err *err)
{
	struct session_parts *parts = session->parts;
	const struct feed_driver *driver = source->driver;
	struct slice file = source->whole.at == NULL ? SLICE("") : source->whole;
	struct feed_info info = {.start_at = INSTANT_NONE, .end_at = INSTANT_NONE};
	struct feed_setup setup = parts->feed;
	uint32_t events = 0, text = 0;
	uint32_t from = parts->all.count, text_from = parts->all.text_len;
	setup.source = (uint16_t)(source - parts->sources);
	driver->room(file, &events, &text);
	int rc = feed_room(session, events, text, err);
	if (rc != 0)
		return rc;
	size_t size = driver->scratch_size(file);
	void *scratch = memory_map(size > 0 ? size : 1, size);
	if (scratch == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory (%zu MiB wanted)",
			       parts->shown, size / (1024 * 1024));
	rc = driver->read_file(file, &setup, scratch, &parts->all, &info, err);
	memory_free(scratch, size > 0 ? size : 1);
	if (rc != 0) {
		err_prefix(err, "%s", parts->shown);
		return rc;
	}
	source->read = true;
	if (session->info.rows == 0)
		session->info = info;
	decoded_note_events(session, from, text_from);
	decoded_note_info(session, &info);
	return 0;
}

/** Read the files that are complete: a row of a stream is behind them. What is decoded is
 * not kept then, because the order of its parts is not that of other recordings. */
static int read_files(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	uint32_t from = parts->all.count;
	for (unsigned i = 0; !parts->files_last && i < parts->source_count; i++) {
		struct feed_source *source = &parts->sources[i];
		if (!reads_files(source) || source->read || source->whole.len == 0)
			continue;
		parts->decoding = NULL;
		int rc = read_file(session, source, err);
		if (rc != 0)
			return rc;
	}
	if (parts->all.count == from)
		return 0;
	place_laps(session, from);
	feed_note(session);
	return 0;
}

/** A step of this machine's clock: no source is at fault. */
static int feed_clock_step(struct session *session, duration_us step, instant_us at,
			   struct err *err)
{
	struct session_parts *parts = session->parts;
	char words[96];
	int rc = feed_room(session, ROW_EVENTS, ROW_TEXT, err);
	if (rc != 0)
		return rc;
	uint32_t from = parts->all.count, text_from = parts->all.text_len;
	struct event *event = event_add(&parts->all, EVENT_ANOMALY, at);
	uint64_t ms = (step < 0 ? 0 - (uint64_t)step : (uint64_t)step) / US_MS;
	text_format(words, sizeof(words),
		    "this machine's clock was set %s by %llu.%03u s: not followed",
		    step < 0 ? "back" : "forward", (unsigned long long)(ms / 1000),
		    (unsigned)(ms % 1000));
	event->field = ANOMALY_CLOCK;
	event->source = SOURCE_SETUP;
	event->sequence = parts->steady_steps++;
	event_set_text(&parts->all, event, slice_of(words));
	decoded_note_events(session, from, text_from);
	return 0;
}

/** Records of a copy are missing (live_copy.c): for all sources it is as if they had been
 * disconnected. */
static int feed_gap(struct session *session, const struct record_row *row,
		    instant_us received_at, struct err *err)
{
	struct session_parts *parts = session->parts;
	char words[96], from_to[48];
	const unsigned streams = parts->source_count;
	int rc = parts->begun ? 0 : feed_begin(session, received_at, err);
	if (rc == 0)
		rc = feed_room(session, (uint64_t)(streams + 1) * ROW_EVENTS,
			       (uint64_t)(streams + 1) * ROW_TEXT, err);
	if (rc != 0)
		return rc;
	instant_us at = received_at == INSTANT_NONE ? parts->unreported
						    : received_at - parts->steady.ahead;
	uint32_t from = parts->all.count, text_from = parts->all.text_len;
	for (unsigned i = 0; i < streams; i++)
		if (parts->sources[i].stream != NULL)
			stream_break(parts->sources[i].stream, at, &parts->all);
	struct event *event = event_add(&parts->all, EVENT_ANOMALY, at);
	text_clean(from_to, sizeof(from_to), row->bytes);
	for (char *c = from_to; *c != '\0'; c++)
		if (*c == ' ')
			*c = '-';
	text_format(words, sizeof(words),
		    "records %s of the stream are missing: it was cut or trimmed",
		    from_to);
	event->field = ANOMALY_MISSING;
	event->source = SOURCE_SETUP;
	event->sequence = (uint32_t)row->id;
	event_set_text(&parts->all, event, slice_of(words));
	decoded_note_events(session, from, text_from);
	feed_note(session);
	return 0;
}

/** A long row is fed in pieces: inserting between its events then moves few of them. */
static int take_bytes(struct session *session, const struct record_row *row,
		      struct err *err)
{
	struct session_parts *parts = session->parts;
	struct feed_source *source = source_of(parts, row->source);
	struct slice rest = row->bytes;
	if (source == NULL)
		return err_set(err, -ENXIO,
			       "%s: the recording is damaged (record %lld is of a "
			       "source that it does not name)",
			       parts->shown, (long long)row->id);
	duration_us step;
	instant_us received_at = steady_received(&parts->steady, row, &step);
	int rc = step != 0 ? feed_clock_step(session, step, received_at, err) : 0;
	if (rc != 0)
		return rc;
	if (received_at == INSTANT_NONE)
		received_at = parts->unreported;
	source->shown.bytes += row->type == RECORD_LINK ? 0 : rest.len;
	source->shown.received_at = received_at;
	if (reads_files(source) && source->read) {
		parts->files_last = parts->again = true;
		return 0;
	}
	if (reads_files(source))
		return row->type == RECORD_LINK ? 0 : take_whole(source, rest, err);
	rc = read_files(session, err);
	if (rc == 0)
		rc = open_stream(source, row, err);
	do {
		struct slice piece = rest;
		if (piece.len > FEED_PIECE_BYTES)
			piece.len = FEED_PIECE_BYTES;
		rest.at += piece.len;
		rest.len -= piece.len;
		if (rc == 0)
			rc = take_piece(source, row, piece, received_at, err);
	} while (rc == 0 && rest.len > 0);
	return rc;
}

/* ---- rows --------------------------------------------------------------------------------- */

int feed_begin(struct session *session, instant_us received_at, struct err *err)
{
	int rc = session_plan(session, received_at, err);
	session->parts->begun = rc == 0;
	if (rc == 0)
		decoded_note(session, DECODED_BEGIN, received_at);
	return rc;
}

static int take_text(struct session_parts *parts, const struct record_row *row,
		     struct err *err)
{
	int rc = setup_texts_record(&parts->texts, row->name, row->bytes);
	if (rc < 0)
		return err_set(err, rc, "%s: out of memory", parts->shown);
	parts->again |= rc > 0 && parts->begun;
	parts->planned &= rc == 0 || parts->begun;
	return 0;
}

int session_feed(struct session *session, const struct record_row *row, struct err *err)
{
	struct session_parts *parts = session->parts;
	instant_us received_at =
		row->received_at == 0 || !instant_is_sane(row->received_at)
			? INSTANT_NONE
			: row->received_at;
	if (record_row_is_gap(row))
		return feed_gap(session, row, received_at, err);
	if (row->type == RECORD_SETUP) {
		decoded_note(session, DECODED_ROW, row->id);
		return take_text(parts, row, err);
	}
	if (row->type != RECORD_RAW && row->type != RECORD_LINK &&
	    row->type != RECORD_DECISION)
		return err_set(err, -EIO,
			       "%s: the recording is damaged (record %lld is of an "
			       "unknown type)",
			       parts->shown, (long long)row->id);
	if (!parts->begun) {
		int rc = feed_begin(session, received_at, err);
		if (rc != 0)
			return rc;
	}
	if (row->type == RECORD_DECISION) {
		decoded_note(session, DECODED_ROW, row->id);
		int rc = feed_room(session, ROW_EVENTS, ROW_TEXT, err);
		return rc == 0 ? decisions_row(session, row, received_at, err) : rc;
	}
	return take_bytes(session, row, err);
}

/* ---- the end -------------------------------------------------------------------------------- */

static int end_stream(struct session *session, struct feed_source *source,
		      struct err *err)
{
	struct session_parts *parts = session->parts;
	instant_us last = stream_received_at(source->stream);
	int rc = feed_room(session, ROW_EVENTS * FEED_PEERS_MAX,
			   ROW_TEXT * FEED_PEERS_MAX, err);
	if (rc != 0)
		return rc;
	uint32_t from = parts->all.count, text_from = parts->all.text_len;
	stream_end(source->stream, last == INSTANT_NONE ? parts->unreported : last,
		   &parts->all);
	decoded_note_events(session, from, text_from);
	return 0;
}

int feed_end(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	uint32_t from = parts->all.count;
	int rc = 0;
	if (parts->ended)
		return 0;
	decoded_note(session, DECODED_FILES, 0);
	for (unsigned i = 0; rc == 0 && i < parts->source_count; i++) {
		struct feed_source *source = &parts->sources[i];
		if (reads_files(source) && !source->read)
			rc = read_file(session, source, err);
		else if (source->stream != NULL)
			rc = end_stream(session, source, err);
	}
	if (rc != 0)
		return rc;
	parts->ended = true;
	if (!parts->placed)
		place_laps(session, from);
	feed_note(session);
	return 0;
}

void feed_free(struct session *session)
{
	struct session_parts *parts = session->parts;
	for (unsigned i = 0; i < parts->source_count; i++) {
		free(parts->sources[i].stream);
		free(parts->sources[i].grown);
		parts->sources[i].stream = NULL;
		parts->sources[i].grown = NULL;
		parts->sources[i].grown_max = 0;
		parts->sources[i].read = false;
		parts->sources[i].whole = (struct slice){NULL, 0};
	}
}
