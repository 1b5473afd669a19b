/*
 * test_recorded.c -- recordings as they come from a pit wall: several sources,
 * connections, decisions, sessions; and captures
 */
#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/record.h"
#include "../../scratch.h"

/* Received from 12:00:00 UTC of this day on. */
static instant_us noon;

static int enter(void **state)
{
	(void)state;
	noon = civil_to_instant(2026, 11, 22) + 12 * US_HOUR;
	return scratch_enter("recorded");
}

static int leave(void **state)
{
	(void)state;
	return scratch_leave("recorded");
}

static int try_load(const struct options *options, struct session **session,
		    struct err *err)
{
	return session_load(options, LOAD_HISTORY | LOAD_KEYFRAMES, session, err);
}

static struct session *load(const char *path, const struct options *with)
{
	struct options options = {0};
	struct session *session = NULL;
	struct err err = {""};
	if (with != NULL)
		options = *with;
	options.sources[options.source_count++] = path;
	if (try_load(&options, &session, &err) != 0)
		fail_msg("%s", err.text);
	return session;
}

/* ---- writing ---------------------------------------------------------------------- */

struct row {
	int type, source; /* 1 ...: the n-th source */
	unsigned at;      /* seconds after noon */
	const char *name, *bytes;
};

static void record(const char *path, const char *const *drivers, const struct row *rows,
		   size_t count)
{
	struct record *record = NULL;
	struct err err = {""};
	int ids[4] = {0};
	assert_int_equal(record_create(path, true, &record, &err), 0);
	for (int i = 0; drivers[i] != NULL; i++) {
		char url[32];
		text_format(url, sizeof(url), "source %d", i + 1);
		assert_int_equal(
			record_add_source(record, url, drivers[i], &ids[i + 1], &err),
			0);
	}
	for (size_t i = 0; i < count; i++) {
		const struct record_row row = {
			.type = rows[i].type,
			.source = ids[rows[i].source],
			.received_at = noon + rows[i].at * US_S,
			.name = slice_of(rows[i].name),
			.bytes = slice_of(rows[i].bytes),
		};
		assert_int_equal(record_append(record, &row, &err), 0);
	}
	if (record_close(record, &err) != 0)
		fail_msg("%s", err.text);
}

#define HELLO(id_)                                                                    \
	"{\"t\":\"hello\",\"v\":1,\"id\":\"" id_ "\",\"loop\":\"SF\",\"boot\":\"a\"," \
	"\"seq\":0,\"us\":0,\"utc\":1795348800000000}\n"
#define GUN(id_, seq_, us_)                                                \
	"{\"t\":\"event\",\"id\":\"" id_ "\",\"boot\":\"a\",\"seq\":" seq_ \
	",\"us\":" us_ ",\"name\":\"gun\"}\n"
#define PASS(id_, seq_, tx_, us_)                                         \
	"{\"t\":\"pass\",\"id\":\"" id_ "\",\"boot\":\"a\",\"seq\":" seq_ \
	",\"tx\":\"" tx_ "\",\"us\":" us_ "}\n"

static const char *const two_beacons[] = {"beacon", "beacon", NULL};
static const char entries[] = "transponder,number,class\n901,7,GT\n902,8,GT\n";

/* Two beacons on one line, of which the second hears everything 2 ms later, cut where
 * it hurts; the operator decides between. */
