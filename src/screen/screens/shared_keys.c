/*
 * shared_keys.c -- what keys do on several screens: classes, gaps, charts, lists of laps
 */
#include "parts.h"

static void next_pane(struct view *view, const struct key_binding *key,
		      struct wish *wish)
{
	int count = (int)view_panes(view);
	if (count == 0)
		return;
	int pane = (view->pane + key->argument) % count;
	view->pane = (uint8_t)(pane < 0 ? pane + count : pane);
	if (view->selected != CAR_NONE)
		*wish = (struct wish){.kind = WISH_SELECT,
				      .n = view_pane_car(view, view->pane)};
}

/* The tagged car behind @car in the order of cars; CAR_NONE: none. */
static uint16_t next_tagged(const struct view *view, uint16_t car)
{
	for (car++; car < view->race->car_count; car++)
		if (view_is_tagged(&view->table, car))
			return car;
	return CAR_NONE;
}

/* To each of the tagged cars in turn. */
static void next_gaps(struct view *view, struct wish *wish)
{
	static const char *const to[GAPS_SHOWN] = {"to the leader", "to the car ahead",
						   "in class, and to the leader of all",
						   "to the tagged car"};
	uint8_t *gaps = &view->table.gaps;
	uint16_t first = next_tagged(view, UINT16_MAX);
	uint16_t next =
		*gaps == GAPS_CAR ? next_tagged(view, view->compared) : CAR_NONE;
	if (next == CAR_NONE)
		*gaps = (uint8_t)((*gaps + 1) % GAPS_SHOWN);
	if (*gaps == GAPS_CAR && next == CAR_NONE && first != CAR_NONE)
		next = first;
	if (next != CAR_NONE)
		view->compared = next;
	if (*gaps == GAPS_CAR && view->compared == CAR_NONE)
		*gaps = GAPS_LEADER;
	if (*gaps == GAPS_CAR)
		text_format(wish->notice, sizeof(wish->notice), "gaps: to car %s",
			    car_label(view->race, view->compared).text);
	else
		text_format(wish->notice, sizeof(wish->notice), "gaps: %s", to[*gaps]);
}

/* From the leader to the leader of the class, then to the selected car, which stays
 * when another one is selected. */
static void next_reference(struct view *view, struct wish *wish)
{
	view->chart = CHART_GAPS;
	view->reference = (uint8_t)((view->reference + 1) % REFERENCE_COUNT);
	if (view->reference == REFERENCE_CAR && view->selected == CAR_NONE)
		view->reference = REFERENCE_LEADER;
	view->reference_car = view->selected;
	if (view->reference != REFERENCE_CAR)
		return;
	char number[16];
	race_car_label(view->race, view->selected, number);
	text_format(wish->notice, sizeof(wish->notice),
		    "gaps to car %s, whichever is selected", number);
}

/* The newest lap is on top, so down is back in time. */
void laps_scroll(struct view *view, int by)
{
	uint16_t car = view_car(view);
	if (car == CAR_NONE)
		return;
	int64_t newest = view->race->cars[car].laps;
	int64_t top = view->lap_top == 0 ? newest : view->lap_top;
	top -= by;
	/* The first laps are in sight long before they are at the top. */
	top = top < KEY_PAGE ? KEY_PAGE : top;
	view->lap_top = top >= newest ? 0 : (uint32_t)top;
}

bool shared_key(struct view *view, const struct key_binding *key, struct wish *wish)
{
	if (key->action == ACTION_PANE)
		next_pane(view, key, wish);
	else if (key->action == ACTION_GAPS)
		next_gaps(view, wish);
	else if (key->action == ACTION_REFERENCE)
		next_reference(view, wish);
	else if (key->action == ACTION_SPAN)
		view->span = (uint8_t)((view->span + 1) % CHART_SPANS);
	else if (key->action == ACTION_CLEAN)
		view->laps_all = !view->laps_all;
	else if (key_page(key) != 0)
		laps_scroll(view, key_page(key));
	else
		return false;
	return true;
}
