/*
 * test_session.c -- a SOURCE made whole: days, zones, lengths, rulesets,
 * decisions, recordings
 */
#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/record.h"
#include "../../scratch.h"

/* Two cars, three laps of 100 s, the start at 12:00:00. */
static const char laps[] =
	"NUMBER;DRIVER_NUMBER;LAP_NUMBER;LAP_TIME;CROSSING_FINISH_LINE_IN_PIT;S1;S2;S3;"
	"KPH;ELAPSED;HOUR;DRIVER_NAME;PIT_TIME;CLASS;TEAM;MANUFACTURER;\n"
	"7;1;1;1:40.000;;30.000;40.000;30.000;150.0;1:40.000;12:01:40.000;Ann;;LMP2;A;"
	"X;"
	"\n"
	"7;1;2;1:40.000;;30.000;40.000;30.000;150.0;3:20.000;12:03:20.000;Ann;;LMP2;A;"
	"X;"
	"\n"
	"7;1;3;1:40.000;;30.000;40.000;30.000;150.0;5:00.000;12:05:00.000;Ann;;LMP2;A;"
	"X;"
	"\n"
	"8;1;1;1:41.000;;30.000;41.000;30.000;150.0;1:41.000;12:01:41.000;Bob;;LMP2;B;"
	"X;"
	"\n"
	"8;1;2;1:41.000;;30.000;41.000;30.000;150.0;3:22.000;12:03:22.000;Bob;;LMP2;B;"
	"X;"
	"\n"
	"8;1;3;1:41.000;;30.000;41.000;30.000;150.0;5:03.000;12:05:03.000;Bob;;LMP2;B;"
	"X;"
	"\n";

static const char weather[] = "TIME_UTC_SECONDS,TIME_UTC_STR,AIR_TEMP,TRACK_TEMP,"
			      "HUMIDITY,PRESSURE,WIND_SPEED,WIND_DIRECTION,RAIN\n"
			      "%lld,x,64.8,71.0,77,30.09,3.9,157,0\n";

static void put_weather(const char *path, instant_us at)
{
	char text[512];
	text_format(text, sizeof(text), weather, (long long)(at / US_S));
	scratch_text(path, text);
}

/* One session at a time: it reads the options until it is freed. */
static struct session *load(const char *path, const struct options *with)
{
	static struct options options;
	struct session *session = NULL;
	struct err err = {""};
	options = with ? *with : (struct options){0};
	options.sources[0] = path;
	options.source_count = 1;
	if (session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err) != 0)
		fail_msg("%s", err.text);
	return session;
}

static int enter(void **state)
{
	(void)state;
	return scratch_enter("session");
}

static int leave(void **state)
{
	(void)state;
	return scratch_leave("session");
}

/* ---- days and zones ------------------------------------------------------------- */

static void weather_tells_the_day_and_the_zone(void **state)
{
	/* 12:00 on the east coast in summer is 16:00 UTC; the station began 30 s
	 * before the race. */
	instant_us start = civil_to_instant(2023, 6, 25) + 16 * US_HOUR;
	(void)state;
	scratch_text("us_laps.csv", laps);
	put_weather("us_weather.csv", start - 30 * US_S);
	struct session *session = load("us_laps.csv", NULL);
	assert_string_equal(session->warning, "");
	assert_int_equal(session->setup.utc_offset_us, -4 * US_HOUR);
	assert_false(session->setup.floating);
	assert_int_equal(session->timeline.start_at, start);
	const struct race *race = session_at(session, start + US_MIN);
	assert_int_equal(race->weather[WEATHER_TRACK_MC] / 100, 216);
	session_free(session);
}

static void weather_of_another_time_is_not_used_and_told(void **state)
{
	(void)state;
	scratch_text("odd_laps.csv", laps);
	put_weather("odd_weather.csv", civil_to_instant(2023, 6, 25) + 15 * US_MIN);
	struct session *session = load("odd_laps.csv", NULL);
	assert_says(session->warning, "the weather was not used");
	assert_true(session->setup.floating);
	assert_int_equal(session->timeline.start_at, 12 * US_HOUR);
	session_free(session);
}

