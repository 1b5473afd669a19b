/*
 * rmonitor_bytes.c -- records of RMonitor, read and written
 */
#include "pitwall/wire.h"

#include <string.h>

enum { NAME_LEN_MAX = 7 };

static const struct {
	const char *name;
	unsigned fields;
} rows[WIRE_RM_RECORD_COUNT] = {
#define X(id_, name_, fields_) [WIRE_RM_##id_] = {name_, fields_},
	WIRE_RM_RECORDS(X)
#undef X
};

const char *wire_rm_name(enum wire_rm_record record)
{
	return rows[record].name;
}

/* ---- reading ------------------------------------------------------------------------ */

int wire_rm_record_at(struct slice s)
{
	size_t n = 1;
	if (s.len < 2 || s.at[0] != '$')
		return -1;
	while (n < s.len && n < NAME_LEN_MAX && s.at[n] >= 'A' && s.at[n] <= 'Z')
		n++;
	if (n < s.len && s.at[n] != ',')
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *name = rows[i].name;
		size_t same = 1;
		while (same < n && name[same] == s.at[same])
			same++;
		if (same == n && name[n] == '\0')
			return (int)i;
	}
	return -1;
}

/* Cut a quoted field off @rest. It ends at a quote before a comma or at the end,
 * because names may contain quotes. False: the field is cut. */
static bool quoted(struct slice *rest, struct slice *field)
{
	for (size_t i = 1; i < rest->len; i++) {
		if (rest->at[i] != '"')
			continue;
		size_t k = i + 1;
		while (k < rest->len && rest->at[k] == ' ')
			k++;
		if (k < rest->len && rest->at[k] != ',')
			continue;
		*field = (struct slice){rest->at + 1, i - 1};
		if (k == rest->len)
			*rest = (struct slice){NULL, 0};
		else
			*rest = (struct slice){rest->at + k + 1, rest->len - k - 1};
		return true;
	}
	return false;
}

static struct slice unquoted(struct slice *rest)
{
	struct slice field = {rest->at, 0};
	while (field.len < rest->len && field.at[field.len] != ',')
		field.len++;
	if (field.len == rest->len)
		*rest = (struct slice){NULL, 0};
	else
		*rest = (struct slice){field.at + field.len + 1,
				       rest->len - field.len - 1};
	return field;
}

bool wire_rm_split(struct slice text, enum wire_rm_record record,
		   struct wire_rm_fields *out)
{
	out->count = 0;
	while (text.at && out->count < ARRAY_LEN(out->at)) {
		struct slice *field = &out->at[out->count++];
		while (text.len > 0 && text.at[0] == ' ') {
			text.at++;
			text.len--;
		}
		if (text.len == 0 || text.at[0] != '"')
			*field = unquoted(&text);
		else if (!quoted(&text, field))
			return false;
		*field = slice_trim(*field);
	}
	return out->count >= rows[record].fields;
}

/* ---- writing ------------------------------------------------------------------------ */

void wire_rm_begin(struct out *out, enum wire_rm_record record)
{
	out_text(out, rows[record].name);
}

static void put_letter(struct out *out, uint32_t cp, enum wire_encoding encoding)
{
	unsigned char byte = encoding == WIRE_WINDOWS_1252 ? cp_windows_1252(cp) : 0;
	char utf8[4], plain = byte != 0 ? (char)byte : cp_ascii(cp);
	if (encoding == WIRE_UTF8)
		out_bytes(out, utf8, utf8_encode(utf8, cp));
	else
		out_char(out, plain == '"' ? '\'' : plain);
}

void wire_rm_text(struct out *out, const char *text, enum wire_encoding encoding)
{
	struct slice rest = slice_of(text);
	out_text(out, ",\"");
	while (rest.len > 0) {
		uint32_t cp;
		size_t n = utf8_decode(rest.at, rest.len, &cp);
		rest.at += n;
		rest.len -= n;
		if (cp == ',' && (rest.len == 0 || rest.at[0] == ' '))
			continue;
		if (cp == '"')
			out_char(out, '\'');
		else if (cp == '$')
			out_char(out, 'S');
		else if (cp == ',' || cp < ' ' || (cp >= 0x7f && cp < 0xa0))
			out_char(out, ' ');
		else
			put_letter(out, cp, encoding);
	}
	out_char(out, '"');
}

void wire_rm_plain(struct out *out, const char *text)
{
	out_char(out, ',');
	for (; *text != '\0'; text++)
		if ((*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') ||
		    (*text >= 'a' && *text <= 'z') || *text == '-')
			out_char(out, *text);
}

void wire_rm_number(struct out *out, int64_t n)
{
	out_char(out, ',');
	out_i64(out, n);
}

void wire_rm_time(struct out *out, duration_us t, bool ms)
{
	long long s = (t > 0 ? t : 0) / US_S;
	out_format(out, ",\"%02lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
	if (ms)
		out_format(out, ".%03d", (int)((t > 0 ? t : 0) / US_MS % 1000));
	out_char(out, '"');
}

void wire_rm_flag(struct out *out, enum flag flag)
{
	out_format(out, ",\"%-6s\"", wire_flag_code(WIRE_FLAGS_RMONITOR, flag));
}

void wire_rm_end(struct out *out)
{
	out_text(out, "\r\n");
}
