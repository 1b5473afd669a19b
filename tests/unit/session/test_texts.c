/*
 * test_texts.c -- sidecars and the set-up texts of recordings
 */
#include "fixture.h"
#include "session_parts.h"

#include <errno.h>

static void a_sidecar_tells_name_day_limit_lines_and_grid(void **state)
{
	static const char json[] =
		"{\"name\":\"6 Hours of Somewhere\",\"season\":2025,"
		"\"date\":\"2025-05-10\",\"race\":{\"timeLimit\":\"6:00:00.000\"},"
		"\"track\":{\"sectors\":{\"s1\":{\"start\":0.0},"
		"\"s2\":{\"start\":0.25},\"s3\":{\"start\":0.75}}},"
		"\"startingGrid\":{\"entries\":["
		"{\"position\":2,\"car\":{\"carNumber\":\"007\"}},"
		"{\"position\":1,\"car\":{\"carNumber\":\"7\"}}]},\"other\":[1]}";
	static struct sidecar sidecar;
	struct err err = {""};
	(void)state;
	assert_int_equal(sidecar_parse(slice_of(json), "x.json", &sidecar, &err), 0);
	assert_string_equal(sidecar.event, "6 Hours of Somewhere 2025");
	assert_int_equal(sidecar.day, civil_to_instant(2025, 5, 10));
	assert_int_equal(sidecar.limit, 6 * US_HOUR);
	assert_int_equal(sidecar.line_count, 3);
	assert_int_equal(sidecar.line_ppm[1], 250000);
	assert_int_equal(sidecar.line_ppm[2], 750000);
	assert_int_equal(sidecar.grid_count, 2);
	assert_string_equal(sidecar.grid[0], "7");
	assert_string_equal(sidecar.grid[1], "007");
}

static void a_season_that_is_text_is_no_number(void **state)
{
	static struct sidecar sidecar;
	struct err err = {""};
	(void)state;
	assert_int_equal(
		sidecar_parse(
			SLICE("{\"name\":\"6 Hours\",\"n\":7,\"season\":\"2025\"}"),
			"x.json", &sidecar, &err),
		0);
	assert_string_equal(sidecar.event, "6 Hours");
}

static void a_sidecar_of_something_else_says_nothing(void **state)
{
	static struct sidecar sidecar;
	struct err err = {""};
	(void)state;
	assert_int_equal(
		sidecar_parse(SLICE("{\"version\":\"1.0\"}"), "x.json", &sidecar, &err),
		0);
	assert_true(sidecar.day == INSTANT_NONE && sidecar.start == DURATION_NONE);
}

static void a_bad_sidecar_is_a_sentence(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"{", "x.json:1: not JSON"},
		{"[]", "x.json: not a JSON object"},
		{"{\"date\":\"soon\"}", "\"date\" must be like"},
		{"{\"race\":{\"timeLimit\":6}}", "\"timeLimit\" must be like"},
		{"{\"race\":{\"startedAt\":\"25:00:00\"}}",
		 "\"startedAt\" must be like"},
		{"{\"startingGrid\":{\"entries\":[{\"position\":0}]}}",
		 "starting grid"},
		{"{\"startingGrid\":{\"entries\":[{\"position\":300,"
		 "\"car\":{\"carNumber\":\"1\"}}]}}",
		 "starting grid"},
		{"{\"startingGrid\":{\"entries\":[{\"n\":1,\"position\":\"1\","
		 "\"car\":{\"carNumber\":\"1\"}}]}}",
		 "starting grid"},
		{"{\"track\":{\"sectors\":{\"s1\":{\"start\":2}}}}", "share"},
		{"{\"track\":{\"sectors\":{\"s1\":{\"start\":0.5},"
		 "\"s2\":{\"start\":0.5}}}}",
		 "not in order"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct sidecar sidecar;
		struct err err = {""};
		assert_int_equal(sidecar_parse(slice_of(cases[i].text), "x.json",
					       &sidecar, &err),
				 -EINVAL);
		assert_says(err.text, cases[i].words);
	}
}

