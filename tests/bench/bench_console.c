/*
 * bench_console.c -- the console on a race that runs, as who looks at it has it
 *
 * bench_console PROGRAM [PER_SECOND [SECONDS [SCREEN [PASSED]]]]: in the folder it is
 * started in. The program itself, on one core and a pty of 160x48, recording 60 cars
 * from a P3 source on loopback with synchronous=FULL. What it writes goes through a
 * terminal emulator, and a passing is seen when a whole frame shows the lap time that
 * it ends beside the number of its car: from the write to the socket to the read of
 * the frame's last byte. Then the processor time and the memory the program took.
 *
 * SCREEN is the key of one; passings are timed on the tower (2) alone, where a row has
 * one car, and told of when they are a hundred. Laps of cars whose rows do not fit are
 * not counted. PASSED so many passings are told at once, before: the race so far.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "box.h"
#include "pty.h"

enum {
	COLS = 160,
	ROWS = 48,
	ROUND = BOX_CARS * BOX_LINES, /* about a lap of all cars */
	WARM_S = 3,
	LATE_US = 1000000, /* whose row has left the screen meanwhile */
	OPEN_MAX = 1024,
	SEEN_LEAST = 100,
};

static const char output[] = "bench-live.pitwall", session[] = "bench-live.ini",
		  entries[] = "entries.csv", frame_end[] = "\033[?2026l";

struct bench {
	struct box box;
	struct pty pty;
	pid_t program;
	VTerm *vt;
	VTermScreen *screen;
	char rows[ROWS][COLS * 4 + 1];
	size_t matched;          /* bytes of frame_end */
	uint32_t next;           /* passing not looked at yet */
	uint32_t open[OPEN_MAX]; /* told, and not seen yet */
	uint32_t open_count;
	int64_t *took;
	size_t seen, unseen;
	int64_t from; /* measured from here on */
	unsigned frames;
	uint64_t bytes;
};

static void clear(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-lock"};
	char name[64];
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		text_format(name, sizeof(name), "%s%s", output, suffixes[i]);
		(void)unlink(name);
	}
	(void)unlink(session);
	(void)unlink(entries);
}

static int fail(const char *what)
{
	fprintf(stderr, "bench_console: %s\n", what);
	clear();
	return 1;
}

/* ---- what is on the screen ----------------------------------------------------- */

static void read_rows(struct bench *b)
{
	for (int y = 0; y < ROWS; y++) {
		VTermRect rect = {y, y + 1, 0, COLS};
		size_t len = vterm_screen_get_text(b->screen, b->rows[y],
						   sizeof(b->rows[y]) - 1, rect);
		b->rows[y][len] = '\0';
	}
}

/* The row of a car; NULL: it is not among those shown. */
static const char *row_of(const struct bench *b, unsigned car)
{
	char number[16];
	text_format(number, sizeof(number), " %u ", BOX_NUMBER + car);
	for (int y = 0; y < ROWS; y++)
		if (strstr(b->rows[y], number) != NULL)
			return b->rows[y];
	return NULL;
}

static bool shows(const struct bench *b, const struct box_passing *p)
{
	char lap[TIME_TEXT_MAX];
	const char *row = row_of(b, p->car);
	format_duration(lap, p->lap, TIME_LAP);
	return row != NULL && strstr(row, lap) != NULL;
}

/* Laps told since the frame before, of the cars that it showed. */
static void open_laps(struct bench *b)
{
	for (; b->next < b->box.count && b->box.passings[b->next].us != 0; b->next++) {
		const struct box_passing *p = &b->box.passings[b->next];
		if (p->lap == 0 || p->us < b->from || b->open_count == OPEN_MAX)
			continue;
		if (row_of(b, p->car) != NULL)
			b->open[b->open_count++] = b->next;
		else
			b->unseen++;
	}
}

/* A whole frame was read at @now. */
static void look(struct bench *b, int64_t now)
{
	uint32_t kept = 0;
	open_laps(b);
	read_rows(b);
	b->frames += now >= b->from;
	for (uint32_t i = 0; i < b->open_count; i++) {
		const struct box_passing *p = &b->box.passings[b->open[i]];
		if (shows(b, p))
			b->took[b->seen++] = now - p->us;
		else if (now - p->us > LATE_US)
			b->unseen++;
		else
			b->open[kept++] = b->open[i];
	}
	b->open_count = kept;
}

static bool take(struct bench *b, int timeout_ms)
{
	char bytes[4096];
	struct pollfd wait = {.fd = b->pty.master, .events = POLLIN};
	if (poll(&wait, 1, timeout_ms) <= 0)
		return true;
	ssize_t n = read(b->pty.master, bytes, sizeof(bytes));
	int64_t now = box_now();
	if (n <= 0)
		return false;
	b->bytes += now >= b->from ? (size_t)n : 0;
	size_t from = 0;
	for (size_t i = 0; i < (size_t)n; i++) {
		b->matched = bytes[i] == frame_end[b->matched]
				     ? b->matched + 1
				     : bytes[i] == frame_end[0];
		/* In small pieces: libvterm overflows its stack on large ones. */
		if (frame_end[b->matched] != '\0' && i + 1 < (size_t)n &&
		    i + 1 - from < 1024)
			continue;
		(void)vterm_input_write(b->vt, bytes + from, i + 1 - from);
		from = i + 1;
		if (frame_end[b->matched] != '\0')
			continue;
		b->matched = 0;
		look(b, now);
	}
	return true;
}

