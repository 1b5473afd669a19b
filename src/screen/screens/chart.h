/*
 * chart.h -- the frame of a chart over the race: axes, flags, labels
 *
 *   labels │ plot                         │ labels
 *          └ flags, and a tick at each label
 *            laps; on tall charts race time below
 *
 *  (1) The playhead is at the right edge.
 *  (2) Ticks are at round values, so that they move with the curves and do not jump.
 *  (3) Neutralised stretches are shaded over the whole height, behind the curves; colour
 *      and words on the axis name the flag.
 */
#ifndef PITWALL_SCREEN_CHART_H
#define PITWALL_SCREEN_CHART_H

#include "facts.h"
#include "plot.h"

enum { CHART_LAPS_MAX = 4096 };

struct chart {
	const struct scene *scene;
	const struct view *view;
	struct canvas *canvas;
	struct plot plot;
	struct rect area;               /* labels included */
	instant_us from, to;            /* at the left and the right edge */
	double top, bottom;             /* values at the upper and the lower edge */
	bool taken[2][CANVAS_ROWS_MAX]; /* lines with a label at the left, the right */
	uint8_t flags[CANVAS_COLS_MAX]; /* weightiest enum flag of a column */
};

enum chart_side { CHART_LEFT, CHART_RIGHT };

/* When a car, or the first of several, completed each lap. */
struct lap_times_at {
	uint32_t count;                /* entries: 0..count-1 */
	instant_us at[CHART_LAPS_MAX]; /* [n]: n laps completed; NONE: unknown */
};

/** Lines of @area that the axis takes. */
int chart_axis_lines(struct rect area);
/** Lay out in @area with @margins cells of labels, and shade the flags. False: no room,
 * or the race has not begun. */
bool chart_begin(struct chart *chart, const struct scene *scene, struct canvas *canvas,
		 struct rect area, const int margins[2]);
/** True when column @x of the plot is under a flag that slows. */
bool chart_is_slow(const struct chart *chart, int x);
/** The class that a chart of one class shows: of the selected car, else of the pane. */
uint8_t chart_class(const struct view *view);
void chart_scale(struct chart *chart, double top, double bottom);
struct dots chart_at(const struct chart *chart, instant_us t, double value);
/** Line of the plot of a value; -1: none. */
int chart_line(const struct chart *chart, double value);
/** True when @t is within the chart. */
bool chart_covers(const struct chart *chart, instant_us t);
/** A round step of which at most @most fit into @span: 1, 2 or 5 times a power of 10;
 * for @seconds 15, 30, 60 ... too. */
double chart_step(double span, int most, bool seconds);

/** Draw words in a margin at @value. False: the line is taken or outside. */
bool chart_label(struct chart *chart, enum chart_side side, double value,
		 struct slice text, enum role role);
/** Draw a tick: words at the left and a faint line across. */
void chart_tick(struct chart *chart, double value, struct slice text);
/** Draw the axis, with laps below it. */
void chart_axis(struct chart *chart, const struct lap_times_at *laps);
/** True for a lap that a chart of clean laps leaves out: it is not clean, or far slower than
 * the clean laps before it. */
bool chart_lap_left_out(const struct view *view, const struct lap_row *row);
/** Say which laps are shown, and how many are left out: "clean laps, 13 left out". */
void chart_say_hidden(const struct chart *chart, struct pen *pen, unsigned hidden);
void chart_end(struct chart *chart);

/** Of a car. */
void lap_times_of(const struct view *view, uint16_t car, struct lap_times_at *out);
/** Of the first car of a class at each lap; RACE_CLASSES_MAX: of all cars. */
void lap_times_first(const struct view *view, uint8_t class_index,
		     struct lap_times_at *out);
/** Laps done at @t, with a fraction of the current lap; -1: unknown. */
double lap_times_done(const struct lap_times_at *laps, instant_us t);

/* The four charts (chart_places.c, chart_gaps.c, chart_times.c). @head: a line for
 * what is shown. */
void chart_places_draw(const struct scene *scene, struct canvas *canvas,
		       struct rect area, struct rect head);
void chart_gaps_draw(const struct scene *scene, struct canvas *canvas, struct rect area,
		     struct rect head);
void chart_times_draw(const struct scene *scene, struct canvas *canvas,
		      struct rect area, struct rect head);
/** Below a short table on a tall screen: a rule, and the chart chosen on the laps
 * screen. */
void chart_below(const struct scene *scene, struct canvas *canvas, struct rect area);
/** Gaps of the first of two cars to the second; of three or more, to the first. */
void chart_compared_draw(const struct scene *scene, struct canvas *canvas,
			 struct rect area, const uint16_t *cars, unsigned count);

#endif
