/*
 * test_cases.c -- what the official timing system says of its own race is what is printed
 *
 * First small streams with their right values from the test data, then our own: variants of
 * the same kinds, written here line by line.
 */
#include "official.h"
#include "../real.h"
#include "../scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the cases of the test data --------------------------------------------------- */

/* @words: the command, with %s for the folder. @has, @not: in what it prints. */
struct given {
	const char *words;
	const char *has[4], *not [3];
};

static const struct given given[] = {
	{"results %s/qualifying-first-lap.txt --format csv",
	 {"1,CLASSIFIED,1,GT,1,2,0:07:18.855,,,2:20.874,1,"},
	 {NULL}},
	{"results %s/qualifying-time-deleted.txt --format csv",
	 {"\n1,CLASSIFIED,2,GT,", "\n2,NC,1,GT,2,2,0:07:14.926,,,,,"},
	 {NULL}},
	{"results %s/j-corrected.txt --format csv",
	 {"\n1,CLASSIFIED,2,GT,1,3,0:04:59.985,,,1:39.965,3,",
	  "\n2,CLASSIFIED,1,GT,2,3,0:05:00.000,0.015,"},
	 {NULL}},
	{"results %s/start-moved-5s.txt --format csv",
	 {"\n1,CLASSIFIED,1,GT,1,4,0:06:40.500,", "2,CLASSIFIED,2,GT,2,4,0:06:41.250,"},
	 {NULL}},
	{"results %s/idle-run-95.txt --format csv 2>&1",
	 {"this is 33", "\n1,CLASSIFIED,1,GT,1,5,0:08:20.500,,,1:40.000,"},
	 {NULL}},
	{"results %s/idle-run-95.txt --session 33 --format csv",
	 {"\n2,CLASSIFIED,2,GT,2,5,0:08:26.000,1.000,1.000,1:41.000,"},
	 {NULL}},
	{"render %s/L-with-date.txt --at end --screen timing --size 100x16 --format "
	 "text",
	 {" 0:08:21 "},
	 {NULL}},
	{"results %s/b-comes-late.txt --format csv 2>&1",
	 {"\n1,CLASSIFIED,1,GT,1,5,", "\n3,CLASSIFIED,3,GT,3,3,0:05:02.000,",
	  ",1:40.000,1,0,,Team 3"},
	 {"sessions in it"}},
	{"laps %s/pit-lane-bit-sticks.txt --format csv",
	 {"1,3,1:47.000,0:05:10.500,13:05:10.500,1:47.000,1,",
	  "1,4,8:50.000,0:14:00.500,13:14:00.500,8:50.000,0,",
	  "1,5,1:35.000,0:15:35.500,13:15:35.500,1:35.000,0,"},
	 {NULL}},
	{"results %s/pit-lane-bit-sticks.txt --format csv", {",1:35.000,5,2,"}, {NULL}},
	{"laps %s/pit-L-before-J.txt --format csv",
	 {"1,2,1:45.000,0:03:28.500,13:03:28.500,1:45.000,1,",
	  "1,3,2:42.000,0:06:10.500,13:06:10.500,2:42.000,0,",
	  "1,4,1:40.000,0:07:50.500,13:07:50.500,1:40.000,0,"},
	 {NULL}},
	{"laps %s/late-join-lap-table.txt --car 12 --format csv 2>&1",
	 {"\n12,41,1:40.000,1:08:32.000,", "\n12,42,1:40.000,1:10:12.000,",
	  "\n12,43,1:40.000,1:11:52.000,"},
	 {"no room", "\n12,40,"}},
	{"results %s/cut-off-under-green.txt",
	 {"Leader  #1, 3 laps in 0:05:00.500"},
	 {"Winner", "class winner"}},
	{"results %s/renumbered.txt --format csv",
	 {"\n1,CLASSIFIED,64,FF,1,5,0:08:21.000,,,1:40.000,",
	  "\n2,CLASSIFIED,5,FF,2,5,0:08:24.000,"},
	 {"64bk", "\n3,"}},
	{"results %s/pace-car.txt --format csv",
	 {"\n1,CLASSIFIED,1,GT,1,3,0:05:00.500,"},
	 {"PC"}},
	{"results %s/rolling-start-no-circuit.jsonl --session %s/s5min.ini --format "
	 "csv",
	 {"\n1,CLASSIFIED,1,GT,1,3,", "\n2,CLASSIFIED,2,GT,2,3,",
	  "\n3,CLASSIFIED,3,GT,3,3,"},
	 {NULL}},
	{"results %s/multiloop-lap-lost-and-kept.mlp --format csv",
	 {"\n3,CLASSIFIED,23,,,5,0:04:09.400,", ",3,,,2,0:01:22.000,"},
	 {NULL}},
};

