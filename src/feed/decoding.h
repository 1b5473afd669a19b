/*
 * decoding.h -- what every stream driver does with a message: its events and anomalies
 */
#ifndef PITWALL_FEED_DECODING_H
#define PITWALL_FEED_DECODING_H

#include "pitwall/feed.h"

/* The state that every stream driver has. */
struct decoding_state {
	struct feed_setup setup;
	instant_us
		now; /* instant of the last fact, used for events without a time of their own; INSTANT_NONE: none yet */
	uint32_t sequence; /* of the next event */
	uint32_t records;  /* messages so far, for anomalies */
	bool skipping;     /* inside an over-long line */
};

/* The message being decoded. */
struct decoding {
	struct decoding_state *state;
	struct event_list *out;
	instant_us received_at; /* INSTANT_NONE: unknown, of a file without marks */
	uint32_t offset;        /* of the message in the stream */
};

void decoding_init(struct decoding_state *state, const struct feed_setup *setup);
/** @received_at is ignored if it is 0 or the day of the race: those stand for all bytes of
 * a file. */
struct decoding decoding_begin(struct decoding_state *state, instant_us received_at,
			       uint32_t offset, struct event_list *out);
/** Midnight of the race's first day; of 1970-01-01 if it is unknown. */
instant_us decoding_first_day(const struct decoding_state *state);
/** The instant of an event without a time of its own: of the last fact, else of
 * receipt, else the first day. */
instant_us decoding_now(const struct decoding *d);
struct event *decoding_event(const struct decoding *d, enum event_kind kind,
			     instant_us at);
/** An ANOMALY at decoding_now(), with the number of the record. */
void decoding_anomaly(const struct decoding *d, enum anomaly anomaly, const char *fmt,
		      ...) PRINTF_LIKE(3, 4);
void decoding_message(const struct decoding *d, instant_us at, struct slice words);
/** A car at a line: PASSING, PIT_IN or PIT_OUT. */
struct event *decoding_crossing(const struct decoding *d, uint8_t line, instant_us at);

#endif
