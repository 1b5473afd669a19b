/*
 * test_archive_program.c -- `pitwall archive` and `pitwall relay`, as they are used
 *
 * The users are those of assets/redis.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/wait.h>

#include "program.h"
#include "publishing.h"
#include "stream.h"

#define STREAM "pitwall:n:race"

enum { ROWS = 3000 };

static char archive[SCRATCH_FILE_MAX];

static int archive_run(int port, const char *place, bool trim)
{
	char from[96];
	snprintf(from, sizeof(from), "redis://127.0.0.1:%d/%s", port, place);
	const char *const words[] = {
		"archive", from, "-o", archive, trim ? "--trim" : NULL, NULL};
	return program_ended(program_start(words));
}

static void user(const char *name)
{
	setenv("PITWALL_REDIS_USER", name, 1);
	setenv("PITWALL_REDIS_PASSWORD", name, 1);
}

/* ---- the truth ---------------------------------------------------------------------------- */

struct truth {
	struct record *original;
	int64_t rows;
};

static int compare_row(void *context, const struct record_row *row)
{
	struct truth *truth = context;
	struct record_row own;
	assert_int_equal(row->id, ++truth->rows);
	assert_int_equal(record_read_at(truth->original, row->id, &own, NULL), 0);
	assert_true(record_row_equal(&own, row));
	return 0;
}

