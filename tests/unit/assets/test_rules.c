/*
 * test_rules.c -- rulesets: the shipped files, the index, lengths, and what is
 * refused with a sentence
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pitwall/shell.h"
#include "pitwall/assets.h"
#include "pitwall/csv.h"
#include "pitwall/inifile.h"

/* ---- lengths ---------------------------------------------------------------- */

static void lengths_are_read_as_a_person_writes_them(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		struct rules_length want;
	} rows[] = {
		{"6h", {.us = 6 * US_HOUR}},
		{"2h45m", {.us = 165 * US_MIN}},
		{"2h 45min", {.us = 165 * US_MIN}},
		{"100min", {.us = 100 * US_MIN}},
		{"90s", {.us = 90 * US_S}},
		{"1.5h", {.us = 90 * US_MIN}},
		{"1000km", {.mm = 1000000000}},
		{"1000 km", {.mm = 1000000000}},
		{"1003.2km", {.mm = 1003200000}},
		{"1000mi", {.mm = 1609344000}},
		{"240laps", {.laps = 240}},
		{"1lap", {.laps = 1}},
		{" 240laps , 6H ", {.laps = 240, .us = 6 * US_HOUR}},
		{"6h,1000km,240laps", {6 * US_HOUR, 1000000000, 240, 0}},
		{"168h", {.us = 168 * US_HOUR}},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rules_length length;
		struct err err;
		if (length_parse(slice_of(rows[i].text), &length, &err))
			fail_msg("%s", err.text);
		assert_int_equal(length.us, rows[i].want.us);
		assert_int_equal(length.mm, rows[i].want.mm);
		assert_int_equal(length.laps, rows[i].want.laps);
	}
}

static void what_is_no_length_is_told_so(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"",
		" ",
		",",
		"6",
		"h",
		"6x",
		"6h,",
		"6h,5h",
		"0h",
		"0laps",
		"-6h",
		"6h5km",
		"5laps3laps",
		"1.5laps",
		"169h",
		"100001laps",
		"99999999999999999999h",
		"1000km,500km",
		"6..5h",
		"h6",
		"6h\n7",
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rules_length length = {.laps = 4711};
		struct err err = {""};
		if (length_parse(slice_of(rows[i]), &length, &err) == 0)
			fail_msg("\"%s\" was read", rows[i]);
		assert_int_equal(length.laps, 4711);
		assert_non_null(strstr(err.text, "1000km"));
	}
}

/* ---- shipped files ---------------------------------------------------------- */

struct seen {
	unsigned count;
	char last[64];
};

static void shipped_file_parses(void *context, const char *name)
{
	struct seen *seen = context;
	struct rules rules;
	struct err err;
	if (rules_load(name, &rules, &err))
		fail_msg("%s", err.text);
	assert_string_equal(rules.name, name);
	assert_true(rules.title[0] != '\0');
	assert_true(strcmp(seen->last, name) < 0);
	text_copy(seen->last, sizeof(seen->last), slice_of(name));
	seen->count++;
}

static void every_shipped_ruleset_parses_under_its_own_name(void **state)
{
	(void)state;
	static const char *const wanted[] = {
		"plain",
		"le-mans-1000km-2003",
		"le-mans-24h",
		"le-mans-24h-2003",
		"le-mans-24h-2016",
		"le-mans-24h-2017",
		"le-mans-24h-2021",
		"le-mans-24h-2024",
		"wec",
		"elms",
		"imsa",
		"lmes-2004",
		"fia-gt-2003",
		"fia-sportscar-2003",
		"alms-2004",
		"petit-le-mans-1998",
		"fuji-1000km-1999",
		"gt-world-challenge",
		"british-gt",
		"24h-series",
		"nls",
		"nurburgring-24h",
		"asian-le-mans",
		"le-mans-cup",
	};
	struct seen seen = {0};
	struct err err;
	if (assets_list("rules", ".ini", shipped_file_parses, &seen, &err))
		fail_msg("%s", err.text);
	assert_int_equal(seen.count, ARRAY_LEN(wanted) - 1);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		struct rules rules;
		if (rules_load(wanted[i], &rules, &err))
			fail_msg("%s", err.text);
	}
}

/* Every value but the ruleset's own name and title has its source behind it. */
struct sourced {
	char key[64]; /* waits for its source; "" */
};

