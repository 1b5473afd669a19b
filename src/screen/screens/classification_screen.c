/*
 * classification_screen.c -- the current result and the threshold
 *
 * Before the finish the classification is the one if the race ended now. The threshold is
 * a line between two rows.
 *
 *  (1) Where the threshold differs by class there is no line, only the margins.
 */
#include "chart.h"

static const struct column_use result_columns[] = {
	{COLUMN_RESULT_POS, 99},  {COLUMN_DECIDED, 98},    {COLUMN_NUMBER, 99},
	{COLUMN_CLASS, 90},       {COLUMN_RESULT_PIC, 78}, {COLUMN_TAG, 40},
	{COLUMN_TEAM, 88},        {COLUMN_DRIVER, 46},     {COLUMN_VEHICLE, 36},
	{COLUMN_RESULT_LAPS, 97}, {COLUMN_TOTAL, 60},      {COLUMN_RESULT_GAP, 80},
	{COLUMN_BEST, 54},        {COLUMN_BEST_LAP, 30},   {COLUMN_STOPS, 50},
	{COLUMN_BAR, 70},         {COLUMN_MARGIN, 96},     {COLUMN_STATUS, 92},
};

/* Forecast columns replace columns that other screens have. */
static const struct column_use forecast_columns[] = {
	{COLUMN_RESULT_POS, 99},  {COLUMN_DECIDED, 98},     {COLUMN_NUMBER, 99},
	{COLUMN_CLASS, 90},       {COLUMN_RESULT_PIC, 78},  {COLUMN_TAG, 40},
	{COLUMN_TEAM, 91},        {COLUMN_DRIVER, 46},      {COLUMN_VEHICLE, 36},
	{COLUMN_RESULT_LAPS, 97}, {COLUMN_TOTAL, 60},       {COLUMN_RESULT_GAP, 80},
	{COLUMN_BEST, 54},        {COLUMN_STOPS, 50},       {COLUMN_BAR, 52},
	{COLUMN_MARGIN, 96},      {COLUMN_FLAG_MARGIN, 94}, {COLUMN_CHANCE, 95},
	{COLUMN_DEADLINE, 93},    {COLUMN_STATUS, 86},
};

static const struct column_use timed_columns[] = {
	{COLUMN_RESULT_POS, 99}, {COLUMN_DECIDED, 98},     {COLUMN_NUMBER, 99},
	{COLUMN_CLASS, 90},      {COLUMN_RESULT_PIC, 78},  {COLUMN_TAG, 40},
	{COLUMN_TEAM, 88},       {COLUMN_DRIVER, 86},      {COLUMN_VEHICLE, 36},
	{COLUMN_BEST, 97},       {COLUMN_BEST_LAP, 60},    {COLUMN_RESULT_GAP, 96},
	{COLUMN_INTERVAL, 70},   {COLUMN_S1, 50},          {COLUMN_S2, 50},
	{COLUMN_S3, 50},         {COLUMN_RESULT_LAPS, 94}, {COLUMN_STATUS, 92},
};

static void classification_layout(const struct scene *scene, struct rect area,
				  struct layout *layout)
{
	const struct column_use *uses = result_columns;
	unsigned count = ARRAY_LEN(result_columns);
	if (scene->view->race->setup.type == SESSION_TIMED) {
		uses = timed_columns;
		count = ARRAY_LEN(timed_columns);
	} else if (forecasts(scene->view)) {
		uses = forecast_columns;
		count = ARRAY_LEN(forecast_columns);
	}
	layout_fit(scene, uses, count, area.x, area.w, layout);
}

/* The race is over. */
static bool all_judged(const struct classification *c)
{
	for (uint32_t i = 0; i < c->count; i++)
		if (c->rows[i].status == STATUS_RUNNING)
			return false;
	return c->finished;
}

/* Classified, or would be at the current margin. */
static bool above_line(const struct result *result)
{
	return result->status == STATUS_CLASSIFIED ||
	       (result->status == STATUS_RUNNING && result->margin >= 0);
}

/* Row that the threshold is drawn before; count + 1: none. */
static unsigned classification_line(const struct view *view)
{
	const struct classification *c = view->classification;
	unsigned at = 0;
	if (c->threshold == 0 || view->rules->of == OF_CLASS_WINNER ||
	    view->race->setup.type != SESSION_RACE)
		return c->count + 1;
	while (at < c->count && above_line(&c->rows[at]))
		at++;
	for (unsigned i = at; i < c->count; i++)
		if (c->rows[i].status == STATUS_RUNNING && above_line(&c->rows[i]))
			return c->count + 1;
	return at;
}

static void append_fraction(struct field *field, uint32_t pm)
{
	field_format(field, pm % 10 ? "%u.%u %%" : "%u %%", pm / 10, pm % 10);
}

/* Cars that did not start are neither above nor below the threshold. */
static uint32_t started(const struct view *view)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < view->classification->count; i++)
		n += !view->race->entries[view->classification->rows[i].car]
			      .not_started;
	return n;
}

