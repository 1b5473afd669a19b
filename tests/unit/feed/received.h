/*
 * received.h -- bytes written by the protocols' writers, received by a stream driver: for
 * tests
 */
#ifndef PITWALL_TEST_FEED_RECEIVED_H
#define PITWALL_TEST_FEED_RECEIVED_H

#include "pitwall/encode.h"
#include "pitwall/feed.h"

enum {
	RECEIVED_EVENTS_MAX = 64 * 1024,
	RECEIVED_TEXT_MAX = 4 * 1024 * 1024,
	RECEIVED_BYTES_MAX = 16 * 1024 * 1024,
};

struct received {
	const struct feed_driver *driver;
	void *state;
	struct event_list list;
	char *bytes; /* written and not read yet */
	size_t len;
	uint32_t looked; /* events before were looked at */
	char buf[256];
};

/** Asserts that the driver is there. */
void received_begin(struct received *received, const char *driver,
		    const struct feed_setup *setup);
void received_end(struct received *received);
/** A sink whose bytes wait for received_at(). */
struct out received_out(struct received *received);
/** What was written to @out is received now. */
void received_at(struct received *received, struct out *out, instant_us at);
/** Bytes are received. */
void received_bytes(struct received *received, struct slice bytes, instant_us at);
/** The next event of the kind behind those looked at; NULL: there is none. */
const struct event *received_next(struct received *received, enum event_kind kind);
/** How many of the kind there are in all. */
unsigned received_count(const struct received *received, enum event_kind kind);
/** Asserts that an event of the kind follows whose text holds @words. */
const struct event *received_says(struct received *received, enum event_kind kind,
				  const char *words);
/** Hexadecimal digits to bytes; blanks are skipped. Returns their number. */
size_t received_unhex(const char *hex, char *bytes, size_t max);
/** A file of the data beside the project, in memory of the caller's to free(); NULL:
 * it is not there. */
char *received_data(const char *name, size_t *len);

#endif
