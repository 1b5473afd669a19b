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
	if (rc == SQLITE_OK)
		record_chain_add(record, id, row);
	return rc;
}

/** The row of the owner is ours. Read in the transaction of the group: who took the
 * recording over has written its own before. */
static int ask_owner(struct record *record)
{
	struct record_live *live = record->live;
	if (live->ask_owner == NULL &&
	    sqlite3_prepare_v2(record->db, "SELECT 1 FROM owner WHERE id=?", -1,
			       &live->ask_owner, NULL) != SQLITE_OK)
		return SQLITE_ERROR;
	sqlite3_bind_int64(live->ask_owner, 1, live->owner);
	int step = sqlite3_step(live->ask_owner);
	int rc = sqlite3_reset(live->ask_owner);
	return rc == SQLITE_OK && step == SQLITE_DONE ? SQLITE_PERM : rc;
}

/** Write the records between @group->end and @last, a group at most. */
static int write_group(struct record *record, const struct queue_place *last,
		       int64_t id, struct group *group)
{
	struct record_row row;
	int rc = sql(record, "BEGIN IMMEDIATE");
	if (rc == SQLITE_OK)
		rc = ask_owner(record);
	if (rc == SQLITE_PERM) {
		(void)sql(record, "ROLLBACK");
		return -EOWNERDEAD;
	}
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
		rc = record_chain_put(record, false);
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
	/* The group that failed may be in the file, and its sum. */
	if (rc == 0)
		rc = record_chain_load(record, last, NULL);
	if (rc == 0)
		live->in_file = last;
	else if (record->db != NULL && rc == -ESTALE)
		live_disconnect(record);
	return rc;
}

/** (3) *@all: nothing is in the WAL alone. */
static int checkpoint(struct record *record, bool *all)
{
	struct record_live *live = record->live;
	int pages = 0, done = 0;
	*all = false;
	/* A hole must not go into the file; the next group finds it too. */
	if (guard_look(record) != NULL)
		return 0;
	int rc = sqlite3_wal_checkpoint_v2(record->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
					   &pages, &done);
	guard_grown(record);
	live->mark_wal = true;
	live->checkpoint_at = live->wal_pages + LIVE_WAL_PAGES / 4;
	*all = rc == SQLITE_OK && pages == done;
	if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY)
		return 0;
	return record_sql_code(record->db);
}

/** Under the lock. */
static void writer_say(struct record_live *live, enum live_trouble trouble, int code)
{
	live->trouble = trouble;
	live->code = code;
}

/** Under the lock. */
static void drop_kept(struct record_live *live)
{
	queue_drop(&live->queue);
	live->kept = 0;
	live->kept_bytes = 0;
}

/** Under the lock, which is let go meanwhile. */
static void tidy(struct record *record)
{
	struct record_live *live = record->live;
	bool all = false;
	pthread_mutex_unlock(&live->lock);
	int rc = checkpoint(record, &all);
	pthread_mutex_lock(&live->lock);
	if (all)
		drop_kept(live);
	if (rc == 0 && live->trouble != LIVE_TIDY)
		return;
	writer_say(live, rc != 0 ? LIVE_TIDY : LIVE_WELL, rc);
	live_wake(live);
}

/** The file is lost: go on in a new one. Under the lock, which is let go meanwhile. */
static int go_on_anew(struct record *record, const char *lost)
{
	struct record_live *live = record->live;
	int64_t id = live->base + (int64_t)live->durable;
	const char *base = strrchr(record->path, '/');
	text_format(live->gone, sizeof(live->gone), "%.48s: %s",
		    base == NULL ? record->path : base + 1, lost);
	writer_say(live, LIVE_MOVED, -EINPROGRESS);
	live_wake(live);
	pthread_mutex_unlock(&live->lock);
	int rc = live_begin_anew(record, id, lost);
	pthread_mutex_lock(&live->lock);
	writer_say(live, rc != 0 ? LIVE_MOVED : LIVE_WELL, rc);
	live_wake(live);
	return rc;
}

