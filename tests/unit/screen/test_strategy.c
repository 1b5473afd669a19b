/*
 * test_strategy.c -- the strategy screen: what was as a fact, what is to come as a guess
 */
#include "stage.h"

#include "parts.h"

static struct forecast forecast;
static struct strategy strategy;

/* The stage at @minute, forecast. */
static struct stage *stage_forecast(int minute, const char *selected)
{
	struct stage *stage = stage_new();
	struct strategy_request ask = {.race = &stage->race,
				       .tables = &stage->tables,
				       .rules = &stage->rules,
				       .forecast = &forecast,
				       .at = STAGE_MINUTE(minute)};

	stage_seek(stage, STAGE_MINUTE(minute));
	forecast_query(&stage->race, &stage->tables, &stage->rules,
		       &forecast_parameters_plain, STAGE_MINUTE(minute), &forecast);
	stage->view.selected = selected ? stage_car(stage, selected) : CAR_NONE;
	ask.car = selected ? stage->view.selected : stage->race.order[0];
	strategy_query(&ask, &strategy);
	stage->view.screen = SCREEN_STRATEGY;
	stage->view.forecast = &forecast;
	stage->view.strategy = &strategy;
	return stage;
}

static const struct cell *cell_at(const struct stage *stage, int x, int y)
{
	return &stage->cells[y * stage->canvas.cols + x];
}

/* Cells of a row that hold @cp in @role. */
static unsigned count_of(const struct stage *stage, int y, uint32_t cp, enum role role)
{
	unsigned count = 0;

	for (int x = 0; x < stage->canvas.cols; x++)
		count += cell_at(stage, x, y)->cp == cp &&
			 cell_at(stage, x, y)->role == role;
	return count;
}

enum { STOPPED = 0x25c6, FORETOLD = 0x25c7, TO_COME = 0x254c };

static void stops_made_are_marked_and_those_to_come_are_hollow(void **state)
{
	struct stage *stage = stage_forecast(40, NULL);
	static const struct {
		const char *car;
		unsigned stops;
	} rows[] = {{"Audi Sport", 1}, {"Pescarolo", 1}, {"Veloqx", 1}};

	(void)state;
	stage_draw(stage, 160, 48);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int y = stage_find(stage, rows[i].car, NULL);

		assert_true(y > 0);
		assert_int_equal(count_of(stage, y, STOPPED, ROLE_IN_PIT),
				 rows[i].stops);
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int y = stage_find(stage, rows[i].car, NULL);
		uint16_t car = stage_car(stage, i == 0 ? "5" : i == 1 ? "2" : "88");

		assert_int_equal(count_of(stage, y, FORETOLD, ROLE_GUESS),
				 strategy.rows[car].stops_left);
		assert_true(count_of(stage, y, TO_COME, ROLE_GUESS) > 3);
		assert_int_equal(count_of(stage, y, FORETOLD, ROLE_IN_PIT), 0);
	}
}

/* Behind the last column that has a head: one that is empty is not there. */
static int bar_begins(const struct stage *stage)
{
	static const char *const heads[] = {"Opens", "Window", "min", "Left"};

	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		int x = 0;
		if (stage_find(stage, heads[i], &x) > 0)
			return x + (int)strlen(heads[i]) + 1;
	}
	fail_msg("the table has no head");
	return 0;
}

static void what_lies_behind_the_playhead_is_a_guess_or_nothing(void **state)
{
	(void)state;
	for (int minute = 3; minute < 60; minute += 7) {
		struct stage *stage = stage_forecast(minute, NULL);

		for (int with = 0; with < 2; with++) {
			int x, y, now, last;

			stage->view.strategy = with ? &strategy : NULL;
			stage_draw(stage, 160, 48);
			x = bar_begins(stage);
			last = 160 - 1;
			now = x + (last - x) * minute / 60;
			for (y = 3; y < 10; y++) {
				for (int i = now + 2; i < last; i++) {
					const struct cell *cell = cell_at(stage, i, y);

					if (cell->role == ROLE_RULE ||
					    (with && cell->role == ROLE_GUESS))
						continue;
					assert_true(cell->cp == 0 || cell->cp == ' ');
				}
			}
		}
	}
}

