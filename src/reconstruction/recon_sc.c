/*
 * recon_sc.c -- the safety car: the field closes up behind the leader
 *
 * Small steps of time. The leader follows the safety car; every other car drives
 * on, slowly, until it meets the car ahead on the road, and nobody passes. A car
 * that was just ahead of the leader on the road drives nearly a lap more than one
 * that was just behind: this is how the queue was split.
 */
#include "recon.h"

#include <errno.h>

enum {
	STEP_MS = 200,
	LEAD_LAP_MS = 170000, /* behind the safety car */
	GAP_MS = 1300,        /* between two cars of the queue */
	YELLOW_PERCENT = 112, /* lap time of a car that closes up */
};

#define NANO INT64_C(1000000000) /* of a lap */

struct road_car {
	int64_t y, y_new; /* as if on the leader's lap; billionths of a lap */
	int64_t more;     /* the car's own distance less y */
	int64_t step;     /* free driving in one step */
	uint16_t car;
	uint8_t next; /* line it meets next: 0 I1, 1 I2, 2 SF */
};

struct recon_road {
	struct road_car cars[RECON_CARS_MAX];
	unsigned count;
};

static void road_add(struct recon *recon, struct recon_road *road, unsigned car)
{
	struct recon_trace *trace = &recon->traces[car];
	uint32_t lap = trace->laps + 1;
	duration_us time = recon_lap_time(recon, car, lap, recon->sc_from, RECON_PPM);
	time = time * YELLOW_PERCENT / 100;
	int64_t at = (int64_t)trace->laps * NANO + (int64_t)trace->hand_ppm * 1000;
	int64_t lead = at;
	if (road->count)
		lead = road->cars[0].y;
	int64_t behind = (lead - at) % NANO;
	if (behind < 0)
		behind += NANO;
	struct road_car one = {.y = lead - behind,
			       .more = at - (lead - behind),
			       .step = NANO / (time / US_MS / STEP_MS),
			       .car = (uint16_t)car};
	while (one.next < 2 &&
	       recon_share(recon, car, lap, one.next) <= trace->hand_ppm)
		one.next++;
	trace->sc_first = lap;
	unsigned k = road->count++;
	for (; k > 1 && road->cars[k - 1].y < one.y; k--)
		road->cars[k] = road->cars[k - 1];
	road->cars[k] = one;
}

static void road_step(struct recon_road *road)
{
	const int64_t lead_step = NANO * STEP_MS / LEAD_LAP_MS;
	const int64_t gap = NANO * GAP_MS / LEAD_LAP_MS;
	road->cars[0].y_new = road->cars[0].y + lead_step;
	for (unsigned i = 1; i < road->count; i++) {
		struct road_car *one = &road->cars[i];
		int64_t limit = road->cars[i - 1].y_new - gap;
		int64_t y = one->y + one->step;
		if (y > limit)
			y = limit;
		if (y < one->y + one->step / 4)
			y = one->y + one->step / 4;
		one->y_new = y;
	}
}

/* Distance of the car's next line. */
static int64_t recon_sc_next_line(const struct recon *recon, const struct road_car *one)
{
	uint32_t laps = recon->traces[one->car].laps;
	uint32_t share = RECON_PPM;
	if (one->next < 2)
		share = recon_share(recon, one->car, laps + 1, one->next);
	return (int64_t)laps * NANO + (int64_t)share * 1000;
}

/* Note the lines the car crosses in the step begun at @t, up to @until. */
static void road_cross(struct recon *recon, struct road_car *one, instant_us t,
		       instant_us until)
{
	struct recon_trace *trace = &recon->traces[one->car];
	int64_t from = one->y + one->more, to = one->y_new + one->more;
	for (;;) {
		int64_t line = recon_sc_next_line(recon, one);
		if (line > to)
			return;
		instant_us at = t + (line - from) * STEP_MS * US_MS / (to - from);
		at -= at % US_MS;
		if (at > until)
			return;
		if (one->next < 2) {
			trace->line[trace->laps + 1][one->next++] = at;
			continue;
		}
		if (trace->laps + 8 >= RECON_LAPS_MAX)
			return; /* the table is full: the plan will not fit */
		trace->sf[++trace->laps] = at;
		one->next = 0;
	}
}

