/*
 * write_stints.c -- `pitwall stints` and `pitwall stops`: from the tables of stints
 *
 *  (1) A stint ends at the pit entry; the last one of a car ends with its last lap.
 *  (2) A stop is the end of a stint: from pit in to pit out. The table has the stints whose
 *      stop has ended; the last one of each car is made here.
 */
#include "write.h"

struct stint_line {
	const struct race *race;
	const struct race_tables *tables;
	const struct stint_row *row, *next; /* NULL: the last of the car */
};

static void stint_number(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	list_car(value, line->race, line->row->car);
}

static void stint_class(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	listing_text(value, encode_car_class(line->race, line->row->car));
}

static void stint_team(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	listing_text(value, slice_of(line->race->entries[line->row->car].team));
}

static void stint_count(const void *record, struct listing_value *value)
{
	listing_number(value, ((const struct stint_line *)record)->row->number);
}

static bool is_running(const struct stint_row *row)
{
	return row->in_at == INSTANT_NONE;
}

static void stint_from_lap(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	listing_number(value, line->row->from_lap);
}

static void stint_to_lap(const void *record, struct listing_value *value)
{
	listing_number(value, ((const struct stint_line *)record)->row->to_lap);
}

static void stint_laps(const void *record, struct listing_value *value)
{
	const struct stint_row *row = ((const struct stint_line *)record)->row;
	listing_number(value,
		       row->to_lap > row->from_lap ? row->to_lap - row->from_lap : 0);
}

static void stint_elapsed(const struct stint_line *line, instant_us at,
			  struct listing_value *value)
{
	if (at != INSTANT_NONE)
		listing_time(value, race_elapsed(line->race, at), TIME_RACE);
}

static void stint_from(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	stint_elapsed(line, line->row->from_at, value);
}

static instant_us stint_end(const struct stint_line *line)
{
	return is_running(line->row) ? line->race->cars[line->row->car].sf_at
				     : line->row->in_at;
}

static void stint_to(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	stint_elapsed(line, stint_end(line), value);
}

static void stint_drive(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	instant_us to = stint_end(line), from = line->row->from_at;
	if (to != INSTANT_NONE && from != INSTANT_NONE && to >= from)
		listing_time(value, instant_sub(to, from), TIME_RACE);
}

static void stint_driver(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	list_driver(value, line->race, line->row->car, line->row->driver);
}

static void stint_source(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	listing_text(value,
		     line->row->estimated ? SLICE("estimated") : SLICE("measured"));
}

static void stop_time_of_day(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	list_time_of_day(value, line->race, line->row->in_at);
}

static void stop_out(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	stint_elapsed(line, line->row->out_at, value);
}

static void stop_time(const void *record, struct listing_value *value)
{
	listing_time(value, ((const struct stint_line *)record)->row->stop, TIME_LAPM);
}

static void stop_driver_after(const void *record, struct listing_value *value)
{
	const struct stint_line *line = record;
	if (line->next != NULL)
		list_driver(value, line->race, line->row->car, line->next->driver);
}

/* The contract is in encode.h. */
#define LEFT .right = false
#define RIGHT .right = true
#define BOTH(name_) name_, name_
static const struct listing_field stint_fields[] = {
	{BOTH("number"), stint_number, RIGHT},
	{BOTH("class"), stint_class, LEFT},
	{BOTH("stint"), stint_count, RIGHT},
	{BOTH("driver"), stint_driver, LEFT},
	{BOTH("from_lap"), stint_from_lap, RIGHT},
	{BOTH("to_lap"), stint_to_lap, RIGHT},
	{BOTH("laps"), stint_laps, RIGHT},
	{BOTH("from"), stint_from, RIGHT},
	{BOTH("to"), stint_to, RIGHT},
	{BOTH("time"), stint_drive, RIGHT},
	{BOTH("source"), stint_source, LEFT},
	{"team", NULL, stint_team, LEFT},
};
static const struct listing_field stop_fields[] = {
	{BOTH("number"), stint_number, RIGHT},
	{BOTH("class"), stint_class, LEFT},
	{BOTH("stop"), stint_count, RIGHT},
	{BOTH("lap"), stint_to_lap, RIGHT},
	{BOTH("in"), stint_to, RIGHT},
	{BOTH("time_of_day"), stop_time_of_day, LEFT},
	{BOTH("out"), stop_out, RIGHT},
	{BOTH("time"), stop_time, RIGHT},
	{BOTH("driver"), stint_driver, LEFT},
	{BOTH("driver_after"), stop_driver_after, LEFT},
	{BOTH("source"), stint_source, LEFT},
	{"team", NULL, stint_team, LEFT},
};

enum { STINTS_AT_ONCE = 512 };

/* (2) False: the car has not driven. */
static bool last_stint(const struct race *race, uint16_t car, struct stint_row *row)
{
	const struct car *c = &race->cars[car];
	*row = (struct stint_row){
		.from_at = c->stint_at,
		.in_at = c->in_pit ? c->pit_in_at : INSTANT_NONE,
		.out_at = INSTANT_NONE,
		.stop = DURATION_NONE,
		.from_lap = c->stint_lap,
		.to_lap = c->laps,
		.car = car,
		.number = c->stint,
		.driver = c->in_pit ? c->stop_driver : c->driver,
		.estimated = c->in_pit && c->pit_estimated,
	};
	return c->laps > 0 || c->sf_at != INSTANT_NONE;
}

/* The stints of a car, oldest first; @stops: those that a stop ended. */
static void stints_of_car(struct listing *listing, struct stint_line *line,
			  uint16_t car, bool stops, bool write)
{
	const struct stint_row *rows[STINTS_AT_ONCE];
	struct stint_row last;
	uint32_t count = 0;
	if (!last_stint(line->race, car, &last))
		return;
	rows[count++] = &last;
	for (uint32_t i = line->race->cars[car].stint_row;
	     i != 0 && count < STINTS_AT_ONCE; i = line->tables->stints[i - 1].prev)
		rows[count++] = &line->tables->stints[i - 1];
	while (count > 0) {
		line->row = rows[--count];
		line->next = count > 0 ? rows[count - 1] : NULL;
		if (stops && is_running(line->row))
			continue;
		if (write)
			listing_row(listing, line);
		else
			listing_measure(listing, line);
	}
}

void encode_stints(struct out *out, enum format format, const struct race *race,
		   const struct race_tables *tables, const struct stints_asked *asked)
{
	static const struct listing_form forms[] = {
		{stint_fields, ARRAY_LEN(stint_fields), .gap = 2},
		{stop_fields, ARRAY_LEN(stop_fields), .gap = 2},
	};
	struct stint_line line = {.race = race, .tables = tables};
	struct listing listing;
	listing_begin(&listing, out, format, &forms[asked->stops]);
	for (int write = 0; write < 2; write++) {
		if (write)
			listing_head(&listing);
		for (uint32_t i = 0; i < asked->car_count; i++)
			stints_of_car(&listing, &line, asked->cars[i], asked->stops,
				      write != 0);
	}
	listing_end(&listing);
}
