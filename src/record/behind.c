/*
 * behind.c -- records read back by the process that writes them
 *
 *  (1) Another connection to the file, through SQLite alone: it shares the locks of the
 *      writer's connection, which are lost when anything else in this process closes a
 *      descriptor of the file. So nothing here looks at the file by itself.
 *  (2) When the recording goes on in a new file, so does this.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "writer.h"

enum { BEHIND_BUSY_MS = 50 };

struct record_behind {
	struct record *of;
	struct record *file; /* NULL: not open */
	sqlite3_stmt *rows;
};

static void behind_let_go(struct record_behind *behind)
{
	sqlite3_finalize(behind->rows);
	behind->rows = NULL;
	if (behind->file != NULL)
		record_disconnect(behind->file);
	free(behind->file);
	behind->file = NULL;
}

/** Open the file that is written, unless it is open. */
static int behind_attach(struct record_behind *behind, struct err *err)
{
	struct record_live *live = behind->of->live;
	char path[RECORD_PATH_MAX], sql[128];
	pthread_mutex_lock(&live->lock);
	text_copy(path, sizeof(path), slice_of(live->written));
	pthread_mutex_unlock(&live->lock);
	if (behind->file != NULL && strcmp(behind->file->path, path) == 0)
		return 0;
	behind_let_go(behind);
	record_mapped_watch();
	int rc = record_new(path, &behind->file, err);
	if (rc == 0)
		rc = record_connect(behind->file, "?mode=ro", NULL, err);
	if (rc == 0) {
		sqlite3_busy_timeout(behind->file->db, BEHIND_BUSY_MS);
		text_format(sql, sizeof(sql),
			    "SELECT %s FROM record WHERE id>? AND id<=? ORDER BY id",
			    record_columns(behind->file->db));
		if (sqlite3_prepare_v2(behind->file->db, sql, -1, &behind->rows,
				       NULL) != SQLITE_OK)
			rc = record_fail(behind->file, "read", err);
	}
	if (rc != 0)
		behind_let_go(behind);
	return rc;
}

int record_behind_open(struct record *record, struct record_behind **out,
		       struct err *err)
{
	struct record_behind *behind = calloc(1, sizeof(*behind));
	if (behind == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	behind->of = record;
	*out = behind;
	return 0;
}

void record_behind_close(struct record_behind *behind)
{
	if (behind == NULL)
		return;
	behind_let_go(behind);
	free(behind);
}

/** Give the rows of @stmt to @each, until it returns something else than 0. */
static int behind_rows(struct record_behind *behind, sqlite3_stmt *stmt,
		       int (*each)(void *context, const struct record_row *row),
		       void *context, struct err *err)
{
	int rc = 0, step = SQLITE_ROW;
	while (rc == 0 && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct record_row row;
		rc = record_row_of(behind->file, stmt, &row, err);
		if (rc == 0)
			rc = each(context, &row);
	}
	if (rc == 0 && step != SQLITE_DONE)
		rc = record_fail(behind->file, "read", err);
	return rc;
}

int record_behind_read(struct record_behind *behind, int64_t after, int64_t last,
		       int (*each)(void *context, const struct record_row *row),
		       void *context, struct err *err)
{
	int rc = behind_attach(behind, err);
	if (rc != 0)
		return rc;
	sqlite3_bind_int64(behind->rows, 1, after);
	sqlite3_bind_int64(behind->rows, 2, last);
	rc = behind_rows(behind, behind->rows, each, context, err);
	sqlite3_reset(behind->rows);
	/* A file that was removed or changed meanwhile: it is opened again. */
	if (rc < 0)
		behind_let_go(behind);
	return rc;
}

int record_behind_decisions(struct record_behind *behind,
			    int (*each)(void *context, const struct record_row *row),
			    void *context, struct err *err)
{
	char sql[160];
	sqlite3_stmt *stmt = NULL;
	int rc = behind_attach(behind, err);
	if (rc != 0)
		return rc;
	text_format(sql, sizeof(sql),
		    "SELECT %s FROM record WHERE type=%d AND name<>'' ORDER BY id DESC",
		    record_columns(behind->file->db), RECORD_DECISION);
	if (sqlite3_prepare_v2(behind->file->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return record_fail(behind->file, "read", err);
	rc = behind_rows(behind, stmt, each, context, err);
	sqlite3_finalize(stmt);
	return rc;
}

bool record_behind_source(struct record_behind *behind, unsigned index,
			  struct record_source *out)
{
	struct record_live *live = behind->of->live;
	pthread_mutex_lock(&live->lock);
	bool there = index < (unsigned)live->source_count;
	if (there) {
		const struct writer_source *source = &live->sources[index];
		out->id = source->id;
		text_copy(out->url, sizeof(out->url), slice_of(source->url));
		text_copy(out->driver, sizeof(out->driver), slice_of(source->driver));
	}
	pthread_mutex_unlock(&live->lock);
	return there;
}
