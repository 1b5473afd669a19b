/*
 * test_classify.c -- standings, statuses, thresholds, decisions
 */
#include "race_fixture.h"

#include <string.h>

/* A race of 1000 s: 1 wins with 11 laps, 2 on its lap, 3 a lap down, 4 crosses
 * the flag with 2 laps, 5 stopped after 9 laps, 6 after 4, 7 never started. */
static struct fixture *race_of_seven(void)
{
	struct fixture *f = fixture_new();

	f->setup.length_us = S(1000);
	f->rules.fraction_pm = 700;
	f->rules.must_take_flag = 1;
	add_entry(f, "1", ENTRY_CLASS, 0, "LMP1");
	add_entry(f, "2", ENTRY_CLASS, 0, "LMP1");
	add_entry(f, "3", ENTRY_CLASS, 0, "GT");
	add_entry(f, "4", ENTRY_CLASS, 0, "GT");
	add_entry(f, "5", ENTRY_CLASS, 0, "GT");
	add_entry(f, "6", ENTRY_CLASS, 0, "LMP1");
	add_entry(f, "7", ENTRY_CLASS, 0, "GT");
	add_laps(f, "1", 13, S(91));
	add_laps(f, "2", 11, S(92) + MS(500));
	add_laps(f, "3", 10, S(104));
	add_lap(f, "4", 1, 0, S(105));
	add_lap(f, "4", 2, S(105), S(1050));
	add_laps(f, "5", 9, S(93));
	add_laps(f, "6", 4, S(90));
	add_passing(f, "6", 1, S(390), 0);
	return f;
}

static void a_final_result_is_classified_then_nc_then_dnf_then_dns(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	add_end(f, S(1300));
	fixture_fold(f);
	assert_string_equal(classify_text(f),
			    "1 CLASSIFIED, 2 CLASSIFIED, 3 CLASSIFIED, 4 NC, 5 DNF, "
			    "6 DNF, 7 DNS");
	assert_int_equal(f->classification.winner_laps, 11);
	assert_int_equal(f->classification.threshold, 7); /* floor of 7.7 */
	assert_int_equal(result_of(f, "1")->total, S(1001));
	assert_int_equal(result_of(f, "3")->margin, 3);
	assert_int_equal(result_of(f, "4")->margin, -5);
	assert_string_equal(gap_text(result_of(f, "2")->gap), "16.500");
	assert_string_equal(gap_text(result_of(f, "3")->gap), "+1 lap");
	assert_string_equal(gap_text(result_of(f, "4")->interval), "+8 laps");
	assert_string_equal(gap_text(result_of(f, "5")->interval), "");
	assert_int_equal(result_of(f, "4")->class_position, 2);
	assert_int_equal(result_of(f, "3")->class_winner, 1);
	assert_int_equal(result_of(f, "4")->class_winner, 0);
	assert_int_equal(result_of(f, "7")->total, DURATION_NONE);
}

static void while_it_runs_all_are_running_in_the_order_of_the_road(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	add_end(f, S(1300));
	fixture_fold_to(f, START + S(400));
	assert_string_equal(classify_text(f),
			    "6 RUNNING, 1 RUNNING, 2 RUNNING, 5 RUNNING, 3 RUNNING, "
			    "4 RUNNING, 7 RUNNING");
	assert_int_equal(f->classification.winner_laps, 4);
	assert_int_equal(f->classification.finished, 0);
	assert_int_equal(result_of(f, "4")->margin, -1);
	assert_int_equal(result_of(f, "6")->class_winner, 0);
	/* The winner is home, the others are on their way or in the garage. */
	fixture_fold_to(f, START + S(1010));
	assert_string_equal(classify_text(f),
			    "1 CLASSIFIED, 2 RUNNING, 3 RUNNING, 5 RUNNING, 6 RUNNING, "
			    "4 RUNNING, 7 RUNNING");
	/* The second lost no lap by the winner's crossing the line. */
	assert_string_equal(gap_text(result_of(f, "2")->gap), "16.000");
	assert_string_equal(gap_text(result_of(f, "6")->gap), "+6 laps");
	fixture_fold_to(f, START + S(1018));
	classify_text(f);
	assert_string_equal(gap_text(result_of(f, "2")->gap), "16.500");
}

