/*
 * canvas.c -- drawing into cells
 *
 * Screens draw through these functions only, so the rules of a canvas are enforced here:
 * one column a cell, wide characters in two, one combining mark, nothing outside.
 * Overwriting half of a wide character clears the other half.
 */
#include "pitwall/canvas.h"

#include <string.h>

/* ---- ASCII ----------------------------------------------------------------- */

/* Sorted ranges of code points. */
static const struct {
	uint16_t from, to;
	char ascii;
} fallbacks[] = {
	{0x00a0, 0x00a0, ' '}, {0x00a7, 0x00a7, '&'},  {0x00b0, 0x00b0, 'o'},
	{0x00b7, 0x00b7, '.'}, {0x00ba, 0x00ba, 'o'},  {0x00d7, 0x00d7, 'x'},
	{0x2010, 0x2015, '-'}, {0x2018, 0x201b, '\''}, {0x201c, 0x201f, '"'},
	{0x2022, 0x2022, '*'}, {0x2026, 0x2026, '>'},  {0x2190, 0x2190, '<'},
	{0x2191, 0x2191, '^'}, {0x2192, 0x2192, '>'},  {0x2193, 0x2193, 'v'},
	{0x2212, 0x2212, '-'}, {0x22ee, 0x22ef, ':'},  {0x2500, 0x2500, '-'},
	{0x2501, 0x2501, '='}, {0x2502, 0x2503, '|'},  {0x2504, 0x2505, '-'},
	{0x2506, 0x2507, '|'}, {0x2508, 0x2509, '-'},  {0x250a, 0x250b, '|'},
	{0x250c, 0x254b, '+'}, {0x254c, 0x254c, '.'},  {0x254d, 0x254d, '-'},
	{0x254e, 0x254f, '|'}, {0x2550, 0x2550, '='},  {0x2551, 0x2551, '|'},
	{0x2552, 0x2570, '+'}, {0x2571, 0x2571, '/'},  {0x2572, 0x2572, '\\'},
	{0x2573, 0x2573, 'X'}, {0x2574, 0x257f, '-'},  {0x2580, 0x2580, '\''},
	{0x2581, 0x2584, '_'}, {0x2585, 0x2588, '#'},  {0x2589, 0x2590, '|'},
	{0x2591, 0x2591, ':'}, {0x2592, 0x2592, '%'},  {0x2593, 0x2593, '%'},
	{0x2594, 0x259f, '#'}, {0x25a0, 0x25a0, '#'},  {0x25b2, 0x25b5, '^'},
	{0x25b6, 0x25bb, '>'}, {0x25bc, 0x25bf, 'v'},  {0x25c0, 0x25c5, '<'},
	{0x25c6, 0x25c6, '*'}, {0x25c7, 0x25c7, 'o'},  {0x25cb, 0x25cb, 'o'},
	{0x25cf, 0x25cf, 'O'}, {0x25e6, 0x25e6, 'o'},  {0x2605, 0x2606, '*'},
	{0x2690, 0x2691, 'F'}, {0x2713, 0x2713, 'v'},  {0x275a, 0x275a, '|'},
	{0x2800, 0x2800, ' '}, {0x2801, 0x28ff, '.'},
};

static char ascii_sign(uint32_t cp)
{
	size_t low = 0, high = ARRAY_LEN(fallbacks);
	if (cp >= ' ' && cp < 0x7f)
		return (char)cp;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (cp > fallbacks[middle].to)
			low = middle + 1;
		else if (cp < fallbacks[middle].from)
			high = middle;
		else
			return fallbacks[middle].ascii;
	}
	return cp_ascii(cp);
}

/* What all console fonts have besides Latin letters (code page 437 and similar). */
static const uint16_t console_has[] = {
	0x2500, 0x2502, 0x250c, 0x2510, 0x2514, 0x2518, 0x251c, 0x2524, 0x252c,
	0x2534, 0x253c, 0x2580, 0x2584, 0x2588, 0x2591, 0x2592, 0x2593, 0x25a0,
};
static const struct {
	uint16_t from, to;
} console_instead[] = {
	{0x256d, 0x250c},
	{0x256e, 0x2510},
	{0x2570, 0x2514},
	{0x256f, 0x2518},
};

