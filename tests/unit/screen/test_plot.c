/*
 * test_plot.c -- dots and lines in braille, and the round numbers beside them
 */
#include "stage.h"

#include <math.h>
#include <stdlib.h>

#include "chart.h"

enum { COLS = 12, ROWS = 6 };

static struct cell cells[COLS * ROWS];

/* An area of 8x4 cells with a border of two around it. */
static struct plot plot_new(bool ascii)
{
	static struct canvas canvas;
	struct plot plot = {.canvas = &canvas, .area = {2, 1, 8, 4}};

	canvas = (struct canvas){.cells = cells, .cols = COLS, .rows = ROWS};
	canvas.ascii = ascii;
	canvas_clear(&canvas);
	return plot;
}

static unsigned dots_drawn(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < ARRAY_LEN(cells); i++)
		for (uint32_t cp = cells[i].cp; cp > 0x2800 && cp & 0xff;
		     cp = (cp & ~0xffu) | ((cp & 0xff) & ((cp & 0xff) - 1)))
			n++;
	return n;
}

static bool outside_is_blank(void)
{
	for (int y = 0; y < ROWS; y++)
		for (int x = 0; x < COLS; x++)
			if ((x < 2 || x >= 10 || y < 1 || y >= 5) &&
			    cells[y * COLS + x].cp)
				return false;
	return true;
}

static void a_dot_is_a_bit_of_its_cell(void **state)
{
	static const struct {
		double x, y;
		int cx, cy;
		uint32_t cp;
	} rows[] = {
		{0, 0, 0, 0, 0x2801},     {1, 0, 0, 0, 0x2808}, {0, 1, 0, 0, 0x2802},
		{1.9, 1.9, 0, 0, 0x2810}, {0, 2, 0, 0, 0x2804}, {1, 2, 0, 0, 0x2820},
		{0, 3, 0, 0, 0x2840},     {1, 3, 0, 0, 0x2880}, {2, 4, 1, 1, 0x2801},
		{15, 15, 7, 3, 0x2880},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct plot plot = plot_new(false);
		const struct cell *cell = plot_cell(&plot, rows[i].cx, rows[i].cy);

		plot_dot(&plot, (struct dots){rows[i].x, rows[i].y}, ROLE_TRACK);
		assert_int_equal(cell->cp, rows[i].cp);
		assert_int_equal(cell->role, ROLE_TRACK);
		assert_int_equal(dots_drawn(), 1);
	}
}

static void dots_outside_are_nothing_however_far(void **state)
{
	static const struct dots far[] = {
		{-0.01, 3},
		{3, -1},
		{16, 3},
		{3, 16},
		{1e300, 3},
		{3, -1e300},
		{(double)NAN, 3},
		{3, (double)NAN},
		{(double)INFINITY, (double)INFINITY},
		{-(double)INFINITY, 0},
	};
	struct plot plot = plot_new(false);

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(far); i++) {
		plot_dot(&plot, far[i], ROLE_TEXT);
		plot_line(&plot, far[i], far[i], ROLE_TEXT);
		assert_int_equal(dots_drawn(), 0);
	}
	assert_null(plot_cell(&plot, -1, 0));
	assert_null(plot_cell(&plot, 8, 0));
	assert_null(plot_cell(&plot, 0, 4));
}

/* Every column of dots between the ends has one, and none lies beside the line. */
static void a_line_has_no_holes_and_keeps_to_its_way(void **state)
{
	static const struct {
		struct dots from, to;
	} rows[] = {
		{{0, 0}, {15, 0}},  {{0, 15}, {15, 0}},     {{3, 2}, {3, 13}},
		{{-8, 4}, {40, 9}}, {{-1e6, 8}, {1e6, 8}},  {{5, -1e7}, {6, 1e7}},
		{{7, 7}, {7, 7}},   {{-30, -30}, {30, 30}},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct plot plot = plot_new(false);
		struct dots a = rows[i].from, b = rows[i].to;
		double length = hypot(b.x - a.x, b.y - a.y);
		unsigned seen = 0;

		plot_line(&plot, a, b, ROLE_TEXT);
		assert_true(outside_is_blank());
		for (int y = 0; y < 16; y++) {
			for (int x = 0; x < 16; x++) {
				static const uint8_t bits[4][2] = {
					{1, 8}, {2, 16}, {4, 32}, {64, 128}};
				const struct cell *cell =
					plot_cell(&plot, x / 2, y / 4);
				double off;

				if (!(cell->cp & bits[y % 4][x % 2]))
					continue;
				seen++;
				if (length == 0)
					continue;
				off = fabs((b.x - a.x) * (a.y - y - 0.5) -
					   (a.x - x - 0.5) * (b.y - a.y)) /
				      length;
				assert_true(off <= 1.5);
			}
		}
		assert_true(seen >= (length == 0 ? 1 : 11));
	}
}

