/*
 * test_digest.c -- `pitwall digest`: sentences checked by hand, and against what the other
 * commands say of the same race
 */
#include "official.h"
#include "../scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *digest(const char *file, const char *options)
{
	char path[1024], words[1300];
	data_path(file, path, sizeof(path));
	text_format(words, sizeof(words), "digest '%s' %s", path, options);
	return run_pitwall(words, 0);
}

/* Every one of @lines is a line, or the beginning of one. */
static void has_lines(const char *text, const char *const *lines)
{
	for (; *lines; lines++) {
		const char *at = strstr(text, *lines);
		if (!at || (at > text && at[-1] != '\n'))
			fail_msg("no line \"%s\" in\n%s", *lines, text);
	}
}

static void the_race_of_2003_in_twelve_lines(void **state)
{
	static const char *const lines[] = {
		"1000 km du Mans 2003 \u00b7 Race \u00b7 Bugatti   RECONSTRUCTION\n",
		"Result        Car 5 (Audi Sport Japan Team Goh) won with 208 laps in "
		"5:59:53.245, ",
		"Start         Car 5 led the first lap, from place 1 on the grid, and "
		"all "
		"others.\n",
		"Flags         Safety car once for about ",
		"Stops         Car 5 stopped ",
		"Class         LMP675: car 13 (Courage Competition) won with 197 "
		"laps, ",
		"Class         GTS: car 88 (Care Racing Veloqx) won with 195 laps, ",
		"Class         GT: car 47 (Cirtek Motorsport) won with 189 laps, ",
		"Unclassified  6 of 35 cars are not classified; the threshold is 156 "
		"laps: ",
		"Best lap      Car 5 drove the best lap, 1:34.100, on lap ",
		"Invited       Invited to the 2004 24 Hours of Le Mans: car 5 for "
		"LMP900, "
		"car 13 for LMP675, car 88 for GTS, car 47 for GT.\n",
		NULL,
	};
	(void)state;
	char *text = run_pitwall("digest", 0);
	has_lines(text, lines);
	assert_null(strstr(text, "\nLead "));
	free(text);
}

static void before_the_end_the_digest_is_of_the_instant(void **state)
{
	static const char *const half[] = {
		"Result    The race is not over. After 3:00:00 car 5 (Audi Sport Japan "
		"Team "
		"Goh) leads with ",
		"Class     GT: car ",
		NULL,
	};
	static const char *const start[] = {
		"Result  The race is not over. After 0:00:00: no car has completed a "
		"lap.\n",
		NULL,
	};
	(void)state;
	char *text = run_pitwall("digest --at 3:00:00", 0);
	has_lines(text, half);
	assert_null(strstr(text, "won"));
	assert_null(strstr(text, "Invited"));
	assert_null(strstr(text, "Unclassified"));
	free(text);
	text = run_pitwall("digest --at start", 0);
	has_lines(text, start);
	free(text);
}

/* The Ferrari won by 14 s after the Toyota's last stop; the BMW was not classified, and
 * 83, which had led most of the first night, retired. */
static void the_24_hours_of_2024(void **state)
{
	static const char *const lines[] = {
		"Result        Car 50 (Ferrari AF Corse) won with 311 laps in "
		"24:01:55.856, "
		"14.221 s ahead of car 7 (Toyota Gazoo Racing).\n",
		"Start         Car 50 led the first lap.\n",
		"Leads         The lead changed 40 times among 8 cars: car 8 (Toyota "
		"Gazoo "
		"Racing) led 98 of 311 laps, car 83 (AF Corse) led 83, car 50 led "
		"72.\n",
		"Lead          Lap 121, 8:30:23: car 8 took the lead from car 83 when "
		"it "
		"stopped for 1:06, and led 88 of the next ",
		"Lead          Lap 292, 22:45:20: car 50 took the lead from car 7 when "
		"it "
		"stopped for 1:15, and led 18 of the last 20 laps.\n",
		"Flags         Safety car 3 times for ",
		"Class         LMP2: car 22 (United Autosports) won with 297 laps, "
		"18.651 s "
		"ahead of car 34 (Inter Europol Competition).\n",
		"Class         LMGT3: car 91 (Manthey EMA) won with 281 laps, 1 lap "
		"ahead "
		"of car 31 (Team WRT).\n",
		"Out           Car 83, which led the race for 83 laps, did not take "
		"the "
		"flag: last timed after 248 laps, at ",
		"Unclassified  16 of 62 cars are not classified; the threshold is 217 "
		"laps: ",
		"Best lap      Car 7 drove the best lap, 3:28.756, on lap 254 (Kamui "
		"KOBAYASHI).\n",
		NULL,
	};
	(void)state;
	char *text = digest("wec_2024_le_mans_24h.csv", "");
	has_lines(text, lines);
	assert_null(strstr(text, "Invited"));
	free(text);
}

