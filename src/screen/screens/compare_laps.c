/*
 * compare_laps.c -- the laps of two cars side by side, newest first
 *
 *  (1) Within a lap of each other, laps of the same number are side by side. Else laps
 *      driven at the same time are, offset by the difference in laps, and each has its
 *      number.
 *  (2) The scroll position (view->lap_top) stays while new laps are added above.
 */
#include "compare_screen.h"

enum pair_column {
	PAIR_OWN_NUMBER,
	PAIR_OWN_TIME,
	PAIR_OWN_SECTOR,
	PAIR_DIFF = PAIR_OWN_SECTOR + SECTORS_SHOWN,
	PAIR_DIFF_SECTOR,
	PAIR_OTHER_NUMBER = PAIR_DIFF_SECTOR + SECTORS_SHOWN,
	PAIR_OTHER_TIME,
	PAIR_OTHER_SECTOR,
	PAIR_COLUMNS = PAIR_OTHER_SECTOR + SECTORS_SHOWN
};
_Static_assert((int)PAIR_COLUMNS <= (int)GRID_COLUMNS_MAX, "they fit a grid");

static const char *const sector_heads[SECTORS_SHOWN] = {"S1", "S2", "S3",
							"S4", "S5", "S6"};
static const char *const diff_heads[SECTORS_SHOWN] = {"+S1", "+S2", "+S3",
						      "+S4", "+S5", "+S6"};

/* (1): laps the first car is ahead in the list. */
int64_t compare_apart(const struct pair *pair, unsigned which)
{
	int64_t by = (int64_t)pair->rows[0].car->laps - pair->rows[which].car->laps;
	return by > 1 || by < -1 ? by : 0;
}

static void pair_columns(const struct pair *pair, const char *const labels[2],
			 struct grid_column out[PAIR_COLUMNS])
{
	int w = sector_width(pair->view->race);
	for (unsigned i = 0; i < PAIR_COLUMNS; i++)
		out[i] = (struct grid_column){"", 0, 0, 0, true};
	out[PAIR_OWN_NUMBER] = (struct grid_column){"Lap", 4, 4, 99, true};
	out[PAIR_OWN_TIME] = (struct grid_column){labels[0], 8, 9, 99, true};
	out[PAIR_DIFF] = (struct grid_column){"diff", 7, 9, 97, true};
	if (compare_apart(pair, 1) != 0)
		out[PAIR_OTHER_NUMBER] = (struct grid_column){"Lap", 4, 4, 96, true};
	out[PAIR_OTHER_TIME] = (struct grid_column){labels[1], 8, 9, 98, true};
	for (unsigned i = 0; i < sectors_shown(pair->view); i++) {
		out[PAIR_OWN_SECTOR + i] =
			(struct grid_column){sector_heads[i], w, w, 60, true};
		out[PAIR_DIFF_SECTOR + i] =
			(struct grid_column){diff_heads[i], 6, 6, 80, true};
		out[PAIR_OTHER_SECTOR + i] =
			(struct grid_column){sector_heads[i], w, w, 60, true};
	}
}

int compare_laps_width(const struct pair *pair)
{
	static const char *const none[2] = {"", ""};
	struct grid_column columns[PAIR_COLUMNS];
	int w = 0;
	pair_columns(pair, none, columns);
	for (unsigned i = 0; i < PAIR_COLUMNS; i++)
		w += columns[i].width ? columns[i].most + 1 : 0;
	return w;
}

/* ---- a line of the list ------------------------------------------------------ */

static void put_difference(const struct grid *grid, unsigned column, duration_us own,
			   duration_us other)
{
	struct field field;
	field_difference(own, other, TIME_TENTH, &field);
	if (text_width(field.text) <= grid->at[column].w)
		grid_difference(grid, column, own, other);
}

