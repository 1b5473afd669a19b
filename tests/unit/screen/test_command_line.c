/*
 * test_command_line.c -- the verbs of the command line, the words that can follow in a
 * prompt, Tab, and the lines that were typed
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "pitwall/alert.h"
#include "pitwall/command_line.h"
#include "stage.h"

static struct view *asked(struct stage *stage, enum prompt_kind prompt,
			  const char *line)
{
	view_ask(&stage->view, prompt, slice_of(line));
	return &stage->view;
}

/* The line after Tab. */
static const char *tab(struct stage *stage, enum prompt_kind prompt, const char *line)
{
	(void)asked(stage, prompt, line);
	(void)stage_press(stage, '\t', NULL);
	return stage->view.input;
}

/* True when @shown is among the words that fit. */
static bool offers(struct stage *stage, enum prompt_kind prompt, const char *line,
		   const char *shown)
{
	struct typed_wants wants;
	struct typed_word word;
	struct view *view = asked(stage, prompt, line);

	typed_wants(view, &wants);
	for (unsigned i = 0; typed_word_at(view, &wants, i, &word); i++)
		if (slice_eq(word.shown, slice_of(shown)) ||
		    slice_eq(word.insert, slice_of(shown)))
			return true;
	return false;
}

/* ---- verbs --------------------------------------------------------------------- */

static void every_verb_is_found_by_its_name_and_has_words(void **state)
{
	struct line_verb verb, found;
	struct err err;
	bool done[ACTION_COUNT] = {false};
	unsigned count = 0;

	(void)state;
	for (; line_verb_at(count, &verb); count++) {
		assert_int_equal(line_verb_find(slice_of(verb.name), &found, &err), 0);
		assert_string_equal(found.name, verb.name);
		assert_true(verb.about[0] != '\0');
		if (verb.does == LINE_ACTION)
			done[verb.of] = true;
	}
	assert_in_range(count, 40, 100);
	/* What Esc, Enter and the arrows do has a name too. */
	assert_true(done[ACTION_BACK] && done[ACTION_OPEN] && done[ACTION_SELECT] &&
		    done[ACTION_HELP] && done[ACTION_QUIT] && done[ACTION_MARK]);
}

static void a_verb_is_any_beginning_that_no_other_has(void **state)
{
	struct line_verb verb;
	struct err err;

	(void)state;
	assert_int_equal(line_verb_find(SLICE("sc"), &verb, &err), 0);
	assert_string_equal(verb.name, "screen");
	assert_int_equal(line_verb_find(SLICE("Q"), &verb, &err), 0);
	assert_string_equal(verb.name, "quit");
	/* A whole name is no beginning of a longer one. */
	assert_int_equal(line_verb_find(SLICE("select"), &verb, &err), 0);
	assert_string_equal(verb.name, "select");
	assert_true(line_verb_find(SLICE("sel-"), &verb, &err) < 0);
	assert_true(line_verb_find(SLICE("st"), &verb, &err) < 0);
	assert_non_null(strstr(err.text, "st is the beginning of "));
	assert_non_null(strstr(err.text, "stint"));
}

static void a_wrong_verb_gets_a_sentence_with_a_suggestion(void **state)
{
	static const struct {
		const char *typed, *near;
	} samples[] = {
		{"lpa", "did you mean lap?"},
		{"scren", "did you mean screen?"},
		{"colunms", "did you mean columns?"},
		{"zzzzzz", "Tab after : lists them"},
		{"", "Tab after : lists them"},
		{"\x1b[31m\xff%n%s", "Tab after : lists them"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Tab after :"},
	};
	struct line_verb verb;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		assert_true(line_verb_find(slice_of(samples[i].typed), &verb, &err) <
			    0);
		assert_non_null(strstr(err.text, samples[i].near));
	}
}

static void an_action_takes_a_number_where_its_keys_have_several(void **state)
{
	struct line_verb verb;
	struct err err;
	int16_t argument;

	(void)state;
	assert_int_equal(line_verb_find(SLICE("minute"), &verb, &err), 0);
	assert_int_equal(line_argument(&verb, SLICE(""), &argument, &err), 0);
	assert_int_equal(argument, 1);
	assert_int_equal(line_argument(&verb, SLICE("-5"), &argument, &err), 0);
	assert_int_equal(argument, -5);
	assert_int_equal(line_argument(&verb, SLICE("+12"), &argument, &err), 0);
	assert_int_equal(argument, 12);
	assert_true(line_argument(&verb, SLICE("0"), &argument, &err) < 0);
	assert_true(line_argument(&verb, SLICE("99999999"), &argument, &err) < 0);
	assert_true(line_argument(&verb, SLICE("soon"), &argument, &err) < 0);
	assert_int_equal(line_verb_find(SLICE("mark"), &verb, &err), 0);
	assert_int_equal(line_argument(&verb, SLICE(" "), &argument, &err), 0);
	assert_true(line_argument(&verb, SLICE("1"), &argument, &err) < 0);
	assert_string_equal(err.text, "nothing follows mark");
}

