/*
 * race.h -- the race as a fold over events, and what can be asked of it
 *
 * Facts (race_apply), order (standings_query) and judgement (classify) are
 * three things. A race is flat: assigning it is a snapshot, memcmp is equality.
 * Laps, stints and flag runs are append-only tables beside it, of which a race
 * owns the first so many rows: a snapshot refers to them by count.
 *
 *  (1) race_apply() is called in the order of event_compare() and no other.
 *  (2) Order of cars: laps completed, then line reached on the lap in hand, then
 *      the time at that line; before the first line the grid, else the number.
 *  (3) Folding the same events from the same state writes the same rows, so
 *      tables may be shared by the snapshots of one sequence of events.
 *  (4) Nothing here reads what a later event will say.
 *  (5) A car whose crossings lie after its chequered flag gains no more laps.
 *  (6) Of one passing told by several sources the first in that order counts, the
 *      others within race_setup.merge_us are merged. (Where a later one has the better
 *      clock, the timeline does not hand over the first.)
 *  (7) After an END by hand nothing on the road counts, until a START takes it back.
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

/* memcmp is equality, so no byte of what follows may be padding. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* Fixed before the first event: from the file, its sidecar, the circuit, the
 * ruleset and the command line. */
struct race_setup {
	char event[64];      /* "1000 km du Mans 2003" */
	char session[32];    /* "Race" */
	char circuit[40];    /* "Bugatti" */
	char zone[32];       /* IANA name, "" when floating */
	instant_us start_at; /* start signal; INSTANT_NONE: EVENT_START says */
	instant_us clock_at; /* the limit counts from here; NONE: start_at */
	int64_t utc_offset_us;
	duration_us length_us;        /* 0: not limited by time */
	length_mm length;             /* 0: not limited by distance */
	length_mm lap_length;         /* 0: unknown */
	duration_us merge_us;         /* two sources' passings of one car over one line
					 this close are one; 0: RACE_MERGE_US */
	uint32_t length_laps;         /* 0: not limited by laps */
	uint32_t line_ppm[LINES_MAX]; /* place of each line on the lap */
	uint8_t line_count;           /* >= 1 */
	uint8_t type;                 /* enum session_type */
	bool floating;                /* the day is not known */
	bool reconstruction;          /* not a record of what timing heard */
};

/* What is known of a car before it turns a wheel. */
struct entry {
	char number[EVENT_ID_MAX + 1]; /* "" when not known: shown blank */
	char team[64];
	char vehicle[48];
	char tag[12];
	char drivers[RACE_DRIVERS_MAX][40];
	uint8_t merged; /* 1: found to be another car: never listed */
	uint16_t grid;  /* 1-based; 0 unknown */
	uint8_t driver_count;
	uint8_t class_index; /* RACE_CLASSES_MAX: none */
	uint8_t pit_start;
	uint8_t not_started;
	uint8_t internal; /* 1: no number is known: `number` is "" and the
			     car is addressed by race_car_label() */
	uint8_t spare;
};

/* Times at the lines of one lap; [0] is the crossing that began it. */
struct line_times {
	instant_us at[LINES_MAX]; /* INSTANT_NONE: not reached */
};

