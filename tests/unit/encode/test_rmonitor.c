/*
 * test_rmonitor.c -- a race as RMonitor: what clients are told, and that it reads back
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../golden/rmonitor_read.h"
#include "../sim/folded.h"
#include "pitwall/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sim_race sim;
static struct folded truth;
static struct standings standings;
static struct classification judged;
static struct rmonitor_sent told;

static void truth_begin(uint64_t seed, unsigned cars, duration_us length)
{
	struct bytes bytes;
	struct out out = bytes_out(&bytes);

	sim_begin(&sim, seed, cars, 3, length);
	sim_write_beacon(&out, &sim, LINE_NONE);
	assert_int_equal(out_flush(&out), 0);
	folded_beacon(&truth, &sim, (struct slice){bytes.at, bytes.len});
	bytes_end(&bytes);
}

static void truth_end(void)
{
	folded_end(&truth);
	sim_end(&sim);
}

static struct rmonitor_view view(bool judge)
{
	standings_query(&truth.race, &truth.tables, &standings);
	if (judge)
		classify(&truth.race, &truth.tables, &truth.rules, &judged);
	return (struct rmonitor_view){
		.race = &truth.race,
		.tables = &truth.tables,
		.standings = &standings,
		.classification = judge ? &judged : NULL,
		.run = 7,
	};
}

/* What a server does: heartbeats each second, and what is new with each. @joined:
 * nothing is said before, and then all. */
static void serve(struct out *out, instant_us joined)
{
	const struct race_setup setup = truth.race.setup;
	const instant_us start = truth.race.start_at;
	instant_us tick = INSTANT_NONE;

	memset(&told, 0, sizeof(told));
	race_init(&truth.race, &setup);
	for (uint32_t i = 0; i < truth.list.count; i++) {
		const struct event *event = &truth.list.at[truth.order[i]];

		if (tick == INSTANT_NONE && event->at != INSTANT_NONE)
			tick = event->at;
		for (; event->at != INSTANT_NONE && tick < event->at; tick += US_S) {
			struct rmonitor_view v;

			if (tick < start - US_MIN || tick < joined)
				continue;
			v = view(true);
			rmonitor_update(&told, out, &v, tick);
			rmonitor_heartbeat(out, &v, tick);
		}
		race_apply(&truth.race, &truth.tables, event, truth.list.text, NULL);
	}
	for (unsigned i = 0; i < 4; i++, tick += US_S) {
		struct rmonitor_view v = view(true);

		rmonitor_update(&told, out, &v, tick);
		rmonitor_heartbeat(out, &v, tick);
	}
}

static int64_t ms(duration_us t)
{
	return t == DURATION_NONE ? -1 : t / US_MS;
}

/* Laps, totals and lap times of one car, to the millisecond. @from: rows of laps
 * before were not received. */
static void same_car(const struct race *race, const struct race_tables *tables,
		     uint16_t car, uint32_t from)
{
	const char *number = truth.race.entries[car].number;
	uint16_t other = race_find(race, ID_NUMBER, slice_of(number));
	const struct car *a = &truth.race.cars[car], *b = &race->cars[other];
	uint32_t row = a->lap_row, copy;

	assert_int_not_equal(other, CAR_NONE);
	copy = b->lap_row;
	assert_int_equal(a->laps, b->laps);
	while (row != 0 && truth.tables.laps[row - 1].lap > from) {
		const struct lap_row *x = &truth.tables.laps[row - 1];
		const struct lap_row *y = &tables->laps[copy - 1];

		assert_int_not_equal(copy, 0);
		assert_int_equal(x->lap, y->lap);
		assert_int_equal(ms(x->time), ms(y->time));
		assert_int_equal(ms(race_elapsed(&truth.race, x->at)),
				 ms(race_elapsed(race, y->at)));
		row = x->prev;
		copy = y->prev;
	}
}

static void same_order(const struct race *race, const struct race_tables *tables)
{
	static struct standings other;

	standings_query(&truth.race, &truth.tables, &standings);
	standings_query(race, tables, &other);
	assert_int_equal(standings.count, other.count);
	for (uint32_t i = 0; i < standings.count; i++) {
		const char *a = truth.race.entries[standings.rows[i].car].number;
		const char *b = race->entries[other.rows[i].car].number;

		assert_string_equal(a, b);
	}
}

static void what_is_written_reads_back_to_the_same_race(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct bytes bytes;
		struct out out = bytes_out(&bytes);
		struct read read;
		const struct race *race;

		printf("# seed %u\n", (unsigned)seed);
		truth_begin(seed, 14, 30 * US_MIN);
		serve(&out, INSTANT_NONE);
		assert_int_equal(out_flush(&out), 0);
		read_race(&read, (struct slice){bytes.at, bytes.len});
		race = read_now(&read);
		assert_int_equal(read.sessions, 1);
		assert_int_equal(race->cars[race->order[0]].laps > 5, true);
		for (uint16_t i = 0; i < truth.race.car_count; i++)
			if (!truth.race.entries[i].merged)
				same_car(race, &read.timeline.tables, i, 0);
		same_order(race, &read.timeline.tables);
		assert_int_equal(race->flag, FLAG_FINISH);
		read_end(&read);
		bytes_end(&bytes);
		truth_end();
	}
}

