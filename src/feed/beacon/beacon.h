/*
 * beacon.h -- the state of the beacon driver
 *
 * beacon.c makes events of lines, beacon_state.c keeps the beacons and their boots,
 * beacon_sequence.c the facts of a boot, beacon_link.c what each sender delivered of them,
 * beacon_clock.c their clocks; beacon_request.c writes what is sent to them.
 */
#ifndef PITWALL_FEED_BEACON_H
#define PITWALL_FEED_BEACON_H

#include "decoding.h"
#include "pitwall/wire.h"

enum {
	BEACONS_MAX = 32,
	SAMPLES_MAX = 24,
	EXCHANGES_MAX = 8,
	LINKS_MAX = 64,
	USED_MAX = 2048, /* numbers of a boot whose content is known; a power of two */
	LINK_MAX = 1024, /* numbers of a link that are tracked; a power of two */
	HOLES_MAX = 16,
	REFUSED_EACH = 16, /* refused facts that are reported one by one */
	BEACON_ID_MAX = 23,
	BEACON_BOOT_MAX = 15,
	RESEND_MAX = 500, /* records that a beacon must keep */
	PEER_GONE = UINT16_MAX,
};
_Static_assert(BEACONS_MAX <= 32, "the lives to be acknowledged are bits of a word");

/* Clocks and sequence numbers beyond these would overflow and are refused. */
#define BEACON_US_MAX ((int64_t)1 << 52) /* 142 years */
#define BEACON_UTC_MAX INSTANT_MAX
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

struct number_run {
	int64_t from, to;
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

	uint32_t used[USED_MAX]; /* by number: a hash of the fact; 0: not used */
	struct number_run holes[HOLES_MAX]; /* older numbers that were not used */
	uint32_t hole_count;
	uint32_t refused;     /* facts whose number was used, or may have been */
	int64_t low, high;    /* least and greatest number used; high < low: none */
	int64_t top;          /* greatest number known */
	int64_t doubt;        /* whether numbers up to here were used is not known */
	int64_t lost_to;      /* lost numbers up to here were reported */
	int64_t acknowledged; /* greatest number acknowledged; 0: none */
	int64_t tick_us;      /* of the newest tick */

	uint32_t used_at; /* number of its last line in the stream */
	uint16_t
		peer; /* sender of that line; PEER_GONE: its number has another sender */
	uint16_t link; /* 1 + index of the link of that line; 0: none */
	uint8_t sample_count;
	uint8_t line; /* LINE_NONE: unknown */
	bool in_use, current, delayed;
	bool counted;    /* low, high and top are known */
	bool lacks_from; /* its ticks are without "from" */
	bool rivals;     /* two senders use it in turn; reported */
	bool summed;     /* it sends checksums */
	bool text_form;  /* it uses the short text form, and is answered in it */
	bool has_utc, has_tick;
};

/* What one sender delivered of a boot: beacon_link.c. */
struct beacon_link {
	uint16_t beacon, peer;       /* index of the boot, and the sender */
	uint32_t used_at;            /* number of the newest line in the stream */
	uint64_t got[LINK_MAX / 64]; /* bits: numbers behind received_to */
	int64_t received_to;         /* all up to here were received, or are not kept */
	int64_t floor; /* of the numbers up to received_to, those behind it were received */
	int64_t high;          /* greatest number known from this sender */
	int64_t said, said_us; /* "seq" and "us" of its newest tick or hello */
	int64_t from;          /* the greatest "from" that was believed */
	int64_t claim;         /* "from" of one line, to be confirmed; 0: none */
	int64_t jump;          /* a number to be confirmed; 0: none */
	int64_t asked_to;      /* the last number requested */
	instant_us ask_at;     /* when to request what is missing; INSTANT_NONE */
	int64_t stalled_at;    /* received_to when that was set */

	instant_us held_at; /* of the line with that number */
	uint32_t held_record;
	uint16_t held_len; /* 0: none */
	char held[BEACON_LINE_MAX];

