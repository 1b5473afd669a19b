/*
 * test_history.c -- what happened, of races made by hand: every kind, in its order,
 * and nothing of the future
 */
#include "race_fixture.h"

#include <stdio.h>
#include <string.h>

static struct history_row all[4096];
static unsigned count;
static instant_us until = INT64_MAX;

static struct history of_fixture(const struct fixture *f, uint32_t kinds)
{
	return (struct history){.race = &f->race,
				.tables = &f->tables,
				.kinds = kinds,
				.at = until == INT64_MAX ? f->race.now : until,
				.car = CAR_NONE};
}

/* All there is, into all[]; in order and never behind the instant asked for. */
static void collect(struct history *of)
{
	history_open(of);
	count = 0;
	while (count < ARRAY_LEN(all) && history_nth(of, count, &all[count]))
		count++;
	assert_int_equal(count, history_count(of));
	for (unsigned i = 0; i < count; i++) {
		assert_true(of->kinds >> all[i].kind & 1);
		assert_true(all[i].at <= of->at);
		if (i > 0)
			assert_true(all[i].at <= all[i - 1].at);
		assert_true(history_later(of, all[i].at) <= i);
	}
}

static void collect_all(const struct fixture *f, uint32_t kinds)
{
	struct history of = of_fixture(f, kinds);

	collect(&of);
}

/* The nth of a kind, from the newest. */
static const struct history_row *nth(enum history_kind kind, unsigned n)
{
	for (unsigned i = 0; i < count; i++)
		if (all[i].kind == kind && n-- == 0)
			return &all[i];
	fail_msg("no such %s", history_name(kind));
	return all;
}

static unsigned how_many(enum history_kind kind)
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
	collect_all(f,
		    HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD) | HISTORY_BIT(GAINED));
	assert_int_equal(how_many(HISTORY_LEAD), 2);
	assert_int_equal(nth(HISTORY_LEAD, 0)->car, find(f, "8"));
	assert_int_equal(nth(HISTORY_LEAD, 0)->at, START + S(180));
	assert_int_equal(nth(HISTORY_LEAD, 1)->car, find(f, "7"));
	assert_int_equal(nth(HISTORY_LEAD, 1)->lap, 1);
	/* Alone in its class: it led it from the first lap on. */
	assert_int_equal(how_many(HISTORY_CLASS_LEAD), 1);
	assert_int_equal(nth(HISTORY_CLASS_LEAD, 0)->car, find(f, "9"));
	assert_int_equal(how_many(HISTORY_GAINED), 0);
}

