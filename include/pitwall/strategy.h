/*
 * strategy.h -- pit stops: what they cost so far, and what is still to come
 *
 * Two queries on a const struct race. stops_learn() gives what the race has shown so
 * far: the length of stints and the cost of stops. strategy_query() gives what follows
 * for the cars: a guess, as the forecast that it is based on.
 *
 *  (1) Only the race at the instant and the rows it owns are read.
 *  (2) Integers only, and nothing random: the same race gives the same bytes.
 *  (3) What cannot be learned is not made up: it is 0, NONE or CAR_NONE, and `seen`
 *      counts the samples behind each value.
 */
#ifndef PITWALL_STRATEGY_H
#define PITWALL_STRATEGY_H

#include "pitwall/forecast.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* ---- past stops ------------------------------------------------------------------ */

/* Length of stints. Only full stints count: not cut short (the first, before a repair,
 * under a safety car) and not stretched by slow laps. */
struct stint_usual {
	duration_us time;      /* from pit out to pit in; NONE unknown */
	duration_us time_most; /* the longest */
	uint32_t laps;         /* the in lap included; 0 unknown */
	uint32_t laps_most;
	uint32_t seen; /* own full stints; 0: taken from its class, or from all */
	uint32_t spare;
};

/* A usual stop. Repairs and drive-throughs do not count. */
struct stop_usual {
	duration_us lane; /* from pit in to pit out; NONE unknown */
	/* Time lost on the in lap and the out lap against two laps on the track at that
	 * time: usual laps, or laps behind a safety car. NONE unknown. */
	duration_us loss;
	uint32_t seen; /* own stops; 0: from its class, from all, or derived */
	uint32_t spare;
};

struct stops_of {
	struct stint_usual stint;
	struct stop_usual green;
	/* Under a neutralisation. With seen 0 in `all`, derived from `green`: the track
	 * beside the pit lane takes slow_ratio_pm of its usual time. */
	struct stop_usual slow;
	duration_us lap; /* race_pace(); of a class, of all: the middle of its cars;
			    NONE unknown */
	/* Gain per lap of the first laps after a stop over the last laps before it, by
	 * tyres, driver and fuel together; positive is faster. NONE unknown. */
	duration_us fresh;
	uint32_t fresh_seen; /* own stops; 0: from its class */
	uint32_t spare;
};

struct stops {
	struct stops_of cars[RACE_CARS_MAX];
	struct stops_of classes[RACE_CLASSES_MAX]; /* by class index */
	struct stops_of all;
	/* How much of a stint a slow lap uses, in per mille of a usual lap. */
	uint32_t slow_lap_pm;
	uint32_t slow_ratio_pm; /* time of a slow lap, per mille of a usual lap */
};

/** Learn from the rows that @race owns. */
void stops_learn(const struct race *race, const struct race_tables *tables,
		 struct stops *out);

/* ---- future stops ---------------------------------------------------------------- */

enum { STRATEGY_STOPS_MAX = 48, STRATEGY_UNKNOWN = 0xffff };

/* One car: its future crossings at its usual lap, and its stops to the flag, each at
 * the end of a lap. */
struct strategy_row {
	duration_us lap;    /* usual lap on the track; NONE unknown */
	instant_us next_at; /* end of the current lap; NONE unknown */
	uint32_t next;      /* number of the current lap */
	uint32_t stint_laps;
	duration_us stint_time;          /* current stint; NONE: not started */
	duration_us loss, lane;          /* of its next stop, green; NONE unknown */
	uint32_t window_from, window_to; /* first and last lap at whose end the next
					    stop adds no further stop; 0: none, or
					    unknown */
	instant_us window_from_at, window_to_at; /* NONE */
	/* The next @stops_left pit ins, when every stint is a usual one. */
	instant_us in_at[STRATEGY_STOPS_MAX];
	uint16_t stops_left; /* STRATEGY_UNKNOWN */
	uint8_t standing;    /* apparently out of the race, or flagged */
	uint8_t in_stop;     /* in the pit lane now */
	uint8_t spare[4];
};

/* The car pits at the end of the current lap (or is in the pits): its place at the end
 * of the lap after, when all drive their usual laps. */
