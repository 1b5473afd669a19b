/*
 * strategy_car.c -- of one car: what a stop now would do, whom it meets, how it ends
 *
 *   88 GTS Care Racing                                    (the rule above names it)
 *   box now          P  PIC   ahead     behind   in class   ahead     behind   on the road
 *   green           ~9   ~2   25 ~7.4   21 ~2 laps ...
 *   safety car      ~9   ~2   ...
 *   undercut  80  ~20.5 s ahead, the lap out ~0.4 s quicker ...   last lap  ...
 *   ahead     80  ...
 *   behind    20  ...
 *   drivers   A D. Turner 2:05 ...
 *
 *  (1) Everything here is a guess: all of it is in that role, and each line has its
 *      tildes; what is in the plain roles is what was measured.
 *  (2) An unknown value is replaced by its reason.
 */
#include "stint_bars.h"

enum { WIDE = 120, WIDEST = 200, LINES = 8, LINES_NARROW = 9 };

/* The car shown: that of the strategy, else the selected one. */
static uint16_t subject(const struct view *view)
{
	uint16_t car = view->strategy ? view->strategy->car : view->selected;
	return car < view->race->car_count ? car : CAR_NONE;
}

int strategy_car_rows(const struct view *view, int w)
{
	if (subject(view) == CAR_NONE)
		return 0;
	if (!strategy_known(view)) /* its name and drivers */
		return view->selected == subject(view) ? 2 : 0;
	return 1 + (w >= WIDE ? LINES : LINES_NARROW);
}

/* ---- a line being written -------------------------------------------------------------- */

/* Width of the word that a line begins with. */
enum { LABEL = 11 };

static struct pen begin_line(struct canvas *canvas, struct rect at, const char *word)
{
	struct pen pen = pen_at(canvas, at);
	pen.whole = true;
	pen_words(&pen, word, ROLE_DIM);
	pen.x = at.x + LABEL;
	return pen;
}

/* "~2.1 s" without a sign; the next words give the direction. */
static void say_seconds(struct pen *pen, duration_us t)
{
	struct field field = {0};
	field_append(&field, "~");
	field_append_time(&field, t < 0 ? -t : t, TIME_TENTH);
	if (t > -US_MIN && t < US_MIN)
		field_append(&field, " s");
	pen_text(pen, field.text, ROLE_GUESS);
}

static void say_clock(struct pen *pen, const struct view *view, const char *before,
		      instant_us at)
{
	struct field field = {0};
	field_append(&field, before);
	field_append_clock(&field, view, at, false);
	pen_text(pen, field.text, ROLE_GUESS);
}

static void say_chance(struct pen *pen, unsigned p)
{
	if (p < 10)
		pen_words(pen, "~<1 %", ROLE_GUESS);
	else if (p > 990)
		pen_words(pen, "~>99 %", ROLE_GUESS);
	else
		pen_format(pen, ROLE_GUESS, "~%u %%", (p + 5) / 10);
}

static void strategy_put_car(struct pen *pen, const struct scene *scene, uint16_t car)
{
	pen_text(pen, CAR_LABEL(scene->view->race, car), class_role(scene, car));
}

/* ---- box now ------------------------------------------------------------------------------ */

/* A car and the gap to it, in columns. */
enum { NUMBER_W = 5, GAP_W = 8, PAIR_W = NUMBER_W + 1 + GAP_W };

static void strategy_put_gap(const struct scene *scene, struct canvas *canvas,
			     struct rect at, uint16_t car, struct gap gap)
{
	at.w = NUMBER_W;
	if (car == CAR_NONE) {
		rect_right(canvas, at, SLICE("\u2013"), ROLE_DIM);
		return;
	}
	rect_right(canvas, at, CAR_LABEL(scene->view->race, car),
		   class_role(scene, car));
	if (gap.kind == GAP_NONE)
		return;
	char text[TIME_TEXT_MAX];
	(void)format_gap(text, gap, TIME_TENTH);
	struct field field = {0};
	/* The head gives the direction. */
	field_format(&field, "~%s", text[0] == '+' ? text + 1 : text);
	canvas_right(canvas, at.x + NUMBER_W + 1, at.y, GAP_W, field.text, ROLE_GUESS);
}

