/*
 * chart.c -- a chart over the race: axes, flags, labels
 */
#include "chart.h"

#include <math.h>
#include <string.h>

enum {
	AXIS_LINES = 2,
	TALL = 20, /* from here on there is a line of race time too */
	SHADE = 0x2591
};
/* A value between two lines belongs to the lower one. */
#define LINE_EDGE 1e-6

const duration_us chart_spans[CHART_SPANS] = {0, 6 * US_HOUR, 2 * US_HOUR, US_HOUR,
					      20 * US_MIN};

/* ---- the frame -------------------------------------------------------------- */

static bool neutral(uint8_t flag)
{
	return flag > FLAG_GREEN && flag < FLAG_FINISH;
}

static int column_of(const struct chart *chart, instant_us t)
{
	return (int)(chart_at(chart, t, 0).x / 2);
}

/* The weightiest flag of each column. */
static void find_flags(struct chart *chart)
{
	struct flag_span span;
	for (uint32_t i = 0; flag_span_at(chart->view, i, &span); i++) {
		if (span.to < chart->from || span.from > chart->to)
			continue;
		int last = column_of(chart, span.to);
		for (int x = column_of(chart, span.from); x <= last; x++)
			if (x >= 0 && x < chart->plot.area.w &&
			    span.flag > chart->flags[x])
				chart->flags[x] = (uint8_t)span.flag;
	}
}

/* Fill the neutralised columns, behind the curves. */
static void fill(struct chart *chart, uint32_t cp, enum role role)
{
	struct rect plot = chart->plot.area;
	for (int x = 0; x < plot.w; x++)
		for (int y = 0; y < plot.h && neutral(chart->flags[x]); y++)
			canvas_put(chart->canvas, plot.x + x, plot.y + y, cp, role);
}

bool chart_is_slow(const struct chart *chart, int x)
{
	return neutral(chart->flags[x]);
}

int chart_axis_lines(struct rect area)
{
	return AXIS_LINES + (area.h >= TALL);
}

bool chart_begin(struct chart *chart, const struct scene *scene, struct canvas *canvas,
		 struct rect area, const int margins[2])
{
	const struct view *view = scene->view;
	instant_us start = view->race->start_at;
	duration_us span = view->span < CHART_SPANS ? chart_spans[view->span] : 0;
	memset(chart, 0, sizeof(*chart));
	chart->scene = scene;
	chart->view = view;
	chart->canvas = canvas;
	chart->area = area;
	chart->plot.canvas = canvas;
	chart->plot.area =
		(struct rect){area.x + margins[CHART_LEFT] + 1, area.y,
			      area.w - margins[CHART_LEFT] - margins[CHART_RIGHT] - 2,
			      area.h - chart_axis_lines(area)};
	chart->from = start != INSTANT_NONE ? start : view->from;
	chart->to = view->at;
	if (span > 0 && chart->to - chart->from > span)
		chart->from = chart->to - span;
	chart->bottom = 1;
	if (chart->to <= chart->from || chart->plot.area.w < 10 ||
	    chart->plot.area.w > CANVAS_COLS_MAX || chart->plot.area.h < 4 ||
	    chart->plot.area.h > CANVAS_ROWS_MAX)
		return false;
	find_flags(chart);
	fill(chart, SHADE, ROLE_RULE); /* (3) */
	return true;
}

void chart_scale(struct chart *chart, double top, double bottom)
{
	chart->top = top;
	chart->bottom = bottom == top ? top + 1 : bottom;
}

bool chart_covers(const struct chart *chart, instant_us t)
{
	return t >= chart->from && t <= chart->to;
}

struct dots chart_at(const struct chart *chart, instant_us t, double value)
{
	double last_x = chart->plot.area.w * 2 - 1, high = chart->plot.area.h * 4;
	double along = (double)(t - chart->from) / (double)(chart->to - chart->from);
	double down = (value - chart->top) / (chart->bottom - chart->top);
	return (struct dots){along * last_x + 0.5, down * high};
}

