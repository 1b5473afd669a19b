/*
 * record.c -- open, create and close a recording (record.h)
 *
 *  (1) A file being written has a name of its own beside the one asked for, and
 *      takes that name when it is complete; so a file under its name is whole.
 *  (2) WAL is for writing only: what is closed is one file in DELETE mode, which
 *      is opened immutable, and nothing ever appears beside it.
 *  (3) A foreign file is not trusted: its schema is checked before it is queried, and
 *      SQLite runs with its defences on.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record_parts.h"

const char record_table_source[] =
	"CREATE TABLE source(id INTEGER PRIMARY KEY, url TEXT NOT NULL,"
	" driver TEXT NOT NULL)";
#define TABLE_RECORD                                                                \
	"CREATE TABLE record(id INTEGER PRIMARY KEY, received_at INTEGER NOT NULL," \
	" type INTEGER NOT NULL, source INTEGER NOT NULL, name TEXT NOT NULL,"      \
	" bytes BLOB NOT NULL"
const char record_table_record[] = TABLE_RECORD ", steady INTEGER NOT NULL DEFAULT 0)";
const char record_table_record_before[] = TABLE_RECORD ")";

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
	case SQLITE_BUSY:
		return err_set(err, -EBUSY,
			       "%s: cannot %s: another program uses it; try again",
			       record->path, doing);
	default:
		break;
	}
	return err_set(err, -EIO, "%s: cannot %s: %s", record->path, doing,
		       sqlite3_errmsg(record->db));
}

int record_sql_code(sqlite3 *db)
{
	int system = sqlite3_system_errno(db);
	switch (sqlite3_extended_errcode(db) & 0xff) {
	case SQLITE_OK:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return system > 0 ? -system : -EIO;
	default:
		return -EIO;
	}
}

int record_exec(struct record *record, const char *sql, const char *doing,
		struct err *err)
{
	if (sqlite3_exec(record->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return record_fail(record, doing, err);
	return 0;
}

int record_new(const char *path, struct record **out, struct err *err)
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
	record->lock_fd = -1;
	*out = record;
	return 0;
}

static int part_create(struct record *record, struct err *err)
{
	int fd = -1;
	for (int i = 0; fd < 0 && i < 100; i++) {
		char wal[RECORD_PATH_MAX + 16];
		text_format(record->part, sizeof(record->part), "%s.%d.part",
			    record->path, i);
		text_format(wal, sizeof(wal), "%s-wal", record->part);
		/* Left by a process that was cut off. */
		if (access(wal, F_OK) == 0)
			continue;
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

int record_prepare_insert(struct record *record, struct err *err)
{
	const char *insert =
		record_has_steady(record->db)
			? "INSERT INTO record(id,received_at,type,source,name,bytes,"
			  "steady) VALUES(?,?,?,?,?,?,?)"
			: "INSERT INTO record(id,received_at,type,source,name,bytes)"
			  " VALUES(?,?,?,?,?,?)";
	if (sqlite3_prepare_v2(record->db, insert, -1, &record->insert, NULL) !=
	    SQLITE_OK)
		return record_fail(record, "write", err);
	return 0;
}

int record_prepare(struct record *record, const char *part, bool wal, struct err *err)
{
	char pragma[200];
	uint32_t cookie = 0;
	/* In one transaction, without a journal: the file is not in use yet. */
	text_format(pragma, sizeof(pragma),
		    "%s BEGIN; PRAGMA application_id=%d; PRAGMA user_version=%d;",
		    wal ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
			: "PRAGMA journal_mode=MEMORY;",
		    RECORD_APPLICATION_ID, RECORD_FORMAT_VERSION);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(part, &record->db, flags, NULL) != SQLITE_OK)
		return record_fail(record, "create it", err);
	int rc = record_exec(record, pragma, "create it", err);
	if (rc == 0)
		rc = record_exec(record, record_table_source, "create it", err);
	if (rc == 0)
		rc = record_exec(record, record_table_record, "create it", err);
	if (rc == 0)
		rc = record_exec(record, record_table_chain, "create it", err);
	/* It identifies the WAL of this recording (companions.c). */
	sqlite3_randomness(sizeof(cookie), &cookie);
	text_format(pragma, sizeof(pragma), "PRAGMA schema_version=%u",
		    RECORD_COOKIE_LEAST + cookie % RECORD_COOKIE_LEAST);
	if (rc == 0 && !wal)
		rc = record_exec(record, pragma, "create it", err);
	return rc != 0 ? rc : record_exec(record, "COMMIT", "create it", err);
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
		rc = record_prepare(record, record->part, true, err);
	if (rc == 0)
		rc = record_prepare_insert(record, err);
	if (rc != 0) {
		record_abandon(record);
		return rc;
	}
	*out = record;
	return 0;
}

void record_remove_files(const char *path)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char name[RECORD_PATH_MAX + 16];
	for (size_t i = 0; path[0] != '\0' && i < ARRAY_LEN(suffixes); i++) {
		text_format(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
}

void record_abandon(struct record *record)
{
	if (record == NULL)
		return;
	if (record->live != NULL)
		record_live_abandon(record);
	if (record->follower != NULL)
		record_follow_end(record);
	record_disconnect(record);
	if (record->writing)
		record_remove_files(record->part);
	free(record);
}

/** A rename is on the disk only after its folder is. */
void record_sync_folder(const char *path)
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
	if (record->finished)
		return 0;
	if (record->failed != 0)
		return err_set(err, record->failed,
			       "%s: not written, since a record before failed",
			       record->path);
	if (record->in_group)
		rc = record_group_end(record, err);
	sqlite3_finalize(record->insert);
	sqlite3_finalize(record->insert_chain);
	record->insert = record->insert_chain = NULL;
	if (rc == 0)
		rc = record_exec(record,
				 "PRAGMA wal_checkpoint(TRUNCATE);"
				 "PRAGMA journal_mode=DELETE;",
				 "finish it", err);
	if (rc == 0 && sqlite3_close(record->db) != SQLITE_OK)
		rc = record_fail(record, "finish it", err);
	if (rc != 0)
		return rc;
	record->db = NULL;
	struct record_header header;
	rc = record_header_check(record->part, false, &header, err);
	record->finished = rc == 0;
	return rc;
}

int record_finish(struct record *record, const char **part, struct err *err)
{
	*part = record->part;
	return part_finish(record, err);
}

int record_close(struct record *record, struct err *err)
{
	if (record == NULL)
		return 0;
	int rc = 0;
	if (record->live != NULL)
		rc = record_live_close(record, err);
	if (record->writing) {
		rc = part_finish(record, err);
		if (rc == 0)
			rc = part_place(record, err);
		if (rc == 0) {
			record_sync_folder(record->path);
			record->part[0] = '\0';
		}
	}
	record_abandon(record);
	return rc;
}
