/*
 * test_car.c -- one car: what its laps say of it, its screen, and the charts
 */
#include "stage.h"

#include <stdio.h>

#include "chart.h"
#include "facts.h"

static const struct {
	int cols, rows;
} sizes[] = {{60, 16}, {80, 24}, {120, 36}, {160, 48}, {220, 60}};

static const char *const numbers[] = {"5", "2", "8", "13", "25", "88", "47"};

/* ---- what the laps say ------------------------------------------------------- */

static void only_laps_that_tell_of_pace_are_clean(void **state)
{
	static const struct {
		const char *why;
		struct lap_row row;
		bool clean;
	} rows[] = {
		{"a lap like any", {.lap = 5, .flag = FLAG_GREEN}, true},
		{"no flag known", {.lap = 5, .flag = FLAG_UNKNOWN}, true},
		{"the first", {.lap = 1, .flag = FLAG_GREEN}, false},
		{"into the pits", {.lap = 5, .flag = FLAG_GREEN, .in_pit = 1}, false},
		{"out of them", {.lap = 5, .flag = FLAG_GREEN, .bits = LAP_OUT}, false},
		{"made up",
		 {.lap = 5, .flag = FLAG_GREEN, .bits = LAP_REPAIRED},
		 false},
		{"safety car", {.lap = 5, .flag = FLAG_SC}, false},
		{"yellow", {.lap = 5, .flag = FLAG_YELLOW}, false},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct lap_row row = rows[i].row;

		row.time = 93 * US_S;
		row.pit_time = DURATION_NONE;
		if (lap_is_clean(&row) != rows[i].clean)
			fail_msg("%s", rows[i].why);
		row.time = DURATION_NONE;
		assert_false(lap_is_clean(&row));
	}
}

/* Stints follow each other without a hole, and their laps are the car's. */
static void stints_and_drivers_share_all_laps_of_a_car(void **state)
{
	(void)state;
	for (int minute = 1; minute <= 64; minute += 3) {
		struct stage *stage = stage_new();

		stage_seek(stage, STAGE_MINUTE(minute));
		for (unsigned i = 0; i < ARRAY_LEN(numbers); i++) {
			uint16_t car = stage_car(stage, numbers[i]);
			const struct car *c = &stage->race.cars[car];
			uint32_t laps = 0, next = c->laps + 1;
			static struct car_facts facts;

			facts_make(&stage->view, car, &facts);
			assert_int_equal(facts.stint_count, c->stint);
			for (unsigned k = 0; k < facts.stint_count; k++) {
				const struct stint_fact *stint = &facts.stints[k];

				assert_int_equal(stint->first_lap + stint->laps, next);
				assert_int_equal(stint->number, c->stint - k);
				assert_true(stint->clean <= stint->laps);
				assert_int_equal(stint->pace == DURATION_NONE,
						 stint->clean == 0);
				assert_int_equal(stint->runs || stint->stopped,
						 k == 0 && !c->flagged);
				next = stint->first_lap;
				laps += stint->laps;
			}
			assert_int_equal(next, 1);
			assert_int_equal(laps, c->laps);
			laps = 0;
			for (unsigned d = 0; d < RACE_DRIVERS_MAX; d++)
				laps += facts.drivers[d].laps;
			assert_int_equal(laps, c->laps);
		}
	}
}

/* Against sums made here, lap by lap. */
static void the_pace_of_a_stint_is_the_mean_of_its_clean_laps(void **state)
{
	struct stage *stage = stage_new();
	uint16_t car;
	static struct car_facts facts;
	unsigned told = 0;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(50));
	car = stage_car(stage, "2");
	facts_make(&stage->view, car, &facts);
	for (unsigned k = 0; k < facts.stint_count; k++) {
		const struct stint_fact *stint = &facts.stints[k];
		duration_us sum = 0;
		uint32_t count = 0;

		for (uint32_t i = 0; i < stage->race.lap_count; i++) {
			const struct lap_row *row = &stage->laps[i];

			if (row->car != car || row->lap < stint->first_lap ||
			    row->lap >= stint->first_lap + stint->laps ||
			    row->lap == 1 || row->in_pit || (row->bits & LAP_OUT) ||
			    row->flag != FLAG_GREEN)
				continue;
			sum += row->time;
			count++;
		}
		assert_int_equal(stint->clean, count);
		if (count)
			assert_int_equal(stint->pace, sum / count);
		told += count;
		/* Every stop of the stage takes 45 seconds. */
		if (!stint->runs && !stint->stopped)
			assert_int_equal(stint->stop, 45 * US_S);
	}
	assert_true(told > 10);
}

