/*
 * car_blocks.c -- the blocks of the car screen: outlook, pace, stints and drivers
 *
 *  (1) A forecast has the role and the sign of a guess, and disappears after the finish.
 */
#include "car_screen.h"

/* ---- outlook ---------------------------------------------------------------- */

const struct forecast_row *car_forecast(const struct view *view, uint16_t car)
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

static bool outlook_known(const struct one *one)
{
	return one->forecast && one->row.state != CAR_ABSENT;
}

/* True when the race has a threshold. */
static bool measured(const struct one *one)
{
	return outlook_known(one) && one->forecast->threshold_p50 > 0;
}

static bool in_a_class(const struct one *one)
{
	uint8_t c = one->row.entry->class_index;
	return c < one->view->race->class_count && one->view->race->classes[c].cars > 1;
}

int outlook_lines(const struct one *one)
{
	if (!outlook_known(one))
		return 0;
	return 3 + in_a_class(one) + (measured(one) ? 4 : 0);
}

/* Lines of a dim word and a value. */
struct facts {
	struct canvas *canvas;
	struct rect area; /* what is left */
	uint16_t car;
};
enum { WORD = 13 };

/* Returns the pen after the value. */
static struct pen fact(struct facts *facts, const char *word, enum figure figure,
		       const struct field *field)
{
	struct pen pen = pen_at(facts->canvas, facts->area);
	if (field->text.len == 0 || facts->area.h < 1) {
		pen.right = pen.x;
		return pen;
	}
	pen_words(&pen, word, ROLE_DIM);
	pen.x = facts->area.x + WORD + 1;
	pen.figure = figure_of(figure, facts->car);
	pen_text(&pen, field->text, field->role);
	facts->area = rect_below(facts->area, 1);
	return pen;
}

/* A fact from a column of the tables. */
static struct pen cell_fact(struct facts *facts, const char *word,
			    enum column_id column, const struct row *row)
{
	struct field field;
	field_clear(&field, ROLE_TEXT);
	column_cell(column, row, &field);
	return fact(facts, word, column_figure(column), &field);
}

static void margin_fact(const struct one *one, struct facts *facts)
{
	struct field flag = {0};
	struct pen pen = cell_fact(facts, "margin", COLUMN_MARGIN, &one->row);
	field_at_flag(&one->row, &flag);
	if (flag.text.len == 0)
		return;
	pen.x += 3;
	pen.figure = figure_of(FIGURE_FLAG_MARGIN, one->car);
	pen_text(&pen, flag.text, flag.role);
	pen.x++;
	bool fits = pen.x + text_width(SLICE("at the flag")) <= pen.right;
	pen_words(&pen, fits ? "at the flag" : "at flag", ROLE_DIM);
}

/* The chances to win the class, and the race where there is one. */
static void class_fact(const struct one *one, struct facts *facts)
{
	struct field field = {.role = ROLE_GUESS};
	append_chance(&field, one->forecast->p_class_win);
	struct pen pen = fact(facts, "wins class", FIGURE_NONE, &field);
	if (one->forecast->p_race_win == 0 || one->view->race->class_count < 2)
		return;
	field_clear(&field, ROLE_GUESS);
	append_chance(&field, one->forecast->p_race_win);
	if (pen.x + 3 + text_width(field.text) + 9 > pen.right)
		return;
	pen.x += 3;
	pen_text(&pen, field.text, field.role);
	pen.x++;
	pen_words(&pen, "the race", ROLE_DIM);
}