/* Columns of "box now". */
enum rejoin_column {
	REJOIN_LOSS,
	REJOIN_POS,
	REJOIN_PIC,
	REJOIN_CLASS_AHEAD,
	REJOIN_CLASS_BEHIND,
	REJOIN_AHEAD,
	REJOIN_BEHIND,
	REJOIN_ROAD_AHEAD,
	REJOIN_ROAD_BEHIND,
	REJOIN_TRAFFIC,
	REJOIN_COUNT
};
static const struct {
	const char *head;
	uint8_t w;
} rejoin_columns[REJOIN_COUNT] = {
	[REJOIN_LOSS] = {"loses s", 7},
	[REJOIN_POS] = {"P", 4},
	[REJOIN_PIC] = {"PIC", 4},
	[REJOIN_CLASS_AHEAD] = {"class ahead", PAIR_W},
	[REJOIN_CLASS_BEHIND] = {"class behind", PAIR_W},
	[REJOIN_AHEAD] = {"all ahead", PAIR_W},
	[REJOIN_BEHIND] = {"all behind", PAIR_W},
	[REJOIN_ROAD_AHEAD] = {"road ahead", PAIR_W},
	[REJOIN_ROAD_BEHIND] = {"road behind", PAIR_W},
	[REJOIN_TRAFFIC] = {"within 10 s", 14},
};

static void put_guess(struct canvas *canvas, struct rect at, uint64_t n)
{
	struct field field = {0};
	field_append(&field, "~");
	field_append_number(&field, n);
	rect_right(canvas, at, field.text, ROLE_GUESS);
}

static void put_traffic(const struct scene *scene, struct canvas *canvas,
			struct rect at, const struct strategy_rejoin *rejoin)
{
	struct pen pen = {canvas, at.x + 1, at.y, at.x + at.w, true};
	bool any = false;
	for (unsigned pane = 0; pane < scene->panes; pane++) {
		uint8_t c = scene->class_of[pane];
		if (c >= RACE_CLASSES_MAX || rejoin->traffic[c] == 0)
			continue;
		pen_format(&pen, ROLE_GUESS, "%s~%u", any ? "  " : "",
			   rejoin->traffic[c]);
		pen_words(&pen, " ", ROLE_GUESS);
		pen_words(&pen, scene->view->race->classes[c].name,
			  (enum role)scene->role_of[c]);
		any = true;
	}
	if (!any)
		pen_words(&pen, "~none", ROLE_GUESS);
}

static void put_rejoin(const struct scene *scene, struct canvas *canvas, struct rect at,
		       enum rejoin_column column, const struct strategy_rejoin *r)
{
	const struct gap ahead = {.value = r->road_ahead_us, .kind = GAP_TIME};
	const struct gap behind = {.value = r->road_behind_us, .kind = GAP_TIME};
	switch (column) {
	case REJOIN_LOSS:
		if (r->loss > 0)
			put_guess(canvas, at, (uint64_t)((r->loss + US_S / 2) / US_S));
		break;
	case REJOIN_POS:
		put_guess(canvas, at, r->position);
		break;
	case REJOIN_PIC:
		put_guess(canvas, at, r->class_position);
		break;
	case REJOIN_CLASS_AHEAD:
		strategy_put_gap(scene, canvas, at, r->class_ahead, r->class_ahead_gap);
		break;
	case REJOIN_CLASS_BEHIND:
		strategy_put_gap(scene, canvas, at, r->class_behind,
				 r->class_behind_gap);
		break;
	case REJOIN_AHEAD:
		strategy_put_gap(scene, canvas, at, r->ahead, r->ahead_gap);
		break;
	case REJOIN_BEHIND:
		strategy_put_gap(scene, canvas, at, r->behind, r->behind_gap);
		break;
	case REJOIN_ROAD_AHEAD:
		strategy_put_gap(scene, canvas, at, r->road_ahead, ahead);
		break;
	case REJOIN_ROAD_BEHIND:
		strategy_put_gap(scene, canvas, at, r->road_behind, behind);
		break;
	case REJOIN_TRAFFIC:
		put_traffic(scene, canvas, at, r);
		break;
	case REJOIN_COUNT:
		break;
	}
}