static void screens_and_classes_are_found_by_name_beginning_and_key(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	assert_int_equal(line_screen(&stage->view, SLICE("timing")), SCREEN_TIMING);
	assert_int_equal(line_screen(&stage->view, SLICE("STRAT")), SCREEN_STRATEGY);
	assert_int_equal(line_screen(&stage->view, SLICE("0")), SCREEN_EVENTS);
	assert_int_equal(line_screen(&stage->view, SLICE("2")), SCREEN_TIMING);
	assert_int_equal(line_screen(&stage->view, SLICE("")), -1);
	assert_int_equal(line_screen(&stage->view, SLICE("11")), -1);
	int gt = line_class(stage->view.race, SLICE("gt"));
	assert_true(gt >= 0);
	assert_string_equal(stage->view.race->classes[gt].name, "GT");
	assert_int_equal(line_class(stage->view.race, SLICE("LMP")), -1);
	assert_int_equal(line_class(stage->view.race, SLICE("")), -1);
}

/* ---- words, and Tab ------------------------------------------------------------- */

static void tab_completes_names_of_every_kind(void **state)
{
	static const struct {
		uint8_t prompt;
		const char *typed, *line;
	} samples[] = {
		{PROMPT_COMMAND, "scr", "screen "},
		{PROMPT_COMMAND, "screen str", "screen strategy "},
		{PROMPT_COMMAND, "screen c", "screen c"},
		{PROMPT_COMMAND, "screen cl", "screen class"},
		{PROMPT_COMMAND, "  pre", "  previous "},
		{PROMPT_COMMAND, "next best", "next best lap "},
		{PROMPT_COMMAND, "next CLASS L", "next class lead "},
		{PROMPT_COMMAND, "flag gr", "flag GREEN "},
		{PROMPT_COMMAND, "class lmp6", "class LMP675 "},
		{PROMPT_COMMAND, "sort -best-l", "sort -best-lap "},
		{PROMPT_COMMAND, "columns number dri", "columns number driv"},
		{PROMPT_COMMAND, "columns number drive", "columns number driver "},
		{PROMPT_COMMAND, "alert class G", "alert class GT "},
		{PROMPT_COMMAND, "stint lmp9", "stint LMP900 "},
		{PROMPT_COMMAND, "go la", "go lap:"},
		{PROMPT_COMMAND, "nothing a", "nothing a"},
		{PROMPT_COMMAND, "lap 1", "lap 1"},
		{PROMPT_COLUMNS, "number dri", "number driv"},
		{PROMPT_ALERT, "fav", "favourites "},
		{PROMPT_ALERT, "#5 class-i", "#5 class-interval "},
		{PROMPT_ALERT, "cl", "class "},
		{PROMPT_ALERT, "flag gre", "flag GREEN "},
		{PROMPT_FILTER, "run", "running "},
		{PROMPT_FILTER, "class lmp6", "class LMP675 "},
		{PROMPT_STINT, "LMP900 3", "LMP900 3"},
		{PROMPT_OPERATE, "flag re", "flag RED "},
		{PROMPT_OPERATE, "time 8", "time 8"},
		{PROMPT_OPERATE, "result-at 8", "result-at 8"},
		{PROMPT_OPERATE, "behind 88 4", "behind 88 47 "},
		{PROMPT_OPERATE, "entry 88 dri", "entry 88 driver1="},
		{PROMPT_GO_TO, "st", "start "},
		{PROMPT_DELAY, "3", "3"},
	};
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		assert_string_equal(tab(stage, (enum prompt_kind)samples[i].prompt,
					samples[i].typed),
				    samples[i].line);
}

