/*
 * console_actions.c -- from a key to what it does
 *
 *  (1) Keys come from the table of bindings and no other. What is on top of the screen
 *      gets them first (view_press); what is left is done by the table here.
 */
#include "console.h"

#include <assert.h>

static void act_help(struct console *console, const struct key_binding *key)
{
	(void)key;
	view_open(&console->view, OVERLAY_HELP);
	console->view.help_top = 0;
}

static void act_redraw(struct console *console, const struct key_binding *key)
{
	(void)key;
	term_redraw(console->term);
}

static void act_quit(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (console->live != NULL && live_ends(console->live))
		view_open(&console->view, OVERLAY_QUIT);
	else
		console_quit(console);
}

static void act_explain(struct console *console, const struct key_binding *key)
{
	(void)key;
	console_state(console);
	if (console->view.selected == CAR_NONE)
		console_notice(console, false, "select a car first, with Up and Down");
	else
		view_open(&console->view, OVERLAY_EXPLAIN);
}

static void act_notices(struct console *console, const struct key_binding *key)
{
	(void)key;
	view_open(&console->view, OVERLAY_NOTICES);
	console->view.notices_top = 0;
}

/* Those that only a screen does itself have none. */
static void (*const acts[ACTION_COUNT])(struct console *,
					const struct key_binding *) = {
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
	[ACTION_SAVE] = act_save,
	[ACTION_MARK] = act_mark,
	[ACTION_MARK_JUMP] = act_mark_jump,
	[ACTION_SELECT] = act_select,
	[ACTION_SELECT_PAGE] = act_select_page,
	[ACTION_SELECT_HALF] = act_select_page,
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
	[ACTION_NOTICES] = act_notices,
	[ACTION_ACKNOWLEDGE] = act_acknowledge,
	[ACTION_MOUSE] = act_mouse,
	[ACTION_HELP] = act_help,
	[ACTION_REDRAW] = act_redraw,
	[ACTION_COMMAND] = act_command,
	[ACTION_QUIT] = act_quit,
	[ACTION_OPERATE] = act_operate,
	[ACTION_PASS] = act_pass,
	[ACTION_EXPLAIN] = act_explain,
	[ACTION_AS] = act_as,
	[ACTION_DELAY] = act_delay,
	[ACTION_SESSION] = act_session,
};

/* What Enter does in a prompt. */
static void (*const prompts_done[PROMPT_COUNT])(struct console *, struct slice) = {
	[PROMPT_GO_TO] = console_go_to_done,
	[PROMPT_FIND] = console_find_done,
	[PROMPT_OPERATE] = console_operate_done,
	[PROMPT_PASS] = console_pass_done,
	[PROMPT_DELAY] = console_delay_done,
	[PROMPT_FILTER] = console_filter_done,
	[PROMPT_COLUMNS] = console_columns_done,
	[PROMPT_ALERT] = console_alert_done,
	[PROMPT_STINT] = console_stint_done,
	[PROMPT_COMMAND] = console_command_done,
};

void console_prompt_done(struct console *console, enum prompt_kind prompt,
			 struct slice text)
{
	/* The line may be that of another prompt by the time it is done. */
	char line[LINE_MOST];
	(void)text_copy(line, sizeof(line), text);
	prompts_done[prompt](console, slice_of(line));
}

/* What a screen or an overlay asks for. */
static void grant(struct console *console, const struct key_binding *key,
		  const struct wish *wish)
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
		act_undo_jump(console, key);
		break;
	case WISH_PROMPT_DONE:
		console_prompt_done(console, (enum prompt_kind)wish->n,
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
	case WISH_QUIT:
		console_quit(console);
		break;
	case WISH_STEP:
		console_arm(console, (enum history_step)wish->n);
		break;
	case WISH_GROUP:
		console->view.events.group = (uint8_t)wish->n;
		console_notice(console, false, "shown: %s",
			       history_groups[wish->n].name);
		break;
	case WISH_ALERT_REMOVE:
		console_alert_remove(console, wish->n);
		break;
	}
	if (wish->notice[0] != '\0')
		console_notice(console, false, "%s", wish->notice);
}

static void press_key(struct console *console, const struct key_binding *key)
{
	const struct screen *top = view_top(&console->view);
	struct wish wish = {.kind = WISH_NONE};
	console->frames.dirty = true;
	console_away(console);
	/* A screen's own actions apply to the race that is shown. */
	if (!top->modal && key->action < ACTION_COUNT &&
	    screen_key(top, (enum action)key->action) != NULL) {
		console_state(console);
		console_outlook(console);
	}
	bool act = view_press(&console->view, key, &wish);
	grant(console, key, &wish);
	if (act) {
		assert(key->action < ACTION_COUNT && acts[key->action] != NULL);
		acts[key->action](console, key);
	}
	console_away_ends(console);
}

void console_do(struct console *console, enum action action, int16_t argument)
{
	struct key_binding made = {
		.key = KEY_PW_MOUSE, .action = (uint8_t)action, .argument = argument};
	press_key(console, &made);
}

void console_screens_with(enum action action, char *text, size_t cap)
{
	size_t len = 0;
	text[0] = '\0';
	for (unsigned i = 0; i < SCREEN_COUNT && action < ACTION_COUNT; i++)
		if (screen_key(screens[i], action) != NULL)
			len += text_format(text + len, cap - len, "%s%s",
					   len > 0 ? ", " : "", screens[i]->name);
}

/* Once for each key. */
static void report_idle(struct console *console, const struct key_binding *key)
{
	enum { ASCII = 128, SPECIAL = 64, BITS = 256, NAMED = 32 };
	uint32_t bit = key->key < ASCII       ? key->key
		       : key->key > KEY_NONE_ ? ASCII + key->key % SPECIAL
					      : ASCII + SPECIAL + key->key % SPECIAL;
	uint64_t *shown = &console->idle_shown[bit % BITS / 64],
		 mask = (uint64_t)1 << bit % 64;
	char label[KEY_LABEL_MAX], where[128], help[KEY_WORDS_MAX];
	if ((*shown & mask) != 0)
		return;
	*shown |= mask;
	(void)key_label(key->key, label);
	console_screens_with((enum action)key->action, where, sizeof(where));
	if (strlen(where) > NAMED)
		text_copy(where, sizeof(where), SLICE("other screens"));
	view_key_words(&console->view, ACTION_HELP, "; ", "lists the keys", help);
	if (where[0] != '\0')
		console_notice(console, false,
			       "%s does nothing here, it is a key of %s%s", label,
			       where, help);
	else
		console_notice(console, false, "%s does nothing here%s", label, help);
}

void console_key(struct console *console, uint32_t key)
{
	const struct key_binding none = {.key = key, .action = ACTION_COUNT};
	const struct key_binding *bound = view_key(&console->view, key);
	if (key == KEY_PW_MOUSE) {
		console_mouse(console, term_mouse_did(console->term));
		return;
	}
	console_notice_read(console);
	console->frames.dirty = true;
	console->frames.late = false;
	if (view_is_open(&console->view, OVERLAY_WELCOME))
		first_run_done();
	if (key == KEY_CTRL_C && view_is_open(&console->view, OVERLAY_QUIT)) {
		console_quit(console);
	} else if (key == KEY_CTRL_C) {
		act_quit(console, NULL);
	} else if (key == KEY_CTRL_L) {
		term_redraw(console->term);
	} else {
		bound = bound != NULL ? bound : &none;
		if (view_key_is_idle(&console->view, bound))
			report_idle(console, bound);
		press_key(console, bound);
	}
}
