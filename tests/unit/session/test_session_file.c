/*
 * test_session_file.c -- --session FILE: what it names, what is wrong with it, and the
 * one that `session new` writes
 */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/assets.h"
#include "../../scratch.h"

static char examples[512]; /* assets/examples/session.ini */

static int enter(void **state)
{
	struct err err;
	(void)state;
	if (asset_path("examples/session.ini", examples, sizeof(examples), &err) != 0)
		return -1;
	return scratch_enter("session-file") != 0 || mkdir("sub", 0777) != 0 ? -1 : 0;
}

static int leave(void **state)
{
	(void)state;
	return scratch_leave("session-file");
}

static const char list[] = "transponder,number,class\n901,7,GTP\n902,8,GTD\n";
static const char loop_circuit[] = "[circuit]\nname = Loop\ntitle = The Loop\n"
				   "length-m = 1000\nzone = Europe/Paris\n"
				   "[line I1]\nat-m = 400\n";
static const char own_rules[] = "[ruleset]\nname = own\ntitle = Our own\n"
				"[classification]\nfraction = 70%\n";

static void let_go(struct setup_texts *texts)
{
	setup_texts_free(texts);
	free(texts);
}

static int read_into(struct setup_texts **texts, const char *path, struct err *err)
{
	*texts = calloc(1, sizeof(**texts));
	assert_non_null(*texts);
	return session_file_read(path, *texts, err);
}

static struct setup_texts *read_file(const char *path)
{
	struct setup_texts *texts;
	struct err err = {""};
	if (read_into(&texts, path, &err) != 0)
		fail_msg("%s", err.text);
	assert_string_equal(err.text, "");
	return texts;
}

static bool read_fails(const char *path, struct err *err)
{
	struct setup_texts *texts;
	bool failed = read_into(&texts, path, err) != 0;
	let_go(texts);
	return failed;
}

static void a_file_is_told_from_the_name_of_a_session(void **state)
{
	(void)state;
	assert_true(session_is_file("race.ini"));
	assert_true(session_is_file("./race"));
	assert_false(session_is_file("race"));
	assert_false(session_is_file("timed"));
	assert_false(session_is_file("Practice 1"));
}

static void what_it_names_lies_beside_it_or_is_an_asset(void **state)
{
	(void)state;
	scratch_text("sub/list.csv", list);
	scratch_text("sub/loop.ini", loop_circuit);
	scratch_text("sub/own.ini", own_rules);
	scratch_text("sub/a.ini",
		     "[session]\r\nevent = Six Hours\r\ncircuit = loop.ini\r\n"
		     "rules = own.ini\r\nentries = list.csv\r\n"
		     "[loops]\r\n00020f93 = SF\r\n101 = PIN\r\n");
	struct setup_texts *texts = read_file("sub/a.ini");
	assert_true(slice_eq(texts->at[TEXT_ENTRIES].data, slice_of(list)));
	assert_true(slice_eq(texts->at[TEXT_CIRCUIT].data, slice_of(loop_circuit)));
	assert_true(slice_eq(texts->at[TEXT_RULES].data, slice_of(own_rules)));
	let_go(texts);
	scratch_text("b.ini", "[session]\ncircuit = Bugatti\nrules = le-mans-24h\n");
	texts = read_file("b.ini");
	assert_true(texts->at[TEXT_CENTRELINE].data.len > 0);
	assert_true(texts->at[TEXT_RULES].data.len > 0);
	let_go(texts);
}

