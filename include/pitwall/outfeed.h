/*
 * outfeed.h -- the feeds that `serve` sends: RMonitor, and a P3 decoder that answers requests
 *
 * Part of encode: pure, through a struct out.
 */
#ifndef PITWALL_OUTFEED_H
#define PITWALL_OUTFEED_H

#include "pitwall/encode.h"
#include "pitwall/wire.h"

/* ---- RMonitor (write_rmonitor.c) ---------------------------------------------------------
 *
 * The scoreboard feed of Orbits, a record a line. Times count from the start of the race
 * and are cut to milliseconds. The laps and totals of $G include penalties, those of $J do
 * not. The ranks of $G follow from its laps and totals alone: no record contradicts another.
 */
struct rmonitor_view {
	const struct race *race;
	const struct race_tables *tables;
	const struct standings *standings;
	/* Laps and totals of $G with penalties; NULL: as driven. */
	const struct classification *classification;
	uint32_t run; /* number of the run in $B; a new number starts a new session */
	/* A car whose transponder is unknown gets this number plus its index; 0: none. */
	uint32_t transponder_first;
	enum wire_encoding encoding;
	bool miles; /* the unit of TRACKLENGTH; else kilometres */
};

struct rmonitor_sent_car {
	duration_us total, best; /* NONE */
	int64_t laps;
	uint64_t entry; /* hash of what $A and $COMP contain */
	uint32_t best_lap;
	uint16_t rank, best_rank; /* 1-based; 0: not listed */
};

/* What was sent to all clients; zeroed: nothing yet. */
struct rmonitor_sent {
	struct rmonitor_sent_car cars[RACE_CARS_MAX];
	instant_us start_at, row_at;
	uint64_t heading; /* hash of what $B, $C and $E contain */
	uint32_t lap_count;
	uint16_t row_car, car_count;
	bool begun;
};

/** The whole state, for a client that has just connected: $I $B $C $E $A $COMP $G $H $F. */
void rmonitor_refresh(struct out *out, const struct rmonitor_view *view,
		      instant_us now);
/** What is new since the last call: $J, $G and $H of each passing, $G and $H of the cars
 * whose ranks changed, $A and $COMP. When the past has changed (a jump, another session, a
 * late passing) the whole state is sent. */
void rmonitor_update(struct rmonitor_sent *sent, struct out *out,
		     const struct rmonitor_view *view, instant_us now);
/** $F; send it every second. */
void rmonitor_heartbeat(struct out *out, const struct rmonitor_view *view,
			instant_us now);

/* ---- a P3 decoder (p3_device.c) -------------------------------------------------- */

struct p3_sent {
	instant_us at;
	uint32_t decoder, number, transponder;
	uint32_t spare;
};

/* A device with a P3 decoder for each line: it sends passings, keeps them all, and answers
 * the requests of Orbits and of pitwall: GET_TIME, VERSION, STATUS, RESEND. */
struct p3_device {
	struct p3_sent *sent;            /* of the caller */
	uint32_t count;                  /* sent so far */
	uint32_t max;                    /* of the newest that are kept */
	uint32_t first_id;               /* of line 0; line n is first_id + n */
	uint32_t numbers[LINES_MAX + 4]; /* the last passing number of each line */
	bool utc; /* a satellite receiver: sends UTC beside its own clock */
};

/** Send a passing. False: no such line. */
bool p3_device_passing(struct p3_device *device, uint8_t line, uint32_t transponder,
		       instant_us at, struct out *out);
/** The heartbeat: STATUS of each decoder that has sent a passing. */
void p3_device_status(const struct p3_device *device, struct out *out);
/* A RESEND that is being answered; zeroed: none. */
struct p3_resend {
	uint64_t from, until; /* numbers of passings */
	uint32_t decoder;     /* of @one */
	uint32_t next, end; /* sent[next] to sent[end - 1] are still to be looked at */
	bool one;           /* passings of one decoder */
};

/** Answer the first request in @bytes. Returns the bytes used, 0: incomplete. A RESEND is
 * only begun: call p3_device_resend() until it returns false before the next request. */
size_t p3_device_answer(const struct p3_device *device, struct slice bytes,
			instant_us now, struct p3_resend *resend, struct out *out);
/** Send a piece of the answer, at most P3_RESEND_PIECE passings. False: that was all. */
bool p3_device_resend(const struct p3_device *device, struct p3_resend *resend,
		      struct out *out);
enum { P3_RESEND_PIECE = 256 };

#endif
