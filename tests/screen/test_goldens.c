/*
 * test_goldens.c -- the screens at four sizes, at start, mid-race and end of
 * the bundled race, as text
 *
 * The files lie in tests/golden/screens; UPDATE=1 rewrites them. A changed golden
 * is a changed screen: its commit says why.
 */
#include "golden.h"

#include "pitwall/shell.h"
#include "pitwall/alert.h"

#include <limits.h>

static const struct {
	int cols, rows;
} sizes[] = {{80, 24}, {120, 36}, {160, 48}, {220, 60}};

static const char *race_path;
static struct session *session;

static unsigned compare(struct view *view, const char *when)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		for (uint8_t screen = 0; screen < SCREEN_COUNT; screen++) {
			view->screen = screen;
			wrong += golden_differs(view, screens[screen]->name, when,
						sizes[i].cols, sizes[i].rows);
		}
	}
	return wrong;
}

static void look(struct view *view, instant_us t)
{
	*view = (struct view){.speed_num = 8,
			      .speed_den = 1,
			      .playing = true,
			      .armed = STEP_STOP,
			      .selected = CAR_NONE,
			      .focused = CAR_NONE,
			      .compared = CAR_NONE};
	session_at(session, t);
	session_view(session, view);
	session_forecast(session, view, 0);
}

static void the_screens_at_the_start_are_as_kept(void **state)
{
	struct view view;

	(void)state;
	look(&view, session->timeline.start_at);
	assert_int_equal(compare(&view, "start"), 0);
}

/* Cars in trouble of the race of 2003: one that stands, one for which it is too late. */
static void the_classification_forecast_is_as_kept(void **state)
{
	struct view view;
	unsigned wrong = 0;

	(void)state;
	look(&view, session->timeline.start_at + 200 * US_MIN);
	view.screen = SCREEN_CLASSIFICATION;
	view.selected = race_find_text(view.race, SLICE("4"));
	assert_false(session_turns(session, &view, UINT_MAX));
	assert_non_null(view.forecast);
	assert_true(view.guess_count > 0);
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++)
		wrong += golden_differs(&view, "classification", "foretold",
					sizes[i].cols, sizes[i].rows);
	assert_int_equal(wrong, 0);
}

/* What a stop now would do to 88, an hour before the end; the other cars around it. */
static void the_strategy_forecast_is_as_kept(void **state)
{
	struct view view;
	unsigned wrong = 0;

	(void)state;
	look(&view, session->timeline.start_at + 290 * US_MIN);
	view.screen = SCREEN_STRATEGY;
	view.selected = race_find_text(view.race, SLICE("88"));
	session_forecast(session, &view, 0);
	session_strategy(session, &view);
	assert_non_null(view.strategy);
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++)
		wrong += golden_differs(&view, "strategy", "foretold", sizes[i].cols,
					sizes[i].rows);
	assert_int_equal(wrong, 0);
}

/* A car that stands and must rejoin: its list of laps scrolled back. */
static void a_car_with_its_outlook_is_as_kept(void **state)
{
	struct view view;
	unsigned wrong = 0;

	(void)state;
	look(&view, session->timeline.start_at + 60 * US_MIN);
	view.screen = SCREEN_CAR;
	view.selected = race_find_text(view.race, SLICE("4"));
	assert_non_null(view.forecast);
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++)
		wrong += golden_differs(&view, "car", "foretold", sizes[i].cols,
					sizes[i].rows);
	look(&view, session->timeline.start_at + 240 * US_MIN);
	view.screen = SCREEN_CAR;
	view.selected = race_find_text(view.race, SLICE("13"));
	view.lap_top = 90;
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++)
		wrong += golden_differs(&view, "car", "scrolled", sizes[i].cols,
					sizes[i].rows);
	assert_int_equal(wrong, 0);
}

