/*
 * window.c -- a long list in few lines
 */
#include "parts.h"

struct window window_make(unsigned count, unsigned lines, unsigned head, unsigned focus)
{
	struct window window = {0};
	if (count <= lines || lines == 0) {
		window.head = count <= lines ? count : 0;
		return window;
	}
	if (focus >= count || focus + 1 < lines || lines < head + 3) {
		window.head = lines - 1;
		window.more = true;
		if (focus < count && focus + 1 >= lines) {
			/* Too few lines for both ends: the focus alone. */
			window.head = 0;
			window.from = focus;
			window.tail = lines - 1;
			if (window.from + window.tail > count)
				window.from = count - window.tail;
			window.more = window.from + window.tail < count;
		}
		return window;
	}
	window.head = head;
	window.skip = true;
	window.more = true;
	window.tail = lines - head - 2;
	window.from = focus - window.tail / 2;
	if (window.from + window.tail + 1 >= count) {
		window.more = false;
		window.tail = lines - head - 1;
		window.from = count - window.tail;
	}
	return window;
}

void draw_more(struct canvas *canvas, int x, int y, int w, unsigned n)
{
	struct field field = {.text = {field.buf, 0}};
	field_append(&field, "\u2026 ");
	field_append_number(&field, n);
	field_append(&field, " more");
	canvas_text(canvas, x, y, w, field.text, ROLE_DIM);
}
