/*
 * flags.c -- flag runs, the start signal, the finish
 *
 *  (1) FLAG_UNKNOWN never replaces a flag: a passing without a flag changes nothing.
 *  (2) The finish is the first crossing under the chequered flag; if the leader crosses
 *      within FLAG_EARLY behind it, the leader's: the flag was shown to the leader, and a
 *      car that crossed just before drives another lap. Without any flags, it is the
 *      leader's first crossing at or after the length. With flags but no
 *      chequered flag, it is decided at the end of the source: the leader's first
 *      crossing at or after the length, else the last crossing of the car with most
 *      laps. A recording that was cut off before the chequered flag has no winner unless
 *      the length was reached.
 *  (3) After the finish under the chequered flag, no other flag follows.
 *  (4) The operator's END stops the counting; a source's END does not, since another
 *      source may go on. The operator's START after it cancels the END and the race
 *      goes on.
 */
#include "fold.h"

#include <string.h>

#define FLAG_EARLY (10 * US_S)

bool before_start(const struct race *race, instant_us t)
{
	return race->setup.type == SESSION_RACE && race->start_at != INSTANT_NONE &&
	       t <= race->start_at;
}

void fold_flag(struct fold *fold, enum flag flag, bool crossing)
{
	struct race *race = fold->race;
	instant_us at = fold->event->at;
	if ((unsigned)flag >= FLAG_COUNT) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return;
	}
	if (flag == FLAG_UNKNOWN)
		return;
	if (flag == race->flag) {
		race->flag_last = at;
		return;
	}
	if (race->finish_at != INSTANT_NONE && race->flag == FLAG_FINISH)
		return;
	bool red = flag == FLAG_RED || race->flag == FLAG_RED;
	race->flag_before = crossing ? race->flag_last : at;
	race->flag_since = race->flag_last = at;
	race->flag = (uint8_t)flag;
	if (red)
		silence_again(fold);
	if (race->flag_count < fold->tables->flags_max) {
		struct flag_row *row = &fold->tables->flags[race->flag_count++];
		memset(row, 0, sizeof(*row));
		row->from_at = at;
		row->after_at = race->flag_before;
		row->flag = (uint8_t)flag;
		if ((fold->event->bits & EVENT_BY_HAND) != 0)
			row->decision = fold->event->record;
		history_add_flag(fold, race->flag_count - 1);
	} else {
		fold_full(fold, RACE_LIMIT_FLAGS);
	}
}

/* Discard all facts from before the signal. */
static void race_restart(struct race *race)
{
	memset(race->progress, 0, sizeof(race->progress));
	for (uint16_t i = 0; i < race->car_count; i++)
		car_reset(race, &race->cars[i]);
	for (uint16_t i = 0; i < race->class_count; i++) {
		struct race_class *class = &race->classes[i];
		class->lap_best = DURATION_NONE;
		class->lap_best_number = 0;
		class->lap_best_car = class->line_leader = CAR_NONE;
		for (size_t k = 0; k < LINES_MAX; k++) {
			class->sector_best[k] = DURATION_NONE;
			class->sector_best_car[k] = CAR_NONE;
		}
	}
	for (size_t k = 0; k < LINES_MAX; k++) {
		race->sector_best[k] = DURATION_NONE;
		race->sector_best_car[k] = CAR_NONE;
	}
	race->lap_best = DURATION_NONE;
	race->lap_best_number = 0;
	race->lap_best_car = race->winner = race->line_leader = CAR_NONE;
	race->leader_laps = 0;
	race->written = 0;
	race->finish_at = INSTANT_NONE;
	race->lap_first = race->lap_count;
	race->stint_first = race->stint_count;
	order_sort(race);
}

static bool race_under_way(const struct race *race)
{
	for (uint16_t i = 0; i < race->car_count; i++) {
		if (!order_idle(race, i))
			return true;
	}
	return false;
}

/* race.stopped: how the operator ended the race. */
enum { STOPPED_NOT, STOPPED_WON, STOPPED_AND_WON_BY_IT };

