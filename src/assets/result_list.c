/*
 * result_list.c -- lists of results in CSV: official ones, and those typed by hand
 *
 *  (1) Columns are known by many names; case, blanks, dots, '-' and '_' do not count.
 *  (2) A place that is a word is a status: "DNF", "NC". A status of its own decides.
 *  (3) A number that occurs twice, a place that is no number and no status: refused, with
 *      the line.
 */
#include "pitwall/season_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "pitwall/csv.h"

enum result_column {
	RES_PLACE,
	RES_CLASS_PLACE,
	RES_NUMBER,
	RES_CLASS,
	RES_TEAM,
	RES_VEHICLE,
	RES_MAKE,
	RES_LAPS,
	RES_TOTAL,
	RES_STATUS,
	RES_QUALIFYING,
	RES_GRID,
	RES_POLE,
	RES_FASTEST,
	RES_GUEST,
	RES_DRIVERS,
	RES_LAP, /* only lap files have it */
	RES_DRIVER1,
	RES_FIRST1 = RES_DRIVER1 + RACE_DRIVERS_MAX,
	RES_SECOND1 = RES_FIRST1 + RACE_DRIVERS_MAX,
	RES_COUNT = RES_SECOND1 + RACE_DRIVERS_MAX,
};

/* Titles as (1) leaves them. */
static const struct {
	const char *name;
	uint8_t column;
} result_titles[] = {
	{"place", RES_PLACE},
	{"position", RES_PLACE},
	{"pos", RES_PLACE},
	{"rank", RES_PLACE},
	{"p", RES_PLACE},
	{"overall", RES_PLACE},
	{"classplace", RES_CLASS_PLACE},
	{"classpos", RES_CLASS_PLACE},
	{"classposition", RES_CLASS_PLACE},
	{"positioninclass", RES_CLASS_PLACE},
	{"pic", RES_CLASS_PLACE},
	{"number", RES_NUMBER},
	{"no", RES_NUMBER},
	{"nr", RES_NUMBER},
	{"num", RES_NUMBER},
	{"#", RES_NUMBER},
	{"car", RES_NUMBER},
	{"carnumber", RES_NUMBER},
	{"carno", RES_NUMBER},
	{"startnumber", RES_NUMBER},
	{"class", RES_CLASS},
	{"category", RES_CLASS},
	{"cat", RES_CLASS},
	{"team", RES_TEAM},
	{"teamname", RES_TEAM},
	{"entrant", RES_TEAM},
	{"competitor", RES_TEAM},
	{"vehicle", RES_VEHICLE},
	{"model", RES_VEHICLE},
	{"chassis", RES_VEHICLE},
	{"carmodel", RES_VEHICLE},
	{"make", RES_MAKE},
	{"manufacturer", RES_MAKE},
	{"constructor", RES_MAKE},
	{"laps", RES_LAPS},
	{"totaltime", RES_TOTAL},
	{"total", RES_TOTAL},
	{"racetime", RES_TOTAL},
	{"status", RES_STATUS},
	{"state", RES_STATUS},
	{"qualifying", RES_QUALIFYING},
	{"qualifyingplace", RES_QUALIFYING},
	{"qualified", RES_QUALIFYING},
	{"grid", RES_GRID},
	{"gridposition", RES_GRID},
	{"startposition", RES_GRID},
	{"pole", RES_POLE},
	{"fastestlap", RES_FASTEST},
	{"guest", RES_GUEST},
	{"drivers", RES_DRIVERS},
	{"driver", RES_DRIVERS},
	{"crew", RES_DRIVERS},
	{"pilots", RES_DRIVERS},
	{"lapnumber", RES_LAP},
	{"laptime", RES_LAP},
};

