/*
 * map_cars.c -- where the cars are between two lines
 *
 *  (1) A car moves at its own pace and never past the next line: when overdue, it
 *      approaches the line more and more slowly.
 *  (2) Numbers never touch. The selected car gets a place first, then the class leaders,
 *      then the order of the race; a car without room beside the track is a dot, then
 *      nothing.
 */
#include "map.h"

#include <math.h>

enum { STOPPED_SHOWN = 6 }; /* minutes a stopped car stays on the map */

/* Share of the way to the next line after a multiple of the expected time. */
static double share_of_way(double due)
{
	if (due <= 0)
		return 0;
	if (due < 0.9)
		return due;
	return 0.9 + 0.09 * (1 - exp((0.9 - due) * 10));
}

static duration_us pace(const struct scene *scene, uint16_t car, unsigned line)
{
	duration_us best = race_sector_expected(scene->view->race, car, line);
	duration_us last = scene->view->race->cars[car].sector_last[line];
	/* The last lap reflects rain and safety cars, unless it has a stop. */
	if (last != DURATION_NONE && last > best / 2 && last < best * 5 / 2)
		return last;
	return best;
}

/* Driven distance of a car on track. */
double map_along(const struct map *map, const struct scene *scene, uint16_t car,
		 instant_us at)
{
	const struct race *race = scene->view->race;
	const struct car *c = &race->cars[car];
	unsigned line = c->line < LINES_MAX ? c->line : 0;
	double from = map_line_mm(map, line), to = map->length;
	instant_us since = c->seen ? c->line_at : race->start_at;
	if (line + 1 < race->setup.line_count)
		to = map_line_mm(map, line + 1);
	if (!c->seen) {
		uint16_t slot = race->entries[car].grid;
		/* Two by two behind the line, eight metres a car. */
		from = -8000.0 * (slot ? slot : race->place[car] + 1);
	}
	if (since == INSTANT_NONE || at <= since)
		return from;
	double share =
		share_of_way((double)(at - since) / (double)pace(scene, car, line));
	/* Cars keep their grid distances until the first line. */
	if (!c->seen)
		return from + to * share;
	return from + (to - from) * share;
}

static bool put_at(struct map *map, struct rect at, struct slice text, enum role role)
{
	if (!map_free(map, at.x, at.y, at.w))
		return false;
	canvas_text(map->canvas, map->area.x + at.x, map->area.y + at.y, at.w, text,
		    role);
	map_take(map, at.x, at.y, at.w);
	return true;
}

/* On the spot, or beside it. Returns the cells used. */
static struct rect map_put_number(struct map *map, struct dots at, struct slice number,
				  enum role role)
{
	int w = text_width(number), x = (int)floor(at.x / 2), y = (int)floor(at.y / 4);
	const int tries[][2] = {
		{0, 0}, {w + 1, 0}, {-w - 1, 0}, {0, -1}, {0, 1},
	};
	for (unsigned i = 0; i < ARRAY_LEN(tries); i++) {
		struct rect cells = {x - (w - 1) / 2 + tries[i][0], y + tries[i][1], w,
				     1};
		if (put_at(map, cells, number, role))
			return cells;
	}
	struct rect dot = {x, y, 1, 1};
	dot.w = put_at(map, dot, SLICE("\u2022"), role) ? 1 : 0;
	return dot;
}

void map_hit_car(const struct map *map, struct rect cells, uint16_t car)
{
	canvas_hit(map->canvas, cells.x, cells.y, cells.w, hit_of(HIT_CAR, car));
	if (car == map->view->selected)
		canvas_mark(map->canvas, cells.x, cells.y, cells.w, CELL_SELECTED);
}

static void map_draw_car(void *context, const struct map_car *car)
{
	struct map *map = context;
	struct dots place;
	if (!car->in_pit || !map_pit_place(map, car->garage, &place))
		place = map_place(map, car->mm).at;
	if (place.x < 0 || place.y < 0 || place.x >= map->area.w * 2 ||
	    place.y >= map->area.h * 4)
		return;
	struct rect cells =
		map_put_number(map, place, slice_of(car->number), car->role);
	cells.x += map->area.x;
	cells.y += map->area.y;
	map_hit_car(map, cells, car->car);
}

/* ---- all cars -------------------------------------------------------------- */

/* A car of the race, if it is on the circuit. */
static void map_car(const struct map *map, const struct scene *scene, uint16_t car,
		    void (*each)(void *context, const struct map_car *car),
		    void *context)
{
	const struct view *view = scene->view;
	const struct car *c = &view->race->cars[car];
	instant_us at = view->at - view->map_age;
	struct car_label label = shown_number(view->race, car);
	duration_us since;
	enum car_state state = car_state_at(view, car, &since);
	if (state == CAR_FLAGGED || state == CAR_ABSENT ||
	    (state == CAR_STOPPED && since > STOPPED_SHOWN * US_MIN))
		return;
	if (!c->seen && !view->race->entries[car].grid &&
	    (view->race->start_at == INSTANT_NONE || at < view->race->start_at))
		return;
	each(context,
	     &(struct map_car){
		     .car = car,
		     .in_pit = state == CAR_IN_PIT,
		     .mm = map_along(map, scene, car, at),
		     /* Every car has its own garage. */
		     .garage = 0.2 + 0.6 * (car + 0.5) / (view->race->car_count + 1.0),
		     .role = state == CAR_STOPPED  ? ROLE_DIM
			     : state == CAR_IN_PIT ? ROLE_IN_PIT
						   : class_role(scene, car),
		     .number = label.text,
	     });
}

void map_each_car(const struct map *map, const struct scene *scene,
		  void (*each)(void *context, const struct map_car *car), void *context)
{
	const struct view *view = scene->view;
	bool done[RACE_CARS_MAX] = {false};
	if (view->selected < view->race->car_count) {
		done[view->selected] = true;
		map_car(map, scene, view->selected, each, context);
	}
	for (unsigned i = 0; i < view->race->class_count; i++) {
		uint16_t leader = view->race->classes[i].leader;
		if (leader >= view->race->car_count || done[leader])
			continue;
		done[leader] = true;
		map_car(map, scene, leader, each, context);
	}
	for (uint32_t i = 0; i < view->standings->count; i++) {
		uint16_t car = view->standings->rows[i].car;
		if (!done[car])
			map_car(map, scene, car, each, context);
	}
}

/* The focused car, else the selected one, else the leader. */
static uint16_t near_car(const struct view *view)
{
	uint16_t count = view->race->car_count;
	if (view->focused < count)
		return view->focused;
	if (view->selected < count)
		return view->selected;
	return count > 0 ? view->race->order[0] : CAR_NONE;
}

void map_draw(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	const struct view *view = scene->view;
	if (area.w < 12 || area.h < 6 || area.w > CANVAS_COLS_MAX ||
	    area.h > CANVAS_ROWS_MAX)
		return;
	struct map map;
	map_make(&map, view, canvas, area);
	uint16_t near = near_car(view);
	if (view->map_near && near != CAR_NONE)
		map_go_near(&map,
			    map_along(&map, scene, near, view->at - view->map_age));
	map_track(&map);
	map_each_car(&map, scene, map_draw_car, &map);
	plot_done(&map.plot, ROLE_COUNT);
}
