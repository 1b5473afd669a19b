/*
 * bench_decode.c -- how fast the streams of each protocol become events
 *
 * bench_decode [DRIVER...]: a simulated race of 60 cars, written in the protocol and
 * decoded from memory again and again; beside it, in the same run, a loop that only
 * reads the same bytes and counts the ends of messages. Prints MB/s, events/s, and how
 * many times as long as the counting loop decoding takes (the goal is 5).
 */
#include "pitwall/feed.h"
#include "sim.h"
#include "../pump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	PASSINGS_MAX = 256 * 1024,
	EVENTS_MAX = 2 * 1024 * 1024,
	TEXT_MAX = 64 * 1024 * 1024,
	BYTES_MAX = 256 * 1024 * 1024,
	ROUND = 64 * 1024, /* bytes read at a time */
};

struct bytes {
	char *at;
	size_t len;
};

static void write_p3(struct out *out, const struct sim_race *sim)
{
	sim_write_p3(out, sim, LINE_NONE);
}

static void write_p98(struct out *out, const struct sim_race *sim)
{
	sim_write_p98(out, sim, LINE_NONE);
}

static void write_beacon(struct out *out, const struct sim_race *sim)
{
	sim_write_beacon(out, sim, LINE_NONE);
}

static void write_rmonitor(struct out *out, const struct sim_race *sim)
{
	sim_write_rmonitor(out, sim, true);
}

static void write_multiloop(struct out *out, const struct sim_race *sim)
{
	sim_write_multiloop(out, sim, &(struct sim_multiloop){"R1", "\xa6", true});
}

static const struct {
	const char *driver;
	void (*write)(struct out *out, const struct sim_race *sim);
	char end; /* of a message */
} protocols[] = {
	{"p3", write_p3, (char)0x8f},         {"p98", write_p98, '\n'},
	{"rmonitor", write_rmonitor, '\n'},   {"beacon", write_beacon, '\n'},
	{"multiloop", write_multiloop, '\n'},
};

static double cpu_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *room(size_t size)
{
	void *p = malloc(size);

	if (!p) {
		fprintf(stderr, "out of memory\n");
		exit(1);
	}
	return p;
}

static int append(void *context, const char *bytes, size_t len)
{
	struct bytes *b = context;
	if (b->len + len > BYTES_MAX)
		return -1;
	memcpy(b->at + b->len, bytes, len);
	b->len += len;
	return 0;
}

/* Plain: every byte is looked at, one after the other. */
static size_t count_ends(struct bytes b, char end)
{
	size_t count = 0;
	for (size_t i = 0; i < b.len; i++) {
		count += b.at[i] == end;
		/* Or the compiler makes of it what no reader could. */
		__asm__ volatile("" : "+r"(count));
	}
	return count;
}

/* The least of several rounds is what the machine can do. */
static double counting_s(struct bytes b, char end, size_t *count)
{
	double least = 1e9;
	for (unsigned round = 0; round < 20; round++) {
		const double start = cpu_s();
		*count = count_ends(b, end);
		const double took = cpu_s() - start;

		if (took < least)
			least = took;
	}
	return least;
}

static double decoding_s(const struct feed_driver *driver, struct bytes b,
			 struct event_list *list)
{
	const struct feed_setup setup = {.day = INSTANT_NONE};
	void *state = room(driver->state_size);
	double least = 1e9;

	for (unsigned round = 0; round < 10; round++) {
		const double start = cpu_s();
		size_t from = 0;
		list->count = list->text_len = 0;
		driver->init(state, &setup);
		for (size_t to = 0; to < b.len;) {
			to = b.len - to < ROUND ? b.len : to + ROUND;
			from += feed_pump(driver, state,
					  (struct slice){b.at + from, to - from}, 0,
					  (uint32_t)from, list);
		}
		const double took = cpu_s() - start;

		if (took < least)
			least = took;
	}
	free(state);
	return least;
}

static bool wanted(const char *driver, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], driver) == 0)
			return true;
	return argc < 2;
}

static void bench(size_t i, const struct sim_race *sim, struct bytes *b,
		  struct event_list *list)
{
	const struct feed_driver *driver = feed_by_name(slice_of(protocols[i].driver));
	char buf[4096];
	struct out out = {append, b, buf, 0, sizeof(buf), 0, false};
	size_t ends;
	if (!driver || !driver->decode)
		return;
	b->len = 0;
	protocols[i].write(&out, sim);
	if (out_flush(&out) != 0 || b->len == 0) {
		printf("%-10s the race does not fit\n", protocols[i].driver);
		return;
	}
	const double counting = counting_s(*b, protocols[i].end, &ends);
	const double decoding = decoding_s(driver, *b, list);
	const double mb = (double)b->len / 1e6;

	printf("%-10s %7.1f MB  %8u events  decode %7.1f MB/s  %10.0f events/s   count "
	       "%7.1f MB/s  ratio %.2f\n",
	       protocols[i].driver, mb, list->count, mb / decoding,
	       (double)list->count / decoding, mb / counting, decoding / counting);
}

int main(int argc, char **argv)
{
	static struct sim_race sim;
	struct bytes b = {room(BYTES_MAX), 0};
	struct event_list list = {
		.at = room(EVENTS_MAX * sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = room(TEXT_MAX),
		.text_max = TEXT_MAX,
	};
	struct err err;
	sim.passings = room(PASSINGS_MAX * sizeof(*sim.passings));
	sim.passings_max = PASSINGS_MAX;
	if (sim_plausible(&sim, 2003, 60, 4, 6 * US_HOUR, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
		if (wanted(protocols[i].driver, argc, argv))
			bench(i, &sim, &b, &list);
	free(sim.passings);
	free(list.at);
	free(list.text);
	free(b.at);
	return 0;
}
