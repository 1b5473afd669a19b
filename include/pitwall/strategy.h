/*
 * strategy.h -- stops: what they were, and what is still to come of them
 *
 * Two queries on a const struct race. stops_learn() is what the race has shown so far:
 * how long stints are and what a stop costs. strategy_query() is what follows from it
 * for one car: a guess, like the forecast it stands on.
 *
 *  (1) Only the race at the instant is read, and the rows it owns.
 *  (2) Integers alone, and nothing random: the same race gives the same bytes.
 *  (3) What cannot be learned is not made up: it is 0, NONE or CAR_NONE, and says so
 *      by how many it was learned from.
 */
#ifndef PITWALL_STRATEGY_H
#define PITWALL_STRATEGY_H

#include "pitwall/forecast.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* ---- what stops were ------------------------------------------------------------- */

/* How long its stints are. A stint counts that was driven out: neither cut short (the
 * first, before a repair, under a safety car) nor stretched by slow laps. */
struct stint_usual {
	duration_us time;      /* NONE unknown; from pit out to pit in */
	duration_us time_most; /* the longest */
	uint32_t laps;         /* 0 unknown; the lap into the pits is one of them */
	uint32_t laps_most;
	uint32_t seen; /* full stints of its own; 0: as its class, or as all */
	uint32_t spare;
};

/* What a usual stop is. Repairs and drives through the lane do not count. */
struct stop_usual {
	duration_us lane; /* from pit in to pit out; NONE unknown */
	/* Lost over the lap in and the lap out against two laps on the track as they
	 * were just then: usual ones, or those behind a safety car. NONE unknown. */
	duration_us loss;
	uint32_t seen; /* stops of its own; 0: as its class, as all, or derived */
	uint32_t spare;
};

struct stops_of {
	struct stint_usual stint;
	struct stop_usual green;
	/* Under a neutralisation. Where none was stopped under (seen 0 of all): what
	 * the lane costs there, when the lap beside it takes as much longer as slow
	 * laps were seen to, or 1.8 times. */
	struct stop_usual slow;
	duration_us lap; /* usual lap on the track lately; NONE unknown */
	/* The first laps behind a stop against the last before it, a lap, by tyres,
	 * driver and fuel together: positive is quicker. NONE unknown. */
	duration_us fresh;
	uint32_t fresh_seen; /* of its own; 0: as its class */
	uint32_t spare;
};

struct stops {
	struct stops_of cars[RACE_CARS_MAX];
	struct stops_of classes[RACE_CLASSES_MAX]; /* by class index */
	struct stops_of all;
	/* A slow lap takes of a stint what so many thousandths of a usual one do. */
	uint32_t slow_lap_pm;
	uint32_t slow_ratio_pm; /* a slow lap takes so much of a usual one's time */
};

/** What the rows that @race owns tell of stops. */
void stops_learn(const struct race *race, const struct race_tables *tables,
		 struct stops *out);

/* ---- what is to come -------------------------------------------------------------- */

enum { STRATEGY_STOPS_MAX = 48, STRATEGY_UNKNOWN = 0xffff };

/* A car: where its crossings will be at its usual lap, and its stops to the flag. Stops
 * are at the ends of laps. */
struct strategy_row {
	duration_us lap;    /* usual, on the track; NONE unknown */
	instant_us next_at; /* it completes the lap in hand; NONE unknown */
	uint32_t next;      /* the number of that lap */
	uint32_t stint_laps;
	duration_us stint_time;          /* in hand; NONE: it has not started */
	duration_us loss, lane;          /* of its next stop, green; NONE unknown */
	uint32_t window_from, window_to; /* laps at whose end the next stop may be, so
					    that the stops do not become more; 0:
					    none, or unknown */
	instant_us window_from_at, window_to_at; /* NONE */
	/* Into the lane, when every stint is a usual one; @stops_left of them. */
	instant_us in_at[STRATEGY_STOPS_MAX];
	uint16_t stops_left; /* STRATEGY_UNKNOWN */
	uint8_t standing;    /* out of the race, as far as one can see */
	uint8_t in_stop;     /* in the lane now */
	uint8_t spare[4];
};

/* It comes into the pits at the end of the lap in hand (or is in them): how it stands
 * when it has done the lap behind, all at their usual laps. */
