/*
 * p3.c -- laws of the readers of P3 and P98, over simulated races
 *
 * Seeds are fixed, and printed when a law fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/feed.h"
#include "sim.h"
#include "pitwall/wire.h"
#include "../pump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PASSINGS_MAX = 16 * 1024,
	EVENTS_MAX = 64 * 1024,
	TEXT_MAX = 4 * 1024 * 1024,
	BYTES_MAX = 8 * 1024 * 1024,
	MESSAGES_MAX = 64 * 1024,
};

static const uint64_t seeds[] = {1, 2003, 77, 4711};

struct bytes {
	char *at;
	size_t len;
};

struct received {
	const struct feed_driver *driver;
	struct event_list list;
	void *state;
};

/* Where a message of the stream lies. */
struct message {
	size_t at, len;
};

static struct sim_race sim;
static struct feed_setup setup;
static struct message messages[MESSAGES_MAX];
static size_t message_count;
static struct bytes stream;

static int append(void *context, const char *bytes, size_t len)
{
	struct bytes *b = context;
	assert_true(b->len + len <= BYTES_MAX);
	memcpy(b->at + b->len, bytes, len);
	b->len += len;
	return 0;
}

/* The decoders' loops, as a session file names them. */
static void name_loops(bool p98)
{
	static const uint8_t lines[] = {0,          1, 2, LINE_PIT_IN, LINE_PIT_OUT,
					LINE_SF_PIT};
	setup = (struct feed_setup){.source = 1, .day = INSTANT_NONE};
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct feed_loop *loop = &setup.loops[setup.loop_count++];
		loop->line = lines[i];
		if (p98)
			text_format(loop->decoder, sizeof(loop->decoder), "%u",
				    (unsigned)sim_p98_decoder(lines[i]));
		else
			text_format(loop->decoder, sizeof(loop->decoder), "%08x",
				    (unsigned)sim_p3_decoder(lines[i]));
	}
}

static void simulate(uint64_t seed, bool p98)
{
	char buf[4096];
	struct out out = {append, &stream, buf, 0, sizeof(buf), 0, false};
	const struct feed_driver *driver =
		feed_by_name(p98 ? SLICE("p98") : SLICE("p3"));
	struct err err;
	memset(&sim, 0, sizeof(sim));
	sim.passings = calloc(PASSINGS_MAX, sizeof(*sim.passings));
	sim.passings_max = PASSINGS_MAX;
	stream = (struct bytes){malloc(BYTES_MAX), 0};
	assert_true(sim.passings && stream.at && driver);
	assert_int_equal(sim_plausible(&sim, seed, 9, 3, 40 * US_MIN, &err), 0);
	name_loops(p98);
	if (p98)
		sim_write_p98(&out, &sim, LINE_NONE);
	else
		sim_write_p3(&out, &sim, LINE_NONE);
	assert_int_equal(out_flush(&out), 0);
	message_count = 0;
	for (size_t at = 0; at < stream.len;) {
		struct slice rest = {stream.at + at, stream.len - at};
		ptrdiff_t n = driver->frame(rest);
		assert_true(n > 0 && message_count < MESSAGES_MAX);
		messages[message_count++] = (struct message){at, (size_t)n};
		at += (size_t)n;
	}
}

static void simulate_end(void)
{
	free(sim.passings);
	free(stream.at);
}

