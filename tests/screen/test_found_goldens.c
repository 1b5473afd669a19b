/*
 * test_found_goldens.c -- a simulated race whose file names its circuit: map, pit lane, lines
 * by time, the map near a car; and the same race without the name
 *
 * The files lie in tests/golden/screens; UPDATE=1 rewrites them.
 */
#include "golden.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../scratch.h"
#include "../typed_season.h"
#include "pitwall/season_watch.h"
#include "pitwall/session.h"
#include "sim.h"

static int found_append(void *context, const char *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -EIO;
}

/** As a lap file; @circuit: as RMonitor with that name of the circuit, and the length of its
 * lap in km. */
static void write_race(const char *name, const char *circuit, const char *km)
{
	enum { PASSINGS = 16 * 1024 };
	static struct sim_race sim;
	static char buffer[4096];
	struct err err = {""};
	FILE *file = fopen(name, "wb");
	struct out out = {found_append, file, buffer, 0, sizeof(buffer), 0, false};
	sim.passings = calloc(PASSINGS, sizeof(*sim.passings));
	sim.passings_max = PASSINGS;
	assert_non_null(file);
	assert_non_null(sim.passings);
	assert_int_equal(sim_plausible(&sim, 16, 14, 3, US_HOUR, &err), 0);
	if (circuit) {
		/* The last name wins. */
		sim_write_rmonitor(&out, &sim, false);
		out_format(&out,
			   "$E,\"TRACKNAME\",\"%s\"\r\n"
			   "$E,\"TRACKLENGTH\",\"%s\"\r\n",
			   circuit, km);
	} else {
		sim_write_alkamel(&out, &sim);
	}
	assert_int_equal(out_flush(&out), 0);
	assert_int_equal(fclose(file), 0);
	free(sim.passings);
}

static struct session *found_load(const char *name, const char *circuit, const char *km)
{
	struct session *session;
	struct err err;
	struct options options = {.sources = {name}, .source_count = 1};
	write_race(name, circuit, km);
	if (session_load(&options, LOAD_HISTORY, &session, &err) != 0)
		fail_msg("%s", err.text);
	return session;
}

/** The race in file @name, at minute 33, into @view. */
static struct session *found_look(const char *name, struct view *view)
{
	struct session *session = found_load(name, NULL, NULL);
	*view = (struct view){.speed_num = 8,
			      .speed_den = 1,
			      .armed = STEP_STOP,
			      .selected = CAR_NONE,
			      .focused = CAR_NONE,
			      .compared = CAR_NONE};
	session_at(session, session->timeline.start_at + 33 * US_MIN);
	session_view(session, view);
	return session;
}

static void a_race_on_a_circuit_that_was_found_is_as_kept(void **state)
{
	struct view view;
	struct session *session = found_look("estoril_2024-06-15.csv", &view);
	unsigned wrong = 0;
	(void)state;
	assert_string_equal(session->found.name, "estoril");
	assert_int_equal(session->found.by, CIRCUIT_BY_FILE);
	/* Nothing is computed from it. */
	assert_string_equal(session->setup.circuit, "");
	assert_int_not_equal(session->setup.lap_length, session->circuit.length);
	wrong += golden_differs(&view, "classes", "found", 120, 36);
	wrong += golden_differs(&view, "classes", "found", 160, 48);
	view.selected = view.focused = view.race->order[3];
	view.map_near = true;
	wrong += golden_differs(&view, "classes", "near", 120, 36);
	view.screen = SCREEN_CONTROL;
	wrong += golden_differs(&view, "control", "found", 80, 24);
	wrong += golden_differs(&view, "control", "found", 120, 36);
	assert_int_equal(wrong, 0);
	session_free(session);
}

/* Ctrl-D goes down what must happen, as far as the last case, and Ctrl-U back to the first
 * page; without cases it goes to another car. */
static unsigned scrolled_differs(struct view *view, uint8_t moves)
{
	const struct key_binding *down = key_binding_find(4),
				 *up = key_binding_find(21);
	const unsigned count = view->season->must_count;
	struct wish wish;
	unsigned wrong = 0;
	view->cols = 80;
	assert_int_equal(screens[SCREEN_SEASON]->key(view, down, &wish), moves);
	assert_int_equal(view->season_top, moves);
	for (unsigned i = 0; moves && i < 3; i++)
		(void)screens[SCREEN_SEASON]->key(view, down, &wish);
	if (moves)
		wrong = golden_differs(view, "season", "scrolled", 80, 24);
	for (unsigned i = 0; i < SEASON_MUSTS_MAX; i++)
		(void)screens[SCREEN_SEASON]->key(view, down, &wish);
	assert_int_equal(view->season_top, moves ? count : 0);
	for (unsigned i = 0; i < SEASON_MUSTS_MAX; i++)
		(void)screens[SCREEN_SEASON]->key(view, up, &wish);
	assert_int_equal(view->season_top, 0);
	return wrong;
}

