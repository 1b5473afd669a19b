/*
 * console_act.c -- what the keys do
 *
 *  (1) Keys come from the table of bindings and no other; a prompt and the help
 *      take those that mean something to them first.
 *  (2) Moving in time only moves the playhead. Relative moves use the index of
 *      the timeline, so ten presses in one burst are one seek.
 *  (3) Every move can be taken back; a run of one and the same key counts as one.
 */
#include "console.h"

#include <assert.h>
#include <string.h>

enum { PAGE = 10, JUMP_RUN_US = 2000000 };

typedef const struct key_binding *binding;

instant_us console_here(const struct console *console)
{
	return play_now(&console->play, wall_now());
}

/* ---- moving in time -------------------------------------------------------- */

/* (3) */
void console_remember(struct console *console, enum action action)
{
	int64_t wall = wall_now();
	bool run = console->view.jumped_by == action &&
		   wall - console->jump_wall < JUMP_RUN_US;
	console->view.jumped_by = (uint8_t)action;
	console->jump_wall = wall;
	if (run && console->jump_count > 0)
		return;
	if (console->jump_count == JUMPS_MAX) {
		memmove(console->jumps, console->jumps + 1,
			(JUMPS_MAX - 1) * sizeof(console->jumps[0]));
		console->jump_count--;
	}
	console->jumps[console->jump_count++] = console_here(console);
}

static void put(struct console *console, instant_us at)
{
	console_put(console, at);
}

void console_jump(struct console *console, binding key, instant_us at)
{
	console_remember(console, (enum action)key->action);
	put(console, at);
	if (console->live == NULL && console->play.at >= console->play.last)
		(void)play_switch(&console->play, false, wall_now());
}

/* Going back while playing, the mark just passed does not count: else the key
 * could never go behind it. */
static instant_us from_where(const struct console *console, int by)
{
	int32_t num;
	int32_t den;
	if (by > 0 || !console->play.on)
		return console_here(console);
	play_speed(console->play.speed, &num, &den);
	return console_here(console) - US_S * num / den;
}

static void label(const struct console *console, uint16_t car, char text[16])
{
	text[0] = '\0';
	if (car != CAR_NONE)
		race_car_label(console->view.race, car, text);
}

/* Without a car, laps are those of the leader. */
static uint32_t lap_kinds(uint16_t car)
{
	return car == CAR_NONE ? HISTORY_BIT(LEADER_LAP)
			       : HISTORY_BIT(LEADER_LAP) | HISTORY_BIT(LAP);
}

static void act_lap(struct console *console, binding key)
{
	const struct timeline *timeline = &console->session->timeline;
	uint16_t car = console->focused;
	const struct history_row *lap =
		timeline_event(timeline, lap_kinds(car), car,
			       from_where(console, key->argument), key->argument);
	char number[16];
	if (lap) {
		console_jump(console, key, lap->at);
	} else if (key->argument < 0) {
		console_jump(console, key, console->play.first);
	} else if (car == CAR_NONE) {
		console_jump(console, key, console->play.last);
	} else {
		console_state(console);
		label(console, car, number);
		console_notice(console, false, "no later lap of car %s", number);
	}
}

static void act_passing(struct console *console, binding key)
{
	instant_us at = timeline_step(&console->session->timeline,
				      from_where(console, key->argument), key->argument,
				      console->focused);
	if (at != INSTANT_NONE)
		console_jump(console, key, at);
	else
		console_notice(console, false, "no %s passing",
			       key->argument < 0 ? "earlier" : "later");
}

static void act_minute(struct console *console, binding key)
{
	console_jump(console, key, console_here(console) + key->argument * US_MIN);
}

static void act_event(struct console *console, binding key)
{
	const struct timeline *timeline = &console->session->timeline;
	const struct history_group *step = &history_steps[console->view.armed];
	instant_us from = from_where(console, key->argument);
	uint32_t kinds = step->kinds;
	uint16_t car = console->focused;
	char number[16];
	if (car == CAR_NONE && screens[console->view.screen]->of_car)
		car = console->selected;
	if (console->view.armed == STEP_LAP && car == CAR_NONE)
		car = console->selected;
	if (console->view.armed == STEP_LAP)
		kinds = lap_kinds(car);
	/* Flags belong to no car. */
	if (console->view.armed == STEP_FLAG)
		car = CAR_NONE;
	const struct history_row *row =
		timeline_event(timeline, kinds, car, from, key->argument);
	if (!row) {
		console_notice(console, false, "no %s %s (a chooses another kind)",
			       key->argument < 0 ? "earlier" : "later", step->name);
		return;
	}
	/* Its row may be another by the time of the jump. */
	car = row->car;
	console_jump(console, key, row->at);
	console_state(console);
	label(console, car, number);
	console_notice(console, false, "%s%s%s; u goes back, a chooses another kind",
		       step->name, car == CAR_NONE ? "" : ": car ", number);
}