static void a_fault_is_named_with_file_and_line(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"[session]\nname = A\nnmae = B\n",
		 "bad.ini:3: there is no key \"nmae\" here; there are event name type"},
		{"name = A\n", "bad.ini:1: \"name\" is in neither [session]"},
		{"[sesion]\nname = A\n", "bad.ini:2: \"name\" is in neither"},
		{"[session]\ntype = sprint\n", "bad.ini:2: the value of type cannot be "
					       "read: it must be race or timed"},
		{"[session]\ndate = 13.6.2026\n", "bad.ini:2: the value of date"},
		{"[session]\nmerge = 0\n", "bad.ini:2: the value of merge"},
		{"[session]\nmerge = 61\n", "bad.ini:2: the value of merge"},
		{"[session]\nlength = long\n", "bad.ini: "},
		{"[session]\n\ncircuit = nowhere\n",
		 "bad.ini:3: no circuit is called \"nowhere\""},
		{"[session]\nrules = none.ini\n", "bad.ini:2: "},
		{"[session]\nentries = none.csv\n", "bad.ini:2: none.csv"},
		{"[session]\nentries = twisted.csv\n", "twisted.csv:1: the first line"},
		{"[loops]\n00020f93 = finish\n",
		 "bad.ini:2: the line of decoder 00020f93 must be SF, I1"},
		{"[loops]\n0123456789abcdef = SF\n", "bad.ini:2: \"0123456789abcdef\""},
		{"[stints]\nGT = long\n", "bad.ini:2: a stint is a class or a car"},
		{"[stints]\nGT = 0\n", "bad.ini:2: a stint is"},
		{"[stints]\n = 32\n", "bad.ini:2: a stint is"},
		{"[session]\nevent\n", "bad.ini:2: \"event\" is not key = value"},
	};
	(void)state;
	scratch_text("twisted.csv", "a;b;c\n1;2;3\n");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = {""};
		scratch_text("bad.ini", cases[i].text);
		assert_true(read_fails("bad.ini", &err));
		assert_says(err.text, cases[i].words);
	}
	struct err err = {""};
	assert_true(read_fails("absent.ini", &err));
	assert_says(err.text, "absent.ini");
	/* It is not cut without a word. */
	char line[400] = "[session]\nevent = ";
	memset(line + strlen(line), 'x', 300);
	scratch_text("bad.ini", line);
	assert_true(read_fails("bad.ini", &err));
	assert_says(err.text, "bad.ini:2: the value of event is longer than 63 bytes");
}

static void a_stint_is_of_a_name_in_laps_or_in_time(void **state)
{
	static const struct {
		const char *line, *name;
		uint32_t laps;
		duration_us time;
	} cases[] = {
		{"GT 32", "GT", 32, 0},
		{"GT 32 laps", "GT", 32, 0},
		{"GTD PRO 32laps", "GTD PRO", 32, 0},
		{"#88 45min", "88", 0, 45 * US_MIN},
		{"88 45 min", "88", 0, 45 * US_MIN},
		{"all 1h10min", "all", 0, 70 * US_MIN},
		{"GT auto", "GT", 0, 0},
	};
	static const char *const bad[] = {
		"",        "GT",     "32",
		"GT 0",    "GT -3",  "GT 10km",
		"GT 1001", "GT 30s", "a name that is much too long 32"};
	struct stint_named stint;
	struct err err;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(stint_parse(slice_of(cases[i].line), &stint, &err), 0);
		assert_string_equal(stint.name, cases[i].name);
		assert_int_equal(stint.laps, cases[i].laps);
		assert_int_equal(stint.time, cases[i].time);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_true(stint_parse(slice_of(bad[i]), &stint, &err) < 0);
}

/* ---- the race that is set up ---------------------------------------------------- */

#define HELLO                                                                    \
	"{\"t\":\"hello\",\"v\":1,\"id\":\"sf\",\"loop\":\"SF\",\"boot\":\"a\"," \
	"\"seq\":0,"                                                             \
	"\"us\":0,\"utc\":1795348800000000}\n"
#define PASS(seq_, tx_, us_)                                                          \
	"{\"t\":\"pass\",\"id\":\"sf\",\"boot\":\"a\",\"seq\":" seq_ ",\"tx\":\"" tx_ \
	"\",\"us\":" us_ "}\n"

