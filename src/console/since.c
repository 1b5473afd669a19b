/*
 * since.c -- what changed since a mark, a jump, or since the last key
 *
 *  (1) The comparison is with an instant before the playhead.
 *  (2) No key for AWAY_US while the playhead moved on is an absence.
 */
#include "console.h"

enum { SAME_US = 1000000 };
#define AWAY_US (3 * US_MIN)

void console_away(struct console *console)
{
	int64_t wall = wall_now();
	instant_us at = console_here(console);
	bool away = console->since.key_at != INSTANT_NONE &&
		    wall - console->since.key_wall >= AWAY_US &&
		    console->since.key_at < at;
	if (away) { /* (2) */
		char span[TIME_TEXT_MAX];
		console->since.away_from = console->since.key_at;
		(void)format_duration(span, wall - console->since.key_wall, TIME_SHORT);
		console_report(console, false, 0,
			       "no key for %s: w shows what changed meanwhile", span);
	}
	console->since.key_at = at;
	console->since.key_wall = wall;
}

/* The instant to compare with; INSTANT_NONE: there is none in the past. */
static instant_us compared_with(struct console *console, instant_us here)
{
	const struct view *view = &console->view;
	const char *what = "since you were here last";
	instant_us from = console->since.away_from;
	if (from == INSTANT_NONE || from >= here) {
		from = INSTANT_NONE;
		what = "since the mark";
		for (uint32_t i = 0; i < view->mark_count; i++)
			if (view->marks[i] + SAME_US <= here)
				from = view->marks[i];
	}
	if (from == INSTANT_NONE) {
		what = "since before the jump";
		for (unsigned i = 0; i < console->head.jump_count; i++)
			if (console->head.jumps[i] + SAME_US <= here)
				from = console->head.jumps[i];
	}
	(void)text_copy(console->since.what, sizeof(console->since.what),
			slice_of(what));
	return from;
}

void act_changed(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	(void)key;
	console_state(console);
	instant_us here = view->at, from = compared_with(console, here);
	if (from == INSTANT_NONE) { /* (1) */
		console_notice(console, false,
			       "nothing earlier to compare with: m marks an instant");
		return;
	}
	(void)session_at_as(console->session, from, (enum timeline_as)console->head.as);
	session_view(console->session, view);
	view->at = from;
	view_digest(view, &console->since.before);
	console->frames.stale = true;
	console_state(console);
	view->before = &console->since.before;
	view->before_what = console->since.what;
	console->since.away_from = INSTANT_NONE;
	view->changed_top = 0;
	view_open(view, OVERLAY_CHANGED);
}
