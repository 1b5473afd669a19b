/*
 * test_live.c -- a timeline whose end moves: what comes late, what is masked, what is
 * taken back, and what was known
 */
#include "field.h"

#include <stdlib.h>

enum { EVENTS = 2000 };

static struct event events[EVENTS];
static char pool[4096];
static struct event_list list;
static struct race_setup setup;
static struct timeline timeline;
static void *storage;

static void begin_with(const struct race_setup *with)
{
	struct err err;
	setup = *with;
	list = (struct event_list){
		.at = events, .max = EVENTS, .text = pool, .text_max = sizeof(pool)};
	storage = malloc(timeline_live_size(EVENTS));
	assert_non_null(storage);
	assert_int_equal(
		timeline_begin(&timeline, &list, EVENTS, &setup, storage, &err), 0);
}

static void begin(void)
{
	const struct race_setup plain = {
		.start_at = FIELD_START, .clock_at = INSTANT_NONE, .line_count = 1};
	begin_with(&plain);
}

static void end(void)
{
	free(storage);
	storage = NULL;
}

/* @s: seconds after the start. */
static instant_us at(double s)
{
	return FIELD_START + (instant_us)(s * 1e6);
}

static struct event *pass(const char *number, double s, unsigned source,
			  enum event_clock clock)
{
	struct event *event = event_add(&list, EVENT_PASSING, at(s));
	event_set_id(event, ID_NUMBER, slice_of(number));
	event->source = (uint16_t)source;
	event->record = event->sequence = list.count;
	event->value = DURATION_NONE;
	event->clock = (uint8_t)clock;
	return event;
}

static uint32_t undo(uint32_t record, double s)
{
	struct event *event = event_add(&list, EVENT_DECISION, at(s));
	event->field = DECISION_UNDO;
	event->value = record;
	event->record = event->sequence = list.count;
	return event->record;
}

static const struct car *car_now(const char *number)
{
	const struct race *race = timeline_head(&timeline);
	uint16_t car = race_find(race, ID_NUMBER, slice_of(number));
	assert_int_not_equal(car, CAR_NONE);
	return &race->cars[car];
}

static void an_empty_timeline_waits_for_its_first_event(void **state)
{
	(void)state;
	begin();
	assert_int_equal(timeline_take(&timeline), 0);
	assert_int_equal(timeline.first_at, INSTANT_NONE);
	assert_int_equal(timeline_head(&timeline)->car_count, 0);
	pass("7", 90, 0, EVENT_CLOCK_OWN);
	assert_int_equal(timeline_take(&timeline), 0);
	assert_int_equal(car_now("7")->laps, 1);
	assert_true(timeline.first_at == at(90) && timeline.last_at == at(90));
	assert_int_equal(timeline.lap_total, 1);
	end();
}

static void without_storage_a_sentence_says_so(void **state)
{
	(void)state;
	struct err err = {""};
	assert_true(timeline_begin(&timeline, &list, 10, &setup, NULL, &err) < 0);
	assert_non_null(strstr(err.text, "no memory"));
}

static void what_comes_late_is_counted_and_takes_its_place(void **state)
{
	(void)state;
	begin();
	pass("7", 90, 0, EVENT_CLOCK_OWN);
	pass("7", 270, 0, EVENT_CLOCK_OWN);
	assert_int_equal(timeline_take(&timeline), 0);
	assert_int_equal(car_now("7")->laps, 2);
	pass("7", 180, 0, EVENT_CLOCK_OWN);
	pass("7", 360, 0, EVENT_CLOCK_OWN);
	assert_int_equal(timeline_take(&timeline), 1);
	assert_int_equal(car_now("7")->laps, 4);
	assert_true(car_now("7")->lap_last == 90 * US_S);
	assert_int_equal(timeline_at(&timeline, at(200))->cars[0].laps, 2);
	const struct history_row *lap = timeline_event(
		&timeline, HISTORY_BIT(LEADER_LAP), CAR_NONE, at(100), 1);
	assert_true(lap->at == at(180));
	/* An entry is of before everything: that is not late. */
	struct event *entry = event_add(&list, EVENT_ENTRY, INSTANT_NONE);
	event_set_id(entry, ID_NUMBER, SLICE("7"));
	entry->field = ENTRY_TEAM;
	event_set_text(&list, entry, SLICE("Aubier"));
	assert_int_equal(timeline_take(&timeline), 0);
	assert_string_equal(timeline_head(&timeline)->entries[0].team, "Aubier");
	end();
}

