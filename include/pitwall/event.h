/*
 * event.h -- the events that feeds report
 *
 * A feed driver turns the bytes of a source into events; the race is what the events,
 * applied in order, make of it. The two rooms share this header only.
 *
 *  (1) An event has a fixed size and no pointers. Its text is in the text pool of the
 *      list that holds the event. The text is cleaned (base.h (2)), except the bytes
 *      of an ASK.
 *  (2) An event names its car as the source names it (id_kind, id), never by an index.
 *      race_apply() finds the car, so the operator can give a transponder to a car
 *      afterwards.
 *  (3) Events are applied in the order of event_compare(). The order of arrival does
 *      not matter.
 *  (4) All bytes of an event are defined, so two events are equal when memcmp says
 *      they are.
 */
#ifndef PITWALL_EVENT_H
#define PITWALL_EVENT_H

#include "pitwall/base.h"

/* Events at the same instant are in the order of their kinds. */
#define EVENT_KINDS(X)                                                        \
	X(SESSION, "session", "another session of the source begins")         \
	X(MEETING, "meeting", "the meeting that the session is part of")      \
	X(CIRCUIT, "circuit", "the circuit as the source names it")           \
	X(ENTRY, "entry", "one field of a car's entry")                       \
	X(START, "start", "the start signal: car times count from here")      \
	X(FLAG, "flag", "the flag shown to the field")                        \
	X(WEATHER, "weather", "one measured value")                           \
	X(PIT_OUT, "pit-out", "a car leaves the pit lane")                    \
	X(DRIVER, "driver", "the driver on board from now on")                \
	X(VALUE, "value", "one measured value of a car")                      \
	X(PASSING, "passing", "one car over one line at one time")            \
	X(PIT_IN, "pit-in", "a car enters the pit lane")                      \
	X(LAP, "lap", "a lap with a time but without its lines")              \
	X(CLAIM, "claim", "laps, total or rank as a source counts them")      \
	X(STATUS, "status", "a car's status as a source reports it")          \
	X(MESSAGE, "message", "a message of race control")                    \
	X(DECISION, "decision", "a decision of the stewards or the operator") \
	X(HEARTBEAT, "heartbeat", "the source is alive")                      \
	X(ASK, "ask", "bytes to send to the source")                          \
	X(ANOMALY, "anomaly", "input that is counted but not used")           \
	X(END, "end", "the source is complete")

enum event_kind {
#define X(id_, name_, about_) EVENT_##id_,
	EVENT_KINDS(X)
#undef X
		EVENT_KIND_COUNT
};

/** Name of a kind in JSON Lines and golden files. */
const char *event_kind_name(enum event_kind kind);

/* Flags by increasing severity. UNKNOWN means not reported, never green. */
#define FLAGS(X)                                                  \
	X(UNKNOWN, "UNKNOWN", "unknown", "flag not known")        \
	X(GREEN, "GREEN", "green", "GREEN")                       \
	X(YELLOW, "YELLOW", "yellow", "YELLOW")                   \
	X(FCY, "FCY", "full course yellow", "FULL COURSE YELLOW") \
	X(VSC, "VSC", "virtual safety car", "VIRTUAL SAFETY CAR") \
	X(CODE60, "CODE60", "code 60", "CODE 60")                 \
	X(SC, "SC", "safety car", "SAFETY CAR")                   \
	X(RED, "RED", "red", "RED FLAG")                          \
	X(FINISH, "FINISH", "chequered", "CHEQUERED")

enum flag {
#define X(id_, name_, words_, title_) FLAG_##id_,
	FLAGS(X)
#undef X
		FLAG_COUNT
};

const char *flag_name(enum flag flag);
/** In a sentence: "safety car". */
const char *flag_spoken(enum flag flag);
/** As a heading: "SAFETY CAR". */
const char *flag_title(enum flag flag);
/** True when the whole field is slowed down: FCY, VSC, CODE60, SC, RED. */
bool flag_is_slow(enum flag flag);
/** By name, case ignored; -1 if unknown. */
int flag_by_name(struct slice name);

