/*
 * test_copy_program.c -- `pitwall record redis://...`: a copy of a race, through what can happen
 *
 *   a recording, published by this test ── Redis ── pitwall record, in its sandbox ── a copy
 *
 * The users are those of assets/redis. The truth at the end of each test: the copy has the
 * rows of the recording, each once, in order, but for the gaps that it reports.
 * PITWALL_SEED sets the random instants.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/wait.h>
#include <time.h>

#include "program.h"
#include "proxy.h"
#include "publishing.h"

enum {
	A_TURN = 50,
	MANY = 6000,
	KILLS = 12,
	LIFE_MS_MOST = 400,
	CUTS = 6,
	DEADLINE_S = 60
};

static char copy[SCRATCH_FILE_MAX];
static uint64_t seed;

static pid_t copy_start(int port, const char *session, const char *archive)
{
	char from[96];
	snprintf(from, sizeof(from), "redis://127.0.0.1:%d/n%s%s", port,
		 session ? "/" : "", session ? session : "");
	const char *const words[] = {
		"record", from, "-o", copy, archive ? "--archive" : NULL,
		archive,  NULL};
	return program_start(words);
}

static int count_row(void *context, const struct record_row *row)
{
	*(int64_t *)context = row->id;
	return 0;
}

/* The rows of the copy now; 0: there is none. */
static int64_t copy_rows(void)
{
	struct record *record = NULL;
	struct err err;
	int64_t rows = 0;
	if (record_follow(copy, &record, &err) != 0)
		return 0;
	while (record_follow_poll(record, 100000, count_row, &rows, &err) > 0)
		;
	record_close(record, &err);
	return rows;
}

static void copy_wait(struct publishing *one, int64_t rows)
{
	for (int i = 0; copy_rows() < rows; i++) {
		if (i == PROGRAM_NAPS)
			fail_msg("%lld rows of %lld", (long long)copy_rows(),
				 (long long)rows);
		publishing_turn(one);
	}
}

/* ---- the truth ----------------------------------------------------------------------------- */

struct copy_compare {
	struct record *original;
	int64_t next;    /* number of the row that is expected */
	int64_t missing; /* rows in gaps */
	int gaps;
};

static int compare_copied(void *context, const struct record_row *row)
{
	struct copy_compare *compare = context;
	struct record_row truth;
	struct err err = {""};
	long long from, to;
	char text[64];
	if (row->type == RECORD_SETUP && slice_eq(row->name, SLICE("gap"))) {
		snprintf(text, sizeof(text), "%.*s", (int)row->bytes.len,
			 row->bytes.at);
		assert_int_equal(sscanf(text, "%lld %lld", &from, &to), 2);
		assert_int_equal(from, compare->next);
		assert_true(to >= from);
		compare->gaps++;
		compare->missing += to - from + 1;
		compare->next = to + 1;
		return 0;
	}
	if (record_read_at(compare->original, compare->next, &truth, &err) != 0)
		fail_msg("row %lld: %s", (long long)compare->next, err.text);
	assert_int_equal(row->type, truth.type);
	assert_int_equal(row->source, truth.source);
	assert_true(row->received_at == truth.received_at &&
		    row->steady == truth.steady);
	assert_true(slice_eq(row->name, truth.name) &&
		    slice_eq(row->bytes, truth.bytes));
	compare->next++;
	return 0;
}

