/*
 * digest_list.c -- the digest over a screen: how the race was won, or its state
 *
 *  (1) The sentences are those of the instant at which the list was opened.
 */
#include "parts.h"

enum { WIDTH = 100, LINES_MOST = 1000, PAGE = 4 };

static int lines_of(struct slice sentence, int w)
{
	return rect_wrap(NULL, (struct rect){0, 0, w, LINES_MOST}, sentence, 0,
			 ROLE_TEXT);
}

/* The first sentence drawn: as far down as there is more to show. */
static uint32_t top_of(const struct view *view, struct rect at, int lines)
{
	uint32_t top = 0;
	while ((int32_t)top < view->digest_top && lines > at.h)
		lines -= lines_of(view->digest[top++], at.w);
	return top;
}

static void digest_draw(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	struct rect at = box_inside(box_of(area, WIDTH, 1));
	char clock[TIME_TEXT_MAX];
	int lines = 0;
	for (uint32_t i = 0; i < view->digest_count; i++)
		lines += lines_of(view->digest[i], at.w);
	struct rect box = box_of(area, WIDTH, lines + 2);
	at = box_inside(box);
	box_draw(canvas, area, box, "digest", "");
	(void)format_duration(clock, race_elapsed(view->race, view->digest_at),
			      TIME_CLOCK);
	box_words(canvas, box, BOX_TOP_RIGHT, slice_of(clock), ROLE_DIM);
	uint32_t top = top_of(view, at, lines), i;
	for (i = top; i < view->digest_count; i++) {
		struct slice sentence = view->digest[i];
		if (i > top && lines_of(sentence, at.w) > at.h)
			break;
		at = rect_below(at, rect_wrap(canvas, at, sentence, sentence.len,
					      i == 0 ? ROLE_STRONG : ROLE_TEXT));
	}
	box_more(canvas, box, i < view->digest_count);
}

static bool digest_key(struct view *view, const struct key_binding *key,
		       struct wish *wish)
{
	int32_t last = view->digest_count > 0 ? (int32_t)view->digest_count - 1 : 0;
	(void)wish;
	if (key->action == ACTION_SELECT)
		view->digest_top += key->argument;
	else if (key_page(key) != 0)
		view->digest_top += key_page(key) > 0 ? PAGE : -PAGE;
	else if (key->action == ACTION_OPEN)
		view_close(view, OVERLAY_DIGEST);
	else
		return false;
	if (view->digest_top > last)
		view->digest_top = last;
	if (view->digest_top < 0)
		view->digest_top = 0;
	return true;
}

static const struct screen_key digest_keys[] = {
	{ACTION_SELECT, "a sentence up or down", "scroll"},
	{0, NULL, NULL},
};

const struct screen digest_overlay = {
	.name = "digest",
	.modal = true,
	.declines = ACTION_BIT(SAVE),
	.draw = digest_draw,
	.key = digest_key,
	.keys = digest_keys,
};
