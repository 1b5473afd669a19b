/*
 * compare_screen.c -- two cars against each other: the gap now and over the laps, what each
 * can do, lap by lap
 *
 *   who they are
 *   the gap, and how the chase goes on
 *   what is known of both │ their laps
 *   the gap over the race
 *
 *  (1) The screen is about the selected car; the other is the one that was tagged, else
 *      the one ahead of it in its class, else the one behind.
 *  (2) Differences are those of the first to the second: negative is quicker.
 *  (3) What is foretold is a guess in role and sign.
 */
#include "compare_screen.h"
#include "chart.h"

#include <string.h>

enum {
	FACTS_WIDE = 52,
	FACTS_LEAST = 44,
	LAPS_LEAST = 30,
	ROOMY = 28,
	CHART_LEAST = 7
};

/* ---- who they are (1) -------------------------------------------------------- */

static bool listed(const struct view *view, uint16_t car)
{
	return car < view->race->car_count && !view->race->entries[car].merged &&
	       !view->race->entries[car].not_started;
}

uint16_t view_other(const struct view *view)
{
	const struct race *race = view->race;
	uint16_t car = view_car(view), ahead = CAR_NONE, behind = CAR_NONE;
	uint16_t any = CAR_NONE;
	bool passed = false;
	if (car == CAR_NONE)
		return CAR_NONE;
	if (view->compared != car && listed(view, view->compared))
		return view->compared;
	for (uint32_t i = 0; i < view->standings->count; i++) {
		uint16_t other = view->standings->rows[i].car;
		if (other == car) {
			passed = true;
			continue;
		}
		if (!listed(view, other))
			continue;
		if (any == CAR_NONE || !passed)
			any = other;
		if (race->entries[other].class_index != race->entries[car].class_index)
			continue;
		if (!passed)
			ahead = other;
		else if (behind == CAR_NONE)
			behind = other;
	}
	return ahead != CAR_NONE ? ahead : behind != CAR_NONE ? behind : any;
}

/* Number and class as a tag, then the team. */
static void draw_who(const struct pair *pair, unsigned which, struct canvas *canvas,
		     struct rect at)
{
	const struct row *row = &pair->rows[which];
	enum role role = class_role(pair->scene, row->index);
	struct field field = {.text = {"", 0}};
	char label[16];
	int x = at.x, right = at.x + at.w, w;
	race_car_label(pair->view->race, row->index, label);
	field_append(&field, " ");
	field_append(&field, label);
	field_append(&field, " ");
	w = canvas_text(canvas, x, at.y, at.w, field.text, role);
	canvas_mark(canvas, x, at.y, w, CELL_SELECTED);
	x += w + 1;
	x += canvas_text(canvas, x, at.y, right - x,
			 shown_class(pair->view, row->index), role) +
	     1;
	canvas_text(canvas, x, at.y, right - x, slice_of(row->entry->team),
		    which == 0 ? ROLE_STRONG : ROLE_TEXT);
}

/* ---- the gap ----------------------------------------------------------------- */

/* Words one after the other, each whole or not at all. */
struct line {
	struct canvas *canvas;
	int x, y, right;
};

static void say(struct line *line, struct slice text, enum role role)
{
	int w = text_width(text);
	if (line->x + w > line->right) {
		line->x = line->right + 1;
		return;
	}
	line->x += canvas_text(line->canvas, line->x, line->y, w, text, role);
}

static void say_car(struct line *line, const struct pair *pair, uint16_t car)
{
	char label[16];
	race_car_label(pair->view->race, car, label);
	say(line, slice_of(label), class_role(pair->scene, car));
}

static void say_guess(struct line *line, uint64_t n, const char *one, const char *many)
{
	struct field field = {.text = {"", 0}};
	field_append(&field, "~");
	field_append_number(&field, n);
	field_append(&field, n == 1 ? one : many);
	say(line, field.text, ROLE_GUESS);
}

/* How the chase goes on, as far as it can be foretold (3). */
static void say_chase(struct line *line, const struct pair *pair, uint16_t ahead,
		      uint16_t behind)
{
	struct field field = {.text = {"", 0}};
	if (!pair->view->strategy || pair->view->classification->finished)
		return;
	struct strategy_catch chase;
	strategy_catch(pair->view->strategy, behind, ahead, &chase);
	if (chase.car == CAR_NONE || chase.a_lap == DURATION_NONE)
		return;
	say(line, SLICE("   "), ROLE_TEXT);
	say_car(line, pair, behind);
	field_append(&field, " ~");
	field_append_time(&field, chase.a_lap < 0 ? -chase.a_lap : chase.a_lap,
			  TIME_TENTH);
	say(line, field.text, ROLE_GUESS);
	say(line, chase.a_lap > 0 ? SLICE(" a lap quicker") : SLICE(" a lap slower"),
	    ROLE_DIM);
	if (chase.a_lap <= 0 || chase.at == INSTANT_NONE)
		return;
	if (!chase.before_flag) {
		say(line, SLICE(": not caught before the flag"), ROLE_DIM);
		return;
	}
	say(line, SLICE(": caught in "), ROLE_DIM);
	say_guess(line, chase.laps, " lap", " laps");
}

