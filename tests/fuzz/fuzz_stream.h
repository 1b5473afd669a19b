/*
 * fuzz_stream.h -- any bytes from a socket into a stream driver, cut as the input
 * says, with connections lost in between: what every stream driver must survive
 *
 * The first byte says how far apart reads are received; each read is as long as the byte
 * before it says. A read of no length is a connection made anew; the longest is none but
 * names another sender.
 */
#ifndef PITWALL_TEST_FUZZ_FUZZ_STREAM_H
#define PITWALL_TEST_FUZZ_FUZZ_STREAM_H

#include "pitwall/feed.h"
#include "../pump.h"

#include <stdlib.h>
#include <string.h>

enum {
	FUZZ_EVENTS_MAX = 4096,
	FUZZ_TEXT_MAX = 256 * 1024,
	FUZZ_PEERS = 3,
	FUZZ_ASKS_MAX = 33
};

struct fuzz_stream {
	const struct feed_driver *driver;
	struct event_list list;
	void *state;
	char *carry[FUZZ_PEERS];
	size_t len[FUZZ_PEERS];
	uint16_t peer;
};

/* Of all inputs of a target, one after the other: their rooms stay. */
static struct fuzz_stream fuzz_streams[2];

static inline void *fuzz_room(size_t size)
{
	void *p = malloc(size);
	if (!p)
		abort();
	return p;
}

static inline void fuzz_rooms(struct fuzz_stream *f, const char *driver)
{
	f->driver = feed_by_name(slice_of(driver));
	if (!f->driver || !f->driver->decode)
		abort();
	f->list = (struct event_list){
		.at = fuzz_room(FUZZ_EVENTS_MAX * sizeof(struct event)),
		.max = FUZZ_EVENTS_MAX,
		.text = fuzz_room(FUZZ_TEXT_MAX),
		.text_max = FUZZ_TEXT_MAX,
	};
	f->state = fuzz_room(f->driver->state_size);
}

/** @n: 0, or 1 for another one at the same time. */
static inline struct fuzz_stream *fuzz_begin(unsigned n, const char *driver)
{
	struct fuzz_stream *f = &fuzz_streams[n];
	const struct feed_setup setup = {
		.day = INSTANT_NONE,
		.line_count = 3,
		.line_names = {"SF", "I1", "I2"},
	};
	if (!f->driver)
		fuzz_rooms(f, driver);
	f->list.count = f->list.text_len = f->list.dropped = 0;
	f->peer = 0;
	f->driver->init(f->state, &setup);
	return f;
}

static inline void fuzz_end(struct fuzz_stream *f)
{
	for (unsigned i = 0; i < FUZZ_PEERS; i++) {
		free(f->carry[i]);
		f->carry[i] = NULL;
		f->len[i] = 0;
	}
}

static inline void fuzz_link(struct fuzz_stream *f, instant_us at)
{
	f->len[f->peer] = 0;
	if (f->driver->on_connect)
		f->driver->on_connect(f->state, at, &f->list);
}

/* What is not used is carried to the next read, with nothing behind it. */
static inline void fuzz_read(struct fuzz_stream *f, const uint8_t *data, size_t n,
			     instant_us at)
{
	size_t len = f->len[f->peer] + n;
	char *bytes = fuzz_room(len + 1);
	if (len > n)
		memcpy(bytes, f->carry[f->peer], len - n);
	memcpy(bytes + len - n, data, n);
	size_t used = feed_pump(f->driver, f->state, (struct slice){bytes, len}, at, 0,
				&f->list);
	if (used > len)
		abort();
	free(f->carry[f->peer]);
	f->carry[f->peer] = used < len ? fuzz_room(len - used) : NULL;
	f->len[f->peer] = len - used;
	if (used < len)
		memcpy(f->carry[f->peer], bytes + used, len - used);
	free(bytes);
	if (f->driver->flush)
		f->driver->flush(f->state, at, &f->list);
}

static inline void fuzz_peer(struct fuzz_stream *f, uint8_t peer)
{
	f->peer = peer % FUZZ_PEERS;
	if (f->driver->peer)
		f->driver->peer(f->state, f->peer);
}

