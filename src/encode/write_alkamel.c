/*
 * write_alkamel.c -- a race in the shape of an Al Kamel lap file
 *
 * What `convert -o X.csv` writes is read back by the reader of real files to the
 * same results.
 *
 *  (1) The shape is that of the real files since 2023: BOM, `;`, CRLF, a `;` at
 *      the end of each row, blanks before the names 2 to 15; rows by number as
 *      text, then by lap. Sectors are as many as the circuit has.
 *  (2) ELAPSED counts from the start signal, HOUR is local; HOUR - ELAPSED is one
 *      instant for the whole file.
 *  (3) Milliseconds, as the real files have. Only a race measured finer than
 *      that is written with six decimals, so that nothing is lost.
 *  (4) A sector one of whose ends was estimated is blank, as a missed loop is.
 *  (5) The crossing that took the flag says FF, whatever made it the finish.
 *  (6) A car that never completed a lap has no row, a driver who completed none no
 *      name: the format has no place for them.
 *  (7) By a PIT_TIME on lap 1 a car began in the pit lane, and the file is that of a timed
 *      session. Where a source says no more than that, it is 0.
 */
#include "pitwall/wire.h"
#include "write.h"

#include <string.h>

struct alkamel_writer {
	struct out *out;
	const struct race *race;
	instant_us start_at;
	unsigned sectors;
	bool fine; /* (3) */
};

static void alkamel_blank(const struct alkamel_writer *w)
{
	out_char(w->out, ';');
}

static void alkamel_put_text(const struct alkamel_writer *w, struct slice s)
{
	out_csv(w->out, s, ';');
	out_char(w->out, ';');
}

static void alkamel_put_number(const struct alkamel_writer *w, uint64_t value)
{
	out_u64(w->out, value);
	out_char(w->out, ';');
}

/* ".042" has become ".042137": what is below the millisecond. */
static void put_fine(const struct alkamel_writer *w, int64_t us)
{
	int64_t rest = us % US_MS;
	if (w->fine)
		out_format(w->out, "%03d", (int)(rest < 0 ? -rest : rest));
}

static void alkamel_put_time(const struct alkamel_writer *w, duration_us t,
			     enum time_style style)
{
	char buf[TIME_TEXT_MAX];
	if (t != DURATION_NONE) {
		out_bytes(w->out, buf, format_duration(buf, t, style));
		put_fine(w, t);
	}
	out_char(w->out, ';');
}

static void put_hour(const struct alkamel_writer *w, instant_us at)
{
	char buf[TIME_TEXT_MAX];
	out_bytes(w->out, buf, encode_clock_of_day(buf, w->race, at));
	put_fine(w, at);
	out_char(w->out, ';');
}

/* Kilometres an hour, as all speeds here: with one digit; 0 is blank. */
static void put_kmh(const struct alkamel_writer *w, int64_t tenths)
{
	if (tenths > 0)
		out_format(w->out, "%lld.%d", (long long)(tenths / 10),
			   (int)(tenths % 10));
	out_char(w->out, ';');
}

/* The source's; else by the length, rounded as the real files round, so that the length of
 * the lap is found again: mm/us is 3600 km/h. */
static int64_t average_speed(const struct alkamel_writer *w, const struct lap_row *row)
{
	length_mm length = w->race->setup.lap_length;
	duration_us time = row->time;
	if (row->kph != 0)
		return row->kph;
	if (length <= 0 || length >= INT64_MAX / 72000 || time <= 0 || time >= US_DAY)
		return 0;
	return (length * 36000 + time / 2) / time;
}

static bool fine_instant(const struct alkamel_writer *w, instant_us at)
{
	return at != INSTANT_NONE && (at - w->start_at) % US_MS != 0;
}

/* (3) A blank line of the lap is no reason, an estimate neither. */
static bool row_is_fine(const struct alkamel_writer *w, const struct lap_row *row)
{
	if (fine_instant(w, row->at) ||
	    (row->time != DURATION_NONE && row->time % US_MS != 0))
		return true;
	for (unsigned n = 1; n < w->sectors; n++)
		if (!(row->estimated & 1u << n) && fine_instant(w, row->at_line[n]))
			return true;
	return false;
}

static duration_us known_sector(const struct alkamel_writer *w,
				const struct lap_row *row, unsigned n)
{
	bool estimated;
	duration_us t = encode_lap_sector(w->race, row, n, &estimated);
	return estimated || t <= 0 ? DURATION_NONE : t;
}

static const char *sector_code(const struct alkamel_writer *w,
			       const struct lap_row *row, unsigned n, duration_us t)
{
	if (t == DURATION_NONE)
		return "";
	if (t == w->race->sector_best[n] && w->race->sector_best_car[n] == row->car)
		return "3";
	return t == w->race->cars[row->car].sector_best[n] ? "2" : "0";
}

static const char *lap_code(const struct alkamel_writer *w, const struct lap_row *row)
{
	if (w->race->lap_best_car == row->car && w->race->lap_best_number == row->lap)
		return "3";
	return w->race->cars[row->car].lap_best_number == row->lap ? "2" : "0";
}

