/*
 * laps.c -- passings: lines reached, laps completed, missed crossings repaired
 *
 *  (1) car.now holds the times of the current lap up to car.line and no others; a
 *      missed line in between counts as reached at an estimated time.
 *  (2) Laps count 1, 2, 3 without a gap: a lap that the source skipped gets a row
 *      with an unknown time. car.sf_at is the `at` of the newest row.
 *  (3) A best lap or sector is measured at both ends, or stated by the source in a
 *      record that was not repaired. In laps, out laps and the first lap from the
 *      signal do not count: officially, car 17 of Sebring 2024, which drove one of
 *      each, has no fastest lap. The lap that the source itself says is the best of the
 *      car counts whatever it is; what it claims as the best lap of a car counts, and of
 *      the laps up to that claim no faster one does.
 *  (4) A passing reported twice, or of a lap already counted, changes counters only.
 */
#include "fold.h"

#include <string.h>

enum { LAP_WHOLE = 1000000 }; /* ppm */

/* More missed laps in a row are a wrong number. */
enum { LAPS_MISSED = 4096 };

/* Times of two records of a source that differ by this are one. */
#define CLAIM_ROUNDING US_MS

/* One crossing of SF on its way into the tables. */
struct crossing {
	instant_us at;
	duration_us stated; /* lap time the source states; NONE */
	bool estimated;     /* `at` is an estimate */
	bool repaired;      /* the record was repaired or made up */
	bool skipped;       /* no record: a later one skipped this lap */
	bool lines;         /* intermediates are known, or may be interpolated */
	bool own;           /* the event is this crossing */
	uint8_t in_pit;
};

void car_reset(const struct race *race, struct car *car)
{
	uint8_t driver = car->stint ? car->driver : RACE_DRIVERS_MAX;
	uint8_t status = car->status, in_pit = car->in_pit;
	uint32_t history_row = car->history_row;
	uint16_t class_place = car->class_place;
	bool is_new = car->stint == 0;
	int16_t values[CAR_VALUE_COUNT];
	memcpy(values, car->values, sizeof(values));
	bool signal = race->setup.type == SESSION_RACE;
	memset(car, 0, sizeof(*car));
	for (size_t i = 0; i < LINES_MAX; i++) {
		car->now.at[i] = car->before.at[i] = INSTANT_NONE;
		car->sector_best[i] = car->sector_last[i] = DURATION_NONE;
		car->source_of[i] = CAR_NONE;
	}
	car->line_source = car->claim_source = CAR_NONE;
	car->pit_in_source = car->pit_out_source = CAR_NONE;
	car->stop_driver = RACE_DRIVERS_MAX;
	car->lap_best_at = car->claim_at = car->claim_best_at = INSTANT_NONE;
	car->lap_best_before = car->claim_total = car->claim_best = DURATION_NONE;
	car->line_at = car->sf_at = car->flag_at = INSTANT_NONE;
	car->pit_in_at = car->pit_out_at = INSTANT_NONE;
	car->lap_last = car->lap_best = car->stop_last = DURATION_NONE;
	car->driver = driver;
	car->status = status;
	car->history_row = history_row;
	car->due_at = DUE_NEVER;
	car->in_pit = in_pit;
	car->class_place = class_place;
	for (size_t i = 0; i < CAR_VALUE_COUNT; i++)
		car->values[i] =
			is_new || i == VALUE_TOP_SPEED ? VALUE_NONE : values[i];
	car->top_speed = VALUE_NONE;
	car->stint = 1;
	car->stint_at = car->driver_at = car->now.at[0] =
		signal ? race->start_at : INSTANT_NONE;
}

static uint32_t line_ppm(const struct race *race, unsigned line)
{
	const struct race_setup *setup = &race->setup;
	uint32_t even = (uint32_t)((uint64_t)LAP_WHOLE * line / setup->line_count);
	if (line == 0 || line >= setup->line_count)
		return line == 0 ? 0 : LAP_WHOLE;
	/* Positions that do not increase are invalid: share the lap evenly. */
	for (unsigned i = 1; i < setup->line_count; i++) {
		if (setup->line_ppm[i] <= setup->line_ppm[i - 1] ||
		    setup->line_ppm[i] >= LAP_WHOLE)
			return even;
	}
	return setup->line_ppm[line];
}

