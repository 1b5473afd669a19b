/*
 * test_explain.c -- a number on the screen, taken back to what was received
 *
 * One race of three cars and three lines, received by three sources, small enough to be
 * checked by hand: the signal at 12:00:10, laps of a minute and a half.
 */
#include "field.h"

#include <stdlib.h>

enum { FIRST, SECOND, SCORING };
static const char *const names[] = {"p3://main", "p3://backup", "rmonitor://orbits"};

enum { LINES = 40, OPERATOR = 0xfffe };
static struct explain_line lines[LINES];
static unsigned count;
static struct standings standings;
static struct classification classification;
static struct field field;

static struct event *add(enum event_kind kind, int64_t ms, const char *number,
			 unsigned source)
{
	static uint32_t sequence;
	struct event *event = event_add(&field.list, kind, FIELD_START + ms * US_MS);
	if (number)
		event_set_id(event, ID_NUMBER, slice_of(number));
	event->source = (uint16_t)source;
	event->value = DURATION_NONE;
	event->record = (uint32_t)(ms / 1000);
	event->sequence = sequence++;
	return event;
}

static struct event *pass(const char *number, unsigned line, int64_t ms,
			  unsigned source)
{
	struct event *event = add(EVENT_PASSING, ms, number, source);
	event->line = (uint8_t)line;
	event->clock = source == FIRST ? EVENT_CLOCK_UTC : EVENT_CLOCK_NTP;
	return event;
}

static struct event *decide(uint32_t record, const char *number,
			    enum decision_kind kind, int64_t value, const char *text)
{
	struct event *event = add(EVENT_DECISION, 300000, number, OPERATOR);
	event->field = (uint8_t)kind;
	event->value = value;
	event->bits = EVENT_BY_HAND;
	event->record = record;
	event_set_text(&field.list, event, slice_of(text));
	return event;
}

/* Car 5: laps of 90 s, I2 of lap 2 missed, SF of lap 3 received by hand, SF of lap 4
 * missed by all. Car 7: a second behind. Car 9: two laps, then the pits. */
static void race_make(void)
{
	field_make(&field, 0, 0, 1);
	for (int lap = 0; lap < 5; lap++) {
		int64_t t = lap * 90000;
		pass("5", 1, t + 30000, FIRST);
		if (lap != 1)
			pass("5", 2, t + 60000, FIRST);
		if (lap == 2)
			pass("5", 0, t + 90000, OPERATOR)->bits = EVENT_BY_HAND;
		else if (lap != 3)
			pass("5", 0, t + 90000, FIRST);
		pass("7", 1, t + 31000, FIRST);
		pass("7", 2, t + 61000, FIRST);
		pass("7", 0, t + 91000, FIRST);
	}
	pass("5", 0, 90002, SECOND);
	pass("9", 0, 100000, FIRST);
	pass("9", 0, 200000, FIRST);
	add(EVENT_PIT_IN, 210000, "9", FIRST);
	add(EVENT_PIT_OUT, 250500, "9", FIRST);
	pass("9", 0, 300000, FIRST);
	add(EVENT_PIT_IN, 310000, "9", FIRST);
	event_set_text(&field.list, add(EVENT_DRIVER, 1000, "7", SCORING),
		       SLICE("Tom Kristensen"));
	field.setup.line_ppm[1] = 333333;
	field.setup.line_ppm[2] = 666666;
}

static void explain_as(const char *number, enum explain_what what, unsigned index,
		       enum timeline_as as, int64_t ms)
{
	struct explain_ask ask = {&standings, &classification, names,         3,
				  CAR_NONE,   (uint8_t)what,   (uint8_t)index};
	const struct race *race =
		timeline_at_as(&field.timeline, FIELD_START + ms * US_MS, as);
	static const struct rules rules = {.fraction_pm = 750};
	ask.car = race_find(race, ID_NUMBER, slice_of(number));
	assert_int_not_equal(ask.car, CAR_NONE);
	standings_query(race, &field.timeline.tables, &standings);
	classify(race, &field.timeline.tables, &rules, &classification);
	count = timeline_explain(&field.timeline, &ask, lines, LINES);
	for (unsigned i = 0; i < count; i++)
		print_message("# %s\n", lines[i].text);
}

static void explain(const char *number, enum explain_what what, int64_t ms)
{
	explain_as(number, what, 0, AS_CORRECTED, ms);
}