double chart_step(double span, int most, bool seconds)
{
	static const double plain[] = {1, 2, 5, 10};
	static const double times[] = {15,  30,   60,   120,  300,   600,
				       900, 1800, 3600, 7200, 10800, 21600};
	const double day = 86400;
	double power = 1;
	if (!(span > 0))
		return 1;
	most = most > 1 ? most : 1;
	if (seconds && span / most > 10) {
		for (unsigned i = 0; i < ARRAY_LEN(times); i++)
			if (span / times[i] <= most)
				return times[i];
		/* Of a clock that was wrong: days, as many as it takes. */
		return day * chart_step(span / day, most, false);
	}
	while (span / power > most * 10.0)
		power *= 10;
	while (span / power < most)
		power /= 10;
	for (unsigned i = 0; i < ARRAY_LEN(plain); i++)
		if (span / (power * plain[i]) <= most)
			return power * plain[i];
	return power * 10;
}

/* ---- labels ----------------------------------------------------------------- */

int chart_line(const struct chart *chart, double value)
{
	double y = chart_at(chart, chart->from, value).y + LINE_EDGE;
	return y >= 0 && y < chart->plot.area.h * 4 ? (int)(y / 4) : -1;
}

bool chart_label(struct chart *chart, enum chart_side side, double value,
		 struct slice text, enum role role)
{
	int line = chart_line(chart, value), y = chart->plot.area.y + line;
	int right = chart->plot.area.x + chart->plot.area.w + 1;
	if (line < 0 || chart->taken[side][line])
		return false;
	chart->taken[side][line] = true;
	if (side == CHART_LEFT)
		canvas_right(chart->canvas, chart->area.x, y,
			     chart->plot.area.x - 1 - chart->area.x, text, role);
	else
		canvas_text(
			chart->canvas, right, y,
			rect_grown(chart->canvas,
				   (struct rect){right, y,
						 chart->area.x + chart->area.w - right,
						 1}),
			text, role);
	return true;
}

void chart_tick(struct chart *chart, double value, struct slice text)
{
	int line = chart_line(chart, value), y = chart->plot.area.y + line;
	if (line < 0 || !chart_label(chart, CHART_LEFT, value, text, ROLE_DIM))
		return;
	for (int x = 0; x < chart->plot.area.w; x += 4) {
		struct cell *cell = plot_cell(&chart->plot, x, line);
		if (cell && cell->cp == 0)
			canvas_put(chart->canvas, chart->plot.area.x + x, y, 0xb7,
				   ROLE_RULE);
	}
}

/* ---- the axis --------------------------------------------------------------- */

static void axis_line(struct chart *chart)
{
	static const uint16_t marks[FLAG_COUNT] = {
		[FLAG_YELLOW] = 0x2592, [FLAG_FCY] = 0x2592, [FLAG_VSC] = 0x2592,
		[FLAG_CODE60] = 0x2592, [FLAG_SC] = 0x2593,  [FLAG_RED] = 0x2588,
	};
	struct rect plot = chart->plot.area;
	canvas_put(chart->canvas, plot.x - 1, plot.y + plot.h, 0x2514, ROLE_RULE);
	for (int x = 0; x < plot.w; x++) {
		uint8_t flag = chart->flags[x];
		canvas_put(chart->canvas, plot.x + x, plot.y + plot.h,
			   neutral(flag) ? marks[flag] : 0x2500,
			   neutral(flag) ? flag_role((enum flag)flag) : ROLE_RULE);
	}
}

/* What the flag of a band is called, on the axis; the first of two that overlap. */
static void axis_words(struct chart *chart)
{
	struct rect plot = chart->plot.area;
	int free = 0;
	for (int x = 0; x < plot.w; x++) {
		enum flag flag = (enum flag)chart->flags[x];
		int from = x;
		if (!neutral(chart->flags[x]))
			continue;
		while (x + 1 < plot.w && chart->flags[x + 1] == chart->flags[from])
			x++;
		struct slice words = flag_words(chart->view, flag, false);
		if (text_width(words) > x + 1 - from)
			words = flag_words(chart->view, flag, true);
		int w = text_width(words), at = from + (x + 1 - from - w) / 2;
		at = at + w > plot.w ? plot.w - w : at;
		if (at < free)
			continue;
		canvas_text(chart->canvas, plot.x + at, plot.y + plot.h, w, words,
			    flag_role(flag));
		free = at + w + 1;
	}
}

