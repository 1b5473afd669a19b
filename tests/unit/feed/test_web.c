/*
 * test_web.c -- answers of web services: documents into lines, lines into events
 *
 * The values of the samples were worked out by hand from their text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/documents.h"
#include "received.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRIIIP "formats/griiip-wec-2026-le-mans/"
#define SWISS "formats/swisstiming-spa24-2026/"
/* 2026-06-13 00:00:00 UTC */
#define LE_MANS ((instant_us)1781308800 * US_S)
/* 2026-06-27 00:00:00, local time as if it were UTC */
#define SPA ((instant_us)1782518400 * US_S)

static instant_us clock_at(instant_us day, int h, int m, int64_t ms)
{
	return day + h * US_HOUR + m * US_MIN + ms * US_MS;
}

/* The lines of a document of our own. */
static void cut(const char *name, const char *body, const char *lines)
{
	struct received r;
	received_begin(&r, "griiip", NULL);
	struct out out = received_out(&r);
	bool fine = document_write(slice_of(name), slice_of(body), &out);
	assert_int_equal(out_flush(&out), 0);
	assert_true(fine);
	assert_int_equal(r.len, strlen(lines));
	assert_memory_equal(r.bytes, lines, r.len);
	received_end(&r);
}

static void a_document_is_a_line_for_each_object(void **state)
{
	(void)state;
#define G "\"elapsedTimeMillis\":1,\"ts\":\"2026-06-13T14:00:00Z\""
	cut("live_laps.json",
	    "[{\"lapNumber\":3,\n \"a\": \"b  c\"," G "},{\"lapNumber\":2," G
	    "}, {\"lapNumber\":9," G "},{\"lapNumber\":8," G "}]",
	    "laps {\"lapNumber\":2," G "}\nlaps {\"lapNumber\":3,\"a\":\"b  c\"," G
	    "}\nlaps {\"lapNumber\":8," G "}\nlaps {\"lapNumber\":9," G "}\n");
	cut("/live/sectors/18130/current-lap", "{\"7\":[{" G "}],\"8\":[{" G "}]}",
	    "sectors {" G "}\nsectors {" G "}\n");
	cut("lv-racelog-items", "{\"items\":[{" G "}],\"startAfter\":1}",
	    "racelog-items {" G "}\n");
	cut("live_participants-running-status.json", "[{" G "}]",
	    "participants-running-status {" G "}\n");
	cut("live_session-clock.json", " {" G "} ", "session-clock {" G "}\n");
	cut("anything.json",
	    "{\"uid\":1,\"hash\":\"x\",\"content\":{\"full\":{\"UnitId\":\"u\","
	    "\"UntInfo\":{\"TrackFlag\":1},\"Results\":{\"g\":{\"CompetitorId\":\"g\"},"
	    "\"h\":{}},\"Messages\":[{\"Text\":\"a \\\"b\\\"\"}]}}}",
	    "UnitId \"u\"\nUntInfo {\"TrackFlag\":1}\nResults "
	    "{\"CompetitorId\":\"g\"}\nResults {}\nMessages {\"Text\":\"a "
	    "\\\"b\\\"\"}\n");
#undef G
}

