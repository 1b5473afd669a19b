/*
 * test_facts.c -- the rules of the program give the points that are published
 */
#include "season_fixture.h"

#include <stdio.h>
#include <string.h>

/* ---- scales ------------------------------------------------------------------- */

/* Points of places 1, 2 ... in a race of a length; -1 ends them. */
struct scale_fact {
	const char *rules, *round, *length;
	double points[36];
};

static const struct scale_fact scale_facts[] = {
	{"wec-2022", "Spa", "6h", {25, 18, 15, 12, 10, 8, 6, 4, 2, 1, 0, 0, -1}},
	{"wec-2022", "Spa", "4h", {25, 18, 15, 12, 10, 8, 6, 4, 2, 1, 0, -1}},
	{"wec-2022", "Bahrain", "8h", {38, 27, 23, 18, 15, 12, 9, 6, 3, 2, 0, -1}},
	{"wec-2022",
	 "Qatar",
	 "1812km,10h",
	 {38, 27, 23, 18, 15, 12, 9, 6, 3, 2, 0, -1}},
	{"wec-2022", "Le Mans", "24h", {50, 36, 30, 24, 20, 16, 12, 8, 4, 2, 1, 1, -1}},
	{"wec-2019", "Spa", "6h", {25, 18, 15, 12, 10, 8, 6, 4, 2, 1, 0, -1}},
	{"wec-2019", "Silverstone", "4h", {25, 18, 15, 12, 10, 8, 6, 4, 2, 1, 0, -1}},
	{"wec-2019", "Bahrain", "8h", {38, 27, 23, 18, 15, 12, 9, 6, 3, 2, 0, -1}},
	{"wec-2019", "Le Mans", "24h", {50, 36, 30, 24, 20, 16, 12, 8, 4, 2, 0, -1}},
	{"wec-2018", "Fuji", "6h", {25, 18, 15, 12, 10, 8, 6, 4, 2, 1, 0, -1}},
	{"wec-2018",
	 "Sebring",
	 "1000mi,8h",
	 {32, 23, 19, 15, 13, 10, 8, 5, 3, 2, 0, -1}},
	{"wec-2018", "Le Mans", "24h", {38, 27, 23, 18, 15, 12, 9, 6, 3, 2, 0, -1}},
	{"wec-2012", "Fuji", "6h", {25, 18, 15, 12, 10, 8, 6, 4, 2, 1, 0.5, 0.5, -1}},
	{"wec-2012", "Le Mans", "24h", {50, 36, 30, 24, 20, 16, 12, 8, 4, 2, 1, 1, -1}},
	{"elms-2012", "Spa", "4h", {25, 18, 15, 12, 10, 8, 6, 4, 2, 1, 0.5, 0.5, -1}},
	{"elms-2015", "Spa", "4h", {25, 18, 15, 12, 10, 8, 6, 4, 2, 1, 0.5, 0.5, -1}},
	{"lmes-2004", "Monza", "1000km,6h", {10, 8, 6, 5, 4, 3, 2, 1, 0, 0, -1}},
	{"lmes-2005", "Monza", "1000km,6h", {10, 8, 6, 5, 4, 3, 2, 1, 0, 0, -1}},
	/* Fewer than 6 cars of the class. */
	{"lmes-2005", "Monza", "1000km,6h", {5, 4, 3, 2.5, 2, -1}},
	{"lmes-2005", "Monza", "1000km,6h", {5, 4, -1}},
	{"lmes-2005", "Monza", "1000km,6h", {10, 8, 6, 5, 4, 3, -1}},
	{"lms-2006", "Monza", "1000km", {10, 8, 6, 5, 4, 3, 2, 1, 0, -1}},
	{"lms-2008", "Monza", "1000km", {10, 8, 6, 5, 4, 3, 2, 1, 0, -1}},
	{"alms-2004", "Mosport", "2h45m", {20, 16, 13, 10, 8, 6, 4, 3, 2, 1, 0, -1}},
	{"alms-2004", "Laguna Seca", "4h", {23, 19, 16, 13, 11, 9, 7, 6, 5, 4, 0, -1}},
	{"alms-2004", "Sebring", "12h", {26, 22, 19, 16, 14, 12, 10, 9, 8, 7, 0, -1}},
	{"alms-2004",
	 "Petit",
	 "1000mi,10h",
	 {26, 22, 19, 16, 14, 12, 10, 9, 8, 7, 0, -1}},
	{"alms-2013", "Petit", "1000mi,10h", {24, 20, 17, 14, 12, -1}},
	{"fia-gt-2003", "Monza", "3h", {10, 8, 6, 5, 4, 3, 2, 1, 0, -1}},
	{"fia-sportscar-2003", "Monza", "2h30m", {10, 8, 6, 5, 4, 3, 2, 1, 0, -1}},
	/* And a point for the start. */
	{"imsa-2014",
	 "Sebring",
	 "12h",
	 {36, 33, 31, 29, 27, 26, 25, 24, 23, 22, 21, -1}},
	{"imsa-2021", "Long Beach", "100min", {350, 320, 300, 280, 260, 250, 240,
					       230, 220, 210, 200, 190, 180, 170,
					       160, 150, 140, 130, 120, 110, 100,
					       90,  80,  70,  60,  50,  40,  30,
					       20,  10,  10,  10,  -1}},
};

