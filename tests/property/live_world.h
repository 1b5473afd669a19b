/*
 * live_world.h -- what a pit wall hears in one race, for the laws of the timeline
 * whose end moves: two or three sources of one simulated race, an operator, late
 * arrivals; and what the race must be, worked out the long way.
 */
#ifndef PITWALL_TEST_PROPERTY_LIVE_WORLD_H
#define PITWALL_TEST_PROPERTY_LIVE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim.h"
#include "pitwall/timeline.h"

/* What beside the first source, which hears all and has the clock of UTC. */
enum {
	WORLD_SECOND = 1,   /* a worse clock, up to 0.4 s off, hears 95 of 100 */
	WORLD_THIRD = 2,    /* one better than the second, hears half */
	WORLD_OPERATOR = 4, /* flags, penalties, passings by hand; undo and redo */
	WORLD_NAMES = 8,    /* transponders are given to cars during the race */
	WORLD_LATE = 16,    /* one of ten is received up to an hour late */
	WORLD_DEAF = 32,    /* the first source misses one of twenty too */
	WORLD_COUNTS = 64,  /* the third says which lap a crossing ends, and now and
			       then another one */
};

struct world {
	struct event_list list; /* in no order */
	struct race_setup setup;
};

/** A race of @cars cars for @length. Fails the test when it does not fit. */
void world_make(struct world *world, uint64_t seed, unsigned cars, duration_us length,
		unsigned what);
void world_free(struct world *world);
/** Another order of arrival. */
void world_shuffle(struct world *world, uint64_t *seed);
bool is_undo(const struct event *event);
/** In the order they were received. */
void world_sort_received(struct world *world);

/* The race at an instant, worked out without a timeline. */
struct truth {
	struct race race;
	struct race_tables tables;
	uint32_t masked; /* events up to that instant that do not count */
};

void truth_begin(struct truth *truth, uint32_t events);
void truth_free(struct truth *truth);
/** Of the first @count events of the list those received by @received, up to @t. */
void truth_at(struct truth *truth, const struct world *world, uint32_t count,
	      instant_us received, instant_us t);
/** Fails unless @race and its rows are those of the truth, byte by byte. */
void truth_same(const struct truth *truth, const struct race *race,
		const struct race_tables *tables, const char *what);

#endif
