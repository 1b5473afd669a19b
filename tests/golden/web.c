/*
 * web.c -- lines and files of services, archives and lap files, as events (UPDATE=1 rewrites)
 *
 * tests/golden/web/NAME.txt is read by the driver NAME at one instant a line, and becomes NAME.jsonl.
 * Tables of laps (CSV, Speedhive) become a lap file first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kept.h"
#include "pitwall/documents.h"
#include "pitwall/encode.h"
#include "pitwall/feed.h"
#include "../real.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HERE PITWALL_SOURCE_ROOT "/tests/golden/web/"

enum { EVENTS_MAX = 4096, TEXT_MAX = 256 * 1024, BYTES_MAX = 1024 * 1024 };

struct written {
	char *bytes;
	size_t len;
};

static int written_keep(void *context, const char *bytes, size_t len)
{
	struct written *to = context;
	assert_true(to->len + len < BYTES_MAX);
	memcpy(to->bytes + to->len, bytes, len);
	to->len += len;
	to->bytes[to->len] = '\0';
	return 0;
}

static void *room(size_t size)
{
	void *p = calloc(1, size);
	assert_non_null(p);
	return p;
}

/* A line each second from 2026-06-27 14:35 UTC on, where the driver reads streams. */
static void read_lines(const struct feed_driver *driver, struct slice text,
		       struct event_list *list)
{
	const struct feed_setup setup = {.day = INSTANT_NONE, .line_count = 3};
	instant_us at = (instant_us)1782570900 * US_S;
	void *state = room(driver->state_size);
	driver->init(state, &setup);
	uint32_t offset = 0;
	while (text.len > 0) {
		ptrdiff_t n = driver->frame(text);
		assert_true(n > 0);
		driver->decode(state, (struct slice){text.at, (size_t)n}, at, offset,
			       list);
		text.at += n;
		text.len -= (size_t)n;
		offset += (uint32_t)n;
		at += US_S;
	}
	free(state);
}

static void read_whole(const struct feed_driver *driver, struct slice text,
		       struct event_list *list)
{
	const struct feed_setup setup = {.day = INSTANT_NONE};
	struct feed_info info;
	struct err err;
	void *scratch = room(driver->scratch_size(text));
	assert_int_equal(driver->read_file(text, &setup, scratch, list, &info, &err),
			 0);
	free(scratch);
}

static void compare(const char *name, const struct written *now)
{
	char file[80];
	snprintf(file, sizeof(file), "web/%s.jsonl", name);
	kept_same(file, (struct slice){now->bytes, now->len});
}

/* The lap file that is made of a table, or the text itself. */
static struct slice lines_of(const char *name, struct slice text, struct written *to)
{
	char buffer[512];
	const struct feed_driver *driver = document_driver(slice_of(name), text);
	if (!driver || strcmp(driver->name, "alkamel") != 0)
		return text;
	*to = (struct written){room(BYTES_MAX), 0};
	struct out out = {.write = written_keep,
			  .context = to,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	document_begin(driver, &out);
	assert_true(document_write(slice_of(name), text, &out));
	assert_int_equal(out_flush(&out), 0);
	return (struct slice){to->bytes, to->len};
}

static void golden(void **state)
{
	const char *name = *state;
	char path[256], buffer[512];
	struct written file = {NULL, 0};
	size_t len = 0;
	snprintf(path, sizeof(path), HERE "%s.txt", name);
	char *bytes = file_read_all(path, &len);
	assert_non_null(bytes);
	struct slice text = lines_of(name, (struct slice){bytes, len}, &file);
	const struct feed_driver *driver =
		feed_by_name(file.bytes ? SLICE("alkamel") : slice_of(name));
	assert_non_null(driver);
	assert_ptr_equal(feed_sniff(text), driver);
	struct event_list list = {
		.at = room(EVENTS_MAX * sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = room(TEXT_MAX),
		.text_max = TEXT_MAX,
	};
	if (driver->frame)
		read_lines(driver, text, &list);
	else
		read_whole(driver, text, &list);
	assert_int_equal(list.dropped, 0);
	struct written now = {room(BYTES_MAX), 0};
	struct out out = {.write = written_keep,
			  .context = &now,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	for (uint32_t i = 0; i < list.count; i++)
		encode_event_json(&out, &list, &list.at[i]);
	assert_int_equal(out_flush(&out), 0);
	compare(name, &now);
	free(now.bytes);
	free(list.at);
	free(list.text);
	free(file.bytes);
	free(bytes);
}

#define GOLDEN(name)                                              \
	{                                                         \
		name, golden, NULL, NULL, (void *)(uintptr_t)name \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GOLDEN("alkamel"),     GOLDEN("events"),   GOLDEN("f1"),
		GOLDEN("griiip"),      GOLDEN("hhtiming"), GOLDEN("imsa"),
		GOLDEN("lap_table"),   GOLDEN("nls"),      GOLDEN("speedhive"),
		GOLDEN("swisstiming"), GOLDEN("timing71"),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
