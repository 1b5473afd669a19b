/*
 * happened.c -- what happened, the newest first: from the rows a race owns
 *
 * The tables are each in order of time. From their ends the newest row of all is taken,
 * and what it tells is put on a heap: a row tells of its own instant and of instants
 * before (a stop: of the way out, and of the way in), never of later ones. So what is
 * on top of the heap comes next as soon as no row that is left is newer.
 *
 *  (1) A row tells what it does from itself, the row of its car before, and the stints:
 *      never from rows that were not walked over yet.
 *  (2) Laps that were made up have no instant to be trusted: they never hold up the
 *      walk.
 *  (3) Of one car its own chains of rows are walked, not the tables.
 */
#include "pitwall/happened.h"

#include <string.h>

static const char *const names[HAPPENED_COUNT] = {
#define X(id_, name_, about_) [HAPPENED_##id_] = (name_),
	HAPPENED(X)
#undef X
};

const char *happened_name(enum happened_kind kind)
{
	return (unsigned)kind < HAPPENED_COUNT ? names[kind] : "";
}

#define BIT(id_) HAPPENED_BIT(id_)
#define STOPS (BIT(PIT_IN) | BIT(PIT_OUT))
#define FLAGS_AND_FINISH (BIT(START) | BIT(FLAG) | BIT(FINISH))
#define CONTROL (BIT(DECISION) | BIT(MESSAGE))
#define LEADS (BIT(LEAD) | BIT(CLASS_LEAD))
#define TROUBLE (BIT(STOPPED) | BIT(RESUMED) | BIT(OFF_PACE))
#define FATE (BIT(BELOW) | BIT(ABOVE))

/* A driver change is told with the stop it was made in. */
const struct happened_group happened_groups[] = {
	{"the race", STOPS | FLAGS_AND_FINISH | CONTROL | LEADS | TROUBLE | FATE |
			     BIT(BEST_LAP) | BIT(CLASS_BEST)},
	{"all", HAPPENED_ALL},
	{"stops", STOPS},
	{"flags", FLAGS_AND_FINISH},
	{"race control", BIT(FLAG) | CONTROL},
	{"leads", LEADS | BIT(FINISH)},
	{"places", LEADS | BIT(GAINED) | BIT(LOST)},
	{"bests", BIT(BEST_LAP) | BIT(CLASS_BEST) | BIT(OWN_BEST) | BIT(SECTOR_BEST)},
	{"drivers", BIT(DRIVER)},
	{"trouble", TROUBLE},
	{"threshold", FATE},
};
const size_t happened_groups_count = ARRAY_LEN(happened_groups);

bool race_lap_is_clean(const struct lap_row *row)
{
	return row->time != DURATION_NONE && row->time > 0 && !row->in_pit &&
	       (row->bits & (LAP_OUT | LAP_REPAIRED)) == 0 &&
	       row->pit_time == DURATION_NONE && row->lap > 1 &&
	       (row->flag == FLAG_GREEN || row->flag == FLAG_UNKNOWN);
}

/* ---- the heap -------------------------------------------------------------- */

static bool newer(const struct happened *a, const struct happened *b)
{
	if (a->at != b->at)
		return a->at > b->at;
	if (a->kind != b->kind)
		return a->kind > b->kind;
	return a->car != b->car ? a->car < b->car : a->row > b->row;
}

static void push(struct happened_walk *walk, struct happened what)
{
	uint32_t at = walk->count;

	if (!(walk->of.kinds >> what.kind & 1) || what.at == INSTANT_NONE ||
	    what.at > walk->of.at ||
	    (walk->of.car != CAR_NONE && what.car != walk->of.car))
		return;
	if (walk->count == HAPPENED_WAITING) {
		walk->lost++;
		return;
	}
	walk->count++;
	while (at > 0 && newer(&what, &walk->heap[(at - 1) / 2])) {
		walk->heap[at] = walk->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	walk->heap[at] = what;
}

static struct happened pop(struct happened_walk *walk)
{
	const struct happened top = walk->heap[0];
	const struct happened last = walk->heap[--walk->count];
	uint32_t at = 0;

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child + 1 < walk->count &&
		    newer(&walk->heap[child + 1], &walk->heap[child]))
			child++;
		if (child >= walk->count || !newer(&walk->heap[child], &last))
			break;
		walk->heap[at] = walk->heap[child];
		at = child;
	}
	walk->heap[at] = last;
	return top;
}

