/*
 * beacon_scan.c -- a scanner for the lines of the open beacon protocol
 */
#include "beacon_scan.h"

#include "pitwall/json.h"

/* ---- the members we know -------------------------------------------------- */

enum member {
	MEMBER_T,
	MEMBER_ID,
	MEMBER_BOOT,
	MEMBER_SEQ,
	MEMBER_TX,
	MEMBER_US,
	MEMBER_UTC,
	MEMBER_SRC,
	MEMBER_LOOP,
	MEMBER_NAME,
	MEMBER_VALUE,
	MEMBER_TEXT,
	MEMBER_NUM,
	MEMBER_AGE,
	MEMBER_CLOCK,
	MEMBER_FROM,
	MEMBER_N,
	MEMBER_COUNT,
};

/* Where a member goes: its name, its bit, and which slice or number it fills. */
struct member_row {
	struct slice name;
	uint32_t bit;
	size_t slice_at; /* offset in struct beacon_message; 0: none */
	size_t number_at;
};

#define AT(field_) offsetof(struct beacon_message, field_)
static const struct member_row members[MEMBER_COUNT] = {
	[MEMBER_T] = {{"t", 1}, 0, 0, 0},
	[MEMBER_ID] = {{"id", 2}, HAS_ID, AT(id), 0},
	[MEMBER_BOOT] = {{"boot", 4}, HAS_BOOT, AT(boot), 0},
	[MEMBER_SEQ] = {{"seq", 3}, HAS_SEQ, 0, AT(seq)},
	[MEMBER_TX] = {{"tx", 2}, HAS_TX, AT(tx), 0},
	[MEMBER_US] = {{"us", 2}, HAS_US, 0, AT(us)},
	[MEMBER_UTC] = {{"utc", 3}, HAS_UTC, 0, AT(utc)},
	[MEMBER_SRC] = {{"src", 3}, HAS_SRC, AT(src), 0},
	[MEMBER_LOOP] = {{"loop", 4}, HAS_LOOP, AT(loop), 0},
	[MEMBER_NAME] = {{"name", 4}, 0, AT(name), 0},
	[MEMBER_VALUE] = {{"value", 5}, 0, AT(value), 0},
	[MEMBER_TEXT] = {{"text", 4}, 0, AT(text), 0},
	[MEMBER_NUM] = {{"num", 3}, HAS_NUM, 0, AT(num)},
	[MEMBER_AGE] = {{"age_us", 6}, HAS_AGE, 0, AT(age_us)},
	[MEMBER_CLOCK] = {{"clock", 5}, HAS_CLOCK, 0, AT(clock)},
	[MEMBER_FROM] = {{"from", 4}, HAS_FROM, 0, AT(from)},
	[MEMBER_N] = {{"n", 1}, HAS_N, 0, AT(n)},
};
#undef AT

static const struct {
	struct slice name;
	enum beacon_type type;
} types[] = {
	{{"pass", 4}, BEACON_PASS},   {{"tick", 4}, BEACON_TICK},
	{{"event", 5}, BEACON_EVENT}, {{"hello", 5}, BEACON_HELLO},
	{{"time", 4}, BEACON_TIME},
};

