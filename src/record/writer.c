/*
 * writer.c -- the caller's side of a recording that runs: put, state, drain
 *
 *  (1) Nothing here waits for the disk but record_drain(), and before the first
 *      record_put() the naming of sources.
 *  (2) A record that was not taken is counted; the sentence says so for as long
 *      as anything waits, the count always.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "writer.h"

int64_t record_now(struct record_live *live)
{
	struct timespec t;
	if (clock_gettime(CLOCK_MONOTONIC, &t) == 0) {
		int64_t now = (int64_t)t.tv_sec * US_S + t.tv_nsec / 1000;
		if (now > live->clock)
			live->clock = now;
	}
	return live->clock;
}

void live_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t at)
{
	struct timespec until = {.tv_sec = (time_t)(at / US_S),
				 .tv_nsec = (long)(at % US_S) * 1000};
	pthread_cond_timedwait(cond, lock, &until);
}

void live_wake(struct record_live *live)
{
	uint64_t one = 1;
	/* A full pipe is readable already. */
	ssize_t wrote = write(live->wake[1], &one, sizeof(one));
	(void)wrote;
}

int record_wake_fd(const struct record *record)
{
	return record->live == NULL ? -1 : record->live->wake[0];
}

static void wake_empty(struct record_live *live)
{
	char bytes[256];
	while (read(live->wake[0], bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes))
		continue;
}

/* ---- what is wrong, in words --------------------------------------------------- */

static const struct {
	int code;
	const char *what, *advice;
} causes[] = {
	{ENOSPC, "the disk is full", "make room on it"},
	{EDQUOT, "the quota of the disk is used up", "make room on it"},
	{EFBIG, "no file may be so large here", "raise the limit (ulimit -f)"},
	{EIO, "the disk fails", "look at the disk and its cable"},
	{EROFS, "the disk is read-only", "mount it for writing"},
	{EACCES, "not allowed", "give this user the right to write it"},
	{EBUSY, "another program uses it", "end that program"},
	{ENOENT, "the file is gone", "bring it or its disk back"},
	{ESTALE, "it is not the file it was", "bring the former one back"},
	{ENOMEM, "out of memory", "end other programs"},
};

static void cause_of(int code, const char **what, const char **advice)
{
	*what = strerror(-code);
	*advice = "look at the disk";
	for (size_t i = 0; i < ARRAY_LEN(causes); i++)
		if (causes[i].code == -code) {
			*what = causes[i].what;
			*advice = causes[i].advice;
		}
}

/** The end of a long name says which file it is. */
static struct slice shown_path(const struct record *record)
{
	struct slice path = slice_of(record->path);
	const size_t max = 48;
	if (path.len > max)
		path = (struct slice){path.at + path.len - max, max};
	return path;
}

static void fault_text(const struct record *record, struct record_state *out)
{
	const struct record_live *live = record->live;
	const char *what, *advice;
	struct slice path = shown_path(record);
	char name[64];
	text_copy(name, sizeof(name), path);
	cause_of(live->code, &what, &advice);
	unsigned long long records = live->put - live->durable;
	unsigned long long kib = (live->queue.bytes + 1023) / 1024;
	switch (live->trouble) {
	case LIVE_WELL:
		text_copy(out->fault, sizeof(out->fault),
			  slice_of(live->anew != 0 || live->missing > 0 ? live->notice
									: ""));
		limits_refusing_text(record, out);
		if (live->lost > 0 && records > 0)
			text_format(out->fault, sizeof(out->fault),
				    "%s: the disk is too slow: %llu records (%llu "
				    "KiB) wait and %llu found no room; record to a "
				    "faster disk",
				    name, records, kib, (unsigned long long)live->lost);
		return;
	case LIVE_WRITE:
		break;
	case LIVE_TIDY:
		text_format(out->fault, sizeof(out->fault),
			    "%s: recorded, but the file beside it (-wal) cannot be "
			    "joined with it: %s; %s",
			    name, what, advice);
		return;
	case LIVE_LIMIT:
		limits_text(record, out);
		return;
	case LIVE_MOVED:
		if (live->code == -EINPROGRESS)
			text_format(out->fault, sizeof(out->fault),
				    "%s; all of it is written into a new file, "
				    "%llu records wait",
				    live->gone, records);
		else
			text_format(out->fault, sizeof(out->fault),
				    "%s, and no new file can be made: %s; %llu "
				    "records (%llu KiB) wait in memory; %s",
				    live->gone, what, records, kib, advice);
		return;
	case LIVE_START:
		text_format(out->fault, sizeof(out->fault),
			    "%s: not written, no thread for it: %s; %llu records wait "
			    "(%llu KiB); end other programs",
			    name, what, records, kib);
		return;
	}
	if (live->lost > 0)
		text_format(out->fault, sizeof(out->fault),
			    "%s: cannot be written: %s; %llu records (%llu KiB) wait, "
			    "%llu more are LOST; %s",
			    name, what, records, kib, (unsigned long long)live->lost,
			    advice);
	else
		text_format(out->fault, sizeof(out->fault),
			    "%s: cannot be written: %s; %llu records (%llu KiB) wait "
			    "in memory and are tried again; %s",
			    name, what, records, kib, advice);
}

