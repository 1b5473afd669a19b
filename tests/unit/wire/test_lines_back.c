/*
 * test_lines_back.c -- records of RMonitor, Multiloop and the beacon protocol: what is
 * written is read back, whatever the texts in it are
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/wire.h"

#include <string.h>

/* Texts that would end a field or a line, or begin a record. */
static const char *const hostile[] = {
	"plain", "",       "a,b",          "say \"hi\"", "$F,9",   "two\nlines",
	"x\"",   "\",\"y", "\xc2\xa6 bar", "Zo\xc3\xab", " ends ",
};

static char buf[4096];

static struct out sink(void)
{
	return (struct out){.buf = buf, .max = sizeof(buf)};
}

/* The line without its end, which must be the only one. */
static struct slice line_of(const struct out *out)
{
	struct slice line = {buf, out->len};
	assert_int_equal(out->failed, 0);
	while (line.len > 0 &&
	       (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
		line.len--;
	assert_true(line.len < out->len);
	assert_null(memchr(line.at, '\n', line.len));
	assert_null(memchr(line.at, '\r', line.len));
	return line;
}

static void every_record_of_rmonitor_reads_back(void **state)
{
	static const unsigned fields[] = {
#define X(id_, name_, fields_) [WIRE_RM_##id_] = (fields_),
		WIRE_RM_RECORDS(X)
#undef X
	};
	(void)state;
	for (int record = 0; record < WIRE_RM_RECORD_COUNT; record++)
		for (size_t h = 0; h < ARRAY_LEN(hostile); h++) {
			struct out out = sink();
			struct wire_rm_fields back;
			wire_rm_begin(&out, (enum wire_rm_record)record);
			for (unsigned i = 1; i < fields[record]; i++)
				wire_rm_text(&out, hostile[h], WIRE_UTF8);
			wire_rm_end(&out);
			struct slice line = line_of(&out);
			assert_int_equal(wire_rm_record_at(line), record);
			assert_null(memchr(line.at + 1, '$', line.len - 1));
			assert_true(wire_rm_split(line, (enum wire_rm_record)record,
						  &back));
			assert_int_equal(back.count, fields[record]);
			for (unsigned i = 2; i < back.count; i++)
				assert_true(slice_eq(back.at[i], back.at[1]));
			if (h == 0 && back.count > 1)
				assert_true(slice_eq(back.at[1], SLICE("plain")));
			/* One field less is a record that was cut. */
			if (fields[record] > 1) {
				while (line.len > 0 && line.at[line.len - 1] != ',')
					line.len--;
				line.len--;
				if (h == 0)
					assert_false(wire_rm_split(
						line, (enum wire_rm_record)record,
						&back));
			}
		}
}

static void times_and_numbers_of_rmonitor_read_back(void **state)
{
	static const duration_us times[] = {0, 1 * US_MS, 59999 * US_MS,
					    US_HOUR + 61001 * US_MS, 99 * US_HOUR};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct out out = sink();
		struct wire_rm_fields back;
		duration_us t = -1;
		int64_t n = 0;
		wire_rm_begin(&out, WIRE_RM_PASSING);
		wire_rm_number(&out, -5);
		wire_rm_plain(&out, "12,3\"4-a");
		wire_rm_time(&out, times[i], true);
		wire_rm_flag(&out, FLAG_RED);
		wire_rm_end(&out);
		assert_true(wire_rm_split(line_of(&out), WIRE_RM_PASSING, &back));
		assert_true(parse_i64(back.at[1], &n));
		assert_int_equal(n, -5);
		assert_true(slice_eq(back.at[2], SLICE("1234-a")));
		assert_true(parse_duration(back.at[3], &t));
		assert_int_equal(t, times[i]);
		assert_int_equal(wire_flag_read(WIRE_FLAGS_RMONITOR, back.at[4]),
				 FLAG_RED);
	}
}

static void every_record_of_multiloop_reads_back(void **state)
{
	static const char *const separators[] = {"\xa6", "\xc2\xa6", "\xef\xbf\xbd"};
	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(separators); s++)
		for (int command = 0; command < WIRE_ML_COMMAND_COUNT; command++)
			for (size_t h = 0; h < ARRAY_LEN(hostile); h++) {
				struct out out = sink();
				struct wire_ml w = {.out = &out,
						    .key = "R1",
						    .separator = separators[s],
						    .tick = US_MS};
				const struct wire_ml_row *row = &wire_ml_rows[command];
				struct wire_ml_fields back;
				unsigned gap = 0, head = row->header ? 4 : 1;
				uint64_t n = 0;
				wire_ml_begin(&w, (enum wire_ml_command)command, 'N');
				wire_ml_time(&w, 61001 * US_MS);
				for (unsigned i = head + 1; i < row->fields; i++)
					wire_ml_text(&w, hostile[h]);
				wire_ml_end(&w);
				struct slice line = line_of(&out);
				size_t len = wire_ml_command_at(line, &gap);
				assert_int_equal(gap, strlen(separators[s]));
				assert_int_equal(
					wire_ml_command((struct slice){line.at, len}),
					command);
				wire_ml_split(&back, line, gap);
				assert_int_equal(back.count, row->fields);
				assert_true(wire_ml_number(&back, head, &n));
				assert_int_equal(n, 61001);
				if (row->header) {
					assert_true(slice_eq(wire_ml_field(&back, 1),
							     SLICE("N")));
					assert_true(slice_eq(wire_ml_field(&back, 3),
							     SLICE("R1")));
				}
				if (h == 0)
					assert_true(
						slice_eq(wire_ml_field(&back, head + 1),
							 SLICE("plain")));
			}
}

