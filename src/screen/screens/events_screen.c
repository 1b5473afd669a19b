/*
 * events_screen.c -- what happened in the race up to the playhead, the newest first
 *
 *   the kinds shown
 *   time, car, kind, words; in two columns where there is room; the chosen row in full
 *
 *  (1) The list is read by index (history.h), so its length costs nothing.
 *  (2) A chosen row is found by its content, not its number, so it stays chosen while newer
 *      rows are added above it.
 */
#include "history_words.h"

enum { TWO_COLUMNS = 150, FULL = 5 /* lines of the chosen row, at most */ };

static void open_list(const struct view *view, struct history *list)
{
	const struct history_group *group =
		&history_groups[view->events.group % history_groups_count];
	history_of_view(list, view, group->kinds, view->focused);
}

static const char *group_name(const struct view *view)
{
	return history_groups[view->events.group % history_groups_count].name;
}

static bool is_chosen(const struct view *view, const struct history_row *what)
{
	const struct view_events *events = &view->events;
	return events->chosen && what->at == events->at && what->car == events->car &&
	       what->kind == events->kind && what->row == events->row &&
	       what->lap == events->lap && what->sector == events->sector;
}

/* Index of the chosen row; -1: none is chosen, or it is not in the list. */
static int64_t chosen_row(const struct view *view, struct history *list)
{
	if (!view->events.chosen)
		return -1;
	struct history_row what;
	for (uint32_t i = history_later(list, view->events.at);
	     history_nth(list, i, &what) && what.at == view->events.at; i++)
		if (is_chosen(view, &what))
			return i;
	return -1;
}

bool view_event_step(struct view *view, int by)
{
	struct history list;
	open_list(view, &list);
	int64_t to = chosen_row(view, &list) + by;
	int64_t last = (int64_t)history_count(&list) - 1;
	view->events.chosen = false;
	if (to < 0 || last < 0)
		return false;
	struct history_row what;
	(void)history_nth(&list, (uint32_t)(to < last ? to : last), &what);
	view->events.at = what.at;
	view->events.row = what.row;
	view->events.car = what.car;
	view->events.lap = what.lap;
	view->events.kind = what.kind;
	view->events.sector = what.sector;
	view->events.chosen = true;
	return true;
}

/* A bound key and what it does here. */
static void append_key(const struct view *view, enum action action, const char *words,
		       struct field *field)
{
	char text[KEY_WORDS_MAX];
	field_append(field, view_key_words(view, action, field->text.len ? "  " : "",
					   words, text));
}

static void events_draw_head(const struct view *view, struct canvas *canvas,
			     struct rect at)
{
	struct field keys = {0};
	struct pen pen = pen_at(canvas, at);
	pen_words(&pen, "Events", ROLE_TITLE);
	pen.x += 2;
	pen_words(&pen, group_name(view), ROLE_STRONG);
	if (view->focused < view->race->car_count)
		pen_format(&pen, ROLE_STRONG, " of car %s",
			   car_label(view->race, view->focused).text);
	pen.x += 2;
	append_key(view, ACTION_ARM, "kinds", &keys);
	append_key(view, ACTION_FOCUS, "this car", &keys);
	append_key(view, ACTION_OPEN, "goes there", &keys);
	append_key(view, ACTION_UNDO_JUMP, "back", &keys);
	if (pen.x + text_width(keys.text) <= pen.right)
		canvas_right(canvas, pen.x, at.y, pen.right - pen.x, keys.text,
			     ROLE_DIM);
}

/* The place of a row: below another one, and as wide as the area where none is to its
 * right. */
static struct rect event_row_at(struct rect area, int columns, int line, bool beside)
{
	int column = line / area.h;
	int x = (area.w + 1) * column / columns;
	int end = (area.w + 1) * (column + 1) / columns - 1;
	if (!beside && column == 0)
		end = area.w;
	return (struct rect){area.x + x, area.y + line % area.h, end - x, 1};
}

