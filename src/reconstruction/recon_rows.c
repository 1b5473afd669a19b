/*
 * recon_rows.c -- lines of the semicolon tables of assets/races
 *
 * A header, then rows of as many columns; blank lines and lines that begin with '#'
 * are skipped. Errors name file and line.
 */
#include "recon.h"

#include <errno.h>

int recon_rows_bad(const struct recon_rows *rows, struct err *err, const char *what,
		   struct slice value)
{
	int shown = value.len > 40 ? 40 : (int)value.len;
	const char *at = value.at ? value.at : "";
	return err_set(err, -EINVAL, "%s line %u: %s: '%.*s'", rows->name, rows->line,
		       what, shown, at);
}

static bool recon_rows_next_line(struct recon_rows *rows, struct slice *line)
{
	while (rows->rest.len) {
		*line = slice_trim(slice_cut(&rows->rest, '\n'));
		rows->line++;
		if (line->len && line->at[0] != '#')
			return true;
	}
	return false;
}

int recon_rows_open(struct recon_rows *rows, struct slice text, const char *name,
		    const char *header, struct err *err)
{
	struct slice line = {0};
	*rows = (struct recon_rows){.rest = text, .name = name, .columns = 1};
	for (const char *c = header; *c; c++)
		rows->columns += *c == ';';
	if (!recon_rows_next_line(rows, &line))
		return err_set(err, -EINVAL, "%s is empty: its first line must be '%s'",
			       name, header);
	if (!slice_eq(line, slice_of(header)))
		return recon_rows_bad(rows, err, "not the header of this table", line);
	return 0;
}

int recon_rows_next(struct recon_rows *rows, struct err *err)
{
	struct slice line = {0};
	if (!recon_rows_next_line(rows, &line))
		return 0;
	struct slice left = line;
	for (unsigned i = 0; i < rows->columns; i++) {
		if (!left.at)
			return recon_rows_bad(rows, err, "too few columns", line);
		rows->at[i] = slice_trim(slice_cut(&left, ';'));
	}
	if (left.at)
		return recon_rows_bad(rows, err, "too many columns", line);
	return 1;
}

int recon_row_u32(const struct recon_rows *rows, unsigned column, uint32_t max,
		  uint32_t *out, struct err *err)
{
	uint64_t n = 0;
	if (!parse_u64(rows->at[column], &n))
		return recon_rows_bad(rows, err, "not a whole number",
				      rows->at[column]);
	if (n > max)
		return recon_rows_bad(rows, err, "too large", rows->at[column]);
	*out = (uint32_t)n;
	return 0;
}

int recon_row_seconds(const struct recon_rows *rows, unsigned column, duration_us *out,
		      struct err *err)
{
	int64_t us = 0;
	if (!parse_decimal(rows->at[column], 6, &us))
		return recon_rows_bad(rows, err, "not a number of seconds",
				      rows->at[column]);
	if (us > US_DAY || us < -US_DAY)
		return recon_rows_bad(rows, err, "more than a day", rows->at[column]);
	*out = us - us % US_MS;
	return 0;
}

int recon_row_clock(const struct recon_rows *rows, unsigned column, instant_us midnight,
		    instant_us *out, struct err *err)
{
	duration_us t = 0;
	if (!parse_duration(rows->at[column], &t) || t < 0 || t > 2 * US_DAY)
		return recon_rows_bad(rows, err, "not a time of day (HH:MM:SS)",
				      rows->at[column]);
	*out = midnight + t - t % US_MS;
	return 0;
}
