/*
 * text_mode.c -- the console without a screen: the race in sentences, a line each
 *
 * For a pipe, a terminal that cannot place its cursor (TERM=dumb) and a screen reader.
 * A finished race is printed at once, or in time with --speed; a live one as it comes.
 * On a terminal a typed line is a command: Return prints the standings, a WHEN goes
 * there, q quits.
 *
 *  (1) No escape is written, and no sentence twice.
 *  (2) A closed pipe ends it without a message; so does Ctrl-C.
 */
#include "console.h"
#include "pitwall/shell.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A live race is printed once a second: by then two sources of one event are merged. */
#define LIVE_TURN_US US_S

struct text_mode {
	struct ev_loop *loop;
	struct session *session;
	struct live *live; /* NULL: a replay */
	struct live_resume resume;
	struct sentences sentences;
	struct out out;
	struct play play;
	struct view view; /* the sources of a live session */
	uint8_t feed_states[SESSION_SOURCES_MAX];
	bool ascii, headed;
	bool over; /* all sources have ended */
	duration_us delay;
	char typed[128];
	size_t typed_len;
	ev_io in;
	ev_timer tick;
	ev_signal interrupt, terminate, hangup;
	int died_of;
};

/* ---- output ------------------------------------------------------------------ */

static const struct race *race_at(struct text_mode *mode, instant_us at)
{
	return session_at(mode->session, at);
}

/* Sentences up to @at; without @aloud they are counted as printed. */
static void mode_print(struct text_mode *mode, instant_us at, bool aloud)
{
	const struct race *race = race_at(mode, at);
	if (aloud && !mode->headed && race->car_count > 0) {
		sentences_head(&mode->sentences, &mode->out, race,
			       mode->session->source);
		mode->headed = true;
	}
	sentences_write(&mode->sentences, aloud ? &mode->out : NULL, race,
			&mode->session->timeline.tables, at);
}

static void mode_print_result(struct text_mode *mode, instant_us at)
{
	const struct race *race = race_at(mode, at);
	sentences_result(&mode->sentences, &mode->out, race,
			 &mode->session->classification);
}

static void mode_print_state(struct text_mode *mode, instant_us at)
{
	sentences_state(&mode->sentences, &mode->out, race_at(mode, at), at);
}

/* (2) */
static void flush(struct text_mode *mode)
{
	if (out_flush(&mode->out) < 0)
		ev_break(mode->loop, EVBREAK_ALL);
}

/* ---- what is live ------------------------------------------------------------ */

static const char *const feed_words[VIEW_FEED_COUNT] = {
#define X(id_, name_) [VIEW_FEED_##id_] = (name_),
	VIEW_FEEDS(X)
#undef X
};

/* Sources that changed their state. True: all of them have ended. */
static bool mode_print_feeds(struct text_mode *mode)
{
	struct view *view = &mode->view;
	bool over = true;
	live_view(mode->live, view);
	for (uint32_t i = 0; i < view->feed_count && i < SESSION_SOURCES_MAX; i++) {
		const struct view_feed *feed = &view->feeds[i];
		over &= feed->state == VIEW_FEED_ENDED || feed->state == VIEW_FEED_FILE;
		if (mode->feed_states[i] == feed->state + 1)
			continue;
		mode->feed_states[i] = (uint8_t)(feed->state + 1);
		out_format(&mode->out, "%s: %s%s%s\n", feed->name,
			   feed_words[feed->state], feed->reason[0] ? ", " : "",
			   feed->reason);
	}
	return over && view->feed_count > 0;
}

static void live_turn(struct text_mode *mode)
{
	instant_us at = live_edge(mode->live) - mode->delay;
	instant_us last = mode->session->timeline.last_at;
	bool was_over = mode->over;
	mode->over = mode_print_feeds(mode);
	/* By the next turn its last records are there. */
	bool over = mode->over && was_over;
	if (over && at < last)
		at = last;
	mode_print(mode, at, true);
	if (over) {
		mode_print_result(mode, at);
		ev_break(mode->loop, EVBREAK_ALL);
	}
	flush(mode);
}

