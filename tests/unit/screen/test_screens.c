/*
 * test_screens.c -- what a person sees, and what nobody may see yet
 */
#include "stage.h"

#include <stdio.h>

#include <math.h>

#include "map.h"

/* Those before this one list cars. */
enum { SCREENS_OF_CARS = SCREEN_CAR }; /* of laps those before the strategy */

static const struct {
	int cols, rows;
} sizes[] = {
	{60, 16}, {80, 24}, {100, 40}, {120, 36}, {160, 48}, {220, 60},
};

static uint64_t picture(const struct stage *stage)
{
	return hash_bytes(stage->cells,
			  (size_t)stage->canvas.cols * (size_t)stage->canvas.rows *
				  sizeof(struct cell),
			  0);
}

/* ---- the playhead ---------------------------------------------------- */

static void nothing_behind_the_playhead_is_drawn(void **state)
{
	(void)state;
	for (int minute = 0; minute <= 66; minute += 3) {
		for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
			for (uint8_t screen = 0; screen < SCREEN_COUNT; screen++) {
				struct stage *stage = stage_new();
				instant_us t = STAGE_MINUTE(minute) + 7 * US_S;
				uint64_t known;

				stage->view.screen = screen;
				stage_seek(stage, t);
				stage->view.selected = stage_car(stage, "88");
				stage_draw(stage, sizes[i].cols, sizes[i].rows);
				known = picture(stage);
				/* The tables hold the whole race now. */
				stage_seek_back(stage, t);
				stage_draw(stage, sizes[i].cols, sizes[i].rows);
				assert_int_equal(picture(stage), known);
				/* And now they hold nonsense where the future was. */
				memset(stage->laps + stage->race.lap_count, 0x5a,
				       (STAGE_ROWS - stage->race.lap_count) *
					       sizeof(stage->laps[0]));
				memset(stage->stints + stage->race.stint_count, 0x5a,
				       (STAGE_ROWS - stage->race.stint_count) *
					       sizeof(stage->stints[0]));
				memset(stage->flags + stage->race.flag_count, 0x5a,
				       (ARRAY_LEN(stage->flags) -
					stage->race.flag_count) *
					       sizeof(stage->flags[0]));
				stage_draw(stage, sizes[i].cols, sizes[i].rows);
				assert_int_equal(picture(stage), known);
			}
		}
	}
}

static void the_scrub_bar_ends_with_what_is_known_at_the_playhead(void **state)
{
	struct stage *stage = stage_new();
	int x, y;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	stage->view.selected = stage_car(stage, "5");
	stage_draw(stage, 120, 36);
	y = stage_find(stage, "●─", &x);
	assert_int_equal(y, 32);
	assert_null(strstr(stage_row(stage, y), "▓"));
	assert_null(strstr(stage_row(stage, y), "◆"));
	stage_seek(stage, STAGE_MINUTE(40));
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, y), "▓"));
	assert_non_null(strstr(stage_row(stage, y), "◆"));
}

static void a_place_on_the_scrub_bar_is_an_instant_and_back(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	assert_int_equal(scrub_instant(&stage->view, 120, -5), stage->view.from);
	assert_int_equal(scrub_instant(&stage->view, 120, 1), stage->view.from);
	assert_int_equal(scrub_instant(&stage->view, 120, 118), stage->view.to);
	assert_int_equal(scrub_instant(&stage->view, 120, 4000), stage->view.to);
	for (int x = 2; x < 118; x++) {
		int at, y;

		assert_true(scrub_instant(&stage->view, 120, x) >
			    scrub_instant(&stage->view, 120, x - 1));
		stage->view.at = scrub_instant(&stage->view, 120, x);
		stage_draw(stage, 120, 36);
		y = 32;
		for (at = 0; at < 120; at++)
			if (stage->cells[y * 120 + at].cp == 0x25cf)
				break;
		assert_int_equal(at, x);
	}
}

/* ---- the line of screens ---------------------------------------------- */

static bool is_marked(const struct stage *stage, int cols, int x, int y)
{
	return stage->cells[y * cols + x].bits & CELL_SELECTED;
}

static bool begins_word(const char *text, const char *word)
{
	size_t len = strlen(word);
	return strncmp(text, word, len) == 0 && (text[len] == ' ' || text[len] == '\0');
}