static void sector_end(struct fold *fold, uint16_t car, unsigned sector, instant_us end,
		       bool measured)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	uint8_t class_index = race->entries[car].class_index;
	instant_us begin = c->now.at[sector];
	c->sector_last[sector] = DURATION_NONE;
	if (begin == INSTANT_NONE || end == INSTANT_NONE || end <= begin ||
	    !duration_sane(end - begin))
		return;
	duration_us t = c->sector_last[sector] = end - begin;
	/* From the start signal or the pit lane to the first line is not a sector. */
	if (!measured || (c->estimated >> sector & 1) ||
	    (sector == 0 && (c->laps == 0 || c->pit_row)))
		return;
	if (race->decision_count && race_lap_deleted(race, car, c->laps + 1))
		return;
	if (c->sector_best[sector] != DURATION_NONE && t >= c->sector_best[sector])
		return;
	c->sector_best[sector] = t;
	/* A car without a class competes with all cars. */
	if (class_index >= RACE_CLASSES_MAX &&
	    (race->sector_best[sector] == DURATION_NONE ||
	     t < race->sector_best[sector])) {
		c->sector_bests |= (uint16_t)(1u << sector);
		history_add_sector_best(fold, car, sector, t);
	}
	if (class_index < RACE_CLASSES_MAX) {
		struct race_class *class = &race->classes[class_index];
		if (class->sector_best[sector] == DURATION_NONE ||
		    t < class->sector_best[sector]) {
			class->sector_best[sector] = t;
			class->sector_best_car[sector] = car;
			c->sector_bests |= (uint16_t)(1u << sector);
			history_add_sector_best(fold, car, sector, t);
		}
	}
	if (race->sector_best[sector] == DURATION_NONE ||
	    t < race->sector_best[sector]) {
		race->sector_best[sector] = t;
		race->sector_best_car[sector] = car;
	}
}

/* Estimate the times of the missed lines between the last one and @line. A missed line
 * is a fault where the line is measured at all and the start of the lap is known.
 * @quiet: no fault, the whole lap was missed and has one. */
static void lines_fill(struct fold *fold, uint16_t car, unsigned line, instant_us at,
		       bool quiet)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	unsigned from = c->line;
	instant_us begin = c->now.at[from];
	uint32_t whole = line_ppm(race, line) - line_ppm(race, from);
	for (unsigned i = from + 1; i < line; i++) {
		instant_us t = INSTANT_NONE;
		if (begin != INSTANT_NONE)
			t = begin + mul_div(at - begin,
					    line_ppm(race, i) - line_ppm(race, from),
					    whole);
		sector_end(fold, car, i - 1, t, false);
		c->now.at[i] = t;
		c->source_of[i] = CAR_NONE;
		c->estimated |= (uint16_t)(1u << i);
		c->line = (uint8_t)i;
		if (!quiet && !(c->estimated & 1) && (race->lines_timed >> i & 1))
			fold_fault(fold, FAULT_MISSED_LINE, car, (uint8_t)i);
	}
}

/* A lap of @car that counts took @t, to the crossing at @at. Returns LAP_BEST_ bits. */
static unsigned lap_best_update(struct race *race, uint16_t car, uint32_t lap,
				duration_us t, instant_us at)
{
	struct car *c = &race->cars[car];
	uint8_t class_index = race->entries[car].class_index;
	unsigned bits = 0;
	if (c->lap_best == DURATION_NONE || t < c->lap_best) {
		bits |= c->lap_best != DURATION_NONE ? LAP_BEST_OWN : 0;
		c->lap_best_before = c->lap_best;
		c->lap_best_at = at;
		c->lap_best = t;
		c->lap_best_number = lap;
	}
	if (class_index < RACE_CLASSES_MAX) {
		struct race_class *class = &race->classes[class_index];
		if (class->lap_best == DURATION_NONE || t < class->lap_best) {
			class->lap_best = t;
			class->lap_best_number = lap;
			class->lap_best_car = car;
			bits |= LAP_BEST_CLASS;
		}
	}
	if (race->lap_best == DURATION_NONE || t < race->lap_best) {
		race->lap_best = t;
		race->lap_best_number = lap;
		race->lap_best_car = car;
		bits |= LAP_BEST_RACE;
	}
	return bits;
}

/* Lap 1 from the signal, but not one that the source timed from SF to SF. (A start that was
 * moved is not where the row began.) */
static bool lap_from_signal(const struct race *race, const struct lap_row *row)
{
	if (row->lap != 1 || race->start_at == INSTANT_NONE ||
	    (race->setup.type != SESSION_RACE && row->at_line[0] != race->start_at))
		return false;
	return !(row->bits & LAP_STATED) ||
	       row->time + CLAIM_ROUNDING > instant_sub(row->at, row->at_line[0]);
}