/* What the rules do not establish and a season says. */
static void say_what_is_asked(struct season *season)
{
	const char *name = season->rules.name;
	if (strcmp(name, "wec-2018") == 0 || strcmp(name, "wec-2019") == 0)
		season_change(season, "[points pole]\npoints = 1\nto = drivers\n"
				      "[points title drivers]\nplaces = class\n");
	if (strcmp(name, "wec-2012") == 0 || strncmp(name, "elms", 4) == 0)
		season_change(season, "[points pole]\nto = drivers teams\n");
	if (strcmp(name, "imsa-2014") == 0)
		season_change(season,
			      "[points race]\nclassified = 70% of the class winner\n");
}

static void each_scale_gives_its_points(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scale_facts); i++) {
		const struct scale_fact *fact = &scale_facts[i];
		struct season *season = season_by(fact->rules, 0);
		bool by_class = strncmp(fact->rules, "fia-gt", 6) == 0;
		const char *class_name = by_class ? "GT" : "SR1";
		const char *title = "drivers", *table = class_name;
		if (strcmp(fact->rules, "wec-2012") == 0) {
			class_name = "LMP1";
			title = "drivers LMP";
			table = "";
		}
		say_what_is_asked(season);
		struct season_round *round =
			add_round(season, fact->round, fact->length);
		unsigned places = 0;
		for (; fact->points[places] >= 0; places++) {
			char name[24];
			snprintf(name, sizeof(name), "Driver %u", places + 1);
			add_car(season, round, class_name, places + 1, name, name);
		}
		for (unsigned p = 0; p < places; p++) {
			char name[24];
			snprintf(name, sizeof(name), "Driver %u", p + 1);
			int32_t points = points_in(season, title, table, name);
			if (points != P(fact->points[p]))
				fail_msg("%s, %s: place %u has %d, not %g", fact->rules,
					 fact->length, p + 1, points, fact->points[p]);
		}
	}
}

static void a_length_without_a_scale_is_asked_for(void **state)
{
	(void)state;
	struct season *season = season_by("wec-2022", 2025);
	struct season_round *round = add_round(season, "Portimao", "7h");
	add_car(season, round, "HYPERCAR", 1, "6", "Estre");
	assert_string_equal(
		refusal_of(season, "drivers", "HYPERCAR"),
		"rules wec-2022 have no scale for a race of 7h00: write \"scale "
		"= NAME\" under the round \"Portimao\" in the season file");
	round->scale = 1;
	assert_int_equal(points_in(season, "drivers", "HYPERCAR", "Estre"), P(38));
}

/* ---- what is not established ------------------------------------------------------ */