static void pair_put_lap(const struct pair *pair, const struct grid *grid,
			 unsigned which, const struct lap_row *row)
{
	unsigned number = which == 0 ? PAIR_OWN_NUMBER : PAIR_OTHER_NUMBER;
	unsigned sector = which == 0 ? PAIR_OWN_SECTOR : PAIR_OTHER_SECTOR;
	const struct car *car = pair->rows[which].car;
	struct field field;
	grid_number(grid, number, row->lap, ROLE_DIM);
	if (row->time != DURATION_NONE) {
		grid_lap_time(grid, number + 1, row->time, lap_estimated(row), &field);
		if (row->in_pit || (row->bits & LAP_OUT))
			field.role = ROLE_IN_PIT;
		else if (car->lap_best_number == row->lap && car->lap_best == row->time)
			field.role = ROLE_PERSONAL_BEST;
		else if (field.role == ROLE_TEXT && !lap_is_clean(row))
			field.role = ROLE_DIM;
		grid_put(grid, number + 1, &field);
	}
	for (unsigned i = 0; i < sectors_shown(pair->view); i++) {
		bool guess;
		duration_us t = lap_sector(pair->view, row, i, &guess);
		if (t == DURATION_NONE)
			continue;
		grid_lap_time(grid, sector + i, t, guess, &field);
		if (!guess)
			field.role = t == car->sector_best[i] ? ROLE_PERSONAL_BEST
							      : ROLE_DIM;
		grid_put(grid, sector + i, &field);
	}
}

static void pair_put_laps(const struct pair *pair, const struct grid *grid,
			  const struct lap_row *own, const struct lap_row *other)
{
	if (own)
		pair_put_lap(pair, grid, 0, own);
	if (other)
		pair_put_lap(pair, grid, 1, other);
	if (!own && other && grid->at[PAIR_OTHER_NUMBER].x < 0)
		grid_number(grid, PAIR_OWN_NUMBER, other->lap, ROLE_DIM);
	if (!own || !other)
		return;
	put_difference(grid, PAIR_DIFF, own->time, other->time);
	for (unsigned i = 0; i < sectors_shown(pair->view); i++) {
		bool guess;
		put_difference(grid, PAIR_DIFF_SECTOR + i,
			       lap_sector(pair->view, own, i, &guess),
			       lap_sector(pair->view, other, i, &guess));
	}
}

/* ---- the list ---------------------------------------------------------------- */

/* The row of lap @lap or the last one before, from @row back. */
static const struct lap_row *down_to(const struct view *view, const struct lap_row *row,
				     int64_t lap)
{
	while (row && row->lap > lap)
		row = lap_row_at(view, row->prev);
	return row;
}

static int64_t newest_of(const struct pair *pair, int64_t by)
{
	int64_t own = pair->rows[0].car->laps;
	int64_t other = (int64_t)pair->rows[1].car->laps + by;
	return own > other ? own : other;
}

void compare_laps_draw(const struct pair *pair, struct canvas *canvas, struct rect area)
{
	const struct view *view = pair->view;
	const struct lap_row *rows[2];
	struct car_label labels[2];
	int64_t by = compare_apart(pair, 1), lap = newest_of(pair, by);
	if (area.h < 2)
		return;
	for (unsigned i = 0; i < 2; i++) {
		labels[i] = car_label(view->race, pair->cars[i]);
		rows[i] = lap_row_at(view, pair->rows[i].car->lap_row);
	}
	struct grid_column columns[PAIR_COLUMNS];
	pair_columns(pair, (const char *[]){labels[0].text, labels[1].text}, columns);
	struct grid grid;
	grid_fit(&grid, columns, PAIR_COLUMNS, canvas, area);
	grid_heads(&grid);
	if (view->lap_top > 0 && view->lap_top < lap) /* (2) */
		lap = view->lap_top;
	if (lap < 1)
		rect_words(canvas, rect_line(area, 1), "no laps so far", ROLE_DIM);
	for (; lap > 0 && grid.y < area.y + area.h; lap--, grid.y++) {
		int64_t laps[2] = {lap, lap - by};
		for (unsigned i = 0; i < 2; i++)
			rows[i] = down_to(view, rows[i], laps[i]);
		if (!rows[0] && !rows[1])
			return;
		pair_put_laps(pair, &grid,
			      rows[0] && rows[0]->lap == laps[0] ? rows[0] : NULL,
			      rows[1] && rows[1]->lap == laps[1] ? rows[1] : NULL);
	}
}
