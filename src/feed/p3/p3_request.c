/*
 * p3_request.c -- requests to a P3 decoder: its time, its version, passings again
 */
#include "p3.h"

struct question {
	char bytes[128];
	struct out out;
};

static struct out *p3_request_begin(struct question *q)
{
	q->out = (struct out){.buf = q->bytes, .max = sizeof(q->bytes)};
	return &q->out;
}

static void p3_request_put(const struct p3_context *c, const struct question *q)
{
	struct event *event = decoding_event(&c->d, EVENT_ASK, decoding_now(&c->d));
	event_set_text(c->d.out, event, (struct slice){q->bytes, q->out.len});
}

void p3_request_again(const struct p3_context *c, uint32_t from, uint32_t until)
{
	struct question q;
	unsigned decoders = 0;
	for (size_t i = 0; i < P3_DECODERS_MAX; i++)
		decoders += c->state->decoders[i].in_use;
	/* If several decoders answer, name one. */
	wire_p3_resend(p3_request_begin(&q), from, until,
		       decoders > 1 ? c->decoder->id : 0);
	p3_request_put(c, &q);
}

void p3_put_missing(const struct p3_context *c, uint32_t from, uint32_t until)
{
	const char *name = c->decoder->name;
	if (from == until)
		decoding_anomaly(&c->d, ANOMALY_MISSING,
				 "decoder %s: passing %lu is missing: asked for", name,
				 (unsigned long)from);
	else
		decoding_anomaly(
			&c->d, ANOMALY_MISSING,
			"decoder %s: %lu passings are missing, %lu to %lu: asked for",
			name, (unsigned long)(until - from) + 1, (unsigned long)from,
			(unsigned long)until);
	p3_request_again(c, from, until);
}

void p3_request_time(const struct p3_context *c)
{
	struct question q;
	wire_p3_ask_time(p3_request_begin(&q));
	p3_request_put(c, &q);
}

void p3_request_version(const struct p3_context *c)
{
	struct question q;
	struct wire_p3 frame;
	wire_p3_begin(&frame, WIRE_P3_VERSION);
	wire_p3_send(&frame, p3_request_begin(&q));
	p3_request_put(c, &q);
}
