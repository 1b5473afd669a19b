/*
 * json.c -- JSON taken apart where it lies
 *
 * Streams are hostile, and there may be much of them: one pass over the bytes, nothing
 * is copied but strings with escapes.
 */
#include "pitwall/json.h"

/* Most of what streams send has none. */
static inline void skip_blanks(struct json_reader *r)
{
	while (r->at < r->end && *r->at <= ' ' && char_is_blank(*r->at))
		r->at++;
}

bool json_take(struct json_reader *r, char c)
{
	skip_blanks(r);
	if (r->at >= r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* Behind the opening quote, up to and over the closing one. Counted in a local variable: one in
 * memory is slower. */
static bool read_string(struct json_reader *r, struct json_value *out)
{
	const char *from = r->at, *end = r->end, *at = from;
	bool escaped = false;
	for (; at < end && *at != '"'; at++) {
		if (*at != '\\')
			continue;
		escaped = true;
		if (++at == end)
			break;
	}
	out->kind = JSON_STRING;
	out->escaped = escaped;
	out->raw = (struct slice){from, (size_t)(at - from)};
	r->at = at < end ? at + 1 : end;
	return at < end;
}

/* Over an object or array of any depth, to its closing bracket. */
static bool skip_nested(struct json_reader *r)
{
	unsigned depth = 0;
	struct json_value ignored;
	while (r->at < r->end) {
		char c = *r->at++;
		if (c == '"') {
			if (!read_string(r, &ignored))
				return false;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return true;
		}
	}
	return false;
}

static bool number_char(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' ||
	       c == 'E';
}

/* Most are digits alone: read in passing. */
static void json_read_number(struct json_reader *r, struct json_value *out)
{
	const char *from = r->at;
	uint64_t number = 0;
	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++)
		number = number * 10 + (uint64_t)(*r->at - '0');
	out->whole = r->at > from && r->at - from <= 18;
	for (; r->at < r->end && number_char(*r->at); r->at++)
		out->whole = false;
	out->number = out->whole ? (int64_t)number : 0;
	out->kind = JSON_NUMBER;
}

static bool json_is_word(struct slice s)
{
	return slice_eq(s, SLICE("null")) || slice_eq(s, SLICE("true")) ||
	       slice_eq(s, SLICE("false"));
}

bool json_read(struct json_reader *r, struct json_value *out)
{
	skip_blanks(r);
	if (r->at >= r->end)
		return false;
	const char *from = r->at;
	out->escaped = out->whole = false;
	out->number = 0;
	if (*from == '"') {
		r->at++;
		return read_string(r, out);
	}
	bool fine = true;
	if (*from == '{' || *from == '[') {
		out->kind = *from == '{' ? JSON_OBJECT : JSON_ARRAY;
		fine = skip_nested(r);
	} else if (number_char(*from)) {
		json_read_number(r, out);
	} else {
		out->kind = JSON_WORD;
		while (r->at < r->end && *r->at >= 'a' && *r->at <= 'z')
			r->at++;
	}
	out->raw = (struct slice){from, (size_t)(r->at - from)};
	return fine && (out->kind != JSON_WORD || json_is_word(out->raw));
}

bool json_read_name(struct json_reader *r, struct json_value *out)
{
	return json_take(r, '"') && read_string(r, out) && json_take(r, ':');
}

bool json_read_members(struct json_reader *r, const char *const *names,
		       struct json_value *values, size_t count)
{
	memset(values, 0, count * sizeof(*values));
	if (!json_take(r, '{'))
		return false;
	if (json_take(r, '}'))
		return true;
	do {
		struct json_value name, value;
		if (!json_read_name(r, &name) || !json_read(r, &value))
			return false;
		for (size_t i = 0; i < count; i++)
			if (slice_eq(name.raw, slice_of(names[i])))
				values[i] = value;
	} while (json_take(r, ','));
	return json_take(r, '}');
}

bool json_read_element(struct json_reader *r, struct json_value *out)
{
	return (json_take(r, ',') || json_take(r, '[')) && json_read(r, out);
}

/* The four digits behind "\u"; -1 when they are not. */
static int32_t hex_four(struct slice s, size_t i)
{
	int32_t cp = 0;
	if (i + 4 > s.len)
		return -1;
	for (size_t k = 0; k < 4; k++) {
		int digit = hex_value(s.at[i + k]);
		if (digit < 0)
			return -1;
		cp = cp * 16 + digit;
	}
	return cp;
}

/* "\uhhhh" at s[*i] (on the first digit), surrogate pairs included; -1: it is not. */
static int32_t unescape_code(struct slice s, size_t *i)
{
	int32_t cp = hex_four(s, *i);
	if (cp < 0)
		return cp;
	*i += 4;
	if (cp >= 0xd800 && cp < 0xdc00 && *i + 1 < s.len && s.at[*i] == '\\' &&
	    s.at[*i + 1] == 'u') {
		int32_t low = hex_four(s, *i + 2);
		if (low >= 0xdc00 && low < 0xe000) {
			cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
			*i += 6;
		}
	}
	return cp >= 0xd800 && cp < 0xe000 ? 0xfffd : cp;
}

bool json_unescape(struct slice s, char *to, size_t cap, size_t *len)
{
	static const char from[] = "\"\\/bfnrt";
	static const char stands_for[] = "\"\\/\b\f\n\r\t";
	*len = 0;
	for (size_t i = 0; i < s.len && *len + 4 <= cap;) {
		char c = s.at[i++];
		if (c != '\\') {
			to[(*len)++] = c;
			continue;
		}
		if (i >= s.len)
			return false;
		c = s.at[i++];
		if (c == 'u') {
			int32_t cp = unescape_code(s, &i);
			if (cp < 0)
				return false;
			*len += utf8_encode(to + *len, (uint32_t)cp);
			continue;
		}
		const char *which = c != '\0' ? strchr(from, c) : NULL;
		if (!which)
			return false;
		to[(*len)++] = stands_for[which - from];
	}
	return true;
}
