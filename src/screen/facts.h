/*
 * facts.h -- facts from the laps of a car: stints, drivers, clean pace, sectors
 *
 * Computed for each frame from the rows that the race owns, in one pass over the laps of
 * the car; nothing is cached.
 *
 *  (1) Pace counts clean laps only: lap_is_clean(), as everywhere.
 *  (2) Rows later than the playhead are never read.
 */
#ifndef PITWALL_SCREEN_FACTS_H
#define PITWALL_SCREEN_FACTS_H

#include "parts.h"

enum {
	STINTS_KEPT = 96, /* the newest */
	SECTORS_SHOWN = 6,
};

/** Lap row by 1 + its index; NULL for 0 and for rows after the playhead. */
const struct lap_row *lap_row_at(const struct view *view, uint32_t at);
/** Next lap row of all cars in order of completion; the first for NULL, NULL after the
 * last. */
const struct lap_row *lap_row_after(const struct view *view, const struct lap_row *row);
/** Time of a sector of a lap; DURATION_NONE when a line of it was missed. @guess:
 * one of its ends is an estimate. */
duration_us lap_sector(const struct view *view, const struct lap_row *row,
		       unsigned sector, bool *guess);
/** Time of the last completed @sector of @car; DURATION_NONE: unknown. */
duration_us sector_last(const struct view *view, uint16_t car, unsigned sector);
/** True when an end of the lap was estimated, and so its time. */
bool lap_estimated(const struct lap_row *row);
/** race_pace(). */
duration_us car_pace(const struct view *view, uint16_t car);
/** Median of car_pace() over the running cars of a class; NONE: unknown. */
duration_us class_pace(const struct view *view, uint8_t class_index);
/** Sectors that a list shows, SECTORS_SHOWN at most; 0: the lap is not divided. */
unsigned sectors_shown(const struct view *view);
/** The same; 0 where laps were timed and no sector was: the source has laps only. */
unsigned sectors_timed(const struct view *view);
/** Width of a sector's time: on long laps it takes more than a minute. */
int sector_width(const struct race *race);
/** Sum of the best sectors; NONE while a sector is unknown or there are no sectors. */
duration_us sectors_sum(const struct view *view, const int64_t sectors[LINES_MAX]);

struct stint_fact {
	instant_us from_at;
	duration_us time; /* on track; NONE unknown */
	duration_us stop; /* at its end, so far while it lasts; NONE */
	duration_us pace; /* mean of its clean laps; NONE */
	uint32_t number, first_lap, laps, clean;
	uint8_t driver; /* of its last lap; RACE_DRIVERS_MAX unknown */
	bool estimated; /* an end of it is */
	bool runs;      /* current */
	bool stopped;   /* its stop lasts */
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

/** True where the source counts more stops of the car than were timed. */
bool stops_claimed(const struct car *car);

#endif
