/*
 * console.c -- the loop of the interactive console
 *
 *  (1) Paused and idle, nothing wakes the process: timers run only while playing,
 *      and for the few seconds of a notice.
 *  (2) A terminal that takes no bytes stops neither the loop nor the playhead:
 *      frames are skipped until it has drained.
 *  (3) However it ends, the terminal is as it was found; a signal that ends us is
 *      passed on, so that whoever started us sees it.
 */
#include "pitwall/shell.h"
#include "console.h"
#include "pitwall/assets.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { NOTICE_SECONDS = 5, KEYS_A_TURN = 1024 };
enum { SPEED_BUNDLED = 8 };
#define FORETELL_US (5 * US_S)
#define TURNS_US (20 * US_MS)

int64_t wall_now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * US_S + t.tv_nsec / 1000;
}

void console_quit(struct console *console)
{
	ev_break(console->loop, EVBREAK_ALL);
}

static void timer_start(struct console *console, ev_timer *timer, int64_t us)
{
	ev_now_update(console->loop);
	ev_timer_stop(console->loop, timer);
	ev_timer_set(timer, (double)us / 1e6, 0.);
	ev_timer_start(console->loop, timer);
}

void console_notice(struct console *console, bool bad, const char *fmt, ...)
{
	char text[sizeof(struct err)];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text_clean(console->view.notice, sizeof(console->view.notice), slice_of(text));
	console->view.notice_bad = bad;
	console->dirty = true;
	timer_start(console, &console->notice, NOTICE_SECONDS * US_S);
}

/* ---- a frame --------------------------------------------------------------- */

static uint16_t known(const struct race *race, uint16_t car)
{
	return car < race->car_count ? car : CAR_NONE;
}

/* What is foretold, as far as it is shown. It takes longer than all the rest, and hardly
 * changes from second to second. */
static void outlook(struct console *console)
{
	struct view *view = &console->view;
	unsigned needs = view_needs(view) | console_alerts_needs(console);
	if ((needs & NEED_FORECAST) == 0)
		view->forecast = NULL;
	else if (view->forecast == NULL)
		session_foretell(console->session, view, FORETELL_US);
	if ((needs & NEED_STRATEGY) != 0)
		session_strategy(console->session, view);
	/* A little at a time: a jump of hours does not wait for it. */
	console->asks =
		(needs & NEED_FLIPS) != 0 && session_turns(console->session, view, 1);
}

void console_state(struct console *console)
{
	struct view *view = &console->view;
	console_edge(console);
	console_loop(console);
	instant_us at = play_now(&console->play, wall_now());
	if (at != console->shown_at || console->stale) {
		(void)session_at_as(console->session, at,
				    (enum timeline_as)console->as);
		session_view(console->session, view);
		console->shown_at = at;
		console->stale = false;
		view->forecast = NULL;
		view->strategy = NULL;
	}
	view->at = at;
	if (view->before == NULL || view->before->at > at)
		view_close(view, OVERLAY_CHANGED);
	view->as = console->as;
	view->selected = known(view->race, console->selected);
	console_cars_state(console);
	view->focused = known(view->race, console->focused);
	view->playing = console->play.on;
	play_speed(console->play.speed, &view->speed_num, &view->speed_den);
	/* The order of the cars may be that of a forecast. */
	if (view->table.sort != 0)
		outlook(console);
}

/* The map moves four times a second at most; what the person moved, at once. */
static void map_moves(struct console *console, int64_t wall)
{
	bool due = console->moved || !console->play.on || console->view.calm ||
		   wall - console->map_wall >= MAP_FRAME_US ||
		   console->map_at > console->view.at;
	if (due) {
		console->map_at = console->view.at;
		console->map_wall = wall;
	}
	console->view.map_age = console->view.at - console->map_at;
	console->moved = false;
}

static bool canvas_resize(struct console *console)
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
static void wake_later(struct console *console)
{
	struct play_wants wants = {
		.seconds_from = console->session->timeline.start_at,
		.event = timeline_step(&console->session->timeline, console->view.at, 1,
				       CAR_NONE),
		.frame_wall = console->frame_wall,
		.map_wall = console->map_wall,
		.frame_us = console->view.calm ? SLOW_FRAME_US : FRAME_US,
		.map = (view_needs(&console->view) & NEED_MAP) != 0 &&
		       !console->view.calm,
	};
	if (wants.seconds_from == INSTANT_NONE)
		wants.seconds_from = console->play.first;
	struct play play = console->play;
	if (console->live != NULL) {
		/* Its end moves on as the wall does: there is none to wait for. */
		play.last += US_DAY;
		play.on |= console->following;
	}
	if (console->view.looping && console->view.loop_to != INSTANT_NONE &&
	    console->view.loop_to > console->view.at &&
	    console->view.loop_to < play.last)
		play.last = console->view.loop_to;
	int64_t wait = play_wait(&play, &wants, wall_now());
	if (console->asks && (wait < 0 || wait > TURNS_US))
		wait = TURNS_US;
	if (wait < 0)
		ev_timer_stop(console->loop, &console->tick);
	else
		timer_start(console, &console->tick, wait);
}

