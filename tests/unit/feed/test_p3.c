/*
 * test_p3.c -- the P3 protocol of AMB and MYLAPS decoders, as a wall would see it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "p3_said.h"

#include <stdlib.h>
#include <string.h>

/* A frame of a real decoder: passing 113736 of transponder 2906141. */
static const char real_passing[] = "8e0233009ec700000100010448bc010003041d582c00"
				   "0408e805bfc4a41b050005026a0006023200"
				   "080200008104930f02008f";

static void hex(struct received *h, const char *digits, instant_us at)
{
	char bytes[1024];
	received_bytes(
		h, (struct slice){bytes, received_unhex(digits, bytes, sizeof(bytes))},
		at);
}

static void asks(struct received *h, const char *digits)
{
	const struct event *ask = received_next(h, EVENT_ASK);
	char bytes[128];
	size_t len = received_unhex(digits, bytes, sizeof(bytes));
	assert_non_null(ask);
	assert_int_equal(ask->text_len, len);
	assert_memory_equal(event_text(&h->list, ask).at, bytes, len);
}

/* The question for passings again, as wire_p3_resend() writes it. */
static void asks_again(struct received *h, uint32_t from, uint32_t until)
{
	struct received writer;
	const struct event *ask = received_next(h, EVENT_ASK);
	assert_non_null(ask);
	received_begin(&writer, "p3", NULL);
	struct out out = received_out(&writer);
	wire_p3_resend(&out, from, until, 0);
	out_flush(&out);
	assert_int_equal(ask->text_len, writer.len);
	assert_memory_equal(event_text(&h->list, ask).at, writer.bytes, writer.len);
	received_end(&writer);
}

/* ---- records ---------------------------------------------------------------------- */

static void a_passing_of_a_real_decoder_is_read(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	hex(&h, real_passing, 0);
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_non_null(event);
	assert_int_equal(event->at, 1437769372993000);
	assert_int_equal(event->received_at, event->at);
	assert_string_equal(event->id, "2906141");
	assert_int_equal(event->id_kind, ID_TRANSPONDER);
	assert_int_equal(event->line, LINE_SF);
	assert_int_equal(event->clock, EVENT_CLOCK_OWN);
	assert_int_equal(event->sequence, 113736);
	assert_int_equal(event->bits, 0);
	assert_int_equal(h.list.count, 1);
	received_end(&h);
}

