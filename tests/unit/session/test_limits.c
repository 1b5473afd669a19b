/*
 * test_limits.c -- limits are reported before anything is lost, with the true count
 */
#include "fixture.h"

#include <stdlib.h>

#include "pitwall/record.h"
#include "../../../src/session/session_parts.h"

static const struct options small = {.memory = "16M"};

struct flood {
	struct session *session;
	uint64_t sequence;
	instant_us at;
	char text[256 * 1024];
	size_t len;
};

static instant_us noon(void)
{
	return civil_to_instant(2026, 11, 22) + 12 * US_HOUR;
}

static struct flood *flood_open_as(const struct options *options, const char *driver)
{
	static struct flood floods[2], *last;
	last = last == &floods[0] ? &floods[1] : &floods[0];
	const struct session_source live = {
		.shown = "race.pitwall", .named = "", .wanted = "", .live = true};
	struct record_source source = {.id = 1, .url = "udp://*:7575"};
	struct err err;
	text_copy(source.driver, sizeof(source.driver), slice_of(driver));
	*last = (struct flood){.at = noon()};
	assert_int_equal(session_open(options, &live, &last->session, &err), 0);
	assert_int_equal(session_source_add(last->session, &source), 0);
	return last;
}

static struct flood *flood_open(const struct options *options)
{
	return flood_open_as(options, "beacon");
}

static void flood_flush(struct flood *flood)
{
	const struct record_row row = {
		.type = RECORD_RAW,
		.source = 1,
		.received_at = flood->at,
		.bytes = {flood->text, flood->len},
	};
	struct err err;
	if (session_feed(flood->session, &row, &err) != 0 ||
	    session_settle(flood->session, &err) != 0)
		fail_msg("%s", err.text);
	flood->len = 0;
}

static void flood_line(struct flood *flood, const char *line)
{
	flood->len += text_format(flood->text + flood->len,
				  sizeof(flood->text) - flood->len, "%s\n", line);
	if (flood->len > sizeof(flood->text) - 512)
		flood_flush(flood);
}

static void flood_hello(struct flood *flood)
{
	char line[256];
	text_format(
		line, sizeof(line),
		"{\"t\":\"hello\",\"v\":1,\"id\":\"b\",\"loop\":\"SF\",\"boot\":\"a\","
		"\"seq\":0,\"us\":0,\"utc\":%lld}",
		(long long)noon());
	flood_line(flood, line);
}

/** A passing of @transponder, @us after noon. */
static void flood_pass(struct flood *flood, unsigned transponder, int64_t us)
{
	char line[256];
	flood->at = noon() + us;
	text_format(line, sizeof(line),
		    "{\"t\":\"pass\",\"id\":\"b\",\"boot\":\"a\",\"seq\":%llu,"
		    "\"tx\":\"%u\",\"us\":%lld}",
		    (unsigned long long)++flood->sequence, transponder, (long long)us);
	flood_line(flood, line);
}

/** The last row of the log that begins with @words; NULL. */
static const char *logged(struct session *session, const char *words)
{
	struct view view = {0};
	const char *found = NULL;
	session_log_view(session, &view);
	for (uint32_t i = 0; i < view.anomaly_log_count; i++)
		if (slice_starts(slice_of(view.anomaly_log[i].words), slice_of(words)))
			found = view.anomaly_log[i].words;
	return found;
}

static bool was_logged(struct session *session, const char *words, const char *part)
{
	struct view view = {0};
	session_log_view(session, &view);
	for (uint32_t i = 0; i < view.anomaly_log_count; i++)
		if (slice_starts(slice_of(view.anomaly_log[i].words),
				 slice_of(words)) &&
		    strstr(view.anomaly_log[i].words, part) != NULL)
			return true;
	return false;
}

