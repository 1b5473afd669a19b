/*
 * test_alkamel_damage.c -- what the lap file reader makes of damaged rows, and what
 * it refuses
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alkamel_words.h"

/* ---- damage -------------------------------------------------------------- */

#define BASE1 "7;1;1:40.000;;20.000;30.000;50.000;1:40.000;10:01:40.000;1;Ann;;GT;GF\n"
#define BASE2 "7;2;1:41.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF\n"
#define BASE3 "7;3;1:42.000;;20.000;32.000;50.000;5:03.000;10:05:03.000;1;Ann;;GT;GF\n"
#define BASE4 "7;4;1:43.000;;20.000;33.000;50.000;6:46.000;10:06:46.000;1;Ann;;GT;GF\n"
#define MADE " - estimated repaired\n"

/* Crossings of SF and anomalies, with the second row as given. */
static void expect_second(const char *second, const char *laps, const char *anomalies)
{
	char text[2048];
	struct words words = {.len = 0};
	text_format(text, sizeof(text), NAMED BASE1 "%s" BASE3 BASE4, second);
	struct reading reading = reading_of(slice_of(text));
	if (reading.rc != 0)
		fail_msg("%s", reading.err.text);
	for (uint32_t i = 0; i < reading.list.count; i++)
		if (reading.list.at[i].kind == EVENT_PASSING &&
		    reading.list.at[i].line == LINE_SF)
			say_event(&words, &reading, &reading.list.at[i]);
	assert_string_equal(words.text, laps);
	words.len = 0;
	words.text[0] = '\0';
	for (uint32_t i = 0; i < reading.list.count; i++)
		if (reading.list.at[i].kind == EVENT_ANOMALY)
			say(&words, "%u %s\n", reading.list.at[i].number,
			    anomaly_name((enum anomaly)reading.list.at[i].field));
	assert_string_equal(words.text, anomalies);
	reading_free(&reading);
}

#define LAP1 "passing 7 1:40.000 L0 lap 1 1:40.000 GREEN\n"
#define LAP2 "passing 7 3:21.000 L0 lap 2 1:41.000 GREEN\n"
#define LAP2_MADE "passing 7 3:21.000 L0 lap 2 - estimated repaired\n"
#define LAP2_BARE "passing 7 3:21.000 L0 lap 2 - GREEN repaired\n"
#define LAP2_NUMBERED "passing 7 3:21.000 L0 lap 2 1:41.000 GREEN repaired\n"
#define LAP2_NO_FLAG "passing 7 3:21.000 L0 lap 2 1:41.000\n"
#define LAP34                                          \
	"passing 7 5:03.000 L0 lap 3 1:42.000 GREEN\n" \
	"passing 7 6:46.000 L0 lap 4 1:43.000 GREEN\n"

/* The second row with @from replaced by @to, what becomes of its lap, and what is
 * told. */
struct damage {
	const char *from, *to, *lap, *told;
};

static void expect_damage(const struct damage *damage, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char laps[512];
		struct slice row = replaced(BASE2, damage[i].from, damage[i].to);
		text_format(laps, sizeof(laps), LAP1 "%s" LAP34, damage[i].lap);
		expect_second(row.at, laps, damage[i].told);
		free((void *)(uintptr_t)row.at);
	}
}

#define LOST "3 format\n4 missing\n"
#define KEYLESS "3 field\n4 missing\n"

