/*
 * test_points_file.c -- files of points: those of the program, and what is refused
 */
#include "season_fixture.h"

#include <stdio.h>
#include <string.h>

/* ---- the files of the program ---------------------------------------------------------- */

struct sourced {
	char section[96], key[64]; /* the value that waits for its source; "" none */
	unsigned values;
};

static bool needs_source(const struct ini_entry *entry)
{
	return strcmp(entry->section, "points") != 0 &&
	       strcmp(entry->value, "not established") != 0;
}

static int source_line(void *context, const struct ini_entry *entry, struct err *err)
{
	struct sourced *sourced = context;
	size_t len = strlen(entry->key);
	bool source = len > 7 && strcmp(entry->key + len - 7, "-source") == 0;
	(void)err;
	if (source) {
		if (sourced->key[0] &&
		    (strncmp(entry->key, sourced->key, len - 7) != 0 ||
		     strlen(sourced->key) != len - 7))
			fail_msg("%s, line %u: %s behind %s", entry->where, entry->line,
				 entry->key, sourced->key);
		sourced->key[0] = '\0';
		return 0;
	}
	if (sourced->key[0])
		fail_msg("%s: \"%s\" of [%s] has no source", entry->where, sourced->key,
			 sourced->section);
	if (needs_source(entry)) {
		snprintf(sourced->section, sizeof(sourced->section), "%s",
			 entry->section);
		snprintf(sourced->key, sizeof(sourced->key), "%s", entry->key);
		sourced->values++;
	}
	return 0;
}

static void shipped_file(void *context, const char *name)
{
	struct points_rules rules;
	struct bytes bytes;
	struct err err;
	char asset[96];
	unsigned *count = context;
	if (points_rules_load(name, &rules, &err))
		fail_msg("%s", err.text);
	assert_string_equal(rules.name, name);
	snprintf(asset, sizeof(asset), "rules/points/%s.ini", name);
	assert_int_equal(asset_read(asset, &bytes, &err), 0);
	struct sourced sourced = {.values = 0};
	assert_int_equal(ini_walk(bytes.data, asset, source_line, &sourced, &err), 0);
	assert_string_equal(sourced.key, "");
	assert_in_range(sourced.values, 3, 200);
	bytes_free(&bytes);
	(*count)++;
}

static void each_value_of_the_files_has_a_source(void **state)
{
	(void)state;
	unsigned count = 0;
	struct err err;
	assert_int_equal(
		assets_list("rules/points", ".ini", shipped_file, &count, &err), 0);
	assert_int_equal(count, 18);
}

static void the_source_says_how_sure_a_value_is(void **state)
{
	(void)state;
	static const struct {
		const char *source;
		uint8_t known;
	} rows[] = {
		{"https://www.fiawec.com/en/points/70", KNOWN_SOURCE},
		{"memory: of a reader", KNOWN_MEMORY},
		{"derived: twice the other", KNOWN_MEMORY},
		{"disputed: 1 or 2", KNOWN_DISPUTED},
		{"not established", KNOWN_NO},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[512];
		snprintf(text, sizeof(text),
			 "[points]\nname = n\n[scale s]\nfor = any\npoints = 2 1\n"
			 "points-source = %s\nbeyond = 0.5\nbeyond-source = "
			 "%s\n[pole]\npoints = 1\n"
			 "points-source = %s\nto = drivers\n[title drivers]\nplaces = "
			 "class\n"
			 "places-source = %s\n[title teams]\nplaces = class\n",
			 rows[i].source, rows[i].source, rows[i].source,
			 rows[i].source);
		struct points_rules rules;
		struct err err;
		if (points_rules_parse(slice_of(text), "t", &rules, &err))
			fail_msg("%s", err.text);
		assert_int_equal(rules.scales[0].known, rows[i].known);
		assert_int_equal(rules.scales[0].beyond_known, rows[i].known);
		assert_int_equal(rules.known[POINTS_POLE], rows[i].known);
		assert_int_equal(rules.titles[0].known, rows[i].known);
		assert_int_equal(rules.titles[1].known, KNOWN_SOURCE);
		assert_int_equal(rules.said[POINTS_POLE], SAID);
		assert_int_equal(rules.said[POINTS_TIES], SAID_NOTHING);
	}
}

/* ---- refused ----------------------------------------------------------------------------- */

