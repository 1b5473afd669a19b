/*
 * stops.c -- usual stints and stops, learned from the rows of a race
 *
 * Stops are few and differ: a usual stop has to be found among repairs, drive-throughs
 * and stops made cheap by a safety car.
 *
 *  (1) Every value is a median: a car's own, drawn towards its class's as if the class
 *      were PRIOR more samples; a class without any takes the value of all cars, by
 *      time.
 *  (2) A stint is full when it has FULL_PM of the 90th percentile of all stints, the
 *      current ones included. The full stint of a class is drawn towards the one known
 *      before the race as if that were PRIOR_HOURS of it. A stop or a loss is usual
 *      between half and twice the median of its class.
 *  (3) The loss is measured against laps of the same car before and after the stop, so
 *      that rain, traffic and fuel weight cancel.
 */
#include "pitwall/strategy.h"

enum {
	LAPS_KEPT = 1024, /* newest laps of a car */
	SAMPLES_MAX = 2048,
	BESIDE = 5, /* laps before and after a stop that give its usual lap */
	PRIOR = 2,
	FULL_PM = 800,
	FULL_OWN_PM = 600, /* of its class's usual stint */
	FRESH_LEAST = 3,   /* stops or laps, before `fresh` is known */
	SLOW_LEAST = 10,
	SLOW_RATIO_PM = 1800, /* until SLOW_LEAST slow laps are known */
	/* Measured on 32 races of IMSA and the WEC, 2019 to 2026: what a neutralisation
	 * or trouble cuts short makes the mean stint shorter than the full one. */
	MEAN_PM = 880,
	PRIOR_HOURS = 6,
};

/* Longer times are of nothing that was driven; products of the others fit. */
#define LONGEST (100 * US_DAY)

/* One stop with the stint before it; NONE and 0: unknown. */
struct stop_seen {
	duration_us time, lane, loss, fresh;
	uint32_t laps, slow_laps;
	uint16_t car;
	uint8_t class_index;
	uint8_t slow; /* in lap and out lap were slow */
	uint8_t pure; /* `loss` is known: both laps were green, or both slow */
	uint8_t open; /* the current stint: a lower bound */
};

/* A lap of the car that is read; the laps of the cars before it stay. */
struct lap_seen {
	duration_us time;
	uint32_t lap;
	uint16_t car;
	uint8_t slow, in_pit, driven;
};

struct learner {
	const struct race *race;
	const struct race_tables *tables;
	const struct stops_prior *prior;
	struct stops *out;
	struct lap_seen laps[LAPS_KEPT];
	struct stop_seen samples[SAMPLES_MAX];
	int64_t values[SAMPLES_MAX];
	uint32_t count, values_count;
	uint16_t car;                      /* that is read */
	uint32_t first[RACE_CARS_MAX + 1]; /* sample of a car; [count]: past the last */
};

/* ---- order statistics ---------------------------------------------------------- */

/* ---- the laps of a car ----------------------------------------------------------- */

static void stops_read_laps(struct learner *l, uint16_t car)
{
	uint32_t at = l->race->cars[car].lap_row, kept = 0;
	l->car = car;
	while (at > l->race->lap_first && at <= l->tables->laps_max &&
	       kept++ < LAPS_KEPT) {
		const struct lap_row *row = &l->tables->laps[at - 1];
		struct lap_seen *seen = &l->laps[row->lap % LAPS_KEPT];
		at = row->prev;
		if (row->time == DURATION_NONE || row->time <= 0 ||
		    (row->bits & LAP_REPAIRED))
			continue;
		*seen = (struct lap_seen){.time = row->time,
					  .lap = row->lap,
					  .car = car,
					  .slow = flag_is_slow((enum flag)row->flag),
					  .in_pit = row->in_pit};
		seen->driven = lap_is_driven(row);
	}
}

static const struct lap_seen *stops_lap(const struct learner *l, uint32_t lap)
{
	const struct lap_seen *seen = &l->laps[lap % LAPS_KEPT];
	return seen->time > 0 && seen->lap == lap && seen->car == l->car ? seen : NULL;
}

/* Up to @most driven laps of one kind, from lap @from by @step up to @end. */
struct beside {
	uint32_t from, end;
	int step;
	uint32_t most;
	bool slow;
};

