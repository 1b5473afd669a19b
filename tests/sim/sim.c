/*
 * sim.c -- a plausible race, made forward in time from a seed
 *
 * Several classes, each with its pace; cars that are a little faster or slower
 * than their class; stints, stops and driver changes; one or two neutralisations;
 * sometimes a wet start; cars that stop on the track or stand in the pits for long.
 * Nobody is told the result beforehand: the winner is who gets there.
 *
 *  (1) Integers only, so a seed gives the same race on every machine.
 *  (2) Passings come out in time: each step takes the car whose next crossing is
 *      the earliest (the lower index of two at one instant).
 *  (3) Instants are whole milliseconds, as the timing systems write them.
 *  (4) The finish is the first crossing, at or after the length, by which a car
 *      has completed more laps than any other. A car's race ends with its next
 *      crossing of start/finish, on the track or in the lane.
 */
#include "sim.h"

#include <errno.h>
#include <string.h>

enum {
	SC_MAX = 2,
	SLOW_SC_PM = 1650, /* lap times behind the safety car, per mille */
	SLOW_FCY_PM = 1900,
	PIT_IN_PPM = 965000, /* places on the lap */
	PIT_OUT_PPM = 30000,
	LINES = 3,
	GIVE_UP_MIN = 6, /* who is not home by then took no flag */
};

static const struct {
	const char *name;
	int64_t lap_ms;
	int64_t stint_s;
	const char *vehicles[3];
} class_table[] = {
	{"LMP900", 96000, 2900, {"Meteor R9", "Corsair 60", "Vega S101"}},
	{"LMP675", 102000, 2700, {"Lark EX257", "Corsair C65", "Pico 675"}},
	{"GTS", 104500, 3300, {"Ardent 550", "Colonel C5-R", "Mamba GTS"}},
	{"GT", 109000, 3500, {"Stern GT3", "Cavallo 360", "Thorn T4"}},
	{"N-GT", 112500, 3600, {"Stern Cup", "Lotis N", "Cavallo N"}},
	{"CUP", 118000, 3900, {"Kettle Cup", "Mono 4", "Reno C"}},
};

static const char *const team_words[] = {
	"Aubier", "Belmont", "Castell", "Drachen", "Eifel", "Fontaine", "Gulfstream",
	"Hafner", "Ivory",   "Jura",    "Kestrel", "Loire", "Mistral",  "Nordlicht",
};

static const char *const team_ends[] = {"Racing", "Motorsport", "Compétition",
					"Sport",  "Autosport",  "Team"};

static const char *const first_names[] = {"Anna",  "Björn", "Carla", "Dries",
					  "Élise", "Fabio", "Greta", "Hugo",
					  "Inès",  "Jonas", "Kenji", "Lucia"};

static const char *const last_names[] = {
	"Abel", "Brandt", "Costa",  "Dubois",  "Ekström", "Faria", "García",  "Hartley",
	"Ito",  "Jansen", "Keller", "Lefèvre", "Moreau",  "Novák", "Oliveira"};

struct slow {
	instant_us from_at, to_at;
	uint8_t flag;
};

/* A car on its way. */
struct runner {
	instant_us next_at;
	instant_us lap_at;   /* its lap in hand began */
	instant_us out_at;   /* instant the lap's time runs from: pit out, or lap_at */
	duration_us lap_us;  /* the lap in hand, standing not counted */
	duration_us stop_us; /* line in the lane to pit out */
	instant_us stint_at;
	duration_us stint_us;
	uint32_t laps;
	uint8_t line; /* the next one */
	uint8_t driver;
	bool pitting; /* the lap in hand ends in the lane */
	bool in_lane;
	bool done;
};

struct world {
	struct sim_race *sim;
	struct runner cars[SIM_CARS_MAX];
	struct slow slow[SC_MAX];
	unsigned slow_count;
	uint64_t random;
	instant_us start_at, end_at, finish_at;
	duration_us wet_us; /* 0: a dry race */
	uint32_t most_laps;
};

static int64_t below(struct world *w, int64_t n)
{
	return n > 0 ? (int64_t)random_below(&w->random, (uint64_t)n) : 0;
}

/* Around 0, at most @n away, the middle more often. */
static int64_t around(struct world *w, int64_t n)
{
	return (below(w, 2 * n + 1) + below(w, 2 * n + 1) + below(w, 2 * n + 1)) / 3 -
	       n;
}

static duration_us whole_ms(duration_us t)
{
	return t - t % US_MS;
}

