/*
 * test_forecast.c -- `pitwall forecast`, `strategy` and `backtest` as scripts see them, and
 * how good the forecasts of real races are
 */
#include "official.h"
#include "../scratch.h"
#include "pitwall/forecast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void begins(const char *text, const char *header)
{
	if (strncmp(text, header, strlen(header)) != 0)
		fail_msg("the output does not begin with \"%s\"", header);
}

static void the_columns_are_those_that_are_promised(void **state)
{
	char *text = run_pitwall("forecast --at 50% --format csv", 0);

	(void)state;
	begins(text,
	       "number,class,status,laps_now,laps_p10,laps_p50,laps_p90,behind_p10,"
	       "behind_p50,behind_p90,threshold_p50,margin_now,margin_p50,"
	       "p_classified,p_class_win,deadline,class_behind_p50,p_race_win,"
	       "flag_at\n");
	free(text);
}

/* What the screen shows of a car, in words; every car in the list. */
static void the_strategy_is_printed_as_a_list_and_in_words(void **state)
{
	static const char *const says[] = {
		"88 GTS Care Racing", "next stop",          "stop now (green)",
		"if neutralised",     "88 stops now",       "\nahead ",
		" leads: ",           " at the wheel for ",
	};
	char *text = run_pitwall("strategy --at 3:20:00 --format csv", 0);
	struct table table;

	(void)state;
	begins(text, "number,class,class_pos,laps,stops,stint_laps,stint_time,"
		     "net_class_pos,net_best,net_worst,stops_left,window_from,");
	free(text);
	table_run("strategy --at 3:20:00 --format csv", &table);
	assert_true(table.count > 20);
	for (unsigned row = 0; row < table.count; row++) {
		bool leads = table_field(&table, row, "final_laps").len > 0;
		bool first =
			slice_eq(table_field(&table, row, "class_pos"), SLICE("1"));

		assert_int_equal(leads, first);
	}
	table_free(&table);
	text = run_pitwall("strategy --at 3:20:00 --car 88", 0);
	for (size_t i = 0; i < ARRAY_LEN(says); i++)
		if (!strstr(text, says[i]))
			fail_msg("\"%s\" does not say \"%s\"", text, says[i]);
	free(text);
	text = run_pitwall("strategy --at end --car 88", 0);
	assert_non_null(strstr(text, "No forecast"));
	assert_null(strchr(text, '~'));
	free(text);
}

/* There is no flag to reach, and no place to lose in the pits. */
static void a_timed_session_has_no_forecast(void **state)
{
	static const char of_88[] = " --session timed --at 3:20:00 --car 88";
	char arguments[80];
	char *text = run_pitwall("forecast --at end", 0);

	(void)state;
	/* What has happened is no forecast either. */
	assert_non_null(strstr(text, "#5 won\nthe flag fell after 208 laps"));
	free(text);
	text = run_pitwall("forecast --session timed --at 3:20:00", 0);
	assert_non_null(strstr(text, "No forecast: this is a timed session."));
	free(text);
	text_format(arguments, sizeof(arguments), "strategy%s", of_88);
	text = run_pitwall(arguments, 0);
	assert_non_null(strstr(text, "No forecast: this is a timed session."));
	assert_null(strchr(text, '~'));
	free(text);
}

/* [stints] of a session file, --stints over it, and a name that nobody has. */
static void stints_by_hand_change_the_stops_to_come(void **state)
{
	static const char *const commands[] = {
		"strategy --at 3:20:00 --format csv",
		"strategy --at 3:20:00 --format csv --stints 'GTS 12'",
	};
	unsigned left[2] = {0, 0};
	char *text;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct table table;

		table_run(commands[i], &table);
		for (unsigned row = 0; row < table.count; row++) {
			uint64_t n;

			if (slice_eq(table_field(&table, row, "class"), SLICE("GTS")) &&
			    parse_u64(table_field(&table, row, "stops_left"), &n))
				left[i] += (unsigned)n;
		}
		table_free(&table);
	}
	assert_true(left[1] > 2 * left[0]);
	text = run_pitwall("strategy --at 3:20:00 --car 88 --stints 'GTS 12,GT9 40min'",
			   0);
	assert_non_null(strstr(text, "GTS 12 laps, GT9 40 min (no such class or car)"));
	free(text);
	/* A session file of stints alone leaves the race as it is. */
	scratch_text("stints.ini", "[stints]\nGTS = 14\n88 = 40min\n");
	text = run_pitwall("strategy --at 3:20:00 --car 88 --session stints.ini", 0);
	assert_non_null(strstr(text, "GTS 14 laps, 88 40 min"));
	assert_non_null(strstr(text, "5 leads: "));
	free(text);
	text = run_pitwall("strategy --at 3:20:00 --stints 'GTS' 2>&1", 2);
	assert_non_null(strstr(text, "--stints: a stint is a class or a car"));
	free(text);
}

