/*
 * season_names.h -- one spelling for each driver, team, make and car of a season
 */
#ifndef PITWALL_SESSION_SEASON_NAMES_H
#define PITWALL_SESSION_SEASON_NAMES_H

#include "pitwall/season_load.h"

/* What is said of a car in a round, before names have one spelling. */
struct season_said {
	struct result_row row;
	int32_t seconds[RACE_DRIVERS_MAX]; /* -1 */
	uint16_t driver_laps[RACE_DRIVERS_MAX];
	uint16_t segments[POINTS_SEGMENTS_MAX];
	uint8_t qualifier;
};
/* The cars of a round. */
struct season_says {
	unsigned count;
	struct season_said cars[RACE_CARS_MAX];
};

void season_note(struct season_loaded *loaded, enum season_note_kind kind,
		 unsigned round, const char *fmt, ...) PRINTF_LIKE(4, 5);
/** Where a source or a list of the season file is. */
void season_path(const struct season_loaded *loaded, const char *name,
		 char path[SOURCE_PATH_MAX]);
/** NULL: out of memory. */
struct season_namer *season_namer_new(const struct season_plan *plan);
/** Bytes of one: it has no addresses in it. */
size_t season_namer_size(void);
/** Index of a class in any of its spellings. */
uint8_t season_class_of(struct season_loaded *loaded, const char *name);
/** True when two names may be one driver of one car. */
bool season_same_driver(const char *a, const char *b);
/** The car with that number in the table of the round. */
void season_car_number(const struct season_loaded *loaded, unsigned round,
		       const char *number, char out[EVENT_ID_MAX + 1]);
/** Set car, team, make and seats of @out, of the car @index of @says. */
void season_name_car(struct season_loaded *loaded, unsigned round,
		     const struct season_says *says, unsigned index,
		     struct season_result *out);

#endif
