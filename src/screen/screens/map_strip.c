/*
 * map_strip.c -- the lap as a line from SF to SF, for a circuit without a map
 *
 *      7  51
 *    88 6 12 4    63
 *   |────────────┼───────────────────┼────|
 *   SF  P 8 50   I1                  I2  SF
 *
 *  (1) A number is over the place of its car. Numbers that would touch are put one above
 *      the other: the selected car, the class leaders and the first of the race are lowest.
 *      A car without room is a dot on the line.
 *  (2) Cars in the pit lane are listed behind P, as far as the first line.
 */
#include "map.h"

enum { LEVELS_LEAST = 2, LEVELS_MOST = 6, CAR_WIDTH = 4 };

bool map_is_strip(const struct view *view)
{
	return !view->circuit || view->circuit->point_count < 3;
}

/* By the number of cars alone, so that nothing jumps while they move. */
static int strip_levels(const struct view *view, int w)
{
	int cars = view->race ? view->race->car_count : 0;
	int levels = cars * CAR_WIDTH * 3 / 2 / (w > 0 ? w : 1) + 1;
	return levels < LEVELS_LEAST  ? LEVELS_LEAST
	       : levels > LEVELS_MOST ? LEVELS_MOST
				      : levels;
}

int strip_rows(const struct view *view, int w, int h)
{
	int rows = strip_levels(view, w) + 2;
	return rows < h ? rows : h;
}

struct strip {
	struct map *map;
	int line;  /* its row */
	int pit_x; /* where the next car in the pits is listed */
	int pit_to;
};

static int strip_x(const struct strip *strip, double mm)
{
	const struct map *map = strip->map;
	double share = mm / map->length;
	share = share < 0 ? 0 : share > 1 ? 1 : share;
	return 1 + (int)(share * (map->area.w - 3));
}

static void strip_line(struct strip *strip)
{
	const struct map *map = strip->map;
	struct canvas *canvas = map->canvas;
	int x = map->area.x, y = map->area.y + strip->line, w = map->area.w;
	canvas_hline(canvas, x + 1, y, w - 2, ROLE_TRACK);
	canvas_put(canvas, x + 1, y, 0x251c, ROLE_STRONG);
	canvas_put(canvas, x + w - 2, y, 0x2524, ROLE_STRONG);
	canvas_text(canvas, x + 1, y + 1, 2, SLICE("SF"), ROLE_STRONG);
	canvas_text(canvas, x + w - 3, y + 1, 2, SLICE("SF"), ROLE_STRONG);
	strip->pit_x = 5;
	strip->pit_to = w - 4;
	for (unsigned i = map->race->setup.line_count; i-- > 1;) {
		int at = strip_x(strip, map_line_mm(map, i));
		struct slice name = slice_of(map->circuit->line_names[i]);
		int wide = text_width(name);
		canvas_put(canvas, x + at, y, 0x253c, ROLE_RULE);
		if (at < 4 || at + wide + 1 > strip->pit_to)
			continue;
		canvas_text(canvas, x + at, y + 1, wide, name, ROLE_RULE);
		strip->pit_to = at - 1;
	}
}

/* (2) */
static void strip_pit(struct strip *strip, uint16_t car, struct slice number)
{
	struct map *map = strip->map;
	struct rect at = {map->area.x + strip->pit_x, map->area.y + strip->line + 1,
			  text_width(number), 1};
	if (strip->pit_x == 5) {
		canvas_text(map->canvas, at.x, at.y, 1, SLICE("P"), ROLE_IN_PIT);
		at.x += 2;
		strip->pit_x += 2;
	}
	if (strip->pit_x + at.w > strip->pit_to)
		return;
	canvas_text(map->canvas, at.x, at.y, at.w, number, ROLE_IN_PIT);
	map_hit_car(map, at, car);
	strip->pit_x += at.w + 1;
}

static void strip_car(void *context, const struct map_car *car)
{
	struct strip *strip = context;
	struct map *map = strip->map;
	struct slice number = slice_of(car->number);
	int w = text_width(number), x = strip_x(strip, car->mm);
	if (car->in_pit) {
		strip_pit(strip, car->car, number);
		return;
	}
	int left = x - (w - 1) / 2;
	left = left < 1 ? 1 : left + w >= map->area.w ? map->area.w - w - 1 : left;
	for (int y = strip->line - 1; y >= 0; y--) {
		struct rect at = {map->area.x + left, map->area.y + y, w, 1};
		if (!map_free(map, left, y, w))
			continue;
		canvas_text(map->canvas, at.x, at.y, w, number, car->role);
		map_take(map, left, y, w);
		map_hit_car(map, at, car->car);
		return;
	}
	canvas_put(map->canvas, map->area.x + x, map->area.y + strip->line, 0x2022,
		   car->role);
}

void strip_draw(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	struct map map;
	if (area.w < 24 || area.h < 3)
		return;
	map_make(&map, scene->view, canvas, area);
	struct strip strip = {.map = &map, .line = area.h - 2};
	strip_line(&strip);
	map_each_car(&map, scene, strip_car, &strip);
	struct slice why = SLICE("no map of this circuit");
	int w = text_width(why), left = area.w - w - 1;
	if (left > area.w / 2 && map_free(&map, left, 0, w))
		canvas_text(canvas, area.x + left, area.y, w, why, ROLE_DIM);
}
