/*
 * test_multiloop.c -- the Multiloop protocol, rule by rule
 *
 * Lines are written with '|' where the protocol has its separator.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "received.h"

#include <string.h>

/* 27 June 2025, 13:22:55 UTC, as $H has it. */
#define NOON "685E9B2F"
#define NOON_AT (civil_to_instant(2025, 6, 27) + 13 * US_HOUR + 22 * US_MIN + 55 * US_S)

static void say_at(struct received *h, const char *lines, instant_us at)
{
	char bytes[8192];
	size_t n = text_copy(bytes, sizeof(bytes), slice_of(lines));
	for (size_t i = 0; i < n; i++)
		if (bytes[i] == '|')
			bytes[i] = '\xa6';
	received_bytes(h, (struct slice){bytes, n}, at);
}

static void say(struct received *h, const char *lines)
{
	say_at(h, lines, 0);
}

/* A $C of car 7, id 1: number, laps, elapsed and last lap, the last three in
 * hexadecimal. */
#define STANDING(number, laps, elapsed, last)                            \
	"$C|U|" number "|R1|1|7|1|" laps "|" elapsed "|" last "|T|" last \
	"|1|0|0|0|0|1|" last "|Active|G|0|0|1|0\r\n"
#define CROSSING(number, line, source, elapsed) \
	"$L|N|" number "|R1|7|1|" line "|" source "|" elapsed "|G|T\r\n"
#define BEAT(number, unix, elapsed) "$H|N|" number "|R1|G|" unix "|" elapsed "|0|0\r\n"

/* One second into the run. */
static void begin(struct received *h)
{
	received_begin(h, "multiloop", NULL);
	say(h, BEAT("1", NOON, "3E8"));
}

static void is_passing(struct received *h, uint32_t lap, int64_t elapsed_ms,
		       uint8_t bits)
{
	const struct event *event = received_next(h, EVENT_PASSING);
	assert_non_null(event);
	assert_int_equal(event->number, lap);
	assert_int_equal(event->at, NOON_AT - US_S + elapsed_ms * US_MS);
	assert_int_equal(event->bits, bits);
}

/* ---- laps ------------------------------------------------------------------------- */

static void a_crossing_waits_for_the_number_of_its_lap(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	/* Behind the start: it ends no lap. */
	say(&h, CROSSING("1", "SF", "A", "5DC") STANDING("1", "0", "5DC", "0"));
	assert_int_equal(received_count(&h, EVENT_PASSING), 0);
	say(&h, CROSSING("2", "SF", "A", "EA60"));
	assert_int_equal(received_count(&h, EVENT_PASSING), 0);
	say(&h, STANDING("2", "1", "EA60", "E484"));
	is_passing(&h, 1, 60000, 0);
	/* Its $C is lost: $H ends the wait. */
	say(&h, CROSSING("3", "SF", "A", "1D4C0") BEAT("2", "685E9BA7", "1D8A8"));
	is_passing(&h, 2, 120000, 0);
	/* $C came first, and is the crossing. */
	say(&h, STANDING("3", "3", "2BF20", "EA60") CROSSING("4", "SF", "A", "2BF20"));
	is_passing(&h, 3, 180000, 0);
	assert_null(received_next(&h, EVENT_PASSING));
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
	received_end(&h);
}

static void a_photocell_is_finer_and_a_hand_is_marked(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	say(&h, CROSSING("1", "SF", "M", "EA60") CROSSING("2", "SF", "P", "EA64")
			CROSSING("3", "SF", "A", "EA62")
				STANDING("1", "1", "EA64", "EA64"));
	is_passing(&h, 1, 60004, 0);
	say(&h,
	    CROSSING("4", "SFPIT", "M", "1D4C0") STANDING("2", "2", "1D4C0", "EA5C"));
	is_passing(&h, 2, 120000, EVENT_ESTIMATED);
	assert_int_equal(h.list.at[h.looked - 1].line, LINE_SF_PIT);
	received_end(&h);
}