uint32_t canvas_console(uint32_t cp)
{
	enum { UPPER = 0x1b, LOWER = 0xe4 };

	if ((cp >= ' ' && cp < 0x7f) || (cp >= 0xa0 && cp <= 0xff))
		return cp;
	if (cp > 0x2800 && cp <= 0x28ff) {
		bool upper = (cp & UPPER) != 0, lower = (cp & LOWER) != 0;
		return upper && lower ? 0x2588 : upper ? 0x2580 : 0x2584;
	}
	for (size_t i = 0; i < ARRAY_LEN(console_has); i++)
		if (console_has[i] == cp)
			return cp;
	for (size_t i = 0; i < ARRAY_LEN(console_instead); i++)
		if (console_instead[i].from == cp)
			return console_instead[i].to;
	return (uint32_t)(unsigned char)ascii_sign(cp);
}

/* ---- cells ------------------------------------------------------------------ */

static struct cell *cell_at(struct canvas *canvas, int x, int y)
{
	if (x < 0 || y < 0 || x >= canvas->cols || y >= canvas->rows)
		return NULL;
	return &canvas->cells[(size_t)y * (size_t)canvas->cols + (size_t)x];
}

void canvas_clear(struct canvas *canvas)
{
	memset(canvas->cells, 0,
	       (size_t)canvas->cols * (size_t)canvas->rows * sizeof(*canvas->cells));
	if (canvas->hits)
		memset(canvas->hits, 0,
		       (size_t)canvas->cols * (size_t)canvas->rows *
			       sizeof(*canvas->hits));
	if (canvas->figures)
		memset(canvas->figures, 0,
		       (size_t)canvas->cols * (size_t)canvas->rows *
			       sizeof(*canvas->figures));
}

static void cell_set(struct cell *cell, uint32_t cp, enum role role, uint8_t bits)
{
	cell->cp = cp;
	cell->mark = 0;
	cell->role = (uint8_t)role;
	cell->bits = bits;
}

/* Write one cell; the other half of a wide character cut by it becomes blank. */
static void put_cell(struct canvas *canvas, int x, int y, uint32_t cp, enum role role)
{
	struct cell *cell = cell_at(canvas, x, y);
	if (!cell)
		return;
	if ((cell->bits & CELL_CONTINUES) && x > 0)
		cell[-1].cp = 0;
	if (x + 1 < canvas->cols && (cell[1].bits & CELL_CONTINUES))
		cell_set(&cell[1], 0, (enum role)cell[1].role, 0);
	cell_set(cell, cp, role, 0);
}

static void put_wide(struct canvas *canvas, int x, int y, uint32_t cp, enum role role)
{
	struct cell *second = cell_at(canvas, x + 1, y);
	put_cell(canvas, x, y, second ? cp : 0, role);
	put_cell(canvas, x + 1, y, 0, role);
	if (second)
		second->bits = CELL_CONTINUES;
}

/* Marks above 16 bits are dropped. */
static void put_mark(struct canvas *canvas, int x, int y, uint32_t cp)
{
	struct cell *cell = cell_at(canvas, x, y);
	if (cell && (cell->bits & CELL_CONTINUES) && x > 0)
		cell--;
	if (cell && cell->cp && !cell->mark && cp <= UINT16_MAX)
		cell->mark = (uint16_t)cp;
}

/* The code point drawn on this canvas, and its cells. */
static uint32_t shown(const struct canvas *canvas, uint32_t cp, int *width)
{
	*width = 1;
	if (cp >= ' ' && cp < 0x7f)
		return cp;
	if (cp < ' ' || cp == 0x7f)
		return '?';
	*width = cp_width(cp);
	if (canvas->console && !canvas->ascii && *width == 1)
		return canvas_console(cp);
	if (*width == 0 || !canvas->ascii)
		return cp;
	*width = 1;
	return (uint32_t)(unsigned char)ascii_sign(cp);
}

void canvas_put(struct canvas *canvas, int x, int y, uint32_t cp, enum role role)
{
	int width = 1;
	if (x < 0 || y < 0 || x >= canvas->cols || y >= canvas->rows)
		return;
	if (cp != 0)
		cp = shown(canvas, cp, &width);
	if (width == 2)
		put_wide(canvas, x, y, cp, role);
	else if (width == 1)
		put_cell(canvas, x, y, cp, role);
	else if (!canvas->ascii)
		put_mark(canvas, x - 1, y, cp);
}

