/*
 * multiloop_read.c -- the simulator's streams of Multiloop, and the truth they tell
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "multiloop_read.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 16 * 1024 * 1024, PASSINGS_MAX = 32 * 1024 };

/* ---- simulated ---------------------------------------------------------------------- */

int bytes_append(void *context, const char *bytes, size_t len)
{
	struct bytes *b = context;
	assert_true(b->len + len < BYTES_MAX);
	memcpy(b->at + b->len, bytes, len);
	b->len += len;
	return 0;
}

void simulate(struct sim_race *sim, struct bytes *bytes, uint64_t seed, unsigned cars,
	      duration_us length, const struct sim_multiloop *how)
{
	char buf[4096];
	struct out out = {bytes_append, bytes, buf, 0, sizeof(buf), 0, false};
	struct err err;
	memset(sim, 0, sizeof(*sim));
	sim->passings = read_room(PASSINGS_MAX, sizeof(*sim->passings));
	sim->passings_max = PASSINGS_MAX;
	assert_int_equal(sim_plausible(sim, seed, cars, 3, length, &err), 0);
	*bytes = (struct bytes){read_room(BYTES_MAX, 1), 0};
	sim_write_multiloop(&out, sim, how);
	assert_int_equal(out_flush(&out), 0);
}

void simulate_end(struct sim_race *sim, struct bytes *bytes)
{
	free(sim->passings);
	free(bytes->at);
}

/* Last crossing of SF of a car, by the simulator. */
static const struct sim_passing *truth_of(const struct sim_race *sim, uint16_t car)
{
	const struct sim_passing *last = NULL;
	for (uint32_t i = 0; i < sim->passing_count; i++)
		if (sim->passings[i].car == car &&
		    (sim->passings[i].line == LINE_SF ||
		     sim->passings[i].line == LINE_SF_PIT))
			last = &sim->passings[i];
	return last;
}

void is_the_truth(struct read *read, const struct sim_race *sim, uint64_t seed,
		  duration_us unit)
{
	const struct race *race = read_now(read);
	for (uint16_t i = 0; i < sim->car_count; i++) {
		const struct sim_passing *last = truth_of(sim, i);
		uint16_t car = race_find_text(race, slice_of(sim->cars[i].number));
		uint32_t laps = last ? last->lap : 0;
		if (car == CAR_NONE || race->cars[car].laps != laps)
			fail_msg("seed %llu: car %s has %u laps, not %u",
				 (unsigned long long)seed, sim->cars[i].number,
				 car == CAR_NONE ? 0u : (unsigned)race->cars[car].laps,
				 (unsigned)laps);
		if (!last)
			continue;
		assert_int_equal(race_elapsed(race, race->cars[car].sf_at) / unit,
				 (last->at - sim->setup.start_at) / unit);
	}
}
