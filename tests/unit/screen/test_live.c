/*
 * test_live.c -- what a person on the pit wall sees and does while the race runs
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

/* ---- the title ------------------------------------------------------- */

static void the_title_names_what_is_known_before_a_url(void **state)
{
	struct stage *stage = stage_live();
	struct race_setup *setup = &stage->race.setup;
	(void)state;
	stage->view.source = "p3://10.0.0.5:5403";
	text_copy(setup->session, sizeof(setup->session), SLICE("Race 2"));
	stage_draw(stage, 160, 48);
	assert_non_null(strstr(stage_row(stage, 0), "1000 km of Somewhere"));
	assert_non_null(strstr(stage_row(stage, 0), "\u00b7 Race 2"));
	setup->event[0] = '\0';
	stage_draw(stage, 160, 48);
	assert_non_null(strstr(stage_row(stage, 0), " Race 2 "));
	text_copy(setup->session, sizeof(setup->session), SLICE("Race"));
	text_copy(setup->circuit, sizeof(setup->circuit), SLICE("Sebring"));
	stage_draw(stage, 160, 48);
	assert_non_null(strstr(stage_row(stage, 0), "Sebring"));
	assert_null(strstr(stage_row(stage, 0), "p3://"));
	/* A timed session has its name once, and no URL beside it. */
	setup->circuit[0] = '\0';
	stage->view.circuit = NULL;
	setup->type = SESSION_TIMED;
	text_copy(setup->session, sizeof(setup->session), SLICE("Qualifying"));
	stage_draw(stage, 160, 48);
	assert_non_null(strstr(stage_row(stage, 0), "Qualifying"));
	assert_null(strstr(stage_row(stage, 0), "\u00b7"));
	assert_null(strstr(stage_row(stage, 0), "p3://"));
	/* Where nothing is known, the source. */
	setup->type = SESSION_RACE;
	text_copy(setup->session, sizeof(setup->session), SLICE("Race"));
	stage_draw(stage, 160, 48);
	assert_non_null(strstr(stage_row(stage, 0), "p3://10.0.0.5:5403"));
}

static void the_title_says_how_far_behind_live_it_is_at_every_width(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	for (int i = 2 * 60; i <= 2 * 240; i++) {
		int cols = i / 2;
		const char *row;

		/* A demonstration of what never was is said to be one, live too. */
		stage->race.setup.reconstruction = i % 2;
		view->behind_live = 0;
		view->delay = 0;
		stage_draw(stage, cols, 24);
		row = stage_row(stage, 0);
		assert_non_null(strstr(row, "  LIVE"));
		assert_int_equal(i % 2, strstr(row, "RECON") != NULL);
		assert_null(strstr(row, "LIVE \u2212"));
		assert_non_null(strstr(row, "GREEN"));
		assert_non_null(strstr(row, "0:30:00"));
		view->behind_live = 192 * US_S;
		stage_draw(stage, cols, 24);
		row = stage_row(stage, 0);
		assert_non_null(strstr(row, "\u22120:03:12"));
		assert_non_null(strstr(row, "0:30:00"));
		assert_non_null(strstr(row, "1\u00d7"));
		view->behind_live = 0;
		view->delay = 30 * US_S;
		stage_draw(stage, cols, 24);
		assert_non_null(strstr(stage_row(stage, 0), "DELAY 30 s"));
		/* Behind a held-back edge live is as far as both together. */
		view->behind_live = 10 * US_S;
		stage_draw(stage, cols, 24);
		assert_non_null(strstr(stage_row(stage, 0), "\u22120:00:40"));
	}
}

