/*
 * chart_places.c -- the lap chart: places over the laps of the race, or of a class
 *
 *  (1) A place is taken after each crossing, with straight lines between. A car on the
 *      track or in its garage is drawn up to the playhead; the line of a car that retired or
 *      finished ends at its last crossing.
 *  (2) With a car selected its class keeps its colour and the others are faint; the car
 *      itself is bright and two dots wide.
 *  (3) When not all places fit, those around the selected car are shown; the window moves
 *      by half its height, not with every place.
 */
#include "chart.h"

#include <math.h>

#define DOTS_A_PLACE 2.5

enum { SHADE_LINES = 3 }; /* lines per place from which on flags are shaded */

/* Layers, from back to front. */
enum layer { LAYER_OTHERS, LAYER_CLASS, LAYER_SELECTED, LAYER_COUNT };

struct places {
	struct chart chart;
	bool in_class;                /* places within the class */
	uint8_t class_index;          /* of the car shown */
	uint16_t selected;            /* CAR_NONE */
	unsigned count;               /* number of places */
	unsigned first, last;         /* 1-based, shown */
	uint8_t layer[RACE_CARS_MAX]; /* LAYER_COUNT: not drawn */
	struct dots at[RACE_CARS_MAX];
	uint16_t begin[RACE_CARS_MAX]; /* place at the left edge; 0: none yet */
	uint16_t place[RACE_CARS_MAX]; /* last place; 0: none */
};

static uint16_t row_place(const struct places *places, const struct lap_row *row)
{
	return places->in_class ? row->class_position : row->position;
}

static uint16_t place_now(const struct places *places, uint16_t car)
{
	const struct standing *standing = car_standing(places->chart.view, car);
	if (!standing)
		return 0;
	return places->in_class ? standing->class_position : standing->position;
}

/* The place on the grid, among those that are drawn. */
static uint16_t grid_place(const struct places *places, uint16_t car)
{
	const struct race *race = places->chart.view->race;
	uint16_t grid = race->entries[car].grid, place = 1;
	if (grid == 0 || !places->in_class)
		return grid;
	for (uint16_t other = 0; other < race->car_count; other++)
		if (race->entries[other].class_index == places->class_index &&
		    race->entries[other].grid && race->entries[other].grid < grid)
			place++;
	return place;
}

static void choose_layers(struct places *places)
{
	const struct race *race = places->chart.view->race;
	for (uint16_t car = 0; car < race->car_count; car++) {
		const struct entry *entry = &race->entries[car];
		bool same = entry->class_index == places->class_index;
		places->layer[car] = LAYER_COUNT;
		if (entry->not_started || entry->merged || (places->in_class && !same))
			continue;
		places->count++;
		places->layer[car] = car == places->selected ? LAYER_SELECTED
				     : places->selected == CAR_NONE || same
					     ? LAYER_CLASS
					     : LAYER_OTHERS;
	}
}

/* (3) */
static void choose_window(struct places *places)
{
	unsigned room = (unsigned)(places->chart.plot.area.h * 4 / DOTS_A_PLACE);
	unsigned place =
		places->selected != CAR_NONE ? place_now(places, places->selected) : 1;
	unsigned half = room / 2, first;
	places->first = 1;
	places->last = places->count ? places->count : 1;
	if (places->count <= room || half < 1)
		return;
	first = (place ? place - 1 : 0) / half * half + 1;
	first = first > half / 2 ? first - half / 2 : 1;
	if (first + room - 1 > places->count)
		first = places->count - room + 1;
	places->first = first;
	places->last = first + room - 1;
}

/* Whole lines per place, unless an eighth or more of the area would stay empty. */
static void places_scale(struct places *places)
{
	int shown = (int)(places->last - places->first + 1);
	int lines = places->chart.plot.area.h;
	int each = lines / shown;
	double top = places->first - 0.5;
	if (each > 0 && (lines - each * shown) * 8 < lines)
		chart_scale(&places->chart, top, top + (double)lines / each);
	else
		chart_scale(&places->chart, top, places->last + 0.5);
}

static enum role places_role(const struct places *places, uint16_t car)
{
	if (places->layer[car] == LAYER_SELECTED)
		return ROLE_STRONG;
	return places->layer[car] == LAYER_OTHERS
		       ? ROLE_TRACK
		       : class_role(places->chart.scene, car);
}

/* Draw on to (@t, @place); the first point of a car only begins. */
static void draw_to(struct places *places, uint16_t car, instant_us t, uint16_t place)
{
	struct chart *chart = &places->chart;
	struct dots to = chart_at(chart, t, place);
	if (places->place[car] && to.x >= 0) {
		if (places->begin[car] == 0)
			places->begin[car] =
				places->at[car].x < 0 ? places->place[car] : place;
		if (places->layer[car] == LAYER_SELECTED)
			plot_bold(&chart->plot, places->at[car], to,
				  places_role(places, car));
		else
			plot_line(&chart->plot, places->at[car], to,
				  places_role(places, car));
	} else if (to.x >= 0) {
		places->begin[car] = place;
	}
	places->at[car] = to;
	places->place[car] = place;
}

/* (1) */
static bool places_go_on(const struct places *places, uint16_t car)
{
	duration_us since;
	enum car_state state = car_state_at(places->chart.view, car, &since);
	return state == CAR_RUNNING || state == CAR_IN_PIT;
}