void record_state_get(struct record *record, struct record_state *out)
{
	struct record_live *live = record->live;
	struct record_row row;
	int64_t oldest = 0;
	memset(out, 0, sizeof(*out));
	if (live == NULL)
		return;
	wake_empty(live);
	pthread_mutex_lock(&live->lock);
	struct queue_place head = live->queue.next;
	out->put = live->put;
	out->durable = live->durable;
	out->rows = (uint64_t)live->base + live->durable;
	out->waiting = live->queue.bytes;
	out->lost = live->lost + live->refused;
	out->code = live->code;
	if (head.chunk != NULL && queue_next(&head, &live->queue.tail, &row, &oldest))
		out->lag_us = record_now(live) - oldest;
	const char *base = strrchr(live->written, '/');
	text_copy(out->file, sizeof(out->file),
		  slice_of(base == NULL ? live->written : base + 1));
	text_copy(out->notice, sizeof(out->notice), slice_of(live->notice));
	out->notices = live->notices;
	out->missing = live->missing;
	fault_text(record, out);
	if (out->code == 0 && live->lost > 0 && out->put > out->durable)
		out->code = -ENOBUFS;
	pthread_mutex_unlock(&live->lock);
}

/* ---- putting -------------------------------------------------------------------- */

static bool fits(const struct record_live *live, const struct record_row *row)
{
	size_t cost = queue_cost(row);
	/* Longer than any record may be: it could never be written. */
	if (row->name.len > RECORD_VALUE_MAX / 2 ||
	    row->bytes.len > RECORD_VALUE_MAX / 2 || row->type <= 0)
		return false;
	return live->queue.bytes <= live->options.memory_max &&
	       cost <= live->options.memory_max - live->queue.bytes;
}

/** Under the lock. */
static bool push(struct record *record, const struct record_row *row)
{
	struct record_live *live = record->live;
	bool was_empty = live->queue.bytes == 0;
	bool was_full = live->queue.bytes >= LIVE_GROUP_BYTES;
	if (!queue_push(&live->queue, row, record_now(live)))
		return false;
	if (!live->started) {
		int rc = live_start(record);
		if (rc != 0 && live->trouble != LIVE_START) {
			live->trouble = LIVE_START;
			live->code = rc;
			live_wake(live);
		}
	}
	if (was_empty || (!was_full && live->queue.bytes >= LIVE_GROUP_BYTES))
		pthread_cond_signal(&live->work);
	return true;
}

uint64_t record_put(struct record *record, const struct record_row *row)
{
	struct record_live *live = record->live;
	uint64_t ticket = 0;
	assert(live != NULL);
	pthread_mutex_lock(&live->lock);
	if (!limits_take(record, row))
		live_wake(live);
	else if (fits(live, row) && push(record, row))
		ticket = ++live->put;
	else if (live->lost++ == 0)
		live_wake(live);
	pthread_mutex_unlock(&live->lock);
	return ticket;
}

/* ---- sources --------------------------------------------------------------------- */

static struct writer_source *source_find(struct record_live *live, const char *url,
					 const char *driver)
{
	for (int i = 0; i < live->source_count; i++)
		if (strcmp(live->sources[i].url, url) == 0 &&
		    strcmp(live->sources[i].driver, driver) == 0)
			return &live->sources[i];
	return NULL;
}

