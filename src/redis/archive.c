/*
 * archive.c -- a recording compared with the stream that it is a copy of, row by row; and
 * the stream trimmed after that
 *
 *  (1) Rows that were removed from the beginning of the stream cannot be compared: they were
 *      when they were archived. Any other gap is an error.
 *  (2) The stream is trimmed up to the last row that was compared, which stays: publishers
 *      and readers compare theirs with it. The session must still be that of the recording.
 */
#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdlib.h>

#include "redis_keys.h"
#include "redis_link.h"

struct archive {
	struct ev_loop *loop;
	const struct redis_address *address;
	struct record *record;
	struct redis_reader *reader;
	struct redis_link *link;
	struct record_source *sources;
	int source_count;
	char stream[REDIS_KEY_ROOM], info[REDIS_KEY_ROOM];
	char recording[64];
	struct redis_archived *out;
	bool done;
	int code; /* -errno, */
	struct err *err;
};

static void archive_end(struct archive *archive, int code)
{
	archive->done = true;
	archive->code = code;
	ev_break(archive->loop, EVBREAK_ALL);
}

static int archive_fail(struct archive *archive, int code, const char *words)
{
	if (archive->done)
		return archive->code;
	char shown[256];
	(void)redis_address_text(archive->address, shown, sizeof(shown));
	archive_end(archive, code);
	return err_set(archive->err, code, "redis://%s: %s", shown, words);
}

/* ---- comparing ------------------------------------------------------------------------- */

static int archive_on_source(void *context, const struct record_source *source,
			     struct err *err)
{
	struct archive *archive = context;
	for (int i = 0; i < archive->source_count; i++) {
		const struct record_source *own = &archive->sources[i];
		if (own->id == source->id && strcmp(own->url, source->url) == 0 &&
		    strcmp(own->driver, source->driver) == 0)
			return 0;
	}
	/* That of a row that came after the recording. */
	if (source->id > archive->source_count)
		return 0;
	return err_set(err, -EILSEQ,
		       "source %d of the stream is not that of the recording",
		       source->id);
}

static bool archive_on_row(void *context, const struct record_row *row)
{
	struct archive *archive = context;
	struct redis_archived *out = archive->out;
	struct record_row own;
	char words[96];
	if (archive->done || row->id > out->rows)
		return true;
	if (record_read_at(archive->record, row->id, &own, NULL) != 0)
		text_format(words, sizeof(words), "record %lld cannot be read back",
			    (long long)row->id);
	else if (!record_row_equal(&own, row))
		text_format(words, sizeof(words),
			    "record %lld of the stream is not that of the recording",
			    (long long)row->id);
	else
		words[0] = '\0';
	if (words[0] != '\0') {
		(void)archive_fail(archive, -EILSEQ, words);
		return true;
	}
	if (out->first == 0)
		out->first = row->id;
	out->last = row->id;
	return true;
}

/** (1) */
static int64_t archive_on_gap(void *context, int64_t from, int64_t to,
			      const struct record_row *next)
{
	struct archive *archive = context;
	char words[96];
	(void)next;
	if (from > archive->out->rows ||
	    (archive->out->first == 0 && from == 1 && to <= archive->out->rows))
		return to + 1;
	text_format(words, sizeof(words),
		    "records %lld to %lld are missing from the stream", (long long)from,
		    (long long)to);
	(void)archive_fail(archive, -ENODATA, words);
	return to + 1;
}

static bool archive_on_own(void *context, int64_t number, struct record_row *row)
{
	(void)context, (void)number, (void)row;
	return false;
}

static void archive_on_info(void *context, const struct redis_info *info)
{
	struct archive *archive = context;
	memcpy(archive->recording, info->recording, sizeof(archive->recording));
}

static void archive_on_changed(void *context)
{
	struct archive *archive = context;
	if (archive->reader == NULL || archive->done)
		return;
	const struct redis_reading *reading = redis_reader_status(archive->reader);
	if (reading->code != 0)
		archive_end(archive, err_set(archive->err, reading->code, "%s",
					     reading->reason));
	else if (reading->state == NET_WAITING || reading->state == NET_REFUSED)
		(void)archive_fail(archive, -ENOTCONN, reading->reason);
	else if (reading->caught_up)
		archive_end(archive, 0);
}

static int archive_compare(struct archive *archive)
{
	const struct redis_reader_handler handler = {
		.context = archive,
		.recording = archive->recording,
		.source = archive_on_source,
		.row = archive_on_row,
		.gap = archive_on_gap,
		.own = archive_on_own,
		.info = archive_on_info,
		.changed = archive_on_changed,
	};
	int rc = redis_reader_open(archive->loop, archive->address, 1, &handler,
				   &archive->reader, archive->err);
	if (rc != 0)
		return rc;
	redis_reader_begin(archive->reader);
	while (!archive->done) {
		(void)ev_run(archive->loop, EVRUN_ONCE);
		/* More may come for hours. */
		if (!archive->done && archive->out->last == archive->out->rows)
			archive_end(archive, 0);
	}
	redis_reader_close(archive->reader);
	archive->reader = NULL;
	return archive->code;
}

/* ---- trimming (2) ------------------------------------------------------------------------ */

/** False: an error, which ends it. */
static bool trim_fine(struct archive *archive, const struct redisReply *reply)
{
	char words[REDIS_WORDS] = "the connection was lost";
	if (archive->done)
		return false;
	if (reply != NULL && redis_trouble(reply, words) == REDIS_TROUBLE_NONE)
		return true;
	(void)archive_fail(archive, -EIO, words);
	return false;
}