static void laps_taken_away_while_it_runs_change_the_order(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	add_decision(f, "6", DECISION_LAPS, -2, "|fuel")->at = START + S(200);
	fixture_fold_to(f, START + S(400));
	assert_string_equal(classify_text(f),
			    "1 RUNNING, 2 RUNNING, 5 RUNNING, 3 RUNNING, 6 RUNNING, "
			    "4 RUNNING, 7 RUNNING");
	assert_int_equal(result_of(f, "6")->laps, 2);
	assert_string_equal(gap_text(result_of(f, "6")->gap), "+2 laps");
}

/* A feed's totals tell of penalties bit by bit while the race runs. */
static void penalties_count_from_the_moment_they_are_known(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "1", 6, S(100));
	add_laps(f, "2", 6, S(101));
	add_laps(f, "3", 6, S(102));
	add_laps(f, "4", 2, S(200));
	add_decision(f, "1", DECISION_TIME, S(4), "|speeding")->at = START + S(310);
	add_decision(f, "1", DECISION_TIME, S(1), "|again")->at = START + S(320);
	fixture_fold_to(f, START + S(309));
	assert_string_equal(classify_text(f),
			    "1 RUNNING, 2 RUNNING, 3 RUNNING, 4 RUNNING");
	fixture_fold_to(f, START + S(312));
	assert_string_equal(classify_text(f),
			    "2 RUNNING, 1 RUNNING, 3 RUNNING, 4 RUNNING");
	assert_int_equal(result_of(f, "1")->total, S(304));
	/* It led by three seconds. */
	assert_string_equal(gap_text(result_of(f, "1")->gap), "1.000");
	assert_string_equal(gap_text(result_of(f, "3")->interval), "2.000");
	assert_string_equal(gap_text(result_of(f, "4")->gap), "+1 lap");
	/* The road knows of no penalty. */
	assert_int_equal(standing_of(f, "1")->position, 1);
	/* Three seconds on the road at SF, and five to serve. */
	fixture_fold_to(f, START + S(330));
	assert_string_equal(classify_text(f),
			    "2 RUNNING, 1 RUNNING, 3 RUNNING, 4 RUNNING");
	assert_string_equal(gap_text(result_of(f, "1")->gap), "2.000");
	/* Pulling away, it is ahead again. */
	fixture_fold_to(f, START + S(609));
	assert_string_equal(classify_text(f),
			    "1 RUNNING, 2 RUNNING, 3 RUNNING, 4 RUNNING");
	assert_string_equal(gap_text(result_of(f, "2")->gap), "1.000");
}

static void the_road_holds_for_cars_on_a_lap_until_they_are_home(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.length_us = S(300);
	add_laps(f, "1", 3, S(110));
	add_laps(f, "2", 2, S(120));
	add_laps(f, "3", 2, S(130));
	add_passing(f, "3", 1, S(290), 0);
	add_passing(f, "3", 2, S(320), 0);
	add_passing(f, "3", 0, S(400), 0);
	add_end(f, S(500));
	/* 2 stands since the line, 3 has passed it. */
	fixture_fold_to(f, START + S(335));
	assert_string_equal(classify_text(f), "1 CLASSIFIED, 3 RUNNING, 2 RUNNING");
	fixture_fold_to(f, START + S(410));
	assert_string_equal(classify_text(f), "1 CLASSIFIED, 3 CLASSIFIED, 2 RUNNING");
}

