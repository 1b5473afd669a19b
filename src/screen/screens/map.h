/*
 * map.h -- a circuit on cells: geometry (map_track.c), cars (map_cars.c), and the lap as a
 * line where there is no map (map_strip.c)
 *
 * Drawn in dots (plot.h). Floating point stays in these files.
 */
#ifndef PITWALL_SCREEN_MAP_H
#define PITWALL_SCREEN_MAP_H

#include "parts.h"
#include "plot.h"

struct map {
	const struct circuit *circuit;
	const struct view *view;
	const struct race *race;
	struct canvas *canvas;
	struct rect area;
	struct plot plot;      /* of the same area */
	double length;         /* of the lap, in mm; never 0 */
	double scale;          /* dots per mm */
	double ox, oy;         /* centre of the circuit, in dots */
	double mx, my;         /* the same, in mm */
	double inside;         /* +1: the inside is right of the driving direction */
	/* Places of the lines by the leader's sectors, in mm, where nothing else is known of
	 * them; line_mm[0] is 1 then. */
	double line_mm[LINES_MAX];
	bool near;             /* only what is around a car is in the area */
	bool turned;           /* rotated by 90 degrees, which fits better */
	uint8_t taken[CANVAS_COLS_MAX * CANVAS_ROWS_MAX / 8]; /* cells with words */
};

void map_make(struct map *map, const struct view *view, struct canvas *canvas,
	      struct rect area);
/* A place in dots of the area, and the unit vector of the driving direction there. */
struct map_place {
	struct dots at;
	double dx, dy;
};
/** The place of a driven distance. */
struct map_place map_place(const struct map *map, double mm);
double map_line_mm(const struct map *map, unsigned line);
/** Draw only what is around a driven distance. */
void map_go_near(struct map *map, double mm);
/** Place in the pit lane at a share (0 to 1) of its length. False: unknown. */
bool map_pit_place(const struct map *map, double share, struct dots *out);

/** True when these cells and one at either end are without words. */
bool map_free(const struct map *map, int x, int y, int w);
void map_take(struct map *map, int x, int y, int w);

/** Draw the track, the pit lane, the lines and the names of the turns. */
void map_track(struct map *map);
/** Driven distance of a car on track at an instant, in mm; below 0 on the grid. */
double map_along(const struct map *map, const struct scene *scene, uint16_t car,
		 instant_us at);

/* A car that is drawn. */
struct map_car {
	uint16_t car;
	bool in_pit;
	double mm;     /* driven distance; below 0 on the grid */
	double garage; /* share of the pit lane at which it stands */
	enum role role;
	const char *number;
};
/** Call @each for every car that is on the circuit: first the selected one, then the class
 * leaders, then the others in the order of the race. */
void map_each_car(const struct map *map, const struct scene *scene,
		  void (*each)(void *context, const struct map_car *car),
		  void *context);
/** A press on these cells of the canvas selects the car; they are marked if it is. */
void map_hit_car(const struct map *map, struct rect cells, uint16_t car);

#endif
