/*
 * test_link.c -- a connection to Redis, through what can happen to it
 *
 *  (1) Replies come in the order of the commands. Each command is answered or reported
 *      lost, once.
 *  (2) What was answered was carried out; of what was lost, some may have been.
 *  (3) A connection comes back by itself when its server does, and says meanwhile why not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <ev.h>

#include "redis_link.h"

#include "proxy.h"
#include "server.h"

enum { CUTS = 50, A_CUT_MOST = 3000, IN_FLIGHT = 40, DEADLINE_S = 60 };

struct counting {
	struct redis_link *link;
	long long sent, answered, lost;
	long long newest; /* the last reply */
	int ups, downs, waiting;
	bool disorder;
};

static struct ev_loop *loop;
static uint64_t seed;

static void on_up(void *context)
{
	((struct counting *)context)->ups++;
}

static void on_down(void *context, const char *reason)
{
	assert_true(reason[0] != '\0');
	((struct counting *)context)->downs++;
}

static void on_number(void *context, const struct redisReply *reply)
{
	struct counting *counting = context;
	counting->waiting--;
	if (!reply) {
		counting->lost++;
		return;
	}
	counting->answered++;
	if (reply->type != REDIS_REPLY_INTEGER || reply->integer <= counting->newest)
		counting->disorder = true;
	counting->newest = reply->integer;
}

static void count_up(struct counting *counting)
{
	static const char *const incr[] = {"INCR", "n"};
	while (counting->waiting < IN_FLIGHT &&
	       redis_link_send(counting->link, on_number, counting, 2, incr, NULL)) {
		counting->sent++;
		counting->waiting++;
	}
}

static void link_start(struct counting *counting, int port, const char *user,
		       const char *password)
{
	struct redis_address address = {.host = "127.0.0.1", .port = (uint16_t)port};
	const struct redis_link_handler handler = {counting, on_up, on_down, NULL};
	struct err err;
	snprintf(address.user, sizeof(address.user), "%s", user);
	snprintf(address.password, sizeof(address.password), "%s", password);
	assert_int_equal(
		redis_link_open(loop, &address, &handler, &counting->link, &err), 0);
}

static ev_tstamp deadline;

static void on_tick(struct ev_loop *in, ev_timer *timer, int events)
{
	(void)in;
	(void)timer;
	(void)events;
}

/* Run the loop once. False: the deadline is over. */
static bool turn(void)
{
	ev_run(loop, EVRUN_ONCE);
	if (ev_time() < deadline)
		return true;
	print_message("# the deadline is over\n");
	return false;
}

static void deadline_set(void)
{
	deadline = ev_time() + DEADLINE_S;
}

static bool says(const struct counting *counting, const char *words)
{
	return strstr(redis_link_status(counting->link)->reason, words) != NULL;
}

static void a_connection_that_is_cut_loses_no_answer(void **state)
{
	struct redis_server server;
	struct counting counting = {0};
	struct proxy proxy;
	uint64_t random = seed;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	proxy_start(&proxy, server.port);
	link_start(&counting, proxy.port, "", "");
	for (int i = 0; i < CUTS; i++) {
		atomic_llong *cut =
			i % 2 == 0 ? &proxy.orders->cut_up : &proxy.orders->cut_down;
		atomic_store(cut, (long long)random_below(&random, A_CUT_MOST));
		for (deadline_set(); atomic_load(cut) >= 0; count_up(&counting))
			assert_true(turn());
	}
	/* The last: whole, so that the replies tell what was carried out. */
	long long answered = counting.answered;
	for (deadline_set(); counting.answered < answered + 100; count_up(&counting))
		assert_true(turn());
	while (counting.waiting)
		assert_true(turn());
	assert_false(counting.disorder);
	assert_int_equal(counting.answered + counting.lost, counting.sent);
	assert_int_equal(redis_server_number(&server, "INCR n"), counting.newest + 1);
	assert_in_range(counting.newest, counting.answered, counting.sent);
	assert_true(counting.lost > 0);
	redis_link_close(counting.link);
	proxy_end(&proxy);
	redis_server_end(&server);
}

static void a_server_that_loads_is_waited_for(void **state)
{
	struct redis_server server;
	struct counting counting = {0};
	(void)state;
	redis_server_start(&server,
			   &(struct redis_server_options){.fsync = "everysec"});
	for (int i = 0; i < 4096; i++)
		redis_server_number(&server, "INCR n");
	link_start(&counting, server.port, "", "");
	for (deadline_set(); !counting.ups;)
		assert_true(turn());
	redis_server_stop(&server);
	server.options.more = "key-load-delay 100";
	redis_server_boot(&server);
	for (deadline_set(); !says(&counting, "loading");)
		assert_true(turn());
	assert_int_equal(counting.ups, 1);
	assert_int_equal(counting.downs, 1);
	while (counting.ups < 2)
		assert_true(turn());
	count_up(&counting);
	while (counting.waiting)
		assert_true(turn());
	assert_int_equal(counting.newest, 4096 + IN_FLIGHT);
	redis_link_close(counting.link);
	redis_server_end(&server);
}

