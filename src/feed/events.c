/*
 * events.c -- lines of JSON as sources write them: the events of pitwall-json(5)
 *
 * What `convert -o X.jsonl` and `serve --jsonl` write, and what a program of twenty lines
 * can write: pitwall-source(5).
 *
 *  (1) Lines describe the world, not a race: each is an event of its own. What another
 *      pitwall worked out (snapshot, time, standing), decided or counted is not read.
 *  (2) A line without "at" happened when it was received, and is marked as an estimate.
 */
#include "drivers.h"
#include "lines.h"
#include "pitwall/json.h"

#include <string.h>

struct events_state {
	struct decoding_state common;
};

static const struct lines_rule events_rule = {
	.frame_max = FEED_FRAME_MAX,
	.len_max = 8192,
	.ends = "\n",
	.counts = true,
};

/* ---- members ----------------------------------------------------------------------- */

#define EVENTS_MEMBERS(X)               \
	X(AT, "at")                     \
	X(KIND, "kind")                 \
	X(NUMBER, "number")             \
	X(TRANSPONDER, "transponder")   \
	X(REGISTRATION, "registration") \
	X(LINE, "line")                 \
	X(LAP, "lap")                   \
	X(LAP_TIME, "lap_time")         \
	X(FLAG, "flag")                 \
	X(TEXT, "text")                 \
	X(FIELD, "field")               \
	X(PLACE, "place")               \
	X(RATING, "rating")             \
	X(VALUE, "value")               \
	X(CLOCK, "clock")               \
	X(STOP, "stop")                 \
	X(DRIVER, "driver")             \
	X(RUN, "run")                   \
	X(LENGTH, "length")             \
	X(LENGTH_LAPS, "length_laps")   \
	X(ESTIMATED, "estimated")       \
	X(WITHIN, "within")             \
	X(REPAIRED, "repaired")

enum events_member {
#define X(id_, name_) MEMBER_##id_,
	EVENTS_MEMBERS(X)
#undef X
		MEMBER_COUNT
};

static const char *const member_names[MEMBER_COUNT] = {
#define X(id_, name_) [MEMBER_##id_] = name_,
	EVENTS_MEMBERS(X)
#undef X
};

enum { EVENTS_TEXT_MAX = 256 };

/* A line being read. */
struct events_line {
	struct decoding d;
	struct json_value member[MEMBER_COUNT];
	instant_us at;
	struct slice text;
	char id[EVENT_ID_MAX + 1], text_buf[EVENTS_TEXT_MAX];
	bool estimated;
	bool bad; /* a member was invalid: the line is not used */
};

static bool line_has(const struct events_line *line, enum events_member member)
{
	const struct json_value *value = &line->member[member];
	return value->kind != JSON_NONE &&
	       !(value->kind == JSON_WORD && slice_eq(value->raw, SLICE("null")));
}

static void line_refuse(struct events_line *line, enum events_member member)
{
	const struct slice raw = line->member[member].raw;
	if (!line->bad)
		decoding_anomaly(&line->d, ANOMALY_FIELD, "invalid %s: %.*s",
				 member_names[member],
				 (int)(raw.len < 40 ? raw.len : 40), raw.at);
	line->bad = true;
}

/* A string, or a number as it is written; "" where there is none. */
static struct slice line_text(struct events_line *line, enum events_member member,
			      char buf[EVENTS_TEXT_MAX])
{
	const struct json_value *value = &line->member[member];
	size_t len = 0;
	if (!line_has(line, member))
		return (struct slice){"", 0};
	if (value->kind == JSON_NUMBER ||
	    (value->kind == JSON_STRING && !value->escaped))
		return value->raw;
	if (value->kind != JSON_STRING ||
	    !json_unescape(value->raw, buf, EVENTS_TEXT_MAX, &len))
		line_refuse(line, member);
	return (struct slice){buf, len};
}

