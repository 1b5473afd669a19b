/*
 * test_cut_text.c -- no text is cut beside free cells: every screen and overlay at 12 sizes,
 * of six races; the season also where it is smaller, and all its titles of one class
 *
 * canvas_text() marks the sign of a cut (CELL_CUT). Free cells are blank cells that the text
 * could take: to its right up to what follows; and at the right end of its pane, where they are
 * free in all rows of the table, so that a column could grow.
 *
 * The races are the bundled one and real ones; where those are not at hand (PITWALL_DATA),
 * simulated ones. Of each race no table has a column that is empty all the time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../real.h"
#include "../scratch.h"
#include "../typed_season.h"
#include "pitwall/season_watch.h"
#include "pitwall/session.h"
#include "parts.h"
#include "sim.h"

static const struct {
	int cols, rows;
} sizes[] = {{60, 20},  {64, 20},  {70, 22},  {80, 24},  {90, 28},
	     {100, 30}, {110, 32}, {120, 36}, {132, 43}, {140, 40},
	     {160, 48}, {180, 50}, {200, 55}, {220, 60}, {300, 100}};
enum { SMALL_SIZES = 3 }; /* of the season alone */

static struct cell cells[CANVAS_COLS_MAX * CANVAS_ROWS_MAX];
static struct race_state before;
static struct canvas canvas = {.cells = cells};

/* ---- room beside a cut --------------------------------------------------------------- */

static const struct cell *cut_cell(int x, int y)
{
	return &canvas.cells[y * canvas.cols + x];
}

static bool is_blank(int x, int y)
{
	const struct cell *cell = cut_cell(x, y);
	return cell->cp == ' ' ? !(cell->bits & CELL_SELECTED)
			       : cell->cp == 0 && !(cell->bits & CELL_CONTINUES);
}

static bool is_wall(int x, int y)
{
	const struct cell *cell = cut_cell(x, y);
	return cell->cp == 0x2502 && cell->role == ROLE_RULE;
}

/* The cell after the pane of a cell. */
static int pane_end(int x, int y)
{
	while (x < canvas.cols && !is_wall(x, y))
		x++;
	return x;
}

static int blanks_after(int x, int y, int end)
{
	int n = 0;
	while (x + 1 + n < end && is_blank(x + 1 + n, y))
		n++;
	return n;
}

static int blanks_before(int end, int y, int least)
{
	int n = 0;
	while (end - 1 - n >= least && is_blank(end - 1 - n, y))
		n++;
	return n;
}

/* Nothing is in the pane of a cell, in its row. */
static bool is_empty(int x, int y)
{
	int end = pane_end(x, y);
	while (x > 0 && !is_wall(x - 1, y))
		x--;
	return blanks_after(x - 1, y, end) == end - x;
}

/* Blank cells at the right end of a pane, in all rows of a table: from the row of the cut up
 * and down to a blank row or another pane. */
static int free_in_table(int x, int y, int end)
{
	int least = blanks_before(end, y, x + 1);
	for (int by = -1; by <= 1; by += 2) {
		for (int i = y + by; i > 0 && i < canvas.rows - 2; i += by) {
			int n = blanks_before(end, i, x + 1);
			if (pane_end(x, i) != end || is_empty(x, i))
				break;
			least = n < least ? n : least;
		}
	}
	return least;
}

/* The same over all instants of a race: a column is as wide as its values are then. */
struct table_end {
	int free, cuts; /* a blank cell more than `free`; 0: nothing is cut */
	int x, y;       /* the first one that is cut */
};
enum { VIEWS = 40, MARGIN = 2 };
static struct table_end table_ends[VIEWS][ARRAY_LEN(sizes)][CANVAS_COLS_MAX + 1];

/* The screen without what lies over it. */
static struct cell below[CANVAS_COLS_MAX * CANVAS_ROWS_MAX];
static int below_count;

static void draw_below(struct view view)
{
	view.overlay_count = 0;
	view_draw(&view, &canvas);
	below_count = canvas.cols * canvas.rows;
	memcpy(below, cells, (size_t)below_count * sizeof(*cells));
}

/* A cell of the screen below, which was looked at without what lies over it. */
static bool is_below(int x, int y)
{
	int at = y * canvas.cols + x;
	return at < below_count && memcmp(&below[at], &cells[at], sizeof(*cells)) == 0;
}

static void print_row(int y)
{
	static char text[4 * CANVAS_COLS_MAX + 1];
	size_t len = 0;
	for (int x = 0; x < canvas.cols; x++) {
		const struct cell *cell = cut_cell(x, y);
		if (!(cell->bits & CELL_CONTINUES))
			len += utf8_encode(text + len, cell->cp ? cell->cp : ' ');
	}
	text[len] = '\0';
	print_message("#   %s\n", text);
}

