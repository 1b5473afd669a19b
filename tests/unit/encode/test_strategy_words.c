/*
 * test_strategy_words.c -- the strategy of a car in sentences: who is where, and what
 * applies now
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/encode.h"

#include <string.h>

enum { OWN, AHEAD, BEHIND, CARS };

static struct race race;
static struct strategy strategy;
static struct strategy_of of;
static struct strategy_what_if what_if;

static int begin(void **state)
{
	static const char *const numbers[CARS] = {"7", "8", "50"};
	(void)state;
	memset(&race, 0, sizeof(race));
	memset(&strategy, 0, sizeof(strategy));
	memset(&what_if, 0, sizeof(what_if));
	race.car_count = CARS;
	race.class_count = 1;
	race.flag = FLAG_GREEN;
	text_copy(race.classes[0].name, sizeof(race.classes[0].name), SLICE("GT"));
	for (unsigned i = 0; i < CARS; i++) {
		text_copy(race.entries[i].number, sizeof(race.entries[i].number),
			  slice_of(numbers[i]));
		strategy.rows[i] = (struct strategy_row){.lap = 100 * US_S,
							 .next = 21,
							 .window_from = 25,
							 .window_to = 30,
							 .stops_left = 2,
							 .stop_wait = DURATION_NONE,
							 .net_gap = DURATION_NONE};
		strategy.rows[i].window_from_at = 400 * US_S;
		strategy.rows[i].window_to_at = 900 * US_S;
	}
	strategy.car = OWN;
	strategy.flag_at = US_HOUR;
	strategy.undercut.car = strategy.overcut.car = strategy.threat.car = CAR_NONE;
	strategy.ahead.car = strategy.behind.car = CAR_NONE;
	strategy.green.loss = strategy.slow.loss = DURATION_NONE;
	strategy.what_if.loss = DURATION_NONE;
	strategy.last_before = CAR_NONE;
	strategy.drivers.change_by = INSTANT_NONE;
	of = (struct strategy_of){&race, &strategy, 2, &what_if, NULL, 0};
	return 0;
}

static unsigned line_of(const struct strategy_listed *lines, unsigned count,
			enum strategy_line line)
{
	for (unsigned i = 0; i < count; i++)
		if (lines[i].line == line)
			return i;
	return UINT32_MAX;
}

/* "": the line is not there. */
static void says(enum strategy_line line, const char *words)
{
	struct strategy_listed lines[STRATEGY_LINES_MAX];
	unsigned count = strategy_lines(&of, lines),
		 found = line_of(lines, count, line);
	size_t at = 0;
	if (words[0] == '\0') {
		assert_true(found >= count);
		return;
	}
	assert_true(found < count);
	const struct strategy_sentence *sentence = &lines[found].said;
	assert_string_equal(sentence->text, words);
	/* The runs are the text, one after the other. */
	for (unsigned i = 0; i < sentence->run_count; i++) {
		assert_int_equal(sentence->runs[i].from, at);
		at += sentence->runs[i].len;
	}
	assert_int_equal(at, sentence->len);
}

static struct strategy_rejoin rejoin(void)
{
	return (struct strategy_rejoin){
		.loss = 74 * US_S,
		.lap = 21,
		.position = 9,
		.class_position = 3,
		.ahead = AHEAD,
		.behind = CAR_NONE,
		.class_ahead = AHEAD,
		.class_behind = BEHIND,
		.class_ahead_gap = {.value = 12500 * US_MS, .kind = GAP_TIME},
		.class_behind_gap = {.value = 2, .kind = GAP_LAPS},
		.road_ahead = BEHIND,
		.road_behind = CAR_NONE,
		.road_ahead_us = 900 * US_MS,
	};
}

static void a_stop_now_says_behind_whom_and_ahead_of_whom(void **state)
{
	(void)state;
	strategy.green = rejoin();
	says(STRATEGY_LINE_GREEN,
	     "~P3 in class, ~12.5 s behind 8, ~2 laps ahead of 50; "
	     "loses ~74 s; ~P9 of all");
	says(STRATEGY_LINE_GREEN_ROAD, "~0.9 s behind 50");
	/* Nothing is known of the other. */
	says(STRATEGY_LINE_SLOW, "");
	strategy.green.loss = DURATION_NONE;
	says(STRATEGY_LINE_GREEN, "unknown until stops were seen");
}

