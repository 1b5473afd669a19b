/*
 * test_happened.c -- what happened, of races made by hand: every kind, in its order,
 * and nothing of the future
 */
#include "race_fixture.h"

#include "pitwall/happened.h"

#include <stdio.h>
#include <string.h>

static struct happened_walk walk;
static struct happened all[4096];
static unsigned count;
static instant_us until = INT64_MAX;

static struct happened_of of_fixture(const struct fixture *f, uint32_t kinds)
{
	return (struct happened_of){.race = &f->race,
				    .tables = &f->tables,
				    .kinds = kinds,
				    .at = until == INT64_MAX ? f->race.now : until,
				    .car = CAR_NONE};
}

/* All there is, into all[]; in order and never behind the instant asked for. */
static void collect(const struct happened_of *of)
{
	count = 0;
	happened_begin(&walk, of);
	while (count < ARRAY_LEN(all) && happened_next(&walk, &all[count]))
		count++;
	assert_int_equal(walk.lost, 0);
	for (unsigned i = 0; i < count; i++) {
		assert_true(of->kinds >> all[i].kind & 1);
		assert_true(all[i].at <= of->at);
		if (i > 0)
			assert_true(all[i].at <= all[i - 1].at);
	}
}

static void collect_all(const struct fixture *f, uint32_t kinds)
{
	const struct happened_of of = of_fixture(f, kinds);

	collect(&of);
}

/* The nth of a kind, from the newest. */
static const struct happened *nth(enum happened_kind kind, unsigned n)
{
	for (unsigned i = 0; i < count; i++)
		if (all[i].kind == kind && n-- == 0)
			return &all[i];
	fail_msg("no such %s", happened_name(kind));
	return all;
}

static unsigned how_many(enum happened_kind kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++)
		n += all[i].kind == kind;
	return n;
}

static void two_of_a_class(struct fixture *f)
{
	add_entry(f, "7", ENTRY_CLASS, 0, "GT");
	add_entry(f, "8", ENTRY_CLASS, 0, "GT");
	add_entry(f, "9", ENTRY_CLASS, 0, "GTS");
}

static void a_lead_is_taken_where_a_car_was_behind_before(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	two_of_a_class(f);
	add_lap(f, "7", 1, 0, S(90));
	add_lap(f, "8", 1, 0, S(91));
	add_lap(f, "9", 1, 0, S(92));
	add_lap(f, "8", 2, S(91), S(180));
	add_lap(f, "9", 2, S(92), S(181));
	add_lap(f, "7", 2, S(90), S(182));
	fixture_fold(f);
	collect_all(f, HAPPENED_BIT(LEAD) | HAPPENED_BIT(CLASS_LEAD) |
			       HAPPENED_BIT(GAINED));
	assert_int_equal(how_many(HAPPENED_LEAD), 2);
	assert_int_equal(nth(HAPPENED_LEAD, 0)->car, find(f, "8"));
	assert_int_equal(nth(HAPPENED_LEAD, 0)->at, START + S(180));
	assert_int_equal(nth(HAPPENED_LEAD, 1)->car, find(f, "7"));
	assert_int_equal(nth(HAPPENED_LEAD, 1)->lap, 1);
	/* Alone in its class: it led it from the first lap on. */
	assert_int_equal(how_many(HAPPENED_CLASS_LEAD), 1);
	assert_int_equal(nth(HAPPENED_CLASS_LEAD, 0)->car, find(f, "9"));
	assert_int_equal(how_many(HAPPENED_GAINED), 0);
}

static void places_are_gained_in_the_class(void **state)
{
	struct fixture *f = fixture_new();
	static const char *const numbers[] = {"1", "2", "3", "4"};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		add_entry(f, numbers[i], ENTRY_CLASS, 0, "GT");
		add_lap(f, numbers[i], 1, 0, S(90 + i));
	}
	add_lap(f, "1", 2, S(90), S(180));
	add_lap(f, "4", 2, S(93), S(181));
	add_lap(f, "2", 2, S(91), S(182));
	add_lap(f, "3", 2, S(92), S(183));
	fixture_fold(f);
	collect_all(f, HAPPENED_BIT(GAINED));
	assert_int_equal(count, 1);
	assert_int_equal(all[0].car, find(f, "4"));
	assert_int_equal(all[0].gained, 2);
	assert_int_equal(all[0].position, 2);
}

