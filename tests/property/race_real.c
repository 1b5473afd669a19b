/*
 * race_real.c -- the race model against what the officials published, lap file to
 * fold without the program around them
 *
 * Order, laps and total times of the results are proven by tests/golden through
 * the program. Here: the invariants along every real race, each car's fastest lap
 * and the lap it was driven on, gaps and intervals, pit stops.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pitwall/feed.h"
#include "pitwall/history.h"
#include "../real.h"

enum { FILE_MAX = 8 << 20, EVENTS = 200000, LAPS = 40000, ROWS = 8000 };

/* Decisions of the stewards moved cars in some: their gaps are no measure. */
static const struct real {
	const char *name;
	bool gaps;
} imsa[] = {
	{"imsa_2021_sebring", true},      {"imsa_2022_road-atlanta", false},
	{"imsa_2022_watkins", false},     {"imsa_2023_long-beach", true},
	{"imsa_2023_road-atlanta", true}, {"imsa_2024_long-beach", true},
	{"imsa_2024_sebring", false},     {"imsa_2024_virginia", false},
};

static struct race race;
static struct race_tables tables;
static struct standings standings;
static struct classification classification;
static struct event_list list;
static uint32_t *order;
static char *results; /* bytes of the official results */

static void *room(size_t bytes)
{
	void *p = malloc(bytes);

	assert_non_null(p);
	return p;
}

static struct slice file_read(const char *name, char *bytes)
{
	char full[REAL_PATH_MAX], path[REAL_PATH_MAX + 64];
	FILE *file;
	size_t len;

	text_format(path, sizeof(path), "%s/%s", real_path(full, "alkamel"), name);
	file = fopen(path, "rb");
	if (!file) {
		print_message("# no data: %s\n", path);
		if (bytes != results)
			free(bytes); /* a skip does not return */
		skip();
		return (struct slice){NULL, 0};
	}
	len = fread(bytes, 1, FILE_MAX, file);
	fclose(file);
	assert_true(len > 0 && len < FILE_MAX);
	return (struct slice){bytes, len};
}

static void setup_from(struct race_setup *setup, const struct feed_info *info)
{
	memset(setup, 0, sizeof(*setup));
	setup->start_at = info->start_at;
	setup->clock_at = INSTANT_NONE;
	setup->line_count = info->line_count;
	setup->lap_length = info->lap_length;
	memcpy(setup->line_ppm, info->line_ppm, sizeof(setup->line_ppm));
}

static void fold_checked(const struct race_setup *setup)
{
	char text[256];

	race_init(&race, setup);
	for (uint32_t i = 0; i < list.count; i++) {
		const char *broken = NULL;

		race_apply(&race, &tables, &list.at[order[i]], list.text, NULL);
		if (i % 1009 == 0 || i + 1 == list.count)
			broken = race_check(&race, &tables, text);
		if (broken)
			fail_msg("after event %u of %u: %s", i, list.count, broken);
	}
}

/* Read a lap file and fold it, checked on the way. */
static void race_load(const char *name, duration_us length)
{
	const struct feed_driver *driver = feed_by_name(SLICE("alkamel"));
	struct feed_setup feed = {0};
	struct feed_info info = {0};
	struct race_setup setup;
	struct err err = {""};
	char *bytes = room(FILE_MAX);
	struct slice file = file_read(name, bytes);
	void *scratch = room(driver->scratch_size(file));
	struct event_slot *other = room(2 * EVENTS * sizeof(*other));

	feed.day = INSTANT_NONE;
	list.count = list.text_len = 0;
	list.dropped = 0;
	if (driver->read_file(file, &feed, scratch, &list, &info, &err) != 0)
		fail_msg("%s: %s", name, err.text);
	assert_int_equal(list.dropped, 0);
	event_order(&list, order, other);
	setup_from(&setup, &info);
	setup.length_us = length;
	fold_checked(&setup);
	free(other);
	free(scratch);
	free(bytes);
	print_message("# %s: %u faults\n", name, race.fault_count);
	assert_int_equal(race.car_count, info.cars);
	assert_int_equal(race.anomalies[ANOMALY_CONTRADICTION], 0);
	assert_int_equal(race.anomalies[ANOMALY_REPEATED], 0);
	assert_int_equal(race.anomalies[ANOMALY_CAPACITY], 0);
	/* Nobody drove faster than a car can, and one source never merges. */
	assert_int_equal(race.anomalies[ANOMALY_PHANTOM], 0);
	assert_int_equal(race.anomalies[ANOMALY_TRANSPONDER], 0);
	assert_int_equal(race.merged, 0);
	assert_int_equal(race.fault_count, 0);
}