static void the_sum_of_best_sectors_is_that_or_not_there(void **state)
{
	struct stage *stage = stage_new();
	const struct car *c;
	int64_t some[LINES_MAX];

	(void)state;
	stage_seek(stage, STAGE_MINUTE(40));
	c = &stage->race.cars[stage_car(stage, "88")];
	assert_int_equal(sectors_sum(&stage->view, c->sector_best),
			 c->sector_best[0] + c->sector_best[1] + c->sector_best[2]);
	assert_true(sectors_sum(&stage->view, c->sector_best) <= c->lap_best);
	memcpy(some, c->sector_best, sizeof(some));
	some[1] = DURATION_NONE;
	assert_int_equal(sectors_sum(&stage->view, some), DURATION_NONE);
	stage->race.setup.line_count = 1;
	assert_int_equal(sectors_sum(&stage->view, c->sector_best), DURATION_NONE);
}

static void the_pace_of_a_class_is_the_middle_of_its_cars(void **state)
{
	static const char *const lmp[] = {"5", "2", "8"};
	struct stage *stage = stage_new();
	duration_us paces[3];

	(void)state;
	stage_seek(stage, STAGE_MINUTE(45));
	for (unsigned i = 0; i < ARRAY_LEN(lmp); i++)
		paces[i] = car_pace(&stage->view, stage_car(stage, lmp[i]));
	assert_true(paces[0] < paces[1] && paces[1] < paces[2]);
	assert_int_equal(
		class_pace(&stage->view,
			   stage->race.entries[stage_car(stage, "5")].class_index),
		paces[1]);
	/* Before three clean laps nobody has a pace. */
	stage_seek(stage, STAGE_MINUTE(4));
	assert_int_equal(car_pace(&stage->view, stage_car(stage, "5")), DURATION_NONE);
	assert_int_equal(car_pace(&stage->view, CAR_NONE), DURATION_NONE);
}

/* ---- the screen of a car ------------------------------------------------------ */

static void it_is_about_the_selected_car_or_the_leader(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage->view.screen = SCREEN_CAR;
	stage_seek(stage, STAGE_MINUTE(30));
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		stage->view.selected = CAR_NONE;
		assert_int_equal(view_car(&stage->view), stage_car(stage, "5"));
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		assert_non_null(strstr(stage_row(stage, 1), "  5  LMP900"));
		stage->view.selected = stage_car(stage, "88");
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		assert_non_null(strstr(stage_row(stage, 1), " 88  GT  Veloqx"));
		assert_non_null(strstr(stage_row(stage, 1), "on track"));
	}
}