/* The line that has these words, or the test fails. */
static const struct explain_line *line(const char *words)
{
	for (unsigned i = 0; i < count; i++) {
		if (strstr(lines[i].text, words))
			return &lines[i];
	}
	fail_msg("no line has \"%s\"", words);
	return lines;
}

static void is(unsigned i, const char *text)
{
	assert_true(i < count);
	assert_string_equal(lines[i].text, text);
}

static const struct lap_row *newest_row(const char *number)
{
	const struct race *race = &field.timeline.race;
	uint16_t car = race_find(race, ID_NUMBER, slice_of(number));
	assert_true(race->cars[car].lap_row != 0);
	return &field.timeline.tables.laps[race->cars[car].lap_row - 1];
}

static int race_free(void **state)
{
	(void)state;
	field_free(&field);
	return 0;
}

static void a_lap_is_two_crossings_and_what_lies_between(void **state)
{
	(void)state;
	race_make();
	field_load(&field, true, true);
	explain("5", EXPLAIN_LAST, 95000);
	is(0, "lap 1: 1:30.000 = 12:01:40.000 - 12:00:10.000");
	is(1, "SF 12:00:10.000 the start signal");
	is(2, "I1 12:00:40.000000 p3://main record 30 (clock: UTC)");
	is(3, "I2 12:01:10.000000 p3://main record 60 (clock: UTC)");
	is(4, "SF 12:01:40.000000 p3://main record 90 (clock: UTC)");
	is(5, "  merged: 12:01:40.002000 p3://backup record 90 (clock: NTP)");
	assert_int_equal(count, 6);
	assert_int_equal(lines[0].estimated, 0);
}

static void a_missed_line_says_what_it_lies_between(void **state)
{
	(void)state;
	race_make();
	field_load(&field, true, true);
	explain("5", EXPLAIN_LAST, 181000);
	is(0, "lap 2: 1:30.000 = 12:03:10.000 - 12:01:40.000");
	assert_int_equal(lines[0].estimated, 0);
	assert_int_equal(line("I2 12:02:39.999 estimated")->estimated, 1);
	line("estimated: missed after I1 12:02:10.000000 and before SF "
	     "12:03:10.000000");
}

static void a_passing_by_hand_is_told_as_such(void **state)
{
	(void)state;
	race_make();
	field_load(&field, true, true);
	explain("5", EXPLAIN_LAST, 271000);
	assert_int_equal(lines[0].estimated, 1);
	assert_int_equal(line("SF 12:04:40.000000 by hand, decision 270")->estimated,
			 1);
}

static void a_missed_crossing_is_replaced_when_it_arrives_late(void **state)
{
	const struct lap_row *row;
	(void)state;
	race_make();
	field_load(&field, true, true);
	explain("5", EXPLAIN_LAST, 395000);
	line("lap 4: 1:30.000");
	assert_int_equal(lines[0].estimated, 1);
	line("estimated: missed after I2 12:05:40.000000 and before I1 "
	     "12:06:40.000000");
	row = newest_row("5");
	assert_int_equal(row->estimated & 1, 1);
	assert_int_equal(row->bits & LAP_REPAIRED, LAP_REPAIRED);
	/* The backup's record comes through, minutes after. */
	pass("5", 0, 359900, SECOND)->received_at = FIELD_START + 600 * US_S;
	field_load(&field, true, true);
	explain("5", EXPLAIN_LAST, 395000);
	is(0, "lap 4: 1:29.900 = 12:06:09.900 - 12:04:40.000");
	line("SF 12:06:09.900000 p3://backup record 359");
	row = newest_row("5");
	assert_int_equal(row->bits & LAP_REPAIRED, 0);
	assert_int_equal(row->source, SECOND);
	/* As known then, it was still missed. */
	explain_as("5", EXPLAIN_LAST, 0, AS_KNOWN, 395000);
	line("estimated: missed after I2");
	assert_int_equal(newest_row("5")->lap, 4);
}

static void a_best_lap_knows_the_one_before(void **state)
{
	(void)state;
	race_make();
	pass("7", 0, 540000, FIRST);
	field_load(&field, true, true);
	explain("7", EXPLAIN_BEST, 600000);
	is(0, "lap 6: 1:29.000 = 12:09:10.000 - 12:07:41.000");
	line("its best before that: 1:30.000");
	explain("9", EXPLAIN_BEST, 150000);
	line("no lap counts as its best");
}

