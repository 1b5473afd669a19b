/*
 * test_publisher.c -- the rows of a recording, in a stream: all, in order, each once
 *
 *  (1) Whatever happens to the publisher, to the connection or to Redis, at the end the
 *      stream has the rows of the recording, or says that it is of another one.
 *  (2) What hinders it is in the status, in words, while it lasts.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proxy.h"
#include "publishing.h"

#define STREAM "pitwall:n:race"

enum { ROWS = 3000, CUTS = 50 };

static const struct redis_server_options plain = {.fsync = NULL};

/* A new recording of @rows rows, which are published to a new server. */
static void publish(struct redis_server *server, struct publishing *one, unsigned rows)
{
	redis_server_start(server, &plain);
	publishing_begin(one);
	publishing_put(one, rows);
	publishing_to(one, server->port, NULL);
	publishing_wait(one, NULL);
}

/* The recording is closed, and all of it is in the stream. */
static void end_equal(struct redis_server *server, struct publishing *one)
{
	publishing_stop(one, true);
	stream_equals(server, STREAM, one->path, true);
	publishing_end(one);
	redis_server_end(server);
}

static void status_of(const struct publishing *publishing,
		      struct redis_published *status)
{
	redis_publisher_status(publishing->publisher, status);
}

/* All readers see what the info says. */
static void a_secret_of_a_source_is_not_published(void **state)
{
	static const char *const urls[] = {
		"https://host/live?token=quite-secret",
		"https://host/live?token=quite-secret-too",
		"exec:feed --password quite-secret",
	};
	struct redis_server server;
	struct publishing one;
	struct record_row row = {.type = RECORD_RAW, .bytes = SLICE("x")};
	struct err err;
	(void)state;
	redis_server_start(&server, &plain);
	publishing_begin(&one);
	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		assert_int_equal(record_live_source(one.record, urls[i], "rmonitor",
						    &row.source, &err),
				 0);
	assert_int_equal(row.source, 6);
	row.received_at = 1700000000000001;
	assert_true(record_put(one.record, &row) > 0);
	publishing_to(&one, server.port, NULL);
	publishing_wait(&one, NULL);
	assert_string_equal(
		redis_server_words(&server, "HGET " STREAM ":info source:4"),
		"rmonitor https://host/live?token=***#4");
	assert_string_equal(
		redis_server_words(&server, "HGET " STREAM ":info source:5"),
		"rmonitor https://host/live?token=***#5");
	assert_string_equal(
		redis_server_words(&server, "HGET " STREAM ":info source:6"),
		"rmonitor exec:feed ***#6");
	publishing_stop(&one, true);
	publishing_end(&one);
	redis_server_end(&server);
}

static void the_stream_is_the_recording(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	publish(&server, &one, ROWS);
	for (int i = 0; i < 50; i++) {
		publishing_put(&one, 7);
		publishing_turn(&one);
	}
	publishing_wait(&one, NULL);
	assert_string_equal(redis_server_words(&server, "HGET " STREAM ":info state"),
			    "live");
	assert_string_equal(redis_server_words(&server, "HGET " STREAM ":info version"),
			    "1");
	assert_string_equal(
		redis_server_words(&server, "HGET " STREAM ":info source:2"),
		"rmonitor tcp://host:2");
	assert_string_equal(
		redis_server_words(&server, "ZSCORE pitwall:sessions n/race"),
		"1700000000000001");
	publishing_stop(&one, true);
	stream_equals(&server, STREAM, one.path, true);
	assert_string_equal(redis_server_words(&server, "HGET " STREAM ":info state"),
			    "ended");
	assert_int_equal(redis_server_number(&server, "EXISTS " STREAM ":publisher"),
			 0);
	publishing_end(&one);
	redis_server_end(&server);
}

static void a_recording_that_goes_on_is_continued(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	redis_server_start(&server, &plain);
	publishing_begin(&one);
	/* Closed in order, killed, closed without a row, in turn. */
	for (int i = 0; i < 6; i++) {
		publishing_put(&one, i % 3 == 2 ? 0 : 200);
		publishing_to(&one, server.port, NULL);
		publishing_wait(&one, NULL);
		publishing_put(&one, i % 3 == 2 ? 0 : 100);
		publishing_stop(&one, i % 3 != 1);
		if (i % 3 != 1)
			stream_equals(&server, STREAM, one.path, true);
		publishing_again(&one);
	}
	publishing_to(&one, server.port, NULL);
	publishing_stop(&one, true);
	stream_equals(&server, STREAM, one.path, true);
	assert_int_equal(redis_server_number(&server, "ZCARD pitwall:sessions"), 1);
	publishing_end(&one);
	redis_server_end(&server);
}

