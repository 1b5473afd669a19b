/*
 * test_stints.c -- stops, stints, drivers: timed pit lanes and files of laps
 */
#include "race_fixture.h"

static struct event *estimated(struct event *e)
{
	e->bits |= EVENT_ESTIMATED;
	return e;
}

static const struct stint_row *stint(const struct fixture *f, const char *number,
				     unsigned place)
{
	uint32_t row = car_of(f, number)->stint_row;

	while (row && f->stints[row - 1].number > place)
		row = f->stints[row - 1].prev;
	assert_true(row != 0 && f->stints[row - 1].number == place);
	return &f->stints[row - 1];
}

static void a_timed_lane_gives_stops_and_their_duration(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 2, S(90));
	add_passing(f, "5", LINE_PIT_IN, S(260), 0);
	add_passing(f, "5", LINE_SF_PIT, S(270), 3);
	add_passing(f, "5", LINE_PIT_OUT, S(330), 0);
	add_lap(f, "5", 4, S(331), S(400));
	fixture_fold_to(f, START + S(300));
	assert_int_equal(car_of(f, "5")->in_pit, 1);
	assert_int_equal(car_of(f, "5")->stops, 1);
	assert_int_equal(car_of(f, "5")->stop_last, DURATION_NONE);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->in_pit, 0);
	assert_int_equal(car_of(f, "5")->stops, 1);
	assert_int_equal(car_of(f, "5")->stint, 2);
	assert_int_equal(car_of(f, "5")->stop_last, S(70));
	assert_int_equal(stint(f, "5", 1)->from_at, START);
	assert_int_equal(stint(f, "5", 1)->in_at, START + S(260));
	assert_int_equal(stint(f, "5", 1)->out_at, START + S(330));
	assert_int_equal(stint(f, "5", 1)->to_lap, 3);
	assert_int_equal(stint(f, "5", 1)->estimated, 0);
	assert_int_equal(row_of(f, "5", 3)->in_pit, 1);
	assert_int_equal(row_of(f, "5", 3)->pit_time, DURATION_NONE);
	assert_int_equal(row_of(f, "5", 4)->pit_time, S(70));
	assert_int_equal(row_of(f, "5", 4)->in_pit, 0);
}

static void a_file_of_laps_counts_crossings_in_the_lane(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	estimated(add_event(f, EVENT_PIT_IN, S(170), "5"));
	add_passing(f, "5", LINE_SF_PIT, S(180), 2);
	estimated(add_event(f, EVENT_PIT_OUT, S(220), "5"))->value = S(55);
	add_passing(f, "5", LINE_SF_PIT, S(300), 3);
	estimated(add_event(f, EVENT_PIT_OUT, S(400), "5"))->value = S(100);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->stops, 2);
	assert_int_equal(car_of(f, "5")->stops_total, S(155));
	assert_int_equal(stint(f, "5", 1)->stop, S(55));
	assert_int_equal(stint(f, "5", 1)->estimated, 1);
	assert_int_equal(stint(f, "5", 2)->from_lap, 2);
	assert_int_equal(stint(f, "5", 2)->to_lap, 3);
}

static void a_stop_that_is_inferred_from_standings_counts(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 2, S(90));
	estimated(add_event(f, EVENT_PIT_IN, S(260), "5"))->bits |= EVENT_COUNTS;
	add_passing(f, "5", LINE_SF, S(270), 3);
	fixture_fold_to(f, START + S(300));
	assert_int_equal(car_of(f, "5")->in_pit, 1);
	assert_int_equal(car_of(f, "5")->stops, 1);
	estimated(add_event(f, EVENT_PIT_OUT, S(330), "5"))->value = S(70);
	add_lap(f, "5", 4, S(331), S(400));
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->stops, 1);
	assert_int_equal(stint(f, "5", 1)->in_at, START + S(260));
	assert_int_equal(stint(f, "5", 1)->stop, S(70));
	assert_int_equal(stint(f, "5", 1)->estimated, 1);
}

static void the_stop_of_a_last_row_stays_open(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", LINE_SF_PIT, S(180), 2);
	add_end(f, S(600));
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->stops, 1);
	assert_int_equal(car_of(f, "5")->in_pit, 1);
	assert_int_equal(car_of(f, "5")->stint, 1);
	assert_int_equal(car_of(f, "5")->stops_total, 0);
}

static void two_crossings_in_the_lane_are_two_stops(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", LINE_SF_PIT, S(180), 2);
	add_passing(f, "5", LINE_SF_PIT, S(300), 3);
	add_lap(f, "5", 4, S(300), S(400));
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->stops, 2);
	assert_int_equal(stint(f, "5", 1)->stop, DURATION_NONE);
	/* On the track across SF: it must have left. */
	add_lap(f, "5", 5, S(400), S(490));
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->in_pit, 0);
	assert_int_equal(car_of(f, "5")->stint, 3);
}