static void cars_are_reported_at_90_percent_at_256_and_beyond(void **state)
{
	struct flood *flood = flood_open(&small);
	struct session *session = flood->session;
	(void)state;
	flood_hello(flood);
	for (unsigned i = 0; i < 230; i++)
		flood_pass(flood, 1000 + i, (1 + i) * US_S);
	assert_null(logged(session, "cars"));
	flood_pass(flood, 1230, 231 * US_S);
	flood_flush(flood);
	assert_string_equal(logged(session, "cars"),
			    "cars: 231 of 256; beyond that, records of further cars "
			    "are not used");
	assert_string_equal(session->news, logged(session, "cars"));
	assert_string_equal(session->limit, session->news);
	assert_false(session->limit_harms);
	for (unsigned i = 231; i < 256; i++)
		flood_pass(flood, 1000 + i, (1 + i) * US_S);
	flood_flush(flood);
	assert_string_equal(logged(session, "cars"),
			    "cars: all 256 are used; records of further cars are not "
			    "used");
	for (unsigned i = 256; i < 256 + 123; i++)
		flood_pass(flood, 1000 + i, (1 + i) * US_S);
	flood_flush(flood);
	assert_string_equal(session->limit,
			    "cars: 256 at most; records of further cars are not used: "
			    "123");
	assert_true(session->limit_harms);
	assert_int_equal(timeline_head(&session->timeline)->car_count, 256);
	session_free(session);
}

/* ---- events ----------------------------------------------------------------------------- */

enum { CARS = 40, PASSINGS = 150 * 1000 };

/** A field that drives on: a lap of 90 seconds and a bit each. */
static struct session *long_race(struct flood *flood)
{
	flood_hello(flood);
	for (int64_t i = 0; i < PASSINGS; i++) {
		int64_t car = i % CARS, lap = i / CARS;
		flood_pass(flood, (unsigned)(1000 + car),
			   (1 + lap) * 90 * US_S + car * (US_S + lap * 10));
	}
	flood_flush(flood);
	return flood->session;
}

static void the_oldest_events_leave_memory_and_the_race_goes_on(void **state)
{
	static const struct options large = {.memory = "1G"};
	struct session *whole = long_race(flood_open(&large));
	struct flood *flood = flood_open(&small);
	struct session *session = long_race(flood);
	struct timeline *timeline = &session->timeline;
	char words[160], left[32];
	(void)state;
	assert_true(session->left > PASSINGS / 2);
	assert_int_equal(session->left + timeline->order_count,
			 whole->timeline.order_count);
	assert_int_equal(session->parts->all.dropped, 0);
	assert_int_equal(whole->left, 0);
	/* Every lap, gap and row of what happened. */
	const struct race *race = timeline_head(timeline);
	const struct race *other = timeline_head(&whole->timeline);
	assert_memory_equal(race, other, sizeof(*race));
	assert_int_equal(race->cars[0].laps, PASSINGS / CARS - 1);
	assert_memory_equal(timeline_head_tables(timeline)->laps,
			    timeline_head_tables(&whole->timeline)->laps,
			    race->lap_count * sizeof(struct lap_row));
	assert_memory_equal(timeline_head_tables(timeline)->history,
			    timeline_head_tables(&whole->timeline)->history,
			    race->history_count * sizeof(struct history_row));
	/* It was said before, and when. */
	assert_true(
		was_logged(session, "events in memory",
			   " of 45,056; beyond that, the oldest leave, not the race"));
	assert_true(was_logged(session, "events in memory", "all 45,056 are used;"));
	text_format(words, sizeof(words), " have left memory, %s so far",
		    format_count(session->left, left));
	assert_says(logged(session, "events before"), words);
	assert_false(session->limit_harms);
	/* Before the floor there is the floor, after it all instants. */
	(void)session_at(session, noon());
	assert_true(timeline->at == timeline->floor_at);
	assert_true(timeline->first_at == timeline->floor_at);
	instant_us t = timeline->floor_at + US_HOUR;
	assert_memory_equal(session_at(session, t), session_at(whole, t),
			    sizeof(struct race));
	/* What comes too late is an anomaly. */
	flood->at = noon() + PASSINGS / CARS * 91 * US_S;
	flood_pass(flood, 1000, 100 * US_S);
	flood_flush(flood);
	assert_says(logged(session, "1000 of"),
		    "arrived after that time had left memory");
	session_free(whole);
	session_free(session);
}

/* ---- sessions ---------------------------------------------------------------------------- */

/** A crossing of RMonitor, @seconds after its session began. */
static void flood_cross(struct flood *flood, const char *car, unsigned lap,
			unsigned seconds)
{
	char line[160], total[32];
	text_format(total, sizeof(total), "%02u:%02u:%02u.000", seconds / 3600,
		    seconds / 60 % 60, seconds % 60);
	text_format(line, sizeof(line),
		    "$G,1,\"%s\",%u,\"%s\"\r\n$J,\"%s\",\"00:01:00.000\",\"%s\"\r", car,
		    lap, total, car, total);
	flood_line(flood, line);
}