static enum beacon_type type_of(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (slice_eq(types[i].name, name))
			return types[i].type;
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

/* A call is longer than a key. */
static bool same_key(struct slice a, struct slice b)
{
	size_t i = 0;
	if (a.len != b.len)
		return false;
	while (i < a.len && a.at[i] == b.at[i])
		i++;
	return i == a.len;
}

/* Members mostly come in the order of the table: begin behind the one before. */
static const struct member_row *member_find(struct slice key, unsigned *next)
{
	unsigned i = *next;
	for (unsigned n = 0; n < MEMBER_COUNT; n++) {
		const struct member_row *row = &members[i];
		if (++i == MEMBER_COUNT)
			i = 0;
		if (same_key(row->name, key)) {
			*next = i;
			return row;
		}
	}
	return NULL;
}

static enum beacon_fault set_member(struct beacon_message *out,
				    const struct member_row *row,
				    const struct json_value *value)
{
	char *base = (char *)out;
	struct slice type;
	bool null = value->kind == JSON_WORD && slice_eq(value->raw, SLICE("null"));

	if (!row || null)
		return BEACON_FINE;
	if (row->number_at != 0) {
		if (!whole_number(value, (int64_t *)(void *)(base + row->number_at)))
			return BEACON_BAD_FIELD;
	} else if (row->slice_at != 0) {
		if (!set_slice(out, (struct slice *)(void *)(base + row->slice_at),
			       value))
			return BEACON_BAD_FIELD;
	} else {
		if (!set_slice(out, &type, value))
			return BEACON_BAD_FIELD;
		out->type = type_of(type);
	}
	out->has |= row->bit;
	return BEACON_FINE;
}

static enum beacon_fault scan_json(struct slice line, struct beacon_message *out)
{
	struct json_reader r = {line.at, line.at + line.len};
	enum beacon_fault fault = BEACON_FINE;
	unsigned next = 0;
	if (!json_take(&r, '{'))
		return BEACON_NOT_JSON;
	if (!json_take(&r, '}')) {
		do {
			struct json_value name, value;
			enum beacon_fault one;
			if (!json_read_name(&r, &name) || !json_read(&r, &value))
				return BEACON_NOT_JSON;
			one = set_member(out, member_find(name.raw, &next), &value);
			if (fault == BEACON_FINE)
				fault = one;
		} while (json_take(&r, ','));
		if (!json_take(&r, '}'))
			return BEACON_NOT_JSON;
	}
	return r.at == r.end ? fault : BEACON_NOT_JSON;
}

/* ---- the text form -------------------------------------------------------- */

static struct slice next_word(struct slice *rest)
{
	*rest = slice_trim(*rest);
	struct slice word = slice_cut(rest, ' ');
	return word;
}

static bool next_number(struct slice *rest, int64_t *out)
{
	uint64_t value;
	if (!parse_u64(next_word(rest), &value) || value > INT64_MAX / 1000)
		return false;
	*out = (int64_t)value;
	return true;
}

/* The XOR of all bytes before the star, as NMEA has it. The clock's line may come
 * without. */
static enum beacon_fault check_sum(struct slice *line)
{
	unsigned sum = 0;
	if (line->len < 3 || line->at[line->len - 3] != '*')
		return line->at[0] == 'S' ? BEACON_FINE : BEACON_NO_SUM;
	int high = hex_value(line->at[line->len - 2]);
	int low = hex_value(line->at[line->len - 1]);
	line->len -= 3;
	for (size_t i = 0; i < line->len; i++)
		sum ^= (unsigned char)line->at[i];
	return high >= 0 && low >= 0 && sum == (unsigned)(high * 16 + low)
		       ? BEACON_FINE
		       : BEACON_BAD_SUM;
}

static enum beacon_fault text_pass(struct slice rest, struct beacon_message *out)
{
	out->type = BEACON_PASS;
	out->has = HAS_SEQ | HAS_US | HAS_TX;
	if (!next_number(&rest, &out->seq))
		return BEACON_BAD_FIELD;
	out->tx = next_word(&rest);
	return next_number(&rest, &out->us) ? BEACON_FINE : BEACON_BAD_FIELD;
}

static enum beacon_fault text_tick(struct slice rest, struct beacon_message *out)
{
	out->type = BEACON_TICK;
	out->has = HAS_SEQ | HAS_US;
	return next_number(&rest, &out->us) && next_number(&rest, &out->seq)
		       ? BEACON_FINE
		       : BEACON_BAD_FIELD;
}

static enum beacon_fault text_time(struct slice rest, struct beacon_message *out)
{
	out->type = BEACON_TIME;
	out->has = HAS_N | HAS_US;
	return next_number(&rest, &out->n) && next_number(&rest, &out->us)
		       ? BEACON_FINE
		       : BEACON_BAD_FIELD;
}

/* "P seq tx ms [hits [rssi]]*XX", "S ms seq[*XX]" and "T n ms*XX": milliseconds since
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

enum beacon_fault beacon_scan(struct slice line, struct beacon_message *out)
{
	const struct slice none = {NULL, 0};
	line = slice_trim(line);
	/* All but the pool, which is as long as the rest and needs no start; in parts,
	 * each short enough for stores in place of a loop. */
	memset(out, 0, offsetof(struct beacon_message, id));
	out->id = out->loop = out->boot = out->tx = none;
	out->src = out->name = out->value = out->text = none;
	out->pool_len = 0;
	if (line.len > BEACON_LINE_MAX)
		return BEACON_NOT_JSON;
	if (is_text(line))
		return scan_text(line, out);
	return scan_json(line, out);
}