static void every_guess_has_its_sign_and_role(void **state)
{
	static const int sizes[][2] = {{80, 24}, {120, 36}, {160, 48}, {220, 60}};
	struct stage *stage = stage_forecast(40, "2");
	unsigned guesses = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		stage_draw(stage, sizes[i][0], sizes[i][1]);
		for (int k = 0; k < sizes[i][0] * sizes[i][1]; k++) {
			const struct cell *cell = &stage->cells[k];

			if (cell->cp != '~')
				continue;
			/* The bar of a selection is of one colour: the sign is left. */
			assert_true(cell->role == ROLE_GUESS ||
				    cell->role == ROLE_AT_RISK ||
				    (cell->role == ROLE_STRONG &&
				     (cell->bits & CELL_SELECTED)));
			guesses++;
		}
	}
	assert_true(guesses > 50);
}

static void a_driver_has_a_letter_where_his_turn_begins(void **state)
{
	struct stage *stage = stage_forecast(40, NULL);
	int y;

	(void)state;
	stage_draw(stage, 160, 48);
	y = stage_find(stage, "Audi Sport", NULL);
	assert_int_equal(count_of(stage, y, 'A', ROLE_STRONG), 1);
	assert_int_equal(count_of(stage, y, 'B', ROLE_STRONG), 1);
}

static void the_car_in_front_speaks_where_none_is_selected(void **state)
{
	struct stage *stage = stage_forecast(40, NULL);

	(void)state;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "5 LMP900 Audi Sport Japan Team Goh"));
	assert_true(stage_shows(stage, "stop now (green)"));
	stage = stage_forecast(40, "88");
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "88 GT Veloqx Prodrive"));
}

static void in_the_lane_it_is_asked_where_it_comes_out(void **state)
{
	struct stage *stage = stage_new();
	struct strategy_request ask = {.race = &stage->race,
				       .tables = &stage->tables,
				       .rules = &stage->rules,
				       .forecast = &forecast};

	(void)state;
	/* Its second stop: others have been seen. */
	stage_seek(stage, STAGE_MINUTE(45));
	ask.car = stage_car(stage, "2");
	ask.at = stage->race.cars[ask.car].pit_in_at + 20 * US_S;
	stage_seek(stage, ask.at);
	forecast_query(&stage->race, &stage->tables, &stage->rules,
		       &forecast_parameters_plain, ask.at, &forecast);
	strategy_query(&ask, &strategy);
	stage->view.screen = SCREEN_STRATEGY;
	stage->view.selected = ask.car;
	stage->view.forecast = &forecast;
	stage->view.strategy = &strategy;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "comes out (green)"));
	assert_true(stage_shows(stage, "P 0:20"));
}

static void after_the_finish_nothing_is_forecast(void **state)
{
	struct stage *stage = stage_forecast(65, "5");

	(void)state;
	stage_draw(stage, 160, 48);
	assert_false(stage_shows(stage, "~"));
	assert_false(stage_shows(stage, "stop now"));
	assert_true(stage_shows(stage, "\u25c6"));
}

static void rows_of_the_future_change_nothing(void **state)
{
	static struct cell kept[STAGE_COLS * STAGE_LINES];
	struct stage *stage = stage_forecast(33, "5");

	(void)state;
	stage_draw(stage, 160, 48);
	memcpy(kept, stage->cells, sizeof(kept));
	stage_seek_back(stage, STAGE_MINUTE(33));
	stage_draw(stage, 160, 48);
	assert_memory_equal(kept, stage->cells, 160 * 48 * sizeof(kept[0]));
}

/* Without colour and without boxes: what was, what is to come, and a stop differ. */
static void in_ascii_the_past_and_the_guess_differ(void **state)
{
	struct stage *stage = stage_forecast(40, NULL);
	int y;

	(void)state;
	stage->canvas.ascii = true;
	stage_draw(stage, 160, 48);
	y = stage_find(stage, "Audi Sport", NULL);
	assert_non_null(strstr(stage_row(stage, y), "A=="));
	assert_non_null(strstr(stage_row(stage, y), "..."));
	assert_int_equal(count_of(stage, y, '*', ROLE_IN_PIT), 1);
	stage->canvas.ascii = false;
}

/* What a car may do until the flag: what is said, and how loud. The forecast may be some
 * seconds older than the state of the car. */
