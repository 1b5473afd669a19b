/*
 * timeline_live.c -- laws of the timeline whose end moves: any order of arrival, any
 * batches, late tails, two sources, undo and redo; as corrected and as known
 *
 * What the race must be is worked out by definition in live_world.c. Seeds are
 * printed when a law fails.
 */
#include "live_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A timeline that takes a part of the events of a world after the other. */
struct taker {
	struct timeline timeline;
	struct event_list list; /* of the world, as far as it has come */
	void *storage;
};

static struct world world;
static struct truth truth;
static struct taker taker, loaded;

static void take_begin(uint32_t count)
{
	struct err err = {""};
	uint32_t max = world.list.count;
	taker.storage = malloc(timeline_live_size(max));
	assert_non_null(taker.storage);
	taker.list = world.list;
	taker.list.count = count;
	if (timeline_begin(&taker.timeline, &taker.list, max, &world.setup,
			   taker.storage, &err) != 0)
		fail_msg("%s", err.text);
}

static uint32_t take_more(uint32_t count)
{
	uint32_t left = world.list.count - taker.list.count;
	taker.list.count += count < left ? count : left;
	return timeline_take(&taker.timeline);
}

static void load_all(void)
{
	struct err err = {""};
	loaded.list = world.list;
	struct timeline_needs needs = timeline_needs(&loaded.list, true, true);
	needs.storage = loaded.storage = malloc(needs.bytes);
	if (timeline_load(&loaded.timeline, &loaded.list, &world.setup, &needs, &err) !=
	    0)
		fail_msg("%s", err.text);
}

static void all_free(void)
{
	free(taker.storage);
	free(loaded.storage);
	taker.storage = loaded.storage = NULL;
	truth_free(&truth);
	world_free(&world);
}

static instant_us some_instant(uint64_t *seed)
{
	const struct timeline *timeline = &taker.timeline;
	if (timeline->first_at == INSTANT_NONE)
		return world.setup.start_at;
	uint64_t span = (uint64_t)(timeline->last_at - timeline->first_at);
	return timeline->first_at - US_S +
	       (int64_t)random_below(seed, span + 3 * (uint64_t)US_S);
}

/* The timeline at @t is what its events say. */
static void check_at(struct taker *of, instant_us t, enum timeline_as as,
		     const char *what)
{
	const struct race *race = timeline_at_as(&of->timeline, t, as);
	truth_at(&truth, &world, of->list.count, as == AS_KNOWN ? t : INT64_MAX, t);
	truth_same(&truth, race, &of->timeline.tables, what);
	assert_int_equal(of->timeline.as, as);
	assert_ptr_equal(race, &of->timeline.race);
}

static void check_head(const char *what)
{
	struct timeline *timeline = &taker.timeline;
	const struct race *head = timeline_head(timeline);
	truth_at(&truth, &world, taker.list.count, INT64_MAX, INT64_MAX);
	truth_same(&truth, head, timeline_head_tables(timeline), what);
	assert_int_equal(timeline->start_at, head->start_at);
	assert_int_equal(timeline->finish_at, head->finish_at);
	assert_int_equal(timeline->lap_total, head->lap_count);
	assert_true(timeline->keyframe_size <= TIMELINE_KEYFRAME_BYTES / 2);
}

/* Places and masks: what the fold of the whole leaves beside the race. */
static void check_like_loaded(void)
{
	const struct timeline *a = &taker.timeline, *b = &loaded.timeline;
	assert_int_equal(a->order_count, b->order_count);
	assert_int_equal(a->history_first, b->history_first);
	assert_int_equal(a->history_total, b->history_total);
	assert_memory_equal(timeline_head_tables(&taker.timeline)->history,
			    timeline_head_tables(&loaded.timeline)->history,
			    a->history_total * sizeof(struct history_row));
	assert_memory_equal(a->car_of, b->car_of, a->order_count * sizeof(*a->car_of));
	assert_memory_equal(a->masked_by, b->masked_by,
			    a->order_count * sizeof(*a->masked_by));
	assert_memory_equal(a->order, b->order, a->order_count * sizeof(*a->order));
	assert_int_equal(a->first_at, b->first_at);
	assert_int_equal(a->last_at, b->last_at);
	assert_int_equal(a->clock_at, b->clock_at);
	assert_int_equal(a->end_at, b->end_at);
	assert_int_equal(a->lap_first, b->lap_first);
}

