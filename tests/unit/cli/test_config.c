/*
 * test_config.c -- settings: who goes before whom, what is refused and where; keys bound
 * otherwise
 */
#include "../session/fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../scratch.h"
#include "config.h"

static char path[SCRATCH_MAX];

static int start(void **state)
{
	(void)state;
	scratch_name(path, "config");
	return unsetenv("PITWALL_CONFIG");
}

static int end(void **state)
{
	(void)state;
	(void)unlink(path);
	return 0;
}

static void write_config(const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Read @text as the file of the console, the words of @options said before. */
static int load(const char *text, struct options *options, struct config **config,
		struct err *err)
{
	write_config(text);
	options->config = path;
	return config_load(options, NULL, config, err);
}

static uint8_t origin(const struct options *options, const char *name)
{
	return options->origins[option_find(slice_of(name)) - option_rows];
}

static void an_option_goes_before_the_environment_and_that_before_the_file(void **state)
{
	static const char text[] =
		"; mine\ntheme = light\nspeed = 60\nmono = yes\nascii = yes\n";
	struct config *config = NULL;
	struct options options = {0};
	struct err err = {""};
	(void)state;
	char mono[] = "--mono=no", theme[] = "--theme", dark[] = "dark";
	char *const words[] = {mono, theme, dark};
	assert_int_equal(options_parse(3, words, NULL, &options, &err), 0);
	assert_int_equal(setenv("PITWALL_THEME", "high-contrast", 1), 0);
	assert_int_equal(setenv("PITWALL_SPEED", "8", 1), 0);
	int rc = load(text, &options, &config, &err);
	assert_int_equal(unsetenv("PITWALL_THEME") | unsetenv("PITWALL_SPEED"), 0);
	assert_string_equal(err.text, "");
	assert_int_equal(rc, 0);
	assert_string_equal(options.theme, "dark");
	assert_string_equal(options.speed, "8");
	assert_false(options.mono);
	assert_true(options.ascii);
	assert_null(options.screen);
	assert_int_equal(origin(&options, "theme"), ORIGIN_OPTION);
	assert_int_equal(origin(&options, "mono"), ORIGIN_OPTION);
	assert_int_equal(origin(&options, "speed"), ORIGIN_ENVIRONMENT);
	assert_int_equal(origin(&options, "ascii"), ORIGIN_FILE);
	assert_int_equal(origin(&options, "screen"), ORIGIN_DEFAULT);
	config_free(config);
}

static void what_is_wrong_is_said_with_file_and_line(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"theme = plaid\n", "line 1: theme: plaid: there is no such theme"},
		{"\nspeed = 9\n", "line 2: speed: 9: choose 1/8, "},
		{"mono = 1\n", "mono: 1: use yes or no"},
		{"delay = soon\n", "delay: soon: no number of seconds"},
		{"size = big\n", "columns x rows"},
		{"colour = blue\n", "there is no setting \"colour\""},
		{"at = 50%\n", "there is no setting \"at\""},
		{"theme = dark\ntheme = light\n", "line 2: \"theme\" is set in line 1"},
		{"[plaid]\nx = y\n", "there is no section [plaid]"},
		{"theme\n", "line 1: neither"},
		{"[keys]\nHyper = lap 1\n", "there is no key \"Hyper\""},
		{"[keys]\nCtrl-M = lap 1\n", "there is no key \"Ctrl-M\""},
		{"[keys]\n\xff = quit\n", "there is no key"},
		{"[keys]\nCtrl-C = none\n", "Ctrl-C always leaves"},
		{"[keys]\nx = jump\n", "line 2: there is no action \"jump\""},
		{"[keys]\nx = lap\n", "lap needs a number behind it"},
		{"[keys]\nx = lap 0\n", "lap needs a number behind it"},
		{"[keys]\nx = screen plaid\n", "name a screen: classes, "},
		{"[alerts]\nsc = flag SC\ncatch = soon\n", "line 3: "},
		{"[columns]\nwall = number gapp\n", "unknown column 'gapp'"},
		{"[columns]\na name that is much too long = gap\n", "at most 23"},
		{"alert = soon\n", "line 1: alert: "},
		{"[keys]\nx = quit 1\n", "quit takes nothing behind it"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct config *config = NULL;
		struct options options = {0};
		struct err err = {""};
		assert_int_equal(load(cases[i].text, &options, &config, &err), -EINVAL);
		assert_says(err.text, cases[i].words);
		assert_says(err.text, path);
		config_free(config);
	}
}