static void a_second_publisher_is_refused_by_name(void **state)
{
	struct redis_server server;
	struct publishing one, two;
	struct redis_published status;
	char pid[32];
	(void)state;
	redis_server_start(&server, &plain);
	publishing_begin(&one);
	publishing_begin(&two);
	publishing_put(&one, ROWS);
	publishing_put(&two, 10);
	publishing_to(&one, server.port, NULL);
	publishing_wait(&one, NULL);
	publishing_to(&two, server.port, NULL);
	snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
	publishing_wait(&two, "another pitwall publishes it");
	status_of(&two, &status);
	assert_non_null(strstr(status.reason, pid));
	publishing_put(&one, 100);
	publishing_wait(&one, NULL);
	assert_false(redis_publisher_finish(two.publisher, 10));
	publishing_stop(&two, false);
	publishing_stop(&one, true);
	stream_equals(&server, STREAM, one.path, true);
	publishing_end(&one);
	publishing_end(&two);
	redis_server_end(&server);
}

/* The lock is given to another one: what is sent after that is not carried out. */
static void a_publisher_that_lost_its_lock_writes_nothing(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	publish(&server, &one, 100);
	assert_string_equal(redis_server_words(&server, "SET " STREAM ":publisher %s",
					       "0123 elsewhere 77 1700000000000000"),
			    "OK");
	publishing_put(&one, 100);
	publishing_wait(&one, "host elsewhere, process 77, since 22:13:20 UTC");
	assert_int_equal(redis_server_number(&server, "XLEN " STREAM), 100);
	assert_int_equal(redis_server_number(&server, "DEL " STREAM ":publisher"), 1);
	publishing_wait(&one, NULL);
	end_equal(&server, &one);
}

/* A process that is not there was killed; of another machine of this name it may be alive. */
static void a_lock_is_taken_over_on_the_machine_that_left_it(void **state)
{
	struct redis_server server;
	struct publishing one;
	char own[160], left[200];
	(void)state;
	publish(&server, &one, 10);
	snprintf(own, sizeof(own), "%s",
		 redis_server_words(&server, "GET " STREAM ":publisher"));
	publishing_stop(&one, true);
	size_t host = strcspn(own, " ") + 1;
	size_t host_len = strcspn(own + host, " ");
	assert_int_equal(host, 17);
	for (int here = 0; here < 2; here++) {
		/* No process has this number. */
		snprintf(left, sizeof(left),
			 "%.8s76543210 %.*s 2147483646 1700000000000000",
			 here            ? own
			 : own[0] == '0' ? "11111111"
					 : "00000000",
			 (int)host_len, own + host);
		freeReplyObject(redis_server_ask(&server, "SET %s %s",
						 STREAM ":publisher", left));
		publishing_again(&one);
		publishing_put(&one, 10);
		publishing_to(&one, server.port, NULL);
		publishing_wait(&one, here ? NULL : "process 2147483646");
		publishing_stop(&one, here);
	}
	stream_equals(&server, STREAM, one.path, true);
	publishing_end(&one);
	redis_server_end(&server);
}

static void replies_that_are_lost_store_nothing_twice(void **state)
{
	struct redis_server server;
	struct publishing one;
	struct proxy proxy;
	(void)state;
	redis_server_start(&server, &plain);
	proxy_start(&proxy, server.port);
	publishing_begin(&one);
	publishing_to(&one, proxy.port, NULL);
	for (int i = 0; i < CUTS; i++) {
		atomic_llong *cut =
			i % 2 == 0 ? &proxy.orders->cut_up : &proxy.orders->cut_down;
		atomic_store(cut, (long long)random_below(&one.random,
							  i % 2 == 0 ? 100000 : 5000));
		while (atomic_load(cut) >= 0) {
			publishing_put(&one, 20);
			publishing_turn(&one);
		}
	}
	publishing_wait(&one, NULL);
	publishing_stop(&one, true);
	stream_equals(&server, STREAM, one.path, true);
	proxy_end(&proxy);
	publishing_end(&one);
	redis_server_end(&server);
}

