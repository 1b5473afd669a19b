/*
 * feeds_received.c -- the loops and transponders received by the sources, with their names in the
 * session file and the list of entries
 *
 *  (1) Transponders without a car come first: the screen is for finding them.
 */
#include "feeds_screen.h"

enum { LOOP_NAME = 16, LOOP_LINE = 14, LOOPS_MOST = 8, ID_WIDTH = 14, CAR_AT = 15 };
enum { RECEIVED_BLOCK = 56, RECEIVED_GAP = 3, CLOCK_AT = 42, RECEIVED_CLOCK = 8 };

/* ---- loops ------------------------------------------------------------------- */

static void draw_loop(const struct view *view, struct canvas *canvas, struct rect at,
		      const struct view_loop *loop)
{
	bool known = loop->line != LINE_NONE;
	struct field field;
	canvas_text(canvas, at.x, at.y, LOOP_NAME - 1, slice_of(loop->name),
		    ROLE_STRONG);
	canvas_text(canvas, at.x + LOOP_NAME, at.y, LOOP_LINE - 1,
		    known ? slice_of(feed_line_label(view, loop->line))
			  : SLICE("no line"),
		    known ? ROLE_TEXT : ROLE_AT_RISK);
	field_number(&field, loop->passings, ROLE_TEXT);
	canvas_right(canvas, at.x + LOOP_NAME + LOOP_LINE, at.y, 8, field.text,
		     ROLE_TEXT);
	int x = LOOP_NAME + LOOP_LINE + 10;
	canvas_text(canvas, at.x + x, at.y, at.w - x,
		    feed_source_name(view, loop->source), ROLE_DIM);
}

/* Returns the lines taken. */
static int draw_loops(const struct view *view, struct canvas *canvas, struct rect area)
{
	static const char head[] = "Loop            Line          Passings";
	int most = area.h / 3 < LOOPS_MOST ? area.h / 3 : LOOPS_MOST, y = 1;
	if (view->loop_count == 0)
		return 0;
	rect_words(canvas, area, head, ROLE_HEADER);
	canvas_text(canvas, area.x + (int)sizeof(head) + 1, area.y,
		    area.w - (int)sizeof(head) - 1,
		    SLICE("[loops] of the session file: NAME = I1"), ROLE_DIM);
	for (uint32_t i = 0; i < view->loop_count; i++, y++) {
		struct rect last = {area.x, area.y, area.w, most + 1};
		if (y > most ||
		    draw_rest(canvas, last, area.y + y, view->loop_count - i))
			return y + 2;
		draw_loop(view, canvas, rect_line(area, y), &view->loops[i]);
	}
	return y + 1;
}

/* ---- transponders -------------------------------------------------------------- */

static bool unassigned(const struct race *race, const struct race_id *id)
{
	return id->car >= race->car_count || race->entries[id->car].internal;
}

/* Rows of race->ids: those without a car first (1), then in the order of the race. */
static unsigned transponders(const struct race *race, uint16_t *rows)
{
	unsigned count = 0, first = 0;
	for (uint16_t i = 0; i < race->id_count; i++) {
		if (race->ids[i].kind != ID_TRANSPONDER)
			continue;
		unsigned at = count++;
		uint16_t car = race->ids[i].car;
		unsigned least = unassigned(race, &race->ids[i]) ? 0 : first;
		unsigned most =
			least == 0 && unassigned(race, &race->ids[i]) ? first : at;
		unsigned to = least;
		while (to < most && car < race->car_count &&
		       race->ids[rows[to]].car < race->car_count &&
		       race->place[race->ids[rows[to]].car] <= race->place[car])
			to++;
		for (; at > to; at--)
			rows[at] = rows[at - 1];
		rows[to] = i;
		first += unassigned(race, &race->ids[i]);
	}
	return count;
}

static void draw_transponder(const struct scene *scene, struct canvas *canvas,
			     struct rect at, const struct race_id *id)
{
	const struct view *view = scene->view;
	const struct race *race = view->race;
	canvas_text(canvas, at.x, at.y, ID_WIDTH, slice_of(id->text), ROLE_STRONG);
	if (id->car >= race->car_count)
		return;
	const struct car *car = &race->cars[id->car];
	struct rect words = {at.x + CAR_AT, at.y, CLOCK_AT - CAR_AT - 1, 1};
	canvas_hit(canvas, at.x, at.y, at.w, hit_of(HIT_CAR, id->car));
	if (unassigned(race, id)) {
		rect_words(canvas, words, "no car of the entries", ROLE_AT_RISK);
	} else {
		struct pen pen = pen_at(canvas, words);
		pen_words(&pen, car_label(race, id->car).text,
			  class_role(scene, id->car));
		pen.x++;
		pen_words(&pen, shown_entrant(race, id->car), ROLE_DIM);
	}
	struct field clock = {0}, laps = {0};
	if (!car->seen)
		return;
	field_append_clock(&clock, view, car->line_at, true);
	canvas_text(canvas, at.x + CLOCK_AT, at.y, RECEIVED_CLOCK, clock.text,
		    ROLE_TEXT);
	field_append_number(&laps, car->laps);
	canvas_right(canvas, at.x + CLOCK_AT + RECEIVED_CLOCK, at.y, 6, laps.text,
		     ROLE_DIM);
}

static void draw_received_heads(struct canvas *canvas, struct rect at)
{
	canvas_text(canvas, at.x, at.y, ID_WIDTH, SLICE("Transponder"), ROLE_HEADER);
	canvas_text(canvas, at.x + CAR_AT, at.y, 20, SLICE("Car"), ROLE_HEADER);
	canvas_text(canvas, at.x + CLOCK_AT, at.y, RECEIVED_CLOCK, SLICE("Received"),
		    ROLE_HEADER);
	canvas_right(canvas, at.x + CLOCK_AT + RECEIVED_CLOCK, at.y, 6, SLICE("Laps"),
		     ROLE_HEADER);
}

void feed_received_draw(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	uint16_t rows[RACE_IDS_MAX];
	struct scene scene;
	unsigned next = 0, count = transponders(view->race, rows);
	scene_make(view, &scene);
	area = rect_below(area, draw_loops(view, canvas, area));
	if (count == 0) {
		rect_words(canvas, area,
			   view->loop_count > 0
				   ? "no transponder received so far"
				   : "no transponder and no loop received so far",
			   ROLE_DIM);
		return;
	}
	int blocks = (area.w + RECEIVED_GAP) / (RECEIVED_BLOCK + RECEIVED_GAP);
	for (int i = 0; i < (blocks > 0 ? blocks : 1) && next < count; i++) {
		struct rect at = {area.x + i * (RECEIVED_BLOCK + RECEIVED_GAP), area.y,
				  area.w < RECEIVED_BLOCK ? area.w : RECEIVED_BLOCK,
				  area.h};
		draw_received_heads(canvas, at);
		for (int y = 1; y < at.h && next < count; y++, next++) {
			if (i + 1 >= blocks &&
			    draw_rest(canvas, at, at.y + y, count - next))
				return;
			draw_transponder(&scene, canvas, rect_line(at, y),
					 &view->race->ids[rows[next]]);
		}
	}
}
