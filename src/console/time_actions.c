/*
 * time_actions.c -- what the keys do to time: moves, speed, marks, the loop from A to B
 *
 *  (1) Moving in time only moves the playhead. Relative moves use the index of the
 *      timeline, so ten presses in one burst are one seek.
 *  (2) Marks and the loop belong to the session; another session starts without.
 */
#include "console.h"

#include <string.h>

enum { SAME_US = 1000000 };

/* Race time of an instant, as in the title. */
static const char *clock_of(struct console *console, instant_us at, char *text)
{
	(void)format_duration(text, race_elapsed(console->view.race, at), TIME_CLOCK);
	return text[0] == '\0' ? "the start" : text;
}

/* ---- moves --------------------------------------------------------------- */

/* Going back while playing, the event just passed is skipped: else the key would
 * return to it for ever. */
static instant_us from_where(const struct console *console, int by)
{
	int32_t num;
	int32_t den;
	if (by > 0 || !console->head.play.on)
		return console_here(console);
	play_speed(console->head.play.speed, &num, &den);
	return console_here(console) - US_S * num / den;
}

/* Without a car, laps are those of the leader. */
static uint32_t lap_kinds(uint16_t car)
{
	return car == CAR_NONE ? HISTORY_BIT(LEADER_LAP)
			       : HISTORY_BIT(LEADER_LAP) | HISTORY_BIT(LAP);
}

void act_lap(struct console *console, const struct key_binding *key)
{
	const struct timeline *timeline = &console->session->timeline;
	uint16_t car = console->chosen.focused;
	const struct history_row *lap =
		timeline_event(timeline, lap_kinds(car), car,
			       from_where(console, key->argument), key->argument);
	char number[16];
	if (lap) {
		console_jump(console, key, lap->at);
	} else if (key->argument < 0) {
		console_jump(console, key, console->head.play.first);
	} else if (car == CAR_NONE) {
		console_jump(console, key, console->head.play.last);
	} else {
		console_state(console);
		race_car_label(console->view.race, car, number);
		console_notice(console, false, "no later lap of car %s", number);
	}
}

void act_passing(struct console *console, const struct key_binding *key)
{
	instant_us at = timeline_step(&console->session->timeline,
				      from_where(console, key->argument), key->argument,
				      console->chosen.focused);
	if (at != INSTANT_NONE)
		console_jump(console, key, at);
	else
		console_notice(console, false, "no %s passing",
			       key->argument < 0 ? "earlier" : "later");
}

void act_minute(struct console *console, const struct key_binding *key)
{
	console_jump(console, key, console_here(console) + key->argument * US_MIN);
}

void act_event(struct console *console, const struct key_binding *key)
{
	const struct timeline *timeline = &console->session->timeline;
	const struct history_group *step = &history_steps[console->view.armed];
	instant_us from = from_where(console, key->argument);
	uint32_t kinds = step->kinds;
	uint16_t car = console->chosen.focused;
	char number[16] = "", back[KEY_WORDS_MAX], other[KEY_WORDS_MAX];
	if (car == CAR_NONE && screens[console->view.screen]->of_car)
		car = console->chosen.selected;
	if (console->view.armed == STEP_LAP && car == CAR_NONE)
		car = console->chosen.selected;
	if (console->view.armed == STEP_LAP)
		kinds = lap_kinds(car);
	/* A flag has no car. */
	if (console->view.armed == STEP_FLAG)
		car = CAR_NONE;
	const struct history_row *row =
		timeline_event(timeline, kinds, car, from, key->argument);
	if (!row) {
		console_notice(console, false, "no %s %s%s",
			       key->argument < 0 ? "earlier" : "later", step->name,
			       view_key_words(&console->view, ACTION_ARM, "; ",
					      "chooses another kind", other));
		return;
	}
	/* The jump may change the row. */
	car = row->car;
	console_jump(console, key, row->at);
	console_state(console);
	if (car != CAR_NONE)
		race_car_label(console->view.race, car, number);
	console_notice(console, false, "%s%s%s%s%s", step->name,
		       car == CAR_NONE ? "" : ": car ", number,
		       view_key_words(&console->view, ACTION_UNDO_JUMP, "; ",
				      "goes back", back),
		       view_key_words(&console->view, ACTION_ARM, "; ",
				      "chooses another kind", other));
}

void console_flag_jump(struct console *console, enum flag flag)
{
	struct timeline *timeline = &console->session->timeline;
	const struct race_tables *tables = timeline_head_tables(timeline);
	const struct key_binding key = {.action = ACTION_EVENT, .argument = 1};
	instant_us at = console_here(console);
	const struct history_row *row;
	char back[KEY_WORDS_MAX];
	while ((row = timeline_event(timeline, HISTORY_BIT(FLAG), CAR_NONE, at, 1)) !=
		       NULL &&
	       tables->flags[row->row].flag != flag)
		at = row->at;
	if (row == NULL) {
		console_notice(console, false, "no later %s", flag_name(flag));
		return;
	}
	console_jump(console, &key, row->at);
	console_notice(console, false, "flag %s%s", flag_name(flag),
		       view_key_words(&console->view, ACTION_UNDO_JUMP, "; ",
				      "goes back", back));
}

