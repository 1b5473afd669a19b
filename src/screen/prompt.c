/*
 * prompt.c -- the last two lines while text is typed: what is expected, and the input
 *
 * After the input the prompt shows its effect: the car that is found, the words that a
 * decision still needs. Above both typed_list.c lists the words that can follow.
 */
#include "parts.h"
#include "pitwall/alert.h"
#include "pitwall/command_line.h"

#include <string.h>

/* Number and team of a car, or @none. */
static void write_car(const struct view *view, struct pen *pen, uint16_t car,
		      const char *none)
{
	if (car >= view->race->car_count) {
		pen_words(pen, none, ROLE_AT_RISK);
		return;
	}
	pen_text(pen, CAR_LABEL(view->race, car), ROLE_STRONG);
	pen->x++;
	pen_words(pen, shown_entrant(view->race, car), ROLE_TEXT);
}

static void after_find(const struct view *view, struct pen *pen)
{
	write_car(view, pen, view_find(view, slice_of(view->input)), "no car matches");
}

static void after_pass(const struct view *view, struct pen *pen)
{
	write_car(view, pen,
		  race_find_text(view->race, slice_trim(slice_of(view->input))),
		  "no such entry: a car is added");
}

/* How many cars the filter would show. */
static void after_filter(const struct view *view, struct pen *pen)
{
	struct view trial = *view;
	uint16_t cars[RACE_CARS_MAX];
	trial.table.filter[0] = '\0';
	unsigned all = tower_cars(&trial, cars);
	text_copy(trial.table.filter, sizeof(trial.table.filter),
		  slice_of(view->input));
	unsigned shown = tower_cars(&trial, cars);
	pen_format(pen, shown ? ROLE_DIM : ROLE_AT_RISK, "%u of %u cars", shown, all);
}

/* The first error before the word being typed. */
static void after_columns(const struct view *view, struct pen *pen)
{
	struct slice text = slice_of(view->input);
	struct column_set set = {.count = 0};
	struct err err = {.text = ""};
	while (text.len > 0 && text.at[text.len - 1] != ' ')
		text.len--;
	if (slice_trim(text).len > 0 && column_set_parse(text, &set, &err) < 0)
		pen_words(pen, err.text, ROLE_AT_RISK);
}

static void after_alert(const struct view *view, struct pen *pen)
{
	struct alert_rule rule;
	struct err err = {.text = ""};
	struct typed_wants wants;
	struct typed_word word;
	if (alert_parse(slice_of(view->input), &rule, &err) == 0) {
		pen_words(pen, "Enter: add", ROLE_TEXT);
		return;
	}
	/* No word begins so; those that could follow were listed before. */
	typed_wants(view, &wants);
	struct slice why = slice_of(err.text);
	if (wants.word.len > 0 && wants.count > 0 &&
	    !typed_word_at(view, &wants, 0, &word))
		pen_text(pen, slice_cut(&why, ':'), ROLE_AT_RISK);
}

/* What the race shows, or what is given by hand, of the class or car named so far. */
static void after_stint(const struct view *view, struct pen *pen)
{
	struct slice line = slice_trim(slice_of(view->input)), name = line;
	const struct stint_usual *usual = NULL;
	for (unsigned i = 0; view->strategy && i < view->race->class_count; i++) {
		name = slice_of(view->race->classes[i].name);
		if (line.len >= name.len &&
		    slice_eq_nocase((struct slice){line.at, name.len}, name) &&
		    (line.len == name.len || line.at[name.len] == ' '))
			usual = &view->strategy->stops.classes[i].stint;
		if (usual)
			break;
	}
	if (!usual) {
		name = slice_cut(&line, ' ');
		uint16_t car = race_find_text(view->race, name);
		if (car == CAR_NONE || !view->strategy) {
			pen_words(pen, "a class or a car, then laps or a time",
				  ROLE_DIM);
			return;
		}
		usual = &view->strategy->stops.cars[car].stint;
	}
	pen_text(pen, name, ROLE_STRONG);
	if (usual->laps == 0) {
		pen_words(pen, ": no stint was seen", ROLE_DIM);
		return;
	}
	pen_format(pen, ROLE_GUESS, " ~%u", usual->laps);
	pen_words(pen, usual->laps == 1 ? " lap" : " laps", ROLE_GUESS);
	pen_words(pen,
		  usual->source == STINT_BY_LAPS || usual->source == STINT_BY_TIME
			  ? " now, by hand"
		  : usual->seen > 0 ? " now, as the race shows"
				    : " now",
		  ROLE_DIM);
}