/* Every row says a lap, its time, and what it was, newest first. */
static void the_newest_lap_is_first_and_the_list_stays_where_it_is_put(void **state)
{
	struct stage *stage = stage_new();
	uint16_t car;
	char words[16], best[TIME_TEXT_MAX];
	uint32_t laps;

	(void)state;
	stage->view.screen = SCREEN_CAR;
	stage_seek(stage, STAGE_MINUTE(52));
	car = stage->view.selected = stage_car(stage, "2");
	laps = stage->race.cars[car].laps;
	stage_draw(stage, 120, 36);
	(void)snprintf(words, sizeof(words), "   %u  1:", (unsigned)laps);
	assert_int_equal(stage_find(stage, words, NULL), 6);
	format_duration(best, stage->race.cars[car].lap_best, TIME_LAP);
	assert_true(stage_shows(stage, best));
	assert_true(stage_shows(stage, "out 0:45"));
	assert_true(stage_shows(stage, " more"));
	stage->view.lap_top = laps - 4;
	stage_draw(stage, 120, 30);
	assert_true(stage_shows(stage, "↑ 4 newer"));
	(void)snprintf(words, sizeof(words), "   %u  1:", (unsigned)laps - 4);
	assert_int_equal(stage_find(stage, words, NULL), 7);
	/* New laps come in above; the list does not move. */
	stage_seek(stage, STAGE_MINUTE(56));
	assert_int_equal(stage->race.cars[car].laps, laps + 3);
	stage_draw(stage, 120, 30);
	assert_true(stage_shows(stage, "↑ 7 newer"));
	assert_int_equal(stage_find(stage, words, NULL), 7);
	/* Put too far down, it is full all the same. */
	stage->view.lap_top = 1;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, " newer"));
	assert_true(stage_shows(stage, "    1  1:"));
	assert_false(stage_shows(stage, " more"));
}

static void laps_behind_the_safety_car_say_so_and_stops_are_marked(void **state)
{
	struct stage *stage = stage_new();
	int x, y;

	(void)state;
	stage->view.screen = SCREEN_CAR;
	stage_seek(stage, STAGE_MINUTE(27));
	stage->view.selected = stage_car(stage, "5");
	for (int cols = 80; cols <= 220; cols += 20) {
		stage_draw(stage, cols, 40);
		y = stage_find(stage, " SC", &x);
		assert_true(y > 4);
		assert_int_equal(stage->cells[y * cols + x + 1].role, ROLE_FLAG_SC);
		assert_true(stage_shows(stage, "out 0:45"));
	}
}

static void its_neighbours_are_those_of_its_class(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage->view.screen = SCREEN_CAR;
	stage_seek(stage, STAGE_MINUTE(15));
	stage->view.selected = stage_car(stage, "2");
	stage_draw(stage, 160, 48);
	assert_non_null(strstr(stage_row(stage, 2), "in class 2 of 3"));
	assert_non_null(strstr(stage_row(stage, 2), "ahead 5  "));
	assert_non_null(strstr(stage_row(stage, 2), "behind 8  "));
	/* The leader's gap once: the one behind has its room on a narrow screen. */
	stage_draw(stage, 80, 24);
	assert_non_null(strstr(stage_row(stage, 2), "P 2 "));
	assert_null(strstr(stage_row(stage, 2), "to the leader"));
	assert_non_null(strstr(stage_row(stage, 2), "behind 8  "));
	stage->view.selected = stage_car(stage, "47");
	stage_draw(stage, 160, 48);
	assert_null(strstr(stage_row(stage, 2), "behind"));
}

/* In words: an arrow alone does not tell which is better. */
static void it_says_whether_the_car_ahead_is_caught(void **state)
{
	static const char *const words[] = {" closes ", " opens "};
	unsigned told[2] = {0, 0};

	(void)state;
	for (int minute = 12; minute < 60; minute += 3) {
		struct stage *stage = stage_new();
		stage->view.screen = SCREEN_CAR;
		stage_seek(stage, STAGE_MINUTE(minute));
		stage->view.selected = stage_car(stage, "2");
		stage_draw(stage, 160, 48);
		const char *ahead = strstr(stage_row(stage, 2), "ahead ");
		duration_us by =
			ahead ? trend_between(&stage->view, stage_car(stage, "5"),
					      stage->view.selected)
			      : DURATION_NONE;
		const char *word = words[by > 0];
		if (by == DURATION_NONE || (by > -100 * US_MS && by < 100 * US_MS) ||
		    strncmp(ahead, "ahead 5 ", 8) != 0 || !strstr(ahead, "/lap"))
			continue;
		assert_ptr_not_equal(strstr(ahead, word), NULL);
		assert_true(strstr(ahead, word) < strstr(ahead, "/lap"));
		told[by > 0]++;
	}
	assert_true(told[0] + told[1] > 0);
}

