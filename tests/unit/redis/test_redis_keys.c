/*
 * test_redis_keys.c -- keys and entries in Redis, both ways
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "redis_keys.h"

static void keys_name_the_session(void **state)
{
	const struct redis_address address = {.name = "le-mans", .session = "race"};
	char key[REDIS_KEY_ROOM];
	(void)state;
	assert_int_equal(redis_key(key, &address, REDIS_STREAM), 20);
	assert_string_equal(key, "pitwall:le-mans:race");
	redis_key(key, &address, REDIS_INFO);
	assert_string_equal(key, "pitwall:le-mans:race:info");
	redis_key(key, &address, REDIS_PUBLISHER);
	assert_string_equal(key, "pitwall:le-mans:race:publisher");
	redis_key(key, &address, REDIS_ANSWERS);
	assert_string_equal(key, "pitwall:le-mans:race:answers");
}

static void ids_are_numbers_of_rows(void **state)
{
	char id[REDIS_ID_ROOM];
	int64_t row = 0;
	unsigned part = 7;
	(void)state;
	redis_id(id, REDIS_ROW_LAST, 0);
	assert_string_equal(id, "2305843009213693951-0");
	assert_true(redis_id_read(slice_of(id), &row, &part));
	assert_true(row == REDIS_ROW_LAST && part == 0);
	redis_id(id, REDIS_ROW_LAST + 1, 0);
	assert_false(redis_id_read(slice_of(id), &row, &part));
	redis_id(id, 41, 1);
	assert_true(redis_id_read(slice_of(id), &row, &part));
	assert_true(row == 41 && part == 1);
	static const char *const bad[] = {"",
					  "-",
					  "0-0",
					  "0-1",
					  "5",
					  "5-2",
					  "-5-0",
					  "5-",
					  "5-0-0",
					  "5-0 ",
					  "x5-0",
					  "5-00x",
					  "18446744073709551615-0"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(redis_id_read(slice_of(bad[i]), &row, &part));
}

static void row_is(const struct record_row *row)
{
	char value[REDIS_HEAD_ROOM + 600], name[REDIS_ROW_NAME + 1];
	struct record_row read;
	struct err err = {""};
	size_t head = redis_head(value, row);
	assert_int_not_equal(head, 0);
	assert_int_equal(value[head - 1], '\n');
	memcpy(value + head, row->bytes.at, row->bytes.len);
	if (redis_row_read((struct slice){value, head + row->bytes.len}, name, &read,
			   &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(read.type, row->type);
	assert_int_equal(read.source, row->source);
	assert_true(read.received_at == row->received_at && read.steady == row->steady);
	assert_true(slice_eq(read.name, row->name));
	assert_true(slice_eq(read.bytes, row->bytes));
}

static void rows_come_back_as_they_were(void **state)
{
	static const char bytes[] = "\0\n\r 12 34\n\xff";
	char name[REDIS_ROW_NAME], every[600];
	(void)state;
	for (size_t i = 0; i < sizeof(every); i++)
		every[i] = (char)(unsigned char)i;
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = (char)(unsigned char)i;
	const struct record_row rows[] = {
		{.type = RECORD_RAW,
		 .source = 1,
		 .received_at = 1700000000000000,
		 .bytes = {bytes, sizeof(bytes) - 1},
		 .steady = INT64_MAX},
		{.type = RECORD_SETUP, .name = SLICE("circuit"), .bytes = {"", 0}},
		{.type = RECORD_LINK,
		 .source = INT32_MAX,
		 .received_at = INT64_MIN,
		 .name = SLICE("12"),
		 .bytes = SLICE("up"),
		 .steady = INT64_MIN},
		{.type = RECORD_DECISION,
		 .name = {name, sizeof(name)},
		 .bytes = {every, sizeof(every)}},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		row_is(&rows[i]);
}

static void a_name_with_blanks_is_one_word(void **state)
{
	char head[REDIS_HEAD_ROOM];
	const struct record_row row = {.type = RECORD_DECISION,
				       .source = 0,
				       .received_at = 5,
				       .name = SLICE("a b\n100%")};
	(void)state;
	head[redis_head(head, &row)] = '\0';
	assert_string_equal(head, "2 0 5 0 a%20b%0A100%25\n");
	char many[REDIS_ROW_NAME + 1] = {0};
	const struct record_row too_long = {.type = 2, .name = {many, sizeof(many)}};
	assert_int_equal(redis_head(head, &too_long), 0);
}

static void invalid_entries_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"1 1 1 1 ",    /* no end */
		"1 1 1 1\n",   /* no name */
		"0 1 1 1 \n",  /* no such type */
		"5 1 1 1 \n",  /**/
		"1 -1 1 1 \n", /* source */
		"1 2147483648 1 1 \n",
		"1 1 9223372036854775808 1 \n",
		"1 1 1 x \n",
		"1  1 1 1 \n",
		"1 1 1 1 a b\n",
		"1 1 1 1 %4\n",
		"1 1 1 1 %zz\n",
		"+1 1 1 1 \n",
	};
	char name[REDIS_ROW_NAME + 1], many[REDIS_HEAD_ROOM + 300];
	struct record_row row;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = {""};
		assert_int_equal(redis_row_read(slice_of(bad[i]), name, &row, &err),
				 -EINVAL);
		assert_string_not_equal(err.text, "");
	}
	memset(many, 'n', sizeof(many));
	memcpy(many, "1 1 1 1 ", 8);
	many[REDIS_ROW_NAME + 9] = '\n'; /* a name of one byte too many */
	assert_int_equal(
		redis_row_read((struct slice){many, sizeof(many)}, name, &row, NULL),
		-EINVAL);
	many[REDIS_ROW_NAME + 8] = '\n';
	assert_int_equal(
		redis_row_read((struct slice){many, sizeof(many)}, name, &row, NULL),
		0);
	assert_int_equal(row.name.len, REDIS_ROW_NAME);
	memset(many, '1', sizeof(many)); /* without an end */
	assert_int_equal(
		redis_row_read((struct slice){many, sizeof(many)}, name, &row, NULL),
		-EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_name_the_session),
		cmocka_unit_test(ids_are_numbers_of_rows),
		cmocka_unit_test(rows_come_back_as_they_were),
		cmocka_unit_test(a_name_with_blanks_is_one_word),
		cmocka_unit_test(invalid_entries_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
