/*
 * race.h -- the race that the events make, and the queries on it
 *
 * Facts (race_apply), order (standings_query) and classification (classify) are separate.
 * A race has no pointers: assign it to copy it, memcmp it to compare it. Laps, stints,
 * flag runs and what happened (history.h) are append-only tables beside it; a race owns
 * the first so many rows of each, so a copy refers to them by count. A place counts
 * from 0, a position from 1.
 *
 *  (1) race_apply() is called in the order of event_compare() and no other.
 *  (2) Order of cars: laps completed, then the line reached on the current lap, then
 *      the time at that line; before the first line the grid, else the number.
 *  (3) Applying the same events from the same state writes the same rows, so all
 *      snapshots of one sequence of events share the tables.
 *  (4) The race at an instant depends only on the events up to that instant.
 *  (5) A car gains no laps after it took the chequered flag.
 *  (6) When several sources report one passing, the race counts the first and merges
 *      the others that follow within race_setup.merge_us. The timeline has already
 *      withheld every report that has a worse clock than another.
 *  (7) After an END by hand nothing on the track counts until a START by hand.
 */
#ifndef PITWALL_RACE_H
#define PITWALL_RACE_H

#include "pitwall/event.h"

enum {
	RACE_CARS_MAX = 256, /* the 257th is an anomaly */
	RACE_CLASSES_MAX = 16,
	RACE_DRIVERS_MAX = 8,
	RACE_IDS_MAX = 1024, /* transponders and registrations too */
	RACE_DECISIONS_MAX = 128,
	RACE_MERGE_US = 1500 * 1000,
	CAR_NONE = 0xffff,
};

enum session_type { SESSION_RACE, SESSION_TIMED };

/* What a race may have too many of: name, how many (0: as many as the events bring),
 * whether laps, gaps or positions are incomplete then, and what happens. */
#define RACE_LIMITS(X)                                                               \
	X(CARS, "cars", RACE_CARS_MAX, true, "records of further cars are not used") \
	X(NAMES, "names of cars", RACE_IDS_MAX, true,                                \
	  "records of new names are not used")                                       \
	X(LAPS, "rows of laps", 0, true, "further laps are counted without times")   \
	X(STINTS, "rows of pit stops", 0, false, "further stops are only counted")   \
	X(CLASSES, "classes", RACE_CLASSES_MAX, true, "further cars have no class")  \
	X(DRIVERS, "drivers of a car", RACE_DRIVERS_MAX, false,                      \
	  "further drivers have no name")                                            \
	X(DECISIONS, "decisions", RACE_DECISIONS_MAX, true,                          \
	  "further ones have no effect")                                             \
	X(TEXTS, "long texts of entries", 0, false, "they are cut")                  \
	X(FLAGS, "flag periods", 0, false, "further ones are not listed")            \
	X(FAULTS, "missed or repeated passings", TIMELINE_FAULTS_MAX, false,         \
	  "further ones are only counted")                                           \
	X(MESSAGES, "messages of race control", TIMELINE_MESSAGES_MAX, false,        \
	  "further ones are not kept")                                               \
	X(WEATHER, "rows of weather", TIMELINE_WEATHER_MAX, false,                   \
	  "only the newest values are kept")                                         \
	X(HISTORY, "rows of what happened", TIMELINE_HISTORY_MAX, false,             \
	  "further ones are not listed")
enum race_limit {
#define X(id_, name_, most_, harm_, then_) RACE_LIMIT_##id_,
	RACE_LIMITS(X)
#undef X
		RACE_LIMIT_COUNT
};

/* memcmp is equality: the structs below must have no padding. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* Fixed before the first event: from the file, its sidecar, the circuit, the
 * ruleset and the command line. */
struct race_setup {
	char event[64];        /* "1000 km du Mans 2003" */
	char session[32];      /* "Race" */
	char circuit[40];      /* "Bugatti" */
	char zone[32];         /* IANA name; "": the day is floating */
	instant_us start_at;   /* start signal; INSTANT_NONE: from EVENT_START */
	instant_us clock_at;   /* the time limit counts from here; NONE: start_at */
	int64_t utc_offset_us; /* local time - UTC, at the start */
	struct clock_step
		steps[CLOCK_STEPS_MAX]; /* of the local clock; by 0: no more */
	duration_us length_us;          /* 0: not limited by time */
	length_mm length;               /* 0: not limited by distance */
	length_mm lap_length;           /* 0: unknown */
	duration_us lap_min;            /* no car laps faster, where lap_length does
					   not say it; 0: unknown */
	duration_us merge_us;           /* two sources' passings of one car at one line
					 this close are merged; 0: RACE_MERGE_US */
	uint32_t result_lap; /* the result is that at the end of this lap of the leader,
				whatever is driven or shown after; 0: none */
	uint32_t length_laps;         /* 0: not limited by laps */
	uint32_t line_ppm[LINES_MAX]; /* position of each line, millionths of the lap */
	uint8_t line_count;           /* >= 1 */
	uint8_t type;                 /* enum session_type */
	bool floating;                /* the date is unknown */
	bool reconstruction;          /* made from results, not recorded by timing */
	uint32_t spare;
};

