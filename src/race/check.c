/*
 * check.c -- race_check(): derives every invariant of a race again from its tables
 *
 * For tests, after each event. It shares only names with the fold: everything is
 * computed in another way.
 */
#include "fold.h"

#include <string.h>

struct check {
	const struct race *race;
	const struct race_tables *tables;
	char *text;
};

static bool broken(struct check *check, uint16_t car, const char *what)
{
	char label[16];
	if (car == CAR_NONE) {
		text_format(check->text, 256, "%s", what);
	} else {
		race_car_label(check->race, car, label);
		text_format(check->text, 256, "car %s: %s", label, what);
	}
	return false;
}

static bool check_counts(struct check *check)
{
	const struct race *race = check->race;
	if (race->car_count > RACE_CARS_MAX || race->class_count > RACE_CLASSES_MAX ||
	    race->id_count > RACE_IDS_MAX || race->decision_count > RACE_DECISIONS_MAX)
		return broken(check, CAR_NONE, "more cars, classes or names than fit");
	if (race->lap_count > check->tables->laps_max ||
	    race->stint_count > check->tables->stints_max ||
	    race->flag_count > check->tables->flags_max ||
	    (race->fault_count > 0 &&
	     (!check->tables->faults ||
	      race->fault_count > check->tables->faults_max)) ||
	    race->message_count > check->tables->messages_max ||
	    race->weather_count > check->tables->weather_max)
		return broken(check, CAR_NONE, "more rows than the tables hold");
	for (uint16_t i = 0; i < race->id_count; i++) {
		const struct race_id *id = &race->ids[i];
		if (id->car >= race->car_count ||
		    (id->reported >= race->car_count && id->reported != CAR_NONE))
			return broken(check, CAR_NONE, "a name without a car");
		if (race_find(race, (enum id_kind)id->kind, slice_of(id->text)) !=
		    id->car)
			return broken(check, id->car, "a name does not find its car");
	}
	for (unsigned i = race->car_count; i < RACE_CARS_MAX; i++) {
		if (race->cars[i].stint != 0 || race->entries[i].number[0])
			return broken(check, CAR_NONE, "a car behind the cars in use");
	}
	return true;
}

/* The whole of race.h (2), the time included; not by order_ahead(). */
static bool check_pair(struct check *check, uint16_t a, uint16_t b)
{
	const struct race *race = check->race;
	uint64_t x = race_progress(race, a), y = race_progress(race, b);
	if (race->setup.type == SESSION_TIMED) {
		duration_us s = race->cars[a].lap_best, t = race->cars[b].lap_best;
		if (t != DURATION_NONE && (s == DURATION_NONE || s > t))
			return broken(check, b, "is behind a slower best lap");
		return true;
	}
	if (x < y)
		return broken(check, b, "is behind a car with less progress");
	if (x == y && x > 0 && race->cars[a].line_at > race->cars[b].line_at)
		return broken(check, b, "is behind a car that came later");
	if (x == 0 && y == 0 && !order_before_start(race, a, b))
		return broken(check, b, "is behind its place on the grid");
	return true;
}

static bool check_order(struct check *check)
{
	const struct race *race = check->race;
	uint16_t cars[RACE_CLASSES_MAX] = {0};
	bool seen[RACE_CARS_MAX] = {false};
	for (uint16_t i = 0; i < race->car_count; i++) {
		uint16_t car = race->order[i];
		if (car >= race->car_count || seen[car])
			return broken(check, CAR_NONE,
				      "the order is not a permutation");
		seen[car] = true;
		if (race->place[car] != i)
			return broken(check, car, "its place differs from the order");
		if (i > 0 && !check_pair(check, race->order[i - 1], car))
			return false;
		uint8_t class_index = race->entries[car].class_index;
		if (class_index >= RACE_CLASSES_MAX)
			continue;
		if (race->cars[car].class_place != cars[class_index])
			return broken(check, car, "wrong place within its class");
		if (cars[class_index]++ == 0 &&
		    race->classes[class_index].leader != car)
			return broken(check, car,
				      "leads its class, which names another leader");
	}
	for (uint16_t i = 0; i < race->class_count; i++) {
		if (race->classes[i].cars != cars[i])
			return broken(check, CAR_NONE,
				      "a class counts its cars wrongly");
	}
	return true;
}

