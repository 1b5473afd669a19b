/*
 * car_laps.c -- every lap of a car, newest first
 *
 *  (1) The scroll position (view->lap_top) stays while new laps are added above.
 *  (2) Purple and green mark the current best of the class and of the car.
 *  (3) The gap of a lap is the gap at its end, to the class leader at that time.
 */
#include "car_screen.h"
#include "chart.h"

enum lap_column {
	LAP_NUMBER,
	LAP_TIME,
	LAP_SECTOR,
	LAP_SPEED = LAP_SECTOR + SECTORS_SHOWN,
	LAP_ENERGY,
	LAP_TYRE,
	LAP_GAP,
	LAP_PIT,
	LAP_FLAG,
	LAP_DRIVER,
	LAP_POS,
	LAP_PIC,
	LAP_CLOCK,
	LAP_COLUMNS
};

static const struct grid_column plain[LAP_COLUMNS] = {
	[LAP_NUMBER] = {"Lap", 4, 4, 99, true},
	[LAP_TIME] = {"Time", 9, 9, 98, true},
	[LAP_SECTOR] = {"S1", 8, 8, 70, true},
	[LAP_SECTOR + 1] = {"S2", 8, 8, 70, true},
	[LAP_SECTOR + 2] = {"S3", 8, 8, 70, true},
	[LAP_SECTOR + 3] = {"S4", 8, 8, 69, true},
	[LAP_SECTOR + 4] = {"S5", 8, 8, 68, true},
	[LAP_SECTOR + 5] = {"S6", 8, 8, 67, true},
	[LAP_SPEED] = {"km/h", 5, 5, 45, true},
	[LAP_ENERGY] = {"Energy", 6, 6, 73, true},
	[LAP_TYRE] = {"Tyre", 4, 4, 72, true},
	[LAP_GAP] = {"Class gap", 9, 9, 75, true},
	[LAP_PIT] = {"Pit", 9, 9, 90, false},
	[LAP_FLAG] = {"Flag", 7, 7, 40, false},
	[LAP_DRIVER] = {"Driver", 12, 20, 55, false},
	[LAP_POS] = {"P", 3, 3, 50, true},
	[LAP_PIC] = {"PIC", 3, 3, 74, true},
	[LAP_CLOCK] = {"Clock", 8, 8, 30, true},
};

static void laps_columns(const struct one *one, struct grid_column out[LAP_COLUMNS])
{
	const struct race *race = one->view->race;
	unsigned sectors = sectors_shown(one->view);
	int w = sector_width(race);
	memcpy(out, plain, sizeof(plain));
	for (unsigned i = 0; i < SECTORS_SHOWN; i++)
		out[LAP_SECTOR + i].width = out[LAP_SECTOR + i].most =
			i < sectors ? w : 0;
	if (race->setup.type != SESSION_RACE) {
		out[LAP_GAP].width = 0;
		out[LAP_POS].width = out[LAP_PIC].width = 0;
	}
	/* Lost places are what many look for. */
	if (race->class_count < 2) {
		out[LAP_PIC].width = 0;
		out[LAP_POS].keep = plain[LAP_PIC].keep;
	}
	if (one->row.car->top_speed <= 0)
		out[LAP_SPEED].width = 0;
	if (!any_value(race, VALUE_ENERGY))
		out[LAP_ENERGY].width = 0;
	if (!any_value(race, VALUE_TYRE) && !any_value(race, VALUE_TYRE_LAPS))
		out[LAP_TYRE].width = 0;
	if (one->row.entry->driver_count == 0)
		out[LAP_DRIVER].width = 0;
}

int car_laps_width(const struct one *one)
{
	struct grid_column columns[LAP_COLUMNS];
	int w = 0;
	laps_columns(one, columns);
	for (unsigned i = 0; i < LAP_COLUMNS; i++)
		w += columns[i].width ? columns[i].width + 1 : 0;
	return w;
}

/* ---- the cells of a lap ---------------------------------------------------- */

/* A list of laps being drawn. */
struct laps {
	const struct one *one;
	struct grid grid;
	struct lap_times_at first; /* of its class */
};

static const struct race_class *laps_class(const struct one *one)
{
	uint8_t c = one->row.entry->class_index;
	return c < one->view->race->class_count ? &one->view->race->classes[c] : NULL;
}

