/*
 * pitwall_png.c -- pitwall-png: the SVG of a screen as a PNG
 *
 * A program of its own, so that pitwall itself links neither cairo nor fonts. It reads an
 * SVG as `pitwall render --format svg` writes it, and draws its shapes and its text.
 *
 *  (1) Each character of a run stands in its own cell, a wide one in two, so the layout
 *      does not depend on the font.
 *  (2) Half and quarter blocks are drawn as rectangles: the glyphs of a font leave seams.
 */
#include "fonts.h"
#include "svg_scan.h"

#include <cairo.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CELL_W = 9, CELL_H = 18, CELL_BASE = 13, SIDE_MAX = 16384 };
static const double PI = 3.14159265358979323846;
enum { EXIT_DONE, EXIT_PICTURE, EXIT_WORDS };
enum { TEXT_MAX = 32 * 1024 * 1024 };

struct drawing {
	cairo_t *cairo;
	cairo_surface_t *surface;
	struct svg_style style;
	struct fonts fonts;
	double scale;
};

static void png_complain(const char *what, const char *why)
{
	(void)fprintf(stderr, "pitwall-png: %s%s%s\n", what, why[0] ? ": " : "", why);
}

static void use_colour(cairo_t *cairo, const double rgb[3], double opacity)
{
	cairo_set_source_rgba(cairo, rgb[0], rgb[1], rgb[2], opacity);
}

/* ---- shapes ------------------------------------------------------------------------ */

static void rounded(cairo_t *cairo, const double box[4], double r)
{
	double x = box[0], y = box[1], w = box[2], h = box[3];
	cairo_new_sub_path(cairo);
	cairo_arc(cairo, x + w - r, y + r, r, -PI / 2, 0);
	cairo_arc(cairo, x + w - r, y + h - r, r, 0, PI / 2);
	cairo_arc(cairo, x + r, y + h - r, r, PI / 2, PI);
	cairo_arc(cairo, x + r, y + r, r, PI, 1.5 * PI);
	cairo_close_path(cairo);
}

static void png_rect(struct drawing *drawing, const struct svg_tag *tag)
{
	cairo_t *cairo = drawing->cairo;
	struct svg_look look = svg_look_of(&drawing->style, tag);
	const double box[4] = {svg_value(tag, "x", 0), svg_value(tag, "y", 0),
			       svg_value(tag, "width", 0), svg_value(tag, "height", 0)};
	double opacity = svg_value(tag, "opacity", 1), r = svg_value(tag, "rx", 0);
	cairo_new_path(cairo);
	if (r > 0)
		rounded(cairo, box, r);
	else
		cairo_rectangle(cairo, box[0], box[1], box[2], box[3]);
	if (look.fills) {
		use_colour(cairo, look.fill, opacity);
		cairo_fill_preserve(cairo);
	}
	if (svg_attribute(tag, "stroke").len > 0 && look.strokes) {
		use_colour(cairo, look.stroke, opacity);
		cairo_set_line_width(cairo, look.width);
		cairo_stroke_preserve(cairo);
	}
	cairo_new_path(cairo);
}

/* Half a circle to the right, from its left end or its right one. */
static void half_circle(cairo_t *cairo, double dx)
{
	double x, y, r = fabs(dx) / 2;
	cairo_get_current_point(cairo, &x, &y);
	cairo_arc(cairo, x + dx / 2, y, r, dx > 0 ? PI : 0, dx > 0 ? 2 * PI : PI);
}

