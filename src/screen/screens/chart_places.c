/*
 * chart_places.c -- the lap chart: a row a place, over the laps of the race or of a class
 *
 *  (1) A row shows who had the place. A car that moved up comes in with a rising stroke, one
 *      that fell back with a falling stroke; its number follows where the line is long enough.
 *  (2) The places are those after each crossing of SF; in the last column those of now. The
 *      row of a car that retired or finished ends at its last crossing.
 *  (3) The selected car is a heavy line with its moves, so it shows without colour. With a
 *      car selected its class keeps its colour and the others are faint.
 *  (4) When not all places fit, those around the selected car are shown; the window moves
 *      by half its height, not with every place.
 */
#include "chart.h"

enum {
	EACH_MOST = 4,      /* lines a place */
	LABEL_AGAIN = 44,   /* cells after which a line has its number again */
	LINE = 0x2500,      /* of a car */
	LINE_SLOW = 0x2591, /* under a flag that slows */
	RISING = 0x2571,
	FALLING = 0x2572,
	HEAVY = 0x2501,
	HEAVY_UP = 0x2503,
};

struct places {
	struct chart chart;
	bool in_class;            /* places within the class */
	uint8_t class_index;      /* of the car shown */
	uint16_t selected;        /* CAR_NONE */
	unsigned count;           /* number of places */
	unsigned first, last;     /* 1-based, shown */
	bool with[RACE_CARS_MAX]; /* has a place */
	/* The order after the crossings so far. */
	unsigned ordered;
	uint16_t order[RACE_CARS_MAX];
	uint32_t laps[RACE_CARS_MAX];
	instant_us ends[RACE_CARS_MAX]; /* its row ends here */
	/* Of the column before: 0: none. */
	uint16_t before[RACE_CARS_MAX];
	uint16_t begin[RACE_CARS_MAX]; /* place where its row begins */
	/* By row shown: who is in it, and since which column. */
	uint16_t who[CANVAS_ROWS_MAX];
	int since[CANVAS_ROWS_MAX];
	uint16_t path[CANVAS_COLS_MAX]; /* place of the selected car; 0: none */
};

/* ---- who, and where ---------------------------------------------------------- */

static uint16_t place_now(const struct places *places, uint16_t car)
{
	const struct standing *standing = car_standing(places->chart.view, car);
	if (!standing)
		return 0;
	return places->in_class ? standing->class_position : standing->position;
}

/* (2) */
static bool places_go_on(const struct view *view, uint16_t car)
{
	duration_us since;
	enum car_state state = car_state_at(view, car, &since);
	return state == CAR_RUNNING || state == CAR_IN_PIT;
}

static void choose_placed(struct places *places, const struct view *view)
{
	const struct race *race = view->race;
	for (uint16_t car = 0; car < race->car_count; car++) {
		const struct entry *entry = &race->entries[car];
		const struct lap_row *newest =
			lap_row_at(view, race->cars[car].lap_row);
		if (entry->not_started || entry->merged ||
		    (places->in_class && entry->class_index != places->class_index))
			continue;
		places->with[car] = true;
		places->count++;
		places->ends[car] = places_go_on(view, car) ? INT64_MAX
				    : newest                ? newest->at
							    : INSTANT_NONE;
	}
}

