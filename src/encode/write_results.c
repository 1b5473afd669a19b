/*
 * write_results.c -- `pitwall results`: the classification as a table, CSV and JSON
 *
 *  (1) One row a car, in the order classify() gave; nothing is judged here.
 *  (2) The same fact is the same string in every format; JSON has numbers.
 *  (3) What is not known is blank in a table and in CSV, null in JSON.
 */
#include "write.h"

#include <string.h>

struct results {
	const struct race *race;
	const struct rules *rules;
	const struct classification *list;
	const char *class_only;
};

static bool row_wanted(const struct results *r, const struct result *row)
{
	return r->class_only == NULL ||
	       slice_eq_nocase(encode_car_class(r->race, row->car),
			       slice_of(r->class_only));
}

/* ---- the fields -------------------------------------------------------------------- */

/* A row of the classification, and what the fields read of it. */
struct result_line {
	const struct race *race;
	const struct result *row;
	const struct car *car;
	const struct entry *entry;
};

/* A rank or a lap number; 0: unknown. */
static void results_known(struct listing_value *value, uint32_t number)
{
	if (number > 0)
		listing_number(value, number);
}

static void result_position(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	results_known(value, line->row->position);
}

static void result_status_word(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	listing_text(value, slice_of(status_name(line->row->status)));
}

static void result_label(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	list_car(value, line->race, line->row->car);
}

static void result_class(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	listing_text(value, encode_car_class(line->race, line->row->car));
}

static void result_class_and_tag(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	const char *tag = line->entry->tag;
	struct slice name = encode_car_class(line->race, line->row->car);
	if (tag[0] == '\0' || slice_eq(name, slice_of(tag)))
		listing_text(value, name);
	else
		listing_format(value, "%.*s (%s)", (int)name.len, name.at, tag);
}

static void result_class_position(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	results_known(value, line->row->class_position);
}

static void result_laps(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	listing_number(value, line->row->laps);
}

static void result_total(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	listing_time(value, line->row->total, TIME_RACE);
}

static void results_gap(struct listing_value *value, const struct result *row,
			struct gap gap)
{
	if (row->moved || gap.kind == GAP_NONE)
		return;
	if (gap.kind == GAP_TIME)
		listing_time(value, gap.value, TIME_LAP);
	else
		value->type = LISTING_SHOWN;
	value->text = (struct slice){value->buf, format_gap(value->buf, gap, TIME_LAP)};
}

static void result_gap(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	results_gap(value, line->row, line->row->gap);
}

static void result_interval(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	results_gap(value, line->row, line->row->interval);
}

static void result_gap_laps(const void *record, struct listing_value *value)
{
	const struct result *row = ((const struct result_line *)record)->row;
	struct gap gap = value->place == 0 ? row->gap : row->interval;
	if (!row->moved && gap.kind == GAP_LAPS)
		listing_number(value, gap.value);
}

static void result_best(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	listing_time(value, line->car->lap_best, TIME_LAPM);
}

static void result_best_number(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	results_known(value, line->car->lap_best_number);
}

static void result_stops(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	listing_number(value, line->car->stops);
}

static void result_margin(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	const struct result *row = line->row;
	if (row->threshold > 0 && row->status != STATUS_DNS &&
	    row->status != STATUS_DSQ)
		listing_format(value, row->margin == 0 ? "%d" : "%+d",
			       (int)row->margin);
}

static void result_team(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	listing_text(value, slice_of(line->entry->team));
}

static void result_drivers(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	listing_items(value);
	for (unsigned i = 0; i < line->entry->driver_count && i < RACE_DRIVERS_MAX; i++)
		if (line->entry->drivers[i][0] != '\0')
			listing_item(value, slice_of(line->entry->drivers[i]));
}

/* Of the table: the team, else the drivers, else the car. */
static void result_crew(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	listing_text(value, slice_of(line->entry->team));
	if (value->text.len == 0)
		result_drivers(record, value);
	if (value->text.len == 0)
		listing_text(value, slice_of(line->entry->vehicle));
}

static size_t results_add_note(char *text, size_t len, size_t cap, const char *note)
{
	return len +
	       text_format(text + len, cap - len, "%s%s", len > 0 ? ", " : "", note);
}

/* Of the table: what sets the row apart. */
static void result_notes(const void *record, struct listing_value *value)
{
	const struct result_line *line = record;
	const struct result *row = line->row;
	char text[128] = "", count[24];
	size_t len = 0;
	if (row->status != STATUS_CLASSIFIED && row->status != STATUS_RUNNING)
		len = results_add_note(text, len, sizeof(text),
				       status_name(row->status));
	if (row->class_winner)
		len = results_add_note(
			text, len, sizeof(text),
			line->race->setup.type == SESSION_TIMED ? "class best"
			: row->status == STATUS_RUNNING         ? "leads class"
								: "class winner");
	if (row->invited)
		len = results_add_note(text, len, sizeof(text), "invited");
	if (row->decisions > 0) {
		text_format(count, sizeof(count), "%u decision%s",
			    (unsigned)row->decisions, row->decisions == 1 ? "" : "s");
		(void)results_add_note(text, len, sizeof(text), count);
	}
	listing_format(value, "%s", text);
}