static duration_us usual_beside(const struct learner *l, const struct beside *b,
				uint32_t *count)
{
	int64_t times[BESIDE];
	uint32_t n = 0;
	for (uint32_t lap = b->from; n < b->most; lap += (uint32_t)b->step) {
		const struct lap_seen *seen = stops_lap(l, lap);
		if (seen && seen->driven && seen->slow == b->slow)
			times[n++] = seen->time;
		if (lap == b->end || lap == 0)
			break;
	}
	*count = n;
	return median(times, n);
}

/* ---- the stops of a car ---------------------------------------------------------- */

static duration_us either(duration_us a, duration_us b)
{
	if (a == DURATION_NONE)
		return b;
	return b == DURATION_NONE ? a : a / 2 + b / 2;
}

/* Laps around a stop. */
struct around {
	uint32_t before, last; /* first and last lap of the stint that ended */
	uint32_t next;         /* last lap before the next stop, or the newest lap */
};

/* (3) */
static void measure_loss(const struct learner *l, const struct around *a,
			 struct stop_seen *stop)
{
	const struct lap_seen *in = stops_lap(l, a->last),
			      *out = stops_lap(l, a->last + 1);
	bool one_lap = !in || !in->in_pit; /* in and out on the same lap */
	uint32_t had = 0, has = 0;         /* laps that each usual time comes from */
	if (!out || out->driven)
		return;
	if (one_lap)
		in = out;
	if (in->slow != out->slow || a->last < a->before)
		return;
	stop->slow = out->slow;
	struct beside old = (struct beside){one_lap ? a->last : a->last - 1, a->before,
					    -1, BESIDE, out->slow};
	struct beside new = (struct beside){a->last + 2, a->next, 1, BESIDE, out->slow};
	duration_us before = usual_beside(l, &old, &had);
	duration_us after =
		a->next > a->last + 1 ? usual_beside(l, &new, &has) : DURATION_NONE;
	duration_us usual = either(before, after);
	if (usual == DURATION_NONE)
		return;
	stop->pure = 1;
	stop->loss = one_lap ? out->time - usual : in->time + out->time - 2 * usual;
	if (!stop->slow && after != DURATION_NONE && before != DURATION_NONE &&
	    had >= FRESH_LEAST && has >= FRESH_LEAST)
		stop->fresh = before - after;
}

static void stops_read_stop(struct learner *l, const struct stint_row *row,
			    uint32_t next)
{
	struct stop_seen *stop = &l->samples[l->count];
	uint32_t laps = row->to_lap - row->from_lap;
	struct around a = {row->from_lap + 1, row->to_lap, next};
	*stop = (struct stop_seen){.time = DURATION_NONE,
				   .lane = row->stop,
				   .loss = DURATION_NONE,
				   .fresh = DURATION_NONE,
				   .laps = laps,
				   .car = row->car};
	stop->class_index = l->race->entries[row->car].class_index;
	if (row->in_at != INSTANT_NONE && row->from_at != INSTANT_NONE &&
	    row->in_at > row->from_at)
		stop->time = row->in_at - row->from_at;
	for (uint32_t n = 0; n < laps && n < LAPS_KEPT; n++) {
		const struct lap_seen *seen = stops_lap(l, row->to_lap - n);
		stop->slow_laps += seen && seen->slow;
	}
	measure_loss(l, &a, stop);
	l->count++;
}

/* The current stint: only its length so far is known. */
static void read_open(struct learner *l, uint16_t car)
{
	const struct car *c = &l->race->cars[car];
	struct stop_seen *stop = &l->samples[l->count];
	if (l->count == SAMPLES_MAX || c->laps <= c->stint_lap || c->in_pit ||
	    c->stint_at == INSTANT_NONE || c->line_at <= c->stint_at)
		return;
	*stop = (struct stop_seen){.time = c->line_at - c->stint_at,
				   .lane = DURATION_NONE,
				   .loss = DURATION_NONE,
				   .fresh = DURATION_NONE,
				   .laps = c->laps - c->stint_lap,
				   .car = car,
				   .class_index = l->race->entries[car].class_index,
				   .open = 1};
	for (uint32_t n = 0; n < stop->laps && n < LAPS_KEPT; n++) {
		const struct lap_seen *seen = stops_lap(l, c->laps - n);
		stop->slow_laps += seen && seen->slow;
	}
	l->count++;
}