/* What most kinds begin with. */
static struct happened of_car(enum happened_kind kind, instant_us at, uint16_t car)
{
	return (struct happened){.at = at,
				 .time = DURATION_NONE,
				 .more = DURATION_NONE,
				 .car = car,
				 .kind = (uint8_t)kind,
				 .driver = RACE_DRIVERS_MAX,
				 .driver_after = RACE_DRIVERS_MAX};
}

/* ---- laps ------------------------------------------------------------------ */

static const struct lap_row *row_before(const struct happened_walk *walk,
					const struct lap_row *row)
{
	return row->prev ? &walk->of.tables->laps[row->prev - 1] : NULL;
}

/* The newest stop of a car that began at or before @t: its row, or NULL. */
static const struct stint_row *stop_before(const struct happened_walk *walk,
					   uint16_t car, instant_us t)
{
	uint32_t at = walk->of.race->cars[car].stint_row;

	while (at) {
		const struct stint_row *row = &walk->of.tables->stints[at - 1];

		if ((row->in_at != INSTANT_NONE ? row->in_at : row->out_at) <= t)
			return row;
		at = row->prev;
	}
	return NULL;
}

/* Why places were lost: the pits, or others that were faster on the road. */
static void lap_loses(struct happened_walk *walk, const struct lap_row *row,
		      const struct lap_row *before)
{
	struct happened what = of_car(HAPPENED_LOST, row->at, row->car);

	if (before->class_position == 0)
		return;
	what.lap = row->lap;
	what.position = row->class_position;
	what.gained = (uint16_t)(row->class_position - before->class_position);
	what.pitted =
		row->in_pit || (row->bits & LAP_OUT) || row->pit_time != DURATION_NONE;
	what.time = what.pitted ? row->pit_time : row->time;
	what.estimated = row->estimated & 1;
	/* Behind a safety car a slow lap says nothing. */
	if (race_lap_is_clean(row) && race_lap_is_clean(before) &&
	    row->flag == before->flag)
		what.more = row->time - before->time;
	push(walk, what);
}

static void lap_leads(struct happened_walk *walk, const struct lap_row *row,
		      const struct lap_row *before)
{
	struct happened what = of_car(HAPPENED_LEAD, row->at, row->car);
	bool first = !before && row->lap == 1;

	what.lap = row->lap;
	what.position = row->class_position;
	if (!before && !first)
		return;
	if (row->position == 1 && (first || before->position > 1)) {
		push(walk, what);
	} else if (row->class_position == 1 && (first || before->class_position > 1)) {
		what.kind = HAPPENED_CLASS_LEAD;
		push(walk, what);
	} else if (before && row->class_position < before->class_position) {
		what.kind = HAPPENED_GAINED;
		what.gained = (uint16_t)(before->class_position - row->class_position);
		push(walk, what);
	} else if (before && row->class_position > before->class_position) {
		lap_loses(walk, row, before);
	}
}

static void lap_bests(struct happened_walk *walk, const struct lap_row *row)
{
	struct happened what = of_car(HAPPENED_OWN_BEST, row->at, row->car);
	unsigned bits = row->bits & (LAP_BEST_OWN | LAP_BEST_CLASS | LAP_BEST_RACE);

	if (bits && !race_lap_deleted(walk->of.race, row->car, row->lap)) {
		what.kind = bits & LAP_BEST_RACE    ? HAPPENED_BEST_LAP
			    : bits & LAP_BEST_CLASS ? HAPPENED_CLASS_BEST
						    : HAPPENED_OWN_BEST;
		what.time = row->time;
		what.lap = row->lap;
		push(walk, what);
	}
}

