/*
 * test_official.c -- `pitwall results` against the official results of real races
 *
 * The decisions here are those that SOURCES.md beside the data names, and no
 * others: what the stewards did and no passing shows.
 */
#include "official.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct race {
	const char *name;      /* of the files */
	const char *decisions; /* "" none */
	unsigned cars;         /* in the lap file */
};

/* Moved to the rear of their class, in the order in which the stewards left them. */
#define WATKINS                                                  \
	"25,last-of-class\n32,last-of-class\n57,last-of-class\n" \
	"42,last-of-class\n1,last-of-class\n99,last-of-class\n"  \
	"59,last-of-class\n12,last-of-class\n36,last-of-class\n"

static const struct race imsa[] = {
	{"imsa_2021_sebring", "", 37},
	{"imsa_2023_road-atlanta", "", 52},
	{"imsa_2024_long-beach", "", 27},
	{"imsa_2023_long-beach", "", 25},
	{"imsa_2022_road-atlanta", "5,time,97\n62,last-of-class\n", 43},
	{"imsa_2022_watkins", WATKINS, 48},
	{"imsa_2024_sebring", "77,time,35,penalty\n", 58},
	{"imsa_2024_virginia", "27,last-of-class,,\"moved, rear\"\n", 23},
	{"imsa_2021_road-america", "", 35},
	{"imsa_2021_watkins-240", "", 30},
	{"imsa_2022_belle-isle", "", 16},
	{"imsa_2022_laguna-seca", "", 32},
	{"imsa_2022_long-beach", "", 26},
	{"imsa_2023_indianapolis", "", 48},
	{"imsa_2023_lime-rock", "91,time,28\n", 20},
	{"imsa_2023_road-america", "", 45},
	{"imsa_2023_virginia", "", 19},
	{"imsa_2023_watkins", "", 56},
	{"imsa_2024_indianapolis-bricks", "", 56},
	{"imsa_2024_road-atlanta", "", 53},
	{"imsa_2025_detroit", "25,time,17\n77,time,17\n4,time,17\n", 22},
	{"imsa_2025_mosport", "11,time,28\n78,time,38\n", 34},
	{"imsa_2025_sebring", "", 56},
};

static void run_results(const char *file, const char *rules, const char *decisions,
			struct table *table)
{
	char words[2048], path[1024], option[128] = "";
	data_path(file, path, sizeof(path));
	if (decisions[0] != '\0') {
		char name[64];
		text_format(name, sizeof(name), "official-%ld.csv", (long)getpid());
		write_text(name, decisions);
		text_format(option, sizeof(option), "--decisions %s", name);
		text_format(words, sizeof(words),
			    "results '%s' --format csv %s %s; s=$?; rm -f %s; "
			    "(exit $s)",
			    path, rules, option, name);
	} else {
		text_format(words, sizeof(words), "results '%s' --format csv %s", path,
			    rules);
	}
	table_run(words, table);
}

static void same_field(const struct table *ours, unsigned a, const char *our_name,
		       const struct table *theirs, unsigned b, const char *their_name)
{
	struct slice x = table_field(ours, a, our_name);
	struct slice y = table_field(theirs, b, their_name);
	struct slice car = table_field(theirs, b, "NUMBER");
	if (!slice_eq(x, y))
		fail_msg("car %.*s: %s is %.*s, officially %.*s", (int)car.len, car.at,
			 our_name, (int)x.len, x.at, (int)y.len, y.at);
}

/** Officially "2:40:49.112" and, below an hour, "59:01.123". */
static void same_time(const struct table *ours, unsigned a, const struct table *theirs,
		      unsigned b)
{
	duration_us x = 0, y = 0;
	struct slice car = table_field(theirs, b, "NUMBER");
	struct slice time = table_field(theirs, b, "TOTAL_TIME");
	assert_true(parse_duration(table_field(ours, a, "total_time"), &x));
	assert_true(parse_duration(time, &y));
	if (x != y)
		fail_msg("car %.*s: total time %lld us, officially %.*s", (int)car.len,
			 car.at, (long long)x, (int)time.len, time.at);
}

/** The fastest lap of IMSA's results; none: a car that drove no lap that counts. */
static void same_best(const struct table *ours, unsigned a, const struct table *theirs,
		      unsigned b)
{
	duration_us x = 0, y = 0;
	struct slice car = table_field(theirs, b, "NUMBER");
	struct slice best = table_field(ours, a, "best_lap");
	struct slice time = table_field(theirs, b, "FL_TIME");
	bool ours_known = parse_duration(best, &x), known = parse_duration(time, &y);
	if (ours_known != known || x != y)
		fail_msg("car %.*s: best lap %.*s, officially %.*s", (int)car.len,
			 car.at, (int)best.len, best.at, (int)time.len, time.at);
}

