/*
 * explain_find.c -- from a time of the race back to the events that gave it
 *
 *  (1) Events are found by their instant: a binary search, and a walk over those
 *      near it that is bounded by FAR events.
 *  (2) Events that the race that is shown has not folded are left out: later events, and
 *      as known then, those not reported yet.
 */
#include "explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FAR = 16384, MERGED_SHOWN = 4 };

#define SANE ((int64_t)1 << 58)

struct explain_line *sheet_add(struct sheet *sheet, const char *fmt, ...)
{
	struct explain_line *line = &sheet->spill;
	char text[2 * sizeof(line->text)];
	va_list args;
	if (sheet->count < sheet->max)
		line = &sheet->lines[sheet->count++];
	memset(line, 0, sizeof(*line));
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text_copy(line->text, sizeof(line->text), slice_of(text));
	return line;
}

/* "I2", "SF", "pit in" */
static const char *line_words(uint8_t line)
{
	return line == LINE_PIT_IN    ? "pit in"
	       : line == LINE_PIT_OUT ? "pit out"
	       : line == LINE_SF_PIT  ? "SF pit"
				      : line_name(line);
}

void clock_text(const struct sheet *sheet, instant_us at, char text[32])
{
	char clock[TIME_TEXT_MAX];
	/* An event may say any instant, even one that was never folded. */
	bool sane = at > -SANE && at < SANE;
	instant_us local = sane ? race_local(&sheet->timeline->setup, at) : 0;
	int64_t part = local % US_S;
	if (part < 0)
		part += US_S;
	format_clock(clock, local - part, false);
	text_format(text, 32, "%s.%06u", clock, (unsigned)part);
}

void source_text(const struct sheet *sheet, const struct event *event, char text[64])
{
	const struct explain_ask *ask = sheet->ask;
	if (event->bits & EVENT_BY_HAND)
		text_format(text, 64, "by hand");
	else if (ask->sources && event->source < ask->source_count)
		text_clean(text, 64, slice_of(ask->sources[event->source]));
	else
		text_format(text, 64, "source %u", event->source + 1u);
}

/* ---- events -------------------------------------------------------------------- */

static const struct event *event_at(const struct sheet *sheet, uint32_t i)
{
	const struct timeline *timeline = sheet->timeline;
	return &timeline->events->at[timeline->order[i]];
}

static bool received(const struct sheet *sheet, const struct event *event)
{
	return sheet->timeline->as != AS_KNOWN ||
	       event->received_at <= sheet->timeline->at;
}

/* What masks the event at @i in the race that is shown, or NULL. */
static const struct event *masking(const struct sheet *sheet, uint32_t i)
{
	const struct timeline *timeline = sheet->timeline;
	uint32_t mask = timeline->masked_by ? timeline->masked_by[i] : 0;
	const struct event *by = mask ? &timeline->events->at[mask - 1] : NULL;
	return by && received(sheet, by) ? by : NULL;
}

const struct event *sheet_event(const struct sheet *sheet, uint32_t i)
{
	const struct event *event = event_at(sheet, i);
	return received(sheet, event) && !masking(sheet, i) ? event : NULL;
}

uint16_t sheet_car(const struct sheet *sheet, uint32_t i)
{
	const struct timeline *timeline = sheet->timeline;
	const struct event *event = event_at(sheet, i);
	uint16_t car = CAR_NONE;
	/* As known then, cars may have been met in another order. */
	if (timeline->as == AS_CORRECTED && timeline->car_of)
		car = timeline->car_of[i];
	if (car == CAR_NONE && event->id_kind != ID_NONE)
		car = race_find(sheet->race, (enum id_kind)event->id_kind,
				slice_of(event->id));
	return car;
}

static uint32_t order_from(const struct sheet *sheet, instant_us t)
{
	uint32_t from = t == INSTANT_NONE ? 0 : order_after(sheet->timeline, t - 1);
	return from < sheet->events ? from : sheet->events;
}

static bool same_line(uint8_t a, uint8_t b)
{
	bool sf = a == LINE_SF || a == LINE_SF_PIT;
	return a == b || (sf && (b == LINE_SF || b == LINE_SF_PIT));
}

/* The line of an event, or LINE_NONE. */
static uint8_t explain_line_of(const struct event *event)
{
	if (event->kind == EVENT_PASSING)
		return event->line;
	if (event->kind == EVENT_PIT_IN)
		return LINE_PIT_IN;
	if (event->kind == EVENT_PIT_OUT)
		return LINE_PIT_OUT;
	return event->kind == EVENT_LAP ? LINE_SF : LINE_NONE;
}

static bool tells_of(const struct sheet *sheet, uint32_t i,
		     const struct crossed *crossed)
{
	uint8_t line = explain_line_of(event_at(sheet, i));
	return line != LINE_NONE && same_line(line, crossed->line) &&
	       sheet_car(sheet, i) == crossed->car;
}

