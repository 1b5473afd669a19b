/*
 * test_events.c -- the screens of what happened: the list, race control, and passings
 * that were missed
 */
#include "stage.h"

static struct stage *said(instant_us t)
{
	struct stage *stage = stage_new();

	stage_say(stage);
	stage_seek_back(stage, t);
	return stage;
}

static void the_newest_is_at_the_top_and_nothing_of_the_future_is_there(void **state)
{
	struct stage *stage = said(STAGE_MINUTE(12));

	(void)state;
	stage->view.screen = SCREEN_EVENTS;
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, 2), "13:11:00   88"));
	assert_true(stage_shows(stage, "speed in the pit lane"));
	assert_false(stage_shows(stage, "Safety car"));
	assert_false(stage_shows(stage, "stewards:"));
	stage->view.screen = SCREEN_CONTROL;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "no decisions so far"));
	assert_false(stage_shows(stage, "Safety car"));
}

/* By the key that goes through them. */
static uint8_t group_of(struct stage *stage, const char *name)
{
	struct wish wish;

	stage->view.screen = SCREEN_EVENTS;
	for (int i = 0; i < 32; i++) {
		assert_false(stage_press(stage, 'a', &wish));
		if (strstr(wish.notice, name))
			return stage->view.events.group;
	}
	fail_msg("no group %s", name);
	return 0;
}

/* In this race cars are passed in the pits alone. */
/* The news in the classes screen. */
static void several_cars_at_once_are_one_line(void **state)
{
	struct stage *stage = stage_new();
	struct history_row guesses[5];
	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	memset(guesses, 0, sizeof(guesses));
	for (uint16_t i = 0; i < 5; i++)
		guesses[i] = (struct history_row){.at = stage->view.at - 30 * US_S +
							i * US_S,
						  .time = DURATION_NONE,
						  .more = DURATION_NONE,
						  .car = i,
						  .kind = HISTORY_ABOVE,
						  .driver = RACE_DRIVERS_MAX,
						  .driver_after = RACE_DRIVERS_MAX};
	stage->view.guesses = guesses;
	stage->view.guess_count = 2;
	stage_draw(stage, 160, 48);
	assert_true(stage_shows(stage, "likely to reach"));
	assert_false(stage_shows(stage, "cars are likely"));
	stage->view.guess_count = 5;
	stage_draw(stage, 160, 48);
	assert_true(stage_shows(stage, "5 cars are likely to reach the"));
	/* Minutes apart they are five. */
	for (uint16_t i = 0; i < 5; i++)
		guesses[i].at = stage->view.at - (6 - i) * US_MIN;
	stage_draw(stage, 160, 48);
	assert_false(stage_shows(stage, "cars are likely"));
}

static unsigned news_of(struct stage *stage, const char *words)
{
	unsigned lines = 0;
	stage_draw(stage, 160, 48);
	for (int y = 0; y < 48; y++)
		lines += strstr(stage_row(stage, y), words) != NULL;
	return lines;
}

static void the_news_tells_more_of_tagged_cars(void **state)
{
	struct stage *stage = stage_new();
	(void)state;
	stage_seek(stage, STAGE_MINUTE(25));
	assert_int_equal(news_of(stage, "own best"), 0);
	stage->view.table.bits[stage_car(stage, "25")] |= CAR_TAGGED;
	assert_true(news_of(stage, "+  25") > 0);
	stage->view.table.bits[stage_car(stage, "47")] |= CAR_TAGGED;
	assert_true(news_of(stage, "+  47") > 0 && news_of(stage, "+  25") > 0);
}

static void a_place_lost_says_why(void **state)
{
	uint8_t group = group_of(said(STAGE_MINUTE(2)), "places");
	unsigned lost = 0;

	(void)state;
	for (int minute = 2; minute < 60; minute += 2) {
		struct stage *stage = said(STAGE_MINUTE(minute));

		stage->view.screen = SCREEN_EVENTS;
		stage->view.events.group = group;
		stage_draw(stage, 120, 36);
		for (int y = 2; y < 34; y++) {
			const char *row = stage_row(stage, y);

			if (!strstr(row, "\u25be"))
				continue;
			assert_non_null(strstr(row, ": in the pits for "));
			lost++;
		}
	}
	assert_true(lost > 10);
}

static void a_row_stays_chosen_while_newer_ones_come_in(void **state)
{
	struct stage *stage = said(STAGE_MINUTE(12));
	struct view *view = &stage->view;
	instant_us at;

	(void)state;
	view->screen = SCREEN_EVENTS;
	assert_false(view_event_step(view, -1)); /* none is above the newest */
	assert_true(view_event_step(view, 1));
	assert_int_equal(view->events.at, STAGE_MINUTE(11));
	at = view->events.at;
	stage_seek_back(stage, STAGE_MINUTE(52));
	stage_draw(stage, 120, 60);
	assert_true(view->events.chosen);
	assert_int_equal(view->events.at, at);
	assert_true(view_event_step(view, 1));
	assert_true(view->events.at < at);
	/* Far beyond the end is the oldest: the start. */
	assert_true(view_event_step(view, 100000));
	assert_int_equal(view->events.at, STAGE_START);
	assert_false(view_event_step(view, -100000));
	assert_false(view->events.chosen);
}