/* A head and two rows. */
static void draw_rejoin(const struct scene *scene, struct canvas *canvas,
			struct rect area)
{
	const struct strategy *s = scene->view->strategy;
	const struct strategy_rejoin *rows[] = {&s->green, &s->slow};
	static const char *const names[] = {"green", "neutralised"};
	const struct strategy_row *own = &s->rows[s->car];
	struct rect at = {area.x + LABEL + 1, area.y, area.w - LABEL - 1, 1};
	canvas_text(canvas, area.x, area.y, LABEL + 2,
		    own->in_stop ? SLICE("REJOINS") : SLICE("BOX NOW"), ROLE_HEADER);
	if (s->green.loss == DURATION_NONE) {
		rect_words(canvas, at,
			   own->standing ? "stopped: unknown"
					 : "unknown until stops were seen",
			   ROLE_DIM);
		return;
	}
	for (int k = 0; k < (int)ARRAY_LEN(rows); k++)
		canvas_text(canvas, area.x, area.y + 1 + k, LABEL, slice_of(names[k]),
			    ROLE_DIM);
	for (unsigned c = 0; c < REJOIN_COUNT; c++, at.x += at.w + 1) {
		struct slice head = slice_of(rejoin_columns[c].head);
		at.w = rejoin_columns[c].w;
		if (at.x + at.w > area.x + area.w)
			return;
		if (c == REJOIN_TRAFFIC) {
			at.w = area.x + area.w - at.x;
			canvas_text(canvas, at.x + 1, at.y, at.w - 1, head,
				    ROLE_HEADER);
		} else {
			rect_right(canvas, at, head, ROLE_HEADER);
		}
		for (int k = 0; k < (int)ARRAY_LEN(rows); k++)
			if (rows[k]->loss != DURATION_NONE)
				put_rejoin(scene, canvas, rect_line(at, 1 + k),
					   (enum rejoin_column)c, rows[k]);
	}
}

/* ---- the cars ahead and behind -------------------------------------------------------------- */

/* Why no car is ahead. */
static const char *nobody_ahead(const struct view *view)
{
	const struct standing *standing = car_standing(view, view->strategy->car);
	return standing && standing->class_position == 1
		       ? "leads its class"
		       : "no running car of its class";
}

static void draw_undercut(const struct scene *scene, struct pen *pen)
{
	const struct strategy *s = scene->view->strategy;
	const struct strategy_undercut *u = &s->undercut;
	if (u->car == CAR_NONE) {
		pen_words(pen,
			  s->ahead.car == CAR_NONE ? "no car ahead to undercut"
			  : s->stops.cars[s->car].fresh == DURATION_NONE
				  ? "unknown: too few stops seen"
				  : "no car within reach",
			  ROLE_DIM);
		return;
	}
	pen_words(pen, "on ", ROLE_DIM);
	strategy_put_car(pen, scene, u->car);
	pen_words(pen, ": the lap after the stop ", ROLE_DIM);
	say_seconds(pen, u->gain);
	pen_words(pen, u->gain < 0 ? " slower" : " quicker", ROLE_DIM);
	pen_words(pen, ", then ", ROLE_DIM);
	say_seconds(pen, u->after);
	pen_words(pen, u->after < 0 ? " ahead" : " behind", ROLE_DIM);
}

static void say_gap(struct pen *pen, duration_us gap, duration_us lap)
{
	if (gap < lap || lap <= 0) {
		say_seconds(pen, gap);
		return;
	}
	pen_format(pen, ROLE_GUESS, "~%u", (unsigned)(gap / lap));
	pen_words(pen, gap / lap == 1 ? " lap" : " laps", ROLE_GUESS);
}

/* Lap times that differ by less count as equal. */
#define EQUAL (100 * US_MS)