static void a_row_that_is_lost_is_told_and_its_lap_is_not(void **state)
{
	(void)state;
	static const struct damage cases[] = {
		{BASE2, "", LAP2_MADE, "3 missing\n"},
		{";50.000;", "\n", LAP2_MADE, "3 format\n4 format\n5 missing\n"},
		{"GF", "GF;;", LAP2_MADE, LOST},
		{";31.000", "", LAP2_MADE, LOST},
		{"7;", "\"7;", LAP2_MADE, LOST},
		{"7;", ";", LAP2_MADE, KEYLESS},
		{"7;2;", "7;x;", LAP2_MADE, KEYLESS},
		{";3:21", ";3.21", LAP2_MADE, KEYLESS},
		{";3:21.000", ";", LAP2_MADE, KEYLESS},
		{";3:21.000", ";0", LAP2_MADE, KEYLESS},
		{";3:21.", ";3:27.", LAP2_MADE, "3 contradiction\n4 missing\n"},
		{";3:21.", ";9:21.", LAP2_MADE, "3 contradiction\n4 missing\n"},
	};
	expect_damage(cases, ARRAY_LEN(cases));
}

static void a_damaged_time_does_not_cost_the_crossing(void **state)
{
	(void)state;
	static const struct damage cases[] = {
		{"7;", "7;", LAP2, ""},
		{";1:41.", ";1:61.", LAP2_BARE, "3 field\n"},
		{";1:41.", ";1:47.", LAP2_BARE, "3 contradiction\n"},
		{";31.000", ";37.000", LAP2_BARE, "3 contradiction\n"},
		{";31.000", ";3x.000", LAP2_BARE, "3 field\n"},
		/* All of the row agrees; the row behind it decides. */
		{";1:41.000;;20.000;31.", ";1:31.000;;20.000;21.", LAP2_BARE,
		 "3 contradiction\n"},
		/* HOUR: the rest of the row holds together. */
		{";10:03:21", ";10:53:21", LAP2, "3 contradiction\n"},
		{";10:03:21", ";25:03:21", LAP2, "3 field\n"},
		{"7;2;", "7;9;", LAP2_NUMBERED, "3 contradiction\n"},
		{"GF", "XY", LAP2_NO_FLAG, "3 field\n"},
		/* No finish with the race going on behind it. */
		{"GF", "FF", LAP2_NO_FLAG, "3 contradiction\n"},
	};
	expect_damage(cases, ARRAY_LEN(cases));
}

static void a_row_that_comes_twice_counts_once(void **state)
{
	(void)state;
	static const char later[] =
		"7;2;1:44.000;;20.000;34.000;50.000;3:24.000;10:03:24.000;1;Ann;;GT;"
		"GF\n";
	static const char wrong[] =
		"7;2;1:41.000;;20.000;37.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;"
		"GF\n";
	char text[512];
	expect_second(BASE2 BASE2, LAP1 LAP2 LAP34, "4 repeated\n");
	text_format(text, sizeof(text), "%s%s", BASE2, later);
	expect_second(text, LAP1 LAP2 LAP34, "4 repeated\n");
	text_format(text, sizeof(text), "%s%s", later, BASE2);
	expect_second(text, LAP1 LAP2 LAP34, "3 repeated\n");
	text_format(text, sizeof(text), "%s%s", wrong, BASE2);
	expect_second(text, LAP1 LAP2 LAP34, "3 contradiction\n");
}

static void a_row_of_a_car_that_is_not_there_is_no_car(void **state)
{
	(void)state;
	struct reading reading = reading_of(SLICE(
		NAMED BASE1 BASE2 BASE3 "77;4;1:43.000;;20.000;33.000;50.000;6:46.000;"
					"10:06:46.000;1;Ann;;GT;GF\n"));
	assert_int_equal(reading.info.cars, 1);
	assert_int_equal(reading.info.anomalies, 1);
	assert_int_equal(reading.info.anomaly_first_line, 5);
	reading_free(&reading);
}