static void holds(const char *what, const char *text, const struct given *row)
{
	for (size_t i = 0; i < ARRAY_LEN(row->has) && row->has[i]; i++)
		if (!strstr(text, row->has[i]))
			fail_msg("%s: no \"%s\" in\n%.2000s", what, row->has[i], text);
	for (size_t i = 0; i < ARRAY_LEN(row->not ) && row->not [i]; i++)
		if (strstr(text, row->not [i]))
			fail_msg("%s: \"%s\" in\n%.2000s", what, row->not [i], text);
}

static void the_cases_of_the_test_data(void **unused)
{
	char folder[REAL_PATH_MAX], words[3 * REAL_PATH_MAX];
	(void)unused;
	if (access(real_path(folder, "cases/cases.csv"), R_OK) != 0) {
		print_message("# skipped: cases/ is not here (PITWALL_DATA)\n");
		skip();
	}
	real_path(folder, "cases");
	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		/* The folder takes the place of each %s. */
		size_t len = 0;
		for (const char *p = given[i].words; *p; p++) {
			bool here = p[0] == '%' && p[1] == 's';
			len += text_format(words + len, sizeof(words) - len,
					   here ? "%s" : "%.1s", here ? folder : p);
			p += here;
		}
		char *text = run_pitwall(words, 0);
		holds(given[i].words, text, &given[i]);
		free(text);
	}
}

/* ---- our own streams of RMonitor ----------------------------------------------------- */

/* A stream that is being written. */
struct board {
	char text[512 * 1024];
	size_t len;
	int now;   /* race time of the last $F; -1 none */
	int day;   /* time of day at race time 0 */
	int rate;  /* seconds of the race in a second of the day */
	int speed; /* seconds of the day in a second of our time; 0: no marks */
	int moved; /* seconds that the race clock was set forward */
	int slow;  /* seconds of the totals in a second of the race clock; 0: 1 */
	const char *flag;
};

static struct board board;

