/*
 * test_publish_program.c -- `pitwall record --publish`, killed and resumed, while Redis is
 * killed and started again
 *
 *   a source of lines (TCP) ── pitwall record, in its sandbox ── Redis
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "program.h"
#include "publishing.h"

#define STREAM "pitwall:circuit:race"

enum { A_FEW = 25 };

static char path[SCRATCH_FILE_MAX];

static bool hurried; /* the source */

static const char names[] =
	"$B,5,\"1000 km of the feed\"\r\n"
	"$E,\"TRACKNAME\",\"Feedring\"\r\n"
	"$F,9999,\"05:59:59\",\"12:00:01\",\"00:00:01\",\"Green \"\r\n";

/* In a child: a line each 5 ms to whoever connects, one at a time; the names only to the
 * first. */
static void serve_lines(int listening)
{
	const struct timespec soon = {.tv_nsec = 200 * 1000};
	unsigned n = 0;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int fd = accept(listening, NULL, NULL);
		ssize_t sent = fd < 0 ? -1 : 1;
		if (n == 0 && sent > 0)
			sent = write(fd, names, sizeof(names) - 1);
		while (sent > 0) {
			char line[80];
			int len = snprintf(line, sizeof(line),
					   "$G,1,\"%u\",%u,\"00:10:%02u.%03u\"\r\n",
					   n % 60, n / 60, n % 60, n % 1000);
			sent = write(fd, line, (size_t)len);
			n++;
			if (hurried)
				(void)nanosleep(&soon, NULL);
			else
				redis_server_nap();
		}
		if (fd >= 0)
			close(fd);
	}
}

static pid_t source_start(int *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof(at);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const void *)&at, len), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (void *)&at, &len), 0);
	*port = ntohs(at.sin_port);
	pid_t child = fork();
	if (child == 0)
		serve_lines(fd);
	close(fd);
	assert_true(child > 0);
	return child;
}

static const char *keep = "1000000";

static pid_t recorder_start_on(int source, int redis, const char *name)
{
	char from[64], to[96];
	snprintf(from, sizeof(from), "rmonitor://127.0.0.1:%d", source);
	snprintf(to, sizeof(to), "redis://127.0.0.1:%d/%s", redis, name);
	const char *const words[] = {
		"record",         from, "-o",       path, "--publish", to,
		"--publish-keep", keep, "--length", "6h", NULL};
	return program_start(words);
}

static void wait_for_more(struct redis_server *server, long long rows)
{
	for (int i = 0; redis_server_number(server, "XLEN " STREAM) < rows; i++) {
		if (i == PROGRAM_NAPS)
			fail_msg("the stream does not grow");
		redis_server_nap();
	}
}

static void end_with(pid_t child, int number, bool in_order)
{
	int status = 0;
	assert_int_equal(kill(child, number), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (in_order)
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_recorder_that_is_killed_twice_publishes_all_of_it(void **state)
{
	struct redis_server server;
	int port = 0;
	long long rows = 0;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = "always"});
	pid_t source = source_start(&port);
	for (int i = 0; i < 3; i++) {
		pid_t recorder = recorder_start_on(port, server.port, "circuit");
		wait_for_more(&server, rows += A_FEW);
		/* It connects again inside its sandbox. */
		redis_server_kill(&server);
		redis_server_restart(&server);
		wait_for_more(&server,
			      rows = redis_server_number(&server, "XLEN " STREAM) +
				     A_FEW);
		end_with(recorder, i < 2 ? SIGKILL : SIGTERM, i == 2);
	}
	end_with(source, SIGKILL, false);
	stream_equals(&server, STREAM, path, true);
	assert_int_equal(redis_server_number(&server, "ZCARD pitwall:sessions"), 1);
	assert_int_equal(unlink(path), 0);
	redis_server_end(&server);
}

static void wait_for_info(struct redis_server *server, const char *field,
			  const char *value)
{
	for (int i = 0;
	     strcmp(redis_server_words(server, "HGET " STREAM ":info %s", field),
		    value) != 0;
	     i++) {
		if (i == PROGRAM_NAPS)
			fail_msg("%s is not '%s'", field, value);
		redis_server_nap();
	}
}

