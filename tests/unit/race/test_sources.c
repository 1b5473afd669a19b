/*
 * test_sources.c -- many sources of one race: merged, missed, phantom, claimed; and
 * the operator
 */
#include "race_fixture.h"

static struct event *from(struct event *event, uint16_t source)
{
	event->source = source;
	return event;
}

static const struct fault_row *fault_of(const struct fixture *f, enum fault fault)
{
	for (uint32_t i = 0; i < f->race.fault_count; i++) {
		if (f->faults[i].fault == fault)
			return &f->faults[i];
	}
	fail_msg("no fault: %s", fault_why(fault));
	return f->faults;
}

static void claim(struct fixture *f, const char *number, int64_t t, int64_t laps)
{
	struct event *e = from(add_event(f, EVENT_CLAIM, t, number), 7);

	e->field = 0;
	e->value = laps;
}

/* ---- merged ------------------------------------------------------------------ */

static void two_decoders_on_a_line_make_one_passing(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	for (unsigned lap = 1; lap <= 3; lap++) {
		for (uint8_t line = 1; line <= 3; line++) {
			int64_t t = S(90) * (lap - 1) + S(30) * line;

			add_passing(f, "5", line % 3, t, 0);
			from(add_passing(f, "5", line % 3, t + MS(2), 0), 1);
		}
	}
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 3);
	assert_int_equal(row_of(f, "5", 2)->time, S(90));
	assert_int_equal(row_of(f, "5", 2)->source, 0);
	assert_int_equal(f->race.merged, 9);
	assert_int_equal(f->race.fault_count, 0);
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		assert_int_equal(f->race.anomalies[i], 0);
}

static void what_one_decoder_misses_the_other_tells(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	from(add_passing(f, "5", 1, S(120), 0), 1)->record = 77;
	from(add_passing(f, "5", 2, S(150), 0), 1);
	from(add_passing(f, "5", LINE_SF, S(180), 0), 1)->record = 78;
	add_passing(f, "5", 2, S(150) + MS(5), 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 2);
	assert_int_equal(row_of(f, "5", 2)->estimated, 0);
	assert_int_equal(row_of(f, "5", 2)->source, 1);
	assert_int_equal(row_of(f, "5", 2)->record, 78);
	assert_int_equal(car_of(f, "5")->line_source, 1);
	assert_int_equal(f->race.merged, 1);
	assert_int_equal(f->race.fault_count, 0);
}

static void sf_and_sf_in_the_lane_are_one_line(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	from(add_passing(f, "5", LINE_SF_PIT, S(90) + MS(400), 0), 1);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 1);
	assert_int_equal(car_of(f, "5")->stops, 0);
	assert_int_equal(f->race.merged, 1);
}

/* The next line lies closer than the window, and the slow clock tells of SF after it. */
static void a_line_close_behind_another_does_not_hide_what_was_told(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", 1, S(90) + MS(500), 0);
	from(add_passing(f, "5", LINE_SF, S(90) + MS(900), 0), 1);
	from(add_passing(f, "5", 1, S(91) + MS(400), 0), 1);
	/* And the last line of a lap, told after SF. */
	from(add_passing(f, "5", 2, S(60) + MS(700), 0), 1);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 1);
	assert_int_equal(car_of(f, "5")->line, 1);
	assert_int_equal(f->race.merged, 3);
	assert_int_equal(f->race.fault_count, 0);
}

static void the_last_line_of_a_lap_may_be_told_after_it(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", 1, S(120), 0);
	add_passing(f, "5", 2, S(180) - MS(300), 0);
	add_passing(f, "5", LINE_SF, S(180), 0);
	from(add_passing(f, "5", 2, S(180) + MS(300), 0), 1);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 2);
	assert_int_equal(car_of(f, "5")->line, 0);
	assert_int_equal(f->race.merged, 1);
}

static void a_lap_another_source_numbers_is_no_second_one(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 3, S(90));
	from(add_passing(f, "5", LINE_SF, S(180) + MS(700), 2), 1);
	assert_int_equal(f->race.fault_count, 0);
	from(add_passing(f, "5", LINE_SF, S(270) + S(4), 3), 1)->record = 31;
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 3);
	assert_int_equal(f->race.merged, 2);
	assert_int_equal(f->race.anomalies[ANOMALY_REPEATED], 0);
	assert_int_equal(f->race.fault_count, 1);
	assert_int_equal(f->faults[0].fault, FAULT_LATE_CLOCK);
	assert_int_equal(f->faults[0].record, 31);
	assert_int_equal(f->faults[0].source, 1);
	assert_int_equal(f->race.anomalies[ANOMALY_CLOCK], 1);
}

