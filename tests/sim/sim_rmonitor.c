/*
 * sim_rmonitor.c -- a simulated race as RMonitor
 *
 * What Orbits would have sent: a dump at the beginning and every few minutes, $F each
 * second, and at each crossing of SF $J, $G and $H of the car and $G and $H of those it
 * passed. The extended dialect adds what IMSA, Race Monitor and velodromes do, so that
 * a stream of it holds every record there is.
 *
 *  (1) Records come in time. $F has the flag of its instant; the chequered flag is shown
 *      from the winner's crossing.
 *  (2) Totals and lap times are cut to milliseconds, so laps add up to totals but for
 *      one of the last digit.
 */
#include "sim.h"

#include <string.h>

enum { LEAD_IN_S = 10, LEAD_OUT_S = 5, DUMP_S = 300, RUN = 7 };

struct place {
	instant_us at; /* last crossing of SF */
	duration_us best;
	uint32_t laps, best_lap;
	uint16_t rank, best_rank; /* 0-based */
	uint8_t driver;
};

struct writer {
	struct out *out;
	const struct sim_race *sim;
	bool extended;
	uint32_t flag; /* next */
	enum flag shown;
	struct place cars[SIM_CARS_MAX];
	uint16_t order[SIM_CARS_MAX], bests[SIM_CARS_MAX];
	char classes[RACE_CLASSES_MAX][16];
	unsigned class_count;
};

