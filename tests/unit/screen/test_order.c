/*
 * test_order.c -- which cars a table shows, in which order, with which columns
 */
#include "stage.h"

#include <errno.h>
#include <stdio.h>

#include "parts.h"

static struct stage *timing(int minute)
{
	struct stage *stage = stage_new();

	stage_seek(stage, STAGE_MINUTE(minute));
	stage->view.screen = SCREEN_TIMING;
	return stage;
}

/* ---- the filter ---------------------------------------------------------------- */

static unsigned shown(struct stage *stage, const char *filter)
{
	uint16_t cars[RACE_CARS_MAX];

	text_copy(stage->view.table.filter, sizeof(stage->view.table.filter),
		  slice_of(filter));
	return view_cars(&stage->view, cars);
}

static void a_filter_shows_what_all_its_words_allow(void **state)
{
	struct stage *stage = timing(30);
	unsigned all = shown(stage, ""), in_classes = 0;

	(void)state;
	assert_true(all > 5);
	for (unsigned i = 0; i < stage->race.class_count; i++) {
		char filter[40], not [40];

		(void)snprintf(filter, sizeof(filter), "class %s",
			       stage->race.classes[i].name);
		(void)snprintf(not, sizeof(not ), "-class %s",
			       stage->race.classes[i].name);
		in_classes += shown(stage, filter);
		assert_true(shown(stage, filter) > 0);
		assert_int_equal(shown(stage, not ), all - shown(stage, filter));
	}
	assert_int_equal(in_classes, all);
	/* "LMP" names no class and is searched for; GT is not GTS. */
	unsigned gt = shown(stage, "class GT"), lmp = shown(stage, "class LMP");
	assert_int_equal(lmp, all - gt);
	for (unsigned i = 0; i < stage->race.class_count; i++)
		if (strcmp(stage->race.classes[i].name, "LMP675") == 0)
			text_copy(stage->race.classes[i].name,
				  sizeof(stage->race.classes[i].name), SLICE("GTS"));
	assert_int_equal(shown(stage, "class gt"), gt);
	assert_true(shown(stage, "GT") > gt);
	assert_int_equal(shown(stage, "#88"), 1);
	assert_int_equal(shown(stage, "number 88"), 1);
	assert_int_equal(shown(stage, "-#88"), all - 1);
	assert_int_equal(shown(stage, "#88 #5"), 0);
	assert_int_equal(shown(stage, "   "), all);
	assert_int_equal(shown(stage, "nobody is called so"), 0);
	/* A word that wants another and has none is a word like any. */
	assert_int_equal(shown(stage, "class"), 0);
	assert_int_equal(shown(stage, "-"), 0);
}

static void a_filter_knows_what_cars_do_and_are(void **state)
{
	struct stage *stage = timing(33);
	uint16_t five = stage_car(stage, "5");
	unsigned all = shown(stage, ""), by_state;

	(void)state;
	by_state =
		shown(stage, "running") + shown(stage, "pit") + shown(stage, "stopped");
	assert_int_equal(by_state, all);
	assert_true(shown(stage, "stopped") > 0);
	assert_int_equal(shown(stage, "favourite"), 0);
	stage->view.table.bits[five] = CAR_FAVOURITE;
	assert_int_equal(shown(stage, "favourite"), 1);
	assert_int_equal(shown(stage, "tagged"), 0);
	stage->view.compared = five;
	assert_int_equal(shown(stage, "tagged"), 1);
	stage->view.table.bits[stage_car(stage, "2")] = CAR_TAGGED;
	assert_int_equal(shown(stage, "tagged"), 2);
}

