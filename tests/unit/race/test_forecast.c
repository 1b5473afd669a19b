/*
 * test_forecast.c -- the flag forecast: exact where every lap takes the same, blind to
 * what comes after the instant, and in the words of the ruleset
 */
#include "race_fixture.h"

#include <string.h>

#include "pitwall/forecast.h"

static struct forecast one, two;

static const struct forecast *ask(struct fixture *f, int64_t t, struct forecast *out)
{
	fixture_fold_to(f, START + t);
	forecast_query(&f->race, &f->tables, &f->rules, &forecast_parameters_plain,
		       START + t, out);
	return out;
}

static const struct forecast_row *
row_for(const struct fixture *f, const struct forecast *forecast, const char *number)
{
	uint16_t car = find(f, number);

	uint32_t i = 0;

	while (i < forecast->count && forecast->rows[i].car != car)
		i++;
	if (i == forecast->count)
		fail_msg("car %s has no forecast", number);
	return &forecast->rows[i];
}

/* An hour; 1 and 2 lap in 91 s, so the flag falls after 40 laps, at 3640 s. 5 laps in
 * 100 s, stands at the line after ten laps, and drives on at @rejoins (0: never). */
static struct fixture *an_hour(int64_t rejoins)
{
	struct fixture *f = fixture_new();

	f->setup.length_us = S(3600);
	f->rules.fraction_pm = 700;
	f->rules.must_take_flag = 1;
	add_laps(f, "1", 41, S(91));
	add_laps(f, "2", 41, S(91) + MS(1));
	add_laps(f, "5", 10, S(100));
	for (uint32_t lap = 11; rejoins > 0 && lap <= 40; lap++) {
		int64_t from = rejoins + S(100) * (lap - 11);

		add_lap(f, "5", lap, from, from + S(100));
	}
	return f;
}

static void the_flag_is_exact_where_laps_never_vary(void **state)
{
	struct fixture *f = an_hour(0);
	const struct forecast *forecast = ask(f, S(1500), &one);

	(void)state;
	assert_int_equal(forecast->flag_at, START + S(3640));
	assert_int_equal(forecast->winner_laps, 40);
	assert_int_equal(forecast->winner, find(f, "1"));
	assert_int_equal(row_for(f, forecast, "2")->laps_p50, 40 * FORECAST_LAP);
	assert_int_equal(row_for(f, forecast, "5")->threshold_p50, 28 * FORECAST_LAP);
	assert_int_equal(row_for(f, forecast, "5")->to_do, 18);
}

/* 28 laps are needed, and the 28th may be the one that takes the flag: the 27th has to
 * end before 3640 s, seventeen laps after it drove on. */
static void the_deadline_is_exact_to_the_second(void **state)
{
	struct fixture *f = an_hour(0);
	const struct forecast_row *row = row_for(f, ask(f, S(1500), &one), "5");
	int64_t deadline = row->deadline - START;

	(void)state;
	assert_true(row->standing);
	assert_int_equal(deadline, S(1940));
	f = an_hour(deadline - S(1));
	add_end(f, S(5000));
	fixture_fold(f);
	classify(&f->race, &f->tables, &f->rules, &f->classification);
	assert_int_equal(result_of(f, "5")->laps, 28);
	assert_int_equal(result_of(f, "5")->status, STATUS_CLASSIFIED);
	f = an_hour(deadline + S(1));
	add_end(f, S(5000));
	fixture_fold(f);
	classify(&f->race, &f->tables, &f->rules, &f->classification);
	assert_int_equal(result_of(f, "5")->laps, 27);
	assert_int_equal(result_of(f, "5")->status, STATUS_NC);
}

static void a_deadline_stays_while_the_car_stands(void **state)
{
	struct fixture *f = an_hour(0);
	instant_us early = row_for(f, ask(f, S(1500), &one), "5")->deadline;

	(void)state;
	assert_int_equal(row_for(f, ask(f, S(1900), &one), "5")->deadline, early);
	assert_int_equal(row_for(f, ask(f, S(2500), &one), "5")->deadline, early);
	/* Long past it: hardly anybody would bet on the car. */
	assert_true(row_for(f, ask(f, S(3500), &one), "5")->p_classified < 50);
}

static void the_same_question_has_the_same_answer(void **state)
{
	struct fixture *f = an_hour(S(1600));

	(void)state;
	memset(&one, 0x5a, sizeof(one));
	memset(&two, 0xa5, sizeof(two));
	ask(f, S(2000), &one);
	ask(f, S(2000), &two);
	assert_memory_equal(&one, &two, sizeof(one));
}

