/*
 * fuzz_season.c -- a season of keys, the mouse and sizes of the terminal, from one cell up:
 * the console itself, on a small race and a pseudo-terminal
 *
 * Bytes are typed as they are, but for those that no character has: a size, a press of
 * the mouse, a place in the race, a frame.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "pitwall/shell.h"
#include "fuzz_race.h"
#include "../unit/term/pty.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TYPE_SIZE = 0xff, TYPE_MOUSE = 0xfe, TYPE_PLACE = 0xfd, TYPE_FRAME = 0xfc };
enum { TYPED_MOST = 512 };

static struct console console, fresh;
static struct pty pty;

static void turn(void)
{
	char bytes[4096];
	console.frames.dirty = true;
	for (int i = 0; i == 0 || (i < 1000 && term_pending(console.term)); i++) {
		(void)ev_run(console.loop, EVRUN_NOWAIT);
		while (read(pty.master, bytes, sizeof(bytes)) > 0)
			;
		(void)term_flush(console.term);
	}
}

static void open_console(void)
{
	static struct options options;
	race_options(&options);
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)setenv("TERM", "xterm-256color", 1);
	pty_begin(&pty, 80, 24);
	(void)fcntl(pty.master, F_SETFL, O_NONBLOCK);
	if (console_open(&console, &options) != EXIT_DONE)
		abort();
	race_remove();
	turn();
	fresh = console;
}

/* Standard input and output are the terminal's, or what they were. */
static void own_terminal(bool own)
{
	(void)dup2(own ? pty.slave : pty.in_before, STDIN_FILENO);
	(void)dup2(own ? pty.slave : pty.out_before, STDOUT_FILENO);
}

static void resize(uint8_t cols, uint8_t rows)
{
	/* Some are wider than any terminal. */
	pty_size(&pty, cols < 250 ? 1 + cols : 257 * cols, 1 + rows);
	ev_feed_signal_event(console.loop, SIGWINCH);
	turn();
}

/* As the last input found it; what has memory or is watched stays. */
static void start_again(void)
{
	(void)console_mouse_set(&console, false);
	resize(79, 23);
	console.view = fresh.view;
	console.head = fresh.head;
	console.chosen = fresh.chosen;
	console.since = fresh.since;
	console.passes = fresh.passes;
	console.tables = fresh.tables;
	console.theme = fresh.theme;
	console.canvas.ascii = fresh.canvas.ascii;
	memcpy(console.alarms.rules, fresh.alarms.rules, sizeof(fresh.alarms.rules));
	console.alarms.count = console.alarms.log_count = 0;
	console_put(&console, console.head.play.first);
	console.frames.stale = true;
	turn();
}

/* What waits for more is what it is. */
static void type(const uint8_t *bytes, size_t n)
{
	if (n > 0 && write(pty.master, bytes, n) != (ssize_t)n)
		abort();
	turn();
	if (term_key_waits(console.term)) {
		term_key_idle(console.term);
		ev_feed_event(console.loop, &console.watch.in, EV_READ);
		turn();
	}
}

static void press(const uint8_t at[3])
{
	const struct canvas *canvas = &console.canvas;
	const struct term_mouse did = {
		.x = at[0] % (canvas->cols + 2) - 1,
		.y = at[1] % (canvas->rows + 2) - 1,
		.what = at[2] % (MOUSE_WHEEL_DOWN + 1),
	};
	console_mouse(&console, did);
}

static void place(uint8_t part)
{
	const struct play *play = &console.head.play;
	console_put(&console, play->first + (play->last - play->first) / 255 * part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!console.session)
		open_console();
	own_terminal(true);
	start_again();
	for (size_t i = 0; i < size;) {
		size_t n = 0;
		while (i + n < size && n < TYPED_MOST && data[i + n] < TYPE_FRAME)
			n++;
		type(data + i, n);
		i += n;
		if (i < size && data[i] == TYPE_FRAME) {
			turn();
			i++;
		} else if (i + 1 < size && data[i] == TYPE_PLACE) {
			place(data[i + 1]);
			i += 2;
		} else if (i + 2 < size && data[i] == TYPE_SIZE) {
			resize(data[i + 1], data[i + 2]);
			i += 3;
		} else if (i + 3 < size && data[i] == TYPE_MOUSE) {
			press(data + i + 1);
			i += 4;
		} else if (i < size && data[i] >= TYPE_FRAME) {
			i++;
		}
	}
	turn();
	own_terminal(false);
	return 0;
}
