/*
 * beacon.c -- laws of the beacon protocol's reader, over simulated races
 *
 * Seeds are fixed, and printed when a law fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim.h"
#include "../../src/feed/drivers.h"

#include <stdlib.h>
#include <string.h>

enum {
	PASSINGS_MAX = 16 * 1024,
	EVENTS_MAX = 32 * 1024,
	TEXT_MAX = 1024 * 1024,
	BYTES_MAX = 4 * 1024 * 1024,
};

struct bytes {
	char *at;
	size_t len;
};

struct received {
	struct event_list list;
	void *state;
};

static int append(void *context, const char *bytes, size_t len)
{
	struct bytes *b = context;
	assert_true(b->len + len <= BYTES_MAX);
	memcpy(b->at + b->len, bytes, len);
	b->len += len;
	return 0;
}

static void simulate(struct bytes *bytes, uint64_t seed)
{
	static struct sim_race sim;
	char buf[4096];
	struct out out = {append, bytes, buf, 0, sizeof(buf), 0, false};
	struct err err;
	sim.passings = calloc(PASSINGS_MAX, sizeof(*sim.passings));
	sim.passings_max = PASSINGS_MAX;
	assert_non_null(sim.passings);
	assert_int_equal(sim_plausible(&sim, seed, 9, 3, 40 * US_MIN, &err), 0);
	bytes->at = malloc(BYTES_MAX);
	assert_non_null(bytes->at);
	bytes->len = 0;
	sim_write_beacon(&out, &sim, LINE_NONE);
	assert_int_equal(out_flush(&out), 0);
	free(sim.passings);
}

static void received_begin(struct received *received)
{
	const struct feed_setup setup = {
		.source = 1,
		.day = INSTANT_NONE,
		.line_count = 3,
		.line_names = {"SF", "I1", "I2"},
	};
	received->list = (struct event_list){
		.at = calloc(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = malloc(TEXT_MAX),
		.text_max = TEXT_MAX,
	};
	received->state = calloc(1, FEED_STATE_MAX);
	assert_true(received->list.at && received->list.text && received->state);
	feed_beacon.init(received->state, &setup);
}

static void received_end(struct received *received)
{
	free(received->list.at);
	free(received->list.text);
	free(received->state);
}

static void decode(struct received *received, const char *at, size_t len)
{
	/* An exact copy, so that a read past its end is seen. */
	char *copy = malloc(len);

	assert_non_null(copy);
	memcpy(copy, at, len);
	feed_beacon.decode(received->state, (struct slice){copy, len}, INSTANT_NONE, 0,
			   &received->list);
	free(copy);
}

/* What net does: bytes come in pieces, whole messages are taken off the front. */
static void hear_in_pieces(struct received *received, struct bytes bytes, uint64_t seed,
			   size_t piece_max)
{
	size_t from = 0, to = 0;
	while (to < bytes.len) {
		to += 1 + random_below(&seed, piece_max);
		if (to > bytes.len)
			to = bytes.len;
		for (;;) {
			struct slice buf = {bytes.at + from, to - from};
			ptrdiff_t n = feed_beacon.frame(buf);
			if (n <= 0)
				break;
			decode(received, buf.at, (size_t)n);
			from += (size_t)n;
		}
	}
}

static void lists_are_equal(const struct event_list *a, const struct event_list *b,
			    uint64_t seed)
{
	if (a->count != b->count || a->text_len != b->text_len ||
	    memcmp(a->at, b->at, a->count * sizeof(*a->at)) != 0 ||
	    memcmp(a->text, b->text, a->text_len) != 0)
		fail_msg("seed %llu: %u events and %u events differ",
			 (unsigned long long)seed, (unsigned)a->count,
			 (unsigned)b->count);
}

/* Damage of the kinds a serial line does: bytes changed, lines cut, CR added. */
static void damage(struct bytes *bytes, uint64_t seed)
{
	for (unsigned i = 0; i < 200; i++) {
		size_t at = random_below(&seed, bytes->len);
		bytes->at[at] = (char)random_below(&seed, 256);
	}
}

static void any_cut_of_the_bytes_gives_the_same_events(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct bytes bytes;
		struct received whole, pieces;
		simulate(&bytes, seed);
		if (seed % 2 == 0)
			damage(&bytes, seed);
		received_begin(&whole);
		received_begin(&pieces);
		hear_in_pieces(&whole, bytes, seed, bytes.len);
		hear_in_pieces(&pieces, bytes, seed, seed < 3 ? 7 : 900);
		assert_true(whole.list.count > 500);
		assert_int_equal(whole.list.dropped, 0);
		lists_are_equal(&whole.list, &pieces.list, seed);
		received_end(&whole);
		received_end(&pieces);
		free(bytes.at);
	}
}

