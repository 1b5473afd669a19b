/*
 * chart_gaps.c -- gaps of a class to a reference car, lap by lap
 *
 *  (1) A gap is measured where a car completes a lap: the time since the reference
 *      completed as many laps or, for lapped cars, the difference in laps. Laps that are not
 *      clean, of either car, are left out, unless all laps are shown: a dotted line joins
 *      what is before and after them.
 *  (2) The scale fits the selected car and those around it in its class, or else the first
 *      cars of the class. Cars further away are outside of the chart.
 *  (3) A line has the number of its car on it, where it is free.
 */
#include "chart.h"

#include <math.h>

enum { NEAR_MAX = 6 };
#define OLD_US (15 * US_MIN)
#define LAPS_FROM 3.0 /* from here on gaps are in laps */

struct gaps {
	struct chart chart;
	struct lap_times_at reference; /* of the reference car */
	uint16_t to, selected;         /* CAR_NONE: none */
	bool alone;                    /* only the cars of `only` */
	bool only[RACE_CARS_MAX];
	uint8_t class_index;
	bool in_laps;
	bool left_out[CHART_LAPS_MAX]; /* laps of the reference that are not clean */
	unsigned hidden;               /* laps of cars near that are left out */
	bool near[RACE_CARS_MAX];
	uint32_t lap[RACE_CARS_MAX]; /* of `at` */
	bool known[RACE_CARS_MAX];   /* `at` and `last` are valid */
	struct dots at[RACE_CARS_MAX];
	double last[RACE_CARS_MAX];
	double low, high;                   /* of the cars near */
	uint16_t labelled[CANVAS_ROWS_MAX]; /* car labelled on a line at the right */
};

/* (1); false: the reference has not done that lap, or its time is unknown. */
static bool gap_of(const struct gaps *gaps, const struct lap_row *row, bool in_laps,
		   double *gap)
{
	const struct lap_times_at *reference = &gaps->reference;
	if (in_laps) {
		double done = lap_times_done(reference, row->at);
		*gap = done - row->lap;
		return done >= 0;
	}
	if (row->lap >= reference->count || reference->at[row->lap] == INSTANT_NONE)
		return false;
	*gap = (double)(row->at - reference->at[row->lap]) / 1e6;
	return true;
}

/* (1) */
static bool gap_shown(const struct gaps *gaps, const struct lap_row *row)
{
	if (gaps->chart.view->laps_all)
		return true;
	return (row->lap == 1 || !chart_lap_left_out(gaps->chart.view, row)) &&
	       (row->lap >= CHART_LAPS_MAX || !gaps->left_out[row->lap]);
}

static void find_left_out(struct gaps *gaps)
{
	const struct view *view = gaps->chart.view;
	const struct lap_row *row =
		lap_row_at(view, view->race->cars[gaps->to].lap_row);
	for (; row; row = lap_row_at(view, row->prev))
		if (row->lap < CHART_LAPS_MAX && row->lap > 1)
			gaps->left_out[row->lap] = chart_lap_left_out(view, row);
}

static bool drawn(const struct gaps *gaps, uint16_t car)
{
	const struct entry *entry = &gaps->chart.view->race->entries[car];
	if (gaps->alone)
		return gaps->only[car];
	return entry->class_index == gaps->class_index || car == gaps->to ||
	       view_is_tagged(&gaps->chart.view->table, car);
}

/* (2) */
static void choose_near(struct gaps *gaps)
{
	const struct standings *standings = gaps->chart.view->standings;
	uint16_t before = CAR_NONE;
	unsigned count = 0;
	bool after = false;
	for (uint32_t i = 0; i < standings->count; i++) {
		uint16_t car = standings->rows[i].car;
		duration_us since;
		enum car_state state = car_state_at(gaps->chart.view, car, &since);
		if (!drawn(gaps, car) || car == gaps->to || state == CAR_STOPPED)
			continue;
		if (gaps->selected == CAR_NONE || gaps->selected == gaps->to) {
			gaps->near[car] = count++ < NEAR_MAX;
			continue;
		}
		gaps->near[car] = car == gaps->selected || after;
		if (car == gaps->selected && before != CAR_NONE)
			gaps->near[before] = true;
		after = car == gaps->selected;
		before = car;
	}
	for (uint16_t car = 0; car < gaps->chart.view->race->car_count; car++)
		gaps->near[car] |= car == gaps->selected ||
				   (car != gaps->to && drawn(gaps, car) &&
				    view_is_tagged(&gaps->chart.view->table, car));
}

