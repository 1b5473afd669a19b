/*
 * stint_bars.h -- the stints of cars as bars over the time of the race
 */
#ifndef PITWALL_SCREEN_STINT_BARS_H
#define PITWALL_SCREEN_STINT_BARS_H

#include "parts.h"
#include "pitwall/encode.h"

/* Shared by the bars of a frame: their place, and where the race was slow. */
struct stint_bars {
	const struct scene *scene;
	int x, w;
	uint16_t mark, mark_forecast;  /* of a stop */
	bool marked;                   /* there is room for marks */
	uint8_t slow[CANVAS_COLS_MAX]; /* enum flag of a cell; 0: not slow */
};

void stint_bars_make(const struct scene *scene, int x, int w, struct stint_bars *bars);
/** Draw the hours and the slow flags above the bars. */
void stint_bars_head(const struct stint_bars *bars, struct canvas *canvas, int y);
void stint_bars_row(const struct stint_bars *bars, struct canvas *canvas, int y,
		    uint16_t car);
/** Stops of a car, past and forecast; NULL: unknown. */
const struct strategy_row *stops_of(const struct view *view, uint16_t car);
/** Draw what the signs of the bars mean, as far as it fits; @brief: the chief ones. */
void stint_bars_legend(const struct stint_bars *bars, struct canvas *canvas,
		       struct rect at, bool brief);

/* The strategy of one car in lines (strategy_car.c). */
struct strategy_page {
	struct strategy_listed lines[STRATEGY_LINES_MAX];
	unsigned count;
};
void strategy_page_make(const struct view *view, struct strategy_page *page);
/** Lines of @h that it takes when it is @w cells wide. */
int strategy_car_rows(const struct view *view, const struct strategy_page *page, int w,
		      int h);
/** Lines that find no room are dropped from @page. */
void strategy_car_draw(const struct scene *scene, struct strategy_page *page,
		       struct canvas *canvas, struct rect area);

#endif
