/*
 * console_live.c -- the console on a race that runs: the live edge, race control,
 * explanations
 *
 *  (1) At the edge the playhead follows it; any move in time leaves it, End returns.
 *      The recording never waits for either.
 *  (2) A decision is of the playhead's instant: at the edge that is now, rewound it
 *      is the moment the person looks at.
 *  (3) A passing by hand is of the instant its key was pressed; the car may be named
 *      later, and several may wait.
 */
#include "console.h"
#include "pitwall/shell.h"

#include <string.h>

enum { LIVE_FRAME_US = 6000 };

/* ---- the edge (1) ----------------------------------------------------------------- */

void console_edge(struct console *console)
{
	struct play *play = &console->play;
	int64_t wall = wall_now();
	if (console->live == NULL)
		return;
	play->first = live_first(console->live);
	play->last = live_edge(console->live) - console->delay;
	if (play->last < play->first)
		play->last = play->first;
	if (!console->following && play->on && play_now(play, wall) >= play->last)
		console->following = true;
	if (console->following) {
		play->on = true;
		play->speed = (uint8_t)play_speed_by_text(SLICE("1"));
		play_move(play, play->last, wall);
	}
}

void console_put(struct console *console, instant_us at)
{
	console->following = false;
	console_edge(console);
	play_move(&console->play, at, wall_now());
	console->following = console->live != NULL && at >= console->play.last;
	console->moved = true;
}

static void frame_soon(struct console *console)
{
	int64_t every = console->view.calm ? SLOW_FRAME_US : LIVE_FRAME_US;
	int64_t wait = console->frame_wall + every - wall_now();
	if (wait <= 0) {
		console->dirty = true;
		return;
	}
	ev_timer_stop(console->loop, &console->tick);
	ev_timer_set(&console->tick, (double)wait / 1e6, 0.);
	ev_timer_start(console->loop, &console->tick);
}

void console_live_changed(void *context)
{
	struct console *console = context;
	console->stale = true;
	if (console->term != NULL)
		frame_soon(console);
}

bool console_live_options(struct console *console, const struct options *options)
{
	int64_t us;
	if (options->delay == NULL)
		return true;
	if (!parse_decimal(slice_of(options->delay), 6, &us) || us < 0 ||
	    us > 24 * US_HOUR) {
		complain("--delay: '%s' is no number of seconds", options->delay);
		return false;
	}
	console->delay = us;
	return true;
}

/* ---- what is shown ------------------------------------------------------------------- */

static void explain(struct console *console)
{
	struct view *view = &console->view;
	const struct session *session = console->session;
	const char *names[16];
	uint8_t index = 0;
	char label[16] = "";
	if (!view_is_open(view, OVERLAY_EXPLAIN))
		return;
	struct explain_ask ask = {
		.standings = &session->standings,
		.classification = &session->classification,
		.car = view->selected,
		.sources = names,
	};
	for (unsigned i = 0; i < view->feed_count && i < ARRAY_LEN(names); i++)
		names[ask.source_count++] = view->feeds[i].name;
	if (ask.source_count == 0)
		names[ask.source_count++] = session->source;
	ask.what = (uint8_t)view_cell(view, &view->cell, &index);
	ask.index = index;
	view->explain_count = 0;
	view->explain_lines = console->explain_lines;
	if (view->selected == CAR_NONE) {
		text_copy(view->explain_title, sizeof(view->explain_title),
			  SLICE("no car selected"));
		return;
	}
	race_car_label(view->race, view->selected, label);
	text_format(view->explain_title, sizeof(view->explain_title), "car %s: %s",
		    label, explain_name((enum explain_what)ask.what));
	view->explain_count = timeline_explain(&session->timeline, &ask,
					       console->explain_lines, EXPLAIN_LINES);
}

