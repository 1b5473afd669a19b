/*
 * test_season_view.c -- lines of crews, the tables beside each other, news of titles
 */
#include "season_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "pitwall/season_view.h"

static struct season_view view;
static struct season_view_work work;

static const char rules_text[] =
	"[points]\nname = few\n[scale race]\nfor = any\npoints = 10 8 6 5\n"
	"[title drivers]\nplaces = class\n[title makes]\nplaces = class\ncars = 1\n"
	"privates = score\n";

/* Two rounds: 1 leads 2 after the first, and is behind it in the second. */
static struct season *two_rounds(void)
{
	struct season *season = season_by_text(rules_text, 0);
	struct season_round *before = add_round(season, "Spa", "6h");
	add_car(season, before, "GT", 1, "1", "Ann, Bob");
	add_car(season, before, "GT", 2, "2", "Cid, Dot");
	add_car(season, before, "LMP", 1, "7", "Eve");
	struct season_round *now = add_round(season, "Monza", "6h");
	add_car(season, now, "GT", 1, "2", "Cid, Dot, Fay");
	add_car(season, now, "GT", 3, "1", "Ann, Bob");
	add_car(season, now, "GT", 2, "3", "Gus");
	add_car(season, now, "LMP", 1, "7", "Eve");
	return season;
}

static void drivers_of_a_car_with_equal_points_are_one_line(void **state)
{
	struct season *season = two_rounds();
	char names[64];
	(void)state;
	season_view_begin(&view, season, 1);
	season_view_now(&view, 0, &work);
	assert_int_equal(view.line_count, 4);
	season_line_names(season, &view.lines[0], 40, names, sizeof(names));
	assert_string_equal(names, "Cid, Dot");
	assert_int_equal(view.lines[0].now, P(18));
	assert_int_equal(view.lines[0].before, P(8));
	assert_int_equal(view.lines[0].position, 1);
	assert_int_equal(view.lines[0].position_before, 2);
	assert_int_equal(view.lines[1].now, P(16));
	assert_int_equal(view.lines[1].behind, P(2));
	assert_int_equal(view.lines[1].position, 2);
	/* A third driver has the race alone. */
	season_line_names(season, &view.lines[2], 40, names, sizeof(names));
	assert_string_equal(names, "Fay");
	assert_int_equal(view.lines[2].position_before, 0);
	/* Of car 2 the line of its best drivers. */
	assert_int_equal(view.cars[0].now, P(18));
	assert_int_equal(view.cars[1].now, P(16));
	assert_true(view.last);
}

static void tables_are_beside_each_other_by_class_and_title(void **state)
{
	struct season *season = two_rounds();
	(void)state;
	season_view_begin(&view, season, 1);
	season_view_now(&view, 0, &work);
	unsigned lmp = season_view_class(&view, 0, 1);
	assert_int_not_equal(lmp, 0);
	assert_int_equal(view.queries[lmp].title, view.queries[0].title);
	assert_int_equal(season_view_class(&view, lmp, 1), 0);
	assert_int_equal(season_view_class(&view, lmp, -1), 0);
	/* No car has a make: that title has no rows and is passed over. */
	assert_int_equal(season_view_title(&view, 0), 0);
	season_view_now(&view, lmp, &work);
	assert_int_equal(view.line_count, 1);
}

static void a_title_is_news_when_its_leader_has_lasted(void **state)
{
	struct season *season = two_rounds();
	struct season_news news = {.at = INSTANT_NONE};
	struct season_round *now = (struct season_round *)(uintptr_t)season->rounds[1];
	instant_us at = US_HOUR;
	(void)state;
	season_view_begin(&view, season, 1);
	now->results[0].class_place = 3;
	now->results[1].class_place = 1;
	season_view_now(&view, 0, &work);
	assert_int_equal(season_news_next(&news, &view, at, false), -1);
	/* Car 2 comes to the front and loses the lead again: no news. */
	for (unsigned turn = 0; turn < 5; turn++) {
		unsigned first = turn % 2;
		now->results[0].class_place = first ? 3 : 1;
		now->results[1].class_place = first ? 1 : 3;
		season_view_now(&view, 0, &work);
		at += SEASON_NEWS_AFTER / 2;
		assert_int_equal(season_news_next(&news, &view, at, false), -1);
	}
	/* Now it stays. */
	at += SEASON_NEWS_AFTER;
	assert_int_equal(season_news_next(&news, &view, at, false), 0);
	assert_string_equal(season_name_text(season, view.leaders[0]), "Cid");
	assert_int_equal(season_news_next(&news, &view, at + US_HOUR, false), -1);
	/* A jump is no news. */
	now->results[0].class_place = 3;
	now->results[1].class_place = 1;
	season_view_now(&view, 0, &work);
	assert_int_equal(season_news_next(&news, &view, at - US_HOUR, true), -1);
	assert_int_equal(season_news_next(&news, &view, at, false), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drivers_of_a_car_with_equal_points_are_one_line),
		cmocka_unit_test(tables_are_beside_each_other_by_class_and_title),
		cmocka_unit_test(a_title_is_news_when_its_leader_has_lasted),
	};
	return cmocka_run_group_tests_name("season view", tests, NULL, NULL);
}
