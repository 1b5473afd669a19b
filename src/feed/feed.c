/*
 * feed.c -- the table of drivers, and running a stream driver over bytes
 */
#include "drivers.h"

#include <assert.h>
#include <string.h>

const struct feed_driver *const feed_drivers[] = {
	&feed_alkamel,  &feed_beacon, &feed_multiloop, &feed_p3, &feed_p98,
	&feed_rmonitor, NULL,
};

const struct feed_driver *feed_by_name(struct slice name)
{
	for (const struct feed_driver *const *row = feed_drivers; *row; row++)
		if (slice_eq_nocase(name, slice_of((*row)->name)))
			return *row;
	return NULL;
}

const struct feed_driver *feed_sniff(struct slice head)
{
	const struct feed_driver *best = NULL;
	int surest = 0;
	if (head.len > 4096)
		head.len = 4096;
	for (const struct feed_driver *const *row = feed_drivers; *row; row++) {
		int sure = (*row)->sniff(head);
		if (sure > surest) {
			surest = sure;
			best = *row;
		}
	}
	return best;
}

static struct slice without_zeros(struct slice s)
{
	while (s.len > 1 && s.at[0] == '0') {
		s.at++;
		s.len--;
	}
	return s;
}

uint8_t feed_loop_line(const struct feed_setup *setup, struct slice decoder)
{
	if (setup->loop_count == 0)
		return LINE_SF;
	struct slice wanted = without_zeros(decoder);
	for (uint32_t i = 0; i < setup->loop_count && i < FEED_LOOPS_MAX; i++) {
		const struct feed_loop *loop = &setup->loops[i];
		struct slice name = {loop->decoder,
				     strnlen(loop->decoder, sizeof(loop->decoder))};
		if (slice_eq_nocase(without_zeros(name), wanted))
			return loop->line;
	}
	return LINE_NONE;
}

/* Bytes no message begins with, however many frame() calls they took. */
static void add_noise(struct event_list *out, uint64_t len, uint32_t record,
		      instant_us heard_at)
{
	char text[64];
	struct event *event = event_add(out, EVENT_ANOMALY, heard_at);
	event->field = ANOMALY_FORMAT;
	event->record = record;
	event->number = record;
	text_format(text, sizeof(text), "%llu bytes that are no message",
		    (unsigned long long)len);
	event_set_text(out, event, slice_of(text));
}

size_t feed_pump(const struct feed_driver *driver, void *state, struct slice bytes,
		 instant_us heard_at, uint32_t base, struct event_list *out)
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
			add_noise(out, noise, record - (uint32_t)noise, heard_at);
			noise = 0;
		}
		if (n == 0)
			return at;
		driver->decode(state, (struct slice){rest.at, (size_t)n}, heard_at,
			       record, out);
		at += (size_t)n;
	}
	if (noise)
		add_noise(out, noise, base + (uint32_t)(at - noise), heard_at);
	return at;
}