/* @otherwise where there is none. */
static int64_t line_whole(struct events_line *line, enum events_member member,
			  int64_t most, int64_t otherwise)
{
	const struct json_value *value = &line->member[member];
	if (!line_has(line, member))
		return otherwise;
	if (value->kind != JSON_NUMBER || !value->whole || value->number > most ||
	    value->number < -most) {
		line_refuse(line, member);
		return otherwise;
	}
	return value->number;
}

static uint32_t line_count(struct events_line *line, enum events_member member)
{
	int64_t n = line_whole(line, member, 1000000, 0);
	if (n < 0)
		line_refuse(line, member);
	return n < 0 ? 0 : (uint32_t)n;
}

/* Seconds. */
static duration_us line_duration(struct events_line *line, enum events_member member)
{
	const struct json_value *value = &line->member[member];
	duration_us t = DURATION_NONE;
	if (!line_has(line, member))
		return DURATION_NONE;
	if (value->kind != JSON_NUMBER || !parse_decimal(value->raw, 6, &t) || t < 0 ||
	    t > 100 * US_DAY) {
		line_refuse(line, member);
		return DURATION_NONE;
	}
	return t;
}

/* How far off an estimate may be, in tenths of a second; 0: not said. */
static uint8_t line_within(struct events_line *line)
{
	enum { TENTH = 100 * 1000 };
	duration_us within = line_duration(line, MEMBER_WITHIN);
	if (within == DURATION_NONE)
		return 0;
	return (uint8_t)(within / TENTH > UINT8_MAX ? UINT8_MAX : within / TENTH);
}

static bool line_is(const struct events_line *line, enum events_member member)
{
	return slice_eq(line->member[member].raw, SLICE("true"));
}

/* "2026-06-13T14:00:00.123456Z" */
static bool events_stamp(struct slice text, instant_us *at)
{
	instant_us day;
	duration_us clock;
	if (text.len < 20 || text.at[10] != 'T' || text.at[text.len - 1] != 'Z' ||
	    !parse_date((struct slice){text.at, 10}, &day) ||
	    !parse_duration((struct slice){text.at + 11, text.len - 12}, &clock) ||
	    clock < 0 || clock >= US_DAY)
		return false;
	*at = day + clock;
	return true;
}

/* Also Unix seconds, as a number. INSTANT_NONE where there is none. */
static instant_us line_instant(struct events_line *line, enum events_member member)
{
	const struct json_value *value = &line->member[member];
	instant_us at = INSTANT_NONE;
	if (!line_has(line, member))
		return INSTANT_NONE;
	bool read = value->kind == JSON_NUMBER ? parse_decimal(value->raw, 6, &at)
					       : value->kind == JSON_STRING &&
							 events_stamp(value->raw, &at);
	if (!read || !instant_is_sane(at)) {
		line_refuse(line, member);
		return INSTANT_NONE;
	}
	return at;
}

/* ---- events ---------------------------------------------------------------------------- */

/* The car as the source names it. */
static bool line_set_id(struct events_line *line, struct event *event)
{
	static const struct {
		enum events_member member;
		enum id_kind kind;
	} rows[] = {
		{MEMBER_NUMBER, ID_NUMBER},
		{MEMBER_TRANSPONDER, ID_TRANSPONDER},
		{MEMBER_REGISTRATION, ID_REGISTRATION},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char buf[EVENTS_TEXT_MAX];
		struct slice id = line_text(line, rows[i].member, buf);
		event->id_kind = (uint8_t)rows[i].kind;
		if (text_id(line->id, sizeof(line->id), id))
			return true;
	}
	event->id_kind = ID_NONE;
	return false;
}

static bool line_set_flag(struct events_line *line, struct event *event)
{
	char buf[EVENTS_TEXT_MAX];
	struct slice name = line_text(line, MEMBER_FLAG, buf);
	int flag = name.len == 0 ? FLAG_UNKNOWN : flag_by_name(name);
	if (flag < 0)
		line_refuse(line, MEMBER_FLAG);
	event->flag = (uint8_t)(flag < 0 ? FLAG_UNKNOWN : flag);
	return flag > FLAG_UNKNOWN;
}

static void line_set_text(struct events_line *line, enum events_member member)
{
	line->text = line_text(line, member, line->text_buf);
}

