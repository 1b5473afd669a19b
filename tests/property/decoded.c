/*
 * decoded.c -- a recording opens to the same race from the events kept with it as from
 * its rows; and from its rows when anything about the events is doubtful
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "option_rows.h"
#include "session_parts.h"

static char folder[64];

static struct session *load(const char *path)
{
	const struct options options = {.sources = {path}, .source_count = 1};
	struct session *session = NULL;
	struct err err;
	if (session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err) != 0)
		fail_msg("%s", err.text);
	return session;
}

/* Rows tell how many bytes they have; kept events do not. */
static bool from_rows(const struct session *session)
{
	uint64_t bytes = 0;
	for (unsigned i = 0; i < session->parts->source_count; i++)
		bytes += session->parts->sources[i].shown.bytes;
	return bytes > 0;
}

static void change(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	char *why = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", path, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- the same race ------------------------------------------------------------------ */

static void same_events(const struct event_list *a, const struct event_list *b)
{
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->text_len, b->text_len);
	assert_memory_equal(a->at, b->at, a->count * sizeof(struct event));
	for (uint32_t i = 0; i < a->count; i++) {
		struct slice x = event_text(a, &a->at[i]), y = event_text(b, &b->at[i]);
		assert_memory_equal(x.at, y.at, x.len);
	}
}

static void same_race(const struct session *a, const struct session *b)
{
	const struct timeline *x = &a->timeline, *y = &b->timeline;
	same_events(&a->parts->all, &b->parts->all);
	assert_memory_equal(&x->race, &y->race, sizeof(x->race));
	assert_memory_equal(x->tables.laps, y->tables.laps,
			    x->race.lap_count * sizeof(struct lap_row));
	assert_memory_equal(x->tables.history, y->tables.history,
			    x->race.history_count * sizeof(struct history_row));
	assert_memory_equal(&a->info, &b->info, sizeof(a->info));
	assert_memory_equal(&a->setup, &b->setup, sizeof(a->setup));
	assert_string_equal(a->warning, b->warning);
	assert_string_equal(a->first_anomaly, b->first_anomaly);
	assert_int_equal(a->parts->log_count, b->parts->log_count);
	assert_int_equal(a->run_count, b->run_count);
}

/* False: @source is no race. */
static bool keep(const char *source, const char *output)
{
	const struct options options = {
		.sources = {source}, .source_count = 1, .output = output};
	struct session *session = NULL;
	if (session_load(&options, 0, &session, NULL) != 0)
		return false;
	session_free(session);
	assert_int_equal(convert_run(&options), EXIT_DONE);
	return true;
}

static void check(const char *source)
{
	if (!keep(source, "kept.pitwall"))
		return;
	struct session *kept = load("kept.pitwall");
	change("kept.pitwall", "DROP TABLE decoded");
	struct session *rows = load("kept.pitwall");
	assert_false(from_rows(kept));
	assert_true(from_rows(rows));
	same_race(kept, rows);
	printf("# %s: %u events\n", source, kept->events.count);
	session_free(kept);
	session_free(rows);
	assert_int_equal(unlink("kept.pitwall"), 0);
}

/* ---- what there is -------------------------------------------------------------------- */

enum { LARGEST = 3 * 1024 * 1024 };

/* One of @of files, always the same. */
static void check_folder(const char *path, unsigned of)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char file[512];
		struct stat st;
		text_format(file, sizeof(file), "%s/%s", path, entry->d_name);
		uint64_t chosen = hash_bytes(entry->d_name, strlen(entry->d_name), 1);
		if (entry->d_name[0] != '.' && stat(file, &st) == 0 &&
		    S_ISREG(st.st_mode) && st.st_size < LARGEST && chosen % of == 0)
			check(file);
	}
	if (dir != NULL)
		closedir(dir);
}

