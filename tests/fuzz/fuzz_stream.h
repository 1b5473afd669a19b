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

enum { FUZZ_EVENTS_MAX = 4096, FUZZ_TEXT_MAX = 256 * 1024, FUZZ_PEERS = 3 };

struct fuzz_stream {
	const struct feed_driver *driver;
	struct event_list list;
	void *state;
	char *carry[FUZZ_PEERS];
	size_t len[FUZZ_PEERS];
	uint16_t peer;
};

static inline void *fuzz_room(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

static inline void fuzz_begin(struct fuzz_stream *f, const char *driver, size_t size)
{
	const struct feed_setup setup = {
		.day = INSTANT_NONE,
		.line_count = 3,
		.line_names = {"SF", "I1", "I2"},
	};
	memset(f, 0, sizeof(*f));
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
	for (unsigned i = 0; i < FUZZ_PEERS; i++)
		f->carry[i] = fuzz_room(size + 1);
	f->driver->init(f->state, &setup);
}

static inline void fuzz_end(struct fuzz_stream *f)
{
	free(f->list.at);
	free(f->list.text);
	free(f->state);
	for (unsigned i = 0; i < FUZZ_PEERS; i++)
		free(f->carry[i]);
}

static inline void fuzz_link(struct fuzz_stream *f, instant_us at)
{
	f->len[f->peer] = 0;
	if (f->driver->on_connect)
		f->driver->on_connect(f->state, at, &f->list);
}

static inline void fuzz_read(struct fuzz_stream *f, const uint8_t *data, size_t n,
			     instant_us at)
{
	char *carry = f->carry[f->peer];
	size_t *len = &f->len[f->peer];
	memcpy(carry + *len, data, n);
	*len += n;
	size_t used = feed_pump(f->driver, f->state, (struct slice){carry, *len}, at, 0,
				&f->list);
	if (used > *len)
		abort();
	memmove(carry, carry + used, *len - used);
	*len -= used;
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
static inline void fuzz_check(const struct fuzz_stream *f)
{
	for (uint32_t i = 0; i < f->list.count; i++) {
		const struct event *e = &f->list.at[i];
		if (e->kind >= EVENT_KIND_COUNT || e->id[EVENT_ID_MAX] != '\0' ||
		    (uint64_t)e->text + e->text_len > f->list.text_len)
			abort();
		if ((e->kind == EVENT_PASSING || e->kind == EVENT_PIT_IN ||
		     e->kind == EVENT_PIT_OUT) &&
		    (e->id[0] == '\0' || e->at == INSTANT_NONE))
			abort();
	}
}

static inline void fuzz_stream(const char *driver, const uint8_t *data, size_t size)
{
	struct fuzz_stream f;
	instant_us at = 0, step = 0;
	fuzz_begin(&f, driver, size);
	f.driver->sniff((struct slice){(const char *)data, size < 4096 ? size : 4096});
	if (size > 0 && data[0] > 0) {
		at = (instant_us)1764000000 * US_S;
		step = data[0] * 100 * US_MS;
	}
	fuzz_link(&f, at);
	for (size_t i = 1; i < size; at += step) {
		size_t n = data[i++];
		if (n == UINT8_MAX) {
			fuzz_peer(&f, i < size ? data[i++] : 0);
			continue;
		}
		if (n == 0)
			fuzz_link(&f, at);
		if (n > size - i)
			n = size - i;
		if (n > 0)
			fuzz_read(&f, data + i, n, at);
		i += n;
	}
	fuzz_check(&f);
	fuzz_end(&f);
	/* The same without cuts. */
	fuzz_begin(&f, driver, size);
	if (size > 0)
		fuzz_read(&f, data + 1, size - 1, at);
	fuzz_check(&f);
	fuzz_end(&f);
}

#endif
