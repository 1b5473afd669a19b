/*
 * test_alkamel.c -- what the lap file reader makes of small files
 *
 * Its shape, times, lines, stops and names; damage is in test_alkamel_damage.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alkamel_words.h"

/* ---- the shape of the file ----------------------------------------------- */

static void rows_become_entries_passings_and_an_end(void **state)
{
	(void)state;
	expect_of(HEAD TWO_LAPS, ALL,
		  "start  0.000\n"
		  "entry 7 0.000 field 0 0 \n"
		  "entry 7 0.000 field 2 0 LMP1\n"
		  "entry 7 0.000 field 3 0 Team A\n"
		  "entry 7 0.000 field 4 0 Audi\n"
		  "entry 7 0.000 field 5 1 Ann ABLE\n"
		  "driver 7 0.000 1 Ann ABLE\n"
		  "passing 7 30.000 L1 lap 1 -\n"
		  "passing 7 1:10.000 L2 lap 1 -\n"
		  "passing 7 1:40.000 L0 lap 1 1:40.000 GREEN\n"
		  "passing 7 2:09.500 L1 lap 2 -\n"
		  "passing 7 2:47.500 L2 lap 2 -\n"
		  "passing 7 3:16.500 L0 lap 2 1:36.500 FINISH\n"
		  "end  3:16.500\n");
}

static void the_whole_file_is_summed_up(void **state)
{
	(void)state;
	struct reading reading = reading_of(SLICE(HEAD TWO_LAPS));
	const struct feed_info *info = &reading.info;
	assert_int_equal(info->start_at, 10 * US_HOUR);
	assert_int_equal(info->end_at - info->start_at, 196500 * US_MS);
	assert_int_equal(info->line_count, 3);
	assert_int_equal(info->line_ppm[0], 0);
	assert_int_equal(info->line_ppm[1], 29500 * 1000 / 96500 * 1000 + 699);
	assert_int_equal(info->rows, 2);
	assert_int_equal(info->cars, 1);
	assert_int_equal(info->anomalies, 0);
	assert_int_equal(info->anomaly_first_line, 0);
	assert_true(info->flags && info->finish_flag);
	/* 180.0 km/h for 1:40.000 and 186.5 for 1:36.500. */
	assert_in_range(info->lap_length, 4999000, 5000500);
	for (uint32_t i = 0; i < reading.list.count; i++) {
		assert_int_equal(reading.list.at[i].source, 3);
		assert_int_equal(reading.list.at[i].sequence, i);
		assert_int_equal(reading.list.at[i].received_at, reading.list.at[i].at);
	}
	reading_free(&reading);
}

