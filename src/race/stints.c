/*
 * stints.c -- pit stops, stints and the driver on board
 *
 * Sources report stops in two ways. A timed pit lane gives the instants of in and out;
 * a file of laps gives a crossing of SF inside the pit lane and, a lap later, the
 * duration of the stop, with estimated instants.
 *
 *  (1) A stop is counted once: by a measured pit in or by SF crossed in the pit lane,
 *      whichever comes first. An estimated pit in alone does not count.
 *  (2) A stint row is appended when a counted stop ends, so stints are contiguous and
 *      car.stint is one more than the number of rows.
 *  (3) Crossing SF a second time within one stop means that pit out was missed.
 *  (4) The driver of a stint is the driver who came in: the next driver may be
 *      reported during the stop.
 */
#include "fold.h"

#include <string.h>

/* Two records of pit in, or of pit out, closer than this are one. */
#define PIT_REPEATED (10 * US_S)

/* car.pit_estimated: how pit_in_at is known. By hand is a time, but marked. */
enum { PIT_MEASURED, PIT_ESTIMATED, PIT_BY_HAND };

/* Time since driver_at in the pit lane during the current stop, up to @t. */
static duration_us standing(const struct car *c, instant_us t)
{
	instant_us from = c->pit_in_at;
	if (!c->in_pit || from == INSTANT_NONE || c->driver_at == INSTANT_NONE)
		return 0;
	from = from > c->driver_at ? from : c->driver_at;
	return t > from ? t - from : 0;
}

duration_us fold_driven(const struct car *c, instant_us t)
{
	if (c->driver_at == INSTANT_NONE)
		return 0;
	duration_us driven = t - c->driver_at - c->driver_stopped - standing(c, t);
	return driven > 0 ? driven : 0;
}

static void stop_close(struct fold *fold, uint16_t car, instant_us out_at,
		       duration_us stop, bool estimated)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	if (race->stint_count < fold->tables->stints_max) {
		struct stint_row *row = &fold->tables->stints[race->stint_count];
		memset(row, 0, sizeof(*row));
		row->from_at = c->stint_at;
		row->in_at = c->pit_in_at;
		row->out_at = out_at;
		row->stop = stop;
		row->from_lap = c->stint_lap;
		row->to_lap = c->laps;
		row->prev = c->stint_row;
		row->car = car;
		row->number = c->stint;
		row->driver = c->stop_driver;
		row->estimated = estimated || c->pit_estimated != PIT_MEASURED ||
				 (fold->event->bits & EVENT_BY_HAND);
		c->stint_row = ++race->stint_count;
		history_add_pit_out(fold, row);
	} else {
		fold_full(fold, RACE_LIMIT_STINTS);
	}
	c->driver_stopped += standing(c, out_at);
	/* An estimate has no source: a later measured report is not a repeat. */
	c->pit_out_source = estimated ? CAR_NONE : fold->event->source;
	c->stint++;
	c->stint_at = c->pit_out_at = out_at;
	c->stint_lap = c->laps;
	c->stop_last = stop;
	if (stop != DURATION_NONE)
		c->stops_total += stop;
	c->in_pit = 0;
	c->stop_open = STOP_NOT_COUNTED;
}

static void stop_open(struct fold *fold, uint16_t car, bool estimated)
{
	struct car *c = &fold->race->cars[car];
	c->in_pit = 1;
	c->pit_in_at = fold->event->at;
	c->stop_driver = c->driver;
	c->pit_in_source = estimated ? CAR_NONE : fold->event->source;
	c->pit_estimated = PIT_MEASURED;
	if (estimated)
		c->pit_estimated = PIT_ESTIMATED;
	else if (fold->event->bits & EVENT_BY_HAND)
		c->pit_estimated = PIT_BY_HAND;
	c->stop_open = STOP_NOT_COUNTED;
	silence_end(fold, car, last_received(fold->race, car));
	history_add_pit_in(fold, car);
}

static void stop_count(struct car *c, uint8_t how)
{
	if (c->stop_open != STOP_NOT_COUNTED)
		return;
	c->stop_open = how;
	c->stops++;
}

/* Pit in or out again, too soon to be another stop. */
static void pit_repeat(struct fold *fold, uint16_t car, instant_us at, uint16_t source)
{
	struct counted counted = {at, source, true};
	fold_repeat(fold, car, &counted);
}

