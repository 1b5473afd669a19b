/*
 * decision_parse.c -- the stewards' decisions, a line each, into events
 *
 *  (1) Decisions are applied in the order of the file, and events are folded in
 *      the order of event_compare(), which asks for the line before the car: so
 *      the line of a decision's event is its rank in the file.
 *  (2) A line that cannot be understood fails the whole file: half of the
 *      stewards' decisions are not a result.
 */
#include <errno.h>
#include <string.h>

#include "pitwall/decision.h"
#include "pitwall/timeline.h"

/* What the value column of each kind holds. */
enum value_type {
	VALUE_NONE,
	VALUE_SECONDS,
	VALUE_LAPS,
	VALUE_LAP,
	VALUE_CAR,
	VALUE_STATUS,
};

static const enum value_type value_types[] = {
	[DECISION_TIME] = VALUE_SECONDS,       [DECISION_LAPS] = VALUE_LAPS,
	[DECISION_BEHIND] = VALUE_CAR,         [DECISION_LAST_OF_LAP] = VALUE_NONE,
	[DECISION_LAST_OF_CLASS] = VALUE_NONE, [DECISION_DISQUALIFIED] = VALUE_NONE,
	[DECISION_LAP_DELETED] = VALUE_LAP,    [DECISION_STATUS] = VALUE_STATUS,
	[DECISION_UNDO] = VALUE_LAP,
};
_Static_assert(ARRAY_LEN(value_types) == DECISION_KIND_COUNT, "a type for every kind");

struct reader {
	const char *where;
	const struct race_setup *setup;
	struct event_list *out;
	struct err *err;
	unsigned rank, count;
};

static int bad(const struct reader *reader, const struct csv_row *row, const char *what,
	       struct slice field)
{
	char shown[64];
	text_clean(shown, sizeof(shown), field);
	return err_set(reader->err, -EINVAL, "%s:%u: %s, not \"%s\"", reader->where,
		       row->line, what, shown);
}

int decision_kind_of(struct slice name)
{
	int kind = decision_by_name(name);
	return kind == DECISION_UNDO ? -1 : kind;
}

/** Read the value as its kind asks; what is text goes to @text. */
static int read_value(const struct reader *reader, const struct csv_row *row,
		      struct event *event, struct slice *text)
{
	struct slice field = csv_field(row, DECISION_VALUE);
	uint64_t lap;
	switch (value_types[event->field]) {
	case VALUE_NONE:
		break;
	case VALUE_SECONDS:
		if (!parse_decimal(field, 6, &event->value) || event->value > US_DAY ||
		    event->value < -US_DAY)
			return bad(reader, row, "the value must be seconds", field);
		break;
	case VALUE_LAPS:
		if (!parse_i64(field, &event->value) || event->value > 10000 ||
		    event->value < -10000)
			return bad(reader, row, "the value must be a number of laps",
				   field);
		break;
	case VALUE_LAP:
		if (!parse_u64(field, &lap) || lap == 0 || lap > 100000)
			return bad(reader, row, "the value must be the number of a lap",
				   field);
		event->value = (int64_t)lap;
		break;
	case VALUE_CAR:
		if (field.len == 0 || field.len > EVENT_ID_MAX)
			return bad(reader, row, "the value must be a car's number",
				   field);
		*text = field;
		break;
	case VALUE_STATUS:
		if (status_by_name(field) < 0 ||
		    status_by_name(field) == STATUS_RUNNING)
			return bad(reader, row,
				   "the value must be CLASSIFIED, NC, DNF, DNS or DSQ",
				   field);
		*text = field;
		break;
	}
	return 0;
}

/** "@15:20:00": the first such time of day after the start. */
static instant_us after_start(const struct race_setup *setup, const struct when *when)
{
	instant_us local = setup->start_at + setup->utc_offset_us;
	instant_us into = local % US_DAY;
	if (into < 0)
		into += US_DAY;
	instant_us at = setup->start_at - into + when->value + when->days * US_DAY;
	return when->value < into ? at + US_DAY : at;
}

static int read_at(const struct reader *reader, const struct csv_row *row,
		   instant_us *at)
{
	struct slice field = csv_field(row, DECISION_AT);
	struct when when;
	*at = INSTANT_NONE;
	if (field.len == 0)
		return 0;
	if (reader->setup->start_at == INSTANT_NONE)
		return bad(reader, row,
			   "the start of this race is not known, so there is no time",
			   field);
	if (when_parse(field, &when, NULL) != 0 ||
	    (when.kind != WHEN_RACE_TIME && when.kind != WHEN_TIME_OF_DAY))
		return bad(reader, row, "the time must be like 3:20:00 or @15:20:00",
			   field);
	if (when.kind == WHEN_TIME_OF_DAY)
		*at = after_start(reader->setup, &when);
	else
		*at = reader->setup->start_at + when.value;
	return 0;
}

