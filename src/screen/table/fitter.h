/*
 * fitter.h -- which columns of a table fit, and how wide they are
 *
 *  (1) Columns drop whole, the least kept first; those kept alike go together: no third
 *      sector without the first two.
 *  (2) Room left over makes columns longer that may grow: half of what each can take,
 *      then the rest.
 */
#ifndef PITWALL_SCREEN_FITTER_H
#define PITWALL_SCREEN_FITTER_H

#include <stdbool.h>
#include <stdint.h>

struct fitted {
	int w;         /* 0: it is not there; the fitter makes it longer */
	int most;      /* it may grow to */
	int x;         /* set by the fitter; -1: dropped */
	uint8_t keep;  /* the last to go has the highest number */
	uint8_t first; /* to grow: the highest number, then the leftmost; 0: not before
			  all others have the rest */
};

/** Fit columns into @w cells from @x, with one blank between. Columns kept less than
 * @extra come in only when all others have half of what they can take. Returns where the
 * next column would stand. */
int columns_fit(struct fitted *columns, unsigned count, int x, int w, uint8_t extra);

#endif
