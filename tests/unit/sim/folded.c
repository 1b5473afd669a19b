/*
 * folded.c -- a simulated race, written, decoded and folded: for tests
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "folded.h"

#include "pitwall/history.h"
#include "../../../src/feed/drivers.h"

#include <stdlib.h>
#include <string.h>

enum {
	PASSINGS_MAX = 64 * 1024,
	EVENTS_MAX = 128 * 1024,
	TEXT_MAX = 4 * 1024 * 1024,
	LAPS_MAX = 32 * 1024,
	HISTORY_MAX = 4 * LAPS_MAX,
	STINTS_MAX = 4096,
	FLAGS_MAX = 256,
};

static int bytes_write(void *context, const char *bytes, size_t len)
{
	struct bytes *b = context;
	if (b->len + len > b->max) {
		b->max = 2 * (b->len + len);
		b->at = realloc(b->at, b->max);
		assert_non_null(b->at);
	}
	memcpy(b->at + b->len, bytes, len);
	b->len += len;
	return 0;
}

struct out bytes_out(struct bytes *bytes)
{
	static char buf[4096];
	*bytes = (struct bytes){0};
	return (struct out){bytes_write, bytes, buf, 0, sizeof(buf), 0, false};
}

void bytes_end(struct bytes *bytes)
{
	free(bytes->at);
	*bytes = (struct bytes){0};
}

void sim_begin(struct sim_race *sim, uint64_t seed, unsigned cars, unsigned classes,
	       duration_us length)
{
	struct err err = {""};
	memset(sim, 0, sizeof(*sim));
	sim->passings = calloc(PASSINGS_MAX, sizeof(*sim->passings));
	assert_non_null(sim->passings);
	sim->passings_max = PASSINGS_MAX;
	int rc = sim_plausible(sim, seed, cars, classes, length, &err);
	if (rc != 0)
		fail_msg("%s", err.text);
}

void sim_end(struct sim_race *sim)
{
	free(sim->passings);
	sim->passings = NULL;
}

static void *room(size_t count, size_t size)
{
	void *p = calloc(count, size);

	assert_non_null(p);
	return p;
}

static void folded_begin(struct folded *f)
{
	memset(f, 0, sizeof(*f));
	f->list = (struct event_list){
		.at = room(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = room(TEXT_MAX, 1),
		.text_max = TEXT_MAX,
	};
	f->tables = (struct race_tables){
		.laps = room(LAPS_MAX, sizeof(struct lap_row)),
		.stints = room(STINTS_MAX, sizeof(struct stint_row)),
		.flags = room(FLAGS_MAX, sizeof(struct flag_row)),
		.history = room(HISTORY_MAX, sizeof(struct history_row)),
		.histories =
			room(HISTORY_BLOCKS(HISTORY_MAX), sizeof(struct history_block)),
		.history_max = HISTORY_MAX,
		.laps_max = LAPS_MAX,
		.stints_max = STINTS_MAX,
		.flags_max = FLAGS_MAX,
	};
	f->order = room(EVENTS_MAX, sizeof(*f->order));
	f->slots = room(EVENTS_MAX, 2 * sizeof(*f->slots));
	f->rules.fraction_pm = 750;
	f->rules.must_take_flag = 1;
	text_copy(f->rules.name, sizeof(f->rules.name), SLICE("three-quarters"));
}

static void fold(struct folded *f, instant_us until)
{
	char broken[256];
	for (uint32_t i = 0; i < f->list.count; i++) {
		const struct event *event = &f->list.at[f->order[i]];
		if (event->at <= until)
			race_apply(&f->race, &f->tables, event, f->list.text, NULL);
	}
	if (race_check(&f->race, &f->tables, broken))
		fail_msg("%s", broken);
	classify(&f->race, &f->tables, &f->rules, &f->result);
}

void folded_until(struct folded *f, instant_us until)
{
	const struct race_setup setup = f->race.setup;
	race_init(&f->race, &setup);
	fold(f, until);
}

static void fold_all(struct folded *f, const struct race_setup *setup)
{
	assert_int_equal(f->list.dropped, 0);
	event_order(&f->list, f->order, f->slots);
	race_init(&f->race, setup);
	fold(f, INT64_MAX);
}

static struct event *entry(struct folded *f, const struct sim_race *sim,
			   const struct sim_car *car, enum entry_field field,
			   const char *text)
{
	struct event *event =
		event_add(&f->list, EVENT_ENTRY, sim->setup.start_at - US_HOUR);
	event->field = (uint8_t)field;
	event->sequence = f->list.count;
	event_set_id(event, ID_TRANSPONDER, slice_of(car->transponder));
	event_set_text(&f->list, event, slice_of(text));
	return event;
}

static void entries(struct folded *f, const struct sim_race *sim)
{
	for (uint32_t i = 0; i < sim->car_count; i++) {
		const struct sim_car *car = &sim->cars[i];
		entry(f, sim, car, ENTRY_CAR, "");
		entry(f, sim, car, ENTRY_NUMBER, car->number);
		entry(f, sim, car, ENTRY_CLASS, car->class_name);
		entry(f, sim, car, ENTRY_TEAM, car->team);
		entry(f, sim, car, ENTRY_VEHICLE, car->vehicle);
		entry(f, sim, car, ENTRY_GRID, "")->number = car->grid;
		for (unsigned d = 0; d < car->driver_count; d++)
			entry(f, sim, car, ENTRY_DRIVER, car->drivers[d])->number =
				d + 1;
	}
}

void folded_beacon(struct folded *f, const struct sim_race *sim, struct slice bytes)
{
	const struct feed_setup feed = {
		.source = 1,
		.day = INSTANT_NONE,
		.line_count = sim->setup.line_count,
		.line_names = {"SF", "I1", "I2"},
	};
	struct race_setup setup = sim->setup;
	folded_begin(f);
	entries(f, sim);
	f->state = room(1, FEED_STATE_MAX);
	feed_beacon.init(f->state, &feed);
	while (bytes.len > 0) {
		ptrdiff_t n = feed_beacon.frame(bytes);
		assert_true(n > 0);
		feed_beacon.decode(f->state, (struct slice){bytes.at, (size_t)n},
				   INSTANT_NONE, 0, &f->list);
		bytes.at += n;
		bytes.len -= (size_t)n;
	}
	/* The gun says it. */
	setup.start_at = INSTANT_NONE;
	fold_all(f, &setup);
}

void folded_alkamel(struct folded *f, struct slice bytes)
{
	const struct feed_setup feed = {
		.source = 1,
		.day = civil_to_instant(2024, 6, 15),
	};
	struct race_setup setup = {
		.event = "Simulated race",
		.session = "Race",
		.circuit = "Plain ring",
		.clock_at = INSTANT_NONE,
	};
	struct err err = {""};
	folded_begin(f);
	f->scratch = room(1, feed_alkamel.scratch_size(bytes));
	int rc = feed_alkamel.read_file(bytes, &feed, f->scratch, &f->list, &f->info,
					&err);
	if (rc != 0)
		fail_msg("%s", err.text);
	setup.start_at = f->info.start_at;
	setup.line_count = f->info.line_count;
	setup.lap_length = f->info.lap_length;
	memcpy(setup.line_ppm, f->info.line_ppm, sizeof(setup.line_ppm));
	fold_all(f, &setup);
}

void folded_end(struct folded *f)
{
	free(f->list.at);
	free(f->list.text);
	free(f->tables.laps);
	free(f->tables.history);
	free(f->tables.histories);
	free(f->tables.stints);
	free(f->tables.flags);
	free(f->order);
	free(f->slots);
	free(f->state);
	free(f->scratch);
}
