/*
 * test_redis_trouble.c -- the errors of Redis in words
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "redis_link.h"

static void errors_are_words_for_the_user(void **state)
{
	static const struct {
		const char *text, *words;
		enum redis_trouble trouble;
	} rows[] = {
		{"LOADING Redis is loading the dataset in memory",
		 "Redis is loading its data", REDIS_TROUBLE_LOADING},
		{"MISCONF Errors writing to the AOF file: No space left on device",
		 "the disk of Redis is full", REDIS_TROUBLE_DISK},
		{"MISCONF Errors writing to the AOF file: Input/output error",
		 "Redis cannot write to its disk", REDIS_TROUBLE_DISK},
		{"OOM command not allowed when used memory > 'maxmemory'.",
		 "the memory of Redis is full", REDIS_TROUBLE_MEMORY},
		{"NOAUTH Authentication required.",
		 "Redis asks for a user and a password", REDIS_TROUBLE_LOGIN},
		{"WRONGPASS invalid username-password pair or user is disabled.",
		 "Redis refuses the user or the password", REDIS_TROUBLE_LOGIN},
		{"NOPERM this user has no permissions to run the 'xadd' command",
		 "the user of Redis may not do this", REDIS_TROUBLE_DENIED},
		{"READONLY You can't write against a read only replica.",
		 "Redis is a replica, which cannot be written", REDIS_TROUBLE_READONLY},
		{"ERR max number of clients reached",
		 "Redis: ERR max number of clients reached", REDIS_TROUBLE_OTHER},
		{"OOMPH \033[31mred", "Redis: OOMPH [31mred", REDIS_TROUBLE_OTHER},
		{"", "Redis: ", REDIS_TROUBLE_OTHER},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[128], words[REDIS_WORDS];
		redisReply reply = {.type = REDIS_REPLY_ERROR, .str = text};
		reply.len = text_copy(text, sizeof(text), slice_of(rows[i].text));
		assert_int_equal(redis_trouble(&reply, words), rows[i].trouble);
		assert_string_equal(words, rows[i].words);
	}
}

static void other_replies_are_no_trouble(void **state)
{
	char text[] = "OOM", words[REDIS_WORDS] = "x";
	redisReply reply = {.type = REDIS_REPLY_STATUS, .str = text, .len = 3};
	(void)state;
	assert_int_equal(redis_trouble(&reply, words), REDIS_TROUBLE_NONE);
	assert_string_equal(words, "");
	reply.type = REDIS_REPLY_STRING;
	assert_int_equal(redis_trouble(&reply, words), REDIS_TROUBLE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_words_for_the_user),
		cmocka_unit_test(other_replies_are_no_trouble),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
