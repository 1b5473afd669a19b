/*
 * test_png.c -- pitwall-png: the pixels of known cells, and input that is no screen
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pitwall/paint.h"

#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	COLS = 24,
	ROWS = 6,
	SCALE = 2,
	PAD_X = 18,
	PAD_Y = 16,
	CELL_W = 9,
	CELL_H = 18
};
enum { PAPER = 0x102030, INK = 0xe0e0e0, RED = 0xff0000, BLUE = 0x0000ff };

static const char *program;
static char svg_path[64], png_path[64];
static struct cell cells[COLS * ROWS];
static struct canvas canvas = {.cells = cells, .cols = COLS, .rows = ROWS};

static struct theme colours(void)
{
	struct theme theme = theme_plain;
	theme.paper = PAPER;
	theme.ink = INK;
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		theme.looks[i] = (struct look){.fg = INK, .bg = -1};
	theme.looks[ROLE_ERROR].fg = RED;
	theme.looks[ROLE_KEY] =
		(struct look){.fg = BLUE, .bg = -1, .attributes = LOOK_UNDERLINE};
	theme.looks[ROLE_STRONG].attributes = LOOK_BOLD;
	return theme;
}

static int put(void *context, const char *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -5;
}

static void write_svg(void)
{
	struct theme theme = colours();
	char buf[4096];
	FILE *file = fopen(svg_path, "wb");
	struct out out = {
		.write = put, .context = file, .buf = buf, .max = sizeof(buf)};
	assert_non_null(file);
	paint_canvas(&out, &canvas, PAINT_PNG, &theme, PALETTE_TRUE);
	assert_int_equal(out_flush(&out), 0);
	assert_int_equal(fclose(file), 0);
}

/* The exit status; what it says in @said. */
static int run(const char *options, char said[512])
{
	char command[1024];
	text_format(command, sizeof(command), "'%s' %s '%s' 2>&1 >'%s'", program,
		    options, svg_path, png_path);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	size_t n = fread(said, 1, 511, pipe);
	said[n] = '\0';
	return WEXITSTATUS(pclose(pipe));
}

/* The picture of the canvas; NULL never. */
static cairo_surface_t *drawn(void)
{
	char said[512];
	write_svg();
	int status = run("", said);
	if (status != 0)
		fail_msg("pitwall-png ends with %d: %s", status, said);
	cairo_surface_t *surface = cairo_image_surface_create_from_png(png_path);
	assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
	return surface;
}

/* Colour of a pixel of the SVG. */
static uint32_t pixel(cairo_surface_t *surface, double x, double y)
{
	const unsigned char *row =
		cairo_image_surface_get_data(surface) +
		(int)(y * SCALE) * cairo_image_surface_get_stride(surface);
	uint32_t value;
	memcpy(&value, row + 4 * (int)(x * SCALE), sizeof(value));
	return value & 0xffffff;
}

static double cell_x(int x)
{
	return PAD_X + x * CELL_W;
}

static double cell_y(int y)
{
	return PAD_Y + y * CELL_H;
}

/* Pixels of a cell that are not paper. */
static unsigned inked(cairo_surface_t *surface, int x, int y)
{
	unsigned n = 0;
	for (int i = 0; i < CELL_W * SCALE; i++)
		for (int j = 0; j < CELL_H * SCALE; j++)
			n += pixel(surface, cell_x(x) + i / (double)SCALE,
				   cell_y(y) + j / (double)SCALE) != PAPER;
	return n;
}

static void the_file_is_a_png_of_its_size(void **state)
{
	static const unsigned char head[] = {0x89, 'P',  'N', 'G', '\r', '\n',
					     0x1a, '\n', 0,   0,   0,    13,
					     'I',  'H',  'D', 'R'};
	unsigned char bytes[26];
	(void)state;
	canvas_clear(&canvas);
	cairo_surface_destroy(drawn());
	FILE *file = fopen(png_path, "rb");
	assert_non_null(file);
	assert_int_equal(fread(bytes, 1, sizeof(bytes), file), sizeof(bytes));
	assert_int_equal(fclose(file), 0);
	assert_memory_equal(bytes, head, sizeof(head));
	assert_int_equal(bytes[18] << 8 | bytes[19],
			 SCALE * (2 * PAD_X + COLS * CELL_W));
	assert_int_equal(bytes[22] << 8 | bytes[23],
			 SCALE * (2 * PAD_Y + ROWS * CELL_H));
	assert_int_equal(bytes[24], 8);
}