static void every_screen_with_a_table_is_filtered_and_says_so(void **state)
{
	static const uint8_t tables[] = {SCREEN_TIMING, SCREEN_CLASSIFICATION,
					 SCREEN_STRATEGY, SCREEN_CLASSES};
	struct stage *stage = timing(33);
	uint16_t cars[RACE_CARS_MAX];

	(void)state;
	(void)shown(stage, "#88");
	for (unsigned i = 0; i < ARRAY_LEN(tables); i++) {
		stage->view.screen = tables[i];
		assert_int_equal(view_cars(&stage->view, cars), 1);
		assert_int_equal(cars[0], stage_car(stage, "88"));
		stage_draw(stage, 120, 36);
		assert_non_null(strstr(stage_row(stage, 35), "#88: 1 car "));
	}
}

/* ---- the order ----------------------------------------------------------------- */

static void sorting_by_each_column_loses_no_car_and_backwards_is_backwards(void **state)
{
	struct stage *stage = timing(40);
	uint16_t cars[RACE_CARS_MAX], back[RACE_CARS_MAX];
	uint32_t count = view_cars(&stage->view, cars);

	(void)state;
	for (unsigned id = 0; id < COLUMN_COUNT; id++) {
		bool seen[RACE_CARS_MAX] = {false};

		stage->view.table.sort = (uint8_t)(1 + id);
		stage->view.table.sort_back = false;
		assert_int_equal(view_cars(&stage->view, cars), count);
		for (uint32_t i = 0; i < count; i++) {
			assert_false(seen[cars[i]]);
			seen[cars[i]] = true;
		}
		stage->view.table.sort_back = true;
		assert_int_equal(view_cars(&stage->view, back), count);
		if (id != COLUMN_LAST && id != COLUMN_POS)
			continue;
		/* No two are alike in these, so it is the mirror of the other. */
		for (uint32_t i = 0; i < count; i++)
			assert_int_equal(back[i], cars[count - 1 - i]);
	}
}

static void lap_times_are_sorted_and_who_has_none_is_last(void **state)
{
	struct stage *stage = timing(3);
	uint16_t cars[RACE_CARS_MAX];

	(void)state;
	for (int minute = 1; minute < 60; minute += 4) {
		duration_us before = 0;
		bool none = false;
		uint32_t count;

		stage = timing(minute);
		stage->view.table.sort = 1 + COLUMN_BEST;
		count = view_cars(&stage->view, cars);
		for (uint32_t i = 0; i < count; i++) {
			duration_us best = stage->race.cars[cars[i]].lap_best;

			none |= best == DURATION_NONE;
			assert_int_equal(none, best == DURATION_NONE);
			assert_true(none || best >= before);
			before = best;
		}
	}
}

static void favourites_stand_first_whatever_the_order(void **state)
{
	struct stage *stage = timing(40);
	uint16_t cars[RACE_CARS_MAX], last;
	uint32_t count = view_cars(&stage->view, cars);

	(void)state;
	last = cars[count - 1];
	stage->view.table.bits[last] = CAR_FAVOURITE;
	for (unsigned sort = 0; sort <= COLUMN_COUNT; sort++) {
		stage->view.table.sort = (uint8_t)sort;
		stage->view.table.sort_back = sort % 2;
		assert_int_equal(view_cars(&stage->view, cars), count);
		assert_int_equal(cars[0], last);
	}
	stage->view.table.sort = 0;
	stage_draw(stage, 120, 36);
	assert_int_equal(stage_row(stage, 2)[0], '*');
}

/* ---- columns ------------------------------------------------------------------- */

static void a_set_reads_back_as_it_was_written(void **state)
{
	(void)state;
	for (size_t i = 1; i < column_sets_count; i++) {
		struct column_set set = column_sets[i];
		struct err err;
		char text[512], again[512];

		column_set_text(&column_sets[i], text, sizeof(text));
		set.count = 0;
		assert_int_equal(column_set_parse(slice_of(text), &set, &err), 0);
		assert_memory_equal(&set, &column_sets[i], sizeof(set));
		set.widths[2] = 17;
		column_set_text(&set, text, sizeof(text));
		assert_int_equal(column_set_parse(slice_of(text), &set, &err), 0);
		assert_int_equal(set.widths[2], 17);
		column_set_text(&set, again, sizeof(again));
		assert_string_equal(text, again);
	}
}

