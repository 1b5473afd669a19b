/*
 * rmonitor.c -- real captures of RMonitor become the races they tell of
 *
 * What is asked of every capture is computed from its bytes by a search that knows
 * nothing of the reader; what is known of single ones is in SOURCES.md beside them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kept.h"
#include "sim.h"
#include "rmonitor_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct capture {
	const char *name;
	unsigned cars, sessions;
};
static const struct capture captures[] = {
	{"1h_Record_test.txt", 1, 1},
	{"TestAbnormalReset.txt", 52, 1},
	{"TestEntries.txt", 48, 1},
	{"TestFlagtronicsPurple.txt", 1, 0},
	{"TestGap.txt", 76, 1},
	{"TestInitialPositions.txt", 48, 0},
	{"TestMidRaceClassChange.txt", 1, 1},
	{"TestMissingLaps.txt", 75, 1},
	{"TestResetRetainLapTime.txt", 52, 1},
	{"TestStart.txt", 52, 1},
	{"club-race-17-cars.log", 17, 1},
	{"leaderboard-recording_2.txt", 40, 3},
};

static char *load(struct read *read, struct naive *naive, const char *name)
{
	size_t len;
	char *bytes = read_capture(name, &len);
	if (!bytes) {
		printf("# %s: the data is not here\n", name);
		skip();
	}
	read_race(read, (struct slice){bytes, len});
	naive_read(naive, (struct slice){bytes, len});
	return bytes;
}

static unsigned cars_of(const struct race *race)
{
	unsigned cars = 0;
	for (uint16_t i = 0; i < race->car_count; i++)
		cars += race->entries[i].merged == 0;
	return cars;
}

static const struct car *find(const struct race *race, const char *reg,
			      const char *name)
{
	uint16_t car = race_find(race, ID_REGISTRATION, slice_of(reg));
	if (car == CAR_NONE)
		fail_msg("%s: no car %s", name, reg);
	return &race->cars[car];
}

/* Laps as a classification has them: driven, and what was taken away. */
static long counted(const struct race *race, const struct car *car)
{
	long laps = (long)car->laps;
	for (uint16_t i = 0; i < race->decision_count; i++)
		if (race->decisions[i].kind == DECISION_LAPS &&
		    &race->cars[race->decisions[i].car] == car)
			laps += (long)race->decisions[i].value;
	return laps;
}

static void laps_are_those_of_the_last_standing(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		const char *name = captures[i].name;
		struct read read;
		struct naive naive;
		char *bytes = load(&read, &naive, name);
		const struct race *race = read_now(&read);
		unsigned wrong = 0;
		if (cars_of(race) != captures[i].cars ||
		    read.sessions != captures[i].sessions)
			printf("# %s: %u cars in %u sessions\n", name, cars_of(race),
			       read.sessions);
		for (unsigned k = 0; k < naive.count; k++) {
			const struct naive_car *n = &naive.cars[k];
			const struct car *car = find(race, n->reg, name);
			long wanted = n->laps + (long)n->ahead;
			/* A car that never came round has no laps to take away. */
			if (counted(race, car) != wanted &&
			    (car->laps != 0 || wanted > 0)) {
				printf("# %s: car %s has %ld laps, last $G %ld\n", name,
				       n->reg, counted(race, car), wanted);
				wrong++;
			}
		}
		assert_int_equal(wrong, 0);
		assert_int_equal(cars_of(race), captures[i].cars);
		assert_int_equal(read.sessions, captures[i].sessions);
		read_end(&read);
		free(bytes);
	}
}

static void penalties_show_in_totals_and_in_no_lap(void **unused)
{
	struct read read;
	struct naive naive;
	char *bytes = load(&read, &naive, "club-race-17-cars.log");
	const struct race *race = read_now(&read);
	struct rules rules = {.name = "plain"};
	static struct classification result;
	unsigned decisions = 0;
	(void)unused;
	classify(race, &read.timeline.tables, &rules, &result);
	for (unsigned k = 0; k < naive.count; k++) {
		const struct naive_car *n = &naive.cars[k];
		uint16_t car = race_find(race, ID_REGISTRATION, slice_of(n->reg));
		const struct result *row = &result.rows[result.row_of[car]];
		if (n->laps == 0)
			continue;
		/* What drove over the line, and what the feed says it is worth. */
		assert_int_equal(race_elapsed(race, race->cars[car].sf_at) / US_MS,
				 n->passing_ms);
		assert_int_equal(row->total / US_MS, n->total_ms);
		assert_int_equal(n->total_ms - n->passing_ms,
				 strcmp(n->reg, "55") == 0 ? 10000 : 0);
	}
	for (uint16_t i = 0; i < race->decision_count; i++)
		decisions += race->decisions[i].kind == DECISION_TIME;
	assert_int_equal(decisions, 1);
	read_end(&read);
	free(bytes);
}

