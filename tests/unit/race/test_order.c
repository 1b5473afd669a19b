/*
 * test_order.c -- positions, classes, the grid, names of cars
 */
#include "race_fixture.h"

#include <string.h>

static void positions_change_at_every_line(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_passing(f, "5", 1, S(30), 0);
	add_passing(f, "7", 1, S(31), 0);
	add_passing(f, "7", 2, S(60), 0);
	add_passing(f, "5", 2, S(61), 0);
	fixture_fold_to(f, START + S(31));
	assert_string_equal(order_text(f), "5 7");
	fixture_fold(f);
	assert_string_equal(order_text(f), "7 5");
}

/* At one line, and when the one behind is late for the next. */
static void a_gap_is_from_the_car_ahead_to_the_one_behind_alone(void **state)
{
	struct fixture *f = fixture_new();
	struct gap gap;

	(void)state;
	add_passing(f, "5", 1, S(30), 0);
	add_passing(f, "7", 1, S(34), 0);
	fixture_fold_to(f, START + S(50));
	gap = gap_between(&f->race, &f->tables, find(f, "5"), find(f, "7"));
	assert_int_equal(gap.kind, GAP_TIME);
	assert_int_equal(gap.value, S(4));
	gap = gap_between(&f->race, &f->tables, find(f, "7"), find(f, "5"));
	assert_int_equal(gap.kind, GAP_NONE);
	assert_int_equal(gap.value, 0);
}

static void of_two_at_one_instant_the_order_of_events_decides(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_passing(f, "7", 1, S(30), 0);
	add_passing(f, "5", 1, S(30), 0);
	fixture_fold(f);
	assert_string_equal(order_text(f), "5 7");
}

static void before_the_first_line_the_grid_stands_and_then_numbers(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_entry(f, "10", ENTRY_CAR, 0, "");
	add_entry(f, "7", ENTRY_CAR, 0, "");
	add_entry(f, "007", ENTRY_CAR, 0, "");
	add_entry(f, "21", ENTRY_GRID, 2, "");
	add_entry(f, "30", ENTRY_GRID, 1, "");
	fixture_fold(f);
	assert_string_equal(order_text(f), "30 21 7 007 10");
	assert_int_equal(standing_of(f, "30")->position, 1);
	assert_int_equal(standing_of(f, "7")->position, 0); /* blank */
}

static void class_places_and_leaders_follow_every_swap(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_entry(f, "1", ENTRY_CLASS, 0, "GT");
	add_entry(f, "2", ENTRY_CLASS, 0, "LMP");
	add_entry(f, "3", ENTRY_CLASS, 0, "GT");
	add_passing(f, "1", 1, S(10), 0);
	add_passing(f, "2", 1, S(11), 0);
	add_passing(f, "3", 1, S(12), 0);
	add_passing(f, "3", 2, S(20), 0);
	fixture_fold(f);
	assert_string_equal(order_text(f), "3 1 2");
	assert_string_equal(f->race.classes[0].name, "GT");
	assert_int_equal(f->race.classes[0].leader, find(f, "3"));
	assert_int_equal(f->race.classes[0].cars, 2);
	assert_int_equal(standing_of(f, "1")->class_position, 2);
	assert_int_equal(standing_of(f, "2")->class_position, 1);
}

static void the_seventeenth_class_is_counted(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	for (unsigned i = 0; i < 17; i++) {
		char number[8], name[8];

		text_format(number, sizeof(number), "%u", i + 1);
		text_format(name, sizeof(name), "C%u", i + 1);
		add_entry(f, number, ENTRY_CLASS, 0, name);
	}
	fixture_fold(f);
	assert_int_equal(f->race.class_count, 16);
	assert_int_equal(f->race.anomalies[ANOMALY_CAPACITY], 1);
	assert_int_equal(f->race.full[RACE_LIMIT_CLASSES], 1);
	assert_int_equal(f->race.entries[16].class_index, RACE_CLASSES_MAX);
}

