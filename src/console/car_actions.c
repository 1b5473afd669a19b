/*
 * car_actions.c -- what the keys do to cars and to tables of them: selection, screens of
 * one car, tags, favourites, finding, columns, order, filter
 */
#include "pitwall/shell.h"
#include "console.h"
#include "pitwall/inifile.h"

#include <errno.h>
#include <string.h>

/* False, with a notice, where no car is selected. */
static bool selected_label(struct console *console, char number[16])
{
	console_state(console);
	if (console->view.selected == CAR_NONE) {
		console_notice(console, false, "select a car first, with Up and Down");
		return false;
	}
	race_car_label(console->view.race, console->view.selected, number);
	return true;
}

/* ---- selection ----------------------------------------------------------- */

void console_select(struct console *console, uint16_t car)
{
	if (car != console->chosen.selected)
		console->view.lap_top = 0;
	console->chosen.selected = console->view.selected = car;
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

void act_select(struct console *console, const struct key_binding *key)
{
	select_by(console, key->argument);
}

void act_select_page(struct console *console, const struct key_binding *key)
{
	select_by(console, key_page(key));
}

void act_focus(struct console *console, const struct key_binding *key)
{
	char number[16];
	(void)key;
	console_state(console);
	if (console->view.selected == CAR_NONE) {
		console_notice(console, false, "select a car first, with Up and Down");
		return;
	}
	bool leave = console->chosen.focused == console->chosen.selected;
	console->chosen.focused = leave ? CAR_NONE : console->chosen.selected;
	race_car_label(console->view.race, console->chosen.selected, number);
	if (leave)
		console_notice(console, false, "Left and Right: laps of the leader");
	else
		console_notice(console, false, "Left and Right: laps of car %s",
			       number);
}

/* ---- screens ------------------------------------------------------------- */

/* A screen that Esc leaves remembers the one before it. */
static void console_show(struct console *console, enum screen_id screen)
{
	struct view *view = &console->view;
	if (screen == view->screen)
		return;
	if (!screens[screen]->returns)
		console->chosen.opened_from = SCREEN_COUNT;
	else if (!screens[view->screen]->returns)
		console->chosen.opened_from = view->screen;
	view->screen = (uint8_t)screen;
	view->lap_top = 0;
}

void act_open(struct console *console, const struct key_binding *key)
{
	(void)key;
	console_show(console, SCREEN_CAR);
}

void act_screen(struct console *console, const struct key_binding *key)
{
	if (key->argument < 0 || key->argument >= SCREEN_COUNT)
		return;
	console_show(console, (enum screen_id)key->argument);
	console->view.lap_top = 0;
}

void act_back(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (screens[console->view.screen]->returns &&
	    console->chosen.opened_from < SCREEN_COUNT)
		console_show(console, (enum screen_id)console->chosen.opened_from);
	else if (console->chosen.focused != CAR_NONE)
		console->chosen.focused = CAR_NONE;
	else
		console_select(console, CAR_NONE);
}

/* ---- finding ------------------------------------------------------------- */

/* A row among sixty is easily overlooked. */
static void found(struct console *console, uint16_t car)
{
	char number[16];
	console_select(console, car);
	race_car_label(console->view.race, car, number);
	if (screens[console->view.screen]->of_car)
		console_notice(console, false, "car %s; n: the next that matches",
			       number);
	else
		console_notice(console, false,
			       "car %s is selected; Enter: its screen, n: the next "
			       "that matches",
			       number);
}

void act_find(struct console *console, const struct key_binding *key)
{
	(void)key;
	view_ask(&console->view, PROMPT_FIND, SLICE(""));
}

void console_find_done(struct console *console, struct slice text)
{
	/* Enter alone repeats the search. */
	if (text.len > 0)
		text_copy(console->chosen.found, sizeof(console->chosen.found), text);
	if (console->chosen.found[0] == '\0')
		return;
	console_state(console);
	uint16_t car = view_find(&console->view, slice_of(console->chosen.found));
	if (car == CAR_NONE)
		console_notice(console, true, "no car, team or driver matches '%s'",
			       console->chosen.found);
	else
		found(console, car);
}

void act_find_next(struct console *console, const struct key_binding *key)
{
	struct slice text = slice_of(console->chosen.found);
	if (text.len == 0) {
		char find[KEY_WORDS_MAX];
		console_notice(console, false, "nothing to search for yet%s",
			       view_key_words(&console->view, ACTION_FIND, "; ",
					      "finds a car", find));
		return;
	}
	console_state(console);
	uint16_t car = key->argument > 0 ? view_find(&console->view, text)
					 : view_find_back(&console->view, text);
	if (car == CAR_NONE)
		console_notice(console, true, "no car, team or driver matches '%s'",
			       console->chosen.found);
	else
		found(console, car);
}

/* ---- tags and favourites ------------------------------------------------- */

/* A tagged car, the first of the race; CAR_NONE. */
static uint16_t tagged_car(const struct view *view)
{
	for (uint16_t car = 0; car < view->race->car_count; car++)
		if (view_is_tagged(&view->table, car))
			return car;
	return CAR_NONE;
}

/* The gaps are to the car tagged last; all tagged cars are compared. */
void act_tag(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	char number[16];
	unsigned count = 0;
	(void)key;
	if (!selected_label(console, number))
		return;
	if (view_is_tagged(&view->table, view->selected)) {
		view->table.bits[view->selected] &= (uint8_t)~CAR_TAGGED;
		if (view->compared == view->selected)
			view->compared = tagged_car(view);
		console_notice(console, false, "car %s is no longer tagged", number);
		return;
	}
	view->compared = view->selected;
	view->table.bits[view->selected] |= CAR_TAGGED;
	for (uint16_t car = 0; car < view->race->car_count; car++)
		count += view_is_tagged(&view->table, car);
	if (count > 1)
		console_notice(console, false,
			       "car %s is tagged, %u in all: alerts, news, gaps (i), "
			       "charts and 8 follow them",
			       number, count);
	else
		console_notice(console, false,
			       "car %s is tagged: 8 compares it, i shows gaps to it",
			       number);
}

static bool favourite_add(struct console *console, struct slice number)
{
	unsigned n = console->tables.favourite_count;
	if (n == FAVOURITES_MAX || number.len >= sizeof(console->tables.favourites[0]))
		return false;
	(void)text_copy(console->tables.favourites[n],
			sizeof(console->tables.favourites[n]), number);
	console->tables.favourite_count++;
	return true;
}

void act_favourite(struct console *console, const struct key_binding *key)
{
	char number[16];
	(void)key;
	if (!selected_label(console, number))
		return;
	for (unsigned i = 0; i < console->tables.favourite_count; i++) {
		if (strcmp(console->tables.favourites[i], number) != 0)
			continue;
		console->tables.favourite_count--;
		memmove(console->tables.favourites[i],
			console->tables.favourites[i + 1],
			(console->tables.favourite_count - i) *
				sizeof(console->tables.favourites[0]));
		console_notice(console, false, "car %s is no favourite now", number);
		return;
	}
	if (favourite_add(console, slice_of(number)))
		console_notice(console, false,
			       "car %s is a favourite: * marks it on every screen, "
			       "and timing lists it first",
			       number);
	else
		console_notice(console, true, "there are %u favourites: no more fit",
			       console->tables.favourite_count);
}

/* ---- columns, order, filter ---------------------------------------------- */

/* The built-in sets, then a person's own that have columns. */
static const struct column_set *set_at(const struct console *console, unsigned set)
{
	if (set < column_sets_count)
		return &column_sets[set];
	set -= (unsigned)column_sets_count;
	if (console->tables.sets[0].count == 0)
		set++;
	return set < console->tables.set_count ? &console->tables.sets[set] : NULL;
}

static void show_set(struct console *console, unsigned set)
{
	const struct column_set *shown = set_at(console, set);
	if (shown == NULL) {
		set = 0;
		shown = &column_sets[0];
	}
	console->tables.set = set;
	console->view.table.columns = shown->count > 0 ? shown : NULL;
	console_show(console, SCREEN_TIMING);
	console_notice(console, false, "columns: %s",
		       shown->count > 0 ? shown->name : "all that fit");
}

void act_columns(struct console *console, const struct key_binding *key)
{
	(void)key;
	show_set(console, console->tables.set + 1);
}

void act_columns_edit(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	(void)key;
	console_state(console);
	console_show(console, SCREEN_TIMING);
	view_ask(view, PROMPT_COLUMNS, SLICE(""));
	view_columns_text(view, view->input, sizeof(view->input));
}

void console_columns_done(struct console *console, struct slice text)
{
	struct err err;
	const struct column_set *set;
	if (text.len == 0) {
		show_set(console, 0);
		return;
	}
	for (unsigned i = 0; (set = set_at(console, i)) != NULL; i++)
		if (slice_eq_nocase(text, slice_of(set->name))) {
			show_set(console, i);
			return;
		}
	if (column_set_parse(text, &console->tables.sets[0], &err) < 0) {
		console_notice(console, true, "%s", err.text);
		return;
	}
	if (console->tables.set_count == 0)
		console->tables.set_count = 1;
	show_set(console, (unsigned)column_sets_count);
}

/* Shows the timing screen first. */
void act_sort(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	char name[COLUMN_NAME_MAX];
	console_state(console);
	console_show(console, SCREEN_TIMING);
	view->table.sort = view_sort_beside(view, key->argument);
	if (view->table.sort == 0)
		view->table.sort_back = false;
	if (view->table.sort == 0 || !column_name(view->table.sort - 1u, name))
		console_notice(console, false, "in the order of the race");
	else
		console_notice(console, false, "sorted by %s", name);
}

void act_filter(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	(void)key;
	view_ask(view, PROMPT_FILTER, slice_of(view->table.filter));
}

void console_filter_done(struct console *console, struct slice text)
{
	struct view *view = &console->view;
	if (text.len >= sizeof(view->table.filter)) {
		console_notice(console, true, "a filter has at most %zu characters",
			       sizeof(view->table.filter) - 1);
		return;
	}
	(void)text_copy(view->table.filter, sizeof(view->table.filter), text);
}

/* From another screen; classes_screen.c has the key on its own. */
void act_zoom(struct console *console, const struct key_binding *key)
{
	(void)key;
	console->view.table.zoom = true;
	console_show(console, SCREEN_CLASSES);
}

/* ---- options ------------------------------------------------------------- */

static int add_set(void *context, const struct ini_entry *entry, struct err *err)
{
	struct console *console = context;
	struct column_set set = {.count = 0};
	if (console->tables.set_count == 0) /* [0] is the one made by hand */
		console->tables.set_count = 1;
	if (console->tables.set_count == SETS_MAX)
		return ini_bad(entry, err, "there are %d sets: no more fit",
			       SETS_MAX - 1);
	if (column_set_parse(slice_of(entry->value), &set, err) != 0)
		return -EINVAL;
	text_clean(set.name, sizeof(set.name), slice_of(entry->key));
	console->tables.sets[console->tables.set_count++] = set;
	return 0;
}

bool console_cars_options(struct console *console, const struct options *options)
{
	struct slice list = slice_of(options->favourites), number;
	struct column_set *own = &console->tables.sets[0];
	struct err err;
	(void)text_copy(own->name, sizeof(own->name), SLICE("own"));
	while (favourites_next(&list, &number)) {
		if (favourite_add(console, number))
			continue;
		complain("--favourites: '%.*s' is no number of a car, or the %d-th",
			 (int)number.len, number.at, FAVOURITES_MAX + 1);
		return false;
	}
	if (!table_options(options, &console->view, own))
		return false;
	if (own->count > 0)
		console->tables.set_count = 1;
	if (ini_section_each(options->settings, "columns", add_set, console, &err) !=
	    0) {
		complain("%s", err.text);
		return false;
	}
	for (unsigned i = 0; set_at(console, i) != NULL; i++)
		if (set_at(console, i) == console->view.table.columns)
			console->tables.set = i;
	return true;
}
