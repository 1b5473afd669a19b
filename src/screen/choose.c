/*
 * choose.c -- the list that `a` opens: what e and E go to, what the events screen shows,
 * and alerts to arm with one key
 *
 *  (1) An alert of the list is a rule as it could be typed: armed is that it is among the
 *      rules. Rules that were typed are listed too.
 *  (2) What a rule needs and is not there is said in the place of what it means.
 */
#include "parts.h"
#include "pitwall/alert.h"

#include <string.h>

/* What a rule of the list needs before it can be armed. */
enum offer_need { NEEDS_NOTHING, NEEDS_CAR, NEEDS_FAVOURITE, NEEDS_TAGGED };

/* %s is the selected car. */
static const struct {
	const char *rule, *about;
	uint8_t needs; /* enum offer_need */
} offers[] = {
	{"flag", "the flag changes", NEEDS_NOTHING},
	{"flag SC", "the safety car comes out", NEEDS_NOTHING},
	{"flag RED", "the race is stopped", NEEDS_NOTHING},
	{"any leads", "another car leads the race", NEEDS_NOTHING},
	{"any leads-class", "another car leads its class", NEEDS_NOTHING},
	{"any best", "a best lap of a class", NEEDS_NOTHING},
	{"any stands", "a car stops on the track", NEEDS_NOTHING},
	{"leader pits", "the leader comes into the pits", NEEDS_NOTHING},
	{"#%s pits", "the car comes into the pits", NEEDS_CAR},
	{"#%s leaves", "the car leaves the pits", NEEDS_CAR},
	{"#%s driver", "the car changes drivers", NEEDS_CAR},
	{"#%s stands", "the car stops on the track", NEEDS_CAR},
	{"#%s class-interval < 2", "within 2 s of the car ahead in its class",
	 NEEDS_CAR},
	{"#%s class-behind < 10", "the car behind in its class within 10 s", NEEDS_CAR},
	{"#%s margin < 0", "short of being classified", NEEDS_CAR},
	{"favourites pits", "a favourite comes into the pits", NEEDS_FAVOURITE},
	{"favourites stands", "a favourite stops on the track", NEEDS_FAVOURITE},
	{"tagged pits", "a tagged car comes into the pits", NEEDS_TAGGED},
	{"tagged interval < 2", "within 2 s of the car ahead", NEEDS_TAGGED},
};

enum choice_kind {
	CHOICE_HEAD,
	CHOICE_GROUP, /* of the events screen */
	CHOICE_STEP,  /* of e and E */
	CHOICE_OFFER, /* an alert */
	CHOICE_RULE,  /* an alert that was typed */
	CHOICE_NEW    /* a rule is typed */
};
enum { HEAD_GROUPS, HEAD_STEPS, HEAD_ALERTS };
enum { CHOICES_MOST = 96 };
struct choices {
	const struct view *view;
	struct canvas *canvas;
	struct rect inside;
	unsigned count;
	struct choice {
		uint8_t kind, of;
	} at[CHOICES_MOST];
};

static void choices_add(struct choices *choices, enum choice_kind kind, unsigned of)
{
	if (choices->count < CHOICES_MOST)
		choices->at[choices->count++] =
			(struct choice){(uint8_t)kind, (uint8_t)of};
}

/* A rule of the list as text; "#%s" without a selected car stays as it is. */
static void offer_text(const struct view *view, unsigned offer, char text[64])
{
	const char *rule = offers[offer].rule, *place = strstr(rule, "%s");
	if (!place || view->selected >= view->race->car_count)
		(void)text_copy(text, 64, slice_of(place ? "#CAR" : rule));
	else
		text_format(text, 64, "%.*s%s%s", (int)(place - rule), rule,
			    car_label(view->race, view->selected).text, place + 2);
	if (place && view->selected >= view->race->car_count)
		text_format(text, 64, "#CAR%s", place + 2);
}

/* Its place among the rules (1); alert_count: it is not armed. */
static uint32_t armed_at(const struct view *view, const char *text)
{
	uint32_t at = 0;
	while (at < view->alert_count &&
	       !slice_eq_nocase(slice_of(view->alerts[at].text), slice_of(text)))
		at++;
	return at;
}

static bool is_offered(const struct view *view, const char *rule)
{
	char text[64];
	for (unsigned i = 0; i < ARRAY_LEN(offers); i++) {
		offer_text(view, i, text);
		if (slice_eq_nocase(slice_of(text), slice_of(rule)))
			return true;
	}
	return false;
}