static bool check_lines(struct check *check, uint16_t car)
{
	const struct race *race = check->race;
	const struct car *c = &race->cars[car];
	instant_us last = INSTANT_NONE;
	if (race->progress[car] != c->laps * race->setup.line_count + c->line)
		return broken(check, car,
			      "its progress differs from its laps and line");
	if (c->line >= race->setup.line_count)
		return broken(check, car, "is at a line that does not exist");
	for (unsigned i = 0; i < LINES_MAX; i++) {
		instant_us t = c->now.at[i];
		if (i > c->line && t != INSTANT_NONE)
			return broken(check, car, "has a time at a line not reached");
		if (t == INSTANT_NONE)
			continue;
		if (last != INSTANT_NONE && t < last)
			return broken(check, car, "went back in time");
		last = t;
	}
	if (race_progress(race, car) > 0 && c->line_at != c->now.at[c->line] &&
	    c->now.at[c->line] != INSTANT_NONE)
		return broken(check, car, "line_at is not the time at its line");
	if (c->laps > c->lap_first && c->sf_at != c->now.at[0])
		return broken(check, car, "sf_at is not where its lap began");
	if (c->line_at != INSTANT_NONE && c->line_source == CAR_NONE)
		return broken(check, car, "reached a line without a source");
	for (unsigned i = 1; i <= c->line; i++) {
		if (c->source_of[i] == CAR_NONE && !(c->estimated >> i & 1))
			return broken(check, car,
				      "a time without a source is not an estimate");
	}
	return true;
}

/* The best lap is in its row, and better than the one before. */
static bool check_best(struct check *check, uint16_t car)
{
	const struct race *race = check->race;
	const struct car *c = &race->cars[car];
	uint32_t row = c->lap_row;
	if ((c->lap_best == DURATION_NONE) != (c->lap_best_at == INSTANT_NONE) ||
	    (c->lap_best == DURATION_NONE && c->lap_best_before != DURATION_NONE))
		return broken(check, car, "its best lap has no instant");
	if (c->lap_best_before != DURATION_NONE && c->lap_best_before <= c->lap_best)
		return broken(check, car, "its best lap is not an improvement");
	if (c->lap_best == DURATION_NONE || race->anomalies[ANOMALY_CAPACITY] > 0)
		return true;
	/* The source claims it. */
	if (c->lap_best == c->claim_best && c->lap_best_at == c->claim_best_at)
		return true;
	while (row != 0 && check->tables->laps[row - 1].lap > c->lap_best_number)
		row = check->tables->laps[row - 1].prev;
	if (row == 0 || check->tables->laps[row - 1].at != c->lap_best_at ||
	    check->tables->laps[row - 1].time != c->lap_best)
		return broken(check, car, "its best lap is not in its row");
	return true;
}

static bool check_faults(struct check *check)
{
	const struct race *race = check->race;
	uint64_t counted = 0;
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		counted += race->anomalies[i];
	if (race->fault_count > counted || race->merged > race->events)
		return broken(check, CAR_NONE, "more faults or merges than events");
	for (uint32_t i = 0; i < race->fault_count; i++) {
		const struct fault_row *row = &check->tables->faults[i];
		if (row->fault >= FAULT_COUNT ||
		    (row->car >= race->car_count && row->car != CAR_NONE))
			return broken(check, CAR_NONE,
				      "a fault of an unknown kind or car");
		if (i > 0 && row->at < row[-1].at)
			return broken(check, row->car, "its fault came before another");
	}
	for (uint16_t i = 0; i < race->car_count; i++) {
		const struct car *c = &race->cars[i];
		if (c->claim_source == CAR_NONE && (c->claim_laps || c->claim_rank ||
						    c->claim_stops || c->claim_fault))
			return broken(check, i, "has claims without a source");
		if (race->stopped && c->line_at != INSTANT_NONE &&
		    c->line_at > race->end_at)
			return broken(check, i, "reached a line after the end");
	}
	return true;
}

/* One row of a car, and the row before it. */
static bool check_row(struct check *check, const struct lap_row *row,
		      const struct lap_row *before)
{
	const struct car *c = &check->race->cars[row->car];
	if (row->lap != (before ? before->lap : c->lap_first) + 1)
		return broken(check, row->car, "its laps do not count 1, 2, 3");
	if (before && row->at_line[0] != before->at)
		return broken(check, row->car,
			      "a lap does not begin where the last one ended");
	if (row->at_line[0] != INSTANT_NONE && row->at < row->at_line[0])
		return broken(check, row->car, "a lap ended before it began");
	if (row->values[VALUE_TOP_SPEED] > c->top_speed)
		return broken(check, row->car, "a lap was faster than its top speed");
	if (!(row->bits & (LAP_STATED | LAP_REPAIRED)) && row->time != DURATION_NONE &&
	    row->at - row->at_line[0] != row->time)
		return broken(check, row->car, "a lap time is not a difference");
	if (race_lap_counts(check->race, row) &&
	    (c->lap_best == DURATION_NONE || c->lap_best > row->time))
		return broken(check, row->car, "drove a lap faster than its best lap");
	return true;
}

