/*
 * decision_apply.c -- decision records of a recording into events
 *
 *  (1) A record is one line; its number is the `record` of its events, by which an
 *      undo finds them.
 *  (2) An entry's number holds for the whole race, so that a transponder can be given
 *      to a car in retrospect; every other field from its instant on.
 *  (3) An entry's event has LINE_OPERATOR as its line, which only orders: at one
 *      instant the operator's word stands behind that of the set-up.
 */
#include <errno.h>
#include <string.h>

#include "pitwall/decision.h"

enum { LINE_OPERATOR = 1 };

static const char decision_where[] = "decisions";

/* ---- names ----------------------------------------------------------------------- */

int decision_entry_field(struct slice name, uint32_t *place)
{
	const unsigned typed = 1u << ENTRY_NUMBER | 1u << ENTRY_CLASS |
			       1u << ENTRY_TEAM | 1u << ENTRY_VEHICLE |
			       1u << ENTRY_TAG | 1u << ENTRY_GRID | 1u << ENTRY_DRIVER;
	char last = name.len > 0 ? name.at[name.len - 1] : '\0';
	*place = 0;
	if (last >= '1' && last <= '0' + RACE_DRIVERS_MAX) {
		*place = (uint32_t)(last - '0');
		name.len--;
	}
	int field = entry_field_by_name(name);
	if (field < 0 || (typed >> field & 1) == 0 ||
	    (field == ENTRY_DRIVER) != (*place > 0))
		return -1;
	return field;
}

/* ---- instants -------------------------------------------------------------------- */

enum { DATE_LEN = 10 };

bool decision_instant(struct slice text, instant_us *at)
{
	instant_us midnight;
	duration_us into;
	struct slice date = {text.at, DATE_LEN};
	if (text.len < DATE_LEN + 2 || text.at[DATE_LEN] != 'T' ||
	    text.at[text.len - 1] != 'Z')
		return false;
	struct slice time = {text.at + DATE_LEN + 1, text.len - DATE_LEN - 2};
	if (!parse_date(date, &midnight) || !parse_duration(time, &into) || into < 0 ||
	    into >= US_DAY)
		return false;
	*at = midnight + into;
	return true;
}

void decision_instant_write(struct out *out, instant_us at)
{
	char date[TIME_TEXT_MAX];
	int64_t into = at % US_DAY;
	if (into < 0)
		into += US_DAY;
	format_date(date, at);
	out_format(out, "%sT%02d:%02d:%02d.%06dZ", date, (int)(into / US_HOUR),
		   (int)(into / US_MIN % 60), (int)(into / US_S % 60),
		   (int)(into % US_S));
}

/* ---- verbs ----------------------------------------------------------------------- */

struct line_reader {
	const struct csv_row *row;
	struct event_list *out;
	struct err *err;
	instant_us at, heard_at;
	uint32_t number;
};

static struct slice column(const struct line_reader *reader, int index)
{
	return csv_field(reader->row, index);
}

static int bad(const struct line_reader *reader, const char *what, int index)
{
	char shown[64];
	text_clean(shown, sizeof(shown), column(reader, index));
	return err_set(reader->err, -EINVAL, "decision %u: %s, not \"%s\"",
		       reader->number, what, shown);
}

static struct event *add(const struct line_reader *reader, enum event_kind kind)
{
	struct event *event = event_add(reader->out, kind, reader->at);
	event->value = DURATION_NONE;
	return event;
}

/** Who is meant: "7", a transponder "?2906141", a registration "@15". */
static int set_car(const struct line_reader *reader, struct event *event)
{
	struct slice car = column(reader, DECISION_CAR);
	enum id_kind kind = ID_NUMBER;
	if (car.len > 1 && (car.at[0] == '?' || car.at[0] == '@')) {
		kind = car.at[0] == '?' ? ID_TRANSPONDER : ID_REGISTRATION;
		car.at++;
		car.len--;
	}
	if (car.len == 0 || car.len > EVENT_ID_MAX)
		return bad(reader, "the first field must be a car", DECISION_CAR);
	event_set_id(event, kind, car);
	return event->id[0] != '\0'
		       ? 0
		       : bad(reader, "the first field must be a car", DECISION_CAR);
}

