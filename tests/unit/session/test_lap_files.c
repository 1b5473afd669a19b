/*
 * test_lap_files.c -- what a lap file says of its session, in the race and in what is written
 * back; the files beside it
 *
 * Files are made here, of cars whose laps are known.
 */
#include "fixture.h"

#include <stdlib.h>
#include <unistd.h>

#include "../../scratch.h"

enum { LAPS_MAX = 300 };

/* A session that is made. */
struct made {
	unsigned cars, laps;
	const char *class_name;
	bool lane;           /* cars begin in the pit lane */
	int64_t step_s;      /* HOUR steps by this ... */
	int64_t step_at_s;   /* ... behind this ELAPSED */
	unsigned best[8];    /* lap of each car that is marked; 0: none */
	unsigned deleted[8]; /* a faster one that is not */
};

static void put_row(struct out *out, const struct made *made, unsigned car,
		    unsigned lap, int64_t ms, int64_t elapsed_ms)
{
	char time[TIME_TEXT_MAX], elapsed[TIME_TEXT_MAX], hour[TIME_TEXT_MAX];
	bool marked = made->best[car] == lap;
	bool stepped = made->step_s && elapsed_ms > made->step_at_s * 1000;
	format_duration(time, ms * US_MS, TIME_LAPM);
	format_duration(elapsed, elapsed_ms * US_MS, TIME_LAPM);
	format_clock(hour,
		     2 * US_HOUR + 30 * US_MIN + elapsed_ms * US_MS +
			     (stepped ? made->step_s * US_S : 0),
		     true);
	out_format(out, "%u;%u;%s;%s;;%u.%u;%s;%s;3%02u.%u;%s;%s\n", car, lap, time,
		   marked ? "2" : "0", 150 + lap % 7, car, elapsed, hour, lap % 50, car,
		   made->lane && lap == 1 ? "0:00:50.000" : "", made->class_name);
}

static void make(const char *path, const struct made *made)
{
	static char text[2 * 1024 * 1024];
	struct out out = {.buf = text, .max = sizeof(text)};
	out_text(&out, "NUMBER;LAP_NUMBER;LAP_TIME;LAP_IMPROVEMENT;"
		       "CROSSING_FINISH_LINE_IN_PIT;KPH;ELAPSED;HOUR;TOP_SPEED;"
		       "PIT_TIME;CLASS\n");
	for (unsigned car = 1; car <= made->cars; car++) {
		int64_t elapsed = 0;
		for (unsigned lap = 1; lap <= made->laps; lap++) {
			int64_t ms = 100000 + car * 500 + (lap * 37) % 100;
			if (made->lane && lap == 1)
				ms += 80000;
			if (made->best[car] == lap)
				ms = 99000 + car;
			if (made->deleted[car] == lap)
				ms = 98000 - car;
			elapsed += ms;
			put_row(&out, made, car, lap, ms, elapsed);
		}
	}
	out_char(&out, '\0');
	scratch_text(path, text);
}

static struct session *load(const char *path)
{
	static struct options options;
	struct session *session = NULL;
	struct err err = {""};
	options = (struct options){.sources = {path}, .source_count = 1};
	if (session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err) != 0)
		fail_msg("%s", err.text);
	(void)session_at(session, session->timeline.last_at);
	return session;
}

/* Convert it to a lap file and read that. */
static struct session *converted(struct session *session, const char *from,
				 const char *to)
{
	static struct options options;
	session_free(session);
	options = (struct options){.sources = {from}, .source_count = 1, .output = to};
	assert_int_equal(convert_run(&options), EXIT_DONE);
	return load(to);
}

static int enter(void **state)
{
	(void)state;
	return scratch_enter("lap-files");
}

static int leave(void **state)
{
	(void)state;
	return scratch_leave("lap-files");
}

/* ---- best laps --------------------------------------------------------------------- */

static const struct made qualifying = {
	.cars = 4,
	.laps = 8,
	.class_name = "GT",
	.lane = true,
	.best = {0, 3, 4, 5, 0},
	.deleted = {0, 5, 0, 2, 0},
};

/* Car 4 has no mark: it has no time. */
static void check_qualifying(struct session *session)
{
	const struct race *race = timeline_head(&session->timeline);
	assert_int_equal(race->setup.type, SESSION_TIMED);
	for (unsigned car = 1; car <= 4; car++) {
		char number[4];
		text_format(number, sizeof(number), "%u", car);
		uint16_t index = race_find_text(race, slice_of(number));
		const struct car *c = &race->cars[index];
		assert_int_equal(c->laps, 8);
		assert_int_equal(c->lap_best_number, qualifying.best[car]);
		if (qualifying.best[car])
			assert_int_equal(c->lap_best, (99000 + car) * US_MS);
		else
			assert_int_equal(c->lap_best, DURATION_NONE);
		assert_int_equal(race->place[index], car - 1);
	}
}