/* The list is cut at the instant, and rows the race does not own are spoilt. */
static void nothing_after_the_instant_is_read(void **state)
{
	struct fixture *f = an_hour(S(1600));
	uint32_t kept = 0;

	(void)state;
	fixture_fold(f);
	ask(f, S(2000), &one);
	for (uint32_t i = 0; i < f->list.count; i++)
		if (f->list.at[i].at <= START + S(2000))
			f->list.at[kept++] = f->list.at[i];
	assert_true(kept < f->list.count);
	f->list.count = kept;
	memset(f->laps, 0x77, sizeof(f->laps));
	memset(f->stints, 0x77, sizeof(f->stints));
	memset(f->flags, 0x77, sizeof(f->flags));
	ask(f, S(2000), &two);
	assert_memory_equal(&one, &two, sizeof(one));
}

static void without_a_threshold_there_is_no_deadline(void **state)
{
	struct fixture *f = an_hour(0);
	const struct forecast_row *row;

	(void)state;
	f->rules.fraction_pm = 0;
	row = row_for(f, ask(f, S(1500), &one), "5");
	assert_true(row->standing);
	assert_true(row->silent > 0);
	assert_int_equal(row->threshold_p50, 0);
	assert_int_equal(row->deadline, INSTANT_NONE);
	assert_int_equal(row->afford, DURATION_NONE);
}

/* 30 laps of 91 s are over at 2730 s, before the hour is; 50 laps are not. */
static void of_time_and_distance_the_first_reached_counts(void **state)
{
	struct fixture *f = an_hour(0);

	(void)state;
	f->setup.length_laps = 30;
	ask(f, S(1500), &one);
	assert_int_equal(one.flag_at, START + S(2730));
	assert_int_equal(one.winner_laps, 30);
	f->setup.length_laps = 50;
	ask(f, S(1500), &one);
	assert_int_equal(one.flag_at, START + S(3640));
	f->setup.length_us = 0;
	ask(f, S(1500), &one);
	assert_int_equal(one.flag_at, START + S(4550));
	/* Nobody drives more laps than the race has. */
	for (uint32_t i = 0; i < one.count; i++)
		assert_true(one.rows[i].laps_p90 <= 50 * FORECAST_LAP);
	/* The distance was driven, and there was no flag: there is another lap. */
	f->race.setup.length_laps = 10;
	forecast_query(&f->race, &f->tables, &f->rules, &forecast_parameters_plain,
		       START + S(1500), &one);
	assert_int_equal(one.winner_laps, 17);
	assert_int_equal(one.flag_at, START + S(17 * 91));
	assert_int_equal(one.rows[0].laps_p10, 17 * FORECAST_LAP);
}

static void no_length_no_forecast(void **state)
{
	struct fixture *f = an_hour(0);

	(void)state;
	f->setup.length_us = 0;
	ask(f, S(1500), &one);
	assert_int_equal(one.flag_at, INSTANT_NONE);
	assert_int_equal(one.count, 3);
}

static void what_has_happened_is_certain(void **state)
{
	struct fixture *f = an_hour(S(1939));

	(void)state;
	add_end(f, S(5000));
	ask(f, S(5000), &one);
	assert_int_equal(one.flag_at, f->race.finish_at);
	assert_int_equal(row_for(f, &one, "5")->p_classified, FORECAST_ONE);
	assert_int_equal(row_for(f, &one, "5")->behind_p10, 12 * FORECAST_LAP);
	assert_int_equal(row_for(f, &one, "5")->behind_p90, 12 * FORECAST_LAP);
}

/* Car 2 could stand for what it has to spare: it does, and is just classified. The
 * answer is in whole laps of its own, so up to one is left over. */
static void a_stop_that_can_be_afforded_can(void **state)
{
	struct fixture *f = an_hour(0);
	duration_us afford = row_for(f, ask(f, S(1500), &one), "2")->afford;
	uint32_t laps = 16;

	(void)state;
	assert_true(afford > S(1000));
	assert_true(afford < S(1200));
	for (int over = 0; over < 2; over++) {
		int64_t at = (S(91) + MS(1)) * laps;

		f = fixture_new();
		f->setup.length_us = S(3600);
		f->rules.fraction_pm = 700;
		f->rules.must_take_flag = 1;
		add_laps(f, "1", 41, S(91));
		add_laps(f, "2", laps, S(91) + MS(1));
		at += afford + (over ? S(2 * 91) : 0);
		for (uint32_t lap = laps + 1; at < S(3660); lap++, at += S(91) + MS(1))
			add_lap(f, "2", lap, at, at + S(91) + MS(1));
		add_end(f, S(5000));
		fixture_fold(f);
		classify(&f->race, &f->tables, &f->rules, &f->classification);
		assert_int_equal(result_of(f, "2")->status,
				 over ? STATUS_NC : STATUS_CLASSIFIED);
	}
}

/* Class G laps in 130 s: 28 laps when the first is home after 40. Of those 70 % are 19;
 * of the race winner's it would be 28. */
