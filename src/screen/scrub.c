/*
 * scrub.c -- the whole race in one line, and the playhead in it
 *
 *  (1) Flags and stops are drawn from the rows that the race owns at the playhead; the rest
 *      of the bar is scheduled time.
 *  (2) A short caution takes one cell; the more severe flag wins a cell that two share.
 */
#include "screens/history_words.h"

static const uint16_t flag_marks[FLAG_COUNT] = {
	[FLAG_UNKNOWN] = 0x254d, [FLAG_GREEN] = 0x2501, [FLAG_YELLOW] = 0x2592,
	[FLAG_FCY] = 0x2592,     [FLAG_VSC] = 0x2592,   [FLAG_CODE60] = 0x2592,
	[FLAG_SC] = 0x2593,      [FLAG_RED] = 0x2588,   [FLAG_FINISH] = 0x2501,
};

/* Cells between the two ends. */
static int inner(int cols)
{
	return cols > 2 ? cols - 2 : 1;
}

instant_us scrub_instant(const struct view *view, int cols, int x)
{
	int last = inner(cols) - 1;
	int64_t span = instant_sub(view->to, view->from);
	x--;
	if (x <= 0 || last <= 0 || span <= 0)
		return view->from;
	if (x >= last)
		return view->to;
	/* The first millisecond of the cell. */
	return view->from + ((span / US_MS + 1) * x + last - 1) / last * US_MS;
}

enum { LABEL = 9 }; /* cells from one to the next */

struct bar {
	const struct view *view;
	struct canvas *canvas;
	struct rect area;
};

/* Cell of an instant, 0-based between the ends, clamped. */
static int bar_cell(const struct bar *bar, instant_us t)
{
	int cells = inner(bar->area.w), at = time_cell(bar->view, cells - 1, t);
	return at < 0 ? 0 : t >= bar->view->to ? cells - 1 : at;
}

static void bar_put(const struct bar *bar, instant_us at, uint32_t sign, enum role role)
{
	canvas_put(bar->canvas, bar->area.x + 1 + bar_cell(bar, at), bar->area.y, sign,
		   role);
}

static void draw_flags(const struct bar *bar)
{
	const struct view *view = bar->view;
	uint8_t weight[CANVAS_COLS_MAX] = {0};
	bool known[CANVAS_COLS_MAX] = {false};
	struct flag_span span;
	for (uint32_t i = 0; flag_span_at(view, i, &span); i++) {
		int to = bar_cell(bar, span.to);
		for (int x = bar_cell(bar, span.from); x <= to && x < CANVAS_COLS_MAX;
		     x++)
			if (span.flag >= weight[x] && span.flag < FLAG_COUNT) {
				weight[x] = (uint8_t)span.flag;
				known[x] = !span.guessed;
			}
	}
	int head = bar_cell(bar, view->at);
	for (int x = 0; x <= head && x < CANVAS_COLS_MAX; x++)
		canvas_put(bar->canvas, bar->area.x + 1 + x, bar->area.y,
			   flag_marks[known[x] ? weight[x] : FLAG_UNKNOWN],
			   flag_role((enum flag)weight[x]));
}

/* The selected car's stops so far. */
static void draw_stops(const struct bar *bar)
{
	const struct view *view = bar->view;
	if (view->selected >= view->race->car_count)
		return;
	struct history list;
	history_of_view(&list, view, HISTORY_BIT(PIT_IN), view->selected);
	struct history_row row;
	for (uint32_t i = 0; history_nth(&list, i, &row); i++)
		bar_put(bar, row.at, 0x25c6, ROLE_IN_PIT);
}

/* Where the chance of the selected car to be classified flipped. */
static void draw_flips(const struct bar *bar)
{
	const struct view *view = bar->view;
	for (uint32_t i = 0; i < view->guess_count; i++) {
		const struct history_row *guess = &view->guesses[i];
		bool up = guess->kind == HISTORY_ABOVE;
		if (guess->car == view->selected && guess->at <= view->at)
			bar_put(bar, guess->at, up ? 0x25b4 : 0x25be,
				up ? ROLE_PERSONAL_BEST : ROLE_NOT_CLASSIFIED);
	}
}

/* Marks and the ends of the loop, also after the playhead. */
static void draw_marks(const struct bar *bar)
{
	const struct view *view = bar->view;
	for (uint32_t i = 0; i < view->mark_count && i < MARKS_MAX; i++)
		bar_put(bar, view->marks[i], 0x25bd, ROLE_KEY);
	if (!view->looping)
		return;
	bar_put(bar, view->loop_from, 'A', ROLE_KEY);
	if (view->loop_to != INSTANT_NONE)
		bar_put(bar, view->loop_to, 'B', ROLE_KEY);
}

static void draw_hours(const struct bar *bar)
{
	const struct view *view = bar->view;
	/* Below a minute there are no labels of hours and minutes. */
	duration_us step = time_step(view, (inner(bar->area.w) + LABEL - 1) / LABEL);
	step = step < US_MIN ? US_MIN : step;
	int64_t offset = view->race->setup.utc_offset_us;
	int64_t local = instant_add(view->from, offset);
	int64_t into = local % step;
	int head = bar_cell(bar, view->at);
	int free_from = bar->area.x + 1,
	    most = bar->area.w; /* a limit for a bar of years */
	local += into > 0 ? step - into : -into;
	for (; local - offset <= view->to && most > 0; local += step, most--) {
		int x = bar_cell(bar, local - offset);
		bool past = x <= head;
		int from = bar->area.x + 1 + x - 2,
		    last = bar->area.x + bar->area.w - 6;
		if (x > head)
			canvas_put(bar->canvas, bar->area.x + 1 + x, bar->area.y,
				   0x252c, ROLE_RULE);
		/* The last label keeps off the edge. */
		from = from < last ? from : last;
		if (bar->area.h < 2 || from < free_from)
			continue;
		char buf[TIME_TEXT_MAX];
		format_clock(buf, local, false);
		canvas_text(bar->canvas, from, bar->area.y + 1, 5,
			    (struct slice){buf, 5}, past ? ROLE_DIM : ROLE_RULE);
		free_from = from + 7;
	}
}

void scrub_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	const struct bar bar = {view, canvas, area};
	if (area.w < 4)
		return;
	for (int y = 0; y < area.h; y++)
		for (int x = 0; x < area.w; x++)
			canvas_hit(canvas, area.x + x, area.y + y, 1,
				   hit_of(HIT_SCRUB, (uint32_t)x));
	canvas_hline(canvas, area.x, area.y, area.w, ROLE_RULE);
	draw_hours(&bar);
	draw_flags(&bar);
	draw_stops(&bar);
	draw_flips(&bar);
	draw_marks(&bar);
	canvas_put(canvas, area.x, area.y, 0x251c, ROLE_RULE);
	canvas_put(canvas, area.x + area.w - 1, area.y, 0x2524, ROLE_RULE);
	/* The live edge; events before it are not drawn (1). */
	if (view->live && view->behind_live > 0)
		bar_put(&bar, view->at + view->behind_live, 0x25cb, ROLE_FLAG_GREEN);
	bar_put(&bar, view->at, 0x25cf, ROLE_PLAYHEAD);
}
