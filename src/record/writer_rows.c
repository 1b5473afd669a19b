/*
 * writer_rows.c -- the thread that writes a recording
 *
 *  (1) A group is what came within commit_us of its oldest record, or as much as
 *      fills one; it is written in one transaction, and only its commit, flushed,
 *      makes it durable.
 *  (2) After a failure nothing is believed: the transaction is rolled back, then
 *      the file is asked which record is its last (live.h (2)), and the second time
 *      it is opened anew, since a disk that was away and came back is another one.
 *  (3) The WAL goes into the file when it has LIVE_WAL_PAGES, and when a second is
 *      quiet. Readers never stop that; they only make it last longer.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "writer.h"

struct group {
	struct queue_place end; /* how far it was written */
	size_t bytes;
	uint64_t records;
};

int live_insert_source(struct record *record, int id, struct slice url,
		       struct slice driver)
{
	sqlite3_stmt *stmt = record->live->insert_source;
	sqlite3_bind_int(stmt, 1, id);
	sqlite3_bind_text(stmt, 2, url.at, (int)url.len, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 3, driver.at, (int)driver.len, SQLITE_STATIC);
	int rc = sqlite3_step(stmt) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
	/* The reset of a statement that failed gives the same error again. */
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	return rc;
}

static int sql(struct record *record, const char *text)
{
	return sqlite3_exec(record->db, text, NULL, NULL, NULL);
}

static int insert_row(struct record *record, int64_t id, const struct record_row *row)
{
	if (row->type == QUEUE_SOURCE)
		return live_insert_source(record, row->source, row->name, row->bytes);
	if (id <= record->live->in_file)
		return SQLITE_OK;
	int rc = record_insert(record->insert, id, row);
	sqlite3_reset(record->insert);
	sqlite3_clear_bindings(record->insert);
	return rc;
}

/** Write the records between @group->end and @last, a group at most. */
static int write_group(struct record *record, const struct queue_place *last,
		       int64_t id, struct group *group)
{
	struct record_row row;
	int rc = sql(record, "BEGIN IMMEDIATE");
	if (rc == SQLITE_OK && record->live->mark_wal)
		rc = sql(record, live_mark_wal);
	while (rc == SQLITE_OK && group->records < LIVE_GROUP_RECORDS &&
	       group->bytes < LIVE_GROUP_BYTES &&
	       queue_next(&group->end, last, &row, NULL)) {
		group->bytes += queue_cost(&row);
		if (row.type != QUEUE_SOURCE)
			group->records++;
		rc = insert_row(record, id + (int64_t)group->records, &row);
	}
	if (rc == SQLITE_OK)
		rc = sql(record, "COMMIT");
	if (rc == SQLITE_OK) {
		record->live->mark_wal = false;
		return 0;
	}
	int code = record_sql_code(record->db);
	return code == 0 ? -EIO : code;
}

/** (2) */
static int recover(struct record *record, int64_t durable_id)
{
	struct record_live *live = record->live;
	int64_t last = 0;
	int rc = 0;
	if (record->db != NULL && live->doubtful > 1)
		live_disconnect(record);
	if (record->db == NULL)
		rc = record_writer_connect(record, NULL);
	else if (!sqlite3_get_autocommit(record->db) &&
		 sql(record, "ROLLBACK") != SQLITE_OK)
		rc = record_sql_code(record->db);
	if (rc == 0)
		rc = live_last_id(record, &last, NULL);
	if (rc == 0 && last < durable_id)
		rc = -ESTALE;
	if (rc == 0)
		live->in_file = last;
	else if (record->db != NULL && rc == -ESTALE)
		live_disconnect(record);
	return rc;
}

/** (3) */
static int checkpoint(struct record *record)
{
	struct record_live *live = record->live;
	int rc = sqlite3_wal_checkpoint_v2(record->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
					   NULL, NULL);
	live->mark_wal = true;
	live->checkpoint_at = live->wal_pages + LIVE_WAL_PAGES / 4;
	if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY)
		return 0;
	return record_sql_code(record->db);
}

static bool has_moved(struct record *record)
{
	int moved = 0;
	return sqlite3_file_control(record->db, "main", SQLITE_FCNTL_HAS_MOVED,
				    &moved) == SQLITE_OK &&
	       moved != 0;
}

/** Under the lock. */
static void writer_say(struct record_live *live, enum live_trouble trouble, int code)
{
	live->trouble = trouble;
	live->code = code;
}

static void told_tidy(struct record_live *live, int tidy)
{
	if (tidy == 0 && live->trouble != LIVE_TIDY)
		return;
	writer_say(live, tidy != 0 ? LIVE_TIDY : LIVE_WELL, tidy);
	live_wake(live);
}