static void stops_read_car(struct learner *l, uint16_t car, uint32_t most)
{
	const struct car *c = &l->race->cars[car];
	uint32_t at = c->stint_row, next = c->laps;
	l->first[car] = l->count;
	stops_read_laps(l, car);
	l->out->cars[car].lap = race_pace(l->race, l->tables, car);
	read_open(l, car);
	while (at > l->race->stint_first && at <= l->tables->stints_max && most-- > 0 &&
	       l->count < SAMPLES_MAX) {
		const struct stint_row *row = &l->tables->stints[at - 1];
		if (row->to_lap > row->from_lap)
			stops_read_stop(l, row, next);
		next = row->to_lap;
		at = row->prev;
	}
}

/* ---- what is usual --------------------------------------------------------------- */

/* Which samples to take, and which value of them. */
struct wanted {
	uint16_t car;        /* CAR_NONE: all */
	uint8_t class_index; /* RACE_CLASSES_MAX: all */
	uint8_t slow;        /* of stops_value_loss() */
	uint8_t open;        /* current stints too */
	int64_t low, high;   /* range of values */
	int64_t (*value)(const struct learner *l, const struct stop_seen *stop,
			 const struct wanted *wanted);
};

static int64_t stops_gather(struct learner *l, const struct wanted *wanted)
{
	bool one = wanted->car != CAR_NONE;
	uint32_t to = one ? l->first[wanted->car + 1] : l->count;
	l->values_count = 0;
	for (uint32_t i = one ? l->first[wanted->car] : 0; i < to; i++) {
		const struct stop_seen *stop = &l->samples[i];
		if ((wanted->class_index != RACE_CLASSES_MAX &&
		     stop->class_index != wanted->class_index) ||
		    (stop->open && !wanted->open))
			continue;
		int64_t value = wanted->value(l, stop, wanted);
		if (value != DURATION_NONE && value >= wanted->low &&
		    value <= wanted->high)
			l->values[l->values_count++] = value;
	}
	return median(l->values, l->values_count);
}

/* True when slow laps stretched the stint. */
static bool stretched(const struct stop_seen *stop)
{
	return stop->slow_laps * 8 > stop->laps;
}

static int64_t stops_value_laps(const struct learner *l, const struct stop_seen *stop,
				const struct wanted *wanted)
{
	(void)l;
	(void)wanted;
	return stretched(stop) ? DURATION_NONE : (int64_t)stop->laps;
}

static int64_t stops_value_time(const struct learner *l, const struct stop_seen *stop,
				const struct wanted *wanted)
{
	(void)l;
	(void)wanted;
	return stretched(stop) ? DURATION_NONE : stop->time;
}

static int64_t stops_value_lane(const struct learner *l, const struct stop_seen *stop,
				const struct wanted *wanted)
{
	(void)l;
	(void)wanted;
	return stop->lane;
}

static int64_t stops_value_loss(const struct learner *l, const struct stop_seen *stop,
				const struct wanted *wanted)
{
	(void)l;
	return stop->pure && stop->slow == wanted->slow ? stop->loss : DURATION_NONE;
}

static int64_t stops_value_fresh(const struct learner *l, const struct stop_seen *stop,
				 const struct wanted *wanted)
{
	(void)l;
	(void)wanted;
	return stop->fresh;
}

/* (1) */
static int64_t stops_draw(int64_t own, uint32_t seen, int64_t prior)
{
	if (seen == 0 || own == DURATION_NONE)
		return prior;
	if (prior == DURATION_NONE)
		return own;
	return (own * seen + prior * PRIOR + (seen + PRIOR) / 2) / (seen + PRIOR);
}

/* Lengths of full stints. */
struct full {
	int64_t usual, most;
	uint32_t seen;
};

static struct full full_of(struct learner *l, struct wanted wanted, int64_t prior)
{
	struct full full = {DURATION_NONE, DURATION_NONE, 0};
	int64_t measure = prior;
	if (measure == DURATION_NONE) {
		wanted.open = 1;
		if (stops_gather(l, &wanted) == DURATION_NONE)
			return full;
		measure = value_of_rank(l->values, l->values_count,
					l->values_count * 9 / 10);
		wanted.open = 0;
	}
	wanted.low = measure * (prior == DURATION_NONE ? FULL_PM : FULL_OWN_PM) / 1000;
	full.usual = stops_gather(l, &wanted);
	full.seen = l->values_count;
	if (full.seen > 0)
		full.most = value_of_rank(l->values, full.seen, full.seen - 1);
	full.usual = stops_draw(full.usual, full.seen, prior);
	return full;
}