static void choices_make(const struct view *view, struct choices *out)
{
	*out = (struct choices){.view = view};
	if (view->screen == SCREEN_EVENTS) {
		choices_add(out, CHOICE_HEAD, HEAD_GROUPS);
		for (unsigned i = 0; i < history_groups_count; i++)
			choices_add(out, CHOICE_GROUP, i);
	}
	choices_add(out, CHOICE_HEAD, HEAD_STEPS);
	for (unsigned i = 0; i < STEP_COUNT; i++)
		choices_add(out, CHOICE_STEP, i);
	choices_add(out, CHOICE_HEAD, HEAD_ALERTS);
	for (unsigned i = 0; i < view->alert_count; i++)
		if (!is_offered(view, view->alerts[i].text))
			choices_add(out, CHOICE_RULE, i);
	for (unsigned i = 0; i < ARRAY_LEN(offers); i++)
		choices_add(out, CHOICE_OFFER, i);
	choices_add(out, CHOICE_NEW, 0);
}

/* What is missing for a rule of the list (2); NULL: nothing. */
static const char *offer_lacks(const struct view *view, unsigned offer)
{
	uint8_t bits = 0;
	for (uint16_t car = 0; car < view->race->car_count; car++)
		bits |= view->table.bits[car];
	switch ((enum offer_need)offers[offer].needs) {
	case NEEDS_NOTHING:
		break;
	case NEEDS_CAR:
		return view->selected < view->race->car_count
			       ? NULL
			       : "needs a car: select one";
	case NEEDS_FAVOURITE:
		return bits & CAR_FAVOURITE ? NULL : "needs a favourite: * on a car";
	case NEEDS_TAGGED:
		return bits & CAR_TAGGED ? NULL : "needs a tagged car: t on it";
	}
	return NULL;
}

/* ---- drawing --------------------------------------------------------------------- */

enum { MARK_WIDTH = 3, RULE_WIDTH = 26, STEP_WIDTH = 12, CHOICE_NARROW = 66 };

static void choice_words(const struct choices *choices, struct rect at, bool chosen,
			 const char *name, const char *about)
{
	struct canvas *canvas = choices->canvas;
	canvas_put(canvas, at.x + 1, at.y, chosen ? 0x25cf : 0xb7,
		   chosen ? ROLE_KEY : ROLE_DIM);
	int w = canvas_text(canvas, at.x + MARK_WIDTH, at.y, at.w - MARK_WIDTH,
			    slice_of(name), chosen ? ROLE_STRONG : ROLE_TEXT);
	int column = at.w < CHOICE_NARROW ? STEP_WIDTH : RULE_WIDTH;
	w = MARK_WIDTH + (w < column ? column : w + 2);
	if (w + text_width(slice_of(about)) <= at.w)
		canvas_text(canvas, at.x + w, at.y, at.w - w, slice_of(about),
			    ROLE_DIM);
}

static void choice_draw(const void *of, int *y, unsigned row)
{
	static const char *const heads[] = {
		[HEAD_GROUPS] = "shown on this screen",
		[HEAD_STEPS] = "e and E go to the next and the last",
		[HEAD_ALERTS] = "alerts: Enter arms and disarms",
	};
	const struct choices *choices = of;
	const struct view *view = choices->view;
	struct choice choice = choices->at[row];
	struct rect at = {choices->inside.x, (*y)++, choices->inside.w, 1};
	const char *lacks;
	char text[64];
	switch ((enum choice_kind)choice.kind) {
	case CHOICE_HEAD:
		rect_words(choices->canvas, at, heads[choice.of], ROLE_HEADER);
		break;
	case CHOICE_GROUP:
		choice_words(choices, at, choice.of == view->events.group,
			     history_groups[choice.of].name, "");
		break;
	case CHOICE_STEP:
		choice_words(choices, at, choice.of == view->armed,
			     history_steps[choice.of].name,
			     step_about((enum history_step)choice.of));
		break;
	case CHOICE_OFFER:
		offer_text(view, choice.of, text);
		lacks = offer_lacks(view, choice.of);
		choice_words(choices, at, armed_at(view, text) < view->alert_count,
			     text, lacks ? lacks : offers[choice.of].about);
		break;
	case CHOICE_RULE:
		choice_words(choices, at, true, view->alerts[choice.of].text, "");
		break;
	case CHOICE_NEW:
		choice_words(choices, at, false, "a rule of your own ...",
			     "its words are listed as you type");
		break;
	}
	if (row == view->choose_row)
		box_select(choices->canvas, at);
}

static void choose_draw(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	enum { WIDTH = 82 };
	struct choices choices;
	choices_make(view, &choices);
	struct rect box = box_of(area, WIDTH, (int)choices.count + 2);
	choices.canvas = canvas;
	choices.inside = box_inside(box);
	struct window window = window_make(choices.count, (unsigned)choices.inside.h, 0,
					   view->choose_row);
	box_draw(canvas, area, box, "events and alerts",
		 "\u2191\u2193 Enter: choose   Tab: next part   Esc: close");
	(void)window_draw(&window, canvas, choices.inside, choice_draw, &choices);
}

