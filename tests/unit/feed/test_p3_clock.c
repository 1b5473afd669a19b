/*
 * test_p3_clock.c -- the clocks of P3 decoders: zones, steps, satellites
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "p3_said.h"

static void the_zone_of_a_decoder_is_found_and_kept(void **state)
{
	static const struct {
		int64_t rtc, mapped; /* against the time of hearing */
	} cases[] = {
		/* In its zone, with what the network takes. */
		{2 * US_HOUR - 300 * US_MS, -300 * US_MS},
		{-5 * US_HOUR - 30 * US_MIN - 40 * US_S, -40 * US_S},
		{5 * US_HOUR + 45 * US_MIN + 20 * US_S, 20 * US_S},
		{-100 * US_MS, -100 * US_MS},
		/* A clock that is wrong: hearing is all there is. */
		{70 * US_S, 0},
		{-20 * US_HOUR, 0},
		{-9000 * US_DAY, 0},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct event *event;
		struct received h;
		received_begin(&h, "p3", NULL);
		pass(&h, 1, NOON + cases[i].rtc, NOON);
		event = received_next(&h, EVENT_PASSING);
		assert_int_equal(event->at, NOON + cases[i].mapped);
		assert_int_equal(event->received_at, NOON);
		/* Another delay changes nothing. */
		pass(&h, 2, NOON + cases[i].rtc + 10 * US_S,
		     NOON + 10 * US_S + 500 * US_MS);
		event = received_next(&h, EVENT_PASSING);
		assert_int_equal(event->at, NOON + cases[i].mapped + 10 * US_S);
		assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
		received_end(&h);
	}
}

static void utc_is_preferred_and_said_to_be_so(void **state)
{
	struct wire_p3_passing passing = passing_of(1, NOON + 2 * US_HOUR + 7 * US_S);
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	struct out out = received_out(&h);
	passing.utc = NOON - 3;
	wire_p3_passing(&out, &passing);
	received_at(&h, &out, NOON);
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_int_equal(event->at, NOON - 3);
	assert_int_equal(event->clock, EVENT_CLOCK_UTC);
	/* Both were said once: the decoder's own clock is known from then on. */
	pass(&h, 2, NOON + 2 * US_HOUR + 8 * US_S, NOON + US_S);
	assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON + US_S - 3);
	received_end(&h);
}

/* A race of 2022 that is served again: the session file tells its date. */
static void a_clock_of_the_day_of_the_session_is_right(void **state)
{
	const instant_us day = NOON - NOON % US_DAY - 1000 * US_DAY;
	static const struct {
		duration_us own,
			at; /* after that noon; after our noon if not believed */
		bool believed;
	} cases[] = {
		{0, 0, true},
		{10 * US_HOUR, 10 * US_HOUR, true},
		{-US_DAY, 0, false},
		{30 * US_DAY, 0, false},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct received h;
		const struct feed_setup setup = {.day = day, .utc_offset_us = -US_HOUR};
		received_begin(&h, "p3", &setup);
		instant_us noon = day + US_DAY / 2;
		pass(&h, 1, noon + cases[i].own, NOON);
		instant_us at = received_next(&h, EVENT_PASSING)->at;
		assert_int_equal(at, (cases[i].believed ? noon : NOON) + cases[i].at);
		pass(&h, 2, noon + cases[i].own + 90 * US_S, NOON + US_S);
		assert_int_equal(received_next(&h, EVENT_PASSING)->at, at + 90 * US_S);
		received_end(&h);
	}
}

/* Senders have it in other units, or made up; @lap: from one passing to the next. */
static void utc_is_believed_near_another_clock_in_the_unit_that_fits(void **state)
{
	static const struct {
		int64_t rtc, utc, received; /* after NOON; utc as it is sent */
		int64_t at, lap;
	} cases[] = {
		{US_HOUR, NOON, 0, 0, US_S},
		{US_HOUR, NOON / US_MS, 0, 0, US_S},
		/* Seconds are too coarse to time a passing. */
		{US_HOUR, NOON / US_S, 0, 0, 1234 * US_MS},
		/* A year before; 1970; milliseconds of the decoder's run. */
		{US_HOUR, NOON - 365 * US_DAY, 0, 0, 1234 * US_MS},
		{US_HOUR, 3600 * US_S, 0, 0, 1234 * US_MS},
		{US_HOUR, 86400, 0, 0, 1234 * US_MS},
		/* A replay: the decoder's own clock is of that day too. */
		{-30 * US_DAY, NOON - 30 * US_DAY - US_HOUR, 0, -30 * US_DAY - US_HOUR,
		 US_S},
		/* The decoder's own clock is wrong. */
		{-9000 * US_DAY, NOON, 0, 0, US_S},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct received h;
		received_begin(&h, "p3", NULL);
		int64_t unit = cases[i].utc > NOON / 2           ? 1
			       : cases[i].utc > NOON / US_MS / 2 ? US_MS
								 : US_S;
		instant_us first = 0;
		for (uint32_t n = 1; n <= 2; n++) {
			struct wire_p3_passing passing = passing_of(
				n, NOON + cases[i].rtc + (n - 1) * 1234 * US_MS);
			struct out out = received_out(&h);
			passing.utc = cases[i].utc + (n - 1) * (US_S / unit);
			wire_p3_passing(&out, &passing);
			received_at(&h, &out, NOON + (n - 1) * 1234 * US_MS);
			instant_us at = received_next(&h, EVENT_PASSING)->at;
			if (n == 1)
				assert_int_equal(first = at, NOON + cases[i].at);
			else if (at - first != cases[i].lap)
				fail_msg("case %zu: a lap of %lld us", i,
					 (long long)(at - first));
		}
		received_end(&h);
	}
}