struct car {
	/* Asked at every passing, so they lie together. */
	instant_us line_at;   /* time at the line last reached */
	instant_us sf_at;     /* last counted crossing of SF; NONE */
	uint32_t laps;        /* completed */
	uint8_t line;         /* reached on the lap in hand; 0 = SF */
	uint8_t seen;         /* it has crossed a line since the start */
	uint8_t flagged;      /* it took the flag */
	uint8_t in_pit;       /* between pit in and pit out */
	uint16_t class_place; /* 0-based place within its class */
	uint16_t estimated;   /* bit n: now.at[n] is an estimate */
	uint16_t estimated_before;
	uint8_t driver;           /* 0-based; RACE_DRIVERS_MAX unknown */
	uint8_t pit_row;          /* the lap in hand began inside the lane */
	uint8_t stop_open;        /* the stop it is in is counted: 1 by the pit in,
				  2 by SF crossed in the lane */
	uint8_t pit_estimated;    /* pit_in_at is not measured */
	uint8_t status;           /* 0, or 1 + enum result_status said by a feed */
	uint8_t numbered;         /* the passing at sf_at said which lap it ended */
	uint16_t stops;           /* stops counted: SF crossed in the pit lane, or
				     pit in where the lane is timed */
	uint16_t stint;           /* 1-based */
	uint32_t lap_row;         /* 1 + index of its newest lap row; 0 none */
	uint32_t lap_first;       /* laps it had when its first row was written:
				     0 unless the source was joined late */
	duration_us lap_last;     /* NONE: unknown */
	duration_us lap_best;     /* from SF to SF on the track: never lap 1 from the
				     signal, nor a lap into or out of the pits */
	struct line_times now;    /* lap in hand */
	struct line_times before; /* the lap before it */
	int64_t sector_best[LINES_MAX]; /* duration_us; NONE */
	int64_t sector_last[LINES_MAX]; /* of the last sectors completed */
	instant_us flag_at;             /* crossing that took the flag; NONE */
	instant_us pit_in_at;           /* of the stop it is in, or its last; NONE */
	instant_us pit_out_at;          /* of its last stop; NONE */
	instant_us stint_at;            /* this stint began */
	instant_us driver_at;           /* driver on board since */
	duration_us stop_last;          /* duration of the last completed stop */
	duration_us stops_total;
	duration_us driver_us[RACE_DRIVERS_MAX]; /* closed driving time */
	duration_us driver_still;                /* stood in the lane since driver_at */
	uint32_t lap_best_number;
	uint32_t stint_lap;      /* laps completed when the stint began */
	uint32_t stint_row;      /* 1 + index of its newest stint row; 0 none */
	uint16_t gained_from;    /* overall position one lap ago; 0 unknown */
	uint16_t line_source;    /* source of the passing at line_at */
	duration_us claim_total; /* what a source says of it; NONE */
	uint32_t claim_laps;     /* with claim_source; 0: nothing said */
	uint16_t claim_rank;     /* 0: nothing said */
	uint16_t claim_source;   /* CAR_NONE: nothing said */
	/* Who timed each line: on the lap in hand up to `line`, on the lap before
	 * behind it. CAR_NONE: nobody, it is an estimate or was not reached. */
	uint16_t source_of[LINES_MAX];
	instant_us lap_best_at;      /* the crossing that ended it; NONE */
	duration_us lap_best_before; /* the best it improved on; NONE: the first */
	duration_us claim_best;      /* best lap a source says; NONE */
	instant_us claim_at;         /* when claim_laps was said; NONE */
	int32_t claim_off;           /* claim_laps - laps when it was said */
	int32_t claim_told;          /* the difference a fault told of last; 0 */
	uint32_t lap_made;           /* the last lap that was made up because a source
					jumped over it: a stop may lie before its end
					that nobody told of; 0 none */
	uint16_t pit_in_source;      /* who timed pit_in_at and pit_out_at; CAR_NONE */
	uint16_t pit_out_source;
	uint16_t sector_bests; /* lap_row.sector_bests, of the lap in hand */
	uint8_t stop_driver;   /* who brought it into the stop it is in, or its last;
				  RACE_DRIVERS_MAX unknown */
	uint8_t spare[5];
};

struct race_class {
	char name[16];
	int64_t sector_best[LINES_MAX];
	duration_us lap_best;
	uint32_t lap_best_number;
	uint16_t lap_best_car; /* CAR_NONE */
	uint16_t sector_best_car[LINES_MAX];
	uint16_t leader; /* CAR_NONE */
	uint16_t cars;
	uint8_t spare[6];
};

struct race_decision {
	instant_us at; /* INSTANT_NONE: after the flag */
	int64_t value;
	uint16_t car, other; /* CAR_NONE */
	uint8_t kind;        /* enum decision_kind */
	uint8_t status;      /* enum result_status for DECISION_STATUS */
	uint8_t spare[2];
	char reason[40];
};

