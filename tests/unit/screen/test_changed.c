/*
 * test_changed.c -- what changed between two instants, and the marks on the scrub bar
 */
#include "stage.h"

#include "parts.h"
#include "screens/history_words.h"

static struct race_state before;

/* The view at @to, compared with @from. */
static struct stage *between(instant_us from, instant_us to)
{
	struct stage *stage = stage_new();

	stage_seek(stage, from);
	view_state(&stage->view, &before);
	stage = stage_new();
	stage_seek(stage, to);
	stage->view.before = &before;
	stage->view.before_what = "since the mark";
	view_open(&stage->view, OVERLAY_CHANGED);
	return stage;
}

static void where_nothing_happened_it_says_so(void **state)
{
	struct stage *stage = between(STAGE_MINUTE(30), STAGE_MINUTE(30));

	(void)state;
	stage_draw(stage, 120, 36);
	assert_true(stage_shows(stage, "what changed since the mark"));
	assert_true(stage_shows(stage, "no change but laps driven"));
}

struct stood {
	uint8_t state, driver, above;
	uint16_t stops, place;
};

static void stand(const struct view *view, struct stood out[RACE_CARS_MAX])
{
	for (uint16_t car = 0; car < view->race->car_count; car++) {
		const struct result *result = car_result(view, car);
		duration_us since;

		out[car].state = (uint8_t)car_state_at(view, car, &since);
		out[car].driver = view->race->cars[car].driver;
		out[car].stops = view->race->cars[car].stops;
		out[car].place = view->race->cars[car].class_place;
		out[car].above = !result || !result->threshold || result->margin >= 0;
	}
}

static bool listed(const struct stage *stage, uint16_t car)
{
	const struct entry *entry = &stage->race.entries[car];
	char head[64];

	(void)text_format(head, sizeof(head), " %s %s ", entry->number,
			  stage->race.classes[entry->class_index].name);
	for (int y = 2; y < 90; y++) {
		const char *row = stage_row(stage, y), *at = strstr(row, head);

		if (at && strstr(at, "+"))
			return true;
	}
	return false;
}

/* By the races at both ends, not by the snapshots. */
static void cars_to_which_something_happened_are_listed_and_no_other(void **state)
{
	static struct stood was[RACE_CARS_MAX], is[RACE_CARS_MAX];
	unsigned still = 0, moved = 0;

	(void)state;
	for (int from = 2; from < 56; from += 3) {
		struct stage *stage = stage_new();

		stage_seek(stage, STAGE_MINUTE(from));
		memset(was, 0, sizeof(was));
		memset(is, 0, sizeof(is));
		stand(&stage->view, was);
		stage = between(STAGE_MINUTE(from), STAGE_MINUTE(from + 4));
		stand(&stage->view, is);
		/* Nothing but the box: the table below it has the same cars. */
		stage->view.screen = SCREEN_COUNT;
		stage_draw(stage, 200, 100);
		for (uint16_t car = 0; car < stage->race.car_count; car++) {
			bool same = memcmp(&was[car], &is[car], sizeof(was[car])) == 0;

			if (stage->race.entries[car].not_started)
				continue;
			assert_int_equal(listed(stage, car), !same);
			still += same;
			moved += !same;
		}
	}
	assert_true(still > 5 && moved > 5);
}

static uint32_t happened(struct stage *stage, uint32_t kinds, instant_us from)
{
	struct history list;
	history_of_view(&list, &stage->view, kinds, CAR_NONE);
	return history_later(&list, from);
}

/* The stops of a favourite, a row each; of other cars none. */
static void stops_of_favourites_are_told(void **state)
{
	unsigned stops = 0;

	(void)state;
	for (int from = 2; from < 56; from += 6) {
		struct stage *stage =
			between(STAGE_MINUTE(from), STAGE_MINUTE(from + 6));
		uint16_t car = stage_car(stage, "2");
		struct history list;
		uint32_t out;

		history_of_view(&list, &stage->view, HISTORY_BIT(PIT_OUT), car);
		out = history_later(&list, STAGE_MINUTE(from));
		stage->view.screen = SCREEN_COUNT;
		stage_draw(stage, 120, 60);
		assert_false(stage_shows(stage, "pit out"));
		stage->view.table.bits[car] |= CAR_FAVOURITE;
		stage_draw(stage, 120, 60);
		assert_int_equal(stage_shows(stage, "pit out"), out > 0);
		assert_true(out == 0 ||
			    view_happened(&stage->view, STAGE_MINUTE(from)));
		stops += out;
	}
	assert_true(stops > 0);
}

