/*
 * explain.c -- where a number on the screen comes from, so that a timekeeper can
 * check it by hand
 *
 *  (1) The first line is the value and the sum or the count it comes from; the lines
 *      after it are the passings it was made of, what was merged with them, what was
 *      estimated, and the decisions applied.
 *  (2) Everything is read from the race that is shown, its rows and its events:
 *      nothing is computed that the screen does not show.
 *  (3) A line more than the caller has room for is dropped, the first ones stay.
 */
#include "explain.h"

#include <string.h>

enum { ROWS_SHOWN = 6 };

const char *explain_name(enum explain_what what)
{
	static const char *const names[EXPLAIN_COUNT] = {
#define X(id_, name_) [EXPLAIN_##id_] = name_,
		EXPLAINS(X)
#undef X
	};
	return (unsigned)what < EXPLAIN_COUNT ? names[what] : "";
}

static void label_text(const struct sheet *sheet, uint16_t car, char label[16])
{
	race_car_label(sheet->race, car, label);
}

static const char *laps_word(uint32_t laps)
{
	return laps == 1 ? "lap" : "laps";
}

/* "15:20:00.123" */
static void short_clock(const struct sheet *sheet, instant_us at, char text[32])
{
	clock_text(sheet, at, text);
	text[strlen(text) - 3] = '\0';
}

/* "1:36.412 = 15:20:00.123 - 15:18:23.711" behind @head. */
static struct explain_line *difference(struct sheet *sheet, const char *head,
				       instant_us from, instant_us to)
{
	char time[TIME_TEXT_MAX], a[32], b[32];
	if (from == INSTANT_NONE || to == INSTANT_NONE)
		return sheet_add(sheet, "%s: not known", head);
	format_duration(time, to - from, TIME_LAP);
	short_clock(sheet, to, a);
	short_clock(sheet, from, b);
	return sheet_add(sheet, "%s: %s = %s - %s", head, time, a, b);
}

static void crossed(struct sheet *sheet, uint16_t car, uint8_t line, instant_us at,
		    const char *who)
{
	struct crossed c = {at, car, CAR_NONE, line};
	sheet_crossed(sheet, &c, who);
}

/* ---- laps ------------------------------------------------------------------------- */

/* The row of the lap a car completed as its @lap-th; NULL. */
static const struct lap_row *row_of_lap(const struct sheet *sheet, uint32_t lap)
{
	uint32_t row = sheet->car->lap_row;
	while (row && sheet->tables->laps[row - 1].lap > lap)
		row = sheet->tables->laps[row - 1].prev;
	if (row == 0 || sheet->tables->laps[row - 1].lap != lap)
		return NULL;
	return &sheet->tables->laps[row - 1];
}

static void row_passings(struct sheet *sheet, const struct lap_row *row)
{
	struct crossed end = {row->at, row->car, row->source, LINE_SF};
	for (uint8_t i = 0; i < sheet->race->setup.line_count; i++)
		crossed(sheet, row->car, i, row->at_line[i], "");
	sheet_crossed(sheet, &end, "");
}

static void explain_row(struct sheet *sheet, const struct lap_row *row)
{
	char head[32], time[TIME_TEXT_MAX];
	struct explain_line *line;
	text_format(head, sizeof(head), "lap %u", (unsigned)row->lap);
	if (row->time == DURATION_NONE) {
		line = sheet_add(sheet, "%s: its time is not known%s", head,
				 row->bits & LAP_REPAIRED ? ", it was missed" : "");
	} else if (row->bits & LAP_STATED) {
		format_duration(time, row->time, TIME_LAP);
		line = sheet_add(sheet, "%s: %s, as the source states it", head, time);
		if (row->at_line[0] != INSTANT_NONE)
			difference(sheet, "  its crossings", row->at_line[0], row->at);
	} else {
		line = difference(sheet, head, row->at_line[0], row->at);
	}
	line->estimated = (row->estimated & 1) && !(row->bits & LAP_STATED);
	if (row->bits & LAP_COUNTS)
		sheet_add(sheet, "  the source marks it as the best lap that counts");
	row_passings(sheet, row);
	if (race_lap_deleted(sheet->race, row->car, row->lap))
		sheet_decisions(sheet, 1u << DECISION_LAP_DELETED);
}

static void explain_last(struct sheet *sheet)
{
	if (sheet->car->lap_row == 0)
		sheet_add(sheet, "no lap is completed");
	else
		explain_row(sheet, &sheet->tables->laps[sheet->car->lap_row - 1]);
}

