/*
 * folded.h -- a simulated race, written, decoded and folded: for tests
 *
 * All storage is static: one race at a time of each `struct folded`.
 */
#ifndef PITWALL_TEST_SIM_FOLDED_H
#define PITWALL_TEST_SIM_FOLDED_H

#include "pitwall/feed.h"
#include "sim.h"

struct bytes {
	char *at;
	size_t len, max;
};

struct folded {
	struct race race;
	struct race_tables tables;
	struct event_list list;
	struct rules rules;
	struct classification result;
	struct feed_info info;
	void *state, *scratch;
	uint32_t *order;
	struct event_slot *slots;
};

/** A sink that grows @bytes; bytes_end() frees them. */
struct out bytes_out(struct bytes *bytes);
void bytes_end(struct bytes *bytes);

/** A race of so many cars and classes; asserts that it fits. sim_end() frees. */
void sim_begin(struct sim_race *sim, uint64_t seed, unsigned cars, unsigned classes,
	       duration_us length);
void sim_end(struct sim_race *sim);

/** Decode @bytes (with the entries of @sim, which travel apart) and fold. */
void folded_beacon(struct folded *folded, const struct sim_race *sim,
		   struct slice bytes);
/** The same of an Al Kamel file, which carries its entries. */
void folded_alkamel(struct folded *folded, struct slice bytes);
/** Fold only the events up to @until, of a race folded before. */
void folded_until(struct folded *folded, instant_us until);
void folded_end(struct folded *folded);

#endif