static void too_late_is_said_of_a_deadline_that_passed_alone(void **state)
{
	static const struct {
		enum car_state state;
		duration_us deadline, afford; /* deadline: from now; NONE */
		const char *said;
		enum role role;
	} rows[] = {
		{CAR_RUNNING, DURATION_NONE, 34 * US_MIN, "~stop of 34 min",
		 ROLE_GUESS},
		{CAR_RUNNING, DURATION_NONE, 95 * US_MIN, "~stop of 1h35", ROLE_GUESS},
		{CAR_RUNNING, DURATION_NONE, 180 * US_MIN, "~any stop", ROLE_GUESS},
		{CAR_RUNNING, DURATION_NONE, 0, "~no stop", ROLE_AT_RISK},
		/* It came in after it was forecast. */
		{CAR_IN_PIT, DURATION_NONE, 34 * US_MIN, "~stop of 34 min", ROLE_GUESS},
		/* Slow behind the safety car: forecast as standing, and drives. */
		{CAR_RUNNING, 40 * US_MIN, DURATION_NONE, "~stop of 40 min",
		 ROLE_GUESS},
		{CAR_IN_PIT, 20 * US_MIN, DURATION_NONE, " in 20:00", ROLE_AT_RISK},
		{CAR_STOPPED, 2 * US_MIN, DURATION_NONE, " in 2:00", ROLE_STOPPED},
		{CAR_STOPPED, -US_S, DURATION_NONE, "~too late", ROLE_NOT_CLASSIFIED},
		{CAR_RUNNING, -US_S, DURATION_NONE, "~too late", ROLE_NOT_CLASSIFIED},
		{CAR_RUNNING, DURATION_NONE, DURATION_NONE, "", ROLE_TEXT},
	};
	struct stage *stage = stage_forecast(40, "5");
	struct scene scene;

	(void)state;
	scene_make(&stage->view, &scene);
	forecast.flag_at = stage->view.at + 3 * US_HOUR;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct forecast_row told = forecast.rows[0];
		struct field field = {.text = {"", 0}, .role = ROLE_TEXT};
		struct row row;
		char said[64];

		row_make(&scene, stage->view.selected, &row);
		row.state = (uint8_t)rows[i].state;
		row.forecast = &told;
		told.deadline = rows[i].deadline == DURATION_NONE
					? INSTANT_NONE
					: stage->view.at + rows[i].deadline;
		told.afford = rows[i].afford;
		told.p_classified = FORECAST_ONE / 2;
		field_deadline(&row, &field);
		text_copy(said, sizeof(said), field.text);
		if (rows[i].said[0] == '\0')
			assert_string_equal(said, "");
		else
			assert_non_null(strstr(said, rows[i].said));
		assert_int_equal(field.role, rows[i].role);
		/* It tells nothing of a class leader that is safe. */
		told.p_classified = FORECAST_ONE;
		field_clear(&field, ROLE_TEXT);
		field_deadline(&row, &field);
		assert_int_equal(field.text.len, 0);
	}
}

/* The car leads nobody and follows many: of one that stands nothing else is said. */
static void of_a_car_that_stands_nobody_can_say(void **state)
{
	struct stage *stage = stage_forecast(40, "47");

	(void)state;
	strategy.rows[strategy.car].standing = 1;
	strategy.green.loss = DURATION_NONE;
	strategy.ahead.car = strategy.behind.car = strategy.undercut.car = CAR_NONE;
	stage_draw(stage, 160, 48);
	assert_true(stage_find(stage, "stopped: unknown", NULL) > 0);
	assert_false(stage_shows(stage, "ahead             47"));
	assert_false(stage_shows(stage, "behind            47"));
	/* Driving behind others that stand, it does not lead. */
	strategy.rows[strategy.car].standing = 0;
	stage_draw(stage, 160, 48);
	assert_int_equal(stage_shows(stage, "ahead             47 leads its class"),
			 car_standing(&stage->view, strategy.car)->class_position == 1);
}

/* The strategy again, with what the person asks. */
static void ask_again(struct stage *stage)
{
	struct strategy_request ask = {.race = &stage->race,
				       .tables = &stage->tables,
				       .rules = &stage->rules,
				       .forecast = &forecast,
				       .at = stage->view.at,
				       .car = stage->view.selected,
				       .what_if = stage->view.what_if};

	assert_null(stage->view.strategy);
	strategy_query(&ask, &strategy);
	stage->view.strategy = &strategy;
}

