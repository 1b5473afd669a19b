/*
 * history.c -- what happened, read by index: lists of some kinds, of one car
 *
 *  (1) Blocks say how many rows of each kind lie before them, so the nth row of some kinds
 *      is found by halving the blocks, then within one.
 *  (2) The rows of one car are walked along its chain, from its newest.
 *  (3) What is in no table (guesses; what the clock made due since the last event) is put
 *      in by time: behind rows of its instant.
 */
#include "fold.h"

#include <string.h>

static const char *const names[HISTORY_COUNT] = {
#define X(id_, key_, name_, about_) [HISTORY_##id_] = (name_),
	HISTORY(X)
#undef X
};

static const char *const keys[HISTORY_COUNT] = {
#define X(id_, key_, name_, about_) [HISTORY_##id_] = (key_),
	HISTORY(X)
#undef X
};

const char *history_name(enum history_kind kind)
{
	return (unsigned)kind < HISTORY_COUNT ? names[kind] : "";
}

const char *history_key(enum history_kind kind)
{
	return (unsigned)kind < HISTORY_COUNT ? keys[kind] : "";
}

#define BIT(id_) HISTORY_BIT(id_)
#define STOPS (BIT(PIT_IN) | BIT(PIT_OUT))
#define FLAGS_AND_FINISH (BIT(START) | BIT(FLAG) | BIT(FINISH))
#define CONTROL (BIT(DECISION) | BIT(MESSAGE))
#define LEADS (BIT(LEAD) | BIT(CLASS_LEAD))
#define TROUBLE (BIT(STOPPED) | BIT(RESUMED) | BIT(RETIRED) | BIT(OFF_PACE))
#define FATE (BIT(BELOW) | BIT(ABOVE))

