/*
 * silence.c -- cars that are not timed: when one has stopped, and when it drives on
 *
 *  (1) car.due_at is set whenever a car is timed on the track. It is DUE_NEVER while the
 *      car may be silent: in the pits, under red, after its flag.
 *  (2) A car has stopped when it is not timed until then and others still are. When no car
 *      is timed any more (race.silent_at), the field was stopped or the source is silent:
 *      then no car is taken for stopped, and the first car that is timed again restarts all
 *      silences. So does the end of a red flag.
 *  (3) race.due_at is no later than the first car.due_at of a car that has not stopped yet,
 *      nor than a start without a row: race_apply() need not look before it.
 *  (4) A car that was never timed is due after the start too, but it may not have left
 *      the grid: its row has the time since the start, and it is not reported as stopped on
 *      the track.
 *  (5) Without a history no car stops: there is no row to write.
 *  (6) Of a source that was joined late nothing is known of a car before it is timed: it
 *      may be on the grid or on its hundredth lap. A car that was never timed is due only
 *      where half of the field was timed from its first lap on; else when it is timed.
 */
#include "fold.h"

/* Assumed before anyone has completed a lap. */
enum { GUESSED_MM_PER_S = 45 * 1000, LAP_PPM = 1000000 };
#define LAP_GUESSED (2 * US_MIN)

/* Share of the lap between a line and the next, in millionths. */
static int64_t sector_share(const struct race_setup *setup, unsigned line)
{
	int64_t from = line ? setup->line_ppm[line] : 0;
	int64_t to = LAP_PPM;
	if (line + 1 < setup->line_count)
		to = setup->line_ppm[line + 1];
	return to > from ? to - from
			 : LAP_PPM / (setup->line_count ? setup->line_count : 1);
}

duration_us race_sector_expected(const struct race *race, uint16_t car, unsigned line)
{
	const struct car *c = &race->cars[car];
	uint8_t class_index = race->entries[car].class_index;
	duration_us lap = c->lap_best;
	length_mm length = race->setup.lap_length;
	duration_us t = line < LINES_MAX ? c->sector_best[line] : DURATION_NONE;
	if (t == DURATION_NONE && class_index < race->class_count && line < LINES_MAX)
		t = race->classes[class_index].sector_best[line];
	if (t == DURATION_NONE && line < LINES_MAX) {
		if (lap == DURATION_NONE && class_index < race->class_count)
			lap = race->classes[class_index].lap_best;
		if (lap == DURATION_NONE)
			lap = race->lap_best;
		if (lap == DURATION_NONE && length > 0 && length < INT64_MAX / US_S)
			lap = length * 1000 / (GUESSED_MM_PER_S / 1000);
		if (lap == DURATION_NONE)
			lap = LAP_GUESSED;
		t = lap / 1000 * sector_share(&race->setup, line) / 1000;
	}
	return t > US_MS ? t : US_S;
}

/* To the next line that is timed: of one that was never received, behind it. */
static duration_us next_expected(const struct race *race, uint16_t car)
{
	unsigned line = race->cars[car].line;
	duration_us t = race_sector_expected(race, car, line);
	while (++line < race->setup.line_count && !(race->lines_timed >> line & 1))
		t += race_sector_expected(race, car, line);
	return t;
}

/* Until any car is timed. A car that comes from repairs may have the only time of a
 * sector, a long one: no longer than thrice what the best lap of the race takes there. */
static duration_us field_expected(const struct race *race, uint16_t car,
				  duration_us next)
{
	unsigned line = race->cars[car].line;
	int64_t share = sector_share(&race->setup, line);
	while (++line < race->setup.line_count && !(race->lines_timed >> line & 1))
		share += sector_share(&race->setup, line);
	if (race->lap_best == DURATION_NONE)
		return 2 * next;
	duration_us best = duration_mul(mul_div(race->lap_best, share, LAP_PPM), 3);
	return best > 2 * next ? 2 * next : best;
}

/* @next: next_expected(), which every passing asks for. */
static void due_set(struct race *race, struct car *c, instant_us from, duration_us next)
{
	c->due_at = DUE_NEVER;
	if (c->in_pit || c->flagged || race->flag == FLAG_RED ||
	    race->start_at == INSTANT_NONE || from < race->start_at ||
	    c->status == 1 + STATUS_DNF)
		return;
	/* Behind a safety car a lap takes twice as long. */
	c->due_at = from + 3 * next + 2 * US_MIN;
	if (c->due_at < race->due_at)
		race->due_at = c->due_at;
}

