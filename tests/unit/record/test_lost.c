/*
 * test_lost.c -- a recording whose file, -wal or -lock is removed, replaced or cut short
 * while it runs: nothing more is durable in it, and all goes on in a new file
 */
#include "room.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct record *lost_open(const char *path)
{
	struct record *record = NULL;
	struct err err = {""};
	if (record_live_open(path, NULL, &record, &err) != 0)
		fail_msg("%s", err.text);
	return record;
}

static void lost_drain(struct record *record)
{
	struct err err = {""};
	int rc = -EAGAIN;
	/* The first try may find the file lost. */
	for (int i = 0; rc != 0 && i < 20; i++)
		rc = record_drain(record, 20 * US_S, &err);
	if (rc != 0)
		fail_msg("%s", err.text);
}

static struct record_state lost_state(struct record *record)
{
	struct record_state state;
	record_state_get(record, &state);
	return state;
}

static void sibling(const struct room *room, const char *name, char *path)
{
	text_format(path, SCRATCH_FILE_MAX, "%s/%s", room->folder, name);
}

static int64_t sibling_rows(const struct room *room, const char *name)
{
	char path[SCRATCH_FILE_MAX];
	sibling(room, name, path);
	return room_rows(path);
}

static void overwrite(const char *path)
{
	unlink(path);
	FILE *file = fopen(path, "wb");
	fputs("another file", file);
	fclose(file);
}

static void harm_nothing(const struct room *room)
{
	(void)room;
}

static void harm_remove(const struct room *room)
{
	assert_int_equal(unlink(room->path), 0);
}

static void harm_rename(const struct room *room)
{
	char to[SCRATCH_FILE_MAX];
	sibling(room, "other", to);
	assert_int_equal(rename(room->path, to), 0);
}

static void harm_replace(const struct room *room)
{
	overwrite(room->path);
}

static void harm_cut(const struct room *room)
{
	assert_int_equal(truncate(room->path, 5000), 0);
}

static void harm_empty(const struct room *room)
{
	assert_int_equal(truncate(room->path, 0), 0);
}

static void harm_wal_remove(const struct room *room)
{
	char wal[SCRATCH_FILE_MAX];
	sibling(room, "race.pitwall-wal", wal);
	assert_int_equal(unlink(wal), 0);
}

static void harm_wal_replace(const struct room *room)
{
	char wal[SCRATCH_FILE_MAX];
	sibling(room, "race.pitwall-wal", wal);
	overwrite(wal);
}

static void harm_wal_cut(const struct room *room)
{
	char wal[SCRATCH_FILE_MAX];
	sibling(room, "race.pitwall-wal", wal);
	assert_int_equal(truncate(wal, 9000), 0);
}

static void harm_wal_empty(const struct room *room)
{
	char wal[SCRATCH_FILE_MAX];
	sibling(room, "race.pitwall-wal", wal);
	assert_int_equal(truncate(wal, 0), 0);
}

static void harm_shm_remove(const struct room *room)
{
	char shm[SCRATCH_FILE_MAX];
	sibling(room, "race.pitwall-shm", shm);
	assert_int_equal(unlink(shm), 0);
}

static void harm_shm_replace(const struct room *room)
{
	char shm[SCRATCH_FILE_MAX];
	sibling(room, "race.pitwall-shm", shm);
	overwrite(shm);
}

static void harm_shm_cut(const struct room *room)
{
	char shm[SCRATCH_FILE_MAX];
	sibling(room, "race.pitwall-shm", shm);
	assert_int_equal(truncate(shm, 4096), 0);
}

/* Its pages are gone from the memory of the writer too. */
static void harm_shm_empty(const struct room *room)
{
	char shm[SCRATCH_FILE_MAX];
	sibling(room, "race.pitwall-shm", shm);
	assert_int_equal(truncate(shm, 0), 0);
}

/* A follower that opened it gave it its size again. */
static void harm_shm_hole(const struct room *room)
{
	char shm[SCRATCH_FILE_MAX];
	sibling(room, "race.pitwall-shm", shm);
	assert_int_equal(truncate(shm, 20000), 0);
	assert_int_equal(truncate(shm, 32768), 0);
}