/* The laps that were deleted, with their times and the decisions. */
static void explain_deleted(struct sheet *sheet)
{
	for (uint32_t at = sheet->car->lap_row; at;
	     at = sheet->tables->laps[at - 1].prev) {
		const struct lap_row *row = &sheet->tables->laps[at - 1];
		char time[TIME_TEXT_MAX];
		if (row->time == DURATION_NONE ||
		    !race_lap_deleted(sheet->race, row->car, row->lap))
			continue;
		format_duration(time, row->time, TIME_LAP);
		sheet_add(sheet, "lap %u: %s does not count", (unsigned)row->lap, time);
	}
	sheet_decisions(sheet, 1u << DECISION_LAP_DELETED);
}

static void explain_best(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	const struct lap_row *row = row_of_lap(sheet, c->lap_best_number);
	char time[TIME_TEXT_MAX];
	if (c->lap_best == DURATION_NONE || !row) {
		sheet_add(sheet,
			  "no lap counts as its best: laps from the signal, into "
			  "and out of the pits and estimated ones do not");
		explain_deleted(sheet);
		return;
	}
	explain_row(sheet, row);
	if (c->lap_best_before != DURATION_NONE) {
		format_duration(time, c->lap_best_before, TIME_LAP);
		sheet_add(sheet, "its best before that: %s", time);
	}
	explain_deleted(sheet);
}

static void explain_claim(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	struct event said = {.source = c->claim_source};
	char source[64];
	if (c->claim_source == CAR_NONE || c->claim_at == INSTANT_NONE)
		return;
	source_text(sheet, &said, source);
	sheet_add(sheet, "%s says %u", source, (unsigned)c->claim_laps);
}

static void explain_laps(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	uint32_t row = c->lap_row, counted = 0, made = 0;
	for (; row != 0; row = sheet->tables->laps[row - 1].prev) {
		counted++;
		made += (sheet->tables->laps[row - 1].bits & LAP_REPAIRED) != 0;
	}
	sheet_add(sheet, "%u %s = %u crossings of start/finish%s", (unsigned)c->laps,
		  laps_word(c->laps), (unsigned)counted,
		  c->lap_first ? ", and those before" : "");
	if (c->lap_first)
		sheet_add(sheet, "first reported with %u laps: the source numbers them",
			  (unsigned)c->lap_first);
	if (made)
		sheet_add(sheet, "%u of them estimated: the crossing was missed",
			  (unsigned)made)
			->estimated = 1;
	explain_claim(sheet);
	sheet_decisions(sheet, 1u << DECISION_LAPS | 1u << DECISION_RESULT_AT);
	row = c->lap_row;
	for (unsigned n = 0; row != 0 && n < ROWS_SHOWN; n++) {
		const struct lap_row *lap = &sheet->tables->laps[row - 1];
		struct crossed end = {lap->at, lap->car, lap->source, LINE_SF};
		char who[24];
		text_format(who, sizeof(who), "lap %u ", (unsigned)lap->lap);
		sheet_crossed(sheet, &end, who);
		row = lap->prev;
	}
}

static void explain_sector(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	unsigned sector = sheet->ask->index, lines = sheet->race->setup.line_count;
	bool now = sector < c->line, last = sector + 1 == lines, estimated;
	instant_us from, to;
	char head[48];
	struct explain_line *line;
	if (sector >= lines) {
		sheet_add(sheet, "the lap has %u sectors", lines);
		return;
	}
	from = now ? c->now.at[sector] : c->before.at[sector];
	to = now ? c->now.at[sector + 1] : c->before.at[last ? 0 : sector + 1];
	if (!now && last)
		to = c->now.at[0];
	text_format(head, sizeof(head), "sector %u of lap %u", sector + 1,
		    (unsigned)(c->laps + now));
	line = difference(sheet, head, from, to);
	if (now)
		estimated = (c->estimated >> sector & 3) != 0;
	else
		estimated = (c->estimated_before >> sector & (last ? 1 : 3)) != 0 ||
			    (last && (c->estimated & 1) != 0);
	line->estimated = estimated;
	crossed(sheet, sheet->ask->car, (uint8_t)sector, from, "");
	crossed(sheet, sheet->ask->car, last ? LINE_SF : (uint8_t)(sector + 1), to, "");
}

/* ---- places and gaps ---------------------------------------------------------------- */

