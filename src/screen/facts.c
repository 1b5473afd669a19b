/*
 * facts.c -- facts from the laps of a car: stints, drivers, clean pace, sectors
 */
#include "facts.h"

const struct lap_row *lap_row_at(const struct view *view, uint32_t at)
{
	if (at == 0 || at > view->race->lap_count || at > view->tables->laps_max)
		return NULL;
	return &view->tables->laps[at - 1];
}

const struct lap_row *lap_row_after(const struct view *view, const struct lap_row *row)
{
	uint32_t at =
		row ? (uint32_t)(row - view->tables->laps) + 1 : view->race->lap_first;
	return lap_row_at(view, at + 1);
}

duration_us lap_sector(const struct view *view, const struct lap_row *row,
		       unsigned sector, bool *guess)
{
	unsigned count = view->race->setup.line_count;
	bool last = sector + 1 >= count;
	instant_us from = row->at_line[sector];
	instant_us to = last ? row->at : row->at_line[sector + 1];
	unsigned ends = 1u << sector | (last ? 1u : 1u << (sector + 1));
	*guess = (row->estimated & ends) != 0;
	if (from == INSTANT_NONE || to == INSTANT_NONE || to == from ||
	    race_lines_missed(view->race, row))
		return DURATION_NONE;
	return to - from;
}

duration_us sector_last(const struct view *view, uint16_t car, unsigned sector)
{
	const struct car *c = &view->race->cars[car];
	const struct lap_row *row = lap_row_at(view, c->lap_row);
	if (sector >= c->line && row && race_lines_missed(view->race, row))
		return DURATION_NONE;
	return c->sector_last[sector];
}

bool lap_estimated(const struct lap_row *row)
{
	return (row->estimated & 1) && !(row->bits & LAP_STATED);
}

duration_us car_pace(const struct view *view, uint16_t car)
{
	return race_pace(view->race, view->tables, car);
}

duration_us class_pace(const struct view *view, uint8_t class_index)
{
	duration_us paces[RACE_CARS_MAX];
	unsigned count = 0;
	for (uint16_t car = 0; car < view->race->car_count; car++) {
		if (view->race->entries[car].class_index != class_index)
			continue;
		duration_us since;
		enum car_state state = car_state_at(view, car, &since);
		if (state == CAR_ABSENT || state == CAR_STOPPED)
			continue;
		duration_us pace = car_pace(view, car);
		if (pace != DURATION_NONE)
			paces[count++] = pace;
	}
	return median(paces, count);
}

unsigned sectors_shown(const struct view *view)
{
	unsigned count = view->race->setup.line_count;
	return count < 2 ? 0 : count < SECTORS_SHOWN ? count : SECTORS_SHOWN;
}

unsigned sectors_timed(const struct view *view)
{
	unsigned count = sectors_shown(view);
	bool timed = view->race->lap_best == DURATION_NONE;
	for (unsigned i = 0; i < count; i++)
		timed |= view->race->sector_best[i] != DURATION_NONE;
	return timed ? count : 0;
}

int sector_width(const struct race *race)
{
	duration_us longest = DURATION_NONE;
	for (unsigned i = 0; i < race->setup.line_count && i < LINES_MAX; i++)
		if (race->sector_best[i] > longest)
			longest = race->sector_best[i];
	return longest > 50 * US_S || longest == DURATION_NONE ? 8 : 6;
}

duration_us sectors_sum(const struct view *view, const int64_t sectors[LINES_MAX])
{
	unsigned count = view->race->setup.line_count;
	duration_us sum = 0;
	if (count < 2 || count > LINES_MAX)
		return DURATION_NONE;
	for (unsigned i = 0; i < count; i++) {
		if (sectors[i] == DURATION_NONE)
			return DURATION_NONE;
		sum += sectors[i];
	}
	return sum;
}

/* ---- stints ---------------------------------------------------------------- */

static struct stint_fact *stint_add(struct car_facts *facts)
{
	if (facts->stint_count == STINTS_KEPT) {
		facts->stints_before++;
		return NULL;
	}
	struct stint_fact *stint = &facts->stints[facts->stint_count++];
	*stint = (struct stint_fact){.time = DURATION_NONE,
				     .stop = DURATION_NONE,
				     .pace = DURATION_NONE,
				     .driver = RACE_DRIVERS_MAX};
	return stint;
}

