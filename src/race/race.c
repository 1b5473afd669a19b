/*
 * race.c -- the fold of one event, and simple queries
 *
 * race_apply() calls the function for the event's kind; each keeps the invariants of
 * race.h, which race_check() proves.
 *
 *  (1) An event with an invalid instant, or of a car without room, changes only
 *      counters.
 *  (2) A race depends neither on the address of its tables nor on bytes after the
 *      cars in use.
 */
#include "fold.h"

#include <string.h>

/* No car laps faster on average. Without a lap length or setup.lap_min, passings closer
 * than LAP_MIN_UNKNOWN are one crossing reported twice. */
enum { FASTEST_MM_PER_S = 110 * 1000 };
#define LAP_MIN_UNKNOWN (5 * US_S)

struct slice fold_text(const struct fold *fold)
{
	if (!fold->text)
		return (struct slice){NULL, 0};
	return (struct slice){fold->text + fold->event->text, fold->event->text_len};
}

void fold_anomaly(struct fold *fold, enum anomaly anomaly)
{
	fold->race->anomalies[anomaly]++;
}

void fold_full(struct fold *fold, enum race_limit limit)
{
	fold->race->full[limit]++;
	fold_anomaly(fold, ANOMALY_CAPACITY);
}

void race_limit(const struct race *race, const struct race_tables *tables,
		enum race_limit limit, uint32_t *used, uint32_t *max)
{
	const uint32_t all[RACE_LIMIT_COUNT][2] = {
		[RACE_LIMIT_CARS] = {race->car_count, RACE_CARS_MAX},
		[RACE_LIMIT_NAMES] = {race->id_count, RACE_IDS_MAX},
		[RACE_LIMIT_LAPS] = {race->lap_count, tables->laps_max},
		[RACE_LIMIT_STINTS] = {race->stint_count, tables->stints_max},
		[RACE_LIMIT_CLASSES] = {race->class_count, RACE_CLASSES_MAX},
		[RACE_LIMIT_DRIVERS] = {0, RACE_DRIVERS_MAX},
		[RACE_LIMIT_DECISIONS] = {race->decision_count, RACE_DECISIONS_MAX},
		[RACE_LIMIT_TEXTS] = {0, sizeof(((struct entry *)NULL)->team) - 1},
		[RACE_LIMIT_FLAGS] = {race->flag_count, tables->flags_max},
		[RACE_LIMIT_FAULTS] = {race->fault_count, tables->faults_max},
		[RACE_LIMIT_MESSAGES] = {race->message_count, tables->messages_max},
		[RACE_LIMIT_WEATHER] = {race->weather_count, tables->weather_max},
		[RACE_LIMIT_HISTORY] = {race->history_count, tables->history_max},
	};
	*used = all[limit][0];
	*max = all[limit][1];
}

void race_init(struct race *race, const struct race_setup *setup)
{
	memset(race, 0, sizeof(*race));
	race_init_again(race, setup);
}

void race_init_again(struct race *race, const struct race_setup *setup)
{
	memset(race->decisions, 0, race->decision_count * sizeof(struct race_decision));
	memset(race->ids, 0, race->id_count * sizeof(struct race_id));
	memset(race->cars, 0, race->car_count * sizeof(struct car));
	memset(race->entries, 0, race->car_count * sizeof(struct entry));
	memset(race, 0, offsetof(struct race, decisions));
	race->setup = *setup;
	if (race->setup.line_count == 0 || race->setup.line_count > LINES_MAX)
		race->setup.line_count = 1;
	race->now = INSTANT_NONE;
	race->start_at = setup->start_at;
	race->result_lap = setup->result_lap;
	race->clock_at = setup->clock_at;
	if (race->clock_at == INSTANT_NONE)
		race->clock_at = setup->start_at;
	race->finish_at = race->end_at = INSTANT_NONE;
	race->flag_since = race->flag_before = race->flag_last = INSTANT_NONE;
	race->weather_at = INSTANT_NONE;
	race->lap_best = DURATION_NONE;
	race->lap_best_car = race->winner = race->line_leader = CAR_NONE;
	race->silent_at = INSTANT_NONE;
	race->due_at = setup->start_at != INSTANT_NONE ? setup->start_at : DUE_NEVER;
	race->lap_min = LAP_MIN_UNKNOWN;
	if (setup->lap_min > LAP_MIN_UNKNOWN && setup->lap_min < SANE_DURATION)
		race->lap_min = setup->lap_min;
	if (setup->lap_length > 0 && setup->lap_length < INT64_MAX / US_S)
		race->lap_min = setup->lap_length * US_S / FASTEST_MM_PER_S;
	for (size_t i = 0; i < LINES_MAX; i++) {
		race->sector_best[i] = DURATION_NONE;
		race->sector_best_car[i] = CAR_NONE;
	}
	for (size_t i = 0; i < WEATHER_FIELD_COUNT; i++)
		race->weather[i] = INT64_MIN;
}

