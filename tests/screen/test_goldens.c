/*
 * test_goldens.c -- the three screens at four sizes, at start, mid-race and end of
 * the bundled race, as text
 *
 * The files lie in tests/golden/screens; UPDATE=1 rewrites them. A changed golden
 * is a changed screen: its commit says why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "pitwall/paint.h"

enum { TEXT_MAX = 128 * 1024 };

static const struct {
	int cols, rows;
} sizes[] = {{80, 24}, {120, 36}, {160, 48}, {220, 60}};

static const char *race_path;
static struct session *session;

struct page {
	char bytes[TEXT_MAX];
	size_t len;
};

static int keep(void *context, const char *bytes, size_t len)
{
	struct page *page = context;

	if (len >= sizeof(page->bytes) - page->len)
		return -1;
	memcpy(page->bytes + page->len, bytes, len);
	page->len += len;
	page->bytes[page->len] = 0;
	return 0;
}

static void draw(struct view *view, int cols, int rows, struct page *page)
{
	static struct cell cells[CANVAS_COLS_MAX * CANVAS_ROWS_MAX];
	static char buf[4096];
	struct canvas canvas = {.cells = cells, .cols = cols, .rows = rows};
	struct out out = {
		.write = keep, .context = page, .buf = buf, .max = sizeof(buf)};

	page->len = 0;
	page->bytes[0] = 0;
	view_draw(view, &canvas);
	paint_canvas(&out, &canvas, PAINT_TEXT, theme_by_name(SLICE("dark")),
		     PALETTE_MONO);
	assert_int_equal(out_flush(&out), 0);
}

static void read_golden(const char *path, struct page *page)
{
	FILE *file = fopen(path, "rb");

	page->len = 0;
	if (file) {
		page->len = fread(page->bytes, 1, sizeof(page->bytes) - 1, file);
		fclose(file);
	}
	page->bytes[page->len] = 0;
}

static void write_golden(const char *path, const struct page *page)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(page->bytes, 1, page->len, file), page->len);
	assert_int_equal(fclose(file), 0);
}

/* Say the first row that differs, as it is and as it should be. */
static void report(const char *name, const struct page *is, const struct page *should)
{
	struct slice a = {is->bytes, is->len}, b = {should->bytes, should->len};
	int row = 0;

	while (a.len || b.len) {
		struct slice x = slice_cut(&a, '\n'), y = slice_cut(&b, '\n');

		row++;
		if (slice_eq(x, y))
			continue;
		print_message("# %s differs from row %d on (UPDATE=1 rewrites it)\n",
			      name, row);
		print_message("#  is     %.*s\n", (int)x.len, x.at ? x.at : "");
		print_message("#  golden %.*s\n", (int)y.len, y.at ? y.at : "");
		return;
	}
}

static unsigned compare(struct view *view, const char *when)
{
	static struct page is, should;
	const char *update = getenv("UPDATE");
	unsigned wrong = 0;

	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		for (uint8_t s = 0; s < SCREEN_COUNT; s++) {
			char name[80], path[512];

			text_format(name, sizeof(name), "%s-%s-%dx%d.txt",
				    screens[s].name, when, sizes[i].cols,
				    sizes[i].rows);
			text_format(path, sizeof(path), "%s/tests/golden/screens/%s",
				    SOURCE_ROOT, name);
			view->screen = s;
			draw(view, sizes[i].cols, sizes[i].rows, &is);
			if (update && update[0] == '1')
				write_golden(path, &is);
			read_golden(path, &should);
			if (is.len != should.len ||
			    memcmp(is.bytes, should.bytes, is.len) != 0) {
				report(name, &is, &should);
				wrong++;
			}
		}
	}
	return wrong;
}

static void look(struct view *view, instant_us t)
{
	*view = (struct view){.speed_num = 8,
			      .speed_den = 1,
			      .playing = true,
			      .armed = MARK_STOP,
			      .selected = CAR_NONE,
			      .focused = CAR_NONE};
	session_at(session, t);
	session_view(session, view);
}

static void the_screens_at_the_start_are_as_kept(void **state)
{
	struct view view;

	(void)state;
	look(&view, session->timeline.start_at);
	assert_int_equal(compare(&view, "start"), 0);
}

static void the_screens_in_mid_race_are_as_kept(void **state)
{
	struct view view;

	(void)state;
	look(&view, session->timeline.start_at + 192 * US_MIN + 44 * US_S);
	view.selected = race_find_text(view.race, SLICE("88"));
	view.focused = view.selected;
	view.pane = (uint8_t)view_pane_of(&view, view.selected);
	assert_int_equal(compare(&view, "mid"), 0);
}

static void the_screens_at_the_end_are_as_kept(void **state)
{
	struct view view;

	(void)state;
	look(&view, session->timeline.end_at != INSTANT_NONE
			    ? session->timeline.end_at
			    : session->timeline.last_at);
	assert_int_equal(compare(&view, "end"), 0);
}

static int load(void **state)
{
	struct options options = {.sources = {race_path}, .source_count = 1};
	struct err err = {.text = ""};

	(void)state;
	if (session_load(&options, 0, &session, &err) != 0) {
		print_message("# %s\n", err.text);
		return -1;
	}
	return 0;
}

static int unload(void **state)
{
	(void)state;
	session_free(session);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_screens_at_the_start_are_as_kept),
		cmocka_unit_test(the_screens_in_mid_race_are_as_kept),
		cmocka_unit_test(the_screens_at_the_end_are_as_kept),
	};

	if (argc < 2) {
		print_message("usage: %s RACE.pitwall\n", argv[0]);
		return 2;
	}
	race_path = argv[1];
	return cmocka_run_group_tests_name("golden screens", tests, load, unload);
}
