/*
 * silence.c -- how long a car may be silent before it counts as standing
 */
#include "pitwall/happened.h"

/* Assumed before anyone has completed a lap. */
enum { GUESSED_MM_PER_S = 45 * 1000, LAP_PPM = 1000000 };
#define LAP_GUESSED (2 * US_MIN)

/* Share of the lap between a line and the next, in millionths. */
static int64_t sector_share(const struct race_setup *setup, unsigned line)
{
	int64_t from = line ? setup->line_ppm[line] : 0;
	int64_t to = LAP_PPM;
	if (line + 1 < setup->line_count)
		to = setup->line_ppm[line + 1];
	return to > from ? to - from
			 : LAP_PPM / (setup->line_count ? setup->line_count : 1);
}

duration_us race_sector_expected(const struct race *race, uint16_t car, unsigned line)
{
	const struct car *c = &race->cars[car];
	uint8_t class_index = race->entries[car].class_index;
	duration_us lap = c->lap_best;
	duration_us t = line < LINES_MAX ? c->sector_best[line] : DURATION_NONE;
	if (t == DURATION_NONE && class_index < race->class_count && line < LINES_MAX)
		t = race->classes[class_index].sector_best[line];
	if (t == DURATION_NONE && line < LINES_MAX) {
		if (lap == DURATION_NONE && class_index < race->class_count)
			lap = race->classes[class_index].lap_best;
		if (lap == DURATION_NONE)
			lap = race->lap_best;
		if (lap == DURATION_NONE && race->setup.lap_length > 0)
			lap = race->setup.lap_length * 1000 / (GUESSED_MM_PER_S / 1000);
		if (lap == DURATION_NONE)
			lap = LAP_GUESSED;
		t = lap / 1000 * sector_share(&race->setup, line) / 1000;
	}
	return t > US_MS ? t : US_S;
}

duration_us race_silence_limit(const struct race *race, uint16_t car, unsigned line)
{
	return 3 * race_sector_expected(race, car, line) + 2 * US_MIN;
}
