/*
 * forecast.h -- how the race will end, as far as the race now can tell
 *
 * A query on a const struct race, as classify() is: what it says is a guess and
 * carries how sure it is. The result is integers alone, so that it can be compared
 * and printed without floating point; the arithmetic inside is in doubles.
 *
 *  (1) Only the race at the instant is read, and the rows it owns: of a recording
 *      cut there the forecast is the same, byte for byte.
 *  (2) Nothing is random: sums over fixed scenarios.
 *  (3) Laps and laps behind are told of a car that runs to the end; whether it does
 *      is `p_flag`. A probability of being classified has both in it.
 *  (4) Where every lap takes a car the same time, its flag, laps and deadline are
 *      exact, not guesses.
 */
#ifndef PITWALL_FORECAST_H
#define PITWALL_FORECAST_H

#include "pitwall/race.h"

/* What the engine was taught: name, value without a file, smallest, largest, what it
 * is. They live in assets/forecast/parameters.ini; `pitwall backtest --fit` finds them. */
#define FORECAST_PARAMETERS(X)                                                         \
	X(loss_cap, 120.0, 30.0, 900.0,                                                \
	  "seconds a lap may lose to the usual (a stop, slow laps) before the rest "   \
	  "is "                                                                        \
	  "trouble")                                                                   \
	X(trouble_carry, 0.1, 0.0, 1.0,                                                \
	  "share of the trouble a car had, per lap, that it will have again")          \
	X(pace_keep, 0.5, 0.0, 1.0,                                                    \
	  "share of its own in the usual lap of a car; the rest is its class's")       \
	X(loss_spread, 0.02, 0.001, 0.5,                                               \
	  "how far cars of a class differ in what a lap loses, as a share of the lap") \
	X(neutral_share, 0.2, 0.001, 0.5,                                              \
	  "share of the time that races are neutralised")                              \
	X(neutral_hours, 10.0, 0.1, 50.0,                                              \
	  "hours of this race that count as much as what is known of all races")       \
	X(neutral_rest, 0.5, 0.0, 4.0,                                                 \
	  "a neutralisation goes on for this many times what it took already")         \
	X(green_trust, 1.0, 1.0, 8.0,                                                  \
	  "power of the share of the race ahead with which green laps count, not all") \
	X(stop_factor, 0.5, 0.0, 4.0,                                                  \
	  "a stop out of the usual goes on for this many times what it took already")  \
	X(stop_usual, 180.0, 30.0, 900.0,                                              \
	  "seconds a car may be silent beyond its pace before that is out of the "     \
	  "usual")                                                                     \
	X(noise_start, 0.8, 0.05, 3.0, "scatter of the forecast at the flag, laps")    \
	X(noise_hour, 0.5, 0.01, 5.0,                                                  \
	  "scatter of the forecast an hour before, laps; grows as the root of time")   \
	X(noise_share, 0.2, 0.001, 1.0,                                                \
	  "scatter of the laps that a car will lose by its pace, as a share of them")  \
	X(trouble_rate, 0.1, 0.0, 1.0, "long stops of a car an hour")                  \
	X(trouble_size, 6.0, 0.5, 40.0, "laps a long stop costs, mean")                \
	X(retire_rate, 0.02, 0.0, 0.3, "retirements of a car in an hour of a race")    \
	X(retire_power, 0.7, 0.3, 1.0,                                                 \
	  "power of the hours ahead with which they grow: who lasts, lasts")           \
	X(silence_half, 900.0, 60.0, 14400.0,                                          \
	  "seconds of silence out of the usual after which half never return")         \
	X(silence_power, 1.5, 1.0, 4.0, "how steeply that chance falls about it")

struct forecast_parameters {
#define X(name_, value_, low_, high_, about_) double name_;
	FORECAST_PARAMETERS(X)
#undef X
};
extern const struct forecast_parameters forecast_parameters_plain;

enum { FORECAST_ONE = 1000, FORECAST_LAP = 100 };

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
struct forecast_row {
	/* The last instant at which a car standing now can drive on at its own pace,
	 * from the line it reached last, and still reach the threshold and take the
	 * flag. NONE: it does not stand, or there is no threshold, or it is home. In
	 * the past: it is too late. */
	instant_us deadline;
	duration_us afford; /* a stop this long still lets it; of a moving car; at most
			       to the flag; NONE */
	duration_us pace;   /* a lap, its stops included; NONE unknown */
	duration_us silent; /* heard of nothing for so long beyond the usual */
	/* In hundredths of a lap (FORECAST_LAP); the 10, 50 and 90 % of (3). */
	int32_t laps_p10, laps_p50, laps_p90;
	int32_t behind_p10, behind_p50, behind_p90;
	int32_t class_behind_p50; /* behind the first of its class */
	int32_t threshold_p50;    /* 0: none */
	int32_t margin_p50;
	int32_t margin_now; /* laps, against the leader's now */
	int32_t to_do;      /* laps it must still do for the threshold */
	uint32_t laps_now;
	uint16_t p_flag, p_classified, p_class_win; /* in FORECAST_ONE */
	uint16_t car;
	uint8_t status; /* enum result_status as it stands */
	uint8_t standing;
	uint8_t spare[6];
};

struct forecast {
	instant_us at; /* what was asked for */
	instant_us
		flag_at; /* the winner's finish, forecast; NONE: no length is known */
	uint32_t winner_laps;
	uint32_t count;
	uint16_t winner; /* the likeliest; CAR_NONE */
	uint8_t spare[6];
	struct forecast_row rows[RACE_CARS_MAX]; /* in forecast order */
};

/* A car's fate turned: from here on it was likelier to be classified (up) or not. */
struct forecast_turn {
	instant_us at;
	uint16_t car;
	uint8_t up;
	uint8_t spare[5];
};
#pragma GCC diagnostic pop

/** The flag foretold at @at (>= race->now). A race before its start, without a length,
 * or of laps not against each other, is told as it stands: flag_at NONE. */
void forecast_query(const struct race *race, const struct race_tables *tables,
		    const struct rules *rules,
		    const struct forecast_parameters *parameters, instant_us at,
		    struct forecast *out);

#endif
