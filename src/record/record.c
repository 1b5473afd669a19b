/*
 * record.c -- open, create and close a recording (record.h)
 *
 *  (1) A file being written has a name of its own beside the one asked for, and
 *      takes that name when it is complete; so a file under its name is whole.
 *  (2) WAL is for writing only: what is closed is one file in DELETE mode, which
 *      is opened immutable, and nothing ever appears beside it.
 *  (3) A file of somebody else is data: its schema is looked at before it is
 *      asked, and SQLite is told to trust none of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

/* A record larger than this cannot be written, nor read: a set-up text. */
enum { VALUE_BYTES_MAX = 4 * 1024 * 1024 };

static const char schema[] =
	"CREATE TABLE source(id INTEGER PRIMARY KEY, url TEXT NOT NULL,"
	" driver TEXT NOT NULL);"
	"CREATE TABLE record(id INTEGER PRIMARY KEY, received_at INTEGER NOT NULL,"
	" type INTEGER NOT NULL, source INTEGER NOT NULL, name TEXT NOT NULL,"
	" bytes BLOB NOT NULL);";

int record_fail(struct record *record, const char *doing, struct err *err)
{
	int code = sqlite3_extended_errcode(record->db);
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_TOOBIG:
	case SQLITE_ERROR:
	case SQLITE_MISMATCH:
		if (!record->writing)
			return err_set(err, -EIO,
				       "%s: the recording is damaged (%s); copy it "
				       "again from where it came",
				       record->path, sqlite3_errmsg(record->db));
		break;
	case SQLITE_FULL:
		return err_set(err, -ENOSPC, "%s: the disk is full", record->path);
	case SQLITE_NOMEM:
		return err_set(err, -ENOMEM, "%s: out of memory", record->path);
	default:
		break;
	}
	return err_set(err, -EIO, "%s: cannot %s: %s", record->path, doing,
		       sqlite3_errmsg(record->db));
}

