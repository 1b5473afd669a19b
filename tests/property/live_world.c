/*
 * live_world.c -- what a pit wall hears in one race (live_world.h)
 *
 * The truth is worked out by definition and slowly: sort, look at every undo against
 * every event, look ahead from every passing. Nothing of src/timeline is used.
 */
#include "live_world.h"

#include <stdlib.h>
#include <string.h>

enum { PASSINGS_MAX = 64 * 1024, EVENTS_MAX = 256 * 1024, TEXT_MAX = 1024 * 1024 };
enum { SOURCE_BEST, SOURCE_SECOND, SOURCE_THIRD };

bool is_undo(const struct event *event)
{
	return event->kind == EVENT_DECISION && event->field == DECISION_UNDO;
}

/* ---- events of a simulated race ------------------------------------------- */

static struct event *add(struct world *world, enum event_kind kind, instant_us at,
			 unsigned source)
{
	struct event *event = event_add(&world->list, kind, at);
	event->source = (uint16_t)source;
	event->sequence = event->record = world->list.count;
	event->value = DURATION_NONE;
	return event;
}

static void add_entry(struct world *world, const char *number, enum entry_field field,
		      const char *text)
{
	struct event *event = add(world, EVENT_ENTRY, INSTANT_NONE, SOURCE_BEST);
	event_set_id(event, ID_NUMBER, slice_of(number));
	event->field = (uint8_t)field;
	event_set_text(&world->list, event, slice_of(text));
}

static void add_number(struct world *world, const char *transponder, const char *number,
		       instant_us at)
{
	struct event *event = add(world, EVENT_ENTRY, at, SOURCE_OPERATOR);
	event_set_id(event, ID_TRANSPONDER, slice_of(transponder));
	event->field = ENTRY_NUMBER;
	event_set_text(&world->list, event, slice_of(number));
}

static void add_passing(struct world *world, const struct sim_race *sim,
			const struct sim_passing *passing, unsigned source,
			uint64_t *seed)
{
	static const uint8_t clocks[] = {EVENT_CLOCK_UTC, EVENT_CLOCK_OWN,
					 EVENT_CLOCK_NTP};
	const struct sim_car *car = &sim->cars[passing->car];
	instant_us at = passing->at;
	if (source != SOURCE_BEST)
		at += (int64_t)random_below(seed, 800 * 1000) - 400 * US_MS;
	struct event *event = add(world, EVENT_PASSING, at, source);
	event->clock = clocks[source];
	event->line = passing->line;
	event->flag = source == SOURCE_BEST ? passing->flag : FLAG_UNKNOWN;
	/* Sources name one car in different ways. */
	if (source == SOURCE_THIRD)
		event_set_id(event, ID_NUMBER, slice_of(car->number));
	else
		event_set_id(event, ID_TRANSPONDER, slice_of(car->transponder));
}

static void add_sources(struct world *world, const struct sim_race *sim, uint64_t *seed,
			unsigned what)
{
	uint32_t laps[RACE_CARS_MAX] = {0};
	for (uint32_t i = 0; i < sim->passing_count; i++) {
		const struct sim_passing *passing = &sim->passings[i];
		uint32_t lap = passing->line == LINE_SF || passing->line == LINE_SF_PIT
				       ? ++laps[passing->car]
				       : 0;
		if (!(what & WORLD_DEAF) || random_below(seed, 20) > 0)
			add_passing(world, sim, passing, SOURCE_BEST, seed);
		if (what & WORLD_SECOND && random_below(seed, 20) > 0)
			add_passing(world, sim, passing, SOURCE_SECOND, seed);
		if (!(what & WORLD_THIRD) || random_below(seed, 2) == 0)
			continue;
		add_passing(world, sim, passing, SOURCE_THIRD, seed);
		if (what & WORLD_COUNTS && lap > 0 && random_below(seed, 10) > 0)
			world->list.at[world->list.count - 1].number =
				random_below(seed, 20) > 0
					? lap
					: 1 + (uint32_t)random_below(seed, lap + 3);
	}
}

static void add_decision(struct world *world, const struct sim_race *sim, instant_us at,
			 uint64_t *seed)
{
	const char *number = sim->cars[random_below(seed, sim->car_count)].number;
	struct event *event;
	switch (random_below(seed, 4)) {
	case 0:
		event = add(world, EVENT_FLAG, at, SOURCE_OPERATOR);
		event->flag = random_below(seed, 2) ? FLAG_SC : FLAG_GREEN;
		break;
	case 1:
		event = add(world, EVENT_PASSING, at, SOURCE_OPERATOR);
		event_set_id(event, ID_NUMBER, slice_of(number));
		event->clock = EVENT_CLOCK_NTP;
		break;
	case 2:
		event = add(world, EVENT_DECISION, at, SOURCE_OPERATOR);
		event_set_id(event, ID_NUMBER, slice_of(number));
		event->field = DECISION_LAP_DELETED;
		event->value = 1 + (int64_t)random_below(seed, 9);
		break;
	default:
		event = add(world, EVENT_DECISION, at, SOURCE_OPERATOR);
		event_set_id(event, ID_NUMBER, slice_of(number));
		event->field = DECISION_TIME;
		event->value = 10 * US_S;
		break;
	}
	event->bits = EVENT_BY_HAND;
}