/* ---- time goes by ------------------------------------------------------------ */

static void mode_wake_later(struct text_mode *mode, int64_t us)
{
	ev_now_update(mode->loop);
	ev_timer_stop(mode->loop, &mode->tick);
	ev_timer_set(&mode->tick, (double)us / 1e6, 0.);
	ev_timer_start(mode->loop, &mode->tick);
}

static void replay_turn(struct text_mode *mode)
{
	int64_t wall = wall_now();
	instant_us at = play_now(&mode->play, wall);
	mode_print(mode, at, true);
	if (at >= mode->play.last) {
		mode_print_result(mode, at);
		ev_break(mode->loop, EVBREAK_ALL);
	} else {
		struct play_wants wants = {
			.seconds_from = mode->play.first,
			.event = timeline_step(&mode->session->timeline, at, 1,
					       CAR_NONE),
			.frame_wall = wall,
			.frame_us = FRAME_US,
		};
		mode_wake_later(mode, play_wait(&mode->play, &wants, wall));
	}
	flush(mode);
}

static void mode_on_tick(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct text_mode *mode = watcher->data;
	(void)loop;
	(void)events;
	if (mode->live == NULL) {
		replay_turn(mode);
		return;
	}
	live_turn(mode);
	mode_wake_later(mode, LIVE_TURN_US);
}

static void on_signal(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct text_mode *mode = watcher->data;
	(void)events;
	mode->died_of = watcher->signum == SIGINT ? 0 : watcher->signum;
	ev_break(loop, EVBREAK_ALL);
}

/* ---- lines that are typed ---------------------------------------------------- */

/* After a jump, earlier events are not printed. */
static void go_to(struct text_mode *mode, const char *text)
{
	struct when when;
	struct err err;
	instant_us at;
	if (when_parse(slice_of(text), &when, &err) < 0 ||
	    when_resolve(&mode->session->timeline, &when, &at, &err) < 0) {
		out_format(&mode->out, "%s\n", err.text);
		return;
	}
	play_move(&mode->play, at, wall_now());
	sentences_begin(&mode->sentences, mode->ascii);
	mode_print(mode, mode->play.at, false);
	mode_print_state(mode, mode->play.at);
}

static void answer(struct text_mode *mode, const char *text)
{
	if (strcmp(text, "q") == 0 || strcmp(text, "quit") == 0)
		ev_break(mode->loop, EVBREAK_ALL);
	else if (text[0] == '\0')
		mode_print_state(mode, mode->live != NULL
					       ? live_edge(mode->live) - mode->delay
					       : play_now(&mode->play, wall_now()));
	else if (mode->live != NULL)
		out_text(&mode->out, "Return: the standings. q: quit.\n");
	else
		go_to(mode, text);
}

static void on_typed(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct text_mode *mode = watcher->data;
	char bytes[128];
	(void)events;
	/* In the background the terminal belongs to another process. */
	if (tcgetpgrp(STDIN_FILENO) != getpgrp()) {
		ev_io_stop(loop, watcher);
		return;
	}
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));
	if (n <= 0) {
		ev_break(loop, EVBREAK_ALL);
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (bytes[i] != '\n') {
			if (mode->typed_len + 1 < sizeof(mode->typed))
				mode->typed[mode->typed_len++] = bytes[i];
			continue;
		}
		mode->typed[mode->typed_len] = '\0';
		struct slice text = slice_trim(slice_of(mode->typed));
		char line[sizeof(mode->typed)];
		text_clean(line, sizeof(line), text);
		mode->typed_len = 0;
		answer(mode, line);
	}
	if (mode->live == NULL)
		mode_wake_later(mode, 0);
	flush(mode);
}

/* ---- start and end ----------------------------------------------------------- */

