/*
 * crossings_beacon.c -- a race of crossings as lines of the open beacon protocol
 *
 * Each timed line has its beacon ("sf-1", "i1-1", "pin-1" ...) and race control
 * has one ("rc-1") for what is not a passing. All share a boot and a clock; a
 * hello of each says both clocks before the first fact, so the mapping to UTC is
 * exact (beacon.c describes the keys).
 *
 *  (1) Lines come in time; at one instant: ticks, the gun, flags, notes, drivers,
 *      passings.
 *  (2) The lines of one beacon are the same whether it is written alone or with
 *      all the others.
 */
#include "crossings.h"

#include "pitwall/wire.h"

#include <string.h>

enum {
	BEACONS = LINES_MAX + 4, /* lines, pit in, pit out, SF in the lane, control */
	CONTROL = BEACONS - 1,
	TICK_S = 60,
	NOBODY = 255, /* is known to be on board */
};

struct crossings_beacon {
	char id[12], loop[8];
	uint64_t seq;
};

struct writer {
	struct out *out;
	const struct sim_race *sim;
	instant_us boot_at, end_at;
	struct crossings_beacon beacons[BEACONS];
	unsigned only;                /* BEACONS: all */
	uint32_t passing, flag, note; /* next of each */
	instant_us tick_at;
	bool gun;                     /* still to be fired */
	uint8_t driver[SIM_CARS_MAX]; /* reported to be on board */
};

static unsigned beacon_of_line(uint8_t line)
{
	if (line < LINES_MAX)
		return line;
	if (line == LINE_PIT_IN)
		return LINES_MAX;
	if (line == LINE_PIT_OUT)
		return LINES_MAX + 1;
	return line == LINE_SF_PIT ? LINES_MAX + 2 : CONTROL;
}

static void name_beacons(struct writer *w)
{
	static const char *const rest[][2] = {
		{"pin-1", "PIN"},
		{"pout-1", "POUT"},
		{"sfp-1", "SFP"},
		{"rc-1", ""},
	};
	unsigned count = w->sim->setup.line_count;
	for (unsigned i = 0; i < LINES_MAX && i < count; i++) {
		struct crossings_beacon *b = &w->beacons[i];
		if (i == 0) {
			text_copy(b->id, sizeof(b->id), SLICE("sf-1"));
			text_copy(b->loop, sizeof(b->loop), SLICE("SF"));
			continue;
		}
		text_format(b->id, sizeof(b->id), "i%u-1", i);
		text_format(b->loop, sizeof(b->loop), "I%u", i);
	}
	for (unsigned i = 0; i < ARRAY_LEN(rest); i++) {
		struct crossings_beacon *b = &w->beacons[LINES_MAX + i];
		text_copy(b->id, sizeof(b->id), slice_of(rest[i][0]));
		text_copy(b->loop, sizeof(b->loop), slice_of(rest[i][1]));
	}
}

static bool crossings_wanted(const struct writer *w, unsigned beacon)
{
	return w->beacons[beacon].id[0] != '\0' &&
	       (w->only == BEACONS || w->only == beacon);
}

static const char *transponder(const struct writer *w, uint16_t car)
{
	const struct sim_car *plan = &w->sim->cars[car];
	return plan->transponder[0] != '\0' ? plan->transponder : plan->number;
}

static void crossings_begin_line(const struct writer *w, enum beacon_type type,
				 unsigned beacon)
{
	wire_beacon_begin(w->out, type, w->beacons[beacon].id, "1");
}

static void put_clocks(const struct writer *w, instant_us at)
{
	wire_beacon_number(w->out, BEACON_MEMBER_utc, at);
	wire_beacon_string(w->out, BEACON_MEMBER_src, "gps");
	wire_beacon_end(w->out);
}

static void write_hello(struct writer *w, unsigned beacon, instant_us at)
{
	const struct crossings_beacon *b = &w->beacons[beacon];
	if (!crossings_wanted(w, beacon))
		return;
	crossings_begin_line(w, BEACON_HELLO, beacon);
	if (b->loop[0] != '\0')
		wire_beacon_string(w->out, BEACON_MEMBER_loop, b->loop);
	out_text(w->out, ",\"v\":1,\"res_us\":1000,\"buf\":500,\"seq\":0");
	wire_beacon_number(w->out, BEACON_MEMBER_us, at - w->boot_at);
	put_clocks(w, at);
}