/* A driver change in a stop is part of its row. */
const struct history_group history_groups[] = {
	{"the race", STOPS | FLAGS_AND_FINISH | CONTROL | LEADS | TROUBLE | FATE |
			     BIT(BEST_LAP) | BIT(CLASS_BEST)},
	{"all", HISTORY_LISTED},
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
const size_t history_groups_count = ARRAY_LEN(history_groups);

const struct history_group history_steps[STEP_COUNT] = {
#define X(id_, name_, kinds_) [STEP_##id_] = {(name_), (kinds_)},
	HISTORY_STEPS(X)
#undef X
};

/* Words of before the start signal stay; what was driven then was no race. */
#define BEFORE_START (CONTROL | BIT(FLAG))

/* ---- rows of some kinds ------------------------------------------------------------ */

static uint32_t sum(const struct history_block *block, uint32_t kinds)
{
	uint32_t n = 0;

	for (unsigned kind = 0; kind < HISTORY_COUNT; kind++)
		if (kinds >> kind & 1)
			n += block->before[kind];
	return n;
}

/* Rows of @kinds among the first @count. */
static uint32_t rank_of(const struct race_tables *tables, uint32_t kinds,
			uint32_t count)
{
	uint32_t from = count > 0 ? (count - 1) / HISTORY_EVERY : 0, n;

	if (count == 0)
		return 0;
	n = sum(&tables->histories[from], kinds);
	for (uint32_t i = from * HISTORY_EVERY; i < count; i++)
		n += kinds >> tables->history[i].kind & 1;
	return n;
}

/* (1): the row of @kinds before which there are @n of them. There is such a row among the
 * first @count. */
static uint32_t select_of(const struct race_tables *tables, uint32_t kinds, uint32_t n,
			  uint32_t count)
{
	uint32_t low = 0, high = (count - 1) / HISTORY_EVERY, i;

	while (low < high) {
		uint32_t middle = high - (high - low) / 2;

		if (sum(&tables->histories[middle], kinds) <= n)
			low = middle;
		else
			high = middle - 1;
	}
	n -= sum(&tables->histories[low], kinds);
	for (i = low * HISTORY_EVERY; i + 1 < count; i++)
		if ((kinds >> tables->history[i].kind & 1) && n-- == 0)
			break;
	return i;
}

uint32_t history_after(const struct race_tables *tables, uint32_t count, instant_us t)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (tables->history[middle].at <= t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool row_counts(const struct history_row *row, uint32_t kinds, bool before_start)
{
	return (before_start ? kinds & BEFORE_START : kinds) >> row->kind & 1;
}

uint32_t history_find(const struct history_span *span, uint32_t from, int step)
{
	const struct history_row *rows = span->tables->history;

	for (uint32_t i = from; i < span->count; i += (uint32_t)step) {
		uint32_t block = i / HISTORY_EVERY;
		const struct history_block *sums = &span->tables->histories[block];
		bool last = (block + 1) * HISTORY_EVERY >= span->count;

		/* A whole block without such a row is passed over. */
		if (i % HISTORY_EVERY == (step > 0 ? 0 : HISTORY_EVERY - 1) && !last &&
		    sum(sums, span->kinds) == sum(sums + 1, span->kinds)) {
			i = block * HISTORY_EVERY +
			    (step > 0 ? (uint32_t)HISTORY_EVERY - 1 : 0);
			continue;
		}
		if (row_counts(&rows[i], span->kinds, i < span->first) &&
		    (span->car == CAR_NONE || rows[i].car == span->car))
			return i;
	}
	return UINT32_MAX;
}

/* ---- a list ------------------------------------------------------------------------- */

static bool asked(const struct history *history, uint32_t kind, uint16_t car)
{
	return (history->kinds >> kind & 1) &&
	       (history->car == CAR_NONE || history->car == car);
}

/* The row an extra stands for: a guess; behind those the start, and each car. */
static struct history_row extra_row(const struct history *history, uint16_t extra)
{
	const struct race *race = history->race;
	struct history_row row;
	uint32_t car = extra - history->guess_count;

	if (extra < history->guess_count)
		return history->guesses[extra];
	memset(&row, 0, sizeof(row));
	row.time = row.more = DURATION_NONE;
	row.driver = row.driver_after = RACE_DRIVERS_MAX;
	row.at = race->start_at;
	row.car = CAR_NONE;
	row.kind = HISTORY_START;
	if (car >= RACE_CARS_MAX)
		return row;
	row.at = race->cars[car].due_at;
	row.car = (uint16_t)car;
	row.lap = race->cars[car].laps;
	row.prev = race->cars[car].history_row;
	row.kind = HISTORY_STOPPED;
	row.time = silence_since_start(race, (uint16_t)car, row.at);
	return row;
}

static void extra_add(struct history *history, uint32_t extra)
{
	instant_us at = extra_row(history, (uint16_t)extra).at;
	uint16_t i = history->extra_count++;

	for (; i > 0 && extra_row(history, history->extra[i - 1]).at > at; i--)
		history->extra[i] = history->extra[i - 1];
	history->extra[i] = (uint16_t)extra;
}

/* (3) */
static void extras_open(struct history *history)
{
	const struct race *race = history->race;

	if (!history->guesses || history->guess_count > HISTORY_GUESSES_MAX)
		history->guess_count = 0;
	for (uint32_t i = 0; i < history->guess_count; i++) {
		const struct history_row *guess = &history->guesses[i];

		if (guess->at <= history->at && asked(history, guess->kind, guess->car))
			history->extra[history->extra_count++] = (uint16_t)i;
	}
	if (history->at < race->due_at)
		return;
	if (!(race->written & RACE_WRITTEN_START) && race->start_at != INSTANT_NONE &&
	    race->start_at <= history->at && asked(history, HISTORY_START, CAR_NONE))
		extra_add(history, history->guess_count + RACE_CARS_MAX);
	for (uint16_t car = 0; car < race->car_count; car++)
		if (silence_stands(race, car, history->at) &&
		    asked(history, HISTORY_STOPPED, car))
			extra_add(history, history->guess_count + car);
}

/* The row of one car behind @at (1 + index): the next older that is asked for; 0 none. */
static uint32_t car_row(const struct history *history, uint32_t at)
{
	const struct history_row *rows = history->tables->history;

	while (at > 0 && !row_counts(&rows[at - 1], history->kinds,
				     at <= history->race->history_first))
		at = rows[at - 1].prev;
	return at;
}

static uint32_t car_newest(const struct history *history)
{
	const struct race *race = history->race;

	if (!history->tables->history || history->car >= race->car_count)
		return 0;
	return car_row(history, race->cars[history->car].history_row);
}

static uint32_t car_older(const struct history *history, uint32_t at)
{
	return car_row(history, history->tables->history[at - 1].prev);
}

/* Of the rows [0, @count), how many are in a list of all cars. */
static uint32_t rows_among(const struct history *history, uint32_t count)
{
	const struct race_tables *tables = history->tables;
	uint32_t first = history->race->history_first;

	if (count <= first)
		return rank_of(tables, history->kinds & BEFORE_START, count);
	return rank_of(tables, history->kinds & BEFORE_START, first) +
	       rank_of(tables, history->kinds, count) -
	       rank_of(tables, history->kinds, first);
}

/* Every row of a list of one car is walked over once. */
static void open_car(struct history *history)
{
	const struct history_row *rows = history->tables->history;
	uint32_t left = history->extra_count;

	history->seen_row = car_newest(history);
	for (uint32_t at = history->seen_row;; at = car_older(history, at)) {
		for (; left > 0 &&
		       (at == 0 || extra_row(history, history->extra[left - 1]).at >=
					   rows[at - 1].at);
		     left--)
			history->place[left - 1] =
				history->extra_count - left + history->rows;
		if (at == 0)
			return;
		history->rows++;
	}
}

static void history_open_all(struct history *history)
{
	const struct race_tables *tables = history->tables;
	uint32_t count = tables->history ? history->race->history_count : 0;

	history->rows = rows_among(history, count);
	for (uint32_t i = 0; i < history->extra_count; i++) {
		instant_us at = extra_row(history, history->extra[i]).at;
		uint32_t not_later =
			rows_among(history, history_after(tables, count, at));

		history->place[i] =
			history->extra_count - 1u - i + history->rows - not_later;
	}
}

void history_open(struct history *history)
{
	history->extra_count = 0;
	history->rows = history->seen = 0;
	extras_open(history);
	if (history->car == CAR_NONE)
		history_open_all(history);
	else
		open_car(history);
}

uint32_t history_count(const struct history *history)
{
	return history->rows + history->extra_count;
}

/* The nth newest of the rows in the table. */
static const struct history_row *table_nth(struct history *history, uint32_t nth)
{
	const struct race_tables *tables = history->tables;
	const struct race *race = history->race;
	uint32_t old = history->rows - 1 - nth, before;

	if (history->car != CAR_NONE) {
		if (nth < history->seen) {
			history->seen = 0;
			history->seen_row = car_newest(history);
		}
		for (; history->seen < nth; history->seen++)
			history->seen_row = car_older(history, history->seen_row);
		return &tables->history[history->seen_row - 1];
	}
	before = rank_of(tables, history->kinds & BEFORE_START, race->history_first);
	if (old < before)
		return &tables->history[select_of(tables, history->kinds & BEFORE_START,
						  old, race->history_first)];
	old += rank_of(tables, history->kinds, race->history_first) - before;
	return &tables->history[select_of(tables, history->kinds, old,
					  race->history_count)];
}

/* Extras before place @nth; the newest is last. */
static uint32_t extras_before(const struct history *history, uint32_t nth)
{
	uint32_t low = 0, high = history->extra_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (history->place[history->extra_count - 1u - middle] < nth)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool history_nth(struct history *history, uint32_t nth, struct history_row *out)
{
	uint32_t extras;

	if (nth >= history_count(history))
		return false;
	extras = extras_before(history, nth);
	if (extras < history->extra_count &&
	    history->place[history->extra_count - 1u - extras] == nth)
		*out = extra_row(history,
				 history->extra[history->extra_count - 1u - extras]);
	else
		*out = *table_nth(history, nth - extras);
	return true;
}

uint32_t history_later(struct history *history, instant_us t)
{
	uint32_t low = 0, high = history_count(history);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct history_row row;

		if (history_nth(history, middle, &row) && row.at > t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- what became of it --------------------------------------------------------------- */

bool history_holds(const struct race *race, const struct history_row *row)
{
	uint8_t class_index;

	if (row->kind != HISTORY_BEST_LAP && row->kind != HISTORY_CLASS_BEST &&
	    row->kind != HISTORY_OWN_BEST)
		return true;
	if (row->car >= race->car_count)
		return false;
	if (row->kind == HISTORY_OWN_BEST)
		return race->cars[row->car].lap_best_number == row->lap;
	if (race->lap_best_car == row->car && race->lap_best_number == row->lap)
		return true;
	class_index = race->entries[row->car].class_index;
	return class_index < race->class_count &&
	       race->classes[class_index].lap_best_car == row->car &&
	       race->classes[class_index].lap_best_number == row->lap;
}

enum flag history_flag(const struct race *race, const struct race_tables *tables,
		       const struct history_row *row, duration_us *shown)
{
	const struct flag_row *flag = &tables->flags[row->row];

	*shown = row->row + 1 < race->flag_count ? flag[1].from_at - flag->from_at
						 : DURATION_NONE;
	return (enum flag)flag->flag;
}

/* Stint @number of a car, or NULL. */
static const struct stint_row *stint_of(const struct race *race,
					const struct race_tables *tables, uint16_t car,
					uint32_t number)
{
	uint32_t at = car < race->car_count ? race->cars[car].stint_row : 0;

	while (at > race->stint_first && at <= tables->stints_max) {
		const struct stint_row *row = &tables->stints[at - 1];

		if (row->number <= number)
			return row->number == number ? row : NULL;
		at = row->prev;
	}
	return NULL;
}

const struct stint_row *history_stint(const struct race *race,
				      const struct race_tables *tables,
				      const struct history_row *row)
{
	return stint_of(race, tables, row->car, row->row);
}

uint8_t history_driver_after(const struct race *race, const struct race_tables *tables,
			     const struct history_row *row)
{
	const struct stint_row *next = stint_of(race, tables, row->car, row->row + 1);

	if (next)
		return next->driver;
	return row->car < race->car_count ? race->cars[row->car].driver
					  : RACE_DRIVERS_MAX;
}