static void
missed_laps_are_left_to_the_race_and_filled_by_what_comes_late(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	say(&h, STANDING("1", "1", "EA60", "EA60") STANDING("3", "4", "3A980", "EA60"));
	is_passing(&h, 1, 60000, 0);
	is_passing(&h, 4, 240000, 0);
	h.looked = 0;
	received_says(&h, EVENT_ANOMALY, "1 record before $C 3 is missing");
	/* Lap 2, out of order. */
	say(&h, STANDING("2", "2", "1D4C0", "EA60"));
	h.looked = 0;
	is_passing(&h, 1, 60000, 0);
	is_passing(&h, 4, 240000, 0);
	is_passing(&h, 2, 120000, 0);
	/* Once. */
	say(&h, STANDING("9", "2", "1D4C0", "EA60"));
	assert_null(received_next(&h, EVENT_PASSING));
	/* And what was counted is not counted again. */
	say(&h, CROSSING("1", "SF", "A", "3A98"));
	received_says(&h, EVENT_ANOMALY, "before the last that counted");
	received_end(&h);
}

static void an_invalid_lap_loses_its_time_and_may_be_taken_away(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	say(&h, STANDING("1", "1", "EA60", "EA60") STANDING("2", "2", "1D4C0", "EA60"));
	say(&h, "$I|U|1|R1|7|1|1D4C0|\r\n$I|U|2|R1|7|1|1D4C0|\r\n");
	const struct event *event = received_next(&h, EVENT_DECISION);
	assert_non_null(event);
	assert_int_equal(event->field, DECISION_LAP_DELETED);
	assert_int_equal(event->value, 2);
	assert_int_equal(received_count(&h, EVENT_DECISION), 1);
	/* $C stands where it stood before it. */
	say(&h, STANDING("3", "1", "EA60", "EA60"));
	event = received_next(&h, EVENT_DECISION);
	assert_non_null(event);
	assert_int_equal(event->field, DECISION_LAPS);
	assert_int_equal(event->value, -1);
	/* The next is the third that was driven. */
	h.looked = 0;
	say(&h, STANDING("4", "2", "2BF20", "EA60"));
	is_passing(&h, 1, 60000, 0);
	is_passing(&h, 2, 120000, 0);
	is_passing(&h, 3, 180000, 0);
	received_says(&h, EVENT_CLAIM, "");
	/* One that waits was not told yet. */
	say(&h, CROSSING("1", "SF", "A", "3A980") "$I|U|3|R1|7|1|3A980|\r\n" BEAT(
			"2", "685E9C1F", "3AD68"));
	assert_null(received_next(&h, EVENT_PASSING));
	say(&h, "$I|U|4|R1|8|5|3A980|\r\n$I|U|5|R1|7|1|11|\r\n");
	h.looked = 0;
	received_says(&h, EVENT_ANOMALY, "of a car that is not known");
	received_says(&h, EVENT_ANOMALY, "that was not counted");
	received_end(&h);
}

static void the_only_lap_may_be_taken_back(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	say(&h, STANDING("1", "0", "1770", "0") STANDING("2", "1", "EA60", "EA60"));
	is_passing(&h, 1, 60000, 0);
	say(&h, STANDING("3", "0", "1770", "0"));
	const struct event *event = received_next(&h, EVENT_DECISION);
	assert_non_null(event);
	assert_int_equal(event->field, DECISION_UNDO);
	/* The next lap is the first again. */
	say(&h, STANDING("4", "1", "1D4C0", "EA60"));
	h.looked = 0;
	is_passing(&h, 1, 60000, 0);
	is_passing(&h, 1, 120000, 0);
	/* A standing of no lap that the car never had is an old one. */
	say(&h, STANDING("5", "0", "2770", "0"));
	assert_int_equal(received_count(&h, EVENT_DECISION), 1);
	received_end(&h);
}

static void what_is_repeated_is_no_second_fact(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	say(&h, CROSSING("1", "IM1", "A", "7530") CROSSING("2", "SF", "A", "EA60")
			STANDING("1", "1", "EA60",
				 "EA60") "$N|U|1|R1|7|1|1|EA60|1\r\n"
					 "$A|N|1|R1|1|A|N|685E9B2F|words\r\n");
	uint32_t count = h.list.count;
	assert_int_equal(received_count(&h, EVENT_PASSING), 2);
	assert_int_equal(received_count(&h, EVENT_MESSAGE), 2);
	say(&h, CROSSING("1", "IM1", "A", "7530") CROSSING("2", "SF", "A", "EA60")
			STANDING("1", "1", "EA60", "EA60"));
	say(&h,
	    "$L|R|2|R1|7|1|SF|A|EA60|G|T\r\n"
	    "$C|R|1|R1|1|7|1|1|EA60|EA60|T|EA60|1|0|0|0|0|1|EA60|Active|G|0|0|1|0\r\n"
	    "$N|R|1|R1|7|1|1|EA60|1\r\n$A|R|1|R1|1|A|N|685E9B2F|words\r\n");
	assert_int_equal(h.list.count, count);
	received_end(&h);
}

