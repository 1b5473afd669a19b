/*
 * test_season_file.c -- a season file, lists of results, names: what is read and what is refused
 */
#include "season_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../scratch.h"
#include "pitwall/season_load.h"

static const char folder_name[] = "season-file";

#define HEAD "[season]\nname = Test\npoints = p.ini\nyear = 2024\n"

/* 10, 6, 4, 3, 2, 1 to each car of a class. */
static const char points_text[] =
	"[points]\nname = test\ntitle = Test\n"
	"[scale all]\nfor = any\npoints = 10 6 4 3 2 1\n"
	"[race]\nclassified = as the race\ndead-heat = shared\nguests = invisible\n"
	"[pole]\npoints = 1\nto = drivers teams\n"
	"[half points]\nbelow = 75%\nof = time\nnone-to-laps = 2\n"
	"[driver]\ntwo-cars = best\n"
	"[ties]\nby = places\n"
	"[title drivers]\nplaces = class\n"
	"[title teams]\nof = car\nplaces = class\n";

static struct season_loaded *loaded;

static int season_enter(void **state)
{
	(void)state;
	if (scratch_enter(folder_name))
		return -1;
	scratch_text("p.ini", points_text);
	return 0;
}

static int season_leave(void **state)
{
	(void)state;
	season_loaded_free(loaded);
	return scratch_leave(folder_name);
}

static const struct season *load(const char *text)
{
	struct err err = {""};
	scratch_text("s.ini", text);
	season_loaded_free(loaded);
	loaded = NULL;
	if (season_open("./s.ini", &loaded, &err))
		fail_msg("%s", err.text);
	season_load(loaded, SEASON_ROUNDS_MAX);
	return &loaded->season;
}

/* The first note with these words; "" none. */
static const char *note_with(const char *words)
{
	for (unsigned i = 0; i < loaded->note_count; i++)
		if (strstr(loaded->notes[i].text, words))
			return loaded->notes[i].text;
	return "";
}

#define assert_note(words_) assert_string_not_equal(note_with(words_), "")

/* Two rounds of results. */
static const struct season *two_rounds(const char *first, const char *second,
				       const char *more)
{
	char text[1024];
	scratch_text("1.csv", first);
	scratch_text("2.csv", second);
	snprintf(text, sizeof(text),
		 HEAD "[round 1]\nname = Spa\nlength = 6h\nresults = 1.csv\n"
		      "[round 2]\nname = Monza\nlength = 6h\nresults = 2.csv\n%s",
		 more);
	return load(text);
}

/* ---- names ------------------------------------------------------------------------- */

static void case_accents_and_order_do_not_matter(void **state)
{
	(void)state;
	const struct season *season =
		two_rounds("place,number,class,driver1\n1,5,GT,K\u00e9vin "
			   "ESTRE\n2,6,GT,Pier Guidi\n",
			   "place,number,class,driver1\n1,8,GT,\"ESTRE, "
			   "Kevin\"\n2,9,GT,K. Estre\n",
			   "");
	assert_int_equal(points_in(season, "drivers", "GT", "K\u00e9vin Estre"), P(20));
	assert_int_equal(loaded->notes[0].kind, NOTE_UNSURE);
}

static void an_initial_is_joined_where_the_crew_agrees(void **state)
{
	(void)state;
	const struct season *season = two_rounds(
		"place,number,class,driver1,driver2\n1,5,GT,Philip Hanson,Filipe "
		"Albuquerque\n2,6,GT,Ricky Taylor,Jordan Taylor\n",
		"place,number,class,driver1,driver2\n1,5,GT,P. Hanson,Filipe "
		"Albuquerque\n2,6,GT,R. Taylor,J. Taylor\n",
		"");
	assert_int_equal(points_in(season, "drivers", "GT", "Philip Hanson"), P(20));
	assert_note("\"P. Hanson\" of car 5 is Philip Hanson");
	/* No other driver of the crew is certain. */
	assert_int_equal(points_in(season, "drivers", "GT", "Ricky Taylor"), P(6));
	assert_note("\"R. Taylor\" may be Ricky Taylor of another car");
}

static void the_table_decides(void **state)
{
	(void)state;
	const struct season *season = two_rounds(
		"place,number,class,driver1,driver2\n1,5,GT,Philip Hanson,Ann Bell\n",
		"place,number,class,driver1,driver2\n1,5,GT,P. Hanson,Ann Bell\n"
		"2,7,GT,Bob Ray,Cy Fox\n",
		"[drivers]\nP. Hanson =\nRobert Ray = Bob Ray, B. Ray\n");
	assert_int_equal(points_in(season, "drivers", "GT", "Philip Hanson"), P(10));
	assert_int_equal(points_in(season, "drivers", "GT", "P. Hanson"), P(10));
	assert_int_equal(points_in(season, "drivers", "GT", "Robert Ray"), P(6));
	assert_string_equal(note_with("Hanson"), "");
}

