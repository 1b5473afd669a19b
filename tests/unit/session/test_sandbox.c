/*
 * test_sandbox.c -- what a process cannot do any more once it has given it up
 *
 * Each try runs in a child. Where this kernel or build has no sandbox the tests are
 * skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pitwall/sandbox.h"
#include "../../scratch.h"

enum { SKIPPED = 77 };

static char folder[SCRATCH_MAX], inside[SCRATCH_FILE_MAX],
	outside[SCRATCH_FILE_MAX + 8];

/* The exit status of @try in a child: 0 when it could do it; 128 + a signal. */
static int in_child(int (*try)(void))
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(try());
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int enter(enum sandbox kind)
{
	return sandbox_enter(kind) ? 0 : SKIPPED;
}

static void expect(int (*try)(void), int status)
{
	int got = in_child(try);
	if (got == SKIPPED)
		skip();
	assert_int_equal(got, status);
}

static int opens(const char *path, int flags)
{
	int fd = open(path, flags, 0600);
	return fd < 0 ? 1 : close(fd);
}

static int connects(int family)
{
	int fd = socket(family, SOCK_STREAM, 0);
	return fd < 0 ? 1 : close(fd);
}

/* ---- decoding ------------------------------------------------------------------------ */

static int decode_works(void)
{
	int rc = enter(SANDBOX_DECODE);
	char *memory = malloc(1 << 22);
	if (rc != 0 || memory == NULL)
		return rc != 0 ? rc : 1;
	memory[1 << 20] = 'x';
	free(memory);
	return write(STDOUT_FILENO, "", 0) == 0 ? 0 : 1;
}

static int decode_opens(void)
{
	int rc = enter(SANDBOX_DECODE);
	return rc != 0 ? rc : opens("/dev/null", O_RDONLY);
}

static int decode_connects(void)
{
	int rc = enter(SANDBOX_DECODE);
	return rc != 0 ? rc : connects(AF_INET);
}

static int decode_forks(void)
{
	int rc = enter(SANDBOX_DECODE);
	return rc != 0 ? rc : fork() < 0;
}

static int decode_makes_code(void)
{
	int rc = enter(SANDBOX_DECODE);
	void *at = rc != 0 ? NULL
			   : mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return rc != 0 ? rc : at == MAP_FAILED;
}

static void decoding_has_memory_and_nothing_else(void **state)
{
	(void)state;
	expect(decode_works, 0);
	expect(decode_opens, 1);
	expect(decode_connects, 1);
	expect(decode_forks, 1);
	expect(decode_makes_code, 1);
}

/* ---- recording ----------------------------------------------------------------------- */

static int record_works(void)
{
	sandbox_files(inside);
	int rc = enter(SANDBOX_RECORD);
	if (rc != 0)
		return rc;
	return opens(inside, O_RDWR | O_CREAT) != 0 || connects(AF_INET) != 0 ||
	       connects(AF_UNIX) != 0 || opens("/etc/passwd", O_RDONLY) != 0 ||
	       opens("/dev/null", O_RDWR) != 0 || unlink(inside) != 0;
}

static int record_starts_a_program(void)
{
	char name[] = "sh", flag[] = "-c", word[] = "exit 0";
	char *args[] = {name, flag, word, NULL};
	int rc = enter(SANDBOX_RECORD);
	if (rc != 0)
		return rc;
	(void)execv("/bin/sh", args);
	return 1;
}

static int record_sends_raw(void)
{
	int rc = enter(SANDBOX_RECORD);
	return rc != 0 ? rc : connects(AF_PACKET);
}

static void *in_thread(void *context)
{
	int *result = context;
	*result = connects(AF_PACKET);
	return NULL;
}

static int record_sends_raw_in_a_thread_that_was_there(void)
{
	int rc = enter(SANDBOX_RECORD), result = 0;
	pthread_t thread;
	if (rc != 0)
		return rc;
	if (pthread_create(&thread, NULL, in_thread, &result) != 0)
		return 0;
	(void)pthread_join(thread, NULL);
	return result;
}

static void recording_has_connections_and_no_programs(void **state)
{
	(void)state;
	expect(record_works, 0);
	expect(record_sends_raw, 1);
	expect(record_sends_raw_in_a_thread_that_was_there, 1);
	expect(record_starts_a_program, 128 + SIGSYS);
}

/* ---- asking ----------------------------------------------------------------------------- */

static int ask_works(void)
{
	int result = 1;
	pthread_t thread;
	sandbox_privileges();
	sandbox_files_system();
	int rc = enter(SANDBOX_ASK);
	if (rc != 0)
		return rc;
	if (pthread_create(&thread, NULL, in_thread, &result) != 0)
		return 1;
	(void)pthread_join(thread, NULL);
	/* No raw packets, in the thread too. */
	return result != 1 || connects(AF_INET) != 0 || raise(0) != 0 ||
	       opens("/etc/passwd", O_RDONLY) != 0;
}