/* Place in the order of the event that gave a time; sheet->events: none did. */
static uint32_t giver(const struct sheet *sheet, const struct crossed *crossed)
{
	uint32_t best = sheet->events;
	for (uint32_t i = order_from(sheet, crossed->at), n = 0;
	     i < sheet->events && n < FAR; i++, n++) {
		const struct event *event = event_at(sheet, i);
		if (event->at != crossed->at)
			break;
		if (!sheet_event(sheet, i) || !tells_of(sheet, i, crossed))
			continue;
		if (best == sheet->events || event->source == crossed->source)
			best = i;
		if (event->source == crossed->source)
			break;
	}
	return best;
}

/* The passing of the car next before (@by < 0) or after an instant; NULL. */
static const struct event *explain_neighbour(const struct sheet *sheet,
					     const struct crossed *crossed, int by)
{
	uint32_t i = order_from(sheet, crossed->at + (by > 0));
	for (uint32_t n = 0; n < FAR; n++) {
		if (by < 0 ? i == 0 : i >= sheet->events)
			return NULL;
		uint32_t here = by < 0 ? i - 1 : i;
		if (sheet_event(sheet, here) &&
		    explain_line_of(event_at(sheet, here)) != LINE_NONE &&
		    sheet_car(sheet, here) == crossed->car)
			return event_at(sheet, here);
		i = by < 0 ? i - 1 : i + 1;
	}
	return NULL;
}

/* ---- lines --------------------------------------------------------------------- */

static const char *clock_words(const struct event *event)
{
	static const char *const words[] = {
		[EVENT_CLOCK_UNKNOWN] = "",
		[EVENT_CLOCK_OWN] = " (clock: its own)",
		[EVENT_CLOCK_NTP] = " (clock: NTP)",
		[EVENT_CLOCK_UTC] = " (clock: UTC)",
	};
	if (event->clock >= ARRAY_LEN(words) || (event->bits & EVENT_BY_HAND))
		return "";
	return words[event->clock];
}

static const char *bits_words(const struct event *event, char inferred[40])
{
	if (event->bits & EVENT_REPAIRED)
		return ", made up by the source for a record it missed";
	if (!(event->bits & EVENT_ESTIMATED))
		return "";
	if (event->field == 0)
		return ", estimated by the source";
	text_format(inferred, 40, ", inferred within %u.%u s", event->field / 10u,
		    event->field % 10u);
	return inferred;
}

void record_text(const struct sheet *sheet, const struct event *event, char text[96])
{
	char source[64];
	source_text(sheet, event, source);
	text_format(text, 96, "%s%s %u", source,
		    event->bits & EVENT_BY_HAND ? ", decision" : " record",
		    (unsigned)event->record);
}

/* "15:20:00.123456 p3://main record 17 (clock: UTC)"; of one that counts laps, the
 * lap it gives: the other sources may have it from there. */
static void event_times_text(const struct sheet *sheet, const struct event *event,
			     char text[160])
{
	char inferred[40];
	char clock[32], record[96], says[24] = "";
	clock_text(sheet, event->at, clock);
	record_text(sheet, event, record);
	if (event->kind == EVENT_PASSING && event->number != 0)
		text_format(says, sizeof(says), ", says lap %u",
			    (unsigned)event->number);
	text_format(text, 160, "%s %s%s%s%s", clock, record, clock_words(event), says,
		    bits_words(event, inferred));
}

/* What else was received of the passing at @giver of the order. */
static void merged(struct sheet *sheet, const struct crossed *crossed, uint32_t giver)
{
	duration_us window = sheet->timeline->setup.merge_us;
	unsigned shown = 0;
	if (window <= 0 || window > US_MIN)
		window = RACE_MERGE_US;
	for (uint32_t i = order_from(sheet, crossed->at - window), n = 0;
	     i < sheet->events && n < FAR && shown < MERGED_SHOWN; i++, n++) {
		const struct event *event = event_at(sheet, i);
		const struct event *mask = masking(sheet, i);
		const char *why = "merged";
		char text[160];
		if (event->at - crossed->at > window)
			break;
		if (i == giver || !received(sheet, event) ||
		    !tells_of(sheet, i, crossed))
			continue;
		if (mask && mask->kind == EVENT_DECISION)
			why = "taken back";
		else if (event->source == event_at(sheet, giver)->source)
			why = "repeated";
		else if (mask)
			why = "merged, a worse clock";
		event_times_text(sheet, event, text);
		sheet_add(sheet, "  %s: %s", why, text);
		shown++;
	}
}

