/*
 * write.h -- what the encoders share: small writers on a struct out
 */
#ifndef PITWALL_ENCODE_WRITE_H
#define PITWALL_ENCODE_WRITE_H

#include "pitwall/encode.h"
#include "pitwall/history.h"
#include "pitwall/listing.h"

enum { CELL_MAX = 512 };

/** Its class, "" without one. */
struct slice encode_car_class(const struct race *race, uint16_t car);
/** The line above a table: event, session, circuit; @class_only: NULL or a class. */
void encode_title(struct out *out, const struct race *race, const char *class_only);
/** Time of day of an instant in the race's zone, with milliseconds. */
size_t encode_clock_of_day(char *buf, const struct race *race, instant_us at);

/* Values that several lists have: a car's label, one of its drivers, a time of day. */
void list_car(struct listing_value *value, const struct race *race, uint16_t car);
void list_driver(struct listing_value *value, const struct race *race, uint16_t car,
		 unsigned driver); /* nothing when unknown */
void list_time_of_day(struct listing_value *value, const struct race *race,
		      instant_us at);

/* The lap rows of one car, oldest first, without heap and without a pass over
 * the table: the chain of `prev` is walked from its end in chunks. */
enum { LAP_WALK_CHUNK = 2048 };
struct lap_walk {
	const struct race *race;
	const struct race_tables *tables;
	uint32_t total, done;  /* rows of the car, rows given */
	uint32_t newest;       /* 1 + index */
	uint32_t first, count; /* rows held: [first, first + count) */
	uint32_t rows[LAP_WALK_CHUNK];
};
void lap_walk_begin(struct lap_walk *walk, const struct race *race,
		    const struct race_tables *tables, uint16_t car);
const struct lap_row *lap_walk_next(struct lap_walk *walk); /* NULL: the end */

/** Time of sector @n (0-based) of a lap; DURATION_NONE when a line of it was
 * missed. @estimated: one of its ends was. */
duration_us encode_lap_sector(const struct race *race, const struct lap_row *row,
			      unsigned n, bool *estimated);

#endif
