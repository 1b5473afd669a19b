/*
 * test_finish.c -- flag runs, the clock, the finish
 */
#include "race_fixture.h"

#include <string.h>

static struct event *flagged(struct fixture *f, const char *number, uint32_t lap,
			     int64_t t, enum flag flag)
{
	struct event *e = add_passing(f, number, LINE_SF, t, lap);

	e->flag = (uint8_t)flag;
	return e;
}

static void a_change_of_flag_is_known_between_two_crossings(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	flagged(f, "5", 1, S(90), FLAG_GREEN);
	flagged(f, "7", 1, S(92), FLAG_GREEN);
	flagged(f, "9", 1, S(95), FLAG_UNKNOWN);
	flagged(f, "5", 2, S(180), FLAG_FCY);
	flagged(f, "7", 2, S(182), FLAG_FCY);
	fixture_fold(f);
	assert_int_equal(f->race.flag_count, 2);
	assert_int_equal(f->flags[0].flag, FLAG_GREEN);
	assert_int_equal(f->flags[0].after_at, INSTANT_NONE);
	assert_int_equal(f->flags[1].flag, FLAG_FCY);
	assert_int_equal(f->flags[1].after_at, START + S(92));
	assert_int_equal(f->flags[1].from_at, START + S(180));
	assert_int_equal(f->race.flag_since, START + S(180));
	assert_int_equal(f->race.flag, FLAG_FCY);
	assert_int_equal(row_of(f, "9", 1)->flag, FLAG_GREEN);
}

static void race_control_says_exactly_when(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_flag(f, FLAG_GREEN, 0);
	add_laps(f, "5", 2, S(90));
	add_flag(f, FLAG_SC, S(100));
	add_flag(f, FLAG_UNKNOWN, S(110));
	fixture_fold(f);
	assert_int_equal(f->flags[1].after_at, START + S(100));
	assert_int_equal(f->race.flag, FLAG_SC);
	assert_int_equal(row_of(f, "5", 1)->flag, FLAG_GREEN);
	assert_int_equal(row_of(f, "5", 2)->flag, FLAG_SC);
}

static void the_chequered_flag_finishes_and_is_the_last(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.length_us = S(250);
	for (uint32_t lap = 1; lap <= 4; lap++) {
		enum flag flag = lap < 4 ? FLAG_GREEN : FLAG_FINISH;

		flagged(f, "5", lap, S(90) * lap, flag);
		flagged(f, "7", lap, S(91) * lap, flag);
	}
	flagged(f, "5", 5, S(450), FLAG_FINISH);
	flagged(f, "7", 5, S(460), FLAG_GREEN);
	fixture_fold(f);
	/* The length was over at 250 s, but green said that the race went on. */
	assert_int_equal(f->race.finish_at, START + S(360));
	assert_int_equal(f->race.finish_by_flag, 1);
	assert_int_equal(f->race.winner, find(f, "5"));
	assert_int_equal(car_of(f, "5")->laps, 4);
	assert_int_equal(car_of(f, "7")->laps, 4);
	assert_int_equal(car_of(f, "7")->flag_at, START + S(364));
	assert_int_equal(f->race.flag, FLAG_FINISH);
}

static void a_flag_waved_before_anyone_crosses_waits_for_a_crossing(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 3, S(90));
	add_flag(f, FLAG_FINISH, S(200));
	fixture_fold_to(f, START + S(210));
	assert_int_equal(f->race.finish_at, INSTANT_NONE);
	fixture_fold(f);
	assert_int_equal(f->race.finish_at, START + S(270));
}

static void without_flags_the_leader_finishes_at_the_length(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.length_us = S(250);
	f->setup.clock_at = START - S(10);
	add_laps(f, "5", 6, S(81));
	add_laps(f, "7", 6, S(83));
	/* 9 crosses after the length, a lap down, before the leader does. */
	add_laps(f, "9", 4, S(120) + MS(500));
	fixture_fold(f);
	assert_int_equal(f->race.finish_at, START + S(243));
	assert_int_equal(f->race.finish_by_flag, 0);
	assert_int_equal(car_of(f, "5")->laps, 3);
	assert_int_equal(car_of(f, "7")->laps, 3);
	assert_int_equal(car_of(f, "9")->laps, 3);
	assert_int_equal(car_of(f, "9")->flag_at, START + S(361) + MS(500));
	assert_int_equal(race_left(&f->race, START + S(100)), S(140));
	assert_int_equal(race_left(&f->race, START + S(900)), 0);
	assert_int_equal(race_left(&f->race, START - S(60)), S(250));
}

static void distance_and_laps_finish_too(void **state)
{
	static const struct {
		uint32_t laps;
		length_mm length;
		uint32_t expected;
	} cases[] = {
		{3, 0, 3},
		{0, 12540000, 3}, /* exactly three laps of 4.18 km */
		{0, 12540001, 4},
		{2, 12540001, 2}, /* the first reached */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fixture *f = fixture_new();

		f->setup.length_laps = cases[i].laps;
		f->setup.length = cases[i].length;
		f->setup.lap_length = 4180000;
		add_laps(f, "5", 8, S(90));
		fixture_fold(f);
		assert_int_equal(car_of(f, "5")->laps, cases[i].expected);
		assert_int_equal(f->race.finish_at, START + S(90) * cases[i].expected);
	}
}

