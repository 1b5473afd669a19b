/*
 * test_canvas.c -- what a cell can hold, and what is left outside
 */
#include "stage.h"

enum { COLS = 12, ROWS = 4 };

static struct cell cells[COLS * ROWS];

static struct canvas new_canvas(bool ascii)
{
	struct canvas canvas = {
		.cells = cells, .cols = COLS, .rows = ROWS, .ascii = ascii};

	canvas_clear(&canvas);
	return canvas;
}

static const char *row_text(const struct canvas *canvas, int y)
{
	static char text[COLS * 8 + 1];
	size_t len = 0;

	for (int x = 0; x < canvas->cols; x++) {
		const struct cell *cell = &canvas->cells[y * canvas->cols + x];

		if (cell->bits & CELL_CONTINUES)
			continue;
		len += utf8_encode(text + len, cell->cp ? cell->cp : ' ');
		if (cell->mark)
			len += utf8_encode(text + len, cell->mark);
	}
	while (len > 0 && text[len - 1] == ' ')
		len--;
	text[len] = 0;
	return text;
}

static void text_is_cut_with_an_ellipsis_where_it_does_not_fit(void **state)
{
	static const struct {
		const char *text;
		int w;
		const char *utf8, *ascii;
	} rows[] = {
		{"Audi", 4, "Audi", "Audi"},
		{"Audi R8", 4, "Aud…", "Aud>"},
		{"Compétition", 11, "Compétition", "Competition"},
		{"Compétition", 6, "Compé…", "Compe>"},
		{"日本チーム", 10, "日本チーム", "?????"},
		{"日本チーム", 6, "日本…", "?????"},
		{"日本チーム", 5, "日本…", "?????"},
		{"日本", 1, "…", ">"},
		{"e\xcc\x81toile", 6, "e\xcc\x81toile", "etoile"},
		{"×8 ▶ ─┼━", 8, "×8 ▶ ─┼━", "x8 > -+="},
		{"", 3, "", ""},
		{"x", 0, "", ""},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct canvas canvas = new_canvas(false);
		int used = canvas_text(&canvas, 0, 1, rows[i].w, slice_of(rows[i].text),
				       ROLE_TEXT);

		assert_string_equal(row_text(&canvas, 1), rows[i].utf8);
		assert_int_equal(used, text_width(slice_of(rows[i].utf8)));
		assert_true(used <= rows[i].w);
		canvas = new_canvas(true);
		canvas_text(&canvas, 0, 1, rows[i].w, slice_of(rows[i].text),
			    ROLE_TEXT);
		assert_string_equal(row_text(&canvas, 1), rows[i].ascii);
	}
}

static void numbers_stand_at_the_right_of_their_column(void **state)
{
	struct canvas canvas = new_canvas(false);

	(void)state;
	canvas_right(&canvas, 1, 0, 6, SLICE("1.5"), ROLE_TEXT);
	assert_string_equal(row_text(&canvas, 0), "    1.5");
	canvas_right(&canvas, 1, 1, 6, SLICE("−22"), ROLE_TEXT);
	assert_string_equal(row_text(&canvas, 1), "    −22");
	canvas_right(&canvas, 1, 2, 3, SLICE("12345"), ROLE_TEXT);
	assert_string_equal(row_text(&canvas, 2), " 12…");
}

static void half_of_a_wide_character_never_stays_behind(void **state)
{
	struct canvas canvas = new_canvas(false);

	(void)state;
	canvas_text(&canvas, 0, 0, 8, SLICE("日本"), ROLE_TEXT);
	canvas_put(&canvas, 1, 0, 'x', ROLE_TEXT);
	assert_string_equal(row_text(&canvas, 0), " x本");
	canvas_put(&canvas, 2, 0, 'y', ROLE_TEXT);
	assert_string_equal(row_text(&canvas, 0), " xy");
	assert_int_equal(cells[3].bits & CELL_CONTINUES, 0);
	/* No room for the second half at the edge: a blank. */
	canvas_put(&canvas, COLS - 1, 1, 0x65e5, ROLE_TEXT);
	assert_string_equal(row_text(&canvas, 1), "");
}

static void a_cell_keeps_one_combining_mark(void **state)
{
	struct canvas canvas = new_canvas(false);

	(void)state;
	canvas_text(&canvas, 0, 0, 8, SLICE("a\xcc\x81\xcc\x82\xcc\x83 b"), ROLE_TEXT);
	assert_int_equal(cells[0].cp, 'a');
	assert_int_equal(cells[0].mark, 0x301);
	assert_int_equal(cells[2].cp, 'b');
	canvas_text(&canvas, 0, 1, 8, SLICE("\xcc\x81z"), ROLE_TEXT);
	assert_int_equal(cells[COLS].cp, 'z');
	assert_int_equal(cells[COLS].mark, 0);
}

