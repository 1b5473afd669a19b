/*
 * paint_svg.c -- a canvas as a picture for a README
 *
 * Text is set in a monospace font, each run with its position and length, so the layout
 * does not depend on the font. Braille, lines, blocks and signs are drawn as shapes,
 * because fonts draw them differently.
 *
 *  (1) A cell is 9 by 18, the font size 15: a character is 0.6 of it wide.
 */
#include "paint_parts.h"

#include <string.h>

enum { CELL_W = 9, CELL_H = 18, FACE = 15, BASE = 13, PAD_X = 18, PAD_Y = 16 };

static int px(int x)
{
	return PAD_X + x * CELL_W;
}

static int py(int y)
{
	return PAD_Y + y * CELL_H;
}

/* ---- shapes ---------------------------------------------------------- */

/* Arms of a line from the middle of its cell: 1 light, 2 heavy. */
static const struct {
	uint16_t cp;
	uint8_t left, right, up, down;
} lines[] = {
	{0x2500, 1, 1, 0, 0}, {0x2501, 2, 2, 0, 0}, {0x2502, 0, 0, 1, 1},
	{0x2503, 0, 0, 2, 2}, {0x250c, 0, 1, 0, 1}, {0x2510, 1, 0, 0, 1},
	{0x2514, 0, 1, 1, 0}, {0x2518, 1, 0, 1, 0}, {0x251c, 0, 1, 1, 1},
	{0x251d, 0, 2, 1, 1}, {0x2524, 1, 0, 1, 1}, {0x2525, 2, 0, 1, 1},
	{0x252c, 1, 1, 0, 1}, {0x2534, 1, 1, 1, 0}, {0x253c, 1, 1, 1, 1},
	{0x253f, 2, 2, 1, 1}, {0x254b, 2, 2, 2, 2}, {0x254d, 2, 2, 0, 0},
	{0x256d, 0, 1, 0, 1}, {0x256e, 1, 0, 0, 1}, {0x256f, 1, 0, 1, 0},
	{0x2570, 0, 1, 1, 0},
};

/* Signs as polygons, points in a cell of 9 by 18. */
static const struct {
	uint16_t cp;
	const char *points;
} signs[] = {
	{0x25a0, "M1 6h7v7h-7z"},
	{0x25b4, "M1.5 12.5h6l-3 -6z"},
	{0x25b6, "M1 4.5l7.5 5l-7.5 5z"},
	{0x25b8, "M2 5.5l5 4l-5 4z"},
	{0x25be, "M1.5 6.5h6l-3 6z"},
	{0x25c2, "M7 5.5l-5 4l5 4z"},
	{0x25c6, "M4.5 4l4 5l-4 5l-4 -5z"},
	{0x25cf, "M.6 9.2a3.9 3.9 0 1 0 7.8 0a3.9 3.9 0 1 0 -7.8 0z"},
	{0x2022, "M2 9.2a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z"},
	{0x275a, "M3 4h3v11h-3z"},
	{0x2588, "M0 3h9v12h-9z"},
};

/* Opacity of a shade; NULL: not a shade. */
static const char *svg_shade(uint32_t cp)
{
	return cp == 0x2593 ? ".85" : cp == 0x2592 ? ".6" : cp == 0x2591 ? ".35" : NULL;
}

static bool is_braille(uint32_t cp)
{
	return cp > 0x2800 && cp <= 0x28ff;
}

static int svg_line_row(uint32_t cp)
{
	for (unsigned i = 0; i < ARRAY_LEN(lines); i++)
		if (lines[i].cp == cp)
			return (int)i;
	return -1;
}

static int sign_row(uint32_t cp)
{
	for (unsigned i = 0; i < ARRAY_LEN(signs); i++)
		if (signs[i].cp == cp)
			return (int)i;
	return -1;
}

static bool is_shape(uint32_t cp)
{
	if (cp < 0x2022)
		return false;
	return is_braille(cp) || svg_shade(cp) || svg_line_row(cp) >= 0 ||
	       sign_row(cp) >= 0;
}

static bool is_word(const struct cell *cell)
{
	return cell->cp && cell->cp != ' ' && !is_shape(cell->cp);
}

static void arm(struct out *out, int x, int y, int dx, int dy, unsigned weight)
{
	if (weight)
		out_format(out, "M%d.5 %dl%d %d", x + CELL_W / 2, y + CELL_H / 2, dx,
			   dy);
}

/* Class prefix of a stroke: paper colour within a selection. */
static const char *bar(const struct cell *cell)
{
	return cell->bits & CELL_SELECTED ? "c " : "";
}

static void draw_arms(struct out *out, int row, int x, int y, const struct cell *cell)
{
	unsigned heavy =
		lines[row].left > 1 || lines[row].right > 1 || lines[row].up > 1;
	/* A horizontal line is one stroke; its neighbours meet it at the edges. */
	out_format(out, "<path class=\"%sl%u\" stroke-width=\"%s\" d=\"", bar(cell),
		   cell->role, heavy ? "3" : "1.2");
	if (lines[row].left && lines[row].right)
		out_format(out, "M%d %dh%d", x, y + CELL_H / 2, CELL_W);
	else {
		arm(out, x, y, -CELL_W / 2 - 1, 0, lines[row].left);
		arm(out, x, y, CELL_W / 2 + 1, 0, lines[row].right);
	}
	arm(out, x, y, 0, -CELL_H / 2, lines[row].up);
	arm(out, x, y, 0, CELL_H / 2, lines[row].down);
	out_text(out, "\"/>");
}

