/*
 * backtest_terms.c -- what each mechanism of the forecast adds
 *
 * The coefficients are fitted on all races, then again without one term after the
 * other. The ratio is that of backtest_behind.c: the mean error over that of the better
 * simple rule, so a term adds what the ratio grows by without it.
 */
#include "backtest.h"

#include <math.h>

enum { SHOWN = 4 }; /* 25, 50, 75 and 90 %: backtest_percent from 1 on */

struct term_line {
	const char *name;
	double coefficient;
	double ratios[SHOWN];
};

/* Ratio of all races by the coefficients of @fitted. */
static double ratio_at(const struct fit *fit, const struct forecast_parameters *kinds,
		       struct forecast_parameters *fitted, unsigned k)
{
	static struct forecast forecast;
	struct behind_sums sums = {0};
	for (unsigned i = 0; i < fit->count; i++) {
		struct forecast_parameters parameters = kinds[i];
		for (unsigned t = 0; t < FORECAST_TERM_COUNT; t++)
			*forecast_coefficient(&parameters, t) =
				*forecast_coefficient(fitted, t);
		struct moment moment =
			trial_moment(&fit->trials[i], k, &parameters, &forecast, NULL);
		backtest_behind.add(&moment, (double *)(void *)&sums);
	}
	return sums.error / fmax(fmin(sums.scaled, sums.held), 1e-9);
}

/* ---- the fields -------------------------------------------------------------------- */

static void term_name(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(((const struct term_line *)record)->name));
}

static void term_coefficient(const void *record, struct listing_value *value)
{
	const struct term_line *line = record;
	if (!isnan(line->coefficient))
		listing_digits(value, "%.3f", line->coefficient);
}

static void term_ratio(const void *record, struct listing_value *value)
{
	listing_digits(value, "%.3f",
		       ((const struct term_line *)record)->ratios[value->place]);
}

#define RATIO(place_) term_ratio, .right = true, .width = 7, .place = (place_)
static const struct listing_field fields[] = {
	{"without", "without", term_name, .width = 14},
	{"coefficient", "coefficient", term_coefficient, .right = true, .width = 11},
	{"ratio_25", "25%", RATIO(0)},
	{"ratio_50", "50%", RATIO(1)},
	{"ratio_75", "75%", RATIO(2)},
	{"ratio_90", "90%", RATIO(3)},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 1,
					 .json_blanks = true};

void backtest_terms(const struct fit *all, const struct forecast_parameters *kinds,
		    enum format format, struct out *out)
{
	static const char *const names[] = {
#define X(name_, value_, low_, high_, about_) #name_,
		FORECAST_TERMS(X)
#undef X
			"nothing",
	};
	struct forecast_parameters whole = forecast_parameters_plain;
	struct listing listing;
	backtest_fit(all, &whole);
	listing_begin(&listing, out, format, &form);
	listing_head(&listing);
	for (unsigned t = 0; t <= FORECAST_TERM_COUNT; t++) {
		struct forecast_parameters fitted = forecast_parameters_plain;
		struct term_line line = {names[t], (double)NAN, {0.0}};
		struct fit fit = *all;
		fit.without = t < FORECAST_TERM_COUNT ? t : FIT_ALL;
		backtest_fit(&fit, &fitted);
		if (t < FORECAST_TERM_COUNT)
			line.coefficient = *forecast_coefficient(&whole, t);
		for (unsigned k = 0; k < SHOWN; k++)
			line.ratios[k] = ratio_at(&fit, kinds, &fitted, k + 1);
		listing_row(&listing, &line);
	}
	listing_end(&listing);
}
