/*
 * test_p3_bytes.c -- P3 and P98: what we send is what decoders send, byte for byte, and
 * reads back
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/wire.h"

#include <string.h>

struct sent {
	char bytes[2048];
	size_t len;
	struct out out;
	char buf[64];
};

static int keep(void *context, const char *bytes, size_t len)
{
	struct sent *sent = context;
	assert_true(sent->len + len <= sizeof(sent->bytes));
	memcpy(sent->bytes + sent->len, bytes, len);
	sent->len += len;
	return 0;
}

static void begin(struct sent *sent)
{
	memset(sent, 0, sizeof(*sent));
	sent->out = (struct out){keep, sent, sent->buf, 0, sizeof(sent->buf), 0, false};
}

static void assert_sent(struct sent *sent, const char *hex)
{
	size_t n = 0;
	assert_int_equal(out_flush(&sent->out), 0);
	for (; *hex != '\0'; hex += 2, n++) {
		assert_true(n < sent->len);
		assert_int_equal((unsigned char)sent->bytes[n],
				 hex_value(hex[0]) * 16 + hex_value(hex[1]));
	}
	assert_int_equal(n, sent->len);
}

/* Frames of a TranX decoder: a passing, and a status whose sum is escaped. */
static void a_passing_and_a_status_are_those_of_a_real_decoder(void **state)
{
	const struct wire_p3_passing passing = {
		.rtc = 1437769372993000,
		.utc = INSTANT_NONE,
		.decoder = 0x00020f93,
		.number = 113736,
		.transponder = 2906141,
		.strength = 106,
		.hits = 50,
	};
	const struct wire_p3_status status = {
		.decoder = 0x00020f93,
		.noise = 0x1e,
		.temperature = 0x25,
		.voltage = 0x78,
	};
	struct sent sent;
	(void)state;
	begin(&sent);
	wire_p3_passing(&sent.out, &passing);
	assert_sent(&sent,
		    "8e0233009ec700000100010448bc010003041d582c000408e805bfc4a41b0500"
		    "05026a0006023200080200008104930f02008f");
	begin(&sent);
	wire_p3_status(&sent.out, &status);
	assert_sent(&sent, "8e021f00ca8daf0000020001021e00070225000c01780601008104930f0"
			   "2008f");
}

static void questions_are_those_the_protocol_shows(void **state)
{
	struct wire_p3 frame;
	struct sent sent;
	(void)state;
	begin(&sent);
	wire_p3_resend(&sent.out, 711881, 711883, 0);
	assert_sent(&sent, "8e0217001fad000004000104c9dc0a000204cbdc0a008f");
	begin(&sent);
	wire_p3_begin(&frame, WIRE_P3_VERSION);
	wire_p3_send(&frame, &sent.out);
	assert_sent(&sent, "8e020b00afec000003008f");
}

/* All that stands between the first byte and the last is escaped. */
static void what_could_be_taken_for_an_end_is_escaped(void **state)
{
	struct wire_p3 frame;
	struct sent sent;
	unsigned ends = 0;
	(void)state;
	begin(&sent);
	wire_p3_begin(&frame, WIRE_P3_PASSING);
	wire_p3_number(&frame, 0x01, 4, 0x8e8d);
	wire_p3_number(&frame, 0x03, 4, 2906141);
	wire_p3_send(&frame, &sent.out);
	assert_sent(&sent, "8e021700f6770000010001048dad8dae000003041d582c008f");
	for (size_t i = 0; i < sent.len; i++)
		ends += (unsigned char)sent.bytes[i] >= 0x8e &&
			(unsigned char)sent.bytes[i] <= 0x8f;
	assert_int_equal(ends, 2);
}

static void what_does_not_fit_a_frame_is_left_out(void **state)
{
	static char text[300];
	struct wire_p3 frame;
	struct sent sent;
	(void)state;
	memset(text, 'x', sizeof(text));
	begin(&sent);
	wire_p3_begin(&frame, WIRE_P3_ERROR);
	for (unsigned i = 0; i < 8; i++)
		wire_p3_text(&frame, 0x02, (struct slice){text, sizeof(text)});
	wire_p3_number(&frame, 0x01, 9, 1);
	wire_p3_send(&frame, &sent.out);
	assert_int_equal(out_flush(&sent.out), 0);
	assert_int_equal(sent.len, 10 + 3 * 257 + 1);
	assert_int_equal((unsigned char)sent.bytes[sent.len - 1], 0x8f);
}

static void lines_of_p98_are_those_of_a_real_decoder(void **state)
{
	const struct wire_p98_passing passing = {
		.time = 46820 * US_MS,
		.decoder = 101,
		.sequence = 12,
		.transponder = 3444425,
		.hits = 61,
		.strength = 40,
		.status = 2,
	};
	static const char expected[] = "\x01#\t101\t1378\t0\tx53D2\r\n"
				       "\x01@\t101\t12\t3444425\t46.820\t61\t40\t2\t"
				       "xE934\r\n";
	struct sent sent;
	(void)state;
	begin(&sent);
	wire_p98_status(&sent.out, 101, 1378, 0);
	wire_p98_passing(&sent.out, &passing);
	assert_int_equal(out_flush(&sent.out), 0);
	assert_int_equal(sent.len, sizeof(expected) - 1);
	assert_memory_equal(sent.bytes, expected, sent.len);
}