static void put_time(const struct laps *laps, const struct lap_row *row)
{
	const struct race_class *c = laps_class(laps->one);
	const struct car *car = laps->one->row.car;
	struct field field;
	if (row->time == DURATION_NONE)
		return;
	grid_lap_time(&laps->grid, LAP_TIME, row->time, lap_estimated(row), &field);
	if (c && c->lap_best_car == row->car && c->lap_best_number == row->lap)
		field.role = ROLE_CLASS_BEST;
	else if (car->lap_best_number == row->lap && car->lap_best == row->time)
		field.role = ROLE_PERSONAL_BEST;
	else if (just_changed(laps->one->view, row->at))
		field.role = ROLE_CHANGED;
	else if (field.role == ROLE_TEXT && !lap_is_clean(row))
		field.role = ROLE_DIM;
	grid_put(&laps->grid, LAP_TIME, &field);
}

static void put_sectors(const struct laps *laps, const struct lap_row *row)
{
	const struct race_class *c = laps_class(laps->one);
	const struct car *car = laps->one->row.car;
	unsigned count = laps->one->view->race->setup.line_count;
	for (unsigned i = 0; i < SECTORS_SHOWN && i < count; i++) {
		struct field field;
		bool guess;
		duration_us t = lap_sector(laps->one->view, row, i, &guess);
		if (t == DURATION_NONE)
			continue;
		grid_lap_time(&laps->grid, LAP_SECTOR + i, t, guess, &field);
		if (!guess)
			field.role = c && c->sector_best_car[i] == row->car &&
						     c->sector_best[i] == t
					     ? ROLE_CLASS_BEST
				     : car->sector_best[i] == t ? ROLE_PERSONAL_BEST
								: ROLE_DIM;
		grid_put(&laps->grid, LAP_SECTOR + i, &field);
	}
}

/* (3) */
static void put_gap(const struct laps *laps, const struct lap_row *row)
{
	const struct lap_times_at *first = &laps->first;
	double done = lap_times_done(first, row->at);
	struct gap gap = {.kind = GAP_LAPS};
	if (done < row->lap || row->lap >= first->count ||
	    first->at[row->lap] == INSTANT_NONE)
		return;
	gap.value = (int64_t)done - row->lap;
	if (gap.value == 0)
		gap = (struct gap){.kind = GAP_TIME,
				   .value = row->at - first->at[row->lap]};
	if (gap.value <= 0) /* it led */
		return;
	char text[TIME_TEXT_MAX];
	size_t n = format_gap(text, gap, TIME_LAP);
	grid_text(&laps->grid, LAP_GAP, (struct slice){text, n}, ROLE_TEXT);
}

/* The stop that ended on the lap was not timed at both ends. */
static bool stop_estimated(const struct laps *laps, const struct lap_row *row)
{
	const struct view *view = laps->one->view;
	const struct stint_row *stints = view->tables->stints;
	uint32_t at = view->race->cars[row->car].stint_row;
	while (at > 0 && at <= view->race->stint_count &&
	       (stints[at - 1].out_at == INSTANT_NONE ||
		stints[at - 1].out_at > row->at))
		at = stints[at - 1].prev;
	return at > 0 && at <= view->race->stint_count && stints[at - 1].estimated &&
	       stints[at - 1].stop == row->pit_time;
}

static bool put_pit(const struct laps *laps, const struct lap_row *row)
{
	struct field field = {.role = ROLE_IN_PIT};
	if (row->pit_time != DURATION_NONE) {
		/* "out ~12:03" has no room. */
		bool guess = row->pit_time < 10 * US_MIN && stop_estimated(laps, row);
		field_append(&field, guess ? "out ~" : "out ");
		field_append_time(&field, row->pit_time, TIME_SPAN);
	} else if (row->bits & LAP_OUT) {
		field_append(&field, row->in_pit ? "out, in" : "out");
	} else if (row->in_pit) {
		field_append(&field, "in");
	}
	grid_put(&laps->grid, LAP_PIT, &field);
	return field.text.len > 0;
}

/* Without a column of its own the flag is in that of the stops. */
static void put_flag(const struct laps *laps, const struct lap_row *row, bool stopped)
{
	const struct view *view = laps->one->view;
	struct field field;
	if ((row->bits & LAP_DELETED) ||
	    race_lap_deleted(view->race, row->car, row->lap))
		field_text(&field, SLICE("deleted"), ROLE_AT_RISK);
	else if (row->bits & LAP_REPAIRED)
		field_text(&field, SLICE("missed"), ROLE_GUESS);
	else if (row->flag > FLAG_GREEN && row->flag < FLAG_COUNT)
		field_text(&field, flag_words(view, (enum flag)row->flag, true),
			   flag_role((enum flag)row->flag));
	else
		return;
	if (laps->grid.at[LAP_FLAG].x >= 0)
		grid_put(&laps->grid, LAP_FLAG, &field);
	else if (!stopped)
		grid_put(&laps->grid, LAP_PIT, &field);
}

