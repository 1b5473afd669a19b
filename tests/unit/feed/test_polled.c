/*
 * test_polled.c -- standings of IMSA and NLS: what happened between two polls, and how far off it
 * may be; and the WebSocket over which NLS comes
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/documents.h"
#include "pitwall/wire.h"
#include "received.h"

#include <stdio.h>
#include <string.h>

#define NOON (civil_to_instant(2026, 6, 13) + 12 * US_HOUR)

static struct received h;

static void say(int seconds, const char *lines)
{
	received_bytes(&h, slice_of(lines), NOON + seconds * US_S);
}

static void document(const char *name, const char *body, const char *driver,
		     const char *lines)
{
	received_begin(&h, driver, NULL);
	assert_string_equal(document_driver(slice_of(name), slice_of(body))->name,
			    driver);
	struct out out = received_out(&h);
	assert_true(document_write(slice_of(name), slice_of(body), &out));
	assert_int_equal(out_flush(&out), 0);
	assert_int_equal(h.len, strlen(lines));
	assert_memory_equal(h.bytes, lines, h.len);
	received_end(&h);
}

static void answers_become_a_line_for_each_car(void **state)
{
	(void)state;
	document("RaceResults_JSONP.json",
		 "jsonpRaceResults({ \"S\": \"Race\", \"E\":\"a \\\"b\\\"\", \"B\": [ "
		 "{\"N\":\"7\"},\n"
		 "{\"N\":\"8\"} ], \"T\":\"Sebring\"});",
		 "imsa",
		 "imsa-session {\"S\":\"Race\",\"E\":\"a "
		 "\\\"b\\\"\",\"T\":\"Sebring\"}\n"
		 "imsa-car {\"N\":\"7\"}\nimsa-car {\"N\":\"8\"}\n");
	document("x", "jsonpRaceData({\"A\":\"12:00\",\"C\":1})", "imsa",
		 "imsa-race {\"A\":\"12:00\",\"C\":1}\n");
	document("x",
		 "{\"PID\":\"0\",\"HEAT\":\"R\",\"BEST\":[[1]],\"RESULT\":[{\"STNR\":"
		 "\"44\"}]}",
		 "nls",
		 "nls-session {\"PID\":\"0\",\"HEAT\":\"R\"}\nnls-car "
		 "{\"STNR\":\"44\"}\n");
	document("x", "{\"PID\":\"4\",\"TRACKSTATE\":\"2\"}", "nls",
		 "nls-track {\"PID\":\"4\",\"TRACKSTATE\":\"2\"}\n");
	document("x", "{\"PID\":\"3\",\"MESSAGES\":[{\"MESSAGE\":\"m\"}]}", "nls",
		 "nls-message {\"MESSAGE\":\"m\"}\n");
}

static void other_answers_are_none(void **state)
{
	static const char *const bodies[] = {
		"jsonpOther({})",
		"jsonpRaceResults(",
		"jsonpRaceResults([])",
		"jsonpRaceResults",
		"{\"PID\":\"0\"}",
		"{\"PID\":\"9002\"}",
		"{\"PID\":\"LTS_TIMESYNC\"}",
		"{\"PID\":\"4\"}",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		assert_null(document_driver(SLICE("x"), slice_of(bodies[i])));
}

#define CAR(lap, last, pit)                                                         \
	"imsa-car {\"N\":\"31\",\"C\":\"GTP\",\"F\":\"A. One\",\"V\":\"Cadillac\"," \
	"\"L\":" lap ",\"LL\":\"" last "\",\"P\":" pit "}\npoll {}\n"

static void a_crossing_is_between_two_polls_or_by_the_lap_time(void **state)
{
	(void)state;
	received_begin(&h, "imsa", NULL);
	say(0, "imsa-session {\"S\":\"Race\",\"E\":\"Petit\",\"T\":\"Road Atlanta\"}\n"
	       "imsa-race {\"C\":\"1\"}\n" CAR("10", "1:14.000", "0"));
	assert_int_equal(received_says(&h, EVENT_SESSION, "Petit - Race")->field,
			 SESSION_FIELD_RACE);
	(void)received_says(&h, EVENT_CIRCUIT, "Road Atlanta");
	assert_int_equal(received_next(&h, EVENT_FLAG)->flag, FLAG_GREEN);
	/* Its ten laps are a claim, not news. */
	assert_int_equal(received_next(&h, EVENT_CLAIM)->value, 10);
	assert_int_equal(received_count(&h, EVENT_PASSING), 0);
	say(5, "poll {}\n");
	say(10, CAR("11", "1:15.123", "0"));
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_true(event->at == NOON + 10 * US_S);
	assert_int_equal(event->number, 11);
	assert_int_equal(event->value, 75123 * US_MS);
	assert_true(event->bits & EVENT_ESTIMATED);
	/* Five seconds: the poll in between counts, although it said nothing of the car. */
	assert_int_equal(event->field, 50);
	for (int s = 15; s <= 80; s += 5)
		say(s, "poll {}\n");
	say(85, CAR("12", "1:14.500", "0"));
	/* 10 s and 1:14.5: it lies between the two polls. */
	event = received_next(&h, EVENT_PASSING);
	assert_true(event->at == NOON + 84500 * US_MS);
	assert_int_equal(event->number, 12);
	received_end(&h);
}

