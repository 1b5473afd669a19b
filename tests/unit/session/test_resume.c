/*
 * test_resume.c -- a recording that was cut off: who goes on with it, and what is said
 *
 * A child records and ends without closing; then what it left is made another's, old,
 * or of a source that is not there.
 */
#include "fixture.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../scratch.h"
#include "pitwall/live.h"

static char path[SCRATCH_MAX];
static struct live_resume resume;
static const struct options given = {.sources = {path}, .source_count = 1};

static void record_and_end(instant_us at)
{
	struct record *record = NULL;
	struct record_row row = {
		.received_at = at, .type = RECORD_RAW, .bytes = SLICE("x")};
	struct err err;
	if (record_live_open(path, NULL, &record, &err) != 0 ||
	    record_live_source(record, "p3://127.0.0.1:5403", "p3", &row.source,
			       &err) != 0)
		_exit(1);
	(void)record_put(record, &row);
	_exit(record_drain(record, 20 * US_S, &err) == 0 ? 0 : 2);
}

static void cut_off(instant_us at)
{
	int status = 1;
	pid_t child = fork();
	if (child == 0)
		record_and_end(at);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void change(const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static int set_up(void **state)
{
	(void)state;
	scratch_name(path, "resume");
	return 0;
}

static int tear_down(void **state)
{
	static const char *const beside[] = {"", "-wal", "-shm", "-lock"};
	char name[SCRATCH_FILE_MAX];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
		text_format(name, sizeof(name), "%s%s", path, beside[i]);
		(void)unlink(name);
	}
	return 0;
}

static void ours_goes_on_with_the_sources_it_names(void **state)
{
	(void)state;
	cut_off(live_now());
	assert_true(live_resumes(&given, &resume));
	assert_int_equal(resume.options.source_count, 1);
	assert_string_equal(resume.options.sources[0], "p3://127.0.0.1:5403");
	assert_string_equal(resume.options.output, path);
	assert_says(resume.words, "resumed with p3://127.0.0.1:5403");
}

static void one_of_a_clock_that_was_set_back_goes_on(void **state)
{
	(void)state;
	cut_off(live_now() + 1000 * US_DAY);
	assert_true(live_resumes(&given, &resume));
}

static void an_old_one_is_left_with_a_sentence(void **state)
{
	char advice[SCRATCH_FILE_MAX + 64];
	(void)state;
	cut_off(live_now() - 2 * US_DAY);
	assert_false(live_resumes(&given, &resume));
	assert_says(resume.words, "more than a day ago");
	text_format(advice, sizeof(advice), "pitwall p3://127.0.0.1:5403 -o %s", path);
	assert_says(resume.words, advice);
}

static void anothers_is_left_with_a_sentence(void **state)
{
	(void)state;
	cut_off(live_now());
	change("UPDATE owner SET host = 'elsewhere'");
	assert_false(live_resumes(&given, &resume));
	assert_says(resume.words, "another machine");
}

static void anothers_user_is_left_with_a_sentence(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	cut_off(live_now());
	assert_int_equal(chown(path, 65534, 65534), 0);
	assert_false(live_resumes(&given, &resume));
	assert_says(resume.words, "another user");
}

static void one_whose_source_cannot_be_had_says_so(void **state)
{
	(void)state;
	cut_off(live_now());
	change("UPDATE source SET url = 'race.csv'");
	assert_false(live_resumes(&given, &resume));
	assert_says(resume.words, "not all of its sources");
}

static void a_program_that_a_recording_names_is_not_started(void **state)
{
	(void)state;
	cut_off(live_now());
	change("UPDATE source SET url = 'exec:touch here'");
	assert_false(live_resumes(&given, &resume));
	assert_says(resume.words, "or they are programs");
	assert_null(strstr(resume.words, "touch"));
}

static void what_is_closed_or_given_another_name_is_no_matter_of_this(void **state)
{
	struct options other = given;
	(void)state;
	cut_off(live_now());
	other.output = "elsewhere.pitwall";
	assert_false(live_resumes(&other, &resume));
	change("DELETE FROM owner");
	assert_false(live_resumes(&given, &resume));
	assert_string_equal(resume.words, "");
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ours_goes_on_with_the_sources_it_names),
		TEST(one_of_a_clock_that_was_set_back_goes_on),
		TEST(an_old_one_is_left_with_a_sentence),
		TEST(anothers_is_left_with_a_sentence),
		TEST(anothers_user_is_left_with_a_sentence),
		TEST(one_whose_source_cannot_be_had_says_so),
		TEST(a_program_that_a_recording_names_is_not_started),
		TEST(what_is_closed_or_given_another_name_is_no_matter_of_this),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