void act_start(struct console *console, const struct key_binding *key)
{
	console_jump(console, key, console->head.play.first);
}

void act_end(struct console *console, const struct key_binding *key)
{
	console_jump(console, key, console->head.play.last);
	/* The live edge has moved on. */
	console->head.following = console->live != NULL;
	(void)console_race_over(console, true);
}

void act_undo_jump(struct console *console, const struct key_binding *key)
{
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];
	(void)key;
	console_state(console);
	const char *was = clock_of(console, console->view.at, from);
	enum action action = console_jump_back(console);
	if (action == ACTION_COUNT) {
		console_notice(console, false, "no jump to undo");
		return;
	}
	console_state(console);
	console_notice(console, false, "undid the jump to %s (%s): back at %s", was,
		       action_name(action), clock_of(console, console->view.at, to));
}

void act_go_to(struct console *console, const struct key_binding *key)
{
	(void)key;
	view_ask(&console->view, PROMPT_GO_TO, SLICE(""));
}

void console_notice_end(struct console *console, bool reply, const char *where)
{
	char start[KEY_WORDS_MAX];
	view_key_words(&console->view, ACTION_START, ": ", "goes to the start", start);
	if (reply)
		console_notice(console, false, "%s%s", where, start);
	else
		console_report(console, false, 0, "%s%s", where, start);
}

bool console_race_over(struct console *console, bool reply)
{
	const char *words = "the race is over; :digest says how it was won";
	console_state(console);
	if (console->live != NULL || console->view.race->setup.type != SESSION_RACE ||
	    !console->view.classification->finished)
		return false;
	if (reply)
		console_notice(console, false, "%s", words);
	else
		console_report(console, false, 0, "%s", words);
	return true;
}

/* "13:00" in a race of six hours that starts at noon: a race time that the race never
 * reaches is taken as the time of day, if that is within it. True: *@at is changed. */
static bool as_time_of_day(struct console *console, const struct when *when,
			   instant_us *at)
{
	const struct timeline *timeline = &console->session->timeline;
	const struct play *play = &console->head.play;
	struct when day = {.value = when->value, .kind = WHEN_TIME_OF_DAY};
	instant_us of_day;
	struct err err;
	if (when->kind != WHEN_RACE_TIME || when->value >= US_DAY ||
	    timeline->start_at == INSTANT_NONE ||
	    when->value <= play->last - timeline->start_at ||
	    when->value <= console->view.race->setup.length_us ||
	    when_resolve(timeline, &day, &of_day, &err) < 0 || of_day <= play->first ||
	    of_day >= play->last)
		return false;
	*at = of_day;
	return true;
}

/* Race time of @at, and the key that goes back. @day: what was taken as a time of day. */
static void tell_where(struct console *console, instant_us at, struct slice day)
{
	instant_us start = console->session->timeline.start_at;
	char clock[TIME_TEXT_MAX], back[KEY_WORDS_MAX];
	bool before = start == INSTANT_NONE || at <= start;
	(void)format_duration(clock, before ? DURATION_NONE : at - start, TIME_CLOCK);
	console_notice(console, false, "%.*s%sat %s%s", (int)day.len, day.at,
		       day.len ? " is taken as the time of day: " : "",
		       before ? "the start" : clock,
		       view_key_words(&console->view, ACTION_UNDO_JUMP, "; ",
				      "goes back", back));
}

void console_go_to_done(struct console *console, struct slice text)
{
	struct when when;
	struct err err;
	instant_us at;
	if (text.len == 0)
		return;
	if (when_parse(text, &when, &err) < 0 ||
	    when_resolve(&console->session->timeline, &when, &at, &err) < 0) {
		console_notice(console, true, "%s", err.text);
		return;
	}
	bool day = as_time_of_day(console, &when, &at);
	console_remember(console, ACTION_GO_TO);
	console->view.jumped_by = ACTION_COUNT; /* each is a jump of its own */
	console_put(console, at);
	if (console->live != NULL || console->head.play.at < console->head.play.last) {
		tell_where(console, at, day ? text : SLICE(""));
		return;
	}
	(void)play_switch(&console->head.play, false, wall_now());
	if (when.kind == WHEN_RACE_TIME)
		console_notice(console, false,
			       "this is the end; @15:20 is a time of day");
	else if (!console_race_over(console, true))
		console_notice_end(console, true, "this is the end");
}

/* ---- playing ------------------------------------------------------------- */

void act_play_pause(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (console->live != NULL) {
		/* Live, the view is frozen; the recording goes on. */
		bool on = console->head.following || console->head.play.on;
		console->head.following = false;
		(void)play_switch(&console->head.play, !on, wall_now());
		return;
	}
	if (!play_switch(&console->head.play, !console->head.play.on, wall_now()))
		console_notice_end(console, true, "this is the end");
}

