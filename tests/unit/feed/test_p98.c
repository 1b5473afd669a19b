/*
 * test_p98.c -- the text protocol of AMBrc and Vostok decoders
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "received.h"
#include "pitwall/wire.h"

#include <stdlib.h>
#include <string.h>

#define NOON ((instant_us)1764000000 * US_S)

static void say(struct received *h, const char *line, instant_us at)
{
	received_bytes(h, slice_of(line), at);
}

static void pass(struct received *h, uint32_t sequence, duration_us time, instant_us at)
{
	const struct wire_p98_passing passing = {
		.time = time,
		.decoder = 101,
		.sequence = sequence,
		.transponder = 8110984,
		.hits = 190,
		.strength = 40,
		.status = 2,
	};
	struct out out = received_out(h);
	wire_p98_passing(&out, &passing);
	received_at(h, &out, at);
}

static void lines_of_a_real_decoder_are_read(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p98", NULL);
	say(&h,
	    "\x01#\t101\t1378\t0\tx53D2\r\n"
	    "\x01@\t101\t1379\t8110984\t2434.835\t190\t40\t2\tx26C0\r\n"
	    "\x01$\t40\t3\t5\t28800\txF9EB\r\n",
	    0);
	assert_int_equal(h.list.count, 2);
	assert_non_null(received_next(&h, EVENT_HEARTBEAT));
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_int_equal(event->at, 2434835 * US_MS);
	assert_string_equal(event->id, "8110984");
	assert_int_equal(event->sequence, 1379);
	assert_int_equal(event->clock, EVENT_CLOCK_OWN);
	received_end(&h);
}

/* Lines of a TranX-2, and of an AMBrc 2. */
static void older_boxes_are_read(void **state)
{
	const struct event *event;
	struct received h;
	(void)state;
	assert_string_equal(feed_sniff(SLICE("#0970\r\n#096F\r\n"))->name, "p98");
	received_begin(&h, "p98", NULL);
	say(&h, "#0970\r\n$09000235BF3436E021358700\r\n", NOON);
	say(&h, "$09000235BF34374BDD318700\r\n", NOON + 27580 * US_MS);
	say(&h, "$6900111145018551552d9c00\r\n", NOON + 40 * US_S);
	/* One digit less, one that is none, no transponder. */
	say(&h,
	    "$09000235BF34374BDD3187\r\n$09000235BG34374BDD318700\r\n"
	    "$0900000000018551552D9C00\r\n",
	    NOON + 41 * US_S);
	assert_non_null(received_next(&h, EVENT_HEARTBEAT));
	event = received_next(&h, EVENT_PASSING);
	assert_int_equal(event->at, NOON);
	assert_string_equal(event->id, "144831");
	assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON + 27580 * US_MS);
	/* Another box, or this one restarted: its clock went back. */
	event = received_next(&h, EVENT_PASSING);
	assert_string_equal(event->id, "1118533");
	assert_int_equal(event->at, NOON + 40 * US_S);
	assert_int_equal(received_count(&h, EVENT_PASSING), 3);
	received_end(&h);
}

static void what_a_line_may_look_like(void **state)
{
	static const struct {
		const char *line;
		unsigned passings;
		int anomaly; /* -1: none */
	} lines[] = {
		/* Without its sum it is believed. */
		{"\x01@\t101\t7\t8110984\t10.500\t190\t40\t2\r\n", 1, -1},
		/* An I-Lap's. */
		{"@\t1\t8110984\t10.500\r\n", 1, -1},
		{"%\r\n", 0, -1},
		/* One digit is another. */
		{"\x01@\t101\t1379\t8110985\t2434.835\t190\t40\t2\tx26C0\r\n", 0,
		 ANOMALY_CHECKSUM},
		{"\x01@\t101\t7\tonly three\r\n", 0, ANOMALY_FIELD},
		{"\x01@\t101\t7\t8110\x02\t1.5\t1\t1\t1\r\n", 0, ANOMALY_FIELD},
		{"\x01@\t101\t7\t8110984\tnoon\t1\t1\t1\r\n", 0, ANOMALY_FIELD},
		{"\x01@\t101\t99999999999\t8110984\t1.5\t1\t1\t1\r\n", 0,
		 ANOMALY_FIELD},
		{"GET / HTTP/1.1\r\n", 0, ANOMALY_FORMAT},
		/* Cut off on the way, where the next begins. */
		{"\x01@\t101\t13\x01@\t101\t1379\t8110984\t2434.835\t190\t40\t2\tx26C0"
		 "\r\n",
		 1, -1},
		{"\r\n\r\n", 0, -1},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		const struct event *event;
		struct received h;
		received_begin(&h, "p98", NULL);
		say(&h, lines[i].line, 0);
		assert_int_equal(received_count(&h, EVENT_PASSING), lines[i].passings);
		event = received_next(&h, EVENT_ANOMALY);
		assert_int_equal(!event ? -1 : event->field, lines[i].anomaly);
		received_end(&h);
	}
}

