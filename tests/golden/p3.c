/*
 * p3.c -- what P3 and P98 decoders say, as events: every type of record, and a small
 * race of the simulator, against files beside this one (UPDATE=1 rewrites them)
 *
 * The bytes of a question are written as hexadecimal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kept.h"
#include "pitwall/feed.h"
#include "sim.h"
#include "pitwall/wire.h"
#include "../pump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	EVENTS_MAX = 16 * 1024,
	TEXT_MAX = 256 * 1024,
	BYTES_MAX = 1024 * 1024,
	ID = 0x00020f93,
};

#define NOON ((instant_us)1764000000 * US_S)

struct bytes {
	char *at, *buf;
	size_t len;
	struct out out;
};

static int append(void *context, const char *bytes, size_t len)
{
	struct bytes *b = context;
	assert_true(b->len + len <= BYTES_MAX);
	memcpy(b->at + b->len, bytes, len);
	b->len += len;
	return 0;
}

static void bytes_begin(struct bytes *b)
{
	*b = (struct bytes){malloc(BYTES_MAX), malloc(4096), 0, {0}};
	assert_true(b->at && b->buf);
	b->out = (struct out){append, b, b->buf, 0, 4096, 0, false};
}

static void bytes_end(struct bytes *b)
{
	free(b->at);
	free(b->buf);
}

/* ---- events as text ----------------------------------------------------------------- */

struct received {
	const struct feed_driver *driver;
	struct event_list list;
	void *state;
};

static void received_begin(struct received *h, const char *driver,
			   const struct feed_setup *setup)
{
	h->driver = feed_by_name(slice_of(driver));
	assert_non_null(h->driver);
	h->state = malloc(h->driver->state_size);
	h->list = (struct event_list){
		.at = calloc(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = malloc(TEXT_MAX),
		.text_max = TEXT_MAX,
	};
	assert_true(h->state && h->list.at && h->list.text);
	h->driver->init(h->state, setup);
}

static void received_end(struct received *h)
{
	free(h->state);
	free(h->list.at);
	free(h->list.text);
}

/* What was written so far is received at once. */
static void hear(struct received *h, struct bytes *b, instant_us at)
{
	assert_int_equal(out_flush(&b->out), 0);
	assert_int_equal(feed_pump(h->driver, h->state, (struct slice){b->at, b->len},
				   at, 0, &h->list),
			 b->len);
	b->len = 0;
}

static void put_event(struct out *out, const struct received *h,
		      const struct event *event)
{
	struct slice bytes = event_text(&h->list, event);
	if (event->kind != EVENT_ASK) {
		encode_event_json(out, &h->list, event);
		return;
	}
	out_text(out, "ask ");
	for (size_t i = 0; i < bytes.len; i++)
		out_format(out, "%02x", (unsigned)(unsigned char)bytes.at[i]);
	out_text(out, "\n");
}

static void assert_golden(const struct received *h, const char *name)
{
	struct bytes b;
	bytes_begin(&b);
	for (uint32_t i = 0; i < h->list.count; i++)
		put_event(&b.out, h, &h->list.at[i]);
	assert_int_equal(out_flush(&b.out), 0);
	kept_same(name, (struct slice){b.at, b.len});
	bytes_end(&b);
}

/* ---- every type of record --------------------------------------------------------------- */

static struct wire_p3_passing passing_of(uint32_t number, instant_us at)
{
	return (struct wire_p3_passing){
		.rtc = at + US_HOUR,
		.utc = INSTANT_NONE,
		.decoder = ID,
		.number = number,
		.transponder = 2906141,
		.strength = 106,
		.hits = 50,
	};
}

/* Passings with every field there is. */
static void write_passings(struct out *out)
{
	struct wire_p3_passing p = passing_of(100, NOON);
	struct wire_p3 frame;
	wire_p3_passing(out, &p);
	p = passing_of(101, NOON + US_S);
	p.utc = NOON + US_S + 7;
	p.rtc_id = 5;
	p.voltage = 29;
	p.temperature = 131;
	p.flags = 1;
	wire_p3_passing(out, &p);
	p = passing_of(105, NOON + 2 * US_S);
	p.transponder = 0;
	text_copy(p.code, sizeof(p.code), SLICE("FL-94890"));
	wire_p3_passing(out, &p);
	p = passing_of(106, NOON + 3 * US_S);
	p.transponder = 9991;
	wire_p3_passing(out, &p);
	wire_p3_begin(&frame, WIRE_P3_PASSING);
	wire_p3_number(&frame, 0x01, 4, 107);
	wire_p3_number(&frame, 0x03, 4, 2906141);
	wire_p3_number(&frame, 0x0e, 4, 1);
	wire_p3_number(&frame, 0x0f, 1, 2);
	wire_p3_number(&frame, 0x14, 1, 3);
	wire_p3_number(&frame, 0x83, 4, 9);
	wire_p3_number(&frame, 0x85, 8, 77);
	wire_p3_number(&frame, 0x81, 4, ID);
	wire_p3_send(&frame, out);
}

static void every_type_of_p3_record_makes_its_events(void **state)
{
	static const uint16_t types[] = {
#define X(id_, number_) WIRE_P3_##id_,
		WIRE_P3_TYPES(X)
#undef X
			0x001c,
	};
	const struct feed_setup setup = {.source = 3, .day = INSTANT_NONE};
	const struct wire_p3_status status = {
		.decoder = ID,
		.noise = 24,
		.temperature = 31,
		.loop_triggers = 2,
		.gps = 1,
		.satellites = 7,
		.voltage = 118,
	};
	struct received h;
	struct bytes b;
	(void)state;
	bytes_begin(&b);
	received_begin(&h, "p3", &setup);
	h.driver->on_connect(h.state, NOON - 2 * US_S, &h.list);
	wire_p3_time(&b.out, ID, NOON + US_HOUR - 2 * US_S, INSTANT_NONE);
	wire_p3_version(&b.out, ID, 0x14, "TranX Pro", "4.5");
	hear(&h, &b, NOON - 2 * US_S + 30 * US_MS);
	wire_p3_status(&b.out, &status);
	hear(&h, &b, NOON - US_S);
	write_passings(&b.out);
	hear(&h, &b, NOON + 3 * US_S + 40 * US_MS);
	for (uint16_t code = 0; code <= 7; code++)
		wire_p3_error(&b.out, ID, code, code == 4 ? "TOR" : "");
	hear(&h, &b, NOON + 4 * US_S);
	/* Each type without a field: a question, or nothing. */
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct wire_p3 frame;
		wire_p3_begin(&frame, types[i]);
		wire_p3_send(&frame, &b.out);
	}
	hear(&h, &b, NOON + 5 * US_S);
	h.driver->on_connect(h.state, NOON + 6 * US_S, &h.list);
	assert_golden(&h, "p3_records.txt");
	received_end(&h);
	bytes_end(&b);
}