static void a_hole_of_several_laps_is_filled_evenly(void **state)
{
	(void)state;
	expect_of("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR\n"
		  "7;1;1:40.000;1:40.000;10:01:40.000\n"
		  "7;5;1:40.000;8:26.000;10:08:26.000\n"
		  "7;6;1:40.000;10:06.000;10:10:06.000\n7;7;100.000;11:46.000;"
		  "10:11:46.000\n",
		  RACE,
		  "passing 7 1:40.000 L0 lap 1 1:40.000\n"
		  "passing 7 3:22.000 L0 lap 2" MADE "passing 7 5:04.000 L0 lap 3" MADE
		  "passing 7 6:46.000 L0 lap 4" MADE
		  "passing 7 8:26.000 L0 lap 5 1:40.000\n"
		  "passing 7 10:06.000 L0 lap 6 1:40.000\n"
		  "passing 7 11:46.000 L0 lap 7 1:40.000\n"
		  "anomaly 7 8:26.000 line 3 missing: car 7: laps before lap 5 without "
		  "a row: 3; made from the rows around them\n");
}

static void a_missing_row_before_a_pit_time_ended_in_the_lane(void **state)
{
	(void)state;
	expect_of("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;PIT_TIME;"
		  "CROSSING_FINISH_LINE_IN_PIT\n"
		  "7;1;1:40.000;1:40.000;;\n7;3;2:40.000;6:00.000;1:00.000;\n",
		  RACE,
		  "passing 7 1:40.000 L0 lap 1 1:40.000\n"
		  "passing 7 3:20.000 PIT lap 2" MADE "pit-in 7 3:20.000 estimated\n"
		  "pit-out 7 4:20.000 1:00.000 estimated\n"
		  "passing 7 6:00.000 L0 lap 3 2:40.000\n"
		  "anomaly 7 6:00.000 line 3 missing: car 7: laps before lap 3 without "
		  "a row: 1; made from the rows around them\n");
}

static void a_file_whose_hours_do_not_agree_is_read_without_them(void **state)
{
	(void)state;
	struct reading reading =
		reading_of(SLICE("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR\n"
				 "7;1;90.000;90.000;10:01:30.000\n"
				 "7;2;90.000;3:00.000;10:04:00.000\n"
				 "7;3;90.000;4:30.000;10:06:30.000\n"));
	assert_int_equal(reading.info.anomalies, 0);
	assert_int_equal(reading.info.rows, 3);
	assert_int_equal(reading.info.start_at, 10 * US_HOUR);
	reading_free(&reading);
}

/* ---- what is refused ----------------------------------------------------- */

static void other_files_are_refused_in_a_sentence(void **state)
{
	(void)state;
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"", "empty"},
		{"\n", "no column NUMBER"},
		{"NUMBER;LAP_NUMBER;ELAPSED\n1;1;1:00.000\n", "no column LAP_TIME"},
		{"POSITION;NUMBER;TEAM;LAPS\n", "no column LAP_NUMBER"},
		{"\x89PNG\r\n\x1a\n", "no column NUMBER"},
		{"NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n", "has no rows: only its line"},
		{"NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED", "has no rows: only its line"},
		{"NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\nx\n", "1 were damaged"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reading reading = reading_of(slice_of(cases[i].text));
		assert_int_equal(reading.rc, -22);
		if (!strstr(reading.err.text, cases[i].part))
			fail_msg("\"%s\" without \"%s\"", reading.err.text,
				 cases[i].part);
		assert_int_equal(reading.list.count, 0);
		reading_free(&reading);
	}
}

static void more_cars_than_a_race_has_are_refused(void **state)
{
	(void)state;
	char *text = malloc(64 * 1100);
	size_t len = text_copy(text, 64, SLICE("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n"));
	for (unsigned i = 0; i < 1025; i++)
		len += text_format(text + len, 64, "%u;1;90.000;90.000\n", i);
	struct reading reading = reading_of((struct slice){text, len});
	assert_int_equal(reading.rc, -22);
	assert_non_null(strstr(reading.err.text, "1024 cars"));
	reading_free(&reading);
	free(text);
}

