/*
 * results.c -- `pitwall results`: the classification as a table, CSV and JSON
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

static const char fields[] = "pos,status,number,class,class_pos,laps,total_time,gap,"
			     "interval,best_lap,best_lap_number,pit_stops,team,drivers";

static bool row_wanted(const struct results *r, const struct result *row)
{
	return r->class_only == NULL ||
	       slice_eq_nocase(encode_car_class(r->race, row->car),
			       slice_of(r->class_only));
}

static struct gap row_gap(const struct result *row, struct gap gap)
{
	return row->moved ? (struct gap){0} : gap;
}

/* ---- CSV ---------------------------------------------------------------- */

static void csv_u64(struct out *out, uint64_t value)
{
	if (value > 0)
		out_u64(out, value);
	out_char(out, ',');
}

static void csv_slice(struct out *out, struct slice s)
{
	out_csv(out, s, ',');
	out_char(out, ',');
}

static void csv_time(struct out *out, duration_us t, enum time_style style)
{
	char buf[TIME_TEXT_MAX];

	out_bytes(out, buf, format_duration(buf, t, style));
	out_char(out, ',');
}

static void csv_gap(struct out *out, struct gap gap)
{
	char buf[TIME_TEXT_MAX];

	out_bytes(out, buf, format_gap(buf, gap, TIME_LAP));
	out_char(out, ',');
}

/* "A / B", cut to what @buf holds. */
static struct slice drivers_text(const struct entry *entry, char *buf, size_t cap)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < entry->driver_count && i < RACE_DRIVERS_MAX; i++) {
		if (entry->drivers[i][0] == '\0')
			continue;
		len += text_format(buf + len, cap - len, "%s%s", len > 0 ? " / " : "",
				   entry->drivers[i]);
	}
	return (struct slice){buf, len};
}

static void row_csv(struct out *out, const struct results *r, const struct result *row)
{
	const struct car *car = &r->race->cars[row->car];
	const struct entry *entry = &r->race->entries[row->car];
	char drivers[CELL_MAX], label[16];

	csv_u64(out, row->position);
	csv_slice(out, slice_of(status_name(row->status)));
	csv_slice(out, encode_car_number(r->race, row->car, label));
	csv_slice(out, encode_car_class(r->race, row->car));
	csv_u64(out, row->class_position);
	out_u64(out, row->laps);
	out_char(out, ',');
	csv_time(out, row->total, TIME_RACE);
	csv_gap(out, row_gap(row, row->gap));
	csv_gap(out, row_gap(row, row->interval));
	csv_time(out, car->lap_best, TIME_LAPM);
	csv_u64(out, car->lap_best_number);
	out_u64(out, car->stops);
	out_char(out, ',');
	csv_slice(out, slice_of(entry->team));
	out_csv(out, drivers_text(entry, drivers, sizeof(drivers)), ',');
	out_char(out, '\n');
}

/* ---- JSON --------------------------------------------------------------- */

static void json_name(struct out *out, const char *name)
{
	out_text(out, ",\"");
	out_text(out, name);
	out_text(out, "\":");
}

static void json_text(struct out *out, const char *name, struct slice s)
{
	json_name(out, name);
	if (s.len == 0)
		out_text(out, "null");
	else
		out_json(out, s);
}

static void json_u64(struct out *out, const char *name, uint64_t value, bool known)
{
	json_name(out, name);
	if (known)
		out_u64(out, value);
	else
		out_text(out, "null");
}

static void json_time(struct out *out, const char *name, duration_us t)
{
	json_name(out, name);
	out_seconds(out, t);
}

static void json_gap(struct out *out, const char *name, struct gap gap)
{
	char buf[TIME_TEXT_MAX];

	json_name(out, name);
	if (gap.kind == GAP_TIME)
		out_seconds(out, gap.value);
	else if (gap.kind == GAP_LAPS)
		out_json(out, (struct slice){buf, format_gap(buf, gap, TIME_LAP)});
	else
		out_text(out, "null");
}

