/*
 * multiloop_fields.c -- a record of Multiloop taken apart, and what its fields hold
 *
 *  (1) The separator is one of three (multiloop.c (2)). A field is what stands between
 *      two, blanks and all; it is found once, and read when it is asked for.
 */
#include "multiloop.h"

#include <string.h>

/* Nearly no field has a blank at an end. */
struct slice ml_field(const struct ml *ml, unsigned i)
{
	struct slice s = ml_raw(ml, i);
	if (s.len == 0 ||
	    ((unsigned char)s.at[0] > ' ' && (unsigned char)s.at[s.len - 1] > ' '))
		return s;
	return slice_trim(s);
}

/* One more than the value of a hexadecimal digit; 0: it is none. */
static const uint8_t digits[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

static inline bool hex_of(struct slice s, uint64_t *out)
{
	uint64_t n = 0;
	if (s.len == 0 || s.len > 12)
		return false;
	for (size_t k = 0; k < s.len; k++) {
		uint8_t digit = digits[(unsigned char)s.at[k]];
		if (digit == 0)
			return false;
		n = n << 4 | (digit - 1u);
	}
	*out = n;
	return true;
}

bool ml_hex(const struct ml *ml, unsigned i, uint64_t *out)
{
	return hex_of(ml_raw(ml, i), out);
}

static void bad_field(const struct ml *ml, unsigned i, const char *what)
{
	struct slice name = ml_field(ml, 0), field = ml_field(ml, i);
	char text[160];
	text_format(text, sizeof(text), "%.*s: %s \"%.*s\" cannot be read",
		    (int)name.len, name.at, what,
		    (int)(field.len < 40 ? field.len : 40), field.at);
	ml_anomaly(ml, ANOMALY_FIELD, text);
}

bool ml_number(const struct ml *ml, unsigned i, const char *what, uint64_t *out)
{
	if (hex_of(ml_raw(ml, i), out))
		return true;
	bad_field(ml, i, what);
	return false;
}

bool ml_time(const struct ml *ml, unsigned i, const char *what, duration_us *out)
{
	const struct ml_state *st = ml->state;
	uint64_t ticks;
	if (!hex_of(ml_raw(ml, i), &ticks) ||
	    ticks > (uint64_t)(ML_TOTAL_MAX / st->tick)) {
		bad_field(ml, i, what);
		return false;
	}
	*out = (duration_us)ticks * st->tick;
	return true;
}

bool ml_is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

uint64_t ml_word(struct slice name)
{
	uint64_t word = 0;
	if (name.len > sizeof(word))
		return 0;
	memcpy(&word, name.at, name.len);
	return word;
}

/* (1) Bytes of the separator that @s begins with; 0: it begins with none. */
unsigned ml_separator(struct slice s)
{
	if (s.len >= 1 && s.at[0] == '\xa6')
		return 1;
	if (s.len >= 2 && memcmp(s.at, "\xc2\xa6", 2) == 0)
		return 2;
	return s.len >= 3 && memcmp(s.at, "\xef\xbf\xbd", 3) == 0 ? 3 : 0;
}

/* The first byte is the least. */
static uint64_t word_at(const char *at)
{
	uint64_t word = 0;
	for (unsigned i = 0; i < 8; i++)
		word |= (uint64_t)(unsigned char)at[i] << (8 * i);
	return word;
}

/* The highest bit of each byte that is a separator, and no other. */
static uint64_t separators_in(uint64_t word)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	uint64_t other = word ^ UINT64_C(0xa6a6a6a6a6a6a6a6);
	return ~(((other & low) + low) | other | low);
}

/* One separator of one byte: eight bytes at a time. */
static unsigned split_bytes(struct ml *ml, struct slice record)
{
	unsigned count = 0;
	size_t i = 0;
	for (; i + 8 <= record.len && count + 8 < ML_FIELDS_MAX; i += 8) {
		uint64_t found = separators_in(word_at(record.at + i));
		for (; found != 0; found &= found - 1)
			ml->from[++count] =
				(uint16_t)(i + 1 +
					   (unsigned)__builtin_ctzll(found) / 8);
	}
	for (; i < record.len && count < ML_FIELDS_MAX; i++)
		if (record.at[i] == '\xa6')
			ml->from[++count] = (uint16_t)(i + 1);
	return count;
}

static unsigned split_words(struct ml *ml, struct slice record, unsigned gap)
{
	unsigned count = 0;
	size_t i = 0;
	while (i < record.len && count < ML_FIELDS_MAX) {
		if (ml_separator((struct slice){record.at + i, record.len - i}) !=
		    gap) {
			i++;
			continue;
		}
		i += gap;
		ml->from[++count] = (uint16_t)i;
	}
	return count;
}

/* What stands behind the last field that fits is not looked at. */
void ml_split(struct ml *ml, struct slice record, unsigned gap)
{
	ml->at = record.at;
	ml->gap = gap;
	ml->from[0] = 0;
	unsigned count =
		gap == 1 ? split_bytes(ml, record) : split_words(ml, record, gap);
	if (count < ML_FIELDS_MAX)
		ml->from[++count] = (uint16_t)(record.len + gap);
	ml->count = count;
}