PRINTF_LIKE(1, 2)
static void put(const char *format, ...)
{
	va_list args;
	struct board *b = &board;
	if (b->speed > 0) {
		/* When the line is received: an ISO time before it. */
		int64_t ms =
			(int64_t)(b->now < 0 ? 0 : b->now) * 1000 / b->rate / b->speed;
		b->len += text_format(b->text + b->len, sizeof(b->text) - b->len,
				      "2026-06-13T11:%02d:%02d.%03dZ ",
				      (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
				      (int)(ms % 1000));
	}
	va_start(args, format);
	int n = vsnprintf(b->text + b->len, sizeof(b->text) - b->len, format, args);
	va_end(args);
	assert_true(n > 0 && b->len + (size_t)n + 64 < sizeof(b->text));
	b->len += (size_t)n;
	b->text[b->len++] = '\n';
	b->text[b->len] = '\0';
}

static void begin_board(const char *run)
{
	memset(&board, 0, sizeof(board));
	board.day = 13 * 3600;
	board.rate = 1;
	board.now = -1;
	board.flag = "Green ";
	if (run)
		put("$B,5,\"%s\"", run);
}

static void beat(int race)
{
	int day = board.day + (race - board.moved) / board.rate;
	board.now = race;
	if (board.slow > 0) {
		race /= board.slow;
		day = board.day + race;
	}
	put("$F,9999,\"00:00:00\",\"%02d:%02d:%02d\",\"%02d:%02d:%02d\",\"%s\"",
	    day / 3600 % 24, day / 60 % 60, day % 60, race / 3600, race / 60 % 60,
	    race % 60, board.flag);
}

/* A $F for each second up to race time @race. */
static void until(int race)
{
	while (board.now < race)
		beat(board.now + 1);
}

static void entry(const char *reg, const char *number, const char *transponder,
		  const char *class)
{
	put("$A,\"%s\",\"%s\",%s,\"\",\"Team %s\",\"\",%s", reg, number, transponder,
	    number, class);
}

static const char *clock_of(int ms, char text[16])
{
	text_format(text, 16, "%02d:%02d:%02d.%03d", ms / 3600000, ms / 60000 % 60,
		    ms / 1000 % 60, ms % 1000);
	return text;
}

static void passing(const char *reg, int lap_ms, int total_ms)
{
	char a[16], b[16];
	put("$J,\"%s\",\"%s\",\"%s\"", reg, clock_of(lap_ms, a), clock_of(total_ms, b));
}

static void standing(int rank, const char *reg, int laps, int total_ms)
{
	char a[16];
	put("$G,%d,\"%s\",%d,\"%s\"", rank, reg, laps, clock_of(total_ms, a));
}

static void best(int rank, const char *reg, int lap, int ms)
{
	char a[16];
	put("$H,%d,\"%s\",%d,\"%s\"", rank, reg, lap, clock_of(ms, a));
}

/* The laps of one car, all of @lap_ms, from its crossing at @first_ms on. */
static void drive(const char *reg, int laps, int first_ms, int lap_ms)
{
	until(first_ms / 1000 + 1);
	passing(reg, 0, first_ms);
	for (int n = 1; n <= laps; n++) {
		until((first_ms + n * lap_ms) / 1000 + 1);
		passing(reg, lap_ms, first_ms + n * lap_ms);
		standing(1, reg, n, first_ms + n * lap_ms);
	}
}

static void shows(const char *words, const struct given *row)
{
	char command[256];
	write_text("stream.txt", board.text);
	text_format(command, sizeof(command), "%s 2>&1", words);
	char *text = run_pitwall(command, 0);
	holds(words, text, row);
	free(text);
}

#define RESULTS "results stream.txt --format csv"
#define LAPS "laps stream.txt --format csv"
#define SHOWS(words_, ...) shows(words_, &(struct given){NULL, __VA_ARGS__})
#define SAYS(...)           \
	{                   \
		__VA_ARGS__ \
	}

static void finish(int race)
{
	board.flag = "Finish";
	until(race);
}

static void lap_1_of_practice_counts_from_its_first_crossing(void **unused)
{
	(void)unused;
	begin_board("Practice");
	entry("7", "7", "1", "1");
	until(10);
	passing("7", 0, 9500);
	until(110);
	passing("7", 100000, 109500);
	until(212);
	passing("7", 102000, 211500);
	finish(214);
	SHOWS(RESULTS, SAYS(",7,,,2,0:03:31.500,,,1:40.000,1,"), SAYS(NULL));
}

static void a_car_that_never_gets_a_time_has_none(void **unused)
{
	(void)unused;
	begin_board("Qualifying");
	best(1, "7", 0, 0);
	drive("7", 0, 5000, 100000);
	drive("8", 0, 6000, 100000);
	until(106);
	passing("7", 98000, 103000);
	best(2, "7", 0, 3599999);
	standing(1, "7", 1, 103000);
	passing("8", 99500, 105500);
	best(1, "8", 1, 99500);
	standing(2, "8", 1, 105500);
	until(110);
	best(2, "7", 0, 3599999);
	finish(120);
	SHOWS(RESULTS,
	      SAYS("\n1,CLASSIFIED,8,,,1,0:01:45.500,,,1:39.500,1,", "\n2,NC,7,"),
	      SAYS("1:38.000"));
	SHOWS("events stream.txt", SAYS("best lap 1:38.000 taken back"), SAYS(NULL));
}

static void a_best_lap_that_is_taken_back_does_not_count(void **unused)
{
	(void)unused;
	begin_board("Qualifying");
	drive("7", 1, 5000, 100000);
	until(204);
	passing("7", 98000, 203000);
	best(1, "7", 2, 98000);
	until(304);
	passing("7", 99000, 302000);
	best(1, "7", 3, 99000);
	until(320);
	SHOWS(RESULTS, SAYS(",1:39.000,3,"), SAYS("1:38.000"));
	/* It is given back. */
	best(1, "7", 2, 98000);
	until(330);
	SHOWS(RESULTS, SAYS(",1:38.000,2,"), SAYS(NULL));
	/* A faster lap later counts, whatever was claimed before. */
	until(401);
	passing("7", 97000, 399000);
	until(404);
	SHOWS(RESULTS, SAYS(",1:37.000,4,"), SAYS(NULL));
}

static void a_deletion_that_only_a_dump_tells_of_counts(void **unused)
{
	(void)unused;
	begin_board("Qualifying");
	drive("7", 1, 5000, 100000);
	until(204);
	passing("7", 98000, 203000);
	until(230);
	best(1, "7", 1, 100000);
	until(240);
	best(1, "7", 1, 100000);
	until(250);
	SHOWS(RESULTS, SAYS(",1:40.000,1,"), SAYS("1:38.000"));
}

static void who_joins_late_has_the_best_lap_of_before(void **unused)
{
	(void)unused;
	begin_board("Race");
	board.now = 4999;
	until(5001);
	standing(1, "7", 50, 4980000);
	best(1, "7", 31, 97500);
	until(5081);
	passing("7", 100000, 5080000);
	standing(1, "7", 51, 5080000);
	best(1, "7", 31, 97500);
	finish(5090);
	SHOWS(RESULTS, SAYS(",7,,,51,1:24:40.000,,,1:37.500,31,"), SAYS("no room"));
}

static void a_corrected_crossing_replaces_the_first(void **unused)
{
	(void)unused;
	begin_board("Race");
	drive("1", 2, 1000, 100000);
	drive("2", 0, 1500, 100000);
	/* Later, and the lap behind it goes on from there. */
	passing("1", 100300, 201300);
	until(302);
	passing("1", 99900, 301200);
	finish(310);
	SHOWS(LAPS, SAYS("1,2,1:40.300,0:03:21.300,", "1,3,1:39.900,0:05:01.200,"),
	      SAYS("0:03:21.000"));
}

static void an_earlier_crossing_may_be_corrected_too(void **unused)
{
	(void)unused;
	begin_board("Race");
	drive("1", 3, 1000, 100000);
	passing("1", 99900, 200900);
	passing("1", 100100, 301000);
	passing("1", 99950, 300950);
	until(402);
	passing("1", 100050, 401000);
	finish(410);
	SHOWS(LAPS,
	      SAYS("1,2,1:39.900,0:03:20.900,", "1,3,1:39.950,0:05:00.950,",
		   "1,4,1:40.050,0:06:41.000,"),
	      SAYS("0:03:21.000", "0:05:01.000"));
}

static void who_joins_between_two_dumps_gets_the_number_of_the_lap(void **unused)
{
	(void)unused;
	begin_board("Race");
	board.now = 4999;
	until(5001);
	passing("7", 100000, 5000500);
	until(5030);
	standing(1, "7", 50, 5000500);
	until(5101);
	passing("7", 99000, 5099500);
	finish(5110);
	SHOWS(LAPS,
	      SAYS("\n7,50,1:40.000,1:23:20.500,", "\n7,51,1:39.000,1:24:59.500,"),
	      SAYS("\n7,1,", "\n7,2,"));
	SHOWS("results stream.txt", SAYS("51 laps in 1:24:59.500", "no decisions"),
	      SAYS(NULL));
}

static void a_start_that_moves_before_the_first_lap_moves_all_totals(void **unused)
{
	static const int by[] = {5, -4, 40};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(by); i++) {
		char row[64], total[16];
		begin_board("Race");
		until(20);
		passing("1", 0, 1000);
		standing(1, "1", 0, 1000);
		until(50);
		board.moved = by[i];
		beat(51 + by[i]);
		until(121 + by[i]);
		/* A car that nobody saw begin crosses first. */
		passing("2", 100000, (120 + by[i]) * 1000);
		standing(2, "2", 1, (120 + by[i]) * 1000);
		until(141 + by[i]);
		passing("1", 140000 - 1000, (140 + by[i]) * 1000);
		standing(1, "1", 1, (140 + by[i]) * 1000);
		finish(145 + by[i]);
		text_format(row, sizeof(row), "\n1,CLASSIFIED,2,,,1,%s,",
			    clock_of((120 + by[i]) * 1000, total) + 1);
		SHOWS(RESULTS, SAYS(row), SAYS(NULL));
		text_format(row, sizeof(row), "\n2,CLASSIFIED,1,,,1,%s,20.000,",
			    clock_of((140 + by[i]) * 1000, total) + 1);
		SHOWS(RESULTS, SAYS(row), SAYS(NULL));
	}
}

