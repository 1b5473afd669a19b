/*
 * console.c -- the interactive console: opened as the options say, run, closed
 *
 *  (1) However it ends, the terminal is as it was found; a signal that ends us is
 *      raised again after closing, so that the parent process sees it.
 */
#include "console.h"
#include "pitwall/assets.h"
#include "pitwall/shell.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The locale that the environment asks for, by name. */
static const char *locale_name(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && value[0] != '\0')
			return value;
	}
	return "";
}

/* Where a locale is not installed, C.UTF-8 does for one of UTF-8. A terminal of any
 * other may take bytes of UTF-8 for control characters: ASCII then. */
bool locale_is_utf8(void)
{
	if (setlocale(LC_CTYPE, "") == NULL) {
		const char *dot = strchr(locale_name(), '.');
		struct slice charset = slice_of(dot == NULL ? "" : dot + 1);
		charset = slice_cut(&charset, '@');
		if (!slice_eq_nocase(charset, SLICE("UTF-8")) &&
		    !slice_eq_nocase(charset, SLICE("UTF8")))
			return false;
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	}
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static int select_option(struct console *console, const struct options *options)
{
	console_state(console);
	if (!view_tag_with(&console->view, options->with))
		return EXIT_USAGE;
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

static bool live_options(struct console *console, const struct options *options)
{
	int64_t us;
	if (options->delay == NULL)
		return true;
	if (!parse_decimal(slice_of(options->delay), 6, &us) || us < 0 ||
	    us > 24 * US_HOUR) {
		complain("--delay: '%s' is no number of seconds", options->delay);
		return false;
	}
	console->head.delay = us;
	return true;
}

/* At the live edge. A car that --car names must be known by then. */
static int start_live(struct console *console, const struct options *options)
{
	console->head.following = true;
	console->head.play.speed = (uint8_t)play_speed_by_text(SLICE("1"));
	console->head.play.on = true;
	console_edge(console);
	if (!live_options(console, options))
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
	struct play *play = &console->head.play;
	instant_us at;
	if (console->live != NULL)
		return start_live(console, options);
	int code = console_span(&console->session->timeline, options, play, &at);
	if (code != EXIT_DONE)
		return code;
	int64_t wall = wall_now();
	play_move(play, at, wall);
	(void)play_switch(play, true, wall);
	code = select_option(console, options);
	if (code == EXIT_DONE)
		left_off_resume(console, options);
	return code;
}

/* There is no screen yet. */
static void console_progress(void *context, const char *words)
{
	(void)context;
	complain("%s", words);
}

static int console_open_session(struct console *console, const struct options *options)
{
	struct live_hooks hooks = {.context = console,
				   .changed = console_live_changed,
				   .progress = console_progress};
	struct err err;
	int rc;
	if (live_resumes(options, &console->resume) ||
	    live_copy_ended(options, &console->resume))
		options = &console->resume.options;
	console->options = options;
	if (season_watch_open(options, &console->season, &err) != 0) {
		complain("%s", err.text);
		return EXIT_USAGE;
	}
	if (live_wanted(options)) {
		rc = live_open_apart(options, console->loop, &hooks, &console->live,
				     &err);
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
	console->chosen.selected = console->chosen.focused = CAR_NONE;
	console->view.reference_car = CAR_NONE;
	console->view.compared = CAR_NONE;
	console->view.calm = options->low_bandwidth;
	console->chosen.opened_from = SCREEN_COUNT;
	console->frames.shown_at = INSTANT_NONE;
	console->since.key_at = console->since.away_from = console->since.quiet_from =
		INSTANT_NONE;
	console->since.key_wall = wall_now();
	console->view.loop_to = INSTANT_NONE;
	console->view.jumped_by = ACTION_COUNT;
	console->head.play.speed = console_speed(options);
	screen_options(options, &console->view);
	console_words(console);
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

/* From COLORFGBG ("15;0": the last is the background), which some terminals set. */
static bool background_is_light(void)
{
	const char *colours = getenv("COLORFGBG"), *last;
	if (!colours || !(last = strrchr(colours, ';')))
		return false;
	return strcmp(last, ";7") == 0 || strcmp(last, ";15") == 0;
}

/* The terminal's background is known: choose by it. */
void console_theme_follow(struct console *console)
{
	int32_t rgb;
	struct err err;
	struct theme theme;
	if (!term_background(console->term, &rgb))
		return;
	int32_t light =
		(rgb >> 16 & 255) * 2126 + (rgb >> 8 & 255) * 7152 + (rgb & 255) * 722;
	const char *name = light >= 10000 * 128 ? "light" : "dark";
	if (strcmp(name, console->theme.name) == 0 ||
	    theme_load(name, &theme, &err) != 0)
		return;
	console->theme = theme;
	term_theme(console->term, &console->theme);
	console->frames.dirty = true;
}

int console_theme(struct console *console, const char *name, struct err *err)
{
	bool by_itself = strcmp(name, "auto") == 0;
	struct theme theme;
	if (by_itself)
		name = background_is_light() ? "light" : "dark";
	int rc = theme_load(name, &theme, err);
	if (rc != 0)
		return rc;
	console->theme = theme;
	term_theme(console->term, &console->theme);
	if (by_itself)
		console_theme_follow(console);
	return 0;
}

/* A theme that cannot be read is reported on the screen, which then has no colours. */
static int start_theme(struct console *console, const struct options *options,
		       struct term_options *look, struct err *err)
{
	bool chosen = options->theme != NULL && strcmp(options->theme, "auto") != 0;
	int rc = theme_option(chosen ? options->theme : NULL, &console->theme, err);
	if (!chosen && rc == 0 && background_is_light())
		rc = theme_option("light", &console->theme, err);
	look->ask_background = !chosen && rc == 0;
	if (rc < 0)
		complain("%s", err->text);
	else if (rc == 0)
		err->text[0] = '\0';
	return rc < 0 ? EXIT_USAGE : EXIT_DONE;
}

/* What needs neither the session nor the terminal. EXIT_... */
static int start_by_itself(struct console *console, const struct options *options,
			   struct term_options *look, struct err *theme)
{
	struct err err;
	int code = start_how(console, options, look);
	if (code == EXIT_DONE)
		code = start_theme(console, options, look, theme);
	if (code != EXIT_DONE)
		return code;
	if (keys_load(options->settings, &console->keys, &err) != 0) {
		complain("%s", err.text);
		return EXIT_USAGE;
	}
	console->view.keys = &console->keys;
	console->loop = ev_default_loop(EVFLAG_AUTO);
	if (console->loop == NULL) {
		complain("no event loop: %s", strerror(errno));
		return EXIT_SOURCE;
	}
	return EXIT_DONE;
}

static int start_terminal(struct console *console, const struct term_options *look)
{
	struct err err;
	console_wait_for_terminal();
	console_watch_signals(console);
	if (term_open(look, &console->term, &err) < 0) {
		complain("%s", err.text);
		return EXIT_USAGE;
	}
	if (!console_canvas_resize(console)) {
		term_close(console->term);
		console->term = NULL;
		complain("no memory for the screen");
		return EXIT_SOURCE;
	}
	console_watch(console);
	return EXIT_DONE;
}

int console_open(struct console *console, const struct options *options)
{
	struct err theme;
	struct term_options look = {0};
	int code = start_by_itself(console, options, &look, &theme);
	if (code == EXIT_DONE)
		code = console_open_session(console, options);
	if (code == EXIT_DONE)
		code = start_where(console, options);
	if (code == EXIT_DONE)
		code = start_terminal(console, &look);
	if (code != EXIT_DONE)
		return code;
	if (options->mouse && !console_mouse_set(console, true))
		console_report(console, true, 0, "--mouse: this terminal has no mouse");
	if (console->resume.words[0] != '\0')
		console_report(console, false, 0, "%s", console->resume.words);
	if (theme.text[0] != '\0')
		console_report(console, true, 0, "no colours: %s", theme.text);
	console->frames.dirty = true;
	return EXIT_DONE;
}

void console_close(struct console *console)
{
	struct err err;
	term_close(console->term);
	season_watch_close(console->season);
	if (console->live == NULL && console->leaves)
		left_off_save(console);
	/* Closing may wait for a disk: a second Ctrl-C leaves it to the recorder. */
	(void)signal(SIGINT, SIG_DFL);
	if (console->live == NULL)
		session_free(console->session);
	else if (console->died_of == SIGHUP)
		live_leave(console->live); /* its terminal is gone: recording goes on */
	else if (live_close(console->live, &err) != 0)
		complain("%s", err.text);
	if (console->loop != NULL)
		ev_loop_destroy(console->loop);
	free(console->canvas.cells);
	free(console->mouse.hits);
}

int console_run(const struct options *options)
{
	const char *type = getenv("TERM");
	if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0 ||
	    (type != NULL && strcmp(type, "dumb") == 0))
		return text_mode_run(options);
	struct console *console = calloc(1, sizeof(*console));
	if (console == NULL) {
		complain("no memory");
		return EXIT_SOURCE;
	}
	int code = console_open(console, options);
	if (code == EXIT_DONE)
		ev_run(console->loop, 0);
	int died_of = console->died_of;
	console_close(console);
	free(console);
	if (died_of != 0) { /* (1) */
		(void)signal(died_of, SIG_DFL);
		(void)raise(died_of);
	}
	return code;
}