void outlook_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	const struct forecast_row *forecast = one->forecast;
	struct facts facts = {canvas, rect_below(area, 1), one->car};
	struct field field = {.role = ROLE_GUESS};
	rect_words(canvas, area, "Outlook", ROLE_HEADER);
	/* Completed laps only. */
	field_format(&field, "~%d   %d\u2013%d", forecast->laps_p50 / FORECAST_LAP,
		     forecast->laps_p10 / FORECAST_LAP,
		     forecast->laps_p90 / FORECAST_LAP);
	fact(&facts, "laps at flag", FIGURE_FLAG_LAPS, &field);
	if (measured(one)) {
		margin_fact(one, &facts);
		cell_fact(&facts, "classified", COLUMN_CHANCE, &one->row);
		cell_fact(&facts,
			  forecast_stands(&one->row) ? "rejoin by" : "can afford",
			  COLUMN_DEADLINE, &one->row);
		field_clear(&field, ROLE_GUESS);
		field_append(&field, "~");
		field_append_count(&field,
				   forecast->to_do > 0 ? (unsigned)forecast->to_do : 0,
				   "lap");
		fact(&facts, "still to do", FIGURE_NONE, &field);
	}
	if (in_a_class(one))
		class_fact(one, &facts);
	if (forecast->pace == DURATION_NONE)
		return;
	field_clear(&field, ROLE_GUESS);
	field_append(&field, "~");
	field_append_time(&field, forecast->pace, TIME_TENTH);
	field_append(&field, " with stops");
	fact(&facts, "pace to flag", FIGURE_NONE, &field);
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

static unsigned pace_sectors(const struct one *one)
{
	return one->row.entry->class_index < one->view->race->class_count
		       ? sectors_timed(one->view)
		       : 0;
}

/* Best sectors, their sum, the best lap; then the current pace. */
int pace_lines(const struct one *one)
{
	unsigned sectors = pace_sectors(one);
	return 3 + (one->leader != one->car) + (sectors ? (int)sectors + 1 : 0);
}

/* @whose: the car that @other is of; CAR_NONE. @median: no best, so no car holds it. */
struct pace_row {
	const char *what;
	duration_us own, other;
	uint16_t whose;
	enum time_style style;
	bool median;
	enum figure figure; /* that @own is */
};

static void pace_row(const struct one *one, struct grid *grid,
		     const struct pace_row *row)
{
	bool holds = !row->median && row->whose == one->car;
	grid_text(grid, PACE_WHAT, slice_of(row->what), ROLE_DIM);
	grid_time(grid, PACE_OWN, row->own, row->style,
		  holds ? ROLE_CLASS_BEST : ROLE_TEXT);
	grid_figure(grid, PACE_OWN, figure_of(row->figure, one->car));
	grid_time(grid, PACE_OTHER, row->other, row->style, ROLE_TEXT);
	struct field gap;
	field_difference(row->own, row->other, row->style, &gap);
	if (row->own != row->other) {
		gap.role = gap.role == ROLE_LOST ? ROLE_DIM : gap.role;
		grid_put(grid, PACE_GAP, &gap);
	}
	if (row->whose < one->view->race->car_count && row->whose != one->car)
		grid_text(grid, PACE_WHOSE, SHOWN_NUMBER(one->view->race, row->whose),
			  class_role(one->scene, row->whose));
	grid->y++;
}

static void pace_now(const struct one *one, struct grid *grid, int bottom)
{
	duration_us own = car_pace(one->view, one->car);
	uint8_t c = one->row.entry->class_index;
	if (grid->y < bottom)
		pace_row(one, grid,
			 &(struct pace_row){"clean laps", own, class_pace(one->view, c),
					    CAR_NONE, TIME_TENTH, true, FIGURE_PACE});
	if (grid->y < bottom && one->leader != CAR_NONE && one->leader != one->car)
		pace_row(one, grid,
			 &(struct pace_row){
				 "its leader", own, car_pace(one->view, one->leader),
				 one->leader, TIME_TENTH, true, FIGURE_PACE});
}

