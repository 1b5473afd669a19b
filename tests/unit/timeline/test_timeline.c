/*
 * test_timeline.c -- the race at any instant, marks and steps
 */
#include "field.h"

static struct field field;

static void assert_same_race(const struct race *a, const struct race *b)
{
	if (memcmp(a, b, sizeof(*a)) == 0)
		return;
	const unsigned char *x = (const void *)a, *y = (const void *)b;
	size_t i = 0;
	while (x[i] == y[i])
		i++;
	fail_msg("the races differ at byte %zu of %zu", i, sizeof(*a));
}

static void every_jump_equals_the_fold_from_the_start(void **state)
{
	(void)state;
	const struct {
		unsigned cars, laps;
		bool keyframes;
	} rows[] = {{1, 3, true}, {12, 60, true}, {12, 60, false}, {60, 20, true}};
	uint64_t seed = 42;
	for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
		field_make(&field, rows[k].cars, rows[k].laps, k);
		field_shuffle(&field, k);
		field_load(&field, true, rows[k].keyframes);
		const struct timeline *timeline = &field.timeline;
		uint64_t span = (uint64_t)(timeline->last_at - timeline->first_at);
		for (int i = 0; i < 40; i++) {
			instant_us t = timeline->first_at - US_S +
				       (int64_t)random_below(&seed, span + 2 * US_S);
			assert_same_race(timeline_at(&field.timeline, t),
					 field_fold(&field, t));
			/* A short way on, as playing goes. */
			t += (int64_t)random_below(&seed, 5 * US_S);
			assert_same_race(timeline_at(&field.timeline, t),
					 field_fold(&field, t));
		}
		field_free(&field);
	}
}

static void before_the_first_event_the_race_is_empty(void **state)
{
	(void)state;
	static struct race empty;
	field_make(&field, 5, 10, 1);
	field_load(&field, true, true);
	race_init(&empty, &field.setup);
	assert_same_race(timeline_at(&field.timeline, FIELD_START - 1), &empty);
	assert_same_race(timeline_at(&field.timeline, INT64_MIN), &empty);
	assert_int_equal(timeline_at(&field.timeline, FIELD_START)->car_count, 5);
	assert_same_race(timeline_at(&field.timeline, INT64_MAX),
			 field_fold(&field, INT64_MAX));
	field_free(&field);
}

static void load_leaves_the_timeline_at_its_end(void **state)
{
	(void)state;
	field_make(&field, 5, 10, 1);
	struct event *late =
		event_add(&field.list, EVENT_WEATHER, FIELD_START + US_DAY);
	late->field = WEATHER_AIR_MC;
	struct event *early =
		event_add(&field.list, EVENT_WEATHER, FIELD_START - US_DAY);
	early->field = WEATHER_AIR_MC;
	field_load(&field, true, false);
	assert_same_race(&field.timeline.race, field_fold(&field, INT64_MAX));
	/* Weather on either side of it does not make the race longer. */
	assert_true(field.timeline.first_at == FIELD_START);
	assert_true(field.timeline.last_at < FIELD_START + US_HOUR);
	assert_int_equal(field.timeline.start_at, FIELD_START);
	field_free(&field);
}

static void an_empty_source_is_an_empty_race(void **state)
{
	(void)state;
	field_make(&field, 0, 0, 1);
	field_load(&field, true, true);
	assert_int_equal(field.timeline.first_at, INSTANT_NONE);
	assert_int_equal(timeline_at(&field.timeline, 0)->car_count, 0);
	assert_int_equal(timeline_step(&field.timeline, 0, 1, CAR_NONE), INSTANT_NONE);
	assert_null(timeline_event(&field.timeline, HISTORY_ANY, CAR_NONE, 0, 1));
	struct err err;
	struct when when = {.kind = WHEN_END};
	instant_us at;
	assert_true(when_resolve(&field.timeline, &when, &at, &err) < 0);
	assert_non_null(strstr(err.text, "no moment"));
	field_free(&field);
}

static void keyframes_stay_within_their_memory_and_cover_the_race(void **state)
{
	(void)state;
	field_make(&field, 250, 60, 3);
	field_load(&field, true, true);
	const struct timeline *timeline = &field.timeline;
	assert_int_equal(timeline->race.car_count, 250);
	assert_true(timeline->keyframe_size <= TIMELINE_KEYFRAME_BYTES);
	assert_true(timeline->keyframe_count >= 5);
	/* None is further from the next than the spacing says. */
	assert_true(timeline->order_count / timeline->keyframe_every <=
		    timeline->keyframe_count);
	uint64_t seed = 11;
	uint64_t span = (uint64_t)(timeline->last_at - timeline->first_at);
	for (int i = 0; i < 10; i++) {
		instant_us t = timeline->first_at + (int64_t)random_below(&seed, span);
		assert_same_race(timeline_at(&field.timeline, t),
				 field_fold(&field, t));
	}
	field_free(&field);
}

static void leader_laps_are_told_once_when_the_leader_completes_them(void **state)
{
	(void)state;
	field_make(&field, 9, 30, 5);
	field_load(&field, true, true);
	const struct timeline *timeline = &field.timeline;
	instant_us t = FIELD_START;
	for (uint32_t lap = 1; lap <= 30; lap++) {
		const struct history_row *row = timeline_event(
			timeline, HISTORY_BIT(LEADER_LAP), CAR_NONE, t, 1);
		assert_non_null(row);
		assert_int_equal(row->lap, lap);
		const struct race *race = field_fold(&field, row->at);
		assert_int_equal(race->order[0], row->car);
		assert_int_equal(race->cars[row->car].laps, lap);
		assert_true(field_fold(&field, row->at - 1)->cars[row->car].laps < lap);
		t = row->at;
	}
	assert_null(timeline_event(timeline, HISTORY_BIT(LEADER_LAP), CAR_NONE, t, 1));
	field_free(&field);
}

