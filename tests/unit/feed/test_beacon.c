/*
 * test_beacon.c -- the open beacon protocol: what its lines become
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../../src/feed/drivers.h"

#include <stdlib.h>
#include <string.h>

#define HELLO \
	"{\"t\":\"hello\",\"v\":1,\"id\":\"sf-1\",\"loop\":\"SF\",\"boot\":\"6f1c\","
#define PASS "{\"t\":\"pass\",\"id\":\"sf-1\",\"boot\":\"6f1c\","
#define TICK "{\"t\":\"tick\",\"id\":\"sf-1\",\"boot\":\"6f1c\","
#define EVENT "{\"t\":\"event\",\"id\":\"rc-1\",\"boot\":\"1\","

enum { EVENTS_MAX = 512 };

static struct event storage[EVENTS_MAX];
static char pool[64 * 1024];
static struct event_list list;
static max_align_t state[FEED_STATE_MAX / sizeof(max_align_t)];

static void begin(void)
{
	static const struct feed_setup setup = {
		.source = 3,
		.day = INSTANT_NONE,
		.line_count = 3,
		.line_names = {"SF", "I1", "I2"},
	};
	list = (struct event_list){
		.at = storage,
		.max = EVENTS_MAX,
		.text = pool,
		.text_max = sizeof(pool),
	};
	assert_true(feed_beacon.state_size <= sizeof(state));
	feed_beacon.init(state, &setup);
}

static void hear_at(const char *line, instant_us received_at)
{
	feed_beacon.decode(state, slice_of(line), received_at, 77, &list);
}

static void hear(const char *line)
{
	hear_at(line, INSTANT_NONE);
}

static unsigned count(enum event_kind kind)
{
	unsigned n = 0;
	for (uint32_t i = 0; i < list.count; i++)
		n += list.at[i].kind == kind;
	return n;
}

static const struct event *nth(enum event_kind kind, unsigned n)
{
	for (uint32_t i = 0; i < list.count; i++)
		if (list.at[i].kind == kind && n-- == 0)
			return &list.at[i];
	fail_msg("there is no such %s", event_kind_name(kind));
	abort();
}

static void text_is(const struct event *event, const char *text)
{
	char buf[512];
	text_copy(buf, sizeof(buf), event_text(&list, event));
	assert_string_equal(buf, text);
}

static void a_pass_is_mapped_to_utc_by_the_tick_before_it(void **unused)
{
	(void)unused;
	begin();
	hear(HELLO "\"seq\":1841}\n");
	hear(TICK "\"us\":52000000000,\"seq\":1841,\"utc\":1764000000123456,"
		  "\"src\":\"gps\"}\n");
	hear(PASS "\"seq\":1842,\"tx\":\"2906141\",\"us\":52083691000,\"hits\":50,"
		  "\"rssi\":-41.5,\"f\":0}\r\n");
	assert_int_equal(count(EVENT_PASSING), 1);
	assert_int_equal(count(EVENT_ANOMALY), 0);
	const struct event *e = nth(EVENT_PASSING, 0);
	assert_int_equal(e->at, 1764000000123456 + 83691000);
	assert_int_equal(e->line, LINE_SF);
	assert_int_equal(e->id_kind, ID_TRANSPONDER);
	assert_string_equal(e->id, "2906141");
	assert_int_equal(e->source, 3);
	assert_int_equal(e->record, 77);
	assert_int_equal(e->flag, FLAG_UNKNOWN);
	assert_true(e->value == DURATION_NONE);
}

static void a_hello_that_says_both_clocks_maps_the_first_pass(void **unused)
{
	(void)unused;
	begin();
	hear(HELLO "\"seq\":0,\"us\":1000000,\"utc\":1764000000000000}");
	hear(PASS "\"seq\":1,\"tx\":7,\"us\":1500000}");
	assert_int_equal(nth(EVENT_PASSING, 0)->at, 1764000000500000);
	assert_string_equal(nth(EVENT_PASSING, 0)->id, "7");
}

static void without_utc_the_least_delay_received_maps_the_clock(void **unused)
{
	const instant_us day = 1764000000000000;
	(void)unused;
	begin();
	hear_at(PASS "\"seq\":1,\"tx\":\"7\",\"us\":1000000}", day + 1000000 + 900000);
	hear_at(TICK "\"us\":2000000,\"seq\":1,\"utc\":12345,\"src\":\"none\"}",
		day + 2000000 + 20000);
	hear_at(PASS "\"seq\":2,\"tx\":\"7\",\"us\":3000000}", day + 3000000 + 400000);
	assert_int_equal(nth(EVENT_PASSING, 0)->at, day + 1900000);
	assert_int_equal(nth(EVENT_PASSING, 1)->at, day + 3020000);
	assert_int_equal(nth(EVENT_PASSING, 1)->received_at, day + 3400000);
}

static void a_file_without_utc_counts_from_its_day(void **unused)
{
	const instant_us day = civil_to_instant(2024, 6, 15);
	const struct feed_setup setup = {.day = day, .utc_offset_us = US_HOUR};
	(void)unused;
	begin();
	feed_beacon.init(state, &setup);
	hear_at(PASS "\"seq\":1,\"tx\":\"7\",\"us\":1000000}", day);
	hear_at(PASS "\"seq\":2,\"tx\":\"7\",\"us\":91000000}", day);
	assert_int_equal(nth(EVENT_PASSING, 0)->at, day - US_HOUR + US_S);
	assert_int_equal(nth(EVENT_PASSING, 1)->at, day - US_HOUR + 91 * US_S);
	assert_int_equal(nth(EVENT_PASSING, 1)->received_at, nth(EVENT_PASSING, 1)->at);
}

static void an_age_replaces_the_clock_of_a_node_that_has_none(void **unused)
{
	(void)unused;
	begin();
	hear_at(PASS "\"loop\":\"I1\",\"seq\":1,\"tx\":\"7\",\"age_us\":250000}",
		1764000000000000);
	assert_int_equal(nth(EVENT_PASSING, 0)->at, 1764000000000000 - 250000);
	assert_int_equal(nth(EVENT_PASSING, 0)->line, 1);
}

static void loops_are_lines_by_name(void **unused)
{
	static const struct {
		const char *loop;
		uint8_t line, kind;
	} rows[] = {
		{"SF", LINE_SF, EVENT_PASSING},
		{"sf", LINE_SF, EVENT_PASSING},
		{"I1", 1, EVENT_PASSING},
		{"I2", 2, EVENT_PASSING},
		{"PIN", LINE_PIT_IN, EVENT_PIT_IN},
		{"POUT", LINE_PIT_OUT, EVENT_PIT_OUT},
		{"SFP", LINE_SF_PIT, EVENT_PASSING},
		{"I3", LINE_NONE, EVENT_ANOMALY},
		{"moon", LINE_NONE, EVENT_ANOMALY},
	};
	char line[256];

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin();
		text_format(line, sizeof(line),
			    "{\"t\":\"pass\",\"id\":\"x\",\"loop\":\"%s\",\"seq\":1,"
			    "\"tx\":\"9\",\"us\":5}",
			    rows[i].loop);
		hear(line);
		assert_int_equal(list.count, 1);
		assert_int_equal(list.at[0].kind, rows[i].kind);
		if (rows[i].kind != EVENT_ANOMALY)
			assert_int_equal(list.at[0].line, rows[i].line);
	}
}

static void a_gap_is_one_anomaly_and_one_question(void **unused)
{
	(void)unused;
	begin();
	hear(HELLO "\"seq\":1840}");
	hear(PASS "\"seq\":1841,\"tx\":\"1\",\"us\":1}");
	hear(PASS "\"seq\":1845,\"tx\":\"1\",\"us\":5}");
	assert_int_equal(count(EVENT_ANOMALY), 1);
	assert_int_equal(nth(EVENT_ANOMALY, 0)->field, ANOMALY_MISSING);
	text_is(nth(EVENT_ANOMALY, 0), "sf-1: 3 records are missing, 1842 to 1844");
	assert_int_equal(count(EVENT_ASK), 1);
	text_is(nth(EVENT_ASK, 0),
		"{\"t\":\"resend\",\"id\":\"sf-1\",\"boot\":\"6f1c\",\"from\":1842,"
		"\"to\":1844}\n");
	/* What comes again is used, and is no gap twice. */
	hear(PASS "\"seq\":1843,\"tx\":\"1\",\"us\":3}");
	hear(PASS "\"seq\":1846,\"tx\":\"1\",\"us\":6}");
	assert_int_equal(count(EVENT_PASSING), 4);
	assert_int_equal(count(EVENT_ANOMALY), 1);
}

