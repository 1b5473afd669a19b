/*
 * stint_bars.h -- the stints of cars as bars over the time of the race (stints.c)
 */
#ifndef PITWALL_SCREEN_STINTS_H
#define PITWALL_SCREEN_STINTS_H

#include "parts.h"

/* What the bars of one frame share: where they stand, and where the race was slow. */
struct stint_bars {
	const struct scene *scene;
	int x, w;
	uint16_t mark, mark_foretold;  /* of a stop */
	bool marked;                   /* there is room for them */
	uint8_t slow[CANVAS_COLS_MAX]; /* enum flag of a cell; 0: none that slows */
};

void stint_bars_make(const struct scene *scene, int x, int w, struct stint_bars *bars);
/** The hours above the bars, and the flags that slowed the race. */
void stint_bars_head(const struct stint_bars *bars, struct canvas *canvas, int y);
void stint_bars_row(const struct stint_bars *bars, struct canvas *canvas, int y,
		    uint16_t car);
/** True when strategy->flag_at is known and the race is not over. */
bool strategy_known(const struct view *view);
/** What the race has shown of the stops of a car, and foretells; NULL: nothing. */
const struct strategy_row *stops_of(const struct view *view, uint16_t car);
/** The letter of a driver: 'A' is the first of the entry. */
char driver_letter(unsigned driver);
/** The selected car, or the one in front: what a stop now would do (strategy_car.c).
 * Rows it wants in @w columns. */
int strategy_car_rows(const struct view *view, int w);
void strategy_car_draw(const struct scene *scene, struct canvas *canvas,
		       struct rect area);

#endif