static void the_race_is_set_up_by_it_and_by_the_command_line_before(void **state)
{
	struct options options = {
		.sources = {"race.jsonl"}, .source_count = 1, .session = "sub/a.ini"};
	struct session *session = NULL;
	struct err err = {""};
	(void)state;
	scratch_text("race.jsonl",
		     HELLO PASS("1", "901", "100000000") PASS("2", "901", "200000000"));
	scratch_text("sub/list.csv", list);
	scratch_text("sub/loop.ini", loop_circuit);
	scratch_text("sub/own.ini", own_rules);
	scratch_text("sub/a.ini",
		     "[session]\nevent = Six Hours\nname = Final\ntype = race\n"
		     "circuit = loop.ini\nrules = own.ini\nentries = list.csv\n"
		     "length = 6h\nmerge = 2.5\nstart_at = 13:00:00\n"
		     "date = 2026-11-22\n[loops]\n101 = PIN\n");
	if (session_load(&options, 0, &session, &err) != 0)
		fail_msg("%s", err.text);
	const struct race *race = &session->timeline.race;
	assert_string_equal(session->setup.event, "Six Hours");
	assert_string_equal(session->setup.session, "Final");
	assert_string_equal(session->setup.circuit, "Loop");
	assert_string_equal(session->rules.name, "own");
	assert_int_equal(session->setup.length_us, 6 * US_HOUR);
	assert_int_equal(session->setup.merge_us, 2500 * US_MS);
	assert_int_equal(session->setup.line_count, 2);
	assert_int_equal(session->setup.line_ppm[1], 400000);
	assert_int_equal(race->start_at, civil_to_instant(2026, 11, 22) + 12 * US_HOUR);
	assert_int_equal(race->car_count, 2);
	assert_int_equal(race->cars[race_find_text(race, SLICE("7"))].laps, 2);
	session_free(session);
	options.rules = "plain";
	options.length = "3laps";
	if (session_load(&options, 0, &session, &err) != 0)
		fail_msg("%s", err.text);
	assert_string_equal(session->rules.name, "plain");
	assert_int_equal(session->setup.length_laps, 3);
	assert_int_equal(session->setup.length_us, 0);
	session_free(session);
}

static void a_race_that_has_not_begun_has_rules_length_and_lines(void **state)
{
	static const struct {
		const char *session;
		const char *rules_option;
		const char *rules;
		duration_us length;
	} cases[] = {
		{"[session]\nentries = list.csv\n", NULL, "imsa", 0},
		{"[session]\nentries = list.csv\nlength = 12h\n", NULL, "imsa",
		 12 * US_HOUR},
		{"[session]\nlength = 4h\n", NULL, "plain", 4 * US_HOUR},
		{"[session]\nentries = list.csv\n", "le-mans-24h-2024",
		 "le-mans-24h-2024", 24 * US_HOUR},
	};
	(void)state;
	scratch_text("list.csv", list);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct options options = {.rules = cases[i].rules_option};
		const struct session_source source = {.shown = "s.ini",
						      .named = "",
						      .wanted = "",
						      .recording = true,
						      .live = true};
		struct session *session = NULL;
		struct err err = {""};
		scratch_text("s.ini", cases[i].session);
		assert_int_equal(session_open(&options, &source, &session, &err), 0);
		assert_int_equal(
			session_file_read("s.ini", session_texts(session), &err), 0);
		if (session_plan(session, INSTANT_NONE, &err) != 0 ||
		    session_settle(session, &err) != 0)
			fail_msg("%s", err.text);
		assert_string_equal(session->rules.name, cases[i].rules);
		assert_int_equal(session->setup.length_us, cases[i].length);
		assert_int_equal(session->setup.line_count, 1);
		session_free(session);
	}
}

