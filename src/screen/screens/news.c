/*
 * news.c -- the latest events in a few lines, and the best laps and sectors
 *
 *  (1) What happens to several cars within seconds is one line, at the newest of them.
 */
#include "facts.h"
#include "history_words.h"

/* Of one car its own best laps too, and why it lost places. */
#define NEWS_OF_ALL (history_groups[0].kinds)
#define NEWS_OF_ONE                                                              \
	((history_groups[0].kinds | HISTORY_BIT(OWN_BEST) | HISTORY_BIT(LOST)) & \
	 ~(HISTORY_BIT(START) | HISTORY_BIT(FLAG) | HISTORY_BIT(OFF_PACE)))

/* Of tagged cars more than of the others. */
#define NEWS_OF_TAGGED                                                     \
	(HISTORY_BIT(OWN_BEST) | HISTORY_BIT(LOST) | HISTORY_BIT(GAINED) | \
	 HISTORY_BIT(OFF_PACE) | HISTORY_BIT(DRIVER))

static bool is_news(const struct view *view, const struct history_row *what)
{
	return (NEWS_OF_ALL >> what->kind & 1) ||
	       view_is_tagged(&view->table, what->car);
}

/* A best of the class that was beaten since may still be the car's own. */
static void make_own(const struct race *race, struct history_row *what)
{
	if ((what->kind == HISTORY_BEST_LAP || what->kind == HISTORY_CLASS_BEST) &&
	    !history_holds(race, what))
		what->kind = HISTORY_OWN_BEST;
}

/* ---- several cars at once (1) ------------------------------------------------------ */

#define TOGETHER_US (10 * US_S)

enum { NEVER_TIMED = HISTORY_COUNT, NEWS_KINDS }; /* a kind of news alone */

static unsigned news_key(const struct history_row *what)
{
	bool never = what->kind == HISTORY_STOPPED && what->time != DURATION_NONE;
	return never ? NEVER_TIMED : what->kind;
}

/* Kinds that are grouped into one line from this many cars on. */
static const struct news_kind {
	uint8_t kind, least;
	const char *words;
} news_kinds[] = {
	{HISTORY_BELOW, 3, "cars are likely to miss the threshold"},
	{HISTORY_ABOVE, 3, "cars are likely to reach the threshold"},
	{HISTORY_STOPPED, 3, "cars have stopped"},
	{NEVER_TIMED, 3, "cars are not timed since the start"},
	{HISTORY_RESUMED, 3, "cars are moving again"},
	{HISTORY_RETIRED, 3, "cars are out of the race"},
	{HISTORY_PIT_IN, 5, "cars in the pits"},
	{HISTORY_PIT_OUT, 5, "cars out of the pits"},
};

/* Rows of a kind at or after this instant are in a line already; 0: none. */
struct news_shown {
	instant_us from[NEWS_KINDS];
};

static const struct news_kind *news_kind_of(const struct history_row *what)
{
	for (size_t i = 0; i < ARRAY_LEN(news_kinds); i++)
		if (news_kinds[i].kind == news_key(what))
			return &news_kinds[i];
	return NULL;
}

/* The cars of row @nth and of those of its kind shortly before. Returns their number;
 * @field receives their labels, as far as there is room. */
static unsigned count_together(const struct race *race, struct history *list,
			       uint32_t nth, struct field *field)
{
	struct history_row first, what;
	unsigned count = 0;
	if (!history_nth(list, nth, &first))
		return 0;
	for (; history_nth(list, nth, &what) && first.at - what.at < TOGETHER_US; nth++)
		if (news_key(&what) == news_key(&first) && what.car < race->car_count)
			field_format(field, count++ ? ", %s" : ": %s",
				     car_label(race, what.car).text);
	return count;
}

/* Returns the lines; 0: the row has a line of its own. */
static int draw_together(const struct scene *scene, struct canvas *canvas,
			 struct rect at, struct history *list, uint32_t nth)
{
	struct history_row what;
	struct field cars = {0}, words = {0};
	const struct news_kind *kind =
		history_nth(list, nth, &what) ? news_kind_of(&what) : NULL;
	if (!kind)
		return 0;
	unsigned count = count_together(scene->view->race, list, nth, &cars);
	if (count < kind->least)
		return 0;
	field_format(&words, "%u %s", count, kind->words);
	field_append_slice(&words, cars.text);
	return history_draw_words(scene, &what, words.text, canvas, at);
}

/* A best that was beaten since is no news. */
static void draw_news(const struct scene *scene, struct canvas *canvas,
		      struct rect area, struct history *list)
{
	struct history_row what;
	struct news_shown shown = {{0}};
	int y = 0;
	for (uint32_t i = 0; y < area.h && history_nth(list, i, &what); i++) {
		struct rect at = rect_below(area, y);
		if (list->car != CAR_NONE)
			make_own(scene->view->race, &what);
		if (!history_holds(scene->view->race, &what) ||
		    (list->car == CAR_NONE && !is_news(scene->view, &what)))
			continue;
		instant_us *from = &shown.from[news_key(&what)];
		if (*from != 0 && what.at > *from)
			continue;
		int lines = list->car == CAR_NONE
				    ? draw_together(scene, canvas, at, list, i)
				    : 0;
		if (lines > 0)
			*from = what.at - TOGETHER_US;
		else
			lines = history_draw(scene, &what, canvas, at,
					     list->car == CAR_NONE ? LINE_BRIEF
								   : LINE_OWN);
		y += lines;
	}
}