static void stint_set(struct stint_usual *stint, const struct full *laps,
		      const struct full *time)
{
	stint->time = time->usual;
	stint->time_most = time->most;
	stint->laps = laps->usual == DURATION_NONE ? 0 : (uint32_t)laps->usual;
	stint->laps_most = laps->most == DURATION_NONE ? 0 : (uint32_t)laps->most;
	stint->seen = laps->seen;
	stint->source = stint->laps > 0 ? STINT_BY_RACE : STINT_BY_NONE;
}

/* For a class without a full stint: the time of all cars, in laps of the class. */
static void borrow_stint(struct stops_of *to, const struct stint_usual *from)
{
	to->stint =
		(struct stint_usual){.time = from->time, .time_most = from->time_most};
	if (to->lap == DURATION_NONE || to->lap <= 0 || from->time == DURATION_NONE)
		return;
	to->stint.source = STINT_BY_RACE;
	to->stint.laps = (uint32_t)(from->time / to->lap);
	to->stint.laps_most = (uint32_t)(from->time_most / to->lap);
}

/* Towards what was known before the race, by its time so far. */
static int64_t towards(const struct learner *l, int64_t before, int64_t seen)
{
	const struct race *race = l->race;
	duration_us weight = PRIOR_HOURS * US_HOUR;
	duration_us gone = race->start_at == INSTANT_NONE || race->now < race->start_at
				   ? 0
				   : race->now - race->start_at;
	if (gone > 100 * US_DAY)
		gone = 100 * US_DAY;
	return before + mul_div(seen - before, gone, gone + weight);
}

/* The mean length of the stints of a group, in thousandths of a lap; 0: none ended. */
static int64_t mean_laps(const struct learner *l, uint8_t class_index)
{
	int64_t laps = 0, count = 0;
	for (uint32_t i = 0; i < l->count; i++) {
		const struct stop_seen *stop = &l->samples[i];
		if (stop->open || (class_index != RACE_CLASSES_MAX &&
				   stop->class_index != class_index))
			continue;
		laps += stop->laps;
		count++;
	}
	return count > 0 ? laps * 1000 / count : 0;
}

/* The stint of a group of cars drawn towards the one known before the race, and what
 * its mean stint is of the full one. */
static void stint_draw_prior(const struct learner *l, uint8_t class_index,
			     struct stops_of *out)
{
	struct stint_usual *stint = &out->stint;
	bool known = l->prior->stint > 0 && out->lap != DURATION_NONE && out->lap > 0;
	if (known) {
		int64_t laps = (l->prior->stint + out->lap / 2) / out->lap;
		if (stint->seen > 0)
			laps = towards(l, laps, stint->laps);
		stint->time = stint->seen > 0 && stint->time != DURATION_NONE
				      ? towards(l, l->prior->stint, stint->time)
				      : l->prior->stint;
		stint->laps = laps > 0 ? (uint32_t)laps : 1;
		if (stint->time_most < stint->time)
			stint->time_most = stint->time;
		if (stint->laps_most < stint->laps)
			stint->laps_most = stint->laps;
		stint->source = STINT_BY_RACE;
	}
	/* The first stints of a race alone, cut short by its start, are no full ones. */
	if (l->prior->stint > 0 && !known)
		stint->laps = 0;
	if (stint->laps == 0)
		return;
	int64_t mean = mean_laps(l, class_index), pm = 1000;
	if (mean > 0)
		pm = mean / stint->laps;
	if (known)
		pm = mean > 0 ? towards(l, MEAN_PM, pm) : MEAN_PM;
	stint->mean_pm = (uint16_t)(pm > 1000 ? 1000 : pm < 1 ? 1 : pm);
}

static void learn_stint(struct learner *l, struct wanted wanted,
			const struct stops_of *prior, struct stops_of *out)
{
	bool own = wanted.car != CAR_NONE;
	out->stint =
		(struct stint_usual){.time = DURATION_NONE, .time_most = DURATION_NONE};
	/* No class prior: skip the car. */
	if (own && prior->stint.laps == 0)
		return;
	wanted.value = stops_value_laps;
	struct full laps =
		full_of(l, wanted, own ? (int64_t)prior->stint.laps : DURATION_NONE);
	wanted.value = stops_value_time;
	struct full time = full_of(l, wanted, own ? prior->stint.time : DURATION_NONE);
	stint_set(&out->stint, &laps, &time);
	if (!own) {
		if (laps.seen == 0 && prior)
			borrow_stint(out, &prior->stint);
		stint_draw_prior(l, wanted.class_index, out);
		return;
	}
	out->stint.mean_pm = prior->stint.mean_pm;
	if (laps.seen > 0)
		return;
	out->stint.time_most = prior->stint.time_most;
	out->stint.laps_most = prior->stint.laps_most;
}