static void a_start_that_moves_while_cars_run_moves_all_totals(void **unused)
{
	(void)unused;
	begin_board("Race");
	drive("1", 1, 1000, 100000);
	passing("2", 0, 1000);
	standing(2, "2", 0, 1000);
	until(110);
	/* Seven seconds more on the race clock. */
	board.moved = 7;
	beat(119);
	until(209);
	passing("1", 100000, 208000);
	standing(1, "1", 2, 208000);
	until(302);
	passing("1", 93000, 301000);
	standing(1, "1", 3, 301000);
	finish(310);
	SHOWS(RESULTS, SAYS(",1,,,3,0:05:01.000,,,1:33.000,"), SAYS("decision"));
	SHOWS(LAPS, SAYS("1,2,1:40.000,0:03:28.000,13:03:21.000"), SAYS(NULL));
}

/* A recording of what serve sends, and of simulators. */
static void totals_do_not_depend_on_the_rate_of_the_lines(void **unused)
{
	static const struct {
		int rate, speed;
	} rates[] = {{1, 1}, {1, 8}, {1, 60}, {1, 300}, {8, 1}, {60, 1}, {8, 8}};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
		begin_board(NULL);
		board.rate = rates[i].rate;
		board.speed = rates[i].speed;
		put("$B,5,\"Race\"");
		entry("1", "1", "11", "1");
		drive("1", 20, 1250, 100000);
		finish(2010);
		SHOWS(RESULTS,
		      SAYS("\n1,CLASSIFIED,1,,,20,0:33:21.250,,,1:40.000,1,0,"),
		      SAYS("sessions", "repaired", "fit the race"));
	}
}