static const struct scene {
	const char *name;
	unsigned cars;
	int64_t minutes;
	unsigned what;
} scenes[] = {
	{"one source", 9, 20, 0},
	{"one source, late", 20, 40, WORLD_LATE},
	{"two sources", 12, 20, WORLD_SECOND},
	{"two sources, late", 12, 30, WORLD_SECOND | WORLD_LATE | WORLD_DEAF},
	{"three sources", 8, 20, WORLD_SECOND | WORLD_THIRD | WORLD_DEAF},
	{"names during the race", 8, 20,
	 WORLD_SECOND | WORLD_THIRD | WORLD_NAMES | WORLD_LATE},
	{"an operator", 10, 20, WORLD_OPERATOR | WORLD_LATE},
	{"one that counts laps", 12, 30,
	 WORLD_SECOND | WORLD_THIRD | WORLD_COUNTS | WORLD_LATE | WORLD_DEAF},
	{"everything", 14, 30,
	 WORLD_SECOND | WORLD_THIRD | WORLD_OPERATOR | WORLD_NAMES | WORLD_LATE |
		 WORLD_DEAF | WORLD_COUNTS},
};

/* Each scene so many times, with other seeds. */
#ifndef ROUNDS
#define ROUNDS 3
#endif
#define SCENES (ROUNDS * ARRAY_LEN(scenes))

static const struct scene *scene_of(size_t i)
{
	return &scenes[i % ARRAY_LEN(scenes)];
}

static void scene_begin(const struct scene *scene, uint64_t seed)
{
	world_make(&world, seed, scene->cars, scene->minutes * US_MIN, scene->what);
	truth_begin(&truth, world.list.count);
}

static void any_order_in_any_batches_gives_the_same_race(void **state)
{
	(void)state;
	for (size_t i = 0; i < SCENES; i++) {
		uint64_t seed = 1000 + i;
		char what[96];
		scene_begin(scene_of(i), seed);
		text_format(what, sizeof(what), "%s, seed %u", scene_of(i)->name,
			    (unsigned)seed);
		world_shuffle(&world, &seed);
		take_begin((uint32_t)random_below(&seed, 50));
		while (taker.list.count < world.list.count) {
			uint64_t most = random_below(&seed, 4) ? 8 : 600;
			(void)take_more((uint32_t)random_below(&seed, most));
			if (random_below(&seed, 4) == 0)
				(void)timeline_at(&taker.timeline, some_instant(&seed));
			if (random_below(&seed, 40) == 0)
				check_at(&taker, some_instant(&seed), AS_CORRECTED,
					 what);
		}
		check_head(what);
		load_all();
		check_like_loaded();
		for (int k = 0; k < 10; k++) {
			check_at(&taker, some_instant(&seed), AS_CORRECTED, what);
			check_at(&loaded, some_instant(&seed), AS_CORRECTED, what);
		}
		all_free();
	}
}

/* As it goes on a pit wall: what was received is taken, and looked at as known. */
static void what_is_taken_as_it_is_received_is_the_race_at_every_moment(void **state)
{
	(void)state;
	for (size_t i = 0; i < SCENES; i++) {
		uint64_t seed = 2000 + i;
		char what[96];
		uint32_t late = 0;
		scene_begin(scene_of(i), seed);
		text_format(what, sizeof(what), "%s, seed %u", scene_of(i)->name,
			    (unsigned)seed);
		world_sort_received(&world);
		take_begin(0);
		while (taker.list.count < world.list.count) {
			late += take_more(1 + (uint32_t)random_below(&seed, 6));
			instant_us now =
				world.list.at[taker.list.count - 1].received_at;
			duration_us delay = (int64_t)random_below(&seed, 3) * 15 * US_S;
			if (random_below(&seed, 3) == 0)
				(void)timeline_at_as(&taker.timeline, now - delay,
						     AS_KNOWN);
			if (random_below(&seed, 12) > 0)
				continue;
			/* The view is right without being asked again, too. */
			const struct timeline *timeline = &taker.timeline;
			truth_at(&truth, &world, taker.list.count,
				 timeline->as == AS_KNOWN ? timeline->at : INT64_MAX,
				 timeline->at);
			truth_same(&truth, &timeline->race, &timeline->tables, what);
			check_at(&taker, now - delay, AS_KNOWN, what);
			if (random_below(&seed, 8) == 0)
				check_head(what);
		}
		assert_true(!(scene_of(i)->what & WORLD_LATE) || late > 20);
		load_all();
		check_like_loaded();
		all_free();
	}
}