/* Median of the group within (2) of @prior; @seen receives the number of samples.
 * Unknown when it is below 0: the laps beside the stops were no usual ones. */
static int64_t usual_of(struct learner *l, struct wanted wanted, int64_t prior,
			uint32_t *seen)
{
	int64_t usual = prior != DURATION_NONE ? prior : stops_gather(l, &wanted);
	*seen = 0;
	if (usual == DURATION_NONE || usual < 0)
		return DURATION_NONE;
	wanted.low = usual / 2;
	wanted.high = usual * 2;
	usual = stops_gather(l, &wanted);
	*seen = l->values_count;
	return stops_draw(usual, *seen, prior);
}

static void learn_stop(struct learner *l, struct wanted wanted,
		       const struct stop_usual *prior, struct stop_usual *out)
{
	wanted.value = stops_value_lane;
	uint32_t lanes;
	out->lane = usual_of(l, wanted, prior ? prior->lane : DURATION_NONE, &lanes);
	wanted.value = stops_value_loss;
	out->loss =
		usual_of(l, wanted, prior ? prior->loss : DURATION_NONE, &out->seen);
}

static void learn_fresh(struct learner *l, struct wanted wanted,
			const struct stops_of *prior, struct stops_of *out)
{
	wanted.value = stops_value_fresh;
	int64_t fresh = stops_gather(l, &wanted);
	out->fresh_seen = l->values_count;
	if (!prior && out->fresh_seen < FRESH_LEAST)
		fresh = DURATION_NONE;
	out->fresh = stops_draw(fresh, out->fresh_seen,
				prior ? prior->fresh : DURATION_NONE);
}

/* Without a stop under a neutralisation: the track beside the pit lane takes the time
 * in the lane less the loss, and slow laps stretch it. */
static void derive_slow(const struct stops *stops, struct stops_of *of)
{
	if (of->slow.loss != DURATION_NONE || of->green.loss == DURATION_NONE)
		return;
	of->slow = of->green;
	of->slow.seen = 0;
	if (of->green.lane == DURATION_NONE)
		return;
	duration_us beside = of->green.lane - of->green.loss;
	if (beside <= 0)
		return;
	of->slow.loss = of->green.lane - beside * stops->slow_ratio_pm / 1000;
	if (of->slow.loss < 0)
		of->slow.loss = 0;
}

/* All values of one group; @prior NULL: no larger group. */
static void learn_group(struct learner *l, struct wanted wanted,
			const struct stops_of *prior, struct stops_of *out)
{
	learn_stint(l, wanted, prior, out);
	learn_stop(l, wanted, prior ? &prior->green : NULL, &out->green);
	wanted.slow = 1;
	learn_stop(l, wanted, prior ? &prior->slow : NULL, &out->slow);
	learn_fresh(l, wanted, prior, out);
	derive_slow(l->out, out);
}

/* ---- laps under a neutralisation ------------------------------------------------- */

/* Median of the cars' usual laps in a class (RACE_CLASSES_MAX: all cars). */
static duration_us usual_lap(struct learner *l, uint8_t class_index)
{
	l->values_count = 0;
	for (uint16_t i = 0; i < l->race->car_count; i++)
		if (l->out->cars[i].lap != DURATION_NONE &&
		    (class_index == RACE_CLASSES_MAX ||
		     l->race->entries[i].class_index == class_index))
			l->values[l->values_count++] = l->out->cars[i].lap;
	return median(l->values, l->values_count);
}

/* Time of a slow lap relative to a usual lap, from the newest laps of all cars. */
static void learn_slow_ratio(struct learner *l)
{
	const struct race *race = l->race;
	uint32_t at = race->lap_count < l->tables->laps_max ? race->lap_count
							    : l->tables->laps_max;
	l->values_count = 0;
	for (; at > race->lap_first && l->values_count < SAMPLES_MAX; at--) {
		const struct lap_row *row = &l->tables->laps[at - 1];
		duration_us usual = l->out->cars[row->car].lap;
		if (flag_is_slow((enum flag)row->flag) && row->flag != FLAG_RED &&
		    lap_is_driven(row) && usual > 0 && row->time < 10 * usual)
			l->values[l->values_count++] = row->time * 1000 / usual;
	}
	l->out->slow_ratio_pm = l->values_count < SLOW_LEAST
					? SLOW_RATIO_PM
					: (uint32_t)median(l->values, l->values_count);
}