static void a_limit_that_harms_the_race_is_red_in_the_title_and_named(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	(void)state;
	view->limit = "cars: 231 of 256; beyond that, records are not used";
	stage_draw(stage, 120, 36);
	assert_null(strstr(stage_row(stage, 0), "LIVE !"));
	view->limit = "cars: 256 at most; records are not used: 312";
	view->limit_harms = true;
	for (int cols = 60; cols <= 240; cols += 20) {
		stage_draw(stage, cols, 24);
		assert_non_null(strstr(stage_row(stage, 0), "LIVE !"));
	}
	view->screen = SCREEN_FEEDS;
	stage_draw(stage, 120, 36);
	int y = 0;
	while (y < 36 && strstr(stage_row(stage, y), "Anomalies   cars: 256") == NULL)
		y++;
	assert_true(y < 36);
	view->limit = NULL;
	view->limit_harms = false;
}

/* First cell of the last badge in the title. */
static int badge(const struct stage *stage)
{
	int x = stage->canvas.cols - 1;

	while (x > 0 && !(cell_at(stage, x, 0)->bits & CELL_SELECTED))
		x--;
	while (x > 0 && (cell_at(stage, x, 0)->bits & CELL_SELECTED))
		x--;
	return x + 1;
}

static void where_live_is_stands_in_one_place_in_a_colour_with_meaning(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	for (int cols = 60; cols <= 240; cols += 20) {
		int x;

		view->behind_live = 0;
		stage_draw(stage, cols, 24);
		x = badge(stage);
		assert_int_equal(cell_at(stage, x + 1, 0)->role, ROLE_FLAG_GREEN);
		view->behind_live = 11 * US_HOUR;
		stage_draw(stage, cols, 24);
		assert_int_equal(badge(stage), x);
		assert_int_equal(cell_at(stage, x + 1, 0)->role, ROLE_BEHIND_LIVE);
	}
}

static void live_without_a_source_that_speaks_is_not_called_live(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	struct view_feed feed = view->feeds[0];

	(void)state;
	view->feed_count = STAGE_FEEDS;
	stage_draw(stage, 120, 24);
	assert_non_null(strstr(stage_row(stage, 0), "LIVE 1/4"));
	feed.state = VIEW_FEED_SILENT;
	view->feeds = &feed;
	view->feed_count = 1;
	stage_draw(stage, 120, 24);
	assert_non_null(strstr(stage_row(stage, 0), "NO FEED"));
	assert_null(strstr(stage_row(stage, 0), "LIVE"));
}

static void known_and_corrected_are_named_where_they_may_differ(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	stage_draw(stage, 160, 24);
	assert_non_null(strstr(stage_row(stage, 0), "AS KNOWN"));
	view->as = AS_CORRECTED;
	stage_draw(stage, 160, 24);
	assert_non_null(strstr(stage_row(stage, 0), "AS CORRECTED"));
	/* A replay is corrected unless somebody asked for the other. */
	view->live = false;
	stage_draw(stage, 160, 24);
	assert_null(strstr(stage_row(stage, 0), "AS "));
	view->as = AS_KNOWN;
	stage_draw(stage, 160, 24);
	assert_non_null(strstr(stage_row(stage, 0), "AS KNOWN"));
}

static void the_scrub_bar_shows_where_live_is_and_nothing_on_the_way(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	int y, x, head;

	(void)state;
	stage_draw(stage, 120, 24);
	assert_false(stage_shows(stage, "\u25cb"));
	view->behind_live = 20 * US_MIN;
	stage_draw(stage, 120, 24);
	y = stage_find(stage, "\u25cb", &x);
	assert_int_equal(y, stage_find(stage, "\u25cf\u2500", &head));
	assert_true(x > head + 30);
	for (int i = head + 1; i < x; i++)
		assert_int_equal(cell_at(stage, i, y)->role, ROLE_RULE);
	/* Far beyond the scheduled end it stands at the end. */
	view->behind_live = 20 * US_HOUR;
	stage_draw(stage, 120, 24);
	(void)stage_find(stage, "\u25cb", &x);
	assert_int_equal(x, 118);
}

/* ---- the recording --------------------------------------------------- */