/* 100 cars of a kilobyte: more than a line holds. */
static void a_frame_that_is_too_long_is_several_lines(void **state)
{
	enum { CARS = 100, CAR = 1000 };
	struct received r;
	size_t len = 0, lines = 0;
	char *body = malloc(CARS * (CAR + 64) + 256);
	(void)state;
	assert_non_null(body);
	len += (size_t)sprintf(body, "{\"cars\":[");
	for (unsigned i = 0; i < CARS; i++)
		len += (size_t)sprintf(body + len, "%s[\"%u\",\"%0*d\",3]",
				       i > 0 ? "," : "", i + 1, CAR, 0);
	len += (size_t)sprintf(body + len, "],\"session\":{\"flagState\":\"green\","
					   "\"timeElapsed\":4.5},\"messages\":[]}");
	received_begin(&r, "timing71", NULL);
	struct out out = received_out(&r);
	out_text(&out, "{\"description\":\"Race\",\"colSpec\":[[\"Num\"],[\"Team\"],"
		       "[\"Laps\"]]}\n");
	received_at(&r, &out, SPA);
	assert_string_equal(document_driver(SLICE("a/long/folder/01782518400.json"),
					    SLICE("{\"cars\":[]}"))
				    ->name,
			    "timing71");
	assert_true(document_write(SLICE("01782518400.json"), (struct slice){body, len},
				   &out));
	assert_int_equal(out_flush(&out), 0);
	for (size_t i = 0; i < r.len; i++)
		lines += r.bytes[i] == '\n';
	assert_int_equal(lines, 4); /* 40, 40 and 20 cars, and the session */
	/* Each is behind its time: a capture. */
	struct feed_capture capture = {.at = INSTANT_NONE, .marks = FEED_MARKS_MS};
	struct slice rest = {body, r.len};
	char *piece = malloc(r.len);
	assert_non_null(piece);
	assert_true(r.len < CARS * (CAR + 64) + 256);
	memcpy(body, r.bytes, r.len);
	r.len = 0;
	while (feed_capture_next(&capture, &rest, piece, &len))
		received_bytes(&r, (struct slice){piece, len}, capture.at);
	assert_int_equal(capture.at, SPA);
	unsigned claims = 0;
	const struct event *e;
	while ((e = received_next(&r, EVENT_CLAIM)) != NULL)
		claims += e->field == CLAIM_LAPS && e->value == 3;
	assert_int_equal(claims, CARS);
	assert_int_equal(received_count(&r, EVENT_ANOMALY), 0);
	free(piece);
	free(body);
	received_end(&r);
}