/* ---- the clock ---------------------------------------------------------------------- */

static void the_unit_is_that_of_the_key_until_heartbeats_show_another(void **unused)
{
	struct received h;
	(void)unused;
	received_begin(&h, "multiloop", NULL);
	/* A key without a point, and ten-thousandths: 10 s are 100000. */
	say(&h, BEAT("1", NOON, "186A0") BEAT("2", "685E9B39", "30D40"));
	received_says(&h, EVENT_ANOMALY, "the times are ten-thousandths of a second");
	say(&h, STANDING("1", "1", "493E0", "493E0"));
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_non_null(event);
	assert_int_equal(event->value, 30 * US_S);
	assert_int_equal(event->at, NOON_AT + 20 * US_S);
	received_end(&h);
	/* By the key from the first record on. */
	received_begin(&h, "multiloop", NULL);
	say(&h,
	    "$H|N|1|R.I|G|" NOON "|186A0|0|0\r\n$H|N|2|R.I|G|685E9B39|30D40|0|0\r\n");
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
	event = received_next(&h, EVENT_START);
	assert_non_null(event);
	assert_int_equal(event->at, NOON_AT - 10 * US_S);
	received_end(&h);
}

static void
the_source_s_zone_is_taken_off_where_we_know_when_we_received_it(void **unused)
{
	struct received h;
	(void)unused;
	received_begin(&h, "multiloop", NULL);
	/* It tells the time of a place four hours behind, and is 20 s late. */
	say_at(&h, BEAT("1", NOON, "3E8"), NOON_AT + 4 * US_HOUR + 20 * US_S);
	const struct event *event = received_next(&h, EVENT_START);
	assert_non_null(event);
	assert_int_equal(event->at, NOON_AT + 4 * US_HOUR - US_S);
	received_end(&h);
}

static void
a_clock_that_stands_moves_nothing_and_one_that_begins_again_is_a_race(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	/* A red flag: 60 s in which the race's clock stood. */
	say(&h, BEAT("2", "685E9B6B", "3E8") BEAT("3", "685E9B6C", "7D0"));
	received_says(&h, EVENT_ANOMALY, "clock stopped");
	say(&h, STANDING("1", "1", "EA60", "EA60"));
	is_passing(&h, 1, 60000, 0);
	say(&h, BEAT("4", "685E9C00", "1F4"));
	const struct event *event = received_next(&h, EVENT_SESSION);
	assert_non_null(event);
	assert_int_equal(event->number, 1001);
	assert_true(slice_eq(event_text(&h.list, event), SLICE("R1 #2")));
	event = received_next(&h, EVENT_START);
	assert_non_null(event);
	received_end(&h);
}

static void without_heartbeats_ten_seconds_of_crossings_begin_the_race(void **unused)
{
	struct received h;
	(void)unused;
	received_begin(&h, "multiloop", NULL);
	/* A dump says nothing of time passing. */
	say(&h,
	    "$C|R|1|R1|1|7|1|3|2BF20|EA60|T|EA60|1|0|0|0|0|1|EA60|Active|G|0|0|1|0\r\n"
	    "$C|R|1|R1|2|8|2|1|EA60|EA60|T|EA60|1|0|0|0|0|1|EA60|Active|G|0|0|1|0\r\n");
	say(&h, STANDING("1", "4", "3A980", "EA60"));
	assert_int_equal(received_count(&h, EVENT_PASSING), 0);
	say(&h, STANDING("2", "5", "493E0", "EA60"));
	assert_int_equal(received_count(&h, EVENT_PASSING), 3);
	received_end(&h);
}

static void flags_are_told_when_they_change(void **unused)
{
	static const enum flag flags[] = {FLAG_GREEN, FLAG_YELLOW, FLAG_RED, FLAG_GREEN,
					  FLAG_FINISH};
	struct received h;
	(void)unused;
	begin(&h);
	say(&h, "$H|N|2|R1|Y|685E9B30|7D0|0|0\r\n$H|N|3|R1|R|685E9B31|BB8|0|0\r\n"
		"$H|N|4|R1|W|685E9B32|FA0|0|0\r\n$H|N|5|R1|U|685E9B33|1388|0|0\r\n"
		"$H|N|6|R1|K|685E9B34|1770|0|0\r\n$H|N|7|R1|?|685E9B35|1B58|0|0\r\n");
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		const struct event *event = received_next(&h, EVENT_FLAG);
		assert_non_null(event);
		assert_int_equal(event->flag, flags[i]);
	}
	h.looked = 0;
	received_says(&h, EVENT_MESSAGE, "the last lap");
	received_says(&h, EVENT_ANOMALY, "an unknown track status \"?\"");
	received_end(&h);
}