/* A field by its name: its number, or -1 after a complaint. */
static int line_field(struct events_line *line, int (*by_name)(struct slice name))
{
	char buf[EVENTS_TEXT_MAX];
	int field = by_name(line_text(line, MEMBER_FIELD, buf));
	if (field < 0)
		line_refuse(line, MEMBER_FIELD);
	return field;
}

static void events_session(struct events_line *line, struct event *event)
{
	duration_us length = line_duration(line, MEMBER_LENGTH);
	uint32_t laps = line_count(line, MEMBER_LENGTH_LAPS);
	event->number = line_count(line, MEMBER_RUN);
	line_set_text(line, MEMBER_TEXT);
	event->field = (uint8_t)session_name_type(line->text);
	event->value = length != DURATION_NONE ? length : -(int64_t)laps;
}

static void events_entry(struct events_line *line, struct event *event)
{
	/* In the order of enum driver_rating. */
	static const char *const ratings[] = {"bronze", "silver", "gold", "platinum"};
	char buf[EVENTS_TEXT_MAX];
	int field = line_field(line, entry_field_by_name);
	event->field = (uint8_t)(field < 0 ? 0 : field);
	event->number = line_count(line, MEMBER_PLACE);
	struct slice rating = line_text(line, MEMBER_RATING, buf);
	for (size_t i = 0; i < ARRAY_LEN(ratings); i++)
		if (slice_eq(rating, slice_of(ratings[i])))
			event->value = (int64_t)i + 1;
	line_set_text(line, MEMBER_TEXT);
}

static void events_passing(struct events_line *line, struct event *event)
{
	char buf[EVENTS_TEXT_MAX];
	struct slice name = line_text(line, MEMBER_LINE, buf);
	event->line = name.len == 0 ? LINE_SF : line_by_name(name);
	if (event->line == LINE_NONE)
		line_refuse(line, MEMBER_LINE);
	(void)line_set_flag(line, event);
	event->number = line_count(line, MEMBER_LAP);
	event->value = line_duration(line, MEMBER_LAP_TIME);
}

/* A value of a field by its name in @names. */
static void events_value(struct events_line *line, struct event *event,
			 const char *const *names, unsigned count)
{
	char buf[EVENTS_TEXT_MAX];
	struct slice name = line_text(line, MEMBER_FIELD, buf);
	unsigned field = 0;
	while (field < count && !slice_eq(name, slice_of(names[field])))
		field++;
	if (field == count)
		line_refuse(line, MEMBER_FIELD);
	event->field = (uint8_t)field;
	event->value = line_whole(line, MEMBER_VALUE, 10 * 1000 * 1000, 0);
}

static void events_weather(struct events_line *line, struct event *event)
{
	static const char *const names[WEATHER_FIELD_COUNT] = {
#define X(id_, name_, json_, unit_) [WEATHER_##id_] = json_,
		WEATHERS(X)
#undef X
	};
	events_value(line, event, names, WEATHER_FIELD_COUNT);
}

static void events_measured(struct events_line *line, struct event *event)
{
	static const char *const names[CAR_VALUE_COUNT] = {
#define X(id_, name_, json_, unit_) [VALUE_##id_] = json_,
		CAR_VALUES(X)
#undef X
	};
	events_value(line, event, names, CAR_VALUE_COUNT);
	if (event->value < 0 || event->value > INT16_MAX)
		line_refuse(line, MEMBER_VALUE);
}

static void events_claim(struct events_line *line, struct event *event)
{
	char buf[EVENTS_TEXT_MAX];
	struct slice name = line_text(line, MEMBER_FIELD, buf);
	unsigned field = 0;
	while (field < CLAIM_FIELD_COUNT &&
	       !slice_eq(name, slice_of(claim_name((enum claim_field)field))))
		field++;
	if (field == CLAIM_FIELD_COUNT)
		line_refuse(line, MEMBER_FIELD);
	event->field = (uint8_t)field;
	event->value = line_whole(line, MEMBER_VALUE, 100 * US_DAY, 0);
	if (event->value < 0)
		line_refuse(line, MEMBER_VALUE);
}