static void draw_gap(const struct pair *pair, struct canvas *canvas, struct rect at)
{
	const struct view *view = pair->view;
	const struct standing *one = pair->rows[0].standing;
	const struct standing *two = pair->rows[1].standing;
	struct line line = {canvas, at.x, at.y, at.x + at.w};
	unsigned first = one && two && two < one;
	uint16_t ahead = pair->cars[first], behind = pair->cars[!first];
	if (view->race->setup.type == SESSION_TIMED)
		return;
	struct gap gap = gap_between(view->race, view->tables, ahead, behind);
	char buf[TIME_TEXT_MAX];
	size_t n = format_gap(buf, gap, TIME_LAP);
	if (n == 0) {
		say(&line, SLICE("no line yet that both have crossed"), ROLE_DIM);
		return;
	}
	say_car(&line, pair, behind);
	say(&line, SLICE(" is "), ROLE_DIM);
	if (gap.estimated)
		say(&line, SLICE("~"), ROLE_GUESS);
	say(&line, (struct slice){buf[0] == '+' ? buf + 1 : buf, n - (buf[0] == '+')},
	    gap.estimated ? ROLE_GUESS : ROLE_STRONG);
	say(&line, SLICE(" behind "), ROLE_DIM);
	say_car(&line, pair, ahead);
	say_chase(&line, pair, ahead, behind);
}

/* ---- what is known of both --------------------------------------------------- */

enum fact_column { FACT_WHAT, FACT_OWN, FACT_DIFF, FACT_OTHER, FACT_COLUMNS };

void compare_difference(duration_us own, duration_us other, enum time_style style,
			struct field *out)
{
	field_text(out, (struct slice){out->buf, 0}, ROLE_DIM);
	if (own == DURATION_NONE || other == DURATION_NONE)
		return;
	duration_us by = own - other;
	if (by == 0) {
		field_append(out, "=");
		return;
	}
	field_append(out, by > 0 ? "+" : "\u2212");
	field_append_time(out, by > 0 ? by : -by, style);
	out->role = by > 0 ? ROLE_LOST : ROLE_GAINED;
}

static duration_us last_lap(const struct pair *pair, unsigned which)
{
	return pair->rows[which].car->lap_last;
}

static duration_us best_lap(const struct pair *pair, unsigned which)
{
	return pair->rows[which].car->lap_best;
}

static duration_us clean_pace(const struct pair *pair, unsigned which)
{
	return car_pace(pair->view, pair->cars[which]);
}

static duration_us best_sum(const struct pair *pair, unsigned which)
{
	return sectors_sum(pair->view, pair->rows[which].car->sector_best);
}

/* A fact is a column of the tables, or a time of which no table has one. */
struct fact {
	const char *what;
	void (*field)(const struct row *row, struct field *out);
	duration_us (*time)(const struct pair *pair, unsigned which);
	uint8_t keep; /* the higher the longer */
};

static const struct fact facts[] = {
	{"position", field_position, NULL, 90},
	{"in class", field_class_position, NULL, 85},
	{"laps", field_laps, NULL, 95},
	{"driver", field_driver, NULL, 60},
	{"last lap", field_last, last_lap, 99},
	{"best lap", field_best, best_lap, 98},
	{"clean laps", NULL, clean_pace, 97},
	{"theoretical", NULL, best_sum, 50},
	{"stops", field_stops, NULL, 92},
	{"in the pits", field_pit_total, NULL, 70},
	{"stint, stop", field_stint, NULL, 88},
	{"margin", field_margin, NULL, 40},
	{"at the flag", field_at_flag, NULL, 45},
};

enum { SECTOR_KEEP = 80, SECTORS_SHOWN = 6, FACTS_MAX = 32 };

/* As exact as the column allows. */
static void put_diff(const struct grid *grid, struct canvas *canvas, int y,
		     const duration_us times[2])
{
	struct field field;
	compare_difference(times[0], times[1], TIME_LAP, &field);
	if (text_width(field.text) > grid->at[FACT_DIFF].w)
		compare_difference(times[0], times[1], TIME_TENTH, &field);
	grid_put(grid, canvas, y, FACT_DIFF, &field);
}

static void put_what(const struct grid *grid, struct canvas *canvas, int y,
		     const char *what)
{
	struct field field;
	field_text(&field, slice_of(what), ROLE_DIM);
	grid_put(grid, canvas, y, FACT_WHAT, &field);
}

