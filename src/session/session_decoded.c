/*
 * session_decoded.c -- the events of a finished recording kept with it, and opened from it
 *
 *  (4) Kept is what the decoders made of the rows, in the order of the rows: so set-up,
 *      sessions, decisions and all that is inferred go the one road, with or without it.
 *  (5) Events depend on the rows, on the decoders and on the set-up of the feeds. The
 *      first cannot change unnoticed (record.h), the second name themselves (DECODER_ID, a
 *      sum over their sources), and of the third a hash is kept.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decoder_id.h"
#include "pitwall/decoded.h"
#include "session_parts.h"
#include "source_documents.h"

/* (5) */
static uint64_t setup_hash(const struct session_parts *parts)
{
	const struct feed_setup *feed = &parts->feed;
	const int64_t numbers[] = {feed->day,         feed->utc_offset_us,
				   feed->line_count,  feed->loop_count,
				   parts->unreported, feed->beacon_signed};
	uint64_t hash = hash_bytes(numbers, sizeof(numbers), 0);
	hash = hash_bytes(parts->key_print, strlen(parts->key_print), hash);
	for (unsigned i = 0; i < LINES_MAX; i++)
		hash = hash_bytes(
			feed->line_names[i],
			strnlen(feed->line_names[i], sizeof(feed->line_names[i])),
			hash);
	for (uint32_t i = 0; i < feed->loop_count && i < FEED_LOOPS_MAX; i++) {
		const struct feed_loop *loop = &feed->loops[i];
		hash = hash_bytes(loop->decoder,
				  strnlen(loop->decoder, sizeof(loop->decoder)),
				  hash + loop->line);
	}
	return hash;
}

/* ---- keeping ----------------------------------------------------------------------- */

void decoded_note(struct session *session, enum decoded_item item, int64_t number)
{
	struct session_parts *parts = session->parts;
	if (parts->decoding == NULL)
		return;
	decoded_write(parts->decoding, item, number);
	if (item == DECODED_BEGIN)
		decoded_write_number(parts->decoding, (int64_t)setup_hash(parts));
}

void decoded_note_events(struct session *session, uint32_t from, uint32_t text_from)
{
	struct session_parts *parts = session->parts;
	if (parts->decoding != NULL)
		decoded_write_events(parts->decoding, &parts->all, from, text_from);
}

void decoded_note_info(struct session *session, const struct feed_info *info)
{
	if (session->parts->decoding != NULL)
		decoded_write_info(session->parts->decoding, info);
}

/** Decode the recording at @path, as opening it does. */
static int decode(const char *path, struct decoded_writer *writer, struct err *err)
{
	const struct options options = {.sources = {path}, .source_count = 1};
	struct rows *rows = NULL;
	struct session *session = NULL;
	int rc = rows_open(&options, &rows, err);
	if (rc == 0)
		rc = session_open_rows(&options, rows, &session, err);
	if (rc == 0) {
		session->parts->decoding = writer;
		rc = session_feed_rows(session, rows, err);
	}
	/* A text among the rows changed the set-up: they were fed twice. */
	if (rc == 0 && session->parts->decoding == NULL)
		rc = -ENOTSUP;
	if (rc == 0)
		rc = session_plan(session, INSTANT_NONE, err);
	if (rc == 0)
		rc = feed_end(session, err);
	session_free(session);
	rows_close(rows);
	return rc;
}

/** What is kept of the recording at @path. A recording that cannot be decoded stays a
 * recording: -errno, and no bytes. The caller frees them. */
