/*
 * test_sim.c -- what was simulated comes back: crossings are written in each
 * protocol, decoded, folded and judged, and held against the crossings themselves
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "folded.h"

#include <stdlib.h>
#include <string.h>

/* What the crossings say of a car, counted here and not by the fold. */
struct truth {
	duration_us total, best;
	uint32_t laps, stops, best_lap;
	uint16_t car;
	enum result_status status;
};

static struct sim_race sim;
static struct folded folded;

static instant_us truth_finish(void)
{
	for (uint32_t i = 0; i < sim.flag_count; i++)
		if (sim.flags[i].flag == FLAG_FINISH)
			return sim.flags[i].from_at;
	fail_msg("a simulated race has a finish");
	abort();
}

static void truth_of(struct truth *truth)
{
	instant_us before[SIM_CARS_MAX];
	bool from_track[SIM_CARS_MAX] = {false}; /* not from the signal, not the lane */
	instant_us finish = truth_finish();
	uint32_t most = 0;
	for (uint16_t car = 0; car < sim.car_count; car++) {
		before[car] = sim.setup.start_at;
		truth[car] = (struct truth){
			.car = car,
			.total = DURATION_NONE,
			.best = DURATION_NONE,
			.status = STATUS_DNF,
		};
	}
	for (uint32_t i = 0; i < sim.passing_count; i++) {
		const struct sim_passing *p = &sim.passings[i];
		struct truth *t = &truth[p->car];
		duration_us lap = p->at - before[p->car];
		bool counts = from_track[p->car] && p->line == LINE_SF;
		if (p->line != LINE_SF && p->line != LINE_SF_PIT)
			continue;
		before[p->car] = p->at;
		from_track[p->car] = p->line == LINE_SF;
		t->laps++;
		t->stops += p->line == LINE_SF_PIT;
		t->total = p->at - sim.setup.start_at;
		if (counts && (t->best == DURATION_NONE || lap < t->best)) {
			t->best = lap;
			t->best_lap = t->laps;
		}
		if (p->at >= finish)
			t->status = STATUS_CLASSIFIED;
		if (t->laps > most)
			most = t->laps;
	}
	for (uint16_t car = 0; car < sim.car_count; car++)
		if (truth[car].status == STATUS_CLASSIFIED &&
		    truth[car].laps < most * 3 / 4)
			truth[car].status = STATUS_NC;
}

static int truth_compare(const void *left, const void *right)
{
	const struct truth *a = left, *b = right;
	if (a->status != b->status)
		return a->status < b->status ? -1 : 1;
	if (a->laps != b->laps)
		return a->laps > b->laps ? -1 : 1;
	return (a->total > b->total) - (a->total < b->total);
}

/* @with_idle: a car without a lap is there; a lap file cannot name it. */
static void result_is_the_truth(uint64_t seed, bool with_idle)
{
	static struct truth truth[SIM_CARS_MAX];
	uint32_t row = 0;
	truth_of(truth);
	qsort(truth, sim.car_count, sizeof(truth[0]), truth_compare);
	for (uint32_t i = 0; i < sim.car_count; i++) {
		const struct truth *t = &truth[i];
		const struct result *r = &folded.result.rows[row];
		const struct car *car = &folded.race.cars[r->car];
		if (t->laps == 0 && !with_idle)
			continue;
		row++;
		if (strcmp(folded.race.entries[r->car].number,
			   sim.cars[t->car].number) != 0 ||
		    r->status != t->status || r->laps != t->laps ||
		    r->total != t->total)
			fail_msg(
				"seed %llu, row %u: car %s %s with %u laps in %lld, in "
				"truth car %s %s with %u laps in %lld",
				(unsigned long long)seed, (unsigned)row,
				folded.race.entries[r->car].number,
				status_name(r->status), (unsigned)r->laps,
				(long long)r->total, sim.cars[t->car].number,
				status_name(t->status), (unsigned)t->laps,
				(long long)t->total);
		assert_int_equal(car->lap_best, t->best);
		assert_int_equal(car->lap_best_number, t->best_lap);
		assert_int_equal(car->stops, t->stops);
		assert_string_equal(folded.race.entries[r->car].team,
				    sim.cars[t->car].team);
	}
	assert_int_equal(folded.result.count, row);
}

