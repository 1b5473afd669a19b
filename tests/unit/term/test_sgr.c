/*
 * test_sgr.c -- attributes said in few bytes, and colours for indices
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sgr.h"

static void writes(struct sgr *sgr, const char *src, const char *want)
{
	static char got[8192];
	size_t len = strlen(src);
	assert_true(sgr_room(len) < sizeof(got));
	size_t n = sgr_write(sgr, got, src, len);
	assert_true(n <= sgr_room(len) + sgr_repeated(src, len));
	got[n] = '\0';
	assert_string_equal(got, want);
}

static struct sgr fresh(void)
{
	struct sgr sgr = {.rgb = {0x0a0b0c, 0xffffff}, .rgb_count = 2};
	sgr.sent.known = true;
	sgr.charset_sent = true;
	return sgr;
}

static void only_the_difference_is_said(void **state)
{
	static const struct {
		const char *src, *want;
	} rows[] = {
		{"", ""},
		{"plain", "plain"},
		{"\033[m\033[0m\033[39;49mx", "x"},
		{"\033(B\033[0;1mx", "\033[1mx"},
		{"\033[31ma\033[39m\033(B\033[m\033[31mb", "\033[31mab"},
		{"\033[31ma\033[32mb", "\033[31ma\033[32mb"},
		{"\033[1ma\033[0;4mb", "\033[1ma\033[0;4mb"},
		{"\033[1;31;44ma\033[22mb", "\033[1;31;44ma\033[0;31;44mb"},
		{"\033[1;31ma\033[mb", "\033[1;31ma\033[mb"},
		{"\033[38;5;200ma\033[39mb", "\033[38;5;200ma\033[mb"},
		{"\033[38;5;200;48;5;7ma\033[39mb", "\033[38;5;200;48;5;7ma\033[39mb"},
		{"\033[97;101ma\033[90mb", "\033[97;101ma\033[90mb"},
		{"\033[7ma\033[27mb", "\033[7ma\033[mb"},
		{"\033[31m-\033[4b\033[2Gx", "\033[31m-----\033[2Gx"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct sgr sgr = fresh();
		writes(&sgr, rows[i].src, rows[i].want);
	}
}

/* The lines of terminfo are not those of the terminal: below them nothing would
 * scroll, and the shell would be left with it. Later ncurses knows better. */
static void at_first_the_terminal_scrolls_as_a_whole(void **state)
{
	struct sgr sgr = fresh();
	(void)state;
	writes(&sgr, "\033[?1049h\033[1;24r\033[?1r", "\033[?1049h\033[r\033[?1r");
	writes(&sgr, "\033[5;20ra", "\033[5;20ra");
	writes(&sgr, "\033[1;24rb", "\033[1;24rb");
	sgr.rows = 24;
	writes(&sgr, "\033[1;24rc", "\033[rc");
}

static void a_blank_needs_no_ink_but_its_ground(void **state)
{
	struct sgr sgr = fresh();
	(void)state;
	writes(&sgr, "\033[1;31ma\033[m  \033[1;31mb", "\033[1;31ma  b");
	writes(&sgr, "\033[44m \033[m ", "\033[44m \033[m ");
	writes(&sgr, "\033[7m \033[m ", "\033[7m \033[m ");
	writes(&sgr, "\033[4m \033[m ", "\033[4m \033[m ");
}

static void moves_say_nothing_and_erasing_does(void **state)
{
	struct sgr sgr = fresh();
	(void)state;
	writes(&sgr, "\033[31m\033[5;6H\033[m\033[7d\r\b", "\033[5;6H\033[7d\r\b");
	writes(&sgr, "\033[44m\033[K", "\033[44m\033[K");
	writes(&sgr, "\033[m\033[2J", "\033[m\033[2J");
	/* The line that scrolls in takes the ground. */
	writes(&sgr, "\033[44ma\033[m\n", "\033[44ma\033[m\n");
}

static void the_state_lives_from_frame_to_frame(void **state)
{
	struct sgr sgr = fresh();
	(void)state;
	writes(&sgr, "\033[31ma", "\033[31ma");
	writes(&sgr, "\033[1;1Hb", "\033[1;1Hb");
	writes(&sgr, "\033[m", "");
	sgr_forget(&sgr);
	writes(&sgr, "\033(B\033(Bc", "\033(B\033[mc");
	writes(&sgr, "\033[31m\033[32md", "\033[32md");
}

static void what_is_not_understood_passes_and_is_followed_by_all(void **state)
{
	struct sgr sgr = fresh();
	(void)state;
	writes(&sgr, "\033[1m\033[58;5;3mx", "\033[1m\033[58;5;3m\033[0;1mx");
	writes(&sgr, "\033[38:2::1:2:3mx", "\033[38:2::1:2:3m\033[0;1mx");
	writes(&sgr, "\033)0y", "\033)0\033[0;1my");
	writes(&sgr, "\033[", "\033[");
}

static void an_index_of_ours_becomes_its_colour(void **state)
{
	struct sgr sgr = fresh();
	(void)state;
	writes(&sgr, "\033[38;5;16ma", "\033[38;2;10;11;12ma");
	writes(&sgr, "\033[48;5;17mb", "\033[48;2;255;255;255mb");
	writes(&sgr, "\033[38;5;18mc", "\033[38;5;18mc");
	writes(&sgr, "\033[38;5;9md", "\033[38;5;9md");
	writes(&sgr, "\033[38;2;1;2;3me", "\033[38;2;1;2;3me");
}

static void equal_colours_share_an_index_and_room_ends(void **state)
{
	struct sgr sgr = {.rgb_count = 0};
	(void)state;
	assert_int_equal(sgr_index(&sgr, 7), SGR_FIRST);
	assert_int_equal(sgr_index(&sgr, 8), SGR_FIRST + 1);
	assert_int_equal(sgr_index(&sgr, 7), SGR_FIRST);
	for (uint32_t i = 0; i < SGR_COLOURS_MAX - 2; i++)
		assert_true(sgr_index(&sgr, 100 + i) > 0);
	assert_int_equal(sgr_index(&sgr, 5000), -1);
	assert_int_equal(sgr_index(&sgr, 8), SGR_FIRST + 1);
}

/* Whatever bytes come, what is made of them fits the room that was asked for. */
static void any_bytes_fit_the_room(void **state)
{
	static const char likely[] = "\033\033[[0123456789;;;mmbKH(B 7x";
	uint64_t seed = 9;
	struct sgr sgr = fresh();
	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		char src[64];
		char dst[12 * sizeof(src) + 128 + 20000];
		size_t len = random_below(&seed, sizeof(src));
		for (size_t k = 0; k < len; k++)
			src[k] = likely[random_below(&seed, sizeof(likely) - 1)];
		if (sgr_repeated(src, len) > sizeof(dst) - sgr_room(len))
			continue;
		size_t n = sgr_write(&sgr, dst, src, len);
		assert_true(n <= sgr_room(len) + sgr_repeated(src, len));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_difference_is_said),
		cmocka_unit_test(at_first_the_terminal_scrolls_as_a_whole),
		cmocka_unit_test(a_blank_needs_no_ink_but_its_ground),
		cmocka_unit_test(moves_say_nothing_and_erasing_does),
		cmocka_unit_test(the_state_lives_from_frame_to_frame),
		cmocka_unit_test(what_is_not_understood_passes_and_is_followed_by_all),
		cmocka_unit_test(an_index_of_ours_becomes_its_colour),
		cmocka_unit_test(equal_colours_share_an_index_and_room_ends),
		cmocka_unit_test(any_bytes_fit_the_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