static const struct row race_rows[] = {
	{RECORD_SETUP, 0, 0, "entries", entries},
	{RECORD_LINK, 1, 0, "", "up"},
	{RECORD_LINK, 2, 0, "", "up"},
	{RECORD_RAW, 1, 0, "", HELLO("sf-1")},
	{RECORD_RAW, 2, 0, "", HELLO("sf-2")},
	{RECORD_RAW, 1, 1, "", GUN("sf-1", "1", "1000000") "{\"t\":\"pa"},
	{RECORD_RAW, 2, 101, "", PASS("sf-2", "1", "901", "101002000") "{\"t\":"},
	{RECORD_RAW, 1, 101, "",
	 "ss\",\"id\":\"sf-1\",\"boot\":\"a\",\"seq\":2,\"tx\":\"901\","
	 "\"us\":101000000}\n"},
	{RECORD_RAW, 2, 102, "",
	 "\"pass\",\"id\":\"sf-2\",\"boot\":\"a\",\"seq\":2,\"tx\":\"902\","
	 "\"us\":102002000}\n"},
	{RECORD_DECISION, 0, 110, "", "7,time,10,speeding,2026-11-22T12:01:50Z"},
	{RECORD_DECISION, 0, 120, "", ",flag,SC,debris,2026-11-22T12:02:00.5Z"},
	{RECORD_DECISION, 0, 130, "", ",undo,1,,2026-11-22T12:02:10Z"},
	{RECORD_DECISION, 0, 140, "", "8,laps,-1,cut,2026-11-22T12:02:20Z"},
	{RECORD_DECISION, 0, 150, "", "44,time,5,who?,2026-11-22T12:02:30Z"},
	{RECORD_RAW, 1, 201, "", PASS("sf-1", "3", "901", "201000000")},
	{RECORD_RAW, 2, 201, "", PASS("sf-2", "3", "901", "201002000")},
	{RECORD_RAW, 2, 203, "", PASS("sf-2", "4", "902", "203002000")},
	{RECORD_RAW, 1, 203, "", PASS("sf-1", "4", "902", "203000000")},
	{RECORD_DECISION, 0, 300, "", "8,pass,SF,,2026-11-22T12:05:00Z"},
};

enum { FAULTS_MAX = 256 };

static void collect_fault(void *context, const struct event *event, const char *words)
{
	assert_int_equal(event->source, SOURCE_OPERATOR);
	char *faults = context;
	size_t len = strlen(faults);
	text_format(faults + len, FAULTS_MAX - len, "%s%.60s", len == 0 ? "" : "\n",
		    words);
}

static void check_race(const struct session *session)
{
	const struct race *race = &session->timeline.race;
	uint16_t seven = race_find_text(race, SLICE("7"));
	uint16_t eight = race_find_text(race, SLICE("8"));
	assert_int_equal(race->car_count, 2);
	assert_int_equal(race->cars[seven].laps, 2);
	assert_int_equal(race->cars[eight].laps, 3);
	assert_int_equal(race->cars[seven].lap_last, 100 * US_S);
	assert_int_equal(race->flag, FLAG_SC);
	/* The time penalty was taken back, the lap was not. */
	assert_int_equal(race->decision_count, 1);
	assert_int_equal(race->decisions[0].kind, DECISION_LAPS);
	char faults[FAULTS_MAX] = "";
	(void)session_decision_faults((struct session *)(uintptr_t)session,
				      collect_fault, faults);
	assert_string_equal(faults, "decision 5: there is no car 44 in this race");
}

static void what_was_received_and_decided_is_the_race_again(void **state)
{
	(void)state;
	record("race.pitwall", two_beacons, race_rows, ARRAY_LEN(race_rows));
	struct session *session = load("race.pitwall", NULL);
	check_race(session);
	/* The day is that of the first bytes. */
	assert_false(session->setup.floating);
	/* Nothing of it was cut off: every sender has its own carry. */
	for (uint32_t i = 0; i < session->events.count; i++)
		assert_int_not_equal(session->events.at[i].kind, EVENT_ANOMALY);
	session_free(session);
}

/** One event as JSON: what it says, without where in a pool its text lies. */
static void tell_events(const struct session *session, char *to, size_t cap)
{
	struct out out = {.buf = to, .max = cap};
	const struct timeline *timeline = &session->timeline;
	for (uint32_t i = 0; i < timeline->order_count; i++)
		encode_event_json(&out, &session->events,
				  &session->events.at[timeline->order[i]]);
	to[out.len] = '\0';
}

