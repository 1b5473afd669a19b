/*
 * box.c -- the frame of an overlay, and the words on it
 */
#include "parts.h"

enum { MARGIN = 2 };

struct rect box_of(struct rect area, int w, int h)
{
	struct rect box;
	box.w = w < area.w - 2 * MARGIN ? w : area.w - 2 * MARGIN;
	box.h = h < area.h ? h : area.h;
	box.x = area.x + (area.w - box.w) / 2;
	box.y = area.y + (area.h - box.h) / 2;
	return box;
}

struct rect box_inside(struct rect box)
{
	return (struct rect){box.x + 3, box.y + 1, box.w - 6, box.h - 2};
}

void box_words(struct canvas *canvas, struct rect box, enum box_corner corner,
	       struct slice words, enum role role)
{
	int w = text_width(words) + 2;
	bool right = corner == BOX_TOP_RIGHT || corner == BOX_BOTTOM_RIGHT;
	int x = right ? box.x + box.w - 2 - w : box.x + 2;
	bool below = corner == BOX_BOTTOM_LEFT || corner == BOX_BOTTOM_RIGHT;
	int y = below ? box.y + box.h - 1 : box.y;
	if (words.len == 0 || w > box.w - 4)
		return;
	canvas_put(canvas, x, y, ' ', ROLE_TEXT);
	canvas_put(canvas, x + w - 1, y, ' ', ROLE_TEXT);
	canvas_text(canvas, x + 1, y, w - 2, words, role);
}

/* Clear one cell beside the box, or all cells to the edge where only a few remain. */
void box_draw(struct canvas *canvas, struct rect area, struct rect box,
	      const char *title, const char *hint)
{
	int right = box.x + box.w - 1, bottom = box.y + box.h - 1;
	int beside = box.x - area.x <= 2 * MARGIN ? box.x - area.x + 1 : 1;
	for (int y = box.y; y <= bottom; y++) {
		for (int x = box.x - beside; x <= right + beside; x++)
			canvas_put(canvas, x, y, ' ', ROLE_TEXT);
		canvas_hit(canvas, box.x - beside, y, box.w + 2 * beside,
			   hit_of(HIT_OVER, 0));
	}
	canvas_hline(canvas, box.x, box.y, box.w, ROLE_RULE);
	canvas_hline(canvas, box.x, bottom, box.w, ROLE_RULE);
	canvas_vline(canvas, box.x, box.y, box.h, ROLE_RULE);
	canvas_vline(canvas, right, box.y, box.h, ROLE_RULE);
	canvas_put(canvas, box.x, box.y, 0x256d, ROLE_RULE);
	canvas_put(canvas, right, box.y, 0x256e, ROLE_RULE);
	canvas_put(canvas, box.x, bottom, 0x2570, ROLE_RULE);
	canvas_put(canvas, right, bottom, 0x256f, ROLE_RULE);
	box_words(canvas, box, BOX_TOP_LEFT, slice_of(title), ROLE_STRONG);
	box_words(canvas, box, BOX_BOTTOM_RIGHT, slice_of(hint), ROLE_DIM);
}

void box_more(struct canvas *canvas, struct rect box, bool more)
{
	box_words(canvas, box, BOX_BOTTOM_RIGHT,
		  more ? SLICE("\u2193 more") : SLICE("Esc: close"),
		  more ? ROLE_KEY : ROLE_DIM);
}

void box_select(struct canvas *canvas, struct rect line)
{
	canvas_role(canvas, line.x - 1, line.y, line.w + 2, ROLE_STRONG);
	canvas_mark(canvas, line.x - 1, line.y, line.w + 2, CELL_SELECTED);
}
