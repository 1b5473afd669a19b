/*
 * control_flags.c -- flags: how often, how long, and how many laps; and the stewards
 *
 *  (1) A flag counts from the first crossing under it to the first under another, from
 *      the start signal to the finish.
 *  (2) A lap counts under the flag it ended under, once for the whole field: when it was
 *      first completed by anyone.
 */
#include "control_screen.h"

struct flag_sum {
	uint32_t runs, laps;
	duration_us time;
};

struct flag_sums {
	struct flag_sum of[FLAG_COUNT];
	duration_us all;
	uint32_t laps;
};

static uint32_t fewer(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void sum_times(const struct view *view, struct flag_sums *sums)
{
	const struct race *race = view->race;
	uint32_t n = fewer(race->flag_count, view->tables->flags_max);
	instant_us end = race->finish_at != INSTANT_NONE && race->finish_at < view->at
				 ? race->finish_at
				 : view->at;
	for (uint32_t i = 0; i < n; i++) {
		const struct flag_row *row = &view->tables->flags[i];
		instant_us from = row->from_at, to = i + 1 < n ? row[1].from_at : end;
		if (row->flag >= FLAG_COUNT || row->flag == FLAG_FINISH)
			continue;
		if (race->start_at != INSTANT_NONE && (i == 0 || from < race->start_at))
			from = race->start_at;
		to = to < end ? to : end;
		if (to <= from)
			continue;
		struct flag_sum *sum = &sums->of[row->flag];
		sum->runs++;
		sum->time += to - from;
		sums->all += to - from;
	}
}

static void sum_laps(const struct view *view, struct flag_sums *sums)
{
	const struct race *race = view->race;
	uint32_t n = fewer(race->lap_count, view->tables->laps_max), front = 0;
	for (uint32_t i = race->lap_first; i < n; i++) {
		const struct lap_row *row = &view->tables->laps[i];
		if (row->lap <= front || row->flag >= FLAG_COUNT)
			continue;
		sums->of[row->flag].laps += row->lap - front;
		sums->laps += row->lap - front;
		front = row->lap;
	}
}

/* The lap that ends under the chequered flag was driven under the one before it. */
static void sum_last(const struct view *view, struct flag_sums *sums)
{
	uint32_t n = fewer(view->race->flag_count, view->tables->flags_max);
	const struct flag_row *last = n > 1 ? &view->tables->flags[n - 1] : NULL;
	if (!last || last->flag != FLAG_FINISH || last[-1].flag >= FLAG_COUNT)
		return;
	sums->of[last[-1].flag].laps += sums->of[FLAG_FINISH].laps;
	sums->of[FLAG_FINISH].laps = 0;
}

static void make_sums(const struct view *view, struct flag_sums *sums)
{
	*sums = (struct flag_sums){.all = 0};
	sum_times(view, sums);
	sum_laps(view, sums);
	sum_last(view, sums);
}

static unsigned flags_used(const struct flag_sums *sums)
{
	unsigned n = 0;
	for (unsigned flag = 0; flag < FLAG_COUNT; flag++)
		n += sums->of[flag].runs > 0;
	return n;
}

int control_flags_lines(const struct view *view)
{
	struct flag_sums sums;
	make_sums(view, &sums);
	unsigned n = flags_used(&sums);
	return (int)(n ? n : 1) + 1;
}

enum { NAME = 20, TIMES = 6, TIME = 9, SHARE = 6, LAPS = 5 };

static void draw_flag(const struct view *view, struct canvas *canvas, struct rect at,
		      enum flag flag, const struct flag_sums *sums)
{
	const struct flag_sum *sum = &sums->of[flag];
	struct field field = {0};
	int x = at.x;
	/* When a flag was shown in a reconstruction is an estimate. */
	if (view->race->setup.reconstruction && flag != FLAG_GREEN)
		field_append(&field, "~");
	struct slice words = flag_words(view, flag, false);
	if (text_width(field.text) + text_width(words) > NAME)
		words = flag_words(view, flag, true);
	field_append_slice(&field, words);
	canvas_text(canvas, x, at.y, NAME, field.text, flag_role(flag));
	x += NAME;
	field_number(&field, sum->runs, ROLE_TEXT);
	canvas_right(canvas, x, at.y, TIMES, field.text, ROLE_TEXT);
	x += TIMES;
	field.text = (struct slice){field.buf, 0};
	field_append_time(&field, sum->time, TIME_CLOCK);
	canvas_right(canvas, x, at.y, TIME, field.text, ROLE_TEXT);
	x += TIME;
	if (sums->all > 0) {
		field_number(
			&field,
			(uint64_t)((sum->time + sums->all / 200) * 100 / sums->all),
			ROLE_DIM);
		field_append(&field, " %");
		canvas_right(canvas, x, at.y, SHARE, field.text, ROLE_DIM);
	}
	x += SHARE;
	field_number(&field, sum->laps, ROLE_TEXT);
	canvas_right(canvas, x, at.y, LAPS, field.text, ROLE_TEXT);
}

void control_flags(const struct view *view, struct canvas *canvas, struct rect area)
{
	/* The heaviest last, as they stand in the list; what is not known is. */
	struct flag_sums sums;
	int y = area.y + 1, x = area.x + NAME;
	make_sums(view, &sums);
	canvas_text(canvas, area.x, area.y, NAME, SLICE("Flags"), ROLE_HEADER);
	if (flags_used(&sums) == 0) {
		canvas_text(canvas, area.x, y, area.w,
			    SLICE("no flag has been shown so far"), ROLE_DIM);
		return;
	}
	canvas_right(canvas, x, area.y, TIMES, SLICE("times"), ROLE_HEADER);
	canvas_right(canvas, x + TIMES, area.y, TIME, SLICE("time"), ROLE_HEADER);
	canvas_right(canvas, x + TIMES + TIME + SHARE, area.y, LAPS, SLICE("laps"),
		     ROLE_HEADER);
	for (unsigned flag = 0; flag < FLAG_COUNT && y < area.y + area.h; flag++) {
		if (sums.of[flag].runs == 0)
			continue;
		draw_flag(view, canvas, (struct rect){area.x, y, area.w, 1},
			  (enum flag)flag, &sums);
		y++;
	}
}

/* ---- the stewards ------------------------------------------------------------- */

static void draw_decision(const struct scene *scene, struct canvas *canvas,
			  struct rect at, const struct history_row *what)
{
	const struct view *view = scene->view;
	struct field field = {0};
	char clock[TIME_TEXT_MAX];
	size_t n =
		format_clock(clock, what->at + view->race->setup.utc_offset_us, false);
	canvas_text(canvas, at.x, at.y, 5, (struct slice){clock, n < 5 ? n : 5},
		    just_changed(view, what->at) ? ROLE_CHANGED : ROLE_DIM);
	canvas_right(canvas, at.x + 6, at.y, 4, shown_number(view->race, what->car),
		     class_role(scene, what->car));
	decision_append(view->race, what->row, &field);
	canvas_text(canvas, at.x + 11, at.y, at.w - 11, field.text, ROLE_TEXT);
}

void control_decisions(const struct scene *scene, struct canvas *canvas,
		       struct rect area)
{
	int y = area.y + 1, bottom = area.y + area.h;
	struct history list;
	history_of_view(&list, scene->view, HISTORY_BIT(DECISION), CAR_NONE);
	rect_words(canvas, area, "Stewards", ROLE_HEADER);
	struct history_row what;
	for (uint32_t i = 0; y < bottom && history_nth(&list, i, &what); i++) {
		if (y + 1 == bottom && i + 1 < history_count(&list)) {
			draw_more(canvas, (struct rect){area.x, y, area.w, 1},
				  history_count(&list) - i);
			return;
		}
		draw_decision(scene, canvas, (struct rect){area.x, y++, area.w, 1},
			      &what);
	}
	if (y == area.y + 1)
		canvas_text(canvas, area.x, y, area.w, SLICE("no decision so far"),
			    ROLE_DIM);
}