/* @end: of the lap, NONE while it is in hand. */
static void sector_bests(struct happened_walk *walk, uint16_t car, unsigned bits,
			 const instant_us begins[LINES_MAX], instant_us end)
{
	unsigned count = walk->of.race->setup.line_count;

	for (unsigned i = 0; i < count && bits >> i; i++) {
		struct happened what;

		if (!(bits >> i & 1))
			continue;
		what = of_car(HAPPENED_SECTOR_BEST, i + 1 < count ? begins[i + 1] : end,
			      car);
		if (what.at == INSTANT_NONE || begins[i] == INSTANT_NONE)
			continue;
		what.time = what.at - begins[i];
		what.sector = (uint8_t)i;
		push(walk, what);
	}
}

static bool was_red(const struct happened_walk *walk, instant_us from, instant_us to)
{
	for (uint32_t i = walk->of.race->flag_count; i > 0; i--) {
		const struct flag_row *row = &walk->of.tables->flags[i - 1];
		instant_us until = i < walk->of.race->flag_count ? row[1].from_at : to;

		if (until < from)
			return false;
		if (row->flag == FLAG_RED && row->from_at <= to)
			return true;
	}
	return false;
}

static bool was_in_pit(const struct happened_walk *walk, uint16_t car, instant_us from,
		       instant_us to)
{
	const struct car *c = &walk->of.race->cars[car];
	const struct stint_row *stop = stop_before(walk, car, to);

	if (c->in_pit && c->pit_in_at != INSTANT_NONE && c->pit_in_at <= to)
		return true;
	return stop && (stop->out_at == INSTANT_NONE || stop->out_at >= from);
}

/* The lines of one lap; @end: of the lap, NONE while it is in hand. */
struct lines {
	const instant_us *at;
	instant_us end;
	uint32_t laps; /* completed before it */
	uint16_t car, estimated;
};

static void stood(struct happened_walk *walk, const struct lines *lines,
		  instant_us from, duration_us limit, instant_us to)
{
	struct happened what = of_car(HAPPENED_RESUMED, to, lines->car);

	if (to - from <= limit || was_in_pit(walk, lines->car, from, to) ||
	    was_red(walk, from, to))
		return;
	what.time = to - from;
	what.lap = lines->laps;
	push(walk, what);
	what = of_car(HAPPENED_STOPPED, from + limit, lines->car);
	what.lap = lines->laps;
	push(walk, what);
}

/* From one line to the next it took longer than any car that drives. */
static void lines_stood(struct happened_walk *walk, const struct lines *lines)
{
	const struct race *race = walk->of.race;
	unsigned count = race->setup.line_count;
	duration_us limit = race_silence_limit(race, lines->car, 0);
	instant_us from = lines->at[0];

	if (from == INSTANT_NONE)
		return;
	for (unsigned i = 1; i <= count; i++) {
		instant_us to = i < count ? lines->at[i] : lines->end;

		if (i < count && (to == INSTANT_NONE || (lines->estimated >> i & 1))) {
			limit += race_sector_expected(race, lines->car, i);
			continue;
		}
		if (to == INSTANT_NONE)
			return;
		stood(walk, lines, from, limit, to);
		from = to;
		if (i < count)
			limit = race_silence_limit(race, lines->car, i);
	}
}

static void lap_stood(struct happened_walk *walk, const struct lap_row *row)
{
	const struct lines lines = {.at = row->at_line,
				    .end = row->at,
				    .laps = row->lap - 1,
				    .car = row->car,
				    .estimated = row->estimated};

	/* Most laps are shorter than the shortest stand. */
	if (!(row->bits & LAP_REPAIRED) && row->at_line[0] != INSTANT_NONE &&
	    row->at - row->at_line[0] > 2 * US_MIN)
		lines_stood(walk, &lines);
}

