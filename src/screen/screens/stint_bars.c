/*
 * stint_bars.c -- the stints of cars as bars over the time of the race
 *
 *  (1) Beyond the playhead the bar is lighter, in the role of a guess, with hollow stops.
 *  (2) A driver is shown by a letter where the stint begins, and by the weight of the line.
 *      Laps behind a safety car are dim in every bar.
 *  (3) A stopped car has no line: dots in its garage, nothing after it retired.
 */
#include "stint_bars.h"

enum {
	MARK_STOPPED = 0x25c6, /* as on the scrub bar */
	MARK_FORETOLD = 0x25c7,
	MARK_SMALL = 0x2022, /* where stops are close */
	MARK_SMALL_FORETOLD = 0x25e6,
	MARK_GARAGE = 0x00b7,
	LINE_FORETOLD = 0x254c,
	LINE_WINDOW = 0x254d,
};

static const uint16_t lines[] = {0x2501, 0x2550, 0x2505, 0x2500};

/* 'A' for the first of the entry. */
static char driver_letter(unsigned driver)
{
	return driver < RACE_DRIVERS_MAX ? (char)('A' + driver) : '?';
}

bool strategy_known(const struct view *view)
{
	return view->strategy && view->strategy->flag_at != INSTANT_NONE &&
	       !view->classification->finished;
}

const struct strategy_row *stops_of(const struct view *view, uint16_t car)
{
	return strategy_known(view) && car < RACE_CARS_MAX ? &view->strategy->rows[car]
							   : NULL;
}

/* Marks are small when a cell is this long, and left out when every other cell would have
 * one. */
#define CLOSE (9 * US_MIN)
#define TOO_CLOSE (25 * US_MIN)

/* ---- cells and instants ------------------------------------------------------------ */

static int bars_cell(const struct stint_bars *bars, instant_us t)
{
	return time_cell(bars->scene->view, bars->w, t);
}

static int bars_within(const struct stint_bars *bars, int cell)
{
	return cell < 0 ? 0 : cell >= bars->w ? bars->w - 1 : cell;
}

void stint_bars_make(const struct scene *scene, int x, int w, struct stint_bars *bars)
{
	const struct view *view = scene->view;
	*bars = (struct stint_bars){.scene = scene, .x = x};
	bars->w = w < CANVAS_COLS_MAX ? w : CANVAS_COLS_MAX;
	duration_us time = instant_sub(view->to, view->from) / (bars->w + 1);
	bars->marked = time < TOO_CLOSE;
	bars->mark = time > CLOSE ? MARK_SMALL : MARK_STOPPED;
	bars->mark_forecast = time > CLOSE ? MARK_SMALL_FORETOLD : MARK_FORETOLD;
	struct flag_span span;
	for (uint32_t i = 0; flag_span_at(view, i, &span); i++) {
		int to = bars_within(bars, bars_cell(bars, span.to));
		if (span.flag < FLAG_FCY || span.flag >= FLAG_FINISH)
			continue;
		/* The weightier wins a cell that two share. */
		for (int c = bars_within(bars, bars_cell(bars, span.from)); c <= to;
		     c++)
			if (span.flag > bars->slow[c])
				bars->slow[c] = (uint8_t)span.flag;
	}
}

void stint_bars_head(const struct stint_bars *bars, struct canvas *canvas, int y)
{
	const struct view *view = bars->scene->view;
	int64_t offset = view->race->setup.utc_offset_us,
		step = time_step(view, (bars->w + 7) / 8);
	/* Finer labels than ten minutes only where these are too few. */
	duration_us least = view->to - view->from < 30 * US_MIN ? US_MIN : 10 * US_MIN;
	step = step < least ? least : step;
	int64_t local = instant_add(view->from, offset);
	int most = bars->w; /* a limit for a bar of years */
	for (int cell = 0; cell < bars->w; cell++)
		if (bars->slow[cell])
			canvas_put(canvas, bars->x + cell, y, 0x2592,
				   flag_role((enum flag)bars->slow[cell]));
	local += local % step > 0 ? step - local % step : -(local % step);
	for (; local - offset <= view->to && most > 0; local += step, most--) {
		int cell = bars_cell(bars, local - offset);
		char buf[TIME_TEXT_MAX];
		format_clock(buf, local, false);
		if (cell >= 0 && cell + 5 <= bars->w)
			canvas_text(canvas, bars->x + cell, y, 5,
				    (struct slice){buf, 5}, ROLE_HEADER);
	}
}

