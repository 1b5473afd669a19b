/*
 * frame_text.c -- short texts: numbers, names, words for flags
 *
 * Drawn some thousand times a frame, so nothing here goes through printf.
 */
#include "parts.h"

#include <string.h>

void field_text(struct field *field, struct slice text, enum role role)
{
	field->text = text;
	field->role = role;
}

static size_t digits(char out[20], uint64_t n)
{
	size_t len = 0;

	do {
		out[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	for (size_t i = 0; i < len / 2; i++) {
		char c = out[i];

		out[i] = out[len - 1 - i];
		out[len - 1 - i] = c;
	}
	return len;
}

void field_number(struct field *field, uint64_t n, enum role role)
{
	field->text = (struct slice){field->buf, digits(field->buf, n)};
	field->role = role;
}

/* Text that is appended to lives in the field's own buffer. */
void field_append_slice(struct field *field, struct slice s)
{
	size_t len = field->text.len;

	if (field->text.at != field->buf) {
		len = len < sizeof(field->buf) ? len : sizeof(field->buf);
		if (len)
			memcpy(field->buf, field->text.at, len);
		field->text.at = field->buf;
	}
	if (s.len > sizeof(field->buf) - len)
		s.len = sizeof(field->buf) - len;
	if (s.len)
		memcpy(field->buf + len, s.at, s.len);
	field->text.len = len + s.len;
}

void field_append(struct field *field, const char *z)
{
	field_append_slice(field, slice_of(z));
}

void field_append_number(struct field *field, uint64_t n)
{
	char buf[20];

	field_append_slice(field, (struct slice){buf, digits(buf, n)});
}

void field_append_time(struct field *field, duration_us t, enum time_style style)
{
	char buf[TIME_TEXT_MAX];

	field_append_slice(field, (struct slice){buf, format_duration(buf, t, style)});
}

/* ---- names ----------------------------------------------------------------- */

static uint32_t lower(uint32_t cp)
{
	if ((cp >= 'A' && cp <= 'Z') || (cp >= 0xc0 && cp <= 0xde && cp != 0xd7))
		return cp + 0x20;
	if (cp >= 0x100 && cp <= 0x137)
		return cp | 1;
	return cp;
}

/* Timing archives shout surnames. A word all in capitals keeps its first letter
 * and those behind a hyphen or an apostrophe; numerals like III stay. */
static bool shouted(struct slice word)
{
	unsigned letters = 0, numerals = 0;

	for (size_t i = 0; i < word.len;) {
		uint32_t cp;

		i += utf8_decode(word.at + i, word.len - i, &cp);
		if ((cp >= 'a' && cp <= 'z') || (cp >= 0xdf && cp <= 0xff))
			return false;
		letters += (cp >= 'A' && cp <= 'Z') || lower(cp) != cp;
		numerals += cp == 'I' || cp == 'V' || cp == 'X';
	}
	return letters > 1 && !(numerals == letters && word.len <= 4);
}

static void append_word(struct field *field, struct slice word)
{
	bool calm = shouted(word);
	bool first = true;

	for (size_t i = 0; i < word.len;) {
		uint32_t cp;
		char out[4];

		i += utf8_decode(word.at + i, word.len - i, &cp);
		if (calm && !first)
			cp = lower(cp);
		first = cp == '-' || cp == '\'' || cp == 0x2019;
		field_append_slice(field, (struct slice){out, utf8_encode(out, cp)});
	}
}

void field_name(struct field *field, const char *name, bool whole)
{
	struct slice rest = slice_of(name);
	struct slice word = slice_cut(&rest, ' ');

	field->text = (struct slice){field->buf, 0};
	if (!whole && rest.at && rest.len) {
		uint32_t cp;
		size_t n = utf8_decode(word.at, word.len, &cp);

		field_append_slice(field, (struct slice){word.at, n});
		field_append_slice(field, SLICE(". "));
		word = slice_cut(&rest, ' ');
	}
	/* "PJ" is how a driver is called. */
	if (whole && word.len == 2) {
		field_append_slice(field, word);
		field_append(field, rest.len ? " " : "");
		word = slice_cut(&rest, ' ');
	}
	for (;;) {
		append_word(field, word);
		if (!rest.at || !rest.len)
			break;
		field_append_slice(field, SLICE(" "));
		word = slice_cut(&rest, ' ');
	}
}

/* ---- flags ----------------------------------------------------------------- */

static const struct {
	const char *words, *brief;
	enum role role;
} flags[FLAG_COUNT] = {
	[FLAG_UNKNOWN] = {"flag not known", "no flag", ROLE_FLAG_UNKNOWN},
	[FLAG_GREEN] = {"GREEN", "GREEN", ROLE_FLAG_GREEN},
	[FLAG_YELLOW] = {"YELLOW", "YELLOW", ROLE_FLAG_YELLOW},
	[FLAG_FCY] = {"FULL COURSE YELLOW", "FCY", ROLE_FLAG_YELLOW},
	[FLAG_VSC] = {"VIRTUAL SAFETY CAR", "VSC", ROLE_FLAG_YELLOW},
	[FLAG_CODE60] = {"CODE 60", "CODE 60", ROLE_FLAG_YELLOW},
	[FLAG_SC] = {"SAFETY CAR", "SC", ROLE_FLAG_SC},
	[FLAG_RED] = {"RED FLAG", "RED", ROLE_FLAG_RED},
	[FLAG_FINISH] = {"CHEQUERED", "FINISH", ROLE_FLAG_FINISH},
};

struct slice flag_words(const struct view *view, enum flag flag, bool brief)
{
	/* What FCY means is the ruleset's: behind a safety car, or slow without. */
	if (flag == FLAG_FCY && !brief && view->rules &&
	    slice_eq_nocase(slice_of(view->rules->fcy), SLICE("safety car")))
		return SLICE("FCY SAFETY CAR");
	return slice_of(brief ? flags[flag].brief : flags[flag].words);
}

enum role flag_role(enum flag flag)
{
	return flags[flag].role;
}

/* A sign of one byte before a text that was made in the field's buffer. */
void field_prepend(struct field *out, const char *sign)
{
	memmove(out->buf + 1, out->buf, out->text.len);
	out->buf[0] = sign[0];
	out->text.len++;
}

struct slice text_word(struct slice *text)
{
	struct slice word = {"", 0};

	while (text->len > 0 && word.len == 0)
		word = slice_trim(slice_cut(text, ' '));
	return word;
}
