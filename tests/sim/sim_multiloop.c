/*
 * sim_multiloop.c -- a simulated race as Multiloop
 *
 * What a timing computer would have sent: a dump at the beginning and every few
 * minutes, $H each second, at each line $L and $S, at each crossing of SF $C of the car
 * and of those it passed, $N when the lead changes.
 *
 *  (1) Records come in time. $H has the flag of its instant.
 *  (2) Times are cut to the unit; so are lap times, which are the differences of what
 *      was cut: laps add up to totals.
 *  (3) At the end the time of a lap is taken away ($I): of the last one of the car that
 *      is last.
 */
#include "sim.h"
#include "pitwall/wire.h"

#include <string.h>

enum { LEAD_IN_S = 10, LEAD_OUT_S = 5, DUMP_S = 300 };

struct place {
	instant_us at;      /* last crossing of SF */
	instant_us line_at; /* of any line, and which */
	duration_us lap, best;
	uint32_t laps, best_lap, stops, pit_lap, led;
	uint16_t rank; /* 0-based */
	uint8_t driver, line;
	bool lane; /* the last lap ended in the pit lane */
};

struct writer {
	struct wire_ml wire;
	const struct sim_race *sim;
	bool all;
	uint32_t flag; /* next */
	enum flag shown;
	uint32_t note; /* next */
	unsigned messages, changes, yellows;
	uint16_t leader;
	struct place cars[SIM_CARS_MAX];
	uint16_t order[SIM_CARS_MAX];
};

static duration_us total(const struct writer *w, instant_us at)
{
	duration_us t = at - w->sim->setup.start_at;
	return t > 0 ? t - t % w->wire.tick : 0; /* (2) */
}

static void put_status(struct writer *w, enum flag flag)
{
	wire_ml_text(&w->wire, wire_flag_code(WIRE_FLAGS_MULTILOOP,
					      flag < FLAG_COUNT ? flag : FLAG_UNKNOWN));
}

static void put_car(struct writer *w, uint16_t car)
{
	wire_ml_text(&w->wire, w->sim->cars[car].number);
	wire_ml_hex(&w->wire, car + 1u);
}

/* ---- what is repeated --------------------------------------------------------------- */

static void write_entry(struct writer *w, uint16_t car, char type)
{
	const struct sim_car *plan = &w->sim->cars[car];
	unsigned driver = w->cars[car].driver;
	wire_ml_begin(&w->wire, WIRE_ML_ENTRY, type);
	put_car(w, car);
	wire_ml_text(&w->wire, plan->drivers[driver < plan->driver_count ? driver : 0]);
	wire_ml_hex(&w->wire, plan->grid);
	wire_ml_hex(&w->wire, 3);
	wire_ml_text(&w->wire, plan->class_name);
	wire_ml_text(&w->wire, plan->vehicle);
	wire_ml_text(&w->wire, plan->team);
	wire_ml_hex(&w->wire, car + 1u);
	wire_ml_end(&w->wire);
}

static void write_run(struct writer *w)
{
	const struct race_setup *setup = &w->sim->setup;
	bool timed = setup->type == SESSION_TIMED;
	wire_ml_begin(&w->wire, WIRE_ML_RUN, 'R');
	wire_ml_text(&w->wire, "Plain ring weekend");
	wire_ml_text(&w->wire, "PRW");
	wire_ml_text(&w->wire, timed ? "Practice" : "Race");
	wire_ml_text(&w->wire, timed ? "P" : "R");
	wire_ml_hex(&w->wire, (uint64_t)(setup->start_at / US_S));
	wire_ml_end(&w->wire);
}

