/*
 * forecast_parts.h -- what the files of the forecast share
 */
#ifndef PITWALL_RACE_FORECAST_PARTS_H
#define PITWALL_RACE_FORECAST_PARTS_H

#include "pitwall/forecast.h"

enum { FORECAST_SCENARIOS = 9, SLOW_BINS = 1024, DRIFT_BINS = 64 };

/* What a lap takes, learned from the laps under green, and from all of them. */
enum { GREEN_LAPS, ALL_LAPS, PACE_KINDS };
struct lap_pace {
	double lost;      /* s: of a lap to stops, slow running, trouble */
	double own;       /* s: the usual lap and that */
	double uncertain; /* relative standard error of it */
	double gross;     /* s: own, drawn to the class */
};

/* A car, in seconds and laps. */
struct outlook {
	double clean; /* s: its usual lap; 0 unknown */
	struct lap_pace paces[PACE_KINDS];
	bool constant;    /* its laps never vary */
	double pace;      /* s: a lap of what is to come */
	double progress;  /* laps now, with the part of the lap in hand */
	double silent;    /* s beyond the usual */
	double gap;       /* laps behind the winner at the flag */
	double scale;     /* of the logistic noise on it */
	double own_scale; /* the part of it that its class does not share */
	double trouble;   /* chance of a long stop to come */
	double alive;     /* chance to take the flag */
	double time;      /* s: all its laps */
	double neutral_time, neutral_laps; /* of them, neutralised */
	uint32_t laps_counted;
	uint16_t car;
	uint8_t class_index;
	bool home; /* it has taken the flag: all is known */
};

struct model {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	const struct forecast_parameters *p;
	instant_us at;
	double flag_in;       /* s from `at` to the winner's finish */
	double winner_laps;   /* at it */
	double base_laps;     /* the same at the paces of the whole race */
	double base_in;       /* s from `at` to it at those */
	double neutral;       /* share of the time to come that is neutralised */
	double neutral_lap;   /* s: a lap then, the same for everyone */
	bool flags_known;     /* a lap was driven under a flag that the source told */
	duration_us slow_bin; /* width of a bin of `slow` */
	uint8_t slow[SLOW_BINS]; /* from the start on: the field was slow */
	double drift
		[DRIFT_BINS]; /* of clean laps then, of those now; by part of the race */
	uint8_t undecided[SLOW_BINS]; /* no lap, or as many as not */
	uint32_t count;
	uint32_t winner; /* index in cars */
	struct outlook cars[RACE_CARS_MAX];
};

/** Where no flag is told: when the whole field was slow (forecast_pace.c). */
void forecast_see_slow(struct model *model);
/** Seconds the neutralisation at the instant goes on already; 0 there is none. */
double forecast_neutral_since(const struct model *model);
/** A clean lap of the field of late against one of the whole race: 0.9 where it has
 * become faster by a tenth. */
double forecast_drift(const struct model *model);
/** What its laps tell of a car: clean, paces. */
void forecast_learn(const struct model *model, struct outlook *car);
/** Draw each car's paces to its class: gross. */
void forecast_shrink(struct model *model);
/** Where each car is now: progress, silent. */
void forecast_place(struct model *model);
/** Chance that a car that runs to the end is at most @laps behind (forecast_odds.c). */
double forecast_below(const struct model *model, const struct outlook *car,
		      double laps);
/** The laps behind that it stays below with chance @share. */
double forecast_quantile(const struct model *model, const struct outlook *car,
			 double share);
/** Chance of each car to be first of its class, by index in cars. */
void forecast_class_odds(const struct model *model, double odds[RACE_CARS_MAX]);

#endif
