/*
 * test_relay.c -- the stream of one Redis in another: the same entries under the same ids
 *
 *  (1) Whatever is killed, at the end both streams are equal.
 *  (2) The relay that is killed is a process of its own: this program, called again.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "proxy.h"
#include "publishing.h"
#include "stream.h"

enum { KILLS = 50, TURNS = 12000, PIECE = 500, ROWS = 3000 };

static const struct redis_server_options plain = {.fsync = NULL};

static void tune(void)
{
	redis_tuning = (struct redis_tuning){.retry_first = 20 * US_MS,
					     .retry_most = 200 * US_MS,
					     .answer = 2 * US_S,
					     .lock = 2 * US_S};
}

/* ---- comparing ------------------------------------------------------------------------- */

static void reply_equals(const redisReply *a, const redisReply *b)
{
	assert_int_equal(a->type, b->type);
	if (a->type == REDIS_REPLY_STRING) {
		assert_int_equal(a->len, b->len);
		assert_memory_equal(a->str, b->str, a->len);
	}
	if (a->type != REDIS_REPLY_ARRAY)
		return;
	assert_int_equal(a->elements, b->elements);
	for (size_t i = 0; i < a->elements; i++)
		reply_equals(a->element[i], b->element[i]);
}

/** All entries; how many. */
static unsigned streams_equal(struct redis_server *a, const char *key,
			      struct redis_server *b, const char *other)
{
	char from[64] = "-";
	unsigned count = 0;
	for (;;) {
		redisReply *one = redis_server_ask(a, "XRANGE %s %s + COUNT %d", key,
						   from, PIECE);
		redisReply *two = redis_server_ask(b, "XRANGE %s %s + COUNT %d", other,
						   from, PIECE);
		reply_equals(one, two);
		size_t elements = one->elements;
		count += (unsigned)elements;
		if (elements > 0)
			snprintf(from, sizeof(from), "(%s",
				 one->element[elements - 1]->element[0]->str);
		freeReplyObject(one);
		freeReplyObject(two);
		if (elements == 0)
			return count;
	}
}

static long long last_row(struct redis_server *server, const char *key)
{
	redisReply *reply = redis_server_ask(server, "XREVRANGE %s + - COUNT 1", key);
	long long row = reply != NULL && reply->type == REDIS_REPLY_ARRAY &&
					reply->elements == 1
				? atoll(reply->element[0]->element[0]->str)
				: 0;
	if (reply != NULL)
		freeReplyObject(reply);
	return row;
}

/* ---- a relay in this process -------------------------------------------------------------- */

struct relaying {
	struct ev_loop *loop;
	struct redis_relay *relay;
	ev_timer tick;
};

static void relay_on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
}

static void relay_begin(struct relaying *one, int from, const char *session, int to,
			const char *name)
{
	const struct redis_address address = stream_address(from, session);
	struct redis_publish publish = {
		.address = {.host = "127.0.0.1", .port = (uint16_t)to}, .keep = -1};
	struct err err = {""};
	if (name != NULL)
		publish.address = stream_address(to, name);
	one->loop = ev_loop_new(EVFLAG_AUTO);
	ev_timer_init(&one->tick, relay_on_tick, 0.005, 0.005);
	ev_timer_start(one->loop, &one->tick);
	if (redis_relay_open(one->loop, &address, &publish, &one->relay, &err) != 0)
		fail_msg("%s", err.text);
}

/** Until row @row is relayed, the end is (@row 0), or @words is said of either side. */
static void relay_wait(struct relaying *one, int64_t row, const char *words)
{
	struct redis_relaying status;
	for (int i = 0; i < TURNS; i++) {
		redis_relay_status(one->relay, &status);
		bool there = words != NULL
				     ? strstr(status.from_reason, words) != NULL ||
					       strstr(status.to_reason, words) != NULL
			     : row > 0 ? status.row >= row
				       : status.ended;
		if (there)
			return;
		(void)ev_run(one->loop, EVRUN_ONCE);
	}
	fail_msg("waits for %lld or '%s': row %lld of %lld, '%s', '%s'", (long long)row,
		 words != NULL ? words : "", (long long)status.row,
		 (long long)status.last, status.from_reason, status.to_reason);
}

