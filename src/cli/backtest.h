/*
 * backtest.h -- races that are over, asked what they would have forecast
 */
#ifndef PITWALL_CLI_BACKTEST_H
#define PITWALL_CLI_BACKTEST_H

#include "option_rows.h"

enum { BACKTEST_INSTANTS = 5, BACKTEST_RACES_MAX = 64 };
extern const unsigned backtest_percent[BACKTEST_INSTANTS];

/* What really happened to a car. */
struct outcome {
	double behind;   /* laps behind the race winner at the flag */
	bool ran;        /* it crossed a line within ten minutes of the flag */
	bool started;    /* it has been seen */
	bool classified; /* 70 % of the winner's laps, and the flag */
	bool won;        /* first of its class */
};

/* A race that is over, and itself at the instants that are asked. */
struct trial {
	struct session *session;
	const char *name;
	struct rules rules; /* the nominal 70 % */
	struct race *at[BACKTEST_INSTANTS];
	instant_us when[BACKTEST_INSTANTS];
	struct outcome *outcomes; /* by car */
};

/* Sums, so that races add up. Errors are in laps. */
struct score {
	double cars, error, scaled, held;
	double capped, scaled_capped, held_capped; /* at 10 laps a car */
	double covered;
	double pinball; /* of the 10 and 90 %, capped like the errors */
	double starters, brier, brier_simple;
	double classes, hits;
};

/** Load @source and play it to every instant. -errno with a sentence. */
int trial_load(struct trial *trial, const struct options *options, const char *source,
	       struct err *err);
void trial_free(struct trial *trial);
/** Add what the forecast at instant @k was worth. */
void trial_score(const struct trial *trial, unsigned k,
		 const struct forecast_parameters *parameters, struct score *sum);
/** Parameters that serve these races best, @skip (or @count: none) left out, by
 * descent along one parameter after the other from those that are built in. */
struct forecast_parameters backtest_fit(const struct trial *trials, unsigned count,
					unsigned skip);

#endif