static void what_is_not_established_is_asked_for(void **state)
{
	(void)state;
	static const struct {
		const char *rules, *title, *class_name, *round, *length, *asked;
		unsigned year;
	} rows[] = {
		{"wec-2018", "drivers", "LMP1", "Spa", "6h",
		 "\"places\" of [title drivers] is not established", 2018},
		{"wec-2019", "drivers", "LMP1", "Spa", "6h",
		 "\"places\" of [title drivers] is not established", 2019},
		{"wec-2012", "drivers LMP", "", "Spa", "6h",
		 "\"to\" of [pole] is not established", 2012},
		{"wec-2012", "makes LMP1", "LMP1", "Spa", "6h",
		 "\"places\" of [title makes LMP1] is not established", 2012},
		{"wec-2022", "makes 2024", "HYPERCAR", "Spa", "6h",
		 "\"places\" of [title makes 2024] is not established", 2024},
		{"elms-2015", "drivers", "LMP2", "Spa", "4h",
		 "\"to\" of [pole] is not established", 2015},
		{"elms-2015", "teams", "LMP2", "Spa", "4h",
		 "\"cars\" of [title teams] is not established", 2015},
		{"alms-2002", "drivers", "GT", "Mosport", "2h45m",
		 "\"points\" of [scale race] is not established", 2002},
		{"imsa-2014", "drivers", "GTD", "Sebring", "12h",
		 "\"classified\" of [race] is not established", 2014},
		{"imsa-2021", "makes", "GTP", "Sebring", "12h",
		 "\"places\" of [title makes] is not established", 2023},
		{"fia-sportscar-2003", "teams", "SR1", "Monza", "2h30m",
		 "\"cars\" of [title teams] is not established", 2003},
		{"fia-sportscar-2003", "makes", "SR1", "Monza", "2h30m",
		 "\"places\" of [title makes] is not established", 2003},
		{"fia-sportscar-2003", "drivers", "SR1", "Spa", "1000km,6h",
		 "\"points\" of [segments Spa] is not established", 2003},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by(rows[i].rules, rows[i].year);
		const char *class_name =
			rows[i].class_name[0] ? rows[i].class_name : "LMP1";
		struct season_round *round =
			add_round(season, rows[i].round, rows[i].length);
		add_car(season, round, class_name, 1, "1", "Driver");
		const char *said =
			refusal_of(season, rows[i].title, rows[i].class_name);
		if (!strstr(said, rows[i].asked))
			fail_msg("%s, %s: \"%s\"", rows[i].rules, rows[i].title, said);
		assert_non_null(strstr(said, "in the season file"));
	}
}

static void places_behind_a_scale_that_ends_are_asked_for(void **state)
{
	(void)state;
	struct season *season = season_by("alms-2013", 2013);
	struct season_round *round = add_round(season, "Petit", "10h");
	add_others(season, round, "P1", 6);
	assert_non_null(strstr(refusal_of(season, "drivers", "P1"),
			       "\"beyond\" of [scale petit] is not established"));
	season_change(season, "[points scale petit]\nbeyond = 1\n");
	assert_string_equal(refusal_of(season, "drivers", "P1"), "");
}

static void half_points_are_asked_for_only_of_a_race_that_was_stopped(void **state)
{
	(void)state;
	struct season *season = season_by("elms-2015", 2018);
	season_change(season, "[points pole]\nto = drivers\n");
	struct season_round *round = add_round(season, "Spa", "4h");
	add_car(season, round, "LMP2", 1, "1", "Driver");
	assert_string_equal(refusal_of(season, "drivers", "LMP2"), "");
	round->run = US_HOUR;
	assert_non_null(strstr(refusal_of(season, "drivers", "LMP2"),
			       "\"below\" of [half points] is not established"));
	round->factor = 50;
	assert_int_equal(points_in(season, "drivers", "LMP2", "Driver"), P(12.5));
}

static void guests_are_asked_for_only_where_there_are_some(void **state)
{
	(void)state;
	struct season *season = season_by("wec-2018", 2018);
	say_what_is_asked(season);
	struct season_round *round = add_round(season, "Le Mans", "24h");
	struct season_result *guest = add_car(season, round, "LMP2", 1, "40", "Guest");
	add_car(season, round, "LMP2", 2, "36", "Lapierre");
	assert_string_equal(refusal_of(season, "drivers", "LMP2"), "");
	guest->guest = 1;
	assert_non_null(strstr(refusal_of(season, "drivers", "LMP2"),
			       "\"guests\" of [race] is not established"));
	season_change(season, "[points race]\nguests = invisible\n");
	assert_int_equal(points_in(season, "drivers", "LMP2", "Lapierre"), P(38));
}

