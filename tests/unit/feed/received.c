/*
 * received.c -- bytes written by the protocols' writers, received by a stream driver: for
 * tests
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "received.h"
#include "../../pump.h"
#include "../../real.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void received_begin(struct received *received, const char *driver,
		    const struct feed_setup *setup)
{
	static const struct feed_setup nothing = {.day = INSTANT_NONE};
	memset(received, 0, sizeof(*received));
	received->driver = feed_by_name(slice_of(driver));
	assert_non_null(received->driver);
	received->state = malloc(received->driver->state_size);
	received->list = (struct event_list){
		.at = malloc(RECEIVED_EVENTS_MAX * sizeof(struct event)),
		.max = RECEIVED_EVENTS_MAX,
		.text = malloc(RECEIVED_TEXT_MAX),
		.text_max = RECEIVED_TEXT_MAX,
	};
	received->bytes = malloc(RECEIVED_BYTES_MAX);
	assert_true(received->state && received->list.at && received->list.text &&
		    received->bytes);
	received->driver->init(received->state, setup ? setup : &nothing);
}

void received_end(struct received *received)
{
	free(received->state);
	free(received->list.at);
	free(received->list.text);
	free(received->bytes);
	memset(received, 0, sizeof(*received));
}

static int keep(void *context, const char *bytes, size_t len)
{
	struct received *received = context;
	assert_true(received->len + len <= RECEIVED_BYTES_MAX);
	memcpy(received->bytes + received->len, bytes, len);
	received->len += len;
	return 0;
}

struct out received_out(struct received *received)
{
	return (struct out){keep, received, received->buf, 0, sizeof(received->buf),
			    0,    false};
}

void received_at(struct received *received, struct out *out, instant_us at)
{
	assert_int_equal(out_flush(out), 0);
	size_t used = feed_pump(received->driver, received->state,
				(struct slice){received->bytes, received->len}, at, 0,
				&received->list);
	memmove(received->bytes, received->bytes + used, received->len - used);
	received->len -= used;
	assert_int_equal(received->list.dropped, 0);
}

void received_bytes(struct received *received, struct slice bytes, instant_us at)
{
	struct out out = received_out(received);
	out_bytes(&out, bytes.at, bytes.len);
	received_at(received, &out, at);
}

const struct event *received_next(struct received *received, enum event_kind kind)
{
	while (received->looked < received->list.count)
		if (received->list.at[received->looked++].kind == kind)
			return &received->list.at[received->looked - 1];
	return NULL;
}

unsigned received_count(const struct received *received, enum event_kind kind)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < received->list.count; i++)
		count += received->list.at[i].kind == kind;
	return count;
}

const struct event *received_says(struct received *received, enum event_kind kind,
				  const char *words)
{
	const struct event *event = received_next(received, kind);
	char text[512];
	if (!event)
		fail_msg("nothing says \"%s\"", words);
	text_copy(text, sizeof(text), event_text(&received->list, event));
	if (!strstr(text, words))
		fail_msg("\"%s\" does not say \"%s\"", text, words);
	return event;
}

size_t received_unhex(const char *hex, char *bytes, size_t max)
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

char *received_data(const char *name, size_t *len)
{
	char *bytes = real_read(name, len);
	if (!bytes)
		printf("# %s is not here: skipped\n", name);
	return bytes;
}
