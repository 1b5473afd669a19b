/*
 * test_text.c -- slices, errors, and text from outside made safe
 */
#include "check.h"

#include "pitwall/out.h"

static void cutting_a_line_gives_every_field_and_knows_the_last(void **state)
{
	(void)state;
	struct slice rest = SLICE("a;;c");
	assert_true(slice_eq(slice_cut(&rest, ';'), SLICE("a")));
	assert_true(slice_eq(slice_cut(&rest, ';'), SLICE("")));
	assert_non_null(rest.at);
	assert_true(slice_eq(slice_cut(&rest, ';'), SLICE("c")));
	assert_null(rest.at);
	assert_int_equal(slice_cut(&rest, ';').len, 0);
	rest = SLICE("x;");
	slice_cut(&rest, ';');
	assert_non_null(rest.at);
	assert_int_equal(rest.len, 0);
}

static void slices_compare_and_trim(void **state)
{
	(void)state;
	assert_true(slice_eq_nocase(SLICE("GT3 pro"), SLICE("gt3 PRO")));
	assert_false(slice_eq_nocase(SLICE("GT3"), SLICE("GT4")));
	assert_false(slice_eq_nocase(SLICE("["), SLICE("{")));
	assert_true(slice_starts(SLICE("LMP900"), SLICE("LMP")));
	assert_false(slice_starts(SLICE("LM"), SLICE("LMP")));
	assert_true(slice_eq(slice_trim(SLICE(" \t a b\r\n")), SLICE("a b")));
	assert_int_equal(slice_trim(SLICE(" \r\n")).len, 0);
	assert_int_equal(slice_of(NULL).len, 0);
}

static void cleaning_leaves_only_visible_characters(void **state)
{
	(void)state;
	static const struct {
		const char *dirty, *clean;
	} rows[] = {
		{"Audi Sport Japan Team Goh", "Audi Sport Japan Team Goh"},
		{"  two   blanks\t\n", "two blanks"},
		{"line\r\nbreak", "line break"},
		{"S\xc3\xa9"
		 "bastien",
		 "S\xc3\xa9"
		 "bastien"},
		/* Windows-1252 and a cut sequence */
		{"S\xe9"
		 "bastien",
		 "S\xc3\xa9"
		 "bastien"},
		{"cut \xe2\x82", "cut \xc3\xa2\xe2\x80\x9a"},
		/* escapes, bells, backspaces, C1 */
		{"\x1b[2J\x1b]0;x\x07ok\x08\x7f", "[2J]0;xok"},
		{"\xc2\x9b"
		 "31mred",
		 "31mred"},
		/* bidi, zero width, BOM, tags, private use, soft hyphen, selectors */
		{"a\xe2\x80\xae"
		 "b\xe2\x80\x8b"
		 "c\xef\xbb\xbf"
		 "d",
		 "abcd"},
		{"a\xf3\xa0\x81\x81"
		 "b\xee\x80\x80"
		 "c\xc2\xad"
		 "d\xef\xb8\x8f",
		 "abcd"},
		/* blanks of other lands, line separator */
		{"a\xc2\xa0\xe3\x80\x80"
		 "b\xe2\x80\xa8"
		 "c",
		 "a b c"},
		/* at most one mark, none without a base */
		{"e\xcc\x81\xcc\x81\xcc\x81", "e\xcc\x81"},
		{"\xcc\x81"
		 "a \xcc\x81"
		 "b",
		 "a b"},
		/* letters that show nothing */
		{"a\xe3\x85\xa4"
		 "b\xe1\x85\xa0"
		 "c",
		 "abc"},
		/* overlong and surrogate forms are bytes */
		{"\xc0\xaf", "\xc3\x80\xc2\xaf"},
		{"\xed\xa0\x80", "\xc3\xad \xe2\x82\xac"},
		{"\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac"},
		{"", ""},
		{" \x01 ", ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char buf[128], again[128];
		size_t len = text_clean(buf, sizeof(buf), slice_of(rows[i].dirty));
		assert_string_equal(buf, rows[i].clean);
		assert_int_equal(len, strlen(buf));
		text_clean(again, sizeof(again), slice_of(buf));
		assert_string_equal(again, buf);
	}
}

static void cleaning_random_bytes_is_safe_and_changes_nothing_twice(void **state)
{
	(void)state;
	uint64_t seed = 2003;
	for (int round = 0; round < 5000; round++) {
		char bytes[64], once[80], twice[80];
		size_t n = random_below(&seed, sizeof(bytes));
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)random_next(&seed);
		size_t cap = 1 + random_below(&seed, sizeof(once));
		size_t len = text_clean(once, cap, (struct slice){bytes, n});
		assert_true(len < cap);
		assert_int_equal(once[len], '\0');
		for (size_t i = 0; i < len;) {
			uint32_t cp;
			i += utf8_decode(once + i, len - i, &cp);
			assert_true(cp >= 0x20 && cp != 0x7f &&
				    !(cp >= 0x80 && cp < 0xa0));
		}
		assert_int_equal(
			text_clean(twice, sizeof(twice), (struct slice){once, len}),
			len);
		assert_memory_equal(once, twice, len + 1);
	}
}