static void satellites_make_the_clock_of_a_zone_the_better_one(void **state)
{
	const struct wire_p3_status locked = {.decoder = ID, .gps = 1};
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	struct out out = received_out(&h);
	wire_p3_status(&out, &locked);
	received_at(&h, &out, NOON);
	pass(&h, 1, NOON + US_HOUR, NOON + 9 * US_MS);
	assert_int_equal(received_next(&h, EVENT_PASSING)->clock, EVENT_CLOCK_UTC);
	received_end(&h);
}

static void the_answer_to_get_time_teaches_the_clock(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	struct out out = received_out(&h);
	wire_p3_time(&out, ID, NOON + US_HOUR, INSTANT_NONE);
	received_at(&h, &out, NOON + 100 * US_MS);
	/* What was missed comes late and is placed all the same. */
	pass(&h, 1, NOON + US_HOUR - 300 * US_S, NOON + 200 * US_MS);
	pass(&h, 2, NOON + US_HOUR - 100 * US_S, NOON + 200 * US_MS);
	assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON - 300 * US_S);
	assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON - 100 * US_S);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
	received_end(&h);
}

/* Ten passings a second apart, then the clock is put by @by. */
static void a_step_of_the_clock_is_noticed_and_mended(void **state)
{
	static const int64_t steps[] = {5 * US_S, -30 * US_S, US_HOUR, -US_HOUR,
					-3 * US_S};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct received h;
		const struct event *event = NULL;
		received_begin(&h, "p3", NULL);
		for (uint32_t n = 1; n <= 20; n++) {
			instant_us now = NOON + n * 2 * US_S;
			pass(&h, n, now + (n > 10 ? steps[i] : 0), now + 50 * US_MS);
		}
		assert_int_equal(
			received_says(&h, EVENT_ANOMALY, "its clock stepped")->field,
			ANOMALY_CLOCK);
		assert_int_equal(received_count(&h, EVENT_ANOMALY), 1);
		assert_int_equal(received_count(&h, EVENT_PASSING), 20);
		for (const struct event *e; (e = received_next(&h, EVENT_PASSING));)
			event = e;
		assert_non_null(event);
		assert_int_equal(event->at, NOON + 40 * US_S);
		received_end(&h);
	}
}

static void a_line_that_stalls_is_no_step_of_the_clock(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	for (uint32_t n = 1; n <= 30; n++) {
		instant_us was = NOON + n * US_S, received = was + 20 * US_MS;
		/* What was said in ten seconds comes all at once. */
		if (n > 10 && n <= 20)
			received = NOON + 20 * US_S + 20 * US_MS;
		pass(&h, n, was, received);
	}
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
	for (uint32_t n = 1; n <= 30; n++)
		assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON + n * US_S);
	received_end(&h);
}

static void a_clock_that_was_set_says_so_by_its_id(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	for (uint32_t n = 1; n <= 4; n++) {
		instant_us now = NOON + n * US_S;
		struct wire_p3_passing passing =
			passing_of(n, now + (n > 2 ? US_HOUR : 0));
		struct out out = received_out(&h);
		passing.rtc_id = n > 2 ? 8 : 7;
		wire_p3_passing(&out, &passing);
		received_at(&h, &out, now);
	}
	received_says(&h, EVENT_ANOMALY, "its clock was set");
	h.looked = 0;
	for (uint32_t n = 1; n <= 4; n++)
		assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON + n * US_S);
	received_end(&h);
}

/* A gap before the step is filled after it: by the clock it was timed with. */
static void what_is_sent_again_keeps_the_clock_it_was_timed_by(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	pass(&h, 1, NOON, NOON);
	pass(&h, 3, NOON + 2 * US_S, NOON + 2 * US_S);
	pass(&h, 4, NOON + 3 * US_S + US_HOUR, NOON + 3 * US_S);
	h.looked = h.list.count;
	pass(&h, 2, NOON + US_S, NOON + 4 * US_S);
	assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON + US_S);
	received_end(&h);
}

/* A race of long ago, or of now, played ten times as fast. */
static void a_race_that_is_played_keeps_its_own_times(void **state)
{
	static const int64_t ago[] = {8000 * US_DAY, 0};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ago); i++) {
		const struct event *event;
		instant_us first;
		struct received h;
		received_begin(&h, "p3", NULL);
		for (uint32_t n = 1; n <= 200; n++)
			pass(&h, n, NOON - ago[i] + n * 3 * US_S,
			     NOON + n * 300 * US_MS);
		event = received_next(&h, EVENT_PASSING);
		assert_non_null(event);
		first = event->at;
		for (uint32_t n = 1; n < 200; n++)
			assert_int_equal(received_next(&h, EVENT_PASSING)->at,
					 first + n * 3 * US_S);
		assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
		received_end(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_zone_of_a_decoder_is_found_and_kept),
		cmocka_unit_test(utc_is_preferred_and_said_to_be_so),
		cmocka_unit_test(a_clock_of_the_day_of_the_session_is_right),
		cmocka_unit_test(
			utc_is_believed_near_another_clock_in_the_unit_that_fits),
		cmocka_unit_test(satellites_make_the_clock_of_a_zone_the_better_one),
		cmocka_unit_test(the_answer_to_get_time_teaches_the_clock),
		cmocka_unit_test(a_step_of_the_clock_is_noticed_and_mended),
		cmocka_unit_test(a_line_that_stalls_is_no_step_of_the_clock),
		cmocka_unit_test(a_race_that_is_played_keeps_its_own_times),
		cmocka_unit_test(a_clock_that_was_set_says_so_by_its_id),
		cmocka_unit_test(what_is_sent_again_keeps_the_clock_it_was_timed_by),
	};
	return cmocka_run_group_tests_name("feed p3 clock", tests, NULL, NULL);
}