void pace_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	static const struct race_class none = {.lap_best = DURATION_NONE,
					       .lap_best_car = CAR_NONE};
	const struct race *race = one->view->race;
	const struct car *car = one->row.car;
	uint8_t index = one->row.entry->class_index;
	const struct race_class *c =
		index < race->class_count ? &race->classes[index] : &none;
	unsigned sectors = pace_sectors(one);
	if (area.h < pace_lines(one)) /* without the sectors */
		sectors = 0;
	struct grid grid;
	grid_fit(&grid, pace_columns, PACE_COLUMNS, canvas, area);
	grid_heads(&grid);
	for (unsigned i = 0; i < sectors; i++) {
		char name[] = {'s', 'e', 'c', 't', 'o', 'r', ' ', (char)('1' + i), 0};
		pace_row(one, &grid,
			 &(struct pace_row){name, car->sector_best[i],
					    c->sector_best[i], c->sector_best_car[i],
					    TIME_LAP, false, FIGURE_NONE});
	}
	if (sectors)
		pace_row(one, &grid,
			 &(struct pace_row){"their sum",
					    sectors_sum(one->view, car->sector_best),
					    sectors_sum(one->view, c->sector_best),
					    CAR_NONE, TIME_LAP, false, FIGURE_NONE});
	pace_row(one, &grid,
		 &(struct pace_row){"best lap", car->lap_best, c->lap_best,
				    c->lap_best_car, TIME_LAP, false, FIGURE_BEST});
	pace_now(one, &grid, area.y + area.h);
}

/* ---- what the source measures ------------------------------------------------ */

static bool tyre_known(const struct car *car)
{
	return car->values[VALUE_TYRE] > TYRE_UNKNOWN ||
	       car->values[VALUE_TYRE_LAPS] != VALUE_NONE;
}

int measured_lines(const struct one *one)
{
	const struct car *car = one->row.car;
	int lines = (car->values[VALUE_ENERGY] != VALUE_NONE) + tyre_known(car);
	return lines ? 1 + lines : 0;
}

/* Median of what its newest laps used, per mille; 0: unknown. Refuelling ends a lap with
 * more. */
static int energy_a_lap(const struct one *one)
{
	enum { ENERGY_LAPS = 8, ENERGY_LEAST = 3 };
	int64_t used[ENERGY_LAPS];
	unsigned count = 0;
	const struct lap_row *row = lap_row_at(one->view, one->row.car->lap_row);
	while (row && count < ENERGY_LAPS) {
		const struct lap_row *before = lap_row_at(one->view, row->prev);
		int16_t now = row->values[VALUE_ENERGY];
		int16_t was = before ? before->values[VALUE_ENERGY] : VALUE_NONE;
		if (now != VALUE_NONE && was > now && lap_is_clean(row))
			used[count++] = was - now;
		row = before;
	}
	return count < ENERGY_LEAST ? 0 : (int)median(used, count);
}

static void energy_fact(const struct one *one, struct facts *facts)
{
	int16_t left = one->row.car->values[VALUE_ENERGY];
	int used = energy_a_lap(one);
	struct field field = {0};
	append_energy(&field, left);
	struct pen pen = fact(facts, "energy", FIGURE_NONE, &field);
	pen.whole = true;
	if (field.text.len == 0 || used == 0)
		return;
	pen.x += 2;
	pen_format(&pen, ROLE_TEXT, "%d.%d%% a lap", used / 10, used % 10);
	pen.x += 2;
	pen_format(&pen, ROLE_GUESS, "~%d lap%s", left / used,
		   left / used == 1 ? "" : "s");
}

void measured_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	const struct car *car = one->row.car;
	struct facts facts = {canvas, rect_below(area, 1), one->car};
	struct field field = {0};
	rect_words(canvas, area, "Measured", ROLE_HEADER);
	energy_fact(one, &facts);
	if (car->values[VALUE_TYRE] > TYRE_UNKNOWN)
		field_append(&field, tyre_name((enum tyre)car->values[VALUE_TYRE]));
	if (car->values[VALUE_TYRE_LAPS] != VALUE_NONE) {
		field_append(&field, field.text.len ? ", " : "");
		field_append_count(&field, (uint64_t)car->values[VALUE_TYRE_LAPS],
				   "lap");
	}
	fact(&facts, "tyre", FIGURE_NONE, &field);
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
	[STINT_PACE] = {"Mean", 6, 6, 85, true},
	[STINT_STOP] = {"Stop", 7, 7, 95, true},
};

int stints_lines(const struct one *one)
{
	return one->facts.stint_count ? 1 + (int)one->facts.stint_count : 0;
}