/* The positions are among the screens in mid race. */
static void the_charts_are_as_kept(void **state)
{
	static const struct {
		const char *name;
		uint8_t chart, reference;
		bool all;
	} rows[] = {
		{"class", CHART_CLASS, 0, false},
		{"gaps", CHART_GAPS, REFERENCE_LEADER, false},
		{"gaps-class", CHART_GAPS, REFERENCE_CLASS, false},
		{"times", CHART_TIMES, 0, false},
		{"times-all", CHART_TIMES, 0, true},
	};
	struct view view;
	unsigned wrong = 0;

	(void)state;
	look(&view, session->timeline.start_at + 192 * US_MIN + 44 * US_S);
	view.screen = SCREEN_LAPS;
	view.selected = race_find_text(view.race, SLICE("80"));
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		view.chart = rows[i].chart;
		view.reference = rows[i].reference;
		view.laps_all = rows[i].all;
		for (unsigned k = 0; k < ARRAY_LEN(sizes); k++)
			wrong += golden_differs(&view, "laps", rows[i].name,
						sizes[k].cols, sizes[k].rows);
	}
	assert_int_equal(wrong, 0);
}

static void five_cars_compared_are_as_kept(void **state)
{
	static const char *const tagged[] = {"2", "8", "13", "88"};
	struct view view;
	unsigned wrong = 0;
	(void)state;
	look(&view, session->timeline.start_at + 192 * US_MIN + 44 * US_S);
	view.screen = SCREEN_COMPARE;
	view.selected = race_find_text(view.race, SLICE("5"));
	for (unsigned i = 0; i < ARRAY_LEN(tagged); i++)
		view.table.bits[race_find_text(view.race, slice_of(tagged[i]))] |=
			CAR_TAGGED;
	for (unsigned k = 0; k < ARRAY_LEN(sizes); k++)
		wrong += golden_differs(&view, "compare", "five", sizes[k].cols,
					sizes[k].rows);
	assert_int_equal(wrong, 0);
}

static void the_screens_in_mid_race_are_as_kept(void **state)
{
	struct view view;

	(void)state;
	look(&view, session->timeline.start_at + 192 * US_MIN + 44 * US_S);
	view.selected = race_find_text(view.race, SLICE("88"));
	view.focused = view.selected;
	view.pane = (uint8_t)view_pane_of(&view, view.selected);
	assert_int_equal(compare(&view, "mid"), 0);
}

static void the_screens_at_the_end_are_as_kept(void **state)
{
	struct view view;

	(void)state;
	look(&view, session->timeline.end_at != INSTANT_NONE
			    ? session->timeline.end_at
			    : session->timeline.last_at);
	assert_int_equal(compare(&view, "end"), 0);
}

static unsigned overlay(const struct view *view, const char *name, const char *when)
{
	return golden_differs(view, name, when, 60, 16) +
	       golden_differs(view, name, when, 80, 24) +
	       golden_differs(view, name, when, 120, 36);
}

static void open_digest(struct view *view)
{
	static struct digest_fact facts[DIGEST_MOST];
	static struct slice texts[DIGEST_MOST];
	const struct digest_of of = {view->race,           view->tables, view->rules,
				     view->classification, NULL,         view->at};
	view->digest_count = digest_facts(&of, facts);
	for (unsigned i = 0; i < view->digest_count; i++)
		texts[i] = (struct slice){facts[i].text, facts[i].len};
	view->digest = texts;
	view->digest_at = view->at;
	view_open(view, OVERLAY_DIGEST);
}

/* How the race stands, and how it was won: from its first and from its last sentence. */
static void the_digest_over_a_screen_is_as_kept(void **state)
{
	struct view view;
	unsigned wrong = 0;

	(void)state;
	look(&view, session->timeline.start_at + 200 * US_MIN);
	open_digest(&view);
	wrong += overlay(&view, "digest", "mid");
	look(&view, session->timeline.last_at);
	open_digest(&view);
	wrong += overlay(&view, "digest", "end");
	view.digest_top = (int32_t)view.digest_count - 2;
	wrong += golden_differs(&view, "digest", "scrolled", 80, 24);
	assert_int_equal(wrong, 0);
}

