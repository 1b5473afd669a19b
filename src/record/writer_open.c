/*
 * writer_open.c -- begin and end of a recording that runs
 *
 *  (1) A new file is made whole under another name, private to its user, and then
 *      gets its own: a file under its name is a recording at every instant.
 *  (2) What a kill or a power cut left is taken up by SQLite from the WAL when the
 *      file is opened; the ids go on behind its last record.
 *  (3) Only a file of exactly our tables is continued: triggers, indexes and
 *      constraints of somebody else could refuse what must be written.
 *  (4) The end is one file: the WAL goes into it, then its mode is set, without a
 *      journal beside it, so that a cut at any instant leaves what can be read.
 *      Where a reader holds the file the WAL is empty all the same, and only the
 *      mode stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/eventfd.h>
#endif

#include "writer.h"

static const char table_owner[] =
	"CREATE TABLE owner(id INTEGER PRIMARY KEY, pid INTEGER NOT NULL,"
	" host TEXT NOT NULL, since INTEGER NOT NULL)";

/* RECORD_FORMAT_VERSION, as it was. */
const char live_mark_wal[] = "PRAGMA user_version=1";

enum {
	FILE_MODE = 0600,
	MODE_TRIES = 20,
	MODE_TRY_NS = 100 * 1000 * 1000,
	/* Ids stay far from where SQLite would begin to guess them. */
	ID_BITS_MAX = 62,
};

/* ---- asking ---------------------------------------------------------------------- */

