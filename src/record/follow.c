/*
 * follow.c -- a recording that another process writes, read as it grows
 *
 *  (1) A look is one stat() and one data_version; only when that has changed is
 *      anything read, in a transaction of at most @max records, so that the WAL can
 *      go into the file between two of them.
 *  (2) It does not end: when the writer has closed the file (its owner's row is
 *      gone) and all is read, the file is let go, so that it can become one file;
 *      polls return 0. When a process records into it again, polls go on with what
 *      is new. record_is_live() says which.
 *  (3) A writer that was killed leaves its row: the file is held until the next one
 *      has closed it, or the follower is closed.
 *  (4) Another file under the same name is not the same recording: -ESTALE.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record_parts.h"

enum { POLL_BUSY_MS = 50 };

/** What shows that a file that is not open here is unchanged. */
struct mark {
	dev_t device;
	ino_t file;
	off_t size, wal_size;
	struct timespec changed, wal_changed;
};

struct record_follower {
	sqlite3_stmt *version, *rows, *owner;
	int64_t last; /* id of the last record given out */
	int64_t seen; /* data_version when all was read; -1 there is more */
	bool attached, live;
	struct mark mark; /* before all of it was read */
};

static int mark_of(const struct record *record, struct mark *out)
{
	char wal[RECORD_PATH_MAX + 16];
	struct stat st;
	memset(out, 0, sizeof(*out));
	if (stat(record->path, &st) != 0)
		return -errno;
	out->device = st.st_dev;
	out->file = st.st_ino;
	out->size = st.st_size;
	out->changed = st.st_mtim;
	record_beside(record->path, "-wal", wal, sizeof(wal));
	if (stat(wal, &st) == 0) {
		out->wal_size = st.st_size;
		out->wal_changed = st.st_mtim;
	}
	return 0;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool mark_same(const struct mark *a, const struct mark *b)
{
	return a->size == b->size && a->wal_size == b->wal_size &&
	       same_time(a->changed, b->changed) &&
	       same_time(a->wal_changed, b->wal_changed);
}

static void detach(struct record *record)
{
	struct record_follower *follower = record->follower;
	sqlite3_finalize(follower->version);
	sqlite3_finalize(follower->rows);
	sqlite3_finalize(follower->owner);
	follower->version = follower->rows = follower->owner = NULL;
	follower->attached = false;
	record_disconnect(record);
}

static int prepare(struct record *record, const char *sql, sqlite3_stmt **stmt,
		   struct err *err)
{
	if (sqlite3_prepare_v2(record->db, sql, -1, stmt, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	return 0;
}

static int attach(struct record *record, struct err *err)
{
	struct record_follower *follower = record->follower;
	char sql[128];
	int live = record_attach(record, err);
	if (live < 0)
		return live;
	follower->attached = true;
	follower->live = live != 0;
	follower->seen = -1;
	sqlite3_busy_timeout(record->db, POLL_BUSY_MS);
	text_format(sql, sizeof(sql), "SELECT %s FROM record WHERE id>? ORDER BY id",
		    record_columns(record->db));
	int rc = prepare(record, "PRAGMA data_version", &follower->version, err);
	if (rc == 0)
		rc = prepare(record, sql, &follower->rows, err);
	if (rc != 0)
		detach(record);
	return rc;
}

/** True when SQLite says "later": the writer opens or closes the file just now. */
static bool busy(const struct record *record)
{
	int code = sqlite3_errcode(record->db);
	return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

static int data_version(struct record *record, int64_t *out, struct err *err)
{
	sqlite3_stmt *stmt = record->follower->version;
	int rc = 0;
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	else
		rc = busy(record) ? -EBUSY : record_fail(record, "read", err);
	sqlite3_reset(stmt);
	return rc;
}

struct follow_reading {
	unsigned max;
	int (*each)(void *context, const struct record_row *row);
	void *context;
};

/** How many, at most reading->max; or -errno. */
static int read_rows(struct record *record, const struct follow_reading *reading,
		     struct err *err)
{
	struct record_follower *follower = record->follower;
	sqlite3_stmt *stmt = follower->rows;
	unsigned n = 0;
	int step = SQLITE_ROW, rc = 0;
	sqlite3_bind_int64(stmt, 1, follower->last);
	while (rc == 0 && n < reading->max &&
	       (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct record_row row;
		rc = record_row_of(record, stmt, &row, err);
		if (rc < 0)
			break;
		follower->last = row.id;
		n++;
		rc = reading->each(reading->context, &row);
	}
	if (rc == 0 && step != SQLITE_ROW && step != SQLITE_DONE && !busy(record))
		rc = record_fail(record, "read", err);
	if (rc == 0 && step != SQLITE_DONE)
		follower->seen = -1;
	sqlite3_reset(stmt);
	return rc < 0 ? rc : (int)n;
}

/** The writer's row is gone: it has closed the file. */
static bool has_ended(struct record *record)
{
	sqlite3_stmt *stmt = record->follower->owner;
	/* A table of a later version, or none: there is no writer. */
	if (stmt == NULL &&
	    sqlite3_prepare_v2(record->db, "SELECT 1 FROM owner LIMIT 1", -1, &stmt,
			       NULL) != SQLITE_OK)
		return !busy(record);
	record->follower->owner = stmt;
	bool none = sqlite3_step(stmt) == SQLITE_DONE;
	sqlite3_reset(stmt);
	return none;
}

/** 0: nothing to read now; 1: attached. */
static int look(struct record *record, struct err *err)
{
	struct record_follower *follower = record->follower;
	struct mark now;
	int rc = mark_of(record, &now);
	if (rc != 0)
		return err_set(err, rc, "%s: %s", record->path, strerror(-rc));
	if (now.file != follower->mark.file || now.device != follower->mark.device)
		return err_set(err, -ESTALE,
			       "%s: is another file now; open it again to follow it",
			       record->path);
	/* A writer that is closing still has its lock: only what changes counts. */
	if (!follower->attached && mark_same(&now, &follower->mark))
		return 0;
	follower->mark = now;
	record_mapped_watch();
	rc = follower->attached ? 0 : attach(record, err);
	if (rc != 0)
		follower->mark.size = -1; /* once more, whatever changes */
	if (rc == -EBUSY)
		return 0;
	return rc != 0 ? rc : 1;
}

int record_follow_poll(struct record *record, unsigned max,
		       int (*each)(void *context, const struct record_row *row),
		       void *context, struct err *err)
{
	struct record_follower *follower = record->follower;
	const struct follow_reading reading = {max > INT32_MAX ? INT32_MAX : max, each,
					       context};
	int64_t version = 0;
	if (follower == NULL)
		return err_set(err, -EINVAL, "%s: is not followed", record->path);
	int rc = look(record, err);
	if (rc <= 0)
		return rc;
	rc = data_version(record, &version, err);
	if (rc != 0)
		return rc == -EBUSY ? 0 : rc;
	if (version == follower->seen)
		return 0;
	follower->seen = version;
	rc = read_rows(record, &reading, err);
	if (rc < 0)
		follower->seen = -1;
	else if (follower->seen == version && (!follower->live || has_ended(record)))
		detach(record);
	return rc;
}

void record_follow_end(struct record *record)
{
	detach(record);
	free(record->follower);
	record->follower = NULL;
}

int record_follow(const char *path, struct record **out, struct err *err)
{
	struct record *record = NULL;
	struct record_header header;
	int rc = record_header_check(path, true, &header, err);
	if (rc == 0)
		rc = record_new(path, &record, err);
	if (rc != 0 || record == NULL)
		return rc;
	record->follower = calloc(1, sizeof(*record->follower));
	if (record->follower == NULL) {
		free(record);
		return err_set(err, -ENOMEM, "%s: out of memory", path);
	}
	rc = mark_of(record, &record->follower->mark);
	if (rc != 0)
		err_set(err, rc, "%s: %s", path, strerror(-rc));
	if (rc == 0)
		rc = attach(record, err);
	if (rc != 0) {
		record_abandon(record);
		return rc;
	}
	*out = record;
	return 0;
}
