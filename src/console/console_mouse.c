/*
 * console_mouse.c -- what the mouse does
 *
 *  (1) It does nothing that keys do not: a cell is a car, a key or a place on the scrub
 *      bar, as recorded when it was drawn (canvas_hit). Overlays block it as they block
 *      keys.
 *  (2) Off, the terminal uses the mouse to select text.
 *  (3) A drag on the scrub bar is one jump to undo.
 */
#include "console.h"

#include <stdlib.h>

void console_mouse_resize(struct console *console)
{
	struct canvas *canvas = &console->canvas;
	size_t cells = (size_t)canvas->cols * (size_t)canvas->rows;
	free(console->mouse.hits);
	console->mouse.hits =
		console->mouse.on ? calloc(cells, sizeof(*console->mouse.hits)) : NULL;
	canvas->hits = console->mouse.hits;
}

bool console_mouse_set(struct console *console, bool on)
{
	if (!term_mouse(console->term, on))
		return false;
	console->mouse.on = on;
	console->mouse.dragging = false;
	console_mouse_resize(console);
	return true;
}

void act_mouse(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (!console_mouse_set(console, !console->mouse.on))
		console_notice(console, true, "this terminal has no mouse");
	else if (console->mouse.on)
		console_notice(console, false,
			       "the mouse selects cars, opens them, presses keys and "
			       "drags the playhead; @ gives it back");
	else
		console_notice(console, false,
			       "the mouse is the terminal's again: it selects text");
}

static void put_at_column(struct console *console, int x)
{
	int cols = console->canvas.cols;
	console_put(console, scrub_instant(&console->view, cols, x));
	console->frames.dirty = true;
}

/* The first press selects a car, the second opens it. */
static void press_car(struct console *console, uint16_t car)
{
	if (!view_reaches(&console->view, ACTION_SELECT))
		return;
	if (car != console->chosen.selected)
		console_select(console, car);
	else
		console_do(console, ACTION_OPEN, 0);
}

static void press_bar(struct console *console, int x)
{
	if (!view_reaches(&console->view, ACTION_GO_TO))
		return;
	console->mouse.dragging = true;
	console->view.jumped_by = ACTION_COUNT; /* (3) */
	console_remember(console, ACTION_MOUSE);
	put_at_column(console, x);
}

static void mouse_press(struct console *console, uint32_t hit)
{
	switch (hit_kind(hit)) {
	case HIT_CAR:
		press_car(console, (uint16_t)hit_value(hit));
		break;
	case HIT_KEY:
		console_key(console, hit_value(hit));
		break;
	case HIT_SCRUB:
		press_bar(console, (int)hit_value(hit));
		break;
	case HIT_NONE:
	case HIT_OVER:
		break;
	}
}

/* Over the scrub bar it moves in time, elsewhere it selects or scrolls. */
static void wheel(struct console *console, uint32_t hit, int by)
{
	bool bar = hit_kind(hit) == HIT_SCRUB;
	console_do(console, bar ? ACTION_LAP : ACTION_SELECT, (int16_t)by);
}

void console_mouse(struct console *console, struct term_mouse did)
{
	uint32_t hit = canvas_hit_at(&console->canvas, did.x, did.y);
	/* A prompt takes keys only. */
	if (view_is_open(&console->view, OVERLAY_PROMPT))
		return;
	console->frames.dirty = true;
	switch ((enum mouse_what)did.what) {
	case MOUSE_PRESSED:
		console_notice_read(console);
		mouse_press(console, hit);
		break;
	case MOUSE_DRAGGED:
		if (console->mouse.dragging &&
		    view_reaches(&console->view, ACTION_GO_TO))
			put_at_column(console, did.x);
		break;
	case MOUSE_RELEASED:
		console->mouse.dragging = false;
		break;
	case MOUSE_WHEEL_UP:
		wheel(console, hit, -1);
		break;
	case MOUSE_WHEEL_DOWN:
		wheel(console, hit, 1);
		break;
	}
}