static void a_car_that_stands_or_is_home_says_so(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage->view.screen = SCREEN_CAR;
	stage_seek(stage, STAGE_MINUTE(40));
	stage->view.selected = stage_car(stage, "25");
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, 1), "stopped 2"));
	stage_seek(stage, STAGE_END);
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, 1), "did not finish"));
	stage->view.selected = stage_car(stage, "5");
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, 1), "wins LMP900"));
	assert_true(stage_shows(stage, "wins"));
}

/* Its outlook is there when something is forecast, and always as a guess. */
static void what_is_forecast_of_it_is_a_guess_and_goes_with_the_flag(void **state)
{
	static struct forecast forecast;
	static const char *const words[] = {"laps at flag", "margin",
					    "classified",   "can afford",
					    "still to do",  "wins class"};
	struct stage *stage = stage_new();
	int y, x;

	(void)state;
	stage->view.screen = SCREEN_CAR;
	stage_seek(stage, STAGE_MINUTE(40));
	stage->view.selected = stage_car(stage, "2");
	stage_draw(stage, 120, 36);
	assert_false(stage_shows(stage, "Outlook"));
	forecast_query(&stage->race, &stage->tables, &stage->rules,
		       &forecast_parameters_plain, stage->view.at, &forecast);
	stage->view.forecast = &forecast;
	for (unsigned i = 1; i < ARRAY_LEN(sizes); i++) {
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		for (unsigned k = 0; k < ARRAY_LEN(words); k++)
			if (!stage_shows(stage, words[k]))
				fail_msg("%s at %d columns", words[k], sizes[i].cols);
		y = stage_find(stage, "laps at flag", &x);
		assert_int_equal(stage->cells[y * sizes[i].cols + x + 14].cp, '~');
		assert_int_equal(stage->cells[y * sizes[i].cols + x + 14].role,
				 ROLE_GUESS);
	}
	stage_seek(stage, STAGE_END);
	stage_draw(stage, 120, 36);
	assert_false(stage_shows(stage, "Outlook"));
}

/* ---- charts -------------------------------------------------------------------- */

static uint64_t picture(const struct stage *stage)
{
	return hash_bytes(stage->cells,
			  (size_t)stage->canvas.cols * (size_t)stage->canvas.rows *
				  sizeof(struct cell),
			  0);
}

static void no_chart_shows_what_lies_behind_the_playhead(void **state)
{
	(void)state;
	for (int minute = 0; minute <= 66; minute += 11) {
		for (uint8_t k = 0; k < CHART_COUNT * REFERENCE_COUNT; k++) {
			struct stage *stage = stage_new();
			struct view *view = &stage->view;
			instant_us t = STAGE_MINUTE(minute) + 7 * US_S;
			uint64_t known;

			view->screen = SCREEN_LAPS;
			view->chart = k % CHART_COUNT;
			view->reference = k / CHART_COUNT;
			view->span = k % CHART_SPANS;
			view->laps_all = k % 2;
			stage_seek(stage, t);
			view->selected = stage_car(stage, "88");
			view->reference_car = stage_car(stage, "47");
			stage_draw(stage, 120, 36);
			known = picture(stage);
			stage_seek_back(stage, t);
			memset(stage->laps + stage->race.lap_count, 0x5a,
			       (STAGE_ROWS - stage->race.lap_count) *
				       sizeof(stage->laps[0]));
			stage_draw(stage, 120, 36);
			assert_int_equal(picture(stage), known);
		}
	}
}

static void every_chart_draws_at_every_size_and_in_ascii(void **state)
{
	struct stage *stage = stage_new();
	struct view *view = &stage->view;

	(void)state;
	view->screen = SCREEN_LAPS;
	stage_seek(stage, STAGE_MINUTE(33));
	for (int cols = 60; cols <= 260; cols += 17) {
		for (int rows = 16; rows <= 70; rows += 5) {
			view->chart = (uint8_t)((cols + rows) % CHART_COUNT);
			view->selected = cols % 2 ? stage_car(stage, "47") : CAR_NONE;
			view->laps_all = rows % 2;
			stage->canvas.ascii = true;
			stage_draw(stage, cols, rows);
			for (int i = 0; i < cols * rows; i++)
				assert_true(stage->cells[i].cp < 0x7f);
			stage->canvas.ascii = false;
			stage_draw(stage, cols, rows);
			assert_true(stage_shows(stage, "Positions"));
		}
	}
}