static int shown_width(const struct canvas *canvas, struct slice s)
{
	int total = 0;
	for (size_t i = 0; i < s.len;) {
		uint32_t cp = (unsigned char)s.at[i];
		int width = 1;
		if (cp < 0x80) {
			i++;
		} else {
			i += utf8_decode(s.at + i, s.len - i, &cp);
			shown(canvas, cp, &width);
		}
		total += width;
	}
	return total;
}

int canvas_text(struct canvas *canvas, int x, int y, int w, struct slice s,
		enum role role)
{
	int used = 0;
	w = w < canvas->cols - x ? w : canvas->cols - x;
	if (w <= 0)
		return 0;
	/* Text has at least one byte per cell: short text needs no measuring. */
	bool cut = s.len > (size_t)w && shown_width(canvas, s) > w;
	for (size_t i = 0; i < s.len;) {
		uint32_t cp = (unsigned char)s.at[i];
		int width = 1;
		if (cp < 0x80)
			i++;
		else
			i += utf8_decode(s.at + i, s.len - i, &cp);
		cp = shown(canvas, cp, &width);
		if (used + width > w - (cut ? 1 : 0))
			break;
		if (width == 1)
			put_cell(canvas, x + used, y, cp, role);
		else if (width == 2)
			put_wide(canvas, x + used, y, cp, role);
		else if (used > 0 && !canvas->ascii)
			put_mark(canvas, x + used - 1, y, cp);
		used += width;
	}
	if (cut) {
		canvas_put(canvas, x + used, y, 0x2026, role);
		struct cell *sign = cell_at(canvas, x + used++, y);
		if (sign)
			sign->bits |= CELL_CUT;
	}
	return used;
}

int canvas_right(struct canvas *canvas, int x, int y, int w, struct slice s,
		 enum role role)
{
	int width = shown_width(canvas, s);
	if (width < w) {
		x += w - width;
		w = width;
	}
	return canvas_text(canvas, x, y, w, s, role);
}

void canvas_hline(struct canvas *canvas, int x, int y, int w, enum role role)
{
	for (int i = 0; i < w; i++)
		canvas_put(canvas, x + i, y, 0x2500, role);
}

void canvas_vline(struct canvas *canvas, int x, int y, int h, enum role role)
{
	for (int i = 0; i < h; i++)
		canvas_put(canvas, x, y + i, 0x2502, role);
}

void canvas_mark(struct canvas *canvas, int x, int y, int w, unsigned bits)
{
	for (int i = 0; i < w; i++) {
		struct cell *cell = cell_at(canvas, x + i, y);
		if (cell)
			cell->bits |= (uint8_t)(bits & CELL_SELECTED);
	}
}

void canvas_role(struct canvas *canvas, int x, int y, int w, enum role role)
{
	for (int i = 0; i < w; i++) {
		struct cell *cell = cell_at(canvas, x + i, y);
		if (cell)
			cell->role = (uint8_t)role;
	}
}

/* ---- what lies under the mouse, and what a cell shows ------------------------ */

static bool inside(const struct canvas *canvas, int x, int y)
{
	return x >= 0 && y >= 0 && x < canvas->cols && y < canvas->rows;
}

/* @layer: one value a cell; NULL: not recorded. */
static void layer_set(uint32_t *layer, const struct canvas *canvas, struct rect at,
		      uint32_t value)
{
	for (int i = at.x < 0 ? -at.x : 0;
	     layer && i < at.w && inside(canvas, at.x + i, at.y); i++)
		layer[(size_t)at.y * (size_t)canvas->cols + (size_t)(at.x + i)] = value;
}

void canvas_hit(struct canvas *canvas, int x, int y, int w, uint32_t hit)
{
	layer_set(canvas->hits, canvas, (struct rect){x, y, w, 1}, hit);
}

void canvas_figure(struct canvas *canvas, int x, int y, int w, uint32_t figure)
{
	layer_set(canvas->figures, canvas, (struct rect){x, y, w, 1}, figure);
}

uint32_t canvas_hit_at(const struct canvas *canvas, int x, int y)
{
	if (!canvas->hits || !inside(canvas, x, y))
		return 0;
	return canvas->hits[(size_t)y * (size_t)canvas->cols + (size_t)x];
}
