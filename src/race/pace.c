/*
 * pace.c -- pace from laps: which laps count, and how fast a car is now
 */
#include "fold.h"

enum { PACE_LEAST = 3 };

bool lap_is_driven(const struct lap_row *row)
{
	return row->time != DURATION_NONE && row->time > 0 && !row->in_pit &&
	       (row->bits & (LAP_OUT | LAP_REPAIRED)) == 0 &&
	       row->pit_time == DURATION_NONE && row->lap > 1;
}

bool lap_is_clean(const struct lap_row *row)
{
	return lap_is_driven(row) &&
	       (row->flag == FLAG_GREEN || row->flag == FLAG_UNKNOWN);
}

duration_us race_pace(const struct race *race, const struct race_tables *tables,
		      uint16_t car)
{
	duration_us recent[RACE_PACE_LAPS];
	unsigned count = 0;
	uint32_t at = car < race->car_count ? race->cars[car].lap_row : 0;
	while (at > race->lap_first && at <= tables->laps_max &&
	       count < RACE_PACE_LAPS) {
		const struct lap_row *row = &tables->laps[at - 1];
		if (lap_is_clean(row))
			recent[count++] = row->time;
		at = row->prev;
	}
	return count < PACE_LEAST ? DURATION_NONE : median(recent, count);
}
