/*
 * hints.c -- the last line: key hints or a notice; an open prompt replaces it (prompt.c)
 */
#include "parts.h"

/* ASCII fallback; < and ^ are bound elsewhere. */
static const struct {
	uint32_t key;
	const char *sign, *ascii;
} signs[] = {
	{KEY_PW_LEFT, "\u2190", "<-"},
	{KEY_PW_RIGHT, "\u2192", "->"},
	{KEY_PW_UP, "\u2191", "Up"},
	{KEY_PW_DOWN, "\u2193", "Down"},
};

static struct slice key_sign(const struct key_binding *binding, bool ascii)
{
	for (unsigned i = 0; i < ARRAY_LEN(signs); i++)
		if (signs[i].key == binding->key)
			return slice_of(ascii ? signs[i].ascii : signs[i].sign);
	return slice_of(binding->label);
}

/* Adjacent bindings with the same hint are shown as one: "←→ lap"; the keys of screens
 * too: "1-0 screen". */
struct hint {
	struct field keys;
	struct slice words;
	const struct key_binding *first, *last;
	size_t next; /* of the keys of the view */
	bool ascii;  /* of the canvas */
	bool listed; /* the screens have a line of their own */
};

/* That chooses a screen. */
static bool is_digit(const struct key_binding *key)
{
	return key->action == ACTION_SCREEN && key->key >= '0' && key->key <= '9';
}

static bool one_hint(const struct key_binding *a, const struct key_binding *b)
{
	if (!a->hint || !b->hint || a->action != b->action)
		return false;
	return (is_digit(a) && is_digit(b)) ||
	       slice_eq(slice_of(a->hint), slice_of(b->hint));
}

/* Hint of the top screen or overlay for an action; NULL: not offered, "": the
 * default. */
static const char *own_word(const struct view *view, enum action action)
{
	const struct screen *top = view_top(view);
	const struct screen_key *key = screen_key(top, action);
	return key && key->hint && top->hint ? top->hint(view, action)
	       : key                         ? key->hint
					     : NULL;
}

static bool hint_next(const struct view *view, struct hint *hint)
{
	size_t at = hint->next, count;
	const struct key_binding *keys = view_keys(view, &count);
	while (at < count && !keys[at].hint)
		at++;
	if (at >= count)
		return false;
	hint->first = &keys[at];
	hint->keys.text = (struct slice){hint->keys.buf, 0};
	hint->words = slice_of(keys[at].hint);
	do {
		if (hint->ascii && hint->keys.text.len > 1)
			field_append(&hint->keys, "/");
		field_append_slice(&hint->keys, key_sign(&keys[at], hint->ascii));
		at++;
	} while (at < count && one_hint(&keys[at - 1], &keys[at]));
	hint->next = at;
	hint->last = &keys[at - 1];
	if (hint->last > hint->first && is_digit(hint->first)) {
		hint->words = SLICE("screen");
		hint->keys.text.len = 0;
		field_append(&hint->keys, hint->first->label);
		field_append(&hint->keys, "-");
		field_append(&hint->keys, keys[at - 1].label);
	}
	/* What the key will do; equal widths, so that nothing moves. */
	if (hint->first->action == ACTION_PLAY_PAUSE)
		hint->words = view->playing ? SLICE("pause") : SLICE("play ");
	const char *own = own_word(view, (enum action)hint->first->action);
	if (own && own[0])
		hint->words = slice_of(own);
	if (hint->first->action == ACTION_AS)
		hint->words =
			view->as == AS_KNOWN ? SLICE("corrected") : SLICE("as known ");
	return true;
}

/* Width with the blanks after it, @between. */
static int hint_width(const struct hint *hint, int between)
{
	return text_width(hint->keys.text) + 1 + text_width(hint->words) + between;
}

/* Always shown: help and quit; while live, race control and explain. */
static bool kept_hint(const struct view *view, const struct hint *hint)
{
	uint8_t action = hint->first->action;
	return action == ACTION_HELP || action == ACTION_QUIT ||
	       (view->live && (action == ACTION_OPERATE || action == ACTION_EXPLAIN));
}

/* True for keys that work here; under an overlay only its own. */
static bool wanted(const struct view *view, const struct hint *hint)
{
	enum action action = (enum action)hint->first->action;
	const struct screen *top = view_top(view);
	if (action == ACTION_SCREEN && hint->listed)
		return false;
	if (screen_key(top, action))
		return own_word(view, action);
	if (top->modal && !view_reaches(view, action))
		return false;
	if (action == ACTION_OPERATE || action == ACTION_PASS ||
	    action == ACTION_DELAY || action == ACTION_AS)
		return view->live;
	if (action == ACTION_SPEED && view->live && view->behind_live <= 0)
		return false;
	if (action == ACTION_SESSION)
		return view->session_count > 1;
	return action_reach(action) != REACH_OWN && action != ACTION_TAG;
}

