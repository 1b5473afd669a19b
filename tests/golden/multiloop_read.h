/*
 * multiloop_read.h -- the simulator's streams of Multiloop, and the truth they tell
 */
#ifndef PITWALL_TEST_GOLDEN_MULTILOOP_READ_H
#define PITWALL_TEST_GOLDEN_MULTILOOP_READ_H

#include "sim.h"
#include "stream_read.h"

struct bytes {
	char *at;
	size_t len;
};

/** A sink that keeps what is written. */
int bytes_append(void *context, const char *bytes, size_t len);
/** The race of a seed, and its stream; both are freed by simulate_end(). */
void simulate(struct sim_race *sim, struct bytes *bytes, uint64_t seed, unsigned cars,
	      duration_us length, const struct sim_multiloop *how);
void simulate_end(struct sim_race *sim, struct bytes *bytes);
/** Fails unless every car has the laps and totals it drove; @unit is how far times may
 * be cut. */
void is_the_truth(struct read *read, const struct sim_race *sim, uint64_t seed,
		  duration_us unit);

#endif
