/*
 * test_score.c -- each kind of points in a round, and what takes them away
 */
#include "season_fixture.h"

#include <stdio.h>
#include <string.h>

/* ---- who counts ------------------------------------------------------------------- */

static const char few_points[] = "[points]\nname = few\n"
				 "[scale race]\nfor = any\npoints = 10 8 6 5 4 3 2 1\n"
				 "[title drivers]\nplaces = class\n"
				 "[title teams]\nplaces = class\n"
				 "[title makes]\nplaces = class\n";

static struct season *season_few(const char *more)
{
	char text[2048];
	snprintf(text, sizeof(text), "%s%s", few_points, more);
	return season_by_text(text, 2024);
}

static void guests_are_invisible_or_keep_places_or_score(void **state)
{
	(void)state;
	static const struct {
		const char *rule;
		int32_t winner, guest, third;
	} rows[] = {
		{"[race]\nguests = invisible\n", P(10), ABSENT, P(8)},
		{"[race]\nguests = count\n", P(10), ABSENT, P(6)},
		{"[race]\nguests = score\n", P(10), P(8), P(6)},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_few(rows[i].rule);
		struct season_round *round = add_round(season, "Spa", "6h");
		add_car(season, round, "GT", 1, "1", "Winner");
		add_car(season, round, "GT", 2, "2", "Guest")->guest = 1;
		add_car(season, round, "GT", 3, "3", "Third");
		assert_int_equal(points_in(season, "drivers", "GT", "Winner"),
				 rows[i].winner);
		assert_int_equal(points_in(season, "drivers", "GT", "Guest"),
				 rows[i].guest);
		assert_int_equal(points_in(season, "drivers", "GT", "Third"),
				 rows[i].third);
	}
	struct season *season = season_few(rows[0].rule);
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "GT", 1, "99", "Guest")->guest = 1;
	add_car(season, round, "GT", 2, "3", "Third");
	assert_string_equal(
		reason_in(season, "drivers", "GT", "Third", "Spa"),
		"Spa, #3: 1st of 1 that count in GT, without a car ahead that "
		"does not count: 10");
}

static void a_guest_of_one_round_scores_in_the_others(void **state)
{
	(void)state;
	struct season *season = season_few("[race]\nguests = invisible\n");
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "GT", 1, "1", "Driver")->guest = 1;
	round = add_round(season, "Monza", "6h");
	add_car(season, round, "GT", 1, "1", "Driver");
	assert_int_equal(points_in(season, "drivers", "GT", "Driver"), P(10));
	assert_string_equal(reason_in(season, "drivers", "GT", "Driver", "Spa"),
			    "Spa, #1: a guest, no points: 0");
}

static void a_place_is_of_the_class_or_of_the_whole_field(void **state)
{
	(void)state;
	struct season *season = season_by("wec-2012", 2013);
	season_change(season, "[points pole]\nto = drivers\n");
	struct season_round *round = add_round(season, "Fuji", "6h");
	add_car(season, round, "LMP1", 1, "1", "First");
	add_car(season, round, "LMP1", 2, "2", "Guest")->guest = 1;
	struct season_result *car =
		add_car(season, round, "LMP2", 1, "26", "Second class");
	car->place = 3;
	car = add_car(season, round, "LMGTE Pro", 1, "97", "GT");
	car->place = 4;
	car = add_car(season, round, "LMP1", 3, "3", "Late");
	car->place = 5;
	assert_int_equal(points_in(season, "drivers LMP", "", "First"), P(25));
	assert_int_equal(points_in(season, "drivers LMP", "", "Second class"), P(18));
	/* The GT is ahead in the field, though it scores elsewhere. */
	assert_int_equal(points_in(season, "drivers LMP", "", "Late"), P(12));
	assert_int_equal(points_in(season, "drivers GT", "LMGTE Pro", "GT"), P(25));
	assert_int_equal(points_in(season, "drivers LMP", "", "GT"), ABSENT);
}

static void places_of_qualifying_and_hours_are_those_of_the_class(void **state)
{
	(void)state;
	struct season *season =
		season_by_text("[points]\nname = all\n"
			       "[scale race]\nfor = any\npoints = 10 8 6\n"
			       "[qualifying]\npoints = 5 3 1\nto = drivers\n"
			       "[segments Spa]\nat = 3h\npoints = 4 2\n"
			       "[title drivers]\njoint = yes\nclasses = LMP1, "
			       "LMP2\nplaces = overall\n",
			       2024);
	struct season_round *round = add_round(season, "Spa", "6h");
	struct season_result *car = add_car(season, round, "LMP1", 1, "1", "First");
	car->qualifying = car->segments[0] = 1;
	car = add_car(season, round, "LMP2", 2, "26", "Second");
	car->qualifying = car->segments[0] = 1;
	assert_int_equal(points_in(season, "drivers", "", "First"), P(10 + 5 + 4));
	assert_int_equal(points_in(season, "drivers", "", "Second"), P(8 + 5 + 4));
	assert_string_equal(
		reason_in(season, "drivers", "", "Second", "qualifying"),
		"Spa, #26: 1st of 1 that count in its class, qualifying: 5");
}

