/*
 * test_stops.c -- what is learned of stints and stops, where the truth is known
 */
#include "drive.h"

#include "pitwall/strategy.h"

static struct stops one, two;
static const struct stops_prior nothing;

static const struct stops_of *learn(struct fixture *f, const char *number)
{
	stops_learn(&f->race, &f->tables, &nothing, &one);
	return &one.cars[find(f, number)];
}

static const struct stops_of *learn_class(struct fixture *f, const char *number)
{
	stops_learn(&f->race, &f->tables, &nothing, &one);
	return &one.classes[f->race.entries[find(f, number)].class_index];
}

/* Stints of ten laps of 90 s; a stop is 70 s in the lane and loses 55 s. */
static const struct drive plain = {.number = "5",
				   .class_name = "GT",
				   .lap = S(90),
				   .laps = 55,
				   .stint = 10,
				   .lane = S(70),
				   .loss = S(55)};

static void assert_plain(const struct stops_of *of)
{
	assert_int_equal(of->stint.laps, 10);
	assert_int_equal(of->stint.laps_most, 10);
	assert_int_equal(of->green.lane, S(70));
	assert_int_equal(of->green.loss, S(55));
	assert_int_equal(of->lap, S(90));
}

static void stints_and_stops_are_exact_where_they_never_vary(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	drive_car(f, &plain);
	fixture_fold(f);
	assert_plain(learn(f, "5"));
	assert_int_equal(one.cars[find(f, "5")].green.seen, 5);
	assert_int_equal(one.cars[find(f, "5")].stint.seen, 5);
	/* From the lane to the lane: ten laps, 55 s of loss but for the braking into
	 * the next stop, less the lane and what lies before the line. */
	assert_int_equal(one.cars[find(f, "5")].stint.time, S(900 + 55 - 70));
	assert_plain(learn_class(f, "5"));
}

static void what_is_no_usual_stop_changes_nothing(void **state)
{
	static const struct {
		const char *what;
		uint32_t first, odd_lap;
		int64_t odd_lane;
	} cases[] = {
		{"a first stint of three laps", 3, 0, 0},
		{"a repair of half an hour", 0, 26, S(1800)},
		{"a drive through the lane", 0, 23, S(25)},
		{"a repair on the first lap", 0, 1, S(600)},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fixture *f = fixture_new();
		struct drive drive = plain;

		print_message("# %s\n", cases[i].what);
		drive.laps = 75;
		drive.first = cases[i].first;
		drive.odd_lap = cases[i].odd_lap;
		drive.odd_lane = cases[i].odd_lane;
		drive_car(f, &drive);
		fixture_fold(f);
		assert_plain(learn(f, "5"));
	}
}

/* Laps 16 to 35 are behind the safety car, and one stop falls among them. */
static void a_stop_under_the_safety_car_is_another_stop(void **state)
{
	struct fixture *f = fixture_new();
	struct drive drive = plain;

	(void)state;
	drive.slow_from = 16;
	drive.slow_to = 35;
	drive.slow_lap = S(180);
	drive.slow_loss = S(20);
	drive_car(f, &drive);
	/* Fifteen laps and one stop; twenty slow laps and the stop among them, and
	 * one more, are behind it. */
	add_flag(f, FLAG_SC, 15 * S(90) + S(55) + S(1));
	add_flag(f, FLAG_GREEN, 15 * S(90) + S(55) + 20 * S(180) + 2 * S(20) + S(1));
	fixture_fold(f);
	assert_int_equal(learn(f, "5")->slow.loss, S(20));
	assert_int_equal(learn(f, "5")->green.loss, S(55));
	assert_int_equal(one.slow_ratio_pm, 2000);
}

/* The laps beside the stop took longer than the stop: no measure of its loss. */
static void a_stop_that_gains_time_is_not_measured(void **state)
{
	struct fixture *f = fixture_new();
	struct drive drive = plain;

	(void)state;
	drive.slow_from = 16;
	drive.slow_to = 35;
	drive.slow_lap = S(180);
	drive.slow_loss = -S(40);
	drive_car(f, &drive);
	add_flag(f, FLAG_SC, 15 * S(90) + S(55) + S(1));
	add_flag(f, FLAG_GREEN, 15 * S(90) + S(55) + 20 * S(180) - 2 * S(40) + S(1));
	fixture_fold(f);
	assert_int_equal(learn(f, "5")->slow.seen, 0);
	assert_int_equal(one.cars[find(f, "5")].slow.loss,
			 S(70) - S(15) * one.slow_ratio_pm / 1000);
}

/* Half the lane's time is the track beside it: a lap that takes twice as long leaves
 * nothing of the loss but the stop itself. */
static void without_a_stop_behind_the_safety_car_its_loss_is_derived(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	drive_car(f, &plain);
	fixture_fold(f);
	learn(f, "5");
	assert_int_equal(one.slow_ratio_pm, 1800);
	assert_int_equal(one.cars[find(f, "5")].slow.loss, S(70) - S(15) * 18 / 10);
	assert_int_equal(one.cars[find(f, "5")].slow.seen, 0);
}

