/*
 * bench_process.c -- two commands as whole processes, in turn
 *
 * bench_process RUNS NAME1 'COMMAND1' NAME2 'COMMAND2': prints the medians of processor
 * and wall time and the peak memory of each, and the ratio of the first. Commands are
 * words separated by blanks, no shell in between, so that only the program is
 * measured; a word may stand in single quotes. Output goes to /dev/null.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "bench.h"

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);

enum { WORDS_MAX = 32, RUNS_MAX = 1000 };

struct command {
	const char *name;
	char text[1024];
	char *words[WORDS_MAX + 1];
	double wall[RUNS_MAX], cpu[RUNS_MAX];
	long peak_kib;
};

static void split(struct command *c)
{
	char *p = c->text;
	int n = 0;

	while (*p != '\0' && n < WORDS_MAX) {
		while (*p == ' ')
			p++;
		if (*p == '\0')
			break;
		const char end = *p == '\'' ? '\'' : ' ';

		if (end == '\'')
			p++;
		c->words[n++] = p;
		while (*p != '\0' && *p != end)
			p++;
		if (*p != '\0')
			*p++ = '\0';
	}
	c->words[n] = NULL;
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

/* Times go to sample @i. */
static void run(struct command *c, int i)
{
	const double before = now_ms();
	const pid_t pid = fork();
	struct rusage usage;
	int status;

	if (pid == 0) {
		const int null = open("/dev/null", O_WRONLY);

		if (null >= 0)
			dup2(null, 1);
		execvp(c->words[0], c->words);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0) {
		fprintf(stderr, "%s did not end well: %s\n", c->name, c->words[0]);
		exit(1);
	}
	c->wall[i] = now_ms() - before;
	c->cpu[i] = ms_of(usage.ru_utime) + ms_of(usage.ru_stime);
	if (usage.ru_maxrss > c->peak_kib)
		c->peak_kib = usage.ru_maxrss;
}

int main(int argc, char **argv)
{
	static struct command commands[2];
	const int runs = argc > 1 ? atoi(argv[1]) : 0;
	const int count = (argc - 2) / 2;

	if (runs < 1 || runs > RUNS_MAX || count < 1 || count > 2) {
		fprintf(stderr,
			"usage: bench_process RUNS NAME COMMAND [NAME COMMAND]\n");
		return 2;
	}
	for (int i = 0; i < count; i++) {
		commands[i].name = argv[2 + 2 * i];
		snprintf(commands[i].text, sizeof(commands[i].text), "%s",
			 argv[3 + 2 * i]);
		split(&commands[i]);
		run(&commands[i], 0);
	}
	for (int r = 0; r < runs; r++)
		for (int i = 0; i < count; i++)
			run(&commands[i], r);
	for (int i = 0; i < count; i++) {
		qsort(commands[i].wall, (size_t)runs, sizeof(double), compare);
		qsort(commands[i].cpu, (size_t)runs, sizeof(double), compare);
		printf("  %-34s cpu median %7.2f ms, wall median %7.2f ms, peak %5.1f "
		       "MB\n",
		       commands[i].name, commands[i].cpu[runs / 2],
		       commands[i].wall[runs / 2], (double)commands[i].peak_kib / 1024);
	}
	if (count == 2)
		printf("  ratio of the medians: cpu %.2f, wall %.2f\n",
		       commands[0].cpu[runs / 2] / commands[1].cpu[runs / 2],
		       commands[0].wall[runs / 2] / commands[1].wall[runs / 2]);
	return 0;
}