/* Forecast of a chase; @other: the other car. */
static void draw_catch(const struct scene *scene, struct pen *pen,
		       const struct strategy_catch *c, uint16_t other)
{
	const struct strategy_row *chaser = &scene->view->strategy->rows[c->other];
	strategy_put_car(pen, scene, other);
	pen_words(pen, "  ", ROLE_DIM);
	if (c->gap <= 0 && !chaser->in_stop) {
		pen_words(pen, "alongside", ROLE_DIM);
		return;
	}
	if (c->gap <= 0) {
		pen_words(pen, "passes during this stop, ", ROLE_DIM);
		say_seconds(pen, c->gap);
		pen_words(pen, " ahead then", ROLE_DIM);
		return;
	}
	say_gap(pen, c->gap, chaser->lap);
	if (c->a_lap > -EQUAL && c->a_lap < EQUAL) {
		pen_words(pen, ", same pace", ROLE_DIM);
		return;
	}
	pen_words(pen, ", a lap ", ROLE_DIM);
	say_seconds(pen, c->a_lap);
	if (c->a_lap <= 0 || c->at == INSTANT_NONE) {
		pen_words(pen, c->a_lap < 0 ? " slower" : "", ROLE_DIM);
		return;
	}
	pen_words(pen, " quicker", ROLE_DIM);
	if (!c->before_flag) {
		pen_words(pen, ": not before the flag", ROLE_DIM);
		return;
	}
	pen_words(pen, ": caught in ", ROLE_TEXT);
	pen_format(pen, ROLE_GUESS, "~%u", c->laps);
	pen_words(pen, c->laps == 1 ? " lap" : " laps", ROLE_TEXT);
	say_clock(pen, scene->view, ", ~", c->at);
	pen_format(pen, ROLE_GUESS, " on lap ~%u", c->lap);
}

static void draw_duels(const struct scene *scene, struct canvas *canvas,
		       struct rect area)
{
	const struct strategy *s = scene->view->strategy;
	/* "BOX NOW" already says that it is unknown. */
	if (s->rows[s->car].standing)
		return;
	struct pen pen = begin_line(canvas, area, "undercut");
	draw_undercut(scene, &pen);
	pen = begin_line(canvas, rect_line(area, 1), "ahead");
	if (s->ahead.car == CAR_NONE)
		pen_words(&pen, nobody_ahead(scene->view), ROLE_DIM);
	else
		draw_catch(scene, &pen, &s->ahead, s->ahead.other);
	pen = begin_line(canvas, rect_line(area, 2), "behind");
	if (s->behind.car == CAR_NONE)
		pen_words(&pen, "no running car of its class", ROLE_DIM);
	else
		draw_catch(scene, &pen, &s->behind, s->behind.car);
}

/* ---- the end -------------------------------------------------------------------------------- */

static void draw_call(const struct scene *scene, struct pen *pen,
		      const struct strategy_call *call)
{
	bool winner = call->class_index == RACE_CLASSES_MAX;
	const struct strategy *s = scene->view->strategy;
	/* Calls are aligned in columns. */
	canvas_text(pen->canvas, pen->x, pen->y, NUMBER_W,
		    CAR_LABEL(scene->view->race, call->car),
		    class_role(scene, call->car));
	pen->x += NUMBER_W;
	pen_format(pen, ROLE_GUESS, " ~%u", call->laps);
	pen_words(pen, " laps", ROLE_GUESS);
	if (call->before == DURATION_NONE)
		return;
	pen_format(pen, ROLE_DIM, "   %u", call->laps + 1);
	pen_words(pen, " ", ROLE_DIM);
	say_chance(pen, call->p_more);
	pen_format(pen, ROLE_DIM, "   %u", call->laps - 1);
	pen_words(pen, " ", ROLE_DIM);
	say_chance(pen, call->p_less);
	pen_words(pen, "   ", ROLE_DIM);
	say_seconds(pen, call->before);
	pen_words(pen, winner ? " before 0:00" : " before the flag", ROLE_DIM);
	if (!winner || s->last_before == CAR_NONE || s->last_before == call->car)
		return;
	pen_words(pen, "   last car before it ", ROLE_DIM);
	strategy_put_car(pen, scene, s->last_before);
	pen_words(pen, " ", ROLE_DIM);
	say_seconds(pen, s->last_before_us);
}