static void what_is_no_set_is_a_sentence_and_changes_nothing(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"", "no columns given"},
		{"   ", "no columns given"},
		{"number gapp", "unknown column 'gapp'"},
		{"number:0", "1 to 60"},
		{"number:61", "1 to 60"},
		{"number:", "1 to 60"},
		{"number:x", "1 to 60"},
		{"gap last gap", "'gap' is listed twice"},
		{"stints", "unknown column 'stints'"},
	};
	struct column_set set = {.count = 3, .ids = {1, 2, 3}}, kept = set;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err;

		if (column_set_parse(slice_of(rows[i].text), &set, &err) != -EINVAL)
			fail_msg("%s", rows[i].text);
		assert_non_null(strstr(err.text, rows[i].said));
		assert_memory_equal(&set, &kept, sizeof(set));
	}
}

static void
a_set_stands_as_chosen_and_what_does_not_fit_goes_from_the_right(void **state)
{
	struct stage *stage = timing(30);
	struct column_set set = {.count = 0};
	struct err err;
	int x, y, last = 0;

	(void)state;
	assert_int_equal(column_set_parse(SLICE("best number:6 team:30 laps gap last"),
					  &set, &err),
			 0);
	stage->view.table.columns = &set;
	stage_draw(stage, 120, 36);
	y = stage_find(stage, "Best", &x);
	assert_int_equal(y, 1);
	assert_non_null(strstr(stage_row(stage, 1), "Team"));
	assert_true(strstr(stage_row(stage, 1), "Best") <
		    strstr(stage_row(stage, 1), "Team"));
	assert_true(strstr(stage_row(stage, 1), "Gap") <
		    strstr(stage_row(stage, 1), "Last"));
	stage_draw(stage, 60, 20);
	assert_null(strstr(stage_row(stage, 1), "Last"));
	assert_non_null(strstr(stage_row(stage, 1), "Team"));
	for (int cols = 60; cols < 260; cols += 3) {
		char text[256];
		int count;

		stage_draw(stage, cols, 20);
		count = 0;
		view_columns_text(&stage->view, text, sizeof(text));
		for (const char *p = text; *p; p++)
			count += *p == ' ';
		assert_true(count >= last);
		last = count;
	}
}

static void each_way_to_show_gaps_has_its_head(void **state)
{
	static const char *const heads[GAPS_SHOWN] = {"Gap", "Int", "Class gap",
						      "To 2"};

	(void)state;
	for (unsigned gaps = 0; gaps < GAPS_SHOWN; gaps++) {
		struct stage *stage = timing(30);

		stage->view.table.gaps = (uint8_t)gaps;
		stage->view.compared = stage_car(stage, "2");
		stage_draw(stage, 80, 24);
		if (!strstr(stage_row(stage, 1), heads[gaps]))
			fail_msg("no %s in: %s", heads[gaps], stage_row(stage, 1));
	}
}

static void sorting_goes_through_the_columns_shown_and_back_to_none(void **state)
{
	struct stage *stage = timing(30);
	bool seen[COLUMN_COUNT + 1] = {false};
	unsigned steps = 0;

	(void)state;
	stage->view.cols = 100;
	do {
		uint8_t was = stage->view.table.sort;

		assert_false(seen[was]);
		seen[was] = true;
		stage->view.table.sort = view_sort_beside(&stage->view, 1);
		assert_int_equal(view_sort_beside(&stage->view, -1), was);
		steps++;
	} while (stage->view.table.sort != 0);
	assert_true(steps > 8);
}

/* ---- one class alone, colours of teams -------------------------------------------- */

