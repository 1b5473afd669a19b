/*
 * test_events.c -- the screens of what happened: the list, race control, and passings
 * that were missed
 */
#include <stdlib.h>

#include "parts.h"
#include "pitwall/alert.h"
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

/* By the list that the key opens: its row is chosen with the arrows and Enter. */
static uint8_t group_of(struct stage *stage, const char *name)
{
	struct wish wish;

	stage->view.screen = SCREEN_EVENTS;
	stage->view.events.group = 0;
	assert_true(stage_press(stage, 'a', &wish)); /* the console opens it */
	view_choose(&stage->view);
	for (unsigned i = 0; i < history_groups_count; i++) {
		if (strcmp(history_groups[i].name, name) == 0) {
			assert_false(stage_press(stage, KEY_PW_ENTER, &wish));
			assert_int_equal(wish.kind, WISH_GROUP);
			assert_int_equal(wish.n, i);
			return (uint8_t)wish.n;
		}
		(void)stage_press(stage, KEY_PW_DOWN, &wish);
	}
	fail_msg("no group %s", name);
	return 0;
}

/* Move down to a row of the list that begins with @name, and press Enter. */
static struct wish choose(struct stage *stage, const char *name)
{
	struct wish wish = {.kind = WISH_NONE};
	int x;

	for (unsigned i = 0; i < 60; i++) {
		stage_draw(stage, 80, 24);
		int y = stage_find(stage, name, &x);
		if (y >= 0 && stage->cells[y * 80 + x].bits & CELL_SELECTED) {
			(void)stage_press(stage, KEY_PW_ENTER, &wish);
			return wish;
		}
		(void)stage_press(stage, KEY_PW_DOWN, &wish);
	}
	fail_msg("no row %s", name);
	return wish;
}

static void the_list_of_events_and_alerts_arms_and_disarms(void **state)
{
	struct stage *stage = stage_new();
	struct alert_rule rules[2];
	struct err err;
	struct wish wish;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	stage->view.screen = SCREEN_TIMING;
	view_choose(&stage->view);
	wish = choose(stage, "class lead ");
	assert_int_equal(wish.kind, WISH_STEP);
	assert_int_equal(wish.n, STEP_CLASS_LEAD);
	assert_false(view_is_open(&stage->view, OVERLAY_CHOOSE));
	view_choose(&stage->view);
	wish = choose(stage, "any leads ");
	assert_int_equal(wish.kind, WISH_PROMPT_DONE);
	assert_int_equal(wish.n, PROMPT_ALERT);
	assert_string_equal(stage->view.input, "any leads");
	/* Without a car it says what it needs; with one it is of the car. */
	wish = choose(stage, "#CAR pits");
	assert_int_equal(wish.kind, WISH_NONE);
	assert_non_null(strstr(wish.notice, "needs a car"));
	stage->view.selected = stage_car(stage, "5");
	view_choose(&stage->view);
	wish = choose(stage, "#5 class-interval < 2");
	assert_int_equal(wish.kind, WISH_PROMPT_DONE);
	/* What the list offers can be read. */
	assert_int_equal(alert_parse(slice_of(stage->view.input), &rules[0], &err), 0);
	assert_int_equal(alert_parse(SLICE("#8 gap #5 < 9"), &rules[1], &err), 0);
	stage->view.alerts = rules;
	stage->view.alert_count = 2;
	view_choose(&stage->view);
	wish = choose(stage, "#5 class-interval < 2");
	assert_int_equal(wish.kind, WISH_ALERT_REMOVE);
	assert_int_equal(wish.n, 0);
	view_choose(&stage->view);
	wish = choose(stage, "#8 gap #5 < 9"); /* typed */
	assert_int_equal(wish.kind, WISH_ALERT_REMOVE);
	assert_int_equal(wish.n, 1);
	view_choose(&stage->view);
	(void)choose(stage, "a rule of your own");
	assert_int_equal(stage->view.prompt, PROMPT_ALERT);
}

/* Parts: the steps of e, alerts of all, of the car, of favourites, of tagged cars, typed. */
static void tab_goes_through_the_parts_of_the_list(void **state)
{
	static const char *const firsts[] = {"flag  ",          "#5 pits",
					     "favourites pits", "tagged pits",
					     "a rule of your",  "flag  "};
	struct stage *stage = stage_new();
	struct wish wish;
	uint8_t rows[ARRAY_LEN(firsts)];
	int x;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	stage->view.selected = stage_car(stage, "5");
	stage->view.screen = SCREEN_TIMING;
	view_choose(&stage->view);
	uint8_t first = stage->view.choose_row;
	for (unsigned i = 0; i < ARRAY_LEN(firsts); i++) {
		(void)stage_press(stage, '\t', &wish);
		stage_draw(stage, 120, 48);
		rows[i] = stage->view.choose_row;
		int y = stage_find(stage, firsts[i], &x);
		while (y >= 0 && !(stage->cells[y * 120 + x].bits & CELL_SELECTED) &&
		       ++y < 48)
			continue;
		assert_in_range(y, 1, 47);
		assert_non_null(strstr(stage_row(stage, y), firsts[i]));
	}
	assert_int_equal(rows[5] + stage->view.armed, first);
	assert_true(rows[0] < rows[1]);
	(void)stage_press(stage, KEY_PW_BACKTAB, &wish);
	assert_int_equal(stage->view.choose_row, rows[4]);
}