static void a_driver_listed_twice_in_a_car_counts_once(void **state)
{
	(void)state;
	const struct season *season = two_rounds(
		"place,number,class,driver1,driver2\n"
		"1,5,GT,Kevin Estre,\"ESTRE, K\u00e9vin\"\n2,6,GT,Bob Ash,\n",
		"place,number,class,driver1,driver2\n"
		"1,5,GT,Kevin Estre,Bob Ash\n2,6,GT,Cy Dee,\n",
		"");
	assert_int_equal(points_in(season, "drivers", "GT", "Kevin Estre"), P(20));
	assert_int_equal(points_in(season, "drivers", "GT", "Bob Ash"), P(6 + 10));
	assert_note("Spa: Kevin Estre is listed twice in car 5 and counts once");
}

static void cars_without_drivers_are_reported(void **state)
{
	(void)state;
	const struct season *season = two_rounds(
		"place,number,class,driver1\n1,5,GT,Ann Oak\n2,6,GT,\n3,7,GT,\n",
		"place,number,class,driver1\n1,5,GT,Ann Oak\n", "");
	assert_int_equal(points_in(season, "drivers", "GT", "Ann Oak"), P(20));
	assert_note("round \"Spa\": the results have no drivers of 2 of 3 cars: their "
		    "points are in no table of drivers");
	assert_string_equal(note_with("no teams"), "");
	assert_string_equal(note_with("Monza"), "");
}

/* The final place is not the one after 12 hours. */
static void places_at_hours_that_are_not_known_are_reported(void **state)
{
	(void)state;
	static const char text[] = "class_place,number,class,driver1\n1,5,GT,Ann Oak\n"
				   "2,6,GT,Bob Ash\n";
	static const char head[] =
		"[season]\nname = T\npoints = %s\nyear = %u\n"
		"[round 1]\nname = %s\nlength = 24h\nresults = 1.csv\n";
	char file[400];
	scratch_text("1.csv", text);
	snprintf(file, sizeof(file), head, "fia-gt-2003", 2003, "Spa");
	const struct season *season = load(file);
	assert_int_equal(points_in(season, "drivers", "GT", "Ann Oak"), P(10));
	assert_note("the places at 2 of 2 intermediate hours are not known");
	snprintf(file, sizeof(file), head, "imsa-2021", 2024, "Daytona");
	season = load(file);
	assert_int_equal(points_in(season, "drivers cup", "GT", "Ann Oak"), P(5));
	assert_note("the places at 3 of 3 intermediate hours are not known");
	assert_string_equal(
		reason_in(season, "drivers cup", "GT", "Ann Oak", "Daytona"),
		"Daytona, #5: no place after 6:00:00: 0");
}

static void classes_without_a_car_are_reported(void **state)
{
	(void)state;
	static const char list[] = "place,number,class\n1,5,GT\n";
	(void)two_rounds(list, list,
			 "[round 3]\nname = Fuji\nwithout = GTX, g-t\n[entries]\n"
			 "GT = 5\nGTs = 6\n");
	assert_note("[entries] has the class GTs: no result has it");
	assert_note("round \"Fuji\": without = GTX: no result has that class");
	assert_string_equal(note_with("without = g-t"), "");
}

/* More than an int32_t holds. */
static void points_of_many_decisions_stay_a_number(void **state)
{
	(void)state;
	static const char *const points[] = {"100000", "-100000"};
	static char more[12000], text[14000];
	scratch_text("1.csv", "place,number,class\nNC,5,GT\n");
	for (unsigned k = 0; k < 2; k++) {
		size_t n = text_format(more, sizeof(more), "[decisions]\n");
		for (unsigned i = 0; i < 250; i++)
			n += text_format(more + n, sizeof(more) - n,
					 "Spa, 5 = points %s\n", points[k]);
		snprintf(text, sizeof(text),
			 HEAD "[round 1]\nname = Spa\nlength = 6h\nresults = 1.csv\n%s",
			 more);
		/* The negative of what is the least is a number too. */
		assert_int_equal(points_in(load(text), "teams", "GT", "5"),
				 k == 0 ? INT32_MAX : -INT32_MAX);
	}
}

static void names_without_room_are_reported(void **state)
{
	(void)state;
	char rounds[1200] = "", list[64];
	size_t n = 0;
	for (unsigned r = 0; r < 12; r++) {
		snprintf(list, sizeof(list), "n%u.csv", r);
		FILE *file = fopen(list, "w");
		assert_non_null(file);
		fputs("class_place,number,class,d1,d2,d3,d4\n", file);
		for (unsigned car = 1; car <= 50; car++)
			fprintf(file, "%u,%u,GT,q%ur%u,w%ur%u,e%ur%u,t%ur%u\n", car,
				car, car, r, car, r, car, r, car, r);
		fclose(file);
		n += (size_t)snprintf(rounds + n, sizeof(rounds) - n,
				      "[round %u]\nname = R %u\nlength = 6h\n"
				      "results = n%u.csv\n",
				      r, r, r);
	}
	char text[1400];
	snprintf(text, sizeof(text), HEAD "%s", rounds);
	const struct season *season = load(text);
	assert_int_equal(season->name_count, SEASON_NAMES_MAX);
	assert_note("there are more than 2048 names of drivers, teams, makes and cars");
	assert_int_equal(table_in(season, "drivers", "GT")->unplaced, 1);
}

