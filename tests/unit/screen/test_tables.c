/*
 * test_tables.c -- actions and keys, columns, windows: what is in tables
 */
#include "stage.h"

#include "parts.h"
#include "grid.h"

/* ---- actions and keys ------------------------------------------------ */

static void every_action_has_a_key_and_no_key_two_actions(void **state)
{
	(void)state;
	for (unsigned a = 0; a < ACTION_COUNT; a++) {
		bool bound = false;

		for (size_t i = 0; i < key_bindings_count; i++)
			bound |= key_bindings[i].action == a;
		if (!bound)
			fail_msg("%s has no key", action_name((enum action)a));
	}
	for (size_t i = 0; i < key_bindings_count; i++)
		assert_ptr_equal(key_binding_find(key_bindings[i].key),
				 &key_bindings[i]);
	assert_null(key_binding_find('%'));
}

static const struct {
	uint32_t key;
	enum action action;
	int argument;
} designed_keys[] = {
	{' ', ACTION_PLAY_PAUSE, 0},
	{KEY_PW_LEFT, ACTION_LAP, -1},
	{'l', ACTION_LAP, 1},
	{KEY_PW_SRIGHT, ACTION_LAP, 10},
	{'H', ACTION_LAP, -10},
	{',', ACTION_PASSING, -1},
	{'.', ACTION_PASSING, 1},
	{'(', ACTION_MINUTE, -1},
	{')', ACTION_MINUTE, 1},
	{'e', ACTION_EVENT, 1},
	{'E', ACTION_EVENT, -1},
	{'a', ACTION_ARM, 1},
	{'[', ACTION_SPEED, -1},
	{']', ACTION_SPEED, 1},
	{KEY_PW_BACKSPACE, ACTION_SPEED_ONE, 0},
	{KEY_PW_HOME, ACTION_START, 0},
	{KEY_PW_END, ACTION_END, 0},
	{'G', ACTION_END, 0},
	{'g', ACTION_GO_TO, 0},
	{'u', ACTION_UNDO_JUMP, 0},
	{'m', ACTION_MARK, 0},
	{'\'', ACTION_MARK_JUMP, 0},
	{'k', ACTION_SELECT, -1},
	{KEY_PW_DOWN, ACTION_SELECT, 1},
	{KEY_PW_PGDN, ACTION_SELECT_PAGE, 1},
	{'F' & 0x1f, ACTION_SELECT_PAGE, 1},
	{'B' & 0x1f, ACTION_SELECT_PAGE, -1},
	{'D' & 0x1f, ACTION_SELECT_HALF, 1},
	{'U' & 0x1f, ACTION_SELECT_HALF, -1},
	{'L' & 0x1f, ACTION_REDRAW, 0},
	{':', ACTION_COMMAND, 0},
	{'T', ACTION_STINT, 0},
	{KEY_PW_F1, ACTION_HELP, 0},
	{'/', ACTION_FIND, 0},
	{'f', ACTION_FOCUS, 0},
	{KEY_PW_ESC, ACTION_BACK, 0},
	{'1', ACTION_SCREEN, SCREEN_CLASSES},
	{'2', ACTION_SCREEN, SCREEN_TIMING},
	{'3', ACTION_SCREEN, SCREEN_CLASSIFICATION},
	{'4', ACTION_SCREEN, SCREEN_STRATEGY},
	{'5', ACTION_SCREEN, SCREEN_CAR},
	{'6', ACTION_SCREEN, SCREEN_LAPS},
	{'9', ACTION_SCREEN, SCREEN_FEEDS},
	{KEY_PW_ENTER, ACTION_OPEN, 0},
	{'r', ACTION_REFERENCE, 0},
	{'z', ACTION_SPAN, 0},
	{'v', ACTION_CLEAN, 0},
	{'o', ACTION_OPERATE, 0},
	{'p', ACTION_PASS, 0},
	{'x', ACTION_EXPLAIN, 0},
	{'c', ACTION_AS, 0},
	{'d', ACTION_DELAY, 0},
	{'s', ACTION_SESSION, 0},
	{'\t', ACTION_PANE, 1},
	{'?', ACTION_HELP, 0},
	{'q', ACTION_QUIT, 0},
	{3, ACTION_QUIT, 0},
};