static void write_some(struct record *record)
{
	struct record_live *live = record->live;
	struct queue_place last = live->queue.tail;
	struct group group = {.end = live->queue.head};
	int64_t id = live->base + (int64_t)live->durable;
	bool moved = false;
	int tidy = 0;
	pthread_mutex_unlock(&live->lock);
	int rc = live->doubtful == 0 ? 0 : recover(record, id);
	if (rc == 0)
		rc = write_group(record, &last, id, &group);
	if (rc == 0)
		moved = has_moved(record);
	live->doubtful = rc == 0 ? 0 : live->doubtful + 1;
	pthread_mutex_lock(&live->lock);
	if (rc == 0) {
		queue_drop(&live->queue, &group.end, group.bytes);
		live->durable += group.records;
		if (live->queue.bytes == 0)
			live->at_once = false;
		if (moved)
			writer_say(live, LIVE_MOVED, -ENOENT);
		else if (live->trouble != LIVE_TIDY)
			writer_say(live, LIVE_WELL, 0);
	} else {
		int64_t wait = live->stop ? LIVE_CLOSE_RETRY_US : LIVE_RETRY_US;
		live->failures++;
		live->at_once = false;
		live->retry_at = record_now(live) + wait;
		writer_say(live, LIVE_WRITE, rc);
	}
	live_wake(live);
	pthread_cond_broadcast(&live->done);
	/* Report first, then checkpoint: only the next group waits for it. */
	if (rc != 0 || live->wal_pages < live->checkpoint_at)
		return;
	pthread_mutex_unlock(&live->lock);
	tidy = checkpoint(record);
	pthread_mutex_lock(&live->lock);
	told_tidy(live, tidy);
}

/** Nothing to write: after a second, let the WAL go into the file. */
static void rest(struct record *record)
{
	struct record_live *live = record->live;
	if (live->wal_pages == 0 || live->doubtful != 0) {
		pthread_cond_wait(&live->work, &live->lock);
		return;
	}
	int64_t until = record_now(live) + LIVE_IDLE_US;
	live_wait(&live->work, &live->lock, until);
	if (live->queue.bytes > 0 || live->stop || record_now(live) < until)
		return;
	pthread_mutex_unlock(&live->lock);
	int tidy = checkpoint(record);
	live->wal_pages = 0;
	pthread_mutex_lock(&live->lock);
	told_tidy(live, tidy);
}

/** When what waits is to be written. */
static int64_t due_at(const struct record_live *live)
{
	struct queue_place head = live->queue.head;
	struct record_row row;
	int64_t oldest = 0;
	bool full = live->queue.bytes >= LIVE_GROUP_BYTES;
	if (live->trouble == LIVE_WRITE)
		return live->at_once ? 0 : live->retry_at;
	if (full || live->at_once || live->stop ||
	    !queue_next(&head, &live->queue.tail, &row, &oldest))
		return 0;
	return oldest + live->options.commit_us;
}

static void write_until_stop(struct record *record)
{
	struct record_live *live = record->live;
	for (;;) {
		bool empty = live->queue.bytes == 0;
		bool failing = live->trouble == LIVE_WRITE;
		int64_t now = record_now(live);
		if (live->stop &&
		    (empty || live->abandon || (failing && now >= live->give_up_at)))
			return;
		if (empty) {
			rest(record);
			continue;
		}
		int64_t due = due_at(live);
		if (due <= now)
			write_some(record);
		else
			live_wait(&live->work, &live->lock, due);
	}
}

static void *writer(void *context)
{
	struct record *record = context;
	pthread_mutex_lock(&record->live->lock);
	write_until_stop(record);
	pthread_mutex_unlock(&record->live->lock);
	return NULL;
}

int live_start(struct record *record)
{
	sigset_t all, before;
	/* Signals are the loop's; and a file size limit is an error here, no end. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&record->live->thread, NULL, writer, record);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		return -rc;
	record->live->started = true;
	if (record->live->trouble == LIVE_START)
		writer_say(record->live, LIVE_WELL, 0);
	return 0;
}

void live_stop(struct record *record, bool drain)
{
	struct record_live *live = record->live;
	pthread_mutex_lock(&live->lock);
	live->stop = true;
	live->abandon = !drain;
	live->at_once = true;
	live->give_up_at = record_now(live) + LIVE_CLOSE_US;
	pthread_cond_signal(&live->work);
	/* Without a thread of its own it is written by this one. */
	if (!live->started)
		write_until_stop(record);
	bool started = live->started;
	pthread_mutex_unlock(&live->lock);
	if (started)
		pthread_join(live->thread, NULL);
	live->started = false;
}
