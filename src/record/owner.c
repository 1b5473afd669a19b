/*
 * owner.c -- the owner of a recording that was not closed
 *
 * The table of owners has a row from the opening of a recording until its closing: with a
 * row and a free lock, the writer was cut off.
 */
#include <string.h>
#include <unistd.h>

#include "record_parts.h"

void record_host(char host[64])
{
	char name[128] = "";
	gethostname(name, sizeof(name) - 1);
	text_clean(host, 64, slice_of(name));
}

static bool sane(int64_t at)
{
	return at >= 0 && at / US_DAY <= 1000000;
}

static bool read_owner(struct record *record, struct record_owner *out)
{
	static const char sql[] =
		"SELECT host, since, (SELECT received_at FROM record ORDER BY id DESC "
		"LIMIT 1) FROM owner LIMIT 1";
	sqlite3_stmt *stmt = NULL;
	bool found =
		sqlite3_prepare_v2(record->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
		sqlite3_step(stmt) == SQLITE_ROW;
	if (found) {
		text_clean(out->host, sizeof(out->host),
			   slice_of((const char *)sqlite3_column_text(stmt, 0)));
		out->since = sqlite3_column_int64(stmt, 1);
		out->until = sqlite3_column_type(stmt, 2) == SQLITE_NULL
				     ? out->since
				     : sqlite3_column_int64(stmt, 2);
		found = sane(out->since) && sane(out->until);
	}
	sqlite3_finalize(stmt);
	return found;
}

bool record_cut_off(const char *path, struct record_owner *out)
{
	struct record *record = NULL;
	if (record_is_live(path) || record_open(path, &record, NULL) != 0)
		return false;
	bool cut = read_owner(record, out);
	record_close(record, NULL);
	return cut;
}
