/*
 * test_hostile.c -- a server that is not Redis, or means harm: a connection and a reader end
 * with a sentence, use bounded memory, and come back
 */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <ev.h>

#include "redis_keys.h"
#include "redis_link.h"

enum { DEADLINE_S = 60, PIECE = 1 << 16 };

/* What the server sends. */
struct script {
	const char *first;  /* behind the answer to PING */
	const char *always; /* the answer to any other command, */
	const char *flood;  /* then this, again and again, */
	long long most;     /* about so many bytes */
};

static struct ev_loop *loop;

/* ---- the server ------------------------------------------------------------------------ */

static void say(int fd, const char *text)
{
	size_t len = strlen(text);
	while (len > 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
		if (n <= 0)
			_exit(0);
		text += n;
		len -= (size_t)n;
	}
}

static void flood(int fd, const struct script *script)
{
	static char piece[PIECE + 64];
	size_t len = 0, one = strlen(script->flood);
	for (; len + one < PIECE; len += one)
		memcpy(piece + len, script->flood, one);
	piece[len] = '\0';
	for (long long sent = 0; sent < script->most; sent += (long long)len)
		say(fd, piece);
}

/* Commands come as arrays of texts without a line feed in them. */
static void serve(int fd, const struct script *script)
{
	FILE *in = fdopen(dup(fd), "r");
	char line[512], name[64];
	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		int words = atoi(line + 1);
		name[0] = '\0';
		for (int i = 0; i < words; i++) {
			if (fgets(line, sizeof(line), in) == NULL ||
			    fgets(line, sizeof(line), in) == NULL)
				_exit(0);
			if (i == 0)
				snprintf(name, sizeof(name), "%.*s",
					 (int)strcspn(line, "\r\n"), line);
		}
		bool ping = strcmp(name, "PING") == 0;
		bool other = !ping && strcmp(name, "CLIENT") != 0;
		if (!other)
			say(fd, ping ? "+PONG\r\n" : "+OK\r\n");
		else if (script->always != NULL)
			say(fd, script->always);
		if (ping && script->first != NULL)
			say(fd, script->first);
		if (other && script->flood != NULL)
			flood(fd, script);
	}
	_exit(0);
}

static pid_t server_run(const struct script *script, uint16_t *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(listener, 16), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
	*port = ntohs(at.sin_port);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0) {
		close(listener);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		if (fd < 0)
			_exit(1);
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(fd, script);
		}
		close(fd);
	}
}

static void server_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* ---- a connection ----------------------------------------------------------------------- */

struct seen {
	struct redis_link *link;
	int ups, downs;
	char reason[160];
	bool asks;
};

static void on_up(void *context)
{
	static const char *const words[] = {"GET", "a"};
	struct seen *seen = context;
	seen->ups++;
	if (seen->asks)
		assert_true(redis_link_send(seen->link, NULL, NULL, 2, words, NULL));
}

static void on_down(void *context, const char *reason)
{
	struct seen *seen = context;
	seen->downs++;
	snprintf(seen->reason, sizeof(seen->reason), "%s", reason);
	ev_break(loop, EVBREAK_ALL);
}

static void on_late(struct ev_loop *in, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(in, EVBREAK_ALL);
}

static void run_until_break(void)
{
	ev_timer late;
	ev_timer_init(&late, on_late, DEADLINE_S, 0.);
	ev_now_update(loop);
	ev_timer_start(loop, &late);
	ev_run(loop, 0);
	ev_timer_stop(loop, &late);
}

/** Why a connection to a server of @script is lost. */
static struct seen lost_by(const struct script *script)
{
	struct seen seen = {.asks = script->always != NULL};
	struct redis_address address = {.host = "127.0.0.1"};
	const struct redis_link_handler handler = {&seen, on_up, on_down, NULL};
	struct err err;
	pid_t pid = server_run(script, &address.port);
	assert_int_equal(redis_link_open(loop, &address, &handler, &seen.link, &err),
			 0);
	run_until_break();
	redis_link_close(seen.link);
	server_stop(pid);
	return seen;
}

static void an_answer_to_no_command_ends_the_connection(void **state)
{
	static const char *const answers[] = {
		"+OK\r\n",
		":1\r\n",
		"$-1\r\n",
		"*0\r\n",
		"*2\r\n+a\r\n*1\r\n+b\r\n",
		"$3\r\nabc\r\n",
		"*-1\r\n",
		"+OK\r\n+OK\r\n:3\r\n",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct seen seen = lost_by(&(struct script){.first = answers[i]});
		assert_int_equal(seen.ups, 1);
		assert_int_equal(seen.downs, 1);
		assert_string_equal(seen.reason, "Redis sent an answer to no command");
	}
	/* An error may be one: too many connections. */
	struct seen seen = lost_by(&(struct script){.first = "-ERR max number\r\n"});
	assert_int_equal(seen.downs, 1);
	assert_string_equal(seen.reason, "ERR max number");
}

