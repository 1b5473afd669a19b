/*
 * race_laws.c -- what holds for every race, tried on many seeded ones
 *
 * A race here is a list of events made from a seed: plausible laps with lines
 * missed, crossings received twice, stops, flags and decisions; or hostile, every
 * field drawn at random. The seed of a failure is printed; RACE_SEED=N runs that
 * one alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pitwall/history.h"

enum { EVENTS = 6000, TEXT = 1 << 18, ROWS = 20000, SEEDS = 40 };

#define START ((instant_us)1000000 * US_S)

/* A list of events, the race folded from it, and its tables. */
struct world {
	struct event_list list;
	struct event events[EVENTS];
	char text[TEXT];
	uint32_t order[EVENTS];
	struct event_slot scratch[2 * EVENTS];
	struct race race;
	struct race_tables tables;
	struct lap_row laps[ROWS];
	struct stint_row stints[ROWS];
	struct flag_row flags[ROWS];
	struct fault_row faults[ROWS];
	struct message_row messages[ROWS];
	struct weather_row weather[ROWS];
	struct history_row history[8 * ROWS];
	struct history_block histories[HISTORY_BLOCKS(8 * ROWS)];
};

static struct world one, two;
static struct race snapshot;
static struct race_setup setup;
static uint64_t random_state;
static bool perfect; /* every passing is received once, and measured */

static uint64_t below(uint64_t n)
{
	return random_below(&random_state, n);
}

static bool chance(unsigned percent)
{
	return below(100) < percent;
}

static void world_init(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->list.at = w->events;
	w->list.max = EVENTS;
	w->list.text = w->text;
	w->list.text_max = TEXT;
	w->tables.laps = w->laps;
	w->tables.stints = w->stints;
	w->tables.flags = w->flags;
	w->tables.faults = w->faults;
	w->tables.messages = w->messages;
	w->tables.weather = w->weather;
	w->tables.history = w->history;
	w->tables.histories = w->histories;
	w->tables.history_max = 8 * ROWS;
	w->tables.faults_max = w->tables.messages_max = w->tables.weather_max = ROWS;
	w->tables.laps_max = w->tables.stints_max = w->tables.flags_max = ROWS;
}

static struct event *add(struct world *w, enum event_kind kind, instant_us at,
			 unsigned car)
{
	struct event *e = event_add(&w->list, kind, at);
	char number[8];

	text_format(number, sizeof(number), "%u", car);
	event_set_id(e, ID_NUMBER, slice_of(number));
	e->value = DURATION_NONE;
	e->sequence = w->list.count;
	return e;
}

/* A crossing, now and then missed, received twice, or said to be estimated. */
static void add_passing(struct world *w, unsigned car, uint8_t line, instant_us at,
			uint32_t lap)
{
	unsigned times = perfect ? 1 : chance(3) ? 0 : chance(4) ? 2 : 1;

	for (unsigned i = 0; i < times; i++) {
		struct event *e =
			add(w, EVENT_PASSING, at + (instant_us)(i * 3000), car);

		e->line = line;
		e->number = lap;
		e->bits = !perfect && chance(2) ? EVENT_ESTIMATED : 0;
		if (line == LINE_SF && chance(60))
			e->flag = (uint8_t)(1 + below(3));
	}
}

static void add_stop(struct world *w, unsigned car, instant_us at, duration_us stop,
		     bool timed)
{
	if (timed) {
		add_passing(w, car, LINE_PIT_IN, at, 0);
		add_passing(w, car, LINE_PIT_OUT, at + stop, 0);
	} else {
		struct event *e = add(w, EVENT_PIT_OUT, at + stop, car);

		e->bits = EVENT_ESTIMATED;
		e->value = stop;
	}
}

static void plausible_car(struct world *w, unsigned car, bool numbered, bool timed)
{
	static const char *const classes[] = {"LMP1", "LMP2", "GT"};
	duration_us pace = (duration_us)(85 + below(20)) * US_S;
	instant_us at = START + (instant_us)below(3 * US_S);
	struct event *e = add(w, EVENT_ENTRY, START - US_MIN, car);

	e->field = ENTRY_CLASS;
	event_set_text(&w->list, e, slice_of(classes[below(3)]));
	if (chance(50)) {
		e = add(w, EVENT_ENTRY, START - US_MIN, car);
		e->field = ENTRY_GRID;
		e->number = (uint32_t)below(20);
	}
	for (uint32_t lap = 1; lap <= 24 && !chance(1); lap++) {
		duration_us t = pace + (duration_us)below(4 * US_S);
		uint32_t said = numbered ? lap : 0;
		bool pits = chance(8);

		add_passing(w, car, 1, at + t * 3 / 10, said);
		add_passing(w, car, 2, at + t * 6 / 10, said);
		add_passing(w, car, pits && !timed ? LINE_SF_PIT : LINE_SF, at + t,
			    said);
		at += t;
		if (pits) {
			duration_us stop = (duration_us)(20 + below(60)) * US_S;

			add_stop(w, car, at + US_S, stop, timed);
			at += stop;
		}
		if (chance(20)) {
			e = add(w, EVENT_VALUE, at + t / 2, car);
			e->field = (uint8_t)below(CAR_VALUE_COUNT + 1);
			e->value = (int64_t)below(1200) - 10;
		}
		if (chance(5))
			add(w, EVENT_DRIVER, at, car)->number =
				(uint32_t)(1 + below(4));
	}
}