/* Who is where now stands at the right end of his line. */
static void numbers_at_the_right_are_in_the_order_of_the_race(void **state)
{
	struct stage *stage = stage_new();
	struct view *view = &stage->view;
	int before = 0, seen = 0;

	(void)state;
	view->screen = SCREEN_LAPS;
	stage_seek(stage, STAGE_MINUTE(45));
	stage_draw(stage, 120, 36);
	for (uint32_t i = 0; i < stage->standings.count; i++) {
		uint16_t car = stage->standings.rows[i].car;
		const struct entry *entry = &stage->race.entries[car];
		char words[48];
		int y, x;

		(void)snprintf(words, sizeof(words), " %s %.8s", entry->number,
			       entry->team);
		y = stage_find(stage, words, &x);
		/* One did not start, another stands on the track for good. */
		if (y < 0)
			continue;
		assert_true(y > before && x > 90);
		before = y;
		seen++;
	}
	assert_int_equal(seen, 6);
}

/* The line of the selected car alone is bright. */
static void the_selected_car_is_bright_on_every_chart(void **state)
{
	struct stage *stage = stage_new();
	struct view *view = &stage->view;

	(void)state;
	view->screen = SCREEN_LAPS;
	stage_seek(stage, STAGE_MINUTE(45));
	for (uint8_t chart = 0; chart < CHART_COUNT; chart++) {
		for (int with = 0; with < 2; with++) {
			unsigned bright = 0;

			view->chart = chart;
			view->selected = with ? stage_car(stage, "8") : CAR_NONE;
			stage_draw(stage, 120, 36);
			for (int i = 0; i < 120 * 36; i++)
				bright += stage->cells[i].role == ROLE_STRONG &&
					  ((stage->cells[i].cp >= 0x2800 &&
					    stage->cells[i].cp <= 0x28ff) ||
					   (stage->cells[i].cp >= 0x2501 &&
					    stage->cells[i].cp <= 0x251b));
			/* Lap times are of one car, selected or leading. */
			if (with || chart == CHART_TIMES)
				assert_true(bright > 8);
			else
				assert_int_equal(bright, 0);
		}
	}
}

/* Every place has a row of its own, with the number of the car that has it at its end. */
static void the_lap_chart_has_a_row_a_place(void **state)
{
	struct stage *stage = stage_new();
	unsigned ends = 0;
	(void)state;
	stage->view.screen = SCREEN_LAPS;
	stage->view.chart = CHART_POSITIONS;
	stage_seek(stage, STAGE_MINUTE(45));
	stage_draw(stage, 160, 48);
	for (int y = 2, last = 0; y < 44; y++) {
		const char *words = stage_row(stage, y);
		unsigned place = 0;
		char end[32];
		if (sscanf(words, "%u", &place) != 1 || words[4] != ' ' || place == 0)
			continue;
		assert_int_equal(place, last + 1);
		last = (int)place;
		const struct standing *row = &stage->standings.rows[place - 1];
		const struct entry *entry = &stage->race.entries[row->car];
		assert_int_equal(row->position, place);
		(void)snprintf(end, sizeof(end), "%s %.6s", entry->number, entry->team);
		ends += strstr(words, end) != NULL;
	}
	assert_int_equal(ends, 6); /* of seven, one stands on the track */
}

