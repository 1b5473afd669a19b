/*
 * test_fitter.c -- which columns fit
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../../src/screen/table/fitter.h"

enum { COUNT = 4 };

/* A name that may grow, two that go together, one that comes in when there is room. */
static void fit(struct fitted columns[COUNT], int w)
{
	const struct fitted fresh[COUNT] = {
		{.w = 6, .most = 16, .keep = 90, .first = 90},
		{.w = 4, .most = 4, .keep = 60},
		{.w = 4, .most = 4, .keep = 60},
		{.w = 5, .most = 9, .keep = 20, .first = 20},
	};
	for (unsigned i = 0; i < COUNT; i++)
		columns[i] = fresh[i];
	(void)columns_fit(columns, COUNT, 2, w, 30);
}

static void columns_kept_alike_go_together_the_least_kept_first(void **state)
{
	struct fitted columns[COUNT];
	(void)state;
	fit(columns, 21);
	assert_true(columns[0].x == 2 && columns[1].x >= 0 && columns[2].x >= 0);
	assert_int_equal(columns[3].x, -1);
	fit(columns, 15);
	assert_int_equal(columns[1].x, -1);
	assert_int_equal(columns[2].x, -1);
	assert_int_equal(columns[0].w, 15);
	fit(columns, 5);
	assert_int_equal(columns[0].x, -1);
}

static void what_is_shown_never_overlaps_and_fills_what_it_may(void **state)
{
	struct fitted columns[COUNT];
	(void)state;
	for (int w = 1; w < 60; w++) {
		int x = 2, most = 0;
		fit(columns, w);
		for (unsigned i = 0; i < COUNT; i++) {
			if (columns[i].x < 0)
				continue;
			assert_int_equal(columns[i].x, x);
			assert_true(columns[i].w <= columns[i].most);
			x += columns[i].w + 1;
			most += columns[i].most + 1;
		}
		assert_true(x - 2 <= w + 1);
		/* No room is left while a column could be longer. */
		assert_true(most == 0 || x - 2 == most || x - 2 == w + 1);
	}
}

/* 6 + 4 + 4 + 5 with their blanks are 22; half of 10 and of 4 more are 29. */
static void what_is_extra_waits_until_the_names_are_easy_to_read(void **state)
{
	struct fitted columns[COUNT];
	(void)state;
	fit(columns, 28);
	assert_int_equal(columns[3].x, -1);
	fit(columns, 29);
	assert_true(columns[3].x > 0);
	assert_int_equal(columns[0].w, 11);
	assert_int_equal(columns[3].w, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_kept_alike_go_together_the_least_kept_first),
		cmocka_unit_test(what_is_shown_never_overlaps_and_fills_what_it_may),
		cmocka_unit_test(what_is_extra_waits_until_the_names_are_easy_to_read),
	};
	return cmocka_run_group_tests_name("screen fitter", tests, NULL, NULL);
}
