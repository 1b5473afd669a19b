/*
 * compare_many.c -- three to five cars compared: facts, sectors and laps side by side
 *
 *   facts: a column a car │ their laps
 *   gaps to the first car over the race
 *
 *  (1) Gaps and trends are to the first car. The best time of a row is strong.
 *  (2) Laps of one number are side by side; cars that are laps apart each show the laps they
 *      drove at the same time, offset as in the list of two cars.
 */
#include "compare_screen.h"
#include "chart.h"

enum {
	WHAT = 12,  /* words of a row, and a blank */
	LEAST = 10, /* a car, with a blank */
	MOST = 16,
	LAP = 5,      /* the number of a lap */
	LAP_TIME = 9, /* its time */
	APART = 3,    /* between facts and laps */
	LAPS_MIN = 4, /* lines */
	CHART_FROM = 30,
};

/* A row: a column of the tables, or something of its own (COLUMN_COUNT). */
struct many_row {
	const char *what;
	enum column_id column;
	void (*put)(const struct pair *pair, unsigned which, struct field *out);
	uint8_t keep; /* dropped last if highest */
};

/* @which is behind the first car, or ahead of it. */
static bool comes_behind(const struct pair *pair, unsigned which)
{
	return pair->rows[0].standing && pair->rows[which].standing &&
	       pair->rows[0].standing < pair->rows[which].standing;
}

static void many_gap(const struct pair *pair, unsigned which, struct field *out)
{
	bool behind = comes_behind(pair, which);
	char text[TIME_TEXT_MAX];
	struct gap gap = gap_between(pair->view->race, pair->view->tables,
				     pair->cars[behind ? 0 : which],
				     pair->cars[behind ? which : 0]);
	if (which == 0 || format_gap(text, gap, TIME_LAP) == 0)
		return;
	if (strlen(text) + 1 + gap.estimated >= LEAST)
		(void)format_gap(text, gap, TIME_TENTH);
	field_append(out, gap.estimated ? "~" : "");
	field_append(out, behind ? "+" : "\u2212");
	field_append(out, text[0] == '+' ? text + 1 : text);
	out->role = gap.estimated ? ROLE_GUESS : ROLE_TEXT;
}

static void many_trend(const struct pair *pair, unsigned which, struct field *out)
{
	bool behind = comes_behind(pair, which);
	duration_us trend = trend_between(pair->view, pair->cars[behind ? 0 : which],
					  pair->cars[behind ? which : 0]);
	if (which == 0)
		return;
	if (trend == DURATION_NONE)
		field_text(out, SLICE("few laps"), ROLE_DIM);
	else
		append_trend(out, trend);
}

static void many_pace(const struct pair *pair, unsigned which, struct field *out)
{
	field_append_time(out, car_pace(pair->view, pair->cars[which]), TIME_LAP);
}

static const struct many_row many_rows[] = {
	{"position", COLUMN_POS, NULL, 70},
	{"in class", COLUMN_CLASS_POS, NULL, 85},
	{"gap", COLUMN_COUNT, many_gap, 99},
	{"a lap", COLUMN_COUNT, many_trend, 94},
	{"laps", COLUMN_LAPS, NULL, 93},
	{"driver", COLUMN_DRIVER, NULL, 86},
	{"last lap", COLUMN_LAST, NULL, 98},
	{"best lap", COLUMN_BEST, NULL, 97},
	{"clean laps", COLUMN_COUNT, many_pace, 96},
	{"best s1", COLUMN_S1, NULL, 91},
	{"best s2", COLUMN_S2, NULL, 91},
	{"best s3", COLUMN_S3, NULL, 91},
	{"best s4", COLUMN_S4, NULL, 90},
	{"best s5", COLUMN_S5, NULL, 90},
	{"best s6", COLUMN_S6, NULL, 90},
	{"stops", COLUMN_STOPS, NULL, 92},
	{"stint, stop", COLUMN_STINT, NULL, 95},
	{"in the pits", COLUMN_PIT_TOTAL, NULL, 60},
	{"energy", COLUMN_ENERGY, NULL, 89},
	{"tyre", COLUMN_TYRE, NULL, 88},
	{"km/h", COLUMN_TOP_SPEED, NULL, 62},
	{"margin", COLUMN_MARGIN, NULL, 40},
	{"at the flag", COLUMN_FLAG_MARGIN, NULL, 45},
};
enum { ROWS = ARRAY_LEN(many_rows) };

static bool is_sector(const struct many_row *row)
{
	return row->column >= COLUMN_S1 && row->column <= COLUMN_S6;
}