/* From 80 columns up each screen has its key and its name, whole or in short, and the
 * screen that is shown is marked: that one alone. */
static void the_line_of_screens_names_them_all_and_marks_the_one_shown(void **state)
{
	static const struct season_view season;
	struct stage *stage = stage_new();

	(void)state;
	for (unsigned shown = 0; shown < 2 * SCREEN_COUNT; shown++)
		for (int cols = 80; cols <= 240; cols += cols < 120 ? 1 : 20) {
			stage->view.screen = (uint8_t)(shown % SCREEN_COUNT);
			stage->view.season = shown < SCREEN_COUNT ? NULL : &season;
			stage_draw(stage, cols, 24);
			const char *row = stage_row(stage, 22);
			int at = 0;
			for (unsigned i = 0; i < SCREEN_COUNT; i++) {
				const char *brief = screens[i]->brief
							    ? screens[i]->brief
							    : screens[i]->name;
				char key[4] = {' ', (char)('0' + (i + 1) % 10), ' ', 0};
				if (i == SCREEN_SEASON)
					key[1] = 'S';
				const char *found = strstr(row + at, key);
				/* It is there where there is one. */
				if (i == SCREEN_SEASON && shown < SCREEN_SEASON) {
					assert_null(found);
					continue;
				}
				assert_non_null(found);
				at = (int)(found - row) + 3;
				assert_true(begins_word(row + at, brief) ||
					    begins_word(row + at, screens[i]->name));
				assert_int_equal(is_marked(stage, cols, at, 22),
						 i == shown % SCREEN_COUNT);
			}
			assert_null(strstr(row, "\u2026"));
			if (cols >= (shown < SCREEN_SEASON ? 100 : 110))
				assert_non_null(strstr(row, "3 classification"));
		}
}

/* ---- the screens ----------------------------------------------------- */

static void the_line_stands_between_those_above_and_those_below(void **state)
{
	struct stage *stage = stage_new();
	bool below = false;
	unsigned above_count = 0, below_count = 0;
	int y, x, margin;

	(void)state;
	stage->view.screen = SCREEN_CLASSIFICATION;
	stage_seek(stage, STAGE_MINUTE(45));
	stage_draw(stage, 120, 36);
	assert_true(stage_find(stage, "Margin", &x) == 2);
	margin = x + 5;
	for (y = 3; y < 12; y++) {
		const char *row = stage_row(stage, y);
		uint32_t sign = 0;

		if (strstr(row, "90 % · ")) {
			below = true;
			continue;
		}
		if (strstr(row, "did not start") || strstr(row, "DNS"))
			continue;
		for (int at = margin; at > margin - 5; at--)
			if (stage->cells[y * 120 + at].cp == '+' ||
			    stage->cells[y * 120 + at].cp == 0x2212)
				sign = stage->cells[y * 120 + at].cp;
		assert_true(below == (sign == 0x2212));
		above_count += !below;
		below_count += below;
	}
	assert_true(below);
	assert_true(above_count > 0 && below_count > 0);
	assert_int_equal(above_count + below_count, 7);
}

/* Between the winner's flag and the last car's, those still out are above or below
 * the line by their laps: nobody falls below it for being on his last lap. */
static void while_the_flag_is_out_the_line_keeps_its_place(void **state)
{
	struct stage *stage = stage_new();
	unsigned looked = 0;

	(void)state;
	stage->view.screen = SCREEN_CLASSIFICATION;
	for (instant_us t = STAGE_MINUTE(60); t < STAGE_MINUTE(63); t += 10 * US_S) {
		const struct classification *c = &stage->classification;
		unsigned above = 0, out = 0;
		char words[32];

		stage_seek(stage, t);
		for (uint32_t i = 0; i < c->count; i++) {
			above += c->rows[i].margin >= 0 &&
				 (c->rows[i].status == STATUS_RUNNING ||
				  c->rows[i].status == STATUS_CLASSIFIED);
			out += c->rows[i].status == STATUS_RUNNING;
		}
		if (!c->finished || out == 0)
			continue;
		looked++;
		stage_draw(stage, 120, 36);
		assert_true(stage_shows(stage, "AT THE FLAG"));
		assert_false(stage_shows(stage, "RESULT"));
		(void)snprintf(words, sizeof(words), "above %u ", above);
		assert_true(stage_shows(stage, words));
		assert_int_equal(stage_find(stage, "─ 90 % · ", NULL), 3 + above);
	}
	assert_true(looked > 3);
}