static void act_start(struct console *console, binding key)
{
	console_jump(console, key, console->play.first);
}

static void act_end(struct console *console, binding key)
{
	console_jump(console, key, console->play.last);
	/* The edge has moved on meanwhile. */
	console->following = console->live != NULL;
}

void console_undo_jump(struct console *console)
{
	console->view.jumped_by = ACTION_COUNT;
	if (console->jump_count == 0)
		console_notice(console, false, "no jump to take back");
	else
		put(console, console->jumps[--console->jump_count]);
}

static void act_undo_jump(struct console *console, binding key)
{
	(void)key;
	console_undo_jump(console);
}

/* ---- playing --------------------------------------------------------------- */

static void act_play_pause(struct console *console, binding key)
{
	(void)key;
	if (console->live != NULL) {
		/* Live, the view is frozen; the recording goes on. */
		bool on = console->following || console->play.on;
		console->following = false;
		(void)play_switch(&console->play, !on, wall_now());
		return;
	}
	if (!play_switch(&console->play, !console->play.on, wall_now()))
		console_notice(console, false,
			       "this is the end: Home goes to the start");
}

static void act_speed(struct console *console, binding key)
{
	unsigned row = console->play.speed;
	if (key->argument > 0 && row + 1 < play_speed_count)
		play_speed_set(&console->play, row + 1, wall_now());
	else if (key->argument < 0 && row > 0)
		play_speed_set(&console->play, row - 1, wall_now());
}

static void act_speed_one(struct console *console, binding key)
{
	(void)key;
	play_speed_set(&console->play, (unsigned)play_speed_by_text(SLICE("1")),
		       wall_now());
}

static void act_arm(struct console *console, binding key)
{
	struct view *view = &console->view;
	(void)key;
	view->armed = (uint8_t)((view->armed + 1) % STEP_COUNT);
	console_notice(console, false, "e and E now go to: %s",
		       history_steps[view->armed].name);
}

/* ---- cars ------------------------------------------------------------------ */

void console_select(struct console *console, uint16_t car)
{
	if (car != console->selected)
		console->view.lap_top = 0;
	console->selected = console->view.selected = car;
	if (car != CAR_NONE)
		console->view.pane = (uint8_t)view_pane_of(&console->view, car);
}

static void select_by(struct console *console, int by)
{
	uint16_t cars[RACE_CARS_MAX];
	console_state(console);
	int count = (int)view_cars(&console->view, cars);
	int at = 0;
	if (count == 0)
		return;
	while (at < count && cars[at] != console->view.selected)
		at++;
	at = at == count ? 0 : at + by;
	at = at < 0 ? 0 : at >= count ? count - 1 : at;
	console_select(console, cars[at]);
}

static void act_select(struct console *console, binding key)
{
	select_by(console, key->argument);
}

static void act_select_page(struct console *console, binding key)
{
	select_by(console, key->argument * PAGE);
}

static void act_focus(struct console *console, binding key)
{
	char number[16];
	(void)key;
	console_state(console);
	if (console->view.selected == CAR_NONE) {
		console_notice(console, false, "select a car first, with Up and Down");
		return;
	}
	bool leave = console->focused == console->selected;
	console->focused = leave ? CAR_NONE : console->selected;
	label(console, console->selected, number);
	if (leave)
		console_notice(console, false, "Left and Right: laps of the leader");
	else
		console_notice(console, false, "Left and Right: laps of car %s",
			       number);
}

void console_show(struct console *console, enum screen_id screen)
{
	struct view *view = &console->view;
	if (screen == view->screen)
		return;
	if (!screens[screen]->returns)
		console->opened_from = SCREEN_COUNT;
	else if (!screens[view->screen]->returns)
		console->opened_from = view->screen;
	view->screen = (uint8_t)screen;
	view->lap_top = 0;
}