/* ---- the program ------------------------------------------------------------------ */

static bool start(struct bench *b, char *program)
{
	char url[64];
	text_format(url, sizeof(url), "p3://127.0.0.1:%u", b->box.port);
	pty_begin(&b->pty, COLS, ROWS);
	b->program = fork();
	if (b->program == 0) {
		box_one_core();
		(void)close(b->pty.master);
		(void)execl(program, program, url, "-o", output, "--session", session,
			    (char *)NULL);
		_exit(127);
	}
	b->vt = vterm_new(ROWS, COLS);
	vterm_set_utf8(b->vt, 1);
	b->screen = vterm_obtain_screen(b->vt);
	vterm_screen_enable_altscreen(b->screen, 1);
	vterm_screen_reset(b->screen, 1);
	return b->program > 0;
}

static double cpu_s(const struct bench *b)
{
	struct timespec t = {0};
	clockid_t clock;
	if (clock_getcpuclockid(b->program, &clock) == 0)
		(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Of /proc/PID/status; 0: it does not say. */
static double memory_mb(const struct bench *b, const char *name)
{
	char path[64], line[128];
	double kb = 0;
	text_format(path, sizeof(path), "/proc/%ld/status", (long)b->program);
	FILE *file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			kb = strtod(line + strlen(name), NULL);
	if (file != NULL)
		(void)fclose(file);
	return kb / 1024;
}

struct figures {
	double cpu, wall, rss, peak;
};

static bool measure(struct bench *b, unsigned seconds, const char *screen,
		    struct figures *out)
{
	int64_t begin = box_now(), until;
	double cpu;
	b->from = INT64_MAX;
	while (b->box.passings[b->box.first].us == 0)
		if (!take(b, 10) || box_now() - begin > 20 * US_S)
			return false;
	/* Frames have an end where the terminal says that it shows them at once. */
	pty_type(&b->pty, "\033[?2026;2$y");
	pty_type(&b->pty, screen);
	for (until = box_now() + WARM_S * US_S; box_now() < until;)
		if (!take(b, 10))
			return false;
	b->from = box_now();
	cpu = cpu_s(b);
	for (until = b->from + (seconds - WARM_S) * US_S; box_now() < until;)
		if (!take(b, 10))
			return false;
	out->wall = (double)(box_now() - b->from) / 1e6;
	out->cpu = cpu_s(b) - cpu;
	out->rss = memory_mb(b, "VmRSS:");
	out->peak = memory_mb(b, "VmHWM:");
	return true;
}

static void end(struct bench *b)
{
	int status;
	(void)kill(b->program, SIGTERM);
	/* It may have bytes to write yet. */
	while (waitpid(b->program, &status, WNOHANG) == 0)
		(void)take(b, 10);
	pty_end(&b->pty);
	vterm_free(b->vt);
	box_close(&b->box);
}

static void print_figures(struct bench *b, unsigned rate, const char *screen,
			  const struct figures *f)
{
	printf("  %u passings a second, 60 cars, screen %s at 160x48: %.1f %% of one "
	       "core, %.1f MB resident, %.1f at most; %.1f frames a second of %.0f "
	       "bytes\n",
	       rate, screen, 100 * f->cpu / f->wall, f->rss, f->peak,
	       b->frames / f->wall, b->frames ? (double)b->bytes / b->frames : 0);
	if (b->seen < SEEN_LEAST || strcmp(screen, "2") != 0)
		return;
	double median = box_share_ms(b->took, b->seen, 500);
	double p99 = box_share_ms(b->took, b->seen, 990);
	printf("  passing to screen: p50 %.2f ms, p99 %.2f ms, worst %.2f ms, of %zu "
	       "laps "
	       "seen (%zu in rows not shown)\n",
	       median, p99, box_share_ms(b->took, b->seen, 1000), b->seen, b->unseen);
}

int main(int argc, char **argv)
{
	static struct bench b;
	struct figures figures = {0};
	unsigned rate = argc > 2 ? (unsigned)atoi(argv[2]) : 1000;
	unsigned seconds = argc > 3 ? (unsigned)atoi(argv[3]) : 15;
	const char *screen = argc > 4 ? argv[4] : "2";
	unsigned passed = argc > 5 ? (unsigned)atoi(argv[5]) : 2 * ROUND;
	if (argc < 2 || rate < 1 || rate > 10000 || seconds <= WARM_S ||
	    seconds > 600 || passed > 1000000)
		return fail("which program, how many passings a second, for how many "
			    "seconds?");
	(void)setenv("TERM", "xterm-256color", 1);
	(void)setenv("LC_ALL", "C.UTF-8", 1);
	clear();
	if (!box_write_session(session, entries) ||
	    !box_open(&b.box, passed, rate, seconds + 1))
		return fail("no race");
	b.took = calloc(b.box.count, sizeof(*b.took));
	if (b.took == NULL || !start(&b, argv[1]))
		return fail("the program cannot be started");
	bool measured = measure(&b, seconds, screen, &figures);
	end(&b);
	if (!measured)
		return fail("the program shows nothing");
	print_figures(&b, rate, screen, &figures);
	if (getenv("BENCH_SHOW") != NULL)
		for (int y = 0; y < ROWS; y++)
			printf("%s\n", b.rows[y]);
	free(b.took);
	clear();
	return 0;
}