static void a_tick_shows_a_gap_while_nothing_passes(void **unused)
{
	(void)unused;
	begin();
	hear(HELLO "\"seq\":10}");
	hear(TICK "\"us\":9,\"seq\":12}");
	assert_int_equal(count(EVENT_ANOMALY), 1);
	text_is(nth(EVENT_ANOMALY, 0), "sf-1: 2 records are missing, 11 to 12");
	assert_int_equal(count(EVENT_HEARTBEAT), 1);
	hear(PASS "\"seq\":12,\"tx\":\"1\",\"us\":8}");
	hear(PASS "\"seq\":11,\"tx\":\"1\",\"us\":7}");
	assert_int_equal(count(EVENT_PASSING), 2);
	assert_int_equal(count(EVENT_ANOMALY), 1);
}

static void a_record_received_twice_is_used_once(void **unused)
{
	(void)unused;
	begin();
	for (unsigned i = 0; i < 2; i++) {
		hear(PASS "\"seq\":5,\"tx\":\"1\",\"us\":10}");
		hear(PASS "\"seq\":6,\"tx\":\"1\",\"us\":20}");
	}
	assert_int_equal(list.count, 2);
}

static void a_new_boot_begins_its_numbers_and_its_clock_anew(void **unused)
{
	(void)unused;
	begin();
	hear(HELLO "\"seq\":0,\"us\":0,\"utc\":1000000000000000}");
	hear(PASS "\"seq\":1,\"tx\":\"1\",\"us\":7}");
	hear("{\"t\":\"hello\",\"id\":\"sf-1\",\"boot\":\"b2\",\"seq\":0,\"us\":50,"
	     "\"utc\":2000000000000000}");
	hear("{\"t\":\"pass\",\"id\":\"sf-1\",\"boot\":\"b2\",\"seq\":1,\"tx\":\"1\","
	     "\"us\":60}");
	assert_int_equal(count(EVENT_PASSING), 2);
	assert_int_equal(count(EVENT_ANOMALY), 0);
	assert_int_equal(nth(EVENT_PASSING, 1)->at, 2000000000000010);
	/* The loop is the beacon's, not the boot's. */
	assert_int_equal(nth(EVENT_PASSING, 1)->line, LINE_SF);
	/* A record of the life before is still that one's. */
	hear(PASS "\"seq\":1,\"tx\":\"1\",\"us\":7}");
	hear(PASS "\"seq\":2,\"tx\":\"1\",\"us\":8}");
	assert_int_equal(count(EVENT_PASSING), 3);
	assert_int_equal(nth(EVENT_PASSING, 2)->at, 1000000000000008);
}

