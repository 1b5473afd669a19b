/*
 * p3_box.c -- a box of P3 decoders that remembers its passings and answers requests
 *
 *  (1) Passing numbers count up by one for each decoder and are never used again.
 *  (2) What a client says is bounded and checked: a frame with a bad sum, or one that
 *      never ends, is answered with an ERROR record and forgotten.
 */
#include <string.h>

#include "pitwall/outfeed.h"
#include "pitwall/wire.h"

enum { SOR = 0x8e, EOR = 0x8f, ESCAPE = 0x8d, HEAD = 10, REQUEST_MAX = 256 };

static void tell(const struct p3_box *decoder, const struct p3_told *told,
		 struct out *out)
{
	struct wire_p3_passing passing = {
		.rtc = told->at,
		.utc = decoder->utc ? told->at : INSTANT_NONE,
		.decoder = told->decoder,
		.number = told->number,
		.transponder = told->transponder,
		.strength = 110,
		.hits = 40,
	};
	wire_p3_passing(out, &passing);
}

bool p3_box_passing(struct p3_box *decoder, uint8_t line, uint32_t transponder,
		    instant_us at, struct out *out)
{
	if (decoder->count == decoder->max || line >= ARRAY_LEN(decoder->numbers))
		return false;
	struct p3_told *told = &decoder->told[decoder->count++];
	*told = (struct p3_told){
		.at = at,
		.decoder = decoder->first_id + line,
		.number = ++decoder->numbers[line],
		.transponder = transponder,
	};
	tell(decoder, told, out);
	return true;
}

void p3_box_status(const struct p3_box *decoder, struct out *out)
{
	for (uint32_t line = 0; line < ARRAY_LEN(decoder->numbers); line++) {
		struct wire_p3_status status = {
			.decoder = decoder->first_id + line,
			.noise = 24,
			.temperature = 31,
			.gps = decoder->utc,
			.satellites = decoder->utc ? 9 : 0,
			.voltage = 121,
		};
		if (line == 0 || decoder->numbers[line] > 0)
			wire_p3_status(out, &status);
	}
}

/* ---- requests ------------------------------------------------------------------ */

struct request {
	unsigned char bytes[REQUEST_MAX]; /* unescaped */
	size_t len;
};

static uint32_t little(const unsigned char *at, size_t len)
{
	uint32_t value = 0;
	for (size_t i = 0; i < len && i < 4; i++)
		value |= (uint32_t)at[i] << (8 * i);
	return value;
}

/** A number among the fields; false: it is not there, or asks for its value. */
static bool field(const struct request *request, uint8_t id, uint32_t *value)
{
	for (size_t i = HEAD; i + 2 < request->len;) {
		size_t len = request->bytes[i + 1];
		if (i + 2 + len >= request->len)
			return false;
		if (request->bytes[i] == id && len > 0) {
			*value = little(request->bytes + i + 2, len);
			return true;
		}
		i += 2 + len;
	}
	return false;
}

static bool sum_is_good(const struct request *request)
{
	unsigned char copy[REQUEST_MAX];
	memcpy(copy, request->bytes, request->len);
	copy[4] = copy[5] = 0;
	return crc_p3(CRC_P3_BEGIN, copy, request->len) ==
	       (uint16_t)little(request->bytes + 4, 2);
}

static void resend(const struct p3_box *decoder, const struct request *request,
		   struct out *out)
{
	uint32_t from = 0, until = 0, id = 0;
	bool one = field(request, 0x81, &id);
	if (!field(request, 0x01, &from) || !field(request, 0x02, &until)) {
		wire_p3_error(out, decoder->first_id, 5, "RESEND: from and until");
		return;
	}
	for (uint32_t i = 0; i < decoder->count; i++) {
		const struct p3_told *told = &decoder->told[i];
		if (told->number >= from && told->number <= until &&
		    (!one || told->decoder == id))
			tell(decoder, told, out);
	}
}

static void answer(const struct p3_box *decoder, const struct request *request,
		   instant_us now, struct out *out)
{
	if (request->len < HEAD + 1) {
		wire_p3_error(out, decoder->first_id, 3, "a frame too short");
		return;
	}
	if (!sum_is_good(request)) {
		wire_p3_error(out, decoder->first_id, 1, "the sum does not agree");
		return;
	}
	switch (little(request->bytes + 8, 2)) {
	case WIRE_P3_GET_TIME:
		wire_p3_time(out, decoder->first_id, now,
			     decoder->utc ? now : INSTANT_NONE);
		break;
	case WIRE_P3_VERSION:
		wire_p3_version(out, decoder->first_id, 0x13, "pitwall decoder", "1.0");
		break;
	case WIRE_P3_RESEND:
		resend(decoder, request, out);
		break;
	case WIRE_P3_STATUS:
		p3_box_status(decoder, out);
		break;
	default: /* a box answers nothing to what it does not know */
		break;
	}
}

/** The frame that begins at bytes[0]: bytes of it, 0 when it has not ended yet. */
static size_t unescape(struct slice bytes, struct request *request)
{
	const unsigned char *at = (const unsigned char *)bytes.at;
	request->len = 0;
	for (size_t i = 0; i < bytes.len && request->len < REQUEST_MAX; i++) {
		unsigned char c = at[i];
		if (i > 0 && c == EOR) {
			request->bytes[request->len++] = c;
			return i + 1;
		}
		if (c == ESCAPE && i + 1 < bytes.len)
			c = (unsigned char)(at[++i] - 0x20);
		request->bytes[request->len++] = c;
	}
	return 0;
}

size_t p3_box_answer(const struct p3_box *decoder, struct slice bytes, instant_us now,
		     struct out *out)
{
	size_t used = 0;
	while (used < bytes.len) {
		struct slice rest = {bytes.at + used, bytes.len - used};
		const char *start = memchr(rest.at, SOR, rest.len);
		struct request request;
		if (start == NULL)
			return bytes.len;
		used += (size_t)(start - rest.at);
		rest = (struct slice){start, bytes.len - used};
		size_t n = unescape(rest, &request);
		if (n == 0 && rest.len < 2 * REQUEST_MAX)
			return used;
		if (n == 0) { /* (2) */
			wire_p3_error(out, decoder->first_id, 6, "a frame too long");
			used++;
			continue;
		}
		answer(decoder, &request, now, out);
		used += n;
	}
	return used;
}