/* ---- the field -------------------------------------------------------------- */

static void name_car(struct world *w, unsigned index, unsigned cars)
{
	/* Three cars whose numbers differ only in their zeros. */
	static const char *const zeros[] = {"7", "07", "007"};
	struct sim_car *car = &w->sim->cars[index];

	if (index < ARRAY_LEN(zeros) && cars > 4)
		text_copy(car->number, sizeof(car->number), slice_of(zeros[index]));
	else
		text_format(car->number, sizeof(car->number), "%u", index + 8);
	text_format(car->transponder, sizeof(car->transponder), "%u",
		    2906100u + 37u * index);
	text_format(car->team, sizeof(car->team), "%s %s",
		    team_words[index % ARRAY_LEN(team_words)],
		    team_ends[(index / ARRAY_LEN(team_words) + index) %
			      ARRAY_LEN(team_ends)]);
	car->driver_count = (uint8_t)(2 + below(w, 2));
	for (unsigned d = 0; d < car->driver_count; d++)
		text_format(car->drivers[d], sizeof(car->drivers[d]), "%s %s",
			    first_names[(index + 5 * d) % ARRAY_LEN(first_names)],
			    last_names[(3 * index + 4 * d) % ARRAY_LEN(last_names)]);
}

static void make_car(struct world *w, unsigned index, unsigned cars, unsigned classes)
{
	struct sim_car *car = &w->sim->cars[index];
	unsigned row = index * classes / cars;
	int64_t lap_ms = class_table[row].lap_ms;
	memset(car, 0, sizeof(*car));
	name_car(w, index, cars);
	text_copy(car->class_name, sizeof(car->class_name),
		  slice_of(class_table[row].name));
	text_copy(car->vehicle, sizeof(car->vehicle),
		  slice_of(class_table[row].vehicles[index % 3]));
	car->grid = (uint16_t)(index + 1);
	car->lap_dry = (lap_ms + lap_ms * below(w, 36) / 1000) * US_MS;
	car->lap_wet = car->lap_dry + car->lap_dry * (90 + below(w, 60)) / 1000;
	if (below(w, 8) == 0) {
		int64_t laps = w->sim->setup.length_us / car->lap_dry;
		car->retire_lap = (uint32_t)(1 + below(w, laps > 1 ? laps : 1));
	}
}

/* ---- the day ------------------------------------------------------------------ */

static void add_flag(struct sim_race *sim, instant_us at, enum flag flag)
{
	sim->flags[sim->flag_count++] = (struct flag_row){
		.from_at = at,
		.after_at = INSTANT_NONE,
		.flag = (uint8_t)flag,
	};
}

static void plan_day(struct world *w)
{
	duration_us length = w->sim->setup.length_us;
	duration_us minutes = length / 30;
	w->slow_count = (unsigned)(1 + below(w, SC_MAX));
	add_flag(w->sim, w->start_at, FLAG_GREEN);
	for (unsigned i = 0; i < w->slow_count; i++) {
		struct slow *slow = &w->slow[i];
		/* Each in its own part of the race, over before the end. */
		duration_us part = length * 8 / 10 / w->slow_count;

		slow->from_at = w->start_at + length / 10 + part * i +
				whole_ms(below(w, part / 2));
		slow->to_at =
			slow->from_at + whole_ms(minutes / 2 + below(w, minutes / 2));
		slow->flag = below(w, 2) == 0 ? FLAG_SC : FLAG_FCY;
		add_flag(w->sim, slow->from_at, (enum flag)slow->flag);
		add_flag(w->sim, slow->to_at, FLAG_GREEN);
	}
	if (below(w, 3) == 0)
		w->wet_us = length / 5;
}

static enum flag flag_at(const struct world *w, instant_us at)
{
	if (w->finish_at != INSTANT_NONE && at >= w->finish_at)
		return FLAG_FINISH;
	for (unsigned i = 0; i < w->slow_count; i++)
		if (at >= w->slow[i].from_at && at < w->slow[i].to_at)
			return (enum flag)w->slow[i].flag;
	return FLAG_GREEN;
}

/* How wet the track is, per mille: drying from the start. */
static int64_t wet_at(const struct world *w, instant_us at)
{
	duration_us since = at - w->start_at;
	if (since >= w->wet_us)
		return 0;
	return 1000 * ((w->wet_us - since) / US_MS) / (w->wet_us / US_MS);
}

/* ---- a car's race --------------------------------------------------------------- */