/* The last lap of the winner, of the car's own class, then of other classes. */
static void draw_calls(const struct scene *scene, struct canvas *canvas,
		       struct rect area)
{
	const struct strategy *s = scene->view->strategy;
	uint8_t own = scene->view->race->entries[s->car].class_index;
	int line = 0;
	for (unsigned turn = 0; turn < 3; turn++) {
		for (uint32_t i = 0; i < s->call_count; i++) {
			const struct strategy_call *call = &s->calls[i];
			unsigned when = call->class_index == RACE_CLASSES_MAX ? 0
					: call->class_index == own            ? 1
									      : 2;
			if (when != turn || line >= area.h)
				continue;
			struct pen pen = begin_line(canvas, rect_line(area, line),
						    line == 0 ? "last lap" : "");
			draw_call(scene, &pen, call);
			line++;
		}
	}
}

/* ---- the drivers ------------------------------------------------------------------------------ */

static void say_hours(struct pen *pen, const char *before, duration_us t,
		      enum role role)
{
	unsigned minutes = t < 0 ? 0 : (unsigned)(t / US_MIN);
	pen_format(pen, role, "%s%u:%02u", before, minutes / 60, minutes % 60);
}

/* Over a limit, or near one. */
static enum role driver_role(const struct strategy_drivers *d, unsigned i)
{
	const struct strategy_driver *row = &d->rows[i];
	if (row->left != DURATION_NONE && row->left < 0)
		return ROLE_NOT_CLASSIFIED;
	if (d->limits.within > 0 && row->in_window > d->limits.within)
		return ROLE_NOT_CLASSIFIED;
	if ((row->left != DURATION_NONE && row->left < US_HOUR) ||
	    (d->limits.within > 0 && d->limits.within - row->in_window < 30 * US_MIN))
		return ROLE_AT_RISK;
	return i == d->current ? ROLE_STRONG : ROLE_TEXT;
}

static void say_driver(struct pen *pen, const struct entry *entry,
		       const struct strategy_drivers *d, unsigned i, bool names)
{
	bool drives = i == d->current;
	pen_format(pen, drives ? ROLE_STRONG : ROLE_DIM, "%c", driver_letter(i));
	pen_words(pen, " ", ROLE_DIM);
	if (names) {
		struct field name;
		field_name(&name, entry->drivers[i], false);
		pen_text(pen, name.text, drives ? ROLE_STRONG : ROLE_TEXT);
		pen_words(pen, " ", ROLE_DIM);
	}
	say_hours(pen, "", d->rows[i].driven, driver_role(d, i));
	if (d->rows[i].missing > 0)
		say_hours(pen, " needs ", d->rows[i].missing, ROLE_AT_RISK);
	pen_words(pen, "   ", ROLE_DIM);
}

/* When the driver must change, then the limits: "14:00 in all, 4:00 in 6:00". */
static void say_limits(struct pen *pen, const struct view *view)
{
	static const char *const reasons[] = {
		[STRATEGY_NO_REASON] = "",
		[STRATEGY_MAXIMUM] = ", the most in all",
		[STRATEGY_WINDOW] = ", the most in a stretch",
		[STRATEGY_OTHERS] = ", or the others miss their minimum",
	};
	const struct strategy_drivers *d = &view->strategy->drivers;
	if (d->change_by != INSTANT_NONE) {
		pen_words(pen, "change by ", ROLE_TEXT);
		say_clock(pen, view, "~", d->change_by);
		if (d->change_lap)
			pen_format(pen, ROLE_GUESS, ", the end of lap ~%u",
				   d->change_lap);
		pen_words(pen, reasons[d->reason], ROLE_DIM);
		pen_words(pen, "   ", ROLE_DIM);
	}
	if (d->limits.minimum > 0)
		say_hours(pen, "at least ", d->limits.minimum, ROLE_DIM);
	if (d->limits.maximum > 0)
		say_hours(pen, d->limits.minimum > 0 ? ", at most " : "at most ",
			  d->limits.maximum, ROLE_DIM);
	if (d->limits.within > 0) {
		say_hours(pen, d->limits.maximum > 0 ? ", " : "at most ",
			  d->limits.within, ROLE_DIM);
		say_hours(pen, " in ", d->limits.window, ROLE_DIM);
	}
	if (d->limits.known == KNOWN_MEMORY || d->limits.known == KNOWN_DISPUTED)
		pen_words(pen, " (unsure)", ROLE_DIM);
}

