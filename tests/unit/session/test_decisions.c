/*
 * test_decisions.c -- the stewards' decisions as a file
 */
#include "fixture.h"

#include "pitwall/decision.h"

#include <errno.h>

struct reading {
	struct event_list *list;
	struct err *err;
	uint32_t number;
	int rc;
};

/* Of a race that began at 12:00 local and whose newest passing was at 13:00. */
static int apply_line(void *context, struct slice line, unsigned line_number)
{
	struct reading *reading = context;
	char where[32];
	text_format(where, sizeof(where), "d.csv:%u", line_number);
	const struct decision_place place = {.where = where,
					     .number = ++reading->number,
					     .received_at = INSTANT_NONE,
					     .start_at = 10 * US_HOUR,
					     .utc_offset_us = 2 * US_HOUR,
					     .last_at = 11 * US_HOUR};
	reading->rc = decision_apply(line, &place, reading->list, reading->err);
	return 0;
}

static int parse(const char *text, struct fixture_list *fixture, struct err *err)
{
	struct reading reading = {&fixture->list, err, 0, 0};
	fixture_list_init(fixture);
	assert_int_equal(decision_lines(slice_of(text), apply_line, &reading), 0);
	return reading.rc;
}

static void every_kind_is_read_with_its_value(void **state)
{
	static const struct {
		const char *line;
		enum decision_kind kind;
		int64_t value;
		const char *text;
	} cases[] = {
		{"5,time,97", DECISION_TIME, 97 * US_S, "\x1f"},
		{"5,time,1.5,speeding", DECISION_TIME, 1500000, "\x1fspeeding"},
		{"5,laps,-4", DECISION_LAPS, -4, "\x1f"},
		{"27,behind,70", DECISION_BEHIND, 0, "70\x1f"},
		{"27,last-of-lap,,ride height", DECISION_LAST_OF_LAP, 0,
		 "\x1fride height"},
		{"62,LAST-OF-CLASS", DECISION_LAST_OF_CLASS, 0, "\x1f"},
		{"62,disqualified,,\"fuel, \"\"odd\"\"\"", DECISION_DISQUALIFIED, 0,
		 "\x1f"
		 "fuel, \"odd\""},
		{"62,lap-deleted,12", DECISION_LAP_DELETED, 12, "\x1f"},
		{"41,status,NC", DECISION_STATUS, 0, "NC\x1f"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct fixture_list fixture;
		struct err err = {""};
		assert_int_equal(parse(cases[i].line, &fixture, &err), 0);
		assert_int_equal(fixture.list.count, 1);
		const struct event *event = &fixture.events[0];
		assert_int_equal(event->kind, EVENT_DECISION);
		assert_int_equal(event->field, cases[i].kind);
		assert_int_equal(event->value, cases[i].value);
		assert_int_equal(event->at, 11 * US_HOUR);
		assert_int_equal(event->received_at, 11 * US_HOUR);
		assert_int_equal(event->bits, EVENT_BY_HAND);
		/* Nothing of the text may be lost on the way into the pool. */
		struct slice text = event_text(&fixture.list, event);
		struct slice wanted = slice_of(cases[i].text);
		assert_int_equal(text.len, wanted.len);
		assert_memory_equal(text.at, wanted.at, wanted.len);
	}
}

static void a_time_is_of_the_race_or_of_the_day(void **state)
{
	static const struct {
		const char *at;
		instant_us instant;
	} cases[] = {
		{"3:20:00", 10 * US_HOUR + 200 * US_MIN},
		{"@15:20:00", 10 * US_HOUR + 200 * US_MIN},
		{"@11:00:00", 33 * US_HOUR}, /* the next day's: after the start */
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct fixture_list fixture;
		struct err err = {""};
		char line[64];
		text_format(line, sizeof(line), "5,time,30,,%s\n", cases[i].at);
		assert_int_equal(parse(line, &fixture, &err), 0);
		assert_int_equal(fixture.events[0].at, cases[i].instant);
	}
}

static void the_order_of_the_file_is_the_order_of_the_events(void **state)
{
	static struct fixture_list fixture;
	struct err err = {""};
	uint32_t order[4];
	struct event_slot scratch[8];
	(void)state;
	assert_int_equal(parse("number,kind,value,reason\n"
			       "# the stewards, 20:10\n"
			       "9,time,5\n\n1,time,10\r\n5,time,15",
			       &fixture, &err),
			 0);
	assert_int_equal(fixture.list.count, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(fixture.events[i].record, i + 1);
	event_order(&fixture.list, order, scratch);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(order[i], i);
}

static void a_bad_line_fails_with_file_line_and_reason(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"5,time,97\n6,tine,3\n",
		 "d.csv:2: the kind must be start, stop, flag, time"},
		{"5,time,soon\n", "d.csv:1: the value must be seconds, not \"soon\""},
		{"5,laps,1.5\n", "d.csv:1: the value must be a number of laps"},
		{"5,behind\n", "d.csv:1: the value must be a car's number"},
		{"5,status,HAPPY\n", "d.csv:1: the value must be CLASSIFIED"},
		{"5,status,RUNNING\n", "d.csv:1: the value must be CLASSIFIED"},
		{"5,lap-deleted,0\n", "d.csv:1: the value must be the number of a lap"},
		{",time,5\n", "d.csv:1: the first field must be a car's number"},
		{"1234567890123,time,5\n", "d.csv:1: the first field"},
		{"5,time,5,,lap:9\n", "d.csv:1: the fifth field must be an instant"},
		{"5,time,5,\"open\n", "d.csv:1: a quote is not closed"},
		{"5\n", "d.csv:1: the kind is missing"},
		{"5,time,99999999999999999999\n", "d.csv:1: the value must be seconds"},
		{"5,t\x1b[31m,1\n", "not \"t[31m\""},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct fixture_list fixture;
		struct err err = {""};
		assert_int_equal(parse(cases[i].text, &fixture, &err), -EINVAL);
		assert_says(err.text, cases[i].words);
		for (uint32_t k = 0; k < fixture.list.count; k++)
			assert_int_not_equal(fixture.events[k].record, 2);
	}
}

/* What is not known where a line stands, it waits for. */
static void a_line_waits_for_the_start_or_a_passing(void **state)
{
	static struct fixture_list fixture;
	struct decision_place place = {.where = "decision 1",
				       .number = 1,
				       .received_at = INSTANT_NONE,
				       .start_at = INSTANT_NONE,
				       .last_at = INSTANT_NONE};
	struct err err = {""};
	(void)state;
	fixture_list_init(&fixture);
	assert_int_equal(decision_apply(SLICE("5,time,1"), &place, &fixture.list, &err),
			 DECISION_WAITS);
	place.last_at = 5 * US_S;
	assert_int_equal(
		decision_apply(SLICE("5,time,1,,0:00:02"), &place, &fixture.list, &err),
		DECISION_WAITS);
	assert_int_equal(fixture.list.count, 0);
	place.start_at = 0;
	assert_int_equal(
		decision_apply(SLICE("5,time,1,,0:00:02"), &place, &fixture.list, &err),
		0);
	assert_int_equal(fixture.events[0].at, 2 * US_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_read_with_its_value),
		cmocka_unit_test(a_time_is_of_the_race_or_of_the_day),
		cmocka_unit_test(the_order_of_the_file_is_the_order_of_the_events),
		cmocka_unit_test(a_bad_line_fails_with_file_line_and_reason),
		cmocka_unit_test(a_line_waits_for_the_start_or_a_passing),
	};
	return cmocka_run_group_tests_name("decisions", tests, NULL, NULL);
}