static void the_slower_car_is_named(void **state)
{
	(void)state;
	strategy.ahead = (struct strategy_catch){.car = OWN,
						 .other = AHEAD,
						 .gap = 16 * US_S,
						 .a_lap = -600 * US_MS,
						 .at = INSTANT_NONE};
	says(STRATEGY_LINE_AHEAD,
	     "7 ends the lap ~16.0 s behind 8 and is ~0.6 s a lap slower");
	strategy.ahead.a_lap = 50 * US_MS;
	says(STRATEGY_LINE_AHEAD, "7 ends the lap ~16.0 s behind 8 and laps as fast");
	strategy.behind = (struct strategy_catch){.car = BEHIND,
						  .other = OWN,
						  .before_flag = 1,
						  .gap = 210 * US_S,
						  .a_lap = 2 * US_S,
						  .at = 30 * US_MIN,
						  .lap = 40,
						  .laps = 19};
	says(STRATEGY_LINE_BEHIND,
	     "50 ends the lap ~2 laps behind 7 and is ~2.0 s a lap faster: "
	     "catches it in ~19 laps, at ~00:30 on lap ~40");
	strategy.behind.before_flag = 0;
	says(STRATEGY_LINE_BEHIND,
	     "50 ends the lap ~2 laps behind 7 and is ~2.0 s a lap faster: does "
	     "not catch it before the flag");
}

static void the_order_of_two_stops_says_who_is_ahead_then(void **state)
{
	(void)state;
	strategy.undercut = (struct strategy_undercut){
		.car = AHEAD, .gap = 2 * US_S, .gain = 3 * US_S, .after = -US_S};
	says(STRATEGY_LINE_UNDERCUT,
	     "7 stops now, 8 a lap later: then 7 is ~1.0 s ahead of 8 (gains ~3.0 s)");
	strategy.threat = (struct strategy_undercut){
		.car = BEHIND, .gap = 2 * US_S, .gain = -US_S, .after = 3 * US_S};
	says(STRATEGY_LINE_THREAT,
	     "50 stops now, 7 a lap later: then 50 is ~3.0 s behind 7 (loses ~1.0 s)");
	/* A car without a stop to come makes none. */
	strategy.rows[BEHIND].stops_left = 0;
	says(STRATEGY_LINE_THREAT, "");
}

static void the_next_stop_has_its_laps_and_its_time(void **state)
{
	struct strategy_row *row = &strategy.rows[OWN];
	(void)state;
	says(STRATEGY_LINE_NEXT,
	     "~2 stops to come, the next at the end of lap ~25 to ~30, "
	     "from ~00:06 (in ~7 min)");
	row->window_from = 21;
	says(STRATEGY_LINE_NEXT,
	     "~2 stops to come, the next at the end of lap ~21 to ~30: "
	     "it may stop now, at the latest in ~15 min");
	row->due = 1;
	says(STRATEGY_LINE_NEXT,
	     "~2 stops to come, the next is due by the end of lap ~30");
	strategy.stop_least = 75 * US_S;
	row->stop_wait = 23 * US_S;
	row->stops_left = 0;
	says(STRATEGY_LINE_NEXT,
	     "may leave in 23 s (a stop takes at least 75 s); ~0 stops "
	     "to come");
}

static void a_question_is_repeated_with_its_answer(void **state)
{
	(void)state;
	says(STRATEGY_LINE_WHAT_IF, "");
	what_if = (struct strategy_what_if){.lap = 28,
					    .running = RUNNING_NEUTRALISED,
					    .alone = 1,
					    .lane = 90 * US_S};
	strategy.what_if = rejoin();
	strategy.what_if.lap = 28;
	strategy.what_if.others = 4;
	says(STRATEGY_LINE_WHAT_IF,
	     "lap 28, 90 s stop, neutralised, alone: ~P3 in class, ~12.5 s behind 8, "
	     "~2 "
	     "laps ahead of 50; ~4 others stop too; loses ~74 s; ~P9 of all");
}