static void the_line_is_in_sight_with_the_car_that_is_selected(void **state)
{
	struct stage *stage = stage_new();
	uint16_t cars[RACE_CARS_MAX];

	(void)state;
	stage->view.screen = SCREEN_CLASSIFICATION;
	stage_seek(stage, STAGE_MINUTE(45));
	assert_int_equal(view_cars(&stage->view, cars), 8);
	stage->view.selected = cars[0];
	/* The help line of the invitation takes one: nine rows into eight. */
	stage_draw(stage, 60, 16);
	assert_true(stage_shows(stage, "90 % · "));
}

static void class_leaders_lead_and_class_winners_win(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage->view.screen = SCREEN_CLASSIFICATION;
	stage_seek(stage, STAGE_MINUTE(30));
	stage_draw(stage, 160, 48);
	assert_true(stage_shows(stage, "AS IT STANDS"));
	assert_true(stage_shows(stage, "leads LMP900"));
	assert_false(stage_shows(stage, "★"));
	stage_seek(stage, STAGE_END);
	assert_true(stage->classification.finished);
	stage_draw(stage, 160, 48);
	assert_true(stage_shows(stage, "RESULT"));
	assert_true(stage_shows(stage, "★ wins LMP900, invited"));
	assert_true(stage_shows(stage, "class winner, invited to the next race"));
	assert_true(stage_shows(stage, "did not finish"));
	stage->view.screen = SCREEN_CLASSES;
	stage_draw(stage, 160, 48);
	assert_true(stage_shows(stage, " flag "));
	assert_true(stage_shows(stage, " DNF "));
}

static void what_the_stewards_changed_is_marked(void **state)
{
	struct stage *stage = stage_new();
	struct event *event = event_add(&stage->list, EVENT_DECISION, STAGE_MINUTE(40));

	(void)state;
	event_set_id(event, ID_NUMBER, SLICE("2"));
	event->field = DECISION_LAPS;
	event->value = -3;
	event_set_text(&stage->list, event, SLICE("\x1fwork in the lane"));
	event_order(&stage->list, stage->order, stage->scratch);
	stage->view.screen = SCREEN_CLASSIFICATION;
	stage_seek(stage, STAGE_MINUTE(39));
	stage_draw(stage, 160, 48);
	assert_false(stage_shows(stage, "§"));
	stage_seek(stage, STAGE_MINUTE(41));
	stage_draw(stage, 160, 48);
	assert_true(stage_shows(stage, "§   2 LMP900"));
	assert_true(stage_shows(stage, "§ changed by the stewards"));
}

static void the_same_fact_is_the_same_string_on_every_screen(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(42));
	for (uint16_t car = 0; car < stage->race.car_count; car++) {
		char best[TIME_TEXT_MAX];

		if (!format_duration(best, stage->race.cars[car].lap_best, TIME_LAP))
			continue;
		for (uint8_t screen = 0; screen < SCREEN_STRATEGY; screen++) {
			stage->view.screen = screen;
			stage_draw(stage, 160, 48);
			assert_true(stage_shows(stage, best));
		}
	}
}

static void the_selected_car_is_in_sight_on_every_screen_at_every_size(void **state)
{
	(void)state;
	for (uint8_t screen = 0; screen < SCREENS_OF_CARS; screen++) {
		for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
			struct stage *stage = stage_new();
			uint16_t cars[RACE_CARS_MAX];
			uint32_t count;

			stage->view.screen = screen;
			stage_seek(stage, STAGE_MINUTE(30));
			count = view_cars(&stage->view, cars);
			assert_true(count >= 7);
			for (uint32_t c = 0; c < count; c++) {
				unsigned marked = 0;

				stage->view.selected = cars[c];
				stage->view.pane =
					(uint8_t)view_pane_of(&stage->view, cars[c]);
				stage_draw(stage, sizes[i].cols, sizes[i].rows);
				/* The title's badge is marked too: below it. */
				for (int k = stage->canvas.cols;
				     k < stage->canvas.cols * stage->canvas.rows; k++)
					marked +=
						stage->cells[k].bits & CELL_SELECTED &&
						stage->cells[k].role == ROLE_STRONG;
				assert_true(marked >= 10);
			}
		}
	}
}

