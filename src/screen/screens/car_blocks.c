/*
 * car_blocks.c -- the blocks of the car screen: what lies ahead of it, its pace, its
 * stints and its drivers
 *
 *  (1) What is foretold is a guess in role and sign, and gone when the winner is home.
 */
#include "car_screen.h"

/* ---- lines of a word and what it says --------------------------------------- */

enum { WORD = 13 };

static void said(struct canvas *canvas, struct rect area, int *y, const char *word,
		 const struct field *field)
{
	if (field->text.len == 0 || *y >= area.y + area.h)
		return;
	canvas_text(canvas, area.x, *y, WORD, slice_of(word), ROLE_DIM);
	canvas_text(canvas, area.x + WORD + 1, *y, area.w - WORD - 1, field->text,
		    field->role);
	++*y;
}

static struct field blank(enum role role)
{
	struct field field;
	field.role = role;
	field.text = (struct slice){"", 0};
	return field;
}

/* ---- outlook ---------------------------------------------------------------- */

const struct forecast_row *car_foretold(const struct view *view, uint16_t car)
{
	const struct forecast *forecast = view->forecast;
	if (!forecast || forecast->flag_at == INSTANT_NONE ||
	    view->classification->finished) /* (1) */
		return NULL;
	for (uint32_t i = 0; i < forecast->count; i++)
		if (forecast->rows[i].car == car)
			return &forecast->rows[i];
	return NULL;
}

static bool counts(const struct one *one)
{
	return one->foretold && one->row.state != CAR_ABSENT;
}

/* The race has a threshold, and so have what it must do and by when. */
static bool measured(const struct one *one)
{
	return counts(one) && one->foretold->threshold_p50 > 0;
}

static bool in_a_class(const struct one *one)
{
	uint8_t c = one->row.entry->class_index;
	return c < one->view->race->class_count && one->view->race->classes[c].cars > 1;
}

int outlook_lines(const struct one *one)
{
	if (!counts(one))
		return 0;
	return 3 + in_a_class(one) + (measured(one) ? 4 : 0);
}

/* Whole laps: one that is not completed does not count. */
static void laps_field(const struct forecast_row *foretold, struct field *out)
{
	*out = blank(ROLE_GUESS);
	field_append(out, "~");
	field_append_number(out, (uint64_t)(foretold->laps_p50 / FORECAST_LAP));
	field_append(out, "   ");
	field_append_number(out, (uint64_t)(foretold->laps_p10 / FORECAST_LAP));
	field_append(out, "\u2013");
	field_append_number(out, (uint64_t)(foretold->laps_p90 / FORECAST_LAP));
	out->role = ROLE_GUESS;
}

/* The chance of its class is said as that of being classified is. */
static void class_chance(const struct one *one, struct field *out)
{
	struct forecast_row chance = *one->foretold;
	struct row row = one->row;
	chance.p_classified = chance.p_class_win;
	row.foretold = &chance;
	*out = blank(ROLE_GUESS);
	field_chance(&row, out);
}

static void margin_said(const struct one *one, struct canvas *canvas, struct rect area,
			int *y)
{
	struct field field = blank(ROLE_TEXT), flag = blank(ROLE_GUESS);
	int x = area.x + WORD + 1, from = *y;
	field_margin(&one->row, &field);
	said(canvas, area, y, "margin", &field);
	field_at_flag(&one->row, &flag);
	if (*y == from || flag.text.len == 0)
		return;
	x += text_width(field.text) + 3;
	x += canvas_text(canvas, x, from, area.x + area.w - x, flag.text, flag.role);
	struct slice words = SLICE("at the flag");
	if (text_width(words) > area.x + area.w - x - 1)
		words = SLICE("at flag");
	canvas_text(canvas, x + 1, from, area.x + area.w - x - 1, words, ROLE_DIM);
}

static void to_do_said(const struct one *one, struct canvas *canvas, struct rect area,
		       int *y)
{
	struct field field = blank(ROLE_GUESS);
	int32_t laps = one->foretold->to_do;
	field_append(&field, "~");
	field_append_number(&field, (uint64_t)(laps > 0 ? laps : 0));
	field_append(&field, laps == 1 ? " lap" : " laps");
	field.role = ROLE_GUESS;
	said(canvas, area, y, "still to do", &field);
}