static void other_files_are_no_documents(void **state)
{
	static const char *const bodies[] = {
		"",
		"{}",
		"[]",
		"x",
		"{\"content\":{\"full\":{}}}",
		"[{\"lapNumber\":3}]",
		"{\"uid\":1,\"hash\":\"\",\"content\":3}",
		"{\"start\":\"2024-06-15T14:00:00Z\"}",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		assert_null(
			document_driver(SLICE("live_laps.json"), slice_of(bodies[i])));
}

static bool feed_document(struct received *r, const char *folder, const char *name,
			  instant_us at)
{
	char path[128];
	size_t len;
	snprintf(path, sizeof(path), "%s%s", folder, name);
	char *bytes = received_data(path, &len);
	if (!bytes) {
		printf("# %s: the data is not here\n", path);
		return false;
	}
	struct out out = received_out(r);
	assert_true(document_write(slice_of(name), (struct slice){bytes, len}, &out));
	received_at(r, &out, at);
	free(bytes);
	return true;
}

/* The crossing of SF that stands after all decisions; its instant. */
static instant_us crossing(const struct received *r, const char *id, uint32_t lap)
{
	instant_us at = INSTANT_NONE;
	for (uint32_t i = 0; i < r->list.count; i++) {
		const struct event *e = &r->list.at[i];
		if (e->kind == EVENT_PASSING && e->line == LINE_SF &&
		    e->number == lap && strcmp(e->id, id) == 0)
			at = e->at;
	}
	return at;
}

static void the_laps_of_le_mans_2026_are_at_their_instants(void **state)
{
	struct received r;
	(void)state;
	received_begin(&r, "griiip", NULL);
	if (!feed_document(&r, GRIIIP, "live_laps.json", INSTANT_NONE)) {
		received_end(&r);
		skip();
	}
	/* As stamped. */
	assert_int_equal(crossing(&r, "20", 68), clock_at(LE_MANS, 18, 5, 30412));
	/* Car 101: lap 58 is stamped 17:37:22.957 and lap 60 17:59:29.527. */
	assert_int_equal(crossing(&r, "101", 57), clock_at(LE_MANS, 17, 26, 58357));
	assert_int_equal(crossing(&r, "101", 58), clock_at(LE_MANS, 17, 30, 26374));
	assert_int_equal(crossing(&r, "101", 59), clock_at(LE_MANS, 17, 33, 55106));
	assert_int_equal(crossing(&r, "101", 60), clock_at(LE_MANS, 17, 37, 22957));
	/* The first lap of car 36 that is in the answer is stamped half an hour late. */
	assert_int_equal(crossing(&r, "36", 53), clock_at(LE_MANS, 17, 13, 2307));
	/* All others fit: the laps of a car differ by their times. */
	for (uint32_t i = 0; i < r.list.count; i++) {
		const struct event *e = &r.list.at[i];
		instant_us before = INSTANT_NONE;
		if (e->kind == EVENT_PASSING && crossing(&r, e->id, e->number) == e->at)
			before = crossing(&r, e->id, e->number - 1);
		if (before != INSTANT_NONE)
			assert_true(llabs(e->at - before - e->value) <= 2000);
	}
	/* 930 laps; 62 cars. A stamp that is mended late is taken back once. */
	assert_int_equal(received_count(&r, EVENT_PASSING) -
				 received_count(&r, EVENT_DECISION),
			 930);
	assert_int_equal(received_count(&r, EVENT_ANOMALY), 0);
	received_end(&r);
}

static void the_stops_and_entries_of_le_mans_2026_are_read(void **state)
{
	struct received r;
	const struct event *e;
	(void)state;
	received_begin(&r, "griiip", NULL);
	if (!feed_document(&r, GRIIIP, "live_participants.json", INSTANT_NONE)) {
		received_end(&r);
		skip();
	}
	feed_document(&r, GRIIIP, "live_session-info.json", INSTANT_NONE);
	feed_document(&r, GRIIIP, "live_pit-in.json", INSTANT_NONE);
	feed_document(&r, GRIIIP, "live_pit-out.json", INSTANT_NONE);
	feed_document(&r, GRIIIP, "live_race-flags.json", INSTANT_NONE);
	feed_document(&r, GRIIIP, "live_weather_current.json", INSTANT_NONE);
	e = received_says(&r, EVENT_SESSION, "24 Hours of Le Mans");
	assert_int_equal(e->field, SESSION_FIELD_RACE);
	assert_int_equal(e->value, 24 * US_HOUR);
	assert_int_equal(received_count(&r, EVENT_PIT_IN), 312);
	e = received_next(&r, EVENT_PIT_IN);
	assert_string_equal(e->id, "7");
	assert_int_equal(e->at, clock_at(LE_MANS, 14, 28, 23065));
	e = received_next(&r, EVENT_PIT_OUT);
	assert_string_equal(e->id, "7");
	assert_int_equal(e->at, clock_at(LE_MANS, 14, 29, 27619));
	assert_int_equal(e->value, 64554 * US_MS);
	/* The second green with an elapsed time of 0 starts nothing again. */
	assert_int_equal(received_count(&r, EVENT_START), 1);
	assert_int_equal(received_next(&r, EVENT_START)->at,
			 clock_at(LE_MANS, 14, 0, 10532));
	r.looked = 0;
	e = received_next(&r, EVENT_FLAG);
	assert_int_equal(e->flag, FLAG_GREEN);
	e = received_next(&r, EVENT_FLAG);
	assert_int_equal(e->flag, FLAG_YELLOW);
	assert_false(flag_is_slow((enum flag)e->flag));
	e = received_next(&r, EVENT_WEATHER);
	assert_int_equal(e->field, WEATHER_AIR_MC);
	assert_int_equal(e->value, 26000);
	received_end(&r);
}

static void the_standings_of_spa_2026_are_crossings_to_the_millisecond(void **state)
{
	struct received r;
	const struct event *e;
	(void)state;
	received_begin(&r, "swisstiming", NULL);
	if (!feed_document(&r, SWISS, "swiss_timing.json", INSTANT_NONE)) {
		received_end(&r);
		skip();
	}
	/* Standings wait for the numbers of the cars. */
	assert_int_equal(received_count(&r, EVENT_PASSING), 0);
	feed_document(&r, SWISS, "swiss_comp_detail.json", INSTANT_NONE);
	feed_document(&r, SWISS, "swiss_schedule.json", INSTANT_NONE);
	assert_int_equal(received_next(&r, EVENT_START)->at,
			 clock_at(SPA, 16, 28, 34826));
	/* 16:28:34.826 and 20:40:28.570 later. */
	assert_int_equal(crossing(&r, "80", 457), clock_at(SPA, 37, 9, 3396));
	/* 69 cars have a result, each of its own lap. */
	unsigned crossings = 0;
	r.looked = 0;
	while ((e = received_next(&r, EVENT_PASSING)) != NULL)
		crossings += e->line == LINE_SF && !(e->bits & EVENT_ESTIMATED);
	assert_int_equal(crossings, 69);
	r.looked = 0;
	e = received_says(&r, EVENT_SESSION, "Race");
	assert_int_equal(e->value, 24 * US_HOUR);
	r.looked = 0;
	received_says(&r, EVENT_MESSAGE, "CAR 54 BLUE FLAG");
	assert_int_equal(received_count(&r, EVENT_ANOMALY), 0);
	received_end(&r);
}

#define COMPETITOR(lane) \
	"Competitors "   \
	"{\"Id\":\"g\",\"Bib\":\"7\",\"ClassId\":\"c\",\"InPitLane\":" lane "}\n"
#define RESULT(laps, total)                                                      \
	"Results {\"CompetitorId\":\"g\",\"MainResult\":{\"TotalTime\":\"" total \
	"\",\"TotalLapCount\":" laps ",\"Status\":2}}\n"

static void a_live_standing_tells_of_stops_within_a_poll(void **state)
{
	struct received r;
	const struct event *e;
	/* 16:30 in Spa is 14:30 UTC: the zone is found from the crossing. */
	const instant_us now = clock_at(SPA, 14, 34, 0);
	(void)state;
	received_begin(&r, "swisstiming", NULL);
	received_bytes(&r,
		       SLICE("UntInfo {\"TrackFlag\":1,\"StartRealTime\":\"27.06.2026 "
			     "16:30:00.000\"}\n" COMPETITOR("false")
				     RESULT("1", "2:30.500")),
		       now);
	assert_int_equal(crossing(&r, "7", 1), clock_at(SPA, 14, 32, 30500));
	received_bytes(&r, SLICE(COMPETITOR("false") RESULT("1", "2:30.500")),
		       now + 2 * US_S);
	assert_int_equal(received_count(&r, EVENT_PASSING), 1);
	received_bytes(&r, SLICE(COMPETITOR("true")), now + 4 * US_S);
	e = received_next(&r, EVENT_PIT_IN);
	assert_int_equal(e->at, now + 4 * US_S);
	assert_true(e->bits & EVENT_ESTIMATED);
	assert_int_equal(e->field, 20); /* within 2.0 s */
	received_bytes(&r, SLICE(COMPETITOR("false") RESULT("2", "5:10.250")),
		       now + 70 * US_S);
	e = received_next(&r, EVENT_PIT_OUT);
	assert_int_equal(e->value, 66 * US_S);
	assert_int_equal(crossing(&r, "7", 2), clock_at(SPA, 14, 35, 10250));
	received_end(&r);
}

static void a_car_keeps_its_number_when_an_entry_comes_without_one(void **state)
{
	struct received r;
	const instant_us now = clock_at(SPA, 14, 34, 0);
	(void)state;
	received_begin(&r, "swisstiming", NULL);
	received_bytes(
		&r,
		SLICE("UntInfo {\"StartRealTime\":\"27.06.2026 "
		      "16:30:00.000\"}\n" COMPETITOR("false") RESULT(
			      "1",
			      "2:30.500") "Competitors {\"Id\":\"g\"}\n"
					  "Competitors {\"Id\":\"g\",\"Bib\":\"longer "
					  "than 12 bytes\"}\n"),
		now);
	received_bytes(&r, SLICE(RESULT("2", "5:10.250")), now + 70 * US_S);
	assert_int_equal(crossing(&r, "7", 1), clock_at(SPA, 14, 32, 30500));
	assert_int_equal(crossing(&r, "7", 2), clock_at(SPA, 14, 35, 10250));
	received_end(&r);
}

#define F1(topic, json, at)                                                          \
	"{\"Type\":\"" topic "\",\"Json\":" json ",\"DateTime\":\"2026-06-27T14:" at \
	"Z\"}\n"
#define F1_CAR(json, at) F1("TimingData", "{\"Lines\":{\"44\":" json "}}", at)

static void a_race_of_formula_1_is_its_lap_times_from_the_start(void **state)
{
	struct received r;
	const struct event *e;
	(void)state;
	received_begin(&r, "f1", NULL);
	received_bytes(
		&r,
		SLICE(F1("SessionInfo",
			 "{\"Meeting\":{\"Location\":\"Silverstone\"},\"Name\":"
			 "\"Race\"}",
			 "00:00")
			      F1_CAR("{\"InPit\":false,\"NumberOfLaps\":0}", "00:00")
				      F1("SessionData",
					 "{\"StatusSeries\":{\"0\":{\"Utc\":\"2026-06-"
					 "27T14:03:10."
					 "5Z\",\"SessionStatus\":\"Started\"}}}",
					 "03:10")
		      /* The first lap has no time. */
		      F1_CAR("{\"NumberOfLaps\":1}", "04:50.2")
		      /* Half a second late, and then early: the times decide. */
		      F1_CAR("{\"NumberOfLaps\":2,\"LastLapTime\":{\"Value\":"
			     "\"1:32.100\"}}",
			     "06:22.8")
			      F1_CAR("{\"NumberOfLaps\":3,\"LastLapTime\":{\"Value\":"
				     "\"1:31.500\"}}",
				     "07:53.5")
				      F1("TrackStatus", "{\"Status\":\"4\"}", "08:00")),
		INSTANT_NONE);
	e = received_says(&r, EVENT_SESSION, "Race");
	assert_int_equal(e->field, SESSION_FIELD_RACE);
	assert_int_equal(received_next(&r, EVENT_START)->at,
			 clock_at(SPA, 14, 3, 10500));
	assert_int_equal(crossing(&r, "44", 1), clock_at(SPA, 14, 4, 50200));
	assert_int_equal(crossing(&r, "44", 2), clock_at(SPA, 14, 6, 22300));
	assert_int_equal(crossing(&r, "44", 3), clock_at(SPA, 14, 7, 53800));
	e = received_next(&r, EVENT_FLAG);
	assert_int_equal(e->flag, FLAG_SC);
	assert_int_equal(received_count(&r, EVENT_ANOMALY), 0);
	received_end(&r);
}

static void rubbish_is_counted(void **state)
{
	struct received r;
	(void)state;
	received_begin(&r, "griiip", NULL);
	received_bytes(&r,
		       SLICE("rubbish\n\n# a note\nlaps [\nnothing {}\nlaps {}\n"
			     "pit-in {\"carNumber\":\"\",\"ts\":\"x\"}\n"),
		       INSTANT_NONE);
	assert_int_equal(received_count(&r, EVENT_ANOMALY), 5);
	assert_int_equal(r.list.count, 5);
	/* A stamp that no race has is none: the message has the time of the one before. */
	received_bytes(
		&r,
		SLICE("race-log {\"ts\":\"2026-06-13T14:00:00Z\",\"text\":\"one\"}\n"
		      "race-log {\"ts\":\"9999-12-31T23:59:59Z\",\"text\":\"two\"}\n"),
		INSTANT_NONE);
	instant_us at = received_says(&r, EVENT_MESSAGE, "one")->at;
	assert_int_equal(received_says(&r, EVENT_MESSAGE, "two")->at, at);
	received_end(&r);
}

/* A whole number or a string is one; a fraction or one that is out of range is none. */
static void a_number_that_no_car_has_is_refused(void **state)
{
	static const char *const numbers[] = {"1e999", "1e2", "7.5",
					      "7.0",   "-7",  "18446744073709551616"};
	struct received r;
	(void)state;
	received_begin(&r, "griiip", NULL);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		char line[160];
		int len = snprintf(line, sizeof(line),
				   "pit-in {\"carNumber\":%s,\"lapNumber\":1,\"ts\":"
				   "\"2026-06-13T14:00:00Z\"}\n",
				   numbers[i]);
		received_bytes(&r, (struct slice){line, (size_t)len}, INSTANT_NONE);
		assert_int_equal(received_count(&r, EVENT_ANOMALY), i + 1);
	}
	assert_int_equal(received_count(&r, EVENT_PIT_IN), 0);
	received_bytes(&r,
		       SLICE("pit-in {\"carNumber\":7,\"lapNumber\":1,\"ts\":"
			     "\"2026-06-13T14:00:00Z\"}\n"
			     "pit-in {\"carNumber\":\"007\",\"lapNumber\":1,\"ts\":"
			     "\"2026-06-13T14:00:00Z\"}\n"),
		       INSTANT_NONE);
	assert_int_equal(received_count(&r, EVENT_PIT_IN), 2);
	received_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_a_line_for_each_object),
		cmocka_unit_test(a_frame_that_is_too_long_is_several_lines),
		cmocka_unit_test(other_files_are_no_documents),
		cmocka_unit_test(the_laps_of_le_mans_2026_are_at_their_instants),
		cmocka_unit_test(the_stops_and_entries_of_le_mans_2026_are_read),
		cmocka_unit_test(
			the_standings_of_spa_2026_are_crossings_to_the_millisecond),
		cmocka_unit_test(a_live_standing_tells_of_stops_within_a_poll),
		cmocka_unit_test(
			a_car_keeps_its_number_when_an_entry_comes_without_one),
		cmocka_unit_test(a_race_of_formula_1_is_its_lap_times_from_the_start),
		cmocka_unit_test(rubbish_is_counted),
		cmocka_unit_test(a_number_that_no_car_has_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