static void put_driver(const struct laps *laps, const struct lap_row *row,
		       const struct lap_row *before)
{
	const struct entry *entry = laps->one->row.entry;
	struct field name;
	if (row->driver >= entry->driver_count || row->driver >= RACE_DRIVERS_MAX)
		return;
	int w = laps->grid.at[LAP_DRIVER].w;
	field_name(&name, entry, row->driver, w, w >= 20);
	/* A driver change stands out. */
	grid_text(&laps->grid, LAP_DRIVER, name.text,
		  before && before->driver == row->driver ? ROLE_DIM : ROLE_TEXT);
}

static void put_place(const struct laps *laps, unsigned column, uint16_t place,
		      uint16_t before)
{
	if (place)
		grid_number(&laps->grid, column, place,
			    before == 0 || before == place ? ROLE_TEXT
			    : before > place               ? ROLE_GAINED
							   : ROLE_LOST);
}

static void put_values(const struct laps *laps, const struct lap_row *row)
{
	struct field field = {.role = ROLE_DIM};
	int16_t speed = row->values[VALUE_TOP_SPEED];
	if (speed > 0) {
		field_format(&field, "%d.%d", speed / 10, speed % 10);
		if (speed == laps->one->row.car->top_speed)
			field.role = ROLE_PERSONAL_BEST;
		grid_put(&laps->grid, LAP_SPEED, &field);
	}
	field_clear(&field, ROLE_TEXT);
	append_energy(&field, row->values[VALUE_ENERGY]);
	grid_put(&laps->grid, LAP_ENERGY, &field);
	field_clear(&field, ROLE_DIM);
	append_tyre(&field, row->values);
	grid_put(&laps->grid, LAP_TYRE, &field);
}

static void laps_put_lap(const struct laps *laps, const struct lap_row *row)
{
	const struct view *view = laps->one->view;
	const struct lap_row *before = lap_row_at(view, row->prev);
	struct field clock = {.role = ROLE_DIM};
	grid_number(&laps->grid, LAP_NUMBER, row->lap,
		    row->bits & LAP_REPAIRED ? ROLE_GUESS : ROLE_DIM);
	put_place(laps, LAP_POS, row->position, before ? before->position : 0);
	put_place(laps, LAP_PIC, row->class_position,
		  before ? before->class_position : 0);
	field_append_clock(&clock, view, row->at, true);
	grid_put(&laps->grid, LAP_CLOCK, &clock);
	put_time(laps, row);
	put_sectors(laps, row);
	put_values(laps, row);
	put_gap(laps, row);
	put_flag(laps, row, put_pit(laps, row));
	put_driver(laps, row, before);
}

/* ---- the list -------------------------------------------------------------- */

/* First row shown: lap view->lap_top or the newest, but no line stays empty. */
static const struct lap_row *first_row(const struct one *one, uint32_t lines)
{
	const struct view *view = one->view;
	const struct lap_row *row = lap_row_at(view, one->row.car->lap_row);
	uint32_t top = view->lap_top;
	if (top == 0)
		return row;
	/* One line says how many newer laps there are. */
	if (top < lines - 1 + one->row.car->lap_first)
		top = lines - 1 + one->row.car->lap_first;
	while (row && row->lap > top)
		row = lap_row_at(view, row->prev);
	return row;
}

void car_laps_draw(const struct one *one, struct canvas *canvas, struct rect area)
{
	struct grid_column columns[LAP_COLUMNS];
	struct laps laps = {.one = one};
	uint32_t newest = one->row.car->laps;
	if (area.h < 2)
		return;
	laps_columns(one, columns);
	grid_fit(&laps.grid, columns, LAP_COLUMNS, canvas, area);
	grid_heads(&laps.grid);
	int *y = &laps.grid.y;
	lap_times_first(one->view, one->row.entry->class_index, &laps.first);
	const struct lap_row *row = first_row(one, (uint32_t)area.h - 1);
	if (!row)
		rect_words(canvas, rect_line(area, 1), "no laps so far", ROLE_DIM);
	/* The first line says how many newer laps there are. */
	if (row && row->lap < newest) {
		struct field field = {0};
		field_format(&field, "\u2191 %u newer", newest - row->lap);
		canvas_text(canvas, area.x, (*y)++, area.w, field.text, ROLE_DIM);
	}
	for (; row && *y < area.y + area.h; row = lap_row_at(one->view, row->prev)) {
		uint32_t rest = row->lap - one->row.car->lap_first;
		if (row->prev && draw_rest(canvas, area, *y, rest))
			return;
		laps_put_lap(&laps, row);
		++*y;
	}
}
