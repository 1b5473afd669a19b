/*
 * session_text.c -- the texts "session" and "entries" of a set-up (session.h)
 */
#include <errno.h>
#include <string.h>

#include "pitwall/csv.h"
#include "pitwall/decision.h"
#include "session_parts.h"

/* ---- "session" ------------------------------------------------------------- */

enum session_key_kind {
	KEY_TEXT,
	KEY_NAME, /* of a struct session_name */
	KEY_DATE,
	KEY_TIME,
	KEY_SECONDS,
	KEY_WINDOW,
	KEY_LAP,
	KEY_YES,
	KEY_TYPE,
};

#define KEY(name_, kind_, member_, wants_)                                  \
	{                                                                   \
		name_, kind_, offsetof(struct session_text, member_),       \
			sizeof(((struct session_text *)0)->member_), wants_ \
	}

static const struct {
	const char *name;
	enum session_key_kind kind;
	size_t place, size;
	const char *wants;
} session_keys[] = {
	KEY("event", KEY_TEXT, event, "a text"),
	KEY("name", KEY_TEXT, name, "a text"),
	KEY("type", KEY_TYPE, timed, "race or timed"),
	KEY("circuit", KEY_NAME, circuit.text, "a name"),
	KEY("date", KEY_DATE, day, "like 2003-11-09"),
	KEY("zone", KEY_TEXT, zone, "like Europe/Paris"),
	KEY("utc_offset", KEY_SECONDS, utc_offset_us, "seconds, at most a day"),
	KEY("clock_at", KEY_TIME, clock_at, "a time of day like 12:00:00"),
	KEY("start_at", KEY_TIME, start_at, "a time of day like 12:00:10.500"),
	KEY("length", KEY_TEXT, length, "like 6h,1000km or 240laps"),
	KEY("result_at", KEY_LAP, result_lap, "like lap:112"),
	KEY("reconstruction", KEY_YES, reconstruction, "yes or no"),
	KEY("rules", KEY_NAME, rules.text, "a name"),
	KEY("merge", KEY_WINDOW, merge_us, "seconds, above 0 and at most 60"),
	KEY("entries", KEY_NAME, entries.text, "a file"),
};

struct session_reader {
	const char *where;
	unsigned number;
	bool strict;
	struct session_text *out;
	struct err *err;
};

bool session_lap_parse(struct slice value, int64_t *lap)
{
	struct slice word = slice_cut(&value, ':');
	return slice_eq_nocase(word, SLICE("lap")) && parse_i64(value, lap) &&
	       *lap > 0 && *lap <= UINT32_MAX;
}

/** Store @value in the member of its key; false if it is invalid. */
static bool set_key(const struct session_reader *reader, size_t index,
		    struct slice value)
{
	char *place = (char *)reader->out + session_keys[index].place;
	int64_t number = 0;
	bool flag = false, fine = false;
	switch (session_keys[index].kind) {
	case KEY_TEXT:
		text_clean(place, session_keys[index].size, value);
		return true;
	case KEY_NAME:
		text_clean(place, session_keys[index].size, value);
		memcpy(place + session_keys[index].size, &reader->number,
		       sizeof(reader->number)); /* its line */
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
	case KEY_WINDOW:
		fine = parse_decimal(value, 6, &number) && number > 0 &&
		       number <= US_MIN;
		break;
	case KEY_LAP:
		fine = session_lap_parse(value, &number);
		break;
	case KEY_YES:
		flag = slice_eq_nocase(value, SLICE("yes"));
		fine = flag || slice_eq_nocase(value, SLICE("no"));
		break;
	case KEY_TYPE:
		flag = slice_eq_nocase(value, SLICE("timed"));
		fine = flag || slice_eq_nocase(value, SLICE("race"));
		reader->out->type_given = fine;
		break;
	}
	if (fine && session_keys[index].size == sizeof(bool))
		memcpy(place, &flag, sizeof(flag));
	else if (fine)
		memcpy(place, &number, sizeof(number));
	return fine;
}