/* ---- who is classified, whose points, ties ------------------------------------------ */

static void each_series_says_who_is_classified(void **state)
{
	(void)state;
	static const struct {
		const char *rules, *class_name;
		uint32_t race, first,
			laps; /* of the race and the class winner, of the car */
		uint8_t status;
		bool scores;
	} rows[] = {
		{"wec-2022", "LMGT3", 200, 180, 140, STATUS_CLASSIFIED, true},
		{"wec-2022", "LMGT3", 200, 180, 139, STATUS_CLASSIFIED, false},
		{"wec-2022", "LMGT3", 200, 180, 179, STATUS_DNF, false},
		{"lms-2008", "GT2", 200, 180, 140, STATUS_CLASSIFIED, true},
		{"lms-2008", "GT2", 200, 180, 139, STATUS_CLASSIFIED, false},
		{"alms-2004", "GT", 200, 180, 126, STATUS_CLASSIFIED, true},
		{"alms-2004", "GT", 200, 180, 125, STATUS_CLASSIFIED, false},
		{"fia-sportscar-2003", "SR2", 200, 180, 120, STATUS_CLASSIFIED, true},
		{"fia-sportscar-2003", "SR2", 200, 180, 119, STATUS_CLASSIFIED, false},
		{"imsa-2021", "GTD", 200, 180, 1, STATUS_DNF, true},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by(rows[i].rules, 0);
		struct season_round *round = add_round(season, "Sebring", "12h");
		round->scale = 0;
		add_car(season, round, "OTHER", 1, "1", "Winner")->laps = rows[i].race;
		add_car(season, round, rows[i].class_name, 1, "2", "First")->laps =
			rows[i].first;
		struct season_result *car =
			add_car(season, round, rows[i].class_name, 2, "3", "Second");
		car->laps = rows[i].laps;
		car->status = rows[i].status;
		if ((points_in(season, "drivers", rows[i].class_name, "Second") > 0) !=
		    rows[i].scores)
			fail_msg("%s: %u laps", rows[i].rules, rows[i].laps);
	}
}

static void cars_of_a_team_score_by_themselves_where_they_do(void **state)
{
	(void)state;
	static const struct {
		const char *rules, *name;
		double points;
	} rows[] = {
		/* Two cars, second and third of the class. */
		{"lms-2008", "7", 8},      {"lms-2008", "8", 6},
		{"wec-2022", "7", 18},     {"imsa-2021", "8", 300},
		{"lmes-2005", "Team", 14}, {"fia-gt-2003", "Team", 14},
		{"alms-2004", "Team", 16},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by(rows[i].rules, 0);
		struct season_round *round = add_round(season, "Monza", "2h40m");
		round->scale = 0;
		for (unsigned c = 7; c <= 8; c++) {
			char number[4];
			snprintf(number, sizeof(number), "%u", c);
			struct season_result *car =
				add_car(season, round, "GT", c - 5, number, "");
			car->team = season_name(season, SLICE("Team"));
			car->laps = 100;
		}
		add_others(season, round, "GT", 6);
		int32_t points = points_in(season, "teams", "GT", rows[i].name);
		if (points != P(rows[i].points))
			fail_msg("%s, %s: %d", rows[i].rules, rows[i].name, points);
	}
}

/* The more wins, though later; IMSA has no rule that is established. */
static void wins_decide_a_tie_in_wec(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		unsigned first, second;
	} rows[] = {{"wec-2022", 1, 2}, {"lms-2008", 1, 1}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by(rows[i].rules, 2025);
		/* 25 1 against 18 8; of LMS 10 6 against 8 8. */
		static const unsigned places[2][2][2] = {{{10, 6}, {1, 2}},
							 {{3, 2}, {1, 2}}};
		for (unsigned r = 0; r < 2; r++) {
			struct season_round *round = add_round(season, "Spa", "6h");
			add_car(season, round, "GT", places[i][r][0], "1", "One");
			add_car(season, round, "GT", places[i][r][1], "2", "Two");
			add_others(season, round, "GT", 10);
		}
		assert_int_equal(points_in(season, "drivers", "GT", "One"),
				 points_in(season, "drivers", "GT", "Two"));
		assert_int_equal(position_in(season, "drivers", "GT", "One"),
				 rows[i].first);
		assert_int_equal(position_in(season, "drivers", "GT", "Two"),
				 rows[i].second);
	}
}

