/*
 * test_totals.c -- rounds to a table: drops, ties, invitations, points as text
 */
#include "season_fixture.h"

#include <stdio.h>
#include <string.h>

static const char rules_of_places[] =
	"[points]\nname = few\n"
	"[scale race]\nfor = any\npoints = 10 8 6 5 4 3 2 1\n"
	"[title drivers]\nplaces = class\n";

/* A season in which each of the drivers has a place in each of the rounds; 0: not there. */
static struct season *season_of(const char *more, unsigned rounds, unsigned drivers,
				const unsigned places[][6])
{
	char text[1024];
	snprintf(text, sizeof(text), "%s%s", rules_of_places, more);
	struct season *season = season_by_text(text, 2024);
	for (unsigned r = 0; r < rounds; r++) {
		char name[24];
		snprintf(name, sizeof(name), "Round %u", r + 1);
		struct season_round *round = add_round(season, name, "6h");
		for (unsigned d = 0; d < drivers; d++) {
			snprintf(name, sizeof(name), "Driver %c", 'A' + (int)d);
			if (places[d][r])
				add_car(season, round, "GT", places[d][r], name, name);
		}
		add_others(season, round, "GT", 10);
	}
	return season;
}

/* ---- drops ---------------------------------------------------------------------------- */

static void the_worst_rounds_are_dropped(void **state)
{
	(void)state;
	/* 10 5 8 3, and 6 6 6 with one round not driven. */
	static const unsigned places[][6] = {{1, 4, 2, 6}, {3, 0, 3, 3}};
	static const struct {
		const char *rule;
		double a, b;
		uint32_t dropped;
	} rows[] = {
		{"", 26, 18, 0},
		{"[drops]\ndrop = 0\n", 26, 18, 0},
		{"[drops]\ndrop = 1\n", 23, 18, 0x8},
		{"[drops]\ndrop = 2\n", 18, 12, 0xa},
		{"[drops]\ndrop = all but 3\n", 23, 18, 0x8},
		{"[drops]\ndrop = all but 1\n", 10, 6, 0xe},
		{"[drops]\ndrop = all but 9\n", 26, 18, 0},
		{"[drops]\ndrop = 1\nof = held\n", 23, 18, 0x8},
		{"[drops]\ndrop = 9\nof = held\n", 10, 6, 0xe},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_of(rows[i].rule, 4, 2, places);
		const struct season_standing *row =
			standing_in(season, "drivers", "GT", "Driver A");
		assert_int_equal(row->points, P(rows[i].a));
		assert_int_equal(row->dropped, rows[i].dropped);
		assert_int_equal(row->by_round[3], P(3));
		assert_int_equal(points_in(season, "drivers", "GT", "Driver B"),
				 P(rows[i].b));
	}
	struct season *season = season_of("[drops]\ndrop = 1\n", 4, 2, places);
	assert_string_equal(reason_in(season, "drivers", "GT", "Driver A", "dropped"),
			    "Round 4: the round is dropped: -3");
}

static void drops_of_the_season_wait_for_its_rounds(void **state)
{
	(void)state;
	static const unsigned places[][6] = {{1, 4, 2, 6}};
	/* Four of six rounds are held: five count. */
	struct season *season = season_of("[drops]\ndrop = 1\n", 4, 1, places);
	season->round_count = 6;
	assert_int_equal(points_in(season, "drivers", "GT", "Driver A"), P(26));
	season->round_count = 4;
	assert_int_equal(points_in(season, "drivers", "GT", "Driver A"), P(23));
	/* As many as there are rounds, or more: the best one counts. */
	season = season_of("[drops]\ndrop = 9\n", 4, 1, places);
	assert_int_equal(points_in(season, "drivers", "GT", "Driver A"), P(10));
	season = season_of("[drops]\ndrop = 1\nof = held\n", 4, 1, places);
	season->round_count = 6;
	assert_int_equal(points_in(season, "drivers", "GT", "Driver A"), P(23));
	assert_int_equal(table_in(season, "drivers", "GT")->rounds, 2);
}

