/*
 * classes_screen.c -- the map, and a pane for each class
 *
 * The first line of a pane has the heads of its columns, with the class in place of the
 * head of names. From WIDE columns up the map is beside the panes; below, one class is
 * shown in full and the others in a line each, and a key shows the map alone. A circuit without
 * a map is a strip above the panes.
 */
#include "chart.h"

enum { WIDE = 120 };

static const struct column_use pane_columns[] = {
	{COLUMN_POS, 99},       {COLUMN_GAINED, 74},      {COLUMN_NUMBER, 99},
	{COLUMN_TAG, 40},       {COLUMN_DRIVER, 93},      {COLUMN_TEAM, 52},
	{COLUMN_VEHICLE, 34},   {COLUMN_LAPS, 95},        {COLUMN_CLASS_GAP, 97},
	{COLUMN_CLASS_INT, 68}, {COLUMN_CLASS_TREND, 67}, {COLUMN_LAST, 96},
	{COLUMN_BEST, 84},      {COLUMN_S1, 48},          {COLUMN_S2, 48},
	{COLUMN_S3, 48},        {COLUMN_S4, 46},          {COLUMN_STOPS, 88},
	{COLUMN_STINT, 92},     {COLUMN_STOP_LAST, 44},   {COLUMN_DRIVING, 30},
	{COLUMN_MARGIN, 81},    {COLUMN_FLAG_MARGIN, 89}, {COLUMN_POINTS, 80},
	{COLUMN_TITLE, 79},
};

static const struct column_use timed_columns[] = {
	{COLUMN_POS, 99},       {COLUMN_NUMBER, 99},    {COLUMN_TAG, 40},
	{COLUMN_DRIVER, 93},    {COLUMN_TEAM, 52},      {COLUMN_VEHICLE, 34},
	{COLUMN_BEST, 98},      {COLUMN_BEST_LAP, 50},  {COLUMN_CLASS_GAP, 97},
	{COLUMN_CLASS_INT, 68}, {COLUMN_LAST, 96},      {COLUMN_AGAINST, 90},
	{COLUMN_S1, 48},        {COLUMN_S2, 48},        {COLUMN_S3, 48},
	{COLUMN_S4, 46},        {COLUMN_LAPS, 95},      {COLUMN_AGO, 47},
	{COLUMN_STINT, 92},     {COLUMN_STOP_LAST, 44}, {COLUMN_DRIVING, 30},
};

struct pane {
	uint16_t cars[RACE_CARS_MAX];
	unsigned which, count, lines;
	bool first; /* the first pane shown, with the threshold of the race */
};

static struct slice pane_name(const struct scene *scene, unsigned pane)
{
	uint8_t c = scene->class_of[pane];
	return c < RACE_CLASSES_MAX ? slice_of(scene->view->race->classes[c].name)
				    : SLICE("no class");
}

static enum role pane_role(const struct scene *scene, unsigned pane)
{
	return (enum role)scene->role_of[scene->class_of[pane]];
}

/* Threshold of the pane; 0: none. */
static uint32_t pane_threshold(const struct scene *scene, const struct pane *pane)
{
	const struct result *result =
		pane->count ? car_result(scene->view, pane->cars[0]) : NULL;
	if (scene->view->race->setup.type != SESSION_RACE)
		return 0;
	return result ? result->threshold : 0;
}

/* The threshold of the race is in the head of the first pane only; those of classes are
 * in each. Returns its first cell. */
static int classes_draw_threshold(const struct scene *scene, struct canvas *canvas,
				  struct rect at, const struct pane *pane)
{
	uint32_t laps = pane_threshold(scene, pane);
	struct field field;
	field_number(&field, laps, ROLE_THRESHOLD);
	int w = 10 + (int)field.text.len;
	if (laps == 0 || at.w < w ||
	    (!pane->first && scene->view->rules->of != OF_CLASS_WINNER))
		return at.x + at.w;
	rect_right(canvas, at, field.text, ROLE_THRESHOLD);
	canvas_figure(
		canvas, at.x + at.w - (int)field.text.len, at.y, (int)field.text.len,
		figure_of(FIGURE_THRESHOLD, scene->view->rules->of == OF_CLASS_WINNER
						    ? pane->cars[0]
						    : CAR_NONE));
	at.w -= (int)field.text.len + 1;
	rect_right(canvas, at, SLICE("threshold"), ROLE_DIM);
	return at.x + at.w - 9;
}