/* Whatever it is made of, and before it has ended. */
static void an_answer_without_end_is_bounded(void **state)
{
	static const struct script scripts[] = {
		{.always = "$500000000\r\n", .flood = "xxxxxxxx"},
		{.always = "*2000000000\r\n", .flood = ":1\r\n"},
		{.always = "*8000000\r\n", .flood = ":1\r\n"},
		{.always = "*8000000\r\n", .flood = "$-1\r\n"},
		{.always = "*8000000\r\n", .flood = "*0\r\n"},
		{.always = "*8000000\r\n", .flood = "*1\r\n+a\r\n"},
		{.always = "*8000000\r\n", .flood = "$1\r\na\r\n"},
		{.always = "+", .flood = "xxxxxxxx"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		struct script script = scripts[i];
		script.most = 2LL * REDIS_ANSWER_MOST;
		struct seen seen = lost_by(&script);
		assert_int_equal(seen.downs, 1);
		assert_string_equal(seen.reason, redis_answer_too_long);
	}
}

static void what_is_not_redis_is_called_that(void **state)
{
	static const char *const answers[] = {"HTTP/1.1 400 Bad Request\r\n\r\n",
					      "<html>", ">2\r\n+a\r\n+b\r\n", "*x\r\n",
					      "$x\r\n"};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct seen seen = lost_by(&(struct script){.always = answers[i]});
		assert_int_equal(seen.downs, 1);
		assert_string_equal(seen.reason,
				    "what answers on that port is not Redis");
	}
	/* What hiredis makes of these depends on its version. */
	for (size_t i = 2; i < ARRAY_LEN(answers); i++)
		assert_int_equal(lost_by(&(struct script){.first = answers[i]}).ups, 1);
}

static void a_right_that_is_withdrawn_is_asked_for_again(void **state)
{
	(void)state;
	struct seen seen = lost_by(
		&(struct script){.always = "-NOAUTH Authentication required.\r\n"});
	assert_int_equal(seen.downs, 1);
	assert_string_equal(seen.reason, "Redis asks for a user and a password");
}

/* ---- a reader ----------------------------------------------------------------------------- */

static struct redis_reader *reader;
static char waits_for[160]; /* a reason that ends the wait */

static void on_reader_changed(void *context)
{
	(void)context;
	const struct redis_reading *reading = redis_reader_status(reader);
	if (reading->code != 0 || strstr(reading->reason, waits_for) != NULL)
		ev_break(loop, EVBREAK_ALL);
}

static int no_source(void *context, const struct record_source *source, struct err *err)
{
	(void)context, (void)source, (void)err;
	return 0;
}

static bool no_row(void *context, const struct record_row *row)
{
	(void)context, (void)row;
	return true;
}

static int64_t no_gap(void *context, int64_t from, int64_t to,
		      const struct record_row *next)
{
	(void)context, (void)from, (void)next;
	return to + 1;
}

static bool no_own(void *context, int64_t number, struct record_row *row)
{
	(void)context, (void)number, (void)row;
	return false;
}

/** Read from a server that gives each command the answer @always. Its code, once it has
 * stopped or gives the reason @words. */
static int read_from(const char *always, const char *words)
{
	const struct redis_reader_handler handler = {
		.source = no_source,
		.row = no_row,
		.gap = no_gap,
		.own = no_own,
		.changed = on_reader_changed,
	};
	struct redis_address address = {
		.host = "127.0.0.1", .name = "spa", .session = "race"};
	struct err err;
	pid_t pid = server_run(&(struct script){.always = always}, &address.port);
	snprintf(waits_for, sizeof(waits_for), "%s", words);
	assert_int_equal(redis_reader_open(loop, &address, 1, &handler, &reader, &err),
			 0);
	redis_reader_begin(reader);
	run_until_break();
	const struct redis_reading *reading = redis_reader_status(reader);
	int code = reading->code;
	assert_non_null(strstr(reading->reason, words));
	redis_reader_close(reader);
	server_stop(pid);
	return code;
}

static void an_error_that_may_pass_is_waited_for(void **state)
{
	static const char *const errors[][2] = {
		{"-MOVED 3999 127.0.0.1:6381\r\n", "Redis is a cluster"},
		{"-ASK 3999 127.0.0.1:6381\r\n", "Redis is a cluster"},
		{"-CLUSTERDOWN The cluster is down\r\n", "Redis is a cluster"},
		{"-MASTERDOWN Link with MASTER is down\r\n", "lost its master"},
		{"-BUSY Redis is busy running a script.\r\n", "runs a script"},
		{"-NOPERM this user has no permissions\r\n", "may not do this"},
		{"-ERR anything \x1b[2J else\r\n", "anything"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++)
		assert_int_equal(read_from(errors[i][0], errors[i][1]), 0);
}

static void what_is_no_session_ends_the_reading(void **state)
{
	static const char *const answers[] = {
		"-WRONGTYPE Operation against a key holding the wrong kind\r\n",
		"+OK\r\n",
		":7\r\n",
		"$-1\r\n",
		"*2\r\n$1\r\na\r\n$1\r\nb\r\n",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		assert_int_equal(read_from(answers[i], "is not a session of pitwall"),
				 -EPROTO);
}

static void ids_that_are_no_rows_are_refused(void **state)
{
	static const char *const ids[] = {"0-0",
					  "1-2",
					  "-1-0",
					  "1",
					  "",
					  "9223372036854775806-0",
					  "9223372036854775807-0",
					  "18446744073709551615-0",
					  "1-0-0",
					  " 1-0"};
	int64_t row;
	unsigned part;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		assert_false(redis_id_read(slice_of(ids[i]), &row, &part));
	assert_true(redis_id_read(SLICE("2305843009213693951-1"), &row, &part));
	assert_true(row == REDIS_ROW_LAST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_to_no_command_ends_the_connection),
		cmocka_unit_test(an_answer_without_end_is_bounded),
		cmocka_unit_test(what_is_not_redis_is_called_that),
		cmocka_unit_test(a_right_that_is_withdrawn_is_asked_for_again),
		cmocka_unit_test(an_error_that_may_pass_is_waited_for),
		cmocka_unit_test(what_is_no_session_ends_the_reading),
		cmocka_unit_test(ids_that_are_no_rows_are_refused),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	redis_tuning = (struct redis_tuning){.retry_first = 20 * US_MS,
					     .retry_most = 50 * US_MS};
	loop = ev_loop_new(EVFLAG_AUTO);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	ev_loop_destroy(loop);
	return failed;
}
