/*
 * console_state.c -- the view brought up to date, as far as it is shown; and notices
 */
#include "console.h"

#include <stdarg.h>
#include <stdio.h>

#define FORETELL_US (5 * US_S)
#define SILENT_US (5 * US_S)

void console_quit(struct console *console)
{
	console->leaves = true;
	ev_break(console->loop, EVBREAK_ALL);
}

void console_timer(struct console *console, ev_timer *timer, int64_t us)
{
	ev_now_update(console->loop);
	ev_timer_stop(console->loop, timer);
	ev_timer_set(timer, (double)us / 1e6, 0.);
	ev_timer_start(console->loop, timer);
}

static void notice_add(struct console *console, struct view_notice *notice, bool reply,
		       uint32_t group)
{
	notice->at = console->view.at;
	notices_put(&console->notices, notice, reply, group, wall_now());
	console->frames.dirty = true;
}

void console_notice(struct console *console, bool bad, const char *fmt, ...)
{
	struct view_notice notice = {.bad = bad};
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(notice.text, sizeof(notice.text), fmt, args);
	va_end(args);
	notice_add(console, &notice, true, 0);
	console_notice_turn(console);
}

void console_report(struct console *console, bool bad, uint32_t group, const char *fmt,
		    ...)
{
	struct view_notice notice = {.bad = bad};
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(notice.text, sizeof(notice.text), fmt, args);
	va_end(args);
	notice_add(console, &notice, false, group);
}

void console_notice_read(struct console *console)
{
	notices_key(&console->notices, wall_now());
	console->view.notice[0] = '\0';
}

void console_notice_turn(struct console *console)
{
	struct view *view = &console->view;
	int64_t wait;
	const struct view_notice *notice =
		notices_turn(&console->notices, wall_now(), &wait);
	(void)text_copy(view->notice, sizeof(view->notice),
			slice_of(notice != NULL ? notice->text : console->since.offer));
	view->notice_bad = notice != NULL && notice->bad;
	view->notices = console->notices.rows;
	view->notice_count = console->notices.count;
	view->notices_waiting = notices_waiting(&console->notices);
	if (wait >= 0)
		console_timer(console, &console->watch.notice, wait);
}

/* ---- the race at the playhead -------------------------------------------- */

static uint16_t known_car(const struct race *race, uint16_t car)
{
	return car < race->car_count ? car : CAR_NONE;
}

/* Favourites are numbers, so they hold for another session and for cars that come later. */
static void find_favourites(struct console *console)
{
	struct view *view = &console->view;
	for (uint16_t car = 0; car < view->race->car_count; car++)
		view->table.bits[car] &= (uint8_t)~CAR_FAVOURITE;
	for (unsigned i = 0; i < console->tables.favourite_count; i++) {
		uint16_t car = race_find_text(view->race,
					      slice_of(console->tables.favourites[i]));
		if (car != CAR_NONE)
			view->table.bits[car] |= CAR_FAVOURITE;
	}
	if (view->compared >= view->race->car_count)
		view->compared = CAR_NONE;
}

static unsigned alerts_need(const struct alarms *alarms)
{
	unsigned needs = 0;
	for (unsigned i = 0; i < alarms->count; i++)
		needs |= alert_needs(&alarms->rules[i]);
	return needs;
}

/* A forecast takes longer than the rest of a frame and changes slowly: it is made only
 * where it is shown, and kept for FORETELL_US. */
void console_outlook(struct console *console)
{
	struct view *view = &console->view;
	unsigned needs = view_needs(view) | alerts_need(&console->alarms);
	if ((needs & NEED_FORECAST) == 0)
		view->forecast = NULL;
	else if (view->forecast == NULL)
		session_forecast(console->session, view,
				 view_is_silent(view) ? INT64_MAX : FORETELL_US);
	if ((needs & NEED_STRATEGY) != 0)
		session_strategy(console->session, view);
	season_watch_update(console->season, console->session, view, needs);
}

void console_season_news(struct console *console)
{
	char text[200];
	while (season_watch_news(console->season, console->view.at, console->head.moved,
				 text, sizeof(text)))
		console_report(console, false, 0, "%s", text);
}

bool console_flips(struct console *console, unsigned budget)
{
	struct view *view = &console->view;
	return (view_needs(view) & NEED_FLIPS) != 0 &&
	       session_turns(console->session, view, budget);
}

void console_state(struct console *console)
{
	struct view *view = &console->view;
	console_edge(console);
	console_loop(console);
	instant_us at = play_now(&console->head.play, wall_now());
	if (at != console->frames.shown_at || console->frames.stale) {
		(void)session_at_as(console->session, at,
				    (enum timeline_as)console->head.as);
		session_view(console->session, view);
		console->frames.shown_at = at;
		console->frames.stale = false;
		view->forecast = NULL;
		view->strategy = NULL;
	}
	view->at = at;
	if (view->before == NULL || view->before->at > at)
		view_close(view, OVERLAY_CHANGED);
	view->as = console->head.as;
	view->selected = known_car(view->race, console->chosen.selected);
	find_favourites(console);
	view->focused = known_car(view->race, console->chosen.focused);
	view->playing = console->head.play.on;
	play_speed(console->head.play.speed, &view->speed_num, &view->speed_den);
	/* The order of the cars may be that of a forecast. */
	if (view->table.sort != 0)
		console_outlook(console);
}