static void paint(struct console *console)
{
	int64_t wall = wall_now();
	console->frame_wall = wall;
	console_state(console);
	outlook(console);
	console_live_view(console);
	console_alerts(console);
	if (console->live == NULL && console->play.on &&
	    console->view.at >= console->play.last) {
		(void)play_switch(&console->play, false, wall);
		console->view.playing = false;
		console_notice(console, false, "the end: Home goes to the start");
	}
	map_moves(console, wall);
	canvas_clear(&console->canvas);
	view_draw(&console->view, &console->canvas);
	console->dirty = !term_paint(console->term, &console->canvas);
	wake_later(console);
}

static void on_turn_end(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	struct console *console = watcher->data;
	(void)events;
	if (term_gone(console->term)) {
		console_quit(console);
		return;
	}
	if (term_pending(console->term)) { /* (2) */
		ev_timer_stop(loop, &console->tick);
		ev_io_start(loop, &console->out);
		return;
	}
	if (console->dirty)
		paint(console);
	if (term_pending(console->term))
		ev_io_start(loop, &console->out);
}

static void on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct console *console = watcher->data;
	(void)events;
	(void)term_flush(console->term);
	if (term_pending(console->term))
		return;
	ev_io_stop(loop, watcher);
	/* While playing, the frames that were skipped are owed one. */
	console->dirty |= console->play.on;
}

/* ---- what wakes us --------------------------------------------------------- */