static void a_car_that_changes_its_number_is_one_car(void **state)
{
	(void)state;
	static const char first[] = "place,number,class,team,driver1,driver2\n"
				    "1,10,GT,Red,Ann Bell,Cy Fox\n2,11,GT,Blue,Di "
				    "Orr,Ed Poe\n";
	static const char second[] = "place,number,class,team,driver1,driver2\n"
				     "1,110,GT,Red,Ann Bell,Cy Fox\n2,11,GT,Blue,Di "
				     "Orr,Ed Poe\n";
	const struct season *season = two_rounds(first, second, "");
	assert_int_equal(points_in(season, "teams", "GT", "10"), P(20));
	assert_note("car 110 is car 10 of the rounds before");
	season = two_rounds(first, second, "[cars]\n110 =\n");
	assert_int_equal(points_in(season, "teams", "GT", "10"), P(10));
	assert_int_equal(points_in(season, "teams", "GT", "110"), P(10));
	season = two_rounds(first, second, "[cars]\n11 = 110 at Monza, 11 at Spa\n");
	assert_int_equal(points_in(season, "teams", "GT", "10"), P(10));
	season = two_rounds(first, second, "[cars]\n10 = 110 at Monza\n");
	assert_int_equal(points_in(season, "teams", "GT", "10"), P(20));
	assert_string_equal(note_with("car 110"), "");
}

static void a_driver_in_two_cars_has_the_better_one(void **state)
{
	(void)state;
	const struct season *season =
		two_rounds("place,number,class,driver1\n1,5,GT,Ann Bell\n2,6,GT,Ann "
			   "Bell\n3,7,GT,Cy Fox\n",
			   "place,number,class,driver1\n1,7,GT,Cy Fox\n", "");
	assert_int_equal(points_in(season, "drivers", "GT", "Ann Bell"), P(10));
	assert_string_not_equal(
		reason_in(season, "drivers", "GT", "Ann Bell", "another car"), "");
	assert_int_equal(points_in(season, "teams", "GT", "6"), P(6));
}

/* ---- what happens to a round ----------------------------------------------------------- */

static void a_race_stopped_early_gives_half_points(void **state)
{
	(void)state;
	static const char text[] = "place,number,class,laps\n1,5,GT,40\n2,6,GT,39\n";
	const struct season *season =
		two_rounds(text, text,
			   "[round 3]\nname = Fuji\nlength = 6h\nrun = "
			   "2:00:00\nresults = 1.csv\n");
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(25));
	assert_note("rounds \"Spa\" and \"Fuji\" have the same results: 1.csv");
	assert_string_not_equal(
		reason_in(season, "teams", "GT", "5", "Fuji, #5: 1st of 2"), "");
	assert_non_null(
		strstr(reason_in(season, "teams", "GT", "5", "Fuji"), "half points"));
	season = two_rounds("place,number,class,laps\n1,5,GT,2\n", text,
			    "[round 3]\nname = Fuji\nlength = 6h\nrun = 0:08:00\n"
			    "results = 1.csv\n");
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(20));
}

/* Laps that are not known are not few laps, and a share of the distance is none of the time. */
static void what_half_points_need_is_asked_for(void **state)
{
	(void)state;
	static const char text[] = "place,number,class\n1,5,GT\n2,6,GT\n";
	static const struct {
		const char *first, *words;
	} rows[] = {
		{"length = 6h\nrun = 2:10:00\n", "write \"laps = 12\" under it"},
		{"length = 6h\nrun = 2:10:00\nlaps = 60\n", ""},
		{"length = 6h\nrun = 2:10:00\nfactor = 0.5\n", ""},
		{"length = 6h\ndistance = 55%\n", "write \"run = 2:10:00\" under it"},
		{"length = 1000km\nrun = 2:10:00\n", "write \"length = 6h\" under it"},
	};
	scratch_text("1.csv", text);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char file[512];
		snprintf(file, sizeof(file),
			 HEAD "[round 1]\nname = Spa\nresults = 1.csv\n%s",
			 rows[i].first);
		const struct season *season = load(file);
		const char *refusal = refusal_of(season, "teams", "GT");
		if (rows[i].words[0] ? !strstr(refusal, rows[i].words)
				     : refusal[0] != 0)
			fail_msg("%s: \"%s\"", rows[i].first, refusal);
		if (!refusal[0])
			assert_int_equal(points_in(season, "teams", "GT", "5"), P(5));
	}
}

