/*
 * rmonitor.c -- laws of the RMonitor reader, over simulated races
 *
 * Seeds are fixed, and printed when a law fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../golden/rmonitor_read.h"
#include "pieces.h"
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PASSINGS_MAX = 16 * 1024, BYTES_MAX = 8 * 1024 * 1024 };

struct bytes {
	char *at;
	size_t len;
};

static struct sim_race sim;

static int append(void *context, const char *bytes, size_t len)
{
	struct bytes *b = context;
	assert_true(b->len + len <= BYTES_MAX);
	memcpy(b->at + b->len, bytes, len);
	b->len += len;
	return 0;
}

static void simulate(struct bytes *bytes, uint64_t seed, bool extended)
{
	char buf[4096];
	struct out out = {append, bytes, buf, 0, sizeof(buf), 0, false};
	struct err err;
	memset(&sim, 0, sizeof(sim));
	sim.passings = calloc(PASSINGS_MAX, sizeof(*sim.passings));
	sim.passings_max = PASSINGS_MAX;
	assert_non_null(sim.passings);
	assert_int_equal(sim_plausible(&sim, seed, 12, 3, 25 * US_MIN, &err), 0);
	bytes->at = malloc(BYTES_MAX);
	bytes->len = 0;
	assert_non_null(bytes->at);
	sim_write_rmonitor(&out, &sim, extended);
	assert_int_equal(out_flush(&out), 0);
}

static void simulate_end(struct bytes *bytes)
{
	free(sim.passings);
	free(bytes->at);
}

/* ---- any cut ------------------------------------------------------------------- */

/* What lines suffer: bytes changed, ends lost (records glue), quotes cut. */
static void damage(struct bytes *bytes, uint64_t seed)
{
	for (unsigned i = 0; i < 300; i++) {
		size_t at = random_below(&seed, bytes->len);
		if (i % 3 == 0) {
			bytes->at[at] = (char)random_below(&seed, 256);
			continue;
		}
		size_t end = at;
		while (end < bytes->len && bytes->at[end] != '$')
			end++;
		memmove(bytes->at + at, bytes->at + end, bytes->len - end);
		bytes->len -= end - at;
	}
}

static void any_cut_of_the_bytes_gives_the_same_events(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct bytes bytes;
		simulate(&bytes, seed, true);
		if (seed % 2 == 0)
			damage(&bytes, seed);
		any_cut_is_equal("rmonitor", (struct slice){bytes.at, bytes.len}, seed,
				 seed < 3 ? 7 : 900, 500);
		simulate_end(&bytes);
	}
}

/* ---- the race that comes out ----------------------------------------------------- */

/* Last crossing of SF of a car, by the simulator. */
static const struct sim_passing *truth_of(uint16_t car)
{
	const struct sim_passing *last = NULL;
	for (uint32_t i = 0; i < sim.passing_count; i++)
		if (sim.passings[i].car == car && (sim.passings[i].line == LINE_SF ||
						   sim.passings[i].line == LINE_SF_PIT))
			last = &sim.passings[i];
	return last;
}

static void is_the_truth(struct read *read, uint64_t seed)
{
	const struct race *race = read_now(read);
	for (uint16_t i = 0; i < sim.car_count; i++) {
		const struct sim_passing *last = truth_of(i);
		uint16_t car = race_find(race, ID_NUMBER, slice_of(sim.cars[i].number));
		uint32_t laps = last ? last->lap : 0;
		duration_us total;
		if (car == CAR_NONE || race->cars[car].laps != laps)
			fail_msg("seed %llu: car %s has %u laps, not %u",
				 (unsigned long long)seed, sim.cars[i].number,
				 car == CAR_NONE ? 0u : (unsigned)race->cars[car].laps,
				 (unsigned)laps);
		if (!last)
			continue;
		total = race_elapsed(race, race->cars[car].sf_at);
		assert_int_equal(total / US_MS,
				 (last->at - sim.setup.start_at) / US_MS);
	}
}

static void what_was_simulated_comes_back(void **unused)
{
	(void)unused;
	for (uint64_t seed = 11; seed <= 16; seed++) {
		struct bytes bytes;
		struct read read;
		simulate(&bytes, seed, seed % 2 == 0);
		read_race(&read, (struct slice){bytes.at, bytes.len});
		is_the_truth(&read, seed);
		read_end(&read);
		simulate_end(&bytes);
	}
}

/* Each dump comes twice, as relays send them when they connect anew. */
static void dumps_said_twice_change_nothing(void **unused)
{
	(void)unused;
	for (uint64_t seed = 21; seed <= 24; seed++) {
		struct bytes bytes, twice = {malloc(BYTES_MAX), 0};
		struct read once, again;
		const char *at;
		assert_non_null(twice.at);
		simulate(&bytes, seed, false);
		bytes.at[bytes.len] = '\0';
		for (at = bytes.at; *at != '\0';) {
			const char *dump = strstr(at, "$I,");
			const char *end = dump;
			if (!dump)
				dump = end = at + strlen(at);
			else if ((end = strstr(dump + 3, "\n$F,")) == NULL ||
				 (end = strstr(end + 3, "\n$F,")) == NULL)
				end = dump + strlen(dump) - 1;
			end += *end == '\n';
			append(&twice, at, (size_t)(end - at));
			append(&twice, dump, (size_t)(end - dump));
			at = end;
		}
		assert_true(twice.len > bytes.len);
		read_race(&once, (struct slice){bytes.at, bytes.len});
		read_race(&again, (struct slice){twice.at, twice.len});
		is_the_truth(&again, seed);
		for (unsigned kind = 0; kind < EVENT_KIND_COUNT; kind++)
			if (kind != EVENT_HEARTBEAT)
				assert_int_equal(
					read_count(&once.list, (enum event_kind)kind),
					read_count(&again.list, (enum event_kind)kind));
		read_end(&once);
		read_end(&again);
		free(twice.at);
		simulate_end(&bytes);
	}
}