static void as_known_is_a_race_of_what_was_received_by_then(void **state)
{
	(void)state;
	for (size_t i = 0; i < SCENES; i++) {
		uint64_t seed = 3000 + i;
		char what[96];
		scene_begin(scene_of(i), seed);
		text_format(what, sizeof(what), "%s, seed %u", scene_of(i)->name,
			    (unsigned)seed);
		world_shuffle(&world, &seed);
		load_all();
		take_begin(world.list.count);
		for (int k = 0; k < 12; k++) {
			instant_us t = some_instant(&seed);
			struct taker *of = random_below(&seed, 2) ? &taker : &loaded;
			check_at(of, t, AS_KNOWN, what);
			/* On from there, as it is played. */
			for (int step = 0; step < 4; step++) {
				t += (int64_t)random_below(&seed, 20 * US_S);
				check_at(of, t, AS_KNOWN, what);
			}
			if (random_below(&seed, 2))
				check_at(of, t, AS_CORRECTED, what);
		}
		/* When all was received, all is known. */
		check_at(&loaded, INT64_MAX, AS_KNOWN, what);
		check_at(&taker, INT64_MAX, AS_KNOWN, what);
		check_head(what);
		all_free();
	}
}

static void as_known_equals_a_timeline_loaded_with_what_was_received(void **state)
{
	(void)state;
	uint64_t seed = 4;
	static struct taker fresh;
	scene_begin(&scenes[ARRAY_LEN(scenes) - 1], seed);
	load_all();
	take_begin(world.list.count);
	fresh.list.at = calloc(world.list.count, sizeof(struct event));
	assert_non_null(fresh.list.at);
	fresh.list.text = world.list.text;
	fresh.list.text_len = world.list.text_len;
	for (int k = 0; k < 20; k++) {
		struct err err;
		instant_us t = some_instant(&seed);
		fresh.list.count = 0;
		for (uint32_t i = 0; i < world.list.count; i++)
			if (world.list.at[i].received_at <= t)
				fresh.list.at[fresh.list.count++] = world.list.at[i];
		struct timeline_needs needs = timeline_needs(&fresh.list, true, false);
		needs.storage = fresh.storage = malloc(needs.bytes);
		assert_int_equal(timeline_load(&fresh.timeline, &fresh.list,
					       &world.setup, &needs, &err),
				 0);
		(void)timeline_at(&fresh.timeline, t);
		const struct race *race = timeline_at_as(&taker.timeline, t, AS_KNOWN);
		assert_memory_equal(race, &fresh.timeline.race, sizeof(*race));
		assert_memory_equal(taker.timeline.tables.laps,
				    fresh.timeline.tables.laps,
				    race->lap_count * sizeof(struct lap_row));
		free(fresh.storage);
	}
	free(fresh.list.at);
	all_free();
}

/* Who was where and when: of the race, whatever sources told of it. */
static void same_facts(const struct race *a, const struct lap_row *laps_a,
		       const struct race *b, const struct lap_row *laps_b)
{
	assert_int_equal(a->car_count, b->car_count);
	assert_int_equal(a->lap_count, b->lap_count);
	for (uint16_t i = 0; i < a->car_count; i++) {
		assert_string_equal(a->entries[a->order[i]].number,
				    b->entries[b->order[i]].number);
		assert_int_equal(a->cars[a->order[i]].laps, b->cars[b->order[i]].laps);
		assert_int_equal(a->cars[a->order[i]].lap_best,
				 b->cars[b->order[i]].lap_best);
		assert_int_equal(a->cars[a->order[i]].stops,
				 b->cars[b->order[i]].stops);
	}
	for (uint32_t i = 0; i < a->lap_count; i++) {
		assert_int_equal(laps_a[i].at, laps_b[i].at);
		assert_int_equal(laps_a[i].time, laps_b[i].time);
		assert_int_equal(laps_a[i].position, laps_b[i].position);
		assert_memory_equal(laps_a[i].at_line, laps_b[i].at_line,
				    sizeof(laps_a[i].at_line));
	}
}

