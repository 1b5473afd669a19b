/*
 * classify.c -- the judgement: who is classified, and in which order, by a ruleset
 *
 *  (1) A final result lists the classified cars by laps, then time; then those that
 *      took the flag below the threshold (NC); then those that did not take it (DNF);
 *      then DNS and DSQ. A ruleset that lists by laps classifies every car with laps.
 *  (2) Decisions that change laps, time or status are applied before the sort,
 *      wherever they are in the file. Decisions that move a car are applied after it
 *      in file order, each to the order that the previous ones left.
 *  (3) Before the finish no car is judged: the order is that of the track, and the
 *      margin is against the leader's laps. A car still out after the winner's finish
 *      is RUNNING until it takes the flag or the source ends.
 *  (4) The gap of a car that is still running is the gap on the track.
 *      If a decision gave or took laps, cars on one lap are in the order of their totals.
 *  (5) A time penalty counts as soon as it is known: before the finish, a car is placed
 *      among the cars on its lap as if it had lost that time on the track. (The
 *      standings are those on the track until a car takes the flag.)
 */
#include "standings.h"

#include <string.h>

static const char *const status_names[STATUS_COUNT] = {
#define X(id_) [STATUS_##id_] = #id_,
	RESULT_STATUSES(X)
#undef X
};

const char *status_name(enum result_status status)
{
	return (unsigned)status < STATUS_COUNT ? status_names[status] : "";
}

int status_by_name(struct slice name)
{
	for (int i = 0; i < STATUS_COUNT; i++) {
		if (slice_eq_nocase(name, slice_of(status_names[i])))
			return i;
	}
	return -1;
}

struct judge {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	struct classification *out;
	uint32_t class_laps[RACE_CLASSES_MAX]; /* of each class's winner */
	bool ended;                            /* no more events will come */
	bool handicaps;                        /* (5) applies */
	bool adjusted; /* a car has other laps than it drove: track order says less */
	int64_t penalty[RACE_CARS_MAX]; /* time added, by car */
	int64_t behind[RACE_CARS_MAX];  /* the first on its lap, with penalties */
};

/* ---- what each car did ---------------------------------------------------- */

static int status_decided(const struct race *race, uint16_t car, bool ended)
{
	const struct car *c = &race->cars[car];
	int decided = -1;
	if (race->entries[car].not_started && !c->seen)
		decided = STATUS_DNS;
	if (c->status == 1 + STATUS_DSQ)
		decided = STATUS_DSQ;
	if (c->status == 1 + STATUS_DNS && !c->seen && ended)
		decided = STATUS_DNS;
	for (uint16_t i = 0; i < race->decision_count; i++) {
		const struct race_decision *d = &race->decisions[i];
		if (d->car != car)
			continue;
		if (d->kind == DECISION_DISQUALIFIED)
			decided = STATUS_DSQ;
		if (d->kind == DECISION_STATUS)
			decided = d->status;
	}
	return decided;
}

/* Laps and total with penalties, and the number of decisions on the car. */
static void result_measure(struct judge *judge, struct result *r)
{
	const struct race *race = judge->race;
	const struct car *c = &race->cars[r->car];
	int64_t laps = race_laps(race, r->car);
	r->total = DURATION_NONE;
	if (c->laps > 0 && c->sf_at != INSTANT_NONE && race->start_at != INSTANT_NONE)
		r->total = c->sf_at - race->start_at;
	for (uint16_t i = 0; i < race->decision_count; i++) {
		const struct race_decision *d = &race->decisions[i];
		if (d->car != r->car || d->waits)
			continue;
		r->decisions++;
		if (d->kind == DECISION_LAPS && d->value > -INT32_MAX &&
		    d->value < INT32_MAX)
			laps += d->value;
	}
	judge->penalty[r->car] = r->decisions > 0 ? race_penalty(race, r->car) : 0;
	r->laps = laps < 0 ? 0 : laps > UINT32_MAX ? UINT32_MAX : (uint32_t)laps;
	if (r->total != DURATION_NONE)
		r->total += judge->penalty[r->car];
	judge->handicaps |= judge->penalty[r->car] != 0;
	judge->adjusted |= r->laps != race_laps(race, r->car);
}

/* (5): the gap of each car to the first car on its lap, in track order; never less than
 * the gap of the car ahead. */