static void measure(struct gaps *gaps, bool in_laps)
{
	gaps->low = gaps->high = 0;
	for (const struct lap_row *row = NULL;
	     (row = lap_row_after(gaps->chart.view, row));) {
		double gap;
		if (!gaps->near[row->car] || !chart_covers(&gaps->chart, row->at) ||
		    !gap_shown(gaps, row) || !gap_of(gaps, row, in_laps, &gap))
			continue;
		gaps->low = fmin(gaps->low, gap);
		gaps->high = fmax(gaps->high, gap);
	}
}

/* Seconds, or laps when gaps are large. */
static void choose_unit(struct gaps *gaps)
{
	duration_us pace = car_pace(gaps->chart.view, gaps->to);
	measure(gaps, false);
	gaps->in_laps = pace != DURATION_NONE &&
			fmax(gaps->high, -gaps->low) > LAPS_FROM * (double)pace / 1e6;
	if (gaps->in_laps)
		measure(gaps, true);
	double least = gaps->in_laps ? 1 : 5;
	double room = fmax(gaps->high - gaps->low, least) * 0.04;
	gaps->high = fmax(gaps->high, least) + room;
	gaps->low -= gaps->low < 0 ? room : room / 2;
	chart_scale(&gaps->chart, gaps->low, gaps->high);
}

static enum role gaps_role(const struct gaps *gaps, uint16_t car)
{
	if (car == gaps->selected)
		return ROLE_STRONG;
	return gaps->near[car] ? class_role(gaps->chart.scene, car) : ROLE_TRACK;
}

/* @front: the selected car and those near it, drawn over the others. */
static void draw_lines(struct gaps *gaps, bool front)
{
	for (const struct lap_row *row = NULL;
	     (row = lap_row_after(gaps->chart.view, row));) {
		uint16_t car = row->car;
		double gap;
		if (!drawn(gaps, car) || car == gaps->to || gaps->near[car] != front)
			continue;
		bool joins = gaps->known[car];
		if (!gap_shown(gaps, row)) {
			gaps->hidden += gaps->near[car];
			continue;
		}
		if (!gap_of(gaps, row, gaps->in_laps, &gap))
			continue;
		gaps->known[car] = true;
		struct dots to = chart_at(&gaps->chart, row->at, gap);
		if (joins && (!front || row->lap != gaps->lap[car] + 1))
			plot_dotted(&gaps->chart.plot, gaps->at[car], to,
				    gaps_role(gaps, car));
		else if (joins && car == gaps->selected)
			plot_bold(&gaps->chart.plot, gaps->at[car], to, ROLE_STRONG);
		else if (joins)
			plot_line(&gaps->chart.plot, gaps->at[car], to,
				  gaps_role(gaps, car));
		gaps->at[car] = to;
		gaps->lap[car] = row->lap;
		gaps->last[car] = gap;
	}
}

/* (3) True when the line is alone there: nothing is drawn above or below. */
static bool is_alone(const struct chart *chart, int x, int y, int w)
{
	for (int i = x - 1; i <= x + w; i++) {
		for (int j = y - 1; j <= y + 1; j++) {
			const struct cell *cell = plot_cell(&chart->plot, i, j);
			bool free = cell && (cell->cp == 0 || cell->cp == 0xb7 ||
					     cell->role == ROLE_RULE);
			if (!cell ? j == y : j != y && !free)
				return false;
		}
	}
	return true;
}

static void draw_numbers(const struct gaps *gaps)
{
	enum { AGAIN = 40, FIRST = 8 };
	const struct chart *chart = &gaps->chart;
	int next[RACE_CARS_MAX] = {0};
	for (const struct lap_row *row = NULL;
	     (row = lap_row_after(chart->view, row));) {
		uint16_t car = row->car;
		double gap;
		if (!gaps->near[car] || car == gaps->to || !gap_shown(gaps, row) ||
		    !gap_of(gaps, row, gaps->in_laps, &gap))
			continue;
		struct car_label number = shown_number(chart->view->race, car);
		int w = text_width(slice_of(number.text));
		struct dots at = chart_at(chart, row->at, gap);
		int x = (int)(at.x / 2), y = (int)floor(at.y / 4);
		if (x < FIRST || x < next[car] || !is_alone(chart, x, y, w) ||
		    chart_is_slow(chart, x) || chart_is_slow(chart, x + w - 1))
			continue;
		canvas_text(chart->canvas, chart->plot.area.x + x,
			    chart->plot.area.y + y, w, slice_of(number.text),
			    gaps_role(gaps, car));
		next[car] = x + AGAIN;
	}
}

/* ---- words --------------------------------------------------------------------- */