static void a_ruleset_may_list_by_laps_alone(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	f->rules.list = LIST_BY_LAPS;
	f->rules.fraction_pm = 0;
	add_end(f, S(1300));
	fixture_fold(f);
	assert_string_equal(classify_text(f),
			    "1 CLASSIFIED, 2 CLASSIFIED, 3 CLASSIFIED, 5 CLASSIFIED, "
			    "6 CLASSIFIED, 4 CLASSIFIED, 7 DNS");
	assert_int_equal(result_of(f, "5")->threshold, 0);
	assert_string_equal(gap_text(result_of(f, "5")->interval), "+1 lap");
}

static void a_ruleset_may_ask_for_laps_only_and_not_for_the_flag(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	f->rules.must_take_flag = 0;
	add_end(f, S(1300));
	fixture_fold(f);
	assert_string_equal(classify_text(f),
			    "1 CLASSIFIED, 2 CLASSIFIED, 3 CLASSIFIED, 5 CLASSIFIED, "
			    "4 NC, 6 DNF, 7 DNS");
}

static void a_class_may_be_measured_by_its_own_winner(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	f->rules.fraction_pm = 950;
	add_end(f, S(1300));
	fixture_fold(f);
	classify_text(f);
	assert_int_equal(result_of(f, "3")->threshold, 10);
	f->rules.of = OF_CLASS_WINNER;
	classify_text(f);
	assert_int_equal(result_of(f, "2")->threshold, 10);
	assert_int_equal(result_of(f, "3")->threshold, 9);
	assert_int_equal(f->classification.threshold, 10);
}

static void a_flag_taken_too_late_does_not_classify(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	f->rules.flag_within = S(30);
	add_end(f, S(1300));
	fixture_fold(f);
	assert_string_equal(
		classify_text(f),
		"1 CLASSIFIED, 2 CLASSIFIED, 3 NC, 4 NC, 5 DNF, 6 DNF, 7 DNS");
}

static void invitations_go_to_the_first_classified_of_a_class(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	f->rules.class_count = 2;
	strcpy(f->rules.classes[0].name, "Prototypes");
	strcpy(f->rules.classes[0].matches, "LMP* GTP");
	f->rules.classes[0].invited = 1;
	strcpy(f->rules.classes[1].name, "gt");
	f->rules.classes[1].invited = 2;
	add_end(f, S(1300));
	fixture_fold(f);
	classify_text(f);
	assert_int_equal(result_of(f, "1")->invited, 1);
	assert_int_equal(result_of(f, "2")->invited, 0);
	assert_int_equal(result_of(f, "3")->invited, 1);
	assert_int_equal(result_of(f, "4")->invited, 0); /* not classified */
	assert_int_equal(rules_class_of(&f->rules, SLICE("LMP675")), 0);
	assert_int_equal(rules_class_of(&f->rules, SLICE("gtp")), 0);
	assert_int_equal(rules_class_of(&f->rules, SLICE("GTS")), -1);
	assert_int_equal(rules_class_of(&f->rules, SLICE("")), -1);
}

/* The second of GT is home while its leader is still on the last lap. */
static void nobody_wins_a_class_while_a_car_ahead_is_still_out(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.length_us = S(1000);
	f->rules.fraction_pm = 700;
	f->rules.must_take_flag = 1;
	add_entry(f, "1", ENTRY_CLASS, 0, "LMP1");
	add_entry(f, "3", ENTRY_CLASS, 0, "GT");
	add_entry(f, "4", ENTRY_CLASS, 0, "GT");
	add_laps(f, "1", 11, S(91));
	add_laps(f, "3", 10, S(110));
	add_laps(f, "4", 8, S(126));
	add_end(f, S(1300));
	f->rules.class_count = 1;
	strcpy(f->rules.classes[0].name, "GT");
	f->rules.classes[0].invited = 1;
	fixture_fold_to(f, START + S(1010));
	assert_string_equal(classify_text(f), "1 CLASSIFIED, 3 RUNNING, 4 CLASSIFIED");
	assert_int_equal(result_of(f, "1")->class_winner, 1);
	assert_int_equal(result_of(f, "4")->class_winner, 0);
	assert_int_equal(result_of(f, "4")->invited, 0);
	assert_int_equal(result_of(f, "3")->invited, 0);
	fixture_fold_to(f, START + S(1100));
	classify_text(f);
	assert_int_equal(result_of(f, "3")->class_winner, 1);
	assert_int_equal(result_of(f, "3")->invited, 1);
	assert_int_equal(result_of(f, "4")->class_winner, 0);
}