static void a_file_that_was_asked_for_is_to_be_there(void **state)
{
	struct config *config = NULL;
	struct options options = {.config = path};
	struct err err = {""};
	(void)state;
	(void)unlink(path);
	assert_int_equal(config_load(&options, NULL, &config, &err), -ENOENT);
	assert_says(err.text, path);
	config_free(config);
	/* The usual one need not be; nor is it read by commands without settings. */
	assert_int_equal(setenv("XDG_CONFIG_HOME", path, 1), 0);
	options.config = NULL;
	assert_int_equal(config_load(&options, NULL, &config, &err), 0);
	config_free(config);
	options.config = "none";
	assert_int_equal(config_load(&options, NULL, &config, &err), 0);
	config_free(config);
	assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
	write_config("plaid = yes\n");
	assert_int_equal(setenv("PITWALL_CONFIG", path, 1), 0);
	options.config = NULL;
	assert_int_equal(config_load(&options, command_find("results"), &config, &err),
			 0);
	assert_null(config);
	assert_int_equal(config_load(&options, NULL, &config, &err), -EINVAL);
	config_free(config);
	assert_int_equal(unsetenv("PITWALL_CONFIG"), 0);
}

static void the_environment_is_looked_at_too(void **state)
{
	struct config *config = NULL;
	struct options options = {.config = "none"};
	struct err err = {""};
	char name[64];
	(void)state;
	assert_int_equal(setenv("PITWALL_SCREEN", "plaid", 1), 0);
	assert_int_equal(config_load(&options, NULL, &config, &err), -EINVAL);
	assert_says(err.text, "PITWALL_SCREEN in the environment: plaid: choose ");
	config_free(config);
	assert_int_equal(unsetenv("PITWALL_SCREEN"), 0);
	config_variable(option_find(SLICE("leave-one-out")), name, sizeof(name));
	assert_string_equal(name, "PITWALL_LEAVE_ONE_OUT");
}

static int count_lines(void *context, const struct ini_entry *entry, struct err *err)
{
	unsigned *count = context;
	(void)err;
	assert_int_equal(entry->line, 2 + *count);
	assert_string_equal(entry->value, *count == 0 ? "flag SC" : "#7 gap #31 < 2");
	++*count;
	return 0;
}

static void sections_keep_their_lines_in_their_order(void **state)
{
	struct config *config = NULL;
	struct options options = {0};
	struct err err = {""};
	unsigned count = 0;
	(void)state;
	assert_int_equal(load("[alerts]\na = flag SC\na = #7 gap #31 < 2\n", &options,
			      &config, &err),
			 0);
	assert_int_equal(
		ini_section_each(options.settings, "alerts", count_lines, &count, &err),
		0);
	assert_int_equal(count, 2);
	assert_int_equal(
		ini_section_each(options.settings, "keys", count_lines, &count, &err),
		0);
	assert_int_equal(count, 2);
	config_free(config);
}

/* ---- keys ------------------------------------------------------------------------ */

/* keymap->count: the key does nothing. */
static size_t binding(const struct keymap *keymap, uint32_t key)
{
	size_t i = 0;

	while (i < keymap->count && keymap->at[i].key != key)
		i++;
	return i;
}

static const struct key_binding *bound(const struct keymap *keymap, uint32_t key)
{
	assert_true(binding(keymap, key) < keymap->count);
	return &keymap->at[binding(keymap, key)];
}

