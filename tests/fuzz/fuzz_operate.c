/*
 * fuzz_operate.c -- what an operator types, and the lines of recorded decisions: whole
 * or refused with a sentence, and what was written can be read
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/decision.h"
#include "pitwall/shell.h"

enum { EVENTS_MAX = 16, TEXT_MAX = 16 * 1024, LINE_MAX_ = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct event events[EVENTS_MAX];
static char pool[TEXT_MAX];

static int no_bytes(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return -1;
}

static void must_say(int rc, const struct err *err)
{
	if ((rc != 0) != (err->text[0] != '\0'))
		abort();
}

static struct event_list empty_list(void)
{
	return (struct event_list){
		.at = events, .max = EVENTS_MAX, .text = pool, .text_max = TEXT_MAX};
}

static void add_car(struct race *race, enum id_kind kind, const char *id)
{
	const struct race_tables tables = {.laps = NULL};
	struct event event = {.kind = EVENT_ENTRY, .field = ENTRY_CAR};
	event.at = event.received_at = INSTANT_NONE;
	event_set_id(&event, kind, slice_of(id));
	race_apply(race, &tables, &event, "", NULL);
}

/** Three cars, of which two have no number. */
static const struct race *small_race(void)
{
	static struct race race;
	static const struct race_setup setup = {
		.start_at = INSTANT_NONE, .clock_at = INSTANT_NONE, .line_count = 3};
	if (race.car_count > 0)
		return &race;
	race_init(&race, &setup);
	add_car(&race, ID_NUMBER, "7");
	add_car(&race, ID_TRANSPONDER, "2906141");
	add_car(&race, ID_REGISTRATION, "r15");
	race.cars[0].laps = 20;
	return &race;
}

static void read_line(struct slice line, bool ours)
{
	struct event_list list = empty_list();
	struct err err = {""};
	const struct decision_place place = {.where = "decision 200",
					     .number = 200,
					     .received_at = US_HOUR,
					     .start_at = US_HOUR,
					     .last_at = US_HOUR};
	int rc = decision_apply(line, &place, &list, &err);
	must_say(rc, &err);
	if ((ours && rc != 0) || (rc != 0 && (list.count != 0 || list.text_len != 0)))
		abort();
	for (uint32_t i = 0; i < list.count; i++)
		if (events[i].source != SOURCE_OPERATOR || events[i].record != 200 ||
		    event_kind_name((enum event_kind)events[i].kind)[0] == '?')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char line[LINE_MAX_];
	struct out out = {.write = no_bytes, .buf = line, .max = sizeof(line)};
	struct err err = {""};
	if (size == 0)
		return 0;
	struct slice text = {(const char *)data + 1, size - 1};
	if (data[0] % 2 == 0) {
		read_line(text, false);
		return 0;
	}
	int rc = decision_type(text, small_race(), 1795348800000000 + data[0],
			       data[0] / 2, &out, &err);
	must_say(rc, &err);
	if (rc != 0 && out.len != 0)
		abort();
	/* An undo may name any number that was given; the others are read as they are. */
	if (rc == 0 && memchr(line, '\n', out.len))
		abort();
	if (rc == 0 && out.len > 6 && memcmp(line, ",undo,", 6) != 0)
		read_line((struct slice){line, out.len}, true);
	return 0;
}
