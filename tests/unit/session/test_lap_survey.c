/*
 * test_lap_survey.c -- the shortest possible lap against the plain count of all times
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "session_parts.h"

#include <stdlib.h>
#include <string.h>

enum { TIMES = 3000 };

/* The step that a time is in, and where that begins. */
static unsigned plain_step(duration_us t, duration_us *begins)
{
	duration_us begin = 5 * US_S;
	unsigned i = 0;
	while (i + 1 < SURVEY_STEPS && t >= begin + begin / 20) {
		begin += begin / 20;
		i++;
	}
	*begins = begin;
	return i;
}

static duration_us plain_quartile(const uint32_t *steps, uint32_t count)
{
	uint32_t passed = 0;
	duration_us begin = 5 * US_S;
	for (unsigned i = 0; i + 1 < SURVEY_STEPS; i++) {
		passed += steps[i];
		if (passed >= count / 4 + 1)
			break;
		begin += begin / 20;
	}
	return begin;
}

/* Many orders of times: of one length, mixed, rising, falling, and far too long. */
static duration_us any_time(uint64_t *seed, unsigned kind, unsigned i)
{
	switch (kind) {
	case 0:
		return 90 * US_S + (duration_us)random_below(seed, US_S);
	case 1:
		return 5 * US_S + (duration_us)random_below(seed, 400 * US_S);
	case 2:
		return 5 * US_S + i * (duration_us)100 * US_MS;
	case 3:
		return 400 * US_S - i * (duration_us)100 * US_MS;
	default:
		return random_below(seed, 2) ? 5 * US_S : 2 * US_HOUR;
	}
}

static void the_quartile_is_that_of_all_times(void **state)
{
	(void)state;
	uint64_t seed = 1;
	for (unsigned kind = 0; kind < 5; kind++) {
		struct lap_survey *survey = calloc(1, sizeof(*survey));
		uint32_t steps[SURVEY_STEPS] = {0};
		struct event event = {.kind = EVENT_PASSING, .at = US_HOUR};
		duration_us shown = 0, begins;
		assert_non_null(survey);
		memcpy(event.id, "7", 2);
		assert_false(lap_survey_note(survey, &event));
		for (unsigned i = 0; i < TIMES; i++) {
			duration_us t = any_time(&seed, kind, i);
			event.at += t;
			steps[plain_step(t, &begins)]++;
			bool changed = lap_survey_note(survey, &event);
			duration_us is = plain_quartile(steps, i + 1) / 10 * 6;
			duration_us off = is - shown;
			bool changes = i >= 3 && !(off < shown / 8 && off > -shown / 8);
			if (changes)
				shown = is;
			assert_int_equal(changed, changes);
			assert_int_equal(survey->lap_min, shown);
		}
		free(survey);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_quartile_is_that_of_all_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