struct race_id {
	uint8_t kind; /* enum id_kind; then text, as in an event */
	char text[EVENT_ID_MAX + 1];
	uint16_t car;
	uint16_t said;   /* CAR_NONE; or, once the operator gave the name to `car`:
			    the car that entries of other sources mean by it */
	uint16_t source; /* gave it a number; CAR_NONE: none but the operator */
};

struct race {
	struct race_setup setup;
	instant_us now;      /* instant of the last event applied */
	instant_us start_at; /* NONE: not started */
	instant_us clock_at;
	instant_us finish_at;   /* the winner's finish; NONE */
	instant_us end_at;      /* the source is complete; NONE */
	instant_us flag_since;  /* first crossing that showed it */
	instant_us flag_before; /* last crossing that showed another */
	instant_us flag_last;   /* last crossing that showed it */
	duration_us lap_min;    /* no car can lap in less: a repeated record */
	duration_us lap_best;
	int64_t sector_best[LINES_MAX];
	int64_t weather[WEATHER_FIELD_COUNT]; /* INT64_MIN unknown */
	instant_us weather_at;
	uint64_t events; /* applied */
	uint32_t anomalies[ANOMALY_COUNT];
	uint32_t lap_count; /* rows this race owns in the tables */
	uint32_t stint_count;
	uint32_t flag_count;
	uint32_t fault_count;
	uint32_t message_count;
	uint32_t weather_count;
	uint32_t merged;    /* passings that another source had told of already */
	uint32_t lap_first; /* rows before are of before the start signal */
	uint32_t stint_first;
	uint32_t progress[RACE_CARS_MAX]; /* laps * line_count + line of a car */
	uint32_t lap_best_number;
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
	uint8_t finish_by_flag;        /* 1: FF said so, 0: the length did */
	uint8_t stopped;               /* the operator ended it: nothing counts;
					  2: and so it was won */
	uint8_t spare;
	uint16_t lines_heard; /* bit n: a car was timed at intermediate n */
	uint8_t spare_too[2];
	struct race_class classes[RACE_CLASSES_MAX];
	struct race_decision decisions[RACE_DECISIONS_MAX];
	struct race_id ids[RACE_IDS_MAX];
	uint16_t id_slots[2 * RACE_IDS_MAX]; /* open addressing: 1 + index */
	/* Last, so that a keyframe may hold only the cars in use. */
	struct car cars[RACE_CARS_MAX];
	struct entry entries[RACE_CARS_MAX];
};

struct lap_row {
	instant_us at;        /* crossing that completed it */
	duration_us time;     /* NONE: unknown */
	duration_us pit_time; /* of the stop whose duration stands on this lap
				 (its out lap); NONE */
	uint32_t lap;
	uint32_t prev; /* 1 + index of the car's row before; 0 none */
	uint16_t car;
	uint16_t position, class_position; /* after this crossing */
	uint16_t estimated; /* bit n: at_line[n] estimated; bit 0: either end,
			       and so the time, unless STATED */
	uint8_t flag;
	uint8_t driver;  /* RACE_DRIVERS_MAX unknown */
	uint8_t in_pit;  /* SF was crossed in the pit lane */
	uint8_t bits;    /* LAP_DELETED, LAP_REPAIRED */
	uint32_t record; /* of the event that completed it */
	uint16_t source;
	uint16_t sector_bests; /* bit n: no car of the class had driven sector n faster
				  when it was driven */
	uint8_t spare[4];
	instant_us at_line[LINES_MAX]; /* [0] the crossing that began it */
};
/* DELETED: the stewards had deleted it when it was driven; for decisions taken
 * later ask race_lap_deleted(). REPAIRED: made for a crossing that was missed.
 * STATED: `time` is what the source says of the lap, not a difference. OUT: it
 * began inside the pit lane. BEST: when it was driven, it was the best lap so far of
 * the car (which had one before), of its class, of all. */
enum {
	LAP_DELETED = 1,
	LAP_REPAIRED = 2,
	LAP_STATED = 4,
	LAP_OUT = 8,
	LAP_BEST_OWN = 16,
	LAP_BEST_CLASS = 32,
	LAP_BEST_RACE = 64,
};

