/*
 * rmonitor_read.c -- an RMonitor stream as a race, and the same bytes read naively
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "rmonitor_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 128 * 1024, TEXT_MAX = 4 * 1024 * 1024 };

static void *room(size_t count, size_t size)
{
	void *p = calloc(count, size);

	assert_non_null(p);
	return p;
}

char *read_capture(const char *name, size_t *len)
{
	const char *data = getenv("PITWALL_DATA");
	char path[1024], *bytes;
	FILE *file;
	long size;

	if (data != NULL)
		snprintf(path, sizeof(path), "%s/rmonitor/%s", data, name);
	else
		snprintf(path, sizeof(path), "%s/../shared/data/rmonitor/%s",
			 PITWALL_SOURCE_ROOT, name);
	file = fopen(path, "rb");
	if (file == NULL)
		return NULL;
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size > 0);
	rewind(file);
	bytes = room((size_t)size + 1, 1);
	assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
	fclose(file);
	*len = (size_t)size;
	return bytes;
}

/* Unwrapped pieces are joined as a connection would: messages off the front. */
static void decode(struct read *read, const struct feed_driver *driver,
		   struct slice bytes)
{
	struct feed_capture capture = {.at = INSTANT_NONE};
	struct slice head = {bytes.at, bytes.len < 4096 ? bytes.len : 4096};
	char *buf = room(2 * bytes.len + 1, 1);
	size_t held = 0, len;
	enum feed_marks marks;

	assert_ptr_equal(feed_sniff_file(head, &marks), driver);
	capture.marks = (uint8_t)marks;
	while (feed_capture_next(&capture, &bytes, buf + held, &len)) {
		size_t used;

		held += len;
		used = feed_pump(driver, read->state, (struct slice){buf, held},
				 capture.at, 0, &read->list);
		memmove(buf, buf + used, held - used);
		held -= used;
	}
	free(buf);
}

static void last_session(struct read *read)
{
	const struct event_list *list = &read->list;
	uint32_t number = UINT32_MAX, from = 0;

	for (uint32_t i = 0; i < list->count; i++)
		if (list->at[i].kind == EVENT_SESSION && list->at[i].number != number) {
			number = list->at[i].number;
			/* What is heard before the first is of it. */
			from = read->sessions++ == 0 ? 0 : i;
		}
	read->last = *list;
	read->last.at = list->at + from;
	read->last.count = list->count - from;
	read->last.max = read->last.count + 1;
}

void read_race(struct read *read, struct slice bytes)
{
	const struct feed_driver *driver = feed_by_name(SLICE("rmonitor"));
	const struct feed_setup feed = {.source = 1, .day = INSTANT_NONE};
	const struct race_setup setup = {
		.start_at = INSTANT_NONE,
		.clock_at = INSTANT_NONE,
		.line_count = 1,
	};
	struct err err = {""};

	memset(read, 0, sizeof(*read));
	assert_non_null(driver);
	read->list = (struct event_list){
		.at = room(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = room(TEXT_MAX, 1),
		.text_max = TEXT_MAX,
	};
	read->state = room(1, driver->state_size);
	driver->init(read->state, &feed);
	decode(read, driver, bytes);
	assert_int_equal(read->list.dropped, 0);
	last_session(read);
	read->storage = room(1, timeline_storage_size(&read->last, false, false));
	if (timeline_load(&read->timeline, &read->last, &setup, read->storage, false,
			  false, &err) != 0)
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

/* ---- naively --------------------------------------------------------------------- */

static long long naive_ms(const char *text)
{
	unsigned h, m, s, ms = 0;

	if (strchr(text, '-') != NULL ||
	    sscanf(text, "%u:%u:%u.%u", &h, &m, &s, &ms) < 3)
		return -1;
	return ((h * 60LL + m) * 60 + s) * 1000 + ms;
}

static struct naive_car *naive_car(struct naive *naive, const char *reg)
{
	struct naive_car *car = naive_find(naive, reg);

	if (car != NULL)
		return car;
	assert_true(naive->count < NAIVE_CARS_MAX);
	car = &naive->cars[naive->count++];
	snprintf(car->reg, sizeof(car->reg), "%s", reg);
	car->total_ms = car->passing_ms = -1;
	return car;
}

struct naive_car *naive_find(struct naive *naive, const char *reg)
{
	for (unsigned i = 0; i < naive->count; i++)
		if (strcmp(naive->cars[i].reg, reg) == 0)
			return &naive->cars[i];
	return NULL;
}

/* Fields without their quotes; returns how many. */
static unsigned naive_split(char *line, char *fields[12])
{
	unsigned n = 0;
	char *out = line;

	fields[n++] = out;
	for (char *p = line; *p != '\0' && *p != '\r' && *p != '\n'; p++) {
		if (*p == ',' && n < 12) {
			*out++ = '\0';
			fields[n++] = out;
		} else if (*p != '"') {
			*out++ = *p;
		}
	}
	*out = '\0';
	return n;
}

void naive_read(struct naive *naive, struct slice bytes)
{
	long long race_ms = 0;
	long run = -1;
	bool over = false;

	memset(naive, 0, sizeof(*naive));
	for (size_t i = 0; i + 3 < bytes.len; i++) {
		char line[256], *f[12];
		const char *end = memchr(bytes.at + i, '\n', bytes.len - i);
		unsigned n;

		if (bytes.at[i] != '$')
			continue;
		snprintf(line, sizeof(line), "%.*s",
			 (int)(end != NULL ? end - (bytes.at + i)
					   : (ptrdiff_t)(bytes.len - i)),
			 bytes.at + i);
		n = naive_split(line, f);
		if (strcmp(f[0], "$B") == 0 && n > 1) {
			over = over || (run >= 0 && strtol(f[1], NULL, 10) != run);
			run = strtol(f[1], NULL, 10);
		}
		if (strcmp(f[0], "$F") == 0 && n > 4) {
			over = over || naive_ms(f[4]) + 2000 < race_ms;
			race_ms = naive_ms(f[4]);
		}
		if (strcmp(f[0], "$G") != 0 && strcmp(f[0], "$J") != 0)
			continue;
		if (over)
			memset(naive, 0, sizeof(*naive));
		over = false;
		if (strcmp(f[0], "$G") == 0 && n > 4) {
			struct naive_car *car = naive_car(naive, f[2]);

			car->laps = strtol(f[3], NULL, 10);
			car->total_ms = naive_ms(f[4]);
			car->ahead = 0;
		} else if (n > 3 && naive_ms(f[3]) >= 0) {
			struct naive_car *car = naive_car(naive, f[1]);

			car->passing_ms = naive_ms(f[3]);
			car->passings += naive_ms(f[2]) > 0;
			car->ahead +=
				naive_ms(f[2]) > 0 && naive_ms(f[3]) > car->total_ms;
		}
	}
}
