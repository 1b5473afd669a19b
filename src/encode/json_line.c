/*
 * json_line.c -- members of a line of JSON; one that is unknown is left out
 */
#include "json_line.h"

#include <string.h>

static void instant(struct out *out, instant_us at)
{
	char date[TIME_TEXT_MAX], clock[TIME_TEXT_MAX];
	if (at == INSTANT_NONE) {
		out_text(out, "null");
		return;
	}
	int64_t us = at % US_S, second = at / US_S;
	if (us < 0) {
		us += US_S;
		second--;
	}
	format_date(date, second * US_S);
	format_clock(clock, second * US_S, false);
	out_format(out, "\"%sT%s.%06uZ\"", date, clock, (unsigned)us);
}

void json_begin(struct out *out, instant_us at)
{
	out_text(out, "{\"at\":");
	instant(out, at);
}

void json_end(struct out *out)
{
	out_text(out, "}\n");
}

static void json_name(struct out *out, const char *name)
{
	out_text(out, ",\"");
	out_text(out, name);
	out_text(out, "\":");
}

void json_text(struct out *out, const char *name, struct slice text)
{
	if (text.len == 0)
		return;
	json_name(out, name);
	out_json(out, text);
}

void json_string(struct out *out, const char *name, const char *text)
{
	json_text(out, name, slice_of(text));
}

void json_number(struct out *out, const char *name, int64_t value)
{
	json_name(out, name);
	out_i64(out, value);
}

void json_known(struct out *out, const char *name, int64_t value)
{
	if (value != 0)
		json_number(out, name, value);
}

void json_bool(struct out *out, const char *name, bool yes)
{
	json_name(out, name);
	out_text(out, yes ? "true" : "false");
}

void json_seconds(struct out *out, const char *name, duration_us t)
{
	if (t == DURATION_NONE)
		return;
	json_name(out, name);
	out_seconds(out, t);
}

void json_instant(struct out *out, const char *name, instant_us at)
{
	if (at == INSTANT_NONE)
		return;
	json_name(out, name);
	instant(out, at);
}

void json_id(struct out *out, unsigned kind, const char *id)
{
	static const char *const names[] = {NULL, "number", "transponder",
					    "registration"};
	if (kind != ID_NONE && kind < ARRAY_LEN(names))
		json_text(out, names[kind],
			  (struct slice){id, strnlen(id, EVENT_ID_MAX)});
}

void json_gap(struct out *out, const char *time, const char *laps, struct gap gap)
{
	if (gap.kind == GAP_TIME)
		json_seconds(out, time, gap.value);
	else if (gap.kind == GAP_LAPS)
		json_number(out, laps, gap.value);
}
