/*
 * rules_find.c -- a ruleset by name, by alias, and by what raced
 *
 * assets/rules/index.csv holds what must be known before a ruleset file is
 * opened: the aliases, which words name a series, and which classes ask for which ruleset. A
 * test holds it against the files.
 *
 *   kind,name,ruleset,hours_from,hours_below,year_from,year_below,classes
 */
#include "pitwall/assets.h"
#include "pitwall/csv.h"

#include <errno.h>
#include <string.h>

enum index_column {
	COL_KIND,
	COL_NAME,
	COL_RULESET,
	COL_HOURS_FROM,
	COL_HOURS_BELOW,
	COL_YEAR_FROM,
	COL_YEAR_BELOW,
	COL_CLASSES,
};

static const char index_name[] = "rules/index.csv";

/* Read the index row by row. */
struct index {
	struct bytes bytes;
	struct csv csv;
	struct csv_row row;
};

static int index_open(struct index *index, struct err *err)
{
	int failed = asset_read(index_name, &index->bytes, err);
	if (failed)
		return failed;
	csv_begin(&index->csv, index->bytes.data, index_name);
	failed = csv_next(&index->csv, &index->row, err);
	if (failed < 0)
		bytes_free(&index->bytes);
	return failed < 0 ? failed : 0;
}

static bool index_next(struct index *index)
{
	return csv_next(&index->csv, &index->row, NULL) > 0;
}

/* ---- by name ---------------------------------------------------------------- */

static int resolve_alias(const char *name, char *to, size_t cap, struct err *err)
{
	struct index index;
	text_copy(to, cap, slice_of(name));
	int failed = index_open(&index, err);
	if (failed)
		return failed;
	while (index_next(&index)) {
		if (!slice_eq(csv_field(&index.row, COL_KIND), SLICE("alias")) ||
		    !slice_eq(csv_field(&index.row, COL_NAME), slice_of(name)))
			continue;
		text_copy(to, cap, csv_field(&index.row, COL_RULESET));
		break;
	}
	bytes_free(&index.bytes);
	return 0;
}

static int no_such_rules(const char *name, struct err *err)
{
	return err_set(err, -ENOENT,
		       "no ruleset is called \"%s\": \"pitwall rules\" lists them, a "
		       "file of your own is named with a / or .ini",
		       name);
}

int rules_read(const char *name, struct rules *out, struct bytes *bytes,
	       struct err *err)
{
	char real[64], asset[96];
	int failed;
	if (names_a_file(name)) {
		failed = small_file_read(name, bytes, err);
	} else {
		if (!asset_name_ok(name))
			return no_such_rules(name, err);
		failed = resolve_alias(name, real, sizeof(real), err);
		if (failed)
			return failed;
		text_format(asset, sizeof(asset), "rules/%s.ini", real);
		failed = asset_read(asset, bytes, err);
		if (failed == -ENOENT)
			return no_such_rules(name, err);
	}
	if (failed)
		return failed;
	failed = rules_parse(bytes->data, names_a_file(name) ? name : asset, out, err);
	if (failed)
		bytes_free(bytes);
	return failed;
}

int rules_load(const char *name, struct rules *out, struct err *err)
{
	struct bytes bytes;
	int failed = rules_read(name, out, &bytes, err);
	if (!failed)
		bytes_free(&bytes);
	return failed;
}

/* ---- by the name of the series ------------------------------------------------- */

static bool is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* @words stand in @text, not within a longer word; '_' and '-' are blanks. */
static bool text_names(const char *text, struct slice words)
{
	size_t len = strlen(text);
	for (size_t i = 0; words.len > 0 && i + words.len <= len; i++) {
		size_t k = 0;
		while (k < words.len) {
			struct slice a = {words.at + k, 1}, b = {text + i + k, 1};
			bool blank =
				a.at[0] == ' ' && (b.at[0] == '_' || b.at[0] == '-');
			if (!blank && !slice_eq_nocase(a, b))
				break;
			k++;
		}
		if (k == words.len && (i == 0 || !is_letter_or_digit(text[i - 1])) &&
		    !is_letter_or_digit(text[i + k]))
			return true;
	}
	return false;
}

