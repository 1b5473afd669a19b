/*
 * entry_list.c -- an organiser's entry list into the columns of ours
 *
 *  (1) Columns are known by many names: case, blanks and dots do not count.
 *  (2) Two rows of one number or one transponder are a mistake that somebody must
 *      look at: the list is refused.
 */
#include "pitwall/assets.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/csv.h"
#include "pitwall/race.h"

enum { NAME_MAX_ = 24, FIELD_MAX_ = 120 };

enum entry_column {
	COL_TRANSPONDER,
	COL_NUMBER,
	COL_CLASS,
	COL_TAG,
	COL_TEAM,
	COL_VEHICLE,
	COL_GRID,
	COL_DRIVERS,
	COL_DRIVER1,
	COL_COUNT = COL_DRIVER1 + RACE_DRIVERS_MAX,
};

/* Columns that are a field of an entry; the transponder is not. */
static const enum entry_field entry_fields[COL_DRIVERS] = {
	[COL_NUMBER] = ENTRY_NUMBER,   [COL_CLASS] = ENTRY_CLASS,
	[COL_TAG] = ENTRY_TAG,         [COL_TEAM] = ENTRY_TEAM,
	[COL_VEHICLE] = ENTRY_VEHICLE, [COL_GRID] = ENTRY_GRID,
};

static const char *column_title(enum entry_column column)
{
	return column == COL_TRANSPONDER ? "transponder"
					 : entry_field_name(entry_fields[column]);
}

/* Other titles, without blanks, dots, '-' and '_', in small letters. */
static const struct {
	const char *name;
	enum entry_column column;
} names[] = {
	{"tx", COL_TRANSPONDER},
	{"transpondernumber", COL_TRANSPONDER},
	{"transponderno", COL_TRANSPONDER},
	{"beacon", COL_TRANSPONDER},
	{"mylaps", COL_TRANSPONDER},
	{"no", COL_NUMBER},
	{"nr", COL_NUMBER},
	{"n\xc2\xba", COL_NUMBER},
	{"n\xc2\xb0", COL_NUMBER},
	{"num", COL_NUMBER},
	{"#", COL_NUMBER},
	{"car", COL_NUMBER},
	{"carnumber", COL_NUMBER},
	{"carno", COL_NUMBER},
	{"startnumber", COL_NUMBER},
	{"category", COL_CLASS},
	{"cat", COL_CLASS},
	{"group", COL_CLASS},
	{"division", COL_CLASS},
	{"subclass", COL_TAG},
	{"teamname", COL_TEAM},
	{"entrant", COL_TEAM},
	{"competitor", COL_TEAM},
	{"make", COL_VEHICLE},
	{"model", COL_VEHICLE},
	{"manufacturer", COL_VEHICLE},
	{"chassis", COL_VEHICLE},
	{"carmodel", COL_VEHICLE},
	{"gridposition", COL_GRID},
	{"startposition", COL_GRID},
	{"drivers", COL_DRIVERS},
	{"driver", COL_DRIVERS},
	{"pilot", COL_DRIVERS},
	{"pilots", COL_DRIVERS},
	{"crew", COL_DRIVERS},
};

struct taken {
	char text[EVENT_ID_MAX + 1];
	unsigned line;
};

struct lister {
	const char *where;
	struct entry_list *list;
	struct out *out;
	struct err *err;
	int columns[COL_COUNT]; /* of the file; -1: none */
	struct csv_row header, row;
	struct taken numbers[RACE_CARS_MAX], transponders[RACE_CARS_MAX];
	char drivers[RACE_DRIVERS_MAX][64]; /* of the row */
	unsigned driver_count;
};

/* ---- the columns ------------------------------------------------------------------- */