static void a_dead_heat_shares_the_points(void **state)
{
	(void)state;
	const struct season *season = two_rounds(
		"place,number,class\n1,5,GT\n2,6,GT\n2,7,GT\n4,8,GT\n",
		"class_place,number,class\n1,5,GT\n1,6,GT\n3,7,GT\n1,50,P\n", "");
	assert_int_equal(points_in(season, "teams", "GT", "6"), P(5 + 8));
	assert_int_equal(points_in(season, "teams", "GT", "7"), P(5 + 4));
	assert_int_equal(points_in(season, "teams", "GT", "8"), P(3));
	assert_int_equal(points_in(season, "teams", "P", "50"), P(10));
	assert_string_equal(note_with("listed"), "");
}

static void a_decision_months_later_moves_the_others_up(void **state)
{
	(void)state;
	static const char first[] =
		"place,number,class,qualifying\n1,5,GT,1\n2,6,GT,2\n"
		"3,7,GT,3\n4,8,P,1\n";
	static const char second[] = "place,number,class\n1,7,GT\n2,6,GT\n3,5,GT\n";
	const struct season *season = two_rounds(first, second, "");
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(10 + 1 + 4));
	season = two_rounds(first, second, "[decisions]\nSpa, 5 = dsq\n");
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(1 + 4));
	assert_int_equal(points_in(season, "teams", "GT", "6"), P(10 + 6));
	season = two_rounds(first, second,
			    "[decisions]\nSpa, 5 = last\nSpa = qualifying void GT\n"
			    "2, 6 = points -2.5 to teams\n");
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(4 + 4));
	assert_int_equal(points_in(season, "teams", "GT", "6"), P(10 + 6 - 2.5));
	assert_int_equal(points_in(season, "teams", "GT", "7"), P(6 + 10));
	assert_int_equal(points_in(season, "teams", "P", "8"), P(10 + 1));
	/* Decisions on one car are added up, each for those that it is for. */
	season = two_rounds(first, second,
			    "[decisions]\nSpa, 5 = points -3 to drivers\n"
			    "Spa, 5 = points -2 to teams makes\nSpa, 5 = points 1\n");
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(10 + 1 + 4 - 2 + 1));
	/* A place is the one without the disqualified car, decided or listed. */
	season = two_rounds(first,
			    "place,status,number,class\n1,DSQ,7,GT\n2,,6,GT\n"
			    "3,,5,GT\n4,,8,GT\n",
			    "[decisions]\nSpa, 5 = dsq\nSpa, 6 = place 2\n"
			    "Monza, 8 = place 1\n");
	assert_int_equal(points_in(season, "teams", "GT", "7"), P(10));
	assert_int_equal(points_in(season, "teams", "GT", "6"), P(6 + 6));
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(1 + 4));
	assert_int_equal(points_in(season, "teams", "GT", "8"), P(10));
	season = two_rounds(first, second,
			    "[decisions]\nSpa, 7 = place 1\n"
			    "Spa, 5 = qualifying void\nSpa, 99 = dsq\n");
	assert_int_equal(points_in(season, "teams", "GT", "7"), P(10 + 10));
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(6 + 4));
	assert_int_equal(points_in(season, "teams", "GT", "6"), P(4 + 6 + 1));
	assert_note("car 99 is not in the round");
}

static void a_decision_on_a_place_moves_in_the_whole_field_too(void **state)
{
	(void)state;
	static const char list[] = "place,number,class,driver1\n1,5,LMP1,Ann\n"
				   "2,20,LMP2,Bob\n3,6,LMP1,Cy\n4,21,LMP2,Dee\n";
	static const struct {
		const char *decision;
		double points[4];
	} rows[] = {
		{"", {25, 18, 15, 12}},
		{"Spa, 5 = place 2\n", {15, 25, 18, 12}},
		{"Spa, 21 = place 1\n", {25, 15, 12, 18}},
		{"Spa, 20 = last\n", {25, 12, 18, 15}},
		{"Spa, 5 = dsq\n", {0, 25, 18, 15}},
	};
	static const char *const names[] = {"Ann", "Bob", "Cy", "Dee"};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[512];
		scratch_text("1.csv", list);
		snprintf(text, sizeof(text),
			 "[season]\nname = Test\npoints = wec-2012\nyear = 2013\n"
			 "[round 1]\nname = Spa\nlength = 6h\nresults = 1.csv\n"
			 "[points pole]\nto = drivers\n[decisions]\n%s",
			 rows[i].decision);
		const struct season *season = load(text);
		for (size_t k = 0; k < ARRAY_LEN(names); k++)
			assert_int_equal(points_in(season, "drivers LMP", "", names[k]),
					 P(rows[i].points[k]));
	}
}