static void driver_cell(const struct one *one, const struct grid *grid, unsigned column,
			unsigned driver, bool strong)
{
	const struct entry *entry = one->row.entry;
	struct field name;
	if (driver >= entry->driver_count || driver >= RACE_DRIVERS_MAX)
		return;
	int w = grid->at[column].w;
	field_name(&name, entry, driver, w, w >= 18);
	grid_text(grid, column, name.text, strong ? ROLE_STRONG : ROLE_TEXT);
}

/* "0:58", "~2:01", "1h12". */
static void stop_cell(const struct stint_fact *stint, const struct grid *grid)
{
	struct field field = {.role = stint->stopped     ? ROLE_IN_PIT
				      : stint->estimated ? ROLE_GUESS
							 : ROLE_TEXT};
	if (stint->runs || stint->stop == DURATION_NONE)
		return;
	field_append(&field, stint->stopped ? "P " : stint->estimated ? "~" : "");
	field_append_time(&field, stint->stop, TIME_SPAN);
	grid_put(grid, STINT_STOP, &field);
}

static void stint_row(const struct one *one, const struct grid *grid,
		      const struct stint_fact *stint)
{
	grid_number(grid, STINT_NUMBER, stint->number, ROLE_DIM);
	grid_number(grid, STINT_FROM, stint->first_lap, ROLE_DIM);
	grid_number(grid, STINT_LAPS, stint->laps, ROLE_TEXT);
	grid_time(grid, STINT_TIME, stint->time, TIME_SHORT, ROLE_DIM);
	driver_cell(one, grid, STINT_DRIVER, stint->driver, stint->runs);
	grid_time(grid, STINT_PACE, stint->pace, TIME_TENTH, ROLE_TEXT);
	stop_cell(stint, grid);
}

void stints_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	const struct car_facts *facts = &one->facts;
	struct grid grid;
	grid_fit(&grid, stint_columns, STINT_COLUMNS, canvas, area);
	grid_heads(&grid);
	for (unsigned i = 0; i < facts->stint_count && grid.y < area.y + area.h;
	     i++, grid.y++) {
		unsigned rest = facts->stint_count - i;
		if (rest > 1 &&
		    draw_rest(canvas, area, grid.y, rest + facts->stints_before))
			return;
		stint_row(one, &grid, &facts->stints[i]);
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
	[DRIVER_NAME] = {"Drivers", 12, 40, 99, false},
	[DRIVER_TIME] = {"Driven", 8, 8, 98, true},
	[DRIVER_STINTS] = {"Stints", 6, 6, 50, true},
	[DRIVER_LAPS] = {"Laps", 4, 4, 60, true},
	[DRIVER_BEST] = {"Best", 8, 8, 80, true},
	[DRIVER_PACE] = {"Mean", 6, 6, 90, true},
};

int drivers_lines(const struct one *one)
{
	return one->row.entry->driver_count ? 1 + one->row.entry->driver_count : 0;
}

static void driver_row(const struct one *one, const struct grid *grid, unsigned driver)
{
	const struct driver_fact *fact = &one->facts.drivers[driver];
	bool drives = one->row.car->driver == driver;
	bool holds =
		fact->best != DURATION_NONE && fact->best == one->row.car->lap_best;
	driver_cell(one, grid, DRIVER_NAME, driver, drives);
	if (fact->laps == 0 && !drives)
		return;
	grid_time(grid, DRIVER_TIME, fact->time, TIME_CLOCK, ROLE_TEXT);
	grid_number(grid, DRIVER_STINTS, fact->stints, ROLE_DIM);
	grid_number(grid, DRIVER_LAPS, fact->laps, ROLE_DIM);
	grid_time(grid, DRIVER_BEST, fact->best, TIME_LAP,
		  holds ? ROLE_PERSONAL_BEST : ROLE_TEXT);
	grid_time(grid, DRIVER_PACE, fact->pace, TIME_TENTH, ROLE_TEXT);
}

void drivers_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	struct grid grid;
	grid_fit(&grid, driver_columns, DRIVER_COLUMNS, canvas, area);
	grid_heads(&grid);
	for (unsigned i = 0; i < one->row.entry->driver_count && i < RACE_DRIVERS_MAX &&
			     grid.y < area.y + area.h;
	     i++, grid.y++)
		driver_row(one, &grid, i);
}