static void act_open(struct console *console, binding key)
{
	(void)key;
	console_show(console, SCREEN_CAR);
}

static void act_back(struct console *console, binding key)
{
	(void)key;
	if (screens[console->view.screen]->returns &&
	    console->opened_from < SCREEN_COUNT)
		console_show(console, (enum screen_id)console->opened_from);
	else if (console->focused != CAR_NONE)
		console->focused = CAR_NONE;
	else
		console_select(console, CAR_NONE);
}

static void act_screen(struct console *console, binding key)
{
	if (key->argument < 0 || key->argument >= SCREEN_COUNT)
		return;
	console_show(console, (enum screen_id)key->argument);
	console->view.lap_top = 0;
}

static void act_help(struct console *console, binding key)
{
	(void)key;
	view_open(&console->view, OVERLAY_HELP);
	console->view.help_top = 0;
}

static void act_quit(struct console *console, binding key)
{
	(void)key;
	console_quit(console);
}

static void act_go_to(struct console *console, binding key)
{
	(void)key;
	view_ask(&console->view, PROMPT_GO_TO, SLICE(""));
}

static void act_find(struct console *console, binding key)
{
	(void)key;
	view_ask(&console->view, PROMPT_FIND, SLICE(""));
}

/* Those that only a screen does itself have none. */
static void (*const acts[ACTION_COUNT])(struct console *, binding) = {
	[ACTION_PLAY_PAUSE] = act_play_pause,
	[ACTION_LAP] = act_lap,
	[ACTION_PASSING] = act_passing,
	[ACTION_MINUTE] = act_minute,
	[ACTION_EVENT] = act_event,
	[ACTION_ARM] = act_arm,
	[ACTION_SPEED] = act_speed,
	[ACTION_SPEED_ONE] = act_speed_one,
	[ACTION_START] = act_start,
	[ACTION_END] = act_end,
	[ACTION_GO_TO] = act_go_to,
	[ACTION_UNDO_JUMP] = act_undo_jump,
	[ACTION_LOOP] = act_loop,
	[ACTION_CHANGED] = act_changed,
	[ACTION_MARK] = act_mark,
	[ACTION_MARK_JUMP] = act_mark_jump,
	[ACTION_SELECT] = act_select,
	[ACTION_SELECT_PAGE] = act_select_page,
	[ACTION_FIND] = act_find,
	[ACTION_ALERTS] = act_alerts,
	[ACTION_TAG] = act_tag,
	[ACTION_FAVOURITE] = act_favourite,
	[ACTION_COLUMNS] = act_columns,
	[ACTION_COLUMNS_EDIT] = act_columns_edit,
	[ACTION_SORT] = act_sort,
	[ACTION_FILTER] = act_filter,
	[ACTION_ZOOM] = act_zoom,
	[ACTION_FIND_NEXT] = act_find_next,
	[ACTION_OPEN] = act_open,
	[ACTION_FOCUS] = act_focus,
	[ACTION_BACK] = act_back,
	[ACTION_SCREEN] = act_screen,
	[ACTION_MOUSE] = act_mouse,
	[ACTION_HELP] = act_help,
	[ACTION_QUIT] = act_quit,
	[ACTION_OPERATE] = act_operate,
	[ACTION_PASS] = act_pass,
	[ACTION_EXPLAIN] = act_explain,
	[ACTION_AS] = act_as,
	[ACTION_DELAY] = act_delay,
	[ACTION_SESSION] = act_session,
};

/* ---- prompts --------------------------------------------------------------- */

static void go_to(struct console *console, struct slice text)
{
	if (text.len == 0)
		return;
	struct when when;
	struct err err;
	instant_us at;
	if (when_parse(text, &when, &err) < 0 ||
	    when_resolve(&console->session->timeline, &when, &at, &err) < 0) {
		console_notice(console, true, "%s", err.text);
		return;
	}
	console_remember(console, ACTION_GO_TO);
	console->view.jumped_by = ACTION_COUNT; /* each one counts */
	put(console, at);
	if (console->live != NULL || console->play.at < console->play.last)
		return;
	(void)play_switch(&console->play, false, wall_now());
	console_notice(console, false, "this is the end: Home goes to the start");
}