void console_live_view(struct console *console)
{
	struct view *view = &console->view;
	view->as = console->as;
	if (console->live == NULL) {
		view->sessions = console->session->runs;
		view->session_count = console->session->run_count;
	}
	view->delay = console->delay;
	view->pass_count = console->pass_count;
	view->pass_at = console->pass_count > 0 ? console->passes[0] : INSTANT_NONE;
	view->now = INSTANT_NONE;
	if (console->live != NULL) {
		live_view(console->live, view);
		view->playing = console->following || console->play.on;
		view->behind_live = 0;
		if (!console->following)
			view->behind_live = console->play.last - view->at;
	}
	explain(console);
}

/* ---- race control (2) (3) -------------------------------------------------------------- */

static bool only_live(struct console *console)
{
	if (console->live == NULL)
		console_notice(console, false,
			       "race control is for a race that runs; --decisions "
			       "corrects a finished one");
	return console->live != NULL;
}

static void decide(struct console *console, struct slice text, instant_us at)
{
	char said[128];
	struct err err;
	if (live_decide(console->live, text, at, said, &err) != 0)
		console_notice(console, true, "%s", err.text);
	else
		console_notice(console, false, "%s", said);
	console->stale = true;
}

void act_operate(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (only_live(console))
		view_open(&console->view, OVERLAY_OPERATE);
}

/** At the edge it is now, whatever the delay; rewound the playhead. */
static instant_us instant_of_decision(struct console *console)
{
	console_state(console);
	return console->following ? live_edge(console->live) : console->view.at;
}

void act_pass(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (!only_live(console))
		return;
	if (console->pass_count == PASSES_MAX) {
		console_notice(console, true,
			       "%d passings wait for a number: name "
			       "them first",
			       PASSES_MAX);
		return;
	}
	console->passes[console->pass_count++] = instant_of_decision(console);
	if (console->view.prompt != PROMPT_PASS)
		view_ask(&console->view, PROMPT_PASS, SLICE(""));
}

static void next_pass(struct console *console)
{
	console->pass_count--;
	memmove(console->passes, console->passes + 1,
		console->pass_count * sizeof(console->passes[0]));
	if (console->pass_count > 0)
		view_ask(&console->view, PROMPT_PASS, SLICE(""));
}

void console_pass_drop(struct console *console)
{
	next_pass(console);
	console_notice(console, false, "that passing is dropped");
}

void console_pass_done(struct console *console, struct slice text)
{
	char line[64], label[16];
	if (text.len == 0 && console->view.selected != CAR_NONE) {
		race_car_label(console->view.race, console->view.selected, label);
		text = slice_of(label);
	}
	if (text.len == 0) {
		view_ask(&console->view, PROMPT_PASS, SLICE(""));
		console_notice(console, true, "which car? Esc drops the passing");
		return;
	}
	text_format(line, sizeof(line), "pass %.*s", (int)text.len, text.at);
	decide(console, slice_of(line), console->passes[0]);
	if (console->view.notice_bad && console->view.notice[0] != '\0')
		view_ask(&console->view, PROMPT_PASS, SLICE(""));
	else
		next_pass(console);
}

void console_delay_done(struct console *console, struct slice text)
{
	int64_t us;
	if (text.len == 0)
		return;
	if (!parse_decimal(text, 6, &us) || us < 0 || us > 24 * US_HOUR) {
		console_notice(console, true, "'%.*s' is no number of seconds",
			       (int)text.len, text.at);
		return;
	}
	console->delay = us;
	console->moved = true;
	if (us == 0)
		console_notice(console, false, "the live edge is not held back");
	else
		console_notice(console, false, "the live edge is held back by %lld s",
			       (long long)(us / US_S));
}

void console_operate_done(struct console *console, struct slice text)
{
	if (text.len > 0)
		decide(console, text, instant_of_decision(console));
}