static void a_server_that_was_killed_is_found_again(void **state)
{
	struct redis_server server;
	struct counting counting = {0};
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = "always"});
	link_start(&counting, server.port, "", "");
	for (int kills = 0; kills < 5; kills++) {
		for (deadline_set(); counting.ups <= kills;)
			assert_true(turn());
		long long answered = counting.answered;
		for (; counting.answered < answered + 100; count_up(&counting))
			assert_true(turn());
		redis_server_kill(&server);
		while (counting.downs <= kills)
			assert_true(turn());
		assert_int_equal(counting.waiting, 0);
		redis_server_restart(&server);
	}
	for (deadline_set(); counting.ups <= 5;)
		assert_true(turn());
	assert_false(counting.disorder);
	assert_in_range(redis_server_number(&server, "INCR n"), counting.answered + 1,
			counting.sent + 1);
	redis_link_close(counting.link);
	redis_server_end(&server);
}

static void a_server_that_answers_nothing_is_left(void **state)
{
	struct redis_server server;
	struct counting counting = {0};
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	link_start(&counting, server.port, "", "");
	for (deadline_set(); !counting.ups;)
		assert_true(turn());
	redis_server_freeze(&server);
	count_up(&counting);
	for (; !counting.downs;)
		assert_true(turn());
	assert_int_equal(counting.lost, IN_FLIGHT);
	redis_server_thaw(&server);
	while (counting.ups < 2)
		assert_true(turn());
	redis_link_close(counting.link);
	redis_server_end(&server);
}

/* A process that gets no turn for longer than a connection may take to be made. */
static void who_was_away_finds_the_connection_made(void **state)
{
	enum { MOST = 60 };
	struct redis_server server;
	struct counting counting = {0};
	const duration_us usual = redis_tuning.attempt;
	(void)state;
	redis_tuning.attempt = 20 * US_MS;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	link_start(&counting, server.port, "", "");
	deadline_set();
	for (int i = 0; i < MOST && counting.ups == 0; i++) {
		ev_tstamp until = ev_time() + 0.03;
		while (ev_time() < until)
			redis_server_nap();
		assert_true(turn());
	}
	assert_int_equal(counting.ups, 1);
	redis_link_close(counting.link);
	redis_server_end(&server);
	redis_tuning.attempt = usual;
}

/* The process does something else for longer than an answer may take. */
static void be_away(void)
{
	ev_tstamp until = ev_time() + (double)redis_tuning.answer * 1.1e-6;
	while (ev_time() < until)
		redis_server_nap();
}

static void who_was_away_finds_its_answers(void **state)
{
	struct redis_server server;
	struct counting counting = {0};
	duration_us usual = redis_tuning.answer;
	(void)state;
	redis_tuning.answer = 2 * US_S;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	link_start(&counting, server.port, "", "");
	for (deadline_set(); !counting.ups;)
		assert_true(turn());
	assert_int_equal(redis_server_number(&server, "INCRBY n 1"), 1);
	be_away();
	count_up(&counting);
	ev_run(loop, EVRUN_NOWAIT); /* sends them */
	for (deadline_set(); redis_server_number(&server, "INCRBY n 0") <= IN_FLIGHT;) {
		assert_true(ev_time() < deadline);
		redis_server_nap();
	}
	be_away();
	while (counting.waiting)
		assert_true(turn());
	assert_int_equal(counting.answered, IN_FLIGHT);
	assert_int_equal(counting.lost, 0);
	assert_int_equal(counting.downs, 0);
	redis_link_close(counting.link);
	redis_server_end(&server);
	redis_tuning.answer = usual;
}

static void a_password_that_is_wrong_or_withdrawn_is_reported(void **state)
{
	struct redis_server server;
	struct counting right = {0}, wrong = {0}, none = {0};
	char name[SCRATCH_FILE_MAX];
	(void)state;
	redis_server_start(&server,
			   &(struct redis_server_options){
				   .users = "user default off\n"
					    "user admin on >secret ~* &* +@all\n"
					    "user viewer on >open ~* +@all\n"});
	link_start(&right, server.port, "viewer", "open");
	link_start(&wrong, server.port, "viewer", "opened");
	link_start(&none, server.port, "", "");
	for (deadline_set(); !right.ups || !says(&wrong, "refuses the user") ||
			     !says(&none, "asks for a user");)
		assert_true(turn());
	assert_false(says(&wrong, "opened"));
	assert_int_equal(redis_link_status(wrong.link)->state, NET_REFUSED);
	snprintf(name, sizeof(name), "%s/users.acl", server.folder);
	scratch_text(name, "user default off\n"
			   "user admin on >secret ~* &* +@all\n"
			   "user viewer on >opened ~* +@all\n");
	redis_server_login(&server, "admin", "secret");
	assert_string_equal(redis_server_words(&server, "ACL LOAD"), "OK");
	/* The one that is connected is cut off, and the other one gets in. */
	while (!right.downs || !says(&right, "refuses the user") || !wrong.ups)
		assert_true(turn());
	assert_int_equal(none.ups, 0);
	redis_link_close(right.link);
	redis_link_close(wrong.link);
	redis_link_close(none.link);
	redis_server_end(&server);
}

