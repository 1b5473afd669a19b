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
	field_load(&field, false, false);
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
	assert_null(timeline_mark(&field.timeline, MARK_LAP, CAR_NONE, 0, 1));
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
	field_load(&field, false, true);
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

static void leader_laps_are_marked_once_when_the_leader_completes_them(void **state)
{
	(void)state;
	field_make(&field, 9, 30, 5);
	field_load(&field, true, true);
	const struct timeline *timeline = &field.timeline;
	instant_us t = FIELD_START;
	for (uint32_t lap = 1; lap <= 30; lap++) {
		const struct mark *mark =
			timeline_mark(timeline, MARK_LEADER_LAP, CAR_NONE, t, 1);
		assert_non_null(mark);
		assert_int_equal(mark->lap, lap);
		const struct race *race = field_fold(&field, mark->at);
		assert_int_equal(race->order[0], mark->car);
		assert_int_equal(race->cars[mark->car].laps, lap);
		assert_true(field_fold(&field, mark->at - 1)->cars[mark->car].laps <
			    lap);
		t = mark->at;
	}
	assert_null(timeline_mark(timeline, MARK_LEADER_LAP, CAR_NONE, t, 1));
	field_free(&field);
}

static void marks_are_found_before_and_after_and_by_car(void **state)
{
	(void)state;
	field_make(&field, 4, 20, 8);
	field_load(&field, true, true);
	const struct timeline *timeline = &field.timeline;
	uint16_t car = race_find(&timeline->race, ID_NUMBER, SLICE("3"));
	const struct mark *first = timeline_mark(timeline, MARK_LAP, car, INT64_MIN, 1);
	assert_int_equal(first->lap, 1);
	assert_int_equal(first->car, car);
	const struct mark *tenth = timeline_mark(timeline, MARK_LAP, car, first->at, 9);
	assert_int_equal(tenth->lap, 10);
	assert_ptr_equal(timeline_mark(timeline, MARK_LAP, car, tenth->at, -9), first);
	/* As far as there are, and nothing beyond. */
	const struct mark *last =
		timeline_mark(timeline, MARK_LAP, car, tenth->at, 500);
	assert_int_equal(last->lap, 20);
	assert_ptr_equal(timeline_mark(timeline, MARK_LAP, car, tenth->at, -500),
			 first);
	assert_null(timeline_mark(timeline, MARK_LAP, car, last->at, 1));
	assert_null(timeline_mark(timeline, MARK_LAP, car, first->at, -1));
	for (uint32_t i = 1; i < timeline->mark_count; i++)
		assert_true(timeline->marks[i - 1].at <= timeline->marks[i].at);
	/* Flags: green, safety car, green, safety car. */
	const struct mark *flag =
		timeline_mark(timeline, MARK_FLAG, CAR_NONE, FIELD_START + US_S, 1);
	assert_int_equal(flag->flag, FLAG_SC);
	assert_int_equal(flag->at, FIELD_START + 500 * US_S);
	field_free(&field);
}

static void every_stop_has_a_mark(void **state)
{
	(void)state;
	field_make(&field, 6, 40, 2);
	field_load(&field, true, false);
	uint32_t stops = 0, marks = 0;
	for (uint32_t i = 0; i < field.list.count; i++)
		stops += field.list.at[i].kind == EVENT_PIT_IN;
	for (uint32_t i = 0; i < field.timeline.mark_count; i++)
		marks += field.timeline.marks[i].kind == MARK_STOP;
	assert_true(stops > 5);
	assert_int_equal(marks, stops);
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
	uint32_t marks = field.timeline.mark_count;
	for (uint64_t seed = 1; seed < 6; seed++) {
		field_shuffle(&field, seed);
		field_load(&field, true, true);
		assert_same_race(&field.timeline.race, &first);
		assert_int_equal(field.timeline.mark_count, marks);
	}
	field_free(&field);
}

static void names_of_marks_are_told(void **state)
{
	(void)state;
	assert_string_equal(mark_name(MARK_CLASS_LEAD), "class lead");
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
			leader_laps_are_marked_once_when_the_leader_completes_them),
		cmocka_unit_test(marks_are_found_before_and_after_and_by_car),
		cmocka_unit_test(every_stop_has_a_mark),
		cmocka_unit_test(steps_stop_at_each_crossing_and_nowhere_else),
		cmocka_unit_test(the_order_of_arrival_changes_nothing),
		cmocka_unit_test(names_of_marks_are_told),
	};
	MAIN(tests);
}