static int read_start(const struct line_reader *reader)
{
	add(reader, EVENT_START)->value = INSTANT_NONE;
	return 0;
}

static int read_stop(const struct line_reader *reader)
{
	add(reader, EVENT_END)->value = 0;
	return 0;
}

static int read_flag(const struct line_reader *reader)
{
	int flag = flag_by_name(column(reader, DECISION_VALUE));
	if (flag < 0)
		return bad(reader, "the value must be a flag (GREEN, SC, RED ...)",
			   DECISION_VALUE);
	struct event *event = add(reader, EVENT_FLAG);
	event->flag = (uint8_t)flag;
	event->value = 0;
	event_set_text(reader->out, event, column(reader, DECISION_REASON));
	return 0;
}

static int read_pass(const struct line_reader *reader)
{
	struct slice name = column(reader, DECISION_VALUE);
	uint8_t line = name.len == 0 ? LINE_SF : line_by_name(name);
	if (line == LINE_NONE)
		return bad(reader, "the value must be SF, I1 ..., PIN, POUT or SFP",
			   DECISION_VALUE);
	enum event_kind kind = line == LINE_PIT_IN    ? EVENT_PIT_IN
			       : line == LINE_PIT_OUT ? EVENT_PIT_OUT
						      : EVENT_PASSING;
	struct event *event = add(reader, kind);
	event->line = line;
	if (kind == EVENT_PIT_IN)
		event->value = 0;
	return set_car(reader, event);
}

static int read_driver(const struct line_reader *reader)
{
	struct slice who = column(reader, DECISION_VALUE);
	uint64_t place = 0;
	if (parse_u64(who, &place) && (place == 0 || place > RACE_DRIVERS_MAX))
		return bad(reader, "a driver's place is 1 to 8", DECISION_VALUE);
	struct event *event = add(reader, EVENT_DRIVER);
	event->value = 0;
	event->number = (uint32_t)place;
	int rc = set_car(reader, event);
	if (rc == 0 && place == 0)
		event_set_text(reader->out, event, who);
	return rc;
}

static int read_entry(const struct line_reader *reader)
{
	struct slice value = column(reader, DECISION_VALUE);
	struct slice name = slice_trim(slice_cut(&value, '='));
	uint32_t place;
	uint64_t number = 0;
	int field = decision_entry_field(name, &place);
	value = slice_trim(value);
	if (value.at == NULL || field < 0)
		return bad(reader,
			   "the value must be FIELD=VALUE, with number, class, team, "
			   "vehicle, tag, grid or driver1 ... driver8",
			   DECISION_VALUE);
	if ((field == ENTRY_NUMBER && (value.len == 0 || value.len > EVENT_ID_MAX)) ||
	    (field == ENTRY_GRID &&
	     (!parse_u64(value, &number) || number > RACE_CARS_MAX)))
		return bad(reader, "that is no number of a car or a grid slot",
			   DECISION_VALUE);
	struct event *event = add(reader, EVENT_ENTRY);
	if (field == ENTRY_NUMBER)
		event->at = INSTANT_NONE;
	event->value = 0;
	event->field = (uint8_t)field;
	event->number = field == ENTRY_GRID ? (uint32_t)number : place;
	event->line = LINE_OPERATOR;
	int rc = set_car(reader, event);
	if (rc == 0 && field != ENTRY_GRID)
		event_set_text(reader->out, event, value);
	return rc;
}