enum { ENTRY_MERGED = 1, ENTRY_COURSE = 2 };

/* The FIA's categories of drivers; the ordinal is entry.ratings. */
#define DRIVER_RATINGS(X)   \
	X(UNKNOWN, "")      \
	X(BRONZE, "bronze") \
	X(SILVER, "silver") \
	X(GOLD, "gold")     \
	X(PLATINUM, "platinum")
enum driver_rating {
#define X(id_, name_) RATING_##id_,
	DRIVER_RATINGS(X)
#undef X
		RATING_COUNT
};

/** "bronze"; "" unknown. */
const char *driver_rating_name(enum driver_rating rating);
/** By name or its first letter, case ignored; -1 if unknown. */
int driver_rating_by_name(struct slice name);

/* A car's entry, known without any passing. */
struct entry {
	char number[EVENT_ID_MAX + 1]; /* "": unknown, shown blank */
	char team[64];
	char vehicle[48];
	char tag[12];
	char drivers[RACE_DRIVERS_MAX][40];
	uint8_t ratings[RACE_DRIVERS_MAX]; /* enum driver_rating */
	uint8_t merged;   /* ENTRY_MERGED: turned out to be another car, ENTRY_COURSE: a
			     pace, safety or course car; never listed */
	uint16_t grid;    /* 1-based; 0 unknown */
	uint32_t lane_ms; /* in the pit lane before its first lap; 0 unknown */
	uint8_t driver_count;
	uint8_t class_index; /* RACE_CLASSES_MAX: none */
	uint8_t pit_start;
	uint8_t not_started;
	uint8_t internal; /* 1: no number: `number` is "" and the car is addressed by
			     race_car_label() */
	uint8_t grid_inferred; /* `grid` is the order on the first lap */
	uint8_t spare[2];
};

/* Times at the lines of one lap; [0] is the crossing that began it. */
struct line_times {
	instant_us at[LINES_MAX]; /* INSTANT_NONE: not reached */
};

