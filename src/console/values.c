/*
 * values.c -- what the values of options may be, from the tables of the program
 *
 * Help, completion, the manual and the sentence about a wrong value say the same,
 * because they ask here. A list of files is asked of the folder they lie in.
 */
#include <errno.h>
#include <string.h>

#include "pitwall/alert.h"
#include "pitwall/paint.h"
#include "pitwall/shell.h"
#include "play.h"

static const char *format_at(size_t i)
{
	static const char *const names[] = {
		[FORMAT_TABLE] = "table", [FORMAT_CSV] = "csv", [FORMAT_JSON] = "json"};
	return i < ARRAY_LEN(names) ? names[i] : NULL;
}

static const char *picture_at(size_t i)
{
	static const char *const names[] = {[PAINT_TEXT] = "text",
					    [PAINT_ANSI] = "ansi",
					    [PAINT_SVG] = "svg",
					    [PAINT_PNG] = "png"};
	return i < ARRAY_LEN(names) ? names[i] : NULL;
}

static const char *screen_at(size_t i)
{
	return i < SCREEN_COUNT ? screens[i]->name : NULL;
}

static const char *chart_at(size_t i)
{
	return i < CHART_COUNT ? chart_name((enum chart_kind)i) : NULL;
}

static const char *columns_at(size_t i)
{
	return i < column_sets_count ? column_sets[i].name : NULL;
}

static const char *gaps_at(size_t i)
{
	return i < GAPS_SHOWN ? gap_shown_names[i] : NULL;
}

static const char *colours_at(size_t i)
{
	static const char *const names[] = {"class", "team"};
	return i < ARRAY_LEN(names) ? names[i] : NULL;
}

static const char *speed_at(size_t i)
{
	return play_speed_name((unsigned)i);
}

static const char *sync_at(size_t i)
{
	static const char *const names[] = {"full", "normal"};
	return i < ARRAY_LEN(names) ? names[i] : NULL;
}

/* In the order of the measures of backtest. */
static const char *measure_at(size_t i)
{
	static const char *const names[] = {"behind", "chances", "calibration",
					    "strategy"};
	return i < ARRAY_LEN(names) ? names[i] : NULL;
}

/* In the order of enum wire_encoding. */
static const char *encoding_at(size_t i)
{
	static const char *const names[] = {"utf-8", "windows-1252", "ascii"};
	return i < ARRAY_LEN(names) ? names[i] : NULL;
}

static const char *track_unit_at(size_t i)
{
	static const char *const names[] = {"km", "miles"};
	return i < ARRAY_LEN(names) ? names[i] : NULL;
}

static const char *csv_at(size_t i)
{
	static const char *const names[] = {"safe", "raw"};
	return i < ARRAY_LEN(names) ? names[i] : NULL;
}

/* In the order of enum points_title_kind. */
static const char *title_at(size_t i)
{
	return i < TITLE_KINDS    ? points_title_kind_name((enum points_title_kind)i)
	       : i == TITLE_KINDS ? "invitations"
				  : NULL;
}

/* The others are files. */
static const char *theme_at(size_t i)
{
	return i == 0 ? "auto" : NULL;
}

static int rules_each(void (*each)(void *context, const char *name), void *context,
		      struct err *err)
{
	return assets_list("rules", ".ini", each, context, err);
}

static int circuits_each(void (*each)(void *context, const char *name), void *context,
			 struct err *err)
{
	return assets_list("circuits", ".ini", each, context, err);
}

/* Where the values of a kind come from. */
static const struct {
	const char *(*at)(size_t index); /* in a table, or */
	int (*files)(void (*each)(void *context, const char *name), void *context,
		     struct err *err); /* files, which may lie elsewhere too */
	bool closed;                   /* there are no others */
} kinds[VALUE_COUNT] = {
	[VALUE_FORMAT] = {format_at, NULL, true},
	[VALUE_CSV] = {csv_at, NULL, true},
	[VALUE_PICTURE] = {picture_at, NULL, true},
	[VALUE_SCREEN] = {screen_at, NULL, true},
	[VALUE_CHART] = {chart_at, NULL, true},
	[VALUE_COLUMNS] = {columns_at, NULL, false},
	[VALUE_GAPS] = {gaps_at, NULL, true},
	[VALUE_COLOURS] = {colours_at, NULL, true},
	[VALUE_THEME] = {theme_at, themes_each, false},
	[VALUE_SPEED] = {speed_at, NULL, true},
	[VALUE_SYNC] = {sync_at, NULL, true},
	[VALUE_MEASURE] = {measure_at, NULL, true},
	[VALUE_ENCODING] = {encoding_at, NULL, true},
	[VALUE_TRACK_UNIT] = {track_unit_at, NULL, true},
	[VALUE_TITLE] = {title_at, NULL, true},
	[VALUE_RULES] = {NULL, rules_each, false},
	[VALUE_CIRCUIT] = {NULL, circuits_each, false},
};

const char *value_at(enum value_kind kind, size_t index)
{
	return kinds[kind].at == NULL ? NULL : kinds[kind].at(index);
}

