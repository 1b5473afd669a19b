/*
 * console_cars.c -- what the keys do to whole tables of cars: tags, favourites, order,
 * filter, columns
 */
#include "console.h"

typedef const struct key_binding *binding;

/* ---- tags ------------------------------------------------------------------ */

/* The car tagged last is the one that others are compared with. */
void act_tag(struct console *console, binding key)
{
	struct view *view = &console->view;
	char number[16];
	(void)key;
	console_state(console);
	if (view->selected == CAR_NONE) {
		console_notice(console, false, "select a car first, with Up and Down");
		return;
	}
	race_car_label(view->race, view->selected, number);
	if (view->compared == view->selected) {
		view->compared = CAR_NONE;
		console_notice(console, false, "car %s is no longer tagged", number);
		return;
	}
	view->compared = view->selected;
	console_notice(console, false,
		       "car %s is tagged: select another, 8 compares the two", number);
}