/* Every row of the list, down to its end: nothing is cut, and every rule can be read. */
static void every_alert_of_the_list_is_a_rule_and_whole(void **state)
{
	struct stage *stage = stage_new();
	struct alert_rule rule;
	struct err err;
	struct wish wish;
	unsigned rules = 0;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	stage->view.selected = stage->view.compared = stage_car(stage, "5");
	stage->view.table.bits[stage->view.selected] = CAR_TAGGED | CAR_FAVOURITE;
	stage->view.screen = SCREEN_TIMING;
	view_choose(&stage->view);
	for (unsigned i = 0; i < 60; i++) {
		uint8_t row = stage->view.choose_row;

		stage_draw(stage, 80, 24);
		for (int y = 1; y < 21; y++) {
			const char *cut = strstr(stage_row(stage, y), "\u2026");
			assert_true(!cut || strstr(cut, " more"));
		}
		(void)stage_press(stage, KEY_PW_ENTER, &wish);
		if (wish.kind == WISH_PROMPT_DONE) {
			assert_int_equal(
				alert_parse(slice_of(stage->view.input), &rule, &err),
				0);
			rules++;
		}
		if (stage->view.prompt == PROMPT_ALERT)
			break;
		view_open(&stage->view, OVERLAY_CHOOSE);
		stage->view.choose_row = row;
		(void)stage_press(stage, KEY_PW_DOWN, &wish);
		assert_int_not_equal(stage->view.choose_row, row);
	}
	assert_int_equal(stage->view.prompt, PROMPT_ALERT);
	assert_in_range(rules, 15, 30);
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
	/* Cars that were never timed are not among those that have stopped. */
	for (uint16_t i = 0; i < 5; i++) {
		guesses[i].at = stage->view.at - 30 * US_S + i * US_S;
		guesses[i].kind = HISTORY_STOPPED;
		guesses[i].time = i % 2 == 0 ? US_MIN : DURATION_NONE;
	}
	stage_draw(stage, 160, 48);
	assert_true(stage_shows(stage, "3 cars are not timed since the"));
	assert_false(stage_shows(stage, "cars have stopped"));
	assert_true(stage_shows(stage, "stopped on track"));
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
	assert_false(stage_shows(stage, "no length of the race"));
	stage->race.setup.length_us = 0;
	stage->race.setup.length = 0;
	stage->race.setup.length_laps = 0;
	stage_draw(stage, 80, 24);
	assert_true(stage_shows(stage, "no length of the race: --length 6h"));
}

static void a_decision_about_no_car_is_read_like_the_others(void **state)
{
	static const int sizes[][2] = {{80, 24}, {120, 36}, {220, 60}};
	struct stage *stage = said(STAGE_MINUTE(52));

	(void)state;
	assert_true(stage->race.decision_count > 0);
	stage->race.decisions[0].kind = DECISION_RESULT_AT;
	stage->race.decisions[0].value = 12;
	stage->race.decisions[0].car = CAR_NONE;
	stage->view.screen = SCREEN_CONTROL;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		stage_draw(stage, sizes[i][0], sizes[i][1]);
		assert_true(stage_shows(stage, "result at the end of lap 12"));
	}
}

static void the_shares_of_the_flags_are_the_whole_together(void **state)
{
	static const struct {
		enum flag flag;
		int minute;
	} rows[] = {{FLAG_FCY, 30}, {FLAG_VSC, 37}, {FLAG_RED, 41}, {FLAG_GREEN, 44}};
	struct stage *stage = stage_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		event_add(&stage->list, EVENT_FLAG, STAGE_MINUTE(rows[i].minute))
			->flag = (uint8_t)rows[i].flag;
	event_order(&stage->list, stage->order, stage->scratch);
	stage->view.screen = SCREEN_CONTROL;
	for (int minute = 1; minute <= 60; minute++) {
		unsigned sum = 0, used = 0;

		stage_seek(stage, STAGE_MINUTE(minute));
		stage_draw(stage, 120, 36);
		for (int y = 1; y < 12; y++) {
			const char *sign = strstr(stage_row(stage, y), " %");

			if (!sign)
				continue;
			while (sign[-1] >= '0' && sign[-1] <= '9')
				sign--;
			sum += (unsigned)strtoul(sign, NULL, 10);
			used++;
		}
		assert_int_equal(sum, 100);
		assert_int_equal(used, minute <= 20   ? 1
				       : minute <= 30 ? 2
				       : minute <= 37 ? 3
				       : minute <= 41 ? 4
						      : 5);
	}
}

/* "> 4 more" would mean something else. */
static void in_ascii_what_is_left_is_no_comparison(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_draw(stage, 80, 24);
	draw_more(&stage->canvas, (struct rect){0, 0, 80, 1}, 4);
	assert_int_equal(strncmp(stage_row(stage, 0), "\u2026 4 more", 10), 0);
	stage->canvas.ascii = true;
	draw_more(&stage->canvas, (struct rect){0, 0, 80, 1}, 4);
	stage->canvas.ascii = false;
	assert_int_equal(strncmp(stage_row(stage, 0), "+ 4 more", 8), 0);
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
		cmocka_unit_test(a_decision_about_no_car_is_read_like_the_others),
		cmocka_unit_test(the_shares_of_the_flags_are_the_whole_together),
		cmocka_unit_test(in_ascii_what_is_left_is_no_comparison),
		cmocka_unit_test(
			the_newest_is_at_the_top_and_nothing_of_the_future_is_there),
		cmocka_unit_test(several_cars_at_once_are_one_line),
		cmocka_unit_test(the_news_tells_more_of_tagged_cars),
		cmocka_unit_test(the_list_of_events_and_alerts_arms_and_disarms),
		cmocka_unit_test(tab_goes_through_the_parts_of_the_list),
		cmocka_unit_test(every_alert_of_the_list_is_a_rule_and_whole),
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
