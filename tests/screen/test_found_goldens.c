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
#include "pitwall/session.h"
#include "sim.h"

static int found_append(void *context, const char *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -EIO;
}

static void write_race(const char *name)
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
	sim_write_alkamel(&out, &sim);
	assert_int_equal(out_flush(&out), 0);
	assert_int_equal(fclose(file), 0);
	free(sim.passings);
}

/** The race in file @name, at minute 33, into @view. */
static struct session *found_look(const char *name, struct view *view)
{
	struct session *session;
	struct err err;
	struct options options = {.sources = {name}, .source_count = 1};
	write_race(name);
	if (session_load(&options, LOAD_HISTORY, &session, &err) != 0)
		fail_msg("%s", err.text);
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
		cmocka_unit_test(a_race_without_a_name_is_found_by_its_length),
		cmocka_unit_test(a_race_that_may_be_on_two_circuits_is_a_strip_as_kept),
	};
	return cmocka_run_group_tests(tests, found_enter, found_leave);
}