/* A simulator whose totals are of another clock than its $F. */
static void totals_may_outrun_the_race_clock(void **unused)
{
	static const int slow[] = {2, 8, 60};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(slow); i++) {
		begin_board("Race");
		board.slow = slow[i];
		drive("1", 10, 1250, 100000);
		board.flag = "Yellow";
		until(1003);
		board.flag = "Green ";
		for (int n = 11; n <= 20; n++) {
			until(1250 / 1000 + n * 100 + 1);
			passing("1", 100000, 1250 + n * 100000);
			standing(1, "1", n, 1250 + n * 100000);
		}
		finish(2010);
		SHOWS(RESULTS,
		      SAYS("\n1,CLASSIFIED,1,,,20,0:33:21.250,,,1:40.000,1,0,"),
		      SAYS("sessions", "repaired", "fit the race"));
	}
}

static void an_idle_run_is_not_the_one_shown(void **unused)
{
	static const char *const names[] = {"Race", "Race closed", ""};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		begin_board("Race");
		entry("1", "1", "11", "1");
		drive("1", 3, 1000, 100000);
		finish(305);
		put("$I,\"13:06:00\",\"13 jun 26\"");
		put("$B,95,\"%s\"", names[i]);
		entry("1", "1", "11", "1");
		best(1, "1", 1, 100000);
		standing(1, "1", 3, 301000);
		for (int k = 0; k < 20; k++)
			put("$F,9999,\"00:00:00\",\"13:06:%02d\",\"00:00:00\",\"%s\"",
			    k, k < 5 ? "Finish" : "      ");
		SHOWS(RESULTS, SAYS("this is 5", "\n1,CLASSIFIED,1,,,3,0:05:01.000,"),
		      SAYS(NULL));
	}
	/* It was not idle after all. */
	begin_board("Race");
	drive("1", 3, 1000, 100000);
	finish(305);
	put("$B,95,\"Race\"");
	entry("1", "1", "11", "1");
	board.day += 3600;
	board.now = -1;
	board.flag = "Green ";
	drive("1", 2, 1500, 100000);
	finish(205);
	SHOWS(RESULTS, SAYS("this is 95", "\n1,CLASSIFIED,1,,,2,0:03:21.500,"),
	      SAYS(NULL));
}

static void a_name_that_comes_late_begins_no_session(void **unused)
{
	(void)unused;
	/* The clock restarted under the number of the run before. */
	begin_board("Qualifying");
	drive("1", 2, 1000, 100000);
	finish(210);
	board.flag = "Green ";
	board.day += 3600;
	board.now = -1;
	drive("1", 2, 2000, 100000);
	put("$B,6,\"Race\"");
	until(303);
	passing("1", 100000, 302000);
	standing(1, "1", 3, 302000);
	finish(310);
	SHOWS(RESULTS,
	      SAYS("2 sessions", "this is 6, Race",
		   "\n1,CLASSIFIED,1,,,3,0:05:02.000,"),
	      SAYS("3 sessions"));
}

/* The date of a $L is not used, however it is written. */
static void a_pit_mark_may_follow_its_crossing(void **unused)
{
	(void)unused;
	begin_board("Race");
	entry("1", "1", "11", "1");
	drive("1", 1, 1000, 100000);
	until(196);
	put("$L,\"1\",\"P3\",\"PIP\",\"06/13/2026\",\"13:03:15.000\"");
	until(202);
	passing("1", 100000, 201000);
	put("$L,\"1\",\"P1\",\"SFP\",\"13/06/2026\",\"13:03:21.000\"");
	standing(1, "1", 2, 201000);
	until(231);
	put("$L,\"1\",\"P2\",\"POP\",\"2026-06-13\",\"13:03:50.000\"");
	until(330);
	passing("1", 128000, 329000);
	put("$L,\"1\",\"T1\",\"SFT\",\"\",\"13:05:29.000\"");
	standing(1, "1", 3, 329000);
	until(430);
	passing("1", 100500, 429500);
	put("$L,\"1\",\"T1\",\"SFT\",\"06/13/2026\",\"13:07:09.500\"");
	finish(440);
	SHOWS(LAPS,
	      SAYS("1,2,1:40.000,0:03:21.000,13:03:21.000,1:40.000,1,",
		   "1,3,2:08.000,0:05:29.000,13:05:29.000,2:08.000,0,",
		   "1,4,1:40.500,0:07:09.500,13:07:09.500,1:40.500,0,"),
	      SAYS(NULL));
	SHOWS(RESULTS, SAYS(",1,,,4,0:07:09.500,,,1:40.000,1,1,"), SAYS(NULL));
}