/* A row in the middle of sixty is easily overlooked. */
void console_found(struct console *console, uint16_t car)
{
	char number[16];
	console_select(console, car);
	label(console, car, number);
	if (console->view.screen == SCREEN_CAR)
		console_notice(console, false, "car %s; n: the next that matches",
			       number);
	else
		console_notice(console, false,
			       "car %s is selected; Enter: its screen, n: the next "
			       "that matches",
			       number);
}

static void find(struct console *console, struct slice text)
{
	/* Enter alone looks for the same again. */
	if (text.len > 0)
		text_copy(console->found, sizeof(console->found), text);
	if (console->found[0] == '\0')
		return;
	console_state(console);
	uint16_t car = view_find(&console->view, slice_of(console->found));
	if (car == CAR_NONE)
		console_notice(console, true, "no car, team or driver matches '%s'",
			       console->found);
	else
		console_found(console, car);
}

/* What Enter does in a prompt. */
static void (*const prompts_done[PROMPT_COUNT])(struct console *, struct slice) = {
	[PROMPT_GO_TO] = go_to,
	[PROMPT_FIND] = find,
	[PROMPT_OPERATE] = console_operate_done,
	[PROMPT_PASS] = console_pass_done,
	[PROMPT_DELAY] = console_delay_done,
	[PROMPT_FILTER] = console_filter_done,
	[PROMPT_COLUMNS] = console_columns_done,
	[PROMPT_ALERT] = console_alert_done,
};

/* ---- keys ---------------------------------------------------------------- */

/* What a screen or an overlay asks for. */
static void grant(struct console *console, binding key, const struct wish *wish)
{
	switch ((enum wish_kind)wish->kind) {
	case WISH_NONE:
	case WISH_COUNT:
		break;
	case WISH_SELECT:
		console_select(console, (uint16_t)wish->n);
		break;
	case WISH_JUMP:
		if (wish->n != CAR_NONE)
			console_select(console, (uint16_t)wish->n);
		console_jump(console, key, wish->at);
		break;
	case WISH_UNDO_JUMP:
		console_undo_jump(console);
		break;
	case WISH_PROMPT_DONE:
		prompts_done[wish->n](console,
				      slice_trim(slice_of(console->view.input)));
		break;
	case WISH_PASS:
		act_pass(console, key);
		break;
	case WISH_PASS_DROP:
		console_pass_drop(console);
		break;
	case WISH_OPERATE:
		console_operate(console, &operate_rows[wish->n]);
		break;
	case WISH_SESSION:
		console_choose(console, wish->n);
		break;
	case WISH_ALERT_REMOVE:
		console_alert_remove(console, wish->n);
		break;
	}
	if (wish->notice[0] != '\0')
		console_notice(console, false, "%s", wish->notice);
}

static void press(struct console *console, binding key)
{
	const struct screen *top = view_top(&console->view);
	struct wish wish = {.kind = WISH_NONE};
	console->dirty = true;
	/* What a screen does itself is done to the race that is shown. */
	if (!top->modal && key->action < ACTION_COUNT &&
	    screen_key(top, (enum action)key->action) != NULL)
		console_state(console);
	bool act = view_press(&console->view, key, &wish);
	grant(console, key, &wish);
	if (!act)
		return;
	console_away(console);
	assert(acts[key->action] != NULL);
	acts[key->action](console, key);
}

void console_do(struct console *console, enum action action, int16_t argument)
{
	struct key_binding made = {
		.key = KEY_PW_MOUSE, .action = (uint8_t)action, .argument = argument};
	press(console, &made);
}

void console_key(struct console *console, uint32_t key)
{
	enum { CTRL_L = 12 };
	const struct key_binding none = {.key = key, .action = ACTION_COUNT};
	const struct key_binding *bound = view_key(&console->view, key);
	if (key == KEY_PW_MOUSE) {
		console_mouse(console, term_mouse_did(console->term));
		return;
	}
	console->view.notice[0] = '\0';
	console->dirty = true;
	if (view_is_open(&console->view, OVERLAY_WELCOME))
		first_run_done();
	if (key == KEY_CTRL_C)
		console_quit(console);
	else if (key == CTRL_L)
		term_redraw(console->term);
	else
		press(console, bound != NULL ? bound : &none);
}
