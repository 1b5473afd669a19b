/*
 * rows.c -- the records of a recording, in and out
 *
 *  (1) Records are inserted in groups of one transaction: a commit for each
 *      would cost a flush of the disk.
 *  (2) What comes out of a file has the types of its columns checked: SQLite
 *      stores anything anywhere.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "record_parts.h"

/* Files of older versions have no column "steady". */
bool record_has_steady(sqlite3 *db)
{
	return sqlite3_table_column_metadata(db, "main", "record", "steady", NULL, NULL,
					     NULL, NULL, NULL) == SQLITE_OK;
}

const char *record_columns(sqlite3 *db)
{
	return record_has_steady(db) ? "id,received_at,type,source,name,bytes,steady"
				     : "id,received_at,type,source,name,bytes,0";
}

enum { GROUP_RECORDS = 512 };

static int group_begin(struct record *record, struct err *err)
{
	if (record->in_group)
		return 0;
	if (sqlite3_exec(record->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return record_fail(record, "write", err);
	record->in_group = true;
	record->group = 0;
	return 0;
}

int record_group_end(struct record *record, struct err *err)
{
	if (record_chain_put(record, true) != SQLITE_OK ||
	    sqlite3_exec(record->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		return record_fail(record, "write", err);
	record->in_group = false;
	return 0;
}

static int group_count(struct record *record, struct err *err)
{
	return ++record->group < GROUP_RECORDS ? 0 : record_group_end(record, err);
}

static int run_once(struct record *record, sqlite3_stmt *stmt, struct err *err)
{
	int step = sqlite3_step(stmt);
	int rc = step == SQLITE_DONE ? 0 : record_fail(record, "write", err);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	return rc;
}

int record_add_source(struct record *record, const char *url, const char *driver,
		      int *id, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc = group_begin(record, err);
	if (rc != 0)
		return rc;
	if (sqlite3_prepare_v2(record->db, "INSERT INTO source(url,driver) VALUES(?,?)",
			       -1, &stmt, NULL) != SQLITE_OK)
		return record_fail(record, "write", err);
	sqlite3_bind_text(stmt, 1, url, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, driver, -1, SQLITE_STATIC);
	rc = run_once(record, stmt, err);
	sqlite3_finalize(stmt);
	if (rc == 0)
		*id = (int)sqlite3_last_insert_rowid(record->db);
	return rc;
}

int record_insert(sqlite3_stmt *insert, int64_t id, const struct record_row *row)
{
	/* An empty blob must not become NULL: SQLite makes NULL of a NULL pointer. */
	const char *name = row->name.len == 0 ? "" : row->name.at;
	const char *bytes = row->bytes.len == 0 ? "" : row->bytes.at;
	sqlite3_bind_int64(insert, 1, id);
	sqlite3_bind_int64(insert, 2, row->received_at);
	sqlite3_bind_int(insert, 3, row->type);
	sqlite3_bind_int(insert, 4, row->source);
	int rc = sqlite3_bind_text64(insert, 5, name, row->name.len, SQLITE_STATIC,
				     SQLITE_UTF8);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_blob64(insert, 6, bytes, row->bytes.len,
					 SQLITE_STATIC);
	if (rc == SQLITE_OK && sqlite3_bind_parameter_count(insert) > 6)
		rc = sqlite3_bind_int64(insert, 7, row->steady);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(insert) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
	return rc;
}

int record_append(struct record *record, const struct record_row *row, struct err *err)
{
	assert(record->live == NULL);
	int rc = group_begin(record, err);
	if (rc != 0)
		return record->failed = rc;
	int64_t id = record->chain.id + 1;
	if (record_insert(record->insert, id, row) != SQLITE_OK)
		rc = record_fail(record, "write", err);
	else
		record_chain_add(record, id, row);
	sqlite3_reset(record->insert);
	sqlite3_clear_bindings(record->insert);
	if (rc == 0)
		rc = group_count(record, err);
	return record->failed = rc;
}

static struct slice column_slice(sqlite3_stmt *stmt, int column)
{
	const char *at = sqlite3_column_blob(stmt, column);
	int len = sqlite3_column_bytes(stmt, column);
	if (at == NULL || len <= 0)
		return (struct slice){"", 0};
	return (struct slice){at, (size_t)len};
}

static bool column_is_bytes(sqlite3_stmt *stmt, int column)
{
	int type = sqlite3_column_type(stmt, column);
	return type == SQLITE_BLOB || type == SQLITE_TEXT;
}

int record_sources(struct record *record, struct record_source *out, int max,
		   int *count, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int step, n = 0;
	if (record->db == NULL)
		return err_set(err, -EAGAIN, "%s: its writer has closed it",
			       record->path);
	if (sqlite3_prepare_v2(record->db,
			       "SELECT id,url,driver FROM source WHERE id>0 "
			       "ORDER BY id",
			       -1, &stmt, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && n < max) {
		struct record_source *source = &out[n++];
		source->id = sqlite3_column_int(stmt, 0);
		text_clean(source->url, sizeof(source->url), column_slice(stmt, 1));
		text_clean(source->driver, sizeof(source->driver),
			   column_slice(stmt, 2));
	}
	int rc = step == SQLITE_ROW || step == SQLITE_DONE
			 ? 0
			 : record_fail(record, "read", err);
	sqlite3_finalize(stmt);
	if (rc == 0)
		*count = n;
	return rc;
}

static int bad_row(struct record *record, int64_t id, struct err *err)
{
	return err_set(
		err, -EIO,
		"%s: the recording is damaged (record %lld cannot be read); copy "
		"it again from where it came",
		record->path, (long long)id);
}

int record_row_of(struct record *record, sqlite3_stmt *stmt, struct record_row *row,
		  struct err *err)
{
	*row = (struct record_row){
		.id = sqlite3_column_int64(stmt, 0),
		.received_at = sqlite3_column_int64(stmt, 1),
		.type = sqlite3_column_int(stmt, 2),
		.source = sqlite3_column_int(stmt, 3),
		.steady = sqlite3_column_int64(stmt, 6),
	};
	if (!column_is_bytes(stmt, 4) || !column_is_bytes(stmt, 5))
		return bad_row(record, row->id, err);
	row->name = column_slice(stmt, 4);
	row->bytes = column_slice(stmt, 5);
	return 0;
}

int record_read_at(struct record *record, int64_t id, struct record_row *row,
		   struct err *err)
{
	char sql[96];
	text_format(sql, sizeof(sql), "SELECT %s FROM record WHERE id=?",
		    record_columns(record->db));
	if (record->at == NULL &&
	    sqlite3_prepare_v2(record->db, sql, -1, &record->at, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	sqlite3_reset(record->at);
	sqlite3_bind_int64(record->at, 1, id);
	if (sqlite3_step(record->at) != SQLITE_ROW)
		return bad_row(record, id, err);
	return record_row_of(record, record->at, row, err);
}

bool record_row_equal(const struct record_row *a, const struct record_row *b)
{
	return a->received_at == b->received_at && a->type == b->type &&
	       a->source == b->source && a->steady == b->steady &&
	       slice_eq(a->name, b->name) && slice_eq(a->bytes, b->bytes);
}

bool record_row_is_gap(const struct record_row *row)
{
	struct slice name = row->name;
	if (row->type != RECORD_SETUP || !slice_starts(name, SLICE(RECORD_GAP)))
		return false;
	while (name.at[name.len - 1] == '-')
		name.len--;
	return slice_eq(name, SLICE(RECORD_GAP));
}

int record_last(struct record *record, int type, const char *name,
		struct record_row *row, struct err *err)
{
	char sql[160];
	sqlite3_finalize(record->last);
	record->last = NULL;
	text_format(sql, sizeof(sql),
		    "SELECT %s FROM record %s ORDER BY id DESC LIMIT 1",
		    record_columns(record->db),
		    type == 0 ? "" : "WHERE type=?1 AND name=?2");
	if (sqlite3_prepare_v2(record->db, sql, -1, &record->last, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	if (type != 0) {
		sqlite3_bind_int(record->last, 1, type);
		sqlite3_bind_text(record->last, 2, name, -1, SQLITE_TRANSIENT);
	}
	int step = sqlite3_step(record->last);
	int rc = step == SQLITE_ROW ? record_row_of(record, record->last, row, err)
		 : step == SQLITE_DONE
			 ? err_set(err, -ENOENT, "%s: no such record", record->path)
			 : record_fail(record, "read", err);
	return rc;
}

/** The name of a row of the table of sources that is not a source. */
static bool source_name(struct record *record, int id, char *name, size_t cap)
{
	sqlite3_stmt *stmt = NULL;
	bool found = record->db != NULL &&
		     sqlite3_prepare_v2(record->db, "SELECT url FROM source WHERE id=?",
					-1, &stmt, NULL) == SQLITE_OK &&
		     sqlite3_bind_int(stmt, 1, id) == SQLITE_OK &&
		     sqlite3_step(stmt) == SQLITE_ROW;
	if (found)
		text_clean(name, cap, column_slice(stmt, 0));
	sqlite3_finalize(stmt);
	return found;
}

bool record_origin(struct record *record, char url[RECORD_ORIGIN_MAX])
{
	return source_name(record, RECORD_ORIGIN_ID, url, RECORD_ORIGIN_MAX);
}

void record_copied(struct record *record, char id[RECORD_COPIED_MAX])
{
	id[0] = '\0';
	(void)source_name(record, RECORD_COPIED_ID, id, RECORD_COPIED_MAX);
}

int record_read(struct record *record,
		int (*each)(void *context, const struct record_row *row), void *context,
		struct err *err)
{
	char sql[96];
	sqlite3_stmt *stmt = NULL;
	int step = SQLITE_ERROR, rc = 0;
	text_format(sql, sizeof(sql), "SELECT %s FROM record ORDER BY id",
		    record_columns(record->db));
	if (sqlite3_prepare_v2(record->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	while (rc == 0 && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct record_row row;
		rc = record_row_of(record, stmt, &row, err);
		if (rc == 0)
			rc = each(context, &row);
	}
	if (rc == 0 && step != SQLITE_DONE)
		rc = record_fail(record, "read", err);
	sqlite3_finalize(stmt);
	return rc;
}
