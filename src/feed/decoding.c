/*
 * decoding.c -- what every stream driver does with a message: its events and anomalies
 */
#include "decoding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void decoding_init(struct decoding_state *state, const struct feed_setup *setup)
{
	memset(state, 0, sizeof(*state));
	state->setup = *setup;
	state->now = INSTANT_NONE;
}

struct decoding decoding_begin(struct decoding_state *state, instant_us received_at,
			       uint32_t offset, struct event_list *out)
{
	if (received_at == 0 || received_at == state->setup.day ||
	    !instant_is_sane(received_at))
		received_at = INSTANT_NONE;
	return (struct decoding){
		.state = state,
		.out = out,
		.received_at = received_at,
		.offset = offset,
	};
}

instant_us decoding_first_day(const struct decoding_state *state)
{
	instant_us day = state->setup.day != INSTANT_NONE ? state->setup.day : 0;
	return day - state->setup.utc_offset_us;
}

instant_us decoding_now(const struct decoding *d)
{
	if (d->state->now != INSTANT_NONE)
		return d->state->now;
	return d->received_at != INSTANT_NONE ? d->received_at
					      : decoding_first_day(d->state);
}

struct event *decoding_event(const struct decoding *d, enum event_kind kind,
			     instant_us at)
{
	struct event *event = event_add(d->out, kind, at);
	event->received_at = d->received_at;
	if (event->received_at == INSTANT_NONE)
		event->received_at = at != INSTANT_NONE ? at : decoding_now(d);
	event->source = d->state->setup.source;
	event->record = d->offset;
	event->sequence = d->state->sequence++;
	return event;
}

void decoding_anomaly(const struct decoding *d, enum anomaly anomaly, const char *fmt,
		      ...)
{
	enum { WORDS_MAX = 160 };
	char words[WORDS_MAX];
	struct event *event = decoding_event(d, EVENT_ANOMALY, decoding_now(d));
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	event->field = (uint8_t)anomaly;
	event->number = d->state->records;
	event_set_text(d->out, event, n < 0 ? SLICE("") : slice_of(words));
}

void decoding_message(const struct decoding *d, instant_us at, struct slice words)
{
	event_set_text(d->out, decoding_event(d, EVENT_MESSAGE, at), words);
}

struct event *decoding_crossing(const struct decoding *d, uint8_t line, instant_us at)
{
	enum event_kind kind = line == LINE_PIT_IN    ? EVENT_PIT_IN
			       : line == LINE_PIT_OUT ? EVENT_PIT_OUT
						      : EVENT_PASSING;
	struct event *event = decoding_event(d, kind, at);
	event->line = line;
	event->value = kind == EVENT_PIT_IN ? 0 : DURATION_NONE;
	return event;
}
