/*
 * timing.c -- the tower: every car in the order of the race, every column that
 * fits
 */
#include "chart.h"

/* In the order drawn; the higher the second number, the longer it stays. */
static const struct column_use tower[] = {
	{COLUMN_POS, 99},       {COLUMN_GAINED, 62},      {COLUMN_NUMBER, 99},
	{COLUMN_CLASS, 88},     {COLUMN_CLASS_POS, 70},   {COLUMN_TAG, 28},
	{COLUMN_DRIVER, 90},    {COLUMN_TEAM, 50},        {COLUMN_VEHICLE, 30},
	{COLUMN_LAPS, 95},      {COLUMN_GAP, 97},         {COLUMN_INTERVAL, 72},
	{COLUMN_IN_CLASS, 42},  {COLUMN_LAST, 96},        {COLUMN_BEST, 76},
	{COLUMN_BEST_LAP, 24},  {COLUMN_S1, 60},          {COLUMN_S2, 60},
	{COLUMN_S3, 60},        {COLUMN_S4, 58},          {COLUMN_S5, 57},
	{COLUMN_S6, 56},        {COLUMN_STOPS, 80},       {COLUMN_STINT, 92},
	{COLUMN_STOP_LAST, 44}, {COLUMN_PIT_TOTAL, 40},   {COLUMN_DRIVING, 36},
	{COLUMN_MARGIN, 64},    {COLUMN_FLAG_MARGIN, 63},
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
};

void timing_layout(const struct scene *scene, struct rect area, struct layout *layout)
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

void timing_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	uint16_t cars[RACE_CARS_MAX];
	unsigned count = tower_cars(view, cars), focus = count, head;
	unsigned lines = area.h > 1 ? (unsigned)area.h - 1 : 0;
	int y = area.y + 1, spare;
	struct window window;
	struct layout layout;
	struct scene scene;
	struct row row;

	if (feeds_waiting(view, canvas, area))
		return;
	scene_make(view, &scene);
	cars_sort(&scene, cars, count);
	timing_layout(&scene, area, &layout);
	layout_heads(&layout, canvas, area.y, area.x);
	for (unsigned i = 0; i < count; i++)
		if (cars[i] == view->selected)
			focus = i;
	head = lines > 15 ? 3 : 1;
	while (head < count && head + 3 < lines &&
	       (view->table.bits[cars[head]] & CAR_FAVOURITE))
		head++;
	window = window_make(count, lines, head, focus);
	for (unsigned i = 0; i < window.head; i++) {
		row_make(&scene, cars[i], &row);
		layout_row(&layout, canvas, y++, &row);
	}
	if (window.skip)
		draw_more(canvas, area.x + 1, y++, area.w - 2,
			  window.from - window.head);
	for (unsigned i = window.from; i < window.from + window.tail; i++) {
		row_make(&scene, cars[i], &row);
		layout_row(&layout, canvas, y++, &row);
	}
	if (window.more)
		draw_more(canvas, area.x + 1, y++, area.w - 2,
			  count - (window.tail ? window.from + window.tail
					       : window.head));
	spare = area.y + area.h - y;
	if (spare < 4)
		return;
	canvas_hline(canvas, area.x, y, area.w, ROLE_RULE);
	if (area.w < 120) {
		news_draw(&scene, canvas,
			  (struct rect){area.x + 1, y + 1, area.w - 2, spare - 1});
		return;
	}
	bests_draw(&scene, canvas,
		   (struct rect){area.x + 1, y + 1, area.w * 3 / 5 - 2, spare - 1});
	chart_below(&scene, canvas,
		    (struct rect){area.x + 1, y + (int)scene.panes + 3,
				  area.w * 3 / 5 - 4, spare - (int)scene.panes - 3});
	news_draw(&scene, canvas,
		  (struct rect){area.x + area.w * 3 / 5, y + 1, area.w * 2 / 5 - 1,
				spare - 1});
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
	/* The order of the race lies between the last column and the first. */
	at = (at + 1 + by + count + 1) % (count + 1);
	return at == 0 ? 0 : (uint8_t)(1 + layout.at[at - 1].id);
}
