/*
 * p3_numbers.c -- what of a decoder's numbered records is new, repeated or missing
 *
 *  (1) A number is known by what came with it, so that a decoder that counts anew is
 *      told from one that repeats itself.
 *  (2) `whole` never falls behind `high` by the window or more: what is older and
 *      missing is given up.
 */
#include "p3_numbers.h"

#include <string.h>

uint16_t numbers_print(const void *words, size_t len)
{
	uint64_t sum = hash_bytes(words, len, 0);
	uint16_t print = (uint16_t)(sum & UINT16_MAX);

	return print != 0 ? print : 1;
}

void numbers_begin(struct numbers *numbers)
{
	memset(numbers, 0, sizeof(*numbers));
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
		return NUMBER_OLD;
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
	numbers->high = n;
	if (n - numbers->whole >= NUMBERS_WINDOW)
		numbers->whole = n - (NUMBERS_WINDOW - 1); /* (2) */
}

void numbers_take(struct numbers *numbers, uint32_t n, uint16_t print)
{
	if (!numbers->counted) {
		numbers->counted = true;
		numbers->first = numbers->whole = numbers->high = n;
	} else if (n > numbers->high) {
		advance(numbers, n);
	}
	numbers->prints[n % NUMBERS_WINDOW] = print;
	while (numbers->whole < numbers->high &&
	       numbers->prints[(numbers->whole + 1) % NUMBERS_WINDOW] != 0)
		numbers->whole++;
}
