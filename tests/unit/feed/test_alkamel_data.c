/*
 * test_alkamel_data.c -- what the lap file reader makes of real races
 *
 * The table in alkamel_read.h was counted by other means than this reader. No
 * file is damaged, so no anomaly is expected in any.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alkamel_read.h"

struct sums {
	uint32_t laps, in_pit, drivers, flagged, missed, out, in;
	int64_t lap_times;
	instant_us last_sum; /* of the last crossings of the cars, since the start */
};

static void count_event(const struct reading *reading, const struct event *event,
			struct sums *sums)
{
	switch (event->kind) {
	case EVENT_PASSING:
		if (event->line != LINE_SF && event->line != LINE_SF_PIT) {
			sums->missed += event->bits == EVENT_ESTIMATED;
			break;
		}
		assert_int_equal(event->bits & ~EVENT_COUNTS, 0);
		sums->laps++;
		sums->in_pit += event->line == LINE_SF_PIT;
		sums->flagged += event->flag == FLAG_FINISH;
		sums->lap_times += event->value;
		/* The lap before of this car ended where this one began. */
		if (event->number != 1)
			sums->last_sum -=
				event->at - event->value - reading->info.start_at;
		sums->last_sum += event->at - reading->info.start_at;
		break;
	case EVENT_DRIVER:
		sums->drivers++;
		break;
	case EVENT_PIT_IN:
		sums->in++;
		break;
	case EVENT_PIT_OUT:
		sums->out++;
		assert_true(event->value > 0);
		break;
	default:
		break;
	}
}

static void check_race(const struct real_race *race, struct slice file)
{
	struct reading reading = reading_of(file);
	const struct feed_info *info = &reading.info;
	struct sums sums = {0};
	if (reading.rc != 0)
		fail_msg("%s: %s", race->name, reading.err.text);
	print_message("# %s: %u rows\n", race->name, info->rows);
	for (uint32_t i = 0; i < reading.list.count; i++)
		count_event(&reading, &reading.list.at[i], &sums);
	assert_int_equal(info->anomalies, 0);
	assert_int_equal(reading_count(&reading, EVENT_ANOMALY), 0);
	assert_int_equal(reading.list.dropped, 0);
	assert_int_equal(info->rows, race->rows);
	assert_int_equal(info->cars, race->cars);
	assert_int_equal(sums.laps, race->rows);
	assert_int_equal(sums.in_pit, race->in_pit);
	assert_int_equal(sums.in, race->in_pit);
	assert_int_equal(sums.drivers, race->drivers + race->cars);
	assert_int_equal(sums.flagged, race->flagged);
	assert_int_equal(sums.missed, race->missed);
	assert_int_equal(info->start_at, race->start_ms * US_MS);
	assert_int_equal(sums.lap_times, sums.last_sum);
	assert_in_range(info->lap_length / 1000, race->length_m - 1,
			race->length_m + 1);
	assert_int_equal(info->finish_flag, race->flagged != 0);
	assert_int_equal(info->line_count, 3);
	assert_true(sums.out <= sums.in);
	reading_free(&reading);
}

/* In, out and the line lie in the order a car can drive. */
static void check_stops(const struct reading *reading)
{
	const struct event *in = NULL, *passed = NULL;
	for (uint32_t i = 0; i < reading->list.count; i++) {
		const struct event *event = &reading->list.at[i];
		if (in && strcmp(in->id, event->id) != 0)
			in = NULL;
		if (event->kind == EVENT_PASSING) {
			assert_true(!passed || strcmp(passed->id, event->id) != 0 ||
				    passed->at < event->at);
			passed = event;
		} else if (event->kind == EVENT_PIT_IN) {
			assert_int_equal(passed->line, LINE_SF_PIT);
			assert_true(event->at <= passed->at);
			assert_true(event->at > passed->at - passed->value);
			in = event;
		} else if (event->kind == EVENT_PIT_OUT) {
			assert_non_null(in);
			assert_true(event->at > in->at && event->at > passed->at);
		}
	}
}

static void real_races_hold_what_was_counted_in_them(void **state)
{
	(void)state;
	uint32_t seen = 0;
	for (size_t i = 0; i < ARRAY_LEN(real_races); i++) {
		struct slice file = real_file(real_races[i].name);
		if (!file.at)
			continue;
		seen++;
		check_race(&real_races[i], file);
		free((void *)(uintptr_t)file.at);
	}
	if (seen != ARRAY_LEN(real_races))
		skip();
}

static void stops_of_real_races_can_be_driven(void **state)
{
	(void)state;
	uint32_t seen = 0;
	for (size_t i = 0; i < ARRAY_LEN(real_races); i++) {
		struct slice file = real_file(real_races[i].name);
		if (!file.at)
			continue;
		seen++;
		struct reading reading = reading_of(file);
		check_stops(&reading);
		reading_free(&reading);
		free((void *)(uintptr_t)file.at);
	}
	if (seen == 0)
		skip();
}

static void other_files_beside_them_are_no_lap_files(void **state)
{
	(void)state;
	static const char *const names[] = {
		"imsa_2024_virginia_results.csv",
		"imsa_2024_virginia_weather.csv",
		"lm24_2024_official.csv",
		"wec_2025_spa_6h.json",
	};
	uint32_t seen = 0;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct slice file = real_file(names[i]);
		if (!file.at)
			continue;
		seen++;
		struct reading reading = reading_of(file);
		assert_int_equal(reading.rc, -22);
		assert_non_null(strstr(reading.err.text, "not an Al Kamel lap file"));
		assert_int_equal(feed_by_name(SLICE("alkamel"))->sniff(file), 0);
		reading_free(&reading);
		free((void *)(uintptr_t)file.at);
	}
	if (seen == 0)
		skip();
}

static void weather_of_real_races_is_of_this_world(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int64_t air_mc, pressure_pa;
	} files[] = {
		/* 64.79996 F and 30.096192017 inHg */
		{"imsa_2021_sebring_weather.csv", 18222, 101917},
		/* 83.19992 F and 30.241184808 inHg */
		{"imsa_2024_virginia_weather.csv", 28444, 102408},
	};
	uint32_t seen = 0;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct slice file = real_file(files[i].name);
		struct event_list list = {.max = 65536, .text_max = 65536};
		struct err err;
		if (!file.at)
			continue;
		seen++;
		list.at = malloc(list.max * sizeof(struct event));
		list.text = malloc(list.text_max);
		assert_int_equal(feed_weather_read(file, 1, &list, &err), 0);
		assert_int_equal(list.at[0].field, WEATHER_AIR_MC);
		assert_int_equal(list.at[0].value, files[i].air_mc);
		assert_int_equal(list.at[3].field, WEATHER_PRESSURE_PA);
		assert_int_equal(list.at[3].value, files[i].pressure_pa);
		for (uint32_t k = 0; k < list.count; k++)
			assert_int_equal(list.at[k].kind, EVENT_WEATHER);
		free(list.at);
		free(list.text);
		free((void *)(uintptr_t)file.at);
	}
	if (seen == 0)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_races_hold_what_was_counted_in_them),
		cmocka_unit_test(stops_of_real_races_can_be_driven),
		cmocka_unit_test(other_files_beside_them_are_no_lap_files),
		cmocka_unit_test(weather_of_real_races_is_of_this_world),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