static void explain_reached(struct sheet *sheet, uint16_t car)
{
	const struct car *c = &sheet->race->cars[car];
	struct crossed at = {c->line_at, car, c->line_source, c->line};
	char who[24], label[16];
	label_text(sheet, car, label);
	text_format(who, sizeof(who), "%s ", label);
	sheet_crossed(sheet, &at, who);
}

static void best_of(struct sheet *sheet, uint16_t car)
{
	const struct car *c = &sheet->race->cars[car];
	char label[16], time[TIME_TEXT_MAX], clock[32];
	label_text(sheet, car, label);
	if (c->lap_best == DURATION_NONE) {
		sheet_add(sheet, "%s: no best lap", label);
		return;
	}
	format_duration(time, c->lap_best, TIME_LAP);
	short_clock(sheet, c->lap_best_at, clock);
	sheet_add(sheet, "%s: best lap %s, its lap %u, at %s", label, time,
		  (unsigned)c->lap_best_number, clock);
}

/* Those that were found to be another car are none. */
static unsigned cars_listed(const struct race *race)
{
	unsigned count = 0;
	for (uint16_t car = 0; car < race->car_count; car++)
		count += !race->entries[car].merged;
	return count;
}

static void explain_position(struct sheet *sheet)
{
	const struct race *race = sheet->race;
	uint16_t place = race->place[sheet->ask->car];
	bool timed = race->setup.type == SESSION_TIMED;
	uint16_t cars[2] = {sheet->ask->car, place ? race->order[place - 1] : CAR_NONE};
	sheet_add(sheet,
		  timed ? "place %u of %u: by best lap"
			: "place %u of %u: by laps, line reached and time there",
		  place + 1u, cars_listed(race));
	for (unsigned i = 0; i < 2; i++) {
		char label[16];
		if (cars[i] == CAR_NONE)
			continue;
		if (timed) {
			best_of(sheet, cars[i]);
			continue;
		}
		label_text(sheet, cars[i], label);
		sheet_add(sheet, "car %s%s: %u %s", label, i ? ", ahead" : "",
			  (unsigned)race->cars[cars[i]].laps,
			  laps_word(race->cars[cars[i]].laps));
		explain_reached(sheet, cars[i]);
	}
	if (race->progress[sheet->ask->car] == 0 && !timed)
		sheet_add(sheet, "it has reached no line: by the grid, then by number");
}

/* The time of the car ahead at the line the car behind reached last. */
static void explain_gap_to(struct sheet *sheet, uint16_t ahead, const struct gap *gap)
{
	const struct race *race = sheet->race;
	uint16_t car = sheet->ask->car;
	const struct car *c = sheet->car;
	uint64_t here = race_progress(race, car);
	char label[16], other[16], text[TIME_TEXT_MAX], head[64], who[24];
	instant_us t = race_time_at(race, sheet->tables, ahead, here);
	label_text(sheet, car, label);
	label_text(sheet, ahead, other);
	format_gap(text, *gap, TIME_LAP);
	if (race->setup.type == SESSION_TIMED) {
		sheet_add(sheet, "%s behind %s: best lap less best lap", text, other);
		best_of(sheet, car);
		best_of(sheet, ahead);
		return;
	}
	if (gap->kind == GAP_LAPS) {
		sheet_add(sheet, "%s behind %s: lines passed, %u a lap", text, other,
			  (unsigned)race->setup.line_count);
		sheet_add(sheet, "%s passed %llu, %s %llu", label,
			  (unsigned long long)here, other,
			  (unsigned long long)race_progress(race, ahead));
		if ((race_progress(race, ahead) - here) / race->setup.line_count !=
		    (uint64_t)gap->value)
			sheet_add(sheet,
				  "less one: %s came round to that line behind %s",
				  other, label);
		explain_reached(sheet, car);
		explain_reached(sheet, ahead);
		return;
	}
	if (gap->estimated && t != INSTANT_NONE && t > c->line_at) {
		sheet_add(sheet, "at least %s behind %s, which passed it since", text,
			  other)
			->estimated = 1;
		explain_reached(sheet, ahead);
		explain_reached(sheet, car);
		return;
	}
	text_format(head, sizeof(head), "behind %s", other);
	difference(sheet, head, t, c->line_at)->estimated = gap->estimated;
	explain_reached(sheet, car);
	text_format(who, sizeof(who), "%s ", other);
	crossed(sheet, ahead, c->line, t, who);
}

