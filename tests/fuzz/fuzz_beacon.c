/*
 * fuzz_beacon.c -- any bytes are legal input to the beacon reader, and how they
 * are cut, and when they are acknowledged, changes nothing; nor do senders that come,
 * go and speak in turn do harm
 */
#include "fuzz_stream.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 4096, TEXT_MAX = 256 * 1024, BEACONS = 32 };

struct received {
	struct event_list list;
	void *state;
};

static const struct feed_driver *driver;

static void *room(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

static void received_begin(struct received *received)
{
	const struct feed_setup setup = {
		.day = INSTANT_NONE,
		.line_count = 3,
		.line_names = {"SF", "I1", "I2"},
	};
	received->list = (struct event_list){
		.at = room(EVENTS_MAX * sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = room(TEXT_MAX),
		.text_max = TEXT_MAX,
	};
	received->state = room(driver->state_size);
	driver->init(received->state, &setup);
}

static void received_end(struct received *received)
{
	free(received->list.at);
	free(received->list.text);
	free(received->state);
}

/* To nowhere. */
static void settle(struct received *received, instant_us received_at)
{
	struct event at[BEACONS + 1];
	char text[BEACONS * 160];
	struct event_list list = {
		.at = at, .max = BEACONS + 1, .text = text, .text_max = sizeof(text)};
	driver->flush(received->state, received_at, &list);
	for (uint32_t i = 0; i < list.count; i++)
		if (at[i].kind != EVENT_ASK || !(at[i].bits & EVENT_AFTER_COMMIT))
			abort();
	if (list.dropped > 0)
		abort();
}

/* @step bytes more at a time, messages taken off the front. */
static void hear(struct received *received, const uint8_t *data, size_t size,
		 size_t step, instant_us received_at)
{
	size_t from = 0;
	for (size_t to = 0; to < size;) {
		to = size - to < step ? size : to + step;
		for (;;) {
			struct slice buf = {(const char *)data + from, to - from};
			ptrdiff_t n = driver->frame(buf);
			if (n == 0)
				break;
			if (n > 0)
				driver->decode(received->state,
					       (struct slice){buf.at, (size_t)n},
					       received_at, 0, &received->list);
			from += (size_t)(n > 0 ? n : -n);
		}
		if (step < size)
			settle(received, received_at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct received whole, cut;
	instant_us received_at = INSTANT_NONE;
	size_t step = 1;
	driver = feed_by_name(SLICE("beacon"));
	if (!driver)
		abort();
	if (size > 0) {
		step = 1 + data[0];
		if (data[0] % 2 == 1)
			received_at = (instant_us)1764000000 * US_S;
	}
	driver->sniff((struct slice){(const char *)data, size < 4096 ? size : 4096});
	received_begin(&whole);
	received_begin(&cut);
	hear(&whole, data, size, size, received_at);
	hear(&cut, data, size, step, received_at);
	if (whole.list.count != cut.list.count ||
	    whole.list.dropped != cut.list.dropped ||
	    memcmp(whole.list.at, cut.list.at,
		   whole.list.count * sizeof(struct event)) != 0)
		abort();
	received_end(&whole);
	received_end(&cut);
	fuzz_stream("beacon", data, size);
	return 0;
}
