/*
 * fuzz_decisions.c -- the small texts of the shell: decisions, entries, session
 * texts, sidecars; whole or refused with a sentence
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "load_parts.h"
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

static void read_decisions(struct slice text, struct event_list *list)
{
	static const struct race_setup setup = {.utc_offset_us = US_HOUR};
	struct err err = {""};
	int rc = decisions_parse(text, "d.csv", &setup, list, &err);
	must_say(rc, &err);
	if (rc != 0 && list->count != 0)
		abort();
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *event = &list->at[i];
		if (event->kind != EVENT_DECISION || event->id[0] == '\0' ||
		    event->line >= RACE_DECISIONS_MAX)
			abort();
	}
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
		read_decisions(text, &list);
		break;
	case 1:
		must_say(entries_parse(text, "entries", 0, &list, &err), &err);
		break;
	case 2:
		must_say(session_text_parse(text, "session", &session, &err), &err);
		break;
	default:
		must_say(sidecar_parse(text, "x.json", &sidecar, &err), &err);
		break;
	}
	return 0;
}
