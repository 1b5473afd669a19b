/*
 * sim.h -- the simulator of the tests: a seeded race that knows the truth, written in
 * each protocol; and a beacon that answers
 */
#ifndef PITWALL_TEST_SIM_SIM_H
#define PITWALL_TEST_SIM_SIM_H

#include "crossings.h"
#include "pitwall/outfeed.h"

/** A plausible race: @cars cars in @classes classes for @length_us. */
int sim_plausible(struct sim_race *sim, uint64_t seed, unsigned cars, unsigned classes,
		  duration_us length_us, struct err *err);

/** Write as an Al Kamel lap file. */
void sim_write_alkamel(struct out *out, const struct sim_race *sim);
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
	uint32_t acks;         /* received */
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
size_t sim_beacon_received(struct sim_beacon *beacon, struct slice bytes,
			   instant_us now, struct out *out);

#endif
