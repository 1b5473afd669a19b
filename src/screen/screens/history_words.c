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

/* In words, without time and car. @out->role applies to the cells returned; the rest is
 * plain. @own: in a list of one car. */
static int history_words(const struct view *view, const struct history_row *what,
			 bool own, struct field *out)
{
	const struct sentence_of of = {view->race, view->tables, view->rules,
				       own ? SENTENCE_OWN : 0};
	struct sentence sentence;
	history_sentence(&of, what, &sentence);
	field_text(out, (struct slice){out->buf, 0}, colour_of(view, what));
	if (sentence.news >= sentence.len) {
		field_append(out, sentence.text);
		return CANVAS_COLS_MAX;
	}
	field_append_slice(out, (struct slice){sentence.text, sentence.news});
	int coloured = text_width(out->text);

	field_append(out, sentence.text + sentence.news);
	return coloured;
}

/* ---- a line ------------------------------------------------------------------- */

enum { CLOCK_WIDTH = 8, CAR_AT = 9, CAR_WIDTH = 4, KIND_WIDTH = 9, KIND_FROM = 70 };

/* Label of rows without a car. */
static struct slice no_car(const struct history_row *what)
{
	return what->kind == HISTORY_MESSAGE ? SLICE("race")
	       : what->kind == HISTORY_START ? SLICE("")
					     : SLICE("flag");
}

void history_draw(const struct scene *scene, const struct history_row *what,
		  struct canvas *canvas, struct rect at, enum history_line how)
{
	const struct view *view = scene->view;
	int used, right = at.x + at.w, x = at.x + CAR_AT;
	struct field field, clock = {0};
	bool kind = how == LINE_FULL && at.w >= KIND_FROM;
	field_append_clock(&clock, view, what->at, true);
	int coloured = history_words(view, what, how == LINE_OWN, &field);
	if (what->car < view->race->car_count)
		canvas_hit(canvas, at.x, at.y, at.w, hit_of(HIT_CAR, what->car));
	canvas_text(canvas, at.x, at.y, CLOCK_WIDTH, clock.text,
		    just_changed(view, what->at) ? ROLE_CHANGED : ROLE_DIM);
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
	used = canvas_text(canvas, x, at.y, right - x, field.text, field.role);
	if (used > coloured)
		canvas_role(canvas, x + coloured, at.y, used - coloured, ROLE_TEXT);
}

void history_draw_words(const struct scene *scene, const struct history_row *what,
			struct slice words, struct canvas *canvas, struct rect at)
{
	const struct view *view = scene->view;
	struct field clock = {0};
	int x = CAR_AT + CAR_WIDTH + 1;
	field_append_clock(&clock, view, what->at, true);
	canvas_text(canvas, at.x, at.y, CLOCK_WIDTH, clock.text,
		    just_changed(view, what->at) ? ROLE_CHANGED : ROLE_DIM);
	canvas_text(canvas, at.x + x, at.y, at.w - x, words, colour_of(view, what));
}