static void judge_handicaps(struct judge *judge)
{
	const struct race *race = judge->race;
	struct classification *out = judge->out;
	uint16_t first = CAR_NONE;
	int64_t behind = 0;
	judge->handicaps =
		judge->handicaps && !out->finished && race->setup.type == SESSION_RACE;
	for (uint32_t i = 0; judge->handicaps && i < out->count; i++) {
		uint16_t car = out->rows[i].car;
		if (first == CAR_NONE ||
		    race->cars[car].laps != race->cars[first].laps) {
			first = car;
			behind = 0;
		}
		struct gap gap = gap_between(race, judge->tables, first, car);
		if (gap.kind == GAP_TIME && gap.value > behind)
			behind = gap.value;
		judge->behind[car] = behind + judge->penalty[car];
	}
}

/* False when a decision added or removed laps: the gap is not on the track. */
static bool laps_driven(const struct judge *judge, const struct result *r)
{
	return r->laps == judge->race->cars[r->car].laps;
}

/* True when it crossed the line after the winner, within rules.flag_within. */
static bool took_flag(const struct judge *judge, uint16_t car)
{
	const struct car *c = &judge->race->cars[car];
	duration_us within = judge->rules->flag_within;
	return c->flagged &&
	       (within <= 0 || c->flag_at - judge->race->finish_at <= within);
}

/* ---- whose distance counts --------------------------------------------------- */

static void laps_offer(struct judge *judge, const struct result *r)
{
	uint8_t class_index = judge->race->entries[r->car].class_index;
	if (r->laps > judge->out->winner_laps)
		judge->out->winner_laps = r->laps;
	if (class_index < RACE_CLASSES_MAX && r->laps > judge->class_laps[class_index])
		judge->class_laps[class_index] = r->laps;
}

static void judge_distance(struct judge *judge)
{
	struct classification *out = judge->out;
	const struct race *race = judge->race;
	bool by_laps = judge->rules->list == LIST_BY_LAPS;
	for (int round = 0; round < 2 && out->winner_laps == 0; round++) {
		/* Cars that took the flag, or that are on their way to it; when there
		 * are none, all cars. */
		for (uint32_t i = 0; i < out->count; i++) {
			const struct result *r = &out->rows[i];
			bool flagged = !out->finished || by_laps || round == 1 ||
				       race->cars[r->car].flagged ||
				       (!judge->ended &&
					!race_car_stands(race, r->car, race->now));
			if (flagged &&
			    status_decided(race, r->car, judge->ended) != STATUS_DSQ)
				laps_offer(judge, r);
		}
	}
	if (judge->rules->fraction_pm > 0)
		out->threshold = rules_threshold(judge->rules, out->winner_laps);
}

static void judge_threshold(const struct judge *judge, struct result *r)
{
	uint8_t class_index = judge->race->entries[r->car].class_index;
	uint32_t laps = judge->out->winner_laps;
	if (judge->rules->fraction_pm == 0)
		return;
	if (judge->rules->of == OF_CLASS_WINNER && class_index < RACE_CLASSES_MAX)
		laps = judge->class_laps[class_index];
	r->threshold = rules_threshold(judge->rules, laps);
	r->margin = (int32_t)((int64_t)r->laps - (int64_t)r->threshold);
}

/* ---- status --------------------------------------------------------------------- */

static enum result_status judge_timed(const struct judge *judge, uint16_t car)
{
	const struct car *c = &judge->race->cars[car];
	if (!judge->ended)
		return STATUS_RUNNING;
	if (c->lap_best != DURATION_NONE)
		return STATUS_CLASSIFIED;
	return race_laps(judge->race, car) > 0 || c->seen ? STATUS_NC : STATUS_DNS;
}

static enum result_status judge_status(const struct judge *judge,
				       const struct result *r)
{
	const struct race *race = judge->race;
	const struct rules *rules = judge->rules;
	const struct car *c = &race->cars[r->car];
	int decided = status_decided(race, r->car, judge->ended);
	if (decided >= 0)
		return (enum result_status)decided;
	if (race->setup.type == SESSION_TIMED)
		return judge_timed(judge, r->car);
	if (!judge->out->finished)
		return STATUS_RUNNING;
	bool too_late = rules->flag_within > 0 &&
			race->now - race->finish_at > rules->flag_within;
	if (!c->flagged && !judge->ended && !too_late)
		return STATUS_RUNNING;
	if (!c->seen && r->laps == 0)
		return STATUS_DNS;
	if (rules->list == LIST_BY_LAPS)
		return r->laps > 0 ? STATUS_CLASSIFIED : STATUS_DNF;
	if (r->laps == 0)
		return c->flagged ? STATUS_NC : STATUS_DNF;
	if (rules->must_take_flag && !took_flag(judge, r->car))
		return c->flagged ? STATUS_NC : STATUS_DNF;
	if (r->laps >= r->threshold)
		return STATUS_CLASSIFIED;
	return c->flagged ? STATUS_NC : STATUS_DNF;
}

/* ---- the order ------------------------------------------------------- */

