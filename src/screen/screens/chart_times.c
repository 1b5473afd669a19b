/*
 * chart_times.c -- the lap times of a car, its pace, that of its class and of its leader
 *
 *  (1) Only clean laps show pace; those off the scale are left out. When all laps are shown,
 *      times off the scale are drawn at its edge.
 *  (2) Down is faster. The scale ends with the best lap of the class.
 */
#include "chart.h"

#include <math.h>

enum {
	OWN_MAX = 1024,
	AROUND = 2,      /* laps on each side of a lap that make its pace */
	STRETCH = 4,     /* columns whose laps make a pace of the class ... */
	CLASS_LEAST = 4, /* ... when there are so many */
};

struct times {
	struct chart chart;
	uint16_t car, leader; /* of its class; CAR_NONE */
	uint8_t class_index;
	unsigned hidden;   /* laps of the car that are left out */
	double slow, fast; /* seconds at the top and the bottom */
};

static bool times_counts(const struct times *times, const struct lap_row *row)
{
	if (times->chart.view->laps_all)
		return row->time != DURATION_NONE && row->time > 0;
	return !chart_lap_left_out(times->chart.view, row);
}

static double seconds(duration_us t)
{
	return (double)t / 1e6;
}

/* (2): from the best of the class to the slowest of its own laps. */
static void times_scale(struct times *times)
{
	const struct view *view = times->chart.view;
	const struct race *race = view->race;
	const struct lap_row *row = lap_row_at(view, race->cars[times->car].lap_row);
	duration_us own[OWN_MAX], pace = class_pace(view, times->class_index);
	duration_us best = race->cars[times->car].lap_best;
	unsigned count = 0;
	for (; row && row->at >= times->chart.from; row = lap_row_at(view, row->prev)) {
		if (!times_counts(times, row)) {
			times->hidden++;
			continue;
		}
		if (count < OWN_MAX && !chart_lap_left_out(view, row))
			own[count++] = row->time;
	}
	if (times->class_index < race->class_count &&
	    race->classes[times->class_index].lap_best != DURATION_NONE)
		best = race->classes[times->class_index].lap_best;
	if (pace == DURATION_NONE)
		pace = median(own, count);
	if (pace == DURATION_NONE || best == DURATION_NONE) {
		times->fast = 0;
		times->slow = 0;
		return;
	}
	times->fast = seconds(best);
	times->slow = seconds(pace) * 1.015;
	if (count)
		times->slow = fmax(
			times->slow,
			seconds(value_of_rank(own, count, (count - 1) * 93 / 100)));
	times->slow = fmax(times->slow, times->fast * 1.02);
	if (view->laps_all)
		times->slow = times->fast + (times->slow - times->fast) * 2.5;
}

/* (1): clamp to the scale. */
static struct dots times_spot(const struct times *times, instant_us t, duration_us time)
{
	struct dots at = chart_at(&times->chart, t, seconds(time));
	at.y = at.y < 0 ? 0 : at.y;
	return at;
}

static bool on_scale(const struct times *times, const struct lap_row *row)
{
	return seconds(row->time) <= times->slow;
}

/* (1) */
static bool times_drawn(const struct times *times, const struct lap_row *row)
{
	return times_counts(times, row) &&
	       (times->chart.view->laps_all || on_scale(times, row));
}

/* The pace of a car over its laps: medians of five laps in a row, newest first. The line
 * breaks where laps are left out. @dots: each lap too. */
static void draw_car(const struct times *times, uint16_t car, enum role role, bool dots)
{
	const struct view *view = times->chart.view;
	const struct lap_row *rows[OWN_MAX];
	const struct lap_row *row = lap_row_at(view, view->race->cars[car].lap_row);
	unsigned count = 0;
	/* In a timed session each lap counts by itself. */
	unsigned around = view->race->setup.type == SESSION_RACE ? AROUND : 0;
	struct dots before = {0, 0};
	for (; row && row->at >= times->chart.from && count < OWN_MAX;
	     row = lap_row_at(view, row->prev))
		if (times_drawn(times, row))
			rows[count++] = row;
	for (unsigned i = 0; i < count; i++) {
		duration_us five[2 * AROUND + 1];
		unsigned n = 0, from = i > around ? i - around : 0;
		bool joins = i > 0 && rows[i - 1]->lap == rows[i]->lap + 1;
		for (unsigned k = from; k < count && k <= i + around; k++)
			if (rows[k]->lap + k == rows[i]->lap + i)
				five[n++] = rows[k]->time;
		struct dots at = times_spot(times, rows[i]->at, median(five, n));
		if (joins && dots)
			plot_bold(&times->chart.plot, before, at, role);
		else if (joins)
			plot_line(&times->chart.plot, before, at, role);
		if (dots)
			plot_dot(&times->chart.plot,
				 times_spot(times, rows[i]->at, rows[i]->time), role);
		before = at;
	}
}

