/*
 * bench_live_fold.c -- what an event costs on its way into a timeline whose end moves
 *
 * bench_live_fold [HOURS [CARS]]: a simulated race, taken event by event in order,
 * with some late, and from two decoders whose events mix; then jumps over it. CPU
 * time; loading all of it at once is the figure beside it.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "sim.h"
#include "pitwall/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { PASSINGS_MAX = 512 * 1024, EVENTS_MAX = 1024 * 1024, JUMPS = 2000 };

static struct sim_race sim;
static struct timeline timeline;
static struct event *events; /* in the order they arrive */
static uint32_t count;

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *room(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		exit(1);
	return at;
}

static int by_received(const void *a, const void *b)
{
	const struct event *x = a;
	const struct event *y = b;

	if (x->received_at != y->received_at)
		return x->received_at < y->received_at ? -1 : 1;
	return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static void hear(const struct sim_passing *passing, unsigned source, int64_t off,
		 int64_t late)
{
	struct event *event = &events[count];

	*event = (struct event){
		.at = passing->at + off,
		.received_at = passing->at + late,
		.record = count,
		.sequence = count,
		.source = (uint16_t)source,
		.kind = EVENT_PASSING,
		.line = passing->line,
		.flag = passing->flag,
		.value = DURATION_NONE,
		.clock = source == 0 ? EVENT_CLOCK_UTC : EVENT_CLOCK_OWN,
	};
	event_set_id(event, ID_NUMBER, slice_of(sim.cars[passing->car].number));
	count++;
}

/* @late_pc of 100 events a second late; @two: a second decoder within 0.3 s. */
static void make(unsigned late_pc, bool two)
{
	uint64_t seed = 1;

	count = 0;
	for (uint32_t i = 0; i < sim.passing_count; i++) {
		int64_t late = random_below(&seed, 100) < late_pc ? US_S : 0;
		int64_t off = (int64_t)random_below(&seed, 600000) - 300000;

		hear(&sim.passings[i], 0, 0, late);
		if (two)
			hear(&sim.passings[i], 1, off,
			     (int64_t)random_below(&seed, 400000));
	}
	qsort(events, count, sizeof(*events), by_received);
}

static void take_all(const char *what, uint32_t batch)
{
	struct event_list list = {.at = events, .max = EVENTS_MAX};
	size_t size = timeline_live_size(EVENTS_MAX);
	void *storage = room(size);
	struct err err;
	uint32_t late = 0;
	const double before = cpu_ns();

	if (timeline_begin(&timeline, &list, EVENTS_MAX, &sim.setup, storage, &err))
		exit(1);
	while (list.count < count) {
		list.count += batch < count - list.count ? batch : count - list.count;
		late += timeline_take(&timeline);
	}
	printf("  %-34s %8.0f ns an event (%u events, %u late)\n", what,
	       (cpu_ns() - before) / count, count, late);
	munmap(storage, size);
}

static void load_all(void)
{
	struct event_list list = {.at = events, .count = count, .max = EVENTS_MAX};
	double best = 1e300;
	struct timeline_needs needs = timeline_needs(&list, true, true);
	for (int i = 0; i < 9; i++) {
		needs.storage = room(needs.bytes);
		struct err err;
		const double before = cpu_ns();

		if (timeline_load(&timeline, &list, &sim.setup, &needs, &err))
			exit(1);
		double ns = cpu_ns() - before;
		best = ns < best ? ns : best;
		munmap(needs.storage, needs.bytes);
	}
	printf("  %-34s %8.0f ns an event\n", "all of it loaded at once", best / count);
}

static void jumps(const char *what, enum timeline_as as)
{
	struct event_list list = {.at = events, .count = count, .max = EVENTS_MAX};
	size_t size = timeline_live_size(EVENTS_MAX);
	void *storage = room(size);
	uint64_t seed = 2;
	double sum = 0, worst = 0;
	struct err err;

	if (timeline_begin(&timeline, &list, EVENTS_MAX, &sim.setup, storage, &err))
		exit(1);
	uint64_t span = (uint64_t)(timeline.last_at - timeline.first_at) + 1;
	for (int i = 0; i < JUMPS; i++) {
		instant_us t = timeline.first_at + (int64_t)random_below(&seed, span);
		const double before = cpu_ns();

		(void)timeline_at_as(&timeline, t, as);
		double ns = cpu_ns() - before;
		sum += ns;
		worst = ns > worst ? ns : worst;
	}
	printf("  jump, %-28s %8.3f ms mean, %.3f ms worst\n", what, sum / JUMPS / 1e6,
	       worst / 1e6);
	munmap(storage, size);
}

int main(int argc, char **argv)
{
	const int hours = argc > 1 ? atoi(argv[1]) : 6;
	const int cars = argc > 2 ? atoi(argv[2]) : 60;
	struct err err = {""};

	sim.passings = room(PASSINGS_MAX * sizeof(*sim.passings));
	sim.passings_max = PASSINGS_MAX;
	events = room(EVENTS_MAX * sizeof(*events));
	if (hours < 1 || cars < 1 ||
	    sim_plausible(&sim, 2003, (unsigned)cars, 4, hours * US_HOUR, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	make(0, false);
	load_all();
	take_all("in order, one by one", 1);
	take_all("in order, by tens", 10);
	make(2, false);
	take_all("2 of 100 late by a second", 1);
	jumps("as corrected", AS_CORRECTED);
	jumps("as known", AS_KNOWN);
	make(0, true);
	take_all("two decoders, mixed", 1);
	take_all("two decoders, mixed, by tens", 10);
	return 0;
}
