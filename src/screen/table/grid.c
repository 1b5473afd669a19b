/*
 * grid.c -- a small table whose rows are not cars: laps, stints, drivers
 */
#include "grid.h"

#include <assert.h>

void grid_fit(struct grid *grid, const struct grid_column *columns, unsigned count,
	      struct canvas *canvas, struct rect area)
{
	assert(count <= GRID_COLUMNS_MAX);
	*grid = (struct grid){
		.columns = columns, .count = count, .canvas = canvas, .y = area.y};
	for (unsigned i = 0; i < count; i++)
		grid->at[i] = (struct fitted){.w = columns[i].width,
					      .most = columns[i].most,
					      .keep = columns[i].keep};
	(void)columns_fit(grid->at, count, area.x, area.w, 0);
}

void grid_heads(struct grid *grid)
{
	for (unsigned i = 0; i < grid->count; i++)
		grid_text(grid, i, slice_of(grid->columns[i].head), ROLE_HEADER);
	grid->y++;
}

void grid_text(const struct grid *grid, unsigned column, struct slice text,
	       enum role role)
{
	const struct fitted *at = &grid->at[column];
	if (at->x < 0 || text.len == 0)
		return;
	if (grid->columns[column].right)
		canvas_right(grid->canvas, at->x, grid->y, at->w, text, role);
	else
		canvas_text(grid->canvas, at->x, grid->y, at->w, text, role);
}

void grid_figure(const struct grid *grid, unsigned column, uint32_t figure)
{
	const struct fitted *at = &grid->at[column];
	if (at->x >= 0)
		canvas_figure(grid->canvas, at->x, grid->y, at->w, figure);
}

void grid_text_last(const struct grid *grid, unsigned column, struct slice text,
		    enum role role)
{
	const struct fitted *at = &grid->at[column];
	struct rect in = {at->x, grid->y, at->w, 1};
	if (at->x < 0)
		return;
	in.w = rect_grown(grid->canvas, in);
	rect_text(grid->canvas, in, text, role);
}

void grid_put(const struct grid *grid, unsigned column, const struct field *field)
{
	grid_text(grid, column, field->text, field->role);
}

void grid_number(const struct grid *grid, unsigned column, uint64_t n, enum role role)
{
	struct field field;
	field_number(&field, n, role);
	grid_put(grid, column, &field);
}

void grid_time(const struct grid *grid, unsigned column, duration_us t,
	       enum time_style style, enum role role)
{
	struct field field = {.role = role};
	field_append_time(&field, t, style);
	grid_put(grid, column, &field);
}

void grid_lap_time(const struct grid *grid, unsigned column, duration_us t,
		   bool estimated, struct field *out)
{
	field_clear(out, estimated ? ROLE_GUESS : ROLE_TEXT);
	field_append(out, estimated ? "~" : "");
	field_append_time(out, t, TIME_LAP);
	if (text_width(out->text) <= grid->at[column].w)
		return;
	out->text.len = estimated;
	field_append_time(out, t, TIME_TENTH);
	if (text_width(out->text) <= grid->at[column].w || t < US_HOUR)
		return;
	/* In the garage: minutes are enough. */
	out->text.len = estimated;
	field_format(out, "%uh%02u", (unsigned)(t / US_HOUR),
		     (unsigned)(t % US_HOUR / US_MIN));
}

void grid_difference(const struct grid *grid, unsigned column, duration_us own,
		     duration_us other)
{
	struct field field;
	field_difference(own, other, TIME_LAP, &field);
	if (text_width(field.text) > grid->at[column].w)
		field_difference(own, other, TIME_TENTH, &field);
	grid_put(grid, column, &field);
}
