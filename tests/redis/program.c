/*
 * program.c -- pitwall as a child of a test
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pitwall/redis.h"

#include "program.h"

char program_folder[SCRATCH_MAX];
static char log_path[SCRATCH_FILE_MAX];
static const char *program;

void program_path(char path[SCRATCH_FILE_MAX], const char *file)
{
	snprintf(path, SCRATCH_FILE_MAX, "%s/%s", program_folder, file);
}

bool program_begin(int argc, char *argv[], const char *name)
{
	if (argc != 2 || !redis_server_present())
		return false;
	program = argv[1];
	scratch_name(program_folder, name);
	if (mkdir(program_folder, 0700) != 0)
		abort();
	program_path(log_path, "log");
	setenv("XDG_STATE_HOME", program_folder, 1);
	(void)signal(SIGPIPE, SIG_IGN);
	redis_tuning = (struct redis_tuning){
		.retry_first = 10 * US_MS, .retry_most = 40 * US_MS, .lock = US_S};
	return true;
}

int program_end(int failed)
{
	char command[SCRATCH_FILE_MAX];
	snprintf(command, sizeof(command), "rm -rf '%s'", program_folder);
	return system(command) != 0 || failed;
}

pid_t program_start(const char *const *words)
{
	const char *args[16] = {program};
	for (size_t i = 0; words[i] != NULL; i++)
		args[i + 1] = words[i];
	int fd = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	assert_true(fd >= 0);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(fd, STDERR_FILENO);
		(void)close(fd);
		(void)execv(program, (char **)(uintptr_t)args);
		_exit(127);
	}
	(void)close(fd);
	assert_true(child > 0);
	return child;
}

int program_ended(pid_t child)
{
	int status = 0;
	for (int i = 0; i < PROGRAM_NAPS; i++) {
		if (waitpid(child, &status, WNOHANG) == child)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
		redis_server_nap();
	}
	program_kill(child);
	return -1;
}

void program_kill(pid_t child)
{
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

bool log_has(const char *words)
{
	char command[2 * SCRATCH_FILE_MAX];
	snprintf(command, sizeof(command), "grep -qF -e '%s' '%s'", words, log_path);
	return system(command) == 0;
}

void log_wait(const char *words)
{
	for (int i = 0; !log_has(words); i++) {
		if (i == PROGRAM_NAPS)
			fail_msg("it does not say '%s'", words);
		redis_server_nap();
	}
}