enum claimed { CLAIMED_NOTHING, CLAIMED_BEST, CLAIMED_NOT };

/* What the source's claim of the car's best lap says of a lap. */
static enum claimed lap_claimed(const struct car *c, const struct lap_row *row)
{
	duration_us off = instant_sub(row->time, c->claim_best);
	if (row->lap > c->claim_best_laps)
		return CLAIMED_NOTHING;
	if (c->claim_best == DURATION_NONE)
		return CLAIMED_NOT;
	if (off >= -CLAIM_ROUNDING && off <= CLAIM_ROUNDING &&
	    (c->claim_best_lap == 0 || row->lap == c->claim_best_lap))
		return CLAIMED_BEST;
	return off < 0 ? CLAIMED_NOT : CLAIMED_NOTHING;
}

bool race_lap_counts(const struct race *race, const struct lap_row *row)
{
	bool said = (row->bits & LAP_COUNTS) != 0;
	if (row->time == DURATION_NONE || (row->bits & (LAP_REPAIRED | LAP_DELETED)))
		return false;
	if (race->decision_count != 0 && race_lap_deleted(race, row->car, row->lap))
		return false;
	enum claimed claimed = lap_claimed(&race->cars[row->car], row);
	if (claimed != CLAIMED_NOTHING)
		return claimed == CLAIMED_BEST;
	if (!said && (row->in_pit || (row->bits & LAP_OUT) ||
		      row->at_line[0] == INSTANT_NONE || lap_from_signal(race, row)))
		return false;
	return (row->bits & LAP_STATED) || !(row->estimated & 1);
}

/* A best lap that the source claims and no row has: driven before it was joined, or timed
 * anew. */
static void lap_best_claimed(struct race *race, uint16_t car)
{
	const struct car *c = &race->cars[car];
	if (c->claim_best_laps == 0 || c->claim_best == DURATION_NONE ||
	    race_lap_deleted(race, car, c->claim_best_lap))
		return;
	bool other = c->lap_best_number != c->claim_best_lap ||
		     c->lap_best > c->claim_best + CLAIM_ROUNDING;
	if (c->lap_best == DURATION_NONE || (other && c->lap_best > c->claim_best))
		(void)lap_best_update(race, car, c->claim_best_lap, c->claim_best,
				      c->claim_best_at);
}

void laps_best_claim(struct fold *fold, uint16_t car, const struct best_claim *claim)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	bool same = claim->time != DURATION_NONE && claim->time == c->lap_best &&
		    claim->lap == c->lap_best_number &&
		    (c->claim_best_laps == 0 || c->claim_best >= claim->time);
	/* Of a claim that is repeated the first instant is the nearest. */
	if (c->claim_best_laps == 0 || c->claim_best != claim->time ||
	    c->claim_best_lap != claim->lap)
		c->claim_best_at = claim->at;
	c->claim_best = claim->time;
	c->claim_best_lap = claim->lap;
	c->claim_best_laps = claim->laps;
	if (same)
		return;
	laps_best_recompute(fold);
	sectors_again(fold, car);
}

void laps_best_recompute(struct fold *fold)
{
	struct race *race = fold->race;
	race->lap_best = DURATION_NONE;
	race->lap_best_car = CAR_NONE;
	race->lap_best_number = 0;
	for (uint16_t i = 0; i < race->class_count; i++) {
		race->classes[i].lap_best = DURATION_NONE;
		race->classes[i].lap_best_car = CAR_NONE;
		race->classes[i].lap_best_number = 0;
	}
	for (uint16_t i = 0; i < race->car_count; i++) {
		struct car *c = &race->cars[i];
		c->lap_best = c->lap_best_before = DURATION_NONE;
		c->lap_best_at = INSTANT_NONE;
		c->lap_best_number = 0;
	}
	/* In the order driven: of equal laps the first wins. */
	for (uint32_t i = race->lap_first; i < race->lap_count; i++) {
		const struct lap_row *row = &fold->tables->laps[i];
		if (race_lap_counts(race, row))
			(void)lap_best_update(race, row->car, row->lap, row->time,
					      row->at);
	}
	for (uint16_t i = 0; i < race->car_count; i++)
		lap_best_claimed(race, i);
	if (race->setup.type == SESSION_TIMED)
		order_sort(race);
}

/* ---- sectors, when other laps count ---- */