static void lap_slow(struct happened_walk *walk, const struct lap_row *row,
		     const struct lap_row *before)
{
	struct happened what = of_car(HAPPENED_OFF_PACE, row->at, row->car);

	if (!before || !race_lap_is_clean(row) || !race_lap_is_clean(before) ||
	    row->flag != before->flag || row->time - before->time < 5 * US_S ||
	    row->time - before->time < before->time / 10)
		return;
	/* A lap on which it stood is told of already. */
	if (row->time - before->time > 2 * US_MIN)
		return;
	what.time = row->time;
	what.more = row->time - before->time;
	what.lap = row->lap;
	push(walk, what);
}

static void lap_driver(struct happened_walk *walk, const struct lap_row *row,
		       const struct lap_row *before)
{
	struct happened what = of_car(HAPPENED_DRIVER, row->at, row->car);
	const struct stint_row *stop;

	if (!before || before->driver == row->driver ||
	    before->driver >= RACE_DRIVERS_MAX || row->driver >= RACE_DRIVERS_MAX)
		return;
	stop = walk->of.as_known ? NULL : stop_before(walk, row->car, row->at);
	if (stop && stop->out_at != INSTANT_NONE && stop->out_at >= before->at &&
	    stop->out_at <= row->at)
		what.at = stop->out_at;
	what.driver = before->driver;
	what.driver_after = row->driver;
	what.lap = row->lap - 1;
	push(walk, what);
}

static void take_lap(struct happened_walk *walk)
{
	const struct lap_row *row = &walk->of.tables->laps[walk->lap - 1];
	const struct lap_row *before = row_before(walk, row);
	uint32_t kinds = walk->of.kinds;

	if (kinds & (LEADS | BIT(GAINED) | BIT(LOST)))
		lap_leads(walk, row, before);
	if (row->bits & (LAP_BEST_OWN | LAP_BEST_CLASS | LAP_BEST_RACE))
		lap_bests(walk, row);
	if (row->sector_bests && (kinds & BIT(SECTOR_BEST)))
		sector_bests(walk, row->car, row->sector_bests, row->at_line, row->at);
	if (kinds & (BIT(STOPPED) | BIT(RESUMED)))
		lap_stood(walk, row);
	if (kinds & BIT(OFF_PACE))
		lap_slow(walk, row, before);
	if (kinds & BIT(DRIVER))
		lap_driver(walk, row, before);
	walk->driver_after[row->car] = row->driver;
	walk->lap = walk->of.car != CAR_NONE ? row->prev : walk->lap - 1;
	if (walk->lap <= walk->of.race->lap_first)
		walk->lap = 0;
}

/* ---- the other tables ------------------------------------------------------- */

static void take_stint(struct happened_walk *walk)
{
	const struct stint_row *row = &walk->of.tables->stints[walk->stint - 1];
	struct happened what = of_car(HAPPENED_PIT_OUT, row->out_at, row->car);

	if (row->in_at != INSTANT_NONE) {
		what.time = row->stop;
		what.lap = row->to_lap;
		what.driver = row->driver;
		what.driver_after = walk->driver_after[row->car];
		what.estimated = row->estimated;
		push(walk, what);
		what = of_car(HAPPENED_PIT_IN, row->in_at, row->car);
		what.lap = row->to_lap;
		what.driver = row->driver;
		what.estimated = row->estimated;
		push(walk, what);
	}
	walk->stint = walk->of.car != CAR_NONE ? row->prev : walk->stint - 1;
	if (walk->stint <= walk->of.race->stint_first)
		walk->stint = 0;
}