static void marks_hold_and_are_written_back(void **state)
{
	(void)state;
	make("any.csv", &qualifying);
	struct session *session = load("any.csv");
	check_qualifying(session);
	session = converted(session, "any.csv", "back.csv");
	check_qualifying(session);
	session = converted(session, "back.csv", "any.pitwall");
	check_qualifying(session);
	session_free(session);
}

/* In mid-session: the best of the laps that count, among those that were driven. */
static void a_lap_that_was_taken_back_is_never_the_best(void **state)
{
	(void)state;
	make("any.csv", &qualifying);
	struct session *session = load("any.csv");
	const struct race *race = NULL;
	for (int64_t s = 0; s < 900; s += 5) {
		race = session_at(session, session->timeline.start_at + s * US_S);
		uint16_t car = race_find_text(race, SLICE("3"));
		const struct car *c = &race->cars[car];
		assert_true(c->lap_best_number != 2);
		/* The decision shows no earlier than its lap. */
		assert_int_equal(race_lap_deleted(race, car, 2), c->laps >= 2);
		/* The history never had it as the best of all. */
		assert_true(race->lap_best == DURATION_NONE ||
			    race->lap_best > 98500 * US_MS);
	}
	session_free(session);
}

static void an_explanation_names_the_laps_that_do_not_count(void **state)
{
	static struct explain_line lines[40];
	bool time = false, decision = false, marked = false;
	(void)state;
	make("any.csv", &qualifying);
	struct session *session = load("any.csv");
	const struct explain_ask ask = {
		.standings = &session->standings,
		.classification = &session->classification,
		.car = race_find_text(timeline_head(&session->timeline), SLICE("3")),
		.what = EXPLAIN_BEST,
	};
	unsigned count = timeline_explain(&session->timeline, &ask, lines, 40);
	for (unsigned i = 0; i < count; i++) {
		time |= strstr(lines[i].text, "lap 2: 1:37.997 does not count") != NULL;
		marked |= strstr(lines[i].text, "the source marks it") != NULL;
		decision |= lines[i].decision &&
			    strstr(lines[i].text, "inferred from the marked") != NULL;
	}
	assert_true(time && decision && marked);
	session_free(session);
}

/* ---- the clock --------------------------------------------------------------------- */

/* The last lap of car 1 as the file says it: HOUR steps by so much. */
static void check_last_clock(struct session *session, int64_t step_s)
{
	const struct race *race = timeline_head(&session->timeline);
	const struct race_tables *tables = timeline_head_tables(&session->timeline);
	const struct car *car = &race->cars[race_find_text(race, SLICE("1"))];
	const struct lap_row *last = &tables->laps[car->lap_row - 1];
	const struct lap_row *first = last;
	while (first->prev != 0)
		first = &tables->laps[first->prev - 1];
	instant_us zero = race->start_at - 2 * US_HOUR - 30 * US_MIN;
	assert_int_equal(race_local(&race->setup, first->at), first->at);
	assert_int_equal(race_local(&race->setup, last->at) - zero,
			 last->at - zero + step_s * US_S);
	assert_int_equal(session->anomalies, 0);
}

static void the_time_of_day_steps_with_the_file(void **state)
{
	static const int64_t steps[] = {-3600, 3600, 1234};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		const struct made made = {.cars = 3,
					  .laps = 40,
					  .class_name = "GT",
					  .step_s = steps[i],
					  .step_at_s = 2000};
		make("steps.csv", &made);
		struct session *session = load("steps.csv");
		check_last_clock(session, steps[i]);
		session = converted(session, "steps.csv", "steps-back.csv");
		check_last_clock(session, steps[i]);
		/* "@" finds the time of day behind the step. */
		instant_us wanted =
			timeline_head(&session->timeline)->start_at + 50 * US_MIN;
		struct when when;
		char text[32], clock[TIME_TEXT_MAX];
		struct err err;
		format_clock(clock, race_local(&session->setup, wanted), false);
		text_format(text, sizeof(text), "@%s", clock);
		assert_int_equal(when_parse(slice_of(text), &when, &err), 0);
		instant_us found;
		assert_int_equal(when_resolve(&session->timeline, &when, &found, &err),
				 0);
		assert_int_equal(found, wanted);
		session_free(session);
	}
}

/* ---- speeds ------------------------------------------------------------------------ */

