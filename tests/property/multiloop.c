/*
 * multiloop.c -- laws of the Multiloop reader, over simulated races
 *
 * Seeds are fixed, and printed when a law fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../golden/multiloop_read.h"
#include "pieces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CARS = 12 };

static const struct sim_multiloop plain = {"R1", "\xa6", false};
static const struct sim_multiloop whole = {"R1", "\xa6", true};
static const struct sim_multiloop indycar = {"R.I", "\xa6", true};

static struct sim_race sim;

static void drive(struct bytes *bytes, uint64_t seed, const struct sim_multiloop *how)
{
	simulate(&sim, bytes, seed, CARS, 25 * US_MIN, how);
}

static struct slice all_of(struct bytes bytes)
{
	return (struct slice){bytes.at, bytes.len};
}

/* ---- any cut ------------------------------------------------------------------- */

/* What lines suffer: bytes changed, ends lost (records glue), lines torn. */
static void damage(struct bytes *bytes, uint64_t seed, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		size_t at = random_below(&seed, bytes->len), end = at;
		if (i % 3 == 0) {
			bytes->at[at] = (char)random_below(&seed, 256);
			continue;
		}
		while (end < bytes->len && bytes->at[end] != (i % 3 == 1 ? '$' : '\n'))
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
		drive(&bytes, seed, &whole);
		if (seed % 2 == 0)
			damage(&bytes, seed, 300);
		any_cut_is_equal("multiloop", (struct slice){bytes.at, bytes.len}, seed,
				 seed < 3 ? 7 : 900, 500);
		simulate_end(&sim, &bytes);
	}
}

/* ---- the race that comes out ----------------------------------------------------- */

static void what_was_simulated_comes_back(void **unused)
{
	static const struct {
		const struct sim_multiloop *how;
		duration_us unit;
	} ways[] = {{&plain, US_MS}, {&whole, US_MS}, {&indycar, US_MS / 10}};

	(void)unused;
	for (uint64_t seed = 11; seed <= 19; seed++) {
		size_t way = seed % ARRAY_LEN(ways);
		struct bytes bytes;
		struct read read;
		drive(&bytes, seed, ways[way].how);
		read_stream(&read, "multiloop", all_of(bytes), 3);
		is_the_truth(&read, &sim, seed, ways[way].unit);
		if (read_count(&read.list, EVENT_ANOMALY) > 0)
			fail_msg("seed %llu: %u anomalies", (unsigned long long)seed,
				 read_count(&read.list, EVENT_ANOMALY));
		read_end(&read);
		simulate_end(&sim, &bytes);
	}
}

/* Of the whole stream every crossing is one event with its line and time: sectors,
 * stops and flags come back too. */
static void every_crossing_is_told_once(void **unused)
{
	(void)unused;
	for (uint64_t seed = 21; seed <= 24; seed++) {
		struct bytes bytes;
		struct read read;
		unsigned received, between = 0;
		simulate(&sim, &bytes, seed, CARS, 90 * US_MIN, &whole);
		read_stream(&read, "multiloop", all_of(bytes), 3);
		received = read_count(&read.list, EVENT_PASSING) +
			   read_count(&read.list, EVENT_PIT_IN) +
			   read_count(&read.list, EVENT_PIT_OUT);
		if (received != sim.passing_count)
			fail_msg("seed %llu: %u crossings of %u",
				 (unsigned long long)seed, received, sim.passing_count);
		for (uint32_t i = 0; i < read.list.count; i++)
			between += read.list.at[i].kind == EVENT_PASSING &&
				   read.list.at[i].line > LINE_SF &&
				   read.list.at[i].line < LINES_MAX;
		assert_true(between > received / 2);
		assert_true(read_count(&read.list, EVENT_PIT_IN) > 0);
		assert_int_equal(read_now(&read)->flag, FLAG_FINISH);
		read_end(&read);
		simulate_end(&sim, &bytes);
	}
}

/* The separator as relays make it UTF-8, well or badly. */
static void separators_do_not_change_the_race(void **unused)
{
	static const char *const separators[] = {"\xa6", "\xc2\xa6", "\xef\xbf\xbd"};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(separators); i++) {
		const struct sim_multiloop how = {"R1", separators[i], true};
		struct bytes bytes;
		struct read read;
		drive(&bytes, 31, &how);
		read_stream(&read, "multiloop", all_of(bytes), 3);
		is_the_truth(&read, &sim, 31, US_MS);
		assert_int_equal(read_count(&read.list, EVENT_ANOMALY), 0);
		read_end(&read);
		simulate_end(&sim, &bytes);
	}
}

/* ---- lines that are lost, and lines that come twice ------------------------------------ */