/* What is offered after an absence: nothing where nothing of it happened. */
static void an_offer_is_made_only_when_something_happened(void **state)
{
	struct stage *stage = between(STAGE_MINUTE(1), STAGE_MINUTE(50));

	(void)state;
	assert_true(view_happened(&stage->view, STAGE_MINUTE(1)));
	assert_false(view_happened(&stage->view, stage->view.at));
}

static void a_change_of_the_lead_and_flags_are_told(void **state)
{
	bool flag = false;
	unsigned leads = 0;

	(void)state;
	for (int from = 1; from < 56; from++) {
		struct stage *stage =
			between(STAGE_MINUTE(from), STAGE_MINUTE(from + 5));
		unsigned flags = 0;
		bool changed;

		/* Whoever leads then: another has led before, on every second go. */
		if (from % 2)
			before.leader = stage_car(stage, "2");
		changed = before.leader != stage->view.standings->rows[0].car ||
			  happened(stage, HISTORY_BIT(LEAD), STAGE_MINUTE(from)) > 0;
		for (uint32_t i = 0; i < stage->race.flag_count; i++)
			flags += stage->flags[i].from_at > STAGE_MINUTE(from);
		stage_draw(stage, 120, 60);
		assert_int_equal(stage_shows(stage, "the race is led by"), changed);
		assert_int_equal(stage_shows(stage, " from 1"), flags > 0);
		leads += changed;
		flag |= flags > 0;
	}
	assert_true(leads > 0 && leads < 55 && flag);
}

static void it_draws_at_every_size_and_scrolls_to_its_end(void **state)
{
	struct stage *stage = between(STAGE_MINUTE(1), STAGE_MINUTE(60));

	(void)state;
	for (int cols = 60; cols <= 220; cols += 20) {
		for (int rows = 16; rows <= 60; rows += 4) {
			for (int top = 0; top < 20; top += 5) {
				stage->view.changed_top = top;
				stage_draw(stage, cols, rows);
				assert_true(stage_shows(stage, "what changed"));
			}
		}
	}
	stage->view.changed_top = 0;
	stage_draw(stage, 80, 16);
	/* A fault takes a line, and there is one too few. */
	text_copy(stage->view.record.fault, sizeof(stage->view.record.fault),
		  SLICE("disk full"));
	stage_draw(stage, 80, 16);
	assert_true(stage_shows(stage, "\u2193 more"));
	stage->view.changed_top = 500;
	stage_draw(stage, 80, 16);
	assert_false(stage_shows(stage, "\u2193 more"));
	/* From before the playhead alone. */
	before.at = stage->view.at + 1;
	stage_draw(stage, 80, 24);
	assert_false(stage_shows(stage, "what changed"));
}

static void marks_and_the_loop_stand_on_the_scrub_bar(void **state)
{
	struct stage *stage = stage_new();
	const char *row;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	stage->view.from = STAGE_START;
	stage->view.to = STAGE_MINUTE(60);
	stage->view.marks[0] = STAGE_MINUTE(10);
	stage->view.marks[1] = STAGE_MINUTE(50);
	stage->view.mark_count = 2;
	stage_draw(stage, 62, 24);
	row = stage_row(stage, 21);
	assert_non_null(strstr(row, "\u25bd"));
	assert_null(strchr(row, 'A'));
	stage->view.looping = true;
	stage->view.loop_from = STAGE_MINUTE(20);
	stage->view.loop_to = INSTANT_NONE;
	stage_draw(stage, 62, 24);
	assert_non_null(strchr(stage_row(stage, 21), 'A'));
	assert_null(strchr(stage_row(stage, 21), 'B'));
	stage->view.loop_to = STAGE_MINUTE(40);
	stage_draw(stage, 62, 24);
	assert_true(strchr(stage_row(stage, 21), 'A') <
		    strchr(stage_row(stage, 21), 'B'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_nothing_happened_it_says_so),
		cmocka_unit_test(
			cars_to_which_something_happened_are_listed_and_no_other),
		cmocka_unit_test(a_change_of_the_lead_and_flags_are_told),
		cmocka_unit_test(stops_of_favourites_are_told),
		cmocka_unit_test(an_offer_is_made_only_when_something_happened),
		cmocka_unit_test(it_draws_at_every_size_and_scrolls_to_its_end),
		cmocka_unit_test(marks_and_the_loop_stand_on_the_scrub_bar),
	};

	return cmocka_run_group_tests_name("changed", tests, NULL, NULL);
}
