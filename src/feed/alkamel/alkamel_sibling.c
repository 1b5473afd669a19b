/*
 * alkamel_sibling.c -- the files that are published beside a lap file, by their first line
 *
 * They hold no laps; a person who opens one of them wants the lap file beside it.
 */
#include "pitwall/feed.h"

enum { SIBLING_HEADER_MAX = 16 * 1024 };

/* The files, by columns that all have. */
static const struct {
	const char *what;
	const char *columns[3];
} siblings[] = {
	{"results", {"POSITION", "NUMBER", "LAPS"}},
	{"results", {"POS", "NUMBER", "TIME"}},
	{"results", {"POS", "NUMBER", "LAPS"}},
	{"results", {"POSITION", "NUMBER", "TIME"}},
	{"weather", {"TIME_UTC_SECONDS", "AIR_TEMP"}},
	{"weather", {"TIME_UTC_STR", "AIR_TEMP"}},
	{"flags", {"REC_TYPE", "FLAG"}},
};

static bool sibling_has(struct slice line, const char *name)
{
	while (line.len > 0) {
		size_t n = 0;
		while (n < line.len && line.at[n] != ',' && line.at[n] != ';' &&
		       line.at[n] != '\t')
			n++;
		struct slice field = slice_trim((struct slice){line.at, n});
		if (field.len >= 2 && field.at[0] == '"') {
			field.at++;
			field.len -= 2;
		}
		if (slice_eq_nocase(field, slice_of(name)))
			return true;
		n += n < line.len;
		line.at += n;
		line.len -= n;
	}
	return false;
}

const char *feed_lap_file_sibling(struct slice head)
{
	if (slice_starts(head, SLICE("\xef\xbb\xbf"))) {
		head.at += 3;
		head.len -= 3;
	}
	if (head.len > SIBLING_HEADER_MAX)
		head.len = SIBLING_HEADER_MAX;
	struct slice line = slice_trim(slice_cut(&head, '\n'));
	for (size_t i = 0; i < ARRAY_LEN(siblings); i++) {
		bool all = true;
		for (size_t c = 0; c < ARRAY_LEN(siblings[i].columns); c++)
			all = all && (!siblings[i].columns[c] ||
				      sibling_has(line, siblings[i].columns[c]));
		if (all)
			return siblings[i].what;
	}
	return NULL;
}
