/*
 * out.c -- a sink for bytes, and the few shapes every encoder needs
 *
 *  (1) Nothing is allocated: bytes gather in the caller's buffer and leave
 *      through write() when it is full.
 *  (2) The first failure is kept; everything after it does nothing.
 */
#include "pitwall/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int out_flush(struct out *out)
{
	if (out->failed == 0 && out->len > 0) {
		int rc = out->write(out->context, out->buf, out->len);
		if (rc < 0)
			out->failed = rc;
	}
	out->len = 0;
	return out->failed;
}

void out_bytes(struct out *out, const char *bytes, size_t len)
{
	while (len > 0 && out->failed == 0) {
		size_t room = out->max - out->len;
		size_t n = len < room ? len : room;
		if (n == 0) {
			if (out->len == 0) {
				out->failed = -ENOBUFS;
				return;
			}
			out_flush(out);
			continue;
		}
		memcpy(out->buf + out->len, bytes, n);
		out->len += n;
		bytes += n;
		len -= n;
	}
}

void out_text(struct out *out, const char *z)
{
	out_bytes(out, z, strlen(z));
}

void out_char(struct out *out, char c)
{
	if (out->len < out->max && out->failed == 0)
		out->buf[out->len++] = c;
	else
		out_bytes(out, &c, 1);
}

/* Straight into the buffer; when that is too full, once more into an empty one.
 * A line that does not fit is a failure, never a cut line. */
void out_format(struct out *out, const char *fmt, ...)
{
	for (int attempt = 0; attempt < 2 && out->failed == 0; attempt++) {
		size_t room = out->max - out->len;
		va_list args;
		va_start(args, fmt);
		int n = vsnprintf(room > 0 ? out->buf + out->len : NULL, room, fmt,
				  args);
		va_end(args);
		if (n >= 0 && (size_t)n < room) {
			out->len += (size_t)n;
			return;
		}
		if (n < 0 || out->len == 0)
			break;
		out_flush(out);
	}
	if (out->failed == 0)
		out->failed = -EMSGSIZE;
}

void out_u64(struct out *out, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	out_bytes(out, digits + at, sizeof(digits) - at);
}

void out_i64(struct out *out, int64_t value)
{
	if (value < 0)
		out_char(out, '-');
	out_u64(out, value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value);
}

void out_repeat(struct out *out, const char *z, int count)
{
	size_t len = strlen(z);
	for (int i = 0; i < count; i++)
		out_bytes(out, z, len);
}

/* "-1.982", "+1:02.5", "+2 laps": a sign, digits, at most a unit. */
static bool is_signed_number(struct slice text)
{
	size_t i = 1;
	if (text.at[0] != '+' && text.at[0] != '-')
		return false;
	while (i < text.len && ((text.at[i] >= '0' && text.at[i] <= '9') ||
				text.at[i] == '.' || text.at[i] == ':'))
		i++;
	struct slice unit = {text.at + i, text.len - i};
	return unit.len == 0 || slice_eq(unit, SLICE(" lap")) ||
	       slice_eq(unit, SLICE(" laps")) || slice_eq(unit, SLICE("%"));
}

/* Apostrophes, and behind them what begins a formula. */
static bool is_formula(struct slice text, size_t *apostrophes)
{
	size_t i = 0;
	while (i < text.len && text.at[i] == '\'')
		i++;
	*apostrophes = i;
	return i < text.len && text.at[i] != '\0' && strchr("=+-@\t\r", text.at[i]);
}

struct slice csv_unguard(struct slice field)
{
	size_t apostrophes;
	if (is_formula(field, &apostrophes) && apostrophes > 0)
		return (struct slice){field.at + 1, field.len - 1};
	return field;
}

static bool csv_guards(const struct out *out, struct slice field)
{
	size_t apostrophes;
	return !out->csv_raw && is_formula(field, &apostrophes) &&
	       (apostrophes > 0 || !is_signed_number(field));
}

/* RFC 4180; blanks at either end, which readers like to trim; and '#' at the beginning,
 * which is a comment to some. */
void out_csv(struct out *out, struct slice field, char separator)
{
	bool quote = field.len > 0 && (field.at[0] == ' ' || field.at[0] == '#' ||
				       field.at[field.len - 1] == ' ');
	for (size_t i = 0; i < field.len && !quote; i++) {
		char c = field.at[i];
		quote = c == separator || c == '"' || c == '\n' || c == '\r';
	}
	bool guard = csv_guards(out, field);
	if (!quote) {
		if (guard)
			out_char(out, '\'');
		out_bytes(out, field.at, field.len);
		return;
	}
	out_char(out, '"');
	if (guard)
		out_char(out, '\'');
	for (size_t i = 0; i < field.len; i++) {
		if (field.at[i] == '"')
			out_char(out, '"');
		out_char(out, field.at[i]);
	}
	out_char(out, '"');
}

void out_json(struct out *out, struct slice text)
{
	static const char hex[] = "0123456789abcdef";
	out_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if (c == '"' || c == '\\') {
			out_char(out, '\\');
			out_char(out, (char)c);
		} else if (c < 0x20 || c == 0x7f) {
			out_text(out, "\\u00");
			out_char(out, hex[c >> 4]);
			out_char(out, hex[c & 15]);
		} else {
			out_char(out, (char)c);
		}
	}
	out_char(out, '"');
}

void out_seconds(struct out *out, duration_us t)
{
	char digits[8] = ".000000";
	if (t == DURATION_NONE) {
		out_text(out, "null");
		return;
	}
	if (t < 0)
		out_char(out, '-');
	uint64_t us = t < 0 ? (uint64_t)0 - (uint64_t)t : (uint64_t)t;
	out_u64(out, us / (uint64_t)US_S);
	us %= (uint64_t)US_S;
	for (int i = 6; i > 0; i--, us /= 10)
		digits[i] = (char)('0' + us % 10);
	out_bytes(out, digits, 7);
}