static void a_car_is_classified_by_its_share_of_the_distance(void **state)
{
	(void)state;
	static const struct {
		const char *rule;
		uint32_t laps;
		uint8_t status;
		bool scores;
	} rows[] = {
		{"as the race", 40, STATUS_CLASSIFIED, true},
		{"as the race", 40, STATUS_RUNNING, true},
		{"as the race", 90, STATUS_NC, false},
		{"as the race", 90, STATUS_DNF, false},
		{"as the race", 100, STATUS_DSQ, false},
		{"70% of the race winner", 140, STATUS_CLASSIFIED, true},
		{"70% of the race winner", 140, STATUS_DNF, true},
		{"70% of the race winner", 139, STATUS_CLASSIFIED, false},
		{"70% of the class winner", 70, STATUS_CLASSIFIED, true},
		{"70% of the class winner", 69, STATUS_CLASSIFIED, false},
		{"70% of the race winner\nmust-take-flag = yes", 140, STATUS_CLASSIFIED,
		 true},
		{"70% of the race winner\nmust-take-flag = yes", 199, STATUS_DNF,
		 false},
		{"70% of the race winner\nmust-take-flag = yes", 199, STATUS_RUNNING,
		 true},
		{"70% of the race winner", 0, STATUS_CLASSIFIED, true},
		{"70% of the race winner", 0, STATUS_DNF, false},
		{"all", 1, STATUS_DNF, true},
		{"all", 1, STATUS_DNS, false},
		{"all", 1, STATUS_DSQ, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char rule[96];
		snprintf(rule, sizeof(rule), "[race]\nclassified = %s\n", rows[i].rule);
		struct season *season = season_few(rule);
		struct season_round *round = add_round(season, "Spa", "6h");
		add_car(season, round, "LMP1", 1, "1", "Overall")->laps = 200;
		struct season_result *car =
			add_car(season, round, "GT", 1, "2", "First");
		car->laps = 100;
		car->place = 2;
		car = add_car(season, round, "GT", 2, "3", "Second");
		car->laps = rows[i].laps;
		car->status = rows[i].status;
		car->place = 3;
		int32_t points = points_in(season, "drivers", "GT", "Second");
		bool ok = rows[i].scores ? points > 0 : points == 0 || points == ABSENT;
		if (!ok)
			fail_msg("row %zu, %s: %d", i, rows[i].rule, points);
	}
}

static void cars_behind_one_that_is_not_classified_move_up(void **state)
{
	(void)state;
	struct season *season = season_few("");
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "GT", 1, "1", "First");
	add_car(season, round, "GT", 2, "2", "Stopped")->status = STATUS_DNF;
	add_car(season, round, "GT", 3, "3", "Third");
	assert_int_equal(points_in(season, "drivers", "GT", "Third"), P(8));
	assert_string_equal(reason_in(season, "drivers", "GT", "Stopped", "Spa"),
			    "Spa, #2: not classified: 0");
}

static void a_disqualification_months_later_moves_all_up(void **state)
{
	(void)state;
	struct season *season = season_few("[ties]\nby = places\n");
	struct season_round *round = add_round(season, "Spa", "6h");
	struct season_result *first = add_car(season, round, "GT", 1, "1", "First");
	add_car(season, round, "GT", 2, "2", "Second");
	add_car(season, round, "GT", 3, "3", "Third");
	round = add_round(season, "Monza", "6h");
	add_car(season, round, "GT", 1, "1", "First");
	add_car(season, round, "GT", 2, "3", "Third");
	add_car(season, round, "GT", 3, "2", "Second");
	assert_int_equal(points_in(season, "drivers", "GT", "First"), P(20));
	assert_int_equal(position_in(season, "drivers", "GT", "First"), 1);
	first->status = STATUS_DSQ;
	assert_int_equal(points_in(season, "drivers", "GT", "First"), P(10));
	assert_int_equal(points_in(season, "drivers", "GT", "Second"), P(16));
	assert_int_equal(points_in(season, "drivers", "GT", "Third"), P(16));
	assert_int_equal(position_in(season, "drivers", "GT", "First"), 3);
	assert_string_equal(reason_in(season, "drivers", "GT", "First", "Spa"),
			    "Spa, #1: disqualified: 0");
}

/* ---- dead heats, stopped races, small classes ------------------------------------------ */

static void a_dead_heat_shares_the_points_of_its_places(void **state)
{
	(void)state;
	static const struct {
		const char *rule;
		unsigned places[5];
		double points[5];
	} rows[] = {
		{"", {1, 1, 3, 4, 5}, {9, 9, 6, 5, 4}},
		{"[race]\ndead-heat = shared\n",
		 {1, 2, 2, 2, 5},
		 {10, 6.33, 6.33, 6.33, 4}},
		{"[race]\ndead-heat = full\n", {1, 1, 3, 4, 5}, {10, 10, 6, 5, 4}},
		{"[race]\ndead-heat = full\n", {1, 2, 2, 4, 4}, {10, 8, 8, 5, 5}},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_few(rows[i].rule);
		struct season_round *round = add_round(season, "Spa", "6h");
		for (unsigned c = 0; c < 5; c++) {
			char name[8];
			snprintf(name, sizeof(name), "%u", c + 1);
			add_car(season, round, "GT", rows[i].places[c], name, name);
		}
		for (unsigned c = 0; c < 5; c++) {
			char name[8];
			snprintf(name, sizeof(name), "%u", c + 1);
			assert_int_equal(points_in(season, "drivers", "GT", name),
					 (int32_t)(rows[i].points[c] * 100 + 0.5));
		}
	}
	/* How points are shared is not established: marked. */
	struct season *season = season_few("");
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "GT", 1, "1", "First");
	add_car(season, round, "GT", 1, "2", "As first");
	assert_string_equal(
		reason_in(season, "drivers", "GT", "First", "Spa"),
		"Spa, #1: 1st of 2 that count in GT, dead heat of 2 cars: ~9");
	assert_int_equal(position_in(season, "drivers", "GT", "As first"), 1);
}

