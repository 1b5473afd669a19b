/*
 * multiloop.c -- real lines of Multiloop, and our own streams of every record, become
 * the races they tell of
 *
 * What is asked of the Indianapolis 500 of 2017 is computed from its bytes by a search
 * that knows nothing of the reader, or is the official result.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kept.h"
#include "multiloop_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDY_CARS = 33, INDY_LAPS = 200, INDY_RECORDS = 18382, FIELDS = 25 };

/* ---- the data ------------------------------------------------------------------------- */

static struct slice load(const char *name)
{
	struct slice bytes;
	bytes.at = read_data("multiloop", name, &bytes.len);
	if (!bytes.at) {
		printf("# %s: the data is not here\n", name);
		skip();
	}
	return bytes;
}

static void unload(struct slice bytes)
{
	free((void *)(uintptr_t)bytes.at);
}

/* The fields of each line, by nothing but the separator. */
static unsigned naive_line(struct slice *rest, struct slice fields[FIELDS])
{
	struct slice line = slice_trim(slice_cut(rest, '\n'));
	unsigned n = 0;
	while (line.at && line.len > 0 && n < FIELDS)
		fields[n++] = slice_cut(&line, '\xa6');
	return n;
}

static unsigned long long naive_hex(struct slice field)
{
	char text[20];
	snprintf(text, sizeof(text), "%.*s", (int)field.len, field.at);
	return strtoull(text, NULL, 16);
}

static const struct event *find(const struct event_list *list, enum event_kind kind,
				unsigned nth)
{
	uint32_t i = 0;
	while (i < list->count && (list->at[i].kind != kind || nth-- > 0))
		i++;
	if (i == list->count)
		fail_msg("there are not so many events of kind %s",
			 event_kind_name(kind));
	return &list->at[i];
}

static bool says(const struct event_list *list, const char *words)
{
	char text[600];
	for (uint32_t i = 0; i < list->count; i++) {
		text_copy(text, sizeof(text), event_text(list, &list->at[i]));
		if (strcmp(text, words) == 0)
			return true;
	}
	return false;
}

/* ---- eleven real lines ------------------------------------------------------------------- */

static void the_real_lines_say_what_their_receivers_found_in_them(void **unused)
{
	static const int64_t claimed[] = {4, 540127 * US_MS, 12, 117635 * US_MS};
	struct slice bytes = load("samples.mlp");
	struct read read;
	(void)unused;
	read_stream(&read, "multiloop", bytes, 1);
	const struct event *event = find(&read.list, EVENT_PASSING, 0);
	assert_string_equal(event->id, "mlp-8");
	assert_int_equal(event->number, 4);
	assert_int_equal(event->value, 117635 * US_MS);
	assert_int_equal(event->flag, FLAG_GREEN);
	for (unsigned i = 0; i < ARRAY_LEN(claimed); i++) {
		event = find(&read.list, EVENT_CLAIM, i);
		assert_int_equal(event->field, i);
		assert_int_equal(event->value, claimed[i]);
	}
	/* Who joins a qualifying has its times: the race is of its best laps. */
	assert_int_equal(find(&read.list, EVENT_PASSING, 0)->bits, 0);
	/* $H at 13:22:55 is 630.955 s into the run. */
	event = find(&read.list, EVENT_START, 0);
	assert_int_equal(event->at, civil_to_instant(2025, 6, 27) + 13 * US_HOUR +
					    22 * US_MIN + 55 * US_S - 630955 * US_MS);
	event = find(&read.list, EVENT_SESSION, 1);
	assert_int_equal(event->field, SESSION_FIELD_TIMED);
	assert_true(says(&read.list, "Grp 2 FA FC FE2 P P2 Qual 1"));
	assert_true(says(&read.list, "urgent: Some Message"));
	assert_true(says(&read.list, "Multiloop feed, version 1.5"));
	assert_true(says(&read.list, "car 01 leads on lap 69 (lead change 32)"));
	assert_true(says(&read.list, "track: Watkins Glen, 3.4 miles: S1 SF-IM1, S2 "
				     "IM1-IM3, S3 IM3-SF, Spd IM1-IM2"));
	assert_true(says(&read.list,
			 "statistics: 0 laps, 6 of them green, 1 yellow in 1 periods; "
			 "1 lead changes, leader 00, 81.63 mph"));
	/* A section before its track, and a lap of nobody: told, and nothing else. */
	assert_int_equal(read_count(&read.list, EVENT_ANOMALY), 2);
	assert_string_equal(
		read_now(&read)
			->entries[race_find_text(read_now(&read), SLICE("0"))]
			.number,
		"0");
	read_end(&read);
	unload(bytes);
}

