/*
 * test_events.c -- lists of events, their text, and their one order
 */
#include "check.h"

#include <stdlib.h>

#include "pitwall/event.h"

enum { EVENTS = 6000, TEXT = 4096 };
static struct event storage[EVENTS + 1];
static char text[TEXT];
static uint32_t order[EVENTS + 1];
static struct event_slot scratch[2 * (EVENTS + 1)];

static struct event_list list_of(uint32_t max, uint32_t text_max)
{
	return (struct event_list){
		.at = storage, .max = max, .text = text, .text_max = text_max};
}

static void a_full_list_drops_and_counts_and_never_overruns(void **state)
{
	(void)state;
	struct event_list list = list_of(4, TEXT);
	for (int i = 0; i < 3; i++)
		event_add(&list, EVENT_PASSING, i);
	assert_int_equal(list.count, 3);
	for (int i = 0; i < 5; i++) {
		struct event *event = event_add(&list, EVENT_MESSAGE, 9);
		assert_non_null(event);
		event_set_text(&list, event, SLICE("lost"));
		event_set_id(event, ID_NUMBER, SLICE("5"));
	}
	assert_int_equal(list.count, 3);
	assert_int_equal(list.dropped, 5);
	assert_int_equal(list.text_len, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(list.at[i].at, i);
}

static void text_without_room_drops_its_event(void **state)
{
	(void)state;
	struct event_list list = list_of(EVENTS, 16);
	struct event *event = event_add(&list, EVENT_MESSAGE, 1);
	event_set_text(&list, event, SLICE("abc"));
	assert_true(slice_eq(event_text(&list, event), SLICE("abc")));
	event = event_add(&list, EVENT_MESSAGE, 2);
	event_set_text(&list, event, SLICE("much more than there is room for"));
	assert_int_equal(list.count, 1);
	assert_int_equal(list.dropped, 1);
	assert_int_equal(event_text(&list, event).len, 0);
	assert_true(slice_eq(event_text(&list, &list.at[0]), SLICE("abc")));
}

static void texts_are_cleaned_and_the_last_is_shared(void **state)
{
	(void)state;
	struct event_list list = list_of(EVENTS, TEXT);
	const char *const said[] = {"Tom\x1b Kristensen", "Tom Kristensen",
				    "Kristensen", "Kristensen", "Seiji Ara"};
	const char *const kept[] = {"Tom Kristensen", "Tom Kristensen", "Kristensen",
				    "Kristensen", "Seiji Ara"};
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		event_set_text(&list, event_add(&list, EVENT_DRIVER, 0),
			       slice_of(said[i]));
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		assert_true(
			slice_eq(event_text(&list, &list.at[i]), slice_of(kept[i])));
	assert_int_equal(list.at[0].text, list.at[1].text);
	assert_int_not_equal(list.at[1].text, list.at[2].text);
	assert_int_equal(list.at[2].text, list.at[3].text);
}

static void a_decision_keeps_its_two_parts(void **state)
{
	(void)state;
	struct event_list list = list_of(EVENTS, TEXT);
	struct event *event = event_add(&list, EVENT_DECISION, 0);
	event_set_text(&list, event, SLICE("88\x1f pit\x07 lane  speed"));
	assert_true(slice_eq(event_text(&list, event), SLICE("88\x1fpit lane speed")));
	event = event_add(&list, EVENT_MESSAGE, 0);
	event_set_text(&list, event,
		       SLICE("a\x1f"
			     "b"));
	assert_true(slice_eq(event_text(&list, event), SLICE("ab")));
	event = event_add(&list, EVENT_ASK, 0);
	event_set_text(&list, event, ((struct slice){"\x8e\x00\x8f", 3}));
	assert_true(
		slice_eq(event_text(&list, event), (struct slice){"\x8e\x00\x8f", 3}));
}

static void ids_are_clean_padded_and_cut(void **state)
{
	(void)state;
	struct event a, b;
	memset(&a, 0xff, sizeof(a));
	memset(&b, 0, sizeof(b));
	event_set_id(&a, ID_NUMBER,
		     SLICE("\x1b"
			   "007 "));
	event_set_id(&b, ID_NUMBER, SLICE("007"));
	assert_memory_equal(a.id, b.id, sizeof(a.id));
	event_set_id(&a, ID_TRANSPONDER, SLICE("12345678901234567890"));
	assert_string_equal(a.id, "123456789012");
}

static void names_of_flags_are_read_back(void **state)
{
	(void)state;
	for (int flag = 0; flag < FLAG_COUNT; flag++)
		assert_int_equal(flag_by_name(slice_of(flag_name((enum flag)flag))),
				 flag);
	assert_int_equal(flag_by_name(SLICE("code60")), FLAG_CODE60);
	assert_int_equal(flag_by_name(SLICE("GF")), -1);
	assert_string_equal(event_kind_name(EVENT_PIT_OUT), "pit-out");
	assert_string_equal(anomaly_name(ANOMALY_CLOCK), "clock");
}

static void names_of_lines_and_fields_are_read_back(void **state)
{
	(void)state;
	for (uint8_t line = 0; line <= LINE_SF_PIT; line++)
		assert_int_equal(line_by_name(slice_of(line_name(line))), line);
	assert_int_equal(line_by_name(SLICE("i07")), 7);
	assert_int_equal(line_by_name(SLICE("I16")), LINE_NONE);
	for (unsigned i = 0; i < ENTRY_FIELD_COUNT; i++)
		assert_int_equal(entry_field_by_name(slice_of(
					 entry_field_name((enum entry_field)i))),
				 i);
	assert_int_equal(entry_field_by_name(SLICE("PIT_start")), ENTRY_PIT_START);
	assert_int_equal(entry_field_by_name(SLICE("pit")), -1);
}

static void a_decision_is_told_in_words(void **state)
{
	static const struct {
		enum decision_kind kind;
		int64_t value;
		const char *with, *words;
	} cases[] = {
		{DECISION_TIME, 10 * US_S, "", "+10 s"},
		{DECISION_TIME, 90 * US_S + 500 * US_MS, "", "+90.5 s"},
		{DECISION_TIME, -US_MS, "", "\u22120.001 s"},
		{DECISION_LAPS, -1, "", "\u22121 lap"},
		{DECISION_LAPS, 2, "", "+2 laps"},
		{DECISION_BEHIND, 0, "7", "placed behind 7"},
		{DECISION_LAP_DELETED, 9, "", "lap 9 deleted"},
		{DECISION_STATUS, 0, "NC", "status NC"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char buf[64];
		size_t len = decision_words(buf, sizeof(buf), cases[i].kind,
					    cases[i].value, slice_of(cases[i].with));
		assert_string_equal(buf, cases[i].words);
		assert_int_equal(len, strlen(cases[i].words));
	}
}

static void equal_instants_go_by_kind_line_car_source_and_sequence(void **state)
{
	(void)state;
	static const struct {
		instant_us at;
		enum event_kind kind;
		uint8_t line;
		const char *id;
		uint16_t source;
		uint32_t sequence;
	} rows[] = {
		/* in order */
		{1, EVENT_PASSING, 3, "9", 9, 9},  {2, EVENT_ENTRY, 3, "9", 9, 9},
		{2, EVENT_PASSING, 0, "9", 9, 9},  {2, EVENT_PASSING, 1, "007", 9, 9},
		{2, EVENT_PASSING, 1, "07", 9, 9}, {2, EVENT_PASSING, 1, "7", 0, 9},
		{2, EVENT_PASSING, 1, "7", 1, 3},  {2, EVENT_PASSING, 1, "7", 1, 4},
		{2, EVENT_END, 0, "", 0, 0},       {3, EVENT_ENTRY, 0, "", 0, 0},
	};
	struct event_list list = list_of(EVENTS, TEXT);
	for (size_t k = ARRAY_LEN(rows); k > 0; k--) {
		struct event *event =
			event_add(&list, rows[k - 1].kind, rows[k - 1].at);
		event->line = rows[k - 1].line;
		event->source = rows[k - 1].source;
		event->sequence = rows[k - 1].sequence;
		event_set_id(event, ID_NUMBER, slice_of(rows[k - 1].id));
	}
	event_order(&list, order, scratch);
	for (uint32_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(order[i], ARRAY_LEN(rows) - 1 - i);
}

static void equal_texts_at_different_places_are_equal(void **state)
{
	(void)state;
	struct event_list list = list_of(EVENTS, TEXT);
	const char *const said[] = {"b", "a", "b"};
	for (size_t i = 0; i < 3; i++)
		event_set_text(&list, event_add(&list, EVENT_MESSAGE, 0),
			       slice_of(said[i]));
	assert_int_equal(event_compare(&list, &list.at[0], &list.at[2]), 0);
	assert_true(event_compare(&list, &list.at[0], &list.at[1]) > 0);
	assert_true(event_compare(&list, &list.at[1], &list.at[0]) < 0);
}

/* Ways time can be spread over a list. */
static instant_us spread(int way, uint64_t *seed, uint32_t i)
{
	switch (way) {
	case 0: /* a race */
		return 1700000000 * US_S + (int64_t)random_below(seed, 86400000) * 1000;
	case 1: /* one instant */
		return 42;
	case 2: /* set-up at no instant, one clock gone mad */
		return i % 50 == 0 ? INSTANT_NONE
		       : i == 77   ? INT64_MAX
				   : (int64_t)i * 1000;
	case 3: /* anything */
		return (int64_t)random_next(seed);
	case 4: /* backwards, in pairs */
		return -(int64_t)(i / 2);
	case 5: /* half at one instant, half in a race */
		return i % 2 ? 5 : (int64_t)random_below(seed, 86400000000);
	default: /* both ends of time */
		return i % 2 ? INT64_MIN : INT64_MAX;
	}
}

static void any_spread_of_time_is_put_in_order(void **state)
{
	(void)state;
	const uint32_t counts[] = {0, 1, 2, 13, 64, 1000, EVENTS};
	uint64_t seed = 7;
	for (int way = 0; way < 7; way++)
		for (size_t c = 0; c < ARRAY_LEN(counts); c++) {
			struct event_list list = list_of(EVENTS + 1, TEXT);
			bool seen[EVENTS] = {false};
			for (uint32_t i = 0; i < counts[c]; i++) {
				struct event *event = event_add(&list, EVENT_PASSING,
								spread(way, &seed, i));
				event->line = (uint8_t)random_below(&seed, 3);
				event->sequence = (uint32_t)random_below(&seed, 9);
				event->record = i;
			}
			event_order(&list, order, scratch);
			for (uint32_t i = 0; i < counts[c]; i++) {
				assert_true(order[i] < counts[c] && !seen[order[i]]);
				seen[order[i]] = true;
				if (i > 0)
					assert_true(
						event_compare(&list,
							      &list.at[order[i - 1]],
							      &list.at[order[i]]) < 0);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_list_drops_and_counts_and_never_overruns),
		cmocka_unit_test(text_without_room_drops_its_event),
		cmocka_unit_test(texts_are_cleaned_and_the_last_is_shared),
		cmocka_unit_test(a_decision_keeps_its_two_parts),
		cmocka_unit_test(ids_are_clean_padded_and_cut),
		cmocka_unit_test(names_of_flags_are_read_back),
		cmocka_unit_test(names_of_lines_and_fields_are_read_back),
		cmocka_unit_test(a_decision_is_told_in_words),
		cmocka_unit_test(
			equal_instants_go_by_kind_line_car_source_and_sequence),
		cmocka_unit_test(equal_texts_at_different_places_are_equal),
		cmocka_unit_test(any_spread_of_time_is_put_in_order),
	};
	MAIN(tests);
}