static void write_ticks(struct writer *w, instant_us at)
{
	for (unsigned i = 0; i < BEACONS; i++) {
		if (!crossings_wanted(w, i))
			continue;
		crossings_begin_line(w, BEACON_TICK, i);
		wire_beacon_number(w->out, BEACON_MEMBER_us, at - w->boot_at);
		wire_beacon_number(w->out, BEACON_MEMBER_seq,
				   (int64_t)w->beacons[i].seq);
		put_clocks(w, at);
	}
}

/* False when this beacon is not to be written: nothing follows then. */
static bool begin_fact(struct writer *w, enum beacon_type type, unsigned beacon)
{
	if (!crossings_wanted(w, beacon))
		return false;
	crossings_begin_line(w, type, beacon);
	wire_beacon_number(w->out, BEACON_MEMBER_seq,
			   (int64_t)++w->beacons[beacon].seq);
	return true;
}

static bool begin_event(struct writer *w, instant_us at, enum beacon_event_name name)
{
	if (!begin_fact(w, BEACON_EVENT, CONTROL))
		return false;
	wire_beacon_number(w->out, BEACON_MEMBER_us, at - w->boot_at);
	wire_beacon_string(w->out, BEACON_MEMBER_name, wire_beacon_events[name]);
	return true;
}

static void write_gun(struct writer *w)
{
	const struct race_setup *setup = &w->sim->setup;
	w->gun = false;
	if (!begin_event(w, setup->start_at, BEACON_EVENT_GUN))
		return;
	if (setup->clock_at != INSTANT_NONE && setup->clock_at != setup->start_at)
		wire_beacon_number(w->out, BEACON_MEMBER_clock, setup->clock_at);
	wire_beacon_end(w->out);
}

static void write_flag(struct writer *w)
{
	const struct flag_row *row = &w->sim->flags[w->flag++];
	if (!begin_event(w, row->from_at, BEACON_EVENT_FLAG))
		return;
	wire_beacon_string(w->out, BEACON_MEMBER_value,
			   flag_name((enum flag)row->flag));
	wire_beacon_end(w->out);
}

static void write_note(struct writer *w)
{
	const struct sim_note *note = &w->sim->notes[w->note++];
	bool words = note->kind == EVENT_MESSAGE;
	if (!words && note->field >= WEATHER_FIELD_COUNT)
		return;
	if (!begin_event(w, note->at,
			 words ? BEACON_EVENT_MESSAGE : BEACON_EVENT_WEATHER))
		return;
	if (note->car < w->sim->car_count)
		wire_beacon_string(w->out, BEACON_MEMBER_tx, transponder(w, note->car));
	wire_beacon_string(w->out, BEACON_MEMBER_value,
			   words ? note->text
				 : weather_name((enum weather_field)note->field));
	if (!words)
		wire_beacon_number(w->out, BEACON_MEMBER_num, note->value);
	wire_beacon_end(w->out);
}

static void write_driver(struct writer *w, uint16_t car, uint8_t driver, instant_us at)
{
	const struct sim_car *plan = &w->sim->cars[car];
	bool known = driver < RACE_DRIVERS_MAX && driver < plan->driver_count &&
		     plan->drivers[driver][0] != '\0';

	if (!known)
		driver = NOBODY;
	if (w->driver[car] == driver)
		return;
	w->driver[car] = driver;
	if (!begin_event(w, at, BEACON_EVENT_DRIVER))
		return;
	wire_beacon_string(w->out, BEACON_MEMBER_tx, transponder(w, car));
	wire_beacon_string(w->out, BEACON_MEMBER_value,
			   known ? plan->drivers[driver] : "");
	if (known)
		wire_beacon_number(w->out, BEACON_MEMBER_num, driver + 1);
	wire_beacon_end(w->out);
}

