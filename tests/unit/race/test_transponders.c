/*
 * test_transponders.c -- whose transponder it is: unknown, given in retrospect, swapped
 */
#include "race_fixture.h"

static struct event *from(struct event *event, uint16_t source)
{
	event->source = source;
	return event;
}

static struct event *add_transponder(struct fixture *f, enum event_kind kind, int64_t t,
				     const char *transponder)
{
	struct event *e = add_event(f, kind, t, NULL);

	event_set_id(e, ID_TRANSPONDER, slice_of(transponder));
	return e;
}

/* The transponder's number, said by a source; t NONE: before everything. */
static struct event *add_number(struct fixture *f, const char *transponder,
				const char *number, int64_t t)
{
	struct event *e = add_transponder(f, EVENT_ENTRY, 0, transponder);

	e->at = t == INSTANT_NONE ? t : START + t;
	e->field = ENTRY_NUMBER;
	event_set_text(&f->list, e, slice_of(number));
	return e;
}

static void add_rounds(struct fixture *f, const char *transponder, unsigned laps,
		       int64_t from_t)
{
	for (unsigned lap = 1; lap <= laps; lap++)
		add_transponder(f, EVENT_PASSING, from_t + (int64_t)lap * S(90),
				transponder);
}

static void a_transponder_of_no_entry_is_told_once(void **state)
{
	struct fixture *f = fixture_new();
	char label[16];

	(void)state;
	add_entry(f, "7", ENTRY_CLASS, 0, "GT");
	add_rounds(f, "2906141", 3, 0);
	fixture_fold(f);
	assert_int_equal(f->race.fault_count, 1);
	assert_int_equal(f->faults[0].fault, FAULT_NO_ENTRY);
	assert_int_equal(f->faults[0].at, START + S(90));
	race_car_label(&f->race, f->faults[0].car, label);
	assert_string_equal(label, "?2906141");
}

static void without_entries_no_transponder_is_unknown(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_rounds(f, "2906141", 3, 0);
	add_rounds(f, "2906142", 3, S(1));
	fixture_fold(f);
	assert_int_equal(f->race.fault_count, 0);
}

static void a_transponder_given_in_retrospect_brings_its_laps(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_entry(f, "7", ENTRY_CLASS, 0, "GT");
	add_laps(f, "7", 3, S(90));
	/* Its transponder fails, and it goes on with another. */
	add_rounds(f, "2906141", 2, S(270));
	fixture_fold(f);
	assert_int_equal(car_of(f, "7")->laps, 3);
	assert_string_equal(order_text(f), "7 ?2906141");
	add_number(f, "2906141", "7", INSTANT_NONE)->bits = EVENT_BY_HAND;
	fixture_fold(f);
	assert_int_equal(car_of(f, "7")->laps, 5);
	assert_int_equal(row_of(f, "7", 5)->time, S(90));
	assert_string_equal(order_text(f), "7");
	assert_int_equal(faults(f, FAULT_NO_ENTRY), 0);
	assert_int_equal(faults(f, FAULT_TWO_CARS), 0);
}

static void a_transponder_given_later_counts_from_then_on(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "7", 3, S(90));
	add_rounds(f, "2906141", 3, S(270));
	add_number(f, "2906141", "7", S(400));
	fixture_fold(f);
	/* SF at 360 was the stranger's; 450 and 540 are of car 7. */
	assert_int_equal(car_of(f, "7")->laps, 5);
	assert_int_equal(faults(f, FAULT_TWO_CARS), 1);
}

static void a_car_waiting_for_its_number_takes_the_entry(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_entry(f, "7", ENTRY_TEAM, 0, "Seven");
	add_rounds(f, "2906141", 3, 0);
	add_number(f, "2906141", "7", S(200))->bits = EVENT_BY_HAND;
	fixture_fold(f);
	assert_int_equal(car_of(f, "7")->laps, 3);
	assert_string_equal(f->race.entries[find(f, "7")].team, "Seven");
	standings_query(&f->race, &f->tables, &f->standings);
	assert_int_equal(f->standings.count, 1);
}

static void sources_that_disagree_on_a_transponder_are_told(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_number(f, "11", "7", -S(60));
	from(add_number(f, "11", "8", -S(30)), 1);
	add_rounds(f, "11", 2, 0);
	fixture_fold(f);
	assert_int_equal(faults(f, FAULT_TWO_CARS), 1);
	assert_int_equal(car_of(f, "8")->laps, 2);
	assert_int_equal(car_of(f, "7")->laps, 0);
}

static void one_source_may_correct_its_own_list(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_number(f, "11", "7", -S(60));
	add_number(f, "11", "8", -S(30));
	add_rounds(f, "11", 2, 0);
	fixture_fold(f);
	assert_int_equal(f->race.fault_count, 0);
	assert_int_equal(car_of(f, "8")->laps, 2);
}