int value_find(enum value_kind kind, const char *text)
{
	const char *value;
	for (size_t i = 0; (value = value_at(kind, i)) != NULL; i++)
		if (slice_eq_nocase(slice_of(value), slice_of(text)))
			return (int)i;
	return -1;
}

static int values_each(enum value_kind kind,
		       void (*each)(void *context, const char *value), void *context,
		       struct err *err)
{
	const char *value;
	for (size_t i = 0; (value = value_at(kind, i)) != NULL; i++)
		each(context, value);
	return kinds[kind].files == NULL ? 0 : kinds[kind].files(each, context, err);
}

/* "a", "a or b", "a, b or c": the last one waits until it is known to be that. */
struct values_text {
	char *text;
	size_t cap, len;
	unsigned count;
	char last[64];
};

static void values_add(struct values_text *list, const char *before)
{
	size_t room = list->cap - list->len;
	list->len += text_format(list->text + list->len, room, "%s%s",
				 list->count > 1 ? before : "", list->last);
}

static void values_next(void *context, const char *value)
{
	struct values_text *list = context;
	if (list->count > 0)
		values_add(list, ", ");
	text_copy(list->last, sizeof(list->last), slice_of(value));
	list->count++;
}

size_t values_list(enum value_kind kind, char *text, size_t cap)
{
	struct values_text list = {.text = text, .cap = cap};
	struct err err;
	text[0] = '\0';
	(void)values_each(kind, values_next, &list, &err);
	if (list.count > 0)
		values_add(&list, " or ");
	return list.len;
}

bool size_parse(struct slice text, int *cols, int *rows)
{
	uint64_t w, h;
	struct slice wide = slice_cut(&text, 'x');
	if (!parse_u64(wide, &w) || !parse_u64(text, &h) || w < 1 || h < 1 ||
	    w > CANVAS_COLS_MAX || h > CANVAS_ROWS_MAX)
		return false;
	*cols = (int)w;
	*rows = (int)h;
	return true;
}

static int theme_check(const char *text, struct err *err)
{
	struct theme theme;
	if (strcmp(text, theme_at(0)) == 0)
		return 0;
	return theme_load(text, &theme, err) == 0 ? 0 : -EINVAL;
}

static int columns_check(const char *text, struct err *err)
{
	struct column_set set;
	struct err why;
	if (value_find(VALUE_COLUMNS, text) >= 0 ||
	    column_set_parse(slice_of(text), &set, &why) == 0)
		return 0;
	char sets[128];
	(void)values_list(VALUE_COLUMNS, sets, sizeof(sets));
	return err_set(err, -EINVAL, "%s; or choose %s", why.text, sets);
}

static int sort_check(const char *text, struct err *err)
{
	if (column_by_name(slice_of(text + (text[0] == '-'))) >= 0)
		return 0;
	return err_set(err, -EINVAL,
		       "%s: there is no such column; `pitwall columns` lists them",
		       text);
}

static int alerts_check(const char *text, struct err *err)
{
	struct slice list = slice_of(text);
	struct alert_rule rule;
	while (list.len > 0) {
		struct slice one = slice_trim(slice_cut(&list, ';'));
		if (one.len > 0 && alert_parse(one, &rule, err) < 0)
			return -EINVAL;
	}
	return 0;
}

static int size_check(const char *text, struct err *err)
{
	int cols, rows;
	if (size_parse(slice_of(text), &cols, &rows))
		return 0;
	return err_set(err, -EINVAL,
		       "%s: columns x rows, at most %dx%d, for example 120x36", text,
		       CANVAS_COLS_MAX, CANVAS_ROWS_MAX);
}

static int seconds_check(const char *text, struct err *err)
{
	int64_t us;
	if (parse_decimal(slice_of(text), 6, &us) && us >= 0 && us <= 24 * US_HOUR)
		return 0;
	return err_set(err, -EINVAL, "%s: no number of seconds", text);
}

static int bytes_check(const char *text, struct err *err)
{
	int64_t bytes;
	if (parse_bytes(slice_of(text), &bytes))
		return 0;
	return err_set(err, -EINVAL, "%s: no size, such as 500M, 10G or none", text);
}

int value_check(enum value_kind kind, const char *text, struct err *err)
{
	static int (*const checks[VALUE_COUNT])(const char *text, struct err *err) = {
		[VALUE_THEME] = theme_check,     [VALUE_COLUMNS] = columns_check,
		[VALUE_SORT] = sort_check,       [VALUE_SIZE] = size_check,
		[VALUE_SECONDS] = seconds_check, [VALUE_ALERTS] = alerts_check,
		[VALUE_BYTES] = bytes_check,
	};
	char values[256];
	if (kind == VALUE_SPEED && play_speed_by_text(slice_of(text)) >= 0)
		return 0;
	if (checks[kind] != NULL)
		return checks[kind](text, err);
	if (!kinds[kind].closed || value_find(kind, text) >= 0)
		return 0;
	(void)values_list(kind, values, sizeof(values));
	return err_set(err, -EINVAL, "%s: choose %s", text, values);
}
