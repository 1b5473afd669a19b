/*
 * fuzz_laps.h -- what every reader of a feed that counts laps must survive: any bytes
 * are legal, how they are cut changes nothing, and the race they make is whole
 */
#ifndef PITWALL_TEST_FUZZ_FUZZ_LAPS_H
#define PITWALL_TEST_FUZZ_FUZZ_LAPS_H

#include "fuzz_stream.h"
#include "pitwall/history.h"

enum { FUZZ_LAPS_MAX = 16 * 1024, FUZZ_STINTS_MAX = 4096, FUZZ_FLAGS_MAX = 256 };
enum { FUZZ_HISTORY_MAX = 4 * FUZZ_LAPS_MAX };

/* @step bytes more at a time, messages taken off the front. */
static inline void fuzz_hear(struct fuzz_stream *f, const uint8_t *data, size_t size,
			     size_t step)
{
	const instant_us at = (instant_us)1764000000 * US_S;
	size_t from = 0;
	for (size_t to = 0; to < size;) {
		to = size - to < step ? size : to + step;
		for (;;) {
			struct slice buf = {(const char *)data + from, to - from};
			ptrdiff_t n = f->driver->frame(buf);
			if (n == 0)
				break;
			if (n > 0)
				f->driver->decode(f->state,
						  (struct slice){buf.at, (size_t)n}, at,
						  0, &f->list);
			from += (size_t)(n > 0 ? n : -n);
		}
	}
}

static inline void fuzz_fold(const struct event_list *list)
{
	const struct race_setup setup = {
		.start_at = INSTANT_NONE,
		.clock_at = INSTANT_NONE,
		.line_count = 3,
	};
	struct race *race = fuzz_room(sizeof(*race));
	const size_t room = (size_t)list->count + 1;
	uint32_t *order = fuzz_room(room * sizeof(*order));
	struct event_slot *scratch = fuzz_room(2 * room * sizeof(*scratch));
	struct race_tables tables = {
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
	char broken[256];
	event_order(list, order, scratch);
	race_init(race, &setup);
	for (uint32_t i = 0; i < list->count; i++)
		race_apply(race, &tables, &list->at[order[i]], list->text, NULL);
	if (race->lap_count < FUZZ_LAPS_MAX && race_check(race, &tables, broken))
		abort();
	free(tables.laps);
	free(tables.stints);
	free(tables.flags);
	free(tables.history);
	free(tables.histories);
	free(order);
	free(scratch);
	free(race);
}

static inline void fuzz_laps(const char *driver, const uint8_t *data, size_t size)
{
	struct fuzz_stream whole, cut;
	fuzz_stream(driver, data, size);
	fuzz_begin(&whole, driver, size);
	fuzz_begin(&cut, driver, size);
	fuzz_hear(&whole, data, size, size);
	fuzz_hear(&cut, data, size, size > 0 ? 1u + data[0] : 1);
	if (whole.list.count != cut.list.count ||
	    whole.list.dropped != cut.list.dropped ||
	    memcmp(whole.list.at, cut.list.at,
		   whole.list.count * sizeof(struct event)) != 0)
		abort();
	fuzz_check(&whole);
	if (whole.list.count <= 1024)
		fuzz_fold(&whole.list);
	fuzz_end(&whole);
	fuzz_end(&cut);
}

#endif