/* ---- keys ------------------------------------------------------------------------ */

/* Enter on an alert: remove it, or add it as if it were typed. */
static void toggle(struct view *view, const char *text, struct wish *wish)
{
	uint32_t at = armed_at(view, text);
	if (at < view->alert_count) {
		*wish = (struct wish){.kind = WISH_ALERT_REMOVE, .n = at};
		text_format(wish->notice, sizeof(wish->notice), "alert removed: %s",
			    text);
		return;
	}
	(void)text_copy(view->input, sizeof(view->input), slice_of(text));
	*wish = (struct wish){.kind = WISH_PROMPT_DONE, .n = PROMPT_ALERT};
}

static void choose_row(struct view *view, struct choice choice, struct wish *wish)
{
	const char *lacks;
	char text[64];
	switch ((enum choice_kind)choice.kind) {
	case CHOICE_HEAD:
		break;
	case CHOICE_GROUP:
	case CHOICE_STEP:
		wish->kind = choice.kind == CHOICE_STEP ? WISH_STEP : WISH_GROUP;
		wish->n = choice.of;
		view_close(view, OVERLAY_CHOOSE);
		break;
	case CHOICE_OFFER:
		lacks = offer_lacks(view, choice.of);
		offer_text(view, choice.of, text);
		if (lacks)
			text_format(wish->notice, sizeof(wish->notice), "%s %s", text,
				    lacks);
		else
			toggle(view, text, wish);
		break;
	case CHOICE_RULE:
		(void)text_copy(text, sizeof(text),
				slice_of(view->alerts[choice.of].text));
		toggle(view, text, wish);
		break;
	case CHOICE_NEW:
		view_ask(view, PROMPT_ALERT, SLICE(""));
		break;
	}
}

/* Heads are passed over; at an end the row stays. */
static void choose_move(struct view *view, const struct choices *choices, int by)
{
	int row = view->choose_row, step = by < 0 ? -1 : 1;
	for (int left = by * step; left > 0;) {
		int next = row + step;
		while (next >= 0 && next < (int)choices->count &&
		       choices->at[next].kind == CHOICE_HEAD)
			next += step;
		if (next < 0 || next >= (int)choices->count)
			break;
		row = next;
		left--;
	}
	view->choose_row = (uint8_t)row;
}

/* A part is a head, or the alerts of one need; beyond the last is the first. */
static unsigned choice_part(const struct choice *choice)
{
	return choice->kind == CHOICE_OFFER ? CHOICE_NEW + 1U + offers[choice->of].needs
					    : choice->kind;
}

static void choose_part(struct view *view, const struct choices *choices, int by)
{
	unsigned n = choices->count, row = view->choose_row;
	unsigned step = by < 0 ? n - 1 : 1, part;
	if (row >= n)
		return;
	part = choice_part(&choices->at[row]);
	for (unsigned left = n; left > 0; left--) {
		row = (row + step) % n;
		if (choices->at[row].kind != CHOICE_HEAD &&
		    choice_part(&choices->at[row]) != part)
			break;
	}
	/* Its first row. */
	part = choice_part(&choices->at[row]);
	while (row > 0 && choice_part(&choices->at[row - 1]) == part)
		row--;
	view->choose_row = (uint8_t)row;
}

static bool choose_key(struct view *view, const struct key_binding *key,
		       struct wish *wish)
{
	struct choices choices;
	choices_make(view, &choices);
	if (key->action == ACTION_SELECT)
		choose_move(view, &choices, key->argument);
	else if (key->action == ACTION_PANE)
		choose_part(view, &choices, key->argument);
	else if (key_page(key) != 0)
		choose_move(view, &choices, key_page(key));
	else if ((key->key == KEY_PW_ENTER || key->key == ' ') &&
		 view->choose_row < choices.count)
		choose_row(view, choices.at[view->choose_row], wish);
	else
		return false;
	return true;
}

void view_choose(struct view *view)
{
	struct choices choices;
	view_open(view, OVERLAY_CHOOSE);
	choices_make(view, &choices);
	bool events = view->screen == SCREEN_EVENTS;
	for (unsigned i = 0; i < choices.count; i++)
		if (choices.at[i].kind == (events ? CHOICE_GROUP : CHOICE_STEP) &&
		    choices.at[i].of == (events ? view->events.group : view->armed))
			view->choose_row = (uint8_t)i;
}

static const struct screen_key choose_keys[] = {
	{ACTION_SELECT, "the row above or below", "row"},
	{ACTION_PANE, "the first row of the next or previous part", "part"},
	{0, NULL, NULL},
};

const struct screen choose_overlay = {
	.name = "events and alerts",
	.modal = true,
	.opener = ACTION_ARM,
	.draw = choose_draw,
	.key = choose_key,
	.keys = choose_keys,
};
