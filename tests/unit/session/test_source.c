/*
 * test_source.c -- a SOURCE as a person writes it
 */
#include "fixture.h"

#include <errno.h>

static void paths_and_urls_are_split(void **state)
{
	static const struct {
		const char *text;
		bool literal;
		const char *path, *feed, *session;
	} cases[] = {
		{"race.csv", false, "race.csv", "", ""},
		{"-", false, "-", "", ""},
		{"-?feed=alkamel", false, "-", "alkamel", ""},
		{"race.csv?feed=alkamel&session=Race%201", false, "race.csv", "alkamel",
		 "Race 1"},
		{"what?.csv", true, "what?.csv", "", ""},
		{"file:/races/a.csv", false, "/races/a.csv", "", ""},
		{"file:///races/a%20b.csv?feed=beacon", false, "/races/a b.csv",
		 "beacon", ""},
		{"file://localhost/races/a.csv", false, "/races/a.csv", "", ""},
		{"100%20.csv", false, "100%20.csv", "", ""},
		{"file:/dev/ttyUSB0?feed=p3", false, "/dev/ttyUSB0", "p3", ""},
		{"12:30.csv", false, "12:30.csv", "", ""},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct source_spec spec;
		struct err err = {""};
		int rc = source_parse(cases[i].text, cases[i].literal, &spec, &err);
		if (rc != 0)
			fail_msg("%s: %s", cases[i].text, err.text);
		assert_string_equal(spec.path, cases[i].path);
		assert_string_equal(spec.feed, cases[i].feed);
		assert_string_equal(spec.session, cases[i].session);
	}
}

static void what_cannot_be_read_is_a_sentence(void **state)
{
	static const struct {
		const char *text;
		int code;
		const char *words;
	} cases[] = {
		{"p3://10.0.0.5", -ENOTSUP, "a live source is for the console"},
		{"beacon+udp://[::1]:7575", -ENOTSUP, "pitwall record"},
		{"http://example.org/race.csv", -ENOTSUP,
		 "http://example.org/race.csv"},
		{"race.csv?format=x", -EINVAL, "?format: a source takes ?feed=NAME"},
		{"race.csv?feed=", -EINVAL, "needs a name"},
		{"", -EINVAL, "source is empty"},
		{"?feed=alkamel", -EINVAL, "source is empty"},
		{"file://host/path", -EINVAL, "file:///path/to/race.csv"},
		{"file:/a%00b", -ENAMETOOLONG, "longer than"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct source_spec spec = {.path = "untouched"};
		struct err err = {""};
		assert_int_equal(source_parse(cases[i].text, false, &spec, &err),
				 cases[i].code);
		assert_says(err.text, cases[i].words);
		assert_string_equal(spec.path, "untouched");
	}
}

static void the_stem_of_a_lap_file_names_its_sidecars(void **state)
{
	static const struct {
		const char *path, *stem;
	} cases[] = {
		{"a/imsa_2021_sebring_laps.csv", "a/imsa_2021_sebring"},
		{"wec_2024_le_mans_24h.csv", "wec_2024_le_mans_24h"},
		{"a.b/race", "a.b/race"},
		{".hidden", ".hidden"},
		{"_laps.csv", "_laps"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char stem[64];
		source_stem(cases[i].path, stem, sizeof(stem));
		assert_string_equal(stem, cases[i].stem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_and_urls_are_split),
		cmocka_unit_test(what_cannot_be_read_is_a_sentence),
		cmocka_unit_test(the_stem_of_a_lap_file_names_its_sidecars),
	};
	return cmocka_run_group_tests_name("sources", tests, NULL, NULL);
}