/* Who led the laps that both cars skipped is unknown; a single lap that is skipped has its leader. */
static void
of_several_laps_that_a_source_skipped_at_once_none_has_a_leader(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	two_of_a_class(f);
	add_lap(f, "7", 1, 0, S(90));
	add_lap(f, "8", 1, 0, S(91));
	add_passing(f, "8", LINE_SF, S(360), 4);
	add_passing(f, "7", LINE_SF, S(361), 4);
	add_passing(f, "8", LINE_SF, S(540), 6);
	fixture_fold(f);
	assert_true(row_of(f, "8", 2)->bits & LAP_REPAIRED);
	assert_true(row_of(f, "8", 3)->bits & LAP_REPAIRED);
	assert_true(row_of(f, "8", 5)->bits & LAP_REPAIRED);
	collect_all(f, HISTORY_BIT(LEADER_LAP) | HISTORY_BIT(LEAD));
	assert_int_equal(how_many(HISTORY_LEADER_LAP), 4);
	assert_int_equal(nth(HISTORY_LEADER_LAP, 0)->lap, 6);
	assert_int_equal(nth(HISTORY_LEADER_LAP, 1)->lap, 5);
	assert_int_equal(nth(HISTORY_LEADER_LAP, 2)->lap, 4);
	assert_int_equal(nth(HISTORY_LEADER_LAP, 2)->car, find(f, "8"));
	assert_int_equal(nth(HISTORY_LEADER_LAP, 3)->lap, 1);
	assert_int_equal(nth(HISTORY_LEADER_LAP, 3)->car, find(f, "7"));
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
	collect_all(f, HISTORY_BIT(GAINED));
	assert_int_equal(count, 1);
	assert_int_equal(all[0].car, find(f, "4"));
	assert_int_equal(all[0].places, 2);
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
	collect_all(f, HISTORY_BIT(LOST));
	assert_int_equal(count, 2);
	assert_int_equal(all[0].car, find(f, "2"));
	assert_int_equal(all[0].places, 2);
	assert_int_equal(all[0].position, 3);
	assert_true(all[0].pitted);
	assert_int_equal(all[1].car, find(f, "1"));
	assert_int_equal(all[1].at, START + S(274));
	assert_int_equal(all[1].places, 1);
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
	collect_all(f, HISTORY_LISTED);
	assert_int_equal(how_many(HISTORY_BEST_LAP), 2);
	assert_int_equal(nth(HISTORY_BEST_LAP, 0)->car, find(f, "8"));
	assert_int_equal(nth(HISTORY_BEST_LAP, 0)->time, S(87));
	assert_int_equal(how_many(HISTORY_CLASS_BEST), 1);
	assert_int_equal(nth(HISTORY_CLASS_BEST, 0)->car, find(f, "9"));
	assert_int_equal(how_many(HISTORY_OWN_BEST), 1);
	assert_int_equal(nth(HISTORY_OWN_BEST, 0)->time, S(88));
	/* Each sector of 7's lap 2, of 8's lap 2, and of 9's. */
	assert_true(how_many(HISTORY_SECTOR_BEST) >= 6);
	assert_int_equal(nth(HISTORY_SECTOR_BEST, 0)->time, S(33));
	assert_int_equal(nth(HISTORY_SECTOR_BEST, 0)->sector, 2);
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
	const struct history_row *out, *in;

	(void)state;
	a_stop(f);
	fixture_fold(f);
	collect_all(f, HISTORY_LISTED);
	assert_int_equal(how_many(HISTORY_PIT_OUT), 1);
	assert_int_equal(how_many(HISTORY_PIT_IN), 1);
	out = nth(HISTORY_PIT_OUT, 0);
	in = nth(HISTORY_PIT_IN, 0);
	assert_int_equal(in->at, START + S(170));
	assert_int_equal(out->at, START + S(210));
	assert_int_equal(out->time, S(40));
	assert_int_equal(out->driver, 0);
	assert_int_equal(history_driver_after(&f->race, &f->tables, out), 1);
	assert_int_equal(history_stint(&f->race, &f->tables, out)->to_lap, 2);
	assert_ptr_equal(history_stint(&f->race, &f->tables, in),
			 history_stint(&f->race, &f->tables, out));
	/* When the source said so: the first driver of a car is no change. */
	assert_int_equal(how_many(HISTORY_DRIVER), 1);
	assert_int_equal(nth(HISTORY_DRIVER, 0)->at, START + S(211));
	assert_int_equal(nth(HISTORY_DRIVER, 0)->driver, 0);
	assert_int_equal(nth(HISTORY_DRIVER, 0)->driver_after, 1);
	assert_int_equal(how_many(HISTORY_STOPPED), 0);
}

static void a_car_in_the_pits_has_come_in_and_not_gone_out(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	a_stop(f);
	fixture_fold_to(f, START + S(200));
	until = START + S(205);
	collect_all(f, HISTORY_LISTED);
	until = INT64_MAX;
	assert_int_equal(nth(HISTORY_PIT_IN, 0)->at, START + S(170));
	assert_null(history_stint(&f->race, &f->tables, nth(HISTORY_PIT_IN, 0)));
	assert_int_equal(how_many(HISTORY_PIT_OUT), 0);
	assert_int_equal(how_many(HISTORY_DRIVER), 0);
}

/* Its sector behind @line thrice over, and two minutes. */
static duration_us limit_of(const struct fixture *f, const char *number, unsigned line)
{
	return 3 * race_sector_expected(&f->race, find(f, number), line) + S(120);
}

