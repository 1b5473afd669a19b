/*
 * sequence.c -- which of a decoder's numbered records are new, repeated or missing
 *
 *  (1) A record is identified by its number and a fingerprint of its bytes, so a decoder
 *      that restarts its numbers is distinguished from one that repeats itself.
 *  (2) A gap is kept until it is filled, however far the numbers have gone on: after a long
 *      disconnection everything that was missed can be requested, and arrives behind newer
 *      records. If there are too many gaps the oldest is given up.
 */
#include "sequence.h"

#include <string.h>

/* Eight bytes at a time. It only has to differ between records with the same number. */
uint16_t sequence_fingerprint(const void *words, size_t len)
{
	const char *at = words;
	uint64_t sum = len, word;
	for (; len >= sizeof(word); len -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sum = (sum << 7 | sum >> 57) ^ word;
	}
	word = 0;
	memcpy(&word, at, len);
	sum = ((sum << 7 | sum >> 57) ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint16_t)(sum >> 48 | 1);
}

void sequence_begin(struct sequence *sequence)
{
	memset(sequence, 0, sizeof(*sequence));
}

/* The index of the gap that contains @n, or of the first gap behind it. */
static uint32_t gap_at(const struct sequence *sequence, uint32_t n)
{
	uint32_t i = 0;
	while (i < sequence->gap_count && sequence->gaps[i].until < n)
		i++;
	return i;
}

static bool in_gap(const struct sequence *sequence, uint32_t n)
{
	uint32_t i = gap_at(sequence, n);
	return i < sequence->gap_count && sequence->gaps[i].from <= n;
}

static void gap_drop(struct sequence *sequence, uint32_t i)
{
	sequence->gap_count--;
	memmove(&sequence->gaps[i], &sequence->gaps[i + 1],
		(sequence->gap_count - i) * sizeof(sequence->gaps[0]));
}

static void gap_insert(struct sequence *sequence, uint32_t i, struct sequence_gap gap)
{
	if (sequence->gap_count == SEQUENCE_GAPS_MAX) {
		gap_drop(sequence, 0); /* (2) */
		i -= i > 0;
	}
	memmove(&sequence->gaps[i + 1], &sequence->gaps[i],
		(sequence->gap_count - i) * sizeof(sequence->gaps[0]));
	sequence->gaps[i] = gap;
	sequence->gap_count++;
}

/* Number @n was received. */
static void gap_fill(struct sequence *sequence, uint32_t n)
{
	uint32_t i = gap_at(sequence, n);
	struct sequence_gap *gap = &sequence->gaps[i];
	if (i == sequence->gap_count || gap->from > n)
		return;
	if (gap->from == gap->until) {
		gap_drop(sequence, i);
	} else if (gap->from == n) {
		gap->from++;
	} else if (gap->until == n) {
		gap->until--;
	} else {
		const struct sequence_gap behind = {n + 1, gap->until};
		gap->until = n - 1;
		gap_insert(sequence, i + 1, behind);
	}
}

uint32_t sequence_whole(const struct sequence *sequence)
{
	return sequence->gap_count > 0 ? sequence->gaps[0].from - 1 : sequence->high;
}

enum sequence_verdict sequence_look(const struct sequence *sequence, uint32_t n,
				    uint16_t fingerprint)
{
	uint16_t before = sequence->fingerprints[n % SEQUENCE_WINDOW];
	if (!sequence->counted)
		return SEQUENCE_NEXT;
	if (n > sequence->high)
		return n - sequence->high == 1 ? SEQUENCE_NEXT : SEQUENCE_AHEAD;
	if (sequence->high - n >= SEQUENCE_WINDOW)
		return in_gap(sequence, n) ? SEQUENCE_LATE : SEQUENCE_OLD;
	if (before == 0)
		return SEQUENCE_LATE;
	return before == fingerprint ? SEQUENCE_REPEATED : SEQUENCE_REUSED; /* (1) */
}

static void advance(struct sequence *sequence, uint32_t n)
{
	if (n - sequence->high >= SEQUENCE_WINDOW)
		memset(sequence->fingerprints, 0, sizeof(sequence->fingerprints));
	else
		for (uint32_t i = sequence->high + 1; i != n + 1; i++)
			sequence->fingerprints[i % SEQUENCE_WINDOW] = 0;
	if (n - sequence->high > 1)
		gap_insert(sequence, sequence->gap_count,
			   (struct sequence_gap){sequence->high + 1, n - 1});
	sequence->high = n;
}

void sequence_take(struct sequence *sequence, uint32_t n, uint16_t fingerprint)
{
	if (!sequence->counted) {
		sequence->counted = true;
		sequence->first = sequence->high = n;
	} else if (n > sequence->high) {
		advance(sequence, n);
	} else {
		gap_fill(sequence, n);
	}
	/* An old fingerprint would take the place of a newer one. */
	if (sequence->high - n < SEQUENCE_WINDOW)
		sequence->fingerprints[n % SEQUENCE_WINDOW] = fingerprint;
}