void outlook_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	int y = area.y + 1;
	canvas_text(canvas, area.x, area.y, area.w, SLICE("Outlook"), ROLE_HEADER);
	struct field field;
	laps_field(one->foretold, &field);
	said(canvas, area, &y, "laps at flag", &field);
	if (measured(one)) {
		margin_said(one, canvas, area, &y);
		field = blank(ROLE_GUESS);
		field_chance(&one->row, &field);
		said(canvas, area, &y, "classified", &field);
		field = blank(ROLE_GUESS);
		field_deadline(&one->row, &field);
		said(canvas, area, &y,
		     foretold_stands(&one->row) ? "rejoin by" : "can afford", &field);
		to_do_said(one, canvas, area, &y);
	}
	if (in_a_class(one)) {
		class_chance(one, &field);
		said(canvas, area, &y, "wins class", &field);
	}
	if (one->foretold->pace == DURATION_NONE)
		return;
	field = blank(ROLE_GUESS);
	field_append(&field, "~");
	field_append_time(&field, one->foretold->pace, TIME_TENTH);
	field_append(&field, " with stops");
	field.role = ROLE_GUESS;
	said(canvas, area, &y, "a lap", &field);
}

/* ---- pace ------------------------------------------------------------------- */

enum pace_column {
	PACE_WHAT,
	PACE_OWN,
	PACE_OTHER,
	PACE_GAP,
	PACE_WHOSE,
	PACE_COLUMNS
};

static const struct grid_column pace_columns[PACE_COLUMNS] = {
	[PACE_WHAT] = {"Pace", 10, 16, 99, false}, [PACE_OWN] = {"own", 8, 8, 99, true},
	[PACE_OTHER] = {"class", 8, 8, 98, true},  [PACE_GAP] = {"", 7, 7, 97, true},
	[PACE_WHOSE] = {"", 4, 4, 60, true},
};

enum { SECTORS_SHOWN = 6 };

static unsigned sectors_of(const struct one *one)
{
	unsigned sectors = one->view->race->setup.line_count;
	if (one->row.entry->class_index >= one->view->race->class_count || sectors < 2)
		return 0;
	return sectors < SECTORS_SHOWN ? sectors : SECTORS_SHOWN;
}

/* Best sectors, their sum, the best lap; then what it drives now. */
int pace_lines(const struct one *one)
{
	unsigned sectors = sectors_of(one);
	return 3 + (one->leader != one->car) + (sectors ? (int)sectors + 1 : 0);
}

struct pace_row {
	const char *what;
	duration_us own, other;
	uint16_t whose; /* of the other; CAR_NONE */
	enum time_style style;
	bool median; /* no best: nobody holds it */
};

static void pace_row(const struct one *one, struct canvas *canvas,
		     const struct grid *grid, int y, const struct pace_row *row)
{
	struct field field;
	bool both = row->own != DURATION_NONE && row->other != DURATION_NONE;
	field_text(&field, slice_of(row->what), ROLE_DIM);
	grid_put(grid, canvas, y, PACE_WHAT, &field);
	field = blank(ROLE_TEXT);
	field_append_time(&field, row->own, row->style);
	field.role =
		!row->median && row->whose == one->car ? ROLE_CLASS_BEST : ROLE_TEXT;
	grid_put(grid, canvas, y, PACE_OWN, &field);
	field = blank(ROLE_TEXT);
	field_append_time(&field, row->other, row->style);
	field.role = ROLE_TEXT;
	grid_put(grid, canvas, y, PACE_OTHER, &field);
	if (both && row->own != row->other) {
		duration_us gap = row->own - row->other;
		field = blank(ROLE_DIM);
		field_append(&field, gap > 0 ? "+" : "\u2212");
		field_append_time(&field, gap > 0 ? gap : -gap, row->style);
		field.role = gap > 0 ? ROLE_DIM : ROLE_GAINED;
		grid_put(grid, canvas, y, PACE_GAP, &field);
	}
	if (row->whose >= one->view->race->car_count || row->whose == one->car)
		return;
	field_text(&field, shown_number(one->view->race, row->whose),
		   class_role(one->scene, row->whose));
	grid_put(grid, canvas, y, PACE_WHOSE, &field);
}

static void pace_now(const struct one *one, struct canvas *canvas,
		     const struct grid *grid, int y, int bottom)
{
	uint8_t c = one->row.entry->class_index;
	struct pace_row row = {.what = "clean laps",
			       .own = car_pace(one->view, one->car),
			       .other = class_pace(one->view, c),
			       .whose = CAR_NONE,
			       .style = TIME_TENTH,
			       .median = true};
	if (y < bottom)
		pace_row(one, canvas, grid, y, &row);
	if (y + 1 >= bottom || one->leader == CAR_NONE || one->leader == one->car)
		return;
	row.what = "its leader";
	row.own = car_pace(one->view, one->car);
	row.other = car_pace(one->view, one->leader);
	row.whose = one->leader;
	pace_row(one, canvas, grid, y + 1, &row);
}