static int check_source(void *context, const struct ini_entry *entry, struct err *err)
{
	struct sourced *sourced = context;
	char wanted[80];
	text_format(wanted, sizeof(wanted), "%s-source", sourced->key);
	if (sourced->key[0] && strcmp(entry->key, wanted) != 0)
		return ini_bad(entry, err, "no source for \"%s\"", sourced->key);
	sourced->key[0] = '\0';
	bool source = strstr(entry->key, "-source") != NULL;
	if (source && strlen(entry->value) < 5)
		return ini_bad(entry, err, "this is no source");
	if (!source && strcmp(entry->key, "name") != 0 &&
	    strcmp(entry->key, "title") != 0)
		text_copy(sourced->key, sizeof(sourced->key), slice_of(entry->key));
	return 0;
}

static void shipped_file_names_sources(void *context, const char *name)
{
	(void)context;
	struct sourced sourced = {""};
	struct bytes bytes;
	struct err err;
	char asset[96];
	text_format(asset, sizeof(asset), "rules/%s.ini", name);
	assert_int_equal(asset_read(asset, &bytes, &err), 0);
	if (ini_walk(bytes.data, asset, check_source, &sourced, &err))
		fail_msg("%s", err.text);
	if (sourced.key[0])
		fail_msg("%s: no source for \"%s\"", name, sourced.key);
	bytes_free(&bytes);
}

static void every_shipped_value_says_where_it_is_from(void **state)
{
	(void)state;
	struct err err;
	if (assets_list("rules", ".ini", shipped_file_names_sources, NULL, &err))
		fail_msg("%s", err.text);
}