static void a_race_written_as_beacon_lines_comes_back(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct bytes bytes;
		struct out out = bytes_out(&bytes);
		sim_begin(&sim, seed, 24, 4, 3 * US_HOUR);
		sim_write_beacon(&out, &sim, LINE_NONE);
		assert_int_equal(out_flush(&out), 0);
		folded_beacon(&folded, &sim, (struct slice){bytes.at, bytes.len});
		result_is_the_truth(seed, true);
		assert_int_equal(folded.race.finish_at, truth_finish());
		for (unsigned i = 0; i < ANOMALY_COUNT; i++)
			assert_int_equal(folded.race.anomalies[i], 0);
		folded_end(&folded);
		bytes_end(&bytes);
		sim_end(&sim);
	}
}

static void a_race_written_as_an_al_kamel_file_comes_back(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct bytes bytes;
		struct out out = bytes_out(&bytes);
		sim_begin(&sim, seed, 24, 4, 3 * US_HOUR);
		sim_write_alkamel(&out, &sim);
		assert_int_equal(out_flush(&out), 0);
		folded_alkamel(&folded, (struct slice){bytes.at, bytes.len});
		result_is_the_truth(seed, false);
		assert_int_equal(folded.info.anomalies, 0);
		folded_end(&folded);
		bytes_end(&bytes);
		sim_end(&sim);
	}
}

static const struct event *first_of(enum event_kind kind)
{
	for (uint32_t i = 0; i < folded.list.count; i++)
		if (folded.list.at[i].kind == kind)
			return &folded.list.at[i];
	fail_msg("there is no %s", event_kind_name(kind));
	abort();
}

static void weather_words_and_the_clock_come_back(void **unused)
{
	static const char words[] = "Car 7 spins at the \"Dunlop\": \xc3\xa9\\";
	struct bytes bytes;
	struct out out = bytes_out(&bytes);
	char text[160];
	(void)unused;
	sim_begin(&sim, 5, 6, 2, 30 * US_MIN);
	sim.setup.clock_at = sim.setup.start_at - 10 * US_S;
	sim.notes[0] = (struct sim_note){
		.at = sim.setup.start_at - 5 * US_MIN,
		.kind = EVENT_WEATHER,
		.field = WEATHER_TRACK_STATE,
		.value = 2,
		.car = CAR_NONE,
	};
	sim.notes[1] = (struct sim_note){
		.at = sim.setup.start_at + US_MIN,
		.kind = EVENT_MESSAGE,
		.car = 0,
	};
	text_copy(sim.notes[1].text, sizeof(sim.notes[1].text), slice_of(words));
	sim.note_count = 2;
	sim_write_beacon(&out, &sim, LINE_NONE);
	assert_int_equal(out_flush(&out), 0);
	folded_beacon(&folded, &sim, (struct slice){bytes.at, bytes.len});
	assert_int_equal(first_of(EVENT_START)->value, sim.setup.clock_at);
	assert_int_equal(first_of(EVENT_WEATHER)->at, sim.notes[0].at);
	assert_int_equal(first_of(EVENT_WEATHER)->field, WEATHER_TRACK_STATE);
	assert_int_equal(folded.race.weather[WEATHER_TRACK_STATE], 2);
	text_copy(text, sizeof(text),
		  event_text(&folded.list, first_of(EVENT_MESSAGE)));
	assert_string_equal(text, words);
	assert_string_equal(first_of(EVENT_MESSAGE)->id, sim.cars[0].transponder);
	folded_end(&folded);
	bytes_end(&bytes);
	sim_end(&sim);
}

/* Six beacons and race control, each on its own connection, are one race. */
static void the_beacons_written_apart_say_what_they_say_together(void **unused)
{
	static const uint8_t lines[] = {
		LINE_SF, 1, 2, LINE_PIT_IN, LINE_PIT_OUT, LINE_SF_PIT, SIM_CONTROL};
	struct bytes all, each;
	size_t sum = 0;
	(void)unused;
	sim_begin(&sim, 3, 12, 2, US_HOUR);
	struct out out = bytes_out(&all);
	sim_write_beacon(&out, &sim, LINE_NONE);
	out_flush(&out);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct slice rest, big = {all.at, all.len};
		out = bytes_out(&each);
		sim_write_beacon(&out, &sim, lines[i]);
		out_flush(&out);
		sum += each.len;
		/* Its lines stand among those of all, in the same order. */
		rest = (struct slice){each.at, each.len};
		while (rest.len > 0) {
			struct slice line = slice_cut(&rest, '\n');
			bool found = false;
			while (!found && big.len > 0)
				found = slice_eq(slice_cut(&big, '\n'), line);
			assert_true(found);
		}
		bytes_end(&each);
	}
	assert_int_equal(sum, all.len);
	bytes_end(&all);
	sim_end(&sim);
}