static void take_flag(struct happened_walk *walk)
{
	const struct flag_row *row = &walk->of.tables->flags[walk->flag - 1];
	struct happened what = of_car(HAPPENED_FLAG, row->from_at, CAR_NONE);

	what.row = walk->flag - 1;
	what.flag = row->flag;
	what.estimated = row->after_at < row->from_at;
	if (walk->flag < walk->of.race->flag_count)
		what.time = row[1].from_at - row->from_at;
	/* The flag the race begins under is no news. */
	if (walk->flag > 1 || row->flag > FLAG_GREEN)
		push(walk, what);
	walk->flag--;
}

static void take_message(struct happened_walk *walk)
{
	const struct message_row *row = &walk->of.tables->messages[walk->message - 1];
	struct happened what = of_car(HAPPENED_MESSAGE, row->at, row->car);

	what.row = --walk->message;
	push(walk, what);
}

static void take_turn(struct happened_walk *walk)
{
	const struct forecast_turn *turn = &walk->of.turns[--walk->turn];

	push(walk,
	     of_car(turn->up ? HAPPENED_ABOVE : HAPPENED_BELOW, turn->at, turn->car));
}

/* ---- what is not in a table -------------------------------------------------- */

/* A car in the pits, or one that stands, and what it did on the lap in hand. */
static void begin_car(struct happened_walk *walk, uint16_t car)
{
	const struct race *race = walk->of.race;
	const struct car *c = &race->cars[car];
	struct happened what;
	instant_us last = c->seen ? c->line_at : race->start_at;

	const struct lines lines = {.at = c->now.at,
				    .end = INSTANT_NONE,
				    .laps = c->laps,
				    .car = car,
				    .estimated = c->estimated};

	walk->driver_after[car] = c->driver;
	lines_stood(walk, &lines);
	if (c->sector_bests)
		sector_bests(walk, car, c->sector_bests, c->now.at, INSTANT_NONE);
	if (c->in_pit) {
		what = of_car(HAPPENED_PIT_IN, c->pit_in_at, car);
		what.lap = c->laps;
		what.driver = c->stop_driver;
		what.estimated = c->pit_estimated;
		push(walk, what);
	} else if (!c->flagged && !race->entries[car].not_started &&
		   !race->entries[car].merged && race->start_at != INSTANT_NONE &&
		   last != INSTANT_NONE && !was_red(walk, last, walk->of.at)) {
		what = of_car(HAPPENED_STOPPED,
			      last + race_silence_limit(race, car, c->line), car);
		what.lap = c->laps;
		push(walk, what);
	}
}

static void begin_decisions(struct happened_walk *walk)
{
	const struct race *race = walk->of.race;

	for (uint16_t i = 0; i < race->decision_count && i < RACE_DECISIONS_MAX; i++) {
		const struct race_decision *decision = &race->decisions[i];
		struct happened what =
			of_car(HAPPENED_DECISION, decision->at, decision->car);

		/* What was decided after the flag stands where the flag fell. */
		if (what.at == INSTANT_NONE)
			what.at = race->finish_at;
		what.row = i;
		push(walk, what);
	}
}