static void a_penalty_is_not_dropped_with_its_round(void **state)
{
	(void)state;
	static const unsigned places[][6] = {{1, 4}};
	struct season *season = season_of("[drops]\ndrop = 1\n", 2, 1, places);
	struct season_round *round =
		(struct season_round *)(uintptr_t)season->rounds[1];
	round->results[0].given[TITLE_DRIVERS] = P(-3);
	assert_int_equal(points_in(season, "drivers", "GT", "Driver A"), P(7));
	round = (struct season_round *)(uintptr_t)season->rounds[0];
	round->results[0].given[TITLE_DRIVERS] = P(-1);
	round->results[0].given[TITLE_MAKES] = P(-1);
	assert_int_equal(points_in(season, "drivers", "GT", "Driver A"), P(6));
	reason_in(season, "drivers", "GT", "Driver A", "");
}

/* ---- ties ------------------------------------------------------------------------------ */

static void more_wins_then_more_second_places_decide(void **state)
{
	(void)state;
	static const struct {
		unsigned places[3][6]; /* A, B, C */
		const char *rule;
		unsigned positions[3];
		const char *text; /* behind the first of the table */
	} rows[] = {
		/* 16 each: 10 6 against 8 8. */
		{{{1, 3}, {2, 2}, {9, 9}},
		 "[ties]\nby = places\n",
		 {1, 2, 3},
		 "ahead by 1 win to 0"},
		{{{2, 2}, {1, 3}, {9, 9}},
		 "[ties]\nby = places\n",
		 {2, 1, 3},
		 "ahead by 1 win to 0"},
		{{{1, 3}, {2, 2}, {9, 9}},
		 "[ties]\nby = nothing\n",
		 {1, 1, 3},
		 "equal"},
		{{{1, 3}, {2, 2}, {9, 9}}, "", {1, 1, 3}, "equal"},
		/* 16 each: 8 5 3 against 6 6 4. */
		{{{3, 3, 5}, {2, 4, 6}, {9, 9, 9}},
		 "[ties]\nby = places\n",
		 {2, 1, 3},
		 "ahead by 1 2nd place to 0"},
		/* 10 3 against 10 2 1: decided by the 6th place. */
		{{{1, 7, 8}, {1, 6, 0}, {9, 9, 9}},
		 "[ties]\nby = places\n",
		 {2, 1, 3},
		 "ahead by 1 6th place to 0"},
		/* The same places stay equal, and so does the position behind. */
		{{{1, 2}, {2, 1}, {9, 9}}, "[ties]\nby = places\n", {1, 1, 3}, "equal"},
		{{{1, 2, 3}, {2, 3, 1}, {3, 1, 2}},
		 "[ties]\nby = places\n",
		 {1, 1, 1},
		 "equal"},
		{{{1, 1}, {2, 2}, {9, 9}}, "[ties]\nby = places\n", {1, 2, 3}, ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_of(rows[i].rule, 3, 3, rows[i].places);
		for (unsigned d = 0; d < 3; d++) {
			char name[16];
			snprintf(name, sizeof(name), "Driver %c", 'A' + (int)d);
			const struct season_standing *row =
				standing_in(season, "drivers", "GT", name);
			if (row->position != rows[i].positions[d])
				fail_msg("row %zu: %s is %u", i, name, row->position);
		}
		const struct season_table *table = table_in(season, "drivers", "GT");
		char text[64];
		season_tie_text(table, 0, text, sizeof(text));
		assert_string_equal(text, rows[i].text);
		assert_int_equal(table->rows[0].equal,
				 rows[i].positions[0] == rows[i].positions[1]);
	}
}

static void the_order_of_the_input_does_not_matter(void **state)
{
	(void)state;
	static const unsigned places[][6] = {
		{1, 2, 3}, {2, 1, 4}, {3, 4, 1}, {4, 3, 2}};
	struct season *season = season_of("", 3, 4, places);
	static struct season_table before;
	before = *table_in(season, "drivers", "GT");
	for (unsigned r = 0; r < 3; r++) {
		struct season_round *round =
			(struct season_round *)(uintptr_t)season->rounds[r];
		for (unsigned i = 0; i < round->count / 2u; i++) {
			struct season_result result = round->results[i];
			round->results[i] = round->results[round->count - 1u - i];
			round->results[round->count - 1u - i] = result;
		}
	}
	const struct season_table *after = table_in(season, "drivers", "GT");
	assert_int_equal(after->count, before.count);
	assert_memory_equal(after->rows, before.rows,
			    before.count * sizeof(before.rows[0]));
}

static void a_table_after_a_round_has_no_later_points(void **state)
{
	(void)state;
	static const unsigned places[][6] = {{1, 2, 3}};
	static const double points[] = {24, 10, 18, 24};
	struct season *season = season_of("", 3, 1, places);
	static struct season_table table;
	for (unsigned n = 0; n < 4; n++) {
		struct season_query query = query_of(season, "drivers", "GT");
		query.rounds = (uint8_t)n;
		assert_int_equal(season_standings(season, &query, &table, NULL), 0);
		assert_int_equal(table.rows[0].points, P(points[n]));
		assert_int_equal(table.rounds, n ? 3 - n : 0);
	}
}

static void a_row_has_its_best_places_and_its_car(void **state)
{
	(void)state;
	struct season *season = season_by_text(
		"[points]\nname = n\n[scale r]\nfor = any\npoints = 10 8 6\n"
		"[title teams]\nplaces = class\n",
		0);
	static const unsigned places[2][2] = {{3, 2}, {1, 3}};
	for (unsigned r = 0; r < 2; r++) {
		struct season_round *round = add_round(season, "Spa", "6h");
		for (unsigned c = 0; c < 2; c++)
			add_car(season, round, "GT", places[r][c], c ? "2" : "1", "")
				->team = season_name(season, SLICE("Team"));
		add_others(season, round, "GT", 3);
		round->results[2].team = season_name(season, SLICE("Other"));
	}
	const struct season_standing *row = standing_in(season, "teams", "GT", "Team");
	assert_int_equal(row->best[0], 2);
	assert_int_equal(row->best[1], 1);
	assert_int_equal(row->times[2], 2);
	assert_int_equal(row->scored, 3);
	assert_int_equal(row->car, SEASON_NONE);
	row = standing_in(season, "teams", "GT", "Other");
	assert_string_equal(season_name_text(season, row->car), "GT-902");
	assert_int_equal(row->best[0], 1);
	assert_int_equal(row->best[1], 2);
}

static void each_title_has_its_tables(void **state)
{
	(void)state;
	static const struct {
		const char *rules, *tables;
		unsigned year;
	} rows[] = {
		{"wec-2012",
		 "drivers LMP|drivers, LMGTE Pro|drivers, lmgte-AM|makes, LMP1|", 2013},
		{"wec-2022",
		 "drivers, LMP1|drivers, HYPERCAR|drivers, LMGTE Pro|drivers, "
		 "lmgte-AM|teams, LMP1|teams, HYPERCAR|teams, LMGTE Pro|teams, "
		 "lmgte-AM|makes, HYPERCAR|",
		 2025},
		{"wec-2022",
		 "drivers, LMP1|drivers, HYPERCAR|drivers, LMGTE Pro|drivers, "
		 "lmgte-AM|teams, LMP1|teams, HYPERCAR|teams, LMGTE Pro|teams, "
		 "lmgte-AM|",
		 2023},
		{"le-mans-2003", "", 2003},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by(rows[i].rules, rows[i].year);
		struct season_query query = {.title = POINTS_TITLES_MAX};
		char all[512] = "", title[80];
		size_t n = 0;
		season_class(season, SLICE("LMP1"));
		season_class(season, SLICE("HYPERCAR"));
		season_class(season, SLICE("LMGTE Pro"));
		season_class(season, SLICE("lmgte-AM"));
		while (season_query_next(season, &query)) {
			size_t len = season_query_title(season, &query, title,
							sizeof(title));
			assert_int_equal(len, strlen(title));
			n += text_format(all + n, sizeof(all) - n, "%s|", title);
		}
		assert_string_equal(all, rows[i].tables);
	}
}

static void a_joint_title_leaves_out_a_class_without_points(void **state)
{
	(void)state;
	struct season *season = season_by_text(
		"[points]\nname = n\n[scale r]\nfor = any\npoints = 10 8 6\n"
		"[title drivers]\njoint = yes\nclasses = LMP1, LMP2\nplaces = class\n",
		0);
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "LMP1", 1, "1", "One");
	add_car(season, round, "LMP2", 1, "2", "Two");
	add_car(season, round, "GT", 1, "3", "Three");
	assert_int_equal(points_in(season, "drivers", "", "One"), P(10));
	assert_int_equal(points_in(season, "drivers", "", "Two"), P(10));
	assert_int_equal(points_in(season, "drivers", "", "Three"), ABSENT);
	round->without = 1u << season_class(season, SLICE("LMP2"));
	assert_int_equal(points_in(season, "drivers", "", "One"), P(10));
	assert_int_equal(points_in(season, "drivers", "", "Two"), ABSENT);
}