/* 60 passed 01 at the last restart but one. */
static void petit_le_mans_2023(void **state)
{
	static const char *const lines[] = {
		"Result    Car 60 (Meyer Shank Racing w/ Curb Agajanian) won with 397 "
		"laps "
		"in 10:01:40.400, 0.452 s ahead of car 01 (Cadillac Racing).\n",
		"Start     Car 01 led the first lap.\n",
		"Lead      Lap 378, 9:30:44: car 60 took the lead from car 01 on the "
		"track, "
		"and led the last 20 laps.\n",
		"Flags     Full course yellow 13 times for ",
		"Stops     Car 60 stopped 14 times (",
		"Class     GTD: car 78 (Forte Racing Powered by USRT) won with 370 "
		"laps, "
		"5.873 s ahead of car 96 (Turner Motorsport).\n",
		NULL,
	};
	(void)state;
	char *text = digest("imsa_2023_road-atlanta_laps.csv", "");
	has_lines(text, lines);
	assert_null(strstr(text, "Unclassified"));
	free(text);
}

static void a_club_race_over_rmonitor(void **state)
{
	static const char *const lines[] = {
		"Result    Car 9 won with 14 laps in 0:12:48.075, 30.898 s ahead of "
		"car 1.\n",
		"Stops     Car 9 did not stop, car 1 did not stop.\n",
		"Class     Modsports C: car 96 won with 1 lap.\n",
		NULL,
	};
	(void)state;
	char *text = digest("../rmonitor/club-race-17-cars.log", "");
	has_lines(text, lines);
	assert_null(strstr(text, "Car 9, which led"));
	free(text);
}

/* A file of its own: no classes, no teams, no flags, and a favourite that falls out. */
static void a_race_without_classes(void **state)
{
	static const char race[] =
		"NUMBER;LAP_NUMBER;LAP_TIME;CROSSING_FINISH_LINE_IN_PIT;S1;S2;S3;KPH;"
		"ELAPSED;HOUR;DRIVER_NAME;PIT_TIME;CLASS;TEAM;MANUFACTURER;FLAG_AT_FL;"
		"\r\n"
		"7;1;1:40.000;;30;40;30;150;1:40.000;12:01:40.000;Ann;;;;;GF;\r\n"
		"8;1;1:41.000;;30;41;30;150;1:41.000;12:01:41.000;Bob;;;;;GF;\r\n"
		"9;1;1:42.000;;30;42;30;150;1:42.000;12:01:42.000;Cid;;;;;GF;\r\n"
		"8;2;1:39.000;;30;39;30;150;3:20.000;12:03:20.000;Bob;;;;;GF;\r\n"
		"7;2;1:41.000;;30;41;30;150;3:21.000;12:03:21.000;Ann;;;;;GF;\r\n"
		"8;3;1:40.000;;30;40;30;150;5:00.000;12:05:00.000;Bob;;;;;FF;\r\n"
		"7;3;1:40.500;;30;40.5;30;150;5:01.500;12:05:01.500;Ann;;;;;FF;\r\n";
	static const char *const lines[] = {
		"Result    Car 8 won with 3 laps in 0:05:00.000, 1.500 s ahead of car "
		"7.\n",
		"Start     Car 7 led the first lap.\n",
		"Leads     The lead changed once among 2 cars: car 8 led 2 of 3 laps, "
		"car 7 "
		"led 1.\n",
		"Lead      Lap 2, 0:03:20: car 8 took the lead from car 7 on the "
		"track, and "
		"led the last 2 laps.\n",
		"Flags     No safety car, yellow or red flag.\n",
		"Out       Car 9 did not take the flag: last timed after 1 lap, at "
		"0:01:42.\n",
		"Best lap  Car 8 drove the best lap, 1:39.000, on lap 2 (Bob).\n",
		NULL,
	};
	(void)state;
	write_text("plain.csv", race);
	char *text = run_pitwall("digest plain.csv --favourites 9", 0);
	has_lines(text, lines);
	assert_null(strstr(text, "Class"));
	free(text);
	text = run_pitwall("digest plain.csv", 0);
	assert_null(strstr(text, "Out"));
	free(text);
}

