/*
 * circuit.c -- where a driven distance is on the map
 *
 *  (1) points go once round in driving order, along_mm from 0 upwards; the last joins
 *      the first at `length`.
 *  (2) Without points the circuit is a ring, driven clockwise from its lowest point.
 */
#include "pitwall/race.h"

#include <string.h>

/* Lap length used to place lines when the real one is unknown. */
enum { LENGTH_NOMINAL = 1000000 };

/* sin of 0 to 90 degrees in 32 steps, times 2^15. */
static const int32_t quarter[33] = {
	0,     1608,  3212,  4808,  6393,  7962,  9512,  11039, 12540, 14010, 15446,
	16846, 18204, 19519, 20787, 22005, 23170, 24279, 25330, 26319, 27245, 28105,
	28898, 29621, 30273, 30852, 31356, 31785, 32137, 32412, 32609, 32728, 32768,
};

/* sin of @turn / 2^20 of a turn, times 2^15. */
static int32_t ring_sin(uint32_t turn)
{
	uint32_t t = turn & 0xfffff, in_quarter = t & 0x3ffff;
	if (t & 0x40000)
		in_quarter = 0x40000 - in_quarter;
	uint32_t step = in_quarter >> 13;
	uint32_t part = in_quarter & 0x1fff;
	int32_t value = quarter[step];
	if (part != 0)
		value += (quarter[step + 1] - value) * (int32_t)part / 0x2000;
	return t & 0x80000 ? -value : value;
}

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

static void ring_at(int64_t length, int64_t mm, int32_t *x_mm, int32_t *y_mm)
{
	uint32_t turn = (uint32_t)(mm * 0x100000 / length);
	int64_t radius = length * 1000 / 6283;
	*x_mm = (int32_t)(-radius * ring_sin(turn) / 32768);
	*y_mm = (int32_t)(radius - radius * ring_sin(turn + 0x40000) / 32768);
}

void circuit_at(const struct circuit *circuit, int64_t mm, int32_t *x_mm, int32_t *y_mm)
{
	const struct circuit_point *points = circuit->points, *a, *b;
	int64_t length = circuit->length, from, to;
	size_t low = 0, high = circuit->point_count;
	if (length <= 0 || length > INT32_MAX)
		length = LENGTH_NOMINAL;
	mm %= length;
	if (mm < 0)
		mm += length;
	if (high < 2 || high > CIRCUIT_POINTS_MAX) {
		ring_at(length, mm, x_mm, y_mm);
		return;
	}
	while (high - low > 1) {
		size_t mid = (low + high) / 2;
		if (points[mid].along_mm <= mm)
			low = mid;
		else
			high = mid;
	}
	a = &points[low];
	b = &points[low + 1 < circuit->point_count ? low + 1 : 0];
	from = a->along_mm;
	to = low + 1 < circuit->point_count ? b->along_mm : length;
	if (to <= from || mm <= from) {
		*x_mm = a->x_mm;
		*y_mm = a->y_mm;
		return;
	}
	if (mm > to)
		mm = to;
	*x_mm = (int32_t)(a->x_mm +
			  ((int64_t)b->x_mm - a->x_mm) * (mm - from) / (to - from));
	*y_mm = (int32_t)(a->y_mm +
			  ((int64_t)b->y_mm - a->y_mm) * (mm - from) / (to - from));
}