static void a_question_is_asked_of_one_car(void **state)
{
	char *text = run_pitwall(
		"strategy --at 3:20:00 --car 88 --what-if 'lap 120 90s green alone'",
		0);

	(void)state;
	assert_non_null(strstr(text, "lap 120, 90 s stop, green, alone: ~P"));
	free(text);
	text = run_pitwall("strategy --at 3:20:00 --what-if 'lap 120' 2>&1", 2);
	assert_non_null(strstr(text, "add --car NUMBER"));
	free(text);
	text = run_pitwall("strategy --at 3:20:00 --car 88 --what-if 'lap 999'", 0);
	assert_non_null(strstr(text, "lap 999: after the last lap of the car"));
	free(text);
	text = run_pitwall("strategy --at 3:20:00 --car 88 --what-if 'lap 120 90' 2>&1",
			   2);
	assert_non_null(strstr(text, "\"90\" is neither a lap"));
	free(text);
	text = run_pitwall("strategy --at 3:20:00 --car 88 --what-if soon 2>&1", 2);
	assert_non_null(strstr(text, "\"soon\" is neither a lap"));
	free(text);
	text = run_pitwall("strategy --at 3:20:00 --car 88 --what-if 'green lap 120 "
			   "neutralised' 2>&1",
			   2);
	assert_non_null(strstr(text, "\"neutralised\" asks again"));
	free(text);
}

static double number(const struct table *table, unsigned row, const char *name)
{
	char text[32];

	text_copy(text, sizeof(text), table_field(table, row, name));
	return strtod(text, NULL);
}

/* `backtest @options` of real races: all at hand, or a few. */
static void backtest_words(const char *options, bool few, char *words, size_t cap)
{
	static const char one[] = "wec_2025_spa_6h.csv";
	char path[1024];

	data_path(one, path, sizeof(path));
	path[strlen(path) - strlen(one)] = '\0';
	if (few)
		text_format(words, cap, "backtest %s '%s'wec_2025*.csv 2>&1", options,
			    path);
	else
		text_format(words, cap, "backtest %s '%s'imsa_*_laps.csv '%s'wec_*.csv",
			    options, path, path);
}

/* The rows that @filter of awk takes. */
static void backtest_rows(const char *options, const char *filter, struct table *table)
{
	char words[4096];
	size_t len;

	backtest_words(options, false, words, sizeof(words));
	len = strlen(words);
	text_format(words + len, sizeof(words) - len,
		    " --format csv | awk 'NR == 1 || %s'", filter);
	table_run(words, table);
}

/* The rows TOTAL. */
static void backtest_totals(const char *options, struct table *table)
{
	backtest_rows(options, "/^TOTAL/", table);
	assert_int_equal(table->count, 6);
}

static void a_timed_session_tests_no_forecast(void **state)
{
	char words[4096];
	char *text;

	(void)state;
	backtest_words("--session timed", true, words, sizeof(words));
	text = run_pitwall(words, 1);
	assert_non_null(strstr(text, "only a race can test a forecast"));
	free(text);
}

/* Each race by the coefficients that the others give. */
static void real_races_are_forecast_better_than_by_the_rules(void **state)
{
	/* At 10, 25, 50, 75, 90 and 95 %: what is reached, with a little room. */
	static const double ratios[] = {0.56, 0.60, 0.71, 0.74, 0.66, 0.66};
	static const double exact[] = {0.0, 0.03, 0.03, 0.33, 0.50, 0.55};
	struct table table;

	(void)state;
	backtest_totals("--leave-one-out --measure behind", &table);
	for (unsigned row = 0; row < table.count; row++) {
		assert_true(slice_eq(table_field(&table, row, "race"), SLICE("TOTAL")));
		assert_true(number(&table, row, "cars") > 900.0);
		assert_true(number(&table, row, "ratio") < ratios[row]);
		assert_true(number(&table, row, "coverage") > 0.75);
		assert_true(number(&table, row, "coverage") < 0.88);
		assert_true(number(&table, row, "coverage_gap") > 0.75);
		assert_true(number(&table, row, "coverage_gap") < 0.88);
		assert_true(number(&table, row, "coverage_laps") > 0.70);
		assert_true(number(&table, row, "winner_laps_exact") >= exact[row]);
		assert_true(number(&table, row, "winner_coverage") > 0.70);
	}
	table_free(&table);
}

