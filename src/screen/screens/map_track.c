/*
 * map_track.c -- the circuit in braille
 *
 * Lines that are placed by their shares of the time of a lap are marked with "~". Names are two cells outside of the track, clear of the numbers of cars.
 */
#include "map.h"

#include <math.h>
#include <string.h>

enum { ROAD_WIDE = 36 }; /* columns from which the track is drawn as a road */
#define PIT_OFFSET 5.0   /* dots between the track and the pit lane */
#define NEAR_SCALE 5.0   /* how much larger the map is near a car */
#define NEAR_MM 800000.0 /* at least so much is shown of it */

/* ---- geometry -------------------------------------------------------------- */

struct bounds {
	double x0, y0, x1, y1;
};

static struct bounds bounds_of(const struct circuit *circuit)
{
	struct bounds box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
	for (unsigned i = 0; i < circuit->point_count; i++) {
		const struct circuit_point *p = &circuit->points[i];
		box.x0 = fmin(box.x0, p->x_mm);
		box.x1 = fmax(box.x1, p->x_mm);
		box.y0 = fmin(box.y0, p->y_mm);
		box.y1 = fmax(box.y1, p->y_mm);
	}
	return box;
}

static double scale_for(double w, double h, double dots_w, double dots_h)
{
	return fmin(dots_w / fmax(w, 1), dots_h / fmax(h, 1));
}

/* Room around the track for numbers and the pit lane. */
static double dots_wide(int w)
{
	return fmax(w * 2 - 10, 2);
}

static double dots_high(int h)
{
	return fmax(h * 4 - 8, 2);
}

static bool turn_it(const struct bounds *box, int w, int h)
{
	double bw = box->x1 - box->x0, bh = box->y1 - box->y0;
	double upright = scale_for(bw, bh, dots_wide(w), dots_high(h));
	double lying = scale_for(bh, bw, dots_wide(w), dots_high(h));
	/* North is up unless the rotated circuit is much larger. */
	return lying > upright * 1.35;
}

static double signed_area(const struct circuit *circuit)
{
	double area = 0;
	for (unsigned i = 0; i < circuit->point_count; i++) {
		const struct circuit_point *a = &circuit->points[i];
		const struct circuit_point *b =
			&circuit->points[(i + 1) % circuit->point_count];
		area += (double)a->x_mm * b->y_mm - (double)b->x_mm * a->y_mm;
	}
	return area;
}

int map_rows(const struct view *view, int w, int h)
{
	if (map_is_strip(view))
		return strip_rows(view, w, h);
	struct bounds box = bounds_of(view->circuit);
	double bw = box.x1 - box.x0, bh = box.y1 - box.y0;
	if (turn_it(&box, w, h)) {
		double t = bw;
		bw = bh;
		bh = t;
	}
	double rows = bh * scale_for(bw, bh, dots_wide(w), dots_high(h)) / 4 + 2.5;
	return rows < h ? (int)rows : h;
}

/* Where the lines are not known, the set-up has them at even distances. */
static bool lines_are_even(const struct race_setup *setup)
{
	for (unsigned i = 1; i < setup->line_count; i++)
		if (setup->line_ppm[i] != i * 1000000 / setup->line_count)
			return false;
	return setup->line_count > 1 && setup->line_count <= LINES_MAX;
}

static void lines_by_sectors(struct map *map)
{
	const struct race *race = map->race;
	bool placed = map->circuit->point_count >= 3 && !map->circuit->lines_estimated;
	double sum = 0;
	if (placed || race->car_count == 0 || !lines_are_even(&race->setup))
		return;
	for (unsigned i = 0; i < race->setup.line_count; i++) {
		map->line_mm[i] = sum;
		sum += (double)race_sector_expected(race, race->order[0], i);
	}
	for (unsigned i = 1; sum > 0 && i < race->setup.line_count; i++)
		map->line_mm[i] *= map->length / sum;
	map->line_mm[0] = sum > 0;
}