static int writer_ask(struct record *record, const char *sql, int64_t *out,
		      struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc = 0;
	if (sqlite3_prepare_v2(record->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		*out = sqlite3_column_int64(stmt, 0);
	} else {
		int code = record_sql_code(record->db);
		record_fail(record, "read", err);
		rc = code == 0 ? -EIO : code;
	}
	sqlite3_finalize(stmt);
	return rc;
}

int live_last_id(struct record *record, int64_t *id, struct err *err)
{
	return writer_ask(record, "SELECT coalesce(max(id),0) FROM record", id, err);
}

/** (3) */
static int check_ours(struct record *record, struct err *err)
{
	static const char sql[] =
		"SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'"
		" AND (type<>'table' OR sql NOT IN (?,?,?,?,?,?))";
	const char *tables[] = {record_table_source,        record_table_record,
				record_table_record_before, table_owner,
				record_table_decoded,       record_table_chain};
	sqlite3_stmt *stmt = NULL;
	int foreign = -1;
	if (sqlite3_prepare_v2(record->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	for (int i = 0; i < (int)ARRAY_LEN(tables); i++)
		sqlite3_bind_text(stmt, i + 1, tables[i], -1, SQLITE_STATIC);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		foreign = sqlite3_column_int(stmt, 0);
	int rc = 0;
	if (foreign < 0)
		rc = record_fail(record, "read", err);
	else if (foreign > 0)
		rc = err_set(err, -EINVAL,
			     "%s: was changed by another program and cannot be "
			     "continued; record into another file",
			     record->path);
	sqlite3_finalize(stmt);
	return rc;
}

static int writer_add_source(struct record *record, sqlite3_stmt *stmt, struct err *err)
{
	struct record_live *live = record->live;
	if (live->source_count == live->source_max) {
		int max = live->source_max == 0 ? 8 : live->source_max * 2;
		struct writer_source *grown =
			realloc(live->sources, (size_t)max * sizeof(*grown));
		if (grown == NULL)
			return err_set(err, -ENOMEM, "%s: out of memory", record->path);
		live->sources = grown;
		live->source_max = max;
	}
	struct writer_source *source = &live->sources[live->source_count++];
	const int64_t id = sqlite3_column_int64(stmt, 0);
	if (id < RECORD_COPIED_ID || id > INT32_MAX / 2 ||
	    live->source_count > LIVE_SOURCES_MAX)
		return err_set(err, -EIO,
			       "%s: has too many sources to be continued; record into "
			       "another file",
			       record->path);
	source->id = (int)id;
	if (source->id > live->source_last)
		live->source_last = source->id;
	text_copy(source->url, sizeof(source->url),
		  slice_of((const char *)sqlite3_column_text(stmt, 1)));
	text_copy(source->driver, sizeof(source->driver),
		  slice_of((const char *)sqlite3_column_text(stmt, 2)));
	return 0;
}

static int load_sources(struct record *record, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int step = SQLITE_ERROR, rc = 0;
	if (sqlite3_prepare_v2(record->db,
			       "SELECT id,url,driver FROM source ORDER BY id", -1,
			       &stmt, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	while (rc == 0 && (step = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = writer_add_source(record, stmt, err);
	if (rc == 0 && step != SQLITE_DONE)
		rc = record_fail(record, "read", err);
	sqlite3_finalize(stmt);
	return rc;
}

/* ---- opening ------------------------------------------------------------------- */

static int count_wal(void *context, sqlite3 *db, const char *name, int pages)
{
	struct record_live *live = context;
	(void)db, (void)name;
	/* Fewer than before: it begins anew. */
	if (pages < live->wal_pages)
		live->checkpoint_at = LIVE_WAL_PAGES;
	live->wal_pages = pages;
	return SQLITE_OK;
}

/** Set a mode of the journal; false when it was not taken, with what SQLite says
 * in @rc. */
static bool set_mode(struct record *record, const char *mode, int *rc)
{
	char sql[48];
	sqlite3_stmt *stmt = NULL;
	bool taken = false;
	text_format(sql, sizeof(sql), "PRAGMA journal_mode=%s", mode);
	*rc = sqlite3_prepare_v2(record->db, sql, -1, &stmt, NULL);
	if (*rc == SQLITE_OK && (*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *now = (const char *)sqlite3_column_text(stmt, 0);
		taken = now != NULL && strcmp(now, mode) == 0;
		*rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return taken;
}

static int set_wal(struct record *record, struct err *err)
{
	int rc = SQLITE_OK;
	if (set_mode(record, "wal", &rc))
		return 0;
	if (rc != SQLITE_OK)
		return record_fail(record, "write", err);
	return err_set(err, -ENOTSUP,
		       "%s: cannot be recorded on this disk (no shared memory on it); "
		       "record to a local one",
		       record->path);
}

void live_disconnect(struct record *record)
{
	struct record_live *live = record->live;
	int lock = record->lock_fd;
	sqlite3_finalize(live->insert_source);
	sqlite3_finalize(live->ask_owner);
	live->insert_source = live->ask_owner = NULL;
	guard_end(record);
	record->lock_fd = -1; /* stays */
	record_disconnect(record);
	record->lock_fd = lock;
}

void live_mark(const struct record *record, int64_t id)
{
	const struct record_live *live = record->live;
	const struct record_lock_mark mark = {id, live->missing, live->guard.size};
	record_lock_mark(record->lock_fd, &mark);
}

int live_renew_lock(struct record *record)
{
	int fd = -1;
	if (record_lock_holds(record->path, record->lock_fd))
		return 0;
	int rc = record_lock_write(record->path, FILE_MODE, &fd);
	if (rc != RECORD_LOCK_FREE)
		return rc < 0 ? rc : -EBUSY;
	record_lock_drop(&record->lock_fd);
	record->lock_fd = fd;
	live_mark(record, record->live->base + (int64_t)record->live->durable);
	return 0;
}

/** How it is written. Records are only ever appended: the pages before are not read
 * again, and SQLite need not keep 2 MB of them. */
static int set_writing(struct record *record, struct err *err)
{
	char sql[64];
	text_format(sql, sizeof(sql), "PRAGMA synchronous=%s; PRAGMA cache_size=-%d",
		    record->live->options.sync_normal ? "NORMAL" : "FULL",
		    (int)LIVE_CACHE_KIB);
	return record_exec(record, sql, "write", err);
}

int record_writer_connect(struct record *record, struct err *err)
{
	static const char source[] =
		"INSERT OR IGNORE INTO source(id,url,driver) VALUES(?,?,?)";
	struct record_live *live = record->live;
	struct record_header header;
	int rc = record_header_check(record->path, false, &header, err);
	if (rc == 0 && (rc = live_renew_lock(record)) != 0)
		err_set(err, rc, "%s: another process records into it", record->path);
	if (rc == 0)
		rc = record_connect(record, "?mode=rw", NULL, err);
	if (rc == 0)
		rc = check_ours(record, err);
	if (rc == 0)
		rc = set_wal(record, err);
	if (rc == 0)
		rc = set_writing(record, err);
	if (rc == 0)
		rc = record_prepare_insert(record, err);
	if (rc == 0)
		rc = writer_ask(record, "PRAGMA page_size", &live->guard.page, err);
	if (rc == 0 && sqlite3_prepare_v2(record->db, source, -1, &live->insert_source,
					  NULL) != SQLITE_OK)
		rc = record_fail(record, "write", err);
	if (rc != 0) {
		int code = record->db == NULL ? 0 : record_sql_code(record->db);
		live_disconnect(record);
		return code != 0 ? code : rc;
	}
	record_mapped_watch();
	live->checkpoint_at = LIVE_WAL_PAGES;
	live->mark_wal = true;
	live->wal_pages = 0;
	sqlite3_wal_hook(record->db, count_wal, live);
	guard_set(record);
	return 0;
}

/** (1) */
static int make_file(struct record *record, struct err *err)
{
	char name[RECORD_PATH_MAX + 16];
	text_format(name, sizeof(name), "%s-new", record->path);
	/* Left by a process that was cut off here: we hold its lock. */
	record_remove_files(name);
	int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return err_set(err, -errno, "%s: cannot be written here: %s",
			       record->path, strerror(errno));
	close(fd);
	int rc = record_prepare(record, name, false, err);
	live_disconnect(record);
	if (rc == 0 && link(name, record->path) != 0) {
		struct stat st;
		/* Not every disk has links; no other process makes this one. */
		if (errno == EEXIST || stat(record->path, &st) == 0)
			rc = err_set(err, -EEXIST, "%s: exists already", record->path);
		else if (rename(name, record->path) != 0)
			rc = err_set(err, -errno, "%s: cannot be put in place: %s",
				     record->path, strerror(errno));
	}
	record_remove_files(name);
	if (rc == 0)
		record_sync_folder(record->path);
	return rc;
}

/** A recording of an earlier version gets a cookie, in the file before anything else is
 * in the WAL. */
static int draw_cookie(struct record *record, struct err *err)
{
	char sql[96];
	int64_t cookie = 0;
	uint32_t drawn = 0;
	int rc = writer_ask(record, "PRAGMA schema_version", &cookie, err);
	if (rc != 0 || cookie >= RECORD_COOKIE_LEAST)
		return rc;
	sqlite3_randomness(sizeof(drawn), &drawn);
	text_format(sql, sizeof(sql), "PRAGMA schema_version=%u",
		    RECORD_COOKIE_LEAST + drawn % RECORD_COOKIE_LEAST);
	sqlite3_db_config(record->db, SQLITE_DBCONFIG_DEFENSIVE, 0, (int *)NULL);
	rc = record_exec(record, sql, "write", err);
	sqlite3_db_config(record->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	return rc != 0 ? rc
		       : record_exec(record, "PRAGMA wal_checkpoint", "write", err);
}

/** The table has one row, ours. */
static int write_owner(struct record *record, struct err *err)
{
	static const char sql[] =
		"INSERT INTO owner(id,pid,host,since) VALUES(?,?,?,?)";
	struct record_live *live = record->live;
	char host[64];
	struct timespec now = {0};
	sqlite3_stmt *stmt = NULL;
	int64_t there = 0;
	record_host(host);
	clock_gettime(CLOCK_REALTIME, &now);
	sqlite3_randomness(sizeof(live->owner), &live->owner);
	live->owner &= INT64_MAX >> 1;
	int rc = record_exec(record, "BEGIN IMMEDIATE", "write", err);
	if (rc == 0)
		rc = writer_ask(record,
				"SELECT count(*) FROM sqlite_schema WHERE name='owner'",
				&there, err);
	if (rc == 0)
		rc = record_exec(record, there != 0 ? "DELETE FROM owner" : table_owner,
				 "write", err);
	if (rc != 0)
		return rc;
	if (sqlite3_prepare_v2(record->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return record_fail(record, "write", err);
	sqlite3_bind_int64(stmt, 1, live->owner);
	sqlite3_bind_int64(stmt, 2, getpid());
	sqlite3_bind_text(stmt, 3, host, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 4, (int64_t)now.tv_sec * US_S + now.tv_nsec / 1000);
	rc = sqlite3_step(stmt) == SQLITE_DONE ? 0 : record_fail(record, "write", err);
	sqlite3_finalize(stmt);
	if (rc == 0)
		rc = record_exec(record, live_mark_wal, "write", err);
	return rc != 0 ? rc : record_exec(record, "COMMIT", "write", err);
}

int live_make(struct record *record, struct err *err)
{
	int rc = make_file(record, err);
	if (rc == 0)
		rc = record_writer_connect(record, err);
	if (rc == 0)
		rc = record_chain_load(record, 0, err);
	return rc != 0 ? rc : write_owner(record, err);
}

/** Somebody else has the lock: say who. */
static int refuse(const char *path, int held, struct err *err)
{
	struct record *other = NULL;
	sqlite3_stmt *stmt = NULL;
	char day[TIME_TEXT_MAX], clock[TIME_TEXT_MAX], host[64];
	int step = SQLITE_ERROR;
	if (held == RECORD_LOCK_READ)
		return err_set(err, -EBUSY,
			       "%s: is being read by another process; try again when "
			       "that has ended",
			       path);
	if (record_open(path, &other, NULL) == 0 &&
	    sqlite3_prepare_v2(other->db, "SELECT pid,host,since FROM owner", -1, &stmt,
			       NULL) == SQLITE_OK)
		step = sqlite3_step(stmt);
	if (step == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 1);
		int64_t since = sqlite3_column_int64(stmt, 2);
		if (since < 0 || since / US_DAY > 1000000)
			since = 0;
		text_clean(host, sizeof(host), slice_of(name));
		format_date(day, since);
		format_clock(clock, since % US_DAY, false);
		err_set(err, -EBUSY,
			"%s: process %lld on %s records into it since %s %s UTC; "
			"end that one, or choose another name",
			path, (long long)sqlite3_column_int64(stmt, 0), host, day,
			clock);
	} else {
		err_set(err, -EBUSY,
			"%s: another process records into it; end that one, or choose "
			"another name",
			path);
	}
	sqlite3_finalize(stmt);
	record_close(other, NULL);
	return -EBUSY;
}

static int open_wake(struct record_live *live, struct err *err)
{
#if defined(__linux__)
	live->wake[0] = live->wake[1] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (live->wake[0] < 0)
		return err_set(err, -errno, "recording: no descriptor left: %s",
			       strerror(errno));
#else
	if (pipe(live->wake) != 0) {
		live->wake[0] = live->wake[1] = -1;
		return err_set(err, -errno, "recording: no descriptor left: %s",
			       strerror(errno));
	}
	for (int i = 0; i < 2; i++) {
		fcntl(live->wake[i], F_SETFL, O_NONBLOCK);
		fcntl(live->wake[i], F_SETFD, FD_CLOEXEC);
	}
#endif
	return 0;
}

static int live_new(struct record *record, const struct record_live_options *options,
		    struct err *err)
{
	struct record_live *live = calloc(1, sizeof(*live));
	pthread_condattr_t attributes;
	if (live == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory", record->path);
	pthread_condattr_init(&attributes);
#if !defined(__APPLE__)
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
#endif
	pthread_mutex_init(&live->lock, NULL);
	pthread_cond_init(&live->work, &attributes);
	pthread_cond_init(&live->done, &attributes);
	pthread_condattr_destroy(&attributes);
	live->wake[0] = live->wake[1] = -1;
	live->guard.wal_fd = -1;
	text_copy(live->named, sizeof(live->named),
		  slice_of(options != NULL && options->named != NULL ? options->named
								     : record->path));
	text_copy(live->written, sizeof(live->written), slice_of(record->path));
	if (options != NULL)
		live->options = *options;
	if (live->options.commit_us <= 0)
		live->options.commit_us = 5 * US_MS;
	if (live->options.memory_max == 0)
		live->options.memory_max = (size_t)256 * 1024 * 1024;
	record->live = live;
	return open_wake(live, err);
}

static void live_free(struct record *record)
{
	struct record_live *live = record->live;
	live_disconnect(record);
	record_queue_free(&live->queue);
	pthread_cond_destroy(&live->work);
	pthread_cond_destroy(&live->done);
	pthread_mutex_destroy(&live->lock);
	if (live->wake[0] >= 0)
		close(live->wake[0]);
	if (live->wake[1] >= 0 && live->wake[1] != live->wake[0])
		close(live->wake[1]);
	free(live->sources);
	free(live);
	record->live = NULL;
}

static const char *writer_base(const struct record *record)
{
	const char *base = strrchr(record->path, '/');
	return base == NULL ? record->path : base + 1;
}

static int set_aside(struct record *record, struct err *err)
{
	struct record_live *live = record->live;
	char names[sizeof(live->notice) / 3];
	int rc = record_set_aside(record->path, names, sizeof(names));
	if (rc != 0)
		return err_set(err, rc,
			       "%s: files of another recording are beside it (-wal, "
			       "-shm, -journal) and cannot be moved away: %s",
			       record->path, strerror(-rc));
	if (names[0] == '\0')
		return 0;
	text_format(live->notice, sizeof(live->notice),
		    "%.48s: files of an earlier recording were beside it; kept as %s",
		    writer_base(record), names);
	live->notices++;
	return 0;
}

/** Fewer records are there than were durable. */
static void writer_tell_missing(struct record *record, struct record_lock_mark mark)
{
	struct record_live *live = record->live;
	char before[sizeof(live->notice) / 2] = "";
	live->missing = mark.missing;
	if (mark.durable > live->base)
		live->missing += (uint64_t)(mark.durable - live->base);
	if (live->missing == 0)
		return;
	text_copy(before, sizeof(before), slice_of(live->notice));
	text_format(live->notice, sizeof(live->notice),
		    "%.48s: %llu records that were on the disk are MISSING: it, or "
		    "its -wal, was removed or changed%s%s",
		    writer_base(record), (unsigned long long)live->missing,
		    before[0] == '\0' ? "" : "; ", before);
	live->notices = 1;
}

/** The records of a file that cannot be continued are not in this one. */
static void tell_instead(struct record *record, const char *before)
{
	struct record_live *live = record->live;
	char name[RECORD_PATH_MAX + 16];
	const char *base = strrchr(before, '/');
	record_beside(before, "-lock", name, sizeof(name));
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct record_lock_mark mark = record_lock_marked(fd);
	live->missing = mark.missing + (uint64_t)mark.durable;
	record_lock_drop(&fd);
	text_format(
		live->notice, sizeof(live->notice),
		"%.48s: cannot be continued: %llu records that were in it are MISSING "
		"here; recording goes on in %.48s",
		base == NULL ? before : base + 1, (unsigned long long)live->missing,
		writer_base(record));
	live->notices++;
}

static int writer_begin(struct record *record, struct err *err)
{
	struct record_live *live = record->live;
	const struct record_lock_mark mark = record_lock_marked(record->lock_fd);
	struct stat st;
	int rc = set_aside(record, err);
	bool there = stat(record->path, &st) == 0;
	if (rc == 0 && !there && errno == ENOENT)
		rc = make_file(record, err);
	else if (rc == 0 && there && st.st_size < mark.bytes)
		rc = err_set(err, -EIO,
			     "%s: was cut short (%lld of %lld bytes) before it was "
			     "closed; record into another file",
			     record->path, (long long)st.st_size,
			     (long long)mark.bytes);
	if (rc == 0)
		rc = record_writer_connect(record, err);
	if (rc == 0)
		rc = live_last_id(record, &live->base, err);
	if (rc == 0 && (live->base < 0 || live->base >> ID_BITS_MAX != 0))
		rc = err_set(err, -EIO,
			     "%s: the recording is damaged (the number of a record); "
			     "record into another file",
			     record->path);
	live->in_file = live->base;
	if (rc == 0 && live->options.instead_of != NULL)
		tell_instead(record, live->options.instead_of);
	else if (rc == 0)
		writer_tell_missing(record, mark);
	if (rc == 0)
		rc = load_sources(record, err);
	if (rc == 0)
		rc = draw_cookie(record, err);
	/* It is of the records before those that follow. */
	if (rc == 0)
		rc = record_exec(record, "DROP TABLE IF EXISTS decoded", "write", err);
	if (rc == 0)
		rc = record_chain_load(record, live->base, err);
	if (rc == 0)
		rc = write_owner(record, err);
	if (rc == 0)
		live_mark(record, live->base);
	/* Only what this process writes is in the WAL and in memory. A disk that is full
	 * stops no opening. What is lost from here on is found by the next look. A hole
	 * must not go into the file. */
	if (rc == 0 && guard_look(record) == NULL) {
		(void)sqlite3_wal_checkpoint_v2(record->db, NULL,
						SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		live->mark_wal = true;
		(void)guard_look(record);
	}
	return rc;
}

int record_live_open(const char *path, const struct record_live_options *options,
		     struct record **out, struct err *err)
{
	struct record *record = NULL;
	struct record_header header;
	struct stat st;
	bool there = stat(path, &st) == 0;
	/* What is not ours gets no lock beside it. */
	int rc = there ? record_header_check(path, true, &header, err) : 0;
	if (rc == 0)
		rc = record_new(path, &record, err);
	if (rc != 0 || record == NULL)
		return rc;
	rc = record_lock_write(path, there ? st.st_mode & 0666 : FILE_MODE,
			       &record->lock_fd);
	if (rc != RECORD_LOCK_FREE) {
		free(record);
		if (rc > 0)
			return refuse(path, rc, err);
		return err_set(err, rc, "%s: cannot be written here: %s", path,
			       strerror(-rc));
	}
	rc = live_new(record, options, err);
	if (rc == 0)
		rc = writer_begin(record, err);
	if (rc != 0) {
		/* The next writer compares what is in the file with the mark. */
		if (record_lock_marked(record->lock_fd).durable == 0)
			record_lock_remove(record->path, record->lock_fd);
		else
			record_lock_drop(&record->lock_fd);
		record->lock_fd = -1;
		record_abandon(record);
		return rc;
	}
	*out = record;
	return 0;
}

/* ---- closing --------------------------------------------------------------------- */

/** (4) */
static void set_one_file(struct record *record)
{
	const struct timespec pause = {.tv_nsec = MODE_TRY_NS};
	int rc = SQLITE_OK;
	for (int i = 0; i < MODE_TRIES && !set_mode(record, "memory", &rc); i++)
		nanosleep(&pause, NULL);
}

static int finish(struct record *record, struct err *err)
{
	char sql[64];
	text_format(sql, sizeof(sql), "DELETE FROM owner WHERE id=%lld",
		    (long long)record->live->owner);
	int rc = record_chain_put(record, true) == SQLITE_OK
			 ? record_exec(record, sql, "finish it", err)
			 : record_fail(record, "finish it", err);
	if (rc == 0)
		rc = record_exec(record, "PRAGMA wal_checkpoint(TRUNCATE)", "finish it",
				 err);
	if (rc != 0) {
		struct err cause = {""};
		record_fail(record, "finish it", &cause);
		return err_set(err, rc,
			       "%s; all is recorded, in it and in the file beside it "
			       "(-wal): keep both together",
			       cause.text);
	}
	set_one_file(record);
	return 0;
}

int record_live_close(struct record *record, struct err *err)
{
	struct record_live *live = record->live;
	struct record_state state;
	int rc = 0;
	live_stop(record, true);
	record_state_get(record, &state);
	if (live->durable < live->put)
		rc = err_set(err, state.code == 0 ? -EIO : state.code,
			     "%s; %llu records are lost", state.fault,
			     (unsigned long long)(live->put - live->durable));
	else if (record->db != NULL)
		rc = finish(record, err);
	live_disconnect(record);
	record_lock_remove(record->path, record->lock_fd);
	record->lock_fd = -1;
	record_sync_folder(record->path);
	live_free(record);
	return rc;
}

void record_live_abandon(struct record *record)
{
	live_stop(record, false);
	live_free(record);
}