/* ---- what was -------------------------------------------------------------------------- */

struct stint {
	instant_us from, to;
	uint8_t driver;
};

static void draw_stint(const struct stint_bars *bars, struct canvas *canvas, int y,
		       uint16_t car, const struct stint *stint)
{
	int from = bars_cell(bars, stint->from), to = bars_cell(bars, stint->to);
	unsigned driver = stint->driver < RACE_DRIVERS_MAX ? stint->driver : 0;
	enum role role = class_role(bars->scene, car);
	if (to < 0 || from >= bars->w)
		return;
	for (int cell = bars_within(bars, from); cell <= bars_within(bars, to); cell++)
		canvas_put(canvas, bars->x + cell, y, lines[driver % ARRAY_LEN(lines)],
			   bars->slow[cell] ? ROLE_DIM : role);
}

/* A stop, and the garage if it is longer than a cell. */
static void draw_stop(const struct stint_bars *bars, struct canvas *canvas, int y,
		      instant_us in, instant_us out)
{
	int from = bars_cell(bars, in), to = bars_cell(bars, out);
	if (from < 0)
		return;
	for (int cell = from + 1; cell < to && cell < bars->w; cell++)
		canvas_put(canvas, bars->x + cell, y, MARK_GARAGE, ROLE_DIM);
	/* A long stop always has its mark. */
	if (from < bars->w && (bars->marked || to > from + 1))
		canvas_put(canvas, bars->x + from, y, bars->mark, ROLE_IN_PIT);
}

/* (2), where the turn is long enough. */
static void draw_letter(const struct stint_bars *bars, struct canvas *canvas, int y,
			const struct stint *turn)
{
	int from = bars_cell(bars, turn->from), to = bars_cell(bars, turn->to);
	if (from < 0 && to >= 0)
		from = 0;
	if (turn->driver >= RACE_DRIVERS_MAX || from < 0 || to - from < 2)
		return;
	canvas_put(canvas, bars->x + from + (from > 0), y,
		   (uint32_t)driver_letter(turn->driver), ROLE_STRONG);
}

/* End of the current stint: now, or where the car stopped. */
static instant_us reached(const struct view *view, uint16_t car)
{
	const struct car *c = &view->race->cars[car];
	if (c->in_pit && c->pit_in_at != INSTANT_NONE)
		return c->pit_in_at < view->at ? c->pit_in_at : view->at;
	if (c->flag_at != INSTANT_NONE && c->flag_at < view->at)
		return c->flag_at;
	duration_us since;
	if (car_state_at(view, car, &since) == CAR_STOPPED &&
	    c->line_at != INSTANT_NONE)
		return c->line_at;
	return view->at;
}

/* Stints from the newest back; consecutive stints of a driver are one turn. */
static void draw_past(const struct stint_bars *bars, struct canvas *canvas, int y,
		      uint16_t car)
{
	const struct view *view = bars->scene->view;
	const struct car *c = &view->race->cars[car];
	struct stint turn = {c->stint_at, reached(view, car), c->driver};
	if (!c->seen || c->stint_at == INSTANT_NONE)
		return;
	/* In the pit lane the next driver may already be on board. */
	if (c->in_pit)
		turn.driver = c->stop_driver;
	draw_stint(bars, canvas, y, car, &turn);
	if (c->in_pit)
		draw_stop(bars, canvas, y, c->pit_in_at, view->at);
	uint32_t at;
	for (at = c->stint_row; at > view->race->stint_first;
	     at = view->tables->stints[at - 1].prev) {
		const struct stint_row *row = &view->tables->stints[at - 1];
		struct stint stint = {row->from_at, row->in_at, row->driver};
		draw_stint(bars, canvas, y, car, &stint);
		draw_stop(bars, canvas, y, row->in_at, row->out_at);
		if (row->driver != turn.driver) {
			draw_letter(bars, canvas, y, &turn);
			turn = stint;
		} else {
			turn.from = stint.from;
		}
	}
	draw_letter(bars, canvas, y, &turn);
}

