/*
 * verify.c -- what is damaged in a recording, and what can still be read
 *
 *  (1) Every record is read, past whatever cannot be (salvage.c): ids that are missing,
 *      sums that differ (chain.c), kinds and sources that do not exist.
 *  (2) SQLite looks at its own pages. What it finds is reported last: the records say
 *      more.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "record_parts.h"

enum { CHECK_WORDS = 240, CHECK_FINDINGS = 20, CHECK_SOURCES = 4096 };

struct checking {
	struct record *record;
	struct record_checked *out;
	void (*say)(void *context, const char *words);
	void *context;
	sqlite3_stmt *chain;  /* on the row of the group in hand */
	int64_t group;        /* last id of it; 0: no more */
	bool begins;          /* it is not covered: sums begin behind it */
	uint64_t stored, sum; /* behind the group; behind the record in hand */
	int64_t first, last;  /* record of the group; record before */
	bool broken;          /* a record of the group is missing */
	int64_t uncovered;
	char sources[CHECK_SOURCES];
	int64_t no_source, no_type; /* the first record of such a kind */
};

static void check_say(struct checking *checking, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
static void check_say(struct checking *checking, const char *fmt, ...)
{
	char words[CHECK_WORDS];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	if (checking->out->wrong++ < CHECK_FINDINGS)
		checking->say(checking->context, words);
}

/** Of the records @from to @to. */
static void say_range(struct checking *checking, int64_t from, int64_t to,
		      const char *one, const char *many)
{
	if (from == to)
		check_say(checking, "record %lld %s", (long long)from, one);
	else
		check_say(checking, "records %lld to %lld %s", (long long)from,
			  (long long)to, many);
}

static void say_missing(struct checking *checking, int64_t from, int64_t to)
{
	say_range(checking, from, to, "is missing or cannot be read",
		  "are missing or cannot be read");
}

/* ---- sums -------------------------------------------------------------------------- */

static void next_group(struct checking *checking)
{
	checking->first = checking->group + 1;
	checking->group = 0;
	checking->broken = false;
	if (checking->chain == NULL || sqlite3_step(checking->chain) != SQLITE_ROW)
		return;
	checking->group = sqlite3_column_int64(checking->chain, 0);
	checking->begins = sqlite3_column_type(checking->chain, 1) == SQLITE_NULL;
	checking->stored = (uint64_t)sqlite3_column_int64(checking->chain, 1);
}

static void end_group(struct checking *checking)
{
	if (checking->begins)
		checking->uncovered += checking->last - checking->first + 1;
	else if (checking->broken)
		;
	else if (checking->sum != checking->stored)
		say_range(checking, checking->first, checking->group,
			  "was changed after it was recorded (its sum differs)",
			  "were changed after they were recorded (their sum differs)");
	else
		checking->out->groups++;
	checking->sum = checking->begins ? 0 : checking->stored;
	next_group(checking);
}

/** Groups that end before the record @id, which is the next that can be read. */
static void groups_before(struct checking *checking, int64_t id)
{
	while (checking->group != 0 && checking->group < id) {
		checking->broken = true;
		end_group(checking);
	}
}

static int take_record(void *context, const struct record_row *row)
{
	struct checking *checking = context;
	if (row->id > checking->last + 1) {
		say_missing(checking, checking->last + 1, row->id - 1);
		groups_before(checking, row->id);
		checking->broken = true;
	}
	checking->last = row->id;
	checking->out->records++;
	checking->sum = record_chain_sum(checking->sum, row->id, row);
	if (row->type < RECORD_RAW || row->type > RECORD_LINK)
		checking->no_type =
			checking->no_type == 0 ? row->id : checking->no_type;
	if ((row->type == RECORD_RAW || row->type == RECORD_LINK) &&
	    (row->source <= 0 || row->source >= CHECK_SOURCES ||
	     !checking->sources[row->source]))
		checking->no_source =
			checking->no_source == 0 ? row->id : checking->no_source;
	if (row->id == checking->group)
		end_group(checking);
	return 0;
}

/* ---- the file ------------------------------------------------------------------------ */

static void take_sources(struct checking *checking)
{
	sqlite3_stmt *stmt = NULL;
	int step = SQLITE_ERROR;
	if (sqlite3_prepare_v2(checking->record->db, "SELECT id FROM source WHERE id>0",
			       -1, &stmt, NULL) == SQLITE_OK)
		while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
			int64_t id = sqlite3_column_int64(stmt, 0);
			if (id > 0 && id < CHECK_SOURCES)
				checking->sources[id] = 1;
			checking->out->sources++;
		}
	sqlite3_finalize(stmt);
	if (step != SQLITE_DONE)
		check_say(checking, "the table of the sources cannot be read: %s",
			  sqlite3_errmsg(checking->record->db));
}

