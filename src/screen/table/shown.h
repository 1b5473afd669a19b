/*
 * shown.h -- what the cars of a table have: which columns have a value, and how wide names are
 */
#ifndef PITWALL_SCREEN_SHOWN_H
#define PITWALL_SCREEN_SHOWN_H

#include "parts.h"

/* Of the cars that are shown, over the whole race up to the playhead. Widths in cells. */
struct shown {
	int driver_whole, driver_short; /* of any driver, else the team */
	int team, vehicle, tag, number;
	int classes; /* the longest name of a class */
	unsigned cars;
	uint32_t sectors; /* bits of those with a time */
	bool driver;      /* a driver is known */
	bool laps, best;
	bool stops, stop_last, stop_total;
	bool window;               /* of a stop to come */
	bool rivals, class_rivals; /* there are two, two of one class */
};
void shown_make(const struct view *view, struct shown *shown);
/** False: no shown car has a value of this column. */
bool shown_has(const struct view *view, const struct shown *shown, enum column_id id);

#endif
