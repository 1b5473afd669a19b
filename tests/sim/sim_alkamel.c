/*
 * sim_alkamel.c -- a simulated race as an Al Kamel lap file
 *
 * Written from the crossings alone, without a race being folded: what the reader
 * and the fold make of the file can be held against the truth. The dialect is
 * that of the endurance championship of 2019 and before, plus the flag column:
 * BOM, `;`, CRLF, blanks before the names 2 to 15.
 *
 *  (1) Rows car by car in the order of the entry list, then by lap.
 *  (2) A stop's duration stands on the row after the one that crossed in the lane.
 *  (3) A lap that was not completed has no row.
 */
#include "sim.h"

#include "pitwall/wire.h"

#include <string.h>

struct row {
	instant_us from_at, at;
	instant_us line_at[LINES_MAX];
	duration_us stop; /* DURATION_NONE */
	uint32_t lap;
	uint8_t driver, flag;
	bool in_pit;
};

struct writer {
	struct out *out;
	const struct sim_race *sim;
	instant_us start_at;
	unsigned sectors;
};

static void put_text(const struct writer *w, const char *z)
{
	out_csv(w->out, slice_of(z), ';');
	out_text(w->out, ";");
}

static void put_time(const struct writer *w, duration_us t, enum time_style style)
{
	char buf[TIME_TEXT_MAX];
	out_bytes(w->out, buf, format_duration(buf, t, style));
	out_text(w->out, ";");
}

/* Sector @n (0-based) of a lap, to the millisecond. */
static duration_us sector(const struct writer *w, const struct row *row, unsigned n)
{
	instant_us from = n == 0 ? row->from_at : row->line_at[n];
	instant_us to = n + 1 == w->sectors ? row->at : row->line_at[n + 1];
	if (from == INSTANT_NONE || to == INSTANT_NONE)
		return DURATION_NONE;
	return to - from;
}

static void write_driver(const struct writer *w, const struct sim_car *car,
			 const struct row *row, bool name)
{
	if (row->driver >= car->driver_count)
		out_text(w->out, ";");
	else if (name)
		put_text(w, car->drivers[row->driver]);
	else
		out_format(w->out, "%u;", row->driver + 1u);
}

static void write_row(const struct writer *w, const struct sim_car *car,
		      const struct row *row)
{
	char clock[TIME_TEXT_MAX];
	length_mm length = w->sim->setup.lap_length;
	duration_us lap = row->at - row->from_at;
	put_text(w, car->number);
	write_driver(w, car, row, false);
	out_format(w->out, "%u;", (unsigned)row->lap);
	put_time(w, lap, TIME_LAPM);
	out_text(w->out, row->in_pit ? "0;B;" : "0;;");
	for (unsigned n = 0; n < w->sectors; n++) {
		put_time(w, sector(w, row, n), TIME_LAP);
		out_text(w->out, "0;");
	}
	if (length > 0 && lap > 0)
		out_format(w->out, "%lld.%lld", (long long)(length * 3600 / lap),
			   (long long)(length * 36000 / lap % 10));
	out_text(w->out, ";");
	put_time(w, row->at - w->start_at, TIME_LAPM);
	format_clock(clock, row->at + w->sim->setup.utc_offset_us, true);
	put_text(w, clock);
	for (unsigned n = 0; n < w->sectors; n++)
		put_time(w, sector(w, row, n), TIME_LAPM);
	out_text(w->out, ";");
	write_driver(w, car, row, true);
	put_time(w, row->stop, TIME_RACE);
	put_text(w, car->class_name);
	out_text(w->out, ";");
	put_text(w, car->team);
	put_text(w, car->vehicle);
	put_text(w, wire_flag_code(WIRE_FLAGS_ALKAMEL, (enum flag)row->flag));
	out_text(w->out, "\r\n");
}

static void begin_row(struct row *row, instant_us at, uint32_t lap)
{
	row->from_at = at;
	row->lap = lap;
	row->stop = DURATION_NONE;
	for (unsigned n = 0; n < LINES_MAX; n++)
		row->line_at[n] = INSTANT_NONE;
}

static void write_car(const struct writer *w, uint16_t index)
{
	const struct sim_car *car = &w->sim->cars[index];
	instant_us in_at = INSTANT_NONE;
	struct row row;
	begin_row(&row, w->start_at, 1);
	for (uint32_t i = 0; i < w->sim->passing_count; i++) {
		const struct sim_passing *p = &w->sim->passings[i];
		if (p->car != index || p->at <= w->start_at)
			continue;
		if (p->line == LINE_PIT_IN) {
			in_at = p->at;
		} else if (p->line == LINE_PIT_OUT) {
			if (in_at != INSTANT_NONE)
				row.stop = p->at - in_at;
			in_at = INSTANT_NONE;
		} else if (p->line == LINE_SF || p->line == LINE_SF_PIT) {
			row.at = p->at;
			row.in_pit = p->line == LINE_SF_PIT;
			row.driver = p->driver;
			row.flag = p->flag;
			write_row(w, car, &row);
			begin_row(&row, p->at, row.lap + 1);
		} else if (p->line < LINES_MAX) {
			row.line_at[p->line] = p->at;
		}
	}
}

void sim_write_alkamel(struct out *out, const struct sim_race *sim)
{
	const struct writer w = {
		.out = out,
		.sim = sim,
		.start_at = sim->setup.start_at,
		.sectors = sim->setup.line_count,
	};
	wire_ak_head(out, w.sectors, false);
	for (uint16_t car = 0; car < sim->car_count; car++)
		write_car(&w, car);
}
