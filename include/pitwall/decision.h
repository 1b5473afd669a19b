/*
 * decision.h -- decisions of the stewards and of the operator: lines into events
 *
 * A decisions file and the DECISION records of a recording have the same lines, in CSV:
 *
 *   number,kind,value,reason[,at]
 *
 *   7,time,60,speeding        the stewards' kinds: enum decision_kind (event.h)
 *   ,start,,                  the start signal
 *   ,stop,,                   the end of the session: nothing after it is counted
 *   ,flag,SC,words
 *   7,pass,SF,                a passing by hand
 *   7,driver,2,               or 7,driver,A. Name,
 *   7,entry,team=...,         one field: number class team vehicle tag grid driver1 ...
 *   ?2906141,entry,number=7,  gives a transponder to an entry
 *   ,result-at,12,            the result is that at the end of lap 12, for the whole race
 *   ,note,,words              or 7,note,,words
 *   ,undo,3,                  cancels decision 3, which may itself be an undo
 *
 * A car is its number; "?2906141" is a transponder, "@15" a registration (of a car
 * without a number). A number given to an entry applies to the whole race.
 *
 * `at` is an instant in UTC (2026-11-22T15:20:00.123456Z), a race time (3:20:00) or a
 * time of day (@15:20:00: the first one after the start). For a stewards' decision and an
 * undo it may be blank: the instant is that of the newest passing before the record; for
 * a decisions file that is the end of the race.
 *
 * Decisions are numbered 1, 2, ... in their order; those of --decisions come after those
 * of the recording. An invalid line is numbered too: it becomes an ANOMALY event with
 * file, line and reason, and the others apply.
 */
#ifndef PITWALL_DECISION_H
#define PITWALL_DECISION_H

#include "pitwall/csv.h"
#include "pitwall/out.h"
#include "pitwall/race.h"
#include "pitwall/timeline.h"

/* What the value of a line is. */
enum decision_value {
	TAKES_NOTHING,
	TAKES_SECONDS,
	TAKES_LAPS,
	TAKES_LAP,
	TAKES_RACE_LAP, /* of the leader */
	TAKES_CAR,
	TAKES_STATUS,
	TAKES_FLAG,
	TAKES_LINE,
	TAKES_DRIVER,
	TAKES_FIELD,
	TAKES_TRANSPONDER, /* when typed; its line is an entry's */
	TAKES_NUMBER,      /* of a decision */
	DECISION_VALUE_COUNT
};

/* Whether a typed decision names a car. */
enum decision_car { NO_CAR, KNOWN_CAR, ANY_CAR };

/* A kind of decision: how it is typed, how its line is written, which event it becomes. */
struct decision_form {
	const char *word;  /* typed first: "disqualify"; NULL: as the kind */
	const char *kind;  /* second field of the line: "flag"; NULL: decision_name() */
	const char *usage; /* "disqualify CAR [reason]" */
	const char *about; /* of an operator's; see decision_form_about() */
	uint8_t value;     /* enum decision_value */
	uint8_t car;       /* enum decision_car */
	uint8_t event;     /* enum event_kind */
	uint8_t decision;  /* enum decision_kind of a DECISION */
	bool reason;       /* a reason or words may follow the value */
};
extern const struct decision_form decision_forms[];
extern const size_t decision_forms_count;
/** Second field of the line: "disqualified". */
const char *decision_form_kind(const struct decision_form *form);
/** What is typed first: "disqualify". */
const char *decision_form_word(const struct decision_form *form);
/** What it does, for a manual; NULL: another form of the same kind has it. */
const char *decision_form_about(const struct decision_form *form);

enum decision_column {
	DECISION_CAR,
	DECISION_KIND,
	DECISION_VALUE,
	DECISION_REASON,
	DECISION_AT,
};

/* ---- lines (decision_parse.c) -------------------------------------------------- */

/* A parsed line. Slices point into the row it was read from. */
struct decision {
	const struct decision_form *form;
	struct slice car, text, reason; /* text: a name, a status, another car */
	int64_t value;    /* microseconds, laps, a lap, a place, a slot, a number */
	uint8_t id_kind;  /* enum id_kind of `car`; ID_NONE: of no car */
	uint8_t field;    /* enum flag, a line, enum entry_field */
	bool dated;       /* `at` is set; else `when` is, or the column is blank */
	bool timed;       /* `when` is set */
	instant_us at;    /* INSTANT_NONE: see dated */
	struct when when; /* a race time or a time of day */
};

/** Parse a row. -EINVAL with a sentence that begins with @where ("d.csv:3"). */
int decision_parse(const struct csv_row *row, const char *where, struct decision *out,
		   struct err *err);
/** Call @each with every line of a decisions file except blank lines, comments and the
 * header number,kind,...; stops when @each returns non-zero, and returns that. */
int decision_lines(struct slice text,
		   int (*each)(void *context, struct slice line, unsigned line_number),
		   void *context);
/** True for the header of a decisions file. */
bool decision_is_header(const struct csv_row *row);
/** Write "2026-11-22T15:20:00.123456Z". */
void decision_instant_write(struct out *out, instant_us at);

/* ---- events (decision_apply.c) --------------------------------------------------- */

/* What a line refers to: known at its place in the recording. */
struct decision_place {
	const char *where;      /* begins sentences: "d.csv:3", "decision 5" */
	uint32_t number;        /* 1, 2 ... */
	instant_us received_at; /* INSTANT_NONE: not received live, its own instant */
	instant_us start_at;    /* of the race; INSTANT_NONE: not known */
	int64_t utc_offset_us;  /* local = UTC + offset */
	instant_us last_at;     /* of the newest passing; INSTANT_NONE: there is none */
};

enum { DECISION_WAITS = 1 };

/** Append the events of a line: source SOURCE_OPERATOR, record and sequence its number,
 * BY_HAND in bits. DECISION_WAITS: the start or a passing it needs is not known yet.
 * -EINVAL with a sentence: invalid. In both cases nothing is appended. */
int decision_apply(struct slice line, const struct decision_place *place,
		   struct event_list *out, struct err *err);
/** True when @race does not apply a DECISION event, and counts it as ANOMALY_UNKNOWN;
 * @fault says why: no such car, or no such lap yet. */
bool decision_fault(const struct race *race, const struct event_list *list,
		    const struct event *event, char *fault, size_t cap);

/* ---- typing (decision_type.c) ----------------------------------------------------- */

/** Write what the operator typed ("time 7 10 speeding", "flag sc", "undo") as the line of
 * a decision of the instant @at. @race has the cars; @last is the number of the newest
 * decision that is not cancelled (for "undo" alone; 0: none). -EINVAL with a sentence
 * that names the form. */
int decision_type(struct slice text, const struct race *race, instant_us at,
		  uint32_t last, struct out *line, struct err *err);
/** An event of a decision, about as it is typed: "flag SC", "pass 7". Returns its length. */
size_t decision_event_words(const struct event_list *list, const struct event *event,
			    char *buf, size_t cap);

#endif