static void trim_on_exec(void *context, const struct redisReply *reply)
{
	struct archive *archive = context;
	if (!trim_fine(archive, reply))
		return;
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 1 ||
	    reply->element[0]->type != REDIS_REPLY_INTEGER) {
		(void)archive_fail(archive, -EAGAIN,
				   "the session was changed meanwhile; nothing was "
				   "removed");
		return;
	}
	archive->out->trimmed = reply->element[0]->integer;
	archive_end(archive, 0);
}

static void trim_send(struct archive *archive, redis_replied *done,
		      const char *const *words)
{
	if (!archive->done && !redis_link_words(archive->link, done, archive, words))
		(void)archive_fail(archive, -EIO, "the connection was lost");
}

#define TRIM_SEND(archive, done, ...) \
	trim_send((archive), (done), (const char *const[]){__VA_ARGS__, NULL})

static void trim_on_checked(void *context, const struct redisReply *reply)
{
	(void)trim_fine(context, reply);
}

static void trim_on_recording(void *context, const struct redisReply *reply)
{
	struct archive *archive = context;
	char id[REDIS_ID_ROOM];
	if (!trim_fine(archive, reply))
		return;
	struct slice recording = redis_text(reply);
	if (recording.at == NULL ||
	    !slice_eq(recording, slice_of(archive->recording))) {
		(void)archive_fail(archive, -ESTALE, "it has another recording now");
		return;
	}
	(void)redis_id(id, archive->out->last, 0);
	TRIM_SEND(archive, trim_on_checked, "MULTI");
	TRIM_SEND(archive, trim_on_checked, "XTRIM", archive->stream, "MINID", id);
	TRIM_SEND(archive, trim_on_exec, "EXEC");
}

static void trim_on_up(void *context)
{
	struct archive *archive = context;
	TRIM_SEND(archive, trim_on_checked, "WATCH", archive->info);
	TRIM_SEND(archive, trim_on_recording, "HGET", archive->info, "recording");
}

static void trim_on_down(void *context, const char *reason)
{
	(void)archive_fail(context, -EIO, reason);
}

static void trim_on_changed(void *context)
{
	struct archive *archive = context;
	const struct redis_status *status = redis_link_status(archive->link);
	if (status->state == NET_REFUSED || status->state == NET_WAITING)
		(void)archive_fail(archive, -ECONNREFUSED, status->reason);
}

static int archive_trim(struct archive *archive)
{
	const struct redis_link_handler handler = {.context = archive,
						   .up = trim_on_up,
						   .down = trim_on_down,
						   .changed = trim_on_changed};
	archive->done = false;
	(void)redis_key(archive->stream, archive->address, REDIS_STREAM);
	(void)redis_key(archive->info, archive->address, REDIS_INFO);
	int rc = redis_link_open(archive->loop, archive->address, &handler,
				 &archive->link, archive->err);
	if (rc != 0)
		return rc;
	while (!archive->done)
		(void)ev_run(archive->loop, 0);
	redis_link_close(archive->link);
	return archive->code;
}

/* ---- all of it ---------------------------------------------------------------------------- */

/** Rows that the archive lacks. */
static int archive_gap(struct archive *archive)
{
	struct record_row row;
	char words[160];
	if (record_last(archive->record, RECORD_SETUP, RECORD_GAP, &row, NULL) != 0)
		return 0;
	struct slice rest = row.bytes, from = slice_cut(&rest, ' ');
	text_format(words, sizeof(words),
		    "records %.*s to %.*s were not in the stream: the recording lacks "
		    "them",
		    (int)from.len, from.at, (int)rest.len, rest.len > 0 ? rest.at : "");
	return archive_fail(archive, -ENODATA, words);
}

static int archive_last(struct archive *archive)
{
	enum { SOURCES = 1025 };
	struct record_row row;
	archive->sources = calloc(SOURCES, sizeof(*archive->sources));
	if (archive->sources == NULL)
		return err_set(archive->err, -ENOMEM, "out of memory");
	int rc = record_sources(archive->record, archive->sources, SOURCES,
				&archive->source_count, archive->err);
	if (rc == 0)
		rc = record_last(archive->record, 0, "", &row, archive->err);
	if (rc == 0)
		archive->out->rows = row.id;
	record_copied(archive->record, archive->recording);
	return rc;
}

int redis_archive_check(const struct redis_address *address, struct record *record,
			bool trim, struct redis_archived *out, struct err *err)
{
	struct archive archive = {.loop = ev_loop_new(EVFLAG_AUTO),
				  .address = address,
				  .record = record,
				  .out = out,
				  .err = err};
	/* A connection that ends while it is written to is no signal. */
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction before;
	*out = (struct redis_archived){.rows = 0};
	if (archive.loop == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	(void)sigaction(SIGPIPE, &ignore, &before);
	int rc = archive_last(&archive);
	if (rc == 0)
		rc = archive_gap(&archive);
	if (rc == 0)
		rc = archive_compare(&archive);
	out->equal = rc == 0;
	if (rc == 0 && trim && out->last > 0)
		rc = archive_trim(&archive);
	(void)sigaction(SIGPIPE, &before, NULL);
	free(archive.sources);
	ev_loop_destroy(archive.loop);
	return rc;
}