static void every_line_of_p98_makes_its_events(void **state)
{
	const struct feed_setup setup = {.source = 3, .day = INSTANT_NONE};
	struct wire_p98_passing p = {
		.time = 100 * US_S + 835 * US_MS,
		.decoder = 101,
		.sequence = 12,
		.transponder = 8110984,
		.hits = 190,
		.strength = 40,
		.status = 2,
	};
	struct received h;
	struct bytes b;
	(void)state;
	bytes_begin(&b);
	received_begin(&h, "p98", &setup);
	wire_p98_status(&b.out, 101, 11, 3);
	wire_p98_passing(&b.out, &p);
	hear(&h, &b, NOON);
	out_text(&b.out, "\x01$\t40\t3\t5\t28800\txF9EB\r\n%\r\n");
	out_text(&b.out, "\x01@\t101\t15\t8110984\t103.000\t146\t40\t2\r\n");
	out_text(&b.out, "\x01@\t101\t16\t8110984\t103.5\t146\t40\t2\tx0000\r\n");
	out_text(&b.out, "@\t7\t3444425\t46.820\r\n");
	hear(&h, &b, NOON + 3 * US_S);
	p.sequence = 2;
	p.time = 5 * US_S;
	wire_p98_passing(&b.out, &p);
	hear(&h, &b, NOON + 60 * US_S);
	assert_golden(&h, "p98_records.txt");
	received_end(&h);
	bytes_end(&b);
}

static void a_race_of_the_simulator_is_received_as_it_was(void **state)
{
	static struct sim_race sim;
	static struct sim_passing passings[2048];
	const struct feed_setup setup = {
		.source = 1,
		.day = INSTANT_NONE,
		.loops = {{.decoder = "00020f00", .line = 0},
			  {.decoder = "00020f01", .line = 1}},
		.loop_count = 2,
	};
	struct received h;
	struct bytes b;
	struct err err;
	(void)state;
	sim.passings = passings;
	sim.passings_max = ARRAY_LEN(passings);
	assert_int_equal(sim_plausible(&sim, 2003, 3, 1, 6 * US_MIN, &err), 0);
	bytes_begin(&b);
	received_begin(&h, "p3", &setup);
	sim_write_p3(&b.out, &sim, 0);
	sim_write_p3(&b.out, &sim, 1);
	hear(&h, &b, 0);
	/* The heartbeats are many and all alike. */
	uint32_t kept = 0;

	for (uint32_t i = 0; i < h.list.count; i++)
		if (h.list.at[i].kind != EVENT_HEARTBEAT)
			h.list.at[kept++] = h.list.at[i];
	assert_true(h.list.count > kept);
	h.list.count = kept;
	assert_golden(&h, "p3_race.txt");
	received_end(&h);
	bytes_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_of_p3_record_makes_its_events),
		cmocka_unit_test(every_line_of_p98_makes_its_events),
		cmocka_unit_test(a_race_of_the_simulator_is_received_as_it_was),
	};
	return cmocka_run_group_tests_name("golden p3", tests, NULL, NULL);
}