static const uint8_t status_rank[STATUS_COUNT] = {
	[STATUS_CLASSIFIED] = 0, [STATUS_RUNNING] = 0, [STATUS_NC] = 1,
	[STATUS_DNF] = 2,        [STATUS_DNS] = 3,     [STATUS_DSQ] = 4,
};

/* Which of two crossings came first in event order: the order of their rows. */
static bool row_first(const struct race *race, uint16_t a, uint16_t b)
{
	uint32_t x = race->cars[a].lap_row, y = race->cars[b].lap_row;
	if (x != y && x != 0 && y != 0)
		return x < y;
	return race->place[a] < race->place[b];
}

static bool result_before(const struct judge *judge, const struct result *a,
			  const struct result *b)
{
	const struct race *race = judge->race;
	if (status_rank[a->status] != status_rank[b->status])
		return status_rank[a->status] < status_rank[b->status];
	if (race->setup.type == SESSION_TIMED)
		return race->place[a->car] < race->place[b->car];
	/* Laps changed by a decision count at once; without decisions the track
	 * agrees. */
	if (a->laps != b->laps)
		return a->laps > b->laps;
	if (judge->handicaps && !judge->adjusted &&
	    judge->behind[a->car] != judge->behind[b->car] && laps_driven(judge, a) &&
	    laps_driven(judge, b))
		return judge->behind[a->car] < judge->behind[b->car];
	/* A car still out may have passed a finished one. */
	if (!judge->adjusted && (!judge->out->finished || a->status == STATUS_RUNNING ||
				 b->status == STATUS_RUNNING))
		return race->place[a->car] < race->place[b->car];
	if (a->total != b->total) {
		if (a->total == DURATION_NONE || b->total == DURATION_NONE)
			return a->total != DURATION_NONE;
		return a->total < b->total;
	}
	return row_first(race, a->car, b->car);
}

static void judge_sort(struct judge *judge)
{
	struct classification *out = judge->out;
	for (uint32_t i = 1; i < out->count; i++) {
		struct result r = out->rows[i];
		uint32_t at = i;
		for (; at > 0 && result_before(judge, &r, &out->rows[at - 1]); at--)
			out->rows[at] = out->rows[at - 1];
		out->rows[at] = r;
	}
}

/* ---- decisions that move a car --------------------------------------- */

static uint32_t row_of_car(const struct classification *out, uint16_t car)
{
	uint32_t i = 0;
	while (i < out->count && out->rows[i].car != car)
		i++;
	return i;
}

/* Move row @from directly behind row @to. */
static void row_move(struct classification *out, uint32_t from, uint32_t to)
{
	struct result r = out->rows[from];
	r.moved = 1;
	if (to >= from) {
		memmove(&out->rows[from], &out->rows[from + 1],
			(to - from) * sizeof(r));
		out->rows[to] = r;
	} else {
		memmove(&out->rows[to + 2], &out->rows[to + 1],
			(from - to - 1) * sizeof(r));
		out->rows[to + 1] = r;
	}
}

/* The row that the decision puts its car behind; @from: no change. */
static uint32_t move_target(const struct judge *judge, const struct race_decision *d,
			    uint32_t from)
{
	const struct classification *out = judge->out;
	const struct entry *entries = judge->race->entries;
	const struct result *me = &out->rows[from];
	uint32_t to = from;
	if (d->kind == DECISION_BEHIND) {
		to = row_of_car(out, d->other);
		return to < out->count ? to : from;
	}
	for (uint32_t i = 0; i < out->count; i++) {
		const struct result *r = &out->rows[i];
		if (status_rank[r->status] != status_rank[me->status])
			continue;
		if (d->kind == DECISION_LAST_OF_CLASS
			    ? entries[r->car].class_index ==
				      entries[me->car].class_index
			    : r->laps == me->laps)
			to = i;
	}
	return to;
}

static void judge_moves(struct judge *judge)
{
	const struct race *race = judge->race;
	struct classification *out = judge->out;
	for (uint16_t i = 0; i < race->decision_count; i++) {
		const struct race_decision *d = &race->decisions[i];
		uint32_t from = row_of_car(out, d->car);
		if (d->kind != DECISION_BEHIND && d->kind != DECISION_LAST_OF_LAP &&
		    d->kind != DECISION_LAST_OF_CLASS)
			continue;
		if (from < out->count)
			row_move(out, from, move_target(judge, d, from));
	}
}

/* ---- ranks, gaps, winners -------------------------------------------- */

