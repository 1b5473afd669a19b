/*
 * typed_season.h -- a season of two rounds: one that is typed, and the race of a session
 */
#ifndef PITWALL_TEST_TYPED_SEASON_H
#define PITWALL_TEST_TYPED_SEASON_H

#include <stdio.h>

#include "pitwall/session.h"

#define TYPED_SEASON "./season.ini"

/* The cars of the race in another order, as a person types a round before. */
static inline void typed_season(const struct session *session, const char *round)
{
	const struct race *race = &session->timeline.race;
	FILE *list = fopen("before.csv", "w"), *ini = fopen("season.ini", "w");
	assert_true(list && ini);
	fprintf(ini,
		"[season]\nname = Two rounds\npoints = imsa-2021\nyear = 2023\n"
		"[round 1]\nname = Before\nresults = before.csv\n"
		"[round 2]\nname = %s\nlength = 10h\n",
		round);
	fputs("place,class,number,team", list);
	for (unsigned d = 1; d <= RACE_DRIVERS_MAX; d++)
		fprintf(list, ",driver%u", d);
	fputc('\n', list);
	for (uint32_t i = 0; i < race->car_count; i++) {
		uint32_t at = (2 * race->car_count + 2 - i) % race->car_count;
		const struct entry *entry = &race->entries[race->order[at]];
		if (!entry->number[0] || entry->class_index >= race->class_count)
			continue;
		fprintf(list, "%u,%s,%s,\"%s\"", i + 1,
			race->classes[entry->class_index].name, entry->number,
			entry->team);
		for (unsigned d = 0; d < RACE_DRIVERS_MAX; d++)
			fprintf(list, ",\"%s\"",
				d < entry->driver_count ? entry->drivers[d] : "");
		fputc('\n', list);
	}
	fclose(list);
	fclose(ini);
}

#endif