static void an_out_of_a_car_that_is_out_is_harmless(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	/* A start from the pit lane. */
	estimated(add_event(f, EVENT_PIT_OUT, S(5), "5"))->value = S(5);
	add_passing(f, "7", LINE_PIT_OUT, S(9), 0);
	add_laps(f, "5", 2, S(90));
	estimated(add_event(f, EVENT_PIT_OUT, S(200), "5"))->value = S(60);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->stops, 0);
	assert_int_equal(car_of(f, "5")->stint, 1);
	assert_int_equal(car_of(f, "7")->stops, 0);
}

static void loops_of_the_lane_that_miss_a_car_lose_no_stop(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", LINE_PIT_OUT, S(140), 0); /* its pit in was missed */
	add_passing(f, "5", LINE_PIT_OUT, S(141), 0); /* received twice */
	add_passing(f, "5", LINE_SF, S(180), 0);
	add_passing(f, "5", LINE_PIT_IN, S(250), 0); /* its pit out is missed */
	add_lap(f, "5", 3, S(300), S(400));
	add_passing(f, "5", LINE_PIT_IN, S(450), 0);
	add_passing(f, "5", LINE_PIT_IN, S(451), 0); /* received twice */
	add_passing(f, "5", LINE_PIT_OUT, S(500), 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->stops, 3);
	assert_int_equal(car_of(f, "5")->stint, 4);
	assert_int_equal(stint(f, "5", 1)->stop, DURATION_NONE);
	assert_int_equal(stint(f, "5", 2)->stop, DURATION_NONE);
	assert_int_equal(stint(f, "5", 3)->stop, S(50));
	assert_int_equal(f->race.anomalies[ANOMALY_REPEATED], 2);
}

static void sf_on_the_track_side_also_counts_inside_a_timed_lane(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	/* One loop across track and lane: only in and out tell them apart. */
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", LINE_PIT_IN, S(170), 0);
	add_passing(f, "5", LINE_SF, S(180), 0);
	add_passing(f, "5", LINE_PIT_OUT, S(230), 0);
	fixture_fold(f);
	assert_int_equal(row_of(f, "5", 2)->in_pit, 1);
	assert_int_equal(car_of(f, "5")->stops, 1);
	assert_int_equal(car_of(f, "5")->stop_last, S(60));
}

static void driver(struct fixture *f, const char *number, int64_t t, unsigned place,
		   const char *name)
{
	struct event *e = add_event(f, EVENT_DRIVER, t, number);

	e->number = place;
	event_set_text(&f->list, e, slice_of(name));
}

static void driving_time_is_kept_for_each_driver(void **state)
{
	struct fixture *f = fixture_new();
	uint16_t car;

	(void)state;
	driver(f, "5", -S(60), 1, "Jan Lammers");
	driver(f, "5", S(100), 2, "Dominik Schwager");
	driver(f, "5", S(150), 0, "Jan Lammers");
	driver(f, "5", S(170), 0,
	       "A Third, whose name is longer than the field for it");
	driver(f, "5", S(180), 0,
	       "A Third, whose name is longer than the field for it");
	driver(f, "5", S(190), 9, "Nobody");
	fixture_fold(f);
	car = find(f, "5");
	assert_int_equal(f->race.entries[car].driver_count, 3);
	assert_int_equal(race_driver_time(&f->race, car, 0, START + S(200)), S(120));
	assert_int_equal(race_driver_time(&f->race, car, 1, START + S(200)), S(50));
	assert_int_equal(race_driver_time(&f->race, car, 2, START + S(200)), S(30));
	assert_int_equal(race_driver_time(&f->race, car, 99, START + S(200)), 0);
	assert_int_equal(f->race.anomalies[ANOMALY_CAPACITY], 1);
	assert_int_equal(f->race.full[RACE_LIMIT_DRIVERS], 1);
	assert_int_equal(f->race.full[RACE_LIMIT_TEXTS], 2);
	assert_int_equal(car_of(f, "5")->driver, 2);
}

static void nobody_drives_while_the_car_stands_in_the_lane(void **state)
{
	struct fixture *f = fixture_new();
	uint16_t car;

	(void)state;
	driver(f, "5", -S(60), 1, "Jan Lammers");
	add_event(f, EVENT_PIT_IN, S(100), "5");
	add_event(f, EVENT_PIT_OUT, S(160), "5");
	add_event(f, EVENT_PIT_IN, S(300), "5");
	driver(f, "5", S(320), 2, "Dominik Schwager");
	add_event(f, EVENT_PIT_OUT, S(350), "5");
	add_event(f, EVENT_PIT_IN, S(400), "5");
	fixture_fold_to(f, START + S(130));
	car = find(f, "5");
	assert_int_equal(race_driver_time(&f->race, car, 0, START + S(130)), S(100));
	fixture_fold_to(f, START + S(200));
	assert_int_equal(race_driver_time(&f->race, car, 0, START + S(200)), S(140));
	fixture_fold(f);
	assert_int_equal(race_driver_time(&f->race, car, 0, START + S(900)), S(240));
	/* From pit out to pit in, and then it never came out again. */
	assert_int_equal(race_driver_time(&f->race, car, 1, START + S(900)), S(50));
}

