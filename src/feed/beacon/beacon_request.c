/*
 * beacon_request.c -- what the console sends to beacons: acknowledgements, requests for records
 * and for the time
 *
 *   {"t":"ack","id":"sf-1","boot":"6f1c","seq":1842}                    A 1842*6E
 *   {"t":"resend","id":"sf-1","boot":"6f1c","from":1831,"to":1835}      R 1831 1835*56
 *   {"t":"time?","n":7}                                                 T 7*43
 *
 * A beacon that uses the text form is answered in it.
 *
 *  (1) Acknowledgements depend on how the stream was cut, so they must not count up the
 *      sequence of the events.
 *  (2) A sender of checksums gets them: a damaged acknowledgement would make it delete facts.
 */
#include "beacon.h"

struct answer {
	char bytes[256];
	struct out out;
};

static struct out *beacon_request_begin(struct answer *answer)
{
	answer->out = (struct out){.buf = answer->bytes, .max = sizeof(answer->bytes)};
	return &answer->out;
}

static struct event *beacon_request_put(const struct beacon_context *c,
					const struct answer *answer)
{
	struct event *event = decoding_event(&c->d, EVENT_ASK, decoding_now(&c->d));
	c->state->common.sequence--; /* (1) */
	event->sequence = 0;
	event_set_text(c->d.out, event, (struct slice){answer->bytes, answer->out.len});
	return event;
}

/* (2) */
static void beacon_request_end(const struct beacon_context *c, struct answer *answer)
{
	const struct feed_setup *setup = &c->state->common.setup;
	if (setup->beacon_key_len > 0)
		wire_beacon_end_signed(
			&answer->out, 0,
			(struct slice){setup->beacon_key, setup->beacon_key_len});
	else if (c->peer->summed || (c->beacon && c->beacon->summed))
		wire_beacon_end_summed(&answer->out, 0);
	else
		wire_beacon_end(&answer->out);
}

void beacon_put_ack(const struct beacon_context *c)
{
	struct beacon *b = c->beacon;
	int64_t seq = c->link->received_to;
	struct answer answer;
	struct out *out = beacon_request_begin(&answer);
	if (b->text_form) {
		wire_beacon_text(out, "A %lld", (long long)seq);
	} else {
		wire_beacon_begin(out, BEACON_ACK, b->id, b->boot);
		wire_beacon_number(out, BEACON_MEMBER_seq, seq);
		beacon_request_end(c, &answer);
	}
	b->acknowledged = seq > b->acknowledged ? seq : b->acknowledged;
	beacon_request_put(c, &answer)->bits |= EVENT_AFTER_COMMIT;
}

void beacon_put_resend(const struct beacon_context *c, int64_t from, int64_t to)
{
	const struct beacon *b = c->beacon;
	struct answer answer;
	struct out *out = beacon_request_begin(&answer);
	if (b->text_form) {
		wire_beacon_text(out, "R %lld %lld", (long long)from, (long long)to);
	} else {
		wire_beacon_begin(out, BEACON_RESEND, b->id, b->boot);
		wire_beacon_number(out, BEACON_MEMBER_from, from);
		wire_beacon_number(out, BEACON_MEMBER_to, to);
		beacon_request_end(c, &answer);
	}
	(void)beacon_request_put(c, &answer);
}

void beacon_put_time(const struct beacon_context *c)
{
	struct answer answer;
	struct out *out = beacon_request_begin(&answer);
	if (c->peer->text_form) {
		wire_beacon_text(out, "T %lld", (long long)c->peer->n);
	} else {
		wire_beacon_begin(out, BEACON_ASK_TIME, "", "");
		wire_beacon_number(out, BEACON_MEMBER_n, c->peer->n);
		beacon_request_end(c, &answer);
	}
	(void)beacon_request_put(c, &answer);
}