static void the_bundled_race_is_the_same(void **state)
{
	(void)state;
	struct err err;
	char path[SOURCE_PATH_MAX];
	assert_int_equal(asset_path(bundled_race, path, sizeof(path), &err), 0);
	struct session *session = load(path);
	assert_false(from_rows(session));
	session_free(session);
	check(path);
}

static void every_race_at_hand_is_the_same(void **state)
{
	static const struct {
		const char *name;
		unsigned of;
	} folders[] = {{"alkamel", 4},  {"beacon", 1},    {"cases", 1},
		       {"hostile", 1},  {"multiloop", 1}, {"p3", 1},
		       {"rmonitor", 1}, {"sessions", 16}};
	const char *data = getenv("PITWALL_DATA");
	char path[512];
	(void)state;
	if (data == NULL || data[0] == '\0')
		skip();
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		text_format(path, sizeof(path), "%s/%s", data, folders[i].name);
		check_folder(path, folders[i].of);
	}
}

/* Two sources, connections, decisions between, a text that is shared. */
static void decisions_and_connections_stay_in_their_order(void **state)
{
	static const char hello[] =
		"{\"t\":\"hello\",\"v\":1,\"id\":\"sf\",\"loop\":\"SF\",\"boot\":\"a\","
		"\"seq\":0,\"us\":0,\"utc\":1795348800000000}\n";
	static const struct {
		int type, source;
		unsigned at;
		const char *name, *bytes;
	} rows[] = {
		{RECORD_SETUP, 0, 0, "entries", "transponder,number\n901,7\n902,8\n"},
		{RECORD_LINK, 1, 0, "", "up"},
		{RECORD_RAW, 1, 0, "", hello},
		{RECORD_RAW, 1, 1, "",
		 "{\"t\":\"event\",\"id\":\"sf\",\"boot\":\"a\",\"seq\":1,"
		 "\"us\":1000000,\"name\":\"gun\"}\n{\"t\":\"pass\",\"id\":\"s"},
		{RECORD_DECISION, 0, 50, "", ",flag,SC,debris,2026-11-22T12:00:50Z"},
		{RECORD_RAW, 1, 101, "",
		 "f\",\"boot\":\"a\",\"seq\":2,\"tx\":\"901\",\"us\":101000000}\n"},
		{RECORD_DECISION, 0, 110, "", "7,time,10,speed,2026-11-22T12:01:50Z"},
		{RECORD_LINK, 1, 120, "", "down (gone)"},
		{RECORD_LINK, 1, 130, "", "up"},
		{RECORD_RAW, 1, 201, "",
		 "no message\n{\"t\":\"pass\",\"id\":\"sf\",\"boot\":\"a\",\"seq\":9,"
		 "\"tx\":\"902\",\"us\":201000000}\nno message\n"},
		{RECORD_DECISION, 0, 300, "", "8,pass,SF,,2026-11-22T12:05:00Z"},
	};
	struct record *record = NULL;
	struct err err;
	int id = 0;
	(void)state;
	assert_int_equal(record_create("rows.pitwall", true, &record, &err), 0);
	assert_int_equal(record_add_source(record, "one", "beacon", &id, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct record_row row = {
			.type = rows[i].type,
			.source = rows[i].source == 0 ? 0 : id,
			.received_at = civil_to_instant(2026, 11, 22) + 12 * US_HOUR +
				       rows[i].at * US_S,
			.name = slice_of(rows[i].name),
			.bytes = slice_of(rows[i].bytes),
		};
		assert_int_equal(record_append(record, &row, &err), 0);
	}
	assert_int_equal(session_keep_decoded(record, &err), 0);
	assert_int_equal(record_close(record, &err), 0);
	struct session *kept = load("rows.pitwall");
	assert_false(from_rows(kept));
	assert_true(kept->timeline.race.decision_count > 0);
	session_free(kept);
	check("rows.pitwall");
}

/* ---- what is doubtful ---------------------------------------------------------------- */

static void expect_rows(const char *sql)
{
	assert_true(keep("rows.pitwall", "doubt.pitwall"));
	struct session *kept = load("doubt.pitwall");
	change("doubt.pitwall", sql);
	struct session *rows = load("doubt.pitwall");
	assert_false(from_rows(kept));
	if (!from_rows(rows))
		fail_msg("used in spite of: %s", sql);
	session_free(kept);
	session_free(rows);
}

static void a_file_that_was_changed_is_read_from_its_rows(void **state)
{
	(void)state;
	expect_rows("UPDATE record SET bytes=replace(bytes,'901','903') WHERE id=6");
	expect_rows("DELETE FROM record WHERE id=11");
	expect_rows("PRAGMA journal_mode=WAL; UPDATE source SET url='x';"
		    "PRAGMA journal_mode=DELETE");
	expect_rows("VACUUM");
}

static void events_of_another_decoder_or_damaged_are_not_used(void **state)
{
	(void)state;
	expect_rows("UPDATE decoded SET changes=changes+1, made_by='0-0'");
	expect_rows("UPDATE decoded SET changes=changes+1,"
		    " bytes=substr(bytes,1,length(bytes)-1)");
	expect_rows("UPDATE decoded SET changes=changes+1,"
		    " bytes=CAST(substr(bytes,1,99) || x'aa' || substr(bytes,101) AS"
		    " BLOB)");
	expect_rows("UPDATE decoded SET changes=changes+1, bytes=x''");
	expect_rows("UPDATE decoded SET changes=changes+1, bytes='text'");
}

static void a_file_that_goes_on_is_read_from_its_rows(void **state)
{
	const struct record_live_options options = {0};
	const struct record_row row = {
		.type = RECORD_DECISION,
		.received_at = civil_to_instant(2026, 11, 22) + 13 * US_HOUR,
		.name = SLICE(""),
		.bytes = SLICE("8,time,5,late,2026-11-22T13:00:00Z"),
	};
	struct record *record = NULL;
	struct err err;
	(void)state;
	assert_true(keep("rows.pitwall", "more.pitwall"));
	assert_int_equal(record_live_open("more.pitwall", &options, &record, &err), 0);
	assert_true(record_put(record, &row) > 0);
	assert_int_equal(record_close(record, &err), 0);
	struct session *session = load("more.pitwall");
	assert_true(from_rows(session));
	session_free(session);
}

static void another_setup_of_the_feeds_is_decoded(void **state)
{
	struct options options = {
		.sources = {"rows.pitwall"}, .source_count = 1, .session = "loops.ini"};
	struct session *session = NULL;
	struct err err;
	FILE *file = fopen("loops.ini", "w");
	(void)state;
	assert_non_null(file);
	fputs("[session]\nevent = another\n[loops]\nsf = I1\n", file);
	assert_int_equal(fclose(file), 0);
	if (session_load(&options, 0, &session, &err) != 0)
		fail_msg("%s", err.text);
	assert_true(from_rows(session));
	session_free(session);
}

static int enter(void **state)
{
	(void)state;
	text_format(folder, sizeof(folder), "decoded-test-%ld", (long)getpid());
	return mkdir(folder, 0777) != 0 || chdir(folder) != 0 ? -1 : 0;
}

static int leave(void **state)
{
	char command[96];
	(void)state;
	text_format(command, sizeof(command), "cd .. && rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bundled_race_is_the_same),
		cmocka_unit_test(decisions_and_connections_stay_in_their_order),
		cmocka_unit_test(a_file_that_was_changed_is_read_from_its_rows),
		cmocka_unit_test(events_of_another_decoder_or_damaged_are_not_used),
		cmocka_unit_test(a_file_that_goes_on_is_read_from_its_rows),
		cmocka_unit_test(another_setup_of_the_feeds_is_decoded),
		cmocka_unit_test(every_race_at_hand_is_the_same),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter, leave);
}
