/*
 * outfeed.h -- the feeds that leave: a race as RMonitor, and a P3 decoder that answers
 * requests
 *
 * Part of encode: pure, through a struct out.
 */
#ifndef PITWALL_OUTFEED_H
#define PITWALL_OUTFEED_H

#include "pitwall/encode.h"

/* ---- RMonitor (write_rmonitor.c) ---------------------------------------------------------
 *
 * The scoreboard feed of Orbits, a record a line: what a client at the track shows.
 * Times are of the race's clock, cut to milliseconds; $G has penalties in its laps and
 * totals, $J has not. Words cannot end a field or a line.
 */
struct rmonitor_view {
	const struct race *race;
	const struct race_tables *tables;
	const struct standings *standings;
	/* Ranks, laps and totals of $G by the judgement; NULL: as driven. */
	const struct classification *classification;
	uint32_t run; /* number of the run in $B; another one is another session */
	/* Of cars whose transponder is not known: this and the car; 0: none. */
	uint32_t transponder_first;
	bool ascii; /* letters fall back to their base; else UTF-8 */
};

struct rmonitor_told_car {
	duration_us total, best; /* NONE */
	int64_t laps;
	uint64_t entry; /* a sum of all that $A and $COMP say */
	uint32_t best_lap;
	uint16_t rank, best_rank; /* 1-based; 0: not listed */
};

/* What all clients were told; zeroed: nothing yet. */
struct rmonitor_told {
	struct rmonitor_told_car cars[RACE_CARS_MAX];
	instant_us start_at, row_at;
	uint64_t heading; /* a sum of $B, $C and $E */
	uint32_t lap_count;
	uint16_t row_car, car_count;
	bool begun;
};

/** All there is: $I $B $C $E $A $COMP $G $H $F. For one who has just come. */
void rmonitor_refresh(struct out *out, const struct rmonitor_view *view,
		      instant_us now);
/** What is new since the call before: $J and $G and $H of each passing, $G and $H of
 * the cars whose ranks changed, $A and $COMP. Where the past is another than was told
 * (a jump, another session, a late passing) all is told anew. */
void rmonitor_update(struct rmonitor_told *told, struct out *out,
		     const struct rmonitor_view *view, instant_us now);
/** $F, wanted each second. */
void rmonitor_heartbeat(struct out *out, const struct rmonitor_view *view,
			instant_us now);

/* ---- a decoder (p3_box.c) ----------------------------------------------------- */

struct p3_told {
	instant_us at;
	uint32_t decoder, number, transponder;
	uint32_t spare;
};

/* A box with P3 decoders in it, one a line: it tells of passings, remembers them all,
 * and answers what Orbits and we ask it: GET_TIME, VERSION, RESEND. */
struct p3_box {
	struct p3_told *told; /* of the caller */
	uint32_t count, max;
	uint32_t first_id;               /* of line 0; line n is first_id + n */
	uint32_t numbers[LINES_MAX + 4]; /* the last passing number of each line */
	bool utc; /* it has satellites: UTC beside its own clock */
};

/** A car passes; its record goes to @out. False: its memory is full. */
bool p3_box_passing(struct p3_box *decoder, uint8_t line, uint32_t transponder,
		    instant_us at, struct out *out);
/** Its heartbeat: a STATUS of each decoder that has told something. */
void p3_box_status(const struct p3_box *decoder, struct out *out);
/** What a client says: answers go to @out. Returns the bytes used; the rest is to be
 * given again with more behind it. */
size_t p3_box_answer(const struct p3_box *decoder, struct slice bytes, instant_us now,
		     struct out *out);

#endif