static void places_are_lost_on_the_road_or_in_the_pits(void **state)
{
	struct fixture *f = fixture_new();
	static const char *const numbers[] = {"1", "2", "3"};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		add_entry(f, numbers[i], ENTRY_CLASS, 0, "GT");
		add_lap(f, numbers[i], 1, 0, S(90 + i));
		add_lap(f, numbers[i], 2, S(90 + i), S(180 + i));
	}
	add_lap(f, "2", 3, S(181), S(271));
	add_lap(f, "1", 3, S(180), S(274)); /* 4 s slower: 2 was before it */
	add_lap(f, "3", 3, S(182), S(272) + S(3));
	add_passing(f, "2", LINE_PIT_IN, S(355), 0);
	add_lap(f, "1", 4, S(274), S(364));
	add_lap(f, "3", 4, S(275), S(365));
	add_passing(f, "2", LINE_SF_PIT, S(370), 4);
	add_passing(f, "2", LINE_PIT_OUT, S(380), 0);
	fixture_fold(f);
	collect_all(f, HAPPENED_BIT(LOST));
	assert_int_equal(count, 2);
	assert_int_equal(all[0].car, find(f, "2"));
	assert_int_equal(all[0].gained, 2);
	assert_int_equal(all[0].position, 3);
	assert_true(all[0].pitted);
	assert_int_equal(all[1].car, find(f, "1"));
	assert_int_equal(all[1].at, START + S(274));
	assert_int_equal(all[1].gained, 1);
	assert_int_equal(all[1].position, 2);
	assert_false(all[1].pitted);
	assert_int_equal(all[1].more, S(4));
}

static void bests_are_told_when_they_were_driven(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	two_of_a_class(f);
	add_lap(f, "7", 1, 0, S(90));
	add_lap(f, "7", 2, S(90), S(180));
	add_lap(f, "8", 1, 0, S(95));
	add_lap(f, "8", 2, S(95), S(182));
	add_lap(f, "7", 3, S(180), S(268));
	add_lap(f, "9", 1, 0, S(100));
	add_lap(f, "9", 2, S(100), S(199));
	fixture_fold(f);
	collect_all(f, HAPPENED_ALL);
	assert_int_equal(how_many(HAPPENED_BEST_LAP), 2);
	assert_int_equal(nth(HAPPENED_BEST_LAP, 0)->car, find(f, "8"));
	assert_int_equal(nth(HAPPENED_BEST_LAP, 0)->time, S(87));
	assert_int_equal(how_many(HAPPENED_CLASS_BEST), 1);
	assert_int_equal(nth(HAPPENED_CLASS_BEST, 0)->car, find(f, "9"));
	assert_int_equal(how_many(HAPPENED_OWN_BEST), 1);
	assert_int_equal(nth(HAPPENED_OWN_BEST, 0)->time, S(88));
	/* Each sector of 7's lap 2, of 8's lap 2, and of 9's. */
	assert_true(how_many(HAPPENED_SECTOR_BEST) >= 6);
	assert_int_equal(nth(HAPPENED_SECTOR_BEST, 0)->time, S(33));
	assert_int_equal(nth(HAPPENED_SECTOR_BEST, 0)->sector, 2);
}

/* Into the pits at 170, out at 210, with another driver. */
static void a_stop(struct fixture *f)
{
	add_entry(f, "7", ENTRY_DRIVER, 1, "Ann Bell");
	add_entry(f, "7", ENTRY_DRIVER, 2, "Cy Dor");
	add_event(f, EVENT_DRIVER, S(1), "7")->number = 1;
	add_lap(f, "7", 1, 0, S(90));
	add_passing(f, "7", LINE_PIT_IN, S(170), 0);
	add_passing(f, "7", LINE_SF_PIT, S(180), 2);
	add_passing(f, "7", LINE_PIT_OUT, S(210), 0);
	add_event(f, EVENT_DRIVER, S(211), "7")->number = 2;
	add_lap(f, "7", 3, S(180), S(300));
}