/* The bytes begin anywhere, in a line too: from the next dump on nothing is missing
 * but what was driven before. */
static void who_joins_anywhere_ends_with_the_same_laps(void **unused)
{
	uint64_t at_seed = 5;
	(void)unused;
	for (uint64_t seed = 31; seed <= 38; seed++) {
		struct bytes bytes;
		struct read read;
		size_t from;
		simulate(&bytes, seed, seed % 2 == 0);
		from = random_below(&at_seed, bytes.len * 3 / 4);
		read_race(&read, (struct slice){bytes.at + from, bytes.len - from});
		is_the_truth(&read, seed);
		read_end(&read);
		simulate_end(&bytes);
	}
}

/* ---- what is told of a race that is joined late ------------------------------------ */

#define TOLD                                                                  \
	(HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD) | HISTORY_BIT(STOPPED) | \
	 HISTORY_BIT(RETIRED) | HISTORY_BIT(PIT_IN) | HISTORY_BIT(PIT_OUT) |  \
	 HISTORY_BIT(BEST_LAP) | HISTORY_BIT(CLASS_BEST))

static void history_of_read(struct read *read, struct history *history)
{
	*history = (struct history){.race = read_now(read),
				    .tables = timeline_head_tables(&read->timeline),
				    .kinds = TOLD,
				    .at = INT64_MAX,
				    .car = CAR_NONE};
	history_open(history);
}

/* A best lap of the race, or its lead, is the class's too. */
static bool is_same(uint8_t told, uint8_t kind)
{
	return told == kind ||
	       (kind == HISTORY_CLASS_BEST && told == HISTORY_BEST_LAP) ||
	       (kind == HISTORY_CLASS_LEAD && told == HISTORY_LEAD);
}

/* The same of the same car on the same lap. */
static bool is_told(struct history *history, const struct history_row *of,
		    const char *number)
{
	struct history_row row;
	for (uint32_t i = 0; history_nth(history, i, &row); i++) {
		char label[16];
		race_car_label(history->race, row.car, label);
		if (is_same(row.kind, of->kind) && row.lap == of->lap &&
		    strcmp(label, number) == 0)
			return true;
	}
	return false;
}

/* Whoever was there from the start on has every lead, stop and best lap of who joined
 * late, who has fewer. */
static void who_joins_late_is_told_of_nothing_that_did_not_happen(void **unused)
{
	uint64_t at_seed = 6;
	uint32_t early[HISTORY_COUNT] = {0}, late[HISTORY_COUNT] = {0};
	(void)unused;
	for (uint64_t seed = 51; seed <= 62; seed++) {
		struct bytes bytes;
		struct read whole, part;
		struct history all, some;
		struct history_row row;
		simulate(&bytes, seed, seed % 2 == 0);
		size_t from = bytes.len / 8 + random_below(&at_seed, bytes.len / 2);
		read_race(&whole, (struct slice){bytes.at, bytes.len});
		read_race(&part, (struct slice){bytes.at + from, bytes.len - from});
		history_of_read(&whole, &all);
		history_of_read(&part, &some);
		for (uint32_t i = 0; history_nth(&all, i, &row); i++)
			early[row.kind]++;
		for (uint32_t i = 0; history_nth(&some, i, &row); i++) {
			char number[16];
			race_car_label(some.race, row.car, number);
			late[row.kind]++;
			if (!is_told(&all, &row, number))
				fail_msg("seed %llu: car %s, lap %u: %s, which did not "
					 "happen",
					 (unsigned long long)seed, number,
					 (unsigned)row.lap, history_key(row.kind));
		}
		read_end(&whole);
		read_end(&part);
		simulate_end(&bytes);
	}
	assert_true(early[HISTORY_LEAD] > late[HISTORY_LEAD]);
	assert_true(early[HISTORY_BEST_LAP] > late[HISTORY_BEST_LAP]);
}

/* One passing in ten is lost: laps are whole again by $G. */
static void lost_passings_are_made_good_by_the_standings(void **unused)
{
	(void)unused;
	for (uint64_t seed = 41; seed <= 46; seed++) {
		struct bytes bytes, kept = {malloc(BYTES_MAX), 0};
		struct read read;
		uint64_t random = seed;
		size_t from = 0;
		assert_non_null(kept.at);
		simulate(&bytes, seed, false);
		while (from < bytes.len) {
			const char *end =
				memchr(bytes.at + from, '\n', bytes.len - from);
			size_t len = end ? (size_t)(end - bytes.at) + 1 - from
					 : bytes.len - from;
			if (bytes.at[from + 1] != 'J' || random_below(&random, 10) != 0)
				append(&kept, bytes.at + from, len);
			from += len;
		}
		read_race(&read, (struct slice){kept.at, kept.len});
		assert_true(kept.len < bytes.len);
		is_the_truth(&read, seed);
		read_end(&read);
		free(kept.at);
		simulate_end(&bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_cut_of_the_bytes_gives_the_same_events),
		cmocka_unit_test(what_was_simulated_comes_back),
		cmocka_unit_test(dumps_said_twice_change_nothing),
		cmocka_unit_test(who_joins_anywhere_ends_with_the_same_laps),
		cmocka_unit_test(who_joins_late_is_told_of_nothing_that_did_not_happen),
		cmocka_unit_test(lost_passings_are_made_good_by_the_standings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