/* The copy is complete and closed; it lacks @missing rows. */
static void copy_equals(const struct publishing *one, int gaps, int64_t missing)
{
	struct copy_compare compare = {.next = 1};
	struct record *record = NULL;
	struct record_row row;
	struct err err = {""};
	if (record_open(copy, &record, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(record_open(one->path, &compare.original, &err), 0);
	assert_int_equal(record_read(record, compare_copied, &compare, &err), 0);
	assert_int_not_equal(record_read_at(compare.original, compare.next, &row, &err),
			     0);
	assert_int_equal(compare.gaps, gaps);
	if (missing >= 0)
		assert_int_equal(compare.missing, missing);
	record_close(record, &err);
	record_close(compare.original, &err);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void begin(struct redis_server *server, struct publishing *one,
		  const char *fsync)
{
	redis_server_start(server, &(struct redis_server_options){
					   .fsync = fsync,
					   .users = redis_server_users(NULL, NULL)});
	redis_server_login(server, "admin", "admin");
	publishing_begin(one);
	one->user = one->password = "publisher";
	publishing_put(one, A_TURN);
	publishing_to(one, server->port, NULL);
	publishing_wait(one, NULL);
}

static void race_on(struct publishing *one, int turns)
{
	for (int i = 0; i < turns; i++) {
		publishing_put(one, A_TURN);
		publishing_turn(one);
	}
}

static void race_for(struct publishing *one, int ms)
{
	for (ev_tstamp until = ev_time() + ms / 1000.; ev_time() < until;)
		race_on(one, 1);
}

/* The recording is closed, and the copy closes itself behind it. */
static void finish(struct publishing *one, pid_t reader, int gaps, int64_t missing)
{
	publishing_wait(one, NULL);
	publishing_stop(one, true);
	assert_int_equal(program_ended(reader), 0);
	copy_equals(one, gaps, missing);
}

static void end(struct redis_server *server, struct publishing *one)
{
	publishing_end(one);
	unlink(copy);
	redis_server_end(server);
}

static void a_race_is_copied_to_its_end(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	begin(&server, &one, NULL);
	publishing_put(&one, MANY);
	publishing_wait(&one, NULL);
	/* The session is found by the name of the circuit. */
	pid_t reader = copy_start(server.port, NULL, NULL);
	copy_wait(&one, MANY);
	race_on(&one, 20);
	finish(&one, reader, 0, 0);
	end(&server, &one);
}

static void a_reader_is_killed_at_random_instants(void **state)
{
	struct redis_server server;
	struct publishing one;
	uint64_t random = seed;
	(void)state;
	begin(&server, &one, NULL);
	for (int i = 0; i < KILLS; i++) {
		pid_t reader = copy_start(server.port, "race", NULL);
		race_for(&one, (int)random_below(&random, LIFE_MS_MOST));
		program_kill(reader);
	}
	finish(&one, copy_start(server.port, "race", NULL), 0, 0);
	end(&server, &one);
}

static void a_reader_is_cut_off(void **state)
{
	struct redis_server server;
	struct publishing one;
	struct proxy proxy;
	uint64_t random = seed;
	(void)state;
	begin(&server, &one, NULL);
	proxy_start(&proxy, server.port);
	publishing_put(&one, MANY);
	pid_t reader = copy_start(proxy.port, "race", NULL);
	for (int i = 0; i < CUTS; i++) {
		atomic_store(&proxy.orders->cut_down,
			     (long long)random_below(&random, 300000));
		for (ev_tstamp until = ev_time() + DEADLINE_S;
		     atomic_load(&proxy.orders->cut_down) >= 0;) {
			race_on(&one, 1);
			assert_true(ev_time() < until);
		}
	}
	finish(&one, reader, 0, 0);
	proxy_end(&proxy);
	end(&server, &one);
}

/* The stream becomes shorter than the copy, and the publisher makes it whole again. */
static void redis_is_killed_and_loses_its_tail(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	begin(&server, &one, "everysec");
	pid_t reader = copy_start(server.port, "race", NULL);
	for (int i = 0; i < 3; i++) {
		race_on(&one, 10);
		publishing_wait(&one, NULL);
		copy_wait(&one, (int64_t)one.puts);
		redis_server_stop(&server);
		redis_server_aof(&server, redis_server_aof(&server, 0) / 3);
		redis_server_restart(&server);
		/* And a reader begins that has more than the stream, before the
		 * publisher is back. */
		if (i == 1) {
			program_kill(reader);
			reader = copy_start(server.port, "race", NULL);
			for (int naps = 0; naps < 100; naps++)
				redis_server_nap();
			assert_int_equal(waitpid(reader, NULL, WNOHANG), 0);
		}
		race_on(&one, 5);
	}
	finish(&one, reader, 0, 0);
	end(&server, &one);
}

/* A reader that is stopped while the stream is trimmed. Then an archive fills the gap. */
static void rows_are_removed_behind_a_slow_reader(void **state)
{
	struct redis_server server;
	struct publishing one, other;
	(void)state;
	begin(&server, &one, NULL);
	publishing_stop(&one, false);
	publishing_again(&one);
	one.keep = 500;
	publishing_to(&one, server.port, NULL);
	pid_t reader = copy_start(server.port, "race", NULL);
	copy_wait(&one, A_TURN);
	kill(reader, SIGSTOP);
	publishing_put(&one, MANY);
	publishing_wait(&one, NULL);
	long long kept = redis_server_number(&server, "XLEN pitwall:n:race");
	assert_in_range(kept, 500, 1500);
	kill(reader, SIGCONT);
	/* It may have asked for one piece before it was stopped. */
	finish(&one, reader, 1, -1);
	assert_true(log_has("are missing from the stream"));
	unlink(copy);
	reader = copy_start(server.port, "race", one.path);
	assert_int_equal(program_ended(reader), 0);
	copy_equals(&one, 0, 0);
	/* An archive of another race is not used. */
	publishing_begin(&other);
	other.random = 99;
	publishing_put(&other, MANY + 2 * A_TURN);
	publishing_to(&other, server.port, NULL);
	publishing_stop(&other, false);
	unlink(copy);
	reader = copy_start(server.port, "race", other.path);
	assert_int_equal(program_ended(reader), 0);
	copy_equals(&one, 1, -1);
	assert_true(log_has("the archive is of another recording"));
	publishing_end(&other);
	end(&server, &one);
}

/* Its memory is used up, its disk is full: a reader that joins now reads what is there. */
static void a_redis_that_takes_no_writes_is_read(void **state)
{
	(void)state;
	for (int disk = 0; disk < 2; disk++) {
		struct redis_server server;
		struct publishing one;
		begin(&server, &one, "everysec");
		race_on(&one, 20);
		publishing_wait(&one, NULL);
		int64_t rows = (int64_t)one.puts;
		if (disk)
			redis_server_disk(&server, 1);
		else
			redis_server_words(&server, "CONFIG SET maxmemory 1");
		race_on(&one, 5);
		publishing_wait(&one, disk ? "disk" : "memory");
		pid_t reader = copy_start(server.port, "race", NULL);
		copy_wait(&one, rows);
		if (disk)
			redis_server_disk(&server, 0);
		else
			redis_server_words(&server, "CONFIG SET maxmemory 0");
		finish(&one, reader, 0, 0);
		end(&server, &one);
	}
}

/* For many consoles: a replica of the Redis of the circuit. */
static void a_replica_is_read(void **state)
{
	struct redis_server server, replica;
	struct publishing one;
	char more[64];
	(void)state;
	unsetenv("PITWALL_REDIS_USER");
	unsetenv("PITWALL_REDIS_PASSWORD");
	redis_server_start(&server, &(struct redis_server_options){
					    .more = "repl-diskless-sync-delay 0"});
	snprintf(more, sizeof(more), "replicaof 127.0.0.1 %d", server.port);
	redis_server_start(&replica, &(struct redis_server_options){.more = more});
	publishing_begin(&one);
	publishing_put(&one, A_TURN);
	publishing_to(&one, server.port, NULL);
	publishing_wait(&one, NULL);
	for (int i = 0; redis_server_number(&replica, "XLEN pitwall:n:race") < A_TURN;
	     i++) {
		assert_true(i < PROGRAM_NAPS);
		redis_server_nap();
	}
	pid_t reader = copy_start(replica.port, "race", NULL);
	copy_wait(&one, A_TURN);
	race_on(&one, 20);
	finish(&one, reader, 0, 0);
	redis_server_end(&replica);
	end(&server, &one);
	setenv("PITWALL_REDIS_USER", "viewer", 1);
	setenv("PITWALL_REDIS_PASSWORD", "viewer", 1);
}

static void a_session_that_is_not_there_is_refused(void **state)
{
	struct redis_server server;
	struct publishing one, other;
	(void)state;
	begin(&server, &one, NULL);
	assert_int_equal(program_ended(copy_start(server.port, "rice", NULL)), 1);
	assert_true(log_has("rice"));
	assert_int_equal(copy_rows(), 0);
	/* A copy of another session is not continued. */
	publishing_begin(&other);
	other.random = 99;
	other.user = other.password = "publisher";
	publishing_put(&other, A_TURN);
	publishing_to(&other, server.port, "second");
	publishing_wait(&other, NULL);
	publishing_stop(&other, true);
	assert_int_equal(program_ended(copy_start(server.port, "second", NULL)), 0);
	copy_equals(&other, 0, 0);
	assert_int_equal(program_ended(copy_start(server.port, "race", NULL)), 1);
	copy_equals(&other, 0, 0);
	/* A later version. */
	redis_server_number(&server, "HSET pitwall:n:race:info version 2");
	unlink(copy);
	assert_int_equal(program_ended(copy_start(server.port, "race", NULL)), 1);
	assert_true(log_has("version"));
	publishing_stop(&one, true);
	publishing_end(&other);
	end(&server, &one);
}

static void a_password_is_wrong_or_withdrawn(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	begin(&server, &one, NULL);
	setenv("PITWALL_REDIS_PASSWORD", "wrong-secret", 1);
	/* It says so, and waits. */
	pid_t reader = copy_start(server.port, "race", NULL);
	for (int i = 0; !log_has("refuses the user or the password"); i++) {
		assert_true(i < PROGRAM_NAPS);
		redis_server_nap();
	}
	program_kill(reader);
	assert_false(log_has("wrong-secret"));
	setenv("PITWALL_REDIS_PASSWORD", "viewer", 1);
	reader = copy_start(server.port, "race", NULL);
	copy_wait(&one, A_TURN);
	/* Withdrawn: what it has stays, and it goes on when it may again. */
	redis_server_users_load(&server, redis_server_users("viewer", "another"));
	race_on(&one, 10);
	publishing_wait(&one, NULL);
	redis_server_users_load(&server, redis_server_users(NULL, NULL));
	race_on(&one, 10);
	finish(&one, reader, 0, 0);
	end(&server, &one);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_race_is_copied_to_its_end),
		cmocka_unit_test(a_reader_is_killed_at_random_instants),
		cmocka_unit_test(a_reader_is_cut_off),
		cmocka_unit_test(redis_is_killed_and_loses_its_tail),
		cmocka_unit_test(rows_are_removed_behind_a_slow_reader),
		cmocka_unit_test(a_redis_that_takes_no_writes_is_read),
		cmocka_unit_test(a_replica_is_read),
		cmocka_unit_test(a_session_that_is_not_there_is_refused),
		cmocka_unit_test(a_password_is_wrong_or_withdrawn),
	};
	if (!program_begin(argc, argv, "copies"))
		return argc != 2;
	seed = redis_server_seed();
	program_path(copy, "copy.pitwall");
	setenv("PITWALL_REDIS_USER", "viewer", 1);
	setenv("PITWALL_REDIS_PASSWORD", "viewer", 1);
	return program_end(cmocka_run_group_tests(tests, NULL, NULL));
}