/* One slow lap is left out; when it stays slow, it rains. */
static void a_lap_far_slower_than_those_before_is_left_out(void **state)
{
	struct stage *stage = stage_new();
	(void)state;
	stage_seek(stage, STAGE_MINUTE(50));
	uint16_t car = stage_car(stage, "8");
	struct lap_row *rows[64];
	unsigned count = 0;
	for (uint32_t i = 0; i < stage->race.lap_count; i++)
		if (stage->laps[i].car == car && count < ARRAY_LEN(rows))
			rows[count++] = &stage->laps[i];
	assert_true(count > 10);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(chart_lap_left_out(&stage->view, rows[i]),
				 !lap_is_clean(rows[i]));
	rows[6]->time += rows[6]->time / 10;
	assert_true(lap_is_clean(rows[6]));
	assert_true(chart_lap_left_out(&stage->view, rows[6]));
	assert_false(chart_lap_left_out(&stage->view, rows[7]));
	for (unsigned i = 7; i < 10; i++)
		rows[i]->time += rows[i]->time / 10;
	assert_true(chart_lap_left_out(&stage->view, rows[7]));
	assert_false(chart_lap_left_out(&stage->view, rows[9]));
}

static void another_key_shows_the_next_class(void **state)
{
	struct stage *stage = stage_new();
	struct view *view = &stage->view;
	struct wish wish = {0};
	(void)state;
	view->screen = SCREEN_LAPS;
	stage_seek(stage, STAGE_MINUTE(45));
	view->selected = CAR_NONE;
	(void)stage_press(stage, '=', &wish);
	assert_int_equal(view_chart(view), CHART_CLASS);
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, 1), "  LMP900"));
	(void)stage_press(stage, '=', &wish);
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, 1), "  LMP675"));
	assert_int_equal(wish.kind, WISH_NONE);
}

static void gaps_are_to_whom_one_chooses(void **state)
{
	static const struct {
		uint8_t reference;
		const char *words;
	} rows[] = {
		{REFERENCE_LEADER, "to the leader, 5"},
		{REFERENCE_CLASS, "to the leader of its class, 88"},
		{REFERENCE_CAR, "to car 8 "},
	};
	struct stage *stage = stage_new();
	struct view *view = &stage->view;

	(void)state;
	view->screen = SCREEN_LAPS;
	view->chart = CHART_GAPS;
	stage_seek(stage, STAGE_MINUTE(30));
	view->selected = stage_car(stage, "47");
	view->reference_car = stage_car(stage, "8");
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		view->reference = rows[i].reference;
		stage_draw(stage, 120, 36);
		assert_true(stage_shows(stage, rows[i].words));
		assert_true(stage_shows(stage, "  47 +"));
	}
}

static void the_filter_hides_what_is_not_clean(void **state)
{
	struct stage *stage = stage_new();
	struct view *view = &stage->view;
	unsigned hidden = 0;
	char words[32];

	(void)state;
	view->screen = SCREEN_LAPS;
	view->chart = CHART_TIMES;
	stage_seek(stage, STAGE_MINUTE(45));
	view->selected = stage_car(stage, "5");
	for (uint32_t i = 0; i < stage->race.lap_count; i++)
		hidden += stage->laps[i].car == view->selected &&
			  chart_lap_left_out(&stage->view, &stage->laps[i]);
	assert_true(hidden >= 4); /* the first, two of a stop, safety car */
	(void)snprintf(words, sizeof(words), "clean laps, %u left out", hidden);
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, words));
	view->laps_all = true;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "all laps"));
	assert_false(stage_shows(stage, "left out"));
}

static void a_practice_has_lap_times_alone(void **state)
{
	struct stage *stage = stage_new();
	struct view *view = &stage->view;

	(void)state;
	stage->setup.type = SESSION_TIMED;
	stage_seek(stage, STAGE_MINUTE(19));
	view->screen = SCREEN_LAPS;
	assert_int_equal(view_chart(view), CHART_TIMES);
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "Lap times"));
	assert_false(stage_shows(stage, "Positions"));
}

