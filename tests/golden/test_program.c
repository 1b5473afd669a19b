/*
 * test_program.c -- the headless program as scripts see it: what travels from
 * file to file, what is printed, how it ends
 */
#include "official.h"
#include "../scratch.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const races[] = {
	"wec_2024_le_mans_24h.csv",   "wec_2021_le_mans_24h.csv",
	"wec_2025_spa_6h.csv",        "wec_2019_spa_6h.csv",
	"imsa_2022_watkins_laps.csv", "imsa_2024_virginia_laps.csv",
};

/* A race of two cars that needs no file from elsewhere. */
static const char small_race[] =
	"NUMBER;DRIVER_NUMBER;LAP_NUMBER;LAP_TIME;CROSSING_FINISH_LINE_IN_PIT;S1;S2;S3;"
	"KPH;ELAPSED;HOUR;DRIVER_NAME;PIT_TIME;CLASS;TEAM;MANUFACTURER;FLAG_AT_FL;\r\n"
	"7;1;1;1:40.000;;30.000;40.000;30.000;150.0;1:40.000;12:01:40.000;Ann;;GT;A;X;"
	"GF;\r\n"
	"7;1;2;1:41.000;;30.000;41.000;30.000;150.0;3:21.000;12:03:21.000;Ann;;GT;A;X;"
	"FF;\r\n"
	"007;1;1;1:42.500;;31.000;41.000;30.500;149.0;1:42.500;12:01:42.500;Bob;;GT;B;"
	"Y;"
	"GF;\r\n"
	"007;1;2;1:43.000;;31.000;41.500;30.500;149.0;3:25.500;12:03:25.500;Bob;;GT;B;"
	"Y;"
	"FF;\r\n";

/* ---- help ------------------------------------------------------------------------ */

static int enter(void **state)
{
	(void)state;
	if (scratch_enter("program") != 0)
		return -1;
	write_text("small.csv", small_race);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	return scratch_leave("program");
}

static void says(const char *text, const char *words)
{
	if (text == NULL || strstr(text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text ? text : "", words);
}

/** Run; what it says on standard error holds @words. */
static void complains(const char *command, int status, const char *words)
{
	char all[2048];
	text_format(all, sizeof(all), "%s 2>&1 >output", command);
	char *text = run_pitwall(all, status);
	says(text, words);
	assert_null(strchr(text, '\x1b'));
	free(text);
}

/** The same bytes from two commands. */
static void same_output(const char *a, const char *b)
{
	char *x = run_pitwall(a, 0), *y = run_pitwall(b, 0);
	assert_true(strlen(x) > 0);
	if (strcmp(x, y) != 0)
		fail_msg("%s\nand\n%s\ndiffer", a, b);
	free(x);
	free(y);
}

/* ---- files that travel ----------------------------------------------- */

static void a_race_is_the_same_as_a_recording_and_as_csv_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(races); i++) {
		char path[1024], a[1200], b[1200];
		data_path(races[i], path, sizeof(path));
		text_format(a, sizeof(a), "convert '%s' -o race.pitwall", path);
		free(run_pitwall(a, 0));
		free(run_pitwall("convert race.pitwall -o race_2020.csv", 0));
		text_format(a, sizeof(a), "results '%s' --format csv", path);
		text_format(b, sizeof(b), "results race.pitwall --format csv");
		same_output(a, b);
		/* Sidecars do not travel in a CSV: what they say is said again. */
		const char *length = strstr(path, "24h") ? "24h" : "6h";
		if (strstr(path, "imsa_2024"))
			length = "2h40m";
		text_format(a, sizeof(a),
			    "results '%s' --format csv --rules plain --length %s", path,
			    length);
		text_format(b, sizeof(b),
			    "results race_2020.csv --format csv --rules plain "
			    "--length %s",
			    length);
		same_output(a, b);
	}
}