/* A stint and the stop that ended it, appended at pit out (or never). */
struct stint_row {
	instant_us from_at, in_at, out_at;
	duration_us stop;          /* in to out; NONE unknown */
	uint32_t from_lap, to_lap; /* laps completed at either end */
	uint32_t prev;             /* 1 + index of the car's row before; 0 none */
	uint16_t car, number;      /* 1-based stint */
	uint8_t driver;            /* at its end: who brought the car in */
	uint8_t estimated;         /* in or out are estimates */
	uint8_t spare[6];
};

struct flag_row {
	instant_us from_at;  /* first crossing under it */
	instant_us after_at; /* last crossing under the flag before it */
	uint8_t flag;
	uint8_t spare[7];
};

/* Words of race control. Those that do not fit are cut, and marked so. */
enum { MESSAGE_TEXT_MAX = 136 };
struct message_row {
	instant_us at;
	uint32_t record;      /* of the event */
	uint16_t car, source; /* CAR_NONE: of no car */
	uint8_t by_hand;      /* the operator's */
	uint8_t cut;          /* 1: the text was longer */
	uint8_t spare[6];
	char text[MESSAGE_TEXT_MAX];
};

/* The weather as it stood at an instant at which something of it was said: the first,
 * then no two within WEATHER_PACE. What was said last stands in the race alone. */
#define WEATHER_PACE US_MIN
struct weather_row {
	instant_us at;
	int64_t value[WEATHER_FIELD_COUNT]; /* INT64_MIN unknown */
};
#pragma GCC diagnostic pop

/* Where the fold did not take a passing as it came, or made one up: what, the kind
 * of anomaly it counts as, and why in words. */
#define FAULTS(X)                                                                     \
	X(MISSED_SF, MISSING, "start/finish was missed: the lap is repaired")         \
	X(MISSED_LINE, MISSING, "a line was missed: its time is an estimate")         \
	X(MISSED_LAPS, MISSING, "laps were missed: their times are not known")        \
	X(PHANTOM, PHANTOM, "sooner than any car can be round: not counted")          \
	X(REPEATED, REPEATED, "a lap or line that was counted already")               \
	X(CONTRADICTION, CONTRADICTION, "a lap number that cannot be: not counted")   \
	X(NO_ENTRY, TRANSPONDER, "a transponder of no entry")                         \
	X(TWO_CARS, TRANSPONDER, "sources put one transponder on two cars: swapped?") \
	X(CLAIM_LAPS, CONTRADICTION, "a source counts other laps than we do")         \
	X(LATE_CLOCK, CLOCK, "two sources' clocks differ by more than the window")    \
	X(JOINED, MISSING, "laps from before it was heard: their times are not known")
enum fault {
#define X(id_, anomaly_, why_) FAULT_##id_,
	FAULTS(X)
#undef X
		FAULT_COUNT
};
const char *fault_why(enum fault fault);
enum anomaly fault_anomaly(enum fault fault);

struct fault_row {
	instant_us at;
	uint32_t record;      /* of the event */
	uint16_t car, source; /* CAR_NONE */
	uint8_t fault, line;
	uint8_t spare[6];
};

/* Storage of the caller. A full table is an ANOMALY_CAPACITY, and the race goes
 * on without the row. Faults, messages and the weather may have no table (NULL): faults
 * are only counted then, messages are not kept, of the weather the present alone. */
struct race_tables {
	struct lap_row *laps;
	struct stint_row *stints;
	struct flag_row *flags;
	struct fault_row *faults;
	struct message_row *messages;
	struct weather_row *weather;
	uint32_t laps_max, stints_max, flags_max, faults_max;
	uint32_t messages_max, weather_max;
};