static void classes_draw_head(const struct scene *scene, struct canvas *canvas,
			      const struct layout *layout, int y,
			      const struct pane *pane)
{
	bool timed = scene->view->race->setup.type == SESSION_TIMED;
	int laps = layout_find(layout, timed ? COLUMN_BEST : COLUMN_LAPS);
	struct pen pen = {canvas, layout->x + 1, y, layout->x + 15, false, 0};
	pen_tag(&pen, pane_name(scene, pane->which), pane_role(scene, pane->which));
	int x = pen.x;
	if (scene->panes > 1)
		canvas_put(canvas, x++, y,
			   scene->view->pane == pane->which ? 0x25c2 : ' ', ROLE_KEY);
	int right = laps > x ? laps - 1 : x;
	right = classes_draw_threshold(scene, canvas,
				       (struct rect){x + 1, y, right - x - 1, 1}, pane);
	struct field field = {0};
	field_append_count(&field, pane->count, "car");
	if (x + 2 + (int)field.text.len < right)
		canvas_text(canvas, x + 1, y, right - x - 1, field.text, ROLE_DIM);
	layout_heads(layout, canvas, y, laps > 0 ? laps : x);
}

static void draw_pane(const struct scene *scene, struct canvas *canvas,
		      const struct layout *layout, struct rect area,
		      const struct pane *pane)
{
	const struct car_list list = {scene, canvas, layout, pane->cars, pane->count};
	classes_draw_head(scene, canvas, layout, area.y, pane);
	(void)car_list_draw(
		&list, (struct rect){area.x + 2, area.y + 1, area.w - 3, area.h - 1},
		1);
}

static void panes_layout(const struct scene *scene, struct rect area,
			 struct layout *layout)
{
	bool timed = scene->view->race->setup.type == SESSION_TIMED;
	unsigned count = timed ? ARRAY_LEN(timed_columns) : ARRAY_LEN(pane_columns);
	struct column_use uses[PLACES_MAX];
	uses_gaps(scene->view, timed ? timed_columns : pane_columns, count, true, uses);
	layout_fit(scene, uses, count, area.x, area.w, layout);
}

/* Columns of the map and the news beside the panes; 0: none are beside them. */
static int classes_beside(const struct view *view, int w)
{
	if (w < WIDE || view->map_hidden || view->table.zoom)
		return 0;
	return w / 3;
}

static void classes_layout(const struct scene *scene, struct rect area,
			   struct layout *layout)
{
	int beside = classes_beside(scene->view, area.w);
	if (beside > 0) {
		area.x += beside + 1;
		area.w -= beside + 1;
	}
	panes_layout(scene, area, layout);
}

/* ---- all panes, one above the other ---------------------------------- */

/* Deal lines round robin: one to each pane that needs more, a second to the focused
 * one. Returns the lines left. */
static unsigned deal_lines(struct pane *panes, unsigned count, unsigned lines,
			   unsigned focus)
{
	bool any = true;
	for (unsigned i = 0; i < count; i++)
		panes[i].lines = 0;
	while (lines > 0 && any) {
		any = false;
		for (unsigned i = 0; i < 2 * count && lines > 0; i++) {
			unsigned at = i < count ? i : focus;
			if (i > count || at >= count ||
			    panes[at].lines >= panes[at].count)
				continue;
			panes[at].lines++;
			lines--;
			any = true;
		}
	}
	return lines;
}

static void draw_more_classes(struct canvas *canvas, struct rect at, unsigned n)
{
	struct field field = {0};
	field_format(&field, "%s %u more class%s", canvas->ascii ? "+" : "\u2026", n,
		     n == 1 ? "" : "es");
	rect_text(canvas, at, field.text, ROLE_DIM);
}

/* Number of panes with room for a head and two cars. */
static unsigned panes_fit(unsigned count, int h)
{
	while (count > 1 && (int)count * 3 > h)
		count--;
	return count;
}

/* Below all panes: the bests, then a chart. */
static void draw_below(const struct scene *scene, struct canvas *canvas,
		       struct rect area)
{
	int bests = (int)scene->panes + 2;
	if (area.h <= bests)
		return;
	canvas_hline(canvas, area.x - 1, area.y, area.w + 2, ROLE_RULE);
	bests_draw(scene, canvas,
		   (struct rect){area.x, area.y + 1, area.w, area.h - 1});
	chart_below(scene, canvas,
		    (struct rect){area.x, area.y + bests, area.w, area.h - bests});
}

