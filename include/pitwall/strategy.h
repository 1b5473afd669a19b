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
 *  (4) A stint model by hand replaces what was learned of the cars it names.
 */
#ifndef PITWALL_STRATEGY_H
#define PITWALL_STRATEGY_H

#include "pitwall/forecast.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* ---- past stops ------------------------------------------------------------------ */

/* Where the length of a stint comes from. */
enum stint_source {
	STINT_BY_NONE,
	STINT_BY_RACE, /* from the stints of this race */
	STINT_BY_LAPS, /* by hand, in laps */
	STINT_BY_TIME, /* by hand, in time */
};

/* Length of stints. Only full stints count: not cut short (the first, before a repair,
 * under a safety car) and not stretched by slow laps. */
struct stint_usual {
	duration_us time;      /* from pit out to pit in; NONE unknown */
	duration_us time_most; /* the longest */
	uint32_t laps;         /* the in lap included; 0 unknown */
	uint32_t laps_most;
	uint32_t seen;    /* own full stints; 0: taken from its class, or from all */
	uint16_t mean_pm; /* the mean of all stints, those cut short too, per mille of
			     @laps; 0 unknown */
	uint8_t source;   /* enum stint_source */
	uint8_t spare;
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

/* The stint of a car or a class, by hand. */
struct stint_rule {
	duration_us time;    /* 0: given in laps */
	uint32_t laps;       /* 0: given in time */
	uint16_t car;        /* CAR_NONE: every car of the class without its own rule */
	uint8_t class_index; /* RACE_CLASSES_MAX: all classes; not read with a car */
	uint8_t spare;
};

/* The same, as a person names the car or the class: "88", "GT", or "all". */
struct stint_named {
	char name[24];
	duration_us time; /* 0: given in laps */
	uint32_t laps;    /* 0: given in time; neither: as the race shows */
	uint8_t unknown;  /* 1: no class and no car has this name */
	uint8_t spare[3];
};

/* Of rules for the same cars the last one wins. */
enum { STINT_RULES_MAX = 64 };
struct stint_model {
	struct stint_rule rules[STINT_RULES_MAX];
	uint32_t count;
	uint32_t spare;
};

/* What is known before the race: all optional. */
struct stops_prior {
	duration_us stint;               /* a full stint; 0: not known */
	const struct stint_model *model; /* by hand; NULL: none */
};

/** Learn from the rows that @race owns. */
void stops_learn(const struct race *race, const struct race_tables *tables,
		 const struct stops_prior *prior, struct stops *out);

/* ---- future stops ---------------------------------------------------------------- */

enum {
	STRATEGY_STOPS_MAX = 48,
	STRATEGY_UNKNOWN = 0xffff,
	STRATEGY_DUE_LAPS = 5, /* a stop within so many laps is due */
};

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
	uint8_t due; /* its next stop is expected within STRATEGY_DUE_LAPS laps */
	uint8_t spare[3];
	duration_us
		stint_left; /* of the current stint, at its usual lap; 0: longer than
				   usual already; NONE unknown */
	/* The order once every car of the class has made its next stop: then all owe
	 * the same (strategy_net.c). Positions are 1-based; 0 unknown. */
	duration_us net_gap; /* to the first of its class then; NONE unknown, or not
				     on the same lap */
	uint16_t net_position, net_class;
	uint16_t net_best, net_worst; /* of net_class, the 10 and 90 % */
	/* In a stop, when the ruleset has a minimum: until the car may leave; negative:
	 * so long over it. NONE: none. */
	duration_us stop_wait;
};

enum strategy_running { RUNNING_AS_NOW, RUNNING_GREEN, RUNNING_NEUTRALISED };

/* What if the requested car stops at the end of @lap. */
struct strategy_what_if {
	uint32_t lap;    /* 0: no question; a past lap: the current one */
	uint8_t running; /* enum strategy_running */
	uint8_t alone;   /* 1: no other car stops; 0: the others stop as forecast */
	uint8_t spare[2];
	duration_us lane; /* from pit in to pit out; 0: its usual stop */
};

/* The car pits at the end of a lap (the current one, or is in the pits; of a what-if
 * the lap asked for): its place at the end of the lap after, when all drive their usual
 * laps. Under a neutralisation others stop too. */
