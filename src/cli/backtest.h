/*
 * backtest.h -- races that are over, asked what they would have forecast
 *
 * Each measure (laps behind, chances, strategy) adds what it sees at one instant of one
 * race to sums that are doubles, so races add up, and prints a row for each race,
 * length and instant.
 */
#ifndef PITWALL_CLI_BACKTEST_H
#define PITWALL_CLI_BACKTEST_H

#include <limits.h>

#include "option_rows.h"
#include "pitwall/listing.h"
#include "pitwall/strategy.h"

enum { BACKTEST_INSTANTS = 6 };
extern const unsigned backtest_percent[BACKTEST_INSTANTS];

/* Groups of races by their length. */
enum backtest_length {
	LENGTH_SPRINT,
	LENGTH_6H,
	LENGTH_12H,
	LENGTH_24H,
	LENGTH_GROUPS
};

/* What really happened to a car. */
struct outcome {
	double behind;   /* laps behind the race winner at the flag */
	double gap;      /* the same with the part of a lap, when the winner finished */
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
	struct race *end;
	instant_us when[BACKTEST_INSTANTS];
	struct outcome *outcomes;   /* by car */
	struct fit_sample *samples; /* of the fit (backtest_fit.c) */
	uint32_t sample_count;
	struct win_sample *win_samples; /* of the fit (backtest_fit_wins.c) */
	uint32_t win_count;
	uint32_t winner_laps; /* of the race winner at the flag */
	uint8_t length;       /* enum backtest_length */
};

/* A trial at one instant, with all that is forecast there. The tables of the session
 * go on to the end of the race, so they have the truth. */
struct moment {
	const struct trial *trial;
	const struct race *race;
	const struct race_tables *tables;
	const struct forecast *forecast;
	const struct strategy *strategy; /* of the race, of no car; NULL: not asked */
	const struct forecast_parameters *parameters;
	instant_us at;
	unsigned k; /* of backtest_percent */
};

/* What a field of a measure is given: a race or a total, an instant, the sums. */
struct score_line {
	const char *label;
	unsigned percent;
	const double *sums;
};

struct measured;
struct measure {
	const char *name; /* of --measure */
	const char *about;
	unsigned sums;       /* doubles */
	bool wants_strategy; /* moment.strategy */
	void (*add)(const struct moment *moment, double *sums);
	const struct listing_form *form;
	/* Instead of a row for each race, length and instant; NULL: those. */
	void (*print)(const struct measured *measured, struct listing *listing);
};
enum { MEASURE_SUMS_MAX = 160 };

/* The sums of one measure. */
struct measured {
	const struct measure *measure;
	unsigned count; /* of races; then LENGTH_GROUPS, then the total */
	const char *const *labels;
	const double *sums; /* [count + LENGTH_GROUPS + 1][INSTANTS][measure->sums] */
};
/** The sums of a line at instant @k. */
static inline const double *measured_sums(const struct measured *measured,
					  unsigned line, unsigned k)
{
	return measured->sums +
	       ((size_t)line * BACKTEST_INSTANTS + k) * measured->measure->sums;
}
/** The line of all races together: the last. */
static inline unsigned measured_total(const struct measured *measured)
{
	return measured->count + LENGTH_GROUPS;
}

extern const struct measure backtest_behind, backtest_chances, backtest_calibration,
	backtest_strategy;

/* ---- fields ------------------------------------------------------------------------ */

void score_label(const void *record, struct listing_value *value);
void score_label_short(const void *record, struct listing_value *value);
void score_percent(const void *record, struct listing_value *value);
void score_percent_sign(const void *record, struct listing_value *value);
/** A sum over another, with three decimals; blank without any. */
void score_mean(const void *record, size_t sum, size_t count,
		struct listing_value *value);
void score_count(const void *record, struct listing_value *value);
/* The first four fields of every form: race and instant. */
#define SCORE_LABELS                                                      \
	{"race", NULL, score_label, .right = false},                      \
		{NULL, "race", score_label_short, .width = 32},           \
		{"at", NULL, score_percent, .right = false},              \
	{                                                                 \
		NULL, "at", score_percent_sign, .right = true, .width = 4 \
	}
/* Index of a member of a struct of doubles. */
#define SUM_OF(type_, member_) (offsetof(type_, member_) / sizeof(double))

/* ---- trials ------------------------------------------------------------------------ */

/** Load @source and play it to every instant. -errno with a sentence. */
int trial_load(struct trial *trial, const struct options *options, const char *source,
	       struct err *err);
void trial_free(struct trial *trial);
/** Forecast at instant @k, and the strategy when @strategy is not NULL. */
struct moment trial_moment(const struct trial *trial, unsigned k,
			   const struct forecast_parameters *parameters,
			   struct forecast *forecast, struct strategy *strategy);

/* ---- the fit ----------------------------------------------------------------------- */

/* A car at one instant of the fit. */
struct fit_sample {
	double terms[FORECAST_TERM_COUNT];
	double target; /* gap at the flag less the gap now */
	double weight;
};
#define FIT_ALL UINT_MAX
struct fit {
	const struct trial *trials;
	unsigned count;
	unsigned skip;    /* the race that is left out; FIT_ALL: none */
	unsigned without; /* the term that is left out; FIT_ALL: none */
};
/** Ask the trial at every instant of the fit, after trial_load(). -ENOMEM. */
int trial_sample(struct trial *trial, const struct forecast_parameters *parameters);
int trial_sample_wins(struct trial *trial,
		      const struct forecast_parameters *parameters);
/** Set the coefficients of @parameters to those that serve the races of @fit best. */
void backtest_fit(const struct fit *fit, struct forecast_parameters *parameters);
/** Print the coefficients, and the ratios of the races without each term. @kinds: the
 * parameters of each race. */
void backtest_terms(const struct fit *all, const struct forecast_parameters *kinds,
		    enum format format, struct out *out);
/** The same of the exponents of the chance to win. */
void backtest_fit_wins(const struct fit *fit, struct forecast_parameters *parameters);

/* ---- sums -------------------------------------------------------------------------- */

struct behind_sums {
	double cars, error, scaled, held;
	double capped, scaled_capped, held_capped; /* at 10 laps a car */
	double behind_covered, gap_covered, laps_covered;
	double winners, winner_exact, winner_error, winner_covered;
};
struct chance_sums {
	double starters, brier, brier_simple, log_loss, log_loss_simple;
	double classes, class_hits, class_brier, class_log_loss, class_simple;
	double races, race_log_loss, race_simple;
};

#endif