static void
a_record_sent_again_keeps_its_instant_when_the_clock_has_drifted(void **unused)
{
	(void)unused;
	begin();
	hear(TICK "\"us\":1000,\"utc\":5000001000,\"src\":\"gps\"}");
	hear(PASS "\"seq\":1,\"tx\":\"1\",\"us\":1500}");
	hear(TICK "\"us\":2000,\"utc\":5000002300,\"src\":\"gps\"}");
	hear(PASS "\"seq\":3,\"tx\":\"1\",\"us\":2500}");
	hear(PASS "\"seq\":2,\"tx\":\"1\",\"us\":1600}");
	assert_int_equal(nth(EVENT_PASSING, 0)->at, 5000001500);
	assert_int_equal(nth(EVENT_PASSING, 1)->at, 5000002800);
	assert_int_equal(nth(EVENT_PASSING, 2)->at, 5000001600);
}

static void a_clock_that_steps_is_told(void **unused)
{
	(void)unused;
	begin();
	hear(TICK "\"us\":1000000,\"utc\":5001000000,\"src\":\"ntp\"}");
	hear(TICK "\"us\":2000000,\"utc\":8002000000,\"src\":\"ntp\"}");
	assert_int_equal(count(EVENT_ANOMALY), 1);
	assert_int_equal(nth(EVENT_ANOMALY, 0)->field, ANOMALY_CLOCK);
	text_is(nth(EVENT_ANOMALY, 0),
		"sf-1: its clock stepped by 3000000 ms between two ticks");
}

