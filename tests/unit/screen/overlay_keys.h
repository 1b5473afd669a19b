/*
 * overlay_keys.h -- every key, and what a key may change in an overlay
 */
#ifndef PITWALL_TEST_SCREEN_OVERLAY_KEYS_H
#define PITWALL_TEST_SCREEN_OVERLAY_KEYS_H

#include "pitwall/view.h"

enum { KEYS_MOST = 176 };

/* Every key that can be typed, and two letters that are not ASCII. @all: with Ctrl-C and
 * the mouse, which the console handles itself. */
static inline unsigned all_keys(uint32_t keys[KEYS_MOST], bool all)
{
	unsigned count = 0;
	for (uint32_t key = 1; key < 0x7f; key++)
		if (all || key != KEY_CTRL_C)
			keys[count++] = key;
	for (uint32_t key = KEY_NONE_ + 1; key < KEY_PW_MOUSE + (uint32_t)all; key++)
		keys[count++] = key;
	keys[count++] = 0xe9;
	keys[count++] = 0x4e16;
	return count;
}
_Static_assert(0x7e + KEY_PW_MOUSE - KEY_NONE_ + 2 <= KEYS_MOST, "they fit");

/* Restore what belongs to the overlay: what it shows, and whether it is open. */
static inline void put_back(struct view *view, const struct view *was)
{
	memcpy(view->overlays, was->overlays, sizeof(view->overlays));
	memcpy(view->input, was->input, sizeof(view->input));
	view->overlay_count = was->overlay_count;
	view->prompt = was->prompt;
	view->session_row = was->session_row;
	view->alert_row = was->alert_row;
	view->help_top = was->help_top;
	view->changed_top = was->changed_top;
	view->notices_top = was->notices_top;
	view->digest_top = was->digest_top;
	view->cell = was->cell;
	view->past_at = was->past_at;
	view->choose_row = was->choose_row;
}

#endif
