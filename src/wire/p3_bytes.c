/*
 * p3_bytes.c -- frames and records of the P3 protocol, read and written
 *
 *  (1) Inside a frame 8D x stands for x - 20. Decoders escape 8D to 8F, some servers 8A to 8F:
 *      both are read, the first is written.
 *  (2) 8E and 8F are never unescaped inside a frame. A frame that lost its end stops where the
 *      next one begins.
 *  (3) A frame is used only if its length and sum are correct. A length of 0 is accepted, as
 *      requests have it.
 *  (4) Unknown types and fields are skipped by their length.
 */
#include "pitwall/wire.h"

#include <string.h>

enum {
	SOR = 0x8e,
	EOR = 0x8f,
	ESCAPE = 0x8d,
	ESCAPE_BY = 0x20,
	VERSION_2 = 0x02,
	AT_LENGTH = 2,
	AT_SUM = 4,
	AT_TYPE = 8,
	HEADER = 10,
};

/* ---- frames --------------------------------------------------------------------- */

ptrdiff_t wire_p3_frame(struct slice buf)
{
	size_t reach = buf.len < WIRE_P3_FRAME_MAX ? buf.len : WIRE_P3_FRAME_MAX;
	if (buf.len == 0)
		return 0;
	if ((unsigned char)buf.at[0] != SOR) {
		const char *next = memchr(buf.at, SOR, buf.len);
		return -(next ? next - buf.at : (ptrdiff_t)buf.len);
	}
	const char *end = memchr(buf.at, EOR, reach);
	if (end)
		reach = (size_t)(end - buf.at) + 1;
	const char *next = memchr(buf.at + 1, SOR, reach - 1);
	if (next)
		return next - buf.at; /* (2) */
	return end || reach == WIRE_P3_FRAME_MAX ? (ptrdiff_t)reach : 0;
}

/* (1) Into @plain, which is long enough. A frame without escapes is returned as it is.
 */
static struct slice unescape(struct slice frame, unsigned char *plain)
{
	const unsigned char *from = (const unsigned char *)frame.at;
	size_t n = 0;
	if (!memchr(frame.at, ESCAPE, frame.len))
		return frame;
	for (size_t i = 0; i < frame.len; i++) {
		if (from[i] == ESCAPE && i + 2 < frame.len)
			plain[n++] = (unsigned char)(from[++i] - ESCAPE_BY);
		else
			plain[n++] = from[i];
	}
	return (struct slice){(const char *)plain, n};
}

static uint16_t two_bytes(const char *at)
{
	const unsigned char *p = (const unsigned char *)at;
	return (uint16_t)(p[0] | p[1] << 8);
}

/* The two bytes of the sum itself count as zeros. */
static uint16_t sum_of(struct slice frame)
{
	char head[AT_TYPE];
	memcpy(head, frame.at, sizeof(head));
	head[AT_SUM] = head[AT_SUM + 1] = 0;
	return wire_crc(wire_crc(WIRE_CRC_BEGIN, head, sizeof(head)),
			frame.at + sizeof(head), frame.len - sizeof(head));
}

static enum wire_p3_fault frame_fault(struct slice frame)
{
	if (frame.len < WIRE_P3_FRAME_MIN)
		return WIRE_P3_SHORT;
	if ((unsigned char)frame.at[frame.len - 1] != EOR)
		return WIRE_P3_CUT;
	uint16_t length = two_bytes(frame.at + AT_LENGTH);
	if (length != 0 && length != frame.len)
		return WIRE_P3_OTHER_LENGTH;
	return two_bytes(frame.at + AT_SUM) == sum_of(frame) ? WIRE_P3_FINE
							     : WIRE_P3_BAD_SUM;
}

/* ---- fields ----------------------------------------------------------------------- */

enum { FIELD_IDS = 0x40, GENERAL = 0x80, GENERAL_IDS = 8 };

enum row { PASSING, STATUS, VERSION, RESEND, GET_TIME, ERROR, ANY, ROWS };

static const uint16_t row_types[] = {
	[PASSING] = WIRE_P3_PASSING,   [STATUS] = WIRE_P3_STATUS,
	[VERSION] = WIRE_P3_VERSION,   [RESEND] = WIRE_P3_RESEND,
	[GET_TIME] = WIRE_P3_GET_TIME, [ERROR] = WIRE_P3_ERROR,
};

/* Fields by row and id; ids and sizes by field. */
static const uint8_t row_fields[ROWS][FIELD_IDS] = {
#define X(type_, id_, bytes_, name_) [type_][(id_) % GENERAL] = P3_##name_,
	WIRE_P3_FIELDS(X)
#undef X
};
static const struct {
	uint8_t id, bytes;
} fields[P3_FIELD_COUNT] = {
#define X(type_, id_, bytes_, name_) [P3_##name_] = {id_, bytes_},
	WIRE_P3_FIELDS(X)
#undef X
};