void pace_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	static const struct race_class none = {.lap_best = DURATION_NONE,
					       .lap_best_car = CAR_NONE};
	const struct race *race = one->view->race;
	uint8_t index = one->row.entry->class_index;
	const struct race_class *c =
		index < race->class_count ? &race->classes[index] : &none;
	unsigned sectors = sectors_of(one);
	struct pace_row row = {.style = TIME_LAP};
	int y = area.y + 1, bottom = area.y + area.h;
	if (area.h < pace_lines(one)) /* the sectors give way */
		sectors = 0;
	struct grid grid;
	grid_fit(&grid, pace_columns, PACE_COLUMNS, area.x, area.w);
	grid_heads(&grid, canvas, area.y);
	for (unsigned i = 0; i < sectors; i++) {
		char name[] = {'s', 'e', 'c', 't', 'o', 'r', ' ', (char)('1' + i), 0};
		row.what = name;
		row.own = one->row.car->sector_best[i];
		row.other = c->sector_best[i];
		row.whose = c->sector_best_car[i];
		pace_row(one, canvas, &grid, y++, &row);
	}
	if (sectors) {
		row.what = "their sum";
		row.own = sectors_sum(one->view, one->row.car->sector_best);
		row.other = sectors_sum(one->view, c->sector_best);
		row.whose = CAR_NONE;
		pace_row(one, canvas, &grid, y++, &row);
	}
	row.what = "best lap";
	row.own = one->row.car->lap_best;
	row.other = c->lap_best;
	row.whose = c->lap_best_car;
	pace_row(one, canvas, &grid, y++, &row);
	pace_now(one, canvas, &grid, y, bottom);
}

/* ---- stints ----------------------------------------------------------------- */

enum stint_column {
	STINT_NUMBER,
	STINT_FROM,
	STINT_LAPS,
	STINT_TIME,
	STINT_DRIVER,
	STINT_PACE,
	STINT_STOP,
	STINT_COLUMNS
};

static const struct grid_column stint_columns[STINT_COLUMNS] = {
	[STINT_NUMBER] = {"Stint", 5, 5, 99, true},
	[STINT_FROM] = {"From", 4, 4, 82, true},
	[STINT_LAPS] = {"Laps", 4, 4, 98, true},
	[STINT_TIME] = {"Time", 7, 7, 80, true},
	[STINT_DRIVER] = {"Driver", 10, 20, 97, false},
	[STINT_PACE] = {"Pace", 6, 6, 85, true},
	[STINT_STOP] = {"Stop", 7, 7, 95, true},
};

int stints_lines(const struct one *one)
{
	return one->facts.stint_count ? 1 + (int)one->facts.stint_count : 0;
}

static void driver_field(const struct one *one, unsigned driver, bool whole,
			 struct field *out)
{
	*out = blank(ROLE_TEXT);
	if (driver >= one->row.entry->driver_count || driver >= RACE_DRIVERS_MAX)
		return;
	field_name(out, one->row.entry->drivers[driver], whole);
	out->role = ROLE_TEXT;
}

/* "0:58", "~2:01", "1h12". */
static void stop_field(const struct stint_fact *stint, struct field *out)
{
	*out = blank(ROLE_TEXT);
	if (stint->runs)
		return;
	if (stint->stop != DURATION_NONE) {
		field_append(out, stint->stands ? "P " : stint->estimated ? "~" : "");
		field_append_time(out, stint->stop, TIME_SPAN);
	}
	out->role = stint->stands      ? ROLE_IN_PIT
		    : stint->estimated ? ROLE_GUESS
				       : ROLE_TEXT;
}

