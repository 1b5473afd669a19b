/*
 * timeline.h -- what the files of this folder share
 */
#ifndef PITWALL_TIMELINE_PRIVATE_H
#define PITWALL_TIMELINE_PRIVATE_H

#include "pitwall/timeline.h"

/** How many marks the events can make at most. */
size_t marks_bound(const struct event_list *events);
/** Note what the event that was just folded changed (CHANGED_ bits). @lead_lap is
 * the most laps a leader has completed so far. */
void marks_note(struct timeline *timeline, uint32_t changed, uint16_t car,
		uint32_t *lead_lap);
/** Index in order of the first event later than @t. */
uint32_t order_after(const struct timeline *timeline, instant_us t);

#endif