static void what_changed_in_the_last_second_is_bright_and_then_settles(void **state)
{
	struct stage *stage = stage_new();
	uint16_t car;
	instant_us at;
	unsigned bright[2] = {0, 0};

	(void)state;
	stage->view.screen = SCREEN_TIMING;
	stage_seek(stage, STAGE_MINUTE(31));
	car = stage_car(stage, "88");
	at = stage->race.cars[car].sf_at;
	for (unsigned i = 0; i < 2; i++) {
		int y;

		stage_seek(stage, at + (i ? 3 * US_S : US_S / 2));
		stage_draw(stage, 160, 48);
		y = stage_find(stage, "Veloqx", NULL);
		for (int x = 0; x < 160; x++)
			bright[i] += stage->cells[y * 160 + x].role == ROLE_CHANGED;
	}
	assert_true(bright[0] > 4);
	assert_int_equal(bright[1], 0);
}

static void a_car_in_the_pits_and_a_car_that_stands_say_for_how_long(void **state)
{
	struct stage *stage = stage_new();
	uint16_t car;
	int y;

	(void)state;
	stage->view.screen = SCREEN_TIMING;
	stage_seek(stage, STAGE_MINUTE(40));
	stage_draw(stage, 120, 36);
	/* Number 25 reached the first line of its ninth lap and no other. */
	y = stage_find(stage, " 25 LMP675", NULL);
	assert_true(y > 0);
	assert_non_null(strstr(stage_row(stage, y), "! 2"));
	car = stage_car(stage, "5");
	stage_seek(stage, stage->race.cars[car].pit_in_at + 9 * US_S);
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "P 0:09"));
}

static void a_car_that_did_not_start_is_in_the_result_alone(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	for (uint8_t screen = 0; screen < SCREEN_COUNT; screen++) {
		stage->view.screen = screen;
		stage_draw(stage, 160, 48);
		assert_int_equal(stage_shows(stage, "Absent Friends"),
				 screen == SCREEN_CLASSIFICATION);
	}
}

static void every_size_draws_and_ascii_is_ascii(void **state)
{
	(void)state;
	for (uint8_t screen = 0; screen < SCREEN_COUNT; screen++) {
		struct stage *stage = stage_new();

		stage->view.screen = screen;
		stage_seek(stage, STAGE_MINUTE(33));
		stage->view.selected = stage_car(stage, "47");
		for (int cols = 1; cols <= 260; cols += cols < 60 ? 13 : 7) {
			for (int rows = 1; rows <= 70; rows += 3) {
				stage->view.overlay_count = 0;
				if (cols % 2)
					view_open(&stage->view, OVERLAY_HELP);
				stage->view.map_hidden = rows % 2;
				stage->canvas.ascii = true;
				stage_draw(stage, cols, rows);
				for (int i = 0; i < cols * rows; i++) {
					assert_true(stage->cells[i].cp < 0x7f);
					assert_int_equal(stage->cells[i].mark, 0);
				}
				stage->canvas.ascii = false;
				stage_draw(stage, cols, rows);
			}
		}
		stage_draw(stage, 59, 40);
		assert_true(stage_shows(stage, "pitwall needs 60 columns"));
		stage_draw(stage, CANVAS_COLS_MAX, CANVAS_ROWS_MAX);
		assert_true(screen >= SCREEN_CAR || stage_shows(stage, "Pescarolo"));
	}
}

/* A sum of some sectors is no lap. */
static void an_ideal_lap_is_of_all_sectors_or_not_there(void **state)
{
	struct stage *stage = stage_new();
	unsigned with = 0, without = 0;

	(void)state;
	stage->view.screen = SCREEN_TIMING;
	stage_seek(stage, STAGE_MINUTE(40));
	for (int cols = 120; cols <= 240; cols += 10) {
		bool ideal;

		stage_draw(stage, cols, 60);
		ideal = stage_shows(stage, "Ideal");
		assert_false(stage_shows(stage, "1:00.455"));
		with += ideal;
		without += !ideal;
	}
	assert_true(with > 0 && without > 0);
}

