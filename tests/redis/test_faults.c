/*
 * test_faults.c -- a race is published while Redis, its disk or the publisher fails
 *
 * The truth at the end of each: the stream is equal to the recording, row by row, from 1 to
 * the last, and nothing is in it twice. PITWALL_SEED sets the random instants.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "proxy.h"
#include "publishing.h"

#define STREAM "pitwall:n:race"

enum {
	KILLS = 4,
	A_TURN = 200,
	A_DISK = 3 << 20,
	PUBLISHER_KILLS = 50,
	LIFE_MS_MOST = 120,
	DEADLINE_S = 60,
};

static uint64_t seed;

static void begin(struct publishing *one, int port)
{
	publishing_begin(one);
	publishing_to(one, port, NULL);
}

static void finish(struct publishing *one, struct redis_server *server)
{
	publishing_stop(one, true);
	stream_equals(server, STREAM, one->path, true);
}

static void end(struct publishing *one, struct redis_server *server)
{
	publishing_end(one);
	redis_server_end(server);
}

/* Record for a while: the publisher is in the middle of something at its end. */
static void race_on(struct publishing *one, int turns)
{
	for (int i = 0; i < turns; i++) {
		publishing_put(one, A_TURN);
		publishing_turn(one);
	}
}

static void race_until(struct publishing *one, const char *words)
{
	struct redis_published status;
	ev_tstamp until = ev_time() + DEADLINE_S;
	do {
		race_on(one, 1);
		redis_publisher_status(one->publisher, &status);
		if (ev_time() > until)
			fail_msg("waits for '%s': '%s'", words, status.reason);
	} while (strstr(status.reason, words) == NULL);
}

static void killed_under_load(const char *fsync)
{
	struct redis_server server;
	struct publishing one;
	redis_server_start(&server, &(struct redis_server_options){.fsync = fsync});
	begin(&one, server.port);
	for (int i = 0; i < KILLS; i++) {
		race_on(&one, 10 + 7 * i);
		redis_server_kill(&server);
		race_until(&one, "refused");
		redis_server_boot(&server);
		/* Every second time it is killed again before it has everything. */
		if (i % 2)
			publishing_wait(&one, NULL);
	}
	publishing_wait(&one, NULL);
	finish(&one, &server);
	end(&one, &server);
}

static void redis_is_killed_under_load_everysec(void **state)
{
	(void)state;
	killed_under_load("everysec");
}

static void redis_is_killed_under_load_always(void **state)
{
	(void)state;
	killed_under_load("always");
}

static void redis_loads_its_data(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	redis_server_start(&server,
			   &(struct redis_server_options){.fsync = "everysec"});
	begin(&one, server.port);
	publishing_put(&one, 4096);
	publishing_wait(&one, NULL);
	redis_server_stop(&server);
	server.options.more = "key-load-delay 100";
	redis_server_boot(&server);
	race_until(&one, "loading");
	publishing_wait(&one, NULL);
	finish(&one, &server);
	end(&one, &server);
}

/* The race goes on, and the recording keeps it until there is room again. */
static void the_disk_of_redis_is_full_everysec(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	redis_server_start(&server,
			   &(struct redis_server_options){.fsync = "everysec"});
	redis_server_stop(&server);
	bool mounted = redis_server_mount(&server, A_DISK);
	redis_server_restart(&server);
	if (!mounted)
		redis_server_disk(&server, A_DISK);
	begin(&one, server.port);
	race_until(&one, mounted ? "the disk of Redis is full" : "disk");
	race_on(&one, 20);
	if (mounted)
		assert_true(redis_server_mount_size(&server, 32 * A_DISK));
	else
		redis_server_disk(&server, 0);
	publishing_wait(&one, NULL);
	finish(&one, &server);
	redis_server_stop(&server);
	redis_server_restart(&server);
	stream_equals(&server, STREAM, one.path, true);
	end(&one, &server);
}

/* Redis ends. */
static void the_disk_of_redis_is_full_always(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = "always"});
	redis_server_disk(&server, A_DISK);
	begin(&one, server.port);
	race_until(&one, "refused");
	assert_true(redis_server_gone(&server, DEADLINE_S));
	redis_server_restart(&server);
	publishing_wait(&one, NULL);
	finish(&one, &server);
	redis_server_kill(&server);
	redis_server_restart(&server);
	stream_equals(&server, STREAM, one.path, true);
	end(&one, &server);
}

static void the_memory_of_redis_is_used_up(void **state)
{
	struct redis_server server;
	struct publishing one;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.maxmemory = "5mb"});
	begin(&one, server.port);
	race_until(&one, "the memory of Redis is full");
	race_on(&one, 20);
	assert_string_equal(redis_server_words(&server, "CONFIG SET maxmemory 500mb"),
			    "OK");
	publishing_wait(&one, NULL);
	finish(&one, &server);
	end(&one, &server);
}

/* By a few bytes, by much, at last by all of it. */
static void the_aof_was_cut_short(void **state)
{
	struct redis_server server;
	struct publishing one;
	uint64_t random = seed;
	(void)state;
	redis_server_start(&server,
			   &(struct redis_server_options){.fsync = "everysec"});
	begin(&one, server.port);
	for (int i = 0; i < 6; i++) {
		race_on(&one, 5);
		publishing_wait(&one, NULL);
		redis_server_stop(&server);
		size_t size = redis_server_aof(&server, 0);
		size_t cut = 1 + (size_t)random_below(&random, i % 2 ? size / 2 : 40);
		redis_server_aof(&server, i == 5 ? size : cut);
		race_until(&one, "refused");
		redis_server_restart(&server);
	}
	publishing_wait(&one, NULL);
	finish(&one, &server);
	end(&one, &server);
}