/* The menu row that a line begins with; for flags, the whole line. */
static const struct operate_row *row_of_line(struct slice line)
{
	struct slice verb = slice_cut(&line, ' ');
	for (size_t i = 0; i < operate_rows_count; i++) {
		struct slice form = slice_of(operate_rows[i].form);
		struct slice word = slice_cut(&form, ' ');
		if (!slice_eq_nocase(word, verb))
			continue;
		if (!slice_eq(word, SLICE("flag")) ||
		    slice_eq_nocase(slice_trim(form), slice_trim(line)))
			return &operate_rows[i];
	}
	return NULL;
}

static void write_flags(struct pen *pen)
{
	for (unsigned flag = FLAG_GREEN; flag < FLAG_COUNT; flag++) {
		pen_words(pen, flag_name((enum flag)flag), flag_role((enum flag)flag));
		pen->x++;
	}
}

static void after_operate(const struct view *view, struct pen *pen)
{
	struct slice line = slice_of(view->input);
	while (line.len && line.at[0] == ' ')
		line = (struct slice){line.at + 1, line.len - 1};
	const struct operate_row *row = row_of_line(line);
	struct slice rest = line, verb = slice_cut(&rest, ' ');
	if (!row && slice_eq_nocase(verb, SLICE("flag")))
		write_flags(pen);
	if (!row)
		return;
	bool of_car = strstr(row->form, "%s");
	struct slice car = of_car ? slice_cut(&rest, ' ') : SLICE("");
	if (car.len) {
		write_car(view, pen, race_find_text(view->race, car), "no such car");
		pen->x += 3;
	} else if (of_car && !car.at) {
		pen_words(pen, "CAR ", ROLE_DIM);
	}
	pen_words(pen, row->words, ROLE_DIM);
	pen->x += 3;
	pen_words(pen, row->about, ROLE_DIM);
}

/* "passed at 15:20:01.234  2 more waiting", before the input. */
static void before_pass(const struct view *view, struct pen *pen)
{
	char clock[TIME_TEXT_MAX];
	if (view->pass_at != INSTANT_NONE) {
		(void)format_clock(clock, race_local(&view->race->setup, view->pass_at),
				   true);
		pen_words(pen, "passed at ", ROLE_DIM);
		pen_words(pen, clock, ROLE_STRONG);
		pen->x += 2;
	}
	if (view->pass_count > 1) {
		pen_format(pen, ROLE_AT_RISK, "%u more waiting", view->pass_count - 1);
		pen->x += 2;
	}
}

/* Show the end of a long line. */
static void write_input(const struct view *view, struct pen *pen)
{
	struct slice input = slice_of(view->input);
	while (input.len && text_width(input) > pen->right - pen->x - 1) {
		uint32_t cp;
		size_t n = utf8_decode(input.at, input.len, &cp);
		input.at += n;
		input.len -= n;
	}
	pen_text(pen, input, ROLE_PROMPT);
}

/* What can be typed, with examples; @after shows the effect of the input. */
static const struct {
	const char *label, *usage, *examples;
	void (*after)(const struct view *view, struct pen *pen);
} prompts[PROMPT_COUNT] = {
	[PROMPT_NONE] = {"", "", "", NULL},
	[PROMPT_GO_TO] = {"go to", "3:20:00, @15:20, lap:112, 50%, start or end", "",
			  NULL},
	[PROMPT_FIND] = {"find", "number, team, car or driver", "", after_find},
	[PROMPT_OPERATE] = {"race control", "DECISION [CAR] [VALUE] [REASON]",
			    "time 7 10 speeding   flag SC", after_operate},
	[PROMPT_PASS] = {"car", "the number of the car that passed", "", after_pass},
	[PROMPT_FILTER] = {"show", "words that must all match; empty: all cars",
			   "class GT running   #88", after_filter},
	[PROMPT_COLUMNS] = {"columns", "NAME[:WIDTH] ...; empty: automatic",
			    "number driver:20 gap last", after_columns},
	[PROMPT_ALERT] = {"alert when", "WHO WHAT [< or > NUMBER]",
			  "#7 gap #31 < 2   class GT leader pits", after_alert},
	[PROMPT_STINT] = {"stint", "CLASS or CAR, then LAPS, TIME or auto",
			  "GT 32   88 45min   GT auto", after_stint},
	[PROMPT_DELAY] = {"delay", "seconds behind live; 0: off", "", NULL},
	[PROMPT_COMMAND] = {":", "COMMAND [VALUE]", "lap 112   car 7   screen timing",
			    NULL},
};