static int decoded_make(const char *path, struct growing *bytes)
{
	char buffer[4096];
	struct out out = {.write = growing_write,
			  .context = bytes,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	struct decoded_writer *writer = calloc(1, sizeof(*writer));
	if (writer == NULL)
		return -ENOMEM;
	decoded_begin(writer, &out);
	int rc = decode(path, writer, NULL);
	if (rc == 0) {
		decoded_write(writer, DECODED_END, 0);
		rc = out_flush(&out);
	}
	if (rc == 0)
		decoded_seal(bytes->at, bytes->len);
	free(writer);
	return rc;
}

int session_keep_decoded(struct record *record, struct err *err)
{
	struct growing bytes = {0};
	const char *part = NULL;
	int rc = record_finish(record, &part, err);
	if (rc == 0 && decoded_make(part, &bytes) == 0)
		rc = record_decoded_put(record, DECODER_ID,
					(struct slice){bytes.at, bytes.len}, err);
	free(bytes.at);
	return rc;
}

int session_check_decoded(const char *path, struct err *err)
{
	struct growing bytes = {0};
	struct record *record = NULL;
	size_t len = 0;
	int rc = record_open(path, &record, err);
	if (rc != 0)
		return rc;
	char *kept = record_decoded_get(record, DECODER_ID, &len);
	record_close(record, NULL);
	if (kept == NULL)
		return 0;
	rc = decoded_make(path, &bytes);
	if (rc == 0 && (len != bytes.len || memcmp(kept, bytes.at, len) != 0))
		rc = -EBADMSG;
	free(kept);
	free(bytes.at);
	return rc != 0 ? err_set(err, rc,
				 "%s: the events kept with it are not those of its "
				 "records",
				 path)
		       : 1;
}

/* ---- opening ----------------------------------------------------------------------- */

static bool take_events(struct session *session, struct decoded_reader *reader,
			bool ending)
{
	struct session_parts *parts = session->parts;
	uint32_t events = 0, text = 0;
	decoded_room(reader, &events, &text);
	if (!parts->begun || feed_room(session, events, text, NULL) != 0 ||
	    !decoded_read_events(reader, &parts->all, events, text))
		return false;
	/* What ends the rows is looked at when it is complete. */
	if (!ending)
		feed_note(session);
	return true;
}

static bool take_row(struct session *session, struct rows *rows, int64_t id)
{
	struct record_row row;
	return record_read_at(rows->record, id, &row, NULL) == 0 &&
	       (row.type == RECORD_SETUP || row.type == RECORD_DECISION) &&
	       session_feed(session, &row, NULL) == 0 && !session_again(session);
}

static bool take_begin(struct session *session, struct decoded_reader *reader,
		       instant_us received_at)
{
	struct session_parts *parts = session->parts;
	bool begun = parts->begun || feed_begin(session, received_at, NULL) == 0;
	return begun && (uint64_t)decoded_number(reader) == setup_hash(parts);
}

bool session_feed_decoded(struct session *session, struct rows *rows)
{
	struct session_parts *parts = session->parts;
	struct decoded_reader *reader = calloc(1, sizeof(*reader));
	size_t len = 0;
	char *bytes = rows->record == NULL
			      ? NULL
			      : record_decoded_get(rows->record, DECODER_ID, &len);
	bool good = reader != NULL && bytes != NULL &&
		    decoded_open(reader, (struct slice){bytes, len}, rows->count);
	bool ending = false, over = false;
	uint32_t from = 0;
	while (good && !over) {
		struct feed_info info;
		int64_t number = 0;
		enum decoded_item item = decoded_next(reader, &number);
		if (item == DECODED_BEGIN) {
			good = take_begin(session, reader, number);
		} else if (item == DECODED_ROW) {
			good = take_row(session, rows, number);
		} else if (item == DECODED_EVENTS) {
			good = take_events(session, reader, ending);
		} else if (item == DECODED_FILES) {
			ending = true;
			from = parts->all.count;
		} else if (item == DECODED_INFO) {
			decoded_read_info(reader, &info);
			if (session->info.rows == 0)
				session->info = info;
		} else {
			over = true;
			good = item == DECODED_END && ending;
		}
	}
	free(reader);
	free(bytes);
	if (!good)
		return false;
	place_laps(session, from);
	feed_note(session);
	parts->ended = true;
	return true;
}