static void laps_that_nobody_saw_leave_room_for_the_others(void **unused)
{
	char reg[8];
	(void)unused;
	begin_board("Race");
	for (int car = 1; car <= 40; car++) {
		text_format(reg, sizeof(reg), "%d", car);
		until(101);
		passing(reg, 100000, 100000 + car * 10);
		standing(car, reg, 1, 100000 + car * 10);
	}
	/* A gap of sixty laps in the middle. */
	board.now = 6100;
	for (int car = 1; car <= 40; car++) {
		text_format(reg, sizeof(reg), "%d", car);
		until(6201);
		passing(reg, 100000, 6200000 + car * 10);
		standing(car, reg, 62, 6200000 + car * 10);
	}
	finish(6210);
	SHOWS(LAPS " --car 40", SAYS("\n40,62,1:40.000,1:43:20.400,"), SAYS("no room"));
	SHOWS(RESULTS, SAYS("\n40,CLASSIFIED,40,,,62,1:43:20.400,"), SAYS("no room"));
}

static void a_car_with_another_number_is_the_same_car(void **unused)
{
	(void)unused;
	/* Before the start. */
	begin_board("Race");
	entry("64bk", "64bk", "1803412", "1");
	until(0);
	beat(0);
	put("$COMP,\"64\",\"64\",1,\"\",\"Team 64\",\"\",\"\"");
	entry("64", "64", "1803412", "1");
	drive("64", 2, 1000, 100000);
	finish(210);
	SHOWS(RESULTS, SAYS("\n1,CLASSIFIED,64,"), SAYS(",64bk,", "\n2,"));
	/* Two entries of one dump share a transponder by mistake: two cars. */
	begin_board("Race");
	entry("8", "8", "18", "1");
	entry("9", "9", "18", "1");
	drive("8", 2, 1000, 100000);
	passing("9", 100000, 201500);
	standing(2, "9", 1, 201500);
	finish(210);
	SHOWS(RESULTS, SAYS("\n1,CLASSIFIED,8,", "\n2,CLASSIFIED,9,", "transponder"),
	      SAYS(NULL));
	/* One entry with two transponders is one car, and told. */
	begin_board("Race");
	entry("8", "8", "18", "1");
	until(2);
	entry("8", "8", "19", "1");
	drive("8", 2, 3000, 100000);
	finish(210);
	SHOWS(RESULTS, SAYS("\n1,CLASSIFIED,8,", "two transponders"), SAYS("\n2,"));
}

static void course_cars_are_no_competitors(void **unused)
{
	/* Number, first and last name, class. */
	static const struct {
		const char *number, *first, *last, *class;
		bool competes;
	} cars[] = {
		{"PC", "", "", "Pace Car", false},
		{"SC1", "Safety", "Car", "GT", false},
		{"0", "Pace Car 2", "", "GT", false},
		{"900", "", "", "SAFETY CARS", false},
		{"901", "", "",
		 "Voiture de s\xc3\xa9"
		 "curit\xc3\xa9",
		 false},
		{"902", "", "", "Sicherheitsfahrzeug", false},
		{"903", "", "", "course-car", false},
		{"906", "", "Course", "Intervention", false},
		{"904", "Porsche", "Safety Car", "GT", false},
		{"PACE", "", "", "GT", false},
		{"905", "Coche de", "Seguridad", "GT", false},
		{"7", "James", "Pace", "GT", true},
		{"8", "Pace", "Carter", "GT", true},
		{"SC", "Sam", "Cole", "SC", true},
		{"PC", "Pat", "Cole", "PC", true},
		{"9", "Safety First Racing", "", "GT", true},
	};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cars); i++) {
		char row[64];
		begin_board("Race");
		entry("1", "1", "11", "1");
		put("$A,\"x\",\"%s\",22,\"%s\",\"%s\",\"\",2", cars[i].number,
		    cars[i].first, cars[i].last);
		put("$C,1,\"GT\"");
		put("$C,2,\"%s\"", cars[i].class);
		until(101);
		passing("x", 100000, 100100);
		passing("1", 100000, 100500);
		standing(1, "x", 1, 100100);
		standing(2, "1", 1, 100500);
		finish(105);
		text_format(row, sizeof(row), ",%s,", cars[i].number);
		if (cars[i].competes)
			SHOWS(RESULTS, SAYS("\n2,", row), SAYS(NULL));
		else
			SHOWS(RESULTS, SAYS("\n1,CLASSIFIED,1,GT,1,"), SAYS("\n2,"));
	}
}

