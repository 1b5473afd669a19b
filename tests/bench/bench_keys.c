/*
 * bench_keys.c -- from a key to its whole frame, on every screen
 *
 * bench_keys [RACE [JUMPS]]: the console itself at 160x48, on a pty that is drained after
 * every frame. Each sample puts the playhead somewhere in the race and presses a key that
 * goes one lap on: from the key to the last byte of the frame, in processor time of the
 * process: the race there, what the screen forecasts, the cells, the difference, the
 * write.
 */
#include "console.h"
#include "pitwall/shell.h"
#include "pty.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { COLS = 160, ROWS = 48, JUMPS = 300 };

static double drain(struct console *console, struct pty *pty)
{
	double cpu = 0;
	while (term_pending(console->term)) {
		(void)pty_take(pty, 1);
		double before = cpu_ms();
		(void)term_flush(console->term);
		cpu += cpu_ms() - before;
	}
	pty_forget(pty);
	return cpu;
}

static double press(struct console *console, struct pty *pty, uint64_t *seed)
{
	const struct play *play = &console->head.play;
	int64_t span = play->last - play->first;
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	console_put(console,
		    play->first + (int64_t)(*seed >> 33) % (span / US_MS) * US_MS);
	double before = cpu_ms();
	console_key(console, 'l');
	(void)ev_run(console->loop, EVRUN_NOWAIT);
	double cpu = cpu_ms() - before;
	return cpu + drain(console, pty);
}

static void screen_figures(struct console *console, struct pty *pty, unsigned jumps,
			   FILE *to)
{
	double *took = calloc(jumps, sizeof(*took));
	uint64_t seed = 20031109;
	if (took == NULL)
		return;
	(void)press(console, pty, &seed);
	for (unsigned i = 0; i < jumps; i++)
		took[i] = press(console, pty, &seed);
	qsort(took, jumps, sizeof(*took), compare);
	(void)fprintf(to, "  %-15s median %.2f ms, 95 %% %.2f, worst %.2f\n",
		      screens[console->view.screen]->name, took[jumps / 2],
		      took[jumps * 95 / 100], took[jumps - 1]);
	free(took);
}

int main(int argc, char **argv)
{
	static struct console console;
	static struct pty pty;
	struct options options = {.sources = {argc > 1 ? argv[1] : NULL},
				  .source_count = argc > 1 ? 1 : 0,
				  .no_welcome = true};
	unsigned jumps = argc > 2 ? (unsigned)atoi(argv[2]) : JUMPS;
	/* Standard output becomes the pty. */
	FILE *to = fdopen(dup(STDOUT_FILENO), "w");
	(void)setenv("TERM", "xterm-256color", 1);
	(void)setenv("LC_ALL", "C.UTF-8", 1);
	pty_begin(&pty, COLS, ROWS);
	if (to == NULL || jumps < 20 || console_open(&console, &options) != EXIT_DONE) {
		pty_end(&pty);
		return 1;
	}
	(void)play_switch(&console.head.play, false, wall_now());
	(void)ev_run(console.loop, EVRUN_NOWAIT);
	(void)drain(&console, &pty);
	console_select(&console, console.session->timeline.race.order[3]);
	for (unsigned i = 0; i < SCREEN_COUNT; i++) {
		console.view.screen = (uint8_t)i;
		screen_figures(&console, &pty, jumps, to);
	}
	console_close(&console);
	pty_end(&pty);
	return fclose(to) == 0 ? 0 : 1;
}
