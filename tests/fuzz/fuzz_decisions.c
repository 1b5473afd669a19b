/*
 * fuzz_decisions.c -- the small texts of the shell: decisions, entries, session
 * texts, sidecars; whole or refused with a sentence
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "session_parts.h"
#include "pitwall/decision.h"

enum { EVENTS_MAX = 4096, TEXT_MAX = 256 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct event events[EVENTS_MAX];
static char pool[TEXT_MAX];

static void must_say(int rc, const struct err *err)
{
	if ((rc != 0) != (err->text[0] != '\0'))
		abort();
}

static int read_decision(void *context, struct slice line, unsigned line_number)
{
	struct event_list *list = context;
	const struct decision_place place = {.where = "d.csv",
					     .number = line_number,
					     .received_at = INSTANT_NONE,
					     .start_at = US_HOUR,
					     .utc_offset_us = US_HOUR,
					     .last_at = US_HOUR};
	struct err err = {""};
	uint32_t before = list->count;
	int rc = decision_apply(line, &place, list, &err);
	must_say(rc, &err);
	if (rc != 0 && list->count != before)
		abort();
	for (uint32_t i = before; i < list->count; i++)
		if (list->at[i].source != SOURCE_OPERATOR ||
		    list->at[i].record != line_number)
			abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event_list list = {
		.at = events, .max = EVENTS_MAX, .text = pool, .text_max = TEXT_MAX};
	static struct sidecar sidecar;
	struct session_text session;
	struct err err = {""};
	if (size == 0)
		return 0;
	struct slice text = {(const char *)data + 1, size - 1};
	switch (data[0] % 4) {
	case 0:
		(void)decision_lines(text, read_decision, &list);
		break;
	case 1:
		must_say(entries_parse(text, "entries", 0, &list, &err), &err);
		break;
	case 2:
		must_say(session_text_parse(text, "session", size % 2 == 0, &session,
					    &err),
			 &err);
		break;
	default:
		must_say(sidecar_parse(text, "x.json", &sidecar, &err), &err);
		break;
	}
	return 0;
}