/* A service says of which series its session is: classes have the same names in several. */
static void the_rules_are_those_of_the_series_that_a_service_names(void **state)
{
	static const struct {
		const char *series, *event, *rules, *shown;
	} cases[] = {
		{"Asian Le Mans Series", "4 Hours of Sepang", "asian-le-mans",
		 "4 Hours of Sepang"},
		{"European Le Mans Series", "4 Hours of Imola", "elms",
		 "4 Hours of Imola"},
		{"Michelin Le Mans Cup", "Road to Le Mans", "le-mans-cup",
		 "Road to Le Mans"},
		{"DTM", "Norisring", "elms", "Norisring, DTM"},
		{"FIA World Endurance Championship", "FIA WEC- 6 Hours of Imola",
		 "elms", "FIA WEC- 6 Hours of Imola"},
	};
	const struct options options = {.sources = {"web.txt"}, .source_count = 1};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct session *session = NULL;
		struct err err = {""};
		char text[1024];
		text_format(text, sizeof(text),
			    "session-info {\"ts\":\"2026-06-13T14:00:00Z\","
			    "\"seriesName\":\"%s\",\"eventName\":\"%s\","
			    "\"sessionName\":\"Race\",\"sessionType\":\"Race\"}\n"
			    "participants {\"carNumber\":\"7\",\"classId\":\"LMP3\"}\n"
			    "laps {\"ts\":\"2026-06-13T14:02:00Z\",\"carNumber\":"
			    "\"7\",\"lapNumber\":1,\"lapTimeMillis\":120000}\n"
			    "laps {\"ts\":\"2026-06-13T14:04:00Z\",\"carNumber\":"
			    "\"7\",\"lapNumber\":2,\"lapTimeMillis\":120000}\n",
			    cases[i].series, cases[i].event);
		scratch_text("web.txt", text);
		if (session_load(&options, 0, &session, &err) != 0)
			fail_msg("%s", err.text);
		assert_string_equal(session->rules.name, cases[i].rules);
		assert_string_equal(session->setup.event, cases[i].shown);
		assert_string_equal(session->setup.session, "Race");
		session_free(session);
	}
}

/* ---- session new ---------------------------------------------------------------------- */

/** What it prints is not of the test's own report. */
static int run_quietly(const struct options *options)
{
	fflush(stdout);
	int kept = dup(STDOUT_FILENO), nowhere = open("/dev/null", O_WRONLY);
	assert_true(kept >= 0 && nowhere >= 0);
	dup2(nowhere, STDOUT_FILENO);
	int status = session_run(options);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	close(nowhere);
	return status;
}

static void what_session_new_writes_is_a_session_file(void **state)
{
	const struct options options = {.sources = {"new"},
					.source_count = 1,
					.output = "sub/new.ini",
					.entries = "organiser.csv",
					.circuit = "Bugatti",
					.rules = "imsa",
					.length = "2h45m"};
	struct stat st;
	(void)state;
	unlink("sub/entries.csv");
	scratch_text("organiser.csv",
		     "\xef\xbb\xbf"
		     "No.;Category;Entrant;Driver 1;Driver 2;TX;Colour\n"
		     "7;GTP;\"North; East\";Ann;Bob;901;red\n"
		     "08;GTD;C;Cleo;;;blue\n");
	assert_int_equal(run_quietly(&options), EXIT_DONE);
	struct setup_texts *texts = read_file("sub/new.ini");
	assert_true(slice_eq(
		texts->at[TEXT_ENTRIES].data,
		SLICE("transponder,number,class,tag,team,vehicle,grid,driver1,driver2\n"
		      "901,7,GTP,,North; East,,,Ann,Bob\n"
		      ",08,GTD,,C,,,Cleo,\n")));
	assert_true(texts->at[TEXT_CIRCUIT].data.len > 0);
	let_go(texts);
	/* Nothing is written over, and nothing half. */
	assert_int_equal(run_quietly(&options), EXIT_SOURCE);
	struct options other = options;
	other.output = "other.ini";
	other.entries = "absent.csv";
	assert_int_equal(run_quietly(&other), EXIT_SOURCE);
	assert_int_not_equal(stat("other.ini", &st), 0);
	other.output = "name-without-end";
	assert_int_equal(run_quietly(&other), EXIT_USAGE);
}

