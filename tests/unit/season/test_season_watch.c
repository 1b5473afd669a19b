/*
 * test_season_watch.c -- the rounds before a race, read by a process of its own
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../scratch.h"
#include "pitwall/season_watch.h"

#define RACE "race.csv"
#define SEASON "watched.ini"

static const char *const drivers[] = {"Ann Oak", "Bob Elm", "Cid Ash"};

static void write_race(void)
{
	FILE *file = fopen(RACE, "w");
	assert_non_null(file);
	fputs("NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR;DRIVER_NAME;CLASS;TEAM;"
	      "MANUFACTURER\n",
	      file);
	for (unsigned lap = 1; lap <= 9; lap++)
		for (unsigned car = 1; car <= ARRAY_LEN(drivers); car++)
			fprintf(file,
				"%u;%u;2:00.000;%u:00.00%u;12:%02u:00.00%u;%s;GTP;"
				"Team %u;Make\n",
				car, lap, 2 * lap, car, 2 * lap, car, drivers[car - 1],
				car);
	assert_int_equal(fclose(file), 0);
}

/* The race before, as it is typed: the last car of the race has won it. */
static void write_before(void)
{
	FILE *file = fopen("before.csv", "w");
	assert_non_null(file);
	fputs("place,class,number,team,driver1\n", file);
	for (unsigned car = ARRAY_LEN(drivers), place = 1; car >= 1; car--, place++)
		fprintf(file, "%u,GTP,%u,Team %u,%s\n", place, car, car,
			drivers[car - 1]);
	assert_int_equal(fclose(file), 0);
}

/* @key is "results" or "source" of the round before. */
static void write_season(const char *key, const char *before)
{
	FILE *file = fopen(SEASON, "w");
	assert_non_null(file);
	fprintf(file,
		"[season]\nname = Watched\npoints = imsa-2021\nyear = 2023\n"
		"[round 1]\nname = First\n%s = %s\n"
		"[round 2]\nname = Second\n",
		key, before);
	assert_int_equal(fclose(file), 0);
}

struct watched {
	struct session *session;
	struct season_watch *watch;
	struct ev_loop *loop;
	struct view view;
	unsigned done;
};

static void on_done(void *context)
{
	struct watched *watched = context;
	watched->done++;
	ev_break(watched->loop, EVBREAK_ALL);
}

static void watched_begin(struct watched *watched)
{
	struct options options = {.sources = {RACE},
				  .source_count = 1,
				  .season = SEASON,
				  .round = "Second"};
	struct err err;
	memset(watched, 0, sizeof(*watched));
	watched->view.selected = watched->view.compared = CAR_NONE;
	watched->loop = ev_loop_new(EVFLAG_AUTO);
	assert_non_null(watched->loop);
	if (session_load(&options, LOAD_KEYFRAMES, &watched->session, &err) != 0 ||
	    season_watch_open(&options, &watched->watch, &err) != 0)
		fail_msg("%s", err.text);
}

static void watched_update(struct watched *watched)
{
	(void)session_at(watched->session, watched->session->timeline.last_at);
	session_view(watched->session, &watched->view);
	season_watch_update(watched->watch, watched->session, &watched->view,
			    NEED_SEASON);
}

static void watched_behind(struct watched *watched)
{
	season_watch_behind(watched->watch, watched->session, watched->loop, on_done,
			    watched);
}

static void assert_no_child(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void watched_end(struct watched *watched)
{
	season_watch_close(watched->watch);
	session_free(watched->session);
	ev_loop_destroy(watched->loop);
	assert_no_child();
}

static void a_process_reads_what_is_read_here(void **state)
{
	static struct watched here, behind;
	(void)state;
	write_before();
	write_season("results", "before.csv");
	watched_begin(&here);
	season_watch_read(here.watch, here.session);
	watched_update(&here);
	watched_begin(&behind);
	watched_behind(&behind);
	watched_update(&behind);
	assert_null(behind.view.season->season);
	assert_string_not_equal(behind.view.season->reading, "");
	(void)ev_run(behind.loop, 0);
	assert_int_equal(behind.done, 1);
	watched_update(&behind);
	const struct season_view *a = here.view.season, *b = behind.view.season;
	assert_string_equal(b->reading, "");
	assert_true(a->line_count >= 3);
	assert_int_equal(b->line_count, a->line_count);
	for (unsigned i = 0; i < a->line_count; i++) {
		assert_true(a->lines[i].before > 0);
		assert_int_equal(b->lines[i].before, a->lines[i].before);
		assert_int_equal(b->lines[i].now, a->lines[i].now);
		assert_string_equal(season_name_text(b->season, b->lines[i].names[0]),
				    season_name_text(a->season, a->lines[i].names[0]));
	}
	watched_end(&here);
	watched_end(&behind);
}

/* A pipe that no program writes: a round that is never read to its end. */
static void write_endless_season(void)
{
	assert_true(mkfifo("endless.csv", 0600) == 0 || errno == EEXIST);
	write_season("source", "endless.csv");
}

static void without_its_process_there_is_a_sentence_and_no_table(void **state)
{
	static struct watched watched;
	(void)state;
	write_endless_season();
	watched_begin(&watched);
	/* The signal is for the process group: here it is ignored. */
	assert_true(setpgid(0, 0) == 0 || getpgrp() == getpid());
	watched_behind(&watched);
	assert_true(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
	assert_int_equal(kill(0, SIGUSR1), 0);
	(void)ev_run(watched.loop, 0);
	assert_true(signal(SIGUSR1, SIG_DFL) != SIG_ERR);
	assert_int_equal(watched.done, 1);
	assert_no_child();
	watched_update(&watched);
	assert_null(watched.view.season->season);
	assert_int_equal(watched.view.season->line_count, 0);
	char by[40];
	snprintf(by, sizeof(by), "stopped by signal %d.", SIGUSR1);
	assert_non_null(
		strstr(watched.view.season->reading, "could not be read: the process"));
	assert_non_null(strstr(watched.view.season->reading, by));
	/* It is not tried with each frame. */
	watched_behind(&watched);
	assert_no_child();
	watched_end(&watched);
}

static void closed_while_it_reads_no_process_is_left(void **state)
{
	static struct watched watched;
	(void)state;
	write_endless_season();
	watched_begin(&watched);
	watched_behind(&watched);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
	watched_end(&watched);
	assert_int_equal(watched.done, 0);
}

static int watch_enter(void **state)
{
	(void)state;
	if (scratch_enter("season-watch") != 0)
		return -1;
	write_race();
	return 0;
}

static int watch_leave(void **state)
{
	(void)state;
	return scratch_leave("season-watch");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_reads_what_is_read_here),
		cmocka_unit_test(without_its_process_there_is_a_sentence_and_no_table),
		cmocka_unit_test(closed_while_it_reads_no_process_is_left),
	};
	return cmocka_run_group_tests_name("season watch", tests, watch_enter,
					   watch_leave);
}
