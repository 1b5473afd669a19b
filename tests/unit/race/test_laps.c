/*
 * test_laps.c -- passings: laps, sectors, what was missed, received twice, repaired
 */
#include "race_fixture.h"

static void a_lap_is_timed_from_the_signal_and_then_line_to_line(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_lap(f, "5", 1, 0, S(99));
	add_lap(f, "5", 2, S(99), S(189));
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 2);
	assert_int_equal(row_of(f, "5", 1)->time, S(99));
	assert_int_equal(row_of(f, "5", 2)->time, S(90));
	assert_int_equal(row_of(f, "5", 2)->at_line[0], START + S(99));
	assert_int_equal(row_of(f, "5", 2)->at_line[1], START + S(129));
	assert_int_equal(car_of(f, "5")->sector_last[2], S(30));
	assert_int_equal(car_of(f, "5")->lap_best, S(90));
	assert_int_equal(car_of(f, "5")->lap_best_number, 2);
	assert_int_equal(f->race.lap_best, S(90));
	assert_int_equal(race_elapsed(&f->race, f->race.now), S(189));
}

static void the_time_a_source_states_is_taken(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", LINE_SF, S(180), 2)->value = S(89) + MS(999);
	fixture_fold(f);
	assert_int_equal(row_of(f, "5", 2)->time, S(89) + MS(999));
	assert_int_equal(row_of(f, "5", 2)->bits,
			 LAP_STATED | LAP_BEST_RACE); /* the first of all */
	assert_int_equal(f->race.lap_best, S(89) + MS(999));
}

static void a_best_sector_is_never_the_way_from_the_grid(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_passing(f, "5", 1, S(10), 0);
	add_passing(f, "5", 2, S(40), 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->sector_last[0], S(10));
	assert_int_equal(car_of(f, "5")->sector_best[0], DURATION_NONE);
	assert_int_equal(f->race.sector_best[1], S(30));
	assert_int_equal(f->race.sector_best_car[1], find(f, "5"));
}

static void a_missed_line_is_estimated_and_makes_no_best(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", 2, S(150), 0);
	add_passing(f, "5", LINE_SF, S(180), 0);
	fixture_fold(f);
	/* Line 1 lies at 30 % of the lap, line 2 at 60 %. */
	assert_int_equal(row_of(f, "5", 2)->at_line[1], START + S(120));
	assert_int_equal(row_of(f, "5", 2)->estimated, 1 << 1);
	assert_int_equal(row_of(f, "5", 2)->time, S(90));
	assert_int_equal(f->race.sector_best[1], S(30)); /* of lap 1 */
	assert_int_equal(f->race.sector_best[0], DURATION_NONE);
}

static void a_crossing_received_twice_counts_once(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 2, S(90));
	add_passing(f, "5", LINE_SF, S(180) + MS(3), 0);
	add_passing(f, "5", LINE_SF_PIT, S(180) + MS(40), 0);
	add_passing(f, "5", LINE_SF, S(180) + MS(50), 2);
	add_passing(f, "5", 1, S(210), 0);
	add_passing(f, "5", 1, S(210) + MS(2), 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 2);
	assert_int_equal(car_of(f, "5")->sf_at, START + S(180));
	assert_int_equal(car_of(f, "5")->line_at, START + S(210));
	assert_int_equal(car_of(f, "5")->stops, 0);
	assert_int_equal(f->race.anomalies[ANOMALY_REPEATED], 4);
}

static void laps_the_source_jumped_over_are_rows_of_unknown_time(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 2, S(90));
	add_passing(f, "5", LINE_SF, S(450), 5)->value = S(91);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 5);
	assert_int_equal(row_of(f, "5", 3)->time, DURATION_NONE);
	assert_int_equal(row_of(f, "5", 3)->bits, LAP_REPAIRED);
	assert_int_equal(row_of(f, "5", 3)->at, START + S(270));
	/* The lap that was received says when the one before it ended. */
	assert_int_equal(row_of(f, "5", 4)->at, START + S(450 - 91));
	assert_int_equal(row_of(f, "5", 5)->time, S(91));
	assert_int_equal(car_of(f, "5")->lap_best, S(90));
	assert_int_equal(f->race.anomalies[ANOMALY_MISSING], 1);
}

static void an_intermediate_of_a_later_lap_tells_of_missed_ones(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 2, S(100));
	add_passing(f, "5", 1, S(330), 4);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 3);
	assert_int_equal(car_of(f, "5")->line, 1);
	assert_int_equal(row_of(f, "5", 3)->at, START + S(300));
}