/** Write a group; *@lost: what became of the file, whose group is not written. */
static int write_checked(struct record *record, const struct queue_place *last,
			 int64_t id, struct group *group, const char **lost)
{
	struct record_live *live = record->live;
	int rc = 0;
	*lost = guard_look(record);
	if (*lost == NULL && live->doubtful != 0)
		rc = recover(record, id);
	if (rc == 0 && *lost == NULL)
		rc = write_group(record, last, id, group);
	if (rc == -ESTALE)
		*lost = "is not the file it was";
	else if (rc == -EOWNERDEAD)
		*lost = "another process records into it now";
	else if (rc == 0 && *lost == NULL)
		*lost = guard_look(record);
	if (rc == 0 && *lost == NULL)
		live_mark(record, id + (int64_t)group->records);
	return rc;
}

/** Under the lock. */
static void take_written(struct record_live *live, const struct group *group)
{
	live->queue.next = group->end;
	live->queue.bytes -= group->bytes;
	live->kept += group->records;
	live->kept_bytes += group->bytes;
	live->durable += group->records;
	if (live->queue.bytes == 0)
		live->at_once = false;
	/* A reader keeps them in the WAL, from where they can be read again. */
	if (live->kept_bytes > LIVE_KEPT_BYTES)
		drop_kept(live);
	if (live->trouble != LIVE_TIDY)
		writer_say(live, LIVE_WELL, 0);
}

static void write_some(struct record *record)
{
	struct record_live *live = record->live;
	struct queue_place last = live->queue.tail;
	struct group group = {.end = live->queue.next};
	const char *lost = NULL;
	pthread_mutex_unlock(&live->lock);
	int limit = limits_look(record), rc = limit;
	if (rc == 0)
		rc = write_checked(record, &last, live->base + (int64_t)live->durable,
				   &group, &lost);
	pthread_mutex_lock(&live->lock);
	if (lost != NULL)
		rc = go_on_anew(record, lost);
	else if (limit == 0)
		live->doubtful = rc == 0 ? 0 : live->doubtful + 1;
	/* Its last group may be in the file that was lost. */
	if (lost != NULL && rc != 0 && live->doubtful == 0)
		live->doubtful = 1;
	if (rc != 0) {
		int64_t wait = live->stop ? LIVE_CLOSE_RETRY_US : LIVE_RETRY_US;
		live->failures++;
		live->at_once = false;
		live->retry_at = record_now(live) + wait;
		if (lost == NULL)
			writer_say(live, limit != 0 ? LIVE_LIMIT : LIVE_WRITE, rc);
	} else if (lost == NULL) {
		take_written(live, &group);
	}
	live_wake(live);
	pthread_cond_broadcast(&live->done);
	/* Report first, then checkpoint: only the next group waits for it. */
	if (rc == 0 && live->wal_pages >= live->checkpoint_at)
		tidy(record);
}

/** Nothing waits: look at the file. Under the lock. */
static int look_around(struct record *record)
{
	struct record_live *live = record->live;
	pthread_mutex_unlock(&live->lock);
	const char *lost = guard_look(record);
	pthread_mutex_lock(&live->lock);
	if (lost == NULL && live->trouble == LIVE_MOVED)
		writer_say(live, LIVE_WELL, 0);
	return lost == NULL ? 0 : go_on_anew(record, lost);
}

/** Nothing to write: after a second, look at the file and let the WAL go into it. */
static void rest(struct record *record)
{
	struct record_live *live = record->live;
	int64_t until = record_now(live) + LIVE_IDLE_US;
	live_wait(&live->work, &live->lock, until);
	if (live->queue.bytes > 0 || live->stop || record_now(live) < until)
		return;
	if (look_around(record) != 0 || live->wal_pages == 0 || live->doubtful != 0)
		return;
	tidy(record);
	live->wal_pages = 0;
}

static bool writer_fails(const struct record_live *live)
{
	return live->trouble == LIVE_WRITE || live->trouble == LIVE_MOVED ||
	       live->trouble == LIVE_LIMIT;
}

/** When what waits is to be written. */
static int64_t due_at(const struct record_live *live)
{
	struct queue_place head = live->queue.next;
	struct record_row row;
	int64_t oldest = 0;
	bool full = live->queue.bytes >= LIVE_GROUP_BYTES;
	if (writer_fails(live))
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
		bool failing = writer_fails(live);
		int64_t now = record_now(live);
		if (live->stop &&
		    (empty || live->abandon || (failing && now >= live->give_up_at))) {
			if (empty && !live->abandon)
				(void)look_around(record);
			return;
		}
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
	sigdelset(&all, SIGBUS); /* mapped.c */
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