void act_speed(struct console *console, const struct key_binding *key)
{
	unsigned row = console->head.play.speed;
	if (key->argument > 0 && row + 1 < play_speed_count)
		play_speed_set(&console->head.play, row + 1, wall_now());
	else if (key->argument < 0 && row > 0)
		play_speed_set(&console->head.play, row - 1, wall_now());
}

void act_speed_one(struct console *console, const struct key_binding *key)
{
	(void)key;
	play_speed_set(&console->head.play, (unsigned)play_speed_by_text(SLICE("1")),
		       wall_now());
}

void act_arm(struct console *console, const struct key_binding *key)
{
	(void)key;
	console_state(console);
	view_choose(&console->view);
}

void console_arm(struct console *console, enum history_step step)
{
	console->view.armed = (uint8_t)step;
	const char *key = view_key_of(&console->view, ACTION_EVENT);
	char one[KEY_WORDS_MAX];
	bool of_cars = step != STEP_FLAG && step != STEP_LAP;
	view_key_words(&console->view, ACTION_FOCUS, "; ", "takes one car alone", one);
	console_notice(console, false, "%s now goes to: %s%s", key ? key : ":event",
		       history_steps[step].name, of_cars ? one : "");
}

/* ---- marks --------------------------------------------------------------- */

static void mark_remove(struct view *view, uint32_t at)
{
	view->mark_count--;
	memmove(&view->marks[at], &view->marks[at + 1],
		(view->mark_count - at) * sizeof(view->marks[0]));
}

/* A mark that is there already is removed. */
void act_mark(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	char clock[TIME_TEXT_MAX];
	(void)key;
	console_state(console);
	instant_us at = console_here(console);
	console->head.mark_shown = 0;
	for (uint32_t i = 0; i < view->mark_count; i++) {
		if (view->marks[i] - at >= SAME_US || at - view->marks[i] >= SAME_US)
			continue;
		mark_remove(view, i);
		console_notice(console, false, "the mark here is gone");
		return;
	}
	if (view->mark_count == MARKS_MAX)
		mark_remove(view, 0);
	view->marks[view->mark_count++] = at;
	console_notice(console, false, "marked %s: ' jumps back here",
		       clock_of(console, at, clock));
}

/* The newest mark; repeated, the one before it. */
void act_mark_jump(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	char clock[TIME_TEXT_MAX];
	if (view->mark_count == 0) {
		console_notice(console, false, "no mark yet: m sets one");
		return;
	}
	bool again = console->view.jumped_by == ACTION_MARK_JUMP;
	console->head.mark_shown =
		again ? (console->head.mark_shown + 1) % view->mark_count : 0;
	uint32_t at = view->mark_count - 1 - console->head.mark_shown;
	console_jump(console, key, view->marks[at]);
	console_state(console);
	console_notice(console, false, "mark %u of %u: %s", at + 1, view->mark_count,
		       clock_of(console, view->marks[at], clock));
}

/* ---- the loop ------------------------------------------------------------ */

void act_loop(struct console *console, const struct key_binding *key)
{
	struct view *view = &console->view;
	char clock[TIME_TEXT_MAX];
	(void)key;
	console_state(console);
	instant_us at = console_here(console);
	if (!view->looping) {
		view->looping = true;
		view->loop_from = at;
		view->loop_to = INSTANT_NONE;
		console_notice(console, false, "loop from %s: b again where it ends",
			       clock_of(console, at, clock));
	} else if (view->loop_to != INSTANT_NONE) {
		view->looping = false;
		console_notice(console, false, "no loop");
	} else if (at - view->loop_from < SAME_US && view->loop_from - at < SAME_US) {
		view->looping = false;
		console_notice(console, false, "no loop: it ended where it began");
	} else {
		view->loop_to = at > view->loop_from ? at : view->loop_from;
		view->loop_from = at > view->loop_from ? view->loop_from : at;
		console_notice(console, false, "loop from %s on: b ends it",
			       clock_of(console, view->loop_from, clock));
	}
}

/* ---- what is known, and when --------------------------------------------- */

void act_as(struct console *console, const struct key_binding *key)
{
	(void)key;
	console->head.as = console->head.as == AS_KNOWN ? AS_CORRECTED : AS_KNOWN;
	console->frames.stale = true;
	session_forget(console->session);
	console_notice(console, false, "%s",
		       console->head.as == AS_KNOWN
			       ? "as known then: without later data"
			       : "as corrected now: with all later data");
}

void act_delay(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (console->live == NULL)
		console_notice(console, false,
			       "a replay has no live edge to hold "
			       "back");
	else
		view_ask(&console->view, PROMPT_DELAY, SLICE(""));
}

void console_delay_done(struct console *console, struct slice text)
{
	int64_t us;
	if (text.len == 0)
		return;
	if (!parse_decimal(text, 6, &us) || us < 0 || us > 24 * US_HOUR) {
		console_notice(console, true, "'%.*s' is no number of seconds",
			       (int)text.len, text.at);
		return;
	}
	console->head.delay = us;
	console->head.moved = true;
	if (us == 0)
		console_notice(console, false, "the live edge is not delayed");
	else
		console_notice(console, false, "the live edge is delayed by %lld s",
			       (long long)(us / US_S));
}