static void a_list_that_is_too_small_drops_and_counts(void **state)
{
	(void)state;
	struct feed_setup setup = {.day = INSTANT_NONE};
	struct reading whole = reading_of(SLICE(HEAD TWO_LAPS));
	for (uint32_t max = 1; max < whole.list.count; max++) {
		struct reading part = reading_with(SLICE(HEAD TWO_LAPS), &setup, max);
		assert_int_equal(part.rc, 0);
		assert_int_equal(part.list.count, max - 1);
		assert_int_equal(part.list.dropped, whole.list.count - (max - 1));
		reading_free(&part);
	}
	reading_free(&whole);
}

static void laps_over_9999_are_told(void **state)
{
	(void)state;
	struct reading reading =
		reading_of(SLICE("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n"
				 "7;1;90.000;90.000\n7;2;90.000;3:00.000\n"
				 "7;10000;90.000;4:30.000\n"));
	assert_int_equal(reading.info.anomalies, 1);
	const struct event *last = &reading.list.at[reading.list.count - 1];
	assert_int_equal(last->field, ANOMALY_CAPACITY);
	assert_true(slice_eq(
		event_text(&reading.list, last),
		SLICE("lap \"10000\" is not used: a car has at most 9999 laps")));
	reading_free(&reading);
}

static void anomalies_without_end_are_counted_and_not_listed(void **state)
{
	(void)state;
	char *text = malloc(2 * 6000 + 128);
	size_t len = text_copy(text, 128,
			       SLICE("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n"
				     "7;1;90.000;90.000\n"));
	for (unsigned i = 0; i < 6000; i++)
		len += text_copy(text + len, 3, SLICE("x\n"));
	struct reading reading = reading_of((struct slice){text, len});
	assert_int_equal(reading.rc, 0);
	assert_int_equal(reading.info.anomalies, 6000);
	assert_int_equal(reading.info.anomaly_first_line, 3);
	assert_int_equal(reading.list.dropped, 0);
	const struct event *last = &reading.list.at[reading.list.count - 1];
	assert_int_equal(last->field, ANOMALY_CAPACITY);
	assert_int_equal(event_rows(last), 1904);
	assert_true(slice_eq(event_text(&reading.list, last),
			     SLICE("anomalies that are not listed one by one: 1904")));
	reading_free(&reading);
	free(text);
}

static void the_format_is_known_by_its_header(void **state)
{
	(void)state;
	const struct feed_driver *driver = feed_by_name(SLICE("alkamel"));
	assert_ptr_equal(feed_sniff(SLICE(HEAD TWO_LAPS)), driver);
	assert_ptr_equal(feed_sniff(SLICE("NUMBER,LAPNUMBER,LAPTIME,ELAPSED\n")),
			 driver);
	assert_int_equal(driver->sniff(SLICE(HEAD)), 100);
	assert_int_equal(driver->sniff(SLICE("")), 0);
	assert_int_equal(driver->sniff(SLICE("TIME_UTC_SECONDS;AIR_TEMP\n")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_that_is_lost_is_told_and_its_lap_is_not),
		cmocka_unit_test(a_damaged_time_does_not_cost_the_crossing),
		cmocka_unit_test(a_row_that_comes_twice_counts_once),
		cmocka_unit_test(a_row_of_a_car_that_is_not_there_is_no_car),
		cmocka_unit_test(a_hole_of_several_laps_is_filled_evenly),
		cmocka_unit_test(a_missing_row_before_a_pit_time_ended_in_the_lane),
		cmocka_unit_test(a_file_whose_hours_do_not_agree_is_read_without_them),
		cmocka_unit_test(other_files_are_refused_in_a_sentence),
		cmocka_unit_test(more_cars_than_a_race_has_are_refused),
		cmocka_unit_test(a_list_that_is_too_small_drops_and_counts),
		cmocka_unit_test(anomalies_without_end_are_counted_and_not_listed),
		cmocka_unit_test(laps_over_9999_are_told),
		cmocka_unit_test(the_format_is_known_by_its_header),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
