/*
 * rmonitor.h -- what the files of the RMonitor reader share
 *
 * rmonitor.c finds records, rmonitor_clock.c reads the heartbeat, rmonitor_entries.c
 * keeps runs, classes and cars, rmonitor_laps.c counts laps, rmonitor_extra.c reads what
 * IMSA and Race Monitor added.
 */
#ifndef PITWALL_FEED_RMONITOR_H
#define PITWALL_FEED_RMONITOR_H

#include "scoreboard.h"

enum {
	RM_SLOTS = 512, /* a power of two, over BOARD_CARS_MAX */
	RM_CLASSES_MAX = 48,
	RM_NAME_MAX = 30,
	RM_PART =
		1000000, /* added to the number of a session when a run restarts under its number */
	RM_NO_CLASS = -1,
	RM_LAST = 4, /* crossings of a car that are kept */
};

/* Bits of a car. */
enum {
	RM_FRESH = 1 << 0,   /* named since the last $I */
	RM_PASSED = 1 << 1,  /* a $J waits for its $G */
	RM_STOOD = 1 << 2,   /* a $G or $H was not used yet */
	RM_ZERO = 1 << 3,    /* that $J has a lap time of zero */
	RM_GUESSED = 1 << 4, /* its number is its registration, for want of a number */
	RM_LANE = 1 << 5,    /* $L: it crossed SF in the pit lane; waits for its $J */
	RM_IN_PIT = 1 << 6,
	RM_BEGUN = 1 << 7, /* it crossed SF to begin its first lap */
};

/* Fields of an entry that were emitted: bits of rm_car.sent and .ever. */
enum {
	RM_SENT_CAR = 1 << 0,
	RM_SENT_NUMBER = 1 << 1,
	RM_SENT_TRANSPONDER = 1 << 2,
	RM_SENT_CLASS = 1 << 3,
	RM_SENT_DRIVER = 1 << 4,
	RM_SENT_TEAM = 1 << 5,
	RM_SENT_VEHICLE = 1 << 6,
};

/* A crossing that was emitted and may be timed again. */
struct rm_crossing {
	duration_us total; /* NONE: none here */
	duration_us lap;   /* NONE: not reported */
	uint32_t number;
	uint32_t record;
	bool lane;
	bool timed; /* from $J */
};

struct rm_car {
	struct board_car b;               /* b.id: the registration */
	duration_us wait_lap;             /* of the waiting $J */
	duration_us wait_total;           /* NONE: unreadable */
	duration_us penalty;              /* said_total minus total */
	duration_us penalty_new;          /* seen once */
	duration_us correction;           /* $COR of the last passing */
	struct rm_crossing last[RM_LAST]; /* the crossing of lap n at n % RM_LAST */
	instant_us lane_at;               /* of RM_LANE */
	uint32_t wait_record;             /* of the waiting $J */
	uint32_t timed_lap;               /* lap of the last $J; 0 none */
	int32_t said_laps;   /* of the last $G: negative if laps were taken away */
	int32_t taken;       /* said_laps minus laps */
	duration_us fastest; /* lap of $J since its best lap was last claimed; NONE */
	uint32_t history;    /* last lap of $RMHL */
	uint16_t rank_race, rank_best;
	uint16_t grid;    /* the slot that was emitted; 0 none */
	uint16_t same_as; /* 1 + index of the car whose other registration it is; 0 */
	uint8_t quiet;    /* number of $F since its last $J */
	int16_t class_id; /* RM_NO_CLASS */
	uint16_t bits;
	uint8_t sent, ever;
	uint8_t age;    /* number of $F since its last $G or $H */
	uint8_t status; /* index into the table in rmonitor_entries.c */
	uint8_t driver; /* of $L */
	char number[EVENT_ID_MAX + 1];
	char transponder[EVENT_ID_MAX + 1];
	char person[RM_NAME_MAX]; /* $A and $COMP: first and last name */
	char team[RM_NAME_MAX];
	char vehicle[RM_NAME_MAX];
};

struct rm_class {
	int16_t id;
	char name[16]; /* as long as a race keeps */
};

/* A limit of the run: what is to go and what is done, which every $F must add up to alike. */
enum {
	RM_LIMIT_TIME,
	RM_LIMIT_LAPS,
	RM_LIMITS,
	RM_LIMIT_BEATS = 5,
	RM_TYPE_BEATS = 10
};
struct rm_limit {
	int64_t sum;  /* microseconds, laps: the first */
	int64_t most; /* and the greatest of those that agree with it */
	int64_t sent; /* 0: none */
	uint32_t beats;
	uint32_t spare;
};

