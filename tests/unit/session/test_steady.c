/*
 * test_steady.c -- when rows were received, though our clock is set now and then
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../../src/session/session_parts.h"

#define START ((int64_t)1 << 48)
#define NOON (1764000000 * US_S)

/* A row @ms after noon, by our clock that is @ahead_ms ahead; @start of the machine. */
static instant_us row_at(struct steady *steady, int64_t start, int64_t ms,
			 int64_t ahead_ms, duration_us *step)
{
	const struct record_row row = {
		.received_at = NOON + (ms + ahead_ms) * US_MS,
		.steady = start == 0 ? 0 : start * START + ms * US_MS,
	};
	return steady_received(steady, &row, step);
}

static void a_step_is_told_once_and_taken_back(void **state)
{
	struct steady steady = {0};
	duration_us step;
	(void)state;
	assert_true(row_at(&steady, 1, 1000, 0, &step) == NOON + US_S);
	assert_int_equal(step, 0);
	assert_true(row_at(&steady, 1, 2000, 3600000, &step) == NOON + 2 * US_S);
	assert_int_equal(step, 3600 * US_S);
	assert_true(row_at(&steady, 1, 3000, 3600000, &step) == NOON + 3 * US_S);
	assert_int_equal(step, 0);
	assert_true(row_at(&steady, 1, 4000, -500, &step) == NOON + 4 * US_S);
	assert_int_equal(step, -3600500 * US_MS);
	assert_true(steady_now(&steady, NOON + 4500 * US_MS, START + 5000 * US_MS) ==
		    NOON + 5 * US_S);
}

/* Adjusted by 400 millionths over three days, with an hour of silence now and then. */
static void an_adjusted_clock_is_not_set(void **state)
{
	struct steady steady = {0};
	duration_us step;
	(void)state;
	for (int64_t ms = 0; ms < 3 * 86400000; ms += ms % 7 == 0 ? 3600000 : 1001) {
		(void)row_at(&steady, 1, ms, ms * 4 / 10000, &step);
		assert_int_equal(step, 0);
	}
}

static void a_restart_of_the_machine_is_no_step(void **state)
{
	struct steady steady = {0};
	duration_us step;
	(void)state;
	(void)row_at(&steady, 1, 1000, 0, &step);
	(void)row_at(&steady, 1, 2000, 5000, &step);
	assert_int_equal(step, 5 * US_S);
	/* Another start: what was set in between is not known, what was before stays. */
	assert_true(row_at(&steady, 2, 3000, 99000, &step) == NOON + 97 * US_S);
	assert_int_equal(step, 0);
	/* Rows of older versions. */
	assert_true(row_at(&steady, 0, 4000, 99000, &step) == NOON + 98 * US_S);
	(void)row_at(&steady, 2, 5000, 999000, &step);
	assert_int_equal(step, 0);
}

static void any_row_is_legal(void **state)
{
	static const int64_t numbers[] = {INT64_MIN, INT64_MIN + 1, -1,       0, 1,
					  START,     INT64_MAX - 1, INT64_MAX};
	struct steady steady = {0};
	duration_us step;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		for (size_t k = 0; k < ARRAY_LEN(numbers); k++)
			for (size_t n = 0; n < 3; n++) {
				const struct record_row row = {
					.received_at = numbers[i],
					.steady = numbers[(k + n) % ARRAY_LEN(numbers)],
				};
				(void)steady_received(&steady, &row, &step);
			}
	const struct record_row none = {.received_at = 0};
	assert_true(steady_received(&steady, &none, &step) == INSTANT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_is_told_once_and_taken_back),
		cmocka_unit_test(an_adjusted_clock_is_not_set),
		cmocka_unit_test(a_restart_of_the_machine_is_no_step),
		cmocka_unit_test(any_row_is_legal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
