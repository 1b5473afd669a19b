/*
 * test_when.c -- WHEN: the ways a person names an instant
 */
#include "field.h"

static struct field field;

static void every_form_is_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum when_kind kind;
		int64_t value;
		unsigned days;
	} rows[] = {
		{"3:20:00", WHEN_RACE_TIME, 12000 * US_S, 0},
		{"3:20", WHEN_RACE_TIME, 12000 * US_S, 0},
		{"0:00:01.5", WHEN_RACE_TIME, 1500000, 0},
		{"24:06:24.548", WHEN_RACE_TIME, 86784548000, 0},
		{"@15:20:00", WHEN_TIME_OF_DAY, 55200 * US_S, 0},
		{"@15:20", WHEN_TIME_OF_DAY, 55200 * US_S, 0},
		{"@0:00", WHEN_TIME_OF_DAY, 0, 0},
		{"@15:20+1d", WHEN_TIME_OF_DAY, 55200 * US_S, 1},
		{"@23:59:59.999+12d", WHEN_TIME_OF_DAY, 86399999 * US_MS, 12},
		{"lap:112", WHEN_LAP, 112, 0},
		{"LAP:0", WHEN_LAP, 0, 0},
		{"50%", WHEN_PERCENT, 500000, 0},
		{"12.5%", WHEN_PERCENT, 125000, 0},
		{"100%", WHEN_PERCENT, 1000000, 0},
		{" start ", WHEN_START, 0, 0},
		{"End", WHEN_END, 0, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct when when;
		struct err err;
		if (when_parse(slice_of(rows[i].text), &when, &err))
			fail_msg("%s", err.text);
		assert_int_equal(when.kind, rows[i].kind);
		assert_int_equal(when.value, rows[i].value);
		assert_int_equal(when.days, rows[i].days);
	}
}

static void what_is_no_instant_is_told_so_with_the_forms(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"",
		" ",
		"noon",
		"3",
		"3:2:1",
		"3:60",
		"3:2",
		":20",
		"3:20:",
		"@",
		"@24:00",
		"@25:00",
		"@12:00+",
		"@12:00+d",
		"@12:00+1",
		"@12:00+256d",
		"@12:00+-1d",
		"lap:",
		"lap:x",
		"lap:-1",
		"lap:4294967296",
		"%",
		"-1%",
		"100.1%",
		"5%%",
		"starts",
		"-1:00:00",
		"1000000000:00",
		"3:20:00:00",
		"1:2x",
		"1:200",
		"99999999999999999999:00",
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct when when = {.value = 4711};
		struct err err = {""};
		if (when_parse(slice_of(rows[i]), &when, &err) == 0)
			fail_msg("\"%s\" was read", rows[i]);
		assert_int_equal(when.value, 4711);
		assert_non_null(strstr(err.text, "lap:112"));
		assert_non_null(strstr(err.text, "@15:20:00"));
	}
}

static int resolve(const char *text, instant_us *at, struct err *err)
{
	struct when when;
	assert_int_equal(when_parse(slice_of(text), &when, err), 0);
	return when_resolve(&field.timeline, &when, at, err);
}

static void assert_goes_to(const char *text, instant_us want)
{
	struct err err;
	instant_us at;
	if (resolve(text, &at, &err))
		fail_msg("%s: %s", text, err.text);
	if (at != want)
		fail_msg("%s: %lld us off", text, (long long)(at - want));
}

static void a_running_race_is_measured_by_its_length(void **state)
{
	(void)state;
	field_make(&field, 6, 200, 1);
	field_load(&field, false, false);
	instant_us last = field.timeline.last_at;
	field_free(&field);
	/* Nothing ends it before its six hours, which it does not last. */
	field_make(&field, 6, 200, 1);
	field.setup.length_us = 48 * US_HOUR;
	field_load(&field, true, true);
	assert_int_equal(field.timeline.finish_at, INSTANT_NONE);
	assert_goes_to("start", FIELD_START);
	assert_goes_to("end", last);
	assert_goes_to("0%", FIELD_START);
	assert_goes_to("5%", FIELD_START + (48 * US_HOUR - 10 * US_S) / 20);
	assert_goes_to("100%", last);
	field_free(&field);
}

