/*
 * test_json_page.c -- pitwall-json(5) names all that lines of JSON say
 *
 * Events of every kind, with every field that their kind uses, are written; each key,
 * each kind and each word of a fixed list must stand in the page as a word of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "pitwall/encode.h"

enum { PAGE_MAX = 64 * 1024 };

static char page[PAGE_MAX];

static int read_page(void **state)
{
	FILE *file = fopen(PITWALL_SOURCE_ROOT "/assets/man/pitwall-json.5", "r");
	(void)state;
	assert_non_null(file);
	size_t len = fread(page, 1, sizeof(page) - 1, file);
	assert_int_equal(fclose(file), 0);
	assert_in_range(len, 1000, sizeof(page) - 2);
	page[len] = '\0';
	return 0;
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/** On a line of literal words: ".Cm", ".It Cm", ".Li", ".Pq Li". */
static void assert_named(struct slice word)
{
	for (const char *p = page; (p = strstr(p, "\n.")) != NULL; p++) {
		struct slice line = {p + 2, strcspn(p + 2, "\n")};
		const char *end = line.at + line.len;
		bool literal = strncmp(line.at, "Cm ", 3) == 0 ||
			       strncmp(line.at, "It Cm ", 6) == 0 ||
			       strncmp(line.at, "Li ", 3) == 0 ||
			       strncmp(line.at, "Pq Li ", 6) == 0;
		for (const char *at = line.at; literal && at + word.len <= end; at++)
			if (memcmp(at, word.at, word.len) == 0 && !in_word(at[-1]) &&
			    !in_word(at[word.len]))
				return;
	}
	fail_msg("the page does not name '%.*s'", (int)word.len, word.at);
}

/** The keys of a line of ours: text is never like a key here. */
static void assert_keys_named(const char *json)
{
	for (const char *p = strchr(json, '"'); p != NULL;) {
		const char *end = strchr(p + 1, '"');
		assert_non_null(end);
		if (end[1] == ':')
			assert_named((struct slice){p + 1, (size_t)(end - p - 1)});
		p = strchr(end + 1, '"');
	}
}

static int keep(void *context, const char *bytes, size_t len)
{
	char *text = context;
	size_t used = strlen(text);
	assert_true(used + len < 4096);
	memcpy(text + used, bytes, len);
	text[used + len] = '\0';
	return 0;
}

static void write_event(enum event_kind kind, uint8_t field, enum id_kind id)
{
	struct event events[4];
	char pool[256], buf[1024], json[4096] = "";
	struct event_list list = {
		.at = events, .max = 4, .text = pool, .text_max = sizeof(pool)};
	struct out out = {
		.write = keep, .context = json, .buf = buf, .max = sizeof(buf)};
	struct event *event = event_add(&list, kind, 1000);
	event->received_at = 2000;
	event->field = field;
	event->number = 7;
	event->value = 5 * US_S;
	event->flag = FLAG_SC;
	event->line = LINE_SF;
	event->bits = EVENT_ESTIMATED | EVENT_REPAIRED | EVENT_BY_HAND;
	event_set_id(event, id, SLICE("7"));
	event_set_text(&list, event,
		       kind == EVENT_DECISION ? SLICE("8\x1f why") : SLICE("words"));
	encode_event_json(&out, &list, event);
	assert_int_equal(out_flush(&out), 0);
	assert_keys_named(json);
	/* The fixed words. */
	const char *name = strstr(json, "\"field\":\"");
	if (name != NULL)
		assert_named((struct slice){name + 9, strcspn(name + 9, "\"")});
}

static void every_key_of_an_event_is_in_the_page(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		assert_named(slice_of(event_kind_name((enum event_kind)kind)));
		for (uint8_t field = 0; field < 16; field++)
			write_event((enum event_kind)kind, field, ID_TRANSPONDER);
		write_event((enum event_kind)kind, 0, ID_NUMBER);
		write_event((enum event_kind)kind, 0, ID_REGISTRATION);
	}
}

static void every_word_of_a_list_is_in_the_page(void **state)
{
	(void)state;
	for (unsigned i = 1; i < FLAG_COUNT; i++)
		assert_named(slice_of(flag_name((enum flag)i)));
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		assert_named(slice_of(anomaly_name((enum anomaly)i)));
	for (unsigned i = 0; i < STATUS_COUNT; i++)
		assert_named(slice_of(status_name((enum result_status)i)));
}

static void every_key_of_a_standing_is_in_the_page(void **state)
{
	static struct race race;
	static struct standings standings;
	static struct classification judged;
	char buf[1024], json[4096] = "";
	struct out out = {
		.write = keep, .context = json, .buf = buf, .max = sizeof(buf)};
	(void)state;
	race.setup = (struct race_setup){.event = "E",
					 .session = "S",
					 .circuit = "C",
					 .zone = "Z",
					 .length_us = 1,
					 .length = 1000,
					 .length_laps = 3,
					 .reconstruction = true};
	race.start_at = 5;
	race.flag = FLAG_GREEN;
	race.car_count = race.class_count = race.id_count = 1;
	race.ids[0] = (struct race_id){.kind = ID_TRANSPONDER, .text = "12"};
	text_copy(race.classes[0].name, sizeof(race.classes[0].name), SLICE("GT"));
	text_copy(race.entries[0].number, sizeof(race.entries[0].number), SLICE("7"));
	text_copy(race.entries[0].team, sizeof(race.entries[0].team), SLICE("T"));
	text_copy(race.entries[0].drivers[0], sizeof(race.entries[0].drivers[0]),
		  SLICE("D"));
	race.entries[0].driver_count = 1;
	race.cars[0].lap_last = race.cars[0].lap_best = US_S;
	standings.count = judged.count = 1;
	standings.rows[0] = (struct standing){
		.position = 1,
		.class_position = 1,
		.gap = {.kind = GAP_TIME, .value = 1},
		.interval = {.kind = GAP_LAPS, .value = 1},
	};
	judged.rows[0] = (struct result){.threshold = 3, .margin = -1};
	encode_session_json(&out, &race, 9);
	encode_time_json(&out, &race, 9);
	encode_standing_json(&out, &race, &standings, &judged, 0);
	assert_int_equal(out_flush(&out), 0);
	assert_keys_named(json);
	assert_non_null(strstr(json, "\"margin\":-1"));
	assert_non_null(strstr(json, "\"snapshot\""));
	assert_named(SLICE("snapshot"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_of_an_event_is_in_the_page),
		cmocka_unit_test(every_word_of_a_list_is_in_the_page),
		cmocka_unit_test(every_key_of_a_standing_is_in_the_page),
	};
	return cmocka_run_group_tests(tests, read_page, NULL);
}
