/*
 * test_circuit_find.c -- which circuit a name means, and which names mean none
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "pitwall/assets.h"

static struct bytes circuit_index;

static int index_is_read(void **state)
{
	struct err err;
	(void)state;
	return asset_read("circuits/index.csv", &circuit_index, &err);
}

static int index_is_freed(void **state)
{
	(void)state;
	bytes_free(&circuit_index);
	return 0;
}

static struct circuit_match found_in(const char *text, int year)
{
	struct circuit_match match;
	circuit_find(circuit_index.data, slice_of(text), year, &match);
	return match;
}

struct named {
	const char *text;
	int year;
	const char *circuit;
};

static void a_name_means_its_circuit(void **state)
{
	static const struct named names[] = {
		{"24 Hours of Le Mans 2024", 2024, "sarthe"},
		{"wec_2024_le_mans_24h", 2024, "sarthe"},
		{"24 Heures du Mans", 2023, "sarthe"},
		{"LE MANS 24H", 0, "sarthe"},
		{"Circuit de la Sarthe", 0, "sarthe"},
		{"Road to Le Mans, Circuit de la Sarthe", 2024, "sarthe"},
		{"Circuit Bugatti", 2003, "bugatti"},
		{"bugatti", 0, "bugatti"},
		{"Le Mans Cup Monza", 2024, "monza"},
		{"European Le Mans Series Spa", 2024, "spa"},
		{"Asian Le Mans Series Fuji", 2019, "fuji"},
		{"6 Hours of S\u00e3o Paulo 2025", 2025, "interlagos"},
		{"Sa\u0303o Paulo", 2025, "interlagos"},
		{"AUT\u00d3DROMO INTERNACIONAL DO ALGARVE \u2013 PORTIM\u00c3O", 2023,
		 "portimao"},
		{"Spa-Francorchamps", 2022, "spa"},
		{"imsa_2021_weathertech-240-wgi_202107011405_practice", 2021,
		 "watkins-glen"},
		{"Sahlen's Six Hours of the Glen", 2023, "watkins-glen"},
		{"imsa_2021_watkins-240_laps", 2021, "watkins-glen"},
		{"Roar Before the 24", 2022, "daytona"},
		{"Rolex 24 At Daytona", 2022, "daytona"},
		{"Motul Petit Le Mans", 2023, "road-atlanta"},
		{"michelin_raceway_road_atlanta", 2023, "road-atlanta"},
		{"road-america", 2021, "road-america"},
		{"VIR", 2024, "vir-full"},
		{"imsa_2023_virginia", 2023, "vir-full"},
		{"Canadian Tire Motorsport Park", 2022, "ctmp"},
		{"Chevrolet Grand Prix at Mosport", 2025, "ctmp"},
		{"CTMP", 2025, "ctmp"},
		{"wec_2025_cota_6h", 2025, "cota"},
		{"Circut Of The Americas", 2023, "cota"},
		{"Lone Star Le Mans", 2025, "cota"},
		{"weathertech-raceway-laguna-seca", 2022, "laguna-seca"},
		{"Detroit", 2025, "detroit"},
		{"Qatar 1812km", 2025, "lusail"},
		{"12 Hours of Sebring", 2024, "sebring"},
		{"imsa_2024_indianapolis-bricks", 2024, "indianapolis-rc"},
		{"8 Hours of Bahrain", 2024, "bahrain"},
		{"ADAC 24h N\u00fcrburgring", 2023, "nurburgring-24h"},
		{"6 Hours of N\u00fcrburgring", 2017, "nurburgring-gp"},
		{"Imola, before Spa-Francorchamps", 2025, "spa"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct circuit_match match = found_in(names[i].text, names[i].year);
		if (match.kind != CIRCUIT_MATCH_ONE ||
		    strcmp(match.circuit, names[i].circuit) != 0)
			fail_msg("\"%s\": %u \"%s\", not %s", names[i].text, match.kind,
				 match.circuit, names[i].circuit);
	}
}

static void a_name_that_is_not_sure_means_none(void **state)
{
	static const struct {
		const char *text;
		int year;
		enum circuit_match_kind kind;
	} names[] = {
		{"", 0, CIRCUIT_MATCH_NONE},
		{"Race 1", 2024, CIRCUIT_MATCH_NONE},
		{"Le Mans", 2024, CIRCUIT_MATCH_NONE},
		{"1000 km du Mans", 2003, CIRCUIT_MATCH_NONE},
		{"Road to Le Mans", 2024, CIRCUIT_MATCH_NONE},
		{"European Le Mans Series", 2024, CIRCUIT_MATCH_NONE},
		{"Asian Le Mans Series 2024", 2024, CIRCUIT_MATCH_NONE},
		{"Le Mans Cup", 2024, CIRCUIT_MATCH_NONE},
		{"N\u00fcrburgring", 2023, CIRCUIT_MATCH_NONE},
		{"spare parts", 2024, CIRCUIT_MATCH_NONE},
		{"virage", 2024, CIRCUIT_MATCH_NONE},
		{"Monza and Imola", 2024, CIRCUIT_MATCH_UNSURE},
		{"Sebring, Bahrain", 2024, CIRCUIT_MATCH_UNSURE},
		{"Belle Isle", 2022, CIRCUIT_MATCH_OTHER},
		{"imsa_2022_belle-isle_laps", 2022, CIRCUIT_MATCH_OTHER},
		{"Detroit Grand Prix at Belle Isle", 2024, CIRCUIT_MATCH_OTHER},
		{"Knockhill AC", 2026, CIRCUIT_MATCH_OTHER},
		{"indy500_2017", 2017, CIRCUIT_MATCH_OTHER},
		{"Detroit", 2022, CIRCUIT_MATCH_YEAR},
		{"Bugatti", 2023, CIRCUIT_MATCH_YEAR},
		{"24 Hours of Le Mans", 1999, CIRCUIT_MATCH_YEAR},
		{"Spa", 2005, CIRCUIT_MATCH_YEAR},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct circuit_match match = found_in(names[i].text, names[i].year);
		if (match.kind != names[i].kind)
			fail_msg("\"%s\": %u \"%s\", not %u", names[i].text, match.kind,
				 match.circuit, names[i].kind);
	}
}

static void a_length_means_the_circuits_of_that_length(void **state)
{
	char names[4][CIRCUIT_NAME_MAX];
	(void)state;
	assert_int_equal(
		circuit_find_length(circuit_index.data, 13630000, 2024, names, 4), 1);
	assert_string_equal(names[0], "sarthe");
	assert_int_equal(
		circuit_find_length(circuit_index.data, 4181000, 2003, names, 4), 2);
	/* Bugatti had another layout then. */
	assert_int_equal(
		circuit_find_length(circuit_index.data, 4181000, 2024, names, 4), 1);
	assert_string_equal(names[0], "estoril");
	assert_int_equal(
		circuit_find_length(circuit_index.data, 13500000, 2024, names, 4), 0);
	assert_int_equal(circuit_find_length(circuit_index.data, 0, 2024, names, 4), 0);
}