static const struct {
	const char *word;
	uint8_t status;
} status_words[] = {
	{"classified", STATUS_CLASSIFIED},
	{"finished", STATUS_CLASSIFIED},
	{"running", STATUS_CLASSIFIED},
	{"notclassified", STATUS_NC},
	{"nc", STATUS_NC},
	{"unclassified", STATUS_NC},
	{"retired", STATUS_DNF},
	{"ret", STATUS_DNF},
	{"dnf", STATUS_DNF},
	{"notfinished", STATUS_DNF},
	{"didnotfinish", STATUS_DNF},
	{"dns", STATUS_DNS},
	{"notstarted", STATUS_DNS},
	{"didnotstart", STATUS_DNS},
	{"dsq", STATUS_DSQ},
	{"dq", STATUS_DSQ},
	{"ex", STATUS_DSQ},
	{"disqualified", STATUS_DSQ},
	{"excluded", STATUS_DSQ},
};

struct result_reading {
	const char *where;
	struct err *err;
	struct result_list *list;
	int columns[RES_COUNT]; /* of the file; -1: none */
	struct csv_row header, row;
};

/* (1) */
static void result_plain(struct slice text, char *plain, size_t cap)
{
	size_t n = 0;
	for (size_t i = 0; i < text.len && n + 1 < cap; i++)
		if (!strchr(" ._-", text.at[i]))
			plain[n++] = (char)tolower((unsigned char)text.at[i]);
	plain[n] = '\0';
}

/* driver1, d2, driver1name, driver1firstname, driver1secondname; -1: no driver. */
static int result_driver_column(const char *plain)
{
	const char *rest = plain;
	if (strncmp(rest, "driver", 6) == 0)
		rest += 6;
	else if (rest[0] == 'd')
		rest++;
	if (rest == plain || rest[0] < '1' || rest[0] > '0' + RACE_DRIVERS_MAX)
		return -1;
	int seat = rest[0] - '1';
	rest++;
	if (!rest[0] || strcmp(rest, "name") == 0)
		return RES_DRIVER1 + seat;
	if (strcmp(rest, "firstname") == 0)
		return RES_FIRST1 + seat;
	if (strcmp(rest, "secondname") == 0 || strcmp(rest, "lastname") == 0 ||
	    strcmp(rest, "surname") == 0)
		return RES_SECOND1 + seat;
	return -1;
}

static int result_column_of(struct slice title)
{
	char plain[40];
	result_plain(title, plain, sizeof(plain));
	for (size_t i = 0; i < ARRAY_LEN(result_titles); i++)
		if (strcmp(plain, result_titles[i].name) == 0)
			return result_titles[i].column;
	return result_driver_column(plain);
}

static void result_columns(struct result_reading *reading)
{
	for (size_t i = 0; i < RES_COUNT; i++)
		reading->columns[i] = -1;
	for (unsigned i = 0; i < reading->header.count; i++) {
		int column = result_column_of(reading->header.fields[i]);
		if (column >= 0 && reading->columns[column] < 0)
			reading->columns[column] = (int)i;
	}
}

static struct slice result_field(const struct result_reading *reading, unsigned column)
{
	return csv_field(&reading->row, reading->columns[column]);
}

/* ---- a row -------------------------------------------------------------------------- */

static int result_bad(const struct result_reading *reading, const char *what,
		      struct slice text, const char *ask)
{
	char shown[40];
	text_clean(shown, sizeof(shown), text);
	return err_set(reading->err, -EINVAL, "%s:%u: %s \"%s\": %s", reading->where,
		       reading->row.line, what, shown, ask);
}

static int result_status(const struct result_reading *reading, struct slice text,
			 uint8_t *out)
{
	char plain[24];
	result_plain(text, plain, sizeof(plain));
	for (size_t i = 0; i < ARRAY_LEN(status_words); i++)
		if (strcmp(plain, status_words[i].word) == 0) {
			*out = status_words[i].status;
			return 0;
		}
	return result_bad(reading, "the status", text,
			  "write classified, NC, DNF, DNS or DSQ");
}