static void a_lap_number_no_car_can_have_reached_is_not_believed(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", LINE_SF, S(180), 4000000000u);
	add_passing(f, "5", LINE_SF, S(181), 3000);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 1);
	assert_int_equal(f->race.anomalies[ANOMALY_CONTRADICTION], 2);
}

static void a_missed_crossing_is_found_by_the_lines_after_it(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_passing(f, "5", 1, S(30), 0);
	add_passing(f, "5", 2, S(60), 0);
	add_passing(f, "5", 1, S(130), 0);
	add_passing(f, "5", 2, S(160), 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 1);
	/* 40 % of a lap to SF, 30 % behind it, 70 s in all. */
	assert_int_equal(row_of(f, "5", 1)->at, START + S(100));
	assert_true(row_of(f, "5", 1)->estimated & 1);
	assert_int_equal(car_of(f, "5")->lap_best, DURATION_NONE);
	assert_int_equal(f->race.anomalies[ANOMALY_MISSING], 1);
}

static void the_field_crossing_behind_a_rolling_start_has_no_lap(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.lap_length = 4180000;
	add_passing(f, "5", LINE_SF, -S(120), 0);
	add_passing(f, "5", LINE_SF, 0, 0);
	add_passing(f, "2", LINE_SF, S(14), 0);
	add_passing(f, "5", LINE_SF, S(98), 0);
	add_passing(f, "2", LINE_SF, S(113), 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 1);
	assert_int_equal(car_of(f, "2")->laps, 1);
	assert_int_equal(row_of(f, "2", 1)->time, S(113)); /* from the signal */
	assert_int_equal(f->race.anomalies[ANOMALY_REPEATED], 0);
}

static void a_signal_received_late_ends_what_was_driven_before(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.start_at = INSTANT_NONE;
	for (int i = 0; i < 4; i++)
		add_passing(f, "5", LINE_SF, -S(400) + S(100) * i, 0);
	add_event(f, EVENT_START, 0, NULL)->value = START - S(4);
	add_laps(f, "5", 2, S(90));
	fixture_fold_to(f, START - 1);
	assert_int_equal(car_of(f, "5")->laps, 3);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 2);
	assert_int_equal(f->race.lap_first, 3);
	assert_int_equal(row_of(f, "5", 1)->prev, 0);
	assert_int_equal(f->race.start_at, START);
	assert_int_equal(f->race.clock_at, START - S(4));
}

static void without_a_signal_laps_count_from_the_first_crossing(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.start_at = INSTANT_NONE;
	add_passing(f, "5", LINE_SF, S(10), 0);
	add_passing(f, "5", LINE_SF, S(100), 0);
	add_passing(f, "7", LINE_SF, S(105), 41)->value = S(89);
	add_passing(f, "7", LINE_SF, S(196), 42);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 1);
	assert_int_equal(row_of(f, "5", 1)->time, S(90));
	/* Joined late: what was before is not invented. */
	assert_int_equal(car_of(f, "7")->laps, 42);
	assert_int_equal(car_of(f, "7")->lap_first, 40);
	assert_int_equal(row_of(f, "7", 41)->prev, 0);
	assert_string_equal(order_text(f), "7 5");
}

static void a_lap_without_lines_has_a_time_and_no_sectors(void **state)
{
	struct fixture *f = fixture_new();
	struct event *e;

	(void)state;
	add_laps(f, "5", 1, S(90));
	e = add_event(f, EVENT_LAP, S(181), "5");
	e->number = 2;
	e->value = S(88);
	e = add_event(f, EVENT_LAP, S(182), "5");
	e->number = 2;
	e->value = S(88);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 2);
	assert_int_equal(row_of(f, "5", 2)->at_line[1], INSTANT_NONE);
	assert_int_equal(car_of(f, "5")->lap_best, S(88));
}

static void an_event_out_of_time_changes_a_counter_only(void **state)
{
	struct fixture *f = fixture_new();
	struct event late;

	(void)state;
	add_laps(f, "5", 2, S(90));
	fixture_fold(f);
	late = f->events[1];
	race_apply(&f->race, &f->tables, &late, f->text, NULL);
	late.at = INT64_MAX;
	race_apply(&f->race, &f->tables, &late, f->text, NULL);
	assert_int_equal(f->race.anomalies[ANOMALY_CLOCK], 2);
	assert_int_equal(car_of(f, "5")->laps, 2);
	assert_int_equal(f->race.now, START + S(180));
}

