/*
 * screen_line.c -- the line of screens, above the key hints: their keys and names
 *
 *  (1) No name is cut. Where they do not fit, the one that saves most takes its short form,
 *      and so on; where not even these fit, only the screen that is shown has a name.
 *  (2) The current screen is in reverse video, so it shows without colour.
 *  (3) The season is in the line where there is one.
 */
#include "parts.h"

enum { WIDE = 2, NARROW = 1 };

/* What is written of each screen; an empty name: its key alone. */
struct screen_line {
	const struct key_binding *keys[SCREEN_COUNT]; /* NULL: none */
	struct slice names[SCREEN_COUNT];
	int between;
};

static struct slice brief_name(const struct screen *screen)
{
	return slice_of(screen->brief ? screen->brief : screen->name);
}

static struct slice key_words(const struct screen_line *line, unsigned i)
{
	return line->keys[i] ? slice_of(line->keys[i]->label) : SLICE("-");
}

static int entry_width(const struct screen_line *line, unsigned i)
{
	int name = text_width(line->names[i]);
	return text_width(key_words(line, i)) + (name > 0 ? 1 + name : 0);
}

/* (3) */
static bool is_listed(const struct view *view, unsigned i)
{
	return i != SCREEN_SEASON || view->season || view->screen == i;
}

static int screen_line_width(const struct view *view, const struct screen_line *line)
{
	int w = 2 - line->between;
	for (unsigned i = 0; i < SCREEN_COUNT; i++)
		if (is_listed(view, i))
			w += entry_width(line, i) + line->between;
	return w;
}

/* Shorten the name that saves most; false: all are short. */
static bool shorten(struct screen_line *line)
{
	int most = 0;
	unsigned at = 0;
	for (unsigned i = 0; i < SCREEN_COUNT; i++) {
		int saved =
			text_width(line->names[i]) - text_width(brief_name(screens[i]));
		if (saved <= most)
			continue;
		most = saved;
		at = i;
	}
	if (most > 0)
		line->names[at] = brief_name(screens[at]);
	return most > 0;
}

/* (1) */
static void screen_line_fit(const struct view *view, int w, struct screen_line *line)
{
	size_t count;
	const struct key_binding *keys = view_keys(view, &count);
	*line = (struct screen_line){.between = WIDE};
	for (size_t k = count; k-- > 0;)
		if (keys[k].action == ACTION_SCREEN &&
		    (unsigned)keys[k].argument < SCREEN_COUNT)
			line->keys[keys[k].argument] = &keys[k];
	for (unsigned i = 0; i < SCREEN_COUNT; i++)
		line->names[i] = slice_of(screens[i]->name);
	if (screen_line_width(view, line) > w)
		line->between = NARROW;
	while (screen_line_width(view, line) > w && shorten(line))
		continue;
	if (screen_line_width(view, line) <= w)
		return;
	for (unsigned i = 0; i < SCREEN_COUNT; i++)
		line->names[i] = i == view->screen ? slice_of(screens[i]->name)
						   : (struct slice){"", 0};
	line->between = WIDE;
}

void screen_line_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct screen_line line;
	int x = area.x + 1;
	screen_line_fit(view, area.w, &line);
	for (unsigned i = 0; i < SCREEN_COUNT; i++) {
		bool shown = i == view->screen; /* (2) */
		if (!is_listed(view, i))
			continue;
		int w = entry_width(&line, i), room = area.x + area.w - x;
		struct rect at = {x, area.y, w < room ? w : room, 1};
		int key = rect_text(canvas, at, key_words(&line, i), ROLE_KEY);
		if (line.names[i].len > 0)
			canvas_text(canvas, x + key + 1, at.y, at.w - key - 1,
				    line.names[i], shown ? ROLE_STRONG : ROLE_DIM);
		if (shown) {
			canvas_role(canvas, x - 1, at.y, w + 2, ROLE_STRONG);
			canvas_mark(canvas, x - 1, at.y, w + 2, CELL_SELECTED);
		}
		if (line.keys[i])
			canvas_hit(canvas, x - 1, at.y, w + 1,
				   hit_of(HIT_KEY, line.keys[i]->key));
		x += w + line.between;
	}
}