static void a_stream_that_ends_before_the_flag_has_no_winner(void **unused)
{
	static const char *const flags[] = {"Green ", "Yellow", "Red   "};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		begin_board("Race");
		drive("1", 3, 1000, 100000);
		board.flag = flags[i];
		until(310);
		SHOWS("results stream.txt", SAYS("Leader  #1, 3 laps"), SAYS("Winner"));
	}
}

static void what_is_no_time_is_none(void **unused)
{
	static const char *const times[] = {"00:59:59.999", "59:59.999", "01:59:59.999",
					    "99:59:59.999", "00:00:00.000"};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		begin_board("Qualifying");
		drive("1", 2, 1000, 100000);
		put("$J,\"2\",\"%s\",\"00:03:22.000\"", times[i]);
		put("$H,2,\"2\",0,\"%s\"", times[i]);
		put("$G,2,\"3\",,\"%s\"", times[i]);
		until(210);
		finish(220);
		SHOWS(RESULTS, SAYS("\n1,CLASSIFIED,1,,,2,"),
		      SAYS("59:59", "2,CLASSIFIED", "99:"));
	}
}

static void a_passing_without_a_time_or_a_total_is_a_passing(void **unused)
{
	static const char *const first[] = {"00:59:59.999", "", "00:99:99.999"};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(first); i++) {
		begin_board("Race");
		entry("7", "7", "1", "1");
		until(2);
		put("$J,\"7\",\"%s\",\"00:00:01.000\"", first[i]);
		until(102);
		passing("7", 100000, 101000);
		until(201);
		put("$J,\"7\",\"00:01:39.000\",\"00:59:59.999\"");
		until(302);
		passing("7", 101000, 301000);
		finish(310);
		SHOWS(RESULTS, SAYS(",7,1,1,3,0:05:01.000,,,1:39.000,2,"),
		      SAYS("59:59"));
		SHOWS(LAPS,
		      SAYS("\n7,1,1:40.000,0:01:41.000,",
			   "\n7,2,1:39.000,0:03:20.000,"),
		      SAYS(NULL));
	}
}

static void before_the_first_lap_the_order_is_that_of_the_standings(void **unused)
{
	(void)unused;
	begin_board("Race");
	entry("1", "1", "11", "1");
	entry("2", "2", "12", "1");
	entry("3", "3", "13", "1");
	put("$G,1,\"3\",,\"00:00:00.000\"");
	put("$G,2,\"1\",,\"00:00:00.000\"");
	put("$G,3,\"2\",,\"00:00:00.000\"");
	until(30);
	SHOWS(RESULTS, SAYS("\n1,RUNNING,3,", "\n2,RUNNING,1,", "\n3,RUNNING,2,"),
	      SAYS(NULL));
}

/* ---- other feeds ------------------------------------------------------------------------ */

#define S "\xa6"
#define C(seq_, rank_, no_, laps_, total_, last_)                                     \
	"$C" S "U" S seq_ S "R1" S rank_ S no_ S no_ S laps_ S total_ S last_ S "T" S \
	"186A0" S "1" S "0" S "0" S "0" S "0" S rank_ S "0" S "Active" S "G" S "0" S  \
	"0" S "1" S "0\r\n"

static void a_lap_taken_back_may_be_driven_again(void **unused)
{
	(void)unused;
	memset(&board, 0, sizeof(board));
	strcpy(board.text, C("1", "1", "7", "1", "186A0", "186A0") C("2", "1", "7", "2",
								     "30D40", "186A0")
				   C("3", "1", "7", "3", "493E0", "186A0")
					   C("4", "1", "7", "2", "30D40", "186A0"));
	SHOWS(RESULTS, SAYS(",7,,,2,0:03:20.000,"), SAYS(NULL));
	strcat(board.text, C("5", "1", "7", "3", "4C4B4", "1B774"));
	SHOWS(RESULTS, SAYS(",7,,,3,0:05:12.500,"), SAYS(NULL));
}