static void the_day_is_in_the_name_or_floats(void **state)
{
	static const struct {
		const char *path;
		bool floating;
	} cases[] = {
		{"race_2021-08-21.csv", false},
		{"race_2021.csv", true},
		{"race.csv", true},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scratch_text(cases[i].path, laps);
		struct session *session = load(cases[i].path, NULL);
		assert_int_equal(session->setup.floating, cases[i].floating);
		instant_us day = cases[i].floating ? 0 : civil_to_instant(2021, 8, 21);
		assert_int_equal(session->timeline.start_at, day + 12 * US_HOUR);
		session_free(session);
	}
}

/* ---- lengths, sessions ----------------------------------------------- */

static void the_length_is_the_options_then_the_sidecars(void **state)
{
	const struct options given = {.length = "2laps"};
	(void)state;
	scratch_text("long.csv", laps);
	scratch_text("long.json", "{\"race\":{\"timeLimit\":\"0:04:00.000\"}}");
	struct session *session = load("long.csv", NULL);
	assert_int_equal(session->setup.length_us, 4 * US_MIN);
	assert_int_equal(session->classification.winner_laps, 0);
	(void)session_at(session, session->timeline.last_at);
	assert_int_equal(session->classification.winner_laps, 3);
	session_free(session);
	session = load("long.csv", &given);
	assert_int_equal(session->setup.length_laps, 2);
	assert_int_equal(session->setup.length_us, 0);
	(void)session_at(session, session->timeline.last_at);
	assert_int_equal(session->classification.winner_laps, 2);
	session_free(session);
}

/* The same file without the column PIT_TIME, by which a file says how cars began. */
static const char *without_pit_time(void)
{
	static char text[sizeof(laps)];
	struct slice rest = slice_of(laps);
	struct out out = {.buf = text, .max = sizeof(text)};
	while (rest.len > 0) {
		struct slice line = slice_cut(&rest, '\n');
		for (unsigned column = 0; line.at; column++) {
			struct slice field = slice_cut(&line, ';');
			if (column != 12)
				out_bytes(&out, field.at, field.len);
			if (column != 12 && line.at)
				out_char(&out, ';');
		}
		out_char(&out, '\n');
	}
	out_char(&out, '\0');
	return text;
}

static void a_file_says_by_its_laps_whether_it_is_a_race(void **state)
{
	static const struct {
		const char *path, *lane;
		enum session_type type;
	} cases[] = {
		{"23_Analysis_Warm Up.CSV", "0:01:10.000", SESSION_TIMED},
		{"something.csv", "0:01:10.000", SESSION_TIMED},
		{"a_race.csv", "0:01:10.000", SESSION_TIMED},
		{"something.csv", "", SESSION_RACE},
		{"qualifying-race.csv", "", SESSION_RACE},
		{"qualifying.csv", "", SESSION_RACE},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[2048];
		struct out out = {.buf = text, .max = sizeof(text)};
		out_text(&out, "NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;PIT_TIME\n");
		for (unsigned car = 1; car <= 4; car++)
			out_format(&out,
				   "%u;1;3:00.000;3:00.000;%s\n"
				   "%u;2;1:40.000;4:40.000;\n",
				   car, cases[i].lane, car);
		out_char(&out, '\0');
		scratch_text(cases[i].path, text);
		struct session *session = load(cases[i].path, NULL);
		if (session->setup.type != cases[i].type)
			fail_msg("%s with \"%s\" is of type %u", cases[i].path,
				 cases[i].lane, session->setup.type);
		session_free(session);
	}
}

