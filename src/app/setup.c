/*
 * setup.c -- the set-up texts of a recording: "session" and "entries" (app.h)
 */
#include <errno.h>
#include <string.h>

#include "csv.h"
#include "load.h"

/* ---- "session" ------------------------------------------------------------- */

enum session_key_kind { KEY_TEXT, KEY_DATE, KEY_TIME, KEY_SECONDS, KEY_YES, KEY_TYPE };

#define KEY(name_, kind_, member_)                                    \
	{                                                             \
		name_, kind_, offsetof(struct session_text, member_), \
			sizeof(((struct session_text *)0)->member_)   \
	}

static const struct {
	const char *name;
	enum session_key_kind kind;
	size_t place, size;
} session_keys[] = {
	KEY("event", KEY_TEXT, event),
	KEY("name", KEY_TEXT, name),
	KEY("type", KEY_TYPE, timed),
	KEY("circuit", KEY_TEXT, circuit),
	KEY("date", KEY_DATE, day),
	KEY("zone", KEY_TEXT, zone),
	KEY("utc_offset", KEY_SECONDS, utc_offset_us),
	KEY("clock_at", KEY_TIME, clock_at),
	KEY("start_at", KEY_TIME, start_at),
	KEY("length", KEY_TEXT, length),
	KEY("reconstruction", KEY_YES, reconstruction),
	KEY("rules", KEY_TEXT, rules),
};

/** Store @value where its key says; false when it is not what the key asks. */
static bool set_key(size_t index, struct slice value, struct session_text *out)
{
	char *place = (char *)out + session_keys[index].place;
	int64_t number = 0;
	bool flag = false, fine = false;
	switch (session_keys[index].kind) {
	case KEY_TEXT:
		text_clean(place, session_keys[index].size, value);
		return true;
	case KEY_DATE:
		fine = parse_date(value, &number);
		break;
	case KEY_TIME:
		fine = parse_duration(value, &number) && number <= 7 * US_DAY;
		break;
	case KEY_SECONDS:
		fine = parse_decimal(value, 6, &number) && number <= US_DAY &&
		       number >= -US_DAY;
		break;
	case KEY_YES:
		flag = slice_eq_nocase(value, SLICE("yes"));
		fine = flag || slice_eq_nocase(value, SLICE("no"));
		break;
	case KEY_TYPE:
		flag = slice_eq_nocase(value, SLICE("timed"));
		fine = flag || slice_eq_nocase(value, SLICE("race"));
		break;
	}
	if (fine && session_keys[index].size == sizeof(bool))
		memcpy(place, &flag, sizeof(flag));
	else if (fine)
		memcpy(place, &number, sizeof(number));
	return fine;
}

static int read_key(struct slice line, const char *where, unsigned number,
		    struct session_text *out, struct err *err)
{
	struct slice value = line;
	struct slice key = slice_trim(slice_cut(&value, '='));
	char shown[40];
	text_clean(shown, sizeof(shown), key);
	if (value.at == NULL)
		return err_set(err, -EINVAL, "%s:%u: \"%s\" is not key = value", where,
			       number, shown);
	for (size_t i = 0; i < ARRAY_LEN(session_keys); i++) {
		if (!slice_eq(key, slice_of(session_keys[i].name)))
			continue;
		if (set_key(i, slice_trim(value), out))
			return 0;
		return err_set(err, -EINVAL, "%s:%u: the value of %s cannot be read",
			       where, number, shown);
	}
	/* Written by a newer version, which says more: what is known still holds. */
	return 0;
}

int session_text_parse(struct slice text, const char *where, struct session_text *out,
		       struct err *err)
{
	struct slice rest = text;
	int rc = 0;
	*out = (struct session_text){
		.day = INSTANT_NONE,
		.clock_at = DURATION_NONE,
		.start_at = DURATION_NONE,
		.utc_offset_us = DURATION_NONE,
	};
	for (unsigned number = 1; rc == 0 && rest.len > 0; number++) {
		struct slice line = slice_trim(slice_cut(&rest, '\n'));
		if (line.len == 0 || strchr("#;[", line.at[0]) != NULL)
			continue;
		rc = read_key(line, where, number, out, err);
	}
	return rc;
}

