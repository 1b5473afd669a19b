/*
 * report_map.c -- the circuit of a report, as SVG in the page
 *
 *  (1) Places are whole tenths of a pixel, as in report_svg.c.
 *  (2) North is up, unless the circuit is much higher than wide: then east is down.
 *  (3) Labels are on the outer side of a turn; one that would lie on another is left out.
 */
#include "report.h"

#include <string.h>

enum { MAP_WIDTH = 11800, MAP_HEIGHT = 4600, MAP_MARGIN = 500, MAP_ASIDE = 170 };
enum { LABEL_WIDE = 300, LABEL_HIGH = 140, LABELS_MAX = CIRCUIT_TURNS_MAX + LINES_MAX };

struct map_point {
	int64_t x, y;
};

struct circuit_map {
	struct report *report;
	const struct circuit *circuit;
	int64_t x0, y0, w, h; /* mm, as drawn */
	int64_t scale;        /* mm in MAP_UNIT tenths */
	int64_t left;
	bool turned;
	struct map_point labels[LABELS_MAX];
	unsigned label_count;
};
enum { MAP_UNIT = 1000 };

static struct map_point map_mm(const struct circuit_map *map, unsigned i)
{
	const struct circuit_point *p = &map->circuit->points[i];
	/* Down is positive. */
	return map->turned ? (struct map_point){-(int64_t)p->y_mm, -(int64_t)p->x_mm}
			   : (struct map_point){p->x_mm, -(int64_t)p->y_mm};
}

static struct map_point map_place(const struct circuit_map *map, struct map_point mm)
{
	return (struct map_point){
		map->left + mul_div(mm.x - map->x0, MAP_UNIT, map->scale),
		MAP_MARGIN + mul_div(mm.y - map->y0, MAP_UNIT, map->scale)};
}

static void map_bounds(struct circuit_map *map)
{
	struct map_point low = map_mm(map, 0), high = low;
	for (unsigned i = 1; i < map->circuit->point_count; i++) {
		struct map_point p = map_mm(map, i);
		low.x = p.x < low.x ? p.x : low.x;
		low.y = p.y < low.y ? p.y : low.y;
		high.x = p.x > high.x ? p.x : high.x;
		high.y = p.y > high.y ? p.y : high.y;
	}
	map->x0 = low.x;
	map->y0 = low.y;
	map->w = high.x - low.x > 0 ? high.x - low.x : 1;
	map->h = high.y - low.y > 0 ? high.y - low.y : 1;
}

static int64_t ratio_up(int64_t mm, int64_t room)
{
	return mul_div(mm, MAP_UNIT, room) + 1;
}

static void map_fit(struct circuit_map *map)
{
	map_bounds(map);
	if (map->h * 10 > map->w * 13) { /* (2) */
		map->turned = true;
		map_bounds(map);
	}
	int64_t wide = ratio_up(map->w, MAP_WIDTH - 2 * MAP_MARGIN);
	int64_t high = ratio_up(map->h, MAP_HEIGHT - 2 * MAP_MARGIN);
	map->scale = wide > high ? wide : high;
	map->left = (MAP_WIDTH - mul_div(map->w, MAP_UNIT, map->scale)) / 2;
}

/* The place @along_mm from the start line, and the direction there. */
static struct map_point map_along(const struct circuit_map *map, int32_t along_mm,
				  struct map_point *towards)
{
	const struct circuit *circuit = map->circuit;
	unsigned n = circuit->point_count, i = 0;
	while (i + 1 < n && circuit->points[i + 1].along_mm <= along_mm)
		i++;
	int64_t from = circuit->points[i].along_mm;
	int64_t to = i + 1 < n ? circuit->points[i + 1].along_mm : circuit->length;
	struct map_point a = map_mm(map, i), b = map_mm(map, (i + 1) % n);
	struct map_point before = map_mm(map, (i + n - 1) % n);
	struct map_point after = map_mm(map, (i + 2) % n);
	int64_t part = to > from ? along_mm - from : 0;
	int64_t whole = to > from ? to - from : 1;
	*towards = (struct map_point){after.x - before.x, after.y - before.y};
	return (struct map_point){a.x + mul_div(b.x - a.x, part, whole),
				  a.y + mul_div(b.y - a.y, part, whole)};
}

static int64_t root(int64_t square)
{
	int64_t r = 0;
	for (int64_t bit = (int64_t)1 << 30; bit > 0; bit >>= 1)
		if ((r + bit) <= square / (r + bit))
			r += bit;
	return r;
}

/* @by tenths to the right of the direction of driving; negative: to the left. */
static struct map_point map_aside(struct map_point at, struct map_point towards,
				  int64_t by)
{
	int64_t x = towards.x / 100, y = towards.y / 100; /* so that squares fit */
	int64_t length = root(x * x + y * y);
	if (length == 0)
		return at;
	return (struct map_point){at.x - mul_div(y, by, length),
				  at.y + mul_div(x, by, length)};
}