/* A square of a circuit, of which 1 km is to the east of the start line. */
static void stage_outline(struct stage *stage)
{
	static const int32_t corners[4][2] = {
		{0, 0}, {1045000, 0}, {1045000, -1045000}, {0, -1045000}};
	struct circuit *circuit = &stage->circuit;
	circuit->length = 4180000;
	circuit->point_count = ARRAY_LEN(corners);
	for (int i = 0; i < 4; i++)
		circuit->points[i] = (struct circuit_point){corners[i][0],
							    corners[i][1], i * 1045000};
}

static void the_map_folds_away_and_comes_back_alone(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_outline(stage);
	stage_seek(stage, STAGE_MINUTE(12));
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "I1"));
	stage->view.map_hidden = true;
	stage_draw(stage, 120, 36);
	assert_false(stage_shows(stage, "I1"));
	stage_draw(stage, 100, 36);
	assert_true(stage_shows(stage, "I1"));
	assert_false(stage_shows(stage, "Margin"));
	stage->view.map_hidden = false;
	stage_draw(stage, 100, 36);
	assert_false(stage_shows(stage, "I1"));
	assert_true(stage_shows(stage, "Margin"));
}

static void the_strip_folds_away_and_leaves_room_for_the_tables(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(12));
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "I1"));
	stage->view.map_hidden = true;
	stage_draw(stage, 120, 36);
	assert_false(stage_shows(stage, "I1"));
	stage_draw(stage, 100, 36);
	assert_true(stage_shows(stage, "I1"));
	assert_true(stage_shows(stage, "Margin"));
}

static void lines_placed_by_time_are_marked_on_the_map(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_outline(stage);
	stage_seek(stage, STAGE_MINUTE(12));
	stage_draw(stage, 160, 48);
	assert_false(stage_shows(stage, "~I1"));
	stage->circuit.lines_estimated = true;
	stage_draw(stage, 160, 48);
	assert_true(stage_shows(stage, "~I1"));
}

static void a_key_shows_the_map_near_the_car_and_all_of_it_again(void **state)
{
	struct stage *stage = stage_new();
	struct wish wish = {0};

	(void)state;
	stage_outline(stage);
	stage_seek(stage, STAGE_MINUTE(35));
	stage->view.cols = 120;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "I1") && stage_shows(stage, "I2"));
	(void)stage_press(stage, 'Z', &wish);
	assert_true(stage->view.map_near);
	stage_draw(stage, 120, 36);
	assert_false(stage_shows(stage, "I1") && stage_shows(stage, "I2"));
	(void)stage_press(stage, 'Z', &wish);
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "I1") && stage_shows(stage, "I2"));
	/* Where the map is folded away, the key shows it. */
	stage->view.cols = 100;
	stage_draw(stage, 100, 36);
	assert_true(stage_shows(stage, "Margin"));
	(void)stage_press(stage, 'Z', &wish);
	stage_draw(stage, 100, 36);
	assert_false(stage_shows(stage, "Margin"));
	assert_true(stage->view.map_near);
	/* A strip has nothing to go near to. */
	stage->view.map_near = stage->view.map_hidden = false;
	stage->circuit.point_count = 0;
	(void)stage_press(stage, 'Z', &wish);
	assert_false(stage->view.map_near);
	assert_string_equal(wish.notice, "there is no map of this circuit");
}

static void the_map_near_a_car_has_the_car_in_its_middle(void **state)
{
	const struct rect area = {0, 0, 60, 30};
	struct stage *stage = stage_new();
	static struct map map, whole;

	(void)state;
	stage_outline(stage);
	stage_seek(stage, STAGE_MINUTE(35));
	map_make(&whole, &stage->view, &stage->canvas, area);
	for (int mm = 0; mm < 4180000; mm += 95000) {
		map_make(&map, &stage->view, &stage->canvas, area);
		map_go_near(&map, mm);
		struct dots at = map_place(&map, mm).at;
		assert_true(fabs(at.x - area.w) < 0.01);
		assert_true(fabs(at.y - area.h * 2) < 0.01);
		assert_true(map.scale > whole.scale * 1.2);
	}
}

