/*
 * backtest_cmd.c -- `backtest`: how good the forecasts of finished races were
 *
 * A row a race and instant, then the rows TOTAL over all cars of all races. The CSV has
 * the columns every reader knows; the table has the errors capped at ten laps too.
 */
#include "backtest.h"

#include "pitwall/listing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct backtest {
	struct trial trials[BACKTEST_RACES_MAX];
	unsigned count;
	struct forecast_parameters parameters[BACKTEST_RACES_MAX];
	struct score scores[BACKTEST_RACES_MAX + 1][BACKTEST_INSTANTS];
};

/* ---- the fields -------------------------------------------------------------------- */

/* The score of a race at an instant. */
struct score_line {
	const char *race;
	unsigned percent;
	const struct score *score;
};

static void score_race(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(((const struct score_line *)record)->race));
}

/* As much as the table has room for. */
static void score_race_short(const void *record, struct listing_value *value)
{
	listing_format(value, "%.32s", ((const struct score_line *)record)->race);
}

static void score_percent(const void *record, struct listing_value *value)
{
	listing_number(value, ((const struct score_line *)record)->percent);
}

static void score_percent_sign(const void *record, struct listing_value *value)
{
	listing_format(value, "%u%%", ((const struct score_line *)record)->percent);
}

static double at(const void *record, size_t place)
{
	double number;
	memcpy(&number,
	       (const char *)((const struct score_line *)record)->score + place,
	       sizeof(number));
	return number;
}

static void score_cars(const void *record, struct listing_value *value)
{
	listing_digits(value, "%.0f", at(record, offsetof(struct score, cars)));
}

/* The sum at the field's place over a count. */
static void mean(const void *record, size_t count, struct listing_value *value)
{
	double n = at(record, count);
	listing_digits(value, "%.3f", n > 0.0 ? at(record, value->place) / n : 0.0);
}

static void per_car(const void *record, struct listing_value *value)
{
	mean(record, offsetof(struct score, cars), value);
}

static void per_starter(const void *record, struct listing_value *value)
{
	mean(record, offsetof(struct score, starters), value);
}

static void per_class(const void *record, struct listing_value *value)
{
	mean(record, offsetof(struct score, classes), value);
}

#define LEFT .right = false
#define RIGHT .right = true
#define SCORE(member_) RIGHT, .width = 7, .place = offsetof(struct score, member_)
static const struct listing_field fields[] = {
	{"race", NULL, score_race, LEFT},
	{NULL, "race", score_race_short, LEFT, .width = 32},
	{"at", NULL, score_percent, LEFT},
	{NULL, "at", score_percent_sign, RIGHT, .width = 4},
	{"cars", "cars", score_cars, RIGHT, .width = 5},
	{"mae", "mae", per_car, SCORE(error)},
	{"mae_scaled", "scaled", per_car, SCORE(scaled)},
	{"mae_held", "held", per_car, SCORE(held)},
	{"coverage", "cover", per_car, SCORE(covered)},
	{"brier", "brier", per_starter, SCORE(brier)},
	{"brier_simple", "simple", per_starter, SCORE(brier_simple)},
	{"class_winners", "winners", per_class, SCORE(hits)},
	{NULL, "mae<10", per_car, SCORE(capped)},
	{NULL, "scaled", per_car, SCORE(scaled_capped)},
	{NULL, "held", per_car, SCORE(held_capped)},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 1,
					 .json_blanks = true};

static void backtest_print(const struct backtest *test, enum format format,
			   struct out *out)
{
	struct listing listing;
	listing_begin(&listing, out, format, &form);
	listing_head(&listing);
	for (unsigned i = 0; i <= test->count; i++)
		for (unsigned k = 0; k < BACKTEST_INSTANTS; k++) {
			const struct score_line line = {
				i < test->count ? test->trials[i].name : "TOTAL",
				backtest_percent[k], &test->scores[i][k]};
			listing_row(&listing, &line);
		}
	listing_end(&listing);
}

/* ---- the scores -------------------------------------------------------------------- */

static void score_all(struct backtest *test)
{
	for (unsigned i = 0; i < test->count; i++)
		for (unsigned k = 0; k < BACKTEST_INSTANTS; k++) {
			trial_score(&test->trials[i], k, &test->parameters[i],
				    &test->scores[i][k]);
			trial_score(&test->trials[i], k, &test->parameters[i],
				    &test->scores[test->count][k]);
		}
}

struct fit_result {
	struct forecast_parameters parameters;
	unsigned races;
};

static void write_fitted(struct out *out, const void *context)
{
	const struct fit_result *fitted = context;
	char source[96];
	text_format(source, sizeof(source), "fitted on %u finished races",
		    fitted->races);
	forecast_parameters_write(out, &fitted->parameters, source);
}

/* The parameters each race is judged by; with --fit those found are written. */
static int choose_parameters(struct backtest *test, const struct options *options,
			     struct err *err)
{
	struct forecast_parameters common = forecast_parameters_plain;
	if (options->fit)
		common = backtest_fit(test->trials, test->count, test->count);
	else if (!options->leave_one_out) {
		int rc = forecast_parameters_load(NULL, &common, err);
		if (rc != 0)
			return rc;
	}
	for (unsigned i = 0; i < test->count; i++)
		test->parameters[i] =
			options->leave_one_out
				? backtest_fit(test->trials, test->count, i)
				: common;
	if (!options->fit || options->output == NULL)
		return 0;
	struct fit_result fitted = {.parameters = common, .races = test->count};
	return output_write(options->output, write_fitted, &fitted, err);
}

int backtest_run(const struct options *options)
{
	enum format format = format_option(options);
	struct err err;
	int status = EXIT_USAGE, rc = 0;
	if (options->source_count == 0 ||
	    (options->leave_one_out && options->source_count < 2)) {
		complain("backtest needs finished races%s: pitwall backtest FILE...",
			 options->leave_one_out ? ", two or more to leave one out"
						: "");
		return status;
	}
	struct backtest *test = calloc(1, sizeof(*test));
	if (test == NULL) {
		complain("out of memory");
		return EXIT_SOURCE;
	}
	for (unsigned i = 0; rc == 0 && i < options->source_count; i++) {
		test->count = i + 1;
		rc = trial_load(&test->trials[i], options, options->sources[i], &err);
	}
	if (rc == 0)
		rc = choose_parameters(test, options, &err);
	status = EXIT_SOURCE;
	if (rc != 0) {
		complain("%s", err.text);
	} else {
		struct out out;
		score_all(test);
		out_to_fd(&out, STDOUT_FILENO);
		backtest_print(test, format, &out);
		status = finish_output(&out, EXIT_DONE);
	}
	for (unsigned i = 0; i < test->count; i++)
		trial_free(&test->trials[i]);
	free(test);
	return status;
}
