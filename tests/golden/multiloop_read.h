/*
 * multiloop_read.h -- a Multiloop stream as a race, and the simulator's stream of one
 */
#ifndef TESTS_GOLDEN_MULTILOOP_READ_H
#define TESTS_GOLDEN_MULTILOOP_READ_H

#include "pitwall/feed.h"
#include "pitwall/sim.h"
#include "pitwall/timeline.h"

struct bytes {
	char *at;
	size_t len;
};

/* What a stream was made into: the race of its last session. */
struct read {
	struct event_list list; /* of all sessions */
	struct event_list last; /* from the last session on; shares list.text */
	void *state, *storage;
	struct timeline timeline;
	unsigned sessions; /* of different numbers */
};

/** Unwrap, decode, fold. @lines of the circuit. */
void read_race(struct read *read, struct slice bytes, uint8_t lines);
void read_end(struct read *read);
const struct race *read_now(struct read *read);
unsigned read_count(const struct event_list *list, enum event_kind kind);
/** Anomalies of a kind. */
unsigned read_anomalies(const struct event_list *list, enum anomaly anomaly);

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
