/*
 * field.c -- a small race made of events, for the tests of the timeline
 */
#include "field.h"

#include <stdlib.h>

static void add_entry(struct field *field, const char *number, enum entry_field what,
		      const char *text)
{
	struct event *event = event_add(&field->list, EVENT_ENTRY, FIELD_START);
	event_set_id(event, ID_NUMBER, slice_of(number));
	event->field = (uint8_t)what;
	event_set_text(&field->list, event, slice_of(text));
}

static void add_words(struct field *field, enum event_kind kind, instant_us at,
		      const char *number, const char *text)
{
	struct event *event = event_add(&field->list, kind, at);
	if (number)
		event_set_id(event, ID_NUMBER, slice_of(number));
	event->value = DURATION_NONE;
	event_set_text(&field->list, event, slice_of(text));
}

static void add_flag(struct field *field, instant_us at, enum flag flag)
{
	event_add(&field->list, EVENT_FLAG, at)->flag = (uint8_t)flag;
}

static void add_passing(struct field *field, instant_us at, const char *number,
			unsigned line, uint32_t lap)
{
	struct event *event = event_add(&field->list, EVENT_PASSING, at);
	event_set_id(event, ID_NUMBER, slice_of(number));
	event->line = (uint8_t)line;
	event->number = lap;
	event->value = DURATION_NONE;
}

static void drive(struct field *field, const char *number, unsigned laps,
		  uint64_t *seed)
{
	instant_us t = FIELD_START;
	for (uint32_t lap = 1; lap <= laps; lap++) {
		duration_us third =
			(30000 + (int64_t)random_below(seed, 10000)) * US_MS;
		add_passing(field, t + third, number, 1, lap);
		add_passing(field, t + 2 * third, number, 2, lap);
		bool stop = random_below(seed, 12) == 0;
		if (stop)
			add_words(field, EVENT_PIT_IN, t + 3 * third - US_S, number,
				  "");
		t += 3 * third;
		add_passing(field, t, number, stop ? LINE_SF_PIT : LINE_SF, lap);
		if (!stop)
			continue;
		add_words(field, EVENT_DRIVER, t + US_S, number,
			  lap % 2 ? "Tom Kristensen" : "Seiji Ara");
		add_words(field, EVENT_PIT_OUT, t + 20 * US_S, number, "");
	}
}

void field_make(struct field *field, unsigned cars, unsigned laps, uint64_t seed)
{
	memset(field, 0, sizeof(*field));
	field->list = (struct event_list){
		.at = calloc(FIELD_EVENTS_MAX, sizeof(struct event)),
		.max = FIELD_EVENTS_MAX,
		.text = malloc(FIELD_TEXT_MAX),
		.text_max = FIELD_TEXT_MAX,
	};
	assert_non_null(field->list.at);
	assert_non_null(field->list.text);
	field->setup = (struct race_setup){
		.start_at = FIELD_START,
		.clock_at = FIELD_NOON,
		.utc_offset_us = US_HOUR,
		.length_us = 6 * US_HOUR,
		.line_count = 3,
		.line_ppm = {0, 333333, 666666},
	};
	for (unsigned i = 0; i < cars; i++) {
		char number[8];
		text_format(number, sizeof(number), "%u", i + 1);
		add_entry(field, number, ENTRY_CAR, "");
		add_entry(field, number, ENTRY_CLASS, i % 3 ? "LMP900" : "GT");
		add_entry(field, number, ENTRY_TEAM, "A team of people");
		drive(field, number, laps, &seed);
	}
	for (unsigned i = 0; i < laps; i += 5) {
		instant_us at = FIELD_START + (int64_t)i * 100 * US_S;
		add_flag(field, at, i % 10 ? FLAG_SC : FLAG_GREEN);
		struct event *event = event_add(&field->list, EVENT_WEATHER, at + US_S);
		event->field = WEATHER_AIR_MC;
		event->value = 9000 + i;
		add_words(field, EVENT_MESSAGE, at + 2 * US_S, NULL, "a message");
	}
	assert_int_equal(field->list.dropped, 0);
}

void field_shuffle(struct field *field, uint64_t seed)
{
	struct event *at = field->list.at;
	for (uint32_t i = field->list.count; i > 1; i--) {
		uint32_t j = (uint32_t)random_below(&seed, i);
		struct event held = at[i - 1];
		at[i - 1] = at[j];
		at[j] = held;
	}
}

void field_load(struct field *field, bool history, bool keyframes)
{
	struct err err = {""};
	struct timeline_needs needs = timeline_needs(&field->list, history, keyframes);
	free(field->storage);
	needs.storage = field->storage = malloc(needs.bytes);
	if (timeline_load(&field->timeline, &field->list, &field->setup, &needs, &err))
		fail_msg("%s", err.text);
}

void field_free(struct field *field)
{
	free(field->storage);
	free(field->list.at);
	free(field->list.text);
	memset(field, 0, sizeof(*field));
}

const struct race *field_fold(const struct field *field, instant_us t)
{
	static struct race race;
	static struct lap_row laps[FIELD_EVENTS_MAX];
	static struct stint_row stints[FIELD_EVENTS_MAX];
	static struct flag_row flags[FIELD_EVENTS_MAX];
	static struct message_row messages[FIELD_EVENTS_MAX];
	static struct weather_row weather[FIELD_EVENTS_MAX];
	static struct history_row history[4 * FIELD_EVENTS_MAX];
	static struct history_block histories[HISTORY_BLOCKS(4 * FIELD_EVENTS_MAX)];
	static uint32_t order[FIELD_EVENTS_MAX];
	static struct event_slot scratch[2 * FIELD_EVENTS_MAX];
	const struct race_tables tables = {.laps = laps,
					   .stints = stints,
					   .flags = flags,
					   .messages = messages,
					   .weather = weather,
					   .history = history,
					   .histories = histories,
					   .history_max = 4 * FIELD_EVENTS_MAX,
					   .laps_max = FIELD_EVENTS_MAX,
					   .stints_max = FIELD_EVENTS_MAX,
					   .flags_max = FIELD_EVENTS_MAX,
					   .messages_max = FIELD_EVENTS_MAX,
					   .weather_max = FIELD_EVENTS_MAX};
	event_order(&field->list, order, scratch);
	race_init(&race, &field->setup);
	for (uint32_t i = 0; i < field->list.count; i++) {
		const struct event *event = &field->list.at[order[i]];
		if (event->at > t)
			break;
		race_apply(&race, &tables, event, field->list.text, NULL);
	}
	return &race;
}
