/*
 * write_events.c -- one event as a line of JSON
 *
 * `convert -o X.jsonl` and `serve --jsonl` write these. Every line has "at" (UTC,
 * ISO 8601 with microseconds) and "kind"; the rest is what the kind uses, by the
 * list in event.h, and for others in assets/man/pitwall-json.5.
 */
#include "json_line.h"

#include <string.h>

static void put_line(struct out *out, uint8_t line)
{
	if (line < LINES_MAX || line == LINE_PIT_IN || line == LINE_PIT_OUT ||
	    line == LINE_SF_PIT)
		json_string(out, "line", line_name(line));
}

static void event_put_flag(struct out *out, const struct event *event)
{
	if (event->flag != FLAG_UNKNOWN && event->flag < FLAG_COUNT)
		json_string(out, "flag", flag_name((enum flag)event->flag));
}

static void event_put_lap(struct out *out, const struct event *event)
{
	json_known(out, "lap", event->number);
	json_seconds(out, "lap_time", event->value);
}

static const char *const value_names[CAR_VALUE_COUNT] = {
#define X(id_, name_, json_, unit_) [VALUE_##id_] = json_,
	CAR_VALUES(X)
#undef X
};
static const char *const weather_names[WEATHER_FIELD_COUNT] = {
#define X(id_, name_, json_, unit_) [WEATHER_##id_] = json_,
	WEATHERS(X)
#undef X
};

static void event_put_decision(struct out *out, const struct event *event,
			       struct slice text)
{
	struct slice what = slice_cut(&text, '\x1f');

	if (event->field < DECISION_KIND_COUNT)
		json_string(out, "field",
			    decision_name((enum decision_kind)event->field));
	json_number(out, "value", event->value);
	json_text(out, "with", what);
	json_text(out, "reason", text);
}

static void event_put_entry(struct out *out, const struct event *event,
			    struct slice text)
{
	if (event->field < ENTRY_FIELD_COUNT)
		json_string(out, "field",
			    entry_field_name((enum entry_field)event->field));
	json_known(out, "place", event->number);
	if (event->field == ENTRY_DRIVER && event->value > RATING_UNKNOWN &&
	    event->value < RATING_COUNT)
		json_string(out, "rating",
			    driver_rating_name((enum driver_rating)event->value));
	json_text(out, "text", text);
}

/* What each kind says: the list in event.h, line by line. */
static void event_put_session(struct out *out, const struct event *event,
			      struct slice text)
{
	json_known(out, "run", event->number);
	if (event->value > 0)
		json_seconds(out, "length", event->value);
	if (event->value < 0)
		json_number(out, "length_laps", -event->value);
	json_text(out, "text", text);
}

static void event_put_measured(struct out *out, const struct event *event,
			       const char *const *names, unsigned count)
{
	if (event->field < count)
		json_string(out, "field", names[event->field]);
	json_number(out, "value", event->value);
}

static void put_body(struct out *out, const struct event *event, struct slice text)
{
	switch ((enum event_kind)event->kind) {
	case EVENT_SESSION:
		event_put_session(out, event, text);
		break;
	case EVENT_CIRCUIT:
		json_text(out, "text", text);
		json_known(out, "value", event->value);
		break;
	case EVENT_ENTRY:
		event_put_entry(out, event, text);
		break;
	case EVENT_START:
		json_instant(out, "clock", event->value);
		break;
	case EVENT_FLAG:
		event_put_flag(out, event);
		json_text(out, "text", text);
		break;
	case EVENT_WEATHER:
		event_put_measured(out, event, weather_names, WEATHER_FIELD_COUNT);
		break;
	case EVENT_VALUE:
		event_put_measured(out, event, value_names, CAR_VALUE_COUNT);
		break;
	case EVENT_PIT_OUT:
		json_seconds(out, "stop", event->value);
		break;
	case EVENT_DRIVER:
		json_known(out, "place", event->number);
		json_text(out, "driver", text);
		break;
	case EVENT_PASSING:
		put_line(out, event->line);
		event_put_flag(out, event);
		event_put_lap(out, event);
		break;
	case EVENT_LAP:
		event_put_lap(out, event);
		break;
	case EVENT_CLAIM:
		if (event->field < CLAIM_FIELD_COUNT)
			json_string(out, "field",
				    claim_name((enum claim_field)event->field));
		json_number(out, "value", event->value);
		break;
	case EVENT_DECISION:
		event_put_decision(out, event, text);
		break;
	case EVENT_ANOMALY:
		if (event->field < ANOMALY_COUNT)
			json_string(out, "anomaly",
				    anomaly_name((enum anomaly)event->field));
		json_known(out, "record", event->number);
		json_text(out, "text", text);
		break;
	case EVENT_MEETING:
	case EVENT_STATUS:
	case EVENT_MESSAGE:
	case EVENT_ASK:
		json_text(out, "text", text);
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
	/* Of a result at the end of a lap the other event is listed. */
	if (event->kind == EVENT_DECISION && event->at == INSTANT_NONE)
		return;
	json_begin(out, event->at);
	if (event->received_at != event->at)
		json_instant(out, "heard_at", event->received_at);
	json_string(out, "kind", event_kind_name((enum event_kind)event->kind));
	json_id(out, event->id_kind, event->id);
	put_body(out, event, event_text(list, event));
	if (event->bits & EVENT_ESTIMATED)
		json_bool(out, "estimated", true);
	if ((event->bits & EVENT_ESTIMATED) && event->field != 0 &&
	    (event->kind == EVENT_PASSING || event->kind == EVENT_PIT_IN ||
	     event->kind == EVENT_PIT_OUT))
		json_seconds(out, "within", event->field * (US_S / 10));
	if (event->bits & EVENT_REPAIRED)
		json_bool(out, "repaired", true);
	if (event->bits & EVENT_BY_HAND)
		json_bool(out, "by_hand", true);
	if (event->bits & EVENT_BY_HAND)
		json_text(out, "by",
			  slice_of(decider_name(list->deciders, event->record)));
	json_end(out);
}