/* A car shown in a class that is not quite its own never passes for one of it. */
static void a_tag_is_in_sight_at_every_width(void **state)
{
	static const int widths[] = {60, 80, 100, 120, 160, 220};
	struct stage *stage = stage_new();

	(void)state;
	for (unsigned s = 0; s < SCREENS_OF_CARS; s++) {
		for (unsigned i = 0; i < ARRAY_LEN(widths); i++) {
			stage_seek(stage, STAGE_MINUTE(40));
			stage->view.screen = (uint8_t)s;
			text_copy(stage->race.entries[stage_car(stage, "8")].tag,
				  sizeof(stage->race.entries[0].tag), SLICE("LMGTP"));
			stage_draw(stage, widths[i], 36);
			if (!stage_shows(stage, " LMGTP "))
				fail_msg("%s at %d columns hides the tag",
					 screens[s]->name, widths[i]);
		}
	}
}

static void the_classes_say_what_margins_are_measured_against(void **state)
{
	static const int widths[] = {80, 120, 160};
	struct stage *stage = stage_new();
	char words[32];

	(void)state;
	stage_seek(stage, STAGE_MINUTE(40));
	(void)snprintf(words, sizeof(words), "threshold %u ",
		       (unsigned)stage->classification.threshold);
	for (unsigned i = 0; i < ARRAY_LEN(widths); i++) {
		stage_draw(stage, widths[i], 24);
		assert_true(stage_shows(stage, words));
	}
	stage->rules.fraction_pm = 0;
	stage_seek(stage, STAGE_MINUTE(40));
	stage_draw(stage, 120, 24);
	assert_false(stage_shows(stage, "threshold"));
}

static void a_car_in_the_pits_is_listed_below_the_strip(void **state)
{
	struct stage *stage = stage_new();
	unsigned seen = 0;

	(void)state;
	stage_outline(stage);
	stage->circuit.point_count = 0;
	for (int minute = 1; minute < 60; minute++) {
		stage_seek(stage, STAGE_MINUTE(minute));
		for (uint16_t car = 0; car < stage->race.car_count; car++) {
			duration_us since;
			char words[32];

			if (car_state_at(&stage->view, car, &since) != CAR_IN_PIT)
				continue;
			stage->view.selected = car;
			text_format(words, sizeof(words), "P %s",
				    shown_number(&stage->race, car).text);
			stage_draw(stage, 160, 48);
			assert_true(stage_shows(stage, words));
			seen++;
		}
	}
	assert_true(seen > 0);
}

static void a_car_moves_on_and_never_past_the_next_line(void **state)
{
	struct stage *stage = stage_new();
	struct scene scene;
	static struct map map;
	uint16_t car;
	const struct car *c;
	double before = -1, from, to;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(35));
	scene_make(&stage->view, &scene);
	map_make(&map, &stage->view, &stage->canvas, (struct rect){0, 0, 60, 30});
	car = stage_car(stage, "8");
	c = &stage->race.cars[car];
	from = map_line_mm(&map, c->line);
	to = c->line + 1 < 3 ? map_line_mm(&map, c->line + 1u) : map.length;
	for (instant_us t = c->line_at; t < c->line_at + 10 * US_MIN; t += US_S / 4) {
		double at = map_along(&map, &scene, car, t);

		assert_true(at >= from && at >= before && at < to);
		before = at;
	}
	assert_true(before > from + (to - from) * 0.95);
}

/* ---- asking ---------------------------------------------------------- */

static void a_car_is_found_by_number_team_car_and_driver(void **state)
{
	static const struct {
		const char *selected, *text, *found;
	} rows[] = {
		{NULL, "8", "8"},
		{"8", "8", "8"},
		{NULL, "88", "88"},
		{NULL, " 47 ", "47"},
		{NULL, "4", "47"},
		{NULL, "competition", "13"},
		{NULL, "COMPÉTITION", "13"},
		{NULL, "ferrari", "88"},
		{"88", "ferrari", "47"},
		{"47", "ferrari", "88"},
		{NULL, "bourdais", "2"},
		{NULL, "sebastien", "2"},
		{NULL, "zzz", NULL},
		{NULL, "", NULL},
	};
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		uint16_t found;

		stage->view.selected = rows[i].selected
					       ? stage_car(stage, rows[i].selected)
					       : CAR_NONE;
		found = view_find(&stage->view, slice_of(rows[i].text));
		assert_int_equal(found, rows[i].found ? stage_car(stage, rows[i].found)
						      : CAR_NONE);
	}
}