/* The contract of CSV and JSON is in encode.h. */
#define LEFT .right = false
#define RIGHT .right = true
static const struct listing_field fields[] = {
	{"pos", "Pos", result_position, RIGHT},
	{"status", NULL, result_status_word, LEFT},
	{"number", "Nº", result_label, RIGHT},
	{"class", NULL, result_class, LEFT},
	{NULL, "Class", result_class_and_tag, LEFT},
	{"class_pos", "Cl", result_class_position, RIGHT},
	{"laps", "Laps", result_laps, RIGHT},
	{"total_time", "Time", result_total, RIGHT},
	{"gap", "Gap", result_gap, RIGHT},
	{"interval", "Interval", result_interval, RIGHT},
	{"best_lap", "Best", result_best, RIGHT},
	{"best_lap_number", "on", result_best_number, RIGHT},
	{"pit_stops", "Stops", result_stops, RIGHT},
	{NULL, "Margin", result_margin, RIGHT},
	{"team", NULL, result_team, LEFT},
	{"drivers", NULL, result_drivers, LEFT},
	{"gap_laps", NULL, result_gap_laps, RIGHT, .place = 0},
	{"interval_laps", NULL, result_gap_laps, RIGHT, .place = 1},
	{NULL, "Team", result_crew, LEFT},
	{NULL, "Status", result_notes, LEFT},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 2};

/* ---- above the table ---------------------------------------------------------------- */

/* "78 Forte Racing" */
static void results_put_car(struct out *out, const struct race *race, uint16_t car)
{
	char label[16];

	race_car_label(race, car, label);
	out_text(out, label);
	if (race->entries[car].team[0] != '\0') {
		out_char(out, ' ');
		out_text(out, race->entries[car].team);
	}
}

/* A session by best lap has no winner and no distance. */
/* The race time of a race or session that goes on. */
static void running_at(struct out *out, const struct results *r)
{
	const struct race *race = r->race;
	instant_us asked = r->list->at > race->now ? r->list->at : race->now;
	char buf[TIME_TEXT_MAX];
	if (!r->list->finished &&
	    format_duration(buf, race_elapsed(race, asked), TIME_CLOCK) > 0)
		out_format(out, "   running at %s", buf);
	out_char(out, '\n');
}

static void fastest_line(struct out *out, const struct results *r, uint16_t car)
{
	const struct car *c = &r->race->cars[car];
	char buf[TIME_TEXT_MAX];

	if (c->lap_best == DURATION_NONE) {
		out_text(out, "No car has set a time.\n");
		return;
	}
	out_text(out, "Fastest #");
	results_put_car(out, r->race, car);
	format_duration(buf, c->lap_best, TIME_LAP);
	out_format(out, ", %s on lap %u", buf, (unsigned)c->lap_best_number);
	running_at(out, r);
}

/* The first row that is printed; NULL: there is none. */
static const struct result *results_first_row(const struct results *r)
{
	for (uint32_t i = 0; i < r->list->count; i++)
		if (row_wanted(r, &r->list->rows[i]))
			return &r->list->rows[i];
	return NULL;
}

/* Who is in front, and how far that is. */
static void winner_line(struct out *out, const struct results *r)
{
	const struct race *race = r->race;
	const struct result *row = results_first_row(r);
	length_mm lap = race->setup.lap_length;
	char buf[TIME_TEXT_MAX];

	if (row == NULL) {
		out_text(out, "No car has been seen.\n");
		return;
	}
	if (race->setup.type == SESSION_TIMED) {
		fastest_line(out, r, row->car);
		return;
	}
	out_text(out, r->list->finished ? "Winner  #" : "Leader  #");
	results_put_car(out, race, row->car);
	out_format(out, ", %u lap%s", (unsigned)row->laps, row->laps == 1 ? "" : "s");
	if (format_duration(buf, row->total, TIME_RACE) > 0)
		out_format(out, " in %s", buf);
	if (lap > 0 && row->laps > 0) {
		uint64_t m = (uint64_t)lap / 1000 * row->laps +
			     (uint64_t)lap % 1000 * row->laps / 1000;

		out_format(out, ", %llu.%03llu km", (unsigned long long)(m / 1000),
			   (unsigned long long)(m % 1000));
	}
	running_at(out, r);
}

static void percent_text(char *buf, size_t cap, uint32_t per_mille)
{
	if (per_mille % 10 == 0)
		text_format(buf, cap, "%u %%", (unsigned)(per_mille / 10));
	else
		text_format(buf, cap, "%u.%u %%", (unsigned)(per_mille / 10),
			    (unsigned)(per_mille % 10));
}

static bool counted_back(const struct race *race)
{
	return race->winner < race->car_count &&
	       race->cars[race->winner].laps == race->result_lap;
}

static unsigned inferred_of(const struct race *race, uint16_t car)
{
	unsigned count = 0;
	for (uint16_t i = 0; i < race->decision_count; i++)
		count += race->decisions[i].car == car && race->decisions[i].inferred;
	return count;
}