/* The commands of paint_svg.c; false: another one. */
static bool path_step(cairo_t *cairo, char command, struct slice *d)
{
	double v[7] = {0};
	static const struct {
		char command;
		unsigned numbers;
	} rows[] = {{'M', 2}, {'m', 2}, {'l', 2}, {'h', 1}, {'H', 1},
		    {'v', 1}, {'a', 7}, {'L', 2}, {'z', 0}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].command != command)
			continue;
		for (unsigned n = 0; n < rows[i].numbers; n++)
			if (!svg_number(d, &v[n]))
				return false;
		double x, y;
		if (command != 'M' && !cairo_has_current_point(cairo))
			return false;
		cairo_get_current_point(cairo, &x, &y);
		if (command == 'M')
			cairo_move_to(cairo, v[0], v[1]);
		else if (command == 'm')
			cairo_rel_move_to(cairo, v[0], v[1]);
		else if (command == 'L')
			cairo_line_to(cairo, v[0], v[1]);
		else if (command == 'l')
			cairo_rel_line_to(cairo, v[0], v[1]);
		else if (command == 'h')
			cairo_rel_line_to(cairo, v[0], 0);
		else if (command == 'H')
			cairo_line_to(cairo, v[0], y);
		else if (command == 'v')
			cairo_rel_line_to(cairo, 0, v[0]);
		else if (command == 'a')
			half_circle(cairo, v[5]);
		else
			cairo_close_path(cairo);
		return true;
	}
	return false;
}

static void png_path(struct drawing *drawing, const struct svg_tag *tag)
{
	cairo_t *cairo = drawing->cairo;
	struct svg_look look = svg_look_of(&drawing->style, tag);
	struct slice d = svg_attribute(tag, "d"), by = svg_attribute(tag, "transform");
	double x = 0, y = 0;
	(void)slice_cut(&by, '(');
	cairo_save(cairo);
	if (svg_number(&by, &x) && svg_number(&by, &y))
		cairo_translate(cairo, x, y);
	cairo_new_path(cairo);
	while (d.len > 0) {
		char command = d.at[0];
		d.at++;
		d.len--;
		if (command != ' ' && !path_step(cairo, command, &d))
			break;
	}
	if (look.fills && !look.strokes) {
		use_colour(cairo, look.fill, 1);
		cairo_fill(cairo);
	} else if (look.strokes) {
		use_colour(cairo, look.stroke, 1);
		cairo_set_line_width(cairo, look.width);
		cairo_set_line_cap(cairo, look.round ? CAIRO_LINE_CAP_ROUND
						     : CAIRO_LINE_CAP_BUTT);
		cairo_stroke(cairo);
	}
	cairo_restore(cairo);
}

/* ---- text -------------------------------------------------------------------------- */

/* A block of U+2580 to U+259F that fills parts of its cell; false: another. (2) */
static bool draw_block(cairo_t *cairo, uint32_t cp, double x, double y)
{
	/* Quarters of U+2596 to U+259F: upper left, upper right, lower left, lower right. */
	static const uint8_t quarters[] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
	double eighth_h = CELL_H / 8.0, eighth_w = CELL_W / 8.0;
	cairo_new_path(cairo);
	if (cp == 0x2580)
		cairo_rectangle(cairo, x, y, CELL_W, CELL_H / 2.0);
	else if (cp >= 0x2581 && cp <= 0x2588)
		cairo_rectangle(cairo, x, y + CELL_H - eighth_h * (cp - 0x2580), CELL_W,
				eighth_h * (cp - 0x2580));
	else if (cp >= 0x2589 && cp <= 0x258f)
		cairo_rectangle(cairo, x, y, eighth_w * (0x2590 - cp), CELL_H);
	else if (cp == 0x2590)
		cairo_rectangle(cairo, x + CELL_W / 2.0, y, CELL_W / 2.0, CELL_H);
	else if (cp == 0x2594)
		cairo_rectangle(cairo, x, y, CELL_W, eighth_h);
	else if (cp == 0x2595)
		cairo_rectangle(cairo, x + CELL_W - eighth_w, y, eighth_w, CELL_H);
	else if (cp >= 0x2596 && cp <= 0x259f)
		for (int i = 0; i < 4; i++) {
			if (quarters[cp - 0x2596] >> i & 1)
				cairo_rectangle(cairo, x + (i & 1) * CELL_W / 2.0,
						y + (i >> 1) * CELL_H / 2.0,
						CELL_W / 2.0, CELL_H / 2.0);
		}
	else
		return false;
	cairo_fill(cairo);
	return true;
}