static void put_fact(const struct pair *pair, struct canvas *canvas,
		     const struct grid *grid, int y, const struct fact *fact)
{
	put_what(grid, canvas, y, fact->what);
	struct field field;
	for (unsigned i = 0; i < 2; i++) {
		unsigned column = i == 0 ? FACT_OWN : FACT_OTHER;
		struct row row = pair->rows[i];
		field_text(&field, (struct slice){field.buf, 0}, ROLE_TEXT);
		row.width = grid->at[column].w;
		if (fact->field)
			fact->field(&row, &field);
		else
			field_append_time(&field, fact->time(pair, i), TIME_LAP);
		grid_put(grid, canvas, y, column, &field);
	}
	if (fact->time)
		put_diff(grid, canvas, y,
			 (duration_us[2]){fact->time(pair, 0), fact->time(pair, 1)});
}

/* The best of a sector, and the last: side by side. */
static void put_sector(const struct pair *pair, struct canvas *canvas,
		       const struct grid *grid, int y, unsigned at)
{
	unsigned sector = at / 2;
	bool last = at % 2;
	char what[] = {'s', (char)('1' + sector), ' ', 'b', 'e', 's', 't', 0};
	if (last)
		memcpy(what + 3, "last", 5);
	put_what(grid, canvas, y, what);
	struct field field;
	duration_us times[2];
	for (unsigned i = 0; i < 2; i++) {
		const struct car *car = pair->rows[i].car;
		uint8_t index = pair->rows[i].entry->class_index;
		bool best = index < pair->view->race->class_count &&
			    pair->view->race->classes[index].sector_best_car[sector] ==
				    pair->cars[i];
		times[i] = last ? car->sector_last[sector] : car->sector_best[sector];
		field_text(&field, (struct slice){field.buf, 0}, ROLE_TEXT);
		field_append_time(&field, times[i], TIME_LAP);
		field.role = best && times[i] == car->sector_best[sector]
				     ? ROLE_CLASS_BEST
			     : last ? ROLE_DIM
				    : ROLE_TEXT;
		grid_put(grid, canvas, y, i == 0 ? FACT_OWN : FACT_OTHER, &field);
	}
	put_diff(grid, canvas, y, times);
}

static unsigned sectors_of(const struct pair *pair)
{
	unsigned lines = pair->view->race->setup.line_count;
	return lines < 2 ? 0 : lines < SECTORS_SHOWN ? lines : SECTORS_SHOWN;
}

/* It has something to say of one of the two. */
static bool fact_told(const struct pair *pair, const struct fact *fact)
{
	bool told = false;
	for (unsigned i = 0; i < 2; i++) {
		struct field field = {.text = {"", 0}};
		struct row row = pair->rows[i];
		row.width = 13;
		if (fact->field)
			fact->field(&row, &field);
		told |= fact->field ? field.text.len > 0
				    : fact->time(pair, i) != DURATION_NONE;
	}
	return told;
}

/* Which rows there is room for: facts by their weight, then the sectors, the last of
 * them only when all of them fit. */
struct choice {
	bool facts[ARRAY_LEN(facts)];
	unsigned count;   /* of all rows */
	unsigned sectors; /* rows: the best, or the best and the last */
	bool lasts;
};

static void choose(const struct pair *pair, unsigned room, struct choice *out)
{
	unsigned sectors = sectors_of(pair);
	*out = (struct choice){.count = 0};
	for (int keep = 99; keep > 0; keep--) {
		if (keep == SECTOR_KEEP && out->count + sectors <= room) {
			out->sectors = sectors;
			out->count += sectors;
		}
		for (unsigned i = 0; i < ARRAY_LEN(facts); i++) {
			if (facts[i].keep != keep || out->count >= room ||
			    !fact_told(pair, &facts[i]))
				continue;
			out->facts[i] = true;
			out->count++;
		}
	}
	if (out->sectors > 0 && out->count + sectors <= room) {
		out->lasts = true;
		out->sectors += sectors;
		out->count += sectors;
	}
}

static unsigned facts_lines(const struct pair *pair)
{
	struct choice all;
	choose(pair, FACTS_MAX, &all);
	return 1 + all.count;
}

