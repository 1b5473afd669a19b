/*
 * compare_screen.c -- two cars compared: the gap now and over the laps, pace, lap by lap;
 * compare_many.c draws three to five
 *
 *   the two cars
 *   the gap, and the forecast of the chase
 *   facts of both │ their laps
 *   the gap over the race
 *
 *  (1) The first is the selected car; the others are the tagged cars, else the favourites,
 *      else the car ahead in its class, else the one behind.
 *  (2) Differences are first minus second: negative is quicker.
 *  (3) A forecast has the role and the sign of a guess.
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

/* (1): in the order of the race. */
static void find_others(struct pair *pair, unsigned bit)
{
	const struct view *view = pair->view;
	for (uint32_t i = 0; i < view->standings->count && pair->count < COMPARE_MOST;
	     i++) {
		uint16_t car = view->standings->rows[i].car;
		if (car != pair->cars[0] && listed(view, car) &&
		    (view->table.bits[car] & bit))
			pair->cars[pair->count++] = car;
	}
}

/* False: there is no other. */
static bool find_cars(struct pair *pair)
{
	const struct view *view = pair->view;
	uint16_t other = view_other(view);
	pair->cars[0] = view_car(view);
	pair->count = 1;
	find_others(pair, CAR_TAGGED);
	if (pair->count == 1 && view->compared >= view->race->car_count)
		find_others(pair, CAR_FAVOURITE);
	if (pair->count <= 2 && other != CAR_NONE &&
	    (pair->count == 1 || view->compared < view->race->car_count)) {
		pair->cars[1] = other;
		pair->count = 2;
	}
	for (unsigned i = 0; i < pair->count; i++)
		row_make(pair->scene, pair->cars[i], &pair->rows[i]);
	return pair->count > 1;
}

/* Number and class as a tag, then the team. */
static void compare_draw_who(const struct pair *pair, unsigned which,
			     struct canvas *canvas, struct rect at)
{
	const struct row *row = &pair->rows[which];
	enum role role = class_role(pair->scene, row->index);
	struct pen pen = pen_at(canvas, at);
	pen_tag(&pen, CAR_LABEL(pair->view->race, row->index), role);
	pen_text(&pen, shown_class(pair->view, row->index), role);
	pen.x++;
	pen_words(&pen, row->entry->team, which == 0 ? ROLE_STRONG : ROLE_TEXT);
}

/* ---- the gap ----------------------------------------------------------------- */

static void compare_put_car(struct pen *pen, const struct pair *pair, uint16_t car)
{
	pen_text(pen, CAR_LABEL(pair->view->race, car), class_role(pair->scene, car));
}

/* Forecast of the chase (3). */
static void say_chase(struct pen *pen, const struct pair *pair, uint16_t ahead,
		      uint16_t behind)
{
	struct strategy_catch chase;
	if (!pair->view->strategy || pair->view->classification->finished)
		return;
	strategy_catch(pair->view->strategy, behind, ahead, &chase);
	if (chase.car == CAR_NONE || chase.a_lap == DURATION_NONE)
		return;
	struct field field = {0};
	pen_words(pen, "   forecast: ", ROLE_DIM);
	field_append(&field, "~");
	field_append_time(&field, chase.a_lap < 0 ? -chase.a_lap : chase.a_lap,
			  TIME_TENTH);
	pen_text(pen, field.text, ROLE_GUESS);
	pen_words(pen, chase.a_lap > 0 ? " a lap faster" : " a lap slower", ROLE_DIM);
	if (chase.a_lap <= 0 || chase.at == INSTANT_NONE)
		return;
	if (!chase.before_flag) {
		pen_words(pen, ": not caught before the flag", ROLE_DIM);
		return;
	}
	pen_words(pen, ": caught in ", ROLE_DIM);
	pen_format(pen, ROLE_GUESS, "~%u lap%s", chase.laps,
		   chase.laps == 1 ? "" : "s");
}

/* How the gap changes, by the clean laps of both. */
static void say_trend(struct pen *pen, const struct pair *pair, uint16_t ahead,
		      uint16_t behind)
{
	duration_us trend = trend_between(pair->view, ahead, behind);
	struct field field = {.role = ROLE_TEXT};
	append_trend(&field, trend);
	if (trend == DURATION_NONE) {
		pen_words(pen, ", too few clean laps for a trend", ROLE_DIM);
	} else if (field.text.len == 0) {
		pen_words(pen, ", at the same pace", ROLE_DIM);
	} else {
		pen_words(pen, trend < 0 ? ", closing " : ", opening ", ROLE_DIM);
		pen_text(pen, field.text, field.role);
		pen_words(pen, " s a lap", ROLE_DIM);
	}
}