struct car {
	/* Read at every passing, so kept together. */
	instant_us line_at;   /* time at the last line reached */
	instant_us sf_at;     /* last counted crossing of SF; NONE */
	uint32_t laps;        /* completed */
	uint8_t line;         /* last line reached on the current lap; 0 = SF */
	uint8_t seen;         /* crossed a line since the start */
	uint8_t flagged;      /* took the chequered flag */
	uint8_t in_pit;       /* between pit in and pit out */
	uint16_t class_place; /* 0-based place within its class */
	uint16_t estimated;   /* bit n: now.at[n] is an estimate */
	uint16_t estimated_before;
	uint8_t driver;           /* 0-based; RACE_DRIVERS_MAX unknown */
	uint8_t pit_row;          /* the current lap began inside the pit lane */
	uint8_t stop_open;        /* the current stop is counted: 1 by the pit in,
				  2 by SF crossed in the pit lane */
	uint8_t pit_estimated;    /* pit_in_at is not measured */
	uint8_t status;           /* 0, or 1 + enum result_status reported by a feed */
	uint8_t numbered;         /* the passing at sf_at had a lap number */
	uint16_t stops;           /* stops counted: SF crossed in the pit lane, or
				     pit in where the lane is timed */
	uint16_t stint;           /* 1-based */
	uint32_t lap_row;         /* 1 + index of its newest lap row; 0 none */
	uint32_t lap_first;       /* laps completed before its first row: 0 unless the
				     source was joined late */
	duration_us lap_last;     /* NONE: unknown */
	duration_us lap_best;     /* SF to SF on the track: never the first lap from
				     the signal, nor an in or out lap */
	struct line_times now;    /* current lap */
	struct line_times before; /* the lap before it */
	int64_t sector_best[LINES_MAX]; /* duration_us; NONE */
	int64_t sector_last[LINES_MAX]; /* of the last completed sectors */
	instant_us flag_at;             /* crossing that took the flag; NONE */
	instant_us pit_in_at;           /* of the current or last stop; NONE */
	instant_us pit_out_at;          /* of the last stop; NONE */
	instant_us stint_at;            /* start of the current stint */
	instant_us driver_at;           /* driver on board since */
	duration_us stop_last;          /* duration of the last completed stop */
	duration_us stops_total;
	duration_us driver_us[RACE_DRIVERS_MAX]; /* driving time up to driver_at */
	duration_us driver_stopped;              /* stopped since driver_at */
	uint32_t lap_best_number;
	uint32_t stint_lap;      /* laps completed when the stint began */
	uint32_t stint_row;      /* 1 + index of its newest stint row; 0 none */
	uint16_t gained_from;    /* overall position one lap ago; 0 unknown */
	uint16_t line_source;    /* source of the passing at line_at */
	duration_us claim_total; /* reported by claim_source; NONE */
	uint32_t claim_laps;     /* reported by claim_source; 0: none */
	uint16_t claim_rank;     /* reported by claim_source; 0: none */
	uint16_t claim_source;   /* CAR_NONE: no source reported any */
	/* Source of the time at each line: up to `line` on the current lap, after it on
	 * the lap before. CAR_NONE: estimated or not reached. */
	uint16_t source_of[LINES_MAX];
	instant_us lap_best_at;      /* the crossing that ended it; NONE */
	duration_us lap_best_before; /* the best lap before it; NONE: the first */
	duration_us claim_best;      /* best lap, reported by claim_source; NONE */
	instant_us claim_best_at;
	uint32_t claim_best_lap;  /* its number */
	uint32_t claim_best_laps; /* laps completed then: the claim is about these; 0:
					no claim */
	instant_us claim_at;      /* instant of the last laps claim; NONE */
	int32_t claim_off;        /* claim_laps - laps at claim_at */
	int32_t claim_fault;      /* difference of the last CLAIM_LAPS fault; 0 */
	uint32_t lap_skipped;     /* the last lap made up because a source skipped
					it, so a stop before its end may be missing;
					0 none */
	uint16_t pit_in_source;   /* source of pit_in_at; CAR_NONE */
	uint16_t pit_out_source;
	uint16_t sector_bests; /* lap_row.sector_bests of the current lap */
	uint8_t stop_driver;   /* drove into the current or last stop; RACE_DRIVERS_MAX
				  unknown */
	uint8_t overdue;       /* stopped: not timed at its next line for too long */
	uint32_t history_row;  /* 1 + index of its newest row of the history; 0 none */
	instant_us due_at;     /* stopped when it is not timed until then; DUE_NEVER:
				  it may be silent (pits, red flag, finished) */
	int16_t values[CAR_VALUE_COUNT]; /* the newest; VALUE_NONE. TOP_SPEED: of the
					    current lap */
	int16_t top_speed;               /* the highest so far; VALUE_NONE */
	uint16_t claim_stops;            /* reported by claim_source; 0: none */
	uint32_t top_speed_lap;
};
#define VALUE_NONE (-1)
#define DUE_NEVER INT64_MAX

struct race_class {
	char name[16];
	int64_t sector_best[LINES_MAX];
	duration_us lap_best;
	uint32_t lap_best_number;
	uint16_t lap_best_car; /* CAR_NONE */
	uint16_t sector_best_car[LINES_MAX];
	uint16_t leader;      /* of the order now; CAR_NONE */
	uint16_t line_leader; /* the last car to complete a lap in the lead; CAR_NONE */
	uint16_t cars;
	uint8_t spare[4];
};

struct race_decision {
	instant_us at; /* INSTANT_NONE: after the chequered flag */
	int64_t value;
	uint16_t car, other; /* CAR_NONE */
	uint8_t kind;        /* enum decision_kind */
	uint8_t status;      /* enum result_status for DECISION_STATUS */
	uint8_t waits;    /* without effect: deletes a lap that is not completed yet */
	uint8_t inferred; /* from what the source says, not stated by it */
	char reason[40];
	uint32_t number; /* of the operator's; 0: a source states it */
	uint32_t zero;
};

struct race_id {
	uint8_t kind; /* enum id_kind; then text, as in an event */
	char text[EVENT_ID_MAX + 1];
	uint16_t car;
	/* Once the operator gave the name to `car`: the car that other sources' entries
	 * mean by it; else CAR_NONE. */
	uint16_t reported;
	uint16_t source; /* gave it a number; CAR_NONE: no source, or by hand */
};

/* Rows of the history that are written once: bits of race.written. */
enum { RACE_WRITTEN_START = 1, RACE_WRITTEN_FINISH = 2 };