static void a_session_text_is_read(void **state)
{
	static const char text[] = "[session]\n; a comment\nevent = 1000 km du Mans\n"
				   "name = Race\ncircuit=Bugatti\ndate = 2003-11-09\n"
				   "zone = Europe/Paris\nutc_offset = 3600\n"
				   "clock_at = 12:00:00\nstart_at = 12:00:10.500\n"
				   "length = 6h,1000km\nreconstruction = yes\n"
				   "rules = plain\ntype = timed\nfuture = 1\r\n";
	struct session_text session;
	struct err err = {""};
	(void)state;
	assert_int_equal(session_text_parse(slice_of(text), "x", false, &session, &err),
			 0);
	assert_string_equal(session.event, "1000 km du Mans");
	assert_string_equal(session.circuit.text, "Bugatti");
	assert_int_equal(session.day, civil_to_instant(2003, 11, 9));
	assert_int_equal(session.utc_offset_us, US_HOUR);
	assert_int_equal(session.clock_at, 12 * US_HOUR);
	assert_int_equal(session.start_at, 12 * US_HOUR + 10 * US_S + 500 * US_MS);
	assert_string_equal(session.length, "6h,1000km");
	assert_true(session.reconstruction);
	assert_true(session.timed);
}

static void a_bad_session_text_names_its_line(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"event\n", "x:1: \"event\" is not key = value"},
		{"\ndate = 9 November\n", "x:2: the value of date"},
		{"clock_at = noon\n", "x:1: the value of clock_at"},
		{"reconstruction = perhaps\n", "x:1: the value of reconstruction"},
		{"utc_offset = 999999999\n", "x:1: the value of utc_offset"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct session_text session;
		struct err err = {""};
		assert_int_equal(session_text_parse(slice_of(cases[i].text), "x", false,
						    &session, &err),
				 -EINVAL);
		assert_says(err.text, cases[i].words);
	}
}

static void entries_become_events_and_blanks_stay_blank(void **state)
{
	static const char text[] =
		"transponder,number,class,tag,team,grid,pit_start,driver1,driver2,"
		"rating1,rating2\n"
		"900001,5,LMP900,,\"Audi, Japan\",1,,Kaffer,Biela,,Gold\n"
		"900002,,GT,,,,1,,,silver,\n"
		",88,GTS,,,,,,,,\n";
	static struct fixture_list fixture;
	struct err err = {""};
	unsigned cars = 0, numbers = 0, drivers = 0, starts = 0, ratings = 0;
	(void)state;
	fixture_list_init(&fixture);
	assert_int_equal(entries_parse(slice_of(text), "e", 77, &fixture.list, &err),
			 0);
	for (uint32_t i = 0; i < fixture.list.count; i++) {
		const struct event *event = &fixture.events[i];
		struct slice value = event_text(&fixture.list, event);
		assert_int_equal(event->kind, EVENT_ENTRY);
		assert_int_equal(event->at, 77);
		cars += event->field == ENTRY_CAR;
		drivers += event->field == ENTRY_DRIVER;
		ratings += event->field == ENTRY_DRIVER && event->value > 0;
		if (event->field == ENTRY_DRIVER && event->number == 2)
			assert_int_equal(event->value, RATING_GOLD);
		starts += event->field == ENTRY_PIT_START;
		if (event->field == ENTRY_NUMBER) {
			assert_int_equal(event->id_kind, ID_TRANSPONDER);
			assert_string_equal(event->id, "900001");
			assert_true(slice_eq(value, SLICE("5")));
			numbers++;
		}
		if (event->field == ENTRY_TEAM)
			assert_true(slice_eq(value, SLICE("Audi, Japan")));
	}
	assert_int_equal(cars, 3);
	assert_int_equal(numbers, 1);
	assert_int_equal(drivers, 2);
	assert_int_equal(ratings, 1);
	assert_int_equal(starts, 1);
}

static void bad_entries_name_their_line(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"class,team\nGT,x\n", "e:1: the first line must name the columns"},
		{"number,class\n,GT\n", "e:2: neither a transponder nor a number"},
		{"number,grid\n5,pole\n", "e:2: grid must be a number"},
		{"number,grid\n5,999\n", "e:2: grid must be a number"},
		{"number,driver1,rating1\n5,Ann,wood\n",
		 "e:2: rating1 must be bronze, silver, gold or platinum"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct fixture_list fixture;
		struct err err = {""};
		fixture_list_init(&fixture);
		assert_int_equal(entries_parse(slice_of(cases[i].text), "e", 0,
					       &fixture.list, &err),
				 -EINVAL);
		assert_says(err.text, cases[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sidecar_tells_name_day_limit_lines_and_grid),
		cmocka_unit_test(a_season_that_is_text_is_no_number),
		cmocka_unit_test(a_sidecar_of_something_else_says_nothing),
		cmocka_unit_test(a_bad_sidecar_is_a_sentence),
		cmocka_unit_test(a_session_text_is_read),
		cmocka_unit_test(a_bad_session_text_names_its_line),
		cmocka_unit_test(entries_become_events_and_blanks_stay_blank),
		cmocka_unit_test(bad_entries_name_their_line),
	};
	return cmocka_run_group_tests_name("texts", tests, NULL, NULL);
}
