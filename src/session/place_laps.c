/*
 * place_laps.c -- a file of laps put on its day: by the sidecar, by the weather
 */
#include <stdlib.h>
#include <string.h>

#include "session_parts.h"

static void shift(struct session_parts *parts, uint32_t from, uint32_t to, int64_t by)
{
	struct event *events = parts->all.at;
	for (uint32_t i = from; i < to; i++) {
		events[i].at += by;
		events[i].received_at += by;
		if (events[i].kind == EVENT_START && events[i].value != INSTANT_NONE)
			events[i].value += by;
	}
}

static void shift_info(struct feed_info *info, int64_t by)
{
	info->start_at += by;
	info->end_at += by;
	for (unsigned i = 0; i < CLOCK_STEPS_MAX && info->steps[i].by != 0; i++)
		info->steps[i].at += by;
}

/** Rows without a time of day begin at midnight: the start is the sidecar's. Rows with
 * one are right; a sidecar that differs belongs to another race. */
static void place_by_sidecar(struct session *session, uint32_t from)
{
	struct session_parts *parts = session->parts;
	struct feed_info *info = &session->info;
	duration_us stated = parts->sidecar.start;
	char theirs[TIME_TEXT_MAX], ours[TIME_TEXT_MAX];
	if (stated == DURATION_NONE || info->start_at == INSTANT_NONE)
		return;
	instant_us local = info->start_at + parts->feed.utc_offset_us;
	int64_t into = (local % US_DAY + US_DAY) % US_DAY;
	if (into == 0) {
		shift(parts, from, parts->all.count, stated);
		shift_info(info, stated);
		return;
	}
	if (stated - into <= US_S && into - stated <= US_S)
		return;
	format_clock(theirs, stated, true);
	format_clock(ours, local, true);
	session_warn(session, "%s says the start was at %s; the rows say %s, and hold",
		     parts->texts.from[TEXT_SIDECAR][0] == '\0'
			     ? "the sidecar"
			     : parts->texts.from[TEXT_SIDECAR],
		     theirs, ours);
}

/* ---- weather -------------------------------------------------------------------- */

enum { ZONE_STEP_MIN = 30, ZONE_SLACK_MIN = 10 };

static int64_t nearest_step(int64_t value, int64_t step)
{
	int64_t half = value < 0 ? -step / 2 : step / 2;
	return (value + half) / step * step;
}

/** Weather is in UTC and begins with the session; the laps are in local time, maybe of an
 * unknown day. So the weather gives the offset, and the day if it is unknown: move the
 * laps [@from, @to) there. */
static bool place_by_weather(struct session *session, uint32_t from, uint32_t to,
			     instant_us weather)
{
	struct session_parts *parts = session->parts;
	struct race_setup *setup = &parts->setup;
	struct feed_info *info = &session->info;
	if (info->start_at == INSTANT_NONE || setup->zone[0] != '\0')
		return info->start_at != INSTANT_NONE;
	int64_t ahead = (info->start_at - weather) % US_DAY;
	if (ahead > US_DAY / 2)
		ahead -= US_DAY;
	else if (ahead < -US_DAY / 2)
		ahead += US_DAY;
	int64_t offset = nearest_step(ahead, ZONE_STEP_MIN * US_MIN);
	int64_t rest = ahead - offset;
	if (rest > ZONE_SLACK_MIN * US_MIN || rest < -ZONE_SLACK_MIN * US_MIN)
		return false;
	instant_us start = weather + rest;
	/* A date that is known must be the weather's. */
	if (parts->feed.day != INSTANT_NONE && info->start_at - offset != start)
		return false;
	int64_t by = start - info->start_at;
	shift(parts, from, to, by);
	shift_info(info, by);
	setup->utc_offset_us = offset;
	setup->floating = false;
	char date[TIME_TEXT_MAX];
	format_date(date, start + offset);
	parts->year = (int)strtol(date, NULL, 10);
	return true;
}

/** The first instant of the weather from @from on; INSTANT_NONE: there is none. */
static instant_us first_weather(const struct event_list *list, uint32_t from)
{
	instant_us first = INSTANT_NONE;
	for (uint32_t i = from; i < list->count; i++)
		if (list->at[i].kind == EVENT_WEATHER &&
		    (first == INSTANT_NONE || list->at[i].at < first))
			first = list->at[i].at;
	return first;
}

/** A sidecar that is invalid leaves the race as it is. */
static void read_weather(struct session *session, uint32_t from)
{
	struct session_parts *parts = session->parts;
	struct event_list *all = &parts->all;
	struct slice text = parts->texts.at[TEXT_WEATHER].data;
	struct err err;
	/* A row of 20 bytes is 8 events. */
	if (text.at == NULL ||
	    feed_room(session, text.len / 2 + 64, text.len + 4096, &err) != 0)
		return;
	uint32_t laps = all->count, text_len = all->text_len;
	bool read = feed_weather_read(text, SOURCE_SETUP, all, &err) == 0;
	instant_us first = read ? first_weather(all, laps) : INSTANT_NONE;
	if (read &&
	    (first == INSTANT_NONE || place_by_weather(session, from, laps, first)))
		return;
	all->count = laps;
	all->text_len = text_len;
	if (!read)
		session_warn(session, "the weather was not used: %s: %s",
			     parts->texts.from[TEXT_WEATHER], err.text);
	else
		session_warn(session, "the weather was not used: its times do not fit "
				      "the race's");
}

void place_laps(struct session *session, uint32_t from)
{
	session->parts->placed = true;
	place_by_sidecar(session, from);
	read_weather(session, from);
}