static void on_input(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct console *console = watcher->data;
	(void)events;
	ev_timer_stop(loop, &console->escape);
	for (unsigned n = 0; n < KEYS_A_TURN; n++) {
		uint32_t key = term_key(console->term);
		if (key == KEY_NONE_) {
			if (term_key_waits(console->term))
				timer_start(console, &console->escape,
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
	ev_feed_event(loop, &console->in, EV_READ);
}

static void on_tick(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct console *console = watcher->data;
	(void)loop;
	(void)events;
	console->dirty = true;
}

static void on_notice_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct console *console = watcher->data;
	(void)loop;
	(void)events;
	console->view.notice[0] = '\0';
	console->dirty = true;
}

/* Nothing: its being there lets libev trust the system to report clock steps, and
 * without it libev wakes once a minute to look for them. */
static void on_far(struct ev_loop *loop, ev_periodic *watcher, int events)
{
	(void)loop;
	(void)watcher;
	(void)events;
}

/* ---- signals --------------------------------------------------------------- */

static void on_resize(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct console *console = watcher->data;
	(void)loop;
	(void)events;
	/* Smaller and back in one go is the size we know, but what lay beyond the edge is
	 * lost meanwhile. */
	if (!term_resize(console->term))
		term_redraw(console->term);
	else if (!canvas_resize(console)) /* the old canvas is painted cut */
		console_notice(console, true, "no memory for a screen of this size");
	console->dirty = true;
}

static void watch_signals(struct console *console);
static void unwatch_signals(struct console *console);

/* Who wants the terminal from the background is stopped until it is fetched. We stop
 * here, where signals still do what they do by themselves: a SIGTERM ends us. */
static void wait_for_terminal(void)
{
	pid_t front = tcgetpgrp(STDOUT_FILENO);
	if (front >= 0 && front != getpgrp())
		(void)raise(SIGTTOU);
}

/* The playhead stands while we do. */
static void on_stop(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct console *console = watcher->data;
	bool on = console->play.on;
	(void)loop;
	(void)events;
	(void)play_switch(&console->play, false, wall_now());
	term_suspend(console->term);
	unwatch_signals(console);
	(void)raise(SIGTSTP);
	wait_for_terminal();
	watch_signals(console);
	term_resume(console->term);
	(void)canvas_resize(console);
	(void)play_switch(&console->play, on, wall_now());
	console->dirty = true;
}

/* Stopped by SIGSTOP, perhaps: the shell has had the terminal meanwhile. */
static void on_continue(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct console *console = watcher->data;
	(void)loop;
	(void)events;
	term_resume(console->term);
	(void)canvas_resize(console);
	console->dirty = true;
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

/* ---- start and end --------------------------------------------------------- */

static void watch(struct console *console)
{
	struct ev_loop *loop = console->loop;
	ev_io_init(&console->in, on_input, term_fd_in(console->term), EV_READ);
	ev_io_init(&console->out, on_writable, term_fd_out(console->term), EV_WRITE);
	ev_timer_init(&console->tick, on_tick, 0., 0.);
	ev_timer_init(&console->notice, on_notice_over, 0., 0.);
	ev_timer_init(&console->escape, on_escape, 0., 0.);
	ev_prepare_init(&console->paint, on_turn_end);
	ev_periodic_init(&console->far, on_far, ev_now(loop) + 1e9, 0., NULL);
	console->in.data = console->out.data = console->tick.data = console;
	console->notice.data = console->escape.data = console->paint.data = console;
	ev_io_start(loop, &console->in);
	ev_prepare_start(loop, &console->paint);
	ev_periodic_start(loop, &console->far);
}

static void watch_signals(struct console *console)
{
	for (size_t i = 0; i < ARRAY_LEN(signal_rows); i++) {
		ev_signal_init(&console->signals[i], signal_rows[i].call,
			       signal_rows[i].number);
		console->signals[i].data = console;
		ev_signal_start(console->loop, &console->signals[i]);
	}
}

static void unwatch_signals(struct console *console)
{
	for (size_t i = 0; i < ARRAY_LEN(signal_rows); i++)
		ev_signal_stop(console->loop, &console->signals[i]);
}

/* A machine without the locale its user asks for still shows what it can. */
bool locale_is_utf8(void)
{
	if (setlocale(LC_CTYPE, "") == NULL)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static int select_option(struct console *console, const struct options *options)
{
	console_state(console);
	if (options->with != NULL) {
		console->view.compared =
			race_find_text(console->view.race, slice_of(options->with));
		if (console->view.compared == CAR_NONE) {
			complain("--with: no car '%s' in this race", options->with);
			return EXIT_USAGE;
		}
	}
	if (options->car == NULL)
		return EXIT_DONE;
	uint16_t car = race_find_text(console->view.race, slice_of(options->car));
	if (car == CAR_NONE) {
		complain("--car: no car '%s' in this race", options->car);
		return EXIT_USAGE;
	}
	console_select(console, car);
	return EXIT_DONE;
}

/* At the edge; a car that --car names may not have been heard of yet. */
static int start_live(struct console *console, const struct options *options)
{
	console->following = true;
	console->play.speed = (uint8_t)play_speed_by_text(SLICE("1"));
	console->play.on = true;
	console_edge(console);
	if (!console_live_options(console, options))
		return EXIT_USAGE;
	return select_option(console, options);
}

int console_span(const struct timeline *timeline, const struct options *options,
		 struct play *play, instant_us *at)
{
	static const struct when start = {.kind = WHEN_START}, end = {.kind = WHEN_END};
	struct when when = start;
	struct err err;
	if (when_resolve(timeline, &start, &play->first, &err) < 0 ||
	    when_resolve(timeline, &end, &play->last, &err) < 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	*at = play->first;
	if (options->at != NULL &&
	    (when_parse(slice_of(options->at), &when, &err) < 0 ||
	     when_resolve(timeline, &when, at, &err) < 0)) {
		complain("--at: %s", err.text);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

/* What the options say, as far as it needs the session. EXIT_... */
static int start_where(struct console *console, const struct options *options)
{
	struct play *play = &console->play;
	instant_us at;
	if (console->live != NULL)
		return start_live(console, options);
	int code = console_span(&console->session->timeline, options, play, &at);
	if (code != EXIT_DONE)
		return code;
	int64_t wall = wall_now();
	play_move(play, at, wall);
	(void)play_switch(play, true, wall);
	return select_option(console, options);
}

static int open_session(struct console *console, const struct options *options)
{
	struct live_hooks hooks = {.context = console, .changed = console_live_changed};
	struct err err;
	int rc;
	if (live_resumes(options, &console->resume))
		options = &console->resume.options;
	console->options = options;
	if (live_wanted(options)) {
		rc = live_open(options, console->loop, &hooks, &console->live, &err);
		if (rc == 0)
			console->session = live_session(console->live);
	} else {
		rc = session_load(options, LOAD_HISTORY | LOAD_KEYFRAMES,
				  &console->session, &err);
	}
	if (rc < 0)
		complain("%s", err.text);
	return rc < 0 ? EXIT_SOURCE : EXIT_DONE;
}

uint8_t console_speed(const struct options *options)
{
	const char *speed = options->speed;
	if (speed == NULL)
		speed = options->source_count == 0 ? "8" : "1";
	return (uint8_t)play_speed_by_text(slice_of(speed));
}

/* What the options say by themselves. EXIT_... */
static int start_how(struct console *console, const struct options *options,
		     struct term_options *look)
{
	console->view.armed = STEP_FLAG;
	console->selected = console->focused = CAR_NONE;
	console->view.reference_car = CAR_NONE;
	console->view.compared = CAR_NONE;
	console->view.calm = options->low_bandwidth;
	console->opened_from = SCREEN_COUNT;
	console->shown_at = INSTANT_NONE;
	console->key_at = console->away_from = INSTANT_NONE;
	console->key_wall = wall_now();
	console->view.loop_to = INSTANT_NONE;
	console->view.jumped_by = ACTION_COUNT;
	console->play.speed = console_speed(options);
	screen_options(options, &console->view);
	if (!options->no_welcome && first_run())
		view_open(&console->view, OVERLAY_WELCOME);
	if (!console_cars_options(console, options) ||
	    !console_alerts_options(console, options))
		return EXIT_USAGE;
	const char *no_color = getenv("NO_COLOR");
	look->theme = &console->theme;
	look->no_color = options->mono || (no_color != NULL && no_color[0] != '\0');
	look->ascii = options->ascii || !locale_is_utf8();
	console->canvas.ascii = look->ascii;
	const char *type = getenv("TERM");
	console->canvas.console = type != NULL && strncmp(type, "linux", 5) == 0;
	return EXIT_DONE;
}

/* A console without colours is better than none: what is wrong with them is said there. */
static int start_theme(struct console *console, const struct options *options,
		       struct err *err)
{
	int rc = theme_option(options->theme, &console->theme, err);
	if (rc < 0)
		complain("%s", err->text);
	else if (rc == 0)
		err->text[0] = '\0';
	return rc < 0 ? EXIT_USAGE : EXIT_DONE;
}

static int run(struct console *console, const struct options *options)
{
	struct err err, theme;
	struct term_options look = {0};
	int code = start_how(console, options, &look);
	if (code == EXIT_DONE)
		code = start_theme(console, options, &theme);
	if (code == EXIT_DONE &&
	    keys_load(options->settings, &console->keys, &err) != 0) {
		complain("%s", err.text);
		code = EXIT_USAGE;
	}
	console->view.keys = &console->keys;
	if (code != EXIT_DONE)
		return code;
	console->loop = ev_default_loop(EVFLAG_AUTO);
	if (console->loop == NULL) {
		complain("no event loop: %s", strerror(errno));
		return EXIT_SOURCE;
	}
	code = open_session(console, options);
	if (code == EXIT_DONE)
		code = start_where(console, options);
	if (code != EXIT_DONE)
		return code;
	wait_for_terminal();
	watch_signals(console);
	if (term_open(&look, &console->term, &err) < 0) {
		complain("%s", err.text);
		return EXIT_USAGE;
	}
	if (!canvas_resize(console)) {
		term_close(console->term);
		complain("no memory for the screen");
		return EXIT_SOURCE;
	}
	watch(console);
	if (options->mouse && !console_mouse_set(console, true))
		console_notice(console, true, "--mouse: this terminal has no mouse");
	if (console->resume.said[0] != '\0')
		console_notice(console, false, "%s", console->resume.said);
	if (theme.text[0] != '\0')
		console_notice(console, true, "no colours: %s", theme.text);
	console->dirty = true;
	ev_run(console->loop, 0);
	term_close(console->term);
	return EXIT_DONE;
}

int console_run(const struct options *options)
{
	const char *type = getenv("TERM");
	if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0 ||
	    (type != NULL && strcmp(type, "dumb") == 0))
		return told_run(options);
	struct console *console = calloc(1, sizeof(*console));
	if (console == NULL) {
		complain("no memory");
		return EXIT_SOURCE;
	}
	int code = run(console, options);
	int died_of = console->died_of;
	struct err err;
	if (console->live == NULL)
		session_free(console->session);
	else if (live_close(console->live, &err) != 0)
		complain("%s", err.text);
	if (console->loop != NULL)
		ev_loop_destroy(console->loop);
	free(console->canvas.cells);
	free(console->hits);
	free(console);
	if (died_of != 0) { /* (3) */
		(void)signal(died_of, SIG_DFL);
		(void)raise(died_of);
	}
	return code;
}