static void text_is_cut_at_a_character(void **state)
{
	(void)state;
	char buf[8];
	assert_int_equal(text_clean(buf, 4, SLICE("ab\xc3\xa9")), 2);
	assert_string_equal(buf, "ab");
	assert_int_equal(text_clean(buf, 5, SLICE("ab\xc3\xa9")), 4);
	assert_int_equal(text_clean(buf, 4, SLICE("ab cd")), 2);
	assert_string_equal(buf, "ab");
	assert_int_equal(text_clean(buf, 1, SLICE("ab")), 0);
	assert_int_equal(text_copy(buf, 3, SLICE("abc")), 2);
	assert_int_equal(text_copy(buf, 3, SLICE("a\xc3\xa9")), 1);
	assert_int_equal(text_copy(buf, 4, SLICE("a\xc3\xa9")), 3);
	assert_int_equal(text_copy(buf, 4, SLICE("\xf0\x9f\x8f\x81")), 0);
	assert_int_equal(text_copy(buf, 3, SLICE("\xe9t\xe9")), 2);
	assert_int_equal(text_format(buf, 4, "%s", "ab\xc3\xa9"), 2);
	assert_string_equal(buf, "ab");
	assert_int_equal(text_format(buf, 4, "%d", 12345), 3);
	assert_string_equal(buf, "123");
}

/* Ids that look alike after cleaning are not one id. */
static void an_id_that_loses_a_character_is_none(void **state)
{
	static const struct {
		const char *id, *clean; /* NULL: no id */
	} rows[] = {
		{"7", "7"},
		{" 2906141\t", "2906141"},
		{"\xc3\xa9-1", "\xc3\xa9-1"},
		{"a b", "a b"},
		{"1234567", "1234567"},
		{"12345678", NULL},
		{"", NULL},
		{"  ", NULL},
		{"1\x01", NULL},
		{"\xe2\x80\x8b", NULL}, /* zero-width space */
		{"7\xe2\x80\x8b", NULL},
		{"a  b", NULL},
		{"\xcc\x81"
		 "7",
		 NULL}, /* a mark without a base */
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char buf[8];
		bool is_id = text_id(buf, sizeof(buf), slice_of(rows[i].id));
		if (is_id != (rows[i].clean != NULL))
			fail_msg("\"%s\"", rows[i].id);
		if (is_id)
			assert_string_equal(buf, rows[i].clean);
	}
}

static void utf8_goes_there_and_back(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp += cp < 0x3000 ? 1 : 37) {
		char bytes[4];
		uint32_t back;
		size_t n = utf8_encode(bytes, cp);
		assert_int_equal(utf8_decode(bytes, n, &back), n);
		bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
		assert_int_equal(back, surrogate ? 0xfffd : cp);
		if (n > 1) {
			assert_int_equal(utf8_decode(bytes, n - 1, &back), 1);
			assert_int_equal(back, 0xfffd);
		}
	}
	uint32_t cp = 7;
	assert_int_equal(utf8_decode("", 0, &cp), 0);
	assert_int_equal(cp, 7);
}

static void widths_are_cells(void **state)
{
	(void)state;
	assert_int_equal(cp_width('a'), 1);
	assert_int_equal(cp_width(0xe9), 1);
	assert_int_equal(cp_width(0x65e5), 2);
	assert_int_equal(cp_width(0x0301), 0);
	assert_int_equal(cp_width(0x1b), 0);
	assert_int_equal(cp_width(0x28ff), 1);
	assert_int_equal(cp_width(0x2588), 1);
	assert_int_equal(text_width(SLICE("S\xc3\xa9"
					  "b \xe6\x97\xa5")),
			 6);
}

