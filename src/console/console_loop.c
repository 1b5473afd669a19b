/*
 * console_loop.c -- the loop: what wakes us, frames, signals
 *
 *  (1) Paused and idle, nothing wakes the process: timers run only while playing,
 *      and for the few seconds of a notice.
 *  (2) A terminal that takes no bytes stops neither the loop nor the playhead:
 *      frames are skipped until it has drained.
 */
#include "console.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEYS_A_TURN = 1024, LIVE_FRAME_US = 6000 };
#define FLIPS_US (10 * US_MS)
#define FRAME_BUDGET_US (2 * US_S)

/* ---- a frame ------------------------------------------------------------- */

/* The map moves four times a second at most, but at once after a jump. */
static void map_moves(struct console *console, int64_t wall)
{
	bool due = console->head.moved || !console->head.play.on ||
		   console->view.calm ||
		   wall - console->frames.map_wall >= MAP_FRAME_US ||
		   console->frames.map_at > console->view.at;
	if (due) {
		console->frames.map_at = console->view.at;
		console->frames.map_wall = wall;
	}
	console->view.map_age = console->view.at - console->frames.map_at;
	console->head.moved = false;
}

bool console_canvas_resize(struct console *console)
{
	int cols;
	int rows;
	term_size(console->term, &cols, &rows);
	struct cell *cells = calloc((size_t)cols * (size_t)rows, sizeof(*cells));
	if (cells == NULL)
		return false;
	free(console->canvas.cells);
	console->canvas.cells = cells;
	console->canvas.cols = cols;
	console->canvas.rows = rows;
	console->view.cols = cols;
	console_mouse_resize(console);
	return true;
}

/* (1) */
static void console_wake_later(struct console *console)
{
	struct play_wants wants = {
		.seconds_from = console->session->timeline.start_at,
		.event = timeline_step(&console->session->timeline, console->view.at, 1,
				       CAR_NONE),
		.frame_wall = console->frames.frame_wall,
		.map_wall = console->frames.map_wall,
		.frame_us = console->view.calm ? SLOW_FRAME_US : FRAME_US,
		.map = (view_needs(&console->view) & NEED_MAP) != 0 &&
		       !console->view.calm,
	};
	if (wants.seconds_from == INSTANT_NONE)
		wants.seconds_from = console->head.play.first;
	struct play play = console->head.play;
	if (console->live != NULL) {
		/* The end of a live race moves on with the clock. */
		play.last += US_DAY;
		play.on |= console->head.following;
	}
	if (console->view.looping && console->view.loop_to != INSTANT_NONE &&
	    console->view.loop_to > console->view.at &&
	    console->view.loop_to < play.last)
		play.last = console->view.loop_to;
	int64_t wait = play_wait(&play, &wants, wall_now());
	if (wait < 0)
		ev_timer_stop(console->loop, &console->watch.tick);
	else
		console_timer(console, &console->watch.tick, wait);
}

/* A screen that does not end is drawn again after the next key. */
static void draw_frame(struct console *console)
{
	static const char *const words[] = {"This screen took too long and was left.",
					    "A digit shows another one, q quits."};
	struct canvas *canvas = &console->canvas;
	canvas_clear(canvas);
	if (!console->frames.late)
		console->frames.late = !console_draw_within(FRAME_BUDGET_US, view_draw,
							    &console->view, canvas);
	if (!console->frames.late)
		return;
	canvas_clear(canvas);
	for (int i = 0; i < (int)ARRAY_LEN(words); i++)
		canvas_text(canvas, 0, i, canvas->cols, slice_of(words[i]), ROLE_ERROR);
}