static void sources_with_worse_clocks_change_nothing_of_a_perfect_one(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		world_make(&world, seed, 12, 40 * US_MIN, 0);
		truth_begin(&truth, world.list.count);
		truth_at(&truth, &world, world.list.count, INT64_MAX, INT64_MAX);
		struct race *perfect = malloc(sizeof(*perfect));
		assert_non_null(perfect);
		*perfect = truth.race;
		uint32_t rows = truth.race.lap_count;
		struct lap_row *laps = calloc(rows + 1, sizeof(*laps));
		assert_non_null(laps);
		memcpy(laps, truth.tables.laps, rows * sizeof(*laps));
		truth_free(&truth);
		world_free(&world);

		uint64_t arrival = seed;
		world_make(&world, seed, 12, 40 * US_MIN, WORLD_SECOND | WORLD_THIRD);
		truth_begin(&truth, world.list.count);
		world_shuffle(&world, &arrival);
		take_begin(0);
		while (taker.list.count < world.list.count)
			(void)take_more(1 + (uint32_t)random_below(&arrival, 300));
		const struct race *head = timeline_head(&taker.timeline);
		assert_true(head->merged > 0);
		print_message("# seed %u: %u passings merged by the race, %u rows\n",
			      (unsigned)seed, head->merged, rows);
		same_facts(perfect, laps, head,
			   timeline_head_tables(&taker.timeline)->laps);
		free(perfect);
		free(laps);
		all_free();
	}
}

static void another_set_up_is_as_if_it_had_been_so_from_the_start(void **state)
{
	(void)state;
	uint64_t seed = 77;
	scene_begin(&scenes[ARRAY_LEN(scenes) - 1], seed);
	load_all();
	take_begin(world.list.count / 2);
	(void)timeline_at_as(&taker.timeline, some_instant(&seed), AS_KNOWN);
	world.setup.merge_us = 200 * US_MS;
	world.setup.length_us = 15 * US_MIN;
	timeline_set_up(&taker.timeline, &world.setup);
	timeline_set_up(&loaded.timeline, &world.setup);
	check_head("half");
	check_at(&taker, some_instant(&seed), AS_KNOWN, "half, known");
	(void)take_more(UINT32_MAX);
	check_head("all");
	check_like_loaded();
	for (int i = 0; i < 10; i++) {
		check_at(&taker, some_instant(&seed), AS_CORRECTED, "live");
		check_at(&loaded, some_instant(&seed), AS_KNOWN, "loaded");
	}
	all_free();
}

/* ---- events leave memory ---------------------------------------------------------- */

/** In the order of the race, so that nothing comes of before the floor. */
static void world_sort(void)
{
	struct event_list *list = &world.list;
	uint32_t *order = calloc(list->count, sizeof(*order));
	struct event_slot *scratch = calloc(2 * (size_t)list->count, sizeof(*scratch));
	struct event *sorted = calloc(list->count, sizeof(*sorted));
	assert_true(order && scratch && sorted);
	event_order(list, order, scratch);
	for (uint32_t i = 0; i < list->count; i++)
		sorted[i] = list->at[order[i]];
	memcpy(list->at, sorted, list->count * sizeof(*sorted));
	free(sorted);
	free(scratch);
	free(order);
}

/** True when all that left was received by @t: then what was known is known. */
static bool floor_is_known(uint32_t taken, instant_us t)
{
	for (uint32_t i = 0; i < taken; i++)
		if (world.list.at[i].at <= taker.timeline.floor_at &&
		    world.list.at[i].received_at > t)
			return false;
	return true;
}