/* Type, field: every one whose meaning is known. */
static void every_field_of_every_type_reads_back(void **state)
{
	static const struct {
		uint16_t type;
		uint8_t id, bytes;
		enum wire_p3_field field;
	} fields[] = {
#define WIRE_P3_ANY WIRE_P3_STATUS /* a field of any record */
#define X(type_, id_, bytes_, name_) {WIRE_P3_##type_, id_, bytes_, P3_##name_},
		WIRE_P3_FIELDS(X)
#undef X
	};
	uint64_t seed = 12;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		for (unsigned round = 0; round < 50; round++) {
			uint64_t value = random_next(&seed);
			struct wire_p3_record record;
			struct wire_p3 frame;
			struct sent sent;
			if (fields[i].bytes < 8)
				value &= ((uint64_t)1 << 8 * fields[i].bytes) - 1;
			begin(&sent);
			wire_p3_begin(&frame, fields[i].type);
			if (fields[i].bytes > 0)
				wire_p3_put(&frame, fields[i].field, value);
			else
				wire_p3_text(&frame, fields[i].id,
					     SLICE("\x8d\x8e text \x8f"));
			wire_p3_send(&frame, &sent.out);
			assert_int_equal(out_flush(&sent.out), 0);
			struct slice bytes = {sent.bytes, sent.len};
			assert_int_equal(wire_p3_frame(bytes), sent.len);
			assert_int_equal(wire_p3_read(bytes, &record), WIRE_P3_FINE);
			assert_int_equal(record.type, fields[i].type);
			assert_int_equal(record.has, (uint64_t)1 << fields[i].field);
			if (fields[i].bytes > 0)
				assert_int_equal(record.value[fields[i].field], value);
			else
				assert_true(slice_eq(record.text[fields[i].field],
						     SLICE("\x8d\x8e text \x8f")));
		}
}

/* Any byte of a frame, changed: never what was sent. */
static void damage_is_seen(void **state)
{
	const struct wire_p3_passing passing = {
		.rtc = 1437769372993000,
		.utc = INSTANT_NONE,
		.number = 1,
		.transponder = 2906141,
	};
	struct wire_p3_record record;
	struct sent sent;
	(void)state;
	begin(&sent);
	wire_p3_passing(&sent.out, &passing);
	assert_int_equal(out_flush(&sent.out), 0);
	for (size_t i = 0; i < sent.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			sent.bytes[i] = (char)(sent.bytes[i] ^ 1 << bit);
			enum wire_p3_fault fault = wire_p3_read(
				(struct slice){sent.bytes, sent.len}, &record);
			/* The first byte is the frame's, found by wire_p3_frame(). */
			assert_true(fault != WIRE_P3_FINE);
			sent.bytes[i] = (char)(sent.bytes[i] ^ 1 << bit);
		}
	assert_int_equal(wire_p3_read((struct slice){sent.bytes, 5}, &record),
			 WIRE_P3_SHORT);
	assert_int_equal(
		wire_p3_read((struct slice){sent.bytes, sent.len - 1}, &record),
		WIRE_P3_CUT);
}

static void lines_of_p98_read_back(void **state)
{
	const struct wire_p98_passing passing = {
		.time = 46820 * US_MS,
		.decoder = 101,
		.sequence = 12,
		.transponder = 3444425,
		.hits = 61,
		.strength = 40,
		.status = 2,
	};
	static const char *const expected[] = {"@",  "101", "12", "3444425", "46.820",
					       "61", "40",  "2",  ""};
	struct wire_p98_line line;
	struct sent sent;
	(void)state;
	begin(&sent);
	wire_p98_passing(&sent.out, &passing);
	assert_int_equal(out_flush(&sent.out), 0);
	struct slice text = {sent.bytes + 1, sent.len - 3};
	assert_null(wire_p98_read(text, &line));
	assert_int_equal(line.type, '@');
	assert_int_equal(line.count, ARRAY_LEN(expected) - 1);
	for (size_t i = 0; i < line.count; i++)
		assert_true(slice_eq(line.fields[i], slice_of(expected[i])));
	sent.bytes[7]++;
	assert_non_null(wire_p98_read(text, &line));
	begin(&sent);
	wire_p98_status(&sent.out, 101, 1378, 7);
	assert_int_equal(out_flush(&sent.out), 0);
	assert_null(wire_p98_read((struct slice){sent.bytes + 1, sent.len - 3}, &line));
	assert_int_equal(line.type, '#');
	assert_true(slice_eq(line.fields[3], SLICE("7")));
}

static void the_sum_can_be_taken_in_parts(void **state)
{
	uint16_t crc = WIRE_CRC_BEGIN;
	(void)state;
	assert_int_equal(wire_crc(WIRE_CRC_BEGIN, "123456789", 9), 0xa69d);
	for (const char *p = "123456789"; *p != '\0'; p++)
		crc = wire_crc(crc, p, 1);
	assert_int_equal(crc, 0xa69d);
	/* In every length, from every place of a word. */
	for (size_t n = 0; n < 40; n++) {
		char bytes[64];
		uint16_t whole, parts = WIRE_CRC_BEGIN;
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)(i * 37 + n);
		whole = wire_crc(WIRE_CRC_BEGIN, bytes + n % 8, n);
		for (size_t i = 0; i < n; i++)
			parts = wire_crc(parts, bytes + n % 8 + i, 1);
		assert_int_equal(whole, parts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_passing_and_a_status_are_those_of_a_real_decoder),
		cmocka_unit_test(questions_are_those_the_protocol_shows),
		cmocka_unit_test(what_could_be_taken_for_an_end_is_escaped),
		cmocka_unit_test(what_does_not_fit_a_frame_is_left_out),
		cmocka_unit_test(every_field_of_every_type_reads_back),
		cmocka_unit_test(damage_is_seen),
		cmocka_unit_test(lines_of_p98_are_those_of_a_real_decoder),
		cmocka_unit_test(lines_of_p98_read_back),
		cmocka_unit_test(the_sum_can_be_taken_in_parts),
	};
	return cmocka_run_group_tests_name("wire p3 bytes", tests, NULL, NULL);
}
