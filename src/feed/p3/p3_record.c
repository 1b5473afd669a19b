/*
 * p3_record.c -- frames of the P3 protocol: found in the bytes, checked, taken apart
 *
 *   8E  version  length(2)  sum(2)  flags(2)  type(2)  {id len value}...  8F
 *
 *  (1) Inside a frame 8D x stands for x - 20. Decoders escape 8D to 8F, some servers
 *      8A to 8F: both are read.
 *  (2) No 8E and no 8F stands unescaped inside a frame, so one that lost its end stops
 *      where the next begins, and never takes that with it.
 *  (3) Nothing of a frame is used before its length and its sum agree. A length of 0
 *      is tolerated, as requests have it.
 *  (4) Types and fields that are not known are skipped by their length.
 */
#include "p3_record.h"

#include <string.h>

/* ---- frames ------------------------------------------------------------------- */

ptrdiff_t p3_frame(struct slice buf)
{
	size_t reach = buf.len < P3_FRAME_MAX ? buf.len : P3_FRAME_MAX;
	const char *end, *next;

	if (buf.len == 0)
		return 0;
	if ((unsigned char)buf.at[0] != P3_SOR) {
		next = memchr(buf.at, P3_SOR, buf.len);
		return -(next != NULL ? next - buf.at : (ptrdiff_t)buf.len);
	}
	end = memchr(buf.at, P3_EOR, reach);
	if (end != NULL)
		reach = (size_t)(end - buf.at) + 1;
	next = memchr(buf.at + 1, P3_SOR, reach - 1);
	if (next != NULL)
		return next - buf.at; /* (2) */
	return end != NULL || reach == P3_FRAME_MAX ? (ptrdiff_t)reach : 0;
}

/* (1) Into @plain, which is as long; a frame without escapes stays where it is. */
static struct slice unescape(struct slice frame, unsigned char *plain)
{
	const unsigned char *from = (const unsigned char *)frame.at;
	size_t n = 0;

	if (memchr(frame.at, P3_ESCAPE, frame.len) == NULL)
		return frame;
	for (size_t i = 0; i < frame.len; i++) {
		if (from[i] == P3_ESCAPE && i + 2 < frame.len)
			plain[n++] = (unsigned char)(from[++i] - 0x20);
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

/* The sum is taken with its own two bytes as zeros. */
static uint16_t sum_of(struct slice frame)
{
	char head[8];

	memcpy(head, frame.at, sizeof(head));
	head[4] = head[5] = 0;
	return crc_p3(crc_p3(CRC_P3_BEGIN, head, sizeof(head)), frame.at + sizeof(head),
		      frame.len - sizeof(head));
}

static const char *frame_fault(struct slice frame)
{
	uint16_t length;

	if (frame.len < P3_FRAME_MIN)
		return "a record shorter than any";
	if ((unsigned char)frame.at[frame.len - 1] != P3_EOR)
		return "a record that was cut off";
	length = two_bytes(frame.at + 2);
	if (length != 0 && length != frame.len)
		return "a record of another length than it says";
	if (two_bytes(frame.at + 4) != sum_of(frame))
		return "a record whose checksum does not agree";
	return NULL;
}

/* ---- fields --------------------------------------------------------------------- */

enum { FIELD_IDS = 0x40, GENERAL = 0x80 };

enum row { PASSING, STATUS, VERSION, RESEND, GET_TIME, ERROR, ROWS };

static const uint16_t row_types[ROWS] = {
	[PASSING] = P3_PASSING, [STATUS] = P3_STATUS,     [VERSION] = P3_VERSION,
	[RESEND] = P3_RESEND,   [GET_TIME] = P3_GET_TIME, [ERROR] = P3_ERROR,
};

static const uint8_t row_fields[ROWS][FIELD_IDS] = {
#define X(type_, id_, name_) [type_][id_] = P3_##name_,
	P3_FIELDS(X)
#undef X
};

static const uint8_t general_fields[] = {
	[0x81 - GENERAL] = P3_DECODER,
	[0x83 - GENERAL] = P3_CONTROLLER,
	[0x85 - GENERAL] = P3_REQUEST,
};

/* The fields of a type; NULL: none is known. */
static const uint8_t *fields_of(uint16_t type)
{
	for (size_t i = 0; i < ROWS; i++)
		if (row_types[i] == type)
			return row_fields[i];
	return NULL;
}

static enum p3_field field_of(const uint8_t *fields, uint8_t id)
{
	if (id >= GENERAL)
		return (size_t)(id - GENERAL) < ARRAY_LEN(general_fields)
			       ? (enum p3_field)general_fields[id - GENERAL]
			       : P3_NO_FIELD;
	return fields != NULL && id < FIELD_IDS ? (enum p3_field)fields[id]
						: P3_NO_FIELD;
}

static void put_field(struct p3_record *record, enum p3_field field, struct slice value)
{
	uint64_t number = 0;

	if (field == P3_NO_FIELD || value.len == 0)
		return; /* (4), or a question */
	for (size_t i = value.len; i > 0 && value.len <= sizeof(number); i--)
		number = number << 8 | (unsigned char)value.at[i - 1];
	record->has |= (uint64_t)1 << field;
	record->value[field] = number;
	record->text[field] = value;
}

const char *p3_read(struct slice frame, struct p3_record *record, bool *sum)
{
	const uint8_t *fields;
	const char *fault;

	frame = unescape(frame, record->plain);
	fault = frame_fault(frame);
	*sum = fault != NULL;
	if (fault != NULL)
		return fault;
	record->type = two_bytes(frame.at + 8);
	record->has = 0;
	memset(record->value, 0, sizeof(record->value));
	fields = fields_of(record->type);
	for (size_t i = P3_HEADER; i + 1 < frame.len;) {
		size_t len = i + 2 < frame.len ? (unsigned char)frame.at[i + 1] : 0;

		if (i + 2 >= frame.len || i + 2 + len + 1 > frame.len)
			return "a record whose last field reaches over its end";
		put_field(record, field_of(fields, (unsigned char)frame.at[i]),
			  (struct slice){frame.at + i + 2, len});
		i += 2 + len;
	}
	return NULL;
}
