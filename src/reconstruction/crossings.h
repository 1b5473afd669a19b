/*
 * crossings.h -- a race whose truth is known, as a list of crossings
 *
 * The reconstruction of 2003 makes one, and so does the simulator of the tests;
 * writers turn it into the bytes of a protocol. Integers only, so the same seed writes
 * the same bytes on every machine.
 */
#ifndef PITWALL_RECONSTRUCTION_CROSSINGS_H
#define PITWALL_RECONSTRUCTION_CROSSINGS_H

#include "pitwall/encode.h"

enum { SIM_CARS_MAX = 128 };

/* One crossing: the truth. */
struct sim_passing {
	instant_us at;
	uint32_t lap; /* completed by it (SF) or in hand */
	uint16_t car;
	uint8_t line;   /* LINE_... */
	uint8_t flag;   /* shown at that instant */
	uint8_t driver; /* 0-based, on board after it */
	uint8_t spare[3];
};

struct sim_car {
	char number[EVENT_ID_MAX + 1];
	char transponder[EVENT_ID_MAX + 1];
	char class_name[16], team[64], vehicle[48], tag[12];
	char drivers[RACE_DRIVERS_MAX][40];
	uint8_t driver_count;
	uint8_t pit_start, not_started;
	uint16_t grid;
	/* what the car is to do */
	duration_us lap_dry; /* mean dry lap */
	duration_us lap_wet;
	uint32_t retire_lap; /* stops for good on the lap after; 0 never */
	uint32_t laps_final; /* laps at the flag to be hit; 0 free */
};

/* What is not a crossing: weather and words of race control. */
struct sim_note {
	instant_us at;
	int64_t value;  /* EVENT_WEATHER: as event.h says */
	uint16_t car;   /* CAR_NONE */
	uint8_t kind;   /* EVENT_WEATHER or EVENT_MESSAGE */
	uint8_t field;  /* enum weather_field */
	char text[148]; /* EVENT_MESSAGE: at most 147 bytes */
};

enum { SIM_NOTES_MAX = 192 };

/* The start signal is setup.start_at. A driver of RACE_DRIVERS_MAX or more in a
 * passing is not known: nobody is named. The flag of FLAG_FINISH in `flags` is
 * shown from the winner's finish. */
struct sim_race {
	struct race_setup setup;
	struct sim_car cars[SIM_CARS_MAX];
	uint32_t car_count;
	uint64_t seed;
	struct sim_passing *passings; /* of the caller, in time */
	uint32_t passing_count, passings_max;
	struct flag_row flags[64];
	uint32_t flag_count;
	struct sim_note notes[SIM_NOTES_MAX]; /* in time */
	uint32_t note_count;
};

/* The beacon of race control: the gun, flags, drivers on board, notes, the end. */
enum { SIM_CONTROL = 254 };
/** Write as lines of the open beacon protocol of one beacon (one line of the
 * circuit, or SIM_CONTROL), or of all in time when @line is LINE_NONE. */
void sim_write_beacon(struct out *out, const struct sim_race *sim, uint8_t line);

#endif
