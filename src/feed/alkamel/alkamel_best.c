/*
 * alkamel_best.c -- the type of the session, and which laps count as a best lap
 *
 *  (1) Cars begin a race on the grid, practice and qualifying in the pit lane: then lap 1
 *      has a PIT_TIME, or begins later than the session. Of 49 real races this holds for
 *      at most 5 % of the cars, of 274 timed sessions for at least 96 %. Between a
 *      quarter and three quarters the content does not decide.
 *  (2) LAP_IMPROVEMENT is written when the result is final: not 0 on the best lap of a car
 *      that counts. A faster lap without the mark was taken back by the officials. Of
 *      10,054 official best laps 10,050 are the marked ones.
 *  (3) In a timed session a car without a mark has no lap that counts. In a race, or where
 *      some of its rows were lost, or where most cars have none, the mark is what is
 *      missing: its laps count as driven.
 *  (4) A file without any mark says nothing of either.
 */
#include "alkamel.h"

/* ---- (1) ------------------------------------------------------------------- */

/* The first row of a car that is used; NULL: none. */
static const struct ak_row *first_used(const struct ak *ak, const struct ak_car *car)
{
	for (uint32_t i = 0; i < car->count; i++) {
		const struct ak_row *row = ak_sorted(ak, car->first + i);
		if (!(row->bits & AK_SKIP))
			return row;
	}
	return NULL;
}

void ak_judge_type(struct ak *ak)
{
	uint32_t cars = 0, from_lane = 0;
	for (uint32_t c = 0; c < ak->car_count; c++) {
		const struct ak_row *row = first_used(ak, &ak->cars[c]);
		if (!row || row->lap != 1 || row->bits & AK_BARE)
			continue;
		cars++;
		from_lane += row->pit_ms != AK_PIT_NONE || row->elapsed > row->lap_time;
	}
	enum session_field type = SESSION_FIELD_UNKNOWN;
	bool known = ak->column[AK_PIT_TIME] != AK_ABSENT || from_lane > 0;
	if (cars > 0 && known && from_lane * 4 <= cars)
		type = SESSION_FIELD_RACE;
	else if (cars > 0 && known && from_lane * 4 >= cars * 3)
		type = SESSION_FIELD_TIMED;
	ak->info->type = (uint8_t)type;
}

/* ---- (2) ------------------------------------------------------------------- */

static struct ak_row *fastest_marked(const struct ak *ak, const struct ak_car *car)
{
	struct ak_row *best = NULL;
	for (uint32_t i = 0; i < car->count; i++) {
		struct ak_row *row = ak_sorted(ak, car->first + i);
		if (row->best == AK_MARKED && !(row->bits & (AK_SKIP | AK_BARE)) &&
		    (!best || row->lap_time < best->lap_time))
			best = row;
	}
	return best;
}

/* Give the laps at speed that are faster than @best (NULL: all of them) this mark; returns
 * the fastest of them, or NULL. */
static const struct ak_row *mark_faster(const struct ak *ak, const struct ak_car *car,
					const struct ak_row *best, enum ak_best mark)
{
	const struct ak_row *fastest = NULL;
	bool from_lane = true; /* the first lap begins there, or at the signal */
	for (uint32_t i = 0; i < car->count; i++) {
		struct ak_row *row = ak_sorted(ak, car->first + i);
		if (row->bits & AK_SKIP)
			continue;
		bool in_pit = row->bits & AK_IN_PIT;
		if (!from_lane && !in_pit && !(row->bits & AK_BARE) &&
		    (!best || row->lap_time < best->lap_time)) {
			row->best = (uint8_t)mark;
			if (!fastest || row->lap_time < fastest->lap_time)
				fastest = row;
		}
		from_lane = in_pit;
	}
	return fastest;
}

/* All rows of the car are there and were believed. */
static bool car_is_whole(const struct ak *ak, const struct ak_car *car)
{
	for (uint32_t i = 0; i < car->count; i++)
		if (ak_sorted(ak, car->first + i)->bits & (AK_SKIP | AK_BARE))
			return false;
	return car->used == car->laps;
}

static void judge_bests(struct ak *ak, const struct ak_car *car, bool usual)
{
	struct ak_row *best = fastest_marked(ak, car);
	if (best) {
		(void)mark_faster(ak, car, best, AK_TAKEN_BACK);
		best->best = AK_BEST;
		return;
	}
	if (!usual || !car_is_whole(ak, car))
		return;
	bool timed = ak->info->type == SESSION_FIELD_TIMED;
	const struct ak_row *fastest =
		mark_faster(ak, car, NULL, timed ? AK_UNMARKED : AK_PLAIN);
	if (fastest && !timed)
		ak_row_anomaly(ak, AK_NO_BEST, fastest);
}

/* Most cars with laps at speed have a mark: one without says something. */
static bool marks_are_usual(const struct ak *ak)
{
	uint32_t marked = 0, unmarked = 0;
	for (uint32_t c = 0; c < ak->car_count; c++) {
		const struct ak_car *car = &ak->cars[c];
		if (fastest_marked(ak, car))
			marked++;
		else
			unmarked += mark_faster(ak, car, NULL, AK_PLAIN) != NULL;
	}
	return marked >= unmarked;
}

void ak_judge_best(struct ak *ak)
{
	bool usual = ak->marked && marks_are_usual(ak);
	for (uint32_t c = 0; ak->marked && c < ak->car_count; c++)
		if (ak->cars[c].used != 0)
			judge_bests(ak, &ak->cars[c], usual);
}