/* Joined late, the loops count from one; the scoring computer knows better, and what
 * it numbers is still the same crossing. */
static void numbers_of_another_count_make_no_laps_of_no_length(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	for (unsigned lap = 1; lap <= 4; lap++) {
		add_passing(f, "5", LINE_SF, S(90) * lap, 0);
		from(add_passing(f, "5", LINE_SF, S(90) * lap + MS(500), lap + 1), 1);
	}
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 4);
	assert_int_equal(row_of(f, "5", 4)->time, S(90));
	assert_int_equal(faults(f, FAULT_CONTRADICTION), 4);
}

static void the_window_is_the_circuits(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.merge_us = MS(100);
	add_laps(f, "5", 1, S(90));
	from(add_passing(f, "5", LINE_SF, S(90) + MS(99), 0), 1);
	from(add_passing(f, "5", LINE_SF, S(90) + MS(101), 0), 2);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 1);
	assert_int_equal(f->race.merged, 2);
	assert_int_equal(faults(f, FAULT_LATE_CLOCK), 1);
}

static void a_stop_timed_twice_is_one_stop(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_event(f, EVENT_PIT_IN, S(100), "5");
	from(add_passing(f, "5", LINE_PIT_IN, S(100) + MS(30), 0), 1);
	add_event(f, EVENT_PIT_OUT, S(140), "5");
	from(add_event(f, EVENT_PIT_OUT, S(140) + MS(30), "5"), 1);
	from(add_event(f, EVENT_PIT_OUT, S(144), "5"), 1);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->stops, 1);
	assert_int_equal(car_of(f, "5")->stop_last, S(40));
	assert_int_equal(f->race.merged, 3);
	assert_int_equal(f->race.fault_count, 1);
	assert_int_equal(f->faults[0].fault, FAULT_LATE_CLOCK);
	assert_int_equal(f->faults[0].line, LINE_PIT_OUT);
}

static void a_rolling_start_received_by_two_is_no_fault(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_passing(f, "5", LINE_SF, S(4), 0);
	from(add_passing(f, "5", LINE_SF, S(4) + MS(20), 0), 1);
	add_passing(f, "5", LINE_SF, S(95), 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 1);
	assert_int_equal(f->race.merged, 1);
	assert_int_equal(f->race.fault_count, 0);
}

/* ---- faults ------------------------------------------------------------------ */

static void a_passing_sooner_than_any_car_is_a_phantom(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.lap_length = 4180000;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", LINE_SF, S(110), 0)->record = 9;
	add_passing(f, "5", 1, S(120), 0);
	add_passing(f, "5", 1, S(140), 0);
	add_passing(f, "5", LINE_SF, S(180), 0);
	add_passing(f, "5", 2, S(182), 0)->record = 10;
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 2);
	assert_int_equal(row_of(f, "5", 2)->time, S(90));
	assert_int_equal(f->race.anomalies[ANOMALY_PHANTOM], 2);
	assert_int_equal(f->race.anomalies[ANOMALY_REPEATED], 0);
	assert_int_equal(fault_of(f, FAULT_PHANTOM)->record, 9);
	assert_int_equal(fault_of(f, FAULT_PHANTOM)->car, find(f, "5"));
}

static void the_same_record_again_is_repeated(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 2, S(90));
	add_passing(f, "5", LINE_SF, S(180) + MS(3), 0);
	add_passing(f, "5", LINE_SF, S(200), 2);
	fixture_fold(f);
	assert_int_equal(faults(f, FAULT_REPEATED), 2);
	assert_int_equal(f->race.fault_count, 2);
	assert_int_equal(f->race.merged, 0);
}

static void each_miss_has_its_line(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 2, S(90));
	add_passing(f, "5", 2, S(240), 0);
	/* SF is missed at 270 s. */
	add_passing(f, "5", 1, S(300), 0);
	add_passing(f, "5", 2, S(330), 0);
	add_passing(f, "5", LINE_SF, S(360), 4);
	add_passing(f, "5", LINE_SF, S(720), 8);
	fixture_fold(f);
	assert_int_equal(fault_of(f, FAULT_MISSED_LINE)->line, 1);
	assert_int_equal(fault_of(f, FAULT_MISSED_LINE)->at, START + S(240));
	assert_int_equal(faults(f, FAULT_MISSED_LINE), 1);
	assert_int_equal(fault_of(f, FAULT_MISSED_SF)->line, LINE_SF);
	assert_int_equal(fault_of(f, FAULT_MISSED_LAPS)->at, START + S(720));
	assert_int_equal(f->race.anomalies[ANOMALY_MISSING], 3);
}