const char *rules_series(const char *const *texts, unsigned count)
{
	static char found[64];
	struct index index;
	found[0] = '\0';
	if (index_open(&index, NULL))
		return NULL;
	while (found[0] == '\0' && index_next(&index)) {
		struct slice names = csv_field(&index.row, COL_NAME);
		if (!slice_eq(csv_field(&index.row, COL_KIND), SLICE("series")))
			continue;
		while (names.at) {
			struct slice words = slice_cut(&names, '|');
			for (unsigned i = 0; i < count; i++)
				if (text_names(texts[i], words))
					text_copy(found, sizeof(found),
						  csv_field(&index.row, COL_RULESET));
		}
	}
	bytes_free(&index.bytes);
	return found[0] != '\0' ? found : NULL;
}

/* ---- by what raced ---------------------------------------------------------- */

/* "GTD*" fits "GTD PRO". */
static bool pattern_fits(struct slice pattern, struct slice name)
{
	bool open = pattern.len && pattern.at[pattern.len - 1] == '*';
	pattern.len -= open;
	if (name.len < pattern.len || (!open && name.len != pattern.len))
		return false;
	return slice_eq_nocase((struct slice){name.at, pattern.len}, pattern);
}

static bool any_fits(struct slice patterns, const char *const *classes, unsigned count)
{
	while (patterns.at) {
		struct slice pattern = slice_cut(&patterns, ' ');
		for (unsigned i = 0; pattern.len && i < count; i++)
			if (pattern_fits(pattern, slice_of(classes[i])))
				return true;
	}
	return false;
}

/* What is known of a race: [from, below). */
struct rules_span {
	int64_t from, below;
};

/* Blank: no bound. */
static struct rules_span span_of(const struct csv_row *row, int from, int below)
{
	struct rules_span span;
	if (!parse_i64(csv_field(row, from), &span.from))
		span.from = 0;
	if (!parse_i64(csv_field(row, below), &span.below))
		span.below = INT64_MAX;
	return span;
}

static bool spans_meet(struct rules_span a, struct rules_span b)
{
	return a.from < b.below && b.from < a.below;
}

static bool row_fits(const struct csv_row *row, const char *const *classes,
		     unsigned count, const struct rules_span hours_years[2])
{
	return slice_eq(csv_field(row, COL_KIND), SLICE("default")) &&
	       spans_meet(span_of(row, COL_HOURS_FROM, COL_HOURS_BELOW),
			  hours_years[0]) &&
	       spans_meet(span_of(row, COL_YEAR_FROM, COL_YEAR_BELOW),
			  hours_years[1]) &&
	       any_fits(csv_field(row, COL_CLASSES), classes, count);
}

/* The years in which all of the classes ran; all years where there are none. */
static struct rules_span years_of(const char *const *classes, unsigned count)
{
	const struct rules_span all = {0, INT64_MAX};
	struct rules_span years = all;
	struct index index;
	if (index_open(&index, NULL))
		return years;
	while (index_next(&index)) {
		if (!slice_eq(csv_field(&index.row, COL_KIND), SLICE("era")) ||
		    !any_fits(csv_field(&index.row, COL_CLASSES), classes, count))
			continue;
		struct rules_span era =
			span_of(&index.row, COL_YEAR_FROM, COL_YEAR_BELOW);
		years.from = era.from > years.from ? era.from : years.from;
		years.below = era.below < years.below ? era.below : years.below;
	}
	bytes_free(&index.bytes);
	return years.from < years.below ? years : all;
}

const char *rules_default(const char *const *classes, unsigned count,
			  duration_us length, int year)
{
	static char found[64];
	int64_t hours = length > 0 ? length / US_HOUR : 0;
	struct rules_span hours_years[2] = {{hours, hours + 1},
					    {year, (int64_t)year + 1}};
	struct index index;
	if (year == 0)
		hours_years[1] = years_of(classes, count);
	text_copy(found, sizeof(found), SLICE("plain"));
	if (index_open(&index, NULL))
		return found;
	while (index_next(&index)) {
		if (!row_fits(&index.row, classes, count, hours_years))
			continue;
		text_copy(found, sizeof(found), csv_field(&index.row, COL_RULESET));
		break;
	}
	bytes_free(&index.bytes);
	return found;
}