void map_make(struct map *map, const struct view *view, struct canvas *canvas,
	      struct rect area)
{
	static const struct circuit none;
	const struct circuit *circuit = view->circuit ? view->circuit : &none;
	memset(map, 0, sizeof(*map));
	map->circuit = circuit;
	map->view = view;
	map->race = view->race;
	map->canvas = canvas;
	map->area = area;
	map->plot = (struct plot){canvas, area};
	map->length = circuit->length > 0 ? (double)circuit->length : 1e6;
	map->inside = 1;
	lines_by_sectors(map);
	map->ox = area.w;
	map->oy = area.h * 2;
	if (circuit->point_count < 3)
		return;
	struct bounds box = bounds_of(circuit);
	double bw = box.x1 - box.x0, bh = box.y1 - box.y0;
	map->turned = turn_it(&box, area.w, area.h);
	map->scale = scale_for(map->turned ? bh : bw, map->turned ? bw : bh,
			       dots_wide(area.w), dots_high(area.h));
	map->mx = (box.x0 + box.x1) / 2;
	map->my = (box.y0 + box.y1) / 2;
	map->inside = signed_area(circuit) < 0 ? 1 : -1;
}

static struct dots to_dots(const struct map *map, double x, double y)
{
	x -= map->mx;
	y -= map->my;
	if (map->turned)
		return (struct dots){map->ox + y * map->scale,
				     map->oy + x * map->scale};
	return (struct dots){map->ox + x * map->scale, map->oy - y * map->scale};
}

static double wrapped(const struct map *map, double mm)
{
	mm = fmod(mm, map->length);
	return mm < 0 ? mm + map->length : mm;
}

