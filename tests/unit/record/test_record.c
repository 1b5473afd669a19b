/*
 * test_record.c -- recordings: what is written is read, what is not ours is left
 * alone
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/record.h"
#include "room.h"

/* ---- help ---------------------------------------------------------------------- */

static void write_race(const char *path)
{
	struct record *record = NULL;
	struct err err = {""};
	int id = 0;
	assert_int_equal(record_create(path, true, &record, &err), 0);
	assert_int_equal(record_add_source(record, "race.csv", "alkamel", &id, &err),
			 0);
	for (int i = 0; i < 1500; i++) {
		char text[64];
		size_t len = text_format(text, sizeof(text), "row %d\n", i);
		struct record_row row = {
			.received_at = 1000 + i,
			.type = RECORD_RAW,
			.source = id,
			.bytes = {text, len},
		};
		assert_int_equal(record_append(record, &row, &err), 0);
	}
	struct record_row setup = {
		.type = RECORD_SETUP,
		.name = SLICE("circuit"),
		.bytes = SLICE("a\0b"),
	};
	assert_int_equal(record_append(record, &setup, &err), 0);
	struct record_row empty = {.type = RECORD_DECISION};
	assert_int_equal(record_append(record, &empty, &err), 0);
	assert_int_equal(record_close(record, &err), 0);
}

struct copy {
	char *bytes;
	size_t len;
	struct timespec changed;
};

static struct copy copy_of(const char *path)
{
	struct copy copy = {0};
	struct stat st;
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	copy.changed = st.st_mtim;
	copy.len = (size_t)st.st_size;
	copy.bytes = malloc(copy.len + 1);
	assert_non_null(copy.bytes);
	assert_int_equal(fread(copy.bytes, 1, copy.len, file), copy.len);
	fclose(file);
	return copy;
}