struct race {
	struct race_setup setup;
	instant_us now;      /* instant of the last event applied */
	instant_us start_at; /* NONE: not started */
	instant_us clock_at;
	instant_us finish_at;   /* the winner's finish; NONE */
	instant_us end_at;      /* the source is complete; NONE */
	instant_us flag_since;  /* first crossing under the flag */
	instant_us flag_before; /* last crossing under the flag before it */
	instant_us flag_last;   /* last crossing under the flag */
	instant_us due_at;      /* nothing happens by the clock alone before it */
	instant_us silent_at;   /* when no car is timed until then, the field or its
				   source is silent, and no car is stopped; NONE */
	duration_us lap_min;    /* no car laps faster: a shorter lap is a phantom */
	duration_us lap_best;
	int64_t sector_best[LINES_MAX];
	int64_t weather[WEATHER_FIELD_COUNT]; /* INT64_MIN unknown */
	instant_us weather_at;
	uint64_t events; /* applied */
	uint32_t anomalies[ANOMALY_COUNT];
	uint32_t full[RACE_LIMIT_COUNT]; /* what found no room, by table */
	uint32_t lap_count;              /* rows of the tables that this race owns */
	uint32_t stint_count;
	uint32_t flag_count;
	uint32_t fault_count;
	uint32_t message_count;
	uint32_t weather_count;
	uint32_t merged;    /* passings already reported by another source */
	uint32_t lap_first; /* first row after the start signal */
	uint32_t stint_first;
	uint32_t history_count;
	uint32_t
		history_first; /* of the rows before, only those of race control count */
	uint32_t progress[RACE_CARS_MAX]; /* laps * line_count + line of a car */
	uint32_t lap_best_number;
	uint32_t result_lap; /* by a decision, else of the setup; 0: none */
	uint32_t spare;
	uint32_t leader_laps; /* the most laps a car completed in the lead */
	uint16_t lap_best_car;
	uint16_t sector_best_car[LINES_MAX];
	uint16_t car_count;
	uint16_t class_count;
	uint16_t id_count;
	uint16_t decision_count;
	uint16_t order[RACE_CARS_MAX]; /* cars by (2) */
	uint16_t place[RACE_CARS_MAX]; /* inverse: 0-based place of a car */
	uint16_t winner;               /* CAR_NONE until the finish */
	uint8_t flag;                  /* enum flag */
	uint8_t finish_by_flag;        /* 1: by the chequered flag, 0: by the length */
	uint8_t stopped;               /* the operator ended it: nothing counts; 2: and
					  this end decided the winner */
	uint8_t written;               /* RACE_WRITTEN_ bits */
	uint16_t lines_timed; /* bit n: intermediate n was measured for some car */
	uint16_t line_leader; /* the last car to complete a lap in the lead; CAR_NONE */
	struct race_class classes[RACE_CLASSES_MAX];
	uint16_t id_slots[2 * RACE_IDS_MAX]; /* open addressing: 1 + index */
	/* Last, so that a keyframe can hold only the rows in use; the others are zero. */
	struct race_decision decisions[RACE_DECISIONS_MAX];
	struct race_id ids[RACE_IDS_MAX];
	struct car cars[RACE_CARS_MAX];
	struct entry entries[RACE_CARS_MAX];
};

struct lap_row {
	instant_us at;        /* crossing that completed it */
	duration_us time;     /* NONE: unknown */
	duration_us pit_time; /* duration of the stop that ended on this (out) lap;
				 NONE */
	uint32_t lap;
	uint32_t prev; /* 1 + index of the car's row before; 0 none */
	uint16_t car;
	uint16_t position, class_position; /* after this crossing */
	uint16_t estimated; /* bit n: at_line[n] estimated; bit 0: either end, and so
			       the time, unless STATED */
	uint8_t flag;
	uint8_t driver;  /* RACE_DRIVERS_MAX unknown */
	uint8_t in_pit;  /* SF was crossed in the pit lane */
	uint8_t bits;    /* LAP_... */
	uint32_t record; /* of the event that completed it */
	uint16_t source;
	uint16_t sector_bests; /* bit n: sector n was the fastest of the class so far */
	uint16_t
		kph; /* average as the source states it, tenths of km/h; 0: not stated */
	int16_t values[CAR_VALUE_COUNT]; /* at its end, of a crossing that was reported;
					    VALUE_NONE */
	uint16_t missed; /* bit n: line n was not received, at_line[n] is a share of the
			    time between its neighbours */
	instant_us at_line[LINES_MAX]; /* [0] the crossing that began it */
};
/* DELETED: deleted by the stewards before the lap was driven; for later decisions see
 * race_lap_deleted(). REPAIRED: made for a missed crossing. STATED: `time` is the
 * source's, not a difference. OUT: began inside the pit lane. BEST: at that time the
 * best lap of the car (which had one before), of its class, of the race. COUNTS: the
 * source says that it counts as a best lap, whatever lap it is. */
enum {
	LAP_DELETED = 1,
	LAP_REPAIRED = 2,
	LAP_STATED = 4,
	LAP_OUT = 8,
	LAP_BEST_OWN = 16,
	LAP_BEST_CLASS = 32,
	LAP_BEST_RACE = 64,
	LAP_COUNTS = 128,
};