static bool is_passing(const struct event *event)
{
	return event->kind == EVENT_PASSING || event->kind == EVENT_PIT_IN ||
	       event->kind == EVENT_PIT_OUT;
}

/* The passings in fold order, without what says how they came. */
static uint32_t passings_in_order(const struct received *received, struct event *out)
{
	uint32_t *order = calloc(EVENTS_MAX, sizeof(*order));
	struct event_slot *scratch = calloc(EVENTS_MAX, 2 * sizeof(*scratch));
	uint32_t count = 0;
	assert_non_null(order);
	assert_non_null(scratch);
	event_order(&received->list, order, scratch);
	for (uint32_t i = 0; i < received->list.count; i++)
		if (is_passing(&received->list.at[order[i]])) {
			out[count] = received->list.at[order[i]];
			out[count++].record = 0;
		}
	free(order);
	free(scratch);
	return count;
}

/* Lines within a window of a few are exchanged and some are sent twice, as UDP and
 * reconnects do; a window is small against what a beacon repeats. */
static void hear_shuffled(struct received *received, struct bytes bytes, uint64_t seed)
{
	enum { WINDOW = 40 };
	struct slice window[WINDOW];
	struct slice rest = {bytes.at, bytes.len};
	unsigned held = 0, lines = 0;

	while (rest.len > 0 || held > 0) {
		while (held < WINDOW && rest.len > 0) {
			ptrdiff_t n = feed_beacon.frame(rest);
			assert_true(n > 0);
			window[held++] = (struct slice){rest.at, (size_t)n};
			rest.at += n;
			rest.len -= (size_t)n;
		}
		/* The hellos come first, as they do. */
		unsigned i = lines < 10 ? 0 : (unsigned)random_below(&seed, held);

		decode(received, window[i].at, window[i].len);
		lines++;
		if (random_below(&seed, 10) == 0)
			continue;
		held--;
		memmove(&window[i], &window[i + 1], (held - i) * sizeof(window[0]));
	}
}

static void late_and_doubled_lines_give_the_same_passings(void **unused)
{
	struct event *a = calloc(EVENTS_MAX, sizeof(*a));
	struct event *b = calloc(EVENTS_MAX, sizeof(*b));
	(void)unused;
	assert_true(a && b);
	for (uint64_t seed = 11; seed <= 14; seed++) {
		struct bytes bytes;
		struct received in_time, shuffled;
		uint32_t n, m;
		simulate(&bytes, seed);
		received_begin(&in_time);
		received_begin(&shuffled);
		hear_in_pieces(&in_time, bytes, seed, bytes.len);
		hear_shuffled(&shuffled, bytes, seed);
		n = passings_in_order(&in_time, a);
		m = passings_in_order(&shuffled, b);
		if (n != m || memcmp(a, b, n * sizeof(*a)) != 0)
			fail_msg("seed %llu: %u passings in time, %u shuffled",
				 (unsigned long long)seed, (unsigned)n, (unsigned)m);
		assert_true(n > 500);
		received_end(&in_time);
		received_end(&shuffled);
		free(bytes.at);
	}
	free(a);
	free(b);
}

/* Each line of a damaged stream is a fact, an anomaly, or a repetition: nothing is
 * lost without a word, and what was not damaged is what it was. */
static void damage_costs_the_damaged_lines_alone(void **unused)
{
	(void)unused;
	for (uint64_t seed = 21; seed <= 24; seed++) {
		struct bytes bytes;
		struct received clean, damaged;
		unsigned lost = 0, told = 0, before = 0, after = 0;
		simulate(&bytes, seed);
		received_begin(&clean);
		received_begin(&damaged);
		hear_in_pieces(&clean, bytes, seed, 5000);
		damage(&bytes, seed);
		hear_in_pieces(&damaged, bytes, seed, 5000);
		for (uint32_t i = 0; i < clean.list.count; i++)
			before += is_passing(&clean.list.at[i]);
		for (uint32_t i = 0; i < damaged.list.count; i++) {
			after += is_passing(&damaged.list.at[i]);
			told += damaged.list.at[i].kind == EVENT_ANOMALY;
		}
		lost = before > after ? before - after : 0;
		assert_true(lost <= 200);
		assert_true(told >= lost);
		assert_true(told > 0);
		received_end(&clean);
		received_end(&damaged);
		free(bytes.at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_cut_of_the_bytes_gives_the_same_events),
		cmocka_unit_test(late_and_doubled_lines_give_the_same_passings),
		cmocka_unit_test(damage_costs_the_damaged_lines_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
