/*
 * recon_laps.c -- driving: one lap, and a run of laps that ends on an instant
 *
 * A lap is the car's dry and wet time mixed by how wet the track is when it is
 * driven, scaled, with a little chance and some traffic; then what the plan says
 * was lost on the way and in the pit lane.
 */
#include "recon.h"

#include <errno.h>

int64_t recon_chance(const struct recon *recon, unsigned car, uint32_t lap,
		     uint32_t what, int64_t n)
{
	uint64_t state = recon->sim->seed;
	state = state * 0x9e3779b97f4a7c15u + car + 1;
	state = state * 0x9e3779b97f4a7c15u + lap + 1;
	state = state * 0x9e3779b97f4a7c15u + what + 1;
	if (n <= 0)
		return 0;
	return (int64_t)random_below(&state, 2 * (uint64_t)n + 1) - n;
}

uint32_t recon_share(const struct recon *recon, unsigned car, uint32_t lap, unsigned k)
{
	int64_t share = recon->sim->setup.line_ppm[k + 1];
	if (lap == 1) /* in line behind each other, in spray */
		return (uint32_t)share;
	share += recon->cars[car].share_off[k];
	share += recon_chance(recon, car, lap, 40 + k, 900);
	return (uint32_t)share;
}

static int32_t wetness_at(const struct recon *recon, instant_us t)
{
	const struct recon_weather *row = recon->weather;
	uint32_t n = recon->weather_count;
	if (t <= row[0].at)
		return row[0].wetness;
	for (uint32_t i = 1; i < n; i++) {
		if (t >= row[i].at)
			continue;
		int64_t span = row[i].at - row[i - 1].at;
		int64_t rise = row[i].wetness - row[i - 1].wetness;
		return (int32_t)(row[i - 1].wetness +
				 rise * (t - row[i - 1].at) / span);
	}
	return row[n - 1].wetness;
}

/* Now and then a lap is spoilt by slower cars. */
static duration_us traffic(const struct recon *recon, unsigned car, uint32_t lap)
{
	if (recon_chance(recon, car, lap, 50, 50) < 38)
		return 0;
	return 700 * US_MS + recon_chance(recon, car, lap, 51, 600) * US_MS;
}

duration_us recon_lap_time(const struct recon *recon, unsigned car, uint32_t lap,
			   instant_us t, int64_t scale)
{
	const struct recon_car *c = &recon->cars[car];
	int64_t wetness = wetness_at(recon, t + c->dry / 2);
	int64_t noise_ms = c->noise / US_MS;
	duration_us time = c->dry + (c->wet - c->dry) * wetness / 1000;
	time = time * scale / RECON_PPM;
	time += recon_chance(recon, car, lap, 60, noise_ms) * US_MS / 2;
	time += recon_chance(recon, car, lap, 61, noise_ms) * US_MS / 2;
	time += traffic(recon, car, lap);
	if (time < c->best)
		time = c->best;
	if (lap == 1)
		time += 3500 * US_MS;
	return time - time % US_MS;
}

/* Where a lap is being driven from: share @x of it at @t, the rest at @time a lap. */
struct recon_cursor {
	instant_us t;
	duration_us time;
	uint32_t x;
};

static instant_us cursor_to(struct recon_cursor *cursor, uint32_t share,
			    int32_t lost_ms)
{
	/* From the cursor's origin in one step: a whole lap takes its whole time. */
	instant_us at =
		cursor->t + (int64_t)(share - cursor->x) * cursor->time / RECON_PPM;
	cursor->t += lost_ms * US_MS;
	at += lost_ms * US_MS;
	return at - at % US_MS;
}

/* The stop at the end of the lap before: when and where the car drives again. */
static void leave_pits(struct recon *recon, unsigned car, struct recon_cursor *cursor)
{
	struct recon_trace *trace = &recon->traces[car];
	uint32_t lap = trace->laps + 1;
	int32_t stand_ms = recon->cars[car].stop_ms[lap - 1];
	instant_us out = trace->hand_at + RECON_LANE_OUT_US + stand_ms * US_MS;
	trace->pit_out[lap] = out;
	cursor->t = out;
	cursor->x = RECON_PIT_OUT_PPM;
}