static void what_is_not_written_is_red_at_once_and_hides_no_race(void **state)
{
	static struct cell before[STAGE_COLS * STAGE_LINES];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		for (unsigned over = 0; over < 4; over++) {
			struct stage *stage = stage_live();
			struct view *view = &stage->view;
			int cols = sizes[i].cols, y;

			stage_draw(stage, cols, sizes[i].rows);
			memcpy(before, stage->cells, sizeof(before));
			text_copy(view->record.fault, sizeof(view->record.fault),
				  SLICE("disk full: 312 records wait"));
			stage_draw(stage, cols, sizes[i].rows);
			/* The first rows of the table are where they were. */
			for (y = 1; y < 9; y++)
				assert_memory_equal(stage->cells + y * cols,
						    before + y * cols,
						    (size_t)cols * sizeof(struct cell));
			view->overlay_count = 0;
			if (over == 1)
				view_open(view, OVERLAY_HELP);
			if (over == 2)
				view_open(view, OVERLAY_OPERATE);
			if (over == 3)
				view_ask(view, PROMPT_FIND, SLICE(""));
			stage_draw(stage, cols, sizes[i].rows);
			y = stage_find(stage, "disk full: 312 records wait", NULL);
			assert_true(y > 0);
			assert_int_equal(cell_at(stage, 20, y)->role, ROLE_ERROR);
		}
	}
}

static void a_recording_that_lags_or_is_another_s_says_so(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	stage_draw(stage, 160, 24);
	assert_non_null(strstr(stage_row(stage, 0), "\u25cf REC"));
	view->record.lag = 12 * US_S;
	stage_draw(stage, 160, 24);
	assert_non_null(strstr(stage_row(stage, 0), "\u25cf REC 12 s"));
	view->record.following = true;
	stage_draw(stage, 160, 24);
	assert_non_null(strstr(stage_row(stage, 0), "FOLLOW"));
	view->record = (struct view_record){.rows = 0};
	stage_draw(stage, 160, 24);
	assert_null(strstr(stage_row(stage, 0), "REC"));
}

/* ---- feeds ----------------------------------------------------------- */

static void before_the_first_car_a_long_reason_is_whole(void **state)
{
	static struct race nothing;
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	const struct race *race = view->race;
	struct view_feed feed = view->feeds[0];

	(void)state;
	race_init(&nothing, &race->setup);
	nothing.start_at = INSTANT_NONE;
	view->race = &nothing;
	view->feeds = &feed;
	view->feed_count = 1;
	text_copy(feed.reason, sizeof(feed.reason),
		  SLICE("timing.example: failed to connect to port 443 after 10 s: the "
			"connection was refused"));
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		view->screen = SCREEN_CLASSES;
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		if (!stage_shows(stage, "No car detected yet"))
			continue;
		assert_true(stage_shows(stage, "timing.example: failed"));
		assert_true(stage_shows(stage, "refused"));
	}
	view->race = race;
}

static void a_source_that_dies_moves_nothing_on_the_feeds_screen(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	struct view_feed feed = view->feeds[0];

	(void)state;
	view->screen = SCREEN_FEEDS;
	view->feeds = &feed;
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		int first = -1;

		for (uint8_t s = 0; s < VIEW_FEED_COUNT; s++) {
			int y;

			feed.state = s;
			text_copy(feed.reason, sizeof(feed.reason),
				  s == VIEW_FEED_REFUSED ? SLICE("no such host")
							 : SLICE(""));
			stage_draw(stage, sizes[i].cols, sizes[i].rows);
			y = stage_find(stage, "RECORDING", NULL);
			assert_true(y > 0);
			assert_true(first < 0 || y == first);
			first = y;
			assert_true(s != VIEW_FEED_REFUSED ||
				    stage_shows(stage, "no such host"));
		}
	}
}