static bool svg_goes_on(const struct cell *a, const struct cell *b)
{
	return a->cp == b->cp && a->role == b->role &&
	       ((a->bits ^ b->bits) & CELL_SELECTED) == 0;
}

/* A long rule is one stroke. Returns its last column. */
static int svg_draw_line(struct out *out, const struct cell *row, int cols, int x,
			 int y)
{
	int at = svg_line_row(row[x].cp), end = x;
	while (lines[at].up == 0 && lines[at].down == 0 && end + 1 < cols &&
	       svg_goes_on(&row[end + 1], &row[x]))
		end++;
	if (end > x)
		out_format(out,
			   "<path class=\"%sl%u\" stroke-width=\"%s\" "
			   "d=\"M%d %dH%d\"/>",
			   bar(&row[x]), row[x].role, lines[at].left > 1 ? "3" : "1.2",
			   px(x), py(y) + CELL_H / 2, px(end + 1));
	else
		draw_arms(out, at, px(x), py(y), &row[x]);
	return end;
}

/* The dots of a cell, each a stroke of length 0, relative to the previous one, @pen; x
 * is -1 before the first. */
static void dots(struct out *out, uint32_t cp, int x, int y, int pen[2])
{
	static const uint8_t places[8][2] = {
		{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3},
	};
	for (unsigned i = 0; i < 8; i++) {
		int at_x = x + 2 + places[i][0] * 4;
		int at_y = y + 2 + places[i][1] * 4 + places[i][1] / 2;
		if ((cp & (1u << i)) == 0)
			continue;
		if (pen[0] < 0)
			out_format(out, "M%d.25 %d.25h0", at_x, at_y);
		else
			out_format(out, "m%d %dh0", at_x - pen[0], at_y - pen[1]);
		pen[0] = at_x;
		pen[1] = at_y;
	}
}

/* A run of one shade is one block; the lightest lies behind curves and fills its cells.
 * Returns its last column. */
static int draw_shade(struct out *out, const struct cell *row, int cols, int x, int y)
{
	uint32_t cp = row[x].cp;
	bool ground = cp == 0x2591;
	int end = x;
	while (end + 1 < cols && row[end + 1].cp == cp &&
	       row[end + 1].role == row[x].role)
		end++;
	out_format(out,
		   "<rect class=\"r%u\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
		   "opacity=\"%s\"/>",
		   row[x].role, px(x), py(y) + (ground ? 0 : 4), px(end + 1) - px(x),
		   ground ? CELL_H : 10, svg_shade(cp));
	return end;
}

/* Shapes of a row: runs of braille of one role are one path. */
static void draw_shapes(struct out *out, const struct cell *row, int cols, int y)
{
	for (int x = 0; x < cols; x++) {
		const struct cell *cell = &row[x];
		int at, pen[2] = {-1, -1};
		if (!is_shape(cell->cp))
			continue;
		if (is_braille(cell->cp)) {
			out_format(out, "<path class=\"%sd%u\" d=\"", bar(cell),
				   cell->role);
			for (; x < cols && is_braille(row[x].cp) &&
			       row[x].role == cell->role;
			     x++)
				dots(out, row[x].cp, px(x), py(y), pen);
			x--;
			out_text(out, "\"/>");
		} else if (svg_line_row(cell->cp) >= 0) {
			x = svg_draw_line(out, row, cols, x, y);
		} else if (svg_shade(cell->cp)) {
			x = draw_shade(out, row, cols, x, y);
		} else if ((at = sign_row(cell->cp)) >= 0) {
			out_format(
				out,
				"<path class=\"%s%u\" transform=\"translate(%d %d)\" "
				"d=\"%s\"/>",
				cell->bits & CELL_SELECTED ? "b r" : "r", cell->role,
				px(x), py(y), signs[at].points);
		}
	}
}

/* ---- words ----------------------------------------------------------------- */

static void escaped(struct out *out, const struct cell *cell)
{
	switch (cell->cp) {
	case '<':
		out_text(out, "&lt;");
		break;
	case '>':
		out_text(out, "&gt;");
		break;
	case '&':
		out_text(out, "&amp;");
		break;
	default:
		paint_cell(out, cell);
		break;
	}
}

/* Signs without a shape are runs of their own, so that a wide face moves nothing
 * else. */
static bool alone(const struct cell *cell)
{
	return cell->cp >= 0x2190;
}