static void practice_says_so_in_its_name_and_the_option_decides(void **state)
{
	static const struct {
		const char *path, *option;
		enum session_type type;
	} cases[] = {
		{"a_practice_2.csv", NULL, SESSION_TIMED},
		{"a_Qualifying.csv", NULL, SESSION_TIMED},
		{"a_Qualifying.csv", "race", SESSION_RACE},
		{"a_race.csv", NULL, SESSION_RACE},
		{"a_race.csv", "timed", SESSION_TIMED},
		{"a_race.csv?session=timed", NULL, SESSION_TIMED},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct options options = {.session = cases[i].option};
		char path[64];
		struct slice rest = slice_of(cases[i].path);
		text_copy(path, sizeof(path), slice_cut(&rest, '?'));
		scratch_text(path, without_pit_time());
		struct session *session = load(cases[i].path, &options);
		assert_int_equal(session->setup.type, cases[i].type);
		session_free(session);
	}
}

static void the_grid_of_a_sidecar_orders_the_cars_before_the_start(void **state)
{
	(void)state;
	scratch_text("grid.csv", laps);
	scratch_text("grid.json", "{\"startingGrid\":{\"entries\":["
				  "{\"position\":1,\"car\":{\"carNumber\":\"8\"}},"
				  "{\"position\":2,\"car\":{\"carNumber\":\"7\"}}]}}");
	struct session *session = load("grid.csv", NULL);
	const struct race *race = session_at(session, session->timeline.start_at);
	uint16_t first = session->standings.rows[0].car;
	assert_string_equal(race->entries[first].number, "8");
	race = session_at(session, session->timeline.last_at);
	assert_string_equal(race->entries[session->standings.rows[0].car].number, "7");
	session_free(session);
}

/* ---- decisions ------------------------------------------------------- */

static void decisions_change_the_result_after_the_flag_only(void **state)
{
	const struct options options = {.decisions = "d.csv"};
	(void)state;
	scratch_text("decided.csv", laps);
	scratch_text("d.csv", "7,time,30,speeding in the pit lane\n");
	struct session *session = load("decided.csv", &options);
	const struct classification *list = &session->classification;
	const struct race *race = session_at(session, session->timeline.last_at);
	assert_string_equal(race->entries[list->rows[0].car].number, "8");
	assert_int_equal(list->rows[1].total, 330 * US_S);
	assert_int_equal(list->rows[1].decisions, 1);
	race = session_at(session, session->timeline.start_at + 200 * US_S);
	assert_string_equal(race->entries[list->rows[0].car].number, "7");
	session_free(session);
}

static void collect_fault(void *context, const struct event *event, const char *words)
{
	assert_int_equal(event->source, SOURCE_OPERATOR);
	char *text = context;
	size_t len = strlen(text);
	text_format(text + len, 1024 - len, "%s\n", words);
}

/* Invalid lines and lines the race cannot apply are told, each with its place; the
 * others apply. */
static void decisions_that_cannot_be_leave_the_others_alone(void **state)
{
	const struct options options = {.decisions = "d2.csv"};
	char faults[1024] = "";
	(void)state;
	scratch_text("decided.csv", laps);
	scratch_text("d2.csv",
		     "number,kind,value,reason\n7,tine,1\n\n9,time,30\n7,time,3\n"
		     "7,behind,70\n7,behind,7\n8,lap-deleted,4\n8,laps,-1\n"
		     ",undo,1\n7,,60\n7,time,9\n,undo,10\n,undo,10\n");
	struct session *session = load("decided.csv", &options);
	const struct race *race = &session->timeline.race;
	/* Deleting lap 4 waits for the lap. */
	assert_int_equal(race->decision_count, 3);
	assert_int_equal(race_decisions_applied(race), 2);
	assert_int_equal(race->decisions[0].value, 3 * US_S);
	assert_int_equal(race->decisions[2].value, -1);
	assert_int_equal(session_decision_faults(session, collect_fault, faults), 4);
	/* In the order of the file. */
	assert_string_equal(
		strstr(faults, "d2.csv:4"),
		"d2.csv:4: there is no car 9 in this race\n"
		"d2.csv:6: there is no car 70 in this race\n"
		"d2.csv:7: car 7 cannot be placed behind itself\n"
		"d2.csv:8: car 8 has no lap 4: it has 3 laps\n"
		"d2.csv:10: there is no decision 1 to cancel\n"
		"d2.csv:11: the kind is missing\n"
		"d2.csv:14: decision 10 is cancelled by decision 11 already\n");
	unsigned invalid = 0;
	for (uint32_t i = 0; i < session->events.count; i++) {
		const struct event *event = &session->events.at[i];
		if (event->kind != EVENT_ANOMALY)
			continue;
		assert_int_equal(event->source, SOURCE_OPERATOR);
		assert_says(event_text(&session->events, event).at,
			    invalid++ == 0 ? "d2.csv:2: the kind must be"
					   : "d2.csv:11: the kind is missing");
	}
	assert_int_equal(invalid, 2);
	/* The feeds screen shows it. */
	struct view view = {0};
	session_view(session, &view);
	static const char *const shown[] = {
		"d2.csv:2:", "d2.csv:11:", "d2.csv:4:",  "d2.csv:6:",
		"d2.csv:7:", "d2.csv:8:",  "d2.csv:10:", "d2.csv:14:"};
	assert_int_equal(view.anomaly_log_count, ARRAY_LEN(shown));
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		assert_says(view.anomaly_log[i].words, shown[i]);
	session_free(session);
}