/* A whole number up to 9999, or nothing. */
static int result_count(const struct result_reading *reading, unsigned column,
			const char *what, uint32_t *out)
{
	struct slice text = result_field(reading, column);
	uint64_t n;
	*out = 0;
	if (text.len == 0 || slice_eq(text, SLICE("-")))
		return 0;
	if (!parse_u64(text, &n) || n > 9999)
		return result_bad(reading, what, text, "write a whole number");
	*out = (uint32_t)n;
	return 0;
}

static int result_place(const struct result_reading *reading, struct result_row *row)
{
	/* Places of the classes alone are fine too. */
	bool overall = reading->columns[RES_PLACE] >= 0;
	struct slice text =
		result_field(reading, overall ? RES_PLACE : RES_CLASS_PLACE);
	struct slice status = result_field(reading, RES_STATUS);
	uint64_t place = 0;
	int rc = 0;
	row->status = STATUS_CLASSIFIED;
	bool number = text.len > 0 && parse_u64(text, &place);
	if (number && (place == 0 || place > RACE_CARS_MAX))
		rc = result_bad(reading, "the place", text,
				"write a number from 1, or NC, DNF, DNS or DSQ");
	else if (number)
		*(overall ? &row->place : &row->class_place) = (uint16_t)place;
	else if (text.len > 0 && !slice_eq(text, SLICE("-")))
		rc = result_status(reading, text, &row->status);
	else if (status.len == 0)
		rc = result_bad(reading, "the place", text,
				"write a number, or NC, DNF, DNS or DSQ");
	if (rc == 0 && status.len > 0)
		rc = result_status(reading, status, &row->status);
	return rc;
}

static int result_counts(const struct result_reading *reading, struct result_row *row)
{
	uint32_t n;
	int rc = result_count(reading, RES_LAPS, "the laps", &row->laps);
	if (rc == 0 && reading->columns[RES_PLACE] >= 0) {
		rc = result_count(reading, RES_CLASS_PLACE, "the place in the class",
				  &n);
		row->class_place = (uint16_t)n;
	}
	if (rc == 0) {
		rc = result_count(reading, RES_QUALIFYING, "the place in qualifying",
				  &n);
	}
	if (rc == 0) {
		row->qualifying = (uint16_t)n;
		rc = result_count(reading, RES_GRID, "the grid place", &n);
	}
	if (rc == 0)
		row->grid = (uint16_t)n;
	return rc;
}

static void result_driver(struct result_row *row, struct slice name)
{
	if (row->driver_count < RACE_DRIVERS_MAX &&
	    text_clean(row->drivers[row->driver_count], sizeof(row->drivers[0]), name))
		row->driver_count++;
}

static void result_seats(const struct result_reading *reading, struct result_row *row)
{
	struct slice joined = result_field(reading, RES_DRIVERS);
	while (joined.len > 0)
		result_driver(row, slice_cut(&joined, '/'));
	for (unsigned i = 0; i < RACE_DRIVERS_MAX; i++) {
		char name[120];
		struct slice first = result_field(reading, RES_FIRST1 + i);
		struct slice second = result_field(reading, RES_SECOND1 + i);
		text_format(name, sizeof(name), "%.*s %.*s", (int)first.len, first.at,
			    (int)second.len, second.at);
		result_driver(row, result_field(reading, RES_DRIVER1 + i));
		if (first.len + second.len > 0)
			result_driver(row, slice_of(name));
	}
}

/* "x", "yes", "1": marked. */
static uint8_t result_mark(const struct result_reading *reading, unsigned column)
{
	struct slice text = result_field(reading, column);
	return text.len > 0 && !slice_eq_nocase(text, SLICE("no")) &&
	       !slice_eq(text, SLICE("0")) && !slice_eq(text, SLICE("-"));
}