/* One character, entities resolved. */
static uint32_t svg_char(struct slice *text)
{
	static const struct {
		const char *entity;
		char c;
	} rows[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = strlen(rows[i].entity);
		if (text->len < n || memcmp(text->at, rows[i].entity, n) != 0)
			continue;
		text->at += n;
		text->len -= n;
		return (uint32_t)rows[i].c;
	}
	uint32_t cp;
	size_t n = utf8_decode(text->at, text->len, &cp);
	n = n == 0 || n > text->len ? text->len : n;
	text->at += n;
	text->len -= n;
	return cp;
}

static void png_text(struct drawing *drawing, const struct svg_tag *tag)
{
	cairo_t *cairo = drawing->cairo;
	struct svg_look look = svg_look_of(&drawing->style, tag);
	double x = svg_value(tag, "x", 0), y = svg_value(tag, "y", 0), from = x;
	struct slice text = tag->text;
	use_colour(cairo, look.fill, 1);
	while (text.len > 0) { /* (1) */
		uint32_t cp = svg_char(&text);
		int width = cp_width(cp);
		double room = width > 1 ? 2 * CELL_W : CELL_W;
		/* A mark lies on the character before it. */
		double at = width == 0 && x > from ? x - CELL_W : x;
		if (cp != ' ' && !draw_block(cairo, cp, x, y - CELL_BASE))
			fonts_draw(
				&drawing->fonts, cairo, cp,
				(struct fonts_at){at, y, room, look.bold, look.italic});
		x += width == 0 ? 0 : room;
	}
	if (!look.underline)
		return;
	cairo_new_path(cairo);
	cairo_rectangle(cairo, from, y + 2, x - from, 1);
	cairo_fill(cairo);
}

/* ---- the picture -------------------------------------------------------------------- */

static bool png_begin(struct drawing *drawing, const struct svg_tag *tag)
{
	double w = ceil(svg_value(tag, "width", 0) * drawing->scale);
	double h = ceil(svg_value(tag, "height", 0) * drawing->scale);
	if (!(w >= 1 && h >= 1 && w <= SIDE_MAX && h <= SIDE_MAX)) {
		png_complain("the picture has no size, or is larger than 16384 pixels",
			     "");
		return false;
	}
	drawing->surface =
		cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)w, (int)h);
	drawing->cairo = cairo_create(drawing->surface);
	cairo_scale(drawing->cairo, drawing->scale, drawing->scale);
	return cairo_status(drawing->cairo) == CAIRO_STATUS_SUCCESS;
}

static bool png_draw(struct drawing *drawing, struct slice svg)
{
	struct svg_tag tag;
	for (svg_next(&svg, &tag); tag.element != SVG_END; svg_next(&svg, &tag)) {
		if (tag.element == SVG_SVG && !drawing->cairo) {
			if (!png_begin(drawing, &tag))
				return false;
		} else if (tag.element == SVG_STYLE && drawing->cairo) {
			svg_style_read(&drawing->style, tag.text);
			fonts_end(&drawing->fonts);
			fonts_begin(&drawing->fonts,
				    drawing->style.face > 0 ? drawing->style.face : 15);
		} else if (!drawing->cairo) {
			break;
		} else if (tag.element == SVG_RECT) {
			png_rect(drawing, &tag);
		} else if (tag.element == SVG_PATH) {
			png_path(drawing, &tag);
		} else if (tag.element == SVG_TEXT) {
			png_text(drawing, &tag);
		}
	}
	if (!drawing->cairo)
		png_complain("this is no SVG of a screen",
			     "`pitwall render --format svg` writes one");
	return drawing->cairo != NULL;
}

static cairo_status_t put(void *context, const unsigned char *bytes, unsigned len)
{
	return fwrite(bytes, 1, len, context) == len ? CAIRO_STATUS_SUCCESS
						     : CAIRO_STATUS_WRITE_ERROR;
}

