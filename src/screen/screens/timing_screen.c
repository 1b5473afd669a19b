/*
 * timing_screen.c -- the tower: every car in the order of the race, with all columns that
 * fit
 */
#include "chart.h"

/* In the order drawn; the lowest number is dropped first. */
static const struct column_use tower[] = {
	{COLUMN_POS, 99},         {COLUMN_GAINED, 62},    {COLUMN_NUMBER, 99},
	{COLUMN_CLASS, 88},       {COLUMN_CLASS_POS, 70}, {COLUMN_TAG, 28},
	{COLUMN_DRIVER, 90},      {COLUMN_TEAM, 50},      {COLUMN_VEHICLE, 30},
	{COLUMN_LAPS, 95},        {COLUMN_GAP, 97},       {COLUMN_INTERVAL, 72},
	{COLUMN_TREND, 71},       {COLUMN_IN_CLASS, 42},  {COLUMN_PENALTY, 94},
	{COLUMN_LAST, 96},        {COLUMN_BEST, 76},      {COLUMN_BEST_LAP, 24},
	{COLUMN_S1, 60},          {COLUMN_S2, 60},        {COLUMN_S3, 60},
	{COLUMN_S4, 58},          {COLUMN_S5, 57},        {COLUMN_S6, 56},
	{COLUMN_STOPS, 80},       {COLUMN_STINT, 92},     {COLUMN_STOP_LAST, 44},
	{COLUMN_PIT_TOTAL, 40},   {COLUMN_DRIVING, 36},   {COLUMN_MARGIN, 64},
	{COLUMN_FLAG_MARGIN, 63}, {COLUMN_POINTS, 69},    {COLUMN_TITLE, 68},
	{COLUMN_ENERGY, 78},      {COLUMN_TYRE, 66},      {COLUMN_TOP_SPEED, 45},
};

/* A practice or qualifying: the order is that of the best laps. */
static const struct column_use timed_tower[] = {
	{COLUMN_POS, 99},       {COLUMN_NUMBER, 99},    {COLUMN_CLASS, 88},
	{COLUMN_CLASS_POS, 70}, {COLUMN_TAG, 28},       {COLUMN_DRIVER, 90},
	{COLUMN_TEAM, 50},      {COLUMN_VEHICLE, 30},   {COLUMN_BEST, 98},
	{COLUMN_BEST_LAP, 60},  {COLUMN_GAP, 97},       {COLUMN_INTERVAL, 72},
	{COLUMN_IN_CLASS, 42},  {COLUMN_LAST, 96},      {COLUMN_AGAINST, 86},
	{COLUMN_S1, 62},        {COLUMN_S2, 62},        {COLUMN_S3, 62},
	{COLUMN_S4, 58},        {COLUMN_S5, 57},        {COLUMN_S6, 56},
	{COLUMN_LAPS, 80},      {COLUMN_AGO, 64},       {COLUMN_STINT, 92},
	{COLUMN_STOPS, 48},     {COLUMN_STOP_LAST, 40}, {COLUMN_DRIVING, 36},
	{COLUMN_TYRE, 66},      {COLUMN_TOP_SPEED, 61},
};

static void timing_layout(const struct scene *scene, struct rect area,
			  struct layout *layout)
{
	const struct view_table *table = &scene->view->table;
	struct column_use uses[PLACES_MAX];
	bool timed = scene->view->race->setup.type == SESSION_TIMED;
	unsigned count = timed ? ARRAY_LEN(timed_tower) : ARRAY_LEN(tower);
	if (table->columns && table->columns->count > 0) {
		layout_set(scene, table->columns, area.x, area.w, layout);
	} else {
		uses_gaps(scene->view, timed ? timed_tower : tower, count, false, uses);
		layout_fit(scene, uses, count, area.x, area.w, layout);
	}
	layout->sort = table->sort;
	layout->sort_back = table->sort_back;
}