/* ---- invitations --------------------------------------------------------------------------- */

static void elms_2015_invites_by_class(void **state)
{
	(void)state;
	struct season *season = season_by("elms-2015", 2015);
	season_change(season, "[points pole]\nto = drivers teams\n"
			      "[points title teams]\ncars = all\n");
	for (unsigned r = 0; r < 2; r++) {
		struct season_round *round =
			add_round(season, r ? "Spa" : "Imola", "4h");
		static const struct {
			const char *class_name;
			unsigned cars;
		} classes[] = {{"LMP2", 5}, {"GTE", 4}, {"GTC", 3}};
		for (unsigned c = 0; c < 3; c++)
			for (unsigned i = 0; i < classes[c].cars; i++) {
				char team[24];
				snprintf(team, sizeof(team), "%s team %u",
					 classes[c].class_name, i + 1);
				/* The winner of LMP2 is absent once. */
				if (r == 1 && c == 0 && i == 0)
					continue;
				struct season_result *car =
					add_car(season, round, classes[c].class_name,
						i + 1, team, "");
				car->team = season_name(season, slice_of(team));
				/* With the most points, if it were not. */
				car->given[TITLE_TEAMS] = i == 0 && c == 0 ? P(50) : 0;
			}
	}
	static struct season_table table;
	struct season_invited invited[8];
	struct err err;
	int n = season_invitations(season, 0, &table, invited, 8, &err);
	/* Three cars in GTC are too few; there is no LMP3. */
	assert_int_equal(n, 3);
	assert_string_equal(season_name_text(season, invited[0].name), "LMP2 team 2");
	assert_string_equal(season_name_text(season, invited[1].name), "GTE team 1");
	assert_string_equal(season_name_text(season, invited[2].name), "GTE team 2");
	assert_string_equal(season->rules.invitations[invited[0].invitation].to,
			    "24 Hours of Le Mans, LMP2");
	season->year = 2018;
	assert_int_equal(season_invitations(season, 0, &table, invited, 8, &err), 0);
}