static void a_stop_has_its_way_in_and_out_with_times_and_drivers(void **state)
{
	struct fixture *f = fixture_new();
	const struct happened *out, *in;

	(void)state;
	a_stop(f);
	fixture_fold(f);
	collect_all(f, HAPPENED_ALL);
	assert_int_equal(how_many(HAPPENED_PIT_OUT), 1);
	assert_int_equal(how_many(HAPPENED_PIT_IN), 1);
	out = nth(HAPPENED_PIT_OUT, 0);
	in = nth(HAPPENED_PIT_IN, 0);
	assert_int_equal(in->at, START + S(170));
	assert_int_equal(out->at, START + S(210));
	assert_int_equal(out->time, S(40));
	assert_int_equal(out->driver, 0);
	assert_int_equal(out->driver_after, 1);
	assert_int_equal(how_many(HAPPENED_DRIVER), 1);
	assert_int_equal(nth(HAPPENED_DRIVER, 0)->at, START + S(210));
	assert_int_equal(nth(HAPPENED_DRIVER, 0)->driver_after, 1);
	assert_int_equal(how_many(HAPPENED_STOPPED), 0);
	/* Whoever is told as it comes hears of the driver once his lap is over. */
	struct happened_of as_known = of_fixture(f, HAPPENED_BIT(DRIVER));
	as_known.as_known = 1;
	collect(&as_known);
	assert_int_equal(count, 1);
	assert_int_equal(all[0].at, START + S(300));
}

static void a_car_in_the_pits_has_come_in_and_not_gone_out(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	a_stop(f);
	fixture_fold_to(f, START + S(200));
	until = START + S(205);
	collect_all(f, HAPPENED_ALL);
	until = INT64_MAX;
	assert_int_equal(nth(HAPPENED_PIT_IN, 0)->at, START + S(170));
	assert_int_equal(how_many(HAPPENED_PIT_OUT), 0);
	assert_int_equal(how_many(HAPPENED_DRIVER), 0);
}

static void a_car_that_stood_and_drove_on_is_told_of_twice(void **state)
{
	struct fixture *f = fixture_new();
	duration_us limit;

	(void)state;
	add_laps(f, "7", 2, S(90));
	add_passing(f, "7", 1, S(207), 3);
	add_passing(f, "7", 2, S(1107), 3); /* 15 minutes for a sector */
	fixture_fold(f);
	collect_all(f, HAPPENED_BIT(STOPPED) | HAPPENED_BIT(RESUMED));
	limit = race_silence_limit(&f->race, find(f, "7"), 1);
	assert_int_equal(count, 2);
	assert_int_equal(all[0].kind, HAPPENED_RESUMED);
	assert_int_equal(all[0].at, START + S(1107));
	assert_int_equal(all[0].time, S(900));
	assert_int_equal(all[1].kind, HAPPENED_STOPPED);
	assert_int_equal(all[1].at, START + S(207) + limit);
	/* The lap ends: the same is told of it. */
	add_passing(f, "7", 0, S(1140), 3);
	fixture_fold(f);
	collect_all(f, HAPPENED_BIT(STOPPED) | HAPPENED_BIT(RESUMED));
	assert_int_equal(count, 2);
	assert_int_equal(all[0].at, START + S(1107));
}

static void a_car_that_stands_now_stands(void **state)
{
	struct fixture *f = fixture_new();
	duration_us limit;

	(void)state;
	add_laps(f, "7", 2, S(90));
	fixture_fold(f);
	limit = race_silence_limit(&f->race, find(f, "7"), 0);
	until = START + S(180) + limit - 1;
	collect_all(f, HAPPENED_BIT(STOPPED));
	assert_int_equal(count, 0);
	until = START + S(180) + limit;
	collect_all(f, HAPPENED_BIT(STOPPED));
	until = INT64_MAX;
	assert_int_equal(count, 1);
	assert_int_equal(all[0].at, START + S(180) + limit);
	assert_int_equal(all[0].lap, 2);
}

static void nobody_stands_under_red_or_in_the_pits(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_flag(f, FLAG_GREEN, 0);
	add_laps(f, "7", 2, S(90));
	add_flag(f, FLAG_RED, S(200));
	add_flag(f, FLAG_GREEN, S(2000));
	add_passing(f, "7", 1, S(207), 3);
	add_passing(f, "7", 2, S(2050), 3);
	add_passing(f, "7", 0, S(2080), 3);
	add_laps(f, "8", 1, S(90));
	add_passing(f, "8", LINE_PIT_IN, S(170), 0);
	add_passing(f, "8", LINE_SF_PIT, S(180), 2);
	add_passing(f, "8", LINE_PIT_OUT, S(2020), 0);
	add_passing(f, "8", 1, S(2050), 3);
	fixture_fold(f);
	collect_all(f, HAPPENED_BIT(STOPPED) | HAPPENED_BIT(RESUMED));
	assert_int_equal(count, 0);
}

