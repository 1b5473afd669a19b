/*
 * console_commands.c -- what a command line does, and the words that only the console has
 *
 *  (1) A command does what a key does: it goes through the same functions.
 */
#include "console.h"
#include "pitwall/assets.h"
#include "pitwall/command_line.h"
#include "pitwall/decision.h"
#include "pitwall/shell.h"

#include <errno.h>
#include <string.h>

/* ---- words ------------------------------------------------------------------------ */

static void add_theme(void *context, const char *name)
{
	struct typing *typing = context;
	unsigned n = typing->theme_count;
	if (n + 1 == THEMES_SHOWN)
		return;
	(void)text_copy(typing->theme_names[n], sizeof(typing->theme_names[n]),
			slice_of(name));
	typing->themes[n] = (struct view_word){typing->theme_names[n], "", ""};
	typing->theme_count++;
}

void console_words(struct console *console)
{
	struct typing *typing = &console->typing;
	struct err err;
	unsigned n = 0;
	for (unsigned i = 0; play_speed_name(i) != NULL && i + 1 < SPEEDS_SHOWN; i++)
		typing->speeds[i] = (struct view_word){play_speed_name(i), "", ""};
	add_theme(typing, "auto");
	(void)themes_each(add_theme, typing, &err);
	for (size_t i = 0; i < decision_forms_count && n + 1 < DECISIONS_SHOWN; i++) {
		const struct decision_form *form = &decision_forms[i];
		const char *about = decision_form_about(form);
		if (form->usage == NULL)
			continue;
		typing->decisions[n++] =
			(struct view_word){decision_form_word(form), form->usage,
					   about == NULL ? "" : about};
	}
	console->view.speed_words = typing->speeds;
	console->view.theme_words = typing->themes;
	console->view.decision_words = typing->decisions;
	console->view.past = &typing->past;
}

void act_command(struct console *console, const struct key_binding *key)
{
	(void)key;
	view_ask(&console->view, PROMPT_COMMAND, SLICE(""));
}

/* ---- what commands do (1) ----------------------------------------------------------- */

struct order {
	struct line_verb verb;
	struct slice rest;
};

static int no_value(const struct order *order, const char *what, struct err *err)
{
	int len = (int)(order->rest.len < 40 ? order->rest.len : 40);
	if (order->rest.len == 0)
		return err_set(err, -EINVAL, "%s needs %s", order->verb.name,
			       order->verb.usage);
	return err_set(err, -EINVAL, "there is no %s %.*s; Tab lists them", what, len,
		       order->rest.at);
}

static int do_action(struct console *console, const struct order *order,
		     struct err *err)
{
	int16_t argument;
	int rc = line_argument(&order->verb, order->rest, &argument, err);
	const struct key_binding key = {.action = order->verb.of};
	char where[128];
	if (rc != 0)
		return rc;
	if (view_key_is_idle(&console->view, &key)) {
		console_screens_with((enum action)key.action, where, sizeof(where));
		return err_set(err, -EINVAL, "%s works on %s", order->verb.name, where);
	}
	console_do(console, (enum action)order->verb.of, argument);
	return 0;
}

/* Without a value a prompt opens, as its key does. */
static int do_prompt(struct console *console, const struct order *order,
		     struct err *err)
{
	enum prompt_kind prompt = (enum prompt_kind)order->verb.of;
	bool of_live = prompt == PROMPT_OPERATE || prompt == PROMPT_DELAY;
	if (of_live && console->live == NULL)
		return err_set(err, -EINVAL, "%s is for a race that runs",
			       order->verb.name);
	if (order->rest.len > 0)
		console_prompt_done(console, prompt, order->rest);
	else if (prompt == PROMPT_COLUMNS)
		act_columns_edit(console, NULL);
	else
		view_ask(&console->view, prompt,
			 prompt == PROMPT_FILTER ? slice_of(console->view.table.filter)
						 : SLICE(""));
	return 0;
}

/* With a sign: so many laps from here. */
static int do_lap(struct console *console, const struct order *order, struct err *err)
{
	char when[32];
	int64_t laps;
	struct slice number = order->rest;
	bool sign = number.len > 0 && (number.at[0] == '+' || number.at[0] == '-');
	if (number.len > 0 && number.at[0] == '+')
		number = (struct slice){number.at + 1, number.len - 1};
	if (!parse_i64(number, &laps) || laps < -INT16_MAX || laps > INT16_MAX ||
	    laps == 0)
		return err_set(err, -EINVAL,
			       "lap needs a number, as in lap 112, lap +10 or lap -1");
	if (sign) {
		console_do(console, ACTION_LAP, (int16_t)laps);
		return 0;
	}
	text_format(when, sizeof(when), "lap:%lld", (long long)laps);
	console_go_to_done(console, slice_of(when));
	return 0;
}