static void relay_wait_title(struct relaying *one, struct redis_server *to,
			     const char *title)
{
	for (int i = 0; strcmp(redis_server_words(to, "HGET pitwall:test:s:info title"),
			       title) != 0;
	     i++) {
		if (i == TURNS)
			fail_msg("the title does not become %s", title);
		(void)ev_run(one->loop, EVRUN_ONCE);
	}
}

/** Until the rows are there, whatever the relay knows of it. */
static void relay_wait_length(struct relaying *one, struct redis_server *to,
			      long long length)
{
	for (int i = 0; redis_server_number(to, "XLEN pitwall:test:s") < length; i++) {
		if (i == TURNS)
			fail_msg("there are no %lld rows", length);
		(void)ev_run(one->loop, EVRUN_ONCE);
	}
}

static void relay_end(struct relaying *one)
{
	redis_relay_close(one->relay);
	ev_loop_destroy(one->loop);
}

static void a_relay_has_the_same_entries(void **state)
{
	struct redis_server a, b;
	struct redis_relaying status;
	struct relaying one;
	(void)state;
	redis_server_start(&a, &plain);
	redis_server_start(&b, &plain);
	stream_describe(&a, "s", 1);
	stream_add(&a, "s", 1, 1, ROWS);
	relay_begin(&one, a.port, "s", b.port, NULL);
	relay_wait(&one, ROWS, NULL);
	stream_add(&a, "s", 1, ROWS + 1, ROWS + 100);
	relay_wait(&one, ROWS + 100, NULL);
	assert_int_equal(redis_server_number(&b, "EXISTS pitwall:test:s:publisher"), 1);
	/* What is on its way when it is stopped is counted. */
	stream_add(&a, "s", 1, ROWS + 101, ROWS + 120);
	relay_wait_length(&one, &b, ROWS + 120);
	redis_relay_finish(one.relay);
	redis_relay_status(one.relay, &status);
	assert_int_equal(status.row, ROWS + 120);
	assert_int_equal(redis_server_number(&b, "EXISTS pitwall:test:s:publisher"), 0);
	relay_end(&one);
	relay_begin(&one, a.port, "s", b.port, NULL);
	relay_wait(&one, ROWS + 120, NULL);
	/* Its title comes with the feed, later. It is read with the next look. */
	(void)redis_server_number(&a, "HSET pitwall:test:s:info title Feed");
	(void)redis_server_number(&a, "CLIENT KILL TYPE normal SKIPME yes");
	relay_wait_title(&one, &b, "Feed");
	relay_end(&one);
	/* In order: the lock is free, and the race goes on. */
	assert_int_equal(redis_server_number(&b, "EXISTS pitwall:test:s:publisher"), 0);
	static const char *const fields[] = {
		"version", "recording", "circuit", "title",    "since",
		"state",   "keep",      "host",    "source:1", "source:2"};
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		char words[80];
		snprintf(words, sizeof(words), "%s",
			 redis_server_words(&a, "HGET pitwall:test:s:info %s",
					    fields[i]));
		assert_string_equal(redis_server_words(&b,
						       "HGET pitwall:test:s:info %s",
						       fields[i]),
				    words);
	}
	assert_int_equal(redis_server_number(&b, "ZCARD pitwall:sessions"), 1);
	/* A later one goes on behind it, to the end and behind that. */
	stream_add(&a, "s", 1, ROWS + 121, ROWS + 150);
	assert_string_equal(redis_server_words(&a,
					       "XADD pitwall:test:s %d-1 end closed",
					       ROWS + 150),
			    "3150-1");
	relay_begin(&one, a.port, "s", b.port, NULL);
	relay_wait(&one, 0, NULL);
	relay_end(&one);
	assert_string_equal(redis_server_words(&b, "HGET pitwall:test:s:info state"),
			    "ended");
	stream_add(&a, "s", 1, ROWS + 151, ROWS + 200);
	relay_begin(&one, a.port, "s", b.port, "s");
	relay_wait(&one, ROWS + 200, NULL);
	relay_end(&one);
	assert_int_equal(streams_equal(&a, "pitwall:test:s", &b, "pitwall:test:s"),
			 ROWS + 201);
	redis_server_end(&a);
	redis_server_end(&b);
}