/* Copies the lines for which @keep says how often. */
static void copy_lines(struct bytes from, struct bytes *to, uint64_t seed,
		       unsigned (*keep)(const char *line, uint64_t *random))
{
	size_t at = 0;
	*to = (struct bytes){malloc(from.len * 2 + 1), 0};
	assert_non_null(to->at);
	while (at < from.len) {
		const char *end = memchr(from.at + at, '\n', from.len - at);
		size_t len = end ? (size_t)(end - from.at) + 1 - at : from.len - at;
		for (unsigned times = keep(from.at + at, &seed); times > 0; times--) {
			memcpy(to->at + to->len, from.at + at, len);
			to->len += len;
		}
		at += len;
	}
}

static unsigned only_standings(const char *line, uint64_t *random)
{
	(void)random;
	return line[1] == 'C';
}

static unsigned no_standings(const char *line, uint64_t *random)
{
	(void)random;
	return line[1] != 'C';
}

static unsigned lose_crossings(const char *line, uint64_t *random)
{
	return line[1] != 'L' || random_below(random, 10) != 0;
}

static unsigned lose_standings(const char *line, uint64_t *random)
{
	return line[1] != 'C' || random_below(random, 10) != 0;
}

static unsigned twice(const char *line, uint64_t *random)
{
	(void)line;
	return 1 + (random_below(random, 3) == 0);
}

static const struct {
	const char *what;
	unsigned (*keep)(const char *line, uint64_t *random);
	enum { SILENT, MISSING } told;
} losses[] = {
	{"nothing but $C", only_standings, SILENT},
	{"no $C", no_standings, SILENT},
	{"one $L in ten lost", lose_crossings, MISSING},
	{"one $C in ten lost", lose_standings, MISSING},
	{"lines that come twice", twice, SILENT},
};

static void laps_are_whole_where_lines_are_lost(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(losses); i++)
		for (uint64_t seed = 41; seed <= 43; seed++) {
			struct bytes bytes, kept;
			struct read read;
			unsigned missing;
			drive(&bytes, seed, &plain);
			copy_lines(bytes, &kept, seed, losses[i].keep);
			read_stream(&read, "multiloop", all_of(kept), 1);
			printf("# %s, seed %llu\n", losses[i].what,
			       (unsigned long long)seed);
			is_the_truth(&read, &sim, seed, US_MS);
			missing = read_anomalies(&read.list, ANOMALY_MISSING);
			assert_int_equal(missing > 0, losses[i].told == MISSING);
			assert_int_equal(missing,
					 read_count(&read.list, EVENT_ANOMALY));
			read_end(&read);
			free(kept.at);
			simulate_end(&sim, &bytes);
		}
}

/* The bytes begin anywhere, in a line too: from there on nothing is missing. */
static void who_joins_anywhere_ends_with_the_same_laps(void **unused)
{
	uint64_t at_seed = 5;
	(void)unused;
	for (uint64_t seed = 51; seed <= 58; seed++) {
		struct bytes bytes;
		struct read read;
		size_t from;
		drive(&bytes, seed, seed % 2 == 0 ? &whole : &plain);
		from = random_below(&at_seed, bytes.len * 3 / 4);
		read_stream(&read, "multiloop",
			    (struct slice){bytes.at + from, bytes.len - from}, 3);
		is_the_truth(&read, &sim, seed, US_MS);
		read_end(&read);
		simulate_end(&sim, &bytes);
	}
}

/* A damaged stream: nothing is invented. No car drives more laps than it did, but where
 * a damaged $C said so, and no session begins that was not there. */
static void damage_is_told_and_makes_no_other_race(void **unused)
{
	(void)unused;
	for (uint64_t seed = 61; seed <= 66; seed++) {
		struct bytes bytes;
		struct read read;
		char broken[256];
		drive(&bytes, seed, &whole);
		damage(&bytes, seed, 60);
		read_stream(&read, "multiloop", all_of(bytes), 3);
		if (race_check(read_now(&read), &read.timeline.tables, broken))
			fail_msg("seed %llu: %s", (unsigned long long)seed, broken);
		assert_int_equal(read.sessions, 1);
		assert_true(read_count(&read.list, EVENT_ANOMALY) > 20);
		read_end(&read);
		simulate_end(&sim, &bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_cut_of_the_bytes_gives_the_same_events),
		cmocka_unit_test(what_was_simulated_comes_back),
		cmocka_unit_test(every_crossing_is_told_once),
		cmocka_unit_test(separators_do_not_change_the_race),
		cmocka_unit_test(laps_are_whole_where_lines_are_lost),
		cmocka_unit_test(who_joins_anywhere_ends_with_the_same_laps),
		cmocka_unit_test(damage_is_told_and_makes_no_other_race),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
