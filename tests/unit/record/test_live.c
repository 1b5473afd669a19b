/*
 * test_live.c -- recordings that run: written, continued, refused to a second
 * writer, cut off and read
 */
#include "room.h"

#include <errno.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct record *open_live(const char *path)
{
	struct record *record = NULL;
	struct err err = {""};
	if (record_live_open(path, NULL, &record, &err) != 0)
		fail_msg("%s", err.text);
	return record;
}

static void close_live(struct record *record)
{
	struct err err = {""};
	if (record_close(record, &err) != 0)
		fail_msg("%s", err.text);
}

static void drain(struct record *record)
{
	struct err err = {""};
	if (record_drain(record, 20 * US_S, &err) != 0)
		fail_msg("%s", err.text);
}

static struct record_state state_of(struct record *record)
{
	struct record_state state;
	record_state_get(record, &state);
	return state;
}

static void what_is_put_is_durable_and_read_in_order(void **state)
{
	const struct room *room = *state;
	struct record *record = open_live(room->path);
	room_put(record, 1, 3000);
	drain(record);
	struct record_state now = state_of(record);
	assert_int_equal(now.put, 3000);
	assert_int_equal(now.durable, 3000);
	assert_int_equal(now.rows, 3000);
	assert_int_equal(now.waiting, 0);
	assert_int_equal(now.code, 0);
	assert_string_equal(now.fault, "");
	/* Read beside it while it runs. */
	assert_int_equal(room_rows(room->path), 3000);
	close_live(record);
	assert_int_equal(room_rows(room->path), 3000);
}

