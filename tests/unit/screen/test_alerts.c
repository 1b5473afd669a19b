/*
 * test_alerts.c -- rules of one line: what is understood, and when they tell
 */
#include "stage.h"

#include <errno.h>

#include "parts.h"
#include "pitwall/alert.h"

static void what_is_understood(void **state)
{
	static const char *const rules[] = {
		"#7 gap #31 < 2",
		"#7 gap to #31 < 2.0",
		"class GT leader pits",
		"#20 margin < 0",
		"any leads",
		"leader pits",
		"favourites stop > 2:00",
		"tagged driver",
		"flag",
		"flag SC",
		"FLAG sc",
		"class GTS class-interval < 1",
		"  any   best  ",
		"~14 stands",
		"class LMP900 chance < 50",
		"any stint > 30",
	};
	struct alert_rule rule;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rules); i++) {
		bool internal = rules[i][0] == '~';
		int rc = alert_parse(slice_of(rules[i]), &rule, &err);

		/* A car without a number is addressed with the sign too. */
		assert_int_equal(rc, internal ? -EINVAL : 0);
	}
	assert_int_equal(alert_parse(SLICE("#~14 stands"), &rule, &err), 0);
}

static void what_is_not_is_a_sentence(void **state)
{
	static const struct {
		const char *rule, *said;
	} rows[] = {
		{"", "for example"},
		{"nobody pits", "unknown car 'nobody'"},
		{"# pits", "unknown car"},
		{"#7", "unknown condition ''"},
		{"#7 flies", "'flies': use one of pits"},
		{"#7 pits now", "unexpected 'now'"},
		{"#7 gap 31 < 2", "gap #31 < 2"},
		{"#7 gap #31 = 2", "< or >"},
		{"#7 gap #31 <", "is not a time"},
		{"#7 margin < 0.5", "whole number"},
		{"class", "a name of 1 to"},
		{"flag PURPLE", "GREEN YELLOW"},
		{"flag SC now", "GREEN YELLOW"},
		{"#12345678901234567890 pits", "a name of 1 to 19"},
	};
	struct alert_rule rule = {.who = 77}, kept = rule;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err;

		if (alert_parse(slice_of(rows[i].rule), &rule, &err) != -EINVAL)
			fail_msg("%s is understood", rows[i].rule);
		if (!strstr(err.text, rows[i].said))
			fail_msg("%s: %s", rows[i].rule, err.text);
		assert_memory_equal(&rule, &kept, sizeof(rule));
	}
}

/* How often a rule tells while the race is played second by second. */
struct told {
	unsigned count;
	instant_us first_at;
	uint16_t first_car;
	char first[128];
};

static struct told play(const char *text, int from_s, int to_s, int step_s)
{
	struct stage *stage = stage_new();
	static struct alert_state held;
	struct told told = {.count = 0};
	struct alert_rule rule;
	struct err err;

	memset(&held, 0, sizeof(held));
	assert_int_equal(alert_parse(slice_of(text), &rule, &err), 0);
	for (int s = from_s; s <= to_s; s += step_s) {
		struct alert_fired fired[8];
		unsigned n;

		stage_seek(stage, STAGE_START + s * US_S);
		n = alert_check(&rule, &held, &stage->view, fired, 8);
		if (n && told.count == 0) {
			told.first_at = fired[0].at;
			told.first_car = fired[0].car;
			memcpy(told.first, fired[0].text, sizeof(told.first));
		}
		told.count += n;
	}
	return told;
}

static void each_stop_is_told_once(void **state)
{
	struct stage *stage = stage_new();
	struct told told;

	(void)state;
	told = play("#5 pits", 0, 3600, 1);
	stage_seek(stage, STAGE_START + 3600 * US_S);
	assert_int_equal(told.count, stage->race.cars[stage_car(stage, "5")].stops);
	assert_int_equal(told.first_car, stage_car(stage, "5"));
	assert_string_equal(told.first, "5 #5 pits");
	assert_int_equal(play("#5 leaves", 0, 3600, 1).count, told.count);
	/* The same of all cars. */
	told = play("any pits", 0, 3600, 1);
	stage = stage_new();
	stage_seek(stage, STAGE_START + 3600 * US_S);
	unsigned stops = 0;
	for (uint16_t car = 0; car < stage->race.car_count; car++)
		stops += stage->race.cars[car].stops;
	assert_int_equal(told.count, stops);
}

static void a_flag_is_told_when_it_comes(void **state)
{
	struct told told = play("flag SC", 0, 3600, 5);

	(void)state;
	assert_int_equal(told.count, 1);
	assert_int_equal(told.first_car, CAR_NONE);
	assert_true(told.first_at >= STAGE_MINUTE(20) &&
		    told.first_at < STAGE_MINUTE(21));
	/* It comes, green again, and the chequered one. */
	assert_true(play("flag", 60, 3900, 5).count >= 3);
}