static void every_dialect_says_the_same(void **state)
{
	(void)state;
	static const struct {
		const char *what, *from, *to;
	} dialects[] = {
		{"CRLF", "\n", "\r\n"},
		{"commas", ";", ","},
		{"tabs", ";", "\t"},
		{"no blanks in the header", "; ", ";"},
		{"BOM", "NUMBER; D", "\xef\xbb\xbfNUMBER; D"},
		{"LAPNUMBER", "LAP_NUMBER", "LAPNUMBER"},
		{"LAPTIME", "LAP_TIME", "laptime"},
		{"no separator at the end", ";\n", "\n"},
		{"no separator at the end of rows", "F;\n", "F\n"},
		{"quotes", "Ann ABLE", "\"Ann ABLE\""},
		{"quotes around numbers", "7;1;", "\"7\";\"1\";"},
		{"quotes in the header", " S1;", "\"S1\";"},
		{"blanks around fields", ";1:36.500;", "; 1:36.500 ;"},
		{"blanks around the number", "7;1;", " 7;1;"},
		{"hours", "1:36.500", "0:01:36.500"},
		{"two digits of minutes", ";3:16.500", ";03:16.500"},
		{"more columns at the end", "GF;", "GF;30.000;x;"},
		{"one digit of seconds", ";30.000;", ";30.0;"},
		{"no last line end", "FF;\n", "FF;"},
		{"blank lines", "\n", "\n\n \r\n"},
		{"no mark on a lap", "7;1;1;1:40.000;0;", "7;1;1;1:40.000;;"},
		{"a group", "LMP1;;", "LMP1;H;"},
	};
	struct reading plain = reading_of(SLICE(HEAD TWO_LAPS));
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct slice text =
			replaced(HEAD TWO_LAPS, dialects[i].from, dialects[i].to);
		if (strcmp(dialects[i].what, "more columns at the end") == 0) {
			struct slice more = replaced(HEAD TWO_LAPS, "AT_FL;",
						     "AT_FL;S1_SECONDS;X;");
			struct slice rows =
				replaced(more.at, "F;\n", "F;30.000;\"a;b\";\n");
			free((void *)(uintptr_t)more.at);
			free((void *)(uintptr_t)text.at);
			text = rows;
		}
		struct reading other = reading_of(text);
		if (other.rc != 0 || other.info.anomalies != 0 ||
		    !reading_same_facts(&plain, &other))
			fail_msg("%s: %s", dialects[i].what, other.err.text);
		reading_free(&other);
		free((void *)(uintptr_t)text.at);
	}
	reading_free(&plain);
}

static void columns_are_found_by_name(void **state)
{
	(void)state;
	expect_of("hour,elapsed,s2,s1,lap_time,lap_number,something,number\n"
		  "10:01:40.000,1:40.000,60.000,40.000,1:40.000,1,x,7\n",
		  RACE,
		  "passing 7 40.000 L1 lap 1 -\n"
		  "passing 7 1:40.000 L0 lap 1 1:40.000\n");
	expect_of("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n7;1;90;90\n7;2;80.5;2:50.5\n",
		  ALL,
		  "start  0.000\n"
		  "entry 7 0.000 field 0 0 \n"
		  "passing 7 1:30.000 L0 lap 1 1:30.000\n"
		  "passing 7 2:50.500 L0 lap 2 1:20.500\n"
		  "end  2:50.500\n");
	expect_of("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;S1;S2;S3;S4;S5;S6\n"
		  "7;1;60.000;60.000;10.000;10.000;10.000;10.000;10.000;10.000\n",
		  RACE,
		  "passing 7 10.000 L1 lap 1 -\n"
		  "passing 7 20.000 L2 lap 1 -\n"
		  "passing 7 30.000 L3 lap 1 -\n"
		  "passing 7 40.000 L4 lap 1 -\n"
		  "passing 7 50.000 L5 lap 1 -\n"
		  "passing 7 1:00.000 L0 lap 1 1:00.000\n");
}

static void numbers_of_cars_are_text(void **state)
{
	(void)state;
	expect_of("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n"
		  "7;1;90.000;1:30.000\n007;1;91.000;1:31.000\n07;1;92.000;1:32.000\n",
		  RACE,
		  "passing 007 1:31.000 L0 lap 1 1:31.000\n"
		  "passing 07 1:32.000 L0 lap 1 1:32.000\n"
		  "passing 7 1:30.000 L0 lap 1 1:30.000\n");
}

/* ---- times --------------------------------------------------------------- */

static void midnight_and_more_than_a_day_are_no_step(void **state)
{
	(void)state;
	struct reading reading =
		reading_of(SLICE("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR\n"
				 "7;1;9:00:00.000;9:00:00.000;01:00:30.000\n"
				 "7;2;15:30:00.000;24:30:00.000;16:30:30.000\n"));
	assert_int_equal(reading.rc, 0);
	assert_int_equal(reading.info.anomalies, 0);
	assert_int_equal(reading.info.start_at, 16 * US_HOUR + 30 * US_S);
	assert_int_equal(reading.info.end_at, 40 * US_HOUR + 30 * US_MIN + 30 * US_S);
	reading_free(&reading);
}