/* ---- seasons --------------------------------------------------------------------- */

struct typed_round {
	const char *name, *length;
};

/* Places of a crew: 0 not in the points of any place, as a disqualified car. */
struct typed_crew {
	const char *number, *drivers;
	unsigned places[10];
	const char *poles; /* rounds by a letter each: "bc" */
	int32_t points;
};

static void type_rounds(struct season *season, const struct typed_round *rounds,
			unsigned count, const struct typed_crew *crews,
			unsigned crew_count)
{
	for (unsigned r = 0; r < count; r++) {
		struct season_round *round =
			add_round(season, rounds[r].name, rounds[r].length);
		for (unsigned c = 0; c < crew_count; c++) {
			unsigned place = crews[c].places[r];
			struct season_result *car =
				add_car(season, round, "HYPERCAR", place ? place : 20,
					crews[c].number, crews[c].drivers);
			car->pole = strchr(crews[c].poles, (int)('a' + r)) != NULL;
			if (place == 0)
				car->status = STATUS_DSQ;
		}
		add_others(season, round, "HYPERCAR", 18);
	}
}

static const struct typed_round rounds_2025[] = {
	{"Qatar", "1812km,10h"}, {"Imola", "6h"}, {"Spa", "6h"},  {"Le Mans", "24h"},
	{"Sao Paulo", "6h"},     {"COTA", "6h"},  {"Fuji", "6h"}, {"Bahrain", "8h"},
};
static const struct typed_crew crews_2025[] = {
	{"51", "Calado, Giovinazzi, Pier Guidi", {3, 1, 1, 3, 11, 5, 15, 4}, "ab", 133},
	{"83", "Hanson, Kubica, Ye", {2, 4, 16, 1, 8, 6, 10, 5}, "", 117},
	{"50", "Fuoco, Molina, Nielsen", {1, 15, 2, 0, 12, 2, 11, 3}, "c", 98},
	{"6", "Estre, Vanthoor", {11, 8, 9, 2, 4, 1, 3, 14}, "", 94},
	{"12", "Lynn, Nato, Stevens", {8, 10, 5, 4, 1, 7, 7, 6}, "deg", 93},
};

/* Places of five crews in the results and reports; who took pole. */
static void wec_2025_has_its_five_crews(void **state)
{
	(void)state;
	static const unsigned positions[] = {1, 4, 7, 10, 12};
	static const int32_t after_le_mans[] = {105, 89, 57},
			     after_fuji[] = {115, 102, 75};
	struct season *season = season_by("wec-2022", 2025);
	type_rounds(season, rounds_2025, 8, crews_2025, 5);
	for (unsigned c = 0; c < 5; c++) {
		struct slice rest = slice_of(crews_2025[c].drivers);
		while (rest.len > 0) {
			char name[48];
			text_copy(name, sizeof(name),
				  slice_trim(slice_cut(&rest, ',')));
			assert_int_equal(points_in(season, "drivers", "HYPERCAR", name),
					 P(crews_2025[c].points));
			assert_int_equal(
				position_in(season, "drivers", "HYPERCAR", name),
				positions[c]);
		}
		assert_int_equal(
			points_in(season, "teams", "HYPERCAR", crews_2025[c].number),
			P(crews_2025[c].points));
	}
	struct season_query query = query_of(season, "teams", "HYPERCAR");
	static struct season_table table;
	for (unsigned c = 0; c < 3; c++) {
		query.rounds = 4;
		assert_int_equal(season_standings(season, &query, &table, NULL), 0);
		assert_int_equal(table.rows[c].points, P(after_le_mans[c]));
		query.rounds = 7;
		assert_int_equal(season_standings(season, &query, &table, NULL), 0);
		assert_int_equal(table.rounds, 1);
		for (unsigned i = 0; i < table.count; i++)
			if (strcmp(season_name_text(season, table.rows[i].name),
				   crews_2025[c].number) == 0)
				assert_int_equal(table.rows[i].points,
						 P(after_fuji[c]));
	}
}