/* The chosen row is in full. */
static void draw_list(const struct scene *scene, struct canvas *canvas,
		      struct rect area)
{
	const struct view *view = scene->view;
	int columns = area.w >= TWO_COLUMNS ? 2 : 1;
	struct history list;
	int64_t page = columns * area.h, chosen;
	open_list(view, &list);
	chosen = chosen_row(view, &list);
	uint32_t at = chosen + FULL < page ? 0 : (uint32_t)(chosen - page / 2);
	uint32_t count = history_count(&list);
	int line = 0, full = chosen < 0 ? 1 : FULL;
	struct history_row what;
	for (; line < page && history_nth(&list, at, &what); at++) {
		bool beside = at + (uint32_t)(area.h + 1 - full) < count;
		struct rect row = event_row_at(area, columns, line, beside);
		if (is_chosen(view, &what)) {
			int left = area.h - line % area.h;
			row.h = FULL < left ? FULL : left;
		}
		row.h = history_draw(scene, &what, canvas, row, LINE_FULL);
		for (int i = 0; i < row.h && is_chosen(view, &what); i++)
			canvas_mark(canvas, row.x, row.y + i, row.w, CELL_SELECTED);
		line += row.h;
	}
	if (count == 0)
		rect_words(canvas, area, "no events of this kind so far", ROLE_DIM);
}

static void events_draw(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	if (feeds_waiting(view, canvas, area) || area.h < 3)
		return;
	struct scene scene;
	scene_make(view, &scene);
	area = rect_inside(area);
	events_draw_head(view, canvas, area);
	draw_list(&scene, canvas, rect_below(area, 1));
}

/* ---- the row of the table ----------------------------------------------------- */

static void open_row(const struct view *view, struct wish *wish)
{
	const struct view_events *events = &view->events;
	if (!events->chosen) {
		text_format(wish->notice, sizeof(wish->notice),
			    "select a row first, with Down");
		return;
	}
	*wish = (struct wish){.kind = WISH_JUMP, .n = events->car, .at = events->at};
	char undo[KEY_WORDS_MAX];
	view_key_words(view, ACTION_UNDO_JUMP, "", "goes back", undo);
	text_copy(wish->notice, sizeof(wish->notice), slice_of(undo));
}

/* Undo the jump of a row, then deselect, then decline. */
static bool go_back(struct view *view, struct wish *wish)
{
	bool chosen = view->events.chosen;
	if (view->jumped_by == ACTION_OPEN)
		wish->kind = WISH_UNDO_JUMP;
	else
		view->events.chosen = false;
	return chosen || wish->kind == WISH_UNDO_JUMP;
}

static bool events_key(struct view *view, const struct key_binding *key,
		       struct wish *wish)
{
	if (key->action == ACTION_SELECT)
		(void)view_event_step(view, key->argument);
	else if (key_page(key) != 0)
		(void)view_event_step(view, key_page(key));
	else if (key->action == ACTION_OPEN)
		open_row(view, wish);
	else if (key->action == ACTION_BACK)
		return go_back(view, wish);
	else
		return false;
	return true;
}

static unsigned events_needs(const struct view *view)
{
	(void)view;
	return NEED_FLIPS;
}

static const struct screen_key events_keys[] = {
	{ACTION_SELECT, "choose the row above or below", "row"},
	{ACTION_SELECT_PAGE, "ten rows up or down", NULL},
	{ACTION_SELECT_HALF, "five rows up or down", NULL},
	{ACTION_OPEN, "go to the instant of the row; Esc returns", ""},
	{ACTION_ARM, "which kinds of events are shown", ""},
	{ACTION_FOCUS, "events of the selected car alone, or of all", ""},
	{ACTION_BACK, "back from where a row led, then no row", NULL},
	{0, NULL, NULL},
};

const struct screen events_screen = {
	.name = "events",
	.brief = "evts",
	.title = "Events",
	.about = "events up to the playhead, newest first",
	.draw = events_draw,
	.key = events_key,
	.keys = events_keys,
	.needs = events_needs,
};