static void no_more_is_taken_than_there_was_said_to_be(void **state)
{
	(void)state;
	static const struct race_setup plain = {.start_at = FIELD_START,
						.line_count = 1};
	struct err err;
	list = (struct event_list){.at = events, .max = EVENTS};
	storage = malloc(timeline_live_size(3));
	assert_int_equal(timeline_begin(&timeline, &list, 3, &plain, storage, &err), 0);
	for (int i = 1; i <= 5; i++)
		pass("7", i * 90, 0, EVENT_CLOCK_OWN);
	(void)timeline_take(&timeline);
	assert_int_equal(timeline.order_count, 3);
	(void)timeline_take(&timeline);
	assert_int_equal(car_now("7")->laps, 3);
	end();
}

/* Two passings of car 7: when is the first one masked? */
static const struct twin {
	const char *what;
	unsigned source;  /* of the second */
	uint8_t clock[2]; /* of both */
	uint8_t line[2];
	uint8_t bits[2];
	uint32_t number[2];
	double later; /* seconds */
	bool masked;
} twins[] = {
	{.what = "better", .source = 1, .clock = {1, 3}, .later = 1, .masked = true},
	{.what = "at once", .source = 1, .clock = {1, 3}, .masked = true},
	{.what = "at the window",
	 .source = 1,
	 .clock = {1, 3},
	 .later = 1.5,
	 .masked = true},
	{.what = "behind it", .source = 1, .clock = {1, 3}, .later = 1.500001},
	{.what = "equal", .source = 1, .clock = {2, 2}, .later = 1},
	{.what = "worse", .source = 1, .clock = {3, 2}, .later = 1},
	{.what = "unknown", .source = 1, .clock = {0, 1}, .later = 1, .masked = true},
	{.what = "one source", .source = 0, .clock = {1, 3}, .later = 1},
	{.what = "the lane",
	 .source = 1,
	 .clock = {1, 3},
	 .later = 1,
	 .line = {LINE_SF, LINE_SF_PIT},
	 .masked = true},
	{.what = "another line",
	 .source = 1,
	 .clock = {1, 3},
	 .later = 1,
	 .line = {LINE_SF, LINE_PIT_IN}},
	{.what = "another lap",
	 .source = 1,
	 .clock = {1, 3},
	 .later = 1,
	 .number = {1, 2}},
	{.what = "one numbered",
	 .source = 1,
	 .clock = {1, 3},
	 .later = 1,
	 .number = {1, 0},
	 .masked = true},
	{.what = "by hand",
	 .source = 1,
	 .clock = {2, 0},
	 .later = 1,
	 .bits = {EVENT_BY_HAND, 0},
	 .masked = true},
	{.what = "then by hand",
	 .source = 1,
	 .clock = {0, 3},
	 .later = 1,
	 .bits = {0, EVENT_BY_HAND}},
};

static void the_better_clock_wins_within_the_window(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(twins); i++) {
		begin();
		for (unsigned k = 0; k < 2; k++) {
			struct event *event = pass("7", 90 + k * twins[i].later,
						   k ? twins[i].source : 0,
						   (enum event_clock)twins[i].clock[k]);
			event->line = twins[i].line[k];
			event->bits = twins[i].bits[k];
			event->number = twins[i].number[k];
			(void)timeline_take(&timeline);
		}
		if (timeline.masked_by[0] != (twins[i].masked ? 2 : 0))
			fail_msg("%s: masked by %u", twins[i].what,
				 timeline.masked_by[0]);
		assert_int_equal(timeline.masked_by[1], 0);
		end();
	}
}

static void the_window_is_that_of_the_set_up(void **state)
{
	(void)state;
	struct race_setup wide = {.start_at = FIELD_START,
				  .clock_at = INSTANT_NONE,
				  .line_count = 1,
				  .merge_us = 4 * US_S};
	begin_with(&wide);
	pass("7", 90, 0, EVENT_CLOCK_OWN);
	pass("7", 93, 1, EVENT_CLOCK_UTC);
	(void)timeline_take(&timeline);
	assert_int_equal(timeline.masked_by[0], 2);
	assert_true(car_now("7")->lap_last == 93 * US_S);
	wide.merge_us = 0;
	timeline_set_up(&timeline, &wide);
	assert_int_equal(timeline.masked_by[0], 0);
	assert_true(car_now("7")->lap_last == 90 * US_S);
	end();
}

static void of_several_better_clocks_the_best_then_the_first_masks(void **state)
{
	(void)state;
	begin();
	pass("7", 90, 0, EVENT_CLOCK_OWN);
	pass("7", 90.2, 1, EVENT_CLOCK_NTP);
	pass("7", 90.4, 2, EVENT_CLOCK_UTC);
	pass("7", 90.6, 3, EVENT_CLOCK_UTC);
	(void)timeline_take(&timeline);
	assert_int_equal(timeline.masked_by[0], 3);
	assert_int_equal(timeline.masked_by[1], 3);
	assert_int_equal(timeline.masked_by[2], 0);
	assert_int_equal(car_now("7")->laps, 1);
	assert_true(car_now("7")->lap_last == 90 * US_S + 400 * US_MS);
	end();
}