static void timing_draw(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	if (feeds_waiting(view, canvas, area))
		return;
	struct scene scene;
	scene_make(view, &scene);
	uint16_t cars[RACE_CARS_MAX];
	unsigned count = tower_cars(view, cars);
	cars_sort(&scene, cars, count);
	struct layout layout;
	timing_layout(&scene, area, &layout);
	layout_heads(&layout, canvas, area.y, area.x);
	unsigned lines = area.h > 1 ? (unsigned)area.h - 1 : 0;
	unsigned head = lines > 15 ? 3 : 1;
	while (head < count && head + 3 < lines &&
	       (view->table.bits[cars[head]] & CAR_FAVOURITE))
		head++;
	struct car_list list = {&scene, canvas, &layout, cars, count};
	int y = car_list_draw(&list, rect_inside(rect_below(area, 1)), head);
	struct rect below = rect_inside(rect_below(area, y + 1 - area.y));
	if (below.h < 3)
		return;
	canvas_hline(canvas, area.x, y, area.w, ROLE_RULE);
	if (area.w < 120) {
		news_draw(&scene, canvas, below);
		return;
	}
	int w = area.w * 3 / 5;
	below.w = w - 2;
	bests_draw(&scene, canvas, below);
	news_draw(&scene, canvas,
		  (struct rect){area.x + w, below.y, area.w * 2 / 5 - 1, below.h});
	/* Its labels take what the news leaves. */
	chart_below(&scene, canvas, rect_below(below, (int)scene.panes + 2));
}

/* ---- asking -------------------------------------------------------------------- */

static void layout_of(const struct view *view, struct layout *layout)
{
	int cols = view->cols > 0 && view->cols < CANVAS_COLS_MAX ? view->cols
								  : CANVAS_COLS_MAX;
	struct scene scene;
	scene_make(view, &scene);
	timing_layout(&scene, (struct rect){0, 1, cols, 1}, layout);
}

void view_columns_text(const struct view *view, char *text, size_t cap)
{
	struct column_set set = {.count = 0};
	struct layout layout;
	layout_of(view, &layout);
	for (unsigned i = 0; i < layout.count && i < COLUMN_SET_MOST; i++)
		set.ids[set.count++] = layout.at[i].id;
	if (view->table.columns && view->table.columns->count > 0)
		set = *view->table.columns;
	column_set_text(&set, text, cap);
}

uint8_t view_sort_beside(const struct view *view, int by)
{
	struct layout layout;
	int at = -1, count;
	layout_of(view, &layout);
	count = (int)layout.count;
	for (int i = 0; i < count; i++)
		if (view->table.sort == 1 + layout.at[i].id)
			at = i;
	/* The order of the race is between the last column and the first. */
	at = (at + 1 + by + count + 1) % (count + 1);
	return at == 0 ? 0 : (uint8_t)(1 + layout.at[at - 1].id);
}

/* ---- the row of the table -------------------------------------------------------- */

static bool timing_key(struct view *view, const struct key_binding *key,
		       struct wish *wish)
{
	if (key->action != ACTION_SORT_BACK)
		return shared_key(view, key, wish);
	if (view->table.sort == 0)
		text_format(wish->notice, sizeof(wish->notice),
			    "not sorted: choose a column with < and >");
	else
		view->table.sort_back = !view->table.sort_back;
	return true;
}

static uint32_t timing_cars(const struct view *view, uint16_t *cars)
{
	struct scene scene;
	uint32_t count = tower_cars(view, cars);
	scene_make(view, &scene);
	cars_sort(&scene, cars, count);
	return count;
}

static unsigned timing_needs(const struct view *view)
{
	const struct view_table *table = &view->table;
	unsigned needs = table->sort ? column_needs(view, table->sort - 1u) : 0;
	if (!table->columns || table->columns->count == 0)
		return needs | column_needs(view, COLUMN_FLAG_MARGIN) |
		       column_needs(view, COLUMN_TITLE);
	for (unsigned i = 0; i < table->columns->count; i++)
		needs |= column_needs(view, table->columns->ids[i]);
	return needs;
}

static const struct screen_key timing_keys[] = {
	PANE_KEY,
	{ACTION_GAPS, "gaps: to the leader, interval, in class, to car", NULL},
	{ACTION_COLUMNS, "the next set of columns", NULL},
	{ACTION_COLUMNS_EDIT, "choose columns, their order and width", NULL},
	{ACTION_SORT, "sort by the column beside", NULL},
	{ACTION_SORT_BACK, "sort the other way round", NULL},
	CHART_BELOW_KEYS,
	{0, NULL, NULL},
};

const struct screen timing_screen = {
	.name = "timing",
	.brief = "time",
	.title = "Timing",
	.about = "every car in one tower",
	.draw = timing_draw,
	.key = timing_key,
	.keys = timing_keys,
	.cars = timing_cars,
	.columns = timing_layout,
	.needs = timing_needs,
};