/* Lines on the lap: 0 is start/finish, 1 to 15 the intermediates in driving order, then
 * the lines of the pit lane. */
enum {
	LINE_SF = 0,
	LINES_MAX = 16,
	LINE_PIT_IN = 16,
	LINE_PIT_OUT = 17,
	LINE_SF_PIT = 18, /* start/finish crossed inside the pit lane */
	LINE_NONE = 255,
};

/** "SF", "I1" ... "I15", "PIN", "POUT", "SFP"; "?" for any other value. */
const char *line_name(uint8_t line);
/** By name, case ignored; LINE_NONE if unknown. */
uint8_t line_by_name(struct slice name);

enum id_kind { ID_NONE, ID_NUMBER, ID_TRANSPONDER, ID_REGISTRATION };

enum { EVENT_ID_MAX = 12 };

/* The local clock stepped by @by behind instant @at: at the change to winter time, or where
 * the clock of the session stood still and the time of day went on. */
struct clock_step {
	instant_us at;
	duration_us by;
};
enum { CLOCK_STEPS_MAX = 4 };

/* Sources of events that do not come from a feed: the setup, the operator. */
enum { SOURCE_SETUP = 0xffff, SOURCE_OPERATOR = 0xfffe };

/* Bits of an event. */
enum {
	/* The instant is an estimate, not measured. Of a DECISION: it is inferred from what
	 * the source says. */
	EVENT_ESTIMATED = 1,
	EVENT_REPAIRED = 2, /* made for a missing or damaged record */
	EVENT_BY_HAND = 4,  /* the operator's, not a source's */
	/* Of an ASK: an acknowledgement; it is sent after the recording has stored the
	 * record that caused it. */
	EVENT_AFTER_COMMIT = 8,
	/* The lap number of this passing comes from another source. Laps before it may be
	 * missing, but the passing counts. Set by the timeline, never by a driver. */
	EVENT_NUMBER_BORROWED = 16,
	/* The source says that this lap is the best of the car that counts, whatever lap it
	 * is: the first, one out of the pits. Of a PIT_IN that is ESTIMATED: the source says
	 * that the car came in, only not when. */
	EVENT_COUNTS = 32,
};

/* Quality of the clock that timed a passing: when two sources report one crossing, the
 * better clock gives its time. */
enum event_clock {
	EVENT_CLOCK_UNKNOWN,
	EVENT_CLOCK_OWN, /* the decoder's own, mapped to ours */
	EVENT_CLOCK_NTP, /* set over a network */
	EVENT_CLOCK_UTC, /* satellites, or reported as UTC by the decoder */
};

/* Fields of EVENT_ENTRY. NUMBER: the car number of a transponder or registration.
 * DRIVER: number = 1-based place among the drivers, value = enum driver_rating or 0. TAG: a class shown beside the
 * class that the car runs in (an LMGTP among the LMP900). GRID: number = slot. PIT_START: the car starts
 * from the pit lane; value = how long it was there, if known. */
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

/** Name in decisions, JSON Lines and the columns of entry lists. */
const char *entry_field_name(enum entry_field field);
/** By name, case ignored, '_' for '-' allowed; -1 if unknown. */
int entry_field_by_name(struct slice name);

/* Fields of EVENT_WEATHER: name in the beacon protocol, in JSON Lines, unit. */
#define WEATHERS(X)                                                         \
	X(AIR_MC, "air", "air_mc", "thousandths of a degree Celsius")       \
	X(TRACK_MC, "track", "track_mc", "thousandths of a degree Celsius") \
	X(HUMIDITY_PM, "humidity", "humidity_pm", "per mille")              \
	X(PRESSURE_PA, "pressure", "pressure_pa", "pascal")                 \
	X(WIND_MMS, "wind", "wind_mms", "millimetres per second")           \
	X(WIND_DEG, "wind-deg", "wind_deg", "degrees, where it comes from") \
	X(RAIN, "rain", "rain", "0 dry, 1 rain")                            \
	X(TRACK_STATE, "state", "track_state", "0 dry, 1 drying, 2 wet")