static void received_begin(struct received *h, const char *driver)
{
	h->driver = feed_by_name(slice_of(driver));
	assert_non_null(h->driver);
	h->list = (struct event_list){
		.at = calloc(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = malloc(TEXT_MAX),
		.text_max = TEXT_MAX,
	};
	h->state = malloc(h->driver->state_size);
	assert_true(h->list.at && h->list.text && h->state);
	h->driver->init(h->state, &setup);
}

static void received_end(struct received *h)
{
	free(h->list.at);
	free(h->list.text);
	free(h->state);
}

static void say(struct received *h, size_t message, instant_us at)
{
	struct slice bytes = {stream.at + messages[message].at, messages[message].len};
	h->driver->decode(h->state, bytes, at, 0, &h->list);
}

/* ---- sets of passings ------------------------------------------------------------ */

struct fact {
	instant_us at;
	char id[EVENT_ID_MAX + 1];
	uint8_t line;
};

static int compare_facts(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	int ids = strcmp(x->id, y->id);
	return ids != 0 ? ids : x->line - y->line;
}

static struct fact *facts_room(size_t count)
{
	struct fact *facts = calloc(count + 1, sizeof(*facts));
	assert_non_null(facts);
	return facts;
}

/* What was simulated, in order. */
static struct fact *facts_true(void)
{
	struct fact *facts = facts_room(sim.passing_count);
	for (uint32_t i = 0; i < sim.passing_count; i++) {
		const struct sim_passing *p = &sim.passings[i];
		const struct sim_car *car = &sim.cars[p->car];
		facts[i].at = p->at;
		facts[i].line = p->line;
		text_copy(facts[i].id, sizeof(facts[i].id), slice_of(car->transponder));
	}
	qsort(facts, sim.passing_count, sizeof(*facts), compare_facts);
	return facts;
}

static struct fact *facts_received(const struct received *h, size_t *count)
{
	struct fact *facts = facts_room(h->list.count);
	*count = 0;
	for (uint32_t i = 0; i < h->list.count; i++) {
		const struct event *e = &h->list.at[i];
		if (e->kind != EVENT_PASSING && e->kind != EVENT_PIT_IN &&
		    e->kind != EVENT_PIT_OUT)
			continue;
		facts[*count].at = e->at;
		facts[*count].line = e->line;
		text_copy(facts[*count].id, sizeof(facts[*count].id), slice_of(e->id));
		++*count;
	}
	qsort(facts, *count, sizeof(*facts), compare_facts);
	return facts;
}

static void assert_all_received(const struct received *h, uint64_t seed)
{
	struct fact *truth = facts_true();
	size_t count;
	struct fact *received = facts_received(h, &count);
	if (count != sim.passing_count)
		fail_msg("seed %llu: %zu passings of %u", (unsigned long long)seed,
			 count, sim.passing_count);
	for (size_t i = 0; i < count; i++)
		if (compare_facts(&truth[i], &received[i]) != 0)
			fail_msg("seed %llu: passing %zu differs: %s",
				 (unsigned long long)seed, i, received[i].id);
	free(truth);
	free(received);
}

/* ---- laws ------------------------------------------------------------------------- */

static void what_the_decoders_sent_is_what_was_simulated(void **state)
{
	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(seeds); s++) {
		struct received h;
		simulate(seeds[s], false);
		received_begin(&h, "p3");
		for (size_t i = 0; i < message_count; i++)
			say(&h, i, 0);
		assert_all_received(&h, seeds[s]);
		received_end(&h);
		simulate_end();
	}
}

/* P98 tells milliseconds since its decoders' start: set beside the truth by the first
 * passing. */
static void lines_of_p98_tell_what_was_simulated(void **state)
{
	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(seeds); s++) {
		struct fact *truth, *received;
		struct received h;
		size_t count;
		simulate(seeds[s], true);
		received_begin(&h, "p98");
		for (size_t i = 0; i < message_count; i++)
			say(&h, i, 0);
		truth = facts_true();
		received = facts_received(&h, &count);
		assert_int_equal(count, sim.passing_count);
		for (size_t i = 0; i < count; i++) {
			int64_t off = (truth[i].at - truth[0].at) -
				      (received[i].at - received[0].at);
			if (off > US_MS || off < -US_MS ||
			    strcmp(truth[i].id, received[i].id) != 0 ||
			    truth[i].line != received[i].line)
				fail_msg("seed %llu: passing %zu differs: %s",
					 (unsigned long long)seeds[s], i,
					 received[i].id);
		}
		free(truth);
		free(received);
		received_end(&h);
		simulate_end();
	}
}

