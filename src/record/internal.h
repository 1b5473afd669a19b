/*
 * internal.h -- what the files of the recording share
 */
#ifndef PITWALL_RECORD_INTERNAL_H
#define PITWALL_RECORD_INTERNAL_H

#include <sqlite3.h>

#include "pitwall/record.h"

enum { RECORD_PATH_MAX = 4096 };

struct record {
	sqlite3 *db;
	sqlite3_stmt *insert;
	char path[RECORD_PATH_MAX]; /* the name a person knows */
	char part[RECORD_PATH_MAX]; /* where it is written until it is closed */
	bool writing, replace, in_group;
	unsigned group; /* records in the group that is not committed */
	int failed;     /* first error while writing; -errno */
};

/** Say what SQLite said, as a sentence about @record. */
int record_fail(struct record *record, const char *doing, struct err *err);
/** Look at the first bytes and the size of the file at @path without SQLite, so
 * that a file that is not ours is never opened by it. */
int record_header_check(const char *path, struct err *err);

#endif
