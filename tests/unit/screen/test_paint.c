/*
 * test_paint.c -- one canvas as text, as ANSI and as SVG
 */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>

struct sink {
	char bytes[1 << 20];
	size_t len;
	char buf[4096];
};

static int keep(void *context, const char *bytes, size_t len)
{
	struct sink *sink = context;

	assert_true(sink->len + len < sizeof(sink->bytes));
	memcpy(sink->bytes + sink->len, bytes, len);
	sink->len += len;
	sink->bytes[sink->len] = 0;
	return 0;
}

/* Every role in a colour of its own. */
static const struct theme *coloured(void)
{
	static struct theme theme;

	theme = theme_plain;
	theme.paper = 0;
	theme.ink = 0xffffff;
	for (int i = 0; i < ROLE_COUNT; i++) {
		struct look *look = &theme.looks[i];

		look->fg = 0x406080 + i * 0x020301;
		look->fg256 = theme_near_256(look->fg);
		look->fg16 = theme_near_16(look->fg);
		look->fg8 = theme_near_8(look->fg);
	}
	return &theme;
}

static struct sink *painted(const struct canvas *canvas, enum paint paint,
			    enum palette palette)
{
	static struct sink sinks[2];
	static unsigned turn;
	struct sink *sink = &sinks[turn++ % 2];
	struct out out = {.write = keep,
			  .context = sink,
			  .buf = sink->buf,
			  .max = sizeof(sink->buf)};

	sink->len = 0;
	sink->bytes[0] = 0;
	paint_canvas(&out, canvas, paint, coloured(), palette);
	assert_int_equal(out_flush(&out), 0);
	return sink;
}

static struct stage *drawn(int cols, int rows)
{
	struct stage *stage = stage_new();

	stage_seek(stage, STAGE_MINUTE(23));
	stage->view.selected = stage_car(stage, "13");
	stage_draw(stage, cols, rows);
	return stage;
}

static void text_is_the_rows_without_blanks_at_their_ends(void **state)
{
	struct stage *stage = drawn(120, 36);
	struct sink *sink = painted(&stage->canvas, PAINT_TEXT, PALETTE_MONO);
	struct slice rest = {sink->bytes, sink->len};

	(void)state;
	for (int y = 0; y < 36; y++) {
		struct slice row = slice_cut(&rest, '\n');

		assert_true(slice_eq(row, slice_of(stage_row(stage, y))));
	}
	assert_int_equal(rest.len, 0);
}

/* What is left of a row when its SGR sequences are taken out. */
static size_t without_escapes(const char *bytes, size_t len, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != '\033') {
			out[n++] = bytes[i];
			continue;
		}
		assert_int_equal(bytes[++i], '[');
		while (bytes[++i] != 'm')
			assert_true(bytes[i] == ';' ||
				    (bytes[i] >= '0' && bytes[i] <= '9'));
	}
	return n;
}

static void ansi_is_the_text_with_colours_and_every_row_ends_reset(void **state)
{
	static char plain[1 << 20];

	(void)state;
	for (int palette = PALETTE_MONO; palette <= PALETTE_TRUE; palette++) {
		struct stage *stage = drawn(160, 48);
		struct sink *ansi =
			painted(&stage->canvas, PAINT_ANSI, (enum palette)palette);
		struct slice rest = {ansi->bytes, ansi->len};

		for (int y = 0; y < 48; y++) {
			struct slice row = slice_cut(&rest, '\n');
			struct slice text;
			bool reset = true;

			text.at = plain;
			text.len = without_escapes(row.at, row.len, plain);
			while (text.len && text.at[text.len - 1] == ' ')
				text.len--;
			assert_true(slice_eq(text, slice_of(stage_row(stage, y))));
			for (size_t i = 0; i + 2 < row.len; i++)
				if (row.at[i] == '\033')
					reset = row.at[i + 2] == '0' &&
						row.at[i + 3] == 'm';
			assert_true(reset);
		}
		assert_int_equal(strstr(ansi->bytes, ";38;2;") != NULL,
				 palette == PALETTE_TRUE);
		assert_int_equal(strstr(ansi->bytes, ";38;5;") != NULL,
				 palette == PALETTE_256);
		/* Selection is seen without colour. */
		assert_non_null(strstr(ansi->bytes, ";7"));
	}
}

/* Every tag is closed and in its place; returns how many <text> there are. */
static unsigned check_tags(const char *at)
{
	const char *open[16];
	unsigned depth = 0, texts = 0;

	for (; *at; at++) {
		const char *end;

		if (*at == '&')
			assert_true(!strncmp(at, "&amp;", 5) ||
				    !strncmp(at, "&lt;", 4) || !strncmp(at, "&gt;", 4));
		if (*at != '<')
			continue;
		end = strchr(at, '>');
		assert_non_null(end);
		if (at[1] == '/') {
			size_t n = (size_t)(end - at) - 2;

			assert_true(depth > 0);
			depth--;
			assert_memory_equal(open[depth], at + 2, n);
		} else if (end[-1] != '/') {
			assert_true(depth < ARRAY_LEN(open));
			open[depth++] = at + 1;
			texts += !strncmp(at, "<text ", 6);
		}
		at = end;
	}
	assert_int_equal(depth, 0);
	return texts;
}

static void svg_is_well_formed_and_its_words_are_text(void **state)
{
	struct stage *stage = drawn(220, 60);
	struct sink *svg;

	(void)state;
	/* What a feed may call a team. */
	for (int x = 0; x < 8; x++)
		canvas_put(&stage->canvas, 100 + x, 44, (uint32_t) "<b>&\"]]>"[x],
			   ROLE_TEXT);
	svg = painted(&stage->canvas, PAINT_SVG, PALETTE_TRUE);
	assert_true(check_tags(svg->bytes) > 100);
	assert_non_null(strstr(svg->bytes, "1000 km of Somewhere"));
	assert_non_null(strstr(svg->bytes, "Racing for Holland"));
	assert_non_null(strstr(svg->bytes, "&lt;b&gt;&amp;\"]]&gt;"));
	/* Braille and lines are shapes. */
	assert_null(strstr(svg->bytes, "\xe2\xa0"));
	assert_null(strstr(svg->bytes, "─"));
}

/* Fills that are neither paper nor ink nor between them. */
static unsigned colours_of(const char *text)
{
	const char *at = text;
	unsigned others = 0;

	while ((at = strstr(at, "{fill:#")) != NULL) {
		unsigned long rgb = strtoul(at + 7, NULL, 16);

		others += (rgb & 255) != (rgb >> 8 & 255) || (rgb & 255) != rgb >> 16;
		at += 7;
	}
	return others;
}

static void a_picture_in_mono_has_no_colour(void **state)
{
	struct stage *stage = drawn(160, 48);
	struct sink *svg = painted(&stage->canvas, PAINT_SVG, PALETTE_TRUE);

	(void)state;
	assert_true(colours_of(svg->bytes) > 10);
	svg = painted(&stage->canvas, PAINT_SVG, PALETTE_MONO);
	assert_true(check_tags(svg->bytes) > 100);
	assert_int_equal(colours_of(svg->bytes), 0);
	assert_non_null(strstr(svg->bytes, "text-decoration:underline"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_the_rows_without_blanks_at_their_ends),
		cmocka_unit_test(
			ansi_is_the_text_with_colours_and_every_row_ends_reset),
		cmocka_unit_test(svg_is_well_formed_and_its_words_are_text),
		cmocka_unit_test(a_picture_in_mono_has_no_colour),
	};

	return cmocka_run_group_tests_name("paint", tests, NULL, NULL);
}