static void the_recording_keeps_what_waits_while_redis_is_away(void **state)
{
	struct redis_server server;
	struct publishing one;
	struct redis_published status;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = "always"});
	publishing_begin(&one);
	publishing_put(&one, 100);
	publishing_to(&one, server.port, NULL);
	publishing_wait(&one, NULL);
	redis_server_kill(&server);
	publishing_put(&one, ROWS);
	publishing_wait(&one, "refused");
	assert_int_equal(record_drain(one.record, 60 * US_S, NULL), 0);
	publishing_turn(&one);
	status_of(&one, &status);
	assert_int_equal(status.waiting, ROWS);
	assert_true(status.since != INSTANT_NONE);
	redis_server_restart(&server);
	publishing_wait(&one, NULL);
	status_of(&one, &status);
	assert_true(status.since == INSTANT_NONE);
	end_equal(&server, &one);
}

static void another_recording_gets_the_next_session(void **state)
{
	struct redis_server server;
	struct publishing many[3], named;
	struct redis_published status;
	char key[64];
	(void)state;
	redis_server_start(&server, &plain);
	for (int i = 0; i < 3; i++) {
		publishing_begin(&many[i]);
		many[i].random = (uint64_t)i;
		publishing_put(&many[i], 50 + (unsigned)i);
		publishing_to(&many[i], server.port, NULL);
		publishing_wait(&many[i], NULL);
		publishing_stop(&many[i], true);
	}
	publishing_begin(&named);
	named.random = 77;
	publishing_put(&named, 10);
	publishing_to(&named, server.port, "race");
	publishing_wait(&named, "the stream is of another recording");
	/* It does not keep the lock of what it may not write. */
	publishing_again(&many[0]);
	publishing_put(&many[0], 5);
	publishing_to(&many[0], server.port, NULL);
	publishing_wait(&many[0], NULL);
	status_of(&many[0], &status);
	assert_non_null(strstr(status.place, "/n/race"));
	assert_null(strstr(status.place, "race-"));
	publishing_stop(&many[0], true);
	publishing_stop(&named, false);
	for (int i = 0; i < 3; i++) {
		snprintf(key, sizeof(key), i == 0 ? STREAM : STREAM "-%d", i + 1);
		stream_equals(&server, key, many[i].path, true);
		publishing_end(&many[i]);
	}
	assert_int_equal(redis_server_number(&server, "ZCARD pitwall:sessions"), 3);
	publishing_end(&named);
	redis_server_end(&server);
}

/* As after a kill with everysec: the stream is what it was some rows ago. */
static void a_stream_that_lost_its_tail_gets_it_again(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	publish(&server, &one, 500);
	assert_int_equal(redis_server_number(&server, "COPY " STREAM " before"), 1);
	publishing_put(&one, 500);
	publishing_wait(&one, NULL);
	assert_string_equal(redis_server_words(&server, "RENAME before " STREAM), "OK");
	assert_string_equal(redis_server_words(&server, "CLIENT KILL TYPE normal"), "");
	publishing_put(&one, 10);
	publishing_wait(&one, NULL);
	assert_string_equal(redis_server_words(&server, "FLUSHALL"), "OK");
	assert_string_equal(redis_server_words(&server, "CLIENT KILL TYPE normal"), "");
	publishing_put(&one, 10);
	publishing_wait(&one, NULL);
	publishing_stop(&one, true);
	stream_equals(&server, STREAM, one.path, true);
	assert_string_equal(redis_server_words(&server, "HGET " STREAM ":info state"),
			    "ended");
	publishing_end(&one);
	redis_server_end(&server);
}