static void fold_car_kind(struct fold *fold)
{
	uint16_t car = fold_car(fold);
	enum event_kind kind = (enum event_kind)fold->event->kind;
	if (car == CAR_NONE)
		return;
	if (kind == EVENT_PIT_IN)
		fold_pit_in(fold, car);
	else if (kind == EVENT_PIT_OUT)
		fold_pit_out(fold, car);
	else if (kind == EVENT_VALUE)
		fold_value(fold, car);
	else
		fold_driver(fold, car);
}

/* Events on the track: not counted once the operator has ended the session. */
static bool on_track(enum event_kind kind)
{
	return kind == EVENT_PASSING || kind == EVENT_LAP || kind == EVENT_PIT_IN ||
	       kind == EVENT_PIT_OUT || kind == EVENT_DRIVER;
}

static void fold_kind(struct fold *fold)
{
	if (fold->race->stopped && on_track((enum event_kind)fold->event->kind))
		return;
	switch ((enum event_kind)fold->event->kind) {
	case EVENT_ENTRY:
		fold_entry(fold);
		break;
	case EVENT_START:
		fold_start(fold);
		break;
	case EVENT_FLAG:
		fold_flag(fold, (enum flag)fold->event->flag, false);
		break;
	case EVENT_WEATHER:
		fold_weather(fold);
		break;
	case EVENT_PIT_OUT:
	case EVENT_DRIVER:
	case EVENT_VALUE:
	case EVENT_PIT_IN:
		fold_car_kind(fold);
		break;
	case EVENT_PASSING:
		fold_passing(fold);
		break;
	case EVENT_LAP:
		fold_lap(fold);
		break;
	case EVENT_STATUS:
		fold_status(fold);
		break;
	case EVENT_DECISION:
		fold_decision(fold);
		break;
	case EVENT_ANOMALY:
		if (fold->event->field < ANOMALY_COUNT)
			fold_anomaly(fold, (enum anomaly)fold->event->field);
		break;
	case EVENT_END:
		fold_end(fold);
		break;
	case EVENT_CLAIM:
		fold_claim(fold);
		break;
	case EVENT_MESSAGE:
		fold_message(fold);
		break;
		/* No facts of the race; the caller has chosen the session. */
	case EVENT_SESSION:
	case EVENT_MEETING:
	case EVENT_CIRCUIT:
	case EVENT_HEARTBEAT:
	case EVENT_ASK:
		break;
	case EVENT_KIND_COUNT:
		fold_anomaly(fold, ANOMALY_UNKNOWN);
		break;
	}
}

void race_apply(struct race *race, const struct race_tables *tables,
		const struct event *event, const char *text, uint16_t *car)
{
	struct fold fold = {
		.race = race,
		.tables = tables,
		.event = event,
		.text = text,
		.car = CAR_NONE,
	};
	/* Of the whole race: an entry, a result at the end of a lap. */
	bool whole = (event->kind == EVENT_ENTRY || event->kind == EVENT_DECISION) &&
		     event->at == INSTANT_NONE;
	race->events++;
	if (event->kind >= EVENT_KIND_COUNT) {
		fold_anomaly(&fold, ANOMALY_UNKNOWN);
	} else if (!whole && (!instant_is_sane(event->at) || event->at < race->now)) {
		fold_anomaly(&fold, ANOMALY_CLOCK);
	} else {
		if (event->at >= race->due_at)
			silence_due(&fold);
		if (event->at != INSTANT_NONE)
			race->now = event->at;
		fold_kind(&fold);
	}
	if (car)
		*car = fold.car;
}