/* How much of a stint a slow lap uses: from stints that slow laps made longer than the
 * usual one. */
static void learn_slow_lap(struct learner *l)
{
	l->values_count = 0;
	for (uint32_t i = 0; i < l->count; i++) {
		const struct stop_seen *stop = &l->samples[i];
		uint32_t usual = l->out->cars[stop->car].stint.laps;
		uint32_t quick = stop->laps - stop->slow_laps;
		if (!stop->open && stop->slow_laps > 1 && stop->laps > usual &&
		    quick < usual)
			l->values[l->values_count++] =
				(int64_t)(usual - quick) * 1000 / stop->slow_laps;
	}
	l->out->slow_lap_pm = l->values_count < FRESH_LEAST
				      ? 1000
				      : (uint32_t)median(l->values, l->values_count);
}

/* ---- the stint by hand ----------------------------------------------------------- */

static void stint_by_rule(const struct stint_rule *rule, struct stops_of *of)
{
	struct stint_usual *stint = &of->stint;
	bool known = of->lap != DURATION_NONE && of->lap > 0;
	uint32_t laps = rule->laps;
	duration_us time = rule->time;
	if (laps == 0 && known)
		laps = time > of->lap ? (uint32_t)(time / of->lap) : 1;
	if (time == 0)
		time = known ? duration_mul(of->lap, laps) : DURATION_NONE;
	if (laps == 0)
		return;
	*stint = (struct stint_usual){.time = time,
				      .time_most = time,
				      .laps = laps,
				      .laps_most = laps,
				      .seen = stint->seen,
				      .mean_pm = stint->mean_pm ? stint->mean_pm : 1000,
				      .source = rule->laps > 0 ? STINT_BY_LAPS
							       : STINT_BY_TIME};
}

/* The rule of a car: its own, else its class's, else of all; of equals the last. */
static void apply_model(const struct race *race, const struct stint_model *model,
			struct stops *out)
{
	for (uint16_t car = 0; car < race->car_count; car++) {
		const struct stint_rule *best = NULL;
		unsigned best_rank = 0;
		for (uint32_t i = 0; i < model->count; i++) {
			const struct stint_rule *rule = &model->rules[i];
			unsigned rank = 0;
			if (rule->car != CAR_NONE)
				rank = rule->car == car ? 3 : 0;
			else if (rule->class_index >= RACE_CLASSES_MAX)
				rank = 1;
			else if (rule->class_index == race->entries[car].class_index)
				rank = 2;
			if (rank == 0 || rank < best_rank)
				continue;
			best = rule;
			best_rank = rank;
		}
		if (best)
			stint_by_rule(best, &out->cars[car]);
	}
}

void stops_learn(const struct race *race, const struct race_tables *tables,
		 const struct stops_prior *prior, struct stops *out)
{
	struct learner l = {.race = race, .tables = tables, .prior = prior, .out = out};
	uint32_t most = race->car_count ? (uint32_t)SAMPLES_MAX / race->car_count : 0;
	struct wanted wanted = {.car = CAR_NONE,
				.class_index = RACE_CLASSES_MAX,
				.low = -LONGEST,
				.high = LONGEST};
	memset(out, 0, sizeof(*out));
	for (uint16_t car = 0; car < race->car_count; car++)
		stops_read_car(&l, car, most);
	l.first[race->car_count] = l.count;
	for (unsigned c = 0; c < RACE_CLASSES_MAX; c++)
		out->classes[c].lap = usual_lap(&l, (uint8_t)c);
	out->all.lap = usual_lap(&l, RACE_CLASSES_MAX);
	learn_slow_ratio(&l);
	learn_group(&l, wanted, NULL, &out->all);
	for (unsigned c = 0; c < RACE_CLASSES_MAX; c++) {
		wanted.class_index = (uint8_t)c;
		learn_group(&l, wanted, &out->all, &out->classes[c]);
	}
	for (uint16_t car = 0; car < race->car_count; car++) {
		uint8_t c = race->entries[car].class_index;
		wanted.class_index = RACE_CLASSES_MAX;
		wanted.car = car;
		learn_group(&l, wanted,
			    c < RACE_CLASSES_MAX ? &out->classes[c] : &out->all,
			    &out->cars[car]);
	}
	learn_slow_lap(&l);
	if (prior->model)
		apply_model(race, prior->model, out);
}
