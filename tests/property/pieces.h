/*
 * pieces.h -- a law of each driver of a stream: any cut of the bytes gives the same events
 */
#ifndef PITWALL_TEST_PROPERTY_PIECES_H
#define PITWALL_TEST_PROPERTY_PIECES_H

#include <stdlib.h>
#include <string.h>

#include "pitwall/feed.h"

enum { PIECES_EVENTS = 128 * 1024, PIECES_TEXT = 8 * 1024 * 1024 };

struct received {
	struct event_list list;
	void *state;
};

static inline void received_begin(struct received *received,
				  const struct feed_driver *driver)
{
	const struct feed_setup setup = {.source = 1, .day = INSTANT_NONE};
	received->list = (struct event_list){
		.at = calloc(PIECES_EVENTS, sizeof(struct event)),
		.max = PIECES_EVENTS,
		.text = malloc(PIECES_TEXT),
		.text_max = PIECES_TEXT,
	};
	/* What init() leaves as it was would differ. */
	received->state = malloc(driver->state_size);
	assert_true(received->list.at && received->list.text && received->state);
	driver->init(received->state, &setup);
}

static inline void received_end(struct received *received)
{
	free(received->list.at);
	free(received->list.text);
	free(received->state);
}

/* Frames in an exact copy each, so that a read past the end is seen. */
static inline void received_pieces(struct received *received,
				   const struct feed_driver *driver, struct slice bytes,
				   uint64_t seed, size_t piece_max)
{
	size_t from = 0, to = 0;
	while (to < bytes.len) {
		to += 1 + random_below(&seed, piece_max);
		to = to < bytes.len ? to : bytes.len;
		for (;;) {
			ptrdiff_t n = driver->frame(
				(struct slice){bytes.at + from, to - from});
			if (n <= 0)
				break;
			char *copy = malloc((size_t)n);
			assert_non_null(copy);
			memcpy(copy, bytes.at + from, (size_t)n);
			driver->decode(received->state, (struct slice){copy, (size_t)n},
				       INSTANT_NONE, (uint32_t)from, &received->list);
			free(copy);
			from += (size_t)n;
		}
	}
}

/** In pieces of up to @piece_max bytes as in one; there are more than @least events. */
static inline void any_cut_is_equal(const char *name, struct slice bytes, uint64_t seed,
				    size_t piece_max, uint32_t least)
{
	const struct feed_driver *driver = feed_by_name(slice_of(name));
	struct received whole, pieces;
	received_begin(&whole, driver);
	received_begin(&pieces, driver);
	received_pieces(&whole, driver, bytes, seed, bytes.len);
	received_pieces(&pieces, driver, bytes, seed, piece_max);
	assert_true(whole.list.count > least);
	if (whole.list.count != pieces.list.count ||
	    whole.list.text_len != pieces.list.text_len ||
	    memcmp(whole.list.at, pieces.list.at,
		   whole.list.count * sizeof(struct event)) != 0 ||
	    memcmp(whole.list.text, pieces.list.text, whole.list.text_len) != 0)
		fail_msg("seed %llu: %u and %u events differ", (unsigned long long)seed,
			 (unsigned)whole.list.count, (unsigned)pieces.list.count);
	received_end(&whole);
	received_end(&pieces);
}

#endif
