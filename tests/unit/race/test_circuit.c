/*
 * test_circuit.c -- circuits of which only the lines are known
 */
#include "race_fixture.h"

#include <string.h>

static void lines_are_placed_by_their_share_of_the_lap(void **state)
{
	struct circuit circuit;
	struct race_setup setup = {0};

	(void)state;
	strcpy(setup.circuit, "Nowhere");
	setup.lap_length = 6283000;
	setup.line_count = 3;
	setup.line_ppm[1] = 250000;
	setup.line_ppm[2] = 750000;
	circuit_from_lines(&circuit, &setup);
	assert_string_equal(circuit.name, "Nowhere");
	assert_int_equal(circuit.line_mm[1], 1570750);
	assert_int_equal(circuit.line_mm[2], 4712250);
}

static void a_circuit_of_unknown_length_has_its_lines_by_share(void **state)
{
	struct circuit circuit;
	struct race_setup setup = {0};

	(void)state;
	setup.line_count = 2;
	setup.line_ppm[1] = 400000;
	circuit_from_lines(&circuit, &setup);
	assert_int_equal(circuit.line_mm[1] * 10, circuit.length * 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_placed_by_their_share_of_the_lap),
		cmocka_unit_test(a_circuit_of_unknown_length_has_its_lines_by_share),
	};

	return cmocka_run_group_tests_name("race circuit", tests, NULL, NULL);
}
