/*
 * since.c -- what changed since a mark, a jump, or since the last key
 *
 *  (1) The comparison is with an instant before the playhead.
 *  (2) No key for AWAY_US while the playhead moved on is an absence. When something
 *      happened meanwhile, the line of notices offers a list of it.
 *  (3) What is compared with: before an absence, else the newest mark, else where the
 *      playhead was at the last key when the race went on for AWAY_US since, else before
 *      the newest jump.
 */
#include "console.h"

enum { SAME_US = 1000000, GROUP_AWAY = INT32_MAX };
#define AWAY_US (2 * US_MIN)

static void say_offer(struct console *console)
{
	duration_us t = console_here(console) - console->since.key_at;
	char span[TIME_TEXT_MAX];
	if (t < US_MIN)
		text_format(span, sizeof(span), "%d seconds", (int)(t / US_S));
	else if (t < US_HOUR)
		text_format(span, sizeof(span), "%d minute%s", (int)(t / US_MIN),
			    t < 2 * US_MIN ? "" : "s");
	else
		(void)format_duration(span, t, TIME_SPAN);
	const char *key = view_key_of(&console->view, ACTION_CHANGED);
	text_format(console->since.offer, sizeof(console->since.offer),
		    "%s: what happened in the last %s", key ? key : ":away", span);
}

void console_away_offer(struct console *console, int64_t wall)
{
	struct since *since = &console->since;
	if (since->key_at == INSTANT_NONE || wall - since->key_wall < AWAY_US ||
	    since->key_at + SAME_US > console->view.at ||
	    wall - since->offer_wall < US_MIN)
		return;
	since->offer_wall = wall;
	if (view_happened(&console->view, since->key_at))
		say_offer(console);
}

void console_away(struct console *console)
{
	struct since *since = &console->since;
	int64_t wall = wall_now();
	instant_us at = console_here(console);
	bool moved = since->key_at != INSTANT_NONE && since->key_at + SAME_US <= at;
	if (moved && wall - since->key_wall >= AWAY_US) { /* (2) */
		since->away_from = since->key_at;
		if (since->offer[0] != '\0') {
			say_offer(console);
			console_report(console, false, GROUP_AWAY, "%s", since->offer);
		}
	}
	since->quiet_from =
		moved && at - since->key_at >= AWAY_US ? since->key_at : INSTANT_NONE;
	since->offer[0] = '\0';
}

void console_away_ends(struct console *console)
{
	console->since.key_at = console_here(console);
	console->since.key_wall = wall_now();
}

/* (3) INSTANT_NONE: there is none in the past. */
static instant_us compared_with(struct console *console, instant_us here)
{
	const struct view *view = &console->view;
	const char *what = "while you were away";
	instant_us from = console->since.away_from;
	if (from == INSTANT_NONE || from >= here) {
		from = INSTANT_NONE;
		what = "since the mark";
		for (uint32_t i = 0; i < view->mark_count; i++)
			if (view->marks[i] + SAME_US <= here)
				from = view->marks[i];
	}
	if (from == INSTANT_NONE) {
		from = console->since.quiet_from;
		what = "since the last key";
	}
	if (from == INSTANT_NONE || from >= here) {
		from = INSTANT_NONE;
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
	view_state(view, &console->since.before);
	console->frames.stale = true;
	console_state(console);
	view->before = &console->since.before;
	view->before_what = console->since.what;
	console->since.away_from = INSTANT_NONE;
	notices_drop(&console->notices, GROUP_AWAY);
	view->changed_top = 0;
	view_open(view, OVERLAY_CHANGED);
}
