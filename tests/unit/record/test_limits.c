/*
 * test_limits.c -- limits of a recording are reported before they are reached and when
 * they are, and nothing is acknowledged beyond them
 */
#include "room.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static struct record *limited(const char *path, struct record_live_options options)
{
	struct record *record = NULL;
	struct err err = {""};
	if (record_live_open(path, &options, &record, &err) != 0)
		fail_msg("%s", err.text);
	return record;
}

static struct record_state limit_state(struct record *record)
{
	struct record_state state;
	record_state_get(record, &state);
	return state;
}

static void has_words(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text, words);
}

static void a_recording_stops_at_its_limit_and_says_so_before(void **state)
{
	const struct room *room = *state;
	enum { MIB = 1024 * 1024 };
	struct record *record = limited(
		room->path, (struct record_live_options){.grow_limit = 2 * MIB});
	struct record_state now;
	struct err err = {""};
	struct stat st;
	int64_t n = 0;
	bool warned = false;
	int rc = 0;
	while (rc == 0 && n < 100000) {
		room_put(record, n + 1, n + 100);
		n += 100;
		rc = record_drain(record, 20 * US_S, &err);
		now = limit_state(record);
		if (now.notices > 0 && rc == 0)
			warned = true;
	}
	assert_int_equal(rc, -EFBIG);
	assert_true(warned);
	has_words(now.notice, "of the 2 MiB that it may have (grow-limit)");
	has_words(now.fault, "has grown to the 2 MiB that it may have (grow-limit): "
			     "100 records");
	assert_int_equal(now.durable, n - 100);
	/* The race goes on in memory. */
	room_put(record, n + 1, n + 100);
	assert_int_not_equal(record_drain(record, 20 * US_S, &err), 0);
	assert_int_equal(limit_state(record).durable, n - 100);
	assert_int_equal(record_close(record, &err), -EFBIG);
	has_words(err.text, "200 records are lost");
	assert_int_equal(stat(room->path, &st), 0);
	assert_true(st.st_size < 3 * MIB);
	assert_int_equal(room_rows(room->path), n - 100);
	/* With more room it is continued. */
	record = limited(room->path, (struct record_live_options){.grow_limit = 0});
	room_put(record, n - 99, n);
	assert_int_equal(record_close(record, &err), 0);
	assert_int_equal(room_rows(room->path), n);
}

static void what_is_reserved_of_the_disk_stays_free(void **state)
{
	const struct room *room = *state;
	struct record *record =
		limited(room->path,
			(struct record_live_options){.disk_reserve = INT64_MAX / 4});
	struct err err = {""};
	room_put(record, 1, 10);
	assert_int_equal(record_drain(record, 20 * US_S, &err), -ENOSPC);
	struct record_state now = limit_state(record);
	assert_int_equal(now.durable, 0);
	assert_int_equal(now.code, -ENOSPC);
	has_words(now.fault, "stay free (disk-reserve): 10 records");
	has_words(now.fault, "make room on it");
	record_abandon(record);
	assert_int_equal(room_rows(room->path), 0);
}

static void a_disk_that_gets_full_is_told_before(void **state)
{
	const struct room *room = *state;
	struct statvfs disk;
	struct err err = {""};
	assert_int_equal(statvfs(room->folder, &disk), 0);
	int64_t left = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	struct record *record = limited(
		room->path, (struct record_live_options){.disk_reserve = left / 3 * 2});
	for (int64_t n = 1; n <= 50; n += 10) {
		room_put(record, n, n + 9);
		assert_int_equal(record_drain(record, 20 * US_S, &err), 0);
	}
	struct record_state now = limit_state(record);
	assert_string_equal(now.fault, "");
	assert_int_equal(now.notices, 1);
	has_words(now.notice, "MiB are left on the disk; recording stops at");
	assert_int_equal(record_close(record, &err), 0);
	assert_int_equal(room_rows(room->path), 50);
}

static void a_source_that_sends_too_much_is_refused_and_the_others_are_not(void **state)
{
	const struct room *room = *state;
	enum { RATE = 1000 * 1000, FLOOD = 200, BYTES = 50 * 1000 };
	static char bytes[BYTES];
	struct record *record =
		limited(room->path, (struct record_live_options){.source_rate = RATE});
	struct record_row row = {
		.type = RECORD_RAW, .source = 1, .bytes = {bytes, BYTES}};
	struct err err = {""};
	uint64_t refused = 0, taken = 0, warned_at = 0;
	for (int i = 0; i < FLOOD; i++) {
		row.source = 1;
		uint64_t ticket = record_put(record, &row);
		refused += ticket == 0;
		taken += ticket != 0;
		if (warned_at == 0 && limit_state(record).notices > 0)
			warned_at = taken;
		row.source = 2;
		row.bytes.len = 100;
		assert_int_not_equal(record_put(record, &row), 0);
		row.bytes.len = BYTES;
	}
	struct record_state now = limit_state(record);
	char words[64];
	/* Four seconds of its rate in hand, and what this test takes. */
	assert_true(taken >= 80 && refused > 0);
	assert_true(warned_at > 0 && warned_at < taken);
	assert_int_equal(now.lost, refused);
	assert_int_not_equal(now.code, 0);
	text_format(words, sizeof(words), "%llu of its records were refused",
		    (unsigned long long)refused);
	has_words(now.fault, words);
	has_words(now.fault, "source 1 sends more than 976 KiB a second (source-rate)");
	assert_int_equal(record_drain(record, 60 * US_S, &err), 0);
	assert_int_equal(limit_state(record).durable, FLOOD + taken);
	assert_int_equal(record_close(record, &err), 0);
}

#define TEST(f_) cmocka_unit_test_setup_teardown(f_, room_enter, room_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_recording_stops_at_its_limit_and_says_so_before),
		TEST(what_is_reserved_of_the_disk_stays_free),
		TEST(a_disk_that_gets_full_is_told_before),
		TEST(a_source_that_sends_too_much_is_refused_and_the_others_are_not),
	};
	return cmocka_run_group_tests_name("record limits", tests, NULL, NULL);
}