static void a_chosen_row_is_in_sight_at_every_size(void **state)
{
	static const int sizes[][2] = {{60, 16}, {80, 24}, {120, 36}, {220, 60}};
	struct stage *stage = said(STAGE_MINUTE(52));
	struct view *view = &stage->view;

	(void)state;
	view->screen = SCREEN_EVENTS;
	view->events.group = 1;
	for (unsigned size = 0; size < ARRAY_LEN(sizes); size++) {
		view->events.chosen = false;
		for (unsigned i = 0; i < 100 && view_event_step(view, 1); i++) {
			unsigned marked = 0;

			stage_draw(stage, sizes[size][0], sizes[size][1]);
			for (int y = 1; y + 2 < stage->canvas.rows; y++)
				for (int x = 0; x < stage->canvas.cols; x++)
					marked +=
						stage->cells[y * stage->canvas.cols + x]
							.bits &
						CELL_SELECTED;
			assert_true(marked > 20);
		}
	}
}

static void a_group_and_a_car_choose_what_is_listed(void **state)
{
	struct stage *stage = said(STAGE_MINUTE(52));
	struct view *view = &stage->view;

	(void)state;
	view->screen = SCREEN_EVENTS;
	view->events.group = group_of(stage, "stops");
	view->focused = stage_car(stage, "2");
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "stops of car 2"));
	for (int y = 2; y < 6; y++)
		assert_non_null(strstr(stage_row(stage, y), "   2  pit "));
	assert_false(stage_shows(stage, "   5  pit"));
	view->events.group = group_of(stage, "threshold");
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "no events of this kind"));
}

static void flags_are_counted_with_their_time_and_laps(void **state)
{
	struct stage *stage = said(STAGE_MINUTE(52));

	(void)state;
	stage->view.screen = SCREEN_CONTROL;
	stage_draw(stage, 80, 24);
	assert_true(stage_shows(stage, "GREEN                    2  0:45:00  87 %"));
	assert_true(stage_shows(stage, "SAFETY CAR               1  0:07:00  13 %"));
	assert_true(stage_shows(stage, "humidity 72 %  wind 3.4 m/s SW"));
	assert_true(stage_shows(stage, "air 20.3 \u00b0C  track 26.8 \u00b0C"));
}

static void where_nothing_was_said_it_says_so(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(52));
	stage->view.screen = SCREEN_CONTROL;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "no weather from this source"));
	assert_true(stage_shows(stage, "no decisions so far"));
	assert_true(stage_shows(stage, "no messages so far"));
}

static void the_log_of_race_control_scrolls_to_its_end_and_no_further(void **state)
{
	struct stage *stage = said(STAGE_MINUTE(52));

	(void)state;
	stage->view.screen = SCREEN_CONTROL;
	stage->view.control_top = 5;
	stage_draw(stage, 80, 20);
	assert_true(stage_shows(stage, "the race begins"));
	stage->view.control_top = 1000;
	stage_draw(stage, 80, 20);
	assert_true(stage_shows(stage, "the race begins"));
	assert_true(stage_shows(stage, "of 11"));
	for (int i = 0; i < 5; i++)
		assert_false(stage_press(stage, KEY_PW_PGDN, NULL));
	assert_int_equal(stage->view.control_top, 1);
	assert_false(stage_press(stage, KEY_PW_PGUP, NULL));
	assert_int_equal(stage->view.control_top, 0);
}

static void a_bad_loop_is_a_column_and_a_weak_transponder_a_row(void **state)
{
	struct stage *stage = stage_new();
	int y;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(52));
	stage_miss(stage);
	stage->view.screen = SCREEN_FEEDS;
	stage->view.feeds_matrix = true;
	stage_draw(stage, 80, 24);
	y = stage_find(stage, "Missed       SF     I1     I2  share", NULL);
	assert_true(y > 0);
	assert_non_null(strstr(stage_row(stage, y + 1), "0.0%  25."));
	/* The worst car comes first. */
	assert_true(strncmp(stage_row(stage, y + 2), " 5 ", 3) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_newest_is_at_the_top_and_nothing_of_the_future_is_there),
		cmocka_unit_test(several_cars_at_once_are_one_line),
		cmocka_unit_test(the_news_tells_more_of_tagged_cars),
		cmocka_unit_test(a_place_lost_says_why),
		cmocka_unit_test(a_row_stays_chosen_while_newer_ones_come_in),
		cmocka_unit_test(a_chosen_row_is_in_sight_at_every_size),
		cmocka_unit_test(a_group_and_a_car_choose_what_is_listed),
		cmocka_unit_test(flags_are_counted_with_their_time_and_laps),
		cmocka_unit_test(where_nothing_was_said_it_says_so),
		cmocka_unit_test(
			the_log_of_race_control_scrolls_to_its_end_and_no_further),
		cmocka_unit_test(a_bad_loop_is_a_column_and_a_weak_transponder_a_row),
	};

	return cmocka_run_group_tests_name("what happened, on screens", tests, NULL,
					   NULL);
}
