/*
 * forecast_parts.h -- shared by the files of the forecast
 */
#ifndef PITWALL_FORECAST_FORECAST_PARTS_H
#define PITWALL_FORECAST_FORECAST_PARTS_H

#include <math.h>

#include "pitwall/forecast.h"

enum { FORECAST_NEUTRALS = 7, SLOW_BINS = 1024 };

/* One car, in seconds and laps. */
struct outlook {
	double clean;                   /* s: median of recent clean laps; 0 unknown */
	double usual;                   /* s: the same of the whole race */
	double green, all;              /* s: mean lap under green, and of all laps */
	double stop_loss;               /* s: its usual stop under green; 0 unknown */
	double since_stop;              /* s: since it left the pits, or the start */
	bool constant;                  /* its laps all take the same time */
	double pace;                    /* s: mean of the laps ahead */
	double progress;                /* laps now, with the part of the current lap */
	double silent;                  /* s: overdue at its next line */
	double standing;                /* laps that it will lose by that */
	double gaps[FORECAST_NEUTRALS]; /* laps behind at the flag, by scenario */
	double gap;                     /* of the middle scenario */
	double scale;                   /* of the logistic noise on `gaps` */
	double trouble;                 /* probability of a long stop ahead */
	double alive;                   /* probability of taking the flag */
	double time;                    /* s: sum of all its laps */
	double neutral_time;            /* the neutralised part of them */
	uint32_t laps_counted;
	uint16_t car;
	uint8_t class_index;
	bool home; /* took the flag, or the source has ended: a fact */
};

/* The middle of a class, in seconds; 0 unknown. */
struct class_pace {
	double usual, green, all, stop;
	double first;   /* progress of its first car */
	uint8_t bronze; /* 2: LMP2, 3: LMP3, where bronze drivers drive first */
};

struct model {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	const struct forecast_parameters *p;
	instant_us at;
	double flag_in;     /* s from `at` to the winner's finish */
	double winner_laps; /* the winner's laps at its finish */
	double gone, left;  /* s since the start, and to the end of the race */
	bool by_distance;   /* the distance ends it */
	bool neutral_now;
	double neutral_so_far;              /* share of `gone` */
	double neutrals[FORECAST_NEUTRALS]; /* s neutralised ahead, by scenario */
	double laps_at[FORECAST_NEUTRALS];  /* laps of the front when time is up */
	double front_progress;              /* laps */
	double front_usual, front_recent, front_mean; /* s: of the foremost cars */
	uint32_t front;                               /* index in cars */
	struct class_pace classes[RACE_CLASSES_MAX + 1];
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
/** Share of the time so far that was neutralised. */
double forecast_neutral_share(const struct model *model);
/** Learn the laps of all cars. */
void forecast_learn(struct model *model);
/** Give cars without a lap the clean lap of their class. */
void forecast_fill(struct model *model);
/** Set progress and silent of each car. */
void forecast_place(struct model *model);
/** Median of a class (RACE_CLASSES_MAX: all cars) of the double at offset @place, where
 * it is known. */
double forecast_middle(const struct model *model, unsigned class_index, size_t place);

/** Set the front, what is left, and the neutralisations ahead. False: no forecast
 * (forecast_ahead.c). */
bool forecast_look_at_front(struct model *model);
/** Set the gaps of the car. */
void forecast_look_ahead(const struct model *model, struct outlook *car);
/** From the gaps: the winner, its laps, the flag. */
void forecast_look_at_flag(struct model *model);
/** Laps at the flag for laps of the front at the limit. */
double forecast_whole_laps(const struct model *model, double laps);
/** What each mechanism adds to the gap, before its coefficient. */
void forecast_terms_of(const struct model *model, const struct outlook *car,
		       double neutral, double terms[FORECAST_TERM_COUNT]);
/** Probability that a car that runs to the end is at most @laps behind
 * (forecast_odds.c). */
double forecast_below(const struct model *model, const struct outlook *car,
		      double laps);
/** The laps behind that the car stays below with probability @share. */
double forecast_quantile(const struct model *model, const struct outlook *car,
			 double share);
/** Seconds until the last instant at which the stopped car can drive on and still reach
 * @threshold (forecast_deadline.c). */
double forecast_latest(const struct model *model, const struct outlook *car,
		       double threshold);
/** Probability that the car takes the flag (forecast_odds.c). */
double forecast_alive(const struct model *model, const struct outlook *car);
/** Set the chances to win the class and the race; the rows are in the order of the model
 * (forecast_wins.c). */
void forecast_wins(const struct model *model, struct forecast *out);
/** What the exponents of FORECAST_WINS multiply, by car. Returns their number. */
uint32_t forecast_win_terms(const struct model *model,
			    struct forecast_win_terms out[RACE_CARS_MAX]);
/** The same of the laps of the winner when the time is up, and of the car's there. */
double forecast_winner_quantile(const struct model *model, double share);
double forecast_laps_quantile(const struct model *model, const struct outlook *car,
			      double share);

#endif