static void laps_are_crossings_and_a_claim_stands_beside_them(void **state)
{
	struct event *claim;
	(void)state;
	race_make();
	claim = add(EVENT_CLAIM, 280000, "5", SCORING);
	claim->value = 2;
	decide(4, "5", DECISION_LAPS, -1,
	       "\x1f"
	       "short cut");
	field_load(&field, true, true);
	explain("5", EXPLAIN_LAPS, 460000);
	is(0, "5 laps = 5 crossings of start/finish");
	assert_int_equal(line("1 of them estimated")->estimated, 1);
	line("rmonitor://orbits says 2");
	line("lap 5 SF 12:07:40.000000 p3://main");
	line("lap 4 SF");
}

static void a_position_shows_the_car_ahead(void **state)
{
	(void)state;
	race_make();
	field_load(&field, true, true);
	explain("7", EXPLAIN_POSITION, 150500);
	is(0, "place 2 of 3: by laps, line reached and time there");
	line("car 7: 1 lap");
	line("7 I1 12:02:11.000000 p3://main record 121");
	line("car 5, ahead: 1 lap");
	line("5 I1 12:02:10.000000");
}

static void a_gap_is_a_time_at_one_line(void **state)
{
	(void)state;
	race_make();
	field_load(&field, true, true);
	explain("7", EXPLAIN_GAP, 95000);
	is(0, "behind 5: 1.000 = 12:01:41.000 - 12:01:40.000");
	line("7 SF 12:01:41.000000 p3://main record 91");
	line("5 SF 12:01:40.000000 p3://main record 90");
	explain("7", EXPLAIN_INTERVAL, 95000);
	is(0, "behind 5: 1.000 = 12:01:41.000 - 12:01:40.000");
	explain("9", EXPLAIN_GAP, 450500);
	line("+2 laps behind 5: lines passed, 3 a lap");
	explain("5", EXPLAIN_GAP, 95000);
	is(0, "no car is ahead");
}

static void a_sector_is_two_passings(void **state)
{
	(void)state;
	race_make();
	field_load(&field, true, true);
	explain_as("7", EXPLAIN_SECTOR, 1, AS_CORRECTED, 155000);
	is(0, "sector 2 of lap 2: 30.000 = 12:02:41.000 - 12:02:11.000");
	is(1, "I1 12:02:11.000000 p3://main record 121 (clock: UTC)");
	is(2, "I2 12:02:41.000000 p3://main record 151 (clock: UTC)");
	explain_as("7", EXPLAIN_SECTOR, 2, AS_CORRECTED, 155000);
	is(0, "sector 3 of lap 1: 30.000 = 12:01:41.000 - 12:01:11.000");
	explain_as("5", EXPLAIN_SECTOR, 1, AS_CORRECTED, 185000);
	assert_int_equal(lines[0].estimated, 1);
	explain_as("5", EXPLAIN_SECTOR, 7, AS_CORRECTED, 185000);
	is(0, "the lap has 3 sectors");
}

static void stops_and_stints_are_told_with_in_and_out(void **state)
{
	(void)state;
	race_make();
	field_load(&field, true, true);
	explain("9", EXPLAIN_STOPS, 330000);
	line("stop 2: in the pits since");
	line("pit in 12:05:20.000000 p3://main record 310");
	line("stop 1: 40.500 = 12:04:20.500 - 12:03:40.000");
	line("pit out 12:04:20.500000 p3://main record 250");
	explain("9", EXPLAIN_STINT, 305000);
	is(0, "stint 2: 1 lap = 3 completed - 2 when it began");
	line("from pit out 12:04:20.500000");
}

static void a_driver_is_who_a_source_named(void **state)
{
	(void)state;
	race_make();
	field_load(&field, true, true);
	explain("7", EXPLAIN_DRIVER, 61000);
	line("driver 1: Tom Kristensen");
	line("12:00:11.000000 rmonitor://orbits record 1");
	explain("5", EXPLAIN_DRIVER, 61000);
	is(0, "no source names the driver");
}

