/*
 * test_alkamel_back.c -- a race written as an Al Kamel lap file reads back to the
 * same results
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../sim/folded.h"
#include "../../real.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sim_race sim;
static struct folded before, after;

static void results_csv(struct folded *folded, struct bytes *bytes)
{
	struct out out = bytes_out(bytes);

	encode_results(&out, FORMAT_CSV, &folded->race, &folded->rules, &folded->result,
		       NULL);
	out_bytes(&out, "", 1);
	assert_int_equal(out_flush(&out), 0);
}

/* A driver who completed no lap stands in no row of a lap file: of races with such
 * drivers that column and the two behind it are not compared. */
static void cut_drivers(struct bytes *bytes)
{
	struct slice rest = {bytes->at, bytes->len - 1};
	char *to = bytes->at;

	while (rest.len > 0) {
		struct slice line = slice_cut(&rest, '\n');

		for (unsigned commas = 0; line.len > 0 && commas < 3; line.len--)
			commas += line.at[line.len - 1] == ',';
		memmove(to, line.at, line.len);
		to[line.len] = '\n';
		to += line.len + 1;
	}
	*to = '\0';
}

/* Fold the file that @before is written as, and compare what `results` prints. */
static void comes_back(const char *what, bool drivers)
{
	struct bytes file, first, second;
	struct out out = bytes_out(&file);

	encode_alkamel(&out, &before.race, &before.tables);
	assert_int_equal(out_flush(&out), 0);
	folded_alkamel(&after, (struct slice){file.at, file.len});
	results_csv(&before, &first);
	results_csv(&after, &second);
	if (!drivers) {
		cut_drivers(&first);
		cut_drivers(&second);
	}
	if (strcmp(first.at, second.at) != 0) {
		size_t at = 0;

		while (first.at[at] == second.at[at])
			at++;
		while (at > 0 && first.at[at - 1] != '\n')
			at--;
		fail_msg("%s: %.120s\nreads back as %.120s", what, first.at + at,
			 second.at + at);
	}
	bytes_end(&file);
	bytes_end(&first);
	bytes_end(&second);
	folded_end(&after);
}

static void beacon_race(uint64_t seed, duration_us shift)
{
	struct bytes bytes;
	struct out out;

	sim_begin(&sim, seed, 24, 4, 2 * US_HOUR);
	for (uint32_t i = 0; i < sim.passing_count; i++)
		sim.passings[i].at += shift * (sim.passings[i].car % 7);
	out = bytes_out(&bytes);
	sim_write_beacon(&out, &sim, LINE_NONE);
	assert_int_equal(out_flush(&out), 0);
	folded_beacon(&before, &sim, (struct slice){bytes.at, bytes.len});
	bytes_end(&bytes);
}

static void a_race_of_beacons_comes_back(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		beacon_race(seed, 0);
		comes_back("a race in milliseconds", false);
		folded_end(&before);
		sim_end(&sim);
	}
}

/* A spreadsheet would run them: they are written behind an apostrophe. */
static void names_that_are_formulas_come_back(void **unused)
{
	(void)unused;
	beacon_race(1, 0);
	(void)strcpy(before.race.entries[0].team, "=cmd|'/C calc'!A0");
	(void)strcpy(before.race.entries[1].team, "@SUM(1;2)");
	(void)strcpy(before.race.entries[2].team, "'-1+\"2\"");
	(void)strcpy(before.race.entries[0].vehicle, "+1");
	(void)strcpy(before.race.entries[1].vehicle, "'t Hart & O'Neill");
	comes_back("a race of formulas", false);
	folded_end(&before);
	sim_end(&sim);
}

static void microseconds_are_not_lost(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		beacon_race(seed, 137);
		comes_back("a race in microseconds", false);
		folded_end(&before);
		sim_end(&sim);
	}
}

static bool read_data(const char *name, struct bytes *bytes)
{
	char path[256];
	struct out out = bytes_out(bytes);
	size_t len;
	text_format(path, sizeof(path), "alkamel/%s", name);
	char *all = real_read(path, &len);
	if (all == NULL)
		return false;
	out_bytes(&out, all, len);
	free(all);
	return out_flush(&out) == 0;
}

static void real_races_come_back(void **unused)
{
	static const char *const names[] = {
		"wec_2024_le_mans_24h.csv",    "wec_2021_le_mans_24h.csv",
		"wec_2019_spa_6h.csv",         "wec_2025_spa_6h.csv",
		"imsa_2021_sebring_laps.csv",  "imsa_2022_watkins_laps.csv",
		"imsa_2024_virginia_laps.csv",
	};
	unsigned found = 0;

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct bytes bytes;

		if (!read_data(names[i], &bytes))
			continue;
		found++;
		folded_alkamel(&before, (struct slice){bytes.at, bytes.len});
		comes_back(names[i], true);
		folded_end(&before);
		bytes_end(&bytes);
	}
	if (found == 0) {
		print_message("# no real races here (PITWALL_DATA)\n");
		skip();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_race_of_beacons_comes_back),
		cmocka_unit_test(names_that_are_formulas_come_back),
		cmocka_unit_test(microseconds_are_not_lost),
		cmocka_unit_test(real_races_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
