/*
 * field.h -- a small race made of events, for the tests of the timeline
 */
#ifndef PITWALL_TEST_TIMELINE_FIELD_H
#define PITWALL_TEST_TIMELINE_FIELD_H

#include "../base/check.h"
#include "pitwall/timeline.h"

enum { FIELD_EVENTS_MAX = 80000, FIELD_TEXT_MAX = 256 * 1024 };

struct field {
	struct event_list list;
	struct race_setup setup;
	struct timeline timeline;
	void *storage;
};

/* 2003-11-09 12:00:00 in Paris */
#define FIELD_NOON (12365 * US_DAY + 11 * US_HOUR)
/* The signal comes ten seconds after noon. */
#define FIELD_START (FIELD_NOON + 10 * US_S)

/** @cars cars drive @laps laps each of 90 to 120 seconds over three lines, with
 * stops, drivers, flags, weather and messages. */
void field_make(struct field *field, unsigned cars, unsigned laps, uint64_t seed);
/** Put the events into another order of arrival. */
void field_shuffle(struct field *field, uint64_t seed);
void field_load(struct field *field, bool history, bool keyframes);
void field_free(struct field *field);
/** The fold from the start to @t, without a timeline: what every seek must be. */
const struct race *field_fold(const struct field *field, instant_us t);

#endif