static const char sound[] =
	"[points]\nname = n\n[scale race]\nfor = any\npoints = 3 2 1\n"
	"[title drivers]\nplaces = class\n";

static const struct {
	const char *more, *sentence;
} wrong[] = {
	{"[race]\ncolour = red\n", "rules, line 9: [race] has no key \"colour\""},
	{"[nothing]\nkey = 1\n", "rules, line 9: [nothing] has no key \"key\""},
	{"[scale]\npoints = 1\n", "rules, line 9: [scale]: write a name"},
	{"[race]\nguests = welcome\n", "rules, line 9: \"guests = welcome\": "
				       "write invisible, count or score"},
	{"[race]\nguests = score\nguests = count\n", "line 10: guests occurs twice"},
	{"[race]\nguests = score\n[pole]\npoints = 1\nto = "
	 "teams\n[race]\nguests = "
	 "count\n",
	 "line 14: guests occurs twice"},
	{"[title drivers]\nplaces = class\n", "line 9: places occurs twice"},
	{"[title teams]\nplaces = class\n[title makes]\nplaces = class\n[title "
	 "teams]\ncars = 1\n",
	 "line 13: [title teams] occurs twice"},
	{"[race]\nclassified = 75%\n",
	 "write as the race, all, 70% of the race winner"},
	{"[race]\nclassified = 170% of the race winner\n", "write as the race, all"},
	{"[race]\nclassified = 70% of the second\n", "write as the race, all"},
	{"[race]\nclassified = all\nmust-take-flag = yes\n",
	 "line 10: \"must-take-flag\" belongs to a share of the distance"},
	{"[race]\nmust-take-flag = yes\n",
	 "line 9: \"must-take-flag\" without \"classified\""},
	{"[race]\nstart = many\n", "\"many\" is not a number of points"},
	{"[race]\nfastest-lap = 1\n",
	 "line 9: points for the fastest lap without \"fastest-lap-to\""},
	{"[pole]\npoints = 1\n", "line 9: points for pole without \"to\""},
	{"[pole]\nto = drivers\n", "line 9: \"to\" of [pole] without \"points\""},
	{"[pole]\npoints = 1\nto = everyone\n", "\"everyone\": write who gets"},
	{"[pole]\npoints = 1\nto = drivers qualifier\n",
	 "line 10: \"drivers qualifier\": all drivers of the car, or only the "
	 "one"},
	{"[qualifying]\npoints = 3 2 1\n",
	 "line 9: points for qualifying without \"to\""},
	{"[qualifying]\npoints = 1 2 3\nto = teams\n",
	 "line 9: 2: a place has more points than the place ahead"},
	{"[qualifying]\nto = teams\n",
	 "line 9: \"to\" of [qualifying] without \"points\""},
	{"[scale other]\npoints = 25 x\n", "line 9: \"x\" is not a number of points"},
	{"[scale other]\npoints = 25 18 then\n", "write \"then 2\""},
	{"[scale other]\npoints = then 2\n", "write \"then 2\""},
	{"[scale other]\npoints = 25 then 5 to 1\n", "write \"then 2\""},
	{"[scale other]\npoints = 25 then 2\nbeyond = 1\n",
	 "line 10: \"beyond\" and \"then\" both say"},
	{"[scale other]\nbeyond = 1\npoints = 25 then 2\n", "without \"beyond\""},
	{"[scale other]\nfor = 6h\npoints = 1\n",
	 "line 9: two scales are for races of one length"},
	{"[scale other]\nfor = 6h\n", "line 9: a scale without \"points\""},
	{"[scale other]\nfor = sometimes\n", "write the lengths of the races"},
	{"[scale other]\nfor = 6h to 4h\n", "write the lengths of the races"},
	{"[scale other]\nfor = 1000km\n", "write the lengths of the races"},
	{"[half points]\nbelow = half\n", "\"half\": write the share of the race"},
	{"[half points]\nnone-to-laps = 2\n",
	 "line 9: \"none-to-laps\" without \"below\""},
	{"[half points]\nof = distance\n", "line 9: \"of\" without \"below\""},
	{"[half points]\nbelow = 75%\nof = luck\n", "write time or distance"},
	{"[small class]\nbelow-cars = 6\n", "line 9: a small class without \"scale\""},
	{"[small class]\nscale = race\n", "line 9: the scale of a small class without"},
	{"[small class]\nbelow-cars = 6\nscale = tiny\n",
	 "line 10: the scale of a small class has no [scale NAME] section"},
	{"[small class]\nbelow-cars = 0\nscale = race\n", "write a number from 1"},
	{"[driver]\nminimum = some\n", "write the time at the wheel"},
	{"[driver]\nminimum = 100km\n", "write the time at the wheel"},
	{"[driver]\ntwo-cars = none\n", "write best or both"},
	{"[drops]\ndrop = few\n", "write a number from 0"},
	{"[drops]\ndrop = all but 0\n", "write a number from 1"},
	{"[drops]\nof = held\n", "line 9: \"of\" without \"drop\""},
	{"[ties]\nby = coin\n", "write nothing or places"},
	{"[title cup]\nplaces = class\n", "line 9: a title without \"kind\""},
	{"[title teams]\nkind = dogs\n", "write drivers, teams or makes"},
	{"[title teams]\nplaces = grid\n", "write class, overall or title"},
	{"[title makes]\nplaces = class\nof = car\n",
	 "line 9: \"of = car\" is for titles of teams"},
	{"[title teams]\nplaces = class\nof = car\ncars = 2\n",
	 "line 9: each car has its own points"},
	{"[title teams]\nplaces = class\nprivates = score\n",
	 "line 9: \"privates\" is for titles of makes"},
	{"[title drivers two]\nplaces = class\ncars = 2\n",
	 "line 9: \"cars\" is for titles of teams and makes"},
	{"[title drivers two]\nplaces = title\n", "line 9: \"places = title\" needs"},
	{"[title makes]\nplaces = title\ncars = all\n",
	 "line 9: \"places = title\" needs"},
	{"[title teams]\nplaces = class\nclasses = GT, GT\n",
	 "line 10: class GT occurs twice"},
	{"[title teams]\nplaces = class\nclasses = GT,,LMP2\n",
	 "line 10: \"\" is not the name of a class"},
	{"[title teams]\nplaces = class\nyears = 2025-2024\n",
	 "write a year, or years"},
	{"[title teams]\nplaces = class\nyears = -\n", "write a year, or years"},
	{"[title teams cup]\nplaces = class\ncup = Cup\n",
	 "line 9: a title of a cup that no [segments ...] section gives "
	 "points"},
	{"[segments Spa]\nat = 6h\npoints = 1\ncup = Cup\n",
	 "line 9: segments of a cup without a title"},
	{"[segments Spa]\npoints = 1\n", "line 9: segments without \"at\""},
	{"[segments Spa]\nat = 6h 12h\n", "line 9: segments without \"points\""},
	{"[segments Spa]\nat = 12h 6h\npoints = 1\n", "write the segments in order"},
	{"[segments Spa]\nat = noon\npoints = 1\n", "write instants of the race"},
	{"[exception Daytona]\nclasses = A234567890123456\n",
	 "is not the name of a class: at most 15 bytes"},
	{"[exception Daytona]\nround = Daytona\nround = Sebring\n",
	 "line 10: round occurs twice"},
	{"[invitation GT]\nclass = GT\n", "line 9: an invitation without \"first\""},
	{"[invitation GT]\nfirst = 1\nby = race\nevery-round = yes\n",
	 "line 9: invited by the race or for every round"},
	{"[invitation GT]\nfirst = 1\nof = makes\n",
	 "line 9: invited by standings that no title has"},
	{"[invitation GT]\nfirst = none\n", "write a number from 1"},
};

