/*
 * multiloop_bytes.c -- records of the Multiloop protocol, read and written
 *
 *  (1) The separator is the one behind the command: A6 (a broken bar in Latin-1), C2 A6 if the
 *      stream was converted to UTF-8, EF BF BD if that was done wrongly.
 *  (2) Fields are found once and read when needed. Blanks belong to a field.
 *  (3) Numbers count up for each command; a repeated record has the last number.
 *  (4) No text can end a field or a line, or begin a record.
 */
#include "pitwall/wire.h"

#include <string.h>

const struct wire_ml_row wire_ml_rows[WIRE_ML_COMMAND_COUNT] = {
#define X(id_, name_, fields_, header_) [WIRE_ML_##id_] = {name_, fields_, header_},
	WIRE_ML_COMMANDS(X)
#undef X
};

/* ---- reading ------------------------------------------------------------------------ */

/* (1) Bytes of the separator at the beginning of @s; 0: none. */
static unsigned separator_at(struct slice s)
{
	if (s.len >= 1 && s.at[0] == '\xa6')
		return 1;
	if (s.len >= 2 && memcmp(s.at, "\xc2\xa6", 2) == 0)
		return 2;
	return s.len >= 3 && memcmp(s.at, "\xef\xbf\xbd", 3) == 0 ? 3 : 0;
}

size_t wire_ml_command_at(struct slice s, unsigned *gap)
{
	size_t n = 1;
	if (s.len < 3 || s.at[0] != '$')
		return 0;
	while (n < s.len && n < 24 &&
	       ((s.at[n] >= 'A' && s.at[n] <= 'Z') || (s.at[n] == ':' && n > 1)))
		n++;
	*gap = separator_at((struct slice){s.at + n, s.len - n});
	return n > 1 && *gap > 0 ? n : 0;
}

/* Most names are one letter. */
int wire_ml_command(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(wire_ml_rows); i++) {
		const char *known = wire_ml_rows[i].name;
		if (known[1] != name.at[1])
			continue;
		if (name.len == 2 ? known[2] == '\0' : slice_eq(name, slice_of(known)))
			return (int)i;
	}
	return -1;
}

/* Little-endian on every machine. */
static uint64_t word_at(const char *at)
{
	uint64_t word = 0;
	for (unsigned i = 0; i < 8; i++)
		word |= (uint64_t)(unsigned char)at[i] << (8 * i);
	return word;
}

/* The highest bit of each byte that is a separator, exactly. */
static uint64_t separators_in(uint64_t word)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	uint64_t other = word ^ UINT64_C(0xa6a6a6a6a6a6a6a6);
	return ~(((other & low) + low) | other | low);
}

/* For a separator of one byte: eight bytes at a time. */
static unsigned split_bytes(struct wire_ml_fields *fields, struct slice record)
{
	unsigned count = 0;
	size_t i = 0;
	for (; i + 8 <= record.len && count + 8 < WIRE_ML_FIELDS_MAX; i += 8) {
		uint64_t found = separators_in(word_at(record.at + i));
		for (; found != 0; found &= found - 1)
			fields->from[++count] =
				(uint16_t)(i + 1 +
					   (unsigned)__builtin_ctzll(found) / 8);
	}
	for (; i < record.len && count < WIRE_ML_FIELDS_MAX; i++)
		if (record.at[i] == '\xa6')
			fields->from[++count] = (uint16_t)(i + 1);
	return count;
}

static unsigned split_words(struct wire_ml_fields *fields, struct slice record,
			    unsigned gap)
{
	unsigned count = 0;
	size_t i = 0;
	while (i < record.len && count < WIRE_ML_FIELDS_MAX) {
		if (separator_at((struct slice){record.at + i, record.len - i}) !=
		    gap) {
			i++;
			continue;
		}
		i += gap;
		fields->from[++count] = (uint16_t)i;
	}
	return count;
}

void wire_ml_split(struct wire_ml_fields *fields, struct slice record, unsigned gap)
{
	fields->at = record.at;
	fields->gap = gap;
	fields->from[0] = 0;
	unsigned count = gap == 1 ? split_bytes(fields, record)
				  : split_words(fields, record, gap);
	if (count < WIRE_ML_FIELDS_MAX)
		fields->from[++count] = (uint16_t)(record.len + gap);
	fields->count = count;
}

