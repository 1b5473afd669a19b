/*
 * control_screen.c -- race control: what it said, its flags, the stewards, the weather
 *
 *   log                  | flags
 *                        | weather
 *                        | stewards
 *
 * Where it is narrow, flags and weather stand above the log, which tells of the
 * stewards too.
 *
 *  (1) Nothing is left out: the log holds messages, flags and decisions in one order,
 *      and scrolls.
 */
#include "control_screen.h"

enum { SIDE_FROM = 110, SIDE_WIDTH = 46, SIDES_FROM = 200, RULE = 3, KINDS_FROM = 90 };

#define LOGGED                                                            \
	(HISTORY_BIT(START) | HISTORY_BIT(FLAG) | HISTORY_BIT(DECISION) | \
	 HISTORY_BIT(MESSAGE) | HISTORY_BIT(FINISH))

static void draw_log(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	const struct view *view = scene->view;
	struct history list;
	history_of_view(&list, view, LOGGED, CAR_NONE);
	uint32_t n = history_count(&list);
	uint32_t page = area.h > 1 ? (uint32_t)area.h - 1 : 0;
	uint32_t top = view->control_top + page > n ? n > page ? n - page : 0
						    : view->control_top;
	int y = area.y + 1;

	rect_words(canvas, area, "Race control", ROLE_HEADER);
	if (n > page && area.w > 30) {
		struct field field = {0};
		field_append_number(&field, top + 1);
		field_append(&field, "\u2013");
		field_append_number(&field, top + page);
		field_append(&field, " of ");
		field_append_number(&field, n);
		field_append(&field, "  PgUp PgDn");
		canvas_right(canvas, area.x + 14, area.y, area.w - 14, field.text,
			     ROLE_DIM);
	}
	struct history_row what;
	for (uint32_t i = top; y < area.y + area.h && history_nth(&list, i, &what);
	     i++) {
		/* Words are worth more than the name of their kind. */
		history_draw(scene, &what, canvas, (struct rect){area.x, y, area.w, 1},
			     area.w < KINDS_FROM ? LINE_BRIEF : LINE_FULL);
		y++;
	}
	if (y + 1 < area.y + area.h && view->race->message_count == 0) {
		y += y > area.y + 1;
		canvas_text(canvas, area.x, y, area.w,
			    SLICE("no words of race control so far"), ROLE_DIM);
	}
}

static void draw_side(const struct scene *scene, struct canvas *canvas,
		      struct rect area)
{
	const struct view *view = scene->view;
	int flags = control_flags_lines(view), left = area.h;
	int weather = control_has_weather(view) ? area.h >= 28 ? 12 : 9 : 2;
	control_flags(view, canvas, (struct rect){area.x, area.y, area.w, flags});
	left -= flags + 1;
	if (left < 3)
		return;
	weather = weather < left ? weather : left;
	control_weather(view, canvas,
			(struct rect){area.x, area.y + area.h - left, area.w, weather});
	left -= weather + 1;
	if (left >= 2)
		control_decisions(
			scene, canvas,
			(struct rect){area.x, area.y + area.h - left, area.w, left});
}

/* Flags and weather, stewards beside them. */
static void draw_sides(const struct scene *scene, struct canvas *canvas,
		       struct rect area, struct rect beside)
{
	const struct view *view = scene->view;
	int flags = control_flags_lines(view);
	control_flags(view, canvas, (struct rect){area.x, area.y, area.w, flags});
	control_weather(
		view, canvas,
		(struct rect){area.x, area.y + flags + 1, area.w,
			      area.h - flags - 1 < 14 ? area.h - flags - 1 : 14});
	control_decisions(scene, canvas, beside);
}

static void draw_wide(const struct scene *scene, struct canvas *canvas,
		      struct rect area)
{
	int sides = area.w >= SIDES_FROM ? 2 : 1;
	int width = area.w >= 150 ? SIDE_WIDTH + 8 : SIDE_WIDTH;
	int w = area.w - sides * (width + RULE), x = area.x + w + 1;
	struct rect side = {x + 2, area.y, width, area.h};
	draw_log(scene, canvas, (struct rect){area.x, area.y, w, area.h});
	canvas_vline(canvas, x, area.y, area.h, ROLE_RULE);
	if (sides == 1) {
		draw_side(scene, canvas, side);
		return;
	}
	canvas_vline(canvas, x + width + RULE, area.y, area.h, ROLE_RULE);
	draw_sides(scene, canvas, side,
		   (struct rect){side.x + width + RULE, area.y, width, area.h});
}

static void draw_narrow(const struct scene *scene, struct canvas *canvas,
			struct rect area)
{
	const struct view *view = scene->view;
	int flags = control_flags_lines(view), y = area.y;
	flags = flags < area.h / 3 ? flags : area.h / 3;
	control_flags(view, canvas, (struct rect){area.x, y, area.w, flags});
	y += flags;
	control_weather(view, canvas, (struct rect){area.x, y, area.w, 2});
	y += 2;
	canvas_hline(canvas, area.x, y++, area.w, ROLE_RULE);
	draw_log(scene, canvas, (struct rect){area.x, y, area.w, area.y + area.h - y});
}

static void control_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	if (feeds_waiting(view, canvas, area) || area.h < 8)
		return;
	struct scene scene;
	scene_make(view, &scene);
	area.x++;
	area.w -= 2;
	if (area.w >= SIDE_FROM)
		draw_wide(&scene, canvas, area);
	else
		draw_narrow(&scene, canvas, area);
}

/* ---- the row of the table ----------------------------------------------------- */

static bool control_key(struct view *view, const struct key_binding *key,
			struct wish *wish)
{
	enum { PAGE = 10 };
	struct history list;
	history_of_view(&list, view, LOGGED, CAR_NONE);
	int64_t last = history_count(&list);
	int64_t top = (int64_t)view->control_top + key->argument * PAGE;
	(void)wish;
	last = last > PAGE ? last - PAGE : 0;
	view->control_top = (uint32_t)(top < 0 ? 0 : top > last ? last : top);
	return true;
}

static const struct screen_key control_keys[] = {
	{ACTION_SELECT_PAGE, "ten rows down or up the log", NULL},
	{0, NULL, NULL},
};

const struct screen control_screen = {
	.name = "control",
	.title = "Control",
	.about = "race control: messages, flags, stewards, weather",
	.draw = control_draw,
	.key = control_key,
	.keys = control_keys,
};
