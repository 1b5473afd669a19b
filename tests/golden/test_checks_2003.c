/*
 * test_checks_2003.c -- the reconstruction of 2003 satisfies what is known
 *
 * One test for each row of checks.csv (the facts' own list), from the built
 * recording alone, through the same loading as every command. A row for which
 * there is no test is a failure.
 */
#include "checks_2003.h"
#include "../real.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TESTS_MAX = 64 };

static struct session *session;

/* Every id of the file has a test here, in order; returns how many. */
static size_t walk_list(const char *path)
{
	char line[1024];
	size_t rows = 0;
	FILE *file = fopen(path, "r");
	if (!file)
		return 0;
	assert_non_null(fgets(line, sizeof(line), file));
	assert_memory_equal(line, "id;label;subject;check", 22);
	while (fgets(line, sizeof(line), file)) {
		char wanted[32];
		long id = strtol(line, NULL, 10);
		text_format(wanted, sizeof(wanted), "check %ld: ", id);
		bool known =
			rows < checks_2003_count &&
			strncmp(checks_2003[rows].name, wanted, strlen(wanted)) == 0;
		if (!known)
			fail_msg("%s: no test for: %s", path, line);
		rows++;
	}
	fclose(file);
	return rows;
}

static void every_check_shipped_has_a_test(void **state)
{
	(void)state;
	assert_int_equal(walk_list(PITWALL_SOURCE_ROOT
				   "/assets/races/le-mans-1000km-2003/checks.csv"),
			 checks_2003_count);
}

static void every_check_of_the_facts_has_a_test(void **state)
{
	(void)state;
	char path[REAL_PATH_MAX];
	size_t rows = walk_list(real_path(path, "../facts/checks_2003.csv"));
	if (rows == 0) {
		print_message("# no checks_2003.csv beside the data: skipped\n");
		skip();
	}
	assert_int_equal(rows, checks_2003_count);
}

static void no_row_of_the_recording_is_refused(void **state)
{
	(void)state;
	char text[256];
	const struct race *race = session_at(session, session->timeline.end_at);
	assert_int_equal(session->anomalies, 0);
	assert_null(race_check(race, &session->timeline.tables, text));
}

static int load(const char *path)
{
	struct err err = {{0}};
	const struct options options = {.sources = {path}, .source_count = 1};
	int rc = session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err);
	if (rc)
		print_error("# %s\n", err.text);
	return rc;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(every_check_shipped_has_a_test),
		cmocka_unit_test(every_check_of_the_facts_has_a_test),
		cmocka_unit_test(no_row_of_the_recording_is_refused),
	};
	struct CMUnitTest all[TESTS_MAX] = {{0}};
	assert_true(checks_2003_count + ARRAY_LEN(others) <= TESTS_MAX);
	if (argc != 2 || load(argv[1]))
		return 1;
	checks_2003_use(session);
	memcpy(all, checks_2003, checks_2003_count * sizeof(*all));
	memcpy(all + checks_2003_count, others, sizeof(others));
	size_t count = checks_2003_count + ARRAY_LEN(others);
	int failed = _cmocka_run_group_tests("checks_2003", all, count, NULL, NULL);
	session_free(session);
	return failed;
}