static void a_joint_table_invites_the_first_of_each_class(void **state)
{
	(void)state;
	struct season *season = season_by_text(
		"[points]\nname = joint\n[scale race]\nfor = any\npoints = 10 8 6 6\n"
		"[title drivers]\njoint = yes\nclasses = LMP1, LMP2\nplaces = overall\n"
		"[invitation best]\nof = drivers\nfirst = 1\nto = Le Mans\n",
		2013);
	struct season_round *round = add_round(season, "Spa", "6h");
	add_car(season, round, "LMP1", 1, "1", "First");
	add_car(season, round, "LMP1", 2, "2", "Second");
	add_car(season, round, "LMP2", 3, "26", "Third");
	add_car(season, round, "LMP2", 4, "35", "Fourth");
	add_car(season, round, "GT", 5, "51", "Fifth");
	struct season_invited invited[8];
	static struct season_table table;
	assert_int_equal(season_invitations(season, 0, &table, invited, 8, NULL), 2);
	assert_string_equal(season_name_text(season, invited[0].name), "First");
	assert_int_equal(invited[0].unsure, 0);
	/* The two of LMP2 have as many points. */
	assert_string_equal(season_name_text(season, invited[1].name), "Fourth");
	assert_int_equal(invited[1].unsure, 1);
}