static void guests_do_not_count(void **state)
{
	(void)state;
	static const char text[] =
		"place,number,class\n1,99,GT\n2,6,GT\n3,7,GT\n4,8,P\n";
	const struct season *season = two_rounds(text, text, "[entries]\nGT = 6, 7\n");
	assert_int_equal(points_in(season, "teams", "GT", "6"), P(20));
	assert_int_equal(points_in(season, "teams", "P", "8"), P(20));
	assert_string_not_equal(
		reason_in(season, "teams", "GT", "6", "without a car ahead"), "");
	/* The class in another spelling. */
	season = two_rounds(text, text, "[entries]\nG-t = 6, 7\n");
	assert_int_equal(points_in(season, "teams", "GT", "6"), P(20));
	season = two_rounds(text, text,
			    "[round 3]\nname = Fuji\nresults = 1.csv\nguests = 99\n"
			    "pole = 6\nlength = 6h\n");
	assert_int_equal(points_in(season, "teams", "GT", "6"), P(6 + 6 + 10 + 1));
}

/* As those of guests: with commas, with blanks. */
static void numbers_of_a_list_may_have_blanks_between(void **state)
{
	(void)state;
	static const char text[] = "place,number,class\n1,5,GT\n2,6,P\n";
	const struct season *season =
		two_rounds(text, text,
			   "[round 3]\nname = Fuji\nresults = 1.csv\nlength = 6h\n"
			   "pole = 5 6\nfastest-lap = 5, 6 98\n");
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(30 + 1));
	assert_int_equal(points_in(season, "teams", "P", "6"), P(30 + 1));
	assert_string_equal(note_with("pole = "), "");
	assert_note("round \"Fuji\": fastest-lap = 98: no such car in the round");
	assert_string_equal(note_with("fastest-lap = 5"), "");
}

static void a_driver_of_the_results_without_a_lap_is_in_the_car(void **state)
{
	(void)state;
	static const char laps[] =
		"NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR;DRIVER_NAME;CLASS\n"
		"5;1;2:00.000;2:00.000;12:02:00.000;Ann OAK;GT\n"
		"5;2;2:00.000;4:00.000;12:04:00.000;Ann OAK;GT\n"
		"6;1;2:01.000;2:01.000;12:02:01.000;Cy ELM;GT\n";
	static const char results[] =
		"place,number,class,driver1,driver2\n"
		"1,5,GT,Ann Oak,Bob Fir\n2,6,GT,Dee Ash,Eve Yew\n";
	static const struct {
		const char *rule;
		int32_t points;
	} rows[] = {{"", P(10)}, {"[points driver]\nminimum = 20%\n", 0}};
	scratch_text("laps.csv", laps);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char more[192];
		snprintf(more, sizeof(more),
			 "[round 3]\nname = Fuji\nlength = 6h\nsource = laps.csv\n"
			 "results = 1.csv\nfactor = 1\n%s",
			 rows[i].rule);
		const struct season *season =
			two_rounds(results, "place,number,class\n", more);
		const struct season_standing *bob =
			standing_in(season, "drivers", "GT", "Bob Fir");
		assert_non_null(bob);
		assert_int_equal(season->rounds[2]->results[0].laps, 2);
		assert_int_equal(bob->by_round[2], rows[i].points);
		const struct season_standing *ann =
			standing_in(season, "drivers", "GT", "Ann Oak");
		assert_int_equal(ann->by_round[2], P(10));
		/* The source has another driver: one of the two did not drive. */
		assert_int_equal(
			standing_in(season, "drivers", "GT", "Cy Elm")->by_round[2],
			P(6));
		assert_int_equal(
			standing_in(season, "drivers", "GT", "Eve Yew")->by_round[2],
			0);
	}
}

/* ---- files that are not there --------------------------------------------------------- */

static void a_source_that_cannot_be_read_is_named(void **state)
{
	(void)state;
	const struct season *season = two_rounds(
		"place,number,class\n1,5,GT\n2,6,GT\n", "number,class\n5,GT\n",
		"[round 3]\nname = Fuji\nsource = fuji.csv\nlength = 6h\n"
		"[round 4]\nname = Bahrain\n");
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(10));
	assert_note("round \"Monza\": 2.csv:1: the first line must name the "
		    "columns, of which one is place");
	assert_note("round \"Fuji\": ./fuji.csv: ");
	assert_string_equal(note_with("Bahrain"), "");
	assert_int_equal(season->rounds[1]->held, 0);
	assert_int_equal(season->rounds[2]->held, 0);
}

static void what_a_list_does_not_have_is_asked_for(void **state)
{
	(void)state;
	const struct season *season = two_rounds(
		"place,number\n1,5\n2,6\n", "place,number,class\n1,5,GT\n2,6,GT\n", "");
	assert_note("round \"Spa\": 1.csv has no column with the class of the cars");
	assert_note("round \"Monza\": the results have no drivers of 2 of 2 cars");
	assert_string_equal(note_with("no teams"), "");
	assert_int_equal(season->rounds[0]->held, 0);
	assert_int_equal(points_in(season, "teams", "GT", "5"), P(10));
}