static uint16_t leader_of(const struct sheet *sheet, uint8_t class_index)
{
	const struct standings *s = sheet->ask->standings;
	for (uint32_t i = 0; i < s->count; i++) {
		uint16_t car = s->rows[i].car;
		if (class_index == RACE_CLASSES_MAX ||
		    sheet->race->entries[car].class_index == class_index)
			return car;
	}
	return CAR_NONE;
}

static void explain_gap(struct sheet *sheet)
{
	const struct standings *s = sheet->ask->standings;
	uint16_t car = sheet->ask->car, ahead;
	uint8_t class_index = RACE_CLASSES_MAX;
	const struct standing *row;
	const struct gap *gap;
	if (!s || s->row_of[car] >= s->count) {
		sheet_add(sheet, "it has no place");
		return;
	}
	row = &s->rows[s->row_of[car]];
	gap = &row->gap;
	if (sheet->ask->what == EXPLAIN_CLASS_GAP) {
		class_index = sheet->race->entries[car].class_index;
		gap = &row->class_gap;
	}
	ahead = leader_of(sheet, class_index);
	if (sheet->ask->what == EXPLAIN_INTERVAL) {
		ahead = s->row_of[car] ? row[-1].car : CAR_NONE;
		gap = &row->interval;
	}
	if (ahead == CAR_NONE || ahead == car)
		sheet_add(sheet, "no car is ahead");
	else if (gap->kind == GAP_NONE)
		sheet_add(sheet, "no gap: a line both have reached is not known");
	else
		explain_gap_to(sheet, ahead, gap);
}

/* ---- the pits, the drivers --------------------------------------------------------- */

static void explain_stops(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	uint16_t car = sheet->ask->car;
	sheet_add(sheet, "%u stops: by pit in, or by SF crossed in the lane",
		  (unsigned)c->stops);
	if (c->claim_stops > c->stops)
		sheet_add(sheet, "~%u: the source counts as many, without their times",
			  (unsigned)c->claim_stops);
	if (c->stop_open) {
		sheet_add(sheet, "stop %u: in the pits since", (unsigned)c->stops);
		crossed(sheet, car, LINE_PIT_IN, c->pit_in_at, "  ");
	}
	for (uint32_t row = c->stint_row; row != 0;
	     row = sheet->tables->stints[row - 1].prev) {
		const struct stint_row *stint = &sheet->tables->stints[row - 1];
		char head[32], time[TIME_TEXT_MAX];
		text_format(head, sizeof(head), "stop %u", (unsigned)stint->number);
		if (stint->stop == DURATION_NONE) {
			sheet_add(sheet, "%s: how long is not known", head);
		} else if (stint->estimated &&
			   stint->stop != stint->out_at - stint->in_at) {
			format_duration(time, stint->stop, TIME_LAP);
			sheet_add(sheet, "%s: %s, as the source states it", head, time);
		} else {
			difference(sheet, head, stint->in_at, stint->out_at)
				->estimated = stint->estimated;
		}
		crossed(sheet, car, LINE_PIT_IN, stint->in_at, "  ");
		crossed(sheet, car, LINE_PIT_OUT, stint->out_at, "  ");
	}
}

static void explain_stint(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	uint16_t car = sheet->ask->car;
	sheet_add(sheet, "stint %u: %u %s = %u completed - %u when it began",
		  (unsigned)c->stint, (unsigned)(c->laps - c->stint_lap),
		  laps_word(c->laps - c->stint_lap), (unsigned)c->laps,
		  (unsigned)c->stint_lap);
	if (c->stint_at == INSTANT_NONE)
		sheet_add(sheet, "when it began is not known");
	else
		crossed(sheet, car, c->stint_row ? LINE_PIT_OUT : LINE_SF, c->stint_at,
			"from ");
}

static void explain_driver(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	const struct entry *entry = &sheet->race->entries[sheet->ask->car];
	const struct event *event;
	char clock[32], record[96], time[TIME_TEXT_MAX];
	if (c->driver >= RACE_DRIVERS_MAX) {
		sheet_add(sheet, "no source names the driver");
	} else {
		format_duration(time,
				race_driver_time(sheet->race, sheet->ask->car,
						 c->driver, sheet->race->now),
				TIME_CLOCK);
		sheet_add(sheet, "driver %u: %s, %s at the wheel, stops not counted",
			  c->driver + 1u, entry->drivers[c->driver], time);
	}
	event = sheet_newest(sheet, EVENT_DRIVER, sheet->ask->car);
	if (!event)
		return;
	clock_text(sheet, event->at, clock);
	record_text(sheet, event, record);
	sheet_add(sheet, "%s %s", clock, record);
}

