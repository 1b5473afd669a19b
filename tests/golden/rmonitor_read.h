/*
 * rmonitor_read.h -- an RMonitor stream as a race, and the same bytes read naively
 */
#ifndef TESTS_GOLDEN_RMONITOR_READ_H
#define TESTS_GOLDEN_RMONITOR_READ_H

#include "pitwall/feed.h"
#include "pitwall/timeline.h"

enum { NAIVE_CARS_MAX = 256 };

/* What a capture was made into. The race is that of its last session. */
struct read {
	struct event_list list; /* of all sessions */
	struct event_list last; /* from the last session on; shares list.text */
	void *state, *storage;
	struct timeline timeline;
	unsigned sessions; /* of different numbers */
};

/** Bytes of a capture of the test data; NULL when the data is not here. */
char *read_capture(const char *name, size_t *len);
/** Unwrap, decode, fold. */
void read_race(struct read *read, struct slice bytes);
void read_end(struct read *read);
const struct race *read_now(struct read *read);
/** Events of a kind in the list. */
unsigned read_count(const struct event_list *list, enum event_kind kind);

/* The last $G and $J of each registration, of the last run in which there was any:
 * found with nothing but a search for '$'. */
struct naive_car {
	char reg[16];
	long laps;                      /* below zero where laps were taken away */
	long long total_ms, passing_ms; /* -1: none */
	unsigned passings;              /* $J with a lap time */
	unsigned ahead;                 /* of them behind the last $G */
};
struct naive {
	struct naive_car cars[NAIVE_CARS_MAX];
	unsigned count;
};
void naive_read(struct naive *naive, struct slice bytes);
struct naive_car *naive_find(struct naive *naive, const char *reg);

#endif