/** A lap at speed: not the first, not into or out of the pits, not made up, its time
 * known. A deleted lap is driven too. */
bool lap_is_driven(const struct lap_row *row);
/** A driven lap under green, or under no known flag. */
bool lap_is_clean(const struct lap_row *row);

/* A stint and the stop that ended it, appended at pit out. */
struct stint_row {
	instant_us from_at, in_at, out_at;
	duration_us stop;          /* in to out; NONE unknown */
	uint32_t from_lap, to_lap; /* laps completed at either end */
	uint32_t prev;             /* 1 + index of the car's row before; 0 none */
	uint16_t car, number;      /* 1-based stint */
	uint8_t driver;            /* drove into the stop; RACE_DRIVERS_MAX unknown */
	uint8_t estimated;         /* in or out is an estimate */
	uint8_t spare[6];
};

struct flag_row {
	instant_us from_at;  /* first crossing under it */
	instant_us after_at; /* last crossing under the flag before it */
	uint8_t flag;
	uint8_t spare[3];
	uint32_t decision; /* number of the operator's decision; 0: of a source */
};

/* A message of race control; a longer text is cut and marked. */
enum { MESSAGE_TEXT_MAX = 136 };
struct message_row {
	instant_us at;
	uint32_t record;      /* of the event */
	uint16_t car, source; /* CAR_NONE: no car named */
	uint8_t by_hand;      /* the operator's */
	uint8_t cut;          /* 1: the text was longer */
	uint8_t spare[6];
	char text[MESSAGE_TEXT_MAX];
};

/* The weather when a value was reported: the first report, then at most one row per
 * WEATHER_PACE. The newest values are in the race alone. */
#define WEATHER_PACE US_MIN
struct weather_row {
	instant_us at;
	int64_t value[WEATHER_FIELD_COUNT]; /* INT64_MIN unknown */
};
#pragma GCC diagnostic pop

/* A passing that the fold did not use as reported, or made up: name, anomaly it counts
 * as, reason in words. */
#define FAULTS(X)                                                                   \
	X(MISSED_SF, MISSING, "start/finish was missed: the lap was repaired")      \
	X(MISSED_LINE, MISSING, "a line was missed: its time is an estimate")       \
	X(MISSED_LAPS, MISSING, "laps were missed: their times are unknown")        \
	X(PHANTOM, PHANTOM, "earlier than any car can be there: not counted")       \
	X(REPEATED, REPEATED, "a lap or line that is already counted")              \
	X(CONTRADICTION, CONTRADICTION, "an impossible lap number: not counted")    \
	X(NO_ENTRY, TRANSPONDER, "a transponder without an entry")                  \
	X(TWO_CARS, TRANSPONDER, "one transponder is on two cars: swapped?")        \
	X(CLAIM_LAPS, CONTRADICTION, "a source's number of laps differs from ours") \
	X(LATE_CLOCK, CLOCK, "two sources' clocks differ too much to merge")        \
	X(JOINED, MISSING, "laps before the source was joined: times unknown")
enum fault {
#define X(id_, anomaly_, why_) FAULT_##id_,
	FAULTS(X)
#undef X
		FAULT_COUNT
};
/** The reason in words; "" for an invalid @fault. */
const char *fault_why(enum fault fault);
enum anomaly fault_anomaly(enum fault fault);

struct fault_row {
	instant_us at;
	uint32_t record;      /* of the event */
	uint16_t car, source; /* CAR_NONE */
	uint8_t fault, line;
	uint8_t spare[6];
};

struct history_row;
struct history_block;
/* Storage of the caller. A full table counts ANOMALY_CAPACITY and the race goes on
 * without the row. faults, messages, weather and history may be NULL: then faults
 * are only counted, messages and history are discarded and only the newest weather is
 * kept. */
struct race_tables {
	struct lap_row *laps;
	struct stint_row *stints;
	struct flag_row *flags;
	struct fault_row *faults;
	struct message_row *messages;
	struct weather_row *weather;
	struct history_row *history;     /* history.h */
	struct history_block *histories; /* HISTORY_BLOCKS(history_max) of them */
	uint32_t laps_max, stints_max, flags_max, faults_max;
	uint32_t messages_max, weather_max, history_max;
	const struct deciders *deciders; /* NULL: not known */
};

/** The race before its first event; @setup is copied, and an invalid line_count becomes
 * 1. */
void race_init(struct race *race, const struct race_setup *setup);
/** The same; @race was a race before or is all zero, so only its rows in use are cleared. */
void race_init_again(struct race *race, const struct race_setup *setup);
/** How much of a table is used, of how much. DRIVERS, TEXTS: 0, they are of each car. */
void race_limit(const struct race *race, const struct race_tables *tables,
		enum race_limit limit, uint32_t *used, uint32_t *max);