static void stops_and_drivers_are_seen_at_a_poll(void **state)
{
	(void)state;
	received_begin(&h, "imsa", NULL);
	say(0, CAR("10", "1:14.000", "0"));
	say(5, CAR("10", "1:14.000", "1"));
	const struct event *event = received_next(&h, EVENT_PIT_IN);
	assert_true(event->at == NOON + 5 * US_S && event->field == 50);
	say(65,
	    "imsa-car {\"N\":\"31\",\"C\":\"GTP\",\"F\":\"B. Two\",\"V\":\"Cadillac\","
	    "\"L\":10,\"P\":0}\n");
	(void)received_says(&h, EVENT_DRIVER, "B. Two");
	received_end(&h);
	received_begin(&h, "imsa", NULL);
	say(0, CAR("10", "1:14.000", "1"));
	say(60, CAR("10", "1:14.000", "0"));
	event = received_next(&h, EVENT_PIT_OUT);
	assert_true(event->at == NOON + 60 * US_S);
	/* When it came in was not seen. */
	assert_int_equal(event->value, DURATION_NONE);
	received_end(&h);
}

static void imsa_counts(int seconds, const char *stops)
{
	char line[128];
	(void)snprintf(line, sizeof(line),
		       "imsa-car {\"N\":\"31\",\"L\":10,\"PS\":%s}\n", stops);
	say(seconds, line);
}

static void stops_that_a_service_counts_are_claims(void **state)
{
	(void)state;
	received_begin(&h, "imsa", NULL);
	imsa_counts(0, "3");
	const struct event *event = received_next(&h, EVENT_CLAIM);
	assert_int_equal(event->field, CLAIM_LAPS);
	event = received_next(&h, EVENT_CLAIM);
	assert_non_null(event);
	assert_int_equal(event->field, CLAIM_STOPS);
	assert_int_equal(event->value, 3);
	assert_true(event->at == NOON);
	/* Neither what was sent before nor what is no count. */
	imsa_counts(5, "\"3\"");
	imsa_counts(10, "-1");
	imsa_counts(15, "\"\"");
	imsa_counts(20, "100000");
	imsa_counts(25, "4");
	event = received_next(&h, EVENT_CLAIM);
	assert_non_null(event);
	assert_int_equal(event->value, 4);
	assert_true(event->at == NOON + 25 * US_S);
	received_end(&h);
	received_begin(&h, "nls", NULL);
	say(0, "nls-car {\"STNR\":\"44\",\"LAPS\":\"0\",\"PITSTOPCOUNT\":\"\"}\n"
	       "nls-car {\"STNR\":\"44\",\"LAPS\":\"0\",\"PITSTOPCOUNT\":\"0\"}\n"
	       "nls-car {\"STNR\":\"44\",\"LAPS\":\"0\",\"PITSTOPCOUNT\":\"2\"}\n");
	event = received_next(&h, EVENT_CLAIM);
	assert_non_null(event);
	assert_int_equal(event->value, 2);
	received_end(&h);
}

static void texts_read_as_latin_are_put_right_and_transponders_left_out(void **state)
{
	(void)state;
	received_begin(&h, "imsa", NULL);
	/* Once, twice, and one that is right. */
	say(0,
	    "imsa-car {\"N\":\"1\",\"C\":\"GTP\",\"F\":\"J\u00c3\u00a9r\",\"L\":0}\n"
	    "imsa-car "
	    "{\"N\":\"2\",\"C\":\"GTP\",\"F\":\"J\xc3\x83\xc2\x83\xc3\x82\xc2\xa9"
	    "r\",\"L\":0}\n"
	    "imsa-car {\"N\":\"3\",\"C\":\"GTP\",\"F\":\"J\u00e9r\",\"L\":0}\n"
	    "imsa-car {\"N\":\"Tx1234\",\"C\":\"\",\"F\":\"\",\"V\":\"\",\"L\":3}\n");
	for (unsigned i = 0; i < 3; i++) {
		const struct event *event = received_next(&h, EVENT_DRIVER);
		assert_true(slice_eq(event_text(&h.list, event), SLICE("J\u00e9r")));
	}
	for (uint32_t i = 0; i < h.list.count; i++)
		assert_true(h.list.at[i].id[0] != 'T');
	received_end(&h);
}