static void frames_of_every_family_are_read(void **state)
{
	static const struct {
		const char *frame, *transponder;
		unsigned passings, heartbeats;
	} frames[] = {
		/* ProChip: the code stands beside the number. */
		{"8e023d0070040000010001048922000003042af71f060a08464c2d393438393005027"
		 "f00060221000408350630ec65420600080200008104d0000c008f",
		 "102758186", 1, 0},
		/* The sum of this status is escaped. */
		{"8e021f00ca8daf00000200 01021e00 07022500 0c0178 060100 8104930f0200 "
		 "8f",
		 NULL, 0, 1},
		/* A client's question, of length 0: not an error. */
		{"8e0000005beb000024000100040005008f", NULL, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
		struct received h;
		const struct event *event;
		received_begin(&h, "p3", NULL);
		hex(&h, frames[i].frame, 0);
		assert_int_equal(received_count(&h, EVENT_PASSING), frames[i].passings);
		assert_int_equal(received_count(&h, EVENT_HEARTBEAT),
				 frames[i].heartbeats);
		assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
		event = received_next(&h, EVENT_PASSING);
		if (event)
			assert_string_equal(event->id, frames[i].transponder);
		received_end(&h);
	}
}

/* The same record, escaped from 8A on as some servers do. */
static void both_dialects_of_escaping_are_read(void **state)
{
	struct wire_p3_passing passing = passing_of(0x8a8b8c8d, NOON);
	struct received writer, h;
	char more[256];
	size_t n = 0;
	(void)state;
	received_begin(&writer, "p3", NULL);
	struct out out = received_out(&writer);
	wire_p3_passing(&out, &passing);
	out_flush(&out);
	for (size_t i = 0; i < writer.len; i++) {
		unsigned char byte = (unsigned char)writer.bytes[i];
		if (byte >= 0x8a && byte <= 0x8c) {
			more[n++] = (char)0x8d;
			more[n++] = (char)(byte + 0x20);
		} else {
			more[n++] = writer.bytes[i];
		}
	}
	assert_true(n > writer.len);
	received_begin(&h, "p3", NULL);
	received_bytes(&h, (struct slice){more, n}, 0);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
	assert_int_equal(received_next(&h, EVENT_PASSING)->sequence, 0x8a8b8c8d);
	received_end(&h);
	received_end(&writer);
}

static void a_passing_without_a_time_is_placed_when_it_was_received(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	/* Number 0x8E8D, escaped; neither RTC nor UTC. */
	hex(&h, "8e021700f6770000010001048dad8dae000003041d582c008f", NOON);
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_non_null(event);
	assert_int_equal(event->at, NOON);
	assert_int_equal(event->bits, EVENT_ESTIMATED);
	assert_int_equal(event->clock, EVENT_CLOCK_UNKNOWN);
	received_end(&h);
	/* In a file nobody received it. */
	received_begin(&h, "p3", NULL);
	hex(&h, "8e021700f6770000010001048dad8dae000003041d582c008f", 0);
	assert_null(received_next(&h, EVENT_PASSING));
	received_end(&h);
	received_begin(&h, "p3", NULL);
	hex(&h, "8e021700f6770000010001048dad8dae000003041d582c008f", 0);
	received_says(&h, EVENT_ANOMALY, "without a time");
	received_end(&h);
}

static void no_bit_of_a_passing_can_turn_and_be_believed(void **state)
{
	char bytes[64];
	size_t len = received_unhex(real_passing, bytes, sizeof(bytes));
	struct received h;
	(void)state;
	for (size_t bit = 0; bit < len * 8; bit++) {
		received_begin(&h, "p3", NULL);
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
		received_bytes(&h, (struct slice){bytes, len}, 0);
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
		/* What follows is read: the damage ends with the frame. */
		hex(&h,
		    "8e021f00d687000002000102 1a0007022800 0c0178 060100 "
		    "8104930f02008f",
		    0);
		assert_int_equal(received_count(&h, EVENT_PASSING), 0);
		assert_int_equal(received_count(&h, EVENT_HEARTBEAT), 1);
		assert_true(received_count(&h, EVENT_ANOMALY) >= 1);
		received_end(&h);
	}
}

static void a_frame_without_its_end_costs_only_itself(void **state)
{
	char cut[96];
	struct received h;
	(void)state;
	text_copy(cut, sizeof(cut), (struct slice){real_passing, 40});
	received_begin(&h, "p3", NULL);
	hex(&h, cut, 0);
	assert_int_equal(h.list.count, 0);
	hex(&h, real_passing, 0);
	const struct event *event = received_says(&h, EVENT_ANOMALY, "cut off");
	assert_int_equal(event->field, ANOMALY_CHECKSUM);
	assert_non_null(received_next(&h, EVENT_PASSING));
	received_end(&h);
}

static void a_start_with_no_end_in_sight_is_given_up(void **state)
{
	static char bytes[8192];
	struct received h;
	(void)state;
	memset(bytes, 0x11, sizeof(bytes));
	bytes[0] = (char)0x8e;
	received_begin(&h, "p3", NULL);
	received_bytes(&h, (struct slice){bytes, sizeof(bytes)}, 0);
	hex(&h, real_passing, 0);
	assert_int_equal(received_count(&h, EVENT_PASSING), 1);
	assert_int_equal(h.len, 0);
	received_end(&h);
}

static void a_field_that_reaches_over_the_end_is_not_used(void **state)
{
	struct wire_p3 frame;
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	struct out out = received_out(&h);
	wire_p3_begin(&frame, WIRE_P3_PASSING);
	wire_p3_number(&frame, 0x01, 4, 7);
	wire_p3_number(&frame, 0x03, 4, 2906141);
	frame.bytes[frame.len - 5] = 9;
	wire_p3_send(&frame, &out);
	received_at(&h, &out, NOON);
	assert_int_equal(received_says(&h, EVENT_ANOMALY, "reaches over")->field,
			 ANOMALY_FORMAT);
	assert_int_equal(received_count(&h, EVENT_PASSING), 0);
	received_end(&h);
}

static void what_is_not_known_is_skipped_without_a_word(void **state)
{
	struct wire_p3 frame;
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	struct out out = received_out(&h);
	wire_p3_begin(&frame, 0x001c);
	wire_p3_number(&frame, 0x77, 3, 1);
	wire_p3_send(&frame, &out);
	wire_p3_begin(&frame, WIRE_P3_PASSING);
	wire_p3_text(&frame, 0x7e, SLICE("something of a later firmware"));
	wire_p3_number(&frame, 0x01, 4, 7);
	wire_p3_number(&frame, 0xee, 1, 1);
	wire_p3_number(&frame, 0x03, 4, 2906141);
	wire_p3_number(&frame, 0x04, 8, (uint64_t)NOON);
	wire_p3_send(&frame, &out);
	received_at(&h, &out, 0);
	assert_int_equal(h.list.count, 1);
	assert_int_equal(received_next(&h, EVENT_PASSING)->at, NOON);
	received_end(&h);
}

/* ---- numbers ------------------------------------------------------------------------ */

static void a_gap_is_named_and_asked_for_and_filled(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	pass(&h, 711880, NOON, NOON);
	pass(&h, 711884, NOON + US_S, NOON + US_S);
	assert_int_equal(
		received_says(&h, EVENT_ANOMALY,
			      "decoder 00020f93: 3 passings are missing, 711881 "
			      "to 711883")
			->field,
		ANOMALY_MISSING);
	asks(&h, "8e0217001fad000004000104c9dc0a000204cbdc0a008f");
	for (uint32_t n = 711881; n <= 711883; n++)
		pass(&h, n, NOON + (n - 711880) * US_MS, NOON + 2 * US_S);
	assert_int_equal(received_count(&h, EVENT_PASSING), 5);
	/* Again, as a decoder that two ask answers twice: not a word. */
	pass(&h, 711882, NOON + 2 * US_MS, NOON + 3 * US_S);
	assert_int_equal(received_count(&h, EVENT_PASSING), 5);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 1);
	assert_int_equal(received_count(&h, EVENT_ASK), 1);
	received_end(&h);
}