/* Characters for which no font is installed; the picture has boxes there. */
static void report_missing(const struct fonts *fonts)
{
	if (fonts->missing_count == 0)
		return;
	(void)fprintf(stderr, "pitwall-png: no installed font has");
	for (unsigned i = 0; i < fonts->missing_count && i < FONTS_MISSING_MAX; i++)
		(void)fprintf(stderr, "%s U+%04X", i == 0 ? "" : ",",
			      (unsigned)fonts->missing[i]);
	(void)fprintf(stderr, "%s: install fonts-dejavu-core%s\n",
		      fonts->missing_count > FONTS_MISSING_MAX ? " and more" : "",
		      fonts->missing[0] >= 0x2e80 ? ", and fonts-noto-cjk for Chinese, "
						    "Japanese and Korean"
						  : "");
}

static int png_write(struct slice svg, double scale, FILE *out)
{
	struct drawing drawing = {.scale = scale};
	int status = EXIT_PICTURE;
	if (png_draw(&drawing, svg)) {
		cairo_surface_flush(drawing.surface);
		cairo_status_t rc =
			cairo_surface_write_to_png_stream(drawing.surface, put, out);
		if (rc == CAIRO_STATUS_SUCCESS && fflush(out) == 0)
			status = EXIT_DONE;
		else
			png_complain("cannot write the picture",
				     rc == CAIRO_STATUS_WRITE_ERROR
					     ? strerror(errno)
					     : cairo_status_to_string(rc));
		report_missing(&drawing.fonts);
	}
	fonts_end(&drawing.fonts);
	if (drawing.cairo)
		cairo_destroy(drawing.cairo);
	if (drawing.surface)
		cairo_surface_destroy(drawing.surface);
	return status;
}

/* ---- the program -------------------------------------------------------------------- */

/* All of @in; NULL after a complaint. */
static char *png_read(FILE *in, size_t *len)
{
	size_t cap = 1 << 20;
	char *text = malloc(cap);
	*len = 0;
	while (text) {
		*len += fread(text + *len, 1, cap - *len, in);
		if (*len < cap)
			return text;
		char *more = cap < TEXT_MAX ? realloc(text, cap *= 2) : NULL;
		if (!more)
			free(text);
		text = more;
	}
	png_complain("the picture is too large", "");
	return NULL;
}

static int usage(FILE *to, int status)
{
	(void)fputs(
		"usage: pitwall-png [--scale N] [FILE.svg] > FILE.png\n\n"
		"Draw a screen that `pitwall render --format svg` wrote as a PNG.\n"
		"Without a file the SVG is read from standard input.\n\n"
		"  --scale N   N pixels for a pixel of the SVG, 1 to 4 (default 2)\n"
		"  --help      print this help\n"
		"  --version   print the version\n",
		to);
	return status;
}

int main(int argc, char **argv)
{
	double scale = 2;
	const char *path = NULL;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return usage(stdout, EXIT_DONE);
		if (strcmp(argv[i], "--version") == 0)
			return printf("pitwall-png %s\n", PITWALL_VERSION) > 0
				       ? EXIT_DONE
				       : EXIT_PICTURE;
		struct slice number = slice_of(argv[i + 1 < argc ? i + 1 : i]);
		if (strcmp(argv[i], "--scale") == 0 && i + 1 < argc &&
		    svg_number(&number, &scale) && number.len == 0 && scale >= 1 &&
		    scale <= 4) {
			i++;
			continue;
		}
		if (argv[i][0] == '-' || path)
			return usage(stderr, EXIT_WORDS);
		path = argv[i];
	}
	if (isatty(STDOUT_FILENO)) {
		png_complain("a PNG goes into a file or a pipe",
			     "pitwall-png FILE.svg > FILE.png");
		return EXIT_WORDS;
	}
	FILE *in = path ? fopen(path, "rb") : stdin;
	if (!in) {
		png_complain(path, strerror(errno));
		return EXIT_PICTURE;
	}
	size_t len;
	char *text = png_read(in, &len);
	int status = text ? png_write((struct slice){text, len}, scale, stdout)
			  : EXIT_PICTURE;
	free(text);
	if (path)
		(void)fclose(in);
	return status;
}