static void a_deleted_lap_is_no_best_lap(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_entry(f, "5", ENTRY_CLASS, 0, "GT");
	add_lap(f, "5", 1, 0, S(100));
	add_lap(f, "5", 2, S(100), S(190));
	add_lap(f, "5", 3, S(190), S(270));
	add_lap(f, "7", 1, 0, S(100));
	add_lap(f, "7", 2, S(100), S(185));
	add_decision(f, "5", DECISION_LAP_DELETED, 3, "|track limits");
	fixture_fold_to(f, START + S(500));
	assert_int_equal(f->race.lap_best, S(80));
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->lap_best, S(90));
	assert_int_equal(car_of(f, "5")->lap_best_number, 2);
	assert_int_equal(f->race.lap_best, S(85));
	assert_int_equal(f->race.lap_best_car, find(f, "7"));
	assert_int_equal(f->race.classes[0].lap_best, S(90));
	assert_true(race_lap_deleted(&f->race, find(f, "5"), 3));
	assert_false(race_lap_deleted(&f->race, find(f, "5"), 2));
}

static void check_sectors_without_lap_3(struct fixture *f, int64_t best)
{
	fixture_fold(f);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(car_of(f, "5")->sector_best[i], best);
		assert_int_equal(f->race.sector_best[i], S(29));
		assert_int_equal(f->race.sector_best_car[i], find(f, "7"));
		assert_int_equal(f->race.classes[0].sector_best[i], best);
		assert_int_equal(f->race.classes[0].sector_best_car[i], find(f, "5"));
	}
}

static struct fixture *lap_3_is_fast(void)
{
	struct fixture *f = fixture_new();
	add_entry(f, "5", ENTRY_CLASS, 0, "GT");
	add_lap(f, "5", 1, 0, S(100));
	add_lap(f, "5", 2, S(100), S(190));
	add_lap(f, "5", 3, S(190), S(271));
	add_lap(f, "7", 1, 0, S(100));
	add_lap(f, "7", 2, S(100), S(187));
	return f;
}

static void a_deleted_lap_has_no_best_sectors(void **state)
{
	struct fixture *f = lap_3_is_fast();
	(void)state;
	fixture_fold(f);
	assert_int_equal(f->race.sector_best[0], S(27));
	assert_int_equal(f->race.sector_best[2], S(27));
	add_decision(f, "5", DECISION_LAP_DELETED, 3, "|track limits");
	check_sectors_without_lap_3(f, S(30));
	/* Sectors of the lap that goes on count. */
	add_passing(f, "5", 1, S(299), 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->sector_best[0], S(28));
	assert_int_equal(f->race.sector_best[0], S(28));
}

/* Of a source that reports no lines the lap is its only sector. */
static void a_deleted_lap_is_no_best_sector_of_a_lap_without_lines(void **state)
{
	struct fixture *f = fixture_new();
	(void)state;
	f->setup.line_count = 1;
	for (uint32_t lap = 1; lap <= 3; lap++)
		add_passing(f, "5", LINE_SF, lap * S(90) - (lap == 3 ? S(9) : 0), 0);
	fixture_fold(f);
	assert_int_equal(f->race.sector_best[0], S(81));
	add_decision(f, "5", DECISION_LAP_DELETED, 3, "|");
	fixture_fold(f);
	assert_int_equal(f->race.sector_best[0], S(90));
	assert_int_equal(car_of(f, "5")->sector_best[0], S(90));
}

/* As a lap file has it, whose deletions are known before the end of the lap. */
static void a_lap_that_is_deleted_before_its_end_has_no_best_sectors(void **state)
{
	struct fixture *f = lap_3_is_fast();
	(void)state;
	add_decision(f, "5", DECISION_LAP_DELETED, 3, "|")->at = START + S(271) - 1;
	check_sectors_without_lap_3(f, S(30));
	for (uint32_t i = 0; i < f->race.history_count; i++)
		assert_false(f->history[i].kind == HISTORY_SECTOR_BEST &&
			     f->history[i].at == START + S(271));
}

static void laps_of_the_pits_and_from_the_signal_are_no_best_laps(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_lap(f, "5", 1, 0, S(70));
	add_passing(f, "5", LINE_SF_PIT, S(145), 2);
	add_passing(f, "5", LINE_SF, S(221), 3);
	add_lap(f, "5", 4, S(221), S(311));
	fixture_fold_to(f, START + S(221));
	assert_int_equal(car_of(f, "5")->lap_best, DURATION_NONE);
	assert_int_equal(car_of(f, "5")->lap_last, S(76));
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->lap_best, S(90));
	assert_int_equal(car_of(f, "5")->lap_best_number, 4);
}

