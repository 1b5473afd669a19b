/*
 * forecast.h -- how the race will end, estimated from the race so far
 *
 * A query on a const struct race, as classify() is: a guess with its uncertainty. The
 * result is integers only, so that it can be compared and printed without floating
 * point; the arithmetic inside uses doubles.
 *
 *  (1) Only the race at the instant and the rows it owns are read: a recording cut
 *      there gives the same forecast, byte for byte.
 *  (2) Nothing is random: sums over fixed scenarios.
 *  (3) Laps and laps behind are those of a car that runs to the end; `p_flag` is the
 *      probability that it does. `p_classified` includes both.
 *  (4) For a car whose laps all take the same time, the flag, laps and deadline are
 *      exact.
 */
#ifndef PITWALL_FORECAST_H
#define PITWALL_FORECAST_H

#include "pitwall/race.h"

/* The laps that a car loses until the flag are a sum of terms; these are their trained
 * coefficients (forecast_ahead.c; `pitwall backtest --fit` finds them). Name, default,
 * minimum, maximum, meaning. */
#define FORECAST_TERMS(X)                                                         \
	X(class_green, 0.9, -2.0, 3.0,                                            \
	  "laps that the class will lose by its usual lap under green; early")    \
	X(lmp2_green, -0.4, -2.0, 2.0,                                            \
	  "more of it in LMP2 where bronze drivers drive first")                  \
	X(lmp3_green, -0.2, -2.0, 2.0, "the same in LMP3")                        \
	X(class_so_far, 1.0, -2.0, 3.0,                                           \
	  "laps that the class will lose as it did so far; late")                 \
	X(own_green, 0.4, -2.0, 3.0,                                              \
	  "laps that the car will lose to its class under green, stops included") \
	X(own_so_far, 0.6, -2.0, 3.0, "the same as it did so far; late")          \
	X(closing_up, -0.4, -3.0, 3.0,                                            \
	  "part of a lap behind under a neutralisation: the field closes up")     \
	X(wave_by, -0.6, -3.0, 3.0,                                               \
	  "under a neutralisation, behind the first of a class that is lapped")   \
	X(pit_phase, 0.3, -3.0, 3.0,                                              \
	  "hours since the last stop, against the leader, in laps of a stop")
enum forecast_term {
#define X(name_, value_, low_, high_, about_) TERM_##name_,
	FORECAST_TERMS(X)
#undef X
		FORECAST_TERM_COUNT
};

/* The weight of a car that may win its class is a product of powers; these are their
 * trained exponents (forecast_wins.c; `pitwall backtest --fit`). */
#define FORECAST_WINS(X)                                                               \
	X(win_place, 3.4, 0.0, 20.0,                                                   \
	  "exponent of the place now in the chance to win the class, at the flag")     \
	X(win_slow, 0.32, 0.0, 2.0, "what a neutralisation takes off that exponent")   \
	X(win_net, 0.59, 0.0, 5.0,                                                     \
	  "exponent of the place once all have made the stops they owe")               \
	X(win_gap, 3.4, 0.0, 10.0,                                                     \
	  "exponent of one more than that gap, in units of win_gap_share")             \
	X(win_silent, 2.4, 0.0, 10.0, "exponent of one more than the minutes overdue") \
	X(win_pace, 1.1, 0.0, 10.0,                                                    \
	  "log of what a per cent of pace is worth at the flag")
enum forecast_win {
#define X(name_, value_, low_, high_, about_) WIN_##name_,
	FORECAST_WINS(X)
#undef X
		FORECAST_WIN_COUNT
};

