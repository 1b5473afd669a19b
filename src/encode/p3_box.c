/*
 * p3_box.c -- a box of P3 decoders that remembers its passings and answers requests
 *
 *  (1) Passing numbers count up by one for each decoder and are never used again.
 *  (2) A request that is damaged, or that never ends, is answered with an ERROR record.
 */
#include "pitwall/outfeed.h"
#include "pitwall/wire.h"

static void box_tell(const struct p3_box *box, const struct p3_told *told,
		     struct out *out)
{
	struct wire_p3_passing passing = {
		.rtc = told->at,
		.utc = box->utc ? told->at : INSTANT_NONE,
		.decoder = told->decoder,
		.number = told->number,
		.transponder = told->transponder,
		.strength = 110,
		.hits = 40,
	};
	wire_p3_passing(out, &passing);
}

bool p3_box_passing(struct p3_box *box, uint8_t line, uint32_t transponder,
		    instant_us at, struct out *out)
{
	if (box->count == box->max || line >= ARRAY_LEN(box->numbers))
		return false;
	struct p3_told *told = &box->told[box->count++];
	*told = (struct p3_told){
		.at = at,
		.decoder = box->first_id + line,
		.number = ++box->numbers[line],
		.transponder = transponder,
	};
	box_tell(box, told, out);
	return true;
}

void p3_box_status(const struct p3_box *box, struct out *out)
{
	for (uint32_t line = 0; line < ARRAY_LEN(box->numbers); line++) {
		struct wire_p3_status status = {
			.decoder = box->first_id + line,
			.noise = 24,
			.temperature = 31,
			.gps = box->utc,
			.satellites = box->utc ? 9 : 0,
			.voltage = 121,
		};
		if (line == 0 || box->numbers[line] > 0)
			wire_p3_status(out, &status);
	}
}

/* ---- requests ------------------------------------------------------------------ */

static void resend(const struct p3_box *box, const struct wire_p3_record *request,
		   struct out *out)
{
	uint64_t from = request->value[P3_RESEND_FROM];
	uint64_t until = request->value[P3_RESEND_UNTIL];
	bool one = wire_p3_has(request, P3_DECODER);
	if (!wire_p3_has(request, P3_RESEND_FROM) ||
	    !wire_p3_has(request, P3_RESEND_UNTIL)) {
		wire_p3_error(out, box->first_id, WIRE_P3_ERROR_PARAMETERS,
			      "RESEND: from and until");
		return;
	}
	for (uint32_t i = 0; i < box->count; i++) {
		const struct p3_told *told = &box->told[i];
		if (told->number >= from && told->number <= until &&
		    (!one || told->decoder == request->value[P3_DECODER]))
			box_tell(box, told, out);
	}
}

static void box_answer(const struct p3_box *box, const struct wire_p3_record *request,
		       instant_us now, struct out *out)
{
	switch (request->type) {
	case WIRE_P3_GET_TIME:
		wire_p3_time(out, box->first_id, now, box->utc ? now : INSTANT_NONE);
		break;
	case WIRE_P3_VERSION:
		wire_p3_version(out, box->first_id, 0x13, "pitwall decoder", "1.0");
		break;
	case WIRE_P3_RESEND:
		resend(box, request, out);
		break;
	case WIRE_P3_STATUS:
		p3_box_status(box, out);
		break;
	default: /* a box answers nothing to what it does not know */
		break;
	}
}

/* (2) */
static void read_request(const struct p3_box *box, struct slice frame, instant_us now,
			 struct out *out)
{
	struct wire_p3_record request;
	switch (wire_p3_read(frame, &request)) {
	case WIRE_P3_FINE:
		box_answer(box, &request, now, out);
		break;
	case WIRE_P3_SHORT:
		wire_p3_error(out, box->first_id, WIRE_P3_ERROR_HEADER,
			      "a frame too short");
		break;
	case WIRE_P3_CUT:
		wire_p3_error(out, box->first_id, WIRE_P3_ERROR_LENGTH,
			      "a frame without an end");
		break;
	case WIRE_P3_OTHER_LENGTH:
	case WIRE_P3_BAD_SUM:
		wire_p3_error(out, box->first_id, WIRE_P3_ERROR_SUM,
			      "the sum does not agree");
		break;
	case WIRE_P3_BAD_FIELD:
		wire_p3_error(out, box->first_id, WIRE_P3_ERROR_PARAMETERS,
			      "a field reaches over the end");
		break;
	}
}

size_t p3_box_answer(const struct p3_box *box, struct slice bytes, instant_us now,
		     struct out *out)
{
	size_t used = 0;
	while (used < bytes.len) {
		struct slice rest = {bytes.at + used, bytes.len - used};
		ptrdiff_t n = wire_p3_frame(rest);
		if (n == 0)
			return used;
		rest.len = n < 0 ? (size_t)-n : (size_t)n;
		used += rest.len;
		if (n > 0)
			read_request(box, rest, now, out);
	}
	return used;
}
