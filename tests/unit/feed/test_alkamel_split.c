/*
 * test_alkamel_split.c -- the fast ways of the lap file reader and the plain ones
 * give the same answers
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../../../src/feed/alkamel/alkamel.h"
#include "../../../src/feed/alkamel/alkamel_masks.h"
#include "../../../src/feed/alkamel/alkamel_time.h"

static void separators_of_any_block_are_found_alike(void **state)
{
	(void)state;
	static const char near[] = ";,\n\"\t\x3a\x3c\x0b\xbb\x8a";
	uint64_t seed = 1;
	for (unsigned round = 0; round < 20000; round++) {
		char *block = malloc(64);
		for (unsigned i = 0; i < 64; i++)
			block[i] =
				random_below(&seed, 4)
					? (char)random_below(&seed, 256)
					: near[random_below(&seed, sizeof(near) - 1)];
		struct ak_masks fast = ak_masks(block, ';');
		struct ak_masks plain = ak_masks_portable(block, ';');
		for (unsigned i = 0; i < 64; i++) {
			assert_int_equal(plain.cuts >> i & 1, block[i] == ';');
			assert_int_equal(plain.hard >> i & 1,
					 block[i] == '\n' || block[i] == '"');
		}
		assert_true(fast.cuts == plain.cuts && fast.hard == plain.hard);
		free(block);
	}
}

static bool of_shape(const char *text, size_t len)
{
	static const char longest[] = "00:00:00.000";
	if (len < 5 || len == 7 || len == 10 || len > 12)
		return false;
	const char *shape = longest + 12 - len;
	for (size_t i = 0; i < len; i++)
		if ((shape[i] == '0') != (text[i] >= '0' && text[i] <= '9') ||
		    (shape[i] != '0' && shape[i] != text[i]))
			return false;
	return true;
}

/* The quick way and the careful one read @text as the same time. */
static void expect_time(const char *text, size_t len)
{
	uint32_t fast = 1;
	duration_us slow;
	/* Not a byte around it is read. */
	char *alone = malloc(len + !len);
	memcpy(alone, text, len);
	bool a = ak_time(alone + len, len, &fast);
	bool c = parse_duration((struct slice){text, len}, &slow);
	free(alone);
	if (a && (!c || slow != (int64_t)fast * US_MS))
		fail_msg("%.*s: read as %u", (int)len, text, fast);
	/* The usual shapes are not left to the slow way. */
	if (c && !a && of_shape(text, len))
		fail_msg("%.*s: not read", (int)len, text);
}

static void times_are_read_alike_or_not_at_all(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"9.931",       "53.677",        "75.123",
		"1:36.412",    "61:59.999",     "12:34.567",
		"1:02:03.004", "24:03:01.030",  "99:59:59.999",
		"1:60.000",    "1:60:00.000",   "0:00.000",
		"00.000",      ":1.000",        "1:.000",
		"1.00",        "1.0000",        "a1:02.000",
		"1:02,000",    "1:0:02.000",    "-1:02.000",
		"1:02:03:004", "100:00:00.000", "",
		"0",           "1:6x.000",      "1:02.00x",
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		expect_time(texts[i], strlen(texts[i]));
}

static void any_bytes_are_a_time_for_all_ways_or_for_none(void **state)
{
	(void)state;
	static const char *const shapes[] = {"0.000",       "00.000",
					     "0:00.000",    "00:00.000",
					     "0:00:00.000", "00:00:00.000"};
	static const char odd[] = "0123456789:./;x \xff";
	uint64_t seed = 2;
	for (unsigned round = 0; round < 200000; round++) {
		char text[16];
		const char *shape = shapes[random_below(&seed, ARRAY_LEN(shapes))];
		size_t len = strlen(shape);
		for (size_t i = 0; i < len; i++)
			text[i] = shape[i] == '0'
					  ? (char)('0' + random_below(&seed, 10))
					  : shape[i];
		if (random_below(&seed, 3) == 0)
			text[random_below(&seed, len)] =
				odd[random_below(&seed, sizeof(odd) - 1)];
		expect_time(text, len);
	}
}

