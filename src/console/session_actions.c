/*
 * session_actions.c -- another session of the source
 */
#include "console.h"

#include <string.h>

static void choose_replay(struct console *console, unsigned row)
{
	const struct timeline *timeline = &console->session->timeline;
	struct err err;
	if (session_choose(console->session, row, &err) < 0) {
		console_notice(console, true, "%s", err.text);
		return;
	}
	static const struct when start = {.kind = WHEN_START}, end = {.kind = WHEN_END};
	(void)when_resolve(timeline, &start, &console->head.play.first, &err);
	(void)when_resolve(timeline, &end, &console->head.play.last, &err);
	console_put(console, console->head.play.first);
	console_state(console); /* the view was of the session before */
}

/* Cars are indices, which another session gives to other cars. */
static void forget_cars(struct console *console)
{
	struct view *view = &console->view;
	console->chosen.selected = console->chosen.focused = CAR_NONE;
	view->compared = view->reference_car = CAR_NONE;
	view->events.chosen = false;
	view->guess_count = 0;
	view_close(view, OVERLAY_CHANGED);
	view_close(view, OVERLAY_DIGEST);
	memset(view->table.bits, 0, sizeof(view->table.bits));
	for (unsigned i = 0; i < console->alarms.log_count; i++)
		console->alarms.log[i].car = CAR_NONE;
	console->since.key_at = console->since.away_from = console->since.quiet_from =
		INSTANT_NONE;
	console->head.moved = true;
}

void console_choose(struct console *console, unsigned row)
{
	struct err err;
	forget_cars(console);
	console->frames.stale = true;
	/* Instants of one session mean nothing in another. */
	console->head.jump_count = console->view.mark_count = 0;
	console->view.looping = false;
	if (console->live == NULL)
		choose_replay(console, row);
	else if (session_choose(console->session, row, &err) != 0)
		console_notice(console, true, "%s", err.text);
	else
		console->head.following = true;
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
