/*
 * recon.c -- the 1000 km of Le Mans of 9 November 2003, reconstructed
 *
 * Six sources have a little each; the timing was not kept. The texts contain what is
 * known as instants and laps that must come out, and guesses that fill the rest.
 * All cars drive to the safety car, through it, and to the flag, several times
 * over, until each car's pace before and after it agrees. The first car of
 * entries.csv is the winner, who leads throughout.
 */
#include "recon.h"

#include <errno.h>
#include <string.h>

enum { ROUNDS = 5 };

size_t recon_scratch(void)
{
	return sizeof(struct recon);
}

/* When the anchor lies; INSTANT_NONE while the car it refers to is not so far. */
static instant_us anchor_at(const struct recon *recon,
			    const struct recon_anchor *anchor)
{
	if (anchor->ref == CAR_NONE)
		return anchor->at;
	const struct recon_trace *ref = &recon->traces[anchor->ref];
	if (anchor->ref_lap > ref->laps)
		return INSTANT_NONE;
	return ref->sf[anchor->ref_lap] + anchor->offset;
}

static void trace_reset(struct recon *recon, unsigned car)
{
	struct recon_trace *trace = &recon->traces[car];
	*trace = (struct recon_trace){.hand_at = recon->sim->setup.start_at};
	for (unsigned n = 0; n < RECON_LAPS_MAX; n++) {
		trace->sf[n] = INSTANT_NONE;
		trace->line[n][0] = trace->line[n][1] = INSTANT_NONE;
		trace->pit_in[n] = trace->pit_out[n] = INSTANT_NONE;
	}
	trace->sf[0] = recon->sim->setup.start_at;
	for (uint32_t i = 0; i < recon->cars[car].anchor_count; i++)
		recon->cars[car].anchors[i].done = 0;
}

/* Share of the lap just driven (its SF at or after @t) that was done by @t. */
static uint32_t share_at(const struct recon *recon, unsigned car, instant_us t)
{
	const struct recon_trace *trace = &recon->traces[car];
	uint32_t lap = trace->laps;
	const struct {
		uint32_t share;
		instant_us at;
	} points[] = {
		{0, trace->sf[lap - 1]},
		{RECON_PIT_OUT_PPM, trace->pit_out[lap]},
		{recon_share(recon, car, lap, 0), trace->line[lap][0]},
		{recon_share(recon, car, lap, 1), trace->line[lap][1]},
		{RECON_PIT_IN_PPM, trace->pit_in[lap]},
		{RECON_PPM, trace->sf[lap]},
	};
	uint32_t from = 0;
	for (uint32_t i = 1; i < ARRAY_LEN(points); i++) {
		if (points[i].at == INSTANT_NONE)
			continue;
		if (points[i].at > t) {
			int64_t span = points[i].at - points[from].at;
			int64_t rise = (int64_t)points[i].share - points[from].share;
			return points[from].share +
			       (uint32_t)(rise * (t - points[from].at) / span);
		}
		from = i;
	}
	return RECON_PPM - 1;
}

/* In the pit lane when the safety car comes out: it joins the road when it leaves. */
static void halt_in_pits(struct recon *recon, unsigned car, uint32_t laps,
			 instant_us out)
{
	struct recon_trace *trace = &recon->traces[car];
	trace->laps = laps;
	trace->pit_out[laps + 1] = out;
	trace->hand_at = out;
	trace->hand_ppm = RECON_PIT_OUT_PPM;
}

/* Take the lap that was driven past @t back to where it stood then. */
static void halt_lap(struct recon *recon, unsigned car, instant_us t)
{
	struct recon_trace *trace = &recon->traces[car];
	uint32_t lap = trace->laps;
	instant_us in = trace->pit_in[lap], out = trace->pit_out[lap];
	uint32_t share = share_at(recon, car, t);
	if (in != INSTANT_NONE && in <= t) {
		out = trace->sf[lap] + RECON_LANE_OUT_US +
		      recon->cars[car].stop_ms[lap] * US_MS;
		halt_in_pits(recon, car, lap, out);
		return;
	}
	for (unsigned k = 0; k < 2; k++)
		if (trace->line[lap][k] > t)
			trace->line[lap][k] = INSTANT_NONE;
	trace->pit_in[lap] = INSTANT_NONE;
	trace->sf[lap] = INSTANT_NONE;
	if (out != INSTANT_NONE && out > t) {
		halt_in_pits(recon, car, lap - 1, out);
		return;
	}
	trace->laps = lap - 1;
	trace->hand_at = t;
	trace->hand_ppm = share ? share : 1;
}

static int drive_to_safety_car(struct recon *recon, unsigned car, struct err *err)
{
	struct recon_car *c = &recon->cars[car];
	struct recon_trace *trace = &recon->traces[car];
	for (uint32_t i = 0; i < c->anchor_count; i++) {
		instant_us at = anchor_at(recon, &c->anchors[i]);
		int64_t scale = 0;
		if (at == INSTANT_NONE || at >= recon->sc_from)
			break;
		int rc = recon_drive_to(recon, car, c->anchors[i].lap, at, &scale, err);
		if (rc)
			return rc;
		c->anchors[i].done = 1;
	}
	while (!trace->gone && trace->laps + 2 < RECON_LAPS_MAX) {
		recon_drive_lap(recon, car, c->scale);
		if (trace->gone || trace->sf[trace->laps] <= recon->sc_from)
			continue;
		halt_lap(recon, car, recon->sc_from);
		return 0;
	}
	return 0;
}