static void facts_draw(const struct pair *pair, struct canvas *canvas, struct rect area)
{
	int value = area.w >= FACTS_WIDE ? 14 : 11;
	char labels[2][16];
	struct grid_column columns[FACT_COLUMNS] = {
		[FACT_WHAT] = {"", 11, 12, 99, false},
		[FACT_OWN] = {labels[0], value, value, 99, true},
		[FACT_DIFF] = {"diff", 8, 9, 98, true},
		[FACT_OTHER] = {labels[1], value, value, 99, true},
	};
	int y = area.y;
	if (area.h < 2)
		return;
	for (unsigned i = 0; i < 2; i++)
		race_car_label(pair->view->race, pair->cars[i], labels[i]);
	struct choice choice;
	choose(pair, (unsigned)area.h - 1, &choice);
	struct grid grid;
	grid_fit(&grid, columns, FACT_COLUMNS, area.x, area.w);
	grid_heads(&grid, canvas, y++);
	for (unsigned i = 0; i < ARRAY_LEN(facts); i++)
		if (choice.facts[i])
			put_fact(pair, canvas, &grid, y++, &facts[i]);
	for (unsigned i = 0; i < choice.sectors; i++)
		put_sector(pair, canvas, &grid, y++, choice.lasts ? i : 2 * i);
}

/* ---- the screen -------------------------------------------------------------- */

static void body_draw(const struct pair *pair, struct canvas *canvas, struct rect area)
{
	int side = area.w >= 100 ? FACTS_WIDE : FACTS_LEAST;
	int most = compare_laps_width(pair);
	struct rect laps = {area.x + side + 3, area.y, area.w - side - 3, area.h};
	if (laps.w < LAPS_LEAST) {
		facts_draw(pair, canvas, area);
		return;
	}
	facts_draw(pair, canvas, (struct rect){area.x, area.y, side, area.h});
	canvas_vline(canvas, area.x + side + 1, area.y, area.h, ROLE_RULE);
	if (laps.w > most)
		laps.w = most;
	compare_laps_draw(pair, canvas, laps);
}

/* The chart takes what the facts leave, and at least a third where there is one. */
static int chart_lines(const struct pair *pair, int h)
{
	int facts_need = (int)facts_lines(pair), lines = h - facts_need - 1;
	if (pair->view->race->setup.type == SESSION_TIMED || h < 2 * CHART_LEAST)
		return 0;
	if (lines < h * 2 / 5)
		lines = h * 2 / 5;
	return lines < CHART_LEAST ? CHART_LEAST : lines;
}

static void compare_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	struct rect room = {area.x + 1, area.y, area.w - 2, area.h};
	struct rect head = {area.x + 1, area.y, (area.w - 2) / 2 - 1, 1};
	struct scene scene;
	struct pair pair = {.scene = &scene, .view = view};
	if (feeds_waiting(view, canvas, area) || view_car(view) == CAR_NONE)
		return;
	pair.cars[0] = view_car(view);
	pair.cars[1] = view_other(view);
	if (pair.cars[1] == CAR_NONE) {
		canvas_text(canvas, room.x, room.y, room.w,
			    SLICE("one car alone: there is none to compare it with"),
			    ROLE_DIM);
		return;
	}
	scene_make(view, &scene);
	for (unsigned i = 0; i < 2; i++) {
		row_make(&scene, pair.cars[i], &pair.rows[i]);
		draw_who(&pair, i, canvas, head);
		head.x = room.x + room.w / 2;
		head.w = room.w - room.w / 2;
	}
	room.y++;
	draw_gap(&pair, canvas, (struct rect){room.x, room.y, room.w, 1});
	room.y += room.h >= ROOMY ? 2 : 1;
	room.h = area.y + area.h - room.y;
	int chart = chart_lines(&pair, room.h);
	body_draw(&pair, canvas,
		  (struct rect){room.x, room.y, room.w, room.h - chart - (chart > 0)});
	if (chart > 0)
		chart_pair_draw(
			&scene, canvas,
			(struct rect){room.x, room.y + room.h - chart, room.w, chart},
			pair.cars);
}

/* ---- the row of the table ------------------------------------------------------ */

static bool compare_key(struct view *view, const struct key_binding *key,
			struct wish *wish)
{
	if (key->action == ACTION_PANE)
		return pane_key(view, key, wish);
	return laps_key(view, key) || chart_key(view, key, wish);
}

static unsigned compare_needs(const struct view *view)
{
	return view->race->setup.type == SESSION_RACE && !view->classification->finished
		       ? NEED_STRATEGY
		       : 0;
}

static const struct screen_key compare_keys[] = {
	{ACTION_PANE, "select the first car of the next class", NULL},
	{ACTION_SELECT_PAGE, "ten laps down or up the list", NULL},
	{ACTION_TAG, "tag the selected car: it is the other one", ""},
	{ACTION_SPAN, "the chart: the whole race, or its last hours", ""},
	{0, NULL, NULL},
};

const struct screen compare_screen = {
	.name = "compare",
	.title = "Compare",
	.about = "two cars: their gap, now and over the race, and lap by lap",
	.returns = true,
	.draw = compare_draw,
	.key = compare_key,
	.keys = compare_keys,
	.needs = compare_needs,
};
