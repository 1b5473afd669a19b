/*
 * fuzz_laps.h -- what every reader of a feed that counts laps must survive: any bytes
 * are legal, how they are cut changes nothing, and the race they make is whole
 */
#ifndef PITWALL_TEST_FUZZ_FUZZ_LAPS_H
#define PITWALL_TEST_FUZZ_FUZZ_LAPS_H

#include "fuzz_stream.h"
#include "pitwall/history.h"

#include <stdio.h>

enum { FUZZ_LAPS_MAX = 16 * 1024, FUZZ_STINTS_MAX = 4096, FUZZ_FLAGS_MAX = 256 };
enum { FUZZ_HISTORY_MAX = 4 * FUZZ_LAPS_MAX };

static inline void *fuzz_zeroed(size_t size)
{
	return memset(fuzz_room(size), 0, size);
}

/* Of all inputs, as those of the program: what an earlier one left is not read. */
static inline void fuzz_tables(struct race_tables *tables)
{
	if (tables->laps)
		return;
	*tables = (struct race_tables){
		.laps = fuzz_room(FUZZ_LAPS_MAX * sizeof(struct lap_row)),
		.stints = fuzz_room(FUZZ_STINTS_MAX * sizeof(struct stint_row)),
		.flags = fuzz_room(FUZZ_FLAGS_MAX * sizeof(struct flag_row)),
		.history = fuzz_room(FUZZ_HISTORY_MAX * sizeof(struct history_row)),
		.histories = fuzz_room(HISTORY_BLOCKS(FUZZ_HISTORY_MAX) *
				       sizeof(struct history_block)),
		.history_max = FUZZ_HISTORY_MAX,
		.laps_max = FUZZ_LAPS_MAX,
		.stints_max = FUZZ_STINTS_MAX,
		.flags_max = FUZZ_FLAGS_MAX,
	};
}

static inline void fuzz_fold(const struct event_list *list)
{
	static struct race race;
	static struct race_tables tables;
	static uint32_t order[FUZZ_EVENTS_MAX];
	static struct event_slot scratch[2 * FUZZ_EVENTS_MAX];
	const struct race_setup setup = {
		.start_at = INSTANT_NONE,
		.clock_at = INSTANT_NONE,
		.line_count = 3,
	};
	char broken[256];
	fuzz_tables(&tables);
	event_order(list, order, scratch);
	race_init_again(&race, &setup);
	for (uint32_t i = 0; i < list->count; i++)
		race_apply(&race, &tables, &list->at[order[i]], list->text, NULL);
	const char *what = race_check(&race, &tables, broken);
	if (race.lap_count < FUZZ_LAPS_MAX && what) {
		fprintf(stderr, "%s\n", what);
		abort();
	}
}

static inline void fuzz_laps(const char *driver, const uint8_t *data, size_t size)
{
	fuzz_stream(driver, data, size);
	const struct event_list *list =
		fuzz_cuts(driver, data, size, (instant_us)1764000000 * US_S);
	if (list->count <= 1024)
		fuzz_fold(list);
}

#endif
