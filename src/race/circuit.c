/*
 * circuit.c -- a circuit of which only the lines are known
 */
#include "pitwall/race.h"

#include <string.h>

/* Lap length used to place lines when the real one is unknown. */
enum { LENGTH_NOMINAL = 1000000 };

void circuit_from_lines(struct circuit *circuit, const struct race_setup *setup)
{
	unsigned count = setup->line_count;
	memset(circuit, 0, sizeof(*circuit));
	text_copy(circuit->name, sizeof(circuit->name), slice_of(setup->circuit));
	text_copy(circuit->title, sizeof(circuit->title), slice_of(setup->circuit));
	text_copy(circuit->zone, sizeof(circuit->zone), slice_of(setup->zone));
	circuit->length = setup->lap_length;
	if (circuit->length <= 0 || circuit->length > INT32_MAX)
		circuit->length = LENGTH_NOMINAL;
	if (count == 0 || count > LINES_MAX)
		count = 1;
	circuit->line_count = (uint8_t)count;
	text_format(circuit->line_names[0], sizeof(circuit->line_names[0]), "SF");
	for (unsigned i = 1; i < count; i++) {
		uint32_t ppm = setup->line_ppm[i] % 1000000;
		if (ppm == 0)
			ppm = 1000000 * i / count;
		circuit->line_mm[i] = (int32_t)(circuit->length * ppm / 1000000);
		text_format(circuit->line_names[i], sizeof(circuit->line_names[i]),
			    "I%u", i);
	}
}