static void the_club_race_is_known_as_its_feed_tells_it(void **unused)
{
	struct read read;
	struct naive naive;
	char *bytes = load(&read, &naive, "club-race-17-cars.log");
	const struct race *race = read_now(&read);
	uint16_t car = race_find(race, ID_NUMBER, SLICE("26"));
	const struct entry *entry = &race->entries[car];
	const struct race_class *class = &race->classes[entry->class_index];
	(void)unused;
	assert_int_equal(race->class_count, 7);
	assert_string_equal(entry->drivers[0], "Michael BARRON");
	assert_string_equal(class->name, "Modsports D");
	/* Another decoder's transponder is the same car. */
	assert_int_equal(race_find(race, ID_TRANSPONDER, SLICE("NE4")), car);
	assert_int_equal(race->flag, FLAG_FINISH);
	assert_int_not_equal(race->finish_at, INSTANT_NONE);
	/* 14:26:16 in British summer time. */
	assert_int_equal(race->start_at, civil_to_instant(2026, 4, 18) + 13 * US_HOUR +
						 26 * US_MIN + 16 * US_S);
	assert_int_equal(race->anomalies[ANOMALY_FORMAT], 0);
	assert_int_equal(race->anomalies[ANOMALY_FIELD], 0);
	assert_int_equal(race->anomalies[ANOMALY_UNKNOWN], 0);
	/* Each $J is one lap: none is made up, none counted twice. */
	assert_int_equal(read_count(&read.last, EVENT_PASSING), 171);
	read_end(&read);
	free(bytes);
}

static void every_passing_is_one_lap_with_its_time(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		const char *name = captures[i].name;
		struct read read;
		struct naive naive;
		char *bytes = load(&read, &naive, name);
		unsigned timed = 0, wanted = 0, old = 0;
		for (unsigned k = 0; k < naive.count; k++)
			wanted += naive.cars[k].passings;
		for (uint32_t k = 0; k < read.last.count; k++) {
			const struct event *event = &read.last.at[k];
			/* A value of 0 begins the first lap. */
			timed += event->kind == EVENT_PASSING &&
				 event->value != DURATION_NONE && event->value != 0;
			old += event->kind == EVENT_ANOMALY &&
			       event->field == ANOMALY_REPEATED;
		}
		/* Told again, days or milliseconds after: counted once. */
		if (timed + old != wanted)
			fail_msg("%s: %u passings and %u old ones of %u", name, timed,
				 old, wanted);
		read_end(&read);
		free(bytes);
	}
}

static void missing_laps_are_rows_without_a_time(void **unused)
{
	struct read read;
	struct naive naive;
	char *bytes = load(&read, &naive, "TestAbnormalReset.txt");
	const struct race *race = read_now(&read);
	uint16_t car = race_find(race, ID_REGISTRATION, SLICE("60"));
	uint32_t row = race->cars[car].lap_row;
	unsigned rows = 0, unknown = 0;
	(void)unused;
	/* Joined on lap 16; lap 17 was received, and timed again. */
	assert_int_equal(race->cars[car].laps, 17);
	for (; row != 0; row = read.timeline.tables.laps[row - 1].prev) {
		const struct lap_row *lap = &read.timeline.tables.laps[row - 1];
		rows++;
		unknown += lap->time == DURATION_NONE;
		if (lap->lap == 17)
			assert_int_equal(lap->time, 174952 * US_MS);
		else
			assert_int_not_equal(lap->bits & LAP_REPAIRED, 0);
	}
	/* The laps before that nobody saw have no rows. */
	assert_int_equal(rows, 2);
	assert_int_equal(unknown, 1);
	read_end(&read);
	free(bytes);
}

/* Where the source contradicts itself, or its stream ends between two of its records. */
static const struct {
	const char *capture, *reg, *why;
} differences[] = {
	{"TestAbnormalReset.txt", "91", "a $J without its $G: the stream ends"},
	{"TestGap.txt", "17", "$H numbers the lap 52 that $G counts as 51"},
};