static void convert_keeps_sources_connections_and_decisions(void **state)
{
	const struct options options = {.sources = {"race.pitwall"},
					.source_count = 1,
					.output = "again.pitwall"};
	static char before[64 * 1024], after[64 * 1024];
	(void)state;
	record("race.pitwall", two_beacons, race_rows, ARRAY_LEN(race_rows));
	assert_int_equal(convert_run(&options), EXIT_DONE);
	struct session *session = load("race.pitwall", NULL);
	tell_events(session, before, sizeof(before) - 1);
	session_free(session);
	session = load("again.pitwall", NULL);
	tell_events(session, after, sizeof(after) - 1);
	check_race(session);
	session_free(session);
	assert_string_equal(after, before);
	assert_true(strlen(before) > 1000);
}

/* The second time from what was decoded the first time. */
static void the_sources_of_a_recording_are_shown_with_their_counts(void **state)
{
	(void)state;
	record("race.pitwall", two_beacons, race_rows, ARRAY_LEN(race_rows));
	for (unsigned time = 0; time < 2; time++) {
		struct session *session = load("race.pitwall", NULL);
		struct view view = {.live = false};
		session_view(session, &view);
		assert_int_equal(view.feed_count, 2);
		assert_string_equal(view.feeds[0].name, "source 1");
		assert_string_equal(view.feeds[1].driver, "beacon");
		assert_int_equal(view.feeds[0].state, VIEW_FEED_FILE);
		assert_int_equal(view.feeds[0].passings, 3);
		assert_int_equal(view.feeds[1].passings, 4);
		session_free(session);
	}
}

static void a_connection_that_broke_is_not_glued_to_the_next(void **state)
{
	static const struct row rows[] = {
		{RECORD_LINK, 1, 0, "", "up"},
		{RECORD_RAW, 1, 0, "",
		 HELLO("sf-1")
			 PASS("sf-1", "1", "901", "1000000") "{\"t\":\"pass\",\"i"},
		{RECORD_LINK, 1, 5, "", "down reset by peer"},
		{RECORD_LINK, 1, 6, "", "up"},
		{RECORD_RAW, 1, 7, "", PASS("sf-1", "2", "901", "100000000")},
	};
	const char *const drivers[] = {"beacon", NULL};
	(void)state;
	record("broken.pitwall", drivers, rows, ARRAY_LEN(rows));
	struct session *session = load("broken.pitwall", NULL);
	const struct race *race = &session->timeline.race;
	assert_int_equal(race->car_count, 1);
	assert_int_equal(race->cars[0].laps, 1);
	assert_int_equal(session->anomalies, 1);
	assert_says(session->first_anomaly, "cut off with the connection");
	session_free(session);
}

static void senders_of_one_source_are_read_apart(void **state)
{
	static const struct row rows[] = {
		{RECORD_LINK, 1, 0, "1", "up"},
		{RECORD_LINK, 1, 0, "2", "up"},
		{RECORD_RAW, 1, 0, "1",
		 HELLO("sf-1") "{\"t\":\"pass\",\"id\":\"sf-1\","},
		{RECORD_RAW, 1, 0, "2",
		 HELLO("sf-2") "{\"t\":\"pass\",\"id\":\"sf-2\","},
		{RECORD_RAW, 1, 1, "1",
		 "\"boot\":\"a\",\"seq\":1,\"tx\":\"901\",\"us\":1000000}\n"},
		{RECORD_RAW, 1, 2, "2",
		 "\"boot\":\"a\",\"seq\":1,\"tx\":\"902\",\"us\":2000000}\n"},
	};
	const char *const drivers[] = {"beacon", NULL};
	(void)state;
	record("peers.pitwall", drivers, rows, ARRAY_LEN(rows));
	struct session *session = load("peers.pitwall", NULL);
	assert_int_equal(session->timeline.race.car_count, 2);
	assert_int_equal(session->anomalies, 0);
	session_free(session);
}

