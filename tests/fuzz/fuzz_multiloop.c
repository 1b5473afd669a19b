/*
 * fuzz_multiloop.c -- any bytes are legal input to the reader of Multiloop, how they are
 * cut changes nothing, and the race they make is whole
 */
#include <stdint.h>

#include "fuzz_stream.h"
#include "pitwall/race.h"

enum { LAPS_MAX = 16 * 1024, STINTS_MAX = 4096, FLAGS_MAX = 256 };

/* @step bytes more at a time, messages taken off the front. */
static void hear(struct fuzz_stream *f, const uint8_t *data, size_t size, size_t step)
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

static void fold(const struct event_list *list)
{
	const struct race_setup setup = {
		.start_at = INSTANT_NONE,
		.clock_at = INSTANT_NONE,
		.line_count = 3,
	};
	struct race *race = fuzz_room(sizeof(*race));
	uint32_t *order = fuzz_room(3 * (size_t)(list->count + 1) * sizeof(*order));
	struct race_tables tables = {
		.laps = fuzz_room(LAPS_MAX * sizeof(struct lap_row)),
		.stints = fuzz_room(STINTS_MAX * sizeof(struct stint_row)),
		.flags = fuzz_room(FLAGS_MAX * sizeof(struct flag_row)),
		.laps_max = LAPS_MAX,
		.stints_max = STINTS_MAX,
		.flags_max = FLAGS_MAX,
	};
	char broken[256];

	event_order(list, order, order + list->count);
	race_init(race, &setup);
	for (uint32_t i = 0; i < list->count; i++)
		race_apply(race, &tables, &list->at[order[i]], list->text, NULL);
	if (race->lap_count < LAPS_MAX && race_check(race, &tables, broken) != NULL)
		abort();
	free(tables.laps);
	free(tables.stints);
	free(tables.flags);
	free(order);
	free(race);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_stream whole, cut;

	fuzz_stream("multiloop", data, size);
	fuzz_begin(&whole, "multiloop", size);
	fuzz_begin(&cut, "multiloop", size);
	hear(&whole, data, size, size);
	hear(&cut, data, size, size > 0 ? 1u + data[0] : 1);
	if (whole.list.count != cut.list.count ||
	    whole.list.dropped != cut.list.dropped ||
	    memcmp(whole.list.at, cut.list.at,
		   whole.list.count * sizeof(struct event)) != 0)
		abort();
	fuzz_check(&whole);
	if (whole.list.count <= 1024)
		fold(&whole.list);
	fuzz_end(&whole);
	fuzz_end(&cut);
	return 0;
}
