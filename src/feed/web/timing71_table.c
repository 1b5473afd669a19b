/*
 * timing71_table.c -- the table of cars of a Timing71 recording, from frames and differences
 *
 * A cell is a value or [value, how it is shown]. A difference is a list of "change" (a path to a cell or a
 * part of it, the value before and after), "add" and "remove" (a path, and indices with values).
 */
#include "timing71.h"

static const char *const titles[T71_COLUMN_COUNT] = {
#define X(id_, name_) [T71_##id_] = (name_),
	T71_COLUMNS(X)
#undef X
};

enum { PATH_MOST = 3 };

void t71_columns(struct t71_table *table, struct slice spec)
{
	struct json_reader r = json_reader_of(spec);
	struct json_value one;
	table->width = table->sectors = 0;
	while (table->width < T71_WIDTH && json_read_element(&r, &one)) {
		struct json_reader parts = json_reader_of(one.raw);
		struct json_value title = {.kind = JSON_NONE};
		uint8_t found = T71_NONE;
		if (one.kind == JSON_ARRAY)
			(void)json_read_element(&parts, &title);
		for (uint8_t i = 0; i < T71_COLUMN_COUNT; i++)
			if (slice_eq(title.raw, slice_of(titles[i])))
				found = i;
		if (found != T71_NONE && found >= T71_S1)
			table->sectors++;
		table->column[table->width++] = found;
	}
	table->known = table->width > 0;
}

/* ---- cells ----------------------------------------------------------------------- */

static void cell_value(struct t71_row *row, unsigned column,
		       const struct json_value *value)
{
	char buf[WEB_TEXT_MAX];
	char now[T71_CELL] = "";
	text_copy(now, sizeof(now), web_text(value, buf, sizeof(buf)));
	if (memcmp(now, row->cell[column], sizeof(now)) == 0)
		return;
	memcpy(row->cell[column], now, sizeof(now));
	row->changed |= 1u << column;
}

static void cell_shown(struct t71_row *row, unsigned column,
		       const struct json_value *how)
{
	row->old &= ~(1u << column);
	if (slice_eq(how->raw, SLICE("old")))
		row->old |= 1u << column;
}

static void t71_cell(struct t71_row *row, unsigned column,
		     const struct json_value *value)
{
	struct json_reader r = json_reader_of(value->raw);
	struct json_value part = {.kind = JSON_NONE};
	if (value->kind != JSON_ARRAY) {
		cell_value(row, column, value);
		return;
	}
	if (!json_read_element(&r, &part))
		return;
	cell_value(row, column, &part);
	if (json_read_element(&r, &part))
		cell_shown(row, column, &part);
}

static void row_set(const struct t71_table *table, struct t71_row *row,
		    struct slice cells)
{
	struct json_reader r = json_reader_of(cells);
	struct json_value one;
	for (unsigned c = 0; c < table->width && json_read_element(&r, &one); c++)
		if (table->column[c] != T71_NONE)
			t71_cell(row, table->column[c], &one);
}

void t71_rows(struct t71_table *table, struct slice cars, uint32_t first)
{
	struct json_reader r = json_reader_of(cars);
	struct json_value one;
	uint32_t n = first;
	while (n < T71_ROWS && json_read_element(&r, &one))
		if (one.kind == JSON_ARRAY)
			row_set(table, &table->row[n++], one.raw);
	table->rows = n;
}

/* ---- differences -------------------------------------------------------------------- */

/* The numbers of a path; "" has none. -1: not a path into the table. */
static int read_path(const struct json_value *path, int64_t numbers[PATH_MOST])
{
	struct json_reader r = json_reader_of(path->raw);
	struct json_value one;
	int count = 0;
	if (path->kind == JSON_STRING)
		return path->raw.len == 0 ? 0 : -1;
	if (path->kind != JSON_ARRAY)
		return -1;
	while (json_read_element(&r, &one)) {
		if (count == PATH_MOST || !web_number(&one, &numbers[count]) ||
		    numbers[count] < 0)
			return -1;
		count++;
	}
	return count;
}

/* A part of the table at the path. */
static void path_set(struct t71_table *table, const int64_t *path, int count,
		     const struct json_value *value)
{
	if (count < 1 || path[0] >= T71_ROWS)
		return;
	struct t71_row *row = &table->row[path[0]];
	if (count == 1) {
		if (value->kind == JSON_ARRAY)
			row_set(table, row, value->raw);
		if (path[0] >= table->rows)
			table->rows = (uint32_t)path[0] + 1;
		return;
	}
	uint8_t column = path[1] < table->width ? table->column[path[1]] : T71_NONE;
	if (column == T71_NONE || path[0] >= table->rows)
		return;
	if (count == 2)
		t71_cell(row, column, value);
	else if (path[2] == 0)
		cell_value(row, column, value);
	else
		cell_shown(row, column, value);
}

/* [[index, value], ...] below the path; rows are removed from the end. */
static void path_list(struct t71_table *table, int64_t *path, int count,
		      struct slice list, bool add)
{
	struct json_reader r = json_reader_of(list);
	struct json_value pair;
	while (count < PATH_MOST && json_read_element(&r, &pair)) {
		struct json_reader parts = json_reader_of(pair.raw);
		struct json_value index, value = {.kind = JSON_NONE};
		if (pair.kind != JSON_ARRAY || !json_read_element(&parts, &index) ||
		    !web_number(&index, &path[count]) || path[count] < 0)
			continue;
		if (add && json_read_element(&parts, &value))
			path_set(table, path, count + 1, &value);
		else if (!add && count == 0 && path[0] < table->rows)
			table->rows = (uint32_t)path[0];
	}
}

void t71_patch(struct t71_table *table, struct slice difference)
{
	struct json_reader all = json_reader_of(difference);
	struct json_value one;
	while (json_read_element(&all, &one)) {
		struct json_reader r = json_reader_of(one.raw);
		struct json_value what, at, values, is;
		int64_t path[PATH_MOST] = {0};
		if (one.kind != JSON_ARRAY || !json_read_element(&r, &what) ||
		    !json_read_element(&r, &at) || !json_read_element(&r, &values) ||
		    values.kind != JSON_ARRAY)
			continue;
		int count = read_path(&at, path);
		if (count < 0)
			continue;
		if (!slice_eq(what.raw, SLICE("change"))) {
			path_list(table, path, count, values.raw,
				  slice_eq(what.raw, SLICE("add")));
			continue;
		}
		r = json_reader_of(values.raw);
		if (json_read_element(&r, &is) && json_read_element(&r, &is))
			path_set(table, path, count, &is);
	}
}
