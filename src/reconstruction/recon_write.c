/*
 * recon_write.c -- the traces of all cars as one list of crossings in time
 */
#include "recon.h"

#include <errno.h>

/* Where a car stands in its own list: lap in hand and step within it. */
struct recon_reader {
	uint32_t lap;
	uint8_t step;
	uint8_t driver;
};

/* The lines of a lap in driving order; the last is SF or SF in the pit lane. */
static const uint8_t steps[] = {LINE_PIT_OUT, 1, 2, LINE_PIT_IN, LINE_SF};

static instant_us step_at(const struct recon_trace *trace, uint32_t lap, unsigned step)
{
	switch (step) {
	case 0:
		return trace->pit_out[lap];
	case 1:
	case 2:
		return trace->line[lap][step - 1];
	case 3:
		return trace->pit_in[lap];
	default:
		return lap <= trace->laps ? trace->sf[lap] : INSTANT_NONE;
	}
}

/* The instant of the car's next crossing, or INSTANT_NONE at its end. */
static instant_us reader_peek(const struct recon_trace *trace,
			      struct recon_reader *reader)
{
	uint32_t last = trace->laps + trace->gone;
	while (reader->lap <= last) {
		if (reader->step == ARRAY_LEN(steps)) {
			reader->step = 0;
			reader->lap++;
			continue;
		}
		instant_us at = step_at(trace, reader->lap, reader->step);
		if (at != INSTANT_NONE)
			return at;
		reader->step++;
	}
	return INSTANT_NONE;
}

/* Who is on board once the car leaves the pits. */
static void recon_change_driver(const struct recon *recon, unsigned car,
				struct recon_reader *reader)
{
	uint8_t driver = recon->cars[car].driver[reader->lap - 1];
	if (driver)
		reader->driver = (uint8_t)(driver - 1);
	else if (recon->sim->cars[car].driver_count < 2 && reader->lap > 1)
		reader->driver = RACE_DRIVERS_MAX; /* "and others" */
}

static uint8_t recon_flag_at(const struct sim_race *sim, instant_us t)
{
	uint8_t flag = FLAG_UNKNOWN;
	for (uint32_t i = 0; i < sim->flag_count; i++)
		if (sim->flags[i].from_at <= t)
			flag = sim->flags[i].flag;
	return flag;
}

static void recon_emit(struct recon *recon, unsigned car, struct recon_reader *reader,
		       instant_us at)
{
	struct sim_race *sim = recon->sim;
	uint8_t line = steps[reader->step];
	if (line == LINE_PIT_OUT)
		recon_change_driver(recon, car, reader);
	if (line == LINE_SF && recon->traces[car].pit_in[reader->lap] != INSTANT_NONE)
		line = LINE_SF_PIT;
	sim->passings[sim->passing_count++] = (struct sim_passing){
		.at = at,
		.lap = reader->lap,
		.car = (uint16_t)car,
		.line = line,
		.flag = recon_flag_at(sim, at),
		.driver = reader->driver,
	};
	reader->step++;
}

int recon_write(struct recon *recon, struct err *err)
{
	struct sim_race *sim = recon->sim;
	struct recon_reader readers[RECON_CARS_MAX];
	for (unsigned i = 0; i < recon->car_count; i++) {
		bool known = sim->cars[i].driver_count > 0;
		readers[i] = (struct recon_reader){
			.lap = 1, .driver = known ? 0 : RACE_DRIVERS_MAX};
	}
	sim->passing_count = 0;
	for (;;) {
		unsigned best = RECON_CARS_MAX;
		instant_us first = INSTANT_NONE;
		for (unsigned i = 0; i < recon->car_count; i++) {
			instant_us at = reader_peek(&recon->traces[i], &readers[i]);
			if (at == INSTANT_NONE)
				continue;
			if (best == RECON_CARS_MAX || at < first) {
				best = i;
				first = at;
			}
		}
		if (best == RECON_CARS_MAX)
			return 0;
		if (sim->passing_count == sim->passings_max)
			return err_set(err, -ENOSPC,
				       "the reconstruction needs room for more than %u "
				       "crossings",
				       sim->passings_max);
		recon_emit(recon, best, &readers[best], first);
	}
}