/* ---- what the signs mean ------------------------------------------------------------- */

/* Some car has no known number. */
static bool any_unnumbered(const struct race *race)
{
	for (uint16_t car = 0; car < race->car_count; car++)
		if (CAR_LABEL(race, car).at[0] == '~')
			return true;
	return false;
}

/* What a sign of the legend means; @brief: in one word. */
struct legend_sign {
	uint32_t sign;
	enum role role;
	const char *words, *brief; /* NULL: only where there is a line for it */
};

static void legend_sign(const struct legend_sign *sign, bool brief, struct pen *pen)
{
	const char *words = brief ? sign->brief : sign->words;
	int blanks = brief ? 1 : 3;
	if (!words || sign->sign == 0 ||
	    pen->x + 2 + text_width(slice_of(words)) > pen->right)
		return;
	canvas_put(pen->canvas, pen->x, pen->y, sign->sign, sign->role);
	pen->x += 2;
	pen_words(pen, words, ROLE_DIM);
	pen->x += blanks;
}

void stint_bars_legend(const struct stint_bars *bars, struct canvas *canvas,
		       struct rect at, bool brief)
{
	const struct legend_sign signs[] = {
		{'~', ROLE_GUESS, "forecast", NULL},
		{bars->marked ? bars->mark : 0, ROLE_IN_PIT, "stop", "stop"},
		{bars->marked ? bars->mark_forecast : 0, ROLE_GUESS, "stop to come",
		 "later"},
		{LINE_WINDOW, ROLE_GUESS, "its window", "window"},
		{0x2592, ROLE_DIM, "neutralised", NULL},
		{MARK_GARAGE, ROLE_DIM, "in the garage", NULL},
	};
	const struct view *view = bars->scene->view;
	struct pen pen = pen_at(canvas, at);
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (signs[i].role != ROLE_GUESS || strategy_known(view))
			legend_sign(&signs[i], brief, &pen);
	if (brief)
		return;
	if (pen.right - pen.x > 24) {
		for (unsigned i = 0; i < 3; i++)
			canvas_put(canvas, pen.x++, pen.y, lines[i], ROLE_TEXT);
		pen_words(&pen, " drivers A, B, C", ROLE_DIM);
		pen.x += 3;
	}
	if (any_unnumbered(view->race) && pen.right - pen.x > 22) {
		pen_words(&pen, "~20", ROLE_TEXT);
		pen_words(&pen, " number not known", ROLE_DIM);
	}
}

/* ---- what is forecast --------------------------------------------------------------------- */

static void draw_ahead(const struct stint_bars *bars, struct canvas *canvas, int y,
		       uint16_t car)
{
	const struct view *view = bars->scene->view;
	const struct strategy_row *row = stops_of(view, car);
	int now = bars_within(bars, bars_cell(bars, view->at)), end;
	if (!row || row->standing || row->stops_left == STRATEGY_UNKNOWN)
		return;
	end = bars_within(bars, bars_cell(bars, view->strategy->flag_at));
	for (int cell = now + 1; cell <= end; cell++)
		canvas_put(canvas, bars->x + cell, y, LINE_FORETOLD, ROLE_GUESS);
	if (row->window_from_at != INSTANT_NONE) {
		int from = bars_within(bars, bars_cell(bars, row->window_from_at));
		int to = bars_within(bars, bars_cell(bars, row->window_to_at));
		for (int cell = from > now ? from : now + 1; cell <= to; cell++)
			canvas_put(canvas, bars->x + cell, y, LINE_WINDOW, ROLE_GUESS);
	}
	for (unsigned i = 0; i < row->stops_left && bars->marked; i++) {
		int cell = bars_cell(bars, row->in_at[i]);
		/* A stop that is due comes after now. */
		if (cell < end)
			canvas_put(canvas, bars->x + (cell > now ? cell : now + 1), y,
				   bars->mark_forecast, ROLE_GUESS);
	}
}

void stint_bars_row(const struct stint_bars *bars, struct canvas *canvas, int y,
		    uint16_t car)
{
	draw_ahead(bars, canvas, y, car);
	draw_past(bars, canvas, y, car);
}