static void gaps_stay_gaps_under_the_same_numbers(void **state)
{
	struct redis_server a, b;
	struct redis_relaying status;
	struct relaying one;
	(void)state;
	redis_server_start(&a, &plain);
	redis_server_start(&b, &plain);
	stream_describe(&a, "s", 1);
	stream_add(&a, "s", 1, 501, 600);
	stream_add(&a, "s", 1, 20001, 20100);
	relay_begin(&one, a.port, "s", b.port, NULL);
	relay_wait(&one, 20100, NULL);
	redis_relay_status(one.relay, &status);
	assert_int_equal(status.missing, 500 + 19400);
	assert_int_equal(status.gap_from, 601);
	assert_int_equal(status.gap_to, 20000);
	stream_add(&a, "s", 1, 20102, 20110);
	relay_wait(&one, 20110, NULL);
	/* Rows that are lost before the end. */
	assert_string_equal(redis_server_words(&a, "XADD pitwall:test:s 20115-1 end x"),
			    "20115-1");
	relay_wait(&one, 0, NULL);
	redis_relay_status(one.relay, &status);
	assert_int_equal(status.gap_to, 20115);
	relay_end(&one);
	assert_int_equal(last_row(&b, "pitwall:test:s"), 20115);
	assert_int_equal(redis_server_number(&b, "XDEL pitwall:test:s 20115-1"), 1);
	assert_int_equal(redis_server_number(&a, "XDEL pitwall:test:s 20115-1"), 1);
	assert_int_equal(streams_equal(&a, "pitwall:test:s", &b, "pitwall:test:s"),
			 209);
	redis_server_end(&a);
	redis_server_end(&b);
}

static void while_the_second_is_away_the_first_is_not_read_further(void **state)
{
	enum { MANY = 60000, MIB = 1024 * 1024 };
	struct redis_server a, b;
	struct redis_relaying status;
	struct proxy near, far;
	struct relaying one;
	(void)state;
	redis_server_start(&a, &plain);
	redis_server_start(&b, &plain);
	proxy_start(&near, a.port);
	proxy_start(&far, b.port);
	stream_describe(&a, "s", 1);
	stream_add(&a, "s", 1, 1, 100);
	relay_begin(&one, near.port, "s", far.port, NULL);
	relay_wait(&one, 100, NULL);
	atomic_store(&far.orders->refuse, 1);
	proxy_cut(&far);
	stream_add(&a, "s", 1, 101, MANY); /* about 15 MiB */
	/* Until nothing more comes: it is held. */
	long long seen = -1;
	while (seen != atomic_load(&near.orders->down)) {
		seen = atomic_load(&near.orders->down);
		for (int i = 0; i < 100; i++)
			(void)ev_run(one.loop, EVRUN_ONCE);
	}
	redis_relay_status(one.relay, &status);
	assert_true(status.to_reason[0] != '\0');
	assert_int_equal(status.row, 100);
	assert_true(seen > 4 * MIB);
	assert_true(seen < 10 * MIB);
	assert_true(status.bytes < 12 * MIB);
	atomic_store(&far.orders->refuse, 0);
	relay_wait(&one, MANY, NULL);
	redis_relay_status(one.relay, &status);
	assert_true(status.bytes < 5 * MIB);
	relay_end(&one);
	assert_int_equal(streams_equal(&a, "pitwall:test:s", &b, "pitwall:test:s"),
			 MANY);
	proxy_end(&near);
	proxy_end(&far);
	redis_server_end(&a);
	redis_server_end(&b);
}