struct strategy_rejoin {
	duration_us loss; /* of that stop; NONE: nothing is known, nor below */
	uint16_t position, class_position; /* from 1 */
	uint16_t ahead, behind;            /* cars in order, CAR_NONE */
	uint16_t class_ahead, class_behind;
	uint8_t spare_too[4];
	struct gap ahead_gap, behind_gap, class_ahead_gap, class_behind_gap;
	/* On the road where it comes out, whatever their laps. */
	uint16_t road_ahead, road_behind;
	uint8_t spare[4];
	duration_us road_ahead_us, road_behind_us;
	uint8_t traffic[RACE_CLASSES_MAX]; /* cars within STRATEGY_TRAFFIC, by class */
};
#define STRATEGY_TRAFFIC (10 * US_S)

/* It stops now, and the car ahead of it in its class a lap later. */
struct strategy_undercut {
	uint16_t car;  /* the one ahead; CAR_NONE: there is none to be had */
	uint8_t known; /* what new tyres bring was learned from so many stops, at most */
	uint8_t spare[5];
	duration_us gap;   /* to it, now */
	duration_us gain;  /* on the lap behind the stop; negative: it loses */
	duration_us after; /* the gap when both have stopped; negative: ahead */
};

struct strategy_catch {
	uint16_t car, other; /* @car catches @other; CAR_NONE */
	uint8_t before_flag;
	uint8_t spare[3];
	duration_us gap, a_lap; /* now, and what it gains a lap; NONE */
	instant_us at;          /* NONE: it is not quicker, or does not run */
	uint32_t lap, laps;     /* the lap at whose end it is ahead; from now */
};

/* How the race ends for the leader, or the first of a class. */
struct strategy_call {
	uint16_t car;
	uint16_t p_more, p_less; /* a lap more than @laps, a lap less; FORECAST_ONE */
	uint8_t class_index;     /* RACE_CLASSES_MAX: of all */
	uint8_t spare;
	uint32_t laps; /* it completes, the last one with the flag */
	uint32_t spare_too;
	instant_us last_at; /* it begins its last lap ... */
	duration_us before; /* ... so long before time is up, or before the winner
			       takes the flag */
	instant_us flag_at;
};

/* The clock of one driver. */
struct strategy_driver {
	duration_us driven;
	duration_us in_window; /* of the ruleset, up to now */
	duration_us left;      /* to the maximum; NONE: there is none */
	duration_us missing;   /* to the minimum; 0 */
};

enum strategy_reason {
	STRATEGY_NO_REASON,
	STRATEGY_MAXIMUM, /* in all */
	STRATEGY_WINDOW,  /* so much in so long */
	STRATEGY_OTHERS,  /* the others have to drive their minimum */
};

struct strategy_drivers {
	struct strategy_driver rows[RACE_DRIVERS_MAX];
	duration_us at_wheel; /* the one on board since he got in, stops not; NONE */
	instant_us change_by; /* he must have left the wheel; NONE: nothing says so */
	uint32_t change_lap;  /* the last lap whose end is before; 0 */
	uint8_t count;
	uint8_t current; /* RACE_DRIVERS_MAX unknown */
	uint8_t reason;  /* enum strategy_reason */
	uint8_t spare;
	struct rules_driving limits; /* zero: the ruleset says nothing */
};

struct strategy {
	instant_us at, flag_at; /* flag_at NONE: nothing is foretold */
	struct stops stops;
	struct strategy_row rows[RACE_CARS_MAX]; /* by car index */
	/* of the car asked for */
	struct strategy_rejoin green, slow;
	struct strategy_undercut undercut;
	struct strategy_catch ahead, behind; /* it catches; it is caught: in class */
	struct strategy_drivers drivers;
	/* The leader, then the first of each class by class index. */
	struct strategy_call calls[RACE_CLASSES_MAX + 1];
	uint32_t call_count;
	uint16_t car;
	/* Of all that run, the one that crosses the line last before time is up. */
	uint16_t last_before;
	duration_us last_before_us;
};
#pragma GCC diagnostic pop

struct strategy_ask {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	const struct forecast *forecast; /* of the same race, now or a little before */
	instant_us at;
	uint16_t car; /* whose details; CAR_NONE: nobody's */
};

void strategy_query(const struct strategy_ask *ask, struct strategy *out);
/** @car catches @other, both at their usual laps and neither stopping. */
void strategy_catch(const struct strategy *strategy, uint16_t car, uint16_t other,
		    struct strategy_catch *out);

#endif