/* While it is timed, the others may be missed. */
static void one_that_drives_on(struct fixture *f)
{
	add_laps(f, "8", 30, S(92));
}

static void a_car_that_stood_and_drove_on_is_told_of_twice(void **state)
{
	struct fixture *f = fixture_new();
	duration_us limit;

	(void)state;
	one_that_drives_on(f);
	add_laps(f, "7", 2, S(90));
	add_passing(f, "7", 1, S(207), 3);
	add_passing(f, "7", 2, S(1107), 3); /* 15 minutes for a sector */
	fixture_fold_to(f, START + S(207));
	limit = limit_of(f, "7", 1);
	fixture_fold(f);
	collect_all(f, HISTORY_BIT(STOPPED) | HISTORY_BIT(RESUMED));
	assert_int_equal(count, 3);
	assert_int_equal(all[1].kind, HISTORY_RESUMED);
	assert_int_equal(all[1].at, START + S(1107));
	assert_int_equal(all[1].time, S(900));
	assert_int_equal(all[2].kind, HISTORY_STOPPED);
	assert_int_equal(all[2].at, START + S(207) + limit);
	assert_int_equal(all[2].lap, 2);
	/* And it never finished the lap. */
	assert_int_equal(all[0].kind, HISTORY_STOPPED);
	assert_int_equal(all[0].car, find(f, "7"));
}

static void a_car_that_stands_now_stands_before_the_next_event(void **state)
{
	struct fixture *f = fixture_new();
	struct history_row then;
	instant_us due;

	(void)state;
	one_that_drives_on(f);
	add_laps(f, "7", 2, S(90));
	fixture_fold(f);
	collect_all(f, HISTORY_BIT(STOPPED));
	assert_int_equal(count, 1);
	then = all[0];
	due = then.at;
	assert_int_equal(due, START + S(180) + limit_of(f, "7", 0));
	fixture_fold_to(f, due - 1);
	until = due - 1;
	collect_all(f, HISTORY_BIT(STOPPED));
	assert_int_equal(count, 0);
	assert_false(race_car_stands(&f->race, find(f, "7"), due - 1));
	assert_true(race_car_stands(&f->race, find(f, "7"), due));
	until = due;
	collect_all(f, HISTORY_BIT(STOPPED));
	until = INT64_MAX;
	assert_int_equal(count, 1);
	assert_memory_equal(&all[0], &then, sizeof(then));
}

/* It may stand on the grid: nobody knows that it stopped on the track. */
static void a_car_that_was_never_timed_is_told_apart(void **state)
{
	struct fixture *f = fixture_new();
	struct history_row then = {.at = 0};

	(void)state;
	one_that_drives_on(f);
	add_entry(f, "23", ENTRY_CLASS, 0, "GT");
	add_laps(f, "7", 2, S(90));
	fixture_fold(f);
	collect_all(f, HISTORY_BIT(STOPPED));
	assert_int_equal(count, 2);
	for (uint32_t i = 0; i < count; i++) {
		bool grid = all[i].car == find(f, "23");
		assert_int_equal(all[i].time, grid ? all[i].at - START : DURATION_NONE);
		then = grid ? all[i] : then;
	}
	/* The same before the next event is folded. */
	fixture_fold_to(f, then.at - 1);
	until = then.at;
	collect_all(f, HISTORY_BIT(STOPPED));
	until = INT64_MAX;
	assert_int_equal(count, 1);
	assert_memory_equal(&all[0], &then, sizeof(then));
}