static void the_ruleset_of_2003_is_the_seeds_reading(void **state)
{
	(void)state;
	struct rules rules;
	struct err err;
	assert_int_equal(rules_load("le-mans-1000km-2003", &rules, &err), 0);
	assert_int_equal(rules.length_count, 1);
	assert_int_equal(rules.lengths[0].laps, 240);
	assert_int_equal(rules.lengths[0].us, 6 * US_HOUR);
	assert_int_equal(rules.fraction_pm, 750);
	assert_int_equal(rules.fraction_known, KNOWN_DISPUTED);
	assert_int_equal(rules.flag_known, KNOWN_NO);
	assert_int_equal(rules_threshold(&rules, 208), 156);
	assert_int_equal(rules.clock, CLOCK_TIME_OF_DAY);
	assert_int_equal(rules.clock_of_day, 12 * US_HOUR);
	assert_int_equal(rules.class_count, 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(rules.classes[i].invited, 1);
	assert_int_equal(rules_class_of(&rules, SLICE("LMGTP")), 0);
	assert_int_equal(rules_class_of(&rules, SLICE("GT")), 3);
	assert_string_equal(rules.invitation, "the 2004 24 Hours of Le Mans");
}

static void imsa_lists_by_laps_and_le_mans_wants_the_flag(void **state)
{
	(void)state;
	struct rules imsa, le_mans;
	struct err err;
	assert_int_equal(rules_load("imsa", &imsa, &err), 0);
	assert_int_equal(imsa.list, LIST_BY_LAPS);
	assert_int_equal(imsa.fraction_pm, 0);
	assert_int_equal(imsa.must_take_flag, 0);
	assert_int_equal(rules_load("le-mans-24h", &le_mans, &err), 0);
	assert_string_equal(le_mans.name, "le-mans-24h-2024");
	assert_int_equal(le_mans.fraction_pm, 700);
	assert_int_equal(le_mans.must_take_flag, 1);
	assert_int_equal(le_mans.flag_known, KNOWN_SOURCE);
	assert_int_equal(rules_load("le-mans-24h-2016", &le_mans, &err), 0);
	assert_int_equal(le_mans.flag_within, 6 * US_MIN);
}

/* ---- the default ------------------------------------------------------------ */

static void the_default_ruleset_is_found_by_class_length_and_year(void **state)
{
	(void)state;
	static const struct {
		const char *classes[6];
		duration_us length;
		int year;
		const char *want;
	} rows[] = {
		{{"LMP2", "HYPERCAR", "LMGT3"}, 24 * US_HOUR, 2024, "le-mans-24h-2024"},
		{{"LMP2", "HYPERCAR", "LMGT3"}, 24 * US_HOUR, 0, "le-mans-24h-2024"},
		{{"LMP2", "HYPERCAR", "LMGT3"}, 24 * US_HOUR, 2031, "le-mans-24h-2024"},
		/* Without a year the classes tell it. */
		{{"HYPERCAR", "LMP2", "LMGTE Pro", "LMGTE Am"},
		 24 * US_HOUR,
		 0,
		 "le-mans-24h-2021"},
		{{"HYPERCAR", "LMP2", "INNOVATIVE CAR", "LMGTE Am"},
		 24 * US_HOUR,
		 0,
		 "le-mans-24h-2021"},
		{{"LMP1", "LMP2", "LMGTE Pro", "LMGTE Am"},
		 24 * US_HOUR,
		 0,
		 "le-mans-24h-2017"},
		{{"LMP1", "LMP2", "LMGT1", "LMGT2"},
		 24 * US_HOUR,
		 0,
		 "le-mans-24h-2003"},
		/* No year has both: all years are possible. */
		{{"LMP900", "LMGT3"}, 24 * US_HOUR, 0, "le-mans-24h-2003"},
		{{"LMP2", "LMGTE Am", "HYPERCAR", "INNOVATIVE CAR"},
		 24 * US_HOUR,
		 2021,
		 "le-mans-24h-2021"},
		{{"LMP1", "LMP2"}, 24 * US_HOUR, 2019, "le-mans-24h-2017"},
		{{"LMP1", "LMP2"}, 24 * US_HOUR, 2016, "le-mans-24h-2016"},
		{{"LMP1", "LMP2"}, 24 * US_HOUR, 2011, "le-mans-24h-2003"},
		{{"LMP900", "GT"}, 24 * US_HOUR, 0, "le-mans-24h-2003"},
		{{"HYPERCAR", "LMGT3"}, 6 * US_HOUR, 2025, "wec"},
		{{"LMP1", "LMP2", "LMGTE Pro", "LMGTE Am"},
		 5 * US_HOUR + 45 * US_MIN,
		 2019,
		 "wec"},
		{{"hypercar"}, 0, 0, "wec"},
		{{"LMP2", "LMP3", "LMGT3"}, 4 * US_HOUR, 2024, "elms"},
		{{"LMP2", "LMP2 Pro/Am", "LMP3", "LMGTE"}, 4 * US_HOUR, 0, "elms"},
		{{"DPi", "LMP2", "LMP3", "GTLM", "GTD"}, 12 * US_HOUR, 2021, "imsa"},
		{{"LMP2", "GTP", "GTD PRO"}, 24 * US_HOUR, 2024, "imsa"},
		{{"GTDPRO"}, 160 * US_MIN, 2024, "imsa"},
		{{"LMP900", "LMP675", "GTS", "GT"},
		 6 * US_HOUR,
		 2003,
		 "le-mans-1000km-2003"},
		{{"LMP900", "LMP675", "GTS", "GT"},
		 6 * US_HOUR,
		 0,
		 "le-mans-1000km-2003"},
		{{"LMP1", "LMP2", "GTS", "GT"}, 6 * US_HOUR, 2004, "plain"},
		{{"GT3", "GT4"}, 3 * US_HOUR, 2020, "plain"},
		{{""}, 6 * US_HOUR, 2020, "plain"},
		{{NULL}, 0, 0, "plain"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned count = 0;
		while (count < 6 && rows[i].classes[count])
			count++;
		const char *name = rules_default(rows[i].classes, count, rows[i].length,
						 rows[i].year);
		if (strcmp(name, rows[i].want) != 0)
			fail_msg("row %zu: %s instead of %s", i, name, rows[i].want);
	}
}

/* A class that asks for a ruleset must be one of its classes. */
static void check_patterns(const struct rules *rules, struct slice patterns,
			   unsigned *known)
{
	while (patterns.at) {
		struct slice pattern = slice_cut(&patterns, ' ');
		if (pattern.len && pattern.at[pattern.len - 1] == '*')
			pattern.len--;
		for (unsigned i = 0; i < rules->class_count; i++)
			if (slice_starts(slice_of(rules->classes[i].name), pattern)) {
				++*known;
				break;
			}
	}
}

static void the_index_agrees_with_the_files(void **state)
{
	(void)state;
	struct bytes bytes;
	struct csv csv;
	struct csv_row row;
	struct err err;
	unsigned aliases = 0, defaults = 0, eras = 0, series = 0;
	assert_int_equal(asset_read("rules/index.csv", &bytes, &err), 0);
	csv_begin(&csv, bytes.data, "index.csv");
	assert_int_equal(csv_next(&csv, &row, &err), 1);
	assert_int_equal(csv_column(&row, "ruleset"), 2);
	assert_int_equal(csv_column(&row, "classes"), 7);
	while (csv_next(&csv, &row, &err) > 0) {
		char name[64];
		struct rules rules;
		bool era = slice_eq(csv_field(&row, 0), SLICE("era"));
		text_copy(name, sizeof(name), csv_field(&row, 2));
		assert_int_equal(era, name[0] == '\0');
		if (era) {
			eras++;
			continue;
		}
		if (rules_load(name, &rules, &err))
			fail_msg("%s", err.text);
		assert_string_equal(rules.name, name);
		if (slice_eq(csv_field(&row, 0), SLICE("alias"))) {
			aliases++;
			assert_true(slice_starts(slice_of(name), csv_field(&row, 1)));
			continue;
		}
		if (slice_eq(csv_field(&row, 0), SLICE("series"))) {
			series++;
			assert_true(csv_field(&row, 1).len > 0);
			continue;
		}
		assert_true(slice_eq(csv_field(&row, 0), SLICE("default")));
		unsigned known = 0;
		check_patterns(&rules, csv_field(&row, 7), &known);
		if (known == 0)
			fail_msg("%s: line %u asks for it by no class it has", name,
				 row.line);
		defaults++;
	}
	bytes_free(&bytes);
	assert_true(aliases >= 1 && defaults >= 5 && eras >= 5 && series >= 7);
}

static void a_series_is_found_by_its_name(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"NLS 3 2026", "nls"},
		{"2026_nls_6", "nls"},
		{"ADAC TotalEnergies 24h Nurburgring - Race", "nurburgring-24h"},
		{"British GT Silverstone 500", "british-gt"},
		{"24H SERIES Dubai", "24h-series"},
		{"CrowdStrike 24 Hours of Spa", "gt-world-challenge"},
		{"Asian Le Mans Series - 4 Hours of Sepang", "asian-le-mans"},
		{"Michelin Le Mans Cup Portimao", "le-mans-cup"},
		{"24 Hours of Le Mans", NULL},
		{"Tunnls of time", NULL},
		{"", NULL},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *found = rules_series(&rows[i].text, 1);
		if (!rows[i].want)
			assert_null(found);
		else if (!found || strcmp(found, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].text, found ? found : "none");
	}
}

