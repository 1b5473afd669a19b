/*
 * history_words.c -- what happened, in words, as a line of a screen
 */
#include "history_words.h"
#include "pitwall/encode.h"

void history_of_view(struct history *history, const struct view *view, uint32_t kinds,
		     uint16_t car)
{
	history->race = view->race;
	history->tables = view->tables;
	history->guesses = view->guesses;
	history->guess_count = view->guess_count;
	history->kinds = kinds;
	history->at = view->at;
	history->car = car;
	history_open(history);
}

void decision_append(const struct race *race, unsigned index, struct field *out)
{
	char words[96];
	race_decision_words(race, &race->decisions[index], words, sizeof(words));
	field_append(out, words);
}

/* ---- words --------------------------------------------------------------------- */

/* The colour of what is new in a row of each kind; 0: none. */
static const uint8_t colours[HISTORY_COUNT] = {
	[HISTORY_START] = ROLE_STRONG,
	[HISTORY_PIT_IN] = ROLE_IN_PIT,
	[HISTORY_OFF_PACE] = ROLE_LOST,
	[HISTORY_GAINED] = ROLE_GAINED,
	[HISTORY_LOST] = ROLE_LOST,
	[HISTORY_SECTOR_BEST] = ROLE_CLASS_BEST,
	[HISTORY_OWN_BEST] = ROLE_PERSONAL_BEST,
	[HISTORY_CLASS_BEST] = ROLE_CLASS_BEST,
	[HISTORY_BEST_LAP] = ROLE_CLASS_BEST,
	[HISTORY_LEAD] = ROLE_STRONG,
	[HISTORY_STOPPED] = ROLE_STOPPED,
	[HISTORY_RETIRED] = ROLE_STOPPED,
	[HISTORY_BELOW] = ROLE_NOT_CLASSIFIED,
	[HISTORY_ABOVE] = ROLE_GAINED,
	[HISTORY_DECISION] = ROLE_AT_RISK,
	[HISTORY_FINISH] = ROLE_STRONG,
};

static enum role colour_of(const struct view *view, const struct history_row *what)
{
	duration_us shown;
	if (what->kind == HISTORY_FLAG)
		return flag_role(history_flag(view->race, view->tables, what, &shown));
	return what->kind < HISTORY_COUNT && colours[what->kind]
		       ? (enum role)colours[what->kind]
		       : ROLE_TEXT;
}

/* In words, without time and car; drivers by surnames, or three letters, where @w cells are
 * too few. */
static void history_words(const struct view *view, const struct history_row *what,
			  bool own, int w, struct sentence *out)
{
	/* What is wrapped even so has surnames. */
	static const unsigned styles[] = {0, SENTENCE_SURNAMES, SENTENCE_CODES,
					  SENTENCE_SURNAMES};
	for (unsigned i = 0; i < ARRAY_LEN(styles); i++) {
		const struct sentence_of of = {view->race, view->tables, view->rules,
					       styles[i] | (own ? SENTENCE_OWN : 0)};
		history_sentence(&of, what, out);
		if (text_width((struct slice){out->text, out->len}) <= w)
			return;
	}
}

/* ---- a line ------------------------------------------------------------------- */

enum { CLOCK_WIDTH = 8, CAR_AT = 9, CAR_WIDTH = 4, KIND_WIDTH = 9, KIND_FROM = 70 };

/* Label of rows without a car. */
static struct slice no_car(const struct history_row *what)
{
	return what->kind == HISTORY_START ? SLICE("")
	       : what->kind == HISTORY_FLAG || what->kind == HISTORY_FINISH
		       ? SLICE("flag")
		       : SLICE("race");
}

/* Returns where the words begin. */
static int history_draw_head(const struct scene *scene, const struct history_row *what,
			     struct canvas *canvas, struct rect at,
			     enum history_line how)
{
	const struct view *view = scene->view;
	int x = at.x + CAR_AT;
	struct field clock = {0};
	bool kind = how == LINE_FULL && at.w >= KIND_FROM;
	field_append_clock(&clock, view, what->at, true);
	canvas_text(canvas, at.x, at.y, CLOCK_WIDTH, clock.text,
		    just_changed(view, what->at) ? ROLE_CHANGED : ROLE_DIM);
	if (how != LINE_OWN && view_is_tagged(&view->table, what->car))
		canvas_put(canvas, at.x + CLOCK_WIDTH, at.y, '+', ROLE_KEY);
	if (how == LINE_OWN)
		x++;
	else if (what->car < view->race->car_count)
		canvas_right(canvas, x, at.y, CAR_WIDTH,
			     SHOWN_NUMBER(view->race, what->car),
			     class_role(scene, what->car));
	else if (!kind)
		canvas_text(canvas, x, at.y, CAR_WIDTH, no_car(what), ROLE_DIM);
	x += how == LINE_OWN ? 0 : CAR_WIDTH + 1;
	if (kind) {
		canvas_text(canvas, x + 1, at.y, KIND_WIDTH,
			    slice_of(history_name((enum history_kind)what->kind)),
			    ROLE_DIM);
		x += KIND_WIDTH + 3;
	}
	return x;
}

int history_draw(const struct scene *scene, const struct history_row *what,
		 struct canvas *canvas, struct rect at, enum history_line how)
{
	const struct view *view = scene->view;
	struct sentence words;
	int left = history_draw_head(scene, what, canvas, at, how) - at.x;
	history_words(view, what, how == LINE_OWN, at.w - left, &words);
	int lines =
		rect_wrap(canvas, (struct rect){at.x + left, at.y, at.w - left, at.h},
			  (struct slice){words.text, words.len}, words.news,
			  colour_of(view, what));
	lines = lines > 0 ? lines : 1;
	for (int i = 0; i < lines && what->car < view->race->car_count; i++)
		canvas_hit(canvas, at.x, at.y + i, at.w, hit_of(HIT_CAR, what->car));
	return lines;
}

int history_draw_words(const struct scene *scene, const struct history_row *what,
		       struct slice words, struct canvas *canvas, struct rect at)
{
	enum { LINES = 2 };
	const struct view *view = scene->view;
	struct field clock = {0};
	int x = CAR_AT + CAR_WIDTH + 1;
	field_append_clock(&clock, view, what->at, true);
	canvas_text(canvas, at.x, at.y, CLOCK_WIDTH, clock.text,
		    just_changed(view, what->at) ? ROLE_CHANGED : ROLE_DIM);
	return rect_wrap(
		canvas,
		(struct rect){at.x + x, at.y, at.w - x, at.h < LINES ? at.h : LINES},
		words, SIZE_MAX, colour_of(view, what));
}