static bool lap_taken_back(const struct race *race, const struct lap_row *row)
{
	return (row->bits & LAP_DELETED) ||
	       race_lap_deleted(race, row->car, row->lap) ||
	       (row->time != DURATION_NONE &&
		lap_claimed(&race->cars[row->car], row) == CLAIMED_NOT);
}

/* A sector of a completed lap that may be a best: DURATION_NONE if not. */
static duration_us row_sector_time(const struct race *race, const struct lap_row *row,
				   unsigned sector)
{
	bool last = sector + 1 == race->setup.line_count;
	instant_us begin = row->at_line[sector];
	instant_us end = last ? row->at : row->at_line[sector + 1];
	unsigned ends = 1u << sector | 1u << (last ? 0 : sector + 1);
	if ((row->estimated & ends) || (last && row->in_pit) ||
	    (sector == 0 && (row->lap == 1 || (row->bits & LAP_OUT))) ||
	    begin == INSTANT_NONE || end == INSTANT_NONE || !duration_sane(end - begin))
		return DURATION_NONE;
	return end - begin;
}

static duration_us sector_best_of(const struct fold *fold, const struct car *c,
				  unsigned sector)
{
	const struct race *race = fold->race;
	duration_us best = DURATION_NONE;
	if (sector < c->line && !(c->estimated >> sector & 3) &&
	    (sector > 0 || (c->laps > 0 && !c->pit_row)) &&
	    c->now.at[sector] != INSTANT_NONE &&
	    duration_sane(c->now.at[sector + 1] - c->now.at[sector]))
		best = c->now.at[sector + 1] - c->now.at[sector];
	for (uint32_t i = c->lap_row; i != 0; i = fold->tables->laps[i - 1].prev) {
		const struct lap_row *row = &fold->tables->laps[i - 1];
		duration_us t = row_sector_time(race, row, sector);
		if (t != DURATION_NONE && (best == DURATION_NONE || t < best) &&
		    !lap_taken_back(race, row))
			best = t;
	}
	return best;
}

/* The fastest of a class, or of all with RACE_CLASSES_MAX. */
static uint16_t sector_best_car(const struct race *race, unsigned sector, uint8_t class)
{
	uint16_t best = CAR_NONE;
	for (uint16_t i = 0; i < race->car_count; i++) {
		duration_us t = race->cars[i].sector_best[sector];
		bool among = class >= RACE_CLASSES_MAX ||
			     race->entries[i].class_index == class;
		if (among && t != DURATION_NONE &&
		    (best == CAR_NONE || t < race->cars[best].sector_best[sector]))
			best = i;
	}
	return best;
}

static void sector_best_find(const struct race *race, unsigned sector, uint8_t class,
			     uint16_t *car, duration_us *time)
{
	*car = sector_best_car(race, sector, class);
	*time = *car == CAR_NONE ? DURATION_NONE : race->cars[*car].sector_best[sector];
}

void sectors_again(struct fold *fold, uint16_t car)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	for (unsigned s = 0; s < race->setup.line_count; s++) {
		duration_us before = c->sector_best[s];
		c->sector_best[s] = sector_best_of(fold, c, s);
		if (c->sector_best[s] == before)
			continue;
		for (uint16_t i = 0; i < race->class_count; i++)
			if (race->classes[i].sector_best_car[s] == car ||
			    race->entries[car].class_index == i)
				sector_best_find(race, s, (uint8_t)i,
						 &race->classes[i].sector_best_car[s],
						 &race->classes[i].sector_best[s]);
		sector_best_find(race, s, RACE_CLASSES_MAX, &race->sector_best_car[s],
				 &race->sector_best[s]);
	}
}

static void top_speed_note(struct car *c, int16_t speed)
{
	if (speed <= c->top_speed)
		return;
	c->top_speed = speed;
	c->top_speed_lap = c->laps + 1;
}

void fold_value(struct fold *fold, uint16_t car)
{
	const struct event *e = fold->event;
	struct car *c = &fold->race->cars[car];
	if (e->field >= CAR_VALUE_COUNT || e->value < 0 || e->value > INT16_MAX ||
	    (e->field == VALUE_ENERGY && e->value > 1000) ||
	    (e->field == VALUE_TYRE && e->value >= TYRE_COUNT)) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return;
	}
	c->values[e->field] = (int16_t)e->value;
	if (e->field == VALUE_TOP_SPEED)
		top_speed_note(c, c->values[VALUE_TOP_SPEED]);
}

/* What only the event of the crossing says: that the lap counts, its speeds, and the values
 * at this moment. */
