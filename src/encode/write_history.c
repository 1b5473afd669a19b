/*
 * write_history.c -- `pitwall events`: what happened, in order of time
 */
#include "write.h"

struct history_line {
	const struct race *race;
	const struct race_tables *tables;
	struct history_row row;
};

static void history_elapsed(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	listing_time(value, race_elapsed(line->race, line->row.at), TIME_RACE);
}

static void history_time_of_day(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	list_time_of_day(value, line->race, line->row.at);
}

static void history_kind(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	listing_text(value, slice_of(history_key((enum history_kind)line->row.kind)));
}

static void history_number(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	if (line->row.car >= line->race->car_count)
		return;
	list_car(value, line->race, line->row.car);
}

static void history_class(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	if (line->row.car < line->race->car_count)
		listing_text(value, encode_car_class(line->race, line->row.car));
}

static void history_lap(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	if (line->row.car < line->race->car_count)
		listing_number(value, line->row.lap);
}

static void history_time(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	duration_us t = line->row.time;
	if (line->row.kind == HISTORY_FLAG)
		(void)history_flag(line->race, line->tables, &line->row, &t);
	listing_time(value, t, TIME_LAPM);
}

static void history_place(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	if (line->row.position > 0)
		listing_number(value, line->row.position);
}

static void history_who(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	const struct history_row *row = &line->row;
	uint8_t driver = RACE_DRIVERS_MAX;
	if (row->kind == HISTORY_DRIVER)
		driver = row->driver_after;
	else if (row->kind == HISTORY_PIT_IN)
		driver = row->driver;
	else if (row->kind == HISTORY_PIT_OUT)
		driver = history_driver_after(line->race, line->tables, row);
	if (row->car < line->race->car_count)
		list_driver(value, line->race, row->car, driver);
}

static bool history_wanted(const struct history_line *line,
			   const struct history_asked *asked)
{
	uint16_t car = line->row.car;
	return !asked->class_only || (car < line->race->car_count &&
				      slice_eq_nocase(encode_car_class(line->race, car),
						      slice_of(asked->class_only)));
}

static void history_text(const void *record, struct listing_value *value)
{
	const struct history_line *line = record;
	const struct sentence_of of = {line->race, line->tables, NULL, SENTENCE_CLAUSE};
	struct sentence sentence;
	history_sentence(&of, &line->row, &sentence);
	listing_format(value, "%s", sentence.text);
}

static const struct listing_field fields[] = {
	{"elapsed", "elapsed", history_elapsed, .right = true},
	{"time_of_day", "time_of_day", history_time_of_day, .right = false},
	{"kind", "kind", history_kind, .right = false},
	{"number", "number", history_number, .right = true},
	{"class", "class", history_class, .right = false},
	{"lap", NULL, history_lap, .right = true},
	{"time", NULL, history_time, .right = true},
	{"class_pos", NULL, history_place, .right = true},
	{"driver", NULL, history_who, .right = false},
	{"text", "text", history_text, .right = false},
};

void encode_history(struct out *out, enum format format, const struct race *race,
		    const struct race_tables *tables, const struct history_asked *asked)
{
	const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 2};
	struct history_line line = {.race = race, .tables = tables};
	struct history list = {.race = race,
			       .tables = tables,
			       .kinds = HISTORY_LISTED,
			       .at = asked->at,
			       .car = asked->car};
	struct listing listing;
	history_open(&list);
	listing_begin(&listing, out, format, &form);
	for (int write = 0; write < 2; write++) {
		if (write)
			listing_head(&listing);
		for (uint32_t i = history_count(&list); i > 0; i--) {
			(void)history_nth(&list, i - 1, &line.row);
			if (!history_wanted(&line, asked))
				continue;
			if (write)
				listing_row(&listing, &line);
			else
				listing_measure(&listing, &line);
		}
	}
	listing_end(&listing);
}