void fold_pit_in(struct fold *fold, uint16_t car)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	const struct event *e = fold->event;
	bool estimated = (e->bits & EVENT_ESTIMATED) != 0;
	bool counts = !estimated || (e->bits & EVENT_COUNTS);
	if (c->flagged)
		return;
	if (before_start(race, e->at)) {
		c->in_pit = 1;
		return;
	}
	if (c->in_pit && !counts)
		return;
	if (c->in_pit && c->pit_in_at != INSTANT_NONE) {
		bool round = c->line_at != INSTANT_NONE && c->line_at > c->pit_in_at;
		if (c->stop_open == STOP_BY_PIT_IN &&
		    e->at - c->pit_in_at < PIT_REPEATED) {
			pit_repeat(fold, car, c->pit_in_at, c->pit_in_source);
			return;
		}
		if (c->stop_open != STOP_BY_PIT_IN && !round) {
			stop_count(c, STOP_BY_PIT_IN);
			c->pit_in_source = e->source;
			return;
		}
		/* The car left the pit lane in between: pit out was missed. */
		fold_fault(fold, FAULT_MISSED_LINE, car, LINE_PIT_OUT);
		if (c->stop_open != STOP_NOT_COUNTED)
			stop_close(fold, car, round ? c->line_at : c->pit_in_at,
				   DURATION_NONE, true);
	}
	stop_open(fold, car, estimated);
	if (counts)
		stop_count(c, STOP_BY_PIT_IN);
}

/* A measured pit out of a car on the track: its pit in was missed. */
static bool out_alone(struct fold *fold, uint16_t car)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	const struct event *e = fold->event;
	if (c->laps == 0 && c->line == 0)
		return false; /* a start from the pit lane */
	if (c->pit_out_at != INSTANT_NONE && e->at - c->pit_out_at < PIT_REPEATED) {
		pit_repeat(fold, car, c->pit_out_at, c->pit_out_source);
		return false;
	}
	fold_fault(fold, FAULT_MISSED_LINE, car, LINE_PIT_IN);
	stop_open(fold, car, true);
	stop_count(c, STOP_BY_PIT_IN);
	return true;
}

/* True for the end of an uncounted stop: a start from the pit lane, or an estimate. */
static bool out_of_no_stop(const struct race *race, const struct car *c,
			   const struct event *e)
{
	if (before_start(race, e->at))
		return true;
	return c->in_pit && c->stop_open == STOP_NOT_COUNTED &&
	       ((e->bits & EVENT_ESTIMATED) || c->pit_in_at == INSTANT_NONE);
}

void fold_pit_out(struct fold *fold, uint16_t car)
{
	struct car *c = &fold->race->cars[car];
	const struct event *e = fold->event;
	bool estimated = (e->bits & EVENT_ESTIMATED) != 0;
	instant_us last = last_received(fold->race, car);
	duration_us stop = DURATION_NONE;
	if (c->flagged)
		return;
	if (out_of_no_stop(fold->race, c, e)) {
		c->in_pit = 0;
		silence_end(fold, car, last);
		return;
	}
	if (!c->in_pit && (estimated || !out_alone(fold, car)))
		return;
	stop_count(c, STOP_BY_PIT_IN);
	if (duration_sane(e->value))
		stop = e->value;
	else if (!estimated && c->pit_estimated != PIT_ESTIMATED)
		stop = e->at - c->pit_in_at;
	stop_close(fold, car, e->at, stop, estimated);
	silence_end(fold, car, last);
}

uint8_t stint_crossing(struct fold *fold, uint16_t car, bool lane)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	instant_us begin = c->now.at[0];
	bool same = c->pit_in_at == INSTANT_NONE ||
		    (begin != INSTANT_NONE && c->pit_in_at <= begin);
	if (c->in_pit && same) {
		/* (3); a start from the pit lane was not counted. */
		if (c->stop_open != STOP_NOT_COUNTED)
			stop_close(fold, car,
				   begin != INSTANT_NONE ? begin : c->line_at,
				   DURATION_NONE, true);
		c->in_pit = 0;
	}
	if (lane) {
		if (!c->in_pit)
			stop_open(fold, car, true);
		stop_count(c, STOP_BY_CROSSING);
		return 1;
	}
	if (c->in_pit && c->stop_open == STOP_NOT_COUNTED)
		c->in_pit = 0; /* the estimate was wrong: it is on the track */
	return c->in_pit;
}

void fold_driver(struct fold *fold, uint16_t car)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	struct entry *entry = &race->entries[car];
	const struct event *e = fold->event;
	unsigned place = entry_driver(fold, entry);
	uint8_t before = c->driver;
	if (place == 0 || c->driver == place - 1 || c->flagged)
		return;
	if (c->driver < RACE_DRIVERS_MAX)
		c->driver_us[c->driver] += fold_driven(c, e->at);
	c->driver_stopped = 0;
	c->driver = (uint8_t)(place - 1);
	if (race->start_at == INSTANT_NONE || e->at > race->start_at)
		c->driver_at = e->at;
	history_add_driver(fold, car, before);
}