enum weather_field {
#define X(id_, name_, json_, unit_) WEATHER_##id_,
	WEATHERS(X)
#undef X
		WEATHER_FIELD_COUNT
};

const char *weather_name(enum weather_field field);
/** By name, case ignored; -1 if unknown. */
int weather_by_name(struct slice name);

/* Fields of EVENT_VALUE, 0 to INT16_MAX: name, name in JSON Lines, unit. ENERGY: of the stint,
 * or of the virtual tank. TOP_SPEED: on the current lap. */
#define CAR_VALUES(X)                                          \
	X(ENERGY, "energy", "energy_pm", "per mille left")     \
	X(TYRE, "tyre", "tyre", "enum tyre")                   \
	X(TYRE_LAPS, "tyre-laps", "tyre_laps", "laps, driven") \
	X(TOP_SPEED, "top-speed", "top_speed", "tenths of km/h")

enum car_value {
#define X(id_, name_, json_, unit_) VALUE_##id_,
	CAR_VALUES(X)
#undef X
		CAR_VALUE_COUNT
};

const char *car_value_name(enum car_value field);

/* Tyres; name and letter. */
#define TYRES(X)                             \
	X(UNKNOWN, "", "")                   \
	X(SOFT, "soft", "S")                 \
	X(MEDIUM, "medium", "M")             \
	X(HARD, "hard", "H")                 \
	X(INTERMEDIATE, "intermediate", "I") \
	X(WET, "wet", "W")
enum tyre {
#define X(id_, name_, letter_) TYRE_##id_,
	TYRES(X)
#undef X
		TYRE_COUNT
};

const char *tyre_name(enum tyre tyre);
/** By name, case ignored; -1 if unknown. */
int tyre_by_name(struct slice name);
/** "S"; "" unknown. */
const char *tyre_letter(enum tyre tyre);

/* Kinds of EVENT_DECISION: the words of a decisions file. */
#define DECISIONS(X)                                                        \
	X(TIME, "time", "seconds added to the total time")                  \
	X(LAPS, "laps", "laps added (negative: removed)")                   \
	X(BEHIND, "behind", "placed directly behind the named car")         \
	X(LAST_OF_LAP, "last-of-lap", "placed last of the cars on its lap") \
	X(LAST_OF_CLASS, "last-of-class", "placed last of its class")       \
	X(DISQUALIFIED, "disqualified", "out of the classification")        \
	X(LAP_DELETED, "lap-deleted", "the time of a lap does not count")   \
	X(STATUS, "status", "CLASSIFIED, NC, DNF, DNS or DSQ")              \
	X(RESULT_AT, "result-at",                                           \
	  "the result is that at the end of this lap of the leader")        \
	X(UNDO, "undo", "cancels the decision with that number")

enum decision_kind {
#define X(id_, name_, about_) DECISION_##id_,
	DECISIONS(X)
#undef X
		DECISION_KIND_COUNT
};

const char *decision_name(enum decision_kind kind);
/** What was decided in words: "+10 s", "\u22121 lap", "placed behind 7", "lap 9 deleted".
 * @with: the other car or the status, as the kind asks. Returns the length. */
size_t decision_words(char *buf, size_t cap, enum decision_kind kind, int64_t value,
		      struct slice with);

/* Fields of EVENT_CLAIM: what a source reports of a car besides its passings. BEST_LAP:
 * number = the lap (0: not reported), value = DURATION_NONE when the source took the best
 * lap back and counts none. */
#define CLAIMS(X)                           \
	X(LAPS, "laps", "laps")             \
	X(TOTAL, "total", "duration")       \
	X(RANK, "rank", "position")         \
	X(BEST_LAP, "best_lap", "duration") \
	X(STOPS, "stops", "stops")