static unsigned say_cut(const char *what, int x, int y, int room)
{
	if (room <= 0)
		return 0;
	print_message("# %s at %dx%d: cut at %d,%d beside %d free cells\n", what,
		      canvas.cols, canvas.rows, x, y, room);
	return 1;
}

/* Cells cut with room beside them in their row; the ends of tables are kept for later. */
static unsigned cut_with_room(const char *what, struct table_end *ends)
{
	unsigned wrong = 0, here;
	for (int y = 0; y < canvas.rows; y++) {
		for (int x = 0; x < canvas.cols; x++) {
			if (!(cut_cell(x, y)->bits & CELL_CUT) || is_below(x, y))
				continue;
			int end = pane_end(x, y);
			int room = free_in_table(x, y, end) - MARGIN;
			struct table_end *table = &ends[end];
			/* The title keeps room for numbers that grow, a box for the
			 * rows of its list that are not on the page. */
			room = y > 0 && below_count == 0 ? room : 0;
			if (table->cuts == 0)
				*table = (struct table_end){room, 0, x, y};
			table->cuts++;
			table->free = room < table->free ? room : table->free;
			/* Two stay blank beside the frame of an overlay. */
			room = blanks_after(x, y, end) - 1;
			room -= below_count > 0 && x + 1 + room + 1 == end;
			here = say_cut(what, x, y, room);
			if (here)
				print_row(y);
			wrong += here;
		}
	}
	return wrong;
}

/* ---- all views ------------------------------------------------------------------------- */

struct cuts {
	const char *race;
	unsigned view; /* of this instant, counted */
	const char *views[VIEWS];
};

static unsigned cuts_of(struct view *view, struct cuts *cuts, const char *what)
{
	unsigned wrong = 0;
	char name[120];
	assert_true(cuts->view < VIEWS);
	cuts->views[cuts->view] = what;
	text_format(name, sizeof(name), "%s, %s", cuts->race, what);
	bool small = view->screen == SCREEN_SEASON && view->overlay_count == 0;
	for (unsigned i = small ? 0 : SMALL_SIZES; i < ARRAY_LEN(sizes); i++) {
		canvas.cols = sizes[i].cols;
		canvas.rows = sizes[i].rows;
		view->cols = canvas.cols;
		below_count = 0;
		if (view->overlay_count > 0)
			draw_below(*view);
		view_draw(view, &canvas);
		wrong += cut_with_room(name, table_ends[cuts->view][i]);
	}
	cuts->view++;
	return wrong;
}

static unsigned cuts_in_tables(const struct cuts *cuts)
{
	unsigned wrong = 0;
	char name[120];
	for (unsigned k = 0; k < VIEWS; k++) {
		if (!cuts->views[k])
			continue;
		text_format(name, sizeof(name), "%s, table of %s", cuts->race,
			    cuts->views[k]);
		for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
			canvas.cols = sizes[i].cols;
			canvas.rows = sizes[i].rows;
			for (int end = 0; end <= canvas.cols; end++) {
				const struct table_end *table = &table_ends[k][i][end];
				wrong += say_cut(name, table->x, table->y, table->free);
			}
		}
	}
	return wrong;
}

static unsigned cuts_of_screens(struct view *view, struct cuts *cuts)
{
	unsigned wrong = 0;
	for (uint8_t i = 0; i < SCREEN_COUNT; i++) {
		view->screen = i;
		wrong += cuts_of(view, cuts, screens[i]->name);
	}
	view->screen = SCREEN_LAPS;
	for (uint8_t i = 1; i < CHART_COUNT; i++) {
		view->chart = i;
		wrong += cuts_of(view, cuts, chart_name((enum chart_kind)i));
	}
	view->screen = SCREEN_FEEDS;
	view->feeds_matrix = true;
	wrong += cuts_of(view, cuts, "loops");
	view->screen = SCREEN_CLASSES;
	view->table.zoom = true;
	wrong += cuts_of(view, cuts, "one class");
	view->table.zoom = false;
	view->screen = SCREEN_TIMING;
	for (size_t i = 1; i < column_sets_count; i++) {
		view->table.columns = &column_sets[i];
		wrong += cuts_of(view, cuts, column_sets[i].name);
	}
	view->table.columns = NULL;
	return wrong;
}