/* Sections from line to line, and a trap between the first two. */
static void write_track(struct writer *w)
{
	unsigned lines = w->sim->setup.line_count,
		 count = lines > 1 ? lines + 1 : lines;
	char name[8], from[8], to[8];
	if (!w->all)
		return;
	wire_ml_begin(&w->wire, WIRE_ML_TRACK, 'R');
	wire_ml_text(&w->wire, "Plain ring");
	wire_ml_text(&w->wire, "PR");
	wire_ml_text(&w->wire, "2.6");
	wire_ml_hex(&w->wire, count);
	for (unsigned i = 0; i < count; i++) {
		bool trap = i == lines;
		unsigned at = trap ? 0 : i;
		text_format(name, sizeof(name), trap ? "Spd" : "S%u", i + 1);
		text_format(from, sizeof(from), at == 0 ? "SF" : "IM%u", at);
		text_format(to, sizeof(to), at + 1 == lines ? "SF" : "IM%u", at + 1);
		wire_ml_text(&w->wire, name);
		wire_ml_hex(&w->wire, trap ? 4000 : 60000);
		wire_ml_text(&w->wire, from);
		wire_ml_text(&w->wire, to);
	}
	wire_ml_end(&w->wire);
	wire_ml_begin(&w->wire, WIRE_ML_VERSION, 'R');
	wire_ml_hex(&w->wire, 1);
	wire_ml_hex(&w->wire, 5);
	wire_ml_text(&w->wire, "Multiloop feed");
	wire_ml_end(&w->wire);
}

/* Of what nobody asks, numbers that are of the right kind. */
static void write_statistics(struct writer *w, instant_us at)
{
	uint32_t laps = w->cars[w->order[0]].laps;
	if (!w->all)
		return;
	wire_ml_begin(&w->wire, WIRE_ML_STATISTICS, 'R');
	put_status(w, w->shown);
	wire_ml_hex(&w->wire, laps);
	wire_ml_time(&w->wire, total(w, at));
	wire_ml_hex(&w->wire, laps);
	wire_ml_time(&w->wire, 0);
	wire_ml_hex(&w->wire, 0);
	wire_ml_time(&w->wire, 0);
	wire_ml_hex(&w->wire, w->yellows);
	wire_ml_text(&w->wire, w->sim->cars[w->order[0]].number);
	wire_ml_hex(&w->wire, w->changes);
	wire_ml_text(&w->wire, "81.63");
	wire_ml_end(&w->wire);
}

static void put_behind(struct writer *w, const struct place *place, unsigned rank)
{
	const struct place *other = &w->cars[w->order[rank]];
	bool same = other->laps == place->laps && place->laps > 0;
	wire_ml_time(&w->wire, same ? total(w, place->at) - total(w, other->at) : 0);
	wire_ml_hex(&w->wire, other->laps - place->laps);
}

static void write_standing(struct writer *w, uint16_t car, char type)
{
	const struct place *place = &w->cars[car];
	wire_ml_begin(&w->wire, WIRE_ML_STANDING, type);
	wire_ml_hex(&w->wire, place->rank + 1u);
	put_car(w, car);
	wire_ml_hex(&w->wire, place->laps);
	wire_ml_time(&w->wire, place->laps > 0 ? total(w, place->at) : 0);
	wire_ml_time(&w->wire, place->lap);
	wire_ml_text(&w->wire, place->lane ? "P" : "T");
	wire_ml_time(&w->wire, place->best);
	wire_ml_hex(&w->wire, place->best_lap);
	put_behind(w, place, 0);
	put_behind(w, place, place->rank > 0 ? place->rank - 1u : 0);
	wire_ml_hex(&w->wire, place->rank + 1u);
	wire_ml_time(&w->wire, place->best);
	wire_ml_text(&w->wire, "Active");
	put_status(w, w->shown);
	wire_ml_hex(&w->wire, place->stops);
	wire_ml_hex(&w->wire, place->pit_lap);
	wire_ml_hex(&w->wire, w->sim->cars[car].grid);
	wire_ml_hex(&w->wire, place->led);
	wire_ml_end(&w->wire);
}

static void write_heartbeat(struct writer *w, instant_us at)
{
	duration_us left = w->sim->setup.length_us - total(w, at);
	wire_ml_begin(&w->wire, WIRE_ML_HEARTBEAT, 'N');
	put_status(w, w->shown);
	wire_ml_hex(&w->wire, (uint64_t)(at / US_S));
	wire_ml_time(&w->wire, total(w, at));
	wire_ml_hex(&w->wire, 0);
	wire_ml_time(&w->wire, left);
	wire_ml_end(&w->wire);
}