static void draw_gap(const struct pair *pair, struct canvas *canvas, struct rect at)
{
	const struct view *view = pair->view;
	const struct standing *one = pair->rows[0].standing;
	const struct standing *two = pair->rows[1].standing;
	struct pen pen = pen_at(canvas, at);
	pen.whole = true;
	unsigned first = one && two && two < one;
	uint16_t ahead = pair->cars[first], behind = pair->cars[!first];
	if (view->race->setup.type == SESSION_TIMED)
		return;
	struct gap gap = gap_between(view->race, view->tables, ahead, behind);
	char buf[TIME_TEXT_MAX];
	if (format_gap(buf, gap, TIME_LAP) == 0) {
		pen_words(&pen, "no line crossed by both so far", ROLE_DIM);
		return;
	}
	compare_put_car(&pen, pair, behind);
	pen_words(&pen, " is ", ROLE_DIM);
	if (gap.estimated)
		pen_words(&pen, "~", ROLE_GUESS);
	pen_words(&pen, buf[0] == '+' ? buf + 1 : buf,
		  gap.estimated ? ROLE_GUESS : ROLE_STRONG);
	pen_words(&pen, " behind ", ROLE_DIM);
	compare_put_car(&pen, pair, ahead);
	say_trend(&pen, pair, ahead, behind);
	say_chase(&pen, pair, ahead, behind);
	if (trend_between(view, ahead, behind) != DURATION_NONE)
		pen_format(&pen, ROLE_DIM, "   clean laps: median of the last %u",
			   RACE_PACE_LAPS);
}

/* ---- what is known of both --------------------------------------------------- */

enum fact_column { FACT_WHAT, FACT_OWN, FACT_DIFF, FACT_OTHER, FACT_COLUMNS };

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

/* A fact is a column of the tables, or a time alone (COLUMN_COUNT). */
struct fact {
	const char *what;
	enum column_id column;
	duration_us (*time)(const struct pair *pair, unsigned which);
	uint8_t keep; /* dropped last if highest */
};

static const struct fact facts[] = {
	{"position", COLUMN_POS, NULL, 90},
	{"in class", COLUMN_CLASS_POS, NULL, 85},
	{"laps", COLUMN_LAPS, NULL, 95},
	{"driver", COLUMN_DRIVER, NULL, 60},
	{"last lap", COLUMN_LAST, last_lap, 99},
	{"best lap", COLUMN_BEST, best_lap, 98},
	{"clean laps", COLUMN_COUNT, clean_pace, 97},
	{"theoretical", COLUMN_COUNT, best_sum, 50},
	{"stops", COLUMN_STOPS, NULL, 92},
	{"in the pits", COLUMN_PIT_TOTAL, NULL, 70},
	{"stint, stop", COLUMN_STINT, NULL, 88},
	{"margin", COLUMN_MARGIN, NULL, 40},
	{"at the flag", COLUMN_FLAG_MARGIN, NULL, 45},
};

enum { SECTOR_KEEP = 80, FACTS_MAX = 32 };

static uint32_t fact_figure(const struct fact *fact, uint16_t car)
{
	enum figure figure = fact->column < COLUMN_COUNT ? column_figure(fact->column)
			     : fact->time == clean_pace  ? FIGURE_PACE
							 : FIGURE_NONE;
	return figure_of(figure, car);
}

static void put_fact(const struct pair *pair, const struct grid *grid,
		     const struct fact *fact)
{
	grid_text(grid, FACT_WHAT, slice_of(fact->what), ROLE_DIM);
	for (unsigned i = 0; i < 2; i++) {
		unsigned column = i == 0 ? FACT_OWN : FACT_OTHER;
		struct row row = pair->rows[i];
		struct field field;
		field_clear(&field, ROLE_TEXT);
		row.width = grid->at[column].w;
		row.team = row.vehicle = true; /* they are above */
		if (fact->column < COLUMN_COUNT)
			column_cell(fact->column, &row, &field);
		else
			field_append_time(&field, fact->time(pair, i), TIME_LAP);
		grid_put(grid, column, &field);
		grid_figure(grid, column, fact_figure(fact, pair->cars[i]));
	}
	if (fact->time)
		grid_difference(grid, FACT_DIFF, fact->time(pair, 0),
				fact->time(pair, 1));
}

/* The best or the last time of a sector. */
static void put_sector(const struct pair *pair, const struct grid *grid, unsigned at)
{
	unsigned sector = at / 2;
	bool last = at % 2;
	duration_us times[2];
	struct field what = {0};
	field_format(&what, "s%u %s", sector + 1, last ? "last" : "best");
	grid_text(grid, FACT_WHAT, what.text, ROLE_DIM);
	for (unsigned i = 0; i < 2; i++) {
		const struct car *car = pair->rows[i].car;
		uint8_t index = pair->rows[i].entry->class_index;
		bool best = index < pair->view->race->class_count &&
			    pair->view->race->classes[index].sector_best_car[sector] ==
				    pair->cars[i];
		times[i] = last ? sector_last(pair->view, pair->cars[i], sector)
				: car->sector_best[sector];
		grid_time(grid, i == 0 ? FACT_OWN : FACT_OTHER, times[i], TIME_LAP,
			  best && times[i] == car->sector_best[sector] ? ROLE_CLASS_BEST
			  : last                                       ? ROLE_DIM
								       : ROLE_TEXT);
	}
	grid_difference(grid, FACT_DIFF, times[0], times[1]);
}

