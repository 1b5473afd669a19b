/*
 * strategy_car.c -- of one car: what a stop does, whom it meets, how it ends, in sentences
 *
 *  (1) The sentences are those of the command `strategy` (strategy_sentence.c).
 *  (2) Where there is no room for all of them, the lightest are left out; where one is too
 *      long, its last clauses.
 */
#include "stint_bars.h"

enum { LABEL = 18, HALVES = 190, LIST_LEAST = 7, SMALL = 24 };

/* The car shown: that of the strategy, else the selected one. */
static uint16_t subject(const struct view *view)
{
	uint16_t car = view->strategy ? view->strategy->car : view->selected;
	return car < view->race->car_count ? car : CAR_NONE;
}

/* One line alone. */
static void page_keep(struct strategy_page *page, enum strategy_line line)
{
	unsigned at = 0;
	while (at < page->count && page->lines[at].line != line)
		at++;
	if (at < page->count)
		page->lines[0] = page->lines[at];
	page->count = at < page->count;
}

void strategy_page_make(const struct view *view, struct strategy_page *page)
{
	page->count = 0;
	if (subject(view) == CAR_NONE || !view->strategy)
		return;
	const struct standing *standing = car_standing(view, view->strategy->car);
	struct strategy_of of = {
		.race = view->race,
		.strategy = view->strategy,
		.class_position = standing ? standing->class_position : 0,
		.stints = view->stints,
		.stint_count = view->stint_count,
	};
	if (view->what_if_car == view->strategy->car)
		of.what_if = &view->what_if;
	page->count = strategy_lines(&of, page->lines);
	if (!strategy_known(view))
		page_keep(page, STRATEGY_LINE_DRIVERS);
}

/* (2) */
static void page_cut(struct strategy_page *page, unsigned most)
{
	while (page->count > most) {
		unsigned least = 0;
		for (unsigned i = 1; i < page->count; i++)
			if (page->lines[i].weight <= page->lines[least].weight)
				least = i;
		page->count--;
		for (unsigned i = least; i < page->count; i++)
			page->lines[i] = page->lines[i + 1];
	}
}

/* Where the screen is very wide, what is of other cars and of the end is at the right. */
static bool at_right(const struct strategy_listed *line)
{
	return line->line == STRATEGY_LINE_CALL || line->line == STRATEGY_LINE_AHEAD ||
	       line->line == STRATEGY_LINE_BEHIND ||
	       line->line == STRATEGY_LINE_UNDERCUT ||
	       line->line == STRATEGY_LINE_OVERCUT ||
	       line->line == STRATEGY_LINE_THREAT;
}

int strategy_car_rows(const struct view *view, const struct strategy_page *page, int w,
		      int h)
{
	if (subject(view) == CAR_NONE || h <= LIST_LEAST)
		return 0;
	if (!strategy_known(view)) /* its name and drivers */
		return view->selected == subject(view) ? 2 : 0;
	/* About half of the screen is for the list, and little of a small one. */
	int most = h < SMALL ? h - LIST_LEAST : h * 11 / 20;
	int halves[2] = {0, 0}, lines = (int)page->count;
	for (unsigned i = 0; i < page->count; i++)
		halves[at_right(&page->lines[i])]++;
	if (w >= HALVES)
		lines = halves[0] > halves[1] ? halves[0] : halves[1];
	return 1 + (lines < most - 1 ? lines : most - 1);
}

/* ---- a sentence ---------------------------------------------------------------------- */

static enum role run_role(const struct scene *scene, const struct strategy_run *run,
			  bool now)
{
	switch ((enum strategy_mark)run->mark) {
	case STRATEGY_PLAIN:
		break;
	case STRATEGY_STRONG:
		return ROLE_STRONG;
	case STRATEGY_GUESS:
		return ROLE_GUESS;
	case STRATEGY_CAR:
		return class_role(scene, run->car);
	case STRATEGY_NEAR:
		return ROLE_AT_RISK;
	case STRATEGY_OVER:
		return ROLE_NOT_CLASSIFIED;
	}
	return now ? ROLE_TEXT : ROLE_DIM;
}

/* Runs of the clauses that fit into @w cells; the first one is cut. */
static unsigned runs_that_fit(const struct strategy_sentence *sentence, int w)
{
	unsigned fit = 0;
	int width = 0;
	for (unsigned i = 0; i < sentence->run_count; i++) {
		const struct strategy_run *run = &sentence->runs[i];
		if (run->clause && width <= w)
			fit = i;
		width += text_width(
			(struct slice){sentence->text + run->from, run->len});
	}
	return width <= w || fit == 0 ? sentence->run_count : fit;
}