/* (4) */
static void race_resume(const struct fold *fold)
{
	struct race *race = fold->race;
	if (race->stopped == STOPPED_AND_WON_BY_IT) {
		race->finish_at = INSTANT_NONE;
		race->winner = CAR_NONE;
		for (uint16_t i = 0; i < race->car_count; i++) {
			race->cars[i].flagged = 0;
			race->cars[i].flag_at = INSTANT_NONE;
		}
	}
	race->stopped = STOPPED_NOT;
	race->end_at = INSTANT_NONE;
	race->written &= (uint8_t)~RACE_WRITTEN_FINISH;
	silence_again(fold);
}

static bool passed_before(const struct car *c, instant_us t)
{
	if (c->seen && c->line_at < t)
		return true;
	if ((c->pit_in_at != INSTANT_NONE && c->pit_in_at < t) ||
	    (c->pit_out_at != INSTANT_NONE && c->pit_out_at < t))
		return true;
	/* Some were made up. */
	for (unsigned i = 1; i < LINES_MAX; i++)
		if (c->now.at[i] != INSTANT_NONE && c->now.at[i] < t)
			return true;
	return false;
}

/* Officials moved the start of a race that is under way: no car has driven anything else.
 * One that passed a line before @to had started. */
static void race_start_moved(struct race *race, instant_us to)
{
	instant_us from = race->start_at;
	race->start_at = to;
	if (race->clock_at == from)
		race->clock_at = to;
	for (uint16_t i = 0; i < race->car_count; i++) {
		struct car *c = &race->cars[i];
		if (passed_before(c, to))
			continue;
		if (c->laps == 0 && c->now.at[0] == from)
			c->now.at[0] = to;
		if (c->stint == 1 && c->stint_at == from)
			c->stint_at = to;
		if (c->driver_at == from)
			c->driver_at = to;
	}
}

void fold_start(struct fold *fold)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	bool known = race->setup.start_at != INSTANT_NONE;
	bool moved = (e->bits & EVENT_REPAIRED) && instant_is_sane(e->value);
	if (moved) {
		if (!known && race->start_at != INSTANT_NONE) {
			race_start_moved(race, e->value);
			laps_best_recompute(fold);
		}
		return;
	}
	if (race->stopped && (e->bits & EVENT_BY_HAND)) {
		race_resume(fold);
	}
	/* The setup's start signal wins; a second signal in a running race is a restart
	 * behind the safety car. */
	if (!known && (race->start_at == INSTANT_NONE || !race_under_way(race))) {
		bool repeated = race->start_at == e->at;
		race->start_at = e->at;
		if (race->setup.clock_at == INSTANT_NONE)
			race->clock_at = instant_is_sane(e->value) ? e->value : e->at;
		if (race->setup.type == SESSION_RACE)
			race_restart(race);
		if (!repeated && race->setup.type == SESSION_RACE)
			race->history_first = race->history_count;
		if (!repeated)
			history_add_start(fold);
		silence_start(fold);
	} else if (known && race->setup.clock_at == INSTANT_NONE &&
		   instant_is_sane(e->value)) {
		race->clock_at = e->value;
	}
}

static bool length_reached(const struct race *race, uint32_t laps, instant_us at)
{
	const struct race_setup *setup = &race->setup;
	if (setup->length_us > 0 && setup->length_us < SANE_DURATION &&
	    race->clock_at != INSTANT_NONE && at >= race->clock_at + setup->length_us)
		return true;
	if (setup->length_laps > 0 && laps >= setup->length_laps)
		return true;
	if (setup->length <= 0 || setup->lap_length <= 0 || laps == 0)
		return false;
	return setup->length / setup->lap_length +
		       (setup->length % setup->lap_length != 0) <=
	       (int64_t)laps;
}

static void car_flagged(struct car *c)
{
	c->flagged = 1;
	c->flag_at = c->sf_at;
}

/* Once, however many take the flag behind the winner. */
static void finish_write(struct fold *fold)
{
	struct race *race = fold->race;

	if (!(race->written & RACE_WRITTEN_FINISH))
		history_add_finish(fold);
	race->written |= RACE_WRITTEN_FINISH;
}