/* ---- what is refused -------------------------------------------------------- */

static void a_bad_ruleset_is_told_so_with_file_and_line(void **state)
{
	(void)state;
	static char long_line[300];
	memset(long_line, 'x', sizeof(long_line) - 1);
	memcpy(long_line, "\ntitle = ", 9);
	const struct {
		const char *text, *says;
	} rows[] = {
		{"[ruleset]\nname = x\nnonsense = 1\n",
		 "x.ini, line 3: [ruleset] has no key"},
		{"[nothing]\nname = x\n", "line 2: [nothing] has no key"},
		{"name = x\n", "line 1: [] has no key"},
		{"[ruleset]\nname = A b\n", "line 2: a ruleset's name"},
		{"[ruleset]\nname = x\n  title = y\n", "line 3: begins with a blank"},
		{"[ruleset]\nname = x\ntitle = y ; z\n",
		 "line 3: \" ;\" begins a comment"},
		{"[ruleset]\nname\n", "line 2: neither"},
		{"[ruleset\nname = x\n", "line 1: neither"},
		{"[ruleset]\ntitle = x\n", "no \"name\""},
		{"", "no \"name\""},
		{"[length]\nlength = 6\n", "line 2: \"6\" is not a race length"},
		{"[classification]\nfraction = 70\n", "line 2: \"70\" is no fraction"},
		{"[classification]\nfraction = 101%\n", "no fraction"},
		{"[classification]\nfraction = 0%\n", "no fraction"},
		{"[classification]\nfraction = 66.65%\n", "no fraction"},
		{"[classification]\nfraction = 70%\nfraction = 75%\n",
		 "line 3: fraction occurs twice"},
		{"[classification]\nround = up\n", "say floor, ceil or nearest"},
		{"[classification]\nof = winner\n", "say race winner or class winner"},
		{"[classification]\nmust-take-flag = maybe\n", "say yes or no"},
		{"[classification]\nflag-within = 6\n", "no time"},
		{"[classification]\nflag-within = 6km\n", "no time"},
		{"[classification]\nclock = 25:00:00\n", "no start of the clock"},
		{"[classification]\nclock = 12:00\n", "no start of the clock"},
		{"[class ]\nmatches = x\n", "write [class NAME]"},
		{"[class A]\ninvited = 101\n", "no number of cars"},
		{"[class A]\ncolour = 0\n", "no class colour"},
		{"[class A]\ncolour = 7\n", "no class colour"},
		{"[class A]\ncolour = red\n", "no class colour"},
		{"[class A]\ninvited = 1\n[class B]\ninvited = 1\n[class A]\ninvited = "
		 "1\n",
		 "line 6: class A occurs twice"},
		{"[class ABCDEFGHIJKLMNOPQ]\ninvited = 1\n", "write [class NAME]"},
		{long_line, "line 2: a line of 298 bytes: at most 195"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rules rules;
		struct err err = {""};
		if (rules_parse(slice_of(rows[i].text), "x.ini", &rules, &err) !=
		    -EINVAL)
			fail_msg("row %zu was read", i);
		if (!strstr(err.text, rows[i].says) || !strstr(err.text, "x.ini"))
			fail_msg("row %zu: %s", i, err.text);
	}
	struct rules rules;
	struct err err;
	assert_int_equal(rules_parse((struct slice){"[ruleset]\nna\0me = x\n", 20}, "x",
				     &rules, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "zero byte"));
}

static void names_that_are_no_rulesets_are_told_so(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"nascar",  "",
		"IMSA!",   "..",
		".hidden", "a-name-much-longer-than-any-ruleset-will-ever-have"};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rules rules;
		struct err err = {""};
		assert_int_equal(rules_load(rows[i], &rules, &err), -ENOENT);
		assert_non_null(strstr(err.text, "pitwall rules"));
	}
	struct rules rules;
	struct err err = {""};
	assert_int_equal(rules_load("./not/there.ini", &rules, &err), -ENOENT);
	assert_non_null(strstr(err.text, "not/there.ini"));
}