static void events_body(struct events_line *line, struct event *event)
{
	switch ((enum event_kind)event->kind) {
	case EVENT_SESSION:
		events_session(line, event);
		break;
	case EVENT_ENTRY:
		events_entry(line, event);
		break;
	case EVENT_PASSING:
		events_passing(line, event);
		break;
	case EVENT_WEATHER:
		events_weather(line, event);
		break;
	case EVENT_CLAIM:
		events_claim(line, event);
		break;
	case EVENT_VALUE:
		events_measured(line, event);
		break;
	case EVENT_CIRCUIT:
		event->value = line_count(line, MEMBER_VALUE);
		line_set_text(line, MEMBER_TEXT);
		break;
	case EVENT_START:
		event->value = line_instant(line, MEMBER_CLOCK);
		break;
	case EVENT_FLAG:
		if (!line_set_flag(line, event))
			line_refuse(line, MEMBER_FLAG);
		line_set_text(line, MEMBER_TEXT);
		break;
	case EVENT_PIT_OUT:
		event->value = line_duration(line, MEMBER_STOP);
		break;
	case EVENT_DRIVER:
		event->number = line_count(line, MEMBER_PLACE);
		line_set_text(line, MEMBER_DRIVER);
		break;
	case EVENT_LAP:
		event->number = line_count(line, MEMBER_LAP);
		event->value = line_duration(line, MEMBER_LAP_TIME);
		break;
	case EVENT_MEETING:
	case EVENT_STATUS:
	case EVENT_MESSAGE:
		line_set_text(line, MEMBER_TEXT);
		break;
	case EVENT_PIT_IN:
	case EVENT_HEARTBEAT:
	case EVENT_DECISION:
	case EVENT_ASK:
	case EVENT_ANOMALY:
	case EVENT_END:
	case EVENT_KIND_COUNT:
		break;
	}
}

/* (1) Kinds that are read; those of cars. */
static const uint32_t kinds_read =
	1u << EVENT_SESSION | 1u << EVENT_MEETING | 1u << EVENT_CIRCUIT |
	1u << EVENT_ENTRY | 1u << EVENT_START | 1u << EVENT_FLAG | 1u << EVENT_WEATHER |
	1u << EVENT_VALUE | 1u << EVENT_PIT_OUT | 1u << EVENT_DRIVER |
	1u << EVENT_PASSING | 1u << EVENT_PIT_IN | 1u << EVENT_LAP | 1u << EVENT_CLAIM |
	1u << EVENT_STATUS | 1u << EVENT_MESSAGE | 1u << EVENT_HEARTBEAT;
static const uint32_t kinds_of_cars =
	1u << EVENT_ENTRY | 1u << EVENT_PIT_OUT | 1u << EVENT_DRIVER |
	1u << EVENT_PASSING | 1u << EVENT_PIT_IN | 1u << EVENT_LAP | 1u << EVENT_CLAIM |
	1u << EVENT_STATUS | 1u << EVENT_VALUE;
/* Kinds that another pitwall writes, and that are not read. */
static const char *const not_read[] = {"snapshot", "time",    "standing", "decision",
				       "ask",      "anomaly", "end",      "refused"};

static int events_kind(struct slice name)
{
	for (unsigned kind = 0; kind < EVENT_KIND_COUNT; kind++)
		if ((kinds_read >> kind & 1) != 0 &&
		    slice_eq(name, slice_of(event_kind_name((enum event_kind)kind))))
			return (int)kind;
	return -1;
}

static bool is_left_out(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(not_read); i++)
		if (slice_eq(name, slice_of(not_read[i])))
			return true;
	return false;
}