static void the_257th_car_is_counted(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	for (unsigned i = 0; i < 258; i++) {
		char number[8];

		text_format(number, sizeof(number), "%u", i + 1);
		add_event(f, EVENT_ENTRY, -S(60), number);
	}
	fixture_fold(f);
	assert_int_equal(f->race.car_count, 256);
	assert_int_equal(f->race.anomalies[ANOMALY_CAPACITY], 2);
	assert_int_equal(f->race.full[RACE_LIMIT_CARS], 2);
}

static void the_1025th_name_is_counted(void **state)
{
	struct fixture *f = fixture_new();
	uint32_t used, max;
	(void)state;
	for (unsigned i = 0; i < 1030; i++) {
		char transponder[8];
		text_format(transponder, sizeof(transponder), "%u", 5000 + i);
		add_entry(f, transponder, ENTRY_NUMBER, 0, "7");
		f->list.at[f->list.count - 1].id_kind = ID_TRANSPONDER;
	}
	fixture_fold(f);
	race_limit(&f->race, &f->tables, RACE_LIMIT_NAMES, &used, &max);
	assert_int_equal(used, 1024);
	assert_int_equal(max, 1024);
	/* One of the names is the number. */
	assert_int_equal(f->race.full[RACE_LIMIT_NAMES], 1030 - 1023);
	assert_int_equal(f->race.full[RACE_LIMIT_CARS], 0);
}

static void numbers_are_text(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_passing(f, "7", 1, S(30), 0);
	add_passing(f, "07", 1, S(31), 0);
	add_passing(f, "007", 1, S(32), 0);
	fixture_fold(f);
	assert_int_equal(f->race.car_count, 3);
	assert_string_equal(order_text(f), "7 07 007");
	assert_int_equal(race_find_text(&f->race, SLICE("07")), find(f, "07"));
	assert_int_equal(race_find_text(&f->race, SLICE("0007")), CAR_NONE);
}

static void a_number_that_looks_like_an_address_is_a_number(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_passing(f, "~11", 1, S(30), 0);
	add_passing(f, "?7", 1, S(31), 0);
	fixture_fold(f);
	assert_int_equal(race_find_text(&f->race, SLICE("~11")), find(f, "~11"));
	assert_int_equal(race_find_text(&f->race, SLICE("?7")), find(f, "?7"));
	assert_int_equal(race_find_text(&f->race, SLICE("~01")), CAR_NONE);
}

static struct event *received(struct fixture *f, enum event_kind kind, int64_t t,
			      const char *transponder)
{
	struct event *e = add_event(f, kind, t, NULL);

	event_set_id(e, ID_TRANSPONDER, slice_of(transponder));
	return e;
}

static void a_transponder_nobody_knows_is_shown_as_such(void **state)
{
	struct fixture *f = fixture_new();
	struct event *e;
	char label[16];

	(void)state;
	received(f, EVENT_PASSING, S(30), "10453")->line = 1;
	e = add_event(f, EVENT_ENTRY, -S(60), NULL);
	event_set_id(e, ID_REGISTRATION, SLICE("MORGAN"));
	e->field = ENTRY_TEAM;
	event_set_text(&f->list, e, SLICE("Morgan Works"));
	fixture_fold(f);
	race_car_label(&f->race, race_find(&f->race, ID_TRANSPONDER, SLICE("10453")),
		       label);
	assert_string_equal(label, "?10453");
	assert_int_equal(race_find_text(&f->race, SLICE("?10453")),
			 race_find(&f->race, ID_TRANSPONDER, SLICE("10453")));
	race_car_label(&f->race, race_find(&f->race, ID_REGISTRATION, SLICE("MORGAN")),
		       label);
	assert_string_equal(label, "~01");
	assert_int_equal(race_find_text(&f->race, SLICE("~01")), 0);
	assert_int_equal(race_find_text(&f->race, SLICE("~99")), CAR_NONE);
	assert_string_equal(f->race.entries[0].number, "");
}

static void name_it(struct fixture *f, int64_t t, const char *transponder,
		    const char *number)
{
	struct event *e = received(f, EVENT_ENTRY, t, transponder);

	e->field = ENTRY_NUMBER;
	event_set_text(&f->list, e, slice_of(number));
}

