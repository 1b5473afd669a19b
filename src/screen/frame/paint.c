/*
 * paint.c -- a canvas as text and as ANSI
 *
 * ANSI: a run of cells with one look is one SGR, and every row ends with a reset, so a row
 * can be printed by itself.
 */
#include "paint_parts.h"

static bool same(struct style a, struct style b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attributes == b.attributes;
}

/* Colours as numbers of the palette; -1: the terminal's own. */
static struct style style_of(const struct cell *cell, const struct theme *theme,
			     enum palette palette)
{
	const struct look *look = &theme->looks[cell->role];
	struct style style = {-1, -1, look->attributes};
	switch (palette) {
	case PALETTE_MONO:
		style.attributes = look->mono;
		break;
	case PALETTE_8:
		style.attributes = look->attributes8;
		style.fg = look->fg >= 0 ? look->fg8 : -1;
		style.bg = look->bg >= 0 ? look->bg8 : -1;
		break;
	case PALETTE_16:
		style.fg = look->fg >= 0 ? look->fg16 : -1;
		style.bg = look->bg >= 0 ? look->bg16 : -1;
		break;
	case PALETTE_256:
		style.fg = look->fg >= 0 ? look->fg256 : -1;
		style.bg = look->bg >= 0 ? look->bg256 : -1;
		break;
	case PALETTE_TRUE:
		style.fg = look->fg;
		style.bg = look->bg;
		break;
	}
	if (cell->bits & CELL_SELECTED)
		style.attributes ^= LOOK_REVERSE;
	return style;
}

/* @what: 3 for the foreground, 4 for the background. */
static void colour(struct out *out, int what, int32_t value, enum palette palette)
{
	if (value < 0)
		return;
	if (palette == PALETTE_TRUE)
		out_format(out, ";%d8;2;%d;%d;%d", what, (int)(value >> 16 & 255),
			   (int)(value >> 8 & 255), (int)(value & 255));
	else if (palette == PALETTE_256)
		out_format(out, ";%d8;5;%d", what, (int)value);
	else if (value >= 8)
		out_format(out, ";%d%d", what + 6, (int)value - 8);
	else
		out_format(out, ";%d%d", what, (int)value);
}

static void sgr(struct out *out, struct style style, enum palette palette)
{
	static const struct {
		uint8_t bit;
		const char *code;
	} codes[] = {
		{LOOK_BOLD, ";1"},      {LOOK_DIM, ";2"},     {LOOK_ITALIC, ";3"},
		{LOOK_UNDERLINE, ";4"}, {LOOK_REVERSE, ";7"},
	};
	out_text(out, "\033[0");
	for (unsigned i = 0; i < ARRAY_LEN(codes); i++)
		if (style.attributes & codes[i].bit)
			out_text(out, codes[i].code);
	colour(out, 3, style.fg, palette);
	colour(out, 4, style.bg, palette);
	out_text(out, "m");
}

void paint_cell(struct out *out, const struct cell *cell)
{
	if (cell->bits & CELL_CONTINUES)
		return;
	char buf[4];
	out_bytes(out, buf, utf8_encode(buf, cell->cp ? cell->cp : ' '));
	if (cell->mark)
		out_bytes(out, buf, utf8_encode(buf, cell->mark));
}

static bool shows_blank(struct style style)
{
	return style.bg >= 0 || (style.attributes & (LOOK_REVERSE | LOOK_UNDERLINE));
}

/* Cells of a row up to the last visible one. */
static int row_end(const struct cell *row, int cols, const struct theme *theme,
		   enum palette palette, bool styled)
{
	while (cols > 0) {
		const struct cell *cell = &row[cols - 1];
		struct style style = {-1, -1, 0};
		if (styled)
			style = style_of(cell, theme, palette);
		if ((cell->cp && cell->cp != ' ') || (cell->bits & CELL_CONTINUES) ||
		    shows_blank(style))
			break;
		cols--;
	}
	return cols;
}

static void paint_row(struct out *out, const struct cell *row, int cols,
		      const struct theme *theme, enum palette palette)
{
	static const struct style plain = {-1, -1, 0};
	struct style now = plain;
	cols = row_end(row, cols, theme, palette, true);
	for (int x = 0; x < cols; x++) {
		struct style style = style_of(&row[x], theme, palette);
		bool blank = !row[x].cp || row[x].cp == ' ';
		/* A blank takes any style that is invisible on blanks. */
		if (blank && !shows_blank(style) && !shows_blank(now))
			style = now;
		if (!same(style, now))
			sgr(out, style, palette);
		now = style;
		paint_cell(out, &row[x]);
	}
	if (!same(now, plain))
		out_text(out, "\033[0m");
	out_text(out, "\n");
}

/* Without colours: ink on paper, and attributes. */
static void paint_mono_svg(struct out *out, const struct canvas *canvas,
			   const struct theme *theme)
{
	struct theme mono = *theme;
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		struct look *look = &mono.looks[i];
		look->attributes = look->mono;
		look->fg = look->mono & LOOK_DIM ? svg_mix(theme, 3) : theme->ink;
	}
	paint_svg(out, canvas, &mono);
}

void paint_canvas(struct out *out, const struct canvas *canvas, enum paint paint,
		  const struct theme *theme, enum palette palette)
{
	if (paint == PAINT_SVG || paint == PAINT_PNG) {
		if (palette == PALETTE_MONO)
			paint_mono_svg(out, canvas, theme);
		else
			paint_svg(out, canvas, theme);
		return;
	}
	for (int y = 0; y < canvas->rows; y++) {
		const struct cell *row =
			&canvas->cells[(size_t)y * (size_t)canvas->cols];
		if (paint == PAINT_ANSI) {
			paint_row(out, row, canvas->cols, theme, palette);
			continue;
		}
		int end = row_end(row, canvas->cols, theme, palette, false);
		for (int x = 0; x < end; x++)
			paint_cell(out, &row[x]);
		out_text(out, "\n");
	}
}