/* A decoder and a scoring computer of which the decoder has the better clock, received
 * from the middle of the race on: who counts says which lap it is. */
static void who_counts_tells_the_better_clock_its_lap(void **state)
{
	static const struct {
		double counter_at; /* of the same crossing */
		bool first;        /* received before the decoder */
	} rows[] = {{6300.2, false}, {6299.8, false}, {6300.2, true}, {6299.8, true}};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin();
		if (!rows[i].first)
			pass("7", 6300, 1, EVENT_CLOCK_UTC);
		(void)timeline_take(&timeline);
		pass("7", rows[i].counter_at, 2, EVENT_CLOCK_UNKNOWN)->number = 70;
		(void)timeline_take(&timeline);
		if (rows[i].first)
			pass("7", 6300, 1, EVENT_CLOCK_UTC);
		(void)timeline_take(&timeline);
		assert_int_equal(car_now("7")->laps, 70);
		assert_int_equal(car_now("7")->sf_at, FIELD_START + 6300 * US_S);
		/* The next is known by both to be the next. */
		pass("7", 6390, 1, EVENT_CLOCK_UTC);
		pass("7", 6390.1, 2, EVENT_CLOCK_UNKNOWN)->number = 71;
		(void)timeline_take(&timeline);
		assert_int_equal(car_now("7")->laps, 71);
		assert_true(car_now("7")->lap_last == 90 * US_S);
		end();
	}
}

static void a_lap_told_wrongly_takes_no_crossing_away(void **state)
{
	static const uint32_t numbers[] = {1, 2, 60000};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		begin();
		for (unsigned lap = 1; lap <= 3; lap++)
			pass("7", 90 * lap, 1, EVENT_CLOCK_UTC);
		pass("7", 270.3, 2, EVENT_CLOCK_UNKNOWN)->number = numbers[i];
		(void)timeline_take(&timeline);
		assert_int_equal(car_now("7")->laps, 3);
		assert_true(car_now("7")->lap_last == 90 * US_S);
		end();
	}
}

static void an_undo_takes_back_and_another_gives_back(void **state)
{
	(void)state;
	begin();
	pass("7", 90, 0, EVENT_CLOCK_OWN);
	uint32_t hand = pass("7", 180, 0, EVENT_CLOCK_OWN)->record;
	(void)timeline_take(&timeline);
	assert_int_equal(car_now("7")->laps, 2);
	uint32_t first = undo(hand, 200);
	assert_int_equal(timeline_take(&timeline), 0);
	assert_int_equal(car_now("7")->laps, 1);
	assert_int_equal(timeline.masked_by[1], 3);
	uint32_t second = undo(first, 210);
	(void)timeline_take(&timeline);
	assert_int_equal(car_now("7")->laps, 2);
	assert_int_equal(timeline.masked_by[1], 0);
	assert_int_equal(timeline.masked_by[2], 4);
	(void)undo(second, 220);
	(void)timeline_take(&timeline);
	assert_int_equal(car_now("7")->laps, 1);
	end();
}

static void an_undo_is_of_its_own_source_and_of_what_came_before_it(void **state)
{
	(void)state;
	begin();
	pass("7", 90, 1, EVENT_CLOCK_OWN);
	(void)undo(1, 100);                             /* of another source */
	(void)undo(list.count + 1, 110);                /* itself */
	(void)undo(list.count + 5, 120);                /* what nobody said yet */
	pass("7", 180, 0, EVENT_CLOCK_OWN)->record = 8; /* the fourth names this */
	(void)undo(0, 190);
	events[list.count - 1].value = -1;
	(void)timeline_take(&timeline);
	for (uint32_t i = 0; i < timeline.order_count; i++)
		assert_int_equal(timeline.masked_by[i], 0);
	assert_int_equal(car_now("7")->laps, 2);
	end();
}

static void a_flag_that_was_taken_back_was_never_shown(void **state)
{
	(void)state;
	begin();
	struct event *flag = event_add(&list, EVENT_FLAG, at(60));
	flag->flag = FLAG_RED;
	flag->record = 9;
	pass("7", 90, 0, EVENT_CLOCK_OWN);
	(void)timeline_take(&timeline);
	assert_int_equal(timeline_head(&timeline)->flag, FLAG_RED);
	struct event *back = event_add(&list, EVENT_DECISION, at(100));
	back->field = DECISION_UNDO;
	back->value = 9;
	back->record = 10;
	(void)timeline_take(&timeline);
	assert_int_equal(timeline_head(&timeline)->flag, FLAG_UNKNOWN);
	assert_int_equal(timeline_at(&timeline, at(70))->flag, FLAG_UNKNOWN);
	/* As it was known, it was red for a while. */
	assert_int_equal(timeline_at_as(&timeline, at(70), AS_KNOWN)->flag, FLAG_RED);
	assert_int_equal(timeline_at_as(&timeline, at(101), AS_KNOWN)->flag,
			 FLAG_UNKNOWN);
	end();
}