/* All records of one decoder, cut out of the stream of all, are its stream alone. */
static void a_decoder_says_the_same_alone_as_among_others(void **state)
{
	static const uint8_t lines[] = {0, 2, LINE_PIT_OUT};
	struct bytes alone = {malloc(BYTES_MAX), 0};
	char buf[4096];
	(void)state;
	assert_non_null(alone.at);
	simulate(seeds[0], false);
	for (size_t l = 0; l < ARRAY_LEN(lines); l++) {
		struct out out = {append, &alone, buf, 0, sizeof(buf), 0, false};
		size_t at = 0;
		alone.len = 0;
		sim_write_p3(&out, &sim, lines[l]);
		assert_int_equal(out_flush(&out), 0);
		for (size_t i = 0; i < message_count; i++) {
			struct slice frame = {stream.at + messages[i].at,
					      messages[i].len};
			struct wire_p3_record said;
			assert_int_equal(wire_p3_read(frame, &said), WIRE_P3_FINE);
			if (said.value[P3_DECODER] != sim_p3_decoder(lines[l]))
				continue;
			assert_true(at + frame.len <= alone.len);
			assert_memory_equal(alone.at + at, frame.at, frame.len);
			at += frame.len;
		}
		assert_int_equal(at, alone.len);
	}
	free(alone.at);
	simulate_end();
}

static bool same_events(const struct event_list *a, const struct event_list *b)
{
	return a->count == b->count && a->text_len == b->text_len &&
	       memcmp(a->at, b->at, a->count * sizeof(*a->at)) == 0 &&
	       memcmp(a->text, b->text, a->text_len) == 0;
}

/* In reads of up to @most bytes; what is not a whole message is carried on. */
static void hear_cut(struct received *h, uint64_t seed, size_t most)
{
	uint64_t chance = seed;
	size_t from = 0, to = 0;
	while (to < stream.len) {
		to += 1 + (size_t)random_below(&chance, most);
		if (to > stream.len)
			to = stream.len;
		from += feed_pump(h->driver, h->state,
				  (struct slice){stream.at + from, to - from}, 0,
				  (uint32_t)from, &h->list);
	}
	assert_int_equal(from, stream.len);
}

static void any_cut_into_reads_gives_the_same_events(void **state)
{
	static const char *const drivers[] = {"p3", "p98"};
	static const size_t cuts[] = {1, 7, 60, 1500};
	(void)state;
	for (size_t d = 0; d < ARRAY_LEN(drivers); d++)
		for (size_t s = 0; s < ARRAY_LEN(seeds); s++) {
			struct received whole, cut;
			simulate(seeds[s], d == 1);
			received_begin(&whole, drivers[d]);
			hear_cut(&whole, seeds[s], stream.len);
			received_begin(&cut, drivers[d]);
			hear_cut(&cut, seeds[s], cuts[s]);
			if (!same_events(&whole.list, &cut.list))
				fail_msg("seed %llu: cut to %zu bytes, other events",
					 (unsigned long long)seeds[s], cuts[s]);
			received_end(&whole);
			received_end(&cut);
			simulate_end();
		}
}

/* Each message comes up to five places later or earlier, one in ten twice. */
static void doubled_and_reordered_records_give_the_same_passings(void **state)
{
	enum { PLACES = 5 };

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(seeds); s++) {
		uint64_t chance = seeds[s];
		struct received h;
		simulate(seeds[s], false);
		for (size_t i = 0; i + PLACES < message_count; i++) {
			size_t j = i + (size_t)random_below(&chance, PLACES);
			struct message other = messages[i];
			messages[i] = messages[j];
			messages[j] = other;
		}
		received_begin(&h, "p3");
		for (size_t i = 0; i < message_count; i++) {
			say(&h, i, 0);
			if (random_below(&chance, 10) == 0)
				say(&h,
				    i - (size_t)random_below(&chance,
							     i + 1 < 50 ? i + 1 : 50),
				    0);
		}
		assert_all_received(&h, seeds[s]);
		received_end(&h);
		simulate_end();
	}
}

static void damage_never_makes_a_passing_that_was_not_sent(void **state)
{
	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(seeds); s++) {
		uint64_t chance = seeds[s];
		struct fact *truth, *received;
		struct received h;
		size_t count;
		simulate(seeds[s], false);
		/* A byte in 150 is another, so one record in three is damaged. */
		for (size_t i = 0; i < stream.len / 150; i++)
			stream.at[random_below(&chance, stream.len)] =
				(char)random_next(&chance);
		received_begin(&h, "p3");
		(void)feed_pump(h.driver, h.state,
				(struct slice){stream.at, stream.len}, 0, 0, &h.list);
		truth = facts_true();
		received = facts_received(&h, &count);
		assert_true(count > sim.passing_count / 3 && count < sim.passing_count);
		for (size_t i = 0; i < count; i++)
			if (!bsearch(&received[i], truth, sim.passing_count,
				     sizeof(*truth), compare_facts))
				fail_msg("seed %llu: a passing of %s nobody sent",
					 (unsigned long long)seeds[s], received[i].id);
		free(truth);
		free(received);
		received_end(&h);
		simulate_end();
	}
}