/* The table behind it has every term; the file can be read again. */
static void a_fit_says_what_each_term_adds(void **state)
{
	char words[4096], *text;

	(void)state;
	backtest_words("--fit --measure behind -o /dev/stderr", true, words,
		       sizeof(words));
	text = run_pitwall(words, 0);
#define X(name_, value_, low_, high_, about_)             \
	assert_non_null(strstr(text, "\n" #name_ " = ")); \
	assert_non_null(strstr(text, "\n" #name_ " "));
	FORECAST_TERMS(X)
#undef X
	assert_non_null(strstr(text, "\nnothing "));
	free(text);
}

static void chances_of_real_races_are_better_than_the_rule(void **state)
{
	struct table table;

	(void)state;
	backtest_totals("--measure chances", &table);
	for (unsigned row = 0; row < table.count; row++) {
		assert_true(number(&table, row, "brier") <
			    0.85 * number(&table, row, "brier_simple"));
		assert_true(number(&table, row, "log_loss") <
			    0.90 * number(&table, row, "log_loss_simple"));
		assert_true(number(&table, row, "class_log_loss") <
			    number(&table, row, "class_log_loss_simple"));
		assert_true(number(&table, row, "race_log_loss") <
			    0.90 * number(&table, row, "race_log_loss_simple"));
	}
	/* At 90 and 95 %: sharper than the place. */
	for (unsigned row = 4; row < table.count; row++)
		assert_true(number(&table, row, "class_log_loss") <
			    0.70 * number(&table, row, "class_log_loss_simple"));
	table_free(&table);
}

/* Where many were given about the same chance, about so many had it. */
static void chances_come_true_as_often_as_was_said(void **state)
{
	struct table table;
	unsigned judged = 0;

	(void)state;
	backtest_rows("--measure calibration", "$0", &table);
	for (unsigned row = 0; row < table.count; row++) {
		double cars = number(&table, row, "cars");
		double said = number(&table, row, "said");
		double off = number(&table, row, "seen") - said;

		if (cars < 30.0)
			continue;
		judged++;
		/* Three deviations of the cars alone, and one in twenty for the races. */
		assert_true(off * off < 0.0025 + 9.0 * said * (1.0 - said) / cars);
	}
	assert_true(judged > 20);
	table_free(&table);
}

/* Of stops: those that are left, those that are due, the place after one, and the
 * net position at half distance. */
static void stops_of_real_races_are_as_forecast(void **state)
{
	static const double left[] = {1.8, 1.5, 1.0, 0.45, 0.25, 0.15};
	double due = 0.0, hits = 0.0, stops = 0.0, near = 0.0;
	double slow = 0.0, error = 0.0, held = 0.0;
	struct table table;

	(void)state;
	backtest_totals("--measure strategy", &table);
	for (unsigned row = 0; row < table.count; row++) {
		double n = number(&table, row, "due");
		double green = number(&table, row, "rejoins_green");
		double neutral = number(&table, row, "rejoins_neutral");

		assert_true(number(&table, row, "stops_left_error") < left[row]);
		due += n;
		hits += n * number(&table, row, "due_true");
		stops += green;
		near += green * number(&table, row, "rejoin_green_within_one");
		slow += neutral;
		error += neutral * number(&table, row, "rejoin_neutral_error");
		held += neutral * number(&table, row, "rejoin_neutral_held");
	}
	assert_true(due > 600.0 && hits > 0.7 * due);
	assert_true(stops > 900.0 && near > 0.74 * stops);
	assert_true(slow > 200.0 && error < held);
	assert_true(number(&table, 2, "net_error") < number(&table, 2, "net_held"));
	table_free(&table);
}

static void a_race_that_was_not_given_is_asked_for(void **state)
{
	char *text = run_pitwall("backtest 2>&1", 2);

	(void)state;
	assert_non_null(strstr(text, "backtest needs finished races"));
	free(text);
	text = run_pitwall("backtest one.csv two.csv one.csv 2>&1", 2);
	assert_non_null(strstr(text, "one.csv is named twice"));
	free(text);
}

static int forecast_enter(void **state)
{
	(void)state;
	return scratch_enter("forecast");
}

static int forecast_leave(void **state)
{
	(void)state;
	return scratch_leave("forecast");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_columns_are_those_that_are_promised),
		cmocka_unit_test(the_strategy_is_printed_as_a_list_and_in_words),
		cmocka_unit_test(a_timed_session_has_no_forecast),
		cmocka_unit_test(stints_by_hand_change_the_stops_to_come),
		cmocka_unit_test(a_question_is_asked_of_one_car),
		cmocka_unit_test(a_race_that_was_not_given_is_asked_for),
		cmocka_unit_test(a_timed_session_tests_no_forecast),
		cmocka_unit_test(real_races_are_forecast_better_than_by_the_rules),
		cmocka_unit_test(a_fit_says_what_each_term_adds),
		cmocka_unit_test(chances_of_real_races_are_better_than_the_rule),
		cmocka_unit_test(chances_come_true_as_often_as_was_said),
		cmocka_unit_test(stops_of_real_races_are_as_forecast),
	};

	return cmocka_run_group_tests_name("golden forecast", tests, forecast_enter,
					   forecast_leave);
}