/* The ruleset, what it asks for, what the stewards changed, and what was inferred of it. */
static void rules_line(struct out *out, const struct results *r)
{
	const struct rules *rules = r->rules;
	unsigned changed = 0, inferred = race_decisions_inferred(r->race);
	char percent[16];

	out_text(out, "Rules   ");
	out_text(out, rules->name);
	if (rules->fraction_pm == 0) {
		out_text(out, " · no threshold");
	} else if (rules->of == OF_CLASS_WINNER) {
		percent_text(percent, sizeof(percent), rules->fraction_pm);
		out_format(out, " · classified from %s of the class winner's laps",
			   percent);
	} else {
		percent_text(percent, sizeof(percent), rules->fraction_pm);
		out_format(out, " · classified from %u laps, %s of the %s's %u",
			   (unsigned)r->list->threshold, percent,
			   r->list->finished ? "winner" : "leader",
			   (unsigned)r->list->winner_laps);
	}
	if (r->race->result_lap > 0 && r->race->setup.type == SESSION_TIMED)
		out_text(out, " · a timed session has no result at a lap");
	else if (r->race->result_lap > 0 && r->list->finished)
		out_format(out,
			   counted_back(r->race)
				   ? " · result at the end of lap %u"
				   : " · no car completed lap %u of the result",
			   (unsigned)r->race->result_lap);
	for (uint32_t i = 0; i < r->list->count; i++)
		changed += r->list->rows[i].decisions >
			   inferred_of(r->race, r->list->rows[i].car);
	if (changed > 0)
		out_format(out, " · decisions changed %u row%s", changed,
			   changed == 1 ? "" : "s");
	else if (r->race->result_lap == r->race->setup.result_lap)
		out_text(out, " · no decisions");
	if (inferred > 0)
		out_format(out, " · %u lap%s not counted (inferred)", inferred,
			   inferred == 1 ? "" : "s");
	out_char(out, '\n');
}

static bool row_below(const struct result *row)
{
	if (row->status == STATUS_RUNNING)
		return row->threshold > 0 && row->margin < 0;
	return row->status != STATUS_CLASSIFIED;
}

/* Where the line between classified and not classified goes: before this row, or
 * nowhere (count). Only where it parts the list cleanly. */
static uint32_t threshold_row(const struct results *r)
{
	uint32_t first = r->list->count;

	for (uint32_t i = 0; i < r->list->count; i++) {
		if (!row_wanted(r, &r->list->rows[i]))
			continue;
		if (row_below(&r->list->rows[i])) {
			if (first == r->list->count)
				first = i;
		} else if (first < r->list->count) {
			return r->list->count;
		}
	}
	return first;
}

static void results_threshold_line(struct out *out, const struct results *r,
				   uint32_t row, int width)
{
	char percent[16], text[64];
	uint32_t laps = r->list->rows[row].threshold;
	int used;

	if (r->rules->fraction_pm == 0) {
		text_format(text, sizeof(text), " not classified ");
	} else {
		percent_text(percent, sizeof(percent), r->rules->fraction_pm);
		if (r->rules->of == OF_CLASS_WINNER && r->class_only == NULL)
			text_format(text, sizeof(text), " %s of the class winner ",
				    percent);
		else
			text_format(text, sizeof(text), " %s · %u laps%s ", percent,
				    (unsigned)laps, r->list->finished ? "" : " now");
	}
	used = text_width(slice_of(text));
	out_repeat(out, "─", (width - used) / 2);
	out_text(out, text);
	out_repeat(out, "─", width - used - (width - used) / 2);
	out_char(out, '\n');
}

/* The next row that is printed, from *@i on; false: none. */
static bool results_next_line(const struct results *r, uint32_t *i,
			      struct result_line *line)
{
	while (*i < r->list->count) {
		const struct result *row = &r->list->rows[(*i)++];
		if (!row_wanted(r, row))
			continue;
		*line = (struct result_line){r->race, row, &r->race->cars[row->car],
					     &r->race->entries[row->car]};
		return true;
	}
	return false;
}

void encode_results(struct out *out, enum format format, const struct race *race,
		    const struct rules *rules,
		    const struct classification *classification, const char *class_only)
{
	const struct results r = {race, rules, classification, class_only};
	uint32_t threshold = threshold_row(&r);
	struct listing listing;
	struct result_line line;
	listing_begin(&listing, out, format, &form);
	for (uint32_t i = 0; results_next_line(&r, &i, &line);)
		listing_measure(&listing, &line);
	if (format == FORMAT_TABLE) {
		encode_title(out, r.race, r.class_only);
		winner_line(out, &r);
		rules_line(out, &r);
		if (listing_width(&listing) == 0)
			return;
		out_char(out, '\n');
	}
	listing_head(&listing);
	for (uint32_t i = 0; results_next_line(&r, &i, &line);) {
		if (format == FORMAT_TABLE && i == threshold + 1)
			results_threshold_line(out, &r, threshold,
					       listing_width(&listing));
		listing_row(&listing, &line);
	}
	listing_end(&listing);
}