static const char *alkamel_flag(const struct alkamel_writer *w,
				const struct lap_row *row)
{
	const struct car *car = &w->race->cars[row->car];
	if (car->flagged && row->at == car->flag_at)
		return wire_flag_code(WIRE_FLAGS_ALKAMEL, FLAG_FINISH);
	/* A finish is a crossing's own, never the field's. */
	if (row->flag >= FLAG_COUNT || row->flag == FLAG_FINISH)
		return "";
	return wire_flag_code(WIRE_FLAGS_ALKAMEL, (enum flag)row->flag);
}

static void alkamel_write_driver(const struct alkamel_writer *w,
				 const struct lap_row *row, bool name)
{
	const struct entry *entry = &w->race->entries[row->car];
	bool known = row->driver < entry->driver_count;
	if (!known)
		alkamel_blank(w);
	else if (name)
		alkamel_put_text(w, slice_of(entry->drivers[row->driver]));
	else
		alkamel_put_number(w, row->driver + 1u);
}

/* (7) */
static duration_us lane_time(const struct alkamel_writer *w, const struct lap_row *row)
{
	bool timed = w->race->setup.type == SESSION_TIMED;
	if (row->pit_time == DURATION_NONE && row->lap == 1 &&
	    (timed || w->race->entries[row->car].pit_start))
		return 0;
	return row->pit_time;
}

static void write_tail(const struct alkamel_writer *w, const struct lap_row *row)
{
	const struct entry *entry = &w->race->entries[row->car];
	put_kmh(w, row->values[VALUE_TOP_SPEED]);
	alkamel_write_driver(w, row, true);
	alkamel_put_time(w, lane_time(w, row), TIME_RACE);
	alkamel_put_text(w, encode_car_class(w->race, row->car));
	alkamel_blank(w); /* group */
	alkamel_put_text(w, slice_of(entry->team));
	alkamel_put_text(w, slice_of(entry->vehicle));
	alkamel_put_text(w, slice_of(alkamel_flag(w, row)));
	for (unsigned n = 0; n < w->sectors; n++) {
		duration_us t = known_sector(w, row, n);
		if (t != DURATION_NONE) {
			out_format(w->out, "%lld.%03d", (long long)(t / US_S),
				   (int)(t % US_S / US_MS));
			put_fine(w, t);
		}
		alkamel_blank(w);
	}
	out_text(w->out, "\r\n");
}

static void alkamel_write_row(const struct alkamel_writer *w, const struct lap_row *row,
			      const char *number)
{
	alkamel_put_text(w, slice_of(number));
	alkamel_write_driver(w, row, false);
	alkamel_put_number(w, row->lap);
	alkamel_put_time(w, row->time, TIME_LAPM);
	alkamel_put_text(w, slice_of(lap_code(w, row)));
	alkamel_put_text(w, row->in_pit ? SLICE("B") : SLICE(""));
	for (unsigned n = 0; n < w->sectors; n++) {
		duration_us t = known_sector(w, row, n);
		alkamel_put_time(w, t, TIME_LAP);
		alkamel_put_text(w, slice_of(sector_code(w, row, n, t)));
	}
	put_kmh(w, average_speed(w, row));
	alkamel_put_time(w, row->at - w->start_at, TIME_LAPM);
	put_hour(w, row->at);
	for (unsigned n = 0; n < w->sectors; n++)
		alkamel_put_time(w, known_sector(w, row, n), TIME_LAPM);
	write_tail(w, row);
}

/* (2) Where no signal was received, the first crossing of anybody stands for it. */
static instant_us start_of(const struct race *race, const struct race_tables *tables)
{
	instant_us first = INSTANT_NONE;
	if (race->start_at != INSTANT_NONE)
		return race->start_at;
	for (uint32_t i = 0; i < race->lap_count; i++) {
		instant_us at = tables->laps[i].at_line[0];
		if (at == INSTANT_NONE)
			at = tables->laps[i].at;
		if (first == INSTANT_NONE || (at != INSTANT_NONE && at < first))
			first = at;
	}
	return first;
}

/* Cars by label as text, bytes compared: the order of the real files. */
static void order_cars(const struct race *race, uint16_t order[RACE_CARS_MAX],
		       char labels[RACE_CARS_MAX][16])
{
	for (uint16_t car = 0; car < race->car_count; car++) {
		uint16_t place = car;
		race_car_label(race, car, labels[car]);
		for (; place > 0; place--) {
			if (strcmp(labels[order[place - 1]], labels[car]) <= 0)
				break;
			order[place] = order[place - 1];
		}
		order[place] = car;
	}
}

void encode_alkamel(struct out *out, const struct race *race,
		    const struct race_tables *tables)
{
	struct alkamel_writer w = {
		.out = out,
		.race = race,
		.start_at = start_of(race, tables),
		.sectors = race->setup.line_count,
	};
	uint16_t order[RACE_CARS_MAX] = {0};
	char labels[RACE_CARS_MAX][16];
	struct lap_walk walk;
	const struct lap_row *row;
	for (uint32_t i = 0; i < race->lap_count && !w.fine; i++)
		w.fine = row_is_fine(&w, &tables->laps[i]);
	wire_ak_head(out, w.sectors, true);
	order_cars(race, order, labels);
	for (uint16_t i = 0; i < race->car_count; i++) {
		lap_walk_begin(&walk, race, tables, order[i]);
		while ((row = lap_walk_next(&walk)) != NULL)
			if (row->at != INSTANT_NONE)
				alkamel_write_row(&w, row, labels[order[i]]);
	}
}