static unsigned prompt_of(const struct view *view)
{
	return view->prompt < PROMPT_COUNT ? view->prompt : PROMPT_NONE;
}

/* The decision that @line begins with; NULL: it has no verb yet. */
static const struct view_word *decision_of(const struct view *view, struct slice line)
{
	struct slice verb = slice_cut(&line, ' ');
	for (const struct view_word *word = view->decision_words;
	     line.at && word && word->name; word++)
		if (slice_eq_nocase(verb, slice_of(word->name)))
			return word;
	return NULL;
}

/* What is expected, on the line above the input. */
static void grammar_draw(const struct view *view, const struct typed_wants *wants,
			 struct canvas *canvas)
{
	struct rect at = {0, canvas->rows - 2, canvas->cols, 1};
	unsigned prompt = prompt_of(view);
	const char *usage = prompts[prompt].usage, *more = prompts[prompt].examples;
	for (int x = 0; x < canvas->cols; x++)
		canvas_put(canvas, x, at.y, ' ', ROLE_TEXT);
	canvas_hit(canvas, 0, at.y, canvas->cols, hit_of(HIT_OVER, 0));
	at.x++;
	at.w -= 2;
	struct pen pen = pen_at(canvas, at);
	pen.whole = true;
	if (wants->verb.name) {
		pen_words(&pen, wants->verb.name, ROLE_KEY);
		pen.x++;
		usage = wants->verb.usage;
		more = wants->verb.about;
		if (wants->verb.does == LINE_PROMPT && wants->verb.of != PROMPT_GO_TO) {
			usage = prompts[wants->verb.of].usage;
			more = prompts[wants->verb.of].examples;
		}
	}
	struct slice line = slice_of(view->input);
	bool asks = wants->verb.name && wants->verb.does == LINE_PROMPT;
	if (asks) /* what follows the verb */
		(void)slice_cut(&line, ' ');
	unsigned of = asks ? wants->verb.of : prompt;
	const struct view_word *decision =
		of == PROMPT_OPERATE ? decision_of(view, line) : NULL;
	pen_words(&pen, decision ? decision->usage : usage, ROLE_TEXT);
	pen.x += 3;
	pen_words(&pen, decision ? decision->about : more, ROLE_DIM);
	pen.x += 3;
	if (wants->count > 0)
		pen_words(&pen, "Tab: complete", ROLE_DIM);
}

/* On the last line, in the place of the hints. */
static void prompt_draw(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	struct typed_wants wants;
	unsigned prompt = prompt_of(view);
	typed_wants(view, &wants);
	typed_list_draw(view, &wants, canvas, area);
	grammar_draw(view, &wants, canvas);
	area.y = canvas->rows - 1;
	area.x++;
	area.w--;
	struct pen pen = pen_at(canvas, area);
	if (prompt == PROMPT_PASS)
		before_pass(view, &pen);
	pen_words(&pen, prompts[prompt].label, ROLE_KEY);
	pen.x += prompt != PROMPT_COMMAND;
	write_input(view, &pen);
	canvas_put(canvas, pen.x, pen.y, ' ', ROLE_PROMPT);
	canvas_mark(canvas, pen.x, pen.y, 1, CELL_SELECTED);
	pen.x += 3;
	if (view->input[0] && prompts[prompt].after)
		prompts[prompt].after(view, &pen);
	else
		pen_words(&pen, "Esc: cancel", ROLE_DIM);
}

/* ---- typing ------------------------------------------------------------------ */

static void type(struct view *view, uint32_t cp)
{
	char *input = view->input;
	size_t len = strlen(input);
	if (cp < ' ' || cp == 0x7f || cp >= KEY_NONE_ || cp_width(cp) < 1)
		return;
	char bytes[4];
	size_t n = utf8_encode(bytes, cp);
	if (len + n >= sizeof(view->input))
		return;
	memcpy(input + len, bytes, n);
	input[len + n] = '\0';
}

