/*
 * forecast_parts.h -- shared by the files of the forecast
 */
#ifndef PITWALL_FORECAST_FORECAST_PARTS_H
#define PITWALL_FORECAST_FORECAST_PARTS_H

#include <math.h>

#include "pitwall/forecast.h"

enum { FORECAST_SCENARIOS = 9, SLOW_BINS = 1024, DRIFT_BINS = 64 };

/* The time of a lap, learned from the laps under green and from all laps. */
enum { GREEN_LAPS, ALL_LAPS, PACE_KINDS };
struct lap_pace {
	double lost;      /* s: lost per lap to stops, slow running and trouble */
	double own;       /* s: the usual lap plus `lost` */
	double uncertain; /* relative standard error of `own` */
	double gross;     /* s: `own`, drawn towards the class */
};

/* One car, in seconds and laps. */
struct outlook {
	double clean; /* s: usual lap; 0 unknown */
	struct lap_pace paces[PACE_KINDS];
	bool constant;    /* its laps all take the same time */
	double pace;      /* s: mean of the laps ahead */
	double progress;  /* laps now, with the part of the current lap */
	double silent;    /* s: overdue at its next line */
	double gap;       /* laps behind the winner at the flag */
	double scale;     /* of the logistic noise on `gap` */
	double trouble;   /* probability of a long stop ahead */
	double alive;     /* probability of taking the flag */
	double time;      /* s: sum of all its laps */
	double neutral_time, neutral_laps; /* the neutralised part of them */
	uint32_t laps_counted;
	uint16_t car;
	uint8_t class_index;
	bool home; /* took the flag, or the source has ended: a fact */
};

struct model {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	const struct forecast_parameters *p;
	instant_us at;
	double flag_in;               /* s from `at` to the winner's finish */
	double winner_laps;           /* the winner's laps at its finish */
	double base_laps;             /* the same without the drift of the track */
	double base_in;               /* flag_in without it */
	double neutral;               /* share of the time ahead that is neutralised */
	double neutral_lap;           /* s: a neutralised lap, the same for all cars */
	bool flags_known;             /* the source reports flags */
	duration_us slow_bin;         /* width of a bin of `slow` */
	uint8_t slow[SLOW_BINS];      /* by time since the start: most laps were slow */
	uint8_t undecided[SLOW_BINS]; /* by the same bins: equal votes, or no lap */
	uint32_t count;
	uint32_t winner; /* index in cars */
	struct outlook cars[RACE_CARS_MAX];
};

static inline double forecast_seconds(duration_us t)
{
	return (double)t / 1e6;
}
/** Not beyond INSTANT_MAX, whatever the doubles came to. */
static inline duration_us forecast_duration(double seconds)
{
	const double most = (double)INSTANT_MAX / 1e6;
	return (duration_us)llround(fmin(fmax(seconds, -most), most) * 1e6);
}
/** Without flags: find when the whole field was slow (forecast_pace.c). */
void forecast_see_slow(struct model *model);
/** Seconds since the current neutralisation began; 0: none. */
double forecast_neutral_since(const struct model *model);
/** Recent clean laps of the field relative to those of the whole race: 0.9 when the
 * field is a tenth faster now; 1.0 when too few laps are known. */
double forecast_drift(const struct model *model);
/** Learn clean, paces and the sums from the car's laps. */
void forecast_learn(const struct model *model, struct outlook *car);
/** Draw each car's paces towards its class: gross. */
void forecast_shrink(struct model *model);
/** Set progress and silent of each car. */
void forecast_place(struct model *model);
/** Probability that a car that runs to the end is at most @laps behind
 * (forecast_odds.c). */
double forecast_below(const struct model *model, const struct outlook *car,
		      double laps);
/** The laps behind that the car stays below with probability @share. */
double forecast_quantile(const struct model *model, const struct outlook *car,
			 double share);
/** Probability that the car takes the flag (forecast_odds.c). */
double forecast_alive(const struct model *model, const struct outlook *car);
/** Set the chances to win the class and the race; the rows are in the order of the model
 * (forecast_wins.c). */
void forecast_wins(const struct model *model, struct forecast *out);

#endif
