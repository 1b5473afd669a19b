/*
 * decoding.h -- what every stream driver does with a message: its events and anomalies
 */
#ifndef FEED_DECODING_H
#define FEED_DECODING_H

#include "pitwall/feed.h"

/* What each driver remembers of its stream. */
struct decoding_state {
	struct feed_setup setup;
	instant_us now; /* of the last fact: where what has no time of its own is told;
			      INSTANT_NONE: none yet */
	uint32_t sequence; /* of the next event */
	uint32_t records;  /* messages of the stream, for anomalies */
	bool skipping;     /* inside an over-long line */
};

/* One message in hand. */
struct decoding {
	struct decoding_state *state;
	struct event_list *out;
	instant_us heard_at; /* INSTANT_NONE: bytes of a file without marks */
	uint32_t offset;     /* of the message in the stream */
};

/* Beyond it times overflow on their way: the years before -2600 and after 6500. */
#define DECODING_TIME_MAX ((int64_t)1 << 57)

void decoding_init(struct decoding_state *state, const struct feed_setup *setup);
/** A file is given one instant for all its bytes, its day or none: that is no time of
 * hearing. */
struct decoding decoding_begin(struct decoding_state *state, instant_us heard_at,
			       uint32_t offset, struct event_list *out);
/** Midnight of the race's day, local time; of 1970 where that is not known. */
instant_us decoding_first_day(const struct decoding_state *state);
/** Where in time something is told that has no time of its own: at the last fact, when it
 * was heard, or on the first day. */
instant_us decoding_now(const struct decoding *d);
struct event *decoding_event(const struct decoding *d, enum event_kind kind,
			     instant_us at);
/** At decoding_now(), with the number of the record. */
void decoding_anomaly(const struct decoding *d, enum anomaly anomaly, const char *fmt,
		      ...) PRINTF_LIKE(3, 4);
void decoding_message(const struct decoding *d, instant_us at, struct slice words);
/** The event of a car at a line: PASSING, PIT_IN or PIT_OUT. */
struct event *decoding_crossing(const struct decoding *d, uint8_t line, instant_us at);

#endif