static void paint(struct console *console)
{
	int64_t wall = wall_now();
	console->frames.frame_wall = wall;
	console_state(console);
	console_outlook(console);
	console_live_view(console);
	console_alerts(console);
	console_season_news(console);
	if (console->live == NULL && console->head.play.on &&
	    console->view.at >= console->head.play.last) {
		(void)play_switch(&console->head.play, false, wall);
		console->view.playing = false;
		if (!console_race_over(console, false))
			console_notice_end(console, false, "the end");
	}
	map_moves(console, wall);
	console_away_offer(console, wall);
	console_notice_turn(console);
	draw_frame(console);
	console->frames.dirty = !term_paint(console->term, &console->canvas);
	season_watch_behind(console->season, console->session, console->loop,
			    console_live_changed, console);
	/* In steps, after the frame: no key waits for them. */
	if (console_flips(console, 0))
		console_timer(console, &console->watch.flips, FLIPS_US);
	console_wake_later(console);
}

static void on_turn_end(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	struct console *console = watcher->data;
	(void)events;
	if (term_gone(console->term)) {
		console->died_of = SIGHUP; /* which may come later */
		console_quit(console);
		return;
	}
	if (term_pending(console->term)) { /* (2) */
		ev_timer_stop(loop, &console->watch.tick);
		ev_io_start(loop, &console->watch.out);
		return;
	}
	if (console->frames.dirty)
		paint(console);
	if (term_pending(console->term))
		ev_io_start(loop, &console->watch.out);
}

static void on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct console *console = watcher->data;
	(void)events;
	(void)term_flush(console->term);
	if (term_pending(console->term))
		return;
	ev_io_stop(loop, watcher);
	/* Repaint after skipped frames. */
	console->frames.dirty |= console->head.play.on;
}

static void frame_soon(struct console *console)
{
	int64_t every = console->view.calm ? SLOW_FRAME_US : LIVE_FRAME_US;
	int64_t wait = console->frames.frame_wall + every - wall_now();
	if (wait <= 0) {
		console->frames.dirty = true;
		return;
	}
	ev_timer_stop(console->loop, &console->watch.tick);
	ev_timer_set(&console->watch.tick, (double)wait / 1e6, 0.);
	ev_timer_start(console->loop, &console->watch.tick);
}

void console_live_changed(void *context)
{
	struct console *console = context;
	console->frames.stale = true;
	if (console->term != NULL)
		frame_soon(console);
}

/* ---- what wakes us ------------------------------------------------------- */

static void on_input(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct console *console = watcher->data;
	(void)events;
	ev_timer_stop(loop, &console->watch.escape);
	for (unsigned n = 0; n < KEYS_A_TURN; n++) {
		uint32_t key = term_key(console->term);
		if (key == KEY_NONE_) {
			console_theme_follow(console);
			if (term_key_waits(console->term))
				console_timer(console, &console->watch.escape,
					      TERM_ESCAPE_MS * US_MS);
			return;
		}
		console_key(console, key);
	}
	ev_feed_event(loop, watcher, EV_READ); /* signals get their turn */
}

static void on_escape(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct console *console = watcher->data;
	(void)events;
	term_key_idle(console->term);
	ev_feed_event(loop, &console->watch.in, EV_READ);
}

static void console_on_tick(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct console *console = watcher->data;
	(void)loop;
	(void)events;
	console->frames.dirty = true;
}

/* The next step; a frame only when it found something. */
static void on_flips(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct console *console = watcher->data;
	uint32_t found = console->view.guess_count;
	(void)loop;
	(void)events;
	if (console_flips(console, 1))
		console_timer(console, &console->watch.flips, FLIPS_US);
	console->frames.dirty |= console->view.guess_count != found;
}

static void on_notice_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct console *console = watcher->data;
	(void)loop;
	(void)events;
	console->frames.dirty = true;
}

/* A no-op: with a periodic watcher the system reports clock steps to libev, without
 * one libev wakes every minute to look for them. */
static void on_far(struct ev_loop *loop, ev_periodic *watcher, int events)
{
	(void)loop;
	(void)watcher;
	(void)events;
}

/* ---- signals ------------------------------------------------------------- */