static void flood_session(struct flood *flood, unsigned number, const char *name)
{
	char line[96];
	text_format(line, sizeof(line), "$B,%u,\"%s\"\r", number, name);
	flood_line(flood, line);
}

static void earlier_sessions_leave_and_their_entries_stay(void **state)
{
	struct flood *flood = flood_open_as(&small, "rmonitor");
	struct session *session = flood->session;
	struct err err = {""};
	(void)state;
	flood_session(flood, 5, "Practice");
	flood_line(flood, "$A,\"r7\",\"7\",907,\"Ann\",\"Aubier\",\"\",1\r");
	flood_line(flood, "$A,\"r8\",\"8\",908,\"Bea\",\"Breton\",\"\",1\r");
	flood_cross(flood, "r7", 1, 60);
	flood_session(flood, 6, "Long Race");
	for (unsigned lap = 1; session->left == 0 && lap < 50000; lap++) {
		flood->at = noon() + (int64_t)lap * 5 * US_S;
		flood_cross(flood, "r8", lap, lap * 5);
	}
	flood_flush(flood);
	assert_true(session->left > 0);
	flood->at += 1000 * US_S;
	flood_session(flood, 7, "Sprint");
	flood_cross(flood, "r7", 1, 60);
	flood_cross(flood, "r7", 2, 120);
	flood_flush(flood);
	assert_int_equal(session->run_count, 3);
	assert_string_equal(session->runs[2].name, "Sprint");
	assert_true(session->runs[2].current);
	/* The car was entered two sessions ago. */
	const struct race *race = timeline_head(&session->timeline);
	uint16_t car = race_find_text(race, SLICE("7"));
	assert_int_not_equal(car, CAR_NONE);
	assert_string_equal(race->entries[car].drivers[0], "Ann Aubier");
	assert_true(race->cars[car].laps > 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(session_choose(session, i, &err) < 0);
		assert_says(err.text, "left memory: open the recording");
	}
	assert_int_equal(session_choose(session, 2, &err), 0);
	session_free(session);
}

static void sessions_beyond_64_are_counted(void **state)
{
	struct flood *flood = flood_open_as(&small, "rmonitor");
	struct session *session = flood->session;
	(void)state;
	/* RMonitor's last session is known when more follows. */
	for (unsigned number = 1; number <= 68; number++) {
		char name[32];
		text_format(name, sizeof(name), "Heat %u", number);
		flood->at += 600 * US_S;
		flood_session(flood, number, name);
		flood_cross(flood, "r7", 1, 60);
		flood_flush(flood);
	}
	assert_true(was_logged(session, "sessions of a source: 58 of 64; beyond", ""));
	assert_true(was_logged(session, "sessions of a source: all 64 are used", ""));
	assert_string_equal(session->limit,
			    "sessions of a source: 64 at most; further ones are shown "
			    "as part of the last: 3");
	session_free(session);
}

/* ---- tables --------------------------------------------------------------------------------- */

static void decide(struct flood *flood, const char *line)
{
	const struct record_row row = {.type = RECORD_DECISION,
				       .received_at = flood->at,
				       .bytes = slice_of(line)};
	struct err err = {""};
	if (session_feed(flood->session, &row, &err) != 0 ||
	    session_settle(flood->session, &err) != 0)
		fail_msg("%s", err.text);
}

static void decisions_are_reported_at_90_percent_at_128_and_beyond(void **state)
{
	struct flood *flood = flood_open(&small);
	struct session *session = flood->session;
	(void)state;
	flood_hello(flood);
	flood_pass(flood, 7, US_S);
	flood_flush(flood);
	for (unsigned i = 0; i < 128 + 12; i++) {
		char line[64];
		text_format(line, sizeof(line),
			    "?7,time,%u,slow,2026-11-22T12:00:%02uZ", i + 1,
			    2 + i % 50);
		decide(flood, line);
	}
	assert_true(was_logged(session, "decisions: 116 of 128; beyond that", ""));
	assert_true(was_logged(session, "decisions: all 128 are used", ""));
	assert_string_equal(session->limit,
			    "decisions: 128 at most; further ones have no effect: 12");
	assert_true(session->limit_harms);
	session_free(session);
}