enum claim_field {
#define X(id_, name_, unit_) CLAIM_##id_,
	CLAIMS(X)
#undef X
		CLAIM_FIELD_COUNT
};

const char *claim_name(enum claim_field field);

/* Why input was not used; the text of the anomaly gives the details. */
#define ANOMALIES(X)                                                           \
	X(FORMAT, "format", "not in the expected format")                      \
	X(FIELD, "field", "an unreadable field")                               \
	X(CONTRADICTION, "contradiction", "fields that contradict each other") \
	X(REPEATED, "repeated", "a repeated record")                           \
	X(MISSING, "missing", "a missing record")                              \
	X(CHECKSUM, "checksum", "a wrong checksum")                            \
	X(UNKNOWN, "unknown", "an unknown kind of record")                     \
	X(CLOCK, "clock", "a clock that stepped")                              \
	X(CAPACITY, "capacity", "no room: more cars, lines or rows than fit")  \
	X(PHANTOM, "phantom", "a passing earlier than any car can be there")   \
	X(TRANSPONDER, "transponder", "a transponder without an entry, or on two cars")

enum anomaly {
#define X(id_, name_, about_) ANOMALY_##id_,
	ANOMALIES(X)
#undef X
		ANOMALY_COUNT
};
const char *anomaly_name(enum anomaly anomaly);

/* Of an END: CUT: the recording ends, the session was going on. */
enum end_field { END_COMPLETE, END_CUT };

/* Type of a SESSION. */
enum session_field { SESSION_FIELD_UNKNOWN, SESSION_FIELD_RACE, SESSION_FIELD_TIMED };
/** The type of a session by its name, or by that of a file: "FP1", "23_Analysis_Warm Up.CSV",
 * "Qualifying Race" (session_name.c). */
enum session_field session_name_type(struct slice name);

/* What each kind uses besides at, received_at, source, record, sequence and id:
 *
 * SESSION  number = the source's own number of the session, field (enum
 *          session_field), value = its length in microseconds, minus its laps, or 0 where
 *          the source does not say, text = its name; later events in the list, up to the next
 *          SESSION with another number, belong to it; REPAIRED in bits: the name and
 *          number of the session that is under way came late; ESTIMATED: the source
 *          closed its session, and nothing is timed in this one
 * MEETING  text = its name
 * CIRCUIT  text = its name or value = the length of the lap in thousandths of the source's
 *          unit (kilometres or miles, which it does not say); the other is "" or 0
 * ENTRY    field (enum entry_field), number, text; `at` may be INSTANT_NONE: before
 *          all other events; ESTIMATED: a grid that is the order on the first lap
 * START    value = instant from which the time limit counts, or INSTANT_NONE; REPAIRED
 *          in bits: the start was moved to `value` while the race ran
 * FLAG     flag, text = words
 * WEATHER  field (enum weather_field), value
 * ANOMALY  field (enum anomaly), number = its line in a file, value = the rows it stands
 *          for where they are not listed one by one, else 0
 * PIT_IN   field = where ESTIMATED, how far off the instant may be, in tenths of a second;
 *          0: not known; the same of a PIT_OUT and a PASSING
 * PIT_OUT  value = duration of the stop or DURATION_NONE
 * DRIVER   number = 1-based place of the driver (0: unknown), text = name
 * VALUE    field (enum car_value), value
 * PASSING  line, flag (FLAG_UNKNOWN: not reported), number = the lap that this
 *          crossing of SF completes, or the current lap at an intermediate (0: not
 *          reported), value = the lap time where the source states it, else
 *          DURATION_NONE; 0: the crossing begins the first lap of the car; kph,
 *          top_speed; no text
 * LAP      number = lap, value = lap time
 * CLAIM    field (enum claim_field), value
 * STATUS   text = RUNNING, STOPPED, RETIRED ...
 * MESSAGE  text
 * DECISION field (enum decision_kind), value (microseconds, laps, lap number; UNDO:
 *          the `record` of the events of the same source that it cancels; with an id
 *          only the passings of that car), text = other car or status, then U+001F,
 *          then the reason
 * END      field (enum end_field)
 * ASK      text = the bytes; AFTER_COMMIT in bits: an acknowledgement
 * ANOMALY  field (enum anomaly), number = 1-based line of the file or record number,
 *          text = the reason in words
 */