/* Energy every ten seconds, 0.2 % each: about 2 % a lap; a tyre, and its top speed. */
static void measure_all(struct stage *stage)
{
	static const uint8_t fields[] = {VALUE_ENERGY, VALUE_TYRE, VALUE_TYRE_LAPS,
					 VALUE_TOP_SPEED};
	for (int k = 0; k < 300; k++) {
		const int64_t values[] = {1000 - 2 * k, TYRE_MEDIUM, k / 9,
					  2900 + k % 40};
		for (unsigned i = 0; i < (k % 9 ? 1 : ARRAY_LEN(fields)); i++) {
			struct event *event =
				event_add(&stage->list, EVENT_VALUE,
					  STAGE_START + k * 10 * (instant_us)US_S);
			event_set_id(event, ID_NUMBER, SLICE("5"));
			event->field = fields[i];
			event->value = values[i];
		}
	}
	assert_int_equal(stage->list.dropped, 0);
	event_order(&stage->list, stage->order, stage->scratch);
}

static void what_a_source_measures_has_its_columns_and_lines(void **state)
{
	struct stage *stage = stage_new();
	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	stage->view.screen = SCREEN_TIMING;
	stage_draw(stage, 220, 60);
	assert_false(stage_shows(stage, "Energy"));
	assert_false(stage_shows(stage, "Tyre"));
	assert_false(stage_shows(stage, "km/h"));
	measure_all(stage);
	stage_seek(stage, STAGE_MINUTE(30));
	stage_draw(stage, 220, 60);
	assert_true(stage_shows(stage, "Energy"));
	assert_true(stage_shows(stage, "64.0%"));
	assert_true(stage_shows(stage, "M20"));
	assert_true(stage_shows(stage, "293.7"));
	stage->view.screen = SCREEN_CAR;
	stage->view.selected = stage_car(stage, "5");
	stage_draw(stage, 160, 48);
	assert_true(stage_shows(stage, "energy        64.0%  2.0% a lap  ~32 laps"));
	assert_true(stage_shows(stage, "tyre          medium, 20 laps"));
	assert_true(stage_shows(stage, "top speed 293.7 km/h"));
	stage->view.selected = stage_car(stage, "2");
	stage_draw(stage, 160, 48);
	assert_false(stage_shows(stage, "Measured"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_laps_that_tell_of_pace_are_clean),
		cmocka_unit_test(stints_and_drivers_share_all_laps_of_a_car),
		cmocka_unit_test(the_pace_of_a_stint_is_the_mean_of_its_clean_laps),
		cmocka_unit_test(the_sum_of_best_sectors_is_that_or_not_there),
		cmocka_unit_test(the_pace_of_a_class_is_the_middle_of_its_cars),
		cmocka_unit_test(it_is_about_the_selected_car_or_the_leader),
		cmocka_unit_test(
			the_newest_lap_is_first_and_the_list_stays_where_it_is_put),
		cmocka_unit_test(
			laps_behind_the_safety_car_say_so_and_stops_are_marked),
		cmocka_unit_test(its_neighbours_are_those_of_its_class),
		cmocka_unit_test(it_says_whether_the_car_ahead_is_caught),
		cmocka_unit_test(a_car_that_stands_or_is_home_says_so),
		cmocka_unit_test(
			what_is_forecast_of_it_is_a_guess_and_goes_with_the_flag),
		cmocka_unit_test(no_chart_shows_what_lies_behind_the_playhead),
		cmocka_unit_test(every_chart_draws_at_every_size_and_in_ascii),
		cmocka_unit_test(numbers_at_the_right_are_in_the_order_of_the_race),
		cmocka_unit_test(the_selected_car_is_bright_on_every_chart),
		cmocka_unit_test(the_lap_chart_has_a_row_a_place),
		cmocka_unit_test(a_lap_far_slower_than_those_before_is_left_out),
		cmocka_unit_test(another_key_shows_the_next_class),
		cmocka_unit_test(gaps_are_to_whom_one_chooses),
		cmocka_unit_test(the_filter_hides_what_is_not_clean),
		cmocka_unit_test(a_practice_has_lap_times_alone),
		cmocka_unit_test(what_a_source_measures_has_its_columns_and_lines),
	};

	return cmocka_run_group_tests_name("car and charts", tests, NULL, NULL);
}
