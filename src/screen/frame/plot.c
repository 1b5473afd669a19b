/*
 * plot.c -- dots and lines in braille on cells
 */
#include "plot.h"

#include <math.h>

enum { BRAILLE = 0x2800, BRAILLE_LAST = 0x28ff };

struct cell *plot_cell(const struct plot *plot, int x, int y)
{
	int cx = plot->area.x + x, cy = plot->area.y + y;
	if (x < 0 || y < 0 || x >= plot->area.w || y >= plot->area.h || cx < 0 ||
	    cy < 0 || cx >= plot->canvas->cols || cy >= plot->canvas->rows)
		return NULL;
	return &plot->canvas
			->cells[(size_t)cy * (size_t)plot->canvas->cols + (size_t)cx];
}

static bool is_dots(const struct cell *cell)
{
	return cell->cp >= BRAILLE && cell->cp <= BRAILLE_LAST;
}

void plot_dot(const struct plot *plot, struct dots at, enum role role)
{
	static const uint8_t bits[4][2] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};
	/* Compare before converting to int: the value may be huge or NaN. */
	if (!(at.x >= 0 && at.y >= 0 && at.x < plot->area.w * 2 &&
	      at.y < plot->area.h * 4))
		return;
	int x = (int)floor(at.x);
	int y = (int)floor(at.y);
	struct cell *cell = plot_cell(plot, x / 2, y / 4);
	if (!cell)
		return;
	if (!is_dots(cell))
		cell->cp = BRAILLE;
	cell->cp |= bits[y % 4][x % 2];
	cell->role = (uint8_t)role;
}

/* Clip a line at one edge (Liang-Barsky): @p is its speed across the edge, @q the
 * distance to it. False: all of it is outside. */
static bool cut(double p, double q, double *begin, double *end)
{
	if (p == 0)
		return q >= 0;
	double at = q / p;
	if (p < 0)
		*begin = fmax(*begin, at);
	else
		*end = fmin(*end, at);
	return *begin <= *end;
}

/* (1) */
static bool clip(const struct plot *plot, struct dots *from, struct dots *to)
{
	double w = plot->area.w * 2, h = plot->area.h * 4;
	double dx = to->x - from->x, dy = to->y - from->y, begin = 0, end = 1;
	struct dots a = *from;
	if (!isfinite(dx) || !isfinite(dy))
		return false;
	if (!cut(-dx, a.x, &begin, &end) || !cut(dx, w - a.x, &begin, &end) ||
	    !cut(-dy, a.y, &begin, &end) || !cut(dy, h - a.y, &begin, &end))
		return false;
	if (end < 1)
		*to = (struct dots){a.x + dx * end, a.y + dy * end};
	if (begin > 0)
		*from = (struct dots){a.x + dx * begin, a.y + dy * begin};
	return true;
}

/* Every @each dot of a line. */
static void draw_line(const struct plot *plot, struct dots from, struct dots to,
		      enum role role, int each)
{
	if (!clip(plot, &from, &to))
		return;
	double dx = to.x - from.x;
	double dy = to.y - from.y;
	int steps = (int)(hypot(dx, dy) * 1.5) + 1;
	for (int i = 0; i <= steps; i += each) {
		struct dots at = {from.x + dx * i / steps, from.y + dy * i / steps};
		const struct cell *cell =
			plot_cell(plot, (int)(at.x / 2), (int)(at.y / 4));
		/* What is faint goes around what is drawn there. */
		if (each == 1 || (cell && (cell->cp == 0 || is_dots(cell))))
			plot_dot(plot, at, role);
	}
}

void plot_line(const struct plot *plot, struct dots from, struct dots to,
	       enum role role)
{
	draw_line(plot, from, to, role, 1);
}

void plot_dotted(const struct plot *plot, struct dots from, struct dots to,
		 enum role role)
{
	draw_line(plot, from, to, role, 6);
}

void plot_bold(const struct plot *plot, struct dots from, struct dots to,
	       enum role role)
{
	plot_line(plot, from, to, role);
	from.y += 1;
	to.y += 1;
	plot_line(plot, from, to, role);
}

void plot_done(const struct plot *plot, enum role strong)
{
	if (!plot->canvas->ascii && !plot->canvas->console)
		return;
	for (int y = 0; y < plot->area.h; y++) {
		for (int x = 0; x < plot->area.w; x++) {
			struct cell *cell = plot_cell(plot, x, y);
			if (!cell || !is_dots(cell))
				continue;
			if (!plot->canvas->ascii) {
				cell->cp = canvas_console(cell->cp);
				continue;
			}
			bool top = (cell->cp & 0x1b) != 0;
			bool bottom = (cell->cp & 0xe4) != 0;
			cell->cp = top && bottom ? ':' : top ? '\'' : '.';
			if (cell->role == strong)
				cell->cp = '#';
		}
	}
}
