/*
 * test_numbers.c -- numbers, durations, clocks and dates, from text and to text
 */
#include "check.h"

#include <stdlib.h>

static void whole_numbers_are_digits_only_and_never_wrap(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool good;
		uint64_t value;
	} rows[] = {
		{"0", true, 0},
		{"007", true, 7},
		{"18446744073709551615", true, UINT64_MAX},
		{"00000000000000000000000000001", true, 1},
		{"18446744073709551616", false, 0},
		{"99999999999999999999", false, 0},
		{"184467440737095516150", false, 0},
		{"", false, 0},
		{"-1", false, 0},
		{"+1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1.0", false, 0},
		{"1a", false, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t value = 4711;
		bool good = parse_u64(slice_of(rows[i].text), &value);
		if (good != rows[i].good)
			fail_msg("\"%s\"", rows[i].text);
		assert_int_equal(value, good ? rows[i].value : 4711);
	}
}

static void signed_numbers_reach_both_ends(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool good;
		int64_t value;
	} rows[] = {
		{"-5", true, -5},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0},
		{"-", false, 0},
		{"--1", false, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t value = 4711;
		bool good = parse_i64(slice_of(rows[i].text), &value);
		if (good != rows[i].good)
			fail_msg("\"%s\"", rows[i].text);
		assert_int_equal(value, good ? rows[i].value : 4711);
	}
}

static void decimals_are_scaled_and_cut_towards_zero(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned digits;
		bool good;
		int64_t value;
	} rows[] = {
		{"12", 3, true, 12000},
		{"12.5", 3, true, 12500},
		{"12,5", 3, true, 12500},
		{"-0.3", 1, true, -3},
		{"-0.39", 1, true, -3},
		{"208.16", 0, true, 208},
		{"0.0000001", 6, true, 0},
		{"000.25", 2, true, 25},
		{"1.99999999999999999999999", 2, true, 199},
		{"0", 30, true, 0},
		{"9223372036854.775807", 6, true, INT64_MAX},
		{"9223372036854.775808", 6, false, 0},
		{"9223372036855", 6, false, 0},
		{"5", 19, false, 0},
		{"", 3, false, 0},
		{".5", 3, false, 0},
		{"5.", 3, false, 0},
		{"1.2.3", 3, false, 0},
		{"1,234.5", 3, false, 0},
		{"1.2x", 0, false, 0},
		{"1e3", 3, false, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t value = 4711;
		bool good =
			parse_decimal(slice_of(rows[i].text), rows[i].digits, &value);
		if (good != rows[i].good)
			fail_msg("\"%s\"", rows[i].text);
		assert_int_equal(value, good ? rows[i].value : 4711);
	}
}

static void durations_are_read_as_timing_files_write_them(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool good;
		int64_t us;
	} rows[] = {
		{"3:53.276", true, 233276000},
		{"45.985", true, 45985000},
		{"1:02:03.004", true, 3723004000},
		{"24:06:24.548", true, 86784548000},
		{"100:00:00", true, 360000 * US_S},
		{"90:00", true, 5400 * US_S},
		{"0.1", true, 100000},
		{"7", true, 7 * US_S},
		{"1.1234567", true, 1123456},
		{"999999999:59:59.999999", true, 3599999999999999999},
		{"1:60", false, 0},
		{"1:60:00", false, 0},
		{"1:00:60", false, 0},
		{"1:5", false, 0},
		{"1:123", false, 0},
		{"1:2:03", false, 0},
		{"1:02:03:04", false, 0},
		{"", false, 0},
		{":30", false, 0},
		{"1:", false, 0},
		{"1.", false, 0},
		{".5", false, 0},
		{"-1:00", false, 0},
		{"1:00 ", false, 0},
		{"1:0x", false, 0},
		{"1:00.12x", false, 0},
		{"1000000000", false, 0},
		{"99999999999999999999", false, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		duration_us us = 4711;
		bool good = parse_duration(slice_of(rows[i].text), &us);
		if (good != rows[i].good)
			fail_msg("\"%s\"", rows[i].text);
		assert_int_equal(us, good ? rows[i].us : 4711);
	}
}

