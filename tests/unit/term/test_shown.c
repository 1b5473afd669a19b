/*
 * test_shown.c -- what a terminal shows is the canvas (terminal emulation by
 * libvterm; skipped where the build did not find it)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "pitwall/term.h"
#include "pty.h"

#if HAVE_VTERM
#include <vterm.h>

struct shown {
	struct pty pty;
	struct term *term;
	VTerm *vt;
	VTermScreen *screen;
	struct canvas canvas;
};

static void shown_begin(struct shown *s, int cols, int rows)
{
	struct term_options options = {.theme = frame_theme()};
	struct err err = {""};
	pty_begin(&s->pty, cols, rows);
	if (term_open(&options, &s->term, &err) < 0)
		fail_msg("%s", err.text);
	s->vt = vterm_new(rows, cols);
	vterm_set_utf8(s->vt, 1);
	s->screen = vterm_obtain_screen(s->vt);
	vterm_screen_enable_altscreen(s->screen, 1);
	vterm_screen_reset(s->screen, 1);
	s->canvas = frame_new(cols, rows);
}

static void shown_end(struct shown *s)
{
	term_close(s->term);
	vterm_free(s->vt);
	free(s->canvas.cells);
	pty_end(&s->pty);
}

static void shown_paint(struct shown *s)
{
	size_t bytes;
	unsigned writes;
	pty_forget(&s->pty);
	assert_true(term_paint(s->term, &s->canvas));
	term_stats(s->term, &bytes, &writes);
	while (term_pending(s->term)) {
		assert_true(pty_take(&s->pty, 1));
		(void)term_flush(s->term);
	}
	assert_true(pty_take(&s->pty, bytes - s->pty.len));
	/* In small pieces: this libvterm overflows its stack on large ones. */
	for (size_t at = 0; at < s->pty.len; at += 1024) {
		size_t n = s->pty.len - at < 1024 ? s->pty.len - at : 1024;
		(void)vterm_input_write(s->vt, s->pty.bytes + at, n);
	}
}

/* The ink of a character, and the ground of every cell; the ink of a blank is seen
 * only when it is reversed. */
static void ink_equal(const struct cell *want, const VTermScreenCell *got, int x, int y)
{
	const struct look *look = &frame_theme()->looks[want->role];
	bool inked = (want->cp != 0 && want->cp != ' ') || got->attrs.reverse != 0;
	if (inked && ((look->attributes & LOOK_BOLD) != 0) != (got->attrs.bold != 0))
		fail_msg("(%d, %d): bold is %d", x, y, got->attrs.bold != 0);
	if (((look->attributes & LOOK_UNDERLINE) != 0) != (got->attrs.underline != 0))
		fail_msg("(%d, %d): underline is %d", x, y, got->attrs.underline != 0);
	if (strstr(getenv("TERM"), "256") == NULL)
		return;
	int fg = VTERM_COLOR_IS_DEFAULT_FG(&got->fg) ? -1 : got->fg.indexed.idx;
	int bg = VTERM_COLOR_IS_DEFAULT_BG(&got->bg) ? -1 : got->bg.indexed.idx;
	if (inked && fg != (look->fg < 0 ? -1 : look->fg256))
		fail_msg("(%d, %d): colour is %d", x, y, fg);
	if (bg != (look->bg < 0 ? -1 : look->bg256))
		fail_msg("(%d, %d): ground is %d", x, y, bg);
}

static void cell_equal(const struct shown *s, int x, int y)
{
	const struct cell *want = &s->canvas.cells[y * s->canvas.cols + x];
	VTermScreenCell got;
	VTermPos pos = {.row = y, .col = x};
	(void)vterm_screen_get_cell(s->screen, pos, &got);
	if ((want->bits & CELL_CONTINUES) != 0)
		return;
	uint32_t cp = want->cp == 0 ? ' ' : want->cp;
	uint32_t shown_cp = got.chars[0] == 0 ? ' ' : got.chars[0];
	const struct look *look = &frame_theme()->looks[want->role];
	bool reverse = ((look->attributes & LOOK_REVERSE) != 0) !=
		       ((want->bits & CELL_SELECTED) != 0);
	if (cp != shown_cp)
		fail_msg("(%d, %d): U+%04X shown for U+%04X", x, y, shown_cp, cp);
	if (want->mark != 0 && got.chars[1] != want->mark)
		fail_msg("(%d, %d): no mark", x, y);
	if (reverse != (got.attrs.reverse != 0))
		fail_msg("(%d, %d): reverse is %d", x, y, !reverse);
	ink_equal(want, &got, x, y);
}

