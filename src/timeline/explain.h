/*
 * explain.h -- what the files that explain a number share
 */
#ifndef PITWALL_TIMELINE_EXPLAIN_H
#define PITWALL_TIMELINE_EXPLAIN_H

#include "timeline_parts.h"

/* The lines on their way, and what they are made from. */
struct sheet {
	const struct timeline *timeline;
	const struct race *race;
	const struct race_tables *tables;
	const struct explain_ask *ask;
	const struct car *car;
	uint32_t events; /* order[0..events) are of the instant that is shown */
	struct explain_line *lines;
	unsigned count, max;
	struct explain_line spill; /* written where there is no room */
};

/* A time of the race: which car, where and when. */
struct crossed {
	instant_us at;
	uint16_t car;
	uint16_t source; /* who is believed to have timed it; CAR_NONE: not known */
	uint8_t line;
};

/** The next line, its text formatted; never NULL. */
struct explain_line *sheet_add(struct sheet *sheet, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
/** Time of day with microseconds, local. */
void clock_text(const struct sheet *sheet, instant_us at, char text[32]);
/** Name of a source. */
void source_text(const struct sheet *sheet, const struct event *event, char text[64]);
/** "p3://main record 17", "by hand, decision 3". */
void record_text(const struct sheet *sheet, const struct event *event, char text[96]);

/* ---- explain_find.c ----------------------------------------------------------- */

/** The event at @i of the order, or NULL when the race that is shown has not folded
 * it. */
const struct event *sheet_event(const struct sheet *sheet, uint32_t i);
/** The car it is about; CAR_NONE. */
uint16_t sheet_car(const struct sheet *sheet, uint32_t i);
/** The line of a passing, with its source, record and clock, or why there is none;
 * then what was merged with it. @who stands before it: "", or "7 ". */
void sheet_crossed(struct sheet *sheet, const struct crossed *crossed, const char *who);
/** The newest event of @kind about @car, or NULL. */
const struct event *sheet_newest(const struct sheet *sheet, enum event_kind kind,
				 uint16_t car);
/** The decisions about the car of a set of kinds (bit n: kind n). */
void sheet_decisions(struct sheet *sheet, uint32_t kinds);

#endif