/* ---- the index ----------------------------------------------------------------- */

struct seen {
	unsigned files, rows;
};

static void has_its_row(void *context, const char *name)
{
	char names[64][CIRCUIT_NAME_MAX];
	static struct circuit circuit;
	struct seen *seen = context;
	struct err err;
	bool found = false;
	assert_int_equal(circuit_load(name, &circuit, &err), 0);
	unsigned count = circuit_find_length(circuit_index.data, circuit.length, 0,
					     names, ARRAY_LEN(names));
	for (unsigned i = 0; i < count; i++)
		found |= strcmp(names[i], name) == 0;
	if (!found)
		fail_msg("%s is not in the index with its length", name);
	seen->files++;
}

static void the_index_has_every_circuit_and_every_name_is_words(void **state)
{
	struct seen seen = {0};
	struct err err;
	struct slice rest = circuit_index.data;
	(void)state;
	assert_int_equal(assets_list("circuits", ".ini", has_its_row, &seen, &err), 0);
	assert_true(seen.files >= 48);
	(void)slice_cut(&rest, '\n');
	while (rest.at) {
		struct slice row = slice_cut(&rest, '\n');
		if (row.len == 0 || row.at[0] == '#' ||
		    slice_starts(row, SLICE("circuit;")))
			continue;
		for (int i = 0; i < 4; i++)
			(void)slice_cut(&row, ';');
		while (row.at) {
			struct slice one = slice_cut(&row, '|');
			struct circuit_match match;
			assert_in_range(one.len, 3, sizeof(match.name) - 1);
			/* It is found in itself: it is written as words are compared. */
			circuit_find(circuit_index.data, one, 0, &match);
			assert_true(slice_eq(slice_of(match.name), one));
			assert_int_not_equal(match.kind, CIRCUIT_MATCH_UNSURE);
		}
		seen.rows++;
	}
	assert_true(seen.rows > seen.files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_means_its_circuit),
		cmocka_unit_test(a_name_that_is_not_sure_means_none),
		cmocka_unit_test(a_length_means_the_circuits_of_that_length),
		cmocka_unit_test(the_index_has_every_circuit_and_every_name_is_words),
	};
	return cmocka_run_group_tests(tests, index_is_read, index_is_freed);
}
