/*
 * scrub.c -- the whole race in one line, and where we are in it
 *
 *  (1) Nothing behind the playhead is known here: flags and stops are drawn from
 *      the rows the race owns now, the rest of the bar is only scheduled time.
 *  (2) A short caution is still seen: it takes one cell, and the weightier flag
 *      wins a cell that two share.
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
	int64_t span = view->to - view->from;
	x--;
	if (x <= 0 || last <= 0 || span <= 0)
		return view->from;
	if (x >= last)
		return view->to;
	/* The first millisecond of those that cell_of() puts there. */
	return view->from + ((span / US_MS + 1) * x + last - 1) / last * US_MS;
}

/* Cell of an instant, 0-based between the ends. */
static int cell_of(const struct view *view, int cols, instant_us t)
{
	int last = inner(cols) - 1;
	int64_t span = view->to - view->from;
	if (t <= view->from || span <= 0)
		return 0;
	if (t >= view->to)
		return last;
	/* In milliseconds: last * span fits whatever the day. */
	return (int)((t - view->from) / US_MS * last / (span / US_MS + 1));
}

static void draw_flags(const struct view *view, struct canvas *canvas, struct rect area)
{
	const struct race *race = view->race;
	uint8_t weight[CANVAS_COLS_MAX] = {0};
	int head = cell_of(view, area.w, view->at);
	for (uint32_t i = 0; i < race->flag_count && i < view->tables->flags_max; i++) {
		const struct flag_row *row = &view->tables->flags[i];
		instant_us until = i + 1 < race->flag_count
					   ? view->tables->flags[i + 1].from_at
					   : view->at;
		int from = cell_of(view, area.w, row->from_at);
		int to = cell_of(view, area.w, until);
		for (int x = from; x <= to && x < CANVAS_COLS_MAX; x++)
			if (row->flag > weight[x] && row->flag < FLAG_COUNT)
				weight[x] = row->flag;
	}
	for (int x = 0; x <= head && x < CANVAS_COLS_MAX; x++)
		canvas_put(canvas, area.x + 1 + x, area.y, flag_marks[weight[x]],
			   flag_role((enum flag)weight[x]));
}

/* The selected car's stops so far. */
static void draw_stops(const struct view *view, struct canvas *canvas, struct rect area)
{
	if (view->selected >= view->race->car_count)
		return;
	struct history list;
	history_of_view(&list, view, HISTORY_BIT(PIT_IN), view->selected);
	struct history_row row;
	for (uint32_t i = 0; history_nth(&list, i, &row); i++)
		canvas_put(canvas, area.x + 1 + cell_of(view, area.w, row.at), area.y,
			   0x25c6, ROLE_IN_PIT);
}

/* Where the selected car's fate turned, as was foretold there. */
static void draw_fate(const struct view *view, struct canvas *canvas, struct rect area)
{
	for (uint32_t i = 0; i < view->guess_count; i++) {
		const struct history_row *guess = &view->guesses[i];
		bool up = guess->kind == HISTORY_ABOVE;
		if (guess->car != view->selected || guess->at > view->at)
			continue;
		canvas_put(canvas, area.x + 1 + cell_of(view, area.w, guess->at),
			   area.y, up ? 0x25b4 : 0x25be,
			   up ? ROLE_PERSONAL_BEST : ROLE_NOT_CLASSIFIED);
	}
}

/* Where the person set marks, and the ends of the loop: also behind the playhead, as they
 * tell nothing of the race. */
static void draw_marks(const struct view *view, struct canvas *canvas, struct rect area)
{
	for (uint32_t i = 0; i < view->mark_count && i < MARKS_MAX; i++)
		canvas_put(canvas, area.x + 1 + cell_of(view, area.w, view->marks[i]),
			   area.y, 0x25bd, ROLE_KEY);
	if (!view->looping)
		return;
	canvas_put(canvas, area.x + 1 + cell_of(view, area.w, view->loop_from), area.y,
		   'A', ROLE_KEY);
	if (view->loop_to != INSTANT_NONE)
		canvas_put(canvas, area.x + 1 + cell_of(view, area.w, view->loop_to),
			   area.y, 'B', ROLE_KEY);
}

/* The shortest step whose labels do not touch. */
static int64_t hour_step(const struct view *view, int cols)
{
	static const int64_t steps[] = {
		US_MIN,      5 * US_MIN,  10 * US_MIN, 30 * US_MIN,  US_HOUR,
		2 * US_HOUR, 3 * US_HOUR, 6 * US_HOUR, 12 * US_HOUR,
	};
	int64_t span = view->to - view->from;
	for (unsigned i = 0; i < ARRAY_LEN(steps); i++)
		if (span / steps[i] * 9 < inner(cols))
			return steps[i];
	return US_DAY;
}

static void draw_hours(const struct view *view, struct canvas *canvas, struct rect area)
{
	int64_t step = hour_step(view, area.w);
	int64_t offset = view->race->setup.utc_offset_us;
	int64_t local = view->from + offset;
	int64_t into = local % step;
	int head = cell_of(view, area.w, view->at);
	int free_from = area.x + 1, most = area.w; /* a bar of years ends somewhere */
	local += into > 0 ? step - into : -into;
	for (; local - offset <= view->to && most > 0; local += step, most--) {
		int x = cell_of(view, area.w, local - offset);
		bool past = x <= head;
		int from = area.x + 1 + x - 2, last = area.x + area.w - 6;
		if (x > head)
			canvas_put(canvas, area.x + 1 + x, area.y, 0x252c, ROLE_RULE);
		/* The last one keeps off the edge. */
		from = from < last ? from : last;
		if (area.h < 2 || from < free_from)
			continue;
		char buf[TIME_TEXT_MAX];
		format_clock(buf, local, false);
		canvas_text(canvas, from, area.y + 1, 5, (struct slice){buf, 5},
			    past ? ROLE_DIM : ROLE_RULE);
		free_from = from + 7;
	}
}

void scrub_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	int head = cell_of(view, area.w, view->at);
	if (area.w < 4)
		return;
	for (int y = 0; y < area.h; y++)
		for (int x = 0; x < area.w; x++)
			canvas_hit(canvas, area.x + x, area.y + y, 1,
				   hit_of(HIT_SCRUB, (uint32_t)x));
	canvas_hline(canvas, area.x, area.y, area.w, ROLE_RULE);
	draw_hours(view, canvas, area);
	draw_flags(view, canvas, area);
	draw_stops(view, canvas, area);
	draw_fate(view, canvas, area);
	draw_marks(view, canvas, area);
	canvas_put(canvas, area.x, area.y, 0x251c, ROLE_RULE);
	canvas_put(canvas, area.x + area.w - 1, area.y, 0x2524, ROLE_RULE);
	/* Where live is, as far as that is on the bar; what happened on the way is not
	 * drawn (1). */
	if (view->live && view->behind_live > 0)
		canvas_put(canvas,
			   area.x + 1 +
				   cell_of(view, area.w, view->at + view->behind_live),
			   area.y, 0x25cb, ROLE_FLAG_GREEN);
	canvas_put(canvas, area.x + 1 + head, area.y, 0x25cf, ROLE_PLAYHEAD);
}