static void map_xy(const struct circuit_map *map, struct map_point p)
{
	report_tenths(map->report->out, p.x);
	out_char(map->report->out, ' ');
	report_tenths(map->report->out, p.y);
}

static bool map_label_fits(struct circuit_map *map, struct map_point at) /* (3) */
{
	for (unsigned i = 0; i < map->label_count; i++) {
		int64_t x = at.x - map->labels[i].x, y = at.y - map->labels[i].y;
		if (x < LABEL_WIDE && x > -LABEL_WIDE && y < LABEL_HIGH &&
		    y > -LABEL_HIGH)
			return false;
	}
	if (map->label_count < LABELS_MAX)
		map->labels[map->label_count++] = at;
	return true;
}

static void map_label(struct circuit_map *map, struct map_point at, const char *text,
		      const char *title)
{
	struct out *out = map->report->out;
	if (!map_label_fits(map, at))
		return;
	out_text(out, "<text text-anchor=middle x=");
	report_tenths(out, at.x);
	out_text(out, " y=");
	report_tenths(out, at.y + 40);
	out_char(out, '>');
	report_text(map->report, slice_of(text));
	if (title[0] != '\0') {
		out_text(out, "<title>");
		report_text(map->report, slice_of(title));
		out_text(out, "</title>");
	}
	out_text(out, "</text>\n");
}

/* A stroke across the track at a timed line, its name to the right. */
static void map_line(struct circuit_map *map, unsigned line)
{
	enum { HALF = 60 };
	const struct circuit *circuit = map->circuit;
	struct map_point towards;
	struct map_point at =
		map_place(map, map_along(map, circuit->line_mm[line], &towards));
	struct out *out = map->report->out;
	out_format(out, "<path class=%s d=\"M", line == 0 ? "start" : "cross");
	map_xy(map, map_aside(at, towards, -HALF));
	out_char(out, 'L');
	map_xy(map, map_aside(at, towards, HALF));
	out_text(out, "\"/>\n");
	char name[24];
	text_format(name, sizeof(name), "%s%s",
		    line > 0 && circuit->lines_estimated ? "~" : "",
		    line == 0 ? "SF" : circuit->line_names[line]);
	map_label(map, map_aside(at, towards, MAP_ASIDE), name, "");
}

static void map_turn(struct circuit_map *map, const struct circuit_turn *turn)
{
	struct map_point towards;
	struct map_point at = map_place(map, map_along(map, turn->along_mm, &towards));
	at = map_aside(at, towards, turn->hand == 'R' ? -MAP_ASIDE : MAP_ASIDE);
	map_label(map, at, turn->number, turn->name);
}

static void map_caption(struct report *report)
{
	const struct circuit *circuit = report->circuit;
	char words[160];
	out_text(report->out, "<figcaption>");
	report_text(report,
		    slice_of(circuit->title[0] ? circuit->title : circuit->name));
	out_format(report->out, ", %llu.%03llu km",
		   (unsigned long long)circuit->length / 1000000,
		   (unsigned long long)circuit->length / 1000 % 1000);
	if (report->found && circuit_how(report->found, words, sizeof(words)) > 0) {
		out_text(report->out, "; found ");
		report_text(report, slice_of(words));
	}
	if (circuit_scaled(circuit, words, sizeof(words)) > 0) {
		out_text(report->out, "; ");
		report_text(report, slice_of(words));
	}
	if (circuit->lines_estimated)
		out_text(report->out,
			 "; the lines with ~ are placed by the time of a lap");
	if (circuit->notice[0] != '\0') {
		out_text(report->out, ". ");
		report_text(report, slice_of(circuit->notice));
	}
	out_text(report->out, "</figcaption>\n");
}

void report_map(struct report *report)
{
	struct circuit_map map = {.report = report, .circuit = report->circuit};
	struct out *out = report->out;
	if (!report->circuit || report->circuit->point_count < 3)
		return;
	map_fit(&map);
	out_text(out, "<h2>Circuit</h2>\n<figure>");
	map_caption(report);
	out_format(out,
		   "<svg viewBox=\"0 0 %d %lld\" role=img aria-label=\"Circuit\">\n"
		   "<path class=track d=\"",
		   MAP_WIDTH / 10,
		   (long long)(mul_div(map.h, MAP_UNIT, map.scale) + 2 * MAP_MARGIN) /
			   10);
	for (unsigned i = 0; i < report->circuit->point_count; i++) {
		out_char(out, i == 0 ? 'M' : 'L');
		map_xy(&map, map_place(&map, map_mm(&map, i)));
	}
	out_text(out, "Z\"/>\n");
	for (unsigned i = 0; i < report->circuit->line_count && i < LINES_MAX; i++)
		map_line(&map, i);
	for (unsigned i = 0; i < report->circuit->turn_count; i++)
		map_turn(&map, &report->circuit->turns[i]);
	out_text(out, "</svg></figure>\n");
}
