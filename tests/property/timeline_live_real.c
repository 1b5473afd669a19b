/*
 * timeline_live_real.c -- real races, taken bit by bit, are the races that loading
 * them whole gives
 *
 * The rows of a lap file with a tail of late ones, shuffled whole or in the order they
 * may have been received. At seeded instants, as corrected and as known, against
 * timelines that are loaded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/feed.h"
#include "pitwall/timeline.h"
#include "../real.h"

enum { FILE_MAX = 16 << 20, EVENTS = 200000, TEXT = 4 << 20 };

static struct event_list all, some;
static struct race_setup setup;
static struct timeline live, loaded;

static void *room(size_t bytes)
{
	void *p = malloc(bytes);
	assert_non_null(p);
	return p;
}

static void lists_free(void)
{
	free(all.at);
	free(all.text);
	free(some.at);
}

static struct slice file_read(const char *name, char *bytes)
{
	char full[REAL_PATH_MAX], path[REAL_PATH_MAX + 64];
	text_format(path, sizeof(path), "%s/%s", real_path(full, "alkamel"), name);
	FILE *file = fopen(path, "rb");
	if (!file) {
		print_message("# skipped: no %s; set PITWALL_DATA to the folder of "
			      "the data\n",
			      name);
		free(bytes);
		skip();
		return (struct slice){NULL, 0};
	}
	size_t len = fread(bytes, 1, FILE_MAX, file);
	fclose(file);
	assert_true(len > 0 && len < FILE_MAX);
	return (struct slice){bytes, len};
}

static void race_read(const char *name)
{
	const struct feed_driver *driver = feed_by_name(SLICE("alkamel"));
	struct feed_setup feed = {.day = INSTANT_NONE};
	struct feed_info info = {0};
	struct err err = {""};
	struct slice file = file_read(name, room(FILE_MAX));
	void *scratch = room(driver->scratch_size(file));
	all = (struct event_list){.at = room(EVENTS * sizeof(struct event)),
				  .max = EVENTS,
				  .text = room(TEXT),
				  .text_max = TEXT};
	if (driver->read_file(file, &feed, scratch, &all, &info, &err) != 0)
		fail_msg("%s: %s", name, err.text);
	assert_int_equal(all.dropped, 0);
	setup = (struct race_setup){
		.start_at = info.start_at,
		.clock_at = INSTANT_NONE,
		.line_count = info.line_count,
		.lap_length = info.lap_length,
	};
	memcpy(setup.line_ppm, info.line_ppm, sizeof(setup.line_ppm));
	some = all;
	some.at = room(EVENTS * sizeof(struct event));
	free(scratch);
	free((char *)(uintptr_t)file.at);
}

/* One of ten is received up to two hours late, the rest within a second. */
static void hear(uint64_t *seed)
{
	for (uint32_t i = 0; i < all.count; i++) {
		struct event *event = &all.at[i];
		uint64_t late = random_below(seed, 10) ? 1000000 : 7200000000;
		event->received_at =
			event->at == INSTANT_NONE
				? setup.start_at
				: event->at + (int64_t)random_below(seed, late);
	}
}

