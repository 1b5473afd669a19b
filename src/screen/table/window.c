/*
 * window.c -- scrolling a long list in few lines
 */
#include "parts.h"

struct window window_make(unsigned count, unsigned lines, unsigned head, unsigned focus)
{
	struct window window = {.count = count};
	if (count <= lines || lines == 0) {
		window.head = count <= lines ? count : 0;
		return window;
	}
	if (focus >= count || focus + 1 < lines || lines < head + 3) {
		window.head = lines - 1;
		window.more = true;
		if (focus < count && focus + 1 >= lines) {
			/* Too few lines for a head: around the focus only. */
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

int window_draw(const struct window *window, struct canvas *canvas, struct rect area,
		void (*row)(const void *list, int *y, unsigned row), const void *list)
{
	int y = area.y;
	unsigned end = window->tail ? window->from + window->tail : window->head;
	for (unsigned i = 0; i < window->head; i++)
		row(list, &y, i);
	if (window->skip)
		draw_more(canvas, (struct rect){area.x, y++, area.w, 1},
			  window->from - window->head);
	for (unsigned i = 0; i < window->tail; i++)
		row(list, &y, window->from + i);
	if (window->more)
		draw_more(canvas, (struct rect){area.x, y++, area.w, 1},
			  window->count - end);
	return y;
}

/* ---- cars ------------------------------------------------------------------------ */

unsigned car_index(const uint16_t *cars, unsigned count, uint16_t car)
{
	unsigned at = 0;
	while (at < count && cars[at] != car)
		at++;
	return at;
}

static void car_list_row(const void *list, int *y, unsigned i)
{
	const struct car_list *cars = list;
	struct row row;
	row_make(cars->scene, cars->cars[i], &row);
	layout_row(cars->layout, cars->canvas, (*y)++, &row);
}

int car_list_draw(const struct car_list *list, struct rect area, unsigned head)
{
	unsigned lines = area.h > 0 ? (unsigned)area.h : 0;
	unsigned focus =
		car_index(list->cars, list->count, list->scene->view->selected);
	struct window window = window_make(list->count, lines, head, focus);
	return window_draw(&window, list->canvas, area, car_list_row, list);
}
