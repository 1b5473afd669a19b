/*
 * stream_read.c -- the bytes of a stream, or of a capture of one, as a race
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "stream_read.h"
#include "../pump.h"
#include "../real.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 256 * 1024, TEXT_MAX = 4 * 1024 * 1024 };

void *read_room(size_t count, size_t size)
{
	void *p = calloc(count, size);

	assert_non_null(p);
	return p;
}

static void last_session(struct read *read)
{
	const struct event_list *list = &read->list;
	uint32_t number = UINT32_MAX, from = 0;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->at[i].kind == EVENT_SESSION && list->at[i].number != number) {
			number = list->at[i].number;
			/* What is received before the first is of it. */
			from = read->sessions++ == 0 ? 0 : i;
		}
	read->last = *list;
	read->last.at = list->at + from;
	read->last.count = list->count - from;
	read->last.max = read->last.count + 1;
}

char *read_data(const char *folder, const char *name, size_t *len)
{
	char path[256];
	text_format(path, sizeof(path), "%s/%s", folder, name);
	return real_read(path, len);
}

/* Unwrapped pieces are joined as a connection would: messages off the front. */
static void decode(struct read *read, const struct feed_driver *driver,
		   struct slice bytes)
{
	struct feed_capture capture = {.at = INSTANT_NONE};
	struct slice head = {bytes.at, bytes.len < 4096 ? bytes.len : 4096};
	char *buf = read_room(2 * bytes.len + 1, 1);
	size_t held = 0, len;
	uint32_t base = 0;
	enum feed_marks marks;
	assert_ptr_equal(feed_sniff_file(head, &marks), driver);
	capture.marks = (uint8_t)marks;
	while (feed_capture_next(&capture, &bytes, buf + held, &len)) {
		size_t used;
		held += len;
		used = feed_pump(driver, read->state, (struct slice){buf, held},
				 capture.at, base, &read->list);
		base += (uint32_t)used;
		memmove(buf, buf + used, held - used);
		held -= used;
	}
	free(buf);
}

void read_stream(struct read *read, const char *name, struct slice bytes, uint8_t lines)
{
	const struct feed_driver *driver = feed_by_name(slice_of(name));
	const struct feed_setup feed = {.source = 1, .day = INSTANT_NONE};
	struct race_setup setup = {
		.start_at = INSTANT_NONE,
		.clock_at = INSTANT_NONE,
		.line_count = lines,
	};
	struct err err = {""};
	memset(read, 0, sizeof(*read));
	assert_non_null(driver);
	for (unsigned i = 0; i < lines; i++)
		setup.line_ppm[i] = i * 1000000 / lines;
	read->list = (struct event_list){
		.at = read_room(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = read_room(TEXT_MAX, 1),
		.text_max = TEXT_MAX,
	};
	read->state = read_room(1, driver->state_size);
	driver->init(read->state, &feed);
	decode(read, driver, bytes);
	assert_int_equal(read->list.dropped, 0);
	last_session(read);
	struct timeline_needs needs = timeline_needs(&read->last, true, false);
	needs.storage = read->storage = read_room(1, needs.bytes);
	if (timeline_load(&read->timeline, &read->last, &setup, &needs, &err) != 0)
		fail_msg("%s", err.text);
}

void read_end(struct read *read)
{
	free(read->list.at);
	free(read->list.text);
	free(read->state);
	free(read->storage);
}

const struct race *read_now(struct read *read)
{
	return timeline_at(&read->timeline, INT64_MAX);
}

unsigned read_count(const struct event_list *list, enum event_kind kind)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < list->count; i++)
		count += list->at[i].kind == kind;
	return count;
}

unsigned read_anomalies(const struct event_list *list, enum anomaly anomaly)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < list->count; i++)
		count += list->at[i].kind == EVENT_ANOMALY &&
			 list->at[i].field == anomaly;
	return count;
}
