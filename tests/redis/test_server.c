/*
 * test_server.c -- what pitwall relies on in redis-server, asked of the one that is here
 *
 * Each fault that the other tests of this folder make is made here once on a plain
 * stream, so that a new version of Redis that behaves otherwise is found here first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server.h"

enum { MANY = 20000, BYTES = 120, A_GROUP = 500 };

static char payload[BYTES + 1];

/* XADD s N-0 for N in [first, first + count), a group at a time; the last that was
 * acknowledged, and the words of the first error in @words. */
static long long add(struct redis_server *server, long long first, long long count,
		     char words[128])
{
	long long acked = first - 1;
	words[0] = '\0';
	while (acked < first + count - 1 && words[0] == '\0') {
		long long sent = acked;
		redis_server_number(server, "PING");
		if (!server->link)
			return acked;
		for (int i = 0; i < A_GROUP && sent < first + count - 1; i++)
			redisAppendCommand(server->link, "XADD s %lld-0 r %b", ++sent,
					   payload, (size_t)BYTES);
		for (; acked < sent; acked++) {
			redisReply *reply = NULL;
			if (redisGetReply(server->link, (void **)&reply) != REDIS_OK)
				return acked;
			bool failed = reply->type == REDIS_REPLY_ERROR;
			if (failed && words[0] == '\0')
				snprintf(words, 128, "%s", reply->str);
			freeReplyObject(reply);
			if (failed) {
				/* Discard the replies that are on their way. */
				redisFree(server->link);
				server->link = NULL;
				return acked;
			}
		}
	}
	return acked;
}

static void an_entry_is_stored_once(void **state)
{
	struct redis_server server;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	assert_string_equal(redis_server_words(&server, "XADD s 5-0 r x"), "5-0");
	assert_non_null(strstr(redis_server_words(&server, "XADD s 5-0 r x"),
			       "equal or smaller"));
	assert_non_null(strstr(redis_server_words(&server, "XADD s 4-0 r x"),
			       "equal or smaller"));
	assert_string_equal(redis_server_words(&server, "XADD s 5-1 end x"), "5-1");
	assert_string_equal(redis_server_words(&server, "XADD s 6-0 r x"), "6-0");
	assert_int_equal(redis_server_number(&server, "XLEN s"), 3);
	redis_server_end(&server);
}

/* With everysec the answer does not wait for write(), which may wait for an fsync that is
 * under way: the end may be lost, but never an entry before another. */
static void a_kill_loses_nothing_or_the_end(void **state)
{
	struct redis_server server;
	char words[128], last[32];
	(void)state;
	redis_server_start(&server,
			   &(struct redis_server_options){.fsync = "everysec"});
	assert_int_equal(add(&server, 1, MANY, words), MANY);
	redis_server_kill(&server);
	assert_null(redis_server_ask(&server, "PING"));
	redis_server_restart(&server);
	long long kept = redis_server_number(&server, "XLEN s");
	assert_in_range(kept, 1, MANY);
	print_message("# everysec: %lld of %d entries after the kill\n", kept,
		      (int)MANY);
	snprintf(last, sizeof(last), "XADD s %lld-0 r x", kept);
	assert_non_null(strstr(redis_server_words(&server, last), "equal or smaller"));
	redis_server_end(&server);
}

static void a_server_that_always_flushes_loses_nothing(void **state)
{
	struct redis_server server;
	char words[128];
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = "always"});
	assert_int_equal(add(&server, 1, MANY, words), MANY);
	redis_server_kill(&server);
	redis_server_restart(&server);
	assert_int_equal(redis_server_number(&server, "XLEN s"), MANY);
	redis_server_end(&server);
}

static void a_restart_answers_loading_to_everything(void **state)
{
	struct redis_server server;
	char words[128];
	(void)state;
	redis_server_start(&server,
			   &(struct redis_server_options){.fsync = "everysec"});
	assert_int_equal(add(&server, 1, 4096, words), 4096);
	redis_server_stop(&server);
	server.options.more = "key-load-delay 200";
	redis_server_boot(&server);
	assert_memory_equal(redis_server_words(&server, "XLEN s"), "LOADING", 7);
	redis_server_kill(&server);
	redis_server_restart(&server);
	assert_int_equal(redis_server_number(&server, "XLEN s"), 4096);
	redis_server_end(&server);
}

