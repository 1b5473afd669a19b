/*
 * forecast_file.c -- the parameters of the forecast as an INI file
 *
 * One section, [forecast]; every key of FORECAST_PARAMETERS may stand there once. What
 * does not stand there has the value it was built with.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "inifile.h"

static const struct row {
	const char *name, *about;
	size_t place;
	double low, high;
} rows[] = {
#define X(name_, value_, low_, high_, about_)                                   \
	{#name_, (about_), offsetof(struct forecast_parameters, name_), (low_), \
	 (high_)},
	FORECAST_PARAMETERS(X)
#undef X
};

static double *value_of(struct forecast_parameters *parameters, const struct row *row)
{
	return (double *)(void *)((char *)parameters + row->place);
}

static int take(void *context, const struct ini_entry *entry, struct err *err)
{
	struct forecast_parameters *out = context;
	if (strcmp(entry->section, "forecast") != 0)
		return ini_bad(entry, err, "[%s]: the one section is [forecast]",
			       entry->section);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *end;
		if (strcmp(rows[i].name, entry->key) != 0)
			continue;
		double value = strtod(entry->value, &end);
		if (end == entry->value || *end != '\0' ||
		    !(value >= rows[i].low && value <= rows[i].high))
			return ini_bad(entry, err, "%s = %s: a number from %g to %g",
				       entry->key, entry->value, rows[i].low,
				       rows[i].high);
		*value_of(out, &rows[i]) = value;
		return 0;
	}
	return ini_bad(entry, err, "there is no parameter \"%s\"", entry->key);
}

int forecast_parameters_parse(struct slice text, const char *where,
			      struct forecast_parameters *out, struct err *err)
{
	struct forecast_parameters read = forecast_parameters_plain;
	int rc = ini_walk(text, where, take, &read, err);
	if (rc == 0)
		*out = read;
	return rc;
}

int forecast_parameters_load(struct forecast_parameters *out, struct err *err)
{
	struct bytes bytes;
	int rc = asset_read("forecast/parameters.ini", &bytes, err);
	if (rc != 0)
		return rc;
	rc = forecast_parameters_parse(bytes.data, "forecast/parameters.ini", out, err);
	bytes_free(&bytes);
	return rc;
}

void forecast_parameters_write(struct out *out,
			       const struct forecast_parameters *parameters,
			       const char *source)
{
	struct forecast_parameters copy = *parameters;
	out_format(out,
		   "# What the forecast was taught. `pitwall backtest --fit` writes "
		   "this file.\n# Source of every value: %s.\n\n[forecast]\n",
		   source);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		out_format(out, "# %s (%g to %g)\n%s = %.6g\n", rows[i].about,
			   rows[i].low, rows[i].high, rows[i].name,
			   *value_of(&copy, &rows[i]));
}
