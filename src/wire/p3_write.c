/*
 * p3_write.c -- records of P3 decoders and lines of P98 decoders, as they send them
 *
 *  (1) Fields stand in the order the AMB and TranX decoders have them in; a reader
 *      may rely on none.
 */
#include "pitwall/wire.h"

#include <string.h>

enum { SOR = 0x8e, EOR = 0x8f, VERSION = 0x02, HEADER = 10 };

/* Fields of every record. */
enum { FIELD_DECODER = 0x81 };

void wire_p3_begin(struct wire_p3 *frame, uint16_t type)
{
	memset(frame, 0, sizeof(*frame));
	frame->bytes[0] = SOR;
	frame->bytes[1] = VERSION;
	frame->bytes[8] = (unsigned char)(type & 0xff);
	frame->bytes[9] = (unsigned char)(type >> 8);
	frame->len = HEADER;
}

/* Id and length; where the value goes, or NULL: no room. */
static unsigned char *add_field(struct wire_p3 *frame, uint8_t id, size_t len)
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
	unsigned char *at = bytes <= 8 ? add_field(frame, id, bytes) : NULL;

	for (unsigned i = 0; at != NULL && i < bytes; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

void wire_p3_text(struct wire_p3 *frame, uint8_t id, struct slice text)
{
	size_t len = text.len <= UINT8_MAX ? text.len : UINT8_MAX;
	unsigned char *at = add_field(frame, id, len);

	if (at != NULL && len > 0)
		memcpy(at, text.at, len);
}

void wire_p3_send(struct wire_p3 *frame, struct out *out)
{
	char sealed[2 * WIRE_P3_FRAME_MAX];

	frame->bytes[frame->len++] = EOR;
	out_bytes(out, sealed, p3_seal(sealed, frame->bytes, frame->len));
	frame->len--;
}

static void put_instant(struct wire_p3 *frame, uint8_t id, instant_us at)
{
	if (at != INSTANT_NONE)
		wire_p3_number(frame, id, 8, (uint64_t)at);
}

static void put_unless_zero(struct wire_p3 *frame, uint8_t id, unsigned bytes,
			    uint64_t value)
{
	if (value != 0)
		wire_p3_number(frame, id, bytes, value);
}

void wire_p3_passing(struct out *out, const struct wire_p3_passing *p)
{
	struct wire_p3 frame;
	struct slice code = {p->code, strnlen(p->code, sizeof(p->code))};

	wire_p3_begin(&frame, WIRE_P3_PASSING);
	wire_p3_number(&frame, 0x01, 4, p->number);
	put_unless_zero(&frame, 0x03, 4, p->transponder);
	if (code.len > 0)
		wire_p3_text(&frame, 0x0a, code);
	put_instant(&frame, 0x04, p->rtc);
	put_instant(&frame, 0x10, p->utc);
	put_unless_zero(&frame, 0x13, 4, p->rtc_id);
	wire_p3_number(&frame, 0x05, 2, p->strength);
	put_unless_zero(&frame, 0x06, 2, p->hits);
	wire_p3_number(&frame, 0x08, 2, p->flags);
	put_unless_zero(&frame, 0x30, 1, p->voltage);
	put_unless_zero(&frame, 0x31, 1, p->temperature);
	wire_p3_number(&frame, FIELD_DECODER, 4, p->decoder);
	wire_p3_send(&frame, out);
}

void wire_p3_status(struct out *out, const struct wire_p3_status *s)
{
	struct wire_p3 frame;

	wire_p3_begin(&frame, WIRE_P3_STATUS);
	wire_p3_number(&frame, 0x01, 2, s->noise);
	wire_p3_number(&frame, 0x07, 2, s->temperature);
	wire_p3_number(&frame, 0x0c, 1, s->voltage);
	wire_p3_number(&frame, 0x06, 1, s->gps);
	put_unless_zero(&frame, 0x0a, 1, s->satellites);
	put_unless_zero(&frame, 0x0b, 2, s->loop_triggers);
	wire_p3_number(&frame, FIELD_DECODER, 4, s->decoder);
	wire_p3_send(&frame, out);
}

void wire_p3_version(struct out *out, uint32_t decoder, uint8_t type,
		     const char *description, const char *version)
{
	struct wire_p3 frame;

	wire_p3_begin(&frame, WIRE_P3_VERSION);
	wire_p3_number(&frame, 0x01, 1, type);
	wire_p3_text(&frame, 0x02, slice_of(description));
	wire_p3_text(&frame, 0x03, slice_of(version));
	wire_p3_number(&frame, FIELD_DECODER, 4, decoder);
	wire_p3_send(&frame, out);
}

void wire_p3_time(struct out *out, uint32_t decoder, instant_us rtc, instant_us utc)
{
	struct wire_p3 frame;

	wire_p3_begin(&frame, WIRE_P3_GET_TIME);
	put_instant(&frame, 0x01, rtc);
	wire_p3_number(&frame, 0x04, 2, 0);
	put_instant(&frame, 0x05, utc);
	wire_p3_number(&frame, FIELD_DECODER, 4, decoder);
	wire_p3_send(&frame, out);
}

void wire_p3_resend(struct out *out, uint32_t from, uint32_t until)
{
	struct wire_p3 frame;

	wire_p3_begin(&frame, WIRE_P3_RESEND);
	wire_p3_number(&frame, 0x01, 4, from);
	wire_p3_number(&frame, 0x02, 4, until);
	wire_p3_send(&frame, out);
}

void wire_p3_error(struct out *out, uint32_t decoder, uint16_t code, const char *words)
{
	struct wire_p3 frame;

	wire_p3_begin(&frame, WIRE_P3_ERROR);
	wire_p3_number(&frame, 0x01, 2, code);
	wire_p3_text(&frame, 0x02, slice_of(words));
	wire_p3_number(&frame, FIELD_DECODER, 4, decoder);
	wire_p3_send(&frame, out);
}

/* ---- P98 ------------------------------------------------------------------------- */

enum { P98_LINE_MAX = 128 };

/* The sum is of what stands between the first byte and the x of the sum. */
static void send_line(struct out *out, const char *line, size_t len)
{
	char tail[16];
	size_t n = text_format(tail, sizeof(tail), "x%04X\r\n",
			       (unsigned)crc_p3(CRC_P3_BEGIN, line, len));

	out_bytes(out, "\x01", 1);
	out_bytes(out, line, len);
	out_bytes(out, tail, n);
}

void wire_p98_passing(struct out *out, const struct wire_p98_passing *p)
{
	char line[P98_LINE_MAX];
	int64_t ms = p->time > 0 ? p->time / US_MS : 0;
	size_t n = text_format(line, sizeof(line),
			       "@\t%lu\t%lu\t%lu\t%lld.%03lld\t%u\t%u\t%u\t",
			       (unsigned long)p->decoder, (unsigned long)p->sequence,
			       (unsigned long)p->transponder, (long long)(ms / 1000),
			       (long long)(ms % 1000), p->hits, p->strength, p->status);

	send_line(out, line, n);
}

void wire_p98_status(struct out *out, uint32_t decoder, uint32_t sequence,
		     uint16_t noise)
{
	char line[P98_LINE_MAX];
	size_t n = text_format(line, sizeof(line), "#\t%lu\t%lu\t%u\t",
			       (unsigned long)decoder, (unsigned long)sequence, noise);

	send_line(out, line, n);
}