/* The segment of the centreline that holds @mm. */
static unsigned segment_of(const struct circuit *circuit, double mm)
{
	unsigned low = 0, high = circuit->point_count;
	while (low + 1 < high) {
		unsigned middle = (low + high) / 2;
		if (circuit->points[middle].along_mm <= mm)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct map_place map_place(const struct map *map, double mm)
{
	const struct circuit *circuit = map->circuit;
	mm = wrapped(map, mm);
	unsigned i = segment_of(circuit, mm);
	const struct circuit_point *a = &circuit->points[i];
	const struct circuit_point *b =
		&circuit->points[(i + 1) % circuit->point_count];
	double span = (i + 1 < circuit->point_count ? b->along_mm : map->length) -
		      a->along_mm;
	double share = span > 0 ? fmin((mm - a->along_mm) / span, 1) : 0;
	struct dots from = to_dots(map, a->x_mm, a->y_mm);
	struct dots to = to_dots(map, b->x_mm, b->y_mm);
	double dx = to.x - from.x, dy = to.y - from.y, len = hypot(dx, dy);
	return (struct map_place){{from.x + dx * share, from.y + dy * share},
				  len > 0 ? dx / len : 1,
				  len > 0 ? dy / len : 0};
}

void map_go_near(struct map *map, double mm)
{
	struct map_place place = map_place(map, mm);
	double least = fmin(map->area.w * 2, map->area.h * 4) / NEAR_MM;
	double dx = (place.at.x - map->ox) / map->scale;
	double dy = (place.at.y - map->oy) / map->scale;
	map->mx += map->turned ? dy : dx;
	map->my += map->turned ? dx : -dy;
	map->scale = fmax(map->scale, fmin(map->scale * NEAR_SCALE, least));
	map->near = true;
}

double map_line_mm(const struct map *map, unsigned line)
{
	const struct circuit *circuit = map->circuit;
	if (line == 0 || line >= LINES_MAX)
		return 0;
	if (map->line_mm[0] > 0)
		return map->line_mm[line];
	if (line < circuit->line_count && circuit->line_mm[line] > 0)
		return circuit->line_mm[line];
	return map->race->setup.line_ppm[line] / 1e6 * map->length;
}

static bool map_has_pit(const struct map *map)
{
	return map->circuit->pit_in_mm > 0 && map->circuit->pit_out_mm > 0;
}

bool map_pit_place(const struct map *map, double share, struct dots *out)
{
	double from = map->circuit->pit_in_mm, to = map->circuit->pit_out_mm, off;
	struct map_place place;
	if (!map_has_pit(map))
		return false;
	if (to < from)
		to += map->length;
	place = map_place(map, from + (to - from) * share);
	/* The lane leaves and joins the track over its first and last fifth. */
	off = PIT_OFFSET * fmin(1, fmin(share, 1 - share) * 5) * map->inside;
	*out = (struct dots){place.at.x - place.dy * off, place.at.y + place.dx * off};
	return true;
}

/* ---- dots ------------------------------------------------------------------ */

static void draw_pit(const struct map *map)
{
	struct dots from, to;
	if (!map_has_pit(map) || !map_pit_place(map, 0, &from))
		return;
	for (int i = 1; i <= 40; i++, from = to) {
		map_pit_place(map, i / 40.0, &to);
		plot_line(&map->plot, from, to, ROLE_PIT_LANE);
	}
}

/* A road has two edges: where there is room, the track is two dots wide. */
static void road(const struct map *map, struct dots from, struct dots to)
{
	plot_line(&map->plot, from, to, ROLE_TRACK);
	from.x++;
	to.x++;
	if (map->area.w >= ROAD_WIDE)
		plot_line(&map->plot, from, to, ROLE_TRACK);
}

static void draw_lap(const struct map *map)
{
	unsigned n = map->circuit->point_count;
	struct dots from = map_place(map, 0).at, to;
	for (unsigned i = 1; i <= n; i++, from = to) {
		to = map_place(map, map->circuit->points[i % n].along_mm).at;
		road(map, from, to);
	}
}

/* A timed line crosses the track; start/finish is longer and brighter. */
static void track_draw_line(const struct map *map, unsigned which)
{
	struct map_place place = map_place(map, map_line_mm(map, which));
	double x = place.dy * (which ? 2 : 4), y = place.dx * (which ? 2 : 4);
	plot_line(&map->plot, (struct dots){place.at.x + x, place.at.y - y},
		  (struct dots){place.at.x - x, place.at.y + y},
		  which ? ROLE_DIM : ROLE_STRONG);
}

/* ---- words ----------------------------------------------------------------- */

bool map_free(const struct map *map, int x, int y, int w)
{
	if (y < 0 || y >= map->area.h || x < 1 || x + w >= map->area.w)
		return false;
	for (int i = x - 1; i <= x + w; i++) {
		int bit = y * CANVAS_COLS_MAX + i;
		if (map->taken[bit / 8] & (1u << (bit % 8)))
			return false;
	}
	return true;
}

void map_take(struct map *map, int x, int y, int w)
{
	for (int i = x; i < x + w; i++) {
		int bit = y * CANVAS_COLS_MAX + i;
		map->taken[bit / 8] |= (uint8_t)(1u << (bit % 8));
	}
}

static bool blank(const struct map *map, int x, int y, int w)
{
	for (int i = x - 1; i <= x + w; i++) {
		const struct cell *cell = plot_cell(&map->plot, i, y);
		if (cell && cell->cp)
			return false;
	}
	return map_free(map, x, y, w);
}

/* Words beside the track, on the outside if there is room, else inside. */
static void put_beside(struct map *map, double mm, struct slice words, enum role role)
{
	struct map_place place = map_place(map, mm);
	int w = text_width(words);
	for (int side = 0; side < 2; side++) {
		double out = side ? -map->inside : map->inside;
		double nx = place.dy * out, ny = -place.dx * out;
		for (int far = 2; far <= 5; far++) {
			int cx = (int)((place.at.x + nx * far * 2.5) / 2);
			int cy = (int)((place.at.y + ny * far * 2.5) / 4);
			cx -= nx < -0.4 ? w - 1 : nx > 0.4 ? 0 : w / 2;
			if (!blank(map, cx, cy, w))
				continue;
			canvas_text(map->canvas, map->area.x + cx, map->area.y + cy, w,
				    words, role);
			map_take(map, cx, cy, w);
			return;
		}
	}
}

static void draw_turns(struct map *map)
{
	const struct circuit *circuit = map->circuit;
	for (unsigned i = 0; i < circuit->turn_count; i++) {
		const struct circuit_turn *turn = &circuit->turns[i];
		struct slice name = slice_of(turn->name);
		/* A corner of several apexes is named once. */
		if (i > 0 && slice_eq(name, slice_of(circuit->turns[i - 1].name)))
			continue;
		if (name.len == 0)
			name = slice_of(turn->number);
		put_beside(map, turn->along_mm, name, ROLE_DIM);
	}
}

void map_track(struct map *map)
{
	draw_pit(map);
	draw_lap(map);
	for (unsigned i = 1; i < map->race->setup.line_count && i < LINES_MAX; i++)
		track_draw_line(map, i);
	track_draw_line(map, 0);
	draw_turns(map);
	if (map->area.w < 30)
		return;
	for (unsigned i = 1; i < map->race->setup.line_count && i < LINES_MAX; i++) {
		char name[12];
		bool placed = i < map->circuit->line_count;
		text_format(name, sizeof(name), "%s%s",
			    placed && !map->circuit->lines_estimated ? "" : "~",
			    placed ? map->circuit->line_names[i]
				   : line_name((uint8_t)i));
		put_beside(map, map_line_mm(map, i), slice_of(name), ROLE_RULE);
	}
}