/* When the leader crosses the line in this step; INSTANT_NONE. */
static instant_us lead_crosses(const struct recon *recon, const struct recon_road *road,
			       instant_us t)
{
	const struct road_car *lead = &road->cars[0];
	int64_t line = ((int64_t)recon->traces[lead->car].laps + 1) * NANO;
	int64_t from = lead->y + lead->more, to = lead->y_new + lead->more;
	if (line > to)
		return INSTANT_NONE;
	instant_us at = t + (line - from) * STEP_MS * US_MS / (to - from);
	return at - at % US_MS;
}

/* Stops planned for laps driven behind the safety car are made soon after it. */
static void move_stops(struct recon *recon, unsigned car)
{
	struct recon_car *c = &recon->cars[car];
	struct recon_trace *trace = &recon->traces[car];
	uint32_t later = trace->laps + 1 + (trace->hand_ppm > 800000) + car % 3;
	uint32_t last = trace->laps;
	if (trace->hand_ppm > 800000)
		last++;
	for (uint32_t n = trace->sc_first; n <= last; n++) {
		if (c->stop_ms[n] < 0)
			continue;
		c->stop_ms[later] = c->stop_ms[n];
		c->driver[later] = c->driver[n];
		c->stop_ms[n] = -1;
		c->driver[n] = 0;
	}
}

static void road_end(struct recon *recon, struct recon_road *road, instant_us t)
{
	for (unsigned i = 0; i < road->count; i++) {
		struct road_car *one = &road->cars[i];
		struct recon_trace *trace = &recon->traces[one->car];
		int64_t part = (recon->sc_to - t) / US_MS;
		int64_t y = one->y + (one->y_new - one->y) * part / STEP_MS;
		int64_t done = y + one->more - (int64_t)trace->laps * NANO;
		/* A step may end between a line and its millisecond. */
		if (done < 0 || i == 0)
			done = 0;
		if (done >= NANO)
			done = NANO - 1000;
		trace->hand_ppm = (uint32_t)(done / 1000);
		trace->hand_at = recon->sc_to;
		trace->sc_last = trace->laps + 1;
		move_stops(recon, one->car);
	}
}

/* Cars that leave the pits in the step begun at @t join the road where they are. */
static void road_join(struct recon *recon, struct recon_road *road, instant_us t)
{
	for (unsigned i = 0; i < recon->car_count; i++) {
		const struct recon_trace *trace = &recon->traces[i];
		if (!recon->sim->cars[i].not_started && !trace->gone &&
		    trace->hand_at >= t && trace->hand_at < t + STEP_MS * US_MS)
			road_add(recon, road, i);
	}
}

int recon_safety_car(struct recon *recon, struct err *err)
{
	struct recon_road road = {.count = 0};
	instant_us planned = recon->sc_to, t = recon->sc_from;
	for (;; t += STEP_MS * US_MS) {
		road_join(recon, &road, t);
		if (!road.count || road.cars[0].car != 0)
			return err_set(
				err, -EINVAL,
				"flags.csv: the first car stands in the pits when "
				"the safety car comes out");
		road_step(&road);
		instant_us until = t + STEP_MS * US_MS;
		instant_us over = lead_crosses(recon, &road, t);
		bool last = over != INSTANT_NONE && over >= planned;
		if (last)
			until = recon->sc_to = over;
		for (unsigned i = 0; i < road.count; i++) {
			road_cross(recon, &road.cars[i], t, until);
			if (!last)
				road.cars[i].y = road.cars[i].y_new;
		}
		if (last)
			break;
	}
	road_end(recon, &road, t);
	return 0;
}