static int source_write(struct record *record, int id, const char *url,
			const char *driver, struct err *err)
{
	struct record_live *live = record->live;
	struct record_row row = {.type = QUEUE_SOURCE,
				 .source = id,
				 .name = slice_of(url),
				 .bytes = slice_of(driver)};
	if (!live->started) {
		if (live_insert_source(record, id, row.name, row.bytes) != SQLITE_OK)
			return record_fail(record, "write", err);
		return 0;
	}
	pthread_mutex_lock(&live->lock);
	bool taken = push(record, &row);
	pthread_mutex_unlock(&live->lock);
	return taken ? 0 : err_set(err, -ENOMEM, "%s: out of memory", record->path);
}

/** For one more. The thread that writes reads them, when it begins a new file. */
static bool sources_room(struct record_live *live)
{
	struct writer_source *grown = live->sources;
	pthread_mutex_lock(&live->lock);
	if (live->source_count == live->source_max) {
		int max = live->source_max == 0 ? 8 : live->source_max * 2;
		grown = realloc(live->sources, (size_t)max * sizeof(*grown));
		if (grown != NULL) {
			live->sources = grown;
			live->source_max = max;
		}
	}
	pthread_mutex_unlock(&live->lock);
	return grown != NULL;
}

static int source_add(struct record *record, int id, const char *url,
		      const char *driver, struct err *err)
{
	struct record_live *live = record->live;
	if (strlen(url) >= RECORD_URL_MAX ||
	    strlen(driver) >= sizeof(live->sources->driver))
		return err_set(err, -ENAMETOOLONG,
			       "%s: the name of a source is too long (%zu of %d bytes)",
			       record->path, strlen(url), RECORD_URL_MAX - 1);
	if (live->source_count == LIVE_SOURCES_MAX)
		return err_set(err, -ENOBUFS,
			       "%s: has %d sources, the maximum; record "
			       "into another file",
			       record->path, LIVE_SOURCES_MAX);
	if (!sources_room(live))
		return err_set(err, -ENOMEM, "%s: out of memory", record->path);
	int rc = source_write(record, id, url, driver, err);
	if (rc != 0)
		return rc;
	pthread_mutex_lock(&live->lock);
	struct writer_source *source = &live->sources[live->source_count++];
	source->id = id;
	text_copy(source->url, sizeof(source->url), slice_of(url));
	text_copy(source->driver, sizeof(source->driver), slice_of(driver));
	pthread_mutex_unlock(&live->lock);
	return 0;
}

int record_live_source(struct record *record, const char *url, const char *driver,
		       int *id, struct err *err)
{
	struct record_live *live = record->live;
	assert(live != NULL);
	const struct writer_source *known = source_find(live, url, driver);
	if (known != NULL) {
		*id = known->id;
		return 0;
	}
	int rc = source_add(record, live->source_last + 1, url, driver, err);
	if (rc == 0)
		*id = ++live->source_last;
	return rc;
}

/** Unless there is one of the number. */
static int source_add_once(struct record *record, int id, const char *url,
			   struct err *err)
{
	struct record_live *live = record->live;
	assert(live != NULL);
	for (int i = 0; i < live->source_count; i++)
		if (live->sources[i].id == id)
			return 0;
	return source_add(record, id, url, RECORD_ORIGIN_DRIVER, err);
}

int record_live_origin(struct record *record, const char *url, struct err *err)
{
	return source_add_once(record, RECORD_ORIGIN_ID, url, err);
}

int record_live_copied(struct record *record, const char *id, struct err *err)
{
	return source_add_once(record, RECORD_COPIED_ID, id, err);
}

/* ---- waiting --------------------------------------------------------------------- */

int record_drain(struct record *record, int64_t timeout_us, struct err *err)
{
	struct record_live *live = record->live;
	struct record_state state;
	assert(live != NULL);
	pthread_mutex_lock(&live->lock);
	uint64_t target = live->put, failures = live->failures;
	int64_t now = record_now(live);
	int64_t until = timeout_us < INT64_MAX - now ? now + timeout_us : INT64_MAX;
	live->at_once = true;
	pthread_cond_signal(&live->work);
	while (live->durable < target && live->failures == failures && live->started &&
	       record_now(live) < until)
		live_wait(&live->done, &live->lock, until);
	bool done = live->durable >= target;
	bool failed = live->failures != failures || !live->started;
	pthread_mutex_unlock(&live->lock);
	if (done)
		return 0;
	record_state_get(record, &state);
	if (failed && state.code != 0)
		return err_set(err, state.code, "%s", state.fault);
	return err_set(err, -ETIMEDOUT,
		       "%s: %llu records wait to be written: the disk is slow",
		       record->path, (unsigned long long)(state.put - state.durable));
}
