/*
 * hints.c -- the last line: keys, or a prompt, or a notice
 */
#include "parts.h"

static const struct {
	uint32_t key;
	const char *sign;
} signs[] = {
	{KEY_PW_LEFT, "\u2190"},
	{KEY_PW_RIGHT, "\u2192"},
	{KEY_PW_UP, "\u2191"},
	{KEY_PW_DOWN, "\u2193"},
};

static struct slice key_sign(const struct key_binding *binding)
{
	for (unsigned i = 0; i < ARRAY_LEN(signs); i++)
		if (signs[i].key == binding->key)
			return slice_of(signs[i].sign);
	return slice_of(binding->label);
}

/* Bindings in a row that share a hint are one: "←→ lap". In narrow lines so are
 * those that choose a screen: "123 screen". */
struct hint {
	struct field keys;
	struct slice words;
	size_t first, next; /* of key_bindings */
	bool current;       /* the screen that is shown */
};

static bool one_hint(const struct key_binding *a, const struct key_binding *b,
		     bool brief)
{
	if (!a->hint || !b->hint || a->action != b->action)
		return false;
	return (brief && a->action == ACTION_SCREEN) ||
	       slice_eq(slice_of(a->hint), slice_of(b->hint));
}

static bool hint_next(const struct view *view, struct hint *hint, bool brief)
{
	size_t at = hint->next;

	while (at < key_bindings_count && !key_bindings[at].hint)
		at++;
	if (at >= key_bindings_count)
		return false;
	hint->first = at;
	hint->keys.text = (struct slice){hint->keys.buf, 0};
	hint->words = slice_of(key_bindings[at].hint);
	hint->current = !brief && key_bindings[at].action == ACTION_SCREEN &&
			key_bindings[at].argument == view->screen;
	do {
		field_append_slice(&hint->keys, key_sign(&key_bindings[at]));
		at++;
	} while (at < key_bindings_count &&
		 one_hint(&key_bindings[at - 1], &key_bindings[at], brief));
	hint->next = at;
	if (brief && key_bindings[hint->first].action == ACTION_SCREEN)
		hint->words = SLICE("screen");
	/* What it will do; both of one width, so that nothing jumps. */
	if (key_bindings[hint->first].action == ACTION_PLAY_PAUSE)
		hint->words = view->playing ? SLICE("pause") : SLICE("play ");
	return true;
}

/* With the blanks behind it: @between of them. */
static int hint_width(const struct hint *hint, int between)
{
	return text_width(hint->keys.text) + 1 + text_width(hint->words) + between;
}

static bool last_hint(const struct hint *hint)
{
	uint8_t action = key_bindings[hint->first].action;

	return action == ACTION_HELP || action == ACTION_QUIT;
}

/* Keys that do nothing here are not offered. */
static bool wanted(const struct view *view, const struct hint *hint)
{
	uint8_t action = key_bindings[hint->first].action;

	if ((action == ACTION_PANE || action == ACTION_MAP) &&
	    view->screen != SCREEN_CLASSES)
		return false;
	return action != ACTION_PANE || view->race->class_count > 1;
}

static void draw_keys(const struct view *view, struct canvas *canvas, struct rect area)
{
	bool brief = area.w < 130;
	int between = area.w < 100 ? 1 : 2;
	struct hint hint = {.next = 0};
	int x = area.x + 1, room = area.w - 1;

	/* Help and quit are always there. */
	while (hint_next(view, &hint, brief))
		if (last_hint(&hint))
			room -= hint_width(&hint, between);
	hint.next = 0;
	while (hint_next(view, &hint, brief)) {
		int w = hint_width(&hint, between);
		struct slice kind = {"", 0};

		if (key_bindings[hint.first].action == ACTION_EVENT) {
			kind = slice_of(mark_name((enum mark_kind)view->armed));
			w += text_width(kind) + 1;
		}
		if (!wanted(view, &hint) || (!last_hint(&hint) && w > room))
			continue;
		room -= last_hint(&hint) ? 0 : w;
		x += canvas_text(canvas, x, area.y, w, hint.keys.text, ROLE_KEY) + 1;
		x += canvas_text(canvas, x, area.y, w, hint.words,
				 hint.current ? ROLE_STRONG : ROLE_DIM);
		if (kind.len)
			x += 1 + canvas_text(canvas, x + 1, area.y, w, kind, ROLE_TEXT);
		x += between;
	}
}

static void draw_prompt(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	bool find = view->prompt == PROMPT_FIND;
	int x = area.x + 1, right = area.x + area.w;

	x += canvas_text(canvas, x, area.y, 10, find ? SLICE("find") : SLICE("go to"),
			 ROLE_KEY) +
	     1;
	x += canvas_text(canvas, x, area.y, right - x - 1, slice_of(view->input),
			 ROLE_PROMPT);
	canvas_put(canvas, x, area.y, ' ', ROLE_PROMPT);
	canvas_mark(canvas, x, area.y, 1, CELL_SELECTED);
	x += 3;
	if (!find) {
		canvas_text(
			canvas, x, area.y, right - x,
			SLICE("3:20:00  @15:20  lap:112  50%  start  end   Esc: stay"),
			ROLE_DIM);
	} else if (view->input[0]) {
		uint16_t car = view_find(view, slice_of(view->input));

		if (car == CAR_NONE) {
			canvas_text(canvas, x, area.y, right - x,
				    SLICE("no car matches"), ROLE_AT_RISK);
			return;
		}
		x += canvas_text(canvas, x, area.y, right - x,
				 shown_number(view->race, car), ROLE_STRONG) +
		     1;
		canvas_text(canvas, x, area.y, right - x,
			    slice_of(view->race->entries[car].team), ROLE_TEXT);
	} else {
		canvas_text(canvas, x, area.y, right - x,
			    SLICE("number, team, car or driver   Esc: none"), ROLE_DIM);
	}
}

void hints_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	if (view->prompt != PROMPT_NONE)
		draw_prompt(view, canvas, area);
	else if (view->notice[0])
		canvas_text(canvas, area.x + 1, area.y, area.w - 2,
			    slice_of(view->notice),
			    view->notice_bad ? ROLE_ERROR : ROLE_NOTICE);
	else
		draw_keys(view, canvas, area);
}
