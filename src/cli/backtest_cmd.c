/*
 * backtest_cmd.c -- `backtest`: how good the forecasts of finished races were
 *
 * Of each measure a row for each race and instant, then for the races of each length,
 * then the rows TOTAL over all. The table has every measure, CSV and JSON have one.
 */
#include "backtest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct measure *const measures[] = {
	&backtest_behind, &backtest_chances, &backtest_calibration, &backtest_strategy};
static const char *const length_names[] = {[LENGTH_SPRINT] = "SPRINT",
					   [LENGTH_6H] = "6 HOURS",
					   [LENGTH_12H] = "8 TO 12 HOURS",
					   [LENGTH_24H] = "24 HOURS"};

struct backtest {
	struct trial *trials;
	struct forecast_parameters *parameters; /* by race */
	const char **labels;
	unsigned count;
	const struct measure *only; /* NULL: all */
	double *sums[ARRAY_LEN(measures)];
};

/* ---- the fields -------------------------------------------------------------------- */

void score_label(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(((const struct score_line *)record)->label));
}

/* As much as the table has room for. */
void score_label_short(const void *record, struct listing_value *value)
{
	listing_format(value, "%.32s", ((const struct score_line *)record)->label);
}

void score_percent(const void *record, struct listing_value *value)
{
	listing_number(value, ((const struct score_line *)record)->percent);
}

void score_percent_sign(const void *record, struct listing_value *value)
{
	listing_format(value, "%u%%", ((const struct score_line *)record)->percent);
}

void score_count(const void *record, struct listing_value *value)
{
	const struct score_line *line = record;
	listing_digits(value, "%.0f", line->sums[value->place]);
}

void score_mean(const void *record, size_t sum, size_t count,
		struct listing_value *value)
{
	const struct score_line *line = record;
	if (line->sums[count] > 0.0)
		listing_digits(value, "%.3f", line->sums[sum] / line->sums[count]);
}

/* ---- the tables -------------------------------------------------------------------- */

/* Instants of a length that no race has are left out. */
static void print_lines(const struct measured *measured, struct listing *listing)
{
	for (unsigned i = 0; i <= measured_total(measured); i++)
		for (unsigned k = 0; k < BACKTEST_INSTANTS; k++) {
			const struct score_line line = {measured->labels[i],
							backtest_percent[k],
							measured_sums(measured, i, k)};
			if (i < measured->count || i == measured_total(measured) ||
			    line.sums[0] > 0.0)
				listing_row(listing, &line);
		}
}

static void backtest_print(const struct backtest *test, enum format format,
			   struct out *out)
{
	for (size_t m = 0; m < ARRAY_LEN(measures); m++) {
		const struct measure *measure = measures[m];
		struct measured measured = {measure, test->count, test->labels,
					    test->sums[m]};
		struct listing listing;
		if (test->only != NULL && test->only != measure)
			continue;
		if (test->only == NULL)
			out_format(out, "%s%s: %s\n", m > 0 ? "\n" : "", measure->name,
				   measure->about);
		listing_begin(&listing, out, format, measure->form);
		listing_head(&listing);
		if (measure->print != NULL)
			measure->print(&measured, &listing);
		else
			print_lines(&measured, &listing);
		listing_end(&listing);
	}
}

/* ---- the scores -------------------------------------------------------------------- */

static void score_moment(struct backtest *test, const struct moment *moment,
			 unsigned line)
{
	double sums[MEASURE_SUMS_MAX];
	const unsigned lines[] = {line, test->count + moment->trial->length,
				  test->count + LENGTH_GROUPS};
	for (size_t m = 0; m < ARRAY_LEN(measures); m++) {
		size_t n = measures[m]->sums;
		if (test->only != NULL && test->only != measures[m])
			continue;
		memset(sums, 0, sizeof(sums));
		measures[m]->add(moment, sums);
		for (size_t at = 0; at < ARRAY_LEN(lines); at++) {
			double *to =
				test->sums[m] +
				((size_t)lines[at] * BACKTEST_INSTANTS + moment->k) * n;
			for (size_t i = 0; i < n; i++)
				to[i] += sums[i];
		}
	}
}

