/*
 * pen.c -- text on a line of the canvas: in a rectangle, or piece by piece
 */
#include "parts.h"

#include <stdarg.h>
#include <stdio.h>

struct rect rect_line(struct rect area, int line)
{
	return (struct rect){area.x, area.y + line, area.w, 1};
}

struct rect rect_below(struct rect area, int lines)
{
	return (struct rect){area.x, area.y + lines, area.w, area.h - lines};
}

struct rect rect_inside(struct rect area)
{
	return (struct rect){area.x + 1, area.y, area.w - 2, area.h};
}

int rect_text(struct canvas *canvas, struct rect at, struct slice text, enum role role)
{
	return canvas_text(canvas, at.x, at.y, at.w, text, role);
}

int rect_words(struct canvas *canvas, struct rect at, const char *words, enum role role)
{
	return rect_text(canvas, at, slice_of(words), role);
}

int rect_right(struct canvas *canvas, struct rect at, struct slice text, enum role role)
{
	return canvas_right(canvas, at.x, at.y, at.w, text, role);
}

int rect_grown(const struct canvas *canvas, struct rect at)
{
	int end = at.x + at.w;
	if (at.y < 0 || at.y >= canvas->rows)
		return at.w;
	const struct cell *row = &canvas->cells[at.y * canvas->cols];
	while (end < canvas->cols && (row[end].cp == 0 || row[end].cp == ' ') &&
	       !(row[end].bits & (CELL_CONTINUES | CELL_SELECTED)))
		end++;
	return end - 1 > at.x + at.w ? end - 1 - at.x : at.w;
}

size_t line_fits(struct slice text, int w)
{
	size_t fits = 0, blank = 0;
	while (fits < text.len) {
		uint32_t cp;
		size_t n = utf8_decode(text.at + fits, text.len - fits, &cp);
		w -= cp_width(cp);
		if (w < 0)
			break;
		if (cp == ' ')
			blank = fits;
		fits += n;
	}
	if (fits < text.len && text.at[fits] == ' ')
		return fits;
	return fits < text.len && blank > fits / 2 ? blank : fits;
}

int rect_wrap(struct canvas *canvas, struct rect at, struct slice text, size_t news,
	      enum role role)
{
	int used = 0;
	while (text.len > 0 && used < at.h) {
		size_t n = used + 1 < at.h ? line_fits(text, at.w) : text.len;
		n = n > 0 ? n : text.len;
		struct slice line = {text.at, n};
		size_t first = news < n ? news : n;
		if (canvas) {
			struct rect in = rect_line(at, used);
			int w = rect_text(canvas, in, line,
					  first > 0 ? role : ROLE_TEXT);
			int x = text_width((struct slice){line.at, first});
			if (first < n && w > x)
				canvas_role(canvas, in.x + x, in.y, w - x, ROLE_TEXT);
		}
		text = slice_trim((struct slice){text.at + n, text.len - n});
		n = (size_t)(text.at - line.at);
		news = news > n ? news - n : 0;
		used++;
	}
	return used;
}

void draw_more(struct canvas *canvas, struct rect at, unsigned n)
{
	struct field field = {.role = ROLE_DIM};
	/* "> 4 more" would mean something else. */
	field_format(&field, canvas->ascii ? "+ %u more" : "\u2026 %u more", n);
	rect_text(canvas, at, field.text, field.role);
}

bool draw_rest(struct canvas *canvas, struct rect area, int y, unsigned left)
{
	if (y + 1 < area.y + area.h || left < 2)
		return false;
	draw_more(canvas, (struct rect){area.x, y, area.w, 1}, left);
	return true;
}

/* ---- a line of pieces --------------------------------------------------------- */

struct pen pen_at(struct canvas *canvas, struct rect at)
{
	return (struct pen){canvas, at.x, at.y, at.x + at.w, false, 0};
}

void pen_text(struct pen *pen, struct slice text, enum role role)
{
	if (pen->whole && pen->x + text_width(text) > pen->right)
		pen->right = pen->x;
	int used = canvas_text(pen->canvas, pen->x, pen->y, pen->right - pen->x, text,
			       role);
	canvas_figure(pen->canvas, pen->x, pen->y, used, pen->figure);
	pen->figure = 0;
	pen->x += used;
}

void pen_words(struct pen *pen, const char *words, enum role role)
{
	pen_text(pen, slice_of(words), role);
}

void pen_format(struct pen *pen, enum role role, const char *fmt, ...)
{
	char text[sizeof((struct field){0}.buf)];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	pen_text(pen, slice_of(text), role);
}

void pen_tag(struct pen *pen, struct slice text, enum role role)
{
	int x = pen->x;
	pen_format(pen, role, " %.*s ", (int)text.len, text.at);
	canvas_mark(pen->canvas, x, pen->y, pen->x - x, CELL_SELECTED);
	pen->x++;
}

bool pen_fact(struct pen *pen, const char *word, struct slice text, enum role role)
{
	int w = text_width(slice_of(word)), need = w + (w > 0) + text_width(text);
	uint32_t figure = pen->figure;
	pen->figure = 0;
	if (text.len == 0 || pen->x + need > pen->right)
		return false;
	pen_words(pen, word, ROLE_DIM);
	pen->x += w > 0;
	pen->figure = figure;
	pen_text(pen, text, role);
	pen->x += 3;
	return true;
}
