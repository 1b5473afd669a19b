/*
 * events.c -- one event as a line of JSON
 *
 * `convert -o X.jsonl` and `serve --jsonl` write these. Every line has "at" (UTC,
 * ISO 8601 with microseconds) and "kind"; the rest is what the kind uses, by the
 * list in event.h, and for others in assets/man/pitwall-json.5.
 */
#include "write.h"

#include <string.h>

static void name_is(struct out *out, const char *name)
{
	out_text(out, ",\"");
	out_text(out, name);
	out_text(out, "\":");
}

static void put_text(struct out *out, const char *name, struct slice s)
{
	if (s.len == 0)
		return;
	name_is(out, name);
	out_json(out, s);
}

static void put_number(struct out *out, const char *name, int64_t value)
{
	name_is(out, name);
	out_i64(out, value);
}

static void put_known(struct out *out, const char *name, int64_t value)
{
	if (value != 0)
		put_number(out, name, value);
}

static void put_seconds(struct out *out, const char *name, duration_us t)
{
	if (t == DURATION_NONE)
		return;
	name_is(out, name);
	out_seconds(out, t);
}

void out_instant(struct out *out, instant_us at)
{
	char date[TIME_TEXT_MAX], clock[TIME_TEXT_MAX];
	int64_t us = at % US_S;
	int64_t second = at / US_S;

	if (at == INSTANT_NONE) {
		out_text(out, "null");
		return;
	}
	if (us < 0) {
		us += US_S;
		second--;
	}
	format_date(date, second * US_S);
	format_clock(clock, second * US_S, false);
	out_format(out, "\"%sT%s.%06uZ\"", date, clock, (unsigned)us);
}

static void put_instant(struct out *out, const char *name, instant_us at)
{
	if (at == INSTANT_NONE)
		return;
	name_is(out, name);
	out_instant(out, at);
}

static void put_id(struct out *out, const struct event *event)
{
	static const char *const names[] = {NULL, "number", "transponder",
					    "registration"};
	struct slice id = {event->id, strnlen(event->id, EVENT_ID_MAX)};

	if (event->id_kind != ID_NONE && event->id_kind < ARRAY_LEN(names))
		put_text(out, names[event->id_kind], id);
}

static void put_line(struct out *out, uint8_t line)
{
	char buf[8];

	switch (line) {
	case LINE_SF:
		put_text(out, "line", SLICE("SF"));
		break;
	case LINE_PIT_IN:
		put_text(out, "line", SLICE("PIN"));
		break;
	case LINE_PIT_OUT:
		put_text(out, "line", SLICE("POUT"));
		break;
	case LINE_SF_PIT:
		put_text(out, "line", SLICE("SFP"));
		break;
	default:
		if (line < LINES_MAX)
			put_text(
				out, "line",
				(struct slice){buf, text_format(buf, sizeof(buf), "I%u",
								(unsigned)line)});
		break;
	}
}

static void put_flag(struct out *out, const struct event *event)
{
	if (event->flag != FLAG_UNKNOWN && event->flag < FLAG_COUNT)
		put_text(out, "flag", slice_of(flag_name((enum flag)event->flag)));
}

static const char *const weather_names[WEATHER_FIELD_COUNT] = {
#define X(id_, name_, json_, unit_) [WEATHER_##id_] = json_,
	WEATHERS(X)
#undef X
};

static void put_field(struct out *out, const char *name)
{
	put_text(out, "field", slice_of(name));
}

static void put_decision(struct out *out, const struct event *event, struct slice text)
{
	struct slice what = slice_cut(&text, '\x1f');

	if (event->field < DECISION_KIND_COUNT)
		put_field(out, decision_name((enum decision_kind)event->field));
	put_number(out, "value", event->value);
	put_text(out, "with", what);
	put_text(out, "reason", text);
}

/* What each kind says: the list in event.h, line by line. */
static void put_body(struct out *out, const struct event *event, struct slice text)
{
	switch ((enum event_kind)event->kind) {
	case EVENT_SESSION:
		put_known(out, "run", event->number);
		put_text(out, "text", text);
		break;
	case EVENT_ENTRY:
		if (event->field < ENTRY_FIELD_COUNT)
			put_field(out,
				  entry_field_name((enum entry_field)event->field));
		put_known(out, "place", event->number);
		put_text(out, "text", text);
		break;
	case EVENT_START:
		put_instant(out, "clock", event->value);
		break;
	case EVENT_FLAG:
		put_flag(out, event);
		put_text(out, "text", text);
		break;
	case EVENT_WEATHER:
		if (event->field < WEATHER_FIELD_COUNT)
			put_field(out, weather_names[event->field]);
		put_number(out, "value", event->value);
		break;
	case EVENT_PIT_OUT:
		put_seconds(out, "stop", event->value);
		break;
	case EVENT_DRIVER:
		put_known(out, "place", event->number);
		put_text(out, "driver", text);
		break;
	case EVENT_PASSING:
		put_line(out, event->line);
		put_flag(out, event);
		put_known(out, "lap", event->number);
		put_seconds(out, "lap_time", event->value);
		break;
	case EVENT_LAP:
		put_known(out, "lap", event->number);
		put_seconds(out, "lap_time", event->value);
		break;
	case EVENT_CLAIM:
		if (event->field < CLAIM_FIELD_COUNT)
			put_field(out, claim_name((enum claim_field)event->field));
		put_number(out, "value", event->value);
		break;
	case EVENT_DECISION:
		put_decision(out, event, text);
		break;
	case EVENT_ANOMALY:
		if (event->field < ANOMALY_COUNT)
			put_text(out, "anomaly",
				 slice_of(anomaly_name((enum anomaly)event->field)));
		put_known(out, "record", event->number);
		put_text(out, "text", text);
		break;
	case EVENT_STATUS:
	case EVENT_MESSAGE:
	case EVENT_ASK:
		put_text(out, "text", text);
		break;
	case EVENT_PIT_IN:
	case EVENT_HEARTBEAT:
	case EVENT_END:
	case EVENT_KIND_COUNT:
		break;
	}
}

void encode_event_json(struct out *out, const struct event_list *list,
		       const struct event *event)
{
	out_text(out, "{\"at\":");
	out_instant(out, event->at);
	if (event->heard_at != event->at)
		put_instant(out, "heard_at", event->heard_at);
	put_text(out, "kind", slice_of(event_kind_name((enum event_kind)event->kind)));
	put_id(out, event);
	put_body(out, event, event_text(list, event));
	if (event->bits & EVENT_ESTIMATED)
		out_text(out, ",\"estimated\":true");
	if (event->bits & EVENT_REPAIRED)
		out_text(out, ",\"repaired\":true");
	if (event->bits & EVENT_BY_HAND)
		out_text(out, ",\"by_hand\":true");
	out_text(out, "}\n");
}