/* The same lines as recorders keep them, four hours east of what their clock says. */
static void marks_of_recorders_give_the_instant_they_were_received(void **unused)
{
	static const struct {
		enum feed_marks marks;
		const char *before;
		duration_us zone;
	} ways[] = {
		{FEED_MARKS_UTC, "##2025-06-27 17:22:56.478|multiloop\n", 4 * US_HOUR},
		{FEED_MARKS_ISO, "2025-06-27T17:22:56.478Z ", 4 * US_HOUR},
		{FEED_MARKS_MS, "1000 ", 0},
	};
	struct slice bytes = load("samples.mlp");

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct slice rest = bytes, marked = {calloc(1, 4096), 0};
		enum feed_marks marks;
		const struct event *start;
		struct read read;
		while (rest.len > 0) {
			struct slice line = slice_trim(slice_cut(&rest, '\n'));
			marked.len +=
				text_format((char *)(uintptr_t)marked.at + marked.len,
					    4096 - marked.len, "%s%.*s\r\n",
					    ways[i].before, (int)line.len, line.at);
		}
		assert_string_equal(feed_sniff_file(marked, &marks)->name, "multiloop");
		assert_int_equal(marks, ways[i].marks);
		read_stream(&read, "multiloop", marked, 1);
		start = find(&read.list, EVENT_START, 0);
		assert_int_equal(start->at - ways[i].zone,
				 civil_to_instant(2025, 6, 27) + 13 * US_HOUR +
					 22 * US_MIN + 55 * US_S - 630955 * US_MS);
		read_end(&read);
		unload(marked);
	}
	unload(bytes);
}

/* ---- the Indianapolis 500 of 2017, $C alone ------------------------------------------------ */

static void indianapolis_has_its_cars_laps_and_order(void **unused)
{
	/* The official order; the last is the first to have dropped out. */
	static const char *const order[INDY_CARS] = {
		"26", "3",  "19", "8",  "10", "22", "98", "27", "88", "14", "20",
		"15", "7",  "1",  "17", "21", "63", "11", "2",  "18", "16", "5",
		"12", "29", "83", "40", "28", "24", "44", "4",  "50", "9",  "77"};
	struct slice bytes = load("indy500_2017_C_reconstructed.mlp"), rest = bytes;
	struct slice fields[FIELDS];
	unsigned records = 0;
	struct read read;
	const struct race *race;

	(void)unused;
	while (rest.len > 0)
		records += naive_line(&rest, fields) == FIELDS;
	assert_int_equal(records, INDY_RECORDS);
	read_stream(&read, "multiloop", bytes, 1);
	race = read_now(&read);
	assert_int_equal(race->car_count, INDY_CARS);
	for (unsigned i = 0; i < INDY_CARS; i++)
		assert_string_equal(race->entries[race->order[i]].number, order[i]);
	assert_int_equal(race->cars[race->order[0]].laps, INDY_LAPS);
	/* 3 hours 13 minutes 3.3584 s: in ten-thousandths of a second. */
	assert_int_equal(race_elapsed(race, race->cars[race->order[0]].sf_at),
			 INT64_C(11583358400));
	assert_int_equal(race->flag, FLAG_FINISH);
	assert_int_equal(race->finish_at, race->cars[race->order[0]].sf_at);
	assert_int_equal(read_count(&read.list, EVENT_ANOMALY), 0);
	assert_int_equal(race->anomalies[ANOMALY_CONTRADICTION], 0);
	assert_int_equal(race->anomalies[ANOMALY_MISSING], 0);
	read_end(&read);
	unload(bytes);
}