/* ---- "entries" ------------------------------------------------------------- */

static const struct {
	const char *column;
	enum entry_field field;
} entry_columns[] = {
	{"number", ENTRY_NUMBER},
	{"class", ENTRY_CLASS},
	{"tag", ENTRY_TAG},
	{"team", ENTRY_TEAM},
	{"vehicle", ENTRY_VEHICLE},
	{"grid", ENTRY_GRID},
	{"pit_start", ENTRY_PIT_START},
	{"not_started", ENTRY_NOT_STARTED},
};

struct entry_reader {
	const char *where;
	const struct csv_row *header, *row;
	struct event_list *out;
	struct err *err;
	instant_us at;
	uint32_t sequence;
	enum id_kind id_kind;
	struct slice id;
};

static struct event *add_entry(struct entry_reader *reader, enum entry_field field)
{
	struct event *event = event_add(reader->out, EVENT_ENTRY, reader->at);
	event_set_id(event, reader->id_kind, reader->id);
	event->source = SOURCE_SETUP;
	event->sequence = reader->sequence++;
	event->field = (uint8_t)field;
	return event;
}

static struct slice field_of(const struct entry_reader *reader, const char *column)
{
	return csv_field(reader->row, csv_column(reader->header, column));
}

static int add_field(struct entry_reader *reader, size_t index)
{
	struct slice value = field_of(reader, entry_columns[index].column);
	enum entry_field field = entry_columns[index].field;
	uint64_t number = 0;
	if (value.len == 0 || (field == ENTRY_NUMBER && reader->id_kind == ID_NUMBER))
		return 0;
	bool counted = field == ENTRY_GRID || field == ENTRY_PIT_START ||
		       field == ENTRY_NOT_STARTED;
	if (counted && (!parse_u64(value, &number) || number > RACE_CARS_MAX))
		return err_set(reader->err, -EINVAL, "%s:%u: %s must be a number",
			       reader->where, reader->row->line,
			       entry_columns[index].column);
	if (counted && number == 0)
		return 0;
	struct event *event = add_entry(reader, field);
	event->number = (uint32_t)number;
	if (!counted)
		event_set_text(reader->out, event, value);
	return 0;
}

static int add_car(struct entry_reader *reader)
{
	reader->id = field_of(reader, "transponder");
	reader->id_kind = ID_TRANSPONDER;
	if (reader->id.len == 0) {
		reader->id = field_of(reader, "number");
		reader->id_kind = ID_NUMBER;
	}
	char clean[EVENT_ID_MAX * 2];
	size_t len = text_clean(clean, sizeof(clean), reader->id);
	if (len == 0 || len > EVENT_ID_MAX)
		return err_set(reader->err, -EINVAL,
			       "%s:%u: neither a transponder nor a number of at most "
			       "%d characters",
			       reader->where, reader->row->line, EVENT_ID_MAX);
	add_entry(reader, ENTRY_CAR);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(entry_columns); i++)
		rc = add_field(reader, i);
	for (unsigned i = 1; rc == 0 && i <= RACE_DRIVERS_MAX; i++) {
		char column[16];
		text_format(column, sizeof(column), "driver%u", i);
		struct slice name = field_of(reader, column);
		if (name.len == 0)
			continue;
		struct event *event = add_entry(reader, ENTRY_DRIVER);
		event->number = i;
		event_set_text(reader->out, event, name);
	}
	return rc;
}

int entries_parse(struct slice text, const char *where, instant_us at,
		  struct event_list *out, struct err *err)
{
	struct csv_row header, row;
	struct csv csv;
	csv_begin(&csv, text, where);
	int rc = csv_next(&csv, &header, err);
	if (rc <= 0)
		return rc;
	struct entry_reader reader = {where, &header, &row,    out,    err,
				      at,    0,       ID_NONE, {"", 0}};
	if (csv_column(&header, "transponder") < 0 && csv_column(&header, "number") < 0)
		return err_set(err, -EINVAL,
			       "%s:%u: the first line must name the columns: "
			       "transponder,number,class,...",
			       where, header.line);
	while (rc >= 0 && (rc = csv_next(&csv, &row, err)) == 1) {
		int added = add_car(&reader);
		rc = added == 0 ? 1 : added;
	}
	return rc;
}