static void numbers_of_a_round_may_be_those_of_the_season(void **state)
{
	(void)state;
	static const char text[] = "place,number,class,driver1\n1,110,GT,Ann Bell\n"
				   "2,11,GT,Cy Fox\n";
	const struct season *season = two_rounds(
		text, text,
		"[round 3]\nname = Fuji\nlength = 6h\nresults = 1.csv\npole = 110\n"
		"[round 4]\nname = Qatar\nlength = 6h\nresults = 1.csv\npole = 10\n"
		"[entries]\nGT = 10, 11\n[cars]\n10 = 110\n[decisions]\nQatar, 110 = "
		"points 2\n");
	assert_int_equal(points_in(season, "teams", "GT", "10"), P(40 + 1 + 1 + 2));
	for (unsigned i = 0; i < loaded->note_count; i++)
		assert_non_null(strstr(loaded->notes[i].text, "have the same results"));
}

static void places_at_hours_that_no_list_has_are_reported(void **state)
{
	(void)state;
	const struct season *season;
	scratch_text("1.csv", "place,number,class\n1,5,GTD\n2,6,GTD\n");
	season = load("[season]\npoints = imsa-2021\nyear = 2023\n[round 1]\nname = "
		      "Sebring\nlength = 12h\nresults = 1.csv\n[decisions]\nSebring, "
		      "5 = last\n");
	assert_note("the places at 2 of 2 intermediate hours are not known");
	/* The places at the end are known, and decisions move them. */
	assert_int_equal(points_in(season, "teams cup", "GTD", "6"), P(5));
	assert_int_equal(points_in(season, "teams cup", "GTD", "5"), P(4));
}

static void numbers_that_no_round_has_are_reported(void **state)
{
	(void)state;
	static const char list[] = "place,number,class,qualifying\n1,5,GT,\n2,6,GT,\n";
	two_rounds(list, list,
		   "guests = 97\n[entries]\nGT = 5, 6, 98 99\n[cars]\n5 = 6 at Spa\n"
		   "[decisions]\nSpa = qualifying void\n");
	assert_note("round \"Monza\": guests = 97: no such car in the round");
	assert_note("[entries] GT: no round has the cars 98, 99");
	assert_note("round \"Spa\": two cars of the results are car 5 by [cars]");
	assert_string_equal(note_with("\"Monza\": two cars"), "");
	assert_note(
		"round \"Spa\": the decision of line 19 has no effect: there are no "
		"such places in qualifying");
	static const char qualified[] =
		"place,number,class,qualifying\n1,5,GT,1\n2,6,GT,2\n";
	two_rounds(qualified, qualified,
		   "guests = 6\n[entries]\nGT = 5, 6\n[decisions]\n"
		   "Spa = qualifying void\nMonza, 5 = qualifying void\n");
	assert_string_equal(note_with("guests"), "");
	assert_string_equal(note_with("[entries]"), "");
	assert_string_equal(note_with("has no effect"), "");
}

static void a_list_of_two_orders_is_reported(void **state)
{
	(void)state;
	two_rounds("place,class_place,number,class\n1,1,5,GT\n2,1,7,P\n3,2,6,GT\n",
		   "place,class_place,number,class\n1,2,5,GT\n2,1,6,GT\n", "");
	assert_string_equal(note_with("round \"Spa\": car"), "");
	assert_note("round \"Monza\": car 6 is ahead of car 5 in its class, and behind "
		    "it in the race");
}