/* The pace of its class: the median of the laps of all its cars in a stretch of time. */
static void draw_class(const struct times *times)
{
	const struct view *view = times->chart.view;
	const struct chart *chart = &times->chart;
	duration_us laps[OWN_MAX];
	duration_us each = (chart->to - chart->from) * STRETCH / chart->plot.area.w + 1;
	instant_us end = chart->from + each;
	unsigned count = 0;
	bool joins = false;
	struct dots before = {0, 0};
	for (const struct lap_row *row = NULL; (row = lap_row_after(view, row));) {
		if (row->at >= end) {
			struct dots at = times_spot(times, end - each / 2,
						    count ? median(laps, count) : 0);
			if (joins && count >= CLASS_LEAST)
				plot_dotted(&chart->plot, before, at, ROLE_DIM);
			joins = count >= CLASS_LEAST;
			before = at;
			count = 0;
			end += (row->at - end) / each * each + each;
		}
		if (row->at >= chart->from && count < OWN_MAX &&
		    view->race->entries[row->car].class_index == times->class_index &&
		    lap_is_clean(row) && on_scale(times, row))
			laps[count++] = row->time;
	}
}

static void times_draw_ticks(struct times *times)
{
	double span = times->slow - times->fast;
	double step = chart_step(span, times->chart.plot.area.h / 3, true);
	int64_t last = (int64_t)floor(times->slow / step);
	for (int64_t i = (int64_t)ceil(times->fast / step); i <= last; i++) {
		double v = (double)i * step;
		struct field field = {0};
		field_append_time(&field, (duration_us)(v * 1e6 + 500),
				  step >= 1 ? TIME_SHORT : TIME_TENTH);
		chart_tick(&times->chart, v, field.text);
	}
}

/* Driver changes, above the plot. */
static void times_draw_drivers(const struct times *times, int y)
{
	const struct view *view = times->chart.view;
	const struct entry *entry = &view->race->entries[times->car];
	const struct rect plot = times->chart.plot.area;
	const struct lap_row *row =
		lap_row_at(view, view->race->cars[times->car].lap_row);
	int right = plot.x + plot.w;
	for (; row && row->at >= times->chart.from; row = lap_row_at(view, row->prev)) {
		const struct lap_row *before = lap_row_at(view, row->prev);
		bool first = !before || before->at < times->chart.from;
		int x = plot.x + (int)(chart_at(&times->chart, row->at, 0).x / 2);
		if (row->driver >= entry->driver_count ||
		    row->driver >= RACE_DRIVERS_MAX ||
		    (!first && before->driver == row->driver))
			continue;
		x = first ? plot.x : x;
		struct field name;
		field_name(&name, entry, row->driver, right - x - 2, false);
		canvas_put(times->chart.canvas, x, y, 0x258f, ROLE_RULE);
		if (text_width(name.text) <= right - x - 2)
			canvas_text(times->chart.canvas, x + 1, y, right - x - 2,
				    name.text, ROLE_DIM);
		right = x;
	}
}

static void pace_fact(struct pen *pen, const char *word, duration_us pace,
		      enum role role)
{
	struct field field = {0};
	field_append_time(&field, pace, TIME_TENTH);
	pen_fact(pen, word, field.text, role);
}

static void times_draw_head(const struct times *times, struct canvas *canvas,
			    struct rect head)
{
	const struct view *view = times->chart.view;
	struct pen pen = pen_at(canvas, head);
	struct field field = {0};
	pen_fact(&pen, "car", CAR_LABEL(view->race, times->car), ROLE_STRONG);
	chart_say_hidden(&times->chart, &pen, times->hidden);
	pen.figure = figure_of(FIGURE_PACE, times->car);
	pace_fact(&pen, "its pace", car_pace(view, times->car), ROLE_STRONG);
	pace_fact(&pen, "class", class_pace(view, times->class_index), ROLE_DIM);
	if (times->leader == CAR_NONE || times->leader == times->car)
		return;
	field_clear(&field, class_role(times->chart.scene, times->leader));
	field_append_slice(&field, SHOWN_NUMBER(view->race, times->leader));
	field_append(&field, " ");
	field_append_time(&field, car_pace(view, times->leader), TIME_TENTH);
	pen_fact(&pen, "leader", field.text, field.role);
}

void chart_times_draw(const struct scene *scene, struct canvas *canvas,
		      struct rect area, struct rect head)
{
	const struct view *view = scene->view;
	const int margins[2] = {9, 1};
	struct times times = {.car = view_car(view)};
	int above = area.y;
	area.y++;
	area.h--;
	if (times.car == CAR_NONE ||
	    !chart_begin(&times.chart, scene, canvas, area, margins))
		return;
	times.class_index = view->race->entries[times.car].class_index;
	times.leader = car_class_leader(view, times.car);
	times_scale(&times);
	struct lap_times_at laps;
	lap_times_of(view, times.car, &laps);
	if (times.slow > times.fast) {
		double room = (times.slow - times.fast) * 0.03;
		chart_scale(&times.chart, times.slow + room, times.fast - room);
		times_draw_ticks(&times);
		draw_class(&times);
		if (times.leader != CAR_NONE && times.leader != times.car)
			draw_car(&times, times.leader, class_role(scene, times.leader),
				 false);
		draw_car(&times, times.car, ROLE_STRONG, true);
	}
	times_draw_drivers(&times, above);
	chart_axis(&times.chart, &laps);
	chart_end(&times.chart);
	times_draw_head(&times, canvas, head);
}
