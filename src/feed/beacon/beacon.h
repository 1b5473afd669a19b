/*
 * beacon.h -- what a stream of beacons is remembered by
 *
 * Private to the beacon driver: beacon.c reads the lines, beacon_state.c keeps the
 * lives of the beacons, beacon_sequence.c their sequence numbers, beacon_clock.c their
 * clocks; beacon_request.c writes what goes back to them.
 */
#ifndef FEED_BEACON_H
#define FEED_BEACON_H

#include "decoding.h"
#include "pitwall/wire.h"

enum {
	BEACONS_MAX = 32,
	SAMPLES_MAX = 24,
	EXCHANGES_MAX = 8,
	SEEN_MAX = 4096, /* bits; a power of two */
	BEACON_ID_MAX = 23,
	BEACON_BOOT_MAX = 15,
	RESEND_MAX = 500, /* what a beacon must keep */
};
_Static_assert(BEACONS_MAX <= 32, "the lives to be acknowledged are bits of a word");

/* A clock that would overflow, or a sequence number that would, is refused. */
#define BEACON_US_MAX ((int64_t)1 << 52) /* 142 years */
#define BEACON_UTC_MAX DECODING_TIME_MAX
#define BEACON_SEQ_MAX ((int64_t)1 << 53)

/* From here on the clocks are mapped like this. */
struct sample {
	int64_t us, utc;
	uint8_t clock; /* enum event_clock */
	uint8_t spare[7];
};

/* One answer to "time?". */
struct exchange {
	int64_t us, offset; /* UTC - us by our clock */
	duration_us round_trip;
};

/* One life of one beacon: an id and a boot. */
struct beacon {
	char id[BEACON_ID_MAX + 1]; /* "": of its sender alone */
	char boot[BEACON_BOOT_MAX + 1];

	struct sample samples[SAMPLES_MAX];       /* by us, newest last */
	struct exchange exchanges[EXCHANGES_MAX]; /* a ring */
	uint32_t exchange_count;
	int64_t said_us; /* of the newest statement on both clocks */
	int64_t utc_us;  /* of the newest of them by satellites or network */
	int64_t delay, delay_before; /* least heard_at - us: of this minute, the last */
	instant_us delay_from;       /* this minute began */

	uint64_t seen[SEEN_MAX / 64];
	int64_t high;      /* highest seq heard of */
	int64_t heard_to;  /* all up to here were heard, or never will be */
	int64_t said_last; /* what it said itself was its last */
	instant_us ask_at; /* when to ask for what is missing; INSTANT_NONE */
	int64_t tick_us;   /* of the newest tick */

	uint32_t used_at; /* line of the stream that named it last */
	uint16_t peer;    /* its sender then */
	uint8_t asks;     /* for the first that is missing */
	uint8_t sample_count;
	uint8_t line; /* LINE_NONE: not said */
	bool in_use, current, counted, delayed;
	bool based;     /* heard_to is known */
	bool text_form; /* it speaks, and is answered in, the short text form */
	bool has_utc, has_tick;
};

/* One of several senders of the stream. */
struct peer {
	int64_t n;           /* of the newest "time?" */
	instant_us asked_at; /* it was asked then; INSTANT_NONE: never */
	uint16_t hello;      /* 1 + beacon that said hello last; 0 none */
	uint16_t last;       /* 1 + beacon of its line before; 0 none */
	uint8_t asked;       /* in a row, without an answer */
	uint8_t answers;     /* up to EXCHANGES_MAX */
	bool skipping;       /* inside an over-long line */
	bool text_form;      /* of its line before */
};

struct beacon_state {
	struct decoding_state common;
	struct beacon beacons[BEACONS_MAX];
	struct peer peers[FEED_PEERS_MAX];
	uint32_t to_acknowledge; /* bits: beacons */
	uint16_t last;           /* beacon of the line before */
	uint16_t peer;           /* whose lines these are */
};
_Static_assert(sizeof(struct beacon_state) <= FEED_STATE_MAX, "the state fits");

/* What decoding one line works on. */
struct beacon_context {
	struct decoding d;
	struct beacon_state *state;
	const struct beacon_message *message;
	struct beacon *beacon;
	struct peer *peer;
};

/* ---- lives (beacon_state.c) ------------------------------------------------------ */

/** An event of the line in hand, value DURATION_NONE. */
struct event *beacon_event(const struct beacon_context *c, enum event_kind kind,
			   instant_us at);
/** The life a line belongs to, a new one where needed; NULL: no room. */
struct beacon *beacon_find(struct beacon_state *state, const struct beacon_message *m);
/** The same of a line in the text form, which names nobody. */
struct beacon *beacon_of_text(struct beacon_state *state,
			      const struct beacon_message *m);
/** LINE_NONE: no line of this circuit. */
uint8_t beacon_line(const struct feed_setup *setup, struct slice loop);

/* ---- clocks (beacon_clock.c) ------------------------------------------------------ */

struct beacon_when {
	instant_us at;
	uint8_t clock; /* enum event_clock */
};
/** The instant of a time since boot. */
struct beacon_when beacon_instant(const struct beacon_context *c, int64_t us);
/** Learn from a tick or hello that says both clocks. */
void beacon_note_clocks(const struct beacon_context *c);
/** Learn from an answer to "time?". */
void beacon_note_time(const struct beacon_context *c);
/** Ask the sender for its time where that is due. */
void beacon_request_time(const struct beacon_context *c);
/** When a fact was, by "us" or by "age_us" before hearing; false with an anomaly. */
bool beacon_fact_instant(const struct beacon_context *c, struct beacon_when *when);

/* ---- sequence numbers (beacon_sequence.c) ------------------------------------------- */

/** What a hello or tick says was the last number, and the first that is kept. @gaps:
 * ask for what is missing. */
void beacon_note_last(const struct beacon_context *c, bool gaps);
/** True when the record in hand has not been used before. */
bool beacon_note_record(const struct beacon_context *c);
/** Ask again for what is missing where that is due. */
void beacon_retry(const struct beacon_context *c);
/** Ask at once: the connection is new. */
void beacon_request_missing(const struct beacon_context *c);

/* ---- what goes back (beacon_request.c) -------------------------------------------------- */

void beacon_put_ack(const struct beacon_context *c);
void beacon_put_resend(const struct beacon_context *c, int64_t from, int64_t to);
/** "time?" of the sender's newest number. */
void beacon_put_time(const struct beacon_context *c);

#endif