/* A time of which less is better; NONE: no such row. */
static duration_us many_time(const struct pair *pair, const struct many_row *row,
			     unsigned which)
{
	const struct car *car = pair->rows[which].car;
	if (is_sector(row))
		return car->sector_best[row->column - COLUMN_S1];
	if (row->column == COLUMN_LAST)
		return car->lap_last;
	if (row->column == COLUMN_BEST)
		return car->lap_best;
	return row->put == many_pace ? car_pace(pair->view, pair->cars[which])
				     : DURATION_NONE;
}

static void many_cell(const struct pair *pair, const struct many_row *what,
		      unsigned which, int width, struct field *out)
{
	struct row row = pair->rows[which];
	field_clear(out, ROLE_TEXT);
	row.width = width;
	if (is_sector(what))
		field_append_time(out, many_time(pair, what, which), TIME_LAP);
	else if (what->column < COLUMN_COUNT)
		column_cell(what->column, &row, out);
	else
		what->put(pair, which, out);
}

static bool row_is_known(const struct pair *pair, const struct many_row *row)
{
	if (pair->view->race->setup.type == SESSION_TIMED &&
	    (row->column == COLUMN_MARGIN || row->column == COLUMN_FLAG_MARGIN))
		return false;
	if (is_sector(row) &&
	    (unsigned)(row->column - COLUMN_S1) >= sectors_shown(pair->view))
		return false;
	for (unsigned i = 0; i < pair->count; i++) {
		struct field field;
		many_cell(pair, row, i, LEAST, &field);
		if (field.text.len > 0)
			return true;
	}
	return false;
}

static unsigned choose_rows(const struct pair *pair, unsigned room, bool chosen[ROWS])
{
	unsigned count = 0;
	for (int keep = 99; keep > 0; keep--) {
		for (unsigned i = 0; i < ROWS; i++) {
			if (many_rows[i].keep != keep || count >= room ||
			    !row_is_known(pair, &many_rows[i]))
				continue;
			chosen[i] = true;
			count++;
		}
	}
	return count;
}

/* (1) */
static bool is_best(const struct pair *pair, const struct many_row *row, unsigned which)
{
	duration_us own = many_time(pair, row, which);
	for (unsigned i = 0; i < pair->count && own != DURATION_NONE; i++) {
		duration_us other = many_time(pair, row, i);
		if (other != DURATION_NONE && other < own)
			return false;
	}
	return own != DURATION_NONE;
}

static uint32_t many_figure(const struct many_row *row, uint16_t car)
{
	if (row->put == many_pace)
		return figure_of(FIGURE_PACE, car);
	if (row->column >= COLUMN_COUNT || is_sector(row))
		return 0;
	return figure_of(column_figure(row->column), car);
}

static void put_many(const struct pair *pair, const struct many_row *row,
		     struct canvas *canvas, struct rect at, int each)
{
	rect_words(canvas, at, row->what, ROLE_DIM);
	for (unsigned i = 0; i < pair->count; i++) {
		struct rect cell = {at.x + WHAT + (int)i * each, at.y, each - 1, 1};
		struct field field;
		many_cell(pair, row, i, cell.w, &field);
		if (field.role == ROLE_TEXT && is_best(pair, row, i))
			field.role = ROLE_STRONG;
		rect_right(canvas, cell, field.text, field.role);
		canvas_figure(canvas, cell.x, cell.y, cell.w,
			      many_figure(row, pair->cars[i]));
	}
}

/* The number of each car as a tag over its column, the first with a mark. */
static void many_heads(const struct pair *pair, struct canvas *canvas, struct rect at,
		       int each)
{
	for (unsigned i = 0; i < pair->count; i++) {
		struct car_label label = car_label(pair->view->race, pair->cars[i]);
		int w = text_width(slice_of(label.text));
		struct pen pen = pen_at(canvas, at);
		pen.x = at.x + (int)(i + 1) * each - 3 - w;
		pen_tag(&pen, slice_of(label.text),
			class_role(pair->scene, pair->cars[i]));
		canvas_hit(canvas, at.x + (int)i * each, at.y, each,
			   hit_of(HIT_CAR, pair->cars[i]));
	}
}

/* Returns the lines used. */
static int many_facts(const struct pair *pair, struct canvas *canvas, struct rect area,
		      int each)
{
	bool chosen[ROWS] = {false};
	struct rect heads = rect_line(area, 0);
	int line = 1;
	if (area.h < 2)
		return 0;
	heads.x += WHAT;
	many_heads(pair, canvas, heads, each);
	(void)choose_rows(pair, (unsigned)area.h - 1, chosen);
	for (unsigned i = 0; i < ROWS; i++)
		if (chosen[i])
			put_many(pair, &many_rows[i], canvas, rect_line(area, line++),
				 each);
	return line;
}