/* Of a timed session: the best lap and its car. */
static void draw_fastest(const struct view *view, struct pen *pen)
{
	const struct race *race = view->race;
	if (race->lap_best_car >= race->car_count || race->lap_best == DURATION_NONE) {
		pen_words(pen, "no lap timed yet", ROLE_DIM);
		return;
	}
	struct field field = {0};
	field_append_time(&field, race->lap_best, TIME_LAP);
	pen_fact(pen, "fastest", field.text, ROLE_CLASS_BEST);
	pen->x -= 2;
	pen_fact(pen, "by", CAR_LABEL(race, race->lap_best_car), ROLE_STRONG);
}

/* The threshold, and the number of cars above and below it. */
static void classification_draw_threshold(const struct view *view, struct pen *pen,
					  unsigned line)
{
	const struct classification *c = view->classification;
	bool done = all_judged(c);
	struct field field = {0};
	append_fraction(&field, view->rules->fraction_pm);
	field_append(&field, view->rules->of == OF_CLASS_WINNER ? " of the class" : "");
	field_append(&field, " \u00b7 ");
	field_append_count(&field, c->threshold, "lap");
	pen->figure = figure_of(FIGURE_THRESHOLD, CAR_NONE);
	pen_fact(pen, "threshold", field.text, ROLE_THRESHOLD);
	if (forecast_ready(view)) {
		field_clear(&field, ROLE_GUESS);
		field_append(&field, "~");
		field_append_count(&field,
				   (uint32_t)(view->forecast->rows[0].threshold_p50 /
					      FORECAST_LAP),
				   "lap");
		pen->figure = figure_of(FIGURE_FLAG_THRESHOLD, CAR_NONE);
		pen_fact(pen, "at the flag", field.text, ROLE_GUESS);
	}
	if (line > c->count)
		return;
	field_number(&field, line, ROLE_TEXT);
	pen_fact(pen, done ? "classified" : "above", field.text, ROLE_TEXT);
	field_number(&field, started(view) - line, ROLE_NOT_CLASSIFIED);
	pen_fact(pen, done ? "not" : "below", field.text, ROLE_NOT_CLASSIFIED);
}

static void classification_draw_facts(const struct view *view, struct canvas *canvas,
				      struct rect area, unsigned line)
{
	const struct classification *c = view->classification;
	length_mm lap = view->race->setup.lap_length;
	struct pen pen = pen_at(canvas, rect_inside(area));
	pen_words(&pen,
		  all_judged(c)          ? "RESULT"
		  : c->finished          ? "AT THE FLAG"
		  : with_penalties(view) ? "AS IT STANDS, WITH PENALTIES"
					 : "AS IT STANDS",
		  ROLE_STRONG);
	pen.x += 3;
	if (view->race->setup.type == SESSION_TIMED) {
		draw_fastest(view, &pen);
		return;
	}
	struct field field = {0};
	field_append_count(&field, c->winner_laps, "lap");
	if (lap > 0)
		field_format(&field, ", %llu km",
			     c->winner_laps * (unsigned long long)lap / 1000000);
	pen.figure = figure_of(FIGURE_LEADER_LAPS, CAR_NONE);
	pen_fact(&pen, c->finished ? "winner" : "leader", field.text, ROLE_TEXT);
	if (c->threshold > 0)
		classification_draw_threshold(view, &pen, line);
	if (c->threshold == 0 || line <= c->count)
		pen_fact(&pen, "rules", slice_of(view->rules->title), ROLE_TEXT);
}

/* One sentence for the cars above the line whose chances hardly differ. */
static void append_alike(const struct view *view, struct field *field)
{
	struct forecast_alike alike;
	if (!forecast_ready(view) || !forecast_alike(view->forecast, &alike))
		return;
	field_append(field, "\u00b7 ");
	field_append_number(field, alike.cars);
	if (alike.cars < alike.of) {
		field_append(field, " of ");
		field_append_number(field, alike.of);
	}
	field_append(field, " cars above have ");
	append_chance(field, alike.p_classified);
	field_append(field, " ");
}

static void classification_draw_line(const struct view *view, struct canvas *canvas,
				     struct rect area, int y)
{
	struct field field = {0};
	field_append(&field, " ");
	append_fraction(&field, view->rules->fraction_pm);
	field_append(&field, " \u00b7 ");
	field_append_count(&field, view->classification->threshold, "lap");
	field_append(&field, view->classification->finished ? " " : " now ");
	append_alike(view, &field);
	int w = text_width(field.text);
	canvas_hline(canvas, area.x + 1, y, area.w - 2, ROLE_THRESHOLD);
	canvas_text(canvas, area.x + (area.w - w) / 2, y, w, field.text,
		    ROLE_THRESHOLD);
}

static bool invites(const struct view *view)
{
	for (unsigned i = 0;
	     view->race->setup.type == SESSION_RACE && i < view->rules->class_count;
	     i++)
		if (view->rules->classes[i].invited)
			return view->rules->invitation[0] != 0;
	return false;
}

