/*
 * official.h -- run the program, and read tables of results: ours and theirs
 */
#ifndef PITWALL_TEST_GOLDEN_OFFICIAL_H
#define PITWALL_TEST_GOLDEN_OFFICIAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pitwall/base.h"

enum { TABLE_ROWS_MAX = 128, TABLE_FIELDS_MAX = 96 };

struct table_row {
	struct slice fields[TABLE_FIELDS_MAX];
	unsigned count;
};

/* The first columns of a CSV, in memory of its own. */
struct table {
	char *bytes;
	struct table_row header, rows[TABLE_ROWS_MAX];
	unsigned count;
};

/** Full path of a file of the real races; skips the test, visibly, where the
 * data is not. */
void data_path(const char *name, char *path, size_t cap);
/** Read a CSV file. */
void table_load(const char *path, struct table *table);
/** Run the program with a shell's words and read its standard output; it must
 * exit with @status. */
char *run_pitwall(const char *words, int status);
/** The same, the output taken as CSV. */
void table_run(const char *words, struct table *table);
void table_free(struct table *table);
/** The field of a row by the name of its column; fails when there is none. */
struct slice table_field(const struct table *table, unsigned row, const char *name);
/** The row whose column @name reads @value, or -1. */
int table_find(const struct table *table, const char *name, struct slice value);
/** A file in the working folder, for decisions. */
void write_text(const char *path, const char *text);

#endif
