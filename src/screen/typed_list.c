/*
 * typed_list.c -- the words that can follow in a prompt, in a box above it
 *
 *  (1) No word is cut. Where not all fit with what they mean, they are listed without.
 *  (2) A box that would hide what is looked for is not drawn: the car of find or pass.
 */
#include "parts.h"
#include "pitwall/command_line.h"

enum { GAP = 2, WORDS_MOST = 512 };

struct typed_grid {
	const struct view *view;
	const struct typed_wants *wants;
	unsigned count;
	int name, about; /* widths; about 0: not shown */
	int cols, rows;
};

static int grid_cell(const struct typed_grid *grid)
{
	return grid->name + (grid->about > 0 ? GAP + grid->about : 0);
}

static void grid_rows(struct typed_grid *grid, int w)
{
	int cell = grid_cell(grid) + GAP + (grid->about > 0);
	grid->cols = (w + GAP) / cell > 0 ? (w + GAP) / cell : 1;
	grid->rows = ((int)grid->count + grid->cols - 1) / grid->cols;
}

/* (1) */
static void typed_grid_fit(struct typed_grid *grid, int w, int h)
{
	struct typed_word word;
	while (grid->count < WORDS_MOST &&
	       typed_word_at(grid->view, grid->wants, grid->count, &word)) {
		int name = text_width(word.shown), about = text_width(word.about);
		grid->name = name > grid->name ? name : grid->name;
		grid->about = about > grid->about ? about : grid->about;
		grid->count++;
	}
	grid_rows(grid, w);
	if (grid->rows <= h && grid_cell(grid) <= w)
		return;
	grid->about = 0;
	grid_rows(grid, w);
}

static void typed_grid_draw(const struct typed_grid *grid, struct canvas *canvas,
			    struct rect inside)
{
	struct typed_word word;
	int shown = grid->rows > inside.h ? inside.h - 1 : grid->rows;
	for (unsigned i = 0; i < grid->count; i++) {
		int x = inside.x + (int)i / grid->rows *
					   (grid_cell(grid) + GAP + (grid->about > 0));
		int y = (int)i % grid->rows;
		if (y >= shown || !typed_word_at(grid->view, grid->wants, i, &word))
			continue;
		canvas_text(canvas, x, inside.y + y, grid->name, word.shown, ROLE_KEY);
		if (grid->about > 0)
			canvas_text(canvas, x + grid->name + GAP, inside.y + y,
				    grid->about, word.about, ROLE_TEXT);
	}
	if (shown < grid->rows)
		rect_words(canvas, rect_line(inside, shown),
			   "and more: type the first letters", ROLE_DIM);
}

void typed_list_draw(const struct view *view, const struct typed_wants *wants,
		     struct canvas *canvas, struct rect area)
{
	enum { SIDES = 6, ENDS = 2 };
	struct typed_grid grid = {.view = view, .wants = wants};
	if (view->prompt == PROMPT_FIND || view->prompt == PROMPT_PASS || /* (2) */
	    wants->count == 0)
		return;
	typed_grid_fit(&grid, area.w - SIDES - 4, area.h - ENDS);
	if (grid.count == 0)
		return;
	int used = grid.cols < (int)grid.count ? grid.cols : (int)grid.count;
	struct rect box =
		box_of(area, SIDES + used * (grid_cell(&grid) + GAP + (grid.about > 0)),
		       grid.rows + ENDS);
	box.x = area.x + 2;
	box.y = area.y + area.h - box.h;
	box_draw(canvas, area, box, "", "Tab: complete");
	typed_grid_draw(&grid, canvas, box_inside(box));
}
