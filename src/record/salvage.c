/*
 * salvage.c -- every record that a damaged recording still gives
 *
 *  (1) Where reading fails, the next id that can be read is looked for in steps that
 *      double, then between the last two of them: a page holds many records, a hole
 *      many pages.
 *  (2) A page that is partly of zeros gives records without a number.
 */
#include <string.h>

#include "record_parts.h"

struct salvage {
	struct record *record;
	sqlite3_stmt *rows, *probe;
	int64_t last;
	int (*each)(void *context, const struct record_row *row);
	void *context;
};

/** Records behind *@at, which moves on with them. 0: to the end; 1: the next one cannot
 * be read; else what each() returned. */
static int salvage_run(const struct salvage *salvage, int64_t *at)
{
	int step, rc = 0;
	sqlite3_bind_int64(salvage->rows, 1, *at);
	sqlite3_bind_int64(salvage->rows, 2, salvage->last);
	while (rc == 0 && (step = sqlite3_step(salvage->rows)) != SQLITE_DONE) {
		struct record_row row;
		if (step != SQLITE_ROW) {
			rc = 1;
		} else if (record_row_of(salvage->record, salvage->rows, &row, NULL) !=
			   0) {
			*at = row.id;
		} else if (row.id <= *at) {
			rc = 1; /* (2) */
		} else {
			rc = salvage->each(salvage->context, &row);
			*at = row.id;
		}
	}
	sqlite3_reset(salvage->rows);
	return rc;
}

/** The first id from @from on; 0: it cannot be read, or there is none. */
static int64_t salvage_probe(const struct salvage *salvage, int64_t from)
{
	int64_t id = 0;
	sqlite3_bind_int64(salvage->probe, 1, from);
	if (sqlite3_step(salvage->probe) == SQLITE_ROW)
		id = sqlite3_column_int64(salvage->probe, 0);
	sqlite3_reset(salvage->probe);
	return id;
}

/** (1) The id to go on with when the one behind @at cannot be read. */
static int64_t salvage_next(const struct salvage *salvage, int64_t at)
{
	int64_t bad = at + 1, step = 1, good, id = 0;
	for (; id == 0; step *= 2) {
		good = bad + step;
		if (good > salvage->last)
			return salvage->last + 1;
		id = salvage_probe(salvage, good);
		if (id == 0)
			bad = good;
	}
	while (good - bad > 1) {
		int64_t middle = bad + (good - bad) / 2;
		int64_t found = salvage_probe(salvage, middle);
		if (found == 0) {
			bad = middle;
		} else {
			good = middle;
			id = found;
		}
	}
	return id;
}

int record_salvage(struct record *record, sqlite3 *db, int64_t last,
		   int (*each)(void *context, const struct record_row *row),
		   void *context)
{
	struct salvage salvage = {record, NULL, NULL, last, each, context};
	char sql[128];
	int64_t at = 0;
	int rc = 0;
	text_format(sql, sizeof(sql),
		    "SELECT %s FROM record WHERE id>? AND id<=? ORDER BY id",
		    db != NULL ? record_columns(db) : "");
	if (db != NULL &&
	    sqlite3_prepare_v2(db, sql, -1, &salvage.rows, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db,
			       "SELECT id,length(bytes) FROM record WHERE id>=?"
			       " ORDER BY id LIMIT 1",
			       -1, &salvage.probe, NULL) == SQLITE_OK)
		while ((rc = salvage_run(&salvage, &at)) == 1 && at < last)
			at = salvage_next(&salvage, at) - 1;
	sqlite3_finalize(salvage.rows);
	sqlite3_finalize(salvage.probe);
	return rc == 1 ? 0 : rc;
}