static void row_json(struct out *out, const struct results *r, const struct result *row)
{
	const struct car *car = &r->race->cars[row->car];
	const struct entry *entry = &r->race->entries[row->car];
	bool first = true;
	char label[16];

	out_text(out, "{\"pos\":");
	out_u64(out, row->position);
	json_text(out, "status", slice_of(status_name(row->status)));
	json_text(out, "number", encode_car_number(r->race, row->car, label));
	json_text(out, "class", encode_car_class(r->race, row->car));
	json_u64(out, "class_pos", row->class_position, row->class_position > 0);
	json_u64(out, "laps", row->laps, true);
	json_time(out, "total_time", row->total);
	json_gap(out, "gap", row_gap(row, row->gap));
	json_gap(out, "interval", row_gap(row, row->interval));
	json_time(out, "best_lap", car->lap_best);
	json_u64(out, "best_lap_number", car->lap_best_number,
		 car->lap_best_number > 0);
	json_u64(out, "pit_stops", car->stops, true);
	json_text(out, "team", slice_of(entry->team));
	json_name(out, "drivers");
	out_char(out, '[');
	for (unsigned i = 0; i < entry->driver_count && i < RACE_DRIVERS_MAX; i++) {
		if (entry->drivers[i][0] == '\0')
			continue;
		if (!first)
			out_char(out, ',');
		first = false;
		out_json(out, slice_of(entry->drivers[i]));
	}
	out_text(out, "]}");
}

/* ---- the table ------------------------------------------------------------ */

struct column {
	const char *title;
	bool right;
	size_t (*cell)(const struct results *r, const struct result *row, char *buf);
};

static size_t cell_slice(char *buf, struct slice s)
{
	return text_copy(buf, CELL_MAX, s);
}

static size_t cell_u64(char *buf, uint64_t value)
{
	return text_format(buf, CELL_MAX, "%llu", (unsigned long long)value);
}

static size_t cell_position(const struct results *r, const struct result *row,
			    char *buf)
{
	(void)r;
	return row->position > 0 ? cell_u64(buf, row->position) : 0;
}

/* A person who reads the table wants to name the car on the next command line:
 * the label where there is no number. */
static size_t cell_number(const struct results *r, const struct result *row, char *buf)
{
	char label[16];

	race_car_label(r->race, row->car, label);
	return cell_slice(buf, slice_of(label));
}

static size_t cell_class(const struct results *r, const struct result *row, char *buf)
{
	const char *tag = r->race->entries[row->car].tag;
	struct slice name = encode_car_class(r->race, row->car);

	if (tag[0] == '\0' || slice_eq(name, slice_of(tag)))
		return cell_slice(buf, name);
	return text_format(buf, CELL_MAX, "%.*s (%s)", (int)name.len,
			   name.len > 0 ? name.at : "", tag);
}

static size_t cell_class_position(const struct results *r, const struct result *row,
				  char *buf)
{
	(void)r;
	return row->class_position > 0 ? cell_u64(buf, row->class_position) : 0;
}

static size_t cell_laps(const struct results *r, const struct result *row, char *buf)
{
	(void)r;
	return cell_u64(buf, row->laps);
}

static size_t cell_total(const struct results *r, const struct result *row, char *buf)
{
	(void)r;
	return format_duration(buf, row->total, TIME_RACE);
}

static size_t cell_gap(const struct results *r, const struct result *row, char *buf)
{
	(void)r;
	return format_gap(buf, row_gap(row, row->gap), TIME_LAP);
}

static size_t cell_interval(const struct results *r, const struct result *row,
			    char *buf)
{
	(void)r;
	return format_gap(buf, row_gap(row, row->interval), TIME_LAP);
}

static size_t cell_best(const struct results *r, const struct result *row, char *buf)
{
	return format_duration(buf, r->race->cars[row->car].lap_best, TIME_LAPM);
}

static size_t cell_best_lap(const struct results *r, const struct result *row,
			    char *buf)
{
	uint32_t lap = r->race->cars[row->car].lap_best_number;

	return lap > 0 ? cell_u64(buf, lap) : 0;
}

static size_t cell_stops(const struct results *r, const struct result *row, char *buf)
{
	return cell_u64(buf, r->race->cars[row->car].stops);
}

static size_t cell_margin(const struct results *r, const struct result *row, char *buf)
{
	(void)r;
	if (row->threshold == 0 || row->status == STATUS_DNS ||
	    row->status == STATUS_DSQ)
		return 0;
	if (row->margin == 0)
		return cell_u64(buf, 0);
	return text_format(buf, CELL_MAX, "%+d", (int)row->margin);
}