/* One row of official results, by the names of its columns. */
static struct slice column(struct slice header, struct slice row, const char *name)
{
	while (header.len > 0) {
		struct slice title = slice_cut(&header, ',');
		struct slice field = slice_cut(&row, ',');

		if (slice_starts(title, SLICE("\xef\xbb\xbf"))) {
			title.at += 3;
			title.len -= 3;
		}
		if (slice_eq(title, slice_of(name)))
			return field;
	}
	fail_msg("no column %s", name);
	return row;
}

static void same(const char *what, struct slice number, const char *ours,
		 struct slice theirs)
{
	if (!slice_eq(slice_of(ours), theirs))
		fail_msg("car %.*s: %s %s, officially %.*s", (int)number.len, number.at,
			 what, ours, (int)theirs.len, theirs.at);
}

static void same_fastest(struct slice header, struct slice row, uint16_t car)
{
	const struct car *c = &race.cars[car];
	struct slice number = column(header, row, "NUMBER");
	char text[TIME_TEXT_MAX];

	format_duration(text, c->lap_best, TIME_LAPM);
	same("fastest lap", number, text, column(header, row, "FL_TIME"));
	text_format(text, sizeof(text), "%u", c->lap_best_number);
	/* Car 17 at Sebring in 2024: one lap from the pit lane, one back into it. */
	same("fastest lap's number", number, text, column(header, row, "FL_LAPNUM"));
}

/* "-", "+3.368", "1 Lap", "14 Laps" */
static void same_gap(struct slice number, struct gap gap, struct slice theirs)
{
	char text[TIME_TEXT_MAX];

	if (gap.kind == GAP_NONE)
		text_format(text, sizeof(text), "-");
	else if (gap.kind == GAP_LAPS)
		text_format(text, sizeof(text), "%lld Lap%s", (long long)gap.value,
			    gap.value == 1 ? "" : "s");
	else
		text[0] = '+', format_duration(text + 1, gap.value, TIME_LAP);
	same("gap", number, text, theirs);
}

/* Call @each for every official row of a car that is in the file. */
static unsigned each_row(const char *name, void (*each)(struct slice header,
							struct slice row, uint16_t car))
{
	struct slice rest = file_read(name, results);
	struct slice header = slice_trim(slice_cut(&rest, '\n'));
	unsigned rows = 0;

	while (rest.len > 0) {
		struct slice row = slice_trim(slice_cut(&rest, '\n'));
		uint16_t car;

		if (row.len == 0)
			continue;
		car = race_find(&race, ID_NUMBER, column(header, row, "NUMBER"));
		if (car == CAR_NONE)
			continue;
		each(header, row, car);
		rows++;
	}
	return rows;
}

static void row_gaps(struct slice header, struct slice row, uint16_t car)
{
	const struct result *r = &classification.rows[classification.row_of[car]];
	struct slice number = column(header, row, "NUMBER");

	same_gap(number, r->gap, column(header, row, "GAP_FIRST"));
	same_gap(number, r->interval, column(header, row, "GAP_PREVIOUS"));
}

static void an_imsa_race_has_the_official_fastest_laps_and_gaps(void **state)
{
	struct rules rules = {0};

	for (size_t i = 0; i < ARRAY_LEN(imsa); i++) {
		char name[64];

		print_message("# %s\n", imsa[i].name);
		text_format(name, sizeof(name), "%s_laps.csv", imsa[i].name);
		race_load(name, 0);
		text_format(name, sizeof(name), "%s_results.csv", imsa[i].name);
		assert_int_equal(each_row(name, same_fastest), race.car_count);
		if (!imsa[i].gaps)
			continue;
		rules.list = LIST_BY_LAPS;
		classify(&race, &tables, &rules, &classification);
		assert_int_equal(each_row(name, row_gaps), race.car_count);
	}
	(void)state;
}

/* 24 and 388 retired in the lane: officially their last crossing was no stop. */
static void same_stops(struct slice header, struct slice row, uint16_t car)
{
	struct slice number = column(header, row, "NUMBER");
	bool last_open =
		slice_eq(number, SLICE("24")) || slice_eq(number, SLICE("388"));
	char text[8];

	text_format(text, sizeof(text), "%u", race.cars[car].stops - last_open);
	same("pit stops", number, text, column(header, row, "PITS"));
	assert_true(!last_open || race.cars[car].stop_open);
}

static void le_mans_2021_has_the_official_fastest_laps_and_stops(void **state)
{
	(void)state;
	race_load("wec_2021_le_mans_24h.csv", 24 * US_HOUR);
	assert_int_equal(each_row("lm24_2021_official.csv", same_fastest), 61);
	assert_int_equal(each_row("lm24_2021_official.csv", same_stops), 61);
	assert_int_equal(race.winner, race_find(&race, ID_NUMBER, SLICE("7")));
}