static void events_put(struct events_line *line, enum event_kind kind)
{
	struct event draft = {.kind = (uint8_t)kind};
	if (!line_set_id(line, &draft) && (kinds_of_cars >> kind & 1) != 0)
		line_refuse(line, MEMBER_NUMBER);
	events_body(line, &draft);
	if (kind == EVENT_PASSING || kind == EVENT_PIT_IN || kind == EVENT_PIT_OUT)
		draft.field = line_within(line);
	if (line->bad)
		return;
	struct event *event = decoding_event(&line->d, kind, line->at);
	event->line = draft.line;
	event->flag = draft.flag;
	event->field = draft.field;
	event->number = draft.number;
	event->value = draft.value;
	event->bits = (uint8_t)((line->estimated ? EVENT_ESTIMATED : 0) |
				(line_is(line, MEMBER_REPAIRED) ? EVENT_REPAIRED : 0));
	if (draft.id_kind != ID_NONE)
		event_set_id(event, (enum id_kind)draft.id_kind, slice_of(line->id));
	if (line->text.len > 0)
		event_set_text(line->d.out, event, line->text);
	if (line->at != INSTANT_NONE)
		line->d.state->now = line->at;
}

/* ---- the driver ----------------------------------------------------------------------- */

static void events_line_read(struct events_line *line, struct slice text)
{
	char buf[EVENTS_TEXT_MAX];
	struct json_reader reader = json_reader_of(text);
	if (!json_read_members(&reader, member_names, line->member, MEMBER_COUNT)) {
		decoding_anomaly(&line->d, ANOMALY_FORMAT, "not a line of JSON: %.*s",
				 (int)(text.len < 60 ? text.len : 60), text.at);
		return;
	}
	struct slice name = line_text(line, MEMBER_KIND, buf);
	int kind = events_kind(name);
	if (kind < 0 && !is_left_out(name))
		decoding_anomaly(&line->d, ANOMALY_UNKNOWN, "unknown kind: %.*s",
				 (int)(name.len < 40 ? name.len : 40), name.at);
	if (kind < 0)
		return;
	line->at = line_instant(line, MEMBER_AT);
	line->estimated = line_is(line, MEMBER_ESTIMATED);
	if (line->bad)
		return;
	if (line->at == INSTANT_NONE && kind != EVENT_ENTRY) {
		line->at = line->d.received_at != INSTANT_NONE ? line->d.received_at
							       : decoding_now(&line->d);
		line->estimated = true;
	}
	events_put(line, (enum event_kind)kind);
}

static void events_decode(void *memory, struct slice message, instant_us received_at,
			  uint32_t record, struct event_list *out)
{
	struct events_state *state = memory;
	struct events_line line = {
		.d = decoding_begin(&state->common, received_at, record, out)};
	if (lines_too_long(&events_rule, &line.d, &state->common.skipping, message))
		return;
	struct slice text = slice_trim(message);
	if (text.len > 0 && text.at[0] != '#')
		events_line_read(&line, text);
}

static ptrdiff_t events_frame(struct slice buf)
{
	return lines_frame(&events_rule, buf);
}

static void events_init(void *memory, const struct feed_setup *setup)
{
	struct events_state *state = memory;
	decoding_init(&state->common, setup);
}

/* An incomplete line is not continued. */
static void events_on_connect(void *memory, instant_us received_at,
			      struct event_list *out)
{
	struct events_state *state = memory;
	(void)received_at;
	(void)out;
	state->common.skipping = false;
}

static int events_look(struct slice line, bool whole)
{
	struct json_value value[1];
	static const char *const names[] = {"kind"};
	struct json_reader reader = json_reader_of(line);
	if (line.at[0] == '#')
		return -1;
	if (line.at[0] != '{')
		return 0;
	if (!whole)
		return -1;
	if (!json_read_members(&reader, names, value, 1) ||
	    value[0].kind != JSON_STRING)
		return 0;
	return events_kind(value[0].raw) >= 0 || is_left_out(value[0].raw);
}

static int events_sniff(struct slice head)
{
	return lines_sniff(head, 16, 95, events_look);
}

const struct feed_driver feed_events = {
	.name = "events",
	.scheme = "events",
	.summary =
		"lines of JSON, pitwall-json(5): programs as sources, another pitwall",
	.media = "tcp file",
	.sniff = events_sniff,
	.state_size = sizeof(struct events_state),
	.init = events_init,
	.frame = events_frame,
	.decode = events_decode,
	.on_connect = events_on_connect,
};