static void a_last_line_without_newline_and_crlf_are_read(void **state)
{
	(void)state;
	struct rules rules;
	struct err err;
	assert_int_equal(rules_parse(SLICE("[ruleset]\r\nname = x\r\n[class GT*]\r\n"
					   "matches = GT3 GT4"),
				     "x", &rules, &err),
			 0);
	assert_int_equal(rules.class_count, 1);
	assert_string_equal(rules.classes[0].matches, "GT3 GT4");
	assert_string_equal(rules.title, "x");
}

static const char drivers_text[] = "[ruleset]\nname = x\n[class LMP2]\nmatches = LMP2\n"
				   "[class GTE Am]\nmatches = *Am\n"
				   "[drivers]\nmaximum = 14h\n"
				   "maximum-source = memory: so it was\n"
				   "within = 4h in 6h\n"
				   "[drivers 6h]\nmaximum = 4h30min\n"
				   "[drivers GTE Am]\nminimum = 45min\n"
				   "[drivers 6h GTE Am]\nminimum = 1h15min\n"
				   "minimum-source = a page\n";

static void drivers_have_the_limits_of_their_class_and_length(void **state)
{
	(void)state;
	static const struct {
		duration_us length;
		const char *class_name;
		duration_us maximum, minimum;
		enum rules_known known;
	} rows[] = {
		{24 * US_HOUR, "LMP2", 14 * US_HOUR, 0, KNOWN_MEMORY},
		{0, "LMP2", 14 * US_HOUR, 0, KNOWN_MEMORY},
		{6 * US_HOUR, "LMP2", 270 * US_MIN, 0, KNOWN_SOURCE},
		{6 * US_HOUR, "GTE Am", 0, 75 * US_MIN, KNOWN_SOURCE},
		{8 * US_HOUR, "GTE Am", 0, 45 * US_MIN, KNOWN_SOURCE},
		{6 * US_HOUR, "GT3", 270 * US_MIN, 0, KNOWN_SOURCE},
	};
	struct rules rules;
	struct err err;
	if (rules_parse(slice_of(drivers_text), "x", &rules, &err))
		fail_msg("%s", err.text);
	assert_int_equal(rules.driving_count, 4);
	assert_int_equal(rules.driving[0].within, 4 * US_HOUR);
	assert_int_equal(rules.driving[0].window, 6 * US_HOUR);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct rules_driving *driving = rules_driving_of(
			&rules, rows[i].length, slice_of(rows[i].class_name));
		assert_non_null(driving);
		assert_int_equal(driving->maximum, rows[i].maximum);
		assert_int_equal(driving->minimum, rows[i].minimum);
		assert_int_equal(driving->known, rows[i].known);
	}
	assert_int_equal(rules_parse(SLICE("[ruleset]\nname = x\n"), "x", &rules, &err),
			 0);
	assert_null(rules_driving_of(&rules, 0, SLICE("LMP2")));
}