/* Whose car it is: where no team is known, its drivers, else what it is. */
static size_t cell_team(const struct results *r, const struct result *row, char *buf)
{
	const struct entry *entry = &r->race->entries[row->car];
	size_t len;

	if (entry->team[0] != '\0')
		return cell_slice(buf, slice_of(entry->team));
	len = drivers_text(entry, buf, CELL_MAX).len;
	return len > 0 ? len : cell_slice(buf, slice_of(entry->vehicle));
}

static size_t add_word(char *buf, size_t len, const char *word)
{
	return len + text_format(buf + len, CELL_MAX - len, "%s%s", len > 0 ? ", " : "",
				 word);
}

static size_t cell_status(const struct results *r, const struct result *row, char *buf)
{
	size_t len = 0;

	buf[0] = '\0';
	if (row->status != STATUS_CLASSIFIED && row->status != STATUS_RUNNING)
		len = add_word(buf, len, status_name(row->status));
	if (row->class_winner)
		len = add_word(buf, len,
			       r->race->setup.type == SESSION_TIMED ? "class best"
			       : row->status == STATUS_RUNNING      ? "leads class"
								    : "class winner");
	if (row->invited)
		len = add_word(buf, len, "invited");
	if (row->decisions == 1)
		len = add_word(buf, len, "1 decision");
	else if (row->decisions > 1)
		len += text_format(buf + len, CELL_MAX - len, "%s%u decisions",
				   len > 0 ? ", " : "", (unsigned)row->decisions);
	return len;
}

static const struct column columns[] = {
	{"Pos", true, cell_position}, {"Nº", true, cell_number},
	{"Class", false, cell_class}, {"Cl", true, cell_class_position},
	{"Laps", true, cell_laps},    {"Time", true, cell_total},
	{"Gap", true, cell_gap},      {"Interval", true, cell_interval},
	{"Best", true, cell_best},    {"on", true, cell_best_lap},
	{"Stops", true, cell_stops},  {"Margin", true, cell_margin},
	{"Team", false, cell_team},   {"Status", false, cell_status},
};

static void title_line(struct out *out, const struct results *r)
{
	const struct race_setup *setup = &r->race->setup;
	const char *parts[] = {
		setup->event,
		setup->session,
		setup->circuit,
	};
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (parts[i][0] == '\0')
			continue;
		out_text(out, any ? " · " : "");
		out_text(out, parts[i]);
		any = true;
	}
	if (r->class_only != NULL) {
		out_text(out, any ? " · class " : "class ");
		out_text(out, r->class_only);
		any = true;
	}
	if (setup->reconstruction)
		out_text(out, any ? "   RECONSTRUCTION" : "RECONSTRUCTION");
	if (any || setup->reconstruction)
		out_char(out, '\n');
}

/* "78 Forte Racing" */
static void put_car(struct out *out, const struct race *race, uint16_t car)
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
static void fastest_line(struct out *out, const struct results *r, uint16_t car)
{
	const struct car *c = &r->race->cars[car];
	char buf[TIME_TEXT_MAX];

	if (c->lap_best == DURATION_NONE) {
		out_text(out, "No car has set a time.\n");
		return;
	}
	out_text(out, "Fastest #");
	put_car(out, r->race, car);
	format_duration(buf, c->lap_best, TIME_LAP);
	out_format(out, ", %s on lap %u\n", buf, (unsigned)c->lap_best_number);
}

/* The first row that is printed; NULL: there is none. */
static const struct result *first_row(const struct results *r)
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
	const struct result *row = first_row(r);
	instant_us asked = r->list->at > race->now ? r->list->at : race->now;
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
	put_car(out, race, row->car);
	out_format(out, ", %u lap%s", (unsigned)row->laps, row->laps == 1 ? "" : "s");
	if (format_duration(buf, row->total, TIME_RACE) > 0)
		out_format(out, " in %s", buf);
	if (lap > 0 && row->laps > 0) {
		uint64_t m = (uint64_t)lap / 1000 * row->laps +
			     (uint64_t)lap % 1000 * row->laps / 1000;

		out_format(out, ", %llu.%03llu km", (unsigned long long)(m / 1000),
			   (unsigned long long)(m % 1000));
	}
	if (!r->list->finished &&
	    format_duration(buf, race_elapsed(race, asked), TIME_CLOCK) > 0)
		out_format(out, "   running at %s", buf);
	out_char(out, '\n');
}