static int unknown_key(const struct session_reader *reader, const char *key)
{
	char keys[160];
	size_t len = 0;
	for (size_t i = 0; i < ARRAY_LEN(session_keys); i++)
		len += text_format(keys + len, sizeof(keys) - len, "%s%s",
				   i == 0 ? "" : " ", session_keys[i].name);
	return err_set(reader->err, -EINVAL,
		       "%s:%u: there is no key \"%s\" here; there are %s",
		       reader->where, reader->number, key, keys);
}

static int setup_read_key(const struct session_reader *reader, struct slice key,
			  struct slice value)
{
	char shown[40];
	text_clean(shown, sizeof(shown), key);
	for (size_t i = 0; i < ARRAY_LEN(session_keys); i++) {
		if (!slice_eq(key, slice_of(session_keys[i].name)))
			continue;
		if (reader->strict && value.len >= session_keys[i].size &&
		    session_keys[i].kind <= KEY_NAME)
			return err_set(
				reader->err, -EINVAL,
				"%s:%u: the value of %s is longer than %zu bytes",
				reader->where, reader->number, shown,
				session_keys[i].size - 1);
		if (set_key(reader, i, value))
			return 0;
		return err_set(reader->err, -EINVAL,
			       "%s:%u: the value of %s cannot be read: it must be %s",
			       reader->where, reader->number, shown,
			       session_keys[i].wants);
	}
	/* In a recording it is a key of a newer version. */
	return reader->strict ? unknown_key(reader, shown) : 0;
}

static int read_loop(const struct session_reader *reader, struct slice decoder,
		     struct slice value)
{
	struct session_text *out = reader->out;
	struct feed_loop *loop = &out->loops[out->loop_count];
	char shown[40];
	text_clean(shown, sizeof(shown), decoder);
	if (out->loop_count == FEED_LOOPS_MAX)
		return err_set(reader->err, -EINVAL, "%s:%u: more than %d loops",
			       reader->where, reader->number, FEED_LOOPS_MAX);
	if (decoder.len == 0 || decoder.len >= sizeof(loop->decoder))
		return err_set(
			reader->err, -EINVAL,
			"%s:%u: \"%s\": a decoder's name has 1 to %zu characters",
			reader->where, reader->number, shown,
			sizeof(loop->decoder) - 1);
	uint8_t line = line_by_name(value);
	if (line == LINE_NONE)
		return err_set(reader->err, -EINVAL,
			       "%s:%u: the line of decoder %s must be SF, I1 ... I15, "
			       "PIN, POUT or SFP",
			       reader->where, reader->number, shown);
	*loop = (struct feed_loop){.line = line};
	text_clean(loop->decoder, sizeof(loop->decoder), decoder);
	out->loop_count++;
	return 0;
}

static int read_stint(struct session_reader *reader, struct slice name,
		      struct slice value)
{
	struct session_text *out = reader->out;
	if (out->stint_count == STINT_RULES_MAX)
		return err_set(reader->err, -EINVAL, "%s:%u: more than %d stints",
			       reader->where, reader->number, STINT_RULES_MAX);
	int rc = stint_set(name, value, &out->stints[out->stint_count], reader->err);
	if (rc != 0)
		err_prefix(reader->err, "%s:%u", reader->where, reader->number);
	else
		out->stint_count++;
	return rc;
}

