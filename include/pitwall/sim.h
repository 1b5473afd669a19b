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

/** A plausible race: @cars cars in @classes classes for @length_us. */
int sim_plausible(struct sim_race *sim, uint64_t seed, unsigned cars, unsigned classes,
		  duration_us length_us, struct err *err);

/** Write as an Al Kamel lap file. */
void sim_write_alkamel(struct out *out, const struct sim_race *sim);
/* The beacon of race control: the gun, flags, drivers on board, notes, the end. */
enum { SIM_CONTROL = 254 };
/** Write as lines of the open beacon protocol of one beacon (one line of the
 * circuit, or SIM_CONTROL), or of all in time when @line is LINE_NONE. */
void sim_write_beacon(struct out *out, const struct sim_race *sim, uint8_t line);

/* Decoders, one a line: their ids count up from these. */
enum { SIM_P3_DECODER = 0x20f00, SIM_P98_DECODER = 101, SIM_P98_UNNAMED = 9000000 };
uint32_t sim_p3_decoder(uint8_t line);
uint32_t sim_p98_decoder(uint8_t line);
/** Write as P3 decoders send it, or as lines of P98: the decoder of one line, or all
 * in time when @line is LINE_NONE. Their clocks are UTC (P3), or count from an hour
 * before the first fact (P98, to the millisecond; a transponder that is no number is
 * SIM_P98_UNNAMED + the car there). A status every 5 s. */
void sim_write_p3(struct out *out, const struct sim_race *sim, uint8_t line);
void sim_write_p98(struct out *out, const struct sim_race *sim, uint8_t line);

/** Write as RMonitor, as Orbits sends it. @extended: with every record of the other
 * dialects too (IMSA, Race Monitor, velodromes). */
void sim_write_rmonitor(struct out *out, const struct sim_race *sim, bool extended);
/* How sim_write_multiloop() writes. */
struct sim_multiloop {
	const char *key;       /* of the run: "R1"; one with a point is IndyCar's, whose
				  times are ten-thousandths of a second */
	const char *separator; /* "\xa6" */
	bool all; /* every record there is; else $H, $R, $E, $C and $L at SF */
};
/** Write as Multiloop, as a timing computer sends it. */
void sim_write_multiloop(struct out *out, const struct sim_race *sim,
			 const struct sim_multiloop *how);

/* ---- a decoder (decoder.c) ----------------------------------------------------- */

struct sim_told {
	instant_us at;
	uint32_t decoder, number, transponder;
	uint32_t spare;
};

/* A box with P3 decoders in it, one a line: it tells of passings, remembers them all,
 * and answers what Orbits and we ask it: GET_TIME, VERSION, RESEND. */
struct sim_decoder {
	struct sim_told *told; /* of the caller */
	uint32_t count, max;
	uint32_t first_id;               /* of line 0; line n is first_id + n */
	uint32_t numbers[LINES_MAX + 4]; /* the last passing number of each line */
	bool utc; /* it has satellites: UTC beside its own clock */
};

/** A car passes; its record goes to @out. False: its memory is full. */
bool sim_decoder_passing(struct sim_decoder *decoder, uint8_t line,
			 uint32_t transponder, instant_us at, struct out *out);
/** Its heartbeat: a STATUS of each decoder that has told something. */
void sim_decoder_status(const struct sim_decoder *decoder, struct out *out);
/** What a client says: answers go to @out. Returns the bytes used; the rest is to be
 * given again with more behind it. */
size_t sim_decoder_heard(const struct sim_decoder *decoder, struct slice bytes,
			 instant_us now, struct out *out);

/* ---- a beacon (beacon_box.c) ---------------------------------------------------- */

struct sim_kept {
	instant_us at;
	uint32_t transponder;
	uint32_t spare;
};

/* A beacon of the open protocol. Its passings are numbered from 1; it keeps them until
 * they are acknowledged. @out must hold all a call writes: sums are of what lies in
 * its buffer. */
struct sim_beacon {
	char id[24], loop[8], boot[16];
	instant_us boot_at;    /* its clock counts from here */
	struct sim_kept *kept; /* of the caller */
	uint32_t count, max;
	uint32_t acknowledged; /* all up to here */
	uint32_t acks;         /* heard */
	bool utc;              /* it has satellites */
	bool text;             /* it speaks the short text form (but for hello) */
};

/** It connected: who it is, and all again that is not acknowledged. */
void sim_beacon_hello(const struct sim_beacon *beacon, instant_us now, struct out *out);
/** A car passes; its line goes to @out. False: its memory is full. */
bool sim_beacon_passing(struct sim_beacon *beacon, uint32_t transponder, instant_us at,
			struct out *out);
/** Its heartbeat. */
void sim_beacon_tick(const struct sim_beacon *beacon, instant_us now, struct out *out);
/** What the console says: answers go to @out. Returns the bytes used; the rest is to be
 * given again with more behind it. */
size_t sim_beacon_heard(struct sim_beacon *beacon, struct slice bytes, instant_us now,
			struct out *out);

/* ---- the 1000 km of Le Mans of 9 November 2003 ---------------------------- */

/* The texts in assets/races/le-mans-1000km-2003: what is known (facts) and what
 * was decided to fill the rest (estimates); about.md there explains the columns. */
struct sim_2003_files {
	struct slice entries, results, pace, stops, anchors, weather, flags, chronology;
};

/** Bytes of scratch sim_2003() needs, aligned as malloc aligns. */
size_t sim_2003_scratch(void);
/** Reconstruct the race from the texts. @sim: passings and passings_max are the
 * caller's (24 Ki are enough) and so is setup (start_at, clock_at, length_us,
 * line_count, line_ppm; the circuit's and session's own); the rest is filled. Every
 * seed satisfies the same facts. -EINVAL with file, line and reason when a text is
 * bad or no race fits what it asks. */
int sim_2003(struct sim_race *sim, const struct sim_2003_files *files, uint64_t seed,
	     void *scratch, struct err *err);

#endif