/* An undo of @index, by its own source. */
static void add_undo(struct world *world, uint32_t index, instant_us at)
{
	const struct event *back = &world->list.at[index];
	uint16_t source = back->source;
	uint32_t record = back->record;
	struct event *event = add(world, EVENT_DECISION, at, source);
	event->field = DECISION_UNDO;
	event->value = record;
}

/* Decisions, and undos of anything that was said before, undos among them. */
static void add_operator(struct world *world, const struct sim_race *sim,
			 uint64_t *seed, duration_us length)
{
	uint32_t first = world->list.count;
	for (int i = 0; i < 120; i++) {
		instant_us at = sim->setup.start_at +
				(int64_t)random_below(seed, (uint64_t)length);
		uint32_t behind = world->list.count;
		switch (i < 10 ? 0 : random_below(seed, 4)) {
		case 0:
			add_decision(world, sim, at, seed);
			break;
		case 1:
			add_undo(world, (uint32_t)random_below(seed, behind), at);
			break;
		default:
			add_undo(world,
				 first + (uint32_t)random_below(seed, behind - first),
				 at);
			break;
		}
	}
}

static void add_rest(struct world *world, const struct sim_race *sim, unsigned what,
		     duration_us length, uint64_t *seed)
{
	for (uint32_t i = 0; i < sim->car_count; i++) {
		const struct sim_car *car = &sim->cars[i];
		add_entry(world, car->number, ENTRY_CAR, "");
		add_entry(world, car->number, ENTRY_CLASS, car->class_name);
		bool later = what & WORLD_NAMES && random_below(seed, 3) == 0;
		instant_us at = sim->setup.start_at +
				(int64_t)random_below(seed, (uint64_t)length);
		add_number(world, car->transponder, car->number,
			   later ? at : INSTANT_NONE);
		/* Fitted to another car, and back again. */
		if (!(what & WORLD_NAMES) || random_below(seed, 3) > 0)
			continue;
		const struct sim_car *other =
			&sim->cars[random_below(seed, sim->car_count)];
		add_number(world, car->transponder, other->number, at + US_MIN);
		add_number(world, car->transponder, car->number, at + 2 * US_MIN);
	}
	for (uint32_t i = 0; i < sim->flag_count; i++) {
		struct event *event =
			add(world, EVENT_FLAG, sim->flags[i].from_at, SOURCE_BEST);
		event->flag = sim->flags[i].flag;
	}
}

/* Files and networks: most at once, some much later, the operator at his leisure. */
static void hear(struct world *world, unsigned what, uint64_t *seed)
{
	instant_us start = world->setup.start_at;
	for (uint32_t i = 0; i < world->list.count; i++) {
		struct event *event = &world->list.at[i];
		instant_us at = event->at == INSTANT_NONE ? start : event->at;
		event->received_at = at + (int64_t)random_below(seed, 300 * 1000);
		if (what & WORLD_LATE && random_below(seed, 10) == 0)
			event->received_at +=
				(int64_t)random_below(seed, (uint64_t)US_HOUR);
		if (event->source == SOURCE_OPERATOR || is_undo(event))
			event->received_at +=
				(int64_t)random_below(seed, 10 * 60 * 1000000);
	}
}

