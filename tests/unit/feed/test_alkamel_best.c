/*
 * test_alkamel_best.c -- what a lap file says of its session: the type, which laps count as a
 * best lap, the clock and its steps, speeds; and the files beside it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alkamel_words.h"
#include "pitwall/out.h"

/* A file of rows "CAR;LAP;SECONDS;MARK;IN;LANE"; ELAPSED is their sum. */
struct lap_file {
	char text[64 * 1024];
	struct out out;
	int64_t elapsed[100];
};

static void file_begin(struct lap_file *file)
{
	memset(file, 0, sizeof(*file));
	file->out = (struct out){.buf = file->text, .max = sizeof(file->text) - 1};
	out_text(&file->out, "NUMBER;LAP_NUMBER;LAP_TIME;LAP_IMPROVEMENT;"
			     "CROSSING_FINISH_LINE_IN_PIT;ELAPSED;HOUR;PIT_TIME\n");
}

/* @marks: LAP_IMPROVEMENT, then 'B' for a lap that ends in the lane, 'L' for one with a
 * PIT_TIME. @ahead: of HOUR. */
static void file_lap(struct lap_file *file, unsigned car, unsigned lap, int64_t ms,
		     const char *marks, int64_t ahead)
{
	char time[TIME_TEXT_MAX], elapsed[TIME_TEXT_MAX], hour[TIME_TEXT_MAX];
	char mark[2] = {marks[0] == 'B' || marks[0] == 'L' ? '\0' : marks[0]};
	file->elapsed[car] += ms * US_MS;
	format_duration(time, ms * US_MS, TIME_LAPM);
	format_duration(elapsed, file->elapsed[car], TIME_LAPM);
	format_clock(hour, 10 * US_HOUR + file->elapsed[car] + ahead, true);
	out_format(&file->out, "%u;%u;%s;%s;%s;%s;%s;%s\n", car, lap, time, mark,
		   strchr(marks, 'B') ? "B" : "", elapsed, hour,
		   strchr(marks, 'L') ? "0:00:50.000" : "");
}

static const char *file_end(struct lap_file *file)
{
	out_char(&file->out, '\0');
	return file->text;
}

static const struct event *decision_of(const struct reading *reading, const char *car,
				       int64_t lap)
{
	for (uint32_t i = 0; i < reading->list.count; i++) {
		const struct event *event = &reading->list.at[i];
		if (event->kind == EVENT_DECISION && strcmp(event->id, car) == 0 &&
		    event->value == lap)
			return event;
	}
	return NULL;
}

static const struct event *crossing_of(const struct reading *reading, const char *car,
				       uint32_t lap)
{
	for (uint32_t i = 0; i < reading->list.count; i++) {
		const struct event *event = &reading->list.at[i];
		if (event->kind == EVENT_PASSING && strcmp(event->id, car) == 0 &&
		    event->number == lap)
			return event;
	}
	static const struct event none;
	fail_msg("car %s has no lap %u", car, lap);
	return &none;
}

/* ---- which laps count ------------------------------------------------------------ */

static struct reading timed_reading(const char *const *marks, const int64_t *ms,
				    unsigned laps)
{
	static struct lap_file file;
	file_begin(&file);
	/* Others, so that the file is of a timed session and has marks. */
	for (unsigned car = 1; car <= 3; car++) {
		file_lap(&file, car, 1, 200000, "0L", 0);
		file_lap(&file, car, 2, 110000, "2", 0);
	}
	for (unsigned lap = 0; lap < laps; lap++)
		file_lap(&file, 7, lap + 1, ms[lap], marks[lap], 0);
	struct reading reading = reading_of(slice_of(file_end(&file)));
	assert_int_equal(reading.rc, 0);
	assert_int_equal(reading.info.type, SESSION_FIELD_TIMED);
	return reading;
}