static void names_and_what_is_blank_come_back_from_a_lap_file(void **state)
{
	struct table table;
	(void)state;
	write_text("odd.csv",
		   "NUMBER;DRIVER_NUMBER;LAP_NUMBER;LAP_TIME;KPH;ELAPSED;DRIVER_NAME;"
		   "CLASS;TEAM\n"
		   "~05;1;1;1:37.000;155.1;1:37.000;\"J. \"\"A;B\"\" K\";GT;\"A; B\"\n"
		   "~05;1;2;1:35.000;158.4;3:12.000;\"J. \"\"A;B\"\" K\";GT;\"A; B\"\n"
		   "7;1;1;1:41.000;149.0;1:41.000;Ann;GT;C\n"
		   "7;1;2;1:39.000;152.0;3:20.000;Ann;GT;C\n");
	free(run_pitwall("convert odd.csv -o odd2.csv", 0));
	same_output("results odd.csv --format csv", "results odd2.csv --format csv");
	table_run("results odd2.csv --format csv", &table);
	assert_true(slice_eq(table_field(&table, 0, "number"), SLICE("~05")));
	table_free(&table);
	table_run("laps odd2.csv --car '~05' --format csv", &table);
	assert_int_equal(table.count, 2);
	table_free(&table);
}

static void what_the_options_decided_travels_in_a_recording(void **state)
{
	struct table table;
	(void)state;
	write_text("d.csv", "7,time,60,speeding\n");
	free(run_pitwall("convert small.csv --decisions d.csv -o small.pitwall", 0));
	table_run("results small.pitwall --format csv", &table);
	assert_true(slice_eq(table_field(&table, 0, "number"), SLICE("007")));
	assert_true(
		slice_eq(table_field(&table, 1, "total_time"), SLICE("0:04:21.000")));
	table_free(&table);
	complains("convert small.pitwall -o decided.csv", 0,
		  "a lap file cannot hold decisions");
	write_text("d.csv", "7,time,60,speeding\n");
	complains("convert small.csv --decisions d.csv -o d.csv", 2,
		  "the output is also an input");
	same_output("results small.csv --decisions d.csv --format csv",
		    "results small.pitwall --format csv");
	free(run_pitwall("convert small.csv --rules wec --length 12h --session timed "
			 "-o small2.pitwall",
			 0));
	same_output("results small.csv --rules wec --length 12h --session timed "
		    "--format csv",
		    "results small2.pitwall --format csv");
	char *text = run_pitwall("results small2.pitwall", 0);
	says(text, "Timed\nFastest #7");
	says(text, "\nRules   wec ");
	free(text);
	same_output("results --rules imsa --length 5h --session race",
		    "convert --rules imsa --length 5h -o le-mans.pitwall;"
		    "$PITWALL_EXE results le-mans.pitwall");
}

static void a_recording_of_a_recording_is_the_same(void **state)
{
	(void)state;
	free(run_pitwall("convert small.csv -o one.pitwall", 0));
	free(run_pitwall("convert one.pitwall -o two.pitwall", 0));
	same_output("results one.pitwall --format csv",
		    "results two.pitwall --format csv");
	same_output("laps small.csv --format csv", "laps two.pitwall --format csv");
}

static void events_are_one_json_object_a_line(void **state)
{
	(void)state;
	char *text =
		run_pitwall("convert small.csv -o small.jsonl; cat small.jsonl", 0);
	struct slice rest = slice_of(text);
	unsigned passings = 0, lines = 0;
	while (rest.len > 0) {
		struct slice line = slice_cut(&rest, '\n');
		json_error_t error;
		json_t *root = json_loadb(line.at, line.len, 0, &error);
		if (root == NULL)
			fail_msg("line %u: %s", lines + 1, error.text);
		const char *kind = json_string_value(json_object_get(root, "kind"));
		assert_non_null(kind);
		passings += strcmp(kind, "passing") == 0;
		lines++;
		json_decref(root);
	}
	/* Two cars, two laps, three lines. */
	assert_int_equal(passings, 12);
	free(text);
}

