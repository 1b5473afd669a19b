/*
 * event.h -- the vocabulary of everything a feed can say
 *
 * A decoder turns the bytes of a source into events; the race is a fold over
 * them. The two layers know this page and not each other.
 *
 *  (1) An event has a fixed size and no pointers. Text stands in the text pool
 *      of the list that holds it, cleaned (base.h (2)) where it entered.
 *  (2) A car is named as its source names it, never by an index: the race
 *      resolves {kind, text}, so a transponder can be given to a car in
 *      retrospect.
 *  (3) Events are folded in the order of event_compare() and no other; the
 *      order in which they were heard changes nothing.
 *  (4) All bytes of an event are defined (padding included), so two events
 *      are equal when memcmp says so.
 */
#ifndef PITWALL_EVENT_H
#define PITWALL_EVENT_H

#include "pitwall/base.h"

/* The order of the kinds is their order at one and the same instant. */
#define EVENT_KINDS(X)                                                        \
	X(SESSION, "session", "another session of the source begins")         \
	X(ENTRY, "entry", "one field of a car's entry")                       \
	X(START, "start", "the start signal: car times count from here")      \
	X(FLAG, "flag", "the flag shown to the field")                        \
	X(WEATHER, "weather", "one measured value")                           \
	X(PIT_OUT, "pit-out", "a car leaves the pit lane")                    \
	X(DRIVER, "driver", "the driver on board from here on")               \
	X(PASSING, "passing", "one car over one line at one time")            \
	X(PIT_IN, "pit-in", "a car enters the pit lane")                      \
	X(LAP, "lap", "a lap whose time is known and whose lines are not")    \
	X(CLAIM, "claim", "what a source says of laps, total or rank")        \
	X(STATUS, "status", "what a source says of a car's state")            \
	X(MESSAGE, "message", "words of race control")                        \
	X(DECISION, "decision", "a decision of the stewards or the operator") \
	X(HEARTBEAT, "heartbeat", "the source is alive")                      \
	X(ASK, "ask", "bytes a decoder wants sent to its source")             \
	X(ANOMALY, "anomaly", "input that was counted and not used")          \
	X(END, "end", "the source is complete: nothing follows")

enum event_kind {
#define X(id_, name_, about_) EVENT_##id_,
	EVENT_KINDS(X)
#undef X
		EVENT_KIND_COUNT
};

/** Name of a kind as JSON Lines and goldens write it. */
const char *event_kind_name(enum event_kind kind);

/* Flags in the order of their weight. UNKNOWN is the absence of knowledge,
 * never green. */
#define FLAGS(X)              \
	X(UNKNOWN, "UNKNOWN") \
	X(GREEN, "GREEN")     \
	X(YELLOW, "YELLOW")   \
	X(FCY, "FCY")         \
	X(VSC, "VSC")         \
	X(CODE60, "CODE60")   \
	X(SC, "SC")           \
	X(RED, "RED")         \
	X(FINISH, "FINISH")

enum flag {
#define X(id_, name_) FLAG_##id_,
	FLAGS(X)
#undef X
		FLAG_COUNT
};

const char *flag_name(enum flag flag);
/** By name, case ignored; -1 when there is none such. */
int flag_by_name(struct slice name);

/* Lines on the lap. 0 is start/finish, 1 to 15 the intermediates in driving
 * order; then the lines of the pit lane. */
enum {
	LINE_SF = 0,
	LINES_MAX = 16,
	LINE_PIT_IN = 16,
	LINE_PIT_OUT = 17,
	LINE_SF_PIT = 18, /* start/finish crossed inside the pit lane */
	LINE_NONE = 255,
};

/** "SF", "I1" ... "I15", "PIN", "POUT", "SFP"; "?" for another. */
const char *line_name(uint8_t line);
/** By name, case ignored; LINE_NONE if unknown. */
uint8_t line_by_name(struct slice name);

enum id_kind { ID_NONE, ID_NUMBER, ID_TRANSPONDER, ID_REGISTRATION };

enum { EVENT_ID_MAX = 12 };

/* Sources of events that no feed sends: the set-up, the operator. */
enum { SOURCE_SETUP = 0xffff, SOURCE_OPERATOR = 0xfffe };

/* Bits of an event. */
enum {
	EVENT_ESTIMATED = 1, /* the instant was made up, not measured */
	EVENT_REPAIRED = 2,  /* made for a record that was missing or damaged */
	EVENT_BY_HAND = 4,   /* the operator's, not a source's */
	/* Of an ASK: to be sent when the record it came from is durable (an
	 * acknowledgement). */
	EVENT_AFTER_COMMIT = 8,
	/* The number of a passing is another source's word of the same crossing: laps
	 * may be missing before it, but it is a crossing all the same. Set by the
	 * timeline, never by a decoder. */
	EVENT_NUMBER_BORROWED = 16,
};