static void durations_are_shown_cut_and_never_rounded(void **state)
{
	(void)state;
	static const struct {
		duration_us us;
		enum time_style style;
		const char *text;
	} rows[] = {
		{96412999, TIME_LAP, "1:36.412"},
		{36412000, TIME_LAP, "36.412"},
		{6012000, TIME_LAP, "6.012"},
		{3723412000, TIME_LAP, "1:02:03.412"},
		{36412000, TIME_LAPM, "0:36.412"},
		{96412000, TIME_LAPM, "1:36.412"},
		{3723412000, TIME_LAPM, "1:02:03.412"},
		{21593245000, TIME_RACE, "5:59:53.245"},
		{1000, TIME_RACE, "0:00:00.001"},
		{11564999999, TIME_CLOCK, "3:12:44"},
		{58999999, TIME_SHORT, "0:58"},
		{723000000, TIME_SHORT, "12:03"},
		{3723000000, TIME_SHORT, "1:02:03"},
		{96499999, TIME_TENTH, "1:36.4"},
		{36499999, TIME_TENTH, "36.4"},
		{0, TIME_LAP, "0.000"},
		{-96412000, TIME_LAP, "-1:36.412"},
		{-999, TIME_LAP, "0.000"},
		{-999999, TIME_SHORT, "0:00"},
		{-1000000, TIME_SHORT, "-0:01"},
		{59999999, TIME_LAP, "59.999"},
		{3599999999, TIME_LAP, "59:59.999"},
		{DURATION_NONE, TIME_RACE, ""},
		{INT64_MAX, TIME_RACE, "2562047788:00:54.775"},
		{INT64_MIN + 1, TIME_RACE, "-2562047788:00:54.775"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char buf[TIME_TEXT_MAX];
		size_t len = format_duration(buf, rows[i].us, rows[i].style);
		assert_string_equal(buf, rows[i].text);
		assert_int_equal(len, strlen(buf));
	}
}

static void a_shown_lap_reads_back_to_the_same_lap(void **state)
{
	(void)state;
	uint64_t seed = 9;
	for (int i = 0; i < 20000; i++) {
		duration_us us = (int64_t)random_below(&seed, 90000) * 1000 *
				 (int64_t)(1 + random_below(&seed, 1000));
		static const enum time_style styles[] = {TIME_LAP, TIME_LAPM,
							 TIME_RACE};
		for (size_t k = 0; k < ARRAY_LEN(styles); k++) {
			char buf[TIME_TEXT_MAX];
			duration_us back;
			size_t len = format_duration(buf, us, styles[k]);
			assert_true(parse_duration((struct slice){buf, len}, &back));
			assert_int_equal(back, us);
		}
	}
}

static void clocks_and_dates_know_leap_years_and_days_before_1970(void **state)
{
	(void)state;
	static const struct {
		int year, month, day;
		int64_t days;
		const char *text;
	} rows[] = {
		{1970, 1, 1, 0, "1970-01-01"},
		{2003, 11, 9, 12365, "2003-11-09"},
		{2000, 2, 29, 11016, "2000-02-29"},
		{2024, 2, 29, 19782, "2024-02-29"},
		{1969, 12, 31, -1, "1969-12-31"},
		{1900, 3, 1, -25508, "1900-03-01"},
		{1, 1, 1, -719162, "0001-01-01"},
		{9999, 12, 31, 2932896, "9999-12-31"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		instant_us at =
			civil_to_instant(rows[i].year, rows[i].month, rows[i].day);
		char buf[TIME_TEXT_MAX];
		instant_us back;
		assert_int_equal(at, rows[i].days * US_DAY);
		assert_int_equal(format_date(buf, at + US_DAY - 1), 10);
		assert_string_equal(buf, rows[i].text);
		assert_true(parse_date(slice_of(rows[i].text), &back));
		assert_int_equal(back, at);
	}
	char buf[TIME_TEXT_MAX];
	format_clock(buf, -1, true);
	assert_string_equal(buf, "23:59:59.999");
	format_clock(buf, 12365 * US_DAY + 15 * US_HOUR + 20 * US_MIN, false);
	assert_string_equal(buf, "15:20:00");
	assert_int_equal(format_clock(buf, INSTANT_NONE, true), 0);
	assert_string_equal(buf, "");
	assert_int_equal(format_date(buf, INSTANT_NONE), 0);
	format_date(buf, INT64_MAX);
	format_date(buf, INT64_MIN + 1);
}

static void days_that_were_never_are_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"2023-02-29",  "1900-02-29", "2003-13-01", "2003-00-10", "2003-04-31",
		"2003-01-00",  "0000-01-01", "03-11-09",   "2003-11-9",  "2003/11/09",
		"2003-11-090", "",           "abcd-ef-gh",
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		instant_us at = 4711;
		if (parse_date(slice_of(rows[i]), &at))
			fail_msg("\"%s\" was read", rows[i]);
		assert_int_equal(at, 4711);
	}
}

