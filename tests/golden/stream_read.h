/*
 * stream_read.h -- the bytes of a stream, or of a capture of one, as a race
 */
#ifndef PITWALL_TEST_GOLDEN_STREAM_READ_H
#define PITWALL_TEST_GOLDEN_STREAM_READ_H

#include "pitwall/feed.h"
#include "pitwall/timeline.h"

/* What a stream was made into: the race of its last session. */
struct read {
	struct event_list list; /* of all sessions */
	struct event_list last; /* from the last session on; shares list.text */
	void *state, *storage;
	struct timeline timeline;
	unsigned sessions; /* of different numbers */
};

/** Unwrap, decode by the driver of that name (which sniffing must find), fold. @lines of
 * the circuit. */
void read_stream(struct read *read, const char *driver, struct slice bytes,
		 uint8_t lines);
void read_end(struct read *read);
const struct race *read_now(struct read *read);
unsigned read_count(const struct event_list *list, enum event_kind kind);
/** Anomalies of a kind. */
unsigned read_anomalies(const struct event_list *list, enum anomaly anomaly);

/** Memory of zeros; asserts that it is there. */
void *read_room(size_t count, size_t size);
/** Bytes of a file of the test data, with a NUL behind them; NULL: it is not here. */
char *read_data(const char *folder, const char *name, size_t *len);

#endif
