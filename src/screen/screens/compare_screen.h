/*
 * compare_screen.h -- what the files of the compare screen share
 */
#ifndef PITWALL_SCREEN_COMPARE_SCREEN_H
#define PITWALL_SCREEN_COMPARE_SCREEN_H

#include "facts.h"
#include "grid.h"

enum { COMPARE_MOST = 5 };

/* The cars: [0] is the one the screen is about, the others in the order of the race. */
struct pair {
	const struct scene *scene;
	const struct view *view;
	unsigned count;
	uint16_t cars[COMPARE_MOST];
	struct row rows[COMPARE_MOST];
};

/** Laps by which the list of laps sets car @which off against the first: 0 within a lap of
 * it. */
int64_t compare_apart(const struct pair *pair, unsigned which);
/** Three cars or more. */
void compare_many_draw(const struct pair *pair, struct canvas *canvas,
		       struct rect area);

/** Their laps side by side, newest first, from view->lap_top down. */
void compare_laps_draw(const struct pair *pair, struct canvas *canvas,
		       struct rect area);
/** Width of the list of laps with all its columns. */
int compare_laps_width(const struct pair *pair);

#endif