/* Where not all fit, the panes up to the focused one are shown. */
static void draw_stack(const struct scene *scene, struct canvas *canvas,
		       struct rect area)
{
	unsigned shown = panes_fit(scene->panes, area.h), left, gap, first = 0;
	int y = area.y;
	if (shown < scene->panes) {
		area.h--;
		shown = panes_fit(shown, area.h);
		draw_more_classes(
			canvas,
			(struct rect){area.x + 2, area.y + area.h, area.w - 3, 1},
			scene->panes - shown);
		if (scene->view->pane >= shown && scene->view->pane < scene->panes)
			first = scene->view->pane + 1u - shown;
	}
	struct pane panes[RACE_CLASSES_MAX + 1];
	for (unsigned i = 0; i < shown; i++) {
		panes[i].which = first + i;
		panes[i].first = i == 0;
		panes[i].count = pane_cars(scene, first + i, panes[i].cars);
	}
	left = deal_lines(panes, shown, (unsigned)area.h - shown,
			  scene->view->pane - first);
	gap = shown > 1 && left >= shown - 1 ? 1 : 0;
	struct layout layout;
	panes_layout(scene, area, &layout);
	for (unsigned i = 0; i < shown; i++) {
		draw_pane(scene, canvas, &layout,
			  (struct rect){area.x, y, area.w, (int)panes[i].lines + 1},
			  &panes[i]);
		y += (int)(panes[i].lines + 1 + gap);
	}
	draw_below(scene, canvas,
		   (struct rect){area.x + 2, y, area.w - 3, area.y + area.h - y});
}

/* ---- one pane, the others in a line each ----------------------------- */

/* Cells of a car in the line of a class; the most; how many there are. */
enum { PLACE = 27, PLACE_MOST = 44, PLACES = 3 };

static void classes_draw_place(const struct scene *scene, struct canvas *canvas,
			       struct rect at, uint16_t car)
{
	const struct view *view = scene->view;
	struct field field;
	struct row row;
	row_make(scene, car, &row);
	row.width = 9;
	field_clear(&field, ROLE_TEXT);
	if (row.standing && row.standing->class_position > 1)
		field_class_gap(&row, &field);
	if (field.text.len == 0 && view->race->setup.type == SESSION_TIMED) {
		field_best(&row, &field);
	} else if (field.text.len == 0) {
		field_laps(&row, &field);
		if (field.text.len == 0)
			field_append(&field, "0");
		field_append(&field, row.car->laps == 1 ? " lap" : " laps");
	}
	row.width =
		at.w - 5 -
		canvas_right(canvas, at.x + at.w - 9, at.y, 9, field.text, field.role);
	canvas_right(canvas, at.x, at.y, 3, SHOWN_NUMBER(view->race, car),
		     class_role(scene, car));
	field_clear(&field, ROLE_TEXT);
	field_driver(&row, &field);
	canvas_text(canvas, at.x + 4, at.y, row.width, field.text, field.role);
	canvas_hit(canvas, at.x, at.y, at.w, hit_of(HIT_CAR, car));
	if (car == view->selected)
		canvas_mark(canvas, at.x, at.y, at.w, CELL_SELECTED);
}

static void draw_summary(const struct scene *scene, struct canvas *canvas,
			 struct rect at, unsigned pane)
{
	uint16_t cars[RACE_CARS_MAX];
	unsigned count = pane_cars(scene, pane, cars);
	unsigned selected = car_index(cars, count, scene->view->selected);
	struct field name;
	int w = class_names_width(scene->view->race);
	field_class_name(&name, pane_name(scene, pane), w);
	canvas_text(canvas, at.x + 1, at.y, w, name.text, pane_role(scene, pane));
	at.x += w + 1;
	at.w -= w + 1;
	int places = (at.w + 2) / (PLACE + 2);
	places = places < PLACES ? places : PLACES;
	int width = places > 0 ? (at.w + 2) / places - 2 : 0;
	at.w = width < PLACE_MOST ? width : PLACE_MOST;
	for (int i = 0; i < (int)count && i < places; i++) {
		bool own = i == 1 && selected > 1 && selected < count;
		classes_draw_place(scene, canvas, at,
				   cars[own ? selected : (unsigned)i]);
		if (own)
			return;
		at.x += at.w + 2;
	}
}

static void draw_single(const struct scene *scene, struct canvas *canvas,
			struct rect area)
{
	unsigned shown = scene->view->pane < scene->panes ? scene->view->pane : 0;
	int others = scene->panes > 1 ? scene->panes : 0; /* a rule and a line each */
	if (others > area.h - 6)
		others = area.h > 8 ? area.h - 8 : 0;
	struct pane pane = {.which = shown, .first = true};
	pane.count = pane_cars(scene, shown, pane.cars);
	struct rect room = {area.x, area.y, area.w, area.h - others}, used = room;
	if (used.h > (int)pane.count + 1)
		used.h = (int)pane.count + 1;
	struct layout layout;
	panes_layout(scene, area, &layout);
	draw_pane(scene, canvas, &layout, used, &pane);
	room = rect_inside(rect_below(room, used.h + 1));
	if (room.h > 2) {
		room.h--;
		news_draw(scene, canvas, room);
	}
	area = rect_below(area, area.h - others);
	if (others > 1) {
		canvas_hline(canvas, area.x, area.y, area.w, ROLE_RULE);
		area = rect_below(area, 1);
	}
	for (unsigned i = 0; i < scene->panes && area.h > 0; i++) {
		unsigned rest = scene->panes - i - (i <= shown);
		if (i == shown)
			continue;
		if (area.h == 1 && rest > 1)
			draw_more_classes(canvas, rect_inside(area), rest);
		else
			draw_summary(scene, canvas, area, i);
		area = rect_below(area, 1);
	}
}