static void a_total_adds_the_decisions(void **state)
{
	(void)state;
	race_make();
	decide(3, "7", DECISION_TIME, 10 * US_S,
	       "\x1f"
	       "speeding in the pit lane");
	field_load(&field, true, true);
	explain("7", EXPLAIN_TOTAL, 400000);
	is(0, "0:06:01.000 = last crossing 12:06:11.000 - start 12:00:10.000");
	assert_int_equal(line("decision 3: +10 s")->decision, 1);
	line("speeding in the pit lane");
	line("with penalties: 0:06:11.000");
	/* Where several decide: who. */
	char deciding[][DECIDER_MAX] = {"", "", "A. Steward"};
	const struct deciders deciders = {
		.names = deciding, .count = 3, .decisions = 3};
	field.list.deciders = &deciders;
	explain("7", EXPLAIN_TOTAL, 400000);
	line("decision 3 (A. Steward): +10 s");
	field.list.deciders = NULL;
	explain("7", EXPLAIN_MARGIN, 400000);
	is(0, "+1 = 4 laps - threshold 3");
	line("the leader now: 4 laps, threshold 3");
}

static void a_decision_taken_back_is_not_told(void **state)
{
	struct event *undo;
	(void)state;
	race_make();
	decide(3, "7", DECISION_TIME, 10 * US_S,
	       "\x1f"
	       "speeding");
	undo = decide(4, NULL, DECISION_UNDO, 3, "");
	undo->at += US_S;
	field_load(&field, true, true);
	explain("7", EXPLAIN_TOTAL, 400000);
	for (unsigned i = 0; i < count; i++)
		assert_null(strstr(lines[i].text, "decision"));
}

static void a_status_says_who_said_it(void **state)
{
	(void)state;
	race_make();
	event_set_text(&field.list, add(EVENT_STATUS, 320000, "9", SCORING),
		       SLICE("RETIRED"));
	decide(6, "9", DECISION_DISQUALIFIED, 0,
	       "\x1f"
	       "fuel");
	field_load(&field, true, true);
	explain("9", EXPLAIN_STATUS, 400000);
	is(0, "DSQ");
	line("rmonitor://orbits record 320 says RETIRED");
	assert_int_equal(line("decision 6: disqualified fuel")->decision, 1);
}

static void an_entry_lists_its_names_and_fields(void **state)
{
	struct event *event;
	(void)state;
	race_make();
	event = add(EVENT_ENTRY, 0, NULL, OPERATOR);
	event->at = INSTANT_NONE;
	event->bits = EVENT_BY_HAND;
	event->record = 8;
	event->field = ENTRY_NUMBER;
	event_set_id(event, ID_TRANSPONDER, SLICE("2906141"));
	event_set_text(&field.list, event, SLICE("5"));
	event = add(EVENT_ENTRY, 0, "5", SCORING);
	event->field = ENTRY_TEAM;
	event_set_text(&field.list, event, SLICE("Audi Sport"));
	field_load(&field, true, true);
	explain("5", EXPLAIN_ENTRY, 400000);
	is(0, "car 5");
	line("number 5");
	assert_int_equal(line("transponder 2906141, given to it by hand")->decision, 1);
	line("team Audi Sport: rmonitor://orbits record 0");
	line("number 5: by hand, decision 8");
}

static void a_worse_clock_is_named(void **state)
{
	(void)state;
	race_make();
	pass("7", 0, 90800, SECOND);
	field_load(&field, true, true);
	explain("7", EXPLAIN_LAST, 95000);
	line("SF 12:01:41.000000 p3://main");
	line("merged, a worse clock: 12:01:40.800000 p3://backup record 90");
}

static void a_start_by_hand_is_told_of(void **state)
{
	struct event *start;
	(void)state;
	race_make();
	field.setup.start_at = field.setup.clock_at = INSTANT_NONE;
	start = add(EVENT_START, 0, NULL, OPERATOR);
	start->bits = EVENT_BY_HAND;
	start->record = 1;
	start->value = INSTANT_NONE;
	field_load(&field, true, true);
	explain("5", EXPLAIN_LAST, 95000);
	is(1, "SF 12:00:10.000 the start signal: by hand, decision 1");
}

static void a_timed_session_is_explained_by_best_laps(void **state)
{
	(void)state;
	race_make();
	field.setup.type = SESSION_TIMED;
	field_load(&field, true, true);
	explain("9", EXPLAIN_POSITION, 455000);
	is(0, "place 3 of 3: by best lap");
	line("9: best lap 1:40.000, its lap 1");
	explain("9", EXPLAIN_GAP, 455000);
	line("best lap less best lap");
}

