/*
 * facts.h -- what a car's laps say of it: stints, drivers, clean pace, sectors
 *
 * Worked out anew for each frame from the rows the race owns: the chain of the car is
 * walked once, nothing is remembered.
 *
 *  (1) Pace is of clean laps: lap_is_clean(), as everywhere.
 *  (2) Rows behind the playhead are never looked at.
 */
#ifndef PITWALL_SCREEN_FACTS_H
#define PITWALL_SCREEN_FACTS_H

#include "parts.h"

enum {
	STINTS_KEPT = 96, /* the newest */
};

/** A row of the table by 1 + its index; NULL for 0 and for rows of the future. */
const struct lap_row *lap_row_at(const struct view *view, uint32_t at);
/** The rows of all cars as they were completed: that behind @row, the first for NULL;
 * NULL behind the last. */
const struct lap_row *lap_row_after(const struct view *view, const struct lap_row *row);
/** Time of a sector of a lap; DURATION_NONE when a line of it was missed. @guess:
 * one of its ends is an estimate. */
duration_us lap_sector(const struct view *view, const struct lap_row *row,
		       unsigned sector, bool *guess);
/** One of the ends of a lap was made up, and so its time. */
bool lap_estimated(const struct lap_row *row);
/** race_pace(). */
duration_us car_pace(const struct view *view, uint16_t car);
/** The median of that over the cars of a class that are on the road. */
duration_us class_pace(const struct view *view, uint8_t class_index);
/** The sum of the best sectors; NONE while one of them is unknown, and where a lap
 * has no sectors. */
duration_us sectors_sum(const struct view *view, const int64_t sectors[LINES_MAX]);

struct stint_fact {
	instant_us from_at;
	duration_us time; /* on the road; NONE */
	duration_us stop; /* that ended it, so far while it lasts; NONE */
	duration_us pace; /* mean of its clean laps; NONE */
	uint32_t number, first_lap, laps, clean;
	uint8_t driver; /* of its last lap; RACE_DRIVERS_MAX unknown */
	bool estimated; /* its ends are */
	bool runs;      /* it has not ended */
	bool stands;    /* its stop has not */
};

struct driver_fact {
	duration_us time, best, pace; /* driving; best and mean of clean laps; NONE */
	uint32_t laps, clean;
	uint16_t stints;
};

struct car_facts {
	unsigned stint_count;
	unsigned stints_before;                /* older than those kept */
	struct stint_fact stints[STINTS_KEPT]; /* newest first */
	struct driver_fact drivers[RACE_DRIVERS_MAX];
};
void facts_make(const struct view *view, uint16_t car, struct car_facts *facts);

#endif
