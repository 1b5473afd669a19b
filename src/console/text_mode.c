/*
 * text_mode.c -- the console without a screen: the race in sentences, a line each
 *
 * For a pipe, a terminal that cannot place its cursor (TERM=dumb) and a screen reader.
 * A race that is over is told at once, or as time goes by with --speed; one that runs
 * is told as it comes. On a terminal a line that is typed is an answer: nothing asks
 * how it stands, a WHEN goes there, q leaves.
 *
 *  (1) No escape is written, and nothing twice: what was told stays told.
 *  (2) Whoever reads no more ends it, quietly; so does Ctrl-C.
 */
#include "console.h"
#include "pitwall/shell.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A race that runs is told once a second: what two sources tell of is one by then. */
#define LIVE_TURN_US US_S

struct told {
	struct ev_loop *loop;
	struct session *session;
	struct live *live; /* NULL: a replay */
	struct live_resume resume;
	struct sentences said;
	struct out out;
	struct play play;
	struct view view; /* what a live session says of its sources */
	uint8_t feed_states[SESSION_SOURCES_MAX];
	bool ascii, headed;
	duration_us delay;
	char typed[128];
	size_t typed_len;
	ev_io in;
	ev_timer tick;
	ev_signal interrupt, terminate, hangup;
	int died_of;
};

/* ---- telling ----------------------------------------------------------------- */

static const struct race *race_at(struct told *told, instant_us at)
{
	return session_at(told->session, at);
}

/* Up to @at; without @aloud it is only taken note of. */
static void tell(struct told *told, instant_us at, bool aloud)
{
	const struct race *race = race_at(told, at);
	if (aloud && !told->headed && race->car_count > 0) {
		sentences_head(&told->said, &told->out, race, told->session->source);
		told->headed = true;
	}
	sentences_tell(&told->said, aloud ? &told->out : NULL, race,
		       &told->session->timeline.tables, at);
}

static void tell_result(struct told *told, instant_us at)
{
	const struct race *race = race_at(told, at);
	sentences_result(&told->said, &told->out, race, &told->session->classification);
}

static void tell_state(struct told *told, instant_us at)
{
	sentences_state(&told->said, &told->out, race_at(told, at), at);
}

/* (2) */
static void flush(struct told *told)
{
	if (out_flush(&told->out) < 0)
		ev_break(told->loop, EVBREAK_ALL);
}

/* ---- what is live ------------------------------------------------------------ */

static const char *const feed_words[VIEW_FEED_COUNT] = {
#define X(id_, name_) [VIEW_FEED_##id_] = (name_),
	VIEW_FEEDS(X)
#undef X
};

/* A source that has come, gone or fallen silent. True: none will say any more. */
static bool tell_feeds(struct told *told)
{
	struct view *view = &told->view;
	bool over = true;
	live_view(told->live, view);
	for (uint32_t i = 0; i < view->feed_count && i < SESSION_SOURCES_MAX; i++) {
		const struct view_feed *feed = &view->feeds[i];
		over &= feed->state == VIEW_FEED_ENDED || feed->state == VIEW_FEED_FILE;
		if (told->feed_states[i] == feed->state + 1)
			continue;
		told->feed_states[i] = (uint8_t)(feed->state + 1);
		out_format(&told->out, "%s: %s%s%s\n", feed->name,
			   feed_words[feed->state], feed->reason[0] ? ", " : "",
			   feed->reason);
	}
	return over && view->feed_count > 0;
}

static void live_turn(struct told *told)
{
	instant_us at = live_edge(told->live) - told->delay;
	bool over = tell_feeds(told);
	tell(told, at, true);
	if (over) {
		tell_result(told, at);
		ev_break(told->loop, EVBREAK_ALL);
	}
	flush(told);
}

/* ---- time goes by ------------------------------------------------------------ */

static void wake_later(struct told *told, int64_t us)
{
	ev_now_update(told->loop);
	ev_timer_stop(told->loop, &told->tick);
	ev_timer_set(&told->tick, (double)us / 1e6, 0.);
	ev_timer_start(told->loop, &told->tick);
}

static void replay_turn(struct told *told)
{
	int64_t wall = wall_now();
	instant_us at = play_now(&told->play, wall);
	tell(told, at, true);
	if (at >= told->play.last) {
		tell_result(told, at);
		ev_break(told->loop, EVBREAK_ALL);
	} else {
		struct play_wants wants = {
			.seconds_from = told->play.first,
			.event = timeline_step(&told->session->timeline, at, 1,
					       CAR_NONE),
			.frame_wall = wall,
			.frame_us = FRAME_US,
		};
		wake_later(told, play_wait(&told->play, &wants, wall));
	}
	flush(told);
}

static void on_tick(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct told *told = watcher->data;
	(void)loop;
	(void)events;
	if (told->live == NULL) {
		replay_turn(told);
		return;
	}
	live_turn(told);
	wake_later(told, LIVE_TURN_US);
}

static void on_signal(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct told *told = watcher->data;
	(void)events;
	told->died_of = watcher->signum == SIGINT ? 0 : watcher->signum;
	ev_break(loop, EVBREAK_ALL);
}

/* ---- lines that are typed ---------------------------------------------------- */