/* The fields of a type of record; NULL: none are known. */
static const uint8_t *fields_of(uint16_t type)
{
	for (size_t i = 0; i < ARRAY_LEN(row_types); i++)
		if (row_types[i] == type)
			return row_fields[i];
	return NULL;
}

static enum wire_p3_field p3_bytes_field_of(const uint8_t *known, uint8_t id)
{
	if (id >= GENERAL)
		return id < GENERAL + GENERAL_IDS
			       ? (enum wire_p3_field)row_fields[ANY][id - GENERAL]
			       : P3_NO_FIELD;
	return known && id < FIELD_IDS ? (enum wire_p3_field)known[id] : P3_NO_FIELD;
}

static void keep_field(struct wire_p3_record *record, enum wire_p3_field field,
		       struct slice value)
{
	uint64_t number = 0;
	if (field == P3_NO_FIELD || value.len == 0)
		return; /* (4), or a request for a value */
	for (size_t i = value.len; i > 0 && value.len <= sizeof(number); i--)
		number = number << 8 | (unsigned char)value.at[i - 1];
	record->has |= (uint64_t)1 << field;
	record->value[field] = number;
	record->text[field] = value;
}

enum wire_p3_fault wire_p3_read(struct slice frame, struct wire_p3_record *record)
{
	frame = unescape(frame, record->plain);
	enum wire_p3_fault fault = frame_fault(frame);
	if (fault != WIRE_P3_FINE)
		return fault;
	record->type = two_bytes(frame.at + AT_TYPE);
	record->has = 0;
	memset(record->value, 0, sizeof(record->value));
	const uint8_t *known = fields_of(record->type);
	for (size_t i = HEADER; i + 1 < frame.len;) {
		size_t len = i + 2 < frame.len ? (unsigned char)frame.at[i + 1] : 0;
		if (i + 2 >= frame.len || i + 2 + len + 1 > frame.len)
			return WIRE_P3_BAD_FIELD;
		keep_field(record, p3_bytes_field_of(known, (unsigned char)frame.at[i]),
			   (struct slice){frame.at + i + 2, len});
		i += 2 + len;
	}
	return WIRE_P3_FINE;
}

/* ---- writing ------------------------------------------------------------------------ */

void wire_p3_begin(struct wire_p3 *frame, uint16_t type)
{
	memset(frame, 0, sizeof(*frame));
	frame->bytes[0] = SOR;
	frame->bytes[1] = VERSION_2;
	frame->bytes[AT_TYPE] = (unsigned char)(type & 0xff);
	frame->bytes[AT_TYPE + 1] = (unsigned char)(type >> 8);
	frame->len = HEADER;
}

/* Write id and length. Returns where the value goes; NULL: no room. */
static unsigned char *p3_bytes_add_field(struct wire_p3 *frame, uint8_t id, size_t len)
{
	unsigned char *at = frame->bytes + frame->len;
	if (frame->len + 2 + len + 1 > sizeof(frame->bytes))
		return NULL;
	at[0] = id;
	at[1] = (unsigned char)len;
	frame->len += 2 + len;
	return at + 2;
}