static void classes_are_counted(void **state)
{
	struct flood *flood = flood_open_as(&small, "rmonitor");
	struct session *session = flood->session;
	char line[256];
	(void)state;
	flood_session(flood, 1, "Race");
	for (unsigned i = 1; i <= 19; i++) {
		text_format(line, sizeof(line), "$C,%u,\"class %u\"\r", i, i);
		flood_line(flood, line);
		text_format(line, sizeof(line),
			    "$A,\"r%u\",\"%u\",%u,\"Ann\",\"A\",\"\",%u\r", i, i,
			    900 + i, i);
		flood_line(flood, line);
		flood_cross(flood, "r1", i, 60 * i);
		flood_flush(flood);
	}
	assert_true(was_logged(session, "classes: 15 of 16; beyond that", ""));
	assert_string_equal(session->limit,
			    "classes: 16 at most; further cars have no class: 3");
	session_free(session);
}

static void long_names_and_a_ninth_driver_are_counted(void **state)
{
	struct flood *flood = flood_open(&small);
	struct session *session = flood->session;
	(void)state;
	flood_hello(flood);
	flood_pass(flood, 7, US_S);
	for (unsigned i = 0; i < 10; i++) {
		char line[256];
		text_format(line, sizeof(line),
			    "{\"t\":\"event\",\"id\":\"b\",\"boot\":\"a\",\"seq\":%llu,"
			    "\"us\":%u,\"name\":\"driver\",\"tx\":\"7\",\"value\":\"%s "
			    "%u\"}",
			    (unsigned long long)++flood->sequence, (2 + i) * 1000000,
			    i < 2 ? "Wolfeschlegelsteinhausenbergerdorffwelche" : "Ann",
			    i);
		flood_line(flood, line);
	}
	flood_flush(flood);
	assert_says(logged(session, "drivers of a car"),
		    "8 at most; further drivers have no name: ");
	assert_says(logged(session, "long texts"), "they are cut: 2");
	assert_false(session->limit_harms);
	session_free(session);
}

static void rows_of_weather_and_of_faults_are_counted(void **state)
{
	struct flood *flood = flood_open(&small);
	struct session *session = flood->session;
	(void)state;
	flood_hello(flood);
	flood_pass(flood, 7, US_S);
	/* Each second again: earlier than any car can be there. */
	for (unsigned i = 0; i < TIMELINE_FAULTS_MAX + 25; i++)
		flood_pass(flood, 7, (2 + i % 4) * US_S + i * 10);
	flood_flush(flood);
	assert_true(
		was_logged(session, "missed or repeated passings: ",
			   " of 16,384; beyond that, further ones are only counted"));
	assert_says(logged(session, "missed or repeated passings: "),
		    "16,384 at most; further ones are only counted: 2");
	assert_false(session->limit_harms);
	for (unsigned i = 0; i < TIMELINE_WEATHER_MAX + 5; i++) {
		char line[200];
		int64_t us = (100 + 60 * (int64_t)i) * US_S;
		flood->at = noon() + us;
		text_format(line, sizeof(line),
			    "{\"t\":\"event\",\"id\":\"b\",\"boot\":\"a\",\"seq\":%llu,"
			    "\"us\":%lld,\"name\":\"weather\",\"value\":\"air\","
			    "\"num\":%u}",
			    (unsigned long long)++flood->sequence, (long long)us, i);
		flood_line(flood, line);
	}
	flood_flush(flood);
	assert_string_equal(
		logged(session, "rows of weather"),
		"rows of weather: 8,192 at most; only the newest values are "
		"kept: 4");
	session_free(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_events_leave_memory_and_the_race_goes_on),
		cmocka_unit_test(cars_are_reported_at_90_percent_at_256_and_beyond),
		cmocka_unit_test(earlier_sessions_leave_and_their_entries_stay),
		cmocka_unit_test(sessions_beyond_64_are_counted),
		cmocka_unit_test(
			decisions_are_reported_at_90_percent_at_128_and_beyond),
		cmocka_unit_test(classes_are_counted),
		cmocka_unit_test(long_names_and_a_ninth_driver_are_counted),
		cmocka_unit_test(rows_of_weather_and_of_faults_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