static void plausible(struct world *w)
{
	bool numbered = chance(50), timed = chance(50);
	unsigned cars = 3 + (unsigned)below(14);

	memset(&setup, 0, sizeof(setup));
	setup.start_at = chance(70) ? START : INSTANT_NONE;
	setup.clock_at = INSTANT_NONE;
	setup.line_count = 3;
	setup.lap_length = chance(50) ? 4180000 : 0;
	setup.line_ppm[1] = 300000;
	setup.line_ppm[2] = 600000;
	setup.length_us = chance(70) ? 30 * US_MIN : 0;
	setup.type = chance(15) ? SESSION_TIMED : SESSION_RACE;
	if (setup.start_at == INSTANT_NONE)
		add(w, EVENT_START, START, 0)->id_kind = ID_NONE;
	for (unsigned car = 1; car <= cars; car++)
		plausible_car(w, car, numbered, timed);
	for (unsigned i = 0; i < below(4); i++) {
		struct event *e = add(w, EVENT_DECISION, START + US_HOUR,
				      1 + (unsigned)below(cars));

		e->field = (uint8_t)(chance(50) ? DECISION_LAP_DELETED : DECISION_TIME);
		e->value = (int64_t)below(20);
	}
	add(w, EVENT_END, START + 2 * US_HOUR, 0);
}

static void hostile(struct world *w)
{
	instant_us at = START - US_MIN;
	static const int64_t values[] = {
		INT64_MIN, INT64_MAX, -1, 0, 1, 90 * US_S, -5 * US_S, US_DAY, 1 << 20,
	};

	memset(&setup, 0, sizeof(setup));
	setup.start_at = chance(50) ? START : INSTANT_NONE;
	setup.clock_at = chance(50) ? START - US_S : INSTANT_NONE;
	setup.line_count = (uint8_t)below(20);
	setup.type = (uint8_t)below(2);
	setup.lap_length = values[below(ARRAY_LEN(values))];
	setup.length = values[below(ARRAY_LEN(values))];
	setup.length_us = values[below(ARRAY_LEN(values))];
	setup.length_laps = (uint32_t)below(40);
	for (unsigned i = 0; i < LINES_MAX; i++)
		setup.line_ppm[i] = (uint32_t)(chance(50) ? below(1000000)
							  : random_next(&random_state));
	for (unsigned i = 0; i < 3000; i++) {
		static const char *const texts[] = {
			"7", "GT", "DNF\x1fwords", "", "LMP1", "12", "NC", "RETIRED"};
		struct event *e;
		static const uint8_t lines[] = {0, 0, 1, 2, 3, 16, 17, 18, 18, 255};

		at += (instant_us)below(chance(80) ? 3 * US_S : 300 * US_S);
		e = add(w, (enum event_kind)below(EVENT_KIND_COUNT + 1), at,
			(unsigned)below(12));
		if (chance(70))
			e->kind = EVENT_PASSING;
		if (chance(2))
			e->at = values[below(ARRAY_LEN(values))];
		e->line = lines[below(ARRAY_LEN(lines))];
		e->flag = (uint8_t)(chance(90) ? below(FLAG_FINISH) : below(20));
		e->bits = (uint8_t)below(8);
		e->source = (uint16_t)(chance(70) ? 0 : below(4));
		e->id_kind = (uint8_t)(chance(90) ? 1 : below(6));
		if (e->kind == EVENT_ENTRY && chance(20))
			e->at = INSTANT_NONE;
		if (e->kind == EVENT_END && chance(70))
			e->bits = 0;
		e->number = (uint32_t)(chance(60)   ? 0
				       : chance(90) ? below(30)
						    : random_next(&random_state));
		e->value = values[below(ARRAY_LEN(values))];
		e->field = (uint8_t)below(12);
		event_set_text(&w->list, e, slice_of(texts[below(ARRAY_LEN(texts))]));
	}
}

