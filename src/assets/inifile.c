/*
 * inifile.c -- INI files of rules, circuits and sessions; lines over the limits are errors
 */
#include "pitwall/inifile.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- limits ----------------------------------------------------------------- */

static int line_check(struct slice line, const struct ini_entry *at, struct err *err)
{
	if (line.len > INI_LINE_MAX)
		return ini_bad(at, err,
			       "a line of %zu bytes: at most %d are read; cut it",
			       line.len, INI_LINE_MAX);
	if (line.len && memchr(line.at, '\0', line.len))
		return ini_bad(at, err, "a zero byte: this is not a text file");
	struct slice trimmed = slice_trim(line);
	if (trimmed.len == 0 || trimmed.at[0] == ';' || trimmed.at[0] == '#')
		return 0;
	if (line.at[0] == ' ' || line.at[0] == '\t')
		return ini_bad(at, err,
			       "begins with a blank, which would join it to the line "
			       "before: take the blank away");
	for (size_t i = 1; i < line.len; i++)
		if (line.at[i] == ';' &&
		    (line.at[i - 1] == ' ' || line.at[i - 1] == '\t'))
			return ini_bad(at, err,
				       "\" ;\" begins a comment in the middle of the "
				       "line: put it on a separate line");
	return 0;
}

static int lines_check(struct slice text, const char *where, struct err *err)
{
	struct ini_entry at = {.where = where};
	while (text.at) {
		struct slice line = slice_cut(&text, '\n');
		if (line.len && line.at[line.len - 1] == '\r')
			line.len--;
		at.line++;
		int failed = line_check(line, &at, err);
		if (failed)
			return failed;
	}
	return 0;
}

/* ---- reading ---------------------------------------------------------------- */

struct walk {
	struct slice rest;
	struct ini_entry entry;
	int (*each)(void *context, const struct ini_entry *entry, struct err *err);
	void *context;
	struct err *err;
	int failed;
	unsigned failed_line;
};

/* fgets() on a slice; inih does not pass the line number to its handler, so it is
 * counted here. */
static char *ini_read_line(char *to, int room, void *stream)
{
	struct walk *walk = stream;
	if (walk->rest.len == 0 || room < 2)
		return NULL;
	struct slice rest = walk->rest;
	slice_cut(&rest, '\n');
	size_t n = rest.at ? walk->rest.len - rest.len : walk->rest.len;
	if (n > (size_t)room - 1)
		n = (size_t)room - 1;
	memcpy(to, walk->rest.at, n);
	to[n] = '\0';
	walk->rest.at += n;
	walk->rest.len -= n;
	walk->entry.line++;
	return to;
}

/* inih's convention: nonzero is good. */
static int ini_take(void *user, const char *section, const char *key, const char *value)
{
	struct walk *walk = user;
	if (walk->failed)
		return 1;
	walk->entry.section = section;
	walk->entry.key = key;
	walk->entry.value = value;
	walk->failed = walk->each(walk->context, &walk->entry, walk->err);
	walk->failed_line = walk->entry.line;
	return 1;
}

int ini_walk(struct slice text, const char *where,
	     int (*each)(void *context, const struct ini_entry *entry, struct err *err),
	     void *context, struct err *err)
{
	if (text.len == 0)
		return 0;
	int failed = lines_check(text, where, err);
	if (failed)
		return failed;
	struct walk walk = {.rest = text,
			    .entry = {.where = where},
			    .each = each,
			    .context = context,
			    .err = err};
	int line = ini_parse_stream(ini_read_line, &walk, ini_take, &walk);
	/* inih continues after a line it cannot read: report the first error. */
	if (walk.failed && (line <= 0 || (unsigned)line > walk.failed_line))
		return walk.failed;
	struct ini_entry at = {.where = where, .line = (unsigned)line};
	if (line > 0)
		return ini_bad(&at, err,
			       "neither \"[section]\" nor \"key = value\"; comments "
			       "begin with \";\"");
	if (line < 0)
		return err_set(err, -ENOMEM, "%s: no memory to read it", where);
	return 0;
}

/* ---- values ----------------------------------------------------------------- */

int ini_bad(const struct ini_entry *entry, struct err *err, const char *fmt, ...)
{
	char sentence[200];
	va_list args;
	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	return err_set(err, -EINVAL, "%s, line %u: %s", entry->where, entry->line,
		       sentence);
}

int ini_yes_no(const struct ini_entry *entry, uint8_t *out, struct err *err)
{
	bool yes = slice_eq_nocase(slice_of(entry->value), SLICE("yes"));
	if (!yes && !slice_eq_nocase(slice_of(entry->value), SLICE("no")))
		return ini_bad(entry, err, "\"%s = %s\": say yes or no", entry->key,
			       entry->value);
	*out = yes;
	return 0;
}

int ini_text(const struct ini_entry *entry, char *dst, size_t cap, struct err *err)
{
	char clean[INI_LINE_MAX * 2 + 1];
	size_t len = text_clean(clean, sizeof(clean), slice_of(entry->value));
	if (len >= cap)
		return ini_bad(entry, err,
			       "the text of \"%s\" is longer than %zu bytes",
			       entry->key, cap - 1);
	text_copy(dst, cap, (struct slice){clean, len});
	return 0;
}

int ini_section_each(const struct ini_lines *lines, const char *section,
		     int (*each)(void *context, const struct ini_entry *entry,
				 struct err *err),
		     void *context, struct err *err)
{
	int rc = 0;
	for (size_t i = 0; lines != NULL && rc == 0 && i < lines->count; i++)
		if (strcmp(lines->at[i].section, section) == 0)
			rc = each(context, &lines->at[i], err);
	return rc;
}
