/*
 * test_codes.c -- the codes of flags: what is written is read as the same flag, or as the
 * nearest that the protocol has; and the columns of a lap file
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/wire.h"

static void every_flag_is_written_and_read(void **state)
{
	static const enum flag nearest[][FLAG_COUNT] = {
		[WIRE_FLAGS_ALKAMEL] = {FLAG_UNKNOWN, FLAG_GREEN, FLAG_YELLOW, FLAG_FCY,
					FLAG_VSC, FLAG_CODE60, FLAG_SC, FLAG_RED,
					FLAG_FINISH},
		[WIRE_FLAGS_RMONITOR] = {FLAG_UNKNOWN, FLAG_GREEN, FLAG_YELLOW,
					 FLAG_YELLOW, FLAG_YELLOW, FLAG_YELLOW,
					 FLAG_YELLOW, FLAG_RED, FLAG_FINISH},
		[WIRE_FLAGS_MULTILOOP] = {FLAG_UNKNOWN, FLAG_GREEN, FLAG_YELLOW,
					  FLAG_YELLOW, FLAG_YELLOW, FLAG_YELLOW,
					  FLAG_YELLOW, FLAG_RED, FLAG_FINISH},
	};
	(void)state;
	for (unsigned p = 0; p < ARRAY_LEN(nearest); p++)
		for (unsigned flag = 0; flag < FLAG_COUNT; flag++) {
			enum wire_flags protocol = (enum wire_flags)p;
			const char *code = wire_flag_code(protocol, (enum flag)flag);
			int back = wire_flag_read(protocol, slice_of(code));
			if (code[0] == '\0')
				assert_int_equal(flag, FLAG_UNKNOWN);
			else
				assert_int_equal(back, nearest[p][flag]);
		}
}

static void codes_that_others_write_are_read(void **state)
{
	static const struct {
		enum wire_flags protocol;
		const char *code;
		int flag;
	} rows[] = {
		{WIRE_FLAGS_ALKAMEL, "SC", FLAG_SC},
		{WIRE_FLAGS_ALKAMEL, "gf", -1},
		{WIRE_FLAGS_RMONITOR, "GREEN", FLAG_GREEN},
		{WIRE_FLAGS_RMONITOR, "checkered", FLAG_FINISH},
		{WIRE_FLAGS_RMONITOR, "Purple", FLAG_CODE60},
		{WIRE_FLAGS_RMONITOR, "full course yellow", FLAG_FCY},
		{WIRE_FLAGS_RMONITOR, "Greens", -1},
		{WIRE_FLAGS_MULTILOOP, "W", FLAG_GREEN},
		{WIRE_FLAGS_MULTILOOP, "U", FLAG_UNKNOWN},
		{WIRE_FLAGS_MULTILOOP, "g", -1},
		{WIRE_FLAGS_MULTILOOP, "", -1},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(
			wire_flag_read(rows[i].protocol, slice_of(rows[i].code)),
			rows[i].flag);
}

/* The first line of the files of 2024. */
static void the_columns_are_those_of_a_real_file(void **state)
{
	char buf[2048];
	struct out out = {.buf = buf, .max = sizeof(buf)};
	(void)state;
	wire_ak_head(&out, 3, true);
	buf[out.len] = '\0';
	assert_string_equal(
		buf,
		"\xef\xbb\xbfNUMBER; DRIVER_NUMBER; LAP_NUMBER; LAP_TIME; "
		"LAP_IMPROVEMENT; CROSSING_FINISH_LINE_IN_PIT; S1; S1_IMPROVEMENT; S2; "
		"S2_IMPROVEMENT; S3; S3_IMPROVEMENT; KPH; ELAPSED; HOUR;S1_LARGE;"
		"S2_LARGE;S3_LARGE;TOP_SPEED;DRIVER_NAME;PIT_TIME;CLASS;GROUP;TEAM;"
		"MANUFACTURER;FLAG_AT_FL;S1_SECONDS;S2_SECONDS;S3_SECONDS;\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_flag_is_written_and_read),
		cmocka_unit_test(codes_that_others_write_are_read),
		cmocka_unit_test(the_columns_are_those_of_a_real_file),
	};
	return cmocka_run_group_tests_name("wire codes", tests, NULL, NULL);
}