static void the_log_tells_newest_first_and_nothing_behind_the_playhead(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	int newest, older;

	(void)state;
	view->screen = SCREEN_FEEDS;
	stage_draw(stage, 160, 48);
	newest = stage_find(stage, "CRC 1f2e", NULL);
	older = stage_find(stage, "clock went back", NULL);
	assert_true(newest > 0 && older > newest);
	assert_true(stage_find(stage, "711881 to 711884", NULL) > older);
	assert_true(stage_shows(stage, "88 at SF: start/finish was missed"));
	assert_true(stage_shows(stage, "18 laps, here 14"));
	view->behind_live = US_MIN;
	view->at -= US_MIN;
	stage_draw(stage, 160, 48);
	assert_false(stage_shows(stage, "CRC 1f2e"));
	assert_true(stage_shows(stage, "clock went back"));
}

static void a_file_is_a_source_and_its_anomalies_are_told_by_kind(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	stage->view.screen = SCREEN_FEEDS;
	stage->view.source = "somewhere_laps.csv";
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		stage->race.anomalies[ANOMALY_FIELD] = 0;
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		assert_true(stage_shows(stage, "somewhere_laps.csv"));
		assert_true(stage_shows(stage, "none so far"));
		stage->race.anomalies[ANOMALY_FIELD] = 12;
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		assert_false(stage_shows(stage, "none so far"));
		assert_true(stage_shows(stage, "12 an unreadable field"));
	}
}

static void cars_are_counted_by_line_and_the_worst_comes_first(void **state)
{
	struct stage *stage = stage_live();
	int head, sf, i1, y;

	(void)state;
	stage->view.screen = SCREEN_FEEDS;
	stage_draw(stage, 220, 60);
	head = stage_find(stage, "Car          SF     I1     I2    PIN", &sf);
	assert_true(head > 0);
	i1 = sf + 21;
	sf += 14;
	/* Car 5: I1 missed twice, a phantom there; I2 missed once. */
	y = head + 2;
	assert_int_equal(cell_at(stage, i1 - 2, y)->cp, '2');
	assert_int_equal(cell_at(stage, i1 - 1, y)->cp, '*');
	assert_int_equal(cell_at(stage, i1, y)->cp, '1');
	assert_int_equal(cell_at(stage, i1 + 7, y)->cp, '1');
	assert_int_equal(cell_at(stage, sf, y)->cp, 0);
	assert_int_equal(cell_at(stage, sf, head + 1)->cp, '1');
}

static void more_sources_than_have_room_are_counted(void **state)
{
	static struct view_feed many[32];
	struct stage *stage = stage_live();

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(many); i++)
		many[i] = stage->view.feeds[0];
	stage->view.feeds = many;
	stage->view.feed_count = ARRAY_LEN(many);
	stage->view.screen = SCREEN_FEEDS;
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		stage_draw(stage, sizes[i].cols, sizes[i].rows);
		assert_true(stage_shows(stage, "RECORDING"));
		assert_true(sizes[i].rows > 60 || stage_shows(stage, " more"));
	}
}

/* ---- what is not certain --------------------------------------------- */

static void an_estimated_lap_carries_its_mark_on_every_screen(void **state)
{
	struct stage *stage = stage_live();
	uint16_t car = stage_car(stage, "5");
	struct lap_row *row = &stage->laps[stage->race.cars[car].lap_row - 1];

	(void)state;
	for (unsigned i = 1; i < ARRAY_LEN(sizes); i++) {
		for (uint8_t screen = 0; screen < SCREEN_CLASSIFICATION; screen++) {
			stage->view.screen = screen;
			row->estimated = 0;
			stage_draw(stage, sizes[i].cols, sizes[i].rows);
			assert_true(stage_shows(stage, "1:33.723"));
			row->estimated = 1;
			stage_draw(stage, sizes[i].cols, sizes[i].rows);
			assert_false(stage_shows(stage, "1:33.723"));
			assert_true(stage_shows(stage, "~1:33.7"));
			/* A time the source states stands whatever the ends. */
			row->bits |= LAP_STATED;
			stage_draw(stage, sizes[i].cols, sizes[i].rows);
			assert_true(stage_shows(stage, "1:33.723"));
			row->bits = 0;
		}
	}
}

