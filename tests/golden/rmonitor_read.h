/*
 * rmonitor_read.h -- an RMonitor stream as a race, and the same bytes read naively
 */
#ifndef PITWALL_TEST_GOLDEN_RMONITOR_READ_H
#define PITWALL_TEST_GOLDEN_RMONITOR_READ_H

#include "stream_read.h"

enum { NAIVE_CARS_MAX = 256 };

/** Bytes of a capture of the test data; NULL when the data is not here. */
char *read_capture(const char *name, size_t *len);
/** Unwrap, decode, fold. */
void read_race(struct read *read, struct slice bytes);

/* The last $G, $H and $J of each registration, of the last run in which there was any:
 * found with nothing but a search for '$'. */
struct naive_car {
	char reg[16];
	long laps;                      /* below zero where laps were taken away */
	long long total_ms, passing_ms; /* -1: none */
	unsigned passings;              /* $J with a lap time */
	unsigned ahead;                 /* of them behind the last $G */
	long best_lap;                  /* of the last $H; 0 none */
	long long best_ms;              /* 0: none */
};
struct naive {
	struct naive_car cars[NAIVE_CARS_MAX];
	unsigned count;
};
void naive_read(struct naive *naive, struct slice bytes);
struct naive_car *naive_find(struct naive *naive, const char *reg);

#endif