/* Meaning of the signs; without the column of the stars a class leader is only bold.
 * False: none is shown. */
static bool footnote(const struct layout *layout, struct field *field)
{
	const struct view *view = layout->view;
	const struct classification *c = view->classification;
	bool decided = false;
	for (uint32_t i = 0; i < c->count; i++)
		decided |= c->rows[i].decisions != 0;
	if (invites(view)) {
		bool judged = all_judged(c);
		field_append(field, layout_find(layout, COLUMN_STATUS) < 0 ? "bold:"
				    : judged                               ? "\u2605"
									   : "\u2606");
		field_append(field,
			     judged ? " class winner, invited to "
				    : " class leader; the winner is invited to ");
		field_append(field, view->rules->invitation);
	}
	if (decided) {
		field_append(field, field->text.len ? "   " : "");
		field_append(field, "\u00a7 changed by the stewards");
	}
	return field->text.len > 0;
}

struct classification_list {
	const struct scene *scene;
	struct canvas *canvas;
	const struct layout *layout;
	struct rect area;
	uint16_t cars[RACE_CARS_MAX]; /* the cars shown */
	unsigned count;
	unsigned line; /* index of the threshold */
};

static void draw_item(const void *of, int *y, unsigned item)
{
	const struct classification_list *list = of;
	if (item == list->line) {
		classification_draw_line(list->scene->view, list->canvas, list->area,
					 (*y)++);
		return;
	}
	struct row row;
	row_make(list->scene, list->cars[item > list->line ? item - 1 : item], &row);
	row.judged = true;
	layout_row(list->layout, list->canvas, (*y)++, &row);
}

static bool in_window(const struct window *window, unsigned item)
{
	return item < window->head ||
	       (item >= window->from && item < window->from + window->tail);
}

/* The threshold stays visible unless the selected car would not be. */
static struct window list_window(const struct classification_list *list, unsigned items,
				 unsigned selected)
{
	unsigned lines = (unsigned)list->area.h;
	unsigned line = list->line < items ? list->line : items;
	struct window window = window_make(items, lines, lines * 3 / 5, line);
	if (selected < items && !in_window(&window, selected))
		window = window_make(items, lines, lines > 15 ? 3 : 1, selected);
	return window;
}

/* Apply the filter; @line counts all cars. */
static void take_cars(struct classification_list *list, unsigned line)
{
	const struct classification *c = list->scene->view->classification;
	list->line = line > c->count ? RACE_CARS_MAX + 1 : 0;
	for (unsigned i = 0; i < c->count; i++) {
		if (!view_shows(list->scene->view, c->rows[i].car))
			continue;
		list->cars[list->count++] = c->rows[i].car;
		list->line += i < line && line <= c->count;
	}
}

static void classification_draw(const struct view *view, struct canvas *canvas,
				struct rect area)
{
	if (feeds_waiting(view, canvas, area))
		return;
	struct scene scene;
	scene_make(view, &scene);
	unsigned line = classification_line(view);
	classification_draw_facts(view, canvas, area, line);
	struct layout layout;
	struct classification_list list = {
		.scene = &scene, .canvas = canvas, .layout = &layout};
	take_cars(&list, line);
	classification_layout(&scene, area, &layout);
	layout_heads(&layout, canvas, area.y + 1, area.x);
	struct field note = {0};
	if (footnote(&layout, &note)) {
		area.h--;
		rect_text(canvas, rect_inside(rect_below(area, area.h)), note.text,
			  ROLE_DIM);
	}
	list.area = rect_below(area, 2);
	unsigned items = list.count + (line <= view->classification->count);
	unsigned selected = car_index(list.cars, list.count, view->selected);
	selected = selected < list.count ? selected + (selected >= list.line) : items;
	struct window window = list_window(&list, items, selected);
	(void)window_draw(&window, canvas, rect_inside(list.area), draw_item, &list);
	chart_below(&scene, canvas, rect_inside(rect_below(list.area, (int)items)));
}

/* ---- the row of the table ---------------------------------------------------- */

static uint32_t classification_cars(const struct view *view, uint16_t *cars)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < view->classification->count; i++)
		if (view_shows(view, view->classification->rows[i].car))
			cars[n++] = view->classification->rows[i].car;
	return n;
}

static unsigned classification_needs(const struct view *view)
{
	return can_forecast(view) ? NEED_FORECAST : 0;
}

static const struct screen_key classification_keys[] = {
	PANE_KEY,
	CHART_BELOW_KEYS,
	{0, NULL, NULL},
};

const struct screen classification_screen = {
	.name = "classification",
	.brief = "classif",
	.title = "Classification",
	.about = "the current result and the threshold",
	.draw = classification_draw,
	.key = shared_key,
	.keys = classification_keys,
	.cars = classification_cars,
	.columns = classification_layout,
	.needs = classification_needs,
};