static void guests_in_a_dead_heat_have_no_part_of_it(void **state)
{
	(void)state;
	struct season *season = season_few("[race]\nguests = invisible\n");
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "GT", 1, "1", "First")->guest = 1;
	add_car(season, round, "GT", 1, "2", "As first");
	add_car(season, round, "GT", 3, "3", "Third");
	assert_int_equal(points_in(season, "drivers", "GT", "As first"), P(10));
	assert_int_equal(points_in(season, "drivers", "GT", "Third"), P(8));
}

static void a_race_stopped_early_gives_half_points_or_none(void **state)
{
	(void)state;
	static const struct {
		duration_us run;
		uint32_t laps;
		int32_t factor;
		double points;
	} rows[] = {
		{DURATION_NONE, 200, -1, 25},
		{6 * US_HOUR, 200, -1, 25},
		/* 75 % of 6 hours is 4:30. */
		{270 * US_MIN, 150, -1, 25},
		{270 * US_MIN - 30 * US_S, 150, -1, 12.5},
		{20 * US_MIN, 3, -1, 12.5},
		{20 * US_MIN, 2, -1, 0},
		{0, 0, -1, 0},
		/* A decision about the round. */
		{DURATION_NONE, 200, 50, 12.5},
		{20 * US_MIN, 2, 100, 25},
		{DURATION_NONE, 200, 0, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by("wec-2022", 2024);
		struct season_round *round = add_round(season, "Spa", "6h");
		round->run = rows[i].run;
		round->factor = rows[i].factor;
		struct season_result *car =
			add_car(season, round, "LMGT3", 1, "1", "First");
		car->laps = rows[i].laps;
		car->pole = 1;
		/* The point for pole is whole. */
		int32_t points = points_in(season, "drivers", "LMGT3", "First");
		if (points != P(rows[i].points) + P(1))
			fail_msg("row %zu: %d", i, points);
	}
}

static void half_points_reach_behind_the_scale(void **state)
{
	(void)state;
	struct season *season = season_by("elms-2015", 2018);
	season_change(season, "[points pole]\nto = drivers\n");
	struct season_round *round = add_round(season, "Spa", "4h");
	round->factor = 50;
	add_car(season, round, "LMP2", 10, "10", "Tenth");
	add_car(season, round, "LMP2", 11, "11", "Eleventh");
	add_others(season, round, "LMP2", 9);
	assert_int_equal(points_in(season, "drivers", "LMP2", "Tenth"), P(0.5));
	assert_int_equal(points_in(season, "drivers", "LMP2", "Eleventh"), P(0.25));
	assert_string_equal(
		reason_in(season, "drivers", "LMP2", "Eleventh", "Spa"),
		"Spa, #11: 11th of 11 that count in LMP2, half points: 0.25");
}

static void half_points_may_be_by_distance(void **state)
{
	(void)state;
	struct season *season =
		season_few("[half points]\nbelow = 50%\nof = distance\n");
	struct season_round *round = add_round(season, "Spa", "1000km");
	add_car(season, round, "GT", 1, "1", "First");
	round->distance_pm = 499;
	assert_int_equal(points_in(season, "drivers", "GT", "First"), P(5));
	round->distance_pm = 500;
	assert_int_equal(points_in(season, "drivers", "GT", "First"), P(10));
}

static void a_small_class_counts_the_cars_of_practice(void **state)
{
	(void)state;
	struct season *season = season_by("lmes-2005", 2005);
	struct season_round *round = add_round(season, "Spa", "1000km,6h");
	add_car(season, round, "LMP2", 1, "1", "First");
	add_car(season, round, "LMP2", 2, "2", "Second");
	add_others(season, round, "LMP2", 5);
	assert_int_equal(points_in(season, "drivers", "LMP2", "Second"), P(4));
	assert_string_equal(
		reason_in(season, "drivers", "LMP2", "Second", "Spa"),
		"Spa, #2: 2nd of 5 that count in LMP2, few cars in the class: ~4");
	/* A sixth car was in practice and did not race. */
	round->admitted[season_class(season, SLICE("LMP2"))] = 6;
	assert_int_equal(points_in(season, "drivers", "LMP2", "Second"), P(8));
	/* A sixth car is listed and did not start. */
	round->admitted[season_class(season, SLICE("LMP2"))] = 0;
	add_car(season, round, "LMP2", 0, "6", "Sixth")->status = STATUS_DNS;
	assert_int_equal(points_in(season, "drivers", "LMP2", "Second"), P(8));
}

/* ---- drivers -------------------------------------------------------------------------- */

static void a_driver_must_have_driven_the_minimum(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		int32_t seconds;
		uint16_t laps;
		double points;
	} rows[] = {
		{"lmes-2005", 3600, SEASON_NONE, 10},
		{"lmes-2005", 3599, SEASON_NONE, 0},
		{"lmes-2005", 0, SEASON_NONE, 0},
		{"lmes-2005", -1, SEASON_NONE, 10},
		{"fia-sportscar-2003", -1, 40, 10},
		{"fia-sportscar-2003", -1, 39, 0},
		{"fia-sportscar-2003", -1, SEASON_NONE, 10},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by(rows[i].rules, 0);
		struct season_round *round = add_round(season, "Monza", "1000km,6h");
		struct season_result *car =
			add_car(season, round, "SR1", 1, "1", "One, Two");
		car->laps = 200;
		car->seats[0].seconds = rows[i].seconds;
		car->seats[0].laps = rows[i].laps;
		car->seats[1].seconds = 5 * 3600;
		car->seats[1].laps = 160;
		add_others(season, round, "SR1", 8);
		assert_int_equal(points_in(season, "drivers", "SR1", "One"),
				 P(rows[i].points));
		assert_int_equal(points_in(season, "drivers", "SR1", "Two"), P(10));
	}
	/* A time that is not known counts, and is marked. */
	struct season *season = season_by("lmes-2005", 2005);
	struct season_round *round = add_round(season, "Monza", "1000km");
	struct season_result *car = add_car(season, round, "GT", 1, "1", "One, Two");
	add_others(season, round, "GT", 6);
	car->seats[1].seconds = 10;
	assert_non_null(
		strstr(reason_in(season, "drivers", "GT", "One", "Monza"), ": ~10"));
	assert_string_equal(reason_in(season, "drivers", "GT", "Two", "Monza"),
			    "Monza, #1: drove less than the minimum: 0");
}