/* Every milliseconds' digit, every second, every minute, every hour. */
static void each_group_of_a_time_has_its_weight(void **state)
{
	(void)state;
	for (uint32_t ms = 0; ms < 360000000; ms += 59987) {
		char text[TIME_TEXT_MAX];
		uint32_t read;
		size_t len = format_duration(text, (int64_t)ms * US_MS, TIME_RACE);
		assert_true(ak_time(text + len, len, &read));
		assert_int_equal(read, ms);
	}
}

/* Fields of @text, joined by '|'. */
static void expect_fields(const char *text, const char *expected)
{
	static struct ak_line line;
	char joined[256] = "";
	size_t len = 0, size = strlen(text);
	char *copy = malloc(size ? size : 1);
	memcpy(copy, text, size);
	ak_split(copy, copy + size, ';', &line);
	for (unsigned c = 0; c < line.fields; c++) {
		struct slice field = ak_field(&line, c);
		len += text_format(joined + len, sizeof(joined) - len, "%s%.*s",
				   c ? "|" : "", (int)field.len, field.at);
	}
	assert_string_equal(joined, expected);
	free(copy);
}

static void a_line_falls_into_its_fields(void **state)
{
	(void)state;
	expect_fields("", "");
	expect_fields("a", "a");
	expect_fields("a;b\nc;d", "a|b");
	expect_fields("a;b\r\n", "a|b");
	expect_fields(";;\n", "||");
	expect_fields("\"a;b\";c\n", "a;b|c");
	expect_fields("a\"b;c\n", "a\"b|c");
	expect_fields("\"a\"\"b\";\"\"\n", "a\"\"b|");
	expect_fields("\"a\"\";b\";c\n", "a\"\";b|c");
	expect_fields("\"\"\"a;b\"\"\";c\n", "\"\"a;b\"\"|c");
	expect_fields("\"a\" b;c\n", "\"a\" b|c");
	expect_fields("0123456789012345678901234567890123456789012345678901234567890123"
		      ";x;\n",
		      "0123456789012345678901234567890123456789012345678901234567890123"
		      "|x|");
	expect_fields("012345678901234567890123456789012345678901234567890123456789012;"
		      "x\n",
		      "012345678901234567890123456789012345678901234567890123456789012"
		      "|x");
	expect_fields(
		"0123456789012345678901234567890123456789012345678901234567890123"
		"\nx",
		"0123456789012345678901234567890123456789012345678901234567890123");
}

static void fields_beyond_the_most_are_counted_and_not_kept(void **state)
{
	(void)state;
	static struct ak_line line;
	char text[2000];
	memset(text, ';', sizeof(text));
	text[1999] = '\n';
	ak_split(text, text + sizeof(text), ';', &line);
	assert_int_equal(line.fields, AK_FIELDS_MAX + 1);
	assert_int_equal(line.next, 2000);
	text[0] = '"';
	text[1] = '"';
	ak_split(text, text + sizeof(text), ';', &line);
	assert_int_equal(line.fields, AK_FIELDS_MAX + 1);
	assert_int_equal(line.next, 2000);
}

static void a_quote_that_is_not_closed_costs_one_line(void **state)
{
	(void)state;
	static struct ak_line line;
	const char text[] = "a;\"b;c\nd;e\n";
	ak_split(text, text + sizeof(text) - 1, ';', &line);
	assert_true(line.unclosed);
	assert_int_equal(line.next, 7);
	ak_split(text + 7, text + sizeof(text) - 1, ';', &line);
	assert_false(line.unclosed);
	assert_int_equal(line.fields, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(separators_of_any_block_are_found_alike),
		cmocka_unit_test(times_are_read_alike_or_not_at_all),
		cmocka_unit_test(any_bytes_are_a_time_for_all_ways_or_for_none),
		cmocka_unit_test(each_group_of_a_time_has_its_weight),
		cmocka_unit_test(a_line_falls_into_its_fields),
		cmocka_unit_test(fields_beyond_the_most_are_counted_and_not_kept),
		cmocka_unit_test(a_quote_that_is_not_closed_costs_one_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