static void a_class_may_have_a_threshold_of_its_own(void **state)
{
	struct fixture *f = an_hour(0);
	const struct forecast_row *row;

	(void)state;
	add_laps(f, "7", 28, S(130));
	add_laps(f, "8", 15, S(140));
	add_entry(f, "1", ENTRY_CLASS, 0, "P");
	add_entry(f, "2", ENTRY_CLASS, 0, "P");
	add_entry(f, "5", ENTRY_CLASS, 0, "P");
	add_entry(f, "7", ENTRY_CLASS, 0, "G");
	add_entry(f, "8", ENTRY_CLASS, 0, "G");
	f->rules.of = OF_CLASS_WINNER;
	row = row_for(f, ask(f, S(1500), &one), "8");
	assert_int_equal(row->threshold_p50, 19 * FORECAST_LAP);
	assert_int_equal(row_for(f, &one, "5")->threshold_p50, 28 * FORECAST_LAP);
	assert_true(row_for(f, &one, "7")->p_class_win > 900);
	f->rules.of = OF_RACE_WINNER;
	row = row_for(f, ask(f, S(1500), &one), "8");
	assert_int_equal(row->threshold_p50, 28 * FORECAST_LAP);
}

/* No flag is told; every car is slow for half an hour at once. What is to come is driven
 * as before, not at the mean of both. */
static void a_slow_field_is_a_neutralisation(void **state)
{
	struct fixture *f = fixture_new();
	static const char *const cars[] = {"1", "2", "3"};
	duration_us told[2];

	(void)state;
	for (int flags = 0; flags < 2; flags++) {
		f = fixture_new();
		f->setup.length_us = S(7200);
		for (unsigned i = 0; i < ARRAY_LEN(cars); i++) {
			int64_t t = 0, lap_time = S(90 + 5 * (int)i);

			for (uint32_t lap = 1; t < S(3600); lap++) {
				bool slow = t >= S(900) && t < S(2700);
				int64_t next =
					t + (slow ? S(180) : lap_time + S(lap % 2));

				add_lap(f, cars[i], lap, t, next);
				t = next;
			}
		}
		if (flags) {
			add_flag(f, FLAG_GREEN, 0);
			add_flag(f, FLAG_SC, S(1000));
			add_flag(f, FLAG_GREEN, S(2790));
		}
		told[flags] = row_for(f, ask(f, S(3600), &one), "3")->pace;
	}
	assert_true(told[0] > told[1] - S(2));
	assert_true(told[0] < told[1] + S(2));
}

/* Eight cars of two classes, laps that vary, an hour and a half of three. The last
 * @silent of them cross no line after 4800 s. @flags: a safety car from 4800 s on. */
