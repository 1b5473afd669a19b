/*
 * p3_ask.c -- what is asked of a P3 decoder: its time, its version, passings again;
 * and understanding such questions, for whoever plays one
 */
#include "p3.h"

#include <assert.h>
#include <string.h>

struct question {
	unsigned char bytes[64];
	size_t len;
};

static void question_begin(struct question *q, enum p3_type type)
{
	memset(q, 0, sizeof(*q));
	q->bytes[0] = P3_SOR;
	q->bytes[1] = 0x02;
	q->bytes[8] = (unsigned char)type;
	q->len = P3_HEADER;
}

/* A field of four bytes; or one that asks for its value. */
static void question_put(struct question *q, uint8_t id, uint32_t value, bool asks)
{
	assert(q->len + 7 <= sizeof(q->bytes));
	q->bytes[q->len++] = id;
	q->bytes[q->len++] = asks ? 0 : 4;
	for (unsigned i = 0; i < 4 && !asks; i++)
		q->bytes[q->len++] = (unsigned char)(value >> (8 * i));
}

static void question_send(const struct p3_context *c, struct question *q)
{
	char sealed[2 * sizeof(q->bytes)];
	struct event *event = p3_event(c, EVENT_ASK, p3_beside(c));

	q->bytes[q->len++] = P3_EOR;
	event_set_text(c->out, event,
		       (struct slice){sealed, p3_seal(sealed, q->bytes, q->len)});
}

void p3_ask_again(const struct p3_context *c, uint32_t from, uint32_t until)
{
	struct question q;
	unsigned decoders = 0;

	for (size_t i = 0; i < P3_DECODERS_MAX; i++)
		decoders += c->state->decoders[i].in_use;
	question_begin(&q, P3_RESEND);
	question_put(&q, 0x01, from, false);
	question_put(&q, 0x02, until, false);
	/* Where several answer, one is meant. */
	if (decoders > 1)
		question_put(&q, 0x81, c->decoder->id, false);
	question_send(c, &q);
}

void p3_put_missing(const struct p3_context *c, uint32_t from, uint32_t until)
{
	const char *name = c->decoder->name;

	if (from == until)
		p3_anomaly(c, ANOMALY_MISSING,
			   "decoder %s: passing %lu is missing: asked for", name,
			   (unsigned long)from);
	else
		p3_anomaly(
			c, ANOMALY_MISSING,
			"decoder %s: %lu passings are missing, %lu to %lu: asked for",
			name, (unsigned long)(until - from) + 1, (unsigned long)from,
			(unsigned long)until);
	p3_ask_again(c, from, until);
}

void p3_ask_time(const struct p3_context *c)
{
	struct question q;

	question_begin(&q, P3_GET_TIME);
	question_put(&q, 0x01, 0, true);
	question_put(&q, 0x04, 0, true);
	question_put(&q, 0x05, 0, true);
	question_send(c, &q);
}

void p3_ask_version(const struct p3_context *c)
{
	struct question q;

	question_begin(&q, P3_VERSION);
	question_send(c, &q);
}

bool feed_p3_request(struct slice frame, struct feed_p3_request *out)
{
	struct p3_record record;
	bool sum;

	if (p3_read(frame, &record, &sum) != NULL)
		return false;
	*out = (struct feed_p3_request){.type = record.type};
	if (p3_has(&record, P3_DECODER))
		out->decoder = (uint32_t)record.value[P3_DECODER];
	if (p3_has(&record, P3_RESEND_FROM))
		out->from = (uint32_t)record.value[P3_RESEND_FROM];
	out->until = p3_has(&record, P3_RESEND_UNTIL)
			     ? (uint32_t)record.value[P3_RESEND_UNTIL]
			     : out->from;
	return true;
}
