/*
 * alkamel_read.h -- what the tests of the lap file reader share: read a text,
 * hold what came of it, give it back
 *
 * The file, the scratch memory and the text pool are exact copies on the heap, so
 * that the sanitizers see every byte read or written outside of them.
 */
#ifndef PITWALL_TEST_FEED_ALKAMEL_READ_H
#define PITWALL_TEST_FEED_ALKAMEL_READ_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/feed.h"
#include "../../real.h"

struct reading {
	char *file;
	void *scratch;
	struct event_list list;
	struct feed_info info;
	struct err err;
	int rc;
};

static inline struct reading
reading_with(struct slice text, const struct feed_setup *setup, uint32_t events_max)
{
	const struct feed_driver *driver = feed_by_name(SLICE("alkamel"));
	struct reading reading = {.file = malloc(text.len + 1)};
	uint32_t events, words;
	/* The byte that makes an empty file a block of memory stands before it. */
	memcpy(reading.file + 1, text.at, text.len);
	struct slice file = {reading.file + 1, text.len};
	driver->room(file, &events, &words);
	if (events > events_max)
		events = events_max;
	reading.scratch = malloc(driver->scratch_size(file));
	reading.list.at = malloc((events ? events : 1) * sizeof(struct event));
	reading.list.max = events;
	reading.list.text = malloc(words);
	reading.list.text_max = words;
	reading.rc = driver->read_file(file, setup, reading.scratch, &reading.list,
				       &reading.info, &reading.err);
	return reading;
}

static inline struct reading reading_of(struct slice text)
{
	struct feed_setup setup = {.source = 3, .day = INSTANT_NONE};
	return reading_with(text, &setup, UINT32_MAX);
}

/* Read @file where it lies, into the memory of a reading of it or of one like it:
 * for tests that read the same race thousands of times. */
static inline void reading_again(struct reading *reading, struct slice file)
{
	const struct feed_driver *driver = feed_by_name(SLICE("alkamel"));
	struct feed_setup setup = {.source = 3, .day = INSTANT_NONE};
	reading->list.count = 0;
	reading->list.text_len = 0;
	reading->list.dropped = 0;
	reading->rc = driver->read_file(file, &setup, reading->scratch, &reading->list,
					&reading->info, &reading->err);
}

static inline void reading_free(struct reading *reading)
{
	free(reading->file);
	free(reading->scratch);
	free(reading->list.at);
	free(reading->list.text);
	memset(reading, 0, sizeof(*reading));
}

/* Events that say something of the race: all before the anomalies. */
static inline uint32_t reading_facts(const struct reading *reading)
{
	uint32_t n = 0;
	while (n < reading->list.count && reading->list.at[n].kind != EVENT_ANOMALY)
		n++;
	return n;
}

/* The @nth event of a kind, which must be there. */
static inline const struct event *reading_event(const struct reading *reading,
						enum event_kind kind, uint32_t nth)
{
	for (uint32_t i = 0; i < reading->list.count; i++)
		if (reading->list.at[i].kind == kind && nth-- == 0)
			return &reading->list.at[i];
	fprintf(stderr, "# there are fewer events of kind %s\n", event_kind_name(kind));
	abort();
}

static inline uint32_t reading_count(const struct reading *reading,
				     enum event_kind kind)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < reading->list.count; i++)
		n += reading->list.at[i].kind == kind;
	return n;
}

/* The same events and the same words, byte for byte. */
static inline bool reading_same_facts(const struct reading *a, const struct reading *b)
{
	uint32_t n = reading_facts(a);
	if (n != reading_facts(b) ||
	    memcmp(a->list.at, b->list.at, n * sizeof(struct event)) != 0)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct slice x = event_text(&a->list, &a->list.at[i]);
		struct slice y = event_text(&b->list, &b->list.at[i]);
		if (!slice_eq(x, y))
			return false;
	}
	return true;
}

/* ---- real data ----------------------------------------------------------- */

/* A lap file beside the checkout, or in $PITWALL_DATA; {NULL, 0}: not there. */
static inline struct slice real_file(const char *name)
{
	char path[256];
	size_t len = 0;
	snprintf(path, sizeof(path), "alkamel/%s", name);
	char *bytes = real_read(path, &len);
	return (struct slice){bytes, len};
}

static const struct real_race {
	const char *name;
	uint32_t rows, cars;
	uint32_t in_pit;  /* rows that cross the line in the pit lane */
	uint32_t drivers; /* changes of driver from one row to the next */
	uint32_t flagged; /* cars with the chequered flag */
	uint32_t missed;  /* lines that missed a car */
	int64_t start_ms; /* time of day */
	int64_t length_m;
} real_races[] = {
	{"wec_2024_le_mans_24h.csv", 15593, 62, 1548, 528, 47, 3, 57626602, 13626},
	{"wec_2021_le_mans_24h.csv", 17771, 61, 1527, 532, 0, 5, 57600000, 13626},
	{"wec_2025_spa_6h.csv", 4630, 36, 261, 74, 30, 0, 50452157, 7003},
	{"wec_2019_spa_6h.csv", 4232, 34, 278, 89, 0, 0, 48663562, 7003},
	{"imsa_2021_sebring_laps.csv", 11075, 37, 529, 223, 28, 52, 36664341, 6018},
	{"imsa_2023_road-atlanta_laps.csv", 17502, 52, 626, 238, 36, 1, 42068090, 4087},
	{"imsa_2024_long-beach_laps.csv", 1586, 27, 35, 25, 21, 0, 48957156, 3167},
	{"imsa_2023_long-beach_laps.csv", 1844, 25, 28, 25, 24, 0, 50764923, 3167},
	{"imsa_2022_road-atlanta_laps.csv", 15303, 43, 510, 193, 35, 5, 43846185, 4087},
	{"imsa_2022_watkins_laps.csv", 6698, 48, 305, 112, 39, 0, 38428569, 5471},
	{"imsa_2024_sebring_laps.csv", 16836, 58, 792, 339, 45, 105, 34868935, 6018},
	{"imsa_2024_virginia_laps.csv", 1915, 23, 58, 26, 22, 0, 43862166, 5262},
};

#endif