static void write_passing(struct writer *w)
{
	const struct sim_passing *p = &w->sim->passings[w->passing++];
	write_driver(w, p->car, p->driver, p->at);
	if (!begin_fact(w, BEACON_PASS, beacon_of_line(p->line)))
		return;
	wire_beacon_string(w->out, BEACON_MEMBER_tx, transponder(w, p->car));
	wire_beacon_number(w->out, BEACON_MEMBER_us, p->at - w->boot_at);
	wire_beacon_end(w->out);
}

static void crossings_earlier(instant_us *at, instant_us other)
{
	if (other != INSTANT_NONE && (*at == INSTANT_NONE || other < *at))
		*at = other;
}

static void crossings_later(instant_us *at, instant_us other)
{
	if (other != INSTANT_NONE && (*at == INSTANT_NONE || other > *at))
		*at = other;
}

/* Boot an hour before the first fact, so that "us" is never negative. */
static void crossings_find_ends(struct writer *w)
{
	const struct sim_race *sim = w->sim;
	instant_us first = sim->setup.start_at;
	w->end_at = sim->setup.start_at;
	if (sim->passing_count > 0) {
		crossings_earlier(&first, sim->passings[0].at);
		crossings_later(&w->end_at, sim->passings[sim->passing_count - 1].at);
	}
	if (sim->note_count > 0) {
		crossings_earlier(&first, sim->notes[0].at);
		crossings_later(&w->end_at, sim->notes[sim->note_count - 1].at);
	}
	if (sim->flag_count > 0) {
		crossings_earlier(&first, sim->flags[0].from_at);
		crossings_later(&w->end_at, sim->flags[sim->flag_count - 1].from_at);
	}
	if (first == INSTANT_NONE)
		first = w->end_at = 0;
	w->boot_at = first - US_HOUR;
	w->tick_at = first;
}

/* The starting driver is on board before the start. */
static void write_first_drivers(struct writer *w, instant_us at)
{
	for (uint16_t car = 0; car < w->sim->car_count; car++)
		for (uint32_t i = 0; i < w->sim->passing_count; i++)
			if (w->sim->passings[i].car == car) {
				write_driver(w, car, w->sim->passings[i].driver, at);
				break;
			}
}

/* (1) Write the earliest of what is left; false when nothing is. */
static bool write_next(struct writer *w)
{
	const struct sim_race *sim = w->sim;
	instant_us passing = w->passing < sim->passing_count
				     ? sim->passings[w->passing].at
				     : INSTANT_NONE;
	instant_us flag =
		w->flag < sim->flag_count ? sim->flags[w->flag].from_at : INSTANT_NONE;
	instant_us note =
		w->note < sim->note_count ? sim->notes[w->note].at : INSTANT_NONE;
	instant_us gun = w->gun ? sim->setup.start_at : INSTANT_NONE;
	instant_us next = INSTANT_NONE;
	crossings_earlier(&next, passing);
	crossings_earlier(&next, flag);
	crossings_earlier(&next, note);
	crossings_earlier(&next, gun);
	if (next == INSTANT_NONE)
		return false;
	if (w->tick_at <= next) {
		write_ticks(w, w->tick_at);
		w->tick_at += TICK_S * US_S;
	} else if (next == gun) {
		write_gun(w);
	} else if (next == flag) {
		write_flag(w);
	} else if (next == note) {
		write_note(w);
	} else {
		write_passing(w);
	}
	return true;
}

void sim_write_beacon(struct out *out, const struct sim_race *sim, uint8_t line)
{
	struct writer w = {
		.out = out,
		.sim = sim,
		.only = line == LINE_NONE ? BEACONS : beacon_of_line(line),
		.gun = sim->setup.start_at != INSTANT_NONE,
	};
	memset(w.driver, NOBODY, sizeof(w.driver));
	name_beacons(&w);
	crossings_find_ends(&w);
	instant_us hello_at = w.tick_at - US_MIN;
	for (unsigned i = 0; i < BEACONS; i++)
		write_hello(&w, i, hello_at);
	write_first_drivers(&w, hello_at);
	while (write_next(&w))
		;
	write_ticks(&w, w.end_at);
	if (begin_event(&w, w.end_at, BEACON_EVENT_END))
		wire_beacon_end(out);
}
