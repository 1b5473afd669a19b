/*
 * fuzz_when.c -- any text as a WHEN, and where it leads in an odd timeline
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/timeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A timeline whose ends come from the input too. */
static void resolve(const struct when *when, const int64_t ends[5])
{
	static struct timeline timeline;
	struct err err;
	instant_us at = 0;
	timeline.first_at = ends[0];
	timeline.last_at = ends[1] < ends[0] ? ends[0] : ends[1];
	timeline.start_at = ends[2];
	timeline.clock_at = ends[2] / 2;
	timeline.finish_at = ends[3];
	timeline.setup.length_us = ends[4];
	timeline.setup.utc_offset_us = ends[4] % US_DAY;
	if (when_resolve(&timeline, when, &at, &err) == 0) {
		assert(at <= timeline.last_at);
		assert(at >= timeline.first_at || at >= timeline.start_at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct when when;
	struct err err;
	int64_t ends[5] = {1000, 2000, 1000, 1500, 0};
	size_t text = size;
	if (size > sizeof(ends)) {
		memcpy(ends, data + size - sizeof(ends), sizeof(ends));
		text -= sizeof(ends);
	}
	struct slice slice = {(const char *)data, text};
	if (when_parse(slice, &when, &err))
		assert(err.text[0]);
	else
		resolve(&when, ends);
	return 0;
}