static bool check_laps(struct check *check)
{
	const struct race *race = check->race;
	uint32_t last[RACE_CARS_MAX] = {0};
	bool full = race->anomalies[ANOMALY_CAPACITY] > 0;
	for (uint32_t i = race->lap_first; i < race->lap_count; i++) {
		const struct lap_row *row = &check->tables->laps[i];
		if (row->car >= race->car_count)
			return broken(check, CAR_NONE, "a lap without a car");
		uint32_t before = last[row->car];
		if (row->prev != before)
			return broken(check, row->car, "its chain of laps is broken");
		if (!check_row(check, row,
			       before ? &check->tables->laps[before - 1] : NULL))
			return false;
		last[row->car] = i + 1;
	}
	for (uint16_t i = 0; i < race->car_count; i++) {
		const struct car *c = &race->cars[i];
		if (c->lap_row != last[i])
			return broken(check, i, "lap_row is not its newest lap");
		if (full)
			continue;
		if (last[i] == 0 ? c->laps != c->lap_first
				 : c->laps != check->tables->laps[last[i] - 1].lap)
			return broken(check, i, "laps and rows differ");
		if (last[i] && c->sf_at != check->tables->laps[last[i] - 1].at)
			return broken(check, i, "sf_at is not its newest lap's end");
	}
	return true;
}

static bool check_stints(struct check *check)
{
	const struct race *race = check->race;
	uint32_t last[RACE_CARS_MAX] = {0};
	for (uint32_t i = race->stint_first; i < race->stint_count; i++) {
		const struct stint_row *row = &check->tables->stints[i];
		if (row->car >= race->car_count || row->prev != last[row->car])
			return broken(check, CAR_NONE, "a chain of stints is broken");
		const struct stint_row *before =
			row->prev ? &check->tables->stints[row->prev - 1] : NULL;
		if (before && (row->from_at != before->out_at ||
			       row->from_lap != before->to_lap ||
			       row->number != before->number + 1))
			return broken(check, row->car, "its stints are not contiguous");
		if (row->to_lap < row->from_lap || row->out_at < row->from_at)
			return broken(check, row->car, "a stint ends before it began");
		last[row->car] = i + 1;
	}
	for (uint16_t i = 0; i < race->car_count; i++) {
		const struct car *c = &race->cars[i];
		if (c->stint_row != last[i])
			return broken(check, i, "stint_row is not its newest stint");
		if (c->stint_row && race->full[RACE_LIMIT_STINTS] == 0 &&
		    c->stint_at != check->tables->stints[last[i] - 1].out_at)
			return broken(check, i, "its stint did not begin at pit out");
		if (c->stop_open && !c->in_pit)
			return broken(check, i, "is in a stop and not in the pits");
		if (c->stops + 1u != c->stint + (c->stop_open ? 1u : 0u))
			return broken(check, i, "stops and stints differ");
	}
	return true;
}

static bool check_bests(struct check *check)
{
	const struct race *race = check->race;
	duration_us best = DURATION_NONE;
	for (uint16_t i = 0; i < race->car_count; i++) {
		duration_us t = race->cars[i].lap_best;
		uint8_t class_index = race->entries[i].class_index;
		if (t == DURATION_NONE)
			continue;
		if (best == DURATION_NONE || t < best)
			best = t;
		if (class_index < RACE_CLASSES_MAX &&
		    (race->classes[class_index].lap_best == DURATION_NONE ||
		     race->classes[class_index].lap_best > t))
			return broken(check, i, "is faster than the best of its class");
	}
	if (best != race->lap_best)
		return broken(check, race->lap_best_car, "the best lap differs");
	if (best != DURATION_NONE && (race->lap_best_car >= race->car_count ||
				      race->cars[race->lap_best_car].lap_best != best))
		return broken(check, race->lap_best_car, "has not driven the best lap");
	return true;
}

static bool check_flags(struct check *check)
{
	const struct race *race = check->race;
	for (uint32_t i = 1; i < race->flag_count; i++) {
		const struct flag_row *row = &check->tables->flags[i];
		if (row->flag == row[-1].flag || row->from_at < row[-1].from_at ||
		    row->after_at < row[-1].from_at || row->after_at > row->from_at)
			return broken(check, CAR_NONE, "flag runs are not contiguous");
	}
	if (race->flag_count > 0 && race->anomalies[ANOMALY_CAPACITY] == 0 &&
	    check->tables->flags[race->flag_count - 1].flag != race->flag)
		return broken(check, CAR_NONE, "the flag differs from its run");
	for (uint16_t i = 0; i < race->car_count; i++) {
		const struct car *c = &race->cars[i];
		if (c->flagged != (c->flag_at != INSTANT_NONE))
			return broken(check, i, "took the flag without an instant");
		if (c->flagged && race->setup.type == SESSION_RACE &&
		    (race->finish_at == INSTANT_NONE || c->flag_at < race->finish_at ||
		     c->flag_at != c->sf_at))
			return broken(check, i, "took the flag before the finish");
	}
	return true;
}