static int do_time(struct console *console, const struct order *order, struct err *err)
{
	char when[64];
	struct slice text = order->rest;
	if (text.len == 0 || text.len > 40)
		return err_set(err, -EINVAL,
			       "time needs a time of the day, as in time 15:12");
	text_format(when, sizeof(when), "%s%.*s", text.at[0] == '@' ? "" : "@",
		    (int)text.len, text.at);
	console_go_to_done(console, slice_of(when));
	return 0;
}

/* Then e and E go on with that kind. */
static int do_event(struct console *console, const struct order *order, struct err *err)
{
	for (unsigned i = 0; order->rest.len > 0; i++) {
		if (i == STEP_COUNT)
			return no_value(order, "kind of event", err);
		if (!slice_eq_nocase(order->rest, slice_of(history_steps[i].name)))
			continue;
		console->view.armed = (uint8_t)i;
		break;
	}
	console_do(console, ACTION_EVENT, order->verb.does == LINE_NEXT ? 1 : -1);
	return 0;
}

static int do_flag(struct console *console, const struct order *order, struct err *err)
{
	int flag = order->rest.len > 0 ? flag_by_name(order->rest) : FLAG_COUNT;
	if (flag < 0)
		return no_value(order, "flag", err);
	console->view.armed = STEP_FLAG;
	if (flag == FLAG_COUNT)
		console_do(console, ACTION_EVENT, 1);
	else
		console_flag_jump(console, (enum flag)flag);
	return 0;
}

static int do_speed(struct console *console, const struct order *order, struct err *err)
{
	int row = play_speed_by_text(order->rest);
	if (row < 0)
		return no_value(order, "speed", err);
	play_speed_set(&console->head.play, (unsigned)row, wall_now());
	return 0;
}

/* Its row may be out of sight. */
static void report_car(struct console *console, uint16_t car)
{
	const struct race *race = console->view.race;
	char label[16];
	race_car_label(race, car, label);
	console_notice(console, false, "car %s %s is selected", label,
		       race->entries[car].team);
}

static int do_car(struct console *console, const struct order *order, struct err *err)
{
	if (order->rest.len == 0)
		return no_value(order, "car", err);
	console_state(console);
	uint16_t car = race_find_text(console->view.race, order->rest);
	if (car == CAR_NONE) {
		console_find_done(console, order->rest);
		return 0;
	}
	console_select(console, car);
	report_car(console, car);
	return 0;
}

static int do_class(struct console *console, const struct order *order, struct err *err)
{
	console_state(console);
	const struct race *race = console->view.race;
	int class_index = line_class(race, order->rest);
	uint16_t cars[RACE_CARS_MAX];
	if (class_index < 0)
		return no_value(order, "class", err);
	uint32_t count = view_cars(&console->view, cars);
	for (uint32_t i = 0; i < count; i++)
		if (race->entries[cars[i]].class_index == class_index) {
			console_select(console, cars[i]);
			report_car(console, cars[i]);
			return 0;
		}
	return err_set(err, -ENOENT, "no car of %s is shown",
		       race->classes[class_index].name);
}

static int do_screen(struct console *console, const struct order *order,
		     struct err *err)
{
	int screen = line_screen(&console->view, order->rest);
	if (screen < 0)
		return no_value(order, "screen", err);
	console_do(console, ACTION_SCREEN, (int16_t)screen);
	return 0;
}

static int do_chart(struct console *console, const struct order *order, struct err *err)
{
	char name[32];
	(void)text_copy(name, sizeof(name), order->rest);
	int chart = value_find(VALUE_CHART, name);
	if (chart < 0)
		return no_value(order, "chart", err);
	console->view.chart = (uint8_t)chart;
	console_do(console, ACTION_SCREEN, SCREEN_LAPS);
	return 0;
}

static int do_sort(struct console *console, const struct order *order, struct err *err)
{
	struct view_table *table = &console->view.table;
	struct slice name = order->rest;
	bool back = name.len > 0 && name.at[0] == '-';
	int column =
		column_by_name(back ? (struct slice){name.at + 1, name.len - 1} : name);
	if (name.len > 0 && column < 0)
		return no_value(order, "column", err);
	table->sort = (uint8_t)(1 + column);
	table->sort_back = back;
	console_do(console, ACTION_SCREEN, SCREEN_TIMING);
	return 0;
}

