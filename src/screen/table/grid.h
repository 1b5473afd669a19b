/*
 * grid.h -- a small table whose rows are no cars: laps, stints, drivers
 *
 * Which columns fit is fitter.h's.
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
	struct fitted at[GRID_COLUMNS_MAX];
	int end; /* behind the last */
};

/** The columns that fit in @w from @x with a blank between. @columns must live as
 * long as the grid. */
void grid_fit(struct grid *grid, const struct grid_column *columns, unsigned count,
	      int x, int w);
void grid_heads(const struct grid *grid, struct canvas *canvas, int y);
/** A field in a column; nothing where that was dropped. */
void grid_put(const struct grid *grid, struct canvas *canvas, int y, unsigned column,
	      const struct field *field);
/** A time, as exact as the column allows; a guess has its sign. */
void grid_time(const struct grid *grid, unsigned column, duration_us t, bool guess,
	       struct field *out);
#endif
