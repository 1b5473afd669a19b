/*
 * bench_start.c -- from the start of the process to its first frame
 *
 * bench_start PROGRAM [ARGUMENT...]: runs the program on a pty of 160x48 and
 * takes the wall time from fork() to the end of the first frame, which the question of
 * term.c follows, then ends it with SIGTERM.
 */
#include "pty.h"
#include "bench.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 50 };

static double now_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double run(char **argv)
{
	struct pty pty;
	int status;
	pty_begin(&pty, 160, 48);
	double before = now_ms();
	pid_t child = fork();
	if (child == 0) {
		(void)close(pty.master);
		(void)execv(argv[0], argv);
		_exit(127);
	}
	bool shown = child > 0 && pty_take_until(&pty, "\033[?2026$p");
	double after = now_ms();
	if (child > 0) {
		(void)kill(child, SIGTERM);
		(void)waitpid(child, &status, 0);
	}
	pty_end(&pty);
	return shown ? after - before : -1;
}

int main(int argc, char **argv)
{
	static double ms[RUNS];
	if (argc < 2) {
		(void)fprintf(stderr, "usage: bench_start PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	(void)setenv("TERM", "xterm-256color", 1);
	(void)setenv("LC_ALL", "C.UTF-8", 1);
	for (int i = 0; i < RUNS; i++) {
		ms[i] = run(argv + 1);
		if (ms[i] < 0) {
			(void)fprintf(stderr, "bench_start: %s showed nothing\n",
				      argv[1]);
			return 1;
		}
	}
	qsort(ms, RUNS, sizeof(double), compare);
	printf("  start_to_first_frame_ms median %.1f, 95 %% %.1f, worst %.1f\n",
	       ms[RUNS / 2], ms[RUNS * 95 / 100], ms[RUNS - 1]);
	return 0;
}