static int do_gaps(struct console *console, const struct order *order, struct err *err)
{
	char name[32];
	(void)text_copy(name, sizeof(name), order->rest);
	int gaps = value_find(VALUE_GAPS, name);
	if (gaps < 0)
		return no_value(order, "gap", err);
	console->view.table.gaps = (uint8_t)gaps;
	console_notice(console, false, "gaps: %s", gap_shown_names[gaps]);
	return 0;
}

static int do_session(struct console *console, const struct order *order,
		      struct err *err)
{
	const struct view *view = &console->view;
	uint64_t number;
	if (order->rest.len == 0) {
		console_do(console, ACTION_SESSION, 0);
		return 0;
	}
	console_state(console);
	console_live_view(console);
	if (view->session_count < 2)
		return err_set(err, -EINVAL, "this source has one session");
	if (!parse_u64(order->rest, &number))
		for (number = 1; number <= view->session_count; number++)
			if (slice_eq_nocase(order->rest,
					    slice_of(view->sessions[number - 1].name)))
				break;
	if (number < 1 || number > view->session_count)
		return no_value(order, "session", err);
	console_choose(console, (unsigned)number - 1);
	return 0;
}

static int do_theme(struct console *console, const struct order *order, struct err *err)
{
	char name[64];
	(void)text_copy(name, sizeof(name), order->rest);
	if (name[0] == '\0')
		return no_value(order, "theme", err);
	return console_theme(console, name, err);
}

/* As of the playhead; before the end its sentences say so. */
static int do_digest(struct console *console, const struct order *order,
		     struct err *err)
{
	struct digest_lines *lines = &console->digest;
	struct view *view = &console->view;
	uint8_t favourites[RACE_CARS_MAX] = {0};
	(void)order;
	console_state(console);
	if (view->race->start_at == INSTANT_NONE)
		return err_set(err, -ERANGE, "nothing to summarise before the start");
	for (uint16_t car = 0; car < view->race->car_count; car++)
		favourites[car] = (view->table.bits[car] & CAR_FAVOURITE) != 0;
	const struct digest_of of = {view->race,           view->tables, view->rules,
				     view->classification, favourites,   view->at};
	view->digest_count = digest_facts(&of, lines->facts);
	for (unsigned i = 0; i < view->digest_count; i++)
		lines->texts[i] =
			(struct slice){lines->facts[i].text, lines->facts[i].len};
	view->digest = lines->texts;
	view->digest_top = 0;
	view->digest_at = view->at;
	view_open(view, OVERLAY_DIGEST);
	return 0;
}

static int (*const orders[LINE_DOES_COUNT])(struct console *, const struct order *,
					    struct err *) = {
	[LINE_ACTION] = do_action,   [LINE_PROMPT] = do_prompt,
	[LINE_LAP] = do_lap,         [LINE_TIME] = do_time,
	[LINE_NEXT] = do_event,      [LINE_BEFORE] = do_event,
	[LINE_FLAG] = do_flag,       [LINE_SPEED] = do_speed,
	[LINE_CAR] = do_car,         [LINE_CLASS] = do_class,
	[LINE_SCREEN] = do_screen,   [LINE_CHART] = do_chart,
	[LINE_SORT] = do_sort,       [LINE_GAPS] = do_gaps,
	[LINE_SESSION] = do_session, [LINE_THEME] = do_theme,
	[LINE_DIGEST] = do_digest,
};

void console_command_done(struct console *console, struct slice text)
{
	struct order order = {.rest = text};
	struct err err;
	struct slice name = slice_cut(&order.rest, ' ');
	uint64_t lap;
	if (text.len == 0)
		return;
	/* A number alone is a lap. */
	if (parse_u64(name, &lap)) {
		name = SLICE("lap");
		order.rest = text;
	}
	order.rest = order.rest.at ? slice_trim(order.rest) : (struct slice){"", 0};
	int rc = line_verb_find(name, &order.verb, &err);
	int screen = line_screen(&console->view, name);
	/* The name of a screen shows it, where it is no command. */
	if (rc != 0 && order.rest.len == 0 && screen >= 0 &&
	    slice_eq_nocase(name, slice_of(screens[screen]->name))) {
		console_do(console, ACTION_SCREEN, (int16_t)screen);
		return;
	}
	if (rc == 0)
		rc = orders[order.verb.does](console, &order, &err);
	if (rc != 0)
		console_notice(console, true, "%s", err.text);
}
