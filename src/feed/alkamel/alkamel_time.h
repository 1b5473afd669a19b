/*
 * alkamel_time.h -- the times nearly every field holds, read by hand
 *
 * `[[HH:]MM:]SS.mmm` with one or two digits in its first group. Whatever is
 * written otherwise is left to parse_duration(). A row has seven of these.
 *
 *  (1) ak_time() and ak_time_portable() take the same texts and give the same.
 *  (2) ak_time() reads from 15 bytes before @end to one behind it: the caller
 *      sees to it that they exist.
 */
#ifndef FEED_ALKAMEL_TIME_H
#define FEED_ALKAMEL_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { AK_TIME_BEFORE = 15, AK_TIME_BEHIND = 1, AK_TIME_LEN_MAX = 12 };

/* Lengths of the shapes: 5, 6, 8, 9, 11, 12. */
enum { AK_TIME_LENS = 1 << 5 | 1 << 6 | 1 << 8 | 1 << 9 | 1 << 11 | 1 << 12 };

static inline bool ak_time_shape(size_t len)
{
	return len <= AK_TIME_LEN_MAX && (AK_TIME_LENS >> len & 1);
}

/** Milliseconds of the @len bytes before @end; false: not one of the shapes. */
static inline bool ak_time_portable(const char *end, size_t len, uint32_t *ms)
{
	static const char shape[] = "00:00:00.000";
	static const uint32_t weights[] = {36000000, 3600000, 0, 600000, 60000, 0,
					   10000,    1000,    0, 100,    10,    1};
	uint32_t sum = 0;
	if (!ak_time_shape(len))
		return false;
	for (size_t i = AK_TIME_LEN_MAX - len; i < AK_TIME_LEN_MAX; i++) {
		/* Tens of minutes and seconds behind a larger unit: up to 5. */
		bool tens = (i == 3 && len > 9) || (i == 6 && len > 6);
		unsigned c = (unsigned char)end[(ptrdiff_t)i - AK_TIME_LEN_MAX];
		unsigned d = c - '0';
		if (shape[i] != '0' ? c != (unsigned char)shape[i]
				    : d > (tens ? 5u : 9u))
			return false;
		if (shape[i] == '0')
			sum += d * weights[i];
	}
	*ms = sum;
	return true;
}

#ifdef __SSE2__
/* Which bytes of "...HH:MM:SS.mmm." belong to a text of each length, and the
 * largest digit each may hold. */
#define AK_TIME_ROW(b_, tm_, ts_, H_, h_, M_, m_, S_)                           \
	{                                                                       \
		{0, 0, 0, H_, h_, b_, M_, m_, (m_), S_, -1, -1, -1, -1, -1, 0}, \
			{0, 0, 0, 9, 9, 0, tm_, 9, 0, ts_, 9, 0, 9, 9, 9, 0},   \
	}
static const struct {
	signed char mask[16], limit[16];
} ak_time_table[AK_TIME_LEN_MAX + 1] = {
	[5] = AK_TIME_ROW(0, 9, 9, 0, 0, 0, 0, 0),
	[6] = AK_TIME_ROW(0, 9, 9, 0, 0, 0, 0, -1),
	[8] = AK_TIME_ROW(0, 9, 5, 0, 0, 0, -1, -1),
	[9] = AK_TIME_ROW(0, 9, 5, 0, 0, -1, -1, -1),
	[11] = AK_TIME_ROW(-1, 5, 5, 0, -1, -1, -1, -1),
	[12] = AK_TIME_ROW(-1, 5, 5, -1, -1, -1, -1, -1),
};

static inline bool ak_time(const char *end, size_t len, uint32_t *ms)
{
	const __m128i shape = _mm_setr_epi8(0, 0, 0, '0', '0', ':', '0', '0', ':', '0',
					    '0', '.', '0', '0', '0', 0);
	const __m128i minutes = _mm_setr_epi16(0, 0, 0, 600, 60, 0, 10, 1);
	const __m128i millis = _mm_setr_epi16(0, 10000, 1000, 0, 100, 10, 1, 0);
	const __m128i zero = _mm_setzero_si128();
	if (!ak_time_shape(len))
		return false;
	const void *mask = ak_time_table[len].mask, *limit = ak_time_table[len].limit;
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(end - 15));
	v = _mm_and_si128(_mm_xor_si128(v, shape), _mm_loadu_si128(mask));
	__m128i over = _mm_subs_epu8(v, _mm_loadu_si128(limit));
	if (_mm_movemask_epi8(_mm_cmpeq_epi8(over, zero)) != 0xffff)
		return false;
	__m128i a = _mm_madd_epi16(_mm_unpacklo_epi8(v, zero), minutes);
	__m128i b = _mm_madd_epi16(_mm_unpackhi_epi8(v, zero), millis);
	__m128i sum = _mm_add_epi32(_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
	*ms = (uint32_t)_mm_cvtsi128_si32(sum) * 60000 +
	      (uint32_t)_mm_cvtsi128_si32(_mm_shuffle_epi32(sum, 0x55));
	return true;
}
#else
static inline bool ak_time(const char *end, size_t len, uint32_t *ms)
{
	return ak_time_portable(end, len, ms);
}
#endif

#endif
