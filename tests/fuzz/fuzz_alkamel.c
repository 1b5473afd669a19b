/*
 * fuzz_alkamel.c -- any bytes as a lap file, and as the weather beside one
 *
 * What comes out is looked at too: an event that is not the race's own kind, or
 * that lies outside of the file's own time, would be a finding.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct event_list *list)
{
	assert(list->count < list->max);
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *event = &list->at[i];
		assert(event->kind < EVENT_KIND_COUNT);
		assert(event->at != INSTANT_NONE && event->at == event->received_at);
		assert(event->text_len == 0 ||
		       (uint64_t)event->text + event->text_len <= list->text_len);
		assert(event->id[EVENT_ID_MAX] == '\0');
		if (event->kind == EVENT_PASSING)
			assert(event->line < LINES_MAX || event->line == LINE_SF_PIT);
		if (event->kind == EVENT_ANOMALY)
			assert(event->field < ANOMALY_COUNT && event->text_len > 0);
	}
}

static void read_laps(struct slice file)
{
	const struct feed_driver *driver = feed_by_name(SLICE("alkamel"));
	struct feed_setup setup = {.day = INSTANT_NONE};
	struct feed_info info;
	struct err err;
	uint32_t events, words;
	driver->room(file, &events, &words);
	void *scratch = malloc(driver->scratch_size(file));
	struct event_list list = {.max = events, .text_max = words};
	list.at = malloc(events * sizeof(struct event));
	list.text = malloc(words);
	if (scratch && list.at && list.text) {
		(void)driver->sniff(file);
		if (driver->read_file(file, &setup, scratch, &list, &info, &err) == 0) {
			assert(info.rows > 0 && info.cars > 0);
			assert(info.end_at >= info.start_at);
			assert(list.dropped == 0);
		}
		look(&list);
	}
	free(scratch);
	free(list.at);
	free(list.text);
}

static void read_weather(struct slice file)
{
	enum { EVENTS = 4096, WORDS = 65536 };
	struct event_list list = {.max = EVENTS, .text_max = WORDS};
	struct err err;
	list.at = malloc(EVENTS * sizeof(struct event));
	list.text = malloc(WORDS);
	if (list.at && list.text) {
		(void)feed_weather_read(file, 1, &list, &err);
		look(&list);
	}
	free(list.at);
	free(list.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice file = {(const char *)data, size};
	if (size == 0)
		file.at = "";
	read_laps(file);
	read_weather(file);
	return 0;
}
