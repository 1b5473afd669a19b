/*
 * console_cars.c -- what the keys do to whole tables of cars: tags, favourites, order,
 * filter, columns
 */
#include "pitwall/shell.h"
#include "console.h"
#include "pitwall/inifile.h"

#include <errno.h>
#include <string.h>

typedef const struct key_binding *binding;

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

/* ---- tags ------------------------------------------------------------------ */

/* The car tagged last is the one that others are compared with. */
void act_tag(struct console *console, binding key)
{
	struct view *view = &console->view;
	char number[16];
	(void)key;
	if (!selected_label(console, number))
		return;
	if (view->compared == view->selected) {
		view->compared = CAR_NONE;
		view->table.bits[view->selected] &= (uint8_t)~CAR_TAGGED;
		console_notice(console, false, "car %s is no longer tagged", number);
		return;
	}
	view->compared = view->selected;
	view->table.bits[view->selected] |= CAR_TAGGED;
	console_notice(console, false,
		       "car %s is tagged: select another, 8 compares the two", number);
}

/* ---- favourites ------------------------------------------------------------ */

/* They are kept by number: another race, or a car heard of later, changes nothing. */
void console_cars_state(struct console *console)
{
	struct view *view = &console->view;
	for (uint16_t car = 0; car < view->race->car_count; car++)
		view->table.bits[car] &= (uint8_t)~CAR_FAVOURITE;
	for (unsigned i = 0; i < console->favourite_count; i++) {
		uint16_t car =
			race_find_text(view->race, slice_of(console->favourites[i]));
		if (car != CAR_NONE)
			view->table.bits[car] |= CAR_FAVOURITE;
	}
	if (view->compared >= view->race->car_count)
		view->compared = CAR_NONE;
}

static bool favourite_add(struct console *console, struct slice number)
{
	unsigned n = console->favourite_count;
	if (n == FAVOURITES_MAX || number.len >= sizeof(console->favourites[0]))
		return false;
	(void)text_copy(console->favourites[n], sizeof(console->favourites[n]), number);
	console->favourite_count++;
	return true;
}

void act_favourite(struct console *console, binding key)
{
	char number[16];
	(void)key;
	if (!selected_label(console, number))
		return;
	for (unsigned i = 0; i < console->favourite_count; i++) {
		if (strcmp(console->favourites[i], number) != 0)
			continue;
		console->favourite_count--;
		memmove(console->favourites[i], console->favourites[i + 1],
			(console->favourite_count - i) *
				sizeof(console->favourites[0]));
		console_notice(console, false, "car %s is no favourite now", number);
		return;
	}
	if (favourite_add(console, slice_of(number)))
		console_notice(console, false,
			       "car %s is a favourite: it stands first on the timing "
			       "screen",
			       number);
	else
		console_notice(console, true, "there are %u favourites: no more fit",
			       console->favourite_count);
}

/* ---- columns, order ----------------------------------------------------------- */

/* The sets that are built in, then one's own that have columns. */
static const struct column_set *set_at(const struct console *console, unsigned set)
{
	if (set < column_sets_count)
		return &column_sets[set];
	set -= (unsigned)column_sets_count;
	if (console->sets[0].count == 0)
		set++;
	return set < console->set_count ? &console->sets[set] : NULL;
}

static void show_set(struct console *console, unsigned set)
{
	const struct column_set *shown = set_at(console, set);
	if (shown == NULL) {
		set = 0;
		shown = &column_sets[0];
	}
	console->set = set;
	console->view.table.columns = shown->count > 0 ? shown : NULL;
	console_show(console, SCREEN_TIMING);
	console_notice(console, false, "columns: %s",
		       shown->count > 0 ? shown->name : "all that fit");
}

void act_columns(struct console *console, binding key)
{
	(void)key;
	show_set(console, console->set + 1);
}

void act_columns_edit(struct console *console, binding key)
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
	if (text.len == 0) {
		show_set(console, 0);
		return;
	}
	if (column_set_parse(text, &console->sets[0], &err) < 0) {
		console_notice(console, true, "%s", err.text);
		return;
	}
	if (console->set_count == 0)
		console->set_count = 1;
	show_set(console, (unsigned)column_sets_count);
}

/* Sorting is for the tower; elsewhere the key goes there. */
void act_sort(struct console *console, binding key)
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

/* ---- filter, zoom, find ------------------------------------------------------ */

void act_filter(struct console *console, binding key)
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

/* From another screen; the classes do it themselves. */
void act_zoom(struct console *console, binding key)
{
	(void)key;
	console->view.table.zoom = true;
	console_show(console, SCREEN_CLASSES);
}

void act_find_next(struct console *console, binding key)
{
	struct slice text = slice_of(console->found);
	if (text.len == 0) {
		console_notice(console, false, "nothing was looked for yet: / finds");
		return;
	}
	console_state(console);
	uint16_t car = key->argument > 0 ? view_find(&console->view, text)
					 : view_find_back(&console->view, text);
	if (car == CAR_NONE)
		console_notice(console, true, "no car, team or driver matches '%s'",
			       console->found);
	else
		console_found(console, car);
}

static int add_set(void *context, const struct ini_entry *entry, struct err *err)
{
	struct console *console = context;
	struct column_set set = {.count = 0};
	if (console->set_count == 0) /* [0] is the one made by hand */
		console->set_count = 1;
	if (console->set_count == SETS_MAX)
		return ini_bad(entry, err, "there are %d sets: no more fit",
			       SETS_MAX - 1);
	if (column_set_parse(slice_of(entry->value), &set, err) != 0)
		return -EINVAL;
	text_clean(set.name, sizeof(set.name), slice_of(entry->key));
	console->sets[console->set_count++] = set;
	return 0;
}

bool console_cars_options(struct console *console, const struct options *options)
{
	struct slice list = slice_of(options->favourites), number;
	struct column_set *own = &console->sets[0];
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
		console->set_count = 1;
	if (ini_section_each(options->settings, "columns", add_set, console, &err) !=
	    0) {
		complain("%s", err.text);
		return false;
	}
	for (unsigned i = 0; set_at(console, i) != NULL; i++)
		if (set_at(console, i) == console->view.table.columns)
			console->set = i;
	return true;
}
