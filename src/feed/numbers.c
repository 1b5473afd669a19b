/*
 * numbers.c -- what of a decoder's numbered records is new, repeated or missing
 *
 *  (1) A number is known by what came with it, so that a decoder that counts anew is
 *      told from one that repeats itself.
 *  (2) A gap is remembered until it is filled, however far the numbers have gone on:
 *      after a long time without a connection all that was missed can be asked for,
 *      and comes behind what was heard in the meantime. Of more gaps than there is
 *      room for the oldest is given up.
 */
#include "numbers.h"

#include <string.h>

/* Bits of eight bytes at a time: it need only tell records of one number apart. */
uint16_t numbers_print(const void *words, size_t len)
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

void numbers_begin(struct numbers *numbers)
{
	memset(numbers, 0, sizeof(*numbers));
}

/* The gap a number lies in, or where one would stand: the first that ends at or behind
 * it. */
static uint32_t gap_at(const struct numbers *numbers, uint32_t n)
{
	uint32_t i = 0;
	while (i < numbers->gap_count && numbers->gaps[i].until < n)
		i++;
	return i;
}

static bool in_gap(const struct numbers *numbers, uint32_t n)
{
	uint32_t i = gap_at(numbers, n);
	return i < numbers->gap_count && numbers->gaps[i].from <= n;
}

static void gap_drop(struct numbers *numbers, uint32_t i)
{
	numbers->gap_count--;
	memmove(&numbers->gaps[i], &numbers->gaps[i + 1],
		(numbers->gap_count - i) * sizeof(numbers->gaps[0]));
}

static void gap_insert(struct numbers *numbers, uint32_t i, struct number_gap gap)
{
	if (numbers->gap_count == NUMBERS_GAPS_MAX) {
		gap_drop(numbers, 0); /* (2) */
		i -= i > 0;
	}
	memmove(&numbers->gaps[i + 1], &numbers->gaps[i],
		(numbers->gap_count - i) * sizeof(numbers->gaps[0]));
	numbers->gaps[i] = gap;
	numbers->gap_count++;
}

/* The number has come. */
static void gap_fill(struct numbers *numbers, uint32_t n)
{
	uint32_t i = gap_at(numbers, n);
	struct number_gap *gap = &numbers->gaps[i];
	if (i == numbers->gap_count || gap->from > n)
		return;
	if (gap->from == gap->until) {
		gap_drop(numbers, i);
	} else if (gap->from == n) {
		gap->from++;
	} else if (gap->until == n) {
		gap->until--;
	} else {
		const struct number_gap behind = {n + 1, gap->until};
		gap->until = n - 1;
		gap_insert(numbers, i + 1, behind);
	}
}

uint32_t numbers_whole(const struct numbers *numbers)
{
	return numbers->gap_count > 0 ? numbers->gaps[0].from - 1 : numbers->high;
}

enum number_verdict numbers_look(const struct numbers *numbers, uint32_t n,
				 uint16_t print)
{
	uint16_t before = numbers->prints[n % NUMBERS_WINDOW];
	if (!numbers->counted)
		return NUMBER_NEXT;
	if (n > numbers->high)
		return n - numbers->high == 1 ? NUMBER_NEXT : NUMBER_AHEAD;
	if (numbers->high - n >= NUMBERS_WINDOW)
		return in_gap(numbers, n) ? NUMBER_LATE : NUMBER_OLD;
	if (before == 0)
		return NUMBER_LATE;
	return before == print ? NUMBER_REPEATED : NUMBER_REUSED; /* (1) */
}

static void advance(struct numbers *numbers, uint32_t n)
{
	if (n - numbers->high >= NUMBERS_WINDOW)
		memset(numbers->prints, 0, sizeof(numbers->prints));
	else
		for (uint32_t i = numbers->high + 1; i != n + 1; i++)
			numbers->prints[i % NUMBERS_WINDOW] = 0;
	if (n - numbers->high > 1)
		gap_insert(numbers, numbers->gap_count,
			   (struct number_gap){numbers->high + 1, n - 1});
	numbers->high = n;
}

void numbers_take(struct numbers *numbers, uint32_t n, uint16_t print)
{
	if (!numbers->counted) {
		numbers->counted = true;
		numbers->first = numbers->high = n;
	} else if (n > numbers->high) {
		advance(numbers, n);
	} else {
		gap_fill(numbers, n);
	}
	/* The print of one long past would stand for another's. */
	if (numbers->high - n < NUMBERS_WINDOW)
		numbers->prints[n % NUMBERS_WINDOW] = print;
}
