/*
 * open.c -- the ways to read a recording: finished, running, or cut off
 *
 *  (1) A finished file is opened immutable, a file whose writer was cut off
 *      through readonly.c: nothing appears beside them and nothing in them changes.
 *      Both may lie in a folder that cannot be written.
 *  (2) A file that a process writes is opened beside it, with SQLite's own locks:
 *      what is read is what was committed when the reading began.
 *  (3) A foreign file is not trusted: its schema is checked before it is queried, and
 *      SQLite runs with its defences on.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record_parts.h"

enum { READ_BUSY_MS = 2000, OPEN_TRIES = 3 };
/* The first pages of a file that does not change are read where the system keeps them:
 * a recording of any size takes no more memory than these. */
static const char read_mapped[] = "PRAGMA mmap_size=134217728";

static void distrust(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
	/* No checkpoint when a connection closes. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, RECORD_VALUE_MAX);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

/** "file:" URI of a path: what has a meaning in a URI is written as %XX. */
static bool uri_of(const char *path, const char *parameters, char *uri, size_t cap)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = text_copy(uri, cap, slice_of(path[0] == '/' ? "file://" : "file:"));
	for (const char *p = path; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || strchr("/._-", c) != NULL;
		if (n + 4 > cap)
			return false;
		if (plain) {
			uri[n++] = (char)c;
			continue;
		}
		uri[n++] = '%';
		uri[n++] = hex[c >> 4];
		uri[n++] = hex[c & 15];
	}
	uri[n] = '\0';
	return text_copy(uri + n, cap - n, slice_of(parameters)) == strlen(parameters);
}

/** Both tables are tables, not views or virtual ones under their names. */
static int check_tables(struct record *record, struct err *err)
{
	static const char sql[] = "SELECT count(*) FROM sqlite_schema WHERE"
				  " type='table' AND name IN ('source','record')"
				  " AND sql LIKE 'CREATE TABLE %'";
	sqlite3_stmt *stmt = NULL;
	int found = -1;
	if (sqlite3_prepare_v2(record->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		found = sqlite3_column_int(stmt, 0);
	if (found < 0) {
		int rc = record_fail(record, "read", err);
		sqlite3_finalize(stmt);
		return rc;
	}
	sqlite3_finalize(stmt);
	if (found != 2)
		return err_set(err, -EIO,
			       "%s: the recording is damaged (its tables are missing)",
			       record->path);
	return 0;
}

void record_disconnect(struct record *record)
{
	sqlite3_finalize(record->insert);
	sqlite3_finalize(record->insert_chain);
	sqlite3_finalize(record->at);
	sqlite3_finalize(record->last);
	sqlite3_close(record->db);
	record->insert = record->at = record->last = record->insert_chain = NULL;
	record->db = NULL;
	record_lock_drop(&record->lock_fd);
}

int record_connect(struct record *record, const char *parameters, const char *tune,
		   struct err *err)
{
	char uri[3 * RECORD_PATH_MAX + 128];
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
	if (strstr(parameters, "mode=ro") != NULL)
		flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
	if (!uri_of(record->path, parameters, uri, sizeof(uri)))
		return err_set(err, -ENAMETOOLONG, "%s: the name is too long",
			       record->path);
	if (sqlite3_open_v2(uri, &record->db, flags, NULL) != SQLITE_OK)
		return record_fail(record, "open it", err);
	distrust(record->db);
	sqlite3_busy_timeout(record->db, READ_BUSY_MS);
	int rc = tune == NULL ? 0 : record_exec(record, tune, "open it", err);
	return rc != 0 ? rc : check_tables(record, err);
}

int record_attach(struct record *record, struct err *err)
{
	struct record_header header = {0};
	char parameters[96];
	bool live = record_lock_read(record->path, &record->lock_fd);
	int rc = record_header_check(record->path, live, &header, err);
	if (rc == 0 && live)
		rc = record_connect(record, "?mode=ro", NULL, err);
	else if (rc == 0 && !header.wal)
		rc = record_connect(record, "?mode=ro&immutable=1", read_mapped, err);
	else if (rc == 0) {
		text_format(parameters, sizeof(parameters), "?mode=ro&vfs=%s%s",
			    record_still_vfs(),
			    header.waiting ? "" : "&immutable=1&still=1");
		rc = record_connect(
			record, parameters,
			header.waiting ? "PRAGMA locking_mode=EXCLUSIVE" : NULL, err);
	}
	if (rc != 0)
		record_disconnect(record);
	record->unchanging = rc == 0 && !live && !header.wal;
	record->changes = header.changes;
	return rc == 0 ? live : rc;
}

int record_open(const char *path, struct record **out, struct err *err)
{
	struct record *record = NULL;
	struct record_header header = {0};
	/* A foreign file is refused before anything of ours is asked beside it. */
	int rc = record_header_check(path, true, &header, err);
	if (rc == 0)
		rc = record_new(path, &record, err);
	if (rc != 0 || record == NULL)
		return rc;
	/* A writer that closes, or starts, between two looks changes the way. */
	for (int i = 0; i < OPEN_TRIES; i++) {
		rc = record_attach(record, err);
		if (rc >= 0 || !record_is_live(path))
			break;
	}
	if (rc < 0) {
		free(record);
		return rc;
	}
	*out = record;
	return 0;
}