/* Nobody named the circuit: how long a lap is follows from the field. */
static void a_car_that_spins_back_over_the_line_drives_no_lap(void **unused)
{
	static const int passes[][2] = {
		{1, 3000},   {2, 4000},   {1, 103000}, {2, 106000}, {1, 203000},
		{1, 211000}, {2, 208000}, {1, 214000}, {1, 312000}, {2, 310000},
	};
	size_t len = 0;
	(void)unused;
	begin_board(NULL);
	len += text_format(board.text, sizeof(board.text),
			   "{\"t\":\"hello\",\"v\":1,\"id\":\"sf\",\"boot\":\"a\","
			   "\"loop\":\"SF\",\"seq\":0,\"from\":1,\"us\":0,"
			   "\"utc\":1781350000000000,\"src\":\"gps\"}\n"
			   "{\"t\":\"event\",\"id\":\"sf\",\"boot\":\"a\",\"seq\":1,"
			   "\"us\":0,\"name\":\"gun\"}\n");
	for (size_t i = 0; i < ARRAY_LEN(passes); i++)
		len += text_format(board.text + len, sizeof(board.text) - len,
				   "{\"t\":\"pass\",\"id\":\"sf\",\"boot\":\"a\","
				   "\"seq\":%zu,\"tx\":\"%d\",\"us\":%d000}\n",
				   i + 2, passes[i][0], passes[i][1]);
	SHOWS(RESULTS, SAYS("?1,,,3,0:05:12.000,", "?2,,,3,0:05:10.000,"), SAYS(NULL));
}

static void a_stream_of_multiloop_that_ends_under_green_has_no_winner(void **unused)
{
	(void)unused;
	memset(&board, 0, sizeof(board));
	strcpy(board.text, C("1", "1", "7", "1", "186A0", "186A0")
				   C("2", "1", "7", "2", "30D40", "186A0"));
	SHOWS("results stream.txt", SAYS("Leader  #7, 2 laps"), SAYS("Winner"));
}

static int enter(void **state)
{
	(void)state;
	return scratch_enter("cases");
}

static int leave(void **state)
{
	(void)state;
	return scratch_leave("cases");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cases_of_the_test_data),
		cmocka_unit_test(lap_1_of_practice_counts_from_its_first_crossing),
		cmocka_unit_test(a_car_that_never_gets_a_time_has_none),
		cmocka_unit_test(a_best_lap_that_is_taken_back_does_not_count),
		cmocka_unit_test(a_deletion_that_only_a_dump_tells_of_counts),
		cmocka_unit_test(who_joins_late_has_the_best_lap_of_before),
		cmocka_unit_test(a_corrected_crossing_replaces_the_first),
		cmocka_unit_test(an_earlier_crossing_may_be_corrected_too),
		cmocka_unit_test(
			who_joins_between_two_dumps_gets_the_number_of_the_lap),
		cmocka_unit_test(
			a_start_that_moves_before_the_first_lap_moves_all_totals),
		cmocka_unit_test(a_start_that_moves_while_cars_run_moves_all_totals),
		cmocka_unit_test(totals_do_not_depend_on_the_rate_of_the_lines),
		cmocka_unit_test(totals_may_outrun_the_race_clock),
		cmocka_unit_test(an_idle_run_is_not_the_one_shown),
		cmocka_unit_test(a_name_that_comes_late_begins_no_session),
		cmocka_unit_test(a_pit_mark_may_follow_its_crossing),
		cmocka_unit_test(laps_that_nobody_saw_leave_room_for_the_others),
		cmocka_unit_test(a_car_with_another_number_is_the_same_car),
		cmocka_unit_test(course_cars_are_no_competitors),
		cmocka_unit_test(a_stream_that_ends_before_the_flag_has_no_winner),
		cmocka_unit_test(what_is_no_time_is_none),
		cmocka_unit_test(a_passing_without_a_time_or_a_total_is_a_passing),
		cmocka_unit_test(
			before_the_first_lap_the_order_is_that_of_the_standings),
		cmocka_unit_test(a_lap_taken_back_may_be_driven_again),
		cmocka_unit_test(a_car_that_spins_back_over_the_line_drives_no_lap),
		cmocka_unit_test(
			a_stream_of_multiloop_that_ends_under_green_has_no_winner),
	};
	return cmocka_run_group_tests(tests, enter, leave);
}