static void check_speeds(struct session *session)
{
	const struct race *race = timeline_head(&session->timeline);
	const struct race_tables *tables = timeline_head_tables(&session->timeline);
	for (uint32_t i = race->lap_first; i < race->lap_count; i++) {
		const struct lap_row *row = &tables->laps[i];
		unsigned car =
			(unsigned)strtoul(race->entries[row->car].number, NULL, 10);
		assert_int_equal(row->kph, (150 + row->lap % 7) * 10 + car);
		assert_int_equal(row->values[VALUE_TOP_SPEED],
				 (300 + row->lap % 50) * 10 + car);
	}
	assert_true(race->lap_count > 0);
}

static void speeds_are_kept_and_written_back(void **state)
{
	const struct made made = {.cars = 3, .laps = 60, .class_name = "GT"};
	(void)state;
	make("speeds.csv", &made);
	struct session *session = load("speeds.csv");
	check_speeds(session);
	session = converted(session, "speeds.csv", "speeds-back.csv");
	check_speeds(session);
	session = converted(session, "speeds-back.csv", "speeds.pitwall");
	check_speeds(session);
	session_free(session);
}

static void the_time_in_the_lane_before_lap_1_is_written_back(void **state)
{
	(void)state;
	make("any.csv", &qualifying);
	struct session *session = load("any.csv");
	for (int i = 0; i < 2; i++) {
		const struct race *race = timeline_head(&session->timeline);
		for (uint16_t car = 0; car < race->car_count; car++)
			assert_int_equal(race->entries[car].lane_ms, 50000);
		if (i == 0)
			session = converted(session, "any.csv", "lane-back.csv");
	}
	session_free(session);
}

/* ---- lengths ----------------------------------------------------------------------- */

static void check_laps(const char *path, unsigned laps, const char *warning)
{
	struct session *session = load(path);
	const struct race *race = timeline_head(&session->timeline);
	for (uint16_t car = 0; car < race->car_count; car++)
		assert_int_equal(race->cars[car].laps, laps);
	assert_string_equal(session->warning, warning);
	session_free(session);
}

static void a_race_length_ends_no_timed_session(void **state)
{
	/* 160 minutes, 2:45 and six hours are lengths of these championships. */
	static const struct made made[] = {
		{.cars = 4, .laps = 99, .class_name = "GTD", .lane = true},
		{.cars = 4, .laps = 230, .class_name = "LMGT3", .lane = true},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		make("practice.csv", &made[i]);
		check_laps("practice.csv", made[i].laps, "");
	}
}

static void a_race_that_went_on_is_not_ended_by_its_length(void **state)
{
	/* Six hours and a half: the clock stood still for a while. */
	const struct made long_race = {.cars = 4, .laps = 234, .class_name = "LMGT3"};
	/* Each car takes the flag once and drives in: that lap is no lap of the race. */
	const struct made race = {.cars = 1, .laps = 216, .class_name = "LMGT3"};
	(void)state;
	make("long.csv", &long_race);
	check_laps("long.csv", 234, "");
	make("race.csv", &race);
	check_laps("race.csv", 215, "1 lap behind the finish is not counted");
}

/* A car has four laps of 100 s and, where speeds say so, 4.18 km. */
static const struct part {
	const char *length, *flag;
	bool over;
} parts[] = {
	{NULL, "", true},       {"5m", "", true},      {"13m", "", true},
	{"14m", "", false},     {"24h", "", false},    {"8laps", "", true},
	{"9laps", "", false},   {"33km", "", true},    {"34km", "", false},
	{"13m", "GF", true},    {"14m", "GF", false},  {"14m", "SC", false},
	{"9laps", "GF", false}, {"34km", "GF", false}, {"24h", "FF", true},
	{"9laps", "FF", true},  {"34km", "FF", true},
};

static void check_part(const struct part *part, const char *path)
{
	struct options options = {
		.sources = {path}, .source_count = 1, .length = part->length};
	struct session *session = NULL;
	struct err err = {""};
	if (session_load(&options, LOAD_HISTORY, &session, &err) != 0)
		fail_msg("%s", err.text);
	const struct race *race = timeline_head(&session->timeline);
	if ((race->finish_at != INSTANT_NONE) != part->over)
		fail_msg("%s: length %s, last flag '%s': the race is %sover", path,
			 part->length ? part->length : "unknown", part->flag,
			 part->over ? "not " : "");
	session_free(session);
}

