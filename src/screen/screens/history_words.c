/*
 * history_words.c -- what happened, in words, as a line of a screen
 */
#include "history_words.h"

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

/* "A. Bell \u2192 J. Kane", or who it is now alone: @before RACE_DRIVERS_MAX. */
static void driver_words(const struct entry *entry, uint8_t before, uint8_t after,
			 struct field *out)
{
	if (!driver_known(entry, after))
		return;
	if (before != after && driver_known(entry, before)) {
		driver_name(entry, before, out);
		field_append(out, " \u2192 ");
	}
	driver_name(entry, after, out);
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
	const struct history_row *what;
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
	duration_us shown;
	enum flag flag = history_flag(w->view->race, w->view->tables, w->what, &shown);

	if (w->view->race->setup.reconstruction && flag != FLAG_FINISH)
		field_append(w->out, "~");
	field_append_slice(w->out, flag_words(w->view, flag, false));
	colour(w, flag_role(flag));
	if (shown == DURATION_NONE || flag == FLAG_FINISH)
		return;
	field_append(w->out, " for ");
	field_append_span(w->out, shown);
}

/* Its laps at the end of the stop, or as many as it has now. */
static void words_pit_in(const struct words *w)
{
	const struct stint_row *stint =
		history_stint(w->view->race, w->view->tables, w->what);
	uint32_t lap = stint ? stint->to_lap : w->view->race->cars[w->what->car].laps;

	field_append(w->out, "in the pits");
	colour(w, ROLE_IN_PIT);
	if (lap > 0) {
		field_append(w->out, ", lap ");
		field_append_number(w->out, lap);
	}
}

static void words_pit_out(const struct words *w)
{
	const struct entry *entry = &w->view->race->entries[w->what->car];
	size_t len;

	field_append(w->out, "out");
	if (w->what->time != DURATION_NONE) {
		field_append(w->out, " after ");
		guess(w);
		field_append_time(w->out, w->what->time, TIME_SHORT);
	}
	len = w->out->text.len;
	field_append(w->out, ", ");
	driver_words(entry, w->own ? RACE_DRIVERS_MAX : w->what->driver,
		     history_driver_after(w->view->race, w->view->tables, w->what),
		     w->out);
	if (w->out->text.len == len + 2)
		w->out->text.len = len;
}

