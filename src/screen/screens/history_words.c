/*
 * happened_words.c -- what happened, in words, as a line of a screen
 */
#include "history_words.h"

void happened_walk_begin(struct happened_walk *walk, const struct view *view,
			 uint32_t kinds, uint16_t car)
{
	const struct happened_of of = {
		.race = view->race,
		.tables = view->tables,
		.turns = view->turns,
		.turn_count = view->turn_count,
		.kinds = kinds,
		.at = view->at,
		.car = car,
	};

	happened_begin(walk, &of);
}

static void driver_name(const struct entry *entry, uint8_t driver, struct field *out)
{
	struct field name;

	field_name(&name, entry->drivers[driver], false);
	field_append_slice(out, name.text);
}

static bool driver_known(const struct entry *entry, uint8_t driver)
{
	return driver < entry->driver_count && driver < RACE_DRIVERS_MAX;
}

/* "A. Bell \u2192 J. Kane", or who it is now alone. */
static void driver_words(const struct view *view, const struct happened *what,
			 bool brief, struct field *out)
{
	const struct entry *entry = &view->race->entries[what->car];

	if (!driver_known(entry, what->driver_after))
		return;
	if (!brief && what->driver != what->driver_after &&
	    driver_known(entry, what->driver)) {
		driver_name(entry, what->driver, out);
		field_append(out, " \u2192 ");
	}
	driver_name(entry, what->driver_after, out);
}

/* A car without a number is named by its team or its class. */
static void name_words(const struct view *view, uint16_t car, struct field *out)
{
	if (car >= view->race->car_count || shown_number(view->race, car).len)
		return;
	field_append(out, view->race->entries[car].team);
	if (out->text.len == 0)
		field_append_slice(out, shown_class(view, car));
	if (out->text.len)
		field_append(out, " ");
}

void decision_append(const struct race *race, unsigned index, struct field *out)
{
	char words[96];
	race_decision_words(race, &race->decisions[index], words, sizeof(words));
	field_append(out, words);
}

/* ---- words, a function a kind ------------------------------------------------ */

struct words {
	const struct view *view;
	const struct happened *what;
	bool own, timed;
	struct field *out;
	int *coloured; /* set to the cells that have the role, where not all do */
};

/* A made-up time is marked. */
static void guess(const struct words *w)
{
	if (w->what->estimated)
		field_append(w->out, "~");
}

static void colour(const struct words *w, enum role role)
{
	w->out->role = role;
	*w->coloured = text_width(w->out->text);
}

static void words_start(const struct words *w)
{
	w->out->role = ROLE_STRONG;
	field_append(w->out, w->timed ? "the session begins" : "the race begins");
}

static void words_flag(const struct words *w)
{
	enum flag flag = (enum flag)w->what->flag;

	if (w->view->race->setup.reconstruction && flag != FLAG_FINISH)
		field_append(w->out, "~");
	field_append_slice(w->out, flag_words(w->view, flag, false));
	colour(w, flag_role(flag));
	if (w->what->time == DURATION_NONE || flag == FLAG_FINISH)
		return;
	field_append(w->out, " for ");
	field_append_span(w->out, w->what->time);
}

static void words_pit_in(const struct words *w)
{
	field_append(w->out, "in the pits");
	colour(w, ROLE_IN_PIT);
	if (w->what->lap > 0) {
		field_append(w->out, ", lap ");
		field_append_number(w->out, w->what->lap);
	}
}

static void words_pit_out(const struct words *w)
{
	size_t len;

	field_append(w->out, "out");
	if (w->what->time != DURATION_NONE) {
		field_append(w->out, " after ");
		guess(w);
		field_append_time(w->out, w->what->time, TIME_SHORT);
	}
	len = w->out->text.len;
	field_append(w->out, ", ");
	driver_words(w->view, w->what, w->own, w->out);
	if (w->out->text.len == len + 2)
		w->out->text.len = len;
}

static void words_driver(const struct words *w)
{
	field_append(w->out, "driver ");
	driver_words(w->view, w->what, false, w->out);
}

