/*
 * car_screen.h -- what the files of the car screen share
 *
 * The screen is a header, the list of laps, and blocks beside it. A block reports how
 * many lines it wants and how few it needs; car_screen.c distributes the lines.
 */
#ifndef PITWALL_SCREEN_CAR_SCREEN_H
#define PITWALL_SCREEN_CAR_SCREEN_H

#include "facts.h"
#include "grid.h"

/* The car that is shown. */
struct one {
	const struct scene *scene;
	const struct view *view;
	const struct forecast_row *forecast; /* NULL: none */
	uint16_t car;
	uint16_t leader; /* of its class; CAR_NONE */
	struct row row;
	struct car_facts facts;
};

/** Lines a block would fill, head included; 0: nothing to show. */
typedef int car_block_lines(const struct one *one);
typedef void car_block_draw(const struct one *one, struct canvas *canvas,
			    struct rect area);

/** Forecast of a car, with or without a threshold; NULL: none, or the race is over. */
const struct forecast_row *car_forecast(const struct view *view, uint16_t car);

car_block_lines outlook_lines, pace_lines, measured_lines, stints_lines, drivers_lines;
car_block_draw outlook_draw, pace_draw, measured_draw, stints_draw, drivers_draw;

/** Every lap, newest first, from view->lap_top down. */
void car_laps_draw(const struct one *one, struct canvas *canvas, struct rect area);
/** Width of the list of laps with all its columns. */
int car_laps_width(const struct one *one);

#endif
