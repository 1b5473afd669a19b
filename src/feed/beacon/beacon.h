/*
 * beacon.h -- the state of the beacon driver
 *
 * beacon.c makes events of lines, beacon_state.c keeps the beacons and their boots,
 * beacon_sequence.c their sequence numbers, beacon_clock.c their clocks; beacon_request.c
 * writes what is sent to them.
 */
#ifndef PITWALL_FEED_BEACON_H
#define PITWALL_FEED_BEACON_H

#include "decoding.h"
#include "pitwall/wire.h"

enum {
	BEACONS_MAX = 32,
	SAMPLES_MAX = 24,
	EXCHANGES_MAX = 8,
	SEEN_MAX = 4096, /* bits; a power of two */
	BEACON_ID_MAX = 23,
	BEACON_BOOT_MAX = 15,
	RESEND_MAX = 500, /* records that a beacon must keep */
};
_Static_assert(BEACONS_MAX <= 32, "the lives to be acknowledged are bits of a word");

/* Clocks and sequence numbers beyond these would overflow and are refused. */
#define BEACON_US_MAX ((int64_t)1 << 52) /* 142 years */
#define BEACON_UTC_MAX DECODING_TIME_MAX
#define BEACON_SEQ_MAX ((int64_t)1 << 53)

/* What UTC was at a time since boot. */
struct sample {
	int64_t us, utc;
	uint8_t clock; /* enum event_clock */
	uint8_t spare[7];
};

/* One answer to "time?". */
struct exchange {
	int64_t us, offset; /* UTC - us, by our clock */
	duration_us round_trip;
};

/* One boot of one beacon. */
struct beacon {
	char id[BEACON_ID_MAX + 1]; /* "": nameless, of one sender */
	char boot[BEACON_BOOT_MAX + 1];

	struct sample samples[SAMPLES_MAX];       /* by us, newest last */
	struct exchange exchanges[EXCHANGES_MAX]; /* a ring */
	uint32_t exchange_count;
	int64_t said_us; /* of the newest line with both clocks */
	int64_t utc_us;  /* of the newest of them from satellites or network */
	int64_t delay,
		delay_before;  /* least received_at - us of this minute and the last */
	instant_us delay_from; /* start of this minute */

	uint64_t seen[SEEN_MAX / 64];
	int64_t high;        /* highest seq known */
	int64_t received_to; /* all up to here were received or are lost */
	int64_t said_last;   /* its last number, as it reported */
	instant_us ask_at;   /* when to request what is missing; INSTANT_NONE */
	int64_t tick_us;     /* of the newest tick */

	uint32_t used_at; /* number of its last line in the stream */
	uint16_t peer;    /* sender of that line */
	uint8_t asks;     /* requests for the first missing record */
	uint8_t sample_count;
	uint8_t line; /* LINE_NONE: unknown */
	bool in_use, current, counted, delayed;
	bool based;     /* received_to is known */
	bool text_form; /* it uses the short text form, and is answered in it */
	bool has_utc, has_tick;
};

/* One of several senders of the stream. */
struct peer {
	int64_t n;           /* of the newest "time?" */
	instant_us asked_at; /* when that was sent; INSTANT_NONE: never */
	uint16_t hello;      /* 1 + index of the beacon that last said hello; 0 none */
	uint16_t last;       /* 1 + index of the beacon of its last line; 0 none */
	uint8_t asked;       /* requests in a row without an answer */
	uint8_t answers;     /* up to EXCHANGES_MAX */
	bool skipping;       /* inside an over-long line */
	bool text_form;      /* of its last line */
};

struct beacon_state {
	struct decoding_state common;
	struct beacon beacons[BEACONS_MAX];
	struct peer peers[FEED_PEERS_MAX];
	uint32_t to_acknowledge; /* bits: indices of beacons */
	uint16_t last;           /* index of the beacon of the last line */
	uint16_t peer;           /* sender of the current lines */
};
_Static_assert(sizeof(struct beacon_state) <= FEED_STATE_MAX, "the state fits");

/* The line being decoded. */
struct beacon_context {
	struct decoding d;
	struct beacon_state *state;
	const struct beacon_message *message;
	struct beacon *beacon;
	struct peer *peer;
};

/* ---- lives (beacon_state.c) ------------------------------------------------------ */

/** An event of the current line, with value DURATION_NONE. */
struct event *beacon_event(const struct beacon_context *c, enum event_kind kind,
			   instant_us at);
/** The boot that a line belongs to, a new one if needed; NULL: no room. */
struct beacon *beacon_find(struct beacon_state *state, const struct beacon_message *m);
/** The same for a line in the text form, which has no id. */
struct beacon *beacon_of_text(struct beacon_state *state,
			      const struct beacon_message *m);
/** The line of a loop; LINE_NONE: not a line of this circuit. */
uint8_t beacon_line(const struct feed_setup *setup, struct slice loop);

/* ---- clocks (beacon_clock.c) ------------------------------------------------------ */

struct beacon_when {
	instant_us at;
	uint8_t clock; /* enum event_clock */
};
/** The instant of a time since boot. */
struct beacon_when beacon_instant(const struct beacon_context *c, int64_t us);
/** Learn from a tick or hello with both clocks. */
void beacon_note_clocks(const struct beacon_context *c);
/** Learn from an answer to "time?". */
void beacon_note_time(const struct beacon_context *c);
/** Request the time from the sender, if it is due. */
void beacon_request_time(const struct beacon_context *c);
/** When a fact was, from "us" or from "age_us" and the time of receipt; false with an
 * anomaly. */
bool beacon_fact_instant(const struct beacon_context *c, struct beacon_when *when);

/* ---- sequence numbers (beacon_sequence.c) ------------------------------------------- */

/** Use the last number and the first one kept, from a hello or tick. @gaps: request
 * what is missing. */
void beacon_note_last(const struct beacon_context *c, bool gaps);
/** True if the current record was not used before. */
bool beacon_note_record(const struct beacon_context *c);
/** Request again what is missing, if it is due. */
void beacon_retry(const struct beacon_context *c);
/** Request at once: the connection is new. */
void beacon_request_missing(const struct beacon_context *c);

/* ---- what goes back (beacon_request.c) -------------------------------------------------- */

void beacon_put_ack(const struct beacon_context *c);
void beacon_put_resend(const struct beacon_context *c, int64_t from, int64_t to);
/** "time?" with the newest number of the sender. */
void beacon_put_time(const struct beacon_context *c);

#endif