static void row_write_stated(const struct fold *fold, struct lap_row *row)
{
	const struct event *e = fold->event;
	memcpy(row->values, fold->race->cars[row->car].values, sizeof(row->values));
	if (e->bits & EVENT_COUNTS)
		row->bits |= LAP_COUNTS;
	if (e->kind != EVENT_PASSING || e->text_len > 0)
		return;
	row->kph = e->kph;
	if (e->top_speed > 0 && e->top_speed <= INT16_MAX)
		row->values[VALUE_TOP_SPEED] = (int16_t)e->top_speed;
}

/* All of the row but the positions, for the current lap ended by @x. */
static void row_write(const struct fold *fold, uint16_t car, const struct crossing *x,
		      struct lap_row *row)
{
	const struct race *race = fold->race;
	const struct car *c = &race->cars[car];
	instant_us begin = c->now.at[0];
	memset(row, 0, offsetof(struct lap_row, at_line));
	memcpy(row->at_line, c->now.at, sizeof(row->at_line));
	row->at = x->at;
	row->time = row->pit_time = DURATION_NONE;
	row->lap = c->laps + 1;
	row->prev = c->lap_row;
	row->car = car;
	row->estimated = c->estimated | x->estimated;
	row->flag = race->flag;
	row->driver = c->driver;
	row->in_pit = x->in_pit;
	row->sector_bests = c->sector_bests;
	row->record = fold->event->record;
	row->source = fold->event->source;
	for (unsigned i = 1; c->estimated >> i != 0; i++)
		if ((c->estimated >> i & 1) && c->source_of[i] == CAR_NONE)
			row->missed |= (uint16_t)(1u << i);
	for (size_t i = 0; i < CAR_VALUE_COUNT; i++)
		row->values[i] = VALUE_NONE;
	if (x->repaired)
		row->bits |= LAP_REPAIRED;
	if (c->pit_row)
		row->bits |= LAP_OUT;
	if (x->own)
		row_write_stated(fold, row);
	if (race->decision_count && race_lap_deleted(race, car, row->lap))
		row->bits |= LAP_DELETED;
	if (begin != INSTANT_NONE && c->pit_out_at != INSTANT_NONE &&
	    c->pit_out_at > begin)
		row->pit_time = c->stop_last;
	else if (row->lap == 1 && race->entries[car].lane_ms > 0)
		row->pit_time = race->entries[car].lane_ms * US_MS;
	if (x->stated != DURATION_NONE) {
		row->time = x->stated;
		row->bits |= LAP_STATED;
		/* Without stamps all is at one instant: no time is known. */
	} else if (begin != INSTANT_NONE && !x->skipped && x->at > begin &&
		   duration_sane(x->at - begin)) {
		row->time = x->at - begin;
	}
	if (x->skipped)
		row->flag = FLAG_UNKNOWN;
}

/* The current lap becomes the lap before, and the next one begins. */
static void lap_next(const struct fold *fold, struct car *c, const struct crossing *x)
{
	const struct race *race = fold->race;
	const struct event *e = fold->event;
	for (unsigned i = 0; i < race->setup.line_count; i++) {
		c->before.at[i] = c->now.at[i];
		c->now.at[i] = INSTANT_NONE;
	}
	c->estimated_before = c->estimated;
	c->now.at[0] = c->sf_at = c->line_at = x->at;
	c->estimated = x->estimated;
	c->line_source = e->source;
	c->source_of[0] = x->own ? e->source : CAR_NONE;
	c->numbered = x->own && e->number != 0;
	c->pit_row = x->in_pit;
	c->sector_bests = 0;
	c->values[VALUE_TOP_SPEED] = VALUE_NONE;
	c->line = 0;
	c->seen = 1;
	c->laps++;
}

/* The car crosses SF: the current lap becomes a row. Positions are those after the
 * crossing. */
static void lap_complete(struct fold *fold, uint16_t car, const struct crossing *x)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	bool full = race->lap_count >= fold->tables->laps_max;
	struct lap_row spill, *row = &spill;
	if (full)
		fold_full(fold, RACE_LIMIT_LAPS);
	else
		row = &fold->tables->laps[race->lap_count];
	if (x->lines)
		lines_fill(fold, car, race->setup.line_count, x->at, x->skipped);
	if (c->line + 1 == race->setup.line_count)
		sector_end(fold, car, c->line, x->at, !x->estimated && !x->in_pit);
	row_write(fold, car, x, row);
	top_speed_note(c, row->values[VALUE_TOP_SPEED]);
	lap_next(fold, c, x);
	c->lap_last = row->time;
	if (race_lap_counts(race, row))
		row->bits |= (uint8_t)lap_best_update(race, car, row->lap, row->time,
						      row->at);
	order_up(race, car);
	row->position = (uint16_t)(race->place[car] + 1);
	row->class_position = (uint16_t)(c->class_place + 1);
	if (c->lap_row != 0)
		c->gained_from = fold->tables->laps[c->lap_row - 1].position;
	history_add_lap(fold, row);
	if (!full)
		c->lap_row = ++race->lap_count;
	decisions_lap(fold, car);
	if (row->bits & LAP_DELETED)
		sectors_again(fold, car);
	fold->timed = true;
}

