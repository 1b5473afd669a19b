/*
 * test_notices.c -- the queue of notices: replies come first, and nothing is lost
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "notices.h"

#define S ((int64_t)1000000)

static struct notices notices;

static void put(const char *text, bool reply, uint32_t group, int64_t wall)
{
	struct view_notice notice = {.at = wall};
	(void)snprintf(notice.text, sizeof(notice.text), "%s", text);
	notices_put(&notices, &notice, reply, group, wall);
}

/* Shown at @wall. */
static const char *shown(int64_t wall)
{
	int64_t wait;
	const struct view_notice *notice = notices_turn(&notices, wall, &wait);
	assert_true((wait >= 0) == (notice != NULL));
	return notice ? notice->text : "";
}

static void a_reply_is_shown_at_once_and_an_alert_waits(void **state)
{
	(void)state;
	put("tagged 7", true, 0, 0);
	put("! 7 pits", false, 0, 0);
	assert_string_equal(shown(0), "tagged 7");
	assert_int_equal(notices_waiting(&notices), 1);
	assert_string_equal(shown(4 * S), "tagged 7");
	assert_string_equal(shown(5 * S), "! 7 pits");
	assert_int_equal(notices_waiting(&notices), 0);
	assert_string_equal(shown(10 * S), "");
}

static void an_alert_that_a_reply_displaces_comes_back(void **state)
{
	(void)state;
	put("! 7 pits", false, 0, 0);
	assert_string_equal(shown(0), "! 7 pits");
	notices_key(&notices, 1 * S);
	put("tagged 7", true, 0, 1 * S);
	assert_string_equal(shown(1 * S), "tagged 7");
	notices_key(&notices, 2 * S);
	assert_string_equal(shown(2 * S), "! 7 pits");
}

static void where_others_wait_each_is_shown_for_less(void **state)
{
	(void)state;
	put("! 7 pits", false, 0, 0);
	put("! 8 pits", false, 0, 0);
	assert_string_equal(shown(0), "! 7 pits");
	assert_string_equal(shown(2 * S), "! 8 pits");
	assert_string_equal(shown(6 * S), "! 8 pits");
	assert_string_equal(shown(7 * S), "");
}

static void a_key_takes_away_what_was_read(void **state)
{
	(void)state;
	put("! 7 pits", false, 0, 0);
	assert_string_equal(shown(0), "! 7 pits");
	notices_key(&notices, 1 * S);
	assert_string_equal(shown(1 * S), "! 7 pits");
	notices_key(&notices, 2 * S);
	assert_string_equal(shown(2 * S), "");
}

static void a_group_is_one_notice_until_it_was_read(void **state)
{
	(void)state;
	put("! 7 pits", false, 9, 0);
	put("! flag SC", false, 0, 0);
	put("! 2 cars pit", false, 9, 1 * S);
	assert_int_equal(notices.count, 2);
	assert_string_equal(shown(1 * S), "! 2 cars pit");
	assert_string_equal(shown(6 * S), "! flag SC");
	put("! 8 pits", false, 9, 6 * S);
	assert_int_equal(notices.count, 3);
}

/* Whatever comes, in any order: each is shown or waits, until it is among the oldest. */
static void nothing_is_lost_but_the_oldest(void **state)
{
	(void)state;
	unsigned put_count = 0, seen = 0;
	char last[256] = "";
	for (int64_t t = 0; t < 2000; t++) {
		if (t % 97 == 0 && put_count < 20) {
			char text[32];
			(void)snprintf(text, sizeof(text), "alert %u", put_count++);
			put(text, false, 0, t * S / 10);
		}
		if (t % 13 == 0) {
			notices_key(&notices, t * S / 10);
			put("reply", true, 0, t * S / 10);
		}
		const char *now = shown(t * S / 10);
		if (strncmp(now, "alert", 5) == 0 && strcmp(now, last) != 0)
			seen++;
		(void)snprintf(last, sizeof(last), "%s", now);
	}
	/* Replies came all the time; afterwards there is time for the others. */
	for (int64_t t = 2000; t < 6000; t++) {
		const char *now = shown(t * S / 10);
		if (strncmp(now, "alert", 5) == 0 && strcmp(now, last) != 0)
			seen++;
		(void)snprintf(last, sizeof(last), "%s", now);
	}
	assert_int_equal(notices_waiting(&notices), 0);
	assert_int_equal(put_count, 20);
	assert_int_equal(notices.count, NOTICES_MAX);
	assert_true(seen > 0);
}

static void a_text_from_outside_is_cleaned(void **state)
{
	(void)state;
	put("a\x1b[2Jb\nc", false, 0, 0);
	assert_null(strpbrk(shown(0), "\x1b\n"));
}

static int set_up(void **state)
{
	(void)state;
	memset(&notices, 0, sizeof(notices));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_reply_is_shown_at_once_and_an_alert_waits,
				       set_up),
		cmocka_unit_test_setup(an_alert_that_a_reply_displaces_comes_back,
				       set_up),
		cmocka_unit_test_setup(where_others_wait_each_is_shown_for_less,
				       set_up),
		cmocka_unit_test_setup(a_key_takes_away_what_was_read, set_up),
		cmocka_unit_test_setup(a_group_is_one_notice_until_it_was_read, set_up),
		cmocka_unit_test_setup(nothing_is_lost_but_the_oldest, set_up),
		cmocka_unit_test_setup(a_text_from_outside_is_cleaned, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
