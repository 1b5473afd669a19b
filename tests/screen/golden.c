/*
 * golden.c -- a view drawn as text, and the file it should equal (golden.h)
 */
#include "golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/paint.h"

enum { TEXT_MAX = 128 * 1024 };

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

static void draw(const struct view *view, int cols, int rows, struct page *page)
{
	static struct cell cells[CANVAS_COLS_MAX * CANVAS_ROWS_MAX];
	static char buf[4096];
	struct canvas canvas = {.cells = cells, .cols = cols, .rows = rows};
	struct out out = {
		.write = keep, .context = page, .buf = buf, .max = sizeof(buf)};

	page->len = 0;
	page->bytes[0] = 0;
	view_draw(view, &canvas);
	paint_canvas(&out, &canvas, PAINT_TEXT, &theme_plain, PALETTE_MONO);
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

unsigned golden_differs(const struct view *view, const char *name, const char *when,
			int cols, int rows)
{
	static struct page is, should;
	const char *update = getenv("UPDATE");
	char file[80], path[512];

	text_format(file, sizeof(file), "%s-%s-%dx%d.txt", name, when, cols, rows);
	text_format(path, sizeof(path), "%s/tests/golden/screens/%s",
		    PITWALL_SOURCE_ROOT, file);
	draw(view, cols, rows, &is);
	if (update && update[0] == '1')
		write_golden(path, &is);
	read_golden(path, &should);
	if (is.len == should.len && memcmp(is.bytes, should.bytes, is.len) == 0)
		return 0;
	report(file, &is, &should);
	return 1;
}