/* Erasing an empty line closes the prompt. */
static void erase(struct view *view)
{
	char *input = view->input;
	size_t len = strlen(input);
	if (len == 0) {
		view_close(view, OVERLAY_PROMPT);
		return;
	}
	do
		len--;
	while (len > 0 && ((unsigned char)input[len] & 0xc0) == 0x80);
	input[len] = '\0';
}

/* A second car may pass while the prompt asks for the first number. */
static bool pass_key(struct view *view, uint32_t key, struct wish *wish)
{
	if (view->prompt != PROMPT_PASS || (key != 'p' && key != KEY_PW_ESC))
		return false;
	wish->kind = key == 'p' ? WISH_PASS : WISH_PASS_DROP;
	if (key == KEY_PW_ESC)
		view_close(view, OVERLAY_PROMPT);
	return true;
}

/* Lines that were typed into the same prompt: by -1 an older one, by 1 a newer. */
static void recall(struct view *view, int by)
{
	struct line_past *past = view->past;
	uint32_t at = view->past_at, end = past ? past->count + 1 : 0;
	for (at -= (uint32_t)by; at > 0 && at < end; at -= (uint32_t)by) {
		if (past->prompts[past->count - at] != view->prompt)
			continue;
		if (view->past_at == 0)
			memcpy(past->typed, view->input, sizeof(past->typed));
		memcpy(view->input, past->lines[past->count - at], sizeof(view->input));
		view->past_at = at;
		return;
	}
	if (by > 0 && view->past_at > 0) {
		memcpy(view->input, past->typed, sizeof(view->input));
		view->past_at = 0;
	}
}

/* A line is kept once, as the newest. */
static void keep_line(struct view *view)
{
	struct line_past *past = view->past;
	uint32_t at = 0;
	if (!past || view->input[0] == '\0')
		return;
	while (at < past->count && (past->prompts[at] != view->prompt ||
				    strcmp(past->lines[at], view->input) != 0))
		at++;
	if (at == past->count && past->count < LINES_KEPT)
		past->count++;
	else
		at = at == past->count ? 0 : at;
	memmove(past->lines[at], past->lines[at + 1],
		(past->count - 1 - at) * sizeof(past->lines[0]));
	memmove(&past->prompts[at], &past->prompts[at + 1], past->count - 1 - at);
	memcpy(past->lines[past->count - 1], view->input, sizeof(past->lines[0]));
	past->prompts[past->count - 1] = view->prompt;
}

/* Erase the last word, and the blanks behind it. */
static void erase_word(struct view *view)
{
	size_t len = strlen(view->input);
	while (len > 0 && view->input[len - 1] == ' ')
		len--;
	while (len > 0 && view->input[len - 1] != ' ')
		len--;
	view->input[len] = '\0';
}

/* Every key is text or edits it. */
static bool prompt_key(struct view *view, const struct key_binding *key,
		       struct wish *wish)
{
	enum { CTRL_U = 0x15, CTRL_W = 0x17 };
	if (pass_key(view, key->key, wish))
		return true;
	if (key->key == KEY_PW_ENTER) {
		*wish = (struct wish){.kind = WISH_PROMPT_DONE, .n = view->prompt};
		keep_line(view);
		view_close(view, OVERLAY_PROMPT);
	} else if (key->key == KEY_PW_ESC) {
		view_close(view, OVERLAY_PROMPT);
	} else if (key->key == KEY_PW_BACKSPACE || key->key == KEY_PW_DELETE) {
		erase(view);
	} else if (key->key == KEY_PW_UP || key->key == KEY_PW_DOWN) {
		recall(view, key->key == KEY_PW_UP ? -1 : 1);
	} else if (key->key == '\t') {
		typed_complete(view);
	} else if (key->key == CTRL_U) {
		view->input[0] = '\0';
	} else if (key->key == CTRL_W) {
		erase_word(view);
	} else {
		type(view, key->key);
	}
	return true;
}

const struct screen prompt_overlay = {
	.name = "prompt",
	.modal = true,
	.draw = prompt_draw,
	.key = prompt_key,
};