static void blocks_and_lines_meet_without_seams(void **state)
{
	(void)state;
	canvas_clear(&canvas);
	for (int x = 0; x < 4; x++)
		canvas_put(&canvas, x, 0, 0x2580, ROLE_ERROR); /* upper halves */
	for (int y = 1; y < 5; y++)
		canvas_put(&canvas, 6, y, 0x2502, ROLE_ERROR);
	for (int x = 8; x < 14; x++)
		canvas_put(&canvas, x, 2, 0x2501, ROLE_ERROR);
	for (int y = 1; y < 4; y++)
		canvas_put(&canvas, 16, y, 0x2590, ROLE_ERROR); /* right halves */
	cairo_surface_t *surface = drawn();
	for (double x = cell_x(0); x < cell_x(4); x += 0.5) {
		assert_int_equal(pixel(surface, x, cell_y(0) + 3), RED);
		assert_int_equal(pixel(surface, x, cell_y(0) + 8.5), RED);
		assert_int_equal(pixel(surface, x, cell_y(0) + 9.5), PAPER);
	}
	for (double y = cell_y(1); y < cell_y(5); y += 0.5)
		assert_int_not_equal(pixel(surface, cell_x(6) + 4.5, y), PAPER);
	for (double x = cell_x(8); x < cell_x(14); x += 0.5)
		assert_int_equal(pixel(surface, x, cell_y(2) + 9), RED);
	for (double y = cell_y(1); y < cell_y(4); y += 0.5) {
		assert_int_equal(pixel(surface, cell_x(16) + 7, y), RED);
		assert_int_equal(pixel(surface, cell_x(16) + 2, y), PAPER);
	}
	assert_int_equal(pixel(surface, cell_x(20), cell_y(0)), PAPER);
	cairo_surface_destroy(surface);
}

static void text_lies_in_its_cells_with_its_look(void **state)
{
	(void)state;
	canvas_clear(&canvas);
	canvas_text(&canvas, 1, 0, 20, SLICE("H"), ROLE_TEXT);
	canvas_text(&canvas, 1, 1, 20, SLICE("H"), ROLE_STRONG);
	canvas_text(&canvas, 1, 2, 20, SLICE("a b"), ROLE_KEY);
	canvas_text(&canvas, 1, 3, 20, SLICE("sel"), ROLE_ERROR);
	canvas_mark(&canvas, 1, 3, 3, CELL_SELECTED);
	canvas_put(&canvas, 1, 4, 0x2801, ROLE_ERROR); /* the first dot of braille */
	cairo_surface_t *surface = drawn();
	unsigned light = inked(surface, 1, 0), bold = inked(surface, 1, 1);
	assert_true(light > 40);
	assert_true(bold > light);
	assert_int_equal(inked(surface, 0, 0), 0);
	assert_int_equal(inked(surface, 2, 0), 0);
	/* The line below "a b" goes on under the blank. */
	for (double x = cell_x(1) + 0.5; x < cell_x(4); x += 0.5)
		assert_int_equal(pixel(surface, x, cell_y(2) + 15.5), BLUE);
	/* Selected: paper on the colour of the role. */
	assert_int_equal(pixel(surface, cell_x(1) + 0.5, cell_y(3) + 0.5), RED);
	assert_int_equal(pixel(surface, cell_x(4) - 0.5, cell_y(3) + 17), RED);
	assert_true(pixel(surface, cell_x(1) + 2.25, cell_y(4) + 2.25) == RED);
	assert_int_equal(pixel(surface, cell_x(1) + 6.25, cell_y(4) + 2.25), PAPER);
	cairo_surface_destroy(surface);
}

