/*
 * test_memory.c -- memory or descriptors run out once, anywhere in a recording and in
 * its reading: a sentence or a second try, and what was acknowledged is there
 *
 * Every allocation and opening of the process goes through this file, SQLite's too; the
 * n-th of a story fails.
 */
/* syscall() */
#define _GNU_SOURCE 1
#include "room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What fails. */
static atomic_bool opening;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
enum { CAN_FAIL = 0 };
static atomic_int left;
#else
enum { CAN_FAIL = 1 };
static atomic_int left; /* allocations until one fails; 0: none */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);

static bool refuses(bool open)
{
	if (atomic_load(&opening) != open || atomic_load(&left) == 0 ||
	    atomic_fetch_sub(&left, 1) != 1)
		return false;
	errno = open ? EMFILE : ENOMEM;
	return true;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	int mode = va_arg(args, int);
	va_end(args);
	return refuses(true) ? -1
			     : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

void *malloc(size_t size)
{
	return refuses(false) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return refuses(false) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *at, size_t size)
{
	return refuses(false) ? NULL : __libc_realloc(at, size);
}
#endif

/** True when the allocation failed. */
static bool disarm(void)
{
	return atomic_exchange(&left, 0) <= 0;
}

static void is_sentence(const struct err *err)
{
	if (strlen(err->text) < 15)
		fail_msg("\"%s\"", err->text);
}

/** Record until @to; what is refused is put again, as a source would send it again. */
static void put_all(struct record *record, int64_t *n, int64_t to)
{
	char text[4096];
	while (*n < to) {
		struct record_row row = room_row(*n + 1, text);
		*n += record_put(record, &row) != 0;
	}
}

/** Open, record, lose the file, record, close. False: no allocation has this number. */
static bool record_story(const struct room *room, int nth)
{
	char other[SCRATCH_FILE_MAX];
	struct record *record = NULL;
	struct record_state now;
	struct err err = {""};
	int id = 0, rc = -1;
	int64_t n = 0;
	atomic_store(&left, nth);
	for (int i = 0; rc != 0 && i < 3; i++) {
		err.text[0] = '\0';
		rc = record_live_open(room->path, NULL, &record, &err);
		if (rc != 0)
			is_sentence(&err);
	}
	assert_int_equal(rc, 0);
	while (record_live_source(record, "p3://main", "p3", &id, &err) != 0)
		is_sentence(&err);
	for (int round = 1; round <= 2; round++) {
		put_all(record, &n, 40 * round);
		for (int i = 0; i < 5 && record_drain(record, 20 * US_S, &err) != 0;
		     i++)
			is_sentence(&err);
		record_state_get(record, &now);
		assert_int_equal(now.durable, n);
		if (round == 1)
			unlink(room->path);
	}
	rc = record_close(record, &err);
	bool failed = nth > 0 && disarm();
	if (rc != 0)
		is_sentence(&err);
	text_format(other, sizeof(other), "%s/race-2.pitwall", room->folder);
	assert_int_equal(room_rows(other), n);
	room_files(room->folder, true);
	return failed;
}

static void an_opening_fails_once_anywhere_in_a_recording(void **state)
{
	const struct room *room = *state;
	int nth = 1;
	if (!CAN_FAIL)
		skip();
	atomic_store(&opening, true);
	while (record_story(room, nth))
		nth++;
	atomic_store(&opening, false);
	print_message("# %d openings\n", nth - 1);
	assert_true(nth > 10);
}

static void memory_fails_once_anywhere_in_a_recording(void **state)
{
	const struct room *room = *state;
	int nth = 1, stories = 0;
	if (!CAN_FAIL)
		skip();
	/* The first story asks for what is asked for once. */
	(void)record_story(room, 0);
	for (; record_story(room, nth); nth += 1 + nth / 16)
		stories++;
	print_message("# %d stories, up to allocation %d\n", stories, nth);
	assert_true(stories > 50);
}

static int take_row(void *context, const struct record_row *row)
{
	int64_t *count = context;
	*count += row->bytes.at != NULL;
	return 0;
}

static void ignore_words(void *context, const char *words)
{
	(void)context;
	(void)words;
}

/** Read, follow, check. */
static bool read_story(const char *path, int nth)
{
	struct record *record = NULL;
	struct record_checked found;
	struct err err = {"out of memory, perhaps"};
	int64_t count = 0;
	atomic_store(&left, nth);
	int rc = record_open(path, &record, &err);
	if (rc == 0)
		rc = record_read(record, take_row, &count, &err);
	(void)record_close(record, NULL);
	if (rc == 0)
		assert_int_equal(count, 300);
	else
		is_sentence(&err);
	record = NULL;
	rc = record_follow(path, &record, &err);
	if (rc == 0)
		rc = record_follow_poll(record, 1000, take_row, &count, &err);
	(void)record_close(record, NULL);
	if (rc < 0)
		is_sentence(&err);
	if (record_check(path, ignore_words, NULL, &found, &err) != 0)
		is_sentence(&err);
	return disarm();
}

static void memory_fails_once_anywhere_in_reading(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	if (!CAN_FAIL)
		skip();
	for (int cut_off = 0; cut_off < 2; cut_off++) {
		int nth = 1;
		assert_int_equal(record_live_open(room->path, NULL, &record, &err), 0);
		if (cut_off == 0)
			room_put(record, 1, 300);
		assert_int_equal(record_drain(record, 20 * US_S, &err), 0);
		if (cut_off == 0)
			assert_int_equal(record_close(record, &err), 0);
		else
			record_abandon(record);
		while (read_story(room->path, nth))
			nth += 1 + nth / 16;
		assert_true(nth > 50);
		assert_int_equal(room_rows(room->path), 300);
	}
}

#define TEST(f_) cmocka_unit_test_setup_teardown(f_, room_enter, room_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(memory_fails_once_anywhere_in_a_recording),
		TEST(an_opening_fails_once_anywhere_in_a_recording),
		TEST(memory_fails_once_anywhere_in_reading),
	};
	return cmocka_run_group_tests_name("record memory", tests, NULL, NULL);
}