static void mode_watch(struct text_mode *mode)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	ev_signal *signals[] = {&mode->interrupt, &mode->terminate, &mode->hangup};
	(void)signal(SIGPIPE, SIG_IGN); /* (2) */
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		ev_signal_init(signals[i], on_signal, numbers[i]);
		signals[i]->data = mode;
		ev_signal_start(mode->loop, signals[i]);
	}
	ev_timer_init(&mode->tick, mode_on_tick, 0., 0.);
	mode->tick.data = mode;
	ev_io_init(&mode->in, on_typed, STDIN_FILENO, EV_READ);
	mode->in.data = mode;
	if (isatty(STDIN_FILENO) != 0)
		ev_io_start(mode->loop, &mode->in);
}

static int start_replay(struct text_mode *mode, const struct options *options)
{
	struct play *play = &mode->play;
	instant_us at;
	int code = console_span(&mode->session->timeline, options, play, &at);
	if (code != EXIT_DONE)
		return code;
	play->on = true;
	play_move(play, at, wall_now());
	if (options->at != NULL)
		mode_print(mode, at, false);
	return EXIT_DONE;
}

static int replay(struct text_mode *mode, const struct options *options)
{
	int status = EXIT_DONE;
	if (!load_or_complain(options, LOAD_HISTORY | LOAD_KEYFRAMES, &mode->session,
			      &status))
		return status;
	status = start_replay(mode, options);
	if (status != EXIT_DONE)
		return status;
	if (options->speed == NULL) {
		mode_print(mode, mode->play.last, true);
		mode_print_result(mode, mode->play.last);
		return finish_output(&mode->out, EXIT_DONE);
	}
	mode_watch(mode);
	mode_wake_later(mode, 0);
	ev_run(mode->loop, 0);
	return finish_output(&mode->out, EXIT_DONE);
}

static void changed(void *context)
{
	(void)context; /* printed at the next turn */
}

static void mode_progress(void *context, const char *words)
{
	(void)context;
	complain("%s", words);
}

static int live(struct text_mode *mode, const struct options *options)
{
	struct live_hooks hooks = {
		.context = mode, .changed = changed, .progress = mode_progress};
	int64_t us = 0;
	struct err err;
	if (options->delay != NULL &&
	    (!parse_decimal(slice_of(options->delay), 6, &us) || us < 0)) {
		complain("--delay: '%s' is no number of seconds", options->delay);
		return EXIT_USAGE;
	}
	mode->delay = us;
	if (live_open_apart(options, mode->loop, &hooks, &mode->live, &err) < 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	mode->session = live_session(mode->live);
	mode_watch(mode);
	mode_wake_later(mode, 0);
	ev_run(mode->loop, 0);
	int status = finish_output(&mode->out, EXIT_DONE);
	/* Closing may wait for a disk: a second Ctrl-C leaves it to the recorder. */
	(void)signal(SIGINT, SIG_DFL);
	if (mode->died_of == SIGHUP)
		live_leave(mode->live); /* its terminal is gone: recording goes on */
	else if (live_close(mode->live, &err) != 0)
		complain("%s", err.text);
	mode->session = NULL;
	return status;
}

int text_mode_run(const struct options *options)
{
	struct text_mode *mode = calloc(1, sizeof(*mode));
	int status = EXIT_USAGE;
	if (mode == NULL) {
		complain("no memory");
		return EXIT_SOURCE;
	}
	if (options->season)
		complain("--season: needs a screen; `pitwall season` prints standings");
	mode->ascii = options->ascii || !locale_is_utf8();
	out_to_fd(&mode->out, STDOUT_FILENO);
	sentences_begin(&mode->sentences, mode->ascii);
	if (live_resumes(options, &mode->resume) ||
	    live_copy_ended(options, &mode->resume))
		options = &mode->resume.options;
	mode->loop = ev_default_loop(EVFLAG_AUTO);
	if (mode->loop == NULL) {
		complain("no event loop: %s", strerror(errno));
		status = EXIT_SOURCE;
	} else {
		mode->play.speed = console_speed(options);
		status = live_wanted(options) ? live(mode, options)
					      : replay(mode, options);
	}
	session_free(mode->session);
	if (mode->loop != NULL)
		ev_loop_destroy(mode->loop);
	int died_of = mode->died_of;
	free(mode);
	if (died_of != 0) {
		(void)signal(died_of, SIG_DFL);
		(void)raise(died_of);
	}
	return status;
}