/** Every car of ours in their order; theirs may hold cars without a lap. */
static void same_order(const struct table *ours, const struct table *theirs)
{
	unsigned place = 0;
	for (unsigned i = 0; i < theirs->count; i++) {
		struct slice number = table_field(theirs, i, "NUMBER");
		if (table_find(ours, "number", number) < 0) {
			assert_true(
				slice_eq(table_field(theirs, i, "LAPS"), SLICE("0")) ||
				table_field(theirs, i, "LAPS").len == 0);
			continue;
		}
		same_field(ours, place, "number", theirs, i, "NUMBER");
		same_field(ours, place, "laps", theirs, i, "LAPS");
		same_time(ours, place, theirs, i);
		place++;
	}
	assert_int_equal(place, ours->count);
}

static void imsa_races_give_the_official_order_laps_and_times(void **state)
{
	const struct race *race = *state;
	struct table ours, theirs;
	char name[64], path[1024];
	text_format(name, sizeof(name), "%s_results.csv", race->name);
	data_path(name, path, sizeof(path));
	table_load(path, &theirs);
	text_format(name, sizeof(name), "%s_laps.csv", race->name);
	run_results(name, "--rules imsa", race->decisions, &ours);
	assert_int_equal(ours.count, race->cars);
	same_order(&ours, &theirs);
	for (unsigned i = 0; i < theirs.count; i++) {
		int row =
			table_find(&ours, "number", table_field(&theirs, i, "NUMBER"));
		if (row >= 0)
			same_best(&ours, (unsigned)row, &theirs, i);
	}
	table_free(&ours);
	table_free(&theirs);
}

static const char *our_status(struct slice theirs)
{
	static const struct {
		const char *theirs, *ours;
	} words[] = {
		{"Classified", "CLASSIFIED"}, {"NC", "NC"},
		{"Not classified", "NC"},     {"DNF", "DNF"},
		{"Retired", "DNF"},           {"DNS", "DNS"},
		{"Not started", "DNS"},       {"Disqualified", "DSQ"},
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (slice_eq(theirs, slice_of(words[i].theirs)))
			return words[i].ours;
	fail_msg("an official status that is not known: %.*s", (int)theirs.len,
		 theirs.at);
	return "";
}

static void same_statuses(const struct table *ours, const struct table *theirs)
{
	for (unsigned i = 0; i < theirs->count; i++) {
		struct slice number = table_field(theirs, i, "NUMBER");
		const char *status = our_status(table_field(theirs, i, "STATUS"));
		int row = table_find(ours, "number", number);
		assert_true(row >= 0);
		struct slice is = table_field(ours, (unsigned)row, "status");
		if (!slice_eq(is, slice_of(status)))
			fail_msg("car %.*s is %.*s, officially %s", (int)number.len,
				 number.at, (int)is.len, is.at, status);
	}
}

static void le_mans(const char *file, const char *official, const char *decisions,
		    unsigned cars)
{
	struct table ours, theirs;
	char path[1024];
	data_path(official, path, sizeof(path));
	table_load(path, &theirs);
	run_results(file, "", decisions, &ours);
	assert_int_equal(ours.count, cars);
	assert_int_equal(theirs.count, cars);
	same_order(&ours, &theirs);
	same_statuses(&ours, &theirs);
	table_free(&ours);
	table_free(&theirs);
}

static void le_mans_2024_is_official_in_order_laps_times_and_statuses(void **state)
{
	(void)state;
	le_mans("wec_2024_le_mans_24h.csv", "lm24_2024_official.csv", "", 62);
}

static void le_mans_2021_is_official_with_two_statuses_decided(void **state)
{
	(void)state;
	le_mans("wec_2021_le_mans_24h.csv", "lm24_2021_official.csv",
		"41,status,NC,stopped on the last lap\n82,status,NC\n", 61);
}

/** The classified of 2021 need no decision at all. */
static void le_mans_2021_classifies_the_official_44_by_itself(void **state)
{
	struct table ours, theirs;
	char path[1024];
	unsigned classified = 0;
	(void)state;
	data_path("lm24_2021_official.csv", path, sizeof(path));
	table_load(path, &theirs);
	run_results("wec_2021_le_mans_24h.csv", "", "", &ours);
	for (unsigned i = 0; i < ours.count; i++) {
		if (!slice_eq(table_field(&ours, i, "status"), SLICE("CLASSIFIED")))
			continue;
		same_field(&ours, i, "number", &theirs, classified, "NUMBER");
		assert_true(slice_eq(table_field(&theirs, classified, "STATUS"),
				     SLICE("Classified")));
		classified++;
	}
	assert_int_equal(classified, 44);
	table_free(&ours);
	table_free(&theirs);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(imsa) + 3];
	char names[ARRAY_LEN(imsa)][128];
	size_t count = 0;
	for (; count < ARRAY_LEN(imsa); count++) {
		text_format(names[count], sizeof(names[0]),
			    "%s gives the official order, laps and times",
			    imsa[count].name);
		tests[count] = (struct CMUnitTest){
			.name = names[count],
			.test_func = imsa_races_give_the_official_order_laps_and_times,
			.initial_state = (void *)(uintptr_t)&imsa[count],
		};
	}
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(
		le_mans_2024_is_official_in_order_laps_times_and_statuses);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(
		le_mans_2021_is_official_with_two_statuses_decided);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(
		le_mans_2021_classifies_the_official_44_by_itself);
	return cmocka_run_group_tests_name("official results", tests, NULL, NULL);
}