/* ---- JSON is the CSV with numbers ------------------------------------ */

static void same_as_json(const struct table *csv, unsigned row, const json_t *object)
{
	static const char *const times[] = {"total_time", "best_lap"};
	static const char *const counts[] = {"pos", "laps", "class_pos", "pit_stops"};
	struct slice number = table_field(csv, row, "number");
	const char *json_number = json_string_value(json_object_get(object, "number"));
	assert_true(slice_eq(number, slice_of(json_number)));
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		int64_t value = -1;
		assert_true(parse_i64(table_field(csv, row, counts[i]), &value));
		assert_int_equal(json_integer_value(json_object_get(object, counts[i])),
				 value);
	}
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		duration_us t = 0;
		const json_t *value = json_object_get(object, times[i]);
		struct slice text = table_field(csv, row, times[i]);
		if (text.len == 0) {
			assert_true(json_is_null(value));
			continue;
		}
		if (!parse_duration(text, &t)) { /* "+2 laps" */
			assert_true(json_is_null(value));
			continue;
		}
		assert_int_equal((int64_t)(json_real_value(value) * 1e6 + 0.5), t);
	}
	assert_true(json_is_array(json_object_get(object, "drivers")));
}

static void json_reads_back_as_the_same_classification(void **state)
{
	struct table csv;
	char path[1024], words[1200];
	json_error_t error;
	(void)state;
	data_path("wec_2024_le_mans_24h.csv", path, sizeof(path));
	text_format(words, sizeof(words), "results '%s' --format csv", path);
	table_run(words, &csv);
	text_format(words, sizeof(words), "results '%s' --format json", path);
	char *text = run_pitwall(words, 0);
	json_t *root = json_loads(text, 0, &error);
	if (root == NULL)
		fail_msg("line %d: %s", error.line, error.text);
	const json_t *rows = json_object_get(root, "results");
	assert_string_equal(json_string_value(json_object_get(root, "type")), "race");
	assert_true(json_is_false(json_object_get(root, "reconstruction")));
	assert_int_equal(json_array_size(rows), csv.count);
	for (unsigned i = 0; i < csv.count; i++)
		same_as_json(&csv, i, json_array_get(rows, i));
	json_decref(root);
	free(text);
	table_free(&csv);
}

/* ---- sources --------------------------------------------------------- */

static void a_pipe_is_read_like_a_file(void **state)
{
	(void)state;
	same_output("results small.csv --format csv",
		    "results - --format csv < small.csv");
	same_output("results small.csv --format csv",
		    "results file:small.csv?feed=alkamel --format csv");
	free(run_pitwall("feeds >/dev/null; mkfifo pipe", 0));
	same_output("results small.csv --format csv",
		    "results pipe --format csv & cat small.csv > pipe; wait $!");
}

static void what_cannot_be_read_is_one_sentence_and_exit_1(void **state)
{
	static const struct {
		const char *command, *words;
	} cases[] = {
		{"results nothing.csv", "nothing.csv: No such file"},
		{"results nothing", "neither a file nor a command"},
		{"results .", ".: a folder"},
		{"results empty.csv", "empty.csv: empty"},
		{"results noise.bin", "noise.bin: neither a recording nor a format"},
		{"results header.csv", "header.csv"},
		{"results cut.pitwall", "cut.pitwall: the recording is cut short"},
		{"results - < small.pitwall", "read from a file, not from a pipe"},
		{"results p3://10.0.0.5", "a live source is for the console"},
		{"results small.csv?feed=p9", "there is no such feed"},
		{"results small.csv --rules none.ini", "none.ini: No such file"},
	};
	(void)state;
	free(run_pitwall("convert small.csv -o small.pitwall;"
			 "head -c 5000 small.pitwall > cut.pitwall;"
			 "head -n 1 small.csv > header.csv; : > empty.csv;"
			 "head -c 1000 small.pitwall | tail -c 900 > noise.bin",
			 0));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		complains(cases[i].command, 1, cases[i].words);
}