static void letters_fall_back_to_their_base(void **state)
{
	(void)state;
	static const struct {
		uint32_t cp;
		char ascii;
	} rows[] = {
		{0xe9, 'e'}, {0xc5, 'A'},   {0xf1, 'n'}, {0x17e, 'z'},
		{0xf8, 'o'}, {0x142, 'l'},  {0xdf, 's'}, {0x2019, '\''},
		{'q', 'q'},  {0x65e5, '?'}, {0x1b, '?'}, {0xffffffff, '?'},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(cp_ascii(rows[i].cp), rows[i].ascii);
}

static void an_error_is_one_clean_line_that_fits(void **state)
{
	(void)state;
	struct err err;
	assert_int_equal(err_set(NULL, -5, "x"), -5);
	assert_int_equal(err_set(&err, -22, "file %s: %d", "a\x1b[31m\nb", 7), -22);
	assert_string_equal(err.text, "file a[31m b: 7");
	err_prefix(&err, "line %d", 3);
	assert_string_equal(err.text, "line 3: file a[31m b: 7");
	char lots[600];
	memset(lots, 'x', sizeof(lots));
	lots[599] = '\0';
	err_set(&err, -1, "%s", lots);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	err_prefix(&err, "%s", lots);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	err_prefix(NULL, "x");
}

static void seeds_give_the_same_numbers_on_every_machine(void **state)
{
	(void)state;
	/* splitmix64 from seed 0: the reference's first two. */
	uint64_t seed = 0;
	assert_true(random_next(&seed) == 0xe220a8397b1dcdafu);
	assert_true(random_next(&seed) == 0x6e789e6aa1b965f4u);
	assert_int_equal(random_below(&seed, 0), 0);
	unsigned seen[6] = {0};
	for (int i = 0; i < 6000; i++)
		seen[random_below(&seed, 6)]++;
	for (int i = 0; i < 6; i++)
		assert_in_range(seen[i], 850, 1150);
}

static void a_changed_byte_changes_the_sum(void **state)
{
	(void)state;
	char bytes[] = "the same bytes, but for one of them";
	uint64_t sum = hash_bytes(bytes, sizeof(bytes), 1);
	assert_true(sum == hash_bytes(bytes, sizeof(bytes), 1));
	assert_true(sum != hash_bytes(bytes, sizeof(bytes), 2));
	assert_true(sum != hash_bytes(bytes, sizeof(bytes) - 1, 1));
	assert_true(hash_bytes("", 0, 1) != hash_bytes("\0", 1, 1));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] ^= 1;
		assert_true(sum != hash_bytes(bytes, sizeof(bytes), 1));
		bytes[i] ^= 1;
	}
}

static void formulas_are_guarded_in_csv_and_come_back(void **state)
{
	static const struct {
		const char *text, *csv;
	} rows[] = {
		{"=1+1", "'=1+1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"},
		{"-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"},
		{"\t=1", "'\t=1"},
		{"\r=1", "\"'\r=1\""},
		{"=\"a\",1", "\"'=\"\"a\"\",1\""},
		{"--", "'--"},
		{"'=1", "''=1"},
		{"'-5", "''-5"},
		/* numbers, times, gaps and names */
		{"-1.982", "-1.982"},
		{"+1:02.500", "+1:02.500"},
		{"+2 laps", "+2 laps"},
		{"-1 lap", "-1 lap"},
		{"-", "-"},
		{"'t Hart", "'t Hart"},
		{"O'Neill", "O'Neill"},
		{"a=b", "a=b"},
		{"", ""},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char buf[64];
		struct out out = {.buf = buf, .max = sizeof(buf)};
		out_csv(&out, slice_of(rows[i].text), ',');
		assert_true(
			slice_eq((struct slice){buf, out.len}, slice_of(rows[i].csv)));
		if (rows[i].csv[0] != '"')
			assert_true(slice_eq(csv_unguard(slice_of(rows[i].csv)),
					     slice_of(rows[i].text)));
		out = (struct out){.buf = buf, .max = sizeof(buf), .csv_raw = true};
		out_csv(&out, slice_of(rows[i].text), ',');
		assert_int_equal(out.len > 0 && buf[out.len > 1 && buf[0] == '"'] !=
							rows[i].text[0],
				 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cutting_a_line_gives_every_field_and_knows_the_last),
		cmocka_unit_test(slices_compare_and_trim),
		cmocka_unit_test(cleaning_leaves_only_visible_characters),
		cmocka_unit_test(
			cleaning_random_bytes_is_safe_and_changes_nothing_twice),
		cmocka_unit_test(formulas_are_guarded_in_csv_and_come_back),
		cmocka_unit_test(text_is_cut_at_a_character),
		cmocka_unit_test(an_id_that_loses_a_character_is_none),
		cmocka_unit_test(utf8_goes_there_and_back),
		cmocka_unit_test(widths_are_cells),
		cmocka_unit_test(letters_fall_back_to_their_base),
		cmocka_unit_test(an_error_is_one_clean_line_that_fits),
		cmocka_unit_test(seeds_give_the_same_numbers_on_every_machine),
		cmocka_unit_test(a_changed_byte_changes_the_sum),
	};
	MAIN(tests);
}