/* (4) */
static void choose_window(struct places *places)
{
	unsigned room = (unsigned)places->chart.plot.area.h;
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

/* Whole lines a place; the axis is below the last of them. */
static void places_scale(struct places *places, const struct scene *scene,
			 struct canvas *canvas, struct rect area)
{
	const int margins[2] = {8, area.w >= 150 ? 26 : area.w >= 110 ? 17 : 5};
	int count = (int)places->count, lines, each;
	lines = area.h - chart_axis_lines(area);
	each = count > 0 ? lines / count : 1;
	each = each < 1 ? 1 : each > EACH_MOST ? EACH_MOST : each;
	if (count > 0 && lines > each * count && each * count >= 4)
		area.h -= lines - each * count;
	if (!chart_begin(&places->chart, scene, canvas, area, margins))
		return;
	choose_window(places);
	double top = places->first - 0.5;
	chart_scale(&places->chart, top,
		    top + (double)places->chart.plot.area.h / each);
}

static enum role places_role(const struct places *places, uint16_t car)
{
	const struct entry *entries = places->chart.view->race->entries;
	if (car == places->selected)
		return ROLE_STRONG;
	return places->selected == CAR_NONE ||
			       view_is_tagged(&places->chart.view->table, car) ||
			       entries[car].class_index == places->class_index
		       ? class_role(places->chart.scene, car)
		       : ROLE_DIM;
}

/* ---- the order over time ------------------------------------------------------- */

/* The grid; a car without a slot comes in with its first lap. */
static void order_begin(struct places *places)
{
	const struct race *race = places->chart.view->race;
	for (uint16_t car = 0; car < race->car_count; car++) {
		uint16_t slot = race->entries[car].grid;
		unsigned at = places->ordered;
		if (!places->with[car] || slot == 0)
			continue;
		for (; at > 0 && race->entries[places->order[at - 1]].grid > slot; at--)
			places->order[at] = places->order[at - 1];
		places->order[at] = car;
		places->ordered++;
	}
}

/* A car completed a lap: it is behind those that completed as many before it. */
static void order_lap(struct places *places, const struct lap_row *row)
{
	unsigned at = 0, to;
	uint16_t car = row->car;
	if (!places->with[car])
		return;
	while (at < places->ordered && places->order[at] != car)
		at++;
	if (at == places->ordered)
		places->ordered++;
	places->laps[car] = row->lap;
	for (to = at; to > 0 && places->laps[places->order[to - 1]] < row->lap; to--)
		places->order[to] = places->order[to - 1];
	places->order[to] = car;
}

/* (2) */
static void order_now(struct places *places)
{
	const struct standings *standings = places->chart.view->standings;
	unsigned ordered = 0;
	for (uint32_t i = 0; i < standings->count; i++)
		if (places->with[standings->rows[i].car] &&
		    place_now(places, standings->rows[i].car))
			places->order[ordered++] = standings->rows[i].car;
	places->ordered = ordered;
}

/* ---- the rows ------------------------------------------------------------------- */

/* The number of the car on its line, where it is long enough: [@from, @to) (1). */
static void number_on_line(struct places *places, int line, int from, int to)
{
	struct chart *chart = &places->chart;
	uint16_t car = places->who[line];
	if (car == CAR_NONE || car == places->selected)
		return;
	struct car_label number = shown_number(chart->view->race, car);
	int w = text_width(slice_of(number.text));
	for (int x = from == 0 ? LABEL_AGAIN : from + 1; x + w + 2 <= to;
	     x += LABEL_AGAIN)
		canvas_text(chart->canvas, chart->plot.area.x + x,
			    chart->plot.area.y + line, w, slice_of(number.text),
			    places_role(places, car));
}

static void put_place_at(struct places *places, int x, unsigned place, uint16_t car)
{
	struct chart *chart = &places->chart;
	int line = chart_line(chart, place);
	unsigned before = car == CAR_NONE ? 0 : places->before[car];
	if (line < 0)
		return;
	if (car != places->who[line]) {
		number_on_line(places, line, places->since[line], x);
		places->who[line] = car;
		places->since[line] = x;
	}
	if (car == CAR_NONE)
		return;
	uint32_t cp = before == 0 || before == place ? LINE
		      : before < place               ? FALLING
						     : RISING;
	if (cp == LINE && chart_is_slow(chart, x))
		cp = LINE_SLOW;
	canvas_put(chart->canvas, chart->plot.area.x + x, chart->plot.area.y + line, cp,
		   places_role(places, car));
}

static void put_column(struct places *places, int x, instant_us at)
{
	uint16_t now[RACE_CARS_MAX] = {0};
	unsigned place = 1;
	for (unsigned i = 0; i < places->ordered; i++, place++) {
		uint16_t car = places->order[i];
		bool over = at > places->ends[car];
		if (!over)
			now[car] = (uint16_t)place;
		if (!over && places->begin[car] == 0)
			places->begin[car] = (uint16_t)place;
		if (car == places->selected)
			places->path[x] = now[car];
		if (place >= places->first && place <= places->last)
			put_place_at(places, x, place, over ? CAR_NONE : car);
	}
	memcpy(places->before, now, sizeof(now));
}

/* Columns from left to right, each after the crossings up to its end. */
static void draw_rows(struct places *places)
{
	const struct chart *chart = &places->chart;
	const struct view *view = chart->view;
	const struct lap_row *row = lap_row_after(view, NULL);
	int w = chart->plot.area.w, h = chart->plot.area.h;
	for (int line = 0; line < h; line++)
		places->who[line] = CAR_NONE;
	order_begin(places);
	for (int x = 0; x < w; x++) {
		instant_us end = chart->from + (chart->to - chart->from) * (x + 1) / w;
		for (; row && row->at <= end; row = lap_row_after(view, row))
			order_lap(places, row);
		if (x == w - 1)
			order_now(places);
		put_column(places, x, x == 0 ? chart->from : end);
	}
	for (int line = 0; line < h; line++)
		number_on_line(places, line, places->since[line], w);
}

/* (3) */
static void draw_path(struct places *places)
{
	const struct chart *chart = &places->chart;
	const struct rect plot = chart->plot.area;
	int before = -1;
	for (int x = 0; x < plot.w; x++) {
		uint16_t place = places->path[x];
		int line = place >= places->first && place <= places->last
				   ? chart_line(chart, place)
				   : -1;
		if (line >= 0 && (before < 0 || before == line)) {
			canvas_put(chart->canvas, plot.x + x, plot.y + line, HEAVY,
				   ROLE_STRONG);
		} else if (line >= 0) {
			bool up = line < before;
			int y = up ? line : before, end = up ? before : line;
			canvas_put(chart->canvas, plot.x + x, plot.y + y,
				   up ? 0x250f : 0x2513, ROLE_STRONG);
			while (++y < end)
				canvas_put(chart->canvas, plot.x + x, plot.y + y,
					   HEAVY_UP, ROLE_STRONG);
			canvas_put(chart->canvas, plot.x + x, plot.y + end,
				   up ? 0x251b : 0x2517, ROLE_STRONG);
		}
		before = line;
	}
}

/* ---- who is who --------------------------------------------------------------- */

static void label_at(struct places *places, uint16_t car, enum chart_side side,
		     unsigned place)
{
	struct chart *chart = &places->chart;
	const struct entry *entry = &chart->view->race->entries[car];
	enum role role = places_role(places, car);
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
	if (chart_label(chart, side, place, field.text, role) &&
	    car == places->selected)
		canvas_mark(chart->canvas, chart->plot.area.x + chart->plot.area.w + 1,
			    chart->plot.area.y + chart_line(chart, place), 5,
			    CELL_SELECTED);
}

static void places_label(struct places *places)
{
	const struct view *view = places->chart.view;
	for (uint32_t i = 0; i < view->standings->count; i++) {
		uint16_t car = view->standings->rows[i].car;
		if (!places->with[car])
			continue;
		if (places->begin[car])
			label_at(places, car, CHART_LEFT, places->begin[car]);
		if (places->before[car] || view->race->cars[car].flagged ||
		    car == places->selected)
			label_at(places, car, CHART_RIGHT, place_now(places, car));
	}
}

/* Places at the far left. */
static void draw_scale(struct places *places)
{
	struct chart *chart = &places->chart;
	for (unsigned place = places->first; place <= places->last; place++) {
		struct field field;
		field_number(&field, place, ROLE_DIM);
		canvas_right(chart->canvas, chart->area.x,
			     chart->plot.area.y + chart_line(chart, place), 3,
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
	struct places places;
	memset(&places, 0, sizeof(places));
	if (view_car(view) == CAR_NONE)
		return;
	places.class_index = chart_class(view);
	places.in_class = view_chart(view) == CHART_CLASS &&
			  places.class_index < view->race->class_count;
	places.selected =
		view->selected < view->race->car_count ? view->selected : CAR_NONE;
	choose_placed(&places, view);
	places_scale(&places, scene, canvas, area);
	if (places.first == 0)
		return;
	struct lap_times_at laps;
	lap_times_first(view, RACE_CLASSES_MAX, &laps);
	draw_rows(&places);
	draw_path(&places);
	places_label(&places);
	draw_scale(&places);
	chart_axis(&places.chart, &laps);
	chart_end(&places.chart);
	places_draw_head(&places, canvas, head);
}