static int entry_column_of(struct slice title)
{
	char plain[NAME_MAX_];
	size_t n = 0;
	for (size_t i = 0; i < title.len && n + 1 < sizeof(plain); i++)
		if (strchr(" ._-", title.at[i]) == NULL)
			plain[n++] = (char)tolower((unsigned char)title.at[i]);
	plain[n] = '\0';
	for (int i = 0; i < COL_DRIVERS; i++)
		if (strcmp(plain, column_title((enum entry_column)i)) == 0)
			return i;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(plain, names[i].name) == 0)
			return names[i].column;
	/* driver1, Driver 2, d3 */
	const char *digit = plain;
	if (strncmp(plain, "driver", 6) == 0)
		digit = plain + 6;
	else if (plain[0] == 'd')
		digit = plain + 1;
	if (digit != plain && digit[0] >= '1' && digit[0] <= '0' + RACE_DRIVERS_MAX &&
	    (digit[1] == '\0' || strcmp(digit + 1, "name") == 0))
		return COL_DRIVER1 + (digit[0] - '1');
	return -1;
}

static void find_columns(struct lister *lister)
{
	char *unused = lister->list->unused;
	size_t len = 0, cap = sizeof(lister->list->unused);
	for (size_t i = 0; i < COL_COUNT; i++)
		lister->columns[i] = -1;
	for (unsigned i = 0; i < lister->header.count; i++) {
		struct slice title = lister->header.fields[i];
		char shown[32];
		int column = entry_column_of(title);
		if (column >= 0 && lister->columns[column] < 0) {
			lister->columns[column] = (int)i;
			continue;
		}
		text_clean(shown, sizeof(shown), title);
		if (shown[0] != '\0')
			len += text_format(unused + len, cap - len, "%s%s",
					   len == 0 ? "" : ", ", shown);
	}
}

/* ---- a row --------------------------------------------------------------------------- */

static struct slice field(const struct lister *lister, size_t column)
{
	return csv_field(&lister->row, lister->columns[column]);
}

static void add_driver(struct lister *lister, struct slice name)
{
	char *to = lister->drivers[lister->driver_count];
	if (lister->driver_count < RACE_DRIVERS_MAX &&
	    text_clean(to, sizeof(lister->drivers[0]), name) > 0)
		lister->driver_count++;
}

static void read_drivers(struct lister *lister)
{
	struct slice joined = field(lister, COL_DRIVERS);
	lister->driver_count = 0;
	while (joined.len > 0)
		add_driver(lister, slice_cut(&joined, '/'));
	for (size_t i = 0; i < RACE_DRIVERS_MAX; i++)
		add_driver(lister, field(lister, COL_DRIVER1 + i));
	if (lister->driver_count > lister->list->drivers)
		lister->list->drivers = lister->driver_count;
}

/** (2) */
static int take_id(struct lister *lister, struct taken *taken, enum entry_column column)
{
	struct taken *mine = &taken[lister->list->cars];
	struct slice text = field(lister, column);
	char clean[EVENT_ID_MAX * 2 + 1];
	size_t len = text_clean(clean, sizeof(clean), text);
	mine->text[0] = '\0';
	mine->line = lister->row.line;
	if (len == 0)
		return 0;
	if (len > EVENT_ID_MAX)
		return err_set(lister->err, -EINVAL,
			       "%s:%u: %s \"%s\" is longer than %d characters",
			       lister->where, lister->row.line, column_title(column),
			       clean, EVENT_ID_MAX);
	text_copy(mine->text, sizeof(mine->text), slice_of(clean));
	for (unsigned i = 0; i < lister->list->cars; i++)
		if (strcmp(taken[i].text, mine->text) == 0)
			return err_set(lister->err, -EINVAL,
				       "%s:%u: %s %s is that of line %u too",
				       lister->where, lister->row.line,
				       column_title(column), mine->text, taken[i].line);
	return 0;
}