/* The last round of a season: as it runs, and when it is over. */
static void the_season_of_a_race_is_as_kept(void **state)
{
	static const struct {
		int cols, rows;
	} sizes[] = {{80, 24}, {120, 36}, {160, 48}, {220, 60}};
	struct view view;
	struct session *session = found_look("race_2024-06-15.csv", &view);
	struct season_watch *season;
	const char *race = "race_2024-06-15.csv";
	struct options options = {.sources = {race},
				  .source_count = 1,
				  .length = "1h",
				  .season = TYPED_SEASON,
				  .round = "2"};
	struct err err;
	unsigned wrong = 0;
	(void)state;
	typed_season(session, "Now");
	session_free(session);
	if (session_load(&options, LOAD_HISTORY, &session, &err) != 0)
		fail_msg("%s", err.text);
	(void)session_at(session, session->timeline.start_at + 50 * US_MIN);
	if (season_watch_open(&options, &season, &err) != 0)
		fail_msg("%s", err.text);
	season_watch_read(season, session);
	view.screen = SCREEN_SEASON;
	view.selected = view.race->order[2];
	for (unsigned over = 0; over < 2; over++) {
		if (over)
			(void)session_at(session, session->timeline.last_at);
		session_view(session, &view);
		session_forecast(session, &view, 0);
		season_watch_update(season, session, &view, NEED_SEASON | NEED_TITLES);
		for (unsigned i = 0; i < ARRAY_LEN(sizes); i++)
			wrong += golden_differs(&view, "season", over ? "over" : "runs",
						sizes[i].cols, sizes[i].rows);
		wrong += scrolled_differs(&view, over ? 0 : 1);
	}
	view.screen = SCREEN_TIMING;
	wrong += golden_differs(&view, "timing", "season", 160, 48);
	assert_int_equal(wrong, 0);
	season_watch_close(season);
	session_free(session);
}

static void a_race_without_a_name_is_found_by_its_length(void **state)
{
	struct view view;
	struct session *session = found_look("race_2024-06-15.csv", &view);
	(void)state;
	assert_string_equal(session->found.name, "estoril");
	assert_int_equal(session->found.by, CIRCUIT_BY_LENGTH);
	session_free(session);
}

/* In 2003 Bugatti was as long as Estoril. */
static void a_race_that_may_be_on_two_circuits_is_a_strip_as_kept(void **state)
{
	struct view view;
	struct session *session = found_look("race_2003-06-15.csv", &view);
	unsigned wrong = 0;
	(void)state;
	assert_string_equal(session->found.name, "");
	assert_string_not_equal(session->found.why_not, "");
	wrong += golden_differs(&view, "classes", "strip", 120, 36);
	view.map_hidden = true;
	wrong += golden_differs(&view, "classes", "strip", 80, 24);
	view.screen = SCREEN_CONTROL;
	wrong += golden_differs(&view, "control", "strip", 120, 36);
	assert_int_equal(wrong, 0);
	session_free(session);
}

/* A name decides, even where its circuit is not shown. */
static void a_circuit_that_does_not_fit_is_not_shown(void **state)
{
	static const struct {
		const char *file, *circuit, *km, *why;
	} races[] = {
		/* 5.793 km; the laps are of 4.178 km. */
		{"monza_2024.csv", NULL, NULL,
		 "not Monza: the source has another length"},
		{"estoril_1999.csv", NULL, NULL,
		 "estoril had another layout in that year"},
		{"zolder_2024.csv", NULL, NULL,
		 "not Zolder: its start line is not known"},
		{"estoril_imola_spa_le_mans_brands_hatch.csv", NULL, NULL,
		 "there is no map of \"brands hatch\""},
		{"estoril_sebring.csv", NULL, NULL, "not sure: two circuits are named"},
		/* 25.378 km in 96 s. */
		{"a.rmonitor", "N\u00fcrburgring 24h", "25.378",
		 "its laps would be driven at 9"},
		{"b.rmonitor", "Knockhill AC", "2.046",
		 "there is no map of \"knockhill\""},
		{"c.rmonitor", "Somewhere", "4.178",
		 "there is no map of \"Somewhere\""},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(races); i++) {
		struct session *session =
			found_load(races[i].file, races[i].circuit, races[i].km);
		assert_string_equal(session->found.name, "");
		assert_int_equal(session->circuit.point_count, 0);
		if (!strstr(session->found.why_not, races[i].why))
			fail_msg("%s: \"%s\", not \"%s\"", races[i].file,
				 session->found.why_not, races[i].why);
		session_free(session);
	}
}

/* What the source says comes before the name of the file. */
static void the_words_of_a_source_come_first(void **state)
{
	struct session *session =
		found_load("imola.rmonitor", "Estoril circuit", "4.18");
	(void)state;
	assert_string_equal(session->found.name, "estoril");
	assert_int_equal(session->found.by, CIRCUIT_BY_SOURCE);
	assert_string_equal(session->found.text, "Estoril circuit");
	session_free(session);
	session = found_load("imola.rmonitor", "Somewhere", "3.05");
	assert_string_equal(session->found.name, "imola");
	assert_int_equal(session->found.by, CIRCUIT_BY_FILE);
	session_free(session);
}

static int found_enter(void **state)
{
	(void)state;
	return scratch_enter("found");
}

static int found_leave(void **state)
{
	(void)state;
	return scratch_leave("found");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_race_on_a_circuit_that_was_found_is_as_kept),
		cmocka_unit_test(the_season_of_a_race_is_as_kept),
		cmocka_unit_test(a_race_without_a_name_is_found_by_its_length),
		cmocka_unit_test(a_circuit_that_does_not_fit_is_not_shown),
		cmocka_unit_test(the_words_of_a_source_come_first),
		cmocka_unit_test(a_race_that_may_be_on_two_circuits_is_a_strip_as_kept),
	};
	return cmocka_run_group_tests(tests, found_enter, found_leave);
}
