/*
 * forecast_file.c -- the parameters of the forecast as an INI file
 *
 * parameters.ini has the section [forecast], with every key of FORECAST_PARAMETERS at most
 * once; an absent key has its built-in value. kinds.ini has a section for each kind of
 * race: a ruleset ("imsa", "le-mans-24h-*"), and behind "from" the least length in hours.
 * The values of each section that fits replace those above, in order.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/assets.h"
#include "pitwall/inifile.h"

static const struct parameter_row {
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

static double *value_of(struct forecast_parameters *parameters,
			const struct parameter_row *row)
{
	return (double *)(void *)((char *)parameters + row->place);
}

static int take_value(struct forecast_parameters *out, const struct ini_entry *entry,
		      struct err *err)
{
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

static int parameter_take(void *context, const struct ini_entry *entry, struct err *err)
{
	if (strcmp(entry->section, "forecast") != 0)
		return ini_bad(entry, err, "[%s]: the one section is [forecast]",
			       entry->section);
	return take_value(context, entry, err);
}

struct kind {
	struct race_kind of;
	struct forecast_parameters read;
};

/* "NAME", "NAME*", "NAME from HOURS". -EINVAL: neither. */
static int kind_fits(const struct kind *kind, const struct ini_entry *entry, bool *fits,
		     struct err *err)
{
	static const char word[] = " from ";
	const char *from = strstr(entry->section, word);
	size_t n = from ? (size_t)(from - entry->section) : strlen(entry->section);
	double hours = 0.0;
	if (from) {
		char *end;
		hours = strtod(from + strlen(word), &end);
		if (end == from + strlen(word) || *end != '\0' || !(hours >= 0.0))
			return ini_bad(entry, err, "[%s]: from how many hours?",
				       entry->section);
	}
	*fits = n > 0 && entry->section[n - 1] == '*'
			? strncmp(entry->section, kind->of.rules, n - 1) == 0
			: n == strlen(kind->of.rules) &&
				  memcmp(entry->section, kind->of.rules, n) == 0;
	*fits = *fits && (double)kind->of.length >= hours * (double)US_HOUR;
	return 0;
}

/* Values of other kinds are read too, so that mistakes are found. */
static int take_kind(void *context, const struct ini_entry *entry, struct err *err)
{
	struct kind *kind = context;
	struct forecast_parameters other;
	bool fits = false;
	int rc = kind_fits(kind, entry, &fits, err);
	return rc != 0 ? rc : take_value(fits ? &kind->read : &other, entry, err);
}

int forecast_parameters_parse(struct slice text, const char *where,
			      struct forecast_parameters *out, struct err *err)
{
	struct forecast_parameters read = forecast_parameters_plain;
	int rc = ini_walk(text, where, parameter_take, &read, err);
	if (rc == 0)
		*out = read;
	return rc;
}

int forecast_kind_parse(struct slice text, const char *where,
			const struct race_kind *of, struct forecast_parameters *out,
			struct err *err)
{
	struct kind kind = {.of = *of, .read = *out};
	int rc = ini_walk(text, where, take_kind, &kind, err);
	if (rc == 0)
		*out = kind.read;
	return rc;
}

int forecast_parameters_load(const struct race_kind *of,
			     struct forecast_parameters *out, struct err *err)
{
	static const char *const files[] = {"forecast/parameters.ini",
					    "forecast/kinds.ini"};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(files); i++) {
		struct bytes bytes;
		if (i > 0 && of == NULL)
			return 0;
		rc = asset_read(files[i], &bytes, err);
		if (rc != 0)
			return rc;
		rc = i == 0 ? forecast_parameters_parse(bytes.data, files[i], out, err)
			    : forecast_kind_parse(bytes.data, files[i], of, out, err);
		bytes_free(&bytes);
	}
	return rc;
}

void forecast_parameters_write(struct out *out,
			       const struct forecast_parameters *parameters,
			       const char *source)
{
	struct forecast_parameters copy = *parameters;
	out_format(out,
		   "# The parameters of the forecast, written by `pitwall backtest "
		   "--fit`.\n# The coefficients (to pit_phase) were %s;\n# the "
		   "other values are as they were.\n\n[forecast]\n",
		   source);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		out_format(out, "# %s (%g to %g)\n%s = %.6g\n", rows[i].about,
			   rows[i].low, rows[i].high, rows[i].name,
			   *value_of(&copy, &rows[i]));
}