static void keys_do_what_the_design_says(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(designed_keys); i++) {
		const struct key_binding *binding =
			key_binding_find(designed_keys[i].key);

		assert_non_null(binding);
		assert_int_equal(binding->action, designed_keys[i].action);
		assert_int_equal(binding->argument, designed_keys[i].argument);
	}
}

/* ---- columns --------------------------------------------------------- */

static const struct column_use all_uses[] = {
	{COLUMN_POS, 99},     {COLUMN_GAINED, 62}, {COLUMN_NUMBER, 98},
	{COLUMN_CLASS, 88},   {COLUMN_DRIVER, 90}, {COLUMN_TEAM, 50},
	{COLUMN_VEHICLE, 30}, {COLUMN_LAPS, 95},   {COLUMN_GAP, 97},
	{COLUMN_LAST, 96},    {COLUMN_BEST, 76},   {COLUMN_S1, 60},
	{COLUMN_S2, 59},      {COLUMN_S3, 58},     {COLUMN_S4, 57},
	{COLUMN_STINT, 92},   {COLUMN_MARGIN, 64}, {COLUMN_BAR, 20},
};

static const struct column_use sectors[] = {
	{COLUMN_POS, 99}, {COLUMN_S1, 60}, {COLUMN_S2, 60}, {COLUMN_S3, 60}};

static void columns_never_overlap_and_drop_whole(void **state)
{
	struct stage *stage = stage_new();
	struct scene scene;
	struct layout layout, before = {0};

	(void)state;
	scene_make(&stage->view, &scene);
	for (int w = 20; w <= 260; w++) {
		layout_fit(&scene, all_uses, ARRAY_LEN(all_uses), 3, w, &layout);
		for (unsigned i = 0; i < layout.count; i++) {
			int end = layout.at[i].x + layout.at[i].w;

			assert_true(layout.at[i].x >= 4);
			assert_true(end < 3 + w);
			if (i + 1 < layout.count)
				assert_true(end < layout.at[i + 1].x);
		}
		/* What a narrow screen shows, a wider one shows too. */
		for (unsigned i = 0; i < before.count; i++)
			assert_true(layout_find(&layout,
						(enum column_id)before.at[i].id) >= 0);
		before = layout;
	}
	assert_int_equal(layout.count, ARRAY_LEN(all_uses) - 1); /* no fourth sector */
	for (int w = 20; w <= 260; w++) {
		layout_fit(&scene, sectors, ARRAY_LEN(sectors), 0, w, &layout);
		assert_int_equal(layout_find(&layout, COLUMN_S1) >= 0,
				 layout_find(&layout, COLUMN_S3) >= 0);
	}
}

static void a_column_without_anything_to_say_is_not_there(void **state)
{
	static const struct column_use uses[] = {{COLUMN_MARGIN, 9}, {COLUMN_TAG, 9}};
	struct stage *stage = stage_new();
	struct scene scene;
	struct layout layout;

	(void)state;
	stage->rules.fraction_pm = 0;
	scene_make(&stage->view, &scene);
	layout_fit(&scene, uses, 2, 0, 80, &layout);
	assert_int_equal(layout.count, 0);
}

/* ---- windows --------------------------------------------------------- */

static void a_window_shows_the_focus_and_counts_what_it_leaves_out(void **state)
{
	(void)state;
	for (unsigned count = 0; count <= 40; count++)
		for (unsigned lines = 1; lines <= 24; lines++)
			for (unsigned focus = 0; focus <= count; focus++) {
				struct window w = window_make(count, lines, 3, focus);
				unsigned used = w.head + w.skip + w.tail + w.more;
				bool seen = focus < w.head || (focus >= w.from &&
							       focus < w.from + w.tail);

				assert_true(used <= lines);
				assert_true(w.head + w.tail <= count);
				if (count <= lines)
					assert_int_equal(w.head, count);
				if (lines > 1 && focus < count)
					assert_true(seen);
				if (w.tail)
					assert_true(w.from >= w.head &&
						    w.from + w.tail <= count);
				if (lines > 1 && !w.more)
					assert_int_equal(w.tail ? w.from + w.tail
								: w.head,
							 count);
				if (lines > 1 && !w.skip && w.head && w.tail)
					assert_int_equal(w.from, w.head);
			}
}