static void laps_before_it_was_received_are_no_missed_lines(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_passing(f, "5", LINE_SF, S(1800), 20);
	add_passing(f, "5", LINE_SF, S(1890), 21);
	add_passing(f, "7", LINE_SF, S(180), 2);
	fixture_fold(f);
	assert_int_equal(faults(f, FAULT_JOINED), 1);
	assert_int_equal(fault_of(f, FAULT_JOINED)->at, START + S(1800));
	assert_int_equal(faults(f, FAULT_MISSED_LAPS), 1);
	assert_int_equal(fault_of(f, FAULT_MISSED_LAPS)->at, START + S(180));
	/* What a stint is of which nobody told where it began. */
	uint16_t car = race_find_text(&f->race, SLICE("5"));
	assert_int_equal(f->race.cars[car].laps, 21);
	assert_int_equal(f->race.cars[car].lap_skipped, 19);
}

/* One loop at start/finish: the circuit's other lines are not missed at each lap. */
static void a_line_nobody_times_is_not_missed(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	for (unsigned lap = 1; lap <= 5; lap++)
		add_passing(f, "5", LINE_SF, S(90) * lap, 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 5);
	assert_int_equal(f->race.fault_count, 0);
}

static void faults_without_a_table_are_counted(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->tables.faults = NULL;
	add_laps(f, "5", 2, S(90));
	add_passing(f, "5", LINE_SF, S(183), 0);
	fixture_fold(f);
	assert_int_equal(f->race.anomalies[ANOMALY_PHANTOM], 1);
	assert_int_equal(f->race.fault_count, 0);
}

static void every_fault_has_a_reason_and_a_kind(void **state)
{
	(void)state;
	for (int i = 0; i < FAULT_COUNT; i++) {
		assert_true(fault_why((enum fault)i)[0] != '\0');
		assert_true(anomaly_name(fault_anomaly((enum fault)i))[0] != '\0');
	}
	assert_int_equal(fault_anomaly(FAULT_LATE_CLOCK), ANOMALY_CLOCK);
	assert_string_equal(fault_why((enum fault)FAULT_COUNT), "");
}

/* ---- claims ------------------------------------------------------------------ */

static void a_claim_ahead_of_its_passing_is_no_fault(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 6, S(90));
	for (unsigned lap = 1; lap <= 6; lap++)
		claim(f, "5", S(90) * lap - S(1), lap);
	fixture_fold(f);
	assert_int_equal(faults(f, FAULT_CLAIM_LAPS), 0);
	assert_int_equal(car_of(f, "5")->claim_laps, 6);
	assert_int_equal(car_of(f, "5")->claim_source, 7);
}

static void a_lap_we_miss_and_the_source_counts_is_a_fault_once(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 6, S(90));
	for (unsigned lap = 1; lap <= 6; lap++)
		claim(f, "5", S(90) * lap + S(1), lap < 3 ? lap : lap + 1);
	fixture_fold_to(f, START + S(90) * 3 + S(2));
	assert_int_equal(f->race.fault_count, 0); /* it may be on its way */
	fixture_fold(f);
	assert_int_equal(faults(f, FAULT_CLAIM_LAPS), 1);
	assert_int_equal(f->faults[0].at, START + S(361));
	assert_int_equal(f->faults[0].source, 7);
}

static void a_lap_the_source_does_not_count_is_a_fault_too(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 5, S(90));
	for (unsigned lap = 1; lap <= 5; lap++)
		claim(f, "5", S(90) * lap + S(1), lap - 1);
	fixture_fold(f);
	assert_int_equal(faults(f, FAULT_CLAIM_LAPS), 1);
}

static void what_a_source_claims_is_kept_and_its_best_lap_counts(void **state)
{
	struct fixture *f = fixture_new();
	static const int64_t values[] = {2, S(180), 1, S(88)};

	(void)state;
	add_laps(f, "5", 2, S(90));
	for (uint8_t i = 0; i < 4; i++) {
		struct event *e = from(add_event(f, EVENT_CLAIM, S(181), "5"), 7);

		e->field = i;
		e->value = values[i];
	}
	claim(f, "99", S(181), 4);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->claim_laps, 2);
	assert_int_equal(car_of(f, "5")->claim_total, S(180));
	assert_int_equal(car_of(f, "5")->claim_rank, 1);
	assert_int_equal(car_of(f, "5")->claim_best, S(88));
	assert_int_equal(car_of(f, "5")->lap_best, S(88));
	assert_int_equal(find(f, "99"), CAR_NONE);
}