/* Those that come with the feed, which the recorder itself does not decode. */
static void names_of_the_race_are_in_the_list(void **state)
{
	struct redis_server server;
	int port = 0;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = "no"});
	pid_t source = source_start(&port);
	pid_t recorder = recorder_start_on(port, server.port, "circuit");
	wait_for_info(&server, "title", "1000 km of the feed");
	wait_for_info(&server, "circuit", "Feedring");
	wait_for_more(&server, A_FEW);
	end_with(recorder, SIGKILL, false);
	/* From the recording: the source does not send them again. */
	assert_string_equal(redis_server_words(&server, "FLUSHALL"), "OK");
	recorder = recorder_start_on(port, server.port, "circuit");
	wait_for_info(&server, "title", "1000 km of the feed");
	wait_for_info(&server, "circuit", "Feedring");
	end_with(recorder, SIGTERM, true);
	end_with(source, SIGKILL, false);
	assert_int_equal(unlink(path), 0);
	redis_server_end(&server);
}

/* The user and the password are in a file: neither in the arguments nor in the recording. */
static void a_password_is_in_no_recording(void **state)
{
	static const char users[] =
		"user default off\n"
		"user admin on >admin ~* &* +@all\n"
		"user publisher on >quite-secret ~pitwall:* +@all\n";
	struct redis_server server;
	char auth[SCRATCH_FILE_MAX], command[2 * SCRATCH_FILE_MAX];
	int port = 0;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.users = users});
	redis_server_login(&server, "admin", "admin");
	program_path(auth, "auth");
	int fd = open(auth, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(write(fd, "publisher\nquite-secret\n", 23) == 23);
	close(fd);
	assert_int_equal(setenv("PITWALL_REDIS_AUTH", auth, 1), 0);
	pid_t source = source_start(&port);
	pid_t recorder = recorder_start_on(port, server.port, "circuit");
	wait_for_more(&server, A_FEW);
	snprintf(command, sizeof(command),
		 "tr '\\0' ' ' </proc/%ld/cmdline | grep -q secret", (long)recorder);
	assert_int_not_equal(system(command), 0);
	end_with(recorder, SIGTERM, true);
	end_with(source, SIGKILL, false);
	assert_int_equal(unsetenv("PITWALL_REDIS_AUTH"), 0);
	assert_int_equal(unlink(auth), 0);
	snprintf(command, sizeof(command), "grep -rq secret '%s'", program_folder);
	assert_int_not_equal(system(command), 0);
	stream_equals(&server, STREAM, path, true);
	assert_int_equal(unlink(path), 0);
	redis_server_end(&server);
}

/* What a reader needs that comes late: the length of the race is in the first rows, which
 * are removed. */
static void texts_of_the_setup_stay_in_a_stream_that_is_trimmed(void **state)
{
	struct redis_server server;
	int port = 0;
	long long first = 1;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = "no"});
	hurried = true;
	keep = "2000";
	pid_t source = source_start(&port);
	pid_t recorder = recorder_start_on(port, server.port, "circuit");
	for (int i = 0; first < 1500 && i < PROGRAM_NAPS; i++) {
		redisReply *one =
			redis_server_ask(&server, "XRANGE %s - + COUNT 1", STREAM);
		if (one->elements > 0)
			first = atoll(one->element[0]->element[0]->str);
		freeReplyObject(one);
		redis_server_nap();
	}
	assert_true(first >= 1500);
	redisReply *rows = redis_server_ask(&server, "XRANGE %s - +", STREAM);
	unsigned found = 0;
	for (size_t i = 0; i < rows->elements; i++) {
		const redisReply *row = rows->element[i]->element[1]->element[1];
		found += strncmp(row->str, "3 0 ", 4) == 0 &&
			 strstr(row->str, " session\n") != NULL &&
			 strstr(row->str, "length = 6h") != NULL;
	}
	freeReplyObject(rows);
	assert_true(found >= 1);
	hurried = false;
	keep = "1000000";
	end_with(recorder, SIGTERM, true);
	end_with(source, SIGKILL, false);
	assert_int_equal(unlink(path), 0);
	redis_server_end(&server);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recorder_that_is_killed_twice_publishes_all_of_it),
		cmocka_unit_test(names_of_the_race_are_in_the_list),
		cmocka_unit_test(a_password_is_in_no_recording),
		cmocka_unit_test(texts_of_the_setup_stay_in_a_stream_that_is_trimmed),
	};
	if (!program_begin(argc, argv, "publish"))
		return argc != 2;
	program_path(path, "race.pitwall");
	return program_end(cmocka_run_group_tests(tests, NULL, NULL));
}
