/*
 * heard.c -- bytes written by the protocols' writers, heard by a stream driver: for
 * tests
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "heard.h"
#include "../../pump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void heard_begin(struct heard *heard, const char *driver,
		 const struct feed_setup *setup)
{
	static const struct feed_setup nothing = {.day = INSTANT_NONE};
	memset(heard, 0, sizeof(*heard));
	heard->driver = feed_by_name(slice_of(driver));
	assert_non_null(heard->driver);
	heard->state = malloc(heard->driver->state_size);
	heard->list = (struct event_list){
		.at = malloc(HEARD_EVENTS_MAX * sizeof(struct event)),
		.max = HEARD_EVENTS_MAX,
		.text = malloc(HEARD_TEXT_MAX),
		.text_max = HEARD_TEXT_MAX,
	};
	heard->bytes = malloc(HEARD_BYTES_MAX);
	assert_true(heard->state && heard->list.at && heard->list.text && heard->bytes);
	heard->driver->init(heard->state, setup ? setup : &nothing);
}

void heard_end(struct heard *heard)
{
	free(heard->state);
	free(heard->list.at);
	free(heard->list.text);
	free(heard->bytes);
	memset(heard, 0, sizeof(*heard));
}

static int keep(void *context, const char *bytes, size_t len)
{
	struct heard *heard = context;
	assert_true(heard->len + len <= HEARD_BYTES_MAX);
	memcpy(heard->bytes + heard->len, bytes, len);
	heard->len += len;
	return 0;
}

struct out heard_out(struct heard *heard)
{
	return (struct out){keep, heard, heard->buf, 0, sizeof(heard->buf), 0};
}

void heard_at(struct heard *heard, struct out *out, instant_us at)
{
	assert_int_equal(out_flush(out), 0);
	size_t used = feed_pump(heard->driver, heard->state,
				(struct slice){heard->bytes, heard->len}, at, 0,
				&heard->list);
	memmove(heard->bytes, heard->bytes + used, heard->len - used);
	heard->len -= used;
	assert_int_equal(heard->list.dropped, 0);
}

void heard_bytes(struct heard *heard, struct slice bytes, instant_us at)
{
	struct out out = heard_out(heard);
	out_bytes(&out, bytes.at, bytes.len);
	heard_at(heard, &out, at);
}

const struct event *heard_next(struct heard *heard, enum event_kind kind)
{
	while (heard->looked < heard->list.count)
		if (heard->list.at[heard->looked++].kind == kind)
			return &heard->list.at[heard->looked - 1];
	return NULL;
}

unsigned heard_count(const struct heard *heard, enum event_kind kind)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < heard->list.count; i++)
		count += heard->list.at[i].kind == kind;
	return count;
}

const struct event *heard_says(struct heard *heard, enum event_kind kind,
			       const char *words)
{
	const struct event *event = heard_next(heard, kind);
	char text[512];
	if (!event)
		fail_msg("nothing says \"%s\"", words);
	text_copy(text, sizeof(text), event_text(&heard->list, event));
	if (!strstr(text, words))
		fail_msg("\"%s\" does not say \"%s\"", text, words);
	return event;
}

size_t heard_unhex(const char *hex, char *bytes, size_t max)
{
	size_t n = 0;
	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		assert_true(n < max && hex_value(hex[0]) >= 0 &&
			    hex_value(hex[1]) >= 0);
		bytes[n++] = (char)(hex_value(hex[0]) * 16 + hex_value(hex[1]));
		hex++;
	}
	return n;
}

char *heard_data(const char *name, size_t *len)
{
	const char *folder = getenv("PITWALL_DATA");
	char path[1024], *bytes = malloc(HEARD_BYTES_MAX);
	if (folder && folder[0] != '\0')
		text_format(path, sizeof(path), "%s/%s", folder, name);
	else
		text_format(path, sizeof(path), "%s/../shared/data/%s", PROJECT_ROOT,
			    name);
	FILE *f = fopen(path, "rb");
	if (!f || !bytes) {
		free(bytes);
		printf("# %s is not here: skipped\n", path);
		return NULL;
	}
	*len = fread(bytes, 1, HEARD_BYTES_MAX, f);
	fclose(f);
	return bytes;
}