/* How good the clock is that timed a passing: of two sources that heard one
 * crossing, the better clock gives its time. */
enum event_clock {
	EVENT_CLOCK_UNKNOWN,
	EVENT_CLOCK_OWN, /* a decoder's own, mapped to ours */
	EVENT_CLOCK_NTP, /* set over a network */
	EVENT_CLOCK_UTC, /* satellites, or UTC said by the decoder */
};

/* Fields of EVENT_ENTRY. NUMBER gives a transponder or registration its car
 * number. DRIVER: number = its 1-based place among the drivers. TAG is a class
 * shown beside the pane's (an LMGTP in the LMP900 pane). GRID: number = slot.
 * PIT_START: the car starts from the pit lane. */
#define ENTRY_FIELDS(X)           \
	X(CAR, "car")             \
	X(NUMBER, "number")       \
	X(CLASS, "class")         \
	X(TEAM, "team")           \
	X(VEHICLE, "vehicle")     \
	X(DRIVER, "driver")       \
	X(TAG, "tag")             \
	X(GRID, "grid")           \
	X(PIT_START, "pit-start") \
	X(NOT_STARTED, "not-started")

enum entry_field {
#define X(id_, name_) ENTRY_##id_,
	ENTRY_FIELDS(X)
#undef X
		ENTRY_FIELD_COUNT
};

/** The name in decisions, JSON Lines and the columns of entry lists. */
const char *entry_field_name(enum entry_field field);
/** By name, case ignored, '_' for '-' allowed; -1 if unknown. */
int entry_field_by_name(struct slice name);

/* Fields of EVENT_WEATHER: id, name in the beacon protocol, in JSON Lines, unit. */
#define WEATHERS(X)                                                         \
	X(AIR_MC, "air", "air_mc", "thousandths of a degree Celsius")       \
	X(TRACK_MC, "track", "track_mc", "thousandths of a degree Celsius") \
	X(HUMIDITY_PM, "humidity", "humidity_pm", "per mille")              \
	X(PRESSURE_PA, "pressure", "pressure_pa", "pascal")                 \
	X(WIND_MMS, "wind", "wind_mms", "millimetres a second")             \
	X(WIND_DEG, "wind-deg", "wind_deg", "degrees it comes from")        \
	X(RAIN, "rain", "rain", "0 dry, 1 rain")                            \
	X(TRACK_STATE, "state", "track_state", "0 dry, 1 drying, 2 wet")

enum weather_field {
#define X(id_, name_, json_, unit_) WEATHER_##id_,
	WEATHERS(X)
#undef X
		WEATHER_FIELD_COUNT
};

const char *weather_name(enum weather_field field);
/** By name, case ignored; -1 when there is none such. */
int weather_by_name(struct slice name);

/* Kinds of EVENT_DECISION: the tokens of a decisions file. */
#define DECISIONS(X)                                                        \
	X(TIME, "time", "seconds added to the total time")                  \
	X(LAPS, "laps", "laps added (negative: taken away)")                \
	X(BEHIND, "behind", "placed directly behind the car named")         \
	X(LAST_OF_LAP, "last-of-lap", "placed last of the cars on its lap") \
	X(LAST_OF_CLASS, "last-of-class", "placed last of its class")       \
	X(DISQUALIFIED, "disqualified", "out of the classification")        \
	X(LAP_DELETED, "lap-deleted", "the time of a lap does not count")   \
	X(STATUS, "status", "CLASSIFIED, NC, DNF, DNS or DSQ")              \
	X(UNDO, "undo", "takes back the decision of that number")

enum decision_kind {
#define X(id_, name_, about_) DECISION_##id_,
	DECISIONS(X)
#undef X
		DECISION_KIND_COUNT
};

const char *decision_name(enum decision_kind kind);
/** By name, case ignored; -1 if unknown. */
int decision_by_name(struct slice name);

/* Fields of EVENT_CLAIM: what a source reports of a car, beside its passings. */
#define CLAIMS(X)                     \
	X(LAPS, "laps", "laps")       \
	X(TOTAL, "total", "duration") \
	X(RANK, "rank", "position")   \
	X(BEST_LAP, "best_lap", "duration")

enum claim_field {
#define X(id_, name_, unit_) CLAIM_##id_,
	CLAIMS(X)
#undef X
		CLAIM_FIELD_COUNT
};

const char *claim_name(enum claim_field field);

