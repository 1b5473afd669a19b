/*
 * multiloop_lines.c -- timelines, sections and tracks
 *
 *  (1) A timeline with a fixed name (wire.h) is that line. Otherwise it is the line of that
 *      name in the session file; otherwise IM1, IM2 ... are the intermediates in driving order;
 *      otherwise (a track with names of its own in $T) timelines are numbered in the order in
 *      which $T names them as ends of sections.
 *  (2) A section of $S ends at a timeline, by $T: if there is no $L for that crossing, $S is
 *      used. Before the first $T the end of a section is unknown, with one anomaly.
 */
#include "multiloop.h"

#include <string.h>

enum { LINE_NOT_SOUGHT = 253, TRACK_HEAD = 8, SECTION_FIELDS = 4 };

/* ---- which line ---------------------------------------------------------------------- */

/* (1) The number of a timeline among the ends of sections, by $T. */
static uint8_t by_track(const struct ml_state *st, uint64_t word)
{
	uint64_t ends[LINES_MAX];
	unsigned count = 0;
	for (unsigned i = 0; i < st->section_count && count + 1 < LINES_MAX; i++) {
		uint64_t end = st->sections[i].end;
		bool known =
			end == ml_word(SLICE("SF")) || end == ml_word(SLICE("SFPIT")) ||
			end == ml_word(SLICE("PIN")) || end == ml_word(SLICE("POUT"));
		for (unsigned k = 0; k < count && !known; k++)
			known = ends[k] == end;
		if (known)
			continue;
		ends[count++] = end;
		if (end == word)
			return (uint8_t)count;
	}
	return LINE_NONE;
}

static uint8_t ml_find_line(const struct ml_state *st, struct slice name)
{
	const struct feed_setup *setup = &st->board.common.setup;
	uint8_t line = wire_ml_line(name);
	bool fixed = line != LINE_NONE && !slice_starts(name, SLICE("IM"));
	for (uint8_t i = 0; !fixed && i < setup->line_count && i < LINES_MAX; i++) {
		const char *at = setup->line_names[i];
		struct slice known = {at, strnlen(at, sizeof(setup->line_names[i]))};
		if (known.len > 0 && slice_eq_nocase(name, known))
			return i;
	}
	if (line == LINE_NONE)
		line = by_track(st, ml_word(name));
	if (line > LINE_SF && line < LINES_MAX && setup->line_count > 0 &&
	    line >= setup->line_count)
		return LINE_NONE;
	return line;
}

static void unknown_line(const struct ml *ml, struct slice name)
{
	decoding_anomaly(&ml->in.d, ANOMALY_UNKNOWN,
			 "a timeline \"%.*s\" that this circuit does not have",
			 (int)(name.len < 16 ? name.len : 16), name.at);
}

/* Looked up once for each name, with an anomaly if it is unknown. */
static uint8_t ml_line_of(const struct ml *ml, struct slice name)
{
	struct ml_state *st = ml->state;
	uint64_t word = name.len > 0 ? ml_word(name) : 0;
	for (unsigned i = 0; i < st->name_count; i++)
		if (st->names[i].name == word)
			return st->names[i].line;
	uint8_t line = ml_find_line(st, name);
	if (line == LINE_NONE)
		unknown_line(ml, name);
	if (st->name_count < ML_NAMES_MAX) {
		struct ml_name *known = &st->names[st->name_count++];
		known->name = word;
		known->line = line;
	}
	return line;
}

/* ---- crossings ------------------------------------------------------------------------ */

static void ml_line_between(const struct ml *ml, struct ml_car *car, uint8_t line,
			    duration_us elapsed)
{
	enum event_kind kind = line == LINE_PIT_IN    ? EVENT_PIT_IN
			       : line == LINE_PIT_OUT ? EVENT_PIT_OUT
						      : EVENT_PASSING;
	struct ml_state *st = ml->state;
	if (line == car->mid_line && elapsed == car->mid)
		return; /* (2) */
	car->mid_line = line;
	car->mid = elapsed;
	if (!ml_start_ready(ml)) {
		if (!st->early_reported)
			decoding_anomaly(
				&ml->in.d, ANOMALY_MISSING,
				"crossings before the first $H, whose instants are "
				"not known: not used");
		st->early_reported = true;
		return;
	}
	ml_enter(ml, car);
	struct event *event =
		board_car_event(&ml->in, kind, ml_at(ml, elapsed), &car->b);
	event->line = line;
	event->value = kind == EVENT_PIT_IN ? 0 : DURATION_NONE;
	event->clock = EVENT_CLOCK_OWN;
}