static void laps_at_the_wheel_that_are_not_known_are_marked(void **state)
{
	(void)state;
	struct season *season = season_by("fia-sportscar-2003", 2003);
	struct season_round *round = add_round(season, "Monza", "2h30m");
	struct season_result *car = add_car(season, round, "SR1", 1, "1", "One, Two");
	car->laps = 80;
	car->seats[1].laps = 40;
	assert_non_null(
		strstr(reason_in(season, "drivers", "SR1", "One", "Monza"), ": ~10"));
	assert_non_null(
		strstr(reason_in(season, "drivers", "SR1", "Two", "Monza"), ": 10"));
}

static void a_driver_in_two_cars_has_the_better_or_both(void **state)
{
	(void)state;
	static const struct {
		const char *rule;
		int32_t points;
	} rows[] = {
		{"", P(10)},
		{"[driver]\ntwo-cars = best\n", P(10)},
		{"[driver]\ntwo-cars = both\n", P(16)},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_few(rows[i].rule);
		struct season_round *round = add_round(season, "Spa", "6h");
		add_car(season, round, "GT", 3, "3", "Alone, Double");
		add_car(season, round, "GT", 2, "2", "Second");
		add_car(season, round, "GT", 1, "1", "First, Double");
		assert_int_equal(points_in(season, "drivers", "GT", "Double"),
				 rows[i].points);
		assert_int_equal(points_in(season, "drivers", "GT", "First"), P(10));
		assert_int_equal(points_in(season, "drivers", "GT", "Alone"), P(6));
	}
	struct season *season = season_few("");
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "GT", 2, "2", "Double");
	add_car(season, round, "GT", 1, "1", "Double");
	assert_string_equal(reason_in(season, "drivers", "GT", "Double", "another"),
			    "Spa, #2: another car scored: ~0");
}

static void a_driver_of_two_classes_scores_in_both(void **state)
{
	(void)state;
	struct season *season = season_few("");
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "GT", 1, "1", "Double");
	add_car(season, round, "LMP2", 1, "2", "Double");
	assert_int_equal(points_in(season, "drivers", "GT", "Double"), P(10));
	assert_int_equal(points_in(season, "drivers", "LMP2", "Double"), P(10));
}

static void points_for_two_teams_are_kept_apart(void **state)
{
	(void)state;
	struct season *season = season_by("lmes-2005", 2005);
	const char *names[] = {"Monza", "Spa", "Silverstone"};
	const char *teams[] = {"Oreca", "Pescarolo", "Oreca"};
	for (unsigned r = 0; r < 3; r++) {
		struct season_round *round = add_round(season, names[r], "1000km");
		struct season_result *car =
			add_car(season, round, "LMP1", r + 1, "1", "Mover");
		car->team = season_name(season, slice_of(teams[r]));
		car->seats[0].seconds = 7200;
		add_others(season, round, "LMP1", 6);
	}
	const struct season_table *table = table_in(season, "drivers", "LMP1");
	assert_int_equal(table->count, 2);
	assert_int_equal(table->rows[0].points, P(16));
	assert_string_equal(season_name_text(season, table->rows[0].team), "Oreca");
	assert_int_equal(table->rows[1].points, P(8));
	assert_string_equal(season_name_text(season, table->rows[1].team), "Pescarolo");
	season_change(season, "[points driver]\nnew-team = added\n");
	assert_int_equal(points_in(season, "drivers", "LMP1", "Mover"), P(24));
}

static void a_car_that_changes_number_keeps_its_points(void **state)
{
	(void)state;
	struct season *season = season_by("imsa-2021", 2023);
	struct season_round *round = add_round(season, "Long Beach", "100min");
	add_car(season, round, "GTD", 1, "91", "Driver");
	round = add_round(season, "Laguna Seca", "2h40m");
	add_car(season, round, "GTD", 2, "92", "Driver");
	add_others(season, round, "GTD", 1);
	/* Two cars, before the season says that they are one. */
	assert_int_equal(points_in(season, "teams", "GTD", "91"), P(350));
	round->results[0].car = season_name(season, SLICE("91"));
	assert_int_equal(points_in(season, "teams", "GTD", "91"), P(670));
	assert_int_equal(points_in(season, "teams", "GTD", "92"), ABSENT);
	assert_int_equal(points_in(season, "drivers", "GTD", "Driver"), P(670));
}

/* ---- teams and makes ---------------------------------------------------------------------- */