static void a_connection_asks_for_the_time_and_for_what_was_missed(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	h.driver->on_connect(h.state, NOON, &h.list);
	assert_int_equal(h.list.count, 2);
	assert_int_equal(h.list.at[0].text_len, 17);
	h.looked = 1;
	asks(&h, "8e020b00afec000003008f");
	for (uint32_t n = 1; n <= 3; n++)
		pass(&h, n, NOON + n * US_S, NOON + n * US_S);
	h.driver->on_connect(h.state, NOON + 5 * US_S, &h.list);
	h.looked = h.list.count - 1;
	asks_again(&h, 4, UINT32_MAX);
	/* Where something before is still missing, from there. */
	pass(&h, 6, NOON + 6 * US_S, NOON + 6 * US_S);
	h.driver->on_connect(h.state, NOON + 9 * US_S, &h.list);
	h.looked = h.list.count - 1;
	asks_again(&h, 4, UINT32_MAX);
	pass(&h, 4, NOON + 4 * US_S, NOON + 10 * US_S);
	pass(&h, 5, NOON + 5 * US_S, NOON + 10 * US_S);
	h.driver->on_connect(h.state, NOON + 11 * US_S, &h.list);
	h.looked = h.list.count - 1;
	asks_again(&h, 7, UINT32_MAX);
	assert_int_equal(received_count(&h, EVENT_PASSING), 6);
	received_end(&h);
}

/* Hours without a connection; the first car that passes then is received before what was
 * asked for comes, and the link is cut again in the middle of it. */
static void all_that_was_missed_comes_however_much_it_is(void **state)
{
	enum { MISSED = 5000, HALF = 2500 };
	const instant_us back = NOON + 3 * US_HOUR;
	struct received h;

	(void)state;
	received_begin(&h, "p3", NULL);
	pass(&h, 1, NOON, NOON);
	h.driver->on_connect(h.state, back, &h.list);
	h.looked = h.list.count - 1;
	asks_again(&h, 2, UINT32_MAX);
	pass(&h, MISSED + 2, back + US_S, back + US_S);
	for (uint32_t n = 2; n <= HALF; n++)
		pass(&h, n, NOON + n * US_S, back + 2 * US_S);
	h.driver->on_connect(h.state, back + US_MIN, &h.list);
	h.looked = h.list.count - 1;
	asks_again(&h, HALF + 1, UINT32_MAX);
	pass(&h, MISSED + 1100, back + US_MIN, back + US_MIN);
	for (uint32_t n = HALF + 1; n < MISSED + 1100; n++)
		pass(&h, n, NOON + n * US_S, back + 2 * US_MIN);
	/* Both answers told of some. */
	for (uint32_t n = MISSED; n < MISSED + 1100; n++)
		pass(&h, n, NOON + n * US_S, back + 2 * US_MIN);
	assert_int_equal(received_count(&h, EVENT_PASSING), MISSED + 1100);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 2);
	received_end(&h);
}