/* Every event is one that others can be shown. */
static inline void fuzz_check(const struct event_list *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *e = &list->at[i];
		if (e->kind >= EVENT_KIND_COUNT || e->id[EVENT_ID_MAX] != '\0' ||
		    (uint64_t)e->text + e->text_len > list->text_len)
			abort();
		if ((e->kind == EVENT_PASSING || e->kind == EVENT_PIT_IN ||
		     e->kind == EVENT_PIT_OUT) &&
		    (e->id[0] == '\0' || e->at == INSTANT_NONE))
			abort();
	}
}

static inline void fuzz_stream(const char *driver, const uint8_t *data, size_t size)
{
	struct fuzz_stream *f = fuzz_begin(0, driver);
	instant_us at = 0, step = 0;
	f->driver->sniff((struct slice){(const char *)data, size < 4096 ? size : 4096});
	if (size > 0 && data[0] > 0) {
		at = (instant_us)1764000000 * US_S;
		step = data[0] * 100 * US_MS;
	}
	fuzz_link(f, at);
	for (size_t i = 1; i < size; at += step) {
		size_t n = data[i++];
		if (n == UINT8_MAX) {
			fuzz_peer(f, i < size ? data[i++] : 0);
			continue;
		}
		if (n == 0)
			fuzz_link(f, at);
		if (n > size - i)
			n = size - i;
		if (n > 0)
			fuzz_read(f, data + i, n, at);
		i += n;
	}
	fuzz_check(&f->list);
	fuzz_end(f);
	/* The same without cuts. */
	f = fuzz_begin(0, driver);
	if (size > 0)
		fuzz_read(f, data + 1, size - 1, at);
	fuzz_check(&f->list);
	fuzz_end(f);
}

/* What is acknowledged is no event of the race. */
static inline void fuzz_settle(const struct fuzz_stream *f, instant_us at)
{
	struct event events[FUZZ_ASKS_MAX];
	char text[FUZZ_ASKS_MAX * 160];
	struct event_list list = {.at = events,
				  .max = FUZZ_ASKS_MAX,
				  .text = text,
				  .text_max = sizeof(text)};
	if (!f->driver->flush)
		return;
	f->driver->flush(f->state, at, &list);
	for (uint32_t i = 0; i < list.count; i++)
		if (events[i].kind != EVENT_ASK ||
		    !(events[i].bits & EVENT_AFTER_COMMIT))
			abort();
	if (list.dropped > 0)
		abort();
}

/* @step bytes more at a time, messages taken off the front. */
static inline void fuzz_steps(struct fuzz_stream *f, struct slice all, size_t step,
			      instant_us at)
{
	size_t from = 0;
	for (size_t to = 0; to < all.len;) {
		to = all.len - to < step ? all.len : to + step;
		for (;;) {
			struct slice buf = {all.at + from, to - from};
			ptrdiff_t n = f->driver->frame(buf);
			if (n == 0)
				break;
			if (n > 0)
				f->driver->decode(f->state,
						  (struct slice){buf.at, (size_t)n}, at,
						  0, &f->list);
			from += (size_t)(n > 0 ? n : -n);
		}
		if (step < all.len)
			fuzz_settle(f, at);
	}
}

/** How bytes are cut, and when they are acknowledged, changes nothing. The events, until
 * the next input. */
static inline const struct event_list *
fuzz_cuts(const char *driver, const uint8_t *data, size_t size, instant_us at)
{
	struct fuzz_stream *whole = fuzz_begin(0, driver);
	struct fuzz_stream *cut = fuzz_begin(1, driver);
	struct slice all = {(const char *)data, size};
	fuzz_steps(whole, all, size, at);
	fuzz_steps(cut, all, size > 0 ? 1u + data[0] : 1, at);
	if (whole->list.count != cut->list.count ||
	    whole->list.dropped != cut->list.dropped ||
	    memcmp(whole->list.at, cut->list.at,
		   whole->list.count * sizeof(struct event)) != 0)
		abort();
	fuzz_check(&whole->list);
	return &whole->list;
}

#endif