static void check_left(uint32_t taken, uint64_t *seed, const char *what)
{
	struct timeline *timeline = &taker.timeline;
	instant_us floor = timeline->floor_at;
	truth_at(&truth, &world, taken, INT64_MAX, INT64_MAX);
	truth_same(&truth, timeline_head(timeline), timeline_head_tables(timeline),
		   what);
	for (int i = 0; i < 4; i++) {
		instant_us t = some_instant(seed);
		const struct race *race = timeline_at(timeline, t);
		/* Before the floor there is the floor. */
		instant_us shown = t > floor ? t : floor;
		assert_true(timeline->at == shown);
		truth_at(&truth, &world, taken, INT64_MAX, shown);
		truth_same(&truth, race, &timeline->tables, what);
		if (t <= floor || !floor_is_known(taken, t))
			continue;
		race = timeline_at_as(timeline, t, AS_KNOWN);
		truth_at(&truth, &world, taken, t, t);
		truth_same(&truth, race, &timeline->tables, what);
	}
}

/** True when what @undo takes back, in the end, is in memory: otherwise it has no effect. */
static bool undo_reaches(const struct event *undo)
{
	const struct event_list *list = &taker.list;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *event = &list->at[i];
		if (event->source == undo->source &&
		    (int64_t)event->record == undo->value && undo->value >= 0)
			return !is_undo(event) || undo_reaches(event);
	}
	return false;
}

static void append_world(struct event *events, uint32_t from, uint32_t count)
{
	for (uint32_t i = from; i < from + count; i++) {
		struct event *event = &world.list.at[i];
		if (is_undo(event) && !undo_reaches(event))
			event->kind = EVENT_HEARTBEAT;
		events[taker.list.count++] = *event;
	}
}

static void what_left_memory_stays_in_the_race(void **state)
{
	uint32_t all = 0;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		uint64_t seed = 5000 + i;
		char what[96];
		uint32_t taken = 0, left = 0, times = 0;
		scene_begin(scene_of(i), seed);
		text_format(what, sizeof(what), "left, %s, seed %u", scene_of(i)->name,
			    (unsigned)seed);
		world_sort();
		take_begin(0);
		struct event *events = calloc(world.list.count, sizeof(*events));
		assert_non_null(events);
		taker.list.at = events;
		while (taken < world.list.count) {
			uint32_t more = 1 + (uint32_t)random_below(&seed, 40);
			if (more > world.list.count - taken)
				more = world.list.count - taken;
			append_world(events, taken, more);
			taken += more;
			(void)timeline_take(&taker.timeline);
			if (random_below(&seed, 6) == 0)
				(void)timeline_at(&taker.timeline, some_instant(&seed));
			if (taker.list.count < 420)
				continue;
			uint32_t gone = timeline_forget(&taker.timeline, events,
							taker.list.count * 2 / 3);
			taker.list.count -= gone;
			left += gone;
			times++;
			timeline_forgotten(&taker.timeline);
			check_left(taken, &seed, what);
		}
		check_left(taken, &seed, what);
		assert_int_equal(left + taker.list.count, taken);
		all += times;
		free(events);
		all_free();
	}
	assert_true(all >= ARRAY_LEN(scenes));
}

/* ---- single cases that chance finds too rarely ---------------------------------- */

/* The race when event @i came last of all, minutes after its time. */
static void any_single_passing_may_come_last(void **state)
{
	(void)state;
	static const struct scene scene = {"names", 8, 15,
					   WORLD_SECOND | WORLD_THIRD | WORLD_NAMES};
	scene_begin(&scene, 5);
	uint32_t last = world.list.count - 1;
	truth_at(&truth, &world, world.list.count, INT64_MAX, INT64_MAX);
	for (uint32_t i = 0; i < last; i++) {
		if (world.list.at[i].kind != EVENT_PASSING ||
		    world.list.at[i].source != 0)
			continue;
		struct event held = world.list.at[i];
		world.list.at[i] = world.list.at[last];
		world.list.at[last] = held;
		take_begin(last);
		(void)take_more(1);
		truth_same(&truth, timeline_head(&taker.timeline),
			   timeline_head_tables(&taker.timeline), "one comes last");
		free(taker.storage);
		world.list.at[last] = world.list.at[i];
		world.list.at[i] = held;
	}
	taker.storage = NULL;
	all_free();
}