static void a_race_that_was_stopped_finishes_with_its_last_leader(void **state)
{
	(void)state;
	race_load("wec_2019_spa_6h.csv", 6 * US_HOUR);
	assert_int_equal(race.finish_by_flag, 0);
	assert_int_equal(race_elapsed(&race, race.finish_at) / US_MIN, 5 * 60 + 44);
	assert_int_equal(race.cars[race.winner].flagged, 1);
}

static void gaps_on_the_way_grow_from_front_to_back(void **state)
{
	(void)state;
	race_load("wec_2024_le_mans_24h.csv", 24 * US_HOUR);
	standings_query(&race, &tables, &standings);
	assert_int_equal(standings.count, 62);
	for (uint32_t i = 2; i < standings.count; i++) {
		const struct standing *a = &standings.rows[i - 1];
		const struct standing *b = &standings.rows[i];

		if (a->gap.kind == b->gap.kind)
			assert_true(a->gap.value <= b->gap.value);
		else
			assert_int_equal(b->gap.kind, GAP_LAPS);
	}
}

/* A second decoder beside the first, two milliseconds behind and without numbers;
 * each misses one passing in twenty, never both the same. */
static void two_decoders(void)
{
	uint32_t count = list.count;
	uint64_t seed = 2024;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t chance = random_below(&seed, 20);
		struct event *e = &list.at[i], *copy;

		if (e->kind != EVENT_PASSING || (e->bits & EVENT_ESTIMATED))
			continue;
		if (chance != 1) {
			copy = event_add(&list, EVENT_PASSING, 0);
			*copy = *e;
			copy->source = 1;
			copy->at += 2 * US_MS;
			copy->number = 0;
			copy->value = DURATION_NONE;
		}
		if (chance == 0)
			e->kind = EVENT_HEARTBEAT;
	}
	assert_int_equal(list.dropped, 0);
}

static void a_race_received_by_two_decoders_is_the_same_race(void **state)
{
	static uint32_t laps[RACE_CARS_MAX], progress[RACE_CARS_MAX];
	static uint16_t places[RACE_CARS_MAX];
	struct race_setup setup;
	struct event_slot *other;

	(void)state;
	race_load("wec_2024_le_mans_24h.csv", 24 * US_HOUR);
	other = room(2 * EVENTS * sizeof(*other));
	setup = race.setup;
	for (uint16_t i = 0; i < race.car_count; i++) {
		laps[i] = race.cars[i].laps;
		progress[i] = race.progress[i];
		places[i] = race.place[i];
	}
	two_decoders();
	event_order(&list, order, other);
	free(other);
	fold_checked(&setup);
	print_message("# %u of %u events merged\n", race.merged, list.count);
	assert_true(race.merged > 35000);
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		assert_int_equal(race.anomalies[i], 0);
	for (uint16_t i = 0; i < race.car_count; i++) {
		assert_int_equal(race.cars[i].laps, laps[i]);
		assert_int_equal(race.progress[i], progress[i]);
		assert_int_equal(race.place[i], places[i]);
	}
}

static int rooms(void **state)
{
	(void)state;
	tables.laps = room(LAPS * sizeof(*tables.laps));
	tables.stints = room(ROWS * sizeof(*tables.stints));
	tables.flags = room(ROWS * sizeof(*tables.flags));
	tables.faults = room(ROWS * sizeof(*tables.faults));
	tables.history_max = 8 * LAPS;
	tables.history = room(tables.history_max * sizeof(*tables.history));
	tables.histories =
		room(HISTORY_BLOCKS(tables.history_max) * sizeof(*tables.histories));
	tables.laps_max = LAPS;
	tables.stints_max = tables.flags_max = tables.faults_max = ROWS;
	list.at = room(EVENTS * sizeof(*list.at));
	list.max = EVENTS;
	list.text_max = 1 << 20;
	list.text = room(list.text_max);
	order = room(EVENTS * sizeof(*order));
	results = room(FILE_MAX);
	return 0;
}

static int rooms_free(void **state)
{
	(void)state;
	free(tables.laps);
	free(tables.stints);
	free(tables.flags);
	free(tables.faults);
	free(tables.history);
	free(tables.histories);
	free(list.at);
	free(list.text);
	free(order);
	free(results);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_imsa_race_has_the_official_fastest_laps_and_gaps),
		cmocka_unit_test(le_mans_2021_has_the_official_fastest_laps_and_stops),
		cmocka_unit_test(a_race_that_was_stopped_finishes_with_its_last_leader),
		cmocka_unit_test(gaps_on_the_way_grow_from_front_to_back),
		cmocka_unit_test(a_race_received_by_two_decoders_is_the_same_race),
	};

	return cmocka_run_group_tests_name("race real", tests, rooms, rooms_free);
}
