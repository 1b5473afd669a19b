/*
 * csv.h -- small tables the shell reads: decisions, entries (RFC 4180)
 *
 * Not the reader of lap files, which is in feed and made for speed.
 */
#ifndef PITWALL_CSV_H
#define PITWALL_CSV_H

#include "pitwall/base.h"

enum { CSV_FIELDS_MAX = 128, CSV_LINE_MAX = 4096 };

struct csv_row {
	unsigned line; /* 1-based, where the row begins */
	unsigned count;
	struct slice fields[CSV_FIELDS_MAX];
	char text[CSV_LINE_MAX]; /* what the fields point into */
};

struct csv {
	struct slice rest;
	unsigned line;
	const char *where; /* names the file in errors */
	char separator;    /* ',' unless it is set to another */
};

void csv_begin(struct csv *csv, struct slice text, const char *where);
/** The next row that is not blank and does not begin with '#'. 1, 0 at the end,
 * or -EINVAL with a sentence that names file and line. Fields are trimmed. */
int csv_next(struct csv *csv, struct csv_row *row, struct err *err);
/** Field @index of the row, empty when it has fewer or @index is negative. */
struct slice csv_field(const struct csv_row *row, int index);
/** The separator of the first line: ",", ";" or a tab, the one it has most of. */
char csv_separator(struct slice text);
/** Index of the field equal to @name, case ignored; -1: none. */
int csv_column(const struct csv_row *header, const char *name);

#endif
