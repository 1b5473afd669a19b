/*
 * notices_list.c -- what the line of notices has said, newest first; and the question
 * before a recording is closed
 *
 *  (1) Notices of a later instant than the playhead are listed too: they are of what the
 *      person did, in the order in which it was done.
 */
#include "parts.h"

enum { WIDTH = 100, CLOCK = 10 };

/* Draw a notice, wrapped to at most @at.h lines; without a canvas nothing is drawn.
 * Returns the lines it takes. */
static int notice_draw(const struct view *view, const struct view_notice *notice,
		       struct canvas *canvas, struct rect at)
{
	struct slice rest = slice_of(notice->text);
	struct field clock = {0};
	int used = 0;
	field_append_clock(&clock, view, notice->at, true);
	if (canvas && at.h > 0)
		canvas_text(canvas, at.x, at.y, CLOCK - 2, clock.text, ROLE_DIM);
	at.x += CLOCK;
	at.w -= CLOCK;
	do {
		size_t n = line_fits(rest, at.w);
		n = n > 0 ? n : rest.len;
		if (canvas && used < at.h)
			rect_text(canvas, rect_line(at, used),
				  (struct slice){rest.at, n},
				  notice->bad ? ROLE_ERROR : ROLE_TEXT);
		rest = slice_trim((struct slice){rest.at + n, rest.len - n});
		used++;
	} while (rest.len > 0 && at.w > 0);
	return used;
}

static void notices_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	int lines = 0;
	uint32_t left = view->notice_count;
	struct rect box = box_of(area, WIDTH, 1);
	for (uint32_t i = 0; i < view->notice_count; i++)
		lines += notice_draw(view, &view->notices[i], NULL, box_inside(box));
	box = box_of(area, WIDTH, (lines > 0 ? lines : 1) + 2);
	struct rect at = box_inside(box);
	box_draw(canvas, area, box, "notices", "");
	if (left == 0)
		rect_words(canvas, at, "no notices yet", ROLE_DIM);
	uint32_t top = view->notices_top > 0 ? (uint32_t)view->notices_top : 0;
	for (left -= top < left ? top : left; left > 0 && at.h > 0; left--)
		at = rect_below(
			at, notice_draw(view, &view->notices[left - 1], canvas, at));
	box_more(canvas, box, left > 0);
}

static bool notices_key(struct view *view, const struct key_binding *key,
			struct wish *wish)
{
	enum { PAGE = 10 };
	int32_t last = view->notice_count > 0 ? (int32_t)view->notice_count - 1 : 0;
	(void)wish;
	if (key->action == ACTION_SELECT)
		view->notices_top += key->argument;
	else if (key->action == ACTION_SELECT_PAGE)
		view->notices_top += key->argument * PAGE;
	else if (key->action == ACTION_OPEN)
		view_close(view, OVERLAY_NOTICES);
	else
		return false;
	if (view->notices_top > last)
		view->notices_top = last;
	if (view->notices_top < 0)
		view->notices_top = 0;
	return true;
}

static const struct screen_key notices_keys[] = {
	{ACTION_SELECT, "a notice up or down", "scroll"},
	{0, NULL, NULL},
};

const struct screen notices_overlay = {
	.name = "notices",
	.modal = true,
	.opener = ACTION_NOTICES,
	.draw = notices_draw,
	.key = notices_key,
	.keys = notices_keys,
};

/* ---- before a recording is closed ------------------------------------------------- */

static void quit_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	int name = text_width(slice_of(view->record.name)) + 6;
	struct rect box = box_of(area, name > 72 ? name : 72, 6), at = box_inside(box);
	box_draw(canvas, area, box, "quit?", "y: quit   n: stay");
	rect_words(canvas, at, "This recording ends and is closed:", ROLE_STRONG);
	rect_words(canvas, rect_line(at, 1), view->record.name, ROLE_TEXT);
	rect_words(canvas, rect_line(at, 2),
		   "What was received is kept; `pitwall FILE` shows it again,",
		   ROLE_TEXT);
	rect_words(canvas, rect_line(at, 3),
		   "`pitwall report FILE` makes a page of it, to print.", ROLE_TEXT);
}

static bool quit_key(struct view *view, const struct key_binding *key,
		     struct wish *wish)
{
	if (key->key == 'y' || key->key == 'Y')
		wish->kind = WISH_QUIT;
	else if (key->key != 'n' && key->key != 'N')
		return false;
	view_close(view, OVERLAY_QUIT);
	return true;
}

const struct screen quit_overlay = {
	.name = "quit",
	.modal = true,
	.opener = ACTION_QUIT,
	.draw = quit_draw,
	.key = quit_key,
};
