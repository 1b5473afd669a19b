/*
 * test_chances.c -- chances of winning: they sum to one, sharpen towards the flag, know
 * who still has to stop, and are facts behind the flag; and the deadline of a car that
 * shows little of its pace
 */
#include "drive.h"

#include "pitwall/forecast.h"

static struct forecast forecast;

static void chances_at(struct fixture *f, int64_t t)
{
	fixture_fold_to(f, START + t);
	forecast_query(&f->race, &f->tables, &f->rules, &forecast_parameters_plain,
		       START + t, &forecast);
}

static const struct forecast_row *row_of_car(const struct fixture *f,
					     const char *number)
{
	uint16_t car = find(f, number);
	uint32_t i = 0;
	while (i < forecast.count && forecast.rows[i].car != car)
		i++;
	if (i == forecast.count)
		fail_msg("car %s has no forecast", number);
	return &forecast.rows[i];
}

static unsigned wins_class(const struct fixture *f, const char *number)
{
	return row_of_car(f, number)->p_class_win;
}

static unsigned wins_race(const struct fixture *f, const char *number)
{
	return row_of_car(f, number)->p_race_win;
}

/* Two hours: 1, 2 and 3 lap in 100 s, four seconds from each other, and 4 stops after
 * 20 laps. Class G is slower. */
static struct fixture *two_hours(void)
{
	static const char *const cars[] = {"1", "2", "3", "4"};
	struct fixture *f = fixture_new();
	f->setup.length_us = S(7200);
	f->rules.fraction_pm = 700;
	for (unsigned i = 0; i < ARRAY_LEN(cars); i++) {
		uint32_t laps = i == 3 ? 20 : 73;
		add_lap(f, cars[i], 1, 0, S(100) + S(4) * i);
		for (uint32_t lap = 2; lap <= laps; lap++)
			add_lap(f, cars[i], lap, S(100) * (lap - 1) + S(4) * i,
				S(100) * lap + S(4) * i);
		add_entry(f, cars[i], ENTRY_CLASS, 0, "P");
	}
	add_laps(f, "7", 62, S(118));
	add_laps(f, "8", 61, S(120));
	add_entry(f, "7", ENTRY_CLASS, 0, "G");
	add_entry(f, "8", ENTRY_CLASS, 0, "G");
	return f;
}

static void chances_of_a_class_and_of_the_race_sum_to_one(void **state)
{
	struct fixture *f = two_hours();
	(void)state;
	for (int64_t t = S(150); t < S(7800); t += S(450)) {
		chances_at(f, t);
		assert_int_equal(wins_class(f, "1") + wins_class(f, "2") +
					 wins_class(f, "3") + wins_class(f, "4"),
				 FORECAST_ONE);
		assert_int_equal(wins_class(f, "7") + wins_class(f, "8"), FORECAST_ONE);
		unsigned all = 0;
		for (uint32_t i = 0; i < forecast.count; i++)
			all += forecast.rows[i].p_race_win;
		assert_int_equal(all, FORECAST_ONE);
	}
}

/* Nothing changes but the time that is left. */
static void chances_sharpen_towards_the_flag(void **state)
{
	struct fixture *f = two_hours();
	unsigned first = 0, first_race = 0, third = FORECAST_ONE;
	(void)state;
	for (int64_t t = S(1050); t < S(7200); t += S(300)) {
		chances_at(f, t);
		if (t > S(2300)) { /* 4 has stopped for good */
			assert_true(wins_class(f, "1") >= first);
			assert_true(wins_race(f, "1") >= first_race);
			assert_true(wins_class(f, "3") <= third);
		}
		first = wins_class(f, "1");
		first_race = wins_race(f, "1");
		third = wins_class(f, "3");
		assert_true(wins_class(f, "1") > wins_class(f, "2"));
		assert_true(wins_class(f, "2") > wins_class(f, "3"));
	}
	assert_true(first > 900);
	assert_true(third < 50);
}

static void a_car_that_stands_hardly_wins(void **state)
{
	struct fixture *f = two_hours();
	(void)state;
	chances_at(f, S(2050));
	unsigned before = wins_class(f, "4");
	chances_at(f, S(3000));
	assert_true(before > 50);
	assert_true(wins_class(f, "4") < 10);
}

/* Class G is slow: no chance of the race, and all chances of its own. */
static void the_race_is_won_by_the_class_that_is_ahead(void **state)
{
	struct fixture *f = two_hours();
	(void)state;
	chances_at(f, S(3650));
	assert_true(wins_race(f, "7") < 10);
	assert_true(wins_class(f, "7") > 500);
	assert_true(wins_race(f, "1") > 400);
}

static void behind_the_flag_a_win_is_a_fact(void **state)
{
	struct fixture *f = two_hours();
	(void)state;
	chances_at(f, S(7205)); /* 1 is home; 2 and 3 are not */
	assert_int_equal(wins_race(f, "1"), FORECAST_ONE);
	assert_int_equal(wins_class(f, "1"), FORECAST_ONE);
	assert_int_equal(wins_class(f, "2"), 0);
	assert_true(wins_class(f, "7") > 900);
	add_end(f, S(7500));
	chances_at(f, S(7500));
	assert_int_equal(wins_class(f, "7"), FORECAST_ONE);
	assert_int_equal(wins_class(f, "8"), 0);
	assert_int_equal(wins_race(f, "7"), 0);
}