/* The flag is that of the last row: a file that is in order of cars ends with any flag. */
static void a_file_of_less_than_half_of_a_race_has_no_winner(void **state)
{
	char text[1024];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const char *flag = parts[i].flag;
		snprintf(text, sizeof(text),
			 "NUMBER;LAP_NUMBER;LAP_TIME;CROSSING_FINISH_LINE_IN_PIT;"
			 "ELAPSED;HOUR;CLASS;KPH;FLAG_AT_FL\n"
			 "7;1;1:40.000;;1:40.000;15:01:40.000;GT;150.5;%s\n"
			 "7;2;1:40.000;;3:20.000;15:03:20.000;GT;150.5;%s\n"
			 "7;3;1:40.000;;5:00.000;15:05:00.000;GT;150.5;%s\n"
			 "7;4;1:40.000;;6:40.000;15:06:40.000;GT;150.5;%s\n"
			 "8;1;1:45.000;;1:45.000;15:01:45.000;GT;150.5;%s\n",
			 flag[0] ? "GF" : "", flag[0] ? "GF" : "", flag[0] ? "GF" : "",
			 flag, flag[0] ? "GF" : "");
		scratch_text("part.csv", text);
		check_part(&parts[i], "part.csv");
		struct session *session = load("part.csv");
		session = converted(session, "part.csv", "part.pitwall");
		session_free(session);
		check_part(&parts[i], "part.pitwall");
		(void)remove("part.pitwall");
		if (flag[0] || (parts[i].length && strstr(parts[i].length, "km")))
			continue;
		/* A table of another program, which has neither flags nor speeds. */
		scratch_text("part.csv", "Car,Lap,Lap Time\n7,1,1:40\n7,2,1:40\n"
					 "7,3,1:40\n7,4,1:40\n8,1,1:45\n");
		check_part(&parts[i], "part.csv");
	}
}

/* ---- files beside it ----------------------------------------------------------------- */

static void refused(const char *path, const char *words)
{
	struct options options = {.sources = {path}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	assert_int_not_equal(session_load(&options, 0, &session, &err), 0);
	assert_says(err.text, words);
}

static void the_results_name_the_lap_file(void **state)
{
	static const char results[] =
		"POS,NUMBER,LAP,TIME,GAP_FIRST\n1,7,3,1:40.000,-\n";
	static const char sky[] = "TIME_UTC_SECONDS;TIME_UTC_STR;AIR_TEMP\n1;x;20\n";
	static const char flags[] = "TIME;ELAPSED;REC_TYPE;FLAG;SECTOR;MESSAGE\n";
	(void)state;
	scratch_text("q-results.csv", results);
	refused("q-results.csv", "this is the results file: open the lap file beside");
	make("q-laps.csv", &qualifying);
	refused("q-results.csv", "this is the results file: open q-laps.csv");
	scratch_text("q-weather.csv", sky);
	refused("q-weather.csv", "this is the weather file: open q-laps.csv");
	scratch_text("q-flags.csv", flags);
	refused("q-flags.csv", "this is the flags file: open q-laps.csv");
	make("23_Analysis_Race.CSV", &qualifying);
	scratch_text("03_Classification_Race.CSV", results);
	refused("03_Classification_Race.CSV", "open 23_Analysis_Race.CSV");
	make("spa.csv", &qualifying);
	scratch_text("spa_results.csv", results);
	refused("spa_results.csv", "open spa.csv");
	scratch_text("other.csv", "a;b;c\n1;2;3\n");
	refused("other.csv", "a table whose columns are not known: --map");
	/* Columns that nobody has seen: the name says what it is. */
	scratch_text("q-flags.csv", "FLAG_START;FLAG_END;COLOUR\n");
	refused("q-flags.csv", "this is the flags file: open q-laps.csv");
	scratch_text("q-laps.json", "{\"name\": \"q\"}");
	refused("q-laps.json", "this is the set-up file: open q-laps.csv");
	scratch_text("other-flags.csv", "FLAG_START;FLAG_END;COLOUR\n");
	refused("other-flags.csv", "neither a recording nor a format");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_hold_and_are_written_back),
		cmocka_unit_test(a_lap_that_was_taken_back_is_never_the_best),
		cmocka_unit_test(an_explanation_names_the_laps_that_do_not_count),
		cmocka_unit_test(the_time_of_day_steps_with_the_file),
		cmocka_unit_test(speeds_are_kept_and_written_back),
		cmocka_unit_test(the_time_in_the_lane_before_lap_1_is_written_back),
		cmocka_unit_test(a_race_length_ends_no_timed_session),
		cmocka_unit_test(a_race_that_went_on_is_not_ended_by_its_length),
		cmocka_unit_test(a_file_of_less_than_half_of_a_race_has_no_winner),
		cmocka_unit_test(the_results_name_the_lap_file),
	};
	return cmocka_run_group_tests_name("lap files", tests, enter, leave);
}