static void on_resize(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct console *console = watcher->data;
	(void)loop;
	(void)events;
	/* The size may be the old one again, but the terminal lost what was cut. */
	console->frames.late = false;
	if (!term_resize(console->term))
		term_redraw(console->term);
	else if (!console_canvas_resize(console)) /* the old canvas is painted cut */
		console_notice(console, true, "no memory for a screen of this size");
	console->frames.dirty = true;
}

static void unwatch_signals(struct console *console);

/* A background process that uses the terminal is stopped. We stop here, while signals
 * have their default action: SIGTERM still ends us. */
void console_wait_for_terminal(void)
{
	pid_t front = tcgetpgrp(STDOUT_FILENO);
	if (front >= 0 && front != getpgrp())
		(void)raise(SIGTTOU);
}

/* The playhead is paused while we are stopped. */
static void on_stop(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct console *console = watcher->data;
	bool on = console->head.play.on;
	(void)loop;
	(void)events;
	(void)play_switch(&console->head.play, false, wall_now());
	term_suspend(console->term);
	unwatch_signals(console);
	(void)raise(SIGTSTP);
	console_wait_for_terminal();
	console_watch_signals(console);
	term_resume(console->term);
	(void)console_canvas_resize(console);
	(void)play_switch(&console->head.play, on, wall_now());
	console->frames.dirty = true;
}

/* After SIGSTOP: the shell has used the terminal. */
static void on_continue(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct console *console = watcher->data;
	(void)loop;
	(void)events;
	term_resume(console->term);
	(void)console_canvas_resize(console);
	console->frames.dirty = true;
}

static void on_end(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct console *console = watcher->data;
	(void)loop;
	(void)events;
	console->died_of = watcher->signum == SIGINT ? 0 : watcher->signum;
	console_quit(console);
}

static const struct {
	int number;
	void (*call)(struct ev_loop *, ev_signal *, int);
} signal_rows[] = {
	{SIGINT, on_end},      {SIGTERM, on_end},  {SIGHUP, on_end},
	{SIGQUIT, on_end},     {SIGTSTP, on_stop}, {SIGCONT, on_continue},
	{SIGWINCH, on_resize},
};
_Static_assert(ARRAY_LEN(signal_rows) == CONSOLE_SIGNALS, "a watcher each");

void console_watch_signals(struct console *console)
{
	for (size_t i = 0; i < ARRAY_LEN(signal_rows); i++) {
		ev_signal_init(&console->watch.signals[i], signal_rows[i].call,
			       signal_rows[i].number);
		console->watch.signals[i].data = console;
		ev_signal_start(console->loop, &console->watch.signals[i]);
	}
}

static void unwatch_signals(struct console *console)
{
	for (size_t i = 0; i < ARRAY_LEN(signal_rows); i++)
		ev_signal_stop(console->loop, &console->watch.signals[i]);
}

void console_watch(struct console *console)
{
	struct ev_loop *loop = console->loop;
	ev_io_init(&console->watch.in, on_input, term_fd_in(console->term), EV_READ);
	ev_io_init(&console->watch.out, on_writable, term_fd_out(console->term),
		   EV_WRITE);
	ev_timer_init(&console->watch.tick, console_on_tick, 0., 0.);
	ev_timer_init(&console->watch.notice, on_notice_over, 0., 0.);
	ev_timer_init(&console->watch.flips, on_flips, 0., 0.);
	ev_timer_init(&console->watch.escape, on_escape, 0., 0.);
	ev_prepare_init(&console->watch.paint, on_turn_end);
	ev_periodic_init(&console->watch.far, on_far, ev_now(loop) + 1e9, 0., NULL);
	console->watch.in.data = console->watch.out.data = console->watch.tick.data =
		console;
	console->watch.notice.data = console->watch.escape.data =
		console->watch.flips.data = console->watch.paint.data = console;
	ev_io_start(loop, &console->watch.in);
	ev_prepare_start(loop, &console->watch.paint);
	ev_periodic_start(loop, &console->watch.far);
}