static void race_control_speaks_by_name(void **unused)
{
	(void)unused;
	begin();
	hear(EVENT "\"seq\":1,\"us\":10,\"name\":\"gun\",\"clock\":9}");
	hear(EVENT "\"seq\":2,\"us\":11,\"name\":\"flag\",\"value\":\"SC\"}");
	hear(EVENT "\"seq\":3,\"us\":12,\"name\":\"driver\",\"tx\":\"55\","
		   "\"value\":\"J\\u00f6rg \\\"J\\\" Bergmeister\",\"num\":2}");
	hear(EVENT "\"seq\":4,\"us\":13,\"name\":\"weather\",\"value\":\"air\","
		   "\"num\":-1500}");
	hear(EVENT
	     "\"seq\":5,\"us\":14,\"name\":\"message\",\"value\":\"Car 4 spun\"}");
	hear(EVENT "\"seq\":6,\"us\":15,\"name\":\"button\",\"value\":\"2\"}");
	hear(EVENT "\"seq\":7,\"us\":16,\"name\":\"end\"}");
	assert_int_equal(count(EVENT_ANOMALY), 0);
	assert_int_equal(nth(EVENT_START, 0)->value, 9);
	assert_int_equal(nth(EVENT_FLAG, 0)->flag, FLAG_SC);
	assert_int_equal(nth(EVENT_DRIVER, 0)->number, 2);
	assert_string_equal(nth(EVENT_DRIVER, 0)->id, "55");
	text_is(nth(EVENT_DRIVER, 0), "Jörg \"J\" Bergmeister");
	assert_int_equal(nth(EVENT_WEATHER, 0)->field, WEATHER_AIR_MC);
	assert_int_equal(nth(EVENT_WEATHER, 0)->value, -1500);
	text_is(nth(EVENT_MESSAGE, 0), "Car 4 spun");
	text_is(nth(EVENT_MESSAGE, 1), "button: 2");
	assert_int_equal(count(EVENT_END), 1);
}

static void the_text_form_counts_in_milliseconds(void **unused)
{
	(void)unused;
	begin();
	hear("S 52084000 1841*54");
	hear("P 1842 2906141 52083691 50 -41*69\r\n");
	hear("P 1843 2906142 52083700*4E");
	hear("S 52085000 1842");
	assert_int_equal(count(EVENT_PASSING), 1);
	assert_int_equal(nth(EVENT_PASSING, 0)->at, 52083691000);
	assert_int_equal(nth(EVENT_PASSING, 0)->line, LINE_SF);
	assert_string_equal(nth(EVENT_PASSING, 0)->id, "2906141");
	assert_int_equal(nth(EVENT_ANOMALY, 0)->field, ANOMALY_CHECKSUM);
	assert_int_equal(count(EVENT_ANOMALY), 1);
	assert_int_equal(count(EVENT_HEARTBEAT), 2);
}

static void text_lines_belong_to_the_beacon_that_said_hello(void **unused)
{
	(void)unused;
	begin();
	hear("{\"t\":\"hello\",\"id\":\"avr\",\"loop\":\"PIN\",\"boot\":\"x\",\"seq\":"
	     "1841,"
	     "\"us\":52000000000,\"utc\":1764000000000000}");
	hear("P 1842 2906141 52083691 50 -41*69");
	assert_int_equal(count(EVENT_PIT_IN), 1);
	assert_int_equal(nth(EVENT_PIT_IN, 0)->at, 1764000000000000 + 83691000);
}