/* ---- the judgement ------------------------------------------------------------------ */

static const struct result *result_of(const struct sheet *sheet)
{
	const struct classification *c = sheet->ask->classification;
	uint16_t row = c ? c->row_of[sheet->ask->car] : CAR_NONE;
	return row < RACE_CARS_MAX ? &c->rows[row] : NULL;
}

static void explain_total(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	const struct race *race = sheet->race;
	const struct result *r = result_of(sheet);
	char time[TIME_TEXT_MAX], a[32], b[32];
	if (c->laps == 0 || c->sf_at == INSTANT_NONE ||
	    race->start_at == INSTANT_NONE) {
		sheet_add(sheet, "no total: no lap is completed, or no start is known");
		return;
	}
	format_duration(time, c->sf_at - race->start_at, TIME_RACE);
	short_clock(sheet, c->sf_at, a);
	short_clock(sheet, race->start_at, b);
	sheet_add(sheet, "%s = last crossing %s - start %s", time, a, b);
	crossed(sheet, sheet->ask->car, LINE_SF, c->sf_at, "");
	sheet_decisions(sheet, 1u << DECISION_TIME | 1u << DECISION_RESULT_AT);
	if (r && r->total != DURATION_NONE && r->total != c->sf_at - race->start_at) {
		format_duration(time, r->total, TIME_RACE);
		sheet_add(sheet, "with penalties: %s", time)->decision = 1;
	}
}

static void explain_margin(struct sheet *sheet)
{
	const struct classification *c = sheet->ask->classification;
	const struct result *r = result_of(sheet);
	if (!r || r->threshold == 0) {
		sheet_add(sheet, "no threshold: the ruleset asks for none");
		return;
	}
	sheet_add(sheet, "%+d = %u laps - threshold %u", (int)r->margin,
		  (unsigned)r->laps, (unsigned)r->threshold);
	sheet_add(sheet, "%s: %u laps, threshold %u",
		  c->finished ? "the winner" : "the leader now",
		  (unsigned)c->winner_laps, (unsigned)c->threshold);
	if (r->threshold != c->threshold)
		sheet_add(sheet, "this car's is of the winner of its class");
	sheet_decisions(sheet, 1u << DECISION_LAPS);
}

static void explain_status(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	const struct result *r = result_of(sheet);
	const struct event *said = sheet_newest(sheet, EVENT_STATUS, sheet->ask->car);
	char clock[32], record[96];
	if (r)
		sheet_add(sheet, "%s", status_name((enum result_status)r->status));
	if (c->flagged && c->flag_at != INSTANT_NONE) {
		sheet_add(sheet, "it took the flag");
		crossed(sheet, sheet->ask->car, LINE_SF, c->flag_at, "  ");
	} else if (sheet->race->finish_at != INSTANT_NONE) {
		sheet_add(sheet, "it has not taken the flag");
	}
	if (r && r->threshold)
		sheet_add(sheet, "%u laps, threshold %u", (unsigned)r->laps,
			  (unsigned)r->threshold);
	if (said) {
		struct slice word = event_text(sheet->timeline->events, said);
		clock_text(sheet, said->at, clock);
		record_text(sheet, said, record);
		sheet_add(sheet, "%s %s says %.*s", clock, record, (int)word.len,
			  word.len ? word.at : "");
	}
	sheet_decisions(
		sheet, 1u << DECISION_STATUS | 1u << DECISION_DISQUALIFIED |
			       1u << DECISION_BEHIND | 1u << DECISION_LAST_OF_LAP |
			       1u << DECISION_RESULT_AT | 1u << DECISION_LAST_OF_CLASS);
}

/* ---- the entry ------------------------------------------------------------------------ */

static void explain_ids(struct sheet *sheet)
{
	static const char *const kinds[] = {
		[ID_NONE] = "name",
		[ID_NUMBER] = "number",
		[ID_TRANSPONDER] = "transponder",
		[ID_REGISTRATION] = "registration",
	};
	const struct race *race = sheet->race;
	for (uint16_t i = 0; i < race->id_count; i++) {
		const struct race_id *id = &race->ids[i];
		if (id->car != sheet->ask->car || id->kind >= ARRAY_LEN(kinds))
			continue;
		sheet_add(sheet, "%s %s%s", kinds[id->kind], id->text,
			  id->reported != CAR_NONE ? ", given to it by hand" : "")
			->decision = id->reported != CAR_NONE;
	}
}

