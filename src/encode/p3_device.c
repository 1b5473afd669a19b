/*
 * p3_device.c -- a device with P3 decoders that keeps its passings and answers requests
 *
 *  (1) Passing numbers count up by one for each decoder and are never reused.
 *  (2) A damaged or endless request is answered with an ERROR record.
 *  (3) A request costs little, whatever it asks for: a RESEND is answered in pieces.
 *  (4) The newest passings are kept; older ones cannot be asked for, and passings go on.
 */
#include "pitwall/outfeed.h"
#include "pitwall/wire.h"

enum { LOOKED_AT = 32 * 1024 }; /* passings that a piece of an answer may skip */

static void device_send(const struct p3_device *device, const struct p3_sent *sent,
			struct out *out)
{
	struct wire_p3_passing passing = {
		.rtc = sent->at,
		.utc = device->utc ? sent->at : INSTANT_NONE,
		.decoder = sent->decoder,
		.number = sent->number,
		.transponder = sent->transponder,
		.strength = 110,
		.hits = 40,
	};
	wire_p3_passing(out, &passing);
}

bool p3_device_passing(struct p3_device *device, uint8_t line, uint32_t transponder,
		       instant_us at, struct out *out)
{
	if (device->max == 0 || line >= ARRAY_LEN(device->numbers))
		return false;
	struct p3_sent *sent = &device->sent[device->count++ % device->max];
	*sent = (struct p3_sent){
		.at = at,
		.decoder = device->first_id + line,
		.number = ++device->numbers[line],
		.transponder = transponder,
	};
	device_send(device, sent, out);
	return true;
}

void p3_device_status(const struct p3_device *device, struct out *out)
{
	for (uint32_t line = 0; line < ARRAY_LEN(device->numbers); line++) {
		struct wire_p3_status status = {
			.decoder = device->first_id + line,
			.noise = 24,
			.temperature = 31,
			.gps = device->utc,
			.satellites = device->utc ? 9 : 0,
			.voltage = 121,
		};
		if (line == 0 || device->numbers[line] > 0)
			wire_p3_status(out, &status);
	}
}

/* ---- requests ------------------------------------------------------------------ */

static void resend_begin(const struct p3_device *device,
			 const struct wire_p3_record *request, struct p3_resend *resend,
			 struct out *out)
{
	if (!wire_p3_has(request, P3_RESEND_FROM) ||
	    !wire_p3_has(request, P3_RESEND_UNTIL)) {
		wire_p3_error(out, device->first_id, WIRE_P3_ERROR_PARAMETERS,
			      "RESEND: from and until");
		return;
	}
	*resend = (struct p3_resend){
		.from = request->value[P3_RESEND_FROM],
		.until = request->value[P3_RESEND_UNTIL],
		.decoder = (uint32_t)request->value[P3_DECODER],
		.end = device->count,
		.one = wire_p3_has(request, P3_DECODER),
	};
}

/* (3), (4) */
bool p3_device_resend(const struct p3_device *device, struct p3_resend *resend,
		      struct out *out)
{
	uint32_t oldest = device->count > device->max ? device->count - device->max : 0;
	if (resend->next < oldest)
		resend->next = oldest < resend->end ? oldest : resend->end;
	uint32_t left = resend->end - resend->next, sent = 0;
	uint32_t until = left < LOOKED_AT ? resend->end : resend->next + LOOKED_AT;
	while (resend->next < until && sent < P3_RESEND_PIECE) {
		const struct p3_sent *kept =
			&device->sent[resend->next++ % device->max];
		if (kept->number < resend->from || kept->number > resend->until ||
		    (resend->one && kept->decoder != resend->decoder))
			continue;
		device_send(device, kept, out);
		sent++;
	}
	return resend->next < resend->end;
}

static void device_answer(const struct p3_device *device,
			  const struct wire_p3_record *request, instant_us now,
			  struct p3_resend *resend, struct out *out)
{
	switch (request->type) {
	case WIRE_P3_GET_TIME:
		wire_p3_time(out, device->first_id, now,
			     device->utc ? now : INSTANT_NONE);
		break;
	case WIRE_P3_VERSION:
		wire_p3_version(out, device->first_id, 0x13, "pitwall decoder", "1.0");
		break;
	case WIRE_P3_RESEND:
		resend_begin(device, request, resend, out);
		break;
	case WIRE_P3_STATUS:
		p3_device_status(device, out);
		break;
	default: /* unknown requests are not answered */
		break;
	}
}

/* (2) */
static void read_request(const struct p3_device *device, struct slice frame,
			 instant_us now, struct p3_resend *resend, struct out *out)
{
	struct wire_p3_record request;
	switch (wire_p3_read(frame, &request)) {
	case WIRE_P3_FINE:
		device_answer(device, &request, now, resend, out);
		break;
	case WIRE_P3_SHORT:
		wire_p3_error(out, device->first_id, WIRE_P3_ERROR_HEADER,
			      "a frame too short");
		break;
	case WIRE_P3_CUT:
		wire_p3_error(out, device->first_id, WIRE_P3_ERROR_LENGTH,
			      "a frame without an end");
		break;
	case WIRE_P3_OTHER_LENGTH:
	case WIRE_P3_BAD_SUM:
		wire_p3_error(out, device->first_id, WIRE_P3_ERROR_SUM,
			      "the sum does not agree");
		break;
	case WIRE_P3_BAD_FIELD:
		wire_p3_error(out, device->first_id, WIRE_P3_ERROR_PARAMETERS,
			      "a field reaches over the end");
		break;
	}
}

size_t p3_device_answer(const struct p3_device *device, struct slice bytes,
			instant_us now, struct p3_resend *resend, struct out *out)
{
	ptrdiff_t n = wire_p3_frame(bytes);
	if (n < 0) /* no frame begins there */
		return (size_t)-n;
	if (n > 0)
		read_request(device, (struct slice){bytes.at, (size_t)n}, now, resend,
			     out);
	return (size_t)n;
}