static void wal_hole(const struct room *room, off_t bytes)
{
	char wal[SCRATCH_FILE_MAX];
	struct stat st;
	sibling(room, "race.pitwall-wal", wal);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(truncate(wal, st.st_size - bytes), 0);
	assert_int_equal(truncate(wal, st.st_size), 0);
}

/* The hole is in the last frame, and in no later one. */
static void harm_wal_hole(const struct room *room)
{
	wal_hole(room, 2000);
}

/* Of zeros behind zeros the sum is right. */
static void harm_wal_hole_of_frames(const struct room *room)
{
	wal_hole(room, (off_t)3 * (4096 + 24));
}

static const struct {
	void (*harm)(const struct room *room);
	const char *words; /* NULL: none, and the same file */
} harms[] = {
	{harm_nothing, NULL},
	{harm_remove, "race.pitwall: was moved or removed"},
	{harm_rename, "race.pitwall: was moved or removed"},
	{harm_replace, "race.pitwall: was replaced by another file"},
	{harm_cut, "race.pitwall: was cut short"},
	{harm_empty, "race.pitwall: was cut short"},
	{harm_wal_remove, "(-wal) was removed"},
	{harm_wal_replace, "(-wal) was replaced"},
	{harm_wal_cut, "(-wal) was cut short"},
	{harm_wal_empty, "(-wal) was cut short"},
	{harm_shm_remove, "(-shm) was removed"},
	{harm_shm_replace, "(-shm) was replaced"},
	{harm_shm_cut, "(-shm) was cut short"},
	{harm_shm_empty, "(-shm) was cut short"},
	{harm_shm_hole, "(-shm) was cut short"},
	{harm_wal_hole, "(-wal) was cut short"},
	{harm_wal_hole_of_frames, "(-wal) was cut short"},
};

/** What was put before the harm and after it is in one file, and it was told. */
static void check_harm(const struct room *room, size_t i, bool idle)
{
	int source = 0;
	struct err err;
	struct record *record = lost_open(room->path);
	assert_int_equal(record_live_source(record, "p3://main", "p3", &source, &err),
			 0);
	room_put(record, 1, 500);
	lost_drain(record);
	harms[i].harm(room);
	if (!idle) {
		room_put(record, 501, 600);
		lost_drain(record);
	}
	struct record_state now = lost_state(record);
	assert_int_equal(now.code, 0);
	assert_int_equal(now.rows, idle ? 500 : 600);
	if (!idle && harms[i].words != NULL) {
		if (strstr(now.fault, harms[i].words) == NULL ||
		    strstr(now.fault, "goes on in race-2.pitwall") == NULL)
			fail_msg("\"%s\"", now.fault);
		assert_null(strstr(now.fault, "without"));
		assert_int_equal(now.notices, 1);
	}
	/* As a kill would leave it, or closed. */
	if (idle)
		assert_int_equal(record_close(record, &err), 0);
	else
		record_abandon(record);
	const char *name = harms[i].words == NULL ? "race.pitwall" : "race-2.pitwall";
	assert_int_equal(sibling_rows(room, name), idle ? 500 : 600);
}

static void what_is_acknowledged_is_in_a_new_file_after_a_loss(void **state)
{
	const struct room *room = *state;
	for (size_t i = 0; i < ARRAY_LEN(harms); i++) {
		print_message("# harm %zu\n", i);
		check_harm(room, i, false);
		room_files(room->folder, true);
	}
}

static void a_loss_is_found_before_the_end_without_another_record(void **state)
{
	const struct room *room = *state;
	for (size_t i = 0; i < ARRAY_LEN(harms); i++) {
		print_message("# harm %zu\n", i);
		check_harm(room, i, true);
		room_files(room->folder, true);
	}
}

static void a_new_file_keeps_the_sources(void **state)
{
	const struct room *room = *state;
	struct record_source found[4];
	char path[SCRATCH_FILE_MAX];
	struct err err = {""};
	int id = 0, count = 0;
	struct record *record = lost_open(room->path);
	assert_int_equal(record_live_source(record, "p3://a", "p3", &id, &err), 0);
	room_put(record, 1, 5);
	lost_drain(record);
	assert_int_equal(record_live_source(record, "p3://b", "p3", &id, &err), 0);
	harm_remove(room);
	room_put(record, 6, 9);
	lost_drain(record);
	assert_int_equal(record_live_source(record, "p3://c", "p3", &id, &err), 0);
	assert_int_equal(record_close(record, &err), 0);
	sibling(room, "race-2.pitwall", path);
	assert_int_equal(record_open(path, &record, &err), 0);
	assert_int_equal(record_sources(record, found, 4, &count, &err), 0);
	assert_int_equal(count, 3);
	assert_string_equal(found[2].url, "p3://c");
	assert_int_equal(found[2].id, id);
	record_close(record, NULL);
}