struct strategy_rejoin {
	duration_us loss;   /* of that stop; NONE: this and all below is unknown */
	instant_us at;      /* end of the lap after the stop */
	uint32_t lap;       /* the stop is at the end of this lap */
	uint16_t others;    /* cars of its class that stop by then too */
	uint16_t net_class; /* place in class once all have made the stops that they
			       owe then; 0 unknown */
	uint16_t position, class_position; /* 1-based */
	uint16_t ahead, behind;            /* next in the order; CAR_NONE */
	uint16_t class_ahead, class_behind;
	uint8_t after_flag; /* asked of a lap that the car does not drive */
	uint8_t spare_too[3];
	struct gap ahead_gap, behind_gap, class_ahead_gap, class_behind_gap;
	/* The next cars on the track where it rejoins, on any lap; CAR_NONE. */
	uint16_t road_ahead, road_behind;
	uint8_t spare[4];
	duration_us road_ahead_us, road_behind_us;
	uint8_t traffic[RACE_CLASSES_MAX]; /* cars within STRATEGY_TRAFFIC, by class */
};
#define STRATEGY_TRAFFIC (10 * US_S)

/* Of two cars in a class that are next to each other, one stops now and the other one
 * lap later. */
struct strategy_undercut {
	uint16_t car;  /* the other car; CAR_NONE: none within reach */
	uint8_t known; /* number of stops behind the gain of fresh tyres, up to 255 */
	uint8_t spare[5];
	duration_us gap;   /* from the car behind to the car ahead, now */
	duration_us gain;  /* of the car behind by the order of the stops; negative: a
			      loss */
	duration_us after; /* gap when both have stopped; negative: the car that was
			      behind is ahead */
};

struct strategy_catch {
	uint16_t car, other; /* @car catches @other; CAR_NONE */
	uint8_t before_flag;
	uint8_t spare[3];
	duration_us gap, a_lap; /* gap at the end of the lap, and gain per lap; NONE */
	instant_us at;          /* NONE: not faster, or not running */
	uint32_t lap, laps;     /* it is ahead at the end of @lap, @laps from now */
};

/* The last lap of the leader, or of the first car of a class. */
struct strategy_call {
	uint16_t car;
	uint16_t p_more, p_less; /* more or fewer laps than @laps; FORECAST_ONE */
	uint16_t p_laps;         /* just these; 0: the distance ends the race */
	uint8_t class_index;     /* RACE_CLASSES_MAX: the whole race */
	uint8_t spare[3];
	uint32_t laps;      /* completed at the flag: the likeliest number */
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
	uint8_t rating;        /* enum driver_rating */
	uint8_t spare[7];
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

/* A car that is waved by behind the safety car: on the track between the safety car
 * and the first of its class, at least a lap behind that one. */
struct strategy_wave {
	uint16_t car, first;     /* @first: of its class */
	uint16_t class_position; /* and once it has the lap back: */
	uint16_t class_then;
};

struct strategy {
	instant_us at, flag_at; /* flag_at NONE: no forecast */
	struct stops stops;
	struct strategy_row rows[RACE_CARS_MAX]; /* by car index */
	/* of the requested car */
	struct strategy_rejoin green, slow;
	struct strategy_rejoin what_if;    /* unknown without a question */
	struct strategy_undercut undercut; /* of the car ahead: the requested car stops
					      first */
	struct strategy_undercut overcut;  /* of the car ahead: that one stops first */
	struct strategy_undercut threat;   /* the car behind stops first */
	struct strategy_catch ahead, behind; /* it catches, it is caught; in class */
	struct strategy_drivers drivers;
	/* The leader, then the first of each class by class index. */
	struct strategy_call calls[RACE_CLASSES_MAX + 1];
	uint32_t call_count;
	uint16_t car;
	/* The last running car over the line before time is up, and by how much. */
	uint16_t last_before;
	uint8_t slow_now;  /* the race is neutralised: `slow` applies, else `green` */
	uint8_t wave_rule; /* 1: the ruleset waves cars by, and a safety car is out */
	uint8_t spare[6];
	duration_us last_before_us;
	duration_us stop_least; /* the ruleset's minimum time of a stop; 0: none */
	uint32_t wave_count;
	uint32_t spare_too;
	struct strategy_wave waves[RACE_CARS_MAX]; /* in the order on the track */
};
#pragma GCC diagnostic pop

struct strategy_request {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	const struct forecast *forecast; /* of the same race, now or shortly before */
	instant_us at;
	uint16_t car; /* whose details; CAR_NONE: none */
	const struct forecast_parameters *parameters; /* NULL: no stint is known before
							 one was seen */
	const struct stint_model *stints;             /* by hand; NULL: none */
	struct strategy_what_if what_if;
};

void strategy_query(const struct strategy_request *request, struct strategy *out);
/** When @car catches @other, both at their usual laps and without a stop. CAR_NONE for
 * either resets @out. */
void strategy_catch(const struct strategy *strategy, uint16_t car, uint16_t other,
		    struct strategy_catch *out);

#endif
