/*
 * numbers.h -- the numbers decoders give their records: what is new, what came
 * already, what is missing
 */
#ifndef FEED_NUMBERS_H
#define FEED_NUMBERS_H

#include "pitwall/base.h"

enum {
	NUMBERS_WINDOW = 1024, /* a power of two */
	NUMBERS_GAPS_MAX = 16,
};

/* Numbers that are missing, both ends included. */
struct number_gap {
	uint32_t from, until;
};

struct numbers {
	uint16_t prints[NUMBERS_WINDOW];          /* of what came; 0: nothing has */
	struct number_gap gaps[NUMBERS_GAPS_MAX]; /* in order */
	uint32_t gap_count;
	uint32_t first; /* of this count */
	uint32_t high;  /* the highest that came */
	bool counted;
};

enum number_verdict {
	NUMBER_NEXT,     /* the one expected, or the first of all */
	NUMBER_AHEAD,    /* some before it are missing */
	NUMBER_LATE,     /* fills a gap */
	NUMBER_REPEATED, /* came already, with the same words */
	NUMBER_REUSED,   /* came already, with other words */
	NUMBER_OLD,      /* too far back to know */
};

/** What a number is; @print is of the words that came with it, never 0. */
enum number_verdict numbers_look(const struct numbers *numbers, uint32_t n,
				 uint16_t print);
/** The record with this number was used. */
void numbers_take(struct numbers *numbers, uint32_t n, uint16_t print);
/** All before it have come, or were given up. */
uint32_t numbers_whole(const struct numbers *numbers);
/** Another count begins: nothing has come. */
void numbers_begin(struct numbers *numbers);
/** Never 0. */
uint16_t numbers_print(const void *words, size_t len);

#endif