/* More classes than have room: the one in focus is shown, the rest counted. */
static void the_pane_in_focus_is_shown_however_many_classes_there_are(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(40));
	stage->race.class_count = 7;
	for (uint16_t car = 0; car < 7; car++) {
		struct race_class *c = &stage->race.classes[car];

		stage->race.entries[car].class_index = (uint8_t)car;
		(void)snprintf(c->name, sizeof(c->name), "C%u", (unsigned)car);
	}
	for (unsigned pane = 0; pane < view_panes(&stage->view); pane++) {
		stage->view.pane = (uint8_t)pane;
		stage_draw(stage, 120, 16);
		assert_true(stage_shows(stage, "\u25c2"));
		assert_true(stage_shows(stage, " more classes"));
	}
}

static void panes_stand_in_the_order_of_the_ruleset(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	assert_int_equal(view_panes(&stage->view), 3);
	assert_int_equal(view_pane_of(&stage->view, stage_car(stage, "5")), 0);
	assert_int_equal(view_pane_of(&stage->view, stage_car(stage, "25")), 1);
	assert_int_equal(view_pane_of(&stage->view, stage_car(stage, "47")), 2);
	assert_int_equal(view_pane_car(&stage->view, 1), stage_car(stage, "13"));
	assert_int_equal(view_pane_car(&stage->view, 7), CAR_NONE);
}

static void one_class_in_full_and_the_others_in_a_line_at_80_columns(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	stage->view.pane = 2;
	/* So few rows that not all panes fit. */
	stage_draw(stage, 80, 16);
	assert_true(stage_shows(stage, "D. Turner"));
	assert_true(stage_shows(stage, "A. Montermini"));
	assert_true(stage_shows(stage, " laps"));
	assert_true(stage_find(stage, "LMP900", NULL) > stage_find(stage, "GT", NULL));
}

static void prompts_show_examples_and_what_would_be_found(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	view_ask(&stage->view, PROMPT_GO_TO, SLICE(""));
	stage_draw(stage, 80, 24);
	assert_non_null(strstr(stage_row(stage, 22), "lap:112"));
	view_ask(&stage->view, PROMPT_FIND, SLICE("lamm"));
	stage_draw(stage, 80, 24);
	assert_non_null(strstr(stage_row(stage, 23), "8 Racing for Holland"));
	text_copy(stage->view.input, sizeof(stage->view.input), SLICE("zzz"));
	stage_draw(stage, 80, 24);
	assert_non_null(strstr(stage_row(stage, 23), "no car matches"));
	view_close(&stage->view, OVERLAY_PROMPT);
	text_copy(stage->view.notice, sizeof(stage->view.notice),
		  SLICE("No such lap."));
	stage_draw(stage, 80, 24);
	assert_non_null(strstr(stage_row(stage, 23), "No such lap."));
}

static void the_title_says_flag_clock_and_play_at_every_width(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage->setup.reconstruction = true;
	stage_seek(stage, STAGE_MINUTE(22));
	for (int cols = 60; cols <= 240; cols += 5) {
		const char *row;

		stage_draw(stage, cols, 24);
		row = stage_row(stage, 0);
		assert_true(strstr(row, "SAFETY CAR") || strstr(row, " SC "));
		assert_non_null(strstr(row, "0:22:00"));
		assert_non_null(strstr(row, "▶ 8×"));
		assert_non_null(strstr(row, "RECONSTRUCTION"));
		assert_true(text_width(slice_of(row)) <= cols);
	}
	assert_non_null(strstr(stage_row(stage, 0), "4.180 km"));
}