/* A label on a line below the axis, if the one before leaves room. Returns where the next
 * may begin. */
static int axis_label(struct chart *chart, int line, instant_us t, struct slice text,
		      int free)
{
	struct rect plot = chart->plot.area;
	int column = column_of(chart, t), w = text_width(text);
	int x = plot.x + column - w / 2;
	if (!chart_covers(chart, t))
		return free;
	if (line == 1 && !neutral(chart->flags[column]))
		canvas_put(chart->canvas, plot.x + column, plot.y + plot.h, 0x2534,
			   ROLE_RULE);
	if (x < free || x + w > chart->area.x + chart->area.w)
		return free;
	canvas_text(chart->canvas, x, plot.y + plot.h + line, w, text, ROLE_DIM);
	return x + w + 2;
}

/* The unit of the labels, at their left. */
static void axis_unit(struct chart *chart, int line, const char *unit)
{
	struct rect plot = chart->plot.area;
	canvas_right(chart->canvas, chart->area.x, plot.y + plot.h + line,
		     plot.x - 2 - chart->area.x, slice_of(unit), ROLE_DIM);
}

static void axis_time(struct chart *chart)
{
	const struct race *race = chart->view->race;
	duration_us span = chart->to - chart->from;
	double step = chart_step((double)span / 1e6, chart->plot.area.w / 12, true);
	duration_us each = (duration_us)step * US_S;
	int free = chart->plot.area.x;
	if (race->start_at == INSTANT_NONE || each <= 0)
		return;
	axis_unit(chart, 2, "time");
	duration_us since = race_elapsed(race, chart->from);
	since = since == DURATION_NONE ? 0 : since;
	for (duration_us t = (since + each - 1) / each * each;
	     race->start_at + t <= chart->to; t += each) {
		struct field field = {0};
		field_append_time(&field, t, TIME_CLOCK);
		free = axis_label(chart, 2, race->start_at + t, field.text, free);
	}
}

static void axis_laps(struct chart *chart, const struct lap_times_at *laps)
{
	double from = fmax(lap_times_done(laps, chart->from), 0);
	double to = lap_times_done(laps, chart->to);
	int free = chart->plot.area.x;
	axis_unit(chart, 1, "lap");
	if (to <= from)
		return;
	uint32_t step =
		(uint32_t)ceil(chart_step(to - from, chart->plot.area.w / 9, false));
	uint32_t lap = (uint32_t)from / step * step;
	for (lap = lap ? lap : step; lap <= to && lap < laps->count; lap += step) {
		struct field field;
		if (laps->at[lap] == INSTANT_NONE)
			continue;
		field_number(&field, lap, ROLE_DIM);
		free = axis_label(chart, 1, laps->at[lap], field.text, free);
	}
}

void chart_axis(struct chart *chart, const struct lap_times_at *laps)
{
	axis_line(chart);
	axis_laps(chart, laps);
	if (chart->area.h >= TALL)
		axis_time(chart);
	axis_words(chart);
	canvas_vline(chart->canvas, chart->plot.area.x - 1, chart->plot.area.y,
		     chart->plot.area.h, ROLE_RULE);
}

void chart_end(struct chart *chart)
{
	plot_done(&chart->plot, ROLE_STRONG);
	/* In ASCII the shade would look like dots: only its edges are kept. */
	for (int x = 1; x + 1 < chart->plot.area.w && chart->canvas->ascii; x++) {
		for (int y = 0; y < chart->plot.area.h; y++) {
			struct cell *cell = plot_cell(&chart->plot, x, y);
			if (cell && cell->role == ROLE_RULE &&
			    neutral(chart->flags[x]) && neutral(chart->flags[x - 1]) &&
			    neutral(chart->flags[x + 1]))
				cell->cp = 0;
		}
	}
}