static int read_note(const struct line_reader *reader)
{
	struct slice words = column(reader, DECISION_REASON);
	if (words.len == 0)
		return bad(reader, "a note needs words", DECISION_REASON);
	struct event *event = add(reader, EVENT_MESSAGE);
	event->value = 0;
	int rc = column(reader, DECISION_CAR).len > 0 ? set_car(reader, event) : 0;
	if (rc == 0)
		event_set_text(reader->out, event, words);
	return rc;
}

static int read_undo(const struct line_reader *reader)
{
	uint64_t number;
	if (!parse_u64(column(reader, DECISION_VALUE), &number) || number == 0 ||
	    number >= reader->number)
		return bad(reader,
			   "the value must be the number of an earlier decision",
			   DECISION_VALUE);
	struct event *event = add(reader, EVENT_DECISION);
	event->field = DECISION_UNDO;
	event->value = (int64_t)number;
	event->line = decision_rank(reader->number);
	return 0;
}

static const struct {
	const char *name;
	int (*read)(const struct line_reader *reader);
} verbs[] = {
	{"start", read_start}, {"stop", read_stop},     {"flag", read_flag},
	{"pass", read_pass},   {"driver", read_driver}, {"entry", read_entry},
	{"note", read_note},   {"undo", read_undo},
};

/** A kind of a decisions file. */
static int read_steward(const struct line_reader *reader)
{
	struct event *event = decision_row_event(reader->row, decision_where,
						 reader->out, reader->err);
	if (event == NULL)
		return -EINVAL;
	event->at = reader->at;
	event->line = decision_rank(reader->number);
	if (event->id[0] != '?' && event->id[0] != '@')
		return 0;
	return set_car(reader, event);
}

/* ---- lines ----------------------------------------------------------------------- */

static int parse_line(struct slice line, uint32_t number, struct csv_row *row,
		      struct err *err)
{
	struct csv csv;
	csv_begin(&csv, line, decision_where);
	csv.line = number - 1;
	int rc = csv_next(&csv, row, err);
	if (rc == 0)
		return err_set(err, -EINVAL, "decision %u is blank", number);
	return rc < 0 ? rc : 0;
}

bool decision_waits(struct slice line)
{
	struct csv_row row;
	instant_us at;
	return parse_line(line, 1, &row, NULL) == 0 &&
	       decision_kind_of(csv_field(&row, DECISION_KIND)) >= 0 &&
	       !decision_instant(csv_field(&row, DECISION_AT), &at);
}

static int read_line(const struct line_reader *reader)
{
	struct slice kind = column(reader, DECISION_KIND);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (slice_eq_nocase(kind, slice_of(verbs[i].name)))
			return verbs[i].read(reader);
	return read_steward(reader);
}

int decision_events(struct slice line, uint32_t number, instant_us heard_at,
		    struct event_list *out, struct err *err)
{
	struct csv_row row;
	uint32_t from = out->count, text_from = out->text_len;
	int rc = parse_line(line, number, &row, err);
	if (rc != 0)
		return rc;
	struct line_reader reader = {&row, out, err, INSTANT_NONE, heard_at, number};
	struct slice at = csv_field(&row, DECISION_AT);
	bool steward = decision_kind_of(csv_field(&row, DECISION_KIND)) >= 0;
	/* The stewards' own lines need none: they are of after the flag. */
	if (!decision_instant(at, &reader.at) && (at.len > 0 || !steward))
		rc = bad(&reader,
			 "the fifth field must be like 2026-11-22T15:20:00.123456Z",
			 DECISION_AT);
	if (rc == 0)
		rc = read_line(&reader);
	if (rc != 0) {
		out->count = from;
		out->text_len = text_from;
		return rc;
	}
	for (uint32_t i = from; i < out->count; i++) {
		struct event *event = &out->at[i];
		event->heard_at = heard_at;
		event->source = SOURCE_OPERATOR;
		event->record = number;
		event->sequence = number;
		event->bits |= EVENT_BY_HAND;
	}
	return 0;
}