static void a_safety_car_is_told_by_what_the_ruleset_calls_fcy(void **state)
{
	static struct alert_state held;
	struct alert_fired fired[8];
	struct alert_rule rule;
	struct err err;

	(void)state;
	assert_int_equal(alert_parse(SLICE("flag SC"), &rule, &err), 0);
	for (unsigned sent = 0; sent < 2; sent++) {
		struct stage *stage = stage_new();
		memset(&held, 0, sizeof(held));
		stage_seek(stage, STAGE_MINUTE(10));
		(void)text_copy(stage->rules.fcy, sizeof(stage->rules.fcy),
				slice_of(sent ? "safety car" : "slow"));
		stage->view.rules = &stage->rules;
		assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8), 0);
		stage->race.flag = FLAG_FCY;
		assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8),
				 sent);
	}
	assert_string_equal(fired[0].text, "flag SC: FCY SAFETY CAR");
}

/* The first car after 5 in the order, or of its class. */
static struct standing *comes_after(struct stage *stage, bool in_class)
{
	uint16_t five = stage_car(stage, "5");
	uint32_t i = stage->standings.row_of[five] + 1u;
	while (in_class &&
	       stage->race.entries[stage->standings.rows[i].car].class_index !=
		       stage->race.entries[five].class_index)
		i++;
	assert_true(i < stage->standings.count);
	return &stage->standings.rows[i];
}

static void the_car_behind_is_told_whoever_it_is(void **state)
{
	static const char *const rules[] = {"#5 behind < 10", "#5 class-behind < 10"};
	static struct alert_state held;
	struct alert_fired fired[8];
	struct alert_rule rule;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rules); i++) {
		struct stage *stage = stage_new();
		memset(&held, 0, sizeof(held));
		stage_seek(stage, STAGE_MINUTE(30));
		struct standing *row = comes_after(stage, i == 1);
		struct gap *gap = i ? &row->class_interval : &row->interval;
		assert_int_equal(alert_parse(slice_of(rules[i]), &rule, &err), 0);
		*gap = (struct gap){.kind = GAP_TIME, .value = 10 * US_S};
		assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8), 0);
		gap->value = 9 * US_S;
		assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8), 1);
		assert_int_equal(fired[0].car, stage_car(stage, "5"));
		assert_non_null(strstr(fired[0].text, "behind < 10 (9.000)"));
	}
}

static void a_value_is_told_when_it_passes_its_number(void **state)
{
	struct told told = play("#25 margin < 0", 0, 3600, 10);

	(void)state;
	assert_int_equal(told.count, 1);
	assert_non_null(strstr(told.first, "(\u22121)"));
	assert_int_equal(play("#25 margin > 1000", 0, 3600, 30).count, 0);
	/* From below to above: 10 laps since a stop are once a stint. */
	told = play("#5 stint > 5", 0, 3600, 5);
	assert_true(told.count >= 1);
}

static void what_held_already_or_after_a_jump_is_no_news(void **state)
{
	struct stage *stage = stage_new();
	static struct alert_state held;
	struct alert_fired fired[8];
	struct alert_rule rule;
	struct err err;

	(void)state;
	memset(&held, 0, sizeof(held));
	assert_int_equal(alert_parse(SLICE("flag SC"), &rule, &err), 0);
	stage_seek(stage, STAGE_MINUTE(23));
	assert_int_equal(stage->race.flag, FLAG_SC);
	assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8), 0);
	assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8), 0);
	stage = stage_new();
	stage_seek(stage, STAGE_MINUTE(10));
	assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8), 0);
	stage_seek(stage, STAGE_MINUTE(23));
	alert_forget(&held);
	assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8), 0);
	stage = stage_new();
	stage_seek(stage, STAGE_MINUTE(10));
	assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8), 0);
	stage_seek(stage, STAGE_MINUTE(23));
	assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 8), 1);
	/* There is room for none: nothing is written. */
	stage = stage_new();
	stage_seek(stage, STAGE_MINUTE(10));
	(void)alert_check(&rule, &held, &stage->view, fired, 8);
	stage_seek(stage, STAGE_MINUTE(23));
	assert_int_equal(alert_check(&rule, &held, &stage->view, fired, 0), 0);
}

/* Alerts while the last lap of car 5 takes these times, in milliseconds. */
static unsigned alerts_of(const char *text, const int *times, unsigned count,
			  int step_s)
{
	struct stage *stage = stage_new();
	static struct alert_state held;
	struct alert_fired fired[8];
	struct alert_rule rule;
	struct err err;
	unsigned told = 0;
	memset(&held, 0, sizeof(held));
	assert_int_equal(alert_parse(slice_of(text), &rule, &err), 0);
	stage_seek(stage, STAGE_MINUTE(30));
	for (unsigned i = 0; i < count; i++) {
		stage->race.cars[stage_car(stage, "5")].lap_last =
			times[i] < 0 ? DURATION_NONE : times[i] * US_MS;
		stage->view.at += step_s * US_S;
		told += alert_check(&rule, &held, &stage->view, fired, 8);
	}
	return told;
}