static void words_lead(const struct words *w)
{
	bool first = w->what->lap == 1;

	field_append(w->out, w->timed ? "goes fastest"
			     : first  ? "leads the first lap"
				      : "takes the lead");
	colour(w, ROLE_STRONG);
}

static void words_class_lead(const struct words *w)
{
	field_append(w->out, w->timed ? "fastest of " : "leads ");
	field_append_slice(w->out, shown_class(w->view, w->what->car));
}

/* "▴2 to place 3 of GT"; a list of one car says the class above it. */
static void place_words(const struct words *w, const char *sign, enum role role)
{
	field_append(w->out, sign);
	field_append_number(w->out, w->what->gained);
	colour(w, role);
	field_append(w->out, " to place ");
	field_append_number(w->out, w->what->position);
	if (!w->own && shown_class(w->view, w->what->car).len) {
		field_append(w->out, " of ");
		field_append_slice(w->out, shown_class(w->view, w->what->car));
	}
}

static void words_gained(const struct words *w)
{
	place_words(w, "\u25b4", ROLE_GAINED);
}

/* When @car completed @lap; INSTANT_NONE: not, or it is not kept any more. */
static instant_us lap_done(const struct view *view, uint16_t car, uint32_t lap)
{
	uint32_t at = view->race->cars[car].lap_row;

	while (at > view->race->lap_first && at <= view->tables->laps_max) {
		const struct lap_row *row = &view->tables->laps[at - 1];

		if (row->lap <= lap)
			return row->lap == lap ? row->at : INSTANT_NONE;
		at = row->prev;
	}
	return INSTANT_NONE;
}

/* Behind it when it began the lap, before it when it ended it. */
static bool passed_it(const struct words *w, uint16_t other, instant_us from)
{
	const struct view *view = w->view;
	uint16_t car = w->what->car;
	instant_us began, ended;

	if (other == car || view->race->entries[other].class_index !=
				    view->race->entries[car].class_index)
		return false;
	ended = lap_done(view, other, w->what->lap);
	if (ended == INSTANT_NONE || ended >= w->what->at)
		return false;
	began = lap_done(view, other, w->what->lap - 1);
	return began != INSTANT_NONE && began > from;
}

static void other_words(const struct words *w, uint16_t other)
{
	char label[16];

	race_car_label(w->view->race, other, label);
	/* A car without a number is known by its team. */
	field_append(w->out, shown_number(w->view->race, other).len == 0 &&
					     w->view->race->entries[other].team[0]
				     ? w->view->race->entries[other].team
				     : label);
}

/* "passed by 3, 15 and 2 more" */
static void passers(const struct words *w)
{
	enum { NAMED = 3 };
	instant_us from = lap_done(w->view, w->what->car, w->what->lap - 1);
	unsigned count = 0;

	for (uint16_t other = 0;
	     from != INSTANT_NONE && other < w->view->race->car_count; other++) {
		if (!passed_it(w, other, from) || ++count > NAMED)
			continue;
		field_append(w->out, count == 1 ? ": passed by " : ", ");
		other_words(w, other);
	}
	if (count <= NAMED)
		return;
	field_append(w->out, " and ");
	field_append_number(w->out, count - NAMED);
	field_append(w->out, " more");
}

/* And why: the pits, or who passed it, and how much slower its lap was. */
static void words_lost(const struct words *w)
{
	place_words(w, "\u25be", ROLE_LOST);
	if (w->what->pitted) {
		field_append(w->out, ": in the pits");
		if (w->what->time == DURATION_NONE)
			return;
		field_append(w->out, " for ");
		field_append_time(w->out, w->what->time, TIME_SHORT);
		return;
	}
	if (w->timed) {
		field_append(w->out, ": others went faster");
		return;
	}
	passers(w);
	if (w->what->more == DURATION_NONE || w->what->more < US_S)
		return;
	field_append(w->out, ", its lap ");
	field_append_time(w->out, w->what->more, TIME_TENTH);
	field_append(w->out, " s slower");
}

