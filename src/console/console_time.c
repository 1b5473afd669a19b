/*
 * console_time.c -- scrubbing by meaning: marks, the loop from A to B, what changed
 *
 *  (1) Marks and the loop are of the session that is shown: another has none.
 *  (2) What changed is told of the past: of an instant before the playhead.
 *  (3) Who presses no key for AWAY_US while time goes on was away.
 */
#include "console.h"

#include <string.h>

enum { SAME_US = 1000000 };
#define AWAY_US (3 * US_MIN)

typedef const struct key_binding *binding;

/* How far into the race an instant is, as the title has it. */
static const char *clock_of(struct console *console, instant_us at, char *text)
{
	(void)format_duration(text, race_elapsed(console->view.race, at), TIME_CLOCK);
	return text[0] == '\0' ? "the start" : text;
}

/* ---- marks ------------------------------------------------------------------ */

static void mark_remove(struct view *view, uint32_t at)
{
	view->mark_count--;
	memmove(&view->marks[at], &view->marks[at + 1],
		(view->mark_count - at) * sizeof(view->marks[0]));
}

/* Where there is one already it is taken away. */
void act_mark(struct console *console, binding key)
{
	struct view *view = &console->view;
	char clock[TIME_TEXT_MAX];
	(void)key;
	console_state(console);
	instant_us at = console_here(console);
	console->mark_shown = 0;
	for (uint32_t i = 0; i < view->mark_count; i++) {
		if (view->marks[i] - at >= SAME_US || at - view->marks[i] >= SAME_US)
			continue;
		mark_remove(view, i);
		console_notice(console, false, "the mark here is gone");
		return;
	}
	if (view->mark_count == MARKS_MAX)
		mark_remove(view, 0);
	view->marks[view->mark_count++] = at;
	console_notice(console, false, "marked %s: ' jumps back here",
		       clock_of(console, at, clock));
}

/* The newest first; the key again, and the one before it. */
void act_mark_jump(struct console *console, binding key)
{
	struct view *view = &console->view;
	char clock[TIME_TEXT_MAX];
	if (view->mark_count == 0) {
		console_notice(console, false, "no mark yet: m sets one");
		return;
	}
	bool again = console->view.jumped_by == ACTION_MARK_JUMP;
	console->mark_shown = again ? (console->mark_shown + 1) % view->mark_count : 0;
	uint32_t at = view->mark_count - 1 - console->mark_shown;
	console_jump(console, key, view->marks[at]);
	console_state(console);
	console_notice(console, false, "mark %u of %u: %s", at + 1, view->mark_count,
		       clock_of(console, view->marks[at], clock));
}

/* ---- the loop --------------------------------------------------------------- */

void act_loop(struct console *console, binding key)
{
	struct view *view = &console->view;
	char clock[TIME_TEXT_MAX];
	(void)key;
	console_state(console);
	instant_us at = console_here(console);
	if (!view->looping) {
		view->looping = true;
		view->loop_from = at;
		view->loop_to = INSTANT_NONE;
		console_notice(console, false, "loop from %s: b again where it ends",
			       clock_of(console, at, clock));
	} else if (view->loop_to != INSTANT_NONE) {
		view->looping = false;
		console_notice(console, false, "no loop");
	} else if (at - view->loop_from < SAME_US && view->loop_from - at < SAME_US) {
		view->looping = false;
		console_notice(console, false, "no loop: it ended where it began");
	} else {
		view->loop_to = at > view->loop_from ? at : view->loop_from;
		view->loop_from = at > view->loop_from ? view->loop_from : at;
		console_notice(console, false, "loop from %s on: b ends it",
			       clock_of(console, view->loop_from, clock));
	}
}

void console_loop(struct console *console)
{
	const struct view *view = &console->view;
	if (!view->looping || view->loop_to == INSTANT_NONE || !console->play.on)
		return;
	instant_us at = console_here(console);
	/* Whoever went behind the end is not fetched back. */
	if (at < view->loop_to || console->view.at > view->loop_to)
		return;
	console_put(console, view->loop_from);
}

/* ---- what changed ----------------------------------------------------------- */

void console_away(struct console *console)
{
	int64_t wall = wall_now();
	instant_us at = console_here(console);
	bool away = console->key_at != INSTANT_NONE &&
		    wall - console->key_wall >= AWAY_US && console->key_at < at;
	if (away) { /* (3) */
		char span[TIME_TEXT_MAX];
		console->away_from = console->key_at;
		(void)format_duration(span, wall - console->key_wall, TIME_SHORT);
		console_notice(console, false,
			       "no key for %s: w tells what changed meanwhile", span);
	}
	console->key_at = at;
	console->key_wall = wall;
}

/* The instant that is compared with; INSTANT_NONE: there is none in the past. */
static instant_us compared_with(struct console *console, instant_us here)
{
	const struct view *view = &console->view;
	const char *what = "since you were here last";
	instant_us from = console->away_from;
	if (from == INSTANT_NONE || from >= here) {
		from = INSTANT_NONE;
		what = "since the mark";
		for (uint32_t i = 0; i < view->mark_count; i++)
			if (view->marks[i] + SAME_US <= here)
				from = view->marks[i];
	}
	if (from == INSTANT_NONE) {
		what = "since before the jump";
		for (unsigned i = 0; i < console->jump_count; i++)
			if (console->jumps[i] + SAME_US <= here)
				from = console->jumps[i];
	}
	(void)text_copy(console->before_what, sizeof(console->before_what),
			slice_of(what));
	return from;
}

void act_changed(struct console *console, binding key)
{
	struct view *view = &console->view;
	(void)key;
	console_state(console);
	instant_us here = view->at, from = compared_with(console, here);
	if (from == INSTANT_NONE) { /* (2) */
		console_notice(console, false,
			       "nothing earlier to compare with: m marks an instant");
		return;
	}
	(void)session_at_as(console->session, from, (enum timeline_as)console->as);
	session_view(console->session, view);
	view->at = from;
	view_digest(view, &console->before);
	console->stale = true;
	console_state(console);
	view->before = &console->before;
	view->before_what = console->before_what;
	console->away_from = INSTANT_NONE;
	view->changed_top = 0;
	view_open(view, OVERLAY_CHANGED);
}
