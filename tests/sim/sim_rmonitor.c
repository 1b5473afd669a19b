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

#include "pitwall/wire.h"

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

static void begin(const struct writer *w, enum wire_rm_record record)
{
	wire_rm_begin(w->out, record);
}

static void put_text(const struct writer *w, const char *text)
{
	wire_rm_text(w->out, text, WIRE_UTF8);
}

static void put_number(const struct writer *w, int64_t n)
{
	wire_rm_number(w->out, n);
}

static void put_time(const struct writer *w, duration_us t, bool ms)
{
	wire_rm_time(w->out, t, ms);
}

static void end_record(const struct writer *w)
{
	wire_rm_end(w->out);
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
	struct slice last = slice_of(plan->team), first = last;
	char text[sizeof(plan->team)];
	if (plan->driver_count > 0) {
		last = slice_of(
			plan->drivers[driver < plan->driver_count ? driver : 0]);
		first = slice_cut(&last, ' ');
	} else {
		last.len = 0;
	}
	text_copy(text, sizeof(text), first);
	put_text(w, text);
	text_copy(text, sizeof(text), last);
	put_text(w, text);
}

static void write_entry(struct writer *w, uint16_t car, bool retired)
{
	const struct sim_car *plan = &w->sim->cars[car];
	unsigned class = class_number(w, plan->class_name);
	begin(w, WIRE_RM_COMPETITOR);
	put_text(w, plan->number);
	put_text(w, plan->number);
	wire_rm_plain(w->out, plan->transponder);
	put_names(w, car);
	put_text(w, "");
	put_number(w, class);
	end_record(w);
	begin(w, WIRE_RM_COMPANY);
	put_text(w, plan->number);
	put_text(w, plan->number);
	put_number(w, class);
	put_names(w, car);
	put_text(w, retired ? "Retired" : "");
	put_text(w, plan->team);
	end_record(w);
}

/* ---- standings ---------------------------------------------------------------------- */

enum { SPEED_SHOWN = 59401 };

static void write_standing(const struct writer *w, uint16_t car)
{
	const struct place *place = &w->cars[car];
	const char *number = w->sim->cars[car].number;
	begin(w, WIRE_RM_STANDING);
	put_number(w, place->rank + 1);
	put_text(w, number);
	if (place->laps > 0)
		put_number(w, place->laps);
	else
		wire_rm_plain(w->out, "");
	put_time(w, place->laps > 0 ? total(w, place->at) : 0, true);
	end_record(w);
	if (!w->extended)
		return;
	begin(w, WIRE_RM_STANDING_SHOWN);
	put_number(w, place->rank + 1);
	put_text(w, number);
	put_number(w, place->laps);
	put_time(w, place->best, true);
	put_number(w, SPEED_SHOWN);
	end_record(w);
}

static void write_best(const struct writer *w, uint16_t car)
{
	static const enum wire_rm_record records[] = {WIRE_RM_BEST, WIRE_RM_BEST_SHOWN};
	const struct place *place = &w->cars[car];
	for (unsigned i = 0; i < (w->extended ? 2u : 1u); i++) {
		begin(w, records[i]);
		put_number(w, place->best_rank + 1);
		put_text(w, w->sim->cars[car].number);
		put_number(w, place->best_lap);
		put_time(w, place->best, true);
		if (i == 1)
			put_number(w, SPEED_SHOWN);
		end_record(w);
	}
}

static void write_heartbeat(const struct writer *w, instant_us at)
{
	duration_us left = w->sim->setup.length_us - total(w, at);
	if (left > w->sim->setup.length_us)
		left = w->sim->setup.length_us;
	begin(w, WIRE_RM_HEARTBEAT);
	put_number(w, 9999);
	put_time(w, left, false);
	put_time(w, time_of_day(w, at), false);
	put_time(w, total(w, at), false);
	wire_rm_flag(w->out, w->shown);
	end_record(w);
}

static void write_setting(const struct writer *w, const char *name, const char *value)
{
	begin(w, WIRE_RM_SETTING);
	put_text(w, name);
	put_text(w, value);
	end_record(w);
}

static void write_dump(struct writer *w, instant_us at)
{
	const struct race_setup *setup = &w->sim->setup;
	const uint32_t count = w->sim->car_count;
	begin(w, WIRE_RM_INIT);
	put_time(w, time_of_day(w, at), false);
	put_text(w, "22 Nov 26");
	end_record(w);
	write_heartbeat(w, at);
	begin(w, WIRE_RM_RUN);
	put_number(w, RUN);
	put_text(w, setup->type == SESSION_TIMED ? "Practice" : "Race");
	end_record(w);
	for (uint16_t i = 0; i < count; i++)
		write_entry(w, i, false);
	for (unsigned i = 0; i < w->class_count; i++) {
		begin(w, WIRE_RM_CLASS);
		put_number(w, i + 1);
		put_text(w, w->classes[i]);
		end_record(w);
	}
	write_setting(w, "TRACKNAME", "Plain ring");
	write_setting(w, "TRACKLENGTH", "4.185");
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
	char name[8], date[TIME_TEXT_MAX], day[12];
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
	text_format(day, sizeof(day), "%.2s/%.2s/%.4s", date + 5, date + 8, date);
	begin(w, WIRE_RM_LINE);
	put_text(w, number);
	put_text(w, name);
	put_text(w, kind);
	put_text(w, day);
	put_time(w, time_of_day(w, p->at), true);
	put_number(w, p->driver < RACE_DRIVERS_MAX ? p->driver + 1 : 0);
	put_text(w, w->sim->cars[p->car].class_name);
	end_record(w);
}

static void write_extended_lap(const struct writer *w, uint16_t car, duration_us lap)
{
	const struct place *place = &w->cars[car];
	const char *number = w->sim->cars[car].number;
	char text[12];
	if (!w->extended)
		return;
	begin(w, WIRE_RM_LAP_TIME);
	put_text(w, number);
	put_number(w, place->at / US_MS);
	end_record(w);
	begin(w, WIRE_RM_HISTORY);
	put_text(w, number);
	text_format(text, sizeof(text), "%u", (unsigned)place->laps);
	put_text(w, text);
	text_format(text, sizeof(text), "%u", place->rank + 1u);
	put_text(w, text);
	put_time(w, lap, true);
	wire_rm_flag(w->out, FLAG_GREEN);
	put_time(w, total(w, place->at), true);
	end_record(w);
}

/* Photo finish: the winner was four milliseconds later. Who did not come home is said
 * to be retired. */
static void write_extended_end(struct writer *w)
{
	uint16_t first = w->order[0];
	if (!w->extended || w->sim->car_count == 0 || w->cars[first].laps == 0)
		return;
	begin(w, WIRE_RM_CORRECTION);
	put_text(w, w->sim->cars[first].number);
	put_text(w, w->sim->cars[first].number);
	put_number(w, w->cars[first].laps);
	put_time(w, total(w, w->cars[first].at) + 4 * US_MS, true);
	put_text(w, "+00:00:00.004");
	end_record(w);
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
	begin(w, WIRE_RM_PASSING);
	put_text(w, w->sim->cars[p->car].number);
	put_time(w, lap, true);
	put_time(w, total(w, p->at), true);
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