static void a_lap_that_was_made_up_is_counted_with_its_mark(void **state)
{
	struct stage *stage = stage_live();
	uint16_t car = stage_car(stage, "5");
	struct lap_row *row = &stage->laps[stage->race.cars[car].lap_row - 1];
	int y;

	(void)state;
	for (uint8_t screen = 0; screen < SCREEN_CAR; screen++) {
		stage->view.screen = screen;
		row->bits = 0;
		stage_draw(stage, 160, 48);
		assert_false(stage_shows(stage, "~17"));
		row->bits = LAP_REPAIRED;
		stage_draw(stage, 160, 48);
		y = stage_find(stage, "~17", NULL);
		assert_non_null(strstr(stage_row(stage, y), " 5 "));
	}
}

static void a_transponder_of_no_entry_is_found_by_its_number(void **state)
{
	static const char *const texts[] = {"?2906141", "2906", "?29"};
	struct stage *stage = stage_live();

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(view_find(&stage->view, slice_of(texts[i])),
				 stage_car(stage, "?2906141"));
	assert_int_equal(view_find(&stage->view, SLICE("?30")), CAR_NONE);
}

static void transponders_received_use_the_width_before_any_is_left_out(void **state)
{
	struct stage *stage = stage_live();
	struct race *race = &stage->race;

	(void)state;
	for (unsigned i = 0; i < 34; i++) {
		struct race_id *id = &race->ids[race->id_count++];

		*id = (struct race_id){.kind = ID_TRANSPONDER, .car = CAR_NONE};
		text_format(id->text, sizeof(id->text), "40000%02u", i);
	}
	stage->view.screen = SCREEN_FEEDS;
	stage->view.feeds_received = true;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "4000000"));
	assert_true(stage_shows(stage, "4000033"));
	assert_false(stage_shows(stage, " more"));
	stage_draw(stage, 80, 36);
	assert_true(stage_shows(stage, " more"));
}

static void classes_in_a_line_each_name_their_cars(void **state)
{
	struct stage *stage = stage_live();

	(void)state;
	stage->view.screen = SCREEN_CLASSES;
	stage_draw(stage, 80, 16);
	assert_true(stage_shows(stage, "no class"));
	assert_true(stage_shows(stage, "?2906141"));
	assert_false(stage_shows(stage, "??"));
	stage->setup.type = SESSION_TIMED;
	stage_seek(stage, STAGE_MINUTE(30));
	stage_draw(stage, 80, 16);
	/* The best of another class by its time, the next by what it lacks. */
	assert_true(stage_shows(stage, "1:39.009"));
	assert_false(stage_shows(stage, " laps"));
}

static void a_transponder_of_no_entry_is_a_car_with_a_place(void **state)
{
	struct stage *stage = stage_live();

	(void)state;
	for (uint8_t screen = 0; screen < SCREEN_CAR; screen++) {
		for (unsigned i = 1; i < ARRAY_LEN(sizes); i++) {
			stage->view.screen = screen;
			stage->view.selected = stage_car(stage, "?2906141");
			stage->view.pane = (uint8_t)view_pane_of(&stage->view,
								 stage->view.selected);
			stage_draw(stage, sizes[i].cols, sizes[i].rows);
			assert_true(stage_shows(stage, "? "));
			assert_true(stage_shows(stage, "?2906141"));
		}
	}
	stage->view.screen = SCREEN_CLASSES;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, " no class "));
}

/* ---- timed sessions ------------------------------------------------------ */

static struct stage *qualifying(instant_us t)
{
	struct stage *stage = stage_new();

	stage->setup.type = SESSION_TIMED;
	text_copy(stage->setup.session, sizeof(stage->setup.session),
		  SLICE("Qualifying 1"));
	stage_seek(stage, t);
	return stage;
}