static void what_is_wrong_is_refused_with_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		char text[1024];
		struct points_rules rules;
		struct err err = {.text = ""};
		snprintf(text, sizeof(text), "%s%s", sound, wrong[i].more);
		memset(&rules, 0x5a, sizeof(rules));
		struct points_rules before = rules;
		int failed = points_rules_parse(slice_of(text), "rules", &rules, &err);
		if (!failed || !strstr(err.text, wrong[i].sentence))
			fail_msg("%s: \"%s\"", wrong[i].more, err.text);
		assert_memory_equal(&rules, &before, sizeof(rules));
	}
	struct points_rules rules;
	assert_int_equal(points_rules_parse(slice_of(sound), "rules", &rules, NULL), 0);
}

static void a_file_without_what_it_needs_is_refused(void **state)
{
	(void)state;
	struct points_rules rules;
	struct err err;
	assert_int_not_equal(points_rules_parse(SLICE(""), "rules", &rules, &err), 0);
	assert_string_equal(err.text,
			    "rules: no \"name\" in [points]: not a file of points");
	assert_int_not_equal(
		points_rules_parse(SLICE("[points]\nname = n\n[title drivers]\n"
					 "places = class\n"),
				   "rules", &rules, &err),
		0);
	assert_string_equal(err.text,
			    "rules, line 4: a title without a [scale NAME] section: "
			    "write the points of the places");
	assert_int_not_equal(points_rules_load("no-such-series", &rules, &err), 0);
	assert_non_null(
		strstr(err.text, "no rules of points are called \"no-such-series\""));
	assert_int_not_equal(points_rules_load("No Such", &rules, &err), 0);
}

