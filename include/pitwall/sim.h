/*
 * sim.h -- a seeded race that knows the truth, and the reconstruction of 2003
 *
 * Integer-only, so the same seed writes the same bytes on every machine. What is
 * simulated becomes a list of crossings; encoders write it in each protocol.
 */
#ifndef PITWALL_SIM_H
#define PITWALL_SIM_H

#include "pitwall/encode.h"

enum { SIM_CARS_MAX = 128 };

/* One crossing: the truth. */
struct sim_passing {
	instant_us at;
	uint32_t lap;       /* completed by it (SF) or in hand */
	uint16_t car;
	uint8_t line;       /* LINE_... */
	uint8_t flag;       /* shown at that instant */
	uint8_t driver;     /* 0-based, on board after it */
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
	duration_us lap_dry;       /* mean dry lap */
	duration_us lap_wet;
	uint32_t retire_lap;       /* stops for good on the lap after; 0 never */
	uint32_t laps_final;       /* laps at the flag to be hit; 0 free */
};

struct sim_race {
	struct race_setup setup;
	struct sim_car cars[SIM_CARS_MAX];
	uint32_t car_count;
	uint64_t seed;
	struct sim_passing *passings; /* of the caller, in time */
	uint32_t passing_count, passings_max;
	struct flag_row flags[64];
	uint32_t flag_count;
};

/** A plausible race: @cars cars in @classes classes for @length_us. */
int sim_plausible(struct sim_race *sim, uint64_t seed, unsigned cars,
		  unsigned classes, duration_us length_us, struct err *err);

/** Write as an Al Kamel lap file. */
void sim_write_alkamel(struct out *out, const struct sim_race *sim);
/** Write as lines of the open beacon protocol of one beacon (one line of the
 * circuit), or of all in time when @line is LINE_NONE. */
void sim_write_beacon(struct out *out, const struct sim_race *sim, uint8_t line);

#endif