static void an_entry_list_is_read_by_the_names_of_its_columns(void **state)
{
	static const struct {
		const char *list, *out, *unused;
	} cases[] = {
		{"car,class,drivers\n7,GT,Ann / Bob\n",
		 "transponder,number,class,tag,team,vehicle,grid,driver1,driver2\n"
		 ",7,GT,,,,,Ann,Bob\n",
		 ""},
		{"Start number\tTeam name\tModel\tPrice\n12\t\tM1\t1\n",
		 "transponder,number,class,tag,team,vehicle,grid\n,12,,,,M1,\n",
		 "Price"},
		{"transponder,driver2\n900,\"Birch, Bob\"\n",
		 "transponder,number,class,tag,team,vehicle,grid,driver1\n"
		 "900,,,,,,,\"Birch, Bob\"\n",
		 ""},
	};
	static const struct {
		const char *list, *words;
	} bad[] = {
		{"", "l.csv: empty"},
		{"a,b\n1,2\n", "l.csv:1: the first line must name the columns"},
		{"no,class\n7,A\n\n7,B\n", "l.csv:4: number 7 is that of line 2 too"},
		{"no,tx\n7,9\n8,9\n", "l.csv:3: transponder 9 is that of line 2 too"},
		{"no,team\n,A\n", "l.csv:2: neither a number nor a transponder"},
		{"no\n1234567890123\n", "l.csv:2: number \"1234567890123\" is longer"},
		{"no,grid\n7,front\n", "l.csv:2: the grid slot must be a number"},
		{"no\n\"7\n", "l.csv:2: a quote is not closed"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[512];
		struct out out = {.buf = text, .max = sizeof(text) - 1};
		struct entry_list found;
		struct err err = {""};
		if (entry_list_write(slice_of(cases[i].list), "l.csv", &found, &out,
				     &err) != 0)
			fail_msg("%s", err.text);
		text[out.len] = '\0';
		assert_string_equal(text, cases[i].out);
		assert_string_equal(found.unused, cases[i].unused);
		assert_int_equal(found.cars, 1);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct entry_list found;
		struct err err = {""};
		assert_int_equal(entry_list_write(slice_of(bad[i].list), "l.csv",
						  &found, NULL, &err),
				 -EINVAL);
		assert_says(err.text, bad[i].words);
	}
}

static void the_example_that_is_shipped_can_be_used(void **state)
{
	struct err err = {""};
	struct session_text text;
	(void)state;
	struct setup_texts *texts = read_file(examples);
	assert_int_equal(session_text_parse(texts->at[TEXT_SESSION].data, "x", false,
					    &text, &err),
			 0);
	assert_int_equal(text.loop_count, 3);
	assert_int_equal(text.loops[1].line, LINE_PIT_IN);
	assert_true(texts->at[TEXT_ENTRIES].data.len > 0);
	let_go(texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_told_from_the_name_of_a_session),
		cmocka_unit_test(what_it_names_lies_beside_it_or_is_an_asset),
		cmocka_unit_test(a_fault_is_named_with_file_and_line),
		cmocka_unit_test(a_stint_is_of_a_name_in_laps_or_in_time),
		cmocka_unit_test(
			the_race_is_set_up_by_it_and_by_the_command_line_before),
		cmocka_unit_test(
			the_rules_are_those_of_the_series_that_a_service_names),
		cmocka_unit_test(a_race_that_has_not_begun_has_rules_length_and_lines),
		cmocka_unit_test(what_session_new_writes_is_a_session_file),
		cmocka_unit_test(an_entry_list_is_read_by_the_names_of_its_columns),
		cmocka_unit_test(the_example_that_is_shipped_can_be_used),
	};
	return cmocka_run_group_tests(tests, enter, leave);
}
