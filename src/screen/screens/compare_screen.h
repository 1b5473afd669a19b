/*
 * compare_screen.h -- what the files of the compare screen share
 */
#ifndef PITWALL_SCREEN_COMPARE_SCREEN_H
#define PITWALL_SCREEN_COMPARE_SCREEN_H

#include "facts.h"
#include "grid.h"

/* The two cars: [0] is the one the screen is about, [1] the other. */
struct pair {
	const struct scene *scene;
	const struct view *view;
	uint16_t cars[2];
	struct row rows[2];
};

/** Their laps side by side, newest first, from view->lap_top down. */
void compare_laps_draw(const struct pair *pair, struct canvas *canvas,
		       struct rect area);
/** Width of the list of laps with all its columns. */
int compare_laps_width(const struct pair *pair);

#endif
