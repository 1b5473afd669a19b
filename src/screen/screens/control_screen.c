/*
 * control_screen.c -- race control: messages, flags, stewards, weather
 *
 *   log                  | flags
 *                        | weather
 *                        | stewards
 *                        | circuit
 *
 * On a narrow screen flags and weather are above the log, which lists decisions too, and the
 * circuit is below it in one line.
 *
 *  (1) The log lists all messages, flags and decisions in one order, and scrolls.
 */
#include "control_screen.h"

enum { CIRCUIT_FROM = 11, CIRCUIT_LINES = 8, NARROW_FREE = 5 };
enum { SIDE_FROM = 110, SIDE_WIDTH = 46, SIDES_FROM = 200, RULE = 3, KINDS_FROM = 90 };

#define LOGGED                                                            \
	(HISTORY_BIT(START) | HISTORY_BIT(FLAG) | HISTORY_BIT(DECISION) | \
	 HISTORY_BIT(MESSAGE) | HISTORY_BIT(FINISH))

/* In narrow areas the words need the room of the kind. */
static enum history_line control_line(struct rect area)
{
	return area.w < KINDS_FROM ? LINE_BRIEF : LINE_FULL;
}

/* The first row with which the last ones fill the page. */
static uint32_t log_last(const struct scene *scene, struct history *list,
			 struct rect area)
{
	struct canvas blind = {.cells = NULL}; /* nothing is drawn */
	uint32_t at = history_count(list);
	struct history_row what;
	for (int lines = 0; at > 0 && history_nth(list, at - 1, &what); at--) {
		lines += history_draw(scene, &what, &blind, area, control_line(area));
		if (lines > area.h)
			break;
	}
	return at;
}

static bool is_endless(const struct race_setup *setup)
{
	return setup->type == SESSION_RACE && setup->length_us == 0 &&
	       setup->length == 0 && setup->length_laps == 0;
}

static void draw_log(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	const struct view *view = scene->view;
	struct rect rows = rect_below(area, 1);
	struct history list;
	struct history_row what;
	history_of_view(&list, view, LOGGED, CAR_NONE);
	uint32_t n = history_count(&list), last = log_last(scene, &list, rows);
	uint32_t top = view->control_top < last ? view->control_top : last, at = top;
	rect_words(canvas, area, "Race control", ROLE_HEADER);
	int line = 0;
	for (; line < rows.h && history_nth(&list, at, &what); at++)
		line += history_draw(scene, &what, canvas, rect_below(rows, line),
				     control_line(rows));
	if ((top > 0 || at < n) && area.w > 30) {
		struct field field = {0};
		field_format(&field, "%u\u2013%u of %u  PgUp PgDn", top + 1, at, n);
		canvas_right(canvas, area.x + 14, area.y, area.w - 14, field.text,
			     ROLE_DIM);
	}
	if (line + 1 < rows.h && view->race->message_count == 0)
		rect_words(canvas, rect_line(rows, line + (line > 0)),
			   "no messages so far", ROLE_DIM);
	if (line + 3 < rows.h && is_endless(&view->race->setup))
		rect_words(canvas, rect_line(rows, line + 2),
			   "no length of the race: --length 6h, 1000km or 240laps",
			   ROLE_DIM);
}

/* Draw flags and weather. Returns the area left below. */
static struct rect draw_conditions(const struct view *view, struct canvas *canvas,
				   struct rect area, int weather)
{
	struct rect left = rect_below(area, control_flags_lines(view) + 1);
	area.h = left.y - 1 - area.y;
	control_flags(view, canvas, area);
	if (left.h < 3)
		return rect_below(left, left.h);
	weather = weather < left.h ? weather : left.h;
	control_weather(view, canvas, (struct rect){left.x, left.y, left.w, weather});
	return rect_below(left, weather + 1);
}