void news_draw(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	struct history list;
	bool any = false;
	for (uint16_t car = 0; car < scene->view->race->car_count; car++)
		any |= view_is_tagged(&scene->view->table, car);
	history_of_view(&list, scene->view,
			any ? NEWS_OF_ALL | NEWS_OF_TAGGED : NEWS_OF_ALL, CAR_NONE);
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

enum { TIME_W = 9, CAR_W = 4, BEST_W = TIME_W + 1 + CAR_W };

static void best_time(struct canvas *canvas, struct rect at, duration_us t,
		      enum role role)
{
	struct field time = {0};
	field_append_time(&time, t, TIME_LAP);
	canvas_right(canvas, at.x, at.y, TIME_W, time.text, role);
}

static void best_car(const struct race *race, struct canvas *canvas, struct rect at,
		     uint16_t car, enum role role)
{
	canvas_right(canvas, at.x + TIME_W + 1, at.y, CAR_W, SHOWN_NUMBER(race, car),
		     role);
}

/* The highest top speed of a class, and the first car that reached it. */
static void best_speed(const struct scene *scene, struct canvas *canvas, struct rect at,
		       uint8_t class_index)
{
	const struct race *race = scene->view->race;
	int16_t top = scene->top_of[class_index];
	struct field field = {0};
	for (uint16_t car = 0; car < race->car_count && top > 0; car++) {
		if (race->cars[car].top_speed != top ||
		    race->entries[car].class_index != class_index)
			continue;
		field_format(&field, "%d.%d", top / 10, top % 10);
		canvas_right(canvas, at.x, at.y, TIME_W, field.text, ROLE_TEXT);
		best_car(race, canvas, at, car, ROLE_DIM);
		return;
	}
}

/* 0: more than have columns, or none was timed. */
static unsigned bests_sectors(const struct view *view)
{
	unsigned count = view->race->setup.line_count;
	return count <= SECTORS_SHOWN && sectors_timed(view) > 0 ? count : 0;
}

static void best_row(const struct scene *scene, struct canvas *canvas, struct rect at,
		     unsigned pane)
{
	const struct race *race = scene->view->race;
	const struct race_class *c = &race->classes[scene->class_of[pane]];
	unsigned sectors = bests_sectors(scene->view);
	duration_us ideal = 0;
	struct field name;
	int right = at.x + at.w, w = class_names_width(scene->view->race);
	field_class_name(&name, slice_of(c->name), w);
	canvas_text(canvas, at.x, at.y, w, name.text,
		    (enum role)scene->role_of[scene->class_of[pane]]);
	if (c->lap_best == DURATION_NONE || c->lap_best_car >= race->car_count)
		return;
	at.x += w + 1;
	best_time(canvas, at, c->lap_best, ROLE_CLASS_BEST);
	best_car(race, canvas, at, c->lap_best_car, ROLE_TEXT);
	at.x += BEST_W + 2;
	for (unsigned i = 0; i < sectors; i++, at.x += BEST_W + 1) {
		duration_us t = c->sector_best[i];
		/* Without all of them there is no ideal lap. */
		if (at.x + BEST_W > right)
			return;
		if (t == DURATION_NONE || c->sector_best_car[i] >= race->car_count) {
			ideal = DURATION_NONE;
			continue;
		}
		ideal = ideal == DURATION_NONE ? ideal : ideal + t;
		best_time(canvas, at, t, ROLE_TEXT);
		best_car(race, canvas, at, c->sector_best_car[i], ROLE_DIM);
	}
	if (ideal > 0 && at.x + TIME_W <= right)
		best_time(canvas, at, ideal, ROLE_GUESS);
	at.x += sectors > 0 ? TIME_W + 1 : 0;
	if (at.x + TIME_W + 1 + CAR_W <= right)
		best_speed(scene, canvas, at, scene->class_of[pane]);
}

void bests_draw(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	unsigned sectors = bests_sectors(scene->view), i = 0;
	int w = class_names_width(scene->view->race);
	int x = area.x + w + 17, right = area.x + area.w, line = 1;
	canvas_right(canvas, area.x + w + 1, area.y, TIME_W, SLICE("Best lap"),
		     ROLE_HEADER);
	for (; i < sectors && x + BEST_W <= right; i++) {
		char head[] = {'S', (char)('1' + i), 0};
		canvas_right(canvas, x, area.y, TIME_W, slice_of(head), ROLE_HEADER);
		x += BEST_W + 1;
	}
	if (i > 0 && i == sectors && x + TIME_W <= right)
		canvas_right(canvas, x, area.y, TIME_W, SLICE("Ideal"), ROLE_HEADER);
	x += sectors > 0 ? TIME_W + 1 : 0;
	if (i == sectors && x + BEST_W <= right &&
	    any_value(scene->view->race, VALUE_TOP_SPEED))
		canvas_right(canvas, x, area.y, TIME_W, SLICE("km/h"), ROLE_HEADER);
	for (unsigned pane = 0; pane < scene->panes && line < area.h; pane++)
		if (scene->class_of[pane] < RACE_CLASSES_MAX)
			best_row(scene, canvas, rect_line(area, line++), pane);
}