static void a_line_that_never_ends_is_told_once(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p98", NULL);
	for (unsigned i = 0; i < 400; i++)
		say(&h, "no end of it ", 0);
	say(&h, "\r\n", 0);
	pass(&h, 1, US_S, 0);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 1);
	assert_int_equal(received_count(&h, EVENT_PASSING), 1);
	received_end(&h);
}

static void a_line_that_was_lost_is_seen_in_the_numbers_both_kinds_share(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p98", NULL);
	pass(&h, 10, US_S, NOON);
	struct out out = received_out(&h);
	wire_p98_status(&out, 101, 11, 3);
	wire_p98_status(&out, 101, 13, 3);
	received_at(&h, &out, NOON + US_S);
	pass(&h, 14, 3 * US_S, NOON + 2 * US_S);
	pass(&h, 14, 3 * US_S, NOON + 2 * US_S);
	assert_int_equal(
		received_says(&h, EVENT_ANOMALY, "decoder 101: line 12 is missing")
			->field,
		ANOMALY_MISSING);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 1);
	assert_int_equal(received_count(&h, EVENT_PASSING), 2);
	/* It cannot be asked. */
	assert_int_equal(received_count(&h, EVENT_ASK), 0);
	received_end(&h);
}

static void
seconds_since_its_start_are_placed_by_hearing_and_keep_their_place(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p98", NULL);
	pass(&h, 1, 100 * US_S, NOON);
	pass(&h, 2, 160 * US_S, NOON + 60 * US_S + 400 * US_MS);
	pass(&h, 3, 220 * US_S, NOON + 119 * US_S + 600 * US_MS);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(received_next(&h, EVENT_PASSING)->at,
				 NOON + i * 60 * US_S);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
	received_end(&h);
}

static void a_decoder_that_starts_again_is_placed_anew(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p98", NULL);
	pass(&h, 500, 1000 * US_S, NOON);
	pass(&h, 501, 1010 * US_S, NOON + 10 * US_S);
	pass(&h, 3, 5 * US_S, NOON + 60 * US_S);
	pass(&h, 4, 6 * US_S, NOON + 61 * US_S);
	received_says(&h, EVENT_ANOMALY, "it was restarted");
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_int_equal(event->at, NOON + 60 * US_S);
	assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON + 61 * US_S);
	assert_int_equal(received_count(&h, EVENT_PASSING), 4);
	received_end(&h);
}

static void lines_that_change_places_are_no_restart(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p98", NULL);
	pass(&h, 1, 100 * US_S, NOON);
	pass(&h, 3, 120 * US_S, NOON + 20 * US_S);
	h.looked = h.list.count;
	pass(&h, 2, 110 * US_S, NOON + 20 * US_S);
	assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON + 10 * US_S);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 1); /* 2 was missing */
	received_end(&h);
}

static void every_line_of_the_capture_has_its_sum(void **state)
{
	size_t len = 0;
	char *data = received_data("p3/p98-text.bin", &len);
	enum feed_marks marks;
	struct received h;
	(void)state;
	if (!data)
		skip();
	received_begin(&h, "p98", NULL);
	assert_ptr_equal(feed_sniff_file((struct slice){data, len}, &marks), h.driver);
	received_bytes(&h, (struct slice){data, len}, 0);
	/* 24 lines, one of them $. */
	assert_int_equal(received_count(&h, EVENT_PASSING), 13);
	assert_int_equal(received_count(&h, EVENT_HEARTBEAT), 10);
	received_says(&h, EVENT_ANOMALY, "8390 lines are missing, 1398 to 9787");
	received_says(&h, EVENT_ANOMALY, "its clock went back to 46 s");
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 2);
	received_end(&h);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_a_real_decoder_are_read),
		cmocka_unit_test(older_boxes_are_read),
		cmocka_unit_test(what_a_line_may_look_like),
		cmocka_unit_test(a_line_that_never_ends_is_told_once),
		cmocka_unit_test(
			a_line_that_was_lost_is_seen_in_the_numbers_both_kinds_share),
		cmocka_unit_test(
			seconds_since_its_start_are_placed_by_hearing_and_keep_their_place),
		cmocka_unit_test(a_decoder_that_starts_again_is_placed_anew),
		cmocka_unit_test(lines_that_change_places_are_no_restart),
		cmocka_unit_test(every_line_of_the_capture_has_its_sum),
	};
	return cmocka_run_group_tests_name("feed p98", tests, NULL, NULL);
}
