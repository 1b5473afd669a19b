/*
 * backtest_cmd.c -- `backtest`: how good the forecasts of finished races were
 *
 * A row a race and instant, then the rows TOTAL over all cars of all races. The CSV has
 * the columns every reader knows; the table has the errors capped at ten laps too.
 */
#include "backtest.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct backtest {
	struct trial trials[BACKTEST_RACES_MAX];
	unsigned count;
	struct forecast_parameters parameters[BACKTEST_RACES_MAX];
	struct score scores[BACKTEST_RACES_MAX + 1][BACKTEST_INSTANTS];
};

static double over(double sum, double count)
{
	return count > 0.0 ? sum / count : 0.0;
}

static const char *const fields[] = {"mae",          "mae_scaled", "mae_held",
				     "coverage",     "brier",      "brier_simple",
				     "class_winners"};

static void values_of(const struct score *s, double out[ARRAY_LEN(fields)])
{
	const double values[] = {
		over(s->error, s->cars),     over(s->scaled, s->cars),
		over(s->held, s->cars),      over(s->covered, s->cars),
		over(s->brier, s->starters), over(s->brier_simple, s->starters),
		over(s->hits, s->classes),
	};
	memcpy(out, values, sizeof(values));
}

static void row_csv(struct out *out, const char *race, unsigned k,
		    const struct score *score)
{
	double values[ARRAY_LEN(fields)];
	values_of(score, values);
	out_csv(out, slice_of(race), ',');
	out_format(out, ",%u,%.0f", backtest_percent[k], score->cars);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		out_format(out, ",%.3f", values[i]);
	out_text(out, "\n");
}

static void row_json(struct out *out, const char *race, unsigned k,
		     const struct score *score)
{
	double values[ARRAY_LEN(fields)];
	values_of(score, values);
	out_text(out, "  {\"race\": ");
	out_json(out, slice_of(race));
	out_format(out, ", \"at\": %u, \"cars\": %.0f", backtest_percent[k],
		   score->cars);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		out_format(out, ", \"%s\": %.3f", fields[i], values[i]);
	out_text(out, "}");
}

static void row_table(struct out *out, const char *race, unsigned k,
		      const struct score *score)
{
	double values[ARRAY_LEN(fields)];
	values_of(score, values);
	out_format(out, "%-32.32s %3u%% %5.0f", race, backtest_percent[k], score->cars);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		out_format(out, " %7.3f", values[i]);
	out_format(out, " %7.3f %7.3f %7.3f\n", over(score->capped, score->cars),
		   over(score->scaled_capped, score->cars),
		   over(score->held_capped, score->cars));
}

static void print_head(struct out *out, enum format format)
{
	if (format == FORMAT_JSON)
		out_text(out, "[\n");
	if (format == FORMAT_CSV)
		out_text(out, "race,at,cars,mae,mae_scaled,mae_held,coverage,brier,"
			      "brier_simple,class_winners\n");
	if (format == FORMAT_TABLE)
		out_format(out,
			   "%-32s %4s %5s %7s %7s %7s %7s %7s %7s %7s %7s %7s %7s\n",
			   "race", "at", "cars", "mae", "scaled", "held", "cover",
			   "brier", "simple", "winners", "mae<10", "scaled", "held");
}

static void print(const struct backtest *test, enum format format, struct out *out)
{
	static void (*const rows[])(struct out *, const char *, unsigned,
				    const struct score *) = {
		[FORMAT_TABLE] = row_table,
		[FORMAT_CSV] = row_csv,
		[FORMAT_JSON] = row_json,
	};
	print_head(out, format);
	for (unsigned i = 0; i <= test->count; i++) {
		const char *name = i < test->count ? test->trials[i].name : "TOTAL";
		for (unsigned k = 0; k < BACKTEST_INSTANTS; k++) {
			rows[format](out, name, k, &test->scores[i][k]);
			if (format == FORMAT_JSON)
				out_text(out,
					 i < test->count || k + 1 < BACKTEST_INSTANTS
						 ? ",\n"
						 : "\n]\n");
		}
	}
}

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

struct fitted {
	struct forecast_parameters parameters;
	unsigned races;
};

static void write_fitted(struct out *out, const void *context)
{
	const struct fitted *fitted = context;
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
	struct fitted fitted = {.parameters = common, .races = test->count};
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
		print(test, format, &out);
		status = finish_output(&out, EXIT_DONE);
	}
	for (unsigned i = 0; i < test->count; i++)
		trial_free(&test->trials[i]);
	free(test);
	return status;
}
