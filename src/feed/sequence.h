/*
 * sequence.h -- the numbers decoders give their records: what is new, what came
 * already, what is missing
 */
#ifndef FEED_SEQUENCE_H
#define FEED_SEQUENCE_H

#include "pitwall/base.h"

enum {
	SEQUENCE_WINDOW = 1024, /* a power of two */
	SEQUENCE_GAPS_MAX = 16,
};

/* Numbers that are missing, both ends included. */
struct sequence_gap {
	uint32_t from, until;
};

struct sequence {
	uint16_t fingerprints[SEQUENCE_WINDOW];      /* of what came; 0: nothing has */
	struct sequence_gap gaps[SEQUENCE_GAPS_MAX]; /* in order */
	uint32_t gap_count;
	uint32_t first; /* of this count */
	uint32_t high;  /* the highest that came */
	bool counted;
};

enum sequence_verdict {
	SEQUENCE_NEXT,     /* the one expected, or the first of all */
	SEQUENCE_AHEAD,    /* some before it are missing */
	SEQUENCE_LATE,     /* fills a gap */
	SEQUENCE_REPEATED, /* came already, with the same words */
	SEQUENCE_REUSED,   /* came already, with other words */
	SEQUENCE_OLD,      /* too far back to know */
};

/** What a number is; @fingerprint is of the words that came with it, never 0. */
enum sequence_verdict sequence_look(const struct sequence *sequence, uint32_t n,
				    uint16_t fingerprint);
/** The record with this number was used. */
void sequence_take(struct sequence *sequence, uint32_t n, uint16_t fingerprint);
/** All before it have come, or were given up. */
uint32_t sequence_whole(const struct sequence *sequence);
/** Another count begins: nothing has come. */
void sequence_begin(struct sequence *sequence);
/** Never 0. */
uint16_t sequence_fingerprint(const void *words, size_t len);

#endif