static int exec(struct record *record, const char *sql, const char *doing,
		struct err *err)
{
	if (sqlite3_exec(record->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return record_fail(record, doing, err);
	return 0;
}

static void distrust(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

/** "file:" URI of a path: what has a meaning in a URI is written as %XX. */
static bool uri_of(const char *path, char *uri, size_t cap)
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
	size_t tail = text_copy(uri + n, cap - n, SLICE("?mode=ro&immutable=1"));
	return tail == strlen("?mode=ro&immutable=1");
}

static int record_new(const char *path, struct record **out, struct err *err)
{
	struct record *record = calloc(1, sizeof(*record));
	if (record == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory", path);
	/* Room for the suffix of the part file. */
	if (strlen(path) + 16 >= sizeof(record->path)) {
		free(record);
		return err_set(err, -ENAMETOOLONG,
			       "the name of the recording is too "
			       "long");
	}
	text_copy(record->path, sizeof(record->path), slice_of(path));
	*out = record;
	return 0;
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
	sqlite3_finalize(stmt);
	if (found < 0)
		return record_fail(record, "read", err);
	if (found != 2)
		return err_set(err, -EIO,
			       "%s: the recording is damaged (its tables are missing)",
			       record->path);
	return 0;
}

int record_open(const char *path, struct record **out, struct err *err)
{
	int rc = record_header_check(path, err);
	if (rc != 0)
		return rc;
	struct record *record = NULL;
	rc = record_new(path, &record, err);
	if (rc != 0 || record == NULL)
		return rc;
	char uri[3 * RECORD_PATH_MAX + 64];
	if (!uri_of(path, uri, sizeof(uri))) {
		free(record);
		return err_set(err, -ENAMETOOLONG, "%s: the name is too long", path);
	}
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(uri, &record->db, flags, NULL) != SQLITE_OK) {
		rc = record_fail(record, "open it", err);
	} else {
		distrust(record->db);
		rc = check_tables(record, err);
	}
	if (rc != 0) {
		sqlite3_close(record->db);
		free(record);
		return rc;
	}
	*out = record;
	return 0;
}

static int part_create(struct record *record, struct err *err)
{
	int fd = -1;
	for (int i = 0; fd < 0 && i < 100; i++) {
		text_format(record->part, sizeof(record->part), "%s.%d.part",
			    record->path, i);
		fd = open(record->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0) {
		int code = errno;
		record->part[0] = '\0';
		return err_set(err, -code, "%s: cannot be written here: %s",
			       record->path, strerror(code));
	}
	close(fd);
	return 0;
}

static int part_prepare(struct record *record, struct err *err)
{
	static const char insert[] = "INSERT INTO record(received_at,type,source,"
				     "name,bytes) VALUES(?,?,?,?,?)";
	char pragma[160];
	text_format(pragma, sizeof(pragma),
		    "PRAGMA application_id=%d; PRAGMA user_version=%d;"
		    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
		    RECORD_APPLICATION_ID, RECORD_FORMAT_VERSION);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(record->part, &record->db, flags, NULL) != SQLITE_OK)
		return record_fail(record, "create it", err);
	int rc = exec(record, pragma, "create it", err);
	if (rc == 0)
		rc = exec(record, schema, "create it", err);
	if (rc != 0)
		return rc;
	if (sqlite3_prepare_v2(record->db, insert, -1, &record->insert, NULL) !=
	    SQLITE_OK)
		return record_fail(record, "create it", err);
	return 0;
}

int record_create(const char *path, bool replace, struct record **out, struct err *err)
{
	struct record *record = NULL;
	struct stat st;
	if (stat(path, &st) == 0) {
		if (!replace)
			return err_set(err, -EEXIST,
				       "%s: exists already; choose another name, or "
				       "remove it first",
				       path);
		if (!S_ISREG(st.st_mode))
			return err_set(err, -EINVAL, "%s: not a file", path);
	}
	int rc = record_new(path, &record, err);
	if (rc != 0 || record == NULL)
		return rc;
	record->writing = true;
	record->replace = replace;
	rc = part_create(record, err);
	if (rc == 0)
		rc = part_prepare(record, err);
	if (rc != 0) {
		record_abandon(record);
		return rc;
	}
	*out = record;
	return 0;
}

static void part_remove(struct record *record)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char name[RECORD_PATH_MAX + 16];
	for (size_t i = 0; record->part[0] != '\0' && i < ARRAY_LEN(suffixes); i++) {
		text_format(name, sizeof(name), "%s%s", record->part, suffixes[i]);
		unlink(name);
	}
}

void record_abandon(struct record *record)
{
	if (record == NULL)
		return;
	sqlite3_finalize(record->insert);
	sqlite3_close(record->db);
	if (record->writing)
		part_remove(record);
	free(record);
}

/** What has been renamed is on the disk only once its folder is. */
static void sync_folder(const char *path)
{
	char folder[RECORD_PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	text_copy(folder, sizeof(folder),
		  len == 0 ? SLICE(".") : (struct slice){path, len});
	int fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

/** Give the complete file its name; link() never replaces a file that appeared
 * in the meantime, rename() does. */
static int part_place(struct record *record, struct err *err)
{
	if (!record->replace) {
		if (link(record->part, record->path) == 0) {
			unlink(record->part);
			return 0;
		}
		if (errno == EEXIST)
			return err_set(err, -EEXIST, "%s: exists already",
				       record->path);
	}
	if (rename(record->part, record->path) != 0)
		return err_set(err, -errno, "%s: cannot be put in place: %s",
			       record->path, strerror(errno));
	return 0;
}

static int part_finish(struct record *record, struct err *err)
{
	int rc = 0;
	if (record->failed != 0)
		return err_set(err, record->failed,
			       "%s: not written, since a record before failed",
			       record->path);
	if (record->in_group)
		rc = exec(record, "COMMIT", "commit", err);
	sqlite3_finalize(record->insert);
	record->insert = NULL;
	if (rc == 0)
		rc = exec(record,
			  "PRAGMA wal_checkpoint(TRUNCATE);"
			  "PRAGMA journal_mode=DELETE;",
			  "finish it", err);
	if (rc == 0 && sqlite3_close(record->db) != SQLITE_OK)
		rc = record_fail(record, "finish it", err);
	if (rc != 0)
		return rc;
	record->db = NULL;
	rc = record_header_check(record->part, err);
	return rc != 0 ? rc : part_place(record, err);
}

int record_close(struct record *record, struct err *err)
{
	if (record == NULL)
		return 0;
	int rc = 0;
	if (record->writing) {
		rc = part_finish(record, err);
		if (rc == 0) {
			sync_folder(record->path);
			record->part[0] = '\0';
		}
	}
	record_abandon(record);
	return rc;
}