static void draw_wide(const struct scene *scene, struct canvas *canvas,
		      struct rect area)
{
	const struct view *view = scene->view;
	int sides = area.w >= SIDES_FROM ? 2 : 1;
	int width = area.w >= 150 ? SIDE_WIDTH + 8 : SIDE_WIDTH;
	int w = area.w - sides * (width + RULE), x = area.x + w + 1;
	int weather = sides == 2                   ? 14
		      : !control_has_weather(view) ? 2
		      : area.h >= 28               ? 12
						   : 9;
	struct rect side = {x + 2, area.y, width, area.h};
	draw_log(scene, canvas, (struct rect){area.x, area.y, w, area.h});
	canvas_vline(canvas, x, area.y, area.h, ROLE_RULE);
	struct rect left = draw_conditions(view, canvas, side, weather);
	if (sides == 2) {
		canvas_vline(canvas, x + width + RULE, area.y, area.h, ROLE_RULE);
		left = side;
		left.x += width + RULE;
	}
	int circuit = left.h >= CIRCUIT_FROM ? CIRCUIT_LINES : 0;
	struct rect below = rect_below(left, left.h - circuit);
	(void)control_circuit(view, canvas, below);
	left.h -= circuit;
	if (left.h >= 2)
		control_decisions(scene, canvas, left);
}

static void draw_narrow(const struct scene *scene, struct canvas *canvas,
			struct rect area)
{
	struct rect flags = area;
	flags.h = control_flags_lines(scene->view);
	flags.h = flags.h < area.h / 3 ? flags.h : area.h / 3;
	control_flags(scene->view, canvas, flags);
	area = rect_below(area, flags.h);
	control_weather(scene->view, canvas, (struct rect){area.x, area.y, area.w, 2});
	canvas_hline(canvas, area.x, area.y + 2, area.w, ROLE_RULE);
	area = rect_below(area, 3);
	/* Where the log leaves room. */
	struct history list;
	history_of_view(&list, scene->view, LOGGED, CAR_NONE);
	if (area.h > (int)history_count(&list) + NARROW_FREE)
		area.h -= control_circuit_brief(scene->view, canvas, area);
	draw_log(scene, canvas, area);
}

/* The newest gap of a copy up to now: what race control said in it is not in the log. */
static void draw_missing(const struct view *view, struct canvas *canvas,
			 struct rect *area)
{
	const bool edge = view->live && view->behind_live <= 0;
	struct field field;
	for (uint32_t i = view->anomaly_log_count; i > 0; i--) {
		const struct view_anomaly *gap = &view->anomaly_log[i - 1];
		if (gap->kind != ANOMALY_MISSING || gap->source != SOURCE_SETUP ||
		    (!edge && gap->at > view->at))
			continue;
		field_text(&field, SLICE(""), ROLE_AT_RISK);
		field_append_clock(&field, view, gap->at, true);
		field_append(&field, "  ");
		field_append(&field, gap->words);
		rect_text(canvas, rect_line(*area, --area->h), field.text,
			  ROLE_AT_RISK);
		return;
	}
}

static void control_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	struct scene scene;
	if (feeds_waiting(view, canvas, area) || area.h < 8)
		return;
	scene_make(view, &scene);
	area = rect_inside(area);
	if (view->publish.place[0] != '\0')
		publish_draw(view, canvas, rect_line(area, --area.h));
	draw_missing(view, canvas, &area);
	if (area.w >= SIDE_FROM)
		draw_wide(&scene, canvas, area);
	else
		draw_narrow(&scene, canvas, area);
}

/* ---- the row of the table ----------------------------------------------------- */

static bool control_key(struct view *view, const struct key_binding *key,
			struct wish *wish)
{
	struct history list;
	history_of_view(&list, view, LOGGED, CAR_NONE);
	int64_t last = history_count(&list);
	int64_t top = (int64_t)view->control_top + key_page(key);
	(void)wish;
	last = last > KEY_PAGE ? last - KEY_PAGE : 0;
	view->control_top = (uint32_t)(top < 0 ? 0 : top > last ? last : top);
	return true;
}

static const struct screen_key control_keys[] = {
	{ACTION_SELECT_PAGE, "ten rows down or up the log", NULL},
	{ACTION_SELECT_HALF, "five rows down or up the log", NULL},
	{0, NULL, NULL},
};

const struct screen control_screen = {
	.name = "control",
	.brief = "ctrl",
	.title = "Control",
	.about = "race control: messages, flags, stewards, weather",
	.draw = control_draw,
	.key = control_key,
	.keys = control_keys,
};
