/*
 * test_feed.c -- the table of drivers, and the weather
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "pitwall/feed.h"

/* ---- the table ----------------------------------------------------------- */

static void drivers_are_found_by_name_and_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; feed_drivers[i]; i++) {
		const struct feed_driver *driver = feed_drivers[i];
		assert_ptr_equal(feed_by_name(slice_of(driver->name)), driver);
		assert_non_null(driver->summary);
		assert_non_null(driver->media);
		assert_non_null(driver->sniff);
		/* A file or a stream, and all of what that takes. */
		assert_true(!driver->read_file == !driver->scratch_size);
		assert_true(!driver->read_file == !driver->room);
		assert_true(!driver->read_file == (driver->decode != NULL));
		assert_true(!driver->decode == !driver->frame);
		assert_true(!driver->decode == !driver->init);
		assert_true(driver->state_size <= FEED_STATE_MAX);
	}
	assert_null(feed_by_name(SLICE("nothing of the kind")));
	assert_null(feed_by_name(SLICE("")));
}

static void bytes_of_no_format_have_no_driver(void **state)
{
	(void)state;
	assert_null(feed_sniff(SLICE("")));
	assert_null(feed_sniff(SLICE("\x7f"
				     "ELF\x02\x01")));
}

/* ---- weather ------------------------------------------------------------- */

static void expect_weather(const char *text, const int64_t (*expected)[3], size_t count)
{
	struct event events[64];
	char words[1024];
	struct event_list list = {
		.at = events, .max = 64, .text = words, .text_max = sizeof(words)};
	struct err err;
	assert_int_equal(feed_weather_read(slice_of(text), 2, &list, &err), 0);
	assert_int_equal(list.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(events[i].kind, EVENT_WEATHER);
		assert_int_equal(events[i].source, 2);
		assert_int_equal(events[i].at, expected[i][0] * US_S);
		assert_int_equal(events[i].received_at, events[i].at);
		assert_int_equal(events[i].field, expected[i][1]);
		assert_int_equal(events[i].value, expected[i][2]);
	}
}

#define WEATHER                                                                   \
	"\xef\xbb\xbfTIME_UTC_SECONDS;TIME_UTC_STR;AIR_TEMP;TRACK_TEMP;HUMIDITY;" \
	"PRESSURE;WIND_SPEED;WIND_DIRECTION;RAIN;\r\n"

static void metric_weather_is_taken_as_it_is(void **state)
{
	(void)state;
	static const int64_t expected[][3] = {
		{1556969491, WEATHER_AIR_MC, 8400},
		{1556969491, WEATHER_TRACK_MC, -1200},
		{1556969491, WEATHER_HUMIDITY_PM, 775},
		{1556969491, WEATHER_PRESSURE_PA, 96030},
		{1556969491, WEATHER_WIND_MMS, 2000},
		{1556969491, WEATHER_WIND_DEG, 270},
		{1556969491, WEATHER_RAIN, 1},
	};
	expect_weather(WEATHER
		       "1556969491;5/4/2019 11:31:31 AM;8.4;-1.2;77.5;960.3;7.2;"
		       "270;1;\r\n",
		       expected, ARRAY_LEN(expected));
}

static void imperial_weather_is_known_by_its_pressure(void **state)
{
	(void)state;
	static const int64_t expected[][3] = {
		{1616249502, WEATHER_AIR_MC, 20000},
		{1616249502, WEATHER_TRACK_MC, 30000},
		{1616249502, WEATHER_HUMIDITY_PM, 770},
		{1616249502, WEATHER_PRESSURE_PA, 101591},
		{1616249502, WEATHER_WIND_MMS, 4470},
		{1616249502, WEATHER_WIND_DEG, 157},
	};
	expect_weather("TIME_UTC_SECONDS,TIME_UTC_STR,AIR_TEMP,TRACK_TEMP,HUMIDITY,"
		       "PRESSURE,WIND_SPEED,WIND_DIRECTION,RAIN,\n"
		       "1616249502,20-Mar-21 14:11:42,68,86,77,30.00,10,157,-1,",
		       expected, ARRAY_LEN(expected));
}

static void impossible_weather_is_left_out(void **state)
{
	(void)state;
	static const int64_t expected[][3] = {{60, WEATHER_HUMIDITY_PM, 500}};
	expect_weather(WEATHER "60;;x;300;50;1;-3;400;;\n", expected,
		       ARRAY_LEN(expected));
}

static void a_weather_row_without_its_time_is_told(void **state)
{
	(void)state;
	struct event events[8];
	char words[256];
	struct event_list list = {
		.at = events, .max = 8, .text = words, .text_max = sizeof(words)};
	struct err err;
	assert_int_equal(
		feed_weather_read(SLICE(WEATHER "\nx;;8.4;;;;;;\n"), 2, &list, &err),
		0);
	assert_int_equal(list.count, 1);
	assert_int_equal(events[0].kind, EVENT_ANOMALY);
	assert_int_equal(events[0].number, 3);
	assert_int_equal(feed_weather_read(SLICE("POSITION;NUMBER\n"), 2, &list, &err),
			 -22);
	assert_non_null(strstr(err.text, "TIME_UTC_SECONDS"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drivers_are_found_by_name_and_are_whole),
		cmocka_unit_test(bytes_of_no_format_have_no_driver),
		cmocka_unit_test(metric_weather_is_taken_as_it_is),
		cmocka_unit_test(imperial_weather_is_known_by_its_pressure),
		cmocka_unit_test(impossible_weather_is_left_out),
		cmocka_unit_test(a_weather_row_without_its_time_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