static void who_joins_late_has_the_standings_at_once(void **unused)
{
	struct bytes bytes;
	struct out out = bytes_out(&bytes);
	struct read read;
	const struct race *race;
	uint32_t before[RACE_CARS_MAX];
	instant_us joined;

	(void)unused;
	truth_begin(9, 12, 30 * US_MIN);
	joined = truth.race.start_at + 15 * US_MIN;
	folded_until(&truth, joined);
	for (uint16_t i = 0; i < truth.race.car_count; i++)
		before[i] = truth.race.cars[i].laps;
	serve(&out, joined);
	assert_int_equal(out_flush(&out), 0);
	read_race(&read, (struct slice){bytes.at, bytes.len});
	race = read_now(&read);
	for (uint16_t i = 0; i < truth.race.car_count; i++)
		if (!truth.race.entries[i].merged)
			same_car(race, &read.timeline.tables, i, before[i] + 1);
	same_order(race, &read.timeline.tables);
	read_end(&read);
	bytes_end(&bytes);
	truth_end();
}

static void nothing_new_is_nothing_said(void **unused)
{
	struct bytes bytes;
	struct out out = bytes_out(&bytes);
	struct rmonitor_view v;
	size_t len;

	(void)unused;
	truth_begin(3, 9, 10 * US_MIN);
	memset(&told, 0, sizeof(told));
	v = view(true);
	rmonitor_update(&told, &out, &v, truth.race.now);
	out_flush(&out);
	len = bytes.len;
	assert_memory_equal(bytes.at, "$I,\"", 4);
	rmonitor_update(&told, &out, &v, truth.race.now);
	out_flush(&out);
	assert_int_equal(bytes.len, len);
	/* A jump back is told from the beginning. */
	folded_until(&truth, truth.race.start_at + 5 * US_MIN);
	v = view(true);
	rmonitor_update(&told, &out, &v, truth.race.now);
	out_flush(&out);
	assert_memory_equal(bytes.at + len, "$I,\"", 4);
	bytes_end(&bytes);
	truth_end();
}

static struct event *event_of(struct folded *f, enum event_kind kind,
			      const char *number)
{
	struct event *event = event_add(&f->list, kind, f->race.now);

	event_set_id(event, ID_NUMBER, slice_of(number));
	return event;
}

static void words_end_no_field_and_begin_no_record(void **unused)
{
	struct bytes bytes;
	struct out out = bytes_out(&bytes);
	struct rmonitor_view v;
	struct event *event;
	struct read read;
	const struct race *race;
	char *p;
	uint16_t car;

	(void)unused;
	truth_begin(5, 3, 5 * US_MIN);
	event = event_of(&truth, EVENT_ENTRY, truth.race.entries[0].number);
	event->field = ENTRY_TEAM;
	event_set_text(&truth.list, event,
		       SLICE("A \"B\", \xe2\x80\x9c$F\xe2\x80\x9d,1\xc3\xa9,"));
	race_apply(&truth.race, &truth.tables, event, truth.list.text, NULL);
	v = view(false);
	v.encoding = WIRE_ASCII;
	rmonitor_refresh(&out, &v, truth.race.now);
	out_flush(&out);
	for (p = bytes.at; p < bytes.at + bytes.len; p++)
		assert_true((unsigned char)*p < 0x80);
	read_race(&read, (struct slice){bytes.at, bytes.len});
	race = read_now(&read);
	assert_int_equal(race->anomalies[ANOMALY_FORMAT], 0);
	car = race_find(race, ID_NUMBER, slice_of(truth.race.entries[0].number));
	assert_string_equal(race->entries[car].team, "A 'B' 'SF' 1e");
	read_end(&read);
	bytes_end(&bytes);
	truth_end();
}

static void a_penalty_shows_in_totals_only(void **unused)
{
	struct bytes bytes;
	struct out out = bytes_out(&bytes);
	struct rmonitor_view v;
	char line[64], wanted[64];
	duration_us total;
	uint16_t car;

	(void)unused;
	truth_begin(5, 3, 5 * US_MIN);
	car = truth.race.order[1];
	total = race_elapsed(&truth.race, truth.race.cars[car].sf_at);
	struct event *event =
		event_of(&truth, EVENT_DECISION, truth.race.entries[car].number);
	event->field = DECISION_TIME;
	event->value = 10 * US_S;
	event_set_text(&truth.list, event, SLICE("\x1fspeeding"));
	race_apply(&truth.race, &truth.tables, event, truth.list.text, NULL);
	v = view(true);
	rmonitor_refresh(&out, &v, truth.race.now);
	out_flush(&out);
	format_duration(line, total + 10 * US_S, TIME_RACE);
	text_format(wanted, sizeof(wanted), "\"%s\",%u,\"0%s\"",
		    truth.race.entries[car].number, truth.race.cars[car].laps, line);
	assert_non_null(strstr(bytes.at, "$G,"));
	bytes.at[bytes.len - 1] = '\0';
	if (strstr(bytes.at, wanted) == NULL)
		fail_msg("no %s", wanted);
	bytes_end(&bytes);
	truth_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_reads_back_to_the_same_race),
		cmocka_unit_test(who_joins_late_has_the_standings_at_once),
		cmocka_unit_test(nothing_new_is_nothing_said),
		cmocka_unit_test(words_end_no_field_and_begin_no_record),
		cmocka_unit_test(a_penalty_shows_in_totals_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