static void a_slow_lap_among_clean_ones_is_off_the_pace(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_lap(f, "7", 1, 0, S(90));
	add_lap(f, "7", 2, S(90), S(180));
	add_lap(f, "7", 3, S(180), S(285)); /* 105 */
	add_lap(f, "7", 4, S(285), S(391)); /* 106: no slower than the one before */
	fixture_fold(f);
	collect_all(f, HAPPENED_BIT(OFF_PACE));
	assert_int_equal(count, 1);
	assert_int_equal(all[0].time, S(105));
	assert_int_equal(all[0].more, S(15));
	assert_int_equal(all[0].lap, 3);
}

static void flags_words_and_decisions_stand_at_their_instants(void **state)
{
	struct fixture *f = fixture_new();
	struct event *e;

	(void)state;
	add_flag(f, FLAG_GREEN, S(0));
	add_laps(f, "7", 4, S(90));
	add_flag(f, FLAG_SC, S(100));
	add_flag(f, FLAG_GREEN, S(160));
	e = add_event(f, EVENT_MESSAGE, S(120), "7");
	event_set_text(&f->list, e, SLICE("under investigation"));
	e = add_decision(f, "7", DECISION_TIME, S(10), "\x1fspeed in the pit lane");
	e->at = START + S(200);
	fixture_fold(f);
	collect_all(f, HAPPENED_BIT(FLAG) | HAPPENED_BIT(MESSAGE) |
			       HAPPENED_BIT(DECISION) | HAPPENED_BIT(START));
	assert_int_equal(count, 5);
	assert_int_equal(all[0].kind, HAPPENED_DECISION);
	assert_int_equal(all[0].at, START + S(200));
	assert_int_equal(all[1].flag, FLAG_GREEN);
	assert_int_equal(all[1].time, DURATION_NONE); /* it is shown still */
	assert_int_equal(all[2].kind, HAPPENED_MESSAGE);
	assert_string_equal(f->messages[all[2].row].text, "under investigation");
	assert_int_equal(all[3].flag, FLAG_SC);
	assert_int_equal(all[3].time, S(60));
	/* Green at the start is no news, the start is. */
	assert_int_equal(all[4].kind, HAPPENED_START);
}

static void the_finish_and_the_turns_of_fate_are_told(void **state)
{
	struct fixture *f = fixture_new();
	struct forecast_turn turns[] = {
		{.at = START + S(50), .car = 0},
		{.at = START + S(170), .car = 0, .up = 1},
		{.at = START + S(100000), .car = 0},
	};
	struct happened_of of;

	(void)state;
	add_laps(f, "7", 3, S(90));
	add_flag(f, FLAG_FINISH, S(265));
	fixture_fold(f);
	of = of_fixture(f, HAPPENED_BIT(FINISH) | HAPPENED_BIT(BELOW) |
				   HAPPENED_BIT(ABOVE));
	of.turns = turns;
	of.turn_count = ARRAY_LEN(turns);
	collect(&of);
	assert_int_equal(count, 3);
	assert_int_equal(all[0].kind, HAPPENED_FINISH);
	assert_int_equal(all[0].lap, 3);
	assert_int_equal(all[1].kind, HAPPENED_ABOVE);
	assert_int_equal(all[2].kind, HAPPENED_BELOW);
}

/* ---- laws --------------------------------------------------------------------- */

static void busy(struct fixture *f)
{
	static const char *const numbers[] = {"1", "2", "3", "4", "5", "6"};
	uint64_t random = 41;

	print_message("# seed 41\n");
	for (unsigned i = 0; i < ARRAY_LEN(numbers); i++) {
		int64_t at = 0;

		add_entry(f, numbers[i], ENTRY_CLASS, 0, i % 2 ? "GT" : "GTS");
		for (uint32_t lap = 1; lap <= 20; lap++) {
			int64_t t = S(85) + MS((int64_t)random_below(&random, 12000));

			if (random_below(&random, 20) == 0)
				t += S(900);
			add_lap(f, numbers[i], lap, at, at + t);
			at += t;
			if (random_below(&random, 8) == 0) {
				add_passing(f, numbers[i], LINE_PIT_IN, at + S(1), 0);
				add_passing(f, numbers[i], LINE_PIT_OUT, at + S(61), 0);
			}
		}
	}
	add_flag(f, FLAG_SC, S(400));
	add_flag(f, FLAG_GREEN, S(700));
}

