/*
 * test_circuits.c -- circuits: the shipped ones, and what is refused
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/shell.h"

static struct circuit circuit;

/* The distance between the points of a lap, in mm. */
static double length_of_points(const struct circuit *of)
{
	double sum = 0;
	for (unsigned i = 0; i < of->point_count; i++) {
		const struct circuit_point *p = &of->points[i];
		const struct circuit_point *q = &of->points[(i + 1) % of->point_count];
		sum += hypot((double)q->x_mm - p->x_mm, (double)q->y_mm - p->y_mm);
	}
	return sum;
}

/* A centreline of fewer points than its source is a little shorter than the lap. */
static void shipped_circuit_is_whole(void *context, const char *name)
{
	unsigned *count = context;
	struct err err;
	if (circuit_load(name, &circuit, &err))
		fail_msg("%s", err.text);
	if (circuit.point_count < 30 || !circuit.zone[0] || !circuit.title[0])
		fail_msg("%s: no centreline, no zone or no title", name);
	if (!strstr(circuit.notice, "OpenStreetMap contributors, ODbL 1.0") &&
	    !strstr(circuit.notice, "MIT (c) 2019-2025 Tomislav Bacinger"))
		fail_msg("%s: no notice", name);
	const struct circuit_point *last = &circuit.points[circuit.point_count - 1];
	if (circuit.points[0].along_mm != 0 || last->along_mm > circuit.length)
		fail_msg("%s: the centreline is not one lap", name);
	double off = length_of_points(&circuit) / (double)circuit.length;
	if (off < 0.98 || off > 1.01)
		fail_msg("%s: the points are %.3f of a lap", name, off);
	++*count;
}

static void every_shipped_circuit_is_whole(void **state)
{
	(void)state;
	unsigned count = 0;
	struct err err;
	assert_int_equal(assets_list("circuits", ".ini", shipped_circuit_is_whole,
				     &count, &err),
			 0);
	assert_int_equal(count, 48);
}

static void the_bugatti_circuit_is_that_of_2003(void **state)
{
	(void)state;
	static const char hands[] = "RRLRLRLRLRRLRR";
	struct err err;
	assert_int_equal(circuit_load("Bugatti", &circuit, &err), 0);
	assert_int_equal(circuit.length, 4180000);
	assert_string_equal(circuit.zone, "Europe/Paris");
	assert_non_null(strstr(circuit.notice, "OpenStreetMap contributors, ODbL 1.0"));
	assert_int_equal(circuit.turn_count, 14);
	for (unsigned i = 0; i < 14; i++) {
		char number[8];
		text_format(number, sizeof(number), "%u", i + 1);
		assert_string_equal(circuit.turns[i].number, number);
		assert_int_equal(circuit.turns[i].hand, hands[i]);
		assert_true(circuit.turns[i].name[0] != '\0');
		if (i > 0)
			assert_true(circuit.turns[i].along_mm >
				    circuit.turns[i - 1].along_mm);
	}
	assert_int_equal(circuit.line_count, 3);
	assert_string_equal(circuit.line_names[0], "SF");
	assert_int_equal(circuit.line_mm[0], 0);
	assert_int_equal(circuit.line_mm[1], 1000000);
	assert_int_equal(circuit.line_mm[2], 2640000);
	assert_int_equal(circuit.pit_in_mm, 3680000);
	assert_int_equal(circuit.pit_out_mm, 210000);
}

static void the_centreline_is_a_closed_lap_of_its_length(void **state)
{
	(void)state;
	struct err err;
	assert_int_equal(circuit_load("bugatti", &circuit, &err), 0);
	assert_in_range(circuit.point_count, 200, 300);
	const struct circuit_point *first = circuit.points;
	const struct circuit_point *last = first + circuit.point_count - 1;
	assert_int_equal(first->along_mm, 0);
	assert_int_equal(last->along_mm, circuit.length);
	assert_int_equal(first->x_mm, last->x_mm);
	assert_int_equal(first->y_mm, last->y_mm);
	/* The distance driven is that between the points, within a hundredth. */
	for (const struct circuit_point *p = first; p < last; p++) {
		int64_t dx = p[1].x_mm - p->x_mm, dy = p[1].y_mm - p->y_mm;
		int64_t along = p[1].along_mm - p->along_mm;
		int64_t gap = dx * dx + dy * dy - along * along;
		assert_true(llabs(gap) <= along * along / 50 + along * 400);
	}
}

