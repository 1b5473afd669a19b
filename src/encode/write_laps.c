/*
 * write_laps.c -- `pitwall laps`: every lap with its sectors
 *
 *  (1) One row a lap, car by car in the order given, laps in time.
 *  (2) A car without a number is named by its label ("~07"), as `--car` takes
 *      it: rows of different cars must differ.
 *  (3) `source` is "estimated" when any time of the row was not measured.
 */
#include "write.h"

struct lap_line {
	const struct race *race;
	const struct lap_row *row;
};

static void lap_car(const void *record, struct listing_value *value)
{
	const struct lap_line *line = record;
	list_car(value, line->race, line->row->car);
}

/* 0: unknown */
static void laps_known(struct listing_value *value, uint32_t number)
{
	if (number > 0)
		listing_number(value, number);
}

static void lap_lap(const void *record, struct listing_value *value)
{
	laps_known(value, ((const struct lap_line *)record)->row->lap);
}

static void laps_time(const void *record, struct listing_value *value)
{
	listing_time(value, ((const struct lap_line *)record)->row->time, TIME_LAPM);
}

static void lap_elapsed(const void *record, struct listing_value *value)
{
	const struct lap_line *line = record;
	if (line->race->start_at != INSTANT_NONE && line->row->at != INSTANT_NONE)
		listing_time(value, line->row->at - line->race->start_at, TIME_RACE);
}

static void lap_time_of_day(const void *record, struct listing_value *value)
{
	const struct lap_line *line = record;
	list_time_of_day(value, line->race, line->row->at);
}

static void lap_sector(const void *record, struct listing_value *value)
{
	const struct lap_line *line = record;
	bool guess;
	listing_time(value,
		     encode_lap_sector(line->race, line->row, value->place, &guess),
		     TIME_LAPM);
}

static void lap_in_pit(const void *record, struct listing_value *value)
{
	listing_bool(value, ((const struct lap_line *)record)->row->in_pit != 0);
}

static void lap_pit_time(const void *record, struct listing_value *value)
{
	listing_time(value, ((const struct lap_line *)record)->row->pit_time,
		     TIME_LAPM);
}

static void lap_driver(const void *record, struct listing_value *value)
{
	const struct lap_line *line = record;
	list_driver(value, line->race, line->row->car, line->row->driver);
}

static void lap_flag(const void *record, struct listing_value *value)
{
	const struct lap_line *line = record;
	listing_text(value, slice_of(flag_name((enum flag)line->row->flag)));
}

static void lap_position(const void *record, struct listing_value *value)
{
	laps_known(value, ((const struct lap_line *)record)->row->position);
}

static void lap_class_position(const void *record, struct listing_value *value)
{
	laps_known(value, ((const struct lap_line *)record)->row->class_position);
}

static void lap_source(const void *record, struct listing_value *value)
{
	const struct lap_row *row = ((const struct lap_line *)record)->row;
	bool estimated = row->estimated != 0 || (row->bits & LAP_REPAIRED) != 0;
	listing_text(value, estimated ? SLICE("estimated") : SLICE("measured"));
}

static void lap_class(const void *record, struct listing_value *value)
{
	const struct lap_line *line = record;
	listing_text(value, encode_car_class(line->race, line->row->car));
}

static void lap_team(const void *record, struct listing_value *value)
{
	const struct lap_line *line = record;
	listing_text(value, slice_of(line->race->entries[line->row->car].team));
}

/* A measured value of the car at the end of the lap; none where no source has it. */
static void lap_value(const void *record, struct listing_value *value)
{
	const struct lap_row *row = ((const struct lap_line *)record)->row;
	int16_t measured = row->values[value->place];
	if (measured == VALUE_NONE)
		return;
	if (value->place == VALUE_TYRE)
		listing_text(value, slice_of(tyre_name((enum tyre)measured)));
	else if (value->place == VALUE_TYRE_LAPS)
		listing_number(value, measured);
	else
		listing_decimal(value, measured, 1);
}

/* The contract is in encode.h. There are as many sectors as the circuit has. */
#define LEFT .right = false
#define RIGHT .right = true
#define BOTH(name_) name_, name_
#define SECTOR(n_)                                                \
	{                                                         \
		BOTH("s" #n_), lap_sector, RIGHT, .place = (n_)-1 \
	}
static const struct listing_field before[] = {
	{BOTH("number"), lap_car, RIGHT},
	{BOTH("lap"), lap_lap, RIGHT},
	{BOTH("lap_time"), laps_time, RIGHT},
	{BOTH("elapsed"), lap_elapsed, RIGHT},
	{BOTH("time_of_day"), lap_time_of_day, LEFT},
};
static const struct listing_field sectors[LINES_MAX] = {
	SECTOR(1),  SECTOR(2),  SECTOR(3),  SECTOR(4),  SECTOR(5),  SECTOR(6),
	SECTOR(7),  SECTOR(8),  SECTOR(9),  SECTOR(10), SECTOR(11), SECTOR(12),
	SECTOR(13), SECTOR(14), SECTOR(15), SECTOR(16),
};
static const struct listing_field behind[] = {
	{BOTH("in_pit"), lap_in_pit, RIGHT},
	{BOTH("pit_time"), lap_pit_time, RIGHT},
	{BOTH("driver"), lap_driver, LEFT},
	{BOTH("flag"), lap_flag, LEFT},
	{BOTH("position"), lap_position, RIGHT},
	{BOTH("class_pos"), lap_class_position, RIGHT},
	{BOTH("source"), lap_source, LEFT},
	{"class", NULL, lap_class, LEFT},
	{"team", NULL, lap_team, LEFT},
	{"top_speed", NULL, lap_value, RIGHT, .place = VALUE_TOP_SPEED},
	{"energy", NULL, lap_value, RIGHT, .place = VALUE_ENERGY},
	{"tyre", NULL, lap_value, LEFT, .place = VALUE_TYRE},
	{"tyre_laps", NULL, lap_value, RIGHT, .place = VALUE_TYRE_LAPS},
};

static unsigned laps_add(struct listing_field *fields, unsigned count,
			 const struct listing_field *more, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		fields[count++] = more[i];
	return count;
}

void encode_laps(struct out *out, enum format format, const struct race *race,
		 const struct race_tables *tables, const uint16_t *cars,
		 uint32_t car_count)
{
	struct listing_field fields[LISTING_FIELDS_MAX];
	unsigned lines = race->setup.line_count;
	unsigned count = laps_add(fields, 0, before, ARRAY_LEN(before));
	count = laps_add(fields, count, sectors, lines < LINES_MAX ? lines : LINES_MAX);
	count = laps_add(fields, count, behind, ARRAY_LEN(behind));
	const struct listing_form form = {fields, count, .gap = 2};
	struct lap_line line = {race, NULL};
	struct listing listing;
	struct lap_walk walk;
	listing_begin(&listing, out, format, &form);
	for (uint32_t i = 0; i < car_count && format == FORMAT_TABLE; i++) {
		lap_walk_begin(&walk, race, tables, cars[i]);
		while ((line.row = lap_walk_next(&walk)) != NULL)
			listing_measure(&listing, &line);
	}
	listing_head(&listing);
	for (uint32_t i = 0; i < car_count; i++) {
		lap_walk_begin(&walk, race, tables, cars[i]);
		while ((line.row = lap_walk_next(&walk)) != NULL)
			listing_row(&listing, &line);
	}
	listing_end(&listing);
}