static void shown_equal(const struct shown *s)
{
	for (int y = 0; y < s->canvas.rows; y++)
		for (int x = 0; x < s->canvas.cols; x++)
			cell_equal(s, x, y);
}

/* Rows move up or down, as in a list that scrolls: ncurses has the terminal do it. */
static void rows_shift(struct canvas *canvas, uint64_t *seed)
{
	size_t row = (size_t)canvas->cols;
	size_t h = (size_t)canvas->rows - 1; /* the last line stays, as keys do */
	size_t by = 1 + random_below(seed, 3);
	size_t from = random_below(seed, h / 2);
	size_t rows = h - from - by;
	struct cell *high = canvas->cells + from * row;
	struct cell *low = high + by * row;
	if (random_below(seed, 2) == 0)
		memmove(low, high, rows * row * sizeof(*low));
	else
		memmove(high, low, rows * row * sizeof(*low));
}

static void what_is_shown_is_the_canvas_after_any_changes(void **state)
{
	static const char *const types[] = {"xterm-256color", "tmux-256color",
					    "screen-256color", "xterm"};
	uint64_t seed = 20031109;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct shown s;
		(void)setenv("TERM", types[i], 1);
		shown_begin(&s, 90, 40); /* not the lines of terminfo */
		for (unsigned frame = 0; frame < 120; frame++) {
			unsigned most = 1U << random_below(&seed, 11);
			frame_scribble(&s.canvas, &seed,
				       (unsigned)random_below(&seed, most));
			if (random_below(&seed, 20) == 0)
				term_redraw(s.term);
			if (random_below(&seed, 4) == 0)
				rows_shift(&s.canvas, &seed);
			shown_paint(&s);
			shown_equal(&s);
		}
		shown_end(&s);
	}
}

static void a_resize_never_garbles(void **state)
{
	static const int sizes[][2] = {{80, 24},  {120, 36}, {160, 48}, {220, 60},
				       {40, 10},  {1, 1},    {2, 60},   {220, 1},
				       {401, 30}, {80, 160}, {80, 24}};
	uint64_t seed = 5;
	struct shown s;
	(void)state;
	(void)setenv("TERM", "xterm-256color", 1);
	shown_begin(&s, 100, 30);
	frame_scribble(&s.canvas, &seed, 3000);
	shown_paint(&s);
	shown_equal(&s);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		int cols;
		int rows;
		pty_size(&s.pty, sizes[i][0], sizes[i][1]);
		assert_true(term_resize(s.term));
		assert_false(term_resize(s.term));
		term_size(s.term, &cols, &rows);
		assert_int_equal(cols, sizes[i][0] == 401 ? 400 : sizes[i][0]);
		assert_int_equal(rows, sizes[i][1] == 160 ? 150 : sizes[i][1]);
		vterm_set_size(s.vt, sizes[i][1], sizes[i][0]);
		/* The old canvas may be painted once more: it is cut. */
		shown_paint(&s);
		free(s.canvas.cells);
		s.canvas = frame_new(cols, rows);
		frame_scribble(&s.canvas, &seed, (unsigned)(cols * rows));
		shown_paint(&s);
		shown_equal(&s);
		frame_scribble(&s.canvas, &seed, 20);
		shown_paint(&s);
		shown_equal(&s);
	}
	shown_end(&s);
}

#else

static void what_is_shown_is_the_canvas_after_any_changes(void **state)
{
	(void)state;
	skip();
}

static void a_resize_never_garbles(void **state)
{
	(void)state;
	skip();
}

#endif

static int set_up(void **state)
{
	(void)state;
	(void)unsetenv("COLORTERM");
	(void)unsetenv("LINES");
	(void)unsetenv("COLUMNS");
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_shown_is_the_canvas_after_any_changes),
		cmocka_unit_test(a_resize_never_garbles),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