static void a_seed_is_a_race_and_another_seed_another(void **unused)
{
	struct bytes a, b;
	(void)unused;
	sim_begin(&sim, 42, 20, 4, US_HOUR);
	struct out out = bytes_out(&a);
	sim_write_beacon(&out, &sim, LINE_NONE);
	out_flush(&out);
	sim_end(&sim);
	sim_begin(&sim, 42, 20, 4, US_HOUR);
	out = bytes_out(&b);
	sim_write_beacon(&out, &sim, LINE_NONE);
	out_flush(&out);
	sim_end(&sim);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.at, b.at, a.len);
	bytes_end(&b);
	sim_begin(&sim, 43, 20, 4, US_HOUR);
	out = bytes_out(&b);
	sim_write_beacon(&out, &sim, LINE_NONE);
	out_flush(&out);
	sim_end(&sim);
	assert_true(a.len != b.len || memcmp(a.at, b.at, a.len) != 0);
	bytes_end(&a);
	bytes_end(&b);
}

/* The bytes are pinned: integers alone, so every machine writes the same. */
static void the_first_race_is_the_same_on_every_machine(void **unused)
{
	uint64_t sum = 0;
	(void)unused;
	sim_begin(&sim, 2003, 35, 4, 6 * US_HOUR);
	for (uint32_t i = 0; i < sim.passing_count; i++) {
		const struct sim_passing *p = &sim.passings[i];
		sum = sum * 31 + (uint64_t)p->at + 131 * (uint64_t)p->line +
		      977 * (uint64_t)p->car;
	}
	assert_int_equal(sum, 0xba4db8808063b7c1u);
	sim_end(&sim);
}

static void races_are_plausible(void **unused)
{
	unsigned retired = 0, slow = 0, not_classified = 0, changes = 0;
	(void)unused;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		static struct truth truth[SIM_CARS_MAX];
		uint8_t driver[SIM_CARS_MAX] = {0};
		sim_begin(&sim, seed, 30, 4, 4 * US_HOUR);
		truth_of(truth);
		for (uint32_t i = 0; i < sim.car_count; i++) {
			retired += truth[i].status == STATUS_DNF;
			not_classified += truth[i].status == STATUS_NC;
		}
		for (uint32_t i = 0; i < sim.passing_count; i++) {
			const struct sim_passing *p = &sim.passings[i];
			assert_true(i == 0 || sim.passings[i - 1].at <= p->at);
			assert_int_equal(p->at % US_MS, 0);
			slow += p->flag == FLAG_SC || p->flag == FLAG_FCY;
			changes += p->driver != driver[p->car];
			driver[p->car] = p->driver;
		}
		assert_true(truth_finish() >= sim.setup.start_at + 4 * US_HOUR);
		assert_true(truth_finish() <
			    sim.setup.start_at + 4 * US_HOUR + 5 * US_MIN);
		sim_end(&sim);
	}
	assert_true(retired > 12 && retired < 12 * 12);
	assert_true(slow > 1000);
	assert_true(not_classified > 0);
	assert_true(changes > 500);
}

static void a_race_that_does_not_fit_is_refused_with_a_sentence(void **unused)
{
	struct sim_passing few[100];
	struct err err = {""};
	(void)unused;
	memset(&sim, 0, sizeof(sim));
	sim.passings = few;
	sim.passings_max = ARRAY_LEN(few);
	assert_true(sim_plausible(&sim, 1, 30, 4, US_HOUR, &err) < 0);
	assert_non_null(strstr(err.text, "more than 100 passings"));
	assert_true(sim_plausible(&sim, 1, 0, 4, US_HOUR, &err) < 0);
	assert_true(sim_plausible(&sim, 1, SIM_CARS_MAX + 1, 4, US_HOUR, &err) < 0);
	assert_true(sim_plausible(&sim, 1, 30, 99, US_HOUR, &err) < 0);
	assert_true(sim_plausible(&sim, 1, 30, 4, 0, &err) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_race_written_as_beacon_lines_comes_back),
		cmocka_unit_test(a_race_written_as_an_al_kamel_file_comes_back),
		cmocka_unit_test(weather_words_and_the_clock_come_back),
		cmocka_unit_test(the_beacons_written_apart_say_what_they_say_together),
		cmocka_unit_test(a_seed_is_a_race_and_another_seed_another),
		cmocka_unit_test(the_first_race_is_the_same_on_every_machine),
		cmocka_unit_test(races_are_plausible),
		cmocka_unit_test(a_race_that_does_not_fit_is_refused_with_a_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
