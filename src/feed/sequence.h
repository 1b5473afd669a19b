/*
 * sequence.h -- which of a decoder's numbered records are new, repeated or missing
 */
#ifndef PITWALL_FEED_SEQUENCE_H
#define PITWALL_FEED_SEQUENCE_H

#include "pitwall/base.h"

enum {
	SEQUENCE_WINDOW = 1024, /* a power of two */
	SEQUENCE_GAPS_MAX = 16,
};

/* Missing numbers, both ends included. */
struct sequence_gap {
	uint32_t from, until;
};

struct sequence {
	uint16_t fingerprints[SEQUENCE_WINDOW]; /* of the records received; 0: none */
	struct sequence_gap gaps[SEQUENCE_GAPS_MAX]; /* in order */
	uint32_t gap_count;
	uint32_t first; /* of this run of numbers */
	uint32_t high;  /* the highest received */
	bool counted;
};

enum sequence_verdict {
	SEQUENCE_NEXT,     /* the expected number, or the first of all */
	SEQUENCE_AHEAD,    /* numbers before it are missing */
	SEQUENCE_LATE,     /* fills a gap */
	SEQUENCE_REPEATED, /* received already, with the same bytes */
	SEQUENCE_REUSED,   /* received already, with other bytes */
	SEQUENCE_OLD,      /* too far back to know */
};

/** Classify number @n. @fingerprint: of its record. */
enum sequence_verdict sequence_look(const struct sequence *sequence, uint32_t n,
				    uint16_t fingerprint);
/** Record @n was used. */
void sequence_take(struct sequence *sequence, uint32_t n, uint16_t fingerprint);
/** All numbers up to this one were received or given up. */
uint32_t sequence_whole(const struct sequence *sequence);
/** The decoder restarted its numbers. */
void sequence_begin(struct sequence *sequence);
/** A fingerprint of a record, never 0. */
uint16_t sequence_fingerprint(const void *words, size_t len);

#endif