static void what_stands_behind_gives_way_to_dots(void **state)
{
	struct plot plot = plot_new(false);

	(void)state;
	canvas_put(plot.canvas, 2, 1, 0x2591, ROLE_RULE);
	plot_dot(&plot, (struct dots){1, 1}, ROLE_STRONG);
	assert_int_equal(plot_cell(&plot, 0, 0)->cp, 0x2810);
	assert_int_equal(plot_cell(&plot, 0, 0)->role, ROLE_STRONG);
}

static void in_ascii_a_cell_says_where_its_dots_lie(void **state)
{
	static const struct {
		double y;
		enum role role;
		char mark;
	} rows[] = {
		{0, ROLE_TRACK, '\''},
		{3, ROLE_TRACK, '.'},
		{1, ROLE_STRONG, '#'},
	};
	struct plot plot;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		plot = plot_new(true);
		plot_dot(&plot, (struct dots){0, rows[i].y}, rows[i].role);
		plot_done(&plot, ROLE_STRONG);
		assert_int_equal(plot_cell(&plot, 0, 0)->cp, rows[i].mark);
	}
	plot = plot_new(true);
	plot_line(&plot, (struct dots){0, 0}, (struct dots){0, 3}, ROLE_STRONG);
	plot_done(&plot, ROLE_COUNT);
	assert_int_equal(plot_cell(&plot, 0, 0)->cp, ':');
}

/* ---- round numbers ----------------------------------------------------------- */

static void steps_are_round_and_not_too_many(void **state)
{
	static const struct {
		double span;
		int most;
		bool seconds;
		double step;
	} rows[] = {
		{105, 10, false, 20},      {100, 10, false, 10},
		{7, 3, false, 5},          {0.8, 4, false, 0.2},
		{12000, 6, false, 2000},   {50, 5, true, 10},
		{70, 4, true, 30},         {600, 10, true, 60},
		{86400, 12, true, 7200},   {3600, 12, true, 300},
		{0, 5, false, 1},          {-3, 5, true, 1},
		{5, 0, false, 5},          {259200, 4, true, 86400},
		{1.7e10, 6, true, 4.32e9},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		double step = chart_step(rows[i].span, rows[i].most, rows[i].seconds);

		assert_true(fabs(step - rows[i].step) < 1e-9);
		if (rows[i].span > 0 && rows[i].most > 0)
			assert_true(rows[i].span / step <= rows[i].most + 1e-9);
	}
}

static void laps_done_at_an_instant_are_between_those_known(void **state)
{
	static struct lap_times_at laps = {.count = 5,
					   .at = {0, 100, 200, INSTANT_NONE, 400}};
	static const struct {
		instant_us t;
		double done;
	} rows[] = {
		{-1, -1},    {0, 0},   {50, 0.5}, {100, 1},
		{199, 1.99}, {200, 2}, {400, 4},  {399, 2.999},
	};
	double before = -1;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
		assert_true(fabs(lap_times_done(&laps, rows[i].t) - rows[i].done) <
			    1e-9);
	for (instant_us t = 0; t < 1000; t += 7) {
		double done = lap_times_done(&laps, t);

		assert_true(done >= before && done < 5);
		before = done;
	}
	laps.count = 0;
	assert_true(lap_times_done(&laps, 10) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dot_is_a_bit_of_its_cell),
		cmocka_unit_test(dots_outside_are_nothing_however_far),
		cmocka_unit_test(a_line_has_no_holes_and_keeps_to_its_way),
		cmocka_unit_test(what_stands_behind_gives_way_to_dots),
		cmocka_unit_test(in_ascii_a_cell_says_where_its_dots_lie),
		cmocka_unit_test(steps_are_round_and_not_too_many),
		cmocka_unit_test(laps_done_at_an_instant_are_between_those_known),
	};

	return cmocka_run_group_tests_name("plot", tests, NULL, NULL);
}