/* Of one car: what of all is its own, in the same order. */
static void a_list_of_one_car_is_its_part_of_the_list_of_all(void **state)
{
	struct fixture *f = fixture_new();
	static struct happened own[ARRAY_LEN(all)];
	struct happened_of of;
	unsigned n = 0;

	(void)state;
	busy(f);
	fixture_fold(f);
	collect_all(f, HAPPENED_ALL);
	assert_true(count > 100);
	for (unsigned i = 0; i < count; i++)
		if (all[i].car == find(f, "3"))
			own[n++] = all[i];
	of = of_fixture(f, HAPPENED_ALL);
	of.car = find(f, "3");
	collect(&of);
	assert_int_equal(count, n);
	assert_memory_equal(all, own, n * sizeof(own[0]));
}

/* What was told at an earlier instant is told later too, but for a stop or a flag that
 * has ended since and for whoever counts as standing. */
static void nothing_of_the_future_is_told_and_nothing_is_forgotten(void **state)
{
	static struct happened before[ARRAY_LEN(all)];
	struct fixture *f = fixture_new();
	const uint32_t kinds =
		HAPPENED_ALL & ~(HAPPENED_BIT(STOPPED) | HAPPENED_BIT(RESUMED));
	unsigned n, i = 0;

	(void)state;
	busy(f);
	fixture_fold_to(f, START + S(900));
	collect_all(f, kinds);
	n = count;
	assert_true(n > 20);
	memcpy(before, all, sizeof(before));
	fixture_fold(f);
	collect_all(f, kinds);
	while (i < count && all[i].at > START + S(900))
		i++;
	for (unsigned k = 0; k < n; k++) {
		bool there = false;

		for (unsigned j = i; j < count; j++)
			there |= all[j].at == before[k].at &&
				 all[j].kind == before[k].kind &&
				 all[j].car == before[k].car &&
				 all[j].sector == before[k].sector;
		assert_true(there);
	}
}

static void every_kind_has_a_name_and_a_group(void **state)
{
	uint32_t kinds = 0;

	(void)state;
	for (unsigned i = 0; i < HAPPENED_COUNT; i++)
		assert_true(happened_name((enum happened_kind)i)[0] != '\0');
	for (size_t i = 0; i < happened_groups_count; i++)
		if (happened_groups[i].kinds != HAPPENED_ALL)
			kinds |= happened_groups[i].kinds;
	assert_int_equal(kinds, HAPPENED_ALL);
	assert_string_equal(happened_name(HAPPENED_COUNT), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lead_is_taken_where_a_car_was_behind_before),
		cmocka_unit_test(places_are_gained_in_the_class),
		cmocka_unit_test(places_are_lost_on_the_road_or_in_the_pits),
		cmocka_unit_test(bests_are_told_when_they_were_driven),
		cmocka_unit_test(a_stop_has_its_way_in_and_out_with_times_and_drivers),
		cmocka_unit_test(a_car_in_the_pits_has_come_in_and_not_gone_out),
		cmocka_unit_test(a_car_that_stood_and_drove_on_is_told_of_twice),
		cmocka_unit_test(a_car_that_stands_now_stands),
		cmocka_unit_test(nobody_stands_under_red_or_in_the_pits),
		cmocka_unit_test(a_slow_lap_among_clean_ones_is_off_the_pace),
		cmocka_unit_test(flags_words_and_decisions_stand_at_their_instants),
		cmocka_unit_test(the_finish_and_the_turns_of_fate_are_told),
		cmocka_unit_test(a_list_of_one_car_is_its_part_of_the_list_of_all),
		cmocka_unit_test(
			nothing_of_the_future_is_told_and_nothing_is_forgotten),
		cmocka_unit_test(every_kind_has_a_name_and_a_group),
	};

	return cmocka_run_group_tests_name("what happened", tests, NULL, NULL);
}
