/*
 * recon.h -- the planner of the race of 2003: what its files share
 *
 * The texts become a plan (who, how fast, which stops, which instants are fixed);
 * the plan becomes a trace (when each car crossed each line of each lap); the trace
 * becomes the crossings of a struct sim_race.
 *
 *  (1) All instants are whole milliseconds: the protocols carry no more.
 *  (2) Chance is a hash of {seed, car, lap, what}: it does not depend on the order
 *      in which cars or laps are worked out, so solving may repeat a lap.
 *  (3) An anchor (this car completes this lap at this instant) is met exactly.
 *      Between two anchors one factor scales all laps; a factor that leaves
 *      RECON_SCALE_MIN..MAX means the plan does not fit and is an error.
 *  (4) A car is solved after the cars its anchors refer to.
 */
#ifndef PITWALL_RECONSTRUCTION_RECON_H
#define PITWALL_RECONSTRUCTION_RECON_H

#include "reconstruction.h"

enum {
	RECON_CARS_MAX = 48,
	RECON_LAPS_MAX = 256,
	RECON_ANCHORS_MAX = 24, /* per car */
	RECON_WEATHER_MAX = 16,
	RECON_PPM = 1000000,
	RECON_SCALE_MIN = 900000,
	RECON_SCALE_MAX = 1100000,
	/* Pit in at 3680 m and pit out at 210 m of the 4180 m lap (estimates). */
	RECON_PIT_IN_PPM = 880383,
	RECON_PIT_OUT_PPM = 50239,
};

/* How long a car drives in the pit lane on either side of the line, at 66 km/h. */
#define RECON_LANE_IN_US (27300 * US_MS)
#define RECON_LANE_OUT_US (11500 * US_MS)

struct recon_anchor {
	instant_us at; /* known, or INSTANT_NONE: ref says */
	duration_us offset;
	uint32_t lap, ref_lap;
	uint16_t ref;
	uint8_t done;
	uint8_t spare;
};

struct recon_car {
	char id[20];
	duration_us dry, wet, noise, start, stand, best, flag_after, trouble;
	int64_t scale;        /* before the safety car; ppm */
	int32_t share_off[2]; /* ppm, to the circuit's I1 and I2 */
	uint32_t stint, laps, retire;
	uint32_t anchor_count;
	struct recon_anchor anchors[RECON_ANCHORS_MAX];
	bool stops_given;
	/* by lap; a stop is made at the end of it */
	int32_t stop_ms[RECON_LAPS_MAX];    /* standing; -1: no stop */
	int32_t lost_ms[RECON_LAPS_MAX][3]; /* on the way, by sector */
	uint8_t driver[RECON_LAPS_MAX];     /* 1-based after the stop; 0: as planned */
};

/* [n]: of lap n. sf[n] completes it, sf[0] is the start signal. */
struct recon_trace {
	instant_us sf[RECON_LAPS_MAX];
	instant_us line[RECON_LAPS_MAX][2];
	instant_us pit_in[RECON_LAPS_MAX];
	instant_us pit_out[RECON_LAPS_MAX];
	uint32_t laps;     /* completed by what is worked out so far */
	uint32_t hand_ppm; /* of lap laps + 1 driven by `hand_at` */
	instant_us hand_at;
	bool gone;         /* retired */
	uint32_t sc_first; /* first lap touched by it; 0 none */
	uint32_t sc_last;
};

struct recon_weather {
	instant_us at;
	int32_t wetness; /* per mille */
};

struct recon {
	struct sim_race *sim;
	instant_us midnight;       /* local, of the race's day */
	instant_us finish_at;      /* the winner's */
	instant_us sc_from, sc_to; /* sc_to: made exact when the leader is known */
	uint32_t car_count;
	uint32_t weather_count;
	struct recon_weather weather[RECON_WEATHER_MAX];
	struct recon_car cars[RECON_CARS_MAX];
	struct recon_trace traces[RECON_CARS_MAX];
};

/* ---- recon_read.c: the texts ------------------------------------------------ */

int recon_read(struct recon *recon, const struct recon_files *files, struct err *err);
/** Words of race control; after all cars are solved, as they may name a lap. */
int recon_read_chronology(struct recon *recon, struct slice text, struct err *err);

/* ---- recon_rows.c: lines of a table ------------------------------------------ */

enum { RECON_COLUMNS_MAX = 8 };
struct recon_rows {
	struct slice rest;
	const char *name; /* of the file, for errors */
	uint32_t line;
	unsigned columns;
	struct slice at[RECON_COLUMNS_MAX];
};
/** Check the header; 0 or -EINVAL. */
int recon_rows_open(struct recon_rows *rows, struct slice text, const char *name,
		    const char *header, struct err *err);
/** The next row: 1, 0 at the end, -EINVAL. */
int recon_rows_next(struct recon_rows *rows, struct err *err);
/** "NAME line N: " and the words. */
int recon_rows_bad(const struct recon_rows *rows, struct err *err, const char *what,
		   struct slice value);
int recon_row_u32(const struct recon_rows *rows, unsigned column, uint32_t max,
		  uint32_t *out, struct err *err);
int recon_row_seconds(const struct recon_rows *rows, unsigned column, duration_us *out,
		      struct err *err);
/** A local time of day into an instant of the race's day. */
int recon_row_clock(const struct recon_rows *rows, unsigned column, instant_us midnight,
		    instant_us *out, struct err *err);

/* ---- recon_laps.c: driving --------------------------------------------------- */

/** Uniform in [-n, n], always the same for {seed, car, lap, what}. */
int64_t recon_chance(const struct recon *recon, unsigned car, uint32_t lap,
		     uint32_t what, int64_t n);
/** Share of the lap's time at which line @k (0: I1, 1: I2) is crossed. */
uint32_t recon_share(const struct recon *recon, unsigned car, uint32_t lap, unsigned k);
/** A lap without stops or losses, begun at @t. */
duration_us recon_lap_time(const struct recon *recon, unsigned car, uint32_t lap,
			   instant_us t, int64_t scale);
/** Drive the lap in hand to its end (or into the garage for good). */
void recon_drive_lap(struct recon *recon, unsigned car, int64_t scale);
/** Drive so that lap @lap is completed at @at exactly. */
int recon_drive_to(struct recon *recon, unsigned car, uint32_t lap, instant_us at,
		   int64_t *scale, struct err *err);
/** Make the car's best lap what the plan says. */
int recon_set_best(struct recon *recon, unsigned car, struct err *err);

/* ---- recon_sc.c: the safety car ----------------------------------------------- */

/** Take all cars, standing at sc_from, through it to sc_to (set here). */
int recon_safety_car(struct recon *recon, struct err *err);

/* ---- recon_write.c: the trace as crossings ------------------------------------- */

int recon_write(struct recon *recon, struct err *err);

#endif