static void a_timed_session_speaks_of_best_laps_and_not_of_a_race(void **state)
{
	static const char *const never[] = {"threshold", "Margin", "leads ", "lead",
					    "invited",   "wins ",  "+1 lap"};

	(void)state;
	for (int minute = 0; minute <= 66; minute += 11) {
		struct stage *stage = qualifying(STAGE_MINUTE(minute));

		for (uint8_t screen = 0; screen < SCREEN_CAR; screen++) {
			for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
				stage->view.screen = screen;
				stage_draw(stage, sizes[i].cols, sizes[i].rows);
				if (!stage_shows(stage, i ? "Qualifying 1" : "Qualif"))
					fail_msg("title \"%s\"", stage_row(stage, 0));
				assert_true(stage_shows(stage, "Best"));
				for (unsigned k = 0; k < ARRAY_LEN(never); k++)
					if (stage_shows(stage, never[k]))
						fail_msg("%s at %d: \"%s\"",
							 screens[screen]->name,
							 sizes[i].cols, never[k]);
			}
		}
	}
}

static void a_lap_of_a_timed_session_says_what_it_was_worth(void **state)
{
	struct stage *stage = qualifying(STAGE_MINUTE(19));
	struct scene scene;
	unsigned improved = 0, slower = 0;

	(void)state;
	scene_make(&stage->view, &scene);
	for (uint16_t car = 0; car < stage->race.car_count; car++) {
		const struct car *c = &stage->race.cars[car];
		struct field field = {.text = {field.buf, 0}};
		struct row row;

		if (stage->race.entries[car].not_started)
			continue;
		row_make(&scene, car, &row);
		row.width = 7;
		field_against(&row, &field);
		if (c->lap_last > c->lap_best) {
			slower++;
			assert_int_equal(field.text.at[0], '+');
			assert_int_equal(field.role, ROLE_DIM);
		} else {
			improved++;
			assert_true(field.role == ROLE_PERSONAL_BEST ||
				    field.role == ROLE_CLASS_BEST);
			assert_int_equal(
				field.role == ROLE_CLASS_BEST,
				slice_starts(field.text, SLICE("class")) ||
					slice_starts(field.text, SLICE("all")));
		}
	}
	assert_true(improved > 1 && slower > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_title_names_what_is_known_before_a_url),
		cmocka_unit_test(
			the_title_says_how_far_behind_live_it_is_at_every_width),
		cmocka_unit_test(
			a_limit_that_harms_the_race_is_red_in_the_title_and_named),
		cmocka_unit_test(
			where_live_is_stands_in_one_place_in_a_colour_with_meaning),
		cmocka_unit_test(live_without_a_source_that_speaks_is_not_called_live),
		cmocka_unit_test(known_and_corrected_are_named_where_they_may_differ),
		cmocka_unit_test(
			the_scrub_bar_shows_where_live_is_and_nothing_on_the_way),
		cmocka_unit_test(what_is_not_written_is_red_at_once_and_hides_no_race),
		cmocka_unit_test(a_recording_that_lags_or_is_another_s_says_so),
		cmocka_unit_test(before_the_first_car_a_long_reason_is_whole),
		cmocka_unit_test(a_source_that_dies_moves_nothing_on_the_feeds_screen),
		cmocka_unit_test(
			the_log_tells_newest_first_and_nothing_behind_the_playhead),
		cmocka_unit_test(a_file_is_a_source_and_its_anomalies_are_told_by_kind),
		cmocka_unit_test(cars_are_counted_by_line_and_the_worst_comes_first),
		cmocka_unit_test(more_sources_than_have_room_are_counted),
		cmocka_unit_test(an_estimated_lap_carries_its_mark_on_every_screen),
		cmocka_unit_test(a_lap_that_was_made_up_is_counted_with_its_mark),
		cmocka_unit_test(a_transponder_of_no_entry_is_found_by_its_number),
		cmocka_unit_test(
			transponders_received_use_the_width_before_any_is_left_out),
		cmocka_unit_test(classes_in_a_line_each_name_their_cars),
		cmocka_unit_test(a_transponder_of_no_entry_is_a_car_with_a_place),
		cmocka_unit_test(a_timed_session_speaks_of_best_laps_and_not_of_a_race),
		cmocka_unit_test(a_lap_of_a_timed_session_says_what_it_was_worth),
	};

	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
