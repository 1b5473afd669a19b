/*
 * decision.h -- decisions of the stewards and of the operator: lines into events
 */
#ifndef PITWALL_DECISION_H
#define PITWALL_DECISION_H

#include "pitwall/csv.h"
#include "pitwall/encode.h"
#include "pitwall/race.h"

/* ---- decisions (decision_parse.c) --------------------------------------------- */

/* A recording holds the operator's decisions, a line a record, numbered 1, 2, ... in
 * their order. Beside the kinds of a decisions file (event.h) a line may be:
 *
 *   ,start,,                  the start signal
 *   ,stop,,                   the session is over: nothing is counted behind it
 *   ,flag,SC,words
 *   7,pass,SF,                a passing by hand
 *   7,driver,2,  7,driver,A. Name,
 *   7,entry,team=...,         one field: number class team vehicle tag driver1 ...
 *   ?2906141,entry,number=7,  a transponder is given to an entry
 *   ,note,,words              7,note,,words
 *   ,undo,3,                  takes decision 3 back (an undo too)
 *
 * A car is its number; "?2906141" is a transponder, "@15" a registration (of a car
 * without a number). A number given to an entry holds for the whole race.
 *
 * Its fifth column is the instant it is of, UTC: 2026-11-22T15:20:00.123456Z. */
/** Events of decision record @number, heard at @heard_at: source SOURCE_OPERATOR,
 * record @number, BY_HAND in bits. -EINVAL with a sentence. */
int decision_events(struct slice line, uint32_t number, instant_us heard_at,
		    struct event_list *out, struct err *err);
/** What the operator typed ("time 7 10 speeding", "flag sc", "undo") into the line of
 * a decision of the instant @at. @race says which cars there are; @last is the number
 * of the newest decision that is not taken back (what a bare undo means; 0 none).
 * -EINVAL with a sentence that names the form. */
int operate_line(struct slice text, const struct race *race, instant_us at,
		 uint32_t last, struct out *line, struct err *err);

/** Parse "number,kind,value,reason[,at]" lines into DECISION events. @at of a
 * row without one is INSTANT_NONE in value order: the caller places it after
 * the flag. Bad lines fail with file and line. */
int decisions_parse(struct slice text, const char *where,
		    const struct race_setup *setup, struct event_list *out,
		    struct err *err);

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

#endif