static void put_time(struct out *out, duration_us t, bool ms)
{
	long long s = (t > 0 ? t : 0) / US_S;
	out_format(out, "\"%02lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
	if (ms)
		out_format(out, ".%03d", (int)((t > 0 ? t : 0) / US_MS % 1000));
	out_text(out, "\"");
}

static void end_record(const struct writer *w)
{
	out_text(w->out, "\r\n");
}

static duration_us total(const struct writer *w, instant_us at)
{
	return at - w->sim->setup.start_at;
}

static duration_us time_of_day(const struct writer *w, instant_us at)
{
	duration_us t = (at + w->sim->setup.utc_offset_us) % US_DAY;
	return t < 0 ? t + US_DAY : t;
}

/* ---- entries ----------------------------------------------------------------------- */

static unsigned class_number(struct writer *w, const char *name)
{
	for (unsigned i = 0; i < w->class_count; i++)
		if (strcmp(w->classes[i], name) == 0)
			return i + 1;
	if (w->class_count == RACE_CLASSES_MAX)
		return 0;
	text_copy(w->classes[w->class_count], sizeof(w->classes[0]), slice_of(name));
	return ++w->class_count;
}

/* First and last name of who is on board; a car without drivers has its team there. */
static void put_names(struct writer *w, uint16_t car)
{
	const struct sim_car *plan = &w->sim->cars[car];
	unsigned driver = w->cars[car].driver;
	struct slice last = slice_of(plan->team), first;
	if (plan->driver_count > 0) {
		last = slice_of(
			plan->drivers[driver < plan->driver_count ? driver : 0]);
		first = slice_cut(&last, ' ');
		if (!last.at)
			last = SLICE("");
	} else {
		first = last;
		last = SLICE("");
	}
	out_format(w->out, "\"%.*s\",\"%.*s\"", (int)first.len, first.at, (int)last.len,
		   last.at);
}

static void write_entry(struct writer *w, uint16_t car, bool retired)
{
	const struct sim_car *plan = &w->sim->cars[car];
	unsigned class = class_number(w, plan->class_name);
	out_format(w->out, "$A,\"%s\",\"%s\",%s,", plan->number, plan->number,
		   plan->transponder);
	put_names(w, car);
	out_format(w->out, ",\"\",%u", class);
	end_record(w);
	out_format(w->out, "$COMP,\"%s\",\"%s\",%u,", plan->number, plan->number,
		   class);
	put_names(w, car);
	out_format(w->out, ",\"%s\",\"%s\"", retired ? "Retired" : "", plan->team);
	end_record(w);
}

/* ---- standings ---------------------------------------------------------------------- */

static void write_standing(const struct writer *w, uint16_t car)
{
	const struct place *place = &w->cars[car];
	const char *number = w->sim->cars[car].number;
	char laps[12] = "";
	if (place->laps > 0)
		text_format(laps, sizeof(laps), "%u", (unsigned)place->laps);
	out_format(w->out, "$G,%u,\"%s\",%s,", place->rank + 1u, number, laps);
	put_time(w->out, place->laps > 0 ? total(w, place->at) : 0, true);
	end_record(w);
	if (!w->extended)
		return;
	out_format(w->out, "$SR,%u,\"%s\",%u,", place->rank + 1u, number,
		   (unsigned)place->laps);
	put_time(w->out, place->best, true);
	out_text(w->out, ",59401");
	end_record(w);
}

static void write_best(const struct writer *w, uint16_t car)
{
	const struct place *place = &w->cars[car];
	const char *names[] = {"$H", "$SP"};
	for (unsigned i = 0; i < (w->extended ? 2u : 1u); i++) {
		out_format(w->out, "%s,%u,\"%s\",%u,", names[i], place->best_rank + 1u,
			   w->sim->cars[car].number, (unsigned)place->best_lap);
		put_time(w->out, place->best, true);
		if (i == 1)
			out_text(w->out, ",59401");
		end_record(w);
	}
}

static void write_heartbeat(const struct writer *w, instant_us at)
{
	static const char *const words[FLAG_COUNT] = {
		[FLAG_UNKNOWN] = "      ", [FLAG_GREEN] = "Green ",
		[FLAG_YELLOW] = "Yellow",  [FLAG_FCY] = "Yellow",
		[FLAG_VSC] = "Yellow",     [FLAG_CODE60] = "Yellow",
		[FLAG_SC] = "Yellow",      [FLAG_RED] = "Red   ",
		[FLAG_FINISH] = "Finish",
	};
	duration_us left = w->sim->setup.length_us - total(w, at);
	if (left > w->sim->setup.length_us)
		left = w->sim->setup.length_us;
	out_text(w->out, "$F,9999,");
	put_time(w->out, left, false);
	out_text(w->out, ",");
	put_time(w->out, time_of_day(w, at), false);
	out_text(w->out, ",");
	put_time(w->out, total(w, at), false);
	out_format(w->out, ",\"%s\"", words[w->shown]);
	end_record(w);
}

static void write_dump(struct writer *w, instant_us at)
{
	const struct race_setup *setup = &w->sim->setup;
	const uint32_t count = w->sim->car_count;
	out_text(w->out, "$I,");
	put_time(w->out, time_of_day(w, at), false);
	out_text(w->out, ",\"22 Nov 26\"");
	end_record(w);
	write_heartbeat(w, at);
	out_format(w->out, "$B,%d,\"%s\"", RUN,
		   setup->type == SESSION_TIMED ? "Practice" : "Race");
	end_record(w);
	for (uint16_t i = 0; i < count; i++)
		write_entry(w, i, false);
	for (unsigned i = 0; i < w->class_count; i++) {
		out_format(w->out, "$C,%u,\"%s\"", i + 1, w->classes[i]);
		end_record(w);
	}
	out_text(w->out, "$E,\"TRACKNAME\",\"Plain ring\"\r\n");
	out_text(w->out, "$E,\"TRACKLENGTH\",\"4.185\"\r\n");
	for (uint32_t i = 0; i < count; i++)
		write_standing(w, w->order[i]);
	for (uint32_t i = 0; i < count; i++)
		write_best(w, w->bests[i]);
}

/* ---- what others added ---------------------------------------------------------------- */

static void write_extended_head(const struct writer *w)
{
	if (!w->extended)
		return;
	out_text(w->out, "$RMS,\"race\"\r\n$RMDTL,\"\"\r\n$RMRDQ\r\n");
	out_format(w->out, "$RMCA,%lld\r\n",
		   (long long)(w->sim->setup.start_at / US_MS));
	out_text(w->out, "$T,\"Plain ring\",\"PR\",\"2.600\",3,\"S1\",\"T1\",\"T2\","
			 "60000\r\n");
}

/* $L: SF is T1 or, in the lane, P3; intermediates follow; the lane's ends are P1, P2. */
static void write_line(struct writer *w, const struct sim_passing *p)
{
	const char *kind = "", *number = w->sim->cars[p->car].number;
	char name[8], date[TIME_TEXT_MAX];
	if (!w->extended)
		return;
	text_format(name, sizeof(name), "T%c",
		    p->line < 9 ? '1' + p->line : 'A' + (p->line - 9) % 16);
	if (p->line == LINE_SF)
		kind = "SFT";
	if (p->line >= LINE_PIT_IN) {
		text_format(name, sizeof(name), "P%u", p->line - LINE_PIT_IN + 1u);
		kind = p->line == LINE_PIT_IN    ? "PIT"
		       : p->line == LINE_PIT_OUT ? "POT"
						 : "SFP";
	}
	format_date(date, p->at + w->sim->setup.utc_offset_us);
	out_format(w->out, "$L,\"%s\",\"%s\",\"%s\",\"%.2s/%.2s/%.4s\",", number, name,
		   kind, date + 5, date + 8, date);
	put_time(w->out, time_of_day(w, p->at), true);
	out_format(w->out, ",%u,\"%s\"",
		   p->driver < RACE_DRIVERS_MAX ? p->driver + 1u : 0u,
		   w->sim->cars[p->car].class_name);
	end_record(w);
}

static void write_extended_lap(const struct writer *w, uint16_t car, duration_us lap)
{
	const struct place *place = &w->cars[car];
	const char *number = w->sim->cars[car].number;
	if (!w->extended)
		return;
	out_format(w->out, "$RMLT,\"%s\",%lld\r\n", number,
		   (long long)(place->at / US_MS));
	out_format(w->out, "$RMHL,\"%s\",\"%u\",\"%u\",", number, (unsigned)place->laps,
		   place->rank + 1u);
	put_time(w->out, lap, true);
	out_text(w->out, ",\"Green \",");
	put_time(w->out, total(w, place->at), true);
	end_record(w);
}

/* Photo finish: the winner was four milliseconds later. Who did not come home is said
 * to be retired. */
static void write_extended_end(struct writer *w)
{
	uint16_t first = w->order[0];
	if (!w->extended || w->sim->car_count == 0 || w->cars[first].laps == 0)
		return;
	out_format(w->out, "$COR,\"%s\",\"%s\",%u,", w->sim->cars[first].number,
		   w->sim->cars[first].number, (unsigned)w->cars[first].laps);
	put_time(w->out, total(w, w->cars[first].at) + 4 * US_MS, true);
	out_text(w->out, ",\"+00:00:00.004\"\r\n");
	for (uint16_t i = 0; i < w->sim->car_count; i++)
		if (w->sim->cars[i].retire_lap > 0)
			write_entry(w, i, true);
}

/* ---- crossings -------------------------------------------------------------------------- */

static bool ahead(const struct place *a, const struct place *b)
{
	return a->laps != b->laps ? a->laps > b->laps : a->laps > 0 && a->at < b->at;
}

static bool faster(const struct place *a, const struct place *b)
{
	return a->best > 0 && (b->best == 0 || a->best < b->best);
}

/* Moves up in a list; those it passes are said anew. */
static void move_up(struct writer *w, uint16_t car, bool by_best)
{
	uint16_t *list = by_best ? w->bests : w->order;
	struct place *place = &w->cars[car];
	unsigned from = by_best ? place->best_rank : place->rank, to = from;
	while (to > 0 && (by_best ? faster(place, &w->cars[list[to - 1]])
				  : ahead(place, &w->cars[list[to - 1]]))) {
		list[to] = list[to - 1];
		to--;
	}
	list[to] = car;
	for (unsigned i = to; i <= from; i++) {
		if (by_best)
			w->cars[list[i]].best_rank = (uint16_t)i;
		else
			w->cars[list[i]].rank = (uint16_t)i;
	}
	if (by_best)
		write_best(w, car);
	else
		write_standing(w, car);
	for (unsigned i = to + 1; i <= from; i++) {
		if (by_best)
			write_best(w, list[i]);
		else
			write_standing(w, list[i]);
	}
}

static void write_crossing(struct writer *w, const struct sim_passing *p)
{
	struct place *place = &w->cars[p->car];
	instant_us before = place->laps > 0 ? place->at : w->sim->setup.start_at;
	duration_us lap = p->at - before;
	if (p->driver != place->driver && p->driver < RACE_DRIVERS_MAX) {
		place->driver = p->driver;
		write_entry(w, p->car, false);
	}
	write_line(w, p);
	if (p->line != LINE_SF && p->line != LINE_SF_PIT)
		return;
	out_format(w->out, "$J,\"%s\",", w->sim->cars[p->car].number);
	put_time(w->out, lap, true);
	out_text(w->out, ",");
	put_time(w->out, total(w, p->at), true);
	end_record(w);
	place->laps = p->lap;
	place->at = p->at;
	if (place->best == 0 || lap < place->best) {
		place->best = lap;
		place->best_lap = p->lap;
	}
	move_up(w, p->car, false);
	move_up(w, p->car, true);
	write_extended_lap(w, p->car, lap);
}

static void show_flags(struct writer *w, instant_us at)
{
	while (w->flag < w->sim->flag_count && w->sim->flags[w->flag].from_at <= at)
		w->shown = (enum flag)w->sim->flags[w->flag++].flag;
	if ((unsigned)w->shown >= FLAG_COUNT)
		w->shown = FLAG_UNKNOWN;
}

void sim_write_rmonitor(struct out *out, const struct sim_race *sim, bool extended)
{
	struct writer w = {.out = out, .sim = sim, .extended = extended};
	instant_us at = sim->setup.start_at - LEAD_IN_S * US_S, end = at;
	unsigned second = 0;
	if (sim->setup.start_at == INSTANT_NONE)
		return;
	for (uint16_t i = 0; i < sim->car_count && i < SIM_CARS_MAX; i++) {
		w.order[i] = w.bests[i] = i;
		w.cars[i].rank = w.cars[i].best_rank = i;
	}
	if (sim->passing_count > 0)
		end = sim->passings[sim->passing_count - 1].at;
	write_extended_head(&w);
	for (uint32_t next = 0; at <= end + LEAD_OUT_S * US_S; at += US_S, second++) {
		for (; next < sim->passing_count && sim->passings[next].at < at; next++)
			if (sim->passings[next].car < SIM_CARS_MAX)
				write_crossing(&w, &sim->passings[next]);
		show_flags(&w, at);
		if (second % DUMP_S == 0)
			write_dump(&w, at);
		else
			write_heartbeat(&w, at);
	}
	write_extended_end(&w);
	write_heartbeat(&w, at);
	write_heartbeat(&w, at + US_S);
}