static void write_dump(struct writer *w, instant_us at)
{
	write_heartbeat(w, at);
	write_run(w);
	write_track(w);
	for (uint16_t i = 0; i < w->sim->car_count; i++)
		write_entry(w, i, 'R');
	for (uint32_t i = 0; i < w->sim->car_count; i++)
		write_standing(w, w->order[i], 'R');
	write_statistics(w, at);
}

/* ---- what happens ----------------------------------------------------------------------- */

static void write_message(struct writer *w, instant_us at, const char *text)
{
	if (!w->all)
		return;
	wire_ml_begin(&w->wire, WIRE_ML_MESSAGE, 'N');
	wire_ml_hex(&w->wire, ++w->messages);
	wire_ml_text(&w->wire, "A");
	wire_ml_text(&w->wire, "N");
	wire_ml_hex(&w->wire, (uint64_t)(at / US_S));
	wire_ml_text(&w->wire, text);
	wire_ml_end(&w->wire);
}

/* A driver change, as the box in the car tells it. */
static void write_driver(struct writer *w, const struct sim_passing *p)
{
	const struct sim_car *plan = &w->sim->cars[p->car];
	if (p->driver == w->cars[p->car].driver || p->driver >= plan->driver_count)
		return;
	w->cars[p->car].driver = p->driver;
	if (!w->all) {
		write_entry(w, p->car, 'U');
		return;
	}
	wire_ml_begin(&w->wire, WIRE_ML_DRIVER, 'N');
	wire_ml_hex(&w->wire, p->car + 1u);
	wire_ml_time(&w->wire, total(w, p->at));
	wire_ml_hex(&w->wire, p->driver + 1u);
	wire_ml_text(&w->wire, plan->drivers[p->driver]);
	wire_ml_end(&w->wire);
}

static void write_line(struct writer *w, const struct sim_passing *p)
{
	char name[8];
	wire_ml_line_name(p->line, name);
	if (!w->all && p->line != LINE_SF && p->line != LINE_SF_PIT)
		return;
	wire_ml_begin(&w->wire, WIRE_ML_CROSSING, 'N');
	put_car(w, p->car);
	wire_ml_text(&w->wire, name);
	wire_ml_text(&w->wire, "A");
	wire_ml_time(&w->wire, total(w, p->at));
	put_status(w, (enum flag)p->flag);
	wire_ml_text(&w->wire, p->line >= LINE_PIT_IN ? "P" : "T");
	wire_ml_end(&w->wire);
}

static void write_section(struct writer *w, const struct sim_passing *p)
{
	struct place *place = &w->cars[p->car];
	bool sf = p->line == LINE_SF || p->line == LINE_SF_PIT;
	char name[8];
	if (p->line == LINE_PIT_IN || p->line == LINE_PIT_OUT || !w->all)
		return;
	text_format(name, sizeof(name), "S%u",
		    sf ? (unsigned)w->sim->setup.line_count : p->line % LINES_MAX);
	wire_ml_begin(&w->wire, WIRE_ML_SECTION, 'N');
	put_car(w, p->car);
	wire_ml_text(&w->wire, name);
	wire_ml_time(&w->wire, total(w, p->at));
	wire_ml_time(&w->wire, total(w, p->at) - total(w, place->line_at));
	wire_ml_hex(&w->wire, place->laps);
	wire_ml_end(&w->wire);
	place->line_at = p->at;
}

static void write_leader(struct writer *w)
{
	uint16_t car = w->order[0];
	if (car == w->leader || !w->all)
		return;
	w->leader = car;
	wire_ml_begin(&w->wire, WIRE_ML_LEADER, 'U');
	put_car(w, car);
	wire_ml_hex(&w->wire, w->cars[car].laps);
	wire_ml_time(&w->wire, total(w, w->cars[car].at));
	wire_ml_hex(&w->wire, ++w->changes);
	wire_ml_end(&w->wire);
}

/* (3) */
static void write_invalid(struct writer *w)
{
	uint16_t car = w->order[w->sim->car_count - 1];
	if (!w->all || w->cars[car].laps < 2)
		return;
	wire_ml_begin(&w->wire, WIRE_ML_INVALID, 'U');
	put_car(w, car);
	wire_ml_time(&w->wire, total(w, w->cars[car].at));
	wire_ml_text(&w->wire, "");
	wire_ml_end(&w->wire);
}