/* ---- the operator ------------------------------------------------------------ */

/* Joined late: car 6 stopped before, with five laps and its best on lap 3; car 7 has no lap. */
static void a_car_that_stopped_before_the_source_was_joined_has_its_claims(void **state)
{
	struct fixture *f = fixture_new();
	(void)state;
	f->setup.type = SESSION_TIMED;
	add_entry(f, "5", ENTRY_CAR, 0, "");
	add_entry(f, "6", ENTRY_CAR, 0, "");
	add_entry(f, "7", ENTRY_CAR, 0, "");
	claim(f, "5", S(1000), 9);
	claim(f, "6", S(1000), 5);
	struct event *best = add_event(f, EVENT_CLAIM, S(1000), "6");
	best->source = 7;
	best->field = CLAIM_BEST_LAP;
	best->number = 3;
	best->value = S(89);
	for (uint32_t lap = 10; lap < 13; lap++)
		add_passing(f, "5", LINE_SF, S(1000) + S(90) * (lap - 9), lap);
	add_end(f, S(1400));
	fixture_fold(f);
	assert_string_equal(classify_text(f), "6 CLASSIFIED, 5 CLASSIFIED, 7 DNS");
	assert_int_equal(result_of(f, "6")->laps, 5);
	assert_int_equal(result_of(f, "5")->laps, 12);
	assert_int_equal(car_of(f, "6")->lap_best, S(89));
	assert_int_equal(car_of(f, "6")->lap_best_number, 3);
	assert_int_equal(car_of(f, "5")->lap_best, S(90));
}

/* A source of crossings alone on a circuit of three lines. */
static void sectors_of_a_lap_without_lines_are_unknown(void **state)
{
	struct fixture *f = fixture_new();
	(void)state;
	add_lap(f, "5", 1, 0, S(90));
	add_passing(f, "5", LINE_SF, S(180), 2);
	add_passing(f, "5", 2, S(240), 3);
	add_passing(f, "5", LINE_SF, S(270), 3);
	fixture_fold(f);
	assert_false(race_lines_missed(&f->race, row_of(f, "5", 1)));
	assert_true(race_lines_missed(&f->race, row_of(f, "5", 2)));
	/* One line was missed, and is a share of the time to the next. */
	assert_false(race_lines_missed(&f->race, row_of(f, "5", 3)));
	assert_int_equal(row_of(f, "5", 3)->missed, 1 << 1);
}

static void a_passing_by_hand_is_marked(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 1, S(90));
	add_passing(f, "5", 1, S(120), 0);
	add_passing(f, "5", 2, S(150), 0)->bits = EVENT_BY_HAND;
	add_passing(f, "5", LINE_SF, S(179), 0)->bits = EVENT_BY_HAND;
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->laps, 2);
	assert_int_equal(row_of(f, "5", 2)->time, S(89));
	assert_int_equal(row_of(f, "5", 2)->estimated, 1 << 2 | 1);
	assert_int_equal(f->race.lap_best, DURATION_NONE);
}

static void the_operators_stop_ends_the_counting(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "1", 5, S(90));
	add_laps(f, "2", 5, S(95));
	add_event(f, EVENT_END, S(300), NULL)->bits = EVENT_BY_HAND;
	add_event(f, EVENT_PIT_IN, S(310), "2");
	add_end(f, S(500));
	fixture_fold(f);
	assert_int_equal(car_of(f, "1")->laps, 3);
	assert_int_equal(car_of(f, "2")->laps, 3);
	assert_int_equal(car_of(f, "2")->stops, 0);
	assert_int_equal(f->race.end_at, START + S(300));
	assert_int_equal(f->race.winner, find(f, "1"));
	/* Had it been taken back, it would have been masked: */
	f->list.at[f->list.count - 3].kind = EVENT_HEARTBEAT;
	fixture_fold(f);
	assert_int_equal(car_of(f, "1")->laps, 5);
}