static instant_us line_instant(const struct world *w, const struct runner *car,
			       uint8_t line)
{
	int64_t ppm;
	if (line == LINE_SF || line == LINE_SF_PIT)
		ppm = 1000000;
	else if (line == LINE_PIT_IN)
		ppm = PIT_IN_PPM;
	else
		ppm = w->sim->setup.line_ppm[line];
	return car->out_at + whole_ms(car->lap_us / 1000 * ppm / 1000);
}

static void begin_lap(struct world *w, unsigned index, instant_us at)
{
	const struct sim_car *plan = &w->sim->cars[index];
	struct runner *car = &w->cars[index];
	duration_us lap = plan->lap_dry;
	enum flag flag = flag_at(w, at);
	lap += (plan->lap_wet - plan->lap_dry) / 1000 * wet_at(w, at);
	lap += lap * around(w, 12) / 1000;
	if (flag == FLAG_SC)
		lap = lap * SLOW_SC_PM / 1000;
	else if (flag == FLAG_FCY)
		lap = lap * SLOW_FCY_PM / 1000;
	lap += below(w, 1000) * US_MS / 4;
	car->lap_at = at;
	car->out_at = at;
	car->lap_us = whole_ms(lap);
	car->pitting = at + lap - car->stint_at >= car->stint_us;
	car->line = 1;
	car->next_at = line_instant(w, car, 1);
}

static void begin_stint(struct world *w, unsigned index, instant_us at)
{
	struct runner *car = &w->cars[index];
	unsigned row = 0;
	while (row + 1 < ARRAY_LEN(class_table) &&
	       strcmp(class_table[row].name, w->sim->cars[index].class_name) != 0)
		row++;
	car->stint_at = at;
	car->stint_us = (class_table[row].stint_s - 400 + below(w, 800)) * US_S;
}

static void begin_stop(struct world *w, unsigned index, instant_us at)
{
	struct runner *car = &w->cars[index];
	begin_lap(w, index, at);
	car->in_lane = true;
	car->stop_us = (38000 + below(w, 30000)) * US_MS;
	if (below(w, 14) == 0)
		car->stop_us += (120 + below(w, 1500)) * US_S;
	/* A repair that may cost the classification. */
	if (below(w, 60) == 0)
		car->stop_us +=
			whole_ms(w->sim->setup.length_us / 100 * (8 + below(w, 30)));
	car->line = LINE_PIT_OUT;
	car->next_at = at + car->stop_us;
	car->pitting = false;
}

static void end_stop(struct world *w, unsigned index, instant_us at)
{
	struct runner *car = &w->cars[index];
	duration_us lane = whole_ms(car->lap_us / 1000 * PIT_OUT_PPM / 1000);
	car->in_lane = false;
	car->out_at = at - lane;
	begin_stint(w, index, at);
	if (below(w, 5) != 0)
		car->driver = (uint8_t)((car->driver + 1u) %
					w->sim->cars[index].driver_count);
	car->line = 1;
	car->next_at = line_instant(w, car, 1);
}

/* The line after @line; LINE_NONE when it stops there for good. */
static uint8_t line_after(const struct world *w, unsigned index, uint8_t line)
{
	const struct sim_car *plan = &w->sim->cars[index];
	const struct runner *car = &w->cars[index];
	if (plan->retire_lap > 0 && car->laps >= plan->retire_lap)
		return LINE_NONE;
	if (line == LINE_PIT_IN)
		return LINE_SF_PIT;
	if (line + 1 < w->sim->setup.line_count)
		return (uint8_t)(line + 1);
	return car->pitting ? LINE_PIT_IN : LINE_SF;
}

/* (4) */
static void complete_lap(struct world *w, unsigned index, instant_us at)
{
	struct runner *car = &w->cars[index];
	car->laps++;
	if (car->laps > w->most_laps) {
		w->most_laps = car->laps;
		if (at >= w->end_at && w->finish_at == INSTANT_NONE)
			w->finish_at = at;
	}
	if (w->finish_at != INSTANT_NONE)
		car->done = true;
}

static void emit(struct world *w, unsigned index, instant_us at, uint8_t line)
{
	const struct runner *car = &w->cars[index];
	bool sf = line == LINE_SF || line == LINE_SF_PIT;
	w->sim->passings[w->sim->passing_count++] = (struct sim_passing){
		.at = at,
		.lap = car->laps + (sf ? 0 : 1),
		.car = (uint16_t)index,
		.line = line,
		.flag = (uint8_t)flag_at(w, at),
		.driver = car->driver,
	};
}