int session_text_parse(struct slice text, const char *where, bool strict,
		       struct session_text *out, struct err *err)
{
	struct slice rest = text;
	int rc = 0;
	*out = (struct session_text){
		.day = INSTANT_NONE,
		.clock_at = DURATION_NONE,
		.start_at = DURATION_NONE,
		.utc_offset_us = DURATION_NONE,
	};
	struct session_reader reader = {where, 0, strict, out, err};
	unsigned keys = 0;
	bool loops = false, stints = false, session = !strict;
	if (slice_starts(rest, SLICE("\xef\xbb\xbf"))) {
		rest.at += 3;
		rest.len -= 3;
	}
	while (rc == 0 && rest.len > 0) {
		struct slice value = slice_trim(slice_cut(&rest, '\n'));
		char shown[40];
		reader.number++;
		if (value.len > 0 && value.at[0] == '[') {
			loops = slice_eq_nocase(value, SLICE("[loops]"));
			stints = slice_eq_nocase(value, SLICE("[stints]"));
			session = !strict || slice_eq(value, SLICE("[session]"));
		}
		if (value.len == 0 || strchr("#;[", value.at[0]) != NULL)
			continue;
		struct slice key = slice_trim(slice_cut(&value, '='));
		text_clean(shown, sizeof(shown), key);
		keys += !stints;
		if (value.at == NULL)
			rc = err_set(err, -EINVAL, "%s:%u: \"%s\" is not key = value",
				     where, reader.number, shown);
		else if (loops)
			rc = read_loop(&reader, key, slice_trim(value));
		else if (stints)
			rc = read_stint(&reader, key, slice_trim(value));
		else if (!session)
			rc = err_set(
				err, -EINVAL,
				"%s:%u: \"%s\" is in neither [session], [loops] nor "
				"[stints]: write one of them on a line above it",
				where, reader.number, shown);
		else
			rc = setup_read_key(&reader, key, slice_trim(value));
	}
	out->stints_alone = keys == 0 && out->stint_count > 0;
	return rc;
}

/* ---- "entries" ------------------------------------------------------------- */

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

static int add_field(struct entry_reader *reader, enum entry_field field)
{
	int column = 0;
	while (column < (int)reader->header->count &&
	       entry_field_by_name(reader->header->fields[column]) != (int)field)
		column++;
	struct slice value = csv_field(reader->row, column);
	uint64_t number = 0;
	if (value.len == 0 || (field == ENTRY_NUMBER && reader->id_kind == ID_NUMBER))
		return 0;
	bool counted = field == ENTRY_GRID || field == ENTRY_PIT_START ||
		       field == ENTRY_NOT_STARTED;
	if (counted && (!parse_u64(value, &number) || number > RACE_CARS_MAX))
		return err_set(reader->err, -EINVAL, "%s:%u: %s must be a number",
			       reader->where, reader->row->line,
			       entry_field_name(field));
	if (counted && number == 0)
		return 0;
	struct event *event = add_entry(reader, field);
	event->number = (uint32_t)number;
	if (!counted)
		event_set_text(reader->out, event, value);
	return 0;
}

/* Category of driver @place, where the list has one. */
static int add_rating(struct entry_reader *reader, unsigned place, struct event *event)
{
	char column[16];
	text_format(column, sizeof(column), "rating%u", place);
	struct slice name = field_of(reader, column);
	int rating = driver_rating_by_name(name);
	if (name.len > 0 && rating < 0)
		return err_set(reader->err, -EINVAL,
			       "%s:%u: %s must be bronze, silver, gold or platinum",
			       reader->where, reader->row->line, column);
	event->value = rating > 0 ? rating : 0;
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
	for (unsigned f = 0; rc == 0 && f < ENTRY_FIELD_COUNT; f++)
		if (f != ENTRY_CAR && f != ENTRY_DRIVER)
			rc = add_field(reader, (enum entry_field)f);
	for (unsigned i = 1; rc == 0 && i <= RACE_DRIVERS_MAX; i++) {
		char column[16];
		text_format(column, sizeof(column), "driver%u", i);
		struct slice name = field_of(reader, column);
		if (name.len == 0)
			continue;
		struct event *event = add_entry(reader, ENTRY_DRIVER);
		event->number = i;
		event_set_text(reader->out, event, name);
		rc = add_rating(reader, i, event);
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