static bool check_messages(struct check *check)
{
	const struct race *race = check->race;
	for (uint32_t i = 0; i < race->message_count; i++) {
		const struct message_row *row = &check->tables->messages[i];
		if (row->text[0] == '\0' || row->text[MESSAGE_TEXT_MAX - 1] != '\0' ||
		    (row->car >= race->car_count && row->car != CAR_NONE))
			return broken(check, CAR_NONE,
				      "an empty message or an unknown car");
		if (row->at > race->now || (i > 0 && row->at < row[-1].at))
			return broken(check, CAR_NONE, "a message came before another");
	}
	for (uint32_t i = 0; i < race->weather_count; i++) {
		const struct weather_row *row = &check->tables->weather[i];
		if (row->at >= race->weather_at ||
		    (i > 0 && row->at - row[-1].at < WEATHER_PACE))
			return broken(check, CAR_NONE, "weather rows are too close");
	}
	return true;
}

/* How many rows there are of a kind, of those that count. */
static uint32_t history_rows_of(const struct check *check, uint32_t kinds)
{
	const struct race *race = check->race;
	uint32_t n = 0;
	for (uint32_t i = race->history_first; i < race->history_count; i++)
		n += kinds >> check->tables->history[i].kind & 1;
	return n;
}

/* Tables and history have the same number of rows; of cars that were joined late not every
 * best lap is reported. */
static bool check_history_counts(struct check *check)
{
	const struct race *race = check->race;
	const struct race_tables *tables = check->tables;
	uint32_t bests = 0, late = 0, laps = race->lap_count - race->lap_first;
	for (uint32_t i = race->lap_first; i < race->lap_count; i++) {
		const struct lap_row *row = &tables->laps[i];
		bool best = (row->bits &
			     (LAP_BEST_OWN | LAP_BEST_CLASS | LAP_BEST_RACE)) != 0;
		bests += best;
		late += best && race->cars[row->car].lap_first > 0;
	}
	if (history_rows_of(check, HISTORY_BIT(LAP) | HISTORY_BIT(LEADER_LAP)) != laps)
		return broken(check, CAR_NONE, "laps and their history differ");
	uint32_t rows =
		history_rows_of(check, HISTORY_BIT(OWN_BEST) | HISTORY_BIT(CLASS_BEST) |
					       HISTORY_BIT(BEST_LAP));
	if (rows > bests || rows + late < bests)
		return broken(check, CAR_NONE, "best laps and their history differ");
	if (history_rows_of(check, HISTORY_BIT(PIT_OUT)) !=
	    race->stint_count - race->stint_first)
		return broken(check, CAR_NONE, "stops and their history differ");
	return true;
}

static bool check_history(struct check *check)
{
	const struct race *race = check->race;
	const struct race_tables *tables = check->tables;
	uint32_t last[RACE_CARS_MAX] = {0}, counted[HISTORY_COUNT] = {0};
	if (!tables->history)
		return true;
	for (uint32_t i = 0; i < race->history_count; i++) {
		const struct history_row *row = &tables->history[i];
		if (row->kind >= HISTORY_COUNT || row->at > race->now ||
		    (i > 0 && row->at < row[-1].at))
			return broken(check, CAR_NONE, "history is out of order");
		if (i % HISTORY_EVERY == 0 &&
		    memcmp(&tables->histories[i / HISTORY_EVERY], counted,
			   sizeof(counted)) != 0)
			return broken(check, CAR_NONE, "history is counted wrongly");
		counted[row->kind]++;
		if (row->car >= race->car_count && row->car != CAR_NONE)
			return broken(check, CAR_NONE, "history of no car");
		if (row->car != CAR_NONE && row->prev != last[row->car])
			return broken(check, row->car, "its history is cut");
		if (row->car != CAR_NONE)
			last[row->car] = i + 1;
	}
	for (uint16_t i = 0; i < race->car_count; i++)
		if (race->cars[i].history_row != last[i])
			return broken(check, i, "its newest history is another");
	return race->anomalies[ANOMALY_CAPACITY] > 0 || check_history_counts(check);
}

const char *race_check(const struct race *race, const struct race_tables *tables,
		       char text[256])
{
	struct check check = {race, tables, text};
	text[0] = '\0';
	if (!check_counts(&check) || !check_order(&check) || !check_laps(&check) ||
	    !check_stints(&check) || !check_bests(&check) || !check_flags(&check) ||
	    !check_faults(&check) || !check_messages(&check) || !check_history(&check))
		return text;
	for (uint16_t i = 0; i < race->car_count; i++) {
		if (!check_lines(&check, i) || !check_best(&check, i))
			return text;
	}
	return NULL;
}
