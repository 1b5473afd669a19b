/*
 * test_storm.c -- 200 resizes in a burst and 10,000 keys at random: what is shown in the
 * end is what is shown when all of it is drawn afresh, and what `render` prints
 *
 * test_storm PROGRAM [SEED]: TAP. The seed is printed.
 */
#include "../scratch.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "pitwall/base.h"

enum { RESIZES = 200, KEYS = 10000, KEYS_BETWEEN = 200 };

/* Every key that does something, but those that leave (q, Ctrl-C) or stop (Ctrl-Z), and
 * some that do nothing. The prompts get words, good and bad. */
static const char *const keys[] = {
	" ",
	"\033[C",
	"\033[D",
	"h",
	"l",
	"\033[1;2C",
	"\033[1;2D",
	"H",
	"L",
	",",
	".",
	"(",
	")",
	"e",
	"E",
	"a",
	"[",
	"]",
	"\177",
	"\033[H",
	"\033[F",
	"G",
	"u",
	"m",
	"'",
	"\033[A",
	"\033[B",
	"k",
	"j",
	"\033[5~",
	"\033[6~",
	"f",
	"\r",
	"\033",
	"\t",
	"\033[Z",
	"?",
	"1",
	"2",
	"3",
	"4",
	"5",
	"6",
	"7",
	"8",
	"9",
	"0",
	"r",
	"v",
	"z",
	"x",
	"o",
	"p",
	"s",
	"c",
	"d",
	"M",
	"@",
	"g50%\r",
	"glap:30\r",
	"gnonsense\r",
	"/rossi\r",
	"/\303\251t\303\251\r",
	"g\033",
	"\014",
	"w",
	"t",
	"i",
	"y",
	"<",
	">",
	"\\",
	"*",
	"=",
	"n",
	"N",
	"b",
	"A",
	"B",
	"!",
	"\033[<0;20;5M\033[<0;20;5m",
	"\033[<0;9;23M\033[<32;40;23M\033[<0;40;23m",
	"\033[<65;5;5M",
	"\033[<64;70;23M",
	"\033[?2026;2$y",
	"\303",
	"\033[",
	"\033]0;",
	"Z",
	"-",
	"#",
};

static unsigned passed, failed;

static void told(bool good, const char *what)
{
	passed += good;
	failed += !good;
	printf("%s %u - %s\n", good ? "ok" : "not ok", passed + failed, what);
	(void)fflush(stdout);
}

static const char *program, *environment[8];
static char words[8][512], race[SCRATCH_MAX];

/* ---- what is looked at ------------------------------------------------------------- */

struct shot {
	char rows[TERMINAL_ROWS_MAX][TERMINAL_COLS_MAX * 4 + 1];
};

static void shot_take(struct terminal *t, struct shot *shot)
{
	for (int y = 0; y < t->rows; y++)
		memcpy(shot->rows[y], terminal_row(t, y), sizeof(shot->rows[y]));
}

/* But for the last row, whose notices pass. */
static bool shot_equal(struct terminal *t, const void *context)
{
	const struct shot *shot = context;
	for (int y = 0; y < t->rows - 1; y++)
		if (strcmp(terminal_row(t, y), shot->rows[y]) != 0)
			return false;
	return true;
}

/* All rows but the title, which says that it stands, and the keys. */
static bool is_rendered(struct terminal *t, const void *context)
{
	const char *line = context;
	for (int y = 0; y < t->rows - 1; y++) {
		const char *end = strchr(line, '\n'), *row = terminal_row(t, y);
		size_t n = end == NULL ? 0 : (size_t)(end - line);
		while (n > 0 && line[n - 1] == ' ')
			n--;
		if (end == NULL ||
		    (y > 0 && (strlen(row) != n || memcmp(row, line, n) != 0)))
			return false;
		line = end + 1;
	}
	return true;
}

static bool stands(struct terminal *t, const void *context)
{
	(void)context;
	return strstr(terminal_row(t, 0), "\u275a\u275a") != NULL;
}

/* The title comes first in a frame and the keys last, so all of it is there. */
static bool is_at(struct terminal *t, const void *context)
{
	return strstr(terminal_row(t, 0), context) != NULL &&
	       strstr(terminal_row(t, t->rows - 1), "quit") != NULL;
}

/* ---- the storm ----------------------------------------------------------------------- */

static void type_some(struct terminal *t, uint64_t *seed, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		terminal_type(t, keys[random_below(seed, ARRAY_LEN(keys))]);
		while (terminal_take(t))
			;
	}
}

static void resize_some(struct terminal *t, uint64_t *seed, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		bool small = random_below(seed, 4) == 0;
		int cols = 1 + (int)random_below(seed, small ? 60 : TERMINAL_COLS_MAX);
		int rows = 1 + (int)random_below(seed, small ? 16 : TERMINAL_ROWS_MAX);
		terminal_size(t, cols, rows);
		while (terminal_take(t))
			;
	}
}

/* Escape closes what is open, BEL what was begun and not ended; again until the race
 * stands where it is told to. */