static void faster_laps_without_the_mark_were_taken_back(void **state)
{
	static const char *const marks[] = {"0L", "0", "2", "0", "0", "0B", "0", "0"};
	static const int64_t ms[] = {180000, 99000, 100000, 100000,
				     99500,  98000, 97000,  101000};
	(void)state;
	struct reading reading = timed_reading(marks, ms, ARRAY_LEN(ms));
	const struct event *lap3 = crossing_of(&reading, "7", 3);
	assert_int_equal(lap3->bits, EVENT_COUNTS);
	assert_int_equal(crossing_of(&reading, "7", 2)->bits, 0);
	/* Just before the crossing: the lap never counts, and nothing shows earlier. */
	const struct event *deleted = decision_of(&reading, "7", 2);
	if (deleted == NULL) {
		fail_msg("lap 2 was not taken back");
		return;
	}
	assert_int_equal(deleted->field, DECISION_LAP_DELETED);
	assert_int_equal(deleted->at, crossing_of(&reading, "7", 2)->at - 1);
	assert_non_null(strstr(event_text(&reading.list, deleted).at, "inferred"));
	assert_non_null(decision_of(&reading, "7", 5));
	/* As fast, slower, into and out of the lane: they are no decision. */
	for (int64_t lap = 1; lap <= 8; lap++)
		if (lap != 2 && lap != 5)
			assert_null(decision_of(&reading, "7", lap));
	assert_null(decision_of(&reading, "1", 2));
	reading_free(&reading);
}

static void the_mark_counts_on_any_lap(void **state)
{
	static const char *const first[] = {"3L", "0", "0"};
	static const char *const out_lap[] = {"0L", "0B", "2"};
	static const char *const in_lap[] = {"0L", "2B", "0"};
	static const int64_t ms[] = {101000, 105000, 106000};
	(void)state;
	struct reading reading = timed_reading(first, ms, 3);
	assert_int_equal(crossing_of(&reading, "7", 1)->bits, EVENT_COUNTS);
	assert_null(decision_of(&reading, "7", 2));
	reading_free(&reading);
	reading = timed_reading(out_lap, ms, 3);
	assert_int_equal(crossing_of(&reading, "7", 3)->bits, EVENT_COUNTS);
	reading_free(&reading);
	reading = timed_reading(in_lap, ms, 3);
	assert_int_equal(crossing_of(&reading, "7", 2)->bits, EVENT_COUNTS);
	reading_free(&reading);
}

/* Marks as the laps improved: the fastest of them. */
static void of_several_marks_the_fastest_counts(void **state)
{
	static const char *const marks[] = {"0L", "2", "2", "0", "3"};
	static const int64_t ms[] = {150000, 104000, 102000, 103000, 101000};
	(void)state;
	struct reading reading = timed_reading(marks, ms, ARRAY_LEN(ms));
	assert_int_equal(crossing_of(&reading, "7", 5)->bits, EVENT_COUNTS);
	assert_int_equal(crossing_of(&reading, "7", 3)->bits, 0);
	assert_null(decision_of(&reading, "7", 4));
	reading_free(&reading);
}

static void a_car_without_a_mark_has_no_time_in_a_timed_session(void **state)
{
	static const char *const marks[] = {"0L", "0", "0", "0B"};
	static const int64_t ms[] = {150000, 104000, 102000, 103000};
	(void)state;
	struct reading reading = timed_reading(marks, ms, ARRAY_LEN(ms));
	assert_non_null(decision_of(&reading, "7", 2));
	assert_non_null(decision_of(&reading, "7", 3));
	assert_null(decision_of(&reading, "7", 1));
	assert_null(decision_of(&reading, "7", 4));
	reading_free(&reading);
}

static void in_a_race_the_mark_is_what_is_missing(void **state)
{
	static struct lap_file file;
	(void)state;
	file_begin(&file);
	for (unsigned car = 1; car <= 2; car++)
		for (unsigned lap = 1; lap <= 4; lap++)
			file_lap(&file, car, lap, 100000 + lap * 10,
				 car == 1 && lap == 2 ? "2" : "0", 0);
	expect_of(file_end(&file), 1u << EVENT_DECISION | 1u << EVENT_ANOMALY,
		  "anomaly 2 3:20.030 line 7 contradiction: car 2: no lap is marked as "
		  "its best; its fastest is used\n");
}