static void score_all(struct backtest *test)
{
	static struct forecast forecast;
	static struct strategy strategy;
	bool stops = test->only == NULL || test->only->wants_strategy;
	for (unsigned i = 0; i < test->count; i++)
		for (unsigned k = 0; k < BACKTEST_INSTANTS; k++) {
			struct moment moment =
				trial_moment(&test->trials[i], k, &test->parameters[i],
					     &forecast, stops ? &strategy : NULL);
			score_moment(test, &moment, i);
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

/* The parameters of the kind of each race; for a fit, its samples. */
static int load_parameters(struct backtest *test, bool fits, struct err *err)
{
	for (unsigned i = 0; i < test->count; i++) {
		struct trial *trial = &test->trials[i];
		const struct race_kind kind = {trial->session->rules.name,
					       trial->end->setup.length_us};
		int rc = forecast_parameters_load(&kind, &test->parameters[i], err);
		if (rc != 0)
			return rc;
		if (fits && (trial_sample(trial, &test->parameters[i]) != 0 ||
			     trial_sample_wins(trial, &test->parameters[i]) != 0))
			return err_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

static void fit_all(const struct fit *fit, struct forecast_parameters *parameters)
{
	backtest_fit(fit, parameters);
	backtest_fit_wins(fit, parameters);
}

/* With --fit the coefficients are found anew and written; with --leave-one-out each race
 * has those of all the others. */
static int choose_parameters(struct backtest *test, const struct options *options,
			     struct err *err)
{
	struct fit fit = {test->trials, test->count, FIT_ALL, FIT_ALL};
	struct fit_result fitted = {.races = test->count};
	int rc = load_parameters(test, options->fit || options->leave_one_out, err);
	for (unsigned i = 0; rc == 0 && i < test->count; i++) {
		fit.skip = options->leave_one_out ? i : FIT_ALL;
		if (options->fit || options->leave_one_out)
			fit_all(&fit, &test->parameters[i]);
	}
	if (rc == 0 && options->fit && options->output != NULL) {
		rc = forecast_parameters_load(NULL, &fitted.parameters, err);
		fit.skip = FIT_ALL;
		if (rc == 0)
			fit_all(&fit, &fitted.parameters);
		if (rc == 0)
			rc = output_write(options->output, write_fitted, &fitted, err);
	}
	return rc;
}

/* ---- the command ------------------------------------------------------------------- */

static void backtest_free(struct backtest *test)
{
	for (unsigned i = 0; test->trials != NULL && i < test->count; i++)
		trial_free(&test->trials[i]);
	for (size_t m = 0; m < ARRAY_LEN(measures); m++)
		free(test->sums[m]);
	free(test->trials);
	free(test->parameters);
	free(test->labels);
}

static int backtest_load(struct backtest *test, const struct options *options,
			 struct err *err)
{
	unsigned count = options->source_count, lines = count + LENGTH_GROUPS + 1;
	bool room = true;
	int rc = 0;
	test->trials = calloc(count, sizeof(*test->trials));
	test->parameters = calloc(count, sizeof(*test->parameters));
	test->labels = calloc(lines, sizeof(*test->labels));
	for (size_t m = 0; m < ARRAY_LEN(measures); m++) {
		test->sums[m] = calloc((size_t)lines * BACKTEST_INSTANTS,
				       measures[m]->sums * sizeof(double));
		room = room && test->sums[m] != NULL;
	}
	if (!room || !test->trials || !test->parameters || !test->labels)
		return err_set(err, -ENOMEM, "out of memory");
	for (unsigned i = 0; rc == 0 && i < count; i++) {
		test->count = i + 1;
		rc = trial_load(&test->trials[i], options, options->sources[i], err);
		test->labels[i] = test->trials[i].name;
	}
	for (unsigned i = 0; i < LENGTH_GROUPS; i++)
		test->labels[count + i] = length_names[i];
	test->labels[count + LENGTH_GROUPS] = "TOTAL";
	return rc;
}

/* The table shows every measure; a file of CSV or JSON has one. */
static const struct measure *measure_of(const struct options *options,
					enum format format)
{
	for (size_t m = 0; options->measure != NULL && m < ARRAY_LEN(measures); m++)
		if (m == (size_t)value_find(VALUE_MEASURE, options->measure))
			return measures[m];
	return format == FORMAT_TABLE ? NULL : measures[0];
}

/* A race that counts twice would teach a fit that leaves it out. NULL: none does. */
static const char *named_twice(const struct options *options)
{
	for (unsigned i = 1; i < options->source_count; i++)
		for (unsigned k = 0; k < i; k++)
			if (strcmp(options->sources[i], options->sources[k]) == 0)
				return options->sources[i];
	return NULL;
}

int backtest_run(const struct options *options)
{
	enum format format = format_option(options);
	struct backtest test = {.only = measure_of(options, format)};
	struct err err;
	int status = EXIT_SOURCE;
	if (options->source_count == 0 ||
	    (options->leave_one_out && options->source_count < 2)) {
		complain("backtest needs finished races%s: pitwall backtest FILE...",
			 options->leave_one_out ? ", two or more to leave one out"
						: "");
		return EXIT_USAGE;
	}
	const char *twice = named_twice(options);
	if (twice != NULL) {
		complain("%s is named twice", twice);
		return EXIT_USAGE;
	}
	int rc = backtest_load(&test, options, &err);
	if (rc == 0)
		rc = choose_parameters(&test, options, &err);
	if (rc != 0) {
		complain("%s", err.text);
	} else {
		struct out out;
		score_all(&test);
		out_to_fd(&out, STDOUT_FILENO);
		backtest_print(&test, format, &out);
		if (options->fit && format == FORMAT_TABLE) {
			struct fit fit = {test.trials, test.count, FIT_ALL, FIT_ALL};
			out_text(&out,
				 "\nfit: the ratio of `behind` without each term\n");
			backtest_terms(&fit, test.parameters, format, &out);
		}
		status = finish_output(&out, EXIT_DONE);
	}
	backtest_free(&test);
	return status;
}