static unsigned cuts_of_titles(struct view *view, struct season_watch *season,
			       struct session *session, struct cuts *cuts)
{
	unsigned wrong = 0;
	uint8_t shown = view->season_table;
	const char *const names[] = {"title", "title 2", "title 3"};
	view->screen = SCREEN_SEASON;
	for (unsigned i = 0; i < ARRAY_LEN(names) && view->season; i++) {
		view->season_table =
			(uint8_t)season_view_title(view->season, view->season->chosen);
		season_watch_update(season, session, view, NEED_SEASON | NEED_TITLES);
		wrong += cuts_of(view, cuts, names[i]);
	}
	view->season_table = shown;
	season_watch_update(season, session, view, NEED_SEASON | NEED_TITLES);
	return wrong;
}

static unsigned cuts_of_overlays(struct view *view, struct cuts *cuts)
{
	unsigned wrong = 0;
	view->screen = SCREEN_CLASSES;
	for (unsigned i = 0; i < OVERLAY_COUNT; i++) {
		view->overlay_count = 0;
		if (i == OVERLAY_PROMPT)
			view_ask(view, PROMPT_FILTER, SLICE("class"));
		else
			view_open(view, (enum overlay_id)i);
		wrong += cuts_of(view, cuts, overlays[i]->name);
	}
	view->overlay_count = 0;
	return wrong;
}

/* ---- columns without a value --------------------------------------------------------- */

/* Of all cars, and of the class of the last one. */
enum { ALL, FILTERED, TABLES };
static struct {
	bool shown, value;
} column_seen[TABLES][SCREEN_COUNT][COLUMN_COUNT];

static bool has_value(const struct scene *scene, const struct layout *layout,
		      unsigned at)
{
	uint16_t cars[RACE_CARS_MAX];
	uint32_t count = view_cars(scene->view, cars);
	for (uint32_t i = 0; i < count; i++) {
		struct field field = {.text = {field.buf, 0}};
		struct row row;
		row_make(scene, cars[i], &row);
		row.column = layout->at[at].id;
		row.width = layout->at[at].w;
		row.team = layout->team;
		row.vehicle = layout->vehicle;
		column_cell((enum column_id)row.column, &row, &field);
		if (field.text.len > 0)
			return true;
	}
	return false;
}

static void see_columns(struct view *view, unsigned table)
{
	struct scene scene;
	scene_make(view, &scene);
	for (unsigned k = 0; k < SCREEN_COUNT; k++) {
		view->screen = (uint8_t)k;
		for (unsigned i = SMALL_SIZES;
		     i < ARRAY_LEN(sizes) && screens[k]->columns; i++) {
			struct layout layout = {.count = 0};
			screens[k]->columns(
				&scene, (struct rect){0, 1, sizes[i].cols, 1}, &layout);
			for (unsigned at = 0; at < layout.count; at++) {
				unsigned id = layout.at[at].id;
				column_seen[table][k][id].shown = true;
				column_seen[table][k][id].value |=
					has_value(&scene, &layout, at);
			}
		}
	}
}

/* Columns with a head that had no value at any instant at which they were shown. */
static unsigned empty_columns(const char *race)
{
	unsigned wrong = 0;
	for (unsigned table = 0; table < TABLES; table++) {
		for (unsigned k = 0; k < SCREEN_COUNT; k++) {
			for (unsigned id = 0; id < COLUMN_COUNT; id++) {
				if (!column_seen[table][k][id].shown ||
				    column_seen[table][k][id].value ||
				    column_head(id)[0] == '\0')
					continue;
				print_message("# %s, %s%s: column %s is empty\n", race,
					      screens[k]->name,
					      table == FILTERED ? " of a class" : "",
					      column_head(id));
				wrong++;
			}
		}
	}
	return wrong;
}

static void see_tables(struct view *view)
{
	uint32_t count = view->standings->count;
	see_columns(view, ALL);
	if (count == 0)
		return;
	struct slice name = shown_class(view, view->standings->rows[count - 1].car);
	text_format(view->table.filter, sizeof(view->table.filter), "class %.*s",
		    (int)name.len, name.at);
	see_columns(view, FILTERED);
	view->table.filter[0] = '\0';
}

