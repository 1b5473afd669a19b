/*
 * test_options.c -- the command line: what is understood, what is a sentence
 */
#include "../session/fixture.h"

#include <errno.h>

static int parse(const char *line, struct options *options, struct err *err)
{
	static char words[256];
	static char *args[32];
	const struct command *command = NULL;
	int count = 0;
	text_copy(words, sizeof(words), slice_of(line));
	for (char *p = strtok(words, " "); p != NULL; p = strtok(NULL, " "))
		args[count++] = p;
	if (count > 0)
		command = command_find(args[0]);
	int skip = command == NULL ? 0 : 1;
	return options_parse(count - skip, args + skip, command, options, err);
}

static void options_are_read_in_every_form(void **state)
{
	static const char *const lines[] = {
		"results race.csv --at 50% --format csv --rules imsa",
		"results --at=50% --format=csv race.csv --rules=imsa",
		"results -f csv -r imsa --at 50% race.csv",
		"results -fcsv -rimsa --at 50% -- race.csv",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct options options;
		struct err err = {""};
		assert_int_equal(parse(lines[i], &options, &err), 0);
		assert_int_equal(options.source_count, 1);
		assert_string_equal(options.sources[0], "race.csv");
		assert_string_equal(options.at, "50%");
		assert_string_equal(options.format, "csv");
		assert_string_equal(options.rules, "imsa");
	}
}

static void what_is_not_understood_is_a_sentence(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"results --colour x", "results has no option --colour"},
		{"results -z", "results has no option -z"},
		{"results --screen timing", "results has no option --screen"},
		{"results --at", "--at needs a value"},
		{"record p3://10.0.0.5 --beacon-key=", "--beacon-key needs a value"},
		{"render --mono=perhaps", "--mono=perhaps: use yes or no"},
		{"results --anomalies=yes", "--anomalies takes no value"},
		{"--format csv", "pitwall has no option --format"},
		{"feeds --at end", "feeds has no option --at"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct options options = {.at = "untouched"};
		struct err err = {""};
		assert_int_equal(parse(cases[i].line, &options, &err), -EINVAL);
		assert_says(err.text, cases[i].words);
		assert_string_equal(options.at, "untouched");
	}
}

static void a_lone_dash_is_standard_input(void **state)
{
	struct options options;
	struct err err;
	(void)state;
	assert_int_equal(parse("results -", &options, &err), 0);
	assert_string_equal(options.sources[0], "-");
}

static void behind_two_dashes_everything_is_a_source(void **state)
{
	struct options options;
	struct err err;
	(void)state;
	assert_int_equal(parse("results -- --at -x", &options, &err), 0);
	assert_int_equal(options.source_count, 2);
	assert_null(options.at);
	assert_string_equal(options.sources[1], "-x");
}

static void too_many_sources_are_a_sentence(void **state)
{
	struct options options;
	struct err err = {""};
	(void)state;
	assert_int_equal(parse("a b c d e f g h i j k l m n o p q", &options, &err),
			 -E2BIG);
	assert_says(err.text, "too many sources");
}

static void every_command_explains_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		char text[8192], buffer[8192];
		struct slice accepts = slice_of(commands[i].accepts);
		struct out out = {.buf = buffer, .max = sizeof(buffer)};
		help_print(&out, &commands[i]);
		assert_true(out.len < sizeof(buffer));
		text_copy(text, sizeof(text), (struct slice){buffer, out.len});
		assert_says(text, commands[i].usage);
		assert_says(text, commands[i].about);
		while (accepts.len > 0) {
			char option[40];
			struct slice name = slice_cut(&accepts, ' ');
			text_format(option, sizeof(option), "--%.*s", (int)name.len,
				    name.at);
			if (!slice_eq(name, SLICE("settings")))
				assert_says(text, option);
		}
	}
}

static void every_accepted_option_is_in_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i <= command_count; i++) {
		struct slice accepts = slice_of(i < command_count ? commands[i].accepts
								  : console_accepts);
		while (accepts.len > 0) {
			struct slice name = slice_cut(&accepts, ' ');
			bool found = slice_eq(name, SLICE("settings"));
			for (size_t j = 0; j < option_rows_count; j++)
				found |= slice_eq(name, slice_of(option_rows[j].name));
			assert_true(found);
		}
	}
}

/* ---- values ---------------------------------------------------------- */

static void what_is_there_to_choose_from_is_said_from_the_tables(void **state)
{
	static const struct {
		const char *command, *option, *words;
	} cases[] = {
		{"results", "format", "choose the output format: table, csv or json"},
		{"render", "format", "choose the output format: text, ansi, svg or png"},
		{"render", "theme", "light"},
		{"render", "at", "3:20:00, @15:20:00"},
	};
	char text[512];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		option_about(option_find(slice_of(cases[i].option)),
			     command_find(cases[i].command), text, sizeof(text));
		assert_says(text, cases[i].words);
	}
	option_about(option_find(SLICE("screen")), NULL, text, sizeof(text));
	for (size_t i = 0; i < SCREEN_COUNT; i++)
		assert_says(text, screens[i]->name);
	option_about(option_find(SLICE("chart")), NULL, text, sizeof(text));
	for (size_t i = 0; i < CHART_COUNT; i++)
		assert_says(text, chart_name((enum chart_kind)i));
}

static void every_value_that_is_told_is_taken_and_no_other(void **state)
{
	(void)state;
	for (int kind = 0; kind < VALUE_COUNT; kind++) {
		const char *value;
		struct err err = {""};
		for (size_t i = 0; (value = value_at((enum value_kind)kind, i)); i++) {
			assert_int_equal(
				value_check((enum value_kind)kind, value, &err), 0);
			assert_int_equal(value_find((enum value_kind)kind, value), i);
		}
		assert_int_equal(value_find((enum value_kind)kind, "plaid"), -1);
	}
	struct err err = {""};
	struct options options;
	assert_int_equal(parse("render --screen plaid", &options, &err), 0);
	assert_int_equal(options_check(&options, command_find("render"), &err),
			 -EINVAL);
	assert_says(err.text, "--screen plaid: choose classes, timing, ");
	assert_int_equal(parse("record --sync perhaps", &options, &err), 0);
	assert_int_equal(options_check(&options, command_find("record"), &err),
			 -EINVAL);
	assert_says(err.text, "--sync perhaps: choose full or normal");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_read_in_every_form),
		cmocka_unit_test(what_is_not_understood_is_a_sentence),
		cmocka_unit_test(a_lone_dash_is_standard_input),
		cmocka_unit_test(behind_two_dashes_everything_is_a_source),
		cmocka_unit_test(too_many_sources_are_a_sentence),
		cmocka_unit_test(every_command_explains_itself),
		cmocka_unit_test(every_accepted_option_is_in_the_table),
		cmocka_unit_test(what_is_there_to_choose_from_is_said_from_the_tables),
		cmocka_unit_test(every_value_that_is_told_is_taken_and_no_other),
	};
	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