/* The leader crosses just behind cars that are laps down and had the flag before him. */
static void flag_too_early(struct race *race, uint16_t car)
{
	struct car *leader = &race->cars[car];
	if (race->setup.type != SESSION_RACE || !race->finish_by_flag ||
	    race->order[0] != car || leader->sf_at <= race->finish_at ||
	    leader->sf_at - race->finish_at > FLAG_EARLY)
		return;
	for (uint16_t i = 0; i < race->car_count; i++)
		if (race->cars[i].flagged && race->cars[i].laps >= leader->laps)
			return;
	race->finish_at = leader->sf_at;
	for (uint16_t i = 0; i < race->car_count; i++) {
		race->cars[i].flagged = 0;
		race->cars[i].flag_at = INSTANT_NONE;
	}
}

void fold_finish(struct fold *fold, uint16_t car)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	bool timed = race->setup.type == SESSION_TIMED;
	if (race->finish_at != INSTANT_NONE)
		flag_too_early(race, car);
	if (race->finish_at == INSTANT_NONE) {
		uint32_t last = race->result_lap;
		bool by_flag = race->flag == FLAG_FINISH;
		bool by_length = race->flag == FLAG_UNKNOWN &&
				 (timed || race->place[car] == 0) &&
				 length_reached(race, c->laps, c->sf_at);
		/* A result that is counted back: no car can finish before that lap. */
		if (last > 0 && !timed)
			by_length = race->place[car] == 0 && c->laps >= last;
		if (!by_length && (!by_flag || (last > 0 && !timed)))
			return;
		race->finish_at = c->sf_at;
		race->finish_by_flag = by_flag;
	}
	race->winner = race->order[0];
	if (c->sf_at >= race->finish_at)
		car_flagged(c);
	if (c->flagged && car == race->winner)
		finish_write(fold);
}

/* The leader's first crossing at or after the length, or INSTANT_NONE. */
static instant_us finish_by_length(const struct fold *fold)
{
	const struct race *race = fold->race;
	for (uint32_t i = race->lap_first; i < race->lap_count; i++) {
		const struct lap_row *row = &fold->tables->laps[i];
		if (row->position == 1 && length_reached(race, row->lap, row->at))
			return row->at;
	}
	return INSTANT_NONE;
}

static instant_us finish_by_laps(const struct race *race)
{
	const struct car *best = NULL;
	for (uint16_t i = 0; i < race->car_count; i++) {
		const struct car *c = &race->cars[i];
		if (c->laps == 0 || c->sf_at == INSTANT_NONE)
			continue;
		if (!best || c->laps > best->laps ||
		    (c->laps == best->laps && c->sf_at < best->sf_at))
			best = c;
	}
	return best ? best->sf_at : INSTANT_NONE;
}

void fold_end(struct fold *fold)
{
	struct race *race = fold->race;
	/* The operator's END is final: a source that ends later changes nothing. */
	if (race->stopped)
		return;
	if (fold->event->bits & EVENT_BY_HAND)
		race->stopped = race->finish_at == INSTANT_NONE ? STOPPED_AND_WON_BY_IT
								: STOPPED_WON;
	race->end_at = fold->event->at;
	bool cut = fold->event->field == END_CUT;
	if (race->finish_at != INSTANT_NONE || race->car_count == 0)
		return;
	if (race->setup.type == SESSION_TIMED) {
		/* A capture that ends under green is of a session that goes on. */
		if (cut)
			return;
		race->finish_at = race->end_at;
	} else {
		race->finish_at = finish_by_length(fold);
		if (race->finish_at == INSTANT_NONE && !cut)
			race->finish_at = finish_by_laps(race);
		if (race->finish_at == INSTANT_NONE)
			return;
		for (uint16_t i = 0; i < race->car_count; i++) {
			struct car *c = &race->cars[i];
			if (c->sf_at != INSTANT_NONE && c->sf_at >= race->finish_at)
				car_flagged(c);
		}
	}
	race->winner = race->order[0];
	finish_write(fold);
}