void wire_p3_number(struct wire_p3 *frame, uint8_t id, unsigned bytes, uint64_t value)
{
	unsigned char *at = bytes <= 8 ? p3_bytes_add_field(frame, id, bytes) : NULL;
	for (unsigned i = 0; at && i < bytes; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

void wire_p3_text(struct wire_p3 *frame, uint8_t id, struct slice text)
{
	size_t len = text.len <= UINT8_MAX ? text.len : UINT8_MAX;
	unsigned char *at = p3_bytes_add_field(frame, id, len);
	if (at && len > 0)
		memcpy(at, text.at, len);
}

void wire_p3_put(struct wire_p3 *frame, enum wire_p3_field field, uint64_t value)
{
	wire_p3_number(frame, fields[field].id, fields[field].bytes, value);
}

void wire_p3_send(struct wire_p3 *frame, struct out *out)
{
	unsigned char *bytes = frame->bytes;
	size_t len = frame->len + 1;
	bytes[frame->len] = EOR;
	bytes[AT_LENGTH] = (unsigned char)(len & 0xff);
	bytes[AT_LENGTH + 1] = (unsigned char)(len >> 8);
	uint16_t sum = sum_of((struct slice){(const char *)bytes, len});
	bytes[AT_SUM] = (unsigned char)(sum & 0xff);
	bytes[AT_SUM + 1] = (unsigned char)(sum >> 8);
	for (size_t i = 0; i < len; i++) {
		bool inside = i > 0 && i + 1 < len;
		if (inside && bytes[i] >= ESCAPE && bytes[i] <= EOR) {
			out_char(out, (char)ESCAPE);
			out_char(out, (char)(bytes[i] + ESCAPE_BY));
		} else {
			out_char(out, (char)bytes[i]);
		}
	}
}

static void put_unless_zero(struct wire_p3 *frame, enum wire_p3_field field,
			    uint64_t value)
{
	if (value != 0)
		wire_p3_put(frame, field, value);
}

static void put_instant(struct wire_p3 *frame, enum wire_p3_field field, instant_us at)
{
	if (at != INSTANT_NONE)
		wire_p3_put(frame, field, (uint64_t)at);
}

static void p3_bytes_put_text(struct wire_p3 *frame, enum wire_p3_field field,
			      struct slice text)
{
	wire_p3_text(frame, fields[field].id, text);
}

void wire_p3_passing(struct out *out, const struct wire_p3_passing *p)
{
	struct wire_p3 frame;
	struct slice code = {p->code, strnlen(p->code, sizeof(p->code))};
	wire_p3_begin(&frame, WIRE_P3_PASSING);
	wire_p3_put(&frame, P3_NUMBER, p->number);
	put_unless_zero(&frame, P3_TRANSPONDER, p->transponder);
	if (code.len > 0)
		p3_bytes_put_text(&frame, P3_CODE, code);
	put_instant(&frame, P3_RTC, p->rtc);
	put_instant(&frame, P3_UTC, p->utc);
	put_unless_zero(&frame, P3_RTC_ID, p->rtc_id);
	wire_p3_put(&frame, P3_STRENGTH, p->strength);
	put_unless_zero(&frame, P3_HITS, p->hits);
	wire_p3_put(&frame, P3_FLAGS, p->flags);
	put_unless_zero(&frame, P3_VOLTAGE, p->voltage);
	put_unless_zero(&frame, P3_TEMPERATURE, p->temperature);
	wire_p3_put(&frame, P3_DECODER, p->decoder);
	wire_p3_send(&frame, out);
}

void wire_p3_status(struct out *out, const struct wire_p3_status *s)
{
	struct wire_p3 frame;
	wire_p3_begin(&frame, WIRE_P3_STATUS);
	wire_p3_put(&frame, P3_STATUS_NOISE, s->noise);
	wire_p3_put(&frame, P3_STATUS_TEMPERATURE, s->temperature);
	wire_p3_put(&frame, P3_STATUS_VOLTAGE, s->voltage);
	wire_p3_put(&frame, P3_STATUS_GPS, s->gps);
	put_unless_zero(&frame, P3_STATUS_SATELLITES, s->satellites);
	put_unless_zero(&frame, P3_STATUS_LOOP_TRIGGERS, s->loop_triggers);
	wire_p3_put(&frame, P3_DECODER, s->decoder);
	wire_p3_send(&frame, out);
}

void wire_p3_version(struct out *out, uint32_t decoder, uint8_t type,
		     const char *description, const char *version)
{
	struct wire_p3 frame;
	wire_p3_begin(&frame, WIRE_P3_VERSION);
	wire_p3_put(&frame, P3_VERSION_TYPE, type);
	p3_bytes_put_text(&frame, P3_VERSION_DESCRIPTION, slice_of(description));
	p3_bytes_put_text(&frame, P3_VERSION_TEXT, slice_of(version));
	wire_p3_put(&frame, P3_DECODER, decoder);
	wire_p3_send(&frame, out);
}

void wire_p3_time(struct out *out, uint32_t decoder, instant_us rtc, instant_us utc)
{
	struct wire_p3 frame;
	wire_p3_begin(&frame, WIRE_P3_GET_TIME);
	put_instant(&frame, P3_TIME_RTC, rtc);
	wire_p3_put(&frame, P3_TIME_FLAGS, 0);
	put_instant(&frame, P3_TIME_UTC, utc);
	wire_p3_put(&frame, P3_DECODER, decoder);
	wire_p3_send(&frame, out);
}

void wire_p3_ask_time(struct out *out)
{
	struct wire_p3 frame;
	wire_p3_begin(&frame, WIRE_P3_GET_TIME);
	p3_bytes_put_text(&frame, P3_TIME_RTC, SLICE(""));
	p3_bytes_put_text(&frame, P3_TIME_FLAGS, SLICE(""));
	p3_bytes_put_text(&frame, P3_TIME_UTC, SLICE(""));
	wire_p3_send(&frame, out);
}

void wire_p3_resend(struct out *out, uint32_t from, uint32_t until, uint32_t decoder)
{
	struct wire_p3 frame;
	wire_p3_begin(&frame, WIRE_P3_RESEND);
	wire_p3_put(&frame, P3_RESEND_FROM, from);
	wire_p3_put(&frame, P3_RESEND_UNTIL, until);
	put_unless_zero(&frame, P3_DECODER, decoder);
	wire_p3_send(&frame, out);
}

void wire_p3_error(struct out *out, uint32_t decoder, uint16_t code, const char *words)
{
	struct wire_p3 frame;
	wire_p3_begin(&frame, WIRE_P3_ERROR);
	wire_p3_put(&frame, P3_ERROR_CODE, code);
	p3_bytes_put_text(&frame, P3_ERROR_TEXT, slice_of(words));
	wire_p3_put(&frame, P3_DECODER, decoder);
	wire_p3_send(&frame, out);
}
