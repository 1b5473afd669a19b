/*
 * fitter.h -- which columns of a table fit, and how wide they are
 *
 *  (1) Columns drop whole, the lowest `keep` first. Equal columns drop together: no third
 *      sector without the first two.
 *  (2) Remaining room widens the columns that may grow: half of what each can take, then
 *      the rest.
 */
#ifndef PITWALL_SCREEN_FITTER_H
#define PITWALL_SCREEN_FITTER_H

#include <stdbool.h>
#include <stdint.h>

struct fitted {
	int w;         /* 0: not shown; set by the fitter */
	int most;      /* it may grow to */
	int x;         /* set by the fitter; -1: dropped */
	uint8_t keep;  /* the lowest is dropped first */
	uint8_t first; /* the highest grows first, then the leftmost; 0: last */
	bool at_once;  /* it grows to `most`, or not at all */
};

/** Fit columns into @w cells from @x, with one blank between. Columns kept less than
 * @extra are shown only when all others have half of their growth. Returns the cell
 * after the last. */
int columns_fit(struct fitted *columns, unsigned count, int x, int w, uint8_t extra);

#endif