static void a_qualifying_session_says_what_it_is(void **state)
{
	static const char *const lines[] = {
		"Result  A timed session, ordered by best laps. Car 23 (Heart Of "
		"Racing "
		"Team) was fastest with 51.729 s on lap 5, 0.045 s ahead of car 14 "
		"(VASSER "
		"SULLIVAN).\n",
		NULL,
	};
	(void)state;
	char *text = digest("../sessions/imsa_2021_lime-rock-park_202107161715_"
			    "qualifying-gtd-position-laps.csv",
			    "");
	has_lines(text, lines);
	assert_null(strstr(text, "won"));
	assert_null(strstr(text, "lead"));
	free(text);
}

/* ---- against the other commands -------------------------------------------------- */

static void same_field(const struct table *a, unsigned row, const char *name,
		       const struct table *b, unsigned other, const char *their)
{
	struct slice x = table_field(a, row, name), y = table_field(b, other, their);
	if (!slice_eq(x, y))
		fail_msg("%s %.*s of the digest, %s %.*s of the list", name, (int)x.len,
			 x.at, their, (int)y.len, y.at);
}

static unsigned number_of(const struct table *table, unsigned row, const char *name)
{
	uint64_t n = 0;
	assert_true(parse_u64(table_field(table, row, name), &n));
	return (unsigned)n;
}

/* The row of `events` with the lead of a fact. */
static bool lead_is_listed(const struct table *leads, const struct table *facts,
			   unsigned row)
{
	for (unsigned i = 0; i < leads->count; i++)
		if (slice_eq(table_field(leads, i, "lap"),
			     table_field(facts, row, "lap")) &&
		    slice_eq(table_field(leads, i, "number"),
			     table_field(facts, row, "number")) &&
		    slice_eq(table_field(leads, i, "elapsed"),
			     table_field(facts, row, "elapsed")))
			return true;
	return false;
}

static void agrees(const char *file)
{
	char path[1024], words[1300];
	struct table facts, results, leads;
	data_path(file, path, sizeof(path));
	text_format(words, sizeof(words), "digest '%s' --format csv", path);
	table_run(words, &facts);
	text_format(words, sizeof(words), "results '%s' --format csv", path);
	table_run(words, &results);
	text_format(words, sizeof(words),
		    "events '%s' --format csv | grep -E '^elapsed|,lead,'", path);
	table_run(words, &leads);
	unsigned seen = 0;
	for (unsigned i = 0; i < facts.count; i++) {
		struct slice fact = table_field(&facts, i, "fact");
		struct slice number = table_field(&facts, i, "number");
		int of = number.len > 0 ? table_find(&results, "number", number) : 0;
		assert_true(of >= 0);
		seen++;
		if (slice_eq(fact, SLICE("result")) || slice_eq(fact, SLICE("class"))) {
			same_field(&facts, i, "time", &results, (unsigned)of,
				   "total_time");
			same_field(&facts, i, "laps", &results, (unsigned)of, "laps");
			assert_true(slice_eq(table_field(&results, (unsigned)of,
							 slice_eq(fact, SLICE("class"))
								 ? "class_pos"
								 : "pos"),
					     SLICE("1")));
		} else if (slice_eq(fact, SLICE("leads"))) {
			assert_int_equal(number_of(&facts, i, "count"),
					 leads.count - 1);
		} else if (slice_eq(fact, SLICE("lead"))) {
			assert_true(lead_is_listed(&leads, &facts, i));
		} else if (slice_eq(fact, SLICE("stops"))) {
			same_field(&facts, i, "count", &results, (unsigned)of,
				   "pit_stops");
		} else if (slice_eq(fact, SLICE("best-lap"))) {
			same_field(&facts, i, "time", &results, (unsigned)of,
				   "best_lap");
			same_field(&facts, i, "lap", &results, (unsigned)of,
				   "best_lap_number");
		} else {
			seen--;
		}
	}
	assert_true(seen >= 4);
	table_free(&facts);
	table_free(&results);
	table_free(&leads);
}

