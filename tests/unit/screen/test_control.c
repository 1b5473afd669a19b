/*
 * test_control.c -- race control, explanations and what else opens over a screen
 */
#include "stage_live.h"

#include <stdio.h>

#include "parts.h"

static const struct {
	int cols, rows;
} sizes[] = {
	{60, 16}, {80, 24}, {100, 40}, {120, 36}, {160, 48}, {220, 60},
};

static const struct cell *cell_at(const struct stage *stage, int x, int y)
{
	return &stage->cells[y * stage->canvas.cols + x];
}

/* ---- race control ---------------------------------------------------- */

static void a_letter_of_race_control_stands_once_and_its_form_is_sound(void **state)
{
	(void)state;
	assert_true(operate_rows_count > 20);
	for (size_t i = 0; i < operate_rows_count; i++) {
		const struct operate_row *row = &operate_rows[i];
		const char *percent = strchr(row->form, '%');
		struct slice form = slice_of(row->form);

		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(operate_rows[k].letter, row->letter);
		assert_true(!percent ||
			    (percent[1] == 's' && !strchr(percent + 1, '%')));
		/* What waits for words says which, what does not has none. */
		assert_int_equal(row->form[form.len - 1] == ' ', row->words[0] != 0);
		if (slice_eq(slice_cut(&form, ' '), SLICE("flag")))
			assert_true(flag_by_name(slice_trim(form)) > FLAG_UNKNOWN);
	}
}

static void the_menu_of_race_control_is_whole_at_every_size(void **state)
{
	struct stage *stage = stage_live();

	(void)state;
	view_open(&stage->view, OVERLAY_OPERATE);
	stage->view.selected = stage_car(stage, "88");
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		for (size_t k = 0; k < operate_rows_count; k++) {
			char row[64];

			(void)snprintf(row, sizeof(row), "%c  %s",
				       operate_rows[k].letter, operate_rows[k].about);
			if (!stage_shows(stage, row))
				fail_msg("\"%s\" is not read at %d columns", row,
					 sizes[i].cols);
		}
		assert_true(stage_shows(stage, "car 88 Veloqx"));
	}
	/* Without a team its driver stands for it; without both, nothing. */
	struct entry *entry = &stage->race.entries[stage->view.selected];

	entry->team[0] = 0;
	text_copy(entry->drivers[0], sizeof(entry->drivers[0]), SLICE("A. Somebody"));
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, " car 88 A. Somebody "));
	entry->drivers[0][0] = 0;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "\u2500 car 88 \u2500"));
}

static void only_what_belongs_to_no_car_can_be_assigned(void **state)
{
	struct stage *stage = stage_live();

	(void)state;
	view_ask(&stage->view, PROMPT_OPERATE, SLICE("assign "));
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "?2906141 "));
	(void)stage_press(stage, '\t', NULL);
	assert_string_equal(stage->view.input, "assign ?2906141 ");
}

/* A decision has the instant shown; the menu tells it where that is not now. */
static void the_menu_tells_from_when_a_decision_counts(void **state)
{
	struct stage *stage = stage_live();

	(void)state;
	view_open(&stage->view, OVERLAY_OPERATE);
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		stage->view.behind_live = 0;
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		assert_true(stage_shows(stage, " o: type a decision   Esc: cancel "));
		assert_int_equal(stage_shows(stage, " counts from the instant shown "),
				 sizes[i].cols >= 80);
		stage->view.behind_live = 90 * US_S;
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		assert_true(stage_shows(stage, " counts from 13:30:00 "));
	}
}

/* "result-at 12" and others have no row. */
static void a_decision_that_is_not_in_the_menu_can_be_typed(void **state)
{
	struct stage *stage = stage_live();
	struct wish wish = {0};

	(void)state;
	for (size_t k = 0; k < operate_rows_count; k++)
		assert_int_not_equal(operate_rows[k].letter, 'o');
	view_open(&stage->view, OVERLAY_OPERATE);
	assert_false(stage_press(stage, 'o', &wish));
	assert_int_equal(stage->view.prompt, PROMPT_OPERATE);
	assert_string_equal(stage->view.input, "");
	assert_int_equal(wish.kind, 0);
}

