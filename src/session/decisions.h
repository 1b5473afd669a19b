/*
 * decisions.h -- what a decisions file and the operator's lines share
 */
#ifndef PITWALL_APP_DECISIONS_H
#define PITWALL_APP_DECISIONS_H

#include "app.h"
#include "csv.h"

enum decision_column {
	DECISION_CAR,
	DECISION_KIND,
	DECISION_VALUE,
	DECISION_REASON,
	DECISION_AT,
};

/** The kind of that name, case ignored; -1: none of a decisions file. */
int decision_kind_of(struct slice name);
/** The DECISION event of a row in the stewards' form, whose fifth column is not looked
 * at: `at` is INSTANT_NONE. NULL after a sentence that names @where and the line. */
struct event *decision_row_event(const struct csv_row *row, const char *where,
				 struct event_list *out, struct err *err);
/** "2026-11-22T15:20:00.123456Z" */
bool decision_instant(struct slice text, instant_us *at);
/** The same, written. */
void decision_instant_write(struct out *out, instant_us at);
/** True when the line must wait for the race's set-up: it is in the stewards' form, and
 * its fifth column is blank (of after the flag) or a WHEN. */
bool decision_waits(struct slice line);
/** The events of such a line, once the start is known; `at` may be INSTANT_NONE: the
 * caller places it after the flag. 0 or -EINVAL with a sentence. */
int decision_late(struct slice line, uint32_t number, const struct race_setup *setup,
		  struct event_list *out, struct err *err);
/** Decisions of one instant are applied in the order of their numbers (1...): what the
 * `line` of their events is. */
uint8_t decision_rank(uint32_t number);
/** Fields of an entry by the names that the operator uses; @place: of a driver (1...),
 * else 0. -1: no such field. */
int decision_entry_field(struct slice name, uint32_t *place);
/** "SF", "I1" ..., "PIN", "POUT", "SFP"; LINE_NONE: no such line. */
uint8_t line_by_name(struct slice name);

#endif
