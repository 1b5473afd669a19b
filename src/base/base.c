/*
 * base.c -- slices, bounded copies, errors, sums and seeds
 */
#include "pitwall/base.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- slices ------------------------------------------------------------- */

static char char_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (char_lower(a.at[i]) != char_lower(b.at[i]))
			return false;
	return true;
}

bool slice_starts(struct slice s, struct slice prefix)
{
	return s.len >= prefix.len &&
	       slice_eq((struct slice){s.at, prefix.len}, prefix);
}

bool slice_cut_end(struct slice *s, struct slice suffix)
{
	if (s->len <= suffix.len ||
	    !slice_eq((struct slice){s->at + s->len - suffix.len, suffix.len}, suffix))
		return false;
	s->len -= suffix.len;
	return true;
}

struct slice slice_cut(struct slice *s, char sep)
{
	struct slice head = *s;
	const char *hit = s->len ? memchr(s->at, sep, s->len) : NULL;
	if (!hit) {
		*s = (struct slice){NULL, 0};
		return head;
	}
	head.len = (size_t)(hit - s->at);
	*s = (struct slice){hit + 1, s->len - head.len - 1};
	return head;
}

/* ---- errors ------------------------------------------------------------- */

/* Longer than err.text, so that text_clean() makes the cut, at a whole character. */
enum { DRAFT_MAX = 1024 };

int err_set(struct err *err, int code, const char *fmt, ...)
{
	if (!err)
		return code;
	va_list args;
	va_start(args, fmt);
	char draft[DRAFT_MAX];
	int n = vsnprintf(draft, sizeof(draft), fmt, args);
	va_end(args);
	if (n < 0)
		draft[0] = '\0';
	text_clean(err->text, sizeof(err->text), slice_of(draft));
	return code;
}

void err_prefix(struct err *err, const char *fmt, ...)
{
	if (!err)
		return;
	va_list args;
	va_start(args, fmt);
	char draft[DRAFT_MAX];
	int n = vsnprintf(draft, sizeof(draft), fmt, args);
	va_end(args);
	size_t len = n < 0 ? 0 : strnlen(draft, sizeof(draft) - 1);
	len += text_copy(draft + len, sizeof(draft) - len, SLICE(": "));
	text_copy(draft + len, sizeof(draft) - len, slice_of(err->text));
	text_clean(err->text, sizeof(err->text), slice_of(draft));
}

/* ---- bounded copies ------------------------------------------------------- */

/* Drop an incomplete UTF-8 character at the end of the @n bytes; returns the length. */
static size_t cut_whole(char *dst, size_t n)
{
	size_t tail = 0;
	while (tail < 3 && tail < n &&
	       ((unsigned char)dst[n - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (tail < n) {
		unsigned char first = (unsigned char)dst[n - 1 - tail];
		size_t whole = first >= 0xf0   ? 4
			       : first >= 0xe0 ? 3
			       : first >= 0xc0 ? 2
					       : 1;
		if (whole > tail + 1)
			n -= tail + 1;
	}
	dst[n] = '\0';
	return n;
}

size_t text_copy(char *dst, size_t cap, struct slice src)
{
	assert(cap > 0);
	size_t n = src.len < cap ? src.len : cap - 1;
	if (n)
		memcpy(dst, src.at, n);
	dst[n] = '\0';
	return n < src.len ? cut_whole(dst, n) : n;
}

size_t text_format(char *dst, size_t cap, const char *fmt, ...)
{
	assert(cap > 0);
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(dst, cap, fmt, args);
	va_end(args);
	if (n < 0) {
		dst[0] = '\0';
		return 0;
	}
	return (size_t)n < cap ? (size_t)n : cut_whole(dst, cap - 1);
}

/* ---- sums and seeds ------------------------------------------------------- */

/* The finalizer of splitmix64 (Steele, Lea, Flood 2014, variant 13). */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Assembled by shifts: the sum is the same on every machine. */
static uint64_t word_of(const unsigned char *p, size_t n)
{
	uint64_t word = 0;
	for (size_t i = 0; i < n; i++)
		word |= (uint64_t)p[i] << (8 * i);
	return word;
}

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed)
{
	const unsigned char *at = p;
	uint64_t sum = mix(seed ^ 0x9e3779b97f4a7c15u) + (uint64_t)n;
	for (; n >= 8; n -= 8, at += 8) {
		sum = (sum ^ word_of(at, 8)) * 0x9fb21c651e98df25u;
		sum ^= sum >> 32;
	}
	return mix(sum ^ word_of(at, n));
}

uint64_t random_next(uint64_t *state)
{
	return mix(*state += 0x9e3779b97f4a7c15u);
}

uint64_t random_below(uint64_t *state, uint64_t n)
{
	if (n == 0)
		return 0;
	/* Rejected: 2^64 is not a multiple of n, which favours small results. */
	uint64_t unfair = (0 - n) % n;
	uint64_t r;
	do
		r = random_next(state);
	while (r < unfair);
	return r % n;
}
