/*
 * inifile.h -- INI files of rules, circuits and sessions; lines over the limits are errors
 *
 * inih cuts lines at 200 bytes, takes " ;" in the middle of a line as a comment
 * and joins indented lines to the one before, without a message. Such files are refused
 * with a sentence that names the line.
 */
#ifndef PITWALL_INIFILE_H
#define PITWALL_INIFILE_H

#include "pitwall/base.h"

enum { INI_LINE_MAX = 195 };

struct ini_entry {
	const char *where; /* names the file in errors */
	unsigned line;
	const char *section; /* "" before the first */
	const char *key, *value;
};

/* Lines kept from a file; the caller owns the texts. */
struct ini_lines {
	struct ini_entry *at;
	size_t count;
};

/** Call @each with every line of @section, in order; stops when @each returns non-zero, and
 * returns that. @lines NULL: no lines. */
int ini_section_each(const struct ini_lines *lines, const char *section,
		     int (*each)(void *context, const struct ini_entry *entry,
				 struct err *err),
		     void *context, struct err *err);

/** Call @each for every "key = value". It stops at the first that does not
 * return 0 and returns that. Lines inih cannot read, and those over the limits:
 * -EINVAL with a sentence. */
int ini_walk(struct slice text, const char *where,
	     int (*each)(void *context, const struct ini_entry *entry, struct err *err),
	     void *context, struct err *err);
/** "FILE, line N: " and a sentence. Returns -EINVAL. */
int ini_bad(const struct ini_entry *entry, struct err *err, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/** "yes" or "no"; -EINVAL with a sentence. */
int ini_yes_no(const struct ini_entry *entry, uint8_t *out, struct err *err);
/** Clean text that must fit @cap; -EINVAL with a sentence. */
int ini_text(const struct ini_entry *entry, char *dst, size_t cap, struct err *err);

#endif