static void drawing_outside_changes_nothing(void **state)
{
	struct canvas canvas = new_canvas(false);
	static const int places[] = {-1000000, -3, -1, COLS, COLS + 5, 1000000};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(places); i++) {
		canvas_put(&canvas, places[i], 0, 0x65e5, ROLE_TEXT);
		canvas_put(&canvas, 0, places[i], 'x', ROLE_TEXT);
		canvas_hline(&canvas, 0, places[i], 3, ROLE_RULE);
		canvas_vline(&canvas, places[i], 0, 3, ROLE_RULE);
		canvas_mark(&canvas, places[i], 0, 1, CELL_SELECTED);
		canvas_role(&canvas, 0, places[i], 2, ROLE_TITLE);
	}
	/* 3 is a column and no row. */
	for (int i = 0; i < COLS * ROWS; i++) {
		assert_int_equal(cells[i].cp, 0);
		assert_int_equal(cells[i].bits, 0);
	}
	canvas_text(&canvas, -2, 0, 6, SLICE("abcdef"), ROLE_TEXT);
	assert_string_equal(row_text(&canvas, 0), "cdef");
	canvas_text(&canvas, COLS - 2, 1, 6, SLICE("abcdef"), ROLE_TEXT);
	/* Cut at the edge, with the sign. */
	assert_string_equal(row_text(&canvas, 1), "          a\u2026");
}

static void control_characters_never_reach_a_cell(void **state)
{
	struct canvas canvas = new_canvas(false);

	(void)state;
	canvas_text(&canvas, 0, 0, COLS, SLICE("a\033[2Jb\n\tc\x7f"), ROLE_TEXT);
	for (int x = 0; x < COLS; x++)
		assert_true(cells[x].cp == 0 ||
			    (cells[x].cp >= ' ' && cells[x].cp != 0x7f));
}

static void every_sign_the_screens_use_has_an_ascii_form(void **state)
{
	static const uint32_t signs[] = {
		0xba,   0xd7,   0x2022, 0x2026, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212,
		0x2500, 0x2501, 0x2502, 0x251c, 0x2524, 0x252c, 0x253c, 0x256d, 0x2588,
		0x2592, 0x2593, 0x25b4, 0x25b6, 0x25b8, 0x25be, 0x25c2, 0x25c6, 0x25cf,
		0x2605, 0x2606, 0x275a, 0x28ff, 0xe9,   0x153,
	};

	struct canvas canvas = new_canvas(true);

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(signs); i++) {
		canvas_put(&canvas, 0, 0, signs[i], ROLE_TEXT);
		assert_true(cells[0].cp >= ' ' && cells[0].cp < 0x7f);
		assert_int_not_equal(cells[0].cp, '?');
	}
	canvas_put(&canvas, 0, 0, 'A', ROLE_TEXT);
	canvas_put(&canvas, 1, 0, 0x28c0, ROLE_TEXT);
	canvas_put(&canvas, 2, 0, 0x1f600, ROLE_TEXT);
	assert_string_equal(row_text(&canvas, 0), "A.?");
}

static void a_console_gets_what_its_fonts_have(void **state)
{
	static const struct {
		uint32_t cp, shown;
	} rows[] = {
		{'a', 'a'},       {0xe9, 0xe9},     {0x2500, 0x2500}, {0x256d, 0x250c},
		{0x2801, 0x2580}, {0x2840, 0x2584}, {0x28ff, 0x2588}, {0x2800, ' '},
		{0x25cf, 'O'},    {0x2026, '>'},    {0x0161, 's'},    {0x2592, 0x2592},
	};
	struct cell some[1] = {{0}};
	struct canvas canvas = {.cells = some, .cols = 1, .rows = 1, .console = true};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		canvas_put(&canvas, 0, 0, rows[i].cp, ROLE_TEXT);
		assert_int_equal(some[0].cp, rows[i].shown);
	}
}

static void what_was_drawn_last_lies_under_the_mouse(void **state)
{
	struct cell some[8] = {{0}};
	uint32_t hits[8];
	struct canvas canvas = {.cells = some, .cols = 4, .rows = 2, .hits = hits};

	(void)state;
	canvas_clear(&canvas);
	canvas_hit(&canvas, -2, 0, 4, 7);
	canvas_hit(&canvas, 3, 1, 9, 8);
	canvas_hit(&canvas, 1, 0, 1, 9);
	canvas_hit(&canvas, 0, 2, 4, 5);
	canvas_hit(&canvas, 9, 0, 4, 5);
	assert_int_equal(canvas_hit_at(&canvas, 0, 0), 7);
	assert_int_equal(canvas_hit_at(&canvas, 1, 0), 9);
	assert_int_equal(canvas_hit_at(&canvas, 2, 0), 0);
	assert_int_equal(canvas_hit_at(&canvas, 3, 1), 8);
	assert_int_equal(canvas_hit_at(&canvas, 4, 1), 0);
	assert_int_equal(canvas_hit_at(&canvas, -1, 0), 0);
	canvas.hits = NULL;
	canvas_hit(&canvas, 0, 0, 4, 1);
	assert_int_equal(canvas_hit_at(&canvas, 0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_console_gets_what_its_fonts_have),
		cmocka_unit_test(what_was_drawn_last_lies_under_the_mouse),
		cmocka_unit_test(text_is_cut_with_an_ellipsis_where_it_does_not_fit),
		cmocka_unit_test(numbers_stand_at_the_right_of_their_column),
		cmocka_unit_test(half_of_a_wide_character_never_stays_behind),
		cmocka_unit_test(a_cell_keeps_one_combining_mark),
		cmocka_unit_test(drawing_outside_changes_nothing),
		cmocka_unit_test(control_characters_never_reach_a_cell),
		cmocka_unit_test(every_sign_the_screens_use_has_an_ascii_form),
	};

	return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