/* Green or neutralised, what applies now comes first and is marked. */
static void what_applies_now_comes_first(void **state)
{
	struct strategy_listed lines[STRATEGY_LINES_MAX];
	(void)state;
	strategy.green = strategy.slow = rejoin();
	for (unsigned slow = 0; slow < 2; slow++) {
		strategy.slow_now = (uint8_t)slow;
		race.flag = slow ? FLAG_FCY : FLAG_GREEN;
		unsigned count = strategy_lines(&of, lines);
		unsigned green = line_of(lines, count, STRATEGY_LINE_GREEN);
		unsigned other = line_of(lines, count, STRATEGY_LINE_SLOW);
		assert_true(green < count && other < count);
		assert_int_equal(green < other, !slow);
		assert_int_equal(lines[green].now, !slow);
		assert_int_equal(lines[other].now, slow);
		assert_string_equal(lines[slow ? other : green].label,
				    slow ? "stop now (FCY)" : "stop now (green)");
		assert_string_equal(lines[slow ? green : other].label,
				    slow ? "if green" : "if neutralised");
	}
	strategy.rows[OWN].in_stop = 1;
	unsigned count = strategy_lines(&of, lines);
	assert_string_equal(lines[line_of(lines, count, STRATEGY_LINE_SLOW)].label,
			    "comes out (FCY)");
}

static void stints_by_hand_say_whom_nobody_knows(void **state)
{
	static const struct stint_named stints[] = {
		{.name = "GT", .laps = 32},
		{.name = "GT4", .time = 45 * US_MIN, .unknown = 1},
	};
	(void)state;
	of.stints = stints;
	of.stint_count = ARRAY_LEN(stints);
	says(STRATEGY_LINE_STINTS, "GT 32 laps, GT4 45 min (no such class or car)");
}

static void who_is_waved_by_and_what_it_brings(void **state)
{
	(void)state;
	says(STRATEGY_LINE_WAVE, "");
	strategy.wave_rule = 1;
	strategy.wave_count = 2;
	strategy.waves[0] = (struct strategy_wave){AHEAD, OWN, 4, 2};
	strategy.waves[1] = (struct strategy_wave){BEHIND, OWN, 5, 5};
	says(STRATEGY_LINE_WAVE, "8 (P4 to ~P2), 50 get a lap back");
}

/* However the source writes it. */
static void a_driver_has_the_name_of_every_other_screen(void **state)
{
	struct entry *entry = &race.entries[OWN];
	(void)state;
	(void)text_copy(entry->drivers[0], sizeof(entry->drivers[0]),
			SLICE("Brendon HARTLEY"));
	entry->driver_count = 1;
	strategy.drivers.count = 1;
	strategy.drivers.current = 0;
	strategy.drivers.at_wheel = 45 * US_MIN;
	strategy.drivers.rows[0].driven = 176 * US_MIN;
	strategy.drivers.rows[0].left = DURATION_NONE;
	says(STRATEGY_LINE_DRIVERS,
	     "A Brendon Hartley at the wheel for 45 min, 2h56 in all");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_stop_now_says_behind_whom_and_ahead_of_whom,
				       begin),
		cmocka_unit_test_setup(the_slower_car_is_named, begin),
		cmocka_unit_test_setup(the_order_of_two_stops_says_who_is_ahead_then,
				       begin),
		cmocka_unit_test_setup(the_next_stop_has_its_laps_and_its_time, begin),
		cmocka_unit_test_setup(a_question_is_repeated_with_its_answer, begin),
		cmocka_unit_test_setup(what_applies_now_comes_first, begin),
		cmocka_unit_test_setup(stints_by_hand_say_whom_nobody_knows, begin),
		cmocka_unit_test_setup(who_is_waved_by_and_what_it_brings, begin),
		cmocka_unit_test_setup(a_driver_has_the_name_of_every_other_screen,
				       begin),
	};
	return cmocka_run_group_tests_name("strategy words", tests, NULL, NULL);
}