static void explain_field(struct sheet *sheet, const struct event *event)
{
	struct slice text = event_text(sheet->timeline->events, event);
	char record[96], place[16] = "";
	record_text(sheet, event, record);
	if (event->field == ENTRY_GRID ||
	    (event->field == ENTRY_DRIVER && event->number))
		text_format(place, sizeof(place), " %u", (unsigned)event->number);
	const char *name = event->field == ENTRY_PIT_START ? "starts from the pit lane"
			   : event->field == ENTRY_NOT_STARTED
				   ? "did not start"
				   : entry_field_name((enum entry_field)event->field);
	sheet_add(sheet, "%s%s%s%.*s: %s", name, place, text.len ? " " : "",
		  (int)text.len, text.len ? text.at : "", record)
		->decision = (event->bits & EVENT_BY_HAND) != 0;
}

static void explain_entry(struct sheet *sheet)
{
	char label[16];
	label_text(sheet, sheet->ask->car, label);
	sheet_add(sheet, "car %s", label);
	explain_ids(sheet);
	for (uint32_t i = 0; i < sheet->events && sheet->count < sheet->max; i++) {
		const struct event *event = sheet_event(sheet, i);
		if (event && event->kind == EVENT_ENTRY &&
		    event->field < ENTRY_FIELD_COUNT && event->field != ENTRY_CAR &&
		    sheet_car(sheet, i) == sheet->ask->car)
			explain_field(sheet, event);
	}
}

/* The newest VALUE of the car, and the lap of its top speed, which may be of its passing. */
static void explain_value(struct sheet *sheet)
{
	const struct car *c = sheet->car;
	bool speed = sheet->ask->index == VALUE_TOP_SPEED;
	char clock[32], record[96];
	if (speed && c->top_speed > 0)
		sheet_add(sheet, "%d.%d km/h on lap %u, as its source states it",
			  c->top_speed / 10, c->top_speed % 10, c->top_speed_lap);
	for (uint32_t i = sheet->events; i > 0; i--) {
		const struct event *event = sheet_event(sheet, i - 1);
		if (!event || event->kind != EVENT_VALUE ||
		    event->field != sheet->ask->index ||
		    sheet_car(sheet, i - 1) != sheet->ask->car)
			continue;
		clock_text(sheet, event->at, clock);
		record_text(sheet, event, record);
		sheet_add(sheet, "%s %lld: %s %s",
			  car_value_name((enum car_value)event->field),
			  (long long)event->value, clock, record);
		return;
	}
	if (!speed || c->top_speed <= 0)
		sheet_add(sheet, "no source has reported it");
}

static void (*const explainers[EXPLAIN_COUNT])(struct sheet *sheet) = {
	[EXPLAIN_POSITION] = explain_position, [EXPLAIN_LAPS] = explain_laps,
	[EXPLAIN_LAST] = explain_last,         [EXPLAIN_BEST] = explain_best,
	[EXPLAIN_GAP] = explain_gap,           [EXPLAIN_INTERVAL] = explain_gap,
	[EXPLAIN_CLASS_GAP] = explain_gap,     [EXPLAIN_SECTOR] = explain_sector,
	[EXPLAIN_STOPS] = explain_stops,       [EXPLAIN_STINT] = explain_stint,
	[EXPLAIN_DRIVER] = explain_driver,     [EXPLAIN_TOTAL] = explain_total,
	[EXPLAIN_MARGIN] = explain_margin,     [EXPLAIN_STATUS] = explain_status,
	[EXPLAIN_ENTRY] = explain_entry,       [EXPLAIN_VALUE] = explain_value,
};

unsigned timeline_explain(const struct timeline *timeline,
			  const struct explain_ask *ask, struct explain_line *lines,
			  unsigned max)
{
	struct sheet sheet = {
		.timeline = timeline,
		.race = &timeline->race,
		.tables = &timeline->tables,
		.ask = ask,
		.lines = lines,
		.max = max,
	};
	/* Points are explained by the season. */
	if (ask->car >= sheet.race->car_count || ask->what >= EXPLAIN_COUNT ||
	    ask->what == EXPLAIN_POINTS)
		return 0;
	sheet.car = &sheet.race->cars[ask->car];
	sheet.events = order_after(timeline, timeline->at);
	explainers[ask->what](&sheet);
	return sheet.count;
}