/* Of 9 the source has lap 1, of 13 the laps from 31 on, of 7 and 8 a stop and then laps. */
static void a_car_that_a_source_joined_late_says_nothing_of_is_not_overdue(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "9", 1, S(90));
	add_entry(f, "23", ENTRY_CLASS, 0, "GT");
	for (uint32_t lap = 31; lap <= 80; lap++)
		add_lap(f, "13", lap, S(90 * (lap - 1)), S(90 * lap));
	for (unsigned i = 0; i < 2; i++) {
		const char *number = i ? "8" : "7";
		add_passing(f, number, LINE_PIT_IN, S(1000 + i), 0);
		add_passing(f, number, LINE_PIT_OUT, S(1060 + i), 0);
		for (uint32_t lap = 61; lap <= (i ? 100u : 65u); lap++)
			add_lap(f, number, lap, S(91 * (lap - 1)), S(91 * lap));
	}
	fixture_fold(f);
	collect_all(f, HISTORY_BIT(STOPPED) | HISTORY_BIT(RESUMED));
	assert_int_equal(count, 3);
	/* The newest first: what was timed and is no longer. */
	assert_int_equal(all[0].car, find(f, "13"));
	assert_int_equal(all[0].at, START + S(90 * 80) + limit_of(f, "13", 0));
	assert_int_equal(all[1].car, find(f, "7"));
	assert_int_equal(all[1].at, START + S(91 * 65) + limit_of(f, "7", 0));
	assert_int_equal(all[1].time, DURATION_NONE);
	assert_int_equal(all[2].car, find(f, "9"));
	assert_false(race_car_stands(&f->race, find(f, "23"), START + S(9000)));
}

/* 99 has the only time of sector 2 of its class, nine minutes: nothing is waited for so long. */
static void nobody_stands_where_the_source_ends_within_a_long_sector(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "7", 7, S(90));
	add_laps(f, "8", 7, S(90));
	add_entry(f, "99", ENTRY_CLASS, 0, "GT");
	add_passing(f, "99", 1, S(30), 1);
	add_passing(f, "99", 2, S(570), 1);
	add_passing(f, "99", LINE_SF, S(600), 1);
	add_passing(f, "99", 1, S(630), 2);
	add_flag(f, FLAG_YELLOW, S(1400));
	fixture_fold(f);
	assert_int_equal(race_sector_expected(&f->race, find(f, "99"), 1), S(540));
	collect_all(f, HISTORY_BIT(STOPPED));
	assert_int_equal(count, 1);
	assert_int_equal(all[0].car, find(f, "99"));
	assert_true(all[0].at < START + S(570));
	assert_false(race_car_stands(&f->race, find(f, "7"), START + S(1400)));
}

static void nobody_stands_while_nobody_is_timed(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "7", 4, S(90));
	add_laps(f, "8", 4, S(91));
	/* Nothing is received for an hour; then 8 goes on, and 7 does not. */
	for (uint32_t lap = 5; lap < 12; lap++)
		add_lap(f, "8", lap, lap == 5 ? S(364) : S(3600 + 91 * (lap - 1)),
			S(3600 + 91 * lap));
	fixture_fold(f);
	collect_all(f, HISTORY_BIT(STOPPED) | HISTORY_BIT(RESUMED));
	assert_int_equal(count, 1);
	assert_int_equal(all[0].car, find(f, "7"));
	assert_true(all[0].at > START + S(3600));
	assert_true(all[0].at < START + S(3600 + 91 * 5 + 360));
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
	add_laps(f, "9", 22, S(94));
	fixture_fold(f);
	collect_all(f, HISTORY_BIT(STOPPED) | HISTORY_BIT(RESUMED));
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
	collect_all(f, HISTORY_BIT(OFF_PACE));
	assert_int_equal(count, 1);
	assert_int_equal(all[0].time, S(105));
	assert_int_equal(all[0].more, S(15));
	assert_int_equal(all[0].lap, 3);
}

static void flags_words_and_decisions_stand_at_their_instants(void **state)
{
	struct fixture *f = fixture_new();
	struct event *e;
	duration_us shown;

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
	collect_all(f, HISTORY_BIT(FLAG) | HISTORY_BIT(MESSAGE) |
			       HISTORY_BIT(DECISION) | HISTORY_BIT(START));
	assert_int_equal(count, 5);
	assert_int_equal(all[0].kind, HISTORY_DECISION);
	assert_int_equal(all[0].at, START + S(200));
	assert_int_equal(history_flag(&f->race, &f->tables, &all[1], &shown),
			 FLAG_GREEN);
	assert_int_equal(shown, DURATION_NONE); /* it still is */
	assert_int_equal(all[2].kind, HISTORY_MESSAGE);
	assert_string_equal(f->messages[all[2].row].text, "under investigation");
	assert_int_equal(history_flag(&f->race, &f->tables, &all[3], &shown), FLAG_SC);
	assert_int_equal(shown, S(60));
	/* Green at the start is no news, the start is. */
	assert_int_equal(all[4].kind, HISTORY_START);
}