static void the_words_of_a_rule_are_those_that_can_stand_there(void **state)
{
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	for (size_t i = 0; i < alert_subjects_count; i++)
		assert_true(offers(stage, PROMPT_ALERT, "", alert_subjects[i].name));
	for (size_t i = 0; i < alert_terms_count; i++)
		assert_true(offers(stage, PROMPT_ALERT, "any ", alert_terms[i].name));
	assert_true(offers(stage, PROMPT_ALERT, "#", "#5"));
	assert_true(offers(stage, PROMPT_ALERT, "#5 gap ", "#8"));
	assert_true(offers(stage, PROMPT_ALERT, "flag ", "FCY"));
	assert_false(offers(stage, PROMPT_ALERT, "#5 gap #8 < ", "pits"));
	/* Every column that can be chosen, and none that cannot. */
	for (unsigned i = 0; i < 200; i++) {
		char name[COLUMN_NAME_MAX];
		if (column_name(i, name))
			assert_int_equal(offers(stage, PROMPT_COLUMNS, "", name),
					 column_by_name(slice_of(name)) >= 0);
	}
	/* An action of other screens is not offered. */
	stage->view.screen = SCREEN_EVENTS;
	assert_false(offers(stage, PROMPT_COMMAND, "", "stop-lap"));
	stage->view.screen = SCREEN_STRATEGY;
	assert_true(offers(stage, PROMPT_COMMAND, "", "stop-lap"));
}

/* Whatever is typed into whichever prompt: Tab keeps what is typed and stays inside. */
static void hostile_lines_are_completed_to_what_was_typed_or_more(void **state)
{
	static const char *const parts[] = {
		"",         "class",          " ",  "#",      "gap",
		"\xc3",     "%s%n",           "-",  "<",      "flag",
		"alert ",   "stint ",         "\t", "sort -", ":",
		"columns ", "screen \xe2\x80"};
	struct stage *stage = stage_new();
	char line[LINE_MOST], was[LINE_MOST];

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	for (unsigned prompt = PROMPT_NONE; prompt < PROMPT_COUNT; prompt++)
		for (unsigned a = 0; a < ARRAY_LEN(parts); a++)
			for (unsigned b = 0; b < ARRAY_LEN(parts); b++) {
				text_format(line, sizeof(line), "%s%s", parts[a],
					    parts[b]);
				(void)text_copy(was, sizeof(was), slice_of(line));
				const char *now =
					tab(stage, (enum prompt_kind)prompt, line);
				assert_true(strlen(now) >= strlen(was));
				assert_true(strlen(now) < LINE_MOST);
				stage_draw(stage, 80, 24);
				stage_draw(stage, 60, 16);
			}
	memset(line, 'c', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	memcpy(line, "class ", 6);
	memset(line + 6, ' ', 245);
	memcpy(line + 251, "lmp", 4);
	assert_string_equal(tab(stage, PROMPT_COMMAND, line) + 251, "LMP");
}

/* ---- the lines that were typed ----------------------------------------------------- */

static void type_line(struct stage *stage, enum prompt_kind prompt, const char *line)
{
	struct wish wish;

	(void)asked(stage, prompt, line);
	(void)stage_press(stage, KEY_PW_ENTER, &wish);
	assert_int_equal(wish.kind, WISH_PROMPT_DONE);
}

static void
up_brings_back_the_lines_of_this_prompt_and_down_what_was_typed(void **state)
{
	static struct line_past past;
	struct stage *stage = stage_new();
	char line[16];

	(void)state;
	stage->view.past = &past;
	type_line(stage, PROMPT_COMMAND, "lap 1");
	type_line(stage, PROMPT_FIND, "goh");
	type_line(stage, PROMPT_COMMAND, "lap 2");
	type_line(stage, PROMPT_COMMAND, "lap 1"); /* the newest now, and once */
	(void)asked(stage, PROMPT_COMMAND, "sc");
	(void)stage_press(stage, KEY_PW_UP, NULL);
	assert_string_equal(stage->view.input, "lap 1");
	(void)stage_press(stage, KEY_PW_UP, NULL);
	assert_string_equal(stage->view.input, "lap 2");
	(void)stage_press(stage, KEY_PW_UP, NULL);
	assert_string_equal(stage->view.input, "lap 2");
	(void)stage_press(stage, KEY_PW_DOWN, NULL);
	assert_string_equal(stage->view.input, "lap 1");
	(void)stage_press(stage, KEY_PW_DOWN, NULL);
	assert_string_equal(stage->view.input, "sc");
	(void)stage_press(stage, KEY_PW_DOWN, NULL);
	assert_string_equal(stage->view.input, "sc");
	/* The oldest give way. */
	for (unsigned i = 0; i < 3 * LINES_KEPT; i++) {
		text_format(line, sizeof(line), "lap %u", 100 + i);
		type_line(stage, PROMPT_COMMAND, line);
	}
	assert_int_equal(past.count, LINES_KEPT);
	(void)asked(stage, PROMPT_COMMAND, "");
	for (unsigned i = 0; i < 2 * LINES_KEPT; i++)
		(void)stage_press(stage, KEY_PW_UP, NULL);
	text_format(line, sizeof(line), "lap %u", 100 + 2 * LINES_KEPT);
	assert_string_equal(stage->view.input, line);
	(void)asked(stage, PROMPT_FIND, "");
	(void)stage_press(stage, KEY_PW_UP, NULL);
	assert_string_equal(stage->view.input, "");
}

/* ---- what is shown ------------------------------------------------------------------ */

static void the_line_above_says_what_is_expected(void **state)
{
	static const struct {
		uint8_t prompt;
		const char *typed, *shown;
	} samples[] = {
		{PROMPT_COMMAND, "", "COMMAND [VALUE]   lap 112   car 7"},
		{PROMPT_COMMAND, "lap ",
		 "lap NUMBER, +N or -N   to a lap of the leader"},
		{PROMPT_COMMAND, "alert ", "alert WHO WHAT [< or > NUMBER]"},
		{PROMPT_ALERT, "", "WHO WHAT [< or > NUMBER]   #7 gap #31 < 2"},
		{PROMPT_COLUMNS, "", "NAME[:WIDTH] ...; empty: automatic"},
		{PROMPT_OPERATE, "", "DECISION [CAR] [VALUE] [REASON]"},
		{PROMPT_STINT, "", "CLASS or CAR, then LAPS, TIME or auto"},
	};
	struct stage *stage = stage_new();

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		(void)asked(stage, (enum prompt_kind)samples[i].prompt,
			    samples[i].typed);
		for (int cols = 60; cols <= 200; cols += 20) {
			stage_draw(stage, cols, 24);
			if (cols >= 80)
				assert_non_null(
					strstr(stage_row(stage, 22), samples[i].shown));
			assert_null(strstr(stage_row(stage, 22), "\u2026"));
		}
	}
}

