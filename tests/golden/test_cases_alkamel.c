/*
 * test_cases_alkamel.c -- the small lap files of the cases, each with its right value
 *
 * They stand for kinds of fault; what is right and why is in cases.csv beside them.
 */
#include "official.h"
#include "../real.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* `pitwall WORDS FILE MORE` of a case; skips the test, visibly, where it is not. */
static char *run_case(const char *command, const char *file, const char *more)
{
	char words[2048], folder[REAL_PATH_MAX], path[REAL_PATH_MAX + 64];
	text_format(path, sizeof(path), "%s/%s", real_path(folder, "cases"), file);
	if (access(path, R_OK) != 0) {
		print_message("# skipped: %s is not here (PITWALL_DATA names the "
			      "folder of the cases)\n",
			      file);
		skip();
	}
	text_format(words, sizeof(words), "%s '%s' %s", command, path, more);
	return run_pitwall(words, 0);
}

static void has(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("there is no \"%s\" in:\n%s", what, text);
}

static void has_not(const char *text, const char *what)
{
	if (strstr(text, what))
		fail_msg("there is a \"%s\" in:\n%s", what, text);
}

static void a_deleted_lap_is_no_best(const char *file)
{
	char *text = run_case("results", file, "--format csv");
	has(text, "\n1,CLASSIFIED,2,GT,1,4,0:08:28.000,,,1:39.500,3,");
	has(text, "\n2,CLASSIFIED,1,GT,2,4,0:08:20.000,0.500,0.500,1:40.000,2,");
	free(text);
	/* It is an inferred decision, and says so. */
	text = run_case("render", file,
			"--at end --screen events --size 110x20 --format text");
	has(text, "lap 3 deleted, inferred from the marked best lap");
	free(text);
	/* Nothing of it before the lap is driven. */
	text = run_case("render", file,
			"--at 0:06:38 --screen events --size 110x20 --format text");
	has_not(text, "lap 3 deleted");
	free(text);
	text = run_case("results", file, "--format csv --at 0:06:40");
	has(text, ",1,GT,1,3,0:06:39.000,,,1:40.000,2,");
	free(text);
}

static void deleted_qualifying(void **state)
{
	(void)state;
	a_deleted_lap_is_no_best("deleted-qualifying.csv");
}

static void is_timed(const char *file)
{
	char *text = run_case("results", file, "");
	has(text, " \u00b7 Timed\n");
	free(text);
}

static void warm_up(void **state)
{
	(void)state;
	is_timed("23_Analysis_Warm Up.CSV");
	a_deleted_lap_is_no_best("23_Analysis_Warm Up.CSV");
}

static void session_3(void **state)
{
	(void)state;
	is_timed("session-3-laps.csv");
	a_deleted_lap_is_no_best("session-3-laps.csv");
}

static void qualifying_race(void **state)
{
	(void)state;
	char *text = run_case("results", "qualifying-race-laps.csv", "");
	has(text, " \u00b7 Race\n");
	has(text, "Winner  #1 ");
	free(text);
}

static void practice_without_flags(void **state)
{
	(void)state;
	char *text =
		run_case("results", "practice-2h-no-flag-column.csv", "--format csv");
	has(text, "\n1,CLASSIFIED,2,GTD,1,12,1:59:55.000,,,9:55.000,11,");
	has(text, "\n2,CLASSIFIED,1,GTD,2,12,1:59:59.000,4.000,4.000,9:59.000,4,");
	free(text);
	is_timed("practice-2h-no-flag-column.csv");
}

static void lapped_flicker(void **state)
{
	(void)state;
	char *text = run_case("results", "lapped-flicker.csv", "--at 0:05:01");
	has_not(text, "+1 lap");
	free(text);
	/* At 8:20 the leader ends its fifth lap: it has passed I2, which #3 and #4 have not
	 * on their fourth. */
	text = run_case("results", "lapped-flicker.csv", "--at 0:08:21");
	has(text, "+1 lap");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deleted_qualifying),
		cmocka_unit_test(warm_up),
		cmocka_unit_test(session_3),
		cmocka_unit_test(qualifying_race),
		cmocka_unit_test(practice_without_flags),
		cmocka_unit_test(lapped_flicker),
	};
	return cmocka_run_group_tests_name("cases of lap files", tests, NULL, NULL);
}