static struct event *append(enum event_kind kind, instant_us at)
{
	struct event *event = event_add(&world.list, kind, at);
	event->sequence = event->record = world.list.count;
	return event;
}

/* Every third passing of the better clock is taken back as soon as it was received. */
static void a_passing_taken_back_gives_its_twin_back(void **state)
{
	(void)state;
	static const struct scene scene = {"twins", 8, 15, WORLD_SECOND};
	scene_begin(&scene, 6);
	world_sort_received(&world);
	uint32_t count = world.list.count, record = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct event held = world.list.at[i];
		if (held.kind != EVENT_PASSING || held.source != 0 || i % 3)
			continue;
		struct event *undo = append(EVENT_DECISION, held.at + US_S);
		undo->received_at = held.received_at + US_S;
		undo->field = DECISION_UNDO;
		undo->value = held.record;
		undo->record = ++record;
	}
	assert_true(world.list.count > count + 50);
	world_sort_received(&world);
	truth_free(&truth);
	truth_begin(&truth, world.list.count);
	take_begin(0);
	while (taker.list.count < world.list.count) {
		(void)take_more(1);
		if (is_undo(&world.list.at[taker.list.count - 1]))
			check_head("a twin");
	}
	all_free();
}

/* One source in the order of time; the last event is never received, so that as known
 * is never simply as corrected. */
static void deaf_begin(void)
{
	static const struct scene scene = {"one source", 8, 20, 0};
	scene_begin(&scene, 7);
	world_sort_received(&world);
	world.list.at[world.list.count - 1].received_at += US_DAY;
	/* The order of arrival is not changed by it, nor by what is appended. */
}

static void what_was_known_is_read_again_where_a_late_passing_changed_it(void **state)
{
	(void)state;
	deaf_begin();
	uint32_t last = world.list.count - 1, early = last / 4;
	instant_us end = world.list.at[last - 1].received_at;
	struct event held = world.list.at[early];
	assert_int_equal(held.kind, EVENT_PASSING);
	memmove(&world.list.at[early], &world.list.at[early + 1],
		(last - early) * sizeof(held));
	held.received_at = end + US_S;
	world.list.at[last] = held;
	take_begin(last);
	check_at(&taker, end, AS_KNOWN, "before it was received");
	check_at(&taker, end, AS_CORRECTED, "corrected, meanwhile");
	assert_int_equal(take_more(1), 1);
	check_at(&taker, end + 2 * US_S, AS_KNOWN, "after it was received");
	check_at(&taker, end, AS_KNOWN, "before it was received, again");
	all_free();
}

static void what_is_known_goes_on_with_an_undo_that_was_just_received(void **state)
{
	(void)state;
	deaf_begin();
	uint32_t later = world.list.count / 2;
	const struct event held = world.list.at[later];
	instant_us at = held.at;
	assert_int_equal(held.kind, EVENT_PASSING);
	struct event *undo = append(EVENT_DECISION, at + 5 * US_S);
	undo->received_at = at + 5 * US_S;
	undo->field = DECISION_UNDO;
	undo->value = held.record;
	undo->source = held.source;
	undo->record = 10 * world.list.count;
	take_begin(world.list.count - 1);
	check_at(&taker, at - 10 * US_S, AS_KNOWN, "before");
	(void)take_more(1);
	check_at(&taker, at + US_S, AS_KNOWN, "before the undo");
	check_at(&taker, at + 20 * US_S, AS_KNOWN, "after the undo");
	check_at(&taker, at - 10 * US_S, AS_KNOWN, "before, again");
	all_free();
}

static void the_view_follows_what_is_appended_up_to_its_instant(void **state)
{
	(void)state;
	deaf_begin();
	take_begin(world.list.count / 2);
	instant_us t = world.list.at[world.list.count / 2 + 20].at;
	(void)timeline_at(&taker.timeline, t);
	(void)take_more(UINT32_MAX);
	truth_at(&truth, &world, taker.list.count, INT64_MAX, t);
	truth_same(&truth, &taker.timeline.race, &taker.timeline.tables, "the view");
	assert_true(taker.timeline.at == t);
	all_free();
}

