/*
 * history_write.c -- the rows of what happened, appended by the fold
 *
 *  (1) A row is at race.now, or at the instant it was due by the clock, which is later
 *      than the event before: so rows are in order of time.
 *  (2) The rows of a car are a chain; a restart of the race does not cut it.
 */
#include "fold.h"

#include <string.h>

/* The sums of the blocks before, once there is a row in the next. */
static void block_write(const struct race_tables *tables, uint32_t block)
{
	struct history_block *to = &tables->histories[block];
	const struct history_row *rows;

	memset(to, 0, sizeof(*to));
	if (block == 0)
		return;
	*to = to[-1];
	rows = tables->history + (size_t)(block - 1) * HISTORY_EVERY;
	for (uint32_t i = 0; i < HISTORY_EVERY; i++)
		to->before[rows[i].kind]++;
}

/* A row, with what most rows have; the caller writes the rest. */
static struct history_row *history_add(struct fold *fold, enum history_kind kind,
				       uint16_t car)
{
	const struct race_tables *tables = fold->tables;
	struct race *race = fold->race;
	struct history_row *row = &fold->spill;
	bool full = race->history_count >= tables->history_max;
	if (tables->history && full)
		fold_full(fold, RACE_LIMIT_HISTORY);
	else if (tables->history)
		row = &tables->history[race->history_count++];
	memset(row, 0, sizeof(*row));
	row->at = race->now;
	row->time = row->more = DURATION_NONE;
	row->car = car;
	row->kind = (uint8_t)kind;
	row->driver = row->driver_after = RACE_DRIVERS_MAX;
	if (car < race->car_count)
		row->lap = race->cars[car].laps;
	if (row == &fold->spill)
		return row;
	if ((race->history_count - 1) % HISTORY_EVERY == 0)
		block_write(tables, (race->history_count - 1) / HISTORY_EVERY);
	if (car < race->car_count) {
		row->prev = race->cars[car].history_row;
		race->cars[car].history_row = race->history_count;
	}
	return row;
}

/* ---- laps ------------------------------------------------------------------ */

/* How much slower than the lap before; NONE where one of them says nothing of pace. */
static duration_us lap_slower(const struct lap_row *row, const struct lap_row *before)
{
	if (!before || !lap_is_clean(row) || !lap_is_clean(before) ||
	    row->flag != before->flag)
		return DURATION_NONE;
	return row->time - before->time;
}

static bool lap_off_pace(const struct lap_row *row, const struct lap_row *before)
{
	duration_us slower = lap_slower(row, before);

	return slower != DURATION_NONE && slower >= 5 * US_S &&
	       slower >= before->time / 10 && slower <= 2 * US_MIN;
}

/* Another than the last that completed a lap in front. A race that is joined late has a
 * leader already, since an unknown instant, also where the first lap is made up from what
 * was received after it; the first row of a car that is joined late is
 * where it was then. */
static bool takes_lead(const struct race *race, uint16_t *leader,
		       const struct lap_row *row)
{
	bool first = row->lap == 1 && !(row->bits & LAP_REPAIRED);
	bool known = *leader != CAR_NONE || first || race->setup.type == SESSION_TIMED;
	const struct car *c = &race->cars[row->car];
	bool joins = c->lap_first > 0 && row->lap == c->lap_first + 1;
	bool other = *leader != row->car && !joins;

	*leader = row->car;
	return known && other;
}

static void lost(struct fold *fold, const struct lap_row *row,
		 const struct lap_row *before)
{
	struct history_row *what = history_add(fold, HISTORY_LOST, row->car);

	what->position = row->class_position;
	what->places = (uint16_t)(row->class_position - before->class_position);
	what->pitted =
		row->in_pit || (row->bits & LAP_OUT) || row->pit_time != DURATION_NONE;
	what->time = what->pitted ? row->pit_time : row->time;
	what->more = lap_slower(row, before);
	what->estimated = row->estimated & 1;
	if (what->pitted && fold->race->cars[row->car].pit_estimated)
		what->estimated = 1;
}

/* One of several laps that the source skipped at once: who led it is unknown, and by its
 * end the laps of the others may be still to come. */
static bool one_of_skipped(const struct race *race, const struct lap_row *row,
			   const struct lap_row *before)
{
	uint32_t skipped = race->cars[row->car].lap_skipped;

	return (row->bits & LAP_REPAIRED) && row->lap <= skipped &&
	       (row->lap < skipped || (before && (before->bits & LAP_REPAIRED)));
}

/* In a session of lap times who is fastest leads: by a lap that is his best. */
static bool may_lead(const struct race *race, const struct lap_row *row)
{
	return race->setup.type != SESSION_TIMED ||
	       race->cars[row->car].lap_best_number == row->lap;
}

static void places(struct fold *fold, const struct lap_row *row,
		   const struct lap_row *before)
{
	struct race *race = fold->race;
	uint8_t class_index = race->entries[row->car].class_index;
	enum history_kind kind;
	bool skipped = one_of_skipped(race, row, before);
	bool leads = row->position == 1 && may_lead(race, row);
	bool leads_class = row->class_position == 1 && class_index < RACE_CLASSES_MAX &&
			   may_lead(race, row);

	if (skipped && leads)
		race->line_leader = CAR_NONE;
	if (skipped && leads_class)
		race->classes[class_index].line_leader = CAR_NONE;
	leads = leads && !skipped;
	leads_class = leads_class && !skipped;
	bool class_lead =
		leads_class &&
		takes_lead(race, &race->classes[class_index].line_leader, row);

	if (leads && takes_lead(race, &race->line_leader, row)) {
		kind = HISTORY_LEAD;
	} else if (class_lead) {
		kind = HISTORY_CLASS_LEAD;
	} else if (!before || row->class_position == 0 || before->class_position == 0 ||
		   row->class_position == before->class_position) {
		return;
	} else if (row->class_position > before->class_position) {
		lost(fold, row, before);
		return;
	} else {
		kind = HISTORY_GAINED;
	}
	struct history_row *what = history_add(fold, kind, row->car);
	what->position = row->class_position;
	if (kind == HISTORY_GAINED)
		what->places = (uint16_t)(before->class_position - row->class_position);
}

