/*
 * bench_terminal.c -- what a console costs the terminal and the machine, beside others
 *
 * bench_terminal PROGRAM RACE [SECONDS]: the program on a race, in all the ways it is
 * looked at, and htop and btop, where they are there, as they come; all at once for the
 * same seconds, each on a pty of its own with an emulator that reads at once, at 120x36
 * and at 160x48. Of each:
 *
 * bytes/s   what came to the terminal
 * updates/s bursts of bytes behind QUIET_MS of silence: frames, whoever wrote them
 * B/update  bytes of one
 * writes    calls of write(2) of the process for one (/proc/PID/io), whatever it writes to
 * CPU       user and system of the process, of one core
 * MB        resident (/proc/PID/status)
 *
 * What is asked of it is in the last columns: its bytes, processor time and memory as
 * shares of those of htop and btop. A console that stands writes nothing and takes no
 * time: exit status 1 where it does.
 */
/* Pseudo-terminals and clocks of processes are of X/Open. */
#define _XOPEN_SOURCE 700

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pitwall/base.h"
#include "terminal.h"

enum {
	QUIET_MS = 8,
	WARM_S = 4, /* it has begun, its second frame is drawn */
	SECONDS = 20,
	WORDS_MAX = 12,
	PATH_TEXT_MAX = 512,
};

/* Where a program says that it writes whole frames, it is answered that they are shown
 * whole. */
#define TAKES_FRAMES "\033[?2026;2$y"

struct way {
	const char *name;
	const char *words; /* behind PROGRAM RACE; NULL: the program of that name */
	const char *keys;
	bool still; /* it must do nothing at all */
};
/* Three hours in, amid the race. */
static const struct way ways[] = {
	{"classes, 1x", "--screen classes --at 3:00:00 --speed 1", "", false},
	{"timing, 1x", "--screen timing --at 3:00:00 --speed 1", "", false},
	{"events, 1x", "--screen events --at 3:00:00 --speed 1", "", false},
	{"classes, 8x", "--screen classes --at 3:00:00 --speed 8", "", false},
	{"timing, 8x", "--screen timing --at 3:00:00 --speed 8", "", false},
	{"events, 8x", "--screen events --at 3:00:00 --speed 8", "", false},
	{"timing, 8x, --low-bandwidth",
	 "--screen timing --at 3:00:00 --speed 8 --low-bandwidth", "", false},
	{"timing, paused", "--screen timing --at 3:00:00 --speed 8", " ", true},
	{"htop", NULL, "", false},
	{"btop", NULL, "", false},
};
enum { WAYS = ARRAY_LEN(ways) };
static const int sizes[][2] = {{120, 36}, {160, 48}};

/* What counts of one process. */
struct counts {
	double cpu_s;
	uint64_t writes;
};

struct runner {
	const struct way *way;
	struct terminal t;
	bool runs;
	int64_t received; /* when bytes came last */
	uint64_t bytes, updates;
	struct counts before, after;
	double mb;
};

static int64_t now_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * US_S + t.tv_nsec / 1000;
}

/* ---- what the system says of a process -------------------------------------------- */