/* Both cars have a row in the entry list, read before and again after. */
static void swapped_transponders_are_put_right_by_hand(void **state)
{
	struct fixture *f = fixture_new();
	static const char *const rows[2][3] = {{"11", "7", "Seven"},
					       {"12", "8", "Eight"}};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const char *const *row = rows[i % 2];
		int64_t t = i < 2 ? -S(60) : S(500);
		struct event *e;

		add_transponder(f, EVENT_ENTRY, t, row[0])->field = ENTRY_CAR;
		add_number(f, row[0], row[1], t);
		e = add_transponder(f, EVENT_ENTRY, t, row[0]);
		e->field = ENTRY_TEAM;
		event_set_text(&f->list, e, slice_of(row[2]));
	}
	add_number(f, "11", "8", INSTANT_NONE)->bits = EVENT_BY_HAND;
	add_number(f, "12", "7", INSTANT_NONE)->bits = EVENT_BY_HAND;
	add_rounds(f, "11", 3, 0);
	add_rounds(f, "12", 2, S(1));
	fixture_fold(f);
	assert_int_equal(car_of(f, "8")->laps, 3);
	assert_int_equal(car_of(f, "7")->laps, 2);
	assert_string_equal(f->race.entries[find(f, "8")].team, "Eight");
	assert_string_equal(f->race.entries[find(f, "7")].team, "Seven");
	assert_int_equal(f->race.fault_count, 0);
	assert_string_equal(order_text(f), "8 7");
}

static void a_swap_within_the_race_counts_from_its_instant(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_number(f, "11", "7", -S(60));
	add_number(f, "12", "8", -S(60));
	add_rounds(f, "11", 5, 0);
	add_rounds(f, "12", 2, S(1));
	add_number(f, "11", "8", S(200))->bits = EVENT_BY_HAND;
	fixture_fold(f);
	assert_int_equal(car_of(f, "7")->laps, 2);
	assert_int_equal(car_of(f, "8")->laps, 5);
	assert_int_equal(f->race.fault_count, 0);
}

static void a_second_transponder_of_a_car_needs_no_car_of_its_own(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_entry(f, "7", ENTRY_TEAM, 0, "Seven");
	add_number(f, "11", "7", -S(30));
	add_number(f, "12", "7", -S(30));
	fixture_fold(f);
	assert_int_equal(f->race.car_count, 1);
	assert_int_equal(race_find(&f->race, ID_TRANSPONDER, SLICE("12")),
			 find(f, "7"));
}

static void a_competitors_number_is_corrected_in_place(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct event *e = add_event(f, EVENT_ENTRY, i ? S(200) : -S(60), NULL);

		event_set_id(e, ID_REGISTRATION, SLICE("1001"));
		e->field = ENTRY_NUMBER;
		event_set_text(&f->list, e, i ? SLICE("77") : SLICE("7"));
	}
	add_laps(f, "7", 2, S(90));
	fixture_fold(f);
	assert_int_equal(f->race.car_count, 1);
	assert_int_equal(car_of(f, "77")->laps, 2);
	assert_string_equal(order_text(f), "77");
}

static void a_long_transponder_is_cut_and_found(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_rounds(f, "12345678901234", 2, 0);
	fixture_fold(f);
	assert_string_equal(order_text(f), "?123456789012");
	assert_int_equal(race_find_text(&f->race, SLICE("?12345678901234")), 0);
	assert_int_equal(race_find(&f->race, ID_NUMBER, SLICE("12345678901234")),
			 CAR_NONE);
}

static void a_car_without_a_number_passes_by_hand(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_rounds(f, "2906141", 1, 0);
	add_passing(f, "?2906141", LINE_SF, S(180), 0)->bits = EVENT_BY_HAND;
	add_passing(f, "~01", LINE_SF, S(270), 0)->bits = EVENT_BY_HAND;
	fixture_fold(f);
	assert_int_equal(f->race.car_count, 1);
	assert_int_equal(f->race.cars[0].laps, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_transponder_of_no_entry_is_told_once),
		cmocka_unit_test(without_entries_no_transponder_is_unknown),
		cmocka_unit_test(a_transponder_given_in_retrospect_brings_its_laps),
		cmocka_unit_test(a_transponder_given_later_counts_from_then_on),
		cmocka_unit_test(a_car_waiting_for_its_number_takes_the_entry),
		cmocka_unit_test(sources_that_disagree_on_a_transponder_are_told),
		cmocka_unit_test(one_source_may_correct_its_own_list),
		cmocka_unit_test(swapped_transponders_are_put_right_by_hand),
		cmocka_unit_test(a_swap_within_the_race_counts_from_its_instant),
		cmocka_unit_test(a_second_transponder_of_a_car_needs_no_car_of_its_own),
		cmocka_unit_test(a_competitors_number_is_corrected_in_place),
		cmocka_unit_test(a_long_transponder_is_cut_and_found),
		cmocka_unit_test(a_car_without_a_number_passes_by_hand),
	};

	return cmocka_run_group_tests_name("race transponders", tests, NULL, NULL);
}
