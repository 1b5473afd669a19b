/*
 * console_events.c -- what the keys do on the screens of what happened
 *
 * On them Up and Down go over rows, not cars: keys that mean something else on one
 * screen are looked at here, before the table of actions.
 */
#include "console.h"

enum { PAGE = 10 };

/* Before the first race is there, nothing is chosen. */
static void step(struct console *console, int by)
{
	console_state(console);
	(void)view_event_step(&console->view, by);
}

static void open_row(struct console *console, const struct key_binding *key)
{
	const struct view_events *events = &console->view.events;
	if (!events->chosen) {
		console_notice(console, false, "choose a row first, with Down");
		return;
	}
	if (events->car != CAR_NONE)
		console_select(console, events->car);
	console_jump(console, key, events->at);
	console_notice(console, false, "Esc or u goes back to where you were");
}

static void next_group(struct console *console)
{
	struct view_events *events = &console->view.events;
	events->group = (uint8_t)(events->group + 1);
	if (events->group >= view_event_groups())
		events->group = 0;
	console_notice(console, false, "shown: %s", view_event_group(events->group));
}

/* Back from where a row led, then no row, then what Esc does everywhere. */
static bool back(struct console *console)
{
	if (console->jump_action == ACTION_OPEN && console->jump_count > 0) {
		console_undo_jump(console);
		return true;
	}
	if (!console->view.events.chosen)
		return false;
	console->view.events.chosen = false;
	return true;
}

static bool events_key(struct console *console, const struct key_binding *key)
{
	switch (key->action) {
	case ACTION_SELECT:
		step(console, key->argument);
		return true;
	case ACTION_SELECT_PAGE:
		step(console, key->argument * PAGE);
		return true;
	case ACTION_OPEN:
		open_row(console, key);
		return true;
	case ACTION_ARM:
		next_group(console);
		return true;
	case ACTION_BACK:
		return back(console);
	default:
		return false;
	}
}

static bool control_key(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	int64_t top = (int64_t)view->control_top + key->argument * PAGE;
	if (key->action != ACTION_SELECT_PAGE)
		return false;
	console_state(console);
	int64_t last = view_control_rows(view);
	last = last > PAGE ? last - PAGE : 0;
	view->control_top = (uint32_t)(top < 0 ? 0 : top > last ? last : top);
	return true;
}

bool console_events_key(struct console *console, const struct key_binding *key)
{
	if (console->view.screen == SCREEN_EVENTS)
		return events_key(console, key);
	if (console->view.screen == SCREEN_FEEDS && key->action == ACTION_PANE) {
		console->view.feeds_matrix = !console->view.feeds_matrix;
		return true;
	}
	return console->view.screen == SCREEN_CONTROL && control_key(console, key);
}