static int result_take(struct result_reading *reading)
{
	struct result_list *list = reading->list;
	if (list->count == RACE_CARS_MAX)
		return err_set(reading->err, -E2BIG, "%s:%u: more than %d cars",
			       reading->where, reading->row.line, RACE_CARS_MAX);
	struct result_row *row = &list->rows[list->count];
	struct slice number = result_field(reading, RES_NUMBER);
	memset(row, 0, sizeof(*row));
	row->line = reading->row.line;
	if (!text_id(row->number, sizeof(row->number), number))
		return result_bad(reading, "the number", number,
				  "every row has the number of a car");
	for (unsigned i = 0; i < list->count; i++)
		if (strcmp(list->rows[i].number, row->number) == 0)
			return err_set(reading->err, -EINVAL,
				       "%s:%u: number %s is that of line %u too",
				       reading->where, row->line, row->number,
				       list->rows[i].line);
	int rc = result_place(reading, row);
	if (rc == 0)
		rc = result_counts(reading, row);
	text_clean(row->class_name, sizeof(row->class_name),
		   result_field(reading, RES_CLASS));
	text_clean(row->team, sizeof(row->team), result_field(reading, RES_TEAM));
	text_clean(row->vehicle, sizeof(row->vehicle),
		   result_field(reading, RES_VEHICLE));
	text_clean(row->make, sizeof(row->make), result_field(reading, RES_MAKE));
	if (!parse_duration(result_field(reading, RES_TOTAL), &row->total))
		row->total = DURATION_NONE;
	row->pole = result_mark(reading, RES_POLE);
	row->fastest_lap = result_mark(reading, RES_FASTEST);
	row->guest = result_mark(reading, RES_GUEST);
	result_seats(reading, row);
	list->count++;
	return rc;
}

/* ---- the list ------------------------------------------------------------------------ */

static int result_head(struct result_reading *reading, struct csv *csv,
		       struct slice text)
{
	csv_begin(csv, text, reading->where);
	csv->separator = csv_separator(text);
	int rc = csv_next(csv, &reading->header, reading->err);
	if (rc > 0)
		result_columns(reading);
	return rc;
}

bool result_list_is(struct slice text)
{
	struct err err;
	struct csv csv;
	struct result_reading *reading = calloc(1, sizeof(*reading));
	if (!reading)
		return false;
	reading->where = "";
	reading->err = &err;
	bool is = result_head(reading, &csv, text) > 0 &&
		  reading->columns[RES_NUMBER] >= 0 && reading->columns[RES_LAP] < 0 &&
		  (reading->columns[RES_PLACE] >= 0 ||
		   reading->columns[RES_CLASS_PLACE] >= 0);
	free(reading);
	return is;
}

static int result_missing(const struct result_reading *reading)
{
	bool place = reading->columns[RES_PLACE] >= 0 ||
		     reading->columns[RES_CLASS_PLACE] >= 0;
	if (reading->columns[RES_NUMBER] >= 0 && place)
		return 0;
	return err_set(
		reading->err, -EINVAL,
		"%s:%u: the first line must name the columns, of which one is %s",
		reading->where, reading->header.line,
		place ? "number (or no, car)"
		      : "place (or pos, position), or class_place");
}

int result_list_read(struct slice text, const char *where, struct result_list *out,
		     struct err *err)
{
	struct csv csv;
	struct result_reading *reading = calloc(1, sizeof(*reading));
	if (!reading)
		return err_set(err, -ENOMEM, "out of memory");
	reading->where = where;
	reading->err = err;
	reading->list = out;
	memset(out, 0, sizeof(*out));
	int rc = result_head(reading, &csv, text);
	if (rc == 0)
		rc = err_set(err, -EINVAL, "%s: empty", where);
	else if (rc > 0)
		rc = result_missing(reading);
	out->has_class = rc == 0 && reading->columns[RES_CLASS] >= 0;
	while (rc == 0) {
		rc = csv_next(&csv, &reading->row, err);
		if (rc <= 0)
			break;
		rc = result_take(reading);
	}
	if (rc == 0 && out->count == 0)
		rc = err_set(err, -EINVAL, "%s: a list without a car", where);
	free(reading);
	return rc;
}