static void a_value_that_swings_around_its_limit_is_told_once(void **state)
{
	static const int swings[] = {94000, 95100, 94900, 95100, 94900,
				     95100, 94500, 95100, 94900, 95200},
			 clear[] = {80000, 95100, 80000, 95100, 94900, 95100},
			 rest[] = {94000, 95100, 94900, 94900, 95100, 94900, 95100},
			 unknown[] = {80000, 95100, -1, 95100};
	(void)state;
	assert_int_equal(alerts_of("#5 last > 95", swings, ARRAY_LEN(swings), 30), 1);
	assert_int_equal(alerts_of("#5 last > 95", clear, ARRAY_LEN(clear), 30), 2);
	assert_int_equal(alerts_of("#5 last > 95", unknown, ARRAY_LEN(unknown), 30), 2);
	/* Below: the other way round, and 94.0 is not below. */
	assert_int_equal(alerts_of("#5 last < 95", &swings[1], 9, 30), 1);
	/* Not beyond it for a long time. */
	assert_int_equal(alerts_of("#5 last > 95", rest, ARRAY_LEN(rest), 301), 2);
}

static void alerts_of_one_rule_are_one_line(void **state)
{
	struct stage *stage = stage_new();
	struct alert_fired group = {.car = 0}, next = {.car = 0};
	struct alert_rule rule;
	struct err err;
	(void)state;
	stage_seek(stage, STAGE_MINUTE(30));
	assert_int_equal(alert_parse(SLICE("any pits"), &rule, &err), 0);
	group.car = stage_car(stage, "5");
	next.car = stage_car(stage, "2");
	alert_join(&group, &next, &rule, &stage->race);
	assert_string_equal(group.text, "2 cars: any pits (5, 2)");
	next.car = stage_car(stage, "8");
	alert_join(&group, &next, &rule, &stage->race);
	assert_string_equal(group.text, "3 cars: any pits (5, 2, 8)");
	for (unsigned i = 3; i < 31; i++)
		alert_join(&group, &next, &rule, &stage->race);
	assert_string_equal(group.text, "31 cars: any pits");
}

static void the_list_shows_rules_and_what_was_told_until_now(void **state)
{
	struct stage *stage = stage_new();
	struct alert_rule rules[2];
	struct alert_fired log[2] = {
		{.at = STAGE_MINUTE(10), .car = 0, .text = "early"},
		{.at = STAGE_MINUTE(40), .car = 0, .text = "late"}};
	struct err err;

	(void)state;
	assert_int_equal(alert_parse(SLICE("any pits"), &rules[0], &err), 0);
	assert_int_equal(alert_parse(SLICE("#5 gap #2 < 1.5"), &rules[1], &err), 0);
	stage_seek(stage, STAGE_MINUTE(30));
	view_open(&stage->view, OVERLAY_ALERTS);
	stage_draw(stage, 80, 24);
	assert_true(stage_shows(stage, "no alerts yet"));
	stage->view.alerts = rules;
	stage->view.alert_count = 2;
	stage->view.alert_log = log;
	stage->view.alert_log_count = 2;
	for (int cols = 60; cols < 200; cols += 20) {
		for (int rows = 16; rows < 60; rows += 6) {
			stage_draw(stage, cols, rows);
			assert_true(stage_shows(stage, "any pits"));
			assert_true(stage_shows(stage, "#5 gap #2 < 1.5"));
			assert_true(stage_shows(stage, "early"));
			assert_false(stage_shows(stage, "late"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_understood),
		cmocka_unit_test(what_is_not_is_a_sentence),
		cmocka_unit_test(each_stop_is_told_once),
		cmocka_unit_test(a_flag_is_told_when_it_comes),
		cmocka_unit_test(a_safety_car_is_told_by_what_the_ruleset_calls_fcy),
		cmocka_unit_test(the_car_behind_is_told_whoever_it_is),
		cmocka_unit_test(a_value_is_told_when_it_passes_its_number),
		cmocka_unit_test(what_held_already_or_after_a_jump_is_no_news),
		cmocka_unit_test(a_value_that_swings_around_its_limit_is_told_once),
		cmocka_unit_test(alerts_of_one_rule_are_one_line),
		cmocka_unit_test(the_list_shows_rules_and_what_was_told_until_now),
	};

	return cmocka_run_group_tests_name("alerts", tests, NULL, NULL);
}