static void a_stream_of_another_recording_is_left_alone(void **state)
{
	struct redis_server a, b;
	struct redis_relaying status;
	struct relaying one;
	struct record_row row;
	(void)state;
	redis_server_start(&a, &plain);
	redis_server_start(&b, &plain);
	stream_describe(&a, "s", 1);
	stream_add(&a, "s", 1, 1, 100);
	stream_describe(&b, "s", 2);
	stream_add(&b, "s", 2, 1, 50);
	relay_begin(&one, a.port, "s", b.port, "s");
	relay_wait(&one, 0, "the stream is of another recording");
	relay_end(&one);
	relay_begin(&one, a.port, "s", b.port, NULL);
	relay_wait(&one, 100, NULL);
	redis_relay_status(one.relay, &status);
	assert_non_null(strstr(status.to, "/test/s-2"));
	relay_end(&one);
	assert_int_equal(redis_server_number(&b, "XLEN pitwall:test:s"), 50);
	assert_int_equal(streams_equal(&a, "pitwall:test:s", &b, "pitwall:test:s-2"),
			 100);
	/* The same recording by its description, but another last row. */
	stream_row(7, 101, &row);
	stream_put(&b, "s-2", &row);
	stream_add(&a, "s", 1, 101, 200);
	relay_begin(&one, a.port, "s", b.port, "s-2");
	relay_wait(&one, 0, "has another recording");
	(void)ev_run(one.loop, EVRUN_ONCE);
	redis_relay_status(one.relay, &status);
	assert_int_equal(status.code, -ESTALE);
	relay_end(&one);
	assert_int_equal(last_row(&b, "pitwall:test:s-2"), 101);
	redis_server_end(&a);
	redis_server_end(&b);
}

static void what_hinders_it_is_said_and_waited_for(void **state)
{
	struct redis_server a, b;
	struct relaying one;
	(void)state;
	redis_server_start(&a, &plain);
	redis_server_start(&b, &(struct redis_server_options){.maxmemory = "3mb"});
	relay_begin(&one, a.port, "s", b.port, NULL);
	relay_wait(&one, 0, "there is no such session");
	stream_describe(&a, "s", 1);
	stream_add(&a, "s", 1, 1, 20000);
	relay_wait(&one, 0, "the memory of Redis is full");
	assert_string_equal(redis_server_words(&b, "CONFIG SET maxmemory 0"), "OK");
	relay_wait(&one, 20000, NULL);
	redis_server_freeze(&b);
	stream_add(&a, "s", 1, 20001, 21000);
	relay_wait(&one, 0, "no answer");
	redis_server_thaw(&b);
	redis_server_freeze(&a);
	relay_wait(&one, 0, "no answer");
	redis_server_thaw(&a);
	relay_wait(&one, 21000, NULL);
	/* All of it is lost: it begins again from 1. */
	assert_string_equal(redis_server_words(&b, "FLUSHALL"), "OK");
	stream_add(&a, "s", 1, 21001, 21010);
	relay_wait(&one, 21010, NULL);
	relay_end(&one);
	relay_begin(&one, a.port, "s", b.port, NULL);
	relay_wait(&one, 21010, NULL);
	relay_end(&one);
	redis_server_end(&a);
	redis_server_end(&b);
}

/* A group of usual size would take longer than the lock lasts; a long row does. */
static void a_thin_line_gets_smaller_groups_and_a_longer_lock(void **state)
{
	enum { FEW = 800, LONG = 100000 };
	static char bytes[LONG];
	static const char head[] = "1 1 1790000000000000 5 \n";
	struct redis_server a, b;
	struct proxy thin;
	struct relaying one;
	(void)state;
	redis_server_start(&a, &plain);
	redis_server_start(&b, &plain);
	proxy_start(&thin, b.port);
	stream_describe(&a, "s", 1);
	stream_add(&a, "s", 1, 1, FEW);
	redis_tuning.lock = 250 * US_MS;
	atomic_store(&thin.orders->delay_ms, 50);
	relay_begin(&one, a.port, "s", thin.port, NULL);
	relay_wait(&one, FEW, NULL);
	for (size_t i = 0; i < LONG; i++)
		bytes[i] = (char)(unsigned char)(i * i >> 7);
	memcpy(bytes, head, strlen(head));
	freeReplyObject(redis_server_ask(&a, "XADD pitwall:test:s %d-0 r %b", FEW + 1,
					 bytes, (size_t)LONG));
	relay_wait(&one, FEW + 1, NULL);
	relay_end(&one);
	assert_int_equal(streams_equal(&a, "pitwall:test:s", &b, "pitwall:test:s"),
			 FEW + 1);
	proxy_end(&thin);
	redis_server_end(&a);
	redis_server_end(&b);
	tune();
}

/* ---- kills (1) (2) ----------------------------------------------------------------------- */