static void the_best_cars_of_a_team_or_make_score(void **state)
{
	(void)state;
	static const struct {
		const char *cars;
		double points;
	} rows[] = {{"1", 10}, {"2", 16}, {"3", 20}, {"all", 20}, {"9", 20}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char rule[128];
		snprintf(rule, sizeof(rule),
			 "[title makes n]\nplaces = class\ncars = %s\n"
			 "[title teams n]\nplaces = class\ncars = %s\n",
			 rows[i].cars, rows[i].cars);
		struct season *season = season_few(rule);
		struct season_round *round = add_round(season, "Spa", "6h");
		const unsigned places[] = {5, 1, 3};
		for (unsigned c = 0; c < 3; c++) {
			char number[4];
			snprintf(number, sizeof(number), "%u", c + 1);
			struct season_result *car =
				add_car(season, round, "GT", places[c], number, "");
			car->make = season_name(season, SLICE("Porsche"));
			car->team = season_name(season, SLICE("Manthey"));
		}
		add_others(season, round, "GT", 6);
		assert_int_equal(points_in(season, "makes n", "GT", "Porsche"),
				 P(rows[i].points));
		assert_int_equal(points_in(season, "teams n", "GT", "Manthey"),
				 P(rows[i].points));
	}
}

static void places_may_be_among_the_best_cars_only(void **state)
{
	(void)state;
	struct season *season =
		season_few("[title makes b]\nplaces = title\ncars = 1\n"
			   "[title makes c]\nplaces = class\ncars = 1\n");
	struct season_round *round = add_round(season, "Spa", "6h");
	static const char *const makes[] = {"Porsche", "Porsche", "Porsche", "BMW",
					    "Lexus"};
	for (unsigned c = 0; c < 5; c++)
		add_car(season, round, "GT", c + 1, "1", "")->make =
			season_name(season, slice_of(makes[c]));
	assert_int_equal(points_in(season, "makes b", "GT", "BMW"), P(8));
	assert_int_equal(points_in(season, "makes b", "GT", "Lexus"), P(6));
	assert_int_equal(points_in(season, "makes c", "GT", "BMW"), P(5));
	assert_int_equal(points_in(season, "makes b", "GT", "Porsche"), P(10));
}

static void private_cars_are_for_no_make(void **state)
{
	(void)state;
	static const struct {
		const char *rule;
		double works, privately;
	} rows[] = {{"invisible", 10, 0}, {"count", 8, 0}, {"score", 8, 10}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char rule[96];
		snprintf(rule, sizeof(rule),
			 "[title makes p]\nplaces = class\nprivates = %s\n",
			 rows[i].rule);
		struct season *season = season_few(rule);
		struct season_round *round = add_round(season, "Spa", "6h");
		struct season_result *car =
			add_car(season, round, "GT", 1, "83", "Kubica");
		car->privately = 1;
		car->make = season_name(season, SLICE("Ferrari"));
		add_car(season, round, "GT", 2, "6", "Estre")->make =
			season_name(season, SLICE("Porsche"));
		int32_t points = points_in(season, "makes p", "GT", "Ferrari");
		assert_int_equal(points == ABSENT ? 0 : points, P(rows[i].privately));
		assert_int_equal(points_in(season, "makes p", "GT", "Porsche"),
				 P(rows[i].works));
		assert_int_equal(points_in(season, "drivers", "GT", "Kubica"), P(10));
	}
}

static void alms_teams_have_their_best_car(void **state)
{
	(void)state;
	struct season *season = season_by("alms-2004", 2004);
	struct season_round *round = add_round(season, "Sebring", "12h");
	for (unsigned c = 0; c < 3; c++) {
		struct season_result *car =
			add_car(season, round, "GT", c + 1, "1", "");
		car->team = season_name(season,
					c < 2 ? SLICE("Petersen") : SLICE("Flying"));
		car->laps = c == 2 ? 207 : 297;
	}
	assert_int_equal(points_in(season, "teams", "GT", "Petersen"), P(26));
	assert_int_equal(points_in(season, "teams", "GT", "Flying"), P(19));
	/* 70 % of the class winner: 207.9 of 297, whole laps. */
	round->results[2].laps = 206;
	assert_int_equal(points_in(season, "teams", "GT", "Flying"), 0);
}

static void of_two_cars_with_equal_points_the_better_place_counts(void **state)
{
	(void)state;
	struct season *season = season_by_text(
		"[points]\nname = level\n[scale race]\nfor = any\npoints = 12 12 10\n"
		"[ties]\nby = places\n[title drivers]\nplaces = class\n",
		2024);
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "GT", 2, "2", "Both");
	add_car(season, round, "GT", 1, "1", "Both,Single");
	assert_int_equal(points_in(season, "drivers", "GT", "Both"), P(12));
	assert_int_equal(position_in(season, "drivers", "GT", "Both"), 1);
	assert_int_equal(position_in(season, "drivers", "GT", "Single"), 1);
}

static void fia_gt_teams_have_two_cars(void **state)
{
	(void)state;
	struct season *season = season_by("fia-gt-2003", 2003);
	struct season_round *round = add_round(season, "Monza", "3h");
	for (unsigned c = 0; c < 4; c++)
		add_car(season, round, "GT", c + 1, "1", "")->team =
			season_name(season, c == 1 ? SLICE("Lister") : SLICE("BMS"));
	assert_int_equal(points_in(season, "teams", "GT", "BMS"), P(16));
	assert_int_equal(points_in(season, "teams", "GT", "Lister"), P(8));
}

/* ---- pole, qualifying, fastest lap, start, most laps ------------------------------------------ */

