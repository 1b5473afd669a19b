/*
 * beacon_bytes.c -- lines of the open beacon protocol, read and written
 */
#include "pitwall/json.h"
#include "pitwall/wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- the members we know -------------------------------------------------- */

enum member_kind { TEXT, NUMBER };

static const struct member_row {
	struct slice name;
	enum member_kind kind;
	size_t at; /* in struct beacon_message */
} members[BEACON_MEMBER_COUNT] = {
#define X(id_, name_, kind_)                                 \
	[BEACON_MEMBER_##id_] = {{name_, sizeof(name_) - 1}, \
				 kind_,                      \
				 offsetof(struct beacon_message, id_)},
	WIRE_BEACON_MEMBERS(X)
#undef X
};

static const struct slice types[BEACON_TYPE_COUNT] = {
#define X(id_, name_) [BEACON_##id_] = {name_, sizeof(name_) - 1},
	WIRE_BEACON_TYPES(X)
#undef X
};

static enum beacon_type type_of(struct slice name)
{
	for (size_t i = BEACON_OTHER + 1; i < ARRAY_LEN(types); i++)
		if (slice_eq(types[i], name))
			return (enum beacon_type)i;
	return BEACON_OTHER;
}

static bool whole_number(const struct json_value *value, int64_t *out)
{
	if (value->kind == JSON_NUMBER && value->whole) {
		*out = value->number;
		return true;
	}
	return value->kind == JSON_NUMBER &&
	       (parse_i64(value->raw, out) || parse_decimal(value->raw, 0, out));
}

/* A text may come as a number: transponders and boot ids often do. */
static bool set_slice(struct beacon_message *out, struct slice *slice,
		      const struct json_value *value)
{
	if (value->kind != JSON_STRING && value->kind != JSON_NUMBER)
		return false;
	*slice = value->raw;
	if (!value->escaped)
		return true;
	/* An escape is never shorter than what it stands for, so all strings of a line
	 * fit a pool as long as the line. */
	slice->at = out->pool + out->pool_len;
	if (!json_unescape(value->raw, out->pool + out->pool_len,
			   sizeof(out->pool) - out->pool_len, &slice->len))
		return false;
	out->pool_len += slice->len;
	return true;
}

/* Keys are shorter than a call of memcmp takes. */
static bool same_key(struct slice a, struct slice b)
{
	size_t i = 0;
	if (a.len != b.len)
		return false;
	while (i < a.len && a.at[i] == b.at[i])
		i++;
	return i == a.len;
}

/* Members are mostly in the order of the table: start behind the last one. */
static unsigned member_find(struct slice key, unsigned *next)
{
	unsigned i = *next;
	for (unsigned n = 0; n < BEACON_MEMBER_COUNT; n++) {
		unsigned here = i;
		if (++i == BEACON_MEMBER_COUNT)
			i = 0;
		if (same_key(members[here].name, key)) {
			*next = i;
			return here;
		}
	}
	return BEACON_MEMBER_COUNT;
}

static bool set_member(struct beacon_message *out, struct slice key, unsigned *next,
		       const struct json_value *value)
{
	char *base = (char *)out;
	if (value->kind == JSON_WORD && slice_eq(value->raw, SLICE("null")))
		return true;
	if (key.len == 1 && key.at[0] == 't') {
		struct slice type;
		if (!set_slice(out, &type, value))
			return false;
		out->type = type_of(type);
		return true;
	}
	unsigned member = member_find(key, next);
	if (member == BEACON_MEMBER_COUNT)
		return true;
	const struct member_row *row = &members[member];
	if (row->kind == NUMBER
		    ? !whole_number(value, (int64_t *)(void *)(base + row->at))
		    : !set_slice(out, (struct slice *)(void *)(base + row->at), value))
		return false;
	out->has |= (uint32_t)1 << member;
	return true;
}

static enum beacon_fault scan_json(struct slice line, struct beacon_message *out)
{
	struct json_reader r = json_reader_of(line);
	enum beacon_fault fault = BEACON_FINE;
	unsigned next = 0;
	if (!json_take(&r, '{'))
		return BEACON_NOT_JSON;
	if (!json_take(&r, '}')) {
		do {
			struct json_value name, value;
			if (!json_read_name(&r, &name) || !json_read(&r, &value))
				return BEACON_NOT_JSON;
			if (!set_member(out, name.raw, &next, &value))
				fault = BEACON_BAD_FIELD;
		} while (json_take(&r, ','));
		if (!json_take(&r, '}'))
			return BEACON_NOT_JSON;
	}
	return r.at == r.end ? fault : BEACON_NOT_JSON;
}