/* Words are joined over single blanks, so that the text stays readable. */
static int run_end(const struct cell *row, int cols, int x)
{
	const struct cell *first = &row[x];
	int end = x + 1;
	if (alone(first))
		return end;
	while (end < cols) {
		const struct cell *cell = &row[end];
		const struct cell *next = cell;
		if (!cell->cp || cell->cp == ' ')
			next = end + 1 < cols && !(cell->bits & CELL_CONTINUES)
				       ? &row[end + 1]
				       : cell;
		if (cell->bits & CELL_CONTINUES) {
			end++;
			continue;
		}
		if (!is_word(next) || alone(next) || next->role != first->role ||
		    ((next->bits ^ first->bits) & CELL_SELECTED))
			break;
		end += next == cell ? 1 : 2;
	}
	return end;
}

static void draw_words(struct out *out, const struct cell *row, int cols, int y)
{
	for (int x = 0; x < cols;) {
		if (!is_word(&row[x])) {
			x++;
			continue;
		}
		int end = run_end(row, cols, x);
		out_format(out,
			   "<text class=\"%s%u\" x=\"%d\" y=\"%d\" textLength=\"%d\">",
			   row[x].bits & CELL_SELECTED ? "b r" : "r", row[x].role,
			   px(x), py(y) + BASE, (end - x) * CELL_W);
		for (; x < end; x++)
			escaped(out, &row[x]);
		out_text(out, "</text>");
	}
}

static void draw_selected(struct out *out, const struct cell *row, int cols, int y)
{
	for (int x = 0; x < cols; x++) {
		int end = x;
		while (end < cols && (row[end].bits & CELL_SELECTED) &&
		       row[end].role == row[x].role)
			end++;
		if (end == x)
			continue;
		out_format(out,
			   "<rect class=\"r%u\" x=\"%d\" y=\"%d\" width=\"%d\" "
			   "height=\"%d\"/>",
			   row[x].role, px(x), py(y), (end - x) * CELL_W, CELL_H);
		x = end - 1;
	}
}

/* ---- the document ---------------------------------------------------------- */

static void hex_of(char hex[7], int32_t rgb)
{
	text_format(hex, 7, "%06x", (unsigned)rgb & 0xffffff);
}

int32_t svg_mix(const struct theme *theme, int sixths)
{
	int32_t rgb = 0;
	for (int shift = 0; shift <= 16; shift += 8) {
		int32_t paper = theme->paper >> shift & 255;
		int32_t ink = theme->ink >> shift & 255;
		rgb |= (paper + (ink - paper) * sixths / 6) << shift;
	}
	return rgb;
}

static void styles(struct out *out, const struct theme *theme)
{
	out_format(out,
		   "<style>svg{font:%dpx ui-monospace,SFMono-Regular,Menlo,Consolas,"
		   "\"DejaVu Sans Mono\",\"Liberation Mono\",monospace}"
		   "text{white-space:pre}path{fill:none}\n",
		   FACE);
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		const struct look *look = &theme->looks[i];
		char hex[7];
		hex_of(hex, look->fg >= 0 ? look->fg : theme->ink);
		out_format(out, ".r%u{fill:#%s%s%s%s}", i, hex,
			   look->attributes & LOOK_BOLD ? ";font-weight:bold" : "",
			   look->attributes & LOOK_ITALIC ? ";font-style:italic" : "",
			   look->attributes & LOOK_UNDERLINE
				   ? ";text-decoration:underline"
				   : "");
		out_format(out,
			   ".l%u{stroke:#%s}.d%u{stroke:#%s;stroke-width:2.6;"
			   "stroke-linecap:round}\n",
			   i, hex, i, hex);
	}
	char paper[7];
	hex_of(paper, theme->paper);
	out_format(out, ".b{fill:#%s}.c{stroke:#%s}</style>\n", paper, paper);
}

/* Roles in reverse count as selected cells, and vice versa. */
static void row_of(const struct canvas *canvas, int y, const struct theme *theme,
		   struct cell *row)
{
	size_t cols = (size_t)canvas->cols;
	memcpy(row, &canvas->cells[(size_t)y * cols], cols * sizeof(*row));
	for (size_t x = 0; x < cols; x++)
		if (theme->looks[row[x].role].attributes & LOOK_REVERSE)
			row[x].bits ^= CELL_SELECTED;
}

void paint_svg(struct out *out, const struct canvas *canvas, const struct theme *theme)
{
	char paper[7], edge[7];
	int w = 2 * PAD_X + canvas->cols * CELL_W,
	    h = 2 * PAD_Y + canvas->rows * CELL_H;
	out_format(out,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		   "width=\"%d\" height=\"%d\">\n<title>pitwall</title>\n",
		   w, h, w, h);
	styles(out, theme);
	hex_of(paper, theme->paper);
	hex_of(edge, svg_mix(theme, 1));
	out_format(out,
		   "<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"10\" "
		   "fill=\"#%s\" stroke=\"#%s\"/>\n",
		   w - 1, h - 1, paper, edge);
	for (int y = 0; y < canvas->rows; y++) {
		struct cell row[CANVAS_COLS_MAX];
		row_of(canvas, y, theme, row);
		draw_selected(out, row, canvas->cols, y);
		draw_shapes(out, row, canvas->cols, y);
		draw_words(out, row, canvas->cols, y);
		out_text(out, "\n");
	}
	out_text(out, "</svg>\n");
}