static void apply(struct world *w, uint32_t from, uint32_t to, bool check)
{
	char text[256];

	for (uint32_t i = from; i < to; i++) {
		const struct event *e = &w->list.at[w->order[i]];
		const char *broken = NULL;

		race_apply(&w->race, &w->tables, e, w->list.text, NULL);
		if (check)
			broken = race_check(&w->race, &w->tables, text);
		if (broken)
			fail_msg("event %u of %u (%s): %s", i, w->list.count,
				 event_kind_name((enum event_kind)e->kind), broken);
	}
}

static void fold(struct world *w, bool check)
{
	event_order(&w->list, w->order, w->scratch);
	race_init(&w->race, &setup);
	apply(w, 0, w->list.count, check);
}

static void assert_same_tables(const struct world *a, const struct world *b)
{
	assert_int_equal(a->race.lap_count, b->race.lap_count);
	assert_memory_equal(a->laps, b->laps, a->race.lap_count * sizeof(a->laps[0]));
	assert_memory_equal(a->stints, b->stints,
			    a->race.stint_count * sizeof(a->stints[0]));
	assert_memory_equal(a->flags, b->flags,
			    a->race.flag_count * sizeof(a->flags[0]));
	assert_memory_equal(a->faults, b->faults,
			    a->race.fault_count * sizeof(a->faults[0]));
	assert_memory_equal(a->messages, b->messages,
			    a->race.message_count * sizeof(a->messages[0]));
	assert_memory_equal(a->weather, b->weather,
			    a->race.weather_count * sizeof(a->weather[0]));
	assert_memory_equal(a->history, b->history,
			    a->race.history_count * sizeof(a->history[0]));
}

typedef void law(uint64_t seed);

static const struct lap_row *row_before(const struct world *w,
					const struct lap_row *row)
{
	return row->prev ? &w->laps[row->prev - 1] : NULL;
}

static void for_each_seed(law *holds)
{
	const char *only = getenv("RACE_SEED");
	uint64_t first = only ? strtoull(only, NULL, 10) : 1;
	uint64_t last = only ? first : SEEDS;

	for (uint64_t seed = first; seed <= last; seed++) {
		random_state = seed;
		world_init(&one);
		holds(seed);
	}
}

static void law_check(uint64_t seed)
{
	print_message("# seed %llu\n", (unsigned long long)seed);
	plausible(&one);
	fold(&one, true);
	assert_true(one.race.lap_count > 0);
}

static void invariants_hold_after_every_event(void **state)
{
	(void)state;
	for_each_seed(law_check);
}

static void law_hostile(uint64_t seed)
{
	static struct standings standings;
	static struct classification classification;
	struct rules rules = {0};

	print_message("# seed %llu\n", (unsigned long long)seed);
	hostile(&one);
	fold(&one, true);
	rules.fraction_pm = (uint32_t)below(2000);
	rules.list = (uint8_t)below(2);
	rules.must_take_flag = (uint8_t)below(2);
	standings_query(&one.race, &one.tables, &standings);
	classify(&one.race, &one.tables, &rules, &classification);
	assert_int_equal(standings.count, classification.count);
}

static void invariants_hold_whatever_the_events_say(void **state)
{
	(void)state;
	for_each_seed(law_hostile);
}

static void law_arrival(uint64_t seed)
{
	print_message("# seed %llu\n", (unsigned long long)seed);
	if (seed % 2)
		plausible(&one);
	else
		hostile(&one);
	fold(&one, false);
	world_init(&two);
	memcpy(two.text, one.text, sizeof(one.text));
	two.list.text_len = one.list.text_len;
	memcpy(two.events, one.events, sizeof(one.events));
	two.list.count = one.list.count;
	for (uint32_t i = two.list.count; i > 1; i--) {
		uint32_t k = (uint32_t)below(i);
		struct event e = two.events[k];

		two.events[k] = two.events[i - 1];
		two.events[i - 1] = e;
	}
	fold(&two, false);
	assert_memory_equal(&one.race, &two.race, sizeof(one.race));
	assert_same_tables(&one, &two);
}

static void the_order_of_arrival_changes_nothing(void **state)
{
	(void)state;
	for_each_seed(law_arrival);
}

/* A second decoder on the same line: the same again, from another source. */
static void law_duplicates(uint64_t seed)
{
	uint32_t count;

	print_message("# seed %llu\n", (unsigned long long)seed);
	plausible(&one);
	fold(&one, false);
	snapshot = one.race;
	count = one.list.count;
	for (uint32_t i = 0; i < count; i++) {
		struct event *e;

		if (one.events[i].kind == EVENT_DECISION || !chance(20))
			continue;
		e = event_add(&one.list, EVENT_HEARTBEAT, 0);
		*e = one.events[i];
		e->source = 1;
	}
	assert_true(one.list.count > count);
	fold(&one, true);
	/* What was received twice is counted, and changes nothing else. */
	one.race.events = snapshot.events;
	one.race.merged = snapshot.merged;
	one.race.fault_count = snapshot.fault_count;
	memcpy(one.race.anomalies, snapshot.anomalies, sizeof(snapshot.anomalies));
	assert_memory_equal(&one.race, &snapshot, sizeof(snapshot));
}