static void page_line(const struct scene *scene, const struct strategy_listed *line,
		      struct canvas *canvas, struct rect at)
{
	const struct strategy_sentence *sentence = &line->said;
	int label = at.w < 100 ? LABEL - 1 : LABEL;
	struct pen pen = pen_at(canvas, at);
	pen_words(&pen, line->label, line->now ? ROLE_STRONG : ROLE_DIM);
	pen.x = at.x + label;
	unsigned runs = runs_that_fit(sentence, at.w - label);
	for (unsigned i = 0; i < runs; i++) {
		const struct strategy_run *run = &sentence->runs[i];
		pen_text(&pen, (struct slice){sentence->text + run->from, run->len},
			 run_role(scene, run, line->now));
	}
}

static void page_draw(const struct scene *scene, struct strategy_page *page,
		      struct canvas *canvas, struct rect in)
{
	bool halves = in.w >= HALVES - 2;
	struct rect left = in, right = in;
	int lines[2] = {0, 0};
	if (halves) {
		left.w = in.w * 11 / 20;
		right.x += left.w + 2;
		right.w -= left.w + 2;
	} else {
		page_cut(page, (unsigned)in.h);
	}
	for (unsigned i = 0; i < page->count; i++) {
		bool half = halves && at_right(&page->lines[i]);
		if (lines[half] < in.h)
			page_line(scene, &page->lines[i], canvas,
				  rect_line(half ? right : left, lines[half]++));
	}
}

/* ---- all of it ------------------------------------------------------------------------- */

/* The car, in the rule above. Returns the cell after it. */
static int draw_name(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	const struct view *view = scene->view;
	uint16_t car = subject(view);
	struct pen pen = {canvas, area.x + 1, area.y - 1, area.x + area.w - 1, true, 0};
	const char *team = view->race->entries[car].team;
	pen_words(&pen, " ", ROLE_TEXT);
	pen_text(&pen, CAR_LABEL(view->race, car), class_role(scene, car));
	pen_words(&pen, " ", ROLE_TEXT);
	pen_text(&pen, shown_class(view, car), class_role(scene, car));
	pen_words(&pen, " ", ROLE_TEXT);
	if (team[0]) {
		pen_words(&pen, team, ROLE_STRONG);
		pen_words(&pen, " ", ROLE_TEXT);
	}
	return pen.x;
}

/* The keys of the questions: with words, or without where they are @brief. */
static void keys_text(const struct view *view, bool brief, struct field *field)
{
	static const struct {
		enum action action;
		const char *words;
	} keys[] = {
		{ACTION_STOP_LAP, "later"}, {ACTION_STOP_TIME, "longer"},
		{ACTION_STOP_FLAG, "flag"}, {ACTION_STOP_ALONE, "alone"},
		{ACTION_BACK, "none"},
	};
	unsigned count = view->what_if.lap > 0 ? 5 : 4;
	const char *stint = view_key_of(view, ACTION_STINT);
	field_append(field, " what if");
	for (unsigned i = 0; i < count; i++) {
		const char *key = view_key_of(view, keys[i].action);
		if (!key)
			continue;
		field_append(field, brief ? " " : "  ");
		field_append(field, key);
		field_append(field, brief ? "" : " ");
		field_append(field, brief ? "" : keys[i].words);
	}
	if (stint) {
		field_append(field, brief ? "  stint " : "   stint ");
		field_append(field, stint);
	}
	field_append(field, " ");
}

/* At the right end of the rule above, from @left on. */
static void draw_question_keys(const struct view *view, struct canvas *canvas,
			       struct rect area, int left)
{
	for (int brief = 0; brief < 2; brief++) {
		struct field field = {0};
		keys_text(view, brief, &field);
		int w = text_width(field.text), x = area.x + area.w - w - 1;
		if (x < left + 2)
			continue;
		canvas_text(canvas, x, area.y - 1, w, field.text, ROLE_DIM);
		return;
	}
}

void strategy_car_draw(const struct scene *scene, struct strategy_page *page,
		       struct canvas *canvas, struct rect area)
{
	struct rect in = {area.x + 1, area.y, area.w - 2, area.h};
	int left = draw_name(scene, canvas, area);
	if (!scene->view->strategy) {
		rect_words(canvas, in, "no forecast", ROLE_DIM);
		return;
	}
	if (strategy_known(scene->view))
		draw_question_keys(scene->view, canvas, area, left);
	page_draw(scene, page, canvas, in);
}
