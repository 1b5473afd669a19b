/*
 * decoded_copy.c -- what decoding made of the records of a finished file, kept with them
 *
 *  (1) It is void once the file was changed: SQLite counts the changes of a file in its
 *      header, and each piece names the count at which it was put there. The file of a
 *      running recording is counted otherwise, and has none.
 *  (2) It is void for any decoder but the one that made it.
 *  (3) It may be longer than a value (RECORD_VALUE_MAX), so it is kept in pieces.
 */
#include <stdlib.h>
#include <string.h>

#include "record_parts.h"

enum { PIECE_BYTES = 1024 * 1024, DECODED_MAX = 64 * 1024 * 1024 };

const char record_table_decoded[] =
	"CREATE TABLE decoded(id INTEGER PRIMARY KEY, made_by TEXT NOT NULL,"
	" changes INTEGER NOT NULL, bytes BLOB NOT NULL)";

static int put_pieces(struct record *record, const char *made_by, uint32_t changes,
		      struct slice bytes)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(
		record->db, "INSERT INTO decoded(made_by,changes,bytes) VALUES(?,?,?)",
		-1, &stmt, NULL);
	while (rc == SQLITE_OK && bytes.len > 0) {
		size_t len = bytes.len < PIECE_BYTES ? bytes.len : PIECE_BYTES;
		sqlite3_bind_text(stmt, 1, made_by, -1, SQLITE_STATIC);
		sqlite3_bind_int64(stmt, 2, changes);
		sqlite3_bind_blob64(stmt, 3, bytes.at, len, SQLITE_STATIC);
		rc = sqlite3_step(stmt) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
		sqlite3_reset(stmt);
		bytes.at += len;
		bytes.len -= len;
	}
	sqlite3_finalize(stmt);
	return rc;
}

int record_decoded_put(struct record *record, const char *made_by, struct slice bytes,
		       struct err *err)
{
	struct record_header header;
	int rc = record_header_check(record->part, false, &header, err);
	if (rc != 0 || bytes.len > DECODED_MAX)
		return rc;
	if (sqlite3_open_v2(record->part, &record->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		rc = record_fail(record, "finish it", err);
	/* A new file: a journal would bring nothing back. */
	if (rc == 0)
		rc = record_exec(record, "PRAGMA journal_mode=MEMORY; BEGIN IMMEDIATE",
				 "finish it", err);
	if (rc == 0)
		rc = record_exec(record, record_table_decoded, "finish it", err);
	/* This transaction is the next change (1). */
	if (rc == 0 &&
	    put_pieces(record, made_by, header.changes + 1, bytes) != SQLITE_OK)
		rc = record_fail(record, "finish it", err);
	if (rc == 0)
		rc = record_exec(record, "COMMIT", "finish it", err);
	sqlite3_close(record->db);
	record->db = NULL;
	return rc;
}

/* The pieces behind each other. False: one of them is void. */
static bool get_pieces(const struct record *record, sqlite3_stmt *stmt,
		       const char *made_by, char **bytes, size_t *len)
{
	int step;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *by = (const char *)sqlite3_column_text(stmt, 0);
		size_t size = (size_t)sqlite3_column_bytes(stmt, 2);
		if (by == NULL || strcmp(by, made_by) != 0 ||
		    sqlite3_column_int64(stmt, 1) != record->changes ||
		    sqlite3_column_type(stmt, 2) != SQLITE_BLOB || size == 0 ||
		    size > DECODED_MAX - *len)
			return false;
		char *grown = realloc(*bytes, *len + size);
		if (grown == NULL)
			return false;
		*bytes = grown;
		memcpy(grown + *len, sqlite3_column_blob(stmt, 2), size);
		*len += size;
	}
	return step == SQLITE_DONE && *len > 0;
}

char *record_decoded_get(struct record *record, const char *made_by, size_t *len)
{
	sqlite3_stmt *stmt = NULL;
	char *bytes = NULL;
	bool good = false;
	*len = 0;
	/* A file without the table has none. */
	if (record->unchanging &&
	    sqlite3_prepare_v2(record->db,
			       "SELECT made_by,changes,bytes FROM decoded ORDER BY id",
			       -1, &stmt, NULL) == SQLITE_OK)
		good = get_pieces(record, stmt, made_by, &bytes, len);
	sqlite3_finalize(stmt);
	if (good)
		return bytes;
	free(bytes);
	return NULL;
}
