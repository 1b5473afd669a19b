/*
 * test_reader_py.c -- assets/redis/reader.py reads a stream as pitwall-redis(7) describes it
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "server.h"

struct reader {
	FILE *lines;
	pid_t pid;
};

static void reader_start(struct reader *reader, const struct redis_server *server)
{
	char program[SCRATCH_FILE_MAX], where[32];
	int ends[2];
	snprintf(program, sizeof(program), "%s/redis/reader.py",
		 getenv("PITWALL_ASSETS"));
	snprintf(where, sizeof(where), "127.0.0.1:%d", server->port);
	assert_int_equal(pipe(ends), 0);
	reader->pid = fork();
	if (reader->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], 1);
		close(ends[0]);
		execlp("python3", "python3", program, where, "le-mans", "race",
		       (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	reader->lines = fdopen(ends[0], "r");
	assert_non_null(reader->lines);
}

static void expect(struct reader *reader, const char *line)
{
	char found[512];
	assert_non_null(fgets(found, sizeof(found), reader->lines));
	found[strcspn(found, "\n")] = '\0';
	assert_string_equal(found, line);
}

static void reader_end(struct reader *reader)
{
	kill(reader->pid, SIGTERM);
	waitpid(reader->pid, NULL, 0);
	fclose(reader->lines);
}

static void put(struct redis_server *server, const char *id, const char *value,
		size_t len)
{
	assert_string_equal(redis_server_words(server,
					       "XADD pitwall:le-mans:race %s r %b", id,
					       value, len),
			    id);
}

static void rows_come_from_the_beginning_then_live(void **state)
{
	static const char raw[] = "1 1 1700000000250000 77 \na\0b\nc",
			  setup[] = "3 0 1700000001000000 0 circuit\nle-mans";
	struct redis_server server;
	struct reader reader;
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	put(&server, "1-0", setup, sizeof(setup) - 1);
	put(&server, "2-0", raw, sizeof(raw) - 1);
	reader_start(&reader, &server);
	expect(&reader, "1 3 0 1700000001.0 circuit b'le-mans'");
	expect(&reader, "2 1 1 1700000000.25 - b'a\\x00b\\nc'");
	put(&server, "3-0", raw, sizeof(raw) - 1);
	expect(&reader, "3 1 1 1700000000.25 - b'a\\x00b\\nc'");
	put(&server, "7-0", raw, sizeof(raw) - 1);
	expect(&reader, "rows 4 to 6 are missing");
	expect(&reader, "7 1 1 1700000000.25 - b'a\\x00b\\nc'");
	redis_server_words(&server, "XADD pitwall:le-mans:race 7-1 end closed");
	expect(&reader, "7 end closed");
	reader_end(&reader);
	redis_server_end(&server);
}

static void a_password_comes_from_the_environment(void **state)
{
	static const char raw[] = "1 1 1700000000250000 77 \nx";
	struct redis_server server;
	struct reader reader;
	(void)state;
	redis_server_start(
		&server, &(struct redis_server_options){
				 .users = "user default off\n"
					  "user admin on >secret ~* &* +@all\n"
					  "user viewer on >open ~pitwall:* +xread\n"});
	redis_server_login(&server, "admin", "secret");
	put(&server, "1-0", raw, sizeof(raw) - 1);
	setenv("PITWALL_REDIS_USER", "viewer", 1);
	setenv("PITWALL_REDIS_PASSWORD", "open", 1);
	reader_start(&reader, &server);
	expect(&reader, "1 1 1 1700000000.25 - b'x'");
	reader_end(&reader);
	unsetenv("PITWALL_REDIS_USER");
	unsetenv("PITWALL_REDIS_PASSWORD");
	redis_server_end(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_from_the_beginning_then_live),
		cmocka_unit_test(a_password_comes_from_the_environment),
	};
	if (!redis_server_present())
		return 0;
	if (system("python3 -c '' 2>/dev/null") != 0) {
		printf("1..0 # SKIP python3 is not installed\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