/* Laps at speed take 40 s there: the unit is right, whatever begins the stream. */
static void indianapolis_has_laps_of_forty_seconds(void **unused)
{
	struct slice bytes = load("indy500_2017_C_reconstructed.mlp");
	(void)unused;
	for (unsigned quarter = 0; quarter < 4; quarter++) {
		size_t from = quarter * (bytes.len / 4);
		struct read read;
		const struct race *race;
		const struct car *car;
		unsigned quick = 0, timed = 0, rows = 0;
		read_stream(&read, "multiloop",
			    (struct slice){bytes.at + from, bytes.len - from}, 1);
		race = read_now(&read);
		car = &race->cars[race_find_text(race, SLICE("26"))];
		for (uint32_t row = car->lap_row; row != 0;
		     row = read.timeline.tables.laps[row - 1].prev, rows++) {
			duration_us t = read.timeline.tables.laps[row - 1].time;
			timed += t != DURATION_NONE;
			quick += t > 39 * US_S && t < 43 * US_S;
		}
		assert_int_equal(car->laps, INDY_LAPS);
		if (from == 0)
			assert_int_equal(rows, INDY_LAPS);
		assert_true(timed > 20 && quick > timed / 2);
		if (from == 0) {
			assert_int_equal(car->lap_best / US_MS, 39789);
			assert_int_equal(car->lap_best_number, 150);
		}
		read_end(&read);
	}
	unload(bytes);
}

/* Every lap of every car: its number, when it ended, and the time $C says it took. */
static void indianapolis_has_every_lap_of_its_records(void **unused)
{
	struct slice bytes = load("indy500_2017_C_reconstructed.mlp"), rest = bytes;
	struct slice fields[FIELDS];
	unsigned long long laps[256] = {0};
	unsigned nth = 0;
	struct read read;
	(void)unused;
	read_stream(&read, "multiloop", bytes, 1);
	while (rest.len > 0) {
		unsigned long long uid, lap;
		const struct event *event;
		char id[16];
		if (naive_line(&rest, fields) != FIELDS)
			continue;
		uid = naive_hex(fields[6]);
		lap = naive_hex(fields[7]);
		assert_true(uid < ARRAY_LEN(laps));
		if (lap <= laps[uid])
			continue;
		laps[uid] = lap;
		event = find(&read.list, EVENT_PASSING, nth++);
		snprintf(id, sizeof(id), "mlp-%llX", uid);
		assert_string_equal(event->id, id);
		assert_int_equal(event->number, lap);
		assert_int_equal(event->at, naive_hex(fields[8]) * 100);
		assert_int_equal(event->value, naive_hex(fields[9]) * 100);
		assert_int_equal(event->line,
				 fields[10].at[0] == 'P' ? LINE_SF_PIT : LINE_SF);
	}
	assert_int_equal(read_count(&read.list, EVENT_PASSING), nth);
	read_end(&read);
	unload(bytes);
}

/* ---- our own streams: every record there is -------------------------------------------- */

static void a_stream_of_every_record_gives_these_events(void **unused)
{
	static const char *const records[] = {"$H",
					      "$E",
					      "$C",
					      "$A",
					      "$L",
					      "$S",
					      "$T",
					      "$R",
					      "$F",
					      "$N",
					      "$I",
					      "$V",
					      "$USAC:DRIVERID"};
	static struct sim_race sim;
	const struct sim_multiloop how = {"R1", "\xa6", true};
	struct bytes bytes, json = {calloc(1, 16 * 1024 * 1024), 0};
	char buf[4096], command[24];
	struct out out = {bytes_append, &json, buf, 0, sizeof(buf), 0, false};
	struct read read;
	(void)unused;
	assert_non_null(json.at);
	simulate(&sim, &bytes, 20, 4, 42 * US_MIN, &how);
	bytes.at[bytes.len] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(records); i++) {
		snprintf(command, sizeof(command), "%s\xa6", records[i]);
		if (!strstr(bytes.at, command))
			fail_msg("no %s in the stream", records[i]);
	}
	read_stream(&read, "multiloop", (struct slice){bytes.at, bytes.len}, 3);
	for (uint32_t i = 0; i < read.list.count; i++)
		if (read.list.at[i].kind != EVENT_HEARTBEAT)
			encode_event_json(&out, &read.list, &read.list.at[i]);
	assert_int_equal(out_flush(&out), 0);
	kept_same("multiloop.jsonl", (struct slice){json.at, json.len});
	is_the_truth(&read, &sim, 20, US_MS);
	read_end(&read);
	free(json.at);
	simulate_end(&sim, &bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_real_lines_say_what_their_receivers_found_in_them),
		cmocka_unit_test(
			marks_of_recorders_give_the_instant_they_were_received),
		cmocka_unit_test(indianapolis_has_its_cars_laps_and_order),
		cmocka_unit_test(indianapolis_has_laps_of_forty_seconds),
		cmocka_unit_test(indianapolis_has_every_lap_of_its_records),
		cmocka_unit_test(a_stream_of_every_record_gives_these_events),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