static void a_source_without_a_driver_finds_it_in_its_bytes(void **state)
{
	static const struct row rows[] = {
		{RECORD_RAW, 1, 0, "", "{\"t\":\"he"},
		{RECORD_RAW, 1, 0, "",
		 "llo\",\"v\":1,\"id\":\"sf\",\"loop\":\"SF\",\"boot\":\"a\",\"seq\":0,"
		 "\"us\":0,\"utc\":1795348800000000}\n"},
		{RECORD_RAW, 1, 1, "", PASS("sf", "1", "901", "1000000")},
	};
	const char *const drivers[] = {"", NULL};
	(void)state;
	record("unknown.pitwall", drivers, rows, ARRAY_LEN(rows));
	struct session *session = load("unknown.pitwall", NULL);
	assert_int_equal(session->timeline.race.car_count, 1);
	session_free(session);
}

static const char *words_of(const struct session *session, uint32_t number)
{
	return decider_words(session->events.deciders, number);
}

/* Recordings of before have no names, and say nothing of it. */
static void a_recording_says_who_decided(void **state)
{
	static const struct row rows[] = {
		{RECORD_RAW, 1, 0, "",
		 HELLO("sf-1") PASS("sf-1", "1", "901", "1000000")},
		{RECORD_DECISION, 0, 5, "", ",note,,one,2026-11-22T12:01:50Z"},
		{RECORD_DECISION, 0, 6, "A. Steward",
		 ",note,,two,2026-11-22T12:01:51Z"},
		{RECORD_DECISION, 0, 7, "1764529200123-0 B (Director)",
		 ",note,,three,2026-11-22T12:01:52Z"},
		{RECORD_DECISION, 0, 8, "1764529200124-0 circuit\x1b[2J",
		 ",note,,four,2026-11-22T12:01:53Z"},
		{RECORD_DECISION, 0, 9, "1764529200125-0 here",
		 ",note,,five,2026-11-22T12:01:54Z"},
		{RECORD_DECISION, 0, 10, "1764529200126-0",
		 ",note,,six,2026-11-22T12:01:55Z"},
		{RECORD_DECISION, 0, 11, "", ",note,,seven,2026-11-22T12:01:56Z"},
	};
	static const char *const said[] = {
		"circuit",   "A. Steward", "B -Director-", "circuit[2J",
		"a console", "a console",  "circuit",      ""};
	const char *const drivers[] = {"beacon", NULL};
	(void)state;
	record("who.pitwall", drivers, rows, 2);
	struct session *session = load("who.pitwall", NULL);
	assert_string_equal(words_of(session, 1), "");
	session_free(session);
	record("who.pitwall", drivers, rows, ARRAY_LEN(rows));
	session = load("who.pitwall", NULL);
	for (uint32_t i = 0; i < ARRAY_LEN(said); i++)
		assert_string_equal(words_of(session, i + 1), said[i]);
	assert_string_equal(decider_name(session->events.deciders, 1), "");
	session_free(session);
}

static void a_decision_nobody_understands_is_an_anomaly(void **state)
{
	static const struct row rows[] = {
		{RECORD_RAW, 1, 0, "",
		 HELLO("sf-1") PASS("sf-1", "1", "901", "1000000")},
		{RECORD_DECISION, 0, 5, "", "7,time,10,,2026-11-22T12:01:50Z"},
		{RECORD_DECISION, 0, 6, "", "7,frobnicate,,,2026-11-22T12:01:50Z"},
		{RECORD_DECISION, 0, 7, "", "?901,time,10,,2026-11-22T12:00:00Z"},
	};
	const char *const drivers[] = {"beacon", NULL};
	(void)state;
	record("odd.pitwall", drivers, rows, ARRAY_LEN(rows));
	struct session *session = load("odd.pitwall", NULL);
	const struct event_list *list = &session->events;
	uint32_t i = 0;
	while (i < list->count && list->at[i].kind != EVENT_ANOMALY)
		i++;
	assert_true(i < list->count);
	assert_says(event_text(list, &list->at[i]).at,
		    "decision 2: the kind must be start, stop");
	/* The first is of a car that never came; it is told too. */
	char faults[FAULTS_MAX] = "";
	assert_int_equal(session_decision_faults(session, collect_fault, faults), 2);
	assert_says(faults, "decision 1: there is no car 7");
	assert_says(faults, "\ndecision 2: the kind must be");
	assert_says(faults, "\ndecision 3: car 901 was not in this race by then");
	session_free(session);
}