static void the_race_of_2003_invites_its_class_winners(void **state)
{
	(void)state;
	struct season *season = season_by("le-mans-2003", 2003);
	struct season_round *round =
		add_round(season, "1000 km of Le Mans", "1000km,6h");
	static const struct {
		const char *class_name, *number, *team;
		unsigned place;
	} cars[] = {
		{"LMP900", "5", "Team Goh", 1}, {"LMP900", "2", "Pescarolo", 2},
		{"LMP675", "13", "Courage", 4}, {"GTS", "88", "Veloqx", 5},
		{"GTS", "80", "Veloqx", 6},     {"GT", "47", "Cirtek", 9},
		{"GT", "99", "Freisinger", 10},
	};
	for (unsigned i = 0; i < ARRAY_LEN(cars); i++)
		add_car(season, round, cars[i].class_name, cars[i].place,
			cars[i].number, "")
			->team = season_name(season, slice_of(cars[i].team));
	static struct season_table table;
	struct season_invited invited[8];
	static const char *const winners[] = {"5", "13", "88", "47"};
	assert_int_equal(season_invitations(season, 0, &table, invited, 8, NULL), 4);
	for (unsigned i = 0; i < 4; i++)
		assert_string_equal(season_name_text(season, invited[i].car),
				    winners[i]);
	/* A car that is not classified, or was disqualified, wins no class. */
	round->results[6].place = 8;
	for (unsigned status = STATUS_NC; status <= STATUS_DSQ; status++) {
		round->results[6].status = (uint8_t)status;
		assert_int_equal(
			season_invitations(season, 0, &table, invited, 8, NULL), 4);
		assert_string_equal(season_name_text(season, invited[3].car), "47");
	}
	/* A decision on the place in the class. */
	round->results[5].class_place = 2;
	round->results[6].class_place = 1;
	round->results[6].status = STATUS_CLASSIFIED;
	assert_int_equal(season_invitations(season, 0, &table, invited, 8, NULL), 4);
	assert_string_equal(season_name_text(season, invited[3].car), "99");
	round->results[5].class_place = round->results[6].class_place = 0;
	round->results[6].place = 10;
	/* That the first two are invited is said in the season file. */
	season_change(season, "[points invitation class winners]\nfirst = 2\n");
	assert_int_equal(season_invitations(season, 0, &table, invited, 8, NULL), 7);
}