static void one_class_alone_has_the_whole_screen(void **state)
{
	struct stage *stage = timing(30);

	(void)state;
	stage->view.screen = SCREEN_CLASSES;
	stage->view.table.zoom = true;
	stage->view.pane = 1;
	stage_draw(stage, 220, 60);
	assert_int_equal(stage_find(stage, "Nº", NULL), -1); /* heads begin at laps */
	assert_non_null(strstr(stage_row(stage, 1), "LMP675"));
	assert_null(strstr(stage_row(stage, 1), "LMP900"));
}

static void cars_of_one_team_have_one_colour(void **state)
{
	struct stage *stage = timing(30);
	struct scene scene;
	const struct race *race = &stage->race;

	(void)state;
	stage->view.table.by_team = true;
	scene_make(&stage->view, &scene);
	for (uint16_t a = 0; a < race->car_count; a++) {
		assert_true(class_role(&scene, a) >= ROLE_CLASS_1 &&
			    class_role(&scene, a) <= ROLE_CLASS_6);
		for (uint16_t b = 0; b < a; b++)
			if (strcmp(race->entries[a].team, race->entries[b].team) == 0)
				assert_int_equal(class_role(&scene, a),
						 class_role(&scene, b));
	}
}

static enum role role_of_class(const struct scene *scene, const char *name)
{
	const struct race *race = scene->view->race;
	for (unsigned c = 0; c < race->class_count; c++)
		if (strcmp(race->classes[c].name, name) == 0)
			return (enum role)scene->role_of[c];
	fail_msg("no class %s", name);
	return ROLE_TEXT;
}

static void
a_class_has_the_colour_of_its_ruleset_and_the_others_what_is_left(void **state)
{
	struct stage *stage = timing(30);
	struct scene scene;

	(void)state;
	scene_make(&stage->view, &scene);
	assert_int_equal(role_of_class(&scene, "LMP900"), ROLE_CLASS_1);
	assert_int_equal(role_of_class(&scene, "LMP675"), ROLE_CLASS_2);
	assert_int_equal(role_of_class(&scene, "GT"), ROLE_CLASS_3);
	stage->rules.classes[1].colour = 1; /* LMP675 */
	scene_make(&stage->view, &scene);
	assert_int_equal(role_of_class(&scene, "LMP900"), ROLE_CLASS_2);
	assert_int_equal(role_of_class(&scene, "LMP675"), ROLE_CLASS_1);
	assert_int_equal(role_of_class(&scene, "GT"), ROLE_CLASS_3);
	stage->rules.classes[2].colour = 6; /* GT */
	scene_make(&stage->view, &scene);
	assert_int_equal(role_of_class(&scene, "LMP900"), ROLE_CLASS_2);
	assert_int_equal(role_of_class(&scene, "GT"), ROLE_CLASS_6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filter_shows_what_all_its_words_allow),
		cmocka_unit_test(a_filter_knows_what_cars_do_and_are),
		cmocka_unit_test(every_screen_with_a_table_is_filtered_and_says_so),
		cmocka_unit_test(
			sorting_by_each_column_loses_no_car_and_backwards_is_backwards),
		cmocka_unit_test(lap_times_are_sorted_and_who_has_none_is_last),
		cmocka_unit_test(favourites_stand_first_whatever_the_order),
		cmocka_unit_test(a_set_reads_back_as_it_was_written),
		cmocka_unit_test(what_is_no_set_is_a_sentence_and_changes_nothing),
		cmocka_unit_test(
			a_set_stands_as_chosen_and_what_does_not_fit_goes_from_the_right),
		cmocka_unit_test(each_way_to_show_gaps_has_its_head),
		cmocka_unit_test(
			sorting_goes_through_the_columns_shown_and_back_to_none),
		cmocka_unit_test(one_class_alone_has_the_whole_screen),
		cmocka_unit_test(cars_of_one_team_have_one_colour),
		cmocka_unit_test(
			a_class_has_the_colour_of_its_ruleset_and_the_others_what_is_left),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