static bool differs(const char *capture, const struct naive_car *n, const char *what)
{
	for (size_t i = 0; i < ARRAY_LEN(differences); i++)
		if (strcmp(differences[i].capture, capture) == 0 &&
		    strcmp(differences[i].reg, n->reg) == 0) {
			printf("# %s: car %s, %s: %s\n", capture, n->reg, what,
			       differences[i].why);
			return true;
		}
	return false;
}

/* Laps and total as they are classified, the best lap, against the last $G and $H. */
static bool says_the_same(const struct race *race, const struct result *row,
			  const struct naive_car *n, const char *name)
{
	const struct car *car = &race->cars[row->car];
	long laps = n->laps < 0 ? 0 : n->laps;
	bool best = n->best_ms > 0 && n->best_ms % 3600000 != 3599999;
	if ((long)row->laps != laps && !differs(name, n, "laps"))
		return false;
	if (laps > 0 && (long)row->laps == laps && n->total_ms > 0 &&
	    row->total / US_MS != n->total_ms && !differs(name, n, "total"))
		return false;
	if (best != (car->lap_best != DURATION_NONE) && !differs(name, n, "best lap"))
		return false;
	return !best ||
	       (car->lap_best / US_MS == n->best_ms &&
		(long)car->lap_best_number == n->best_lap) ||
	       differs(name, n, "best lap");
}

static void the_result_is_what_the_source_says_of_its_race(void **unused)
{
	static struct classification list;
	const struct rules rules = {.name = "plain", .list = LIST_BY_LAPS};
	unsigned wrong = 0;
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		const char *name = captures[i].name;
		struct read read;
		struct naive naive;
		char *bytes = load(&read, &naive, name);
		const struct race *race = read_now(&read);
		const struct naive_car *before = NULL;
		unsigned compared = 0;
		classify(race, &read.timeline.tables, &rules, &list);
		for (uint32_t k = 0; k < list.count; k++) {
			const struct result *row = &list.rows[k];
			const struct naive_car *n = NULL;
			for (unsigned c = 0; c < naive.count && !n; c++)
				if (race_find(race, ID_REGISTRATION,
					      slice_of(naive.cars[c].reg)) == row->car)
					n = &naive.cars[c];
			if (!n)
				continue;
			compared++;
			bool order = !before || row->laps == 0 ||
				     before->laps > n->laps ||
				     (before->laps == n->laps &&
				      before->total_ms <= n->total_ms) ||
				     differs(name, n, "order");
			before = n;
			if (says_the_same(race, row, n, name) && order)
				continue;
			wrong++;
			printf("# %s: car %s: %u laps in %lld ms, best %lld on %u; "
			       "last "
			       "$G %ld in %lld, last $H %lld on %ld%s\n",
			       name, n->reg, (unsigned)row->laps,
			       (long long)(row->total / US_MS),
			       (long long)(race->cars[row->car].lap_best / US_MS),
			       (unsigned)race->cars[row->car].lap_best_number, n->laps,
			       n->total_ms, n->best_ms, n->best_lap,
			       order ? "" : "; out of order");
		}
		printf("# %s: %u of %u cars compared\n", name, compared, naive.count);
		read_end(&read);
		free(bytes);
	}
	assert_int_equal(wrong, 0);
}

static void laps_that_were_taken_away_are_decisions(void **unused)
{
	struct read read;
	struct naive naive;
	char *bytes = load(&read, &naive, "TestMissingLaps.txt");
	const struct race *race = read_now(&read);
	const struct car *car = find(race, "92", "TestMissingLaps.txt");
	(void)unused;
	/* It has driven nine laps, and starts from 21 below zero. */
	assert_int_equal(car->laps, 9);
	assert_int_equal(counted(race, car), -12);
	read_end(&read);
	free(bytes);
}

static void a_class_that_is_renamed_moves_its_cars(void **unused)
{
	struct read read;
	struct naive naive;
	char *bytes = load(&read, &naive, "TestMidRaceClassChange.txt");
	const struct race *race = read_now(&read);
	uint16_t car = race_find(race, ID_NUMBER, SLICE("55"));
	(void)unused;
	assert_string_equal(race->classes[race->entries[car].class_index].name, "GP2");
	assert_string_equal(race->entries[car].team, "AOA Racing");
	read_end(&read);
	free(bytes);
}