static bool ahead(const struct place *a, const struct place *b)
{
	return a->laps != b->laps ? a->laps > b->laps : a->laps > 0 && a->at < b->at;
}

/* Moves up in the order; those it passes are said anew. */
static void move_up(struct writer *w, uint16_t car)
{
	struct place *place = &w->cars[car];
	unsigned from = place->rank, to = from;
	while (to > 0 && ahead(place, &w->cars[w->order[to - 1]])) {
		w->order[to] = w->order[to - 1];
		to--;
	}
	w->order[to] = car;
	for (unsigned i = to; i <= from; i++)
		w->cars[w->order[i]].rank = (uint16_t)i;
	w->cars[w->order[0]].led += to == 0;
	for (unsigned i = to; i <= from; i++)
		write_standing(w, w->order[i], 'U');
}

static void write_crossing(struct writer *w, const struct sim_passing *p)
{
	struct place *place = &w->cars[p->car];
	duration_us before = place->laps > 0 ? total(w, place->at) : 0;
	duration_us lap = total(w, p->at) - before;
	write_driver(w, p);
	write_line(w, p);
	write_section(w, p);
	place->stops += p->line == LINE_PIT_IN;
	if (p->line != LINE_SF && p->line != LINE_SF_PIT)
		return;
	place->laps = p->lap;
	place->at = p->at;
	place->lap = lap;
	place->lane = p->line == LINE_SF_PIT;
	if (place->lane)
		place->pit_lap = p->lap;
	if (place->best == 0 || lap < place->best) {
		place->best = lap;
		place->best_lap = p->lap;
	}
	w->shown = (enum flag)p->flag;
	move_up(w, p->car);
	write_leader(w);
}

static void show_flags(struct writer *w, instant_us at)
{
	while (w->flag < w->sim->flag_count && w->sim->flags[w->flag].from_at <= at) {
		w->shown = (enum flag)w->sim->flags[w->flag++].flag;
		w->yellows += w->shown == FLAG_SC || w->shown == FLAG_FCY;
	}
	for (; w->note < w->sim->note_count && w->note < SIM_NOTES_MAX &&
	       w->sim->notes[w->note].at <= at;
	     w->note++)
		if (w->sim->notes[w->note].kind == EVENT_MESSAGE)
			write_message(w, w->sim->notes[w->note].at,
				      w->sim->notes[w->note].text);
}

static void begin(struct writer *w)
{
	for (uint16_t i = 0; i < w->sim->car_count && i < SIM_CARS_MAX; i++) {
		w->order[i] = w->cars[i].rank = i;
		w->cars[i].line_at = w->sim->setup.start_at;
	}
	w->leader = w->order[0];
}

void sim_write_multiloop(struct out *out, const struct sim_race *sim,
			 const struct sim_multiloop *how)
{
	struct writer w = {
		.wire = {.out = out,
			 .key = how->key,
			 .separator = how->separator,
			 .tick = strchr(how->key, '.') ? US_MS / 10 : US_MS},
		.sim = sim,
		.all = how->all,
	};
	instant_us at = sim->setup.start_at - LEAD_IN_S * US_S, end = at;
	unsigned second = 0;
	if (sim->setup.start_at == INSTANT_NONE || sim->car_count == 0)
		return;
	begin(&w);
	if (sim->passing_count > 0)
		end = sim->passings[sim->passing_count - 1].at;
	for (uint32_t next = 0; at <= end + LEAD_OUT_S * US_S; at += US_S, second++) {
		for (; next < sim->passing_count && sim->passings[next].at < at; next++)
			if (sim->passings[next].car < SIM_CARS_MAX)
				write_crossing(&w, &sim->passings[next]);
		show_flags(&w, at);
		if (second == LEAD_IN_S)
			write_message(&w, at, "the race is on");
		if (second % DUMP_S == 0)
			write_dump(&w, at);
		else
			write_heartbeat(&w, at);
	}
	write_invalid(&w);
	write_statistics(&w, at);
	write_heartbeat(&w, at);
	write_heartbeat(&w, at + US_S);
}