/* Before the last race: 115, 102, 94, 81 and 75 points, and 38 for a win. */
static void wec_2025_before_its_last_race_has_four_that_may_win(void **state)
{
	(void)state;
	static const struct {
		const char *number, *first; /* its first case; "": none */
	} rows[] = {
		{"51", "#51 is champion with 2nd or better"},
		{"83", "#83 is champion with 1st if #51 is 3rd or worse"},
		{"6", "#6 is champion with 1st if #51 is 5th or worse"},
		{"12", "#12 is champion with 1st if #51 is 9th or worse and #83 is 5th "
		       "or worse and "
		       "#6 is 3rd or worse"},
		{"50", ""},
	};
	static struct season_table base;
	struct season *season = season_by("wec-2022", 2025);
	type_rounds(season, rounds_2025, 8, crews_2025, 5);
	struct season_query query = query_of(season, "teams", "HYPERCAR");
	assert_int_equal(season_base(season, &query, &base, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season_must cases[16];
		char text[256] = "";
		uint16_t car = season_name(season, slice_of(rows[i].number));
		int row = season_row_of(&base, car, SEASON_NONE);
		assert_in_range(row, 0, base.count - 1);
		int n = season_must(season, &query, &base, (unsigned)row, cases, 16);
		if (n > 0)
			season_must_text(season, &base.rows[row], &cases[0], text,
					 sizeof(text));
		assert_string_equal(text, rows[i].first);
	}
}

static void wec_2024_has_its_champions(void **state)
{
	(void)state;
	static const struct typed_round rounds[] = {
		{"Qatar", "1812km,10h"}, {"Imola", "6h"},     {"Spa", "6h"},
		{"Le Mans", "24h"},      {"Sao Paulo", "6h"}, {"COTA", "6h"},
		{"Fuji", "6h"},          {"Bahrain", "8h"},
	};
	static const struct typed_crew crews[] = {
		{"6", "Estre, Lotterer, Vanthoor", {1, 2, 2, 4, 2, 6, 1, 10}, "d", 152},
	};
	struct season *season = season_by("wec-2022", 2024);
	type_rounds(season, rounds, 8, crews, 1);
	assert_int_equal(points_in(season, "drivers", "HYPERCAR", "Lotterer"), P(152));
	struct season_query query = query_of(season, "drivers", "HYPERCAR");
	static struct season_table table;
	query.rounds = 6;
	assert_int_equal(season_standings(season, &query, &table, NULL), 0);
	assert_int_equal(table.rows[0].points, P(125));
}

/* Ferrari after four rounds of 2025: the private #83 is not seen, and poles count. */
static void makes_of_wec_2025_do_not_see_private_cars(void **state)
{
	(void)state;
	static const struct typed_round rounds[] = {{"Qatar", "1812km,10h"},
						    {"Imola", "6h"},
						    {"Spa", "6h"},
						    {"Le Mans", "24h"}};
	static const struct typed_crew crews[] = {
		{"51", "Calado", {3, 1, 1, 3}, "ab", 0},
		{"83", "Hanson", {2, 4, 16, 1}, "", 0},
		{"50", "Fuoco", {1, 15, 2, 0}, "c", 0},
	};
	struct season *season = season_by("wec-2022", 2025);
	type_rounds(season, rounds, 4, crews, 3);
	for (unsigned r = 0; r < 4; r++) {
		struct season_round *round =
			(struct season_round *)(uintptr_t)season->rounds[r];
		for (unsigned i = 0; i < 3; i++)
			round->results[i].make = season_name(season, SLICE("Ferrari"));
		round->results[1].privately = 1;
	}
	assert_int_equal(points_in(season, "makes 2025", "HYPERCAR", "Ferrari"),
			 P(172));
}

/* IMSA 2023 GTP: a place in qualifying (0: no points) and in the race for nine rounds. */
static const struct imsa_car {
	const char *number;
	uint8_t places[9][2];
	int32_t given, points;
} imsa_cars[] = {
	{"31",
	 {{6, 5}, {1, 1}, {7, 5}, {4, 3}, {0, 2}, {3, 7}, {1, 6}, {8, 4}, {8, 6}},
	 0,
	 2733},
	{"10",
	 {{3, 2}, {3, 4}, {1, 7}, {5, 4}, {0, 6}, {2, 2}, {4, 3}, {5, 5}, {1, 9}},
	 0,
	 2712},
	{"60",
	 {{1, 1}, {5, 6}, {2, 6}, {3, 6}, {0, 3}, {1, 1}, {6, 2}, {3, 6}, {4, 1}},
	 -200,
	 2711},
	{"7",
	 {{2, 7}, {7, 5}, {8, 3}, {1, 9}, {0, 7}, {5, 6}, {2, 1}, {1, 2}, {7, 4}},
	 0,
	 2691},
	{"6",
	 {{9, 8}, {4, 3}, {6, 1}, {2, 2}, {0, 9}, {9, 5}, {7, 7}, {2, 1}, {5, 10}},
	 0,
	 2691},
};

static bool imsa_qualified_at(unsigned round, unsigned place)
{
	for (unsigned c = 0; c < ARRAY_LEN(imsa_cars); c++)
		if (imsa_cars[c].places[round][0] == place)
			return true;
	return false;
}

static void type_imsa_round(struct season *season, unsigned r, const char *name,
			    const char *length)
{
	struct season_round *round = add_round(season, name, length);
	for (unsigned c = 0; c < ARRAY_LEN(imsa_cars); c++) {
		const struct imsa_car *crew = &imsa_cars[c];
		struct season_result *car = add_car(
			season, round, "GTP", crew->places[r][1], crew->number, "");
		car->qualifying = crew->places[r][0];
		car->given[TITLE_DRIVERS] = car->given[TITLE_TEAMS] =
			r == 0 ? P(crew->given) : 0;
	}
	add_others(season, round, "GTP", 10);
	/* The others qualify at the places between. */
	unsigned place = 1;
	for (unsigned i = 5; i < round->count && round->results[0].qualifying; i++) {
		while (imsa_qualified_at(r, place))
			place++;
		round->results[i].qualifying = (uint16_t)place++;
	}
}

static void imsa_2023_has_its_five_crews(void **state)
{
	(void)state;
	static const char *const rounds[9][2] = {
		{"Daytona", "24h"},        {"Sebring", "12h"},
		{"Long Beach", "100min"},  {"Laguna Seca", "2h40m"},
		{"Watkins Glen", "6h"},    {"Mosport", "2h40m"},
		{"Road America", "2h40m"}, {"Indianapolis", "2h40m"},
		{"Petit", "10h"}};
	struct season *season = season_by("imsa-2021", 2023);
	for (unsigned r = 0; r < 9; r++)
		type_imsa_round(season, r, rounds[r][0], rounds[r][1]);
	for (unsigned c = 0; c < ARRAY_LEN(imsa_cars); c++)
		assert_int_equal(points_in(season, "teams", "GTP", imsa_cars[c].number),
				 P(imsa_cars[c].points));
	assert_int_equal(position_in(season, "teams", "GTP", "7"), 4);
	assert_int_equal(position_in(season, "teams", "GTP", "6"), 4);
	assert_string_not_equal(
		reason_in(season, "teams", "GTP", "60", "by a decision: -200"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_scale_gives_its_points),
		cmocka_unit_test(a_length_without_a_scale_is_asked_for),
		cmocka_unit_test(what_is_not_established_is_asked_for),
		cmocka_unit_test(places_behind_a_scale_that_ends_are_asked_for),
		cmocka_unit_test(
			half_points_are_asked_for_only_of_a_race_that_was_stopped),
		cmocka_unit_test(guests_are_asked_for_only_where_there_are_some),
		cmocka_unit_test(each_series_says_who_is_classified),
		cmocka_unit_test(cars_of_a_team_score_by_themselves_where_they_do),
		cmocka_unit_test(wins_decide_a_tie_in_wec),
		cmocka_unit_test(wec_2025_has_its_five_crews),
		cmocka_unit_test(wec_2025_before_its_last_race_has_four_that_may_win),
		cmocka_unit_test(wec_2024_has_its_champions),
		cmocka_unit_test(makes_of_wec_2025_do_not_see_private_cars),
		cmocka_unit_test(imsa_2023_has_its_five_crews),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