static void keys_of(const char *text, struct keymap *keymap)
{
	struct config *config = NULL;
	struct options options = {0};
	struct err err = {""};
	int rc = load(text, &options, &config, &err);
	if (rc == 0)
		rc = keys_load(options.settings, keymap, &err);
	config_free(config);
	if (rc != 0)
		fail_msg("%s", err.text);
}

static void keys_are_bound_otherwise_and_hints_follow(void **state)
{
	static struct keymap keymap;
	size_t play = 0;
	(void)state;
	keys_of("[keys]\nCtrl-R = lap 1\nx = none\nF = screen timing\nSpace = none\n"
		"w = play-pause\nEquals = minute 5\nleft = event -1\n",
		&keymap);
	const struct key_binding *at = bound(&keymap, 'R' - '@');
	assert_int_equal(at->action, ACTION_LAP);
	assert_int_equal(at->argument, 1);
	assert_string_equal(at->label, "Ctrl-R");
	assert_int_equal(binding(&keymap, 'x'), keymap.count);
	assert_int_equal(binding(&keymap, ' '), keymap.count);
	assert_int_equal(bound(&keymap, 'F')->argument, SCREEN_TIMING);
	assert_int_equal(bound(&keymap, '2')->argument, SCREEN_TIMING);
	assert_int_equal(bound(&keymap, '=')->argument, 5);
	assert_int_equal(bound(&keymap, KEY_PW_LEFT)->action, ACTION_EVENT);
	assert_int_equal(bound(&keymap, KEY_CTRL_C)->action, ACTION_QUIT);
	/* w stands, and is hinted at, where Space was; h where Left was. */
	while (key_bindings[play].key != ' ')
		play++;
	assert_int_equal(keymap.at[play].key, 'w');
	assert_ptr_equal(keymap.at[play].hint, key_bindings[play].hint);
	assert_string_equal(bound(&keymap, 'h')->hint, "lap");
	assert_null(bound(&keymap, KEY_PW_LEFT)->hint);
}

static void as_they_come_keys_are_those_of_the_table(void **state)
{
	static struct keymap keymap;
	struct err err;
	(void)state;
	assert_int_equal(keys_load(NULL, &keymap, &err), 0);
	assert_int_equal(keymap.count, key_bindings_count);
	for (size_t i = 0; i < key_bindings_count; i++) {
		char name[KEY_LABEL_MAX];
		uint32_t key;
		assert_int_equal(keymap.at[i].key, key_bindings[i].key);
		assert_int_equal(keymap.at[i].action, key_bindings[i].action);
		assert_ptr_equal(keymap.at[i].hint, key_bindings[i].hint);
		/* Every key has a name, and is found under it. */
		assert_string_equal(keymap.at[i].label, key_bindings[i].label);
		key_spell(key_bindings[i].key, name);
		assert_true(key_parse(slice_of(name), &key));
		assert_int_equal(key, key_bindings[i].key);
	}
}

static void a_key_is_named_once(void **state)
{
	static struct keymap keymap;
	struct config *config = NULL;
	struct options options = {0};
	struct err err = {""};
	(void)state;
	assert_int_equal(
		load("[keys]\nx = none\nX = quit\nx = quit\n", &options, &config, &err),
		0);
	assert_int_equal(keys_load(options.settings, &keymap, &err), -EINVAL);
	assert_says(err.text, "line 4: x was bound in line 2 already");
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_option_goes_before_the_environment_and_that_before_the_file),
		cmocka_unit_test(what_is_wrong_is_said_with_file_and_line),
		cmocka_unit_test(a_file_that_was_asked_for_is_to_be_there),
		cmocka_unit_test(the_environment_is_looked_at_too),
		cmocka_unit_test(sections_keep_their_lines_in_their_order),
		cmocka_unit_test(keys_are_bound_otherwise_and_hints_follow),
		cmocka_unit_test(as_they_come_keys_are_those_of_the_table),
		cmocka_unit_test(a_key_is_named_once),
	};
	return cmocka_run_group_tests_name("config", tests, start, end);
}