static void the_middle_of_some_values(void **state)
{
	static const struct {
		duration_us values[5];
		unsigned count;
		duration_us middle;
	} rows[] = {
		{{0}, 0, DURATION_NONE},
		{{7}, 1, 7},
		{{9, 1, 5}, 3, 5},
		{{4, 4, 4, 4}, 4, 4},
		{{30, 10, 50, 20, 40}, 5, 30},
	};
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		duration_us values[5];
		memcpy(values, rows[i].values, sizeof(values));
		assert_int_equal(median(values, rows[i].count), rows[i].middle);
	}
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void a_rank_is_the_place_in_the_sorted_values(void **state)
{
	uint64_t random = 5;
	(void)state;
	for (int round = 0; round < 200; round++) {
		int64_t values[40], sorted[40];
		uint32_t n = 1 + (uint32_t)random_below(&random, 40);
		for (uint32_t i = 0; i < n; i++)
			sorted[i] = (int64_t)random_below(&random, 30) - 15;
		memcpy(values, sorted, sizeof(values));
		qsort(sorted, n, sizeof(sorted[0]), by_size);
		for (uint32_t rank = 0; rank < n; rank++)
			assert_int_equal(value_of_rank(values, n, rank), sorted[rank]);
	}
}

static void sums_of_times_keep_unknown_and_stop_at_the_ends(void **state)
{
	(void)state;
	assert_int_equal(instant_add(5, -7), -2);
	assert_int_equal(instant_sub(5, 7), -2);
	assert_int_equal(duration_mul(-5, 7), -35);
	assert_int_equal(instant_add(INSTANT_NONE, 7), INSTANT_NONE);
	assert_int_equal(instant_add(7, DURATION_NONE), INSTANT_NONE);
	assert_int_equal(instant_sub(7, INSTANT_NONE), DURATION_NONE);
	assert_int_equal(instant_sub(INSTANT_NONE, 7), DURATION_NONE);
	assert_int_equal(duration_mul(DURATION_NONE, 0), DURATION_NONE);
	assert_int_equal(instant_add(INT64_MAX, 1), INT64_MAX);
	assert_int_equal(instant_add(-INT64_MAX, -1), -INT64_MAX);
	assert_int_equal(instant_sub(-INT64_MAX, INT64_MAX), -INT64_MAX);
	assert_int_equal(duration_mul(INT64_MAX, 2), INT64_MAX);
	assert_int_equal(duration_mul(INT64_MAX, -2), -INT64_MAX);
	assert_int_equal(duration_mul(-INT64_MAX, -2), INT64_MAX);
	assert_true(instant_is_sane(INSTANT_MAX) && instant_is_sane(-INSTANT_MAX));
	assert_false(instant_is_sane(INSTANT_MAX + 1) || instant_is_sane(INSTANT_NONE));
}

static void a_share_is_exact_where_the_product_fits(void **state)
{
	(void)state;
	assert_int_equal(mul_div(7, 3, 2), 10);
	assert_int_equal(mul_div(-7, 3, 2), -10);
	assert_int_equal(mul_div(0, 0, 1), 0);
	assert_int_equal(mul_div(INT64_MAX, 1, INT64_MAX), 1);
	/* 39 years of a bar of 10,720 tenths of a point */
	const int64_t years = 1242604809900000;
	assert_int_equal(mul_div(years, 10720, years), 10720);
	assert_in_range(mul_div(years / 2, 10720, years), 5359, 5360);
	assert_in_range(-mul_div(-INT64_MAX, 1000, INT64_MAX), 999, 1001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_are_digits_only_and_never_wrap),
		cmocka_unit_test(signed_numbers_reach_both_ends),
		cmocka_unit_test(decimals_are_scaled_and_cut_towards_zero),
		cmocka_unit_test(durations_are_read_as_timing_files_write_them),
		cmocka_unit_test(durations_are_shown_cut_and_never_rounded),
		cmocka_unit_test(a_shown_lap_reads_back_to_the_same_lap),
		cmocka_unit_test(clocks_and_dates_know_leap_years_and_days_before_1970),
		cmocka_unit_test(days_that_were_never_are_refused),
		cmocka_unit_test(the_middle_of_some_values),
		cmocka_unit_test(a_rank_is_the_place_in_the_sorted_values),
		cmocka_unit_test(sums_of_times_keep_unknown_and_stop_at_the_ends),
		cmocka_unit_test(a_share_is_exact_where_the_product_fits),
	};
	MAIN(tests);
}
