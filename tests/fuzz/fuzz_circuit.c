/*
 * fuzz_circuit.c -- any text as a circuit; the centreline follows a line of "%%"
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "pitwall/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct circuit *circuit)
{
	assert(circuit->length > 0 && circuit->name[0]);
	assert(circuit->line_count >= 1 && circuit->line_count <= LINES_MAX);
	for (unsigned i = 1; i < circuit->line_count; i++)
		assert(circuit->line_mm[i] > circuit->line_mm[i - 1] &&
		       circuit->line_mm[i] < circuit->length);
	assert(circuit->turn_count <= CIRCUIT_TURNS_MAX);
	assert(circuit->point_count <= CIRCUIT_POINTS_MAX);
	for (unsigned i = 1; i < circuit->point_count; i++)
		assert(circuit->points[i].along_mm > circuit->points[i - 1].along_mm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct circuit circuit;
	struct err err;
	struct slice ini = {(const char *)data, size}, centreline = {NULL, 0};
	for (size_t i = 0; i + 3 <= size; i++)
		if (memcmp(data + i, "%%\n", 3) == 0) {
			ini.len = i;
			centreline = (struct slice){(const char *)data + i + 3,
						    size - i - 3};
			break;
		}
	if (circuit_parse(ini, centreline, "fuzz", &circuit, &err) == 0)
		check(&circuit);
	else
		assert(err.text[0]);
	return 0;
}