/* No event has it: the signal, or a time between two others. */
static void estimated(struct sheet *sheet, const struct crossed *crossed,
		      const char *head)
{
	const struct event *before = explain_neighbour(sheet, crossed, -1);
	const struct event *after = explain_neighbour(sheet, crossed, 1);
	char from[64] = "", to[64] = "", clock[32];
	struct explain_line *line;
	if (before) {
		clock_text(sheet, before->at, clock);
		text_format(from, sizeof(from), " after %s %s",
			    line_words(explain_line_of(before)), clock);
	}
	if (after) {
		clock_text(sheet, after->at, clock);
		text_format(to, sizeof(to), "%s before %s %s", before ? " and" : "",
			    line_words(explain_line_of(after)), clock);
	}
	line = sheet_add(sheet, "%s estimated: missed%s%s", head, from, to);
	line->estimated = 1;
}

/* The start: set up, or from an event. */
static void signalled(struct sheet *sheet, const char *head)
{
	const struct event *event = NULL;
	char record[96] = "";
	if (sheet->timeline->setup.start_at == INSTANT_NONE)
		event = sheet_newest(sheet, EVENT_START, CAR_NONE);
	if (event)
		record_text(sheet, event, record);
	sheet_add(sheet, "%s the start signal%s%s", head, event ? ": " : "", record);
}

void sheet_crossed(struct sheet *sheet, const struct crossed *crossed, const char *who)
{
	char clock[32], head[64], text[160];
	uint32_t i;
	if (crossed->at == INSTANT_NONE)
		return;
	i = giver(sheet, crossed);
	if (i == sheet->events) {
		/* A time that was not measured has no microseconds. */
		clock_text(sheet, crossed->at, clock);
		clock[strlen(clock) - 3] = '\0';
		text_format(head, sizeof(head), "%s%s %s", who,
			    line_words(crossed->line), clock);
		if (crossed->at < sheet->timeline->floor_at)
			sheet_add(sheet, "%s: its record has left memory", head);
		else if (crossed->line == LINE_SF &&
			 crossed->at == sheet->race->start_at)
			signalled(sheet, head);
		else
			estimated(sheet, crossed, head);
		return;
	}
	/* What is written is where it was received: SF in the lane is not on the track. */
	event_times_text(sheet, event_at(sheet, i), text);
	sheet_add(sheet, "%s%s %s", who,
		  line_words(explain_line_of(event_at(sheet, i))), text)
		->estimated = (event_at(sheet, i)->bits &
			       (EVENT_ESTIMATED | EVENT_REPAIRED | EVENT_BY_HAND)) != 0;
	merged(sheet, crossed, i);
}

const struct event *sheet_newest(const struct sheet *sheet, enum event_kind kind,
				 uint16_t car)
{
	for (uint32_t i = sheet->events; i > 0; i--) {
		const struct event *event = event_at(sheet, i - 1);
		if (event->kind == kind && sheet_event(sheet, i - 1) &&
		    sheet_car(sheet, i - 1) == car)
			return event;
	}
	return NULL;
}

/* ---- decisions ------------------------------------------------------------------- */

static void decision(struct sheet *sheet, const struct event *event)
{
	struct slice reason = event_text(sheet->timeline->events, event);
	struct slice first = slice_cut(&reason, '\x1f');
	char what[64], who[96];
	const char *by =
		decider_words(sheet->timeline->events->deciders, event->record);
	decision_words(what, sizeof(what), (enum decision_kind)event->field,
		       event->value, first);
	if (event->bits & EVENT_BY_HAND)
		text_format(who, sizeof(who), "decision %u%s%s%s",
			    (unsigned)event->record, by[0] == '\0' ? "" : " (", by,
			    by[0] == '\0' ? "" : ")");
	else if (event->number != 0)
		text_format(who, sizeof(who), "decision, line %u",
			    (unsigned)event->number);
	else
		record_text(sheet, event, who);
	sheet_add(sheet, "%s: %s%s%.*s", who, what, reason.len ? " " : "",
		  (int)reason.len, reason.len ? reason.at : "")
		->decision = 1;
}

/* As the fold finds it: a number, or an address a person typed. */
static uint16_t decision_car(const struct sheet *sheet, const struct event *event)
{
	if (event->id_kind == ID_NUMBER)
		return race_find_text(sheet->race, slice_of(event->id));
	return race_find(sheet->race, (enum id_kind)event->id_kind,
			 slice_of(event->id));
}

static bool is_about(const struct sheet *sheet, const struct event *event)
{
	if (event->field == DECISION_RESULT_AT)
		return event->at != INSTANT_NONE &&
		       event->value == sheet->race->result_lap;
	return decision_car(sheet, event) == sheet->ask->car;
}

void sheet_decisions(struct sheet *sheet, uint32_t kinds)
{
	if (sheet->race->decision_count == 0)
		return;
	for (uint32_t i = 0; i < sheet->events; i++) {
		const struct event *event = event_at(sheet, i);
		if (event->kind == EVENT_DECISION &&
		    event->field < DECISION_KIND_COUNT && (kinds >> event->field & 1) &&
		    sheet_event(sheet, i) && is_about(sheet, event) &&
		    !(event->field == DECISION_LAP_DELETED &&
		      race_deletion_waits(sheet->race, sheet->ask->car, event->value)))
			decision(sheet, event);
	}
}