/* ---- decisions ------------------------------------------------------- */

static void what_cannot_be_decided_is_a_warning_and_the_rest_applies(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"7,pardoned\n", "bad.csv:1: the kind must be start, stop"},
		{"99,time,5\n", "bad.csv:1: there is no car 99"},
		{"7,lap-deleted,2\n7,lap-deleted,3\n",
		 "bad.csv:2: car 7 has no lap 3: it has 2 laps"},
		{"7,behind,7\n", "bad.csv:1: car 7 cannot be placed behind itself"},
		{"~09,time,5\n", "bad.csv:1: there is no car ~09"},
	};
	(void)state;
	free(run_pitwall("convert small.csv -o small.pitwall", 0));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		write_text("bad.csv", cases[i].line);
		complains("results small.csv --decisions bad.csv", 0, cases[i].words);
		complains("results small.csv --decisions bad.csv --anomalies", 0,
			  cases[i].words);
		complains("convert small.csv --decisions bad.csv -o bad.pitwall", 0,
			  cases[i].words);
		complains("results bad.pitwall", 0, strchr(cases[i].words, ' ') + 1);
	}
	/* Without effect: not counted and not listed. */
	write_text("bad.csv", "7,lap-deleted,3\n7,pardoned\n9,disqualified\n");
	same_output("results small.csv",
		    "results small.csv --decisions bad.csv 2>/dev/null");
	same_output("events small.csv",
		    "events small.csv --decisions bad.csv 2>/dev/null");
	same_output("report small.csv",
		    "report small.csv --decisions bad.csv 2>/dev/null");
	write_text("bad.csv", "7,pardoned\n7,time,60,speeding\n");
	write_text("good.csv", "7,time,60,speeding\n");
	same_output("results small.csv --decisions good.csv",
		    "results small.csv --decisions bad.csv 2>/dev/null");
}

static void decisions_travel_with_a_recording(void **state)
{
	static const char text[] = "number,kind,value,reason,at\n# the stewards\n"
				   "5,time,60,\"short cut, twice\"\n"
				   "1,status,DNF,,@17:00:00\n"
				   "8,laps,-1,,2:00:00\n,note,,hello,3:00:00\n"
				   "5,time,5\n,undo,5\n";
	(void)state;
	write_text("stewards.csv", text);
	free(run_pitwall("convert --decisions stewards.csv -o decided.pitwall", 0));
	same_output("results --decisions stewards.csv", "results decided.pitwall");
	same_output("results --decisions stewards.csv --format json",
		    "results decided.pitwall --format json");
	same_output("results --at 2:30:00 --decisions stewards.csv",
		    "results --at 2:30:00 decided.pitwall");
	same_output("render --at end --screen classification --size 120x40 "
		    "--decisions stewards.csv",
		    "render --at end --screen classification --size 120x40 "
		    "decided.pitwall");
}