/* Alerts that were not acknowledged are always visible. */
static int draw_new_alerts(const struct view *view, struct canvas *canvas,
			   struct rect at)
{
	struct field field = {0};
	if (view->alerts_new == 0)
		return 0;
	field_format(&field, " !%u A ", view->alerts_new);
	int w = canvas_text(canvas, at.x, at.y, at.w / 2, field.text, ROLE_ERROR);
	canvas_mark(canvas, at.x, at.y, w, CELL_SELECTED);
	canvas_hit(canvas, at.x, at.y, w, hit_of(HIT_KEY, 'A'));
	return w + 1;
}

/* A filter is always visible. */
static int draw_filter(const struct view *view, struct canvas *canvas, struct rect at)
{
	struct field field = {0};
	if (view->table.filter[0] == '\0')
		return 0;
	field_append(&field, " ");
	field_append(&field, view->table.filter);
	field_append(&field, ": ");
	uint16_t cars[RACE_CARS_MAX];
	unsigned count = tower_cars(view, cars);
	field_append_number(&field, count);
	field_append(&field, count == 1 ? " car " : " cars ");
	int w = canvas_text(canvas, at.x, at.y, at.w / 2, field.text, ROLE_AT_RISK);
	canvas_mark(canvas, at.x, at.y, w, CELL_SELECTED);
	return w + 2;
}

/* Each sign is its own key; the words are the last key. */
static void hit_keys(struct canvas *canvas, int x, int y, const struct hint *hint)
{
	const struct key_binding *last = hint->last;
	int w = text_width(hint->keys.text);
	if (last > hint->first && is_digit(last)) {
		canvas_hit(canvas, x, y, 1, hit_of(HIT_KEY, hint->first->key));
		canvas_hit(canvas, x + w - 1, y, 1, hit_of(HIT_KEY, last->key));
		return;
	}
	canvas_hit(canvas, x, y, w + 1 + text_width(hint->words),
		   hit_of(HIT_KEY, last->key));
	for (const struct key_binding *key = hint->first; key <= last; key++) {
		w = text_width(key_sign(key, hint->ascii));
		canvas_hit(canvas, x, y, w, hit_of(HIT_KEY, key->key));
		x += w + (hint->ascii && w > 1);
	}
}

static void draw_keys(const struct view *view, struct canvas *canvas, struct rect area)
{
	int between = area.w < 100 ? 1 : 2;
	struct hint hint = {.ascii = canvas->ascii,
			    .listed = canvas->rows >= SCREEN_LINE_ROWS};
	int x = area.x + 1, room;
	x += draw_filter(view, canvas, (struct rect){x, area.y, area.w - 1, 1});
	room = area.x + area.w - x;
	while (hint_next(view, &hint))
		if (kept_hint(view, &hint) && wanted(view, &hint))
			room -= hint_width(&hint, between);
	hint.next = 0;
	while (hint_next(view, &hint)) {
		int w = hint_width(&hint, between);
		struct slice kind = {"", 0};
		if (hint.first->action == ACTION_EVENT) {
			kind = slice_of(history_steps[view->armed % STEP_COUNT].name);
			w += text_width(kind) + 1;
		}
		if (!wanted(view, &hint) || (!kept_hint(view, &hint) && w > room))
			continue;
		room -= kept_hint(view, &hint) ? 0 : w;
		hit_keys(canvas, x, area.y, &hint);
		x += canvas_text(canvas, x, area.y, w, hint.keys.text, ROLE_KEY) + 1;
		x += canvas_text(canvas, x, area.y, w, hint.words, ROLE_DIM);
		if (kind.len)
			x += 1 + canvas_text(canvas, x + 1, area.y, w, kind, ROLE_TEXT);
		x += between;
	}
}

void hints_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	if (view_is_open(view, OVERLAY_PROMPT))
		return; /* it is drawn there */
	int w = draw_new_alerts(view, canvas,
				(struct rect){area.x + 1, area.y, area.w - 2, 1});
	area.x += w;
	area.w -= w;
	if (view->notice[0] == '\0') {
		draw_keys(view, canvas, area);
		return;
	}
	struct field more = {0};
	int room = area.w - 2;
	if (view->notices_waiting > 0) {
		field_format(&more, "%u more: K", view->notices_waiting);
		room -= text_width(more.text) + 2;
		canvas_right(canvas, area.x, area.y, area.w - 1, more.text, ROLE_KEY);
		canvas_hit(canvas, area.x + 1 + room, area.y, area.w - 1 - room,
			   hit_of(HIT_KEY, 'K'));
	}
	canvas_text(canvas, area.x + 1, area.y, room, slice_of(view->notice),
		    view->notice_bad ? ROLE_ERROR : ROLE_NOTICE);
}