static void replies_never_come(void **state)
{
	struct redis_server server;
	struct publishing one;
	struct proxy proxy;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	proxy_start(&proxy, server.port);
	begin(&one, proxy.port);
	race_on(&one, 5);
	publishing_wait(&one, NULL);
	/* Carried out, and not answered. */
	atomic_store(&proxy.orders->swallow, 1);
	race_on(&one, 5);
	publishing_wait(&one, "no answer");
	atomic_store(&proxy.orders->swallow, 0);
	publishing_wait(&one, NULL);
	redis_server_freeze(&server);
	race_on(&one, 5);
	publishing_wait(&one, "no answer");
	redis_server_thaw(&server);
	publishing_wait(&one, NULL);
	finish(&one, &server);
	proxy_end(&proxy);
	end(&one, &server);
}

static int64_t stepped;

static int64_t stepped_clock(void)
{
	return stepped;
}

static void the_clock_of_the_recorder_is_set(void **state)
{
	/* An hour on, a day back, to before 1970. */
	static const int64_t steps[] = {3600 * US_S, -86400 * US_S, -1800000000 * US_S};
	const struct net_calls usual = net_calls;
	struct redis_server server;
	struct publishing one;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = "always"});
	net_calls.clock = stepped_clock;
	stepped = INT64_C(1700000000000000);
	begin(&one, server.port);
	for (int i = 0; i < 10; i++) {
		race_on(&one, 2);
		publishing_wait(&one, NULL);
		one.clock += steps[i % 3];
		stepped += steps[i % 3];
		if (i % 4 == 3) {
			redis_server_kill(&server);
			race_until(&one, "refused");
			redis_server_restart(&server);
		}
	}
	publishing_wait(&one, NULL);
	net_calls = usual;
	finish(&one, &server);
	end(&one, &server);
}

/* ---- the publisher is killed ----------------------------------------------------------- */

/* A process that records and publishes until it is killed. */
static pid_t publisher_fork(const char *path, int port)
{
	pid_t parent = getpid();
	fflush(stdout);
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	struct publishing one = {.loop = ev_loop_new(EVFLAG_AUTO), .random = seed};
	snprintf(one.path, sizeof(one.path), "%s", path);
	publishing_again(&one);
	publishing_to(&one, port, NULL);
	while (getppid() == parent) {
		publishing_put(&one, A_TURN / 10);
		ev_run(one.loop, EVRUN_NOWAIT);
		redis_server_nap();
	}
	_exit(0);
}

static void the_publisher_is_killed_at_random_instants(void **state)
{
	struct redis_server server;
	struct publishing one;
	uint64_t random = seed;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	begin(&one, server.port);
	publishing_put(&one, A_TURN);
	publishing_stop(&one, false);
	for (int i = 0; i < PUBLISHER_KILLS; i++) {
		pid_t pid = publisher_fork(one.path, server.port);
		assert_true(pid > 0);
		const struct timespec life = {
			.tv_nsec = (long)random_below(&random, LIFE_MS_MOST) * 1000000};
		nanosleep(&life, NULL);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
	print_message("# %lld entries after %d kills\n",
		      redis_server_number(&server, "XLEN " STREAM),
		      (int)PUBLISHER_KILLS);
	publishing_again(&one);
	publishing_put(&one, A_TURN);
	publishing_to(&one, server.port, NULL);
	publishing_wait(&one, NULL);
	finish(&one, &server);
	assert_int_equal(redis_server_number(&server, "ZCARD pitwall:sessions"), 1);
	end(&one, &server);
}

/* ---- access ------------------------------------------------------------------------------ */

static void the_password_is_wrong_then_right_then_withdrawn(void **state)
{
	struct redis_server server;
	struct redis_published status;
	struct publishing one;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){
					    .users = redis_server_users(NULL, NULL)});
	publishing_begin(&one);
	one.user = "publisher";
	one.password = "second";
	publishing_to(&one, server.port, NULL);
	race_until(&one, "Redis refuses the user or the password");
	redis_publisher_status(one.publisher, &status);
	assert_null(strstr(status.reason, "second"));
	redis_server_users_load(&server, redis_server_users("publisher", "second"));
	publishing_wait(&one, NULL);
	redis_server_users_load(&server, redis_server_users("publisher", "third"));
	race_until(&one, "Redis refuses the user or the password");
	redis_server_users_load(&server, redis_server_users("publisher", "second"));
	publishing_wait(&one, NULL);
	finish(&one, &server);
	end(&one, &server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* The first one mounts, before this process has threads. */
		cmocka_unit_test(the_disk_of_redis_is_full_everysec),
		cmocka_unit_test(the_disk_of_redis_is_full_always),
		cmocka_unit_test(redis_is_killed_under_load_everysec),
		cmocka_unit_test(redis_is_killed_under_load_always),
		cmocka_unit_test(redis_loads_its_data),
		cmocka_unit_test(the_memory_of_redis_is_used_up),
		cmocka_unit_test(the_aof_was_cut_short),
		cmocka_unit_test(replies_never_come),
		cmocka_unit_test(the_clock_of_the_recorder_is_set),
		cmocka_unit_test(the_publisher_is_killed_at_random_instants),
		cmocka_unit_test(the_password_is_wrong_then_right_then_withdrawn),
	};
	if (!redis_server_present())
		return 0;
	seed = redis_server_seed();
	(void)signal(SIGPIPE, SIG_IGN);
	redis_tuning = (struct redis_tuning){.retry_first = 10 * US_MS,
					     .retry_most = 40 * US_MS,
					     .attempt = US_S,
					     .answer = US_S / 2,
					     .lock = US_S};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