/* The link was cut before any car came: what passed then is asked for too, but not
 * what passed before we were here. */
static void what_passed_before_the_first_that_came_is_asked_for(void **state)
{
	const struct wire_p3_status status = {.decoder = ID, .noise = 24};
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	struct out out = received_out(&h);
	wire_p3_status(&out, &status);
	received_at(&h, &out, NOON);
	h.driver->on_connect(h.state, NOON + US_HOUR, &h.list);
	h.looked = h.list.count;
	pass(&h, 1005, NOON + US_HOUR + US_S, NOON + US_HOUR + US_S);
	asks_again(&h, 1005 - 256, 1004);
	pass(&h, 1002, NOON - 3 * US_DAY, NOON + US_HOUR + 2 * US_S);
	pass(&h, 1003, NOON - US_HOUR, NOON + US_HOUR + 2 * US_S);
	pass(&h, 1004, NOON + US_HOUR / 2, NOON + US_HOUR + 2 * US_S);
	assert_int_equal(received_count(&h, EVENT_PASSING), 2);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 0);
	received_end(&h);
}

static void a_cleared_decoder_counts_anew(void **state)
{
	static const struct {
		const char *how;
		uint32_t number;
		int64_t later; /* than the last before */
	} cases[] = {
		{"time goes on", 1, 20 * US_S},
		{"the number came already", 104, 20 * US_S},
		{"its clock went back too", 1, -400 * US_DAY},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		instant_us received = NOON + 200 * US_S;
		const struct event *event;
		struct received h;
		received_begin(&h, "p3", NULL);
		for (uint32_t n = 100; n <= 180; n++)
			pass(&h, n, NOON + n * US_S, NOON + n * US_S);
		pass(&h, cases[i].number, NOON + 180 * US_S + cases[i].later, received);
		pass(&h, cases[i].number + 1, NOON + 181 * US_S + cases[i].later,
		     received + US_S);
		assert_int_equal(received_says(&h, EVENT_ANOMALY, "counts anew")->field,
				 ANOMALY_CONTRADICTION);
		assert_int_equal(received_count(&h, EVENT_PASSING), 83);
		event = received_next(&h, EVENT_PASSING);
		assert_non_null(event);
		/* However its clock was set, the passing was now. */
		assert_int_equal(event->at, received);
		received_end(&h);
	}
}

static void two_decoders_have_each_their_numbers_and_their_lines(void **state)
{
	const struct feed_setup setup = {
		.day = INSTANT_NONE,
		.loops = {{.decoder = "20F93", .line = 2},
			  {.decoder = "00020f94", .line = LINE_PIT_IN}},
		.loop_count = 2,
	};
	struct wire_p3_passing other = passing_of(9000, NOON + US_S);
	struct received h;
	(void)state;
	received_begin(&h, "p3", &setup);
	pass(&h, 1, NOON, NOON);
	struct out out = received_out(&h);
	other.decoder = ID + 1;
	wire_p3_passing(&out, &other);
	other.decoder = ID + 2;
	wire_p3_passing(&out, &other);
	received_at(&h, &out, NOON + US_S);
	pass(&h, 2, NOON + 2 * US_S, NOON + 2 * US_S);
	const struct event *event = received_next(&h, EVENT_PASSING);
	assert_int_equal(event->line, 2);
	event = received_next(&h, EVENT_PIT_IN);
	assert_non_null(event);
	assert_int_equal(event->line, LINE_PIT_IN);
	assert_int_equal(event->sequence, 9000);
	received_says(&h, EVENT_ANOMALY, "decoder 00020f95 is no loop of this session");
	/* As one types them under [loops], also that which has no line. */
	struct feed_loop_received loops[4];
	assert_int_equal(h.driver->loops(h.state, loops, 1), 1);
	assert_int_equal(h.driver->loops(h.state, loops, 4), 3);
	assert_string_equal(loops[0].name, "00020f93");
	assert_int_equal(loops[0].line, 2);
	assert_int_equal(loops[0].passings, 2);
	assert_int_equal(loops[1].line, LINE_PIT_IN);
	assert_string_equal(loops[2].name, "00020f95");
	assert_int_equal(loops[2].line, LINE_NONE);
	assert_int_equal(loops[2].passings, 1);
	assert_int_equal(received_count(&h, EVENT_PASSING), 2);
	assert_int_equal(received_count(&h, EVENT_ASK), 0);
	received_end(&h);
}