static void a_file_may_be_lost_again_and_again(void **state)
{
	const struct room *room = *state;
	char path[SCRATCH_FILE_MAX], name[32];
	struct record *record = lost_open(room->path);
	struct err err;
	text_copy(path, sizeof(path), slice_of(room->path));
	for (int i = 2; i < 6; i++) {
		room_put(record, (i - 2) * 100 + 1, (i - 1) * 100);
		lost_drain(record);
		assert_int_equal(unlink(path), 0);
		text_format(name, sizeof(name), "race-%d.pitwall", i);
		sibling(room, name, path);
	}
	room_put(record, 401, 500);
	lost_drain(record);
	assert_int_equal(lost_state(record).notices, 4);
	assert_int_equal(record_close(record, &err), 0);
	assert_int_equal(sibling_rows(room, "race-5.pitwall"), 500);
}

static void a_file_that_exists_is_not_taken_for_the_new_one(void **state)
{
	const struct room *room = *state;
	char second[SCRATCH_FILE_MAX];
	struct err err;
	struct stat st;
	struct record *record = lost_open(room->path);
	sibling(room, "race-2.pitwall", second);
	overwrite(second);
	room_put(record, 1, 10);
	lost_drain(record);
	harm_remove(room);
	room_put(record, 11, 20);
	lost_drain(record);
	assert_int_equal(record_close(record, &err), 0);
	assert_int_equal(sibling_rows(room, "race-3.pitwall"), 20);
	assert_int_equal(stat(second, &st), 0);
	assert_int_equal(st.st_size, strlen("another file"));
}

/** The folder is away: nothing is acknowledged; it comes back: the same file goes on. */
static void without_a_folder_it_goes_on_in_memory(void **state)
{
	const struct room *room = *state;
	char away[SCRATCH_FILE_MAX];
	struct err err = {""};
	struct record *record = lost_open(room->path);
	text_format(away, sizeof(away), "%s-away", room->folder);
	room_put(record, 1, 10);
	lost_drain(record);
	assert_int_equal(rename(room->folder, away), 0);
	room_put(record, 11, 500);
	assert_int_not_equal(record_drain(record, 20 * US_S, &err), 0);
	struct record_state now = lost_state(record);
	assert_int_equal(now.durable, 10);
	assert_int_not_equal(now.code, 0);
	if (strstr(now.fault, "no new file can be made") == NULL ||
	    strstr(now.fault, "490 records") == NULL)
		fail_msg("\"%s\"", now.fault);
	assert_int_equal(rename(away, room->folder), 0);
	lost_drain(record);
	now = lost_state(record);
	assert_int_equal(now.durable, 500);
	assert_string_equal(now.fault, "");
	assert_int_equal(record_close(record, &err), 0);
	assert_int_equal(room_rows(room->path), 500);
	assert_int_equal(room_files(room->folder, false), 1);
}

/** Rows of the file itself, not of the WAL, are gone with its end. */
static void what_cannot_be_read_any_more_is_counted(void **state)
{
	const struct room *room = *state;
	enum { BIG = 200 * 1000, COUNT = 200 };
	char *bytes = calloc(1, BIG);
	struct record *record = lost_open(room->path);
	struct record_row row = {
		.type = RECORD_RAW, .source = 1, .bytes = {bytes, BIG}};
	struct err err = {""};
	struct stat st = {0};
	long long left = 0;
	for (int i = 0; i < COUNT; i++) {
		row.received_at = i + 1;
		assert_int_not_equal(record_put(record, &row), 0);
	}
	lost_drain(record);
	/* Most of it is in the file. */
	for (int i = 0; i < 2000 && st.st_size < BIG * COUNT / 2; i++) {
		(void)poll(NULL, 0, 10);
		assert_int_equal(stat(room->path, &st), 0);
	}
	assert_int_equal(truncate(room->path, st.st_size / 2 / 4096 * 4096), 0);
	for (int i = 0; i < 10; i++)
		assert_int_not_equal(record_put(record, &row), 0);
	lost_drain(record);
	struct record_state now = lost_state(record);
	const char *words = strstr(now.fault, ", without ");
	if (words == NULL || sscanf(words, ", without %lld records", &left) != 1)
		fail_msg("\"%s\"", now.fault);
	assert_true(left > 20 && left < COUNT);
	assert_int_equal(now.rows, COUNT + 10);
	assert_int_equal(record_close(record, &err), 0);
	free(bytes);
}