/* ---- runs, cars, lines -------------------------------------------------------------------- */

static void another_key_is_another_run_from_its_second_record_on(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	say(&h, STANDING("1", "1", "EA60", "EA60"));
	const struct event *event = received_next(&h, EVENT_SESSION);
	assert_non_null(event);
	assert_int_equal(event->field, SESSION_FIELD_RACE);
	/* One damaged key among others. */
	say(&h, "$H|N|2|Q9|G|685E9B30|7D0|0|0\r\n" BEAT("2", "685E9B30", "7D0"));
	received_says(&h, EVENT_ANOMALY, "one record of another run");
	say(&h,
	    "$R|R|1|Q1|Weekend|W|Qualifying|Q|685E9B30\r\n"
	    "$H|N|3|Q1|G|685E9B31|3E8|0|0\r\n"
	    "$C|U|2|Q1|1|9|1|1|EA60|EA60|T|EA60|1|0|0|0|0|1|EA60|Active|G|0|0|1|0\r\n");
	event = received_says(&h, EVENT_SESSION, "Qualifying");
	assert_int_equal(event->number, 2);
	assert_int_equal(event->field, SESSION_FIELD_TIMED);
	/* The same id is another car there. */
	assert_int_equal(received_count(&h, EVENT_PASSING), 2);
	say(&h, BEAT("4", "685E9B40", "3E8") BEAT("5", "685E9B41", "7D0"));
	say(&h, STANDING("3", "1", "EA60", "EA60"));
	event = received_next(&h, EVENT_SESSION);
	assert_non_null(event);
	assert_int_equal(event->number, 1);
	received_end(&h);
}

static void a_long_record_that_waits_for_its_run_is_cut_and_told(void **unused)
{
	char line[700];
	struct received h;
	(void)unused;
	begin(&h);
	/* Its fields end where it is cut. */
	memset(line, 'x', sizeof(line));
	line[text_copy(line, sizeof(line), SLICE("$A|N|1|Q1|1|A|"))] = 'x';
	text_copy(line + 600, sizeof(line) - 600, SLICE("|685E9B2F|words\r\n"));
	say(&h, line);
	say(&h, "$H|N|2|Q1|G|685E9B31|3E8|0|0\r\n");
	received_says(&h, EVENT_ANOMALY, "$A: a record that is cut short");
	assert_int_equal(received_count(&h, EVENT_MESSAGE), 0);
	assert_int_equal(received_count(&h, EVENT_HEARTBEAT), 2);
	received_end(&h);
}

static void an_entry_is_told_once_and_a_new_name_is_a_new_driver(void **unused)
{
	static const char *const told[] = {"", "7", "GT", "Honda Fit", "", "Anna Abel"};
	struct received h;
	(void)unused;
	begin(&h);
	say(&h,
	    "$E|R|1|R1|7|1|Anna Abel|2|B|GT|Honda Fit|Home|NER|1|White|S|||||1|\r\n"
	    "$E|R|1|R1|7|1|Anna Abel|2|B|GT|Honda Fit|Home|NER|1|White|S|||||1|\r\n");
	for (size_t i = 0; i < ARRAY_LEN(told); i++)
		received_says(&h, EVENT_ENTRY, told[i]);
	assert_null(received_next(&h, EVENT_ENTRY));
	h.looked = 0;
	received_says(&h, EVENT_DRIVER, "Anna Abel");
	say(&h, "$USAC:DRIVERID|1|7D0|2|Bob Brown\r\n$USAC:TZ|America/New_York|0\r\n"
		"$USAC:S|1|7D0|S1a|3E8\r\n");
	const struct event *event = received_says(&h, EVENT_DRIVER, "Bob Brown");
	assert_string_equal(event->id, "mlp-1");
	assert_int_equal(event->at, NOON_AT + US_S);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
	say(&h, "$USAC:DRIVERID|44|7D0|2|Nobody\r\n$E|R|2|R1|8|2|X|1|9|GT\r\n");
	received_says(&h, EVENT_ANOMALY, "not entered yet");
	received_says(&h, EVENT_ANOMALY, "fewer fields than it says");
	/* A number that is not the id's. */
	say(&h, "$L|N|1|R1|8|1|SF|A|EA60|G|T\r\n");
	received_says(&h, EVENT_ANOMALY, "with the number of another car");
	received_end(&h);
}