/* $L: number, id, timeline, source, elapsed, flag, T/P */
void ml_line(struct ml *ml)
{
	struct slice lane = ml_field(ml, 10);
	duration_us elapsed;
	if (ml->type == 'R')
		return; /* multiloop.c (1): a repeated crossing */
	struct ml_car *car = ml_car(ml, 4);
	if (!car || !ml_time(ml, 8, "the elapsed time", &elapsed))
		return;
	uint8_t line = ml_line_of(ml, ml_field(ml, 6));
	if (line == LINE_NONE || line == WIRE_ML_NO_LINE)
		return;
	(void)ml_crossing_received(ml, elapsed);
	if (line == LINE_SF || line == LINE_SF_PIT)
		ml_crossing(ml, car, elapsed,
			    line == LINE_SF_PIT ||
				    (lane.len == 1 && lane.at[0] == 'P'));
	else
		ml_line_between(ml, car, line, elapsed);
}

/* The line at the end of a section, looked up once. */
static uint8_t section_line(const struct ml *ml, struct slice name)
{
	struct ml_state *st = ml->state;
	uint64_t word = ml_word(name);
	for (unsigned i = 0; i < st->section_count; i++) {
		struct ml_name *section = &st->sections[i];
		const char *end = (const char *)&section->end;
		if (section->name != word)
			continue;
		if (section->line == LINE_NOT_SOUGHT)
			section->line = ml_line_of(
				ml, (struct slice){end, strnlen(end, sizeof(word))});
		return section->line;
	}
	if (st->section_count == 0 && !st->sections_reported) {
		decoding_anomaly(
			&ml->in.d, ANOMALY_MISSING,
			"sections before the track's $T, which says where they end: "
			"not used");
		st->sections_reported = true;
	}
	return LINE_NONE;
}

/* $S: number, id, section, elapsed, section time, last lap */
void ml_section(struct ml *ml)
{
	duration_us elapsed;
	if (ml->type == 'R')
		return;
	struct ml_car *car = ml_car(ml, 4);
	if (!car || !ml_time(ml, 7, "the elapsed time", &elapsed))
		return;
	uint8_t line = section_line(ml, ml_field(ml, 6));
	/* SF comes from $L and $C. */
	if (line == LINE_SF || line == LINE_SF_PIT || line == LINE_NONE ||
	    line == WIRE_ML_NO_LINE)
		return;
	(void)ml_crossing_received(ml, elapsed);
	ml_line_between(ml, car, line, elapsed);
}

/* ---- the track ---------------------------------------------------------------------- */

static void tell_track(const struct ml *ml, uint64_t sections)
{
	struct slice venue = ml_field(ml, 4), length = ml_field(ml, 6);
	char text[512];
	size_t len = text_format(text, sizeof(text), "track: %.*s, %.*s miles",
				 (int)venue.len, venue.at, (int)length.len, length.at);
	for (unsigned i = 0; i < sections; i++) {
		unsigned at = TRACK_HEAD + SECTION_FIELDS * i;
		struct slice name = ml_field(ml, at), from = ml_field(ml, at + 2);
		struct slice end = ml_field(ml, at + 3);
		len += text_format(text + len, sizeof(text) - len, "%s%.*s %.*s-%.*s",
				   i == 0 ? ": " : ", ", (int)name.len, name.at,
				   (int)from.len, from.at, (int)end.len, end.at);
	}
	ml_session(&ml->in);
	event_set_text(ml->in.d.out,
		       board_event(&ml->in, EVENT_MESSAGE, decoding_now(&ml->in.d)),
		       slice_of(text));
	board_circuit(&ml->in, venue, length);
}

/* $T: venue, short name, miles, sections, and of each name, inches, from, to */
void ml_track(struct ml *ml)
{
	struct ml_state *st = ml->state;
	struct slice all;
	uint64_t sections;
	if (!ml_number(ml, 7, "the number of sections", &sections))
		return;
	if (sections > WIRE_ML_FIELDS_MAX ||
	    TRACK_HEAD + SECTION_FIELDS * sections > ml->fields.count) {
		decoding_anomaly(&ml->in.d, ANOMALY_FORMAT,
				 "$T: fewer sections than it says");
		return;
	}
	all = wire_ml_span(&ml->fields, 4, ml->fields.count - 1);
	uint32_t sum = ml_sum(all);
	if (sum == st->track)
		return;
	st->track = sum;
	st->name_count = st->section_count = 0;
	for (unsigned i = 0; i < sections; i++) {
		unsigned at = TRACK_HEAD + SECTION_FIELDS * i;
		struct ml_name *section = &st->sections[st->section_count];
		if (st->section_count == ML_NAMES_MAX) {
			decoding_anomaly(&ml->in.d, ANOMALY_CAPACITY,
					 "$T: more than 32 sections");
			break;
		}
		section->name = ml_word(ml_field(ml, at));
		section->end = ml_word(ml_field(ml, at + 3));
		section->line = LINE_NOT_SOUGHT;
		if (section->name != 0 && section->end != 0)
			st->section_count++;
	}
	tell_track(ml, sections);
}