struct rm_state {
	struct board board;
	instant_us seen_at; /* when race time and time of day were last compared */
	instant_us tod_at;  /* the last $F by the time of day alone */
	instant_us tod_received;
	instant_us high_at; /* newest crossing of the run; INSTANT_NONE */
	duration_us race_time, tod;
	duration_us step;  /* by which the race clock stepped against the time of day */
	duration_us moved; /* the same, if the totals may show it; 0 */
	duration_us fine;  /* times of $L minus start + total */
	struct rm_limit limits[RM_LIMITS]; /* of time, of laps */
	uint16_t car_count, class_count;
	uint8_t refresh;    /* number of $F in which a dump may still be sent */
	uint8_t first_line; /* the T of $L that is SF; 0 unknown */
	uint8_t steps; /* 1: a step waits for the next $F; 2: a simulator's clock */
	bool fine_known, run_known;
	bool agreed; /* both clocks went on alike at the last $F */
	bool ran;    /* a crossing of this run was emitted */
	bool closed; /* the run has the name of the last one: as Orbits closes a session */
	uint8_t evident; /* enum session_field, by more than the name of the run */
	uint8_t by_best; /* number of $F at which the ranks were those of best laps */
	bool names;      /* the source sends $A */
	bool at_start; /* at the last $F the race clock stood at 0, and no car had laps */
	bool sorted_best;    /* from $RMS, or from the title of the run */
	char flag_words[24]; /* the last unknown flag */
	uint16_t slots[RM_SLOTS];
	struct rm_class classes[RM_CLASSES_MAX];
	struct rm_car cars[BOARD_CARS_MAX];
};
_Static_assert(sizeof(struct rm_state) <= FEED_STATE_MAX, "the state fits");

/* The record being decoded. */
struct rm {
	struct board_in in;
	struct rm_state *state;
	struct wire_rm_fields fields;
};

/** No clock of the run has run and no car has crossed: its standings are those of the run
 * before it, or the order at the start. */
static inline bool rm_is_idle(const struct rm_state *st)
{
	return !st->ran && st->race_time == 0;
}
/** A closed session: what is sent of it is all of the run before. */
static inline bool rm_is_closed(const struct rm_state *st)
{
	return st->closed && rm_is_idle(st);
}

/* ---- rmonitor.c ---------------------------------------------------------------- */

struct slice rm_field(const struct rm *rm, unsigned i);
/** "HH:MM:SS.mmm"; false with an anomaly. @what: for its text. */
bool rm_time(const struct rm *rm, unsigned i, const char *what, duration_us *out);
/** A whole number, blank is 0; false with an anomaly. */
bool rm_number(const struct rm *rm, unsigned i, const char *what, uint32_t *out);

/* ---- rmonitor_clock.c ------------------------------------------------------------ */

/** The start of the run; without one it is made up from a total received now. */
instant_us rm_start(const struct rm *rm, duration_us total);
/** False: wait for a $F. */
bool rm_start_ready(const struct rm *rm);
/** The instant of a time of day near the last $F. */
instant_us rm_at_tod(const struct rm *rm, duration_us tod);
/** The totals of a car went on by @by more than its laps. True: because the start was moved. */
bool rm_start_moved(const struct rm *rm, duration_us by);
/** Set the time of day. */
void rm_set_now(struct rm *rm, duration_us tod);
void rm_heartbeat(struct rm *rm);

/* ---- rmonitor_entries.c ------------------------------------------------------------ */

/** The car of the registration in field @i, added if new; NULL with an anomaly. */
struct rm_car *rm_car(const struct rm *rm, unsigned i);
/** Emit the SESSION event, if that is still due. */
void rm_session(const struct board_in *in);
/** Emit what is new of the car's entry. */
void rm_enter(const struct rm *rm, struct rm_car *car);
/** The same, with names made up if they are missing. */
void rm_enter_guess(const struct rm *rm, struct rm_car *car);
/** The run restarts under its number. */
void rm_again(const struct rm *rm);
void rm_competitor(struct rm *rm);
void rm_company(struct rm *rm);
void rm_run(struct rm *rm);
void rm_class(struct rm *rm);
void rm_init_record(struct rm *rm);
void rm_sort_mode(struct rm *rm);

/* ---- rmonitor_laps.c ---------------------------------------------------------------- */

void rm_standing(struct rm *rm);
void rm_best(struct rm *rm);
void rm_passing(struct rm *rm);
void rm_correction(struct rm *rm);
/** Use all waiting $J, $G and $H. @now: do not wait any longer. */
void rm_settle_all(const struct rm *rm, bool now);
/** Use what waits of one car. */
void rm_settle(const struct rm *rm, struct rm_car *car);
/** The car crossed SF in the pit lane at @at. True: that was its last $J. */
bool rm_lane_late(const struct rm *rm, struct rm_car *car, instant_us at);

/* ---- rmonitor_extra.c ---------------------------------------------------------------- */

void rm_line(struct rm *rm);
void rm_history(struct rm *rm);

#endif