/* The number behind @name in /proc/PID/@file; 0: it does not say. */
static uint64_t proc_number(pid_t pid, const char *file, const char *name)
{
	char path[64], line[128];
	uint64_t n = 0;
	text_format(path, sizeof(path), "/proc/%ld/%s", (long)pid, file);
	FILE *lines = fopen(path, "r");
	while (lines != NULL && fgets(line, sizeof(line), lines) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			n = strtoull(line + strlen(name), NULL, 10);
	if (lines != NULL)
		(void)fclose(lines);
	return n;
}

static struct counts count(pid_t pid)
{
	struct counts now = {.writes = proc_number(pid, "io", "syscw:")};
	struct timespec t = {0};
	clockid_t clock;
	if (clock_getcpuclockid(pid, &clock) == 0)
		(void)clock_gettime(clock, &t);
	now.cpu_s = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
	return now;
}

/* ---- the programs ------------------------------------------------------------------- */

/* The words of a command line, in @text. */
static void split(char *text, const char **words, size_t max)
{
	size_t n = 0;
	for (char *p = strtok(text, " "); p != NULL && n < max; p = strtok(NULL, " "))
		words[n++] = p;
	words[n] = NULL;
}

/* Of the folders of PATH; false: it is not there. */
static bool find_program(const char *name, char path[PATH_TEXT_MAX])
{
	struct slice folders = slice_of(getenv("PATH"));
	while (folders.len > 0) {
		struct slice folder = slice_cut(&folders, ':');
		text_format(path, PATH_TEXT_MAX, "%.*s/%s", (int)folder.len, folder.at,
			    name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static void start(struct runner *r, const char *program, const char *race,
		  const int size[2])
{
	/* Nobody's configuration. */
	const char *environment[] = {
		"TERM=xterm-256color", "LC_ALL=C.UTF-8",     "HOME=.",
		"XDG_CONFIG_HOME=.",   "PATH=/usr/bin:/bin", NULL};
	const char *words[WORDS_MAX + 7] = {program,   race,       "--no-welcome",
					    "--fresh", "--config", "none"};
	char path[PATH_TEXT_MAX], text[256];
	if (r->way->words == NULL) {
		r->runs = find_program(r->way->name, path);
		words[0] = path;
		words[1] = NULL;
	} else {
		text_format(text, sizeof(text), "%s", r->way->words);
		split(text, words + 6, WORDS_MAX);
		r->runs = true;
	}
	if (r->runs)
		terminal_start(&r->t, words, environment, size[0], size[1]);
}

/* ---- the seconds in which they are watched ------------------------------------------- */

static void take(struct runner *r)
{
	size_t before = r->t.len;
	int64_t now = now_us();
	while (terminal_take(&r->t))
		;
	if (r->t.len == before)
		return;
	r->bytes += r->t.len - before;
	r->updates += now - r->received > QUIET_MS * US_MS;
	r->received = now;
	terminal_forget(&r->t);
}

static void watch(struct runner runners[WAYS], int64_t us)
{
	struct pollfd waits[WAYS];
	int64_t until = now_us() + us;
	for (size_t i = 0; i < WAYS; i++)
		waits[i] = (struct pollfd){.fd = runners[i].runs ? runners[i].t.master
								 : -1,
					   .events = POLLIN};
	while (now_us() < until) {
		(void)poll(waits, WAYS, 10);
		for (size_t i = 0; i < WAYS; i++)
			if (waits[i].fd >= 0 && (waits[i].revents & POLLIN) != 0)
				take(&runners[i]);
	}
}

static void measure(struct runner runners[WAYS], int seconds)
{
	watch(runners, WARM_S * US_S / 2);
	for (size_t i = 0; i < WAYS; i++) {
		if (runners[i].runs && runners[i].way->words != NULL)
			terminal_type(&runners[i].t, TAKES_FRAMES);
		if (runners[i].runs)
			terminal_type(&runners[i].t, runners[i].way->keys);
	}
	watch(runners, WARM_S * US_S / 2);
	for (size_t i = 0; i < WAYS; i++)
		if (runners[i].runs) {
			runners[i].bytes = runners[i].updates = 0;
			runners[i].before = count(runners[i].t.pid);
		}
	watch(runners, seconds * US_S);
	for (size_t i = 0; i < WAYS; i++)
		if (runners[i].runs) {
			runners[i].after = count(runners[i].t.pid);
			runners[i].mb = (double)proc_number(runners[i].t.pid, "status",
							    "VmRSS:") /
					1024;
		}
}

/* ---- what is printed ------------------------------------------------------------------- */

static double cpu_of(const struct runner *r)
{
	return r->after.cpu_s - r->before.cpu_s;
}

static const struct runner *runner_of(const struct runner runners[WAYS],
				      const char *name)
{
	for (size_t i = 0; i < WAYS; i++)
		if (runners[i].runs && strcmp(runners[i].way->name, name) == 0)
			return &runners[i];
	return NULL;
}

/* "0.31 0.02 0.75": bytes, processor time and memory. */
static void print_shares(const struct runner *r, const struct runner *other)
{
	if (other == NULL || r->way->words == NULL)
		printf("  %-14s", "-");
	else
		printf("  %4.2f %4.2f %4.2f",
		       (double)r->bytes / (double)(other->bytes ? other->bytes : 1),
		       cpu_of(r) / (cpu_of(other) > 0 ? cpu_of(other) : 1),
		       r->mb / (other->mb > 0 ? other->mb : 1));
}

static void print_runner(const struct runner runners[WAYS], const struct runner *r,
			 int seconds)
{
	double updates = (double)(r->updates ? r->updates : 1);
	if (!r->runs) {
		printf("  %-28s is not here: skipped\n", r->way->name);
		return;
	}
	printf("  %-28s %7.0f %6.1f %7.0f %6.1f %6.2f %6.1f", r->way->name,
	       (double)r->bytes / seconds, (double)r->updates / seconds,
	       (double)r->bytes / updates,
	       (double)(r->after.writes - r->before.writes) / updates,
	       100 * cpu_of(r) / seconds, r->mb);
	print_shares(r, runner_of(runners, "htop"));
	print_shares(r, runner_of(runners, "btop"));
	printf("\n");
}

/* True: nothing came of what stands, and it took no time. */
static bool print_size(const struct runner runners[WAYS], const int size[2],
		       int seconds)
{
	bool still = true;
	printf("  %dx%d, %d seconds\n", size[0], size[1], seconds);
	printf("  %-28s %7s %6s %7s %6s %6s %6s  %-14s  %-14s\n", "", "bytes/s",
	       "upd/s", "B/upd", "writes", "CPU %", "MB", "to htop", "to btop");
	for (size_t i = 0; i < WAYS; i++) {
		const struct runner *r = &runners[i];
		print_runner(runners, r, seconds);
		if (r->way->still)
			still &= r->bytes == 0 && cpu_of(r) == 0;
	}
	return still;
}

int main(int argc, char **argv)
{
	static struct runner runners[WAYS];
	int seconds = argc > 3 ? atoi(argv[3]) : SECONDS;
	bool still = true;
	if (argc < 3 || seconds < 1 || seconds > 600) {
		(void)fprintf(stderr, "usage: bench_terminal PROGRAM RACE [SECONDS]\n");
		return 2;
	}
	for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
		memset(runners, 0, sizeof(runners));
		for (size_t i = 0; i < WAYS; i++) {
			runners[i].way = &ways[i];
			start(&runners[i], argv[1], argv[2], sizes[s]);
		}
		measure(runners, seconds);
		still &= print_size(runners, sizes[s], seconds);
		for (size_t i = 0; i < WAYS; i++) {
			if (runners[i].runs && getenv("BENCH_SHOW") != NULL)
				terminal_print(&runners[i].t);
			if (runners[i].runs)
				terminal_end(&runners[i].t);
		}
	}
	if (!still)
		(void)fprintf(stderr, "bench_terminal: what stands does something\n");
	return still ? 0 : 1;
}