/** Fold one event. @text: pool of the event's list. @car receives the car concerned or
 * CAR_NONE; may be NULL. */
void race_apply(struct race *race, const struct race_tables *tables,
		const struct event *event, const char *text, uint16_t *car);
/** The car with this name, or CAR_NONE. */
uint16_t race_find(const struct race *race, enum id_kind kind, struct slice id);
/** The car by what a user types: a number, else "~NN" or "?NNN"; or CAR_NONE. */
uint16_t race_find_text(const struct race *race, struct slice text);
/** How a car is shown and addressed: its number; "?NNN", its transponder, when nothing
 * else is known of it; else "~NN". */
void race_car_label(const struct race *race, uint16_t car, char label[16]);

/** A decision in words, its reason with it: "+10 s, speed in the pit lane". */
size_t race_decision_words(const struct race *race,
			   const struct race_decision *decision, char *buf, size_t cap);

/** True where no line between the two crossings of a lap was received: its sectors are unknown. */
bool race_lines_missed(const struct race *race, const struct lap_row *row);

/** Laps completed: of a car that was not seen since the source was joined, those that the source claims. */
uint32_t race_laps(const struct race *race, uint16_t car);

/** Lines passed since the start: laps * line_count + line. */
uint64_t race_progress(const struct race *race, uint16_t car);
/** Time of @car at line @progress, from its current lap, the lap before, or its lap
 * rows; INSTANT_NONE: not reached, or unknown. */
instant_us race_time_at(const struct race *race, const struct race_tables *tables,
			uint16_t car, uint64_t progress);
/** Race time at @t: since the start signal; DURATION_NONE before it. */
duration_us race_elapsed(const struct race *race, instant_us t);
/** Time left on the clock at @t; DURATION_NONE without a time limit. */
duration_us race_left(const struct race *race, instant_us t);
/** Driving time of a driver up to @t, the current stint included, stops excluded. */
duration_us race_driver_time(const struct race *race, uint16_t car, unsigned driver,
			     instant_us t);
/** Sum of the time penalties that decisions gave to @car; negative: time given back. */
duration_us race_penalty(const struct race *race, uint16_t car);
/** True when a decision in @race deletes the time of @lap of @car. */
bool race_lap_deleted(const struct race *race, uint16_t car, uint32_t lap);
/** Decisions that were inferred. */
unsigned race_decisions_inferred(const struct race *race);
/** True when the deletion of @lap of @car waits for the lap: see race_decision.waits. */
/** True when a car has completed lap @lap. */
bool race_lap_reached(const struct race *race, int64_t lap);
bool race_deletion_waits(const struct race *race, uint16_t car, int64_t lap);
/** The number of decisions in effect. */
unsigned race_decisions_applied(const struct race *race);
/** True when the lap may be a best lap: timed, not deleted, not made up, not into or out
 * of the pits. */
bool race_lap_counts(const struct race *race, const struct lap_row *row);

/** The pace of a car now: the median of its last RACE_PACE_LAPS clean laps; NONE with fewer
 * than three. */
enum { RACE_PACE_LAPS = 10 };
duration_us race_pace(const struct race *race, const struct race_tables *tables,
		      uint16_t car);
/** Expected time of the sector after @line; never 0. */
duration_us race_sector_expected(const struct race *race, uint16_t car, unsigned line);

/** True when @car has stopped on the track at @t (>= race->now): it is overdue at its next
 * line by far, while others are timed; not in the pits, under red or after its flag.
 * False where no history is kept. */
bool race_car_stands(const struct race *race, uint16_t car, instant_us t);

/** Derive every invariant again. NULL, or the first broken one as a sentence in @text.
 * Costs a pass over the tables: for tests. */
const char *race_check(const struct race *race, const struct race_tables *tables,
		       char text[256]);

/* ---- the order and the gaps ------------------------------------------- */

enum gap_kind { GAP_NONE, GAP_TIME, GAP_LAPS };
struct gap {
	int64_t value; /* microseconds or laps */
	uint8_t kind;  /* enum gap_kind; NONE: leader, or not comparable */
	uint8_t estimated;
	uint8_t spare[6];
};

struct standing {
	struct gap gap, interval, class_gap, class_interval;
	uint16_t car;
	uint16_t position; /* 1-based; 0: not established, shown blank */
	uint16_t class_position;
	int16_t gained; /* positions gained over the last lap */
};

struct standings {
	uint32_t count;
	struct standing rows[RACE_CARS_MAX]; /* in order */
	uint16_t row_of[RACE_CARS_MAX];      /* car to row; 0xffff none */
};