static void a_full_table_is_counted_and_the_race_goes_on(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->tables.laps_max = 3;
	add_laps(f, "5", 6, S(90));
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 6);
	assert_int_equal(f->race.lap_count, 3);
	assert_int_equal(f->race.anomalies[ANOMALY_CAPACITY], 3);
	assert_int_equal(f->race.full[RACE_LIMIT_LAPS], 3);
}

static void each_full_table_has_its_count(void **state)
{
	struct fixture *f = fixture_new();
	(void)state;
	add_laps(f, "5", 6, S(90));
	for (unsigned i = 0; i < 5; i++) {
		add_flag(f, i % 2 ? FLAG_GREEN : FLAG_SC, S(100 + i));
		/* Too early for another lap. */
		add_passing(f, "5", LINE_SF, S(91 + i), 0);
		add_event(f, EVENT_PIT_IN, S(120 + 90 * i), "5")->line = LINE_PIT_IN;
		add_event(f, EVENT_PIT_OUT, S(130 + 90 * i), "5")->value =
			DURATION_NONE;
	}
	fixture_fold(f);
	const struct race all = f->race;
	for (int i = 0; i < RACE_LIMIT_COUNT; i++)
		assert_int_equal(all.full[i], 0);
	assert_true(all.flag_count > 1 && all.fault_count > 1 && all.stint_count > 1);
	f->tables.flags_max = f->tables.faults_max = f->tables.stints_max = 1;
	f->tables.history_max = 3;
	fixture_fold(f);
	assert_int_equal(f->race.full[RACE_LIMIT_FLAGS], all.flag_count - 1);
	assert_int_equal(f->race.full[RACE_LIMIT_FAULTS], all.fault_count - 1);
	assert_int_equal(f->race.full[RACE_LIMIT_STINTS], all.stint_count - 1);
	assert_true(f->race.full[RACE_LIMIT_HISTORY] > 0);
	assert_int_equal(f->race.lap_count, all.lap_count);
}

static void times_at_any_line_are_found_in_hand_before_and_in_rows(void **state)
{
	struct fixture *f = fixture_new();
	uint16_t car;

	(void)state;
	add_laps(f, "5", 4, S(90));
	add_passing(f, "5", 1, S(390), 5);
	fixture_fold(f);
	car = find(f, "5");
	assert_int_equal(race_progress(&f->race, car), 13);
	for (uint64_t p = 0; p <= 13; p++)
		assert_int_equal(race_time_at(&f->race, &f->tables, car, p),
				 START + S(30) * (int64_t)p);
	assert_int_equal(race_time_at(&f->race, &f->tables, car, 14), INSTANT_NONE);
	assert_int_equal(race_time_at(&f->race, &f->tables, car, 999), INSTANT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lap_is_timed_from_the_signal_and_then_line_to_line),
		cmocka_unit_test(the_time_a_source_states_is_taken),
		cmocka_unit_test(a_best_sector_is_never_the_way_from_the_grid),
		cmocka_unit_test(a_missed_line_is_estimated_and_makes_no_best),
		cmocka_unit_test(a_crossing_received_twice_counts_once),
		cmocka_unit_test(laps_the_source_jumped_over_are_rows_of_unknown_time),
		cmocka_unit_test(an_intermediate_of_a_later_lap_tells_of_missed_ones),
		cmocka_unit_test(a_lap_number_no_car_can_have_reached_is_not_believed),
		cmocka_unit_test(a_missed_crossing_is_found_by_the_lines_after_it),
		cmocka_unit_test(the_field_crossing_behind_a_rolling_start_has_no_lap),
		cmocka_unit_test(a_signal_received_late_ends_what_was_driven_before),
		cmocka_unit_test(without_a_signal_laps_count_from_the_first_crossing),
		cmocka_unit_test(a_lap_without_lines_has_a_time_and_no_sectors),
		cmocka_unit_test(an_event_out_of_time_changes_a_counter_only),
		cmocka_unit_test(a_deleted_lap_is_no_best_lap),
		cmocka_unit_test(a_deleted_lap_has_no_best_sectors),
		cmocka_unit_test(
			a_deleted_lap_is_no_best_sector_of_a_lap_without_lines),
		cmocka_unit_test(
			a_lap_that_is_deleted_before_its_end_has_no_best_sectors),
		cmocka_unit_test(laps_of_the_pits_and_from_the_signal_are_no_best_laps),
		cmocka_unit_test(a_full_table_is_counted_and_the_race_goes_on),
		cmocka_unit_test(each_full_table_has_its_count),
		cmocka_unit_test(
			times_at_any_line_are_found_in_hand_before_and_in_rows),
	};

	return cmocka_run_group_tests_name("race laps", tests, NULL, NULL);
}
