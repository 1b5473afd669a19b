/*
 * num.c -- numbers from text
 *
 * Written out (no strtol, no locale): a 24-hour file has 140,000 numbers.
 */
#include "pitwall/base.h"

static bool digit_of(char c, unsigned *digit)
{
	*digit = (unsigned)(unsigned char)c - '0';
	return *digit <= 9;
}

bool parse_u64(struct slice s, uint64_t *out)
{
	if (s.len == 0)
		return false;
	uint64_t n = 0;
	unsigned d;
	/* 19 digits always fit. */
	size_t safe = s.len < 19 ? s.len : 19;
	size_t i = 0;
	for (; i < safe; i++) {
		if (!digit_of(s.at[i], &d))
			return false;
		n = n * 10 + d;
	}
	for (; i < s.len; i++) {
		if (!digit_of(s.at[i], &d))
			return false;
		if (n > UINT64_MAX / 10 || n * 10 > UINT64_MAX - d)
			return false;
		n = n * 10 + d;
	}
	*out = n;
	return true;
}

/* Cut a leading '-'; true when there was one. */
static bool cut_minus(struct slice *s)
{
	if (s->len == 0 || s->at[0] != '-')
		return false;
	s->at++;
	s->len--;
	return true;
}

static bool with_sign(uint64_t n, bool negative, int64_t *out)
{
	if (n > (uint64_t)INT64_MAX) {
		/* INT64_MIN has no positive twin. */
		if (!negative || n != (uint64_t)INT64_MAX + 1)
			return false;
		*out = INT64_MIN;
		return true;
	}
	*out = negative ? -(int64_t)n : (int64_t)n;
	return true;
}

bool parse_i64(struct slice s, int64_t *out)
{
	bool negative = cut_minus(&s);
	uint64_t n;
	return parse_u64(s, &n) && with_sign(n, negative, out);
}

/* Append a digit; false when it does not fit. */
static bool num_push(uint64_t *n, unsigned d)
{
	if (*n > UINT64_MAX / 10 || *n * 10 > UINT64_MAX - d)
		return false;
	*n = *n * 10 + d;
	return true;
}

bool parse_decimal(struct slice s, unsigned digits, int64_t *out)
{
	bool negative = cut_minus(&s);
	uint64_t n = 0;
	size_t i = 0;
	unsigned d;
	for (; i < s.len && digit_of(s.at[i], &d); i++)
		if (!num_push(&n, d))
			return false;
	if (i == 0)
		return false;
	unsigned kept = 0;
	if (i < s.len) {
		if (s.at[i] != '.' && s.at[i] != ',')
			return false;
		if (++i == s.len)
			return false;
		for (; i < s.len; i++) {
			if (!digit_of(s.at[i], &d))
				return false;
			if (kept == digits)
				continue;
			kept++;
			if (!num_push(&n, d))
				return false;
		}
	}
	if (n == 0)
		kept = digits;
	for (; kept < digits; kept++)
		if (!num_push(&n, 0))
			return false;
	return with_sign(n, negative, out);
}

int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Quickselect: only the part that has the rank is put in order. */
int64_t value_of_rank(int64_t *values, uint32_t n, uint32_t rank)
{
	uint32_t low = 0, high = n - 1;
	while (low < high) {
		int64_t pivot = values[low + (high - low) / 2];
		uint32_t i = low, k = high;
		for (;;) {
			while (values[i] < pivot)
				i++;
			while (values[k] > pivot)
				k--;
			if (i >= k)
				break;
			int64_t other = values[i];
			values[i++] = values[k];
			values[k--] = other;
		}
		if (rank <= k)
			high = k;
		else
			low = k + 1;
	}
	return values[low];
}

int64_t median(int64_t *values, uint32_t n)
{
	return n == 0 ? DURATION_NONE : value_of_rank(values, n, n / 2);
}

bool parse_bytes(struct slice s, int64_t *out)
{
	static const char units[] = "KMGT";
	uint64_t n = 0;
	unsigned shift = 0;
	*out = 0;
	if (slice_eq(s, SLICE("none")))
		return true;
	for (unsigned i = 0; s.len > 0 && i < 4; i++)
		if (s.at[s.len - 1] == units[i])
			shift = 10 * (i + 1);
	s.len -= shift > 0;
	if (!parse_u64(s, &n) || n > (uint64_t)INT64_MAX >> shift)
		return false;
	*out = (int64_t)(n << shift);
	return true;
}

int64_t mul_div(int64_t a, int64_t b, int64_t c)
{
	int64_t product;
	while (__builtin_mul_overflow(a, b, &product)) {
		a /= 2;
		c = c / 2 + c % 2;
	}
	return product / c;
}