static void a_closed_live_recording_is_one_private_file(void **state)
{
	const struct room *room = *state;
	struct record *record = open_live(room->path);
	struct stat st;
	room_put(record, 1, 10);
	assert_true(record_is_live(room->path));
	close_live(record);
	assert_false(record_is_live(room->path));
	assert_int_equal(room_files(room->folder, false), 1);
	assert_int_equal(stat(room->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	char head[20] = "";
	FILE *file = fopen(room->path, "rb");
	assert_int_equal(fread(head, 1, sizeof(head), file), sizeof(head));
	fclose(file);
	assert_int_equal(head[18], 1);
	assert_int_equal(head[19], 1);
}

static void a_recording_without_a_record_is_closed_too(void **state)
{
	const struct room *room = *state;
	close_live(open_live(room->path));
	assert_int_equal(room_rows(room->path), 0);
	assert_int_equal(room_files(room->folder, false), 1);
}

static void the_wake_descriptor_tells_of_what_became_durable(void **state)
{
	const struct room *room = *state;
	struct record *record = open_live(room->path);
	struct pollfd wait = {.fd = record_wake_fd(record), .events = POLLIN};
	assert_int_equal(poll(&wait, 1, 0), 0);
	room_put(record, 1, 1);
	assert_int_equal(poll(&wait, 1, 20000), 1);
	assert_int_equal(state_of(record).durable, 1);
	assert_int_equal(poll(&wait, 1, 0), 0);
	close_live(record);
}

static void a_recording_is_continued_where_it_ended(void **state)
{
	const struct room *room = *state;
	int64_t count = 0;
	struct err err = {""};
	struct record *record = open_live(room->path);
	room_put(record, 1, 100);
	close_live(record);
	record = open_live(room->path);
	assert_int_equal(state_of(record).rows, 100);
	/* What is there can be read before the first new record. */
	assert_int_equal(record_read(record, room_count, &count, &err), 0);
	assert_int_equal(count, 100);
	room_put(record, 101, 150);
	drain(record);
	assert_int_equal(state_of(record).rows, 150);
	close_live(record);
	assert_int_equal(room_rows(room->path), 150);
}

static int without_steady(void *context, const struct record_row *row)
{
	char text[4096];
	struct record_row expected = room_row(row->id, text);
	assert_int_equal(row->id, ++*(int64_t *)context);
	assert_true(slice_eq(row->bytes, expected.bytes));
	assert_int_equal(row->steady, 0);
	return 0;
}

/* Its records have no times of a steady clock. */
static void a_recording_of_an_older_version_is_read_and_continued(void **state)
{
	const struct room *room = *state;
	struct err err = {""};
	sqlite3 *db = NULL;
	int64_t count = 0;
	struct record *record = open_live(room->path);
	room_put(record, 1, 100);
	close_live(record);
	assert_int_equal(sqlite3_open(room->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "ALTER TABLE record DROP COLUMN steady", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	record = open_live(room->path);
	room_put(record, 101, 150);
	close_live(record);
	assert_int_equal(record_open(room->path, &record, &err), 0);
	assert_int_equal(record_read(record, without_steady, &count, &err), 0);
	assert_int_equal(count, 150);
	assert_int_equal(record_close(record, &err), 0);
}

static void a_file_made_by_convert_can_be_continued(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	char text[4096];
	assert_int_equal(record_create(room->path, false, &record, &err), 0);
	for (int64_t n = 1; n <= 20; n++) {
		struct record_row row = room_row(n, text);
		assert_int_equal(record_append(record, &row, &err), 0);
	}
	assert_int_equal(record_close(record, &err), 0);
	record = open_live(room->path);
	room_put(record, 21, 30);
	close_live(record);
	assert_int_equal(room_rows(room->path), 30);
}

static void sources_keep_their_numbers(void **state)
{
	const struct room *room = *state;
	char url[300];
	struct err err = {""};
	int a = 0, b = 0, c = 0, again = 0, count = 0;
	struct record_source found[4];
	memset(url, 'u', sizeof(url) - 1);
	url[sizeof(url) - 1] = '\0';
	struct record *record = open_live(room->path);
	assert_int_equal(record_live_source(record, "p3://main", "p3", &a, &err), 0);
	assert_int_equal(record_live_source(record, url, "p3", &b, &err), 0);
	room_put(record, 1, 5);
	/* While it is written: by the writer, in its turn. */
	assert_int_equal(
		record_live_source(record, "rmonitor://o", "rmonitor", &c, &err), 0);
	room_put(record, 6, 7);
	close_live(record);
	record = open_live(room->path);
	assert_int_equal(record_sources(record, found, 4, &count, &err), 0);
	assert_int_equal(count, 3);
	assert_int_equal(found[2].id, c);
	assert_string_equal(found[2].url, "rmonitor://o");
	assert_int_equal(record_live_source(record, url, "p3", &again, &err), 0);
	assert_int_equal(again, b);
	assert_int_equal(record_live_source(record, "p3://main", "p98", &again, &err),
			 0);
	assert_true(again != a && again != b && again != c);
	close_live(record);
}

static void a_second_writer_is_refused_with_the_name_of_the_first(void **state)
{
	const struct room *room = *state;
	struct record *first = open_live(room->path), *second = NULL;
	struct err err = {""};
	char words[64];
	room_put(first, 1, 1);
	assert_int_equal(record_live_open(room->path, NULL, &second, &err), -EBUSY);
	assert_null(second);
	text_format(words, sizeof(words), "process %ld on ", (long)getpid());
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	room_put(first, 2, 2);
	close_live(first);
	assert_int_equal(room_rows(room->path), 2);
}

static void a_row_that_no_file_could_hold_is_not_taken(void **state)
{
	const struct room *room = *state;
	struct record *record = open_live(room->path);
	size_t len = (size_t)5 * 1024 * 1024;
	char *bytes = calloc(1, len);
	struct record_row row = {.type = RECORD_RAW, .bytes = {bytes, len}};
	assert_int_equal(record_put(record, &row), 0);
	assert_int_equal(state_of(record).lost, 1);
	room_put(record, 1, 3);
	close_live(record);
	free(bytes);
	assert_int_equal(room_rows(room->path), 3);
}

static void memory_is_bounded_and_what_found_no_room_is_counted(void **state)
{
	const struct room *room = *state;
	struct record_live_options options = {.commit_us = 3600 * US_S,
					      .memory_max = 64 * 1024};
	struct record *record = NULL;
	struct err err = {""};
	char text[4096];
	int64_t taken = 0;
	assert_int_equal(record_live_open(room->path, &options, &record, &err), 0);
	for (int i = 0; i < 2000; i++) {
		struct record_row row = room_row(taken + 1, text);
		if (record_put(record, &row) != 0)
			taken++;
	}
	struct record_state now = state_of(record);
	assert_true(taken > 100 && taken < 2000);
	assert_int_equal(now.put, taken);
	assert_int_equal(now.lost, 2000 - taken);
	assert_true(now.waiting <= options.memory_max);
	assert_int_not_equal(now.code, 0);
	assert_non_null(strstr(now.fault, "found no room"));
	close_live(record);
	assert_int_equal(room_rows(room->path), taken);
}

/** A child records @rows and ends without closing. */
static void cut_off_child(const char *path, int64_t from, int64_t to)
{
	pid_t child = fork();
	if (child == 0) {
		struct record *record = NULL;
		char text[4096];
		if (record_live_open(path, NULL, &record, NULL) != 0)
			_exit(1);
		for (int64_t n = from; n <= to; n++) {
			struct record_row row = room_row(n, text);
			record_put(record, &row);
		}
		_exit(record_drain(record, 20 * US_S, NULL) == 0 ? 0 : 2);
	}
	int status = 1;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_cut_off_recording_is_read_with_its_tail_and_left_as_it_is(void **state)
{
	const struct room *room = *state;
	char shm[128];
	cut_off_child(room->path, 1, 500);
	assert_false(record_is_live(room->path));
	int files = room_files(room->folder, false);
	assert_int_equal(room_rows(room->path), 500);
	assert_int_equal(room_files(room->folder, false), files);
	text_format(shm, sizeof(shm), "%s-shm", room->path);
	unlink(shm);
	assert_int_equal(room_rows(room->path), 500);
	assert_int_equal(room_files(room->folder, false), files - 1);
	/* And continued by the next one, which leaves one file. */
	struct record *record = open_live(room->path);
	assert_int_equal(state_of(record).rows, 500);
	room_put(record, 501, 600);
	close_live(record);
	assert_int_equal(room_rows(room->path), 600);
	assert_int_equal(room_files(room->folder, false), 1);
}

/** In a folder that may not be written, by a user who may not. */
static void a_cut_off_recording_is_read_from_a_read_only_folder(void **state)
{
	const struct room *room = *state;
	char name[128];
	cut_off_child(room->path, 1, 300);
	text_format(name, sizeof(name), "%s-shm", room->path);
	unlink(name);
	text_format(name, sizeof(name), "%s-wal", room->path);
	chmod(name, 0444);
	text_format(name, sizeof(name), "%s-lock", room->path);
	chmod(name, 0444);
	chmod(room->path, 0444);
	chmod(room->folder, 0555);
	pid_t child = fork();
	if (child == 0) {
		struct record *record = NULL;
		int64_t count = 0;
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(1);
		if (record_open(room->path, &record, NULL) != 0)
			_exit(2);
		record_read(record, room_count, &count, NULL);
		record_close(record, NULL);
		_exit(count == 300 ? 0 : 3);
	}
	int status = 1;
	assert_int_equal(waitpid(child, &status, 0), child);
	chmod(room->folder, 0777);
	assert_int_equal(status, 0);
}

static void a_foreign_file_is_not_recorded_into(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	FILE *file = fopen(room->path, "wb");
	fputs("NUMBER;LAP\n1;1\n", file);
	fclose(file);
	assert_int_equal(record_live_open(room->path, NULL, &record, &err), -EINVAL);
	assert_non_null(strstr(err.text, "not a pitwall recording"));
	assert_int_equal(room_files(room->folder, false), 1);
}

static void a_folder_that_is_not_there_is_a_sentence(void **state)
{
	struct record *record = NULL;
	struct err err = {""};
	(void)state;
	assert_int_equal(record_live_open("no/such/x.pitwall", NULL, &record, &err),
			 -ENOENT);
	assert_non_null(strstr(err.text, "no/such/x.pitwall"));
}

static void a_file_that_is_renamed_while_it_records_is_told(void **state)
{
	const struct room *room = *state;
	struct record *record = open_live(room->path);
	char other[128];
	room_put(record, 1, 5);
	drain(record);
	text_format(other, sizeof(other), "%s/other", room->folder);
	assert_int_equal(rename(room->path, other), 0);
	room_put(record, 6, 7);
	drain(record);
	assert_non_null(strstr(state_of(record).fault, "moved or removed"));
	record_abandon(record);
}

/* ---- what lies beside a recording --------------------------------------------------- */

static void beside(const struct room *room, const char *suffix, char *name)
{
	text_format(name, SCRATCH_FILE_MAX, "%s%s", room->path, suffix);
}

static void copy_file(const char *from, const char *to)
{
	char bytes[4096];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	size_t n;
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

static void a_wal_without_its_recording_is_moved_aside_and_told(void **state)
{
	const struct room *room = *state;
	char aside[SCRATCH_FILE_MAX], words[64];
	for (int i = 1; i <= 3; i++) {
		cut_off_child(room->path, 1, 500);
		unlink(room->path);
		struct record *record = open_live(room->path);
		struct record_state now = state_of(record);
		text_format(words, sizeof(words), "kept as race.pitwall-wal.old-%d", i);
		assert_non_null(strstr(now.notice, words));
		assert_int_equal(now.notices, 1);
		assert_int_equal(now.rows, 0);
		room_put(record, 1, 50);
		close_live(record);
		assert_int_equal(room_rows(room->path), 50);
		unlink(room->path);
	}
	for (int i = 1; i <= 3; i++) {
		struct stat st;
		text_format(words, sizeof(words), "-wal.old-%d", i);
		beside(room, words, aside);
		assert_int_equal(stat(aside, &st), 0);
		assert_true(st.st_size > 4096);
	}
}

static void a_wal_of_another_recording_is_not_read_as_its_own(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	char wal[SCRATCH_FILE_MAX], kept[SCRATCH_FILE_MAX];
	beside(room, "-wal", wal);
	beside(room, "-kept", kept);
	cut_off_child(room->path, 1, 500);
	copy_file(wal, kept);
	room_files(room->folder, false);
	/* Another recording of the same name, cut off too, beside that WAL. */
	unlink(room->path);
	unlink(wal);
	cut_off_child(room->path, 1, 20);
	copy_file(kept, wal);
	assert_int_equal(record_open(room->path, &record, &err), -EINVAL);
	assert_non_null(strstr(err.text, "of another recording"));
	assert_null(record);
	assert_false(record_cut_off(room->path, NULL));
}

static void
a_finished_recording_beside_a_foreign_wal_is_read_and_continued(void **state)
{
	const struct room *room = *state;
	char wal[SCRATCH_FILE_MAX], kept[SCRATCH_FILE_MAX];
	beside(room, "-wal", wal);
	beside(room, "-kept", kept);
	cut_off_child(room->path, 1, 500);
	copy_file(wal, kept);
	unlink(room->path);
	unlink(wal);
	struct record *record = open_live(room->path);
	room_put(record, 1, 20);
	close_live(record);
	copy_file(kept, wal);
	assert_int_equal(room_rows(room->path), 20);
	record = open_live(room->path);
	assert_non_null(strstr(state_of(record).notice, "-wal.old-"));
	assert_int_equal(state_of(record).rows, 20);
	room_put(record, 21, 30);
	close_live(record);
	assert_int_equal(room_rows(room->path), 30);
}

static void a_foreign_journal_is_not_rolled_back_into_a_recording(void **state)
{
	static const unsigned char head[] = {
		0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0, 0, 1, 0,    0,
		0,    7,    0,    0,    0,    1,    0,    0,    2, 0, 0, 0, 0x10, 0};
	const struct room *room = *state;
	unsigned char page[512 + 8 + 4096] = {0};
	char journal[SCRATCH_FILE_MAX];
	struct record *record = open_live(room->path);
	room_put(record, 1, 20);
	close_live(record);
	/* One page, the first, of nothing. */
	memcpy(page, head, sizeof(head));
	page[515] = 1;
	page[512 + 4 + 4096 + 3] = 7;
	beside(room, "-journal", journal);
	FILE *file = fopen(journal, "wb");
	assert_int_equal(fwrite(page, 1, sizeof(page), file), sizeof(page));
	fclose(file);
	record = open_live(room->path);
	assert_non_null(strstr(state_of(record).notice, "race.pitwall-journal.old-1"));
	room_put(record, 21, 30);
	close_live(record);
	assert_int_equal(room_rows(room->path), 30);
}

#define TEST(f_) cmocka_unit_test_setup_teardown(f_, room_enter, room_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_put_is_durable_and_read_in_order),
		TEST(a_closed_live_recording_is_one_private_file),
		TEST(a_recording_without_a_record_is_closed_too),
		TEST(the_wake_descriptor_tells_of_what_became_durable),
		TEST(a_recording_is_continued_where_it_ended),
		TEST(a_recording_of_an_older_version_is_read_and_continued),
		TEST(a_file_made_by_convert_can_be_continued),
		TEST(sources_keep_their_numbers),
		TEST(a_second_writer_is_refused_with_the_name_of_the_first),
		TEST(a_row_that_no_file_could_hold_is_not_taken),
		TEST(memory_is_bounded_and_what_found_no_room_is_counted),
		TEST(a_cut_off_recording_is_read_with_its_tail_and_left_as_it_is),
		TEST(a_cut_off_recording_is_read_from_a_read_only_folder),
		TEST(a_foreign_file_is_not_recorded_into),
		TEST(a_folder_that_is_not_there_is_a_sentence),
		TEST(a_file_that_is_renamed_while_it_records_is_told),
		TEST(a_wal_without_its_recording_is_moved_aside_and_told),
		TEST(a_wal_of_another_recording_is_not_read_as_its_own),
		TEST(a_finished_recording_beside_a_foreign_wal_is_read_and_continued),
		TEST(a_foreign_journal_is_not_rolled_back_into_a_recording),
	};
	return cmocka_run_group_tests_name("record live", tests, NULL, NULL);
}
