/*
 * test_capture.c -- what recorders add to a stream is taken off again
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "received.h"

#include <stdlib.h>
#include <string.h>

/* 2025-04-26 14:44:13 UTC */
#define MARKED ((instant_us)1745678653 * US_S)

struct unwrapped {
	char bytes[512];
	size_t len, pieces;
	instant_us first, last;
};

static void unwrap(struct slice file, enum feed_marks marks, struct unwrapped *u)
{
	struct feed_capture capture = {.at = INSTANT_NONE, .marks = (uint8_t)marks};
	size_t n;
	memset(u, 0, sizeof(*u));
	u->first = INSTANT_NONE;
	while (feed_capture_next(&capture, &file, u->bytes + u->len, &n)) {
		u->len += n;
		u->pieces++;
		if (u->first == INSTANT_NONE)
			u->first = capture.at;
	}
	u->last = capture.at;
	assert_true(u->len < sizeof(u->bytes));
	assert_int_equal(file.len, 0);
}

static void every_form_of_marks_gives_back_the_bytes(void **state)
{
	static const struct {
		const char *file;
		enum feed_marks marks;
		const char *bytes;
		size_t pieces;
		int64_t first_ms, last_ms; /* from MARKED; 0: as it is */
	} cases[] = {
		{"$F,1\r\n$F,2\r\n", FEED_MARKS_NONE, "$F,1\r\n$F,2\r\n", 1, 0, 0},
		{"\xef\xbb\xbf##2025-04-26 14:44:13.478\n$F,1\r\r\n$F,2\n\n"
		 "##2025-04-26 14:44:14\n$F,3\n",
		 FEED_MARKS_UTC, "$F,1\r\r\n$F,2\n\n$F,3\n", 2, 478, 1000},
		/* A chunk of another kind, and a mark cut off at the end. */
		{"##2025-04-26 14:44:13.1|flags\n[{\"f\":1}]\n"
		 "##2025-04-26 14:44:13.2|rmonitor\n$F,1\n##2025-0",
		 FEED_MARKS_UTC, "$F,1\n", 3, 100, 200},
		{"##2025-04-26 14:44:13.123456\n##2025-04-26 14:44:15\n$F,1",
		 FEED_MARKS_UTC, "$F,1", 2, 123, 2000},
		{"# capture of a scoreboard\n2025-04-26T14:44:13.326Z $H,1,\"9\"\n"
		 "2025-04-26T16:44:13.500+02:00 $H,2,\"26\"\n# done\n",
		 FEED_MARKS_ISO, "$H,1,\"9\"\n$H,2,\"26\"\n", 4, 326, 500},
		/* Raw bytes follow a terminal program's line. */
		{"=~=~=~=~=~=~=~=~=~= PuTTY log 2022.05.01 14:55:57 =~=~=\r\n\x8e\x02",
		 FEED_MARKS_LOG, "\x8e\x02", 1, 0, 0},
		{"8e02aB\r\n# a note\n24462c31\n", FEED_MARKS_HEX, "\x8e\x02\xab$F,1",
		 3, 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice file = slice_of(cases[i].file);
		struct unwrapped u;
		/* Lines of hexadecimal must be longer to be taken for that. */
		if (cases[i].marks != FEED_MARKS_HEX)
			assert_int_equal(feed_capture_detect(file), cases[i].marks);
		unwrap(file, cases[i].marks, &u);
		assert_int_equal(u.len, strlen(cases[i].bytes));
		assert_memory_equal(u.bytes, cases[i].bytes, u.len);
		assert_int_equal(u.pieces, cases[i].pieces);
		if (cases[i].last_ms == 0)
			continue;
		assert_int_equal(u.first / US_MS, MARKED / US_MS + cases[i].first_ms);
		assert_int_equal(u.last / US_MS, MARKED / US_MS + cases[i].last_ms);
	}
}

static void milliseconds_count_from_the_recorders_own_zero(void **state)
{
	struct unwrapped u;
	struct slice file = SLICE("0 $F,0\n998 $F,1\n$F,2\n2329 $I\n");
	(void)state;
	assert_int_equal(feed_capture_detect(SLICE("0 $F,0\n998 $F,1\n23")),
			 FEED_MARKS_MS);
	unwrap(file, FEED_MARKS_MS, &u);
	assert_memory_equal(u.bytes, "$F,0\n$F,1\n$F,2\n$I\n", u.len);
	assert_int_equal(u.first, 0);
	assert_int_equal(u.last, 2329 * US_MS);
}

static void other_files_have_no_marks(void **state)
{
	static const char *const files[] = {
		"",
		"##",
		"## a heading\ntext\n",
		"##2025-13-26 14:44:13\n$F\n",
		"1 apple\n2 pears\n",
		"12345\n",
		"NUMBER;LAP_TIME\n1;1:36.000\n",
		"2025-04-26;1:36.000\n",
		"{\"t\":\"hello\"}\n",
		"deadbee\n",
		"\x01#\t101\t1378\t0\tx53D2\r\n",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		assert_int_equal(feed_capture_detect(slice_of(files[i])),
				 FEED_MARKS_NONE);
}

static void a_capture_is_known_by_what_is_in_it(void **state)
{
	static const struct {
		const char *file, *driver;
		enum feed_marks marks;
	} cases[] = {
		{"8e021f00d6870000020001021a00070228000c017806010081"
		 "04930f02008f\n",
		 "p3", FEED_MARKS_HEX},
		{"##2025-04-26 14:44:13\n\x01#\t101\t1378\t0\tx53D2\r\n", "p98",
		 FEED_MARKS_UTC},
		{"0 {\"t\":\"tick\",\"id\":\"sf-1\",\"us\":1,\"seq\":1}\n", "beacon",
		 FEED_MARKS_MS},
		{"2025-04-26T14:44:13Z nothing that is known\n", NULL, FEED_MARKS_NONE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		enum feed_marks marks;
		const struct feed_driver *driver =
			feed_sniff_file(slice_of(cases[i].file), &marks);
		assert_int_equal(marks, cases[i].marks);
		if (!cases[i].driver)
			assert_null(driver);
		else
			assert_string_equal(driver ? driver->name : "",
					    cases[i].driver);
	}
}

static void the_captures_of_the_collection_are_known(void **state)
{
	static const struct {
		const char *name;
		enum feed_marks marks;
		size_t dropped_more_than; /* bytes that are not the protocol's */
	} captures[] = {
		{"rmonitor/TestAbnormalReset.txt", FEED_MARKS_UTC, 130 * 26},
		{"rmonitor/TestFlagtronicsPurple.txt", FEED_MARKS_UTC, 140000},
		{"rmonitor/club-race-17-cars.log", FEED_MARKS_ISO, 1622 * 25},
		{"rmonitor/1h_Record_test.txt", FEED_MARKS_MS, 1000},
		{"p3/amb-short.hex", FEED_MARKS_HEX, 13000},
		{"p3/tcp-log-2022/amb-2022-05-01_145557-10.33.11.50.log",
		 FEED_MARKS_LOG, 78},
		{"p3/p98-text.bin", FEED_MARKS_NONE, 0},
		{"multiloop/samples.mlp", FEED_MARKS_NONE, 0},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		struct feed_capture capture = {.at = INSTANT_NONE};
		size_t len = 0, total = 0, n;
		char *data = received_data(captures[i].name, &len);
		char *piece = malloc(RECEIVED_BYTES_MAX);
		struct slice rest = {data, len};
		assert_non_null(piece);
		if (!data) {
			free(piece);
			skip();
		}
		assert_int_equal(feed_capture_detect(rest), captures[i].marks);
		capture.marks = (uint8_t)captures[i].marks;
		while (feed_capture_next(&capture, &rest, piece, &n))
			total += n;
		assert_true(len - total >= captures[i].dropped_more_than);
		if (captures[i].marks == FEED_MARKS_NONE)
			assert_int_equal(total, len);
		free(piece);
		free(data);
	}
}

static void a_loop_finds_its_line(void **state)
{
	const struct feed_setup none = {.day = INSTANT_NONE};
	const struct feed_setup some = {
		.day = INSTANT_NONE,
		.loops = {{.decoder = "0123456789abcdef", .line = 3},
			  {.decoder = "20f93", .line = 1}},
		.loop_count = 2,
	};
	(void)state;
	assert_int_equal(feed_loop_line(&none, SLICE("00020f93")), LINE_SF);
	assert_int_equal(feed_loop_line(&some, SLICE("00020F93")), 1);
	assert_int_equal(feed_loop_line(&some, SLICE("0123456789ABCDEF")), 3);
	assert_int_equal(feed_loop_line(&some, SLICE("00020f94")), LINE_NONE);
	assert_int_equal(feed_loop_line(&some, SLICE("")), LINE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_marks_gives_back_the_bytes),
		cmocka_unit_test(milliseconds_count_from_the_recorders_own_zero),
		cmocka_unit_test(other_files_have_no_marks),
		cmocka_unit_test(a_capture_is_known_by_what_is_in_it),
		cmocka_unit_test(the_captures_of_the_collection_are_known),
		cmocka_unit_test(a_loop_finds_its_line),
	};
	return cmocka_run_group_tests_name("feed capture", tests, NULL, NULL);
}