/* As SQLite finds it in the middle of a group: the -shm has its size again when the writer
 * looks. */
static void a_page_that_is_gone_is_survived_and_ends_the_file(void **state)
{
	const struct room *room = *state;
	struct record *record = lost_open(room->path);
	char name[SCRATCH_FILE_MAX];
	room_put(record, 1, 300);
	lost_drain(record);
	sibling(room, "mapped", name);
	int fd = open(name, O_RDWR | O_CREAT, 0600);
	assert_int_equal(ftruncate(fd, 4096), 0);
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(page != MAP_FAILED);
	page[7] = 'a';
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(((volatile char *)page)[7], '\0');
	room_put(record, 301, 400);
	lost_drain(record);
	struct record_state now = lost_state(record);
	assert_non_null(strstr(now.notice, "(-shm) was cut short"));
	assert_int_equal(record_close(record, NULL), 0);
	assert_int_equal(sibling_rows(room, "race-2.pitwall"), 400);
	(void)munmap(page, 4096);
	(void)close(fd);
}

/* Records that a process which is killed then has made durable. */
static void lost_child(const struct room *room, int rows)
{
	int status = 1;
	pid_t child = fork();
	if (child == 0) {
		struct record *record = NULL;
		if (record_live_open(room->path, NULL, &record, NULL) != 0)
			_exit(1);
		room_put(record, 1, rows);
		_exit(record_drain(record, 20 * US_S, NULL) == 0 ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* The records are counted that were durable before the kill. */
static void missing_after_a_kill(const struct room *room, size_t harm)
{
	lost_child(room, 500);
	harms[harm].harm(room);
	struct record *record = lost_open(room->path);
	struct record_state now = lost_state(record);
	const int64_t left = (int64_t)now.rows;
	char words[80];
	if (left == 500) {
		assert_int_equal(now.missing, 0);
		assert_int_equal(now.fault[0], '\0');
	} else {
		text_format(words, sizeof(words),
			    "%lld records that were on the disk are MISSING",
			    (long long)(500 - left));
		assert_int_equal(now.missing, 500 - left);
		assert_non_null(strstr(now.notice, words));
		assert_non_null(strstr(now.fault, words));
	}
	/* What follows is durable. It is told until the recording is closed: this writer
	 * may be killed before. */
	room_put(record, (int)left + 1, (int)left + 50);
	lost_drain(record);
	record_abandon(record);
	record = lost_open(room->path);
	assert_int_equal(lost_state(record).missing, 500 - left);
	assert_int_equal(lost_state(record).rows, left + 50);
	assert_int_equal(record_close(record, NULL), 0);
	record = lost_open(room->path);
	assert_int_equal(lost_state(record).missing, 0);
	assert_int_equal(lost_state(record).notices, 0);
	assert_int_equal(record_close(record, NULL), 0);
}

static void what_is_removed_after_a_kill_is_missed(void **state)
{
	static void (*const of[])(const struct room *room) = {
		harm_nothing, harm_remove,    harm_rename,     harm_wal_remove,
		harm_wal_cut, harm_wal_empty, harm_shm_remove, harm_shm_cut,
	};
	const struct room *room = *state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		size_t harm = 0;
		while (harms[harm].harm != of[i])
			harm++;
		print_message("# harm %zu\n", harm);
		missing_after_a_kill(room, harm);
		room_files(room->folder, true);
	}
}

static void a_recording_that_cannot_be_continued_is_named_with_what_it_had(void **state)
{
	const struct room *room = *state;
	char next[SCRATCH_FILE_MAX];
	struct record *record = NULL;
	struct err err = {""};
	lost_child(room, 500);
	harm_replace(room);
	assert_int_equal(record_live_open(room->path, NULL, &record, &err), -EINVAL);
	assert_int_equal(record_next_name(room->path, 2, next, sizeof(next)), 2);
	const struct record_live_options how = {.instead_of = room->path};
	assert_int_equal(record_live_open(next, &how, &record, &err), 0);
	struct record_state now = lost_state(record);
	assert_int_equal(now.missing, 500);
	assert_non_null(strstr(now.notice,
			       "race.pitwall: cannot be continued: 500 records that "
			       "were in it are MISSING here"));
	assert_int_equal(record_close(record, NULL), 0);
}

static void a_lock_that_is_removed_is_taken_again(void **state)
{
	const struct room *room = *state;
	char lock[SCRATCH_FILE_MAX];
	struct record *first = lost_open(room->path), *second = NULL;
	struct err err = {""};
	sibling(room, "race.pitwall-lock", lock);
	room_put(first, 1, 10);
	lost_drain(first);
	assert_int_equal(unlink(lock), 0);
	room_put(first, 11, 20);
	lost_drain(first);
	assert_int_equal(record_live_open(room->path, NULL, &second, &err), -EBUSY);
	assert_int_equal(record_close(first, &err), 0);
	assert_int_equal(room_rows(room->path), 20);
}

/** Two writers of one file: the one that lost it goes on in a file of its own. */
static void of_two_writers_the_first_says_that_it_lost_the_file(void **state)
{
	const struct room *room = *state;
	char lock[SCRATCH_FILE_MAX];
	struct record *first = lost_open(room->path);
	sibling(room, "race.pitwall-lock", lock);
	room_put(first, 1, 100);
	lost_drain(first);
	assert_int_equal(unlink(lock), 0);
	struct record *second = lost_open(room->path);
	assert_int_equal(lost_state(second).rows, 100);
	room_put(second, 101, 150);
	lost_drain(second);
	room_put(first, 101, 300);
	lost_drain(first);
	struct record_state now = lost_state(first);
	assert_non_null(strstr(now.fault, "another process records into it now"));
	room_put(second, 151, 160);
	lost_drain(second);
	assert_string_equal(lost_state(second).fault, "");
	record_abandon(first);
	record_abandon(second);
	assert_int_equal(sibling_rows(room, "race-2.pitwall"), 300);
	assert_int_equal(room_rows(room->path), 160);
}

/** The same without a lock file that could tell: the row of the owner does. */
static void the_row_of_the_owner_tells_a_writer_that_it_was_replaced(void **state)
{
	const struct room *room = *state;
	char lock[SCRATCH_FILE_MAX], kept[SCRATCH_FILE_MAX];
	struct record *first = lost_open(room->path);
	sibling(room, "race.pitwall-lock", lock);
	sibling(room, "kept", kept);
	room_put(first, 1, 100);
	lost_drain(first);
	assert_int_equal(rename(lock, kept), 0);
	struct record *second = lost_open(room->path);
	room_put(second, 101, 150);
	lost_drain(second);
	/* Its own lock is back. */
	assert_int_equal(rename(kept, lock), 0);
	room_put(first, 101, 300);
	lost_drain(first);
	assert_non_null(strstr(lost_state(first).fault, "another process records"));
	record_abandon(first);
	record_abandon(second);
	assert_int_equal(sibling_rows(room, "race-2.pitwall"), 300);
	assert_int_equal(room_rows(room->path), 150);
}

#define TEST(f_) cmocka_unit_test_setup_teardown(f_, room_enter, room_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_acknowledged_is_in_a_new_file_after_a_loss),
		TEST(a_loss_is_found_before_the_end_without_another_record),
		TEST(a_new_file_keeps_the_sources),
		TEST(a_file_may_be_lost_again_and_again),
		TEST(a_file_that_exists_is_not_taken_for_the_new_one),
		TEST(without_a_folder_it_goes_on_in_memory),
		TEST(what_cannot_be_read_any_more_is_counted),
		TEST(a_page_that_is_gone_is_survived_and_ends_the_file),
		TEST(what_is_removed_after_a_kill_is_missed),
		TEST(a_recording_that_cannot_be_continued_is_named_with_what_it_had),
		TEST(a_lock_that_is_removed_is_taken_again),
		TEST(of_two_writers_the_first_says_that_it_lost_the_file),
		TEST(the_row_of_the_owner_tells_a_writer_that_it_was_replaced),
	};
	return cmocka_run_group_tests_name("record lost", tests, NULL, NULL);
}