static void pole_goes_to_whom_the_rules_say(void **state)
{
	(void)state;
	static const struct {
		const char *to;
		double driver, qualifier, team, make;
	} rows[] = {
		{"drivers", 1, 1, 0, 0},   {"teams", 0, 0, 1, 0},
		{"makes", 0, 0, 0, 1},     {"drivers teams makes", 1, 1, 1, 1},
		{"qualifier", 0, 1, 0, 0}, {"qualifier teams", 0, 1, 1, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char rule[96];
		snprintf(rule, sizeof(rule), "[pole]\npoints = 1\nto = %s\n",
			 rows[i].to);
		struct season *season = season_few(rule);
		struct season_round *round = add_round(season, "Spa", "6h");
		struct season_result *car =
			add_car(season, round, "GT", 9, "1", "Slow, Fast");
		car->team = season_name(season, SLICE("Team"));
		car->make = season_name(season, SLICE("Make"));
		car->qualifying = 1;
		car->qualifier = 1;
		/* Whatever happens in the race. */
		car->status = i % 2 ? STATUS_DSQ : STATUS_DNF;
		add_car(season, round, "GT", 1, "2", "Other")->qualifying = 2;
		assert_int_equal(points_in(season, "drivers", "GT", "Slow"),
				 P(rows[i].driver));
		assert_int_equal(points_in(season, "drivers", "GT", "Fast"),
				 P(rows[i].qualifier));
		assert_int_equal(points_in(season, "teams", "GT", "Team"),
				 P(rows[i].team));
		assert_int_equal(points_in(season, "makes", "GT", "Make"),
				 P(rows[i].make));
		assert_int_equal(points_in(season, "drivers", "GT", "Other"), P(10));
	}
}

static void pole_is_of_the_class_and_not_for_a_guest(void **state)
{
	(void)state;
	struct season *season = season_few("[pole]\npoints = 1\nto = drivers\n"
					   "[race]\nguests = invisible\n");
	struct season_round *round = add_round(season, "Spa", "6h");
	struct season_result *guest = add_car(season, round, "GT", 7, "99", "Guest");
	guest->qualifying = 1;
	guest->guest = 1;
	struct season_result *second = add_car(season, round, "GT", 8, "1", "Second");
	second->qualifying = 2;
	add_car(season, round, "GT", 9, "2", "Third")->qualifying = 3;
	add_car(season, round, "LMP2", 9, "3", "Other class")->qualifying = 1;
	add_others(season, round, "GT", 6);
	assert_int_equal(points_in(season, "drivers", "GT", "Second"), P(2) + P(1));
	assert_int_equal(points_in(season, "drivers", "GT", "Third"), P(1));
	assert_int_equal(points_in(season, "drivers", "LMP2", "Other class"),
			 P(10) + P(1));
	/* A round that says whose pole it was says it all. */
	guest->pole = 1;
	assert_int_equal(points_in(season, "drivers", "GT", "Second"), P(2));
}

static void qualifying_gives_a_tenth_of_the_race_in_imsa(void **state)
{
	(void)state;
	struct season *season = season_by("imsa-2021", 2024);
	struct season_round *round = add_round(season, "Long Beach", "100min");
	for (unsigned q = 1; q <= 40; q++) {
		char name[16];
		snprintf(name, sizeof(name), "Driver %u", q);
		add_car(season, round, "GTD", q, name, name)->qualifying =
			(uint16_t)(41 - q);
	}
	static const struct {
		unsigned qualified;
		double points;
	} rows[] = {{1, 35}, {2, 32},  {3, 30}, {4, 28}, {5, 26}, {6, 25},
		    {7, 24}, {12, 19}, {30, 1}, {31, 1}, {40, 1}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char name[16];
		snprintf(name, sizeof(name), "Driver %u", 41 - rows[i].qualified);
		const char *reason =
			reason_in(season, "drivers", "GTD", name, "qualifying");
		char end[16];
		snprintf(end, sizeof(end), ": %g", rows[i].points);
		size_t at = strlen(reason) - strlen(end);
		assert_string_equal(reason + at, end);
	}
	assert_int_equal(points_in(season, "drivers", "GTD", "Driver 40"),
			 P(10) + P(35));
	assert_int_equal(points_in(season, "teams", "GTD", "Driver 40"), P(10) + P(35));
}

static void fastest_lap_start_and_most_laps_give_points(void **state)
{
	(void)state;
	struct season *season =
		season_few("[race]\nfastest-lap = 2\nfastest-lap-to = drivers\n"
			   "start = 1\nmost-laps = 3\n");
	struct season_round *round = add_round(season, "Spa", "6h");
	struct season_result *car = add_car(season, round, "GT", 1, "1", "Long, Short");
	car->fastest_lap = 1;
	car->seats[0].laps = 80;
	car->seats[1].laps = 60;
	car = add_car(season, round, "GT", 2, "2", "Unknown, Known");
	car->seats[1].laps = 60;
	add_car(season, round, "GT", 3, "3", "Stopped")->status = STATUS_DNF;
	add_car(season, round, "GT", 4, "4", "Absent")->status = STATUS_DNS;
	assert_int_equal(points_in(season, "drivers", "GT", "Long"), P(10 + 2 + 1 + 3));
	assert_int_equal(points_in(season, "drivers", "GT", "Short"), P(10 + 2 + 1));
	assert_int_equal(points_in(season, "drivers", "GT", "Known"), P(8 + 1));
	assert_int_equal(points_in(season, "drivers", "GT", "Unknown"), P(8 + 1));
	assert_int_equal(points_in(season, "drivers", "GT", "Stopped"), P(1));
	assert_int_equal(points_in(season, "drivers", "GT", "Absent"), ABSENT);
}

static void alms_2002_adds_a_point_for_pole_and_for_most_laps(void **state)
{
	(void)state;
	struct season *season = season_by("alms-2002", 2002);
	season_change(season, "[points scale race]\npoints = 20 16 13\n");
	struct season_round *round = add_round(season, "Mosport", "2h45m");
	struct season_result *car =
		add_car(season, round, "LMP900", 1, "1", "One, Two");
	car->qualifying = 1;
	car->qualifier = 0;
	car->seats[0].laps = 40;
	car->seats[1].laps = 60;
	assert_int_equal(points_in(season, "drivers", "LMP900", "One"), P(21));
	assert_int_equal(points_in(season, "drivers", "LMP900", "Two"), P(21));
	car->qualifier = 1;
	assert_int_equal(points_in(season, "drivers", "LMP900", "Two"), P(22));
}

/* ---- segments and exceptions --------------------------------------------------------------- */

static void spa_24_hours_has_points_after_6_and_12_hours(void **state)
{
	(void)state;
	struct season *season = season_by("fia-gt-2003", 2003);
	struct season_round *round = add_round(season, "Spa 24 h", "24h");
	static const struct {
		uint16_t after_6, after_12, end;
		uint8_t status;
		double points;
	} rows[] = {
		{1, 1, 1, STATUS_CLASSIFIED, 5 + 5 + 10},
		{2, 3, 2, STATUS_CLASSIFIED, 4 + 3 + 8},
		{3, 2, 9, STATUS_DNF, 3 + 4},
		{4, 4, 3, STATUS_CLASSIFIED, 2.5 * 2 + 6},
		{5, 5, 4, STATUS_CLASSIFIED, 2 * 2 + 5},
		{6, 6, 5, STATUS_CLASSIFIED, 1.5 * 2 + 4},
		{7, 7, 6, STATUS_CLASSIFIED, 1 * 2 + 3},
		{8, 8, 7, STATUS_CLASSIFIED, 0.5 * 2 + 2},
		{9, 0, 10, STATUS_DNF, 0},
		{10, 9, 8, STATUS_DSQ, 0},
	};
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		char name[8];
		snprintf(name, sizeof(name), "%u", i);
		struct season_result *car =
			add_car(season, round, "GT", rows[i].end, name, name);
		car->segments[0] = rows[i].after_6;
		car->segments[1] = rows[i].after_12;
		car->status = rows[i].status;
	}
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		char name[8];
		snprintf(name, sizeof(name), "%u", i);
		assert_int_equal(points_in(season, "drivers", "GT", name),
				 P(rows[i].points));
	}
	assert_string_equal(
		reason_in(season, "drivers", "GT", "2", "12:00:00"),
		"Spa 24 h, #2: 2nd of 8 that count in GT after 12:00:00: 4");
}