static void bad_limits_of_drivers_are_told_so(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"[drivers GT]\nmaximum = 14h\n", "class defined above"},
		{"[drivers]\nmaximum = 14\n", "no time"},
		{"[drivers]\nmaximum = 1000km\n", "no time"},
		{"[drivers]\nwithin = 4h\n", "4h in 6h"},
		{"[drivers]\nwithin = 7h in 6h\n", "more than there is"},
		{"[drivers]\nmaximum = 14h\n[drivers 6h]\nmaximum = 4h\n"
		 "[drivers]\nminimum = 1h\n",
		 "twice"},
		{"[drivers]\nlongest = 4h\n", "no key"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[256];
		struct rules rules;
		struct err err = {""};
		text_format(text, sizeof(text), "[ruleset]\nname = x\n%s",
			    rows[i].text);
		assert_int_equal(rules_parse(slice_of(text), "x.ini", &rules, &err),
				 -EINVAL);
		if (strstr(err.text, rows[i].says) == NULL ||
		    strstr(err.text, "x.ini") == NULL)
			fail_msg("row %zu: %s", i, err.text);
	}
}

static void the_24_hours_have_four_in_six_and_fourteen(void **state)
{
	(void)state;
	struct rules rules;
	struct err err;
	const struct rules_driving *driving;
	assert_int_equal(rules_load("le-mans-24h", &rules, &err), 0);
	driving = rules_driving_of(&rules, 24 * US_HOUR, SLICE("HYPERCAR"));
	assert_non_null(driving);
	assert_int_equal(driving->maximum, 14 * US_HOUR);
	assert_int_equal(driving->within, 4 * US_HOUR);
	assert_int_equal(driving->window, 6 * US_HOUR);
	assert_int_equal(rules_load("le-mans-24h-2017", &rules, &err), 0);
	driving = rules_driving_of(&rules, 24 * US_HOUR, SLICE("LMGTE Am"));
	assert_int_equal(driving->minimum, 6 * US_HOUR);
	driving = rules_driving_of(&rules, 24 * US_HOUR, SLICE("LMGTE Pro"));
	assert_int_equal(driving->minimum, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_are_read_as_a_person_writes_them),
		cmocka_unit_test(what_is_no_length_is_told_so),
		cmocka_unit_test(every_shipped_ruleset_parses_under_its_own_name),
		cmocka_unit_test(every_shipped_value_says_where_it_is_from),
		cmocka_unit_test(the_ruleset_of_2003_is_the_seeds_reading),
		cmocka_unit_test(imsa_lists_by_laps_and_le_mans_wants_the_flag),
		cmocka_unit_test(the_default_ruleset_is_found_by_class_length_and_year),
		cmocka_unit_test(the_index_agrees_with_the_files),
		cmocka_unit_test(a_series_is_found_by_its_name),
		cmocka_unit_test(a_bad_ruleset_is_told_so_with_file_and_line),
		cmocka_unit_test(names_that_are_no_rulesets_are_told_so),
		cmocka_unit_test(drivers_have_the_limits_of_their_class_and_length),
		cmocka_unit_test(bad_limits_of_drivers_are_told_so),
		cmocka_unit_test(the_24_hours_have_four_in_six_and_fourteen),
		cmocka_unit_test(a_last_line_without_newline_and_crlf_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