static void words_best(const struct words *w)
{
	const struct entry *entry = &w->view->race->entries[w->what->car];

	field_append_time(w->out, w->what->time, TIME_LAP);
	colour(w, ROLE_CLASS_BEST);
	field_append(w->out, happened_holds(w->view->race, w->what)
				     ? " best lap of "
				     : " best lap so far of ");
	if (w->what->kind == HAPPENED_BEST_LAP)
		field_append(w->out, w->timed ? "the session" : "the race");
	else
		field_append_slice(w->out, shown_class(w->view, w->what->car));
	if (!w->own && shown_number(w->view->race, w->what->car).len == 0 &&
	    entry->team[0]) {
		field_append(w->out, ", ");
		field_append(w->out, entry->team);
	}
}

static void words_own_best(const struct words *w)
{
	field_append_time(w->out, w->what->time, TIME_LAP);
	colour(w, ROLE_PERSONAL_BEST);
	field_append(w->out, happened_holds(w->view->race, w->what)
				     ? " its best, lap "
				     : " its best so far, lap ");
	field_append_number(w->out, w->what->lap);
}

static void words_sector(const struct words *w)
{
	struct slice class_name = shown_class(w->view, w->what->car);

	field_append_time(w->out, w->what->time, TIME_LAP);
	colour(w, ROLE_CLASS_BEST);
	field_append(w->out, " best sector ");
	field_append_number(w->out, w->what->sector + 1u);
	field_append(w->out, " of ");
	field_append_slice(w->out, class_name.len ? class_name : SLICE("the race"));
}

static void words_stopped(const struct words *w)
{
	field_append(w->out, "stands on the track");
	colour(w, ROLE_STOPPED);
	if (w->what->lap > 0) {
		field_append(w->out, ", after ");
		field_append_number(w->out, w->what->lap);
		field_append(w->out, w->what->lap == 1 ? " lap" : " laps");
	}
}

static void words_resumed(const struct words *w)
{
	field_append(w->out, "drives on, last seen ");
	field_append_span(w->out, w->what->time);
	field_append(w->out, " before");
}

static void words_off_pace(const struct words *w)
{
	field_append(w->out, "off the pace: ");
	field_append_time(w->out, w->what->time, TIME_LAP);
	colour(w, ROLE_LOST);
	field_append(w->out, ", ");
	field_append_time(w->out, w->what->more, TIME_TENTH);
	field_append(w->out, " s more than the lap before");
}

static void words_below(const struct words *w)
{
	field_append(w->out, "~ likely to miss the threshold");
	colour(w, ROLE_NOT_CLASSIFIED);
}

static void words_above(const struct words *w)
{
	field_append(w->out, "~ likely to reach the threshold");
	colour(w, ROLE_GAINED);
}

static void words_decision(const struct words *w)
{
	field_append(w->out, "stewards: ");
	decision_append(w->view->race, w->what->row, w->out);
	w->out->role = ROLE_AT_RISK;
}

static void words_message(const struct words *w)
{
	const struct message_row *row = &w->view->tables->messages[w->what->row];

	field_append(w->out, row->by_hand ? "note: " : "");
	field_append(w->out, row->text);
	field_append(w->out, row->cut ? "\u2026" : "");
}

static void words_finish(const struct words *w)
{
	field_append(w->out, w->timed ? "fastest at the flag" : "wins");
	colour(w, ROLE_STRONG);
	if (!w->timed && w->what->lap > 0) {
		field_append(w->out, ", ");
		field_append_number(w->out, w->what->lap);
		field_append(w->out, w->what->lap == 1 ? " lap" : " laps");
	}
}