static void silence_begin(struct race *race, uint16_t car, instant_us from)
{
	due_set(race, &race->cars[car], from, next_expected(race, car));
}

void silence_again(const struct fold *fold)
{
	struct race *race = fold->race;
	if (!fold->tables->history)
		return;
	bool grid = race->setup.type == SESSION_RACE &&
		    (race->written & RACE_WRITTEN_START);
	for (uint16_t car = 0; car < race->car_count; car++)
		if (!race->cars[car].overdue && (race->cars[car].seen || grid))
			silence_begin(race, car, race->now);
}

void silence_end(struct fold *fold, uint16_t car, instant_us last)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	if (!fold->tables->history)
		return;
	duration_us next = next_expected(race, car);
	instant_us silent = race->now + field_expected(race, car, next) + US_MIN / 2;
	/* The start may have been withdrawn since: then a car on the grid was never seen. */
	if (c->overdue && last != INSTANT_NONE)
		history_add_resumed(fold, car, race->now - last);
	c->overdue = 0;
	if (race->now > race->silent_at)
		silence_again(fold);
	if (silent > race->silent_at)
		race->silent_at = silent;
	due_set(race, c, race->now, next);
}

void silence_start(const struct fold *fold)
{
	struct race *race = fold->race;
	race->written |= RACE_WRITTEN_START;
	if (!fold->tables->history)
		return;
	/* Cars may wait on the grid. */
	for (uint16_t car = 0; car < race->car_count; car++)
		if (race->setup.type == SESSION_RACE && !race->cars[car].seen)
			silence_begin(race, car, race->start_at);
}

/* (6) */
static bool timed_from_start(const struct race *race)
{
	unsigned field = 0, timed = 0;
	for (uint16_t car = 0; car < race->car_count; car++) {
		const struct entry *entry = &race->entries[car];
		if (entry->merged || entry->not_started)
			continue;
		field++;
		timed += race->cars[car].seen && race->cars[car].lap_first == 0;
	}
	return 2 * timed >= field;
}

bool silence_stands(const struct race *race, uint16_t car, instant_us t)
{
	const struct car *c = &race->cars[car];
	const struct entry *entry = &race->entries[car];
	return c->due_at <= t && c->due_at <= race->silent_at && !c->overdue &&
	       !c->in_pit && !c->flagged && !entry->not_started && !entry->merged &&
	       !race->stopped && (c->seen || timed_from_start(race));
}

duration_us silence_since_start(const struct race *race, uint16_t car, instant_us t)
{
	bool never = !race->cars[car].seen && race->start_at != INSTANT_NONE;
	return never ? t - race->start_at : DURATION_NONE;
}

bool race_car_stands(const struct race *race, uint16_t car, instant_us t)
{
	return race->cars[car].overdue || silence_stands(race, car, t);
}

/* The first car that has stopped at @t; CAR_NONE: no other. */
static uint16_t first_due(const struct race *race, instant_us t)
{
	uint16_t first = CAR_NONE;
	for (uint16_t car = 0; car < race->car_count; car++)
		if (silence_stands(race, car, t) &&
		    (first == CAR_NONE ||
		     race->cars[car].due_at < race->cars[first].due_at))
			first = car;
	return first;
}

/* (6): cars that were due by @at. */
static void unknown_drop(struct race *race, instant_us at)
{
	for (uint16_t car = 0; car < race->car_count; car++)
		if (!race->cars[car].seen && race->cars[car].due_at <= at &&
		    !timed_from_start(race))
			race->cars[car].due_at = DUE_NEVER;
}

void silence_due(struct fold *fold)
{
	struct race *race = fold->race;
	instant_us at = fold->event->at;
	uint16_t car;
	if (!(race->written & RACE_WRITTEN_START) && race->start_at != INSTANT_NONE &&
	    race->start_at <= at) {
		history_add_start(fold);
		silence_start(fold);
	}
	while ((car = first_due(race, at)) != CAR_NONE) {
		history_add_stopped(fold, car);
		race->cars[car].overdue = 1;
	}
	unknown_drop(race, at);
	race->due_at = DUE_NEVER;
	if (!(race->written & RACE_WRITTEN_START) && race->start_at != INSTANT_NONE)
		race->due_at = race->start_at;
	for (car = 0; car < race->car_count; car++)
		if (race->cars[car].due_at > at &&
		    race->cars[car].due_at < race->due_at)
			race->due_at = race->cars[car].due_at;
}
