/*
 * test_listing.c -- one description, three formats
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/listing.h"

#include <string.h>

struct thing {
	const char *name;
	int64_t laps;
	duration_us time;
	const char *crew[3];
};

static const struct thing things[] = {
	{"a, \"b\"", 12, 61 * US_S + 5 * US_MS, {"X", "Y", NULL}},
	{"", -1, DURATION_NONE, {NULL}},
};

static void get_laps(const void *record, struct listing_value *value)
{
	const struct thing *thing = record;
	if (thing->laps >= 0)
		listing_number(value, thing->laps);
}

static void get_half(const void *record, struct listing_value *value)
{
	listing_decimal(value, ((const struct thing *)record)->laps * 50, value->place);
}

static void get_time(const void *record, struct listing_value *value)
{
	listing_time(value, ((const struct thing *)record)->time, TIME_LAPM);
}

static void get_many(const void *record, struct listing_value *value)
{
	listing_bool(value, ((const struct thing *)record)->laps > 10);
}

static void get_crew(const void *record, struct listing_value *value)
{
	const struct thing *thing = record;
	listing_items(value);
	for (unsigned i = 0; thing->crew[i]; i++)
		listing_item(value, slice_of(thing->crew[i]));
}

static void get_nothing(const void *record, struct listing_value *value)
{
	(void)record;
	(void)value;
}

static const struct listing_field fields[] = {
	{"name", "Name", listing_pointer, .place = offsetof(struct thing, name)},
	{"laps", "Laps", get_laps, .right = true},
	{"half", NULL, get_half, .place = 2},
	{"time", "Time", get_time, .right = true},
	{"many", NULL, get_many, .right = false},
	{"crew", "Crew", get_crew, .right = false},
	{"none", "None", get_nothing, .right = false},
	{NULL, "Wide", get_nothing, .width = 6},
};

static char text[2048];

static int keep(void *context, const char *bytes, size_t len)
{
	size_t used = strlen(text);
	(void)context;
	assert_true(used + len < sizeof(text));
	memcpy(text + used, bytes, len);
	text[used + len] = '\0';
	return 0;
}

static void write_all(enum format format, const struct listing_form *form)
{
	char buf[64];
	struct out out = {.write = keep, .buf = buf, .max = sizeof(buf)};
	struct listing listing;
	text[0] = '\0';
	listing_begin(&listing, &out, format, form);
	for (size_t i = 0; i < ARRAY_LEN(things); i++)
		listing_measure(&listing, &things[i]);
	listing_head(&listing);
	for (size_t i = 0; i < ARRAY_LEN(things); i++)
		listing_row(&listing, &things[i]);
	listing_end(&listing);
	assert_int_equal(out_flush(&out), 0);
}

static void a_table_has_columns_with_values_and_no_blanks_at_the_end(void **state)
{
	const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 2};
	(void)state;
	write_all(FORMAT_TABLE, &form);
	assert_string_equal(text, "Name    Laps      Time  Crew   Wide\n"
				  "a, \"b\"    12  1:01.005  X / Y\n"
				  "\n");
}

static void csv_is_quoted_and_blank_where_nothing_is_known(void **state)
{
	const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 2};
	(void)state;
	write_all(FORMAT_CSV, &form);
	assert_string_equal(text, "name,laps,half,time,many,crew,none\n"
				  "\"a, \"\"b\"\"\",12,6.00,1:01.005,1,X / Y,\n"
				  ",,-0.50,,0,,\n");
}

static void json_has_numbers_lists_and_null(void **state)
{
	const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 2};
	const struct listing_form blanks = {fields, 2, .json_blanks = true};
	(void)state;
	write_all(FORMAT_JSON, &form);
	assert_string_equal(text,
			    "[\n{\"name\":\"a, \\\"b\\\"\",\"laps\":12,\"half\":6.00,"
			    "\"time\":61.005000,\"many\":true,\"crew\":[\"X\",\"Y\"],"
			    "\"none\":null},\n"
			    "{\"name\":null,\"laps\":null,\"half\":-0.50,\"time\":null,"
			    "\"many\":false,\"crew\":[],\"none\":null}\n]\n");
	write_all(FORMAT_JSON, &blanks);
	assert_string_equal(text, "[\n  {\"name\": \"a, \\\"b\\\"\", \"laps\": 12},\n"
				  "  {\"name\": null, \"laps\": null}\n]\n");
}

static void what_is_too_wide_keeps_its_distance(void **state)
{
	static const struct listing_field narrow[] = {
		{"name", "", listing_pointer, .width = 3,
		 .place = offsetof(struct thing, name)},
		{"laps", "", get_laps, .width = 4},
	};
	const struct listing_form form = {narrow, 2, .gap = 1, .untitled = true};
	char buf[64];
	struct out out = {.write = keep, .buf = buf, .max = sizeof(buf)};
	struct listing listing;
	(void)state;
	text[0] = '\0';
	listing_begin(&listing, &out, FORMAT_TABLE, &form);
	listing_head(&listing);
	listing_row(&listing, &things[0]);
	listing_end(&listing);
	assert_int_equal(out_flush(&out), 0);
	assert_string_equal(text, "a, \"b\" 12\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_table_has_columns_with_values_and_no_blanks_at_the_end),
		cmocka_unit_test(csv_is_quoted_and_blank_where_nothing_is_known),
		cmocka_unit_test(json_has_numbers_lists_and_null),
		cmocka_unit_test(what_is_too_wide_keeps_its_distance),
	};
	return cmocka_run_group_tests_name("encode listing", tests, NULL, NULL);
}