static void a_season_without_a_year_is_reported(void **state)
{
	(void)state;
	static const struct {
		const char *rules, *more;
		bool reported;
	} rows[] = {
		{"wec-2022", "", true},
		{"wec-2022", "date = 2025-04-20\n", false},
		{"alms-2004", "", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[256];
		snprintf(
			text, sizeof(text),
			"[season]\nname = Test\npoints = %s\n[round 1]\nname = Spa\n%s",
			rows[i].rules, rows[i].more);
		load(text);
		assert_int_equal(note_with("write \"year = 2025\"")[0] != '\0',
				 rows[i].reported);
	}
}

static void a_season_of_another_year_is_reported(void **state)
{
	(void)state;
	static const struct {
		const char *rules, *date, *note;
	} rows[] = {
		{"wec-2022", "2021-05-01", "rules wec-2022 are those of 2022 to 2026"},
		{"wec-2022", "2026-05-01", ""},
		{"elms-2012", "2011-05-01", "are those of 2012 and later, the season"},
		{"elms-2012", "2026-05-01", ""},
		{"fia-gt-2003", "2004-05-01", "are those of 2003, the season is"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[256];
		snprintf(text, sizeof(text),
			 "[season]\nname = Test\npoints = %s\n[round 1]\nname = Spa\n"
			 "date = %s\n",
			 rows[i].rules, rows[i].date);
		load(text);
		const char *note = note_with("the season is of");
		assert_non_null(strstr(note, rows[i].note));
		assert_int_equal(note[0] != '\0', rows[i].note[0] != '\0');
	}
}

static void a_long_race_of_another_name_is_reported(void **state)
{
	(void)state;
	static const struct {
		const char *name, *length;
		bool reported, hours;
	} rows[] = {
		{"Road Atlanta", "10h", false, true},
		{"Braselton", "10h", true, false},
		{"Braselton", "9h", false, false},
		{"Six Hours of The Glen", "6h", false, true},
		{"Rolex 24", "24h", false, true},
	};
	scratch_text("1.csv", "place,number,class\n1,5,GTD\n2,6,GTD\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[256];
		snprintf(text, sizeof(text),
			 "[season]\nname = Test\npoints = imsa-2021\nyear = 2023\n"
			 "[round 1]\nname = %s\nlength = %s\nresults = 1.csv\n",
			 rows[i].name, rows[i].length);
		const struct season *season = load(text);
		assert_int_equal(note_with("is as long as the race of")[0] != '\0',
				 rows[i].reported);
		assert_int_equal(points_in(season, "teams cup", "GTD", "5") != ABSENT,
				 rows[i].hours);
	}
}

static void a_list_with_gaps_is_reported(void **state)
{
	(void)state;
	(void)two_rounds("class_place,number,class\n1,5,GT\n9,6,GT\n",
			 "place,number,class\n1,5,GT\n2,6,GT\n", "");
	assert_note("car 6 has place 9 of GT, but cars listed ahead of it: 1");
}

/* ---- refusals ------------------------------------------------------------------------------ */

static void what_is_wrong_is_a_sentence(void **state)
{
	(void)state;
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"[season]\nnane = X\n", "line 2: \"nane\" is unknown in [season]"},
		{"[season]\nname = X\n", "has no rules of points"},
		{"[season]\npoints = wec-1999\n", "wec-1999"},
		{HEAD, "there is no [round 1]"},
		{HEAD "year = 2025\n", "\"year\" occurs twice"},
		{HEAD "[round 1]\nlength = 6h\n", "[round 1] has no name"},
		{HEAD "[round 1]\nname = A\nname = B\n", "\"name\" occurs twice"},
		{HEAD "[round 1]\nname = A\n[round 2]\nname = a\n",
		 "two rounds have the name \"a\""},
		{HEAD "[round 1]\nname = A\nsauce = x\n", "\"sauce\" is unknown"},
		{HEAD "[round 1]\nname = A\ndate = 2024-02-30\n", "is not a date"},
		{HEAD "[round 1]\nname = A\ndate = 2024-03-01\n[round 2]\nname = B\n"
		      "date = 2024-02-01\n",
		 "round \"B\" is before round \"A\""},
		{HEAD "[round 1]\nname = A\nlength = long\n", "line 7: "},
		{HEAD "[round 1]\nname = A\nscale = none\n",
		 "rules test have no scale \"none\""},
		{HEAD "[round 1]\nname = A\nfactor = 2\n", "from 0 to 1"},
		{HEAD "[round 1]\nname = A\n[decisions]\nB, 5 = dsq\n",
		 "there is no round \"B\""},
		{HEAD "[round 1]\nname = A\n[decisions]\nA, 5 = fine\n",
		 "write dsq, nc, dnf"},
		{HEAD "[round 1]\nname = A\n[decisions]\nA = dsq\n",
		 "a decision on a car has its number"},
		{HEAD "[round 1]\nname = A\n[decisions]\nA, 5 = dsq\nA, 5 = place 2\n",
		 "car 5 has a decision on its place in line 8 already"},
		{HEAD "[round 1]\nname = A\n[decisions]\nA, 5 = points many\n",
		 "write dsq, nc, dnf"},
		{HEAD
		 "[round 1]\nname = A 1\n[round 2]\nname = A 2\n[decisions]\nA, 5 = "
		 "dsq\n",
		 "in the names or the circuit of several rounds"},
		{HEAD "[round 1]\nname = A\ncircuit = monza\n[round 2]\nname = B\n"
		      "circuit = monza\n[decisions]\nMonza, 5 = dsq\n",
		 "\"Monza\" is in the names or the circuit of several rounds"},
		{HEAD "[round 1]\nname = A\n[drivers]\nAnn = Bob\nCy = Bob\n",
		 "\"Bob\" is another spelling of \"Ann\" already"},
		{HEAD "[round 1]\nname = A\n[drivers]\nAnn = Bob\nBob = Cy\n",
		 "\"Bob\" is a right name and another spelling too"},
		{HEAD "[round 1]\nname = A\n[drivers]\nBob = Cy\nAnn = Bob\n",
		 "\"Bob\" is a right name and another spelling too"},
		{HEAD "[round 1]\nname = A\n[points pole]\npoints = many\n", "many"},
		{HEAD "[round 1]\nname = A\ndistance = 55.55%\n", "write the share"},
		{HEAD "[round 1]\nname = A\ndistance = 0%\n", "write the share"},
		{HEAD "[round 1]\nname = A\n[drives]\nAnn = Bob\n",
		 "[drives] is unknown"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season_loaded *none = NULL;
		struct err err = {""};
		scratch_text("s.ini", rows[i].text);
		assert_true(season_open("./s.ini", &none, &err) < 0);
		assert_null(none);
		if (!strstr(err.text, rows[i].words))
			fail_msg("\"%s\" is not in \"%s\"", rows[i].words, err.text);
	}
}

static void lists_that_are_wrong_are_sentences(void **state)
{
	(void)state;
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"", "empty"},
		{"place,class\n1,GT\n", "of which one is number"},
		{"place,number\nx,5\n", "l:2: the status \"x\": write classified"},
		{"place,number\n,5\n", "l:2: the place \"\""},
		{"place,number\n0,5\n", "l:2: the place \"0\": write a number from 1"},
		{"place,number\n257,5\n",
		 "l:2: the place \"257\": write a number from 1"},
		{"place,number\n", "l: a list without a car"},
		{"place,number\n1,5\n2,5\n", "l:3: number 5 is that of line 2 too"},
		{"place,number\n1,\n", "l:2: the number"},
		{"place,number,laps\n1,5,many\n", "l:2: the laps \"many\""},
		{"place,number,status\n1,5,asleep\n", "the status \"asleep\""},
	};
	static struct result_list list;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {""};
		assert_true(result_list_read(slice_of(rows[i].text), "l", &list, &err) <
			    0);
		if (!strstr(err.text, rows[i].words))
			fail_msg("\"%s\" is not in \"%s\"", rows[i].words, err.text);
	}
}