static void keys_ask_of_a_stop_on_another_lap(void **state)
{
	struct stage *stage = stage_forecast(40, "2");
	struct view *view = &stage->view;
	uint16_t car = view->selected;
	uint32_t next = strategy.rows[car].next;
	duration_us lane = strategy.stops.cars[car].green.lane;
	static const struct {
		uint32_t key;
		int laps, longer;
		enum strategy_running running;
		bool alone;
	} presses[] = {
		{'+', 1, 0, RUNNING_AS_NOW, false},
		{'+', 2, 0, RUNNING_AS_NOW, false},
		{'}', 2, 5, RUNNING_AS_NOW, false},
		{'}', 2, 10, RUNNING_AS_NOW, false},
		{'{', 2, 5, RUNNING_AS_NOW, false},
		{'-', 1, 5, RUNNING_AS_NOW, false},
		{'-', 0, 5, RUNNING_AS_NOW, false},
		/* Not in the past. */
		{'-', 0, 5, RUNNING_AS_NOW, false},
		{';', 0, 5, RUNNING_NEUTRALISED, false},
		{'&', 0, 5, RUNNING_NEUTRALISED, true},
		{';', 0, 5, RUNNING_AS_NOW, true},
	};

	(void)state;
	assert_true(lane > 0);
	lane = (lane + US_S / 2) / US_S * US_S;
	for (size_t i = 0; i < ARRAY_LEN(presses); i++) {
		struct wish wish = {0};

		assert_false(stage_press(stage, presses[i].key, &wish));
		assert_int_equal(view->what_if_car, car);
		assert_int_equal(view->what_if.lap, next + (uint32_t)presses[i].laps);
		assert_int_equal(view->what_if.running, presses[i].running);
		assert_int_equal(view->what_if.alone, presses[i].alone);
		assert_int_equal(view->what_if.lane,
				 presses[i].longer ? lane + presses[i].longer * US_S
						   : 0);
		ask_again(stage);
		stage_draw(stage, 120, 36);
		assert_true(stage_find(stage, "what if           lap ", NULL) > 0);
	}
}

/* Behind a safety car the other flag is told too, also while a stop is asked about. */
static void a_question_hides_no_flag_on_the_smallest_screen(void **state)
{
	static const char *const rows[] = {"stop now (SC)", "if green", "what if  ",
					   "at the flag"};
	struct stage *stage = stage_forecast(25, "2");

	(void)state;
	assert_int_equal(stage->race.flag, FLAG_SC);
	assert_false(stage_press(stage, '+', NULL));
	ask_again(stage);
	stage_draw(stage, 80, 24);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!stage_shows(stage, rows[i]))
			fail_msg("no row \"%s\"", rows[i]);
}

static void esc_ends_the_question_and_another_car_has_none(void **state)
{
	struct stage *stage = stage_forecast(40, "2");
	struct wish wish = {0};

	(void)state;
	assert_false(stage_press(stage, '+', &wish));
	ask_again(stage);
	stage->view.what_if_car = stage_car(stage, "5");
	stage_draw(stage, 120, 36);
	assert_false(stage_shows(stage, "what if           lap "));
	stage->view.what_if_car = stage->view.selected;
	assert_false(stage_press(stage, KEY_PW_ESC, &wish));
	ask_again(stage);
	stage_draw(stage, 120, 36);
	assert_false(stage_shows(stage, "what if           lap "));
	/* Nothing is asked: Esc is the console's. */
	assert_true(stage_press(stage, KEY_PW_ESC, &wish));
}

static void a_stint_by_hand_is_asked_for_with_the_class(void **state)
{
	struct stage *stage = stage_forecast(40, "88");
	struct wish wish = {0};

	(void)state;
	assert_false(stage_press(stage, 'T', &wish));
	assert_int_equal(stage->view.prompt, PROMPT_STINT);
	assert_string_equal(stage->view.input, "GT ");
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "GT ~"));
	assert_true(stage_shows(stage, "as the race shows"));
	text_copy(stage->view.input, sizeof(stage->view.input), SLICE("zz 3"));
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "a class or a car"));
	view_close(&stage->view, OVERLAY_PROMPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stops_made_are_marked_and_those_to_come_are_hollow),
		cmocka_unit_test(what_lies_behind_the_playhead_is_a_guess_or_nothing),
		cmocka_unit_test(every_guess_has_its_sign_and_role),
		cmocka_unit_test(a_driver_has_a_letter_where_his_turn_begins),
		cmocka_unit_test(the_car_in_front_speaks_where_none_is_selected),
		cmocka_unit_test(in_the_lane_it_is_asked_where_it_comes_out),
		cmocka_unit_test(after_the_finish_nothing_is_forecast),
		cmocka_unit_test(rows_of_the_future_change_nothing),
		cmocka_unit_test(in_ascii_the_past_and_the_guess_differ),
		cmocka_unit_test(too_late_is_said_of_a_deadline_that_passed_alone),
		cmocka_unit_test(of_a_car_that_stands_nobody_can_say),
		cmocka_unit_test(keys_ask_of_a_stop_on_another_lap),
		cmocka_unit_test(esc_ends_the_question_and_another_car_has_none),
		cmocka_unit_test(a_question_hides_no_flag_on_the_smallest_screen),
		cmocka_unit_test(a_stint_by_hand_is_asked_for_with_the_class),
	};

	return cmocka_run_group_tests_name("screen strategy", tests, NULL, NULL);
}