static void a_finished_race_is_measured_by_the_winners_finish(void **state)
{
	(void)state;
	field_make(&field, 6, 40, 1);
	field.setup.length_us = 0;
	field.setup.length_laps = 30;
	event_add(&field.list, EVENT_END, FIELD_START + 2 * US_HOUR);
	field_load(&field, true, true);
	instant_us finish = field.timeline.finish_at;
	assert_true(finish != INSTANT_NONE);
	assert_goes_to("100%", finish);
	assert_goes_to("lap:30", finish);
	assert_goes_to("50%", FIELD_START + (finish - FIELD_START) / 2);
	field_free(&field);
}

static void times_count_from_the_signal_and_the_day_from_the_clock(void **state)
{
	(void)state;
	field_make(&field, 6, 200, 1);
	field_load(&field, false, false);
	instant_us last = field.timeline.last_at;
	assert_goes_to("1:00:00", FIELD_START + US_HOUR);
	assert_goes_to("0:00:00", FIELD_START);
	assert_goes_to("99:00:00", last);
	assert_goes_to("999999999:00", last);
	/* Noon is ten seconds before the signal: the start, not tomorrow. */
	assert_goes_to("@12:00", FIELD_START);
	assert_goes_to("@12:00:10", FIELD_START);
	assert_goes_to("@13:30", FIELD_NOON + 90 * US_MIN);
	/* A minute before noon is tomorrow, and the race is over by then. */
	assert_goes_to("@11:59", last);
	assert_goes_to("@12:00+1d", last);
	field_free(&field);
}

static void a_race_through_midnight_has_two_of_some_times(void **state)
{
	(void)state;
	field_make(&field, 2, 900, 1);
	field_load(&field, false, false);
	assert_true(field.timeline.last_at > FIELD_NOON + 25 * US_HOUR);
	assert_goes_to("@12:30", FIELD_NOON + 30 * US_MIN);
	assert_goes_to("@12:30+1d", FIELD_NOON + 24 * US_HOUR + 30 * US_MIN);
	assert_goes_to("@0:15", FIELD_NOON + 12 * US_HOUR + 15 * US_MIN);
	assert_goes_to("@11:59:59", FIELD_NOON + 24 * US_HOUR - US_S);
	field_free(&field);
}

static void a_lap_is_when_the_leader_completed_it(void **state)
{
	(void)state;
	for (int marks = 0; marks < 2; marks++) {
		struct err err;
		instant_us at;
		field_make(&field, 6, 20, 1);
		field_load(&field, marks, marks);
		assert_goes_to("lap:0", FIELD_START);
		assert_int_equal(resolve("lap:7", &at, &err), 0);
		const struct race *race = field_fold(&field, at);
		assert_int_equal(race->cars[race->order[0]].laps, 7);
		race = field_fold(&field, at - 1);
		assert_int_equal(race->cars[race->order[0]].laps, 6);
		assert_true(resolve("lap:21", &at, &err) < 0);
		assert_string_equal(err.text, "no car completed lap 21: the leader has "
					      "20 laps");
		field_free(&field);
	}
}

static void where_the_playhead_stands_changes_no_answer(void **state)
{
	(void)state;
	field_make(&field, 6, 20, 1);
	field_load(&field, true, true);
	static const char *const rows[] = {"lap:7", "50%", "@12:10", "0:10", "end"};
	instant_us at_end[ARRAY_LEN(rows)];
	struct err err;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(resolve(rows[i], &at_end[i], &err), 0);
	timeline_at(&field.timeline, FIELD_START - US_HOUR);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_goes_to(rows[i], at_end[i]);
	field_free(&field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_read),
		cmocka_unit_test(what_is_no_instant_is_told_so_with_the_forms),
		cmocka_unit_test(a_running_race_is_measured_by_its_length),
		cmocka_unit_test(a_finished_race_is_measured_by_the_winners_finish),
		cmocka_unit_test(
			times_count_from_the_signal_and_the_day_from_the_clock),
		cmocka_unit_test(a_race_through_midnight_has_two_of_some_times),
		cmocka_unit_test(a_lap_is_when_the_leader_completed_it),
		cmocka_unit_test(where_the_playhead_stands_changes_no_answer),
	};
	MAIN(tests);
}