static void draw_layer(struct places *places, enum layer layer)
{
	const struct view *view = places->chart.view;
	const struct race *race = view->race;
	for (uint16_t car = 0; car < race->car_count; car++) {
		uint16_t grid = grid_place(places, car);
		if (places->layer[car] == layer && grid &&
		    race->start_at != INSTANT_NONE)
			draw_to(places, car, race->start_at, grid);
	}
	for (const struct lap_row *row = NULL; (row = lap_row_after(view, row));)
		if (places->layer[row->car] == layer && row_place(places, row))
			draw_to(places, row->car, row->at, row_place(places, row));
	for (uint16_t car = 0; car < race->car_count; car++)
		if (places->layer[car] == layer && place_now(places, car) &&
		    places->place[car] && places_go_on(places, car))
			draw_to(places, car, view->at, place_now(places, car));
}

/* ---- who is who --------------------------------------------------------------- */

static void label_at(struct places *places, uint16_t car, enum chart_side side,
		     unsigned place)
{
	struct chart *chart = &places->chart;
	const struct entry *entry = &chart->view->race->entries[car];
	enum role role = car == places->selected ? ROLE_STRONG
			 : places->layer[car] == LAYER_OTHERS
				 ? ROLE_DIM
				 : class_role(chart->scene, car);
	struct car_label number = shown_number(chart->view->race, car);
	struct field field = {0};
	int room = chart->area.x + chart->area.w - chart->plot.area.x -
		   chart->plot.area.w - 1;
	if (place < places->first || place > places->last)
		return;
	if (side == CHART_LEFT) {
		(void)chart_label(chart, side, place, slice_of(number.text), role);
		return;
	}
	field_format(&field, room >= 12 ? "%4s %s" : "%4s", number.text, entry->team);
	(void)chart_label(chart, side, place, field.text, role);
}

/* The selected car first, then leaders of classes, then the rest. */
static void places_label(struct places *places)
{
	const struct view *view = places->chart.view;
	for (int pass = 0; pass < 3; pass++) {
		for (uint32_t i = 0; i < view->standings->count; i++) {
			uint16_t car = view->standings->rows[i].car;
			bool leads = view->standings->rows[i].class_position == 1;
			bool home = view->race->cars[car].flagged;
			if (places->layer[car] == LAYER_COUNT ||
			    (pass == 0 && car != places->selected) ||
			    (pass == 1 && !leads))
				continue;
			if (places->begin[car])
				label_at(places, car, CHART_LEFT, places->begin[car]);
			if (places->place[car] &&
			    (places_go_on(places, car) || home || pass == 0))
				label_at(places, car, CHART_RIGHT, places->place[car]);
		}
	}
}

/* Places at the far left: the first, then every fifth or tenth. */
static void draw_scale(struct places *places)
{
	struct chart *chart = &places->chart;
	unsigned shown = places->last - places->first + 1;
	unsigned step = (int)shown <= chart->plot.area.h       ? 1
			: (int)shown <= 3 * chart->plot.area.h ? 5
							       : 10;
	for (unsigned place = places->first; place <= places->last; place++) {
		int y = chart_line(chart, place);
		if (place != places->first && place % step != 0)
			continue;
		struct field field;
		field_number(&field, place, ROLE_DIM);
		canvas_right(chart->canvas, chart->area.x, chart->plot.area.y + y, 3,
			     field.text, ROLE_DIM);
	}
}

static void places_draw_head(const struct places *places, struct canvas *canvas,
			     struct rect head)
{
	const struct view *view = places->chart.view;
	struct pen pen = pen_at(canvas, head);
	struct field field = {0};
	if (places->in_class)
		pen_fact(&pen, "",
			 slice_of(view->race->classes[places->class_index].name),
			 (enum role)places->chart.scene->role_of[places->class_index]);
	if (places->selected != CAR_NONE)
		pen_fact(&pen, "car", CAR_LABEL(view->race, places->selected),
			 ROLE_STRONG);
	if (places->last - places->first + 1 < places->count) {
		field_format(&field, "P %u\u2013%u of %u", places->first, places->last,
			     places->count);
		pen_fact(&pen, "shown", field.text, ROLE_TEXT);
	}
}

void chart_places_draw(const struct scene *scene, struct canvas *canvas,
		       struct rect area, struct rect head)
{
	const struct view *view = scene->view;
	const int margins[2] = {8, area.w >= 150 ? 26 : area.w >= 110 ? 17 : 5};
	uint16_t car = view_car(view);
	struct places places;
	memset(&places, 0, sizeof(places));
	if (car == CAR_NONE ||
	    !chart_begin(&places.chart, scene, canvas, area, margins))
		return;
	places.class_index = view->race->entries[car].class_index;
	places.in_class = view_chart(view) == CHART_CLASS &&
			  places.class_index < view->race->class_count;
	places.selected =
		view->selected < view->race->car_count ? view->selected : CAR_NONE;
	choose_layers(&places);
	choose_window(&places);
	places_scale(&places);
	/* Between close curves a shade would be seen in the gaps only. */
	if ((int)(places.last - places.first + 1) * SHADE_LINES >
	    places.chart.plot.area.h)
		chart_unshade(&places.chart);
	struct lap_times_at laps;
	lap_times_first(view, RACE_CLASSES_MAX, &laps);
	for (int layer = 0; layer < LAYER_COUNT; layer++)
		draw_layer(&places, (enum layer)layer);
	places_label(&places);
	draw_scale(&places);
	chart_axis(&places.chart, &laps);
	chart_end(&places.chart);
	places_draw_head(&places, canvas, head);
}