/* The other parameters. The values are in assets/forecast/parameters.ini. */
#define FORECAST_PARAMETERS(X)                                                        \
	FORECAST_TERMS(X)                                                             \
	X(loss_cap, 120.0, 30.0, 900.0,                                               \
	  "seconds that a lap may lose to the clean lap; the rest is trouble")        \
	X(neutral_share, 0.2, 0.001, 0.5, "share of race time that is neutralised")   \
	X(neutral_weight, 2.0, 0.1, 20.0,                                             \
	  "lengths of this race that weigh as much as all earlier races")             \
	X(neutral_length, 0.2, 0.02, 2.0, "hours of a neutralisation, on average")    \
	X(neutral_shape, 4.0, 0.5, 50.0,                                              \
	  "how alike races are: shape of the rate of neutralisations")                \
	X(neutral_rest, 0.12, 0.0, 1.0, "hours that a neutralisation of now goes on") \
	X(wave_bys, 0.0, 0.0, 1.0, "1: a car that is lapped is waved by")             \
	X(bronze_first, 0.0, 0.0, 1.0, "1: bronze drivers drive first in LMP2, LMP3") \
	X(stop_usual, 99.0, 30.0, 900.0,                                              \
	  "seconds that a car may be overdue at its pace and still be usual")         \
	X(silence_share, 0.9, 0.0, 4.0,                                               \
	  "remaining time of an unusual stop, as a multiple of its time so far")      \
	X(silence_most, 2400.0, 60.0, 14400.0, "seconds of that, at most")            \
	X(silence_out, 4.0, 0.5, 24.0,                                                \
	  "hours of silence after which a car does not race on")                      \
	X(stint_minutes, 52.0, 5.0, 240.0,                                            \
	  "minutes of a full stint before one was seen")                              \
	X(noise_start, 0.15, 0.02, 3.0, "scatter of the gap at the flag, in laps")    \
	X(noise_hour, 0.8, 0.01, 5.0,                                                 \
	  "scatter of the gap an hour before, in laps; grows as root of time")        \
	X(noise_share, 0.12, 0.001, 1.0,                                              \
	  "scatter of the laps that a car will lose, as a share of them")             \
	X(noise_winner, 0.015, 0.001, 0.2,                                            \
	  "scatter of the winner's laps ahead, as a share of them")                   \
	X(trouble_rate, 0.03, 0.0, 1.0, "long stops per car and hour")                \
	X(trouble_size, 4.0, 0.5, 40.0, "mean laps lost in a long stop")              \
	X(retire_rate, 0.09, 0.0, 1.0,                                                \
	  "retirements per car ahead, in a race of an hour at its start")             \
	X(retire_length, 0.35, 0.0, 1.0,                                              \
	  "exponent of the length of the race in the chance of a retirement")         \
	X(retire_power, 0.7, 0.3, 2.0,                                                \
	  "exponent of the share of the race ahead in it")                            \
	X(retire_place, 0.3, 0.0, 4.0,                                                \
	  "log of it for the last of a class over the first")                         \
	X(retire_lost, 0.2, 0.0, 2.0,                                                 \
	  "exponent of one more than the laps lost to the first of the class")        \
	X(silence_half, 90.0, 20.0, 14400.0,                                          \
	  "seconds of unusual silence after which half of the cars never return")     \
	X(silence_power, 1.0, 0.3, 4.0, "steepness of that chance")                   \
	FORECAST_WINS(X)                                                              \
	X(win_place_s, 1500.0, 60.0, 14400.0,                                         \
	  "seconds before the flag at which win_place is half as much")               \
	X(win_gap_share, 0.05, 0.005, 0.5,                                            \
	  "share of the time left that is a unit of gap")                             \
	X(win_stop, 70.0, 10.0, 200.0, "seconds that a stop costs")

struct forecast_parameters {
#define X(name_, value_, low_, high_, about_) double name_;
	FORECAST_PARAMETERS(X)
#undef X
};
/* The defaults. */
extern const struct forecast_parameters forecast_parameters_plain;