static void a_class_that_has_not_stopped_takes_the_time_of_the_others(void **state)
{
	struct fixture *f = fixture_new();
	struct drive other = plain;

	(void)state;
	drive_car(f, &plain);
	other.number = "7";
	other.class_name = "LMP";
	other.lap = S(60);
	other.laps = 12; /* shorter than a stint of the others, so far */
	other.stint = 0;
	drive_car(f, &other);
	fixture_fold(f);
	assert_int_equal(learn(f, "7")->stint.time, S(900 + 55 - 70));
	assert_int_equal(one.cars[find(f, "7")].stint.laps, (900 + 55 - 70) / 60);
	assert_int_equal(one.cars[find(f, "7")].stint.seen, 0);
	assert_int_equal(one.cars[find(f, "7")].green.loss, S(55));
}

/* Three more cars like @drive. */
static void drive_others(struct fixture *f, struct drive drive)
{
	static const char *const numbers[] = {"6", "7", "8"};

	for (unsigned i = 0; i < ARRAY_LEN(numbers); i++) {
		drive.number = numbers[i];
		drive_car(f, &drive);
	}
}

/* Own stints of 10, class of 14: with few seen the class weighs, with many it does not. */
static void few_stints_are_drawn_to_the_class(void **state)
{
	struct fixture *f = fixture_new();
	struct drive other = plain;

	(void)state;
	drive_car(f, &(struct drive){.number = "5",
				     .class_name = "GT",
				     .lap = S(90),
				     .laps = 15,
				     .stint = 10,
				     .lane = S(70),
				     .loss = S(55)});
	other.stint = 14;
	drive_others(f, other);
	fixture_fold(f);
	assert_int_equal(learn(f, "5")->stint.laps, 13); /* (10 + 2 * 14) / 3 */
	assert_int_equal(one.cars[find(f, "5")].stint.seen, 1);
	assert_int_equal(one.cars[find(f, "6")].stint.laps, 14);
}

/* The others are on the road for longer already: a stop after three laps was no stint. */
static void a_stint_shorter_than_those_in_hand_is_none(void **state)
{
	struct fixture *f = fixture_new();
	struct drive other = plain;

	(void)state;
	drive_car(f, &(struct drive){.number = "5",
				     .class_name = "GT",
				     .lap = S(90),
				     .laps = 12,
				     .stint = 3,
				     .lane = S(70),
				     .loss = S(55)});
	other.stint = 0;
	other.laps = 8;
	drive_others(f, other);
	fixture_fold(f);
	assert_int_equal(learn(f, "6")->stint.laps, 0);
	assert_int_equal(one.cars[find(f, "5")].stint.laps, 0);
	/* What the stop cost is known all the same. */
	assert_int_equal(one.cars[find(f, "6")].green.loss, S(55));
}

static void without_a_stop_nothing_is_known(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 8, S(90));
	fixture_fold(f);
	assert_int_equal(learn(f, "5")->stint.laps, 0);
	assert_int_equal(one.cars[find(f, "5")].stint.time, DURATION_NONE);
	assert_int_equal(one.cars[find(f, "5")].green.lane, DURATION_NONE);
	assert_int_equal(one.cars[find(f, "5")].slow.loss, DURATION_NONE);
	assert_int_equal(one.cars[find(f, "5")].lap, S(90));
}

static void nothing_after_the_instant_is_read(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	drive_car(f, &plain);
	fixture_fold_to(f, START + S(3000));
	stops_learn(&f->race, &f->tables, &nothing, &one);
	for (uint32_t i = f->race.lap_count; i < FIXTURE_ROWS; i++)
		memset(&f->laps[i], 0x77, sizeof(f->laps[i]));
	for (uint32_t i = f->race.stint_count; i < FIXTURE_ROWS; i++)
		memset(&f->stints[i], 0x77, sizeof(f->stints[i]));
	memset(&two, 0xa5, sizeof(two));
	stops_learn(&f->race, &f->tables, &nothing, &two);
	assert_memory_equal(&one, &two, sizeof(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stints_and_stops_are_exact_where_they_never_vary),
		cmocka_unit_test(what_is_no_usual_stop_changes_nothing),
		cmocka_unit_test(a_stop_under_the_safety_car_is_another_stop),
		cmocka_unit_test(a_stop_that_gains_time_is_not_measured),
		cmocka_unit_test(
			without_a_stop_behind_the_safety_car_its_loss_is_derived),
		cmocka_unit_test(
			a_class_that_has_not_stopped_takes_the_time_of_the_others),
		cmocka_unit_test(few_stints_are_drawn_to_the_class),
		cmocka_unit_test(a_stint_shorter_than_those_in_hand_is_none),
		cmocka_unit_test(without_a_stop_nothing_is_known),
		cmocka_unit_test(nothing_after_the_instant_is_read),
	};

	return cmocka_run_group_tests_name("race stops", tests, NULL, NULL);
}