static void what_redis_refuses_is_said_and_made_good(void **state)
{
	static const struct {
		const char *harm, *words, *good;
	} harms[] = {
		{"CONFIG SET maxmemory 1", "the memory of Redis is full",
		 "CONFIG SET maxmemory 0"},
		{"REPLICAOF 127.0.0.1 1", "Redis is a replica", "REPLICAOF NO ONE"},
		{"ACL SETUSER default -xadd", "may not do this",
		 "ACL SETUSER default +@all"},
		{"ACL SETUSER default -multi", "may not do this",
		 "ACL SETUSER default +@all"},
		{"ACL SETUSER default resetkeys ~other*", "may not do this",
		 "ACL SETUSER default ~*"},
	};
	struct redis_server server;
	struct publishing one;
	(void)state;
	publish(&server, &one, 100);
	for (size_t i = 0; i < ARRAY_LEN(harms); i++) {
		assert_string_equal(redis_server_words(&server, harms[i].harm), "OK");
		publishing_put(&one, 100);
		publishing_wait(&one, harms[i].words);
		assert_string_equal(redis_server_words(&server, harms[i].good), "OK");
		publishing_wait(&one, NULL);
	}
	end_equal(&server, &one);
}

/* Somebody removes the file: the recording goes on in a new one beside it. */
static void a_recording_that_lost_its_file_is_published_from_the_new_one(void **state)
{
	struct redis_server server;
	struct publishing one;
	struct record_state record = {.put = 0};
	char other[SCRATCH_FILE_MAX];
	(void)state;
	publish(&server, &one, 200);
	assert_int_equal(unlink(one.path), 0);
	publishing_put(&one, 200);
	publishing_wait(&one, NULL);
	record_state_get(one.record, &record);
	assert_int_equal(record.rows, 400);
	assert_int_equal(record.missing, 0);
	text_format(other, sizeof(other), "%s/%s", scratch_folder(), record.file);
	assert_string_not_equal(other, one.path);
	publishing_put(&one, 200);
	publishing_wait(&one, NULL);
	publishing_stop(&one, true);
	stream_equals(&server, STREAM, other, true);
	/* What was beside the old one was moved aside. */
	static const char *const beside[] = {"-wal.old-1", "-shm.old-1"};
	for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
		char name[SCRATCH_FILE_MAX + 16];
		text_format(name, sizeof(name), "%s%s", one.path, beside[i]);
		(void)unlink(name);
	}
	memcpy(one.path, other, sizeof(one.path));
	publishing_end(&one);
	redis_server_end(&server);
}

static void the_stream_is_kept_to_its_length(void **state)
{
	struct redis_server server;
	struct publishing one;
	struct redis_published status;
	(void)state;
	redis_server_start(&server, &plain);
	publishing_begin(&one);
	publishing_put(&one, ROWS);
	one.keep = 1000;
	publishing_to(&one, server.port, NULL);
	publishing_wait(&one, NULL);
	long long length = redis_server_number(&server, "XLEN " STREAM);
	assert_in_range(length, 1000, 2000);
	do {
		publishing_put(&one, 1);
		publishing_wait(&one, NULL);
		status_of(&one, &status);
	} while (status.full == 0);
	assert_int_equal(status.full, 100);
	publishing_stop(&one, true);
	publishing_end(&one);
	redis_server_end(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_of_a_source_is_not_published),
		cmocka_unit_test(the_stream_is_the_recording),
		cmocka_unit_test(a_recording_that_goes_on_is_continued),
		cmocka_unit_test(a_second_publisher_is_refused_by_name),
		cmocka_unit_test(a_publisher_that_lost_its_lock_writes_nothing),
		cmocka_unit_test(a_lock_is_taken_over_on_the_machine_that_left_it),
		cmocka_unit_test(replies_that_are_lost_store_nothing_twice),
		cmocka_unit_test(the_recording_keeps_what_waits_while_redis_is_away),
		cmocka_unit_test(another_recording_gets_the_next_session),
		cmocka_unit_test(a_stream_that_lost_its_tail_gets_it_again),
		cmocka_unit_test(what_redis_refuses_is_said_and_made_good),
		cmocka_unit_test(
			a_recording_that_lost_its_file_is_published_from_the_new_one),
		cmocka_unit_test(the_stream_is_kept_to_its_length),
	};
	if (!redis_server_present())
		return 0;
	(void)signal(SIGPIPE, SIG_IGN);
	redis_tuning = (struct redis_tuning){.retry_first = 20 * US_MS,
					     .retry_most = 200 * US_MS,
					     .lock = 500 * US_MS};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