/* Where rows were lost, so may have been the one with the mark. */
static void a_car_that_lost_rows_is_left_alone(void **state)
{
	static struct lap_file file;
	(void)state;
	file_begin(&file);
	for (unsigned car = 1; car <= 3; car++)
		for (unsigned lap = 1; lap <= 4; lap++) {
			int64_t before = file.out.len;
			file_lap(&file, car, lap, 110000,
				 lap == 1              ? "0L"
				 : car < 3 && lap == 2 ? "2"
						       : "0",
				 0);
			if (car == 3 && lap == 3)
				file.out.len = (size_t)before;
		}
	struct reading reading = reading_of(slice_of(file_end(&file)));
	assert_int_equal(reading.info.type, SESSION_FIELD_TIMED);
	assert_int_equal(reading_count(&reading, EVENT_DECISION), 0);
	reading_free(&reading);
}

/* A file that marks only the best lap of all says nothing of the other cars. */
static void where_most_cars_have_no_mark_their_laps_count(void **state)
{
	static struct lap_file file;
	(void)state;
	file_begin(&file);
	for (unsigned car = 1; car <= 3; car++)
		for (unsigned lap = 1; lap <= 4; lap++)
			file_lap(&file, car, lap, 100000 + car * 10,
				 lap == 1               ? "0L"
				 : car == 1 && lap == 2 ? "3"
							: "0",
				 0);
	struct reading reading = reading_of(slice_of(file_end(&file)));
	assert_int_equal(reading.info.type, SESSION_FIELD_TIMED);
	assert_int_equal(reading_count(&reading, EVENT_DECISION), 0);
	assert_int_equal(crossing_of(&reading, "1", 2)->bits, EVENT_COUNTS);
	reading_free(&reading);
}

static void a_file_without_marks_says_nothing_of_them(void **state)
{
	static struct lap_file file;
	(void)state;
	file_begin(&file);
	for (unsigned lap = 1; lap <= 4; lap++)
		file_lap(&file, 1, lap, 100000 - lap * 10, lap == 1 ? "0L" : "0", 0);
	struct reading reading = reading_of(slice_of(file_end(&file)));
	assert_int_equal(reading_count(&reading, EVENT_DECISION), 0);
	for (uint32_t lap = 1; lap <= 4; lap++)
		assert_int_equal(crossing_of(&reading, "1", lap)->bits, 0);
	reading_free(&reading);
}

/* ---- the type ---------------------------------------------------------------------- */

static void the_type_is_how_the_cars_began(void **state)
{
	static const struct {
		unsigned cars, from_lane;
		enum session_field type;
	} cases[] = {
		{20, 0, SESSION_FIELD_RACE},   {20, 1, SESSION_FIELD_RACE},
		{20, 5, SESSION_FIELD_RACE},   {20, 10, SESSION_FIELD_UNKNOWN},
		{20, 15, SESSION_FIELD_TIMED}, {20, 19, SESSION_FIELD_TIMED},
		{20, 20, SESSION_FIELD_TIMED}, {1, 0, SESSION_FIELD_RACE},
		{1, 1, SESSION_FIELD_TIMED},
	};
	static struct lap_file file;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		file_begin(&file);
		for (unsigned car = 1; car <= cases[i].cars; car++)
			for (unsigned lap = 1; lap <= 2; lap++)
				file_lap(&file, car, lap, 100000 + car,
					 lap == 1 && car <= cases[i].from_lane ? "0L"
									       : "0",
					 0);
		struct reading reading = reading_of(slice_of(file_end(&file)));
		assert_int_equal(reading.info.type, cases[i].type);
		reading_free(&reading);
	}
}

static void a_first_lap_that_begins_later_is_of_a_timed_session(void **state)
{
	(void)state;
	struct reading reading =
		reading_of(SLICE("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n"
				 "1;1;1:50.000;4:00.000\n1;2;1:40.000;5:40.000\n"
				 "2;1;1:50.000;6:00.000\n2;2;1:40.000;7:40.000\n"));
	assert_int_equal(reading.info.type, SESSION_FIELD_TIMED);
	reading_free(&reading);
	/* Without PIT_TIME a start from the grid is none that shows. */
	reading = reading_of(SLICE("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n"
				   "1;1;1:50.000;1:50.000\n1;2;1:40.000;3:30.000\n"));
	assert_int_equal(reading.info.type, SESSION_FIELD_UNKNOWN);
	reading_free(&reading);
}