static void every_value_fits_and_has_a_first_line(void **state)
{
	static struct explain_line few[2];
	(void)state;
	race_make();
	field_load(&field, true, true);
	for (int what = 0; what < EXPLAIN_COUNT; what++) {
		struct explain_ask ask = {.car = 0, .what = (uint8_t)what};
		assert_true(explain_name((enum explain_what)what)[0] != '\0');
		for (int64_t ms = -5000; ms < 500000; ms += 17000) {
			(void)timeline_at(&field.timeline, FIELD_START + ms * US_MS);
			unsigned n = timeline_explain(&field.timeline, &ask, few, 2);
			assert_true(n <= 2);
			assert_true(field.timeline.race.car_count == 0 || n > 0 ||
				    what == EXPLAIN_STATUS || what == EXPLAIN_POINTS);
		}
		ask.car = 200;
		assert_int_equal(timeline_explain(&field.timeline, &ask, few, 2), 0);
	}
}

/* Events of any instant, line, bits and car, as a broken source sends them. */
static void make_hostile(uint64_t *seed)
{
	static const int64_t instants[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX,   0,
					   -1,        FIELD_START,   -FIELD_START};
	field_make(&field, 6, 12, *seed);
	for (uint32_t i = 0; i < field.list.count; i++) {
		struct event *event = &field.list.at[i];
		if (random_below(seed, 3))
			continue;
		event->source = (uint16_t)random_below(seed, 5);
		event->bits = (uint8_t)random_below(seed, 8);
		event->clock = (uint8_t)random_next(seed);
		event->received_at =
			event->at + (int64_t)random_below(seed, 900) * US_S;
		if (random_below(seed, 20) == 0)
			event->at = instants[random_below(seed, ARRAY_LEN(instants))];
		if (random_below(seed, 20) == 0)
			event->line = (uint8_t)random_next(seed);
		if (random_below(seed, 30) == 0)
			event->kind = (uint8_t)random_below(seed, EVENT_KIND_COUNT);
		if (random_below(seed, 10) == 0)
			event->field = (uint8_t)random_below(seed, 12);
		if (random_below(seed, 20) == 0)
			event->value =
				instants[random_below(seed, ARRAY_LEN(instants))];
	}
}

static void whatever_was_received_is_explained_within_bounds(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 12; round++) {
		uint64_t seed = round;
		print_message("# seed %u\n", (unsigned)round);
		make_hostile(&seed);
		field_load(&field, true, true);
		for (int i = 0; i < 400; i++) {
			struct explain_ask ask = {
				&standings, &classification, names, 3, 0, 0, 0};
			const struct race *race = timeline_at_as(
				&field.timeline,
				FIELD_START + (int64_t)random_below(&seed, 1500) * US_S,
				random_below(&seed, 4) ? AS_CORRECTED : AS_KNOWN);
			static const struct rules rules = {.fraction_pm = 700};
			standings_query(race, &field.timeline.tables, &standings);
			classify(race, &field.timeline.tables, &rules, &classification);
			ask.car = (uint16_t)random_below(&seed, race->car_count + 1u);
			ask.what = (uint8_t)random_below(&seed, EXPLAIN_COUNT + 1);
			ask.index = (uint8_t)random_below(&seed, 5);
			count = timeline_explain(&field.timeline, &ask, lines, LINES);
			assert_true(count <= LINES);
			for (unsigned k = 0; k < count; k++)
				assert_non_null(memchr(lines[k].text, 0,
						       sizeof(lines[k].text)));
		}
		field_free(&field);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, race_free)
		TEST(a_lap_is_two_crossings_and_what_lies_between),
		TEST(a_missed_line_says_what_it_lies_between),
		TEST(a_passing_by_hand_is_told_as_such),
		TEST(a_missed_crossing_is_replaced_when_it_arrives_late),
		TEST(a_best_lap_knows_the_one_before),
		TEST(laps_are_crossings_and_a_claim_stands_beside_them),
		TEST(a_position_shows_the_car_ahead),
		TEST(a_gap_is_a_time_at_one_line),
		TEST(a_sector_is_two_passings),
		TEST(stops_and_stints_are_told_with_in_and_out),
		TEST(a_driver_is_who_a_source_named),
		TEST(a_total_adds_the_decisions),
		TEST(a_decision_taken_back_is_not_told),
		TEST(a_status_says_who_said_it),
		TEST(an_entry_lists_its_names_and_fields),
		TEST(a_worse_clock_is_named),
		TEST(a_start_by_hand_is_told_of),
		TEST(a_timed_session_is_explained_by_best_laps),
		TEST(every_value_fits_and_has_a_first_line),
		TEST(whatever_was_received_is_explained_within_bounds),
	};
	return cmocka_run_group_tests_name("timeline explain", tests, NULL, NULL);
}