static bool limited(const struct strategy_drivers *d)
{
	return d->limits.maximum > 0 || d->limits.minimum > 0 || d->limits.within > 0;
}

static void strategy_draw_drivers(const struct scene *scene, struct canvas *canvas,
				  struct rect area)
{
	const struct strategy *s = scene->view->strategy;
	const struct strategy_drivers *d = &s->drivers;
	struct pen pen = begin_line(canvas, area, "drivers");
	if (d->count == 0) {
		pen_words(&pen, "not known", ROLE_DIM);
		return;
	}
	for (unsigned i = 0; i < d->count; i++)
		say_driver(&pen, &scene->view->race->entries[s->car], d, i,
			   area.w >= 100);
	if (d->at_wheel != DURATION_NONE)
		say_hours(&pen, "on board for ", d->at_wheel, ROLE_DIM);
	if (area.h < 2)
		pen_words(&pen, "   ", ROLE_DIM);
	else
		pen = begin_line(canvas, rect_line(area, 1),
				 limited(d) ? "limits" : "");
	say_limits(&pen, scene->view);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

/* The car, in the rule above. */
static void draw_name(const struct scene *scene, struct canvas *canvas,
		      struct rect area)
{
	const struct view *view = scene->view;
	uint16_t car = subject(view);
	struct pen pen = {canvas, area.x + 1, area.y - 1, area.x + area.w - 1, true};
	const char *team = view->race->entries[car].team;
	pen_words(&pen, " ", ROLE_TEXT);
	strategy_put_car(&pen, scene, car);
	pen_words(&pen, " ", ROLE_TEXT);
	pen_text(&pen, shown_class(view, car), class_role(scene, car));
	pen_words(&pen, " ", ROLE_TEXT);
	if (team[0]) {
		pen_words(&pen, team, ROLE_STRONG);
		pen_words(&pen, " ", ROLE_TEXT);
	}
}

void strategy_car_draw(const struct scene *scene, struct canvas *canvas,
		       struct rect area)
{
	struct rect in = {area.x + 1, area.y, area.w - 2, 3};
	draw_name(scene, canvas, area);
	if (!strategy_known(scene->view)) {
		if (scene->view->strategy)
			strategy_draw_drivers(scene, canvas, rect_line(in, 0));
		else
			rect_words(canvas, in, "no forecast", ROLE_DIM);
		return;
	}
	draw_rejoin(scene, canvas, in);
	if (area.w >= WIDE) {
		int left = area.w * 11 / 20;
		/* On very wide screens the drivers take the left half only. */
		int calls = area.w >= WIDEST ? 5 : 3;
		int half = calls > 3 ? left : in.w;
		draw_duels(scene, canvas, (struct rect){in.x, in.y + 3, left, 3});
		draw_calls(scene, canvas,
			   (struct rect){in.x + left + 2, in.y + 3, in.w - left - 2,
					 calls});
		strategy_draw_drivers(scene, canvas,
				      (struct rect){in.x, in.y + 6, half, 2});
		return;
	}
	draw_duels(scene, canvas, (struct rect){in.x, in.y + 3, in.w, 3});
	draw_calls(scene, canvas, (struct rect){in.x, in.y + 6, in.w, 1});
	strategy_draw_drivers(scene, canvas, (struct rect){in.x, in.y + 7, in.w, 2});
}