struct event {
	instant_us at;          /* by the timing system's clock */
	instant_us received_at; /* received, by our clock; files of laps: == at */
	uint32_t record;        /* its byte offset or record number */
	uint32_t sequence;      /* increases within a source */
	uint16_t source;
	uint8_t kind; /* enum event_kind */
	uint8_t line; /* LINE_... */
	uint8_t flag; /* enum flag */
	uint8_t bits;
	uint8_t id_kind;           /* enum id_kind */
	char id[EVENT_ID_MAX + 1]; /* zero-padded */
	uint32_t number;
	int64_t value;
	union {
		uint32_t text; /* offset into the pool */
		struct {
			/* Average and top speed of the lap as the source states them,
			 * tenths of km/h; 0: not stated. */
			uint16_t kph, top_speed;
		};
	};
	uint16_t text_len;
	uint8_t field;
	uint8_t clock; /* enum event_clock, of a PASSING */
};
_Static_assert(sizeof(struct event) == 64, "event has no padding");

/* Who made the operator's decisions, by their numbers; of a race with several consoles. */
enum { DECIDER_MAX = 33 }; /* bytes of a name, which is safe to show, with its end */
struct deciders {
	char (*names)[DECIDER_MAX]; /* "": not named */
	uint32_t count, max;        /* of names */
	uint32_t decisions;         /* of the recording; others have no decider */
	char here[DECIDER_MAX];     /* the name by which this console decides; "" */
	bool local;                 /* what is not named was decided here */
};
/** Who made decision @number, as it is shown: a name, "here", "circuit" (not named, at the
 * recorder); "": no decision of the race is named, or @deciders is NULL. */
const char *decider_words(const struct deciders *deciders, uint32_t number);
/** The name itself; "": none. */
const char *decider_name(const struct deciders *deciders, uint32_t number);

/* Events and their text in storage of the caller. When either is full, the event is
 * discarded and @dropped counts it. The last slot of @at (max >= 1) is scratch space
 * for discarded events: a list of max slots holds max - 1 events. */
struct event_list {
	struct event *at;
	uint32_t count, max;
	char *text;
	uint32_t text_len, text_max;
	uint64_t dropped;
	const struct deciders *deciders; /* NULL: not known */
};

/** Rows that an ANOMALY stands for: 1 where it does not say. */
uint32_t event_rows(const struct event *event);
/** The next free event, zeroed except kind, at and received_at (= at). When the list is
 * full: a scratch event that is discarded. Never NULL. */
struct event *event_add(struct event_list *list, enum event_kind kind, instant_us at);
/** Clean @text into the pool (sharing it with the last text when equal) and refer to
 * it in @event. The two parts of a DECISION are cleaned separately; the bytes of an
 * ASK are not cleaned. */
void event_set_text(struct event_list *list, struct event *event, struct slice text);
void event_set_id(struct event *event, enum id_kind kind, struct slice id);
struct slice event_text(const struct event_list *list, const struct event *event);

/** Order by at, kind, line, id, source and sequence; then by all other fields, the text
 * and the record, so only equal events compare as equal. @list gives the texts. */
int event_compare(const struct event_list *list, const struct event *a,
		  const struct event *b);
/* What event_order() works in. */
struct event_slot {
	uint64_t time;
	uint32_t index, spare;
};
/** Fill @order[0..count) with the indices of all events in that order. @scratch has
 * two slots an event. Linear; n log n for those of one instant. */
void event_order(const struct event_list *list, uint32_t *order,
		 struct event_slot *scratch);

#endif