static bool calm_down(struct terminal *t)
{
	t->patience = 1;
	for (int tries = 0; tries < 30 && !t->over; tries++) {
		terminal_type(t, "\007");
		for (int i = 0; i < 5; i++) {
			terminal_type(t, "\033");
			/* Alone it is a key after a moment, in which nothing may come. */
			(void)terminal_until(t, stands, NULL);
		}
		if (!terminal_until(t, stands, NULL)) {
			terminal_type(t, " ");
			(void)terminal_until(t, stands, NULL);
		}
		terminal_type(t, "2glap:20\r");
		if (terminal_until(t, is_at, "0:30:00") && stands(t, NULL))
			break;
	}
	t->patience = 30;
	return terminal_until(t, is_at, "0:30:00") && stands(t, NULL);
}

static bool shot_differs(struct terminal *t, const void *context)
{
	return !shot_equal(t, context);
}

/* Of a car that is still selected it is worked out bit by bit where its fate turned:
 * until no more of it comes. */
static void settle(struct terminal *t, struct shot *shot)
{
	t->patience = 1;
	do
		shot_take(t, shot);
	while (terminal_until(t, shot_differs, shot));
	t->patience = 30;
}

/* All is drawn again on a screen that was emptied: it is the same. */
static bool is_as_redrawn(struct terminal *t)
{
	static struct shot shot;
	settle(t, &shot);
	vterm_screen_reset(t->screen, 1);
	terminal_type(t, "\014");
	if (terminal_until(t, shot_equal, &shot))
		return true;
	for (int y = 0; y < t->rows - 1; y++)
		if (strcmp(terminal_row(t, y), shot.rows[y]) != 0)
			printf("# %d before |%s\n# %d after  |%s\n", y, shot.rows[y], y,
			       terminal_row(t, y));
	return false;
}

static void leave(struct terminal *t)
{
	terminal_type(t, "q");
	bool ended = terminal_ends(t);
	told(ended && WIFEXITED(t->status) && WEXITSTATUS(t->status) == 0,
	     "q leaves, and nothing was wrong with its memory");
	told(terminal_restored(t), "the terminal is as it was");
	if (!ended || WEXITSTATUS(t->status) != 0)
		terminal_print(t);
	terminal_end(t);
}

static void start(struct terminal *t, int cols, int rows)
{
	const char *argv[] = {program, race, "--speed", "60", NULL};
	terminal_start(t, argv, environment, cols, rows);
	told(terminal_until(t, is_at, "60\u00d7"), "the race plays");
}

/* ---- stories ------------------------------------------------------------------------- */

static void a_burst_of_resizes(uint64_t *seed)
{
	const char *argv[] = {program,    "render", race,     "--at",   "lap:20",
			      "--screen", "timing", "--size", "160x48", NULL};
	char *rendered = terminal_output(argv, environment);
	struct terminal t;
	start(&t, 80, 24);
	for (int i = 0; i < RESIZES; i++) {
		resize_some(&t, seed, 1);
		terminal_type(&t, i % 3 == 0 ? "\033[C" : i % 3 == 1 ? "," : "(");
	}
	terminal_size(&t, 160, 48);
	told(calm_down(&t), "after 200 resizes it does as it is told");
	bool same = terminal_until(&t, is_rendered, rendered);
	told(same, "and shows what render prints");
	if (!same)
		terminal_print(&t);
	told(is_as_redrawn(&t), "which is what is shown when it is drawn again");
	leave(&t);
	free(rendered);
}

static void keys_at_random(uint64_t *seed, int cols, int rows)
{
	struct terminal t;
	start(&t, cols, rows);
	for (int i = 0; i < KEYS / 2 && !t.over; i += KEYS_BETWEEN) {
		type_some(&t, seed, KEYS_BETWEEN);
		resize_some(&t, seed, 4);
		terminal_size(&t, cols, rows);
	}
	bool calm = calm_down(&t);
	told(calm, "after 5,000 keys and 100 resizes it does as it is told");
	bool same = calm && is_as_redrawn(&t);
	told(same, "and shows what is shown when it is drawn again");
	if (!same)
		terminal_print(&t);
	leave(&t);
}

int main(int argc, char **argv)
{
	static const char *const kept[] = {"PATH",          "PITWALL_ASSETS",
					   "ASAN_OPTIONS",  "LSAN_OPTIONS",
					   "UBSAN_OPTIONS", "PITWALL_REPORTS"};
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 20031109;
	unsigned n = 0;
	if (argc < 2)
		return 2;
	program = argv[1];
	printf("# seed %llu\n", (unsigned long long)seed);
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (getenv(kept[i]) != NULL)
			text_format(words[n++], sizeof(words[0]), "%s=%s", kept[i],
				    getenv(kept[i]));
	text_format(words[n++], sizeof(words[0]), "TERM=xterm-256color");
	text_format(words[n++], sizeof(words[0]), "LC_ALL=C.UTF-8");
	for (unsigned i = 0; i < n; i++)
		environment[i] = words[i];
	scratch_name(race, "storm.csv");
	if (!terminal_race(race))
		return 2;
	a_burst_of_resizes(&seed);
	keys_at_random(&seed, 120, 36);
	keys_at_random(&seed, 80, 24);
	(void)unlink(race);
	printf("1..%u\n", passed + failed);
	return failed == 0 ? 0 : 1;
}