static void timelines_of_multiloop_read_back(void **state)
{
	static const uint8_t lines[] = {LINE_SF,     1,           2,           15,
					LINE_SF_PIT, LINE_PIT_IN, LINE_PIT_OUT};
	char name[8];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		wire_ml_line_name(lines[i], name);
		assert_int_equal(wire_ml_line(slice_of(name)), lines[i]);
	}
	assert_int_equal(wire_ml_line(SLICE("IM3b")), WIRE_ML_NO_LINE);
	assert_int_equal(wire_ml_line(SLICE("VIN")), WIRE_ML_NO_LINE);
	assert_int_equal(wire_ml_line(SLICE("IM")), LINE_NONE);
	assert_int_equal(wire_ml_line(SLICE("T1")), LINE_NONE);
}

static void every_member_of_a_beacon_line_reads_back(void **state)
{
	static const struct {
		enum beacon_member member;
		bool text;
		size_t at;
	} members[] = {
#define TEXT true
#define NUMBER false
#define X(id_, name_, kind_) \
	{BEACON_MEMBER_##id_, kind_, offsetof(struct beacon_message, id_)},
		WIRE_BEACON_MEMBERS(X)
#undef X
	};
	(void)state;
	for (int type = BEACON_OTHER + 1; type < BEACON_TYPE_COUNT; type++)
		for (size_t m = 0; m < ARRAY_LEN(members); m++)
			for (size_t h = 0; h < ARRAY_LEN(hostile); h++) {
				struct out out = sink();
				struct beacon_message back;
				if (members[m].member == BEACON_MEMBER_crc ||
				    members[m].member == BEACON_MEMBER_mac)
					continue; /* below */
				wire_beacon_begin(&out, (enum beacon_type)type, "", "");
				if (members[m].text)
					wire_beacon_string(&out, members[m].member,
							   hostile[h]);
				else
					wire_beacon_number(&out, members[m].member,
							   -1234567890123);
				wire_beacon_end(&out);
				assert_int_equal(wire_beacon_read(line_of(&out), &back),
						 BEACON_FINE);
				assert_int_equal(back.type, type);
				assert_int_equal(back.has, 1u << members[m].member);
				const char *at = (const char *)&back + members[m].at;
				struct slice text;
				int64_t number;
				if (members[m].text) {
					memcpy(&text, at, sizeof(text));
					assert_true(
						slice_eq(text, slice_of(hostile[h])));
				} else {
					memcpy(&number, at, sizeof(number));
					assert_int_equal(number, -1234567890123);
				}
			}
}

static void the_text_form_reads_back(void **state)
{
	struct beacon_message back;
	(void)state;
	struct out out = sink();
	wire_beacon_text(&out, "P %u %s %u", 1842, "2906141", 52083691);
	assert_memory_equal(buf, "P 1842 2906141 52083691*", 24);
	assert_int_equal(wire_beacon_read(line_of(&out), &back), BEACON_FINE);
	assert_int_equal(back.type, BEACON_PASS);
	assert_int_equal(back.seq, 1842);
	assert_int_equal(back.us, 52083691000);
	assert_true(slice_eq(back.tx, SLICE("2906141")));
	buf[3]++;
	assert_int_equal(wire_beacon_read(line_of(&out), &back), BEACON_BAD_SUM);
	/* A name that JSON would have to escape is left out. */
	out = sink();
	wire_beacon_begin(&out, BEACON_ACK, "a\"b", "6f1c");
	wire_beacon_end(&out);
	assert_int_equal(wire_beacon_read(line_of(&out), &back), BEACON_FINE);
	assert_false(BEACON_HAS(&back, id));
	assert_true(BEACON_HAS(&back, boot));
}

/* One bit changed anywhere in a line is noticed. */
static void a_checksum_of_a_line_of_json_is_checked(void **state)
{
	struct beacon_message back;
	struct out out = sink();
	char copy[200];
	(void)state;
	/* The check value of CRC-32. */
	assert_int_equal(wire_crc32("123456789", 9), 0xcbf43926);
	wire_beacon_begin(&out, BEACON_PASS, "sf-1", "6f1c");
	wire_beacon_number(&out, BEACON_MEMBER_seq, 1842);
	wire_beacon_string(&out, BEACON_MEMBER_tx, "2906141");
	wire_beacon_end_summed(&out, 0);
	struct slice line = line_of(&out);
	assert_int_equal(wire_beacon_read(line, &back), BEACON_FINE);
	assert_true(back.summed);
	for (size_t i = 0; i < line.len * 8; i++) {
		memcpy(copy, line.at, line.len);
		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		struct slice damaged = {copy, line.len};
		/* A digit of the sum may be in either case. */
		if (i / 8 >= line.len - 10 && i % 8 == 5)
			continue;
		if (wire_beacon_read(damaged, &back) == BEACON_FINE && back.summed)
			fail_msg("bit %zu: %.*s", i, (int)damaged.len, damaged.at);
	}
	/* It is the last member, with nothing between. */
	static const char *const elsewhere[] = {
		"{\"crc\":\"cbf43926\",\"t\":\"pass\"}",
		"{\"t\":\"pass\",\"crc\":\"cbf43926\" }",
		"{\"t\":\"pass\",\"crc\":3405003046}",
		"{\"t\":\"pass\",\"crc\":\"\"}",
	};
	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
		assert_int_equal(wire_beacon_read(slice_of(elsewhere[i]), &back),
				 BEACON_BAD_SUM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_of_rmonitor_reads_back),
		cmocka_unit_test(times_and_numbers_of_rmonitor_read_back),
		cmocka_unit_test(every_record_of_multiloop_reads_back),
		cmocka_unit_test(timelines_of_multiloop_read_back),
		cmocka_unit_test(every_member_of_a_beacon_line_reads_back),
		cmocka_unit_test(the_text_form_reads_back),
		cmocka_unit_test(a_checksum_of_a_line_of_json_is_checked),
	};
	return cmocka_run_group_tests_name("wire lines back", tests, NULL, NULL);
}