static void a_lap_is_known_when_it_was_received_and_repaired_until_then(void **state)
{
	(void)state;
	begin();
	pass("7", 90, 0, EVENT_CLOCK_OWN)->number = 1;
	pass("7", 180, 0, EVENT_CLOCK_OWN)->number = 2;
	pass("7", 272, 0, EVENT_CLOCK_OWN)->number = 3;
	events[1].received_at = at(500);
	(void)timeline_take(&timeline);
	const struct race *race = timeline_at_as(&timeline, at(300), AS_KNOWN);
	assert_int_equal(timeline.as, AS_KNOWN);
	assert_int_equal(race->cars[0].laps, 3);
	assert_true(timeline.tables.laps[1].bits & LAP_REPAIRED);
	race = timeline_at(&timeline, at(300));
	assert_int_equal(timeline.as, AS_CORRECTED);
	assert_false(timeline.tables.laps[1].bits & LAP_REPAIRED);
	assert_true(timeline.tables.laps[1].time == 90 * US_S);
	/* Neither view is the head's. */
	(void)timeline_at_as(&timeline, at(200), AS_KNOWN);
	assert_int_equal(timeline.race.cars[0].laps, 1);
	assert_int_equal(timeline_head(&timeline)->cars[0].laps, 3);
	assert_false(timeline_head_tables(&timeline)->laps[1].bits & LAP_REPAIRED);
	/* As known at its hearing, it is as corrected. */
	race = timeline_at_as(&timeline, at(500), AS_KNOWN);
	assert_false(timeline.tables.laps[1].bits & LAP_REPAIRED);
	assert_int_equal(race->cars[0].laps, 3);
	end();
}

static void the_head_of_a_loaded_timeline_is_its_end(void **state)
{
	(void)state;
	static struct field field;
	field_make(&field, 5, 10, 1);
	field_load(&field, true, true);
	(void)timeline_at(&field.timeline, FIELD_START + US_MIN);
	const struct race *head = timeline_head(&field.timeline);
	assert_memory_equal(head, field_fold(&field, INT64_MAX), sizeof(*head));
	assert_true(timeline_take(&field.timeline) == 0);
	field_free(&field);
}

static void names_of_laps_are_of_the_whole_race_while_less_is_known(void **state)
{
	(void)state;
	struct when when = {.kind = WHEN_LAP, .value = 3};
	instant_us t = 0;
	struct err err;
	begin();
	for (int i = 1; i <= 4; i++)
		pass("7", i * 90, 0, EVENT_CLOCK_OWN)->received_at = at(i * 90 + 1000);
	(void)timeline_take(&timeline);
	assert_int_equal(timeline_at_as(&timeline, at(400), AS_KNOWN)->lap_count, 0);
	assert_int_equal(when_resolve(&timeline, &when, &t, &err), 0);
	assert_true(t == at(270));
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_timeline_waits_for_its_first_event),
		cmocka_unit_test(without_storage_a_sentence_says_so),
		cmocka_unit_test(what_comes_late_is_counted_and_takes_its_place),
		cmocka_unit_test(no_more_is_taken_than_there_was_said_to_be),
		cmocka_unit_test(the_better_clock_wins_within_the_window),
		cmocka_unit_test(the_window_is_that_of_the_set_up),
		cmocka_unit_test(
			of_several_better_clocks_the_best_then_the_first_masks),
		cmocka_unit_test(who_counts_tells_the_better_clock_its_lap),
		cmocka_unit_test(a_lap_told_wrongly_takes_no_crossing_away),
		cmocka_unit_test(an_undo_takes_back_and_another_gives_back),
		cmocka_unit_test(
			an_undo_is_of_its_own_source_and_of_what_came_before_it),
		cmocka_unit_test(a_flag_that_was_taken_back_was_never_shown),
		cmocka_unit_test(
			a_lap_is_known_when_it_was_received_and_repaired_until_then),
		cmocka_unit_test(the_head_of_a_loaded_timeline_is_its_end),
		cmocka_unit_test(
			names_of_laps_are_of_the_whole_race_while_less_is_known),
	};
	MAIN(tests);
}