static void the_finish_and_the_guesses_of_the_forecast_are_told(void **state)
{
	struct fixture *f = fixture_new();
	const struct history_row guesses[] = {
		{.at = START + S(50), .kind = HISTORY_BELOW},
		{.at = START + S(170), .kind = HISTORY_ABOVE},
		{.at = START + S(180), .kind = HISTORY_BELOW},
		{.at = START + S(100000), .kind = HISTORY_BELOW},
	};
	struct history of;

	(void)state;
	add_laps(f, "7", 3, S(90));
	add_flag(f, FLAG_FINISH, S(265));
	fixture_fold(f);
	of = of_fixture(f, HISTORY_BIT(FINISH) | HISTORY_BIT(BELOW) |
				   HISTORY_BIT(ABOVE) | HISTORY_BIT(LEADER_LAP));
	of.guesses = guesses;
	of.guess_count = ARRAY_LEN(guesses);
	for (int own = 0; own < 2; own++) {
		of.car = own ? find(f, "7") : CAR_NONE;
		collect(&of);
		assert_int_equal(count, 7);
		assert_int_equal(all[0].kind, HISTORY_FINISH);
		assert_int_equal(all[0].lap, 3);
		/* Behind what happened at its instant. */
		assert_int_equal(all[2].kind, HISTORY_BELOW);
		assert_int_equal(all[2].at, all[3].at);
		assert_int_equal(all[3].kind, HISTORY_LEADER_LAP);
		assert_int_equal(all[4].kind, HISTORY_ABOVE);
		assert_int_equal(all[5].kind, HISTORY_LEADER_LAP);
		assert_int_equal(all[6].kind, HISTORY_BELOW);
	}
}

static void what_was_driven_before_the_signal_is_no_race(void **state)
{
	struct fixture *f = fixture_new();
	struct event *e;
	unsigned all_cars;

	(void)state;
	f->setup.start_at = INSTANT_NONE;
	add_laps(f, "7", 2, S(90));
	e = add_event(f, EVENT_MESSAGE, S(100), "7");
	event_set_text(&f->list, e, SLICE("formation lap"));
	fixture_fold(f);
	collect_all(f, HISTORY_LISTED);
	assert_int_equal(how_many(HISTORY_LEAD), 1);
	/* A rolling start: the cars were under way, and now it counts. */
	f->setup.start_at = START + S(200);
	add_event(f, EVENT_START, S(200), NULL);
	add_lap(f, "7", 1, S(200), S(290));
	fixture_fold(f);
	collect_all(f, HISTORY_ANY);
	all_cars = count;
	assert_int_equal(how_many(HISTORY_LEAD), 1);
	assert_int_equal(nth(HISTORY_LEAD, 0)->at, START + S(290));
	assert_int_equal(how_many(HISTORY_MESSAGE), 1);
	assert_int_equal(how_many(HISTORY_START), 1);
	assert_true(all_cars > 3);
}