/* A letter of the menu: the form with the selected car in it. */
void console_operate(struct console *console, const struct operate_row *row)
{
	const char *place = strstr(row->form, "%s");
	char label[16] = "", text[128];
	size_t len = strlen(row->form);
	console_state(console);
	if (console->view.selected != CAR_NONE)
		race_car_label(console->view.race, console->view.selected, label);
	if (place == NULL)
		text_copy(text, sizeof(text), slice_of(row->form));
	else
		text_format(text, sizeof(text), "%.*s%s%s", (int)(place - row->form),
			    row->form, label, label[0] == '\0' ? "" : place + 2);
	if (len > 0 &&
	    (row->form[len - 1] == ' ' || (place != NULL && label[0] == '\0')))
		view_ask(&console->view, PROMPT_OPERATE, slice_of(text));
	else
		decide(console, slice_of(text), instant_of_decision(console));
}

/* ---- sessions ----------------------------------------------------------------------------- */

static void choose_replay(struct console *console, unsigned row)
{
	struct options options = *console->options;
	struct session *session = NULL;
	struct err err;
	char name[16];
	text_format(name, sizeof(name), "#%u", row + 1);
	options.session = name;
	if (session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err) < 0) {
		console_notice(console, true, "%s", err.text);
		return;
	}
	session_free(console->session);
	console->session = session;
	static const struct when start = {.kind = WHEN_START}, end = {.kind = WHEN_END};
	(void)when_resolve(&session->timeline, &start, &console->play.first, &err);
	(void)when_resolve(&session->timeline, &end, &console->play.last, &err);
	console_put(console, console->play.first);
	console_state(console); /* the view was of the session that is gone */
}

/* Cars are known by index: those of another session are others. */
static void forget_cars(struct console *console)
{
	struct view *view = &console->view;
	console->selected = console->focused = CAR_NONE;
	view->compared = view->reference_car = CAR_NONE;
	view->events.chosen = false;
	view_close(view, OVERLAY_CHANGED);
	memset(view->table.bits, 0, sizeof(view->table.bits));
	for (unsigned i = 0; i < console->alert_log_count; i++)
		console->alert_log[i].car = CAR_NONE;
	console->key_at = console->away_from = INSTANT_NONE;
	console->moved = true;
}

void console_choose(struct console *console, unsigned row)
{
	struct err err;
	forget_cars(console);
	console->stale = true;
	/* Instants of this one say nothing in another. */
	console->jump_count = console->view.mark_count = 0;
	console->view.looping = false;
	if (console->live == NULL)
		choose_replay(console, row);
	else if (live_choose(console->live, row, &err) != 0)
		console_notice(console, true, "%s", err.text);
	else
		console->following = true;
}

void act_session(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	(void)key;
	console_state(console);
	console_live_view(console);
	if (view->session_count < 2) {
		console_notice(console, false, "this source has one session");
		return;
	}
	view_open(view, OVERLAY_SESSIONS);
	view->session_row = 0;
	for (uint32_t i = 0; i < view->session_count; i++)
		if (view->sessions[i].current)
			view->session_row = (uint8_t)i;
}

/* ---- explaining, knowing, delay ------------------------------------------------------------- */

void act_explain(struct console *console, const struct key_binding *key)
{
	(void)key;
	console_state(console);
	if (console->view.selected == CAR_NONE)
		console_notice(console, false, "select a car first, with Up and Down");
	else
		view_open(&console->view, OVERLAY_EXPLAIN);
}

void act_as(struct console *console, const struct key_binding *key)
{
	(void)key;
	console->as = console->as == AS_KNOWN ? AS_CORRECTED : AS_KNOWN;
	console->stale = true;
	session_forget(console->session);
	console_notice(console, false, "%s",
		       console->as == AS_KNOWN
			       ? "as known then: without what was heard later"
			       : "as corrected now: with all that was heard since");
}

void act_delay(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (console->live == NULL)
		console_notice(console, false,
			       "a replay has no live edge to hold "
			       "back");
	else
		view_ask(&console->view, PROMPT_DELAY, SLICE(""));
}