static void child_on_changed(void *context)
{
	(void)context;
}

/** In a process of its own: relay "n/race" until the end. */
static int child_run(int from, int to)
{
	struct redis_address address = {
		.host = "127.0.0.1", .port = (uint16_t)from, .name = "n"};
	struct redis_publish publish = {
		.address = {.host = "127.0.0.1", .port = (uint16_t)to},
		.keep = -1,
		.changed = child_on_changed};
	struct redis_relaying status = {.ended = false};
	struct redis_relay *relay;
	struct err err = {""};
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGPIPE, SIG_IGN);
	text_copy(address.session, sizeof(address.session), SLICE("race"));
	tune();
	struct ev_loop *loop = ev_default_loop(EVFLAG_AUTO);
	if (redis_relay_open(loop, &address, &publish, &relay, &err) != 0)
		return 2;
	while (!status.ended && status.code == 0) {
		(void)ev_run(loop, EVRUN_ONCE);
		redis_relay_status(relay, &status);
	}
	if (status.code != 0)
		fprintf(stderr, "# the relay: %s\n", status.from_reason);
	redis_relay_close(relay);
	return status.code == 0 ? 0 : 1;
}

static pid_t child_start(int from, int to)
{
	char ports[2][16];
	snprintf(ports[0], sizeof(ports[0]), "%d", from);
	snprintf(ports[1], sizeof(ports[1]), "%d", to);
	pid_t pid = fork();
	if (pid == 0) {
		execl("/proc/self/exe", "test_redis_relay", "--relay", ports[0],
		      ports[1], (char *)NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	return pid;
}

static void child_kill(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/** As a power cut: its file may lack the end. */
static void server_kill(struct redis_server *server, uint64_t *random)
{
	redis_server_kill(server);
	if (random_below(random, 2) == 0 && redis_server_aof(server, 0) > 4000)
		(void)redis_server_aof(server, (size_t)random_below(random, 3000));
	redis_server_restart(server);
}

static void both_are_equal_after_kills_of_everything(void **state)
{
	const struct redis_server_options durable = {.fsync = "everysec"};
	struct redis_server a, b;
	struct publishing race;
	uint64_t random = 18;
	int status = 0;
	(void)state;
	redis_server_start(&a, &durable);
	redis_server_start(&b, &durable);
	publishing_begin(&race);
	publishing_put(&race, 500);
	publishing_to(&race, a.port, "race");
	pid_t relay = child_start(a.port, b.port);
	for (int i = 0; i < KILLS; i++) {
		uint64_t turns = random_below(&random, 40);
		for (uint64_t turn = 0; turn < turns; turn++) {
			publishing_put(&race, 10);
			publishing_turn(&race);
		}
		switch (random_below(&random, 3)) {
		case 0:
			server_kill(&a, &random);
			break;
		case 1:
			server_kill(&b, &random);
			break;
		default:
			child_kill(relay);
			relay = child_start(a.port, b.port);
			break;
		}
	}
	publishing_wait(&race, NULL);
	publishing_stop(&race, true);
	/* It ends by itself, behind the end of the recording. */
	assert_int_equal(waitpid(relay, &status, 0), relay);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	stream_equals(&a, "pitwall:n:race", race.path, true);
	stream_equals(&b, "pitwall:n:race", race.path, true);
	publishing_end(&race);
	redis_server_end(&a);
	redis_server_end(&b);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relay_has_the_same_entries),
		cmocka_unit_test(gaps_stay_gaps_under_the_same_numbers),
		cmocka_unit_test(
			while_the_second_is_away_the_first_is_not_read_further),
		cmocka_unit_test(a_stream_of_another_recording_is_left_alone),
		cmocka_unit_test(what_hinders_it_is_said_and_waited_for),
		cmocka_unit_test(a_thin_line_gets_smaller_groups_and_a_longer_lock),
		cmocka_unit_test(both_are_equal_after_kills_of_everything),
	};
	if (argc == 4 && strcmp(argv[1], "--relay") == 0)
		return child_run(atoi(argv[2]), atoi(argv[3]));
	if (!redis_server_present())
		return 0;
	(void)signal(SIGPIPE, SIG_IGN);
	tune();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