/* ---- the screen ------------------------------------------------------ */

static bool stack_fits(const struct scene *scene, int h)
{
	return (int)scene->view->standings->count + 2 * scene->panes <= h;
}

static bool map_shown(const struct view *view, int w)
{
	if (w < WIDE)
		return view->map_hidden;
	return !view->map_hidden && !view->table.zoom;
}

/* Across the screen, with a rule below. Returns the area that is left. */
static struct rect classes_strip(const struct scene *scene, struct canvas *canvas,
				 struct rect area)
{
	int rows = strip_rows(scene->view, area.w, area.h / 3);
	strip_draw(scene, canvas, (struct rect){area.x, area.y, area.w, rows});
	canvas_hline(canvas, area.x, area.y + rows, area.w, ROLE_RULE);
	return rect_below(area, rows + 1);
}

static void classes_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	struct scene scene;
	bool wide = area.w >= WIDE, strip = map_is_strip(view);
	scene_make(view, &scene);
	if (!wide && view->map_hidden && !strip) {
		map_draw(&scene, canvas, area);
		return;
	}
	int beside = classes_beside(view, area.w);
	/* Nothing is beside it then. */
	if (strip && feeds_waiting(view, canvas, area))
		return;
	if (strip && map_shown(view, area.w))
		area = classes_strip(&scene, canvas, area);
	if (beside > 0) {
		struct rect side = {area.x, area.y, beside, area.h};
		int rows = strip ? 0 : map_rows(view, beside, area.h - 7);
		if (!strip)
			map_draw(&scene, canvas,
				 (struct rect){side.x, side.y, beside, rows});
		news_draw(&scene, canvas,
			  rect_inside(strip ? side : rect_below(side, rows + 1)));
		canvas_vline(canvas, area.x + beside, area.y, area.h, ROLE_RULE);
		area.x += beside + 1;
		area.w -= beside + 1;
	}
	if (feeds_waiting(view, canvas, area))
		return;
	if (view->table.zoom || (!wide && !stack_fits(&scene, area.h)))
		draw_single(&scene, canvas, area);
	else
		draw_stack(&scene, canvas, area);
}

/* ---- the row of the table --------------------------------------------- */

/* Where the map is not shown, it is then. */
static void classes_near(struct view *view, struct wish *wish)
{
	bool shown = map_shown(view, view->cols);
	if (map_is_strip(view)) {
		text_format(wish->notice, sizeof(wish->notice),
			    "there is no map of this circuit");
		return;
	}
	view->map_near = !view->map_near || !shown;
	if (!shown) {
		view->map_hidden = view->cols < WIDE;
		view->table.zoom = false;
	}
	text_format(wish->notice, sizeof(wish->notice), "%s",
		    view->map_near ? "the map follows the car; Z: all of the circuit"
				   : "all of the circuit");
}

static bool classes_key(struct view *view, const struct key_binding *key,
			struct wish *wish)
{
	if (key->action == ACTION_MAP)
		view->map_hidden = !view->map_hidden;
	else if (key->action == ACTION_MAP_NEAR)
		classes_near(view, wish);
	else if (key->action == ACTION_ZOOM)
		view->table.zoom = !view->table.zoom;
	else
		return shared_key(view, key, wish);
	return true;
}

static const char *classes_hint(const struct view *view, enum action action)
{
	return action == ACTION_PANE && view->race->class_count < 2 ? NULL : "";
}

static unsigned classes_needs(const struct view *view)
{
	return (can_forecast(view) ? NEED_FORECAST : 0) |
	       column_needs(view, COLUMN_TITLE) |
	       (map_shown(view, view->cols) ? NEED_MAP : 0);
}

static const struct screen_key classes_keys[] = {
	{ACTION_PANE, "next or previous class", ""},
	{ACTION_ZOOM, "one class alone, or all of them", NULL},
	{ACTION_GAPS, "gaps: to the leader, interval, in class, to car", NULL},
	{ACTION_MAP, "show or hide the map", ""},
	{ACTION_MAP_NEAR, "the map near the focused car, or all of it", NULL},
	CHART_BELOW_KEYS,
	{0, NULL, NULL},
};

const struct screen classes_screen = {
	.name = "classes",
	.brief = "class",
	.title = "Classes",
	.about = "the map and a pane for each class",
	.draw = classes_draw,
	.key = classes_key,
	.keys = classes_keys,
	.hint = classes_hint,
	.cars = cars_by_class,
	.columns = classes_layout,
	.needs = classes_needs,
};