/* Why input was not used; the text of the anomaly says it in words. */
#define ANOMALIES(X)                                                           \
	X(FORMAT, "format", "not the shape the format asks for")               \
	X(FIELD, "field", "a field that cannot be read")                       \
	X(CONTRADICTION, "contradiction", "fields that contradict each other") \
	X(REPEATED, "repeated", "a record that was there already")             \
	X(MISSING, "missing", "a record that must have existed is absent")     \
	X(CHECKSUM, "checksum", "a checksum that does not agree")              \
	X(UNKNOWN, "unknown", "a kind of record this reader does not know")    \
	X(CLOCK, "clock", "a clock that stepped")                              \
	X(CAPACITY, "capacity", "no room: more cars, lines or rows than fit")  \
	X(PHANTOM, "phantom", "a passing sooner than any car can be there")    \
	X(TRANSPONDER, "transponder", "of no entry, or on two cars")

enum anomaly {
#define X(id_, name_, about_) ANOMALY_##id_,
	ANOMALIES(X)
#undef X
		ANOMALY_COUNT
};
const char *anomaly_name(enum anomaly anomaly);

/* What a SESSION says it is. */
enum session_field { SESSION_FIELD_UNKNOWN, SESSION_FIELD_RACE, SESSION_FIELD_TIMED };

/* What each kind uses beside at, heard_at, source, record, sequence and id:
 *
 * SESSION  number = the source's own number of the run, field (enum
 *          session_field), text = its name; what follows in the list, up to the
 *          next one with another number, is of this session
 * ENTRY    field (enum entry_field), number, text; `at` may be INSTANT_NONE:
 *          before everything
 * START    value = instant the limit's clock counts from, or INSTANT_NONE
 * FLAG     flag, text = words
 * WEATHER  field (enum weather_field), value
 * PIT_OUT  value = duration of the stop or DURATION_NONE
 * DRIVER   number = 1-based place of the driver (0: unknown), text = name
 * PASSING  line, flag (FLAG_UNKNOWN: not said), number = the lap this crossing
 *          of SF completes or the lap in hand at an intermediate (0: not said),
 *          value = the lap's own time where the source states it, else
 *          DURATION_NONE
 * LAP      number = lap, value = lap time
 * CLAIM    field (enum claim_field), value
 * STATUS   text = one of RUNNING, STOPPED, RETIRED ...
 * MESSAGE  text
 * DECISION field (enum decision_kind), value (microseconds, laps, lap number;
 *          UNDO: the `record` of the events of the same source it takes back),
 *          text = other car or status, then U+001F, then the reason
 * ASK      text = the bytes; AFTER_COMMIT in bits: an acknowledgement
 * ANOMALY  field (enum anomaly), number = 1-based line of the file or record
 *          number, text = the reason in words
 */
struct event {
	instant_us at;       /* by the timing system's clock */
	instant_us heard_at; /* by ours; files of laps: == at */
	uint32_t record;     /* byte offset or record number it came from */
	uint32_t sequence;   /* counts up within a source */
	uint16_t source;
	uint8_t kind; /* enum event_kind */
	uint8_t line; /* LINE_... */
	uint8_t flag; /* enum flag */
	uint8_t bits;
	uint8_t id_kind;           /* enum id_kind */
	char id[EVENT_ID_MAX + 1]; /* zero-padded */
	uint32_t number;
	int64_t value;
	uint32_t text; /* offset into the pool */
	uint16_t text_len;
	uint8_t field;
	uint8_t clock; /* enum event_clock, of a PASSING */
};
_Static_assert(sizeof(struct event) == 64, "event has no padding");

/* Events and their text in storage of the caller. When either is full, the
 * event is dropped and @dropped counts it: visible, never silent. The last slot
 * of @at is never counted (max >= 1): events that find no room go there, so a
 * list of max slots holds max - 1 events. */
struct event_list {
	struct event *at;
	uint32_t count, max;
	char *text;
	uint32_t text_len, text_max;
	uint64_t dropped;
};

/** The next free event, zeroed but for kind, at and heard_at (= at), or a
 * scratch event that is thrown away when the list is full: never NULL. */
struct event *event_add(struct event_list *list, enum event_kind kind, instant_us at);
/** Clean @text into the pool (an equal text that was added last is shared) and
 * set @event's reference. A DECISION's two parts are cleaned each by itself, the
 * bytes of an ASK not at all. */
void event_set_text(struct event_list *list, struct event *event, struct slice text);
void event_set_id(struct event *event, enum id_kind kind, struct slice id);
struct slice event_text(const struct event_list *list, const struct event *event);

/** Order by (at, kind, line, car, source, sequence, bytes). @list gives the
 * text, compared last. */
int event_compare(const struct event_list *list, const struct event *a,
		  const struct event *b);
/** Fill @order[0..count) with the indices of all events in that order; @scratch
 * is twice as long as @order. Linear for events spread over time as a race spreads
 * them, n log n for many at one instant. */
void event_order(const struct event_list *list, uint32_t *order, uint32_t *scratch);

#endif
