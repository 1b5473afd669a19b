/*
 * news.c -- what happened last, in a few lines, and the best laps and sectors
 */
#include "history_words.h"

/* Of one car its own best laps too, and why it lost places. */
#define NEWS_OF_ALL (history_groups[0].kinds)
#define NEWS_OF_ONE                                                              \
	((history_groups[0].kinds | HISTORY_BIT(OWN_BEST) | HISTORY_BIT(LOST)) & \
	 ~(HISTORY_BIT(START) | HISTORY_BIT(FLAG) | HISTORY_BIT(OFF_PACE)))

/* A best of the class that was beaten since may still be the car's own. */
static void make_own(const struct race *race, struct history_row *what)
{
	if ((what->kind == HISTORY_BEST_LAP || what->kind == HISTORY_CLASS_BEST) &&
	    !history_holds(race, what))
		what->kind = HISTORY_OWN_BEST;
}

/* A best that was beaten since is no news. */
static void draw_news(const struct scene *scene, struct canvas *canvas,
		      struct rect area, struct history *list)
{
	struct history_row what;
	int y = 0;
	for (uint32_t i = 0; y < area.h && history_nth(list, i, &what); i++) {
		if (list->car != CAR_NONE)
			make_own(scene->view->race, &what);
		if (!history_holds(scene->view->race, &what))
			continue;
		history_draw(scene, &what, canvas,
			     (struct rect){area.x, area.y + y, area.w, 1},
			     list->car == CAR_NONE ? LINE_BRIEF : LINE_OWN);
		y++;
	}
}

void news_draw(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	struct history list;
	history_of_view(&list, scene->view, NEWS_OF_ALL, CAR_NONE);
	draw_news(scene, canvas, area, &list);
}

void news_draw_car(const struct scene *scene, uint16_t car, struct canvas *canvas,
		   struct rect area)
{
	struct history list;
	history_of_view(&list, scene->view, NEWS_OF_ONE, car);
	draw_news(scene, canvas, area, &list);
}

/* ---- the best laps and sectors, by class ----------------------------------- */

static void best_row(const struct scene *scene, struct canvas *canvas, struct rect at,
		     unsigned pane)
{
	const struct race *race = scene->view->race;
	const struct race_class *c = &race->classes[scene->class_of[pane]];
	unsigned sectors = race->setup.line_count;
	duration_us ideal = 0;
	int x = at.x + 11;
	canvas_text(canvas, at.x, at.y, 10, slice_of(c->name),
		    (enum role)scene->role_of[scene->class_of[pane]]);
	if (c->lap_best == DURATION_NONE || c->lap_best_car >= race->car_count)
		return;
	char buf[TIME_TEXT_MAX];
	canvas_right(canvas, x, at.y, 9,
		     (struct slice){buf, format_duration(buf, c->lap_best, TIME_LAP)},
		     ROLE_CLASS_BEST);
	canvas_right(canvas, x + 10, at.y, 4, shown_number(race, c->lap_best_car),
		     ROLE_TEXT);
	x += 16;
	if (sectors < 2 || sectors > 6)
		return;
	for (unsigned i = 0; i < sectors; i++, x += 15) {
		duration_us t = c->sector_best[i];
		/* Without all of them there is no ideal lap. */
		if (x + 14 > at.x + at.w)
			return;
		if (t == DURATION_NONE || c->sector_best_car[i] >= race->car_count) {
			ideal = DURATION_NONE;
			continue;
		}
		ideal = ideal == DURATION_NONE ? ideal : ideal + t;
		canvas_right(canvas, x, at.y, 9,
			     (struct slice){buf, format_duration(buf, t, TIME_LAP)},
			     ROLE_TEXT);
		canvas_right(canvas, x + 10, at.y, 4,
			     shown_number(race, c->sector_best_car[i]), ROLE_DIM);
	}
	if (ideal > 0 && x + 9 <= at.x + at.w)
		canvas_right(canvas, x, at.y, 9,
			     (struct slice){buf, format_duration(buf, ideal, TIME_LAP)},
			     ROLE_GUESS);
}

void bests_draw(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	unsigned sectors = scene->view->race->setup.line_count;
	int x = area.x + 27, y = area.y + 1;
	canvas_right(canvas, area.x + 11, area.y, 9, SLICE("Best lap"), ROLE_HEADER);
	if (sectors >= 2 && sectors <= 6) {
		unsigned i = 0;
		for (; i < sectors && x + 14 <= area.x + area.w; i++) {
			char head[] = {'S', (char)('1' + i), 0};
			canvas_right(canvas, x, area.y, 9, slice_of(head), ROLE_HEADER);
			x += 15;
		}
		if (i == sectors && x + 9 <= area.x + area.w)
			canvas_right(canvas, x, area.y, 9, SLICE("Ideal"), ROLE_HEADER);
	}
	for (unsigned i = 0; i < scene->panes && y < area.y + area.h; i++) {
		if (scene->class_of[i] >= RACE_CLASSES_MAX)
			continue;
		best_row(scene, canvas, (struct rect){area.x, y, area.w, 1}, i);
		y++;
	}
}