static void words_driver(const struct words *w)
{
	const struct entry *entry = &w->view->race->entries[w->what->car];

	field_append(w->out, "driver ");
	if (driver_known(entry, w->what->driver_after)) {
		driver_words(entry, w->what->driver, w->what->driver_after, w->out);
		return;
	}
	driver_words(entry, RACE_DRIVERS_MAX, w->what->driver, w->out);
	field_append(w->out, " \u2192 unknown");
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
	field_append_number(w->out, w->what->places);
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

static bool is_lap(const struct history_row *row)
{
	return row->kind == HISTORY_LAP || row->kind == HISTORY_LEADER_LAP;
}

/* When the car of a row completed the lap before that of the row; INSTANT_NONE: that is not
 * known. */
static instant_us lap_began(const struct view *view, const struct history_row *row)
{
	const struct history_row *rows = view->tables->history;
	uint32_t at = row->prev;

	while (at > 0 && (!is_lap(&rows[at - 1]) || rows[at - 1].lap >= row->lap))
		at = rows[at - 1].prev;
	return at > 0 && rows[at - 1].lap + 1 == row->lap ? rows[at - 1].at
							  : INSTANT_NONE;
}

/* Behind it when it began the lap, at @from, and before it when it ended it. */
static bool passed_it(const struct words *w, const struct history_row *lap,
		      instant_us from)
{
	const struct entry *entries = w->view->race->entries;
	const struct history_row *what = w->what;

	return is_lap(lap) && lap->lap == what->lap && lap->car != what->car &&
	       lap->at < what->at &&
	       entries[lap->car].class_index == entries[what->car].class_index &&
	       lap_began(w->view, lap) > from;
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
	const struct view *view = w->view;
	instant_us from = lap_began(view, w->what);
	uint32_t at =
		history_after(view->tables, view->race->history_count, w->what->at);
	bool passed[RACE_CARS_MAX] = {false};
	unsigned count = 0;

	if (from == INSTANT_NONE)
		return;
	for (; at > 0 && view->tables->history[at - 1].at > from; at--) {
		const struct history_row *row = &view->tables->history[at - 1];

		if (passed_it(w, row, from))
			passed[row->car] = true;
	}
	for (uint16_t other = 0; other < view->race->car_count; other++) {
		if (!passed[other] || ++count > NAMED)
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
	field_append(w->out, history_holds(w->view->race, w->what)
				     ? " best lap of "
				     : " best lap so far of ");
	if (w->what->kind == HISTORY_BEST_LAP)
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
	field_append(w->out, history_holds(w->view->race, w->what)
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

static void words_retired(const struct words *w)
{
	field_append(w->out, "retired");
	colour(w, ROLE_STOPPED);
	if (w->what->lap > 0) {
		field_append(w->out, ", after ");
		field_append_number(w->out, w->what->lap);
		field_append(w->out, w->what->lap == 1 ? " lap" : " laps");
	}
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

static void words_lap(const struct words *w)
{
	field_append(w->out, "lap ");
	field_append_number(w->out, w->what->lap);
	if (w->what->time == DURATION_NONE)
		return;
	field_append(w->out, ", ");
	field_append_time(w->out, w->what->time, TIME_LAP);
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

static void (*const kinds[HISTORY_COUNT])(const struct words *w) = {
	[HISTORY_LEADER_LAP] = words_lap,
	[HISTORY_LAP] = words_lap,
	[HISTORY_RETIRED] = words_retired,
	[HISTORY_START] = words_start,
	[HISTORY_FLAG] = words_flag,
	[HISTORY_DRIVER] = words_driver,
	[HISTORY_PIT_OUT] = words_pit_out,
	[HISTORY_OFF_PACE] = words_off_pace,
	[HISTORY_GAINED] = words_gained,
	[HISTORY_LOST] = words_lost,
	[HISTORY_SECTOR_BEST] = words_sector,
	[HISTORY_OWN_BEST] = words_own_best,
	[HISTORY_CLASS_BEST] = words_best,
	[HISTORY_BEST_LAP] = words_best,
	[HISTORY_CLASS_LEAD] = words_class_lead,
	[HISTORY_LEAD] = words_lead,
	[HISTORY_PIT_IN] = words_pit_in,
	[HISTORY_STOPPED] = words_stopped,
	[HISTORY_RESUMED] = words_resumed,
	[HISTORY_BELOW] = words_below,
	[HISTORY_ABOVE] = words_above,
	[HISTORY_DECISION] = words_decision,
	[HISTORY_MESSAGE] = words_message,
	[HISTORY_FINISH] = words_finish,
};

void history_words(const struct view *view, const struct history_row *what, bool own,
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
	if (!own && what->kind != HISTORY_BEST_LAP && what->kind != HISTORY_CLASS_BEST)
		name_words(view, what->car, out);
	if (what->kind < HISTORY_COUNT)
		kinds[what->kind](&words);
}

/* ---- a line ------------------------------------------------------------------- */

enum { CLOCK_WIDTH = 8, CAR_AT = 9, CAR_WIDTH = 4, KIND_WIDTH = 9, KIND_FROM = 70 };

/* What belongs to no car, where its kind does not say so. */
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
	int coloured, used, right = at.x + at.w, x = at.x + CAR_AT;
	char clock[TIME_TEXT_MAX];
	struct field field;
	bool kind = how == LINE_FULL && at.w >= KIND_FROM;
	size_t n =
		format_clock(clock, what->at + view->race->setup.utc_offset_us, false);

	history_words(view, what, how == LINE_OWN, &field, &coloured);
	if (what->car < view->race->car_count)
		canvas_hit(canvas, at.x, at.y, at.w, hit_of(HIT_CAR, what->car));
	canvas_text(canvas, at.x, at.y, CLOCK_WIDTH, (struct slice){clock, n},
		    just_changed(view, what->at) ? ROLE_CHANGED : ROLE_DIM);
	if (how == LINE_OWN)
		x++;
	else if (what->car < view->race->car_count)
		canvas_right(canvas, x, at.y, CAR_WIDTH,
			     shown_number(view->race, what->car),
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
