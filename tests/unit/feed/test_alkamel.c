/*
 * test_alkamel.c -- what the lap file reader makes of small files
 *
 * Files are written in the tests, and what comes of them is compared in words:
 * one line an event, in the order of writing, times in seconds since the start.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alkamel_read.h"

#define HEAD                                                                    \
	"NUMBER; DRIVER_NUMBER; LAP_NUMBER; LAP_TIME; LAP_IMPROVEMENT; "        \
	"CROSSING_FINISH_LINE_IN_PIT; S1; S1_IMPROVEMENT; S2; S2_IMPROVEMENT; " \
	"S3; S3_IMPROVEMENT; KPH; ELAPSED; HOUR;S1_LARGE;S2_LARGE;S3_LARGE;"    \
	"TOP_SPEED;DRIVER_NAME;PIT_TIME;CLASS;GROUP;TEAM;MANUFACTURER;"         \
	"FLAG_AT_FL;\n"
#define WHO "Ann ABLE"
#define OWNER "LMP1;;Team A;Audi"

/* ---- events in words ---------------------------------------------------------------
 */

struct words {
	char text[16 * 1024];
	size_t len;
};

static void say(struct words *words, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void say(struct words *words, const char *fmt, ...)
{
	va_list list;
	va_start(list, fmt);
	int n = vsnprintf(words->text + words->len, sizeof(words->text) - words->len,
			  fmt, list);
	va_end(list);
	words->len += (size_t)n;
	assert_true(words->len < sizeof(words->text));
}

static void say_time(struct words *words, duration_us t)
{
	char text[TIME_TEXT_MAX];
	format_duration(text, t, TIME_LAP);
	say(words, " %s", t == DURATION_NONE ? "-" : text);
}

static void say_bits(struct words *words, const struct event *event)
{
	if (event->bits & EVENT_ESTIMATED)
		say(words, " estimated");
	if (event->bits & EVENT_REPAIRED)
		say(words, " repaired");
}

static void say_event(struct words *words, const struct reading *reading,
		      const struct event *event)
{
	struct slice text = event_text(&reading->list, event);
	say(words, "%s %s", event_kind_name((enum event_kind)event->kind), event->id);
	say_time(words, event->at - reading->info.start_at);
	if (event->kind == EVENT_PASSING) {
		if (event->line == LINE_SF_PIT)
			say(words, " PIT");
		else
			say(words, " L%u", event->line);
		say(words, " lap %u", event->number);
		say_time(words, event->value);
		if (event->flag != FLAG_UNKNOWN)
			say(words, " %s", flag_name((enum flag)event->flag));
	} else if (event->kind == EVENT_PIT_OUT) {
		say_time(words, event->value);
	} else if (event->kind == EVENT_DRIVER) {
		say(words, " %u %.*s", event->number, (int)text.len, text.at);
	} else if (event->kind == EVENT_ENTRY) {
		say(words, " field %u %u %.*s", event->field, event->number,
		    (int)text.len, text.at);
	} else if (event->kind == EVENT_ANOMALY) {
		say(words, " line %u %s: %.*s", event->number,
		    anomaly_name((enum anomaly)event->field), (int)text.len, text.at);
	}
	say_bits(words, event);
	say(words, "\n");
}

/* What @text says, of the kinds in @kinds (bits). */
static void expect_of(const char *text, uint32_t kinds, const char *expected)
{
	struct reading reading = reading_of(slice_of(text));
	static struct words words;
	words.len = 0;
	words.text[0] = '\0';
	if (reading.rc != 0)
		fail_msg("%s", reading.err.text);
	for (uint32_t i = 0; i < reading.list.count; i++)
		if (kinds >> reading.list.at[i].kind & 1)
			say_event(&words, &reading, &reading.list.at[i]);
	assert_string_equal(words.text, expected);
	assert_int_equal(reading.list.dropped, 0);
	reading_free(&reading);
}

enum {
	RACE = 1 << EVENT_PASSING | 1 << EVENT_PIT_IN | 1 << EVENT_PIT_OUT |
	       1 << EVENT_ANOMALY,
	ALL = RACE | 1 << EVENT_ENTRY | 1 << EVENT_START | 1 << EVENT_DRIVER |
	      1 << EVENT_END,
};

/* ---- the shape of the file
 * ----------------------------------------------------------- */

#define TWO_LAPS                                                                    \
	"7;1;1;1:40.000;0;;30.000;0;40.000;0;30.000;0;180.0;1:40.000;10:01:40.000;" \
	"0:30.000;0:40.000;0:30.000;;" WHO ";;" OWNER ";GF;\n"                      \
	"7;1;2;1:36.500;2;;29.500;2;38.000;3;29.000;2;186.5;3:16.500;10:03:16.500;" \
	"0:29.500;0:38.000;0:29.000;;" WHO ";;" OWNER ";FF;\n"

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
		assert_int_equal(reading.list.at[i].heard_at, reading.list.at[i].at);
	}
	reading_free(&reading);
}