static void a_transponder_is_given_to_an_entry_in_retrospect(void **state)
{
	static const struct row rows[] = {
		{RECORD_SETUP, 0, 0, "entries", entries},
		{RECORD_RAW, 1, 0, "",
		 HELLO("sf-1") PASS("sf-1", "1", "555", "1000000")
			 PASS("sf-1", "2", "555", "101000000")},
		{RECORD_DECISION, 0, 150, "",
		 "?555,entry,number=7,,2026-11-22T12:02:30Z"},
		{RECORD_DECISION, 0, 151, "",
		 "7,entry,team=Northern,,2026-11-22T12:02:31Z"},
	};
	const char *const drivers[] = {"beacon", NULL};
	(void)state;
	record("swap.pitwall", drivers, rows, ARRAY_LEN(rows));
	struct session *session = load("swap.pitwall", NULL);
	const struct race *race = session_at(session, noon + 101 * US_S);
	uint16_t car = race_find_text(race, SLICE("7"));
	assert_int_not_equal(car, CAR_NONE);
	assert_int_equal(race->cars[car].laps, 1);
	assert_int_equal(race_find(race, ID_TRANSPONDER, SLICE("555")), car);
	assert_string_equal(race->entries[car].team, "");
	race = session_at(session, session->timeline.last_at + US_MIN);
	assert_string_equal(race->entries[car].team, "Northern");
	session_free(session);
}

/* ---- captures and sessions ------------------------------------------------------------ */

#define RUN(number_, name_) "$B," number_ ",\"" name_ "\"\r\n"
#define CAR(reg_, number_) \
	"$A,\"" reg_ "\",\"" number_ "\",90" number_ ",\"Ann\",\"A\",\"\",1\r\n"
#define CROSS(reg_, lap_, total_)                                 \
	"$G,1,\"" reg_ "\"," lap_ ",\"" total_ "\"\r\n$J,\"" reg_ \
	"\",\"00:01:00.000\",\"" total_ "\"\r\n"

static const char weekend[] = RUN("5", "Practice 1") CAR("r7", "7") CAR("r8", "8")
	CROSS("r7", "1", "00:01:00.000") CROSS("r8", "1", "00:01:02.000")
		RUN("6", "Race") CROSS("r7", "1", "00:01:01.000")
			CROSS("r7", "2", "00:02:01.000") RUN("7", "Prize giving")
				CAR("r9", "9");

static unsigned cars_of(const struct race *race)
{
	unsigned cars = 0;
	for (uint16_t i = 0; i < race->car_count; i++)
		cars += race->entries[i].merged == 0;
	return cars;
}