/* With a disk of its own where that is allowed, and with a limit of the files. */
static void disk_full_everysec(bool mounted)
{
	struct redis_server server;
	char words[128];
	redis_server_start(&server,
			   &(struct redis_server_options){.fsync = "everysec"});
	if (mounted) {
		redis_server_stop(&server);
		if (!redis_server_mount(&server, 2 << 20)) {
			print_message("# this process may not mount\n");
			redis_server_end(&server);
			return;
		}
		redis_server_restart(&server);
	} else {
		redis_server_disk(&server, 2 << 20);
	}
	assert_true(add(&server, 1, 10 * MANY, words) < 10 * MANY);
	assert_memory_equal(words, "MISCONF Errors writing to the AOF file", 38);
	assert_memory_equal(redis_server_words(&server, "PING"), "MISCONF", 7);
	long long kept = redis_server_number(&server, "XLEN s");
	assert_true(kept > 0);
	/* Room again: the server finds out within a second, and goes on. */
	if (mounted)
		assert_true(redis_server_mount_size(&server, 32 << 20));
	else
		redis_server_disk(&server, 0);
	for (int i = 0; i < 2000 && strcmp(redis_server_words(&server, "PING"), "PONG");
	     i++)
		redis_server_nap();
	long long acked = add(&server, kept + 1, 1000, words);
	assert_int_equal(acked, kept + 1000);
	redis_server_stop(&server);
	redis_server_restart(&server);
	assert_int_equal(redis_server_number(&server, "XLEN s"), acked);
	redis_server_end(&server);
}

static void a_full_disk_refuses_writes_and_goes_on(void **state)
{
	(void)state;
	disk_full_everysec(false);
	disk_full_everysec(true);
}

static void a_full_disk_ends_a_server_that_always_flushes(void **state)
{
	struct redis_server server;
	char words[128];
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = "always"});
	redis_server_disk(&server, 1 << 20);
	long long acked = add(&server, 1, 10 * MANY, words);
	assert_true(acked < 10 * MANY);
	assert_true(redis_server_gone(&server, 60));
	redis_server_restart(&server);
	assert_true(redis_server_number(&server, "XLEN s") >= acked);
	redis_server_end(&server);
}

static void memory_that_is_used_up_refuses_writes(void **state)
{
	struct redis_server server;
	char words[128];
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.maxmemory = "3mb"});
	long long acked = add(&server, 1, 10 * MANY, words);
	assert_memory_equal(words, "OOM ", 4);
	/* Memory is freed meanwhile: of what was on its way behind the refused entry, some
	 * may have been taken. So a sender of groups waits for the reply to each. */
	assert_true(redis_server_number(&server, "XLEN s") >= acked);
	redis_server_end(&server);
}

static void an_aof_that_was_cut_is_loaded_up_to_there(void **state)
{
	struct redis_server server;
	char words[128];
	(void)state;
	redis_server_start(&server,
			   &(struct redis_server_options){.fsync = "everysec"});
	assert_int_equal(add(&server, 1, 1000, words), 1000);
	redis_server_stop(&server);
	redis_server_aof(&server, 7);
	redis_server_restart(&server);
	assert_int_equal(redis_server_number(&server, "XLEN s"), 999);
	redis_server_end(&server);
}

static void a_frozen_server_keeps_its_connections(void **state)
{
	struct redis_server server;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	redis_server_freeze(&server);
	const struct timeval brief = {.tv_usec = 100000};
	redisContext *link = redisConnectWithTimeout("127.0.0.1", server.port, brief);
	assert_non_null(link);
	assert_int_equal(link->err, 0);
	redisSetTimeout(link, brief);
	assert_null(redisCommand(link, "PING"));
	redisFree(link);
	redis_server_thaw(&server);
	assert_string_equal(redis_server_words(&server, "PING"), "PONG");
	redis_server_end(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_stored_once),
		cmocka_unit_test(a_kill_loses_nothing_or_the_end),
		cmocka_unit_test(a_server_that_always_flushes_loses_nothing),
		cmocka_unit_test(a_restart_answers_loading_to_everything),
		cmocka_unit_test(a_full_disk_refuses_writes_and_goes_on),
		cmocka_unit_test(a_full_disk_ends_a_server_that_always_flushes),
		cmocka_unit_test(memory_that_is_used_up_refuses_writes),
		cmocka_unit_test(an_aof_that_was_cut_is_loaded_up_to_there),
		cmocka_unit_test(a_frozen_server_keeps_its_connections),
	};
	memset(payload, 'x', BYTES);
	if (!redis_server_present())
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
