/*
 * pump.h -- a stream driver run over bytes that are all there, for tests and benches
 *
 * The program runs its drivers by stream.h, which keeps what is cut and drops heartbeats
 * and questions; here all events are seen.
 */
#ifndef PITWALL_TEST_PUMP_H
#define PITWALL_TEST_PUMP_H

#include <assert.h>

#include "pitwall/feed.h"

/* Bytes no message begins with, however many frame() calls they took. */
static inline void pump_noise(struct event_list *out, uint64_t len, uint32_t record,
			      instant_us received_at)
{
	char text[64];
	struct event *event = event_add(out, EVENT_ANOMALY, received_at);
	event->field = ANOMALY_FORMAT;
	event->record = record;
	event->number = record;
	text_format(text, sizeof(text), "%llu bytes that are no message",
		    (unsigned long long)len);
	event_set_text(out, event, slice_of(text));
}

/** Frame and decode until @bytes is used up; noise becomes one anomaly a run. Returns bytes
 * used (an incomplete tail is left). @base is added to record numbers. */
static inline size_t feed_pump(const struct feed_driver *driver, void *state,
			       struct slice bytes, instant_us received_at,
			       uint32_t base, struct event_list *out)
{
	size_t at = 0, noise = 0;
	while (at < bytes.len) {
		struct slice rest = {bytes.at + at, bytes.len - at};
		ptrdiff_t n = driver->frame(rest);
		uint32_t record = base + (uint32_t)at;
		if (n < 0) {
			assert((size_t)-n <= rest.len);
			noise += (size_t)-n;
			at += (size_t)-n;
			continue;
		}
		assert((size_t)n <= rest.len);
		if (noise) {
			pump_noise(out, noise, record - (uint32_t)noise, received_at);
			noise = 0;
		}
		if (n == 0)
			return at;
		driver->decode(state, (struct slice){rest.at, (size_t)n}, received_at,
			       record, out);
		at += (size_t)n;
	}
	if (noise)
		pump_noise(out, noise, base + (uint32_t)(at - noise), received_at);
	return at;
}

#endif