/** Clean, and short enough for any row of ours. */
static void write_field(struct out *out, struct slice value, bool first)
{
	char clean[FIELD_MAX_];
	size_t len = text_clean(clean, sizeof(clean), value);
	/* An open '#' at the beginning would make the row a comment. */
	if (first && clean[0] == '#' && memchr(clean, '"', len) == NULL)
		out_format(out, "\"%s\"", clean);
	else
		out_csv(out, (struct slice){clean, len}, ',');
}

static void write_row(const struct lister *lister)
{
	struct out *out = lister->out;
	if (out == NULL)
		return;
	for (size_t i = 0; i < COL_DRIVERS; i++) {
		if (i > 0)
			out_text(out, ",");
		write_field(out, field(lister, i), i == 0);
	}
	for (unsigned i = 0; i < lister->list->drivers; i++) {
		out_text(out, ",");
		if (i < lister->driver_count)
			out_csv(out, slice_of(lister->drivers[i]), ',');
	}
	out_text(out, "\n");
}

static int read_row(struct lister *lister)
{
	uint64_t grid;
	struct slice slot = field(lister, COL_GRID);
	const char *where = lister->where;
	unsigned line = lister->row.line;
	if (lister->list->cars == RACE_CARS_MAX)
		return err_set(lister->err, -E2BIG, "%s:%u: more than %d cars", where,
			       line, RACE_CARS_MAX);
	int rc = take_id(lister, lister->numbers, COL_NUMBER);
	if (rc == 0)
		rc = take_id(lister, lister->transponders, COL_TRANSPONDER);
	if (rc != 0)
		return rc;
	if (lister->numbers[lister->list->cars].text[0] == '\0' &&
	    lister->transponders[lister->list->cars].text[0] == '\0')
		return err_set(lister->err, -EINVAL,
			       "%s:%u: neither a number nor a transponder", where,
			       line);
	if (slot.len > 0 && (!parse_u64(slot, &grid) || grid > RACE_CARS_MAX))
		return err_set(lister->err, -EINVAL,
			       "%s:%u: the grid slot must be a number", where, line);
	read_drivers(lister);
	write_row(lister);
	lister->list->cars++;
	return 0;
}

/* ---- the list ------------------------------------------------------------------------- */

static int read_list(struct lister *lister, struct slice text)
{
	struct csv csv;
	csv_begin(&csv, text, lister->where);
	csv.separator = csv_separator(text);
	int rc = csv_next(&csv, &lister->header, lister->err);
	if (rc == 0)
		return err_set(lister->err, -EINVAL, "%s: empty", lister->where);
	if (rc < 0)
		return rc;
	find_columns(lister);
	if (lister->columns[COL_NUMBER] < 0 && lister->columns[COL_TRANSPONDER] < 0)
		return err_set(lister->err, -EINVAL,
			       "%s:%u: the first line must name the columns, of which "
			       "one is number (or no, car) or transponder",
			       lister->where, lister->header.line);
	while ((rc = csv_next(&csv, &lister->row, lister->err)) == 1) {
		rc = read_row(lister);
		if (rc != 0)
			return rc;
	}
	return rc;
}

int entry_list_write(struct slice text, const char *where, struct entry_list *list,
		     struct out *out, struct err *err)
{
	struct lister *lister = calloc(1, sizeof(*lister));
	if (lister == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	*list = (struct entry_list){0};
	*lister = (struct lister){.where = where, .list = list, .err = err};
	/* The number of driver columns is known after the last row. */
	int rc = read_list(lister, text);
	if (rc == 0 && out != NULL) {
		unsigned drivers = list->drivers;
		*list = (struct entry_list){.drivers = drivers};
		for (size_t i = 0; i < COL_DRIVERS; i++)
			out_format(out, "%s%s", i == 0 ? "" : ",",
				   column_title((enum entry_column)i));
		for (unsigned i = 1; i <= drivers; i++)
			out_format(out, ",driver%u", i);
		out_text(out, "\n");
		lister->out = out;
		rc = read_list(lister, text);
	}
	free(lister);
	return rc;
}