static void a_start_that_comes_late_leaves_the_words_of_race_control(void **state)
{
	struct fixture *f = fixture_new();
	struct history own;
	struct event *e;

	(void)state;
	f->setup.start_at = INSTANT_NONE;
	f->setup.type = SESSION_RACE;
	add_flag(f, FLAG_YELLOW, S(-50));
	e = add_event(f, EVENT_MESSAGE, S(-40), "7");
	event_set_text(&f->list, e, SLICE("start from the pit lane"));
	add_event(f, EVENT_START, S(0), NULL);
	add_passing(f, "7", 0, S(5), 0);
	add_lap(f, "7", 1, S(5), S(95));
	fixture_fold(f);
	assert_int_equal(f->race.history_first, 2);
	collect_all(f, HISTORY_LISTED);
	assert_int_equal(how_many(HISTORY_MESSAGE), 1);
	assert_int_equal(how_many(HISTORY_FLAG), 1);
	assert_int_equal(how_many(HISTORY_START), 1);
	assert_int_equal(all[count - 1].kind, HISTORY_FLAG);
	assert_int_equal(all[count - 2].kind, HISTORY_MESSAGE);
	own = of_fixture(f, HISTORY_LISTED);
	own.car = find(f, "7");
	collect(&own);
	assert_int_equal(how_many(HISTORY_START), 0);
}

static void a_car_is_out_when_a_source_says_so(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	one_that_drives_on(f);
	add_laps(f, "7", 2, S(90));
	for (int i = 0; i < 2; i++) {
		struct event *e = add_event(f, EVENT_STATUS, S(200 + i), "7");

		event_set_text(&f->list, e, SLICE("Retired"));
	}
	fixture_fold(f);
	collect_all(f, HISTORY_BIT(STOPPED) | HISTORY_BIT(RETIRED));
	assert_int_equal(count, 1);
	assert_int_equal(all[0].kind, HISTORY_RETIRED);
	assert_int_equal(all[0].lap, 2);
}

static void a_lead_of_the_class_is_not_told_beside_one_of_the_race(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	two_of_a_class(f);
	for (uint32_t lap = 1; lap <= 4; lap++) {
		int64_t first = S(90) * lap, second = first + S(1);

		/* 7 and 8 of one class take turns; 9 of another is last. */
		add_passing(f, lap % 2 ? "7" : "8", 0, first, lap);
		add_passing(f, lap % 2 ? "8" : "7", 0, second, lap);
		add_passing(f, "9", 0, first + S(5), lap);
	}
	fixture_fold(f);
	collect_all(f, HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD));
	assert_int_equal(how_many(HISTORY_LEAD), 4);
	assert_int_equal(how_many(HISTORY_CLASS_LEAD), 1);
	assert_int_equal(nth(HISTORY_CLASS_LEAD, 0)->car, find(f, "9"));
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
	static struct history_row own[ARRAY_LEN(all)];
	struct history of;
	unsigned n = 0;

	(void)state;
	busy(f);
	fixture_fold(f);
	collect_all(f, HISTORY_LISTED);
	assert_true(count > 100);
	for (unsigned i = 0; i < count; i++)
		if (all[i].car == find(f, "3"))
			own[n++] = all[i];
	of = of_fixture(f, HISTORY_LISTED);
	of.car = find(f, "3");
	collect(&of);
	assert_int_equal(count, n);
	assert_memory_equal(all, own, n * sizeof(own[0]));
}

/* A list is what a later list ends with, byte by byte: nothing of the future is told,
 * nothing is forgotten or changed, and what the clock made due was told in time. */
static void an_earlier_list_is_the_end_of_every_later_one(void **state)
{
	static struct history_row last[ARRAY_LEN(all)];
	struct fixture *f = fixture_new();
	uint64_t random = 17;
	unsigned n;

	(void)state;
	print_message("# seed 17\n");
	busy(f);
	fixture_fold(f);
	collect_all(f, HISTORY_ANY);
	memcpy(last, all, sizeof(last));
	n = count;
	for (unsigned i = 0; i < 40; i++) {
		unsigned from = 0;

		until = START + (int64_t)random_below(&random, S(2200));
		fixture_fold_to(f, until);
		collect_all(f, HISTORY_ANY);
		while (from < n && last[from].at > until)
			from++;
		assert_int_equal(count, n - from);
		assert_memory_equal(all, &last[from], count * sizeof(all[0]));
	}
	until = INT64_MAX;
}

/* Some kinds of all, and of one car, are what is left of the whole list without the
 * others. */
