/*
 * layers.c -- the table of screens and overlays, and which of them gets a key
 *
 *  (1) The top one gets the key. A key that an overlay does not use is dropped, except for
 *      the actions that it declines: these go to the layer below.
 *  (2) Esc closes any overlay, even when it is bound to something else; so do the keys that
 *      go back or quit, and the key that opens the overlay.
 *  (3) A screen gets the actions of its table. The console does those that the screen does
 *      not use, and those that work on all screens; any other key does nothing.
 */
#include "parts.h"

#include <string.h>

#define X(id_, object_, key_, label_) extern const struct screen object_##_screen;
SCREENS(X)
#undef X
const struct screen *const screens[SCREEN_COUNT] = {
#define X(id_, object_, key_, label_) [SCREEN_##id_] = &object_##_screen,
	SCREENS(X)
#undef X
};

#define X(id_, object_) extern const struct screen object_##_overlay;
OVERLAYS(X)
#undef X
const struct screen *const overlays[OVERLAY_COUNT] = {
#define X(id_, object_) [OVERLAY_##id_] = &object_##_overlay,
	OVERLAYS(X)
#undef X
};

/* ---- the stack ------------------------------------------------------------- */

void view_close(struct view *view, enum overlay_id overlay)
{
	uint8_t count = 0;
	for (uint8_t i = 0; i < view->overlay_count; i++)
		if (view->overlays[i] != overlay)
			view->overlays[count++] = view->overlays[i];
	view->overlay_count = count;
	if (overlay == OVERLAY_PROMPT)
		view->prompt = PROMPT_NONE;
}

void view_open(struct view *view, enum overlay_id overlay)
{
	view_close(view, overlay);
	view->overlays[view->overlay_count++] = (uint8_t)overlay;
}

bool view_is_open(const struct view *view, enum overlay_id overlay)
{
	for (uint8_t i = 0; i < view->overlay_count; i++)
		if (view->overlays[i] == overlay)
			return true;
	return false;
}

void view_ask(struct view *view, enum prompt_kind prompt, struct slice input)
{
	view_open(view, OVERLAY_PROMPT);
	view->prompt = (uint8_t)prompt;
	view->past_at = 0;
	(void)text_copy(view->input, sizeof(view->input), input);
}

const struct screen *screen_of(const struct view *view)
{
	return screens[view->screen < SCREEN_COUNT ? view->screen : 0];
}

const struct screen *view_top(const struct view *view)
{
	return view->overlay_count ? overlays[view->overlays[view->overlay_count - 1]]
				   : screen_of(view);
}

unsigned view_needs(const struct view *view)
{
	const struct screen *screen = screen_of(view);
	unsigned needs = screen->needs ? screen->needs(view) : 0;
	if (needs & NEED_STRATEGY)
		needs |= NEED_FORECAST;
	/* The scrub bar shows the flips of the selected car. */
	return view->selected != CAR_NONE ? needs | NEED_FLIPS : needs;
}

/* ---- keys ------------------------------------------------------------------- */

const struct screen_key *screen_key(const struct screen *screen, enum action action)
{
	for (const struct screen_key *key = screen->keys; key && key->about; key++)
		if (key->action == action)
			return key;
	return NULL;
}

/* (2) */
static bool closes(const struct screen *overlay, const struct key_binding *key)
{
	return key->key == KEY_PW_ESC || key->action == ACTION_BACK ||
	       key->action == ACTION_QUIT ||
	       (overlay->opener && key->action == overlay->opener);
}

static bool declines(const struct screen *overlay, unsigned action)
{
	return action < ACTION_COUNT && overlay->declines >> action & 1;
}

bool view_press(struct view *view, const struct key_binding *key, struct wish *wish)
{
	const struct screen *screen = screen_of(view);
	uint8_t open[OVERLAY_COUNT];
	/* A handler may close overlays: work on a copy. */
	memcpy(open, view->overlays, sizeof(open));
	for (unsigned i = view->overlay_count; i-- > 0;) { /* (1) */
		enum overlay_id id = (enum overlay_id)open[i];

		if (overlays[id]->key(view, key, wish))
			return false;
		if (key->key != KEY_PW_ESC && declines(overlays[id], key->action))
			continue;
		if (closes(overlays[id], key))
			view_close(view, id);
		return false;
	}
	if (key->action >= ACTION_COUNT)
		return false;
	const struct screen_key *own =
		screen_key(screen, (enum action)key->action); /* (3) */
	if (own && screen->key && screen->key(view, key, wish))
		return false;
	return own || action_reach((enum action)key->action) != REACH_OWN;
}

bool view_key_is_idle(const struct view *view, const struct key_binding *key)
{
	if (view->overlay_count > 0)
		return false;
	return key->action >= ACTION_COUNT ||
	       (action_reach((enum action)key->action) == REACH_OWN &&
		!screen_key(screen_of(view), (enum action)key->action));
}

bool view_reaches(const struct view *view, enum action action)
{
	for (uint8_t i = 0; i < view->overlay_count; i++)
		if (!declines(overlays[view->overlays[i]], action))
			return false;
	return true;
}