static void (*const kinds[HAPPENED_COUNT])(const struct words *w) = {
	[HAPPENED_START] = words_start,       [HAPPENED_FLAG] = words_flag,
	[HAPPENED_DRIVER] = words_driver,     [HAPPENED_PIT_OUT] = words_pit_out,
	[HAPPENED_OFF_PACE] = words_off_pace, [HAPPENED_GAINED] = words_gained,
	[HAPPENED_LOST] = words_lost,         [HAPPENED_SECTOR_BEST] = words_sector,
	[HAPPENED_OWN_BEST] = words_own_best, [HAPPENED_CLASS_BEST] = words_best,
	[HAPPENED_BEST_LAP] = words_best,     [HAPPENED_CLASS_LEAD] = words_class_lead,
	[HAPPENED_LEAD] = words_lead,         [HAPPENED_PIT_IN] = words_pit_in,
	[HAPPENED_STOPPED] = words_stopped,   [HAPPENED_RESUMED] = words_resumed,
	[HAPPENED_BELOW] = words_below,       [HAPPENED_ABOVE] = words_above,
	[HAPPENED_DECISION] = words_decision, [HAPPENED_MESSAGE] = words_message,
	[HAPPENED_FINISH] = words_finish,
};

void happened_words(const struct view *view, const struct happened *what, bool own,
		    struct field *out, int *coloured)
{
	const struct words words = {
		.view = view,
		.what = what,
		.own = own,
		.timed = view->race->setup.type == SESSION_TIMED,
		.out = out,
		.coloured = coloured,
	};

	*coloured = CANVAS_COLS_MAX;
	field_text(out, (struct slice){out->buf, 0}, ROLE_TEXT);
	/* These begin with the time that is their news. */
	if (!own && what->kind != HAPPENED_BEST_LAP &&
	    what->kind != HAPPENED_CLASS_BEST)
		name_words(view, what->car, out);
	if (what->kind < HAPPENED_COUNT)
		kinds[what->kind](&words);
}

/* ---- a line ------------------------------------------------------------------- */

enum { CLOCK_WIDTH = 8, CAR_AT = 9, CAR_WIDTH = 4, KIND_WIDTH = 9, KIND_FROM = 70 };

/* What belongs to no car, where its kind does not say so. */
static struct slice no_car(const struct happened *what)
{
	return what->kind == HAPPENED_MESSAGE ? SLICE("race")
	       : what->kind == HAPPENED_START ? SLICE("")
					      : SLICE("flag");
}

void happened_draw(const struct scene *scene, const struct happened *what,
		   struct canvas *canvas, struct rect at, enum happened_how how)
{
	const struct view *view = scene->view;
	int coloured, used, right = at.x + at.w, x = at.x + CAR_AT;
	char clock[TIME_TEXT_MAX];
	struct field field;
	bool kind = how == HAPPENED_FULL && at.w >= KIND_FROM;
	size_t n =
		format_clock(clock, what->at + view->race->setup.utc_offset_us, false);

	happened_words(view, what, how == HAPPENED_OWN, &field, &coloured);
	if (what->car < view->race->car_count)
		canvas_hit(canvas, at.x, at.y, at.w, hit_of(HIT_CAR, what->car));
	canvas_text(canvas, at.x, at.y, CLOCK_WIDTH, (struct slice){clock, n},
		    just_changed(view, what->at) ? ROLE_CHANGED : ROLE_DIM);
	if (how == HAPPENED_OWN)
		x++;
	else if (what->car < view->race->car_count)
		canvas_right(canvas, x, at.y, CAR_WIDTH,
			     shown_number(view->race, what->car),
			     class_role(scene, what->car));
	else if (!kind)
		canvas_text(canvas, x, at.y, CAR_WIDTH, no_car(what), ROLE_DIM);
	x += how == HAPPENED_OWN ? 0 : CAR_WIDTH + 1;
	if (kind) {
		canvas_text(canvas, x + 1, at.y, KIND_WIDTH,
			    slice_of(happened_name((enum happened_kind)what->kind)),
			    ROLE_DIM);
		x += KIND_WIDTH + 3;
	}
	used = canvas_text(canvas, x, at.y, right - x, field.text, field.role);
	if (used > coloured)
		canvas_role(canvas, x + coloured, at.y, used - coloured, ROLE_TEXT);
}
