/*
 * beacon.h -- what a stream of beacons is remembered by
 *
 * Private to the beacon driver: beacon.c reads the lines, beacon_state.c keeps the
 * lives of the beacons, their clocks and their sequence numbers.
 */
#ifndef FEED_BEACON_H
#define FEED_BEACON_H

#include "pitwall/feed.h"
#include "beacon_scan.h"

enum {
	BEACONS_MAX = 32,
	SAMPLES_MAX = 8,
	SEEN_MAX = 4096, /* bits; a power of two */
	BEACON_ID_MAX = 23,
	BEACON_BOOT_MAX = 15,
	RESEND_MAX = 500, /* what a beacon must keep */
};

/* A clock that would overflow, or a sequence number that would, is refused. */
#define BEACON_US_MAX ((int64_t)1 << 52)  /* 142 years */
#define BEACON_UTC_MAX ((int64_t)1 << 57) /* the year 6536 */
#define BEACON_SEQ_MAX ((int64_t)1 << 53)

struct sample {
	int64_t us, utc;
};

/* One life of one beacon: an id and a boot. */
struct beacon {
	char id[BEACON_ID_MAX + 1];
	char boot[BEACON_BOOT_MAX + 1];
	struct sample samples[SAMPLES_MAX]; /* by us, newest last */
	uint64_t seen[SEEN_MAX / 64];
	int64_t high;     /* highest seq heard of */
	int64_t delay;    /* least heard_at - us */
	uint32_t used_at; /* line of the stream that named it last */
	uint8_t sample_count;
	uint8_t line; /* LINE_NONE: not said */
	bool in_use, current, counted, delayed;
};

struct beacon_state {
	struct feed_setup setup;
	struct beacon beacons[BEACONS_MAX];
	int64_t last_us; /* of the text form, to see a restart */
	int64_t last_at; /* instant of the last fact: for anomalies */
	uint32_t lines;
	uint32_t sequence;
	uint16_t last;  /* beacon of the line before */
	uint16_t hello; /* 1 + beacon that said hello last; 0 none */
	bool skipping;  /* inside an over-long line */
};
_Static_assert(sizeof(struct beacon_state) <= FEED_STATE_MAX, "the state fits");

/* What decoding one line works on. */
struct context {
	struct beacon_state *state;
	struct event_list *out;
	const struct beacon_message *message;
	struct beacon *beacon;
	instant_us heard_at;
	uint32_t record;
};

/** An event of the line in hand, value DURATION_NONE. */
struct event *beacon_event(const struct context *c, enum event_kind kind,
			   instant_us at);
void beacon_anomaly(const struct context *c, enum anomaly anomaly, const char *text);
/** The life a line belongs to, a new one where needed; NULL: no room. */
struct beacon *beacon_find(struct beacon_state *state, const struct beacon_message *m);
void beacon_begin(struct beacon *b, struct slice id, struct slice boot);
/** LINE_NONE: no line of this circuit. */
uint8_t beacon_line(const struct feed_setup *setup, struct slice loop);

/** The instant of a time since boot. */
instant_us beacon_instant(const struct context *c, int64_t us);
/** Learn from a tick or hello that says both clocks. */
void beacon_note_clocks(const struct context *c);
/** When a fact was, by "us" or by "age_us" before hearing; false with an anomaly. */
bool beacon_fact_instant(const struct context *c, instant_us *at);
/** What a hello or tick says was the last number. @gaps: ask for what is missing. */
void beacon_note_last(const struct context *c, bool gaps);
/** True when the record in hand has not been used before. */
bool beacon_note_record(const struct context *c);

#endif