/* From the start signal on a flag is known, or guessed and marked. */
static void a_race_without_flags_is_green_by_guess(void **state)
{
	struct stage *stage = stage_new();
	struct race race;
	struct flag_span span;
	bool guessed;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	race = *stage->view.race;
	race.flag = FLAG_UNKNOWN;
	race.flag_count = 0;
	stage->view.race = &race;
	assert_int_equal(shown_flag(&stage->view, &guessed), FLAG_GREEN);
	assert_true(guessed);
	assert_true(flag_span_at(&stage->view, 0, &span));
	assert_int_equal(span.flag, FLAG_GREEN);
	assert_int_equal(span.from, race.start_at);
	assert_int_equal(span.to, stage->view.at);
	assert_true(span.guessed);
	assert_false(flag_span_at(&stage->view, 1, &span));
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, 0), "~ GREEN"));
	/* Before it nothing is guessed. */
	stage->view.at = race.start_at - 1;
	assert_int_equal(shown_flag(&stage->view, &guessed), FLAG_UNKNOWN);
	assert_false(flag_span_at(&stage->view, 0, &span));
}

/* The labels of a bar are those of its race, however long. */
static void a_bar_has_labels_whatever_its_length(void **state)
{
	static const struct {
		duration_us length, step;
	} rows[] = {
		{13 * US_MIN, 2 * US_MIN},
		{40 * US_MIN, 5 * US_MIN},
		{6 * US_HOUR, US_HOUR},
		{24 * US_HOUR, 3 * US_HOUR},
	};
	struct view view = {.from = 0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		view.to = rows[i].length;
		assert_int_equal(time_step(&view, 9), rows[i].step);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_race_without_flags_is_green_by_guess),
		cmocka_unit_test(a_bar_has_labels_whatever_its_length),
		cmocka_unit_test(nothing_behind_the_playhead_is_drawn),
		cmocka_unit_test(the_scrub_bar_ends_with_what_is_known_at_the_playhead),
		cmocka_unit_test(a_place_on_the_scrub_bar_is_an_instant_and_back),
		cmocka_unit_test(
			the_line_of_screens_names_them_all_and_marks_the_one_shown),
		cmocka_unit_test(the_line_stands_between_those_above_and_those_below),
		cmocka_unit_test(while_the_flag_is_out_the_line_keeps_its_place),
		cmocka_unit_test(the_line_is_in_sight_with_the_car_that_is_selected),
		cmocka_unit_test(class_leaders_lead_and_class_winners_win),
		cmocka_unit_test(what_the_stewards_changed_is_marked),
		cmocka_unit_test(the_same_fact_is_the_same_string_on_every_screen),
		cmocka_unit_test(
			the_selected_car_is_in_sight_on_every_screen_at_every_size),
		cmocka_unit_test(
			what_changed_in_the_last_second_is_bright_and_then_settles),
		cmocka_unit_test(
			a_car_in_the_pits_and_a_car_that_stands_say_for_how_long),
		cmocka_unit_test(a_car_that_did_not_start_is_in_the_result_alone),
		cmocka_unit_test(every_size_draws_and_ascii_is_ascii),
		cmocka_unit_test(an_ideal_lap_is_of_all_sectors_or_not_there),
		cmocka_unit_test(the_map_folds_away_and_comes_back_alone),
		cmocka_unit_test(the_strip_folds_away_and_leaves_room_for_the_tables),
		cmocka_unit_test(lines_placed_by_time_are_marked_on_the_map),
		cmocka_unit_test(a_key_shows_the_map_near_the_car_and_all_of_it_again),
		cmocka_unit_test(the_map_near_a_car_has_the_car_in_its_middle),
		cmocka_unit_test(a_tag_is_in_sight_at_every_width),
		cmocka_unit_test(the_classes_say_what_margins_are_measured_against),
		cmocka_unit_test(a_car_in_the_pits_is_listed_below_the_strip),
		cmocka_unit_test(a_car_moves_on_and_never_past_the_next_line),
		cmocka_unit_test(a_car_is_found_by_number_team_car_and_driver),
		cmocka_unit_test(
			the_pane_in_focus_is_shown_however_many_classes_there_are),
		cmocka_unit_test(panes_stand_in_the_order_of_the_ruleset),
		cmocka_unit_test(
			one_class_in_full_and_the_others_in_a_line_at_80_columns),
		cmocka_unit_test(prompts_show_examples_and_what_would_be_found),
		cmocka_unit_test(the_title_says_flag_clock_and_play_at_every_width),
	};

	return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