static void penalties_count_before_the_sort(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	add_decision(f, "1", DECISION_TIME, S(20), "|overtaking under yellow");
	add_decision(f, "3", DECISION_LAPS, -4, "|fuel");
	add_end(f, S(1300));
	fixture_fold(f);
	assert_string_equal(
		classify_text(f),
		"2 CLASSIFIED, 1 CLASSIFIED, 3 NC, 4 NC, 5 DNF, 6 DNF, 7 DNS");
	assert_int_equal(result_of(f, "1")->total, S(1021));
	assert_int_equal(result_of(f, "1")->decisions, 1);
	assert_int_equal(result_of(f, "2")->decisions, 0);
	assert_string_equal(gap_text(result_of(f, "1")->gap), "3.500");
	assert_int_equal(result_of(f, "3")->laps, 6);
}

static void gaps_have_a_penalty_from_the_finish_on(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	add_decision(f, "1", DECISION_TIME, S(20), "|overtaking under yellow");
	add_end(f, S(1300));
	fixture_fold(f);
	assert_int_equal(standing_of(f, "2")->position, 1);
	assert_int_equal(standing_of(f, "2")->class_position, 1);
	assert_int_equal(standing_of(f, "1")->position, 2);
	assert_string_equal(gap_text(standing_of(f, "1")->gap), "3.500");
	assert_string_equal(gap_text(standing_of(f, "1")->interval), "3.500");
}

static void a_disqualified_winner_takes_his_distance_with_him(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	add_decision(f, "1", DECISION_DISQUALIFIED, 0, "|ride height");
	add_decision(f, "2", DECISION_DISQUALIFIED, 0, "|ride height");
	add_end(f, S(1300));
	fixture_fold(f);
	assert_string_equal(classify_text(f),
			    "3 CLASSIFIED, 4 NC, 5 DNF, 6 DNF, 7 DNS, "
			    "1 DSQ, 2 DSQ");
	assert_int_equal(f->classification.winner_laps, 10);
}

static void a_status_decided_places_the_car_among_its_like(void **state)
{
	struct fixture *f = race_of_seven();

	(void)state;
	add_decision(f, "5", DECISION_STATUS, 0, "NC|crossed in the pit lane");
	add_end(f, S(1300));
	fixture_fold(f);
	assert_string_equal(classify_text(f),
			    "1 CLASSIFIED, 2 CLASSIFIED, 3 CLASSIFIED, 5 NC, 4 NC, "
			    "6 DNF, 7 DNS");
}

/* Five cars on ten laps, 1 2 3 of GT and 4 5 of LMP, in this order; 6 of LMP two
 * laps down. */
static struct fixture *race_to_move_in(void)
{
	struct fixture *f = fixture_new();

	f->rules.list = LIST_BY_LAPS;
	for (int i = 1; i <= 6; i++) {
		char number[4];

		text_format(number, sizeof(number), "%d", i);
		add_entry(f, number, ENTRY_CLASS, 0, i <= 3 ? "GT" : "LMP");
		add_laps(f, number, i < 6 ? 10 : 8, S(90) + MS(100) * i);
	}
	add_end(f, S(2000));
	return f;
}

