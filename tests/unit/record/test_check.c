/*
 * test_check.c -- damage and changes of a recording are found, named, and what is left
 * is read
 */
#include "room.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct findings {
	char text[4096];
	size_t len;
};

static void keep_words(void *context, const char *words)
{
	struct findings *findings = context;
	findings->len +=
		text_format(findings->text + findings->len,
			    sizeof(findings->text) - findings->len, "%s\n", words);
}

static struct record_checked check(const char *path, struct findings *findings)
{
	struct record_checked found;
	struct err err = {""};
	*findings = (struct findings){.len = 0};
	if (record_check(path, keep_words, findings, &found, &err) != 0)
		fail_msg("%s", err.text);
	return found;
}

static void check_says(const char *path, const char *words, int64_t records)
{
	struct findings findings;
	struct record_checked found = check(path, &findings);
	if (strstr(findings.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", findings.text, words);
	assert_int_equal(found.records, records);
}

static void check_fine(const char *path, int64_t records, int64_t uncovered)
{
	struct findings findings;
	struct record_checked found = check(path, &findings);
	assert_string_equal(findings.text, "");
	assert_int_equal(found.wrong, 0);
	assert_int_equal(found.records, records);
	assert_int_equal(found.uncovered, uncovered);
	assert_true(uncovered == records || found.groups > 0);
}

static void change(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/** Rows @from to @to in groups of ten: a sum every 70. */
static void record_some(const char *path, int64_t from, int64_t to, bool close)
{
	struct record *record = NULL;
	struct err err = {""};
	int id = 0;
	if (record_live_open(path, NULL, &record, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(record_live_source(record, "p3://main", "p3", &id, &err), 0);
	for (int64_t n = from; n <= to; n += 10) {
		room_put(record, n, n + 9 < to ? n + 9 : to);
		assert_int_equal(record_drain(record, 20 * US_S, &err), 0);
	}
	if (close)
		assert_int_equal(record_close(record, &err), 0);
	else
		record_abandon(record);
}

static void an_intact_recording_has_no_findings(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err;
	char text[4096];
	int id;
	record_some(room->path, 1, 300, true);
	check_fine(room->path, 300, 0);
	/* Continued, and cut off. */
	record_some(room->path, 301, 400, false);
	check_fine(room->path, 400, 30);
	record_some(room->path, 401, 450, true);
	check_fine(room->path, 450, 0);
	unlink(room->path);
	assert_int_equal(record_create(room->path, false, &record, &err), 0);
	assert_int_equal(record_add_source(record, "a", "p3", &id, &err), 0);
	for (int64_t n = 1; n <= 1200; n++) {
		struct record_row row = room_row(n, text);
		assert_int_equal(record_append(record, &row, &err), 0);
	}
	assert_int_equal(record_close(record, &err), 0);
	check_fine(room->path, 1200, 0);
	record_some(room->path, 1201, 1300, true);
	check_fine(room->path, 1300, 0);
}

static void a_recording_that_lost_its_file_is_covered_in_the_new_one(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err;
	char path[SCRATCH_FILE_MAX];
	int id;
	assert_int_equal(record_live_open(room->path, NULL, &record, &err), 0);
	assert_int_equal(record_live_source(record, "p3://main", "p3", &id, &err), 0);
	room_put(record, 1, 3000);
	assert_int_equal(record_drain(record, 20 * US_S, &err), 0);
	unlink(room->path);
	room_put(record, 3001, 3100);
	(void)record_drain(record, 20 * US_S, &err);
	assert_int_equal(record_close(record, &err), 0);
	text_format(path, sizeof(path), "%s/race-2.pitwall", room->folder);
	check_fine(path, 3100, 0);
}

static void a_changed_record_is_found_in_its_group(void **state)
{
	static const char *const changes[] = {
		"UPDATE record SET bytes=x'41' WHERE id=155",
		"UPDATE record SET received_at=received_at+1 WHERE id=155",
		"UPDATE record SET type=4 WHERE id=155",
		"UPDATE record SET name=name||'0' WHERE id=155",
		"UPDATE record SET source=source+1 WHERE id=155",
		"UPDATE record SET steady=steady+1 WHERE id=155",
		"UPDATE chain SET sum=sum+1 WHERE id=210",
	};
	const struct room *room = *state;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		unlink(room->path);
		record_some(room->path, 1, 300, true);
		change(room->path, changes[i]);
		check_says(room->path, "records 141 to 210 were changed", 300);
	}
}

static void records_that_are_missing_are_named(void **state)
{
	const struct room *room = *state;
	record_some(room->path, 1, 300, true);
	change(room->path, "DELETE FROM record WHERE id BETWEEN 155 AND 172");
	check_says(room->path, "records 155 to 172 are missing", 282);
	unlink(room->path);
	record_some(room->path, 1, 300, true);
	change(room->path, "DELETE FROM record WHERE id>290");
	check_says(room->path, "records 291 to 300 are missing", 290);
	unlink(room->path);
	record_some(room->path, 1, 300, true);
	change(room->path, "DELETE FROM record WHERE id=1");
	check_says(room->path, "record 1 is missing", 299);
	unlink(room->path);
	record_some(room->path, 1, 300, true);
	change(room->path, "DELETE FROM source");
	check_says(room->path, "is of a source that is not in the table", 300);
}

static void a_recording_of_an_earlier_version_is_read_without_sums(void **state)
{
	const struct room *room = *state;
	record_some(room->path, 1, 300, true);
	change(room->path, "DROP TABLE chain");
	check_fine(room->path, 300, 300);
	assert_int_equal(room_rows(room->path), 300);
	record_some(room->path, 301, 400, true);
	check_fine(room->path, 400, 300);
	assert_int_equal(room_rows(room->path), 400);
	change(room->path, "UPDATE record SET bytes=x'41' WHERE id=355");
	check_says(room->path, "records 301 to 370 were changed", 400);
}

/** Any page of the file is overwritten: found, and most of the rest is read. */
static void a_damaged_page_is_found_wherever_it_is(void **state)
{
	const struct room *room = *state;
	enum { PAGE = 4096 };
	unsigned char noise[PAGE];
	uint64_t seed = 7;
	record_some(room->path, 1, 2000, true);
	FILE *file = fopen(room->path, "r+b");
	fseek(file, 0, SEEK_END);
	const long pages = ftell(file) / PAGE;
	assert_true(pages > 60);
	char *before = malloc(PAGE);
	for (long page = 1; page < pages; page++) {
		struct findings findings;
		for (size_t i = 0; i < PAGE; i++)
			noise[i] = (unsigned char)random_next(&seed);
		fseek(file, page * PAGE, SEEK_SET);
		assert_int_equal(fread(before, 1, PAGE, file), PAGE);
		fseek(file, page * PAGE, SEEK_SET);
		fwrite(noise, 1, PAGE, file);
		fflush(file);
		struct record_checked found = check(room->path, &findings);
		if (found.wrong == 0)
			fail_msg("page %ld of %ld", page, pages);
		/* Not the root of a table. */
		if (page > 5)
			assert_true(found.records > 1900);
		fseek(file, page * PAGE, SEEK_SET);
		fwrite(before, 1, PAGE, file);
		fflush(file);
	}
	fclose(file);
	free(before);
	check_fine(room->path, 2000, 0);
}

static void what_is_no_recording_is_refused(void **state)
{
	const struct room *room = *state;
	struct findings findings = {.len = 0};
	struct record_checked found;
	struct err err = {""};
	FILE *file = fopen(room->path, "wb");
	fputs("NUMBER;LAP\n", file);
	fclose(file);
	assert_int_equal(record_check(room->path, keep_words, &findings, &found, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "not a pitwall recording"));
}

#define TEST(f_) cmocka_unit_test_setup_teardown(f_, room_enter, room_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_intact_recording_has_no_findings),
		TEST(a_recording_that_lost_its_file_is_covered_in_the_new_one),
		TEST(a_changed_record_is_found_in_its_group),
		TEST(records_that_are_missing_are_named),
		TEST(a_recording_of_an_earlier_version_is_read_without_sums),
		TEST(a_damaged_page_is_found_wherever_it_is),
		TEST(what_is_no_recording_is_refused),
	};
	return cmocka_run_group_tests_name("record check", tests, NULL, NULL);
}
