/*
 * test_direct.c -- indexed colours become the colours themselves
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "direct.h"

static void write_equals(const char *src, const char *want)
{
	struct direct direct = {
		{0x0a0b0c, 0xffffff},
                2
        };
	char got[512];
	size_t len = strlen(src);
	assert_true(direct_room(len) <= sizeof(got));
	size_t n = direct_write(&direct, got, src, len);
	assert_true(n < direct_room(len));
	got[n] = '\0';
	assert_string_equal(got, want);
}

static void an_index_of_ours_becomes_its_colour(void **state)
{
	(void)state;
	write_equals("a\033[38;5;16mb", "a\033[38;2;10;11;12mb");
	write_equals("\033[48;5;17m", "\033[48;2;255;255;255m");
	write_equals("\033[38;5;16m\033[48;5;17m",
		     "\033[38;2;10;11;12m\033[48;2;255;255;255m");
}

static void everything_else_passes_as_it_is(void **state)
{
	static const char *const same[] = {
		"",
		"plain",
		"\033[38;5;9m",
		"\033[38;5;18m",
		"\033[38;5;999m",
		"\033[38;5;m",
		"\033[38;5;16",
		"\033[38;5;1600m",
		"\033[58;5;16m",
		"\033[1;38;5;16m",
		"\033",
		"\033[12;5H\342\240\277",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		write_equals(same[i], same[i]);
}

static void equal_colours_share_an_index_and_room_ends(void **state)
{
	struct direct direct = {{0}, 0};
	(void)state;
	assert_int_equal(direct_index(&direct, 7), DIRECT_FIRST);
	assert_int_equal(direct_index(&direct, 8), DIRECT_FIRST + 1);
	assert_int_equal(direct_index(&direct, 7), DIRECT_FIRST);
	for (uint32_t i = 0; i < DIRECT_MAX - 2; i++)
		assert_true(direct_index(&direct, 100 + i) > 0);
	assert_int_equal(direct_index(&direct, 5000), -1);
	assert_int_equal(direct_index(&direct, 8), DIRECT_FIRST + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_of_ours_becomes_its_colour),
		cmocka_unit_test(everything_else_passes_as_it_is),
		cmocka_unit_test(equal_colours_share_an_index_and_room_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