static void lmes_invites_the_first_two_of_each_class(void **state)
{
	(void)state;
	struct season *season = season_by("lmes-2005", 2005);
	struct season_round *round = add_round(season, "Spa", "1000km");
	for (unsigned i = 1; i <= 7; i++) {
		char team[8];
		snprintf(team, sizeof(team), "T%u", i);
		add_car(season, round, "GT", i, team, "")->team =
			season_name(season, slice_of(team));
	}
	static struct season_table table;
	struct season_invited invited[8];
	assert_int_equal(season_invitations(season, 0, &table, invited, 8, NULL), 2);
	assert_string_equal(season_name_text(season, invited[1].name), "T2");
	assert_int_equal(invited[1].unsure, 0);
	/* A third with the points of the second: the second invitation is not sure. */
	round = add_round(season, "Monza", "1000km");
	add_car(season, round, "GT", 7, "T2", "")->team =
		season_name(season, SLICE("T2"));
	add_car(season, round, "GT", 5, "T3", "")->team =
		season_name(season, SLICE("T3"));
	add_car(season, round, "GT", 8, "T1", "")->team =
		season_name(season, SLICE("T1"));
	add_others(season, round, "GT", 6);
	assert_int_equal(season_invitations(season, 0, &table, invited, 8, NULL), 2);
	assert_int_equal(invited[1].unsure, 1);
}

/* ---- points as text ------------------------------------------------------------------------ */

static void points_are_written_as_they_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int32_t points;
	} rows[] = {{"0", 0},         {"1", 100},    {"12.5", 1250},   {"0.25", 25},
		    {"-200", -20000}, {"-0.5", -50}, {"2733", 273300}, {"6.33", 633}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[16];
		int32_t points;
		format_points(text, rows[i].points);
		assert_string_equal(text, rows[i].text);
		assert_true(parse_points(slice_of(rows[i].text), &points));
		assert_int_equal(points, rows[i].points);
	}
	static const char *const wrong[] = {"",    "x",   "1.234", "1000000",
					    "--1", "+-1", "1 2"};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		int32_t points = 7;
		assert_false(parse_points(slice_of(wrong[i]), &points));
		assert_int_equal(points, 7);
	}
	int32_t points;
	assert_true(parse_points(SLICE("+3"), &points));
	assert_int_equal(points, 300);
}

static void names_and_classes_have_one_index(void **state)
{
	(void)state;
	struct season *season = season_by("wec-2022", 2024);
	uint16_t ara = season_name(season, SLICE("Seiji  Ara"));
	assert_int_equal(season_name(season, SLICE(" Seiji Ara ")), ara);
	assert_int_not_equal(season_name(season, SLICE("Tom Kristensen")), ara);
	assert_int_equal(season_name(season, SLICE(" ")), SEASON_NONE);
	assert_string_equal(season_name_text(season, ara), "Seiji Ara");
	assert_string_equal(season_name_text(season, SEASON_NONE), "");
	char name[16];
	for (unsigned i = 0; i < SEASON_NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "Driver %u", i);
		uint16_t index = season_name(season, slice_of(name));
		assert_int_equal(index == SEASON_NONE, i + 2 >= SEASON_NAMES_MAX);
	}
	for (unsigned i = 0; i <= SEASON_CLASSES_MAX; i++) {
		snprintf(name, sizeof(name), "C%u", i);
		assert_int_equal(season_class(season, slice_of(name)), i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_rounds_are_dropped),
		cmocka_unit_test(drops_of_the_season_wait_for_its_rounds),
		cmocka_unit_test(a_penalty_is_not_dropped_with_its_round),
		cmocka_unit_test(more_wins_then_more_second_places_decide),
		cmocka_unit_test(the_order_of_the_input_does_not_matter),
		cmocka_unit_test(a_table_after_a_round_has_no_later_points),
		cmocka_unit_test(a_row_has_its_best_places_and_its_car),
		cmocka_unit_test(each_title_has_its_tables),
		cmocka_unit_test(a_joint_title_leaves_out_a_class_without_points),
		cmocka_unit_test(elms_2015_invites_by_class),
		cmocka_unit_test(a_joint_table_invites_the_first_of_each_class),
		cmocka_unit_test(the_race_of_2003_invites_its_class_winners),
		cmocka_unit_test(lmes_invites_the_first_two_of_each_class),
		cmocka_unit_test(points_are_written_as_they_are_read),
		cmocka_unit_test(names_and_classes_have_one_index),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