/* ---- what a view may know -------------------------------------------- */

static void the_scrub_bar_ends_where_the_schedule_does(void **state)
{
	const struct options options = {.length = "6h"};
	(void)state;
	scratch_text("short.csv", laps);
	struct session *session = load("short.csv", &options);
	instant_us start = session->timeline.start_at;
	struct view view = {0};
	(void)session_at(session, start + US_MIN);
	session_view(session, &view);
	assert_int_equal(view.at, start + US_MIN);
	assert_int_equal(view.from, start);
	assert_int_equal(view.to, start + 6 * US_HOUR);
	session_free(session);
}

static void a_race_by_laps_ends_where_its_pace_says(void **state)
{
	const struct options options = {.length = "30laps"};
	(void)state;
	scratch_text("short.csv", laps);
	struct session *session = load("short.csv", &options);
	instant_us start = session->timeline.start_at;
	struct view view = {0};
	(void)session_at(session, start + 200 * US_S);
	session_view(session, &view);
	assert_int_equal(view.to, start + 30 * 100 * US_S);
	session_free(session);
}

/* ---- recordings ------------------------------------------------------ */

static const char beacon_lines[] =
	"{\"t\":\"hello\",\"v\":1,\"id\":\"sf\",\"loop\":\"SF\",\"boot\":\"a\","
	"\"seq\":0,\"us\":0,\"utc\":1068375600000000}\n"
	"{\"t\":\"event\",\"id\":\"sf\",\"boot\":\"a\",\"seq\":1,\"us\":10000000,"
	"\"name\":\"gun\"}\n"
	"{\"t\":\"pass\",\"id\":\"sf\",\"boot\":\"a\",\"seq\":2,\"tx\":\"901\","
	"\"us\":110000000}\n"
	"{\"t\":\"pass\",\"id\":\"sf\",\"boot\":\"a\",\"seq\":3,\"tx\":\"902\","
	"\"us\":111000000}\n";