void recon_drive_lap(struct recon *recon, unsigned car, int64_t scale)
{
	struct recon_trace *trace = &recon->traces[car];
	const struct recon_car *c = &recon->cars[car];
	uint32_t lap = trace->laps + 1;
	struct recon_cursor cursor = {.t = trace->hand_at, .x = trace->hand_ppm};
	bool from_pits = cursor.x == 0 && c->stop_ms[lap - 1] >= 0;
	bool retires = c->retire && trace->laps >= c->retire;
	if (from_pits)
		leave_pits(recon, car, &cursor);
	if (lap == 1) /* the start line is reached that long after the signal */
		cursor.t += c->start;
	cursor.time = recon_lap_time(recon, car, lap, cursor.t, scale);
	for (unsigned k = 0; k < 2; k++) {
		uint32_t share = recon_share(recon, car, lap, k);
		int32_t lost = c->lost_ms[lap][k];
		if (k == 0 && from_pits)
			lost += 1300; /* cold tyres */
		if (share > cursor.x)
			trace->line[lap][k] = cursor_to(&cursor, share, lost);
	}
	if (retires || c->stop_ms[lap] >= 0) {
		trace->pit_in[lap] =
			cursor_to(&cursor, RECON_PIT_IN_PPM, c->lost_ms[lap][2]);
		trace->sf[lap] = trace->pit_in[lap] + RECON_LANE_IN_US;
	} else {
		trace->sf[lap] = cursor_to(&cursor, RECON_PPM, c->lost_ms[lap][2]);
	}
	trace->hand_ppm = 0;
	trace->gone = retires;
	if (retires) {
		trace->sf[lap] = INSTANT_NONE;
		return;
	}
	trace->hand_at = trace->sf[lap];
	trace->laps = lap;
}

static instant_us drive_until(struct recon *recon, unsigned car, uint32_t lap,
			      int64_t scale)
{
	struct recon_trace *trace = &recon->traces[car];
	uint32_t laps = trace->laps, ppm = trace->hand_ppm;
	instant_us at = trace->hand_at;
	while (trace->laps < lap)
		recon_drive_lap(recon, car, scale); /* no anchor lies behind `retire` */
	instant_us end = trace->sf[lap];
	trace->laps = laps;
	trace->hand_ppm = ppm;
	trace->hand_at = at;
	return end;
}

int recon_drive_to(struct recon *recon, unsigned car, uint32_t lap, instant_us at,
		   int64_t *scale, struct err *err)
{
	struct recon_trace *trace = &recon->traces[car];
	int64_t low = RECON_SCALE_MIN, high = RECON_SCALE_MAX;
	char clock[TIME_TEXT_MAX], clock_min[TIME_TEXT_MAX], clock_max[TIME_TEXT_MAX];
	instant_us first = drive_until(recon, car, lap, low);
	instant_us last = drive_until(recon, car, lap, high);
	if (trace->laps >= lap || first > at || last <= at) {
		format_duration(clock, at - recon->midnight, TIME_RACE);
		format_duration(clock_min, first - recon->midnight, TIME_RACE);
		format_duration(clock_max, last - recon->midnight, TIME_RACE);
		return err_set(err, -EINVAL,
			       "anchors.csv: %s cannot complete lap %u at %s after lap "
			       "%u: between %s and %s fits its pace",
			       recon->cars[car].id, lap, clock, trace->laps, clock_min,
			       clock_max);
	}
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (drive_until(recon, car, lap, middle) <= at)
			low = middle;
		else
			high = middle;
	}
	while (trace->laps < lap)
		recon_drive_lap(recon, car, low);
	/* The rest is less than a factor of one in a million changes. */
	trace->sf[lap] = at;
	trace->hand_at = at;
	*scale = low;
	return 0;
}

/* A lap without a stop, loss, safety car or fixed instant at either end. */
static bool lap_plain(const struct recon *recon, unsigned car, uint32_t lap)
{
	const struct recon_car *c = &recon->cars[car];
	const struct recon_trace *trace = &recon->traces[car];
	for (uint32_t i = 0; i < c->anchor_count; i++)
		if (c->anchors[i].lap == lap)
			return false;
	for (unsigned k = 0; k < 3; k++)
		if (c->lost_ms[lap][k])
			return false;
	return lap > 1 && c->stop_ms[lap] < 0 && c->stop_ms[lap - 1] < 0 &&
	       !(lap >= trace->sc_first && lap <= trace->sc_last + 1);
}

int recon_set_best(struct recon *recon, unsigned car, struct err *err)
{
	const struct recon_car *c = &recon->cars[car];
	struct recon_trace *trace = &recon->traces[car];
	uint32_t lap = 0;
	duration_us time = 0;
	for (uint32_t n = 2; n + 1 < trace->laps; n++) {
		duration_us t = trace->sf[n] - trace->sf[n - 1];
		if (lap_plain(recon, car, n) && lap_plain(recon, car, n + 1) &&
		    (!lap || t < time)) {
			lap = n;
			time = t;
		}
	}
	if (!c->best || (lap && time == c->best))
		return 0;
	duration_us less = time - c->best;
	if (!lap || less < 0 || less > 3 * US_S)
		return err_set(err, -EINVAL,
			       "pace.csv: the best lap of %s is too far from its pace",
			       c->id);
	/* The lap behind it takes what this one gives. */
	trace->line[lap][0] -= less / 4 - less / 4 % US_MS;
	trace->line[lap][1] -= less * 5 / 8 - less * 5 / 8 % US_MS;
	trace->sf[lap] -= less;
	return 0;
}
