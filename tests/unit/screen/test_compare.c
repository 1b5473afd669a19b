/*
 * test_compare.c -- two cars side by side
 */
#include "stage.h"

#include "facts.h"

#include <stdio.h>

#include "compare_screen.h"

static struct stage *compared(int minute, const char *own, const char *other)
{
	struct stage *stage = stage_new();

	stage_seek(stage, STAGE_MINUTE(minute));
	stage->view.screen = SCREEN_COMPARE;
	stage->view.selected = own ? stage_car(stage, own) : CAR_NONE;
	stage->view.compared = other ? stage_car(stage, other) : CAR_NONE;
	return stage;
}

static void the_other_is_tagged_or_ahead_or_behind(void **state)
{
	static const struct {
		const char *own, *tagged;
		int place; /* of the other against the own one, within the class */
	} rows[] = {
		{"5", NULL, 0},
		{"2", NULL, 0},
		{"8", NULL, 0},
	};
	struct stage *stage = compared(30, "5", "47");

	(void)state;
	assert_int_equal(view_other(&stage->view), stage_car(stage, "47"));
	/* Nobody is compared with itself. */
	stage->view.selected = stage_car(stage, "47");
	assert_int_not_equal(view_other(&stage->view), stage_car(stage, "47"));
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		stage = compared(30, rows[i].own, NULL);

		uint16_t own = stage_car(stage, rows[i].own);
		uint16_t other = view_other(&stage->view);
		const struct race *race = &stage->race;
		int places = (int)race->cars[other].class_place -
			     (int)race->cars[own].class_place;

		assert_int_equal(race->entries[other].class_index,
				 race->entries[own].class_index);
		assert_int_equal(places, race->cars[own].class_place ? -1 : 1);
	}
	/* The only one of its class is compared with somebody of another. */
	stage = compared(30, "13", NULL);
	assert_int_not_equal(view_other(&stage->view), CAR_NONE);
	assert_int_not_equal(view_other(&stage->view), stage_car(stage, "13"));
}

/* A ruleset without a share of laps has no margin, not one of 0. */
static void a_margin_is_there_where_there_is_a_threshold(void **state)
{
	(void)state;
	for (unsigned with = 0; with < 2; with++) {
		struct stage *stage = compared(30, "5", "2");
		stage->rules.fraction_pm = with ? 700 : 0;
		stage_draw(stage, 160, 48);
		assert_int_equal(stage_shows(stage, "margin  "), with);
		assert_true(stage_shows(stage, "median of the last 10"));
	}
}

static void a_difference_is_negative_where_the_first_is_quicker(void **state)
{
	static const struct {
		duration_us own, other;
		const char *text;
		enum role role;
	} rows[] = {
		{90 * US_S, 91 * US_S, "\u22121.000", ROLE_GAINED},
		{91 * US_S + 250 * US_MS, 90 * US_S, "+1.250", ROLE_LOST},
		{90 * US_S, 90 * US_S, "=", ROLE_DIM},
		{DURATION_NONE, 90 * US_S, "", ROLE_DIM},
		{90 * US_S, DURATION_NONE, "", ROLE_DIM},
		{200 * US_S, 90 * US_S, "+1:50.000", ROLE_LOST},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct field field;

		field_difference(rows[i].own, rows[i].other, TIME_LAP, &field);
		assert_true(slice_eq(field.text, slice_of(rows[i].text)));
		assert_int_equal(field.role, rows[i].role);
	}
}

/* What stands there is what the standings say. */
static void the_gap_is_the_one_of_the_standings(void **state)
{
	(void)state;
	for (int minute = 5; minute < 60; minute += 5) {
		struct stage *stage = compared(minute, "2", "5");
		const struct standings *standings = &stage->standings;
		uint16_t behind =
			standings->row_of[stage_car(stage, "2")] >
					standings->row_of[stage_car(stage, "5")]
				? stage_car(stage, "2")
				: stage_car(stage, "5");
		const struct standing *row =
			&standings->rows[standings->row_of[behind]];
		char gap[TIME_TEXT_MAX];

		/* Both lead their class in turn: the gap to it is the one between them. */
		if (row->class_position != 2 ||
		    format_gap(gap, row->class_gap, TIME_LAP) == 0)
			continue;
		stage_draw(stage, 120, 36);
		assert_non_null(strstr(stage_row(stage, 2), " behind "));
		assert_non_null(strstr(stage_row(stage, 2), gap + (gap[0] == '+')));
	}
}

