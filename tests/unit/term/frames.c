/*
 * frames.c -- canvases and a theme made by hand for the tests of term
 */
#include "frames.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct theme *frame_theme(void)
{
	static struct theme theme;
	static const uint8_t attributes[] = {0, LOOK_BOLD, 0, LOOK_UNDERLINE,
					     LOOK_REVERSE};
	text_copy(theme.name, sizeof(theme.name), SLICE("test"));
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		struct look *look = &theme.looks[role];
		look->fg = role == 0 ? -1 : (int32_t)(0x102030 + role * 0x010203);
		look->bg = role % 7 == 3 ? (int32_t)(0x400000 + role) : -1;
		look->fg256 = (uint8_t)(20 + role);
		look->bg256 = (uint8_t)(90 + role);
		look->fg16 = (uint8_t)(1 + role % 15);
		look->fg8 = (uint8_t)(1 + role % 6);
		look->bg16 = look->bg8 = 4;
		look->attributes = look->attributes8 =
			attributes[role % ARRAY_LEN(attributes)];
		look->mono = attributes[role % ARRAY_LEN(attributes)];
	}
	return &theme;
}

struct canvas frame_new(int cols, int rows)
{
	struct canvas canvas = {.cols = cols, .rows = rows};
	canvas.cells = calloc((size_t)cols * (size_t)rows, sizeof(struct cell));
	assert(canvas.cells != NULL);
	return canvas;
}

static struct cell *cell_at(struct canvas *canvas, int x, int y)
{
	return &canvas->cells[(size_t)y * (size_t)canvas->cols + (size_t)x];
}

/* A cell is about to change: what it was half of goes whole. */
static void unjoin(struct canvas *canvas, int x, int y)
{
	struct cell *cell = cell_at(canvas, x, y);
	if ((cell->bits & CELL_CONTINUES) != 0)
		memset(cell_at(canvas, x - 1, y), 0, sizeof(*cell));
	if (x + 1 < canvas->cols &&
	    (cell_at(canvas, x + 1, y)->bits & CELL_CONTINUES) != 0)
		memset(cell_at(canvas, x + 1, y), 0, sizeof(*cell));
	memset(cell, 0, sizeof(*cell));
}

void frame_put(struct canvas *canvas, int x, int y, uint32_t cp, enum role role)
{
	bool wide = cp >= 0x4e00 && cp <= 0x9fff;
	if (wide && x + 1 == canvas->cols)
		return;
	unjoin(canvas, x, y);
	cell_at(canvas, x, y)->cp = cp;
	cell_at(canvas, x, y)->role = (uint8_t)role;
	if (wide) {
		unjoin(canvas, x + 1, y);
		cell_at(canvas, x + 1, y)->bits = CELL_CONTINUES;
		cell_at(canvas, x + 1, y)->role = (uint8_t)role;
	}
}

void frame_text(struct canvas *canvas, int x, int y, const char *text, enum role role)
{
	for (; *text != '\0' && x < canvas->cols; text++, x++)
		frame_put(canvas, x, y, (uint8_t)*text, role);
}

void frame_scribble(struct canvas *canvas, uint64_t *seed, unsigned changes)
{
	static const uint32_t drawing[] = {0x2502, 0x2500, 0x2588, 0x28ff, 0x25b4,
					   0xe9,   0x152,  0x65e5, 0x8eca, 0x7d42};
	for (unsigned i = 0; i < changes; i++) {
		int x = (int)random_below(seed, (uint64_t)canvas->cols);
		int y = (int)random_below(seed, (uint64_t)canvas->rows);
		uint32_t cp = ' ' + (uint32_t)random_below(seed, 95);
		/* Where margins cannot be switched off (screen), ncurses pushes the
		 * last cell of all into its place, and a wide one beside it out. */
		bool corner = y == canvas->rows - 1 && x > canvas->cols - 5;
		if (random_below(seed, 4) == 0 && !corner)
			cp = drawing[random_below(seed, ARRAY_LEN(drawing))];
		frame_put(canvas, x, y, cp, (enum role)random_below(seed, ROLE_COUNT));
		/* libvterm carries the mark of a last column over to the next row. */
		if ((cp == 0xe9 || cp == 'x') && x + 1 < canvas->cols)
			cell_at(canvas, x, y)->mark = 0x302;
		if (random_below(seed, 8) == 0)
			cell_at(canvas, x, y)->bits |= CELL_SELECTED;
	}
}