static void columns_have_many_names(void **state)
{
	(void)state;
	static struct result_list list;
	struct err err = {""};
	static const char text[] =
		"# typed by hand\n"
		"Pos.;No;Category;Team Name;Manufacturer;Laps;D1;Driver 2\n"
		"1;5;GT;Red;Ferrari;100;Ann Bell;Cy Fox\n"
		"DNF;6;GT;Blue;Porsche;20;Di Orr;\n";
	assert_true(result_list_is(slice_of(text)));
	assert_int_equal(result_list_read(slice_of(text), "l", &list, &err), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.rows[0].make, "Ferrari");
	assert_string_equal(list.rows[0].drivers[1], "Cy Fox");
	assert_int_equal(list.rows[0].laps, 100);
	assert_int_equal(list.rows[1].status, STATUS_DNF);
	assert_int_equal(list.rows[1].driver_count, 1);
	assert_false(result_list_is(SLICE("NUMBER; LAP_NUMBER; LAP_TIME; POSITION\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_accents_and_order_do_not_matter),
		cmocka_unit_test(an_initial_is_joined_where_the_crew_agrees),
		cmocka_unit_test(the_table_decides),
		cmocka_unit_test(a_driver_listed_twice_in_a_car_counts_once),
		cmocka_unit_test(cars_without_drivers_are_reported),
		cmocka_unit_test(places_at_hours_that_are_not_known_are_reported),
		cmocka_unit_test(classes_without_a_car_are_reported),
		cmocka_unit_test(points_of_many_decisions_stay_a_number),
		cmocka_unit_test(names_without_room_are_reported),
		cmocka_unit_test(a_car_that_changes_its_number_is_one_car),
		cmocka_unit_test(a_driver_in_two_cars_has_the_better_one),
		cmocka_unit_test(a_race_stopped_early_gives_half_points),
		cmocka_unit_test(what_half_points_need_is_asked_for),
		cmocka_unit_test(a_dead_heat_shares_the_points),
		cmocka_unit_test(a_decision_months_later_moves_the_others_up),
		cmocka_unit_test(a_decision_on_a_place_moves_in_the_whole_field_too),
		cmocka_unit_test(guests_do_not_count),
		cmocka_unit_test(numbers_of_a_list_may_have_blanks_between),
		cmocka_unit_test(a_driver_of_the_results_without_a_lap_is_in_the_car),
		cmocka_unit_test(a_source_that_cannot_be_read_is_named),
		cmocka_unit_test(what_a_list_does_not_have_is_asked_for),
		cmocka_unit_test(numbers_of_a_round_may_be_those_of_the_season),
		cmocka_unit_test(places_at_hours_that_no_list_has_are_reported),
		cmocka_unit_test(numbers_that_no_round_has_are_reported),
		cmocka_unit_test(a_list_of_two_orders_is_reported),
		cmocka_unit_test(a_season_without_a_year_is_reported),
		cmocka_unit_test(a_season_of_another_year_is_reported),
		cmocka_unit_test(a_long_race_of_another_name_is_reported),
		cmocka_unit_test(a_list_with_gaps_is_reported),
		cmocka_unit_test(what_is_wrong_is_a_sentence),
		cmocka_unit_test(lists_that_are_wrong_are_sentences),
		cmocka_unit_test(columns_have_many_names),
	};
	return cmocka_run_group_tests(tests, season_enter, season_leave);
}