static void wrong_usage_is_a_sentence_and_exit_2(void **state)
{
	static const struct {
		const char *command, *words;
	} cases[] = {
		{"results --colour", "results has no option --colour"},
		{"results --colour", "`pitwall results --help`"},
		{"--colour", "`pitwall --help`"},
		{"results small.csv --format xml", "choose table, csv or json"},
		{"session", "session new [SOURCE] [-o FILE]"},
		{"session new -o race", "the name of a session file must end in .ini"},
		{"session new --circuit none", "no circuit is called \"none\""},
		{"session new --entries small.csv", "file with -o FILE.ini"},
		{"results small.csv --length soon", "is not a race length"},
		{"results small.csv --rules none", "no ruleset is called \"none\""},
		{"rules none", "no ruleset is called \"none\""},
		{"circuits none", "no circuit is called \"none\""},
		{"feeds small.csv", "feeds takes no name"},
		{"keys q", "keys takes no name"},
		{"results small.csv --at soon", "is not an instant"},
		{"results small.csv --at lap:9", "lap 9"},
		{"results small.csv --class GT9", "there are GT"},
		{"laps small.csv --car 8", "there is no such car"},
		{"convert small.csv", "-o FILE.pitwall"},
		{"convert small.csv -o x.txt", ".pitwall, .csv or .jsonl"},
		{"convert small.csv -o small.csv", "the output is the source"},
		{"render small.csv --size 10", "columns x rows"},
		{"render small.csv --screen none", "classes, timing"},
		{"render small.csv --theme none",
		 "none: there is no such theme; there are colour-blind, "},
		{"render small.csv --format bmp", "text, ansi, svg or png"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		complains(cases[i].command, 2, cases[i].words);
}

static void a_damaged_row_is_told_with_file_line_and_reason(void **state)
{
	char text[sizeof(small_race) + 8];
	(void)state;
	text_copy(text, sizeof(text), slice_of(small_race));
	memcpy(strstr(text, "1:42.500;;"), "1:x2.500;;", 10);
	write_text("damaged.csv", text);
	complains("results damaged.csv", 0, "damaged.csv: ");
	complains("results damaged.csv", 0, "line 4");
	complains("results damaged.csv --anomalies", 0, "damaged.csv: line 4: ");
	complains("results small.csv", 0, "");
	char *quiet = run_pitwall("results small.csv 2>&1 >/dev/null", 0);
	assert_string_equal(quiet, "");
	free(quiet);
}

static void more_cars_than_fit_are_told(void **state)
{
	size_t cap = sizeof(small_race) + 300 * 128;
	char *text = malloc(cap);
	(void)state;
	assert_non_null(text);
	size_t len = text_copy(text, cap, slice_of(small_race));
	for (int i = 0; i < 256; i++)
		len += text_format(text + len, cap - len,
				   "X%d;1;1;1:50.000;;30.000;50.000;30.000;140.0;"
				   "1:50.000;12:01:50.000;Cy;;GT;C;Z;GF;\n",
				   i);
	write_text("many.csv", text);
	free(text);
	complains("results many.csv", 0,
		  "cars: 256 at most; records of further cars are not used: 18");
}

static void a_bad_sidecar_is_told_and_the_race_is_read(void **state)
{
	(void)state;
	write_text("with.csv", small_race);
	write_text("with.json", "{\"date\":\"soon\"}");
	complains("results with.csv", 0, "with.json: \"date\" must be like");
	complains("results with.csv", 0, "the race is read without it");
	write_text("with.json", "{\"race\":{\"startedAt\":\"03:00:00\"}}");
	complains("results with.csv", 0,
		  "with.json says the start was at 03:00:00.000; the rows say "
		  "12:00:00.000");
	free(run_pitwall("feeds; truncate -s 20M with.json", 0));
	complains("results with.csv", 0, "with.json: larger than");
	char *text = run_pitwall("results with.csv 2>/dev/null", 0);
	says(text, "Winner  #7");
	free(text);
	write_text("with_weather.csv", "rain\n");
	complains("results with.csv", 0,
		  "with_weather.csv: this is not a weather file");
	free(run_pitwall("feeds; rm with_weather.csv", 0));
	write_text("with.json", "{\"name\":\"A Small Race\",\"date\":\"2024-06-15\"}");
	text = run_pitwall("results with.csv", 0);
	says(text, "A Small Race");
	free(text);
}

static void a_start_beside_rows_without_a_time_of_day_gives_them_one(void **state)
{
	struct table table;
	(void)state;
	write_text("bare.csv", "NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED\n"
			       "7;1;1:40.000;1:40.000\n7;2;1:41.000;3:21.000\n");
	write_text("bare.json", "{\"race\":{\"startedAt\":\"23:57:00.500\"}}");
	table_run("laps bare.csv --format csv", &table);
	assert_int_equal(table.count, 2);
	assert_true(slice_eq(table_field(&table, 0, "elapsed"), SLICE("0:01:40.000")));
	assert_true(
		slice_eq(table_field(&table, 0, "time_of_day"), SLICE("23:58:40.500")));
	assert_true(
		slice_eq(table_field(&table, 1, "time_of_day"), SLICE("00:00:21.500")));
	table_free(&table);
}

/* ---- output ---------------------------------------------------------- */

static void the_head_of_a_table_speaks_of_what_it_lists(void **state)
{
	static const struct {
		const char *command, *words;
	} cases[] = {
		{"results small.csv --session timed",
		 "small · Timed\nFastest #7 A, 1:41.000 on lap 2\n"},
		{"results small.csv --session timed --at start",
		 "No car has set a time.\n"},
		{"results small.csv --at lap:1", "Leader  #7 A, 1 lap in 0:01:40.000"},
		/* Half a minute after the last line anybody crossed. */
		{"results small.csv --at 0:02:33", "running at 0:02:33"},
		{"results --class lmp675",
		 "Winner  #13 Courage Competition, 197 laps in "},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *text = run_pitwall(cases[i].command, 0);
		says(text, cases[i].words);
		free(text);
	}
}

static void nothing_that_goes_to_a_pipe_has_an_escape(void **state)
{
	static const char *const commands[] = {
		"results small.csv",
		"laps small.csv",
		"render small.csv",
		"feeds",
		"rules",
		"rules imsa",
		"circuits",
		"circuits bugatti",
		"keys",
		"--help",
		"results --help",
		"--version",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		char *text = run_pitwall(commands[i], 0);
		assert_true(strlen(text) > 0);
		for (const char *p = text; *p != '\0'; p++)
			assert_true((unsigned char)*p >= ' ' || *p == '\n');
		free(text);
	}
}

static void one_ruleset_or_circuit_has_no_format(void **state)
{
	(void)state;
	complains("rules imsa --format json", 2, "--format is for the list");
	complains("circuits bugatti --format csv", 2, "--format is for the list");
	free(run_pitwall("rules imsa --format table", 0));
}

static void hostile_text_never_reaches_the_output(void **state)
{
	char text[sizeof(small_race) + 64];
	(void)state;
	text_copy(text, sizeof(text), slice_of(small_race));
	for (char *p = text; (p = strstr(p, "Ann")) != NULL;)
		memcpy(p, "\x1b[7", 3);
	write_text("hostile.csv", text);
	char *table = run_pitwall("results hostile.csv", 0);
	char *csv = run_pitwall("results hostile.csv --format csv", 0);
	char *json = run_pitwall("results hostile.csv --format json", 0);
	assert_null(strchr(table, '\x1b'));
	assert_null(strchr(csv, '\x1b'));
	assert_null(strchr(json, '\x1b'));
	free(table);
	free(csv);
	free(json);
}

/* However they lie against the room there is for them. */
static void long_names_are_cut_at_a_character(void **state)
{
	(void)state;
	for (int shift = 0; shift < 2; shift++) {
		char name[256] = "x", text[1600];
		size_t len = (size_t)shift;
		while (len < 120)
			len += text_format(name + len, sizeof(name) - len, "\xc3\xa9");
		text_format(text, sizeof(text),
			    "NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;DRIVER_NAME;CLASS;TEAM;"
			    "MANUFACTURER\n7;1;90.000;90.000;%s;%s;%s;%s\n",
			    name, name, name, name);
		write_text("long.csv", text);
		char *json = run_pitwall("results long.csv --format json", 0);
		json_error_t error;
		json_t *root = json_loads(json, 0, &error);
		if (root == NULL)
			fail_msg("%s", error.text);
		json_decref(root);
		free(json);
	}
}

static void output_that_cannot_be_written_is_exit_1(void **state)
{
	(void)state;
	if (access("/dev/full", W_OK) != 0) {
		print_message("# skipped: there is no /dev/full here\n");
		skip();
	}
	char *text = run_pitwall("results small.csv 2>&1 >/dev/full", 1);
	says(text, "the output could not be written");
	free(text);
	complains("convert small.csv -o no/such/x.csv", 1, "no/such/x.csv");
	complains("convert small.csv -o no/such/x.pitwall", 1, "no/such/x.pitwall");
}

static void a_closed_pipe_is_quiet(void **state)
{
	(void)state;
	char *text =
		run_pitwall("laps small.csv 2>err | head -c 1 >/dev/null; cat err", 0);
	assert_string_equal(text, "");
	free(text);
}

static void nothing_is_left_beside_what_was_written(void **state)
{
	(void)state;
	char *text = run_pitwall("convert small.csv -o left.pitwall;"
				 "\"$PITWALL_EXE\" convert small.csv -o left.csv;"
				 "\"$PITWALL_EXE\" results left.pitwall >/dev/null;"
				 "ls | grep -E 'part|-wal|-shm|-journal'; true",
				 0);
	assert_string_equal(text, "");
	free(text);
}

/* ---- instants
 * -----------------------------------------------------------------------------------
 */

static void every_form_of_when_names_the_same_instant(void **state)
{
	static const char *const forms[] = {"lap:1", "0:01:40", "@12:01:40"};
	(void)state;
	for (size_t i = 1; i < ARRAY_LEN(forms); i++) {
		char a[128], b[128];
		text_format(a, sizeof(a), "results small.csv --format csv --at %s",
			    forms[0]);
		text_format(b, sizeof(b), "results small.csv --format csv --at %s",
			    forms[i]);
		same_output(a, b);
	}
	same_output("results small.csv --format csv",
		    "results small.csv --format csv --at end");
	char *text = run_pitwall("results small.csv --at lap:1 --format csv", 0);
	says(text, "\n1,RUNNING,7,GT,1,1,0:01:40.000");
	free(text);
}

#define TEST(f_) cmocka_unit_test(f_)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_race_is_the_same_as_a_recording_and_as_csv_again),
		TEST(names_and_what_is_blank_come_back_from_a_lap_file),
		TEST(what_the_options_decided_travels_in_a_recording),
		TEST(a_recording_of_a_recording_is_the_same),
		TEST(events_are_one_json_object_a_line),
		TEST(json_reads_back_as_the_same_classification),
		TEST(a_pipe_is_read_like_a_file),
		TEST(what_cannot_be_read_is_one_sentence_and_exit_1),
		TEST(wrong_usage_is_a_sentence_and_exit_2),
		TEST(a_damaged_row_is_told_with_file_line_and_reason),
		TEST(more_cars_than_fit_are_told),
		TEST(what_cannot_be_decided_is_a_warning_and_the_rest_applies),
		TEST(decisions_travel_with_a_recording),
		TEST(a_bad_sidecar_is_told_and_the_race_is_read),
		TEST(a_start_beside_rows_without_a_time_of_day_gives_them_one),
		TEST(the_head_of_a_table_speaks_of_what_it_lists),
		TEST(nothing_that_goes_to_a_pipe_has_an_escape),
		TEST(one_ruleset_or_circuit_has_no_format),
		TEST(hostile_text_never_reaches_the_output),
		TEST(long_names_are_cut_at_a_character),
		TEST(output_that_cannot_be_written_is_exit_1),
		TEST(a_closed_pipe_is_quiet),
		TEST(nothing_is_left_beside_what_was_written),
		TEST(every_form_of_when_names_the_same_instant),
	};
	return cmocka_run_group_tests_name("the program", tests, enter, leave);
}