static void a_race_that_turns_green_before_any_lap_began_then(void **state)
{
	(void)state;
	received_begin(&h, "nls", NULL);
	say(0,
	    "nls-session {\"CUP\":\"NLS 3\",\"HEAT\":\"Rennen\",\"HEATTYPE\":\"R\","
	    "\"TRACKSTATE\":\"1\"}\n"
	    "nls-car "
	    "{\"STNR\":\"44\",\"CLASSNAME\":\"SP9\",\"LAPS\":\"\",\"S5TIME\":\"\"}\n");
	assert_int_equal(received_next(&h, EVENT_SESSION)->field, SESSION_FIELD_RACE);
	assert_int_equal(received_count(&h, EVENT_START), 0);
	say(9, "nls-track {\"TRACKSTATE\":\"0\"}\n");
	const struct event *event = received_next(&h, EVENT_START);
	assert_true(event->at == NOON + 9 * US_S);
	assert_int_equal(received_next(&h, EVENT_FLAG)->flag, FLAG_GREEN);
	say(500, "nls-track {\"TRACKSTATE\":\"2\"}\n"
		 "nls-car {\"STNR\":\"44\",\"LAPS\":\"1\",\"LASTLAPTIME\":\"8:10.500\","
		 "\"S5TIME\":\"PIT\"}\n");
	assert_int_equal(received_next(&h, EVENT_FLAG)->flag, FLAG_CODE60);
	event = received_next(&h, EVENT_PASSING);
	assert_int_equal(event->value, 490500 * US_MS);
	assert_non_null(received_next(&h, EVENT_PIT_IN));
	/* Another session: its cars begin anew. */
	say(900, "nls-session {\"CUP\":\"NLS 4\",\"HEATTYPE\":\"Q\"}\n"
		 "nls-car {\"STNR\":\"44\",\"LAPS\":\"0\"}\n"
		 "nls-message {\"MESSAGETIME\":\"12:15\",\"MESSAGE\":\"words\"}\n"
		 "nls-message {\"MESSAGETIME\":\"12:15\",\"MESSAGE\":\"words\"}\n");
	assert_int_equal(received_next(&h, EVENT_SESSION)->number, 2);
	assert_int_equal(received_count(&h, EVENT_PASSING), 1);
	assert_int_equal(received_count(&h, EVENT_MESSAGE), 1);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
	received_end(&h);
}

/* The example of RFC 6455, 1.3. */
static void a_key_of_the_standard_has_the_answer_of_the_standard(void **state)
{
	char answer[29];
	(void)state;
	wire_websocket_accept("dGhlIHNhbXBsZSBub25jZQ==", answer);
	assert_string_equal(answer, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

/* The examples of RFC 6455, 5.7. */
static void frames_of_the_standard_are_read_and_written(void **state)
{
	static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
	struct websocket_frame frame;
	char bytes[64];
	(void)state;
	assert_int_equal(wire_websocket_read(SLICE("\x81\x05Hello"), 100, &frame), 7);
	assert_true(frame.final && frame.opcode == WEBSOCKET_TEXT);
	assert_true(slice_eq(frame.payload, SLICE("Hello")));
	assert_int_equal(wire_websocket_read(SLICE("\x81\x05Hello"), 4, &frame), -2);
	assert_int_equal(
		wire_websocket_write(bytes, WEBSOCKET_TEXT, SLICE("Hello"), mask), 11);
	assert_memory_equal(bytes, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_become_a_line_for_each_car),
		cmocka_unit_test(other_answers_are_none),
		cmocka_unit_test(a_crossing_is_between_two_polls_or_by_the_lap_time),
		cmocka_unit_test(stops_and_drivers_are_seen_at_a_poll),
		cmocka_unit_test(stops_that_a_service_counts_are_claims),
		cmocka_unit_test(
			texts_read_as_latin_are_put_right_and_transponders_left_out),
		cmocka_unit_test(a_race_that_turns_green_before_any_lap_began_then),
		cmocka_unit_test(a_key_of_the_standard_has_the_answer_of_the_standard),
		cmocka_unit_test(frames_of_the_standard_are_read_and_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