static void the_day_and_the_zone_make_instants(void **state)
{
	(void)state;
	struct feed_setup setup = {.utc_offset_us = 2 * US_HOUR};
	setup.day = civil_to_instant(2024, 6, 15);
	struct reading reading = reading_with(SLICE(HEAD TWO_LAPS), &setup, UINT32_MAX);
	assert_int_equal(reading.info.start_at, setup.day + 8 * US_HOUR);
	reading_free(&reading);
}

static void six_digits_are_kept(void **state)
{
	(void)state;
	struct reading reading =
		reading_of(SLICE("NUMBER;LAP_NUMBER;LAP_TIME;S1;S2;ELAPSED;HOUR\n"
				 "7;1;1:30.000500;30.000200;1:00.000300;1:30.000500;"
				 "10:01:30.000750\n"
				 "7;2;1:20.000001;30.000000;50.000001;2:50.000501;"
				 "10:02:50.000751\n"));
	assert_int_equal(reading.info.anomalies, 0);
	assert_int_equal(reading.info.start_at, 10 * US_HOUR + 250);
	const struct event *event = reading_event(&reading, EVENT_PASSING, 3);
	assert_int_equal(event->at, 10 * US_HOUR + 250 + 170000501);
	assert_int_equal(event->value, 80000001);
	reading_free(&reading);
}

/* ---- lines that missed a car --------------------------------------------- */

#define FULL_LAP                                                      \
	"7;1;1:40.000;;20.000;30.000;50.000;1:40.000;;1;Ann;;GT;GF\n" \
	"7;2;1:40.000;;20.000;30.000;50.000;3:20.000;;1;Ann;;GT;GF\n"