static void a_transponder_gets_its_number_before_or_after_it_ran(void **state)
{
	struct fixture *f = fixture_new();
	char label[16];

	(void)state;
	add_entry(f, "5", ENTRY_TEAM, 0, "Champion");
	add_entry(f, "7", ENTRY_TEAM, 0, "Goh");
	name_it(f, -S(60), "100", "5");
	received(f, EVENT_PASSING, S(30), "100")->line = 1;
	received(f, EVENT_PASSING, S(31), "200")->line = 1;
	name_it(f, S(40), "200", "7");
	received(f, EVENT_PASSING, S(60), "200")->line = 2;
	received(f, EVENT_PASSING, S(61), "300")->line = 1;
	name_it(f, S(70), "300", "9");
	fixture_fold(f);
	assert_int_equal(race_progress(&f->race, find(f, "5")), 1);
	assert_int_equal(race_progress(&f->race, find(f, "7")), 2);
	assert_string_equal(f->race.entries[find(f, "7")].team, "Goh");
	race_car_label(&f->race, race_find(&f->race, ID_TRANSPONDER, SLICE("300")),
		       label);
	assert_string_equal(label, "9");
	/* The entry 7 and transponder 200 were two cars and are one now: the
	 * other half is listed nowhere. */
	standings_query(&f->race, &f->tables, &f->standings);
	assert_int_equal(f->standings.count, 3);
	classify(&f->race, &f->tables, &f->rules, &f->classification);
	assert_int_equal(f->classification.count, 3);
}

static void a_transponder_moved_to_another_car_counts_there(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	name_it(f, -S(60), "100", "5");
	received(f, EVENT_PASSING, S(30), "100")->line = 1;
	name_it(f, S(40), "100", "6");
	received(f, EVENT_PASSING, S(60), "100")->line = 1;
	fixture_fold(f);
	assert_int_equal(race_progress(&f->race, find(f, "5")), 1);
	assert_int_equal(race_progress(&f->race, find(f, "6")), 1);
}

static void a_timed_session_is_ordered_by_best_lap(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.type = SESSION_TIMED;
	add_passing(f, "5", LINE_SF, S(10), 0);
	add_passing(f, "5", LINE_SF, S(101), 0);
	add_passing(f, "7", LINE_SF, S(20), 0);
	add_passing(f, "7", LINE_SF, S(110), 0);
	add_passing(f, "9", LINE_SF, S(120), 0);
	add_passing(f, "5", LINE_SF, S(300), 0);
	fixture_fold(f);
	assert_string_equal(order_text(f), "7 5 9");
	assert_string_equal(gap_text(standing_of(f, "5")->gap), "1.000");
	assert_int_equal(standing_of(f, "9")->position, 0);
	add_decision(f, "7", DECISION_LAP_DELETED, 1, "|track limits");
	fixture_fold(f);
	assert_string_equal(order_text(f), "5 7 9");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_change_at_every_line),
		cmocka_unit_test(a_gap_is_from_the_car_ahead_to_the_one_behind_alone),
		cmocka_unit_test(of_two_at_one_instant_the_order_of_events_decides),
		cmocka_unit_test(
			before_the_first_line_the_grid_stands_and_then_numbers),
		cmocka_unit_test(class_places_and_leaders_follow_every_swap),
		cmocka_unit_test(the_seventeenth_class_is_counted),
		cmocka_unit_test(the_257th_car_is_counted),
		cmocka_unit_test(the_1025th_name_is_counted),
		cmocka_unit_test(numbers_are_text),
		cmocka_unit_test(a_number_that_looks_like_an_address_is_a_number),
		cmocka_unit_test(a_transponder_nobody_knows_is_shown_as_such),
		cmocka_unit_test(a_transponder_gets_its_number_before_or_after_it_ran),
		cmocka_unit_test(a_transponder_moved_to_another_car_counts_there),
		cmocka_unit_test(a_timed_session_is_ordered_by_best_lap),
	};

	return cmocka_run_group_tests_name("race order", tests, NULL, NULL);
}
