/*
 * grid.h -- a small table whose rows are not cars: laps, stints, drivers
 */
#ifndef PITWALL_SCREEN_GRID_H
#define PITWALL_SCREEN_GRID_H

#include "fitter.h"
#include "parts.h"

enum { GRID_COLUMNS_MAX = 24 };

struct grid_column {
	const char *head;
	int width; /* 0: not there */
	int most;  /* it may grow to */
	uint8_t keep;
	bool right; /* aligned */
};

struct grid {
	const struct grid_column *columns;
	unsigned count;
	struct canvas *canvas;
	int y; /* line of the next cells, moved by the caller */
	struct fitted at[GRID_COLUMNS_MAX];
};

/** Fit the columns into @area (fitter.h); begin on its first line. @columns must live
 * as long as the grid. */
void grid_fit(struct grid *grid, const struct grid_column *columns, unsigned count,
	      struct canvas *canvas, struct rect area);
/** Draw the heads on a line of their own. */
void grid_heads(struct grid *grid);
/** Draw a cell; nothing when the column was dropped or the text is empty. */
void grid_put(const struct grid *grid, unsigned column, const struct field *field);
/** Record what the cell of @column shows: figure_of(). */
void grid_figure(const struct grid *grid, unsigned column, uint32_t figure);
void grid_text(const struct grid *grid, unsigned column, struct slice text,
	       enum role role);
/** The same, left-aligned, after the others of its row: it may take blank cells behind
 * its column. */
void grid_text_last(const struct grid *grid, unsigned column, struct slice text,
		    enum role role);
void grid_number(const struct grid *grid, unsigned column, uint64_t n, enum role role);
void grid_time(const struct grid *grid, unsigned column, duration_us t,
	       enum time_style style, enum role role);
/** field_difference(), as exact as the column allows. */
void grid_difference(const struct grid *grid, unsigned column, duration_us own,
		     duration_us other);
/** A lap or sector time as exact as the column allows, with a '~' if @estimated. */
void grid_lap_time(const struct grid *grid, unsigned column, duration_us t,
		   bool estimated, struct field *out);
#endif