/* ---- a decoder that answers ------------------------------------------------------- */

struct sent {
	uint32_t number, decoder;
};

/* Number and decoder of each record; a number of 0: it is no passing. */
static void list_sent(struct sent *sent)
{
	struct received one;
	received_begin(&one, "p3");
	for (size_t i = 0; i < message_count; i++) {
		one.list.count = one.list.text_len = 0;
		one.driver->init(one.state, &setup);
		say(&one, i, 0);
		for (uint32_t e = 0; e < one.list.count; e++)
			if (one.list.at[e].id_kind == ID_TRANSPONDER) {
				sent[i].number = one.list.at[e].sequence;
				sent[i].decoder = sim_p3_decoder(one.list.at[e].line);
			}
	}
	received_end(&one);
}

/* Answer the questions among the events from @from on, with what was sent before
 * message @until. */
static void answer(struct received *h, uint32_t from, const struct sent *sent,
		   size_t until, instant_us now)
{
	for (uint32_t i = from; i < h->list.count; i++) {
		struct wire_p3_record ask;
		if (h->list.at[i].kind != EVENT_ASK)
			continue;
		assert_int_equal(
			wire_p3_read(event_text(&h->list, &h->list.at[i]), &ask),
			WIRE_P3_FINE);
		if (ask.type != WIRE_P3_RESEND)
			continue;
		for (size_t m = 0; m < until; m++)
			if (sent[m].number != 0 &&
			    sent[m].number >= ask.value[P3_RESEND_FROM] &&
			    sent[m].number <= ask.value[P3_RESEND_UNTIL] &&
			    (!wire_p3_has(&ask, P3_DECODER) ||
			     ask.value[P3_DECODER] == sent[m].decoder))
				say(h, m, now);
	}
}

/* One record in twenty is lost on the way, but a decoder's very first passing, and the
 * link is cut some fifty times for up to a hundred records. */
static void whatever_is_lost_on_the_way_is_asked_for_and_comes(void **state)
{
	(void)state;
	for (size_t s = 0; s < 2; s++) {
		uint64_t chance = seeds[s];
		struct sent *sent;
		struct received h;
		simulate(seeds[s], false);
		sent = calloc(message_count, sizeof(*sent));
		assert_non_null(sent);
		list_sent(sent);
		received_begin(&h, "p3");
		for (size_t i = 0; i < message_count; i++) {
			uint32_t before = h.list.count;
			if (i > 100 && random_below(&chance, message_count / 50) == 0) {
				i += (size_t)random_below(&chance, 100);
				h.driver->on_connect(h.state, 0, &h.list);
			} else if (i < 60 || sent[i].number == 1 ||
				   random_below(&chance, 20) != 0) {
				say(&h, i, 0);
			}
			if (i < message_count)
				answer(&h, before, sent, i, 0);
		}
		/* What was lost last shows when one more connection asks. */
		uint32_t before = h.list.count;

		h.driver->on_connect(h.state, 0, &h.list);
		answer(&h, before, sent, message_count, 0);
		assert_all_received(&h, seeds[s]);
		free(sent);
		received_end(&h);
		simulate_end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_decoders_sent_is_what_was_simulated),
		cmocka_unit_test(lines_of_p98_tell_what_was_simulated),
		cmocka_unit_test(a_decoder_says_the_same_alone_as_among_others),
		cmocka_unit_test(any_cut_into_reads_gives_the_same_events),
		cmocka_unit_test(doubled_and_reordered_records_give_the_same_passings),
		cmocka_unit_test(damage_never_makes_a_passing_that_was_not_sent),
		cmocka_unit_test(whatever_is_lost_on_the_way_is_asked_for_and_comes),
	};
	return cmocka_run_group_tests_name("property p3", tests, NULL, NULL);
}