static void prompts_of_race_control_tell_the_car_and_what_is_still_wanted(void **state)
{
	static const struct {
		uint8_t prompt;
		const char *input, *tells;
	} rows[] = {
		{PROMPT_OPERATE, "", "flag SC"},
		{PROMPT_OPERATE, "time", "CAR SECONDS"},
		{PROMPT_OPERATE, "time 88 ", "88 Veloqx Prodrive   SECONDS [REASON]"},
		{PROMPT_OPERATE, "TIME 777 ", "no such car"},
		{PROMPT_OPERATE, "flag ", "GREEN YELLOW FCY"},
		{PROMPT_OPERATE, "assign ?2906141 7", "?2906141"},
		{PROMPT_OPERATE, "nonsense", "nonsense"},
		{PROMPT_PASS, "", "passed at 13:29:58.766"},
		{PROMPT_PASS, "", "2 more wait"},
		{PROMPT_PASS, "13", "13 Courage"},
		{PROMPT_PASS, "777", "no such entry"},
		{PROMPT_DELAY, "30", "seconds behind live"},
	};
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	view->pass_at = view->at - 1234 * US_MS;
	view->pass_count = 3;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		view_ask(view, rows[i].prompt, slice_of(rows[i].input));
		stage_draw(stage, 100, 24);
		if (!strstr(stage_row(stage, 22), rows[i].tells) &&
		    !strstr(stage_row(stage, 23), rows[i].tells))
			fail_msg("\"%s\" gives \"%s\", not \"%s\"", rows[i].input,
				 stage_row(stage, 23), rows[i].tells);
	}
}

static void the_end_of_a_long_input_is_in_sight(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	view_ask(view, PROMPT_OPERATE, SLICE(""));
	memset(view->input, 'a', sizeof(view->input) - 1);
	view->input[sizeof(view->input) - 2] = 'Z';
	view->input[sizeof(view->input) - 1] = 0;
	stage_draw(stage, 60, 24);
	assert_non_null(strstr(stage_row(stage, 23), "aaZ"));
}

static void live_keys_are_offered_while_live_alone(void **state)
{
	struct stage *stage = stage_live();

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		int last = sizes[i].rows - 1;

		stage->view.live = true;
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		assert_non_null(strstr(stage_row(stage, last), " o control"));
		assert_non_null(strstr(stage_row(stage, last), " x explain"));
		assert_non_null(strstr(stage_row(stage, last), "q quit"));
		stage->view.live = false;
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		assert_null(strstr(stage_row(stage, last), " o control"));
	}
}

/* ---- explaining ------------------------------------------------------ */

static void an_explanation_never_covers_the_row_it_explains(void **state)
{
	static struct explain_line lines[40];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(lines); i++)
		(void)snprintf(lines[i].text, sizeof(lines[i].text), "line %u", i);
	for (uint8_t screen = 0; screen < SCREEN_CAR; screen++) {
		for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
			struct stage *stage = stage_live();
			uint16_t cars[RACE_CARS_MAX];
			uint32_t count;

			stage->view.screen = screen;
			view_open(&stage->view, OVERLAY_EXPLAIN);
			stage->view.explain_lines = lines;
			stage->view.explain_count = ARRAY_LEN(lines);
			count = view_cars(&stage->view, cars);
			for (uint32_t c = 0; c < count; c++) {
				unsigned marked = 0;

				stage->view.selected = cars[c];
				stage->view.pane =
					(uint8_t)view_pane_of(&stage->view, cars[c]);
				stage_draw(stage, sizes[i].cols, sizes[i].rows);
				assert_true(stage_shows(stage, "line 0"));
				for (int k = stage->canvas.cols;
				     k < stage->canvas.cols * stage->canvas.rows; k++)
					marked +=
						stage->cells[k].bits & CELL_SELECTED &&
						stage->cells[k].role == ROLE_STRONG;
				assert_true(marked >= 6);
			}
		}
	}
}