static void a_start_behind_a_stop_goes_on(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.start_at = INSTANT_NONE;
	/* Too early, taken back by a stop, and then the real one. */
	add_event(f, EVENT_START, -S(60), NULL)->bits = EVENT_BY_HAND;
	add_event(f, EVENT_END, -S(50), NULL)->bits = EVENT_BY_HAND;
	add_event(f, EVENT_START, 0, NULL)->bits = EVENT_BY_HAND;
	add_laps(f, "1", 5, S(90));
	add_event(f, EVENT_END, S(271), NULL)->bits = EVENT_BY_HAND;
	add_event(f, EVENT_START, S(275), NULL)->bits = EVENT_BY_HAND;
	fixture_fold_to(f, START + S(272));
	assert_int_equal(f->race.finish_at, START + S(270));
	assert_int_equal(car_of(f, "1")->flagged, 1);
	fixture_fold(f);
	assert_int_equal(f->race.start_at, START);
	assert_int_equal(car_of(f, "1")->laps, 5);
	assert_int_equal(f->race.finish_at, INSTANT_NONE);
	assert_int_equal(f->race.end_at, INSTANT_NONE);
	/* A race that was won before it was stopped stays won. */
	add_flag(f, FLAG_FINISH, S(360));
	add_event(f, EVENT_END, S(362), NULL)->bits = EVENT_BY_HAND;
	add_event(f, EVENT_START, S(365), NULL)->bits = EVENT_BY_HAND;
	fixture_fold(f);
	assert_int_equal(f->race.finish_at, START + S(360));
	assert_int_equal(car_of(f, "1")->laps, 4);
}

static void a_sources_end_does_not_stop_another(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.type = SESSION_TIMED;
	add_laps(f, "1", 2, S(90));
	add_end(f, S(200));
	from(add_passing(f, "1", LINE_SF, S(270), 0), 1);
	fixture_fold(f);
	assert_int_equal(car_of(f, "1")->laps, 3);
}

static void an_improvement_knows_what_it_improved(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.type = SESSION_TIMED;
	add_passing(f, "5", LINE_SF, S(1), 0);
	add_passing(f, "5", LINE_SF, S(93), 0);
	add_passing(f, "5", LINE_SF, S(184), 0);
	add_passing(f, "5", LINE_SF, S(280), 0);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->lap_best, S(91));
	assert_int_equal(car_of(f, "5")->lap_best_before, S(92));
	assert_int_equal(car_of(f, "5")->lap_best_at, START + S(184));
	add_decision(f, "5", DECISION_LAP_DELETED, 2, "|track limits")->at =
		START + S(300);
	fixture_fold(f);
	assert_int_equal(car_of(f, "5")->lap_best, S(92));
	assert_int_equal(car_of(f, "5")->lap_best_before, DURATION_NONE);
	assert_int_equal(car_of(f, "5")->lap_best_at, START + S(93));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_decoders_on_a_line_make_one_passing),
		cmocka_unit_test(what_one_decoder_misses_the_other_tells),
		cmocka_unit_test(sf_and_sf_in_the_lane_are_one_line),
		cmocka_unit_test(
			a_line_close_behind_another_does_not_hide_what_was_told),
		cmocka_unit_test(the_last_line_of_a_lap_may_be_told_after_it),
		cmocka_unit_test(a_lap_another_source_numbers_is_no_second_one),
		cmocka_unit_test(numbers_of_another_count_make_no_laps_of_no_length),
		cmocka_unit_test(the_window_is_the_circuits),
		cmocka_unit_test(a_stop_timed_twice_is_one_stop),
		cmocka_unit_test(a_rolling_start_received_by_two_is_no_fault),
		cmocka_unit_test(a_passing_sooner_than_any_car_is_a_phantom),
		cmocka_unit_test(the_same_record_again_is_repeated),
		cmocka_unit_test(each_miss_has_its_line),
		cmocka_unit_test(a_line_nobody_times_is_not_missed),
		cmocka_unit_test(faults_without_a_table_are_counted),
		cmocka_unit_test(every_fault_has_a_reason_and_a_kind),
		cmocka_unit_test(a_claim_ahead_of_its_passing_is_no_fault),
		cmocka_unit_test(a_lap_we_miss_and_the_source_counts_is_a_fault_once),
		cmocka_unit_test(a_lap_the_source_does_not_count_is_a_fault_too),
		cmocka_unit_test(what_a_source_claims_is_kept_and_its_best_lap_counts),
		cmocka_unit_test(
			a_car_that_stopped_before_the_source_was_joined_has_its_claims),
		cmocka_unit_test(sectors_of_a_lap_without_lines_are_unknown),
		cmocka_unit_test(a_passing_by_hand_is_marked),
		cmocka_unit_test(the_operators_stop_ends_the_counting),
		cmocka_unit_test(laps_before_it_was_received_are_no_missed_lines),
		cmocka_unit_test(a_start_behind_a_stop_goes_on),
		cmocka_unit_test(a_sources_end_does_not_stop_another),
		cmocka_unit_test(an_improvement_knows_what_it_improved),
	};

	return cmocka_run_group_tests_name("race sources", tests, NULL, NULL);
}