/* A name in the list stands there whole, at every size. */
static void no_name_in_a_list_is_cut(void **state)
{
	static const struct {
		uint8_t prompt;
		const char *typed;
	} samples[] = {
		{PROMPT_COMMAND, ""}, {PROMPT_COMMAND, "s"},  {PROMPT_COMMAND, "car "},
		{PROMPT_ALERT, ""},   {PROMPT_ALERT, "any "}, {PROMPT_COLUMNS, ""},
		{PROMPT_FILTER, ""},  {PROMPT_GO_TO, ""},
	};
	static const int sizes[][2] = {{80, 24}, {120, 36}, {160, 48}, {220, 60}};
	struct stage *stage = stage_new();
	struct typed_wants wants;
	struct typed_word word;

	(void)state;
	stage_seek(stage, STAGE_MINUTE(10));
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
			struct view *view =
				asked(stage, (enum prompt_kind)samples[i].prompt,
				      samples[i].typed);
			stage_draw(stage, sizes[s][0], sizes[s][1]);
			typed_wants(view, &wants);
			for (unsigned n = 0; typed_word_at(view, &wants, n, &word);
			     n++) {
				char name[64];
				text_format(name, sizeof(name), "%.*s ",
					    (int)word.shown.len, word.shown.at);
				assert_true(stage_shows(stage, name));
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verb_is_found_by_its_name_and_has_words),
		cmocka_unit_test(a_verb_is_any_beginning_that_no_other_has),
		cmocka_unit_test(a_wrong_verb_gets_a_sentence_with_a_suggestion),
		cmocka_unit_test(an_action_takes_a_number_where_its_keys_have_several),
		cmocka_unit_test(
			screens_and_classes_are_found_by_name_beginning_and_key),
		cmocka_unit_test(tab_completes_names_of_every_kind),
		cmocka_unit_test(the_words_of_a_rule_are_those_that_can_stand_there),
		cmocka_unit_test(hostile_lines_are_completed_to_what_was_typed_or_more),
		cmocka_unit_test(
			up_brings_back_the_lines_of_this_prompt_and_down_what_was_typed),
		cmocka_unit_test(the_line_above_says_what_is_expected),
		cmocka_unit_test(no_name_in_a_list_is_cut),
	};

	return cmocka_run_group_tests_name("command line", tests, NULL, NULL);
}
