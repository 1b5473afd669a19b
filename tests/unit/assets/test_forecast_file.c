/*
 * test_forecast_file.c -- the parameters of the forecast: read, written, and what is
 * wrong with a file said in words
 */
#include "../session/fixture.h"

#include <string.h>

#include "pitwall/shell.h"

static struct forecast_parameters read;
static struct err err;

static int parse(const char *text)
{
	return forecast_parameters_parse(slice_of(text), "here.ini", &read, &err);
}

static void what_is_not_said_is_as_built_in(void **state)
{
	(void)state;
	assert_int_equal(parse("[forecast]\nneutral_share = 0.25\n"), 0);
	assert_true(read.neutral_share == 0.25);
	assert_true(read.stop_usual == forecast_parameters_plain.stop_usual);
}

static void a_mistake_is_named_with_its_line(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"[forecast]\nneutral_share = 2\n", "a number from 0.001 to 0.5"},
		{"[forecast]\nneutral_share = nan\n", "a number from"},
		{"[forecast]\nneutral_share = 0.1x\n", "a number from"},
		{"[forecast]\nneutral_sahre = 0.1\n", "neutral_sahre"},
		{"[else]\nneutral_share = 0.1\n", "the one section is [forecast]"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(parse(rows[i].text) < 0);
		assert_non_null(strstr(err.text, "here.ini, line 2"));
		assert_non_null(strstr(err.text, rows[i].words));
	}
}

/* A section of another ruleset changes nothing, and is still read with care. */
static void a_kind_is_of_its_ruleset_alone(void **state)
{
	static const char text[] =
		"[a]\nneutral_share = 0.1\n[b]\nneutral_share = 0.3\n"
		"[b from 2.5]\nneutral_share = 0.4\n[be*]\nneutral_share = 0.5\n";
	static const struct {
		struct race_kind kind;
		double share;
	} rows[] = {
		{{"b", 2 * US_HOUR}, 0.3},
		{{"b", 3 * US_HOUR}, 0.4},
		{{"best", 3 * US_HOUR}, 0.5},
	};
	const struct race_kind other = {"c", US_HOUR};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		read = forecast_parameters_plain;
		assert_int_equal(forecast_kind_parse(slice_of(text), "kinds.ini",
						     &rows[i].kind, &read, &err),
				 0);
		assert_true(read.neutral_share == rows[i].share);
	}
	read = forecast_parameters_plain;
	assert_int_equal(
		forecast_kind_parse(slice_of(text), "kinds.ini", &other, &read, &err),
		0);
	assert_memory_equal(&read, &forecast_parameters_plain, sizeof(read));
	assert_true(forecast_kind_parse(SLICE("[a]\nneutral_share = 9\n"), "kinds.ini",
					&other, &read, &err) < 0);
	assert_true(forecast_kind_parse(SLICE("[a from x]\nneutral_share = 0.2\n"),
					"kinds.ini", &other, &read, &err) < 0);
	assert_non_null(strstr(err.text, "from how many hours?"));
}

static void what_is_shipped_can_be_read(void **state)
{
	static const struct {
		struct race_kind kind;
		double share, stint, wave_bys;
	} rows[] = {
		{{"imsa", 100 * US_MIN}, 0.15, 55.0, 1.0},
		{{"imsa", 160 * US_MIN}, 0.19, 55.0, 1.0},
		{{"imsa", 6 * US_HOUR}, 0.37, 52.0, 1.0},
		{{"imsa", 12 * US_HOUR}, 0.25, 52.0, 1.0},
		{{"wec", 6 * US_HOUR}, 0.15, 58.0, 0.0},
		{{"wec", 10 * US_HOUR}, 0.09, 58.0, 0.0},
		{{"le-mans-24h-2024", 24 * US_HOUR}, 0.16, 43.0, 0.0},
		{{"le-mans-1000km-2003", 6 * US_HOUR}, 0.12, 52.0, 0.0},
		{{"plain", 6 * US_HOUR}, 0.2, 52.0, 0.0},
	};

	(void)state;
	assert_int_equal(forecast_parameters_load(NULL, &read, &err), 0);
	assert_true(read.neutral_share == 0.2);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(forecast_parameters_load(&rows[i].kind, &read, &err),
				 0);
		assert_true(read.neutral_share == rows[i].share);
		assert_true(read.stint_minutes == rows[i].stint);
		assert_true(read.wave_bys == rows[i].wave_bys);
	}
}

static void what_is_written_reads_back(void **state)
{
	struct forecast_parameters before;
	static char buf[8192];
	struct out out = {.buf = buf, .max = sizeof(buf)};

	(void)state;
	assert_int_equal(forecast_parameters_load(NULL, &before, &err), 0);
	forecast_parameters_write(&out, &before, "a test");
	assert_true(out.len < sizeof(buf));
	buf[out.len] = '\0';
	assert_int_equal(parse(buf), 0);
	assert_memory_equal(&read, &before, sizeof(read));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_is_as_built_in),
		cmocka_unit_test(a_mistake_is_named_with_its_line),
		cmocka_unit_test(a_kind_is_of_its_ruleset_alone),
		cmocka_unit_test(what_is_shipped_can_be_read),
		cmocka_unit_test(what_is_written_reads_back),
	};

	return cmocka_run_group_tests_name("app forecast file", tests, NULL, NULL);
}