static void write_bytes(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

/** Opening @path fails with a sentence that holds @words, and changes nothing. */
static void refused(const struct room *room, int code, const char *words)
{
	struct record *record = NULL;
	struct err err = {""};
	struct copy before = copy_of(room->path);
	int files = room_files(room->folder, false);
	assert_int_equal(record_open(room->path, &record, &err), code);
	assert_null(record);
	assert_non_null(strstr(err.text, room->path));
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	struct copy after = copy_of(room->path);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.bytes, after.bytes, before.len);
	assert_memory_equal(&before.changed, &after.changed, sizeof(before.changed));
	assert_int_equal(room_files(room->folder, false), files);
	free(before.bytes);
	free(after.bytes);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- written and read ------------------------------------------------------------ */

struct seen {
	int rows, raw;
	bool setup, empty;
};

static int see(void *context, const struct record_row *row)
{
	struct seen *seen = context;
	char text[64];
	assert_int_equal(row->id, ++seen->rows);
	if (row->type == RECORD_SETUP) {
		seen->setup = slice_eq(row->name, SLICE("circuit")) &&
			      slice_eq(row->bytes, SLICE("a\0b"));
		return 0;
	}
	if (row->type == RECORD_DECISION) {
		seen->empty = row->bytes.len == 0 && row->name.len == 0;
		return 0;
	}
	text_format(text, sizeof(text), "row %d\n", seen->raw);
	assert_int_equal(row->received_at, 1000 + seen->raw);
	assert_int_equal(row->source, 1);
	assert_true(slice_eq(row->bytes, slice_of(text)));
	seen->raw++;
	return 0;
}

static void what_was_recorded_is_read_in_order(void **state)
{
	const struct room *room = *state;
	struct record_source sources[4];
	struct record *record = NULL;
	struct seen seen = {0};
	struct err err = {""};
	int count = 0;
	write_race(room->path);
	assert_int_equal(record_open(room->path, &record, &err), 0);
	assert_int_equal(record_sources(record, sources, 4, &count, &err), 0);
	assert_int_equal(count, 1);
	assert_string_equal(sources[0].url, "race.csv");
	assert_string_equal(sources[0].driver, "alkamel");
	assert_int_equal(record_read(record, see, &seen, &err), 0);
	assert_int_equal(seen.raw, 1500);
	assert_true(seen.setup);
	assert_true(seen.empty);
	assert_int_equal(record_close(record, &err), 0);
}

static int stop_at_three(void *context, const struct record_row *row)
{
	(void)context;
	return row->id == 3 ? 42 : 0;
}

static void reading_stops_when_the_reader_has_enough(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	write_race(room->path);
	assert_int_equal(record_open(room->path, &record, &err), 0);
	assert_int_equal(record_read(record, stop_at_three, NULL, &err), 42);
	assert_int_equal(record_close(record, &err), 0);
}

static void a_closed_recording_is_one_file_without_wal(void **state)
{
	const struct room *room = *state;
	write_race(room->path);
	assert_int_equal(room_files(room->folder, false), 1);
	struct copy copy = copy_of(room->path);
	/* File format versions: 1 is a rollback journal, 2 would be WAL. */
	assert_int_equal(copy.bytes[18], 1);
	assert_int_equal(copy.bytes[19], 1);
	assert_memory_equal(copy.bytes + 68, "PiTW", 4);
	free(copy.bytes);
}

static void a_file_appears_under_its_name_only_when_closed(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	struct stat st;
	assert_int_equal(record_create(room->path, false, &record, &err), 0);
	assert_int_equal(stat(room->path, &st), -1);
	record_abandon(record);
	assert_int_equal(room_files(room->folder, false), 0);
}

static void what_exists_is_not_replaced_unless_asked(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	write_bytes(room->path, "mine", 4);
	assert_int_equal(record_create(room->path, false, &record, &err), -EEXIST);
	assert_non_null(strstr(err.text, "exists already"));
	assert_int_equal(record_create(room->path, true, &record, &err), 0);
	record_abandon(record);
	struct copy copy = copy_of(room->path);
	assert_int_equal(copy.len, 4);
	free(copy.bytes);
}

static void a_file_that_appears_meanwhile_is_kept(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	assert_int_equal(record_create(room->path, false, &record, &err), 0);
	write_bytes(room->path, "mine", 4);
	assert_int_equal(record_close(record, &err), -EEXIST);
	struct copy copy = copy_of(room->path);
	assert_int_equal(copy.len, 4);
	free(copy.bytes);
	assert_int_equal(room_files(room->folder, false), 1);
}

static void a_folder_that_is_not_there_is_a_sentence(void **state)
{
	struct record *record = NULL;
	struct err err = {""};
	(void)state;
	assert_int_equal(
		record_create("no/such/folder/x.pitwall", false, &record, &err),
		-ENOENT);
	assert_non_null(strstr(err.text, "no/such/folder/x.pitwall"));
}

static void names_with_signs_of_urls_are_names(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	char path[128];
	text_format(path, sizeof(path), "%s/a b?mode=rw#%%41.pitwall", room->folder);
	write_race(path);
	assert_int_equal(record_open(path, &record, &err), 0);
	assert_int_equal(record_close(record, &err), 0);
	assert_int_equal(room_files(room->folder, false), 1);
}

/* ---- refused --------------------------------------------------------- */

static void other_files_are_refused_and_untouched(void **state)
{
	const struct room *room = *state;
	static const struct {
		const char *bytes;
		size_t len;
		int code;
		const char *words;
	} cases[] = {
		{"", 0, -EINVAL, "not a pitwall recording"},
		{"NUMBER;LAP\n", 11, -EINVAL, "not a pitwall recording"},
		{"SQLite format 3", 15, -EINVAL, "not a pitwall recording"},
		{"SQLite format 3\0junk", 20, -EIO, "cut short"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		write_bytes(room->path, cases[i].bytes, cases[i].len);
		refused(room, cases[i].code, cases[i].words);
	}
}

static void a_database_of_another_program_is_refused(void **state)
{
	const struct room *room = *state;
	run_sql(room->path, "CREATE TABLE notes(t)");
	refused(room, -EINVAL, "another program");
}

static void a_newer_format_is_refused_with_advice(void **state)
{
	const struct room *room = *state;
	write_race(room->path);
	run_sql(room->path, "PRAGMA user_version=2");
	refused(room, -ENOTSUP, "newer");
}

static void a_truncated_recording_is_refused_at_every_length(void **state)
{
	const struct room *room = *state;
	write_race(room->path);
	struct copy whole = copy_of(room->path);
	for (size_t len = 100; len < whole.len; len += 997) {
		write_bytes(room->path, whole.bytes, len);
		refused(room, -EIO, "cut short");
	}
	free(whole.bytes);
}

static void a_recording_left_in_wal_mode_is_read_and_nothing_appears(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct seen seen = {0};
	struct err err = {""};
	write_race(room->path);
	run_sql(room->path, "PRAGMA journal_mode=WAL");
	assert_int_equal(record_open(room->path, &record, &err), 0);
	assert_int_equal(record_read(record, see, &seen, &err), 0);
	assert_int_equal(seen.raw, 1500);
	assert_int_equal(room_files(room->folder, false), 1);
	assert_int_equal(record_close(record, &err), 0);
	assert_int_equal(room_files(room->folder, false), 1);
}

static void a_recording_without_its_tables_is_damaged(void **state)
{
	const struct room *room = *state;
	write_race(room->path);
	run_sql(room->path, "DROP TABLE record; CREATE VIEW record AS SELECT 1 AS id,"
			    " 2 AS received_at, 1 AS type, 1 AS source, '' AS name,"
			    " 'x' AS bytes");
	refused(room, -EIO, "damaged");
}

static int count_row(void *context, const struct record_row *row)
{
	(void)row;
	++*(int *)context;
	return 0;
}

static void damage_inside_is_a_sentence_never_a_crash(void **state)
{
	const struct room *room = *state;
	write_race(room->path);
	struct copy whole = copy_of(room->path);
	unsigned refusals = 0;
	for (size_t at = 100; at < whole.len; at += 61) {
		struct record *record = NULL;
		struct err err = {""};
		int rows = 0;
		char kept = whole.bytes[at];
		whole.bytes[at] = (char)(kept ^ 0x5a);
		write_bytes(room->path, whole.bytes, whole.len);
		whole.bytes[at] = kept;
		int rc = record_open(room->path, &record, &err);
		if (rc == 0)
			rc = record_read(record, count_row, &rows, &err);
		if (rc != 0) {
			assert_true(rc < 0);
			assert_non_null(strstr(err.text, room->path));
			refusals++;
		}
		record_close(record, NULL);
		assert_int_equal(room_files(room->folder, false), 1);
	}
	assert_true(refusals > 0);
	free(whole.bytes);
}

static void a_null_where_bytes_should_be_is_damage(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	int rows = 0;
	write_race(room->path);
	run_sql(room->path, "UPDATE record SET bytes=7 WHERE id=4");
	assert_int_equal(record_open(room->path, &record, &err), 0);
	assert_int_equal(record_read(record, count_row, &rows, &err), -EIO);
	assert_int_equal(rows, 3);
	assert_non_null(strstr(err.text, "record 4"));
	record_close(record, NULL);
}

static void a_read_only_folder_is_no_hindrance_to_reading(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	write_race(room->path);
	assert_int_equal(chmod(room->path, 0444), 0);
	assert_int_equal(chmod(room->folder, 0555), 0);
	int rc = record_open(room->path, &record, &err);
	assert_int_equal(chmod(room->folder, 0777), 0);
	assert_int_equal(rc, 0);
	record_close(record, NULL);
}

#define TEST(f_) cmocka_unit_test_setup_teardown(f_, room_enter, room_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_recorded_is_read_in_order),
		TEST(reading_stops_when_the_reader_has_enough),
		TEST(a_closed_recording_is_one_file_without_wal),
		TEST(a_file_appears_under_its_name_only_when_closed),
		TEST(what_exists_is_not_replaced_unless_asked),
		TEST(a_file_that_appears_meanwhile_is_kept),
		TEST(a_folder_that_is_not_there_is_a_sentence),
		TEST(names_with_signs_of_urls_are_names),
		TEST(other_files_are_refused_and_untouched),
		TEST(a_database_of_another_program_is_refused),
		TEST(a_newer_format_is_refused_with_advice),
		TEST(a_truncated_recording_is_refused_at_every_length),
		TEST(a_recording_left_in_wal_mode_is_read_and_nothing_appears),
		TEST(a_recording_without_its_tables_is_damaged),
		TEST(damage_inside_is_a_sentence_never_a_crash),
		TEST(a_null_where_bytes_should_be_is_damage),
		TEST(a_read_only_folder_is_no_hindrance_to_reading),
	};
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