static int received_before(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	if (x->received_at != y->received_at)
		return x->received_at < y->received_at ? -1 : 1;
	return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static void shuffle(uint64_t *seed)
{
	for (uint32_t i = all.count; i > 1; i--) {
		uint32_t j = (uint32_t)random_below(seed, i);
		struct event held = all.at[i - 1];
		all.at[i - 1] = all.at[j];
		all.at[j] = held;
	}
}

static void same(const struct race *a, const struct race_tables *tables_a,
		 const struct race *b, const struct race_tables *tables_b, instant_us t)
{
	if (memcmp(a, b, sizeof(*a)) != 0)
		fail_msg("at %lld us the races differ: %llu and %llu events applied",
			 (long long)t, (unsigned long long)a->events,
			 (unsigned long long)b->events);
	assert_memory_equal(tables_a->laps, tables_b->laps,
			    a->lap_count * sizeof(struct lap_row));
	assert_memory_equal(tables_a->stints, tables_b->stints,
			    a->stint_count * sizeof(struct stint_row));
	assert_memory_equal(tables_a->flags, tables_b->flags,
			    a->flag_count * sizeof(struct flag_row));
	assert_memory_equal(tables_a->faults, tables_b->faults,
			    a->fault_count * sizeof(struct fault_row));
	assert_memory_equal(tables_a->messages, tables_b->messages,
			    a->message_count * sizeof(struct message_row));
	assert_memory_equal(tables_a->weather, tables_b->weather,
			    a->weather_count * sizeof(struct weather_row));
}

static void *load(const struct event_list *list)
{
	struct err err;
	struct timeline_needs needs = timeline_needs(list, true, true);
	needs.storage = room(needs.bytes);
	assert_int_equal(timeline_load(&loaded, list, &setup, &needs, &err), 0);
	return needs.storage;
}

static instant_us some_instant(uint64_t *seed)
{
	uint64_t span = (uint64_t)(live.last_at - live.first_at) + 1;
	return live.first_at + (int64_t)random_below(seed, span);
}

/* As corrected is the race of all, as known that of what was received by then. */
static void compare(uint64_t *seed)
{
	void *storage = load(&all);
	same(timeline_head(&live), timeline_head_tables(&live), &loaded.race,
	     &loaded.tables, live.last_at);
	assert_int_equal(live.history_total, loaded.history_total);
	assert_memory_equal(timeline_head_tables(&live)->history,
			    timeline_head_tables(&loaded)->history,
			    live.history_total * sizeof(struct history_row));
	assert_true(live.keyframe_size <= TIMELINE_KEYFRAME_BYTES / 2);
	for (int i = 0; i < 20; i++) {
		instant_us t = some_instant(seed);
		const struct race *race = timeline_at(&loaded, t);
		same(timeline_at(&live, t), &live.tables, race, &loaded.tables, t);
	}
	free(storage);
	for (int i = 0; i < 6; i++) {
		instant_us t = some_instant(seed);
		some.count = 0;
		for (uint32_t k = 0; k < all.count; k++)
			if (all.at[k].received_at <= t)
				some.at[some.count++] = all.at[k];
		storage = load(&some);
		const struct race *race = timeline_at(&loaded, t);
		same(timeline_at_as(&live, t, AS_KNOWN), &live.tables, race,
		     &loaded.tables, t);
		free(storage);
	}
}

/* Batches of up to @most events. */
static void check(const char *name, uint64_t seed, bool shuffled, uint64_t most)
{
	struct event_list list;
	struct err err;
	uint32_t late = 0;
	race_read(name);
	hear(&seed);
	if (shuffled)
		shuffle(&seed);
	else
		qsort(all.at, all.count, sizeof(*all.at), received_before);
	void *storage = room(timeline_live_size(all.count));
	list = all;
	list.count = 0;
	assert_int_equal(timeline_begin(&live, &list, all.count, &setup, storage, &err),
			 0);
	while (list.count < all.count) {
		uint64_t n = 1 + random_below(&seed, most);
		uint64_t left = all.count - list.count;
		list.count += (uint32_t)(n < left ? n : left);
		late += timeline_take(&live);
	}
	print_message("# %s: %u events, %u came late\n", name, all.count, late);
	compare(&seed);
	free(storage);
	lists_free();
}

static void spa_received_with_a_late_tail_is_the_race_of_spa(void **state)
{
	(void)state;
	check("wec_2019_spa_6h.csv", 2019, false, 60);
}

static void spa_in_any_order_is_the_race_of_spa(void **state)
{
	(void)state;
	check("wec_2019_spa_6h.csv", 6, true, 1500);
}

static void le_mans_received_with_a_late_tail_is_the_race_of_le_mans(void **state)
{
	(void)state;
	check("wec_2024_le_mans_24h.csv", 2024, false, 600);
}

static void sebring_in_any_order_is_the_race_of_sebring(void **state)
{
	(void)state;
	check("imsa_2021_sebring_laps.csv", 2021, true, 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spa_received_with_a_late_tail_is_the_race_of_spa),
		cmocka_unit_test(spa_in_any_order_is_the_race_of_spa),
		cmocka_unit_test(
			le_mans_received_with_a_late_tail_is_the_race_of_le_mans),
		cmocka_unit_test(sebring_in_any_order_is_the_race_of_sebring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
