/*
 * test_play.c -- the playhead of the console
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "play.h"

enum { ONE = 3, EIGHT = 6 };

static struct play playing(unsigned speed)
{
	struct play play = {.first = 1000 * US_S, .last = 2000 * US_S};
	play.speed = (uint8_t)speed;
	play_move(&play, play.first, 0);
	assert_true(play_switch(&play, true, 0));
	return play;
}

static void speeds_are_found_by_how_people_write_them(void **state)
{
	static const struct {
		const char *text;
		int32_t num, den;
	} rows[] = {
		{"1/8", 1, 8}, {"0.125", 1, 8}, {"0.5", 1, 2}, {"1", 1, 1},
		{"1x", 1, 1},  {"8", 8, 1},     {"8x", 8, 1},  {"1000", 1000, 1},
	};
	static const char *const bad[] = {"",  "x",    "0",    "-1",
					  "3", "2000", "fast", "1/3"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int32_t num = 0;
		int32_t den = 0;
		int row = play_speed_by_text(slice_of(rows[i].text));
		assert_true(row >= 0);
		play_speed((unsigned)row, &num, &den);
		assert_int_equal(num, rows[i].num);
		assert_int_equal(den, rows[i].den);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(play_speed_by_text(slice_of(bad[i])), -1);
	assert_int_equal(play_speed_by_text(SLICE("1")), ONE);
	assert_int_equal(play_speed_by_text(SLICE("8")), EIGHT);
}

static void the_playhead_moves_with_the_wall_and_not_while_paused(void **state)
{
	struct play play = playing(EIGHT);
	(void)state;
	assert_int_equal(play_now(&play, 10 * US_S), 1080 * US_S);
	assert_true(play_switch(&play, false, 10 * US_S));
	assert_int_equal(play_now(&play, 500 * US_S), 1080 * US_S);
	assert_true(play_switch(&play, true, 500 * US_S));
	assert_int_equal(play_now(&play, 501 * US_S), 1088 * US_S);
	play_speed_set(&play, ONE, 501 * US_S);
	assert_int_equal(play_now(&play, 502 * US_S), 1089 * US_S);
}

static void the_playhead_never_leaves_the_race(void **state)
{
	struct play play = playing(EIGHT);
	(void)state;
	assert_int_equal(play_now(&play, 10000 * US_S), play.last);
	assert_int_equal(play_now(&play, INT64_MAX), play.last);
	assert_int_equal(play_now(&play, -5 * US_S), play.first);
	play_move(&play, 5000 * US_S, 0);
	assert_int_equal(play.at, play.last);
	play_move(&play, 0, 0);
	assert_int_equal(play.at, play.first);
}

static void at_the_end_there_is_nothing_to_play(void **state)
{
	struct play play = playing(ONE);
	(void)state;
	play_switch(&play, false, 0);
	play_move(&play, play.last, 0);
	assert_false(play_switch(&play, true, 0));
	assert_false(play.on);
	play_move(&play, play.last - 1, 0);
	assert_true(play_switch(&play, true, 0));
}

static void paused_nothing_wakes_the_console(void **state)
{
	struct play play = playing(ONE);
	struct play_wants wants = {.event = 1001 * US_S, .map = true};
	(void)state;
	play_switch(&play, false, 0);
	assert_int_equal(play_wait(&play, &wants, 0), -1);
}

static void at_one_times_the_clock_ticks_once_a_second(void **state)
{
	struct play play = playing(ONE);
	struct play_wants wants = {
		.seconds_from = 1000 * US_S + 300 * US_MS,
		.event = INSTANT_NONE,
		.frame_wall = -US_S,
	};
	(void)state;
	assert_int_equal(play_wait(&play, &wants, 0), 300 * US_MS);
	wants.frame_wall = 300 * US_MS;
	assert_int_equal(play_wait(&play, &wants, 300 * US_MS), US_S);
	/* The next event comes first. */
	wants.event = 1000 * US_S + 700 * US_MS;
	assert_int_equal(play_wait(&play, &wants, 300 * US_MS), 400 * US_MS);
	/* And so does the map. */
	wants.map = true;
	wants.map_wall = 300 * US_MS;
	assert_int_equal(play_wait(&play, &wants, 300 * US_MS), 250 * US_MS);
}

static void frames_are_never_closer_than_they_are_wanted(void **state)
{
	static const int64_t frames[] = {FRAME_US, SLOW_FRAME_US};
	(void)state;
	for (unsigned i = 0; i < 2 * play_speed_count; i++) {
		struct play play = playing(i / 2);
		struct play_wants wants = {
			.event = play.first + 1,
			.frame_wall = 50,
			.frame_us = frames[i % 2],
		};
		assert_true(play_wait(&play, &wants, 50) >= frames[i % 2]);
	}
}

/* A wake-up that comes a moment too early would show the old second, and the new
 * one only a frame later. */
static void a_wake_up_is_never_too_early(void **state)
{
	uint64_t seed = 7;
	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct play play =
			playing((unsigned)random_below(&seed, play_speed_count));
		int64_t wall = (int64_t)random_below(&seed, 60 * US_S);
		if (play_now(&play, wall) >= play.last)
			continue;
		struct play_wants wants = {
			.seconds_from = play.first + (int64_t)random_below(&seed, US_S),
			.event = INSTANT_NONE,
			.frame_wall = -US_S,
		};
		int64_t wait = play_wait(&play, &wants, wall);
		instant_us from = play_now(&play, wall) - wants.seconds_from;
		instant_us to = play_now(&play, wall + wait) - wants.seconds_from;
		/* Both are above -1 s. */
		assert_true((from + US_S) / US_S < (to + US_S) / US_S ||
			    play_now(&play, wall + wait) == play.last);
		assert_true(wait <= 8 * US_S);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speeds_are_found_by_how_people_write_them),
		cmocka_unit_test(the_playhead_moves_with_the_wall_and_not_while_paused),
		cmocka_unit_test(the_playhead_never_leaves_the_race),
		cmocka_unit_test(at_the_end_there_is_nothing_to_play),
		cmocka_unit_test(paused_nothing_wakes_the_console),
		cmocka_unit_test(at_one_times_the_clock_ticks_once_a_second),
		cmocka_unit_test(frames_are_never_closer_than_they_are_wanted),
		cmocka_unit_test(a_wake_up_is_never_too_early),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
