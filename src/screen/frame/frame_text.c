/*
 * frame_text.c -- short texts: numbers, names, words for flags
 *
 * Called several thousand times a frame, so nothing here uses printf.
 */
#include "parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void field_text(struct field *field, struct slice text, enum role role)
{
	field->text = text;
	field->role = role;
}

void field_clear(struct field *field, enum role role)
{
	field_text(field, (struct slice){field->buf, 0}, role);
}

static size_t field_digits(char out[20], uint64_t n)
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
	field->text = (struct slice){field->buf, field_digits(field->buf, n)};
	field->role = role;
}

/* Appending moves the text into the field's buffer. */
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
	field_append_slice(field, (struct slice){buf, field_digits(buf, n)});
}

void field_append_time(struct field *field, duration_us t, enum time_style style)
{
	char buf[TIME_TEXT_MAX];
	field_append_slice(field, (struct slice){buf, format_duration(buf, t, style)});
}

void field_format(struct field *field, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	char text[sizeof(field->buf)];
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	field_append(field, text);
}

void field_append_count(struct field *field, uint64_t n, const char *noun)
{
	field_append_number(field, n);
	field_append(field, " ");
	field_append(field, noun);
	field_append(field, n == 1 ? "" : "s");
}

void field_append_clock(struct field *field, const struct view *view, instant_us at,
			bool seconds)
{
	char buf[TIME_TEXT_MAX];
	size_t n = format_clock(buf, race_local(&view->race->setup, at), false);
	field_append_slice(field, (struct slice){buf, seconds || n < 5 ? n : 5});
}

void field_difference(duration_us own, duration_us other, enum time_style style,
		      struct field *out)
{
	field_clear(out, ROLE_DIM);
	if (own == DURATION_NONE || other == DURATION_NONE)
		return;
	/* Of what is shown of both: 1:36.3 and 1:39.6 are 3.3 apart. */
	duration_us unit = style == TIME_TENTH ? US_S / 10 : US_MS;
	duration_us by = (own / unit - other / unit) * unit;
	field_append(out, by > 0 ? "+" : by < 0 ? "\u2212" : "=");
	if (by == 0)
		return;
	field_append_time(out, by > 0 ? by : -by, style);
	out->role = by > 0 ? ROLE_LOST : ROLE_GAINED;
}

/* ---- names ----------------------------------------------------------------- */

void field_name(struct field *field, const struct entry *entry, unsigned driver, int w,
		bool whole)
{
	size_t len = text_person_fit(field->buf, sizeof(field->buf),
				     slice_of(entry->drivers[driver]),
				     whole ? PERSON_WHOLE : PERSON_INITIAL, w);
	field->text = (struct slice){field->buf, len};
	if (len > 0 || entry->drivers[driver][0] == '\0')
		return;
	field_append(field, "#");
	field_append(field, entry->number);
}

void field_class_name(struct field *field, struct slice name, int w)
{
	size_t len = text_class_fit(field->buf, sizeof(field->buf), name, w);
	field->text = (struct slice){field->buf, len};
}

/* ---- flags ----------------------------------------------------------------- */

struct slice flag_words(const struct view *view, enum flag flag, bool brief)
{
	if (!brief)
		return slice_of(rules_flag_title(view->rules, flag));
	return flag == FLAG_UNKNOWN  ? SLICE("no flag")
	       : flag == FLAG_CODE60 ? slice_of(flag_title(flag))
				     : slice_of(flag_name(flag));
}

enum role flag_role(enum flag flag)
{
	static const uint8_t roles[FLAG_COUNT] = {
		[FLAG_UNKNOWN] = ROLE_FLAG_UNKNOWN, [FLAG_GREEN] = ROLE_FLAG_GREEN,
		[FLAG_YELLOW] = ROLE_FLAG_YELLOW,   [FLAG_FCY] = ROLE_FLAG_YELLOW,
		[FLAG_VSC] = ROLE_FLAG_YELLOW,      [FLAG_CODE60] = ROLE_FLAG_YELLOW,
		[FLAG_SC] = ROLE_FLAG_SC,           [FLAG_RED] = ROLE_FLAG_RED,
		[FLAG_FINISH] = ROLE_FLAG_FINISH,
	};
	return (enum role)roles[flag];
}

/* Insert a sign of one byte before a text in the field's buffer. */
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