/* Hardly any field has blanks around it. */
struct slice wire_ml_field(const struct wire_ml_fields *fields, unsigned i)
{
	struct slice s = wire_ml_raw(fields, i);
	if (s.len == 0 ||
	    ((unsigned char)s.at[0] > ' ' && (unsigned char)s.at[s.len - 1] > ' '))
		return s;
	return slice_trim(s);
}

struct slice wire_ml_span(const struct wire_ml_fields *fields, unsigned i,
			  unsigned last)
{
	size_t from = fields->from[i];
	return (struct slice){fields->at + from,
			      fields->from[last + 1] - from - fields->gap};
}

const uint8_t wire_ml_digits[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

/* ---- timelines ------------------------------------------------------------------------ */

static const struct {
	const char *name;
	uint8_t line;
} timelines[] = {
	{"SF", LINE_SF},        {"SFPIT", LINE_SF_PIT},   {"PIN", LINE_PIT_IN},
	{"POUT", LINE_PIT_OUT}, {"VIN", WIRE_ML_NO_LINE}, {"VOUT", WIRE_ML_NO_LINE},
};

uint8_t wire_ml_line(struct slice name)
{
	unsigned n = 0;
	size_t i = 2;
	for (size_t k = 0; k < ARRAY_LEN(timelines); k++)
		if (slice_eq(name, slice_of(timelines[k].name)))
			return timelines[k].line;
	if (!slice_starts(name, SLICE("IM")))
		return LINE_NONE;
	for (; i < name.len && name.at[i] >= '0' && name.at[i] <= '9' && n < 100; i++)
		n = n * 10 + (unsigned)(name.at[i] - '0');
	if (i == 2 || n == 0)
		return LINE_NONE;
	if (i + 1 == name.len && name.at[i] >= 'a' && name.at[i] <= 'z')
		return WIRE_ML_NO_LINE;
	return i == name.len && n < LINES_MAX ? (uint8_t)n : LINE_NONE;
}

void wire_ml_line_name(uint8_t line, char name[8])
{
	text_format(name, 8, "IM%u", line % LINES_MAX);
	for (size_t i = 0; i < ARRAY_LEN(timelines); i++)
		if (timelines[i].line == line)
			text_copy(name, 8, slice_of(timelines[i].name));
}

/* ---- writing ------------------------------------------------------------------------ */

void wire_ml_begin(struct wire_ml *w, enum wire_ml_command command, char type)
{
	const char letter[2] = {type, '\0'};
	out_text(w->out, wire_ml_rows[command].name);
	if (!wire_ml_rows[command].header)
		return;
	if (type != 'R')
		w->numbers[command]++; /* (3) */
	wire_ml_text(w, letter);
	wire_ml_hex(w, w->numbers[command]);
	wire_ml_text(w, w->key);
}

/* (4) The protocol is Latin-1; other letters fall back to their base. If the separator
 * is UTF-8, texts are too. */
void wire_ml_text(struct wire_ml *w, const char *text)
{
	struct slice rest = slice_of(text);
	bool latin = strlen(w->separator) == 1;
	out_text(w->out, w->separator);
	while (rest.len > 0) {
		uint32_t cp;
		size_t n = utf8_decode(rest.at, rest.len, &cp);
		if (cp == '$')
			out_char(w->out, 'S');
		else if (cp == 0xa6)
			out_char(w->out, '|');
		else if (cp < ' ' || (cp >= 0x7f && cp < 0xa0))
			out_char(w->out, ' ');
		else if (latin && cp > 0xff)
			out_char(w->out, cp_ascii(cp));
		else if (latin)
			out_char(w->out, (char)(unsigned char)cp);
		else
			out_bytes(w->out, rest.at, n);
		rest.at += n;
		rest.len -= n;
	}
}

void wire_ml_hex(struct wire_ml *w, uint64_t n)
{
	out_text(w->out, w->separator);
	out_format(w->out, "%llX", (unsigned long long)n);
}

void wire_ml_time(struct wire_ml *w, duration_us t)
{
	wire_ml_hex(w, t > 0 ? (uint64_t)(t / w->tick) : 0);
}

void wire_ml_end(struct wire_ml *w)
{
	out_text(w->out, "\r\n");
}