static void cross(struct world *w, unsigned index)
{
	struct runner *car = &w->cars[index];
	instant_us at = car->next_at;
	uint8_t line = car->line;
	if (line == LINE_SF || line == LINE_SF_PIT)
		complete_lap(w, index, at);
	else if (line == LINE_PIT_OUT)
		end_stop(w, index, at);
	emit(w, index, at, line);
	if (car->done || line == LINE_PIT_OUT)
		return;
	if (line == LINE_SF) {
		begin_lap(w, index, at);
	} else if (line == LINE_SF_PIT) {
		begin_stop(w, index, at);
	} else {
		car->line = line_after(w, index, line);
		car->done = car->line == LINE_NONE;
		if (!car->done)
			car->next_at = line_instant(w, car, car->line);
	}
}

/* ---- the race -------------------------------------------------------------------- */

static int run(struct world *w, struct err *err)
{
	struct sim_race *sim = w->sim;
	for (;;) {
		unsigned first = sim->car_count;
		for (unsigned i = 0; i < sim->car_count; i++)
			if (!w->cars[i].done &&
			    (first == sim->car_count ||
			     w->cars[i].next_at < w->cars[first].next_at))
				first = i;
		if (first == sim->car_count)
			return 0;
		if (w->finish_at != INSTANT_NONE &&
		    w->cars[first].next_at > w->finish_at + GIVE_UP_MIN * US_MIN)
			return 0;
		if (sim->passing_count == sim->passings_max)
			return err_set(err, -ENOBUFS,
				       "a simulated race of %u cars needs room for "
				       "more than %u passings",
				       (unsigned)sim->car_count,
				       (unsigned)sim->passings_max);
		cross(w, first);
	}
}

static void begin(struct world *w)
{
	struct race_setup *setup = &w->sim->setup;
	text_copy(setup->event, sizeof(setup->event), SLICE("Simulated race"));
	text_copy(setup->session, sizeof(setup->session), SLICE("Race"));
	text_copy(setup->circuit, sizeof(setup->circuit), SLICE("Plain ring"));
	setup->start_at = civil_to_instant(2024, 6, 15) + 12 * US_HOUR;
	setup->clock_at = INSTANT_NONE;
	setup->lap_length = 4180000;
	setup->line_count = LINES;
	setup->line_ppm[1] = 301500;
	setup->line_ppm[2] = 662000;
	w->start_at = setup->start_at;
	w->end_at = w->start_at + setup->length_us;
	w->finish_at = INSTANT_NONE;
}

int sim_plausible(struct sim_race *sim, uint64_t seed, unsigned cars, unsigned classes,
		  duration_us length_us, struct err *err)
{
	struct world w;
	if (cars == 0 || cars > SIM_CARS_MAX)
		return err_set(err, -EINVAL,
			       "a simulated race has 1 to %d cars, not %u",
			       SIM_CARS_MAX, cars);
	if (classes == 0 || classes > ARRAY_LEN(class_table))
		return err_set(err, -EINVAL,
			       "a simulated race has 1 to %u classes, not %u",
			       (unsigned)ARRAY_LEN(class_table), classes);
	if (length_us < US_MIN || length_us > 48 * US_HOUR)
		return err_set(err, -EINVAL,
			       "a simulated race lasts 1 minute to 48 hours");
	memset(&w, 0, sizeof(w));
	w.sim = sim;
	w.random = seed;
	memset(&sim->setup, 0, sizeof(sim->setup));
	sim->setup.length_us = length_us;
	sim->seed = seed;
	sim->car_count = cars;
	sim->passing_count = 0;
	sim->flag_count = 0;
	sim->note_count = 0;
	begin(&w);
	plan_day(&w);
	for (unsigned i = 0; i < cars; i++) {
		make_car(&w, i, cars, classes);
		begin_stint(&w, i, w.start_at);
		begin_lap(&w, i, w.start_at);
		/* The field stands in a row: who starts behind is longer at it. */
		w.cars[i].lap_us += 4 * US_S + (int64_t)i * 350 * US_MS;
		w.cars[i].next_at = line_instant(&w, &w.cars[i], 1);
	}
	int rc = run(&w, err);
	if (rc == 0 && w.finish_at != INSTANT_NONE)
		add_flag(sim, w.finish_at, FLAG_FINISH);
	return rc;
}