/* Five hours of stints of thirty laps. 2 is ahead, and has to stop once more; 1 drives
 * to the end. */
static void who_still_has_to_stop_is_known(void **state)
{
	static const struct drive through = {.number = "1",
					     .lap = S(100),
					     .laps = 175,
					     .stint = 30,
					     .lane = S(70),
					     .loss = S(60)};
	struct drive stops = through;
	struct fixture *f = fixture_new();
	(void)state;
	f->setup.length_us = S(18000);
	stops.number = "2";
	stops.lap = S(100) - MS(100);
	stops.first = 15;
	drive_car(f, &through);
	drive_car(f, &stops);
	/* Both have stopped five times; 2 does again at the end of lap 165. */
	chances_at(f, S(16400));
	assert_int_equal(car_of(f, "1")->stops, 5);
	assert_int_equal(car_of(f, "2")->stops, 5);
	assert_string_equal(order_text(f), "2 1");
	assert_true(wins_race(f, "1") > wins_race(f, "2"));
}

/* 1 leads by four seconds and has a penalty of a minute. */
static void a_time_penalty_counts_before_the_flag(void **state)
{
	struct fixture *f = two_hours();
	(void)state;
	add_decision(f, "1", DECISION_TIME, S(60), "")->at = START + S(6400);
	chances_at(f, S(6350));
	assert_true(wins_class(f, "1") > wins_class(f, "2"));
	chances_at(f, S(6650));
	assert_true(wins_class(f, "2") > 500);
	assert_true(wins_class(f, "3") > wins_class(f, "1"));
}

/* Late in the race the cars that run are alike; one that stands is not counted. One in
 * five may differ, and is not said to be like them. */
static void cars_with_like_chances_are_one_sentence(void **state)
{
	struct fixture *f = two_hours();
	struct forecast_alike alike;
	(void)state;
	chances_at(f, S(6650));
	assert_true(forecast_alike(&forecast, &alike));
	assert_int_equal(alike.cars, 5);
	assert_int_equal(alike.of, 5);
	assert_true(alike.p_classified > 900);
	assert_false(forecast_is_alike(row_of_car(f, "4"), &alike));
	assert_true(forecast_is_alike(&forecast.rows[0], &alike));
	forecast.rows[0].p_classified = 500;
	assert_true(forecast_alike(&forecast, &alike));
	assert_int_equal(alike.cars, 4);
	assert_int_equal(alike.of, 5);
	assert_false(forecast_is_alike(&forecast.rows[0], &alike));
	forecast.rows[1].p_classified = 500;
	assert_false(forecast_alike(&forecast, &alike));
}

/* 9 has one lap of 20 minutes behind it when it stops: its class tells its pace. */
static void without_clean_laps_the_deadline_is_at_the_pace_of_the_class(void **state)
{
	struct fixture *f = two_hours();
	(void)state;
	f->rules.must_take_flag = 1;
	add_lap(f, "9", 1, 0, S(110));
	add_lap(f, "9", 2, S(110), S(1310));
	add_entry(f, "9", ENTRY_CLASS, 0, "P");
	chances_at(f, S(2050));
	const struct forecast_row *row = row_of_car(f, "9");
	/* Laps 3 to 49 end before the flag, the 50th is the threshold. */
	assert_int_equal(row->threshold_p50, 50 * FORECAST_LAP);
	assert_in_range(row->deadline - START, S(2450), S(2550));
}

/* In the pit lane, behind the line: from the exit on, a car takes what it took before. */
static void the_deadline_counts_from_the_pit_exit(void **state)
{
	static const struct drive stops = {.number = "5",
					   .lap = S(100),
					   .laps = 45,
					   .stint = 20,
					   .lane = S(70),
					   .loss = S(60)};
	struct fixture *f = two_hours();
	(void)state;
	f->rules.must_take_flag = 1;
	drive_car(f, &stops);
	chances_at(f, S(4100));
	const struct forecast_row *row = row_of_car(f, "5");
	const struct car *car = car_of(f, "5");
	assert_true(car->in_pit && car->sf_at >= car->pit_in_at);
	const struct stint_row *stop = &f->stints[car->stint_row - 1];
	int64_t took = row_of(f, "5", 21)->at - stop->out_at;
	int64_t laps = row->threshold_p50 / FORECAST_LAP - 2 - (int64_t)car->laps;
	assert_in_range(took, S(30), S(99));
	assert_in_range(row->deadline, forecast.flag_at - laps * S(100) - took - S(1),
			forecast.flag_at - laps * S(100) - took + S(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chances_of_a_class_and_of_the_race_sum_to_one),
		cmocka_unit_test(chances_sharpen_towards_the_flag),
		cmocka_unit_test(a_car_that_stands_hardly_wins),
		cmocka_unit_test(the_race_is_won_by_the_class_that_is_ahead),
		cmocka_unit_test(behind_the_flag_a_win_is_a_fact),
		cmocka_unit_test(who_still_has_to_stop_is_known),
		cmocka_unit_test(a_time_penalty_counts_before_the_flag),
		cmocka_unit_test(cars_with_like_chances_are_one_sentence),
		cmocka_unit_test(
			without_clean_laps_the_deadline_is_at_the_pace_of_the_class),
		cmocka_unit_test(the_deadline_counts_from_the_pit_exit),
	};
	return cmocka_run_group_tests_name("race chances", tests, NULL, NULL);
}
