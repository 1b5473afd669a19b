/*
 * feeds_matrix.c -- missed passings, loops against cars
 *
 * A bad loop shows as a column, a weak transponder as a row. Cars that miss most come
 * first; below the heads is the share of expected passings missed at each line.
 *
 *  (1) Missed passings come from the marks of laps: a line missed on a completed lap, or a
 *      lap made up because start/finish was missed.
 *  (2) A line at which no car was ever timed has no loop and is hidden.
 */
#include "facts.h"
#include "feeds_screen.h"

#include <string.h>

struct missed {
	uint32_t of[RACE_CARS_MAX][LINES_MAX];
	uint32_t laps[RACE_CARS_MAX]; /* laps: passings expected */
	uint32_t sum[RACE_CARS_MAX];
	uint32_t all[LINES_MAX];
	uint32_t passings; /* at each line */
	uint16_t order[RACE_CARS_MAX];
	unsigned cars;
	uint8_t lines[LINES_MAX];
	unsigned line_count;
};

unsigned feed_order(const struct race *race, const uint32_t *by, const uint32_t *among,
		    uint16_t *order)
{
	unsigned count = 0;
	for (uint16_t car = 0; car < race->car_count; car++) {
		unsigned at = among[car] ? count++ : 0;
		for (; at > 0 && by[order[at - 1]] < by[car]; at--)
			order[at] = order[at - 1];
		if (among[car])
			order[at] = car;
	}
	return count;
}

void feed_car_label(const struct scene *scene, struct canvas *canvas, struct rect at,
		    uint16_t car)
{
	at.w = FEED_LABEL - 1;
	int w = rect_text(canvas, at, CAR_LABEL(scene->view->race, car),
			  class_role(scene, car));
	if (car == scene->view->selected)
		canvas_mark(canvas, at.x, at.y, w, CELL_SELECTED);
}

static void count_row(struct missed *missed, const struct lap_row *row)
{
	missed->laps[row->car]++;
	missed->passings++;
	for (unsigned i = 0; i < missed->line_count; i++) {
		unsigned line = missed->lines[i];
		bool was = line == LINE_SF ? (row->bits & LAP_REPAIRED) != 0
					   : (row->estimated >> line & 1) != 0;
		missed->of[row->car][line] += was;
		missed->sum[row->car] += was;
		missed->all[line] += was;
	}
}

static void count(const struct view *view, struct missed *missed)
{
	const struct race *race = view->race;
	memset(missed, 0, sizeof(*missed));
	for (unsigned line = 0; line < race->setup.line_count; line++)
		if (line == LINE_SF || (race->lines_timed >> line & 1))
			missed->lines[missed->line_count++] = (uint8_t)line;
	for (const struct lap_row *row = NULL; (row = lap_row_after(view, row));)
		count_row(missed, row);
	missed->cars = feed_order(race, missed->sum, missed->laps, missed->order);
}

/* 5 % needs attention, 20 % is broken. */
static enum role share_role(uint32_t n, uint32_t of)
{
	if (n >= 3 && (uint64_t)n * 5 >= of)
		return ROLE_NOT_CLASSIFIED;
	if (n >= 3 && (uint64_t)n * 20 >= of)
		return ROLE_AT_RISK;
	return ROLE_TEXT;
}

enum { LABEL = FEED_LABEL, CELL = FEED_CELL, BLOCK_GAP = 3 };

static void draw_cell(struct canvas *canvas, int x, int y, uint32_t n, uint32_t of)
{
	struct field field;
	if (of == 0)
		return;
	field_number(&field, n, share_role(n, of));
	canvas_right(canvas, x, y, CELL - 1, n ? field.text : SLICE("\u00b7"),
		     n ? field.role : ROLE_DIM);
}

/* "3.4%" */
static void draw_share(struct canvas *canvas, int x, int y, uint32_t n, uint32_t of)
{
	struct field field = {0};
	unsigned tenths = of ? (unsigned)(((uint64_t)n * 1000 + of / 2) / of) : 0;
	if (of == 0)
		return;
	field_format(&field, "%u.%u%%", tenths / 10, tenths % 10);
	canvas_right(canvas, x, y, CELL - 1, field.text,
		     n ? share_role(n, of) : ROLE_DIM);
}

static void draw_heads(const struct view *view, const struct missed *missed,
		       struct canvas *canvas, struct rect at)
{
	int x = at.x + LABEL;
	canvas_text(canvas, at.x, at.y, LABEL, SLICE("Missed"), ROLE_HEADER);
	canvas_text(canvas, at.x, at.y + 1, LABEL, SLICE("all"), ROLE_STRONG);
	for (unsigned i = 0; i < missed->line_count && x + CELL <= at.x + at.w; i++) {
		unsigned line = missed->lines[i];
		canvas_right(canvas, x, at.y, CELL - 1,
			     slice_of(feed_line_label(view, line)), ROLE_HEADER);
		draw_share(canvas, x, at.y + 1, missed->all[line], missed->passings);
		x += CELL;
	}
	if (x + CELL <= at.x + at.w)
		canvas_right(canvas, x, at.y, CELL - 1, SLICE("share"), ROLE_HEADER);
}

static void matrix_draw_car(const struct scene *scene, const struct missed *missed,
			    struct canvas *canvas, struct rect at, uint16_t car)
{
	int x = at.x + LABEL;
	feed_car_label(scene, canvas, at, car);
	for (unsigned i = 0; i < missed->line_count && x + CELL <= at.x + at.w; i++) {
		draw_cell(canvas, x, at.y, missed->of[car][missed->lines[i]],
			  missed->laps[car]);
		x += CELL;
	}
	if (x + CELL <= at.x + at.w)
		draw_share(canvas, x, at.y, missed->sum[car],
			   missed->laps[car] * missed->line_count);
}

void feed_matrix_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct missed missed;
	struct scene scene;
	scene_make(view, &scene);
	count(view, &missed);
	int block = LABEL + CELL * ((int)missed.line_count + 1);
	block = block < area.w ? block : area.w;
	int blocks = (area.w + BLOCK_GAP) / (block + BLOCK_GAP), rows = area.h - 2;
	if (rows < 1)
		return;
	if (missed.cars == 0) {
		rect_words(canvas, area, "no laps completed so far", ROLE_DIM);
		return;
	}
	int cars = (int)missed.cars;
	for (int i = 0, next = 0; i < blocks && next < cars; i++) {
		struct rect at = {area.x + i * (block + BLOCK_GAP), area.y, block,
				  area.h};
		draw_heads(view, &missed, canvas, at);
		for (int k = 0; k < rows && next < cars; k++, next++) {
			if (i + 1 == blocks && draw_rest(canvas, at, area.y + 2 + k,
							 (unsigned)(cars - next)))
				return;
			matrix_draw_car(&scene, &missed, canvas, rect_line(at, 2 + k),
					missed.order[next]);
		}
	}
}
