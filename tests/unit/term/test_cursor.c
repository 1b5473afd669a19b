/*
 * test_cursor.c -- the shortest way to a cell, and none where it is not known
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sgr.h"

enum { COLS = 100 };

/* What is written of @src by a terminal that can @can; it begins at (10, 50). */
static void becomes(const char *can, const char *src, const char *want)
{
	static char got[1024];
	struct sgr sgr = {.sent.known = true, .charset_sent = true};
	sgr.cursor = (struct cursor){.row = 10,
				     .col = 50,
				     .cols = COLS,
				     .hpa = strchr(can, 'h') != NULL,
				     .vpa = strchr(can, 'v') != NULL,
				     .relative = strchr(can, 'r') != NULL};
	size_t n = sgr_write(&sgr, got, src, strlen(src));
	got[n] = '\0';
	assert_string_equal(got, want);
}

static void a_move_is_the_shortest_there_is(void **state)
{
	static const struct {
		const char *can, *src, *want;
	} rows[] = {
		{"hvr", "\033[10;60H", "\033[60G"},
		{"hvr", "\033[10;55H", "\033[5C"},
		{"hvr", "\033[10;51H", "\033[C"},
		{"hvr", "\033[10;48H", "\b\b"},
		{"hvr", "\033[10;40H", "\033[40G"},
		{"hvr", "\033[20;50H", "\033[20d"},
		{"hvr", "\033[11;50H", "\033[B"},
		{"hvr", "\033[9;49H", "\033[A\b"},
		{"hvr", "\033[10;1H", "\r"},
		{"hvr", "\033[30;1H", "\033[30H"},
		{"hvr", "\033[11;1H", "\033[B\r"},
		{"hvr", "\033[1;1H", "\033[H"},
		{"hvr", "\033[10;50H", ""},
		{"hvr", "\033[30;80H", "\033[30;80H"},
		{"r", "\033[10;60H", "\033[10C"},
		{"r", "\033[20;50H", "\033[10B"},
		{"h", "\033[20;50H", "\033[20;50H"},
		{"", "\033[10;60H", "\033[10;60H"},
		{"", "\033[10;47H", "\b\b\b"},
		{"", "\033[10;1H", "\r"},
		{"hvr", "abc\033[10;60H", "abc\033[7C"},
		{"hvr", "abc\033[10;50H", "abc\b\b\b"},
		{"hvr", "\033[31ma\033[10;52H", "\033[31ma\033[C"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		becomes(rows[i].can, rows[i].src, rows[i].want);
}

/* Then the address stays, or what names the column. */
static void where_the_place_is_not_known_nothing_is_counted_from_it(void **state)
{
	static const struct {
		const char *src, *want;
	} rows[] = {
		{"\u00e9\033[10;60H", "\u00e9\033[60G"},
		{"\u00e9\033[10;1H", "\u00e9\r"},
		{"\u00e9\033[11;51H", "\u00e9\033[11;51H"},
		{"\u00e9\033[C\033[10;55H", "\u00e9\033[C\033[55G"},
		{"\t\033[10;55H", "\t\033[55G"},
		{"\n\033[11;50H", "\n\033[11;50H"},
		{"\0337\033[10;60H", "\0337\033[10;60H"},
		{"\033[5L\033[10;60H", "\033[5L\033[10;60H"},
		{"\033[3;20r\033[10;60H", "\033[r\033[10;60H"},
		{"\033[?25l\033[10;60H", "\033[?25l\033[10;60H"},
		{"\033[100Gx\033[10;60H", "\033[50Cx\033[10;60H"},
		{"\033[4P\033[10;60H", "\033[4P\033[60G"},
		{"\033[K\033[10;60H", "\033[K\033[60G"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		becomes("hvr", rows[i].src, rows[i].want);
}

static void a_terminal_of_unknown_width_gets_moves_as_they_are(void **state)
{
	struct sgr sgr = {.sent.known = true, .charset_sent = true};
	char got[64];
	static const char moves[] = "\033[10;50Ha\033[10;60H\033[2G";
	(void)state;
	sgr.cursor = (struct cursor){.hpa = true, .vpa = true, .relative = true};
	size_t n = sgr_write(&sgr, got, moves, strlen(moves));
	got[n] = '\0';
	assert_string_equal(got, moves);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_move_is_the_shortest_there_is),
		cmocka_unit_test(
			where_the_place_is_not_known_nothing_is_counted_from_it),
		cmocka_unit_test(a_terminal_of_unknown_width_gets_moves_as_they_are),
	};
	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
