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
	bool run = console->jump_action == action &&
		   wall - console->jump_wall < JUMP_RUN_US;
	console->jump_action = (uint8_t)action;
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

static void act_lap(struct console *console, binding key)
{
	const struct timeline *timeline = &console->session->timeline;
	uint16_t car = console->focused;
	enum mark_kind kind = car == CAR_NONE ? MARK_LEADER_LAP : MARK_LAP;
	const struct mark *mark = timeline_mark(
		timeline, kind, car, from_where(console, key->argument), key->argument);
	char number[16];
	if (mark != NULL) {
		console_jump(console, key, mark->at);
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
	enum mark_kind kind = (enum mark_kind)console->view.armed;
	char number[16];
	uint16_t car = console->focused;
	/* On the screen of a car events are its own. */
	if (car == CAR_NONE && console->view.screen == SCREEN_CAR)
		car = console->selected;
	/* Laps are those of a car; without one those of the leader. */
	if (kind == MARK_LAP && car == CAR_NONE)
		car = console->selected;
	if (kind == MARK_LAP && car == CAR_NONE)
		kind = MARK_LEADER_LAP;
	const struct mark *mark =
		timeline_mark(&console->session->timeline, kind, car,
			      from_where(console, key->argument), key->argument);
	/* Flags belong to no car. */
	if (mark == NULL && kind == MARK_FLAG && car != CAR_NONE)
		mark = timeline_mark(&console->session->timeline, kind, CAR_NONE,
				     from_where(console, key->argument), key->argument);
	if (mark == NULL) {
		console_notice(console, false, "no %s %s (a chooses another kind)",
			       key->argument < 0 ? "earlier" : "later",
			       mark_name(kind));
		return;
	}
	console_jump(console, key, mark->at);
	console_state(console);
	label(console, mark->car, number);
	console_notice(console, false, "%s%s%s; u goes back, a chooses another kind",
		       mark_name(kind), mark->car == CAR_NONE ? "" : ": car ",
		       kind == MARK_FLAG ? "" : number);
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
	console->jump_action = ACTION_COUNT;
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

/* Kinds e and E may be armed for, in the order `a` goes through them. */
static const uint8_t armable[] = {
	MARK_FLAG,     MARK_STOP,   MARK_LEAD, MARK_CLASS_LEAD,
	MARK_BEST_LAP, MARK_DRIVER, MARK_LAP,
};

static void act_arm(struct console *console, binding key)
{
	size_t i = 0;
	(void)key;
	while (i < ARRAY_LEN(armable) && armable[i] != console->view.armed)
		i++;
	console->view.armed = armable[(i + 1) % ARRAY_LEN(armable)];
	console_notice(console, false, "e and E now go to: %s",
		       mark_name((enum mark_kind)console->view.armed));
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

/* On the screen of a car its laps are what is long: newest first, so down is back. */
void console_scroll_laps(struct console *console, int by)
{
	struct view *view = &console->view;
	console_state(console);
	uint16_t car = view_car(view);
	if (car == CAR_NONE)
		return;
	int64_t newest = view->race->cars[car].laps;
	int64_t top = view->lap_top == 0 ? newest : view->lap_top;
	top -= by;
	/* The first laps are in sight long before they are at the top. */
	top = top < PAGE ? PAGE : top;
	view->lap_top = top >= newest ? 0 : (uint32_t)top;
}

static void act_select_page(struct console *console, binding key)
{
	if (console->view.screen == SCREEN_CAR ||
	    console->view.screen == SCREEN_COMPARE)
		console_scroll_laps(console, key->argument * PAGE);
	else
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

/* The screens that are of one car return to where they were opened from. */
static bool of_one_car(uint8_t screen)
{
	return screen == SCREEN_CAR || screen == SCREEN_LAPS ||
	       screen == SCREEN_COMPARE;
}

static void show_screen(struct console *console, uint8_t screen)
{
	if (!of_one_car(screen))
		console->opened_from = SCREEN_COUNT;
	else if (!of_one_car(console->view.screen))
		console->opened_from = console->view.screen;
	console->view.screen = screen;
	console->view.lap_top = 0;
}

static void act_open(struct console *console, binding key)
{
	(void)key;
	if (console->view.screen != SCREEN_CAR)
		show_screen(console, SCREEN_CAR);
}

static void act_back(struct console *console, binding key)
{
	(void)key;
	if (of_one_car(console->view.screen) && console->opened_from < SCREEN_COUNT)
		show_screen(console, console->opened_from);
	else if (console->focused != CAR_NONE)
		console->focused = CAR_NONE;
	else
		console_select(console, CAR_NONE);
}

static void act_pane(struct console *console, binding key)
{
	if (console->view.screen == SCREEN_LAPS) {
		int chart = console->view.chart + key->argument;
		console->view.chart = (uint8_t)((chart + CHART_COUNT) % CHART_COUNT);
		return;
	}
	console_state(console);
	int count = (int)view_panes(&console->view);
	if (count == 0)
		return;
	int pane = (console->view.pane + key->argument) % count;
	console->view.pane = (uint8_t)(pane < 0 ? pane + count : pane);
	if (console->view.selected != CAR_NONE)
		console_select(console,
			       view_pane_car(&console->view, console->view.pane));
}

/* ---- what is open ---------------------------------------------------------- */

static void act_screen(struct console *console, binding key)
{
	if (key->argument >= 0 && key->argument < SCREEN_COUNT)
		show_screen(console, (uint8_t)key->argument);
}

/* ---- charts ---------------------------------------------------------------- */

/* From the leader to the leader of the class, then to the selected car, which stays
 * when another one is selected. */
static void act_reference(struct console *console, binding key)
{
	struct view *view = &console->view;
	char number[16];
	(void)key;
	console_state(console);
	view->chart = CHART_GAPS;
	view->reference = (uint8_t)((view->reference + 1) % REFERENCE_COUNT);
	if (view->reference == REFERENCE_CAR && view->selected == CAR_NONE)
		view->reference = REFERENCE_LEADER;
	view->reference_car = view->selected;
	label(console, view->selected, number);
	if (view->reference == REFERENCE_CAR)
		console_notice(console, false, "gaps to car %s, whoever is selected",
			       number);
}

static void act_span(struct console *console, binding key)
{
	(void)key;
	console->view.span = (uint8_t)((console->view.span + 1) % CHART_SPANS);
}

static void act_clean(struct console *console, binding key)
{
	(void)key;
	console->view.laps_all = !console->view.laps_all;
}

static void act_map(struct console *console, binding key)
{
	(void)key;
	console->view.map_hidden = !console->view.map_hidden;
}

static void act_help(struct console *console, binding key)
{
	(void)key;
	console->view.help = true;
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
	console->view.prompt = PROMPT_GO_TO;
	console->view.input[0] = '\0';
}

static void act_find(struct console *console, binding key)
{
	(void)key;
	console->view.prompt = PROMPT_FIND;
	console->view.input[0] = '\0';
}

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
	[ACTION_GAPS] = act_gaps,
	[ACTION_COLUMNS] = act_columns,
	[ACTION_COLUMNS_EDIT] = act_columns_edit,
	[ACTION_SORT] = act_sort,
	[ACTION_SORT_BACK] = act_sort_back,
	[ACTION_FILTER] = act_filter,
	[ACTION_ZOOM] = act_zoom,
	[ACTION_FIND_NEXT] = act_find_next,
	[ACTION_OPEN] = act_open,
	[ACTION_FOCUS] = act_focus,
	[ACTION_BACK] = act_back,
	[ACTION_SCREEN] = act_screen,
	[ACTION_PANE] = act_pane,
	[ACTION_REFERENCE] = act_reference,
	[ACTION_SPAN] = act_span,
	[ACTION_CLEAN] = act_clean,
	[ACTION_MAP] = act_map,
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
	struct when when;
	struct err err;
	instant_us at;
	if (when_parse(text, &when, &err) < 0 ||
	    when_resolve(&console->session->timeline, &when, &at, &err) < 0) {
		console_notice(console, true, "%s", err.text);
		return;
	}
	console_remember(console, ACTION_GO_TO);
	console->jump_action = ACTION_COUNT; /* each one counts */
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

static void prompt_type(struct console *console, uint32_t cp)
{
	char *input = console->view.input;
	char bytes[4];
	size_t len = strlen(input);
	if (cp < ' ' || cp == 0x7f || cp >= KEY_NONE_ || cp_width(cp) < 1)
		return;
	size_t n = utf8_encode(bytes, cp);
	if (len + n >= sizeof(console->view.input))
		return;
	memcpy(input + len, bytes, n);
	input[len + n] = '\0';
}

static void prompt_erase(struct console *console)
{
	char *input = console->view.input;
	size_t len = strlen(input);
	if (len == 0) {
		console->view.prompt = PROMPT_NONE;
		return;
	}
	do
		len--;
	while (len > 0 && ((unsigned char)input[len] & 0xc0) == 0x80);
	input[len] = '\0';
}

static void prompt_key(struct console *console, uint32_t key)
{
	enum { CTRL_U = 0x15 };
	uint8_t kind = console->view.prompt;
	if (console_prompt_takes(console, key)) {
		return;
	} else if (key == KEY_PW_ESC) {
		console->view.prompt = PROMPT_NONE;
	} else if (key == KEY_PW_BACKSPACE || key == KEY_PW_DELETE) {
		prompt_erase(console);
	} else if (key == CTRL_U) {
		console->view.input[0] = '\0';
	} else if (key != KEY_PW_ENTER) {
		prompt_type(console, key);
	} else {
		struct slice text = slice_trim(slice_of(console->view.input));
		console->view.prompt = PROMPT_NONE;
		if (console_cars_prompt(console, kind, text) ||
		    console_alerts_prompt(console, kind, text))
			return;
		if (kind == PROMPT_FIND)
			find(console, text);
		else if (kind != PROMPT_GO_TO)
			console_prompt_done(console, kind, text);
		else if (text.len > 0)
			go_to(console, text);
	}
}

/* The help scrolls by the keys that select cars, and closes by those that leave.
 * True when the key was for it. */
static bool help_key(struct console *console, binding key)
{
	struct view *view = &console->view;
	int32_t last = (int32_t)key_bindings_count;
	switch (key->action) {
	case ACTION_SELECT:
		view->help_top += key->argument;
		break;
	case ACTION_SELECT_PAGE:
		view->help_top += key->argument * PAGE;
		break;
	case ACTION_START:
		view->help_top = 0;
		break;
	case ACTION_HELP:
	case ACTION_BACK:
	case ACTION_OPEN:
	case ACTION_FOCUS:
	case ACTION_QUIT:
		view->help = false;
		break;
	default:
		return false;
	}
	view->help_top = view->help_top < 0      ? 0
			 : view->help_top > last ? last
						 : view->help_top;
	return true;
}

static void do_binding(struct console *console, binding found)
{
	if (found == NULL || (console->view.help && help_key(console, found)) ||
	    (console->view.changed && console_changed_key(console, found)))
		return;
	assert(acts[found->action] != NULL);
	if (!console_events_key(console, found))
		acts[found->action](console, found);
}

void console_do(struct console *console, enum action action, int16_t argument)
{
	struct key_binding made = {.action = (uint8_t)action, .argument = argument};
	console->dirty = true;
	do_binding(console, &made);
}

void console_key(struct console *console, uint32_t key)
{
	enum { CTRL_L = 12 };
	if (key == KEY_PW_MOUSE) {
		console_mouse(console, term_mouse_did(console->term));
		return;
	}
	console->view.notice[0] = '\0';
	console->dirty = true;
	if (console->view.welcome)
		first_run_done();
	console->view.welcome = false;
	if (key == KEY_CTRL_C) {
		console_quit(console);
		return;
	}
	if (key == CTRL_L) {
		term_redraw(console->term);
		return;
	}
	if (console->view.prompt != PROMPT_NONE) {
		prompt_key(console, key);
		return;
	}
	if (console_menu_key(console, key) || console_alerts_key(console, key))
		return;
	console_away(console);
	do_binding(console, view_key(&console->view, key));
}