static int ask_changes_a_file(void)
{
	int rc = enter(SANDBOX_ASK);
	return rc != 0 ? rc
		       : chmod(folder, 0700) != 0 && unlink(inside) != 0 &&
				 rename(folder, outside) != 0;
}

static int ask_forks(void)
{
	int rc = enter(SANDBOX_ASK);
	return rc != 0 ? rc : fork() < 0;
}

static int ask_sends_a_signal(void)
{
	int rc = enter(SANDBOX_ASK);
	return rc != 0 ? rc : kill(getppid(), 0) != 0 && kill(getpid(), 0) != 0;
}

static int ask_listens(void)
{
	int rc = enter(SANDBOX_ASK);
	int fd = rc != 0 ? -1 : socket(AF_INET, SOCK_STREAM, 0);
	return rc != 0 ? rc : listen(fd, 1) != 0;
}

/* What belongs to others; only root could. */
static int ask_reads_as_root(void)
{
	sandbox_privileges();
	return opens(inside, O_RDONLY);
}

static void asking_has_connections_and_changes_nothing(void **state)
{
	(void)state;
	expect(ask_works, 0);
	expect(ask_changes_a_file, 1);
	expect(ask_forks, 1);
	expect(ask_sends_a_signal, 1);
	expect(ask_listens, 1);
	if (geteuid() == 0) {
		assert_int_equal(opens(inside, O_WRONLY | O_CREAT), 0);
		assert_int_equal(chown(inside, 1, 1), 0);
		expect(ask_reads_as_root, 1);
		assert_int_equal(unlink(inside), 0);
	}
}

/* ---- files ------------------------------------------------------------------------------ */

static int writes_outside(void)
{
	sandbox_files(inside);
	return opens(outside, O_RDWR | O_CREAT);
}

static int writes_anywhere(void)
{
	sandbox_files(NULL);
	return opens(inside, O_RDWR | O_CREAT);
}

static int reads_and_writes_inside(void)
{
	sandbox_files(inside);
	return opens(inside, O_RDWR | O_CREAT) != 0 || unlink(inside) != 0 ||
	       opens("/etc/passwd", O_RDONLY) != 0;
}

/* A recording outside, named by a link inside. */
static int writes_through_a_link(void)
{
	int fd = open(outside, O_RDWR | O_CREAT, 0600);
	int rc = fd < 0 || symlink(outside, inside) != 0;
	(void)close(fd);
	sandbox_files(inside);
	rc |= opens(inside, O_RDWR) != 0;
	(void)unlink(inside);
	return rc | unlink(outside);
}

static void only_the_folder_of_the_recording_is_written(void **state)
{
	(void)state;
	assert_int_equal(in_child(reads_and_writes_inside), 0);
	if (in_child(writes_outside) == 0) { /* no Landlock */
		(void)unlink(outside);
		skip();
	}
	assert_int_equal(in_child(writes_anywhere), 1);
	assert_int_equal(in_child(writes_through_a_link), 0);
}

static int reads_ours(void)
{
	int fd = open(inside, O_RDWR | O_CREAT, 0600);
	if (fd < 0)
		return 2;
	(void)close(fd);
	sandbox_files_system();
	return opens(inside, O_RDONLY);
}

static int reads_the_systems(void)
{
	sandbox_files_system();
	return opens("/etc/passwd", O_RDONLY) != 0 ||
	       opens("/dev/null", O_RDONLY) != 0 || connects(AF_INET) != 0;
}

static int writes_the_systems(void)
{
	sandbox_files_system();
	return opens("/etc/passwd", O_RDWR);
}

static void who_asks_the_web_reads_files_of_the_system_alone(void **state)
{
	(void)state;
	assert_int_equal(in_child(reads_the_systems), 0);
	if (in_child(reads_ours) == 0) /* no Landlock */
		skip();
	assert_int_equal(in_child(reads_ours), 1);
	assert_int_equal(in_child(writes_the_systems), 1);
}

static int set_up(void **state)
{
	(void)state;
	scratch_name(folder, "sandbox");
	(void)snprintf(outside, sizeof(outside), "%s.out", folder);
	(void)snprintf(inside, sizeof(inside), "%s/in", folder);
	return mkdir(folder, 0700);
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(inside);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding_has_memory_and_nothing_else),
		cmocka_unit_test(recording_has_connections_and_no_programs),
		cmocka_unit_test(asking_has_connections_and_changes_nothing),
		cmocka_unit_test(only_the_folder_of_the_recording_is_written),
		cmocka_unit_test(who_asks_the_web_reads_files_of_the_system_alone),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