bool race_lines_missed(const struct race *race, const struct lap_row *row)
{
	unsigned lines = (1u << race->setup.line_count) - 2;
	return lines != 0 && (row->missed & lines) == lines;
}

uint32_t race_laps(const struct race *race, uint16_t car)
{
	const struct car *c = &race->cars[car];
	return c->seen ? c->laps : c->claim_laps;
}

uint64_t race_progress(const struct race *race, uint16_t car)
{
	return race->progress[car];
}

instant_us race_time_at(const struct race *race, const struct race_tables *tables,
			uint16_t car, uint64_t progress)
{
	const struct car *c = &race->cars[car];
	uint64_t lap = progress / race->setup.line_count;
	uint32_t line = (uint32_t)(progress % race->setup.line_count);
	uint32_t row = c->lap_row;
	if (lap > c->laps)
		return INSTANT_NONE;
	if (lap == c->laps)
		return line <= c->line ? c->now.at[line] : INSTANT_NONE;
	if (lap + 1 == c->laps)
		return c->before.at[line];
	while (row != 0 && tables->laps[row - 1].lap > lap + 1)
		row = tables->laps[row - 1].prev;
	if (row == 0 || tables->laps[row - 1].lap != lap + 1)
		return INSTANT_NONE;
	return tables->laps[row - 1].at_line[line];
}

instant_us race_local(const struct race_setup *setup, instant_us at)
{
	instant_us local = instant_add(at, setup->utc_offset_us);
	for (unsigned i = 0; i < CLOCK_STEPS_MAX && setup->steps[i].by != 0; i++)
		if (at > setup->steps[i].at)
			local = instant_add(local, setup->steps[i].by);
	return local;
}

duration_us race_elapsed(const struct race *race, instant_us t)
{
	if (race->start_at == INSTANT_NONE || t == INSTANT_NONE || t < race->start_at)
		return DURATION_NONE;
	return t - race->start_at;
}

duration_us race_left(const struct race *race, instant_us t)
{
	if (race->setup.length_us <= 0 || race->clock_at == INSTANT_NONE ||
	    t == INSTANT_NONE)
		return DURATION_NONE;
	if (t < race->clock_at)
		return race->setup.length_us;
	duration_us left =
		instant_sub(instant_add(race->clock_at, race->setup.length_us), t);
	return left > 0 ? left : 0;
}

duration_us race_driver_time(const struct race *race, uint16_t car, unsigned driver,
			     instant_us t)
{
	const struct car *c = &race->cars[car];
	if (driver >= RACE_DRIVERS_MAX)
		return 0;
	duration_us sum = c->driver_us[driver];
	if (c->driver != driver || c->driver_at == INSTANT_NONE || t == INSTANT_NONE)
		return sum;
	if (c->flag_at != INSTANT_NONE && t > c->flag_at)
		t = c->flag_at;
	return sum + fold_driven(c, t);
}

bool race_lap_reached(const struct race *race, int64_t lap)
{
	for (uint16_t i = 0; i < race->car_count; i++)
		if (race->cars[i].laps >= lap)
			return true;
	return false;
}

bool race_deletion_waits(const struct race *race, uint16_t car, int64_t lap)
{
	for (uint16_t i = 0; i < race->decision_count; i++) {
		const struct race_decision *d = &race->decisions[i];
		if (d->waits && d->car == car && d->value == lap)
			return true;
	}
	return false;
}

unsigned race_decisions_applied(const struct race *race)
{
	unsigned count = 0;
	for (uint16_t i = 0; i < race->decision_count; i++)
		count += !race->decisions[i].waits;
	return count;
}

unsigned race_decisions_inferred(const struct race *race)
{
	unsigned count = 0;
	for (uint16_t i = 0; i < race->decision_count; i++)
		count += race->decisions[i].inferred;
	return count;
}

bool race_lap_deleted(const struct race *race, uint16_t car, uint32_t lap)
{
	for (uint16_t i = 0; i < race->decision_count; i++) {
		const struct race_decision *d = &race->decisions[i];
		if (d->kind == DECISION_LAP_DELETED && d->car == car &&
		    d->value == (int64_t)lap)
			return true;
	}
	return false;
}