static void a_source_of_several_sessions_lets_one_choose(void **state)
{
	static const struct {
		const char *wanted, *name;
		uint16_t cars;
		enum session_type type;
	} cases[] = {
		{NULL, "Race", 1, SESSION_RACE},
		{"6", "Race", 1, SESSION_RACE},
		{"practice 1", "Practice 1", 2, SESSION_TIMED},
		{"5", "Practice 1", 2, SESSION_TIMED},
		{"race", "Race", 1, SESSION_RACE},
		{"timed", "Race", 1, SESSION_TIMED},
		{"#1", "Practice 1", 2, SESSION_TIMED},
		{"#2", "Race", 1, SESSION_RACE},
	};
	(void)state;
	scratch_text("weekend.log", weekend);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct options options = {.session = cases[i].wanted};
		struct session *session = load("weekend.log", &options);
		assert_string_equal(session->setup.session, cases[i].name);
		assert_int_equal(session->setup.type, cases[i].type);
		assert_int_equal(cars_of(&session->timeline.race), cases[i].cars);
		assert_int_equal(session->run_count, 3);
		assert_string_equal(session->runs[0].name, "Practice 1");
		assert_int_equal(session->runs[0].cars, 2);
		/* The source names its cars once. */
		uint16_t car = race_find_text(&session->timeline.race, SLICE("7"));
		assert_int_not_equal(car, CAR_NONE);
		session_free(session);
	}
	const struct options none = {
		.sources = {"weekend.log"}, .source_count = 1, .session = "Warm-up"};
	struct session *session = NULL;
	struct err err = {""};
	assert_int_equal(try_load(&none, &session, &err), -EINVAL);
	assert_says(err.text, "no session \"Warm-up\"; it has 5 Practice 1, 6 Race, 7");
	session = load("weekend.log?session=5", NULL);
	assert_string_equal(session->setup.session, "Practice 1");
	session_free(session);
}

/* The feeds screen counts what its log lists. */
#define FAULT "$J,\"r7\",\"rubbish\",\"rubbish\"\r\n"
static const char faulty[] = RUN("5", "Practice 1") CAR("r7", "7")
	FAULT CROSS("r7", "1", "00:01:00.000") FAULT RUN("6", "Race")
		CROSS("r7", "1", "00:01:01.000") CROSS("r7", "2", "00:02:01.000")
			RUN("7", "Race 2") CROSS("r7", "1", "00:01:02.000")
				FAULT CROSS("r7", "2", "00:02:01.000");

static void anomalies_are_those_of_the_session_shown(void **state)
{
	struct err err = {""};
	(void)state;
	scratch_text("faulty.log", faulty);
	struct session *session = load("faulty.log", NULL);
	assert_int_equal(session->run_count, 3);
	for (unsigned run = 0; run < session->run_count; run++) {
		struct view view = {0};
		uint32_t counted = 0, received = 0;
		assert_int_equal(session_choose(session, run, &err), 0);
		session_view(session, &view);
		for (unsigned kind = 0; kind < ANOMALY_COUNT; kind++)
			counted += view.race->anomalies[kind];
		assert_true(counted > 0);
		assert_int_equal(counted,
				 view.anomaly_log_count + view.race->fault_count);
		for (uint32_t i = 0; i < session->events.count; i++)
			received += session->events.at[i].kind == EVENT_ANOMALY;
		assert_int_equal(view.anomaly_log_count, received);
	}
	session_free(session);
}

static unsigned runs_of_file(const char *path)
{
	struct session *session = load(path, NULL);
	unsigned count = session->run_count;
	assert_string_equal(session->runs[0].name, "Session 0");
	assert_int_equal(session->runs[0].cars, 1);
	assert_string_equal(session->runs[1].name, "Race");
	assert_int_equal(session->runs[1].cars, 1);
	session_free(session);
	return count;
}

struct feeding {
	struct session *session;
	unsigned most; /* bytes of a row fed at once */
};

/** Feed a row as it would arrive. */
static int feed_live(void *context, const struct record_row *row)
{
	const struct feeding *feeding = context;
	struct record_row piece = *row;
	struct err err = {""};
	for (size_t i = 0; i < row->bytes.len; i += piece.bytes.len) {
		piece.bytes.at = row->bytes.at + i;
		piece.bytes.len = row->bytes.len - i;
		if (row->type == RECORD_RAW && piece.bytes.len > feeding->most)
			piece.bytes.len = feeding->most;
		if (session_feed(feeding->session, &piece, &err) != 0 ||
		    session_settle(feeding->session, &err) != 0)
			fail_msg("%s", err.text);
	}
	return 0;
}

