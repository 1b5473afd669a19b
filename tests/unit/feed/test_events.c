/*
 * test_events.c -- lines of JSON as a source: pitwall-source(5), rule by rule
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "received.h"

#include <string.h>

#define NOON (civil_to_instant(2026, 6, 13) + 12 * US_HOUR)

static struct received h;

static int set_up(void **state)
{
	(void)state;
	received_begin(&h, "events", NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	received_end(&h);
	return 0;
}

static void say(const char *lines)
{
	received_bytes(&h, slice_of(lines), NOON + 5 * US_S);
}

static void a_passing_has_a_car_a_line_and_a_time(void **state)
{
	(void)state;
	say("{\"kind\":\"passing\",\"at\":\"2026-06-13T12:00:01.250000Z\",\"number\":"
	    "\"007\","
	    "\"line\":\"I2\",\"lap\":4,\"flag\":\"FCY\",\"lap_time\":90.5}\n");
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_non_null(event);
	assert_true(event->at == NOON + 1250 * US_MS);
	assert_true(event->received_at == NOON + 5 * US_S);
	assert_string_equal(event->id, "007");
	assert_int_equal(event->id_kind, ID_NUMBER);
	assert_int_equal(event->line, 2);
	assert_int_equal(event->number, 4);
	assert_int_equal(event->flag, FLAG_FCY);
	assert_int_equal(event->value, 90500 * US_MS);
	assert_int_equal(event->bits, 0);
}

static void what_is_absent_is_unknown_and_the_line_is_sf(void **state)
{
	(void)state;
	say("{\"kind\":\"passing\",\"at\":1781352001.5,\"transponder\":1234567}\n");
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_non_null(event);
	assert_true(event->at == NOON + 1500 * US_MS);
	assert_string_equal(event->id, "1234567");
	assert_int_equal(event->id_kind, ID_TRANSPONDER);
	assert_int_equal(event->line, LINE_SF);
	assert_int_equal(event->flag, FLAG_UNKNOWN);
	assert_int_equal(event->value, DURATION_NONE);
}

static void without_a_time_it_was_when_it_was_received_about(void **state)
{
	(void)state;
	say("{\"kind\":\"pit-in\",\"number\":\"7\"}\n"
	    "{\"kind\":\"pit-out\",\"number\":\"7\",\"at\":null,\"stop\":61.25}\n");
	const struct event *event = received_next(&h, EVENT_PIT_IN);
	assert_true(event->at == NOON + 5 * US_S);
	assert_int_equal(event->bits, EVENT_ESTIMATED);
	event = received_next(&h, EVENT_PIT_OUT);
	assert_true(event->at == NOON + 5 * US_S);
	assert_int_equal(event->value, 61250 * US_MS);
}

static void entries_are_before_everything(void **state)
{
	(void)state;
	say("{\"kind\":\"entry\",\"number\":\"7\",\"field\":\"driver\",\"place\":2,"
	    "\"rating\":\"gold\",\"text\":\"J\\u00f6rg \\\"X\\\"\"}\n");
	const struct event *event = received_next(&h, EVENT_ENTRY);
	assert_true(event->at == INSTANT_NONE);
	assert_int_equal(event->field, ENTRY_DRIVER);
	assert_int_equal(event->number, 2);
	assert_int_equal(event->value, 3);
	assert_true(slice_eq(event_text(&h.list, event), SLICE("J\u00f6rg \"X\"")));
}

static void sessions_flags_weather_and_words_are_read(void **state)
{
	(void)state;
	say("{\"kind\":\"session\",\"at\":1781352000,\"run\":3,\"text\":\"Race\","
	    "\"length\":21600}\n"
	    "{\"kind\":\"start\",\"at\":1781352000,\"clock\":\"2026-06-13T12:00:00Z\"}"
	    "\n"
	    "{\"kind\":\"flag\",\"at\":1781352000,\"flag\":\"green\",\"text\":\"go\"}\n"
	    "{\"kind\":\"weather\",\"at\":1781352000,\"field\":\"air_mc\",\"value\":"
	    "21500}\n"
	    "{\"kind\":\"driver\",\"at\":1781352000,\"number\":7,\"place\":1,"
	    "\"driver\":\"A\"}\n"
	    "{\"kind\":\"lap\",\"at\":1781352000,\"number\":7,\"lap\":2,\"lap_time\":"
	    "99.1}\n"
	    "{\"kind\":\"claim\",\"at\":1781352000,\"number\":7,\"field\":\"rank\","
	    "\"value\":2}\n"
	    "{\"kind\":\"status\",\"at\":1781352000,\"number\":7,\"text\":\"RETIRED\"}"
	    "\n"
	    "{\"kind\":\"value\",\"at\":1781352000,\"number\":7,\"field\":\"energy_"
	    "pm\","
	    "\"value\":412}\n"
	    "{\"kind\":\"message\",\"at\":1781352000,\"text\":\"words\"}\n");
	const struct event *event = received_next(&h, EVENT_SESSION);
	assert_int_equal(event->number, 3);
	assert_int_equal(event->field, SESSION_FIELD_RACE);
	assert_int_equal(event->value, 21600 * US_S);
	event = received_next(&h, EVENT_START);
	assert_true(event->value == NOON);
	assert_int_equal(received_says(&h, EVENT_FLAG, "go")->flag, FLAG_GREEN);
	event = received_next(&h, EVENT_WEATHER);
	assert_int_equal(event->field, WEATHER_AIR_MC);
	assert_int_equal(event->value, 21500);
	(void)received_says(&h, EVENT_DRIVER, "A");
	event = received_next(&h, EVENT_LAP);
	assert_int_equal(event->value, 99100 * US_MS);
	event = received_next(&h, EVENT_CLAIM);
	assert_int_equal(event->field, CLAIM_RANK);
	(void)received_says(&h, EVENT_STATUS, "RETIRED");
	event = received_next(&h, EVENT_VALUE);
	assert_int_equal(event->field, VALUE_ENERGY);
	assert_int_equal(event->value, 412);
	(void)received_says(&h, EVENT_MESSAGE, "words");
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
}

static void what_is_invalid_is_one_anomaly_and_no_event(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{"{\"kind\":\"passing\"}\n", "invalid number"},
		{"{\"kind\":\"passing\",\"number\":\"7\",\"line\":\"XX\"}\n",
		 "invalid line: XX"},
		{"{\"kind\":\"passing\",\"number\":\"7\",\"line\":\"XX\",\"lap\":-1}\n",
		 "invalid line: XX"},
		{"{\"kind\":\"passing\",\"number\":\"7\",\"at\":\"12:00\"}\n",
		 "invalid at: 12:00"},
		{"{\"kind\":\"passing\",\"number\":\"7\",\"at\":1e300}\n",
		 "invalid at"},
		{"{\"kind\":\"passing\",\"number\":\"7\",\"at\":99999999999999}\n",
		 "invalid at"},
		{"{\"kind\":\"passing\",\"number\":\"7\",\"at\":\"2026-02-30T00:00:"
		 "00Z\"}\n",
		 "invalid at"},
		{"{\"kind\":\"passing\",\"number\":\"7\",\"at\":\"2026-06-13T24:00:"
		 "00Z\"}\n",
		 "invalid at"},
		{"{\"kind\":\"passing\",\"number\":\"7\",\"lap\":1.5}\n",
		 "invalid lap"},
		{"{\"kind\":\"passing\",\"number\":\"7\",\"lap_time\":-1}\n",
		 "invalid lap_time"},
		{"{\"kind\":\"passing\",\"number\":[7]}\n", "invalid number"},
		{"{\"kind\":\"passing\",\"number\":\"\\u0007 \"}\n", "invalid number"},
		{"{\"kind\":\"passing\",\"number\":\"\\x\"}\n", "invalid number"},
		{"{\"kind\":\"flag\",\"flag\":\"PINK\"}\n", "invalid flag: PINK"},
		{"{\"kind\":\"flag\"}\n", "invalid flag"},
		{"{\"kind\":\"entry\",\"number\":\"7\",\"field\":\"shoe\"}\n",
		 "invalid field: shoe"},
		{"{\"kind\":\"weather\",\"field\":\"snow\",\"value\":1}\n",
		 "invalid field: snow"},
		{"{\"kind\":\"claim\",\"number\":\"7\",\"field\":\"laps\",\"value\":-4}"
		 "\n",
		 "invalid value"},
		{"{\"kind\":\"value\",\"number\":\"7\",\"field\":\"energy_pm\","
		 "\"value\":"
		 "99999}\n",
		 "invalid value"},
		{"{\"kind\":\"banana\"}\n", "unknown kind: banana"},
		{"{\"number\":\"7\"}\n", "unknown kind"},
		{"{\"kind\":\"passing\",\n", "not a line of JSON"},
		{"hello\n", "not a line of JSON: hello"},
		{"\xff\xfe\n", "not a line of JSON"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint32_t before = h.list.count;
		say(rows[i].line);
		(void)received_says(&h, EVENT_ANOMALY, rows[i].words);
		assert_int_equal(h.list.count, before + 1);
	}
}

static void what_another_pitwall_worked_out_or_decided_is_left_out(void **state)
{
	(void)state;
	say("{\"at\":null,\"kind\":\"snapshot\",\"cars\":2}\n"
	    "{\"at\":1781352000,\"kind\":\"time\",\"left\":5}\n"
	    "{\"at\":1781352000,\"kind\":\"standing\",\"car\":\"7\"}\n"
	    "{\"at\":1781352000,\"kind\":\"decision\",\"field\":\"laps\",\"value\":-1}"
	    "\n"
	    "{\"at\":1781352000,\"kind\":\"ask\",\"text\":\"x\"}\n"
	    "# a note\n\n\r\n");
	assert_int_equal(h.list.count, 0);
}

#define T(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_passing_has_a_car_a_line_and_a_time),
		T(what_is_absent_is_unknown_and_the_line_is_sf),
		T(without_a_time_it_was_when_it_was_received_about),
		T(entries_are_before_everything),
		T(sessions_flags_weather_and_words_are_read),
		T(what_is_invalid_is_one_anomaly_and_no_event),
		T(what_another_pitwall_worked_out_or_decided_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