static void write_recording(const char *path, size_t cut)
{
	static const char *const setups[][2] = {
		{"session", "[session]\nevent = Small Race\ndate = 2003-11-09\n"
			    "zone = Europe/Paris\nlength = 1laps\n"
			    "reconstruction = yes\nrules = plain\n"},
		{"entries", "transponder,number,class,team\n901,5,GT,Five\n902,,GT,\n"},
		{"future", "what a later version knows"},
	};
	struct record *record = NULL;
	struct err err = {""};
	int id = 0;
	assert_int_equal(record_create(path, true, &record, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(setups); i++) {
		struct record_row row = {
			.type = RECORD_SETUP,
			.name = slice_of(setups[i][0]),
			.bytes = slice_of(setups[i][1]),
		};
		assert_int_equal(record_append(record, &row, &err), 0);
	}
	assert_int_equal(record_add_source(record, "loops", "beacon", &id, &err), 0);
	struct slice rest = slice_of(beacon_lines);
	while (rest.len > 0) {
		size_t len = rest.len < cut ? rest.len : cut;
		struct record_row row = {
			.type = RECORD_RAW,
			.source = id,
			.received_at = 1068375600000000,
			.bytes = {rest.at, len},
		};
		assert_int_equal(record_append(record, &row, &err), 0);
		rest.at += len;
		rest.len -= len;
	}
	assert_int_equal(record_close(record, &err), 0);
}

static void a_recording_brings_its_set_up_along(void **state)
{
	(void)state;
	/* However the bytes were cut when they came. */
	for (size_t cut = 1; cut < 600; cut = cut * 3 + 1) {
		write_recording("small.pitwall", cut);
		struct session *session = load("small.pitwall", NULL);
		const struct race_setup *setup = &session->setup;
		const struct race *race =
			session_at(session, session->timeline.last_at);
		assert_string_equal(setup->event, "Small Race");
		assert_string_equal(session->rules.name, "plain");
		assert_true(setup->reconstruction);
		assert_int_equal(setup->utc_offset_us, US_HOUR);
		assert_int_equal(race->start_at, 1068375610000000);
		assert_int_equal(race->car_count, 2);
		uint16_t car = race_find_text(race, SLICE("5"));
		assert_int_not_equal(car, CAR_NONE);
		assert_string_equal(race->entries[car].team, "Five");
		assert_int_equal(race->cars[car].laps, 1);
		assert_int_equal(session->anomalies, 0);
		/* The car without a number keeps none. */
		car = race_find(race, ID_TRANSPONDER, SLICE("902"));
		assert_int_not_equal(car, CAR_NONE);
		assert_true(race->entries[car].internal ||
			    race->entries[car].number[0] == '\0');
		session_free(session);
	}
}

static void a_stream_without_its_last_line_end_loses_nothing(void **state)
{
	char text[sizeof(beacon_lines)];
	(void)state;
	text_copy(text, sizeof(text), slice_of(beacon_lines));
	text[strlen(text) - 1] = '\0';
	scratch_text("loops.jsonl", text);
	struct session *session = load("loops.jsonl", NULL);
	assert_int_equal(session->timeline.race.car_count, 2);
	assert_int_equal(session->anomalies, 0);
	session_free(session);
}

static void a_name_with_a_question_mark_is_a_file_when_it_exists(void **state)
{
	(void)state;
	scratch_text("what?feed=beacon", laps);
	struct session *session = load("what?feed=beacon", NULL);
	assert_int_equal(session->timeline.race.car_count, 2);
	session_free(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weather_tells_the_day_and_the_zone),
		cmocka_unit_test(weather_of_another_time_is_not_used_and_told),
		cmocka_unit_test(the_day_is_in_the_name_or_floats),
		cmocka_unit_test(the_length_is_the_options_then_the_sidecars),
		cmocka_unit_test(a_file_says_by_its_laps_whether_it_is_a_race),
		cmocka_unit_test(practice_says_so_in_its_name_and_the_option_decides),
		cmocka_unit_test(
			the_grid_of_a_sidecar_orders_the_cars_before_the_start),
		cmocka_unit_test(decisions_change_the_result_after_the_flag_only),
		cmocka_unit_test(decisions_that_cannot_be_leave_the_others_alone),
		cmocka_unit_test(the_scrub_bar_ends_where_the_schedule_does),
		cmocka_unit_test(a_race_by_laps_ends_where_its_pace_says),
		cmocka_unit_test(a_recording_brings_its_set_up_along),
		cmocka_unit_test(a_stream_without_its_last_line_end_loses_nothing),
		cmocka_unit_test(a_name_with_a_question_mark_is_a_file_when_it_exists),
	};
	return cmocka_run_group_tests_name("sessions", tests, enter, leave);
}