static struct fixture *a_race(unsigned silent, bool flags)
{
	static const char *const cars[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
	struct fixture *f = fixture_new();

	f->setup.length_us = S(3 * 3600);
	f->rules.fraction_pm = 700;
	for (unsigned i = 0; i < ARRAY_LEN(cars); i++) {
		int64_t t = 0, end = i >= ARRAY_LEN(cars) - silent ? S(4800) : S(5400);

		add_entry(f, cars[i], ENTRY_CLASS, 0, i < 4 ? "P" : "G");
		for (uint32_t lap = 1; t < end; lap++) {
			int64_t next = t + S(i < 4 ? 90 : 104) + MS(300 * (int)i) +
				       MS(100 * (lap * 7 % 11));

			add_lap(f, cars[i], lap, t, next);
			t = next;
		}
	}
	if (flags) {
		add_flag(f, FLAG_GREEN, 0);
		add_flag(f, FLAG_SC, S(4700));
	}
	return f;
}

/* What is uncertain together is drawn together. */
static void the_laps_of_the_winner_are_its_own(void **state)
{
	struct fixture *f = a_race(0, false);
	const struct forecast *forecast = ask(f, S(5000), &one);
	const struct forecast_row *row = row_for(f, forecast, "1");

	(void)state;
	assert_int_equal(forecast->winner, row->car);
	assert_int_equal(row->laps_p50, forecast->winner_laps * FORECAST_LAP);
	assert_int_equal(row->laps_p10, forecast->winner_laps_p10 * FORECAST_LAP);
	assert_int_equal(row->laps_p90, forecast->winner_laps_p90 * FORECAST_LAP);
	assert_true(forecast->winner_laps_p10 < forecast->winner_laps);
}

static void bounds_are_in_order_and_whole(void **state)
{
	struct fixture *f = a_race(2, false);

	(void)state;
	for (int64_t t = S(600); t <= S(5400); t += S(600)) {
		ask(f, t, &one);
		for (uint32_t i = 0; i < one.count; i++) {
			const struct forecast_row *row = &one.rows[i];

			if (row->car == one.winner)
				assert_int_equal(row->behind_p50, 0);
			assert_true(row->behind_p10 <= row->behind_p50);
			assert_true(row->behind_p50 <= row->behind_p90);
			assert_true(row->gap_p10 <= row->gap_p50);
			assert_true(row->gap_p50 <= row->gap_p90);
			assert_true(row->laps_p10 <= row->laps_p50);
			assert_true(row->laps_p50 <= row->laps_p90);
			assert_true(row->laps_p10 >=
				    (int32_t)row->laps_now * FORECAST_LAP);
			assert_int_equal(row->behind_p10 % FORECAST_LAP, 0);
			assert_int_equal(row->behind_p90 % FORECAST_LAP, 0);
			assert_int_equal(row->laps_p10 % FORECAST_LAP, 0);
			assert_int_equal(row->laps_p90 % FORECAST_LAP, 0);
		}
	}
}

/* The slower class loses 52 laps in three hours less the neutralisations that are usual,
 * which are a fifth. */
static void a_class_loses_what_its_pace_says(void **state)
{
	struct fixture *f = a_race(0, false);
	const struct forecast_row *row = row_for(f, ask(f, S(1800), &one), "5");

	(void)state;
	assert_true(row->gap_p50 > 12 * FORECAST_LAP);
	assert_true(row->gap_p50 < 17 * FORECAST_LAP);
	assert_true(row->gap_p10 < row->gap_p50);
	assert_true(row->gap_p90 > row->gap_p50);
}

/* One car that is silent stands; five at once under a safety car are the race. */
static void a_field_that_is_silent_together_does_not_stand(void **state)
{
	struct fixture *f = a_race(1, true);
	int32_t alone = row_for(f, ask(f, S(5300), &one), "8")->gap_p50, all;

	(void)state;
	assert_true(row_for(f, &one, "8")->silent > 0);
	f = a_race(5, true);
	all = row_for(f, ask(f, S(5300), &one), "8")->gap_p50;
	assert_int_equal(row_for(f, &one, "8")->silent, 0);
	assert_true(alone > all + 2 * FORECAST_LAP);
}

/* It loses more the longer it is silent, but never more than a car that is out. */
static void a_silent_car_stands_about_as_long_again(void **state)
{
	struct fixture *f = a_race(1, false);
	int32_t before = 0;

	(void)state;
	for (int64_t t = S(5000); t <= S(5400); t += S(100)) {
		const struct forecast_row *row = row_for(f, ask(f, t, &one), "8");

		assert_true(row->gap_p50 > before);
		assert_true(row->laps_p50 >= (int32_t)row->laps_now * FORECAST_LAP);
		before = row->gap_p50;
	}
}

/* In a kind of race with more neutralisations all cars do fewer laps, and slower classes
 * lose fewer. */
static void a_kind_with_more_neutralisations_is_slower(void **state)
{
	struct fixture *f = a_race(0, false);
	struct forecast_parameters slow = forecast_parameters_plain;

	(void)state;
	ask(f, S(1800), &one);
	slow.neutral_share = 0.4;
	forecast_query(&f->race, &f->tables, &f->rules, &slow, START + S(1800), &two);
	assert_true(two.winner_laps < one.winner_laps);
	assert_true(row_for(f, &two, "5")->gap_p50 < row_for(f, &one, "5")->gap_p50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_flag_is_exact_where_laps_never_vary),
		cmocka_unit_test(the_deadline_is_exact_to_the_second),
		cmocka_unit_test(a_deadline_stays_while_the_car_stands),
		cmocka_unit_test(the_same_question_has_the_same_answer),
		cmocka_unit_test(nothing_after_the_instant_is_read),
		cmocka_unit_test(without_a_threshold_there_is_no_deadline),
		cmocka_unit_test(of_time_and_distance_the_first_reached_counts),
		cmocka_unit_test(no_length_no_forecast),
		cmocka_unit_test(what_has_happened_is_certain),
		cmocka_unit_test(a_stop_that_can_be_afforded_can),
		cmocka_unit_test(a_class_may_have_a_threshold_of_its_own),
		cmocka_unit_test(a_slow_field_is_a_neutralisation),
		cmocka_unit_test(the_laps_of_the_winner_are_its_own),
		cmocka_unit_test(bounds_are_in_order_and_whole),
		cmocka_unit_test(a_class_loses_what_its_pace_says),
		cmocka_unit_test(a_field_that_is_silent_together_does_not_stand),
		cmocka_unit_test(a_silent_car_stands_about_as_long_again),
		cmocka_unit_test(a_kind_with_more_neutralisations_is_slower),
	};

	return cmocka_run_group_tests_name("race forecast", tests, NULL, NULL);
}