/* Write rows for the laps that the source skipped, up to @laps completed. @last: end of
 * the last of them where the source states it, else NONE. @span: ppm of a lap driven
 * between @last and the event. False: the number is impossible. */
static bool laps_skip(struct fold *fold, uint16_t car, uint32_t laps, instant_us last,
		      uint32_t span)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	instant_us at = fold->event->at, begin = c->now.at[0];
	uint32_t missing = laps - c->laps;
	bool late = begin == INSTANT_NONE ||
		    (missing > 1 && c->lap_row == 0 && begin == race->start_at);
	if (late && !c->seen && laps <= LAPS_BELIEVED) {
		/* Joined late: earlier laps are unknown, not made up. */
		if (begin != INSTANT_NONE)
			fold_fault(fold, FAULT_JOINED, car, LINE_SF);
		c->laps = c->lap_first = c->lap_skipped = laps;
		decisions_lap(fold, car);
		/* What is known of its stint begins here, laps and time alike. */
		if (c->stint_row == 0) {
			c->stint_lap = laps;
			c->stint_at = last != INSTANT_NONE ? last : at;
		}
		c->now.at[0] = last;
		c->estimated = 1;
		return true;
	}
	if (begin == INSTANT_NONE || missing > LAPS_MISSED ||
	    missing > 2 + 2 * (at - begin) / race->lap_min) {
		fold_fault(fold, FAULT_CONTRADICTION, car, fold->event->line);
		return false;
	}
	fold_fault(fold, FAULT_MISSED_LAPS, car, LINE_SF);
	c->lap_skipped = laps;
	int64_t whole = (int64_t)missing * LAP_WHOLE + span;
	for (uint32_t k = 1; k <= missing; k++) {
		int64_t part = (int64_t)k * LAP_WHOLE, d = at - begin;
		struct crossing x = {
			.at = begin + mul_div(d, part, whole),
			.stated = DURATION_NONE,
			.estimated = true,
			.repaired = true,
			.skipped = true,
			.lines = true,
		};
		if (k == missing && last != INSTANT_NONE)
			x.at = last;
		if (x.at < c->now.at[c->line])
			x.at = c->now.at[c->line];
		lap_complete(fold, car, &x);
	}
	return true;
}

/* True when the event reports the last counted crossing of SF again. A source may
 * number a lap that had no number when it was counted: a wrong number is a fault, but
 * the crossing is merged. */
static bool crossing_repeated(struct fold *fold, uint16_t car, uint32_t number)
{
	struct car *c = &fold->race->cars[car];
	const struct event *e = fold->event;
	if (!c->seen || (c->laps == 0 && c->now.at[0] == fold->race->start_at) ||
	    (number != 0 && c->numbered) ||
	    !reported_before(fold, c->now.at[0], c->source_of[0]))
		return false;
	if (number != 0 && number != c->laps)
		fold_fault(fold, FAULT_CONTRADICTION, car, e->line);
	fold->race->merged++;
	return true;
}

/* A rolling start: the field crosses SF after the signal, which ends no lap. */
static void crossing_after_signal(struct fold *fold, uint16_t car)
{
	struct car *c = &fold->race->cars[car];
	const struct event *e = fold->event;
	if (c->seen && c->source_of[0] != CAR_NONE && c->source_of[0] != e->source) {
		fold->race->merged++;
	} else if (c->seen) {
		fold_fault(fold, FAULT_REPEATED, car, e->line);
	} else {
		c->seen = 1;
		c->source_of[0] = e->source;
	}
}

/* The lap number of the event; 0: none. A number borrowed from another source only
 * shows that laps are missing: a counted number does not cancel this crossing. */
static uint32_t lap_number(const struct car *c, const struct event *e)
{
	bool borrowed = e->bits & EVENT_NUMBER_BORROWED;
	return borrowed && e->number <= c->laps + 1 ? 0 : e->number;
}