static void what_is_wrong_is_counted_with_its_line_and_used_for_nothing(void **unused)
{
	static const struct {
		const char *line;
		enum anomaly anomaly;
	} rows[] = {
		{"hello", ANOMALY_FORMAT},
		{"{\"t\":\"pass\"", ANOMALY_FORMAT},
		{"{\"t\":\"pass\"} x", ANOMALY_FORMAT},
		{"{\"t\":\"pass\",}", ANOMALY_FORMAT},
		{"{\"t\":\"pass\",\"id\":\"a\\\"}", ANOMALY_FORMAT},
		{"{\"t\":\"moon\",\"id\":\"a\"}", ANOMALY_UNKNOWN},
		{"{}", ANOMALY_UNKNOWN},
		{PASS "\"seq\":1.5e3,\"tx\":\"1\",\"us\":1}", ANOMALY_FIELD},
		{PASS "\"seq\":-1,\"tx\":\"1\",\"us\":1}", ANOMALY_FIELD},
		{PASS "\"seq\":1,\"tx\":\"1\",\"us\":99999999999999999999}",
		 ANOMALY_FIELD},
		{PASS "\"seq\":1,\"tx\":\"1\",\"us\":9007199254740993}", ANOMALY_FIELD},
		{PASS "\"seq\":1,\"us\":1,\"loop\":\"SF\"}", ANOMALY_FIELD},
		{PASS "\"seq\":1,\"us\":1,\"tx\":\"\"}", ANOMALY_FIELD},
		{PASS "\"seq\":1,\"us\":1,\"tx\":\"1234567890123\"}", ANOMALY_FIELD},
		{PASS "\"seq\":1,\"us\":1,\"tx\":\"\\u200b\"}", ANOMALY_FIELD},
		{PASS "\"seq\":1,\"us\":1,\"tx\":\"1\\u0001\"}", ANOMALY_FIELD},
		{EVENT "\"seq\":1,\"us\":1,\"tx\":\"\\u200b\",\"name\":\"driver\"}",
		 ANOMALY_FIELD},
		{PASS "\"tx\":\"1\",\"us\":1}", ANOMALY_FIELD},
		{PASS "\"seq\":1,\"tx\":\"1\"}", ANOMALY_FIELD},
		{"{\"t\":\"pass\",\"seq\":1,\"tx\":\"1\",\"us\":1}", ANOMALY_FIELD},
		{EVENT "\"seq\":1,\"us\":1,\"name\":\"flag\",\"value\":\"PINK\"}",
		 ANOMALY_FIELD},
		{"P 1 2 3*00", ANOMALY_CHECKSUM},
		{"P 1 2 3", ANOMALY_CHECKSUM},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin();
		hear("\n");
		hear(rows[i].line);
		assert_int_equal(list.count, 1);
		assert_int_equal(list.at[0].kind, EVENT_ANOMALY);
		if (list.at[0].field != rows[i].anomaly)
			fail_msg("%s is taken as %s", rows[i].line,
				 anomaly_name((enum anomaly)list.at[0].field));
		assert_int_equal(list.at[0].number, 2);
		assert_true(list.at[0].text_len > 0);
	}
}

static void keys_nobody_knows_are_skipped_whatever_they_hold(void **unused)
{
	(void)unused;
	begin();
	hear("{\"x\":{\"t\":[1,{\"y\":\"}]\\\"\"}]},\"t\" : \"pass\", \"id\":\"sf-1\","
	     "\"ok\":true,\"no\":null,\"boot\":null,\"us\":3.75,\"seq\":2,"
	     "\"tx\":\"\\u0031\\/\",\"e\":-1.5e-7}");
	assert_int_equal(count(EVENT_PASSING), 1);
	assert_int_equal(count(EVENT_ANOMALY), 0);
	assert_string_equal(nth(EVENT_PASSING, 0)->id, "1/");
	assert_int_equal(nth(EVENT_PASSING, 0)->at, 3);
}

static void the_33rd_beacon_is_an_anomaly_and_reboots_make_room(void **unused)
{
	char line[128];
	(void)unused;
	begin();
	for (unsigned i = 0; i < 33; i++) {
		text_format(line, sizeof(line),
			    "{\"t\":\"pass\",\"id\":\"SF-%u\",\"seq\":1,\"tx\":\"1\","
			    "\"us\":%u}",
			    i, i);
		hear(line);
	}
	assert_int_equal(count(EVENT_PASSING), 32);
	assert_int_equal(nth(EVENT_ANOMALY, 0)->field, ANOMALY_CAPACITY);
	begin();
	for (unsigned i = 0; i < 100; i++) {
		text_format(line, sizeof(line),
			    "{\"t\":\"pass\",\"id\":\"SF-1\",\"boot\":\"%u\",\"seq\":1,"
			    "\"tx\":\"1\",\"us\":%u}",
			    i, i);
		hear(line);
	}
	assert_int_equal(count(EVENT_PASSING), 100);
	assert_int_equal(count(EVENT_ANOMALY), 0);
}

