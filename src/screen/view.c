/*
 * view.c -- the whole console, and queries on a view
 *
 *   title bar
 *   the screen
 *   scrub bar, with the hours below it from TALL rows up
 *   the screens, from SCREEN_LINE_ROWS up
 *   keys, or a prompt, or a notice
 */
#include "parts.h"

enum { LEAST_COLS = 60, LEAST_ROWS = 16, TALL = 30 };

/* A fault of the recording: red, above the scrub bar, never covered by overlays. */
static void fault_draw(const struct view *view, struct canvas *canvas, int y)
{
	for (int x = 0; x < canvas->cols; x++)
		canvas_put(canvas, x, y, ' ', ROLE_ERROR);
	canvas_text(canvas, 1, y, canvas->cols - 2,
		    view->record.elsewhere ? SLICE("FILE LOST:")
					   : SLICE("NOT WRITTEN:"),
		    ROLE_ERROR);
	canvas_text(canvas, 14, y, canvas->cols - 15, slice_of(view->record.fault),
		    ROLE_ERROR);
	canvas_mark(canvas, 0, y, canvas->cols, CELL_SELECTED);
}

/* Below the least size: the longest of these that fits. One row up from the middle: curses
 * cannot write the last cell of a single column. */
static void too_small_draw(struct canvas *canvas)
{
	static const char *const forms[] = {
		"pitwall needs 60 columns and 16 rows",
		"pitwall needs 60x16",
		"needs 60x16",
		"60x16",
		"60+",
		"+",
	};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct slice form = slice_of(forms[i]);
		if ((int)form.len > canvas->cols)
			continue;
		canvas_text(canvas, 0, (canvas->rows - 1) / 2, canvas->cols, form,
			    ROLE_TEXT);
		return;
	}
}

void view_draw(const struct view *view, struct canvas *canvas)
{
	struct rect area = {0, 1, canvas->cols, 0};
	canvas_clear(canvas);
	if (canvas->cols < LEAST_COLS || canvas->rows < LEAST_ROWS) {
		too_small_draw(canvas);
		return;
	}
	int bar = canvas->rows >= TALL ? 2 : 1;
	int line = canvas->rows >= SCREEN_LINE_ROWS ? 1 : 0;
	int below = canvas->rows - 1 - line - bar;
	area.h = below - 1;
	if (view->record.fault[0])
		fault_draw(view, canvas, 1 + --area.h);
	title_draw(view, canvas, (struct rect){0, 0, canvas->cols, 1});
	screen_of(view)->draw(view, canvas, area);
	scrub_draw(view, canvas, (struct rect){0, below, canvas->cols, bar});
	if (line)
		screen_line_draw(view, canvas,
				 (struct rect){0, canvas->rows - 2, canvas->cols, 1});
	hints_draw(view, canvas, (struct rect){0, canvas->rows - 1, canvas->cols, 1});
	for (uint8_t i = 0; i < view->overlay_count; i++)
		overlays[view->overlays[i]]->draw(view, canvas, area);
}

/* ---- asking ---------------------------------------------------------- */

uint32_t view_cars(const struct view *view, uint16_t *cars)
{
	const struct screen *screen = screen_of(view);
	return screen->cars ? screen->cars(view, cars) : tower_cars(view, cars);
}

/* Class by class. */
uint32_t cars_by_class(const struct view *view, uint16_t *cars)
{
	struct scene scene;
	uint32_t n = 0;
	scene_make(view, &scene);
	uint16_t pane[RACE_CARS_MAX];
	for (unsigned i = 0; i < scene.panes; i++) {
		unsigned count = pane_cars(&scene, i, pane);
		for (unsigned k = 0; k < count; k++)
			cars[n++] = pane[k];
	}
	return n;
}

int cell_column(const struct view *view, int32_t *cell)
{
	int cols = view->cols > 0 && view->cols < CANVAS_COLS_MAX ? view->cols
								  : CANVAS_COLS_MAX;
	struct rect area = {0, 1, cols, 1};
	struct layout layout = {.count = 0};
	struct scene scene;
	const struct screen *screen = screen_of(view);
	/* A screen of one car explains the columns of the timing screen. */
	if (!screen->columns && screen->of_car)
		screen = screens[SCREEN_TIMING];
	scene_make(view, &scene);
	if (screen->columns)
		screen->columns(&scene, area, &layout);
	if (layout.count == 0 || *cell < 0)
		*cell = 0;
	else if (*cell >= (int32_t)layout.count)
		*cell = (int32_t)layout.count - 1;
	return layout.count ? layout.at[*cell].id : -1;
}

enum explain_what view_cell(const struct view *view, int32_t *cell, uint8_t *index)
{
	int column = cell_column(view, cell);
	*index = 0;
	if (column < 0)
		return EXPLAIN_POSITION;
	return column_explains((enum column_id)column, index);
}

unsigned view_panes(const struct view *view)
{
	struct scene scene;
	scene_make(view, &scene);
	return scene.panes;
}

unsigned view_pane_of(const struct view *view, uint16_t car)
{
	struct scene scene;
	scene_make(view, &scene);
	for (unsigned i = 0; i < scene.panes; i++) {
		uint8_t c = car < view->race->car_count
				    ? view->race->entries[car].class_index
				    : RACE_CLASSES_MAX;
		if (c >= view->race->class_count)
			c = RACE_CLASSES_MAX;
		if (scene.class_of[i] == c)
			return i;
	}
	return 0;
}

uint16_t view_pane_car(const struct view *view, unsigned pane)
{
	struct scene scene;
	scene_make(view, &scene);
	uint16_t cars[RACE_CARS_MAX];
	return pane_cars(&scene, pane, cars) ? cars[0] : CAR_NONE;
}