static void a_lap_belongs_to_the_driver_who_ended_it(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	driver(f, "5", -S(60), 1, "One");
	add_laps(f, "5", 2, S(90));
	driver(f, "5", S(120), 2, "Two");
	fixture_fold(f);
	assert_int_equal(row_of(f, "5", 1)->driver, 0);
	assert_int_equal(row_of(f, "5", 2)->driver, 1);
}

/* The next one is told of as the car leaves the lane, or while it stands. */
static void a_stint_is_of_the_driver_who_brought_the_car_in(void **state)
{
	static const int64_t told[] = {S(290), S(330), S(335)};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		struct fixture *f = fixture_new();

		add_entry(f, "5", ENTRY_DRIVER, 1, "A. Arm");
		add_entry(f, "5", ENTRY_DRIVER, 2, "B. Bow");
		add_event(f, EVENT_DRIVER, -S(1), "5")->number = 1;
		add_laps(f, "5", 2, S(90));
		add_passing(f, "5", LINE_PIT_IN, S(260), 0);
		add_passing(f, "5", LINE_SF_PIT, S(270), 3);
		add_passing(f, "5", LINE_PIT_OUT, S(330), 0);
		add_event(f, EVENT_DRIVER, told[i], "5")->number = 2;
		add_lap(f, "5", 4, S(340), S(400));
		fixture_fold(f);
		assert_int_equal(stint(f, "5", 1)->driver, 0);
		assert_int_equal(car_of(f, "5")->driver, 1);
	}
}

static void
a_start_that_is_moved_moves_no_stint_of_a_car_that_came_in_before(void **state)
{
	static const int64_t out[] = {S(30), S(80)};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(out); i++) {
		struct fixture *f = fixture_new();
		f->setup.start_at = INSTANT_NONE;
		f->setup.type = SESSION_RACE;
		add_entry(f, "7", ENTRY_TEAM, 0, "Team");
		add_event(f, EVENT_START, 0, NULL);
		add_event(f, EVENT_PIT_IN, S(20), "5");
		add_event(f, EVENT_PIT_OUT, out[i], "5");
		struct event *e = add_event(f, EVENT_START, S(40), NULL);
		e->bits = EVENT_REPAIRED;
		e->value = START + S(60);
		fixture_fold(f);
		assert_int_equal(f->race.start_at, START + S(60));
		assert_int_equal(stint(f, "5", 1)->from_at, START);
		assert_int_equal(stint(f, "5", 1)->out_at, START + out[i]);
		/* One that did nothing yet starts then. */
		assert_int_equal(car_of(f, "7")->stint_at, START + S(60));
	}
}

static void
a_car_that_comes_in_twice_around_a_moved_start_has_a_whole_stint(void **state)
{
	struct fixture *f = fixture_new();
	(void)state;
	f->setup.start_at = INSTANT_NONE;
	f->setup.type = SESSION_RACE;
	add_event(f, EVENT_START, 0, NULL);
	add_event(f, EVENT_PIT_IN, S(20), "5");
	struct event *e = add_event(f, EVENT_START, S(40), NULL);
	e->bits = EVENT_REPAIRED;
	e->value = START + S(60);
	add_event(f, EVENT_PIT_IN, S(90), "5");
	fixture_fold(f);
	assert_int_equal(stint(f, "5", 1)->from_at, START);
	assert_int_equal(stint(f, "5", 1)->out_at, START + S(20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timed_lane_gives_stops_and_their_duration),
		cmocka_unit_test(a_file_of_laps_counts_crossings_in_the_lane),
		cmocka_unit_test(a_stop_that_is_inferred_from_standings_counts),
		cmocka_unit_test(the_stop_of_a_last_row_stays_open),
		cmocka_unit_test(two_crossings_in_the_lane_are_two_stops),
		cmocka_unit_test(an_out_of_a_car_that_is_out_is_harmless),
		cmocka_unit_test(loops_of_the_lane_that_miss_a_car_lose_no_stop),
		cmocka_unit_test(sf_on_the_track_side_also_counts_inside_a_timed_lane),
		cmocka_unit_test(driving_time_is_kept_for_each_driver),
		cmocka_unit_test(nobody_drives_while_the_car_stands_in_the_lane),
		cmocka_unit_test(a_lap_belongs_to_the_driver_who_ended_it),
		cmocka_unit_test(a_stint_is_of_the_driver_who_brought_the_car_in),
		cmocka_unit_test(
			a_start_that_is_moved_moves_no_stint_of_a_car_that_came_in_before),
		cmocka_unit_test(
			a_car_that_comes_in_twice_around_a_moved_start_has_a_whole_stint),
	};

	return cmocka_run_group_tests_name("race stints", tests, NULL, NULL);
}