static void percent_text(char *buf, size_t cap, uint32_t per_mille)
{
	if (per_mille % 10 == 0)
		text_format(buf, cap, "%u %%", (unsigned)(per_mille / 10));
	else
		text_format(buf, cap, "%u.%u %%", (unsigned)(per_mille / 10),
			    (unsigned)(per_mille % 10));
}

/* The ruleset, what it asks for, and what the stewards changed. */
static void rules_line(struct out *out, const struct results *r)
{
	const struct rules *rules = r->rules;
	unsigned changed = 0;
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
	for (uint32_t i = 0; i < r->list->count; i++)
		changed += r->list->rows[i].decisions > 0;
	if (changed > 0)
		out_format(out, " · decisions changed %u row%s", changed,
			   changed == 1 ? "" : "s");
	else
		out_text(out, " · no decisions");
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

static void threshold_line(struct out *out, const struct results *r, uint32_t row,
			   int width)
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

/* A column without a single value is not printed: width 0. */
static int column_widths(const struct results *r, int widths[ARRAY_LEN(columns)])
{
	int total = 0;
	char buf[CELL_MAX];

	for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
		int title = text_width(slice_of(columns[c].title));

		widths[c] = 0;
		for (uint32_t i = 0; i < r->list->count; i++) {
			const struct result *row = &r->list->rows[i];
			struct slice s = {buf, 0};
			int width;

			if (!row_wanted(r, row))
				continue;
			s.len = columns[c].cell(r, row, buf);
			width = text_width(s);
			if (width > widths[c])
				widths[c] = width;
		}
		if (widths[c] > 0 && widths[c] < title)
			widths[c] = title;
		if (widths[c] > 0)
			total += widths[c] + (total > 0 ? 2 : 0);
	}
	return total;
}

/* The last cell of a line is not padded: no blanks at the end of a line. */
static void table_line(struct out *out, const struct results *r,
		       const struct result *row, const int widths[ARRAY_LEN(columns)])
{
	char buf[CELL_MAX];
	int owed = 0;
	bool first = true;

	for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
		struct slice s = slice_of(columns[c].title);
		int blanks;

		if (widths[c] == 0)
			continue;
		if (row != NULL)
			s = (struct slice){buf, columns[c].cell(r, row, buf)};
		owed += first ? 0 : 2;
		first = false;
		blanks = widths[c] - text_width(s);
		if (s.len == 0) {
			owed += blanks;
			continue;
		}
		out_repeat(out, " ", owed + (columns[c].right ? blanks : 0));
		out_bytes(out, s.at, s.len);
		owed = columns[c].right ? 0 : blanks;
	}
	out_char(out, '\n');
}

static void encode_table(struct out *out, const struct results *r)
{
	int widths[ARRAY_LEN(columns)];
	int width = column_widths(r, widths);
	uint32_t line = threshold_row(r);

	title_line(out, r);
	winner_line(out, r);
	rules_line(out, r);
	if (width == 0)
		return;
	out_char(out, '\n');
	table_line(out, r, NULL, widths);
	for (uint32_t i = 0; i < r->list->count; i++) {
		if (!row_wanted(r, &r->list->rows[i]))
			continue;
		if (i == line)
			threshold_line(out, r, i, width);
		table_line(out, r, &r->list->rows[i], widths);
	}
}

void encode_results(struct out *out, enum format format, const struct race *race,
		    const struct rules *rules,
		    const struct classification *classification, const char *class_only)
{
	const struct results r = {race, rules, classification, class_only};
	bool any = false;

	if (format == FORMAT_TABLE) {
		encode_table(out, &r);
		return;
	}
	if (format == FORMAT_CSV) {
		out_text(out, fields);
		out_char(out, '\n');
	} else {
		out_text(out, "[");
	}
	for (uint32_t i = 0; i < classification->count; i++) {
		const struct result *row = &classification->rows[i];

		if (!row_wanted(&r, row))
			continue;
		if (format == FORMAT_CSV) {
			row_csv(out, &r, row);
		} else {
			out_text(out, any ? ",\n" : "\n");
			row_json(out, &r, row);
		}
		any = true;
	}
	if (format == FORMAT_JSON)
		out_text(out, "\n]\n");
}