static void the_chosen_cell_is_seen_and_named(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	bool last = false, sector = false, entry = false;
	int32_t cell = 99, most;
	uint8_t index;
	int head_x, y;

	(void)state;
	view->cols = 160;
	(void)view_cell(view, &cell, &index);
	most = cell;
	assert_in_range(most, 10, 40);
	view->selected = stage_car(stage, "8");
	view_open(view, OVERLAY_EXPLAIN);
	for (int32_t c = 0; c <= most; c++) {
		enum explain_what what;
		int gaps = 0;

		view->cell = c;
		what = view_cell(view, &view->cell, &index);
		assert_int_equal(view->cell, c);
		sector |= what == EXPLAIN_SECTOR && index == 2;
		entry |= what == EXPLAIN_ENTRY;
		stage_draw(stage, 160, 24);
		y = stage_find(stage, "Wallace", NULL);
		assert_true(y > 0);
		for (int x = 1; x < 160; x++)
			gaps += (cell_at(stage, x - 1, y)->bits & CELL_SELECTED) &&
				!(cell_at(stage, x, y)->bits & CELL_SELECTED);
		/* The first cell is the gap before the bar. */
		assert_int_equal(gaps, c > 0);
		if (what != EXPLAIN_LAST)
			continue;
		last = true;
		(void)stage_find(stage, "Last", &head_x);
		assert_false(cell_at(stage, head_x + 3, y)->bits & CELL_SELECTED);
	}
	assert_true(last && sector && entry);
	cell = -3;
	(void)view_cell(view, &cell, &index);
	assert_int_equal(cell, 0);
	view->screen = SCREEN_FEEDS;
	cell = 7;
	assert_int_equal(view_cell(view, &cell, &index), EXPLAIN_POSITION);
	assert_int_equal(cell, 0);
	/* The screen of a car has the columns of the timing screen. */
	view->screen = SCREEN_CAR;
	bool laps = false;
	for (cell = 0; cell < 8; cell++) {
		int32_t kept = cell;
		laps |= view_cell(view, &kept, &index) == EXPLAIN_LAPS;
		assert_int_equal(kept, cell);
	}
	assert_true(laps);
}

/* ---- everything at once ---------------------------------------------- */

static void every_overlay_draws_at_every_size_and_in_ascii(void **state)
{
	static const struct view_session list[3] = {{.name = "Practice", .cars = 1}};
	static const struct explain_line lines[3] = {{.text = "one"}};
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	view->sessions = list;
	view->session_count = ARRAY_LEN(list);
	view->explain_lines = lines;
	view->explain_count = ARRAY_LEN(lines);
	view->feed_count = STAGE_FEEDS;
	text_copy(view->record.fault, sizeof(view->record.fault), SLICE("disk full"));
	for (int cols = 1; cols <= 250; cols += cols < 60 ? 19 : 11) {
		for (int rows = 1; rows <= 70; rows += 5) {
			view->screen = (uint8_t)(rows % SCREEN_COUNT);
			view->overlay_count = 0;
			if (cols % PROMPT_COUNT != PROMPT_NONE)
				view_ask(view, (enum prompt_kind)(cols % PROMPT_COUNT),
					 SLICE("time 5 "));
			if (rows % 2)
				view_open(view, OVERLAY_EXPLAIN);
			if (rows % 3 == 0)
				view_open(view, OVERLAY_OPERATE);
			if (cols % 2)
				view_open(view, OVERLAY_SESSIONS);
			stage->canvas.ascii = true;
			stage_draw(stage, cols, rows);
			for (int i = 0; i < cols * rows; i++)
				assert_true(stage->cells[i].cp < 0x7f);
			stage->canvas.ascii = false;
			stage_draw(stage, cols, rows);
		}
	}
	view_open(view, OVERLAY_SESSIONS);
	stage_draw(stage, 80, 24);
	assert_true(stage_shows(stage, "Practice"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_letter_of_race_control_stands_once_and_its_form_is_sound),
		cmocka_unit_test(the_menu_of_race_control_is_whole_at_every_size),
		cmocka_unit_test(the_menu_tells_from_when_a_decision_counts),
		cmocka_unit_test(only_what_belongs_to_no_car_can_be_assigned),
		cmocka_unit_test(a_decision_that_is_not_in_the_menu_can_be_typed),
		cmocka_unit_test(
			prompts_of_race_control_tell_the_car_and_what_is_still_wanted),
		cmocka_unit_test(the_end_of_a_long_input_is_in_sight),
		cmocka_unit_test(live_keys_are_offered_while_live_alone),
		cmocka_unit_test(an_explanation_never_covers_the_row_it_explains),
		cmocka_unit_test(the_chosen_cell_is_seen_and_named),
		cmocka_unit_test(every_overlay_draws_at_every_size_and_in_ascii),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