static void a_seventeenth_decoder_is_named_and_left_out(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	for (uint32_t i = 0; i < 17; i++) {
		struct wire_p3_passing passing = passing_of(5, NOON);
		struct out out = received_out(&h);
		passing.decoder = i;
		wire_p3_passing(&out, &passing);
		received_at(&h, &out, NOON);
	}
	assert_int_equal(received_count(&h, EVENT_PASSING), 16);
	assert_int_equal(
		received_says(&h, EVENT_ANOMALY, "more than 16 decoders")->field,
		ANOMALY_CAPACITY);
	received_end(&h);
}

/* ---- what else they say ------------------------------------------------------------------ */

static void a_decoder_says_once_what_it_is(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	struct out out = received_out(&h);
	wire_p3_version(&out, ID, 0x14, "TranX Pro", "4.5");
	wire_p3_version(&out, ID, 0x14, "TranX Pro", "4.5");
	received_at(&h, &out, NOON);
	received_says(&h, EVENT_MESSAGE, "decoder 00020f93: TranX Pro 4.5");
	assert_int_equal(received_count(&h, EVENT_MESSAGE), 1);
	received_end(&h);
}

static void an_error_of_the_decoder_is_told_in_its_words(void **state)
{
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	struct out out = received_out(&h);
	wire_p3_error(&out, ID, 4, "TOR \x1b[31m unknown");
	received_at(&h, &out, NOON);
	received_says(&h, EVENT_ANOMALY,
		      "does not know the type of record we sent: TOR");
	assert_null(memchr(h.list.text, 0x1b, h.list.text_len));
	received_end(&h);
}

static void gates_are_no_cars_and_a_weak_transponder_is_told_once(void **state)
{
	struct wire_p3_passing passing = passing_of(1, NOON);
	struct received h;
	(void)state;
	received_begin(&h, "p3", NULL);
	struct out out = received_out(&h);
	passing.transponder = 9992;
	wire_p3_passing(&out, &passing);
	passing = passing_of(2, NOON + US_S);
	passing.voltage = 29;
	wire_p3_passing(&out, &passing);
	passing.number = 3;
	wire_p3_passing(&out, &passing);
	received_at(&h, &out, NOON + US_S);
	assert_int_equal(received_count(&h, EVENT_PASSING), 2);
	received_says(&h, EVENT_MESSAGE, "gate 9992");
	received_says(&h, EVENT_MESSAGE, "transponder 2906141 is weak: 2.9 V");
	assert_null(received_next(&h, EVENT_MESSAGE));
	received_end(&h);
}

/* ---- captures ------------------------------------------------------------------------------ */

static void read_capture(struct received *h, const char *data, size_t len)
{
	struct feed_capture capture = {.at = INSTANT_NONE};
	struct slice rest = {data, len};
	enum feed_marks marks;
	static char piece[RECEIVED_BYTES_MAX];
	const struct feed_driver *driver = feed_sniff_file(rest, &marks);
	size_t n;
	assert_ptr_equal(driver, h->driver);
	capture.marks = (uint8_t)marks;
	while (feed_capture_next(&capture, &rest, piece, &n))
		received_bytes(h, (struct slice){piece, n}, 0);
	assert_int_equal(h->len, 0);
}

