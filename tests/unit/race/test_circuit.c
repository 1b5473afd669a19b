/*
 * test_circuit.c -- places on a ring and on a centreline
 */
#include "race_fixture.h"

#include <string.h>

static void assert_near(int32_t value, int32_t expected)
{
	assert_in_range((uint64_t)((int64_t)value - expected + 50), 0, 100);
}

static void a_ring_is_driven_clockwise_from_its_foot(void **state)
{
	static const struct {
		int64_t mm;
		int32_t x, y;
	} cases[] = {
		/* 6283 m round: a radius of 1000 m. */
		{0, 0, 0},
		{6283000 / 4, -1000000, 1000000},
		{6283000 / 2, 0, 2000000},
		{6283000 * 3 / 4, 1000000, 1000000},
		{6283000 / 8, -707107, 292893},
		{6283000 + 6283000 / 4, -1000000, 1000000},
		{-6283000 / 4, 1000000, 1000000},
	};
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
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int32_t x, y;

		circuit_at(&circuit, cases[i].mm, &x, &y);
		assert_near(x / 10, cases[i].x / 10);
		assert_near(y / 10, cases[i].y / 10);
	}
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

static void a_centreline_is_followed_and_closed(void **state)
{
	static const struct {
		int64_t mm;
		int32_t x, y;
	} cases[] = {
		{0, 0, 0},      {50, 50, 0},   {100, 100, 0}, {150, 100, 50},
		{250, 50, 100}, {350, 0, 50},  {399, 0, 1},   {400, 0, 0},
		{-50, 0, 50},   {4050, 50, 0},
	};
	struct circuit circuit = {0};
	static const struct circuit_point square[4] = {
		{0, 0, 0}, {100, 0, 100}, {100, 100, 200}, {0, 100, 300}};

	(void)state;
	circuit.length = 400;
	circuit.point_count = 4;
	memcpy(circuit.points, square, sizeof(square));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int32_t x, y;

		circuit_at(&circuit, cases[i].mm, &x, &y);
		assert_int_equal(x, cases[i].x);
		assert_int_equal(y, cases[i].y);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ring_is_driven_clockwise_from_its_foot),
		cmocka_unit_test(a_circuit_of_unknown_length_has_its_lines_by_share),
		cmocka_unit_test(a_centreline_is_followed_and_closed),
	};

	return cmocka_run_group_tests_name("race circuit", tests, NULL, NULL);
}