static duration_us between(instant_us from, instant_us to)
{
	return from == INSTANT_NONE || to == INSTANT_NONE || to < from ? DURATION_NONE
								       : to - from;
}

/* The current stint: until now, the stop or the flag. */
static void stint_now(const struct view *view, const struct car *c,
		      struct car_facts *facts)
{
	instant_us until = view->at;
	if (!c->seen && c->laps == 0)
		return;
	struct stint_fact *stint = stint_add(facts);
	if (c->flagged)
		until = c->flag_at;
	else if (c->in_pit)
		until = c->pit_in_at;
	stint->number = c->stint;
	stint->first_lap = c->stint_lap + 1;
	stint->laps = c->laps - c->stint_lap;
	stint->from_at = c->stint_at;
	stint->time = between(c->stint_at, until);
	stint->stopped = c->in_pit && !c->flagged;
	stint->runs = !stint->stopped && !c->flagged;
	stint->estimated = c->pit_estimated && stint->stopped;
	if (stint->stopped)
		stint->stop = between(c->pit_in_at, view->at);
}

static void stints_make(const struct view *view, const struct car *c,
			struct car_facts *facts)
{
	uint32_t at = c->stint_row;
	stint_now(view, c, facts);
	while (at && at <= view->race->stint_count) {
		const struct stint_row *row = &view->tables->stints[at - 1];
		struct stint_fact *stint = stint_add(facts);
		at = row->prev;
		if (!stint)
			continue;
		stint->number = row->number;
		stint->first_lap = row->from_lap + 1;
		stint->laps = row->to_lap - row->from_lap;
		stint->from_at = row->from_at;
		stint->time = between(row->from_at, row->in_at);
		stint->stop = row->stop;
		stint->estimated = row->estimated;
	}
}

/* ---- laps, added to their stint and driver ----------------------------- */

static void lap_counts(const struct lap_row *row, struct stint_fact *stint,
		       struct driver_fact *driver)
{
	bool clean = lap_is_clean(row);
	if (stint && stint->driver == RACE_DRIVERS_MAX)
		stint->driver = row->driver;
	if (stint && clean) {
		stint->pace = stint->clean ? stint->pace + row->time : row->time;
		stint->clean++;
	}
	if (!driver)
		return;
	driver->laps++;
	if (!clean)
		return;
	driver->pace = driver->clean ? driver->pace + row->time : row->time;
	driver->clean++;
	if (driver->best == DURATION_NONE || row->time < driver->best)
		driver->best = row->time;
}

void facts_make(const struct view *view, uint16_t car, struct car_facts *facts)
{
	const struct car *c = &view->race->cars[car];
	const struct lap_row *row = lap_row_at(view, c->lap_row);
	unsigned at = 0;
	facts->stint_count = facts->stints_before = 0;
	for (unsigned i = 0; i < RACE_DRIVERS_MAX; i++)
		facts->drivers[i] = (struct driver_fact){
			.time = race_driver_time(view->race, car, i, view->at),
			.best = DURATION_NONE,
			.pace = DURATION_NONE};
	stints_make(view, c, facts);
	for (; row; row = lap_row_at(view, row->prev)) {
		while (at < facts->stint_count &&
		       row->lap < facts->stints[at].first_lap)
			at++;
		lap_counts(row, at < facts->stint_count ? &facts->stints[at] : NULL,
			   row->driver < RACE_DRIVERS_MAX ? &facts->drivers[row->driver]
							  : NULL);
	}
	for (unsigned i = 0; i < facts->stint_count; i++) {
		struct stint_fact *stint = &facts->stints[i];
		/* The driver on board, until the first lap of the stint is done. */
		if (stint->runs && stint->laps == 0)
			stint->driver = c->driver;
		if (stint->clean)
			stint->pace /= stint->clean;
		if (stint->driver < RACE_DRIVERS_MAX)
			facts->drivers[stint->driver].stints++;
	}
	for (unsigned i = 0; i < RACE_DRIVERS_MAX; i++)
		if (facts->drivers[i].clean)
			facts->drivers[i].pace /= facts->drivers[i].clean;
}