/* ---- their laps (2) ------------------------------------------------------------ */

static void put_lap_time(const struct pair *pair, unsigned which,
			 const struct lap_row *row, struct canvas *canvas,
			 struct rect cell)
{
	const struct car *car = pair->rows[which].car;
	struct field field = {.role = ROLE_TEXT};
	if (row->time == DURATION_NONE)
		return;
	field_append_time(&field, row->time, TIME_LAP);
	if (lap_estimated(row))
		field.role = ROLE_GUESS;
	else if (row->in_pit || (row->bits & LAP_OUT))
		field.role = ROLE_IN_PIT;
	else if (car->lap_best_number == row->lap && car->lap_best == row->time)
		field.role = ROLE_PERSONAL_BEST;
	else if (!lap_is_clean(row))
		field.role = ROLE_DIM;
	rect_right(canvas, cell, field.text, field.role);
}

static void many_laps(const struct pair *pair, struct canvas *canvas, struct rect area,
		      int each)
{
	const struct view *view = pair->view;
	const struct lap_row *rows[COMPARE_MOST];
	int64_t newest = pair->rows[0].car->laps, lap = newest;
	struct rect heads = rect_line(area, 0);
	if (area.h < 2)
		return;
	heads.x += LAP;
	rect_right(canvas, (struct rect){area.x, area.y, LAP - 1, 1}, SLICE("Lap"),
		   ROLE_HEADER);
	many_heads(pair, canvas, heads, each);
	for (unsigned i = 0; i < pair->count; i++)
		rows[i] = lap_row_at(view, pair->rows[i].car->lap_row);
	if (view->lap_top > 0 && view->lap_top < newest)
		lap = view->lap_top;
	for (int line = 1; lap > 0 && line < area.h; lap--, line++) {
		struct rect at = rect_line(area, line);
		struct field number;
		field_number(&number, (uint64_t)lap, ROLE_DIM);
		rect_right(canvas, (struct rect){at.x, at.y, LAP - 1, 1}, number.text,
			   ROLE_DIM);
		for (unsigned i = 0; i < pair->count; i++) {
			struct rect cell = {at.x + LAP + (int)i * each, at.y, each - 1,
					    1};
			int64_t own = lap - compare_apart(pair, i);
			while (rows[i] && rows[i]->lap > own)
				rows[i] = lap_row_at(view, rows[i]->prev);
			if (rows[i] && rows[i]->lap == own)
				put_lap_time(pair, i, rows[i], canvas, cell);
		}
	}
}

/* ---- the screen ---------------------------------------------------------------- */

/* Facts beside laps where both fit, else above them. */
static void many_body(const struct pair *pair, struct canvas *canvas, struct rect area)
{
	int n = (int)pair->count, laps = LAP + n * LAP_TIME;
	int each = (area.w - WHAT - APART - laps) / n;
	if (each >= LEAST) {
		each = each > MOST ? MOST : each;
		int w = WHAT + n * each;
		(void)many_facts(pair, canvas, (struct rect){area.x, area.y, w, area.h},
				 each);
		canvas_vline(canvas, area.x + w, area.y, area.h, ROLE_RULE);
		many_laps(pair, canvas,
			  (struct rect){area.x + w + 2, area.y, laps, area.h},
			  LAP_TIME);
		return;
	}
	each = (area.w - WHAT) / n;
	each = each > MOST ? MOST : each;
	struct rect facts = area;
	facts.h -= area.h >= 3 * LAPS_MIN ? LAPS_MIN + 2 : 0;
	int used = many_facts(pair, canvas, facts, each);
	struct rect below = rect_below(area, used + 1);
	/* The columns of both are in line. */
	below.x += WHAT - LAP;
	below.w -= WHAT - LAP;
	many_laps(pair, canvas, below, each);
}

void compare_many_draw(const struct pair *pair, struct canvas *canvas, struct rect area)
{
	struct rect body = area;
	bool chart =
		area.h >= CHART_FROM && pair->view->race->setup.type == SESSION_RACE;
	if (chart)
		body.h = area.h * 3 / 5;
	many_body(pair, canvas, body);
	if (!chart)
		return;
	struct rect below = rect_below(area, body.h);
	struct pen pen = pen_at(canvas, rect_line(below, 0));
	pen_words(&pen, "Gaps to ", ROLE_HEADER);
	pen_text(&pen, CAR_LABEL(pair->view->race, pair->cars[0]),
		 class_role(pair->scene, pair->cars[0]));
	chart_compared_draw(pair->scene, canvas, rect_below(below, 1), pair->cars,
			    pair->count);
}