static void an_overlong_line_is_one_anomaly_and_the_next_line_is_read(void **unused)
{
	static const size_t lengths[] = {513, 5000, 65535, 65536, 70000, 200000};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		static char bytes[256 * 1024];
		const char *after = "\n" PASS "\"seq\":1,\"tx\":\"1\",\"us\":1}\n";
		size_t at = 0, len = lengths[i] + strlen(after);
		begin();
		memset(bytes, 'x', lengths[i]);
		memcpy(bytes + lengths[i], after, strlen(after));
		while (at < len) {
			struct slice rest = {bytes + at, len - at};
			ptrdiff_t n = feed_beacon.frame(rest);
			assert_true(n > 0);
			feed_beacon.decode(state, (struct slice){rest.at, (size_t)n},
					   INSTANT_NONE, 0, &list);
			at += (size_t)n;
		}
		assert_int_equal(count(EVENT_ANOMALY), 1);
		assert_int_equal(nth(EVENT_ANOMALY, 0)->number, 1);
		assert_int_equal(count(EVENT_PASSING), 1);
	}
}

static void sniffing_knows_its_own_lines_from_others(void **unused)
{
	static const struct {
		const char *head;
		bool ours;
	} rows[] = {
		{HELLO "\"seq\":0}\n", true},
		{"\r\n" PASS "\"seq\":0,\"tx\":\"1\",\"us\":1}\n{\"t\":\"pa", true},
		{"P 1842 2906141 52083691 50 -41*69\n", true},
		{"P 23366 OPN 1000002 -11.32 79 95502\n", false},
		{"{\"kind\":\"passing\"}\n", false},
		{"NUMBER; DRIVER_NUMBER; LAP_NUMBER;\r\n1;1;1\r\n", false},
		{"$F,14,\"00:12:45\",\"13:34:23\",\"00:09:47\",\"Green \"\r\n", false},
		{"", false},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(feed_beacon.sniff(slice_of(rows[i].head)) > 50,
				 rows[i].ours);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pass_is_mapped_to_utc_by_the_tick_before_it),
		cmocka_unit_test(a_hello_that_says_both_clocks_maps_the_first_pass),
		cmocka_unit_test(without_utc_the_least_delay_received_maps_the_clock),
		cmocka_unit_test(a_file_without_utc_counts_from_its_day),
		cmocka_unit_test(an_age_replaces_the_clock_of_a_node_that_has_none),
		cmocka_unit_test(loops_are_lines_by_name),
		cmocka_unit_test(a_gap_is_one_anomaly_and_one_question),
		cmocka_unit_test(a_tick_shows_a_gap_while_nothing_passes),
		cmocka_unit_test(a_record_received_twice_is_used_once),
		cmocka_unit_test(a_new_boot_begins_its_numbers_and_its_clock_anew),
		cmocka_unit_test(
			a_record_sent_again_keeps_its_instant_when_the_clock_has_drifted),
		cmocka_unit_test(a_clock_that_steps_is_told),
		cmocka_unit_test(race_control_speaks_by_name),
		cmocka_unit_test(the_text_form_counts_in_milliseconds),
		cmocka_unit_test(text_lines_belong_to_the_beacon_that_said_hello),
		cmocka_unit_test(
			what_is_wrong_is_counted_with_its_line_and_used_for_nothing),
		cmocka_unit_test(keys_nobody_knows_are_skipped_whatever_they_hold),
		cmocka_unit_test(the_33rd_beacon_is_an_anomaly_and_reboots_make_room),
		cmocka_unit_test(
			an_overlong_line_is_one_anomaly_and_the_next_line_is_read),
		cmocka_unit_test(sniffing_knows_its_own_lines_from_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
