/*
 * write.c -- what the encoders ask of a race
 */
#include "write.h"

struct slice encode_car_class(const struct race *race, uint16_t car)
{
	uint8_t index = race->entries[car].class_index;

	if (index >= RACE_CLASSES_MAX || index >= race->class_count)
		return SLICE("");
	return slice_of(race->classes[index].name);
}

void encode_title(struct out *out, const struct race *race, const char *class_only)
{
	const struct race_setup *setup = &race->setup;
	const char *parts[] = {setup->event, setup->session, setup->circuit};
	bool any = false;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (parts[i][0] == '\0')
			continue;
		out_text(out, any ? " \u00b7 " : "");
		out_text(out, parts[i]);
		any = true;
	}
	if (class_only) {
		out_text(out, any ? " \u00b7 class " : "class ");
		out_text(out, class_only);
		any = true;
	}
	if (setup->reconstruction)
		out_text(out, any ? "   RECONSTRUCTION" : "RECONSTRUCTION");
	if (any || setup->reconstruction)
		out_char(out, '\n');
}

size_t encode_clock_of_day(char *buf, const struct race *race, instant_us at)
{
	if (at == INSTANT_NONE) {
		buf[0] = '\0';
		return 0;
	}
	return format_clock(buf, race_local(&race->setup, at), true);
}

void list_car(struct listing_value *value, const struct race *race, uint16_t car)
{
	char label[16];
	race_car_label(race, car, label);
	listing_format(value, "%s", label);
}

void list_driver(struct listing_value *value, const struct race *race, uint16_t car,
		 unsigned driver)
{
	const struct entry *entry = &race->entries[car];
	if (driver < RACE_DRIVERS_MAX && driver < entry->driver_count)
		listing_text(value, slice_of(entry->drivers[driver]));
}

void list_time_of_day(struct listing_value *value, const struct race *race,
		      instant_us at)
{
	size_t len = encode_clock_of_day(value->buf, race, at);
	listing_text(value, (struct slice){value->buf, len});
}

void lap_walk_begin(struct lap_walk *walk, const struct race *race,
		    const struct race_tables *tables, uint16_t car)
{
	uint32_t row = race->cars[car].lap_row;

	walk->race = race;
	walk->tables = tables;
	walk->newest = row;
	walk->total = 0;
	walk->done = 0;
	walk->first = 0;
	walk->count = 0;
	for (; row != 0; row = tables->laps[row - 1].prev)
		walk->total++;
}

const struct lap_row *lap_walk_next(struct lap_walk *walk)
{
	if (walk->done == walk->total)
		return NULL;
	if (walk->done >= walk->first + walk->count) {
		uint32_t left = walk->total - walk->done;
		uint32_t want = left < LAP_WALK_CHUNK ? left : LAP_WALK_CHUNK;
		uint32_t place = walk->total;
		uint32_t row = walk->newest;

		walk->first = walk->done;
		walk->count = want;
		for (; row != 0; row = walk->tables->laps[row - 1].prev) {
			place--;
			if (place < walk->first)
				break;
			if (place < walk->first + want)
				walk->rows[place - walk->first] = row - 1;
		}
	}
	return &walk->tables->laps[walk->rows[walk->done++ - walk->first]];
}

duration_us encode_lap_sector(const struct race *race, const struct lap_row *row,
			      unsigned n, bool *estimated)
{
	unsigned count = race->setup.line_count;
	instant_us from = row->at_line[n];
	bool last = n + 1 >= count;
	instant_us to = last ? row->at : row->at_line[n + 1];
	/* Bit 0 stands for the crossing that completed the lap; the one that
	 * began it is the same bit of the row before. */
	unsigned ends = (n > 0 ? 1u << n : 0) | (last ? 1u : 1u << (n + 1));

	*estimated = (row->estimated & ends) != 0;
	if (from == INSTANT_NONE || to == INSTANT_NONE || to == from ||
	    race_lines_missed(race, row))
		return DURATION_NONE;
	return to - from;
}
