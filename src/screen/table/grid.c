/*
 * grid.c -- a small table whose rows are no cars: laps, stints, drivers
 */
#include "grid.h"

#include <assert.h>

void grid_fit(struct grid *grid, const struct grid_column *columns, unsigned count,
	      int x, int w)
{
	assert(count <= GRID_COLUMNS_MAX);
	*grid = (struct grid){.columns = columns, .count = count};
	for (unsigned i = 0; i < count; i++)
		grid->at[i] = (struct fitted){.w = columns[i].width,
					      .most = columns[i].most,
					      .keep = columns[i].keep};
	grid->end = columns_fit(grid->at, count, x, w, 0);
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
	if (grid->at[column].x < 0 || field->text.len == 0)
		return;
	if (grid->columns[column].right)
		canvas_right(canvas, grid->at[column].x, y, grid->at[column].w,
			     field->text, field->role);
	else
		canvas_text(canvas, grid->at[column].x, y, grid->at[column].w,
			    field->text, field->role);
}

void grid_time(const struct grid *grid, unsigned column, duration_us t, bool guess,
	       struct field *out)
{
	field_text(out, (struct slice){out->buf, 0}, guess ? ROLE_GUESS : ROLE_TEXT);
	field_append(out, guess ? "~" : "");
	field_append_time(out, t, TIME_LAP);
	if (text_width(out->text) <= grid->at[column].w)
		return;
	out->text.len = guess;
	field_append_time(out, t, TIME_TENTH);
}
