/*
 * control_flags.c -- flags: how often, how long, and how many laps; and the stewards
 *
 *  (1) A flag counts from the first crossing under it to the first under another, from
 *      the start signal to the finish.
 *  (2) A lap counts once for the whole field, under the flag at its first completion.
 *  (3) The shares are rounded together: their sum is 100 %.
 */
#include "control_screen.h"
#include "facts.h"

struct flag_sum {
	uint32_t runs, laps;
	duration_us time, before; /* the flags listed above it */
};

struct flag_sums {
	struct flag_sum of[FLAG_COUNT];
	duration_us all;
};

static void sum_times(const struct view *view, struct flag_sums *sums)
{
	const struct race *race = view->race;
	instant_us end = race->finish_at != INSTANT_NONE && race->finish_at < view->at
				 ? race->finish_at
				 : view->at;
	struct flag_span span;
	enum flag before = FLAG_COUNT;
	bool guessed = false;
	for (uint32_t i = 0; flag_span_at(view, i, &span); i++) {
		if (span.flag >= FLAG_COUNT || span.flag == FLAG_FINISH)
			continue;
		if (race->start_at != INSTANT_NONE &&
		    (i == 0 || span.from < race->start_at))
			span.from = race->start_at;
		span.to = span.to < end ? span.to : end;
		if (span.to <= span.from)
			continue;
		struct flag_sum *sum = &sums->of[span.flag];
		sum->runs +=
			!guessed || span.flag != before; /* what was guessed goes on */
		before = span.flag;
		guessed = span.guessed;
		sum->time += span.to - span.from;
		sums->all += span.to - span.from;
	}
}

static void sum_laps(const struct view *view, struct flag_sums *sums)
{
	struct flag_span first = {.flag = FLAG_UNKNOWN};
	(void)flag_span_at(view, 0, &first);
	uint32_t front = 0;
	for (const struct lap_row *row = NULL; (row = lap_row_after(view, row));) {
		if (row->lap <= front || row->flag >= FLAG_COUNT)
			continue;
		enum flag flag = row->flag == FLAG_UNKNOWN && first.guessed
					 ? first.flag
					 : (enum flag)row->flag;
		sums->of[flag].laps += row->lap - front;
		front = row->lap;
	}
}

/* The lap that ends under the chequered flag counts under the flag before. */
static void sum_last(const struct view *view, struct flag_sums *sums)
{
	struct flag_span last = {.flag = FLAG_COUNT}, before = {.flag = FLAG_COUNT};
	struct flag_span span;
	for (uint32_t i = 0; flag_span_at(view, i, &span); i++) {
		before = last;
		last = span;
	}
	if (last.flag != FLAG_FINISH || before.flag >= FLAG_COUNT)
		return;
	sums->of[before.flag].laps += sums->of[FLAG_FINISH].laps;
	sums->of[FLAG_FINISH].laps = 0;
}

static void make_sums(const struct view *view, struct flag_sums *sums)
{
	*sums = (struct flag_sums){.all = 0};
	sum_times(view, sums);
	sum_laps(view, sums);
	sum_last(view, sums);
	duration_us before = 0;
	for (unsigned flag = 0; flag < FLAG_COUNT; flag++) {
		sums->of[flag].before = before;
		before += sums->of[flag].time;
	}
}