/** At @part of 8 of the race. */
static unsigned cuts_at(struct session *session, struct season_watch *season,
			struct cuts *cuts, unsigned part)
{
	const struct timeline *timeline = &session->timeline;
	struct view view = {.speed_num = 8,
			    .speed_den = 1,
			    .armed = STEP_STOP,
			    .now = INSTANT_NONE,
			    .loop_from = INSTANT_NONE,
			    .loop_to = INSTANT_NONE,
			    .pass_at = INSTANT_NONE,
			    .focused = CAR_NONE,
			    .compared = CAR_NONE,
			    .reference_car = CAR_NONE};
	duration_us length = instant_sub(timeline->last_at, timeline->first_at);
	(void)session_at(session, instant_add(timeline->first_at, length / 8 * part));
	session_view(session, &view);
	view.selected = view.standings->count > 3 ? view.standings->rows[3].car : 0;
	session_forecast(session, &view, 0);
	session_strategy(session, &view);
	season_watch_update(season, session, &view, NEED_SEASON | NEED_TITLES);
	cuts->view = 0;
	see_tables(&view);
	unsigned wrong = cuts_of_screens(&view, cuts) +
			 cuts_of_titles(&view, season, session, cuts);
	if (part < 5) {
		view_state(&view, &before);
		return wrong;
	}
	view.before = &before;
	view.before_what = "since the mark";
	return wrong + cuts_of_overlays(&view, cuts);
}

static unsigned cuts_in(const char *path, const char *race)
{
	static struct options options;
	struct session *session;
	struct err err;
	options = (struct options){.sources = {path}, .source_count = 1};
	if (session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err) != 0)
		fail_msg("%s: %s", race, err.text);
	struct season_watch *season;
	typed_season(session, "Now");
	options.season = TYPED_SEASON;
	options.round = "2";
	if (season_watch_open(&options, &season, &err) != 0)
		fail_msg("%s", err.text);
	season_watch_read(season, session);
	struct cuts cuts = {.race = race};
	memset(table_ends, 0, sizeof(table_ends));
	memset(column_seen, 0, sizeof(column_seen));
	unsigned wrong = cuts_at(session, season, &cuts, 1) +
			 cuts_at(session, season, &cuts, 5) +
			 cuts_at(session, season, &cuts, 8);
	wrong += cuts_in_tables(&cuts) + empty_columns(race);
	season_watch_close(season);
	session_free(session);
	return wrong;
}

/* ---- the races ----------------------------------------------------------------------- */

static const char *bundled;

static int cut_append(void *context, const char *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -EIO;
}

static unsigned cuts_in_simulated(unsigned n)
{
	enum { PASSINGS = 32 * 1024 };
	static struct sim_race sim;
	static char buffer[4096];
	struct err err = {""};
	char name[40];
	text_format(name, sizeof(name), "cut-%u.%s", n, n & 1 ? "txt" : "csv");
	FILE *file = fopen(name, "wb");
	struct out out = {cut_append, file, buffer, 0, sizeof(buffer), 0, false};
	sim = (struct sim_race){.passings = calloc(PASSINGS, sizeof(*sim.passings)),
				.passings_max = PASSINGS};
	assert_non_null(file);
	assert_non_null(sim.passings);
	assert_int_equal(sim_plausible(&sim, 16 + n, 10 + 12 * n, 1 + n, US_HOUR, &err),
			 0);
	if (n & 1)
		sim_write_rmonitor(&out, &sim, true);
	else
		sim_write_alkamel(&out, &sim);
	assert_int_equal(out_flush(&out), 0);
	assert_int_equal(fclose(file), 0);
	free(sim.passings);
	unsigned wrong = cuts_in(name, name);
	remove(name);
	return wrong;
}

static void no_text_is_cut_beside_free_cells_and_no_column_is_empty(void **state)
{
	static const char *const races[] = {
		"alkamel/wec_2024_le_mans_24h.csv",
		"alkamel/imsa_2023_road-atlanta_laps.csv",
		"alkamel/imsa_2024_long-beach_laps.csv",
		"rmonitor/club-race-17-cars.log",
		"sessions/imsa_2022_road-atlanta_202209301540_qualifying-laps.csv",
	};
	(void)state;
	unsigned wrong = cuts_in(bundled, "bundled");
	for (unsigned i = 0; i < ARRAY_LEN(races); i++) {
		char path[REAL_PATH_MAX];
		FILE *file = fopen(real_path(path, races[i]), "rb");
		if (file) {
			fclose(file);
			wrong += cuts_in(path, races[i]);
		} else {
			print_message("# %s is not here: a simulated race instead\n",
				      races[i]);
			wrong += cuts_in_simulated(i);
		}
	}
	assert_int_equal(wrong, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			no_text_is_cut_beside_free_cells_and_no_column_is_empty),
	};
	if (argc < 2) {
		print_message("usage: %s RACE.pitwall\n", argv[0]);
		return 2;
	}
	bundled = argv[1];
	return cmocka_run_group_tests_name("cut text", tests, NULL, NULL);
}