/** Every row of the file is that of the recording; how many. */
static int64_t rows_equal(const char *path, const char *original, bool live)
{
	struct truth truth = {.rows = 0};
	struct record *record = NULL;
	struct err err = {""};
	assert_int_equal(live ? record_follow(original, &truth.original, &err)
			      : record_open(original, &truth.original, &err),
			 0);
	if (record_open(path, &record, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(record_read(record, compare_row, &truth, &err), 0);
	record_close(record, NULL);
	record_close(truth.original, NULL);
	return truth.rows;
}

/* ---- tests ---------------------------------------------------------------------------------- */

static void begin(struct redis_server *server, struct publishing *one)
{
	redis_server_start(server, &(struct redis_server_options){
					   .users = redis_server_users(NULL, NULL)});
	redis_server_login(server, "admin", "admin");
	publishing_begin(one);
	one->user = one->password = "publisher";
	publishing_put(one, ROWS);
	publishing_to(one, server->port, "race");
	publishing_wait(one, NULL);
}

static void an_archive_is_the_recording_and_the_stream_is_trimmed(void **state)
{
	struct redis_server server;
	struct publishing one;
	char copy[SCRATCH_FILE_MAX], from[96];
	(void)state;
	begin(&server, &one);
	/* The race still runs: up to now. */
	user("viewer");
	assert_int_equal(archive_run(server.port, "n/race", false), 0);
	assert_int_equal(rows_equal(archive, one.path, true), ROWS);
	assert_int_equal(redis_server_number(&server, "XLEN " STREAM), ROWS);
	/* Who may not write does not trim. */
	assert_int_equal(archive_run(server.port, "n/race", true), 1);
	assert_true(log_has("may not do this"));
	assert_true(log_has("is kept, and is complete; nothing was removed"));
	assert_int_equal(redis_server_number(&server, "XLEN " STREAM), ROWS);
	publishing_put(&one, ROWS);
	publishing_wait(&one, NULL);
	user("publisher");
	assert_int_equal(archive_run(server.port, "n", true), 0);
	assert_true(log_has("1 to 6000 are equal"));
	assert_true(log_has("5999 records were removed"));
	assert_int_equal(rows_equal(archive, one.path, true), 2 * ROWS);
	assert_int_equal(redis_server_number(&server, "XLEN " STREAM), 1);
	/* It is continued behind the row that stayed. */
	publishing_stop(&one, false);
	publishing_again(&one);
	publishing_put(&one, ROWS);
	publishing_to(&one, server.port, "race");
	publishing_wait(&one, NULL);
	assert_int_equal(archive_run(server.port, "n", false), 0);
	assert_true(log_has("6000 to 9000 are equal"));
	publishing_put(&one, 10);
	publishing_wait(&one, NULL);
	publishing_stop(&one, true);
	/* A reader that begins now has everything, with the archive. */
	program_path(copy, "copy.pitwall");
	snprintf(from, sizeof(from), "redis://127.0.0.1:%d/n", server.port);
	user("viewer");
	const char *const words[] = {"record",    from,    "-o", copy,
				     "--archive", archive, NULL};
	assert_int_equal(program_ended(program_start(words)), 0);
	assert_int_equal(rows_equal(copy, one.path, false), 3 * ROWS + 10);
	assert_int_equal(archive_run(server.port, "n", false), 0);
	assert_int_equal(rows_equal(archive, one.path, false), 3 * ROWS + 10);
	unlink(archive);
	unlink(copy);
	publishing_end(&one);
	redis_server_end(&server);
}

static void stream_wait(struct redis_server *server, const char *key, long long length)
{
	for (int i = 0; redis_server_number(server, "XLEN %s", key) < length; i++) {
		if (i == PROGRAM_NAPS)
			fail_msg("%s has no %lld entries", key, length);
		redis_server_nap();
	}
}

static void begin_stream(struct redis_server *server)
{
	redis_server_start(server, &(struct redis_server_options){.fsync = NULL});
	unsetenv("PITWALL_REDIS_USER");
	unsetenv("PITWALL_REDIS_PASSWORD");
	stream_describe(server, "s", 1);
	stream_add(server, "s", 1, 1, 200);
}

static void a_stream_that_is_damaged_is_found_and_not_trimmed(void **state)
{
	struct redis_server server;
	struct record_row row;
	(void)state;
	begin_stream(&server);
	assert_int_equal(archive_run(server.port, "test/s", false), 0);
	/* A byte of a row that is archived, far from the last. */
	assert_int_equal(redis_server_number(&server, "DEL pitwall:test:s"), 1);
	stream_add(&server, "s", 1, 1, 49);
	stream_row(1, 50, &row);
	row.steady ^= 1;
	stream_put(&server, "s", &row);
	stream_add(&server, "s", 1, 51, 220);
	assert_int_equal(archive_run(server.port, "test/s", true), 1);
	assert_true(log_has("record 50 of the stream is not that of the recording"));
	assert_true(log_has("is not a complete archive; nothing was removed"));
	assert_int_equal(redis_server_number(&server, "XLEN pitwall:test:s"), 220);
	assert_int_equal(redis_server_number(&server, "XDEL pitwall:test:s 50-0"), 1);
	assert_int_equal(archive_run(server.port, "test/s", true), 1);
	assert_true(log_has("records 50 to 50 are missing from the stream"));
	assert_int_equal(redis_server_number(&server, "XLEN pitwall:test:s"), 219);
	assert_int_equal(access(archive, F_OK), 0);
	unlink(archive);
	/* The first archive of a stream that lacks rows is not complete. */
	assert_int_equal(archive_run(server.port, "test/s", true), 1);
	assert_true(log_has("records 50 to 50 were not in the stream"));
	assert_int_equal(redis_server_number(&server, "XLEN pitwall:test:s"), 219);
	assert_int_equal(access(archive, F_OK), 0);
	unlink(archive);
	redis_server_end(&server);
}

static void another_recording_does_not_go_into_an_archive(void **state)
{
	struct redis_server server;
	char beside[SCRATCH_FILE_MAX];
	(void)state;
	begin_stream(&server);
	assert_int_equal(archive_run(server.port, "test/s", false), 0);
	assert_string_equal(redis_server_words(&server, "FLUSHALL"), "OK");
	stream_describe(&server, "s", 2);
	stream_add(&server, "s", 2, 1, 300);
	assert_int_equal(archive_run(server.port, "test/s", true), 1);
	assert_true(log_has("is of another recording than"));
	stream_describe(&server, "t", 2);
	stream_add(&server, "t", 2, 1, 10);
	assert_int_equal(archive_run(server.port, "test/t", true), 1);
	assert_true(log_has("is not a copy of"));
	assert_int_equal(archive_run(server.port, "test/none", true), 1);
	assert_int_equal(redis_server_number(&server, "XLEN pitwall:test:s"), 300);
	program_path(beside, "archive-2.pitwall");
	assert_int_not_equal(access(beside, F_OK), 0);
	unlink(archive);
	redis_server_end(&server);
}

static void a_relay_has_a_user_for_each_side_and_ends_in_order(void **state)
{
	struct redis_server server, other;
	struct publishing one, two;
	char from[96], to[96], auth[SCRATCH_FILE_MAX];
	(void)state;
	begin(&server, &one);
	redis_server_start(&other, &(struct redis_server_options){
					   .users = redis_server_users(NULL, NULL)});
	redis_server_login(&other, "admin", "admin");
	snprintf(from, sizeof(from), "redis://127.0.0.1:%d/n", server.port);
	snprintf(to, sizeof(to), "redis://127.0.0.1:%d/away", other.port);
	program_path(auth, "auth");
	scratch_text(auth, "publisher\nwrong-secret\n");
	assert_int_equal(chmod(auth, 0600), 0);
	user("viewer");
	const char *const words[] = {"relay", from, to, "--redis-to-auth", auth, NULL};
	pid_t relay = program_start(words);
	log_wait("/away/race: Redis refuses the user or the password");
	assert_int_equal(kill(relay, SIGTERM), 0);
	assert_int_equal(program_ended(relay), 0);
	assert_false(log_has("wrong-secret"));
	setenv("PITWALL_REDIS_TO_USER", "publisher", 1);
	setenv("PITWALL_REDIS_TO_PASSWORD", "publisher", 1);
	const char *const again[] = {"relay", from, to, NULL};
	relay = program_start(again);
	stream_wait(&other, "pitwall:away:race", ROWS);
	assert_int_equal(kill(relay, SIGTERM), 0);
	assert_int_equal(program_ended(relay), 0);
	assert_true(log_has("ended behind record 3000"));
	assert_int_equal(
		redis_server_number(&other, "EXISTS pitwall:away:race:publisher"), 0);
	/* It goes on, to the end, and waits for the next session. */
	relay = program_start(again);
	log_wait("relayed, from behind record 3000");
	publishing_put(&one, 100);
	publishing_wait(&one, NULL);
	publishing_stop(&one, true);
	log_wait("complete, up to record 3100");
	stream_equals(&other, "pitwall:away:race", one.path, true);
	assert_int_equal(waitpid(relay, NULL, WNOHANG), 0);
	publishing_again(&one);
	publishing_put(&one, 100);
	publishing_to(&one, server.port, "race");
	publishing_wait(&one, NULL);
	stream_wait(&other, "pitwall:away:race", 3201);
	publishing_stop(&one, true);
	publishing_begin(&two);
	two.user = two.password = "publisher";
	publishing_put(&two, 70);
	publishing_to(&two, server.port, "second");
	publishing_wait(&two, NULL);
	stream_wait(&other, "pitwall:away:second", 70);
	publishing_stop(&two, false);
	assert_int_equal(kill(relay, SIGTERM), 0);
	assert_int_equal(program_ended(relay), 0);
	stream_equals(&other, "pitwall:away:race", one.path, true);
	publishing_end(&two);
	unsetenv("PITWALL_REDIS_TO_USER");
	unsetenv("PITWALL_REDIS_TO_PASSWORD");
	publishing_end(&one);
	redis_server_end(&server);
	redis_server_end(&other);
}

static void what_is_no_relay_is_refused(void **state)
{
	const char *const one[] = {"relay", "redis://127.0.0.1/n", NULL};
	const char *const self[] = {"relay", "redis://127.0.0.1/n",
				    "redis://127.0.0.1:6379/n", NULL};
	const char *const all[] = {"relay", "redis://127.0.0.1", "redis://127.0.0.2",
				   NULL};
	const char *const file[] = {"archive", "race.csv", "-o", archive, NULL};
	(void)state;
	assert_int_equal(program_ended(program_start(one)), 2);
	assert_int_equal(program_ended(program_start(self)), 2);
	assert_true(log_has("is not relayed to itself"));
	assert_int_equal(program_ended(program_start(all)), 2);
	assert_int_equal(program_ended(program_start(file)), 2);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_archive_is_the_recording_and_the_stream_is_trimmed),
		cmocka_unit_test(a_stream_that_is_damaged_is_found_and_not_trimmed),
		cmocka_unit_test(another_recording_does_not_go_into_an_archive),
		cmocka_unit_test(a_relay_has_a_user_for_each_side_and_ends_in_order),
		cmocka_unit_test(what_is_no_relay_is_refused),
	};
	if (!program_begin(argc, argv, "archives"))
		return argc != 2;
	program_path(archive, "archive.pitwall");
	return program_end(cmocka_run_group_tests(tests, NULL, NULL));
}