void world_make(struct world *world, uint64_t seed, unsigned cars, duration_us length,
		unsigned what)
{
	static struct sim_race sim;
	struct err err = {""};
	memset(world, 0, sizeof(*world));
	world->list = (struct event_list){
		.at = calloc(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = calloc(TEXT_MAX, 1),
		.text_max = TEXT_MAX,
	};
	memset(&sim, 0, sizeof(sim));
	sim.passings = calloc(PASSINGS_MAX, sizeof(*sim.passings));
	sim.passings_max = PASSINGS_MAX;
	assert_non_null(world->list.at);
	assert_non_null(world->list.text);
	assert_non_null(sim.passings);
	if (sim_plausible(&sim, seed, cars, 3, length, &err) != 0)
		fail_msg("%s", err.text);
	world->setup = sim.setup;
	add_rest(world, &sim, what, length, &seed);
	add_sources(world, &sim, &seed, what);
	if (what & WORLD_OPERATOR)
		add_operator(world, &sim, &seed, length);
	hear(world, what, &seed);
	free(sim.passings);
	assert_int_equal(world->list.dropped, 0);
}

void world_free(struct world *world)
{
	free(world->list.at);
	free(world->list.text);
}

/* ---- arrival -------------------------------------------------------------- */

void world_shuffle(struct world *world, uint64_t *seed)
{
	struct event *at = world->list.at;
	for (uint32_t i = world->list.count; i > 1; i--) {
		uint32_t j = (uint32_t)random_below(seed, i);
		struct event held = at[i - 1];
		at[i - 1] = at[j];
		at[j] = held;
	}
}

static int received_before(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	if (x->received_at != y->received_at)
		return x->received_at < y->received_at ? -1 : 1;
	return (x->record > y->record) - (x->record < y->record);
}

void world_sort_received(struct world *world)
{
	qsort(world->list.at, world->list.count, sizeof(struct event), received_before);
}

/* ---- the truth -------------------------------------------------------------- */

void truth_begin(struct truth *truth, uint32_t events)
{
	truth->tables = (struct race_tables){
		.laps = calloc(events + 4096, sizeof(struct lap_row)),
		.stints = calloc(events + 512, sizeof(struct stint_row)),
		.flags = calloc(events + 2, sizeof(struct flag_row)),
		.faults = calloc(16 * 1024, sizeof(struct fault_row)),
		.messages = calloc(8 * 1024, sizeof(struct message_row)),
		.weather = calloc(8 * 1024, sizeof(struct weather_row)),
		.history = calloc(8 * events + 65536, sizeof(struct history_row)),
		.histories = calloc(HISTORY_BLOCKS(8 * events + 65536),
				    sizeof(struct history_block)),
		.history_max = 8 * events + 65536,
		.laps_max = events + 4096,
		.stints_max = events + 512,
		.flags_max = events + 2,
		.faults_max = 16 * 1024,
		.messages_max = 8 * 1024,
		.weather_max = 8 * 1024,
	};
	assert_non_null(truth->tables.laps);
	assert_non_null(truth->tables.stints);
	assert_non_null(truth->tables.flags);
	assert_non_null(truth->tables.faults);
	assert_non_null(truth->tables.messages);
	assert_non_null(truth->tables.weather);
	assert_non_null(truth->tables.history);
	assert_non_null(truth->tables.histories);
}

void truth_free(struct truth *truth)
{
	free(truth->tables.laps);
	free(truth->tables.stints);
	free(truth->tables.flags);
	free(truth->tables.faults);
	free(truth->tables.messages);
	free(truth->tables.weather);
	free(truth->tables.history);
	free(truth->tables.histories);
}

static const struct event_list *sorting;

static int in_order(const void *a, const void *b)
{
	return event_compare(sorting, a, b);
}

/* From the highest record to the lowest, each undo that stands. */
static void undo_all(const struct event *events, uint32_t count, bool *undone)
{
	uint64_t below = UINT64_MAX;
	for (;;) {
		uint64_t next = 0;
		for (uint32_t i = 0; i < count; i++)
			if (is_undo(&events[i]) && events[i].record < below &&
			    events[i].record > next)
				next = events[i].record;
		if (next == 0)
			return;
		below = next;
		for (uint32_t i = 0; i < count; i++)
			for (uint32_t j = 0; is_undo(&events[i]) && !undone[i] &&
					     events[i].record == next && j < count;
			     j++)
				if (events[j].source == events[i].source &&
				    events[j].record < next &&
				    (int64_t)events[j].record == events[i].value)
					undone[j] = true;
	}
}

static unsigned goodness(const struct event *event)
{
	bool guess = event->bits & (EVENT_ESTIMATED | EVENT_BY_HAND);
	return guess ? 0 : 1u + event->clock;
}

static bool is_sf(const struct event *event)
{
	return event->line == LINE_SF || event->line == LINE_SF_PIT;
}

static bool one_car(const struct race *race, const struct event *a,
		    const struct event *b)
{
	uint16_t x = race_find(race, (enum id_kind)a->id_kind, slice_of(a->id));
	uint16_t y = race_find(race, (enum id_kind)b->id_kind, slice_of(b->id));
	if (x == CAR_NONE && y == CAR_NONE)
		return a->id_kind == b->id_kind && strcmp(a->id, b->id) == 0;
	return x == y;
}

static bool bettered(const struct world *world, const struct race *race,
		     const struct event *event, const struct event *end,
		     const bool *undone)
{
	duration_us window =
		world->setup.merge_us ? world->setup.merge_us : RACE_MERGE_US;
	for (const struct event *other = event + 1;
	     other < end && other->at <= event->at + window; other++)
		if (other->kind == EVENT_PASSING && !undone[other - event] &&
		    other->source != event->source &&
		    (other->line == event->line || (is_sf(other) && is_sf(event))) &&
		    goodness(other) > goodness(event) && one_car(race, event, other) &&
		    (!event->number || !other->number ||
		     event->number == other->number))
			return true;
	return false;
}

/* The most laps that another source says of this crossing; 0: none does. */
static uint32_t told(const struct world *world, const struct race *race,
		     const struct event *events, uint32_t n, uint32_t i,
		     const bool *undone)
{
	const struct event *event = &events[i];
	duration_us window =
		world->setup.merge_us ? world->setup.merge_us : RACE_MERGE_US;
	uint32_t most = 0;
	if (event->kind != EVENT_PASSING || event->number || !is_sf(event))
		return 0;
	for (uint32_t j = 0; j < n; j++)
		if (events[j].kind == EVENT_PASSING && !undone[j] &&
		    events[j].source != event->source && is_sf(&events[j]) &&
		    events[j].at - event->at <= window &&
		    event->at - events[j].at <= window && goodness(&events[j]) > 0 &&
		    one_car(race, event, &events[j]) && events[j].number > most)
			most = events[j].number;
	return most;
}

void truth_at(struct truth *truth, const struct world *world, uint32_t count,
	      instant_us received, instant_us t)
{
	struct event *events = calloc(count + 1, sizeof(*events));
	bool *undone = calloc(count + 1, sizeof(*undone));
	uint32_t n = 0;
	assert_non_null(events);
	assert_non_null(undone);
	for (uint32_t i = 0; i < count; i++)
		if (world->list.at[i].received_at <= received)
			events[n++] = world->list.at[i];
	sorting = &world->list;
	qsort(events, n, sizeof(*events), in_order);
	undo_all(events, n, undone);
	race_init(&truth->race, &world->setup);
	truth->masked = 0;
	for (uint32_t i = 0; i < n && events[i].at <= t; i++) {
		if (undone[i] || (events[i].kind == EVENT_PASSING &&
				  bettered(world, &truth->race, &events[i], events + n,
					   undone + i))) {
			truth->masked++;
			continue;
		}
		struct event event = events[i];
		uint32_t most = told(world, &truth->race, events, n, i, undone);
		if (most) {
			event.number = most;
			event.bits |= EVENT_NUMBER_BORROWED;
		}
		race_apply(&truth->race, &truth->tables, &event, world->list.text,
			   NULL);
	}
	free(events);
	free(undone);
}

void truth_same(const struct truth *truth, const struct race *race,
		const struct race_tables *tables, const char *what)
{
	const unsigned char *x = (const void *)&truth->race, *y = (const void *)race;
	size_t i = 0;
	while (i < sizeof(*race) && x[i] == y[i])
		i++;
	if (i < sizeof(*race))
		fail_msg("%s: the race differs at byte %zu; %llu events applied, the "
			 "truth has %llu",
			 what, i, (unsigned long long)race->events,
			 (unsigned long long)truth->race.events);
	if (memcmp(truth->tables.laps, tables->laps,
		   race->lap_count * sizeof(struct lap_row)) != 0)
		fail_msg("%s: rows of laps differ", what);
	if (memcmp(truth->tables.stints, tables->stints,
		   race->stint_count * sizeof(struct stint_row)) != 0)
		fail_msg("%s: rows of stints differ", what);
	if (memcmp(truth->tables.flags, tables->flags,
		   race->flag_count * sizeof(struct flag_row)) != 0)
		fail_msg("%s: rows of flags differ", what);
	if (memcmp(truth->tables.faults, tables->faults,
		   race->fault_count * sizeof(struct fault_row)) != 0)
		fail_msg("%s: rows of faults differ", what);
	if (memcmp(truth->tables.messages, tables->messages,
		   race->message_count * sizeof(struct message_row)) != 0)
		fail_msg("%s: rows of messages differ", what);
	if (memcmp(truth->tables.weather, tables->weather,
		   race->weather_count * sizeof(struct weather_row)) != 0)
		fail_msg("%s: rows of the weather differ", what);
	if (memcmp(truth->tables.history, tables->history,
		   race->history_count * sizeof(struct history_row)) != 0)
		fail_msg("%s: rows of the history differ", what);
	if (race->history_count > 0 &&
	    memcmp(truth->tables.histories, tables->histories,
		   HISTORY_BLOCKS(race->history_count - 1) *
			   sizeof(struct history_block)) != 0)
		fail_msg("%s: the history is counted otherwise", what);
}