static void a_bad_circuit_is_told_so_with_file_and_line(void **state)
{
	(void)state;
#define GOOD "[circuit]\nname = x\nlength-m = 4000\n"
#define HEAD "x_m;y_m;dist_m;note\n"
	static const struct {
		const char *ini, *csv, *says;
	} rows[] = {
		{"", "", "no \"name\""},
		{"[circuit]\nname = x\n", "", "no \"length-m\""},
		{"[circuit]\nlength-m = 0\n", "", "line 2: a lap of no length"},
		{"[circuit]\nlength-m = -5\n", "",
		 "line 2: \"length-m = -5\": say metres"},
		{"[circuit]\nlength-m = 100001\n", "", "say metres"},
		{GOOD "colour = red\n", "", "line 4: [circuit] has no key \"colour\""},
		{GOOD "[pits]\nx = 1\n", "", "no section [pits]"},
		{GOOD "[line ]\nat-m = 1\n", "", "write [line NAME]"},
		{GOOD "[line TOOLONGNAME]\nat-m = 1\n", "", "write [line NAME]"},
		{GOOD "[line SF]\nat-m = 1\n", "", "has no key"},
		{GOOD "[line I1]\nat-m = 9\n[line I2]\nat-m = 9\n", "",
		 "line 7: line I2 is not after line I1"},
		{GOOD "[line I1]\nat-m = 4000\n", "", "beyond the end"},
		{GOOD "[turn 1]\nat-m = 4000\n", "", "beyond the end"},
		{GOOD "[turn 1]\nhand = X\n", "", "say L or R"},
		{GOOD "[turn 123456789]\nhand = L\n", "", "write [turn N]"},
		{GOOD "pit-in-m = 4100\n", "", "beyond the end"},
		{GOOD, "a;b\n", "line 1 of the centreline: the columns are not"},
		{GOOD, HEAD "1;2\n", "line 2 of the centreline: not three numbers"},
		{GOOD, HEAD "1;2;x\n", "not three numbers"},
		{GOOD, HEAD "1;2;9000000000\n", "not three numbers"},
		{GOOD, HEAD "0;0;0\n# c\n1;0;1\n2;0;1\n",
		 "line 5 of the centreline: the distance does not grow"},
		{GOOD, HEAD "0;0;4001\n", "not on the lap"},
		{GOOD, HEAD "0;0;0\n1;1;1\n", "two points make no circuit"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {""};
		if (circuit_parse(slice_of(rows[i].ini), slice_of(rows[i].csv), "x.ini",
				  &circuit, &err) != -EINVAL)
			fail_msg("row %zu was read", i);
		if (!strstr(err.text, rows[i].says) || !strstr(err.text, "x.ini"))
			fail_msg("row %zu: %s", i, err.text);
	}
}

static void too_much_of_anything_is_refused(void **state)
{
	(void)state;
	static char text[64 * 1024];
	struct err err;
	size_t len = text_format(text, sizeof(text), GOOD);
	for (int i = 1; i <= LINES_MAX; i++)
		len += text_format(text + len, sizeof(text) - len,
				   "[line L%d]\nat-m = %d\n", i, i);
	assert_int_equal(circuit_parse(slice_of(text), SLICE(""), "x", &circuit, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "more than 16 lines"));
	len = text_format(text, sizeof(text), GOOD);
	for (int i = 0; i <= CIRCUIT_TURNS_MAX; i++)
		len += text_format(text + len, sizeof(text) - len,
				   "[turn %d]\nat-m = %d\n", i, i);
	assert_int_equal(circuit_parse(slice_of(text), SLICE(""), "x", &circuit, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "more than 40 turns"));
	len = text_format(text, sizeof(text), HEAD);
	for (int i = 0; i <= CIRCUIT_POINTS_MAX; i++)
		len += text_format(text + len, sizeof(text) - len, "0;0;%d\n", i);
	assert_int_equal(
		circuit_parse(SLICE(GOOD), slice_of(text), "x", &circuit, &err),
		-EINVAL);
	assert_non_null(strstr(err.text, "more than 1024 points"));
	assert_int_equal(circuit.point_count, 0);
}

static void a_circuit_that_is_not_there_is_told_so(void **state)
{
	(void)state;
	struct err err = {""};
	assert_int_equal(circuit_load("nowhere", &circuit, &err), -ENOENT);
	assert_non_null(strstr(err.text, "pitwall circuits"));
	assert_int_equal(circuit_load("\xc3\xa9", &circuit, &err), -ENOENT);
	assert_int_equal(circuit_load("./monza.ini", &circuit, &err), -ENOENT);
	assert_non_null(strstr(err.text, "monza.ini"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shipped_circuit_is_whole),
		cmocka_unit_test(the_bugatti_circuit_is_that_of_2003),
		cmocka_unit_test(the_centreline_is_a_closed_lap_of_its_length),
		cmocka_unit_test(a_bad_circuit_is_told_so_with_file_and_line),
		cmocka_unit_test(too_much_of_anything_is_refused),
		cmocka_unit_test(a_circuit_that_is_not_there_is_told_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