static void what_is_received_twice_changes_nothing(void **state)
{
	(void)state;
	for_each_seed(law_duplicates);
}

/* Of each passing, one of two sources at least tells, the second by a clock that is
 * up to a second behind. */
static void tell_by_two(struct world *w, const struct world *whole)
{
	duration_us late = (duration_us)below(US_S);

	for (uint32_t i = 0; i < whole->list.count; i++) {
		const struct event *e = &whole->events[i];
		bool road = e->kind == EVENT_PASSING || e->kind == EVENT_PIT_IN ||
			    e->kind == EVENT_PIT_OUT;
		unsigned who = road ? (unsigned)below(3) : 0; /* first, second, both */

		if (who != 1)
			*event_add(&w->list, EVENT_HEARTBEAT, 0) = *e;
		if (who != 0) {
			struct event *copy = event_add(&w->list, EVENT_HEARTBEAT, 0);

			*copy = *e;
			copy->source = 1;
			copy->at += late;
		}
	}
}

static void same_laps(uint16_t car, duration_us off)
{
	const struct car *a = &one.race.cars[car], *b;
	uint16_t other =
		race_find(&two.race, ID_NUMBER, slice_of(one.race.entries[car].number));
	const struct lap_row *x, *y;

	assert_int_not_equal(other, CAR_NONE);
	b = &two.race.cars[other];
	assert_int_equal(a->laps, b->laps);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->stops, b->stops);
	assert_int_equal(a->lap_row != 0, b->lap_row != 0);
	if (a->lap_row == 0)
		return;
	x = &one.laps[a->lap_row - 1];
	y = &two.laps[b->lap_row - 1];
	for (; x; x = row_before(&one, x), y = row_before(&two, y)) {
		assert_non_null(y);
		assert_int_equal(x->lap, y->lap);
		assert_int_equal(x->estimated, y->estimated);
		assert_true(y->at >= x->at && y->at - x->at <= off);
	}
}

static void law_two_sources(uint64_t seed)
{
	print_message("# seed %llu\n", (unsigned long long)seed);
	perfect = true;
	plausible(&one);
	perfect = false;
	setup.length_us = 0; /* nobody's flag may depend on whose clock */
	fold(&one, true);
	world_init(&two);
	memcpy(two.text, one.text, sizeof(one.text));
	two.list.text_len = one.list.text_len;
	tell_by_two(&two, &one);
	assert_true(two.list.count > one.list.count);
	fold(&two, true);
	assert_int_equal(one.race.car_count, two.race.car_count);
	for (uint16_t car = 0; car < one.race.car_count; car++)
		same_laps(car, US_S);
	assert_true(two.race.merged > 0);
	assert_int_equal(two.race.fault_count, one.race.fault_count);
}

static void two_sources_merged_are_one_perfect_source(void **state)
{
	(void)state;
	for_each_seed(law_two_sources);
}

static void law_snapshot(uint64_t seed)
{
	uint32_t at;

	print_message("# seed %llu\n", (unsigned long long)seed);
	plausible(&one);
	fold(&one, false);
	two = one;
	two.tables.laps = two.laps;
	two.tables.stints = two.stints;
	two.tables.flags = two.flags;
	two.tables.faults = two.faults;
	two.tables.messages = two.messages;
	two.tables.weather = two.weather;
	two.tables.history = two.history;
	two.tables.histories = two.histories;
	at = (uint32_t)below(one.list.count);
	race_init(&two.race, &setup);
	apply(&two, 0, at, false);
	snapshot = two.race;
	/* On to the end and back: the rows behind the snapshot are the same. */
	apply(&two, at, two.list.count, false);
	two.race = snapshot;
	apply(&two, at, two.list.count, false);
	assert_memory_equal(&one.race, &two.race, sizeof(one.race));
	assert_same_tables(&one, &two);
}

static void a_snapshot_is_an_assignment(void **state)
{
	(void)state;
	for_each_seed(law_snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(invariants_hold_after_every_event),
		cmocka_unit_test(invariants_hold_whatever_the_events_say),
		cmocka_unit_test(the_order_of_arrival_changes_nothing),
		cmocka_unit_test(what_is_received_twice_changes_nothing),
		cmocka_unit_test(two_sources_merged_are_one_perfect_source),
		cmocka_unit_test(a_snapshot_is_an_assignment),
	};

	return cmocka_run_group_tests_name("race laws", tests, NULL, NULL);
}