/* ---- what is known of the cars --------------------------------------- */

static void forget(struct stage *stage, bool drivers, bool teams, bool vehicles)
{
	for (uint16_t car = 0; car < stage->race.car_count; car++) {
		struct entry *entry = &stage->race.entries[car];
		entry->driver_count = drivers ? 0 : entry->driver_count;
		entry->team[0] = teams ? '\0' : entry->team[0];
		entry->vehicle[0] = vehicles ? '\0' : entry->vehicle[0];
	}
}

/* The best kept column of names shows what is known. */
static void the_column_of_names_shows_what_is_known(void **state)
{
	struct stage *stage = stage_new();
	(void)state;
	stage->view.screen = SCREEN_TIMING;
	stage_seek(stage, STAGE_MINUTE(30));
	stage_draw(stage, 80, 24);
	assert_non_null(strstr(stage_row(stage, 1), "Driver"));
	assert_null(strstr(stage_row(stage, 1), "Team"));
	assert_true(stage_shows(stage, "A. Wallace"));
	stage_draw(stage, 220, 60);
	assert_non_null(strstr(stage_row(stage, 1), "Driver"));
	assert_non_null(strstr(stage_row(stage, 1), "Team"));
	assert_true(stage_shows(stage, "Andy Wallace"));
	forget(stage, true, false, false);
	for (int cols = 80; cols <= 220; cols += 70) {
		stage_draw(stage, cols, 24);
		assert_null(strstr(stage_row(stage, 1), "Driver"));
		assert_non_null(strstr(stage_row(stage, 1), "Team"));
		assert_true(stage_shows(stage, "Racing for Holland"));
	}
	forget(stage, true, true, false);
	stage_draw(stage, 120, 24);
	assert_null(strstr(stage_row(stage, 1), "Driver"));
	assert_null(strstr(stage_row(stage, 1), "Team"));
	assert_true(stage_shows(stage, "Audi R8"));
}

/* A column comes with its first value, and stays. */
static void a_column_without_a_value_is_not_shown(void **state)
{
	struct stage *stage = stage_new();
	bool shown = false, hidden = false;
	(void)state;
	stage->view.screen = SCREEN_TIMING;
	for (int minute = 1; minute < 60; minute++) {
		bool stops = false;
		stage_seek(stage, STAGE_MINUTE(minute));
		stage_draw(stage, 160, 48);
		for (uint16_t car = 0; car < stage->race.car_count; car++)
			stops |= stage->race.cars[car].stops > 0;
		assert_int_equal(strstr(stage_row(stage, 1), " Pit ") != NULL, stops);
		shown |= stops;
		hidden |= !stops;
	}
	assert_true(shown && hidden);
}

/* A car that was in its garage has a sector of hours: never cut. */
static void a_lap_time_is_shortened_to_its_column_and_never_cut(void **state)
{
	static const struct {
		duration_us t;
		int w;
		const char *text;
	} rows[] = {
		{63012 * US_MS, 8, "1:03.012"},    {63012 * US_MS, 6, "1:03.0"},
		{6525300 * US_MS, 9, "1:48:45.3"}, {6525300 * US_MS, 6, "1h48"},
		{36061000 * US_MS, 6, "10h01"},
	};
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct grid grid = {.y = 0};
		struct field field;
		grid.at[0].w = rows[i].w;
		grid_lap_time(&grid, 0, rows[i].t, false, &field);
		assert_int_equal(field.text.len, strlen(rows[i].text));
		assert_memory_equal(field.text.at, rows[i].text, field.text.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_column_of_names_shows_what_is_known),
		cmocka_unit_test(a_column_without_a_value_is_not_shown),
		cmocka_unit_test(every_action_has_a_key_and_no_key_two_actions),
		cmocka_unit_test(keys_do_what_the_design_says),
		cmocka_unit_test(columns_never_overlap_and_drop_whole),
		cmocka_unit_test(a_column_without_anything_to_say_is_not_there),
		cmocka_unit_test(
			a_window_shows_the_focus_and_counts_what_it_leaves_out),
		cmocka_unit_test(a_lap_time_is_shortened_to_its_column_and_never_cut),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