/* True when the crossing is new: by its lap number, or by the minimum lap time. */
static bool crossing_counts(struct fold *fold, uint16_t car, instant_us last)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	const struct event *e = fold->event;
	uint32_t number = lap_number(c, e);
	struct counted counted = {c->now.at[0], c->source_of[0], number != 0};
	bool signal = c->laps == 0 && c->now.at[0] == race->start_at;
	if (number != 0 && number <= c->laps) {
		if (number < c->laps)
			counted.at = INSTANT_NONE;
		fold_repeat(fold, car, &counted);
		return false;
	}
	if (crossing_repeated(fold, car, number))
		return false;
	if (number != 0 && (number == c->laps + 1 ||
			    laps_skip(fold, car, number - 1, last, LAP_WHOLE)))
		return true;
	if (number != 0 && !(e->bits & EVENT_NUMBER_BORROWED))
		return false;
	if (c->now.at[0] == INSTANT_NONE && c->line != 0)
		return true;
	if (c->now.at[0] == INSTANT_NONE) {
		/* The first crossing begins the first lap. */
		c->now.at[0] = c->line_at = e->at;
		c->line_source = c->source_of[0] = e->source;
		c->seen = 1;
		return false;
	}
	if (e->at - c->now.at[0] >= race->lap_min)
		return true;
	if (signal && c->line == 0)
		crossing_after_signal(fold, car);
	else if (c->line == 0 || !(signal || (c->estimated & 1)))
		fold_repeat(fold, car, &counted);
	else
		return true; /* the start of this lap is only an estimate */
	return false;
}

/* The source says that the car begins its first lap. */
static void crossing_begins(struct fold *fold, uint16_t car)
{
	struct car *c = &fold->race->cars[car];
	const struct event *e = fold->event;
	if (c->laps != 0 || c->line != 0) {
		fold_fault(fold, FAULT_REPEATED, car, e->line);
	} else if (c->now.at[0] != INSTANT_NONE &&
		   c->now.at[0] == fold->race->start_at) {
		crossing_after_signal(fold, car);
	} else {
		c->now.at[0] = c->line_at = e->at;
		c->line_source = c->source_of[0] = e->source;
		c->seen = 1;
		c->pit_row = e->line == LINE_SF_PIT;
	}
}

static void fold_crossing(struct fold *fold, uint16_t car)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	const struct event *e = fold->event;
	struct crossing x = {.at = e->at, .stated = DURATION_NONE, .lines = true};
	instant_us last = INSTANT_NONE;
	if (e->flag != FLAG_UNKNOWN)
		fold_flag(fold, (enum flag)e->flag, true);
	if (c->flagged)
		return;
	if (e->value == 0) {
		crossing_begins(fold, car);
		return;
	}
	x.own = true;
	if (duration_sane(e->value)) {
		x.stated = e->value;
		last = e->at - e->value;
	} else if (e->value != DURATION_NONE) {
		fold_anomaly(fold, ANOMALY_FIELD);
	}
	if (!crossing_counts(fold, car, last))
		return;
	x.estimated = (e->bits & (EVENT_ESTIMATED | EVENT_BY_HAND)) != 0;
	x.repaired = (e->bits & EVENT_REPAIRED) != 0;
	x.in_pit = stint_crossing(fold, car, e->line == LINE_SF_PIT);
	lap_complete(fold, car, &x);
	fold_finish(fold, car);
}

/* The car is round again without a crossing of SF: estimate the crossing between the
 * last line and this one. */
static void crossing_missed(struct fold *fold, uint16_t car, unsigned line)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	uint32_t rest = LAP_WHOLE - line_ppm(race, c->line);
	instant_us at = fold->event->at;
	struct crossing x = {
		.stated = DURATION_NONE,
		.estimated = true,
		.repaired = true,
		.lines = true,
	};
	x.at = c->line_at + mul_div(at - c->line_at, rest, rest + line_ppm(race, line));
	fold_fault(fold, FAULT_MISSED_SF, car, LINE_SF);
	x.in_pit = stint_crossing(fold, car, false);
	lap_complete(fold, car, &x);
	fold_finish(fold, car);
}

/* The counted passing of the line, on the current lap or the lap before, that the event
 * may report again. */
static struct counted line_counted(const struct race *race, uint16_t car, unsigned line)
{
	const struct car *c = &race->cars[car];
	struct counted counted = {c->before.at[line], c->source_of[line], false};
	if (line <= c->line)
		counted.at = c->now.at[line];
	return counted;
}