/* The text between .Bd and .Ed of the page is a file. */
static void the_example_of_the_manual_is_read(void **state)
{
	(void)state;
	struct bytes bytes;
	struct points_rules rules;
	struct err err;
	char text[2048];
	if (asset_read("man/pitwall-points.5", &bytes, &err))
		fail_msg("%s", err.text);
	struct slice rest = bytes.data;
	size_t n = 0;
	bool on = false;
	while (rest.len > 0) {
		struct slice line = slice_cut(&rest, '\n');
		if (slice_starts(line, SLICE(".Ed")))
			break;
		if (on)
			n += text_format(text + n, sizeof(text) - n, "%.*s\n",
					 (int)line.len, line.at);
		on |= slice_starts(line, SLICE(".Bd"));
	}
	bytes_free(&bytes);
	if (points_rules_parse(slice_of(text), "example", &rules, &err))
		fail_msg("%s", err.text);
	assert_int_equal(rules.title_count, 2);
	assert_int_equal(rules.drop, 1);
}

/* ---- changed by a season ------------------------------------------------------------------- */

static void a_season_changes_rules_and_leaves_the_others(void **state)
{
	(void)state;
	struct season *season = season_by("wec-2022", 2024);
	struct points_rules before = season->rules;
	season_change(season, "[season]\nname = x\n");
	assert_memory_equal(&season->rules, &before, sizeof(before));
	season_change(season, "[points pole]\npoints = 2\n"
			      "[points scale 6h]\npoints = 30 20\n"
			      "[points title makes 2024]\nplaces = title\n"
			      "[points title new]\nkind = teams\nplaces = class\n");
	assert_int_equal(season->rules.pole, P(2));
	assert_int_equal(season->rules.pole_to, before.pole_to);
	assert_int_equal(season->rules.scales[0].count, 2);
	assert_int_equal(season->rules.scales[0].from, 4 * US_HOUR);
	assert_int_equal(season->rules.title_count, before.title_count + 1);
	season_class(season, SLICE("HYPERCAR"));
	assert_string_equal(refusal_of(season, "drivers", "HYPERCAR"), "");
	assert_string_equal(refusal_of(season, "makes 2024", "HYPERCAR"), "");
}

static void a_change_that_contradicts_the_rules_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *section, *key, *value, *sentence;
	} rows[] = {
		{"points scale 6h", "for", "6h to 10h", "two scales are for races"},
		{"points title drivers", "of", "car",
		 "\"of = car\" is for titles of teams"},
		{"points pole", "colour", "red",
		 "season.ini, line 7: [pole] has no key"},
		{"points race", "classified", "all", "\"must-take-flag\" belongs"},
		{"points scale 6h", "points", "1 2", "a place has more points"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by("wec-2022", 2024);
		struct points_rules before = season->rules;
		struct ini_entry entry = {"season.ini", 7, rows[i].section, rows[i].key,
					  rows[i].value};
		struct ini_lines lines = {&entry, 1};
		struct err err = {.text = ""};
		int failed = points_rules_change(&lines, &season->rules, &err);
		if (!failed || !strstr(err.text, rows[i].sentence))
			fail_msg("%s: \"%s\"", rows[i].section, err.text);
		assert_memory_equal(&season->rules, &before, sizeof(before));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_of_the_files_has_a_source),
		cmocka_unit_test(the_source_says_how_sure_a_value_is),
		cmocka_unit_test(what_is_wrong_is_refused_with_a_sentence),
		cmocka_unit_test(a_file_without_what_it_needs_is_refused),
		cmocka_unit_test(the_example_of_the_manual_is_read),
		cmocka_unit_test(a_season_changes_rules_and_leaves_the_others),
		cmocka_unit_test(a_change_that_contradicts_the_rules_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