static void what_happened_is_found_before_and_after_and_by_car(void **state)
{
	(void)state;
	field_make(&field, 4, 20, 8);
	field_load(&field, true, true);
	const struct timeline *timeline = &field.timeline;
	const uint32_t laps = HISTORY_BIT(LAP) | HISTORY_BIT(LEADER_LAP);
	uint16_t car = race_find(&timeline->race, ID_NUMBER, SLICE("3"));
	const struct history_row *first =
		timeline_event(timeline, laps, car, INT64_MIN, 1);
	assert_int_equal(first->lap, 1);
	assert_int_equal(first->car, car);
	const struct history_row *tenth =
		timeline_event(timeline, laps, car, first->at, 9);
	assert_int_equal(tenth->lap, 10);
	assert_ptr_equal(timeline_event(timeline, laps, car, tenth->at, -9), first);
	/* As far as there are, and nothing beyond. */
	const struct history_row *last =
		timeline_event(timeline, laps, car, tenth->at, 500);
	assert_int_equal(last->lap, 20);
	assert_ptr_equal(timeline_event(timeline, laps, car, tenth->at, -500), first);
	assert_null(timeline_event(timeline, laps, car, last->at, 1));
	assert_null(timeline_event(timeline, laps, car, first->at, -1));
	assert_null(timeline_event(timeline, laps, car, INT64_MIN, -1));
	/* Flags: green, safety car, green, safety car. */
	const struct history_row *flag = timeline_event(
		timeline, HISTORY_BIT(FLAG), CAR_NONE, FIELD_START + US_S, 1);
	assert_int_equal(timeline->tables.flags[flag->row].flag, FLAG_SC);
	assert_int_equal(flag->at, FIELD_START + 500 * US_S);
	field_free(&field);
}

/* At any playhead: what lies beyond it is there to be gone to. */
static void steps_over_the_whole_race_find_every_stop(void **state)
{
	(void)state;
	field_make(&field, 6, 40, 2);
	field_load(&field, true, true);
	uint32_t stops = 0, found = 0;
	for (uint32_t i = 0; i < field.list.count; i++)
		stops += field.list.at[i].kind == EVENT_PIT_IN;
	assert_true(stops > 5);
	(void)timeline_at(&field.timeline, FIELD_START + 100 * US_S);
	for (uint16_t car = 0; car < 6; car++) {
		const struct history_row *row;
		instant_us t = INT64_MIN;
		while ((row = timeline_event(&field.timeline, HISTORY_BIT(PIT_IN), car,
					     t, 1)) != NULL) {
			assert_int_equal(row->car, car);
			t = row->at;
			found++;
		}
	}
	assert_int_equal(found, stops);
	field_free(&field);
}

static void steps_stop_at_each_crossing_and_nowhere_else(void **state)
{
	(void)state;
	field_make(&field, 3, 5, 4);
	field_load(&field, false, false);
	const struct timeline *timeline = &field.timeline;
	uint16_t car = race_find(&timeline->race, ID_NUMBER, SLICE("2"));
	unsigned steps = 0, own = 0;
	instant_us t = FIELD_START, before = FIELD_START;
	while ((t = timeline_step(timeline, t, 1, CAR_NONE)) != INSTANT_NONE) {
		assert_int_equal(timeline_step(timeline, t, -1, CAR_NONE), before);
		before = t;
		steps++;
	}
	assert_in_range(steps, 3 * 5 * 3, 3 * 5 * 5);
	for (t = INT64_MIN; (t = timeline_step(timeline, t, 1, car)) != INSTANT_NONE;)
		own++;
	assert_in_range(own, 15, 25);
	/* Three at once; and the last that is there. */
	t = timeline_step(timeline, INT64_MIN, 3, car);
	assert_int_equal(timeline_step(timeline, t, -1, car),
			 timeline_step(timeline, INT64_MIN, 2, car));
	assert_true(timeline_step(timeline, INT64_MIN, 1000, car) <= timeline->last_at);
	field_free(&field);
}

static void the_order_of_arrival_changes_nothing(void **state)
{
	(void)state;
	static struct race first;
	field_make(&field, 8, 25, 6);
	field_load(&field, true, true);
	first = field.timeline.race;
	uint32_t rows = field.timeline.history_total;
	for (uint64_t seed = 1; seed < 6; seed++) {
		field_shuffle(&field, seed);
		field_load(&field, true, true);
		assert_same_race(&field.timeline.race, &first);
		assert_int_equal(field.timeline.history_total, rows);
	}
	field_free(&field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_jump_equals_the_fold_from_the_start),
		cmocka_unit_test(before_the_first_event_the_race_is_empty),
		cmocka_unit_test(load_leaves_the_timeline_at_its_end),
		cmocka_unit_test(an_empty_source_is_an_empty_race),
		cmocka_unit_test(keyframes_stay_within_their_memory_and_cover_the_race),
		cmocka_unit_test(
			leader_laps_are_told_once_when_the_leader_completes_them),
		cmocka_unit_test(what_happened_is_found_before_and_after_and_by_car),
		cmocka_unit_test(steps_over_the_whole_race_find_every_stop),
		cmocka_unit_test(steps_stop_at_each_crossing_and_nowhere_else),
		cmocka_unit_test(the_order_of_arrival_changes_nothing),
	};
	MAIN(tests);
}