/* The chequered flag of the first group does not end the session of the second. */
static void groups_have_a_chequered_flag_each(void **state)
{
	static char text[16 * 1024];
	struct out out = {.buf = text, .max = sizeof(text)};
	(void)state;
	out_text(&out, "NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;PIT_TIME;FLAG_AT_FL\n");
	for (unsigned car = 1; car <= 8; car++) {
		unsigned at = car <= 4 ? 200 : 1200;
		for (unsigned lap = 1; lap <= 6; lap++) {
			unsigned time = lap == 1 ? at + car : 100;
			unsigned to = at + car + (lap - 1) * 100;
			out_format(&out, "%u;%u;%u:%02u.000;%u:%02u.000;%s;%s\n", car,
				   lap, time / 60, time % 60, to / 60, to % 60,
				   lap == 1 ? "0:01:00.000" : "",
				   lap == 6 ? "FF" : "GF");
		}
	}
	out_char(&out, '\0');
	struct reading reading = reading_of(slice_of(text));
	assert_int_equal(reading.info.type, SESSION_FIELD_TIMED);
	assert_int_equal(reading.info.anomalies, 0);
	assert_int_equal(reading.info.rows, 48);
	assert_int_equal(crossing_of(&reading, "1", 6)->flag, FLAG_UNKNOWN);
	assert_int_equal(crossing_of(&reading, "8", 6)->flag, FLAG_FINISH);
	reading_free(&reading);
}

/* ---- the clock --------------------------------------------------------------------- */

struct stepping {
	int64_t at, by; /* seconds of ELAPSED; how far HOUR went on */
};

static int64_t stepped(const struct stepping steps[2], int64_t elapsed)
{
	int64_t ahead = 0;
	for (unsigned i = 0; i < 2; i++)
		if (steps[i].by && elapsed > steps[i].at * US_S)
			ahead += steps[i].by * US_S;
	return ahead;
}

static void hour_may_step(void **state)
{
	static const struct {
		struct stepping steps[2];
		unsigned count, anomalies;
	} cases[] = {
		{{{0, 0}}, 0, 0},
		{{{1000, -3600}}, 1, 0}, /* winter time */
		{{{200, -3600}}, 1, 0},  /* of most of the file */
		{{{3700, -3600}}, 1, 0}, /* of its end */
		{{{1000, 3600}}, 1, 0},
		{{{1000, 1234}}, 1, 0}, /* a red flag */
		{{{1000, 1234}, {2500, 600}}, 2, 0},
		/* A clock does not go back by minutes: then HOUR is wrong. */
		{{{2500, -300}}, 0, 1},
	};
	static struct lap_file file;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		file_begin(&file);
		for (unsigned car = 1; car <= 4; car++)
			for (unsigned lap = 1; lap <= 40; lap++) {
				int64_t ms = 100000 + car * 7 + lap * 3;
				int64_t to = file.elapsed[car] + ms * US_MS;
				file_lap(&file, car, lap, ms, "0",
					 stepped(cases[i].steps, to));
			}
		struct reading reading = reading_of(slice_of(file_end(&file)));
		assert_int_equal(reading.info.anomalies > 0, cases[i].anomalies);
		assert_int_equal(reading.info.start_at, 10 * US_HOUR);
		for (unsigned k = 0; k < CLOCK_STEPS_MAX; k++) {
			const struct clock_step *step = &reading.info.steps[k];
			if (k >= cases[i].count) {
				assert_int_equal(step->by, 0);
				continue;
			}
			assert_int_equal(step->by, cases[i].steps[k].by * US_S);
			int64_t at = step->at - reading.info.start_at;
			assert_in_range(at, (cases[i].steps[k].at - 101) * US_S,
					cases[i].steps[k].at * US_S);
		}
		reading_free(&reading);
	}
}