static unsigned percent_of(duration_us time, duration_us all)
{
	return (unsigned)((time + all / 200) * 100 / all);
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
	/* Times of flags are estimates in a reconstruction. */
	if (view->race->setup.reconstruction && flag != FLAG_GREEN)
		field_append(&field, "~");
	struct slice words = flag_words(view, flag, false);
	if (text_width(field.text) + text_width(words) > NAME)
		words = flag_words(view, flag, true);
	field_append_slice(&field, words);
	at.w = NAME;
	rect_text(canvas, at, field.text, flag_role(flag));
	at.w += TIMES;
	field_number(&field, sum->runs, ROLE_TEXT);
	rect_right(canvas, at, field.text, ROLE_TEXT);
	at.w += TIME;
	field_clear(&field, ROLE_TEXT);
	field_append_time(&field, sum->time, TIME_CLOCK);
	rect_right(canvas, at, field.text, ROLE_TEXT);
	at.w += SHARE;
	if (sums->all > 0) {
		field_clear(&field, ROLE_DIM);
		field_format(&field, "%u %%",
			     percent_of(sum->before + sum->time, sums->all) -
				     percent_of(sum->before, sums->all)); /* (3) */
		rect_right(canvas, at, field.text, ROLE_DIM);
	}
	at.w += LAPS;
	field_number(&field, sum->laps, ROLE_TEXT);
	rect_right(canvas, at, field.text, ROLE_TEXT);
}

void control_flags(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct rect head = {area.x, area.y, NAME + TIMES, 1};
	struct flag_sums sums;
	make_sums(view, &sums);
	rect_words(canvas, area, "Flags", ROLE_HEADER);
	if (flags_used(&sums) == 0) {
		rect_words(canvas, rect_line(area, 1), "no flags so far", ROLE_DIM);
		return;
	}
	rect_right(canvas, head, SLICE("times"), ROLE_HEADER);
	head.w += TIME;
	rect_right(canvas, head, SLICE("time"), ROLE_HEADER);
	head.w += SHARE + LAPS;
	rect_right(canvas, head, SLICE("laps"), ROLE_HEADER);
	/* In order of severity; an unknown flag counts too. */
	int line = 1;
	for (unsigned flag = 0; flag < FLAG_COUNT && line < area.h; flag++)
		if (sums.of[flag].runs > 0)
			draw_flag(view, canvas, rect_line(area, line++),
				  (enum flag)flag, &sums);
}

/* ---- the stewards ------------------------------------------------------------- */

/* Wrapped. Returns the lines. */
static int draw_decision(const struct scene *scene, struct canvas *canvas,
			 struct rect at, const struct history_row *what)
{
	const struct view *view = scene->view;
	struct field clock = {0}, words = {0};
	field_append_clock(&clock, view, what->at, false);
	canvas_text(canvas, at.x, at.y, 5, clock.text,
		    just_changed(view, what->at) ? ROLE_CHANGED : ROLE_DIM);
	/* "result-at 12" and others concern no car. */
	if (what->car < view->race->car_count)
		canvas_right(canvas, at.x + 6, at.y, 4,
			     SHOWN_NUMBER(view->race, what->car),
			     class_role(scene, what->car));
	decision_append(view->race, what->row, &words);
	const char *who = decider_words(view->tables->deciders,
					view->race->decisions[what->row].number);
	if (who[0] != '\0')
		field_format(&words, " (%s)", who);
	return rect_wrap(canvas, (struct rect){at.x + 11, at.y, at.w - 11, at.h},
			 words.text, SIZE_MAX, ROLE_TEXT);
}

void control_decisions(const struct scene *scene, struct canvas *canvas,
		       struct rect area)
{
	struct history list;
	struct history_row what;
	history_of_view(&list, scene->view, HISTORY_BIT(DECISION), CAR_NONE);
	rect_words(canvas, area, "Stewards", ROLE_HEADER);
	uint32_t count = history_count(&list);
	if (count == 0)
		rect_words(canvas, rect_line(area, 1), "no decisions so far", ROLE_DIM);
	int line = 1;
	for (uint32_t i = 0; i < count && line < area.h; i++) {
		struct rect left = rect_below(area, line);
		if (draw_rest(canvas, area, left.y, count - i) ||
		    !history_nth(&list, i, &what))
			return;
		/* The last line is for the number of those that are left. */
		left.h -= left.h > 1 && i + 1 < count;
		line += draw_decision(scene, canvas, left, &what);
	}
}