/* Of a car that is joined late the laps of before are known by a claim alone. */
static bool best_unknown(const struct race *race, uint16_t car)
{
	return race->cars[car].lap_first > 0 && race->cars[car].claim_best_laps == 0;
}

/* What kind of a best lap a row is known to be; HISTORY_COUNT: none. Without the best laps
 * of before of all cars, or of its class, a lap is not known to be the best of them. */
static enum history_kind best_kind(const struct race *race, const struct lap_row *row)
{
	unsigned bits = row->bits & (LAP_BEST_OWN | LAP_BEST_CLASS | LAP_BEST_RACE);
	if (bits == 0 || best_unknown(race, row->car))
		return HISTORY_COUNT;
	for (uint16_t i = 0;
	     i < race->car_count && (bits & ~(unsigned)LAP_BEST_OWN) != 0; i++) {
		if (!best_unknown(race, i))
			continue;
		bits &= ~(unsigned)LAP_BEST_RACE;
		if (race->entries[i].class_index == race->entries[row->car].class_index)
			bits &= ~(unsigned)LAP_BEST_CLASS;
	}
	return bits & LAP_BEST_RACE    ? HISTORY_BEST_LAP
	       : bits & LAP_BEST_CLASS ? HISTORY_CLASS_BEST
				       : HISTORY_OWN_BEST;
}

void history_add_lap(struct fold *fold, const struct lap_row *row)
{
	if (!fold->tables->history)
		return;
	struct race *race = fold->race;
	const struct lap_row *before =
		row->prev ? &fold->tables->laps[row->prev - 1] : NULL;
	bool first = row->position == 1 && row->lap > race->leader_laps;
	bool leader = first && !one_of_skipped(race, row, before);
	struct history_row *what =
		history_add(fold, leader ? HISTORY_LEADER_LAP : HISTORY_LAP, row->car);
	what->time = row->time;
	what->position = row->position;
	if (first)
		race->leader_laps = row->lap;
	if (lap_off_pace(row, before)) {
		what = history_add(fold, HISTORY_OFF_PACE, row->car);
		what->time = row->time;
		what->position = row->class_position;
		what->more = row->time - before->time;
	}
	places(fold, row, before);
	enum history_kind best = best_kind(race, row);
	if (best != HISTORY_COUNT)
		history_add(fold, best, row->car)->time = row->time;
}

void history_add_sector_best(struct fold *fold, uint16_t car, unsigned sector,
			     duration_us time)
{
	struct history_row *what = history_add(fold, HISTORY_SECTOR_BEST, car);

	what->sector = (uint8_t)sector;
	what->time = time;
}

/* ---- pits and drivers ------------------------------------------------------- */

void history_add_pit_in(struct fold *fold, uint16_t car)
{
	const struct car *c = &fold->race->cars[car];
	struct history_row *what = history_add(fold, HISTORY_PIT_IN, car);

	what->row = c->stint;
	what->driver = c->stop_driver;
	what->estimated = c->pit_estimated != 0;
}

void history_add_pit_out(struct fold *fold, const struct stint_row *row)
{
	struct history_row *what = history_add(fold, HISTORY_PIT_OUT, row->car);

	what->time = row->stop;
	what->row = row->number;
	what->driver = row->driver;
	what->estimated = row->estimated;
}

void history_add_driver(struct fold *fold, uint16_t car, uint8_t before)
{
	if (before >= RACE_DRIVERS_MAX)
		return;
	struct history_row *what = history_add(fold, HISTORY_DRIVER, car);

	what->driver = before;
	what->driver_after = fold->race->cars[car].driver;
}

/* ---- the race, and words ------------------------------------------------------ */

void history_add_start(struct fold *fold)
{
	struct history_row *what = history_add(fold, HISTORY_START, CAR_NONE);

	what->at = fold->race->start_at;
}

void history_add_finish(struct fold *fold)
{
	(void)history_add(fold, HISTORY_FINISH, fold->race->winner);
}

void history_add_flag(struct fold *fold, uint32_t index)
{
	const struct flag_row *flag = &fold->tables->flags[index];
	if (index == 0 && flag->flag <= FLAG_GREEN)
		return;
	struct history_row *what = history_add(fold, HISTORY_FLAG, CAR_NONE);

	what->row = index;
	what->estimated = flag->after_at < flag->from_at;
}

void history_add_words(struct fold *fold, enum history_kind kind, uint32_t index)
{
	struct history_row *what = history_add(fold, kind, fold->car);

	what->row = index;
}

void history_add_retired(struct fold *fold, uint16_t car)
{
	(void)history_add(fold, HISTORY_RETIRED, car);
}

void history_add_stopped(struct fold *fold, uint16_t car)
{
	struct history_row *what = history_add(fold, HISTORY_STOPPED, car);

	if (fold->race->cars[car].due_at > what->at)
		what->at = fold->race->cars[car].due_at;
	what->time = silence_since_start(fold->race, car, what->at);
}

void history_add_resumed(struct fold *fold, uint16_t car, duration_us unreported)
{
	struct history_row *what = history_add(fold, HISTORY_RESUMED, car);

	what->time = unreported;
}