static void half_distance_of_spa_has_points_in_the_sportscar_championship(void **state)
{
	(void)state;
	struct season *season = season_by("fia-sportscar-2003", 2003);
	season_change(season, "[points segments Spa]\npoints = 5 4 3\n");
	struct season_round *round = add_round(season, "Spa", "1000km");
	struct season_result *car = add_car(season, round, "SR1", 1, "1", "Driver");
	car->segments[0] = 2;
	car = add_car(season, round, "SR1", 2, "2", "Other");
	car->segments[0] = 1;
	assert_int_equal(points_in(season, "drivers", "SR1", "Driver"), P(14));
	assert_int_equal(points_in(season, "drivers", "SR1", "Other"), P(13));
}

static void endurance_cup_counts_segments_only(void **state)
{
	(void)state;
	static const struct {
		const char *round, *length;
		unsigned year, segments;
	} rows[] = {
		{"Rolex 24 at Daytona", "24h", 2023, 4},
		{"Twelve Hours of Sebring", "12h", 2023, 3},
		{"Six Hours of Watkins Glen", "6h", 2023, 2},
		{"Indianapolis Battle on the Bricks", "2h40m", 2023, 0},
		{"Indianapolis Battle on the Bricks", "6h", 2024, 2},
		{"Motul Petit Le Mans", "10h", 2024, 3},
		{"Watkins Glen 240", "2h40m", 2021, 0},
		{"Long Beach", "100min", 2024, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by("imsa-2021", rows[i].year);
		struct season_round *round =
			add_round(season, rows[i].round, rows[i].length);
		for (unsigned c = 1; c <= 6; c++) {
			char name[8];
			snprintf(name, sizeof(name), "%u", c);
			struct season_result *car =
				add_car(season, round, "GTP", 7 - c, name, name);
			for (unsigned k = 0; k < POINTS_SEGMENTS_MAX; k++)
				car->segments[k] = (uint16_t)c;
		}
		static const unsigned points[] = {5, 4, 3, 2, 2, 2};
		for (unsigned c = 1; c <= 6; c++) {
			char name[8];
			snprintf(name, sizeof(name), "%u", c);
			int32_t got = points_in(season, "drivers cup", "GTP", name);
			int32_t want = P(points[c - 1] * rows[i].segments);
			if (got != want && !(got == ABSENT && want == 0))
				fail_msg("%s: %d of %s, not %d", rows[i].round, got,
					 name, want);
		}
		/* And the championship has the points of the race alone. */
		assert_int_equal(points_in(season, "drivers", "GTP", "6"), P(350));
	}
}

static void segments_are_found_by_the_circuit_or_named(void **state)
{
	(void)state;
	struct season *season = season_by("imsa-2021", 2023);
	struct season_round *round = add_round(season, "Sahlen's Six Hours", "6h");
	struct season_result *car = add_car(season, round, "GTP", 1, "1", "Driver");
	car->segments[0] = car->segments[1] = 1;
	assert_int_equal(points_in(season, "drivers cup", "GTP", "Driver"), ABSENT);
	strcpy(round->circuit, "watkins-glen");
	assert_int_equal(points_in(season, "drivers cup", "GTP", "Driver"), P(10));
	round->segments = 0;
	assert_int_equal(points_in(season, "drivers cup", "GTP", "Driver"), P(10));
	round->segments = POINTS_SEGMENTS_MAX;
	assert_int_equal(points_in(season, "drivers cup", "GTP", "Driver"), ABSENT);
}

static void daytona_counts_for_the_cup_only_in_lmp2(void **state)
{
	(void)state;
	static const struct {
		const char *class_name, *round;
		unsigned year;
		double points, cup;
	} rows[] = {
		{"LMP2", "Daytona", 2022, 0, 5},   {"LMP2", "Daytona", 2023, 0, 5},
		{"LMP2", "Daytona", 2024, 385, 5}, {"LMP3", "Daytona", 2023, 0, 5},
		{"LMP2", "Sebring", 2023, 385, 5}, {"GTP", "Daytona", 2023, 385, 5},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by("imsa-2021", rows[i].year);
		struct season_round *round = add_round(season, rows[i].round, "24h");
		struct season_result *car =
			add_car(season, round, rows[i].class_name, 1, "1", "Driver");
		car->segments[0] = car->qualifying = 1;
		assert_int_equal(
			points_in(season, "drivers", rows[i].class_name, "Driver"),
			P(rows[i].points));
		assert_int_equal(
			points_in(season, "drivers cup", rows[i].class_name, "Driver"),
			P(rows[i].cup));
	}
	struct season *season = season_by("imsa-2021", 2024);
	struct season_round *round = add_round(season, "Detroit", "100min");
	add_car(season, round, "GTD", 1, "1", "Driver");
	round->without = 1u << season_class(season, SLICE("GTD"));
	assert_string_equal(reason_in(season, "drivers", "GTD", "Driver", "Detroit"),
			    "Detroit, #1: the round gives the class no points: 0");
}

static void a_decision_gives_and_takes_points(void **state)
{
	(void)state;
	struct season *season = season_few("");
	struct season_round *round = add_round(season, "Spa", "6h");
	struct season_result *car = add_car(season, round, "GT", 1, "1", "One, Two");
	car->team = season_name(season, SLICE("Team"));
	car->make = season_name(season, SLICE("Make"));
	car->given[TITLE_DRIVERS] = car->given[TITLE_TEAMS] = P(-200);
	assert_int_equal(points_in(season, "drivers", "GT", "Two"), P(-190));
	assert_int_equal(points_in(season, "teams", "GT", "Team"), P(-190));
	assert_int_equal(points_in(season, "makes", "GT", "Make"), P(10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guests_are_invisible_or_keep_places_or_score),
		cmocka_unit_test(a_guest_of_one_round_scores_in_the_others),
		cmocka_unit_test(a_place_is_of_the_class_or_of_the_whole_field),
		cmocka_unit_test(places_of_qualifying_and_hours_are_those_of_the_class),
		cmocka_unit_test(a_car_is_classified_by_its_share_of_the_distance),
		cmocka_unit_test(cars_behind_one_that_is_not_classified_move_up),
		cmocka_unit_test(a_disqualification_months_later_moves_all_up),
		cmocka_unit_test(a_dead_heat_shares_the_points_of_its_places),
		cmocka_unit_test(guests_in_a_dead_heat_have_no_part_of_it),
		cmocka_unit_test(a_race_stopped_early_gives_half_points_or_none),
		cmocka_unit_test(half_points_reach_behind_the_scale),
		cmocka_unit_test(half_points_may_be_by_distance),
		cmocka_unit_test(a_small_class_counts_the_cars_of_practice),
		cmocka_unit_test(a_driver_must_have_driven_the_minimum),
		cmocka_unit_test(laps_at_the_wheel_that_are_not_known_are_marked),
		cmocka_unit_test(a_driver_in_two_cars_has_the_better_or_both),
		cmocka_unit_test(a_driver_of_two_classes_scores_in_both),
		cmocka_unit_test(points_for_two_teams_are_kept_apart),
		cmocka_unit_test(a_car_that_changes_number_keeps_its_points),
		cmocka_unit_test(the_best_cars_of_a_team_or_make_score),
		cmocka_unit_test(places_may_be_among_the_best_cars_only),
		cmocka_unit_test(private_cars_are_for_no_make),
		cmocka_unit_test(alms_teams_have_their_best_car),
		cmocka_unit_test(of_two_cars_with_equal_points_the_better_place_counts),
		cmocka_unit_test(fia_gt_teams_have_two_cars),
		cmocka_unit_test(pole_goes_to_whom_the_rules_say),
		cmocka_unit_test(pole_is_of_the_class_and_not_for_a_guest),
		cmocka_unit_test(qualifying_gives_a_tenth_of_the_race_in_imsa),
		cmocka_unit_test(fastest_lap_start_and_most_laps_give_points),
		cmocka_unit_test(alms_2002_adds_a_point_for_pole_and_for_most_laps),
		cmocka_unit_test(spa_24_hours_has_points_after_6_and_12_hours),
		cmocka_unit_test(
			half_distance_of_spa_has_points_in_the_sportscar_championship),
		cmocka_unit_test(endurance_cup_counts_segments_only),
		cmocka_unit_test(segments_are_found_by_the_circuit_or_named),
		cmocka_unit_test(daytona_counts_for_the_cup_only_in_lmp2),
		cmocka_unit_test(a_decision_gives_and_takes_points),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