struct strategy_rejoin {
	duration_us loss; /* of that stop; NONE: this and all below is unknown */
	uint16_t position, class_position; /* 1-based */
	uint16_t ahead, behind;            /* next in the order; CAR_NONE */
	uint16_t class_ahead, class_behind;
	uint8_t spare_too[4];
	struct gap ahead_gap, behind_gap, class_ahead_gap, class_behind_gap;
	/* The next cars on the track where it rejoins, on any lap; CAR_NONE. */
	uint16_t road_ahead, road_behind;
	uint8_t spare[4];
	duration_us road_ahead_us, road_behind_us;
	uint8_t traffic[RACE_CLASSES_MAX]; /* cars within STRATEGY_TRAFFIC, by class */
};
#define STRATEGY_TRAFFIC (10 * US_S)

/* It stops now, and the car ahead in its class one lap later. */
struct strategy_undercut {
	uint16_t car;  /* the car ahead; CAR_NONE: no undercut */
	uint8_t known; /* number of stops behind the gain of fresh tyres, up to 255 */
	uint8_t spare[5];
	duration_us gap;   /* to that car, now */
	duration_us gain;  /* on the lap after the stop; negative: a loss */
	duration_us after; /* gap when both have stopped; negative: ahead */
};

struct strategy_catch {
	uint16_t car, other; /* @car catches @other; CAR_NONE */
	uint8_t before_flag;
	uint8_t spare[3];
	duration_us gap, a_lap; /* gap now, and gain per lap; NONE */
	instant_us at;          /* NONE: not faster, or not running */
	uint32_t lap, laps;     /* it is ahead at the end of @lap, @laps from now */
};

/* The last lap of the leader, or of the first car of a class. */
struct strategy_call {
	uint16_t car;
	uint16_t p_more, p_less; /* one lap more or less than @laps; FORECAST_ONE */
	uint8_t class_index;     /* RACE_CLASSES_MAX: the whole race */
	uint8_t spare;
	uint32_t laps; /* completed at the flag */
	uint32_t spare_too;
	instant_us last_at; /* start of its last lap ... */
	duration_us before; /* ... so long before time is up, or before the winner
			       takes the flag; NONE */
	instant_us flag_at;
};

/* Driving time of one driver. */
struct strategy_driver {
	duration_us driven;
	duration_us in_window; /* within the ruleset's window, up to now */
	duration_us left;      /* to the maximum; NONE: no maximum */
	duration_us missing;   /* to the minimum; 0: none */
};

enum strategy_reason {
	STRATEGY_NO_REASON,
	STRATEGY_MAXIMUM, /* maximum in total */
	STRATEGY_WINDOW,  /* maximum within a window */
	STRATEGY_OTHERS,  /* the other drivers' minimum */
};

struct strategy_drivers {
	struct strategy_driver rows[RACE_DRIVERS_MAX];
	duration_us at_wheel; /* current driver since the change, without stops; NONE */
	instant_us change_by; /* latest driver change; NONE: no limit before the flag */
	uint32_t change_lap;  /* the last lap that ends before it; 0 */
	uint8_t count;
	uint8_t current; /* RACE_DRIVERS_MAX unknown */
	uint8_t reason;  /* enum strategy_reason */
	uint8_t spare;
	struct rules_driving limits; /* zero: none in the ruleset */
};

struct strategy {
	instant_us at, flag_at; /* flag_at NONE: no forecast */
	struct stops stops;
	struct strategy_row rows[RACE_CARS_MAX]; /* by car index */
	/* of the requested car */
	struct strategy_rejoin green, slow;
	struct strategy_undercut undercut;
	struct strategy_catch ahead, behind; /* it catches, it is caught; in class */
	struct strategy_drivers drivers;
	/* The leader, then the first of each class by class index. */
	struct strategy_call calls[RACE_CLASSES_MAX + 1];
	uint32_t call_count;
	uint16_t car;
	/* The last running car over the line before time is up, and by how much. */
	uint16_t last_before;
	duration_us last_before_us;
};
#pragma GCC diagnostic pop

struct strategy_request {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	const struct forecast *forecast; /* of the same race, now or shortly before */
	instant_us at;
	uint16_t car; /* whose details; CAR_NONE: none */
};

void strategy_query(const struct strategy_request *request, struct strategy *out);
/** When @car catches @other, both at their usual laps and without a stop. CAR_NONE for
 * either resets @out. */
void strategy_catch(const struct strategy *strategy, uint16_t car, uint16_t other,
		    struct strategy_catch *out);

#endif