/* Over the classes: the first keys, help, what changed in two hours, alerts. */
static void what_lies_over_a_screen_is_as_kept(void **state)
{
	static const char *const rules[] = {"#88 gap #80 < 2", "class GT leader pits",
					    "#4 margin < 0"};
	static struct race_state before;
	struct alert_rule alerts[ARRAY_LEN(rules)];
	struct alert_fired log = {.car = 0, .text = "#4 margin is \u221214, below 0"};
	struct view view;
	struct err err;
	unsigned wrong = 0;

	(void)state;
	look(&view, session->timeline.start_at);
	view_open(&view, OVERLAY_WELCOME);
	wrong += overlay(&view, "welcome", "start");
	look(&view, session->timeline.start_at + 60 * US_MIN);
	view_state(&view, &before);
	look(&view, session->timeline.start_at + 200 * US_MIN);
	view.before = &before;
	view.before_what = "since the mark";
	view_open(&view, OVERLAY_CHANGED);
	wrong += overlay(&view, "changed", "mid");
	view_close(&view, OVERLAY_CHANGED);
	view_open(&view, OVERLAY_HELP);
	wrong += overlay(&view, "help", "mid");
	view_close(&view, OVERLAY_HELP);
	view_open(&view, OVERLAY_ALERTS);
	wrong += overlay(&view, "alerts", "none");
	for (unsigned i = 0; i < ARRAY_LEN(rules); i++)
		assert_int_equal(alert_parse(slice_of(rules[i]), &alerts[i], &err), 0);
	log.at = view.at - 60 * US_S;
	view.alerts = alerts;
	view.alert_count = ARRAY_LEN(rules);
	view.alert_log = &log;
	view.alert_log_count = 1;
	wrong += overlay(&view, "alerts", "told");
	view_close(&view, OVERLAY_ALERTS);
	view_choose(&view);
	wrong += overlay(&view, "choose", "mid");
	view_close(&view, OVERLAY_CHOOSE);
	view_ask(&view, PROMPT_COMMAND, SLICE("s"));
	wrong += overlay(&view, "prompt", "command");
	view_ask(&view, PROMPT_ALERT, SLICE("#88 "));
	wrong += overlay(&view, "prompt", "alert");
	view_ask(&view, PROMPT_COLUMNS, SLICE("number driver:20 "));
	wrong += overlay(&view, "prompt", "columns");
	assert_int_equal(wrong, 0);
}

static int load(void **state)
{
	static struct options options; /* the session reads them */
	struct err err = {.text = ""};
	(void)state;
	options = (struct options){.sources = {race_path}, .source_count = 1};
	if (session_load(&options, LOAD_HISTORY, &session, &err) != 0) {
		print_message("# %s\n", err.text);
		return -1;
	}
	return 0;
}

static int unload(void **state)
{
	(void)state;
	session_free(session);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_screens_at_the_start_are_as_kept),
		cmocka_unit_test(the_classification_forecast_is_as_kept),
		cmocka_unit_test(the_strategy_forecast_is_as_kept),
		cmocka_unit_test(a_car_with_its_outlook_is_as_kept),
		cmocka_unit_test(the_charts_are_as_kept),
		cmocka_unit_test(five_cars_compared_are_as_kept),
		cmocka_unit_test(the_screens_in_mid_race_are_as_kept),
		cmocka_unit_test(the_screens_at_the_end_are_as_kept),
		cmocka_unit_test(what_lies_over_a_screen_is_as_kept),
		cmocka_unit_test(the_digest_over_a_screen_is_as_kept),
	};

	if (argc < 2) {
		print_message("usage: %s RACE.pitwall\n", argv[0]);
		return 2;
	}
	race_path = argv[1];
	return cmocka_run_group_tests_name("golden screens", tests, load, unload);
}