static void append_gap(const struct gaps *gaps, double gap, bool tick,
		       struct field *field)
{
	double size = fabs(gap);
	unsigned laps = (unsigned)size;
	field_append(field, gap < 0 ? "\u2212" : gap > 0 ? "+" : "");
	if (!gaps->in_laps && tick && size < 60)
		field_format(field, "%u s", laps);
	else if (!gaps->in_laps)
		field_append_time(field, (duration_us)(size * 1e6),
				  tick ? TIME_SHORT : TIME_TENTH);
	else if (tick)
		field_append_count(field, laps, "lap");
	else
		field_format(field, "%u.%u laps", laps, (unsigned)(size * 10) % 10);
}

static void gaps_draw_ticks(struct gaps *gaps)
{
	double span = gaps->high - gaps->low;
	double step = chart_step(span, gaps->chart.plot.area.h / 3, !gaps->in_laps);
	if (step < 1)
		step = 1;
	int64_t first = (int64_t)ceil(gaps->low / step);
	int64_t last = (int64_t)floor(gaps->high / step);
	for (int64_t i = first; i <= last; i++) {
		double v = (double)i * step;
		struct field field = {0};
		if (i == 0)
			continue;
		append_gap(gaps, v, true, &field);
		chart_tick(&gaps->chart, v, field.text);
	}
}

/* The reference, at zero. */
static void draw_reference(struct gaps *gaps)
{
	struct chart *chart = &gaps->chart;
	enum role role = class_role(chart->scene, gaps->to);
	plot_line(&chart->plot, chart_at(chart, chart->from, 0),
		  chart_at(chart, chart->to, 0),
		  gaps->to == gaps->selected ? ROLE_STRONG : role);
	(void)chart_label(chart, CHART_LEFT, 0, CAR_LABEL(chart->view->race, gaps->to),
			  role);
}

/* The gap that the tables show, which is of the last line, not of the last lap. */
static bool append_gap_now(const struct gaps *gaps, uint16_t car, struct field *field)
{
	const struct view *view = gaps->chart.view;
	struct gap gap = gap_between(view->race, view->tables, gaps->to, car);
	bool behind = gap.kind != GAP_NONE;
	char buf[TIME_TEXT_MAX];
	if (!behind)
		gap = gap_between(view->race, view->tables, car, gaps->to);
	if (gaps->in_laps || format_gap(buf, gap, TIME_TENTH) == 0)
		return false;
	field_append(field, gap.estimated ? "~" : "");
	field_append(field, behind ? "+" : "\u2212");
	field_append(field, buf[0] == '+' ? buf + 1 : buf);
	return true;
}

static void label_car(struct gaps *gaps, uint16_t car, int line)
{
	struct chart *chart = &gaps->chart;
	struct car_label number = shown_number(chart->view->race, car);
	double height = (chart->bottom - chart->top) / chart->plot.area.h;
	enum role role = car == gaps->selected ? ROLE_STRONG
			 : gaps->near[car]     ? class_role(chart->scene, car)
					       : ROLE_DIM;
	struct field field = {0};
	field_format(&field, "%4s ", number.text);
	if (!append_gap_now(gaps, car, &field))
		append_gap(gaps, gaps->last[car], false, &field);
	if (chart_label(chart, CHART_RIGHT, chart->top + (line + 0.5) * height,
			field.text, role))
		gaps->labelled[line] = car;
}

/* True when the labels stay in the order of the gaps. */
static bool in_order(const struct gaps *gaps, uint16_t car, int line)
{
	for (int i = 0; i < gaps->chart.plot.area.h; i++) {
		uint16_t other = gaps->labelled[i];
		if (other == CAR_NONE || gaps->last[other] == gaps->last[car])
			continue;
		if (i == line || (i < line) != (gaps->last[other] < gaps->last[car]))
			return false;
	}
	return true;
}

/* The line of its gap; for cars @near also the next lines, at most three away. */
static void find_line(struct gaps *gaps, uint16_t car, bool near)
{
	static const int8_t steps[] = {0, 1, -1, 2, -2, 3, -3};
	int line = chart_line(&gaps->chart, gaps->last[car]);
	for (unsigned i = 0; line >= 0 && i < (near ? ARRAY_LEN(steps) : 1); i++) {
		int at = line + steps[i];
		if (at < 0 || at >= gaps->chart.plot.area.h ||
		    gaps->labelled[at] != CAR_NONE || !in_order(gaps, car, at))
			continue;
		label_car(gaps, car, at);
		return;
	}
}