static void stint_row(const struct one *one, struct canvas *canvas,
		      const struct grid *grid, int y, const struct stint_fact *stint)
{
	struct field field;
	field_number(&field, stint->number, ROLE_DIM);
	grid_put(grid, canvas, y, STINT_NUMBER, &field);
	field_number(&field, stint->first_lap, ROLE_DIM);
	grid_put(grid, canvas, y, STINT_FROM, &field);
	field_number(&field, stint->laps, ROLE_TEXT);
	grid_put(grid, canvas, y, STINT_LAPS, &field);
	field = blank(ROLE_DIM);
	field_append_time(&field, stint->time, TIME_SHORT);
	field.role = ROLE_DIM;
	grid_put(grid, canvas, y, STINT_TIME, &field);
	driver_field(one, stint->driver, grid->at[STINT_DRIVER].w >= 18, &field);
	if (stint->runs)
		field.role = ROLE_STRONG;
	grid_put(grid, canvas, y, STINT_DRIVER, &field);
	field = blank(ROLE_TEXT);
	field_append_time(&field, stint->pace, TIME_TENTH);
	field.role = ROLE_TEXT;
	grid_put(grid, canvas, y, STINT_PACE, &field);
	stop_field(stint, &field);
	grid_put(grid, canvas, y, STINT_STOP, &field);
}

void stints_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	const struct car_facts *facts = &one->facts;
	int y = area.y + 1, bottom = area.y + area.h;
	struct grid grid;
	grid_fit(&grid, stint_columns, STINT_COLUMNS, area.x, area.w);
	grid_heads(&grid, canvas, area.y);
	for (unsigned i = 0; i < facts->stint_count && y < bottom; i++, y++) {
		if (y + 1 == bottom && i + 1 < facts->stint_count) {
			draw_more(canvas, area.x, y, area.w,
				  facts->stint_count + facts->stints_before - i);
			return;
		}
		stint_row(one, canvas, &grid, y, &facts->stints[i]);
	}
}

/* ---- drivers ---------------------------------------------------------------- */

enum driver_column {
	DRIVER_NAME,
	DRIVER_TIME,
	DRIVER_STINTS,
	DRIVER_LAPS,
	DRIVER_BEST,
	DRIVER_PACE,
	DRIVER_COLUMNS
};

static const struct grid_column driver_columns[DRIVER_COLUMNS] = {
	[DRIVER_NAME] = {"Drivers", 12, 22, 99, false},
	[DRIVER_TIME] = {"Driven", 7, 7, 98, true},
	[DRIVER_STINTS] = {"Stints", 6, 6, 50, true},
	[DRIVER_LAPS] = {"Laps", 4, 4, 60, true},
	[DRIVER_BEST] = {"Best", 8, 8, 80, true},
	[DRIVER_PACE] = {"Pace", 6, 6, 90, true},
};

int drivers_lines(const struct one *one)
{
	return one->row.entry->driver_count ? 1 + one->row.entry->driver_count : 0;
}

static void driver_row(const struct one *one, struct canvas *canvas,
		       const struct grid *grid, int y, unsigned driver)
{
	const struct driver_fact *fact = &one->facts.drivers[driver];
	struct field field;
	driver_field(one, driver, grid->at[DRIVER_NAME].w >= 18, &field);
	if (one->row.car->driver == driver)
		field.role = ROLE_STRONG;
	grid_put(grid, canvas, y, DRIVER_NAME, &field);
	if (fact->laps == 0 && one->row.car->driver != driver)
		return;
	field = blank(ROLE_TEXT);
	field_append_time(&field, fact->time, TIME_CLOCK);
	field.role = ROLE_TEXT;
	grid_put(grid, canvas, y, DRIVER_TIME, &field);
	field_number(&field, fact->stints, ROLE_DIM);
	grid_put(grid, canvas, y, DRIVER_STINTS, &field);
	field_number(&field, fact->laps, ROLE_DIM);
	grid_put(grid, canvas, y, DRIVER_LAPS, &field);
	field = blank(ROLE_TEXT);
	field_append_time(&field, fact->best, TIME_LAP);
	field.role = fact->best != DURATION_NONE && fact->best == one->row.car->lap_best
			     ? ROLE_PERSONAL_BEST
			     : ROLE_TEXT;
	grid_put(grid, canvas, y, DRIVER_BEST, &field);
	field = blank(ROLE_TEXT);
	field_append_time(&field, fact->pace, TIME_TENTH);
	field.role = ROLE_TEXT;
	grid_put(grid, canvas, y, DRIVER_PACE, &field);
}

void drivers_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	struct grid grid;
	int y = area.y + 1;
	grid_fit(&grid, driver_columns, DRIVER_COLUMNS, area.x, area.w);
	grid_heads(&grid, canvas, area.y);
	for (unsigned i = 0; i < one->row.entry->driver_count && i < RACE_DRIVERS_MAX &&
			     y < area.y + area.h;
	     i++)
		driver_row(one, canvas, &grid, y++, i);
}
