/*
 * grid.c -- a small table whose rows are no cars: laps, stints, drivers
 */
#include "grid.h"

#include <assert.h>

static int total(const struct grid *grid)
{
	int sum = 0;

	for (unsigned i = 0; i < grid->count; i++)
		if (grid->x[i] >= 0)
			sum += grid->w[i] + 1;
	return sum > 0 ? sum - 1 : 0;
}

static void drop_least(struct grid *grid)
{
	unsigned least = 256;

	for (unsigned i = 0; i < grid->count; i++)
		if (grid->x[i] >= 0 && grid->columns[i].keep < least)
			least = grid->columns[i].keep;
	for (unsigned i = 0; i < grid->count; i++)
		if (grid->columns[i].keep == least)
			grid->x[i] = -1;
}

void grid_fit(struct grid *grid, const struct grid_column *columns, unsigned count,
	      int x, int w)
{
	assert(count <= GRID_COLUMNS_MAX);
	*grid = (struct grid){.columns = columns, .count = count};
	for (unsigned i = 0; i < count; i++) {
		grid->w[i] = columns[i].width;
		grid->x[i] = columns[i].width > 0 ? 0 : -1;
	}
	while (total(grid) > w)
		drop_least(grid);
	for (unsigned i = 0; i < count; i++) {
		int room = w - total(grid), more = columns[i].most - grid->w[i];

		if (grid->x[i] >= 0 && more > 0 && room > 0)
			grid->w[i] += more < room ? more : room;
	}
	for (unsigned i = 0; i < count; i++) {
		if (grid->x[i] < 0)
			continue;
		grid->x[i] = x;
		x += grid->w[i] + 1;
	}
	grid->end = x;
}

void grid_heads(const struct grid *grid, struct canvas *canvas, int y)
{
	for (unsigned i = 0; i < grid->count; i++) {
		struct field head = {.text = slice_of(grid->columns[i].head),
				     .role = ROLE_HEADER};

		grid_put(grid, canvas, y, i, &head);
	}
}

void grid_put(const struct grid *grid, struct canvas *canvas, int y, unsigned column,
	      const struct field *field)
{
	if (grid->x[column] < 0 || field->text.len == 0)
		return;
	if (grid->columns[column].right)
		canvas_right(canvas, grid->x[column], y, grid->w[column], field->text,
			     field->role);
	else
		canvas_text(canvas, grid->x[column], y, grid->w[column], field->text,
			    field->role);
}

void grid_time(const struct grid *grid, unsigned column, duration_us t, bool guess,
	       struct field *out)
{
	field_text(out, (struct slice){out->buf, 0}, guess ? ROLE_GUESS : ROLE_TEXT);
	field_append(out, guess ? "~" : "");
	field_append_time(out, t, TIME_LAP);
	if (text_width(out->text) <= grid->w[column])
		return;
	out->text.len = guess;
	field_append_time(out, t, TIME_TENTH);
}
