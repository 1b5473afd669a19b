/*
 * p3.h -- what a stream of P3 decoders is remembered by
 *
 * Private to the driver: p3.c makes events of records, p3_clock.c keeps the clocks.
 */
#ifndef FEED_P3_H
#define FEED_P3_H

#include "decoding.h"
#include "sequence.h"
#include "pitwall/wire.h"

enum {
	P3_DECODERS_MAX = 16,
	P3_WEAK_MAX = 64, /* transponders told of as weak */
};

/* From a decoder's own clock to UTC. */
struct p3_clock {
	int64_t offset;        /* UTC = own + offset */
	int64_t offset_before; /* of the numbers below from_number */
	uint32_t from_number;  /* the clock stepped there; 0: never */
	uint32_t id;           /* RTC_ID */
	int64_t lag;           /* heard - at, of the last that came fresh */
	int64_t odd_lag;       /* of one that came later than that allows ... */
	instant_us odd_at;     /* ... and when it was; INSTANT_NONE: none did */
	bool known;            /* offset */
	bool zone;             /* offset is a whole number of quarters of an hour */
	bool has_id, has_lag;
};

struct p3_decoder {
	struct sequence sequence;
	struct p3_clock clock;
	uint32_t id;
	instant_us first_at, newest_at, high_at; /* of this count; INSTANT_NONE */
	uint16_t version;                        /* print of what it said of itself */
	instant_us since; /* it was heard of first; INSTANT_NONE */
	bool in_use;
	bool gps;
	bool missed;       /* a connection was lost before its first passing came ... */
	bool asked_before; /* ... so what was before that was asked for */
	uint32_t asked_from; /* at the last connection all behind this number was asked
				for; 0 */
	char name[9];        /* "00020f93" */
};

struct p3_state {
	struct decoding_state common;
	struct p3_decoder decoders[P3_DECODERS_MAX];
	uint32_t weak[P3_WEAK_MAX];
	uint32_t weak_count;
	uint32_t last; /* decoder of the record before */
};
_Static_assert(sizeof(struct p3_state) <= FEED_STATE_MAX, "the state fits");

/* What decoding one record works on. */
struct p3_context {
	struct decoding d;
	struct p3_state *state;
	const struct wire_p3_record *record;
	struct p3_decoder *decoder;
};

void p3_request_time(const struct p3_context *c);
void p3_request_version(const struct p3_context *c);
/** Ask for passings again, both ends included. */
void p3_request_again(const struct p3_context *c, uint32_t from, uint32_t until);
/** The same, of what is seen to be missing: an anomaly names it. */
void p3_put_missing(const struct p3_context *c, uint32_t from, uint32_t until);

void p3_clock_begin(struct p3_clock *clock);
/** The instant of a time of the decoder's clock, said with this number. */
instant_us p3_clock_map(const struct p3_clock *clock, uint32_t number, int64_t own);
/** Both clocks were said: from here on (numbers from @number) the offset is known. */
void p3_clock_exact(struct p3_clock *clock, uint32_t number, int64_t own, int64_t utc);
/** Learn the clock from this time, which is said with this number. */
void p3_clock_learn(const struct p3_context *c, uint32_t number, int64_t own);
/** The same of one that is known, and was set. */
void p3_clock_was_set(const struct p3_context *c, uint32_t number, int64_t own);
/** A time that was said as it was, in a record with this number: is the mapping
 * still good? Learns it, and learns it anew where the clock has stepped, which is an
 * anomaly. @own INT64_MIN: only UTC was said. */
void p3_clock_check(const struct p3_context *c, uint32_t number, int64_t own,
		    instant_us utc);

#endif