static void on_any(void *context, const struct redisReply *reply)
{
	struct counting *counting = context;
	char words[REDIS_WORDS];
	counting->waiting--;
	counting->answered++;
	if (reply)
		(void)redis_trouble(reply, words);
}

/* Replies of all kinds, with bytes that were changed: at the end it works again. */
static void replies_that_are_damaged_end_the_connection(void **state)
{
	static const char *const commands[][5] = {
		{"XREVRANGE", "s", "+", "-", NULL},
		{"HGETALL", "h", NULL},
		{"INCR", "n", NULL},
		{"XINFO", "STREAM", "s", NULL},
		{"NONE", NULL},
		{"COMMAND", "INFO", "GET", NULL},
	};
	struct redis_server server;
	struct counting counting = {0};
	struct proxy proxy;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	for (int i = 0; i < 50; i++) {
		redis_server_words(&server, "XADD s * r %d", i);
		redis_server_number(&server, "HSET h %d %d", i, i);
	}
	proxy_start(&proxy, server.port);
	link_start(&counting, proxy.port, "", "");
	atomic_store(&proxy.orders->flip, 3000);
	for (deadline_set(); counting.downs < 100;) {
		assert_true(turn());
		for (size_t i = 0; counting.waiting < IN_FLIGHT; i++) {
			const char *const *words = commands[i % ARRAY_LEN(commands)];
			int count = 0;
			while (words[count])
				count++;
			if (!redis_link_send(counting.link, on_any, &counting, count,
					     words, NULL))
				break;
			counting.waiting++;
		}
	}
	atomic_store(&proxy.orders->flip, 0);
	/* What comes now may still belong to a connection that is out of step. */
	proxy_cut(&proxy);
	int ups = counting.ups;
	for (deadline_set(); counting.ups == ups;)
		assert_true(turn());
	redis_link_close(counting.link);
	proxy_end(&proxy);
	redis_server_end(&server);
}

/* ---- closed from inside any callback ---------------------------------------------- */

static uint64_t closing;
static int closed;

static void maybe_close(struct counting *counting)
{
	if (counting->link && random_below(&closing, 40) == 0) {
		struct redis_link *link = counting->link;
		counting->link = NULL;
		closed++;
		redis_link_close(link);
	}
}

static void close_on_up(void *context)
{
	maybe_close(context);
}

static void close_on_down(void *context, const char *reason)
{
	(void)reason;
	maybe_close(context);
}

static void close_on_reply(void *context, const struct redisReply *reply)
{
	struct counting *counting = context;
	(void)reply;
	assert_non_null(counting->link);
	counting->waiting--;
	maybe_close(counting);
}

static void a_link_may_be_closed_in_any_of_its_callbacks(void **state)
{
	static const char *const incr[] = {"INCR", "n"};
	struct redis_server server;
	struct counting counting = {0};
	struct proxy proxy;
	uint64_t random = seed;
	(void)state;
	closing = seed + 1;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	proxy_start(&proxy, server.port);
	struct redis_address address = {.host = "localhost",
					.port = (uint16_t)proxy.port};
	const struct redis_link_handler handler = {&counting, close_on_up,
						   close_on_down, close_on_up};
	for (deadline_set(); closed < 200;) {
		struct err err;
		if (!counting.link) {
			counting.waiting = 0;
			assert_int_equal(redis_link_open(loop, &address, &handler,
							 &counting.link, &err),
					 0);
		}
		if (atomic_load(&proxy.orders->cut_down) < 0)
			atomic_store(&proxy.orders->cut_down,
				     (long long)random_below(&random, A_CUT_MOST));
		assert_true(turn());
		while (counting.link && counting.waiting < IN_FLIGHT &&
		       redis_link_send(counting.link, close_on_reply, &counting, 2,
				       incr, NULL))
			counting.waiting++;
	}
	redis_link_close(counting.link);
	proxy_end(&proxy);
	redis_server_end(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_that_is_cut_loses_no_answer),
		cmocka_unit_test(a_server_that_loads_is_waited_for),
		cmocka_unit_test(a_server_that_was_killed_is_found_again),
		cmocka_unit_test(a_server_that_answers_nothing_is_left),
		cmocka_unit_test(who_was_away_finds_its_answers),
		cmocka_unit_test(who_was_away_finds_the_connection_made),
		cmocka_unit_test(a_password_that_is_wrong_or_withdrawn_is_reported),
		cmocka_unit_test(replies_that_are_damaged_end_the_connection),
		cmocka_unit_test(a_link_may_be_closed_in_any_of_its_callbacks),
	};
	if (!redis_server_present())
		return 0;
	seed = redis_server_seed();
	redis_tuning = (struct redis_tuning){.retry_first = 10 * US_MS,
					     .retry_most = 40 * US_MS,
					     .attempt = US_S,
					     .answer = US_S / 2};
	loop = ev_default_loop(0);
	/* So that a turn ends when nothing happens. */
	ev_timer tick;
	ev_timer_init(&tick, on_tick, 0.01, 0.01);
	ev_timer_start(loop, &tick);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