static int drive_to_flag(struct recon *recon, unsigned car, struct err *err)
{
	struct recon_car *c = &recon->cars[car];
	struct recon_trace *trace = &recon->traces[car];
	uint32_t solved = 0;
	int64_t scale = c->scale;
	for (uint32_t i = 0; i < c->anchor_count; i++) {
		if (c->anchors[i].done)
			continue;
		instant_us at = anchor_at(recon, &c->anchors[i]);
		if (at == INSTANT_NONE)
			return err_set(err, -EINVAL,
				       "anchors.csv: %s lap %u refers to a lap that is "
				       "never completed",
				       c->id, c->anchors[i].lap);
		int rc = recon_drive_to(recon, car, c->anchors[i].lap, at, &scale, err);
		if (rc)
			return rc;
		solved++;
	}
	while (c->retire && !trace->gone && trace->laps + 2 < RECON_LAPS_MAX)
		recon_drive_lap(recon, car, c->scale);
	/* With one instant to meet, its pace before the safety car is free to follow.
	 */
	if (solved == 1)
		c->scale += (scale - c->scale) * 3 / 4;
	return 0;
}

static int solve(struct recon *recon, struct err *err)
{
	int rc = 0;
	instant_us sc_planned = recon->sc_to;
	for (unsigned round = 0; round < ROUNDS && !rc; round++) {
		recon->sc_to = sc_planned;
		for (unsigned i = 0; i < recon->car_count && !rc; i++) {
			trace_reset(recon, i);
			if (!recon->sim->cars[i].not_started)
				rc = drive_to_safety_car(recon, i, err);
		}
		if (!rc)
			rc = recon_safety_car(recon, err);
		for (unsigned i = 0; i < recon->car_count && !rc; i++)
			if (!recon->sim->cars[i].not_started)
				rc = drive_to_flag(recon, i, err);
	}
	for (unsigned i = 0; i < recon->car_count && !rc; i++)
		if (!recon->sim->cars[i].not_started)
			rc = recon_set_best(recon, i, err);
	return rc;
}

/* When a car that starts in the pit lane leaves it, on its way to the first line. */
static instant_us start_from_pits(const struct recon *recon, unsigned car)
{
	const struct recon_trace *trace = &recon->traces[car];
	instant_us from = trace->sf[0] + recon->cars[car].start;
	duration_us way = trace->line[1][0] - from;
	instant_us at = from + way * RECON_PIT_OUT_PPM / recon_share(recon, car, 1, 0);
	return at - at % US_MS;
}

/* What the struct says of the truth, and the start from the pit lane. */
static void recon_describe(struct recon *recon)
{
	struct sim_race *sim = recon->sim;
	for (unsigned i = 0; i < recon->car_count; i++) {
		const struct recon_car *c = &recon->cars[i];
		struct recon_trace *trace = &recon->traces[i];
		sim->cars[i].lap_dry = c->dry;
		sim->cars[i].lap_wet = c->wet;
		sim->cars[i].retire_lap = c->retire;
		sim->cars[i].laps_final = sim->cars[i].not_started ? 0 : trace->laps;
		if (sim->cars[i].pit_start && !sim->cars[i].not_started)
			trace->pit_out[1] = start_from_pits(recon, i);
	}
	for (uint32_t i = 1; i < sim->flag_count; i++)
		if (sim->flags[i - 1].flag == FLAG_SC)
			sim->flags[i].from_at = recon->sc_to;
}

int recon_2003(struct sim_race *sim, const struct recon_files *files, uint64_t seed,
	       void *scratch, struct err *err)
{
	struct recon *recon = scratch;
	const struct race_setup *setup = &sim->setup;
	if (setup->line_count != 3 || setup->start_at == INSTANT_NONE)
		return err_set(err, -EINVAL,
			       "the reconstruction needs a start signal and a circuit "
			       "with two intermediate lines");
	memset(recon, 0, sizeof(*recon));
	recon->sim = sim;
	recon->finish_at = recon->sc_from = recon->sc_to = INSTANT_NONE;
	recon->midnight = setup->start_at + setup->utc_offset_us;
	recon->midnight -= recon->midnight % US_DAY + setup->utc_offset_us;
	sim->seed = seed;
	sim->car_count = sim->flag_count = sim->note_count = sim->passing_count = 0;
	memset(sim->cars, 0, sizeof(sim->cars));
	int rc = recon_read(recon, files, err);
	if (!rc)
		rc = solve(recon, err);
	if (rc)
		return rc;
	recon_describe(recon);
	rc = recon_read_chronology(recon, files->chronology, err);
	return rc ? rc : recon_write(recon, err);
}