static void a_list_of_some_kinds_is_what_a_walk_over_all_finds(void **state)
{
	static struct history_row whole[ARRAY_LEN(all)];
	struct fixture *f = fixture_new();
	uint64_t random = 23;
	unsigned n;

	(void)state;
	print_message("# seed 23\n");
	busy(f);
	fixture_fold(f);
	collect_all(f, HISTORY_ANY);
	memcpy(whole, all, sizeof(whole));
	n = count;
	for (unsigned i = 0; i < 60; i++) {
		uint32_t kinds = (uint32_t)random_below(&random, HISTORY_ANY);
		struct history of = of_fixture(f, kinds);
		unsigned k = 0;

		if (i % 3 == 0)
			of.car = (uint16_t)random_below(&random, f->race.car_count);
		if (i % 5 == 0)
			of.kinds = 1u << random_below(&random, HISTORY_COUNT);
		collect(&of);
		for (unsigned j = 0; j < n; j++)
			if ((of.kinds >> whole[j].kind & 1) &&
			    (of.car == CAR_NONE || of.car == whole[j].car))
				assert_memory_equal(&all[k++], &whole[j],
						    sizeof(all[0]));
		assert_int_equal(k, count);
	}
}

static void every_kind_has_a_name_and_a_group(void **state)
{
	uint32_t kinds = 0;

	(void)state;
	for (unsigned i = 0; i < HISTORY_COUNT; i++) {
		assert_true(history_key((enum history_kind)i)[0] != '\0');
		assert_true(history_name((enum history_kind)i)[0] != '\0');
	}
	for (size_t i = 0; i < history_groups_count; i++)
		if (history_groups[i].kinds != HISTORY_LISTED)
			kinds |= history_groups[i].kinds;
	assert_int_equal(kinds, HISTORY_LISTED);
	assert_string_equal(history_name(HISTORY_COUNT), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lead_is_taken_where_a_car_was_behind_before),
		cmocka_unit_test(
			of_several_laps_that_a_source_skipped_at_once_none_has_a_leader),
		cmocka_unit_test(places_are_gained_in_the_class),
		cmocka_unit_test(places_are_lost_on_the_road_or_in_the_pits),
		cmocka_unit_test(bests_are_told_when_they_were_driven),
		cmocka_unit_test(a_stop_has_its_way_in_and_out_with_times_and_drivers),
		cmocka_unit_test(a_car_in_the_pits_has_come_in_and_not_gone_out),
		cmocka_unit_test(a_car_that_stood_and_drove_on_is_told_of_twice),
		cmocka_unit_test(a_car_that_stands_now_stands_before_the_next_event),
		cmocka_unit_test(a_car_that_was_never_timed_is_told_apart),
		cmocka_unit_test(
			a_car_that_a_source_joined_late_says_nothing_of_is_not_overdue),
		cmocka_unit_test(
			nobody_stands_where_the_source_ends_within_a_long_sector),
		cmocka_unit_test(nobody_stands_while_nobody_is_timed),
		cmocka_unit_test(nobody_stands_under_red_or_in_the_pits),
		cmocka_unit_test(a_slow_lap_among_clean_ones_is_off_the_pace),
		cmocka_unit_test(flags_words_and_decisions_stand_at_their_instants),
		cmocka_unit_test(the_finish_and_the_guesses_of_the_forecast_are_told),
		cmocka_unit_test(what_was_driven_before_the_signal_is_no_race),
		cmocka_unit_test(
			a_start_that_comes_late_leaves_the_words_of_race_control),
		cmocka_unit_test(a_car_is_out_when_a_source_says_so),
		cmocka_unit_test(
			a_lead_of_the_class_is_not_told_beside_one_of_the_race),
		cmocka_unit_test(a_list_of_one_car_is_its_part_of_the_list_of_all),
		cmocka_unit_test(an_earlier_list_is_the_end_of_every_later_one),
		cmocka_unit_test(a_list_of_some_kinds_is_what_a_walk_over_all_finds),
		cmocka_unit_test(every_kind_has_a_name_and_a_group),
	};

	return cmocka_run_group_tests_name("what happened", tests, NULL, NULL);
}