static void captures_have_the_counts_their_notes_state(void **state)
{
	static const struct {
		const char *name;
		unsigned passings, heartbeats, checksums;
		uint32_t missing; /* the one passing that is; 0: none */
	} captures[] = {
		{"p3/amb-short.hex", 83, 288, 0, 157829},
		{"p3/tcp-log-2022/amb-2022-05-01_145557-10.33.11.50.log", 45, 21, 1,
		 711881},
		{"p3/tcp-log-2022/bad_passing", 1, 0, 0, 0},
		{"p3/tcp-log-2022/good_passing", 1, 0, 0, 0},
		{"p3/tcp-log-2022/missing_strength", 1, 0, 0, 0},
		{"p3/tcp-log-2022/first", 0, 1, 0, 0},
		{"p3/tcp-log-2022/last", 1, 0, 0, 0},
		{"p3/tcp-log-2022/status", 0, 1, 0, 0},
		{"p3/tcp-log-2022/1437857960_0", 0, 1, 0, 0},
		/* The same passing ten times, end to start. */
		{"p3/tcp-log-2022/multi", 1, 0, 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		unsigned missing = 0, checksums = 0;
		size_t len = 0;
		char *data = received_data(captures[i].name, &len);
		struct received h;
		if (!data)
			skip();
		received_begin(&h, "p3", NULL);
		read_capture(&h, data, len);
		assert_int_equal(received_count(&h, EVENT_PASSING),
				 captures[i].passings);
		assert_int_equal(received_count(&h, EVENT_HEARTBEAT),
				 captures[i].heartbeats);
		for (const struct event *e; (e = received_next(&h, EVENT_ANOMALY));) {
			missing += e->field == ANOMALY_MISSING;
			checksums += e->field == ANOMALY_CHECKSUM;
		}
		assert_int_equal(checksums, captures[i].checksums);
		assert_int_equal(missing, captures[i].missing != 0);
		assert_int_equal(received_count(&h, EVENT_ASK), missing);
		h.looked = 0;
		if (missing > 0)
			asks_again(&h, captures[i].missing, captures[i].missing);
		received_end(&h);
		free(data);
	}
}

static void gates_and_riders_of_prochip_are_told_apart(void **state)
{
	size_t len = 0;
	char *data = received_data("p3/prochip_2025_bmx_reconstructed.hex", &len);
	struct received h;
	(void)state;
	if (!data)
		skip();
	received_begin(&h, "p3", NULL);
	read_capture(&h, data, len);
	assert_int_equal(received_count(&h, EVENT_PASSING), 3);
	assert_int_equal(received_count(&h, EVENT_MESSAGE), 2);
	assert_int_equal(received_count(&h, EVENT_ANOMALY), 2);
	received_end(&h);
	free(data);
}

static void noise_before_the_first_frame_is_counted(void **state)
{
	size_t len = 0;
	char *data = received_data("p3/tcp-log-2022/need_trimming", &len);
	struct received h;
	(void)state;
	if (!data)
		skip();
	received_begin(&h, "p3", NULL);
	read_capture(&h, data, len);
	received_says(&h, EVENT_ANOMALY, "9 bytes that are no message");
	assert_non_null(received_next(&h, EVENT_PASSING));
	received_end(&h);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_passing_of_a_real_decoder_is_read),
		cmocka_unit_test(frames_of_every_family_are_read),
		cmocka_unit_test(both_dialects_of_escaping_are_read),
		cmocka_unit_test(
			a_passing_without_a_time_is_placed_when_it_was_received),
		cmocka_unit_test(no_bit_of_a_passing_can_turn_and_be_believed),
		cmocka_unit_test(a_frame_without_its_end_costs_only_itself),
		cmocka_unit_test(a_start_with_no_end_in_sight_is_given_up),
		cmocka_unit_test(a_field_that_reaches_over_the_end_is_not_used),
		cmocka_unit_test(what_is_not_known_is_skipped_without_a_word),
		cmocka_unit_test(a_gap_is_named_and_asked_for_and_filled),
		cmocka_unit_test(
			a_connection_asks_for_the_time_and_for_what_was_missed),
		cmocka_unit_test(all_that_was_missed_comes_however_much_it_is),
		cmocka_unit_test(what_passed_before_the_first_that_came_is_asked_for),
		cmocka_unit_test(a_cleared_decoder_counts_anew),
		cmocka_unit_test(two_decoders_have_each_their_numbers_and_their_lines),
		cmocka_unit_test(a_seventeenth_decoder_is_named_and_left_out),
		cmocka_unit_test(a_decoder_says_once_what_it_is),
		cmocka_unit_test(an_error_of_the_decoder_is_told_in_its_words),
		cmocka_unit_test(gates_are_no_cars_and_a_weak_transponder_is_told_once),
		cmocka_unit_test(captures_have_the_counts_their_notes_state),
		cmocka_unit_test(gates_and_riders_of_prochip_are_told_apart),
		cmocka_unit_test(noise_before_the_first_frame_is_counted),
	};
	return cmocka_run_group_tests_name("feed p3", tests, NULL, NULL);
}