static instant_us any_instant(uint64_t *seed)
{
	static const instant_us odd[] = {
		INSTANT_NONE, INT64_MIN + 1,   -1, 0, 1, INT64_MAX - 1, INT64_MAX,
		US_DAY,       (int64_t)1 << 58};
	uint64_t i = random_below(seed, 4 * ARRAY_LEN(odd));
	if (i < ARRAY_LEN(odd))
		return odd[i];
	return 1000 * US_DAY + (int64_t)random_below(seed, 600 * US_S);
}

/* Events no driver would make, of sources that name each other's records. */
static void any_events_are_taken_as_they_are_loaded(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		uint64_t random = seed;
		world_make(&world, seed, 3, 5 * US_MIN, 0);
		truth_begin(&truth, 1);
		world.list.count = 0;
		for (int i = 0; i < 600; i++) {
			static const char *const ids[] = {"1",   "2",  "77",
							  "~01", "?2", ""};
			struct event *event =
				append((enum event_kind)random_below(
					       &random, EVENT_KIND_COUNT + 1),
				       any_instant(&random));
			if (random_below(&random, 3) == 0)
				event->kind = EVENT_PASSING;
			event_set_id(event, (enum id_kind)random_below(&random, 5),
				     slice_of(ids[random_below(&random, 6)]));
			event->received_at = any_instant(&random);
			event->record = (uint32_t)random_below(&random, 100);
			event->source = (uint16_t)random_below(&random, 3);
			event->line = (uint8_t)random_below(&random, 20);
			event->number = (uint32_t)random_below(&random, 4);
			event->value = random_below(&random, 3)
					       ? (int64_t)random_below(&random, 100)
					       : any_instant(&random);
			event->bits = (uint8_t)random_below(&random, 16);
			event->clock = (uint8_t)random_below(&random, 256);
			event->field = random_below(&random, 2)
					       ? DECISION_UNDO
					       : (uint8_t)random_below(&random, 12);
		}
		load_all();
		take_begin(0);
		while (taker.list.count < world.list.count) {
			(void)take_more((uint32_t)random_below(&random, 20));
			(void)timeline_at_as(&taker.timeline, any_instant(&random),
					     (enum timeline_as)(seed % 2));
		}
		for (int i = 0; i < 20; i++) {
			instant_us t = any_instant(&random);
			enum timeline_as as = i % 2 ? AS_KNOWN : AS_CORRECTED;
			const struct race *a = timeline_at_as(&taker.timeline, t, as);
			const struct race *b = timeline_at_as(&loaded.timeline, t, as);
			if (memcmp(a, b, sizeof(*a)) != 0)
				fail_msg("seed %u: the races differ", (unsigned)seed);
		}
		check_like_loaded();
		all_free();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_in_any_batches_gives_the_same_race),
		cmocka_unit_test(
			what_is_taken_as_it_is_received_is_the_race_at_every_moment),
		cmocka_unit_test(as_known_is_a_race_of_what_was_received_by_then),
		cmocka_unit_test(
			as_known_equals_a_timeline_loaded_with_what_was_received),
		cmocka_unit_test(
			sources_with_worse_clocks_change_nothing_of_a_perfect_one),
		cmocka_unit_test(another_set_up_is_as_if_it_had_been_so_from_the_start),
		cmocka_unit_test(what_left_memory_stays_in_the_race),
		cmocka_unit_test(any_single_passing_may_come_last),
		cmocka_unit_test(a_passing_taken_back_gives_its_twin_back),
		cmocka_unit_test(
			what_was_known_is_read_again_where_a_late_passing_changed_it),
		cmocka_unit_test(
			what_is_known_goes_on_with_an_undo_that_was_just_received),
		cmocka_unit_test(any_events_are_taken_as_they_are_loaded),
		cmocka_unit_test(the_view_follows_what_is_appended_up_to_its_instant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