#define HAS(member_) ((uint32_t)1 << BEACON_MEMBER_##member_)

/* ---- the checksum of a line of JSON --------------------------------------- */

uint32_t wire_crc32(const void *p, size_t n)
{
	static const uint32_t halves[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
		0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const unsigned char *at = p;
	uint32_t crc = 0xffffffff;
	for (; n > 0; n--, at++) {
		crc = crc >> 4 ^ halves[(crc ^ *at) & 15];
		crc = crc >> 4 ^ halves[(crc ^ *at >> 4) & 15];
	}
	return ~crc;
}

/* (4), (5) Cut `,"key":"digits"` off the end of @body. It has one form, so a damaged key
 * does not turn the check off. */
static bool cut_tail(struct slice *body, struct slice begin, unsigned char *out,
		     size_t bytes)
{
	size_t len = begin.len + 2 * bytes + 1;
	if (body->len < len)
		return false;
	struct slice tail = {body->at + body->len - len, len};
	if (!slice_starts(tail, begin) || tail.at[len - 1] != '"')
		return false;
	for (size_t i = 0; i < bytes; i++) {
		int high = hex_value(tail.at[begin.len + 2 * i]);
		int low = hex_value(tail.at[begin.len + 2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high * 16 + low);
	}
	body->len -= len;
	return true;
}

static enum beacon_fault check_tails(struct slice line, struct beacon_message *out)
{
	unsigned char sum[4];
	struct slice body = {line.at, line.len - 1}; /* without its brace */
	out->is_signed = BEACON_HAS(out, mac);
	if (out->is_signed &&
	    !cut_tail(&body, SLICE(",\"mac\":\""), out->sign, sizeof(out->sign)))
		return BEACON_BAD_SUM;
	out->signed_part = body;
	if (!BEACON_HAS(out, crc))
		return BEACON_FINE;
	if (!cut_tail(&body, SLICE(",\"crc\":\""), sum, sizeof(sum)) ||
	    wire_crc32(body.at, body.len) !=
		    ((uint32_t)sum[0] << 24 | (uint32_t)sum[1] << 16 |
		     (uint32_t)sum[2] << 8 | sum[3]))
		return BEACON_BAD_SUM;
	out->summed = true;
	return BEACON_FINE;
}

/* ---- the text form -------------------------------------------------------- */

static struct slice beacon_bytes_next_word(struct slice *rest)
{
	*rest = slice_trim(*rest);
	struct slice word = slice_cut(rest, ' ');
	return word;
}

static bool next_number(struct slice *rest, int64_t *out)
{
	uint64_t value;
	if (!parse_u64(beacon_bytes_next_word(rest), &value) ||
	    value > INT64_MAX / 1000)
		return false;
	*out = (int64_t)value;
	return true;
}

static unsigned xor_of(struct slice s)
{
	unsigned sum = 0;
	for (size_t i = 0; i < s.len; i++)
		sum ^= (unsigned char)s.at[i];
	return sum;
}

/* The XOR of all bytes before the star, as in NMEA. A tick may be without. */
static enum beacon_fault check_sum(struct slice *line)
{
	if (line->len < 3 || line->at[line->len - 3] != '*')
		return line->at[0] == 'S' ? BEACON_FINE : BEACON_NO_SUM;
	int high = hex_value(line->at[line->len - 2]);
	int low = hex_value(line->at[line->len - 1]);
	line->len -= 3;
	return high >= 0 && low >= 0 && xor_of(*line) == (unsigned)(high * 16 + low)
		       ? BEACON_FINE
		       : BEACON_BAD_SUM;
}

static enum beacon_fault text_pass(struct slice rest, struct beacon_message *out)
{
	out->type = BEACON_PASS;
	out->has = HAS(seq) | HAS(us) | HAS(tx);
	if (!next_number(&rest, &out->seq))
		return BEACON_BAD_FIELD;
	out->tx = beacon_bytes_next_word(&rest);
	return next_number(&rest, &out->us) ? BEACON_FINE : BEACON_BAD_FIELD;
}

static enum beacon_fault text_tick(struct slice rest, struct beacon_message *out)
{
	out->type = BEACON_TICK;
	out->has = HAS(seq) | HAS(us);
	if (!next_number(&rest, &out->us) || !next_number(&rest, &out->seq))
		return BEACON_BAD_FIELD;
	if (next_number(&rest, &out->from))
		out->has |= HAS(from);
	return BEACON_FINE;
}

static enum beacon_fault text_time(struct slice rest, struct beacon_message *out)
{
	out->type = BEACON_TIME;
	out->has = HAS(n) | HAS(us);
	return next_number(&rest, &out->n) && next_number(&rest, &out->us)
		       ? BEACON_FINE
		       : BEACON_BAD_FIELD;
}

/* "P seq tx ms [hits [rssi]]*XX", "S ms seq [from][*XX]" and "T n ms*XX": milliseconds since
 * boot. */
static const struct {
	char letter;
	enum beacon_fault (*scan)(struct slice rest, struct beacon_message *out);
} text_lines[] = {
	{'P', text_pass},
	{'S', text_tick},
	{'T', text_time},
};

static bool is_text(struct slice line)
{
	return line.len > 1 && line.at[1] == ' ' &&
	       (line.at[0] == 'P' || line.at[0] == 'S' || line.at[0] == 'T');
}

static enum beacon_fault scan_text(struct slice line, struct beacon_message *out)
{
	enum beacon_fault fault = check_sum(&line);
	struct slice rest = {line.at + 1, line.len - 1};
	if (fault != BEACON_FINE)
		return fault;
	out->text_form = true;
	for (size_t i = 0; i < ARRAY_LEN(text_lines); i++)
		if (text_lines[i].letter == line.at[0])
			fault = text_lines[i].scan(rest, out);
	out->us *= 1000;
	return fault;
}

#define AT(member_) offsetof(struct beacon_message, member_)

enum beacon_fault wire_beacon_read(struct slice line, struct beacon_message *out)
{
	line = slice_trim(line);
	/* Not the pool, which is as long as the rest. Up to 80 bytes are stores, not a
	 * loop. */
	char *base = (char *)out;
	memset(base, 0, AT(text_form));
	memset(base + AT(id), 0, AT(name) - AT(id));
	memset(base + AT(name), 0, AT(signed_part) - AT(name));
	out->text_form = out->summed = out->is_signed = false;
	out->pool_len = 0;
	if (line.len > BEACON_LINE_MAX)
		return BEACON_NOT_JSON;
	if (is_text(line))
		return scan_text(line, out);
	enum beacon_fault fault = scan_json(line, out);
	if (fault == BEACON_NOT_JSON || check_tails(line, out) == BEACON_FINE)
		return fault;
	return BEACON_BAD_SUM;
}

/* ---- writing ------------------------------------------------------------------------ */

const char *const wire_beacon_events[BEACON_EVENT_NAME_COUNT] = {
#define X(id_, name_) [BEACON_EVENT_##id_] = (name_),
	WIRE_BEACON_EVENTS(X)
#undef X
};

static bool is_plain(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == '"' || *p == '\\')
			return false;
	return name[0] != '\0';
}

void wire_beacon_string(struct out *out, enum beacon_member member, const char *value)
{
	out_format(out, ",\"%s\":", members[member].name.at);
	out_json(out, slice_of(value));
}

void wire_beacon_number(struct out *out, enum beacon_member member, int64_t value)
{
	out_format(out, ",\"%s\":%lld", members[member].name.at, (long long)value);
}

void wire_beacon_begin(struct out *out, enum beacon_type type, const char *id,
		       const char *boot)
{
	out_format(out, "{\"t\":\"%s\"", types[type].at);
	if (is_plain(id))
		wire_beacon_string(out, BEACON_MEMBER_id, id);
	if (is_plain(boot))
		wire_beacon_string(out, BEACON_MEMBER_boot, boot);
}

void wire_beacon_end(struct out *out)
{
	out_text(out, "}\n");
}

void wire_beacon_end_summed(struct out *out, size_t from)
{
	uint32_t sum = wire_crc32(out->buf + from, out->len - from);
	out_format(out, ",\"crc\":\"%08x\"}\n", (unsigned)sum);
}

void wire_beacon_end_signed(struct out *out, size_t from, struct slice key)
{
	unsigned char sign[SHA256_BYTES];
	hmac_sha256(key, (struct slice){out->buf + from, out->len - from}, sign);
	out_text(out, ",\"mac\":\"");
	for (size_t i = 0; i < sizeof(sign); i++)
		out_format(out, "%02x", sign[i]);
	out_text(out, "\"}\n");
}

void wire_beacon_text(struct out *out, const char *fmt, ...)
{
	char words[80];
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	if (n > 0)
		out_format(out, "%s*%02X\n", words, xor_of(slice_of(words)));
}