/* What an event changed: the return of race_apply(). */
enum {
	CHANGED_ENTRY = 1 << 0,
	CHANGED_LAP = 1 << 1, /* a lap was completed by race->cars[car] */
	CHANGED_LINE = 1 << 2,
	CHANGED_LEADER_LAP = 1 << 3, /* by the leader */
	CHANGED_LEAD = 1 << 4,
	CHANGED_CLASS_LEAD = 1 << 5,
	CHANGED_BEST_LAP = 1 << 6, /* of the race */
	CHANGED_CLASS_BEST = 1 << 7,
	CHANGED_FLAG = 1 << 8,
	CHANGED_PIT_IN = 1 << 9,
	CHANGED_PIT_OUT = 1 << 10,
	CHANGED_DRIVER = 1 << 11,
	CHANGED_FINISH = 1 << 12,
	CHANGED_ORDER = 1 << 13,
	CHANGED_DECISION = 1 << 14,
};

void race_init(struct race *race, const struct race_setup *setup);
/** Fold one event. @text is the pool of the list the event lives in. @car
 * receives the car concerned or CAR_NONE; may be NULL. Returns CHANGED_ bits. */
uint32_t race_apply(struct race *race, const struct race_tables *tables,
		    const struct event *event, const char *text, uint16_t *car);
/** The car a source names so, or CAR_NONE. */
uint16_t race_find(const struct race *race, enum id_kind kind, struct slice id);
/** By what a person types: a number, else "~NN" or "?NNN". */
uint16_t race_find_text(const struct race *race, struct slice text);
/** How a car is shown and addressed: its number, "~NN", "?NNN". */
void race_car_label(const struct race *race, uint16_t car, char label[16]);

/** Progress in lines passed: laps * line_count + line. */
uint64_t race_progress(const struct race *race, uint16_t car);
/** Time of @car at line @progress, from its lap in hand, the lap before, or its
 * lap rows; INSTANT_NONE when it has not been there. */
instant_us race_time_at(const struct race *race, const struct race_tables *tables,
			uint16_t car, uint64_t progress);
/** Race time at an instant: since the start signal; DURATION_NONE before. */
duration_us race_elapsed(const struct race *race, instant_us t);
/** Time left on the clock at @t; DURATION_NONE where no time limits it. */
duration_us race_left(const struct race *race, instant_us t);
/** Driving time of a driver up to @t, the stint in hand included, stops not. */
duration_us race_driver_time(const struct race *race, uint16_t car, unsigned driver,
			     instant_us t);
/** True when a decision known to @race says that the time of @lap of @car does
 * not count. */
bool race_lap_deleted(const struct race *race, uint16_t car, uint32_t lap);

/** Re-derive every invariant. NULL, or a sentence that names the first broken
 * one (in @text). Costs a pass over the tables: for tests. */
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
	uint16_t position; /* 1-based; 0: not established (blank) */
	uint16_t class_position;
	int16_t gained; /* places gained over the last lap */
};

struct standings {
	uint32_t count;
	struct standing rows[RACE_CARS_MAX]; /* in order */
	uint16_t row_of[RACE_CARS_MAX];      /* car to row; 0xffff none */
};

/** RACE by (2); TIMED by best lap, gaps by best lap, cars without one last. */
void standings_query(const struct race *race, const struct race_tables *tables,
		     struct standings *out);
/** How far @car is behind @ahead at the last line it reached; GAP_NONE where it is not
 * behind, or that cannot be known. */
struct gap gap_between(const struct race *race, const struct race_tables *tables,
		       uint16_t ahead, uint16_t car);
/** "1:36.412", "36.412", "+2 laps", "" -- the one string everywhere. @style
 * TIME_LAP, or TIME_TENTH. Returns length; @buf holds TIME_TEXT_MAX. */
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

struct rules_class {
	char name[16];
	char matches[48]; /* blank-separated names in a file; '*' at an end */
	uint8_t invited;  /* how many of it are invited */
	uint8_t spare[7];
};

/* How long one driver of a car may be at the wheel, and must be. */
struct rules_driving {
	duration_us length;  /* of a race that long; 0: of any */
	duration_us maximum; /* in all; 0: no such rule, as below */
	duration_us minimum;
	duration_us within; /* no more than this ... */
	duration_us window; /* ... in any stretch of the race that long */
	uint8_t class_row;  /* in rules.classes; RULES_CLASSES_MAX: any class */
	uint8_t known;      /* enum rules_known: of the least sure of them */
	uint8_t spare[6];
};