/* (5); between cars on different laps, the gap on the track plus the penalties. */
static struct gap gap_handicapped(const struct judge *judge, const struct result *ahead,
				  const struct result *r)
{
	struct gap gap = gap_between(judge->race, judge->tables, ahead->car, r->car);
	if (ahead->laps == r->laps) {
		gap.kind = r->laps > 0 ? GAP_TIME : GAP_NONE;
		gap.value = judge->behind[r->car] - judge->behind[ahead->car];
	} else if (gap.kind == GAP_TIME) {
		gap.value += judge->penalty[r->car] - judge->penalty[ahead->car];
	}
	if (gap.kind == GAP_NONE || gap.value < 0)
		gap = (struct gap){0};
	return gap;
}

static struct gap classify_gap(const struct judge *judge, const struct result *ahead,
			       const struct result *r)
{
	const struct race *race = judge->race;
	struct gap gap = {0};
	if (!ahead || r->moved)
		return gap;
	if (race->setup.type == SESSION_TIMED)
		return gap_of_best(race, ahead->car, r->car);
	bool driven = laps_driven(judge, r) && laps_driven(judge, ahead);
	if (driven && judge->handicaps)
		return gap_handicapped(judge, ahead, r);
	if (driven && (!judge->out->finished || r->status == STATUS_RUNNING))
		return gap_between(race, judge->tables, ahead->car, r->car);
	if (r->laps == 0 || ahead->laps < r->laps)
		return gap;
	if (ahead->laps > r->laps) {
		gap.value = ahead->laps - r->laps;
		gap.kind = GAP_LAPS;
	} else if (ahead->total != DURATION_NONE && r->total >= ahead->total) {
		gap.value = r->total - ahead->total;
		gap.kind = GAP_TIME;
	}
	return gap;
}

static void judge_ranks(struct judge *judge)
{
	struct classification *out = judge->out;
	const struct result *ahead = NULL;
	const struct result *first[RACE_CLASSES_MAX] = {NULL};
	const struct result *last[RACE_CLASSES_MAX] = {NULL};
	uint16_t cars[RACE_CLASSES_MAX] = {0};
	bool won[RACE_CLASSES_MAX] = {false};
	uint8_t invited[RULES_CLASSES_MAX] = {0};
	for (uint32_t i = 0; i < out->count; i++) {
		struct result *r = &out->rows[i];
		uint8_t class_index = judge->race->entries[r->car].class_index;
		r->position = (uint16_t)(i + 1);
		out->row_of[r->car] = (uint16_t)i;
		r->gap = classify_gap(judge, i > 0 ? &out->rows[0] : NULL, r);
		r->interval = classify_gap(judge, ahead, r);
		if (!r->moved)
			ahead = r;
		if (class_index >= RACE_CLASSES_MAX)
			continue;
		r->class_position = ++cars[class_index];
		r->class_gap = classify_gap(judge, first[class_index], r);
		r->class_interval = classify_gap(judge, last[class_index], r);
		if (!first[class_index])
			first[class_index] = r;
		if (!r->moved)
			last[class_index] = r;
		/* A car still running ahead may yet win the class: no car behind it
		 * has won yet. */
		if (r->status != STATUS_CLASSIFIED && r->status != STATUS_RUNNING)
			continue;
		bool home = r->status == STATUS_CLASSIFIED;
		r->class_winner = home && !won[class_index];
		won[class_index] = true;
		int row = rules_class_of(
			judge->rules, slice_of(judge->race->classes[class_index].name));
		if (row >= 0 && invited[row] < judge->rules->classes[row].invited) {
			invited[row]++;
			r->invited = home;
		}
	}
}

void classify(const struct race *race, const struct race_tables *tables,
	      const struct rules *rules, struct classification *out)
{
	struct judge judge = {
		.race = race, .tables = tables, .rules = rules, .out = out};
	out->count = 0;
	out->winner_laps = out->threshold = 0;
	out->at = race->now;
	out->finished = race->finish_at != INSTANT_NONE;
	judge.ended = race->end_at != INSTANT_NONE && out->finished;
	memset(out->row_of, 0xff, sizeof(out->row_of));
	for (uint16_t i = 0; i < race->car_count; i++) {
		struct result *r = &out->rows[out->count];
		if (race->entries[race->order[i]].merged)
			continue;
		memset(r, 0, sizeof(*r));
		r->car = race->order[i];
		result_measure(&judge, r);
		out->count++;
	}
	judge_handicaps(&judge);
	judge_distance(&judge);
	for (uint32_t i = 0; i < out->count; i++) {
		judge_threshold(&judge, &out->rows[i]);
		out->rows[i].status = (uint8_t)judge_status(&judge, &out->rows[i]);
	}
	judge_sort(&judge);
	if (out->finished)
		judge_moves(&judge);
	judge_ranks(&judge);
}