enum { FORECAST_ONE = 1000, FORECAST_LAP = 100, FORECAST_ALIKE = 25 };

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
struct forecast_row {
	/* The last instant at which a stopped car can drive on at its own pace from the
	 * last line it reached, still reach the threshold and take the flag. NONE: not
	 * stopped, finished, or no threshold. In the past: too late. */
	instant_us deadline;
	duration_us afford; /* of a moving car: the longest stop that still reaches the
			       threshold, at most to the flag; NONE */
	duration_us pace;   /* per lap, stops included; NONE unknown */
	duration_us silent; /* overdue at its next line, beyond what is usual */
	/* In hundredths of a lap (FORECAST_LAP); the 10, 50 and 90 % of (3). */
	int32_t laps_p10, laps_p50, laps_p90;
	int32_t behind_p10, behind_p50, behind_p90;
	/* The gap in laps when the winner finishes, parts of a lap included. */
	int32_t gap_p10, gap_p50, gap_p90;
	int32_t class_behind_p50; /* behind the first of its class */
	int32_t threshold_p50;    /* 0: none */
	int32_t margin_p50;
	int32_t margin_now; /* laps, against the leader's laps now */
	int32_t to_do;      /* laps still to drive to the threshold; at least 0 */
	uint32_t laps_now;
	/* FORECAST_ONE is certain. p_class_win sums to it over a class, p_race_win over
	 * all cars; each is a fact behind the flag. */
	uint16_t p_flag, p_classified, p_class_win, p_race_win;
	uint16_t car;
	uint8_t status;   /* enum result_status now */
	uint8_t standing; /* overdue, or in the pit lane */
	uint8_t spare[8];
};

struct forecast {
	instant_us at;      /* max(asked for, race->now) */
	instant_us flag_at; /* the winner's finish; NONE: no forecast */
	uint32_t winner_laps;
	uint32_t winner_laps_p10, winner_laps_p90;
	uint32_t count;
	uint16_t winner; /* the likeliest winner; CAR_NONE */
	uint8_t spare[6];
	struct forecast_row rows[RACE_CARS_MAX]; /* in forecast order */
};

#pragma GCC diagnostic pop

/** Forecast the finish from @at. Before the start, without a length, or in a TIMED
 * session there is no forecast: flag_at is NONE and the rows give the race now. */
void forecast_query(const struct race *race, const struct race_tables *tables,
		    const struct rules *rules,
		    const struct forecast_parameters *parameters, instant_us at,
		    struct forecast *out);

/* What the gap of one car at the flag is made of: `now`, and a sum of terms. */
struct forecast_terms {
	double now; /* laps: gap now, and what a silent car will stand */
	double terms[FORECAST_TERM_COUNT];
	uint16_t car;
	bool known; /* false: no forecast, constant laps, or finished */
};
/** By car, for the fit. Returns their number. */
uint32_t forecast_terms_query(const struct race *race, const struct race_tables *tables,
			      const struct forecast_parameters *parameters,
			      instant_us at, struct forecast_terms out[RACE_CARS_MAX]);
/** The coefficient of an enum forecast_term. */
double *forecast_coefficient(struct forecast_parameters *parameters, unsigned term);

/* The weight of a car in its class: e to the sum of terms and exponents. */
struct forecast_win_terms {
	double terms[FORECAST_WIN_COUNT];
	uint16_t car;
	uint8_t class_index;
};
/** By car, for the fit. Returns their number; 0: no forecast, or the race is over. */
uint32_t forecast_wins_query(const struct race *race, const struct race_tables *tables,
			     const struct forecast_parameters *parameters,
			     instant_us at,
			     struct forecast_win_terms out[RACE_CARS_MAX]);
/** The exponent of an enum forecast_win. */
double *forecast_exponent(struct forecast_parameters *parameters, unsigned term);

/* Cars that drive above the threshold now and have about the same chance of being
 * classified: within FORECAST_ALIKE of the middle one. */
/** A chance in FORECAST_ONE: "~84 %", ">99 %" or "<1 %", the same text everywhere. @buf
 * has CHANCE_TEXT_MAX bytes. Returns the length. */
enum { CHANCE_TEXT_MAX = 8 };
size_t format_chance(char *buf, unsigned p);

struct forecast_alike {
	uint32_t cars, of; /* of so many that drive above it */
	uint16_t p_classified;
};
/** False: fewer than three cars, or fewer than four in five are alike. */
bool forecast_alike(const struct forecast *forecast, struct forecast_alike *out);
/** True of a car that @alike counts. */
bool forecast_is_alike(const struct forecast_row *row,
		       const struct forecast_alike *alike);

#endif