/* An unnumbered passing of a line not yet reached: true when it belongs to the lap
 * before, reported late by another clock, or is a phantom. */
static bool line_early(struct fold *fold, uint16_t car, const struct counted *counted)
{
	const struct car *c = &fold->race->cars[car];
	if (counted->at == INSTANT_NONE || counted->source == CAR_NONE ||
	    fold->event->at - counted->at >= fold->race->lap_min)
		return false;
	return !(c->estimated_before & 1);
}

/* True when the passing is the next of the current lap. */
static bool line_counts(struct fold *fold, uint16_t car, unsigned line)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	const struct event *e = fold->event;
	struct counted counted = line_counted(race, car, line);
	bool passed = line <= c->line;
	counted.numbered = e->number != 0;
	if (e->number > c->laps + 1)
		return laps_skip(fold, car, e->number - 1, INSTANT_NONE,
				 line_ppm(race, line));
	if (e->number != 0 && (passed || e->number <= c->laps)) {
		if (e->number + (passed ? 0u : 1u) <= c->laps)
			counted.at = INSTANT_NONE;
		fold_repeat(fold, car, &counted);
		return false;
	}
	if (e->number == 0 && c->now.at[0] == INSTANT_NONE && c->line == 0) {
		/* Joined within an unnumbered lap: SF will begin the first lap. */
		c->seen = 1;
		return false;
	}
	if (!passed && (e->number != 0 || !line_early(fold, car, &counted)))
		return true;
	if (!passed || counted.at == INSTANT_NONE ||
	    e->at - counted.at < race->lap_min) {
		counted.numbered = counted.at == INSTANT_NONE;
		fold_repeat(fold, car, &counted);
		return false;
	}
	crossing_missed(fold, car, line);
	return !c->flagged;
}

static void fold_line(struct fold *fold, uint16_t car, unsigned line)
{
	struct race *race = fold->race;
	struct car *c = &race->cars[car];
	const struct event *e = fold->event;
	bool measured = !(e->bits & (EVENT_ESTIMATED | EVENT_REPAIRED | EVENT_BY_HAND));
	if (c->flagged || !line_counts(fold, car, line))
		return;
	if (c->line + 1u < line)
		lines_fill(fold, car, line, e->at, false);
	sector_end(fold, car, line - 1, e->at, measured);
	c->now.at[line] = c->line_at = e->at;
	c->line_source = c->source_of[line] = e->source;
	if (measured)
		race->lines_timed |= (uint16_t)(1u << line);
	else
		c->estimated |= (uint16_t)(1u << line);
	c->line = (uint8_t)line;
	c->seen = 1;
	fold->timed = true;
	order_up(race, car);
}

instant_us last_received(const struct race *race, uint16_t car)
{
	const struct car *c = &race->cars[car];

	return c->seen ? c->line_at : race->start_at;
}

void fold_passing(struct fold *fold)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	if (e->line >= race->setup.line_count && e->line != LINE_PIT_IN &&
	    e->line != LINE_PIT_OUT && e->line != LINE_SF_PIT) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return;
	}
	uint16_t car = fold_car(fold);
	if (car == CAR_NONE)
		return;
	instant_us last = last_received(race, car);
	if (e->line == LINE_PIT_IN)
		fold_pit_in(fold, car);
	else if (e->line == LINE_PIT_OUT)
		fold_pit_out(fold, car);
	else if (before_start(race, e->at))
		return;
	else if (e->line == LINE_SF || e->line == LINE_SF_PIT)
		fold_crossing(fold, car);
	else
		fold_line(fold, car, e->line);
	if (fold->timed)
		silence_end(fold, car, last);
}

/* A lap of which only the time is known: its line times stay unknown. */
void fold_lap(struct fold *fold)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	struct crossing x = {
		.at = e->at, .stated = DURATION_NONE, .estimated = true, .own = true};
	if (!duration_sane(e->value) || e->value == 0 || e->number == 0) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return;
	}
	uint16_t car = fold_car(fold);
	if (car == CAR_NONE || before_start(race, e->at) || race->cars[car].flagged)
		return;
	/* The crossing is already counted. */
	if (e->number == race->cars[car].laps)
		return;
	instant_us last = last_received(race, car);
	if (!crossing_counts(fold, car, e->at - e->value))
		return;
	x.stated = e->value;
	x.in_pit = stint_crossing(fold, car, false);
	lap_complete(fold, car, &x);
	fold_finish(fold, car);
	silence_end(fold, car, last);
}