static void check_records(struct checking *checking)
{
	struct record *record = checking->record;
	bool sums =
		sqlite3_prepare_v2(record->db, "SELECT id,sum FROM chain ORDER BY id",
				   -1, &checking->chain, NULL) == SQLITE_OK;
	next_group(checking);
	(void)record_salvage(record, record->db, INT64_MAX / 4, take_record, checking);
	/* Sums of records behind the last one that can be read. */
	int64_t behind = checking->group;
	while (checking->chain != NULL && checking->group != 0) {
		behind = checking->group;
		next_group(checking);
	}
	if (behind > checking->last)
		say_missing(checking, checking->last + 1, behind);
	else if (sums && checking->last >= checking->first)
		checking->uncovered += checking->last - checking->first + 1;
	sqlite3_finalize(checking->chain);
	checking->out->uncovered = checking->uncovered;
	if (!sums)
		checking->out->uncovered = checking->out->records;
	if (checking->no_type != 0)
		check_say(checking, "record %lld is of an unknown kind",
			  (long long)checking->no_type);
	if (checking->no_source != 0)
		check_say(checking,
			  "record %lld is of a source that is not in the "
			  "table of the sources",
			  (long long)checking->no_source);
}

/** (2) */
static void check_pages(struct checking *checking)
{
	sqlite3 *db = checking->record->db;
	sqlite3_stmt *stmt = NULL;
	int step = SQLITE_ERROR;
	if (sqlite3_prepare_v2(db, "PRAGMA integrity_check(10)", -1, &stmt, NULL) ==
	    SQLITE_OK)
		while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
			char line[160];
			const char *text = (const char *)sqlite3_column_text(stmt, 0);
			text_clean(line, sizeof(line),
				   slice_of(text == NULL ? "" : text));
			if (strcmp(line, "ok") != 0)
				check_say(checking, "SQLite says: %s", line);
		}
	if (step != SQLITE_DONE)
		check_say(checking, "SQLite says: %s", sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
}

int record_check(const char *path, void (*say)(void *context, const char *words),
		 void *context, struct record_checked *out, struct err *err)
{
	struct record *record = NULL;
	*out = (struct record_checked){0};
	struct checking checking = {.out = out, .say = say, .context = context};
	int rc = record_new(path, &record, err);
	if (rc != 0)
		return rc;
	struct err why = {""};
	rc = record_attach(record, &why);
	/* A damaged one may still give some of its records. */
	if (rc == -EIO) {
		check_say(&checking, "%s", why.text);
		rc = record_connect(record, "?mode=ro&immutable=1", NULL, &why);
	}
	if (rc < 0) {
		record_abandon(record);
		return err_set(err, rc, "%s", why.text);
	}
	out->live = rc == 1;
	checking.record = record;
	/* One state of a file that is being written. */
	rc = record_exec(record, "BEGIN", "read", err);
	if (rc == 0) {
		take_sources(&checking);
		check_records(&checking);
		check_pages(&checking);
	}
	record_abandon(record);
	return rc;
}
