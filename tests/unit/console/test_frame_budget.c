/*
 * test_frame_budget.c -- a screen that does not end is left, any other is drawn
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "console.h"

static struct cell cells[4 * 2];
static struct canvas canvas = {.cells = cells, .cols = 4, .rows = 2};
static const struct view view;
static volatile unsigned turns;

static void draws(const struct view *of, struct canvas *to)
{
	(void)of;
	canvas_put(to, 0, 0, 'a', ROLE_TEXT);
}

static void never_ends(const struct view *of, struct canvas *to)
{
	draws(of, to);
	for (;;)
		turns++;
}

static void a_screen_that_does_not_end_is_left(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		canvas_clear(&canvas);
		assert_false(
			console_draw_within(20 * US_MS, never_ends, &view, &canvas));
		assert_true(turns > 0);
		turns = 0;
		canvas_clear(&canvas);
		assert_true(console_draw_within(US_S, draws, &view, &canvas));
		assert_int_equal(cells[0].cp, 'a');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_screen_that_does_not_end_is_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