	uint8_t waits; /* requests for the first missing record */
	uint8_t agreed, contradicted;
	bool in_use;
	bool anchored; /* received_to is known, */
	bool based;    /* and nothing below it is kept unreceived */
	bool has_us;
	bool mixed; /* several senders: "from" is not believed */
	bool spoke; /* its beacon's lines came from here before */
};

/* One of several senders of the stream. */
struct peer {
	int64_t n;           /* of the newest "time?" */
	instant_us asked_at; /* when that was sent; INSTANT_NONE: never */
	uint16_t hello;      /* 1 + index of the beacon that last said hello; 0 none */
	uint16_t last;       /* 1 + index of the beacon of its last line; 0 none */
	instant_us
		unnamed_at; /* when text lines without a hello are used; INSTANT_NONE */
	uint8_t asked;      /* requests in a row without an answer */
	uint8_t answers;    /* up to EXCHANGES_MAX */
	bool skipping;      /* inside an over-long line */
	bool text_form;     /* of its last line */
	bool summed;        /* it sends checksums */
};

struct beacon_state {
	struct decoding_state common;
	struct beacon beacons[BEACONS_MAX];
	struct peer peers[FEED_PEERS_MAX];
	struct beacon_link links[LINKS_MAX];
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
	struct beacon_link *link;
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

/* ---- the facts of a boot (beacon_sequence.c) ----------------------------------------- */

/** True if the current fact is to be used: its number was not used before. */
bool beacon_note_record(const struct beacon_context *c);
/** The numbers of a boot that is new begin at @seq. */
void beacon_count(const struct beacon_context *c, int64_t seq);
/** Numbers up to @seq exist. Report those that are news as missing, @seq too if it is
 * @missing. */
void beacon_note_top(const struct beacon_context *c, int64_t seq, bool missing);
/** How many of the numbers @from to @to were not used. */
int64_t beacon_unused_count(struct beacon *b, int64_t from, int64_t to);
/** Report those that were not used as lost. */
void beacon_tell_lost(const struct beacon_context *c, int64_t from, int64_t to);

/* ---- what a sender delivered (beacon_link.c) ------------------------------------------ */

/** The link of the current sender to a boot, a new one if needed. */
struct beacon_link *beacon_link_of(struct beacon_state *state, const struct beacon *b);
/** NULL: there is none. */
struct beacon_link *beacon_link_find(struct beacon_state *state,
				     const struct beacon *b);
void beacon_links_forget(struct beacon_state *state, const struct beacon *b);
/** The greatest number that the sender is known to have. */
int64_t beacon_link_top(const struct beacon_link *link);
/** The current fact: request what is missing before it. */
void beacon_link_gap(const struct beacon_context *c);
/** The current fact was used or is known. */
void beacon_link_got(const struct beacon_context *c);
/** The current fact was refused. */
void beacon_link_refuse(const struct beacon_context *c);
/** Use the last number and the first one kept, from a hello or tick. @gaps: request
 * what is missing. */
void beacon_note_last(const struct beacon_context *c, bool gaps);
/** Request again what is missing, if it is due. */
void beacon_retry(const struct beacon_context *c);
/** Request at once: the connection is new. */
void beacon_request_missing(const struct beacon_context *c);
/** True if the current fact waits for the next line, because its number jumped. */
bool beacon_hold(const struct beacon_context *c, struct slice line);
/** The fact that waits, if the current line confirms it: its line, and in @d when it was
 * received. 0: it does not. */
size_t beacon_held(const struct beacon_context *c, char line[BEACON_LINE_MAX],
		   struct decoding *d);

/* ---- what goes back (beacon_request.c) -------------------------------------------------- */

void beacon_put_ack(const struct beacon_context *c);
void beacon_put_resend(const struct beacon_context *c, int64_t from, int64_t to);
/** "time?" with the newest number of the sender. */
void beacon_put_time(const struct beacon_context *c);

#endif