struct event *decision_row_event(const struct csv_row *row, const char *where,
				 struct event_list *out, struct err *err)
{
	struct reader reader = {.where = where, .out = out, .err = err};
	struct slice number = csv_field(row, DECISION_CAR);
	struct slice kind = csv_field(row, DECISION_KIND);
	struct slice text = {"", 0}, reason = csv_field(row, DECISION_REASON);
	char clean[EVENT_ID_MAX * 2], joined[EVENT_ID_MAX + 64];
	int index = decision_kind_of(kind);
	/* Cleaning may leave nothing of it, or make it longer. */
	size_t len = text_clean(clean, sizeof(clean), number);
	if (len == 0 || len > EVENT_ID_MAX) {
		bad(&reader, row, "the first field must be a car's number", number);
		return NULL;
	}
	if (index < 0) {
		bad(&reader, row,
		    "the kind must be time, laps, behind, last-of-lap, "
		    "last-of-class, disqualified, lap-deleted or status",
		    kind);
		return NULL;
	}
	struct event value = {.field = (uint8_t)index};
	if (read_value(&reader, row, &value, &text) != 0)
		return NULL;
	struct event *event = event_add(out, EVENT_DECISION, INSTANT_NONE);
	event_set_id(event, ID_NUMBER, number);
	event->field = value.field;
	event->value = value.value;
	event->number = row->line;
	len = text_format(joined, sizeof(joined), "%.*s\x1f%.*s", (int)text.len,
			  text.at, (int)reason.len, reason.at);
	event_set_text(out, event, (struct slice){joined, len});
	return event;
}

static int read_row(struct reader *reader, const struct csv_row *row)
{
	instant_us at;
	if (reader->count++ >= RACE_DECISIONS_MAX)
		return err_set(reader->err, -E2BIG, "%s:%u: more than %d decisions",
			       reader->where, row->line, RACE_DECISIONS_MAX);
	int rc = read_at(reader, row, &at);
	if (rc != 0)
		return rc;
	struct event *event =
		decision_row_event(row, reader->where, reader->out, reader->err);
	if (event == NULL)
		return -EINVAL;
	event->at = event->heard_at = at;
	event->line = decision_rank(++reader->rank);
	return 0;
}

uint8_t decision_rank(uint32_t number)
{
	return number > UINT8_MAX ? UINT8_MAX : (uint8_t)(number - 1);
}

/** Behind those that are there: their lines are their ranks. */
static void rank_behind(struct reader *reader)
{
	const struct event_list *list = reader->out;
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->at[i].kind != EVENT_DECISION)
			continue;
		reader->count++;
		if (list->at[i].line >= reader->rank)
			reader->rank = list->at[i].line + 1u;
	}
}

int decision_late(struct slice line, uint32_t number, const struct race_setup *setup,
		  struct event_list *out, struct err *err)
{
	static const char where[] = "decisions of the recording";
	struct reader reader = {.where = where, .setup = setup, .out = out, .err = err};
	struct csv_row row;
	struct csv csv;
	instant_us at;
	csv_begin(&csv, line, where);
	csv.line = number - 1;
	int rc = csv_next(&csv, &row, err);
	if (rc <= 0)
		return rc;
	rc = read_at(&reader, &row, &at);
	if (rc != 0)
		return rc;
	struct event *event = decision_row_event(&row, where, out, err);
	if (event == NULL)
		return -EINVAL;
	event->at = event->heard_at = at;
	event->line = decision_rank(number);
	event->record = number;
	event->source = SOURCE_OPERATOR;
	return 0;
}

int decisions_parse(struct slice text, const char *where,
		    const struct race_setup *setup, struct event_list *out,
		    struct err *err)
{
	struct reader reader = {.where = where, .setup = setup, .out = out, .err = err};
	uint32_t count = out->count, text_len = out->text_len;
	struct csv_row row;
	struct csv csv;
	int rc;
	rank_behind(&reader);
	csv_begin(&csv, text, where);
	while ((rc = csv_next(&csv, &row, err)) == 1) {
		bool header =
			slice_eq_nocase(row.fields[0], SLICE("number")) &&
			slice_eq_nocase(csv_field(&row, DECISION_KIND), SLICE("kind"));
		rc = header ? 0 : read_row(&reader, &row);
		if (rc != 0)
			break;
	}
	if (rc != 0) {
		out->count = count;
		out->text_len = text_len;
	}
	return rc;
}