/* ---- what else is shown -------------------------------------------------- */

static void explain(struct console *console)
{
	struct view *view = &console->view;
	const struct session *session = console->session;
	const char *names[16];
	uint8_t index = 0;
	char label[16] = "";
	if (!view_is_open(view, OVERLAY_EXPLAIN))
		return;
	struct explain_ask ask = {
		.standings = &session->standings,
		.classification = &session->classification,
		.car = view->selected,
		.sources = names,
	};
	for (unsigned i = 0; i < view->feed_count && i < ARRAY_LEN(names); i++)
		names[ask.source_count++] = view->feeds[i].name;
	if (ask.source_count == 0)
		names[ask.source_count++] = session->source;
	ask.what = (uint8_t)view_cell(view, &view->cell, &index);
	ask.index = index;
	view->explain_count = 0;
	view->explain_lines = console->explain_lines;
	if (view->selected == CAR_NONE) {
		text_copy(view->explain_title, sizeof(view->explain_title),
			  SLICE("no car selected"));
		return;
	}
	race_car_label(view->race, view->selected, label);
	text_format(view->explain_title, sizeof(view->explain_title), "car %s: %s",
		    label, explain_name((enum explain_what)ask.what));
	view->explain_count =
		ask.what == EXPLAIN_POINTS
			? season_watch_explain(console->season, view,
					       console->explain_lines, EXPLAIN_LINES)
			: timeline_explain(&session->timeline, &ask,
					   console->explain_lines, EXPLAIN_LINES);
}

/* Reported once: what happened before the join is unknown for every car. */
static void report_joined(struct console *console)
{
	const struct race *race = console->view.race;
	const struct standings *standings = console->view.standings;
	char clock[TIME_TEXT_MAX];
	instant_us at = live_received_first(console->live);
	bool late = false;
	for (uint16_t car = 0; car < race->car_count; car++)
		late |= race->cars[car].lap_first > 0;
	if (!late || console->silence.joined || standings->count == 0 ||
	    at == INSTANT_NONE)
		return;
	console->silence.joined = true;
	format_clock(clock, at + race->setup.utc_offset_us, false);
	console_report(console, false, 0,
		       "joined at %s, lap %u: laps, stops and best laps of before are "
		       "not known",
		       clock, race->cars[standings->rows[0].car].laps);
}

/* When a source sent last. */
static instant_us received_last(const struct view *view)
{
	instant_us last = INSTANT_NONE;
	for (uint32_t i = 0; i < view->feed_count; i++)
		if (view->feeds[i].received_at > last)
			last = view->feeds[i].received_at;
	return last;
}

static uint64_t bytes_received(const struct view *view)
{
	uint64_t bytes = 0;
	for (uint32_t i = 0; i < view->feed_count; i++)
		bytes += view->feeds[i].bytes;
	return bytes;
}

/* One notice when no source has sent for a few seconds, and one when data arrives again. */
static void report_silence(struct console *console)
{
	struct feeds_silence *silence = &console->silence;
	const struct view *view = &console->view;
	char text[TIME_TEXT_MAX];
	if (view->behind_live > 0 || received_last(view) == INSTANT_NONE)
		return;
	/* A connection alone says nothing of cars. */
	if (!view_is_silent(view) &&
	    (!silence->silent || bytes_received(view) != silence->bytes)) {
		silence->silent_wall = 0;
		if (silence->silent) {
			(void)format_duration(
				text, instant_sub(view->now, silence->silent_since),
				TIME_SHORT);
			console_report(console, false, 0,
				       "data received again after %s", text);
		}
		silence->silent = false;
		return;
	}
	if (silence->silent_wall == 0) {
		silence->silent_wall = wall_now();
		silence->silent_since = received_last(view);
		silence->bytes = bytes_received(view);
	}
	if (silence->silent || wall_now() - silence->silent_wall < SILENT_US)
		return;
	silence->silent = true;
	format_clock(text, silence->silent_since + view->race->setup.utc_offset_us,
		     false);
	console_report(console, true, 0,
		       "no data received since %s: cars, gaps and forecasts are of "
		       "that time",
		       text);
}

void console_live_view(struct console *console)
{
	struct view *view = &console->view;
	view->as = console->head.as;
	if (console->live == NULL) {
		view->sessions = console->session->runs;
		view->session_count = console->session->run_count;
	}
	view->delay = console->head.delay;
	view->pass_count = console->passes.count;
	view->pass_at =
		console->passes.count > 0 ? console->passes.at[0] : INSTANT_NONE;
	view->now = INSTANT_NONE;
	if (console->live != NULL) {
		char words[160];
		live_view(console->live, view);
		live_news(console->live, words);
		if (words[0] != '\0')
			console_report(console, true, 0, "%s", words);
		struct live_answer answer;
		while (live_answer_next(console->live, &answer))
			console_notice(console, answer.bad, "%s", answer.words);
		view->playing = console->head.following || console->head.play.on;
		view->behind_live = 0;
		if (!console->head.following)
			view->behind_live = console->head.play.last - view->at;
		report_joined(console);
		report_silence(console);
	}
	explain(console);
}
