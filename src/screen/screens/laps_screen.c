/*
 * laps_screen.c -- the whole race in charts: places, gaps and lap times
 *
 * A line of tabs, then the chart: chart_places.c, chart_gaps.c and chart_times.c.
 */
#include "chart.h"

static const struct {
	const char *name, *title;
	void (*draw)(const struct scene *scene, struct canvas *canvas, struct rect area,
		     struct rect head);
} charts[CHART_COUNT] = {
	[CHART_POSITIONS] = {"positions", "Positions", chart_places_draw},
	[CHART_CLASS] = {"class", "In class", chart_places_draw},
	[CHART_GAPS] = {"gaps", "Gaps", chart_gaps_draw},
	[CHART_TIMES] = {"times", "Lap times", chart_times_draw},
};

const char *chart_name(enum chart_kind chart)
{
	return charts[chart].name;
}

enum chart_kind view_chart(const struct view *view)
{
	if (view->race->setup.type != SESSION_RACE || view->chart >= CHART_COUNT)
		return CHART_TIMES;
	return (enum chart_kind)view->chart;
}

static void laps_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	enum chart_kind shown = view_chart(view);
	struct rect head = rect_line(rect_inside(area), 0);
	struct scene scene;
	if (feeds_waiting(view, canvas, area))
		return;
	scene_make(view, &scene);
	for (int i = 0; i < CHART_COUNT; i++) {
		if (view->race->setup.type != SESSION_RACE && i != CHART_TIMES)
			continue;
		int w = rect_words(canvas, head, charts[i].title,
				   i == (int)shown ? ROLE_STRONG : ROLE_DIM);
		if (i == (int)shown)
			canvas_mark(canvas, head.x, head.y, w, CELL_SELECTED);
		head.x += w + 2;
		head.w -= w + 2;
	}
	struct pen pen = pen_at(canvas, head);
	pen.x += 2;
	duration_us span = view->span < CHART_SPANS ? chart_spans[view->span] : 0;
	if (span > 0) {
		struct field field = {0};
		field_format(&field, span < US_HOUR ? "%u min" : "%u h",
			     (unsigned)(span / (span < US_HOUR ? US_MIN : US_HOUR)));
		pen_fact(&pen, "last", field.text, ROLE_TEXT);
	}
	head.w -= pen.x - head.x;
	head.x = pen.x;
	charts[shown].draw(&scene, canvas, rect_inside(rect_below(area, 1)), head);
}

void chart_below(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	enum { BELOW_LEAST = 20 };
	enum chart_kind shown = view_chart(scene->view);
	struct rect head = rect_line(area, 1);
	if (area.h < BELOW_LEAST)
		return;
	canvas_hline(canvas, area.x - 1, area.y, area.w + 2, ROLE_RULE);
	int w = rect_words(canvas, head, charts[shown].title, ROLE_HEADER) + 2;
	head.x += w;
	head.w -= w;
	charts[shown].draw(scene, canvas, rect_below(area, 2), head);
}

/* ---- the row of the table ------------------------------------------------------ */

static bool charts_key(struct view *view, const struct key_binding *key,
		       struct wish *wish)
{
	static const struct key_binding next_class = {.action = ACTION_PANE,
						      .argument = 1};
	if (key->action == ACTION_ZOOM) {
		if (view->chart == CHART_CLASS)
			return shared_key(view, &next_class, wish);
		view->chart = CHART_CLASS;
		return true;
	}
	if (key->action != ACTION_PANE)
		return shared_key(view, key, wish);
	view->chart =
		(uint8_t)((view->chart + key->argument + CHART_COUNT) % CHART_COUNT);
	return true;
}

static const char *charts_hint(const struct view *view, enum action action)
{
	enum chart_kind shown = view_chart(view);
	if (action == ACTION_PANE)
		return view->race->setup.type == SESSION_RACE ? "chart" : NULL;
	if (action == ACTION_ZOOM)
		return view->race->class_count < 2 || shown == CHART_TIMES ? NULL
		       : shown == CHART_CLASS ? "next class"
					      : "class";
	if (action == ACTION_REFERENCE)
		return shown == CHART_GAPS ? "" : NULL;
	if (action != ACTION_CLEAN)
		return "";
	if (shown != CHART_TIMES)
		return NULL;
	return view->laps_all ? "clean laps" : "all laps  ";
}

static const struct screen_key charts_keys[] = {
	{ACTION_PANE, "next or previous chart", ""},
	{ACTION_ZOOM, "one class; again: the next class", ""},
	{ACTION_REFERENCE, "gaps to the leader, the class leader, or a car", ""},
	{ACTION_SPAN, "the whole race, or its last hours", ""},
	{ACTION_CLEAN, "lap times: clean laps only, or all", ""},
	{0, NULL, NULL},
};

const struct screen laps_screen = {
	.name = "laps",
	.brief = "lap",
	.title = "Laps",
	.about = "positions, gaps and lap times over the whole race",
	.returns = true,
	.draw = laps_draw,
	.key = charts_key,
	.keys = charts_keys,
	.hint = charts_hint,
};