static void timelines_are_lines_by_name_by_number_and_by_the_track(void **unused)
{
	static const struct {
		const char *line;
		uint8_t line_is;
	} cases[] = {
		{CROSSING("1", "IM2", "A", "1"), 2},
		{CROSSING("2", "Hairpin", "A", "2"), 1},
		{CROSSING("3", "T9", "A", "3"), 3},
		{CROSSING("4", "PIN", "A", "4"), LINE_PIT_IN},
		{CROSSING("5", "POUT", "A", "5"), LINE_PIT_OUT},
	};
	struct feed_setup setup = {
		.day = INSTANT_NONE, .line_count = 4, .line_names = {"SF", "Hairpin"}};
	struct received h;
	uint32_t looked;

	(void)unused;
	received_begin(&h, "multiloop", &setup);
	say(&h,
	    BEAT("1", NOON, "3E8") "$T|R|1|R1|Ring|R|2.6|4|A|0|SF|T7|B|0|T7|T8|C|0|T8|"
				   "T9|D|0|T9|SF\r\n");
	looked = h.list.count;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		say(&h, cases[i].line);
		for (h.looked = looked; h.list.at[h.looked].kind == EVENT_ENTRY ||
					h.list.at[h.looked].kind == EVENT_SESSION;)
			h.looked++;
		assert_int_equal(h.list.at[h.looked].line, cases[i].line_is);
		looked = h.list.count;
	}
	/* Virtual loops and boxes are none, and no fault. */
	say(&h, CROSSING("6", "IM1a", "A", "6") CROSSING("7", "VIN", "A", "7"));
	assert_int_equal(h.list.count, looked);
	say(&h, CROSSING("8", "XX", "A", "8") CROSSING("9", "XX", "A", "9")
			CROSSING("A", "IM7", "A", "A"));
	assert_int_equal(h.list.count, looked + 2);
	received_says(&h, EVENT_ANOMALY, "a timeline \"XX\"");
	/* $S where $L did not tell. */
	say(&h, CROSSING("B", "T8", "A", "B") "$S|N|1|R1|7|1|B|B|4|0\r\n"
					      "$S|N|2|R1|7|1|C|D|4|0\r\n");
	assert_int_equal(h.list.count, looked + 4);
	assert_int_equal(h.list.at[looked + 3].line, 3);
	received_end(&h);
}

/* ---- damage --------------------------------------------------------------------------------- */

static void damage_is_told_with_its_reason(void **unused)
{
	static const struct {
		const char *bytes, *words;
	} cases[] = {
		{"$C|U|1|R1|1|7|1|4|83D\n", "$C: a record that is cut short"},
		{"$H|N|2|R1|G|68G|1|0|0\n",
		 "$H: the time of day \"68G\" cannot be read"},
		{"$H|N|2|R1|G||1|0|0\n", "the time of day \"\" cannot be read"},
		{"$H|N|zz|R1|G|1|1|0|0\n", "the number \"zz\""},
		{"$H|X|2|R1|G|1|1|0|0\n", "not N, R or U"},
		{"$H|N|2||G|1|1|0|0\n", "a run key that is empty"},
		{"$O|N|1|R1|x\n", "a record \"$O\" that this reader"},
		{"hello\n", "a line that is no record"},
		{"83DDF|T|G\n", "a line that is no record"},
		{STANDING("1", "FFFFFF", "1", "1"), "an impossible number of laps"},
		{"$L|N|1|R1|much too long a number|1|SF|A|1|G|T\n", "over 12 bytes"},
		{"$L|N|1|R1|7\x01|1|1|SF|A|1|G|T\n", "cannot be shown"},
		{"$T|R|1|R1|a|a|1|FFFF\n", "fewer sections than it says"},
		{"$R|R|1|R1|a|a|b|Z|1\n", "an unknown type of run"},
		{"$F|R|1|R1|K|0|0|0|0|0|0|0|7|0|fast\n", "a speed that cannot be read"},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct received h;
		begin(&h);
		say(&h, cases[i].bytes);
		received_says(&h, EVENT_ANOMALY, cases[i].words);
		received_end(&h);
	}
}