/* HOUR of a row at either side of the change belongs to the other. */
static void a_damaged_hour_does_not_move_the_step(void **state)
{
	static struct lap_file file;
	(void)state;
	file_begin(&file);
	for (unsigned car = 1; car <= 4; car++)
		for (unsigned lap = 1; lap <= 40; lap++) {
			bool winter = lap > 20 || (car == 2 && lap == 3);
			file_lap(&file, car, lap, 100000 + car, "0",
				 winter ? -US_HOUR : 0);
		}
	struct reading reading = reading_of(slice_of(file_end(&file)));
	assert_int_equal(reading.info.anomalies, 1);
	assert_int_equal(reading.info.steps[0].by, -US_HOUR);
	assert_int_equal(reading.info.steps[1].by, 0);
	assert_int_equal(reading_event(&reading, EVENT_ANOMALY, 0)->field,
			 ANOMALY_CONTRADICTION);
	/* The lap is there all the same. */
	assert_int_equal(reading.info.rows, 160);
	reading_free(&reading);
}

/* ---- speeds ------------------------------------------------------------------------ */

static void speeds_are_numbers_of_a_crossing(void **state)
{
	static const struct {
		const char *kph, *top;
		unsigned tenths, top_tenths;
	} cases[] = {
		{"217.3", "315.4", 2173, 3154}, {"217.3", "", 2173, 0},
		{"", "315.4", 0, 3154},         {"", "", 0, 0},
		{"217", "302", 2170, 3020},     {"0", "x", 0, 0},
		{"99.9", "-1.0", 999, 0},
	};
	char text[512];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		text_format(text, sizeof(text),
			    "NUMBER;LAP_NUMBER;LAP_TIME;KPH;ELAPSED;TOP_SPEED\n"
			    "7;1;1:40.000;%s;1:40.000;%s\n",
			    cases[i].kph, cases[i].top);
		struct reading reading = reading_of(slice_of(text));
		const struct event *event = crossing_of(&reading, "7", 1);
		assert_int_equal(event->kph, cases[i].tenths);
		assert_int_equal(event->top_speed, cases[i].top_tenths);
		assert_int_equal(event_text(&reading.list, event).len, 0);
		reading_free(&reading);
	}
}

/* ---- files beside it ---------------------------------------------------------------- */

static void the_files_beside_a_lap_file_are_known(void **state)
{
	static const struct {
		const char *head, *what;
	} cases[] = {
		{"POS,NUMBER,LAP,TIME,GAP_FIRST,GAP_PREVIOUS,KPH, LAPS,TEAM\n",
		 "results"},
		{"\xef\xbb\xbfPOSITION;NUMBER;STATUS;LAPS;TOTAL_TIME;\r\n", "results"},
		{"\"POSITION\";\"NUMBER\";\"LAPS\"\n", "results"},
		{"TIME_UTC_SECONDS;TIME_UTC_STR;AIR_TEMP;TRACK_TEMP\n", "weather"},
		{"TIME;ELAPSED;REC_TYPE;FLAG;SECTOR;MESSAGE\n", "flags"},
		{"POSITION;NAME;POINTS\n", NULL},
		{HEAD, NULL},
		{"", NULL},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *what = feed_lap_file_sibling(slice_of(cases[i].head));
		if (cases[i].what == NULL)
			assert_null(what);
		else
			assert_string_equal(what, cases[i].what);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faster_laps_without_the_mark_were_taken_back),
		cmocka_unit_test(the_mark_counts_on_any_lap),
		cmocka_unit_test(of_several_marks_the_fastest_counts),
		cmocka_unit_test(a_car_without_a_mark_has_no_time_in_a_timed_session),
		cmocka_unit_test(in_a_race_the_mark_is_what_is_missing),
		cmocka_unit_test(a_car_that_lost_rows_is_left_alone),
		cmocka_unit_test(where_most_cars_have_no_mark_their_laps_count),
		cmocka_unit_test(a_file_without_marks_says_nothing_of_them),
		cmocka_unit_test(the_type_is_how_the_cars_began),
		cmocka_unit_test(a_first_lap_that_begins_later_is_of_a_timed_session),
		cmocka_unit_test(groups_have_a_chequered_flag_each),
		cmocka_unit_test(hour_may_step),
		cmocka_unit_test(a_damaged_hour_does_not_move_the_step),
		cmocka_unit_test(speeds_are_numbers_of_a_crossing),
		cmocka_unit_test(the_files_beside_a_lap_file_are_known),
	};
	return cmocka_run_group_tests_name("the session of a lap file", tests, NULL,
					   NULL);
}
