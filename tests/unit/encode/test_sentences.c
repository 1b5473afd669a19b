/*
 * test_sentences.c -- a race in sentences: at once and bit by bit the same lines, each
 * with its time, none of them twice
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../sim/folded.h"
#include "pitwall/encode.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static struct sim_race sim;
static struct folded truth;

static void truth_begin(uint64_t seed)
{
	struct bytes bytes;
	struct out out = bytes_out(&bytes);

	print_message("# seed %llu\n", (unsigned long long)seed);
	sim_begin(&sim, seed, 20, 3, 2 * US_HOUR);
	sim_write_alkamel(&out, &sim);
	assert_int_equal(out_flush(&out), 0);
	folded_alkamel(&truth, (struct slice){bytes.at, bytes.len});
	bytes_end(&bytes);
}

static void truth_end(void)
{
	folded_end(&truth);
	sim_end(&sim);
}

/* All that is said from @from on, in steps; a step behind the end of the race: at once.
 * NUL-terminated; what was before @from is only taken note of. */
static struct bytes told(instant_us from, duration_us step)
{
	struct sentences said;
	struct bytes bytes;
	struct out out = bytes_out(&bytes);
	instant_us end = truth.race.now + US_S;

	sentences_begin(&said, false);
	folded_until(&truth, from);
	sentences_write(&said, NULL, &truth.race, &truth.tables, from);
	for (instant_us at = from; at < end;) {
		at = at + step < end ? at + step : end;
		folded_until(&truth, at);
		sentences_write(&said, &out, &truth.race, &truth.tables, at);
	}
	out_bytes(&out, "", 1);
	assert_int_equal(out_flush(&out), 0);
	return bytes;
}

static void bit_by_bit_it_is_what_it_is_at_once(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct bytes once, bits;

		truth_begin(seed);
		once = told(truth.race.start_at - US_S, 9 * US_HOUR);
		bits = told(truth.race.start_at - US_S, 20 * US_S + 1);
		assert_string_equal(once.at, bits.at);
		bytes_end(&once);
		bytes_end(&bits);
		truth_end();
	}
}

static void all_that_matters_is_told(void **state)
{
	static const char *const words[] = {"0:00:00  The race begins.\n",
					    " takes the lead of the race on lap ",
					    " drives the best lap of the race, ",
					    " comes into the pits.\n",
					    " is out again after ",
					    " at the wheel.\n",
					    " wins the race with ",
					    "The flag is chequered.\n"};
	struct bytes text;

	(void)state;
	truth_begin(4);
	text = told(truth.race.start_at - US_S, 9 * US_HOUR);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strstr(text.at, words[i]) == NULL)
			fail_msg("nobody says '%s' in\n%s", words[i], text.at);
	bytes_end(&text);
	truth_end();
}

/* "1:23:45  Words.", later than the line before. */
static void check_line(const char *line, size_t len, char before[8])
{
	static const char shape[] = "#:##:##  ";

	assert_true(len > sizeof(shape) && line[len - 1] == '.');
	for (size_t i = 0; shape[i] != '\0'; i++)
		assert_true(shape[i] == '#' ? isdigit((unsigned char)line[i]) != 0
					    : line[i] == shape[i]);
	for (size_t i = 0; i < len; i++)
		assert_true((unsigned char)line[i] >= ' ');
	assert_true(memcmp(before, line, 7) <= 0);
	memcpy(before, line, 7);
}

static void a_line_is_its_time_and_a_sentence(void **state)
{
	struct bytes text;
	char before[8] = "0:00:00";
	unsigned lines = 0;

	(void)state;
	truth_begin(5);
	text = told(truth.race.start_at - US_S, 9 * US_HOUR);
	for (const char *line = text.at, *end; (end = strchr(line, '\n')) != NULL;
	     line = end + 1, lines++)
		check_line(line, (size_t)(end - line), before);
	assert_true(lines > 100);
	bytes_end(&text);
	truth_end();
}

/* Who comes in the middle is told what follows, in the same words. */
static void what_was_taken_note_of_is_not_told(void **state)
{
	struct bytes all, rest;

	(void)state;
	truth_begin(6);
	instant_us middle = truth.race.start_at + US_HOUR;
	all = told(truth.race.start_at - US_S, 9 * US_HOUR);
	rest = told(middle, 9 * US_HOUR);
	assert_true(rest.len > 1 && rest.len < all.len);
	assert_string_equal(all.at + all.len - rest.len, rest.at);
	assert_int_equal(all.at[all.len - rest.len - 1], '\n');
	assert_memory_equal(rest.at, "1:", 2);
	bytes_end(&all);
	bytes_end(&rest);
	truth_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bit_by_bit_it_is_what_it_is_at_once),
		cmocka_unit_test(all_that_matters_is_told),
		cmocka_unit_test(a_line_is_its_time_and_a_sentence),
		cmocka_unit_test(what_was_taken_note_of_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