static void facts_agree_with_results_and_events(void **state)
{
	(void)state;
	agrees("wec_2024_le_mans_24h.csv");
	agrees("wec_2021_le_mans_24h.csv");
	agrees("wec_2019_spa_6h.csv");
	agrees("imsa_2023_road-atlanta_laps.csv");
	agrees("imsa_2022_watkins_laps.csv");
	agrees("imsa_2024_long-beach_laps.csv");
}

/* Answers of a service that were asked for while the race ran: of each car only its last laps
 * are known, so the leaders of most laps, the stops and the flags are not. */
static void of_a_race_joined_late_only_what_was_received_is_said(void **state)
{
	static const char *const le_mans[] = {
		"Result    The race is not over. After 5:23:06 car 20 (BMW M TEAM WRT) "
		"leads with 89 laps, ",
		NULL,
	};
	static const char *const spa[] = {
		"Result    The race is not over. After ",
		NULL,
	};
	static const char *const never[] = {
		"\nStart ", "\nLead ",      " of 89 laps",
		"Car 66",   "did not stop", "No safety car",
	};
	(void)state;
	char *text = digest("../formats/griiip-wec-2026-le-mans/live_laps.json",
			    "2>/dev/null");
	has_lines(text, le_mans);
	assert_non_null(strstr(text, " laps whose leader is known"));
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		assert_null(strstr(text, never[i]));
	free(text);
	text = digest("../formats/swisstiming-spa24-2026/swiss_timing.json",
		      "2>/dev/null");
	has_lines(text, spa);
	assert_null(strstr(text, "\nLeads "));
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		assert_null(strstr(text, never[i]));
	free(text);
}

static uint64_t whole_laps(const struct table *cars, const char *number,
			   const char *column)
{
	int car = table_find(cars, "number", slice_of(number));
	uint64_t whole = 0;
	assert_true(car >= 0);
	assert_true(
		slice_eq(table_field(cars, (unsigned)car, "status"), SLICE("RUNNING")));
	struct slice laps = table_field(cars, (unsigned)car, column);
	assert_true(parse_u64(slice_cut(&laps, '.'), &whole));
	return whole;
}

static void forecast_table(const char *file, struct table *cars)
{
	char path[1024], words[1300];
	data_path(file, path, sizeof(path));
	text_format(words, sizeof(words), "forecast '%s' --format csv 2>/dev/null",
		    path);
	table_run(words, cars);
}

/* Le Mans: 89 of about 390 laps were driven. Spa: 457 of more than 500; car 0 is 8 laps
 * behind car 80, and only cars far behind have a lap that is timed. */
static void a_race_joined_late_is_forecast_to_its_flag(void **state)
{
	struct table cars;
	(void)state;
	forecast_table("../formats/griiip-wec-2026-le-mans/live_laps.json", &cars);
	assert_in_range(whole_laps(&cars, "20", "laps_p50"), 300, 420);
	table_free(&cars);
	forecast_table("../formats/swisstiming-spa24-2026/swiss_timing.json", &cars);
	assert_in_range(whole_laps(&cars, "80", "laps_p50"), 500, 560);
	assert_in_range(whole_laps(&cars, "0", "behind_p50"), 7, 9);
	int car = table_find(&cars, "number", SLICE("0"));
	assert_true(slice_eq(table_field(&cars, (unsigned)car, "p_race_win"),
			     SLICE("0.000")));
	table_free(&cars);
}

static int enter(void **state)
{
	(void)state;
	return scratch_enter("digest");
}

static int leave(void **state)
{
	(void)state;
	return scratch_leave("digest");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_race_of_2003_in_twelve_lines),
		cmocka_unit_test(before_the_end_the_digest_is_of_the_instant),
		cmocka_unit_test(the_24_hours_of_2024),
		cmocka_unit_test(petit_le_mans_2023),
		cmocka_unit_test(a_club_race_over_rmonitor),
		cmocka_unit_test(a_race_without_classes),
		cmocka_unit_test(a_qualifying_session_says_what_it_is),
		cmocka_unit_test(facts_agree_with_results_and_events),
		cmocka_unit_test(of_a_race_joined_late_only_what_was_received_is_said),
		cmocka_unit_test(a_race_joined_late_is_forecast_to_its_flag),
	};
	return cmocka_run_group_tests_name("golden digest", tests, enter, leave);
}