/** RACE: by (2). TIMED: by best lap, gaps by best lap, cars without one last. */
void standings_query(const struct race *race, const struct race_tables *tables,
		     struct standings *out);
/** Gap of @car to @ahead at the last line that @car reached, with their time penalties
 * when both have finished; GAP_NONE: @car is not behind, or the gap is unknown. */
struct gap gap_between(const struct race *race, const struct race_tables *tables,
		       uint16_t ahead, uint16_t car);
/** "1:36.412", "36.412", "+2 laps", "": used everywhere. @style is TIME_LAP or
 * TIME_TENTH; @buf has TIME_TEXT_MAX bytes. Returns the length. */
size_t format_gap(char *buf, struct gap gap, enum time_style style);

/* ---- rulesets ---------------------------------------------------------- */

enum { RULES_LENGTHS_MAX = 16, RULES_CLASSES_MAX = 24, RULES_DRIVING_MAX = 24 };
enum rules_clock { CLOCK_SIGNAL, CLOCK_TIME_OF_DAY };
enum rules_of { OF_RACE_WINNER, OF_CLASS_WINNER };
enum rules_round { ROUND_FLOOR, ROUND_CEIL, ROUND_NEAREST };
enum rules_list { LIST_CLASSIFIED_FIRST, LIST_BY_LAPS };
enum rules_known { KNOWN_NO, KNOWN_SOURCE, KNOWN_MEMORY, KNOWN_DISPUTED };

struct rules_length {
	duration_us us;
	length_mm mm;
	uint32_t laps;
	uint32_t spare;
};

enum { RULES_COLOURS = 6 };

struct rules_class {
	char name[16];
	char matches[48]; /* names in files, separated by spaces; '*' at an end */
	uint8_t invited;  /* number of invited cars of the class */
	uint8_t colour; /* which of the theme's class colours, from 1; 0: by its place */
	uint8_t spare[6];
};

/* Limits on the driving time of one driver of a car. */
struct rules_driving {
	duration_us length;  /* for races of this length; 0: any */
	duration_us maximum; /* in total; 0: no limit, as below */
	duration_us minimum;
	duration_us within; /* at most this much ... */
	duration_us window; /* ... in any stretch of this length */
	uint8_t class_row;  /* in rules.classes; RULES_CLASSES_MAX: any class */
	uint8_t known;      /* enum rules_known: the least certain of them */
	uint8_t spare[6];
};

struct rules {
	char name[40]; /* "le-mans-24h-2024" */
	char title[80];
	char fcy[16];        /* what FCY means: "safety car", "slow" */
	char invitation[64]; /* "the 2004 24 Hours of Le Mans"; "": none */
	struct rules_length lengths[RULES_LENGTHS_MAX];
	struct rules_class classes[RULES_CLASSES_MAX];
	duration_us clock_of_day; /* CLOCK_TIME_OF_DAY: since midnight */
	duration_us flag_within;  /* cross within this of the winner; 0: no limit */
	duration_us stop_least; /* a stop takes this long from pit in to pit out; 0: no
				     minimum */
	uint32_t fraction_pm; /* threshold in per mille of winner's distance; 0: none */
	uint8_t length_count, class_count;
	uint8_t of, round, list, clock;
	uint8_t must_take_flag;
	uint8_t fraction_known; /* enum rules_known */
	uint8_t flag_known;
	uint8_t driving_count;
	uint8_t wave_by;    /* 1: behind a safety car, cars between it and the first of
			    their class are waved by */
	uint8_t stop_known; /* enum rules_known */
	struct rules_driving driving[RULES_DRIVING_MAX];
};

/** The local time of an instant, as if it were UTC. */
instant_us race_local(const struct race_setup *setup, instant_us at);

/** Laps needed to be classified for a winner's distance. */
uint32_t rules_threshold(const struct rules *rules, uint32_t winner_laps);
/** True under the safety car, and under FCY where the ruleset sends it out then. */
bool rules_safety_car(const struct rules *rules, enum flag flag);
/** flag_title(); of FCY what the ruleset means by it. @rules: NULL is fine. */
const char *rules_flag_title(const struct rules *rules, enum flag flag);
/** Row of rules->classes for a class name, or -1. */
int rules_class_of(const struct rules *rules, struct slice name);
/** Driving limits of a class (by its name in the file) in a race of @length (0: not
 * limited by time): the row that names both, else the class, else the length, else
 * neither; NULL: no limits. */
const struct rules_driving *rules_driving_of(const struct rules *rules,
					     duration_us length, struct slice name);

/* ---- the judgement ------------------------------------------------------ */

#define RESULT_STATUSES(X) \
	X(CLASSIFIED)      \
	X(NC)              \
	X(DNF)             \
	X(DNS)             \
	X(DSQ)             \
	X(RUNNING)