/* Only forward is a story: after a jump what lies behind is not told again. */
static void go_to(struct told *told, const char *text)
{
	struct when when;
	struct err err;
	instant_us at;
	if (when_parse(slice_of(text), &when, &err) < 0 ||
	    when_resolve(&told->session->timeline, &when, &at, &err) < 0) {
		out_format(&told->out, "%s\n", err.text);
		return;
	}
	play_move(&told->play, at, wall_now());
	sentences_begin(&told->said, told->ascii);
	tell(told, told->play.at, false);
	tell_state(told, told->play.at);
}

static void answer(struct told *told, const char *text)
{
	if (strcmp(text, "q") == 0 || strcmp(text, "quit") == 0)
		ev_break(told->loop, EVBREAK_ALL);
	else if (text[0] == '\0')
		tell_state(told, told->live != NULL
					 ? live_edge(told->live) - told->delay
					 : play_now(&told->play, wall_now()));
	else if (told->live != NULL)
		out_text(&told->out, "Return alone: how it stands. q: leave.\n");
	else
		go_to(told, text);
}

static void on_typed(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct told *told = watcher->data;
	char bytes[128];
	(void)events;
	/* In the background the terminal is somebody else's. */
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
			if (told->typed_len + 1 < sizeof(told->typed))
				told->typed[told->typed_len++] = bytes[i];
			continue;
		}
		told->typed[told->typed_len] = '\0';
		struct slice text = slice_trim(slice_of(told->typed));
		char line[sizeof(told->typed)];
		text_clean(line, sizeof(line), text);
		told->typed_len = 0;
		answer(told, line);
	}
	if (told->live == NULL)
		wake_later(told, 0);
	flush(told);
}

/* ---- start and end ----------------------------------------------------------- */

static void watch(struct told *told)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	ev_signal *signals[] = {&told->interrupt, &told->terminate, &told->hangup};
	(void)signal(SIGPIPE, SIG_IGN); /* (2) */
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		ev_signal_init(signals[i], on_signal, numbers[i]);
		signals[i]->data = told;
		ev_signal_start(told->loop, signals[i]);
	}
	ev_timer_init(&told->tick, on_tick, 0., 0.);
	told->tick.data = told;
	ev_io_init(&told->in, on_typed, STDIN_FILENO, EV_READ);
	told->in.data = told;
	if (isatty(STDIN_FILENO) != 0)
		ev_io_start(told->loop, &told->in);
}

static int start_replay(struct told *told, const struct options *options)
{
	struct play *play = &told->play;
	instant_us at;
	int code = console_span(&told->session->timeline, options, play, &at);
	if (code != EXIT_DONE)
		return code;
	play->on = true;
	play_move(play, at, wall_now());
	if (options->at != NULL)
		tell(told, at, false);
	return EXIT_DONE;
}

static int replay(struct told *told, const struct options *options)
{
	int status = EXIT_DONE;
	if (!load_or_complain(options, LOAD_HISTORY | LOAD_KEYFRAMES, &told->session,
			      &status))
		return status;
	status = start_replay(told, options);
	if (status != EXIT_DONE)
		return status;
	if (options->speed == NULL) {
		tell(told, told->play.last, true);
		tell_result(told, told->play.last);
		return finish_output(&told->out, EXIT_DONE);
	}
	watch(told);
	wake_later(told, 0);
	ev_run(told->loop, 0);
	return finish_output(&told->out, EXIT_DONE);
}

static void changed(void *context)
{
	(void)context; /* told at the next turn */
}

static int live(struct told *told, const struct options *options)
{
	struct live_hooks hooks = {.context = told, .changed = changed};
	int64_t us = 0;
	struct err err;
	if (options->delay != NULL &&
	    (!parse_decimal(slice_of(options->delay), 6, &us) || us < 0)) {
		complain("--delay: '%s' is no number of seconds", options->delay);
		return EXIT_USAGE;
	}
	told->delay = us;
	if (live_open(options, told->loop, &hooks, &told->live, &err) < 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	told->session = live_session(told->live);
	watch(told);
	wake_later(told, 0);
	ev_run(told->loop, 0);
	int status = finish_output(&told->out, EXIT_DONE);
	if (live_close(told->live, &err) != 0)
		complain("%s", err.text);
	told->session = NULL;
	return status;
}

int told_run(const struct options *options)
{
	struct told *told = calloc(1, sizeof(*told));
	int status = EXIT_USAGE;
	if (told == NULL) {
		complain("no memory");
		return EXIT_SOURCE;
	}
	told->ascii = options->ascii || !locale_is_utf8();
	out_to_fd(&told->out, STDOUT_FILENO);
	sentences_begin(&told->said, told->ascii);
	if (live_resumes(options, &told->resume))
		options = &told->resume.options;
	told->loop = ev_default_loop(EVFLAG_AUTO);
	if (told->loop == NULL) {
		complain("no event loop: %s", strerror(errno));
		status = EXIT_SOURCE;
	} else {
		told->play.speed = console_speed(options);
		status = live_wanted(options) ? live(told, options)
					      : replay(told, options);
	}
	session_free(told->session);
	if (told->loop != NULL)
		ev_loop_destroy(told->loop);
	int died_of = told->died_of;
	free(told);
	if (died_of != 0) {
		(void)signal(died_of, SIG_DFL);
		(void)raise(died_of);
	}
	return status;
}