/** As `-o FILE` that resumes, and as one that follows. */
static unsigned runs_of_live(const char *path, unsigned most)
{
	const struct session_source source = {.shown = path,
					      .named = "",
					      .wanted = "",
					      .recording = true,
					      .live = true};
	const struct options options = {.source_count = 0};
	struct record_source sources[2];
	struct feeding feeding = {NULL, most};
	struct record *record = NULL;
	struct err err = {""};
	int count = 0;
	assert_int_equal(record_open(path, &record, &err), 0);
	assert_int_equal(record_sources(record, sources, 2, &count, &err), 0);
	assert_int_equal(session_open(&options, &source, &feeding.session, &err), 0);
	for (int i = 0; i < count; i++)
		(void)session_source_add(feeding.session, &sources[i]);
	assert_int_equal(record_read(record, feed_live, &feeding, &err), 0);
	assert_false(session_again(feeding.session));
	unsigned runs = feeding.session->run_count;
	assert_int_equal(feeding.session->run, runs - 1);
	session_free(feeding.session);
	assert_int_equal(record_close(record, &err), 0);
	return runs;
}

/* A file of laps was converted, then a live source was recorded behind it. */
static void a_live_source_behind_a_file_of_laps_begins_a_session(void **state)
{
	static const struct row rows[] = {
		{RECORD_RAW, 1, 0, "",
		 "NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR;CLASS;\n"
		 "7;1;1:40.000;1:40.000;12:01:40.000;GT;\n"
		 "7;2;1:40.000;3:20.000;12:03:20.000;GT;\n"},
		{RECORD_LINK, 2, 600, "", "up"},
		{RECORD_RAW, 2, 601, "",
		 RUN("6", "Race") CAR("r8", "8") CROSS("r8", "1", "00:01:00.000")},
		{RECORD_RAW, 2, 661, "", CROSS("r8", "2", "00:02:00.000")},
	};
	const char *const drivers[] = {"alkamel", "rmonitor", NULL};
	const struct options again = {.sources = {"behind.pitwall"},
				      .source_count = 1,
				      .output = "behind2.pitwall"};
	(void)state;
	record("behind.pitwall", drivers, rows, ARRAY_LEN(rows));
	assert_int_equal(runs_of_file("behind.pitwall"), 2);
	assert_int_equal(convert_run(&again), EXIT_DONE);
	assert_int_equal(runs_of_file("behind2.pitwall"), 2);
	assert_int_equal(runs_of_live("behind.pitwall", UINT32_MAX), 2);
	assert_int_equal(runs_of_live("behind.pitwall", 7), 2);
}

static void a_file_that_goes_on_behind_a_stream_is_read_whole(void **state)
{
	static const struct row rows[] = {
		{RECORD_RAW, 1, 0, "",
		 "NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR;CLASS;\n"
		 "7;1;1:40.000;1:40.000;12:01:40.000;GT;\n7;2;1:4"},
		{RECORD_RAW, 2, 601, "", CAR("r8", "8")},
		{RECORD_RAW, 1, 602, "", "0.000;3:20.000;12:03:20.000;GT;\n"},
	};
	const char *const drivers[] = {"alkamel", "rmonitor", NULL};
	(void)state;
	record("apart.pitwall", drivers, rows, ARRAY_LEN(rows));
	struct session *session = load("apart.pitwall", NULL);
	const struct race *race = &session->timeline.race;
	assert_int_equal(race->cars[race_find_text(race, SLICE("7"))].laps, 2);
	assert_int_equal(session->anomalies, 0);
	session_free(session);
}

