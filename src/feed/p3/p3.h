/*
 * p3.h -- the state of the P3 driver
 *
 * p3.c makes events of records, p3_clock.c maps the clocks, p3_request.c writes requests.
 */
#ifndef PITWALL_FEED_P3_H
#define PITWALL_FEED_P3_H

#include "decoding.h"
#include "sequence.h"
#include "pitwall/wire.h"

enum {
	P3_DECODERS_MAX = 16,
	P3_WEAK_MAX = 64, /* transponders reported as weak */
};

/* Maps a decoder's own clock to UTC. */
struct p3_clock {
	int64_t offset;        /* UTC = own + offset */
	int64_t offset_before; /* for numbers below from_number */
	uint32_t from_number;  /* where the clock stepped; 0: never */
	uint32_t id;           /* RTC_ID */
	int64_t lag;           /* received_at - at of the last new record */
	int64_t odd_lag;       /* of a record that is later than that allows ... */
	instant_us odd_at;     /* ... and its instant; INSTANT_NONE: none */
	bool known;            /* offset is known */
	bool zone;             /* offset is a whole number of quarters of an hour */
	bool has_id, has_lag;
};

struct p3_decoder {
	struct sequence sequence;
	struct p3_clock clock;
	uint32_t id;
	/* Of this run of numbers; INSTANT_NONE. */
	instant_us first_at, newest_at, high_at;
	uint16_t version; /* fingerprint of its VERSION */
	instant_us since; /* first record received; INSTANT_NONE */
	bool in_use;
	bool gps;
	bool utc_doubted;    /* a UTC_TIME was not believed, and that was reported */
	bool missed;         /* a connection was lost before its first passing ... */
	bool asked_before;   /* ... so earlier passings were requested */
	uint32_t asked_from; /* the last connection requested all behind it; 0 */
	uint32_t passings;   /* received */
	char name[9];        /* "00020f93" */
	uint8_t line;        /* of its loop; LINE_NONE */
};

struct p3_state {
	struct decoding_state common;
	struct p3_decoder decoders[P3_DECODERS_MAX];
	uint32_t weak[P3_WEAK_MAX];
	uint32_t weak_count;
	uint32_t last; /* index of the decoder of the record before */
};
_Static_assert(sizeof(struct p3_state) <= FEED_STATE_MAX, "the state fits");

/* The record being decoded. */
struct p3_context {
	struct decoding d;
	struct p3_state *state;
	const struct wire_p3_record *record;
	struct p3_decoder *decoder;
};

void p3_request_time(const struct p3_context *c);
void p3_request_version(const struct p3_context *c);
/** Request passings, both ends included. */
void p3_request_again(const struct p3_context *c, uint32_t from, uint32_t until);
/** The same for missing passings, with an anomaly. */
void p3_put_missing(const struct p3_context *c, uint32_t from, uint32_t until);

void p3_clock_begin(struct p3_clock *clock);
/** The instant of a time of the decoder's clock in a record with this number. */
instant_us p3_clock_map(const struct p3_clock *clock, uint32_t number, int64_t own);
/** A record has both clocks: the offset is known for numbers from @number on. */
void p3_clock_exact(struct p3_clock *clock, uint32_t number, int64_t own, int64_t utc);
/** Learn the offset from the time in a record with this number. */
void p3_clock_learn(const struct p3_context *c, uint32_t number, int64_t own);
/** The same when a known clock was set. */
void p3_clock_was_set(const struct p3_context *c, uint32_t number, int64_t own);
/** Check the offset with the time in a new record. Learns it if it is unknown, and
 * again if the clock has stepped, with an anomaly. @own INT64_MIN: the record has UTC
 * only. */
void p3_clock_check(const struct p3_context *c, uint32_t number, int64_t own,
		    instant_us utc);

#endif