static void cars_are_moved_in_file_order(void **state)
{
	static const struct {
		enum decision_kind kind;
		const char *car, *text, *expected;
	} cases[] = {
		{DECISION_BEHIND, "1", "3", "231456"},
		{DECISION_BEHIND, "5", "1", "152346"},
		{DECISION_LAST_OF_LAP, "2", "", "134526"},
		{DECISION_LAST_OF_CLASS, "1", "", "231456"},
		{DECISION_LAST_OF_CLASS, "4", "", "123564"},
		{DECISION_LAST_OF_CLASS, "6", "", "123456"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fixture *f = race_to_move_in();
		char numbers[8] = "";

		add_decision(f, cases[i].car, cases[i].kind, 0, cases[i].text);
		fixture_fold(f);
		classify_text(f);
		for (uint32_t k = 0; k < f->classification.count; k++)
			strcat(numbers,
			       f->race.entries[f->classification.rows[k].car].number);
		assert_string_equal(numbers, cases[i].expected);
		assert_int_equal(result_of(f, cases[i].car)->moved, 1);
		assert_string_equal(gap_text(result_of(f, cases[i].car)->gap), "");
		assert_string_equal(gap_text(result_of(f, cases[i].car)->interval), "");
	}
}

static void the_car_behind_a_moved_one_measures_to_the_car_before_it(void **state)
{
	struct fixture *f = race_to_move_in();

	(void)state;
	add_decision(f, "1", DECISION_LAST_OF_CLASS, 0, "|drive time");
	fixture_fold(f);
	classify_text(f);
	assert_string_equal(gap_text(result_of(f, "4")->interval), "1.000");
	assert_int_equal(result_of(f, "1")->class_position, 3);
	assert_int_equal(result_of(f, "2")->class_winner, 1);
}

static void a_decision_on_a_car_nobody_knows_is_counted(void **state)
{
	struct fixture *f = race_to_move_in();

	(void)state;
	add_decision(f, "99", DECISION_TIME, S(5), "|");
	add_decision(f, "1", DECISION_BEHIND, 0, "99|");
	add_decision(f, "1", DECISION_BEHIND, 0, "1|"); /* behind itself */
	add_decision(f, "1", DECISION_STATUS, 0, "SLOW|");
	add_decision(f, "1", DECISION_TIME, INT64_MAX, "|");
	fixture_fold(f);
	assert_int_equal(f->race.car_count, 6);
	assert_int_equal(f->race.decision_count, 0);
	assert_int_equal(f->race.anomalies[ANOMALY_UNKNOWN], 3);
	assert_int_equal(f->race.anomalies[ANOMALY_FIELD], 2);
}

static unsigned decisions_listed(struct fixture *f)
{
	struct history list = {.race = &f->race,
			       .tables = &f->tables,
			       .kinds = HISTORY_BIT(DECISION),
			       .at = f->race.now,
			       .car = CAR_NONE};
	history_open(&list);
	return history_count(&list);
}

static void
a_deleted_lap_that_does_not_exist_changes_nothing_until_it_does(void **state)
{
	(void)state;
	for (unsigned laps = 5; laps <= 6; laps++) {
		struct fixture *f = fixture_new();
		bool there = laps == 6;
		add_entry(f, "1", ENTRY_CLASS, 0, "GT");
		add_laps(f, "1", laps, S(100));
		add_decision(f, "1", DECISION_LAP_DELETED, 6, "|track limits");
		f->list.at[f->list.count - 1].at = START + S(250);
		fixture_fold(f);
		(void)classify_text(f);
		assert_int_equal(f->race.decision_count, 1);
		assert_int_equal(f->race.decisions[0].waits, !there);
		assert_int_equal(f->race.anomalies[ANOMALY_UNKNOWN], !there);
		assert_int_equal(race_decisions_applied(&f->race), there);
		assert_int_equal(result_of(f, "1")->decisions, there);
		assert_int_equal(decisions_listed(f), there);
	}
}

static void a_decision_finds_a_car_without_a_number_by_its_address(void **state)
{
	struct fixture *f = fixture_new();
	struct event *e = add_event(f, EVENT_ENTRY, -S(60), NULL);

	(void)state;
	event_set_id(e, ID_REGISTRATION, SLICE("MORGAN"));
	e->field = ENTRY_TEAM;
	event_set_text(&f->list, e, SLICE("Morgan Works"));
	add_decision(f, "~01", DECISION_TIME, S(5), "|");
	fixture_fold(f);
	assert_int_equal(f->race.decision_count, 1);
	assert_int_equal(f->race.decisions[0].car, 0);
	assert_int_equal(f->race.anomalies[ANOMALY_UNKNOWN], 0);
}

static void gaps_compare_the_same_line_of_the_same_lap(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_entry(f, "7", ENTRY_CLASS, 0, "GT");
	add_entry(f, "9", ENTRY_CLASS, 0, "GT");
	add_laps(f, "5", 3, S(90));
	add_laps(f, "7", 2, S(95));
	add_lap(f, "9", 1, 0, S(150));
	fixture_fold_to(f, START + S(215));
	/* 5 is at its third lap's first line (210 s); 7 is at lap 2, SF (190). */
	assert_string_equal(gap_text(standing_of(f, "7")->gap), "10.000");
	assert_string_equal(gap_text(standing_of(f, "5")->gap), "");
	/* 9 is at lap 1: 5 has gone four lines more, so it passed it; 7 has come round to
	 * the line that 9 crossed before, so it may be behind it still. */
	assert_string_equal(gap_text(standing_of(f, "9")->gap), "+1 lap");
	assert_string_equal(gap_text(standing_of(f, "9")->interval), "55.000");
	assert_string_equal(gap_text(standing_of(f, "9")->class_gap), "55.000");
	assert_string_equal(gap_text(standing_of(f, "7")->class_gap), "");
	fixture_fold_to(f, START + S(270));
	assert_string_equal(gap_text(standing_of(f, "9")->gap), "+1 lap");
	assert_int_equal(standing_of(f, "9")->position, 3);
	/* At the end nobody comes any more. */
	add_end(f, S(271));
	fixture_fold_to(f, START + S(271));
	assert_string_equal(gap_text(standing_of(f, "9")->gap), "+2 laps");
}

static void a_car_on_the_lead_lap_is_no_lap_down_while_the_leader_crosses(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_laps(f, "5", 4, S(90));
	add_laps(f, "9", 3, S(120));
	/* 5 begins lap 4, 30 s behind the crossing of 9 that ended its lap 2. */
	fixture_fold_to(f, START + S(271));
	assert_string_equal(gap_text(standing_of(f, "9")->gap), "1:00.000");
	/* On lap 4 it is the first at I1: 9 was there at 280 s. */
	fixture_fold_to(f, START + S(301));
	assert_string_equal(gap_text(standing_of(f, "9")->gap), "1:10.000");
	/* 5 is round at 360 s, and so is 9: at that line it is a lap down. */
	fixture_fold_to(f, START + S(360));
	assert_string_equal(gap_text(standing_of(f, "9")->gap), "+1 lap");
}

static void an_estimated_line_makes_an_estimated_gap(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_passing(f, "5", 2, S(60), 0);
	add_passing(f, "7", 1, S(33), 0);
	fixture_fold(f);
	assert_string_equal(gap_text(standing_of(f, "7")->gap), "3.000");
	assert_int_equal(standing_of(f, "7")->gap.estimated, 1);
}

static void places_gained_are_those_of_the_last_lap(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_lap(f, "5", 1, 0, S(90));
	add_lap(f, "7", 1, 0, S(91));
	add_lap(f, "5", 2, S(90), S(190));
	add_lap(f, "7", 2, S(91), S(182));
	fixture_fold(f);
	assert_int_equal(standing_of(f, "7")->gained, 1);
	assert_int_equal(standing_of(f, "5")->gained, -1);
}

static void thresholds_round_as_the_ruleset_says(void **state)
{
	static const struct {
		uint32_t pm, laps;
		enum rules_round round;
		uint32_t expected;
	} cases[] = {
		{750, 208, ROUND_FLOOR, 156}, {700, 311, ROUND_FLOOR, 217},
		{700, 311, ROUND_CEIL, 218},  {700, 311, ROUND_NEAREST, 218},
		{700, 371, ROUND_FLOOR, 259}, {700, 0, ROUND_CEIL, 0},
		{1000, 5, ROUND_CEIL, 5},     {0, 100, ROUND_FLOOR, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct rules rules = {0};

		rules.fraction_pm = cases[i].pm;
		rules.round = (uint8_t)cases[i].round;
		assert_int_equal(rules_threshold(&rules, cases[i].laps),
				 cases[i].expected);
	}
}

static void statuses_have_names(void **state)
{
	(void)state;
	assert_string_equal(status_name(STATUS_DSQ), "DSQ");
	assert_int_equal(status_by_name(SLICE("classified")), STATUS_CLASSIFIED);
	assert_int_equal(status_by_name(SLICE("WON")), -1);
}

static void a_timed_session_lists_best_laps(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.type = SESSION_TIMED;
	add_entry(f, "1", ENTRY_CAR, 0, "");
	add_passing(f, "5", LINE_SF, S(10), 0);
	add_passing(f, "5", LINE_SF, S(101), 0);
	add_passing(f, "7", LINE_SF, S(20), 0);
	add_passing(f, "7", LINE_SF, S(110), 0);
	add_passing(f, "9", LINE_SF, S(120), 0);
	add_end(f, S(400));
	fixture_fold(f);
	assert_string_equal(classify_text(f),
			    "7 CLASSIFIED, 5 CLASSIFIED, 9 NC, 1 DNS");
	assert_string_equal(gap_text(result_of(f, "5")->gap), "1.000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_final_result_is_classified_then_nc_then_dnf_then_dns),
		cmocka_unit_test(
			while_it_runs_all_are_running_in_the_order_of_the_road),
		cmocka_unit_test(laps_taken_away_while_it_runs_change_the_order),
		cmocka_unit_test(penalties_count_from_the_moment_they_are_known),
		cmocka_unit_test(the_road_holds_for_cars_on_a_lap_until_they_are_home),
		cmocka_unit_test(a_ruleset_may_list_by_laps_alone),
		cmocka_unit_test(a_ruleset_may_ask_for_laps_only_and_not_for_the_flag),
		cmocka_unit_test(a_class_may_be_measured_by_its_own_winner),
		cmocka_unit_test(a_flag_taken_too_late_does_not_classify),
		cmocka_unit_test(invitations_go_to_the_first_classified_of_a_class),
		cmocka_unit_test(nobody_wins_a_class_while_a_car_ahead_is_still_out),
		cmocka_unit_test(penalties_count_before_the_sort),
		cmocka_unit_test(gaps_have_a_penalty_from_the_finish_on),
		cmocka_unit_test(a_disqualified_winner_takes_his_distance_with_him),
		cmocka_unit_test(a_status_decided_places_the_car_among_its_like),
		cmocka_unit_test(cars_are_moved_in_file_order),
		cmocka_unit_test(
			the_car_behind_a_moved_one_measures_to_the_car_before_it),
		cmocka_unit_test(a_decision_on_a_car_nobody_knows_is_counted),
		cmocka_unit_test(
			a_decision_finds_a_car_without_a_number_by_its_address),
		cmocka_unit_test(
			a_deleted_lap_that_does_not_exist_changes_nothing_until_it_does),
		cmocka_unit_test(gaps_compare_the_same_line_of_the_same_lap),
		cmocka_unit_test(
			a_car_on_the_lead_lap_is_no_lap_down_while_the_leader_crosses),
		cmocka_unit_test(an_estimated_line_makes_an_estimated_gap),
		cmocka_unit_test(places_gained_are_those_of_the_last_lap),
		cmocka_unit_test(thresholds_round_as_the_ruleset_says),
		cmocka_unit_test(statuses_have_names),
		cmocka_unit_test(a_timed_session_lists_best_laps),
	};

	return cmocka_run_group_tests_name("race classify", tests, NULL, NULL);
}