static void a_blank_or_zero_sector_is_a_line_that_missed_the_car(void **state)
{
	(void)state;
	static const struct {
		const char *sectors, *i1, *i2;
	} cases[] = {
		{"20.000;30.000;50.000", "20.000 L1", "50.000 L2"},
		/* Two blank ones: the line between them, by its share of the rest. */
		{";;50.000", "20.000 L1 estimated", "50.000 L2"},
		{"0;0;50.000", "20.000 L1 estimated", "50.000 L2"},
		{"0.000;0.000;80.000", "8.000 L1 estimated", "20.000 L2"},
		{"10.000;;", "10.000 L1", "43.750 L2 estimated"},
		{";;", "20.000 L1 estimated", "50.000 L2 estimated"},
		/* One blank one: what the others leave. */
		{"20.000;;50.000", "20.000 L1", "50.000 L2"},
		{";30.000;50.000", "20.000 L1", "50.000 L2"},
		{"20.000;30.000;", "20.000 L1", "50.000 L2"},
		/* The outer two. */
		{";30.000;", "20.000 L1 estimated", "50.000 L2 estimated"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[1024];
		struct words words = {.len = 0};
		text_format(text, sizeof(text),
			    NAMED FULL_LAP "7;3;1:40.000;;%s;5:00.000;;1;Ann;;GT;GF\n",
			    cases[i].sectors);
		struct reading reading = reading_of(slice_of(text));
		assert_int_equal(reading.rc, 0);
		for (uint32_t k = 6; k < 8; k++) {
			const struct event *event =
				reading_event(&reading, EVENT_PASSING, k);
			char at[TIME_TEXT_MAX];
			format_duration(at,
					event->at - reading.info.start_at - 200 * US_S,
					TIME_LAP);
			say(&words, "%s L%u", at, event->line);
			say_bits(&words, event);
			assert_string_equal(words.text,
					    k == 6 ? cases[i].i1 : cases[i].i2);
			words.len = 0;
		}
		reading_free(&reading);
	}
}

static void without_a_whole_lap_lines_lie_evenly(void **state)
{
	(void)state;
	expect_of(NAMED "7;1;1:30.000;;;;;1:30.000;;;;;GT;\n", RACE,
		  "passing 7 29.999 L1 lap 1 - estimated\n"
		  "passing 7 59.999 L2 lap 1 - estimated\n"
		  "passing 7 1:30.000 L0 lap 1 1:30.000\n");
}

/* ---- stops --------------------------------------------------------------- */

static void a_stop_stands_on_the_row_behind_it(void **state)
{
	(void)state;
	expect_of(NAMED "7;1;1:40.000;;20.000;30.000;50.000;1:40.000;;1;Ann;;GT;GF\n"
			"7;2;1:50.000;B;20.000;30.000;1:00.000;3:30.000;;1;Ann;;GT;GF\n"
			"7;3;2:30.000;;1:10.000;30.000;50.000;6:00.000;;2;Bob;"
			"0:01:00.000;GT;GF\n"
			"7;4;1:50.000;B;20.000;30.000;1:00.000;7:50.000;;2;Bob;;GT;GF"
			"\n",
		  (RACE | 1 << EVENT_DRIVER) & ~(1 << EVENT_ANOMALY),
		  "driver 7 0.000 1 Ann\n"
		  "passing 7 20.000 L1 lap 1 -\n"
		  "passing 7 50.000 L2 lap 1 -\n"
		  "passing 7 1:40.000 L0 lap 1 1:40.000 GREEN\n"
		  "passing 7 2:00.000 L1 lap 2 -\n"
		  "passing 7 2:30.000 L2 lap 2 -\n"
		  "passing 7 3:30.000 PIT lap 2 1:50.000 GREEN\n"
		  "pit-in 7 3:30.000 estimated\n"
		  "pit-out 7 4:30.000 1:00.000 estimated\n"
		  "driver 7 4:30.000 2 Bob estimated\n"
		  "passing 7 4:40.000 L1 lap 3 -\n"
		  "passing 7 5:10.000 L2 lap 3 -\n"
		  "passing 7 6:00.000 L0 lap 3 2:30.000 GREEN\n"
		  "passing 7 6:20.000 L1 lap 4 -\n"
		  "passing 7 6:50.000 L2 lap 4 -\n"
		  "passing 7 7:50.000 PIT lap 4 1:50.000 GREEN\n"
		  "pit-in 7 7:50.000 estimated\n");
}

static void a_row_without_a_driver_is_nobodys_behind_a_stop_alone(void **state)
{
	(void)state;
	expect_of(NAMED "7;1;1:40.000;;20.000;30.000;50.000;1:40.000;;1;Ann;;GT;GF\n"
			"7;2;1:50.000;B;20.000;30.000;1:00.000;3:30.000;;;;;GT;GF\n"
			"7;3;2:30.000;;1:10.000;30.000;50.000;6:00.000;;;;"
			"0:01:00.000;GT;GF\n"
			"7;4;1:50.000;;20.000;30.000;1:00.000;7:50.000;;1;Ann;;GT;GF\n",
		  1 << EVENT_DRIVER,
		  "driver 7 0.000 1 Ann\n"
		  "driver 7 4:30.000 0  estimated\n"
		  "driver 7 6:00.000 1 Ann estimated\n");
}

/* In and out of one stop: a lap that ends in the lane, and the lap out. */
static void expect_stop(const char *in_row, const char *out_row, const char *expected)
{
	char text[1024];
	text_format(text, sizeof(text),
		    NAMED "7;1;1:40.000;;20.000;30.000;50.000;1:40.000;;1;Ann;;GT;GF\n"
			  "8;1;1:40.000;;20.000;30.000;50.000;1:40.000;;1;Eve;1:00.000;"
			  "GT;GF\n%s%s",
		    in_row, out_row);
	expect_of(text, 1 << EVENT_PIT_IN | 1 << EVENT_PIT_OUT | 1 << EVENT_ANOMALY,
		  expected);
}

static void a_stop_ends_before_the_first_line_of_the_lap_out(void **state)
{
	(void)state;
	/* The line lies behind the boxes: most of the stop is before it. */
	expect_stop(
		"7;2;3:00.000;B;20.000;30.000;2:10.000;4:40.000;;1;Ann;;GT;GF\n",
		"7;3;1:50.000;;30.000;30.000;50.000;6:30.000;;1;Ann;1:30.000;GT;GF"
		"\n",
		"pit-in 7 3:40.000 estimated\npit-out 7 5:10.000 1:30.000 estimated\n");
	/* On the row itself, and the next is blank. */
	expect_stop(
		"7;2;3:00.000;B;20.000;30.000;2:10.000;4:40.000;;1;Ann;1:00.000;GT;"
		"GF\n",
		"7;3;1:50.000;;30.000;30.000;50.000;6:30.000;;1;Ann;;GT;GF\n",
		"pit-in 7 4:10.000 estimated\npit-out 7 5:10.000 1:00.000 estimated\n");
	/* Never before the lap into the lane began. */
	expect_stop(
		"7;2;3:00.000;B;20.000;30.000;2:10.000;4:40.000;;1;Ann;;GT;GF\n",
		"7;3;1:50.000;;30.000;30.000;50.000;6:30.000;;1;Ann;9:30.000;GT;GF"
		"\n",
		"pit-in 7 1:40.000 estimated\npit-out 7 5:10.000 9:30.000 estimated\n");
	/* Unknown, where other stops of the file are known: told. */
	expect_stop(
		"7;2;3:00.000;B;20.000;30.000;2:10.000;4:40.000;;1;Ann;;GT;GF\n",
		"7;3;1:50.000;;30.000;30.000;50.000;6:30.000;;1;Ann;;GT;GF\n",
		"pit-in 7 4:40.000 estimated\npit-out 7 5:10.000 - estimated\n"
		"anomaly 7 4:40.000 line 4 contradiction: car 7 lap 2: it ends in the "
		"pit lane and no PIT_TIME follows\n");
	/* The missed first line says nothing of when it left. */
	expect_stop(
		"7;2;3:00.000;B;20.000;30.000;2:10.000;4:40.000;;1;Ann;;GT;GF\n",
		"7;3;1:50.000;;;;50.000;6:30.000;;1;Ann;0:45.000;GT;GF\n",
		"pit-in 7 4:40.000 estimated\npit-out 7 5:25.000 45.000 estimated\n");
	/* No lap behind it: the stop is open. */
	expect_stop("7;2;3:00.000;B;20.000;30.000;2:10.000;4:40.000;;1;Ann;;GT;GF\n",
		    "", "pit-in 7 4:40.000 estimated\n");
	/* A PIT_TIME that belongs to nothing. */
	expect_stop("7;2;3:00.000;;20.000;30.000;2:10.000;4:40.000;;1;Ann;1:00.000;GT;"
		    "GF\n",
		    "",
		    "anomaly 7 4:40.000 line 4 contradiction: car 7 lap 2: a PIT_TIME, "
		    "and the lap before did not end in the pit lane\n");
}

static void a_pit_time_on_lap_one_is_a_start_from_the_pit_lane(void **state)
{
	(void)state;
	expect_of(NAMED
		  "7;1;2:40.000;B;1:20.000;30.000;50.000;2:40.000;;1;Ann;0:50.000;"
		  "GT;GF\n"
		  "7;2;2:40.000;;1:20.000;30.000;50.000;5:20.000;;1;Ann;0:55.000;"
		  "GT;GF\n",
		  1 << EVENT_PIT_IN | 1 << EVENT_PIT_OUT | 1 << EVENT_ENTRY |
			  1 << EVENT_ANOMALY,
		  "entry 7 0.000 field 0 0 \n"
		  "entry 7 0.000 field 2 0 GT\n"
		  "entry 7 0.000 field 5 1 Ann\n"
		  "entry 7 0.000 field 8 0 \n"
		  "pit-in 7 2:40.000 estimated\n"
		  "pit-out 7 3:35.000 55.000 estimated\n");
}

/* ---- who ----------------------------------------------------------------- */

static void drivers_have_the_places_of_their_numbers(void **state)
{
	(void)state;
	expect_of(
		"NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;DRIVER_NUMBER;DRIVER_NAME;CLASS;"
		"TEAM\n"
		"7;1;90.000;90.000;3;Cid;GT;T\n7;2;90.000;3:00.000;1;Ann;GT;T\n"
		"7;3;90.000;4:30.000;1;Ann;LMP;T\n7;4;90.000;6:00.000;1;Anx;GT;U\n"
		"7;5;90.000;7:30.000;1;Ann;GT;T\n7;6;90.000;9:00.000;3;Cid;GT;T\n",
		1 << EVENT_ENTRY | 1 << EVENT_DRIVER | 1 << EVENT_ANOMALY,
		"entry 7 0.000 field 0 0 \n"
		"entry 7 0.000 field 2 0 GT\n"
		"entry 7 0.000 field 3 0 T\n"
		"entry 7 0.000 field 5 1 Ann\n"
		"entry 7 0.000 field 5 2 Cid\n"
		"driver 7 0.000 2 Cid\n"
		"driver 7 1:30.000 1 Ann estimated\n"
		"driver 7 7:30.000 2 Cid estimated\n"
		"anomaly 7 4:30.000 line 4 contradiction: car 7: CLASS \"LMP\" is not "
		"that of its other rows\n");
}

static void a_driver_takes_over_behind_the_line(void **state)
{
	(void)state;
	struct reading reading =
		reading_of(SLICE("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;DRIVER_NAME\n"
				 "7;1;90.000;90.000;Ann\n7;2;90.000;3:00.000;Bob\n"));
	const struct event *event = reading_event(&reading, EVENT_DRIVER, 1);
	assert_int_equal(event->at, 90 * US_S + 1);
	reading_free(&reading);
}

static void names_are_cleaned_where_they_enter(void **state)
{
	(void)state;
	expect_of("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;DRIVER_NAME;TEAM\n"
		  "7;1;90.000;90.000;\"J\x1b[31m  B \"\"Joe\"\" K\";"
		  "\xe2\x80\xaeTeam\n",
		  1 << EVENT_ENTRY,
		  "entry 7 0.000 field 0 0 \n"
		  "entry 7 0.000 field 3 0 Team\n"
		  "entry 7 0.000 field 5 1 J[31m B \"Joe\" K\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_become_entries_passings_and_an_end),
		cmocka_unit_test(the_whole_file_is_summed_up),
		cmocka_unit_test(every_dialect_says_the_same),
		cmocka_unit_test(columns_are_found_by_name),
		cmocka_unit_test(numbers_of_cars_are_text),
		cmocka_unit_test(midnight_and_more_than_a_day_are_no_step),
		cmocka_unit_test(the_day_and_the_zone_make_instants),
		cmocka_unit_test(six_digits_are_kept),
		cmocka_unit_test(a_blank_or_zero_sector_is_a_line_that_missed_the_car),
		cmocka_unit_test(without_a_whole_lap_lines_lie_evenly),
		cmocka_unit_test(a_stop_stands_on_the_row_behind_it),
		cmocka_unit_test(a_row_without_a_driver_is_nobodys_behind_a_stop_alone),
		cmocka_unit_test(a_stop_ends_before_the_first_line_of_the_lap_out),
		cmocka_unit_test(a_pit_time_on_lap_one_is_a_start_from_the_pit_lane),
		cmocka_unit_test(drivers_have_the_places_of_their_numbers),
		cmocka_unit_test(a_driver_takes_over_behind_the_line),
		cmocka_unit_test(names_are_cleaned_where_they_enter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