enum result_status {
#define X(id_) STATUS_##id_,
	RESULT_STATUSES(X)
#undef X
		STATUS_COUNT
};
const char *status_name(enum result_status status); /* "CLASSIFIED"; "": invalid */
int status_by_name(struct slice name);              /* case ignored; -1: unknown */

struct result {
	duration_us total; /* race time at the last counted crossing, with penalties;
			      NONE without a crossing */
	struct gap gap, interval, class_gap, class_interval;
	int32_t margin;     /* laps above (+) or below (-) the threshold */
	uint32_t laps;      /* with penalties */
	uint32_t threshold; /* for this car; 0: none */
	uint16_t car;
	uint16_t position, class_position; /* rank in the printed order */
	uint16_t decisions;                /* number of decisions on this car */
	uint8_t status;                    /* enum result_status */
	uint8_t class_winner;              /* classified and first of its class */
	uint8_t invited;
	uint8_t moved; /* placed by a decision: gaps and intervals are blank */
	uint8_t spare[8];
};

struct classification {
	uint32_t count;
	uint32_t winner_laps; /* of the race winner (leader while running) */
	uint32_t threshold;   /* for the winner's distance; 0: none */
	bool finished;        /* the winner has finished */
	instant_us at;        /* instant asked for; classify() sets race->now */
	struct result rows[RACE_CARS_MAX];
	uint16_t row_of[RACE_CARS_MAX];
};

/** After the finish the cars stand as they are classified: order, positions and gaps of
 * @standings become those of @c. */
void standings_settle(const struct race *race, const struct classification *c,
		      struct standings *standings);

/** The classification now. Before the finish, the status is RUNNING and the margin is
 * against the leader's laps. TIMED sessions list by best lap. */
void classify(const struct race *race, const struct race_tables *tables,
	      const struct rules *rules, struct classification *out);

/* ---- circuits ------------------------------------------------------------ */

enum { CIRCUIT_POINTS_MAX = 1024, CIRCUIT_TURNS_MAX = 40, CIRCUIT_NAME_MAX = 32 };
struct circuit_point {
	int32_t x_mm, y_mm; /* east, north of SF */
	int32_t along_mm;   /* driven distance from SF */
};
struct circuit_turn {
	char number[8], name[32];
	int32_t along_mm;
	char hand; /* 'L' or 'R' */
	char spare[3];
};
struct circuit {
	char name[40], title[64], zone[32], notice[96];
	length_mm length;
	int32_t line_mm[LINES_MAX]; /* position of each timed line; [0] = 0 */
	char line_names[LINES_MAX][8];
	int32_t pit_in_mm, pit_out_mm; /* 0: unknown */
	int32_t centreline_mm; /* its length before it was scaled to `length`; 0: as it is */
	uint16_t point_count; /* 0: no map */
	uint8_t turn_count, line_count;
	bool start_unknown;   /* the outline does not begin at the start line */
	bool lines_estimated; /* placed by shares of the time of a lap */
	struct circuit_turn turns[CIRCUIT_TURNS_MAX];
	struct circuit_point points[CIRCUIT_POINTS_MAX];
};

/* What named the circuit that is shown; short name, in a sentence. */
#define CIRCUIT_BYS(X)                                         \
	X(NOTHING, "", "")                                     \
	X(SESSION_FILE, "session file", "by the session file") \
	X(SOURCE, "source", "by the words of the source")      \
	X(EVENT, "event", "by the name of the event")          \
	X(FILE, "file name", "by the name of the file")        \
	X(LENGTH, "length", "by the length of the lap")
enum circuit_by {
#define X(id_, name_, words_) CIRCUIT_BY_##id_,
	CIRCUIT_BYS(X)
#undef X
		CIRCUIT_BY_COUNT
};
/* How the circuit of a race was found. It is for maps and names alone: what is counted and
 * computed takes only the circuit of a session file. */
struct circuit_found {
	uint8_t by;                  /* enum circuit_by */
	char name[CIRCUIT_NAME_MAX]; /* "spa"; "" where it was not found */
	char text[96];               /* the name in which it was found */
	char why_not[128];           /* why no circuit is shown; "" */
};
const char *circuit_by_name(enum circuit_by by);
/** How it was found, or why none was: "by the name of the event, \"6 Hours of Spa\"".
 * Returns the length. */
size_t circuit_how(const struct circuit_found *found, char *buf, size_t cap);
/** "centreline 2.9 % longer than the official lap, scaled"; "" within 1 %. Returns the
 * length. */
size_t circuit_scaled(const struct circuit *circuit, char *buf, size_t cap);

/** A circuit without a map: only its lines, in shares of the lap. */
void circuit_from_lines(struct circuit *circuit, const struct race_setup *setup);

#endif