/* A wide character has two cells, whether a font has it or a box stands for it. */
static void wide_characters_have_two_cells(void **state)
{
	(void)state;
	canvas_clear(&canvas);
	canvas_text(&canvas, 0, 0, 20, SLICE("\u65e5"), ROLE_TEXT);
	canvas_text(&canvas, 4, 0, 20, SLICE("\u65e5x"), ROLE_TEXT);
	cairo_surface_t *surface = drawn();
	assert_true(inked(surface, 0, 0) > 10);
	assert_true(inked(surface, 1, 0) > 10);
	assert_int_equal(inked(surface, 2, 0), 0);
	assert_true(inked(surface, 6, 0) > 10); /* the x */
	assert_int_equal(inked(surface, 7, 0), 0);
	cairo_surface_destroy(surface);
}

static void a_missing_character_is_named(void **state)
{
	char said[512];
	(void)state;
	canvas_clear(&canvas);
	canvas_put(&canvas, 0, 0, 0xe123, ROLE_TEXT); /* for private use */
	write_svg();
	assert_int_equal(run("", said), 0);
	assert_non_null(strstr(said, "no installed font has U+E123: install "));
}

static void input_that_is_no_screen_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"<svg",
		"no picture at all",
		"<html><p>text</p></html>",
		"<svg width=\"999999\" height=\"10\">",
		"<svg width=\"0\" height=\"10\"/>",
		"<rect x=\"1\"/><svg width=\"10\" height=\"10\"/>"};
	char said[512];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		FILE *file = fopen(svg_path, "wb");
		assert_non_null(file);
		assert_true(fputs(bad[i], file) >= 0);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(run("", said), 1);
		assert_non_null(strstr(said, "pitwall-png: "));
	}
	assert_int_equal(run("--scale 9", said), 2);
	assert_non_null(strstr(said, "usage: "));
}

/* An SVG that is cut anywhere is drawn as far as it goes. */
static void a_cut_file_is_drawn_as_far_as_it_goes(void **state)
{
	char said[512], text[32 * 1024];
	(void)state;
	canvas_clear(&canvas);
	canvas_text(&canvas, 0, 0, 20, SLICE("<text> & more"), ROLE_KEY);
	canvas_put(&canvas, 0, 1, 0x25cf, ROLE_ERROR);
	canvas_put(&canvas, 1, 1, 0x2588, ROLE_ERROR);
	canvas_put(&canvas, 2, 1, 0x28ff, ROLE_ERROR);
	write_svg();
	FILE *file = fopen(svg_path, "rb");
	assert_non_null(file);
	size_t len = fread(text, 1, sizeof(text), file);
	assert_int_equal(fclose(file), 0);
	assert_in_range(len, 100, sizeof(text) - 1);
	for (size_t n = len; n > 500; n -= n > len - 400 ? 13 : 377) {
		file = fopen(svg_path, "wb");
		assert_non_null(file);
		assert_int_equal(fwrite(text, 1, n, file), n);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(run("--scale 1", said), 0);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_is_a_png_of_its_size),
		cmocka_unit_test(blocks_and_lines_meet_without_seams),
		cmocka_unit_test(text_lies_in_its_cells_with_its_look),
		cmocka_unit_test(wide_characters_have_two_cells),
		cmocka_unit_test(a_missing_character_is_named),
		cmocka_unit_test(input_that_is_no_screen_is_refused),
		cmocka_unit_test(a_cut_file_is_drawn_as_far_as_it_goes),
	};
	program = argc > 1 ? argv[1] : "pitwall-png";
	text_format(svg_path, sizeof(svg_path), "png-test-%ld.svg", (long)getpid());
	text_format(png_path, sizeof(png_path), "png-test-%ld.png", (long)getpid());
	int failed = cmocka_run_group_tests_name("png", tests, NULL, NULL);
	(void)remove(svg_path);
	(void)remove(png_path);
	return failed;
}
