/*
 * multiloop_read.c -- a Multiloop stream as a race, and the simulator's stream of one
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "multiloop_read.h"

#include <stdlib.h>
#include <string.h>

enum {
	EVENTS_MAX = 256 * 1024,
	TEXT_MAX = 4 * 1024 * 1024,
	BYTES_MAX = 16 * 1024 * 1024,
	PASSINGS_MAX = 32 * 1024,
};

static void *room(size_t count, size_t size)
{
	void *p = calloc(count, size);

	assert_non_null(p);
	return p;
}

static void last_session(struct read *read)
{
	const struct event_list *list = &read->list;
	uint32_t number = UINT32_MAX, from = 0;

	for (uint32_t i = 0; i < list->count; i++)
		if (list->at[i].kind == EVENT_SESSION && list->at[i].number != number) {
			number = list->at[i].number;
			/* What is heard before the first is of it. */
			from = read->sessions++ == 0 ? 0 : i;
		}
	read->last = *list;
	read->last.at = list->at + from;
	read->last.count = list->count - from;
	read->last.max = read->last.count + 1;
}

/* Unwrapped pieces are joined as a connection would: messages off the front. */
static void decode(struct read *read, const struct feed_driver *driver,
		   struct slice bytes)
{
	struct feed_capture capture = {.at = INSTANT_NONE};
	struct slice head = {bytes.at, bytes.len < 4096 ? bytes.len : 4096};
	char *buf = room(2 * bytes.len + 1, 1);
	size_t held = 0, len;
	enum feed_marks marks;

	assert_ptr_equal(feed_sniff_file(head, &marks), driver);
	capture.marks = (uint8_t)marks;
	while (feed_capture_next(&capture, &bytes, buf + held, &len)) {
		size_t used;

		held += len;
		used = feed_pump(driver, read->state, (struct slice){buf, held},
				 capture.at, 0, &read->list);
		memmove(buf, buf + used, held - used);
		held -= used;
	}
	free(buf);
}

void read_race(struct read *read, struct slice bytes, uint8_t lines)
{
	const struct feed_driver *driver = feed_by_name(SLICE("multiloop"));
	const struct feed_setup feed = {.source = 1, .day = INSTANT_NONE};
	struct race_setup setup = {
		.start_at = INSTANT_NONE,
		.clock_at = INSTANT_NONE,
		.line_count = lines,
	};
	struct err err = {""};

	memset(read, 0, sizeof(*read));
	for (unsigned i = 0; i < lines; i++)
		setup.line_ppm[i] = i * 1000000 / lines;
	read->list = (struct event_list){
		.at = room(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = room(TEXT_MAX, 1),
		.text_max = TEXT_MAX,
	};
	read->state = room(1, driver->state_size);
	driver->init(read->state, &feed);
	decode(read, driver, bytes);
	assert_int_equal(read->list.dropped, 0);
	last_session(read);
	read->storage = room(1, timeline_storage_size(&read->last, false, false));
	if (timeline_load(&read->timeline, &read->last, &setup, read->storage, false,
			  false, &err) != 0)
		fail_msg("%s", err.text);
}

void read_end(struct read *read)
{
	free(read->list.at);
	free(read->list.text);
	free(read->state);
	free(read->storage);
}

const struct race *read_now(struct read *read)
{
	return timeline_at(&read->timeline, INT64_MAX);
}

unsigned read_count(const struct event_list *list, enum event_kind kind)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < list->count; i++)
		count += list->at[i].kind == kind;
	return count;
}

unsigned read_anomalies(const struct event_list *list, enum anomaly anomaly)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < list->count; i++)
		count += list->at[i].kind == EVENT_ANOMALY &&
			 list->at[i].field == anomaly;
	return count;
}

/* ---- simulated ---------------------------------------------------------------------- */

int bytes_append(void *context, const char *bytes, size_t len)
{
	struct bytes *b = context;

	assert_true(b->len + len < BYTES_MAX);
	memcpy(b->at + b->len, bytes, len);
	b->len += len;
	return 0;
}

void simulate(struct sim_race *sim, struct bytes *bytes, uint64_t seed, unsigned cars,
	      duration_us length, const struct sim_multiloop *how)
{
	char buf[4096];
	struct out out = {bytes_append, bytes, buf, 0, sizeof(buf), 0};
	struct err err;

	memset(sim, 0, sizeof(*sim));
	sim->passings = room(PASSINGS_MAX, sizeof(*sim->passings));
	sim->passings_max = PASSINGS_MAX;
	assert_int_equal(sim_plausible(sim, seed, cars, 3, length, &err), 0);
	*bytes = (struct bytes){room(BYTES_MAX, 1), 0};
	sim_write_multiloop(&out, sim, how);
	assert_int_equal(out_flush(&out), 0);
}

void simulate_end(struct sim_race *sim, struct bytes *bytes)
{
	free(sim->passings);
	free(bytes->at);
}

/* Last crossing of SF of a car, by the simulator. */
static const struct sim_passing *truth_of(const struct sim_race *sim, uint16_t car)
{
	const struct sim_passing *last = NULL;

	for (uint32_t i = 0; i < sim->passing_count; i++)
		if (sim->passings[i].car == car &&
		    (sim->passings[i].line == LINE_SF ||
		     sim->passings[i].line == LINE_SF_PIT))
			last = &sim->passings[i];
	return last;
}

void is_the_truth(struct read *read, const struct sim_race *sim, uint64_t seed,
		  duration_us unit)
{
	const struct race *race = read_now(read);

	for (uint16_t i = 0; i < sim->car_count; i++) {
		const struct sim_passing *last = truth_of(sim, i);
		uint16_t car = race_find_text(race, slice_of(sim->cars[i].number));
		uint32_t laps = last != NULL ? last->lap : 0;

		if (car == CAR_NONE || race->cars[car].laps != laps)
			fail_msg("seed %llu: car %s has %u laps, not %u",
				 (unsigned long long)seed, sim->cars[i].number,
				 car == CAR_NONE ? 0u : (unsigned)race->cars[car].laps,
				 (unsigned)laps);
		if (last == NULL)
			continue;
		assert_int_equal(race_elapsed(race, race->cars[car].sf_at) / unit,
				 (last->at - sim->setup.start_at) / unit);
	}
}