/* The laps of a car just before this one decide, so that rain, which lasts, is not left out;
 * a slow zone, an accident, a wait on the track are. */
bool chart_lap_left_out(const struct view *view, const struct lap_row *row)
{
	enum { BEFORE = 5, BEFORE_LEAST = 3 };
	duration_us times[BEFORE];
	unsigned count = 0;
	if (!lap_is_clean(row))
		return true;
	const struct lap_row *before = lap_row_at(view, row->prev);
	for (unsigned i = 0; before && i < 3 * BEFORE && count < BEFORE; i++) {
		if (lap_is_clean(before))
			times[count++] = before->time;
		before = lap_row_at(view, before->prev);
	}
	return count >= BEFORE_LEAST && row->time > median(times, count) / 100 * 107;
}

void chart_say_hidden(const struct chart *chart, struct pen *pen, unsigned hidden)
{
	struct field field = {0};
	field_append(&field, chart->view->laps_all ? "all laps" : "clean laps");
	if (hidden > 0)
		field_format(&field, ", %u left out", hidden);
	if (pen_fact(pen, "", field.text, ROLE_TEXT) || hidden == 0)
		return;
	field_clear(&field, ROLE_TEXT);
	field_format(&field, "%u left out", hidden);
	pen_fact(pen, "", field.text, ROLE_TEXT);
}

uint8_t chart_class(const struct view *view)
{
	uint16_t car = view->selected < view->race->car_count
			       ? view->selected
			       : view_pane_car(view, view->pane);
	return car < view->race->car_count ? view->race->entries[car].class_index
					   : RACE_CLASSES_MAX;
}

/* ---- laps and instants ------------------------------------------------------- */

static void lap_done(struct lap_times_at *out, uint32_t lap, instant_us at)
{
	if (lap >= CHART_LAPS_MAX)
		return;
	while (out->count <= lap)
		out->at[out->count++] = INSTANT_NONE;
	out->at[lap] = at;
}

static void lap_times_begin(const struct view *view, struct lap_times_at *out)
{
	const struct race *race = view->race;
	out->count = 0;
	lap_done(out, 0, race->start_at != INSTANT_NONE ? race->start_at : view->from);
}

void lap_times_of(const struct view *view, uint16_t car, struct lap_times_at *out)
{
	const struct lap_row *row = lap_row_at(view, view->race->cars[car].lap_row);
	lap_times_begin(view, out);
	for (; row; row = lap_row_at(view, row->prev))
		lap_done(out, row->lap, row->at);
}

void lap_times_first(const struct view *view, uint8_t class_index,
		     struct lap_times_at *out)
{
	const struct entry *entries = view->race->entries;
	lap_times_begin(view, out);
	for (const struct lap_row *row = NULL; (row = lap_row_after(view, row));)
		if (row->lap >= out->count &&
		    (class_index >= RACE_CLASSES_MAX ||
		     entries[row->car].class_index == class_index))
			lap_done(out, row->lap, row->at);
}

double lap_times_done(const struct lap_times_at *laps, instant_us t)
{
	uint32_t low = 0, high = laps->count;
	/* Skip laps with an unknown end. */
	while (low + 1 < high) {
		uint32_t middle = low + (high - low) / 2, known = middle;
		while (known < high && laps->at[known] == INSTANT_NONE)
			known++;
		if (known < high && laps->at[known] <= t)
			low = known;
		else
			high = middle;
	}
	instant_us from = laps->count ? laps->at[low] : INSTANT_NONE;
	if (from == INSTANT_NONE || t < from)
		return -1;
	double lap;
	/* Within the current lap: as long as the next known one. */
	if (low + 1 < laps->count && laps->at[low + 1] != INSTANT_NONE)
		lap = (double)(laps->at[low + 1] - from);
	else if (low > 0 && laps->at[low - 1] != INSTANT_NONE)
		lap = (double)(from - laps->at[low - 1]);
	else
		return low;
	return lap > 0 ? low + fmin((double)(t - from) / lap, 0.999) : low;
}