struct rules {
	char name[40]; /* "le-mans-24h-2024" */
	char title[80];
	char fcy[16];        /* what FCY means: "safety car", "slow" */
	char invitation[64]; /* "the 2004 24 Hours of Le Mans", "" none */
	struct rules_length lengths[RULES_LENGTHS_MAX];
	struct rules_class classes[RULES_CLASSES_MAX];
	duration_us clock_of_day; /* with CLOCK_TIME_OF_DAY: since midnight */
	duration_us flag_within;  /* must cross within this of the winner; 0 any */
	uint32_t fraction_pm; /* threshold in per mille of winner's distance; 0: none */
	uint8_t length_count, class_count;
	uint8_t of, round, list, clock;
	uint8_t must_take_flag;
	uint8_t fraction_known; /* enum rules_known */
	uint8_t flag_known;
	uint8_t driving_count;
	uint8_t spare[2];
	struct rules_driving driving[RULES_DRIVING_MAX];
};

/** Laps needed against a winner's distance. */
uint32_t rules_threshold(const struct rules *rules, uint32_t winner_laps);
/** Row of rules->classes a class name falls under, or -1. */
int rules_class_of(const struct rules *rules, struct slice name);
/** What holds for drivers of a class (by its name in the file) in a race of @length (0:
 * not limited by time): the row that names both, else the class, else the length, else
 * neither; NULL: the ruleset says nothing. */
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
const char *status_name(enum result_status status);
int status_by_name(struct slice name); /* -1: none such */

struct result {
	duration_us total; /* race time at the last counted crossing, penalties
			      included; NONE without one */
	struct gap gap, interval;
	int32_t margin;     /* laps above (+) or below (-) the threshold */
	uint32_t laps;      /* penalties included */
	uint32_t threshold; /* that applies to this car; 0: none */
	uint16_t car;
	uint16_t position, class_position; /* rank in the printed order */
	uint16_t decisions;                /* how many decisions changed this row */
	uint8_t status;                    /* enum result_status */
	uint8_t class_winner;              /* classified and first of its class */
	uint8_t invited;
	uint8_t moved; /* placed by a decision: gap and interval blank */
	uint8_t spare[8];
};

struct classification {
	uint32_t count;
	uint32_t winner_laps; /* of the race winner (leader while running) */
	uint32_t threshold;   /* against the race winner; 0: no threshold */
	bool finished;        /* the winner has taken the flag */
	instant_us at;        /* what was asked for; classify(): the last event's */
	struct result rows[RACE_CARS_MAX];
	uint16_t row_of[RACE_CARS_MAX];
};

/** The classification as it stands. While running, status is RUNNING and the
 * margin is against the leader's laps now. TIMED sessions list by best lap. */
void classify(const struct race *race, const struct race_tables *tables,
	      const struct rules *rules, struct classification *out);

/* ---- circuits ------------------------------------------------------------ */

enum { CIRCUIT_POINTS_MAX = 1024, CIRCUIT_TURNS_MAX = 40 };
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
	int32_t line_mm[LINES_MAX]; /* place of each timed line; [0] = 0 */
	char line_names[LINES_MAX][8];
	int32_t pit_in_mm, pit_out_mm; /* 0: unknown */
	uint16_t point_count;          /* 0: drawn as a ring */
	uint8_t turn_count, line_count;
	struct circuit_turn turns[CIRCUIT_TURNS_MAX];
	struct circuit_point points[CIRCUIT_POINTS_MAX];
};

/** A circuit of which only its lines are known (shares of the lap). */
void circuit_from_lines(struct circuit *circuit, const struct race_setup *setup);
/** Point at driven distance @mm (any value: wraps), in millimetres. */
void circuit_at(const struct circuit *circuit, int64_t mm, int32_t *x_mm,
		int32_t *y_mm);

#endif