static void files_that_received_one_race_are_put_together(void **state)
{
	static const char other[] =
		"{\"t\":\"hello\",\"v\":1,\"id\":\"sf-2\",\"loop\":\"SF\","
		"\"boot\":\"a\",\"seq\":0,\"us\":0,"
		"\"utc\":1795348800000000}\n" PASS("sf-2", "1", "902", "3000000");
	const struct options both = {.sources = {"one.jsonl", "two.jsonl"},
				     .source_count = 2};
	struct session *session = NULL;
	struct err err = {""};
	(void)state;
	scratch_text("one.jsonl", HELLO("sf-1") PASS("sf-1", "1", "901", "1000000"));
	scratch_text("two.jsonl", other);
	assert_int_equal(try_load(&both, &session, &err), 0);
	assert_int_equal(session->timeline.race.car_count, 2);
	assert_int_equal(session->events.at[0].source + session->events.at[1].source,
			 1);
	session_free(session);
	const struct options odd = {.sources = {"one.jsonl", "race.pitwall"},
				    .source_count = 2};
	record("race.pitwall", two_beacons, race_rows, ARRAY_LEN(race_rows));
	assert_int_equal(try_load(&odd, &session, &err), -EINVAL);
	assert_says(err.text, "race.pitwall: a recording is read alone");
	const struct options first = {.sources = {"race.pitwall", "one.jsonl"},
				      .source_count = 2};
	assert_int_equal(try_load(&first, &session, &err), -EINVAL);
	assert_says(err.text, "race.pitwall: is read alone");
	const struct options laps = {.sources = {"one.jsonl", "laps.csv"},
				     .source_count = 2};
	scratch_text("laps.csv", "NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR;CLASS;\n"
				 "7;1;1:40.000;1:40.000;12:01:40.000;GT;\n");
	assert_int_equal(try_load(&laps, &session, &err), -EINVAL);
	assert_says(err.text, "laps.csv: a file of laps is read alone");
}

static void a_capture_tells_when_it_was_received(void **state)
{
	static char text[4096];
	struct slice rest = slice_of(weekend);
	size_t len = 0;
	(void)state;
	for (unsigned second = 0; rest.len > 0; second++) {
		struct slice line = slice_trim(slice_cut(&rest, '\n'));
		len += text_format(text + len, sizeof(text) - len,
				   "2026-11-22T12:%02u:%02uZ %.*s\r\n", second / 60,
				   second % 60, (int)line.len, line.at);
	}
	scratch_text("marked.log", text);
	const struct options options = {.session = "5"};
	struct session *session = load("marked.log", &options);
	assert_false(session->setup.floating);
	assert_int_equal(cars_of(&session->timeline.race), 2);
	for (uint32_t i = 0; i < session->events.count; i++)
		if (session->events.at[i].kind == EVENT_PASSING)
			assert_true(session->events.at[i].received_at >= noon &&
				    session->events.at[i].received_at < noon + US_MIN);
	session_free(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_received_and_decided_is_the_race_again),
		cmocka_unit_test(convert_keeps_sources_connections_and_decisions),
		cmocka_unit_test(
			the_sources_of_a_recording_are_shown_with_their_counts),
		cmocka_unit_test(a_connection_that_broke_is_not_glued_to_the_next),
		cmocka_unit_test(senders_of_one_source_are_read_apart),
		cmocka_unit_test(a_source_without_a_driver_finds_it_in_its_bytes),
		cmocka_unit_test(a_recording_says_who_decided),
		cmocka_unit_test(a_decision_nobody_understands_is_an_anomaly),
		cmocka_unit_test(a_transponder_is_given_to_an_entry_in_retrospect),
		cmocka_unit_test(a_source_of_several_sessions_lets_one_choose),
		cmocka_unit_test(anomalies_are_those_of_the_session_shown),
		cmocka_unit_test(a_live_source_behind_a_file_of_laps_begins_a_session),
		cmocka_unit_test(a_file_that_goes_on_behind_a_stream_is_read_whole),
		cmocka_unit_test(files_that_received_one_race_are_put_together),
		cmocka_unit_test(a_capture_tells_when_it_was_received),
	};
	return cmocka_run_group_tests(tests, enter, leave);
}