/* True when one of the two has a value. */
static bool fact_known(const struct pair *pair, const struct fact *fact)
{
	bool known = false;
	if (pair->view->race->setup.type == SESSION_TIMED &&
	    (fact->column == COLUMN_MARGIN || fact->column == COLUMN_FLAG_MARGIN))
		return false;
	for (unsigned i = 0; i < 2; i++) {
		struct field field = {0};
		struct row row = pair->rows[i];
		row.width = 13;
		if (fact->column < COLUMN_COUNT)
			column_cell(fact->column, &row, &field);
		known |= fact->column < COLUMN_COUNT
				 ? field.text.len > 0
				 : fact->time(pair, i) != DURATION_NONE;
	}
	return known;
}

/* Choose the rows: facts by weight, then the sectors, their last times only when all
 * fit. */
struct fact_choice {
	bool facts[ARRAY_LEN(facts)];
	unsigned count;   /* rows in all */
	unsigned sectors; /* rows: the best, or the best and the last */
	bool lasts;
};

static void choose(const struct pair *pair, unsigned room, struct fact_choice *out)
{
	unsigned sectors = sectors_shown(pair->view);
	*out = (struct fact_choice){.count = 0};
	for (int keep = 99; keep > 0; keep--) {
		if (keep == SECTOR_KEEP && out->count + sectors <= room) {
			out->sectors = sectors;
			out->count += sectors;
		}
		for (unsigned i = 0; i < ARRAY_LEN(facts); i++) {
			if (facts[i].keep != keep || out->count >= room ||
			    !fact_known(pair, &facts[i]))
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
	struct fact_choice all;
	choose(pair, FACTS_MAX, &all);
	return 1 + all.count;
}

static void facts_draw(const struct pair *pair, struct canvas *canvas, struct rect area)
{
	int value = area.w >= FACTS_WIDE ? 14 : 11;
	struct car_label labels[2] = {car_label(pair->view->race, pair->cars[0]),
				      car_label(pair->view->race, pair->cars[1])};
	struct grid_column columns[FACT_COLUMNS] = {
		[FACT_WHAT] = {"", 11, 12, 99, false},
		[FACT_OWN] = {labels[0].text, value, value, 99, true},
		[FACT_DIFF] = {"diff", 8, 9, 98, true},
		[FACT_OTHER] = {labels[1].text, value, value, 99, true},
	};
	if (area.h < 2)
		return;
	struct fact_choice choice;
	choose(pair, (unsigned)area.h - 1, &choice);
	struct grid grid;
	grid_fit(&grid, columns, FACT_COLUMNS, canvas, area);
	grid_heads(&grid);
	for (unsigned i = 0; i < ARRAY_LEN(facts); i++)
		if (choice.facts[i]) {
			put_fact(pair, &grid, &facts[i]);
			grid.y++;
		}
	for (unsigned i = 0; i < choice.sectors; i++, grid.y++)
		put_sector(pair, &grid, choice.lasts ? i : 2 * i);
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

/* Lines of the chart: what the facts leave, at least two fifths; 0: none. */
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
	struct rect room = rect_inside(area);
	struct rect head = {room.x, room.y, room.w / 2 - 1, 1};
	struct scene scene;
	struct pair pair = {.scene = &scene, .view = view};
	if (feeds_waiting(view, canvas, area) || view_car(view) == CAR_NONE)
		return;
	scene_make(view, &scene);
	if (!find_cars(&pair)) {
		rect_words(canvas, room, "no other car to compare with", ROLE_DIM);
		return;
	}
	if (pair.count > 2) {
		compare_many_draw(&pair, canvas, room);
		return;
	}
	for (unsigned i = 0; i < 2; i++) {
		compare_draw_who(&pair, i, canvas, head);
		head.x = room.x + room.w / 2;
		head.w = room.w - room.w / 2;
	}
	draw_gap(&pair, canvas, rect_line(room, 1));
	room = rect_below(room, room.h >= ROOMY ? 3 : 2);
	int chart = chart_lines(&pair, room.h);
	struct rect body = room;
	body.h -= chart + (chart > 0);
	body_draw(&pair, canvas, body);
	if (chart > 0)
		chart_compared_draw(&scene, canvas, rect_below(room, room.h - chart),
				    pair.cars, 2);
}

/* ---- the row of the table ------------------------------------------------------ */

static unsigned compare_needs(const struct view *view)
{
	return view->race->setup.type == SESSION_RACE && !view->classification->finished
		       ? NEED_STRATEGY
		       : 0;
}

static const struct screen_key compare_keys[] = {
	PANE_KEY,
	{ACTION_SELECT_PAGE, "ten laps down or up the list", NULL},
	{ACTION_SELECT_HALF, "five laps down or up the list", NULL},
	{ACTION_TAG, "tag the selected car: one of the others", ""},
	{ACTION_SPAN, "the chart: the whole race, or its last hours", ""},
	{0, NULL, NULL},
};

const struct screen compare_screen = {
	.name = "compare",
	.brief = "comp",
	.title = "Compare",
	.about = "two to five cars: the gap now, over the race and lap by lap",
	.returns = true,
	.draw = compare_draw,
	.key = shared_key,
	.keys = compare_keys,
	.needs = compare_needs,
};