/* True when the gap of its last lap is not its gap any more. */
static bool gap_is_old(enum car_state state, duration_us since)
{
	return state == CAR_STOPPED || (state == CAR_IN_PIT && since > OLD_US);
}

/* The selected car first, then those near it, then the others. */
static void gaps_label(struct gaps *gaps)
{
	const struct view *view = gaps->chart.view;
	bool done[RACE_CARS_MAX] = {false};
	for (unsigned i = 0; i < CANVAS_ROWS_MAX; i++)
		gaps->labelled[i] = CAR_NONE;
	for (int pass = 0; pass < 3; pass++) {
		for (uint32_t i = 0; i < view->standings->count; i++) {
			uint16_t car = view->standings->rows[i].car;
			duration_us since;
			enum car_state state = car_state_at(view, car, &since);
			if (!gaps->known[car] || done[car] ||
			    (pass == 0 && car != gaps->selected) ||
			    (pass == 1 && !gaps->near[car]) ||
			    (gap_is_old(state, since) && car != gaps->selected))
				continue;
			find_line(gaps, car, gaps->near[car]);
			done[car] = true;
		}
	}
}

static uint16_t reference_of(const struct view *view, uint16_t car)
{
	if (view->reference == REFERENCE_CAR &&
	    view->reference_car < view->race->car_count)
		return view->reference_car;
	if (view->reference == REFERENCE_CLASS)
		return car_class_leader(view, car);
	return view->standings->count ? view->standings->rows[0].car : CAR_NONE;
}

static void gaps_draw_head(const struct gaps *gaps, struct canvas *canvas,
			   struct rect head)
{
	static const char *const words[REFERENCE_COUNT] = {
		"to the leader,", "to the leader of its class,", "to car"};
	const struct view *view = gaps->chart.view;
	struct pen pen = pen_at(canvas, head);
	pen_fact(&pen, words[view->reference < REFERENCE_COUNT ? view->reference : 0],
		 CAR_LABEL(view->race, gaps->to),
		 class_role(gaps->chart.scene, gaps->to));
	if (gaps->class_index < view->race->class_count)
		pen_fact(&pen, "of",
			 slice_of(view->race->classes[gaps->class_index].name),
			 (enum role)gaps->chart.scene->role_of[gaps->class_index]);
	if (gaps->selected != CAR_NONE && gaps->selected != gaps->to)
		pen_fact(&pen, "car", CAR_LABEL(view->race, gaps->selected),
			 ROLE_STRONG);
	chart_say_hidden(&gaps->chart, &pen, gaps->hidden);
}

static void draw_all(struct gaps *gaps)
{
	choose_near(gaps);
	choose_unit(gaps);
	gaps_draw_ticks(gaps);
	draw_lines(gaps, false);
	draw_reference(gaps);
	draw_lines(gaps, true);
	if (!gaps->alone || gaps->selected == CAR_NONE)
		draw_numbers(gaps);
	gaps_label(gaps);
	chart_axis(&gaps->chart, &gaps->reference);
	chart_end(&gaps->chart);
}

/* Right: " 05 +161.2 laps". */
static const int margins[2] = {9, 16};

void chart_compared_draw(const struct scene *scene, struct canvas *canvas,
			 struct rect area, const uint16_t *cars, unsigned count)
{
	struct gaps gaps;
	memset(&gaps, 0, sizeof(gaps));
	gaps.alone = true;
	for (unsigned i = 0; i < count; i++)
		gaps.only[cars[i]] = true;
	gaps.selected = count == 2 ? cars[0] : CAR_NONE;
	gaps.to = count == 2 ? cars[1] : cars[0];
	if (!chart_begin(&gaps.chart, scene, canvas, area, margins))
		return;
	lap_times_of(scene->view, gaps.to, &gaps.reference);
	find_left_out(&gaps);
	draw_all(&gaps);
}

void chart_gaps_draw(const struct scene *scene, struct canvas *canvas, struct rect area,
		     struct rect head)
{
	const struct view *view = scene->view;
	struct gaps gaps;
	memset(&gaps, 0, sizeof(gaps));
	gaps.selected =
		view->selected < view->race->car_count ? view->selected : CAR_NONE;
	gaps.to = reference_of(view, view_car(view));
	if (gaps.to == CAR_NONE ||
	    !chart_begin(&gaps.chart, scene, canvas, area, margins))
		return;
	gaps.class_index = view->race->entries[view_car(view)].class_index;
	lap_times_of(view, gaps.to, &gaps.reference);
	find_left_out(&gaps);
	draw_all(&gaps);
	gaps_draw_head(&gaps, canvas, head);
}