/* One text with each @from replaced by @to. */
static struct slice replaced(const char *text, const char *from, const char *to)
{
	char *out = malloc(strlen(text) * (strlen(to) + 1) + 1);
	size_t len = 0;
	while (*text) {
		bool here = strncmp(text, from, strlen(from)) == 0;
		const char *piece = here ? to : text;
		size_t n = here ? strlen(to) : 1;
		memcpy(out + len, piece, n);
		len += n;
		text += here ? strlen(from) : 1;
	}
	out[len] = '\0';
	return (struct slice){out, len};
}

static void every_dialect_says_the_same(void **state)
{
	(void)state;
	static const struct {
		const char *what, *from, *to;
	} dialects[] = {
		{"CRLF",			    "\n",         "\r\n"                 },
		{"commas",                          ";",          ","                    },
		{"tabs",			    ";",          "\t"                   },
		{"no blanks in the header",         "; ",         ";"                    },
		{"BOM",			     "NUMBER; D",  "\xef\xbb\xbfNUMBER; D"},
		{"LAPNUMBER",                       "LAP_NUMBER", "LAPNUMBER"            },
		{"LAPTIME",                         "LAP_TIME",   "laptime"              },
		{"no separator at the end",         ";\n",        "\n"                   },
		{"no separator at the end of rows", "F;\n",       "F\n"                  },
		{"quotes",                          "Ann ABLE",   "\"Ann ABLE\""         },
		{"quotes around numbers",           "7;1;",       "\"7\";\"1\";"         },
		{"quotes in the header",            " S1;",       "\"S1\";"              },
		{"blanks around fields",            ";1:36.500;", "; 1:36.500 ;"         },
		{"blanks around the number",        "7;1;",       " 7;1;"                },
		{"hours",			   "1:36.500",   "0:01:36.500"          },
		{"two digits of minutes",           ";3:16.500",  ";03:16.500"           },
		{"more columns at the end",         "GF;",        "GF;30.000;x;"         },
		{"one digit of seconds",            ";30.000;",   ";30.0;"               },
		{"no last line end",                "FF;\n",      "FF;"                  },
		{"blank lines",                     "\n",         "\n\n \r\n"            },
		{"another column in between",       ";;Ann",      ";295.1;Ann"           },
		{"a group",                         "LMP1;;",     "LMP1;H;"              },
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

/* A short shape for what follows. */
#define NAMED                                                              \
	"NUMBER;LAP_NUMBER;LAP_TIME;CROSSING_FINISH_LINE_IN_PIT;S1;S2;S3;" \
	"ELAPSED;HOUR;DRIVER_NUMBER;DRIVER_NAME;PIT_TIME;CLASS;FLAG_AT_FL\n"

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

/* ---- times
 * ------------------------------------------------------------------------------ */

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

/* ---- lines that missed a car
 * -------------------------------------------------------------- */

#define FULL_LAP                                                      \
	"7;1;1:40.000;;20.000;30.000;50.000;1:40.000;;1;Ann;;GT;GF\n" \
	"7;2;1:40.000;;20.000;30.000;50.000;3:20.000;;1;Ann;;GT;GF\n"

static void a_blank_or_zero_sector_is_a_line_that_missed_the_car(void **state)
{
	(void)state;
	static const struct {
		const char *sectors, *i1, *i2;
	} cases[] = {
		{"20.000;30.000;50.000", "20.000 L1",           "50.000 L2"          },
 /* Two blank ones: the line between them, by its share of the rest. */
		{";;50.000",             "20.000 L1 estimated", "50.000 L2"          },
		{"0;0;50.000",           "20.000 L1 estimated", "50.000 L2"          },
		{"0.000;0.000;80.000",   "8.000 L1 estimated",  "20.000 L2"          },
		{"10.000;;",             "10.000 L1",           "43.750 L2 estimated"},
		{";;",                   "20.000 L1 estimated", "50.000 L2 estimated"},
 /* One blank one: what the others leave. */
		{"20.000;;50.000",       "20.000 L1",           "50.000 L2"          },
		{";30.000;50.000",       "20.000 L1",           "50.000 L2"          },
		{"20.000;30.000;",       "20.000 L1",           "50.000 L2"          },
 /* The outer two. */
		{";30.000;",             "20.000 L1 estimated", "50.000 L2 estimated"},
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

/* ---- stops
 * ---------------------------------------------------------------------------------- */

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

/* ---- who
 * ---------------------------------------------------------------------------------------
 */

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

/* ---- damage
 * --------------------------------------------------------------------------------------
 */

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
#define LAP34                                          \
	"passing 7 5:03.000 L0 lap 3 1:42.000 GREEN\n" \
	"passing 7 6:46.000 L0 lap 4 1:43.000 GREEN\n"

static void a_damaged_row_is_told_and_its_lap_is_not_lost(void **state)
{
	(void)state;
	static const struct {
		const char *row, *lap, *anomalies;
	} cases[] = {
		{BASE2,			     LAP2,						    ""                            },
		{"",				LAP2_MADE,					       "3 missing\n"                 },
		{"7;2;1:41.000;;20.0\n",            LAP2_MADE,                                               "3 format\n4 missing\n"       },
		{"7;2;1:41.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF"
		 ";;\n",           LAP2_MADE,					       "3 format\n4 missing\n"       },
		{"\"7;2;1:41.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;"
		 "GF\n",           LAP2_MADE,					       "3 format\n4 missing\n"       },
		{";2;1:41.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_MADE,					       "3 field\n4 missing\n"        },
		{"7;x;1:41.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_MADE,					       "3 field\n4 missing\n"        },
		{"7;2;1:41.000;;20.000;31.000;50.000;3.21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_MADE,					       "3 field\n4 missing\n"        },
 /* LAP_TIME, a sector: the crossing itself is still measured. */
		{"7;2;1:61.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_BARE,					       "3 field\n"                   },
		{"7;2;1:47.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_BARE,					       "3 contradiction\n"           },
		{"7;2;1:41.000;;20.000;37.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_BARE,					       "3 contradiction\n"           },
		{"7;2;1:41.000;;20.000;3x.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_BARE,					       "3 field\n"                   },
 /* All agree but with the lap before: the row behind decides. */
		{"7;2;1:31.000;;20.000;21.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_BARE,					       "3 contradiction\n"           },
 /* HOUR: the rest of the row holds together. */
		{"7;2;1:41.000;;20.000;31.000;50.000;3:21.000;10:53:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2,						    "3 contradiction\n"           },
		{"7;2;1:41.000;;20.000;31.000;50.000;3:21.000;25:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2,						    "3 field\n"                   },
 /* ELAPSED. */
		{"7;2;1:41.000;;20.000;31.000;50.000;3:27.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_MADE,					       "3 contradiction\n4 missing\n"},
		{"7;2;1:41.000;;20.000;31.000;50.000;9:21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             LAP2_MADE,					       "3 contradiction\n4 missing\n"},
 /* The number of the lap. */
		{"7;9;1:41.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;GF"
		 "\n",             "passing 7 3:21.000 L0 lap 2 1:41.000 GREEN repaired\n",
		 "3 contradiction\n"												       },
 /* Twice, and twice with a difference. */
		{BASE2 BASE2,                       LAP2,						    "4 repeated\n"                },
		{BASE2 "7;2;1:41.000;;20.000;37.000;50.000;3:21.000;10:03:21.000;1;Ann;"
		       ";GT;GF\n", LAP2,						    "4 contradiction\n"           },
		{BASE2 "7;2;1:44.000;;20.000;34.000;50.000;3:24.000;10:03:24.000;1;Ann;"
		       ";GT;GF\n", LAP2,						    "4 repeated\n"                },
 /* What is odd and costs nothing else. */
		{"7;2;1:41.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;XX"
		 "\n",             "passing 7 3:21.000 L0 lap 2 1:41.000\n",                "3 field\n"                   },
		{"7;2;1:41.000;;20.000;31.000;50.000;3:21.000;10:03:21.000;1;Ann;;GT;FF"
		 "\n",             "passing 7 3:21.000 L0 lap 2 1:41.000\n",                "3 contradiction\n"           },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char laps[512];
		text_format(laps, sizeof(laps), LAP1 "%s" LAP34, cases[i].lap);
		expect_second(cases[i].row, laps, cases[i].anomalies);
	}
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
		  "a row: 3; made from what stands around them\n");
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
		  "a row: 1; made from what stands around them\n");
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

/* ---- what is refused
 * ------------------------------------------------------------------------------- */

static void other_files_are_refused_in_a_sentence(void **state)
{
	(void)state;
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"",					  "empty"                  },
		{"\n",					"no column NUMBER"       },
		{"NUMBER;LAP_NUMBER;ELAPSED\n1;1;1:00.000\n", "no column LAP_TIME"     },
		{"POSITION;NUMBER;TEAM;LAPS\n",               "no column LAP_NUMBER"   },
		{"\x89PNG\r\n\x1a\n",                         "no column NUMBER"       },
		{"NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n",      "no row that can be used"},
		{"NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\nx\n",   "1 were damaged"         },
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
		cmocka_unit_test(a_stop_ends_before_the_first_line_of_the_lap_out),
		cmocka_unit_test(a_pit_time_on_lap_one_is_a_start_from_the_pit_lane),
		cmocka_unit_test(drivers_have_the_places_of_their_numbers),
		cmocka_unit_test(a_driver_takes_over_behind_the_line),
		cmocka_unit_test(names_are_cleaned_where_they_enter),
		cmocka_unit_test(a_damaged_row_is_told_and_its_lap_is_not_lost),
		cmocka_unit_test(a_row_of_a_car_that_is_not_there_is_no_car),
		cmocka_unit_test(a_hole_of_several_laps_is_filled_evenly),
		cmocka_unit_test(a_missing_row_before_a_pit_time_ended_in_the_lane),
		cmocka_unit_test(a_file_whose_hours_do_not_agree_is_read_without_them),
		cmocka_unit_test(other_files_are_refused_in_a_sentence),
		cmocka_unit_test(more_cars_than_a_race_has_are_refused),
		cmocka_unit_test(a_list_that_is_too_small_drops_and_counts),
		cmocka_unit_test(anomalies_without_end_are_counted_and_not_listed),
		cmocka_unit_test(the_format_is_known_by_its_header),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