/* As under a chequered flag at the end of that lap: each car's next crossing is its last,
 * and neither the flag nor a length that come later, or came before, decide. */
static void a_result_that_is_counted_back_ends_with_its_lap(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.result_lap = 4;
	f->setup.length_laps = 2;
	add_laps(f, "5", 8, S(90));
	add_laps(f, "7", 8, S(93));
	add_laps(f, "9", 5, S(130));
	fixture_fold(f);
	assert_int_equal(f->race.finish_at, START + S(360));
	assert_int_equal(f->race.winner, find(f, "5"));
	assert_int_equal(car_of(f, "5")->laps, 4);
	assert_int_equal(car_of(f, "7")->laps, 4);
	assert_int_equal(car_of(f, "9")->laps, 3);
	assert_int_equal(car_of(f, "9")->flag_at, START + S(390));
}

static void a_stopped_race_finishes_with_its_last_crossing(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.length_us = S(3600);
	add_laps(f, "5", 4, S(90));
	add_laps(f, "7", 4, S(91));
	add_laps(f, "9", 2, S(100));
	fixture_fold(f);
	assert_int_equal(f->race.finish_at, INSTANT_NONE);
	add_end(f, S(600));
	fixture_fold(f);
	assert_int_equal(f->race.finish_at, START + S(360));
	assert_int_equal(f->race.winner, find(f, "5"));
	assert_int_equal(car_of(f, "7")->flag_at, START + S(364));
	assert_int_equal(car_of(f, "9")->flagged, 0);
}

static void flags_without_the_chequered_fall_back_on_the_length_at_the_end(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.length_us = S(250);
	add_flag(f, FLAG_GREEN, 0);
	add_laps(f, "5", 3, S(90));
	add_laps(f, "7", 3, S(91));
	add_laps(f, "9", 1, S(95));
	add_end(f, S(300));
	fixture_fold(f);
	assert_int_equal(f->race.finish_at, START + S(270));
	assert_int_equal(car_of(f, "5")->flagged, 1);
	assert_int_equal(car_of(f, "7")->flagged, 1);
	assert_int_equal(car_of(f, "9")->flagged, 0);
}

static void nothing_follows_the_flag_of_a_car(void **state)
{
	struct fixture *f = fixture_new();
	const struct car *c;

	(void)state;
	f->setup.length_us = S(250);
	add_laps(f, "5", 5, S(90));
	add_passing(f, "5", LINE_PIT_IN, S(320), 0);
	add_event(f, EVENT_DRIVER, S(340), "5")->number = 2;
	fixture_fold(f);
	c = car_of(f, "5");
	assert_int_equal(c->laps, 3);
	assert_int_equal(c->line, 0);
	assert_int_equal(c->stops, 0);
	assert_int_equal(c->driver, RACE_DRIVERS_MAX);
}

static void weather_is_kept_and_anomalies_are_counted(void **state)
{
	struct fixture *f = fixture_new();
	struct event *e;

	(void)state;
	e = add_event(f, EVENT_WEATHER, S(10), NULL);
	e->field = WEATHER_TRACK_MC;
	e->value = 21500;
	add_event(f, EVENT_ANOMALY, S(11), NULL)->field = ANOMALY_CHECKSUM;
	add_passing(f, "5", 7, S(12), 0);
	add_passing(f, "5", 200, S(13), 0);
	fixture_fold(f);
	assert_int_equal(f->race.weather[WEATHER_TRACK_MC], 21500);
	assert_int_equal(f->race.weather[WEATHER_AIR_MC], INT64_MIN);
	assert_int_equal(f->race.weather_at, START + S(10));
	assert_int_equal(f->race.anomalies[ANOMALY_CHECKSUM], 1);
	assert_int_equal(f->race.anomalies[ANOMALY_FIELD], 2);
}

static void a_timed_session_that_is_cut_off_goes_on(void **state)
{
	(void)state;
	for (int cut = 0; cut < 2; cut++) {
		struct fixture *f = fixture_new();
		f->setup.type = SESSION_TIMED;
		add_laps(f, "1", 4, S(100));
		add_event(f, EVENT_END, S(450), NULL)->field =
			cut ? END_CUT : END_COMPLETE;
		fixture_fold(f);
		assert_int_equal(f->race.finish_at != INSTANT_NONE, !cut);
		assert_string_equal(classify_text(f),
				    cut ? "1 RUNNING" : "1 CLASSIFIED");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_of_flag_is_known_between_two_crossings),
		cmocka_unit_test(race_control_says_exactly_when),
		cmocka_unit_test(a_timed_session_that_is_cut_off_goes_on),
		cmocka_unit_test(the_chequered_flag_finishes_and_is_the_last),
		cmocka_unit_test(
			a_flag_waved_before_anyone_crosses_waits_for_a_crossing),
		cmocka_unit_test(without_flags_the_leader_finishes_at_the_length),
		cmocka_unit_test(distance_and_laps_finish_too),
		cmocka_unit_test(a_result_that_is_counted_back_ends_with_its_lap),
		cmocka_unit_test(a_stopped_race_finishes_with_its_last_crossing),
		cmocka_unit_test(
			flags_without_the_chequered_fall_back_on_the_length_at_the_end),
		cmocka_unit_test(nothing_follows_the_flag_of_a_car),
		cmocka_unit_test(weather_is_kept_and_anomalies_are_counted),
	};

	return cmocka_run_group_tests_name("race finish", tests, NULL, NULL);
}