/* Cars that are far apart: laps that were driven at the same time. */
static void laps_far_apart_stand_beside_those_of_the_same_time(void **state)
{
	struct stage *stage = compared(55, "5", NULL);
	uint16_t five = stage_car(stage, "5"), slow = CAR_NONE;
	char text[64];
	int own, other;

	(void)state;
	for (uint16_t car = 0; car < stage->race.car_count; car++)
		if (stage->race.cars[car].laps + 3 < stage->race.cars[five].laps &&
		    stage->race.cars[car].laps > 5)
			slow = car;
	assert_int_not_equal(slow, CAR_NONE);
	stage->view.compared = slow;
	stage_draw(stage, 160, 48);
	own = stage_find(stage, "Lap ", NULL);
	assert_true(own > 0);
	/* Both have their newest lap in the first row, each with its own number. */
	(void)snprintf(text, sizeof(text), "%u  ", stage->race.cars[five].laps);
	assert_non_null(strstr(stage_row(stage, own + 1), text));
	(void)snprintf(text, sizeof(text), "  %u  ", stage->race.cars[slow].laps);
	other = stage_find(stage, text, NULL);
	assert_true(other >= 0);
}

static void nothing_of_the_future_is_shown(void **state)
{
	(void)state;
	for (int minute = 2; minute < 60; minute += 9) {
		struct stage *stage = compared(minute, "88", "5");
		static struct cell kept[STAGE_COLS * STAGE_LINES];

		stage_draw(stage, 220, 60);
		memcpy(kept, stage->cells, sizeof(kept));
		stage = compared(minute, "88", "5");
		stage_seek_back(stage, STAGE_MINUTE(minute));
		stage->view.screen = SCREEN_COMPARE;
		stage->view.selected = stage_car(stage, "88");
		stage->view.compared = stage_car(stage, "5");
		stage_draw(stage, 220, 60);
		assert_memory_equal(kept, stage->cells, sizeof(kept));
	}
}

/* Every car has its column, with its laps and the gap to the first. */
static void tagged_cars_are_side_by_side(void **state)
{
	static const char *const numbers[] = {"2", "8", "13", "88"};
	static const int widths[] = {80, 120, 160};
	struct stage *stage = compared(30, "5", NULL);
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(numbers); i++) {
		uint16_t car = stage_car(stage, numbers[i]);
		stage->view.table.bits[car] |= CAR_TAGGED;
		stage->view.compared = car;
		for (unsigned k = 0; k < ARRAY_LEN(widths) && i > 0; k++) {
			stage_draw(stage, widths[k], 36);
			assert_true(stage_shows(stage, " clean laps"));
			assert_true(stage_shows(stage, " gap "));
			assert_true(stage_shows(stage, " best s1"));
			for (unsigned n = 0; n <= i; n++) {
				char text[TIME_TEXT_MAX];
				const struct car *c =
					&stage->race.cars[stage_car(stage, numbers[n])];
				format_duration(text, c->lap_best, TIME_LAP);
				assert_true(stage_shows(stage, text));
				format_duration(text, c->lap_last, TIME_LAP);
				assert_true(stage_shows(stage, text));
			}
		}
	}
	/* No more than five. */
	stage->view.table.bits[stage_car(stage, "47")] |= CAR_TAGGED;
	stage_draw(stage, 160, 48);
	assert_null(strstr(stage_row(stage, 1), " 47 "));
}

static void favourites_are_compared_when_nobody_is_tagged(void **state)
{
	struct stage *stage = compared(30, "5", NULL);
	(void)state;
	stage->view.table.bits[stage_car(stage, "8")] |= CAR_FAVOURITE;
	stage->view.table.bits[stage_car(stage, "88")] |= CAR_FAVOURITE;
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, 1), " 8 "));
	assert_non_null(strstr(stage_row(stage, 1), " 88 "));
	stage->view.compared = stage_car(stage, "2");
	stage->view.table.bits[stage->view.compared] |= CAR_TAGGED;
	stage_draw(stage, 120, 36);
	assert_non_null(strstr(stage_row(stage, 1), " 2  LMP900"));
	assert_null(strstr(stage_row(stage, 1), " 88 "));
}

/* The trend is the difference of the paces, on every screen the same. */
static void a_trend_is_the_difference_of_paces(void **state)
{
	struct stage *stage = compared(40, "2", "5");
	uint16_t two = stage_car(stage, "2"), five = stage_car(stage, "5");
	(void)state;
	assert_int_equal(trend_between(&stage->view, five, two),
			 car_pace(&stage->view, two) - car_pace(&stage->view, five));
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "2 is "));
	assert_true(stage_shows(stage, ", opening \u25b4"));
	stage = compared(3, "2", "5");
	stage_draw(stage, 120, 36);
	assert_int_equal(trend_between(&stage->view, five, two), DURATION_NONE);
	assert_true(stage_shows(stage, "too few clean laps for a trend"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_is_tagged_or_ahead_or_behind),
		cmocka_unit_test(a_margin_is_there_where_there_is_a_threshold),
		cmocka_unit_test(a_difference_is_negative_where_the_first_is_quicker),
		cmocka_unit_test(the_gap_is_the_one_of_the_standings),
		cmocka_unit_test(laps_far_apart_stand_beside_those_of_the_same_time),
		cmocka_unit_test(nothing_of_the_future_is_shown),
		cmocka_unit_test(tagged_cars_are_side_by_side),
		cmocka_unit_test(favourites_are_compared_when_nobody_is_tagged),
		cmocka_unit_test(a_trend_is_the_difference_of_paces),
	};

	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