static void a_dump_in_mid_race_changes_no_lap(void **unused)
{
	/* TestStart: a first start was called back, and the second counted down to. */
	static const struct {
		const char *name;
		unsigned starts;
		instant_us start_at; /* since midnight UTC */
		duration_us length;
	} cases[] = {
		{"TestResetRetainLapTime.txt", 1, 14 * 3600, 8 * US_HOUR},
		{"TestStart.txt", 2, 14 * 3600, 8 * US_HOUR},
		{"TestGap.txt", 1, 14 * 3600, 7 * US_HOUR},
	};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct read read;
		struct naive naive;
		char *bytes = load(&read, &naive, cases[i].name);
		const struct race *race = read_now(&read);
		unsigned lengths = 0;
		for (uint32_t k = 0; k < read.list.count; k++)
			if (read.list.at[k].kind == EVENT_SESSION &&
			    read.list.at[k].value != 0) {
				assert_int_equal(read.list.at[k].value,
						 cases[i].length);
				lengths++;
			}
		assert_int_equal(lengths, 1);
		assert_int_equal(read_count(&read.list, EVENT_SESSION), 2);
		assert_int_equal(read_count(&read.list, EVENT_START), cases[i].starts);
		assert_int_equal(race->start_at % US_DAY / US_S, cases[i].start_at);
		assert_int_equal(race->anomalies[ANOMALY_FIELD], 0);
		read_end(&read);
		free(bytes);
	}
}

/* ---- our own streams: every record of every dialect -------------------------------- */

static int keep(void *context, const char *bytes, size_t len)
{
	struct slice *into = context;
	memcpy((char *)(uintptr_t)into->at + into->len, bytes, len);
	into->len += len;
	return 0;
}

enum { STREAM_MAX = 4 * 1024 * 1024, PASSINGS_MAX = 16 * 1024 };

static struct slice simulated(bool extended)
{
	static struct sim_race sim;
	char buf[4096];
	struct slice stream = {calloc(1, STREAM_MAX), 0};
	struct out out = {keep, &stream, buf, 0, sizeof(buf), 0, false};
	struct err err;
	assert_non_null(stream.at);
	memset(&sim, 0, sizeof(sim));
	sim.passings = calloc(PASSINGS_MAX, sizeof(*sim.passings));
	sim.passings_max = PASSINGS_MAX;
	assert_non_null(sim.passings);
	assert_int_equal(sim_plausible(&sim, 20, 4, 2, 7 * US_MIN, &err), 0);
	sim_write_rmonitor(&out, &sim, extended);
	assert_int_equal(out_flush(&out), 0);
	free(sim.passings);
	return stream;
}

static void a_stream_of_every_record_gives_these_events(void **unused)
{
	static const char *const records[] = {
		"$F,",  "$A,",   "$COMP,", "$B,",    "$C,",    "$E,",     "$G,",
		"$H,",  "$I,",   "$J,",    "$COR,",  "$L,",    "$T,",     "$SP,",
		"$SR,", "$RMS,", "$RMHL,", "$RMLT,", "$RMCA,", "$RMDTL,", "$RMRDQ",
	};
	(void)unused;
	for (unsigned extended = 0; extended < 2; extended++) {
		struct slice stream = simulated(extended == 1), json;
		char buf[4096];
		struct read read;
		json = (struct slice){calloc(1, STREAM_MAX), 0};
		struct out out = {keep, &json, buf, 0, sizeof(buf), 0, false};

		for (size_t i = 0; i < ARRAY_LEN(records) && extended; i++)
			if (!strstr(stream.at, records[i]))
				fail_msg("no %s in the stream", records[i]);
		read_race(&read, stream);
		for (uint32_t i = 0; i < read.list.count; i++)
			if (read.list.at[i].kind != EVENT_HEARTBEAT)
				encode_event_json(&out, &read.list, &read.list.at[i]);
		assert_int_equal(out_flush(&out), 0);
		kept_same(extended ? "rmonitor_extended.jsonl" : "rmonitor.jsonl",
			  json);
		read_end(&read);
		free((void *)(uintptr_t)json.at);
		free((void *)(uintptr_t)stream.at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(laps_are_those_of_the_last_standing),
		cmocka_unit_test(penalties_show_in_totals_and_in_no_lap),
		cmocka_unit_test(the_club_race_is_known_as_its_feed_tells_it),
		cmocka_unit_test(every_passing_is_one_lap_with_its_time),
		cmocka_unit_test(missing_laps_are_rows_without_a_time),
		cmocka_unit_test(the_result_is_what_the_source_says_of_its_race),
		cmocka_unit_test(laps_that_were_taken_away_are_decisions),
		cmocka_unit_test(a_class_that_is_renamed_moves_its_cars),
		cmocka_unit_test(a_dump_in_mid_race_changes_no_lap),
		cmocka_unit_test(a_stream_of_every_record_gives_these_events),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
