/*
 * alkamel_time.h -- the times nearly every field holds, read by hand
 *
 * `[[HH:]MM:]SS.mmm` with one or two digits in its first group. Whatever is written
 * otherwise is left to parse_duration(). A row has seven of these.
 */
#ifndef PITWALL_FEED_ALKAMEL_TIME_H
#define PITWALL_FEED_ALKAMEL_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Milliseconds of the @len bytes before @end; false: not of this shape. */
static inline bool ak_time(const char *end, size_t len, uint32_t *ms)
{
	const unsigned char *at = (const unsigned char *)end;
	unsigned bad = 0, sum = 0;
#define DIGIT(place_, most_, weight_)                        \
	do {                                                 \
		unsigned d_ = at[-(place_)] - (unsigned)'0'; \
		bad |= d_ > (most_);                         \
		sum += d_ * (weight_);                       \
	} while (0)
	if (len < 5 || len == 7 || len == 10 || len > 12)
		return false;
	DIGIT(1, 9, 1);
	DIGIT(2, 9, 10);
	DIGIT(3, 9, 100);
	bad |= at[-4] != '.';
	DIGIT(5, 9, 1000);
	if (len > 5)
		DIGIT(6, len > 6 ? 5u : 9u, 10000);
	if (len > 6) {
		bad |= at[-7] != ':';
		DIGIT(8, 9, 60000);
		if (len > 8)
			DIGIT(9, len > 9 ? 5u : 9u, 600000);
		if (len > 10) {
			bad |= at[-10] != ':';
			DIGIT(11, 9, 3600000);
			if (len > 11)
				DIGIT(12, 9, 36000000);
		}
	}
#undef DIGIT
	*ms = sum;
	return bad == 0;
}

#endif