static uint32_t fewer(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void happened_begin(struct happened_walk *walk, const struct happened_of *of)
{
	const struct race *race = of->race;
	const struct race_tables *tables = of->tables;
	struct happened what;

	memset(walk, 0, offsetof(struct happened_walk, heap));
	walk->of = *of;
	walk->lap = fewer(race->lap_count, tables->laps_max);
	walk->stint = fewer(race->stint_count, tables->stints_max);
	if (of->car < race->car_count) {
		walk->lap = race->cars[of->car].lap_row;
		walk->stint = race->cars[of->car].stint_row;
	}
	walk->lap = walk->lap > race->lap_first ? walk->lap : 0;
	walk->stint = walk->stint > race->stint_first ? walk->stint : 0;
	walk->flag = fewer(race->flag_count, tables->flags_max);
	walk->message =
		tables->messages ? fewer(race->message_count, tables->messages_max) : 0;
	walk->turn = of->turns ? of->turn_count : 0;
	while (walk->turn > 0 && of->turns[walk->turn - 1].at > of->at)
		walk->turn--;
	for (uint16_t car = 0; car < race->car_count; car++)
		begin_car(walk, car);
	begin_decisions(walk);
	push(walk, of_car(HAPPENED_START, race->start_at, CAR_NONE));
	if (race->winner < race->car_count) {
		what = of_car(HAPPENED_FINISH, race->finish_at, race->winner);
		what.lap = race->cars[race->winner].laps;
		push(walk, what);
	}
}

/* ---- the walk ---------------------------------------------------------------- */

/* When the newest row that is left may have been; INSTANT_NONE: there is none. */
static instant_us next_lap(const struct happened_walk *walk)
{
	const struct lap_row *row = &walk->of.tables->laps[walk->lap - 1];

	/* (2) */
	return (row->bits & LAP_REPAIRED) || (row->estimated & 1) ? INT64_MAX : row->at;
}

static instant_us next_stint(const struct happened_walk *walk)
{
	const struct stint_row *row = &walk->of.tables->stints[walk->stint - 1];

	return row->out_at == INSTANT_NONE ? INT64_MAX : row->out_at;
}

static instant_us next_flag(const struct happened_walk *walk)
{
	return walk->of.tables->flags[walk->flag - 1].from_at;
}

static instant_us next_message(const struct happened_walk *walk)
{
	return walk->of.tables->messages[walk->message - 1].at;
}

static instant_us next_turn(const struct happened_walk *walk)
{
	return walk->of.turns[walk->turn - 1].at;
}

/* Of rows of one instant the first of these: a lap says who drives behind a stop. */
static const struct {
	size_t left; /* where the walk keeps 1 + the next row */
	instant_us (*next)(const struct happened_walk *walk);
	void (*take)(struct happened_walk *walk);
} sources[] = {
	{offsetof(struct happened_walk, lap), next_lap, take_lap},
	{offsetof(struct happened_walk, stint), next_stint, take_stint},
	{offsetof(struct happened_walk, flag), next_flag, take_flag},
	{offsetof(struct happened_walk, message), next_message, take_message},
	{offsetof(struct happened_walk, turn), next_turn, take_turn},
};

static uint32_t left(const struct happened_walk *walk, unsigned source)
{
	uint32_t n;

	memcpy(&n, (const char *)walk + sources[source].left, sizeof(n));
	return n;
}

bool happened_next(struct happened_walk *walk, struct happened *out)
{
	for (;;) {
		instant_us newest = INSTANT_NONE;
		unsigned from = ARRAY_LEN(sources);

		for (unsigned i = 0; i < ARRAY_LEN(sources); i++) {
			instant_us t =
				left(walk, i) ? sources[i].next(walk) : INSTANT_NONE;

			if (left(walk, i) &&
			    (from == ARRAY_LEN(sources) || t > newest)) {
				newest = t;
				from = i;
			}
		}
		if (walk->count > 0 &&
		    (from == ARRAY_LEN(sources) || walk->heap[0].at > newest)) {
			*out = pop(walk);
			return true;
		}
		if (from == ARRAY_LEN(sources))
			return false;
		sources[from].take(walk);
	}
}

bool happened_holds(const struct race *race, const struct happened *what)
{
	const struct race_class *c;
	uint8_t class_index;

	if (what->kind != HAPPENED_BEST_LAP && what->kind != HAPPENED_CLASS_BEST &&
	    what->kind != HAPPENED_OWN_BEST)
		return true;
	if (what->car >= race->car_count)
		return false;
	if (what->kind == HAPPENED_OWN_BEST)
		return race->cars[what->car].lap_best_number == what->lap;
	if (race->lap_best_car == what->car && race->lap_best_number == what->lap)
		return true;
	class_index = race->entries[what->car].class_index;
	if (class_index >= race->class_count)
		return false;
	c = &race->classes[class_index];
	return c->lap_best_car == what->car && c->lap_best_number == what->lap;
}