static void a_record_that_is_not_known_is_told_once_a_name(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	say(&h, "$O|N|1|R1|x\n$P|N|1|R1|x\n$O|N|2|R1|x\n");
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 2);
	received_end(&h);
}

static void glued_records_are_read_each_for_itself(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	say(&h, "$H|N|2|R1|G|685E9B30|7D0|$L|N|1|R1|7|1|IM1|A|64|G|T"
		"$A|N|1|R1|1|A|N|685E9B2F|costs $5\n\n\r\n# a note\n");
	received_says(&h, EVENT_ANOMALY, "$H: a record that is cut short");
	assert_int_equal(received_count(&h, EVENT_PASSING), 1);
	received_says(&h, EVENT_MESSAGE, "costs $5");
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 1);
	received_end(&h);
}

static void an_over_long_line_is_one_anomaly(void **unused)
{
	static char bytes[3 * FEED_FRAME_MAX];
	struct received h;
	(void)unused;
	begin(&h);
	memset(bytes, 'A', sizeof(bytes));
	bytes[sizeof(bytes) - 1] = '\n';
	received_bytes(&h, (struct slice){bytes, sizeof(bytes)}, 0);
	say(&h, STANDING("1", "1", "EA60", "EA60"));
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 1);
	assert_int_equal(received_count(&h, EVENT_PASSING), 1);
	received_end(&h);
}

/* ---- what it is ------------------------------------------------------------------------------- */

static void its_streams_are_known_by_their_first_bytes(void **unused)
{
	static const struct {
		const char *head, *driver;
	} cases[] = {
		{"$H\xa6N\xa6"
		 "1\xa6R1\xa6G\xa6"
		 "0\xa6"
		 "0\xa6"
		 "0\xa6"
		 "0\r\n",
		 "multiloop"},
		{"$H\xc2\xa6N\xc2\xa6"
		 "1\n",
		 "multiloop"},
		{"$USAC:TZ\xef\xbf\xbd"
		 "America/New_York\xef\xbf\xbd"
		 "0\n",
		 "multiloop"},
		{"83DDF\xa6T\r\n$L\xa6N\xa6"
		 "1\xa6R1\xa6"
		 "7\xa6"
		 "1\xa6SF\r\n",
		 "multiloop"},
		{"$F,14,\"00:12:45\",\"13:34:23\",\"00:09:47\",\"Green \"\r\n",
		 "rmonitor"},
		{"$G,3,\"1234BE\",14,\"01:12:47.872\"\r\n", "rmonitor"},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct feed_driver *driver = feed_sniff(slice_of(cases[i].head));
		assert_non_null(driver);
		assert_string_equal(driver->name, cases[i].driver);
	}
	assert_null(feed_sniff(SLICE("$H|N|1|R1\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crossing_waits_for_the_number_of_its_lap),
		cmocka_unit_test(a_photocell_is_finer_and_a_hand_is_marked),
		cmocka_unit_test(
			missed_laps_are_left_to_the_race_and_filled_by_what_comes_late),
		cmocka_unit_test(an_invalid_lap_loses_its_time_and_may_be_taken_away),
		cmocka_unit_test(the_only_lap_may_be_taken_back),
		cmocka_unit_test(what_is_repeated_is_no_second_fact),
		cmocka_unit_test(
			the_unit_is_that_of_the_key_until_heartbeats_show_another),
		cmocka_unit_test(
			the_source_s_zone_is_taken_off_where_we_know_when_we_received_it),
		cmocka_unit_test(
			a_clock_that_stands_moves_nothing_and_one_that_begins_again_is_a_race),
		cmocka_unit_test(
			without_heartbeats_ten_seconds_of_crossings_begin_the_race),
		cmocka_unit_test(flags_are_told_when_they_change),
		cmocka_unit_test(another_key_is_another_run_from_its_second_record_on),
		cmocka_unit_test(a_long_record_that_waits_for_its_run_is_cut_and_told),
		cmocka_unit_test(an_entry_is_told_once_and_a_new_name_is_a_new_driver),
		cmocka_unit_test(
			timelines_are_lines_by_name_by_number_and_by_the_track),
		cmocka_unit_test(damage_is_told_with_its_reason),
		cmocka_unit_test(a_record_that_is_not_known_is_told_once_a_name),
		cmocka_unit_test(glued_records_are_read_each_for_itself),
		cmocka_unit_test(an_over_long_line_is_one_anomaly),
		cmocka_unit_test(its_streams_are_known_by_their_first_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
